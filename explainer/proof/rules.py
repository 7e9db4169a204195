"""Rules: each row's partials are the derivatives of its formula, by sympy, at every arity the program uses; and its facts hold.

The slopes of functions are stated once more in `Ring.slope`, and proven of no row there: the list as a whole is proven with those,
so that neither sympy nor a row is believed alone. Here each partial is proven by itself, so that a wrong one is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import sympy

from explainer.core.errors import Problem, RecordError
from explainer.core.program import Equation, Kind, Program, Static
from explainer.operations.algebra import Operands, Operators, read
from explainer.operations.record import OUTPUT, WHERE, Operation, Pieces, Sibling, apply
from explainer.proof.certificate import Fault


class Region:
    """Where an operation that is defined piece by piece has one formula: between two of the values at which pieces meet."""

    def __init__(self, pieces: Pieces, deciding: Sequence[Any], number: int, of: str = "") -> None:
        """`deciding` are what the pieces `of` an operation are decided by; regions are counted from the smallest values."""
        self.of = of
        self._signs = [(value - at, 1 if index < number else -1) for value in deciding for index, at in enumerate(pieces.at)]

    def side(self, value: Any) -> int:
        """The sign that a value has everywhere in the region.

        Raises:
            RecordError: it may have either; the operation's pieces do not say where it changes.
        """
        for boundary, sign in self._signs:
            for factor in (1, -1):
                if sympy.expand(value - factor * boundary) == 0:
                    return factor * sign
        if not value.is_number:
            found = f"nothing that says where {value} is positive"
            like = "pieces=Pieces(argument)"
            raise RecordError(Problem(WHERE, f"{self.of}.pieces".lstrip("."), found, "where one formula meets the next", like))
        return int(sympy.sign(value))


WHOLE = Pieces(lambda _: (), ())  # of what is defined in one piece
NUMBERS = Region(WHOLE, (), 0)  # nothing but numbers decides


class Sympy(Operators):
    """The primitives as sympy expressions; in a `region`, piecewise functions are the formulas that they have there."""

    def __init__(self, region: Region = NUMBERS, overrides: Mapping[str, Any] | None = None) -> None:
        self.region, self.overrides = region, overrides or {}

    def number(self, value: Fraction) -> Any:
        return sympy.Rational(value.numerator, value.denominator)

    def exp(self, value: Any) -> Any:
        return sympy.exp(value)

    def log(self, value: Any) -> Any:
        return sympy.log(value)

    def sqrt(self, value: Any) -> Any:
        return sympy.sqrt(value)

    def tanh(self, value: Any) -> Any:
        return sympy.tanh(value)

    def sin(self, value: Any) -> Any:
        return sympy.sin(value)

    def cos(self, value: Any) -> Any:
        return sympy.cos(value)

    def erf(self, value: Any) -> Any:
        return sympy.erf(value)

    def erf_slope(self, value: Any) -> Any:
        return 2 / sympy.sqrt(sympy.pi) * sympy.exp(-(value**2))

    def normal_cdf(self, value: Any) -> Any:
        return (1 + sympy.erf(value / sympy.sqrt(2))) / 2

    def normal_density(self, value: Any) -> Any:
        return sympy.exp(-(value**2) / 2) / sympy.sqrt(2 * sympy.pi)

    def positive_part(self, value: Any) -> Any:
        return value if self.region.side(value) > 0 else sympy.Integer(0)

    def is_positive(self, value: Any) -> Any:
        return sympy.Integer(int(self.region.side(value) > 0))

    def abs(self, value: Any) -> Any:
        return self.region.side(value) * value

    def sign(self, value: Any) -> Any:
        return sympy.Integer(self.region.side(value))

    def choose(self, test: Any, above: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        return above() if self.region.side(test) > 0 else otherwise()

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        powers = [sympy.exp(argument) for argument in arguments]
        return powers[index] / sum(powers)

    def function(self, name: str, value: Any) -> Any:
        """What `expansion` asks for by name."""
        override = self.overrides.get(name)
        return override([value], ()) if override else getattr(self, name)(value)


def is_zero(expression: Any) -> bool:
    """True only if it is: an expanded expression, or its expanded numerator, that vanishes."""
    if any(sympy.expand(expression, power_exp=split) == 0 for split in (False, True)):
        return True
    above = sympy.numer(sympy.together(expression))
    return any(sympy.expand(above, power_exp=split) == 0 for split in (False, True))


def _readings(operation: Operation, operands: Sequence[Any]) -> Iterator[Sympy]:
    """An algebra for each region in which the operation has one formula over these operands."""
    pieces, deciding = operation.pieces or WHOLE, _deciding(operation, operands)
    for number in range(len(pieces.at) + 1):
        yield Sympy(Region(pieces, deciding, number, operation.name))


def _deciding(operation: Operation, operands: Sequence[Any]) -> list[Any]:
    pieces = operation.pieces or WHOLE
    return [value.element for value in pieces.decides(Operands(Sympy(), operands))]


@cache
def kink_faults(operation: Operation, count: int, static: Static) -> tuple[str, ...]:
    """Whether an operation over `count` operands lacks a kink, or has one that is none.

    Where two pieces meet, it has a derivative if they have the same value there and the same slopes.
    """
    names = _operands(count)
    deciding, smooth = _deciding(operation, names), True
    readings = [apply(operation, algebra, names, static) for algebra in _readings(operation, names)]
    for (below, above), at in zip(pairwise(readings), (operation.pieces or WHOLE).at, strict=True):
        there = dict(_solved(value, at) for value in deciding)
        step = sympy.sympify(above - below)
        smooth = smooth and all(is_zero(item.subs(there)) for item in (step, *(sympy.diff(step, name) for name in names)))
    if smooth and operation.kink:
        return (f"{operation.name} has a derivative everywhere",)
    return () if smooth or operation.kink else (f"{operation.name} has no derivative where its pieces meet",)


def _solved(value: Any, at: Fraction) -> tuple[Any, Any]:
    """The last of the operands in a value, and what it is where the value is this number."""
    operand = max(value.free_symbols, key=str)
    return operand, sympy.solve(value - sympy.Rational(at.numerator, at.denominator), operand)[0]


def _operands(count: int) -> tuple[Any, ...]:
    return tuple(sympy.symbols(f"v1:{count + 1}", real=True))


@cache
def rule_faults(operation: Operation, count: int, static: Static, rows: tuple[Operation, ...]) -> tuple[str, ...]:
    """Which of an operation's partials, over `count` operands, are not the derivatives of its formula.

    `rows` are the operations its partials are made of.
    """
    found = []
    vocabulary = {row.name: row for row in rows}
    names = _operands(count)
    assert operation.partial is not None
    for algebra in _readings(operation, names):
        result = apply(operation, algebra, names, static)
        for position, name in enumerate(names):
            rule = operation.partial(position, count, static)
            if rule is None:
                continue
            operands = [_operand(operation, algebra, names, static, result, index) for index in rule.operands]
            stated = apply(vocabulary[rule.operation], algebra, operands, rule.static)
            if not is_zero(sympy.diff(result, name) - stated):
                found.append(f"{rule.operation} is not the derivative of {operation.name} by operand {position + 1}")
        for line, working in enumerate(operation.working, 1):
            stated = read(working, algebra, names[: operation.worked + 1], static)
            if not is_zero(sympy.diff(result, names[operation.worked]) - stated):
                found.append(f"line {line} of the working of {operation.name} is not its derivative")
    return tuple(dict.fromkeys(found))


@cache
def fact_faults(operation: Operation) -> tuple[str, ...]:
    """Which of the facts about a function its formula does not bear out.

    f(−z) is what it is said to be if both have the same derivative, on both sides of a kink, and the same value at zero.
    """
    found = []
    for point, value in operation.facts.at:
        algebra = Sympy()
        if not is_zero(apply(operation, algebra, [algebra.number(point)]) - algebra.number(value)):
            found.append(f"{operation.name} of {point} is not {value}")
    if mirrored := operation.facts.mirrored:
        z = sympy.Symbol("z", real=True)
        for algebra in _readings(operation, [z]):
            stated = read(lambda v: mirrored(*v), algebra, (z, apply(operation, algebra, [z])))
            difference = apply(operation, algebra, [-z]) - stated
            if not is_zero(sympy.diff(difference, z)) or not is_zero(difference.subs(z, 0)):
                found.append(f"{operation.name} of −z is not what is said of it")
    return tuple(dict.fromkeys(found))


def _operand(operation: Operation, algebra: Sympy, names: Any, static: Static, result: Any, index: int | Sibling) -> Any:
    """What an operand of a rule stands for, over the operation's own operands."""
    if isinstance(index, Sibling):
        return apply(operation, algebra, names, index.static)
    return result if index == OUTPUT else names[index]


