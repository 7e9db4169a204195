"""Pages that come from two files: each of their lines knows from which, and a problem is told with the author's own line.

A language that is made from another one has that one's pages, converted, and sections that are written by hand. The draft of a
page has English sections where it is not translated, or no longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from explainer.core.errors import Problem
from explainer.words import conversion
from explainer.words.languages import Language
from explainer.words.page_syntax import is_whole
from explainer.words.sections import Section, sections

_LINE = re.compile(r"line (\d+)")
Origin = tuple[str, int]  # a file, and a line of it


@dataclass(frozen=True, slots=True)
class English:
    """Lines of a page, from one to another, that stand in English: nobody has translated them, or they have changed since."""

    first: int
    last: int
    is_stale: bool


def run_of(english: Iterable[English], line: int) -> English | None:
    """The lines among which this one stands in English."""
    return next((run for run in english if run.first <= line <= run.last), None)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished text, where each of its lines stands, and what was wrong with making it."""

    file: str
    text: str
    origins: tuple[Origin, ...] = ()
    problems: tuple[Problem, ...] = ()
    english: tuple[English, ...] = ()

    def origin(self, line: int) -> Origin:
        return self.origins[line - 1] if 0 < line <= len(self.origins) else (self.file, line)

    def located(self, problem: Problem) -> Problem:
        """A problem of this page, told where its author finds it."""
        match = _LINE.fullmatch(problem.place)
        if problem.file != self.file or match is None:
            return problem
        file, line = self.origin(int(match[1]))
        return replace(problem, file=file, place=f"line {line}")


def make(text: str, text_file: str, own: str, file: str, language: Language) -> Made:
    """The page of a language from that of the one it is made from and from what is written by hand, if anything is."""
    converted = conversion.page(text, language)
    base, hand = _chunks(converted.text), _chunks(own) if own else {}
    problems = list(_strangers(base, hand, own, file))
    lines, origins = list[str](), list[Origin]()
    for key, chunk in base.items():
        chosen, source = (hand[key], file) if key in hand else (chunk, text_file)
        for number, line in chosen:
            lines.append(line)
            origins.append((source, number))
    taken = set(origins)
    problems += [
        conversion.undecided_problem(text_file, f"line {number}", item, language)
        for number, item in converted.undecided
        if (text_file, number) in taken
    ]
    return Made(file, "\n".join(lines), tuple(origins), tuple(problems))


def draft(english: str, english_file: str, own: Made) -> Made:
    """A page with the sections of the English one: its own, but for those that it lacks, or that translate an older text.

    A section that is not stamped is somebody's work, and is shown.
    """
    source, translated = sections(english), {section.key: section for section in sections(own.text)} if own.text else {}
    chosen = [translated.get(section.key) for section in source]
    stale = [
        bool(mine and mine.mark is not None and mine.mark != section.hash) for mine, section in zip(chosen, source, strict=True)
    ]
    chosen = [None if is_stale else mine for mine, is_stale in zip(chosen, stale, strict=True)]
    if not all(is_whole(part for section in run for part in section.parts) for run in _runs(source, chosen)):
        chosen = [None] * len(source)  # where an element reaches from one section into another, sections cannot be mixed
    lines, origins, found = list[str](), list[Origin](), list[English]()
    for section, mine, is_stale in zip(source, chosen, stale, strict=True):
        first = len(lines) + 1
        for part in (mine or section).parts:
            lines += part.lines
            numbers = range(part.line, part.line + len(part.lines))
            origins += (own.origin(number) if mine else (english_file, number) for number in numbers)
        if mine is None and found and found[-1].last == first - 1:
            found[-1] = English(found[-1].first, len(lines), is_stale and found[-1].is_stale)
        elif mine is None:
            found.append(English(first, len(lines), is_stale))
    return replace(own, text="\n".join(lines), origins=tuple(origins), english=tuple(found))


def _runs(source: Sequence[Section], chosen: Sequence[Section | None]) -> Iterator[list[Section]]:
    """The English sections that come one after the other."""
    for is_english, run in groupby(zip(source, chosen, strict=True), lambda pair: pair[1] is None):
        if is_english:
            yield [section for section, _ in run]


Key = tuple[int, str]
Chunk = list[tuple[int, str]]


def _chunks(text: str) -> dict[Key, Chunk]:
    """A page's sections as they stand, marks and all, with the numbers of their lines."""
    lines, found = text.split("\n"), sections(text)
    ends = [*(section.line for section in found[1:]), len(lines) + 1]
    return {
        (section.level, section.identifier): list(enumerate(lines[section.line - 1 : end - 1], section.line))
        for section, end in zip(found, ends, strict=True)
    }


def _strangers(base: dict[Key, Chunk], hand: dict[Key, Chunk], own: str, file: str) -> Iterator[Problem]:
    """Sections written by hand that the page does not have; and what is no section is taken out."""
    if hand and not own.startswith("---\n"):
        head = hand.pop((0, ""), [])
        if any(line.strip() for _, line in head):
            yield Problem(file, "line 1", "text before the first section", "front matter, or a section", "## … {#anchor}")
    for level, identifier in [key for key in hand if key not in base]:
        number, line = hand.pop((level, identifier))[0]
        expected = "only sections of the page that it overrides, by their anchors"
        yield Problem(
            file, f"line {number}", f"the section {line!r}", expected, "\n".join(f"{'#' * n} … {{#{i}}}" for n, i in base if n)
        )
