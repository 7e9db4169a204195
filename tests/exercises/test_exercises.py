"""Exercises: every slip is what somebody would get who makes it, every answer is what a reader has typed, and none is unfair."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import exp, sqrt
from pathlib import Path
from typing import Any

import pytest

import explainer
from explainer.core.digits import Enclosure, show
from explainer.core.errors import PageError, Problem
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.exercises.exercise import VARIANTS, Exercise, check, exercise
from explainer.pages.blocks.exercises import SAYS, _data, of_a_walkthrough
from explainer.pages.fill import Page, fill
from explainer.pages.generated import generated
from explainer.pages.plain import PlainWriter
from explainer.pages.source import Source
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import load
from explainer.words.languages import LANGUAGES, SOURCE
from explainer.words.numbers import localise, running
from tests.conftest import require
from tests.exercises.asked import ANSWERS, on_pages, printed, spelt
from tests.shipped import proven
from tests.shipped import shipped as derived

SCRIPT = Path(explainer.__file__).parent / "site" / "theme" / "assets" / "javascripts" / "exercises.js"
MOST_BYTES = 12_000  # of the script
MOST_DATA = 15_000  # bytes of a page, compressed


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


# --- slips, against the same mistakes made by hand

Made = Callable[..., tuple[float, ...]]


def forward(w3: float, w4: float, w5: float, w6: float, b2: float, b3: float, x1: float, x2: float, h1: float) -> tuple[float, ...]:
    z2 = w3 * x1 + w4 * x2 + b2
    z3 = w5 * h1 + w6 * sigmoid(z2) + b3
    return z2, sigmoid(z2), z3, sigmoid(z3)


def onward(z2: float, h2: float, w5: float, w6: float, b3: float, h1: float) -> tuple[float, ...]:
    z3 = w5 * h1 + w6 * h2 + b3
    return z2, h2, z3, sigmoid(z3)


def from_sum(change: Callable[..., float]) -> Made:
    """A pass in which the first sum is another."""

    def made(
        w3: float, w4: float, w5: float, w6: float, b2: float, b3: float, x1: float, x2: float, h1: float
    ) -> tuple[float, ...]:
        z2 = change(w3, w4, b2, x1, x2)
        return onward(z2, sigmoid(z2), w5, w6, b3, h1)

    return made


def from_output(change: Callable[[float], float]) -> Made:
    """A pass in which the hidden neuron's output is another."""

    def made(
        w3: float, w4: float, w5: float, w6: float, b2: float, b3: float, x1: float, x2: float, h1: float
    ) -> tuple[float, ...]:
        z2 = w3 * x1 + w4 * x2 + b2
        return onward(z2, change(z2), w5, w6, b3, h1)

    return made


PASS: dict[tuple[str, tuple[str, ...], int], Made] = {
    ("term_left_out", ("w_3", "x_1"), 0): from_sum(lambda _, w4, b2, __, x2: w4 * x2 + b2),
    ("term_left_out", ("w_4", "x_2"), 0): from_sum(lambda w3, _, b2, x1, __: w3 * x1 + b2),
    ("bias_left_out", ("b_2",), 0): from_sum(lambda w3, w4, _, x1, x2: w3 * x1 + w4 * x2),
    ("bias_sign", ("b_2",), 0): from_sum(lambda w3, w4, b2, x1, x2: w3 * x1 + w4 * x2 - b2),
    ("exchanged", ("w_3", "w_4"), 0): from_sum(lambda w3, w4, b2, x1, x2: w4 * x1 + w3 * x2 + b2),
    ("activation_left_out", ("z_2",), 1): from_output(lambda z: z),
    ("activation_twice", (), 1): from_output(lambda z: sigmoid(sigmoid(z))),
    ("exponent_sign", (), 1): from_output(lambda z: sigmoid(-z)),
}


def test_slips_of_a_forward_pass_are_what_mistakes_by_hand_give() -> None:
    task = exercise(derived("unlike-neurons"), ("o_1",), 4, 4)
    assert task.fields == ("z_2", "h_2", "z_3", "o_1")
    seen = {(item.cause, item.mentions, item.field): index for index, item in enumerate(task.mistakes)}
    for setting in task.settings:
        told = [float(shown.text) for shown in setting.told]
        assert [float(value) for value in setting.right] == pytest.approx(forward(*told), rel=1e-9)
        for key, made in PASS.items():
            values = made(*told)
            given = setting.wrong[seen[key]]
            assert [float(value) for value in given[key[2] :]] == pytest.approx(values[key[2] :], rel=1e-5), key
            assert not any(given[: key[2]])


