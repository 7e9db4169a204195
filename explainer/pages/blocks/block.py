"""What a block is: a row of the table in `blocks/__init__.py`. And what blocks have in common: names, steps, mistakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from explainer.core.errors import Problem, RecordError
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.pages.scribe import Scribe
from explainer.words import page_syntax

WHERE = "explainer/pages/blocks/__init__.py"
LONGEST_OPTION = 3  # digits of a number in one


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
    of_examples: bool = False  # there are examples among its arguments
    of_networks: bool = False  # its argument is a trained network

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
        found = f"{derivation.name}, an example without a training run"
        raise BlockError(found, "one with epochs", example="[training]\nepochs = 1000")
    return derivation.run


def examples_of(
    scribe: Scribe, names: Sequence[str], ends: Collection[str], fits: Callable[[Derivation], bool]
) -> tuple[list[Derivation], list[str]]:
    """The examples that a block is asked for of, and the words after them, which begin with one of `ends`.

    A message shows those examples that fit.
    """
    end = next((index for index, name in enumerate(names) if name in ends), len(names))
    asked, known = list(dict.fromkeys(names[:end])), scribe.derivations
    wrong = next((name for name in asked if name not in known), "" if not asked else None)
    if wrong is not None:
        raise unknown("example", wrong, [name for name in known if fits(known[name])], "one example or several")
    return [known[name] for name in asked], list(names[end:])


def options(names: Sequence[str], known: Collection[str], right: str) -> tuple[list[str], dict[str, int]]:
    """Arguments, and those of them that are written `digits=4`: whole numbers, by their names."""
    plain, found = list[str](), dict[str, int]()
    for name in names:
        key, equals, value = name.partition("=")
        if not equals:
            plain.append(name)
        elif key not in known or key in found or not (value.isascii() and value.isdigit() and len(value) <= LONGEST_OPTION):
            expected = f"{' or '.join(f'{item}=4' for item in known)}, each once at most, with a whole number"
            raise BlockError(name, expected, right=right)
        else:
            found[key] = int(value)
    return plain, found


def nothing_after(names: Sequence[str]) -> str:
    """What becomes of a block without arguments, until that is known. It refuses any."""
    if names:
        raise BlockError(" ".join(names), "nothing after its name")
    return ""