def used_rules(program: Program, operations: Mapping[str, Operation]) -> dict[tuple[str, int, Static], list[Equation]]:
    """The differentiable operations of a program at each arity, with the equations that use them."""
    rules: dict[tuple[str, int, Static], list[Equation]] = {}
    differentiated = {quantity.of for quantity in program.quantities.values() if quantity.kind is Kind.LOCAL}
    for equation in program.equations:
        if equation.target in differentiated:
            key = (equation.operation, len(equation.operands), equation.static)
            rules.setdefault(key, []).append(equation)
    return rules


def _rows_of(operation: Operation, count: int, static: Static, operations: Mapping[str, Operation]) -> tuple[Operation, ...]:
    assert operation.partial is not None
    rules = (operation.partial(position, count, static) for position in range(count))
    return tuple(operations[name] for name in dict.fromkeys(rule.operation for rule in rules if rule is not None))


def prove_rules(program: Program, operations: Mapping[str, Operation]) -> Iterator[Fault]:
    for (name, count, static), equations in used_rules(program, operations).items():
        operation = operations[name]
        reasons = rule_faults(operation, count, static, _rows_of(operation, count, static, operations))
        found = [(reason, f"{name}.partial") for reason in reasons]
        found += [(reason, f"{name}.kink") for reason in kink_faults(operation, count, static)]
        targets = {equation.target for equation in equations}
        for reason, record in found:
            for quantity in program.quantities.values():
                if quantity.kind is Kind.LOCAL and quantity.of in targets:
                    yield Fault(quantity.name, reason, record)
