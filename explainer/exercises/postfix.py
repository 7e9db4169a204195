"""The open steps of an exercise as text that a page's script can calculate with: from what a reader has typed before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from explainer.compose.straight import needed
from explainer.core.program import Program
from explainer.operations.algebra import ByName
from explainer.operations.record import apply
from explainer.operations.vocabulary import OPERATIONS

FUNCTIONS = frozenset({"exp", "log", "sqrt", "tanh", "sin", "cos", "abs", "sign"})  # that the script has


class Unsaid(Exception):
    """A function that the script has not."""


class Postfix(ByName):
    """The primitives as words in postfix order."""

    overrides: Mapping[str, Callable[..., Any]] = {}

    def number(self, value: Fraction) -> str:
        return str(value.numerator) if value.denominator == 1 else f"{value.numerator} {value.denominator} /"

    def add(self, left: str, right: str) -> str:
        return f"{left} {right} +"

    def subtract(self, left: str, right: str) -> str:
        return f"{left} {right} -"

    def multiply(self, left: str, right: str) -> str:
        return f"{left} {right} *"

    def divide(self, left: str, right: str) -> str:
        return f"{left} {right} /"

    def negate(self, value: str) -> str:
        return f"0 {value} -"

    def power(self, base: str, exponent: int) -> str:
        return f"{base} {exponent} ^"

    def positive_part(self, value: str) -> str:
        return f"{value} 0 max"

    def is_positive(self, value: str) -> str:
        return f"{value} sign 0 max"

    def function(self, name: str, value: str) -> str:
        if name not in FUNCTIONS:
            raise Unsaid(name)
        return f"{value} {name}"


def postfix(program: Program, known: Mapping[str, str], field: str) -> str:
    """How a step follows from what is known, by its words there; "" if the script could not say."""
    words = dict(known)
    try:
        for equation in needed(program, tuple(known), (field,)):
            operands = [words[name] for name in equation.operands]
            words[equation.target] = apply(OPERATIONS[equation.operation], Postfix(), operands, equation.static)
    except Unsaid:
        return ""
    return words[field]
