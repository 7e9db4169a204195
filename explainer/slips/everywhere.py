"""Slips: ways to go wrong on the way back through a network, and what the derivatives would then be.

A slip is the example's own list of equations with some of them changed, so what it gives can be computed like anything else. An
example on which a slip leaves every digit right cannot teach anybody to avoid it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from explainer.compose.compose import compose
from explainer.core.digits import Shown, show
from explainer.core.program import Equation, Kind, Program, in_order
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NetworkExample
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips.conventions import Vocabulary, variants

# Of the conventions, those that are slips when derivatives are worked out; the others are about updates and logarithms.
_CONVENTIONS = ("slope_missing", "sum_over_samples", "biases_missing", "weights_transposed")
_LOSSES = ("half_squared_error", "squared_error")  # each is a slip where the other is meant


@dataclass(frozen=True)
class Slip:
    """What it is called in the catalogue, and the equations and rows that somebody goes by who makes it."""

    cause: str
    program: Program
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Slipped:
    """What a slip makes of the derivatives, by name; None where that has no digits."""

    cause: str
    gives: Mapping[str, Shown | None]


def slipped(derivation: Derivation, names: Iterable[str] = ()) -> tuple[Slipped, ...]:
    """Every slip that can be made in an example, and what it makes of these derivatives, or of those by all parameters."""
    from explainer.proof import alternatives as balls

    wanted, digits = tuple(names) or derivatives(derivation), derivation.example.digits

    def given(slip: Slip, name: str) -> Shown | None:
        enclosure = balls.evaluate(slip.program, slip.vocabulary, name)
        return show(enclosure, digits) if enclosure is not None else None

    return tuple(Slipped(slip.cause, {name: given(slip, name) for name in wanted}) for slip in slips(derivation))


def derivatives(derivation: Derivation) -> tuple[str, ...]:
    """Those of the loss by all parameters, before any update."""
    program = derivation.program
    return tuple(program.gradients[0].values()) if program.gradients else ()


def wrong(derivation: Derivation, made: Slipped) -> tuple[str, ...]:
    """The derivatives whose printed digits would be others."""
    return tuple(name for name, shown in made.gives.items() if shown is None or shown.text != derivation.shown[name].text)


def changed(derivation: Derivation) -> Iterator[Slip]:
    """The slips that are changes of equations on the way back, those that can be made here."""
    if _network(derivation) is not None:
        yield from changes(derivation.program)


def changes(program: Program) -> Iterator[Slip]:
    """The same in the list of equations of a network, neuron by neuron, with a way back through it."""
    for cause, change in _CHANGES.items():
        new = {equation.target: equation for equation in change(program)}
        if new:
            equations = tuple(new.get(equation.target, equation) for equation in program.equations)
            yield Slip(cause, in_order(replace(program, equations=equations)), OPERATIONS)


def slips(derivation: Derivation) -> Iterator[Slip]:
    """The slips that can be made here: none is something else by mere name."""
    if (example := _network(derivation)) is None:
        return
    yield from changed(derivation)
    used = {equation.operation for equation in derivation.program.equations}
    for cause, other, vocabulary, _ in variants(example):
        other_rows = {name for name, row in vocabulary.items() if row is not OPERATIONS.get(name)}
        if other_rows and not other_rows & used:
            continue  # there is nothing to go wrong with
        if cause in _CONVENTIONS or (cause in _LOSSES and {cause, example.network.loss} == {*_LOSSES}):
            yield Slip(cause, compose(other, vocabulary), vocabulary)


def _network(derivation: Derivation) -> NetworkExample | None:
    """The example, if it is a network seen neuron by neuron, with a way back through it."""
    example, goes_back = derivation.example, derivation.program.gradients and not derivation.matrices
    return example if isinstance(example, NetworkExample) and goes_back else None


# --- changes of equations


def _links(program: Program, by: Kind) -> dict[str, list[Equation]]:
    """For each neuron's sum, the equations that say how it changes with what it multiplies, or with its weights."""
    found: dict[str, list[Equation]] = {}
    for equation in program.equations:
        quantity = program.quantities[equation.target]
        above, below = program.quantities.get(quantity.of), program.quantities.get(quantity.by)
        if above and below and above.kind is Kind.PREACTIVATION and below.kind is by and equation.operation == "copy":
            found.setdefault(quantity.of, []).append(equation)
    return found


def _slopes(program: Program) -> Iterator[Equation]:
    """The equations that say how a neuron's output changes with its sum."""
    for equation in program.equations:
        quantity = program.quantities[equation.target]
        below = program.quantities.get(quantity.by)
        if quantity.kind is Kind.LOCAL and below and below.kind is Kind.PREACTIVATION and len(equation.operands) == 1:
            yield equation


def _exchanged(equations: list[Equation]) -> Iterator[Equation]:
    """Each with what belongs to the next one."""
    if len(equations) > 1:
        for own, other in zip(equations, [*equations[1:], equations[0]], strict=True):
            yield replace(other, target=own.target)


def _weight_forgotten(program: Program) -> Iterator[Equation]:
    for links in _links(program, Kind.HIDDEN).values():
        yield from (Equation(link.target, "one") for link in links)


def _weights_exchanged(program: Program) -> Iterator[Equation]:
    for links in _links(program, Kind.HIDDEN).values():
        yield from _exchanged(links)


def _slopes_exchanged(program: Program) -> Iterator[Equation]:
    layers: dict[tuple[str, ...], list[Equation]] = {}
    made = {equation.target: equation for equation in program.equations}
    for slope in _slopes(program):
        quantity = program.quantities[slope.target]
        if program.quantities[quantity.of].kind is Kind.HIDDEN:
            below = tuple(name for name in made[quantity.by].operands if program.quantities[name].kind in (Kind.INPUT, Kind.HIDDEN))
            layers.setdefault(below, []).append(slope)
    for slopes in layers.values():
        yield from _exchanged(slopes)


def _signals_exchanged(program: Program, kind: Kind) -> Iterator[Equation]:
    for links in _links(program, Kind.WEIGHT).values():
        if all(program.quantities[name].kind is kind for link in links for name in link.operands):
            yield from _exchanged(links)


def _slope_of_sum(program: Program) -> Iterator[Equation]:
    """σ′ taken as z(1 − z) instead of h(1 − h)."""
    for slope in _slopes(program):
        quantity = program.quantities[slope.target]
        if slope.operands == (quantity.of,):
            yield replace(slope, operands=(quantity.by,))


_CHANGES: Mapping[str, Callable[[Program], Iterator[Equation]]] = {
    "weight_forgotten": _weight_forgotten,
    "weights_exchanged": _weights_exchanged,
    "slopes_exchanged": _slopes_exchanged,
    "outputs_exchanged": partial(_signals_exchanged, kind=Kind.HIDDEN),
    "inputs_exchanged": partial(_signals_exchanged, kind=Kind.INPUT),
    "slope_of_sum": _slope_of_sum,
}
