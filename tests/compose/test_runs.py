"""Training runs: thousands of updates are those that one would make by hand, in the order that the file asks for."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explainer
from explainer import cli, verbs
from explainer.compose import straight
from explainer.compose.compose import compose
from explainer.compose.schedule import schedule
from explainer.core.errors import InputError, NumericError
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.values import engine
from tests.conftest import ROOT, require
from tests.graphs import graph_example
from tests.networks import example_text
from tests.shipped import shipped

TOLERANCE = 1e-9
RECORD = (1, 2, 7, 30)
DURING = 'during = ["average", "rises"]'
BATCHES = {
    "in the order of the file": 'batch = "one"',
    "shuffled": 'batch = "one"\nshuffle = 5',
    "otherwise shuffled": 'batch = "one"\nshuffle = 6',
    "all at once": 'batch = "all"',
    "in pairs": "batch = 2",
    "in pairs, shuffled": "batch = 2\nshuffle = 5",
}
SHAPES: dict[str, dict[str, Any]] = {
    "2-2-1": {"layers": (2, 2, 1), "samples": 4},
    "2-3-2, tanh below": {"layers": (2, 3, 2), "samples": 6, "activation": ("tanh", "sigmoid")},
    "2-2-2-1, identity last": {"layers": (2, 2, 2, 1), "samples": 2, "activation": ("sigmoid", "tanh", "identity")},
}


def network(*lines: str, **options: Any) -> NetworkExample:
    """An example of networks.py with more lines in [training]."""
    text = example_text(**options)
    assert text.count("[training]\n") == 1
    found = parse(text.replace("[training]\n", "[training]\n" + "\n".join(lines) + "\n"), name="random", file="random.toml")
    assert isinstance(found, NetworkExample)
    return found


def orders(batch: str, samples: int, epochs: int) -> Iterator[list[list[int]]]:
    """The samples of each update of each epoch."""
    seed = re.search(r"shuffle = (\d+)", batch)
    source = random.Random(int(seed[1])) if seed else None
    for _ in range(epochs):
        order = list(range(samples))
        if source:
            source.shuffle(order)
        size = {'"one"': 1, '"all"': samples}.get(found := re.findall(r"batch = (.*)", batch)[0]) or int(found)
        yield [order[first : first + size] for first in range(0, samples, size)]


# --- an independent loop


SLOPES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "identity": (lambda z: z, np.ones_like),
}


def numpy_run(chosen: NetworkExample, batch: str, epochs: int, rate: float) -> dict[str, float]:
    """Matrices, a vector of deltas from layer to layer, and one step after another; squared error."""
    layers, numbers, found = chosen.network.layers, list(map(float, chosen.weights)), dict[str, float]()
    weights, biases, shifts = [], [], list(map(float, chosen.biases))
    for below, above in pairwise(layers):
        weights.append(np.array(numbers[: below * above]).reshape(above, below))
        biases.append(np.array(shifts[:above]))
        numbers, shifts = numbers[below * above :], shifts[above:]
    data = [(np.array(s.inputs, dtype=float), np.array(s.target, dtype=float)) for s in chosen.data.samples]

    def forward(x: Any) -> list[Any]:
        signals = [x]
        for matrix, bias, name in zip(weights, biases, chosen.network.activations, strict=True):
            signals.append(SLOPES[name][0](matrix @ signals[-1] + bias))
        return signals

    def losses() -> list[float]:
        return [float(np.sum((y - forward(x)[-1]) ** 2)) for x, y in data]

    def keep(epoch: int) -> None:
        found[f"L#e{epoch}"], found[f"L_during#e{epoch}"] = float(np.mean(losses())), float(np.mean(met))
        found[f"rises#e{epoch}"] = sum(risen.values())
        if '"one"' in batch:
            found.update({f"rises@{number}#e{epoch}": risen[number] for number in range(1, len(data) + 1)})
        for number, (x, _) in enumerate(data, 1):
            found.update({f"o_{index}@{number}#e{epoch}": float(o) for index, o in enumerate(forward(x)[-1], 1)})
        for letter, parts in (("w", weights), ("b", biases)):
            flat = np.concatenate([part.ravel() for part in parts])
            found.update({f"{letter}_{index}#e{epoch}": float(number) for index, number in enumerate(flat, 1)})

    risen = Counter[int]()
    for epoch, updates in enumerate(orders(batch, len(data), epochs), 1):
        met = []
        for chosen_samples in updates:
            before = losses()
            met.append(np.mean([before[index] for index in chosen_samples]))
            gradients = [(np.zeros_like(matrix), np.zeros_like(bias)) for matrix, bias in zip(weights, biases, strict=True)]
            for x, y in (data[index] for index in chosen_samples):
                signals = forward(x)
                back = -2 * (y - signals[-1]) / len(chosen_samples)
                for layer in reversed(range(len(weights))):
                    delta = back * SLOPES[chosen.network.activations[layer]][1](signals[layer + 1])
                    gradients[layer][0].__iadd__(np.outer(delta, signals[layer]))
                    gradients[layer][1].__iadd__(delta)
                    back = weights[layer].T @ delta
            for matrix, bias, (by_matrix, by_bias) in zip(weights, biases, gradients, strict=True):
                matrix -= rate * by_matrix
                bias -= rate * by_bias
            risen[chosen_samples[0] + 1] += np.mean(losses()) > np.mean(before)
        if epoch in RECORD:
            keep(epoch)
    return found


@cache
def trained(shape: str, batch: str) -> Run:
    return verbs.train(network("epochs = 30", f"record = {list(RECORD)}", DURING, BATCHES[batch], **SHAPES[shape]))


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_run_is_the_loop_that_one_would_write(shape: str, batch: str) -> None:
    run = trained(shape, batch)
    expected = numpy_run(run.schedule.example, BATCHES[batch], 30, 0.3)
    computed = engine.train(run.schedule)
    assert {name for name in computed if not name.startswith("L")} == {name for name in expected if not name.startswith("L")}
    for name, number in expected.items():
        assert computed[name] == pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE), name
        assert run.enclosures[name].nearest_double() == pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE), name


def test_some_updates_of_single_samples_raise_the_loss_of_all_and_a_dead_network_does_not() -> None:
    assert trained("2-2-1", "shuffled").shown["rises#e30"].value > 0
    dead = network("epochs = 5", 'batch = "one"', DURING, layers=(2, 2, 1), samples=2, activation=("relu", "identity"))
    dead = replace(dead, biases=(Decimal(-99), Decimal(-99), Decimal(0)), frozen=frozenset({"b_3"}))
    run = verbs.train(dead)
    assert run.shown["rises#e5"].text == "0"
    assert run.shown["L_during#e5"].text == run.shown["L#e5"].text


def test_the_order_of_the_samples_changes_the_numbers() -> None:
    assert len({trained("2-2-1", batch).enclosures["w_1#e30"] for batch in BATCHES}) == len(BATCHES)


@pytest.mark.parametrize("batch", BATCHES)
def test_the_digits_are_decided_and_the_engine_is_within_its_rounding_errors_of_them(batch: str) -> None:
    run = trained("2-2-1", batch)
    computed = engine.train(run.schedule)
    assert computed.keys() == run.enclosures.keys()
    for name, number in computed.items():
        enclosure, margin = run.enclosures[name], Fraction(1, 10**12)
        assert 0 <= enclosure.upper - enclosure.lower < Fraction(1, 10**30)
        assert enclosure.lower - margin <= Fraction(number) <= enclosure.upper + margin, name


def test_every_printed_digit_is_the_rounding_of_both_ends() -> None:
    """By decimal's own rounding of the quotients, to the digits of the example and to fifteen."""
    run = trained("2-3-2, tanh below", "shuffled")
    derivation = explainer.derive(run.schedule.example)
    for name, enclosure in run.enclosures.items():
        for digits, text in ((4, derivation.shown[name].text), (15, derivation.show(name, 15).text)):
            rounding = Context(prec=digits, rounding=ROUND_HALF_UP)
            ends = [rounding.divide(Decimal(end.numerator), Decimal(end.denominator)) for end in (enclosure.lower, enclosure.upper)]
            assert Decimal(text) == ends[0] == ends[1], name


