"""The list that a page's script composes for a network is the one that is proven, letter by letter; and it trains by it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from explainer.compose.compose import compose
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.live.printed import document
from explainer.live.vocabulary import ACTIVATIONS, FIRST, INPUTS, LOSSES, OUTPUTS, SECOND, vocabulary
from explainer.operations.vocabulary import OPERATIONS
from explainer.values.engine import values_of
from tests.conftest import require
from tests.networks import example_text

pytestmark = pytest.mark.scripts

RUN = Path(__file__).with_name("composed.js")


def in_node(networks: list[dict[str, Any]], steps: int = 0) -> list[dict[str, Any]]:
    given = json.dumps({"networks": networks, "vocabulary": vocabulary(), "steps": steps})
    done = subprocess.run([require("node"), str(RUN)], input=given, capture_output=True, text=True, check=True, timeout=300)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def drawn(seed: int, samples: int = 1) -> NetworkExample:
    """A network within the limits, any of its activations, and a loss that fits."""
    random = Random(seed)
    loss = random.choice(LOSSES)
    outputs = OUTPUTS if loss.startswith("categorical") else random.randint(1, OUTPUTS)
    layers = [random.randint(1, INPUTS), *[random.randint(1, most) for most in (FIRST, SECOND)[: random.randint(0, 2)]], outputs]
    last = OPERATIONS[loss].demands.after or random.choice(ACTIVATIONS)
    activation = [*(random.choice(ACTIVATIONS) for _ in layers[2:]), last]
    text = example_text(layers, activation=activation, loss=loss, seed=seed, samples=samples, training=())
    found = parse(text, name="drawn")
    assert isinstance(found, NetworkExample)
    return found


def asked(example: NetworkExample) -> dict[str, Any]:
    """What the script is told of a network."""
    network, training = example.network, example.training
    assert training is not None
    texts = [{"inputs": list(map(str, each.inputs)), "target": list(map(str, each.target))} for each in example.data.samples]
    return {
        "layers": network.layers,
        "activations": network.activations,
        "loss": network.loss,
        "weights": list(map(str, example.weights)),
        "biases": list(map(str, example.biases)),
        "rate": str(training.learning_rate),
        **(texts[0] if len(texts) == 1 else {"samples": texts}),
    }


LARGEST = (INPUTS, FIRST, SECOND, OUTPUTS)  # 4-8-4-2


@pytest.mark.thorough
def test_documents_of_drawn_networks_are_those_that_are_proven() -> None:
    examples = [drawn(seed) for seed in range(200)]
    assert len({example.network.layers for example in examples}) > 60
    for example, said in zip(examples, in_node([asked(each) for each in examples]), strict=True):
        wanted = document(compose(example), example.digits)
        for part, right in wanted.items():
            assert said["document"][part] == right, (example.network, part)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_largest_network(loss: str) -> None:
    last = OPERATIONS[loss].demands.after or "tanh"
    example = parse(example_text(LARGEST, activation=["relu", "softplus", last], loss=loss), name="largest")
    assert isinstance(example, NetworkExample)
    (said,) = in_node([asked(example)])
    assert said["document"] == document(compose(example), example.digits)


@pytest.mark.thorough
def test_floats_are_those_of_the_engine() -> None:
    examples = [drawn(seed) for seed in range(60)]
    for example, said in zip(examples, in_node([asked(each) for each in examples]), strict=True):
        right = values_of(compose(example))
        found = dict(zip(said["document"]["names"], said["values"], strict=True))
        assert found == pytest.approx({name: float(value) for name, value in right.items()}, rel=1e-9, abs=1e-12), example.network


def test_a_training_goes_back_to_the_bit() -> None:
    steps = 600
    examples = [drawn(seed, samples=3) for seed in range(12)]
    for example, said in zip(examples, in_node([{**asked(each), "rate": "0.001"} for each in examples], steps), strict=True):
        assert said["back"] == said["start"] == [float(each) for each in (*example.weights, *example.biases)]
        assert said["again"] == said["end"] != said["start"]
        assert len(said["losses"]) == steps // 3 + 1
        assert said["losses"][-1] < said["losses"][0]


def test_a_training_that_diverges_stops_at_numbers() -> None:
    text = example_text((2, 3, 1), activation="identity", samples=3)
    example = parse(text.replace("0.3\n", "30\n"), name="diverges")
    assert isinstance(example, NetworkExample)
    (said,) = in_node([asked(example)], 600)
    assert None not in said["end"]
    assert None not in said["losses"]
    assert said["again"] == said["end"]


def test_a_first_epoch_is_that_of_the_engine() -> None:
    example = drawn(5, samples=3)
    (said,) = in_node([asked(example)], 3)
    found = [Decimal(each) for each in (*example.weights, *example.biases)]
    for sample in example.data.samples:
        one = replace(
            example,
            weights=tuple(found[: len(example.weights)]),
            biases=tuple(found[len(example.weights) :]),
            data=replace(example.data, samples=(sample,)),
            used=(0,),
        )
        program = compose(one)
        values = values_of(program)
        found = [Decimal(float(values[f"{name}#1"])) for name in program.parameters]
    assert said["end"] == pytest.approx(list(map(float, found)), rel=1e-9, abs=1e-12)