def test_slips_of_a_derivative_are_what_mistakes_by_hand_give() -> None:
    task = exercise(derived("training"), ("dL/dw_1",), 4, 2)
    assert task.fields == ("dh_1/dw_1", "dL/dw_1")
    seen = {(item.cause, item.mentions): index for index, item in enumerate(task.mistakes)}
    for setting in task.settings:
        told = {name: float(shown.text) for name, shown in zip(task.told, setting.told, strict=True)}
        x1, x2, slope = told["x_1"], told["x_2"], told["dh_1/dz_1"]
        loss, back, other = told["dL/do_1"], told["do_1/dh_1"], told["do_1/dh_2"]
        expected = {
            ("slope_left_out", ("dh_1/dz_1",)): loss * back * x1,
            ("confused", ("x_1", "x_2")): loss * back * slope * x2,
            ("left_out", ("x_1",)): loss * back * slope,
            ("left_out", ("dL/do_1",)): back * slope * x1,
            ("confused", ("do_1/dh_1", "do_1/dh_2")): loss * other * slope * x1,
        }
        for key, value in expected.items():
            assert float(setting.wrong[seen[key]][-1]) == pytest.approx(value, rel=1e-5), key


def test_slips_of_a_step_are_what_mistakes_by_hand_give() -> None:
    task = exercise(derived("adam"), ("b_3#2",), 6, 2)
    assert task.told == ("eta", "beta_2", "epsilon", "b_3#1", "s_b_3#2", "mhat_b_3#2")
    seen = {(item.cause, item.field): index for index, item in enumerate(task.mistakes)}
    for setting in task.settings:
        rate, decay, eps, before, square, mean = (float(shown.text) for shown in setting.told)

        def moved(rate: float, square: float, before: float = before, mean: float = mean, eps: float = eps) -> float:
            return before - rate * mean / (sqrt(square) + eps)

        corrected = square / (1 - decay**2)
        expected = {
            ("uncorrected", 0): moved(rate, square),
            ("ascent", 1): moved(-rate, corrected),
            ("rate_tenfold", 1): moved(10 * rate, corrected),
            ("step_given", 1): moved(rate, corrected) - before,
        }
        for key, value in expected.items():
            assert float(setting.wrong[seen[key]][-1]) == pytest.approx(value, rel=1e-5), key


def slip_of(task: Exercise, cause: str, *mentions: str, at: str = "") -> list[list[float]]:
    """What a slip makes of the step that it is made in, and what is told, in each set of numbers."""
    sought = (cause, mentions, at)
    (index,) = (place for place, item in enumerate(task.mistakes) if (item.cause, item.mentions, item.at) == sought)
    field = task.mistakes[index].field
    return [[float(setting.wrong[index][field]), *(float(shown.text) for shown in setting.told)] for setting in task.settings]


def test_a_bias_added_after_the_activation_is_what_it_gives_by_hand() -> None:
    task = exercise(derived("unlike-neurons"), ("h_2",), 4, 2)
    assert task.told == ("w_3", "w_4", "b_2", "x_1", "x_2")
    for wrong, w3, w4, b2, x1, x2 in slip_of(task, "bias_after", "b_2"):
        assert wrong == pytest.approx(sigmoid(w3 * x1 + w4 * x2) + b2, rel=1e-5)


def test_a_step_given_for_a_derivative_has_the_learning_rate_in_it() -> None:
    task = exercise(derived("training"), ("w_1#1",), 5, 2)
    assert task.fields[0] == "dL/dw_1"
    rate = task.told.index("eta")
    for (wrong, *told), setting in zip(slip_of(task, "step_for_derivative", "eta"), task.settings, strict=True):
        assert wrong == pytest.approx(told[rate] * float(setting.right[0]), rel=1e-5)


def test_a_new_value_given_for_a_derivative_is_the_parameter_after_the_step() -> None:
    task = exercise(derived("training"), ("w_1#1",), 5, 2)
    for (wrong, *_), setting in zip(slip_of(task, "new_for_derivative", "w_1#1"), task.settings, strict=True):
        assert wrong == pytest.approx(float(setting.right[1]), rel=1e-5)


