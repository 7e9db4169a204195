"""What a derivation is made of: lines and steps, the training run, and an example's numbers with what is proven of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from explainer.compose.during import WATCHED
from explainer.compose.schedule import Schedule
from explainer.core import digits as rounding
from explainer.core.digits import Enclosure, Shown
from explainer.core.names import after, at_epoch, parse
from explainer.core.program import Equation, Program, Quantity
from explainer.derivation.explanation import Explanation
from explainer.examples.model import Example
from explainer.operations.expression import Expression
from explainer.operations.matrices import LayerProgram
from explainer.operations.symbols import symbol
from explainer.proof.enclosure import rounding_errors
from explainer.proof.prove import Proof

EXACT, PROVEN, MEASURED = "exact", "proven", "measured"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a step: how it follows from the line before, and what it says."""

    relation: str  # "=" or "≈"
    expression: Expression
    beside: bool = False  # there is room for it on the line before


@dataclass(frozen=True, slots=True)
class Step:
    """How one quantity comes about: what is said of it, and line by line."""

    target: str
    explanation: Explanation
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """A training run: what it does, an enclosure of all that is kept of it, and the bits that took."""

    schedule: Schedule
    enclosures: Mapping[str, Enclosure]
    bits: int
    values: Mapping[str, float]  # the same by the engine
    twins: tuple[tuple[str, str], ...] = ()  # hidden neurons that start equal and provably stay so

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        """Everything that is kept, as it is printed with the example's digits."""
        found = {}
        for name, enclosure in self.enclosures.items():
            shown = rounding.show(enclosure, self.schedule.example.digits)
            assert shown is not None, name
            found[name] = shown
        return found

    @cached_property
    def timeless(self) -> Mapping[str, Quantity]:
        """What the run calculates, by names without an epoch. Its walkthrough need not have them: it may be one of matrices."""
        return {**self.schedule.forward.quantities, **self.schedule.loss.quantities, **self.schedule.update.quantities}

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        found = {}
        for name in self.enclosures:
            kind = WATCHED.get(parse(name).base) or self.timeless[after(name, 0)].kind
            found[name] = Quantity(name, kind, symbol(name, kind))
        return found

    def losses(self) -> tuple[tuple[int, str], ...]:
        """The loss curve: epochs, and the names of the loss after them."""
        (loss,) = self.schedule.loss.losses
        return tuple((epoch, at_epoch(loss, epoch)) for epoch in self.schedule.kept)


@dataclass(frozen=True)
class Numbers:
    """An example with everything that was computed and proven about it: what its lines and steps are written from."""

    example: Example
    program: Program
    proof: Proof
    shown: Mapping[str, Shown]
    run: Run | None = None
    matrices: LayerProgram | None = None  # in the layer view, what the program's quantities are entries of

    @property
    def name(self) -> str:
        return self.example.name

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """All that has a name here: the program's quantities, and what is kept of the training run."""
        return {**self.program.quantities, **(self.run.quantities if self.run else {})}

    def value(self, name: str) -> float:
        """The float64 nearest to the quantity."""
        value = self.enclosure(name).nearest_double()
        assert value is not None, name
        return value

    def provenance(self, name: str) -> str:
        return EXACT if self.shown[name].exact else PROVEN

    def is_measured(self, name: str) -> bool:
        return self.provenance(name) == MEASURED

    def enclosure(self, name: str) -> Enclosure:
        return self.proof.enclosures[name] if name in self.proof.enclosures or not self.run else self.run.enclosures[name]

    def show(self, name: str, digits: int = 0) -> Shown:
        """The printed form with the example's digits, or with as many as asked for."""
        default = self.shown[name]
        if not digits or default.exact:
            return default
        shown = rounding.show(self.enclosure(name), digits)
        assert shown is not None, name
        return shown

    @cached_property
    def stable_forms(self) -> Mapping[str, Equation]:
        """Other equations for what its own leave without digits in float64, where there are any."""
        errors, unit = rounding_errors(self.program, self.program.equations), Fraction(10) ** -self.example.digits
        return {
            name: identity
            for name, identity in self.program.identity_of.items()
            if name not in errors or errors[name] > unit * abs(self.enclosure(name).lower)
        }

    @cached_property
    def float64_equations(self) -> tuple[Equation, ...]:
        """What a calculation in float64 goes by: the program's own equations as far as they have digits."""
        return tuple(self.stable_forms.get(equation.target, equation) for equation in self.program.equations)

    @cached_property
    def float64_errors(self) -> Mapping[str, Fraction]:
        """How far from each value these equations may end, where that can be told."""
        return rounding_errors(self.program, self.float64_equations)

    def resolve(self, name: str) -> str:
        """The quantity of this name, where a zeroth step or an only sample may be spelt out (`w_1#0`, `h_1@1`)."""
        with suppress(ValueError):
            for candidate in (parse(name), parse(name).unnumbered):
                if str(candidate) in self.quantities:
                    return str(candidate)
        raise KeyError(name)

    # --- matrices

    @cached_property
    def equation_of_entry(self) -> Mapping[str, tuple[Equation, Equation]]:
        """In the layer view, each computed entry's own equation and that of its matrix."""
        layers = self.matrices
        return {entry.target: (entry, whole) for whole in layers.equations for entry in layers.expand(whole)} if layers else {}
