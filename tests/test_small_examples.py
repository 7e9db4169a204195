"""Small natural examples that once broke: exact zeros and halves, saturation, numbers in formulas, one name at two places."""

from __future__ import annotations

import math

import pytest

import explainer
from explainer.derivation import Derivation
from explainer.spec import parse

NETWORK = """[network]
layers = {layers}
activation = {activation}
loss = "{loss}"
[parameters]
weights = {weights}
biases = {biases}
"""
SAMPLE = '[[data.samples]]\nname = "{name}"\ninputs = {inputs}\ntarget = {target}\n'
MIRRORED = SAMPLE.format(name="a", inputs=[1, 2], target=[1]) + SAMPLE.format(name="b", inputs=[-1, -2], target=[-1])


def derived(text: str) -> Derivation:
    return explainer.derive(parse(text, name="small"))


def network(layers: object, activation: str, loss: str, weights: object, biases: object, rest: str) -> Derivation:
    return derived(NETWORK.format(layers=layers, activation=activation, loss=loss, weights=weights, biases=biases) + rest)


def saturated(z: int, target: int, loss: str = "binary_cross_entropy") -> Derivation:
    return network([1, 1], '"sigmoid"', loss, [z], [0], SAMPLE.format(name="a", inputs=[1], target=[target]))


def test_a_saturated_loss_has_its_digits() -> None:
    found = saturated(10, 0)
    assert (found.value("L"), found.shown["L"].text) == (10.000045398899218, "10.00")
    assert found.value("dL/dw_1") == 0.99995460213129757


@pytest.mark.parametrize("z", [0, 5, 10, 20, 36, 37, 40, 100, 700])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
def test_right_digits_however_far_a_sigmoid_is_driven(z: int, sign: int, target: int, loss: str) -> None:
    """ln(1 + e^±z) by hand; every line of every quantity is there, with digits or a note."""
    towards = z * sign * (1 - 2 * target)  # how far on the wrong side
    found = saturated(sign * z, target, loss)
    wrong = math.exp(-math.log1p(math.exp(-towards))) if towards > -700 else math.exp(towards)
    expected = max(towards, 0) + math.log1p(math.exp(-abs(towards))) if loss == "binary_cross_entropy" else wrong**2
    assert found.value("L") == pytest.approx(expected, rel=1e-12)
    for output in ("markdown", "tex", "json"):
        assert explainer.show(found, output)


def test_mirrored_samples_leave_exact_zeros() -> None:
    found = network([2, 2, 1], '["tanh", "identity"]', "squared_error", [0.5, -0.5, 0.1, 0.75, 1, -1], 0, MIRRORED)
    assert [found.shown[f"dL/db_{index}"].text for index in (1, 2, 3)] == ["0", "0", "0"]


def test_a_sigmoid_of_zero_is_one_half() -> None:
    found = network([2, 2, 1], '["sigmoid", "identity"]', "squared_error", [0.5, -0.25, 0.1, 0.75, 1, -1], 0, MIRRORED)
    assert found.shown["h_1@1"] == found.shown["h_1@2"]
    assert (found.shown["h_1@1"].text, found.shown["h_1@1"].exact) == ("0.5", True)


def test_adam_without_epsilon_makes_a_first_step_of_the_learning_rate() -> None:
    training = '[training]\nlearning_rate = 0.1\noptimiser = "adam"\nepsilon = 0\n'
    sample = SAMPLE.format(name="first", inputs=[1, 2], target=[1])
    weights, biases = [0.5, -0.5, 0.25, 0.75, 1, -1], [0.1, 0.2, 0.3]
    found = network([2, 2, 1], '"sigmoid"', "squared_error", weights, biases, sample + training)
    assert (found.shown["w_3#1"].text, found.shown["w_3#1"].exact) == ("0.15", True)


def test_a_notebook_prints_what_float64_makes_of_an_exact_zero() -> None:
    sample = SAMPLE.format(name="one", inputs=[1, 1], target=[1])
    found = network([2, 1], '"sigmoid"', "squared_error", [0.1, 0.2], -0.3, sample)
    assert (found.shown["z_1"].text, found.shown["o_1"].text) == ("0", "0.5")
    assert "z_1 = 5.551" in explainer.show(found, "notebook")


@pytest.mark.parametrize(
    ("formulas", "values", "name", "shown"),
    [
        ('f = "4 * theta"', "theta = 5", "df/dtheta", "4"),
        ('f = "3 * x ** 2 + 2 * x"', "x = 1.5", "df/dx", "11"),
        ('u = "x * x"\nL = "u + 5"', "x = 2", "du/dx", "4"),
        ('d = "a * b + b ** 3"\ng = "d + d * 2 + relu(b + a)"\nL = "g ** 2 / 2"', "a = -4\nb = 5", "dg/dd", "3"),
        ('f = "x / x + x * x * x"', "x = 2", "df/dx", "12"),
        ('f = "x - x + 2 * y"', "x = 2\ny = 1", "df/dx", "0"),
        ('f = "max(x, x) * 3"', "x = 2", "df/dx", "3"),
    ],
)
def test_numbers_and_names_at_several_places(formulas: str, values: str, name: str, shown: str) -> None:
    found = derived(f"[graph]\n{formulas}\n[values]\n{values}\n")
    assert found.shown[name].text == shown
    assert ".at" not in explainer.show(found, "json")
    assert explainer.show(found, "notebook")
