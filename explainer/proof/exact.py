"""Quantities that are exact fractions though functions are in them: a gradient that vanishes by symmetry, the share of equals.

No enclosure decides that something is zero, or lies on a tie. A ring does: its elements, with the given numbers put in, are
polynomials over the functions' values, and one of degree zero is a number. Beside each element goes a ball. It tells signs,
which a ring does not know: on which side of a kink a value is, and which root of a square is the positive one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from explainer.core.program import Kind, Program, Static
from explainer.operations.algebra import ByName
from explainer.operations.record import Operation, apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.bounds import Degrees, Rehearsal
from explainer.proof.enclosure import LARGEST_EXPONENT, START_BITS, Ball, Balls, Undecided, precision, rational
from explainer.proof.letters import letters_of, with_letters
from explainer.proof.meaning import readings
from explainer.proof.rings.polynomials import LONGEST, Polynomials, Quotient, TooLong
from explainer.proof.rings.ring import FUNCTIONS

LARGEST_DEGREE = 2_000  # of a quantity that is still worked out as a fraction
LARGEST_EFFORT = 5_000_000  # for all that have a fraction line; their terms' coefficients are long


@dataclass(frozen=True, slots=True)
class Known:
    """An element of the ring, and a ball that holds the same number (all numbers, where nothing is known of it)."""

    element: Any
    ball: Ball


class Witnessed(ByName):
    """The primitives on elements beside their balls. What is known of the one by the other is taken up at once."""

    def __init__(self, base: Polynomials) -> None:
        self.base, self.balls = base, Balls()
        self._roots: dict[Any, Known] = {}  # of the squares that have been seen
        self._radicands: list[Any] = []  # letter² − number, for each root of a number
        self.overrides: Mapping[str, Callable[..., Any]] = {name: self._letter(name) for name in FUNCTIONS}
        self.overrides = {**self.overrides, "general_power": lambda operands, _: self._general_power(*operands)}

    def _letter(self, name: str) -> Callable[[Sequence[Known], Static], Known]:
        return lambda operands, static: self._known(
            self.base.function(name, operands[0].element),
            lambda: apply(OPERATIONS[name], self.balls, [operand.ball for operand in operands], static),
        )

    def _known(self, element: Any, ball: Callable[[], Ball]) -> Known:
        constant = self.base.constant(element)
        if constant is not None:
            return self.number(constant)
        try:
            found = ball()
        except (Undecided, ZeroDivisionError):
            found = arb("nan")
        return self.number(Fraction(int(found.p), int(found.q))) if isinstance(found, fmpq) else Known(element, found)

    def _sign(self, value: Known) -> int | None:
        """None where the ball does not tell."""
        try:
            return self.balls.side(value.ball)
        except Undecided:
            return None

    def number(self, value: Fraction) -> Known:
        return Known(self.base.number(value), rational(value))

    def add(self, left: Known, right: Known) -> Known:
        return self._known(left.element + right.element, lambda: left.ball + right.ball)

    def subtract(self, left: Known, right: Known) -> Known:
        return self._known(left.element - right.element, lambda: left.ball - right.ball)

    def multiply(self, left: Known, right: Known) -> Known:
        product = self._without_squares(left.element * right.element)
        found = self._known(product, lambda: self.balls.multiply(left.ball, right.ball))
        if left is right:
            self._roots[self.base.canonical(found.element)] = left
        return found

    def divide(self, left: Known, right: Known) -> Known:
        return self._known(self.base.divide(left.element, right.element), lambda: left.ball / right.ball)

    def negate(self, value: Known) -> Known:
        return self._known(-value.element, lambda: -value.ball)

    def power(self, base: Known, exponent: int) -> Known:
        found = base
        for _ in range(exponent - 1):
            found = self.multiply(base, found)
        return found

    def function(self, name: str, value: Known) -> Known:
        return self._known(self.base.function(name, value.element), lambda: getattr(self.balls, name)(value.ball))

    def sqrt(self, value: Known) -> Known:
        root = self._roots.get(self.base.canonical(value.element))
        if root is not None and (sign := self._sign(root)) is not None:
            return root if sign > 0 else self.negate(root)
        letter = self.base.sqrt(value.element)
        if (number := self.base.constant(value.element)) is not None and self.base.constant(letter) is None:
            self._radicands.append(letter * letter - self.base.number(number))
        return self._known(letter, lambda: self.balls.sqrt(value.ball))

    def _without_squares(self, element: Any) -> Any:
        """The square of a number's root is the number."""
        if not self._radicands:
            return element
        if isinstance(element, Quotient):
            return Quotient(element.above.rem(self._radicands), element.below.rem(self._radicands), element.budget)
        return element.rem(self._radicands)

    def _general_power(self, base: Known, exponent: Known) -> Known:
        """A power of the root, where the exponent is half a whole number."""
        half = self.base.constant(exponent.element)
        if half is None or half.denominator > 2 or not 0 < half <= LARGEST_EXPONENT:
            return self._known(
                self.base.exp(exponent.element * self.base.log(base.element)),
                lambda: self.balls.overrides["general_power"]([base.ball, exponent.ball], ()),
            )
        return self.power(base if half.denominator == 1 else self.sqrt(base), half.numerator)

    def positive_part(self, value: Known) -> Known:
        return self._by_side("relu", value, lambda side: value if side > 0 else self.number(Fraction(0)))

    def is_positive(self, value: Known) -> Known:
        return self._by_side("is_positive", value, lambda side: self.number(Fraction(int(side > 0))))

    def abs(self, value: Known) -> Known:
        return self._by_side("abs", value, lambda side: value if side >= 0 else self.negate(value))

    def sign(self, value: Known) -> Known:
        return self._by_side("sign", value, lambda side: self.number(Fraction(side)))

    def choose(self, test: Known, above: Callable[[], Known], otherwise: Callable[[], Known]) -> Known:
        side = self._sign(test)
        return super().choose(test, above, otherwise) if side is None else above() if side > 0 else otherwise()

    def _by_side(self, name: str, value: Known, found: Callable[[int], Known]) -> Known:
        """What a value's sign decides; a letter of which nothing is known, where the ball does not tell the sign."""
        side = self._sign(value)
        return Known(self.base.function(name, value.element), arb("nan")) if side is None else found(side)


