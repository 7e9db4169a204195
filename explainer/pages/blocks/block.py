"""What a block is: a row of the table in `blocks/__init__.py`. And what blocks have in common: names, steps, mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explainer.core.errors import Problem, RecordError
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.pages.scribe import Scribe
from explainer.words import page_syntax

WHERE = "explainer/pages/blocks/__init__.py"


class BlockError(ValueError):
    """A block is asked for in a wrong way: what was found and what was expected.

    `right` are arguments that would be right here; an `example` is one of something else, such as the example's file. Without
    either, messages show the block as its row has it.
    """

    def __init__(self, found: str, expected: str, *, right: str = "", example: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.right, self.example = found, expected, right, example


OfExample = Callable[[Scribe, Derivation, Sequence[str]], str]
Alone = Callable[[Scribe, Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class BlockKind:
    """A kind of block: its name, arguments as an author writes them, and what it becomes.

    What it is made `of_example` depends on an example; what is `alone` needs none.

    Raises:
        RecordError: a row has neither of them, or both, or does not say how it is asked for.
    """

    name: str
    usages: tuple[str, ...]
    becomes: str
    of_example: OfExample | None = None
    alone: Alone | None = None
    of_ledgers: bool = False  # its arguments are ledgers, with their examples

    def __post_init__(self) -> None:
        if (self.of_example is None) == (self.alone is None):
            found, expected = "neither or both", "one function that makes it"
            raise RecordError(Problem(WHERE, f"{self.name}.alone or of_example", found, expected, "alone=listings.code"))
        if not self.usages:
            raise RecordError(Problem(WHERE, f"{self.name}.usages", "none", "arguments as an author writes them", '("", "after")'))

    def made(self, scribe: Scribe, derivation: Derivation | None, asked: page_syntax.Block) -> str:
        """What becomes of it on a page.

        Raises:
            BlockError: its arguments are wrong.
        """
        if self.of_example:
            assert derivation is not None
            return self.of_example(scribe, derivation, list(asked.arguments))
        if asked.example:
            raise BlockError(f"the example {asked.example!r}", "no example: it needs none", right=" ".join(asked.arguments))
        assert self.alone is not None
        return self.alone(scribe, list(asked.arguments))

    @property
    def right(self) -> str:
        """How it is asked for."""
        return f"::: {self.name} {self.usages[0]}".rstrip()


def resolved(derivation: Derivation, names: Sequence[str], among: Sequence[str] | None = None, before: str = "") -> list[str]:
    """Quantities by their full names; `among` are those that fit, and `before` is what stands before them among the arguments."""
    known = list(derivation.quantities) if among is None else among
    found = []
    for name in names:
        try:
            full = derivation.resolve(name)
        except KeyError:
            full = name
        if full not in known:
            raise unknown("quantity", name, known, f"a name of {derivation.name} that fits here", before)
        found.append(full)
    return found


def unknown(what: str, name: str, known: Sequence[str], expected: str, before: str = "") -> BlockError:
    """A name is none of those that are known, of which a message shows some."""
    shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
    return BlockError(f"the {what} {name!r}", f"{expected}: {shown or '(none)'}", right=before + known[0] if known else "")


def derived(derivation: Derivation, names: Sequence[str]) -> list[str]:
    """Names of quantities that an equation states."""
    return resolved(derivation, names, list(derivation.steps))


def step_of(derivation: Derivation, words: Sequence[str], default: int = 0, before: str = "") -> int:
    """The number of updates that a block names, `after` being all; `before` are the arguments that it follows."""
    last = derivation.example.steps
    allowed = ["after", *map(str, range(last + 1))]
    if not words:
        return default
    if len(words) > 1 or words[0] not in allowed:
        expected = f"how many updates were made before: one of {', '.join(allowed)}"
        raise BlockError(" ".join(words), expected, right=f"{before} after".lstrip())
    return last if words[0] == "after" else int(words[0])


def run_of(derivation: Derivation) -> Run:
    if derivation.run is None:
        raise BlockError("an example without a training run", "one with epochs", example="[training]\nepochs = 1000")
    return derivation.run


def nothing_after(names: Sequence[str]) -> str:
    """What becomes of a block without arguments, until that is known. It refuses any."""
    if names:
        raise BlockError(" ".join(names), "nothing after its name")
    return ""
