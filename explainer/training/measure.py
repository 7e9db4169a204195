"""What is measured of a run besides its losses, for the record: where it errs, how it starts, and what else could have been."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import numpy as np

from explainer.core.errors import InputError, Problem
from explainer.datasets.idx import Images
from explainer.datasets.places import SETS
from explainer.examples.model import Drawn, SetExample
from explainer.examples.recorded import Histogram, Sizes
from explainer.operations.matrices import entry_name
from explainer.training.arrays import Array
from explainer.training.engine import Batches, Labels, Passes, Updates
from explainer.training.record import Compared, First, Followed, Mistake, OneDigit, Record, settings_of
from explainer.training.run import Say, Trained, train, training_of

MISTAKES = 24
BINS = 60  # of a histogram
FOLLOWED = 10  # updates of one weight
SHORT = 1  # epochs of a run that is compared
DIGIT = 0  # the training image whose gradient is taken alone
RATES = tuple(map(Decimal, ("0.0001", "0.001", "0.01", "0.1")))
LARGE = Decimal(1)


def number(value: Any) -> float:
    """A float32 number by its shortest digits that no other one has."""
    return float(str(np.float32(value)))


class Gradients:
    """The first gradients of a run, as they come."""

    def __init__(self) -> None:
        self.seen: list[Array] = []
        self.shapes: dict[str, tuple[int, int]] = {}

    def __call__(self, passes: Passes, step: int) -> None:
        if step < FOLLOWED:
            self.seen.append(passes.gradient.row.copy())
            self.shapes = passes.gradient.shapes


def recorded(example: SetExample, images: Images, trained: Trained, gradients: Gradients, say: Say = lambda *_: None) -> Record:
    """The record of a run that has been made and watched. Makes some shorter ones, which `say` hears."""
    training, outputs = training_of(example), trained.outputs
    assert outputs is not None
    if not isinstance(example.weights, Drawn):
        expected = "weights that are drawn"
        raise InputError(
            Problem(example.file, "parameters.weights", str(example.weights), expected, 'weights = {draw = "normal", seed = 1}')
        )
    chosen, labels = outputs.argmax(axis=1), images.test_labels
    confusion = np.zeros((outputs.shape[1],) * 2, int)
    np.add.at(confusion, (labels, chosen), 1)
    small = example.weights
    starts: dict[str, Drawn | Decimal] = {"small": small, "equal": small.scale, "large": replace(small, scale=LARGE)}
    return Record(
        settings=settings_of(example),
        seed=small.seed,
        versions={"explainer": version("explainer-worked-examples"), "python": sys.version.split()[0], "numpy": np.__version__},
        parameters=sum(matrix.size for matrix in trained.weights.values()),
        iterations=-(-len(images.train_labels) // training.batch),
        losses=tuple(trained.losses),
        tests=tuple(trained.tests),
        errors=trained.tests[-1].errors,
        confusion=tuple(tuple(map(int, row)) for row in confusion),
        mistakes=_mistakes(outputs, labels),
        histograms=tuple(
            _histogram(name, trained.start[name], matrix) for name, matrix in trained.weights.items() if matrix.ndim > 1
        ),
        first=_first(example, trained, gradients.seen[0]),
        one_digit=_one_digit(example, images, trained),
        starts=tuple(_compared(replace(example, weights=how), images, name, say) for name, how in starts.items()),
        rates=tuple(
            _compared(replace(example, training=replace(training, learning_rate=rate)), images, str(rate), say) for rate in RATES
        ),
        followed=_followed(example, trained, gradients),
    )


def _mistakes(outputs: Array, labels: Labels) -> tuple[Mistake, ...]:
    chosen = outputs.argmax(axis=1)
    wrong = np.flatnonzero(chosen != labels)
    sure = sorted(wrong, key=lambda place: (-outputs[place, chosen[place]], place))
    return tuple(
        Mistake(int(place), int(labels[place]), int(chosen[place]), float(outputs[place, chosen[place]]))
        for place in sure[:MISTAKES]
    )


def _histogram(name: str, before: Array, after_run: Array) -> Histogram:
    """Both with the same edges, round and on either side of 0."""
    largest = max(float(np.abs(before).max()), float(np.abs(after_run).max()))
    unit = 10.0 ** np.floor(np.log10(largest)) / 10
    end = float(np.ceil(largest / unit) * unit)
    edges = np.linspace(-end, end, BINS + 1)
    counts = [tuple(map(int, np.histogram(matrix, edges)[0])) for matrix in (before, after_run)]
    return Histogram(name, tuple(round(float(edge), 6) for edge in edges), *counts)


def _first(example: SetExample, trained: Trained, gradient: Array) -> First:
    """The first step of every parameter: what the optimiser makes of the gradient, and what plain descent would."""
    training = training_of(example)
    before = np.concatenate([matrix.ravel() for matrix in trained.start.values()])
    moved = before.copy()
    Updates(training, len(before))(moved, gradient)
    steps, sizes = np.abs(moved.astype(np.float64) - before), np.abs(gradient.astype(np.float64))
    rate = float(training.learning_rate)
    live = sizes > 0
    lowest = int(np.floor(np.log10(sizes[live].min())))
    highest = int(np.ceil(np.log10(sizes[live].max())))
    rows = []
    for exponent in range(lowest, highest):
        low, high = 10.0**exponent, 10.0 ** (exponent + 1)
        own = (sizes >= low) & (sizes < high)
        if own.any():
            rows.append(Sizes(low, high, int(own.sum()), float(steps[own].mean()), float(rate * sizes[own].mean())))
    alike = int((np.abs(steps[live] - rate) <= rate / 100).sum())
    return First(len(before), int((~live).sum()), alike, tuple(rows), float(steps[live].min()), float(steps[live].max()))


def _one_digit(example: SetExample, images: Images, trained: Trained) -> OneDigit:
    """The same image twice is a batch with the gradient of one."""
    passes, batches, twice = Passes(example.network), Batches(example), [DIGIT, DIGIT]
    passes.parameters.take(trained.start)
    passes.run(batches.inputs(images.train_images[twice]), batches.targets(images.train_labels[twice]))
    found = passes.gradient.matrices
    counts = {name: matrix.size for name, matrix in found.items()}
    return OneDigit(
        DIGIT, int(images.train_labels[DIGIT]), counts, {name: int((matrix == 0).sum()) for name, matrix in found.items()}
    )


def _compared(example: SetExample, images: Images, name: str, say: Say) -> Compared:
    weights, training = example.weights, training_of(example)
    setting = settings_of(example)["parameters"]["weights"]
    if weights != example.weights or name == str(training.learning_rate):
        setting = str(training.learning_rate)
    run = train(example, images, SHORT, say)
    return Compared(name, setting, tuple(run.losses), tuple(run.tests))


def _followed(example: SetExample, trained: Trained, gradients: Gradients) -> Followed:
    """One weight of the pixel in the middle, through the updates that have been seen.

    Of those with a gradient in each of them, for the neuron is open, the one with the largest at first.
    """
    name, (units, inputs) = next(iter(gradients.shapes.items()))
    of = SETS[example.data.set]
    column = of.height // 2 * of.width + of.width // 2
    own_column = np.abs([gradient[: units * inputs].reshape(units, inputs)[:, column] for gradient in gradients.seen])
    row = int((own_column[0] * (own_column > 0).all(axis=0)).argmax())
    place = row * inputs + column
    updates, seen = Updates(training_of(example), 1), list[dict[str, float]]()
    weight = trained.start[name].ravel()[place : place + 1].copy()
    for gradient in gradients.seen:
        before, own = number(weight[0]), gradient[place : place + 1]
        found = updates.shown(weight, own)
        seen.append({"w": before, "gradient": number(own[0])} | {letter: number(value[0]) for letter, value in found.items()})
    return Followed(entry_name(name, gradients.shapes[name], row + 1, column + 1), tuple(seen))
