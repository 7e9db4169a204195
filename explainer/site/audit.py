"""The finished site, read again from the outside: every number accounted for, nothing missing, nothing foreign.

This knows nothing of how pages are made. It sees HTML, and the plan's list of what should stand there.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.errors import Problem
from explainer.render.page import DIGIT
from explainer.site.pages import url_of
from explainer.site.plan import Edition, Plan
from explainer.words.languages import Language
from explainer.words.numbers import localise, running

_ACCOUNTED = ("data-ref", "data-structural", "data-literal")
_NOT_TEXT = {"script", "style", "code", "pre", "template", "title", "noscript"}  # of code and what it prints: see `_code`
_SAID = ("alt", "aria-label", "title")  # attributes that readers see or hear
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
_SPACES = re.compile(r"[\s\u00a0()]")


def plain(text: str) -> str:
    """A printed number without spaces, parentheses and the difference between markup and superscript characters."""
    return _SPACES.sub("", text.translate(_SUPERSCRIPTS))


def file_of(language: Language, path: str) -> str:
    """A page's HTML file."""
    return f"{language.path}{url_of(path)}index.html"


@dataclass(frozen=True)
class Examined:
    """What one page's HTML says by itself: what is wrong in it, the anchors it has, and the addresses it leads to."""

    problems: tuple[Problem, ...]
    anchors: frozenset[str]
    addresses: tuple[str, ...]


Examiner = Callable[[Edition, str, str, str], Examined]


def examine(edition: Edition, path: str, file: str, html: str) -> Examined:
    """Look at a page alone."""
    document = LexborHTMLParser(html)
    anchors = frozenset(node.attributes["id"] or "" for node in document.css("[id]"))
    foreign, addresses = _addresses(document, file)
    problems = (*_numbers(edition, path, document, file), *_digits(document, file), *_code(edition, path, document, file), *foreign)
    return Examined(problems, anchors, tuple(dict.fromkeys(addresses)))


def audit(plan: Plan, site: Path, examine: Examiner = examine) -> tuple[Problem, ...]:
    """Everything that is wrong with a finished site. It may hold other languages, which are not looked at."""
    found: list[Problem] = []
    examined: dict[str, Examined] = {}
    for edition in plan.editions:
        for path in edition.pages:
            file = file_of(edition.language, path)
            if not (site / file).is_file():
                found.append(Problem(file, "", "no such file", "one for each planned page"))
                continue
            examined[file] = examine(edition, path, file, (site / file).read_text(encoding="utf-8"))
    for file, page in examined.items():
        found += page.problems
        found += _links(page, file, site, examined)
    found += _correspondence(plan)
    return tuple(found)


def references(document: LexborHTMLParser) -> Counter[tuple[str, str]]:
    """The multiset of (reference, printed text) on a page."""
    return Counter((node.attributes["data-ref"] or "", plain(node.text())) for node in document.css("[data-ref]"))


def _numbers(edition: Edition, path: str, document: LexborHTMLParser, file: str) -> Iterator[Problem]:
    expected = Counter(
        (occurrence.reference, plain(running(localise(occurrence.shown, edition.language))))
        for occurrence in edition.pages[path].page.occurrences
    )
    there = references(document)
    for reference, text in (there - expected).elements():
        yield Problem(file, reference, f"the number {text}", "only numbers of the plan")
    for reference, text in (expected - there).elements():
        yield Problem(file, reference, "nothing", f"the number {text}")


def _code(edition: Edition, path: str, document: LexborHTMLParser, file: str) -> Iterator[Problem]:
    """A notebook's page shows the code that was run, letter by letter, and what it printed, number by number."""
    notebook = edition.pages[path].notebook
    if notebook is None:
        return
    example = edition.pages[path].source.example
    printing = [cell for cell in notebook.cells if cell.outputs]
    lines = [line for cell in printing for line in cell.outputs if line.quantity]
    wanted = [
        *((f"code of cell {cell.section}", cell.code) for cell in notebook.cells),
        *((f"output of cell {cell.section}", "\n".join(line.text for line in cell.outputs)) for cell in printing),
        *((f"output {example}:{line.quantity}", line.text.partition(" = ")[2]) for line in lines),
    ]
    there = [
        *(("", node.text()) for node in document.css("pre > code")),
        *(("", node.text()) for node in document.css("pre > samp")),
        *((f"output {node.attributes['data-output']}", node.text()) for node in document.css("[data-output]")),
    ]
    for (name, found), (place, expected) in zip_longest(there, wanted, fillvalue=("", "")):
        if found.rstrip("\n") != expected or (name and name != place):
            yield Problem(file, place or name, repr(found), repr(expected))
            return  # what follows may only be out of step