def test_the_loss_curve_begins_at_the_start_and_ends_at_the_last_epoch() -> None:
    run = verbs.train(network("epochs = 1000", "record = [3]", layers=(1, 1), samples=2))
    epochs = [epoch for epoch, _ in run.losses()]
    assert (epochs[0], epochs[-1]) == (0, 1000)
    assert 3 in epochs
    assert epochs == sorted(epochs)
    assert max(later - earlier for earlier, later in pairwise(epochs)) <= 6
    assert {name for name in run.enclosures if name.startswith("w_1")} == {"w_1#e3", "w_1#e1000"}


def test_the_walkthrough_may_show_one_sample_where_the_run_learns_from_all() -> None:
    text = example_text((2, 2, 1), samples=3)
    text = text.replace("[training]\n", '[walkthrough]\nsamples = ["sample b"]\n[training]\nepochs = 3\nbatch = "one"\n')
    whole = network("epochs = 3", 'batch = "one"', layers=(2, 2, 1), samples=3)
    assert verbs.train(parse(text, name="random")).enclosures == verbs.train(whole).enclosures


def test_a_batch_of_all_samples_is_all_of_them_and_one_of_one_is_one() -> None:
    for number, word in ((3, "all"), (1, "one")):
        runs = [
            verbs.train(network("epochs = 3", f"batch = {batch}", layers=(2, 2, 1), samples=3)) for batch in (number, f'"{word}"')
        ]
        assert runs[0].enclosures == runs[1].enclosures


