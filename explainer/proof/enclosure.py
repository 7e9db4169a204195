"""Enclosures of a program's values: exact rationals while every operation is rational, balls (Arb) otherwise."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import isqrt, prod
from typing import Any

from flint import arb, ctx, fmpq

from explainer.core.digits import Enclosure, Shown, given, show
from explainer.core.errors import NumericError, Problem
from explainer.core.program import Equation, Kind, Program, Static
from explainer.operations.algebra import Operators, read
from explainer.operations.narrow import NARROW, SHORTER
from explainer.operations.record import Operation, apply
from explainer.operations.vocabulary import OPERATIONS

FLOAT64_BITS = 53
START_BITS = 128
MAX_BITS = 4096
MAX_FRACTION_BITS = 2048
LARGEST_EXPONENT = 100  # of a rational that is raised to a whole power exactly
TINY_BITS = 20_000
_TINY = Fraction(1, 2**TINY_BITS)
SMALLEST_BITS = 5_000  # 2⁻⁵⁰⁰⁰ is about 1e-1500
GUARD_DIGITS = 24  # how many more may be printed in a line whose result is rounded: so many does 1 − σ(40) need

Ball = fmpq | arb


class Undecided(Exception):
    """A comparison that this precision does not decide."""


class Balls(Operators):
    """The primitives on rationals and balls. A rational stays one until a transcendental function takes it."""

    def __init__(self) -> None:
        self.overrides: Mapping[str, Callable[..., Any]] = {
            **{name: partial(read, form, self) for name, form in NARROW.items()},
            "general_power": lambda operands, _: self._general_power(*operands),
        }

    def number(self, value: Fraction) -> Ball:
        return fmpq(value.numerator, value.denominator)

    def subtract(self, left: Ball, right: Ball) -> Ball:
        """What is subtracted from itself leaves nothing, whatever it is."""
        return fmpq(0) if left is right else left - right

    def multiply(self, left: Ball, right: Ball) -> Ball:
        """Nothing times anything is nothing, exactly: what comes back through a ReLU that is shut needs no bounds."""
        return fmpq(0) if any(isinstance(factor, fmpq) and factor == 0 for factor in (left, right)) else left * right

    def divide(self, left: Ball, right: Ball) -> Ball:
        """Nothing by anything else is nothing, exactly."""
        is_nothing = isinstance(left, fmpq) and left == 0 and (right > 0 or right < 0)
        return fmpq(0) if is_nothing else left / right

    def _general_power(self, base: Ball, exponent: Ball) -> Ball:
        if isinstance(base, fmpq) and isinstance(exponent, fmpq):
            root = self.sqrt(base) if exponent.q == 2 else base
            if exponent.q <= 2 and abs(exponent) <= LARGEST_EXPONENT and isinstance(root, fmpq):
                return root ** int(exponent.p)
        return self.exp(exponent * Balls.log(self, base))  # of base e, whatever logarithms a formula has

    def power(self, base: Ball, exponent: int) -> Ball:
        return prod([base] * exponent, start=fmpq(1))  # arb's own power has no value around zero

    def exp(self, value: Ball) -> Ball:
        return fmpq(1) if value == 0 else arb(value).exp()

    def log(self, value: Ball) -> Ball:
        return fmpq(0) if value == 1 else arb(value).log()

    def sqrt(self, value: Ball) -> Ball:
        if isinstance(value, fmpq) and value >= 0:
            root = fmpq(isqrt(int(value.p)), isqrt(int(value.q)))
            if root * root == value:
                return root
        return arb(value).sqrt()

    def tanh(self, value: Ball) -> Ball:
        return fmpq(0) if value == 0 else arb(value).tanh()

    def sin(self, value: Ball) -> Ball:
        return fmpq(0) if value == 0 else arb(value).sin()

    def cos(self, value: Ball) -> Ball:
        return fmpq(1) if value == 0 else arb(value).cos()

    def erf(self, value: Ball) -> Ball:
        return fmpq(0) if value == 0 else arb(value).erf()

    def erf_slope(self, value: Ball) -> Ball:
        return self.exp(-self.power(value, 2)) * 2 / arb.pi().sqrt()

    def normal_cdf(self, value: Ball) -> Ball:
        return fmpq(1, 2) if value == 0 else (-arb(value) / arb(2).sqrt()).erfc() / 2

    def normal_density(self, value: Ball) -> Ball:
        return self.exp(-self.power(value, 2) / 2) / (2 * arb.pi()).sqrt()

    def positive_part(self, value: Ball) -> Ball:
        return value if self.side(value) > 0 else fmpq(0)

    def is_positive(self, value: Ball) -> Ball:
        return fmpq(1 if self.side(value) > 0 else 0)

    def abs(self, value: Ball) -> Ball:
        return value * self.side(value)

    def sign(self, value: Ball) -> Ball:
        return fmpq(self.side(value))

    def choose(self, test: Ball, above: Callable[[], Ball], otherwise: Callable[[], Ball]) -> Ball:
        return above() if self.side(test) > 0 else otherwise()

    def side(self, value: Ball) -> int:
        """The sign of a value as a number.

        Raises:
            Undecided: the ball has both in it.
        """
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
    mantissa, exponent = map(int, value.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def _size(value: arb) -> int:
    """Such that 2^(size − 1) ≤ |value| < 2^size."""
    mantissa, exponent = value.man_exp()
    return int(mantissa).bit_length() + int(exponent)


def _is_tiny(value: arb) -> bool:
    return _size(value) < -TINY_BITS


def is_usable(value: arb) -> bool:
    """Is it finite, and not so wide that its ends would fill the memory?"""
    return bool(value.is_finite()) and _size(value.rad()) <= sys.float_info.max_exp


def enclose(value: Ball) -> Enclosure:
    """The ends of a ball. What is next to nothing is rounded outwards, lest its fraction fill the memory."""
    if isinstance(value, fmpq):
        return Enclosure.exact(Fraction(int(value.p), int(value.q)))
    middle, radius = value.mid(), value.rad()
    width = _TINY if _is_tiny(radius) and radius != 0 else _dyadic(radius)
    if middle != 0 and _is_tiny(middle):
        return Enclosure(-_TINY - width, _TINY + width)
    return Enclosure(_dyadic(middle) - width, _dyadic(middle) + width)


def rational(value: Decimal | Fraction) -> fmpq:
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


class NotFinite(Exception):
    """A quantity without a finite enclosure at this precision."""


class OutOfRange(Exception):
    """A quantity too large for float64, or so small that writing it down would take forever."""


def _check_range(name: str, value: Ball) -> None:
    size = _bits_of(value)
    if size is not None and not -SMALLEST_BITS < size < sys.float_info.max_exp:
        raise OutOfRange(name, "a value that overflows" if size > 0 else "a value next to nothing")


def _bits_of(value: Ball) -> int | None:
    """About log₂|value|; None for what may be zero."""
    if value == 0 or (isinstance(value, arb) and value.contains(0)):
        return None
    if isinstance(value, fmpq):
        return int(value.p).bit_length() - int(value.q).bit_length()
    return _size(value.mid())


def evaluate(
    program: Program, bits: int, known: Mapping[str, Fraction] | None = None, operations: Mapping[str, Operation] = OPERATIONS
) -> dict[str, Ball]:
    """Every value of the program in balls of `bits` bits; `known` are proven to be these fractions.

    Raises:
        Undecided: a kink's side cannot be told at this precision.
        NotFinite, OutOfRange: a value is not finite, too large, or next to nothing; its name.
    """
    with precision(bits):
        algebra = Balls()
        values: dict[str, Ball] = {name: rational(value) for name, value in program.given.items()}
        for equation in program.equations:
            if known and equation.target in known:
                values[equation.target] = rational(known[equation.target])
                continue
            operands = [values[name] for name in equation.operands]
            try:
                value = apply(operations[equation.operation], algebra, operands, equation.static)
            except ZeroDivisionError:
                raise NotFinite(equation.target) from None
            except Undecided:
                raise Undecided(equation.target) from None
            if isinstance(value, arb) and not value.is_finite():
                raise NotFinite(equation.target)
            _check_range(equation.target, value)
            if isinstance(value, arb) and not is_usable(value):
                raise NotFinite(equation.target)
            # An exact fraction that has grown beyond use goes on as a ball.
            values[equation.target] = arb(value) if isinstance(value, fmpq) and value.height_bits() > MAX_FRACTION_BITS else value
        return values


def rounding_errors(program: Program, equations: Iterable[Equation]) -> dict[str, Fraction]:
    """How far from each value a calculation of these equations in float64 may end, where that can be told.

    It cannot where a function saturates (the logarithm of 1 − o, for an o that float64 takes for one), or where rounding
    may lead to the other side of a kink.
    """
    with precision(FLOAT64_BITS):
        algebra = Balls()
        algebra.overrides = {name: row for name, row in algebra.overrides.items() if name not in SHORTER}
        values = {name: arb(rational(value)) for name, value in program.given.items()}
        for equation in equations:
            operands = [values[name] for name in equation.operands]
            try:
                value = arb(apply(OPERATIONS[equation.operation], algebra, operands, equation.static))
            except (Undecided, ZeroDivisionError):
                value = arb("nan")
            values[equation.target] = value
        return {name: enclose(value).width for name, value in values.items() if is_usable(value)}


def enclosures(
    program: Program,
    digits: int,
    exact_values: Callable[[], Mapping[str, Fraction]],
    file: str = "",
    operations: Mapping[str, Operation] = OPERATIONS,
) -> tuple[dict[str, Enclosure], int]:
    """An enclosure for every quantity, narrow enough for its printed digits and its nearest double, and the bits it took.

    The precision is doubled until all is decided. No enclosure decides that something is zero, or lies on a tie:
    `exact_values` says which quantities are proven to be fractions. It is asked once, when an enclosure leaves digits open or looks
    as if it were of a fraction.

    Raises:
        NumericError: a quantity that has no finite value, or whose digits stay undecided, by name.
    """
    bits, known = START_BITS, None
    not_finite = ""
    found: dict[str, Enclosure] = {}
    open_names: list[str] = []
    while bits <= MAX_BITS:
        try:
            values = evaluate(program, bits, known, operations)
        except (Undecided, NotFinite) as error:
            not_finite, open_names = (str(error), []) if isinstance(error, NotFinite) else ("", [str(error)])
            if known is None:
                known = exact_values()
            else:
                bits *= 2
            continue
        except OutOfRange as error:
            name, reason = error.args
            expected = "a value between 1e-1500 and 8e307 in size"
            example = "smaller inputs, parameters or learning rate"
            raise NumericError(Problem(file, _place(program, name), reason, expected, example)) from None
        not_finite = ""
        found = {name: enclose(value) for name, value in values.items()}
        open_names = [name for name, enclosure in found.items() if not is_decided(enclosure, digits)]
        if known is None and (open_names or any(map(looks_exact, found.values()))):
            known = exact_values()
            continue
        if not open_names:
            return found, bits
        bits *= 2
    if not_finite:
        raise NumericError(
            Problem(
                file,
                _place(program, not_finite),
                "no finite value: the logarithm of zero, a division by zero, or the root of a negative number",
                "operands for which it exists",
                "other inputs or parameters",
            )
        )
    raise NumericError(
        Problem(file, name, f"digits undecided at {MAX_BITS} bits", "a value whose digits can be proven", "") for name in open_names
    )


def _place(program: Program, name: str) -> str:
    """A quantity's name; with its equation, if it is a part of a formula that got its name from us."""
    equation = program.equation_of.get(name)
    if equation is None or program.quantities[name].kind is not Kind.NODE:
        return name
    return f"{name} = {equation.operation}({', '.join(equation.operands)})"


