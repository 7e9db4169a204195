"""Example files: what is accepted, and what an author is told about everything that is not.

A refusal names the file and the place, what stands there, what should, and how that looks. Whatever the file holds, the
answer is an `Example` or an `InputError`, and it comes at once.
"""

from __future__ import annotations

import os
import random
import time
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from explainer.core.errors import InputError, Problem
from explainer.core.sources import MAX_BYTES
from explainer.core.text import Text
from explainer.examples.check_network import MAX_PARAMETERS
from explainer.examples.load import FORM, MINIMAL, load, parse
from explainer.examples.model import Example
from tests.conftest import ROOT
from tests.networks import VARIETY, example_text

GOOD = """
[title]
en = "Two people"

[network]
layers = [2, 2, 1]
activation = "sigmoid"
loss = "squared_error"
bias = "per_neuron"

[parameters]
weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
biases = [0, 0, 0]

[training]
learning_rate = 0.1
steps = 2

[walkthrough]
samples = ["Ada"]
digits = 6

[data]
baseline = 0.5

[[data.samples]]
name = "Ada"
inputs = [1.5, -2]
target = [1]

[[data.samples]]
name = "Bob"
inputs = [3, 4]
target = [0]
"""

SHIFTED = """
[network]
layers = [2, 1]
activation = "tanh"

[parameters]
weights = 1
biases = 0

[data]
shift = [135, 66]

[[data.samples]]
name = "Ada"
raw = [133, 65]
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
    return text.replace(old, new)


def read(text: str) -> Example:
    return parse(text, name="mine", file="mine.toml")


def refused(text: str) -> dict[str, Problem]:
    """What is wrong with a text, by place; every problem must be complete."""
    with pytest.raises(InputError) as caught:
        read(text)
    for problem in caught.value.problems:
        assert problem.file == "mine.toml"
        assert problem.found, problem
        assert problem.expected, problem
        assert problem.example, problem
        assert "Decimal(" not in str(problem), "numbers as the author writes them"
    found = {problem.place: problem for problem in caught.value.problems}
    assert len(found) == len(caught.value.problems), "one problem for each place"
    return found


# --- what is accepted


def test_numbers_are_the_authors_decimals() -> None:
    example = read(GOOD)
    assert example.weights == tuple(map(Decimal, ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")))
    assert example.data.samples[0].inputs == (Decimal("1.5"), Decimal(-2))
    assert example.training.learning_rate == Decimal("0.1")
    assert example.data.baseline == Decimal("0.5")
    assert (example.steps, example.digits, example.used, example.title) == (2, 6, (0,), {"en": Text("Two people")})


def test_one_number_stands_for_all_weights() -> None:
    example = read(SHIFTED)
    assert example.weights == (1, 1)
    assert example.biases == (0,)


def test_raw_data_is_kept_with_its_shift() -> None:
    data = read(SHIFTED).data
    assert (data.samples[0].raw, data.shift, data.samples[0].inputs) == ((133, 65), (135, 66), ())


@pytest.mark.parametrize(("bias", "count"), [("per_neuron", 3), ("per_layer", 2), ("none", 0)])
def test_biases_are_as_many_as_their_kind_has(bias: str, count: int) -> None:
    line = f"biases = {[0.5] * count}" if count else ""
    example = read(changed("biases = [0, 0, 0]", line, changed("per_neuron", bias)))
    assert example.biases == (Decimal("0.5"),) * count


@pytest.mark.parametrize(
    ("written", "meant"),
    [('"relu"', ("relu", "relu")), ('["tanh", "identity"]', ("tanh", "identity"))],
)
def test_activation_is_one_for_all_layers_or_one_for_each(written: str, meant: tuple[str, ...]) -> None:
    assert read(changed('"sigmoid"', written)).network.activations == meant


def test_without_a_walkthrough_all_samples_are_used_in_order() -> None:
    assert read(changed('samples = ["Ada"]', "")).used == (0, 1)
    assert read(changed('["Ada"]', '["Bob", "Ada"]')).used == (1, 0)


def test_without_training_and_loss_there_is_nothing_to_learn() -> None:
    example = read(SHIFTED)
    assert (example.steps, example.training, example.network.loss) == (0, None, "")


def test_the_number_of_steps_is_one_unless_said() -> None:
    assert read(changed("steps = 2\n", "")).steps == 1


def test_a_file_may_start_with_a_byte_order_mark_and_have_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path).weights == read(GOOD).weights
    assert load(path).name == "mine"


def test_the_project_s_own_examples_are_right() -> None:
    for path in sorted((ROOT / "docs" / "examples").glob("*.toml")):
        assert load(path).name == path.stem


# --- what is refused: one wrong line

# The right line, a wrong one in its place, where the problem is, and words of the message.
WRONG_LINES: list[tuple[str, str, str, str]] = [
    ("layers = [2, 2, 1]", "layers = [2]", "network.layers", "[2]"),
    ("layers = [2, 2, 1]", "layers = []", "network.layers", "[]"),
    ("layers = [2, 2, 1]", "layers = [2, 0, 1]", "network.layers[2]", "0"),
    ("layers = [2, 2, 1]", "layers = [2, 2.0, 1]", "network.layers[2]", "2.0"),
    ("layers = [2, 2, 1]", 'layers = "2-2-1"', "network.layers", '"2-2-1"'),
    ("layers = [2, 2, 1]", "layers = [2, nan, 1]", "network.layers[2]", "nan"),
    ('activation = "sigmoid"', 'activation = "sigmod"', "network.activation", "did you mean 'sigmoid'?"),
    ('activation = "sigmoid"', 'activation = ["tanh", "rellu"]', "network.activation[2]", "did you mean 'relu'?"),
    ('activation = "sigmoid"', "activation = []", "network.activation", "[]"),
    ('activation = "sigmoid"', 'activation = ["tanh"]', "network.activation", "1 activation"),
    ('activation = "sigmoid"', "activation = 1", "network.activation", "1"),
    ('loss = "squared_error"', 'loss = "squared_eror"', "network.loss", "did you mean 'squared_error'?"),
    ('loss = "squared_error"', 'loss = ""', "network.loss", '""'),
    ('bias = "per_neuron"', "bias = true", "network.bias", "true"),
    ("weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", "weights = [0.1, 0.2, 0.3, 0.4]", "parameters.weights", "missing: w_5, w_6"),
    ("weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", f"weights = {[1] * 7}", "parameters.weights", "7 numbers"),
    ("weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", "weights = []", "parameters.weights", "0 numbers"),
    ("weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", 'weights = "one"', "parameters.weights", '"one"'),
    ("weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", "", "parameters.weights", "nothing"),
    ("biases = [0, 0, 0]", "biases = [0, 0]", "parameters.biases", "missing: b_3"),
    ("biases = [0, 0, 0]", "", "parameters.biases", "nothing"),
    ("biases = [0, 0, 0]", "biases = nan", "parameters.biases", "nan"),
    ("biases = [0, 0, 0]", "biases = -inf", "parameters.biases", "-inf"),
    ("biases = [0, 0, 0]", "biases = true", "parameters.biases", "true"),
    ("biases = [0, 0, 0]", "biases = 1979-05-27", "parameters.biases", "1979-05-27"),
    ("biases = [0, 0, 0]", "biases = 07:32:00", "parameters.biases", "07:32:00"),
    ("biases = [0, 0, 0]", "biases = true", "parameters.biases", "true"),
    ("biases = [0, 0, 0]", "biases = 1e999999999", "parameters.biases", "1e+999999999"),
    ("biases = [0, 0, 0]", "biases = 9e-500", "parameters.biases", "9e-500"),
    ("biases = [0, 0, 0]", "biases = 0.12345678901234567890123456", "parameters.biases", "26 digits"),
    ("biases = [0, 0, 0]", f"biases = 1{'0' * 4000}", "parameters.biases", "too many digits"),
    ("biases = [0, 0, 0]", f"biases = 0x{'f' * 100_000}", "parameters.biases", "too many digits"),
    ("learning_rate = 0.1", "", "training.learning_rate", "nothing"),
    ("learning_rate = 0.1", 'learning_rate = "0.1"', "training.learning_rate", '"0.1"'),
    ("steps = 2", "steps = 0", "training.steps", "0"),
    ("steps = 2", "steps = 11", "training.steps", "11"),
    ("steps = 2", "steps = 2.5", "training.steps", "2.5"),
    ("steps = 2", "steps = nan", "training.steps", "nan"),
    ("digits = 6", "digits = 16", "walkthrough.digits", "16"),
    ("digits = 6", "digits = inf", "walkthrough.digits", "inf"),
    ('samples = ["Ada"]', "samples = []", "walkthrough.samples", "[]"),
    ('samples = ["Ada"]', 'samples = ["Adda"]', "walkthrough.samples[1]", "did you mean 'Ada'?"),
    ('samples = ["Ada"]', 'samples = ["Ada", "Ada"]', "walkthrough.samples[2]", "'Ada' again"),
    ('samples = ["Ada"]', 'samples = "Ada"', "walkthrough.samples", '"Ada"'),
    ("baseline = 0.5", "baseline = [0.5]", "data.baseline", "[0.5]"),
    ('name = "Bob"', 'name = "Ada"', "data.samples[2].name", "first in data.samples[1]"),
    ('name = "Bob"', 'name = ""', "data.samples[2].name", '""'),
    ('name = "Bob"', "", "data.samples[2].name", "nothing"),
    ("inputs = [3, 4]", "inputs = [3]", "data.samples[2].inputs", "1 number"),
    ("inputs = [3, 4]", "inputs = [3, 4, 5]", "data.samples[2].inputs", "3 numbers"),
    ("inputs = [3, 4]", "inputs = []", "data.samples[2].inputs", "0 numbers"),
    ("inputs = [3, 4]", "inputs = 3", "data.samples[2].inputs", "3"),
    ("inputs = [3, 4]", "", "data.samples[2].inputs", "nothing"),
    ("inputs = [3, 4]", "raw = [3, 4]", "data.samples[2].raw", "without data.shift"),
    ("target = [0]", "target = [0, 1]", "data.samples[2].target", "2 numbers"),
    ("target = [0]", "", "data.samples[2].target", "nothing"),
    ('en = "Two people"', 'en = ""', "title.en", '""'),
    ('en = "Two people"', "en = 2", "title.en", "2"),
]


@pytest.mark.parametrize(("right", "wrong", "place", "words"), WRONG_LINES, ids=[f"{case[1][:40]}" for case in WRONG_LINES])
def test_a_wrong_line_is_named_and_its_example_is_right(right: str, wrong: str, place: str, words: str) -> None:
    problem = refused(changed(right, wrong))[place]
    assert words in f"{problem.found} {problem.expected}"
    if not place.endswith("]"):  # the example for an item is a number, or says how to write the list
        key = place.rpartition(".")[2]
        lines = [line for line in problem.example.splitlines() if line.startswith(f"{key} = ")]
        if key != "name":  # any name will do for one sample, not for both
            lines = [line.replace("Alice", "Ada") for line in lines]
        repaired = changed(right, lines[0] if lines else right)
        places = {found.place for found in read_problems(repaired)}
        assert place not in places, f"the file with {lines} in it is refused in the same place"
        assert lines or "=" in problem.example


def read_problems(text: str) -> tuple[Problem, ...]:
    try:
        read(text)
    except InputError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("shift = [135, 66]", "shift = [135]", "data.shift", "each of the 2 inputs"),
        ("shift = [135, 66]", "shift = []", "data.shift", "0 numbers"),
        ("shift = [135, 66]", "shift = 135", "data.shift", "135"),
        ("shift = [135, 66]", "", "data.samples[1].raw", "inputs (without data.shift)"),
        ("raw = [133, 65]", "inputs = [133, 65]", "data.samples[1].inputs", "raw (with data.shift)"),
        ("raw = [133, 65]", "raw = [133]", "data.samples[1].raw", "1 number"),
        ("raw = [133, 65]", "", "data.samples[1].raw", "nothing"),
        ("raw = [133, 65]", "raw = [133, 65]\ntarget = [1, 2]", "data.samples[1].target", "one number for the output"),
        ("[data]\n", "[training]\nlearning_rate = 0.1\n[data]\n", "training", "without a loss"),
        ("[data]\n", "[data]\nbaseline = 0\n", "data.samples[1].target", "nothing"),
        ("[parameters]\nweights = 1\nbiases = 0\n", "", "parameters", "weights and biases for a 2-1 network"),
        ('activation = "tanh"', 'activation = "tanh"\nbias = "none"', "parameters.biases", 'bias = "none"'),
    ],
)
def test_raw_data_shift_and_targets_must_fit(old: str, new: str, place: str, words: str) -> None:
    problem = refused(changed(old, new, SHIFTED))[place]
    assert words in f"{problem.found} {problem.expected}"


# --- what is refused: keys, tables, whole files


@pytest.mark.parametrize(
    ("old", "new", "place", "meant"),
    [
        ("weights = [", "wieghts = [", "parameters.wieghts", "weights"),
        ("learning_rate", "learning_rat", "training.learning_rat", "learning_rate"),
        ("[training]", "[trainning]", "trainning", "training"),
        ("inputs = [3, 4]", "input = [3, 4]", "data.samples[2].input", "inputs"),
        ("digits = 6", "digit = 6", "walkthrough.digit", "digits"),
    ],
)
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(old: str, new: str, place: str, meant: str) -> None:
    problem = refused(changed(old, new))[place]
    assert "unknown key" in problem.found
    assert f"did you mean {meant!r}?" in problem.expected


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    text = changed("layers = [2, 2, 1]", "layers = [2, 2, 1.5]")
    for old, new in [
        ('"sigmoid"', '"sigmod"'),
        ("0.6]", "nan]"),
        ("steps = 2", 'steps = "two"'),
        ("target = [1]", "targte = [1]"),
        ("inputs = [3, 4]", "inputs = [3, inf]"),
        ('name = "Bob"', ""),
    ]:
        text = changed(old, new, text)
    assert set(refused(text)) == {
        "network.layers[3]",
        "network.activation",
        "parameters.weights[6]",
        "training.steps",
        "data.samples[1].targte",
        "data.samples[2].inputs[2]",
        "data.samples[2].name",
    }


def test_all_shapes_that_do_not_fit_are_reported_at_once() -> None:
    text = changed("0.5, 0.6]", "0.5]")
    for old, new in [("[0, 0, 0]", "[0]"), ("[3, 4]", "[3]"), ("target = [1]", ""), ('["Ada"]', '["Eve"]')]:
        text = changed(old, new, text)
    assert set(refused(text)) == {
        "parameters.weights",
        "parameters.biases",
        "data.samples[1].target",
        "data.samples[2].inputs",
        "walkthrough.samples[1]",
    }


def test_problems_come_in_the_order_of_the_file() -> None:
    samples = "".join(f'[[data.samples]]\nname = "s{"abcdefghijkl"[index]}"\ninputs = 1\n' for index in range(12))
    places = list(refused(MINIMAL.partition("[[data")[0] + samples))
    assert places == [f"data.samples[{index}].inputs" for index in range(1, 13)]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "network", "nothing"),
        ("# nothing here\n", "data", "nothing"),
        (GOOD.partition("[parameters]")[2], "network", "nothing"),
        (MINIMAL.replace("[[data.samples]]", "[data.samples]"), "data.samples", "name"),
        ("data = [1]\n" + MINIMAL.partition("[[data")[0], "data", "[1]"),
        ("title = 'Two people'\n" + MINIMAL, "title", "Two people"),
        ("[network]\nlayers = [2, 1\n", "end of document", "not TOML"),
        ("network = \n", "line 1, column 11", "not TOML"),
        ("[network]\n[network]\n", "line 2, column 9", "not TOML"),
        ("a = 1\na = 2\n", "line 2, column 6", "not TOML"),
        ("\0", "line 1, column 1", "not TOML"),
        (MINIMAL + "\nx = " + "[" * 100_000, "", "nested too deep"),
        (MINIMAL + "\nx = " + "[" * 300 + "]" * 300, "data.samples[1].x", "unknown key"),
        (MINIMAL + "\n" + "{a=" * 50_000, "line 12, column 1", "not TOML"),
        (MINIMAL + "\n" + "a." * 100_000 + "b = 1", "line 12", "a key of too many parts"),
        (MINIMAL + "\n[" + '"a" . ' * 40_000 + "b]", "line 12", "a key of too many parts"),
        (changed("biases = 4", f"biases = {'1' * 5000}", MINIMAL), "line 7", "too long"),
        (changed("biases = 4", f"biases = 1e{'9' * 30}", MINIMAL), "line 7", "too long"),
        (changed("biases = 4", f"biases = {'[' * 200}nan{']' * 200}", MINIMAL), "parameters.biases", "[[["),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, place: str, words: str) -> None:
    problem = refused(text)[place]
    assert words in f"{problem.found} {problem.expected}"
    assert len(str(problem)) < 1000, "long values are cut short"


def test_a_network_of_too_many_parameters_is_refused_before_its_lists_are_counted() -> None:
    problems = refused(changed("layers = [2, 2, 1]", "layers = [1000, 1000, 1000]"))
    assert set(problems) == {"network.layers"}
    assert "2002000 parameters" in problems["network.layers"].found
    assert str(MAX_PARAMETERS) in problems["network.layers"].expected


# --- files on disk


def refused_file(path: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert problem.example
    return problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "No such file" in refused_file(tmp_path / "none.toml").found


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refused_file(tmp_path).found == "a folder"


def test_a_file_that_is_not_utf8_is_refused_with_the_position(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('[title]\nen = "Caf\u00e9"'.encode("latin-1"))
    assert refused_file(path).found == "a byte that is not UTF-8, at position 17"


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(10 * 2**30)  # ten gigabytes of nothing
    assert f"{MAX_BYTES:,}" in refused_file(path).found


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file that never ends")
def test_a_device_is_refused_unread() -> None:
    assert "a device" in refused_file(Path("/dev/zero")).found


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text(GOOD)
    path.chmod(0)
    assert "denied" in refused_file(path).found


# --- the examples in messages


def test_the_smallest_example_of_the_messages_is_right() -> None:
    assert read(MINIMAL).weights == (0, 1)


def nodes(node: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found = []
    if isinstance(node, dict):
        if isinstance(node.get("examples"), list):
            found.append((path, node))
        for key, item in node.items():
            if key != "examples":
                found += nodes(item, (*path, key))
    return found


@pytest.mark.parametrize(("path", "node"), nodes(FORM.schema), ids=[".".join(path) for path, _ in nodes(FORM.schema)])
def test_the_schema_s_examples_are_toml_that_the_schema_accepts(path: tuple[str, ...], node: dict[str, Any]) -> None:
    text = "\n".join(node["examples"])
    document = tomllib.loads(text if "=" in text else f"value = {text}")
    key = next((part for part in reversed(path) if part in document), None)
    value = document[key] if key else next(iter(document.values()))
    table = "queries" if "queries" in path else "samples"
    if path[-1] == table:
        value = value if isinstance(value, list) else value[table]
    elif path[-1] == "items":
        value = value[table][0] if isinstance(value, dict) else value[0]
    validator = Draft202012Validator(FORM.schema).evolve(schema=node)  # whose references start at the whole schema
    assert [error.message for error in validator.iter_errors(value)] == []


# --- whatever is in the file

VALUES = [  # what TOML allows after an equals sign
    *("0", "-0.0", "0b1", "1_000", "0.5", "nan", "-inf", "1e999999999", "9e-500", "0x" + "f" * 5000, "9" * 4000),
    *('""', "'a'", '"sigmoid"', '"none"', '"\\u0000"', "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z"),
    *("[]", "{}", "[[]]", "[{}]", "[1]", "[2, 2, 1]", "[nan, 'a', [1]]", '["tanh", "relu"]', "{en = 1}", "[" * 150 + "]" * 150),
]
PIECES = [  # what may stand anywhere, or nowhere
    *("9" * 5000, "1e" + "9" * 30, "25:61:00", '"\\ud800"', '"""', "[" * 500, "{a=" * 200, "a." * 30 + "a=1"),
    *(
        "[data]",
        "[[network]]",
        "[[data.samples]]",
        "[parameters.weights]",
        'bias = "none"',
        "digits = nan",
        "layers = [1000, 1000]",
    ),
    *("\0", "\r", "\ufeff", "\u202e", "٣", "²", "#", "=", ".", ",", "\\"),
]


