"""Example files that nobody here has thought of: TOML texts drawn from a seed, as strangers might write them.

Every file is one that the format takes, with numbers at which its formulas exist. Half of them have numbers that people
like, so that exact zeros, halves, kinks and ties occur; the others have those that measuring gives.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from explainer.examples.form import Form
from explainer.examples.load import FORM
from explainer.operations.optimisers import CORRECTION
from explainer.operations.optimisers import OPTIMISERS as RULES
from explainer.operations.record import Demands, Targets
from explainer.operations.vocabulary import OPERATIONS
from tests.graphs import evaluate

SEED, COUNT = 1, 200  # those of the suite
NICE = ("0", "1", "-1", "0.5", "-0.5", "2", "-2", "0.25", "1", "0.5", "0", "-1", "3", "1.5", "0.75", "10")
UNBOUNDED = {"relu", "leaky_relu", "softplus", "identity", "elu", "gelu"}
SMALL = 12  # parameters times samples times steps, so that a page stays short


def choices(table: str, key: str, form: Form = FORM) -> tuple[str, ...]:
    """What the format lets an author choose from, read from its schema: what is added there is drawn here."""
    node = form.schema["properties"][table]
    found = node["properties"].get(key, {}).get("enum") or node["$defs"][key]["enum"]
    return tuple(found)


ACTIVATIONS = choices("network", "activation")
LOSSES = choices("network", "loss")
BIASES = choices("network", "bias")
OPTIMISERS = choices("training", "optimiser")
VIEWS = choices("walkthrough", "view")
LAYERS = ((1, 1), (2, 1), (3, 1), (2, 2), (1, 2, 1), (2, 2, 1), (2, 2, 1), (2, 3, 1), (2, 2, 2), (3, 2, 2), (1, 1, 1), (2, 2, 2, 1))
PEOPLE = (
    "Ada",
    "first",
    "sample 1",
    "x1",
    "a & b",
    "0",
    "Anne-Marie",
    "left_arm",
    "the third petal of the second flower",
    "née",
    "雨",
)
TITLES = (
    "A network",
    "XOR, learnt in 3 steps",
    "Cats & dogs",
    "f(x) = 2x + 1?",
    "Question 4.1 (b)",
    "My #1 example",
    "ReLU vs. tanh",
)


def listed(values: Sequence[str]) -> str:
    return f"[{', '.join(values)}]"


def quoted(values: Sequence[str]) -> str:
    return listed([f'"{value}"' for value in values])


class Numbers:
    """Draws numbers: nice ones, or ugly ones, or now one and now the other."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.nice, self.nice_ones = draw, draw.choice((0.0, 0.2, 0.9, 1.0)), NICE

    def one(self, largest: float = 2.5) -> str:
        if self.draw.random() < self.nice:
            return self.draw.choice(self.nice_ones)
        return f"{self.draw.uniform(-largest, largest):.{self.draw.choice((1, 2, 3, 3, 6))}f}"

    def many(self, count: int) -> list[str]:
        return [self.one() for _ in range(count)]

    def alike(self, count: int) -> list[str]:
        """Equal ones, opposite ones or just any."""
        first = self.one()
        same, opposite = [first] * count, [first if index % 2 else negated(first) for index in range(count)]
        return self.draw.choice((same, opposite, self.many(count), self.many(count)))


def negated(number: str) -> str:
    return number.removeprefix("-") if number.startswith("-") else f"-{number}" if float(number) else number


# --- networks


