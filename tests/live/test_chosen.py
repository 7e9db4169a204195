"""What a reader chooses in the sandbox: addresses, and files that explainer reads, with the numbers that the page has shown."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from explainer.derivation.derive import derive
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.pages.blocks.sandbox import SETS, data
from tests.conftest import require
from tests.live.proven import _text
from tests.shipped import shipped

pytestmark = pytest.mark.scripts

RUN = Path(__file__).with_name("chosen.js")
SETTINGS = [
    "",
    "data=people&hidden=2&act=sigmoid&loss=squared_error&rate=0.1&step=6",
    "data=rings&hidden=4-2&act=relu&rate=0.05&step=101&seed=3",
    "data=xor&hidden=3&loss=categorical_cross_entropy&step=50&seed=12",
    "data=points&hidden=0&act=softplus&loss=mean_squared_error&out=identity&rate=1e-3&step=3",
    "data=typed&hidden=2-2&act=leaky_relu&out=tanh&loss=half_squared_error&typed=1 2,5 -3e-2 : 0,5 1|0 0 1 : -1 2&step=7",
]
HOSTILE = [
    "data=<script>alert(1)</script>&hidden=9-9&act=exec&loss=__proto__&seed=0&rate=-1&step=1e9",
    "hidden=4-4-4&rate=NaN&seed=1.5&step=-3&out=softmax&data=constructor",
    "data=typed",
    "data=typed&typed=1:2:3",
    "data=typed&typed=" + "1 2 : 1|" * 60,
    "data=typed&typed=1e300 : 1",
    "data=typed&typed=1 : 5&loss=binary_cross_entropy",
    "rate=1e400&step=99999999999999999999",
]


def by_script(addresses: list[str]) -> list[dict[str, Any]]:
    given = json.dumps({"page": data(r"\times"), "addresses": addresses})
    done = subprocess.run([require("node"), str(RUN)], input=given, capture_output=True, text=True, check=True, timeout=300)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_saved_step_is_an_example_and_its_proven_numbers_are_the_pages() -> None:
    for said in by_script(SETTINGS):
        derivation = derive(parse(said["toml"], name="sandbox"))
        assert isinstance(derivation.example, NetworkExample)
        assert list(derivation.example.network.layers) == said["layers"]
        assert {name: _text(derivation.shown[name]) for name in derivation.shown} == said["shown"], said["kept"]


def test_the_first_step_has_the_weights_as_they_are_drawn() -> None:
    (said,) = by_script([""])
    example = parse(said["toml"], name="sandbox")
    assert isinstance(example, NetworkExample)
    assert list(map(str, example.weights)) == said["weights"]
    assert len({*said["weights"]}) > 10
    assert all(len(text.partition(".")[2]) <= 2 for text in said["weights"])


def test_an_address_is_the_same_settings_again() -> None:
    for address, said in zip(SETTINGS, by_script(SETTINGS), strict=True):
        assert (said["isAsked"], said["isWhole"]) == (bool(address), True), address
        assert (said["again"]["isWhole"], said["again"]["chosen"]) == (True, said["chosen"])


def test_what_does_not_fit_is_left_out_and_told() -> None:
    (usual,) = by_script([""])
    for address, said in zip(HOSTILE, by_script(HOSTILE), strict=True):
        assert said["isAsked"], address
        assert not said["isWhole"], address
        assert said["chosen"]["data"] == "xor" or said["chosen"]["typed"] == "1 : 5"
        assert not any(text.startswith("!") for text in said["shown"].values())
    assert by_script(HOSTILE[:1])[0]["chosen"] == usual["chosen"]


@pytest.mark.parametrize(("name", "example"), [("people", "alice"), ("rings", "rings"), ("xor", "xor-random")])
def test_data_are_those_of_the_course(name: str, example: str) -> None:
    known = shipped(example).example
    assert isinstance(known, NetworkExample)
    samples = {(tuple(map(float, known.data.inputs(each))), tuple(map(float, each.target))) for each in known.data.samples}
    assert samples == {(tuple(map(float, inputs)), tuple(map(float, target))) for inputs, target in SETS[name]}
