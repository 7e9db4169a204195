"""How many letters a proof needs is guessed, and corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from explainer.core.program import Program
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.rings.polynomials import NoLetterLeft

T = TypeVar("T")


def letters_of(program: Program) -> int:
    """A first guess at how many letters a proof needs: few, since each makes every polynomial a little slower."""
    rows = [(OPERATIONS[equation.operation], len(equation.operands)) for equation in program.equations]
    return sum(row.letters + count * row.letters_each for row, count in rows)


def with_letters(letters: int, attempt: Callable[[int], T]) -> T:
    """Try with a number of letters; again with more if they do not suffice."""
    while True:
        try:
            return attempt(letters)
        except NoLetterLeft:
            letters = 2 * letters + 8