def network(draw: random.Random) -> str:
    """A network with its data and perhaps some training."""
    numbers = Numbers(draw)
    layers, bias = draw.choice(LAYERS), draw.choice(BIASES)
    activations = [draw.choice([name for name in ACTIVATIONS if name != "softmax"]) for _ in layers[2:]]
    loss = draw.choice((*LOSSES, *LOSSES, ""))
    demands = OPERATIONS[loss].demands if loss else Demands()
    activations.append(demands.after or draw.choice(ACTIVATIONS))
    view = draw.choice(VIEWS)
    neurons = view == "neurons"
    weights = sum(below * above for below, above in pairwise(layers))
    biases = {"per_neuron": sum(layers[1:]), "per_layer": len(layers) - 1, "none": 0}[bias]
    samples = draw.choice((1, 1, 1, 2, 2, 3, 4, 5))
    steps = draw.choice((0, 1, 1, 1, 2, 3)) if loss else 0
    while steps > 1 and (weights + biases) * samples * steps > SMALL:
        steps -= 1
    worked = min(samples, max(1, SMALL // ((weights + biases) * max(steps, 1))))
    names = draw.sample(PEOPLE, samples)
    epochs = draw.choice((0, 0, 1, 3, 7)) if steps else 0
    steps = min(steps, epochs) if epochs else steps  # an epoch makes one update at least
    if epochs and UNBOUNDED & set(activations):
        numbers.nice_ones = tuple(number for number in NICE if number != "10")

    lines = ["[network]", f"layers = {list(layers)}"]
    one = len(set(activations)) == 1 and draw.random() < 0.5
    lines += [f'activation = "{activations[0]}"' if one else f"activation = {quoted(activations)}"]
    lines += [f'loss = "{loss}"'] if loss else []
    lines += ['reduction = "sum"'] if loss and draw.random() < 0.15 else []
    lines += [f'bias = "{bias}"'] if bias != "per_neuron" or draw.random() < 0.3 else []
    lines += ["", "[parameters]", f"weights = {_parameters(draw, numbers, 'w', weights)}"]
    lines += [f"biases = {_parameters(draw, numbers, 'b', biases)}"] if biases else []
    if neurons and steps and draw.random() < 0.25:
        known = [f"w_{index + 1}" for index in range(weights)] + [f"b_{index + 1}" for index in range(biases)]
        lines += [f"frozen = {quoted(draw.sample(known, draw.randint(1, max(1, len(known) // 2))))}"]

    shift = numbers.many(layers[0]) if draw.random() < 0.25 else []
    given = "raw" if shift else "inputs"
    baseline = neurons and loss and demands.constant and draw.random() < 0.2
    if shift or baseline:
        lines += [
            "",
            "[data]",
            *([f"shift = {listed(shift)}"] if shift else []),
            *([f"baseline = {numbers.one()}"] if baseline else []),
        ]
    for name in names:
        lines += ["", "[[data.samples]]", f'name = "{name}"', f"{given} = {listed(numbers.many(layers[0]))}"]
        lines += [f"target = {listed(_target(draw, numbers, demands.targets, layers[-1]))}"] if loss else []
    if epochs and draw.random() < 0.4:
        lines += ["", "[[data.queries]]", 'name = "who knows"', f"{given} = {listed(numbers.many(layers[0]))}"]

    walkthrough = {"view": f'"{view}"'} if not neurons or draw.random() < 0.3 else {}
    walkthrough |= {"samples": quoted(draw.sample(names, worked))} if worked < samples or draw.random() < 0.2 else {}
    lines += _table("walkthrough", walkthrough | _digits(draw))
    if steps:
        training = _training(draw, steps)
        if epochs and UNBOUNDED & set(activations):  # lest the run should truly diverge, which is refused
            training["learning_rate"] = "1e-4"
        training |= {"updates": '"sequential"'} if neurons and draw.random() < 0.15 else {}
        if epochs:
            training |= {"epochs": str(epochs)} | ({"record": f"[1, {epochs}]"} if epochs > 1 else {})
            training |= draw.choice(({}, {"batch": '"one"'}, {"batch": '"one"', "shuffle": "3"}))
            training |= {"follow": '["z_1@1", "o_1@1"]'} if draw.random() < 0.3 else {}
        lines += _table("training", training)
    return "\n".join(lines) + "\n"


def _parameters(draw: random.Random, numbers: Numbers, letter: str, count: int) -> str:
    """In one of the ways that an author may write them."""
    match draw.randrange(5):
        case 0:
            return numbers.one()
        case 1:
            found = numbers.many(count)
            return "{" + ", ".join(f"{letter}_{index} = {value}" for index, value in enumerate(found, 1)) + "}"
        case 2:
            scale = draw.choice(("", ", scale = 0.5", ", scale = 2"))
            return f'{{draw = "{draw.choice(("normal", "uniform"))}", seed = {draw.randrange(1000)}{scale}}}'
    return listed(numbers.alike(count))


def _target(draw: random.Random, numbers: Numbers, wanted: Targets, outputs: int) -> list[str]:
    """Any numbers, or probabilities where the loss wants them."""
    if wanted is Targets.ANY:
        return numbers.many(outputs)
    if wanted is Targets.SIGNS:
        return [draw.choice(("1", "-1")) for _ in range(outputs)]
    if wanted is Targets.SHARES:
        return [draw.choice(("0", "1", "0", "1", "0.5", "0.9")) for _ in range(outputs)]
    right = draw.randrange(outputs)
    sure = [str(int(index == right)) for index in range(outputs)]
    return draw.choice((["0.7", "0.3"], ["0.5", "0.5"], sure)) if outputs == 2 else sure


def _training(draw: random.Random, steps: int) -> dict[str, str]:
    """A table [training]: an optimiser, and some of its constants."""
    optimiser = draw.choice(OPTIMISERS)
    table = {"learning_rate": draw.choice(("0.1", "0.01", "0.5", "1", "0.3", "1e-3"))}
    table |= {"steps": str(steps)} if steps > 1 or draw.random() < 0.5 else {}
    table |= {"optimiser": f'"{optimiser}"'} if optimiser != "sgd" or draw.random() < 0.2 else {}
    table |= {
        name: draw.choice(("0.9", "0.5", "0.99"))
        for name in RULES[optimiser].constants
        if name not in ("epsilon", "weight_decay") and draw.random() < 0.3
    }
    for name in RULES[optimiser].options:
        usual = "false" if name == CORRECTION else "0.9" if name == "mu" else "0.01"
        table |= {name: usual} if draw.random() < 0.15 else {}
    return table | ({"direction": '"ascent"'} if draw.random() < 0.15 else {})


def _table(name: str, entries: Mapping[str, str]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {value}" for key, value in entries.items())] if entries else []


# --- formulas


class Missing(Exception):
    """A formula that does not exist at these numbers, or hardly."""


@dataclass(frozen=True)
class Real:
    """A number of a formula as Python reads it. It refuses to be where nothing is, but may well be at a kink."""

    value: float
    margin: float  # how far it keeps from poles
    literal: bool = False

    def __post_init__(self) -> None:
        if not abs(self.value) < 1e4:
            raise Missing

    def made(self, value: float) -> Real:
        return Real(value, self.margin)

    def off_zero(self) -> float:
        if abs(self.value) < self.margin:
            raise Missing
        return self.value

    def positive(self) -> float:
        if self.value < self.margin:
            raise Missing
        return self.value

    def __add__(self, other: Real) -> Real:
        return self.made(self.value + other.value)

    def __sub__(self, other: Real) -> Real:
        return self.made(self.value - other.value)

    def __mul__(self, other: Real) -> Real:
        return self.made(self.value * other.value)

    def __truediv__(self, other: Real) -> Real:
        return self.made(self.value / other.off_zero())

    def __neg__(self) -> Real:
        return Real(-self.value, self.margin, self.literal)

    def __pow__(self, other: Real) -> Real:
        if not other.literal or other.value != int(other.value):
            self.positive()
        elif other.value < 1:
            self.off_zero()
        try:
            return self.made(self.value**other.value)
        except OverflowError:
            raise Missing from None


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -50 else 0.0


def exp(value: float) -> float:
    return math.exp(value) if value < 10 else math.inf


def _chosen(choose: Callable[..., float]) -> Callable[..., Real]:
    return lambda first, *others: first.made(choose(first.value, *(other.value for other in others)))


PYTHON: dict[str, Callable[..., Real]] = {
    "exp": lambda x: x.made(exp(x.value)),
    "log": lambda x: x.made(math.log(x.positive())),
    "sqrt": lambda x: x.made(math.sqrt(x.positive())),
    "tanh": lambda x: x.made(math.tanh(x.value)),
    "sigmoid": lambda x: x.made(sigmoid(x.value)),
    "relu": lambda x: x.made(max(0.0, x.value)),
    "sin": lambda x: x.made(math.sin(x.value)),
    "cos": lambda x: x.made(math.cos(x.value)),
    "erf": lambda x: x.made(math.erf(x.value)),
    "abs": lambda x: x.made(abs(x.value)),
    "sign": lambda x: x.made(float((x.value > 0) - (x.value < 0))),
    "max": _chosen(max),
    "min": _chosen(min),
}

VALUES = (
    "x",
    "y",
    "w_1",
    "w_2",
    "b",
    "d",
    "alpha",
    "x1",
    "x_12",
    "t0",
    "theta_0",
    "net_h1",
    "m",
    "lambda_1",
    "temperature",
    "X",
    "gamma",
)
FORMULAS = ("f", "z", "net", "q", "g_1", "g2", "a_out", "loss", "score1", "L", "o", "sum_all", "probability", "J", "phi")
LITERALS = ("2", "3", "0.5", "1", "10", "0.1", "1e-2", "4", "0", "1.0", "0.25", "7.389", "100", ".5")
# Formulas that stand in courses, and some that are there to be simplified.
KNOWN = (
    "{a}", "-{a}", "{a} * {a}", "{a} + {n} * {a}", "{n} / {a}", "{a} / {n}", "{n} - {a}", "{a} - {n}", "{n} + {n} * {a}",
    "{a}**2 + {b}**2", "{n}**{a}", "{a}**{b}", "{a}**{n}", "{a}**-1", "({a} - {b})**2", "({a} - {b})**2 / 2", "{n} * ({a} - {b})",
    "1 / (1 + exp(-{a}))", "log(1 + exp({a}))", "-({a} * log({b}) + (1 - {a}) * log(1 - {b}))", "exp(-{a}**2)",
    "{a} / ({a} + {b})", "exp({a}) / (exp({a}) + exp({b}))", "sqrt({a}**2 + {b}**2)", "({a} + {b}) * ({a} + {b})",
    "max({a}, {n})", "min({a}, {b}, {n})", "relu({a} - {b})", "tanh({a} * {b} + {n})", "sigmoid({n} * {a})",
    "sin({a}) * cos({b})", "abs({a} - {b})", "erf({a} / {n})", "sign({a}) * {a}",
    "{a} - {a}", "{a} * {b} - {b} * {a}", "{a} + {a} + {a}", "2 * {a} * 3 * {b}",
)  # fmt: skip
WIDTH = 70  # of a formula, in characters


class Writer:
    """Draws formulas of the kinds that people type, from those that are in courses to those that are nobody's."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.parts: list[str] = []  # what was written before, to be written again

    def formula(self, names: list[str]) -> str:
        if self.draw.random() < 0.5:
            return self.sum(names, 2)
        a, b = self.draw.choice(names), self.draw.choice(names)
        return self.draw.choice(KNOWN).format(a=a, b=b, n=self.draw.choice(LITERALS))

    def sum(self, names: list[str], depth: int) -> str:
        terms = [self.product(names, depth) for _ in range(self.draw.choice((1, 1, 2, 2, 3)))]
        if len(terms) > 1 and self.draw.random() < 0.2:
            terms[-1] = self.draw.choice((terms[0], f"2 * {terms[0]}"))  # like terms
        return terms[0] + "".join(f" {self.draw.choice('+++-')} {term}" for term in terms[1:])

    def product(self, names: list[str], depth: int) -> str:
        factors = [self.power(names, depth) for _ in range(self.draw.choice((1, 1, 2, 2, 3)))]
        if len(factors) > 1 and self.draw.random() < 0.2:
            factors[-1] = factors[0]
        sign = self.draw.choice(("", "", "", "", "-"))
        return sign + factors[0] + "".join(f" {self.draw.choice('***/')} {factor}" for factor in factors[1:])

    def power(self, names: list[str], depth: int) -> str:
        base = self.atom(names, depth)
        match self.draw.randrange(10):
            case 0:
                return f"{base}**{self.draw.choice(('2', '2', '3', '-1', '-2', '0.5', '1.5', '1', '2.0', '0'))}"
            case 1:
                return f"{base}**{self.atom(names, 0)}"
        return base

    def atom(self, names: list[str], depth: int) -> str:
        if not depth or self.draw.random() < 0.5:
            return self.draw.choice(names) if self.draw.random() < 0.7 else self.draw.choice(LITERALS)
        if self.parts and self.draw.random() < 0.2:
            return self.draw.choice(self.parts)
        name = self.draw.choice((*PYTHON, "", "", ""))
        count = self.draw.choice((2, 2, 3)) if name in ("max", "min") else 1
        found = f"{name}({', '.join(self.sum(names, depth - 1) for _ in range(count))})"
        self.parts.append(found)
        return found


def formulas(draw: random.Random) -> str:
    """A few formulas over a few values, and perhaps some steps towards a smaller result."""
    while True:
        numbers = Numbers(draw)
        values = {name: numbers.one() for name in draw.sample(VALUES, draw.choice((1, 2, 2, 3, 3, 4)))}
        training = _training(draw, draw.choice((1, 1, 2, 3))) if draw.random() < 0.4 else {}
        try:
            texts = _graph(draw, values)
            _walk(texts, values, training)
        except Missing:
            continue
        order = list(texts.items())
        if draw.random() < 0.2:
            draw.shuffle(order)
        walkthrough = {"of": f'"{list(texts)[-1]}"'} if draw.random() < 0.3 else {}
        walkthrough |= {"by": quoted(draw.sample(list(values), draw.randint(1, len(values))))} if draw.random() < 0.3 else {}
        lines = ["[graph]", *(f'{name} = "{text}"' for name, text in order)]
        lines += [*_table("values", values), *_table("walkthrough", walkthrough | _digits(draw)), *_table("training", training)]
        return "\n".join(lines) + "\n"


def _graph(draw: random.Random, values: Mapping[str, str]) -> dict[str, str]:
    """Formulas of which the last depends on all the others and on all values."""
    writer, texts = Writer(draw), dict[str, str]()
    names = draw.sample(FORMULAS, draw.choice((1, 1, 2, 3, 4)))
    for name in names:
        known = [*values, *texts]
        unused = [other for other in known if not any(_uses(text, other) for text in texts.values())]
        for _ in range(20):
            text = writer.formula(unused if unused and draw.random() < 0.7 else known)
            if name == names[-1]:
                left = [other for other in unused if not _uses(text, other)]
                text += "".join(f" {draw.choice(('+', '-', '+'))} {other}" for other in left)
            if len(text) > WIDTH or not any(_uses(text, other) for other in known):
                continue
            try:
                _evaluated(texts | {name: text}, values, 1e-3)
            except Missing:
                continue
            texts[name] = text
            break
        else:
            raise Missing
    return texts


def _uses(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None


def _evaluated(texts: Mapping[str, str], values: Mapping[str, str | float], margin: float) -> float:
    found = evaluate(
        texts,
        {name: Real(float(value), margin) for name, value in values.items()},
        PYTHON,
        lambda number: Real(float(number), margin, literal=True),
    )
    last: Real = found[list(texts)[-1]]
    return last.value


def _walk(texts: Mapping[str, str], values: Mapping[str, str], training: Mapping[str, str]) -> None:
    """Make the steps roughly, to see that everything exists wherever they lead."""
    now: dict[str, float] = {name: float(value) for name, value in values.items()}
    rate = float(training.get("learning_rate", 0)) * (-1 if "direction" in training else 1)
    kept = dict.fromkeys(now, 0.0)
    for _ in range(int(training.get("steps", 1)) if training else 0):
        here = _evaluated(texts, now, MARGIN)
        slopes = {name: (here - _evaluated(texts, now | {name: now[name] - STEP}, MARGIN)) / STEP for name in now}
        for name, slope in slopes.items():
            if "optimiser" in training and "momentum" not in training["optimiser"]:
                move = math.copysign(10, slope) if "rmsprop" in training["optimiser"] else math.copysign(1, slope)
            else:
                move = kept[name] = (0.99 if "optimiser" in training else 0) * kept[name] + slope
            now[name] -= rate * move
    if training:
        _evaluated(texts, now, MARGIN)


# --- files

MARGIN, STEP = 0.2, 1e-4
STEMS = ("net", "xor-2-2-1", "my_first_try", "q3", "softmax-vs-sigmoid", "a", "lecture-04-exercise-2b", "graph", "hw1_part2", "x2y")


def _digits(draw: random.Random) -> dict[str, str]:
    return {"digits": str(draw.choice((1, 2, 3, 6, 9, 15)))} if draw.random() < 0.3 else {}


def stranger(seed: str) -> str:
    """One file."""
    draw = random.Random(seed)
    text = (network if draw.random() < 0.6 else formulas)(draw)
    return (f'[title]\nen = "{draw.choice(TITLES)}"\n\n' if draw.random() < 0.25 else "") + text


def strangers(count: int = COUNT, seed: int = SEED) -> dict[str, str]:
    """Files by the names of their examples; a longer list begins with the shorter one."""
    return {f"{STEMS[index % len(STEMS)]}-{index}": stranger(f"{seed} {index}") for index in range(count)}
