"""Free formulas worked out: their numbers and gradients against other ways of finding them, and what cannot be worked out.

The oracles are calculations by hand, closed forms, finite differences in which Python itself reads the formulas, and
PyTorch's autograd.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from typing import Any

import pytest

import explainer
from explainer.compose.compose import compose
from explainer.core.errors import NumericError
from explainer.core.program import Equation, Kind
from explainer.derivation.derivation import Derivation
from explainer.examples import formulas
from explainer.examples.model import GraphExample
from explainer.operations.optimisers import OPTIMISERS
from explainer.operations.record import Rule
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages import data
from explainer.pages.assembled import Links
from explainer.pages.fill import fill
from explainer.pages.generated import generated
from explainer.pages.plain import PlainWriter
from explainer.pages.writers import SiteWriter
from explainer.proof import symbolic
from explainer.proof.certificate import CHECKED, PROVEN
from explainer.proof.symbolic import prove
from explainer.proof.written_out import prove_directly
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE
from tests.conftest import require, worked_out
from tests.graphs import FUNCTIONS, VARIETY, evaluate, graph, graph_example, sigmoid
from tests.proof.test_proof import operation, rewire, row, swap, without
from tests.shipped import proven

TOLERANCE = 1e-12
SEEDS = range(40)


def derived(formulas: Mapping[str, str], values: Mapping[str, object], **tables: str) -> Derivation:
    return explainer.derive(graph_example(formulas, values, **tables))


@cache
def drawn(seed: int) -> Derivation:
    return proven(graph_example(*graph(seed)))


def of_formulas(derivation: Derivation) -> GraphExample:
    assert isinstance(derivation.example, GraphExample)
    return derivation.example


def gradient(derivation: Derivation, step: int = 0) -> dict[str, float]:
    return {name.partition("#")[0]: derivation.value(slope) for name, slope in derivation.program.gradients[step].items()}


# --- by hand


def test_a_sum_and_a_product_by_hand() -> None:
    found = derived({"q": "x + y", "f": "q * z"}, {"x": -2, "y": 5, "z": -4})
    assert {name: found.shown[name].text for name in ("q", "f", "df/dq", "df/dx", "df/dy", "df/dz")} == {
        "q": "3", "f": "-12", "df/dq": "-4", "df/dx": "-4", "df/dy": "-4", "df/dz": "3",
    }  # fmt: skip
    assert all(number.exact for number in found.shown.values())


def test_a_neuron_by_hand() -> None:
    """The neuron of the course notes of CS231n: the dot product is one, and every slope a multiple of σ(1)(1 − σ(1))."""
    found = explainer.derive("docs/examples/sigmoid-neuron.toml")
    assert found.shown["z"].text == "1"
    assert found.value("f") == pytest.approx(0.7310585786300049, rel=TOLERANCE)
    slope = 0.19661193324148185
    assert gradient(found) == pytest.approx(
        {"w_0": -slope, "w_1": -2 * slope, "w_2": slope, "x_0": 2 * slope, "x_1": -3 * slope}, rel=TOLERANCE
    )


# A formula, its slopes by x and y in closed form, and pairs of x and y.
CLOSED_FORMS: list[tuple[str, Callable[[float, float], tuple[float, float]]]] = [
    ("exp(x * y)", lambda x, y: (y * math.exp(x * y), x * math.exp(x * y))),
    ("log(x / y)", lambda x, y: (1 / x, -1 / y)),
    ("sqrt(x + y)", lambda x, y: (0.5 / math.sqrt(x + y), 0.5 / math.sqrt(x + y))),
    ("tanh(x - y)", lambda x, y: (1 - math.tanh(x - y) ** 2, math.tanh(x - y) ** 2 - 1)),
    ("sigmoid(x) * y", lambda x, y: (y * sigmoid(x) * (1 - sigmoid(x)), sigmoid(x))),
    ("relu(x - y)", lambda x, y: (float(x > y), -float(x > y))),
    ("max(x, y)", lambda x, y: (float(x > y), float(y > x))),
    ("min(x, y)", lambda x, y: (float(x < y), float(y < x))),
    ("max(x, 1, y, x * y)", lambda x, y: (y, x) if x * y > max(x, 1, y) else (float(x > max(1, y)), float(y > max(1, x)))),
    ("sin(x) * y + sin(y)", lambda x, y: (y * math.cos(x), math.sin(x) + math.cos(y))),
    ("cos(x * y)", lambda x, y: (-y * math.sin(x * y), -x * math.sin(x * y))),
    ("abs(x - y) * x", lambda x, y: (abs(x - y) + x * math.copysign(1, x - y), -x * math.copysign(1, x - y))),
    ("sign(x - y) * x * y", lambda x, y: (y * math.copysign(1, x - y), x * math.copysign(1, x - y))),
    ("erf(x / y)", lambda x, y: tuple(2 / math.sqrt(math.pi) * math.exp(-((x / y) ** 2)) * part for part in (1 / y, -x / y**2))),
    ("x / y", lambda x, y: (1 / y, -x / y**2)),
    ("x**3 + y**-2", lambda x, y: (3 * x**2, -2 * y**-3)),
    ("x**2.0 * y**1", lambda x, y: (2 * x * y, x * x)),
    ("x**0 + y**0 + x - y", lambda x, y: (1, -1)),
    ("x**0.5 - y**-1.5", lambda x, y: (0.5 * x**-0.5, 1.5 * y**-2.5)),
    ("x**y", lambda x, y: (y * x ** (y - 1), x**y * math.log(x))),
    ("2**x - 0.5**y", lambda x, y: (2**x * math.log(2), -(0.5**y) * math.log(0.5))),
    ("x - (y - x)", lambda x, y: (2, -1)),
    ("-(x + y) * -y", lambda x, y: (y, x + 2 * y)),
    ("x * x * y / x", lambda x, y: (y, x)),
    ("x**x / y**y", lambda x, y: (x**x * (math.log(x) + 1) / y**y, -(x**x) * (math.log(y) + 1) / y**y)),
]


@pytest.mark.parametrize(("text", "slopes"), CLOSED_FORMS, ids=[text for text, _ in CLOSED_FORMS])
@pytest.mark.parametrize(("x", "y"), [("2", "0.75"), ("0.3", "1.7"), ("1.25", "3")])
def test_slopes_are_those_of_the_closed_form(
    text: str, slopes: Callable[[float, float], tuple[float, float]], x: str, y: str
) -> None:
    found = gradient(derived({"f": text}, {"x": x, "y": y}))
    assert found == pytest.approx(dict(zip("xy", slopes(float(x), float(y)), strict=True)), rel=TOLERANCE, abs=TOLERANCE)


def test_every_function_of_formulas_is_tried_here() -> None:
    """So that a new one cannot be forgotten."""
    assert set(FUNCTIONS) == set(formulas.FUNCTIONS)
    for texts in ([text for text, _ in CLOSED_FORMS], VARIETY["every function"][0].values()):
        assert all(any(f"{name}(" in text for text in texts) for name in FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("2**x", {"x": 3}, "8"),
        ("2**x", {"x": -2}, "0.25"),
        ("x**(1 + 1)", {"x": -1.5}, "2.25"),
        ("(x**2 + y**2)**0.5", {"x": 1.5, "y": 2}, "2.5"),
        ("sqrt(x**2 + y**2)", {"x": 0.21, "y": 0.28}, "0.35"),
        ("x**1.5", {"x": 0.25}, "0.125"),
        ("max(0, tanh(x))", {"x": -1}, "0"),
        ("min(exp(x), 2.5)", {"x": 1}, "2.5"),
        ("exp(x) + log(y) + tanh(z)", {"x": 0, "y": 1, "z": 0}, "1"),
        ("1e100 * x", {"x": 3}, "3e100"),
        ("x / 8", {"x": 1}, "0.125"),
    ],
)
def test_what_is_a_fraction_is_exact(text: str, values: dict[str, object], shown: str) -> None:
    """Its digits could not be decided otherwise: no enclosure tells on which side of a tie a number lies."""
    found = derived({"f": text}, values)
    assert (found.shown["f"].text, found.shown["f"].exact) == (shown, True)


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("1000000 * (x - y)", {"x": "1.1", "y": "1.1000001"}, "-0.1"),
        ("(x + y) - y", {"x": "0.1", "y": "1e6"}, "0.1"),
        ("(exp(x) - exp(y)) / (x - y)", {"x": "1.100001", "y": "1.1"}, "3.004"),
        ("(1 - sqrt(1 - x**2)) / x", {"x": "1e-7"}, "5.000e-8"),
    ],
)
def test_digits_that_float64_loses_are_there_all_the_same(text: str, values: dict[str, object], shown: str) -> None:
    """What is left of almost equal numbers has few right digits in float64. That is nobody’s fault."""
    assert derived({"f": text}, values).shown["f"].text == shown


def test_what_float64_cannot_work_out_is_there_all_the_same() -> None:
    """In float64 the hyperbolic tangent of twenty is one, and zero is divided by zero. 1 − tanh z is 2/(1 + e^2z)."""
    found = derived({"error": "1 - tanh(x)", "f": "error / error**0.5"}, {"x": 20})
    assert found.value("f") == pytest.approx(math.sqrt(2 / (1 + math.exp(40))), rel=1e-15)


# --- finite differences, with Python reading the formulas

FLOATS: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "sigmoid": sigmoid,
    "relu": lambda x: max(x, 0.0), "max": max, "min": min, "sin": math.sin, "cos": math.cos, "erf": math.erf, "abs": abs,
    "sign": lambda x: math.copysign(1, x),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_random_graphs_agree_with_finite_differences(seed: int) -> None:
    formulas, texts = graph(seed)
    found = drawn(seed)
    values = {name: float(text) for name, text in texts.items()}

    def last(name: str, shift: float) -> float:
        return evaluate(formulas, {**values, name: values[name] + shift}, FLOATS, float)[list(formulas)[-1]]

    python = evaluate(formulas, values, FLOATS, float)
    assert {name: found.value(name) for name in formulas} == pytest.approx({name: python[name] for name in formulas}, rel=1e-11)
    assert set(gradient(found)) == set(values)
    step = 1e-3
    for name, slope in gradient(found).items():
        near, far = (last(name, step) - last(name, -step), last(name, 2 * step) - last(name, -2 * step))
        assert slope == pytest.approx((8 * near - far) / (12 * step), rel=1e-5, abs=1e-5), name


# --- PyTorch

pytorch = pytest.mark.torch


def by_torch(
    formulas: Mapping[str, str], values: Mapping[str, object], by: Sequence[str], training: Mapping[str, Any] | None = None
) -> list[dict[str, float]]:
    """Values and gradients at each step, by autograd and PyTorch's own optimisers."""
    import torch

    def tensor(text: Any) -> Any:
        return torch.tensor(float(text), dtype=torch.float64)

    def chosen(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
        return lambda first, *others: function(first, chosen(function)(*others)) if others else first

    functions = {
        name: getattr(torch, name) for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "relu", "sin", "cos", "erf", "abs", "sign")
    }
    functions |= {"max": chosen(torch.maximum), "min": chosen(torch.minimum)}
    leaves = {name: tensor(value) for name, value in values.items()}
    learnt = [leaves[name].requires_grad_() for name in by]
    settings = dict(training or {})
    steps = settings.pop("steps", 0)
    make: dict[str, Any] = {
        "sgd": torch.optim.SGD,
        "momentum": partial(torch.optim.SGD, momentum=0.9),
        "nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }
    name = settings.pop("optimiser", "sgd")
    optimiser = make[name](learnt, **settings)
    found = []
    for _ in range(steps + 1):
        optimiser.zero_grad()
        numbers = evaluate(formulas, leaves, functions, tensor)
        numbers[list(formulas)[-1]].backward()
        found.append(
            {name: float(number.detach()) for name, number in numbers.items()}
            | {f"slope by {name}": float(leaves[name].grad) for name in by}
        )
        optimiser.step()
    return found


def compare(found: Derivation, wanted: Sequence[Mapping[str, float]], by: Sequence[str]) -> None:
    for step, numbers in enumerate(wanted):
        after = f"#{step}" if step else ""
        for name, value in numbers.items():
            if name.startswith("slope by "):
                if step < len(found.program.gradients):
                    base = name.removeprefix("slope by ")
                    slope = found.value(found.program.gradients[step][base + after])
                    assert slope == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), (name, step)
            elif not step or name in by or name in of_formulas(found).formulas:
                assert found.value(name + after) == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), (name, step)


