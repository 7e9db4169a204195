"""`Example` → `LayerProgram`: the same network layer by layer, in column vectors, one for each sample.

z¹ = W¹ x + b¹, a¹ = f(z¹), and so on to the loss; then backwards by each row's own rule, from ∂L/∂a to ∂L/∂z, and from there
to ∂L/∂W, ∂L/∂b and the layer below. Nothing here looks at the network neuron by neuron.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from explainer.compose.identities import stable_rows
from explainer.compose.optimisers import start, update
from explainer.core.names import after, partial_name
from explainer.core.program import Equation, Kind, Program, Quantity, Static
from explainer.examples.model import Network, NetworkExample, Training
from explainer.operations import symbols
from explainer.operations.matrices import GRADIENT, MATRIX_OPERATIONS, SLOPES, LayerProgram, Matrix, MatrixOperation, Shape
from explainer.operations.record import OUTPUT


@dataclass
class _Draft:
    """A layer program while it is being written, at one time between updates."""

    network: Network
    columns: int  # samples, side by side
    steps: int
    rows: Mapping[str, MatrixOperation]
    step: int = 0
    quantities: dict[str, Quantity] = field(default_factory=dict)
    given: dict[str, Matrix] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    identities: list[Equation] = field(default_factory=list)

    def declare(self, name: str, kind: Kind, shape: Shape | None, of: str = "", by: str = "", symbol: str = "") -> str:
        if of:
            symbol = symbols.partial(self.quantities[of].symbol, self.quantities[by].symbol)
        own = symbol or symbols.symbol(name, kind, self.steps)
        self.quantities[name] = Quantity(name, kind, own, shape or (), of, by)
        return name

    def give(self, name: str, kind: Kind, matrix: Matrix, shape: Shape | None, symbol: str = "") -> None:
        self.given[self.declare(name, kind, shape, symbol=symbol)] = matrix

    def shape(self, name: str) -> Shape:
        shape = self.quantities[name].shape
        return (shape[0], shape[1]) if shape else (1, 1)

    def state(
        self,
        name: str,
        kind: Kind,
        operation: str,
        operands: Sequence[str],
        static: Static = (),
        *,
        number: bool = False,
        of: str = "",
        by: str = "",
        symbol: str = "",
    ) -> str:
        """One equation; the shape follows from the operands."""
        shape = self.rows[operation].shape([self.shape(operand) for operand in operands], static)
        self.declare(name, kind, None if number else shape, of, by, symbol)
        self.equations.append(Equation(name, operation, tuple(operands), static))
        return name

    def now(self, base: str) -> str:
        return after(base, self.step)


def compose_matrices(example: NetworkExample, rows: Mapping[str, MatrixOperation] = MATRIX_OPERATIONS) -> LayerProgram:
    """State everything the example computes, matrix by matrix: data, then forward, backward and update for each step."""
    draft = _Draft(example.network, len(example.used), example.steps, rows)
    _data(draft, example)
    parameters = _parameters(draft, example)
    losses, gradients = [], []
    for step in range(example.steps + 1):
        draft.step = step
        loss = _forward(draft)
        losses += [loss] if loss else []
        if loss and step < max(example.steps, 1):
            current = [after(name, step) for name in parameters]
            _backward(draft, loss, current)
            gradients.append({name: partial_name(loss, name) for name in current})
        if step < example.steps:
            _update(draft, example.training, loss, parameters)
    return _finished(draft, parameters, losses, gradients)


def compose_shapes(network: Network, columns: int) -> LayerProgram:
    """One forward and one backward pass for so many samples, without any numbers: for those who have them in arrays."""
    draft = _Draft(network, columns, 0, MATRIX_OPERATIONS)
    draft.declare("x", Kind.INPUT, (network.layers[0], columns))
    draft.declare("y", Kind.TARGET, (network.layers[-1], columns))
    parameters = tuple(draft.declare(name, kind, shape) for name, kind, shape in _shapes(network))
    loss = _forward(draft)
    _backward(draft, loss, parameters)
    return _finished(draft, parameters, [loss], [{name: partial_name(loss, name) for name in parameters}])


def _finished(
    draft: _Draft, parameters: tuple[str, ...], losses: Sequence[str], gradients: Sequence[Mapping[str, str]]
) -> LayerProgram:
    return LayerProgram(
        draft.quantities,
        draft.given,
        tuple(draft.equations),
        parameters,
        tuple(losses),
        tuple(gradients),
        tuple(draft.identities),
    )


# --- what is given --------------------------------------------------------------------------------------------------


def _columns(columns: Sequence[Sequence[Decimal]]) -> Matrix:
    """A matrix from its columns."""
    return tuple(zip(*columns, strict=True))


def _data(draft: _Draft, example: NetworkExample) -> None:
    """Inputs and targets, a column for each sample of the walkthrough."""
    data, used = example.data, example.used
    samples = [data.samples[position] for position in used]
    inputs = example.network.layers[0]
    if data.shift:
        draft.give("raw", Kind.RAW, _columns([sample.raw for sample in samples]), (inputs, len(used)))
        draft.give("shift", Kind.SHIFT, _columns([data.shift]), (inputs, 1))
        draft.state("x", Kind.INPUT, "difference", ("raw", "shift"))
    else:
        draft.give("x", Kind.INPUT, _columns([sample.inputs for sample in samples]), (inputs, len(used)))
    if example.network.loss:
        outputs = example.network.layers[-1]
        draft.give("y", Kind.TARGET, _columns([sample.target for sample in samples]), (outputs, len(used)))


def _shapes(network: Network) -> Iterator[tuple[str, Kind, Shape]]:
    """Weights with a row for each neuron; biases as columns, or one number that a layer shares."""
    for layer, (below, units) in enumerate(pairwise(network.layers), 1):
        yield f"W{layer}", Kind.WEIGHT, (units, below)
        if count := {"per_neuron": units, "per_layer": 1, "none": 0}[network.bias]:
            yield f"b{layer}", Kind.BIAS, (count, 1)


def _parameters(draft: _Draft, example: NetworkExample) -> tuple[str, ...]:
    """Weights and biases, row by row."""
    numbers = {Kind.WEIGHT: list(example.weights), Kind.BIAS: list(example.biases)}
    names = []
    for name, kind, (rows, columns) in _shapes(example.network):
        own, numbers[kind] = numbers[kind][: rows * columns], numbers[kind][rows * columns :]
        draft.give(name, kind, tuple(tuple(own[row * columns : (row + 1) * columns]) for row in range(rows)), (rows, columns))
        names.append(name)
    if example.training is not None:
        draft.give("eta", Kind.RATE, ((example.training.learning_rate,),), None)
        for name, constant in example.training.rule.constants.items():
            draft.give(name, Kind.RATE, ((constant.default,),), None, constant.symbol)
        for parameter, kept in start({name: draft.quantities[name].symbol for name in names}, example.training):
            shape = draft.shape(parameter)
            draft.give(kept.name, kept.kind, ((Decimal(0),) * shape[1],) * shape[0], shape, kept.symbol)
    return tuple(names)


# --- forward --------------------------------------------------------------------------------------------------------


def _forward(draft: _Draft) -> str:
    """One forward pass; the loss's name, "" without one."""
    network, signal = draft.network, "x"
    for layer, activation in enumerate(network.activations, 1):
        last = layer == len(network.activations)
        parameters = [f"W{layer}", signal, f"b{layer}"] if network.bias != "none" else [f"W{layer}", signal]
        operands = [name if name == signal else draft.now(name) for name in parameters]
        z = draft.state(draft.now(f"z{layer}"), Kind.PREACTIVATION, "affine", operands)
        kind = Kind.OUTPUT if last else Kind.HIDDEN
        signal = draft.state(draft.now(f"a{layer}"), kind, activation, [z])
    if not network.loss:
        return ""
    loss, rows, batch = draft.now("L"), stable_rows(network), draft.columns > 1
    each = draft.now("l") if batch else loss
    draft.state(each, Kind.LOSS, network.loss, ["y", signal], number=not batch)
    if rows:
        draft.identities.append(Equation(each, rows[0], ("y", z)))
    if batch:
        draft.state(loss, Kind.LOSS, network.reduction, [each], number=True)
    return loss


