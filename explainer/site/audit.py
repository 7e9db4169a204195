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
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.errors import Problem
from explainer.render.writers import DIGIT
from explainer.site import safety
from explainer.site.addresses import shared, url_of
from explainer.site.pages import PlannedPage
from explainer.site.plan import Edition, Plan
from explainer.site.policy import is_file_of_theme
from explainer.words.languages import Language
from explainer.words.numbers import localise, running

_ACCOUNTED = ("data-ref", "data-structural", "data-literal")
_NOT_TEXT = {"script", "style", "code", "pre", "template", "title", "noscript"}  # of code and what it prints: see `_code`
_IN_LINE = {"a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "label", "mark", "q", "s", "small", "span", "strong", "u"}
_PARAGRAPHS = {"p", "li", "td", "th", "dt", "dd", "summary", "figcaption", "caption", "h1", "h2", "h3", "h4", "h5", "h6"}
_SAID = ("alt", "aria-label", "title")  # attributes that readers see or hear
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
_DIGITS = re.compile(r"[\w.-]*\d[\w.-]*", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0()]")


def plain(text: str) -> str:
    """A printed number without spaces, parentheses and the difference between markup and superscript characters."""
    return _SPACES.sub("", text.translate(_SUPERSCRIPTS))


def file_of(language: Language, path: str) -> str:
    """A page's HTML file."""
    return f"{language.path}{url_of(path)}index.html"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a finished page, and what may say where its author finds it: a line, or words of the source.

    The first of the `clues` may be words of the page's language; the others are the same in all.
    """

    found: str
    expected: str
    clues: tuple[str, ...] = ()
    line: int = 0
    place: str = ""


@dataclass(frozen=True)
class Examined:
    """What one page's HTML says by itself: what is wrong in it, its anchors, where it leads, and where its scripts are."""

    findings: tuple[Finding, ...]
    anchors: frozenset[str]
    addresses: tuple[str, ...]
    scripts: tuple[str, ...] = ()


Examiner = Callable[[Edition, str, str, str], Examined]


def examine(edition: Edition, path: str, file: str, html: str, texts: Set[str] = frozenset()) -> Examined:
    """Look at a page alone. `texts` are those of the site itself, which may have digits of their own."""
    document = LexborHTMLParser(html)
    anchors = frozenset(node.attributes["id"] or "" for node in document.css("[id]"))
    foreign, addresses = _addresses(document)
    page = edition.pages[path]
    findings = (
        *_numbers(edition, path, document),
        *_digits(page, document, titles(edition) | texts),
        *_code(page, document),
        *_bare(document),
        *foreign,
        *(Finding(*found) for found in safety.problems(document)),
    )
    return Examined(findings, anchors, tuple(dict.fromkeys(addresses)), _scripts(document))


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


def audit(plan: Plan, site: Path, examine: Examiner = examine, but: Set[str] = frozenset()) -> tuple[Problem, ...]:
    """Everything that is wrong with a finished site, told with the authors' files.

    It may hold other languages, which are not looked at, nor are those of `but`. What a page that is not finished lacks,
    others may lead to.
    """
    found: dict[Problem, None] = {}
    examined: dict[str, Examined] = {}
    pages = {
        file_of(edition.language, path): (edition, page)
        for edition in plan.editions
        for path, page in edition.pages.items()
        if edition.language.code not in but
    }
    found |= dict.fromkeys(_at_one_address(plan))
    unfinished = {file for file, (_, page) in pages.items() if not page.is_finished}
    for file, (edition, page) in pages.items():
        if (site / file).is_file():
            examined[file] = examine(edition, page.path, file, (site / file).read_text(encoding="utf-8"))
        else:
            found[located(page, Finding("no such file", "one for each planned page"), file, plan.texts)] = None
    told: dict[tuple[str, ...], str] = {}  # where the same was found of a page that is made in every language
    for file, looked_at in examined.items():
        _, page = pages[file]
        for finding in (
            *looked_at.findings,
            *_links(looked_at, file, site, examined, unfinished),
            *_foreign_scripts(looked_at.scripts, file, site),
        ):
            first = told.setdefault((page.path, finding.expected, finding.place, *finding.clues[1:]), file)
            if first == file or page.source.is_authored:
                found[located(page, finding, file, plan.texts)] = None
    for edition in plan.editions:
        found |= dict.fromkeys(_others(edition, site, examined))
    found |= dict.fromkeys(_correspondence(plan))
    return tuple(found)


def located(page: PlannedPage, finding: Finding, file: str, texts: Mapping[str, str]) -> Problem:
    """A finding as its author should hear of it: the file and the line that the page comes from, or else the finished page."""
    source, line = page.source.file, 0
    if finding.line and page.source.is_authored:
        source, line = page.place(finding.line)
    else:
        places = (place for clue in finding.clues for place in page.places(clue, texts))
        source, line = next(places, (source, 0))
    where = f"line {line}" if line else f"the finished page {file}"
    return Problem(source, ", ".join(filter(None, (where, finding.place))), finding.found, finding.expected)


def _at_one_address(plan: Plan) -> Iterator[Problem]:
    """Pages whose files are the same to a system that does not tell capitals from small letters."""
    standing: dict[str, PlannedPage] = {}
    for edition in plan.editions:
        for path, page in edition.pages.items():
            file = file_of(edition.language, path)
            if (other := standing.setdefault(file.casefold(), page)) is not page:
                yield shared(page.source.file, file, other.source.file, "an address of its own for each page")


def _others(edition: Edition, site: Path, examined: Mapping[str, Examined]) -> Iterator[Problem]:
    """Pages that nobody has planned, such as the theme's page for wrong addresses."""
    for path in sorted((site / edition.language.path).glob("*.html")):
        file = path.relative_to(site).as_posix()
        if file not in examined:
            document = LexborHTMLParser(path.read_text(encoding="utf-8"))
            scripts = [_in_assets(script) for script in _scripts(document)]
            findings = (*(Finding(*found) for found in safety.problems(document)), *_foreign_scripts(scripts, file, site))
            yield from (Problem(file, "", finding.found, finding.expected) for finding in findings)


def _foreign_scripts(scripts: Sequence[str], file: str, site: Path) -> Iterator[Finding]:
    """Files with scripts that are neither the theme's nor ours, letter by letter."""
    for script in scripts:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(urlsplit(script).path)))
        if not (site / name).is_file() or not is_file_of_theme(_in_assets(name), (site / name).read_bytes()):
            yield Finding(f"the script {script}", "only scripts of the theme, or of the package's own")


