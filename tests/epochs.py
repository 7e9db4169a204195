"""One epoch on the whole of MNIST in the engine and in PyTorch, and loading it: each in a process of its own, for `make bench`.

    python -m tests.epochs engine|torch|tutorial|load|load-torch

prints its seconds and its peak memory in MB. Threads are those of the environment, the same for both.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from explainer import authoring
from explainer.datasets import obtain
from explainer.datasets.places import MNIST
from explainer.examples.model import SetExample
from tests import ROOT

BATCH = 64
OWN = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # which some machines set for old builds, and which slow a current one


def mnist() -> SetExample:
    example = authoring.example("mnist", ROOT)
    assert isinstance(example, SetExample)
    return example


def engine() -> float:
    """Draws batches, normalises them, makes both passes and moves all parameters, as `explainer train` does; without the tests."""
    from explainer.training.engine import Batches, Passes, Updates, begun
    from explainer.training.run import batches_of, training_of

    example = mnist()
    images = obtain.load(MNIST)
    passes, batches = Passes(example.network), Batches(example)
    passes.parameters.take(begun(example))
    updates = Updates(training_of(example), len(passes.parameters.row))
    begin, total = time.perf_counter(), 0.0
    for each in batches_of(example, len(images.train_labels), 1):
        for places in each:
            total += passes.loss(
                passes.run(batches.inputs(images.train_images[places]), batches.targets(images.train_labels[places]))
            )
            updates(passes.parameters.row, passes.gradient.row)
    assert total / 938 < 0.6
    return time.perf_counter() - begin


def torch() -> float:
    """With the whole set in one tensor, which is the quick way: nothing collects images one by one."""
    images, labels = tensors()
    import torch

    torch.manual_seed(1)
    order = torch.randperm(len(images))
    return trained((images[own], labels[own]) for own in order.split(BATCH))


def tutorial() -> float:
    """As tutorials write it, and the lesson's listing: batches come from a DataLoader."""
    return trained(loader())


def loader() -> Any:
    """PyTorch's DataLoader over the tensors, normalised before: it collects each batch image by image."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(1)
    return DataLoader(TensorDataset(*tensors()), batch_size=BATCH, shuffle=True)


def trained(batches: Iterable[Any]) -> float:
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    optimiser, entropy = torch.optim.Adam(model.parameters(), lr=0.001), nn.CrossEntropyLoss()
    begin, total = time.perf_counter(), 0.0
    for images, labels in batches:
        optimiser.zero_grad()
        loss = entropy(model(images), labels)
        loss.backward()
        optimiser.step()
        total += loss.item()
    assert total / 938 < 0.6
    return time.perf_counter() - begin


def tensors() -> tuple[Any, Any]:
    """The training images as normalised float32 tensors."""
    import torch

    folder = obtain.folder_of(MNIST)
    raw = torch.frombuffer(bytearray((folder / MNIST.train_images.file).read_bytes()[16:]), dtype=torch.uint8)
    labels = torch.frombuffer(bytearray((folder / MNIST.train_labels.file).read_bytes()[8:]), dtype=torch.uint8)
    return ((raw.float() / 255 - 0.5) / 0.5).reshape(-1, 784), labels.long()


def load() -> float:
    """Read and check the whole set, and go through the training images once, normalised, in shuffled batches."""
    from explainer.training.engine import Batches
    from explainer.training.run import batches_of

    example, begin = mnist(), time.perf_counter()
    images, batches, total = obtain.load(MNIST), Batches(mnist()), 0
    for places in next(batches_of(example, len(images.train_labels), 1)):
        total += batches.inputs(images.train_images[places]).shape[1] + batches.targets(images.train_labels[places]).shape[1]
    assert total == 120_000
    return time.perf_counter() - begin


def load_torch() -> float:
    """The same with PyTorch's DataLoader."""
    import torch.utils.data  # noqa: F401  # what it takes to load is not counted

    begin = time.perf_counter()
    total = sum(len(images) + len(labels) for images, labels in loader())
    assert total == 120_000
    return time.perf_counter() - begin


def measured(what: str, threads: int) -> tuple[float, float]:
    """Seconds and peak memory in MB of one of these, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in SLOWING} | dict.fromkeys(OWN, str(threads))
    command = [sys.executable, "-m", "tests.epochs", what]
    said = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def in_turn(ours: str, peer: str, threads: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """The best of three of each, one after the other, and the larger of its peaks."""
    found = [(measured(ours, threads), measured(peer, threads)) for _ in range(3)]
    own, other = zip(*found, strict=True)
    return tuple((min(seconds for seconds, _ in runs), max(peak for _, peak in runs)) for runs in (own, other))  # type: ignore[return-value]


def is_here() -> bool:
    return all((obtain.folder_of(MNIST) / part.file).exists() for part in MNIST.parts)


if __name__ == "__main__":
    seconds = {"engine": engine, "torch": torch, "tutorial": tutorial, "load": load, "load-torch": load_torch}[sys.argv[1]]()
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(seconds, int(peak[1]) / 1000 if peak else 0)
