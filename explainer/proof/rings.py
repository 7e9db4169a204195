"""Commutative rings in which a program's equations are identities.

An activation's output is a generator of its own: σ(z) is a letter a, and the only thing known of it is its slope, a(1 − a).
Gradients are then polynomials, and whether two of them are equal can be decided.
`Polynomials` decides it exactly; `Residues` evaluates both sides at random points modulo a prime.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from sympy import QQ
from sympy.polys.rings import ring

from explainer.operations import Operators
from explainer.program import Static

PRIME = 2**61 - 1
FUNCTIONS = ("sigmoid", "tanh", "relu")


class Ring(Operators):
    """The primitives over a ring's elements. Equal arguments give the same generator."""

    def __init__(self) -> None:
        self._generators: dict[tuple[str, Any], Any] = {}
        self.overrides: Mapping[str, Callable[..., Any]] = {name: self._call(name) for name in FUNCTIONS}

    def _call(self, name: str) -> Callable[[list[Any], Static], Any]:
        return lambda operands, _: self.generator(name, operands[0])

    def generator(self, function: str, argument: Any) -> Any:
        """The letter that stands for function(argument)."""
        key = (function, argument)
        if key not in self._generators:
            self._generators[key] = self.fresh(key)
        return self._generators[key]

    def fresh(self, key: tuple[str, Any]) -> Any:
        raise NotImplementedError

    def symbol(self, name: str) -> Any:
        raise NotImplementedError

    def number(self, value: Fraction) -> Any:
        raise NotImplementedError

    def exp(self, value: Any) -> Any:
        return self.generator("exp", value)

    def tanh(self, value: Any) -> Any:
        return self.generator("tanh", value)

    def positive_part(self, value: Any) -> Any:
        return self.generator("relu", value)

    def is_positive(self, value: Any) -> Any:
        return self.generator("is_positive", value)

    def slope(self, function: str, argument: Any) -> Any:
        """The derivative of an activation, stated here once more, apart from the vocabulary's rows."""
        one = self.number(Fraction(1))
        value = self.generator(function, argument)
        if function == "sigmoid":
            return value * (one - value)
        if function == "tanh":
            return one - value * value
        return self.generator("is_positive", argument)


class NoLetterLeft(Exception):
    """More generators are needed than were planned."""


class Polynomials(Ring):
    """Q[names, letters], exactly. `letters` is how many generators may be needed; `numbers` replaces symbols by values."""

    def __init__(self, names: tuple[str, ...], letters: int, numbers: Mapping[str, Fraction] | None = None) -> None:
        super().__init__()
        self._numbers = numbers or {}
        free = [name for name in names if name not in self._numbers]
        self._ring, *elements = ring([*free, *(f"a{index}" for index in range(letters))] or ["a0"], QQ)
        self._symbols = dict(zip(free, elements, strict=False))
        self._letters = iter(elements[len(free) :])

    def fresh(self, key: tuple[str, Any]) -> Any:
        for letter in self._letters:
            return letter
        raise NoLetterLeft

    def symbol(self, name: str) -> Any:
        return self.number(self._numbers[name]) if name in self._numbers else self._symbols[name]

    def number(self, value: Fraction) -> Any:
        return self._ring(QQ(value.numerator, value.denominator))

    def divide(self, left: Any, right: Any) -> Any:
        return left.quo_ground(right.coeff(1))  # the vocabulary divides by numbers only


