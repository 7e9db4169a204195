"""Layers updated one after the other: what some tutorials do, reproduced number by number, and proven to be just that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from explainer.compose.compose import compose
from explainer.core.names import after
from explainer.core.program import Equation, in_order
from explainer.examples.load import parse
from explainer.examples.model import Example, NetworkExample
from explainer.proof.certificate import CHECKED, PROVEN
from explainer.proof.symbolic import prove
from tests.networks import VARIETY, example_text
from tests.proof.test_proof import rewire, swap, without
from tests.shipped import proven

RATE, MU = 0.3, 0.9
TOLERANCE = 1e-12
SLOPES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "identity": (lambda z: z, np.ones_like),
}


def sequential(**options: Any) -> NetworkExample:
    text = example_text(**options).replace("[training]\n", '[training]\nupdates = "sequential"\n')
    found = parse(text, name="random", file="random.toml")
    assert isinstance(found, NetworkExample)
    assert found.training is not None
    assert found.training.sequential
    return found


def simultaneous(chosen: NetworkExample) -> NetworkExample:
    assert chosen.training is not None
    return replace(chosen, training=replace(chosen.training, sequential=False))


def numpy_values(chosen: NetworkExample) -> dict[str, float]:
    """Each step: update the last layer, take the deltas below through its new weights, update the next; old activations."""
    layers, data = chosen.network.layers, chosen.data.samples
    flat, shifts = np.array(chosen.weights, dtype=float), np.array(chosen.biases, dtype=float)
    weights, biases = [], []
    for below, above in pairwise(layers):
        weights.append(flat[: below * above].reshape(above, below))
        biases.append(shifts[:above])
        flat, shifts = flat[below * above :], shifts[above:]
    mu = MU if chosen.training and chosen.training.optimiser == "momentum" else 0.0
    velocities = [(np.zeros_like(w), np.zeros_like(b)) for w, b in zip(weights, biases, strict=True)]
    functions = [SLOPES[name] for name in chosen.network.activations]
    found: dict[str, float] = {}

    def keep(name: str, parts: list[Any], step: int, mark: str = "") -> None:
        for index, number in enumerate(np.concatenate([part.ravel() for part in parts]), 1):
            found[f"{name}_{index}{mark}" + (f"#{step}" if step else "")] = float(number)

    for step in range(chosen.steps + 1):
        signals = [[np.array(sample.inputs, dtype=float)] for sample in data]
        for own in signals:
            for matrix, bias, (function, _) in zip(weights, biases, functions, strict=True):
                own.append(function(matrix @ own[-1] + bias))
        targets = [np.array(sample.target, dtype=float) for sample in data]
        loss = np.mean([np.sum((y - own[-1]) ** 2) for y, own in zip(targets, signals, strict=True)])
        found["L" + (f"#{step}" if step else "")] = float(loss)
        keep("w", weights, step)
        keep("b", biases, step)
        if step == chosen.steps:
            return found
        back = [-2 * (y - own[-1]) / len(data) for y, own in zip(targets, signals, strict=True)]
        gradients: list[tuple[Any, Any]] = []
        for layer in reversed(range(len(weights))):
            deltas = [part * functions[layer][1](own[layer + 1]) for part, own in zip(back, signals, strict=True)]
            outer = [np.outer(delta, own[layer]) for delta, own in zip(deltas, signals, strict=True)]
            gradient = np.sum(outer, axis=0), np.sum(deltas, axis=0)
            velocities[layer] = (mu * velocities[layer][0] + gradient[0], mu * velocities[layer][1] + gradient[1])
            weights[layer] = weights[layer] - RATE * velocities[layer][0]
            biases[layer] = biases[layer] - RATE * velocities[layer][1]
            back = [weights[layer].T @ delta for delta in deltas]  # through the weights that have just moved
            gradients.insert(0, gradient)
        keep("dL/dw", [by_weights for by_weights, _ in gradients], step)
        keep("dL/db", [by_biases for _, by_biases in gradients], step)
    raise AssertionError


SHAPES: dict[str, dict[str, Any]] = {
    "three layers": {"layers": (2, 3, 2), "steps": 2},
    "three layers, two samples": {"layers": (3, 2, 1), "steps": 2, "samples": 2, "activation": ("tanh", "identity")},
    "four layers": {"layers": (2, 2, 3, 1), "steps": 2, "activation": ("tanh", "sigmoid", "sigmoid")},
    "four layers, three samples": {"layers": (1, 2, 2, 2), "steps": 2, "samples": 3},
    "four layers, momentum": {"layers": (2, 2, 2, 1), "steps": 2, "optimiser": "momentum"},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gradients_and_weights_are_those_of_a_loop_from_the_last_layer_down(shape: str, seed: int) -> None:
    chosen = sequential(**SHAPES[shape], seed=seed)
    derivation = proven(chosen)
    for name, number in numpy_values(chosen).items():
        if name.startswith("dL/"):
            step = int(name.partition("#")[2] or 0)
            name = derivation.program.gradients[step][after(name.partition("#")[0].removeprefix("dL/d"), step)]
        assert derivation.value(name) == pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE), name


@pytest.mark.parametrize("shape", SHAPES)
def test_only_what_lies_below_a_moved_weight_is_called_sequential(shape: str) -> None:
    """The last layer's gradients are the true ones, and have their names; every other gradient is marked as none."""
    chosen = sequential(**SHAPES[shape])
    below, last = chosen.network.layers[-2:]
    learnt = chosen.network.weight_count
    for step, gradients in enumerate(compose(chosen).gradients):
        for index in range(1, learnt + 1):
            marked = ".sequential" in gradients[after(f"w_{index}", step)]
            assert marked == (index <= learnt - below * last), index


