"""Enclosures of a program's values: exact rationals while every operation is rational, balls (Arb) otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from explainer.digits import Enclosure, Shown, given, show
from explainer.errors import NumericError, Problem
from explainer.operations import OPERATIONS, Operation, Operators, apply
from explainer.program import Program, Static

START_BITS = 128
MAX_BITS = 4096
MAX_FRACTION_BITS = 2048
LARGEST_DOUBLE = Fraction(sys.float_info.max)
GUARD_DIGITS = 12  # how many more may be printed in a line whose result is rounded

Ball = fmpq | arb


class Undecided(Exception):
    """A comparison that this precision does not decide."""


class Balls(Operators):
    """The primitives on rationals and balls. A rational stays one until a transcendental function takes it."""

    overrides: Mapping[str, Callable[..., Any]] = {}

    def number(self, value: Fraction) -> Ball:
        return fmpq(value.numerator, value.denominator)

    def exp(self, value: Ball) -> Ball:
        return fmpq(1) if value == 0 else arb(value).exp()

    def tanh(self, value: Ball) -> Ball:
        return fmpq(0) if value == 0 else arb(value).tanh()

    def positive_part(self, value: Ball) -> Ball:
        return value if self._sign(value) > 0 else fmpq(0)

    def is_positive(self, value: Ball) -> Ball:
        return fmpq(1 if self._sign(value) > 0 else 0)

    def _sign(self, value: Ball) -> int:
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value == 0:
            return 0
        raise Undecided


@contextmanager
def precision(bits: int):  # type: ignore[no-untyped-def]
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def enclose(value: Ball) -> Enclosure:
    if isinstance(value, fmpq):
        return Enclosure.exact(Fraction(int(value.p), int(value.q)))
    middle, radius = _dyadic(value.mid()), _dyadic(value.rad())
    return Enclosure(middle - radius, middle + radius)


def rational(value: Decimal | Fraction) -> fmpq:
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def evaluate(program: Program, bits: int, operations: Mapping[str, Operation] = OPERATIONS) -> dict[str, Ball]:
    """Every value of the program in balls of `bits` bits.

    Raises:
        Undecided: a kink's side cannot be told at this precision.
        NumericError: a value is not finite.
    """
    with precision(bits):
        algebra = Balls()
        values: dict[str, Ball] = {name: rational(value) for name, value in program.given.items()}
        for equation in program.equations:
            operands = [values[name] for name in equation.operands]
            try:
                value = apply(operations[equation.operation], algebra, operands, equation.static)
            except ZeroDivisionError:
                value = arb("nan")
            if isinstance(value, arb) and not value.is_finite():
                raise NumericError(_overflow("", equation.target))
            # An exact fraction that has grown beyond use goes on as a ball.
            values[equation.target] = arb(value) if isinstance(value, fmpq) and value.height_bits() > MAX_FRACTION_BITS else value
        return values


def _overflow(file: str, name: str) -> Problem:
    expected = f"a value of at most {sys.float_info.max:.1e} in size, as float64 has it"
    return Problem(file, name, "a value that overflows", expected, "smaller inputs, parameters or learning rate")


def enclosures(
    program: Program,
    digits: int,
    vanishes: Callable[[str], bool],
    file: str = "",
    operations: Mapping[str, Operation] = OPERATIONS,
) -> tuple[dict[str, Enclosure], int]:
    """An enclosure for every quantity, narrow enough for its printed digits and its nearest double, and the bits it took.

    The precision is doubled until all is decided. What still has zero inside at the cap is zero only if `vanishes` says
    that it is proven.

    Raises:
        NumericError: quantities whose digits stay undecided, by name.
    """
    bits = START_BITS
    found: dict[str, Enclosure] = {}
    open_names = list(program.quantities)
    while bits <= MAX_BITS:
        try:
            values = evaluate(program, bits, operations)
        except Undecided:
            bits *= 2
            continue
        for name in open_names:
            found[name] = enclose(values[name])
        for name in open_names:  # the first one; what follows from it would only repeat it
            if max(abs(found[name].lower), abs(found[name].upper)) > LARGEST_DOUBLE:
                raise NumericError(_overflow(file, name))
        open_names = [name for name in open_names if not _decided(found[name], digits)]
        for name in [name for name in open_names if found[name].may_be_zero and vanishes(name)]:
            found[name] = Enclosure.exact(0)
            open_names.remove(name)
        if not open_names:
            return found, bits
        bits *= 2
    raise NumericError(
        Problem(file, name, f"digits undecided at {MAX_BITS} bits", "a value whose digits can be proven", "")
        for name in (open_names or ["a kink"])
    )


def _decided(enclosure: Enclosure, digits: int) -> bool:
    return enclosure.nearest_double() is not None and all(
        show(enclosure, count) is not None for count in range(1, max(digits, 4) + GUARD_DIGITS + 1)
    )


def recompute(operation: str, operands: Sequence[Shown], static: Static, digits: int) -> Shown | None:
    """What a reader gets who puts printed numbers into an operation and rounds; None if that is not decided."""
    with precision(START_BITS):
        try:
            value = apply(OPERATIONS[operation], Balls(), [rational(operand.value) for operand in operands], static)
        except (Undecided, ZeroDivisionError):
            return None
        return show(enclose(value), digits)


def shown_values(program: Program, found: Mapping[str, Enclosure], digits: int) -> dict[str, Shown]:
    """The default printed form of every quantity."""
    return {
        name: given(program.given[name]) if name in program.given else shown
        for name in program.quantities
        if (shown := show(found[name], digits)) is not None
    }


def names_at_kinks(program: Program, values: Mapping[str, Enclosure], kinked: Iterable[str]) -> tuple[str, ...]:
    """Equations that hit their operation's kink exactly: their slope is a convention, not a derivative."""
    kinks = set(kinked)
    return tuple(
        equation.target
        for equation in program.equations
        if equation.operation in kinks and values[equation.operands[0]] == Enclosure.exact(0)
    )
