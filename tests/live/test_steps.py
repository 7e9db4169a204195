"""A run of updates by a page's list: back at any state bit for bit, and what numpy's engine gives."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from explainer.compose.schedule import orders, schedule
from explainer.core.names import at_epoch
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.live.course import course, stages
from explainer.live.printed import document
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.values.engine import train, values_of
from tests.conftest import require
from tests.networks import example_text
from tests.shipped import FILES, shipped

pytestmark = pytest.mark.scripts

RUN = Path(__file__).with_name("steps.js")
MOMENTUM = """
[graph]
f = "(u - 3) ** 2 + sqrt(1 + v ** 2) * exp(u / 10)"
[values]
u = 0.5
v = 1.5
[walkthrough]
of = "f"
[training]
learning_rate = 0.05
optimiser = "momentum"
mu = 0.8
"""


THOROUGH = [pytest.param(name, marks=pytest.mark.thorough) for name in ("alice", "adam")]


def example(name: str) -> Derivation:
    return derive(parse(MOMENTUM, name=name)) if name == "momentum" else shipped(name)


def made(
    derivation: Derivation,
    updates: int,
    asked: tuple[int, ...] = (),
    start: dict[str, str] | None = None,
    moved: Sequence[tuple[int, str, float]] = (),
) -> dict[str, Any]:
    """What the script makes of so many updates, of the numbers after some, and of losses where one parameter is moved."""
    program = derivation.program
    data = {**document(program, derivation.example.digits), "course": course(program, derivation.example)}
    given = json.dumps({"list": data, "start": start or {}, "updates": updates, "asked": asked, "moved": moved})
    said = subprocess.run([require("node"), str(RUN)], input=given, capture_output=True, text=True, check=True, timeout=300)
    return dict(json.loads(said.stdout))


@pytest.mark.parametrize("name", ["training", "momentum", *THOROUGH])
def test_two_hundred_updates_forward_and_back(name: str) -> None:
    found = made(example(name), 200)
    assert len(found["forward"]) == 201
    assert found["forward"] == found["back"]
    assert found["states"] == found["again"]
    assert len({json.dumps(state) for state in found["states"]}) == 201


@pytest.mark.parametrize("name", ["training", "momentum", *THOROUGH])
def test_numbers_of_an_update_are_the_engines(name: str) -> None:
    """Each from the state that the script has reached."""
    derivation, asked = example(name), (0, 1, 5, 40)
    found = made(derivation, 40, asked)
    for k in asked:
        equations = tuple(
            replace(each, static=(each.static[0] + k,)) if OPERATIONS[each.operation].family is Family.CORRECTION else each
            for each in derivation.program.equations
        )
        given = {**derivation.program.given, **{each: Decimal(text) for each, text in found["given"][str(k)].items()}}
        right = values_of(replace(derivation.program, equations=equations, given=given))
        said = found["values"][str(k)]
        assert said == pytest.approx(right, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", ["training", "momentum", *THOROUGH])
def test_a_loss_over_one_parameter_is_the_engines(name: str) -> None:
    program = example(name).program
    moved = [(k, parameter, to) for k in (0, 3) for parameter in program.parameters[::2] for to in (-2.5, 0.0, 1.25)]
    found = made(example(name), 3, (0, 3), moved=moved)
    for k, parameter, to in moved:
        given = {each: Decimal(text) for each, text in found["given"][str(k)].items()}
        right = values_of(replace(program, given={**program.given, **given, parameter: Decimal(to)}))
        assert found["alone"][f"{k} {parameter} {to:g}"] == pytest.approx(right[program.losses[0]], rel=1e-9), (k, parameter, to)


@pytest.mark.parametrize("name", ["training", *THOROUGH])
def test_a_run_is_the_engines(name: str) -> None:
    """Sample by sample, with what the optimiser keeps."""
    known = shipped(name).example
    assert isinstance(known, NetworkExample)
    assert known.training is not None
    training = replace(known.training, epochs=50, batch=1, record=tuple(range(1, 51)), during=(), follow=())
    right = train(schedule(replace(known, training=training)))
    count = len(known.data.samples)
    found = made(shipped(name), 50 * count)
    for epoch in range(1, 51):
        for parameter in shipped(name).program.parameters:
            said = float(found["states"][epoch * count][parameter])
            assert said == pytest.approx(right[at_epoch(parameter, epoch)], rel=1e-9, abs=1e-12), (epoch, parameter)


def test_a_run_starts_from_the_readers_numbers_and_tells_where_it_ends() -> None:
    found = made(shipped("alice"), 3, (0, 1), {"eta": "5", "raw_1@2": "140"})
    assert found["given"]["1"]["eta"] == "5"
    assert found["values"]["1"]["x_1"] == 5  # Bob's, as the reader has it
    ended = made(shipped("linear-diverging"), 400)
    assert len(ended["states"]) < 400
    assert ended["ended"]["wrong"] in ("large", "open")
    assert all(Decimal(text).is_finite() for state in ended["states"] for text in state.values())


@pytest.mark.parametrize("name", [name for name in FILES if "learning_rate" in FILES[name]])
def test_every_example_that_trains_is_gone_through_once(name: str) -> None:
    """Each quantity that the update needs is in one stage, and in the order of the list."""
    derivation = shipped(name)
    parts = stages(derivation.program)
    worked = [target for _, _, targets in parts for target in targets]
    assert len(set(worked)) == len(worked)
    assert parts[0][0] == "forward"
    assert parts[-1][0] == "updating"
    assert "backward" in {kind for kind, _, _ in parts}
    known = set(derivation.program.given)
    for target in worked:
        assert known.issuperset(derivation.program.equation_of[target].operands)
        known.add(target)


def batches(shuffle: str, walked: str = '["sample a", "sample b"]') -> Derivation:
    """An author's own network, in which an update takes two of four samples."""
    training = (shuffle, "epochs = 20", "batch = 2", "record = [1]")
    text = example_text([2, 3, 1], activation="tanh", samples=4, seed=3, training=training)
    return derive(parse(text.replace("[training]", f"[walkthrough]\nsamples = {walked}\n[training]"), name="example"))


def test_batches_come_one_after_the_other() -> None:
    derivation = batches("")
    example = derivation.example
    assert isinstance(example, NetworkExample)
    assert example.training is not None
    right = train(schedule(replace(example, training=replace(example.training, record=tuple(range(1, 21))))))
    states = made(derivation, 40)["states"]
    for epoch in range(1, 21):
        for parameter in derivation.program.parameters:
            assert float(states[2 * epoch][parameter]) == pytest.approx(right[at_epoch(parameter, epoch)], rel=1e-9, abs=1e-12)


def test_a_shuffled_run_begins_with_the_pages_samples() -> None:
    derivation = batches("shuffle = 5", '["sample b", "sample d"]')
    found = course(derivation.program, derivation.example)["samples"]
    assert found["orders"][0][:2] == [1, 3]
    assert found["orders"][1:] == list(orders(4, len(found["orders"]), 5))[1:]


def test_samples_stay_the_pages_where_others_do_not_fit() -> None:
    derivation = batches("", '["sample a", "sample b", "sample c"]')
    assert "samples" not in course(derivation.program, derivation.example)
