"""Every error the package raises on purpose.

    ExplainerError
    ├── InputError          the author's file or the command line is wrong   (exit status 2)
    ├── RecordError         explainer's own vocabulary or catalogue lacks something: no author's fault
    └── ContentError        the input is readable, what it says is not right (exit status 1)
        ├── ProofError      an equation is not what its name says
        ├── NumericError    a value overflows, or its digits stay undecided
        └── PageError       prose, catalogue, glossary, derivation or built page is wrong

Each carries a tuple of `Problem`s: all that was found, not only the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from explainer.core.text import printable

SHOWN = 20  # problems that a message has in full
LONGEST = 2_000  # letters of a line of a message


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected, and how it looks when right."""

    file: str
    place: str
    found: str
    expected: str
    example: str = ""

    def __str__(self) -> str:
        where = ": ".join(_line(part) for part in (self.file, self.place) if part)
        lines = [*([where] if where else []), f"  found:    {_line(self.found)}", f"  expected: {_line(self.expected)}"]
        if self.example:
            lines.append("  example:  " + printable(self.example).replace("\n", "\n            "))
        return "\n".join(lines)


def _line(text: str) -> str:
    """A text as one line of a message; the beginning of what is longer than anybody reads."""
    line = printable(text).replace("\n", "\\n")
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


class ExplainerError(Exception):
    """The root: catch this to catch them all. `status` is the command's exit status."""

    status = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(dict.fromkeys(problems))
        more = len(self.problems) - SHOWN
        super().__init__("\n".join([*map(str, self.problems[:SHOWN]), *([f"and {more:,} more"] if more > 0 else [])]))

    def __reduce__(self) -> tuple[Any, ...]:
        """As another process gets it."""
        return type(self), (self.problems,)


class InputError(ExplainerError):
    status = 2


class RecordError(ExplainerError):
    pass


class ContentError(ExplainerError):
    pass


class ProofError(ContentError):
    pass


class NumericError(ContentError):
    pass


class PageError(ContentError):
    pass


def joined(errors: Sequence[ExplainerError]) -> ExplainerError:
    """All problems of several errors in one: of wrong input, if any of them is."""
    kinds = (InputError, ProofError, NumericError, PageError)
    if any(isinstance(error, InputError) for error in errors):
        kind: type[ExplainerError] = InputError
    elif any(isinstance(error, RecordError) for error in errors):
        kind = RecordError
    else:
        kind = next((kind for kind in kinds if all(isinstance(error, kind) for error in errors)), ContentError)
    return kind(problem for error in errors for problem in error.problems)


class Attempts:
    """Several pieces of work, of which each may fail without hindering the others: the errors of those that did."""

    def __init__(self) -> None:
        self.errors: list[ExplainerError] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """A piece of work. What it raises is noted, and the next may begin."""
        try:
            yield
        except ExplainerError as error:
            self.errors.append(error)

    def note(self, kind: type[ExplainerError], problems: Iterable[Problem]) -> None:
        """Problems that were found without anything being raised."""
        if found := tuple(problems):
            self.errors.append(kind(found))

    def settle(self) -> None:
        """Raise everything, if there is anything."""
        if self.errors:
            raise joined(self.errors)
