"""The proof of a layer program: its entries by the same proof as any list, and before that what only matrices have.

1. Shapes: the operands of each matrix equation go together, and give the shape of its target.
2. Rules: each row's way from ∂L/∂result to ∂L/∂operand is the derivative of Σ gradient · result, by forward accumulation.
3. Entries: each is what its name means in the network written out from its spec, as in `symbolic`.
4. Views: the network neuron by neuron is stated and differentiated by other code; both lists give the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from explainer.compose.compose import compose
from explainer.core.names import partial_name
from explainer.core.program import PARTIALS, Equation, Program, Static
from explainer.examples.model import NEURONS, NetworkExample
from explainer.operations.matrices import (
    GRADIENT,
    MATRIX_OPERATIONS,
    SLOPES,
    LayerProgram,
    MatrixOperation,
    Pull,
    Shape,
    faults,
    shape_text,
)
from explainer.operations.record import OUTPUT, Operation, apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import symbolic
from explainer.proof.certificate import CHECKED, PROVEN, Certificate, Fault
from explainer.proof.composition import EXACT_PARAMETERS, POINTS, is_quick
from explainer.proof.expansion import naming
from explainer.proof.letters import letters_of, with_letters
from explainer.proof.meaning import moved, readings, symbols
from explainer.proof.rings.duals import Dual, Duals
from explainer.proof.rings.polynomials import Polynomials, TooLong
from explainer.proof.rings.residues import Residues
from explainer.proof.rings.ring import Ring

EXACT_SYMBOLS = 250  # a rule over more entries than these is checked, not proven

Rows = Mapping[str, MatrixOperation]
Operations = Mapping[str, Operation]
Grid = Mapping[tuple[int, int], Any]  # values by row and column


# --- 2. rules -------------------------------------------------------------------------------------------------------


class _Rule:
    """One row at certain shapes, read over letters: is its pull by an operand the derivative of Σ gradient · result?"""

    def __init__(self, row: MatrixOperation, shapes: Sequence[Shape], rows: Rows, operations: Operations) -> None:
        self.row, self.shapes, self.rows, self.operations = row, list(shapes), rows, operations
        self.result = row.shape(shapes, ())

        grids = [*((f"v{index}", shape) for index, shape in enumerate(self.shapes)), ("g", self.result)]
        self.names = tuple(_cell(name, place) for name, shape in grids for place in _places(shape))
        self.is_exact = len(self.names) <= EXACT_SYMBOLS

    def is_sound(self, position: int, pull: Pull) -> bool:
        if not self.is_exact:
            return all(self._holds(position, pull, Residues(point)) for point in range(POINTS))
        return with_letters(8, lambda letters: self._holds(position, pull, Polynomials(self.names, letters)))

    def _holds(self, position: int, pull: Pull, base: Ring) -> bool:
        one, zero = base.number(Fraction(1)), base.number(Fraction(0))
        values = [_letters(base, f"v{index}", shape) for index, shape in enumerate(self.shapes)]
        gradient = _letters(base, "g", self.result)
        seeded = [
            {place: Dual(value, {_cell("v", place): one} if index == position else {}) for place, value in grid.items()}
            for index, grid in enumerate(values)
        ]
        meant = dict.fromkeys(_places(self.shapes[position]), zero)
        slopes_of = {place: dual.slopes for place, dual in self._read(self.row, seeded, self.shapes, (), Duals(base)).items()}
        for place in meant:
            for above, slopes in slopes_of.items():
                if (slope := slopes.get(_cell("v", place))) is not None:
                    meant[place] = meant[place] + gradient[above] * slope
        known: dict[int, tuple[Grid, Shape]] = dict(enumerate(zip(values, self.shapes, strict=True)))
        known[GRADIENT] = gradient, self.result
        known[OUTPUT] = self._read(self.row, values, self.shapes, (), base), self.result
        if self.row.slopes:
            known[SLOPES] = self._result(Pull(*self.row.slopes), known, base)
        stated, shape = self._result(pull, known, base)
        return shape == self.shapes[position] and all(base.equal(stated[place], meant[place]) for place in meant)

    def _result(self, pull: Pull, known: Mapping[int, tuple[Grid, Shape]], base: Ring) -> tuple[Grid, Shape]:
        row = self.rows[pull.operation]
        grids, shapes = [known[index][0] for index in pull.operands], [known[index][1] for index in pull.operands]
        return self._read(row, grids, shapes, pull.static, base), row.shape(shapes, pull.static)

    def _read(
        self, row: MatrixOperation, grids: Sequence[Grid], shapes: Sequence[Shape], static: Static, algebra: Any
    ) -> dict[tuple[int, int], Any]:
        found = {}
        for place in _places(row.shape(shapes, static)):
            entry = row.entry(*place, shapes, static)
            operands = [grids[index][i, k] for index, i, k in entry.places]
            found[place] = apply(self.operations[entry.operation], algebra, operands, entry.static)
        return found


def _places(shape: Shape) -> list[tuple[int, int]]:
    return [(row, column) for row in range(1, shape[0] + 1) for column in range(1, shape[1] + 1)]


def _cell(name: str, place: tuple[int, int]) -> str:
    return f"{name}_{place[0]}_{place[1]}"


def _letters(base: Ring, name: str, shape: Shape) -> Grid:
    return {place: base.symbol(_cell(name, place)) for place in _places(shape)}


def _prove_rules(layers: LayerProgram, rows: Rows, operations: Operations) -> tuple[set[str], list[Fault]]:
    """The rules that are proven, with their shapes, and the derivatives that come by a wrong one."""
    proven, found = set(), []
    known: dict[tuple[str, tuple[Shape, ...], int], bool] = {}
    for loss, equation, position in _pulled(layers):
        row, shapes = rows[equation.operation], tuple(layers.shape(name) for name in equation.operands)
        pull = row.pull(position, shapes)
        if pull is None:
            continue
        rule, key = _Rule(row, shapes, rows, operations), (equation.operation, shapes, position)
        if key not in known:
            known[key] = rule.is_sound(position, pull)
        if not known[key]:
            reason = f"{pull.operation} is not the way back through {equation.operation} to operand {position + 1}"
            found.append(Fault(partial_name(loss, equation.operands[position]), reason))
        elif rule.is_exact:
            proven.add(f"{equation.operation}/{','.join(map(shape_text, shapes))}")
    return proven, found


def _pulled(layers: LayerProgram) -> Iterator[tuple[str, Equation, int]]:
    """The forward equations through which derivatives come back: the loss, the equation, the operand's position."""
    for equation in layers.equations:
        if layers.quantities[equation.target].kind in PARTIALS:
            continue
        for loss in layers.losses:
            for position, operand in enumerate(equation.operands):
                if layers.quantities.get(partial_name(loss, operand)) and partial_name(loss, equation.target) in layers.quantities:
                    yield loss, equation, position


