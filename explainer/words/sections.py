"""Is a translated page still a translation of the English one? Section by section.

A section runs from one heading to the next. In a translation, the line after a heading records which English text it
translates: `<!-- source: 1a2b3c4d -->`. What stands before the first heading is recorded in the front matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from explainer.core.errors import Problem
from explainer.words.page_syntax import Block, Claim, Display, Front, Heading, Is, Listing, Part, Prose, Stamp, hole, parse, pieces
from explainer.words.questions import Question, gathered

_COMPARED = {Is.HOLE: "hole", Is.CODE: "code", Is.FORMULA: "formula", Is.TARGET: "link"}
_NUMERAL = re.compile(r"\$-?\{\{constant [0-9]+\}\}\$")  # a number that some languages write in words and others in figures
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?:\s.*)?$", re.MULTILINE)  # in the reader's language; what it is about is not


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `level` 0 is what stands before the first heading. `mark` is the recorded hash, None without one."""

    line: int
    level: int
    title: str
    identifier: str
    parts: tuple[Part, ...]
    mark: str | None

    @property
    def key(self) -> tuple[int, str]:
        """The same in all languages."""
        return self.level, self.identifier

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.numbered)

    @property
    def numbered(self) -> tuple[tuple[int, str], ...]:
        """The lines of the text with their numbers."""
        return tuple(line for part in self.parts for line in part.numbered())

    @property
    def hash(self) -> str:
        """Of the text as it is now, without its mark."""
        lines = [line.rstrip() for line in self.text.strip().splitlines()]
        return blake2b("\n".join(lines).encode(), digest_size=4).hexdigest()


def sections(text: str) -> list[Section]:
    """Split a page."""
    found: list[Section] = []
    parts, mark, heading = list[Part](), None, Heading(1, (), 0)

    def section() -> Section:
        return Section(heading.line, heading.level, heading.title, heading.identifier, tuple(parts), mark)

    for part in parse(text):
        if isinstance(part, Heading):
            found.append(section())
            parts, mark, heading = [], None, part
        if isinstance(part, Stamp):
            mark = part.hash
        elif isinstance(part, Front):
            mark = part.stamp
        parts.append(part)
    return [*found, section()]


def _compared(section: Section) -> Counter[tuple[str, str]]:
    """What a translation must have as well: the kind of each thing, and the thing."""
    return Counter((kind, _normal(text)) for part in gathered(section.parts) for kind, text in _of_part(part))


def _of_part(part: Part) -> Iterator[tuple[str, str]]:
    if isinstance(part, Question):
        yield "question", part.written
        for inner in part.inside:
            yield from _of_part(inner)
    elif isinstance(part, Block):
        yield "block", part.written
    elif isinstance(part, Listing):
        yield "code block", _COMMENT.sub("", part.text)
    elif isinstance(part, Display):
        yield "formula", part.text
    elif isinstance(part, Heading | Prose):
        for piece in pieces(part.text):
            if piece.kind is Is.HOLE and isinstance(asked := hole(piece.text), Claim):
                yield "claim", asked.written
            elif piece.kind in _COMPARED and not _NUMERAL.fullmatch(piece.text):
                yield _COMPARED[piece.kind], piece.target if piece.kind is Is.TARGET else piece.text


def _normal(piece: str) -> str:
    """Without what languages write differently: words in formulas, and the multiplication sign."""
    piece = re.sub(r"\\text\{[^}]*\}", r"\\text{}", piece)
    return re.sub(r"\s+", " ", piece.replace(r"\times", r"\cdot"))


def problems(source: str, translation: str, file: str, source_file: str) -> Iterator[Problem]:
    """Everything in which a translated page does not follow the English one."""
    english, translated = sections(source), sections(translation)
    for section in english[1:]:
        if not section.identifier:
            expected = "an anchor, the same in every language"
            yield Problem(
                source_file,
                f"line {section.line}",
                f"the heading {section.title!r} without one",
                expected,
                "## Heading {#heading}",
            )
    ids, own_ids = [s.key for s in english], [s.key for s in translated]
    if ids != own_ids:
        wanted, given = set(ids), set(own_ids)
        missing = [f"{'#' * level} … {{#{identifier}}}" for level, identifier in ids if (level, identifier) not in given]
        extra = [f"{'#' * level} … {{#{identifier}}}" for level, identifier in own_ids if (level, identifier) not in wanted]
        found = "; ".join([*(f"no section {name}" for name in missing), *(f"a section {name} of its own" for name in extra)])
        yield Problem(file, "", found or "the sections in another order", f"the sections of {source_file}", "\n".join(missing))
    by_key = {s.key: s for s in translated}
    for section in english:
        own = by_key.get(section.key)
        if own is None:
            continue
        place = f"line {own.line}"
        name = f"the section {own.title!r}" if own.level else "the front matter"
        right = f"<!-- source: {section.hash} -->" if own.level else f"source: {section.hash}"
        if own.mark is None:
            expected = "the mark of the English section, which `explainer stamp` writes when the translation is complete"
            yield Problem(file, place, f"{name} does not say which text it translates", expected, right)
        elif own.mark != section.hash:
            expected = f"a translation of {source_file} line {section.line} as it is now"
            yield Problem(file, place, f"{name} translates an older English text", expected, right)
            continue  # what else differs, differs because of that
        here, there = _compared(own), _compared(section)
        for kind, piece in here - there:
            expected = f"only what the English section has ({source_file} line {section.line})"
            yield Problem(file, place, f"the {kind} {piece}", expected)
        for kind, piece in there - here:
            yield Problem(file, place, f"{name} without the {kind} {piece}", "the same as in the English section", piece)


def stamped(source: str, translation: str) -> str:
    """The translation with every mark set to the English section as it is now: its author says that it is up to date."""
    hashes = {section.key: section.hash for section in sections(source)}
    lines: list[str] = []
    for part in parse(translation):
        lines += (line for _, line in part.numbered())
        if isinstance(part, Front) and part.is_closed:
            lines.insert(-1, f'source: "{hashes[0, ""]}"')
        if isinstance(part, Heading) and (value := hashes.get((part.level, part.identifier))):
            lines.append(f"<!-- source: {value} -->")
    return "\n".join(lines)
