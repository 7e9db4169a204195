"""The page's script says of changed numbers what would be proven of them, letter by letter."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from flint import arb, ctx, fmpq

import explainer
from explainer.core.digits import show
from explainer.core.errors import NumericError
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.load import parse
from explainer.live.printed import document, dumps, packed, places
from explainer.operations.algebra import read
from explainer.operations.narrow import NARROW
from explainer.operations.vocabulary import ACTIVATIONS, LOSSES, OPERATIONS
from explainer.pages import live
from explainer.pages.claimed import claimed
from explainer.pages.claims import judged
from explainer.proof.enclosure import Balls, enclose, precision, rational
from explainer.site.scripts import small
from explainer.words.conditions import read as read_condition
from explainer.words.languages import LANGUAGES
from explainer.words.numbers import localise, marks, running
from tests.conftest import require
from tests.live.pages import NETWORK
from tests.live.proven import at, differences, scripted
from tests.live.settings import crafted, drawn
from tests.networks import example_text
from tests.shipped import FILES, shipped

pytestmark = pytest.mark.scripts

SCRIPT = Path(explainer.__file__).parent / "site" / "theme" / "assets" / "javascripts" / "numbers.js"
MANY = int(os.environ.get("LIVE_SETTINGS", "200"))
MOST_BYTES = 25_000  # of a script and a list together, compressed
WRONG = {"open", "none", "large", "tiny"}

# Formulas with all that only formulas have.
FORMULAS = """
[graph]
a = "sqrt(u) * log(u + 2) - cos(u)"
b = "abs(v) ** u + u ** 3 / v"
c = "max(u, v) * min(u, v) + erf(v)"
f = "a * b + sin(c) / (exp(v) + 1) + sign(v) * u ** -2"
[values]
u = 0.7
v = -1.25
[walkthrough]
of = "f"
"""


def in_node(program: str, given: object) -> object:
    """What a program prints of data, both as JSON."""
    code = f"const all = require({json.dumps(str(SCRIPT))}), given = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n{program}"
    done = subprocess.run(
        [require("node"), "-e", code], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout)


def listed(name: str) -> Derivation:
    """An example of which the script has the list."""
    require("node")
    derivation = shipped(name)
    if derivation.matrices is not None:
        pytest.skip("a page of matrices")
    return derivation


@pytest.mark.parametrize("name", FILES)
def test_each_example_at_other_numbers(name: str) -> None:
    derivation = listed(name)
    settings = [{}, *drawn(derivation.program, 15), *crafted(derivation.program, 8)]
    assert not list(differences(derivation, settings))


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILES if MANY >= 1000 else ["neuron", "hmkcode", "alice"])
def test_many_drawn_and_crafted_settings(name: str) -> None:
    """`make live` tries a thousand and two hundred of every example."""
    derivation = listed(name)
    settings = [*drawn(derivation.program, MANY, seed=23), *crafted(derivation.program, MANY // 5, seed=29)]
    assert not list(differences(derivation, settings))


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_every_activation(activation: str) -> None:
    require("node")
    derivation = derive(parse(example_text([2, 2, 1], activation=activation, seed=5), name="example"))
    assert not list(differences(derivation, [{}, *drawn(derivation.program, 6), *crafted(derivation.program, 6)]))


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss(loss: str) -> None:
    require("node")
    last = OPERATIONS[loss].demands.after or "identity"
    derivation = derive(parse(example_text([2, 2, 2], activation=["tanh", last], loss=loss, seed=6), name="example"))
    kept = {name for name in derivation.program.given if name.startswith("y")}  # targets that a loss may ask something of
    settings = [{}, *drawn(derivation.program, 6), *crafted(derivation.program, 6)]
    assert not list(differences(derivation, [{name: v for name, v in each.items() if name not in kept} for each in settings]))


def test_formulas_with_every_function() -> None:
    require("node")
    derivation = derive(parse(FORMULAS, name="example"))
    settings = [
        {},
        {"u": "0"},
        {"v": "0"},
        {"u": "1", "v": "1"},
        {"u": "-1"},
        {"u": "2", "v": "1e5"},
        {"u": "1e-30"},
        {"v": "-800"},
    ]
    assert not list(differences(derivation, [*settings, *drawn(derivation.program, 20)]))


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ({"w_2": "1e308", "x_2": "1e10"}, "large"),
        ({"w_2": "-1e5"}, "tiny"),
        ({"b_1": "-3000", "w_1": "0", "w_2": "0"}, None),  # 10⁻¹³⁰³ can be told
    ],
)
def test_what_has_no_number_is_said(setting: dict[str, str], wrong: str | None) -> None:
    require("node")
    (said,), _ = scripted(shipped("neuron"), [setting])
    assert said.get("wrong") == wrong


def test_digits_that_no_bits_prove_are_not_told_though_some_are_known() -> None:
    """1 − tanh² at 1400 leaves 56 of 4,096 bits: four digits, and not the guard digits behind them."""
    require("node")
    derivation = derive(parse(NETWORK, name="market"))
    assert not list(differences(derivation, [{"w_3": "-700"}, {"w_3": "-600"}]))


def test_every_text_is_a_number() -> None:
    """And never NaN, Infinity or −0."""
    require("node")
    program = shipped("hmkcode").program
    said, _ = scripted(shipped("hmkcode"), crafted(program, 60, seed=3))
    texts = [text for each in said if "found" in each for found in each["found"].values() for text in found]
    assert len(texts) > 1000
    assert not [text for text in texts if not re.fullmatch(r"[=≈] (0|-?(?!0\d)\d+(\.\d+)?(e-?\d+)?)", text) or text.endswith("-0")]
    assert {each["wrong"] for each in said if "wrong" in each} <= WRONG


def test_functions_against_balls() -> None:
    """With as many bits as are asked for, and never beyond their bound."""
    draw = Random(2)
    texts = [
        *(str(round(draw.uniform(-1, 1) * 10 ** draw.randint(-9, 2), 12)) for _ in range(20)),
        "1e-40",
        "0.9999999999",
        "2",
        "-20",
    ]
    functions = {
        "exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "tanh": arb.tanh, "sin": arb.sin, "cos": arb.cos, "erf": arb.erf,
        "cdf": lambda x: (-x / arb(2).sqrt()).erfc() / 2,
    }  # fmt: skip
    program = """console.log(JSON.stringify(given.bits.map((bits) => given.texts.map((text) => given.functions.map((name) => {
      try { const { m, r, e } = all.balls(bits)[name](all.balls(bits).of(all.parsed(text))); return [`${m}`, `${r}`, e]; }
      catch (error) { return error.is; } })))));"""
    bits = (128, 700)
    said = in_node(program, {"bits": bits, "texts": texts, "functions": list(functions)})
    for precise, rows in zip(bits, said, strict=True):  # type: ignore[call-overload]
        for text, row in zip(texts, rows, strict=True):
            for (name, function), found in zip(functions.items(), row, strict=True):
                at = Fraction(text)
                if name in ("log", "sqrt") and at <= 0:
                    assert found == "none"
                    continue
                with precision(2 * precise + 400):
                    right = function(arb(fmpq(at.numerator, at.denominator)))
                    middle, radius = (arb(int(part)) * arb(2) ** found[2] for part in found[:2])
                    assert abs(right - middle) <= radius, (precise, text, name)
                    assert radius <= abs(middle) * arb(2) ** (80 - precise), (precise, text, name)
    assert ctx.prec == 53


@pytest.mark.parametrize("name", NARROW)
def test_narrow_forms_are_their_rows(name: str) -> None:
    draw, count = Random(4), 2 if name in ("maximum", "minimum") else 6
    for _ in range(5):
        with precision(200):
            numbers = [rational(Fraction(draw.randint(-300, 300), 100)) for _ in range(count)]
            static = (1,) if name.endswith("slope") or name == "softmax" else ()
            both = [read(form, Balls(), numbers, static) for form in (NARROW[name], OPERATIONS[name].formula)]
            one, other = (show(enclose(value), 30) for value in both)
        assert one is not None
        assert one.value == (other.value if other else None)


CLAIMS = (
    *("o_1 > 0.5", "dL/dw_1 > 0 and dL/do_1 < 0", "w_1, w_2 = w_3, w_4", "|dL/dw_1| <= 0.1 * |dL/db_3|", "z_1 * (1 - z_1) < -1"),
    *("0 < h_1, h_2 < 1 or x_1 = -x_2", "h_1 != h_2", "L >= 0.25", "z_1 = w_1 * x_1 + w_2 * x_2 + b_1", "-2 * w_1 + 3 > 1"),
)


def test_what_sentences_claim_is_decided_as_it_is_proven() -> None:
    require("node")
    derivation = shipped("alice")
    conditions = [read_condition(text) for text in CLAIMS]
    listed = places(derivation.program)
    trees = [claimed(condition, lambda item: listed[item.name]) for condition in conditions]
    settings = [{}, *drawn(derivation.program, 30), *crafted(derivation.program, 20)]
    program = """const at = all.numbers(given.list);
    console.log(JSON.stringify(given.settings.map((each) => { const state = at(each); return given.trees.map(state.holds); })));"""
    asked = {"list": document(derivation.program, derivation.example.digits), "settings": settings, "trees": trees}
    said = in_node(program, asked)
    verdicts = Counter[bool | None]()
    for setting, row in zip(settings, said, strict=True):  # type: ignore[call-overload]
        try:
            numbers = at(derivation, setting)
        except NumericError:
            continue
        for condition, by_script in zip(conditions, row, strict=True):
            right = judged(condition, lambda item: numbers.enclosure(item.name)).holds  # noqa: B023
            assert by_script == right, (setting, str(condition))
            verdicts[by_script] += 1
    assert min(verdicts[True], verdicts[False]) > 50


@pytest.mark.parametrize("name", FILES)
def test_plain_floats_are_near_what_is_proven(name: str) -> None:
    _is_near(listed(name))


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_plain_floats_of_every_activation(activation: str) -> None:
    require("node")
    _is_near(derive(parse(example_text([2, 2, 1], activation=activation, seed=5), name="example")))


def _is_near(derivation: Derivation) -> None:
    program = """const made = all.floating(given, given.names); made.run();
    console.log(JSON.stringify(given.names.map((name) => made.values[made.place(name)])));"""
    said = in_node(program, document(derivation.program, derivation.example.digits))
    names = (*derivation.program.given, *derivation.program.equation_of)
    right = {name: float(derivation.enclosure(name).lower) for name in names}
    assert dict(zip(names, said, strict=True)) == pytest.approx(right, rel=1e-7, abs=1e-12)  # type: ignore[call-overload]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_numbers_as_each_language_writes_them(language) -> None:  # type: ignore[no-untyped-def]
    texts = ["0", "-0.5", "1234", "12345.678", "-1234567", "1.235e4", "-1.5e-12", "1e20", "0.00001234"]
    said = in_node(
        "console.log(JSON.stringify(given.texts.map((text) => all.running(text, given.format))));",
        {"texts": texts, "format": marks(language)},
    )
    assert said == [running(localise(text, language)) for text in texts]


def compressed(text: str) -> int:
    return len(gzip.compress(text.encode(), mtime=0))


@cache
def compressed_scripts() -> int:
    scripts = (SCRIPT.with_name(f"{name}.js").read_text(encoding="utf-8") for name in ("numbers", "live", "where"))
    return sum(compressed(small(script)) for script in scripts)


@pytest.mark.parametrize("name", [*FILES, "two-six-six-one"])
def test_scripts_and_list_of_a_page_are_small(name: str) -> None:
    """What a page loads before a reader has asked for anything."""
    text = example_text((2, 6, 6, 1), activation=("relu", "relu", "sigmoid"), loss="binary_cross_entropy")
    derivation = shipped(name) if name in FILES else derive(parse(text, name=name))
    if not live.can_be_live(derivation):
        pytest.skip("a page whose numbers stay")
    assert compressed_scripts() + compressed(dumps(live.listed(derivation))) <= MOST_BYTES


def test_equations_are_packed_and_unpacked() -> None:
    equations = [[4, 7, 2], [0, 3], [4, 9, 3], [4, 1], [0, 5], [4, 2, 2]]
    assert packed(equations) == [[4, 7, 2], [0, 3], [4, 2, 1], [4, -8], [0, 2], [4, 1, 2]]
