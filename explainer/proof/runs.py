"""Training runs in balls: the digits of thousands of updates, proven like those of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from explainer.compose.schedule import NOTHING, Progress, Schedule, Stopped, bias_correction, play
from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError, Problem
from explainer.operations.algebra import PRIMITIVES
from explainer.operations.narrow import SHORTER
from explainer.proof.enclosure import (
    MAX_FRACTION_BITS,
    Ball,
    Balls,
    Undecided,
    enclose,
    is_decided,
    is_usable,
    precision,
    rational,
)
from explainer.proof.invariants import invariants

START_BITS = 192
MAX_BITS = 16_384


class RunOfBalls:
    """A run's numbers as balls."""

    def __init__(self) -> None:
        self.step = 0
        balls = Balls()
        self.functions: Mapping[str, Callable[..., Any]] = {
            **{name: lambda value, name=name: arb(getattr(balls, name)(value)) for name in PRIMITIVES},
            "exp": arb.exp,
            "log": arb.log,
            "sqrt": arb.sqrt,
            "tanh": arb.tanh,
            **{name: lambda operands, static, row=balls.overrides[name]: arb(row(operands, static)) for name in SHORTER},
            "bias_correction": bias_correction(self),
        }

    def number(self, value: Fraction) -> arb:
        return arb(rational(value))

    def is_usable(self, value: Ball) -> bool:
        return not isinstance(value, arb) or is_usable(value)

    def exceeds(self, one: Ball, other: Ball) -> bool:
        if one > other:
            return True
        if one <= other:
            return False
        raise Undecided


class RunOfFractions(RunOfBalls):
    """The same, where fractions stay fractions as long as they are short: a ball never tells a tie, or a zero, from its like.

    A parameter that never moves, and all of a network without transcendental functions, is a fraction.
    """

    def __init__(self) -> None:
        super().__init__()
        balls = Balls()
        exact = {name: getattr(balls, name) for name in PRIMITIVES}
        exact |= {name: balls.overrides[name] for name in SHORTER}
        self.functions = {**self.functions, **exact, "add": _add, "subtract": _subtract, "multiply": _multiply}

    def number(self, value: Fraction) -> Ball:  # type: ignore[override]
        return rational(value)


def _short(value: Ball) -> Ball:
    return arb(value) if isinstance(value, fmpq) and value.height_bits() > MAX_FRACTION_BITS else value


def _add(left: Ball, right: Ball) -> Ball:
    return right if left == 0 else left if right == 0 else _short(left + right)


def _subtract(left: Ball, right: Ball) -> Ball:
    return left if right == 0 else _short(left - right)


def _multiply(left: Ball, right: Ball) -> Ball:
    return fmpq(0) if left == 0 or right == 0 else _short(left * right)


def enclosures(schedule: Schedule, digits: int, progress: Progress = lambda _: None) -> tuple[dict[str, Enclosure], int]:
    """An enclosure of everything that is kept of a run, narrow enough for its printed digits, and the bits it took.

    Raises:
        NumericError: digits stay undecided at the largest precision; the first name.
    """
    bits, undecided, reading, fixed = START_BITS, "", RunOfBalls, NOTHING
    while bits <= MAX_BITS:
        with precision(bits):
            try:
                found = {name: enclose(value) for name, value in play(schedule, reading(), progress, fixed).items()}
            except (Stopped, Undecided, ZeroDivisionError):
                found = {}
        undecided = next((name for name, value in found.items() if not is_decided(value, digits)), "")
        if found and not undecided:
            return found, bits
        if reading is RunOfBalls:  # the faster one first
            reading, fixed = RunOfFractions, invariants(schedule)
        else:
            bits *= 2
    expected = f"a run whose digits can be proven with {MAX_BITS} bits"
    found_of = f"digits of {undecided or 'every loss'} undecided at {MAX_BITS} bits"
    raise NumericError(Problem(schedule.example.file, "training.epochs", found_of, expected, "epochs = 100"))
