"""A training run that is too large to be worked out at each build: what was recorded of it, as an example that pages can show.

What follows from the recorded parameters for one image is proven like everything else; the course of the run was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from explainer.examples.model import Example


@dataclass(frozen=True, slots=True)
class Followed:
    """A weight by its name, its value before any update, and the gradients of its first updates, all as they were recorded."""

    name: str
    start: Decimal
    gradients: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the data set, row by row, from 0 (black) to 255 (white); and what a network answered, if it was asked."""

    pixels: bytes
    label: int
    answer: int = -1
    index: int = 0  # in the set that it is from, counted from 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many weights of a matrix lie between neighbouring edges, before and after the training."""

    name: str
    edges: tuple[float, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the first update: how many parameters have a gradient of a size between two powers of ten, and their mean steps."""

    low: float
    high: float
    count: int
    step: float
    descent: float  # by plain gradient descent with the same learning rate


@dataclass(frozen=True, slots=True)
class Trial:
    """A run that is compared with others: the running losses at its iterations, as far as they are numbers."""

    name: str
    losses: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class RecordedExample(Example):
    """A network of ReLU layers under a softmax, its parameters before and after a run, an image, and what was measured.

    Parameters are float32, little-endian, layer by layer: the weights row by row, then the biases. `measured` numbers have
    names of quantities; those that count things are whole.
    """

    layers: tuple[int, ...]
    mean: Decimal  # of pixels, as shares of white
    deviation: Decimal
    picture: Picture
    neuron: int  # of the first layer, counted from 1: the one that is worked out for this picture
    pixel: int  # the same for the weight into it that is followed back
    start: bytes
    drawn_to: Decimal  # what each number at the start is a multiple of, but for its rounding to float32
    trained: bytes
    followed: Followed
    images: int  # that an epoch goes through
    batch: int
    epochs: int
    tested: int  # images that the network has never learnt from
    every: int  # iterations, of which a running loss is the mean
    measured: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    mistakes: tuple[Picture, ...] = ()  # the most confident first
    histograms: tuple[Histogram, ...] = ()  # of the weights, layer by layer
    sizes: tuple[Sizes, ...] = ()
    starts: tuple[Trial, ...] = ()
    rates: tuple[Trial, ...] = ()

    @property
    def parameters(self) -> int:
        return sum(below * above + above for below, above in pairwise(self.layers))

    @property
    def iterations(self) -> int:
        """Of an epoch; what is left over at its end is a smaller batch."""
        return -(-self.images // self.batch)
