"""The engine of a data set against PyTorch: gradients of one batch, and the first three steps of optimisers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from explainer.examples.model import SetExample, Training
from explainer.training.engine import Batches, Passes, Updates, begun
from tests.conftest import require
from tests.training.test_training import SAMPLE, mnist

pytestmark = pytest.mark.torch
IMAGES, LABELS = SAMPLE.train_images[:64], SAMPLE.train_labels[:64]
SINGLE = {"rtol": 2e-4, "atol": 2e-7}  # float32, whose sums of hundreds of products are made in another order


def network(example: SetExample) -> Any:
    """The same network in PyTorch, from the same start."""
    require("torch")
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    start = begun(example)
    with torch.no_grad():
        for number, layer in enumerate(model[::2], 1):
            layer.weight.copy_(torch.from_numpy(start[f"W{number}"]))
            layer.bias.copy_(torch.from_numpy(start[f"b{number}"]))
    return model


def loss_of(model: Any, example: SetExample) -> Any:
    """Cross-entropy of the batch, normalised as PyTorch's own transforms do it."""
    import torch

    pixels = (torch.from_numpy(IMAGES.copy()).float() / 255 - 0.5) / 0.5
    return torch.nn.functional.cross_entropy(model(pixels.flatten(1)), torch.from_numpy(LABELS.astype(np.int64)))


def ours(example: SetExample) -> tuple[Passes, Callable[[], float]]:
    passes, batches = Passes(example.network), Batches(example)
    passes.parameters.take(begun(example))
    return passes, lambda: passes.loss(passes.run(batches.inputs(IMAGES), batches.targets(LABELS)))


def theirs(model: Any, what: Callable[[Any], Any]) -> dict[str, np.ndarray[Any, Any]]:
    found = {}
    for number, layer in enumerate(model[::2], 1):
        found |= {f"W{number}": what(layer.weight).numpy(), f"b{number}": what(layer.bias).numpy().reshape(-1, 1)}
    return found


def test_the_gradients_of_a_batch_are_pytorch_s() -> None:
    model = network(mnist())
    passes, loss = ours(mnist())
    expected = loss_of(model, mnist())
    expected.backward()
    assert loss() == pytest.approx(float(expected.detach()), rel=1e-6)
    for name, gradient in theirs(model, lambda parameter: parameter.grad).items():
        np.testing.assert_allclose(passes.gradient.matrices[name], gradient, **SINGLE, err_msg=name)
        assert np.abs(gradient).max() > 1e-3


OPTIMISERS: dict[str, tuple[dict[str, Any], Callable[[Any, Any], Any]]] = {
    "adam": ({}, lambda torch, own: torch.optim.Adam(own, lr=0.001)),
    "adamw": (
        {"constants": {"weight_decay": Decimal("0.01")}},
        lambda torch, own: torch.optim.AdamW(own, lr=0.001, weight_decay=0.01),
    ),
    "momentum": ({}, lambda torch, own: torch.optim.SGD(own, lr=0.001, momentum=0.9)),
    "nesterov": ({}, lambda torch, own: torch.optim.SGD(own, lr=0.001, momentum=0.9, nesterov=True)),
    "rmsprop": ({}, lambda torch, own: torch.optim.RMSprop(own, lr=0.001)),
    "adagrad": ({}, lambda torch, own: torch.optim.Adagrad(own, lr=0.001)),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_three_steps_of_an_optimiser_are_pytorch_s_from_the_same_gradients(name: str) -> None:
    """From the same gradients: the first step of Adam has the sign of a gradient, and a zero may be anything but that elsewhere."""
    require("torch")
    import torch

    options, made = OPTIMISERS[name]
    source = np.random.default_rng(5)
    start = source.normal(size=5_000).astype(np.float32)
    gradients = (source.normal(size=(3, 5_000)) * 10.0 ** source.integers(-6, 1, 5_000)).astype(np.float32)
    gradients[:, :100] = 0
    own = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimiser = made(torch, [own])
    updates, row = Updates(Training(Decimal("0.001"), optimiser=name, **options), len(start)), start.copy()
    for gradient in gradients:
        own.grad = torch.from_numpy(gradient)
        optimiser.step()
        updates(row, gradient)
        np.testing.assert_allclose(row, own.detach().numpy(), rtol=3e-7, atol=1.5e-7)
    assert np.abs(row - start).max() > 1e-3


@pytest.mark.parametrize("name", ["adam", "adamw", "momentum"])
def test_three_steps_of_training_are_pytorch_s(name: str) -> None:
    """Gradients and steps together: all but the few weights whose gradient is next to nothing are the same to float32 accuracy."""
    options, made = OPTIMISERS[name]
    example = replace(mnist(), training=replace(mnist().training, optimiser=name, **options))  # type: ignore[type-var]
    model = network(example)
    import torch

    optimiser = made(torch, model.parameters())
    passes, loss = ours(example)
    updates = Updates(example.training, len(passes.parameters.row))  # type: ignore[arg-type]
    for _ in range(3):
        optimiser.zero_grad()
        expected = loss_of(model, example)
        expected.backward()
        optimiser.step()
        assert loss() == pytest.approx(float(expected.detach()), rel=1e-5)
        updates(passes.parameters.row, passes.gradient.row)
    found = theirs(model, lambda parameter: parameter.detach())
    apart = np.concatenate([np.abs(passes.parameters.matrices[name] - found[name]).ravel() for name in found])
    assert np.quantile(apart, 0.999) < 1e-6
    assert apart.max() <= 0.003 if name != "momentum" else apart.max() < 1e-6
