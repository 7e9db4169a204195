"""What an author is told of a wrong file: everything in one run, and examples that make this very file right.

Each example of a message is pasted into the file where the message says, and what it said must then be gone.
"""

from __future__ import annotations

import json
import os
import random
import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from explainer.compose.compose import compose
from explainer.core.errors import SHOWN, InputError, Problem
from explainer.examples.everyday import NEAR, SAME, folded, meant
from explainer.examples.load import FORM, MINIMAL, load, parse
from explainer.examples.model import NetworkExample, Training
from explainer.examples.reckon import equations
from explainer.examples.schema import Reading
from explainer.examples.wording import toml
from explainer.operations.vocabulary import FUNCTIONS
from tests.examples.test_spec import GOOD, SHIFTED, SOURCES, WRONG_LINES, changed, mutant
from tests.networks import VARIETY, example, example_text

CLASSES = """
[network]
layers = [2, 3]
activation = "softmax"
loss = "categorical_cross_entropy"

[parameters]
weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
biases = 0

[training]
learning_rate = 0.1
epochs = 5
batch = "one"

[[data.samples]]
name = "Ada"
inputs = [1, 2]
target = [1, 0, 0]
"""

FORMULAS = """
[graph]
q = "a + b"
f = "q * c"

[values]
a = -2
b = 5
c = -4

[training]
learning_rate = 0.1
steps = 2

[walkthrough]
of = "f"
by = ["a", "b"]
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        parse(text, name="mine", file="mine.toml")
    except InputError as error:
        return error.problems
    return ()


def refused(text: str) -> dict[str, Problem]:
    found = problems_of(text)
    assert found, "nothing is wrong"
    return {problem.place: problem for problem in reversed(found)}


# --- pasting an example into a file, as its author would


def dumped(value: Any) -> str:
    """A document as TOML again."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {dumped(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dumped, value)) + "]"
    return json.dumps(value) if isinstance(value, str | bool) else toml(value)