def mutant(text: str, draw: random.Random) -> str:
    """A text with a few things done to it that authors and editors do, and some that only a test does."""
    for _ in range(draw.randint(1, 3)):
        lines = text.split("\n")
        line, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        start = draw.randrange(len(text) + 1)
        end = min(len(text), start + draw.randint(1, 8))
        key, mark, _ = lines[line].partition("=")
        match draw.choice((0, 1, 2, 3, 4, 4, 5, 6, 6, 6, 6, 7, 7, 8)):  # values that are TOML get furthest
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:]
            case 2:
                text = text[:start] + draw.choice(PIECES) + text[end:]
            case 3:
                lines[line], lines[other] = lines[other], lines[line]
                text = "\n".join(lines)
            case 4:
                text = "\n".join(lines[:line] + lines[line + 1 :])
            case 5:
                text = "\n".join([*lines[:line], lines[other], *lines[line:]])
            case 6:
                lines[line] = f"{key}{mark} {draw.choice(VALUES)}" if mark else lines[line]
                text = "\n".join(lines)
            case 7:
                lines[line] = f"{lines[other].partition('=')[0]}={lines[line].partition('=')[2]}"
                text = "\n".join(lines)
            case _:
                text = text[:start] + draw.choice("[]{}=\"'.,#\n\t0e-") + text[start:]
    return text


