"""Small natural examples that once broke: exact zeros and halves, saturation, numbers in formulas, one name at two places."""

from __future__ import annotations

import math

import pytest

import explainer
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from tests.shipped import proven

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
    return proven(parse(text, name="small"))


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


RUN = "[training]\nlearning_rate = {rate}\nepochs = 3\nrecord = [3]\n{rest}"
SHARED_BIAS = 'bias = "per_layer"\n'


@pytest.mark.parametrize(
    ("layers", "activation", "loss", "weights", "biases", "sample", "rest", "name", "shown"),
    [
        # a bias that all shares of a softmax have in common moves nothing; its squares, of nothing, have a root
        ([2, 2], "softmax", "categorical_cross_entropy", [1, 2, 3, 4], 3, ([0.75, 0.5], [0.7, 0.3]), "rmsprop", "b_1", "3"),
        ([2, 2], "identity", "categorical_cross_entropy_logits", [1, 2, 3, 4], 3, ([3, 0.5], [1, 0]), "adam", "b_1", "3"),
        # the only share is the whole
        ([1, 1], "softmax", "squared_error", -0.5, 0.25, ([0.544308], [2]), "adam", "w_1", "-0.5"),
        ([2, 1], "softmax", "categorical_cross_entropy", [0.5, 0.5], -0.75, ([0.5, 1.5], [1]), "momentum", "L", "0"),
        ([2, 1], "identity", "categorical_cross_entropy_logits", [-1.03, 0.5], 0.39, ([0.3, 1], [1]), "momentum", "L", "0"),
    ],
)
def test_what_a_run_leaves_exactly_as_it_is(
    layers: object, activation: str, loss: str, weights: object, biases: object,
    sample: tuple[object, object], rest: str, name: str, shown: str,
) -> None:  # fmt: skip
    data = SAMPLE.format(name="a", inputs=sample[0], target=sample[1])
    text = NETWORK.format(layers=layers, activation=f'"{activation}"', loss=loss, weights=weights, biases=biases)
    text = text.replace("[parameters]", f"{SHARED_BIAS}[parameters]") + data
    found = derived(text + RUN.format(rate=1e-3, rest=f'optimiser = "{rest}"\n'))
    printed = found.shown[f"{name}#e3"]
    assert (printed.text, printed.exact) == (shown, True)
    assert explainer.show(found, "notebook")


@pytest.mark.thorough
def test_mirrored_samples_leave_biases_at_zero_all_through_a_run() -> None:
    weights = [0.5, 0.25, -0.5, -0.25, 1, -1]
    for optimiser in ("sgd", "rmsprop", "adam"):
        run = RUN.format(rate=0.1, rest=f'optimiser = "{optimiser}"\n')
        found = network([2, 2, 1], '["tanh", "identity"]', "squared_error", weights, 0, MIRRORED + run)
        assert [found.shown[f"b_{index}#e3"].text for index in (1, 2, 3)] == ["0", "0", "0"]
        assert found.value("w_1#e3") == -found.value("w_3#e3")


@pytest.mark.thorough
def test_a_first_step_without_a_gradient_is_one() -> None:
    """Equal weights above a hidden neuron cancel what comes back to it, until they have moved apart."""
    sample = SAMPLE.format(name="a", inputs=[0.5, -1], target=[1, 0])
    weights = [0.3, 0.5, -0.5, 0.5, 2, 0.5, 2, 0.9]
    run = RUN.format(rate=0.01, rest='optimiser = "rmsprop"\n')
    found = network([2, 2, 2], '["tanh", "softmax"]', "categorical_cross_entropy", weights, 0.5, sample + run)
    assert (found.shown["dL/dw_1"].text, found.shown["w_1#1"].text) == ("0", "0.3")
    assert found.value("w_1#e3") != 0.3


def test_frozen_weights_have_no_twins_that_move() -> None:
    sample = SAMPLE.format(name="a", inputs=[1, 0.25], target=[0]) + SAMPLE.format(name="b", inputs=[1, 0], target=[0.5])
    run = RUN.format(rate=1e-4, rest='optimiser = "adam"\n')
    text = NETWORK.format(
        layers=[2, 3, 1], activation='["softplus", "identity"]', loss="binary_cross_entropy_logits", weights=1.5, biases=3
    )
    found = derived(text + 'frozen = ["b_1", "w_7", "w_9", "b_4"]\n' + sample + run)
    assert found.run is not None
    assert found.run.twins == ()
    everything = [*(f"w_{index}" for index in range(1, 10)), *(f"b_{index}" for index in range(1, 5))]
    frozen = f"frozen = {everything}\n".replace("'", '"')
    assert explainer.show(derived(text + frozen + sample + "[training]\nlearning_rate = 0.1\nsteps = 2\n"))
    run = "[training]\nlearning_rate = 0.1\nepochs = 2\n"
    assert "for epoch in" not in explainer.show(derived(text + frozen + sample + run), "notebook"), "there is nothing to run"


@pytest.mark.parametrize(
    ("formulas", "values", "name", "value"),
    [
        ('net = "x * 1"\nf = "x / (x + net)"', "x = 2", "df/dx", 0.0),
        # a path through a square, beside one through the product: both are in the sum
        ('a = "2 * x"\ns = "-a * b + y / a ** 2"\nb = "a * y"', "x = 1\ny = 3", "ds/dx", -24.0 - 1.5),
        ('a = "2 * x"\nf = "a * a + exp(a) * x + x / (x + a)"', "x = 2", "df/dx", 16 + 5 * math.exp(4)),
    ],
)
def test_a_total_derivative_has_all_its_paths(formulas: str, values: str, name: str, value: float) -> None:
    assert derived(f"[graph]\n{formulas}\n[values]\n{values}\n").value(name) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "values", "name", "shown"),
    [
        ("log(exp(x)) - x", "x = 2", "f", "0"),
        ("sqrt(x ** 2 + x ** 2) * sqrt(x ** 2 + x ** 2)", "x = 0.25", "f", "0.125"),
        ("(x ** 0.5 * 3) * (x ** 0.5 * 3)", "x = 0.5", "f", "4.5"),
        ("min(sigmoid(x), sigmoid(x), 3) - sigmoid(x)", "x = 2", "f", "0"),
    ],
)
def test_exact_values_behind_functions(formula: str, values: str, name: str, shown: str) -> None:
    found = derived(f'[graph]\nf = "{formula}"\n[values]\n{values}\n').shown[name]
    assert (found.text, found.exact) == (shown, True)
