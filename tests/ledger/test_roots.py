"""What an audit makes of a whole source: roots and what follows, causes held against other numbers, odds, entries of matrices."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from explainer.core.program import Equation
from explainer.ledger.audit import audit
from explainer.ledger.chance import chances, wrong_numbers
from explainer.ledger.conventions import Possible
from explainer.ledger.cuts import MOST, cuts, nearest
from explainer.ledger.odds import WEAK
from tests.ledger.test_ledger import CASES, LAYERS, SMALL, derived, judge, keys, ledger, printed, value
from tests.networks import example_text

SOFTMAX = """[graph]
p_1 = "exp(a) / (exp(a) + exp(b))"
p_2 = "exp(b) / (exp(a) + exp(b))"
L = "-log(p_1)"
[values]
a = 0.2345
b = 1.1
"""
CHAIN = '[graph]\ns = "a * b"\np = "exp(s)"\nL = "-log(p / 3)"\n[values]\na = 0.7\nb = 1.1234\n'


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def shown(number: float, digits: int = 5) -> str:
    return str(printed(number, digits))


# --- roots


def test_a_slip_is_told_once_and_all_that_comes_of_it_follows() -> None:
    """Somebody who takes the output neuron's bias with the wrong sign, and calculates on with all digits."""
    z = value(SMALL, "z_3") - 2 * value(SMALL, "b_3")
    o, y = sigmoid(z), value(SMALL, "y")
    claims = {"h_1": shown(value(SMALL, "h_1")), "z_3": shown(z), "o_1": shown(o), "L": shown((o - y) ** 2)}
    claims["dL/do_1"] = shown(2 * (o - y))
    found = judge(SMALL, claims)
    assert found["h_1"].agrees
    assert "slip.once.bias_sign" in keys(found["z_3"])
    assert {name: verdict.roots for name, verdict in found.items()} == {
        "h_1": (), "z_3": (), "o_1": ("z_3",), "L": ("z_3",), "dL/do_1": ("z_3",)
    }  # fmt: skip


def test_what_was_calculated_on_from_a_number_without_a_cause_follows_from_it() -> None:
    z = round(value(SMALL, "z_3") + 0.0713, 4)
    found = judge(SMALL, {"z_3": f"{z:.4f}", "o_1": shown(sigmoid(z)), "L": shown((sigmoid(z) - value(SMALL, "y")) ** 2)})
    assert found["z_3"].causes == ()
    assert [found[name].roots for name in ("o_1", "L")] == [("z_3",), ("z_3",)]


def test_a_number_that_is_right_in_spite_of_a_wrong_one_before_agrees() -> None:
    found = judge(SMALL, {"z_3": shown(value(SMALL, "z_3") + 0.1), "o_1": shown(value(SMALL, "o_1"))})
    assert found["o_1"].agrees
    assert found["o_1"].carried is not None


def test_a_convention_that_several_numbers_have_is_told_at_the_first() -> None:
    steps = SMALL.replace("learning_rate = 0.3", "learning_rate = 3")
    names = ["w_1#1", "w_2#1", "b_3#1"]
    found = judge(SMALL, {name: shown(value(steps, name), 7) for name in names})
    assert "slip.once.rate_tenfold" in keys(found["w_1#1"])
    assert [(keys(found[name]), found[name].roots) for name in names[1:]] == [({"same"}, ("w_1#1",))] * 2


def test_what_differs_stands_first_and_what_follows_after_its_root() -> None:
    z = round(value(SMALL, "z_3") + 0.0713, 4)
    claims = {"h_1": shown(value(SMALL, "h_1")), "o_1": shown(sigmoid(z)), "h_2": "0.12345", "z_3": f"{z:.4f}"}
    audited = audit(ledger(claims), {"random": derived(SMALL)})
    assert [verdict.name for verdict in audited.by_weight] == ["h_2", "z_3", "o_1", "h_1"]


# --- cuts


def test_a_loss_from_printed_scores_is_found_though_the_probabilities_are_printed_too() -> None:
    """The probability is printed to fewer digits than somebody had who calculated on from the score."""
    s = round(value(CHAIN, "s"), 2)
    claims = {"s": f"{s:.2f}", "p": f"{value(CHAIN, 'p'):.2f}", "L": shown(math.log(3) - s)}
    found = judge(CHAIN, claims)
    assert found["s"].agrees
    assert found["p"].agrees
    assert [(cause.key, cause.mentions) for cause in found["L"].causes] == [("printed_operands", ("s",))]


def test_cuts_are_the_nearest_printed_numbers_and_those_behind_them() -> None:
    program = derived(SMALL).program
    tried = list(cuts(program, "L", ("h_1", "h_2", "z_3", "o_1")))
    assert tried[0] == nearest(program, "L", ("h_1", "h_2", "z_3", "o_1")) == ("o_1",)
    assert set(tried) == {("o_1",), ("z_3",), ("h_1", "h_2"), ("h_1",), ("h_2",)}
    assert list(cuts(program, "h_1", ("o_1", "L"))) == []


def test_there_are_never_too_many_cuts() -> None:
    program = derived(example_text((6, 6, 2), seed=8)).program
    assert len(list(cuts(program, "L", tuple(program.quantities)))) <= MOST
    assert Equation("w_1", "one") not in program.equations


