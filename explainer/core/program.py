"""A program: a list of equations over named quantities, as plain frozen data.

Everything the package does is a reading of such a list. Nothing in it knows a number type, a language or a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from explainer.core.names import parse

# What is fixed in an equation by the list's shape and is no quantity: the lengths of a sum's terms, an exponent, an index.
Static = tuple[int, ...]


class Kind(StrEnum):
    """What a quantity is to the reader: what it is called, how it is coloured, and where it is listed follow from its kind."""

    VALUE = "value"  # a number of a formula, by its name
    CONSTANT = "constant"  # a number that stands in a formula itself
    NODE = "node"  # what a formula gives
    RAW = "raw"
    SHIFT = "shift"
    INPUT = "input"
    TARGET = "target"
    WEIGHT = "weight"
    BIAS = "bias"
    RATE = "rate"  # the learning rate, and an optimiser's other constants
    MOMENT = "moment"  # what an optimiser keeps from step to step
    DECAYED = "decayed"  # a gradient with the weight decay in it
    PREACTIVATION = "preactivation"
    HIDDEN = "hidden"
    OUTPUT = "output"
    LOSS = "loss"
    BASELINE = "baseline"
    COUNT = "count"  # in a training run: how often something has happened
    LOCAL = "local"  # the derivative of one equation's result by one of its operands
    STATION = "station"  # between neighbouring stations
    TOTAL = "total"  # of the loss, by anything


PARAMETERS = frozenset({Kind.WEIGHT, Kind.BIAS, Kind.VALUE})
MOVING = (Kind.MOMENT, Kind.DECAYED)  # what goes with a parameter in an update
PARTIALS = frozenset({Kind.LOCAL, Kind.STATION, Kind.TOTAL})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named thing that has a value. `symbol` is TeX; a partial's `of` and `by` name what it differentiates.

    The mark in a partial's name, the path that it takes, is no part of its symbol: it is a word, in the language of whoever
    prints it.
    """

    name: str
    kind: Kind
    symbol: str
    shape: tuple[int, ...] = ()
    of: str = ""
    by: str = ""

    @property
    def step(self) -> int:
        return parse(self.name).step


@dataclass(frozen=True, slots=True)
class Equation:
    """target = operation(operands), with what is `static` about it."""

    target: str
    operation: str
    operands: tuple[str, ...] = ()
    static: Static = ()


@dataclass(frozen=True)
class Program:
    """Quantities, the numbers given for some of them, and one equation for each of the others, in order of evaluation.

    A station is a quantity at which a reader's chain rule stops: the loss, the outputs of layers, the parameters. Between two
    of them, as between an output and the sum it is made of, there is one factor.
    """

    quantities: Mapping[str, Quantity]
    given: Mapping[str, Decimal]
    equations: tuple[Equation, ...]
    parameters: tuple[str, ...] = ()
    stations: frozenset[str] = frozenset()
    losses: tuple[str, ...] = ()  # the loss before each step; the last one follows the last update
    gradients: tuple[Mapping[str, str], ...] = ()  # at each step, the derivative of the loss by each parameter
    identities: tuple[Equation, ...] = ()  # other equations for some targets: shorter, and safe in float64

    @cached_property
    def equation_of(self) -> Mapping[str, Equation]:
        return {equation.target: equation for equation in self.equations}

    @cached_property
    def identity_of(self) -> Mapping[str, Equation]:
        return {identity.target: identity for identity in self.identities}

    def of_kind(self, *kinds: Kind, step: int | None = None) -> tuple[str, ...]:
        return tuple(
            quantity.name for quantity in self.quantities.values() if quantity.kind in kinds and step in (None, quantity.step)
        )

    def extended(self, quantities: Iterable[Quantity], equations: Iterable[Equation], **changes: object) -> Program:
        """This program with more at its end."""
        return replace(
            self,
            quantities={**self.quantities, **{quantity.name: quantity for quantity in quantities}},
            equations=(*self.equations, *equations),
            **changes,  # type: ignore[arg-type]
        )


def in_order(program: Program) -> Program:
    """The same equations, each after those it uses, and otherwise in the order they have."""
    equations, known, placed = program.equation_of, set(program.given), list[Equation]()
    for equation in program.equations:
        queue = [equation.target]
        while queue:
            missing = [name for name in equations[queue[-1]].operands if name not in known]
            if missing:
                queue.append(missing[0])
                continue
            target = queue.pop()
            if target not in known:
                known.add(target)
                placed.append(equations[target])
    return replace(program, equations=tuple(placed))


def faults(program: Program, operations: Iterable[str]) -> tuple[str, ...]:
    """What is malformed in the list itself: unknown names, a use before its equation, two equations for one target."""
    known, found = set(program.given), []
    vocabulary = set(operations)
    for equation in program.equations:
        if equation.operation not in vocabulary:
            found.append(f"{equation.target}: unknown operation {equation.operation!r}")
        found += [
            f"{equation.target}: uses {operand!r} before it is known" for operand in equation.operands if operand not in known
        ]
        if equation.target in known:
            found.append(f"{equation.target}: stated twice")
        known.add(equation.target)
    for equation in program.identities:
        unknown = [name for name in (equation.target, *equation.operands) if name not in known]
        found += [f"{equation.target}: has an identity with {name!r} in it, which is unknown" for name in unknown]
    found += [f"{name}: has neither a number nor an equation" for name in program.quantities if name not in known]
    found += [f"{name}: is no declared quantity" for name in known if name not in program.quantities]
    return tuple(found)


def listing(program: Program) -> str:
    """The program as text, one line each, for people who debug it."""
    lines = [f"{name} = {value}" for name, value in program.given.items()]
    lines += [
        f"{equation.target} = {equation.operation}{list(equation.static) if equation.static else ''}"
        f"({', '.join(equation.operands)})"
        for equation in program.equations
    ]
    return "\n".join(lines)
