"""Sums, products, quotients and powers: what weighted sums, derivatives and formulas are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import accumulate, chain
from typing import TypeVar

from explainer.core.program import Static
from explainer.operations.algebra import Operands, Scalar, Value, exp, is_positive, log, positive_part, product, total
from explainer.operations.record import OUTPUT, Family, Notation, Operation, Pieces, Rule, by, of

T = TypeVar("T")


def split(operands: Sequence[T], lengths: Static) -> list[Sequence[T]]:
    """The terms of a sum of products: `lengths` factors each, in order; a negative length is a term that is subtracted."""
    sizes = [abs(length) for length in lengths]
    return [operands[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


def _signed_sum(signs: Sequence[int], terms: Sequence[Value]) -> Value:
    """The terms added up, those with a negative sign subtracted."""
    first, *others = terms
    found = first if signs[0] > 0 else -first
    for sign, term in zip(signs[1:], others, strict=True):
        found = found + term if sign > 0 else found - term
    return found


def _sum_of_products(v: Operands, lengths: Static) -> Value:
    return _signed_sum(lengths, [product(term) for term in split(v, lengths)])


def _partial_of_sum_of_products(position: int, count: int, lengths: Static) -> Rule:
    sign, others = _factors_left(position, lengths)
    if sign < 0:
        return Rule("sum_of_products", others, (-len(others),)) if others else Rule("minus_one")
    if not others:
        return Rule("one")
    return Rule("copy", others) if len(others) == 1 else Rule("product", others)


def _factors_left(position: int, lengths: Static) -> tuple[int, tuple[int, ...]]:
    """Where the term of a sum of products that has this position leaves its other factors, and its sign."""
    terms = zip(split(range(sum(map(abs, lengths))), lengths), lengths, strict=True)
    term, length = next(pair for pair in terms if position in pair[0])
    return (1 if length > 0 else -1), tuple(index for index in term if index != position)


def _collected_of_sum_of_products(positions: tuple[int, ...], _count: int, lengths: Static) -> Rule:
    """One operand at many places: what the other factors leave at each, like terms together (x·x has 2x, d + 2d has 1 + 2)."""
    monomials = Counter[tuple[int, ...]]()
    own = positions[0]
    for position in positions:
        sign, others = _factors_left(position, lengths)
        monomials[tuple(sorted(own if index in positions else index for index in others))] += sign
    operands = tuple(dict.fromkeys(index for monomial in monomials for index in monomial))
    terms = [(count, *(monomial.count(index) for index in operands)) for monomial, count in monomials.items() if count]
    return Rule("polynomial", operands, (len(operands), *chain.from_iterable(terms)))


def _polynomial(v: Operands, static: Static) -> Scalar:
    """Whole coefficients times powers of the operands. `static`: how many operands, then each term's coefficient and exponents."""
    count, *numbers = static
    coefficients, products = numbers[:: count + 1], list[Value]()
    for term, coefficient in enumerate(coefficients):
        exponents = numbers[term * (count + 1) + 1 : (term + 1) * (count + 1)]
        factors = [base if exponent == 1 else base**exponent for base, exponent in zip(v, exponents, strict=True) if exponent]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, v.number(abs(coefficient)))
        products.append(product(factors))
    return _signed_sum(coefficients, products) if products else 0


def _power(v: Operands, static: Static) -> Scalar:
    """A whole power; a negative one is a fraction."""
    (exponent,) = static
    if exponent == 0:
        return 1
    raised = v[0] if abs(exponent) == 1 else v[0] ** abs(exponent)
    return raised if exponent > 0 else 1 / raised


def _power_slope(v: Operands, static: Static) -> Scalar:
    (exponent,) = static
    return exponent if exponent in (0, 1) else exponent * _power(v, (exponent - 1,))


def _difference(v: Operands) -> tuple[Value]:
    return (v[0] - v[1],)


_row = partial(Operation, family=Family.ARITHMETIC)

SUMS = (
    _row("affine", _sum_of_products, _partial_of_sum_of_products),
    _row("sum_of_products", _sum_of_products, _partial_of_sum_of_products, collected=_collected_of_sum_of_products),
    _row("polynomial", _polynomial),
    _row("product", lambda v, _: product(v)),
    _row("difference", of(lambda a, b: a - b), lambda position, *_: Rule("minus_one" if position else "one")),
    _row("mean_difference", lambda v, static: (v[0] - v[1]) / static[0]),
    _row("copy", of(lambda a: a), by("one"), sign="="),
    _row("zero", lambda *_: 0),
    _row("one", lambda *_: 1),
    _row("minus_one", lambda *_: -1),
    _row("mean", lambda v, _: total(v) / len(v), lambda _, count, __: Rule("share", (), (count,))),
    _row("share", lambda _, static: Fraction(1, static[0])),
    _row("sum", lambda v, _: total(v), by("one")),
    _row(
        "quotient",
        of(lambda a, b: a / b),
        lambda position, *_: Rule("quotient_slope", (0, 1)) if position else Rule("power", (1,), (-1,)),
        sign="÷",
    ),
    _row("quotient_slope", of(lambda a, b: -(a / b**2))),
    _row("power", _power, lambda _position, _count, static: Rule("power_slope", (0,), static), sign="xⁿ"),
    _row("power_slope", _power_slope),
    _row(
        "general_power",
        of(lambda base, exponent: exp(exponent * log(base))),
        lambda position, *_: Rule("general_power_slope_by_exponent" if position else "general_power_slope", (OUTPUT, 0, 1)),
        notation=Notation("^", python="**"),  # every notation knows how to set it
        sign="xʸ",
        letters=2,
    ),
    _row("general_power_slope", of(lambda power, base, exponent: exponent * power / base)),
    _row("general_power_slope_by_exponent", of(lambda power, base, _: power * log(base))),
    _row(
        "maximum",
        of(lambda a, b: b + positive_part(a - b)),
        lambda position, *_: Rule("is_not_greater" if position else "is_greater", (0, 1)),
        pieces=Pieces(_difference),
        kink=of(lambda a, b: a - b),
        notation=Notation(r"\max", head="max", python="np.maximum({})"),
        sign="max",
        function="max",
        arity=2,
        letters=2,
    ),
    _row(
        "minimum",
        of(lambda a, b: a - positive_part(a - b)),
        lambda position, *_: Rule("is_greater" if position else "is_not_greater", (0, 1)),
        pieces=Pieces(_difference),
        kink=of(lambda a, b: a - b),
        notation=Notation(r"\min", head="min"),
        sign="min",
        function="min",
        arity=2,
        letters=2,
    ),
    _row("is_greater", of(lambda a, b: is_positive(a - b))),
    _row("is_not_greater", of(lambda a, b: 1 - is_positive(a - b))),
)
