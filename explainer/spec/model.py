"""What an example file says, checked and frozen. Numbers are the author's decimals, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

# What each optimiser takes besides the learning rate: name → (TeX, default).
CONSTANTS: dict[str, dict[str, tuple[str, Decimal]]] = {
    "sgd": {},
    "momentum": {"mu": (r"\mu", Decimal("0.9"))},
    "rmsprop": {"rho": (r"\rho", Decimal("0.99")), "epsilon": (r"\varepsilon", Decimal("1e-8"))},
    "adam": {
        "beta_1": (r"\beta_{1}", Decimal("0.9")),
        "beta_2": (r"\beta_{2}", Decimal("0.999")),
        "epsilon": (r"\varepsilon", Decimal("1e-8")),
    },
}


@dataclass(frozen=True, slots=True)
class Network:
    """A fully connected network: units per layer (inputs first), one activation per layer after the inputs."""

    layers: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = ""
    bias: str = "per_neuron"  # or "per_layer", or "none"

    @property
    def weight_count(self) -> int:
        return sum(below * above for below, above in pairwise(self.layers))

    @property
    def bias_count(self) -> int:
        return {"per_neuron": sum(self.layers[1:]), "per_layer": len(self.layers) - 1, "none": 0}[self.bias]


@dataclass(frozen=True, slots=True)
class Training:
    """Updates: how many, and by which rule. `constants` are the optimiser's own, by their names."""

    learning_rate: Decimal
    steps: int = 1
    optimiser: str = "sgd"
    constants: dict[str, Decimal] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    inputs: tuple[Decimal, ...] = ()
    raw: tuple[Decimal, ...] = ()
    target: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Data:
    """The samples of the file; with `shift`, inputs are computed as raw − shift."""

    samples: tuple[Sample, ...]
    shift: tuple[Decimal, ...] = ()
    baseline: Decimal | None = None  # a constant answer to compare with


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    file: str
    network: Network
    weights: tuple[Decimal, ...]
    biases: tuple[Decimal, ...]
    data: Data
    used: tuple[int, ...] = (0,)  # which samples the walkthrough computes, by position
    frozen: frozenset[str] = frozenset()  # parameters that are not learnt
    training: Training | None = None
    digits: int = 4
    title: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def steps(self) -> int:
        """How many updates the walkthrough makes."""
        return self.training.steps if self.training else 0

    def __post_init__(self) -> None:
        assert len(self.weights) == self.network.weight_count
        assert len(self.biases) == self.network.bias_count
