"""The training walkthrough: answers to new questions, followed quantities, curves, and neurons that stay equal."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

import explainer
from explainer.core.errors import InputError
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.pages.axes import nice_ticks
from explainer.pages.blocks import figures, tables
from explainer.pages.blocks.block import BlockError
from explainer.pages.plain import PlainWriter
from explainer.pages.scribe import Scribe
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import load
from explainer.words.languages import LANGUAGES, SOURCE
from tests.networks import example_text
from tests.shipped import shipped

QUERIES = """
[[data.queries]]
name = "Emily"
inputs = [0.5, -1]
"""
RUN = "epochs = 3\nrecord = [1]\n"


@cache
def derivation(name: str) -> Derivation:
    return shipped(name)


def independent(example: NetworkExample) -> tuple[np.ndarray, np.ndarray, float]:
    """The losses after each epoch and the last answers to all people, by a loop over numpy vectors in float64."""
    assert example.training is not None
    rate = float(example.training.learning_rate)
    w, b = np.array(example.weights, dtype=float), np.array(example.biases, dtype=float)
    hidden, hidden_bias, output, output_bias = w[:4].reshape(2, 2).copy(), b[:2].copy(), w[4:].copy(), b[2]
    shift = np.array(example.data.shift, dtype=float)
    people = [np.array(s.raw, dtype=float) - shift for s in (*example.data.samples, *example.data.queries)]
    targets = [float(sample.target[0]) for sample in example.data.samples]

    def answer(x: np.ndarray) -> tuple[np.ndarray, float]:
        h = 1 / (1 + np.exp(-(hidden @ x + hidden_bias)))
        return h, 1 / (1 + np.exp(-(output @ h + output_bias)))

    losses = []
    for _ in range(example.training.epochs):
        for x, y in zip(people, targets, strict=False):
            h, o = answer(x)
            d_o = -2 * (y - o) * o * (1 - o)
            d_h = d_o * output * h * (1 - h)
            output -= rate * d_o * h
            output_bias -= rate * d_o
            hidden -= rate * np.outer(d_h, x)
            hidden_bias -= rate * d_h
        losses.append(np.mean([(y - answer(x)[1]) ** 2 for x, y in zip(people, targets, strict=False)]))
    return np.array(losses), np.array([answer(x)[1] for x in people]), float(answer(people[0])[0][0])


@pytest.mark.parametrize("name", ["training", "symmetry"])
def test_curve_epochs_and_predictions_agree_with_an_independent_run(name: str) -> None:
    found = derivation(name)
    assert isinstance(found.example, NetworkExample)
    assert found.run is not None
    losses, answers, h_1 = independent(found.example)
    for epoch, reference in found.run.losses()[1:]:
        assert found.value(reference) == pytest.approx(losses[epoch - 1], abs=1e-9)
    assert len(found.run.losses()) >= 200
    for person, expected in enumerate(answers, 1):
        assert found.value(f"o_1@{person}#e1000") == pytest.approx(expected, abs=1e-9)
    assert found.value("h_1@1#e1000") == pytest.approx(h_1, abs=1e-9)


def test_every_printed_digit_of_a_run_lies_in_its_enclosure() -> None:
    found = derivation("training")
    assert found.run is not None
    for name, enclosure in found.run.enclosures.items():
        shown = found.shown[name]
        half = 10 ** (int(shown.text.partition("e")[2] or 0) - len(shown.text.partition("e")[0].partition(".")[2])) / 2
        assert abs(float(enclosure.lower) - float(shown.text)) <= half * (1 + 1e-12), name


def test_emily_is_taken_for_a_woman_and_frank_for_a_man() -> None:
    found = derivation("training")
    assert found.value("o_1@5#e1000") > 0.9
    assert found.value("o_1@6#e1000") < 0.1


# --- twins ----------------------------------------------------------------------------------------------------------


def test_equal_neurons_are_proven_to_stay_equal_and_different_ones_are_not() -> None:
    twins, others = derivation("symmetry").run, derivation("training").run
    assert twins is not None
    assert others is not None
    assert twins.twins == (("h_1", "h_2"),)
    assert others.twins == ()
    assert derivation("symmetry").value("h_1@1#e1000") == derivation("symmetry").value("h_2@1#e1000")


@pytest.mark.thorough
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_twins_are_found_in_other_networks(optimiser: str, activation: str) -> None:
    text = example_text((2, 3, 2, 1), activation=activation, samples=2, optimiser=optimiser)
    text = re.sub(r"weights = .*", "weights = 0.25", text)
    text = re.sub(r"biases = .*", "biases = 0.125", text).replace("learning_rate", f"{RUN}learning_rate")
    run = explainer.derive(parse(text, name="equal")).run
    assert run is not None
    assert run.twins == (("h_1", "h_2"), ("h_1", "h_3"), ("h_2", "h_3"), ("h_4", "h_5"))


@pytest.mark.parametrize("view", ["", "layers"])
def test_what_is_known_of_a_run_has_no_need_of_a_walkthrough_in_the_same_names(view: str) -> None:
    """Of several samples it has h₁⁽¹⁾ and h₁⁽²⁾, and of matrices neither h₁ nor w₁."""
    text = example_text((2, 2, 1), samples=2, view=view).replace("learning_rate", f"{RUN}learning_rate")
    text = re.sub(r"biases = .*", "biases = 0.125", re.sub(r"weights = .*", "weights = 0.25", text))
    made = explainer.derive(parse(text, name="mine"))
    writer = Scribe(load(SOURCE), PlainWriter(), {"mine": made})
    assert tables.twins(writer, made, []).startswith("$h_{1}$ and $h_{2}$ start with the same parameters.")
    assert tables.run(writer, made, ["w_1"]).startswith("| Epoch | $L$ | $w_{1}$ |")


@pytest.mark.parametrize("change", ["w_3", "w_6", "b_2"])
def test_one_different_parameter_parts_twins(change: str) -> None:
    values = dict.fromkeys(["w_1", "w_2", "w_3", "w_4", "w_5", "w_6"], "1") | dict.fromkeys(["b_1", "b_2", "b_3"], "0")
    values[change] = "0.5"
    weights, biases = ([f"{name} = {value}" for name, value in values.items() if name[0] == letter] for letter in "wb")
    text = example_text((2, 2, 1), samples=2).replace("learning_rate", f"{RUN}learning_rate")
    text = re.sub(r"weights = .*", f"weights = {{{', '.join(weights)}}}", text)
    text = re.sub(r"biases = .*", f"biases = {{{', '.join(biases)}}}", text)
    run = explainer.derive(parse(text, name="parted")).run
    assert run is not None
    assert run.twins == ()


# --- figures --------------------------------------------------------------------------------------------------------


def scribe(name: str, language: str = SOURCE.code) -> Scribe:
    chosen = next(item for item in LANGUAGES if item.code == language)
    return Scribe(load(chosen), SiteWriter(), {name: derivation(name)})


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_a_curve_has_every_kept_epoch_and_its_last_value(language: str) -> None:
    writer = scribe("training", language)
    tree = LexborHTMLParser(figures.curve(writer, derivation("training"), []))
    run = derivation("training").run
    assert run is not None
    (line,) = tree.css("path.ex-line")
    assert len(re.split("[ML]", line.attributes["d"] or "")[1:]) == len(run.losses())
    assert [node.attributes["data-ref"] for node in tree.css("[data-ref]")] == ["training:L#e1000"]
    assert [occurrence.reference for occurrence in writer.occurrences] == ["training:L#e1000"]
    assert all(node.attributes.get("data-structural") or not re.search(r"\d", node.text()) for node in tree.css("text.ex-tick"))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_curve_says_what_it_makes_of_the_samples(reduction: str) -> None:
    text = example_text((1, 1), samples=2, reduction=reduction, training=RUN.splitlines())
    made = explainer.derive(parse(text, name="mine"))
    drawn = figures.curve(Scribe(load(SOURCE), SiteWriter(), {"mine": made}), made, [])
    assert f"the {reduction} over all samples" in LexborHTMLParser(drawn).text()


def test_curves_on_each_other_are_both_seen() -> None:
    tree = LexborHTMLParser(figures.curve(scribe("symmetry"), derivation("symmetry"), ["h_1@1", "h_2@1"]))
    first, second = tree.css("path.ex-line")
    assert first.attributes["d"] == second.attributes["d"]
    assert "ex-over" not in (first.attributes["class"] or "")
    assert "ex-over" in (second.attributes["class"] or "")
    heights = [float(node.attributes["y"] or 0) for node in tree.css("[data-ref]")]
    assert abs(heights[0] - heights[1]) > 20, "their last values must not stand on each other"


@pytest.mark.parametrize(
    ("lowest", "highest", "ticks"),
    [
        (0, 0.287, "0 0.1 0.2 0.3"),
        (0.5, 1.0, "0 0.2 0.4 0.6 0.8 1.0"),
        (0, 0.051, "0 0.02 0.04 0.06"),
        (12.3, 12.3, "0 5 10 15"),
        (0, 0, "0 1"),
        (-0.4, 0.9, "-0.5 0 0.5 1"),
        (-3, -2, "-3 -2 -1 0"),
        (0, 3e-12, "0 1e-12 2e-12 3e-12"),
        (0, 1e300, "0 2e299 4e299 6e299 8e299 1e300"),
    ],
)
def test_ticks_are_round_numbers(lowest: float, highest: float, ticks: str) -> None:
    assert [float(tick) for tick in nice_ticks(lowest, highest)] == [float(text) for text in ticks.split()]


def test_blocks_about_a_run_say_what_they_need() -> None:
    for block, arguments in ((figures.curve, ["h_9@1"]), (tables.run, ["w_99"]), (tables.twins, [])):
        with pytest.raises(BlockError) as caught:
            block(scribe("training"), derivation("training"), arguments)
        assert caught.value.expected
        assert caught.value.example or caught.value.right
    alice = shipped("alice")
    for block in (figures.curve, tables.run, tables.twins):
        with pytest.raises(BlockError):
            block(scribe("training"), alice, [])


# --- bad input ------------------------------------------------------------------------------------------------------


TEXT = example_text((2, 2, 1))
TRAINED = TEXT.replace("learning_rate", f"{RUN}learning_rate")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT + QUERIES, "data.queries"),
        (TRAINED + QUERIES.replace("0.5, -1", "1"), "data.queries[1].inputs"),
        (TRAINED + QUERIES.replace("Emily", "sample a"), "data.queries[1].name"),
        (TRAINED + QUERIES + "target = [1]\n", "data.queries[1].target"),
        (TRAINED.replace("learning_rate", 'follow = ["h_3@1"]\nlearning_rate'), "training.follow[1]"),
        (TEXT.replace("learning_rate", 'follow = ["h_1@1"]\nlearning_rate'), "training.follow"),
    ],
)
def test_questions_that_cannot_be_answered_are_located(text: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, name="asked", file="asked.toml")
    assert place in [problem.place for problem in caught.value.problems]
    assert all(problem.expected for problem in caught.value.problems)
