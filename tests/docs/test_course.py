"""The figures that the lessons stand on, as they were calculated apart from this program: every digit of them comes out here too.

They were worked out by other code before the lessons were written. What follows from a committed derivation is read there
(`explainer derive --check` says that it is current); what the program of the perceptron's page prints, it prints here.
"""

from __future__ import annotations

import json
import re
import runpy
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.people import numbers

# Lesson, example, quantities and their figures.
FIGURES = [
    ("nudge", "nudge", "L_1 L_2 L_3 L_4 L_5 L_6 L_7", "0.0681 0.0723 0.0990 0.1777 0.2269 0.2367 0.2381"),
    ("nudge", "nudge", "q_1 q_2 q_3 dL/dw_1", "0.01967 0.02128 0.02145 0.02147"),
    ("backpropagation", "sweep", "delta_3 delta_1 delta_2", "-0.2376 -0.01073 -0.01073"),
    ("backpropagation", "counts", "P", "109386"),
    ("unequal", "unequal", "z_1 z_2 z_3 h_1 h_2 o_1 L", "-0.3374 0.1290 1.483 0.4164 0.5322 0.8150 0.03423"),
    ("unequal", "unequal", "delta_3 delta_1 delta_2", "-0.0558 -0.002623 0.01119"),
    ("learning-rate", "linear-steady", "L#e0 L#e6", "0.3272 0.0456"),
    ("learning-rate", "linear-bouncing", "L#e0 L#e1 L#e2 L#e3 L#e4", "0.3272 0.0446 0.0260 0.0459 0.0262"),
    ("learning-rate", "linear-diverging", "L#e0 L#e1 L#e2 L#e3 L#e4", "0.3272 0.3502 0.7124 23.2 1.9E+6"),
    ("learning-rate", "valley", "a_0 a_1 a_2 a_3 a_4", "0 0.6 1.08 1.464 1.7712"),
    ("learning-rate", "valley", "b_0 b_1 b_2 b_3 b_4", "0 3 3 3 3"),
    ("learning-rate", "valley", "c_0 c_1 c_2 c_3 c_4", "0 6 0 6 0"),
    ("learning-rate", "valley", "d_0 d_1 d_2 d_3 d_4", "0 6.6 -1.32 8.184 -3.2208"),
    ("learning-rate", "training-bold", "L#e1000", "1.3E-5"),
    ("training", "training", "L#e1 L#e10 L#e100 L#e500 L#e1000", "0.2720 0.1621 0.02220 0.003253 0.001494"),
    ("training", "training", "o_1@5#e1000 o_1@6#e1000 o_1@7#e1000", "0.96851 0.03876 0.96855"),
    ("training", "training", "h_1@1#e1000 h_1@2#e1000 h_1@3#e1000 h_1@4#e1000", "0.912 0.000 0.000 1.000"),
    ("training", "training", "h_2@1#e1000 h_2@2#e1000 h_2@3#e1000 h_2@4#e1000", "0.035 1.000 1.000 0.000"),
    ("training", "alice-then-diana", "b_3#e1 w_1#e1", "0.04846126 0.997853"),
    ("random-start", "xor-twins", "L#e100 L#e1000 L#e2000", "0.2229 0.1690 0.1679"),
    ("random-start", "xor-random", "L#e100 L#e1000 L#e2000", "0.1760 0.00083 0.00036"),
    ("random-start", "no-bend", "v_1 v_2 c o_1 o_2", "2.5 -2.125 0.75 -1 -1"),
    ("cross-entropy", "sure-and-wrong", "s_1 s_2 s_3 s_4", "0.25 0.185 0.0347 0.000247"),
    ("cross-entropy", "sure-and-wrong", "c_1 c_2 c_3 c_4 edge", "0.5 0.881 0.982 0.9999 36.74"),
    ("adam", "adam", "w_1 w_1#1 b_3 b_3#1", "1 0.9990 0 0.001000"),
]


@cache
def _quantities(example: str) -> dict[str, Any]:
    quantities: dict[str, Any] = json.loads((ROOT / "docs" / "derivations" / f"{example}.json").read_text("utf-8"))["quantities"]
    return quantities


