"""The finished site, read again from the outside: every number accounted for, nothing missing, nothing foreign.

This knows nothing of how pages are made. It sees HTML, and the plan's list of what should stand there.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.errors import Problem
from explainer.render.writers import DIGIT
from explainer.site import safety
from explainer.site.pages import url_of
from explainer.site.plan import Edition, Plan
from explainer.site.policy import is_file_of_theme
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
    """What one page's HTML says by itself: what is wrong in it, its anchors, where it leads, and where its scripts are."""

    problems: tuple[Problem, ...]
    anchors: frozenset[str]
    addresses: tuple[str, ...]
    scripts: tuple[str, ...] = ()


Examiner = Callable[[Edition, str, str, str], Examined]


def examine(edition: Edition, path: str, file: str, html: str, texts: Set[str] = frozenset()) -> Examined:
    """Look at a page alone. `texts` are those of the site itself, which may have digits of their own."""
    document = LexborHTMLParser(html)
    anchors = frozenset(node.attributes["id"] or "" for node in document.css("[id]"))
    foreign, addresses = _addresses(document, file)
    problems = (
        *_numbers(edition, path, document, file),
        *_digits(document, file, titles(edition) | texts),
        *_code(edition, path, document, file),
        *foreign,
        *safety.problems(document, file),
    )
    return Examined(problems, anchors, tuple(dict.fromkeys(addresses)), _scripts(document))


def titles(edition: Edition) -> frozenset[str]:
    """The titles with digits, which navigation shows on every page."""
    return with_digits(page.title.written for page in edition.pages.values())


def with_digits(texts: Iterable[str]) -> frozenset[str]:
    """Those texts that have digits."""
    return frozenset(_line(text) for text in texts if DIGIT.search(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def _scripts(document: LexborHTMLParser) -> tuple[str, ...]:
    return tuple(node.attributes["src"] or "" for node in document.css("script[src]"))


def audit(plan: Plan, site: Path, examine: Examiner = examine) -> tuple[Problem, ...]:
    """Everything that is wrong with a finished site. It may hold other languages, which are not looked at."""
    found: list[Problem] = []
    examined: dict[str, Examined] = {}
    standing: dict[str, str] = {}  # where there are pages, as systems see it that do not tell capitals from small letters
    for edition in plan.editions:
        for path in edition.pages:
            file = file_of(edition.language, path)
            page = f"{edition.language.code}/{path}"
            if (other := standing.setdefault(file.casefold(), page)) != page:
                found.append(Problem(page, "", f"the address {file}, which {other} has", "an address of its own for each page"))
                continue
            if not (site / file).is_file():
                found.append(Problem(file, "", "no such file", "one for each planned page"))
                continue
            examined[file] = examine(edition, path, file, (site / file).read_text(encoding="utf-8"))
        found += _others(edition, site, examined)
    for file, result in examined.items():
        found += result.problems
        found += _links(result, file, site, examined)
        found += _foreign_scripts(result.scripts, file, site)
    found += _correspondence(plan)
    return tuple(found)


def _others(edition: Edition, site: Path, examined: Mapping[str, Examined]) -> Iterator[Problem]:
    """Pages that nobody has planned, such as the theme's page for wrong addresses."""
    for path in sorted((site / edition.language.path).glob("*.html")):
        file = path.relative_to(site).as_posix()
        if file not in examined:
            document = LexborHTMLParser(path.read_text(encoding="utf-8"))
            yield from safety.problems(document, file)
            yield from _foreign_scripts([_in_assets(script) for script in _scripts(document)], file, site)


def _foreign_scripts(scripts: Sequence[str], file: str, site: Path) -> Iterator[Problem]:
    """Files with scripts that are neither the theme's nor ours, letter by letter."""
    for script in scripts:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(urlsplit(script).path)))
        if not (site / name).is_file() or not is_file_of_theme(_in_assets(name), (site / name).read_bytes()):
            yield Problem(file, "", f"the script {script}", "only scripts of the theme, or of the package's own")


def _in_assets(address: str) -> str:
    """The theme's own name of a file; the page for wrong addresses has whole addresses, wherever the site lies."""
    return address[max(address.rfind("assets/"), 0) :]


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


def _digits(document: LexborHTMLParser, file: str, titles: Set[str]) -> Iterator[Problem]:
    """Digits that no mark accounts for. Those of a title are text, wherever navigation shows it."""
    said = [node.attributes.get(name) or "" for node in document.css("[alt], [aria-label], [title]") for name in _SAID]
    spoken = (text for text in said if DIGIT.search(text) and not _line(text).endswith(tuple(titles)))
    shown = (text for text in (_loose_text(document.body) if document.body else ()) if _line(text) not in titles)
    for text in (*spoken, *shown):
        if DIGIT.search(text):
            yield Problem(
                file,
                "",
                f"the digit in {text.strip()[:60]!r}",
                "digits only in references, indices, constants, code or quotations",
            )


def _loose_text(node: LexborNode) -> Iterator[str]:
    """The text of a page that no mark accounts for."""
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text()
        elif child.tag not in _NOT_TEXT and not any(mark in child.attributes for mark in _ACCOUNTED):
            yield from _loose_text(child)
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
