"""A cell of a notebook, and the lines that it must print."""

from __future__ import annotations

from dataclasses import dataclass

from explainer.core import digits as rounding
from explainer.derivation.derivation import Derivation
from explainer.notebook import code


@dataclass(frozen=True, slots=True)
class Output:
    """A line that a cell prints. With a quantity its number stands at the end; with the names of several, a row of numbers."""

    text: str
    quantity: str = ""

    @property
    def quantities(self) -> tuple[str, ...]:
        return tuple(self.quantity.split())

    def split(self) -> tuple[str, tuple[str, ...]]:
        """What stands before the numbers, and the numbers."""
        if not self.quantity:
            return self.text, ()
        words = self.text.split()
        numbers = tuple(words[len(words) - len(self.quantities) :])
        return " ".join(words[: len(words) - len(numbers)]), numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """Code with what is said before it: the heading of a section ("" for more of the same), a sentence, and formulas.

    `section` and `step` name it, `formulas` are quantities whose equations are shown.
    """

    section: str
    step: int
    heading: str
    sentence: str
    formulas: tuple[str, ...]
    code: str
    outputs: tuple[Output, ...] = ()


def expected_text(derivation: Derivation, name: str) -> str:
    """A proven number as a notebook prints it."""
    shown = derivation.shown[name]
    most = code.digits_of(derivation.example.digits)
    if most == derivation.example.digits:
        return shown.text
    fewer = rounding.show(derivation.enclosure(name), most)
    return fewer.text if fewer else shown.text
