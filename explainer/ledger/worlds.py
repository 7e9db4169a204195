"""Worlds: what somebody calculates by who goes by another convention, makes a slip, or keeps too few bits.

Whatever a world makes of one quantity, it makes something of the others too. So a cause can be held against all that a source
prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from explainer.compose.compose import compose
from explainer.compose.differentiate import is_sequential
from explainer.core.digits import Enclosure
from explainer.core.names import parse, partial_name
from explainer.core.program import PARTIALS, Equation, Kind, Program, Quantity
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NEURONS, Example, NetworkExample
from explainer.proof.expansion import naming
from explainer.slips.conventions import Vocabulary

if TYPE_CHECKING:
    from explainer.proof.alternatives import Calculation

Names = Mapping[str, str]  # what a quantity is called where a network is looked at neuron by neuron, if it is called otherwise


class World(Protocol):
    def value(self, name: str) -> Enclosure | None:
        """A quantity there, if there is one of this name and it has a value."""


@dataclass(frozen=True, eq=False)
class Convention:
    """The same example put down otherwise, or read with other rows. Its list is made when it is asked for."""

    example: Example
    names: Names
    vocabulary: Vocabulary
    base: int = 0  # of the logarithm, 0 for e
    _found: dict[str, Enclosure | None] = field(default_factory=dict)

    @cached_property
    def program(self) -> Program:
        program = compose(self.example, self.vocabulary)
        return with_deltas(program) if self.names else program

    def value(self, name: str) -> Enclosure | None:
        if name not in self._found:
            self._found[name] = self._value(self.names.get(name, name))
        return self._found[name]

    def _value(self, name: str) -> Enclosure | None:
        from explainer.proof import alternatives as balls

        program = self.program
        total = (key for key in program.quantities if is_sequential(key) and parse(key).total == parse(name))
        found = next((key for key in (name, *total) if key in program.equation_of), "")
        return balls.evaluate(program, self.vocabulary, found, base=self.base) if found else None


@dataclass(frozen=True, eq=False)
class Slipped:
    """The list with a slip in it, worked out from what it leaves as it was."""

    calculation: Calculation
    program: Program
    names: Names = field(default_factory=dict)

    def value(self, name: str) -> Enclosure | None:
        own = self.names.get(name, name)
        return self.calculation.changed(self.program, own) if own in self.program.equation_of else None


@dataclass(frozen=True, eq=False)
class Floats:
    """What comes out in numbers of so few bits."""

    values: Mapping[str, Fraction]

    def value(self, name: str) -> Enclosure | None:
        return Enclosure.exact(self.values[name]) if name in self.values else None


def by_neurons(derivation: Derivation) -> tuple[Program, Names]:
    """The list of a network neuron by neuron, and what entries of matrices are called there; of anything else, its own list."""
    example = derivation.example
    if derivation.matrices is None or not isinstance(example, NetworkExample):
        return derivation.program, {}
    program, own = with_deltas(compose(replace(example, view=NEURONS))), naming(example)
    names = {own(name): name for name in program.quantities}
    partials = {
        partial_name(own(quantity.of), own(quantity.by)): name
        for name, quantity in program.quantities.items()
        if quantity.kind in PARTIALS and name == partial_name(quantity.of, quantity.by)
    }
    entries = {
        name: partial_name(quantity.of, quantity.by)
        for name, quantity in derivation.program.quantities.items()
        if quantity.kind in PARTIALS and quantity.of and quantity.by
    }
    return program, {**names, **partials, **{name: partials[key] for name, key in entries.items() if key in partials}}


def with_deltas(program: Program) -> Program:
    """The list with the loss's derivative by every pre-activation, which a list of matrices has, and one of neurons need not."""
    ways, new = dict[str, list[str]](), dict[str, Quantity]()
    for name, quantity in program.quantities.items():
        is_slope = quantity.kind in PARTIALS and program.quantities[quantity.by].kind is Kind.PREACTIVATION
        for loss in program.losses if is_slope and name == partial_name(quantity.of, quantity.by) else ():
            above, total = partial_name(loss, quantity.of), partial_name(loss, quantity.by)
            if above in program.quantities and total not in program.quantities:
                new[total] = Quantity(total, Kind.TOTAL, "", of=loss, by=quantity.by)
                ways.setdefault(total, []).extend((above, name))
    equations = [Equation(total, "sum_of_products", tuple(names), (2,) * (len(names) // 2)) for total, names in ways.items()]
    return program.extended(new.values(), equations)
