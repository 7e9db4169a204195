"""A trained network as a script for a page: weights of ten bits, and some of the test images. What a reader draws goes through it.

A layer's weights are whole numbers times a scale for each row. What this rounding adds on the average, over images that the
network has learnt from, is taken from the biases, so that the answers stay what they are.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.core.errors import Attempts, InputError, Problem
from explainer.datasets import sample as samples
from explainer.datasets.places import SETS
from explainer.datasets.sample import Sample
from explainer.examples.model import SetExample
from explainer.training import weights as kept
from explainer.training.answering import Answered, Answering
from explainer.training.engine import Batches, Passes, answers

BITS = 10
OF_EACH = 20  # images of each digit
MISTAKEN = 3  # of these at most that the network gets wrong
NAME = "explainerNetwork"  # in the script
KNOWN = "relu", "softmax"  # what draw.js can do, in the hidden layers and in the last

Array = np.ndarray[Any, Any]


def read(example: SetExample, records: Path, data: Path) -> Answering:
    """The script of an example's trained network, from the folders of the records and of the samples.

    Raises:
        InputError: a file is missing or wrong, or the network is of another kind than a page can do.
    """
    attempts = Attempts()
    activations = example.network.activations
    if (*dict.fromkeys(activations[:-1]), activations[-1]) != KNOWN:
        expected = f"{KNOWN[0]} in the hidden layers, and {KNOWN[1]} in the last"
        attempts.note(InputError, [Problem(example.file, "network.activations", ", ".join(activations), expected)])
    with attempts.one():
        file = f"docs/records/{example.name}.safetensors"
        weights = kept.of(example, records / f"{example.name}.safetensors", file)
    with attempts.one():
        sample = samples.load(SETS[example.data.set], data / example.data.set)
    attempts.settle()
    return answering(example, weights, sample)


def answering(example: SetExample, weights: Mapping[str, Array], sample: Sample) -> Answering:
    """The script for a network with `W1`, `b1`, … and an image that it gets right."""
    passes, batches = Passes(example.network), Batches(example)
    passes.parameters.take(weights)
    values = passes.run(batches.inputs(sample.train_images), batches.targets(sample.train_labels), backward=False)
    probabilities, _ = answers(passes, batches, sample.test_images, sample.test_labels)
    count = len(example.network.activations)
    means = [values[name].mean(axis=1) for name in ("x", *(f"a{layer}" for layer in range(1, count)))]
    whole, scales, biases = _rounded([(weights[f"W{layer}"], weights[f"b{layer}"]) for layer in range(1, count + 1)], means)
    given, labels = probabilities.argmax(axis=1), sample.test_labels
    chosen = _chosen(labels, given)
    number = next((number for number, place in enumerate(chosen, 1) if given[place] == labels[place]), 1)
    found = {
        "sizes": example.network.layers,
        "mean": float(example.data.mean),
        "deviation": float(example.data.deviation),
        "bits": BITS,
        "weights": _text(_packed(whole)),
        "scales": _text(scales.astype("<f4").tobytes()),
        "biases": _text(biases.astype("<f4").tobytes()),
        "images": _text(b"".join(_short(sample.test_images[place]) for place in chosen)),
        "labels": "".join(str(labels[place]) for place in chosen),
    }
    first = chosen[number - 1]
    pixels, shares = tuple(sample.test_images[first].ravel().tolist()), tuple(probabilities[first].tolist())
    script = f"var {NAME} = {json.dumps(found, separators=(',', ':'))};\n"
    return Answering(script, Answered(number, int(labels[first]), pixels, shares))


def _rounded(layers: Sequence[tuple[Array, Array]], means: Sequence[Array]) -> tuple[Array, Array, Array]:
    """All weights as whole numbers, in one row; the scale of each row; and biases that make up for it at mean inputs."""
    most = 2 ** (BITS - 1) - 1
    whole, scales, shifted = [], [], []
    for (matrix, biases), mean in zip(layers, means, strict=True):
        scale = (np.abs(matrix).max(axis=1, keepdims=True) / most).astype(np.float32)
        scale[scale == 0] = 1
        numbers = np.rint(matrix / scale)
        whole.append(numbers.astype(np.int64).ravel())
        scales.append(scale.ravel())
        shifted.append(biases + (matrix - numbers * scale) @ mean)
    return np.concatenate(whole), np.concatenate(scales), np.concatenate(shifted)


def _packed(numbers: Array) -> bytes:
    """Whole numbers of so many bits each, one after the other."""
    pairs = (numbers + 2 ** (BITS - 1)).astype(">u2").view(np.uint8).reshape(-1, 2)
    return np.packbits(np.unpackbits(pairs, axis=1)[:, -BITS:]).tobytes()


def _short(image: Array) -> bytes:
    """An image's pixels; after a 0 stands how many of them are 0, 255 at most."""
    found, pixels = bytearray(), image.ravel().tolist()
    place = 0
    while place < len(pixels):
        end = place
        while end < min(len(pixels), place + 255) and pixels[end] == 0:
            end += 1
        found += bytes((0, end - place)) if end > place else bytes((pixels[place],))
        place = max(end, place + 1)
    return bytes(found)


def _chosen(labels: Array, given: Array) -> list[int]:
    """Images of each digit, in their order: some that the network gets wrong, and the first of the others."""
    found = list[int]()
    for digit in np.unique(labels):
        wrong = np.flatnonzero((labels == digit) & (given != labels))[:MISTAKEN].tolist()
        right = np.flatnonzero((labels == digit) & (given == labels))[: OF_EACH - len(wrong)].tolist()
        found += [*wrong, *right]
    return sorted(found)


def _text(content: bytes) -> str:
    return b64encode(content).decode()