# --- backward -------------------------------------------------------------------------------------------------------


def _backward(draft: _Draft, loss: str, parameters: Sequence[str]) -> None:
    """From the loss down to every parameter, by the rule of each equation's row."""
    forward = [equation for equation in draft.equations if draft.quantities[equation.target].kind in _SIGNALS]
    forward = [equation for equation in forward if draft.quantities[equation.target].step == draft.step]
    active = set(parameters)
    for equation in forward:
        if active & set(equation.operands):
            active.add(equation.target)
    for equation in reversed(forward):
        for position, operand in enumerate(equation.operands):
            if operand in active:
                _pull(draft, loss, equation, position)
    _collapse(draft, loss)


_SIGNALS = frozenset({Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS})


def _pull(draft: _Draft, loss: str, equation: Equation, position: int) -> None:
    """State the loss's derivative by one operand of an equation."""
    row, operand = draft.rows[equation.operation], equation.operands[position]
    pull = row.pull(position, [draft.shape(name) for name in equation.operands])
    assert pull is not None, (equation, position)
    name = partial_name(loss, operand)
    references = {OUTPUT: equation.target, GRADIENT: partial_name(loss, equation.target)}
    if row.slopes:
        operation, taken = row.slopes
        operands = [equation.target if index == OUTPUT else equation.operands[index] for index in taken]
        slopes = partial_name(equation.target, operand)
        draft.state(slopes, Kind.LOCAL, operation, operands, of=equation.target, by=operand)
        if equation.target == loss:  # its derivative by itself is one
            return
        references[SLOPES] = slopes
    operands = [references[index] if index < 0 else equation.operands[index] for index in pull.operands]
    draft.state(name, Kind.TOTAL, pull.operation, operands, pull.static, of=loss, by=operand)