def test_the_slope_of_the_new_place_is_what_it_gives_by_hand() -> None:
    task = exercise(derived("valley"), ("a_3",), 4, 2)
    for wrong, *told in slip_of(task, "new_point", at="a_2"):
        start, rate = (told[task.told.index(name)] for name in ("a_1", "eta_1"))
        new = start - rate * 2 * (start - 3)
        assert wrong == pytest.approx(start - rate * 2 * (new - 3), rel=1e-5)


def test_shares_of_an_average_that_are_exchanged_are_what_it_gives_by_hand() -> None:
    for name, power in (("m_w_1#2", 1), ("s_b_3#2", 2)):
        task = exercise(derived("adam"), (name,), 4, 1)
        for wrong, decay, before, gradient in slip_of(task, "shares_exchanged"):
            assert wrong == pytest.approx((1 - decay) * before + decay * gradient**power, rel=1e-5)


def test_inputs_of_another_sample_are_those_of_its_number_and_of_the_example_s_own_numbers_alone() -> None:
    task = exercise(derived("training"), ("z_1",), 4, 1)
    found = {item.count: task.settings[0].wrong[at][0] for at, item in enumerate(task.mistakes) if item.cause == "other_sample"}
    told = dict(zip(task.told, (float(shown.text) for shown in task.settings[0].told), strict=True))
    people = {2: (25, 6), 3: (17, 4), 4: (-15, -6)}  # Bob, Charlie and Diana, without the 135 and 66
    assert found.keys() == people.keys()
    for number, (weight, height) in people.items():
        assert float(found[number]) == pytest.approx(told["w_1"] * weight + told["w_2"] * height + told["b_1"], rel=1e-5)
    others = [row for setting in task.settings[1:] for row, item in zip(setting.wrong, task.mistakes, strict=True) if item.count]
    assert not any(map(any, others))
    names = [line[0] for line in cells(plain("exercise z_1", "training"))]
    assert "the inputs of another sample, number 3" in names


def test_a_sample_with_the_same_inputs_is_no_slip() -> None:
    network = '[network]\nlayers = [2, 1]\nactivation = "sigmoid"\nloss = "squared_error"\n'
    parameters = "[parameters]\nweights = [0.7, -1.3]\nbiases = [0.2]\n"
    people = (("a", 2), ("b", 2), ("c", 4))
    samples = "".join(f'[[data.samples]]\nname = "{name}"\ninputs = [{x}, 3]\ntarget = [1]\n' for name, x in people)
    walkthrough = '[walkthrough]\nsamples = ["a"]\n'
    derivation = proven(parse(network + parameters + samples + walkthrough, name="same"))
    for task in (check(derivation, ("z_1",), 4), exercise(derivation, ("z_1",), 4, 1)):
        rows = zip(task.mistakes, task.settings[0].wrong, strict=True)
        assert {item.count: any(row) for item, row in rows if item.cause == "other_sample"} == {2: False, 3: True}


def test_a_difference_that_is_not_divided_is_the_difference() -> None:
    task = exercise(derived("nudge"), ("q_1",), 4, 1)
    assert task.told == ("d_1", "L", "N_1")
    for wrong, _, loss, nudged in slip_of(task, "not_divided", "d_1"):
        assert wrong == pytest.approx(nudged - loss, rel=1e-5)


def test_a_step_that_lacks_a_factor_is_what_it_gives_by_hand() -> None:
    task = exercise(derived("valley"), ("a_2",), 4, 1)
    for cause, made in (("2", lambda a, rate: a - rate * (a - 3)), ("eta_1", lambda a, _: a - 2 * (a - 3))):
        for wrong, *told in slip_of(task, "left_out", cause):
            start, rate = (told[task.told.index(name)] for name in ("a_1", "eta_1"))
            assert wrong == pytest.approx(made(start, rate), rel=1e-5)


