"""Polynomials and their quotients: whether two values are equal is decided exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import compress
from operator import sub
from typing import Any

from sympy import QQ
from sympy.polys.rings import ring

from explainer.proof.rings.residues import PRIME
from explainer.proof.rings.ring import Ring

LONGEST = 2_000  # terms of a fraction that is still worked out
LONGEST_PRODUCTS = 40_000_000  # effort for all fractions of a proof
EFFORT_OF_A_STEP = 10  # besides one for each symbol and letter of the ring: a term has an exponent for every one


class TooLong(Exception):
    """A fraction that has grown beyond use, or fractions that have taken too long."""


class Budget:
    """The effort that may still be spent on fractions."""

    def __init__(self, left: int) -> None:
        self.left = left

    def times(self, left: Any, right: Any) -> Any:
        """The product of two polynomials of a fraction."""
        self.spend(left, right)
        return left * right

    def spend(self, left: Any, right: Any) -> None:
        """Make sure that each term of the one may meet each of the other."""
        effort = 3 * len(left) * len(right) * (EFFORT_OF_A_STEP + left.ring.ngens)
        if effort > self.left:
            raise TooLong
        self.left -= effort


class Quotient:
    """A rational function over a polynomial ring, never reduced: equality is decided by multiplying crosswise."""

    __slots__ = ("above", "below", "budget")

    def __init__(self, above: Any, below: Any, budget: Budget) -> None:
        if len(above) + len(below) > LONGEST:
            raise TooLong
        self.above, self.below, self.budget = above, below, budget

    @classmethod
    def of(cls, value: Any, like: Quotient) -> Quotient:
        if isinstance(value, Quotient):
            return value
        one = like.below.ring.one
        return cls(value if hasattr(value, "ring") else one * QQ(value.numerator, value.denominator), one, like.budget)

    def __add__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        if self.below == other.below:
            return Quotient(self.above + other.above, self.below, self.budget)
        times = self.budget.times
        return Quotient(
            times(self.above, other.below) + times(other.above, self.below), times(self.below, other.below), self.budget
        )

    __radd__ = __add__

    def __neg__(self) -> Quotient:
        return Quotient(-self.above, self.below, self.budget)

    def __sub__(self, other: Any) -> Quotient:
        return self + -Quotient.of(other, self)

    def __rsub__(self, other: Any) -> Quotient:
        return -self + other

    def __mul__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        times = self.budget.times
        return Quotient(times(self.above, other.above), times(self.below, other.below), self.budget)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        times = self.budget.times
        return Quotient(times(self.above, other.below), times(self.below, other.above), self.budget)

    def __pow__(self, exponent: int) -> Quotient:
        return Quotient(self.above**exponent, self.below**exponent, self.budget)


def _quotient(above: Any, below: Any) -> Any:
    """What a polynomial divided by another is, if that is one: given up at the first term that does not divide."""
    found, rest, lead = above.ring.zero, above, below.LM
    while rest:
        term = rest.LM
        if any(one < other for one, other in zip(term, lead, strict=True)):
            return None
        part = above.ring.term_new(tuple(map(sub, term, lead)), rest.LC / below.LC)
        found, rest = found + part, rest - part * below
    return found


class NoLetterLeft(Exception):
    """More letters are needed than were planned."""


class Polynomials(Ring):
    """Q[names, letters], exactly. `letters` is how many may be needed; `numbers` replaces symbols by values.

    `effort` is what may be spent on fractions before they are too long.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        letters: int,
        numbers: Mapping[str, Fraction] | None = None,
        effort: int = LONGEST_PRODUCTS,
    ) -> None:
        super().__init__()
        self._budget = Budget(effort)
        self._numbers = numbers or {}
        free = [name for name in names if name not in self._numbers]
        self._ring, *elements = ring([*free, *(f"a{index}" for index in range(letters))] or ["a0"], QQ)
        self._one = Quotient(self._ring.one, self._ring.one, self._budget)
        self._symbols = dict(zip(free, elements, strict=False))
        self._letters = iter(elements[len(free) :])
        self._point = 0x243F6A8885A308D  # digits of π, and one more for each next letter

    def fresh(self, key: tuple[str, Any]) -> Any:
        for letter in self._letters:
            return letter
        raise NoLetterLeft

    def symbol(self, name: str) -> Any:
        return self.number(self._numbers[name]) if name in self._numbers else self._symbols[name]

    def number(self, value: Fraction) -> Any:
        return self._ring(QQ(value.numerator, value.denominator))

    def divide(self, left: Any, right: Any) -> Any:
        if not isinstance(right, Quotient) and right.is_ground and not isinstance(left, Quotient):
            if not right:
                raise ZeroDivisionError
            return left.quo_ground(right.coeff(1))
        return Quotient.of(left, self._one) / right

    def equal(self, left: Any, right: Any) -> bool:
        if not isinstance(left, Quotient) and not isinstance(right, Quotient):
            return bool(left == right)
        left, right = Quotient.of(left, self._one), Quotient.of(right, self._one)
        if left.below == right.below:
            return bool(left.above == right.above)
        times = self._budget.times
        return bool(times(left.above, right.below) == times(right.above, left.below))

    def simplified(self, value: Any) -> Any:
        """Without a denominator that divides exactly; what else two polynomials share stays."""
        if not isinstance(value, Quotient):
            return value
        self._budget.spend(value.above, value.below)
        quotient = _quotient(value.above, value.below)
        return value if quotient is None else quotient

    def size(self, value: Any) -> tuple[int, int]:
        """How many terms a value has, above and below its fraction line."""
        return (len(value.above), len(value.below)) if isinstance(value, Quotient) else (len(value), 1)

    def constant(self, value: Any) -> Fraction | None:
        """The number that a value is, if it is one."""
        above, below = (value.above, value.below) if isinstance(value, Quotient) else (value, self._ring.one)
        number = above.LC / below.LC  # of the leading terms; no common divisor is needed to see that all others agree
        return Fraction(int(number.numerator), int(number.denominator)) if above == below * number else None

    def canonical(self, value: Any) -> Any:
        return tuple(map(self.canonical, value)) if isinstance(value, tuple) else _Key(self, value)

    def fingerprint(self, value: Any) -> int:
        """The value at one point modulo PRIME, the same for equal fractions however they are written."""
        if not isinstance(value, Quotient):
            return self._at_point(value)
        if not value.below:
            raise ZeroDivisionError
        below = self._at_point(value.below)
        return self._at_point(value.above) * pow(below, -1, PRIME) % PRIME if below else 0

    def _at_point(self, polynomial: Any) -> int:
        total, places = 0, range(self._ring.ngens)
        for exponents, coefficient in polynomial.iterterms():
            if not int(coefficient.denominator) % PRIME:
                return 0
            term = int(coefficient.numerator) * pow(int(coefficient.denominator), -1, PRIME)
            for index in compress(places, exponents):  # few of a ring's symbols and letters are in a term
                term = term * pow(self._point + index, exponents[index], PRIME) % PRIME
            total += term
        return total % PRIME


class _Key:
    """A fraction as a key: equal ones are the same key. To look for their greatest common divisor could take for ever."""

    __slots__ = ("base", "fingerprint", "value")

    def __init__(self, base: Polynomials, value: Any) -> None:
        self.base, self.value, self.fingerprint = base, value, base.fingerprint(value)

    def __hash__(self) -> int:
        return self.fingerprint

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.fingerprint == other.fingerprint and self.base.equal(self.value, other.value)