# --- 4. views -------------------------------------------------------------------------------------------------------


def _view_faults(
    neurons: Program, entries: Program, example: NetworkExample, operations: Operations
) -> tuple[str, int, list[Fault]]:
    """How both lists were compared, in how many quantities, and which entries are not what the neurons' list gives."""
    own = naming(example)
    original = {own(name): name for name in neurons.quantities}
    partial = {}
    for name, quantity in neurons.quantities.items():
        if quantity.kind in PARTIALS and name == partial_name(quantity.of, quantity.by):
            partial[partial_name(own(quantity.of), own(quantity.by))] = name
    stated = {name: other for name, other in {**original, **partial}.items() if other in neurons.equation_of}
    same = {name: other for name, other in stated.items() if name in entries.equation_of}

    def disagreements(base: Ring) -> list[Fault]:
        symbol = symbols(replace(example, view=NEURONS), base)
        cuts = [frozenset(moved(program)) for program in (neurons, entries)]
        left = {e.target: value for e, value in readings(neurons, base, symbol, operations, cuts[0], base.simplified)}
        right = readings(entries, base, lambda name: symbol(original[name]), operations, cuts[1], base.simplified)
        reason = "is not what the network gives neuron by neuron"
        return [
            Fault(e.target, f"{reason}: {same[e.target]}")
            for e, value in right
            if e.target in same and not base.equal(value, left[same[e.target]])
        ]

    if len(neurons.parameters) <= EXACT_PARAMETERS and is_quick(disagreements, (neurons, entries), operations):
        names = (*neurons.given, *moved(neurons))
        letters = max(letters_of(neurons), letters_of(entries))  # mostly the same ones
        with suppress(TooLong):
            return PROVEN, len(same), with_letters(letters, lambda count: disagreements(Polynomials(names, count)))
    return CHECKED, len(same), [fault for point in range(POINTS) for fault in disagreements(Residues(point))]


# --- all of it ------------------------------------------------------------------------------------------------------


def prove(
    layers: LayerProgram, example: NetworkExample, operations: Operations = OPERATIONS, rows: Rows = MATRIX_OPERATIONS
) -> tuple[Certificate, tuple[Fault, ...]]:
    """Prove a layer program, or say where it is wrong: by the name of a matrix or of an entry."""
    malformed = tuple(Fault(*fault) for fault in faults(layers, rows))
    if malformed:
        return Certificate((), "", 0, 0), malformed
    rules, found = _prove_rules(layers, rows, operations)
    entries = layers.entries(rows)
    certificate, others = symbolic.prove(entries, example, operations)
    found += others
    if found:
        return certificate, tuple(dict.fromkeys(found))
    method, count, found = _view_faults(compose(example, operations), entries, example, operations)
    certificate = replace(certificate, rules=(*certificate.rules, *sorted(rules)), views=count, views_method=method)
    return certificate, tuple(dict.fromkeys(found))
