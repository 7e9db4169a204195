"""The author's file → `Example`, or every error in it with its place.

The schema beside this module says which keys there are; each of its nodes carries the words ("description") and the
sample ("examples") that an error about it shows. What a schema cannot say (shapes, names) is checked here.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

from explainer.errors import InputError, Problem
from explainer.spec.model import CONSTANTS, Data, Example, Network, Sample, Training

MAX_BYTES = 250_000
MAX_DIGITS = 25
MAX_EXPONENT = 100
MAX_PARAMETERS = 2_000
DRAWN_TO = Decimal("0.0001")
MAX_PARTIALS = 5_000  # in all samples and steps; proving more would take minutes
# What makes the TOML reader give up (a number that Python refuses) or take minutes (a key of thousands of parts).
_ABSURD_NUMBER = re.compile(r"[\d_]{4000,}+|[eE][+-]?[\d_]{15,}+")
_ABSURD_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")
SCHEMA_FILE = Path(__file__).with_name("example.schema.json")
MINIMAL = """[network]
layers = [2, 1]
activation = "sigmoid"

[parameters]
weights = [0, 1]
biases = 4

[[data.samples]]
name = "Ada"
inputs = [2, 3]"""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of example files (draft 2020-12)."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def load(path: Path, file: str = "") -> Example:
    """Read an example file. `file` is what messages call it, if not by its path.

    Raises:
        InputError: the file cannot be read, or anything in it is wrong; all that was found.
    """
    file = file or str(path)

    def refuse(found: str, expected: str) -> InputError:
        return InputError(Problem(file, "", found, expected, MINIMAL))

    try:
        with path.open("rb") as stream:  # not by its size: a device has none
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise refuse(f"a file of more than {MAX_BYTES} bytes", f"an example file of at most {MAX_BYTES} bytes")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"a byte that is not UTF-8, at position {error.start}", "a TOML file in UTF-8") from None
    except OSError as error:
        raise refuse(error.strerror or type(error).__name__, "the path of a readable example file") from None
    return parse(text, name=path.stem, file=file)


def parse(text: str, *, name: str, file: str = "<text>") -> Example:
    """Read an example from its text. `name` is what pages and references call it.

    Raises:
        InputError: all that is wrong with the text.
    """

    def refuse(found: str, expected: str, place: str = "") -> InputError:
        return InputError(Problem(file, place, found, expected, MINIMAL))

    def line_of(match: re.Match[str] | None) -> str:
        return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else ""

    if match := _ABSURD_KEY.search(text):
        raise refuse("a key of too many parts", "keys like those in the example", line_of(match))
    try:
        document = tomllib.loads(text, parse_float=Decimal)
        problems = list(_form(document, file)) or list(_meaning(document, file))
    except tomllib.TOMLDecodeError as error:
        found, _, place = str(error).removesuffix(")").partition(" (at ")
        raise refuse(f"not TOML: {found}", "a TOML document", place) from None
    except (ValueError, ArithmeticError):  # an integer of thousands of digits, an absurd exponent
        place = line_of(_ABSURD_NUMBER.search(text))
        raise refuse("a number that is too long", schema()["$defs"]["number"]["description"], place) from None
    except RecursionError:
        raise refuse("lists or tables nested too deep", "a flat file") from None
    if problems:
        raise InputError(problems)
    return _example(document, name, file)


# --- form -----------------------------------------------------------------------------------------------------------


def _dotted(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _odd(number: int | Decimal) -> str:
    """What is wrong with a number no proof could use: nan, infinity, or longer than anybody means; "" if nothing is."""
    if isinstance(number, int) and number.bit_length() > 4 * MAX_EXPONENT:
        return "a whole number of too many digits"
    number = Decimal(number)
    if not number.is_finite():
        return {"Infinity": "inf", "-Infinity": "-inf"}.get(str(number), "nan")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return f"a number of {len(number.as_tuple().digits)} digits"
    return f"{number:E}".lower() if number and abs(number.adjusted()) > MAX_EXPONENT else ""


def _without_odd(value: Any, odd: dict[tuple[str | int, ...], str], path: tuple[str | int, ...] = ()) -> Any:
    """The document with None, which the schema accepts nowhere, in place of odd numbers; `odd` gets what they are."""
    if isinstance(value, Mapping):
        return {key: _without_odd(item, odd, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_odd(item, odd, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and (found := _odd(value)):
        odd[path] = found
        return None
    return value


def _form(document: Any, file: str) -> Iterator[Problem]:
    """What the schema refuses."""
    from jsonschema import Draft202012Validator  # imported late: half the commands never read a file

    odd: dict[tuple[str | int, ...], str] = {}
    errors = _meant(Draft202012Validator(schema()).iter_errors(_without_odd(document, odd)))
    for error in sorted(errors, key=lambda error: list(error.absolute_path)):
        node, path = error.schema, tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = sorted(node["properties"])
            for key in sorted(set(error.instance) - set(known)):
                close = get_close_matches(key, known, 1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                expected = f"one of {', '.join(known)}{hint}"
                yield Problem(file, _dotted((*path, key)), f"unknown key {key!r}", expected, _sample(node, path))
        elif error.validator == "required":
            for key in node["required"]:
                if key not in error.instance:
                    missing = _resolve(node["properties"][key])
                    place = (*path, key)
                    yield Problem(file, _dotted(place), "nothing", missing["description"], _sample(missing, place))
        else:
            if path in odd and error.context:  # a number or a list: what stands there is meant as a number
                node = schema()["$defs"]["number"]
            found = odd.get(path) or _shown(error.instance) + _did_you_mean(error)
            yield Problem(file, _dotted(path), found, node["description"], _sample(node, path))


def _meant(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors; where a list or table is wrong in a place that also takes something else, those inside it."""
    for error in errors:
        of_a_table = ("required", "additionalProperties") if isinstance(error.instance, Mapping) else ()
        inside = [inner for inner in error.context if inner.path or inner.validator in of_a_table]
        yield from inside or [error]