def _in_assets(address: str) -> str:
    """The theme's own name of a file; the page for wrong addresses has whole addresses, wherever the site lies."""
    return address[max(address.rfind("assets/"), 0) :]


def references(document: LexborHTMLParser) -> Counter[tuple[str, str]]:
    """The multiset of (reference, printed text) on a page."""
    return Counter((node.attributes["data-ref"] or "", plain(node.text())) for node in document.css("[data-ref]"))


def _numbers(edition: Edition, path: str, document: LexborHTMLParser) -> Iterator[Finding]:
    lines: dict[tuple[str, str], list[int]] = {}
    for item in edition.pages[path].page.occurrences:
        lines.setdefault((item.reference, plain(running(localise(item.shown, edition.language)))), []).append(item.line)
    expected = Counter({key: len(found) for key, found in lines.items()})
    there = references(document)
    for reference, text in (there - expected).elements():
        yield Finding(f"the number {text}", "only numbers of the plan", (f"{{{{{reference.partition(':')[2]}",), place=reference)
    for reference, text in (expected - there).elements():
        yield Finding("nothing", f"the number {text}", line=lines[reference, text][0], place=reference)


def _code(page: PlannedPage, document: LexborHTMLParser) -> Iterator[Finding]:
    """A notebook's page shows the code that was run, letter by letter, and what it printed, number by number."""
    notebook = page.notebook
    if notebook is None:
        return
    example = page.source.example
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
            yield Finding(repr(found), repr(expected), place=place or name)
            return  # what follows may only be out of step


def _digits(page: PlannedPage, document: LexborHTMLParser, titles: Set[str]) -> Iterator[Finding]:
    """Digits that no mark accounts for. Those of a title are text, wherever navigation shows it.

    In the prose of a page that is not finished they were told when it was written.
    """
    said = [node.attributes.get(name) or "" for node in document.css("[alt], [aria-label], [title]") for name in _SAID]
    loose = _loose_text(document.body, _headings(document)) if document.body and page.is_finished else ()
    spoken = (text for text in said if DIGIT.search(text) and not _line(text).endswith(tuple(titles)))
    shown = (text for text in loose if _line(text) not in titles)
    for text in (*spoken, *shown):
        if DIGIT.search(text):
            words = tuple(word for word in _DIGITS.findall(text) if len(word) > 2)
            expected = "digits only in references, indices, constants, code or quotations"
            yield Finding(f"the digit in {text.strip()[:60]!r}", expected, (text.strip(), *words))


