"""A recorded run that is small enough to be made up: images of five by five pixels, four classes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from explainer.core.names import at_epoch
from explainer.examples.model import Training
from explainer.examples.recorded import Followed, Histogram, Picture, RecordedExample, Sizes, Trial
from tests import ROOT
from tests.shipped import shipped

Array = np.ndarray[Any, np.dtype[np.float64]]
LAYERS = (25, 6, 5, 4)
SIDE = 5


def mnist() -> RecordedExample:
    """The one that comes with the project."""
    found = shipped("mnist").example
    assert isinstance(found, RecordedExample)
    return replace(found, file=str(ROOT / "docs" / "examples" / "mnist.toml"))


def _drawn(seed: int, scale: float) -> bytes:
    random = np.random.default_rng(seed)
    parts = []
    for below, above in pairwise(LAYERS):
        parts += [random.normal(0, scale, (above, below)).round(4), np.full(above, 0.05)]
    return b"".join(part.astype("<f4").tobytes() for part in parts)


def small_recorded() -> RecordedExample:
    random = np.random.default_rng(3)
    pictures = [Picture(random.integers(0, 256, 25, np.uint8).tobytes(), label % 4, (label + 1) % 4, label) for label in range(4)]
    measured: dict[str, Decimal] = {"first_zeros": Decimal(7), "first_alike": Decimal(200)}
    for epoch in range(3):
        measured |= {
            at_epoch("accuracy", epoch): Decimal("25.5") + 30 * epoch,
            at_epoch("test_loss", epoch): Decimal("1.386") / (1 + epoch),
            at_epoch("test_errors", epoch): Decimal(75 - 30 * epoch),
        }
    measured |= {f"running_loss_{10 * number}": Decimal("1.4") / number for number in range(1, 5)}
    measured |= {f"confusion_{label}_{answer}": Decimal(label * answer) for label in range(4) for answer in range(4)}
    measured |= {f"mistake_{number}": Decimal("0.9") - number / Decimal(100) for number in range(1, 5)}
    for number in (1, 2):
        measured |= {f"size_count_{number}": Decimal(90), f"size_step_{number}": Decimal("0.001")}
        measured |= {f"size_descent_{number}": Decimal("1e-7") * number}
        measured |= {f"{kind}_{what}_{number}": Decimal("0.5") for kind in ("start", "rate") for what in ("loss", "accuracy")}
    losses = tuple((10 * number, 1.4 / number) for number in range(1, 5))
    return RecordedExample(
        name="digits",
        file="digits.toml",
        training=Training(Decimal("0.001"), steps=3, optimiser="adam", epochs=2, batch=10, shuffle=1),
        layers=LAYERS,
        mean=Decimal("0.5"),
        deviation=Decimal("0.5"),
        picture=replace(pictures[0], label=1),
        neuron=_open_neuron(pictures[0].pixels),
        pixel=13,
        start=_drawn(1, 0.3),
        trained=_drawn(2, 0.5),
        drawn_to=Decimal("0.0001"),
        followed=Followed("W1_2_13", Decimal("0.0148"), (Decimal("-0.0048819543"), Decimal("-0.00102"), Decimal("0.0031"))),
        images=205,
        batch=10,
        epochs=2,
        tested=100,
        every=10,
        measured=measured,
        mistakes=tuple(pictures),
        histograms=tuple(Histogram(f"W{layer}", (-1.0, 0.0, 1.0), (3, 4), (2, 5)) for layer in (1, 2, 3)),
        sizes=(Sizes(1e-6, 1e-5, 90, 0.001, 1e-7), Sizes(1e-5, 1e-4, 90, 0.001, 2e-7)),
        starts=(Trial("small", losses), Trial("equal", losses)),
        rates=(Trial("0.001", losses), Trial("0.1", losses)),
    )


def arrays(parameters: bytes, layers: tuple[int, ...], places: int | None = None) -> list[tuple[Array, Array]]:
    """Weights and biases of each layer in float64; those of the start to the places that they were drawn to."""
    numbers, begin, found = np.frombuffer(parameters, "<f4").astype(float), 0, []
    numbers = numbers if places is None else numbers.round(places)
    for below, above in pairwise(layers):
        weights = numbers[begin : begin + above * below].reshape(above, below)
        found.append((weights, numbers[begin + above * below : begin + above * below + above]))
        begin += above * below + above
    return found


def signal(pixels: bytes) -> Array:
    return (np.frombuffer(pixels, np.uint8) / 255 - 0.5) / 0.5


def _open_neuron(pixels: bytes) -> int:
    weights, biases = arrays(_drawn(1, 0.3), LAYERS)[0]
    return int((weights @ signal(pixels) + biases).argmax()) + 1
