"""The float32 engine against the list of equations, the record and the weights that the project keeps, and the commands."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explainer import authoring, learning, verbs
from explainer.cli import main
from explainer.compose.matrices import compose_matrices
from explainer.core.errors import ExplainerError, InputError, NumericError
from explainer.core.text import Text
from explainer.datasets import obtain, sample
from explainer.datasets.idx import Images
from explainer.datasets.places import MNIST
from explainer.examples.load import parse
from explainer.examples.model import Data, Network, NetworkExample, Sample, SetExample, Training
from explainer.operations.vocabulary import ELEMENTWISE
from explainer.training import record, weights
from explainer.training.engine import Batches, Passes, Updates, begun
from explainer.training.judge import judge
from explainer.training.run import train
from explainer.values.engine import values_of
from tests import ROOT

TOLERANCE = 0.5  # percent of the test images, between a run anywhere and the record
FILE = ROOT / "docs" / "examples" / "mnist.toml"


def mnist() -> SetExample:
    example = authoring.example("mnist", ROOT)
    assert isinstance(example, SetExample)
    return example


SAMPLE = sample.load(MNIST, ROOT / "docs" / "data" / "mnist")
SMALL = Images(SAMPLE.train_images, SAMPLE.train_labels, SAMPLE.test_images[::5], SAMPLE.test_labels[::5])


# --- the engine


def small(activations: tuple[str, ...], loss: str, bias: str, reduction: str, optimiser: str) -> NetworkExample:
    """A network in the view of layers, with three samples and two updates."""
    layers, source = (3, 4, 2), np.random.default_rng(3)
    network = Network(layers, activations, loss, bias, reduction)

    def numbers(count: int) -> tuple[Decimal, ...]:
        return tuple(Decimal(str(round(float(number), 3))) for number in source.normal(size=count))

    samples = tuple(Sample(Text(str(k)), numbers(3), (), (Decimal(k % 2), Decimal(1 - k % 2))) for k in range(3))
    return NetworkExample(
        name="small",
        file="small.toml",
        network=network,
        weights=numbers(network.weight_count),
        biases=numbers(network.bias_count),
        data=Data(samples),
        used=(0, 1, 2),
        training=Training(Decimal("0.1"), steps=2, optimiser=optimiser),
        view="layers",
    )


CASES = (
    *((("tanh", name), "squared_error", "per_neuron", "mean", "sgd") for name in ELEMENTWISE),
    (("relu", "softmax"), "categorical_cross_entropy", "per_neuron", "mean", "adam"),
    (("sigmoid", "softmax"), "categorical_cross_entropy", "per_layer", "sum", "adamw"),
    (("relu", "identity"), "categorical_cross_entropy_logits", "none", "mean", "nesterov"),
    (("gelu", "sigmoid"), "binary_cross_entropy", "per_neuron", "mean", "rmsprop"),
    (("tanh", "softmax"), "squared_error", "per_neuron", "mean", "momentum"),
    (("softplus", "identity"), "huber", "per_neuron", "mean", "adagrad"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join((*case[0], *case[1:])))
def test_two_updates_in_arrays_are_those_of_the_list(case: tuple[Any, ...]) -> None:
    """Values, gradients and both updates: the list of all entries is evaluated number by number, by another engine."""
    example = small(*case)
    program = compose_matrices(example)
    values = values_of(program.entries())
    passes = Passes(example.network)

    def of_list(name: str) -> np.ndarray[Any, Any]:
        return np.array([[values[entry] for entry in row] for row in program.entries_of(name)])

    passes.parameters.take({name: of_list(name) for name in program.parameters})
    assert example.training is not None
    updates = Updates(example.training, len(passes.parameters.row))
    for step in range(3):
        tail = f"#{step}" if step else ""
        found = passes.run(of_list("x").astype(np.float32), of_list("y").astype(np.float32))
        for name in (f"{each}{tail}" for each in ("z1", "a1", "z2", "L")):
            np.testing.assert_allclose(found[name.partition("#")[0]], of_list(name), rtol=2e-5, atol=1e-5, err_msg=name)
        if step == 2:
            return
        for name, matrix in passes.gradient.matrices.items():
            np.testing.assert_allclose(matrix, of_list(f"dL/d{name}{tail}"), rtol=2e-5, atol=1e-5, err_msg=name)
        updates(passes.parameters.row, passes.gradient.row)
        for name, matrix in passes.parameters.matrices.items():
            np.testing.assert_allclose(matrix, of_list(f"{name}#{step + 1}"), rtol=1e-4, atol=1e-4, err_msg=name)


def test_all_numbers_are_single_precision() -> None:
    passes, batches = Passes(mnist().network), Batches(mnist())
    passes.parameters.take(begun(mnist()))
    values = passes.run(batches.inputs(SAMPLE.train_images[:64]), batches.targets(SAMPLE.train_labels[:64]))
    updates = Updates(mnist().training, len(passes.parameters.row))  # type: ignore[arg-type]
    updates(passes.parameters.row, passes.gradient.row)
    arrays = [*values.values(), passes.gradient.row, passes.parameters.row, *updates.kept]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_pixels_are_normalised_from_black_to_white() -> None:
    pixels = Batches(mnist()).inputs(np.array([[[0, 51], [204, 255]]], np.uint8))
    np.testing.assert_allclose(pixels[:, 0], [-1, -0.6, 0.6, 1], rtol=1e-6)


@pytest.mark.thorough
def test_a_run_is_the_same_again_and_learns() -> None:
    once, again = (train(mnist(), SMALL, epochs=3) for _ in range(2))
    assert all((once.weights[name] == again.weights[name]).all() for name in once.weights)
    assert [each.epoch for each in once.tests] == [0, 1, 2, 3]
    assert once.tests[3].accuracy > 60 > 20 > once.tests[0].accuracy
    other = train(replace(mnist(), training=replace(mnist().training, shuffle=2)), SMALL, epochs=1)  # type: ignore[type-var]
    assert other.tests[1].loss != once.tests[1].loss


def test_a_run_that_diverges_is_told() -> None:
    training = replace(mnist().training, optimiser="sgd", learning_rate=Decimal("1e30"))  # type: ignore[type-var]
    with np.errstate(all="ignore"), pytest.raises(NumericError, match="no finite loss"):
        train(replace(mnist(), training=training), SMALL)


# --- what the project keeps


def test_the_record_is_one_of_a_network_that_has_learnt() -> None:
    found = record.read(ROOT / "docs" / "records" / "mnist.json")
    assert found.accuracy >= 95.5
    assert found.parameters == 109_386
    assert found.iterations == 938
    assert np.sum(found.confusion) == 10_000
    assert found.errors == 10_000 - np.trace(found.confusion) == found.tests[-1].errors
    assert [sum(row) for row in found.confusion][:3] == [980, 1135, 1032]
    assert [each.probability for each in found.mistakes] == sorted((each.probability for each in found.mistakes), reverse=True)
    assert {mistake.index for mistake in found.mistakes} <= {*SAMPLE.test_indices}
    assert {each.name: sum(each.before) for each in found.histograms} == {"W1": 100_352, "W2": 8_192, "W3": 640}
    assert sum(each.count for each in found.first.by_size) + found.first.zeros == 109_386
    assert {each.name for each in found.starts} == {"small", "equal", "large"}
    assert next(each for each in found.rates if each.name == "0.001").losses == found.losses[:9]


def test_the_sample_is_balanced_and_small() -> None:
    assert np.bincount(SAMPLE.test_labels).tolist() == [100] * 10
    assert np.bincount(SAMPLE.train_labels).tolist() == [50] * 10
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "data" / "mnist").iterdir()) <= 500_000


def test_what_is_kept_belongs_together() -> None:
    judge(mnist(), ROOT / "docs" / "records", ROOT / "docs" / "data")


def altered(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def alter(records: Path) -> None:
        found = weights.load(records / "mnist.safetensors")
        found[name] = change(found[name])
        weights.save(records / "mnist.safetensors", found)

    return alter


def edited(old: str, new: str) -> Callable[[Path], None]:
    def edit(records: Path) -> None:
        text = (records / "mnist.json").read_text(encoding="utf-8")
        assert old in text
        (records / "mnist.json").write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def spoilt(matrix: Any) -> Any:
    matrix = matrix.copy()
    matrix[3] = np.nan
    return matrix


FAULTS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "another shape": (altered("W2", lambda matrix: matrix[:, :-1]), "W2", "the shape 64 × 127"),
    "not finite": (altered("b1", spoilt), "b1", "1 numbers such as nan"),
    "weights of another run": (altered("W3", lambda matrix: -matrix), "mistakes[1]", "the answer"),
    "no safetensors file": (
        lambda records: (records / "mnist.safetensors").write_bytes(b"<html>") and None,
        "",
        "no safetensors file",
    ),
    "cut weights": (
        lambda records: (records / "mnist.safetensors").write_bytes((records / "mnist.safetensors").read_bytes()[:-8]) and None,
        "",
        "no safetensors file",
    ),
    "no weights": (lambda records: (records / "mnist.safetensors").unlink(), "", "No such file"),
    "no record": (lambda records: (records / "mnist.json").unlink(), "", "No such file"),
    "no JSON": (edited('"seed": 1,', '"seed": 1'), "line", "no JSON"),
    "another learning rate": (
        edited('"learning_rate": "0.001"', '"learning_rate": "0.01"'),
        "settings.training.learning_rate",
        "0.01",
    ),
    "a field of another kind": (edited('"errors": 297', '"errors": "few"'), "", '"few"'),
    "a field that is missing": (edited('"iterations"', '"iteration"'), "iterations", "nothing"),
    "a mistake that the sample lacks": (edited('{"index": 9808', '{"index": 12'), "mistakes[1]", "image 12"),
}


@pytest.mark.parametrize("how", FAULTS)
def test_a_record_or_weights_that_do_not_belong_to_the_example_are_told(how: str, tmp_path: Path) -> None:
    spoil, place, said = FAULTS[how]
    shutil.copytree(ROOT / "docs" / "records", tmp_path / "records")
    spoil(tmp_path / "records")
    with pytest.raises(InputError) as caught:
        judge(mnist(), tmp_path / "records", ROOT / "docs" / "data")
    assert any(place in problem.place and said in problem.found for problem in caught.value.problems), str(caught.value)
    assert all(problem.example == "explainer train mnist --record" for problem in caught.value.problems)


# --- as a file, and on the command line

WRONG = {
    "layers = [784, 128, 64, 10]": ("layers = [783, 10]", "network.layers", "784 inputs"),
    'set = "mnist"': ('set = "mnst"', "data.set", "mnist"),
    "biases = 0": ("biases = [0, 1]", "parameters.biases", "one number for all biases"),
    'weights = {draw = "normal", seed = 1, scale = 0.05}': ("weights = [1, 2]", "parameters.weights", "how they are drawn"),
    "deviation = 0.5": ("deviation = 0", "data.deviation", "above 0"),
    "batch = 64": ('batch = "all"', "training.batch", "a whole number"),
    "epochs = 5": ("steps = 5", "training.steps", "epochs"),
    "mean = 0.5": ("shift = [1]", "data.shift", "mean and deviation"),
    "shuffle = 1": ("shuffle = 1\n[walkthrough]\ndigits = 3", "walkthrough", "a file without it"),
    'activation = ["relu", "relu", "softmax"]': ('activation = ["relu", "softmax"]', "network.activation", "one for each layer"),
}


@pytest.mark.parametrize("line", WRONG)
def test_a_file_with_a_data_set_is_told_what_is_wrong(line: str) -> None:
    wrong, place, said = WRONG[line]
    text = FILE.read_text(encoding="utf-8")
    assert line in text
    with pytest.raises(InputError) as caught:
        parse(text.replace(line, wrong), name="mine")
    assert any(problem.place == place and said in problem.expected for problem in caught.value.problems), str(caught.value)


def command(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(words)
    return status, out.getvalue(), err.getvalue()


def test_the_record_is_shown_and_the_example_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    status, out, _ = command("show", "mnist")
    assert status == 0
    assert "784-128-64-10 network with 109,386 parameters" in out
    assert f"{record.read(ROOT / 'docs/records/mnist.json').accuracy:.2f} %" in out
    for words in (
        ("show", "mnist", "--format", "json"),
        ("where", "mnist", "W1"),
        ("train", "alice", "--record"),
        ("data", "mnst"),
    ):
        status, out, err = command(*words)
        assert (status, out) == (2, ""), words
        assert "expected:" in err
    with pytest.raises(ExplainerError, match="a run is measured"):
        verbs.derive(mnist())


def test_training_without_the_data_says_how_to_obtain_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    status, out, err = command("train", "mnist")
    assert (status, out) == (2, "")
    assert "explainer data mnist" in err


def test_weights_are_written_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obtain, "load", lambda _: SMALL)
    run = learning.trained(mnist(), 1, tmp_path / "deep" / "mine.safetensors")
    found = weights.load(tmp_path / "deep" / "mine.safetensors")
    assert {name: matrix.shape for name, matrix in found.items()} == {name: run.weights[name].shape for name in sorted(run.weights)}
    assert all((found[name] == run.weights[name]).all() for name in found)


def test_a_record_is_the_same_text_after_reading() -> None:
    path = ROOT / "docs" / "records" / "mnist.json"
    assert record.text_from(record.read(path)) == path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["seed"] == 1


@pytest.mark.thorough
def test_a_run_on_the_whole_set_reaches_the_record() -> None:
    """The test of the record: where the user's cache has the set, and always in continuous integration."""
    if not all((obtain.folder_of(MNIST) / part.file).exists() for part in MNIST.parts):
        missing = "needs the data set: explainer data mnist"
        pytest.fail(f"{missing}, and in CI nothing is optional") if os.environ.get("CI") == "true" else pytest.skip(missing)
    said = subprocess.run(
        [sys.executable, "-m", "explainer", "train", "mnist"], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    kept = record.read(ROOT / "docs" / "records" / "mnist.json")
    last = re.search(r"^Test accuracy ([\d.]+) %", said, re.MULTILINE)
    assert last
    assert float(last[1]) == pytest.approx(kept.accuracy, abs=TOLERANCE)
    losses = [float(loss) for loss in re.findall(r"mean loss ([\d.]+)$", said, re.MULTILINE)]
    assert losses[:3] == pytest.approx([each.loss for each in kept.losses[:3]], rel=1e-2)
    assert len(losses) == len(kept.losses)