@pytorch
@pytest.mark.parametrize("seed", SEEDS)
def test_random_graphs_agree_with_autograd(seed: int) -> None:
    require("torch")
    formulas, values = graph(seed)
    compare(drawn(seed), by_torch(formulas, values, list(values)), list(values))


@pytorch
@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_agrees_with_autograd(function: str) -> None:
    require("torch")
    inner = f"{function}({'x - y, x * y, y / 3' if function in ('max', 'min') else 'x * y + y'})"
    formulas = {"q": inner, "f": f"{function}({'q, x, y**2' if function in ('max', 'min') else 'q + 2'}) * q"}
    for x, y in ((0.3, 1.7), (2.1, 0.4), (1.1, 1.3), (0.9, 2.6), (-0.2, 2.2)):
        values = {"x": x, "y": y}
        compare(derived(formulas, values), by_torch(formulas, values, "xy"), "xy")


@pytorch
@pytest.mark.parametrize("direction", ["descent", "ascent"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("seed", [3, 7, 8])
def test_three_steps_agree_with_pytorch_s_optimisers(optimiser: str, direction: str, seed: int) -> None:
    require("torch")
    formulas, values = graph(seed)
    by = list(values)[:3]
    found = derived(
        formulas,
        values,
        walkthrough=f"by = {by}".replace("'", '"'),
        training=f'learning_rate = 0.002\nsteps = 3\noptimiser = "{optimiser}"\ndirection = "{direction}"',
    )
    wanted = by_torch(formulas, values, by, {"steps": 3, "optimiser": optimiser, "lr": 0.002, "maximize": direction == "ascent"})
    assert len(found.program.losses) == 4
    compare(found, wanted, by)


def test_ascent_goes_up_and_descent_down() -> None:
    for direction, sign in (("ascent", 1), ("descent", -1)):
        found = derived({"f": "x**2"}, {"x": 3}, training=f'learning_rate = 0.1\ndirection = "{direction}"')
        assert found.shown["x#1"].value == 3 + sign * Fraction(6, 10)


# --- proof


@pytest.mark.parametrize("name", VARIETY)
def test_sound_graphs_are_proven(name: str) -> None:
    formulas, values, tables = VARIETY[name]
    example = graph_example(formulas, values, **tables)
    certificate, faults = prove(compose(example), example)
    assert faults == ()
    assert certificate.composition == (CHECKED if name == "adam" else PROVEN), "too many terms in Adam's second step"


@pytest.mark.parametrize("seed", SEEDS)
def test_random_graphs_are_proven_or_checked_well(seed: int) -> None:
    found = drawn(seed).proof.certificate
    assert found.equations == len(drawn(seed).program.equations)
    assert found.composition == PROVEN or 0 < found.error_bound < 1e-20


def test_small_smooth_graphs_are_also_differentiated_in_one_piece() -> None:
    assert derived(*VARIETY["neuron"][:2]).proof.certificate.direct == 5
    assert derived(*VARIETY["a kink"][:2]).proof.certificate.direct == 0


def recurrent(steps: int) -> GraphExample:
    """A cell with gates whose every state is in five formulas of the next step: written out, it grows fivefold by each."""
    formulas, values = dict[str, str](), dict[str, object]({"h_0": 0, "c_0": 0, "V": 2})
    for now, before in zip(range(1, steps + 1), range(steps), strict=True):
        gates = {gate: f"sigmoid(W_{gate} * x_{now} + U_{gate} * h_{before})" for gate in ("f", "i", "o")}
        formulas |= {f"{gate}_{now}": text for gate, text in gates.items()}
        formulas[f"g_{now}"] = f"tanh(W_g * x_{now} + U_g * h_{before})"
        formulas[f"c_{now}"] = f"f_{now} * c_{before} + i_{now} * g_{now}"
        formulas[f"h_{now}"] = f"o_{now} * tanh(c_{now})"
        values[f"x_{now}"] = 1.5
    values |= {f"{letter}_{gate}": 0.25 for letter in "WU" for gate in "fiog"}
    return graph_example(formulas | {"y": f"V * h_{steps}"}, values, walkthrough='by = ["W_f", "U_f", "V"]')


@pytest.mark.parametrize(
    ("steps", "composition", "direct", "unwritten"), [(1, PROVEN, 3, 0), (3, PROVEN, 0, 3), (4, CHECKED, 0, 3)]
)
def test_the_quicker_proof_is_chosen_before_it_is_begun_and_named(
    steps: int, composition: str, direct: int, unwritten: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun(*_: object) -> None:
        raise AssertionError("a proof that will take too long is begun")

    if composition == CHECKED:
        monkeypatch.setattr("explainer.proof.composition.Polynomials", begun)
    if unwritten:
        monkeypatch.setattr(symbolic, "prove_directly", begun)
    example = recurrent(steps)
    certificate, faults = prove(compose(example), example)
    assert faults == ()
    assert (certificate.composition, certificate.direct, certificate.unwritten) == (composition, direct, unwritten)


@pytest.mark.thorough
def test_the_page_says_what_was_too_long_to_be_written_out() -> None:
    page = explainer.derive(recurrent(3))
    catalogue = load(BY_CODE["en"])
    sentence = "components of the gradient would be too long"
    assert sentence in fill(generated(page, catalogue), catalogue, SiteWriter(), {page.name: page}, links=Links()).text
    assert data.document(page)["proof"]["unwritten"] == 3


def test_what_sympy_can_write_in_two_ways_is_still_the_same() -> None:
    """Its usual expansion splits the exponent of one side and not that of the other."""
    found = derived(
        {"f1": "w * y / 7 + b**3 * -b", "f2": "x**2 * f1 + x - 7", "f3": "exp(f2 * -f2 - f2)"},
        {"x": 0.965, "y": 2.273, "w": -0.687, "b": 0.5},
    )
    assert (found.proof.certificate.composition, found.proof.certificate.direct) == (PROVEN, 4)


@pytest.mark.parametrize("target", ["dq/dw", "du_3/dr", "df/dx", "df/dq"])
def test_the_formula_in_one_piece_names_the_totals_that_a_fault_spoils(target: str) -> None:
    """By itself, as if the comparison equation by equation had passed."""
    formulas = {"q": "w * x - c", "r": "q / (1 + x**2)", "f": "tanh(r) * q"}
    example = graph_example(formulas, {"w": 0.5, "x": 1.5, "c": 2})
    sound = compose(example)
    assert list(prove_directly(sound, example, OPERATIONS)) == [None, None, None]
    wrong = rewire(sound, target, lambda equation: replace(equation, operation="one", operands=(), static=()))
    found = [fault for fault in prove_directly(wrong, example, OPERATIONS) if fault is not None]
    assert found
    assert {fault.reference for fault in found} <= {"df/dw", "df/dx", "df/dc"}


SMOOTH = graph_example(
    {"q": "w * x + b - c * y", "r": "q / (1 + x**2)", "f": "tanh(r) * q - exp(-b)"},
    {"w": 0.5, "x": 1.5, "b": -0.25, "c": 2, "y": 0.4},
    walkthrough='by = ["w", "x", "b"]',
    training='learning_rate = 0.1\nsteps = 2\noptimiser = "momentum"\ndirection = "ascent"',
)
ROUGH = graph_example({"s": "max(x, y) - min(x, w)", "f": "s * sqrt(y) + log(x) + relu(w) * x**y"}, {"w": 0.5, "x": 1.5, "y": 0.4})


def static(*lengths: int) -> Callable[[Equation], Equation]:
    return lambda equation: replace(equation, static=lengths)


def reversed_operands(equation: Equation) -> Equation:
    return replace(equation, operands=equation.operands[::-1])


# The example, the equation with a fault, what is wrong with it, and the quantity that must be named. A part of a formula has
# no meaning of its own, so there it is the author's formula.
LIST_FAULTS: list[tuple[GraphExample, str, str, Callable[[Equation], Equation], str]] = [
    # formulas
    (SMOOTH, "q", "a wrong wire", swap("w", "c"), "q"),
    (SMOOTH, "q", "added instead of subtracted", static(2, 1, 2), "q"),
    (SMOOTH, "q", "subtracted instead of added", static(2, -1, -2), "q"),
    (SMOOTH, "q", "a term missing", without("b"), "q"),
    (SMOOTH, "q", "other terms", static(1, 2, -2), "q"),
    (SMOOTH, "u_1", "the cube", static(3), "r"),
    (SMOOTH, "u_1", "one over the square", static(-2), "r"),
    (SMOOTH, "u_2", "one minus the square", static(1, -1), "r"),
    (SMOOTH, "r", "upside down", reversed_operands, "r"),
    (SMOOTH, "r", "by the square alone", swap("u_2", "u_1"), "r"),
    (SMOOTH, "u_3", "sigmoid for tanh", operation("sigmoid"), "f"),
    (SMOOTH, "u_4", "not negated", static(1), "f"),
    (SMOOTH, "u_5", "log for exp", operation("log"), "f"),
    (SMOOTH, "f", "a product split in two terms", static(1, 1, -1), "f"),
    (SMOOTH, "f", "the sign", static(-2, -1), "f"),
    (ROUGH, "u_1", "the smaller", operation("minimum"), "s"),
    (ROUGH, "u_2", "the larger", operation("maximum"), "s"),
    (ROUGH, "s", "the other way round", static(-1, 1), "s"),
    (ROUGH, "u_3", "no root", operation("copy"), "f"),
    (ROUGH, "u_4", "exp for log", operation("exp"), "f"),
    (ROUGH, "u_5", "no kink", operation("copy"), "f"),
    (ROUGH, "u_6", "base and exponent exchanged", reversed_operands, "f"),
    # slopes
    (SMOOTH, "dr/dq", "by the square alone", swap("u_2", "u_1"), "dr/dq"),
    (SMOOTH, "dr/dq", "the divisor itself", static(1), "dr/dq"),
    (SMOOTH, "dr/du_2", "of the other quotient", reversed_operands, "dr/du_2"),
    (SMOOTH, "du_1/dx", "of the cube", static(3), "du_1/dx"),
    (SMOOTH, "du_3/dr", "at r itself", swap("u_3", "r"), "du_3/dr"),
    (SMOOTH, "du_3/dr", "of the sigmoid", operation("sigmoid_slope"), "du_3/dr"),
    (SMOOTH, "du_4/db", "the sign", operation("one"), "du_4/db"),
    (SMOOTH, "du_5/du_4", "the exponent", swap("u_5", "u_4"), "du_5/du_4"),
    (SMOOTH, "df/du_3", "the other factor", swap("q", "u_3"), "df/du_3"),
    (SMOOTH, "df/du_5", "the sign", operation("one"), "df/du_5"),
    (SMOOTH, "dq/dw", "itself", swap("x", "w"), "dq/dw"),
    (ROUGH, "du_1/dx", "of the smaller", operation("is_not_greater"), "du_1/dx"),
    (ROUGH, "du_1/dy", "the other way round", reversed_operands, "du_1/dy"),
    (ROUGH, "du_2/dx", "of the larger", operation("is_greater"), "du_2/dx"),
    (ROUGH, "ds/du_2", "the sign of min", operation("one"), "ds/du_2"),
    (ROUGH, "du_3/dy", "at the value, not the root", swap("u_3", "y"), "du_3/dy"),
    (ROUGH, "du_4/dx", "one over the square", static(-2), "du_4/dx"),
    (ROUGH, "du_5/dw", "one everywhere", operation("one"), "du_5/dw"),
    (ROUGH, "du_6/dx", "by the exponent", operation("general_power_slope_by_exponent"), "du_6/dx"),
    (ROUGH, "du_6/dy", "by the base", operation("general_power_slope"), "du_6/dy"),
    # chains
    (SMOOTH, "dr/dx.direct", "a factor missing", without("du_1/dx"), "dr/dx.direct"),
    (SMOOTH, "df/dq", "a path missing", without("df/dq.direct"), "df/dq"),
    (SMOOTH, "df/dq", "a factor exchanged", swap("df/dr", "df/dq.direct"), "df/dq"),
    (SMOOTH, "df/dx", "a path twice", swap("dr/dx.direct", "dq/dx"), "df/dx"),
    (SMOOTH, "df/dw", "the slope of r alone", swap("df/dq", "dr/dq"), "df/dw"),
    (SMOOTH, "df/db", "the path through exp left out", without("df/db.direct"), "df/db"),
    # updates
    (SMOOTH, "v_w#1", "another gradient", swap("df/dw", "df/dx"), "v_w#1"),
    (SMOOTH, "v_w#2", "a gradient from before the last step", swap("df/dw#1", "df/dw"), "v_w#2"),
    (SMOOTH, "w#1", "downwards", operation("sgd_update"), "w#1"),
    (SMOOTH, "x#1", "from another value", swap("x", "w"), "x#1"),
    (SMOOTH, "b#2", "the velocity of the step before", swap("v_b#2", "v_b#1"), "b#2"),
    (SMOOTH, "q#1", "a value that has not moved", swap("x#1", "x"), "q#1"),
    (SMOOTH, "f#2", "a part from the step before", swap("u_5#2", "u_5#1"), "f#2"),
]  # fmt: skip


@pytest.mark.parametrize("fault", LIST_FAULTS, ids=[f"{target}: {what}" for _, target, what, _, _ in LIST_FAULTS])
def test_a_fault_in_the_list_is_named(fault: tuple[GraphExample, str, str, Callable[[Equation], Equation], str]) -> None:
    example, target, what, change, named = fault
    program = compose(example)
    _, faults = prove(rewire(program, target, change), example)
    references = {fault.reference for fault in faults}
    assert named in references, what
    order = [equation.target for equation in program.equations]
    assert all(order.index(reference) >= order.index(target) for reference in references), "nothing before it is blamed"


RULE_FAULTS: list[tuple[GraphExample, str, str, Callable[..., Any]]] = [
    (SMOOTH, "du_3/dr", "tanh", lambda *_: Rule("sigmoid_slope", (-1,))),
    (SMOOTH, "du_5/du_4", "exp", lambda *_: Rule("copy", (0,))),
    (SMOOTH, "dr/du_2", "quotient", lambda position, *_: Rule("copy", (0,)) if position else Rule("power", (1,), (-1,))),
    (SMOOTH, "du_1/dx", "power", lambda _position, _count, exponent: Rule("power", (0,), (exponent[0] - 1,))),
    (SMOOTH, "df/du_5", "sum_of_products", lambda *_: Rule("one")),
    (ROUGH, "du_1/dy", "maximum", lambda *_: Rule("is_greater", (0, 1))),
    (ROUGH, "du_2/dx", "minimum", lambda *_: Rule("is_greater", (0, 1))),
    (ROUGH, "du_3/dy", "sqrt", lambda *_: Rule("power", (-1,), (-1,))),
    (ROUGH, "du_4/dx", "log", lambda *_: Rule("power", (0,), (-2,))),
    (ROUGH, "du_5/dw", "relu", lambda *_: Rule("one")),
    (ROUGH, "du_6/dy", "general_power", lambda *_: Rule("general_power_slope", (-1, 0, 1))),
]


@pytest.mark.parametrize("fault", RULE_FAULTS, ids=[name for _, _, name, _ in RULE_FAULTS])
def test_a_wrong_rule_is_named_with_what_uses_it(fault: tuple[GraphExample, str, str, Callable[..., Any]]) -> None:
    example, target, name, partial = fault
    vocabulary = row(name, partial=partial)
    _, faults = prove(compose(example, vocabulary), example, vocabulary)
    assert target in {fault.reference for fault in faults}


# --- kinks, and numbers that do not exist


@pytest.mark.parametrize(
    ("text", "slopes", "kinks"),
    [
        ("relu(x - y) + 3 * x", {"x": 3, "y": 0}, ("u_1",)),
        ("max(x, y)", {"x": 0, "y": 1}, ("f",)),
        ("min(x, y)", {"x": 1, "y": 0}, ("f",)),
        ("max(x, x + 1) + y", {"x": 1, "y": 1}, ()),
        ("relu(exp(x) - exp(y))", {"x": 0, "y": 0}, ("f",)),
    ],
)
def test_a_kink_is_reported_and_its_slope_is_the_convention(text: str, slopes: dict[str, float], kinks: tuple[str, ...]) -> None:
    found = derived({"f": text}, {"x": 2, "y": 2})
    assert gradient(found) == slopes
    assert len(found.proof.kinks) == len(kinks)
    assert all(
        found.program.equation_of[name].operation in ("relu", "maximum", "minimum", "abs", "sign") for name in found.proof.kinks
    )


NO_VALUE = "no finite value"
OVERFLOW = "a value that overflows"
IMPOSSIBLE: list[tuple[str, dict[str, object], str, str]] = [
    ("1 + log(x)", {"x": 0}, "u_1", NO_VALUE),
    ("1 + log(x)", {"x": -1}, "u_1", NO_VALUE),
    ("log(x - x) + x", {"x": 2}, "u_2", NO_VALUE),
    ("log(x - y)", {"x": 2, "y": 2}, "f", NO_VALUE),
    ("1 / x", {"x": 0}, "f", NO_VALUE),
    ("x / (y - 2)", {"x": 1, "y": 2}, "f", NO_VALUE),
    ("1 / (x - x)", {"x": 3}, "f", NO_VALUE),
    ("1 / (exp(x) - exp(x))", {"x": 3}, "f", NO_VALUE),
    ("x**-1", {"x": 0}, "f", NO_VALUE),
    ("sqrt(x) + 1", {"x": -4}, "u_1", NO_VALUE),
    ("sqrt(x)", {"x": 0}, "df/dx", NO_VALUE),
    ("x**0.5", {"x": -2}, "f", NO_VALUE),
    ("x**y", {"x": -2, "y": 2}, "df/dy", NO_VALUE),
    ("exp(x)", {"x": 710}, "f", OVERFLOW),
    ("exp(exp(x))", {"x": 100}, "f", OVERFLOW),
    ("exp(x)", {"x": "1e100"}, "f", OVERFLOW),
    ("x**100", {"x": "1e90"}, "f", OVERFLOW),
    ("x * x * x * x", {"x": "1e100"}, "f", OVERFLOW),
    ("exp(-x)", {"x": "1e100"}, "f", "a value next to nothing"),
    ("log(6) - log(x) - log(3)", {"x": 2}, "f", "digits undecided"),
    ("relu(log(6) - log(x) - log(3))", {"x": 2}, "f", "digits undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "place", "found"), IMPOSSIBLE, ids=[f"{t} {v}" for t, v, _, _ in IMPOSSIBLE])
def test_what_has_no_value_is_one_error_at_its_place(text: str, values: dict[str, object], place: str, found: str) -> None:
    with pytest.raises(NumericError) as caught:
        derived({"f": text}, values)
    (problem,) = caught.value.problems
    assert problem.file == "graph.toml"
    assert problem.place.split(" ")[0] == place
    assert found in problem.found
    assert problem.expected


def test_the_step_in_which_a_value_ceases_to_exist_is_named() -> None:
    with pytest.raises(NumericError) as caught:
        derived({"f": "log(x)"}, {"x": 1}, training="learning_rate = 1.5\nsteps = 3")
    (problem,) = caught.value.problems
    assert problem.place.split(" ")[0] == "f#1"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("(exp(a) + exp(b) + exp(c) + exp(d) + exp(g))**100 + (exp(a) - exp(a))", 2),
        ("((a**100)**100 + b)**3 + c * d * g", 2),
        ("tanh(" * 39 + "a * b * c * d * g" + ")" * 39, 3),
        ("**".join("abcdg" * 4), 2),
        (" / ".join(f"(a + {letter} + exp({letter}))" for letter in "bcdg" * 4), 4),
        (" * ".join(f"(a + b + c + d + g + {number})" for number in range(20)), 4),
    ],
)
def test_a_formula_that_nobody_multiplies_out_is_proven_or_refused_in_time(text: str, seconds: float) -> None:
    started = time.process_time()
    with suppress(NumericError):
        found = derived({"f": text}, {letter: f"1.0{index}" for index, letter in enumerate("abcdg", 1)})
        assert found.proof.certificate.error_bound < 1e-20
    assert time.process_time() - started < seconds


@pytest.mark.parametrize(
    ("formulas", "values", "training"),
    [
        (  # a common divisor of fractions with coefficients of ninety digits
            {"f1": "-w * tanh(exp(-x) / -(w / w))", "f2": "b + y * f1"},
            {"x": 0.704, "y": 1.717, "w": "1e90", "b": -2.291},
            'learning_rate = 10\nsteps = 3\ndirection = "ascent"',
        ),
        (  # each fraction twice as long as the one before
            {"f0": "(x + y) / (x - y)", **{f"f{i}": f"f{i - 1} / (f{i - 1} + exp(x)) + 1 / (x + f{i - 1})" for i in range(1, 20)}},
            {"x": 2, "y": 1},
            "",
        ),
        ({f"f{i}": f"f{i - 1} * f{i - 1} - y" if i else "x + y" for i in range(12)}, {"x": 0.5, "y": 0.25}, ""),
    ],
)
def test_graphs_that_grow_are_proven_or_refused_in_time(formulas: dict[str, str], values: dict[str, object], training: str) -> None:
    started = time.process_time()
    with suppress(NumericError):
        assert derived(formulas, values, training=training).proof.certificate.error_bound < 1e-20
    assert time.process_time() - started < 3


def test_the_prime_of_the_check_as_a_divisor_is_refused_with_its_reason() -> None:
    text = "tanh(" * 38 + f"x * y * z / {2**61 - 1}" + ")" * 38
    with pytest.raises(NumericError) as caught:
        derived({"f": text}, {"x": 1, "y": 2, "z": 3})
    (problem,) = caught.value.problems
    assert "the prime by which large examples are checked" in problem.found


# --- pages and data


@cache
def of_variety(name: str) -> Derivation:
    formulas, values, tables = VARIETY[name]
    return derived(formulas, values, **tables)


@pytest.mark.parametrize("name", VARIETY)
@pytest.mark.parametrize("code", ["en", "ru", "zh-Hans"])
def test_every_graph_has_a_complete_generated_page(name: str, code: str) -> None:
    derivation, catalogue = of_variety(name), load(BY_CODE[code])
    for writer in (SiteWriter(), PlainWriter()):
        finished = fill(generated(derivation, catalogue), catalogue, writer, {derivation.name: derivation})
        shown = {occurrence.reference.partition(":")[2] for occurrence in finished.occurrences}
        assert worked_out(derivation) <= shown
        assert set(of_formulas(derivation).values) <= shown
        if isinstance(writer, SiteWriter):
            assert "{" not in re.sub(r'data-exercise="[^"]*"|{#', "", finished.text), "every hole is filled"


@pytest.mark.parametrize("name", [name for name in VARIETY if name != "large and small"])
@pytest.mark.parametrize("code", ["en", "ru", "zh-Hans"])
def test_the_figure_has_each_number_with_its_reference(name: str, code: str) -> None:
    derivation, catalogue = of_variety(name), load(BY_CODE[code])
    text = fill(generated(derivation, catalogue), catalogue, SiteWriter(), {derivation.name: derivation}).text
    symbols, values = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    program = derivation.program
    nodes = [
        *of_formulas(derivation).values,
        *(equation.target for equation in program.equations if _is_first_forward(derivation, equation)),
    ]
    totals = set(gradient_names(derivation))
    references = re.findall(r'data-ref="graph:([^"]*)"', values)
    assert len(references) == len(set(references)), "each number once"
    assert set(nodes) <= set(references)
    assert totals <= set(references)
    assert not re.search(r"data-ref", symbols)
    for svg in (symbols, values):
        assert svg.count('class="ex-node ') == len(nodes)
        bare = [
            part
            for part in re.findall(r"<text([^>]*)>([^<]*)</text>", svg)
            if "data-ref" not in part[0] and "ex-label" not in part[0]
        ]
        assert not any(re.search(r"\d", label) for _, label in bare), "no digit without its quantity, but in names"


def _is_first_forward(derivation: Derivation, equation: Equation) -> bool:
    quantity = derivation.program.quantities[equation.target]
    return quantity.kind is Kind.NODE and quantity.step == 0


def gradient_names(derivation: Derivation) -> list[str]:
    return list(derivation.program.gradients[0].values())


@pytest.mark.thorough
def test_a_large_graph_has_no_figure_but_its_page() -> None:
    formulas = {f"f{index}": f"x * {index} + tanh(x)" for index in range(1, 30)}
    derivation = derived({**formulas, "total": " + ".join(formulas)}, {"x": 0.5})
    catalogue = load(BY_CODE["en"])
    text = fill(generated(derivation, catalogue), catalogue, SiteWriter(), {derivation.name: derivation}).text
    assert "<svg" not in text
    assert 'data-ref="graph:total"' in text


def test_no_line_of_the_walkthrough_shows_an_author_s_number_without_its_name() -> None:
    """A number inside a formula is a quantity too: it may be looked up, and it is localised."""
    derivation, catalogue = of_variety("a penalty, two steps"), load(BY_CODE["ru"])
    text = fill(generated(derivation, catalogue), catalogue, SiteWriter(), {derivation.name: derivation}).text
    assert re.search(r'data-ref="graph:0\.01"[^>]*><mn>0,01</mn>', text)


def test_the_document_says_what_was_differentiated_by_what() -> None:
    derivation = of_variety("the derivative of the one in the middle")
    document = json.loads(data.dumps(data.document(derivation)))
    inputs = document["inputs"]
    assert inputs["graph"] == {"q": "x * y", "f": "q**2 + x", "after": "f * 10"}
    assert (inputs["of"], inputs["by"]) == ("f", ["y"])
    assert inputs["given"] == {"x": "0.5", "y": "-2", "10": "10"}
    assert "network" not in inputs
    assert document["quantities"]["df/dy"]["value"] == 2 * (0.5 * -2) * 0.5
    assert document["proof"]["composition"] == PROVEN


def test_names_are_shown_as_letters() -> None:
    derivation = derived({"alpha": "beta * net_o1 + h2"}, {"beta": 2, "net_o1": 3, "h2": 1})
    symbols = {name: derivation.program.quantities[name].symbol for name in ("alpha", "beta", "net_o1", "h2", "dalpha/dbeta")}
    assert symbols == {
        "alpha": r"\alpha", "beta": r"\beta", "net_o1": r"\mathrm{net}_{\mathrm{o1}}", "h2": "h_{2}",
        "dalpha/dbeta": r"\frac{\partial \alpha}{\partial \beta}",
    }  # fmt: skip
