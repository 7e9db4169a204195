"""PyTorch's autograd as an independent oracle: Alice, and seeded random networks of every kind."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import explainer
from explainer.derivation import Derivation
from explainer.spec import Example
from tests.conftest import require
from tests.networks import VARIETY, example

pytestmark = pytest.mark.torch
TOLERANCE = 1e-12


def torch_values(chosen: Example) -> dict[str, float]:
    """Loss, outputs, gradients and parameters of every step, by PyTorch."""
    import torch

    def tensor(values: Any) -> torch.Tensor:
        return torch.tensor([float(value) for value in values], dtype=torch.float64)

    network, data = chosen.network, chosen.data
    weights, biases = tensor(chosen.weights), tensor(chosen.biases)
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}
    samples = [data.samples[position] for position in chosen.used]
    inputs = [tensor(s.inputs) if s.inputs else tensor(s.raw) - tensor(data.shift) for s in samples]
    found: dict[str, float] = {}
    for step in range(chosen.steps + 1):
        tail = f"#{step}" if step else ""
        weights, biases = weights.detach().requires_grad_(), biases.detach().requires_grad_()
        losses = []
        for number, (signal, sample) in enumerate(zip(inputs, samples, strict=True), 1):
            at = f"@{number}" if len(samples) > 1 else ""
            used_weights = used_neurons = 0
            for depth, (below, above) in enumerate(pairwise(network.layers)):
                matrix = weights[used_weights : used_weights + below * above].reshape(above, below)
                bias = {
                    "per_neuron": biases[used_neurons : used_neurons + above],
                    "per_layer": biases[depth] if network.bias == "per_layer" else 0,
                    "none": 0,
                }[network.bias]
                signal = functions[network.activations[depth]](matrix @ signal + bias)
                used_weights, used_neurons = used_weights + below * above, used_neurons + above
            found |= {f"o_{i}{at}{tail}": float(value) for i, value in enumerate(signal.detach(), 1)}
            square = (tensor(sample.target) - signal) ** 2
            scale = {"squared_error": 1, "half_squared_error": 0.5, "mean_squared_error": 1 / len(square)}[network.loss]
            losses.append(scale * square.sum())
        loss = torch.stack(losses).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        found[f"L{tail}"] = float(loss.detach())
        for letter, values in (("w", weights), ("b", biases)):
            gradient = values.grad if values.grad is not None else torch.zeros_like(values)
            found |= {f"{letter}_{i}{tail}": float(value) for i, value in enumerate(values.detach(), 1)}
            if step < chosen.steps:
                found |= {f"dL/d{letter}_{i}{tail}": float(value) for i, value in enumerate(gradient, 1)}
        if step < chosen.steps:
            rate = float(chosen.learning_rate or 0)
            weights = weights - rate * weights.grad  # type: ignore[operator]
            biases = biases - rate * biases.grad if len(biases) else biases  # type: ignore[operator]
    return found


def compare(derivation: Derivation) -> None:
    expected = torch_values(derivation.example)
    assert len(expected) > 10
    for name, value in expected.items():
        assert derivation.value(name) == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), name


def test_alice_agrees_with_autograd() -> None:
    require("torch")
    compare(explainer.derive("docs/examples/alice.toml"))


@pytest.mark.parametrize("name", VARIETY)
@pytest.mark.parametrize("seed", range(3))
def test_random_networks_agree_with_autograd(name: str, seed: int) -> None:
    require("torch")
    compare(explainer.derive(example(**VARIETY[name], seed=seed)))  # type: ignore[arg-type]