@pytest.mark.parametrize(("size", "batch"), [(1, 'batch = "one"'), (2, "batch = 2")])
def test_shifted_data_are_shifted_in_a_run_too(size: int, batch: str) -> None:
    alice = verbs.example("alice", ROOT)
    assert isinstance(alice, NetworkExample)
    assert alice.training is not None
    chosen = replace(alice, training=replace(alice.training, epochs=2, record=(1, 2), batch=size, during=("average", "rises")))
    plain = tuple(
        replace(sample, raw=(), inputs=tuple(a - b for a, b in zip(sample.raw, alice.data.shift, strict=True)))
        for sample in alice.data.samples
    )
    expected = numpy_run(replace(chosen, data=replace(alice.data, samples=plain)), batch, 2, 0.1)
    computed = engine.train(schedule(chosen))
    assert all(computed[name] == pytest.approx(number, rel=TOLERANCE) for name, number in expected.items())


# --- against PyTorch


def torch_run(chosen: NetworkExample, batch: str, epochs: int) -> dict[str, float]:
    import torch

    layers, used, parts = chosen.network.layers, [0, 0], []
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "identity": lambda z: z}
    for below, above in pairwise(layers):
        own = [chosen.weights[used[0] : used[0] + below * above], chosen.biases[used[1] : used[1] + above]]
        used = [used[0] + below * above, used[1] + above]
        matrix, bias = (torch.tensor([float(number) for number in part], dtype=torch.float64) for part in own)
        parts.append((matrix.reshape(above, below).requires_grad_(), bias.requires_grad_()))
    pairs = [(sample.inputs, sample.target) for sample in chosen.data.samples]
    data = [[torch.tensor([float(number) for number in part], dtype=torch.float64) for part in pair] for pair in pairs]
    assert chosen.training is not None
    rate, flat = float(chosen.training.learning_rate), [tensor for pair in parts for tensor in pair]
    optimisers: dict[str, Callable[[], Any]] = {
        "sgd": lambda: torch.optim.SGD(flat, lr=rate),
        "momentum": lambda: torch.optim.SGD(flat, lr=rate, momentum=0.9),
        "rmsprop": lambda: torch.optim.RMSprop(flat, lr=rate),
        "adam": lambda: torch.optim.Adam(flat, lr=rate),
    }
    update = optimisers[chosen.training.optimiser]()

    def loss(indices: list[int]) -> Any:
        total: Any = 0
        for x, y in (data[index] for index in indices):
            for (matrix, bias), name in zip(parts, chosen.network.activations, strict=True):
                x = functions[name](matrix @ x + bias)
            total = total + ((y - x) ** 2).sum()
        return total / len(indices)

    for updates in orders(batch, len(data), epochs):
        for indices in updates:
            update.zero_grad()
            loss(indices).backward()
            update.step()
    found = {f"L#e{epochs}": float(loss(list(range(len(data)))).detach())}
    for letter, index in (("w", 0), ("b", 1)):
        numbers = torch.cat([pair[index].detach().ravel() for pair in parts])
        found |= {f"{letter}_{i}#e{epochs}": float(number) for i, number in enumerate(numbers, 1)}
    return found


@pytest.mark.torch
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("batch", ["shuffled", "all at once", "in pairs, shuffled"])
def test_a_run_is_pytorch_s(optimiser: str, batch: str) -> None:
    require("torch")
    chosen = network("epochs = 12", BATCHES[batch], layers=(2, 3, 1), samples=4, optimiser=optimiser, seed=3)
    run = verbs.train(chosen)
    for name, number in torch_run(chosen, BATCHES[batch], 12).items():
        assert run.enclosures[name].nearest_double() == pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE), name


# --- a run and the walkthrough


