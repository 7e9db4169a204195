"""A file whose [data] names a data set: what its schema cannot say, and the `SetExample` it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from explainer.core.errors import Problem
from explainer.core.text import Text
from explainer.datasets.places import SETS, DataSet
from explainer.examples.check_network import activation_problem, loss_problems, network_of
from explainer.examples.check_training import training_of, training_problems
from explainer.examples.drawn import drawn_of
from explainer.examples.known import known, table_of
from explainer.examples.model import Normalised, SetExample
from explainer.examples.wording import toml

MAX_PARAMETERS = 2_000_000
# What only examples have whose numbers all stand on pages: table, key, and what to say of it.
_ELSEWHERE = (
    ("data", "samples", "the samples are those of the set"),
    ("data", "queries", "the test images of the set are what is asked"),
    ("data", "shift", "mean and deviation"),
    ("data", "baseline", "a file without a baseline"),
    ("parameters", "frozen", "parameters that are all learnt"),
    ("training", "steps", "epochs"),
    ("training", "record", "epochs; what a run records of a data set is the same for all"),
    ("training", "follow", "epochs; what a run records of a data set is the same for all"),
    ("training", "during", "epochs; what a run records of a data set is the same for all"),
)


def problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Layers that do not fit the set, numbers that cannot be drawn, and what goes with worked numbers only."""
    facts, data = known(document), table_of(document, "data")
    named = data.get("set")
    of = SETS.get(named) if isinstance(named, str) else None
    if problem := activation_problem(file, facts):
        yield problem
    if of and facts.layers:
        yield from _layer_problems(file, of, facts.layers)
    yield from loss_problems(file, facts, document)
    if facts.loss == "":
        yield Problem(file, "network.loss", "nothing", "a loss", 'loss = "categorical_cross_entropy"')
    yield from _parameter_problems(file, document)
    for table, key, expected in _ELSEWHERE:
        if key in table_of(document, table):
            yield Problem(file, f"{table}.{key}", f"{key} with a data set", expected, f"[data]\nset = {toml(named)}")
    for table in ("values", "walkthrough"):
        if table in document:
            expected = "a file without it: no number of this example is worked out by itself"
            yield Problem(file, table, f"[{table}] with a data set", expected, f"[data]\nset = {toml(named)}")
    yield from _training_problems(file, document)


def samples(_: Mapping[str, Any]) -> dict[str, str]:
    return {}


def _layer_problems(file: str, of: DataSet, layers: tuple[int, ...]) -> Iterator[Problem]:
    wanted = [of.pixels, *layers[1:-1], of.classes]
    if (layers[0], layers[-1]) != (of.pixels, of.classes):
        expected = f"{of.pixels} inputs, one for each pixel of {of.title}, and {of.classes} outputs, one for each class"
        yield Problem(file, "network.layers", toml(list(layers)), expected, f"layers = {toml(wanted)}")
    count = sum(above * (below + 1) for below, above in pairwise(layers))
    if count > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS:,} parameters"
        yield Problem(file, "network.layers", f"{count:,} parameters", expected, f"layers = [{of.pixels}, 128, {of.classes}]")


def _parameter_problems(file: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    parameters, drawn = document.get("parameters"), 'weights = {draw = "normal", seed = 1, scale = 0.05}'
    if parameters is None:
        yield Problem(file, "parameters", "nothing", "how the weights are drawn", f"[parameters]\n{drawn}")
    if not isinstance(parameters, Mapping):
        return
    weights, biases = parameters.get("weights"), parameters.get("biases")
    if isinstance(weights, list) or (isinstance(weights, Mapping) and "draw" not in weights):
        expected = "one number for all, or how they are drawn: a data set has too many for a list"
        yield Problem(file, "parameters.weights", "numbers one by one", expected, drawn)
    if isinstance(biases, list | Mapping):
        yield Problem(file, "parameters.biases", "numbers one by one", "one number for all biases", "biases = 0")
    elif biases is None and table_of(document, "network").get("bias") != "none":
        yield Problem(file, "parameters.biases", "nothing", "one number for all biases", "biases = 0")


def _training_problems(file: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    training = document.get("training")
    if training is None:
        example = "[training]\nlearning_rate = 0.001\nepochs = 5\nbatch = 64"
        yield Problem(file, "training", "nothing", "a training run", example)
    if not isinstance(training, Mapping):
        return
    yield from training_problems(file, document)
    for key, example in (("epochs", "epochs = 5"), ("batch", "batch = 64")):
        found = training.get(key)
        if found is None or (key == "batch" and found in ("all", "one")):
            expected = "a whole number" if key == "epochs" else "a whole number, of the images that make an update"
            yield Problem(file, f"training.{key}", "nothing" if found is None else toml(found), expected, example)
    if training.get("updates") == "sequential":
        expected = "simultaneous updates with a data set"
        yield Problem(file, "training.updates", "sequential", expected, 'updates = "simultaneous"')


def example(document: Any, name: str, file: str) -> SetExample:
    parameters, data = document["parameters"], document["data"]
    weights = parameters["weights"]
    training = training_of(document)
    assert training is not None
    return SetExample(
        name=name,
        file=file,
        network=network_of(document),
        weights=drawn_of(weights) if isinstance(weights, Mapping) else Decimal(weights),
        biases=Decimal(parameters.get("biases", 0)),
        data=Normalised(data["set"], Decimal(data.get("mean", 0)), Decimal(data.get("deviation", 1))),
        training=training,
        title={code: Text(title) for code, title in document.get("title", {}).items()},
        introduction={code: Text(words) for code, words in document.get("introduction", {}).items()},
    )