def _digits(document: LexborHTMLParser, file: str) -> Iterator[Problem]:
    said = [node.attributes.get(name) or "" for node in document.css("[alt], [aria-label], [title]") for name in _SAID]
    for text in (*said, *(_loose_text(document.body, _headings(document)) if document.body else ())):
        if DIGIT.search(text):
            yield Problem(
                file,
                "",
                f"the digit in {text.strip()[:60]!r}",
                "digits only in references, indices, constants, code or quotations",
            )


def _headings(document: LexborHTMLParser) -> dict[str, str]:
    """What each heading says, by the link to it. Its numbers are marked where it stands."""
    headings = document.css("h1[id], h2[id], h3[id]")
    own = {f"#{node.attributes['id']}": "".join(_without_links(node)).strip() for node in headings}
    return {address: text for address, text in own.items() if text}


def _without_links(node: LexborNode) -> Iterator[str]:
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text()
        elif child.tag != "a":
            yield from _without_links(child)
        child = child.next


def _loose_text(node: LexborNode, headings: Mapping[str, str]) -> Iterator[str]:
    """The text of a page that no mark accounts for, but for links to headings that say the same."""
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text()
        elif child.tag not in _NOT_TEXT and not any(mark in child.attributes for mark in _ACCOUNTED):
            address = child.attributes.get("href") if child.tag == "a" else None
            if address is None or headings.get(address) != child.text().strip():
                yield from _loose_text(child, headings)
        child = child.next


def _addresses(document: LexborHTMLParser, file: str) -> tuple[list[Problem], list[str]]:
    """Anything that would be loaded from elsewhere; and the links within the site."""
    foreign, own = [], []
    for node in document.css("[href], [src]"):
        attributes = node.attributes
        address = attributes.get("href") or attributes.get("src") or ""
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            own.append(address)
            continue
        rel = attributes.get("rel") or ""
        if node.tag != "a" and (node.tag != "link" or "stylesheet" in rel or "load" in rel or "icon" in rel):
            foreign.append(Problem(file, "", f"{address}, from elsewhere", "only what the site itself serves"))
    return foreign, own


def _links(page: Examined, file: str, site: Path, examined: Mapping[str, Examined]) -> Iterator[Problem]:
    """Links that lead nowhere. The site may lie in a folder, so none may climb out of it."""
    for address in page.addresses:
        parts = urlsplit(address)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
        if (site / target).is_dir():
            target = posixpath.normpath(f"{target}/index.html")
        fragment = unquote(parts.fragment)
        if target.startswith(("/", "../")) or not (site / target).is_file():
            yield Problem(file, "", f"a link to {address}", "links that lead somewhere")
        elif fragment and target in examined and fragment not in examined[target].anchors:
            yield Problem(file, "", f"a link to {address}", "links to anchors that exist")


def _correspondence(plan: Plan) -> Iterator[Problem]:
    """The same page shows the same numbers in every language."""
    first, *others = plan.editions
    for edition in others:
        for path in first.pages.keys() | edition.pages.keys():
            counts: list[Counter[tuple[str, str]]] = [
                Counter((o.reference, o.shown) for o in e.pages[path].page.occurrences) if path in e.pages else Counter()
                for e in (first, edition)
            ]
            if counts[0] != counts[1]:
                differing = sorted({reference for reference, _ in ((counts[0] - counts[1]) + (counts[1] - counts[0]))})
                yield Problem(
                    f"{edition.language.code}/{path}",
                    "",
                    f"other numbers than in {first.language.code}: {', '.join(differing[:5])}",
                    "the same numbers in every language",
                )


def manifest(plan: Plan) -> Mapping[str, list[list[str]]]:
    """Page address → its numbers, as [reference, printed]: published with the site."""
    return {
        f"{edition.language.path}{url_of(path)}": [
            [occurrence.reference, running(localise(occurrence.shown, edition.language))] for occurrence in page.page.occurrences
        ]
        for edition in plan.editions
        for path, page in edition.pages.items()
    }
