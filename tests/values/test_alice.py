"""Alice's numbers against calculations that know nothing of the package: by hand, by plain code, by finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, getcontext

import pytest

from explainer.derivation.derivation import Derivation
from explainer.operations.expression import Constant, Node, Number, Symbol
from tests.shipped import shipped

TOLERANCE = 1e-12


def alice() -> Derivation:
    return shipped("alice")


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def loss(w: list[float], b: list[float]) -> float:
    """Written out once more, as plainly as possible."""
    x1, x2 = 133 - 135, 65 - 66
    h1 = sigmoid(w[0] * x1 + w[1] * x2 + b[0])
    h2 = sigmoid(w[2] * x1 + w[3] * x2 + b[1])
    o1 = sigmoid(w[4] * h1 + w[5] * h2 + b[2])
    return (1 - o1) ** 2


def hand_calculated() -> dict[str, float]:
    h = sigmoid(-3)
    o = sigmoid(2 * h)
    dl, slope, inner = -2 * (1 - o), o * (1 - o), h * (1 - h)
    partials = {
        "w_1": dl * slope * inner * -2, "w_2": dl * slope * inner * -1, "w_3": dl * slope * inner * -2,
        "w_4": dl * slope * inner * -1, "w_5": dl * slope * h, "w_6": dl * slope * h,
        "b_1": dl * slope * inner, "b_2": dl * slope * inner, "b_3": dl * slope,
    }  # fmt: skip
    updated = {f"{name}#1": (1 if name[0] == "w" else 0) - 0.1 * partial for name, partial in partials.items()}
    w, b = [updated[f"w_{i}#1"] for i in range(1, 7)], [updated[f"b_{i}#1"] for i in range(1, 4)]
    return {
        "h_1": h, "h_2": h, "o_1": o, "L": (1 - o) ** 2, "z_1": -3, "z_3": 2 * h,
        **{f"dL/d{name}": partial for name, partial in partials.items()}, **updated, "L#1": loss(w, b),
    }  # fmt: skip


@pytest.mark.parametrize("name", hand_calculated())
def test_values_agree_with_a_calculation_by_hand(name: str) -> None:
    assert alice().value(name) == pytest.approx(hand_calculated()[name], abs=TOLERANCE)


def test_the_numbers_everybody_quotes() -> None:
    shown = {name: alice().shown[name].text for name in ("z_1", "h_1", "o_1", "dL/dw_1", "x_1", "x_2", "L_0", "L_0@1")}
    assert shown == {
        "z_1": "-3", "h_1": "0.04743", "o_1": "0.5237", "dL/dw_1": "0.02147",
        "x_1": "-2", "x_2": "-1", "L_0": "0.5", "L_0@1": "1",
    }  # fmt: skip
    others = [alice().shown[f"x_{i}@{k}"].text for k in (2, 3, 4) for i in (1, 2)]
    assert others == ["25", "6", "17", "4", "-15", "-6"]


def test_where_the_famous_0_0214_comes_from() -> None:
    """The page quotes it and says: ŷ rounded to three digits, then the rounded factors multiplied."""
    prediction = round(sigmoid(2 * sigmoid(-3)), 3)
    factor = round(-2 * (1 - prediction), 3)
    assert (prediction, factor) == (0.524, -0.952)
    assert round(factor * 0.249 * -0.0904, 4) == 0.0214
    shown = alice().show("dL/dw_1", 3)
    assert (shown.text, alice().show("dL/do_1", 3).text) == ("0.0215", "-0.953")
    assert (alice().show("do_1/dh_1", 3).text, alice().show("dh_1/dw_1", 3).text) == ("0.249", "-0.0904")


@pytest.mark.parametrize("index", range(9))
def test_partials_agree_with_finite_differences(index: int) -> None:
    start, step = [1.0] * 6 + [0.0] * 3, 1e-6

    def at(value: float) -> float:
        moved = [*start]
        moved[index] += value
        return loss(moved[:6], moved[6:])

    name = f"w_{index + 1}" if index < 6 else f"b_{index - 5}"
    assert alice().value(f"dL/d{name}") == pytest.approx((at(step) - at(-step)) / (2 * step), abs=1e-9)


@pytest.mark.parametrize(("name", "text"), [("neuron", "0.9991"), ("feedforward", "0.7216")])
def test_the_examples_before_alice(name: str, text: str) -> None:
    derivation = shipped(name)
    assert derivation.shown["o_1"].text == text
    if name == "feedforward":
        assert derivation.shown["h_1"].text == "0.9526"


FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "add": lambda *parts: sum(parts, Decimal(0)),
    "subtract": lambda left, right: left - right,
    "multiply": lambda *parts: math.prod(parts, start=Decimal(1)),
    "divide": lambda left, right: left / right,
    "negate": lambda value: -value,
    "sigmoid": lambda z: 1 / (1 + (-z).exp()),
}


def recomputed(expression: object) -> Decimal:
    """A printed formula, worked out with the printed numbers as a reader would."""
    match expression:
        case Number():
            return Decimal(expression.shown.text)
        case Constant():
            return Decimal(expression.value.numerator) / expression.value.denominator
        case Node("power", (base,), exponent):
            return recomputed(base) ** exponent
        case Node(head, parts):
            return FUNCTIONS[head](*map(recomputed, parts))
    raise AssertionError(expression)


def test_every_line_can_be_recomputed_from_what_is_printed() -> None:
    getcontext().prec = 40
    lines = 0
    for step in alice().steps.values():
        if len(step.lines) < 3:
            continue
        assert all(isinstance(line.expression, Symbol | Node | Number) for line in step.lines)
        value = recomputed(step.lines[1].expression)
        result = step.lines[2].expression
        assert isinstance(result, Number)
        printed = Decimal(result.shown.text)
        assert value.quantize(printed) == printed, step.target
        lines += 1
    assert lines > 40


def test_equals_sign_only_before_exact_values() -> None:
    for step in alice().steps.values():
        last = step.lines[-1]
        if isinstance(last.expression, Number):
            assert (last.relation == "=") == last.expression.shown.exact, step.target
            exact = alice().enclosure(step.target).is_exact and last.expression.shown.value == alice().enclosure(step.target).lower
            assert exact == last.expression.shown.exact