@pytest.mark.parametrize("shape", SHAPES)
def test_the_order_adds_no_other_name(shape: str) -> None:
    """Above all no `.direct`: how a weight has moved in one step is no path of the next one."""
    chosen = sequential(**SHAPES[shape])
    names = {name.replace(".sequential", "") for name in compose(chosen).quantities}
    assert names == compose(simultaneous(chosen)).quantities.keys()


def test_with_one_layer_there_is_no_order() -> None:
    chosen = sequential(layers=(2, 2), steps=2)
    together = compose(simultaneous(chosen))
    assert set(compose(chosen).equations) == set(together.equations)


def test_the_order_of_the_list_is_one_in_which_a_reader_can_calculate() -> None:
    program = compose(sequential(layers=(2, 2, 2, 1), steps=2))
    known = set(program.given)
    for equation in program.equations:
        assert known.issuperset(equation.operands), equation.target
        known.add(equation.target)


# --- the proof


LONG = {"categorical cross-entropy from logits"}  # its fractions are too long for an exact proof


@pytest.mark.parametrize("name", [name for name in VARIETY if name != "one neuron"])
def test_every_kind_of_network_is_proven_sequentially(name: str) -> None:
    chosen = sequential(**{**VARIETY[name], "steps": min(2, int(str(VARIETY[name].get("steps", 1))))})
    certificate, faults = prove(compose(chosen), chosen)
    assert faults == ()
    assert certificate.composition == (CHECKED if name in LONG else PROVEN)


