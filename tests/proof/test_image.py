"""An image through a large network and back in balls: against numpy, against PyTorch, and against equations that are wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from flint import fmpq

from explainer.core.digits import show
from explainer.core.errors import NumericError
from explainer.core.names import at_epoch, partial_name
from explainer.core.program import Equation
from explainer.derivation import recorded
from explainer.derivation.derivation import Derivation
from explainer.proof import image
from explainer.proof.enclosure import enclose, precision
from explainer.training import record
from tests import ROOT
from tests.conftest import require
from tests.recorded import Array, arrays, mnist, signal, small_recorded
from tests.shipped import shipped

SMALL = 1e-12


@cache
def passes() -> tuple[Array, list[Array], list[Array]]:
    """By numpy in float64: the shares, and the derivatives by each layer's sums and weights."""
    example = mnist()
    parameters = arrays(example.start, example.layers, places=4)
    outputs = [signal(example.picture.pixels)]
    for weights, biases in parameters:
        sums = weights @ outputs[-1] + biases
        outputs.append(np.maximum(sums, 0))
    shares = np.exp(sums) / np.exp(sums).sum()
    blame = shares - (np.arange(10) == example.picture.label)
    by_sums, by_weights = [blame], [np.outer(blame, outputs[2])]
    for layer in (2, 1):
        blame = (parameters[layer][0].T @ blame) * (outputs[layer] > 0)
        by_sums.insert(0, blame)
        by_weights.insert(0, np.outer(blame, outputs[layer - 1]))
    return shares, by_sums, by_weights


def near(derivation: Derivation, name: str, value: float) -> bool:
    return abs(derivation.value(name) - value) <= SMALL * max(abs(value), 1e-3)


def test_the_numbers_of_the_lesson_are_those_that_numpy_has() -> None:
    found, example = shipped("mnist"), mnist()
    shares, by_sums, by_weights = passes()
    for digit in range(10):
        assert near(found, f"p_{digit}", shares[digit])
        assert near(found, partial_name("L", f"z3_{digit}"), by_sums[2][digit])
    assert near(found, "L", -np.log(shares[example.picture.label]))
    weight = f"W1_{example.neuron}_{example.pixel}"
    assert near(found, partial_name("L", weight), by_weights[0][example.neuron - 1, example.pixel - 1])
    assert found.value("zeros") == sum((matrix == 0).sum() for matrix in by_weights)


def test_zeros_are_those_of_the_record() -> None:
    """The engine has found them in float32, and the image is the same."""
    found = record.read(ROOT / "docs" / "records" / "mnist.json").one_digit
    assert (found.index, found.label) == (mnist().picture.index, mnist().picture.label)
    assert shipped("mnist").value("zeros") == sum(found.zeros[f"W{layer}"] for layer in (1, 2, 3))


def test_what_the_run_has_measured_of_the_weight_follows_from_its_gradients() -> None:
    found, name = shipped("mnist"), mnist().followed.name
    updates = record.read(ROOT / "docs" / "records" / "mnist.json").followed.updates
    for step in (1, 2, 3):
        assert found.value(f"{name}#{step}") == pytest.approx(updates[step - 1]["after"], rel=1e-5)


@pytest.mark.torch
def test_gradients_and_steps_are_pytorch_s() -> None:
    """In float64: every derivative by a weight of the network, and three steps of `torch.optim.Adam`."""
    require("torch")
    import torch

    example, found = mnist(), shipped("mnist")
    layers = []
    for weights, biases in arrays(example.start, example.layers, places=4):
        layer = torch.nn.Linear(weights.shape[1], weights.shape[0], dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weights))
            layer.bias.copy_(torch.from_numpy(biases))
        layers += [layer, torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    loss = torch.nn.functional.cross_entropy(
        network(torch.from_numpy(signal(example.picture.pixels))[None]), torch.tensor([example.picture.label])
    )
    loss.backward()
    assert near(found, "L", loss.item())
    gradients = [layer.weight.grad.numpy() for layer in layers[::2]]
    for own, other in zip(passes()[2], gradients, strict=True):
        assert np.allclose(own, other, rtol=1e-9, atol=1e-15)
    assert near(found, f"dL/dW1_{example.neuron}_{example.pixel}", gradients[0][example.neuron - 1, example.pixel - 1])
    assert found.value("zeros") == sum(int((matrix == 0).sum()) for matrix in gradients)
    weight = torch.tensor([float(example.followed.start)], dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([weight], lr=0.001)
    for step, gradient in enumerate(example.followed.gradients, 1):
        weight.grad = torch.tensor([float(gradient)], dtype=torch.float64)
        adam.step()
        assert near(found, f"{example.followed.name}#{step}", weight.item())


@pytest.mark.thorough
def test_every_derivative_by_a_weight_is_decided_to_four_digits_or_is_zero() -> None:
    example = mnist()
    with precision(128):
        layers = image.layers_of(example.start, example.layers, fmpq(1, 10_000))
        pixels = image.signal(example.picture.pixels, fmpq(1, 2), fmpq(1, 2))
        made = image.forward(layers, pixels, example.picture.label)
        back = image.backward(layers, made, example.picture.label)
        products = [
            blame * output
            for blames, outputs in zip(back.by_sums, made.outputs, strict=True)
            for blame in blames
            for output in outputs
        ]
        zeros = sum(value == 0 for value in products)
        assert len(products) == 109_184
        assert zeros == shipped("mnist").value("zeros")
        assert all(show(enclose(value), 4) for value in products if value != 0)


def test_a_wrong_equation_is_found() -> None:
    """A neuron that is left out of a sum, and another neuron's weight."""
    example = small_recorded()
    program, values = recorded._evaluated(example)
    image.enclosures(values, program, 4, example.file)
    for spoil in (_shorter, _exchanged):
        wrong = replace(program, equations=tuple(map(spoil, program.equations)))
        with pytest.raises(NumericError, match="by its equation"):
            image.enclosures(values, wrong, 4, example.file)


def _shorter(equation: Equation) -> Equation:
    if equation.target == "z3_1":
        return replace(equation, operands=equation.operands[2:], static=equation.static[1:])
    return equation


def _exchanged(equation: Equation) -> Equation:
    if equation.target.startswith("t1_"):
        first, second, third, *others = equation.operands
        return replace(equation, operands=(third, second, first, *others))
    return equation


def test_a_neuron_that_is_shut_is_not_worked_out() -> None:
    example = small_recorded()
    weights, biases = arrays(example.start, example.layers, places=4)[0]
    shut = int((weights @ signal(example.picture.pixels) + biases).argmin()) + 1
    with pytest.raises(NumericError, match="shut"):
        recorded.derive(replace(example, neuron=shut))


def test_what_was_measured_says_so_and_is_not_among_what_is_proven() -> None:
    from explainer.pages import data

    found = recorded.derive(small_recorded())
    document = data.document(found)
    name = at_epoch("accuracy", 2)
    assert found.provenance(name) == document["quantities"][name]["provenance"] == "measured"
    assert name in document["measured"]
    assert not document["measured"].keys() & document["proof"]["enclosures"].keys()
    assert document["quantities"].keys() == document["measured"].keys() | document["proof"]["enclosures"].keys()
