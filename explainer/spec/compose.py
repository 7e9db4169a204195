"""`Example` → `Program`: the network neuron by neuron, its loss, its partials and its updates.

Neurons are numbered through, layer by layer: neuron k has the pre-activation z_k and (unless biases are shared) the bias
b_k; hidden neurons put out h_1, h_2, …, the last layer o_1, o_2, …. Weights are numbered neuron by neuron, input by input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from explainer.differentiate import differentiate
from explainer.operations import OPERATIONS, Operation
from explainer.optimisers import constants_of, start, update
from explainer.program import Equation, Kind, Name, Program, Quantity, after
from explainer.spec.model import CONSTANTS, Example


@dataclass
class _Draft:
    """A program while it is being written."""

    example: Example
    quantities: dict[str, Quantity] = field(default_factory=dict)
    given: dict[str, Decimal] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    def declare(self, kind: Kind, base: str, letter: str, index: int = 0, *, sample: int = 0, step: int = 0) -> str:
        name = str(Name(base, sample, step))
        self.quantities[name] = Quantity(name, kind, self.symbol(letter, index, sample, step))
        return name

    def symbol(self, letter: str, index: int, sample: int, step: int) -> str:
        return letter + (f"_{{{index}}}" if index else "") + self.superscript(step, sample)

    def superscript(self, step: int, sample: int = 0) -> str:
        """Marks a sample, and what comes after an update: by a prime if there is only one."""
        upper = f"({sample})" if sample else ""
        if step and self.example.steps == 1:
            upper = "\\prime" + (rf"\,{upper}" if upper else "")
        elif step:
            upper += f"[{step}]"
        return f"^{{{upper}}}" if upper else ""

    def give(self, value: Decimal, kind: Kind, base: str, letter: str, index: int = 0, *, sample: int = 0) -> str:
        name = self.declare(kind, base, letter, index, sample=sample)
        self.given[name] = value
        return name

    def state(
        self,
        operation: str,
        operands: list[str],
        kind: Kind,
        base: str,
        letter: str,
        index: int = 0,
        *,
        static: tuple[int, ...] = (),
        sample: int = 0,
        step: int = 0,
    ) -> str:
        name = self.declare(kind, base, letter, index, sample=sample, step=step)
        self.equations.append(Equation(name, operation, tuple(operands), static))
        return name


def sample_number(example: Example, position: int) -> int:
    """The number after `@`: none for the only sample of the walkthrough, else its place in the file from 1."""
    return 0 if example.used == (position,) else position + 1


def compose(example: Example, operations: Mapping[str, Operation] = OPERATIONS) -> Program:
    """State everything the example computes, in order: data, then forward, backward and update for each step."""
    draft = _Draft(example)
    weights, biases = _parameters(draft)
    inputs, targets = _data(draft)
    learnt = [name for name in (*weights, *biases) if name not in example.frozen]
    training = example.training
    if training is not None:
        draft.give(training.learning_rate, Kind.RATE, "eta", r"\eta")
        for name, value in constants_of(training).items():
            draft.give(value, Kind.RATE, name, CONSTANTS[training.optimiser][name][0])
        for name, quantity in start(tuple(learnt), training, lambda name: draft.quantities[name].symbol).items():
            draft.quantities[name], draft.given[name] = quantity, Decimal(0)

    program = Program({}, {}, (), parameters=tuple(learnt))
    losses: list[str] = []
    stations: set[str] = set(learnt)
    for step in range(example.steps + 1):
        moved = {name: after(name, step) for name in learnt}
        loss, activations = _forward(
            draft, [moved.get(name, name) for name in weights], [moved.get(name, name) for name in biases], inputs, targets, step
        )
        stations |= activations | set(moved.values())
        program = Program(
            {**program.quantities, **draft.quantities},
            draft.given,
            (*program.equations, *draft.equations),
            program.parameters,
            frozenset(stations),
            tuple(losses := [*losses, loss] if loss else losses),
        )
        draft = _Draft(example, dict(program.quantities), draft.given)
        current = tuple(moved.values())
        if loss and step < max(example.steps, 1):
            program = differentiate(program, loss, current, operations)
        if training is not None and step < example.steps:
            program = update(program, loss, current, training, step, draft.superscript)
    return program


def _parameters(draft: _Draft) -> tuple[list[str], list[str]]:
    return tuple(  # type: ignore[return-value]
        [draft.give(value, kind, f"{letter}_{index}", letter, index) for index, value in enumerate(values, 1)]
        for values, kind, letter in ((draft.example.weights, Kind.WEIGHT, "w"), (draft.example.biases, Kind.BIAS, "b"))
    )


def _data(draft: _Draft) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Inputs and targets by sample. A file that shifts its data, or names a baseline, has all its samples in the program."""
    example = draft.example
    data, outputs = example.data, example.network.layers[-1]
    shifts = [draft.give(value, Kind.SHIFT, f"shift_{i}", "s", i) for i, value in enumerate(data.shift, 1)]
    whole = bool(shifts) or data.baseline is not None
    inputs: dict[int, list[str]] = {}
    targets: dict[int, list[str]] = {}
    for position, sample in enumerate(data.samples):
        if not whole and position not in example.used:
            continue
        number = sample_number(example, position)
        raws = [draft.give(value, Kind.RAW, f"raw_{i}", "r", i, sample=number) for i, value in enumerate(sample.raw, 1)]
        inputs[position] = [
            draft.state("difference", [raw, shift], Kind.INPUT, f"x_{i}", "x", i, sample=number)
            for i, (raw, shift) in enumerate(zip(raws, shifts, strict=True), 1)
        ] or [draft.give(value, Kind.INPUT, f"x_{i}", "x", i, sample=number) for i, value in enumerate(sample.inputs, 1)]
        targets[position] = [
            draft.give(value, Kind.TARGET, "y" if outputs == 1 else f"y_{i}", "y", 0 if outputs == 1 else i, sample=number)
            for i, value in enumerate(sample.target, 1)
        ]
    if data.baseline is not None:
        _baseline(draft, targets)
    return inputs, targets