def _headings(document: LexborHTMLParser) -> dict[str, str]:
    """The headings of a page as its table of contents repeats them, by the links to them."""
    found = {}
    for node in document.css(", ".join(f"h{level}[id]" for level in range(1, 7))):
        words = "".join(
            child.text() for child in node.iter(include_text=True) if "headerlink" not in (child.attributes.get("class") or "")
        )
        found[f"#{node.attributes['id']}"] = plain(words)
    return found


def _bare(document: LexborHTMLParser) -> Iterator[Finding]:
    """Formulas outside a paragraph, where Markdown has torn them out of it, or nothing keeps them together with their words."""
    for node in document.css("math"):
        around = node.parent
        while around is not None and around.tag in _IN_LINE:
            around = around.parent
        if around is None:
            continue
        if node.attributes.get("display") == "block":
            at_home = around.tag == "div" and "ex-formula" in (around.attributes.get("class") or "").split()
        else:
            torn = any(child.tag == "p" for child in around.iter())
            at_home = around.tag in _PARAGRAPHS and not torn
        if not at_home:
            beside = (child.text().strip() for child in around.iter(include_text=True) if child.tag == "-text")
            expected = "formulas in a paragraph, a heading, an item, a cell or a caption, or alone between two lines $$"
            found = f"the formula {node.text().strip()!r} outside any paragraph, in <{around.tag}>"
            yield Finding(found, expected, tuple(filter(None, beside)))


def _loose_text(node: LexborNode, headings: Mapping[str, str]) -> Iterator[str]:
    """The text of a page that no mark accounts for. The table of contents repeats headings, where they are accounted for."""
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text()
        elif child.tag == "a" and headings.get(child.attributes.get("href") or "") == plain(child.text()):
            pass
        elif child.tag not in _NOT_TEXT and not any(mark in child.attributes for mark in _ACCOUNTED):
            yield from _loose_text(child, headings)
        child = child.next


def _addresses(document: LexborHTMLParser) -> tuple[list[Finding], list[str]]:
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
            foreign.append(Finding(f"{address}, from elsewhere", "only what the site itself serves", (address,)))
    return foreign, own


def _links(page: Examined, file: str, site: Path, examined: Mapping[str, Examined], unfinished: Set[str]) -> Iterator[Finding]:
    """Links that lead nowhere. The site may lie in a folder, so none may climb out of it."""
    for address in page.addresses:
        parts = urlsplit(address)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
        if (site / target).is_dir():
            target = posixpath.normpath(f"{target}/index.html")
        fragment = unquote(parts.fragment)
        clues = (f"({address})", f'"{address}"', *([f"#{fragment}"] if fragment else [PurePosixPath(parts.path).stem]))
        if target in unfinished:
            continue
        if target.startswith(("/", "../")) or not (site / target).is_file():
            yield Finding(f"a link to {address}", "links that lead somewhere", clues)
        elif fragment and target in examined and fragment not in examined[target].anchors:
            yield Finding(f"a link to {address}", "links to anchors that exist", clues)


def _correspondence(plan: Plan) -> Iterator[Problem]:
    """The same page shows the same numbers in every language."""
    first, *others = plan.editions
    for edition in others:
        for path in first.pages.keys() & edition.pages.keys():
            pages = (first.pages[path], edition.pages[path])
            counts = [Counter((item.reference, item.shown) for item in page.page.occurrences) for page in pages]
            if counts[0] != counts[1] and all(page.is_finished for page in pages):
                differing = sorted({reference for reference, _ in ((counts[0] - counts[1]) + (counts[1] - counts[0]))})
                found = f"other numbers than in {first.language.code}: {', '.join(differing[:5])}"
                finding = Finding(found, "the same numbers in every language")
                yield located(pages[1], finding, file_of(edition.language, path), plan.texts)


def manifest(plan: Plan) -> Mapping[str, list[list[str]]]:
    """Page address → its numbers, as [reference, printed]: published with the site."""
    return {
        f"{edition.language.path}{url_of(path)}": [
            [occurrence.reference, running(localise(occurrence.shown, edition.language))] for occurrence in page.page.occurrences
        ]
        for edition in plan.editions
        for path, page in edition.pages.items()
    }
