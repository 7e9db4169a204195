"""What things are called elsewhere. One table for keys and values: an everyday name, and ours for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from explainer.operations.optimisers import OPTIMISERS
from explainer.operations.vocabulary import FUNCTIONS, OPERATIONS

LONGEST = 40  # letters of a name that may have been misspelt


def _elsewhere() -> dict[str, tuple[str, ...]]:
    """What the records say that operations and optimisers are called elsewhere; a name may stand for several."""
    found: dict[str, tuple[str, ...]] = {}
    named = [(row.function or row.name, row.also) for row in OPERATIONS.values()]
    for own, others in (*named, *((optimiser.name, optimiser.also) for optimiser in OPTIMISERS.values())):
        for other in others:
            found[other] = (*found.get(other, ()), own)
    return found


# Everyday name, folded → what it is called here, the likeliest first. A message offers those that its place takes.
SAME: Mapping[str, tuple[str, ...]] = {
    **_elsewhere(),
    # tables
    **dict.fromkeys(("model", "net", "nn", "neuralnetwork", "architecture"), ("network", "layers")),
    **dict.fromkeys(("params", "initialization", "initialisation", "init"), ("parameters",)),
    **dict.fromkeys(("dataset", "examples"), ("data", "samples")),
    **dict.fromkeys(("train", "optimization", "optimisation"), ("training",)),
    **dict.fromkeys(("formulas", "equations", "functions", "expressions"), ("graph",)),
    **dict.fromkeys(("variables", "constants", "numbers"), ("values",)),
    **dict.fromkeys(("show", "display", "output"), ("walkthrough", "target")),
    **dict.fromkeys(("test", "predict", "questions"), ("queries",)),
    # [network]
    **dict.fromkeys(("neurons", "units", "sizes", "shape", "layersizes", "nodes", "hidden"), ("layers",)),
    **dict.fromkeys(("activationfunction", "activations", "nonlinearity", "transfer", "act"), ("activation",)),
    **dict.fromkeys(("lossfunction", "cost", "costfunction", "error", "criterion", "objective"), ("loss",)),
    **dict.fromkeys(("crossentropy", "xent", "ce"), ("categorical_cross_entropy", "binary_cross_entropy")),
    # [parameters]
    **dict.fromkeys(("weight", "w", "ws", "kernel"), ("weights",)),
    **dict.fromkeys(("bias", "b", "bs", "offset", "offsets"), ("biases",)),
    **dict.fromkeys(("fixed", "freeze", "constant"), ("frozen",)),
    **dict.fromkeys(("gaussian", "randn"), ("normal",)),
    "rand": ("uniform",),
    **dict.fromkeys(("distribution", "random", "sample"), ("draw",)),
    # [data]
    **dict.fromkeys(("x", "xs", "input", "features", "feature"), ("inputs",)),
    **dict.fromkeys(("y", "ys", "label", "labels", "targets", "outputs", "expected", "t", "answer", "class"), ("target",)),
    **dict.fromkeys(("title", "person"), ("name",)),
    "id": ("identity", "name"),
    **dict.fromkeys(("mean", "center", "centre"), ("shift",)),
    # [training]
    **dict.fromkeys(("lr", "rate", "learnrate", "eta", "alpha", "stepsize"), ("learning_rate",)),
    "learning": ("training", "learning_rate"),
    **dict.fromkeys(("optimizer", "optim", "method", "algorithm"), ("optimiser",)),
    **dict.fromkeys(("iterations", "iters", "updatecount", "nsteps", "stepcount"), ("steps",)),
    **dict.fromkeys(("epoch", "nepochs", "numepochs"), ("epochs",)),
    "momentum": ("mu",),
    **dict.fromkeys(("decay", "gamma"), ("rho",)),
    **dict.fromkeys(("eps",), ("epsilon",)),
    **dict.fromkeys(("wd", "l2penalty", "lambda", "weightpenalty"), ("weight_decay",)),
    **dict.fromkeys(("biascorrection", "correctbias"), ("bias_correction",)),
    **dict.fromkeys(("batchsize", "minibatch"), ("batch",)),
    **dict.fromkeys(("online", "single", "stochastic"), ("one",)),
    **dict.fromkeys(("full", "fullbatch"), ("all",)),
    **dict.fromkeys(("minimize", "minimise", "min", "down"), ("descent",)),
    **dict.fromkeys(("maximize", "maximise", "max", "up"), ("ascent",)),
    **dict.fromkeys(("log", "report"), ("record",)),
    # [walkthrough]
    **dict.fromkeys(("precision", "decimals", "significant", "significantdigits"), ("digits",)),
    **dict.fromkeys(("matrix", "matrices", "layer", "vectorized"), ("layers",)),
    **dict.fromkeys(("scalar", "scalars", "neuron"), ("neurons",)),
}  # fmt: skip

_NEAREST: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("swish", "silu", "mish"), ("gelu", "softplus")),
    **dict.fromkeys(("selu", "celu"), ("elu",)),
    **dict.fromkeys(("hardsigmoid", "logsigmoid"), ("sigmoid",)),
    **dict.fromkeys(("softsign", "hardtanh", "arctan", "atan"), ("tanh",)),
    **dict.fromkeys(("logsoftmax", "argmax", "softmin"), ("softmax",)),
    **dict.fromkeys(("mae", "meanabsoluteerror"), ("absolute_error",)),
    **dict.fromkeys(("rmse", "rootmeansquarederror", "rms"), ("mean_squared_error",)),
    **dict.fromkeys(("squaredhinge",), ("hinge",)),
    **dict.fromkeys(("kl", "kld", "kldivergence", "focal"), ("categorical_cross_entropy",)),
    **dict.fromkeys(("nadam", "amsgrad", "adamax", "radam"), ("adam",)),
    **dict.fromkeys(("adadelta",), ("adagrad", "rmsprop")),
    **dict.fromkeys(("xavier", "glorot", "he", "kaiming", "lecun"), ("normal",)),
}


def folded(name: str) -> str:
    """A name without what people write differently: capitals, and marks between words."""
    return "".join(letter for letter in name.casefold() if letter not in "-_ .")


# What explainer does not have → the nearest that it has. What has got a record is no longer among them.
_THERE = {*SAME, *map(folded, (*OPERATIONS, *FUNCTIONS, *OPTIMISERS))}
NEAR: Mapping[str, tuple[str, ...]] = {name: near for name, near in _NEAREST.items() if name not in _THERE}


@dataclass(frozen=True, slots=True)
class Meant:
    """What an author may have meant; `same` is false where it is only the nearest that there is."""

    names: tuple[str, ...]
    same: bool = True

    @property
    def name(self) -> str:
        """The one name that was meant; "" if there are several, or only something near."""
        return self.names[0] if self.same and len(self.names) == 1 else ""

    def __str__(self) -> str:
        names = " or ".join(map(repr, self.names))
        return f"did you mean {names}?" if self.same else f"the nearest there is: {names}"


def synonym(name: str, known: Collection[str]) -> Meant | None:
    """The known names that a name is another writing of, or another word for."""
    name = folded(name[: LONGEST + 1])
    alike = tuple(item for item in known if folded(item) == name)
    names = alike or tuple(item for item in SAME.get(name, ()) if item in known)
    return Meant(names) if names else None


def meant(name: str, known: Collection[str]) -> Meant | None:
    """What of the known names a name may stand for: another word for it, a misspelt one, or what comes nearest."""
    if len(name) > LONGEST:
        return None
    if found := synonym(name, known):
        return found
    if near := tuple(item for item in NEAR.get(folded(name), ()) if item in known):
        return Meant(near, same=False)
    close = get_close_matches(name, list(known), 1) or get_close_matches(name.casefold(), list(known), 1)
    return Meant(tuple(close)) if close else None
