"""What a network computes, written out from its spec a second time.

`compose` states equations; this states values, layer by layer, in whatever the caller calculates with. A proof is relative
to the list of equations: that the list *is* the network is seen by comparing it with this.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from explainer.spec.model import Example

Leaf = Callable[[str], Any]
Function = Callable[[str, Any], Any]


def forward(example: Example, step: int, leaf: Leaf, function: Function) -> dict[str, Any]:
    """Name → value for one forward pass after `step` updates.

    `leaf(name)` is the value of a given quantity or of a parameter; `function(activation, z)` applies an activation.
    Values need only +, − and ×; a Fraction may stand on the right of ×.
    """
    network = example.network
    after = f"#{step}" if step else ""
    values: dict[str, Any] = {}
    losses = []
    for position in example.used:
        sample = _sample(example, position)
        signal = [_input(example, i, sample, leaf) for i in range(1, network.layers[0] + 1)]
        first_weight, first_unit = 1, 1
        for depth, units in enumerate(network.layers[1:]):
            output = depth == len(network.layers) - 2
            column = []
            for j in range(units):
                z = None
                for i, value in enumerate(signal):
                    term = leaf(f"w_{first_weight + j * len(signal) + i}{after}") * value
                    z = term if z is None else z + term
                if network.bias == "per_neuron":
                    z = z + leaf(f"b_{first_unit + j}{after}")
                elif network.bias == "per_layer":
                    z = z + leaf(f"b_{depth + 1}{after}")
                activation = network.activations[depth]
                a = z if activation == "identity" else function(activation, z)
                values[f"z_{first_unit + j}{sample}{after}"] = z
                name = f"o_{j + 1}" if output else f"h_{first_unit + j}"
                values[f"{name}{sample}{after}"] = a
                column.append(a)
            first_weight += units * len(signal)
            first_unit += units
            signal = column
        if network.loss:
            losses.append(_loss(example, sample, signal, leaf))
            values[f"L{sample}{after}"] = losses[-1]
    if len(losses) > 1:
        values[f"L{after}"] = sum(losses[1:], losses[0]) * Fraction(1, len(losses))
    return values


def data(example: Example, leaf: Leaf) -> dict[str, Any]:
    """Name → value for inputs that are computed from the data, and for what a constant answer costs."""
    values: dict[str, Any] = {}
    costs = []
    outputs = example.network.layers[-1]
    for position in range(len(example.data.samples)):
        sample = _sample(example, position)
        for index in range(1, len(example.data.shift) + 1):
            values[f"x_{index}{sample}"] = _input(example, index, sample, leaf)
        if example.data.baseline is not None:
            costs.append(_loss(example, sample, [leaf("baseline")] * outputs, leaf))
            values[f"L_0@{position + 1}"] = costs[-1]
    if len(costs) > 1:
        values["L_0"] = sum(costs[1:], costs[0]) * Fraction(1, len(costs))
    return values


def _sample(example: Example, position: int) -> str:
    return "" if example.used == (position,) else f"@{position + 1}"


def _input(example: Example, index: int, sample: str, leaf: Leaf) -> Any:
    if example.data.shift:
        return leaf(f"raw_{index}{sample}") - leaf(f"shift_{index}")
    return leaf(f"x_{index}{sample}")


def _loss(example: Example, sample: str, outputs: list[Any], leaf: Leaf) -> Any:
    targets = ["y"] if len(outputs) == 1 else [f"y_{i}" for i in range(1, len(outputs) + 1)]
    errors = [leaf(target + sample) - output for target, output in zip(targets, outputs, strict=True)]
    total = sum((error * error for error in errors[1:]), errors[0] * errors[0])
    scale = {
        "": Fraction(1),  # a baseline without a loss is measured by the squared error
        "squared_error": Fraction(1),
        "half_squared_error": Fraction(1, 2),
        "mean_squared_error": Fraction(1, len(outputs)),
    }[example.network.loss]
    return total if scale == 1 else total * scale
