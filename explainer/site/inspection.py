"""The finished site, read again from the outside: every number accounted for, nothing missing, nothing foreign.

This knows nothing of how pages are made. It sees HTML, and the plan's list of what should stand there.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.core.errors import Problem
from explainer.core.text import is_picture
from explainer.pages.writers import DIGIT
from explainer.site import safety
from explainer.site.addresses import shared, url_of
from explainer.site.files import names_in
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
    is_finished: bool = True  # as its page was planned


def examine(edition: Edition, page: PlannedPage, html: str, texts: Set[str]) -> Examined:
    """Look at a page alone. `texts` may have digits: titles, which navigation shows everywhere, and texts of the site itself."""
    document = LexborHTMLParser(html)
    anchors = frozenset(sys.intern(node.attributes["id"] or "") for node in document.css("[id]"))
    foreign, addresses = _addresses(document)
    findings = (
        *_numbers(edition, page, document),
        *_digits(page, document, texts),
        *_code(page, document),
        *_bare(document),
        *foreign,
        *(Finding(*found) for found in safety.problems(document)),
    )
    addresses = [sys.intern(address) for address in dict.fromkeys(addresses)]
    return Examined(findings, anchors, tuple(addresses), _scripts(document), page.is_finished)


def with_digits(texts: Iterable[str]) -> frozenset[str]:
    """Those texts that have digits."""
    return frozenset(_line(text) for text in texts if DIGIT.search(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def _scripts(document: LexborHTMLParser) -> tuple[str, ...]:
    return tuple(node.attributes["src"] or "" for node in document.css("script[src]"))


def inspected(plan: Plan, site: Path, looked_at: Mapping[str, Examined], but: Set[str] = frozenset()) -> tuple[Problem, ...]:
    """Everything that is wrong with a finished site, told with the authors' files; its HTML files have been looked at.

    It may hold other languages, which are not looked at, nor are those of `but`. What a page that is not finished lacks,
    others may lead to.
    """
    found: dict[Problem, None] = dict.fromkeys(_at_one_address(plan))
    files = _Files(site, {file for file, page in looked_at.items() if not page.is_finished}, _scripts_of(plan))
    told: dict[tuple[str, ...], str] = {}  # where the same was found of a page that is made in every language
    for edition in plan.editions:
        for path in edition.pages if edition.language.code not in but else ():
            file = file_of(edition.language, path)
            if (seen := looked_at.get(file)) is None:
                missing = Finding("no such file", "one for each planned page")
                found[located(edition.pages[path], missing, file, plan.texts)] = None
                continue
            for finding in (*seen.findings, *_links(seen, file, files, looked_at), *_foreign_scripts(seen.scripts, file, files)):
                first = told.setdefault((path, finding.expected, finding.place, *finding.clues[1:]), file)
                page = edition.pages[path]
                if first == file or page.source.is_authored:
                    found[located(page, finding, file, plan.texts)] = None
    for edition in plan.editions:
        found |= dict.fromkeys(_others(edition, site, files, looked_at))
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
    standing: dict[str, tuple[Edition, str]] = {}
    for edition in plan.editions:
        for path in edition.pages:
            file = file_of(edition.language, path)
            other, its_path = standing.setdefault(file.casefold(), (edition, path))
            if (other.language, its_path) != (edition.language, path):
                files = (edition.pages[path].source.file, other.pages[its_path].source.file)
                yield shared(files[0], file, files[1], "an address of its own for each page")


def _others(edition: Edition, site: Path, files: _Files, examined: Mapping[str, Examined]) -> Iterator[Problem]:
    """Pages that nobody has planned, such as the theme's page for wrong addresses."""
    for path in sorted((site / edition.language.path).glob("*.html")):
        file = path.relative_to(site).as_posix()
        if file not in examined:
            document = LexborHTMLParser(path.read_text(encoding="utf-8"))
            scripts = [_in_assets(script) for script in _scripts(document)]
            findings = (*(Finding(*found) for found in safety.problems(document)), *_foreign_scripts(scripts, file, files))
            yield from (Problem(file, "", finding.found, finding.expected) for finding in findings)


def _foreign_scripts(scripts: Sequence[str], file: str, files: _Files) -> Iterator[Finding]:
    """Files with scripts that are neither the theme's nor ours, nor the plan's, letter by letter."""
    for script in scripts:
        if not files.is_ours(files.of(file, urlsplit(script).path)):
            yield Finding(f"the script {script}", "only scripts of the theme, or of the package's own")


