"""Formula files for tests: graphs drawn from a seed, whose numbers stay where every function has a value and a slope."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from explainer.examples.load import parse
from explainer.examples.model import GraphExample

FUNCTIONS = ("exp", "log", "sqrt", "tanh", "sigmoid", "relu", "sin", "cos", "erf", "abs", "sign", "max", "min")
LARGEST = 20.0  # of any value on the way
MARGIN = 0.2  # between a value and where a function stops being smooth


class Unfit(Exception):
    """A formula that does not exist at these numbers, or only just."""


class Guarded:
    """A number that refuses to come near a pole, a kink or a large value. Python itself reads the formula."""

    def __init__(self, value: float, *, literal: bool = False) -> None:
        if not abs(value) < LARGEST:
            raise Unfit
        self.value, self.literal = value, literal

    def __add__(self, other: Guarded) -> Guarded:
        return Guarded(self.value + other.value)

    def __sub__(self, other: Guarded) -> Guarded:
        return Guarded(self.value - other.value)

    def __mul__(self, other: Guarded) -> Guarded:
        return Guarded(self.value * other.value)

    def __truediv__(self, other: Guarded) -> Guarded:
        return Guarded(self.value / other.off(0))

    def __neg__(self) -> Guarded:
        return Guarded(-self.value, literal=self.literal)

    def __pow__(self, other: Guarded) -> Guarded:
        if other.value < 0:
            self.off(0)
        if not other.literal or other.value != int(other.value):
            self.positive()
        return Guarded(self.value**other.value)

    def off(self, bad: float) -> float:
        if abs(self.value - bad) < MARGIN:
            raise Unfit
        return self.value

    def positive(self) -> float:
        if self.value < MARGIN:
            raise Unfit
        return self.value


def _chosen(choose: Callable[[float, float], float]) -> Callable[..., Guarded]:
    def function(*arguments: Guarded) -> Guarded:
        first, *others = arguments
        for other in others:
            first.off(other.value)
            first = Guarded(choose(first.value, other.value))
        return first

    return function


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


GUARDED: dict[str, Callable[..., Guarded]] = {
    "exp": lambda x: Guarded(math.exp(x.value)),
    "log": lambda x: Guarded(math.log(x.positive())),
    "sqrt": lambda x: Guarded(math.sqrt(x.positive())),
    "tanh": lambda x: Guarded(math.tanh(x.value)),
    "sigmoid": lambda x: Guarded(sigmoid(x.value)),
    "relu": lambda x: Guarded(max(0.0, x.off(0))),
    "sin": lambda x: Guarded(math.sin(x.value)),
    "cos": lambda x: Guarded(math.cos(x.value)),
    "erf": lambda x: Guarded(math.erf(x.value)),
    "abs": lambda x: Guarded(abs(x.off(0))),
    "sign": lambda x: Guarded(math.copysign(1, x.off(0))),
    "max": _chosen(max),
    "min": _chosen(min),
}


def evaluate(
    formulas: Mapping[str, str], values: Mapping[str, Any], functions: Mapping[str, Any], number: Callable[[str], Any]
) -> dict[str, Any]:
    """What Python makes of an author's formulas, each written after those it uses; an oracle that is not the reader."""
    found: dict[str, Any] = dict(values)
    for name, text in formulas.items():
        code = re.sub(r"(?<![\w.])((?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)", r"number('\1')", text)
        found[name] = eval(code, {"__builtins__": {}, **functions, "number": number}, found)
    return found


class _Writer:
    """Draws formulas as an author might type them, with and without superfluous parentheses."""

    def __init__(self, draw: random.Random, functions: tuple[str, ...]) -> None:
        self.draw, self.functions = draw, functions

    def sum(self, names: list[str], depth: int) -> str:
        terms = [self.product(names, depth) for _ in range(self.draw.choice((1, 1, 2, 2, 3)))]
        return "".join(term if not index else self.draw.choice((" + ", " - ")) + term for index, term in enumerate(terms))

    def product(self, names: list[str], depth: int) -> str:
        factors = [self.signed(names, depth) for _ in range(self.draw.choice((1, 1, 2, 2)))]
        return "".join(part if not index else self.draw.choice((" * ", " * ", " / ")) + part for index, part in enumerate(factors))

    def signed(self, names: list[str], depth: int) -> str:
        return self.draw.choice(("", "", "", "", "-")) + self.power(names, depth)

    def power(self, names: list[str], depth: int) -> str:
        base = self.atom(names, depth)
        match self.draw.randrange(8):
            case 0:
                return f"{base}**{self.draw.choice(('2', '3', '-1', '-2', '0.5', '1.5', '-0.5', '1', '2.0'))}"
            case 1:
                return f"{base}**{self.atom(names, 0)}"
        return base

    def atom(self, names: list[str], depth: int) -> str:
        if not depth or self.draw.random() < 0.5:
            return self.draw.choice(names) if self.draw.random() < 0.75 else self.literal()
        name = self.draw.choice((*self.functions, "", ""))
        count = self.draw.choice((2, 2, 3)) if name in ("max", "min") else 1
        return f"{name}({', '.join(self.sum(names, depth - 1) for _ in range(count))})"

    def literal(self) -> str:
        return self.draw.choice(("2", "3", "0.5", "0.1", "1e-1", "1.25", "7", "0.3e1", "0.001", "1"))


