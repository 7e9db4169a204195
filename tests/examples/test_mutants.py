"""Files that something has happened to: whatever an author, an editor or an enemy does to one, the answer is a good one.

A mutilated file or formula is read, or refused with what was found and what was expected; what is read is worked out, or it
is said why it cannot be. It never takes long, and it is never a traceback.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import pytest

import explainer
from explainer.core.errors import ContentError, InputError, ProofError
from explainer.examples.claims import load_ledger
from explainer.examples.formulas import FormulaError, read
from explainer.examples.load import load
from explainer.examples.model import Example, GraphExample, NetworkExample, SetExample
from tests.conftest import ROOT
from tests.graphs import VARIETY as GRAPHS
from tests.graphs import graph, graph_text
from tests.networks import VARIETY as NETWORKS
from tests.networks import example_text

GUIDE = re.findall(r"^```toml\n(.*?)^```", (ROOT / "docs/en/guide.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def texts(folder: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / folder).glob("*.toml"))]


EXAMPLES = [
    *texts("examples"),
    *(text for text in GUIDE if "[source]" not in text),
    *(graph_text(formulas, values, **tables) for formulas, values, tables in GRAPHS.values()),
    *(graph_text(*graph(seed)) for seed in range(10)),
    *(example_text(**options) for options in NETWORKS.values()),  # type: ignore[arg-type]
]
LEDGERS = [*texts("ledger"), *(text for text in GUIDE if "[source]" in text)]
FORMULAS = [
    *("x", "-x", "0.5", "x + y", "x * y - 2", "(x + y) * z", "x / (1 + y)", "x**2", "x**-2", "x**0.5", "2**x", "-x**2", "(-x)**y"),
    *("exp(x)", "log(1 + exp(x))", "sqrt(x**2 + y**2)", "tanh(w_1 * x_1 + b)", "sigmoid(net)", "relu(x - 1)", "max(x, y, 0)"),
    *("min(x, max(y, z))", "1 / (1 + exp(-z))", "error**2 / 2 + penalty", "0.01 * (w_1**2 + w_2**2)", "1e-3 * alpha / beta"),
    *(text for seed in range(20) for text in graph(seed)[0].values()),
]

VALUES = [  # what may stand after an equals sign
    *("0", "-0.0", "0b1", "1_000", "nan", "-inf", "1e999999999", "9e-500", "0x" + "f" * 5000, "9" * 4000, "1e90", "-1e90", "1e-90"),
    *('""', "'a'", '"x + y"', '"sigmoid"', '"\\u0000"', "true", "1979-05-27", "07:32:00", "[]", "{}", "[[]]", "[{}]", "[1]"),
    *(
        "[2, 2, 1]",
        "{draw = 'normal', seed = 1}",
        "{w_1 = 1}",
        '["tanh", "relu"]',
        '["x"]',
        "100000",
        "[1, 10]",
        "[" * 150 + "]" * 150,
    ),
]
PIECES = [  # what may stand anywhere, or nowhere
    *("9" * 3000, "1e" + "9" * 30, '"""', "[" * 500, "(" * 200, ")" * 200, "{a=" * 200, "a." * 30 + "a=1", "-" * 300, "**" * 50),
    *("[graph]", "[values]", "[data]", "[training]", "[[data.samples]]", "[[claims]]", "[source]", "[parameters.weights]"),
    *('optimiser = "adam"', "epochs = 50", "steps = 10", 'updates = "sequential"', "of = 'f'", "by = ['x']", "digits = 15"),
    *("lambda x: x", "__import__('os')", "x if y else z", "x.real", "^2", "ln(x)", "x**x**x", "1/0", "log(0)", "(x-x)", "1e308"),
    *("\0", "\r", "\ufeff", "\u202e", "٣", "²", "−", "#", "=", ".", ",", "\\", "\u2028", "𝟙", "é", "\t", "'", '"'),
]
TOKEN = re.compile(r"\d+\.?\d*|\w+|\s+|\*\*|.", re.DOTALL)