SOURCES = [GOOD, SHIFTED, MINIMAL, *(example_text(**options) for options in VARIETY.values())]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
def test_a_mutilated_file_is_read_or_refused_but_never_more(seed: int) -> None:
    draw = random.Random(seed)
    read_well = 0
    for _ in range(100):
        text = mutant(draw.choice(SOURCES), draw)
        started = time.perf_counter()
        try:
            read(text)
            read_well += 1
        except InputError:
            pass
        except Exception as error:
            pytest.fail(f"{error!r} for the file:\n{text}")
        assert time.perf_counter() - started < 2, f"slow to read:\n{text}"
    assert 0 < read_well < 100, "some mutants are right, and some are not"


@pytest.mark.parametrize(
    ("options", "old", "new", "place", "found"),
    [
        ({"loss": "binary_cross_entropy"}, '"sigmoid"', '"tanh"', "network.loss", "binary_cross_entropy after tanh"),
        ({"activation": ("softmax", "sigmoid")}, "", "", "network.activation", "softmax in a hidden layer"),
        ({"loss": "binary_cross_entropy"}, "target = [", "target = [2] # [", "data.samples[1].target", "[2]"),
        ({"loss": "binary_cross_entropy"}, "[[data", "[data]\nbaseline = 0\n[[data", "data.baseline", "a baseline with"),
        (
            {"loss": "categorical_cross_entropy", "activation": ("tanh", "softmax"), "layers": (2, 2, 2)},
            "target = [", "target = [1, 1] # [", "data.samples[1].target", "[1, 1], which add up to 2",
        ),
        ({}, "steps = 1", "steps = 1\nrho = 0.9", "training.rho", "rho"),
        ({}, 'optimiser = "sgd"', 'optimiser = "adm"', "training.optimiser", "did you mean 'adam'?"),
        ({"frozen": ("w_7",)}, "", "", "parameters.frozen[1]", "'w_7'"),
    ],
)  # fmt: skip
def test_losses_optimisers_and_frozen_names_fit(options: dict[str, Any], old: str, new: str, place: str, found: str) -> None:
    text = example_text(**{"layers": (2, 2, 1), **options})
    with pytest.raises(InputError) as caught:
        parse(text.replace(old, new) if old else text, name="wrong", file="wrong.toml")
    named = {problem.place: problem for problem in caught.value.problems}
    assert found in named[place].found
    assert named[place].expected
    assert named[place].example


