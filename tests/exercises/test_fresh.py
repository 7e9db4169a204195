"""Sets of numbers that the page's script makes: each digit is as Python would have built it, and none is unfair or comes again."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import explainer
from explainer.core.digits import Enclosure
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.exercises import fresh as making
from explainer.exercises.exercise import (
    Exercise,
    Mistake,
    Setting,
    _alike,
    _hidden,
    _is_readable,
    _judged,
    _own,
    _told_in,
    exercise,
)  # fmt: skip
from explainer.exercises.opened import opened
from explainer.exercises.settings import _moved, movable, other_samples
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import alternatives as balls
from explainer.slips.once import Slip
from tests.conftest import require
from tests.exercises.asked import on_pages
from tests.networks import example_text
from tests.shipped import proven, shipped

pytestmark = pytest.mark.scripts

SCRIPT = Path(explainer.__file__).parent / "site" / "theme" / "assets" / "javascripts" / "fresh.js"
RUN = Path(__file__).with_name("fresh.js")
TRIES = 60  # at drawn numbers; those that would be unfair are passed over
MOST_BYTES = 9_000  # of the script
MOST_DATA = 3_000  # bytes of a page, compressed

TASKS = {
    "a pass": ("unlike-neurons", "o_1", 4, 4),
    "a derivative": ("training", "dL/dw_1", 4, 4),
    "several derivatives": ("training", "dL/dw_1 dL/dw_5 dL/db_3", 4, 1),
    "an update": ("training", "w_1#1", 5, 2),
    "errors back": ("unequal", "delta_1", 4, 2),
    "two outputs": ("two-outputs", "o_2", 4, 2),
    "Mazur's network": ("mazur", "h_1", 4, 2),
    "Adam": ("adam", "b_3#2", 6, 2),
    "logarithms": ("sure-and-wrong", "C_3", 4, 1),
    "a formula": ("valley", "a_3", 4, 2),
    "a difference that is divided": ("nudge", "q_3", 4, 1),
    "an entry of a matrix": ("small-layers", "dL/da1_2", 4, 1),
}
NETWORK = example_text([2, 2, 2], activation=["tanh", "softmax"], loss="categorical_cross_entropy", seed=6)
MOMENTUM = example_text([2, 1], activation="tanh", loss="squared_error", seed=5, optimiser="momentum", steps=2)
FORMULAS = """
[graph]
s = "a * b - sqrt(c) / d"
t = "log(c) * s ** 2 + d ** a"
u = "max(s, t) - abs(s) * exp(-a)"
[values]
a = 0.7
b = -1.35
c = 2.4
d = 1.8
[walkthrough]
of = "u"
"""


def in_node(given: Mapping[str, Any]) -> Any:
    done = subprocess.run(
        [require("node"), str(RUN)], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(done.stdout)


def sets_of(task: Exercise) -> list[dict[str, Any]]:
    """The built sets as the script has them."""
    return [{"told": [shown.text for shown in setting.told], "right": setting.right} for setting in task.settings]


class AtOtherNumbers:
    """An exercise as Python sets it, wherever that may be."""

    def __init__(self, derivation: Derivation, task: Exercise) -> None:
        self.derivation, self.task, self.samples = derivation, task, other_samples(derivation)
        fields, last = task.fields, task.fields[-1:]
        self.opened = opened(derivation, fields if task.several else last, 1 if task.several else len(fields), len(fields))
        self.names = (*fields, *self.opened.known)
        self.own = _judged(_own(derivation, self.opened, fields, task.digits), self.samples)
        rows = self.own.written(task.told, task.digits).wrong
        found = [
            *map(self._of_slip, self.own.slips),
            *(("rounded", (), len(fields) - 1, digits, "") for digits in self.own.rounded),
        ]
        self.kept = [
            self._place(mistake, row, found, rows) for mistake, row in zip(task.mistakes, task.settings[0].wrong, strict=True)
        ]

    def _of_slip(self, slip: Slip) -> tuple[str, tuple[str, ...], int, int, str]:
        return slip.cause, slip.mentions, self.opened.field_of(slip.at), slip.count, slip.at

    @staticmethod
    def _place(mistake: Mistake, row: Any, found: Any, rows: Any) -> int:
        """Which slip of all a mistake is: any of those that are the same."""
        name = (mistake.cause, mistake.mentions, mistake.field, mistake.count)
        places = [at for at, (*its, place) in enumerate(found) if tuple(its) == name and mistake.at in ("", place)]
        return next(place for place in places if rows[place] == row)

    def built(self, numbers: Mapping[str, Decimal]) -> tuple[Setting, list[Mapping[int, Enclosure | None]]] | None:
        """What is built of given numbers, if anything is, and what each slip's numbers are."""
        program, digits = self.derivation.program, self.task.digits
        values = balls.values(replace(program, given={**program.given, **numbers}), OPERATIONS, self.names)
        told = _told_in(self.opened, values, digits) if values else None
        if not told or not _is_readable(told, self.own.numbers) or told.told == self.own.numbers.told:
            return None
        judged = _judged(told, self.samples, beside=self.own)
        if any(_hidden(judged, digits)) or any(_alike(judged, digits)):
            return None
        found = judged.written(self.task.told, digits)
        wrong = tuple(found.wrong[place] for place in self.kept)
        return replace(found, wrong=wrong), [judged.values[place] if place < len(judged.values) else {} for place in self.kept]