def _agrees(value: float, figure: str) -> bool:
    """Whether a value, rounded to the last digit of a figure, is the figure; a float of a tie may be rounded either way."""
    digits = Decimal(figure)
    return abs(Decimal(value) - digits) <= Decimal((0, (5,), int(digits.as_tuple().exponent) - 1)) + abs(digits) * Decimal("1e-15")


@pytest.mark.parametrize(("lesson", "example", "names", "figures"), FIGURES)
def test_the_figures_of_a_lesson_come_out(lesson: str, example: str, names: str, figures: str) -> None:
    text = (ROOT / "docs" / "en" / f"{lesson}.md").read_text("utf-8")
    assert f"example: {example}\n" in text or f"{{{{{example}:" in text or f" {example}" in text
    values = {name: _quantities(example)[name]["value"] for name in names.split()}
    wanted = dict(zip(values, figures.split(), strict=True))
    assert not {name: (value, wanted[name]) for name, value in values.items() if not _agrees(value, wanted[name])}


def test_adams_first_steps_are_equally_long_though_the_gradients_differ_elevenfold() -> None:
    adam = _quantities("adam")
    assert abs(adam["dL/db_3"]["value"] / adam["dL/dw_1"]["value"]) == pytest.approx(11, abs=0.1)
    assert abs(adam["b_3#1"]["value"]) == pytest.approx(abs(adam["w_1#1"]["value"] - 1), rel=1e-6)


# --- runs in ordinary arithmetic: the program that the perceptron's page shows


@cache
def _program() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "code" / "perceptron.py"))


def _run(rate: float) -> list[float]:
    points, labels = _program()["rings"](240, seed=0)
    network = _program()["Perceptron"]([2, 6, 6, 1], seed=1)
    return [float(value) for value in network.fit(points[:200], labels[:200], 50, rate)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("rate", "figures"),
    [
        (0.001, "0.652 0.612 0.400"),
        (0.01, "0.637 0.190 0.004"),
        (0.1, "0.451 0.002 0.000"),
        (0.5, "0.579 0.712"),
        (1.0, "0.783 0.783 0.783"),
    ],
)
def test_the_rings_fall_slowly_fast_or_not_at_all_by_the_learning_rate(rate: float, figures: str) -> None:
    history = _run(rate)
    assert [f"{history[epoch - 1]:.3f}" for epoch, _ in zip((1, 10, 50), figures.split(), strict=False)] == figures.split()
    if rate == 0.5:  # it wanders about; where it ends, the last bits of a machine's products of matrices decide (0.575, 0.564)
        assert 0.5 < history[-1] < 0.65
        assert 20 <= sum(after > before for before, after in pairwise(history)) <= 30


# --- the four people, one at a time


def test_thirty_eight_of_the_four_thousand_steps_raise_the_mean_loss() -> None:
    given = {name: entry["value"] for name, entry in _quantities("training").items()}
    found = numbers("training", {name: given[name] for name in given if re.fullmatch(r"[wb]_\d", name)})
    assert found["rises#e1000"] == found["rises#e22"] == 38
    assert [found[f"rises@{person}#e1000"] for person in (1, 2, 3, 4)] == [22, 0, 0, 16]
    assert found["L#e1000"] == pytest.approx(given["L#e1000"], rel=1e-9)


# --- what parts twins


def test_of_single_differences_only_those_of_one_hidden_neuron_part_the_twins() -> None:
    loss = {name: _quantities(f"xor-{name}")["L#e2000"]["value"] for name in ("twins", "weight", "bias", "output")}
    assert loss["weight"] < 0.01
    assert loss["bias"] < 0.01 < _quantities("xor-bias")["L#e1000"]["value"]
    assert loss["twins"] > 1 / 6
    assert loss["output"] > 1 / 6


def test_one_line_leaves_a_sixth_of_xor() -> None:
    # The best that h_1 = h_2 can do: one corner apart from the three others, which share an answer.
    corners = [(0, 0.0), (1, 1.0), (2, 1.0), (3, 0.0)]
    best = min(
        sum((y - np.mean([t for j, t in corners if (j in apart) == (i in apart)])) ** 2 for i, y in corners) / 4
        for size in range(3)
        for apart in combinations(range(4), size)
        if set(apart) not in ({0, 3}, {1, 2})
    )
    assert best == pytest.approx(1 / 6)
