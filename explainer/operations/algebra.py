"""What a formula is calculated with: the primitives that each reading supplies, and values with operators.

Evaluating, proving and printing are algebras. A formula is ordinary arithmetic over values, each of which hands its operation
on to the algebra that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any, Protocol

from explainer.core.errors import Problem, RecordError

# The functions of one value among the primitives. An algebra for which they are all alike takes them `ByName`.
TRANSCENDENTAL = ("exp", "log", "sqrt", "tanh", "sin", "cos", "erf", "erf_slope", "normal_cdf", "normal_density")
PIECEWISE = ("positive_part", "is_positive", "abs", "sign")
PRIMITIVES = (*TRANSCENDENTAL, *PIECEWISE)


class Algebra(Protocol):
    """The primitives a reading must supply. Its elements are whatever the reading works on.

    `erf_slope` is 2/√π · e^(−z²), the derivative of the error function; `normal_cdf` is Φ, the distribution function of the
    standard normal distribution, and `normal_density` φ its derivative. `is_positive` is 1 above zero, else 0.
    """

    @property
    def overrides(self) -> Mapping[str, Callable[..., Any]]:
        """Rows that this algebra reads in a way of its own, such as a stable sigmoid, over (operands, static)."""

    def number(self, value: Fraction) -> Any: ...
    def add(self, left: Any, right: Any) -> Any: ...
    def subtract(self, left: Any, right: Any) -> Any: ...
    def multiply(self, left: Any, right: Any) -> Any: ...
    def divide(self, left: Any, right: Any) -> Any: ...
    def negate(self, value: Any) -> Any: ...
    def power(self, base: Any, exponent: int) -> Any: ...
    def exp(self, value: Any) -> Any: ...
    def log(self, value: Any) -> Any: ...
    def sqrt(self, value: Any) -> Any: ...
    def tanh(self, value: Any) -> Any: ...
    def sin(self, value: Any) -> Any: ...
    def cos(self, value: Any) -> Any: ...
    def erf(self, value: Any) -> Any: ...
    def erf_slope(self, value: Any) -> Any: ...
    def normal_cdf(self, value: Any) -> Any: ...
    def normal_density(self, value: Any) -> Any: ...
    def positive_part(self, value: Any) -> Any: ...
    def is_positive(self, value: Any) -> Any: ...
    def abs(self, value: Any) -> Any: ...
    def sign(self, value: Any) -> Any: ...
    def choose(self, test: Any, above: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        """`above()` where `test` is positive, `otherwise()` where it is not."""


class Operators:
    """Arithmetic by Python's own operators, for algebras whose elements have them."""

    def add(self, left: Any, right: Any) -> Any:
        return left + right

    def subtract(self, left: Any, right: Any) -> Any:
        return left - right

    def multiply(self, left: Any, right: Any) -> Any:
        return left * right

    def divide(self, left: Any, right: Any) -> Any:
        return left / right

    def negate(self, value: Any) -> Any:
        return -value

    def power(self, base: Any, exponent: int) -> Any:
        return base**exponent


