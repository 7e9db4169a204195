"""Training runs in balls: the digits of thousands of updates, proven like those of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from explainer.digits import Enclosure
from explainer.errors import NumericError, Problem
from explainer.proof.enclosure import Balls, Undecided, enclose, is_decided, is_usable, precision, rational
from explainer.schedule import Progress, Schedule, Stopped, play

START_BITS = 192
MAX_BITS = 16_384


class RunOfBalls:
    """A run's numbers as balls. They are never kept as fractions, which would double in length with every update."""

    def __init__(self) -> None:
        self.step = 0
        balls = Balls()
        self.functions: Mapping[str, Callable[..., Any]] = {
            "exp": arb.exp,
            "log": arb.log,
            "sqrt": arb.sqrt,
            "tanh": arb.tanh,
            "positive_part": balls.positive_part,
            "is_positive": balls.is_positive,
            "bias_correction": lambda kept, decay: kept / (1 - decay**self.step),
        }

    def number(self, value: Fraction) -> arb:
        return arb(rational(value))

    def is_usable(self, value: arb) -> bool:
        return is_usable(value)


def enclosures(schedule: Schedule, digits: int, progress: Progress = lambda _: None) -> tuple[dict[str, Enclosure], int]:
    """An enclosure of everything that is kept of a run, narrow enough for its printed digits, and the bits it took.

    Raises:
        NumericError: digits stay undecided at the largest precision; the first name.
    """
    bits, undecided = START_BITS, "the loss"
    while bits <= MAX_BITS:
        with precision(bits):
            try:
                found = {name: enclose(arb(value)) for name, value in play(schedule, RunOfBalls(), progress).items()}
            except (Stopped, Undecided):
                found = {}
        undecided = next((name for name, value in found.items() if not is_decided(value, digits)), "")
        if found and not undecided:
            return found, bits
        bits *= 2
    expected = f"a run whose digits can be proven with {MAX_BITS} bits"
    raise NumericError(Problem(schedule.example.file, undecided, f"digits undecided at {MAX_BITS} bits", expected, "epochs = 100"))
