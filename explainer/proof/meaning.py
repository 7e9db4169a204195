"""What the quantities of a program mean, by their names: composition is that every equation says just that.

Forward quantities mean the network written out from its spec; dA/dB means A's derivative by B, found by forward accumulation;
an update means w − η ∂L/∂w. A wrong wire is therefore named where it is, not where its effects show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from explainer.core import names
from explainer.core.names import after, parse, path_of
from explainer.core.program import PARTIALS, Equation, Kind, Program
from explainer.examples.model import Example, NetworkExample
from explainer.operations.record import Family, Operation, apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import expansion
from explainer.proof.certificate import Fault
from explainer.proof.definitions import optimiser_rules
from explainer.proof.expansion import naming
from explainer.proof.rings.duals import Dual, Duals
from explainer.proof.rings.ring import Ring


class Meaning:
    """What every quantity of a program means, in one ring."""

    def __init__(self, program: Program, example: Example | None, base: Ring, operations: Mapping[str, Operation]) -> None:
        self.program, self.base, self.operations = program, base, operations
        self.duals = Duals(base)
        free_again = frozenset(moved(program))
        self.free = (*program.given, *free_again)
        self.names = naming(example)
        symbol = symbols(example, base)
        self.values = {name: start(program, name, symbol, base) for name in self.free}
        free = frozenset(self.free)

        def leaf(name: str) -> Any:
            """By its name in the neuron view; a frozen parameter has no name of its own after an update."""
            own = self.names(name)
            return symbol(own if own in free else after(own, 0))

        if example is not None:
            meant = expansion.data(example, leaf, base)
            for step in range(max(len(program.losses), 1)):
                meant |= expansion.forward(example, step, leaf, base)
            self.values |= {self.names(name): value for name, value in meant.items()}
        self.forward: list[Equation] = []
        for equation in program.equations:
            if program.quantities[equation.target].kind in PARTIALS or equation.target in free_again:
                continue
            self.forward.append(equation)
            if equation.target not in self.values:
                self.values[equation.target] = self.read(equation)
        self._derive(example)

    def read(self, equation: Equation) -> Any:
        """The equation's right-hand side over what its operands mean."""
        operands = [self.values[name] for name in equation.operands]
        return apply(self.operations[equation.operation], self.base, operands, equation.static)

    def _derive(self, example: Example | None) -> None:
        """Forward accumulation from every quantity that something is differentiated by."""
        base = self.base
        partials = [quantity for quantity in self.program.quantities.values() if quantity.kind in PARTIALS]
        seeds = {quantity.by for quantity in partials}
        one = self.base.number(Fraction(1))
        zero = self.base.number(Fraction(0))
        duals = {name: Dual(self.values[name], {name: one} if name in seeds else {}) for name in self.free}
        sequential = dict(duals) if example is not None and example.training is not None and example.training.sequential else {}
        for equation in self.forward:
            target = equation.target
            for accumulated in filter(None, (duals, sequential)):
                late = self._after_the_step(equation.operands) if accumulated is sequential else {}
                result = self._dual(equation, accumulated, late)
                found = {by: base.simplified(slope) for by, slope in result.slopes.items()}
                accumulated[target] = Dual(self.values[target], {**found, target: one} if target in seeds else found)
        for quantity in partials:
            match path_of(quantity.name):
                case names.SEQUENTIAL:
                    self.values[quantity.name] = sequential[quantity.of].slopes.get(quantity.by, zero)
                case names.DIRECT:
                    self.values[quantity.name] = self._direct(quantity.of, quantity.by, quantity.kind)
                case _:
                    self.values[quantity.name] = duals[quantity.of].slopes.get(quantity.by, zero)
        if example is not None and example.training is not None:
            for step, loss in enumerate(self.program.losses[:-1]):
                slopes = (sequential or duals)[loss].slopes
                gradients = {name: slopes.get(after(name, step), zero) for name in self.program.parameters}
                rules = optimiser_rules(example.training, gradients, step, base.symbol, base)
                self.values |= {f"{name} meant": value for name, value in rules.items()}

    def _dual(self, equation: Equation, duals: Mapping[str, Dual], moved: Mapping[str, str] | None = None) -> Dual:
        operands = [duals[name] for name in equation.operands]
        result: Dual = apply(self.operations[equation.operation], self.duals, operands, equation.static)
        if not moved:
            return result
        # the slopes by the signals, with the weights as they are after the step, and those by the weights as they are
        still = [Dual(dual.value, {}) if name in moved else dual for name, dual in zip(equation.operands, operands, strict=True)]
        ahead = [
            Dual(self.base.symbol(moved[name]), {}) if name in moved else dual
            for name, dual in zip(equation.operands, operands, strict=True)
        ]
        before: Dual = apply(self.operations[equation.operation], self.duals, still, equation.static)
        after_it: Dual = apply(self.operations[equation.operation], self.duals, ahead, equation.static)
        slopes = dict(result.slopes)
        for by, slope in after_it.slopes.items():
            slopes[by] = slopes[by] - before.slopes[by] + slope
        return Dual(result.value, slopes)

    def _after_the_step(self, operands: Sequence[str]) -> dict[str, str]:
        """The parameters among an equation's operands that the next step moves, and their names after it."""
        found = {}
        for name in operands:
            later = after(name, parse(name).step + 1)
            if after(name, 0) in self.program.parameters and later in self.values:
                found[name] = later
        return found

    def _direct(self, of: str, by: str, kind: Kind) -> Any:
        """The derivative that holds the other operands (for a local partial) or the other stations constant."""
        one = self.base.number(Fraction(1))
        duals = {name: Dual(value, {by: one} if name == by else {}) for name, value in self.values.items()}
        result = duals[of]
        for equation in self.forward:
            if equation.target == of:
                result = self._dual(equation, duals)
                break
            if kind is not Kind.LOCAL and equation.target not in self.program.stations and equation.target != by:
                duals[equation.target] = self._dual(equation, duals)
        return result.slopes.get(by, self.base.number(Fraction(0)))

    def disagreements(self) -> Iterator[Fault]:
        for equation in (*self.program.equations, *self.program.identities):
            meant = self.values.get(f"{equation.target} meant", self.values[equation.target])
            if not self.base.equal(self.read(equation), meant):
                yield Fault(equation.target, f"{equation.operation}({', '.join(equation.operands)}) is not what the name says")