def differences(derivation: Derivation, task: Exercise, seed: int = 7) -> Iterator[str]:
    """Where the script's sets are others than Python's at the same numbers."""
    python, data = AtOtherNumbers(derivation, task), json.loads(task.fresh)
    names = dict(zip(data["moves"], movable(derivation, python.names), strict=True))
    found = in_node({"data": data, "sets": sets_of(task)[:1], "seed": seed, "count": TRIES})
    for each in found:
        built, said = python.built({names[int(place)]: Decimal(text) for place, text in each["given"].items()}), each["set"]
        if built is None or said is None:
            if built or said:
                yield f"{each}: Python has {built}"
            continue
        setting, values = built
        if said["told"] != [shown.text for shown in setting.told] or said["right"] != list(setting.right):
            yield f"{said}: Python has {setting}"
        for mistake, row, its, by_field in zip(task.mistakes, setting.wrong, said["wrong"], values, strict=True):
            pairs = enumerate(zip(row, its, strict=True))
            if any(one != other and not _is_recognised(one, other, by_field.get(field)) for field, (one, other) in pairs):
                yield f"{mistake}: Python has {row}, the script {its}"
    if not any(each["set"] for each in found):
        yield "no set at all"


def task_of(name: str) -> Exercise:
    example, targets, digits, count = TASKS[name]
    return exercise(shipped(example), tuple(targets.split()), digits, count)


def _is_recognised(proven: str, said: str, value: Enclosure | None) -> bool:
    """Is it a fraction that an enclosure holds without telling its digits, such as the logarithm of 2 to the base 2?"""
    return not proven and bool(said) and value is not None and value.lower <= Fraction(said) <= value.upper


@pytest.mark.parametrize("name", TASKS)
def test_a_set_that_the_script_makes_is_the_one_that_would_be_built(name: str) -> None:
    assert not list(differences(shipped(TASKS[name][0]), task_of(name)))


@pytest.mark.thorough
@pytest.mark.parametrize(("text", "target", "count"), [(NETWORK, "L", 3), (MOMENTUM, "w_1#2", 2), (FORMULAS, "u", 3)])
def test_so_it_is_on_an_example_from_elsewhere(text: str, target: str, count: int) -> None:
    derivation = proven(parse(text, name="elsewhere"))
    assert not list(differences(derivation, exercise(derivation, (target,), 5, count)))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "page", ["backpropagation.md", "feedforward.md", "learning-rate.md", "mnist.md", "perceptron.md", "unequal.md"]
)
def test_so_it_is_on_pages(page: str) -> None:
    tasks = [task for task in on_pages()[page] if task.fresh]
    assert tasks
    for task in tasks:
        assert not list(differences(shipped(task.name), task, seed=11)), task.fields