def _in_assets(address: str) -> str:
    """The theme's own name of a file; the page for wrong addresses has whole addresses, wherever the site lies."""
    return address[max(address.rfind("assets/"), 0) :]


def references(document: LexborHTMLParser) -> Counter[tuple[str, str]]:
    """The multiset of (reference, printed text) on a page."""
    return Counter((node.attributes["data-ref"] or "", plain(node.text())) for node in document.css("[data-ref]"))


def _numbers(edition: Edition, page: PlannedPage, document: LexborHTMLParser) -> Iterator[Finding]:
    lines: dict[tuple[str, str], list[int]] = {}
    for item in page.page.occurrences:
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
        *(
            (f"output {example}:{name}", number)
            for line in lines
            for name, number in zip(line.quantities, line.split()[1], strict=True)
        ),
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
        if node.tag == "img" and is_picture(address):
            continue
        rel = attributes.get("rel") or ""
        if node.tag != "a" and (node.tag != "link" or "stylesheet" in rel or "load" in rel or "icon" in rel):
            foreign.append(Finding(f"{address}, from elsewhere", "only what the site itself serves", (address,)))
    return foreign, own


def _scripts_of(plan: Plan) -> dict[str, bytes]:
    """The scripts that the plan has made, by their files."""
    return {
        edition.language.path + path: edition.downloads[path].encode()
        for edition in plan.editions
        for path in edition.downloads
        if path.endswith(".js")
    }


class _Files:
    """The files of a site, and which of them are of pages that are not finished."""

    def __init__(self, site: Path, unfinished: Set[str], scripts: Mapping[str, bytes]) -> None:
        self.unfinished = unfinished
        self._all = set(names_in(site))
        self._folders = {folder.as_posix() for name in self._all for folder in PurePosixPath(name).parents}
        self._target = lru_cache(maxsize=None)(self._led_to)

        def is_ours(name: str, content: bytes) -> bool:
            return scripts.get(name) == content or is_file_of_theme(_in_assets(name), content)

        self.is_ours = lru_cache(maxsize=None)(lambda name: name in self._all and is_ours(name, (site / name).read_bytes()))

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def of(self, file: str, path: str) -> str:
        """The file that a path in another file leads to."""
        folder = posixpath.dirname(file)
        while path.startswith("../") and folder:  # so that pages of one depth have the same question
            folder, path = posixpath.dirname(folder), path[3:]
        return self._target(folder, path)

    def _led_to(self, folder: str, path: str) -> str:
        target = posixpath.normpath(posixpath.join(folder, unquote(path)))
        return posixpath.normpath(f"{target}/index.html") if target in self._folders else target


def _links(page: Examined, file: str, files: _Files, examined: Mapping[str, Examined]) -> Iterator[Finding]:
    """Links that lead nowhere. The site may lie in a folder, so none may climb out of it."""
    for address in page.addresses:
        parts = urlsplit(address)
        target = files.of(file, parts.path) if parts.path else file
        if target in files.unfinished:
            continue
        fragment = unquote(parts.fragment)
        is_there = target in files
        if is_there and (not fragment or target not in examined or fragment in examined[target].anchors):
            continue
        clues = (f"({address})", f'"{address}"', *([f"#{fragment}"] if fragment else [PurePosixPath(parts.path).stem]))
        expected = "links to anchors that exist" if is_there else "links that lead somewhere"
        yield Finding(f"a link to {address}", expected, clues)


def _correspondence(plan: Plan) -> Iterator[Problem]:
    """The same page shows the same numbers in every language that has written it."""
    first, *others = plan.editions
    for path, page in first.pages.items() if others and not plan.is_draft else ():
        counts = _counted(page)
        for edition in others:
            other = edition.pages.get(path)
            same = other and other.source.is_authored == page.source.is_authored
            if other and same and other.is_finished and page.is_finished and (theirs := _counted(other)) != counts:
                differing = sorted({reference for reference, _ in ((counts - theirs) + (theirs - counts))})
                found = f"other numbers than in {first.language.code}: {', '.join(differing[:5])}"
                finding = Finding(found, "the same numbers in every language")
                yield located(other, finding, file_of(edition.language, path), plan.texts)


def _counted(page: PlannedPage) -> Counter[tuple[str, str]]:
    return Counter((item.reference, item.shown) for item in page.page.occurrences)


def numbers(edition: Edition, page: PlannedPage) -> list[list[str]]:
    """The numbers of a page, as [reference, printed]: published with the site."""
    return [[item.reference, running(localise(item.shown, edition.language))] for item in page.page.occurrences]