def test_a_number_rounded_on_the_way_is_what_a_reader_gets_who_does_that() -> None:
    task = exercise(derived("training"), ("dL/dw_1",), 4, 2)
    told = {name: shown.value for name, shown in zip(task.told, task.settings[0].told, strict=True)}

    def kept(value: Fraction, digits: int) -> Fraction:
        shown = show(Enclosure.exact(value), digits)
        assert shown
        return shown.value

    for index, mistake in enumerate(task.mistakes):
        if mistake.cause == "rounded" and task.settings[0].wrong[index][1]:
            slope, loss, back = (kept(told[name], mistake.count) for name in ("dh_1/dz_1", "dL/do_1", "do_1/dh_1"))
            value = kept(loss * back * kept(slope * told["x_1"], mistake.count), 4)
            assert Fraction(task.settings[0].wrong[index][1]) == value


# --- fairness


def test_other_numbers_are_as_many_as_promised_and_no_slip_hides_among_them() -> None:
    task = exercise(derived("training"), ("dL/dw_1",), 4, 2)
    assert len({setting.told for setting in task.settings}) == len(task.settings) == VARIANTS + 1
    for setting in task.settings:
        assert not any("e" in shown.text for shown in setting.told)
        for place, right in enumerate(setting.right):
            values = [row[place] for row in setting.wrong if row[place]]
            assert values
            shown = show(Enclosure.exact(Fraction(right)), task.digits)
            assert shown
            assert shown.value not in {printed(value, task.digits) for value in values}


def filled(text: str, example: str, language: str = "en") -> Page:
    (catalogue,) = (load(item) for item in LANGUAGES if item.code == language)
    names = {example, "alice", "training", "unlike-neurons"}
    source = Source("docs/en/x.md", f"# T {{#top}}\n\n{text}\n", example)
    return fill(source, catalogue, SiteWriter(), {name: derived(name) for name in names if name})


def problem(text: str, example: str) -> Problem:
    with pytest.raises(PageError) as caught:
        filled(text, example)
    (found,) = caught.value.problems
    assert (found.file, found.place) == ("docs/en/x.md", "line 3")
    return found


@pytest.mark.parametrize(
    ("block", "says", "right"),
    [
        ("exercise q_1", "the quantity 'q_1'", ""),
        ("exercise", "no quantity", ""),
        ("exercise dL/dw_1 dL/dw_2 open=2", "open=2 of several", "::: exercise dL/dw_1 dL/dw_2"),
        ("exercise x_1@2 raw_1", "the quantity 'raw_1'", ""),
        ("exercise dL/dw_1 open=0", "open=0", "::: exercise dL/dw_1 open=4"),
        ("exercise z_1 open=4", "open=4", "::: exercise z_1 open=3"),
        ("exercise dL/dw_1 open=99", "open=99", "::: exercise dL/dw_1 open=4"),
        ("exercise dL/dw_1 digits=99", "digits=99", "::: exercise dL/dw_1 digits=4"),
        ("exercise dL/dw_1 digits=four", "digits=four", "::: exercise dL/dw_1"),
        ("exercise dL/dw_1 digits=4 digits=5", "digits=5", "::: exercise dL/dw_1"),
        ("exercise dL/dw_1 hints=2", "hints=2", "::: exercise dL/dw_1"),
        ("steps z_1 h_1 fade=3", "fade=3", "::: steps z_1 h_1 fade=2"),
        ("steps z_1 h_1 fade=0", "fade=0", "::: steps z_1 h_1 fade=2"),
        ("check q", "the quantity 'q'", ""),
        ("check open=2", "open=2", ""),
        ("say", "no question", ""),
        ("say sign", "sign", ""),
        ("say order dL/dw_1", "order dL/dw_1", ""),
        ("say sign q", "the quantity 'q'", ""),
    ],
)
def test_a_wrong_block_is_one_located_message_and_what_it_shows_would_do(block: str, says: str, right: str) -> None:
    found = problem(f"::: {block}", "training")
    assert says in found.found
    assert found.example.startswith("::: ")
    assert not right or found.example == right
    assert filled(found.example, "training")


def test_what_a_message_shows_is_of_the_example_that_the_block_names() -> None:
    for block, right in (("exercise {}dL/dw_1 digits=99", "exercise {}dL/dw_1 digits=4"), ("say {}sign", "say {}sign L#1")):
        found = problem("::: " + block.format("training: "), "alice")
        assert found.example == "::: " + right.format("training: ")
        assert filled(found.example, "alice")


def test_an_exercise_in_which_a_slip_gives_the_right_digits_is_refused_by_the_slip_s_name() -> None:
    found = problem("::: exercise dL/dw_1 open=2", "alice")
    assert "the slip 'confused' (do_1/dh_1, do_1/dh_2) gives the right digits of dL/dw_1, 0.02147" in found.found