def merged(document: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(document.get(key), dict):
            merged(document[key], value)
        else:
            document[key] = value


def pasted(text: str, problem: Problem) -> str:
    """The file with a message's example in it."""
    if problem.example == MINIMAL:
        return MINIMAL
    if line := re.match(r"line (\d+)", problem.place):
        lines = text.split("\n")
        lines[int(line[1]) - 1] = problem.example
        return "\n".join(lines)
    document = tomllib.loads(text, parse_float=Decimal)
    path: list[Any] = [int(part[1:-1]) - 1 if part[0] == "[" else part for part in re.findall(r"\[\d+\]|[^.\[\]]+", problem.place)]
    parts = [document]  # what the place leads through
    for part in path[:-1]:
        parts.append(parts[-1][part] if part in parts[-1] or isinstance(part, int) else {})
    if "=" not in problem.example and "[" not in problem.example:  # one item
        parts[-1][path[-1]] = tomllib.loads(f"item = {problem.example}", parse_float=Decimal)["item"]
        return whole(document)
    new = tomllib.loads(problem.example, parse_float=Decimal)
    if problem.example.startswith("["):
        gone = parts[-1].pop(path[-1], None) if re.search("unknown key|beside", problem.found) else None
        (key,) = new if len(new) == 1 else ("",)
        if new.get(key) == {} and isinstance(gone, dict):  # a table under another name
            new = {key: gone}
        index = next((index for index, part in enumerate(path) if isinstance(part, int)), 0)
        if index and path[index - 1] in new.get("data", ()):  # one table of a list
            parts[index][path[index]] = {**(parts[index + 1] if gone is not None else {}), **new["data"][path[index - 1]][0]}
            return whole(document)
        if not isinstance(document.get(path[0]), dict):
            document.pop(path[0], None)
        merged(document, new)
        return whole(document)
    while isinstance(path[-1], int) or (
        len(path) > 1 and path[-1] not in new and path[-2] in new
    ):  # an item: the line of its list or table
        path.pop()
        parts.pop()
    table: dict[str, Any] = parts[-1]
    table.pop(path[-1], None)
    table.update(new)
    return whole(document)


def whole(document: Mapping[str, Any]) -> str:
    return "\n".join(f"{json.dumps(key)} = {dumped(value)}" for key, value in document.items())


def assert_mended(text: str, problem: Problem) -> None:
    after = pasted(text, problem)
    told = [(found.place, found.found) for found in problems_of(after)]
    assert (problem.place, problem.found) not in told, f"{problem}\nis no better with its example:\n{problems_of(after)}"


# --- each kind of message


KINDS: dict[str, tuple[str, str, str, str, str, str]] = {
    # what is wrong: the file, a line, a wrong one, the place, words of the message, and of its example
    "class index": (CLASSES, "target = [1, 0, 0]", "target = 2", "data.samples[1].target", "the number of a class", "[0, 0, 1]"),
    "class index in a list": (
        CLASSES, "target = [1, 0, 0]", "target = [1]",
        "data.samples[1].target", "number of a class", "[0, 1, 0]",
    ),
    "nested weights": (
        GOOD, "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", "[[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]]", "parameters.weights",
        "neuron by neuron and input by input: w_1 and w_2 lead to the first neuron", "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]",
    ),
    "weights by input": (
        CLASSES, "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]", "[[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]", "parameters.weights",
        "neuron by neuron", "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]",
    ),
    "nested biases": (GOOD, "[0, 0, 0]", "[[1, 2], [3]]", "parameters.biases", "one list without lists", "[1, 2, 3]"),
    "nested inputs": (GOOD, "[3, 4]", "[[3, 4]]", "data.samples[2].inputs", "one list without lists", "[3, 4]"),
    "one input, no list": (GOOD, "[3, 4]", "3", "data.samples[2].inputs", "a list", "[3, 1]"),
    "linear": (GOOD, '"sigmoid"', '"linear"', "network.activation", "did you mean 'identity'?", '"identity"'),
    "mse": (GOOD, '"squared_error"', '"mse"', "network.loss", "did you mean 'mean_squared_error'?", '"mean_squared_error"'),
    "capitals": (GOOD, '"sigmoid"', '"Sigmoid"', "network.activation", "did you mean 'sigmoid'?", '"sigmoid"'),
    "what there is not": (GOOD, '"sigmoid"', '"mish"', "network.activation", "the nearest there is: 'gelu'", '"gelu"'),
    "optimizer": (
        GOOD, "steps = 2", 'optimizer = "adam"',
        "training.optimizer", "did you mean 'optimiser'?", 'optimiser = "adam"',
    ),
    "lr": (GOOD, "learning_rate = 0.1", "lr = 0.1", "training.lr", "did you mean 'learning_rate'?", "learning_rate = 0.1"),
    "another name of a table": (GOOD, "[network]", "[model]", "model", "did you mean 'network'?", "[network]"),
    "a name for a table and a key": (GOOD, "[training]", "[learning]", "learning", "did you mean 'training'?", "[training]"),
    "another table's key": (GOOD, "steps = 2", "digits = 2", "training.digits", "digits belongs in [walkthrough]", "digits = 4"),
    "no rate": (GOOD, "learning_rate = 0.1", "learning_rate = 0", "training.learning_rate", "above 0", "learning_rate = 0.1"),
    "a rate below 0": (
        GOOD, "learning_rate = 0.1", "learning_rate = -0.5",
        "training.learning_rate", "above 0", "learning_rate = 0.5",
    ),
    "a decay of 1": (GOOD, "steps = 2", 'optimiser = "adam"\nbeta_1 = 1', "training.beta_1", "below 1", "beta_1 = 0.9"),
    "more steps than the run": (CLASSES, "epochs = 5", "epochs = 3\nsteps = 4", "training.steps", "at most 3", "steps = 3"),
    "a record after the run": (
        CLASSES, "epochs = 5", "epochs = 5\nrecord = [2, 7]",
        "training.record[2]", "from 1 to 5", "record = [2]",
    ),
    "another optimiser's constant": (
        GOOD, "steps = 2", "rho = 0.5",
        "training.rho", "rho goes with rmsprop", 'optimiser = "rmsprop"',
    ),
    "a missing weight": (GOOD, "0.5, 0.6]", "0.5]", "parameters.weights", "missing: w_6", "0.5, 0.5]"),
    "the last layer's activation": (CLASSES, '"softmax"', '"tanh"', "network.loss", "after softmax", 'activation = ["softmax"]'),
    "shares that are none": (CLASSES, "[1, 0, 0]", "[3, 1, 0]", "data.samples[1].target", "from 0 to 1", "[1, 0, 0]"),
    "no such sample": (GOOD, '["Ada"]', '["Adda"]', "walkthrough.samples[1]", "did you mean 'Ada'?", '["Ada"]'),
    "no training": (
        SHIFTED, "[data]", "[training]\nlearning_rate = 1\n[data]",
        "training", "without a loss", 'loss = "squared_error"',
    ),
    "a formula's parts": (FORMULAS, '"q * c"', '"q ^ c"', "graph.f", "a power is written **", 'f = "a**2"'),
    "a formula's function": (FORMULAS, '"q * c"', '"q * ln(c)"', "graph.f", "did you mean 'log'?", "f = "),
    "an undefined name": (FORMULAS, '"q * c"', '"q * d * c"', "graph.f", "which nothing defines", "d = 1"),
    "a circle": (FORMULAS, '"a + b"', '"f + a + b"', "graph.q", "a circle", 'q = "a * b"'),
    "a missing value": (FORMULAS, "c = -4", "", "graph.f", "which nothing defines", "c = 1"),
    "an idle value": (FORMULAS, "c = -4", "c = -4\nd = 1", "values.d", "which no formula uses", "q * c + d"),
    "a name that Python keeps": (FORMULAS, "c = -4", "c = -4\nlambda = 1", "values.lambda", "Python keeps", "lambda1 = 1"),
    "a network's key": (FORMULAS, "steps = 2", "epochs = 2", "training.epochs", "only with [network]", "steps = 5"),
    "a decimal comma": (
        GOOD, "learning_rate = 0.1", "learning_rate = 0,1",
        "line 16, column 18", "a point", "learning_rate = 0.1",
    ),
    "no quotation marks": (
        GOOD, '"sigmoid"', "sigmoid",
        "line 7, column 14", "between quotation marks", 'activation = "sigmoid"',
    ),
    "typographic marks": (
        GOOD, '"sigmoid"', "“sigmoid”",
        "line 7, column 14", "straight quotation marks", 'activation = "sigmoid"',
    ),
    "a colon": (GOOD, "steps = 2", "steps: 2", "line 17, column 6", "with = between them", "steps = 2"),
    "a long minus": (GOOD, "[1.5, -2]", "[1.5, −2]", "line 28, column 16", "plain minus signs", "inputs = [1.5, -2]"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "place", "words", "shown"), KINDS.values(), ids=KINDS)
def test_a_message_says_what_is_meant_and_its_example_mends_the_file(
    file: str, right: str, wrong: str, place: str, words: str, shown: str
) -> None:
    assert not problems_of(file)
    text = changed(right, wrong, file)
    problem = refused(text)[place]
    assert words in f"{problem.found} {problem.expected}"
    assert shown in problem.example
    assert_mended(text, problem)


@pytest.mark.parametrize(("right", "wrong"), [case[:2] for case in WRONG_LINES])
def test_examples_for_wrong_lines_mend_the_file(right: str, wrong: str) -> None:
    text = changed(right, wrong)
    for problem in problems_of(text):
        assert_mended(text, problem)


@pytest.mark.parametrize("seed", range(8))
def test_examples_for_mutilated_files_mend_them(seed: int) -> None:
    draw = random.Random(seed)
    told = 0
    for _ in range(60):
        text = mutant(draw.choice([*SOURCES, CLASSES, FORMULAS]), draw)
        for problem in problems_of(text)[:SHOWN]:
            table = re.split(r"[.\[]", problem.place)[0]
            if not re.match(r"line|end|.*…", problem.place) and (problem.example.startswith("[") or table in tomllib.loads(text)):
                told += 1
                assert_mended(text, problem)
    assert told > 30


# --- all in one run


def test_shapes_are_told_with_everything_else() -> None:
    text = changed("learning_rate = 0.1", "learning_rate = 0", changed('"squared_error"', '"mse"'))
    text = changed("0.5, 0.6]", '0.5, "0.6", 0.7]', changed("[0, 0, 0]", "[0]", text))
    text = changed("target = [0]", "target = [0, 1]", changed("inputs = [3, 4]", "input = [3]", text))
    assert {
        "network.loss",
        "parameters.weights",
        "parameters.biases",
        "training.learning_rate",
        "data.samples[2].input",
        "data.samples[2].inputs",
        "data.samples[2].target",
    } <= set(refused(text))


def test_what_follows_from_a_mistake_is_not_told() -> None:
    """A word of another library is read as it was meant; what nobody can know is not judged."""
    assert set(refused(changed("[network]", "[model]"))) == {"model"}
    assert set(refused(changed("layers = [2, 2, 1]", 'layers = [2, "two", 1]'))) == {"network.layers[2]"}
    assert set(refused(changed("layers = [2, 2, 1]", 'hidden_sizes = "many"'))) == {"network.hidden_sizes", "network.layers"}


def test_the_order_is_that_of_the_file() -> None:
    text = changed("target = [0]", "target = []", changed("digits = 6", "digits = 60", changed("[0, 0, 0]", "[0]")))
    assert [problem.place for problem in problems_of(text)] == ["parameters.biases", "walkthrough.digits", "data.samples[2].target"]


def test_twenty_problems_are_told_in_full_and_the_others_counted() -> None:
    with pytest.raises(InputError) as caught:
        parse(changed("0.6]", "0.6" + ', "a"' * 24_000 + "]"), name="mine", file="mine.toml")
    assert len(caught.value.problems) == 24_001
    text = str(caught.value)
    assert text.endswith("\nand 23,981 more")
    assert text.count("found:") == SHOWN


# --- bounds


@pytest.mark.parametrize("options", VARIETY.values(), ids=VARIETY)
def test_equations_are_counted_before_they_are_stated(options: dict[str, Any]) -> None:
    found = example(**options)
    assert isinstance(found, NetworkExample)
    rule = (found.training or Training(Decimal(1))).rule
    last = found.network.activations[-1]
    reckoned = equations(found.network, last=last, samples=len(found.used), steps=found.steps, rule=rule)
    if found.frozen:  # are reckoned as if they were learnt
        assert reckoned >= len(compose(found).equations)
    else:
        assert reckoned == len(compose(found).equations)


def many(count: int, steps: int) -> str:
    """A file of a 1-1 network with many samples."""
    head, mark, sample = example_text((1, 1), steps=steps).partition("[[data.samples]]")
    return head + "".join(mark + sample.replace("sample a", f"s{number}") for number in range(count))


@pytest.mark.parametrize(("count", "steps", "equations"), [(999, 1, "13,992"), (999, 10, "112,938"), (200, 10, "22,651")])
def test_samples_count_as_much_as_parameters(count: int, steps: int, equations: str) -> None:
    text = many(count, steps)
    (problem,) = problems_of(text)
    assert problem.found == f"2 parameters, {count} samples and {steps} step{'s' if steps > 1 else ''}: {equations} equations"
    assert_mended(text, problem)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(InputError, match="a pipe"):
        load(tmp_path / "mine.toml")


def test_a_missing_file_is_told_with_the_nearest_that_there_are(tmp_path: Path) -> None:
    for name in ("mazur.toml", "alice.toml", "notes.txt"):
        (tmp_path / name).write_text(MINIMAL)
    with pytest.raises(InputError) as caught:
        load(tmp_path / "mazru.toml")
    (problem,) = caught.value.problems
    assert problem.expected.endswith(f"did you mean '{tmp_path / 'mazur.toml'}'?")
    assert load(Path(problem.example)).name == "mazur"


def test_where_nothing_is_near_the_way_to_a_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "mine.toml", tmp_path / "no" / "mine.toml", Path("nul\0.toml")):
        with pytest.raises(InputError) as caught:
            load(path)
        assert caught.value.problems[0].example == "explainer new mine.toml"


