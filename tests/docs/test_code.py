"""The code that pages show: what it prints, its gradients, its losses, and what it says of bad input."""

from __future__ import annotations

import gzip
import importlib
import json
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import explainer
from explainer.datasets import sample
from explainer.datasets.places import MNIST
from tests.conftest import ROOT, require

CODE = ROOT / "docs" / "code"


@cache
def perceptron() -> ModuleType:
    sys.path.insert(0, str(CODE))
    try:
        import perceptron as module  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(CODE))
    return module  # type: ignore[no-any-return]


def run(name: str, folder: Path) -> str:
    """A program as a reader would run it, with no file left beside it."""
    command = [sys.executable, "-B", str(CODE / name)]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=200).stdout


@pytest.mark.thorough
def test_what_the_page_prints_is_what_the_code_prints(tmp_path: Path) -> None:
    assert run("train.py", tmp_path) == (CODE / "train.txt").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_the_picture_is_of_the_trained_network(tmp_path: Path) -> None:
    drawn, recorded = json.loads(run("picture.py", tmp_path).splitlines()[-1]), json.loads((CODE / "picture.json").read_text())
    assert drawn.keys() == recorded.keys()
    for name, rows in recorded.items():
        assert np.allclose(drawn[name], rows, atol=0.002), name
    assert sum(len(recorded[name]) for name in recorded if name != "boundary") == 240


def test_no_line_parts_the_points() -> None:
    """The disc lies within the hull of the ring: every direction has points of the ring on both sides of the disc."""
    points, labels = perceptron().rings(200, seed=0)
    for angle in np.linspace(0, np.pi, 90):
        along = points @ [np.cos(angle), np.sin(angle)]
        assert along[labels == 0].min() < along[labels == 1].min()
        assert along[labels == 0].max() > along[labels == 1].max()


def started(example: str) -> Any:
    """The code's network with the parameters of an example, and the derivation of that example."""
    derivation = explainer.derive(example)
    assert derivation.matrices is not None
    sizes = derivation.example.network.layers
    network = perceptron().Perceptron(list(sizes), seed=0)
    for number, layer in enumerate(network.layers, 1):
        layer.weights = matrix(derivation, f"W{number}")
        layer.biases = matrix(derivation, f"b{number}")
    return network, derivation


def matrix(derivation: Any, name: str) -> Any:
    return np.array([[derivation.value(entry) for entry in row] for row in derivation.matrices.entries_of(name)])


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["docs/examples/perceptron.toml", "batch"])
def test_its_gradients_are_those_that_are_proven(example: str, tmp_path: Path) -> None:
    if example == "batch":
        text = (ROOT / "docs/examples/perceptron.toml").read_text(encoding="utf-8")
        more = '[[data.samples]]\nname = "another"\ninputs = [-0.3, 0.9]\ntarget = [0]\n\n[walkthrough]'
        path = tmp_path / "batch.toml"
        path.write_text(text.replace("[walkthrough]", more), encoding="utf-8")
        example = str(path)
    network, derivation = started(example)
    assert np.allclose(network.forward(matrix(derivation, "x")), matrix(derivation, "a3"), rtol=0, atol=1e-14)
    network.backward(matrix(derivation, "y"), learning_rate=0.1)
    for number, layer in enumerate(network.layers, 1):
        for found, name in (
            (layer.d_weights, f"dL/dW{number}"),
            (layer.d_biases, f"dL/db{number}"),
            (layer.weights, f"W{number}#1"),
            (layer.biases, f"b{number}#1"),
        ):
            assert np.allclose(found, matrix(derivation, name), rtol=0, atol=1e-14), name


def test_backward_gives_the_derivative_for_the_layer_below() -> None:
    network, derivation = started("docs/examples/perceptron.toml")
    network.forward(matrix(derivation, "x"))
    below = network.layers[2].backward(matrix(derivation, "dL/da3"), 0.1)
    assert np.allclose(below, matrix(derivation, "dL/da2"), atol=1e-14)
    assert np.allclose(network.layers[1].backward(below, 0.1), matrix(derivation, "dL/da1"), atol=1e-14)