def _collapse(draft: _Draft, loss: str) -> None:
    """The short form of the derivative by the last sums, and a safe one of the loss's slope."""
    network, rows = draft.network, stable_rows(draft.network)
    if not rows:
        return
    last, batch = len(network.activations), draft.columns
    a, z = draft.now(f"a{last}"), draft.now(f"z{last}")
    if rows[1]:
        each = draft.now("l") if batch > 1 else loss
        draft.identities.append(Equation(partial_name(each, a), rows[1], ("y", z)))
    if rows[2]:
        draft.identities.append(Equation(partial_name(a, z), rows[2], (z,)))
    short = Equation(partial_name(loss, z), "mean_difference", (a, "y"), (batch,))
    mean = batch > 1 and network.reduction == "mean"
    draft.identities.append(short if mean else Equation(short.target, "difference", short.operands))


# --- update ---------------------------------------------------------------------------------------------------------


def _update(draft: _Draft, training: Training | None, loss: str, parameters: Sequence[str]) -> None:
    """All parameters at once, by the same rules as one by one: they hold entry by entry."""
    assert training is not None
    current = [after(name, draft.step) for name in parameters]
    gradients = {name: partial_name(loss, name) for name in current}
    whole = Program(draft.quantities, {}, (), gradients=({},) * draft.step + (gradients,))
    updated = update(whole, training, draft.step, draft.steps)
    for equation in updated.equations:
        quantity = updated.quantities[equation.target]
        operation, operands, static = equation.operation, equation.operands, equation.static
        draft.state(quantity.name, quantity.kind, operation, operands, static, symbol=quantity.symbol)