# --- the tables behind the messages


def words_of(node: Any) -> Iterable[str]:
    """The keys and choices of a schema."""
    if isinstance(node, Mapping):
        yield from node.get("properties", ())
        yield from node.get("enum", ())
        for item in node.values():
            yield from words_of(item)
    elif isinstance(node, list):
        for item in node:
            yield from words_of(item)


def test_everyday_names_lead_to_words_that_files_have() -> None:
    words = {*words_of(FORM.schema), *FUNCTIONS}
    for table in (SAME, NEAR):
        assert all(name == folded(name) for name in table)
        assert {name for names in table.values() for name in names} <= words


def test_a_long_name_is_not_compared() -> None:
    assert meant("sigmoi", ["sigmoid"]) is not None
    assert meant("s" * 5000, ["s" * 4999]) is None


@pytest.mark.parametrize("seed", range(4))
def test_a_document_is_wrong_where_the_json_schema_says_so(seed: int) -> None:
    """The one-pass reading against a whole implementation of JSON Schema."""
    draw = random.Random(seed)
    validator = Draft202012Validator(FORM.schema)
    both = [0, 0]
    for _ in range(150):
        text = mutant(draw.choice([*SOURCES, CLASSES, FORMULAS]), draw)
        try:
            document = tomllib.loads(text, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError):
            continue
        if re.search(r"nan|inf|\de-?\d{3}|\w{400}|\d{25}|\\u0000", text):  # which JSON does not have, or leaves to a format
            continue
        refused = bool(Reading(FORM.schema, document, "mine.toml", MINIMAL).problems)
        assert refused == (not validator.is_valid(document)), text
        both[refused] += 1
    assert min(both) > 5