def read(
    program: Program,
    operations: Mapping[str, Operation],
    algebra: Witnessed,
    start: Mapping[str, Known],
    large: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, Known]]:
    """Each equation's target with its value, from those of what is given, up to a division by what is zero.

    Those that are `large` are not worked out.
    """
    base, values = algebra.base, dict(start)
    with suppress(ZeroDivisionError):  # it has no value, nor has what follows
        for equation in program.equations:
            operation, operands = operations[equation.operation], [values[name] for name in equation.operands]
            try:
                rehearsal = Rehearsal()
                sizes = [rehearsal.size(*base.size(operand.element)) for operand in operands]
                size = apply(operation, rehearsal, sizes, equation.static)
                if equation.target in large or size.above.terms + size.below.terms > LONGEST:
                    raise TooLong
                value = apply(operation, algebra, operands, equation.static)
            except TooLong:  # it goes on as a letter of its own, of which nothing is known
                letter = base.function(f"the value of {equation.target}", base.number(Fraction(0)))
                value = Known(letter, arb("nan"))
            values[equation.target] = value
            yield equation.target, value


def exact_values(program: Program, operations: Mapping[str, Operation]) -> dict[str, Fraction]:
    """Quantities that are exact fractions at the given numbers, whatever the functions' values are."""
    numbers = {name: Fraction(value) for name, value in program.given.items()}
    large = frozenset[str]()
    if program.of_kind(Kind.NODE):  # formulas can pile powers on powers; such fractions would fill the memory
        degrees = readings(program, Degrees(), Degrees().symbol, operations)
        large = frozenset(equation.target for equation, degree in degrees if degree > LARGEST_DEGREE)

    def found(letters: int) -> dict[str, Fraction]:
        base = Polynomials(tuple(program.given), letters, numbers, LARGEST_EFFORT)
        algebra = Witnessed(base)
        values = {name: algebra.number(number) for name, number in numbers.items()}
        with precision(START_BITS):
            constants = ((name, base.constant(value.element)) for name, value in read(program, operations, algebra, values, large))
            return {name: constant for name, constant in constants if constant is not None}

    return with_letters(letters_of(program), found)