def symbols(example: Example | None, base: Ring) -> Callable[[str], Any]:
    """What is given, as elements of a ring; of probabilities that add up to one, the last is what the others leave."""
    if not isinstance(example, NetworkExample):
        return base.symbol
    own = naming(example)
    sums = {own(name): [own(other) for other in others] for name, others in expansion.known_sums(example).items()}

    def symbol(name: str) -> Any:
        if name not in sums:
            return base.symbol(name)
        found = base.number(Fraction(1))
        for other in sums[name]:
            found = base.subtract(found, base.symbol(other))
        return found

    return symbol


def moved(program: Program) -> tuple[str, ...]:
    """Parameters after an update, and what the optimiser keeps; to the next step they are as free as the given ones."""
    return tuple(e.target for e in program.equations if OPERATIONS[e.operation].family in (Family.KEPT, Family.UPDATE))


def start(program: Program, name: str, symbol: Callable[[str], Any], algebra: Any) -> Any:
    """What a quantity without an equation is: a symbol, or the number that a formula has in it."""
    constant = program.quantities[name].kind is Kind.CONSTANT
    return algebra.number(Fraction(program.given[name])) if constant else symbol(name)


def readings(
    program: Program,
    algebra: Any,
    symbol: Callable[[str], Any],
    operations: Mapping[str, Operation],
    cut: frozenset[str] = frozenset(),
    simplified: Callable[[Any], Any] = lambda value: value,
) -> Iterator[tuple[Equation, Any]]:
    """Each equation with its value in an algebra; to the next ones, what is in `cut` is a symbol again."""
    values = {name: start(program, name, symbol, algebra) for name in program.given}
    for equation in program.equations:
        operands = [values[name] for name in equation.operands]
        value = simplified(apply(operations[equation.operation], algebra, operands, equation.static))
        values[equation.target] = symbol(equation.target) if equation.target in cut else value
        yield equation, value
