"""The rounding contract: which digits of an enclosed number are printed, and when they are decided.

To the nearest, ties away from zero, on |x| with the sign put back, never −0. Digits are significant digits. All of it is
rational arithmetic, so it is exact; nothing here knows where an enclosure came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SMALLEST_POSITIONAL = -5  # 0.00001234 is written out; below, scientific notation

LARGEST_WHOLE = 16  # a whole number of more digits is written in scientific notation


@dataclass(frozen=True, slots=True)
class Enclosure:
    """lower ≤ x ≤ upper. Exact when both are the same."""

    lower: Fraction
    upper: Fraction

    @classmethod
    def exact(cls, value: Fraction | Decimal | int) -> Enclosure:
        return cls(Fraction(value), Fraction(value))

    @property
    def is_exact(self) -> bool:
        return self.lower == self.upper

    @property
    def width(self) -> Fraction:
        return self.upper - self.lower

    @property
    def may_be_zero(self) -> bool:
        return self.lower <= 0 <= self.upper

    def nearest_double(self) -> float | None:
        """The float64 nearest to x, or None if the enclosure is too wide to tell."""
        low, high = float(self.lower), float(self.upper)
        return low if low == high else None


def exponent_of(value: Fraction) -> int:
    """floor(log₁₀|value|) of a value that is not zero."""
    bits = value.numerator.bit_length() - value.denominator.bit_length()
    guess = bits * 30103 // 100000  # log₁₀2; not by their digits, which Python refuses to count beyond thousands
    while not _reaches(value, guess):
        guess -= 1
    while _reaches(value, guess + 1):
        guess += 1
    return guess


def _reaches(value: Fraction, exponent: int) -> bool:
    """Whether |value| ≥ 10^exponent."""
    numerator, denominator = _in_units(value, exponent)
    return numerator >= denominator


def _in_units(value: Fraction, exponent: int) -> tuple[int, int]:
    """|value|/10^exponent, not in lowest terms: these are compared and rounded by the million."""
    numerator, denominator = abs(value.numerator), value.denominator
    return (numerator * 10**-exponent, denominator) if exponent < 0 else (numerator, denominator * 10**exponent)


def _rounded(value: Fraction, exponent: int) -> int:
    """|value|/10^exponent as a whole number, ties away from zero."""
    numerator, denominator = _in_units(value, exponent)
    return (2 * numerator + denominator) // (2 * denominator)


def round_significant(value: Fraction, digits: int) -> Decimal:
    """`value` to `digits` significant digits, ties away from zero, as a Decimal with just those digits."""
    if not value:
        return Decimal(0)
    exponent = exponent_of(value) - digits + 1
    units = _rounded(value, exponent)
    if units == 10**digits:  # 0.99996 → 1.000
        units, exponent = units // 10, exponent + 1
    return Decimal((int(value < 0), tuple(map(int, str(units))), exponent))


def round_at(value: Fraction, exponent: int) -> Decimal:
    """`value` to the place 10^exponent, ties away from zero."""
    units = _rounded(value, exponent)
    return Decimal((int(value < 0 and units > 0), tuple(map(int, str(units))), exponent))


def terminating(value: Fraction, digits: int) -> Decimal | None:
    """`value` as a decimal with nothing left over, if it has one of at most `digits` significant digits."""
    if not value:
        return Decimal(0)
    rounded = round_significant(value, digits)
    if Fraction(rounded) != value:
        return None
    return Decimal(value.numerator) if value.denominator == 1 else rounded.normalize()


def written(number: Decimal, digits: int = 0) -> str:
    """ASCII, positional where that is short, else scientific (1.235e4, 1.235e-6). `digits` is how many a rounded number shows."""
    exponent = number.adjusted() if number else 0
    if SMALLEST_POSITIONAL <= exponent < (digits or LARGEST_WHOLE):
        return f"{number:f}"
    mantissa = number.scaleb(-exponent) if digits else number.normalize().scaleb(-exponent)  # 1e20, not 1.000…e20
    return f"{mantissa:f}e{exponent}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as printed: ASCII text, and whether it is the whole value or rounded."""

    text: str
    exact: bool

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)

    @property
    def relation(self) -> str:
        return relation(exact=self.exact)


def relation(*, exact: bool) -> str:
    """What stands before a result: is it that number, or rounded to it?"""
    return "=" if exact else "≈"


def given(value: Decimal) -> Shown:
    """A number the author gave is printed whole."""
    return Shown(written(value.normalize() + 0 if value else Decimal(0)), exact=True)


def show(enclosure: Enclosure, digits: int) -> Shown | None:
    """The digits of an enclosed number, or None if the enclosure does not decide them.

    An exact value that fits into `digits` is printed whole; otherwise both ends must round to the same digits, and must
    not have zero between them.
    """
    if enclosure.is_exact:
        whole = terminating(enclosure.lower, max(digits, 1))
        if whole is None and enclosure.lower.denominator == 1 and abs(enclosure.lower) < 10**7:
            whole = Decimal(enclosure.lower.numerator)
        if whole is not None:
            return Shown(written(whole.normalize() if whole.adjusted() >= LARGEST_WHOLE else whole), exact=True)
    elif enclosure.may_be_zero:
        return None
    low, high = round_significant(enclosure.lower, digits), round_significant(enclosure.upper, digits)
    if low != high:
        return None
    return Shown(written(low, digits), exact=False)