@pytest.mark.torch
def test_its_losses_are_those_of_pytorch(capsys: pytest.CaptureFixture[str]) -> None:
    """From the same start, in the same order, one sample at a time."""
    require("torch")
    import torch

    module = perceptron()
    points, labels = module.rings(60, seed=2)
    network = module.Perceptron([2, 6, 6, 1], seed=5)
    peer = torch.nn.Sequential(
        *(torch.nn.Linear(2, 6), torch.nn.ReLU(), torch.nn.Linear(6, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
    ).double()
    linear = [part for part in peer if isinstance(part, torch.nn.Linear)]
    with torch.no_grad():
        for part, layer in zip(linear, network.layers, strict=True):
            part.weight.copy_(torch.tensor(layer.weights))
            part.bias.copy_(torch.tensor(layer.biases[:, 0]))
    order = np.random.default_rng()
    order.bit_generator.state = network.random.bit_generator.state
    history = network.fit(points, labels, epochs=5, learning_rate=0.01)
    step, entropy = torch.optim.SGD(peer.parameters(), lr=0.01), torch.nn.BCEWithLogitsLoss()
    for epoch, own in enumerate(history, 1):
        losses = []
        for i in order.permutation(len(points)):
            step.zero_grad()
            found = entropy(peer(torch.tensor(points[i])), torch.tensor([float(labels[i])]).double())
            found.backward()
            step.step()
            losses.append(float(found.detach()))
        assert own == pytest.approx(np.mean(losses), rel=1e-10), epoch
    assert capsys.readouterr().out.splitlines() == [f"Loss at epoch {n}: {v:.3f}" for n, v in enumerate(history, 1)]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_the_loss_falls_steadily_to_a_tenth(seed: int) -> None:
    module = perceptron()
    points, labels = module.rings(200, seed=0)
    history = module.Perceptron([2, 6, 6, 1], seed).fit(points, labels, epochs=50, learning_rate=0.01)
    reached = next(epoch for epoch, value in enumerate(history, 1) if value < history[0] / 10)
    assert reached <= 50
    means = [np.mean(history[start : start + 5]) for start in range(0, 50, 5)]
    until = next(index for index, value in enumerate(means) if value < history[0] / 10)
    assert all(later < before for before, later in pairwise(means[: until + 1]))


GOOD = [[0.0, 1.0], [1.0, 0.0]]
BAD: list[tuple[str, Any, Any, float, str]] = [
    ("another label", GOOD, [0, 2], 0.01, "found the label 2; expected 0 or 1"),
    ("labels that are no numbers of classes", GOOD, [0, 0.5], 0.01, "found the label 0.5; expected 0 or 1"),
    ("too few labels", GOOD, [0], 0.01, "found labels of the shape (1,); expected (2,)"),
    ("one-dimensional data", [0.0, 1.0], [0, 1], 0.01, "found data of the shape (2,); expected (samples, 2)"),
    ("another number of inputs", [[1.0], [2.0]], [0, 1], 0.01, "found data of the shape (2, 1); expected (samples, 2)"),
    ("nothing", [], [], 0.01, "found no samples; expected at least one"),
    ("a run that overflows", GOOD, [0, 1], 1e200, "found a2 overflowing at epoch 1; expected a smaller learning rate"),
    (
        "data beyond all numbers",
        [[float("inf"), 1.0], [0.0, 1.0]],
        [0, 1],
        0.01,
        "overflowing at epoch 1; expected a smaller learning rate",
    ),
    ("the logarithm of zero", [[1e6, 1e6]] * 2, [0, 1], 0.01, "found the logarithm of 0 in the loss at epoch 1; expected"),
]


@pytest.mark.parametrize(("data", "labels", "rate", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_bad_input_gives_one_clear_message(data: Any, labels: Any, rate: float, message: str) -> None:
    network = perceptron().Perceptron([2, 6, 6, 1], seed=1)
    with pytest.raises(ValueError, match=r"found .*; expected .*") as caught:
        network.fit(data, labels, epochs=30, learning_rate=rate)
    assert message in str(caught.value)


@pytest.mark.torch
def test_both_programs_for_digits_have_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hundred, from the same start and batches: of the images that the project carries, again and again."""
    require("torch")
    monkeypatch.syspath_prepend(str(CODE))
    by_hand, by_torch = importlib.import_module("mnist_numpy"), importlib.import_module("mnist_torch")
    images = sample.load(MNIST, ROOT / "docs" / "data" / "mnist")
    x = ((images.train_images.reshape(-1, 784) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)).astype("f4")
    labels = images.train_labels.astype(np.int64)
    order = [places for epoch in range(13) for places in by_hand.batches(len(x), 64, epoch)][:100]
    own = list(by_hand.train(by_hand.Network(by_hand.start(seed=1)), x, labels, order))
    others = list(by_torch.train(by_torch.Network(by_torch.start(seed=1)), x, labels, order))
    assert len(own) == len(others) == 100
    assert own[0] == pytest.approx(np.log(10), rel=0.05)
    assert own[-1] < 0.5
    assert own == pytest.approx(others, rel=1e-4)


def test_the_programs_read_the_files_of_the_data_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(CODE))
    program = importlib.import_module("mnist_numpy")
    for path in (ROOT / "docs" / "data" / "mnist").glob("train*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    x, labels = program.load(tmp_path, "train")
    assert x.shape == (500, 784)
    assert (x.min(), x.max()) == (-1, 1)
    assert labels[0] == 5
