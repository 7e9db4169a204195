"""Questions with choices, as they stand on a page: from `::: say which name` to `:::`.

Between these lines stand the words of the question, then each choice, `- [x]` before the right one and `- [ ]` before the others,
and under each choice, indented, the reason why it is right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from explainer.words.page_syntax import Block, Part, Prose

RIGHT = """::: say which epoch

What is one complete pass through the training set called?

- [x] An *epoch*.
  Every sample has had its turn once.
- [ ] A *batch*.
  A batch is the group of samples from which one gradient is taken.

:::"""
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CHOICE = re.compile(r"- \[(?P<mark>[xX ])\](?: +(?P<text>.*))?")

Line = tuple[int, str]  # its number, and what it says


@dataclass(frozen=True, slots=True)
class Choice:
    """What one may choose, and why it is right or wrong."""

    line: int
    text: str
    is_right: bool
    why: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question as it is written."""

    line: int
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Question(Part):
    """A question, with the line that opens it and the one that closes it."""

    name: str = ""
    asked: tuple[Line, ...] = ()
    choices: tuple[Choice, ...] = ()
    faults: tuple[Fault, ...] = ()
    inside: tuple[Part, ...] = ()

    @property
    def written(self) -> str:
        """The same for all languages: its name, and which of its choices is right."""
        marks = " ".join("[x]" if choice.is_right else "[ ]" for choice in self.choices)
        return f"::: say which {self.name}: {marks}"


def gathered(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of a page, in which each question is one."""
    known, at = list(parts), 0
    while at < len(known):
        part = known[at]
        if isinstance(part, Block) and part.name == "say" and part.arguments[:1] == ("which",):
            inside = tuple(takewhile(lambda each: isinstance(each, Prose), known[at + 1 :]))
            following = known[at + 1 + len(inside) : at + 2 + len(inside)]
            closing = [each for each in following if isinstance(each, Block) and not each.written.removeprefix("::: ")]
            part = _question(part, inside, closing)
            at += len(inside) + len(closing)
        yield part
        at += 1


def _question(opening: Block, inside: tuple[Part, ...], closing: Sequence[Part]) -> Question:
    asked, choices, faults = list[Line](), list[Choice](), list[Fault]()
    names = opening.arguments[1:]
    if len(names) != 1 or not _NAME.fullmatch(names[0]) or opening.example:
        expected = "one name after `which`, of small letters, digits and hyphens"
        faults.append(Fault(opening.line, f"the question {opening.written!r}", expected))
    for part in inside:
        line = part.text.rstrip()
        if match := _CHOICE.fullmatch(line):
            choices.append(Choice(part.line, (match["text"] or "").strip(), match["mark"] != " ", ()))
        elif line and not choices:
            asked.append((part.line, line))
        elif line.startswith("  "):
            last = choices[-1]
            choices[-1] = Choice(last.line, last.text, last.is_right, (*last.why, (part.line, line.strip())))
        elif line:
            faults.append(Fault(part.line, f"the line {line!r} among the choices", "choices, and under each its reason, indented"))
    if not closing:
        expected = "::: on a line of its own after its choices, and nothing but lines of words before it"
        faults.append(Fault(opening.line, "a question that does not end", expected))
    elif not faults:
        faults += _of_whole(opening.line, asked, choices)
    lines = tuple(line for part in (opening, *inside, *closing) for line in part.lines)
    return Question(opening.line, lines, " ".join(names), tuple(asked), tuple(choices), tuple(faults), inside)


def _of_whole(line: int, asked: Sequence[Line], choices: Sequence[Choice]) -> Iterator[Fault]:
    if not asked:
        yield Fault(line, "a question without words", "the question, before its choices")
    if len(choices) < 2:
        yield Fault(line, f"a question with {'one choice' if choices else 'no choice'}", "two choices at least")
    right = [choice for choice in choices if choice.is_right]
    if choices and not right:
        yield Fault(line, "a question without a right answer", "[x] before the right choice")
    for choice in right[1:]:
        yield Fault(choice.line, f"a second right answer, {choice.text!r}", "[x] before one choice, and [ ] before the others")
    for choice in choices:
        if not choice.text:
            yield Fault(choice.line, "a choice without words", "what one may choose, behind its mark")
        if not choice.why:
            expected = "why it is right or wrong, indented on the line under it"
            yield Fault(choice.line, f"the choice {choice.text!r} without an explanation", expected)
