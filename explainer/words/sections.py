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

_HEADING = re.compile(r"^(?P<marks>#{1,6}) (?P<title>.*?)(?: \{#(?P<identifier>[\w-]+)\})?$")
_MARK = re.compile(r"^<!-- source: (?P<hash>[0-9a-f]*) -->$")
_FRONT_MARK = re.compile(r"^source: *[\"']?(?P<hash>[0-9a-f]*)[\"']?$")
_PARTS = {
    "hole": re.compile(r"\{\{(?:(?!\{\{).)*?\}\}"),
    "block": re.compile(r"^:::.*$", re.MULTILINE),
    "code": re.compile(r"`[^`\n]+`"),
    "formula": re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL),
    "link": re.compile(r"\]\(((?:(?!\]\()[^)\s])*)\)"),
    "code block": re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `level` 0 is what stands before the first heading. `mark` is the recorded hash, None without one."""

    line: int
    level: int
    title: str
    identifier: str
    text: str
    mark: str | None
    numbers: tuple[int, ...] = ()  # of the lines of `text`

    @property
    def hash(self) -> str:
        """Of the text as it is now, without its mark."""
        lines = [line.rstrip() for line in self.text.strip().splitlines()]
        return blake2b("\n".join(lines).encode(), digest_size=4).hexdigest()


def _scan(text: str) -> Iterator[tuple[int, str, str, re.Match[str] | None]]:
    """The lines of a page with their numbers, what each is (heading, mark, end of the front matter, text), and its match."""
    fenced, front = False, text.startswith("---\n")
    for number, line in enumerate(text.split("\n"), 1):
        if front and number > 1:
            front = line != "---"
            mark = _FRONT_MARK.match(line)
            yield number, line, "mark" if mark else "text" if front else "front end", mark
            continue
        if line.startswith("```"):
            fenced = not fenced
        heading, mark = (None, None) if fenced or front else (_HEADING.match(line.rstrip()), _MARK.match(line))
        yield number, line, "heading" if heading else "mark" if mark else "text", heading or mark


def sections(text: str) -> list[Section]:
    """Split a page."""
    found: list[Section] = []
    level, title, identifier, start, mark = 0, "", "", 1, None
    lines: list[tuple[int, str]] = []

    def section() -> Section:
        text = "\n".join(line for _, line in lines)
        return Section(start, level, title, identifier, text, mark, tuple(number for number, _ in lines))

    for number, line, what, match in _scan(text):
        if match and what == "mark":
            mark = match["hash"]
            continue
        if match and what == "heading":
            found.append(section())
            level, title, identifier = len(match["marks"]), match["title"], match["identifier"] or ""
            start, mark, lines = number, None, []
        lines.append((number, line))
    return [*found, section()]


def _multiset(kind: str, text: str) -> Counter[str]:
    pattern = _PARTS[kind]
    if kind != "code block":
        text = _PARTS["code block"].sub("", text)  # a prompt is no formula
    return Counter(_normal(match[match.lastindex or 0]) for match in pattern.finditer(text))


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
    ids, own_ids = [(s.level, s.identifier) for s in english], [(s.level, s.identifier) for s in translated]
    if ids != own_ids:
        wanted, given = set(ids), set(own_ids)
        missing = [f"{'#' * level} … {{#{identifier}}}" for level, identifier in ids if (level, identifier) not in given]
        extra = [f"{'#' * level} … {{#{identifier}}}" for level, identifier in own_ids if (level, identifier) not in wanted]
        found = "; ".join([*(f"no section {name}" for name in missing), *(f"a section {name} of its own" for name in extra)])
        yield Problem(file, "", found or "the sections in another order", f"the sections of {source_file}", "\n".join(missing))
    by_key = {(s.level, s.identifier): s for s in translated}
    for section in english:
        own = by_key.get((section.level, section.identifier))
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
        for kind in _PARTS:
            here, there = _multiset(kind, own.text), _multiset(kind, section.text)
            for piece in here - there:
                yield Problem(
                    file,
                    place,
                    f"the {kind} {piece}",
                    f"only what the English section has ({source_file} line {section.line})",
                )
            for piece in there - here:
                yield Problem(file, place, f"{name} without the {kind} {piece}", "the same as in the English section", piece)


def stamped(source: str, translation: str) -> str:
    """The translation with every mark set to the English section as it is now: its author says that it is up to date."""
    hashes = {(section.level, section.identifier): section.hash for section in sections(source)}
    lines: list[str] = []
    for _, line, what, match in _scan(translation):
        if what == "mark":
            continue
        if what == "front end":
            lines.append(f'source: "{hashes[0, ""]}"')
        lines.append(line)
        if match and what == "heading" and (value := hashes.get((len(match["marks"]), match["identifier"] or ""))):
            lines.append(f"<!-- source: {value} -->")
    return "\n".join(lines)
