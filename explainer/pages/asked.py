"""What a page leaves to its reader, as finished pieces: each writer is a reading of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

OF_FIELDS = ("empty", "text", "marks", "far")  # what scripts say of a typed text that is no number


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be answered to a question: a number as it is printed or words to choose, and what there is to say of it."""

    text: str  # "" is anything else
    is_right: bool
    says: Sequence[str]  # paragraphs


@dataclass(frozen=True, slots=True)
class Question:
    """One question by itself, for programs that ask and judge: a number with so many digits, or, without digits, a choice."""

    words: Sequence[str]  # paragraphs
    answers: Sequence[Answer]
    solution: Sequence[str]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Something to do, as finished pieces: what it is, what there is to choose from, what is for a script, and the solution.

    What not every reading of it shows is made when it is asked for, since numbers that are written are recorded.
    """

    kind: str  # the name of its class
    data: str  # for the script
    lines: Sequence[str]  # paragraphs
    options: Sequence[str] = ()
    blanks: Sequence[str] = ()  # what is to be filled in
    hidden: Callable[[], Sequence[str]] = tuple  # paragraphs for the script alone
    answers: Callable[[], Sequence[str]] = tuple  # what is right, in short
    questions: Callable[[], Sequence[Question]] = tuple
    label: str = ""
    solution: Sequence[str] = ()  # how it is worked out
    slips: Sequence[str] = ()  # what goes wrong, in tables
    says: Mapping[str, str] = field(default_factory=dict)
    fresh: str = ""  # how the script makes more sets of numbers
    marks: tuple[str, str, str] = ("", "", "")  # decimal mark, minus sign, and what stands between thousands

    def body(self, between: str = "\n") -> str:
        """What opens under the label."""
        return between.join([*self.solution, *self.slips])


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with choices: what is asked, each choice with its reason, and which is right. Words are Markdown."""

    name: str
    asked: str
    options: Sequence[str]
    reasons: Sequence[str]
    right: int
    label: str
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Something to draw on: the number of the image that it begins with, what stands there without a script, and what that says."""

    first: int
    without: Sequence[str]
    says: Mapping[str, str]
    marks: tuple[str, str]  # the language's decimal mark, and its minus sign


@dataclass(frozen=True, slots=True)
class Workbench:
    """A network to put together and to train: all that a script needs, what stands there without one, and what it says."""

    data: str
    without: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A quiz: how many questions at a time, and in which order those of the page are drawn."""

    count: int
    order: Sequence[int]
    says: Mapping[str, str]