@cache
def close(weight: str, digits: int) -> tuple[Derivation, int]:
    text = f'[graph]\ns = "a * b"\n[values]\na = 3.7\nb = {weight}\n[walkthrough]\nof = "s"\n'
    return proven(parse(text, name="close")), digits


def test_slips_that_more_digits_would_part_get_them_or_it_is_said() -> None:
    from explainer.exercises.opened import Refused

    derivation, digits = close("2.0003", 3)  # leaving out the other factor, or taking half, is nearly the same
    with pytest.raises(Refused) as caught:
        exercise(derivation, ("s",), digits, 1)
    assert "'half' and 'left out' (b) give the same 3 digits of s" in caught.value.found or "(b)" in caught.value.found
    assert caught.value.right == "s digits=4 open=1"
    assert exercise(derivation, ("s",), 4, 1)


# --- names that a reader can follow


def cells(text: str) -> list[list[str]]:
    """The lines of an exercise's tables."""
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ") and "---" not in line]


def plain(block: str, example: str) -> str:
    source = Source("docs/en/x.md", f"# T {{#top}}\n\n::: {block}\n", example)
    return fill(source, load(SOURCE), PlainWriter(), {example: derived(example)}).text


NAMELESS = (
    ("valley", "exercise a_3 open=2"),
    ("nudge", "exercise q_1"),
    ("bias", "exercise o_1 open=2"),
    ("unequal", "exercise delta_1 open=3"),
    ("two-outputs", "exercise delta_2 open=2"),
    ("sure-and-wrong", "exercise C_2"),
)
TABLES = (*NAMELESS, ("valley", "check"), ("unlike-neurons", "exercise o_1 open=4"), ("training", "check"))


@pytest.mark.parametrize(("example", "block"), NAMELESS)
def test_a_reader_meets_no_name_that_was_made_up_for_a_part_of_a_formula(example: str, block: str) -> None:
    derivation = derived(example)
    made_up = [name for name in derivation.program.quantities if name.startswith("u_")]
    assert made_up
    assert not any(derivation.quantities[name].symbol in plain(block, example) for name in made_up)


def test_a_formula_is_worked_out_in_one_piece() -> None:
    text = plain("exercise a_3 open=2", "valley")
    assert r"a_{3} &= a_{2} - \eta_{1} \times 2 \times (a_{2} - 3)" in text
    assert r"&= 1.08 - 0.1 \times 2 \times (1.08 - 3)" in text
    text = plain("exercise o_1 open=2", "bias")
    assert r"The sigmoid turns $s + b_{1}$ into $o_{1}$" in text
    text = plain("formulas P_1", "counts")
    assert r"P_{1} &= (n_{0} + 1) \times n_{1}" in text
    assert r"&= (784 + 1) \times 128" in text


@pytest.mark.parametrize(("example", "block"), TABLES)
def test_no_two_lines_of_a_table_have_one_name_or_the_same_numbers(example: str, block: str) -> None:
    name = 1 if block == "check" else 0  # behind the quantity
    for table in plain(block, example).split("| Slip | ")[1:]:
        lines = cells(table)
        assert lines
        for part in (lambda line: line[: name + 1], lambda line: [*line[:name], *line[name + 1 :]]):
            assert len({tuple(part(line)) for line in lines}) == len(lines), lines


def test_a_slip_that_can_be_made_in_several_places_says_where() -> None:
    names = [line[0] for line in cells(plain("exercise o_1 open=4", "unlike-neurons"))]
    assert "$h_{2}$: the wrong sign" in names
    assert "$o_{1}$: the activation function applied twice" in names
    assert "the wrong sign" in [line[0] for line in cells(plain("exercise q_1", "nudge"))]


def test_an_exact_number_is_equal_and_no_other() -> None:
    assert "$z_{1}$ = −0.3" in plain("say sign z_1", "unlike-neurons")
    assert "$d_{4}$ ≈ −3.221" in plain("say order d_3 d_4", "valley")


# --- what the script says of what is typed

TASKS = (
    ("first-neuron", "o_1", 4, 2), ("unlike-neurons", "o_1", 4, 4), ("training", "dL/dw_1", 4, 2), ("training", "w_1#1", 5, 1),
    ("adam", "b_3#2", 6, 2),
)  # fmt: skip
SOUGHT = frozenset({"slip", "slips.several"})


