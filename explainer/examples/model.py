"""What an example file says, checked and frozen. Numbers are the author's decimals, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from explainer.core.text import Text
from explainer.examples.formulas import Formula
from explainer.operations.optimisers import OPTIMISERS, Optimiser

NEURONS, LAYERS = "neurons", "layers"  # the views of a network: quantity by quantity, or matrix by matrix
AVERAGE, RISES = "average", "rises"  # what a run may keep of what happens within its epochs


@dataclass(frozen=True, slots=True)
class Network:
    """A fully connected network: units per layer (inputs first), one activation per layer after the inputs."""

    layers: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = ""
    bias: str = "per_neuron"  # or "per_layer", or "none"
    reduction: str = "mean"  # of the losses of all samples; or "sum"

    @property
    def weight_count(self) -> int:
        return sum(below * above for below, above in pairwise(self.layers))

    @property
    def bias_count(self) -> int:
        return {"per_neuron": sum(self.layers[1:]), "per_layer": len(self.layers) - 1, "none": 0}[self.bias]


@dataclass(frozen=True, slots=True)
class Training:
    """Updates: how many, by which rule, and in which order. `constants` are the optimiser's own, by their names."""

    learning_rate: Decimal
    steps: int = 1
    optimiser: str = "sgd"
    ascent: bool = False  # towards larger values
    sequential: bool = False  # the last layer is updated before the gradients of the layers below are taken
    epochs: int = 0  # of a run to the end, of which only what is recorded is kept
    record: tuple[int, ...] = ()  # the epochs after which the run's numbers are kept, the last one among them
    batch: int = 0  # how many samples each update of a run is made from; 0: all of them together
    shuffle: int | None = None  # the seed by which each epoch of a run orders its samples
    follow: tuple[str, ...] = ()  # quantities of the forward pass that a run keeps as it keeps the loss
    during: tuple[str, ...] = ()  # what a run keeps of what happens within its epochs
    constants: dict[str, Decimal] = field(default_factory=dict, hash=False)
    corrected: bool = True  # Adam's means, for having begun at zero

    @property
    def rule(self) -> Optimiser:
        """How a parameter is updated, with all that the author has said of it."""
        return OPTIMISERS[self.optimiser].variant(self.constants, corrected=self.corrected)


@dataclass(frozen=True, slots=True)
class Sample:
    name: Text
    inputs: tuple[Decimal, ...] = ()
    raw: tuple[Decimal, ...] = ()
    target: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Data:
    """The samples of the file; with `shift`, inputs are computed as raw − shift."""

    samples: tuple[Sample, ...]
    shift: tuple[Decimal, ...] = ()
    baseline: Decimal | None = None  # a constant answer to compare with
    queries: tuple[Sample, ...] = ()  # samples without a target, which a trained network answers

    def inputs(self, sample: Sample) -> tuple[Decimal, ...]:
        """What the network takes of a sample."""
        return sample.inputs or tuple(raw - move for raw, move in zip(sample.raw, self.shift, strict=True))


@dataclass(frozen=True, kw_only=True)
class Example:
    """What every example has, whatever it computes."""

    name: str
    file: str
    training: Training | None = None
    digits: int = 4
    title: Mapping[str, Text] = field(default_factory=dict, hash=False)
    introduction: Mapping[str, Text] = field(default_factory=dict, hash=False)  # what the page that it has by itself begins with
    has_page: bool = True  # by itself, if none is written: else it is there for the pages that name it

    @property
    def is_worked_out(self) -> bool:
        """Is it calculated number by number, and proven? Else it is trained on a data set, and what is known of it was measured."""
        return True

    @property
    def steps(self) -> int:
        """How many updates the walkthrough makes."""
        return self.training.steps if self.training else 0

    def title_in(self, code: str) -> Text:
        """The title in a language, or in English, or else the example's name as words."""
        return self.title.get(code) or self.title.get("en") or Text(self.name.replace("_", " ").replace("-", " "))


@dataclass(frozen=True, kw_only=True)
class NetworkExample(Example):
    """A layered network with its data."""

    network: Network
    weights: tuple[Decimal, ...]
    biases: tuple[Decimal, ...]
    data: Data
    used: tuple[int, ...] = (0,)  # which samples the walkthrough computes, by position
    frozen: frozenset[str] = frozenset()  # parameters that are not learnt
    view: str = NEURONS

    def __post_init__(self) -> None:
        assert len(self.weights) == self.network.weight_count
        assert len(self.biases) == self.network.bias_count


@dataclass(frozen=True, slots=True)
class Drawn:
    """How parameters are drawn: from normal or uniform numbers, by a seed, times a scale."""

    draw: str
    seed: int
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A data set by its name, its pixels as (pixel / 255 − mean) / deviation."""

    set: str
    mean: Decimal = Decimal(0)
    deviation: Decimal = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class SetExample(Example):
    """A layered network that is trained on a data set. Its numbers are too many to stand in a file: they are drawn when needed."""

    network: Network
    weights: Drawn | Decimal  # one number for all
    biases: Decimal
    data: Normalised

    @property
    def is_worked_out(self) -> bool:
        return False


@dataclass(frozen=True, kw_only=True)
class GraphExample(Example):
    """Free formulas over given numbers: `of` is differentiated by each of `by`."""

    values: Mapping[str, Decimal] = field(hash=False)
    formulas: Mapping[str, Formula] = field(hash=False)  # in an order in which they can be evaluated
    texts: Mapping[str, str] = field(hash=False)  # as the author wrote them
    of: str
    by: tuple[str, ...]
