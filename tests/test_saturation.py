"""Every loss behind every last activation it is allowed with, however far the network is driven: right digits, and no traceback."""

from __future__ import annotations

from itertools import chain, product

import mpmath
import pytest

import explainer
from explainer.errors import NumericError
from explainer.operations import ACTIVATIONS
from explainer.spec import parse
from explainer.spec.check_network import LAST_ACTIVATION
from explainer.spec.load import FORM

LOSSES = tuple(FORM.schema["properties"]["network"]["properties"]["loss"]["enum"])
PAIRS = [
    (loss, activation)
    for loss, activation in product(LOSSES, (*ACTIVATIONS, "softmax"))
    if LAST_ACTIVATION.get(loss, activation) == activation
]
DRIVEN = (0, 5, 10, 20, 36, 37, 40, 100, 700)
FORMATS = ("notebook", "markdown", "notebook", "tex", "json")  # one for each network, in turn
TOO_SMALL = 700  # here squares of what is left fall below what is shown, which is said
VANISHING = {"sigmoid": 1, "softmax": 1, "tanh": 0}  # the side on which they do; tanh leaves nothing of its slope on either

FUNCTIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
}


def outputs_of(loss: str, activation: str) -> int:
    return 2 if activation == "softmax" or loss.startswith("categorical") else 1


def expected_loss(loss: str, activation: str, z: mpmath.mpf) -> mpmath.mpf:
    """By the definitions, with hundreds of digits. The second sum is zero, and the first target one."""
    sums = [z, mpmath.mpf(0)][: outputs_of(loss, activation)]
    powers = [mpmath.exp(s) for s in sums]
    a = [power / sum(powers) for power in powers] if activation == "softmax" else [FUNCTIONS[activation](s) for s in sums]
    y = [1, 0][: len(a)]
    match loss:
        case "binary_cross_entropy":
            return -mpmath.log(a[0])
        case "binary_cross_entropy_logits":
            return mpmath.log(1 + mpmath.exp(-a[0]))
        case "categorical_cross_entropy":
            return -mpmath.log(a[0])
        case "categorical_cross_entropy_logits":
            return mpmath.log(sum(map(mpmath.exp, a))) - a[0]
    errors = sum((target - output) ** 2 for target, output in zip(y, a, strict=True))
    return errors / {"half_squared_error": 2, "mean_squared_error": len(a)}.get(loss, 1)


def text_of(loss: str, activation: str, z: int, view: str) -> str:
    outputs = outputs_of(loss, activation)
    weights, target = [z, 0][:outputs], [1, 0][:outputs]
    return (
        f'[network]\nlayers = [1, {outputs}]\nactivation = "{activation}"\nloss = "{loss}"\n'
        f"[parameters]\nweights = {weights}\nbiases = 0\n"
        f'[[data.samples]]\nname = "a"\ninputs = [1]\ntarget = {target}\n'
        f'[walkthrough]\nview = "{view}"\n[training]\nlearning_rate = 0.1\n'
    )


@pytest.mark.parametrize("view", ["neurons", "layers"])
@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_right_digits_or_one_message_however_far_a_network_is_driven(loss: str, activation: str, view: str) -> None:
    slope = "dL/dw_1" if view == "neurons" else "dL/dW1_1_1"
    turn = PAIRS.index((loss, activation)) + (view == "layers")
    for index, z in enumerate(chain.from_iterable((z, -z) for z in DRIVEN)):
        driven = parse(text_of(loss, activation, z, view), name="driven")
        if abs(z) == TOO_SMALL and loss.endswith("squared_error") and z * VANISHING.get(activation, -z) >= 0:
            with pytest.raises(NumericError, match="a value next to nothing"):
                explainer.derive(driven)
            continue
        found = explainer.derive(driven)
        with mpmath.workdps(60 + 2 * abs(z)):
            value = expected_loss(loss, activation, mpmath.mpf(z))
            assert float(abs(found.value("L") - value)) <= 1e-13 * float(abs(value)), z
            if z:
                by_z = mpmath.diff(lambda x: expected_loss(loss, activation, x), z)
                assert float(abs(found.value(slope) - by_z)) <= 1e-13 * float(abs(by_z)), z
        assert explainer.show(found, FORMATS[(turn + index) % len(FORMATS)])


def test_a_notebook_of_a_saturated_loss_prints_it_by_the_stable_form() -> None:
    found = explainer.derive(parse(text_of("binary_cross_entropy", "sigmoid", 40, "neurons"), name="driven"))
    notebook = explainer.show(found, "notebook")
    assert "L = y * softplus(-z_1) + (1 - y) * softplus(z_1)" in notebook
    assert "L = 4.248e-18" in notebook


def test_a_notebook_says_where_float64_ends() -> None:
    text = '[graph]\na = "exp(x)"\nf = "log(a - 1) / a"\n[values]\nx = 1e-17\n[walkthrough]\ndigits = 3\n'
    notebook = explainer.show(explainer.derive(parse(text, name="near")), "notebook")
    assert "The notebook ends here" in notebook
    assert "log(" not in notebook.partition("The notebook ends here")[2]
