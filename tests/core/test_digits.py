"""The rounding contract, against decimal's own ROUND_HALF_UP and by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from explainer.core import digits
from explainer.core.digits import Enclosure, Shown, round_significant, show


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [
        ("0.047425873177566", 4, "0.04743"),
        ("0.52369517408", 4, "0.5237"),
        ("0.99996", 4, "1.000"),  # a carry keeps the number of digits
        ("9999.96", 5, "10000"),
        ("-0.0214695352", 4, "-0.02147"),
        ("-0.00000001234567", 4, "-1.235e-8"),
        ("0.0000123456", 4, "0.00001235"),
        ("12345.678", 4, "1.235e4"),
        ("1234.5678", 4, "1235"),
        ("0.333333333333", 1, "0.3"),
    ],
)
def test_rounded_numbers(value: str, count: int, text: str) -> None:
    shown = show(Enclosure(Fraction(value), Fraction(value) + Fraction(1, 10**30)), count)
    assert shown is not None
    assert shown == Shown(text, exact=False)


@pytest.mark.parametrize(
    ("value", "count", "text", "exact"),
    [
        (Fraction(0), 4, "0", True),
        (Fraction(-3), 4, "-3", True),
        (Fraction(1, 2), 4, "0.5", True),
        (Fraction(1, 8), 4, "0.125", True),
        (Fraction(1, 32), 3, "0.0313", False),  # 0.03125 is a tie and goes away from zero
        (Fraction(-1, 32), 3, "-0.0313", False),
        (Fraction(29, 200), 2, "0.15", False),  # 0.145: no precision decides this tie, the fraction does
        (Fraction(1, 3), 4, "0.3333", False),
        (Fraction(123456), 4, "123456", True),  # a whole number is written whole while it is short
        (Fraction(1200), 2, "1200", True),
    ],
)
def test_exact_numbers(value: Fraction, count: int, text: str, exact: bool) -> None:
    assert show(Enclosure.exact(value), count) == Shown(text, exact)


def test_never_minus_zero() -> None:
    assert show(Enclosure.exact(Fraction(0)), 4) == Shown("0", exact=True)
    assert digits.given(Decimal("-0.0")) == Shown("0", exact=True)


def test_an_undecided_number_is_not_shown() -> None:
    tie, width = Fraction("0.500005"), Fraction(1, 10**20)
    assert show(Enclosure(tie - width, tie + width), 5) is None
    assert show(Enclosure(Fraction(-1, 10**30), Fraction(1, 10**30)), 4) is None


@for_all(
    st.fractions(min_value=-(10**6), max_value=10**6).filter(bool),
    st.integers(min_value=1, max_value=15),
)
def test_rounding_agrees_with_decimal(value: Fraction, count: int) -> None:
    exact = Context(prec=200)
    expected = Context(prec=count, rounding=ROUND_HALF_UP).divide(Decimal(value.numerator), Decimal(value.denominator))
    # decimal rounds a quotient correctly, so both must be the same number with the same digits
    assert round_significant(value, count) == exact.plus(expected)
    assert len(round_significant(value, count).as_tuple().digits) == count


@for_all(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_given_numbers_are_printed_whole(value: Decimal) -> None:
    shown = digits.given(value)
    assert shown.exact
    assert shown.value == Fraction(value)
    assert shown.text == shown.text.strip("+ ")


@for_all(st.fractions(min_value=-1000, max_value=1000).filter(bool), st.integers(min_value=1, max_value=12))
def test_what_is_shown_reads_back_within_half_a_unit(value: Fraction, count: int) -> None:
    shown = show(Enclosure.exact(value), count)
    assert shown is not None
    if shown.exact:
        assert shown.value == value
    else:
        unit = Fraction(10) ** (digits.exponent_of(shown.value) - count + 1)
        assert abs(shown.value - value) <= unit / 2


def test_the_nearest_double_needs_a_narrow_enclosure() -> None:
    third = Fraction(1, 3)
    assert Enclosure.exact(third).nearest_double() == 1 / 3
    assert Enclosure(third, third + Fraction(1, 10**10)).nearest_double() is None
