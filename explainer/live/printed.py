"""A program as data for a page's script: what is given, each row's formula, and which equation takes which row.

The formulas are those of the operations' records, read in one more algebra, with the forms by which the proof encloses them. So the
script knows primitives, and no formula.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from explainer.core.program import Equation, Program, Static
from explainer.operations.algebra import ByName, read
from explainer.operations.narrow import NARROW
from explainer.operations.record import apply
from explainer.operations.vocabulary import OPERATIONS

Tree = int | str | list[Any]  # an operand's place, a number, or a primitive before what it takes


class Printed(ByName):
    """The primitives as nested lists, the name of each before its operands; `choice` is that of one piece or another."""

    def __init__(self, choice: str) -> None:
        self._choice = choice
        self.overrides: Mapping[str, Callable[..., Any]] = {
            **{name: partial(read, form, self) for name, form in NARROW.items()},
            "general_power": lambda operands, _: ["**", *operands],
        }

    def number(self, value: Fraction) -> Tree:
        return str(value)

    def add(self, left: Tree, right: Tree) -> Tree:
        return ["+", left, right]

    def subtract(self, left: Tree, right: Tree) -> Tree:
        return ["-", left, right]

    def multiply(self, left: Tree, right: Tree) -> Tree:
        return ["*", left, right]

    def divide(self, left: Tree, right: Tree) -> Tree:
        return ["/", left, right]

    def negate(self, value: Tree) -> Tree:
        return ["neg", value]

    def power(self, base: Tree, exponent: int) -> Tree:
        return ["^", base, str(exponent)]

    def function(self, name: str, value: Tree) -> Tree:
        return [name, value]

    def choose(self, test: Tree, above: Callable[[], Tree], otherwise: Callable[[], Tree]) -> Tree:
        return [self._choice, test, above(), otherwise()]


def row(operation: str, count: int, static: Static) -> Tree:
    """The formula of a row that takes so many operands. A choice in it is `?` where a page writes out the piece that counts."""
    written = OPERATIONS[operation].notation
    by_name = written is not None and not written.by_formula
    found: Tree = apply(OPERATIONS[operation], Printed("if" if by_name else "?"), range(count), static)
    return found


def places(program: Program) -> dict[str, int]:
    """Each quantity's place in the list: the given ones, and then what equations give."""
    return {name: index for index, name in enumerate((*program.given, *(equation.target for equation in program.equations)))}


def document(program: Program, digits: int) -> dict[str, Any]:
    """`{digits, names, given, rows, equations, short}`.

    The given quantities come first among the names, with the author's decimals, then each equation's target in order. An equation
    is a row and its operands' places; a short form has its target's place before these.
    """
    place = places(program)
    rows: dict[str, int] = {}

    def stated(equation: Equation) -> list[int]:
        text = json.dumps(row(equation.operation, len(equation.operands), equation.static), separators=(",", ":"))
        return [rows.setdefault(text, len(rows)), *(place[name] for name in equation.operands)]

    equations = [stated(equation) for equation in program.equations]
    short = [[place[identity.target], *stated(identity)] for identity in program.identities]
    return {
        "digits": digits,
        "names": list(place),
        "given": [str(value) for value in program.given.values()],
        "rows": [json.loads(text) for text in rows],
        "equations": equations,
        "short": short,
    }


def dumps(value: dict[str, Any] | list[Any]) -> str:
    """JSON in as few letters as it takes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