@pytest.mark.parametrize("number", ["0", "5", "-0.3", "0.05", "12", "-135", "20", "1.05", "-0.25", "0.123456", "1.5e-7", "2", "-1"])
def test_a_number_is_moved_as_in_python(number: str) -> None:
    data = {"digits": 4, "rows": [], "given": [number], "moves": [0], "way": [], "known": [], "steps": [], "own": 0}
    found = in_node({"data": {**data, "told": [], "right": [], "fields": [], "slips": []}, "sets": [], "seed": 3, "count": 300})
    draw = Random(3)
    assert {Decimal(each["given"]["0"]) for each in found} == {_moved(Decimal(number), draw) for _ in range(300)}


@pytest.mark.thorough
def test_sets_do_not_end_and_none_comes_again() -> None:
    for name in ("a derivative", "several derivatives", "a pass"):
        task = task_of(name)
        found = in_node({"text": task.fresh, "sets": sets_of(task), "seed": 5, "count": 40})
        told = [tuple(each["told"]) for each in found]
        assert len(told) == len(set(told)) == len(task.settings) + 40


@pytest.mark.thorough
def test_one_number_of_one_digit_goes_farther_where_all_that_are_near_are_used_up() -> None:
    task = task_of("logarithms")
    found = in_node({"text": task.fresh, "sets": sets_of(task), "seed": 5, "count": 12})
    told = [tuple(each["told"]) for each in found]
    assert len(told) == len(set(told)) >= len(task.settings) + 2


def test_where_no_set_is_fair_none_is_made() -> None:
    task = task_of("a derivative")
    data = json.loads(task.fresh)
    hidden = json.dumps({**data, "slips": [data["fields"]]})  # a slip that gives what is right
    assert len(in_node({"text": hidden, "sets": sets_of(task), "seed": 5, "count": 1})) == len(task.settings)


def test_what_is_not_the_same_at_all_numbers_or_too_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def anew() -> Exercise:
        return exercise(proven(parse(FORMULAS, name="elsewhere")), ("u",), 5, 2)

    assert anew().fresh
    monkeypatch.setattr(making, "MOST_EQUATIONS", 10)
    assert not anew().fresh
    slips = AtOtherNumbers(shipped("training"), task_of("a derivative")).own.slips
    assert making.Made(slips[:1] * 2, ()).is_one
    assert not making.Made(slips[:2], ()).is_one


def test_numbers_have_the_slips_of_the_example_s_own() -> None:
    """By one nothing is left undivided; by other numbers something might be."""
    text = '[graph]\nd = "a * b + c"\nq = "d / n"\n[values]\na = 0.7\nb = 1.3\nc = -0.45\nn = 1\n[walkthrough]\nof = "q"\n'
    task = exercise(proven(parse(text, name="by-one")), ("q",), 4, 1)
    for index, factor in (("sign", -1), ("half", Decimal("0.5")), ("twice", 2)):
        (place,) = (place for place, mistake in enumerate(task.mistakes) if mistake.cause == index)
        for setting in task.settings:
            assert float(setting.wrong[place][0]) == pytest.approx(float(setting.right[0]) * float(factor), rel=1e-5)


@pytest.mark.thorough
def test_there_is_little_of_it() -> None:
    """Of pages compressed, as they are sent; of the script as it is."""
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert not any(word in text for word in ("fetch", "XMLHttpRequest", "import(", "eval(", "innerHTML", "http"))
    for page, tasks in on_pages().items():
        assert len(gzip.compress("".join(task.fresh for task in tasks).encode())) < MOST_DATA, page
        assert all(task.fresh for task in tasks if len(task.settings) > 1), page