@pytest.mark.parametrize("updates", ["simultaneous", "sequential"])
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_epochs_are_the_steps_of_the_walkthrough(optimiser: str, updates: str) -> None:
    lines = "epochs = 3", "record = [1, 2, 3]", f'updates = "{updates}"'
    found = explainer.derive(network(*lines, layers=(2, 2, 1), steps=3, samples=2, optimiser=optimiser))
    for step in (1, 2, 3):
        for name in ("L", "w_1", "w_6", "b_2", "b_3"):
            step_s, epoch_s = found.enclosure(f"{name}#{step}"), found.enclosure(f"{name}#e{step}")
            assert step_s.lower <= epoch_s.upper
            assert epoch_s.lower <= step_s.upper
            assert found.value(f"{name}#{step}") == found.value(f"{name}#e{step}")
    assert found.value("L#e0") == found.value("L")


def test_what_is_frozen_does_not_move_and_has_no_name_in_the_run() -> None:
    run = verbs.train(network("epochs = 5", layers=(2, 2, 1), frozen=("b_1", "w_4")))
    names = {name.partition("#")[0] for name in run.enclosures if not name.startswith("o_")}
    assert names == {"L", "b_2", "b_3", *(f"w_{index}" for index in (1, 2, 3, 5, 6))}


def test_ascent_climbs_through_a_whole_run() -> None:
    losses = [
        engine.train(schedule(network("epochs = 9", f'direction = "{direction}"', layers=(2, 2, 1))))
        for direction in ("ascent", "descent")
    ]
    assert losses[0]["L#e9"] > losses[0]["L#e0"] == losses[1]["L#e0"] > losses[1]["L#e9"]


@cache
def mazur() -> Derivation:
    return shipped("mazur")


def test_mazur_prints_the_error_after_one_epoch_fewer() -> None:
    assert mazur().show("L#e9999", 6).text == "0.0000351085"
    assert mazur().show("L#e10000", 6).text == "0.0000351019"
    assert mazur().shown["L#e1"].text == mazur().shown["L#1"].text == "0.291027774"


def test_mazur_updates_the_last_layer_first() -> None:
    assert mazur().example.training is not None
    chosen = replace(mazur().example, training=replace(mazur().example.training, sequential=True, epochs=0, record=()))  # type: ignore[type-var]
    assert explainer.derive(chosen).shown["L#1"].text == "0.291027924"


# --- what is refused


def test_a_run_that_diverges_names_the_epochs() -> None:
    for rate in ("1e3", "1e90"):  # an infinite loss, and an overflow on the way
        chosen = network("epochs = 400", layers=(2, 2, 1), activation="identity", samples=2)
        assert chosen.training is not None
        wild = replace(chosen, training=replace(chosen.training, learning_rate=Decimal(rate)))
        with pytest.raises(NumericError) as caught:
            verbs.train(wild)
        assert [(problem.file, problem.place) for problem in caught.value.problems] == [("random.toml", "training.epochs")]


def test_a_run_of_relu_that_diverges_names_the_epochs() -> None:
    chosen = network("epochs = 300", layers=(2, 3, 1), activation=("relu", "identity"), samples=3, seed=2)
    assert chosen.training is not None
    for derive in (verbs.train, explainer.derive):
        with pytest.raises(NumericError) as caught:
            derive(replace(chosen, training=replace(chosen.training, learning_rate=Decimal("1e6"))))
        (problem,) = caught.value.problems
        assert (problem.file, problem.place) == ("random.toml", "training.epochs")
        assert "a run that does not diverge" in problem.expected


def test_a_chaotic_run_has_proven_digits_but_is_nothing_to_repeat_in_float64() -> None:
    chosen = network("epochs = 150", layers=(1, 1, 1), activation="identity", samples=2, seed=3)
    assert chosen.training is not None
    chaotic = replace(chosen, training=replace(chosen.training, learning_rate=Decimal("0.35")))
    assert verbs.train(chaotic).bits > 192, "each update takes some bits"
    with pytest.raises(NumericError) as caught:
        explainer.derive(chaotic)
    (problem,) = caught.value.problems
    assert (problem.place, problem.expected) == ("training.epochs", "a run that anybody can repeat in float64")


@pytest.mark.thorough
def test_a_run_whose_digits_no_precision_decides_is_one_error_at_its_place() -> None:
    chosen = network("epochs = 40000", layers=(1, 1, 1), activation="identity", samples=2, seed=3)
    assert chosen.training is not None
    with pytest.raises(NumericError) as caught:
        verbs.train(replace(chosen, training=replace(chosen.training, learning_rate=Decimal("0.35"))))
    (problem,) = caught.value.problems
    assert (problem.file, problem.place) == ("random.toml", "training.epochs")
    assert "undecided" in problem.found


