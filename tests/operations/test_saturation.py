"""Every loss with every last activation it goes with, driven as far as anybody may: right digits, in every format and view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flint import arb, ctx

import explainer
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.operations.vocabulary import ACTIVATIONS, LOSSES, OPERATIONS, SQUARED_ERRORS

DEMANDING = {loss: OPERATIONS[loss].demands.after for loss in LOSSES if OPERATIONS[loss].demands.after}
OTHERS = [(loss, "identity") for loss in LOSSES if loss not in DEMANDING and loss not in SQUARED_ERRORS]
PAIRS = [*((loss, activation) for loss in SQUARED_ERRORS for activation in ACTIVATIONS), *DEMANDING.items(), *OTHERS]
SUMS = (0, 5, 10, 20, 36, 37, 40, 100, 700)  # and their opposites
FARTHEST = {"gelu": 40}  # beyond, its own value is smaller than any that can be shown
ALIKE = set(SQUARED_ERRORS) - {"squared_error"}  # the same but for a factor: three sums are enough
CASES = [
    (loss, last, size)
    for loss, last in PAIRS
    for size in (SUMS[::4] if loss in ALIKE else SUMS)
    if size <= FARTHEST.get(last, size)
]
FORMATS = ("markdown", "tex", "json", "notebook")
BITS = 6_000  # for a loss of 1e-1200 beside terms next to one

FILE = """[network]
layers = [1, {outputs}]
activation = "{activation}"
loss = "{loss}"

[parameters]
weights = {weights}
biases = 0

[[data.samples]]
name = "a"
inputs = [1]
target = {target}

[walkthrough]
view = "{view}"
"""

CURVES: dict[str, Callable[[arb], arb]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + (-z).exp()),
    "tanh": lambda z: z.tanh(),
    "relu": lambda z: z if z > 0 else arb(0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "softplus": lambda z: (1 + z.exp()).log(),
    "elu": lambda z: z if z > 0 else z.exp() - 1,
    "gelu": lambda z: z * (-z / arb(2).sqrt()).erfc() / 2,
    "step": lambda z: arb(1 if z > 0 else 0),
    "sign": lambda z: arb(1 if z > 0 else -1 if z < 0 else 0),
}


def loss_of(loss: str, activation: str, z: arb) -> arb:
    """The loss by its definition, with digits to spare; the target is one, or the first of two classes with scores z and 0."""
    classes = activation == "softmax" or loss.startswith("categorical")
    output = z.exp() / (z.exp() + 1) if classes else CURVES["sigmoid" if loss.startswith("binary") else activation](z)
    if loss == "hinge":
        return 1 - output if output < 1 else arb(0)
    if loss == "absolute_error":
        return abs(output - 1)
    if loss == "huber":
        error = abs(output - 1)
        return error - arb(1) / 2 if error > 1 else error**2 / 2
    if loss in DEMANDING:
        return -output.log()
    assert loss in SQUARED_ERRORS, f"{loss} has no definition here"
    square = (output - 1) ** 2 * (2 if classes else 1)  # the other class is as far from zero
    halves = {"half_squared_error": 2, "mean_squared_error": 2 if classes else 1}
    return square / halves.get(loss, 1)


def slope_of(loss: str, activation: str, z: arb) -> arb:
    """Its slope by a difference so small that what is left out is beyond all digits compared."""
    step = arb(2) ** -1500
    return (loss_of(loss, activation, z + step) - loss_of(loss, activation, z - step)) / (2 * step)


def test_every_activation_has_its_curve() -> None:
    assert {*CURVES, "softmax"} == set(ACTIVATIONS), "each has its closed form in CURVES above"


@pytest.fixture
def many_bits() -> Iterator[None]:
    before, ctx.prec = ctx.prec, BITS
    yield
    ctx.prec = before


def derived(loss: str, activation: str, view: str, z: int) -> Derivation:
    classes = activation == "softmax" or loss.startswith("categorical")
    text = FILE.format(
        outputs=2 if classes else 1, activation=activation, loss=loss, view=view,
        weights=[z, 0] if classes else [z], target=[1, 0] if classes else [1],
    )  # fmt: skip
    return explainer.derive(parse(text, name="driven"))


@pytest.mark.thorough
@pytest.mark.parametrize(("loss", "activation", "size"), CASES)
def test_however_far_an_output_is_driven(loss: str, activation: str, size: int, many_bits: None) -> None:
    """Neuron by neuron in one direction, matrix by matrix in the other; shown in formats that take turns."""
    for turn, (view, z) in enumerate((("neurons", size), ("layers", -size)), SUMS.index(size)):
        found = derived(loss, activation, view, z)
        weight = found.program.gradients[0][found.program.parameters[0]]
        assert found.value("L") == pytest.approx(float(loss_of(loss, activation, arb(z))), rel=1e-12, abs=0)
        if z or OPERATIONS[activation].kink is None:  # at their kinks they have no slope, but for the one that is agreed
            assert found.value(weight) == pytest.approx(float(slope_of(loss, activation, arb(z))), rel=1e-12, abs=0)
        assert not re.search(r"\b(nan|inf)\b", explainer.show(found, FORMATS[turn % len(FORMATS)]))


def test_a_notebook_of_a_saturated_loss_prints_it_by_the_stable_form() -> None:
    notebook = explainer.show(derived("binary_cross_entropy", "sigmoid", "neurons", 40), "notebook")
    assert "L = y * softplus(-z_1) + (1 - y) * softplus(z_1)" in notebook
    assert "L = 4.248e-18" in notebook


def test_a_notebook_says_where_float64_ends() -> None:
    text = '[graph]\na = "exp(x)"\nf = "log(a - 1) / a"\n[values]\nx = 1e-17\n[walkthrough]\ndigits = 3\n'
    notebook = explainer.show(explainer.derive(parse(text, name="near")), "notebook")
    assert "The notebook ends here" in notebook
    assert "log(" not in notebook.partition("The notebook ends here")[2]
