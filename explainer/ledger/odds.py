"""Odds: of the wrong numbers with as many digits, how many would get a cause? What explains much by chance explains little.

Rounding on the way leads to numbers near the right one, so it is held against all numbers with as many digits. Anything else is
held against those that are no farther from the right one: near it, every convention that changes little comes by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from explainer.core.digits import Enclosure, round_at
from explainer.ledger.conventions import Alternative, Rank, exponent_of_last

WEAK = Fraction(1, 20)  # odds above this are said to be weak: so at most one wrong number in twenty gets a cause that is not


@dataclass(frozen=True, slots=True)
class Like:
    """The wrong numbers that have the sign, the first place and the last place of a printed one, in units of the last place."""

    printed: Decimal
    right: int

    @classmethod
    def to(cls, printed: Decimal, value: Enclosure) -> Like:
        return cls(printed, _units(round_at(value.lower, exponent_of_last(printed)), exponent_of_last(printed)))

    def has(self, units: int) -> bool:
        return units != self.right and units in range(*self._ends)

    def within(self, distance: int) -> int:
        """How many there are no farther from the right number than this."""
        first, end = self._ends
        inside = range(max(first, self.right - distance), min(end, self.right + distance + 1))
        return len(inside) - (self.right in inside)

    def count(self) -> int:
        first, end = self._ends
        return end - first - (self.right in range(first, end))

    @property
    def _ends(self) -> tuple[int, int]:
        digits = len(self.printed.as_tuple().digits)  # with zeros at its end, and without those before it
        least, most = 10 ** (digits - 1), 10**digits
        return (1 - most, 1 - least) if self.printed.is_signed() else (least, most)


def odds(alternatives: Iterable[Alternative], value: Enclosure, printed: Decimal) -> Mapping[Rank, Fraction]:
    """For each rank, the share of wrong numbers like the printed one that something of this rank, or of one below, would give."""
    place, like = exponent_of_last(printed), Like.to(printed, value)
    given: dict[Rank, set[int]] = {rank: set() for rank in Rank}
    for alternative in alternatives:
        found = alternative.print(place)
        if found is not None and like.has(units := _units(found, place)):
            given[alternative.rank].add(units)
    distance = abs(_units(printed, place) - like.right)
    reached, shares = set[int](), dict[Rank, Fraction]()
    for rank in Rank:
        reached |= given[rank]
        near = reached if rank is Rank.ROUNDING else {units for units in reached if abs(units - like.right) <= distance}
        wrong = like.count() if rank is Rank.ROUNDING else like.within(distance)
        shares[rank] = min(Fraction(max(len(near), 1), max(wrong, 1)), Fraction(1))
    return shares


def _units(number: Decimal, place: int) -> int:
    return int(number.scaleb(-place))