REFUSED: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "record without epochs": (("record = [1]",), {"training.record": "record together with epochs"}),
    "all three without epochs": (
        ("record = [1]", 'batch = "one"', "shuffle = 1"),
        {f"training.{key}": "together with epochs" for key in ("record", "batch", "shuffle")},
    ),
    "during no epochs": ((DURING,), {"training.during": "during together with epochs"}),
    "during what": (("epochs = 9", 'during = ["falls"]'), {"training.during[1]": "one of average"}),
    "too much to look at": (("epochs = 20000", 'batch = "one"', DURING), {"training.epochs": "times updates in one"}),
    "a batch left over": (("epochs = 9", "batch = 2"), {"training.batch": "of which whole batches make 3: 1, 3"}),
    "a batch of more than all": (("epochs = 9", "batch = 4"), {"training.batch": "whole batches make 3"}),
    "an empty batch": (("epochs = 9", "batch = 0"), {"training.batch": "a whole number from 1"}),
    "shuffle of a mean": (("epochs = 9", "shuffle = 1"), {"training.shuffle": "all of them together have no order"}),
    "beyond the end": (("epochs = 9", "record = [3, 10, 11]"), {f"training.record[{i}]": "from 1 to 9" for i in (2, 3)}),
    "no epoch": (("epochs = 9", "record = [0]"), {"training.record[1]": "a whole number from 1"}),
    "an epoch twice": (("epochs = 9", "record = [3, 3]"), {"training.record": "different epochs"}),
    "no such batch": (("epochs = 9", 'batch = "two"'), {"training.batch": "one of all"}),
    "no epochs at all": (("epochs = 0",), {"training.epochs": "a whole number from 1"}),
    "too much work": (("epochs = 100000",), {"training.epochs": "more would take minutes"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_run_that_is_none_is_refused_in_its_place(name: str) -> None:
    lines, expected = REFUSED[name]
    with pytest.raises(InputError) as caught:
        network(*lines, layers=(4, 8, 1), samples=3)
    found = {problem.place: problem.expected for problem in caught.value.problems}
    assert found.keys() == expected.keys()
    assert all(words in found[place] for place, words in expected.items())


def test_as_much_work_as_is_allowed_is_accepted() -> None:
    assert network("epochs = 100000", layers=(1, 1), samples=2).training is not None


# --- straight-line source


def test_no_text_of_an_author_gets_into_the_source_that_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    def spy(source: str, namespace: dict[str, Any]) -> None:
        compiled.append(source)
        exec(source, namespace)

    monkeypatch.setattr(straight, "exec", spy, raising=False)
    evil = "x\\\"'''; import os #"
    text = example_text((2, 2, 1), samples=2, optimiser="adam").replace("sample a", evil)
    text = text.replace("[training]\n", f'[title]\nen = "{evil}"\n[training]\nepochs = 2\nbatch = "one"\n')
    engine.train(schedule(parse(text, name="quite-random")))  # type: ignore[arg-type]
    formulas = graph_example({"evil_1": "secret * secret + tanh(gamma)"}, {"secret": "1.5", "gamma": "0.25"})
    program, floats = compose(formulas), engine.Floats()
    inputs = ("secret", "gamma")
    function = straight.function(program, inputs, ("evil_1",), floats.functions, floats.number)
    assert function(1.5, 0.25) == (pytest.approx(engine.values_of(program)["evil_1"], rel=1e-15),)
    assert len(compiled) >= 3
    for source in compiled:
        words = set(re.findall(r"[^\W\d]\w*", source))
        assert {word for word in words if not re.fullmatch(r"[vc]\d+", word)} <= {"def", "straight", "return", *floats.functions}
        assert not re.search(r"""["'#;\\]""", source)


# --- the command


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(ROOT)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(["train", *arguments])
        return status, *capsys.readouterr()

    return run


def test_the_command_prints_a_table_of_what_is_recorded(run: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = run("mazur")
    assert (status, err) == (0, "")
    header, *rows, last = out.splitlines()
    assert header.split() == ["epoch", "L", *(f"w_{index}" for index in range(1, 9)), "o_1@1", "o_2@1"]
    table = {row.split()[0]: row.split()[1:] for row in rows}
    assert list(table) == ["1", "10", "100", "1000", "9999", "10000"]
    for epoch, cells in table.items():
        assert cells == [mazur().shown[f"{name}#e{epoch}"].text for name in header.split()[1:]]
    assert len({len(row) for row in (header, *rows)}) == 1
    assert "proven" in last


def test_the_command_refuses_what_has_no_run(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    path = tmp_path / "graph.toml"
    path.write_text('[graph]\nf = "a * a"\n[values]\na = 2\n', encoding="utf-8")
    for name in ("alice", "neuron", str(path)):
        status, out, err = run(name)
        assert (status, out) == (2, "")
        assert "training.epochs" in err
        assert "epochs = 1000" in err
