"""Formulas as trees, for whoever prints them.

`Tree` is an algebra: reading an operation's row in it gives the formula itself, with the operands as leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from explainer.core.digits import Shown
from explainer.core.program import Equation
from explainer.operations.algebra import ByName, read
from explainer.operations.record import OUTPUT, apply
from explainer.operations.vocabulary import OPERATIONS


@dataclass(frozen=True, slots=True)
class Symbol:
    """The name of a quantity stands here."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """The value of a quantity stands here, with these digits."""

    name: str
    shown: Shown
    marked: bool = False  # to be seen first: it belongs to what is worked out beside it


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that belongs to the formula."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """An operator or function over other trees; `exponent` for powers."""

    head: str
    parts: tuple[Expression, ...]
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix written out, row by row."""

    rows: tuple[tuple[Expression, ...], ...]


Expression = Symbol | Number | Constant | Node | Grid


def numbers_in(expression: Expression) -> Iterator[Shown]:
    """The numbers with digits in an expression, from left to right."""
    match expression:
        case Number(shown=shown):
            yield shown
        case Node(parts=parts):
            for part in parts:
                yield from numbers_in(part)
        case Grid(rows):
            for row in rows:
                for cell in row:
                    yield from numbers_in(cell)


PI = Node("pi", ())


class Tree(ByName):
    """The primitives as tree builders. Sums stay flat, so that they print without parentheses."""

    def __init__(self, *, spell_out: bool = False) -> None:
        self._spell_out = spell_out
        self.overrides: Mapping[str, Callable[..., Any]] = {} if spell_out else _BY_NAME

    def number(self, value: Fraction) -> Expression:
        return Constant(value)

    def add(self, left: Expression, right: Expression) -> Expression:
        return Node("add", (*(left.parts if isinstance(left, Node) and left.head == "add" else (left,)), right))

    def subtract(self, left: Expression, right: Expression) -> Expression:
        return Node("subtract", (left, right))

    def multiply(self, left: Expression, right: Expression) -> Expression:
        return Node("multiply", (*(left.parts if isinstance(left, Node) and left.head == "multiply" else (left,)), right))

    def divide(self, left: Expression, right: Expression) -> Expression:
        return Node("divide", (left, right))

    def negate(self, value: Expression) -> Expression:
        return Node("negate", (value,))

    def power(self, base: Expression, exponent: int) -> Expression:
        return Node("power", (base,), exponent)

    def function(self, name: str, value: Expression) -> Expression:
        return Node(name, (value,))

    def tanh(self, value: Expression) -> Expression:
        if not self._spell_out:
            return Node("tanh", (value,))
        growth, decay = self.exp(value), self.exp(self.negate(value))
        return self.divide(self.subtract(growth, decay), self.add(growth, decay))

    def normal_cdf(self, value: Expression) -> Expression:
        if not self._spell_out:
            return Node("normal_cdf", (value,))
        spread = self.divide(value, self.sqrt(Constant(Fraction(2))))
        return self.divide(self.add(Constant(Fraction(1)), self.erf(spread)), Constant(Fraction(2)))

    def erf_slope(self, value: Expression) -> Expression:
        if not self._spell_out:
            return Node("erf_slope", (value,))
        return self._bell(Constant(Fraction(2)), self.negate(self.power(value, 2)), PI)

    def normal_density(self, value: Expression) -> Expression:
        if not self._spell_out:
            return Node("normal_density", (value,))
        two = Constant(Fraction(2))
        return self._bell(Constant(Fraction(1)), self.negate(self.divide(self.power(value, 2), two)), self.multiply(two, PI))

    def _bell(self, above: Expression, exponent: Expression, below: Expression) -> Expression:
        """A bell curve: how high it is, e to which power, and over the root of what."""
        return self.multiply(self.divide(above, self.sqrt(below)), self.exp(exponent))

    def positive_part(self, value: Expression) -> Expression:
        return Node("max", (Constant(Fraction(0)), value))

    def choose(self, test: Expression, above: Callable[[], Expression], otherwise: Callable[[], Expression]) -> Expression:
        """Pieces, each with what it holds under: a piece, its test, a piece, its test, …, and the last piece."""
        if (decided := value_of(test)) is not None:  # of numbers it can be seen
            return above() if decided > 0 else otherwise()
        rest = otherwise()
        return Node("cases", (above(), test, *(rest.parts if isinstance(rest, Node) and rest.head == "cases" else (rest,))))


def value_of(expression: Expression) -> Fraction | None:
    """What printed numbers, added, multiplied or without their signs, come to; None if there is anything else."""
    match expression:
        case Number():
            return Fraction(expression.shown.value)
        case Constant(value):
            return value
        case Node(head, parts) if head in ARITHMETIC:
            values = [value_of(part) for part in parts]
            known = [value for value in values if value is not None]
            return ARITHMETIC[head](known) if len(known) == len(values) else None
    return None


ARITHMETIC: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "add": lambda values: sum(values, Fraction(0)),
    "subtract": lambda values: values[0] - values[1],
    "multiply": lambda values: prod(values, start=Fraction(1)),
    "negate": lambda values: -values[0],
    "abs": lambda values: abs(values[0]),
}


# Functions a reader knows by name are printed by name, not spelled out.
_BY_NAME: Mapping[str, Callable[..., Any]] = {
    name: (lambda operands, _, head=row.head: Node(head, tuple(operands)))
    for name, row in OPERATIONS.items()
    if row.notation and not row.notation.by_formula
}


def formula(equation: Equation, leaves: Sequence[Expression]) -> Expression:
    """The equation's right-hand side over the given leaves."""
    return apply(OPERATIONS[equation.operation], Tree(), leaves, equation.static)


def spelled_out(operation: str, *leaves: Expression) -> Expression:
    """What an activation, or a loss of one output, is: its own formula, rather than its name."""
    return read(OPERATIONS[operation].formula, Tree(spell_out=True), leaves, ())


def working(operation: str, *leaves: Expression) -> tuple[Expression, ...]:
    """The lines of a derivative, last the slope as the vocabulary has it: an activation's in terms of its own output."""
    row, tree = OPERATIONS[operation], Tree(spell_out=True)
    lines = tuple(read(line, tree, leaves, ()) for line in row.working)
    output = Node(operation, leaves)
    assert row.partial is not None
    rule = row.partial(len(leaves) - 1, len(leaves), ())
    assert rule is not None
    operands = [leaves[index] if isinstance(index, int) and index != OUTPUT else output for index in rule.operands]
    return (*lines, read(OPERATIONS[rule.operation].formula, tree, operands, rule.static))
