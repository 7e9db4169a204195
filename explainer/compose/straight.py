"""A program's equations as straight-line Python: the same list, read into source text and compiled.

A training run makes the same update thousands of times; interpreting the list each time takes a hundred times as long.
The text is made of the names v0, v1, … alone: no author's text gets into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from fractions import Fraction
from typing import Any

from explainer.core.program import Equation, Program
from explainer.operations.algebra import PRIMITIVES, ByName
from explainer.operations.record import Operation, apply
from explainer.operations.vocabulary import OPERATIONS

Function = Callable[..., tuple[Any, ...]]
_VALUE = re.compile(r"(?<!\w)v\d+")
_OPERATOR = re.compile(r"(?P<made>v\d+) = (?P<left>v\d+) (?P<sign>[-+*/]) (?P<right>\w+)")


class Source(ByName):
    """The primitives as lines of Python; each value is the name of a variable."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], number: Callable[[Fraction], Any]) -> None:
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self._functions, self._number = functions, number
        self._constants: dict[Fraction, str] = {}
        self._count = 0
        # what a reading computes in its own way, such as a stable sigmoid
        self.overrides: Mapping[str, Callable[..., Any]] = {
            name: lambda operands, static, name=name: self._call(name, f"({', '.join(operands)},)", repr(static))
            for name in functions
            if name in OPERATIONS and name not in PRIMITIVES
        }

    def _let(self, text: str) -> str:
        name = self.fresh()
        self.lines.append(f"{name} = {text}")
        return name

    def fresh(self) -> str:
        self._count += 1
        return f"v{self._count - 1}"

    def _call(self, function: str, *operands: str) -> str:
        self.namespace[function] = self._functions[function]
        return self._let(f"{function}({', '.join(operands)})")

    def number(self, value: Fraction) -> str:
        if value not in self._constants:
            self._constants[value] = f"c{len(self._constants)}"
            self.namespace[self._constants[value]] = self._number(value)
        return self._constants[value]

    def _operator(self, name: str, sign: str, left: str, right: str) -> str:
        return self._call(name, left, right) if name in self._functions else self._let(f"{left} {sign} {right}")

    def add(self, left: str, right: str) -> str:
        return self._operator("add", "+", left, right)

    def subtract(self, left: str, right: str) -> str:
        return self._operator("subtract", "-", left, right)

    def multiply(self, left: str, right: str) -> str:
        return self._operator("multiply", "*", left, right)

    def divide(self, left: str, right: str) -> str:
        return self._let(f"{left} / {right}")

    def negate(self, value: str) -> str:
        return self._let(f"-{value}")

    def power(self, base: str, exponent: int) -> str:
        result = base
        for _ in range(exponent - 1):
            result = self.multiply(result, base)
        return result

    def function(self, name: str, value: str) -> str:
        return self._call(name, value)

    def positive_part(self, value: str) -> str:
        return self._call("positive_part", value)

    def choose(self, test: str, above: Callable[[], str], otherwise: Callable[[], str]) -> str:
        """The one piece is calculated or the other."""
        chosen, result = self.is_positive(test), self.fresh()
        for head, piece in ((f"if {chosen} != 0:", above), ("else:", otherwise)):
            before = len(self.lines)
            value = piece()
            self.lines[before:] = [head, *(f"    {line}" for line in self.lines[before:]), f"    {result} = {value}"]
        return result


def needed(program: Program, inputs: Collection[str], outputs: Sequence[str]) -> tuple[Equation, ...]:
    """The equations between inputs and outputs, in their order."""
    wanted, queue = set[str](), list(outputs)
    while queue:
        name = queue.pop()
        if name not in wanted and name not in inputs:
            wanted.add(name)
            equation = program.equation_of.get(name)
            queue += equation.operands if equation else ()
    return tuple(equation for equation in program.equations if equation.target in wanted)


def function(
    program: Program,
    inputs: Sequence[str],
    outputs: Sequence[str],
    functions: Mapping[str, Callable[..., Any]],
    number: Callable[[Fraction], Any],
    known: Mapping[str, Fraction] | None = None,
    operations: Mapping[str, Operation] = OPERATIONS,
    *,
    sparing: bool = False,
) -> Function:
    """The outputs as a function of the inputs; the program's other given numbers are part of it, and what is `known` to be one.

    `functions` are the `PRIMITIVES` of a reading, and rows it computes in its own way, as an algebra's `overrides`; add, subtract
    and multiply too, where Python's operators do not do. `sparing` is for arrays: each value is written over, or let go of,
    after its last use, so that the next one is where the processor's cache is.
    """
    source = Source(functions, number)
    names = {name: source.fresh() for name in inputs}
    arguments = ", ".join(names.values())
    names |= {name: source.number(value) for name, value in (known or {}).items() if name not in names}
    for equation in needed(program, (*inputs, *(known or ())), outputs):
        for operand in equation.operands:
            if operand not in names:
                names[operand] = source.number(Fraction(program.given[operand]))
        operands = [names[operand] for operand in equation.operands]
        names[equation.target] = apply(operations[equation.operation], source, operands, equation.static)
    lines = _sparing(source.lines, {names[name] for name in outputs}) if sparing else source.lines
    body = [*lines, f"return ({''.join(names[name] + ', ' for name in outputs)})"]
    exec(f"def straight({arguments}):\n" + "".join(f"    {line}\n" for line in body), source.namespace)
    compiled: Function = source.namespace["straight"]
    return compiled


def _sparing(lines: Sequence[str], kept: Set[str]) -> list[str]:
    """These lines, each of which writes over what nothing uses after it, and lets go of it. Values of a branch stay: the other
    has none."""
    last = {name: index for index, line in enumerate(lines) for name in _VALUE.findall(line)}
    made = {line.partition(" = ")[0] for line in lines if _VALUE.match(line)}
    found, idle = list[str](), list[str]()
    for index, line in enumerate(lines):
        used = [name for name in dict.fromkeys(_VALUE.findall(line)) if last[name] == index and name in made - kept]
        idle += used
        operator = _OPERATOR.fullmatch(line)
        if operator and operator["left"] in used:
            found += [f"{operator['left']} {operator['sign']}= {operator['right']}", f"{operator['made']} = {operator['left']}"]
        else:
            found.append(line)
        if idle and not "".join(lines[index + 1 : index + 2]).startswith((" ", "else:")):
            found.append(f"del {', '.join(idle)}")
            idle = []
    return found