def is_decided(enclosure: Enclosure, digits: int) -> bool:
    """Is it narrow enough for its nearest double, and for any number of digits that a page may print?"""
    most = max(digits, 4) + GUARD_DIGITS
    if enclosure.is_exact:
        return True
    longest = show(enclosure, most)
    if longest is None or enclosure.nearest_double() is None:
        return False
    # Both ends agree in the longest form, so in shorter ones too, but where that ends like a tie: in a five and zeros.
    if not re.search(r"50*\.?0*(e|$)", longest.text):
        return True
    return all(show(enclosure, count) is not None for count in range(1, most))


def looks_exact(enclosure: Enclosure) -> bool:
    """Has it so many zeros at its end that it may be a fraction, though it was not calculated as one?"""
    longest = None if enclosure.is_exact else show(enclosure, GUARD_DIGITS)
    return longest is not None and re.search(r"0{12}(e|$)", longest.text) is not None


def recompute(operation: str, operands: Sequence[Shown], static: Static, digits: int) -> Shown | None:
    """What a reader gets who puts printed numbers into an operation and rounds; None if that is not decided."""
    with precision(START_BITS):
        try:
            value = apply(OPERATIONS[operation], Balls(), [rational(operand.value) for operand in operands], static)
        except (Undecided, ZeroDivisionError):
            return None
        return show(enclose(value), digits) if isinstance(value, fmpq) or is_usable(value) else None


def shown_values(program: Program, found: Mapping[str, Enclosure], digits: int) -> dict[str, Shown]:
    """The default printed form of every quantity."""
    return {
        name: given(program.given[name]) if name in program.given else shown
        for name in program.quantities
        if (shown := show(found[name], digits)) is not None
    }


def names_at_kinks(
    program: Program, values: Mapping[str, Enclosure], operations: Mapping[str, Operation] = OPERATIONS
) -> tuple[str, ...]:
    """Equations that hit their operation's kink exactly: their slope is a convention, not a derivative."""
    found = []
    for equation in program.equations:
        kink = operations[equation.operation].kink
        exact = [values[name] for name in equation.operands]
        if kink and all(value.is_exact for value in exact):
            operands = [rational(value.lower) for value in exact]
            if read(kink, Balls(), operands, equation.static) == 0:
                found.append(equation.target)
    return tuple(found)
