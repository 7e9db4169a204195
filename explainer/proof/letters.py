"""How many letters a proof needs is guessed, and corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from explainer.core.program import Program
from explainer.proof.rings.polynomials import NoLetterLeft

T = TypeVar("T")

# How many letters an equation can bring in; arithmetic brings none.
_LETTERS = {
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "general_power": 2,
    "maximum": 2,
    "minimum": 2,
    "sigmoid": 1,
    "tanh": 1,
    "relu": 2,
    "leaky_relu": 1,
    "softplus": 2,
    "softmax": 1,
}
_LETTERS_OF_LOSS = 2  # for each operand


def letters_of(program: Program) -> int:
    """A first guess at how many letters a proof needs: few, since each makes every polynomial a little slower."""
    return sum(
        len(equation.operands) * _LETTERS_OF_LOSS if "entropy" in equation.operation else _LETTERS.get(equation.operation, 0)
        for equation in program.equations
    )


def with_letters(letters: int, run: Callable[[int], T]) -> T:
    """Run with a number of letters; again with more if they do not suffice."""
    while True:
        try:
            return run(letters)
        except NoLetterLeft:
            letters = 2 * letters + 8