def graph(seed: int, *, formulas: int = 3, functions: tuple[str, ...] = FUNCTIONS) -> tuple[dict[str, str], dict[str, str]]:
    """Formulas and values of a graph in which every value and every formula acts on the last formula."""
    draw = random.Random(f"graph {seed}")
    writer = _Writer(draw, functions)
    values = {name: f"{draw.choice((-1, 1, 1)) * draw.uniform(0.3, 2.5):.3f}" for name in ("x", "y", "w_1", "alpha")}
    numbers = {name: Guarded(float(value)) for name, value in values.items()}
    texts: dict[str, str] = {}
    while len(texts) < formulas:
        name = f"f{len(texts) + 1}"
        unused = [known for known in numbers if not any(re.search(rf"\b{known}\b", text) for text in texts.values())]
        text = writer.sum(unused or list(numbers), 2)
        if len(texts) == formulas - 1:
            text += "".join(f" + {known}" for known in unused if not re.search(rf"\b{known}\b", text))
        try:
            numbers = evaluate(
                texts | {name: text}, {key: numbers[key] for key in values}, GUARDED, lambda n: Guarded(float(n), literal=True)
            )
        except Unfit:
            continue
        texts[name] = text
    return texts, values


def graph_text(formulas: Mapping[str, str], values: Mapping[str, object], *, walkthrough: str = "", training: str = "") -> str:
    """The TOML of a graph."""
    lines = ["[graph]", *(f'{name} = "{text}"' for name, text in formulas.items())]
    lines += ["[values]", *(f"{name} = {value}" for name, value in values.items())]
    lines += [f"[walkthrough]\n{walkthrough}"] if walkthrough else []
    lines += [f"[training]\n{training}"] if training else []
    return "\n".join(lines) + "\n"


def graph_example(formulas: Mapping[str, str], values: Mapping[str, object], **tables: str) -> GraphExample:
    example = parse(graph_text(formulas, values, **tables), name="graph", file="graph.toml")
    assert isinstance(example, GraphExample)
    return example


Graph = tuple[dict[str, str], dict[str, object], dict[str, str]]

# Graphs of all the shapes and kinds that formulas have, as authors would write them.
VARIETY: dict[str, Graph] = {
    "three gates": ({"q": "x + y", "f": "q * z"}, {"x": -2, "y": 5, "z": -4}, {}),
    "neuron": (
        {"z": "w_0 * x_0 + w_1 * x_1 + w_2", "f": "sigmoid(z)"},
        {"w_0": 2, "w_1": -3, "w_2": -3, "x_0": -1, "x_1": -2},
        {},
    ),
    "every function": (
        {
            "a": "exp(-x) + log(y)",
            "b": "sqrt(a**2 + y) * tanh(x - a)",
            "c": "sigmoid(b) / max(x, y, 0.1)",
            "d": "sin(c) * cos(a) + erf(b - x)",
            "f": "relu(c + a) - min(b, 2 * c) + abs(d - 2) * sign(y)",
        },
        {"x": 0.7, "y": 1.9},
        {},
    ),
    "powers": ({"p": "x**3 - x**-2 + x**0.5", "f": "p**y + 2**x + (x / y)**1.5"}, {"x": 1.3, "y": 0.8}, {}),
    "a value in many places": ({"f": "x * x * x - x / (1 + x) + x"}, {"x": 3}, {}),
    "a copy and a negation": ({"p": "x", "q": "-p", "f": "-(q - 2) * 3"}, {"x": 4}, {}),
    "one formula": ({"f": "log(1 + exp(w * x + b)) - y * (w * x + b)"}, {"w": 0.4, "x": -1.2, "b": 0.3, "y": 1}, {}),
    "the derivative of the one in the middle": (
        {"q": "x * y", "f": "q**2 + x", "after": "f * 10"},
        {"x": 0.5, "y": -2},
        {"walkthrough": 'of = "f"\nby = ["y"]\ndigits = 8'},
    ),
    "a penalty, two steps": (
        {
            "net": "w_1 * x_1 + w_2 * x_2 + b",
            "o": "tanh(net)",
            "error": "y - o",
            "penalty": "0.01 * (w_1**2 + w_2**2)",
            "L": "error**2 / 2 + penalty",
        },
        {"w_1": 0.5, "w_2": -0.25, "b": 0.1, "x_1": 2, "x_2": 3, "y": 1},
        {"walkthrough": 'of = "L"\nby = ["w_1", "w_2", "b"]', "training": "learning_rate = 0.1\nsteps = 2"},
    ),
    "momentum, upwards": (
        {"f": "-(x - 3)**2 + log(y) - y"},
        {"x": 1, "y": 0.5},
        {"training": 'learning_rate = 0.05\nsteps = 3\noptimiser = "momentum"\ndirection = "ascent"\nmu = 0.8'},
    ),
    "rmsprop": (
        {"f": "(1 - x)**2 + 100 * (y - x**2)**2"},
        {"x": -1.2, "y": 1},
        {"training": 'learning_rate = 0.01\nsteps = 2\noptimiser = "rmsprop"'},
    ),
    "adam": (
        {"alpha": "beta * x", "f": "alpha / (1 + exp(-alpha)) - max(beta, x)"},
        {"beta": 1.5, "x": -0.4},
        {"training": 'learning_rate = 0.01\nsteps = 2\noptimiser = "adam"'},
    ),
    "functions of numbers": (
        {
            "a": "tanh(2) + sigmoid(0.5) * relu(3) - relu(-1.5) + exp(2) * sqrt(2)",
            "f": "x * a + log(3) + max(2, 1) - min(0.1, x) + 1 / 3 + 2**0.5 + 3**2 - (-2)",
        },
        {"x": 1.5},
        {},
    ),
    "a kink": ({"f": "relu(x - y) + max(x, y) * min(y, x)"}, {"x": 2, "y": 2}, {}),
    "large and small": ({"f": "1e30 * x + 1e-30 / y"}, {"x": "1e60", "y": "1e60"}, {}),
}