def asked() -> Iterator[Exercise]:
    """Some exercises, and all that the pages have."""
    for example, target, digits, count in TASKS:
        yield exercise(derived(example), (target,), digits, count)
    for found in on_pages().values():
        yield from found


@pytest.mark.thorough
def test_a_page_has_little_data() -> None:
    """Compressed, as it is sent."""
    for page, found in on_pages().items():
        assert len(gzip.compress("".join(map(_data, found)).encode())) < MOST_DATA, page


@pytest.mark.thorough
@pytest.mark.parametrize("example", ["alice", "nudge", "perceptron", "adam"])
def test_the_field_for_any_number_has_little_data(example: str) -> None:
    derivation = derived(example)
    task = check(derivation, of_a_walkthrough(derivation), derivation.example.digits)
    assert len(gzip.compress(_data(task, one=True).encode())) < MOST_DATA // 3


def judged(lines: list[list[Any]], tasks: Sequence[Exercise]) -> list[dict[str, Any]]:
    """What the script says of each [task, setting, field, text typed, texts typed before], in one run of Node."""
    program = f"""
const {{ read, judge, unpacked }} = require({json.dumps(str(SCRIPT))});
const {{ tasks, lines }} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const all = tasks.map((task) => ({{ ...task, settings: task.settings.map(unpacked) }}));
process.stdout.write(JSON.stringify(lines.map(([task, setting, field, typed, before]) => {{
  const own = all[task], numbers = [];
  (before || []).forEach((text, place) => {{ if (text) numbers[place] = read(text).numbers[0]; }});
  const {{ number, ...found }} = judge(own, own.settings[setting], field, typed, numbers);
  return found;
}})));"""
    given = json.dumps({"tasks": [json.loads(_data(task)) for task in tasks], "lines": lines})
    done = subprocess.run([require("node"), "-e", program], input=given, capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@cache
def tasks() -> tuple[Exercise, ...]:
    return tuple(asked())


@pytest.mark.thorough
def test_every_accepted_spelling_of_every_right_value_is_right() -> None:
    lines = [
        [index, place, field, typed]
        for index, task in enumerate(tasks())
        for place, setting in enumerate(task.settings)
        for field, shown in enumerate(setting.shown)
        for typed in (spelt(shown.text) if not place else [shown.text, shown.text.replace(".", ",")])
    ]
    wrong = [(line, found) for line, found in zip(lines, judged(lines, tasks()), strict=True) if found["is"] != "right"]
    assert not wrong


@pytest.mark.thorough
def test_every_slip_s_digits_get_its_name() -> None:
    lines, expected = list[list[Any]](), list[int]()
    for index, task in enumerate(tasks()):
        for place, setting in enumerate(task.settings):
            for slip, row in enumerate(setting.wrong):
                for field, value in enumerate(row):
                    shown = show(Enclosure.exact(Fraction(value)), task.digits) if value else None
                    if shown and shown.value:
                        lines.append([index, place, field, shown.text])
                        expected.append(slip)
    found = judged(lines, tasks())
    missing = [(line, item) for line, item, slip in zip(lines, found, expected, strict=True) if slip not in item.get("slips", ())]
    assert not missing
    assert {item["is"] for item in found} == SOUGHT


def test_what_is_typed_is_answered_for_what_it_is() -> None:
    task = exercise(derived("training"), ("dL/dw_1",), 4, 2)
    assert task.fields == ("dh_1/dw_1", "dL/dw_1")
    found = judged([[0, 0, 1, typed, before] for typed, before, _ in ANSWERS], [task])
    assert [(line[0], item["is"]) for line, item in zip(ANSWERS, found, strict=True)] == [(line[0], line[2]) for line in ANSWERS]


def readings(typed: Sequence[str]) -> list[list[str]]:
    """The numbers that each text may be, as units and a power of ten."""
    program = f"const {{ read }} = require({json.dumps(str(SCRIPT))}); const typed = JSON.parse(process.argv[1]);"
    program += "console.log(JSON.stringify(typed.map((text) => (read(text).numbers || []).map((n) => `${n.units}e${n.place}`))))"
    done = subprocess.run(
        [require("node"), "-e", program, json.dumps(typed)], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_what_may_be_grouped_or_a_decimal_is_read_in_both_ways() -> None:
    both = ["1234e-3", "1234e0"]
    assert readings(["1,234", "1.234", "1.234.567", "0,234", "12345"]) == [both, both, ["1234567e0"], ["234e-3"], ["12345e0"]]


def test_numbers_are_read_as_every_language_groups_them() -> None:
    written = {running(localise("46469.5", language)) for language in LANGUAGES}
    assert written == {"46,469.5", "46.469,5", "46\u00a0469,5"}
    for text in (*written, "46 469,5", "46'469.5", "46\u202f469.5"):
        assert readings([text, f"-{text}", f"{text}e3"]) == [["464695e-1"], ["-464695e-1"], ["464695e2"]], text
    assert readings(["1,234,567.25", "1.234.567,25"]) == [["123456725e-2"]] * 2


def test_groups_that_are_none_are_no_number() -> None:
    assert not any(readings(["46,46.5", "0,469.5", "1,234.567.8", "1.234,567,8", "46.469,", "4646,469.5"]))


# --- what it says it with


def test_the_script_is_small_and_asks_nobody() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert not any(word in text for word in ("fetch", "XMLHttpRequest", "import(", "eval(", "innerHTML", "http"))


def test_the_script_finds_every_sentence_that_it_says() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    page = filled("::: exercise dL/dw_1 open=2\n\n::: say sign dL/dw_1\n", "training").text
    for key in (*SAYS, "choice.right", "choice.wrong"):
        assert f'data-say="{key}"' in page
        assert f'"{key}"' in text or key.startswith("choice."), key
    assert page.count('class="ex-says"') == 1


def test_a_question_is_decided_by_proven_values() -> None:
    for block, right in (("sign dL/dw_1", 0), ("sign dL/dw_4", 1), ("order dL/dw_1 dL/dw_2", 0), ("order dL/dw_2 dL/dw_1", 1)):
        assert f'data-choice="{right}"' in filled(f"::: say {block}", "training").text
    assert 'data-choice="2"' in filled("::: say order w_1 w_2", "alice").text


def test_the_last_steps_fade() -> None:
    whole, faded = (filled(f"::: steps z_1 h_1 z_2{fade}", "training") for fade in ("", " fade=2"))
    assert whole.text.count("<details") == 0
    assert faded.text.count("<details") == 2
    assert whole.occurrences == faded.occurrences


@pytest.mark.thorough
def test_numbers_of_one_s_own_can_be_checked_on_any_example() -> None:
    """Also on a network of ones, where a slip that shows no difference goes unsaid."""
    for example in ("alice", "training", "unequal", "mazur", "first-neuron", "small-layers"):
        text = fill(
            Source("docs/en/x.md", "# T {#top}\n\n::: check\n", example), load(SOURCE), SiteWriter(), {example: derived(example)}
        ).text
        assert text.count("data-field=") >= 2
    task = check(derived("alice"), ("h_1", "dL/dw_1"), 4)
    assert [shown.text for shown in task.settings[0].shown] == ["0.04743", "0.02147"]
    for row in task.settings[0].wrong:
        assert all(
            not value or printed(value, 4) != printed(right, 4) for value, right in zip(row, task.settings[0].right, strict=True)
        )


@pytest.mark.parametrize("example", ["nudge", "valley", "three-gates", "unequal"])
def test_a_page_that_an_example_has_by_itself_ends_with_a_field_for_its_numbers(example: str) -> None:
    """With names that its reader has met: none that was made up for what is nested in a formula, nor a derivative by it."""
    derivation = derived(example)
    text = fill(generated(derivation, load(SOURCE)), load(SOURCE), PlainWriter(), {example: derivation}).text
    (asked,) = re.findall(r"## Check your own numbers\n(.*)", text, re.DOTALL)
    assert "Choose the quantity" in asked
    assert not re.search(r"u_\{?\d", asked)
    assert len(check(derivation, of_a_walkthrough(derivation), 4).fields) >= 4


def test_an_example_with_nothing_to_be_checked_has_no_field() -> None:
    derivation = proven(parse('[graph]\ns = "a - b"\n[values]\na = 2\nb = 2\n[walkthrough]\nof = "s"\n', name="nothing"))
    assert "{#check}" not in generated(derivation, load(SOURCE)).text
