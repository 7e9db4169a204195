"""Pages of a language that is made from another one: its text converted, and the sections that are written by hand.

Such a page comes from two files. Each of its lines knows from which, and a problem is told with the author's own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from explainer.core.errors import Problem
from explainer.words import conversion
from explainer.words.languages import Language
from explainer.words.sections import sections

_LINE = re.compile(r"line (\d+)")
Origin = tuple[str, int]  # a file, and a line of it


@dataclass(frozen=True, slots=True)
class Made:
    """A finished text, where each of its lines stands, and what was wrong with making it."""

    file: str
    text: str
    origins: tuple[Origin, ...] = ()
    problems: tuple[Problem, ...] = ()

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