FOUR: dict[str, Any] = {"layers": (2, 2, 2, 1), "steps": 2}
FAULTS: list[tuple[str, str, Callable[[Equation], Equation]]] = [
    ("dz_5/dh_3.sequential", "the old weight", swap("w_9#1", "w_9")),
    ("dz_5/dh_3.sequential", "another new weight", swap("w_9#1", "w_10#1")),
    ("dz_3/dh_1.sequential", "the old weight, a layer below", swap("w_5#1", "w_5")),
    ("dz_5/dh_3.sequential#1", "the weight before the second step", swap("w_9#2", "w_9#1")),
    ("dz_3/dh_1.sequential#1", "the weight before the first step", swap("w_5#2", "w_5")),
    ("do_1/dh_3.sequential", "the slope of a hidden neuron", swap("do_1/dz_5", "dh_3/dz_3")),
    ("dL/dh_1.sequential", "one path of two", swap("do_1/dh_4.sequential", "do_1/dh_3.sequential")),
    ("dL/dw_1.sequential", "the path of another weight", swap("dh_1/dw_1", "dh_1/dw_2")),
    ("w_9#1", "the gradient of another weight", swap("dL/dw_9", "dL/dw_10")),
    ("w_1#1", "the gradient of another weight", swap("dL/dw_1.sequential", "dL/dw_2.sequential")),
    ("w_1#2", "the gradient of the step before", swap("dL/dw_1.sequential#1", "dL/dw_1.sequential")),
]


@pytest.mark.parametrize(("target", "what", "change"), FAULTS, ids=[f"{target}: {what}" for target, what, _ in FAULTS])
def test_a_fault_in_the_list_is_named(target: str, what: str, change: Callable[[Equation], Equation]) -> None:
    chosen = sequential(**FOUR)
    program = in_order(rewire(compose(chosen), target, change))
    _, faults = prove(program, chosen)
    assert target in {fault.reference for fault in faults}, what


def test_a_forgotten_path_is_named() -> None:
    chosen = sequential(layers=(2, 2, 2), samples=2)
    for name in ("dL/dw_1.sequential", "dL/dw_5"):
        equation = compose(chosen).equation_of[name]
        dropped = equation.operands[-1]
        _, faults = prove(rewire(compose(chosen), name, without(dropped)), chosen)
        assert name in {fault.reference for fault in faults}


def test_the_list_of_the_other_order_is_not_accepted() -> None:
    """It is sound by itself; as a sequential training, just the updates below the last layer are wrong."""
    chosen = sequential(layers=(2, 2, 1))
    other = simultaneous(chosen)
    assert prove(compose(other), other)[1] == ()
    named = {fault.reference for fault in prove(compose(other), chosen)[1]}
    assert named == {"w_1#1", "w_2#1", "w_3#1", "w_4#1", "b_1#1", "b_2#1"}


def test_a_total_of_the_simultaneous_list_is_named() -> None:
    """The right equations for the derivative itself, under the name of what is none."""
    chosen = sequential(layers=(2, 2, 1))
    plain = compose(simultaneous(chosen)).equation_of
    program = compose(chosen)
    extra = tuple(plain[name] for name in ("dz_3/dh_1", "do_1/dh_1"))
    quantities = {name: compose(simultaneous(chosen)).quantities[name] for name in ("dz_3/dh_1", "do_1/dh_1")}
    wrong = replace(plain["dL/dw_1"], target="dL/dw_1.sequential")
    equations = tuple(wrong if equation.target == wrong.target else equation for equation in (*extra, *program.equations))
    mixed = in_order(replace(program, quantities={**program.quantities, **quantities}, equations=equations))
    assert [fault.reference for fault in prove(mixed, chosen)[1]] == ["dL/dw_1.sequential"]


def test_the_first_layer_first_is_the_wrong_order() -> None:
    """The hidden weights moved by the true gradients, and the last layer's by what the moved hidden layer puts out."""
    chosen: Example = sequential(layers=(1, 1, 1))
    program = compose(chosen)
    late = rewire(program, "dz_2/dw_2", swap("h_1", "h_1#1"))
    late = rewire(late, "dz_2/dh_1.sequential", swap("w_2#1", "w_2"))
    named = {fault.reference for fault in prove(in_order(late), chosen)[1]}
    assert named == {"dz_2/dw_2", "dz_2/dh_1.sequential"}
    backwards = replace(program, equations=tuple(reversed(program.equations)))
    assert any("before it is known" in fault.reason for fault in prove(backwards, chosen)[1])
