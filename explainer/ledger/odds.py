"""Odds: of the wrong numbers with as many digits, how many would get a cause? What explains much by chance explains little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from explainer.core.digits import Enclosure, round_at
from explainer.ledger.conventions import Alternative, Rank, exponent_of_last

WEAK = Fraction(1, 20)  # odds above this are said to be weak: so at most one wrong number in twenty gets a cause that is not
SURE = Fraction(1, 1000)  # odds below this are no chance, even if the source's other numbers were calculated otherwise


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that have the sign, the first place and the last place of a printed one."""

    printed: Decimal

    @property
    def place(self) -> int:
        return exponent_of_last(self.printed)

    @property
    def digits(self) -> int:
        """How many the printed number has, with zeros at its end and without those before it."""
        return len(self.printed.as_tuple().digits)

    @property
    def count(self) -> int:
        return 9 * 10 ** (self.digits - 1)

    def has(self, number: Decimal) -> bool:
        return number.is_signed() == self.printed.is_signed() and len(number.as_tuple().digits) == self.digits and bool(number)


def odds(alternatives: Iterable[Alternative], value: Enclosure, printed: Decimal) -> Mapping[Rank, Fraction]:
    """For each rank, the share of wrong numbers like the printed one that something of this rank, or of one below, would give."""
    like, right = Numbers(printed), round_at(value.lower, exponent_of_last(printed))
    given: dict[Rank, set[Decimal]] = {rank: set() for rank in Rank}
    for alternative in alternatives:
        found = alternative.print(like.place)
        if found is not None and found != right and like.has(found):
            given[alternative.rank].add(found)
    wrong = max(like.count - like.has(right), 1)
    reached, shares = set[Decimal](), dict[Rank, Fraction]()
    for rank in Rank:
        reached |= given[rank]
        shares[rank] = Fraction(max(len(reached), 1), wrong)
    return shares