def _sample(node: Any, path: tuple[str | int, ...]) -> str:
    """The example of a node of the schema, with the key it stands for."""
    text = "\n".join(node.get("examples", [MINIMAL]))
    return f"{path[-1]} = {text}" if "=" not in text and path and isinstance(path[-1], str) else text


def _shown(value: Any) -> str:
    """A value as the author wrote it, or nearly; not all of a long one."""
    text = _toml(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _toml(value: Any) -> str:
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    return "nan" if value is None else str(value)


def _did_you_mean(error: Any) -> str:
    names = [name for node in (error.schema, *error.schema.get("anyOf", ())) for name in _resolve(node).get("enum", ())]
    close = get_close_matches(error.instance, names, 1) if isinstance(error.instance, str) else []
    return f" (did you mean {close[0]!r}?)" if close else ""


def _resolve(node: Any) -> Any:
    while "$ref" in node:
        target: Any = schema()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


# --- meaning --------------------------------------------------------------------------------------------------------


def _network(document: Any) -> Network:
    table = document["network"]
    layers, activation = tuple(table["layers"]), table["activation"]
    activations = (activation,) * (len(layers) - 1) if isinstance(activation, str) else tuple(activation)
    return Network(layers, activations, table.get("loss", ""), table.get("bias", "per_neuron"))


def _expand(value: Any, count: int, key: str) -> tuple[Decimal, ...]:
    if isinstance(value, Mapping):
        return _draw(value, count, key)
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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _some(number: str, count: int) -> str:
    """A list of so many numbers, for an example."""
    return f"[{', '.join([number] * count) if count <= 12 else f'{number}, {number}, …'}]"


def _meaning(document: Any, file: str) -> Iterator[Problem]:
    """Shapes and names that do not fit together."""
    network = _network(document)
    shape = "-".join(map(str, network.layers))

    def problem(place: str, found: str, expected: str, example: str = "") -> Problem:
        return Problem(file, place, found, expected, example)

    if len(network.activations) != len(network.layers) - 1:
        yield problem(
            "network.activation",
            _count(len(network.activations), "activation"),
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
        found = f"{total} parameters, {_count(len(samples), 'sample')} and {_count(steps, 'step')}"
        expected = f"at most {MAX_PARTIALS} derivatives to work out, one for each parameter, sample and step"
        yield problem(
            "walkthrough.samples", found, expected, f"[walkthrough]\nsamples = [{_toml(document['data']['samples'][0]['name'])}]"
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
    yield from _training_problems(file, network, document)
    yield from _sample_problems(file, network, document)


def _parameter_problems(file: str, network: Network, parameters: Any, shape: str) -> Iterator[Problem]:
    for key, count, letter in (("weights", network.weight_count, "w"), ("biases", network.bias_count, "b")):
        value = parameters.get(key)
        if value is None:
            if count:
                expected = f"{_count(count, 'number')} ({letter}_1 … {letter}_{count}), or one for all"
                yield Problem(file, f"parameters.{key}", "nothing", expected, f"{key} = 0")
        elif not count:
            yield Problem(file, f"parameters.{key}", _shown(value), 'no biases, since bias = "none"', "[parameters]\nweights = 1")
        elif isinstance(value, list) and len(value) != count:
            names = ", ".join(f"{letter}_{index}" for index in range(len(value) + 1, count + 1))
            missing = f"; missing: {names}" if names and len(names) < 200 else ""
            yield Problem(
                file,
                f"parameters.{key}",
                _count(len(value), "number"),
                f"{count} for a {shape} network{missing}",
                f"{key} = {_some('0.5', count)}",
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
            yield Problem(file, place, _toml(sample["target"]), "probabilities, from 0 to 1", "target = [1]")
        elif network.loss.startswith("categorical") and target and sum(target) != 1:
            expected = "probabilities that add up to 1"
            yield Problem(file, place, f"{_toml(sample['target'])}, which add up to {sum(target)}", expected, "target = [0, 1]")


def _training_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    """Constants that the optimiser does not have, and frozen parameters that do not exist."""
    training = document.get("training", {})
    optimiser = training.get("optimiser", "sgd")
    for key in sorted(set(training) - {"learning_rate", "steps", "optimiser"} - set(CONSTANTS[optimiser])):
        own = ", ".join(CONSTANTS[optimiser]) or "no constants"
        yield Problem(file, f"training.{key}", key, f"{own}, with {optimiser}", f'optimiser = "{optimiser}"')
    names = [f"w_{i}" for i in range(1, network.weight_count + 1)] + [f"b_{i}" for i in range(1, network.bias_count + 1)]
    for index, name in enumerate((document.get("parameters") or {}).get("frozen", ()), 1):
        if name not in names:
            close = get_close_matches(name, names, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            expected = f"a parameter from {names[0]} to {names[-1]}{hint}"
            yield Problem(file, f"parameters.frozen[{index}]", repr(name), expected, f'frozen = ["{names[0]}"]')


def _sample_problems(file: str, network: Network, document: Any) -> Iterator[Problem]:
    data = document["data"]
    inputs, outputs = network.layers[0], network.layers[-1]
    shift = data.get("shift")
    if shift is not None and len(shift) != inputs:
        expected = f"one number for each of the {inputs} inputs"
        yield Problem(file, "data.shift", _count(len(shift), "number"), expected, f"shift = {_some('0', inputs)}")
    needs_target = bool(network.loss) or "baseline" in data
    seen: dict[str, int] = {}
    for index, sample in enumerate(data["samples"], 1):
        place = f"data.samples[{index}]"
        if sample["name"] in seen:
            found = f"{sample['name']!r} again, first in data.samples[{seen[sample['name']]}]"
            yield Problem(file, f"{place}.name", found, "a name of its own for each sample", 'name = "Bob"')
        seen.setdefault(sample["name"], index)
        key, other = ("raw", "inputs") if shift is not None else ("inputs", "raw")
        if other in sample:
            reason = "with" if shift is not None else "without"
            expected = f"{key} ({reason} data.shift)"
            yield Problem(file, f"{place}.{other}", other, expected, f"{key} = {_some('1', inputs)}")
        elif len(sample.get(key, ())) != inputs:
            found = _count(len(sample[key]), "number") if key in sample else "nothing"
            expected = f"one number for each of the {inputs} inputs"
            yield Problem(file, f"{place}.{key}", found, expected, f"{key} = {_some('1', inputs)}")
        if ("target" in sample or needs_target) and len(sample.get("target", ())) != outputs:
            found = _count(len(sample["target"]), "number") if "target" in sample else "nothing"
            expected = f"one number for each of the {outputs} outputs"
            yield Problem(file, f"{place}.target", found, expected, f"target = {_some('1', outputs)}")
    used = document.get("walkthrough", {}).get("samples", ())
    for index, name in enumerate(used, 1):
        place = f"walkthrough.samples[{index}]"
        if name not in seen:
            close = get_close_matches(name, list(seen), 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Problem(file, place, repr(name), f"one of {', '.join(seen)}{hint}", f'samples = ["{next(iter(seen))}"]')
        elif name in used[: index - 1]:
            yield Problem(file, place, f"{name!r} again", "each sample once", f'samples = ["{name}"]')
    if "training" in document and not network.loss:
        yield Problem(file, "training", "training without a loss", "a loss in [network]", 'loss = "squared_error"')


def _example(document: Any, name: str, file: str) -> Example:
    network, data = _network(document), document["data"]
    samples = tuple(
        Sample(sample["name"], *(tuple(map(Decimal, sample.get(key, ()))) for key in ("inputs", "raw", "target")))
        for sample in data["samples"]
    )
    names = [sample.name for sample in samples]
    walkthrough, training = document.get("walkthrough", {}), document.get("training", {})
    parameters = document["parameters"]
    return Example(
        name=name,
        file=file,
        network=network,
        weights=_expand(parameters["weights"], network.weight_count, "weights"),
        biases=_expand(parameters.get("biases", []), network.bias_count, "biases"),
        data=Data(
            samples,
            tuple(map(Decimal, data.get("shift", ()))),
            Decimal(data["baseline"]) if "baseline" in data else None,
        ),
        used=tuple(names.index(used) for used in walkthrough.get("samples", names)),
        frozen=frozenset(parameters.get("frozen", ())),
        training=Training(
            Decimal(training["learning_rate"]),
            training.get("steps", 1),
            training.get("optimiser", "sgd"),
            {key: Decimal(training[key]) for key in CONSTANTS[training.get("optimiser", "sgd")] if key in training},
        )
        if training
        else None,
        digits=walkthrough.get("digits", 4),
        title=document.get("title", {}),
    )
