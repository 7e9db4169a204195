"""A file with [network]: what its schema cannot say, and the `NetworkExample` it becomes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from explainer.errors import Problem
from explainer.spec.check_training import training_of, training_problems
from explainer.spec.model import LAYERS, NEURONS, Data, Network, NetworkExample, Sample
from explainer.spec.wording import counted, cut, hint, shown, some, toml
from explainer.text import Text

MAX_PARAMETERS = 2_000
DRAWN_TO = Decimal("0.0001")
MAX_PARTIALS = 5_000  # in all samples and steps; proving more would take minutes
MAX_WORK = 5_000_000  # of a run


def _network(document: Any) -> Network:
    table = document["network"]
    layers, activation = tuple(table["layers"]), table["activation"]
    activations = (activation,) * (len(layers) - 1) if isinstance(activation, str) else tuple(activation)
    return Network(layers, activations, table.get("loss", ""), table.get("bias", "per_neuron"))


def _expand(value: Any, count: int, key: str) -> tuple[Decimal, ...]:
    if isinstance(value, Mapping):
        return _draw(value, count, key) if "draw" in value else tuple(Decimal(value[f"{key[0]}_{i}"]) for i in range(1, count + 1))
    return tuple(map(Decimal, value)) if isinstance(value, list) else (Decimal(value),) * count


def _draw(how: Mapping[str, Any], count: int, key: str) -> tuple[Decimal, ...]:
    """Numbers by a seed, to a few decimals: what is drawn is given, and stands in the derivation for anyone to replay."""
    source, scale = random.Random(f"{how['seed']} {key}"), Decimal(how.get("scale", 1))
    numbers: list[float] = []
    while len(numbers) < count:
        uniform = source.random()
        if how["draw"] == "uniform":
            numbers.append(2 * uniform - 1)
        elif uniform > 0:
            numbers.append(NormalDist().inv_cdf(uniform))
    return tuple((Decimal(number) * scale).quantize(DRAWN_TO) for number in numbers)


def problems(document: Any, file: str) -> Iterator[Problem]:
    """Shapes and names that do not fit together."""
    network = _network(document)
    shape = "-".join(map(str, network.layers))

    def problem(place: str, found: str, expected: str, example: str = "") -> Problem:
        return Problem(file, place, found, expected, example)

    if len(network.activations) != len(network.layers) - 1:
        yield problem(
            "network.activation",
            counted(len(network.activations), "activation"),
            f"one for each layer after the inputs of a {shape} network: {len(network.layers) - 1}",
            'activation = "sigmoid"',
        )
    total = network.weight_count + network.bias_count
    if total > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS} parameters: every one gets its own derivation"
        yield problem("network.layers", f"a {shape} network with {total} parameters", expected, "layers = [2, 2, 1]")
        return
    samples = document.get("walkthrough", {}).get("samples", document["data"]["samples"])
    steps = document.get("training", {}).get("steps", 1)
    if total * len(samples) * steps > MAX_PARTIALS:
        found = f"{total} parameters, {counted(len(samples), 'sample')} and {counted(steps, 'step')}"
        expected = f"at most {MAX_PARTIALS} derivatives to work out, one for each parameter, sample and step"
        yield problem(
            "walkthrough.samples", found, expected, f"[walkthrough]\nsamples = [{toml(document['data']['samples'][0]['name'])}]"
        )
    parameters = document.get("parameters")
    if parameters is None:
        yield problem(
            "parameters",
            "nothing",
            f"weights and biases for a {shape} network",
            "[parameters]\nweights = 1\nbiases = 0",
        )
        parameters = {"weights": 0, "biases": 0}
    yield from _parameter_problems(file, network, parameters, shape)
    yield from _loss_problems(file, network, document)
    yield from _followed_problems(file, network, document)
    if "queries" in document["data"] and "epochs" not in document.get("training", {}):
        expected = "queries together with a training run, after which they are answered"
        yield problem("data.queries", "queries without a run", expected, "[training]\nlearning_rate = 0.1\nepochs = 1000")
    work = total * len(document["data"]["samples"]) * document.get("training", {}).get("epochs", 0)
    if work > MAX_WORK:
        found = (
            f"{total} parameters, {counted(len(document['data']['samples']), 'sample')} and {document['training']['epochs']} epochs"
        )
        expected = f"a run of at most {MAX_WORK} parameters times samples times epochs: more would take minutes"
        yield problem("training.epochs", found, expected, "epochs = 100")
    yield from _frozen_problems(file, network, document)
    yield from training_problems(file, document)
    for key in ("of", "by"):
        if key in document.get("walkthrough", {}):
            expected = f"{key} only with [graph]: a network's loss is differentiated by its parameters"
            yield problem(f"walkthrough.{key}", f"{key} with [network]", expected, 'samples = ["first"]')
    if "values" in document:
        yield problem("values", "[values] beside [network]", "values only with [graph]", "[parameters]\nweights = 1")
    yield from _sample_problems(file, network, document)
    yield from _view_problems(file, document)


def _view_problems(file: str, document: Any) -> Iterator[Problem]:
    """What only the view neuron by neuron has."""
    if document.get("walkthrough", {}).get("view") != LAYERS:
        return
    for found, there in (
        ("frozen parameters", "frozen" in document.get("parameters", {})),
        ("a baseline", "baseline" in document["data"]),
        ("sequential updates", document.get("training", {}).get("updates") == "sequential"),
    ):
        if there:
            expected = f'a file without {found.removeprefix("a ")}, or view = "{NEURONS}"'
            yield Problem(file, "walkthrough.view", f'view = "{LAYERS}" with {found}', expected, f'view = "{NEURONS}"')


def _parameter_problems(file: str, network: Network, parameters: Any, shape: str) -> Iterator[Problem]:
    for key, wanted, letter in (("weights", network.weight_count, "w"), ("biases", network.bias_count, "b")):
        value = parameters.get(key)
        if value is None:
            if wanted:
                expected = f"{counted(wanted, 'number')} ({letter}_1 … {letter}_{wanted}), or one for all"
                yield Problem(file, f"parameters.{key}", "nothing", expected, f"{key} = 0")
        elif not wanted:
            yield Problem(file, f"parameters.{key}", shown(value), 'no biases, since bias = "none"', "[parameters]\nweights = 1")
        elif isinstance(value, Mapping) and "draw" not in value:
            names = [f"{letter}_{index}" for index in range(1, wanted + 1)]
            every = f"{names[0]} … {names[-1]}"
            for unknown in [name for name in value if name not in names]:
                yield Problem(file, f"parameters.{key}.{unknown}", unknown, f"one of {every}", f"{key} = {{{names[0]} = 0.5}}")
            if absent := [name for name in names if name not in value]:
                found = f"nothing for {', '.join(absent[:12])}{' …' if len(absent) > 12 else ''}"
                yield Problem(file, f"parameters.{key}", found, f"{counted(wanted, 'number')}, {every}", f"{absent[0]} = 0.5")
        elif isinstance(value, list) and len(value) != wanted:
            rest = ", ".join(f"{letter}_{index}" for index in range(len(value) + 1, wanted + 1))
            missing = f"; missing: {rest}" if rest and len(rest) < 200 else ""
            yield Problem(
                file,
                f"parameters.{key}",
                counted(len(value), "number"),
                f"{wanted} for a {shape} network{missing}",
                f"{key} = {some('0.5', wanted)}",
            )


# What a loss asks of the last layer's activation.
LAST_ACTIVATION = {
    "binary_cross_entropy": "sigmoid",
    "binary_cross_entropy_logits": "identity",
    "categorical_cross_entropy": "softmax",
    "categorical_cross_entropy_logits": "identity",
}


def _loss_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    """Losses and activations that do not go together, and targets that a loss cannot take."""
    last = network.activations[-1]
    if "softmax" in network.activations[:-1]:
        example = 'activation = ["tanh", "softmax"]'
        yield Problem(file, "network.activation", "softmax in a hidden layer", "softmax in the last layer only", example)
    wanted = LAST_ACTIVATION.get(network.loss, last)
    if last != wanted:
        found = f"{network.loss} after {last}"
        yield Problem(file, "network.loss", found, f"{network.loss} after {wanted}", f'activation = "{wanted}"')
    data = document["data"]
    if network.loss not in LAST_ACTIVATION:
        return
    if "baseline" in data:
        expected = "a squared error: the logarithm of a constant answer may not exist"
        yield Problem(file, "data.baseline", f"a baseline with {network.loss}", expected, 'loss = "squared_error"')
    for index, sample in enumerate(data["samples"], 1):
        target = [Decimal(value) for value in sample.get("target", ())]
        place = f"data.samples[{index}].target"
        if any(not 0 <= value <= 1 for value in target):
            yield Problem(file, place, toml(sample["target"]), "probabilities, from 0 to 1", "target = [1]")
        elif network.loss.startswith("categorical") and target and sum(target) != 1:
            expected = "probabilities that add up to 1"
            yield Problem(file, place, f"{toml(sample['target'])}, which add up to {sum(target)}", expected, "target = [0, 1]")


def _frozen_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    """Frozen parameters that do not exist."""
    names = [f"w_{i}" for i in range(1, network.weight_count + 1)] + [f"b_{i}" for i in range(1, network.bias_count + 1)]
    for index, name in enumerate((document.get("parameters") or {}).get("frozen", ()), 1):
        if name not in names:
            expected = f"a parameter from {names[0]} to {names[-1]}{hint(name, names)}"
            yield Problem(file, f"parameters.frozen[{index}]", repr(cut(name)), expected, f'frozen = ["{names[0]}"]')


def _followed_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    """Quantities to follow that no forward pass has."""
    hidden, outputs = sum(network.layers[1:-1]), network.layers[-1]
    bases = [f"z_{k}" for k in range(1, hidden + outputs + 1)] + [f"h_{k}" for k in range(1, hidden + 1)]
    bases += [f"o_{k}" for k in range(1, outputs + 1)]
    everybody = range(1, 1 + len(document["data"]["samples"]) + len(document["data"].get("queries", ())))
    names = [f"{base}@{k}" for k in everybody for base in bases]
    for index, name in enumerate(document.get("training", {}).get("follow", ()), 1):
        if name not in names:
            expected = f"a quantity of a sample, from {names[0]} to {names[-1]}{hint(name, names)}"
            yield Problem(file, f"training.follow[{index}]", repr(cut(name)), expected, f'follow = ["{names[0]}"]')


def _sample_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    data = document["data"]
    inputs, outputs = network.layers[0], network.layers[-1]
    shift = data.get("shift")
    if shift is not None and len(shift) != inputs:
        expected = f"one number for each of the {inputs} inputs"
        yield Problem(file, "data.shift", counted(len(shift), "number"), expected, f"shift = {some('0', inputs)}")
    needs_target = bool(network.loss) or "baseline" in data
    seen: dict[str, str] = {}
    for table in ("samples", "queries"):
        for index, sample in enumerate(data.get(table, ()), 1):
            place = f"data.{table}[{index}]"
            if sample["name"] in seen:
                found = f"{sample['name']!r} again, first in {seen[sample['name']]}"
                yield Problem(file, f"{place}.name", found, "a name of its own for each sample", 'name = "Bob"')
            seen.setdefault(sample["name"], place)
            key, other = ("raw", "inputs") if shift is not None else ("inputs", "raw")
            if other in sample:
                reason = "with" if shift is not None else "without"
                expected = f"{key} ({reason} data.shift)"
                yield Problem(file, f"{place}.{other}", other, expected, f"{key} = {some('1', inputs)}")
            elif len(sample.get(key, ())) != inputs:
                found = counted(len(sample[key]), "number") if key in sample else "nothing"
                expected = f"one number for each of the {inputs} inputs"
                yield Problem(file, f"{place}.{key}", found, expected, f"{key} = {some('1', inputs)}")
            if table == "samples" and ("target" in sample or needs_target) and len(sample.get("target", ())) != outputs:
                found = counted(len(sample["target"]), "number") if "target" in sample else "nothing"
                expected = f"one number for each of the {outputs} outputs"
                yield Problem(file, f"{place}.target", found, expected, f"target = {some('1', outputs)}")
    names = [sample["name"] for sample in data["samples"]]
    used = document.get("walkthrough", {}).get("samples", ())
    for index, name in enumerate(used, 1):
        place = f"walkthrough.samples[{index}]"
        if name not in names:
            expected = f"one of {', '.join(names)}{hint(name, names)}"
            yield Problem(file, place, repr(cut(name)), expected, f'samples = ["{names[0]}"]')
        elif name in used[: index - 1]:
            yield Problem(file, place, f"{name!r} again", "each sample once", f'samples = ["{name}"]')
    if "training" in document and not network.loss:
        yield Problem(file, "training", "training without a loss", "a loss in [network]", 'loss = "squared_error"')


def example(document: Any, name: str, file: str) -> NetworkExample:
    network, data = _network(document), document["data"]
    samples, queries = (
        tuple(
            Sample(Text(sample["name"]), *(tuple(map(Decimal, sample.get(key, ()))) for key in ("inputs", "raw", "target")))
            for sample in data.get(table, ())
        )
        for table in ("samples", "queries")
    )
    names = [sample.name.written for sample in samples]
    walkthrough = document.get("walkthrough", {})
    parameters = document["parameters"]
    return NetworkExample(
        name=name,
        file=file,
        network=network,
        weights=_expand(parameters["weights"], network.weight_count, "weights"),
        biases=_expand(parameters.get("biases", []), network.bias_count, "biases"),
        data=Data(
            samples,
            tuple(map(Decimal, data.get("shift", ()))),
            Decimal(data["baseline"]) if "baseline" in data else None,
            queries,
        ),
        used=tuple(names.index(used) for used in walkthrough.get("samples", names)),
        frozen=frozenset(parameters.get("frozen", ())),
        training=training_of(document),
        digits=walkthrough.get("digits", 4),
        view=walkthrough.get("view", NEURONS),
        title={code: Text(title) for code, title in document.get("title", {}).items()},
    )