def mutant(text: str, draw: random.Random) -> str:
    """A text after one to three accidents."""
    for _ in range(draw.randint(1, 3)):
        text = draw.choice(ACCIDENTS)(text, draw)
    return text


def _characters(text: str, draw: random.Random) -> str:
    start = draw.randrange(len(text) + 1)
    end = min(len(text), start + draw.randint(0, 6))
    return text[:start] + draw.choice(("", "", text[start:end] * 2, draw.choice(PIECES), chr(draw.randrange(32, 127)))) + text[end:]


def _tokens(text: str, draw: random.Random) -> str:
    tokens = TOKEN.findall(text) or [""]
    first, second = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    match draw.randrange(4):
        case 0:
            tokens[first], tokens[second] = tokens[second], tokens[first]
        case 1:
            del tokens[first]
        case 2:
            tokens.insert(first, tokens[second])
        case _:
            tokens[first] = draw.choice(PIECES)
    return "".join(tokens)


def _numbers(text: str, draw: random.Random) -> str:
    numbers = list(re.finditer(r"(?<![\w.])-?\d+\.?\d*", text))
    if not numbers:
        return text + draw.choice(PIECES)
    found = draw.choice(numbers)
    number = draw.choice(
        ("0", "1", "-1", "2", "0.5", "100", "-7", "1e90", "1e-90", "1e101", "0." + "3" * 24, "9" * 26, found[0] * 2)
    )
    return text[: found.start()] + number + text[found.end() :]


