"""The network on the page is the trained one: the same digit for every image of the sample, and nearly the same probabilities.

What the script does is done by Node, and held against the engine, differences of its own loss, and drawings that anyone can read.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explainer
from explainer.core.errors import InputError
from explainer.training import weights
from explainer.training.engine import Batches, Passes, answers
from explainer.training.script import MISTAKEN, OF_EACH, answering, read
from tests.conftest import require
from tests.training.answered import DATA, RECORDS, example, images
from tests.training.answered import answering as shipped

pytestmark = pytest.mark.scripts

ARITHMETIC = Path(explainer.__file__).parent / "site" / "theme" / "assets" / "javascripts" / "network.js"
MOST_BYTES = 250_000  # of weights and images, as they are sent by a server that packs nothing
FURTHEST = 0.01  # of a probability

# As somebody would draw them, in any unit: these are about ten wide.
STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(5, 1), (2, 3), (1, 7), (2, 11), (5, 13), (8, 11), (9, 7), (8, 3), (5, 1)]],
    "1": [[(5, 1), (5, 13)]],
    "2": [[(1, 3), (3, 1), (6, 1), (8, 3), (7, 6), (1, 13), (9, 13)]],
    "3": [[(1, 2), (4, 1), (7, 2), (7, 5), (4, 7), (7, 8), (8, 11), (5, 13), (1, 12)]],
    "4": [[(2, 1), (1, 7), (8, 7)], [(8, 1), (7, 14)]],
    "5": [[(8, 1), (2, 1), (2, 6), (6, 6), (8, 9), (6, 13), (1, 13)]],
    "6": [[(7, 1), (3, 5), (1, 9), (2, 12), (5, 13), (8, 11), (7, 8), (4, 8), (2, 10)]],
    "7": [[(1, 1), (8, 1), (4, 13)]],
    "8": [[(8, 3), (5, 1), (2, 3), (3, 6), (7, 8), (8, 11), (5, 13), (2, 11), (3, 8), (7, 5), (8, 3)]],
    "9": [[(8, 3), (5, 1), (2, 3), (2, 6), (5, 7), (8, 5), (8, 3), (7, 13)]],
}


def in_node(program: str, given: Any = None) -> Any:
    """What a program gives that has the script's `network`, its arithmetic `digits`, and something `given`."""
    frame = f"""
const digits = require({json.dumps(str(ARITHMETIC))});
const [script, given] = JSON.parse(require("fs").readFileSync(0, "utf8"));
require("vm").runInThisContext(script);
const network = digits.network(explainerNetwork), images = digits.images(explainerNetwork.images, 784);
process.stdout.write(JSON.stringify((() => {{ {program} }})()));"""
    done = subprocess.run(
        [require("node"), "-e", frame],
        input=json.dumps([shipped().script, given]),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_the_page_answers_as_the_engine_does_for_every_test_image_of_the_sample() -> None:
    sample, passes = images(), Passes(example().network)
    passes.parameters.take(weights.load(RECORDS / "mnist.safetensors"))
    wanted, _ = answers(passes, Batches(example()), sample.test_images, sample.test_labels)
    given = sample.test_images.reshape(len(sample.test_images), -1).tolist()
    found = np.array(in_node("return given.map((ink) => Array.from(digits.forward(network, ink).probabilities));", given))
    assert found.shape == wanted.shape == (1000, 10)
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()
    assert np.abs(found - wanted).max() < FURTHEST


def test_it_is_small_and_its_images_are_those_of_the_sample() -> None:
    assert len(shipped().script.encode()) <= MOST_BYTES
    sample = images()
    there = {tuple(image.ravel().tolist()): int(label) for image, label in zip(sample.test_images, sample.test_labels, strict=True)}
    found, labels = in_node("return [images.map((ink) => Array.from(ink)), explainerNetwork.labels];")
    assert [there[tuple(map(int, image))] for image in found] == list(map(int, labels))
    assert all(labels.count(str(digit)) == OF_EACH for digit in range(10))
    answered = in_node("return images.map((ink) => digits.forward(network, ink).answer);")
    wrong = [label for label, answer in zip(labels, answered, strict=True) if int(label) != answer]
    assert 0 < len(wrong) <= 10 * MISTAKEN
    assert len(wrong) < len(labels) / 5


def test_the_first_image_is_one_that_it_gets_right() -> None:
    first = shipped().first
    assert first.probabilities.index(max(first.probabilities)) == first.label
    assert in_node("return Array.from(images[given - 1]);", first.number) == list(first.ink)


def test_its_gradients_are_those_of_its_own_loss_and_lead() -> None:
    """By differences: both for pixels all over images, some of which it is in doubt about."""
    program = """
const step = 1e-3, off = [];
for (const image of [3, 50, 120]) {
  const ink = images[image], passed = digits.forward(network, ink), { answer, other } = passed;
  const [loss, lead] = [digits.ofLoss(network, passed), digits.ofLead(network, passed)];
  for (let pixel = 5; pixel < ink.length; pixel += 31) {
    const [up, down] = [step, -step].map((by) => digits.forward(network, ink.map((each, at) => each + (at === pixel ? by : 0))));
    const by = (of) => (of(up) - of(down)) / (2 * step);
    off.push(Math.abs(by(({ probabilities }) => -Math.log(probabilities[answer])) - loss[pixel]));
    off.push(Math.abs(by(({ logits }) => logits[answer] - logits[other]) - lead[pixel]));
  }
}
return [Math.max(...off), off.length];"""
    furthest, count = in_node(program)
    assert count > 100
    assert furthest < 1e-6


def test_what_neurons_say_adds_up_to_the_lead() -> None:
    program = """
return images.slice(0, 40).map((ink) => {
  const passed = digits.forward(network, ink), { answer, other, logits } = passed, { biases } = network.layers.at(-1);
  const sum = digits.votes(network, passed).reduce((total, { vote }) => total + vote, 0);
  return Math.abs(sum + biases[answer] - biases[other] - (logits[answer] - logits[other]));
});"""
    assert max(in_node(program)) < 1e-4  # the biases of the script are float32


def test_a_drawing_is_brought_into_the_form_of_the_images_and_read() -> None:
    program = """
return Object.fromEntries(Object.entries(given).map(([digit, strokes]) => {
  const ink = digits.centred(strokes), { answer, probabilities } = digits.forward(network, ink);
  return [digit, { answer, probability: probabilities[answer], ink: Array.from(ink) }];
}));"""
    for scale, shift in ((1, 0), (0.3, 40)):  # wherever it is drawn, and however large
        drawn = {
            digit: [[(x * scale + shift, y * scale) for x, y in stroke] for stroke in strokes] for digit, strokes in STROKES.items()
        }
        for digit, found in in_node(program, drawn).items():
            assert str(found["answer"]) == digit
            assert found["probability"] > 0.5
            ink = np.array(found["ink"]).reshape(28, 28)
            rows, columns = (np.flatnonzero(ink.max(axis=axis)) for axis in (1, 0))
            assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21  # twenty, and edges that are half covered
            middle = (np.arange(28) + 0.5) @ ink.sum(axis=1) / ink.sum(), (np.arange(28) + 0.5) @ ink.sum(axis=0) / ink.sum()
            assert np.abs(np.array(middle) - 14).max() < 0.2


def test_a_dot_is_a_dot_and_no_ink_is_no_error() -> None:
    dot = in_node("return Array.from(digits.centred([[[3, 3]]]));")
    assert 0 < sum(value > 0 for value in dot) <= 16
    assert in_node("return digits.forward(network, new Float64Array(784)).answer;") in range(10)


def test_the_least_change_is_the_least() -> None:
    program = """
return images.slice(0, 12).map((ink) => {
  const passed = digits.forward(network, ink), { answer } = passed, gradient = digits.ofLoss(network, passed);
  const found = digits.changed(network, ink, { answer, gradient });
  if (!found) return null;
  const less = ink.map((each, pixel) => Math.min(Math.max(each + (found.step - 1) * Math.sign(gradient[pixel]), 0), 255));
  return [answer, digits.forward(network, found.ink).answer, digits.forward(network, less).answer, found.step];
});"""
    found = [each for each in in_node(program) if each]
    assert found
    for before, after, still, step in found:
        assert before == still != after
        assert 1 <= step <= 255


# --- what is wrong


def test_what_is_missing_or_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(example(), tmp_path, DATA)
    assert "docs/records/mnist.safetensors" in str(error.value)
    with pytest.raises(InputError):
        read(example(), RECORDS, tmp_path)
    other = replace(example(), network=replace(example().network, activations=("tanh", "relu", "softmax")))
    with pytest.raises(InputError) as error:
        read(other, RECORDS, DATA)
    assert "tanh, relu, softmax" in str(error.value)
    shutil.copy(RECORDS / "mnist.safetensors", tmp_path / "mnist.safetensors")
    assert read(example(), tmp_path, DATA) == shipped()


def test_weights_that_are_all_zero_are_no_division_by_zero() -> None:
    found = {name: np.zeros_like(matrix) for name, matrix in weights.load(RECORDS / "mnist.safetensors").items()}
    assert "NaN" not in answering(example(), found, images()).script
