"""The record of a run: what it was made with, what it gave, and what was measured beside it. A small file, read by pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from explainer.core.disk import write_if_changed
from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.datasets.places import recording
from explainer.examples.model import Drawn, SetExample
from explainer.examples.recorded import Histogram, Sizes
from explainer.training.run import Running, Tested, training_of

LARGEST = 500_000  # bytes
DIGITS = 6  # significant ones of what was measured


@dataclass(frozen=True, slots=True)
class Mistake:
    """A test image, by its place in the set from 0, that the trained network calls something else."""

    index: int
    label: int
    answer: int
    probability: float  # of the answer


@dataclass(frozen=True, slots=True)
class First:
    """The first update, measured: parameters, those whose gradient is exactly 0, and sizes of gradients against sizes of steps."""

    parameters: int
    zeros: int
    alike: int  # whose step is the learning rate, but for one percent of it
    by_size: tuple[Sizes, ...]
    smallest_step: float  # among those whose gradient is not 0
    largest_step: float


@dataclass(frozen=True, slots=True)
class OneDigit:
    """The gradient of one training image alone, by its place in the set: how many numbers each matrix has, and how many are 0."""

    index: int
    label: int
    counts: Mapping[str, int]
    zeros: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A shorter run that differs in one thing: how it starts, or its learning rate."""

    name: str  # small, equal, large; or the learning rate
    setting: str  # as it would stand in the file
    losses: tuple[Running, ...]
    tests: tuple[Tested, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """One entry of a matrix through its first updates, to the last digit: `w`, its `gradient`, what is kept by letters, `after`."""

    name: str
    updates: tuple[Mapping[str, float], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """All of one run. Numbers are measured: float32 on one machine, to six digits."""

    settings: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]
    parameters: int
    iterations: int  # of an epoch
    losses: tuple[Running, ...]
    tests: tuple[Tested, ...]
    errors: int
    confusion: tuple[tuple[int, ...], ...]  # [label][answer] of the test images
    mistakes: tuple[Mistake, ...]  # the most confident first
    histograms: tuple[Histogram, ...]
    first: First
    one_digit: OneDigit
    starts: tuple[Compared, ...]
    rates: tuple[Compared, ...]
    followed: Followed

    @property
    def accuracy(self) -> float:
        """Of the test images after the last epoch, in percent."""
        return self.tests[-1].accuracy


def settings_of(example: SetExample) -> dict[str, Any]:
    """All that a run is made with, as it would stand in the file, with what it takes if nothing is said."""
    network, training = example.network, training_of(example)
    weights = example.weights
    drawn = (
        f"{{draw = {json.dumps(weights.draw)}, seed = {weights.seed}, scale = {weights.scale}}}"
        if isinstance(weights, Drawn)
        else str(weights)
    )
    constants = {name: str(constant.default) for name, constant in training.rule.constants.items()}
    return {
        "network": {
            "layers": list(network.layers),
            "activation": list(network.activations),
            "loss": network.loss,
            "bias": network.bias,
            "reduction": network.reduction,
        },
        "parameters": {"weights": drawn, "biases": str(example.biases)},
        "data": {"set": example.data.set, "mean": str(example.data.mean), "deviation": str(example.data.deviation)},
        "training": {
            "optimiser": training.optimiser,
            "learning_rate": str(training.learning_rate),
            "epochs": training.epochs,
            "batch": training.batch,
            "shuffle": training.shuffle,
            "direction": "ascent" if training.ascent else "descent",
            **constants,
            "bias_correction": training.corrected,
        },
    }


def settings_problems(example: SetExample, record: Record, file: str) -> list[Problem]:
    """Settings of a record that are not those of the example."""
    usage = recording(example.name)
    found = []
    for table, wanted in settings_of(example).items():
        own = record.settings.get(table)
        own = own if isinstance(own, Mapping) else {}
        for key in dict.fromkeys((*wanted, *own)):
            if own.get(key) != wanted.get(key):
                expected = f"{json.dumps(wanted.get(key))}, as {example.file} says"
                found.append(Problem(file, f"settings.{table}.{key}", json.dumps(own.get(key)), expected, usage))
    return found


# --- as JSON


def rounded(value: Any) -> Any:
    """A value with its floats to six digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


def text_from(record: Record) -> str:
    """A record as JSON: a line for each of its fields' items."""
    document = rounded(asdict(record)) | {"followed": asdict(record)["followed"]}
    lines = []
    for key, value in document.items():
        if isinstance(value, list):
            items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f" {json.dumps(key)}: [\n  {items}\n ]")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write(path: Path, record: Record) -> None:
    write_if_changed(path, text_from(record))


def read(path: Path, file: str = "") -> Record:
    """Read a record; `file` is what messages call the path.

    Raises:
        InputError: there is none, or it is no record.
    """
    file = file or str(path)
    usage = recording(path.stem)
    text = text_of(path, file, "a record of a run", LARGEST, usage)
    try:
        found: Record = _read(json.loads(text), Record, "")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}"
        raise InputError(Problem(file, place, f"no JSON: {error.msg}", "a record of a run", usage)) from None
    except _Unfit as error:
        raise InputError(Problem(file, error.place, error.found, error.expected, usage)) from None
    return found


class _Unfit(Exception):
    def __init__(self, place: str, found: str, expected: str) -> None:
        super().__init__(place)
        self.place, self.found, self.expected = place, found, expected


def _read(value: Any, kind: Any, place: str) -> Any:
    """A value of JSON as what a field's type says."""
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        table, hints = _of(value, dict, place), get_type_hints(kind)
        names = [each.name for each in fields(kind)]
        if missing := [name for name in names if name not in table]:
            raise _Unfit(f"{place}.{missing[0]}".lstrip("."), "nothing", "a value")
        return kind(**{name: _read(table[name], hints[name], f"{place}.{name}".lstrip(".")) for name in names})
    if origin is tuple:
        item = get_args(kind)[0]
        return tuple(_read(each, item, f"{place}[{number}]") for number, each in enumerate(_of(value, list, place), 1))
    if origin is UnionType:
        return None if value is None else _read(value, get_args(kind)[0], place)
    if origin is not None:
        item = get_args(kind)[1]
        return {key: _read(each, item, f"{place}.{key}") for key, each in _of(value, dict, place).items()}
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if kind is Any else _of(value, kind, place)


_SAID = {"dict": "a table", "list": "a list", "str": "a text"}


def _of(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _Unfit(place, json.dumps(value)[:80], _SAID.get(kind.__name__, "a number"))
    return value
