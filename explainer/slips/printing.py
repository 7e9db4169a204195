"""Slips between a value and its print: digits cut off instead of rounded, a last digit that is one off, too short a float."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from explainer.core.digits import Enclosure, round_at

CUT_OFF, ONE_OFF = "cut_off", "one_off"
SINGLE, DOUBLE = "single", "double"


def cut_off(value: Enclosure, place: int) -> Decimal | None:
    """The digits down to the place 10^place, and no look at the next one; None if the enclosure does not decide them."""
    low, high = (_cut(end, place) for end in (value.lower, value.upper))
    return low if low == high else None


def misprints(value: Enclosure, place: int) -> Iterator[tuple[str, Decimal]]:
    """What may be printed instead of a value, by its name. A single digit that is one off is another number, and none of them."""
    right = round_at(value.lower, place)
    if right != round_at(value.upper, place):
        return
    if (cut := cut_off(value, place)) is not None and cut != right:
        yield CUT_OFF, cut
    if len(right.as_tuple().digits) > 1:
        unit = Decimal(1).scaleb(place)
        yield ONE_OFF, right - unit
        yield ONE_OFF, right + unit


def _cut(value: Fraction, place: int) -> Decimal:
    units = int(abs(value) / Fraction(10) ** place)
    return Decimal((int(value < 0 and units > 0), tuple(map(int, str(units))), place))
