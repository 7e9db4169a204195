"""Rules: each row's partials are the derivatives of its formula, by sympy, at every arity the program uses; and its facts hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from explainer.core.program import Equation, Kind, Program, Static
from explainer.operations.algebra import Operators
from explainer.operations.record import OUTPUT, Operation, Sibling, apply
from explainer.proof.certificate import Fault


class Sympy(Operators):
    """The primitives as sympy expressions; `side` says on which side of its kink a piecewise function is."""

    def __init__(self, side: int = 1, overrides: Mapping[str, Any] | None = None) -> None:
        self.side, self.overrides = side, overrides or {}

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

    def positive_part(self, value: Any) -> Any:
        return value if self.side > 0 else sympy.Integer(0)

    def is_positive(self, value: Any) -> Any:
        return sympy.Integer(int(self.side > 0))

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        powers = [sympy.exp(argument) for argument in arguments]
        return powers[index] / sum(powers)

    def generator(self, name: str, value: Any) -> Any:
        """What `expansion` asks for by name."""
        override = self.overrides.get(name)
        return override([value], ()) if override else getattr(self, name)(value)


def is_zero(expression: Any) -> bool:
    """True only if it is: an expanded expression, or its expanded numerator, that vanishes."""
    if any(sympy.expand(expression, power_exp=split) == 0 for split in (False, True)):
        return True
    above = sympy.numer(sympy.together(expression))
    return any(sympy.expand(above, power_exp=split) == 0 for split in (False, True))


@cache
def rule_faults(operation: Operation, count: int, static: Static, rows: tuple[Operation, ...]) -> tuple[str, ...]:
    """Which of an operation's partials, over `count` operands, are not the derivatives of its formula.

    `rows` are the operations its partials are made of.
    """
    found = []
    vocabulary = {row.name: row for row in rows}
    names = sympy.symbols(f"v1:{count + 1}", real=True)
    assert operation.partial is not None
    for side in (1, -1) if operation.kink else (1,):
        algebra = Sympy(side)
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
            if not is_zero(sympy.diff(result, names[operation.worked]) - working(algebra, names[: operation.worked + 1], static)):
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
    if operation.facts.mirrored:
        z = sympy.Symbol("z", real=True)
        for side in (1, -1) if operation.kink else (1,):
            algebra = Sympy(side)
            stated = operation.facts.mirrored(algebra, (z, apply(operation, algebra, [z])), ())
            difference = apply(operation, Sympy(-side), [-z]) - stated
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
        for reason in reasons:
            targets = {equation.target for equation in equations}
            for quantity in program.quantities.values():
                if quantity.kind is Kind.LOCAL and quantity.of in targets:
                    yield Fault(quantity.name, reason)