def test_more_work_than_a_build_should_take_is_refused() -> None:
    text = example_text((20, 30, 10, 2), steps=10)
    with pytest.raises(InputError) as caught:
        parse(text, name="large", file="large.toml")
    (problem,) = caught.value.problems
    assert problem.found == "962 parameters, 1 sample and 10 steps: 46,655 equations"
    assert "at most 10,000 equations" in problem.expected


def drawn(how: str) -> Example:
    text = example_text((2, 3, 1)).splitlines()
    return read("\n".join(how if line.startswith("weights") else line for line in text))


def test_drawn_parameters_are_given_numbers_and_come_again() -> None:
    normal = drawn('weights = {draw = "normal", seed = 7}')
    assert normal.weights == drawn('weights = {draw = "normal", seed = 7}').weights
    assert normal.weights != drawn('weights = {draw = "normal", seed = 8}').weights
    assert len(set(normal.weights)) == 9
    assert all(weight == weight.quantize(Decimal("0.0001")) for weight in normal.weights)
    assert [str(weight) for weight in normal.weights[:3]] == ["-1.7998", "-0.3854", "1.0799"], "what a seed draws must never change"


def test_uniform_numbers_keep_to_their_scale() -> None:
    weights = drawn('weights = {draw = "uniform", seed = 1, scale = 0.01}').weights
    assert all(abs(weight) <= Decimal("0.01") for weight in weights)
    assert len(set(weights)) > 3


@pytest.mark.parametrize(
    "how",
    ['{draw = "norml", seed = 1}', '{draw = "normal"}', '{draw = "normal", seed = -1}', '{draw = "normal", seed = 1, sede = 2}'],
)
def test_a_wrong_way_to_draw_is_named(how: str) -> None:
    with pytest.raises(InputError) as caught:
        drawn(f"weights = {how}")
    assert all(problem.place.startswith("parameters.weights") for problem in caught.value.problems)
    assert all(problem.example for problem in caught.value.problems)
