"""Readings of a program in which a value is only a bound of its size: what a proof will cost, known before it is begun.

A proof is rehearsed by the code that makes it, over sizes instead of values. That takes as long as one random point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, repeat
from operator import mul
from typing import Any

from explainer.operations.algebra import read
from explainer.operations.vocabulary import facts_of
from explainer.proof.rings.ring import Ring

COUNTLESS = 10**12  # beyond it nobody counts, and it does not matter by how much
ENOUGH = 40  # factors of two terms each are countless terms


class Bounds(Ring):
    """Every letter is of size `letter`."""

    letter: Any

    def __init__(self) -> None:
        super().__init__()
        self._largest = self.letter

    def function(self, name: str, value: Any) -> Any:
        """A logarithm may turn out to be as large as any argument so far: ln σ(z) is z − softplus(z)."""
        if name == "log":
            return self.add(self._largest, self.letter)
        self._largest = max(self._largest, value)
        return self.letter

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        return [self.function("exp", argument) for argument in arguments][index]

    def symbol(self, name: str) -> Any:
        return self.letter


class Degrees(Bounds):
    """The largest degree each quantity can have as a polynomial in the symbols and letters: what a random check may miss."""

    letter = 1

    def number(self, value: Fraction) -> int:
        return 0

    def add(self, left: int, right: int) -> int:
        return max(left, right)

    subtract = add

    def multiply(self, left: int, right: int) -> int:
        return left + right

    def divide(self, left: int, right: int) -> int:
        return left + right

    def negate(self, value: int) -> int:
        return value

    def power(self, base: int, exponent: int) -> int:
        return base * exponent

    def function(self, name: str, value: int) -> int:
        """What is known of f(−z) may have z in it."""
        letter = super().function(name, value)
        mirrored = facts_of(name).mirrored
        return int(read(lambda v: mirrored(*v), self, (value, letter))) if mirrored else letter


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """How long a sum of products can be that is multiplied out: its terms, and the symbols in all of them."""

    terms: int
    symbols: int

    def __add__(self, other: Length) -> Length:
        return _length(self.terms + other.terms, self.symbols + other.symbols)

    def __mul__(self, other: Length) -> Length:
        return _length(self.terms * other.terms, self.symbols * other.terms + self.terms * other.symbols)


def _length(terms: int, symbols: int) -> Length:
    return Length(min(terms, COUNTLESS), min(symbols, COUNTLESS))


ONE = Length(1, 0)


@dataclass(slots=True)
class Tally:
    """Steps of work: three for two terms that are multiplied, one for a term that is added or compared.

    Work on fractions is not in it, since what cancels cannot be foreseen; they have a `Budget` while they are worked out.
    """

    steps: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """The lengths of a quantity above and below its fraction line. Calculating with it tallies what calculating would cost."""

    above: Length
    below: Length
    tally: Tally = field(compare=False)

    @property
    def symbols(self) -> int:
        """How many are written until it has no fraction line: both sides by everything below."""
        return self.above.symbols if self.below == ONE else (self.above * self.below).symbols

    def __add__(self, other: Size) -> Size:
        if self.below == other.below:
            self.tally.steps += self.above.terms + other.above.terms
            return Size(self.above + other.above, self.below, self.tally)
        return Size(self.above * other.below + other.above * self.below, self.below * other.below, self.tally)

    __sub__ = __add__

    def __neg__(self) -> Size:
        return self

    def __mul__(self, other: Size | Fraction) -> Size:
        if isinstance(other, Fraction):
            return self
        if self.below == other.below == ONE:
            self.tally.steps += 3 * self.above.terms * other.above.terms
        return Size(self.above * other.above, self.below * other.below, self.tally)

    def __truediv__(self, other: Size) -> Size:
        return Size(self.above * other.below, self.below * other.above, self.tally)

    def __pow__(self, exponent: int) -> Size:
        if self.above.terms == self.below.terms == 1:
            above, below = (_length(1, exponent * length.symbols) for length in (self.above, self.below))
            return Size(above, below, self.tally)
        *_, found = accumulate(repeat(self, min(exponent, ENOUGH)), mul)
        return found


KEY = 10  # steps for each term of a letter's argument, by which the letter is found


class Rehearsal(Bounds):
    """How many terms each quantity can have, and what it costs to work all of them out exactly."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.letter = self.of(Length(1, 1))
        super().__init__()

    def of(self, above: Length, below: Length = ONE) -> Size:
        return Size(above, below, self.tally)

    def size(self, above: int, below: int) -> Size:
        """That of a quantity whose terms are known."""
        return self.of(Length(above, above), Length(below, below) if below > 1 else ONE)

    def number(self, value: Fraction) -> Size:
        return self.of(ONE if value else Length(0, 0))

    def function(self, name: str, value: Any) -> Any:
        self.tally.steps += KEY * value.above.terms
        return super().function(name, value)

    def equal(self, left: Size, right: Size) -> bool:
        self.tally.steps += left.above.terms
        return True


class Written(Rehearsal):
    """How long each quantity is when it is written out whole, with the arguments of its functions in them."""

    def function(self, name: str, value: Size) -> Size:
        super().function(name, value)
        return self.of(Length(1, 1 + value.above.symbols + value.below.symbols))

    def softmax(self, index: int, arguments: Sequence[Size]) -> Size:
        powers = [self.exp(argument) for argument in arguments]
        return powers[index] / self.total(powers)