# --- causes and the source's other numbers


def test_a_source_that_rounds_elsewhere_does_not_cut_off() -> None:
    up = next(name for name in ("h_1", "h_2", "z_1", "L") if value(SMALL, name) * 1000 % 1 > 0.5)
    other = next(name for name in ("o_1", "z_2", "z_3", "L", "h_2") if name != up and abs(value(SMALL, name)) * 1000 % 1 > 0.5)
    cut = math.floor(value(SMALL, up) * 1000) / 1000
    alone = judge(SMALL, {up: f"{cut:.3f}"})[up]
    beside = judge(SMALL, {up: f"{cut:.3f}", other: f"{value(SMALL, other):.3f}"})[up]
    assert keys(alone) == {"cut_off"}
    assert "cut_off" not in keys(beside)


def test_of_several_causes_the_one_that_gives_other_wrong_numbers_too_is_kept() -> None:
    half = SMALL.replace('"squared_error"', '"half_squared_error"')
    alone = judge(SMALL, {"dL/do_1": shown(value(half, "dL/do_1"))})["dL/do_1"]
    both = judge(SMALL, {"L": shown(value(half, "L")), "dL/do_1": shown(value(half, "dL/do_1"))})
    assert {"half", "half_squared_error"} <= keys(alone)
    assert keys(both["L"]) == {"half_squared_error"}
    assert both["dL/do_1"].roots == ("L",)


def test_a_cause_that_right_numbers_speak_against_is_said_with_them_or_not_at_all() -> None:
    half = SMALL.replace('"squared_error"', '"half_squared_error"')
    verdict = judge(SMALL, {"L#1": shown(value(half, "L#1"), 7), "dL/do_1": shown(value(SMALL, "dL/do_1"), 7)})["L#1"]
    assert all("dL/do_1" in cause.against for cause in verdict.causes if cause.key == "half_squared_error")
    assert verdict.causes


@pytest.mark.parametrize("text", ["0.30000000000000004", "0.1234567890123456789"])
def test_python_s_own_print_of_the_nearest_double_agrees(text: str) -> None:
    copied = f'[graph]\nf = "a * b"\n[values]\na = {text}\nb = 1\n'
    assert judge(copied, {"f": repr(float(text))})["f"].agrees
    assert not judge(copied, {"f": repr(math.nextafter(float(text), 1))})["f"].agrees


# --- odds


def test_a_cause_comes_with_its_odds_and_few_digits_make_it_weak() -> None:
    many = judge(SMALL, {"h_1": printed(value(SMALL, "h_2"), 8)})["h_1"]
    few = judge(SMALL, {"h_1": printed(value(SMALL, "h_2"), 1)})["h_1"]
    assert many.is_explained
    assert all(cause.odds < Fraction(1, 10_000) for cause in many.causes)
    assert few.is_weak
    assert not few.is_explained
    assert all(cause.odds > WEAK for cause in few.causes)


def test_next_to_the_right_number_every_small_change_comes_by() -> None:
    """One update later a weight has hardly moved: that its print is one off says nothing of the reason."""
    verdict = judge(SMALL, {"h_2": printed(float(printed(value(SMALL, "h_2"), 4)) + 10**-4, 4)})["h_2"]
    assert keys(verdict) <= {"one_off"} or all(cause.is_weak for cause in verdict.causes)


@pytest.mark.thorough
def test_wrong_numbers_are_wrong_and_hardly_ever_explained() -> None:
    found = derived(SMALL)
    drawn = list(wrong_numbers(found, 3, 40))
    assert drawn == list(wrong_numbers(found, 3, 40))
    assert all(abs(Fraction(claim.printed) - found.enclosure(claim.quantity).lower) > 0 for claim in drawn)
    two, three = chances(found, 60, (2, 3))
    assert three.strong <= 3  # one in twenty
    assert two.caused >= two.strong
    assert two.caused > 0


# --- entries of matrices

ENTRIES = {
    "h_1": "a1_1", "h_2": "a1_2", "o_1": "a2_1", "z_1": "z1_1", "w_1#1": "W1_1_1#1", "w_2#2": "W1_1_2#2", "h_1#1": "a1_1#1",
    "dL/dw_1": "dL/dW1_1_1", "dL/dw_5": "dL/dW2_1_1", "dL/do_1": "dL/da2_1", "L": "L", "L#1": "L#1",
}  # fmt: skip


@pytest.mark.parametrize("key", [key for key, (text, name, _) in CASES.items() if text == SMALL and name in ENTRIES])
def test_an_entry_of_a_matrix_has_all_causes_that_a_number_has(key: str) -> None:
    _, name, slip = CASES[key]
    verdict = judge(LAYERS, {ENTRIES[name]: printed(slip())})[ENTRIES[name]]
    assert key in keys(verdict)


def test_a_delta_of_a_hidden_layer_has_conventions_too() -> None:
    causes = {found.cause for found in Possible(derived(LAYERS)).of("dL/dz1_1", printed(0.1234))}
    assert {"slope_missing", "half_squared_error", "slip.weight_forgotten", "slip.once.slope_left_out"} <= causes
