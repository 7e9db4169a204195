"""A network that was trained on a data set as an example that pages can show: from its record, its weights and the sample."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import numpy as np

from explainer.core.errors import InputError, Problem
from explainer.core.names import at_epoch, parse
from explainer.datasets import sample
from explainer.datasets.places import DATA, RECORDS, SETS, recording
from explainer.examples.drawn import DRAWN_TO
from explainer.examples.model import SetExample
from explainer.examples.recorded import Followed, Picture, RecordedExample, Trial
from explainer.training import record, weights
from explainer.training.arrays import Array
from explainer.training.engine import begun
from explainer.training.run import EVERY, training_of

STEPS = 3  # of the followed weight that are worked out
SHOWN = 0  # the training image that is worked out, by its place in the sample


def is_recorded(example: SetExample, root: Path) -> bool:
    return (root / RECORDS / f"{example.name}.json").is_file()


def recorded(example: SetExample, root: Path) -> RecordedExample:
    """The example with all that is known of its run.

    Raises:
        InputError: the record, the weights or the sample are wrong, or do not belong to the example.
    """
    name, of, training = example.name, SETS[example.data.set], training_of(example)
    files = {ending: (RECORDS / f"{name}.{ending}").as_posix() for ending in ("json", "safetensors")}
    found = record.read(root / files["json"], files["json"])
    if problems := record.settings_problems(example, found, files["json"]):
        raise InputError(problems)
    after = weights.of(example, root / files["safetensors"], files["safetensors"])
    images = sample.load(of, root / DATA / of.name)
    before = begun(example)
    pixels, label = images.train_images[SHOWN], int(images.train_labels[SHOWN])
    neuron, pixel = _places_of(found.followed.name, files["json"], name)
    updates = found.followed.updates[:STEPS]
    places = {int(place): number for number, place in enumerate(images.test_indices)}
    if missing := [each.index for each in found.mistakes if each.index not in places]:
        what = f"the test image {missing[0]}, which is not in {(DATA / of.name).as_posix()}"
        raise InputError(Problem(files["json"], "mistakes", what, "images of the sample", recording(name)))
    mistakes = tuple(
        Picture(images.test_images[places[each.index]].tobytes(), each.label, each.answer, each.index) for each in found.mistakes
    )
    return RecordedExample(
        name=name,
        file=example.file,
        training=training,
        digits=example.digits,
        title=example.title,
        introduction=example.introduction,
        has_page=False,  # blocks that show all of it are chosen by who writes about it
        layers=example.network.layers,
        mean=example.data.mean,
        deviation=example.data.deviation,
        picture=Picture(pixels.tobytes(), label, index=int(images.train_indices[SHOWN])),
        neuron=neuron,
        pixel=pixel,
        start=_bytes_of(before),
        trained=_bytes_of(after),
        drawn_to=DRAWN_TO,
        followed=Followed(found.followed.name, _number(updates[0]["w"]), tuple(_number(each["gradient"]) for each in updates)),
        images=TRAINED_ON[of.name],
        batch=training.batch,
        epochs=training.epochs,
        tested=TESTED_ON[of.name],
        every=EVERY,
        measured=measured(found),
        mistakes=mistakes,
        histograms=found.histograms,
        sizes=found.first.by_size,
        starts=tuple(map(_trial, found.starts)),
        rates=tuple(map(_trial, found.rates)),
    )


# How many images a set has, as its files' sizes say.
TRAINED_ON = {name: of.train_labels.size - 8 for name, of in SETS.items()}
TESTED_ON = {name: of.test_labels.size - 8 for name, of in SETS.items()}


def _places_of(weight: str, file: str, name: str) -> tuple[int, int]:
    """The neuron and the pixel of a weight of the first layer, which is followed all the way."""
    with suppress(ValueError):
        parts = parse(weight)
        if (parts.letters, parts.number, len(parts.indices)) == ("W", "1", 2):
            neuron, pixel = map(int, parts.indices)
            return neuron, pixel
    raise InputError(
        Problem(file, "followed.name", repr(weight), "a weight of the first layer, such as W1_84_407", recording(name))
    )


def measured(found: record.Record) -> dict[str, Decimal]:
    """The numbers of a record that pages may print, by the names they have there."""
    numbers: dict[str, float] = {}
    for test in found.tests:
        for stem, value in (("accuracy", test.accuracy), ("test_loss", test.loss), ("test_errors", test.errors)):
            numbers[at_epoch(stem, test.epoch)] = value
    for loss in found.losses:
        numbers[f"running_loss_{(loss.epoch - 1) * found.iterations + loss.iteration}"] = loss.loss
    for label, row in enumerate(found.confusion):
        numbers |= {f"confusion_{label}_{answer}": count for answer, count in enumerate(row)}
    numbers |= {f"mistake_{place}": each.probability for place, each in enumerate(found.mistakes, 1)}
    numbers |= {
        "first_zeros": found.first.zeros,
        "first_alike": found.first.alike,
        "first_smallest": found.first.smallest_step,
        "first_largest": found.first.largest_step,
    }
    for place, size in enumerate(found.first.by_size, 1):
        numbers |= {f"size_count_{place}": size.count, f"size_step_{place}": size.step, f"size_descent_{place}": size.descent}
    for kind, trials in (("start", found.starts), ("rate", found.rates)):
        for place, trial in enumerate(trials, 1):
            numbers |= {f"{kind}_loss_{place}": trial.losses[-1].loss, f"{kind}_accuracy_{place}": trial.tests[-1].accuracy}
    return {name: _number(value) for name, value in numbers.items()}


def _trial(found: record.Compared) -> Trial:
    return Trial(found.name, tuple((each.iteration, each.loss) for each in found.losses))


def _number(value: float) -> Decimal:
    """As it is written in the record."""
    return Decimal(repr(value))


def _bytes_of(parameters: dict[str, Array]) -> bytes:
    """Layer by layer: the weights row by row, then the biases."""
    depth = len(parameters) // 2
    parts = (parameters[f"{letter}{layer}"] for layer in range(1, depth + 1) for letter in "Wb")
    return b"".join(np.ascontiguousarray(part, "<f4").tobytes() for part in parts)
