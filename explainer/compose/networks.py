"""A layered network, neuron by neuron, and its loss, as equations.

Neurons are numbered through, layer by layer: neuron k has the pre-activation z_k and (unless biases are shared) the bias
b_k; hidden neurons put out h_1, h_2, …, the last layer o_1, o_2, …. Weights are numbered neuron by neuron, input by input.
"""

from __future__ import annotations

from collections.abc import Mapping

from explainer.compose.draft import Draft
from explainer.core.program import Kind
from explainer.examples.model import NetworkExample


def sample_number(example: NetworkExample, position: int) -> int:
    """The number after `@`: none for the only sample of the walkthrough, else its place in the file from 1."""
    return 0 if example.used == (position,) else position + 1


class NetworkForward:
    """The network of an example over the samples of its walkthrough."""

    def __init__(self, example: NetworkExample, draft: Draft) -> None:
        self.example = example
        self.weights, self.biases = (
            [draft.give(value, kind, f"{letter}_{index}") for index, value in enumerate(values, 1)]
            for values, kind, letter in ((example.weights, Kind.WEIGHT, "w"), (example.biases, Kind.BIAS, "b"))
        )
        self.inputs, self.targets = _data(draft, example)
        self.learnt = tuple(name for name in (*self.weights, *self.biases) if name not in example.frozen)

    def state(self, draft: Draft, current: Mapping[str, str], step: int) -> tuple[str, set[str]]:
        weights, biases = ([current.get(name, name) for name in names] for names in (self.weights, self.biases))
        return _forward(draft, self.example, weights, biases, self.inputs, self.targets, step)


def _data(draft: Draft, example: NetworkExample) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Inputs and targets by sample. A file that shifts its data, or names a baseline, has all its samples in the program."""
    data, outputs = example.data, example.network.layers[-1]
    shifts = [draft.give(value, Kind.SHIFT, f"shift_{i}") for i, value in enumerate(data.shift, 1)]
    whole = bool(shifts) or data.baseline is not None
    inputs: dict[int, list[str]] = {}
    targets: dict[int, list[str]] = {}
    for position, sample in enumerate((*data.samples, *data.queries)):
        if not whole and position not in example.used:
            continue
        number = sample_number(example, position)
        raws = [draft.give(value, Kind.RAW, f"raw_{i}", sample=number) for i, value in enumerate(sample.raw, 1)]
        inputs[position] = [
            draft.state("difference", [raw, shift], Kind.INPUT, f"x_{i}", sample=number)
            for i, (raw, shift) in enumerate(zip(raws, shifts, strict=True), 1)
        ] or [draft.give(value, Kind.INPUT, f"x_{i}", sample=number) for i, value in enumerate(sample.inputs, 1)]
        if position >= len(data.samples):
            continue  # nobody knows yet what is right for a query
        targets[position] = [
            draft.give(value, Kind.TARGET, "y" if outputs == 1 else f"y_{i}", sample=number)
            for i, value in enumerate(sample.target, 1)
        ]
    if data.baseline is not None:
        _baseline(draft, example, targets)
    return inputs, targets


def _baseline(draft: Draft, example: NetworkExample, targets: dict[int, list[str]]) -> None:
    """What answering the same number to everybody costs: L_0, the mean over all samples of L_0@1, L_0@2, …"""
    assert example.data.baseline is not None
    answer = draft.give(example.data.baseline, Kind.BASELINE, "baseline")
    loss = example.network.loss or "squared_error"
    each = [
        draft.state(
            loss,
            [part for target in names for part in (target, answer)],
            Kind.BASELINE,
            "L_0",
            sample=position + 1,
        )
        for position, names in targets.items()
    ]
    if len(each) > 1:
        draft.state(example.network.reduction, each, Kind.BASELINE, "L_0")


def _forward(
    draft: Draft,
    example: NetworkExample,
    weights: list[str],
    biases: list[str],
    inputs: dict[int, list[str]],
    targets: dict[int, list[str]],
    step: int,
) -> tuple[str, set[str]]:
    """One forward pass over the walkthrough's samples; the loss's name ("" without one) and the stations."""
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
            losses.append(draft.state(network.loss, operands, Kind.LOSS, "L", sample=sample, step=step))
    if len(losses) > 1:
        stations.update(losses)
        losses.append(draft.state(network.reduction, losses, Kind.LOSS, "L", step=step))
    return (losses[-1] if losses else ""), stations


def _layer(
    draft: Draft,
    sums: list[tuple[int, list[str], tuple[int, ...]]],
    activation: str,
    *,
    last: bool,
    sample: int,
    step: int,
) -> list[str]:
    """The neurons of one layer. Softmax looks at all of them, so its sums come first; else each neuron is finished in turn."""

    def add_up(neuron: int, operands: list[str], lengths: tuple[int, ...]) -> str:
        return draft.state("affine", operands, Kind.PREACTIVATION, f"z_{neuron}", static=lengths, sample=sample, step=step)

    def put_out(unit: int, neuron: int, operands: list[str], static: tuple[int, ...] = ()) -> str:
        base, kind = (f"o_{unit}", Kind.OUTPUT) if last else (f"h_{neuron}", Kind.HIDDEN)
        return draft.state(activation, operands, kind, base, static=static, sample=sample, step=step)

    if activation == "softmax":
        all_sums = [add_up(*parts) for parts in sums]
        return [put_out(unit, parts[0], all_sums, (unit - 1,)) for unit, parts in enumerate(sums, 1)]
    return [put_out(unit, parts[0], [add_up(*parts)]) for unit, parts in enumerate(sums, 1)]