class Residue:
    """An integer modulo PRIME."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    @staticmethod
    def _of(other: Residue | Fraction) -> int:
        if isinstance(other, Fraction):
            return other.numerator * pow(other.denominator, -1, PRIME)
        return other.value

    def __add__(self, other: Residue) -> Residue:
        return Residue(self.value + other.value)

    def __sub__(self, other: Residue) -> Residue:
        return Residue(self.value - other.value)

    def __mul__(self, other: Residue | Fraction) -> Residue:
        return Residue(self.value * self._of(other))

    def __neg__(self) -> Residue:
        return Residue(-self.value)

    def __pow__(self, exponent: int) -> Residue:
        return Residue(pow(self.value, exponent, PRIME))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Residue) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Residues(Ring):
    """Values modulo PRIME at the point number `point`: each symbol and each letter is a fixed pseudo-random residue."""

    def __init__(self, point: int) -> None:
        super().__init__()
        self._point = point

    def _draw(self, text: str) -> Residue:
        digest = blake2b(f"{self._point}|{text}".encode(), digest_size=16).digest()
        return Residue(int.from_bytes(digest))

    def fresh(self, key: tuple[str, Any]) -> Any:
        return self._draw(f"{key[0]}({key[1].value})")

    def symbol(self, name: str) -> Any:
        return self._draw(name)

    def number(self, value: Fraction) -> Any:
        return Residue(value.numerator * pow(value.denominator, -1, PRIME))

    def divide(self, left: Any, right: Any) -> Any:
        return left * Residue(pow(right.value, -1, PRIME))


class Degrees(Ring):
    """The largest degree each quantity can have as a polynomial in the symbols and letters: what a random check may miss."""

    def fresh(self, key: tuple[str, Any]) -> int:
        return 1

    def symbol(self, name: str) -> int:
        return 1

    def number(self, value: Fraction) -> int:
        return 0

    def add(self, left: int, right: int) -> int:
        return max(left, right)

    subtract = add

    def multiply(self, left: int, right: int) -> int:
        return left + right

    def divide(self, left: int, right: int) -> int:
        return left

    def negate(self, value: int) -> int:
        return value

    def power(self, base: int, exponent: int) -> int:
        return base * exponent


class Terms(Degrees):
    """How many terms each quantity can have at most, when it is multiplied out: what an exact proof may cost."""

    def fresh(self, key: tuple[str, Any]) -> int:
        return 1

    def number(self, value: Fraction) -> int:
        return 1

    def add(self, left: int, right: int) -> int:
        return left + right

    subtract = add

    def multiply(self, left: int, right: int) -> int:
        return left * right

    def power(self, base: int, exponent: int) -> int:
        return base**exponent


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


class Duals:
    """The primitives over dual numbers on a ring: how the derivative of any formula is found without its row's partials."""

    def __init__(self, base: Ring) -> None:
        self.base = base
        self.overrides: Mapping[str, Callable[..., Any]] = {name: self._call(name) for name in FUNCTIONS}

    def _call(self, name: str) -> Callable[[list[Dual], Static], Dual]:
        def call(operands: list[Dual], _: Static) -> Dual:
            (z,) = operands
            slope = self.base.slope(name, z.value)
            return Dual(self.base.generator(name, z.value), {by: slope * part for by, part in z.slopes.items()})

        return call

    def number(self, value: Fraction) -> Dual:
        return Dual(self.base.number(value), {})

    def add(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value + right.value, left.merged(right, None, None))

    def subtract(self, left: Dual, right: Dual) -> Dual:
        return self.add(left, self.negate(right))

    def multiply(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value * right.value, left.merged(right, right.value, left.value))

    def divide(self, left: Dual, right: Dual) -> Dual:
        slopes = {by: self.base.divide(slope, right.value) for by, slope in left.slopes.items()}
        return Dual(self.base.divide(left.value, right.value), slopes)

    def negate(self, value: Dual) -> Dual:
        return Dual(-value.value, {by: -slope for by, slope in value.slopes.items()})

    def power(self, base: Dual, exponent: int) -> Dual:
        result = base
        for _ in range(exponent - 1):
            result = self.multiply(result, base)
        return result

    # Transcendental functions stand in the vocabulary inside activations only, which are overridden.
    def exp(self, value: Dual) -> Dual:
        raise NotImplementedError

    tanh = positive_part = is_positive = exp
