"""Dual numbers over a ring: a value with its derivatives, found without any row's partials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from explainer.core.program import Static
from explainer.operations.algebra import ByName
from explainer.proof.rings.ring import FUNCTIONS, Ring


class Dual:
    """A value with its derivatives by several names at once (forward accumulation, by the sum and product rules)."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: Any, slopes: Mapping[str, Any]) -> None:
        self.value, self.slopes = value, slopes

    def merged(self, other: Dual, mine: Any, theirs: Any) -> dict[str, Any]:
        """mine·slopes + theirs·other.slopes, where None is the factor 1."""
        result = {by: slope if mine is None else mine * slope for by, slope in self.slopes.items()}
        for by, slope in other.slopes.items():
            part = slope if theirs is None else theirs * slope
            result[by] = result[by] + part if by in result else part
        return result


class Duals(ByName):
    """The primitives over dual numbers on a ring: how the derivative of any formula is found without its row's partials."""

    def __init__(self, base: Ring) -> None:
        self.base = base
        self.overrides: dict[str, Callable[..., Any]] = {
            name: lambda operands, _, name=name: self._letter(name, operands[0]) for name in FUNCTIONS
        }
        self.overrides |= {"softmax": self._softmax}

    def _softmax(self, operands: Sequence[Dual], static: Static) -> Dual:
        """∂p_i/∂z_j = p_i (δ_ij − p_j), stated apart from the vocabulary's rows."""
        arguments = [operand.value for operand in operands]
        shares = [self.base.softmax(index, arguments) for index in range(len(operands))]
        own = shares[static[0]]
        slopes: dict[str, Any] = {}
        for index, (operand, share) in enumerate(zip(operands, shares, strict=True)):
            slope = own - own * share if index == static[0] else -(own * share)
            for by, part in operand.slopes.items():
                slopes[by] = slopes[by] + slope * part if by in slopes else slope * part
        return Dual(own, slopes)

    def _letter(self, name: str, argument: Dual) -> Dual:
        value = self.base.function(name, argument.value)
        if not argument.slopes:
            return Dual(value, {})
        slope = self.base.slope(name, argument.value)
        return Dual(value, {by: slope * part for by, part in argument.slopes.items()})

    def number(self, value: Fraction) -> Dual:
        return Dual(self.base.number(value), {})

    def add(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value + right.value, left.merged(right, None, None))

    def subtract(self, left: Dual, right: Dual) -> Dual:
        return self.add(left, self.negate(right))

    def multiply(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value * right.value, left.merged(right, right.value, left.value))

    def divide(self, left: Dual, right: Dual) -> Dual:
        quotient = self.base.divide(left.value, right.value)
        inverse = self.base.divide(self.base.number(Fraction(1)), right.value)
        return Dual(
            quotient,
            left.merged(right, inverse, -(quotient * inverse))
            if right.slopes
            else {by: self.base.divide(slope, right.value) for by, slope in left.slopes.items()},
        )

    def negate(self, value: Dual) -> Dual:
        return Dual(-value.value, {by: -slope for by, slope in value.slopes.items()})

    def power(self, base: Dual, exponent: int) -> Dual:
        result = base
        for _ in range(exponent - 1):
            result = self.multiply(result, base)
        return result

    def function(self, name: str, value: Dual) -> Dual:
        return self._letter(name, value)

    def is_positive(self, value: Dual) -> Dual:
        """One or zero: what does not change."""
        return Dual(self.base.function("is_positive", value.value), {})

    def sign(self, value: Dual) -> Dual:
        return Dual(self.base.function("sign", value.value), {})
