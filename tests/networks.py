"""Examples for tests: small networks with random parameters, written as an author would write them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from explainer.examples.load import parse
from explainer.examples.model import Example
from explainer.operations.record import Targets
from explainer.operations.vocabulary import OPERATIONS


def example_text(
    layers: Sequence[int],
    *,
    activation: str | Sequence[str] = "sigmoid",
    loss: str = "squared_error",
    bias: str = "per_neuron",
    samples: int = 1,
    steps: int = 1,
    seed: int = 1,
    optimiser: str = "sgd",
    frozen: Sequence[str] = (),
    reduction: str = "mean",
    view: str = "",
    training: Sequence[str] = (),
) -> str:
    """The TOML of a network with parameters and data drawn from a seed."""
    draw = random.Random(seed)

    def numbers(count: int) -> str:
        return "[" + ", ".join(f"{draw.uniform(-2, 2):.3f}" for _ in range(count)) + "]"

    weights = sum(below * above for below, above in pairwise(layers))
    biases = {"per_neuron": sum(layers[1:]), "per_layer": len(layers) - 1, "none": 0}[bias]
    names = [activation] * (len(layers) - 1) if isinstance(activation, str) else list(activation)
    lines = [
        "[network]",
        f"layers = {list(layers)}",
        f"activation = {names}".replace("'", '"'),
        f'loss = "{loss}"' if loss else "",
        f'bias = "{bias}"',
        f'reduction = "{reduction}"' if reduction != "mean" else "",
        "[parameters]",
        f"weights = {numbers(weights)}",
        f"biases = {numbers(biases)}" if biases else "",
        f"frozen = {list(frozen)}".replace("'", '"') if frozen else "",
        f'[walkthrough]\nview = "{view}"' if view else "",
        *(["[training]", "learning_rate = 0.3", f"steps = {steps}", f'optimiser = "{optimiser}"'] if loss and steps else []),
        *training,
    ]
    for index in range(samples):
        lines += ["[[data.samples]]", f'name = "sample {"abcdefgh"[index]}"', f"inputs = {numbers(layers[0])}"]
        lines += [f"target = {_targets(draw, layers[-1], loss) or numbers(layers[-1])}"] if loss else []
    return "\n".join(lines) + "\n"


def _targets(draw: random.Random, outputs: int, loss: str) -> str:
    """Targets that a loss takes, where it does not take all: answers of yes and no, or one right class."""
    wanted = OPERATIONS[loss].demands.targets if loss else Targets.ANY
    if wanted is Targets.ANY:
        return ""
    right, no = draw.randrange(outputs), -1 if wanted is Targets.SIGNS else 0
    classes = wanted is Targets.CLASSES
    return str([int(index == right) if classes else draw.choice((no, 1)) for index in range(outputs)])


def example(layers: Sequence[int], **options: object) -> Example:
    return parse(example_text(layers, **options), name="random", file="random.toml")  # type: ignore[arg-type]


# Networks of all the shapes and kinds the vocabulary has.
VARIETY: dict[str, dict[str, object]] = {
    "2-2-1": {"layers": (2, 2, 1)},
    "2-2-2 tanh": {"layers": (2, 2, 2), "activation": "tanh"},
    "3-4-2 relu": {"layers": (3, 4, 2), "activation": ("relu", "identity"), "loss": "mean_squared_error"},
    "two samples": {"layers": (2, 3, 1), "samples": 2},
    "three samples, two outputs": {"layers": (2, 2, 2), "samples": 3, "loss": "half_squared_error"},
    "shared biases": {"layers": (2, 2, 2), "bias": "per_layer", "loss": "half_squared_error"},
    "shared biases, two samples": {"layers": (2, 3, 2), "bias": "per_layer", "samples": 2, "activation": ("tanh", "sigmoid")},
    "no biases": {"layers": (2, 2, 1), "bias": "none", "activation": "identity", "loss": "half_squared_error"},
    "four layers": {"layers": (2, 3, 2, 1), "activation": ("tanh", "relu", "sigmoid")},
    "three steps": {"layers": (2, 2, 1), "steps": 3},
    "one neuron": {"layers": (3, 1)},
    "leaky relu, softplus": {"layers": (2, 3, 2), "activation": ("leaky_relu", "softplus")},
    "binary cross-entropy": {"layers": (2, 2, 1), "loss": "binary_cross_entropy", "steps": 2},
    "binary cross-entropy, several": {"layers": (2, 2), "loss": "binary_cross_entropy", "samples": 2},
    "binary cross-entropy from logits": {
        "layers": (2, 3, 2),
        "activation": ("tanh", "identity"),
        "loss": "binary_cross_entropy_logits",
        "samples": 2,
    },
    "softmax, squared error": {"layers": (2, 3), "activation": "softmax"},
    "categorical cross-entropy": {"layers": (2, 2, 3), "activation": ("tanh", "softmax"), "loss": "categorical_cross_entropy"},
    "categorical cross-entropy from logits": {
        "layers": (2, 3, 3),
        "activation": ("softplus", "identity"),
        "loss": "categorical_cross_entropy_logits",
        "samples": 2,
    },
    "momentum": {"layers": (2, 2, 1), "optimiser": "momentum", "steps": 3},
    "rmsprop": {"layers": (2, 2, 1), "optimiser": "rmsprop", "steps": 3, "loss": "binary_cross_entropy"},
    "adam": {"layers": (2, 2, 1), "optimiser": "adam", "steps": 3, "activation": "tanh", "samples": 2},
    "elu": {"layers": (2, 3, 2), "activation": "elu", "samples": 2},
    "gelu": {"layers": (2, 3, 1), "activation": ("gelu", "identity"), "samples": 2},
    "step below, sigmoid above": {"layers": (2, 2, 1), "activation": ("step", "sigmoid")},
    "sign": {"layers": (2, 2, 1), "activation": ("sign", "tanh"), "samples": 2},
    "absolute error": {"layers": (2, 2, 2), "activation": ("tanh", "identity"), "loss": "absolute_error", "samples": 2},
    "huber": {"layers": (2, 2, 3), "activation": ("tanh", "identity"), "loss": "huber", "samples": 3, "reduction": "sum"},
    "hinge": {"layers": (2, 3, 2), "activation": ("tanh", "identity"), "loss": "hinge", "samples": 3},
    "sum over samples": {"layers": (2, 2, 1), "samples": 3, "reduction": "sum", "steps": 2},
    "sum over samples, collapsing": {
        "layers": (2, 2),
        "activation": "softmax",
        "loss": "categorical_cross_entropy",
        "samples": 2,
        "reduction": "sum",
    },
    "nesterov": {"layers": (2, 2, 1), "optimiser": "nesterov", "steps": 3},
    "adagrad": {"layers": (2, 2, 1), "optimiser": "adagrad", "steps": 3},
    "adamw": {"layers": (2, 2, 1), "optimiser": "adamw", "steps": 3},
    "weight decay": {"layers": (2, 2, 1), "steps": 2, "training": ("weight_decay = 0.1",)},
    "momentum as an option, weight decay": {"layers": (2, 2, 1), "steps": 3, "training": ("mu = 0.5", "weight_decay = 0.1")},
    "nesterov, weight decay, ascent": {
        "layers": (2, 2, 1),
        "optimiser": "nesterov",
        "steps": 2,
        "training": ("weight_decay = 0.1", 'direction = "ascent"'),
    },
    "adam, weight decay": {"layers": (2, 2, 1), "optimiser": "adam", "steps": 2, "training": ("weight_decay = 0.1",)},
    "adamw, ascent": {"layers": (2, 2, 1), "optimiser": "adamw", "steps": 2, "training": ('direction = "ascent"',)},
    "rmsprop, weight decay": {"layers": (2, 2, 1), "optimiser": "rmsprop", "steps": 2, "training": ("weight_decay = 0.2",)},
    "frozen parameters": {"layers": (2, 2, 1), "frozen": ("b_1", "w_4"), "steps": 2},
}
