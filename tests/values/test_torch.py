"""PyTorch's autograd as an independent oracle: Alice, and seeded random networks of every kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from explainer.derivation.derivation import Derivation
from explainer.examples.model import Example, Training
from explainer.operations.vocabulary import OPERATIONS
from tests.conftest import require
from tests.networks import VARIETY, example
from tests.shipped import proven, shipped

pytestmark = pytest.mark.torch
T = TypeVar("T")
TOLERANCE = 1e-12


def _of(table: Mapping[str, T], name: str) -> T:
    """What PyTorch has for a name."""
    assert name in table, f"tests/values/test_torch.py: a row for {name!r}, with what PyTorch calls it"
    return table[name]


def torch_values(chosen: Example) -> dict[str, float]:
    """Loss, outputs, gradients and parameters of every step, by PyTorch."""
    import torch

    def tensor(values: Any) -> torch.Tensor:
        return torch.tensor([float(value) for value in values], dtype=torch.float64)

    network, data = chosen.network, chosen.data
    weights, biases = tensor(chosen.weights), tensor(chosen.biases)
    functions: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "softplus": torch.nn.functional.softplus,
        "softmax": lambda z: torch.softmax(z, 0),
        "identity": lambda z: z,
        "elu": torch.nn.functional.elu,
        "gelu": torch.nn.functional.gelu,
        "step": lambda z: (z > 0).to(z) + 0 * z,
        "sign": lambda z: torch.sign(z) + 0 * z,
    }
    entropy = torch.nn.functional
    loss_of: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
        "squared_error": lambda y, o: ((y - o) ** 2).sum(),
        "half_squared_error": lambda y, o: ((y - o) ** 2).sum() / 2,
        "mean_squared_error": entropy.mse_loss,
        "binary_cross_entropy": lambda y, o: entropy.binary_cross_entropy(o, y, reduction="sum"),
        "binary_cross_entropy_logits": lambda y, o: entropy.binary_cross_entropy_with_logits(o, y, reduction="sum"),
        "categorical_cross_entropy": lambda y, o: entropy.nll_loss(torch.log(o)[None], y.argmax()[None]),
        "categorical_cross_entropy_logits": lambda y, o: entropy.cross_entropy(o[None], y[None]),
        "absolute_error": lambda y, o: entropy.l1_loss(o, y, reduction="sum"),
        "huber": lambda y, o: entropy.huber_loss(o, y, reduction="sum"),
        "hinge": lambda y, o: torch.clamp(1 - y * o, min=0).sum(),
    }
    samples = [data.samples[position] for position in chosen.used]
    inputs = [tensor(s.inputs) if s.inputs else tensor(s.raw) - tensor(data.shift) for s in samples]
    found: dict[str, float] = {}
    weights, biases = weights.requires_grad_(), biases.requires_grad_()
    update = _optimiser(chosen.training, [weights, biases])
    held = {
        letter: [f"{letter}_{i}" in chosen.frozen for i in range(1, 1 + len(values))]
        for letter, values in (("w", weights), ("b", biases))
    }
    for step in range(chosen.steps + 1):
        tail = f"#{step}" if step else ""
        weights.grad, biases.grad = None, None
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
                signal = _of(functions, network.activations[depth])(matrix @ signal + bias)
                used_weights, used_neurons = used_weights + below * above, used_neurons + above
            found |= {f"o_{i}{at}{tail}": float(value) for i, value in enumerate(signal.detach(), 1)}
            losses.append(_of(loss_of, network.loss)(tensor(sample.target), signal))
        loss = torch.stack(losses).sum() if network.reduction == "sum" else torch.stack(losses).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        found[f"L{tail}"] = float(loss.detach())
        for letter, values in (("w", weights), ("b", biases)):
            for index, (value, frozen) in enumerate(zip(values.detach(), held[letter], strict=True), 1):
                name = f"{letter}_{index}"
                if not (step and frozen):
                    found[name + tail] = float(value)
                if step < max(chosen.steps, 1) and not frozen and values.grad is not None:
                    found[f"dL/d{name}{tail}"] = float(values.grad[index - 1])
            if values.grad is not None:  # what is frozen does not move
                values.grad[torch.tensor(held[letter])] = 0
        if step < chosen.steps:
            update.step()
    return found


def _optimiser(training: Training | None, parameters: list[Any]) -> Any:
    import torch

    training = training or Training(Decimal("0.1"))
    given = {name: float(value) for name, value in training.constants.items()}
    options: dict[str, Any] = {"lr": float(training.learning_rate), "maximize": training.ascent}
    options |= {"weight_decay": given["weight_decay"]} if "weight_decay" in given else {}
    mu = given.get("mu", 0.9)
    made: dict[str, Callable[[], Any]] = {
        "sgd": lambda: torch.optim.SGD(parameters, momentum=given.get("mu", 0), **options),
        "momentum": lambda: torch.optim.SGD(parameters, momentum=mu, **options),
        "nesterov": lambda: torch.optim.SGD(parameters, momentum=mu, nesterov=True, **options),
        "adagrad": lambda: torch.optim.Adagrad(parameters, **options),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, **options),
        "adam": lambda: torch.optim.Adam(parameters, **options),
        "adamw": lambda: torch.optim.AdamW(parameters, **options),
    }
    return _of(made, training.optimiser)()


def compare(derivation: Derivation) -> None:
    expected = torch_values(derivation.example)
    assert len(expected) > 10
    for name, value in expected.items():
        assert derivation.value(name) == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), name


def test_alice_agrees_with_autograd() -> None:
    require("torch")
    compare(shipped("alice"))


def drawn() -> Iterator[tuple[str, int]]:
    """A draw of numbers for each network, and three where a function is defined piece by piece."""
    for turn, (name, options) in enumerate(VARIETY.items()):
        used = OPERATIONS.keys() & set(re.findall(r"\w+", repr(options)))
        in_pieces = any(OPERATIONS[function].pieces for function in used)
        yield from ((name, seed) for seed in (range(3) if in_pieces else [turn % 3]))


@pytest.mark.parametrize(("name", "seed"), drawn())
def test_random_networks_agree_with_autograd(name: str, seed: int) -> None:
    require("torch")
    compare(proven(example(**VARIETY[name], seed=seed)))  # type: ignore[arg-type]