class ByName:
    """The functions among the primitives, for algebras that treat them all alike: `function(name, value)`.

    A choice is a sum of both pieces there, each times 0 or 1.
    """

    add: Callable[[Any, Any], Any]
    subtract: Callable[[Any, Any], Any]
    multiply: Callable[[Any, Any], Any]
    number: Callable[[Fraction], Any]

    def function(self, name: str, value: Any) -> Any:
        raise NotImplementedError

    def exp(self, value: Any) -> Any:
        return self.function("exp", value)

    def log(self, value: Any) -> Any:
        return self.function("log", value)

    def sqrt(self, value: Any) -> Any:
        return self.function("sqrt", value)

    def tanh(self, value: Any) -> Any:
        return self.function("tanh", value)

    def sin(self, value: Any) -> Any:
        return self.function("sin", value)

    def cos(self, value: Any) -> Any:
        return self.function("cos", value)

    def erf(self, value: Any) -> Any:
        return self.function("erf", value)

    def erf_slope(self, value: Any) -> Any:
        return self.function("erf_slope", value)

    def normal_cdf(self, value: Any) -> Any:
        return self.function("normal_cdf", value)

    def normal_density(self, value: Any) -> Any:
        return self.function("normal_density", value)

    def positive_part(self, value: Any) -> Any:
        return self.function("relu", value)

    def is_positive(self, value: Any) -> Any:
        return self.function("is_positive", value)

    def abs(self, value: Any) -> Any:
        return self.function("abs", value)

    def sign(self, value: Any) -> Any:
        return self.function("sign", value)

    def choose(self, test: Any, above: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        chosen = self.is_positive(test)
        left = self.subtract(self.number(Fraction(1)), chosen)
        return self.add(self.multiply(chosen, above()), self.multiply(left, otherwise()))


class Value:
    """An element of an algebra, with operators; whole numbers and fractions may stand beside it."""

    __slots__ = ("algebra", "element")

    def __init__(self, algebra: Algebra, element: Any) -> None:
        self.algebra, self.element = algebra, element

    def _of(self, element: Any) -> Value:
        return Value(self.algebra, element)

    def _element(self, other: Scalar) -> Any:
        return other.element if isinstance(other, Value) else self.algebra.number(Fraction(other))

    def __add__(self, other: Scalar) -> Value:
        return self._of(self.algebra.add(self.element, self._element(other)))

    def __radd__(self, other: Scalar) -> Value:
        return self._of(self.algebra.add(self._element(other), self.element))

    def __sub__(self, other: Scalar) -> Value:
        return self._of(self.algebra.subtract(self.element, self._element(other)))

    def __rsub__(self, other: Scalar) -> Value:
        return self._of(self.algebra.subtract(self._element(other), self.element))

    def __mul__(self, other: Scalar) -> Value:
        return self._of(self.algebra.multiply(self.element, self._element(other)))

    def __rmul__(self, other: Scalar) -> Value:
        return self._of(self.algebra.multiply(self._element(other), self.element))

    def __truediv__(self, other: Scalar) -> Value:
        return self._of(self.algebra.divide(self.element, self._element(other)))

    def __rtruediv__(self, other: Scalar) -> Value:
        return self._of(self.algebra.divide(self._element(other), self.element))

    def __neg__(self) -> Value:
        return self._of(self.algebra.negate(self.element))

    def __pow__(self, exponent: int) -> Value:
        return self._of(self.algebra.power(self.element, exponent))

    def function(self, name: str) -> Value:
        """A primitive of one value.

        Raises:
            RecordError: the algebra has no such primitive.
        """
        primitive = getattr(self.algebra, name, None)
        if primitive is None:
            place = f"{type(self.algebra).__name__}.{name}"
            expected = f"one of {', '.join(PRIMITIVES)}; or a new one, in `Algebra` and in each algebra"
            raise RecordError(Problem("explainer/operations/algebra.py", place, "no such primitive", expected))
        return self._of(primitive(self.element))

    def choose(self, above: Callable[[], Scalar], otherwise: Callable[[], Scalar]) -> Value:
        """One piece where this value is positive, and another where it is not."""
        found = self.algebra.choose(self.element, lambda: self._element(above()), lambda: self._element(otherwise()))
        return self._of(found)


Scalar = Value | Fraction | int


def exp(value: Value) -> Value:
    return value.function("exp")


def log(value: Value) -> Value:
    return value.function("log")


def sqrt(value: Value) -> Value:
    return value.function("sqrt")


def absolute(value: Value) -> Value:
    return value.function("abs")


def sign(value: Value) -> Value:
    return value.function("sign")


def positive_part(value: Value) -> Value:
    return value.function("positive_part")


def is_positive(value: Value) -> Value:
    return value.function("is_positive")


def total(values: Sequence[Any]) -> Any:
    """The sum of values, from the first to the last."""
    return reduce(add, values)


def product(values: Sequence[Any]) -> Any:
    return reduce(mul, values)


class Operands(list[Value]):
    """What an operation takes, in one algebra; there may be none."""

    __slots__ = ("algebra",)

    def __init__(self, algebra: Algebra, elements: Sequence[Any]) -> None:
        super().__init__(Value(algebra, element) for element in elements)
        self.algebra = algebra

    def number(self, value: Fraction | int) -> Value:
        """A number as a value that stands for itself: 1 + 2 is to be seen as a sum."""
        return Value(self.algebra, self.algebra.number(Fraction(value)))


def read(formula: Callable[..., Scalar], algebra: Algebra, operands: Sequence[Any], *static: Any) -> Any:
    """A formula over elements of an algebra, as an element."""
    found = formula(Operands(algebra, operands), *static)
    return found.element if isinstance(found, Value) else algebra.number(Fraction(found))