def _baseline(draft: _Draft, targets: dict[int, list[str]]) -> None:
    """What answering the same number to everybody costs: L_0, the mean over all samples of L_0@1, L_0@2, …"""
    assert draft.example.data.baseline is not None
    answer = draft.give(draft.example.data.baseline, Kind.BASELINE, "baseline", r"\hat{y}", 0)
    loss = draft.example.network.loss or "squared_error"
    each = [
        draft.state(
            loss,
            [part for target in names for part in (target, answer)],
            Kind.BASELINE,
            "L_0",
            "L",
            0,
            sample=position + 1,
        )
        for position, names in targets.items()
    ]
    for name in each:
        draft.quantities[name] = Quantity(name, Kind.BASELINE, f"L_{{0}}^{{({name.partition('@')[2]})}}")
    if len(each) > 1:
        draft.state("mean", each, Kind.BASELINE, "L_0", "L_{0}")


def _forward(
    draft: _Draft,
    weights: list[str],
    biases: list[str],
    inputs: dict[int, list[str]],
    targets: dict[int, list[str]],
    step: int,
) -> tuple[str, set[str]]:
    """One forward pass over the walkthrough's samples; the loss's name ("" without one) and the stations."""
    example = draft.example
    network, stations = example.network, set[str]()
    losses = []
    for position in example.used:
        sample = sample_number(example, position)
        below, queue, neuron = inputs[position], list(weights), 0
        for layer, (units, activation) in enumerate(zip(network.layers[1:], network.activations, strict=True)):
            last = layer == len(network.activations) - 1
            sums = []
            for _ in range(units):
                neuron += 1
                own, queue = queue[: len(below)], queue[len(below) :]
                operands = [part for pair in zip(own, below, strict=True) for part in pair]
                lengths = [2] * len(below)
                if network.bias != "none":
                    operands.append(biases[neuron - 1 if network.bias == "per_neuron" else layer])
                    lengths.append(1)
                sums.append((neuron, operands, tuple(lengths)))
            below = _layer(draft, sums, activation, last=last, sample=sample, step=step)
            stations.update(below)
        if network.loss:
            operands = [part for pair in zip(targets[position], below, strict=True) for part in pair]
            losses.append(draft.state(network.loss, operands, Kind.LOSS, "L", "L", sample=sample, step=step))
    if len(losses) > 1:
        stations.update(losses)
        losses.append(draft.state("mean", losses, Kind.LOSS, "L", "L", step=step))
    return (losses[-1] if losses else ""), stations


def _layer(
    draft: _Draft,
    sums: list[tuple[int, list[str], tuple[int, ...]]],
    activation: str,
    *,
    last: bool,
    sample: int,
    step: int,
) -> list[str]:
    """The neurons of one layer. Softmax looks at all of them, so its sums come first; else each neuron is finished in turn."""

    def add_up(neuron: int, operands: list[str], lengths: tuple[int, ...]) -> str:
        return draft.state(
            "affine", operands, Kind.PREACTIVATION, f"z_{neuron}", "z", neuron, static=lengths, sample=sample, step=step
        )

    def put_out(unit: int, neuron: int, operands: list[str], static: tuple[int, ...] = ()) -> str:
        letter, index, kind = ("o", unit, Kind.OUTPUT) if last else ("h", neuron, Kind.HIDDEN)
        base = f"{letter}_{index}"
        return draft.state(activation, operands, kind, base, letter, index, static=static, sample=sample, step=step)

    if activation == "softmax":
        all_sums = [add_up(*parts) for parts in sums]
        return [put_out(unit, parts[0], all_sums, (unit - 1,)) for unit, parts in enumerate(sums, 1)]
    return [put_out(unit, parts[0], [add_up(*parts)]) for unit, parts in enumerate(sums, 1)]