def _lines(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    line, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            lines[line], lines[other] = lines[other], lines[line]
        case 1:
            del lines[line]
        case 2:
            lines.insert(line, lines[other])
        case _:
            lines.insert(line, draw.choice(PIECES))
    return "\n".join(lines)


def _values(text: str, draw: random.Random) -> str:
    """Another value for a key, or another key for a value; mostly still TOML, so these get furthest."""
    lines = text.split("\n")
    keyed = [index for index, line in enumerate(lines) if "=" in line]
    if not keyed:
        return text + draw.choice(PIECES)
    line, other = draw.choice(keyed), draw.choice(keyed)
    key, _, value = lines[line].partition("=")
    lines[line] = draw.choice(
        (f"{key}= {draw.choice(VALUES)}", f"{key}={lines[other].partition('=')[2]}", f"{lines[other].partition('=')[0]}={value}")
    )
    return "\n".join(lines)


ACCIDENTS: list[Callable[[str, random.Random], str]] = [_characters, _tokens, _tokens, _numbers, _numbers, _lines, _values, _values]


def spoilt(text: str, draw: random.Random) -> bytes:
    """The bytes of a file: a mutant, now and then with bytes that are no text."""
    content = mutant(text, draw).encode("utf-8", "surrogatepass")
    if draw.random() < 0.1:
        place = draw.randrange(len(content) + 1)
        content = (
            content[:place]
            + draw.choice((b"\xff", b"\x00", b"\xed\xa0\x80", b"\xc3", content[:40]))
            + content[place + draw.randrange(3) :]
        )
    return content


class TooSlow(BaseException):
    """No handler in the program may take this for an error of its own."""


@contextmanager
def at_most(seconds: float, what: object) -> Iterator[None]:
    """Stop what takes more time of the processor than that, wherever it is."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except TooSlow:
        pytest.fail(f"more than {seconds} s for:\n{what!r}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def is_complete(error: InputError | ContentError | FormulaError) -> bool:
    """Is it said what was found and what was expected, where, and in few words?"""
    if isinstance(error, FormulaError):
        return bool(error.found and error.expected and error.example) and len(error.found) < 300
    return bool(error.problems) and all(
        problem.file and problem.found and problem.expected and len(str(problem)) < 3000 for problem in error.problems
    )


def is_small(example: Example) -> bool:
    """Is it worked out in less than a second? What is larger is tried elsewhere."""
    training = example.training
    match example:
        case NetworkExample():
            size = (len(example.weights) + len(example.biases)) * len(example.used) * max(example.steps, 1)
            work = (training.epochs if training else 0) * len(example.weights) * len(example.data.samples)
            return size <= 30 and work <= 3_000
        case GraphExample():
            return sum(map(len, example.texts.values())) * max(example.steps, 1) <= 400
        case SetExample():
            return False
    raise AssertionError(example)


def worked_out(example: Example, content: object) -> bool:
    """Whether an example that was read can be worked out; if not, it must be said where and why."""
    error: ContentError | None = None
    with at_most(8, content):
        try:
            explainer.derive(example)
        except ContentError as caught:
            error = caught
    if error is None:
        return True
    assert is_complete(error), content
    assert all(problem.place for problem in error.problems), content
    # that an equation is not what its name says may never be an author's fault
    assert not isinstance(error, ProofError) or "too high a degree" in str(error), content
    return False


def is_read(read: Callable[[], object], content: object) -> bool:
    """Whether a text can be read, in one second; if not, it must be said why."""
    error: InputError | FormulaError | None = None
    with at_most(1, content):
        try:
            read()
        except (InputError, FormulaError) as caught:
            error = caught
    assert error is None or is_complete(error), content
    return error is None


# --- files


@dataclass
class Tally:
    """How many were read, refused, worked out, and found to have no value."""

    read: int = 0
    refused: int = 0
    worked_out: int = 0
    without_value: int = 0


def fate(content: bytes, path: Path, tally: Tally) -> None:
    path.write_bytes(content)
    if not is_read(lambda: load(path), content):
        tally.refused += 1
        return
    tally.read += 1
    if is_small(example := load(path)):
        good = worked_out(example, content)
        tally.worked_out += good
        tally.without_value += not good


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(10))
def test_a_mutilated_example_is_worked_out_or_refused(seed: int, tmp_path: Path) -> None:
    draw, tally = random.Random(f"example {seed}"), Tally()
    for _ in range(60):
        fate(spoilt(draw.choice(EXAMPLES), draw), tmp_path / "mutant.toml", tally)
    assert tally.read + tally.refused == 60
    assert min(tally.read, tally.refused, tally.worked_out) > 0


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(6))
def test_a_graph_with_other_numbers_and_signs_is_worked_out_or_it_is_said_why_not(seed: int, tmp_path: Path) -> None:
    """Mutants that are mostly still files: they get as far as the proof."""
    draw, tally = random.Random(f"graph {seed}"), Tally()
    for _ in range(20):
        formulas, values = graph(draw.randrange(1000), formulas=2)
        name = draw.choice(list(formulas))
        swapped = re.sub(r"[-+*/](?!\*)(?<!\*\*)", lambda sign: draw.choice((sign[0], sign[0], "+", "-", "*", "/")), formulas[name])
        values |= {draw.choice(list(values)): draw.choice(("0", "1", "-1", "1e90", "1e-90", "-2.5", "710"))}
        fate(graph_text(formulas | {name: swapped}, values).encode(), tmp_path / "mutant.toml", tally)
    assert tally.worked_out > 0


@pytest.mark.parametrize("seed", range(4))
def test_a_mutilated_ledger_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    draw, read_well, path = random.Random(f"ledger {seed}"), 0, tmp_path / "mutant.toml"
    for _ in range(60):
        path.write_bytes(content := spoilt(draw.choice(LEDGERS), draw))
        read_well += is_read(lambda: load_ledger(path), content)
    assert 0 < read_well < 60


# --- formulas


@pytest.mark.parametrize("seed", range(5))
def test_a_mutilated_formula_is_read_or_refused(seed: int) -> None:
    draw, read_well = random.Random(f"formula {seed}"), 0
    for _ in range(150):
        text = mutant(draw.choice(FORMULAS), draw)
        read_well += is_read(lambda text=text: read(text), text)  # type: ignore[misc]
    assert 0 < read_well < 150


# --- as a program of its own

# Runs the command and says at its end what it took: seconds of the processor, and the most memory, in kilobytes. (What the
# system counts for a child contains the memory of its parent.)
MEASURED = """
import re, resource, runpy, sys
try:
    runpy.run_module("explainer", run_name="__main__")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = re.search("VmHWM:[^0-9]*([0-9]+) kB", open("/proc/self/status").read())[1]
    sys.stderr.write(f"\\nused {used.ru_utime + used.ru_stime} {peak}\\n")
"""


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str
    seconds: float
    kilobytes: int


def command(*arguments: str, cwd: Path) -> Outcome:
    process = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        cwd=cwd,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    err, _, used = process.stderr.rpartition("\nused ")
    seconds, kilobytes = used.split()
    return Outcome(process.returncode, process.stdout, err, float(seconds), int(kilobytes))


BIG = "[graph]\n" + "".join(f'f{index} = "x + {index}"\n' for index in range(10_000)) + "[values]\nx = 1\n"
CHAIN = graph_text(
    {"f0": "(x + y) / (x - y)", **{f"f{i}": f"f{i - 1} / (f{i - 1} + exp(x)) + 1 / (x + f{i - 1})" for i in range(1, 15)}},
    {"x": 2, "y": 1},
)
DEEP = graph_text({"f": "tanh(" * 39 + "x" + ")" * 39}, {"x": 1})
RUN = example_text((2, 2, 1)).replace("[training]\n", "[training]\nepochs = 500\n")
HOSTILE: dict[str, tuple[bytes | str, tuple[str, ...], tuple[int, ...]]] = {
    "code": (graph_text({"f": "__import__('os').system('touch hacked')"}, {"x": 1}), ("show",), (2,)),
    "ten thousand formulas": (BIG, ("show",), (2,)),
    "brackets without an end": ("[" * 200_000, ("show",), (2,)),
    "one long key": ("a." * 100_000 + "b = 1", ("show",), (2,)),
    "bytes": (bytes(range(256)) * 900, ("show",), (2,)),
    "too large": ("#" * 300_000, ("show",), (2,)),
    "fifty errors": (graph_text({f"f{i}": "ln(x" for i in range(50)}, {"x": 1}), ("show", "--format", "json"), (2,)),
    "a million units": (example_text((2, 2, 1)).replace("[2, 2, 1]", "[1000, 1000, 1000]"), ("show",), (2,)),
    "a million epochs": (RUN.replace("epochs = 500", "epochs = 1000000"), ("train",), (2,)),
    "a run that diverges": (RUN.replace('"sigmoid"', '"identity"').replace("0.3", "1e3"), ("train",), (1,)),
    "a ledger": ("[source]\nauthor = 1\n[[claims]]\n" * 50, ("audit",), (2,)),
    "exp of exp": (graph_text({"f": "exp(exp(x))"}, {"x": 100}), ("show",), (1,)),
    "powers of powers": (graph_text({"f": "(((x**100)**100)**100)**100"}, {"x": "1.0001"}), ("show",), (1,)),
    "an exact zero that is not seen": (graph_text({"f": "log(6) - log(x) - log(3)"}, {"x": 2}), ("show",), (1,)),
    "fractions in fractions": (CHAIN, ("show",), (0, 1)),
    "functions in functions": (DEEP, ("show",), (0, 1)),
}


@pytest.fixture(scope="module")
def ordinary() -> float:
    """What a well-meant example takes on this machine, so that a slower one has more time."""
    return min(command("show", "alice", cwd=ROOT).seconds for _ in range(2))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures memory as Linux tells it")
@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_the_command_survives_a_hostile_file(name: str, ordinary: float, tmp_path: Path) -> None:
    content, (verb, *options), statuses = HOSTILE[name]
    path = tmp_path / "hostile.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = command(verb, str(path), *options, cwd=tmp_path if verb != "audit" else ROOT)
    assert outcome.status in statuses, outcome.err
    assert "Traceback" not in outcome.err
    if outcome.status:
        assert outcome.out == ""
        assert re.search(r"^  found:    .+\n  expected: .+$", outcome.err, re.MULTILINE)
        assert outcome.err.rstrip().endswith("nothing was written.")
    assert [item.name for item in tmp_path.iterdir()] == ["hostile.toml"], "nothing is written"
    assert len(outcome.err) < 60_000
    assert outcome.kilobytes < 256 * 1024
    assert outcome.seconds < (2 if outcome.status else 4) * ordinary
