"""Free formulas as equations.

A formula becomes one equation where an operation covers it: a sum of products of names, a quotient, a power, a function.
What is nested deeper gets quantities of its own, u_1, u_2, … (or another letter, if the author uses u).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explainer.compose.draft import Draft
from explainer.core.names import after, parse
from explainer.core.program import Kind
from explainer.examples.formulas import Call, Formula, Literal, Reference
from explainer.examples.model import GraphExample
from explainer.operations.vocabulary import FUNCTIONS

_LETTERS = (*"uvstqrpgacdkmn", "intermediates")  # the last one is too long to be an author's
_SUMS = ("add", "subtract", "negate", "multiply")
_OPERATIONS = {"divide": "quotient", **{name: row.name for name, row in FUNCTIONS.items()}}
Term = tuple[int, list[Formula]]  # a sign, and factors


@dataclass(frozen=True, slots=True)
class Copy:
    """A second name for a quantity."""

    of: str


class GraphForward:
    """The formulas of an example, one after the other."""

    def __init__(self, example: GraphExample, draft: Draft) -> None:
        self.example = example
        self.learnt = example.by
        for name, value in example.values.items():
            draft.give(value, Kind.VALUE, name)

    def state(self, draft: Draft, current: Mapping[str, str], step: int) -> tuple[str, set[str]]:
        names = {**current, **{name: after(name, step) for name in self.example.formulas}}
        taken = {parse(name).letters for name in (*self.example.values, *self.example.formulas)}
        letter = next(letter for letter in _LETTERS if letter not in taken)
        writer = _Writer(draft, names, letter, step)
        for name, formula in self.example.formulas.items():
            writer.state(name, formula)
        return names[self.example.of], {names[name] for name in self.example.formulas}


class _Writer:
    """States one forward pass. Equal parts of formulas are stated once."""

    def __init__(self, draft: Draft, names: Mapping[str, str], letter: str, step: int) -> None:
        self.draft, self.names, self.letter, self.step = draft, names, letter, step
        self.parts: dict[Formula | Copy, str] = {}

    def state(self, base: str, formula: Formula) -> str:
        """Name what a formula gives."""
        operation, operands, static = self._equation(formula)
        return self.draft.state(operation, operands, Kind.NODE, base, static=static, step=self.step)

    def _arguments(self, formulas: Sequence[Formula]) -> list[str]:
        """A function's operands, no two by one name, or their derivatives could not be told apart: x / u, with u = x, for x / x."""
        operands = [self._operand(formula) for formula in formulas]
        if len(set(operands)) == len(operands):
            return operands
        first, second = operands
        if first in self.draft.given and self.draft.quantities[first].kind is Kind.CONSTANT:
            return operands
        return [first, self._part(Copy(second))]

    def _equation(self, formula: Formula) -> tuple[str, list[str], tuple[int, ...]]:
        """The operation that a formula is, its operands, and their lengths or exponent."""
        match formula:
            case Call("power", (inner, Literal(value))) if value == value.to_integral_value():
                return "power", [self._operand(inner)], (int(value),)
            case Call("power", arguments):
                return "general_power", self._arguments(arguments), ()
            case Call(function, arguments) if function not in _SUMS:
                return _OPERATIONS.get(function, function), self._arguments(arguments), ()
            case Call():
                terms = _terms(formula)
                operands = [self._operand(factor) for _, factors in terms for factor in factors]
                return "sum_of_products", operands, tuple(sign * len(factors) for sign, factors in terms)
        return "copy", [self._operand(formula)], ()

    def _operand(self, formula: Formula) -> str:
        """The name of a part: a value's, a constant's, or one made up for it."""
        match formula:
            case Reference(name):
                return self.names.get(name, name)
            case Literal(value):
                return self.draft.give(value, Kind.CONSTANT, f"{value.normalize():f}")
        return self._part(formula)

    def _part(self, formula: Formula | Copy) -> str:
        """What is nested in a formula, stated under a name of its own."""
        static: tuple[int, ...] = ()
        if formula not in self.parts:
            if isinstance(formula, Copy):
                operation, operands = "copy", [formula.of]
            else:
                operation, operands, static = self._equation(formula)  # its own parts take their numbers first
            index = len(self.parts) + 1
            self.parts[formula] = self.draft.state(
                operation, operands, Kind.NODE, f"{self.letter}_{index}", static=static, step=self.step
            )
        return self.parts[formula]


def _terms(formula: Formula) -> list[Term]:
    """A sum as its terms. What stands in parentheses after a minus stays together, as its author wrote it."""
    match formula:
        case Call("add", (left, right)):
            return [*_terms(left), *([(1, [right])] if _is_sum(right) else _terms(right))]
        case Call("subtract", (left, right)):
            return [*_terms(left), *([(-1, [right])] if _is_sum(right) else _negated(_terms(right)))]
        case Call("negate", (inner,)):
            return [(-1, [inner])] if _is_sum(inner) else _negated(_terms(inner))
        case Call("multiply"):
            sign, factors = _factors(formula)
            return [(sign, factors)]
    return [(1, [formula])]


def _negated(terms: list[Term]) -> list[Term]:
    return [(-sign, factors) for sign, factors in terms]


def _factors(formula: Formula) -> tuple[int, list[Formula]]:
    match formula:
        case Call("multiply", (left, right)):
            (left_sign, left_factors), (right_sign, right_factors) = _factors(left), _factors(right)
            return left_sign * right_sign, [*left_factors, *right_factors]
        case Call("negate", (inner,)):
            sign, factors = _factors(inner)
            return -sign, factors
    return 1, [formula]


def _is_sum(formula: Formula) -> bool:
    return isinstance(formula, Call) and formula.function in ("add", "subtract")
