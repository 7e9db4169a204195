"""A run over a data set: batch by batch, epoch by epoch, with what a reader of a running program sees of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explainer.compose.schedule import orders
from explainer.core.errors import NumericError, Problem
from explainer.datasets.idx import Images
from explainer.examples.model import SetExample, Training
from explainer.training.arrays import Array
from explainer.training.engine import Batches, Passes, Updates, answers, begun

EVERY = 100  # iterations between two losses that are told


@dataclass(frozen=True, slots=True)
class Running:
    """The mean loss of the last iterations, as a program prints it while it learns; both are counted from 1."""

    epoch: int
    iteration: int
    loss: float


@dataclass(frozen=True, slots=True)
class Tested:
    """What the test images say after an epoch, 0 being the start."""

    epoch: int
    accuracy: float  # of all, in percent
    loss: float
    errors: int
    learning: float | None  # the mean loss of the epoch's iterations


@dataclass
class Trained:
    """What a run has left."""

    start: Mapping[str, Array]
    weights: Mapping[str, Array]
    losses: list[Running] = field(default_factory=list)
    tests: list[Tested] = field(default_factory=list)
    outputs: Array | None = None  # for the test images, a row for each


Say = Callable[[int, int, int, float], None]  # epoch, iteration, iterations in an epoch, the last running loss
Watch = Callable[[Passes, int], None]  # told before each update, with its gradient, and the number of updates before it


def training_of(example: SetExample) -> Training:
    assert example.training is not None
    return example.training


def batches_of(example: SetExample, count: int, epochs: int) -> Iterator[list[Array]]:
    """For each epoch the places of its batches' images; the last batch may be smaller."""
    training = training_of(example)
    for order in orders(count, epochs, training.shuffle):
        places = np.array(order)
        yield [places[begin : begin + training.batch] for begin in range(0, count, training.batch)]


def train(
    example: SetExample,
    images: Images,
    epochs: int = 0,
    say: Say = lambda *_: None,
    tell: Callable[[Running | Tested], None] = lambda _: None,
    watch: Watch = lambda *_: None,
) -> Trained:
    """Train on all the images, for the example's epochs or for so many; `tell` hears each loss and each test as they come.

    Raises:
        NumericError: the loss is no longer a finite number.
    """
    training = training_of(example)
    passes, batches = Passes(example.network), Batches(example)
    start = begun(example)
    passes.parameters.take(start)
    updates, found = Updates(training, len(passes.parameters.row)), Trained(start, start)

    def noted(seen: Any, among: list[Any]) -> None:
        among.append(seen)
        tell(seen)

    def tested(epoch: int, learning: float | None = None) -> None:
        found.outputs, loss = answers(passes, batches, images.test_images, images.test_labels)
        errors = int((found.outputs.argmax(axis=1) != images.test_labels).sum())
        noted(Tested(epoch, 100 * (1 - errors / len(images.test_labels)), loss, errors, learning), found.tests)

    tested(0)
    last = found.tests[0].loss
    for epoch, each in enumerate(batches_of(example, len(images.train_labels), epochs or training.epochs), 1):
        running, sum_of_all = 0.0, 0.0
        for iteration, places in enumerate(each, 1):
            inputs, targets = batches.inputs(images.train_images[places]), batches.targets(images.train_labels[places])
            loss = passes.loss(passes.run(inputs, targets))
            running, sum_of_all = running + loss, sum_of_all + loss
            watch(passes, updates.step)
            updates(passes.parameters.row, passes.gradient.row)
            if iteration % EVERY == 0:
                last, running = running / EVERY, 0.0
                if not math.isfinite(last):
                    raise _diverged(example, epoch, iteration)
                noted(Running(epoch, iteration, last), found.losses)
                say(epoch, iteration, len(each), last)
        say(epoch, len(each), len(each), last)
        tested(epoch, sum_of_all / len(each))
        if not math.isfinite(found.tests[-1].loss):
            raise _diverged(example, epoch, len(each))
    found.weights = passes.parameters.given()
    return found


def _diverged(example: SetExample, epoch: int, iteration: int) -> NumericError:
    found = f"no finite loss after iteration {iteration} of epoch {epoch}"
    return NumericError(Problem(example.file, "training", found, "a run that does not diverge", "learning_rate = 0.001"))
