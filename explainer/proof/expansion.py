"""What an example computes, written out from its spec a second time.

`compose` states equations; this states values, layer by layer or formula by formula, in whatever the caller calculates
with. A proof is relative to the list of equations: that the list *is* the network is seen by comparing it with this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from explainer.core.names import after, kept, name_of, parse
from explainer.examples.formulas import Call, Formula, Literal, Reference
from explainer.examples.model import LAYERS, Example, GraphExample, NetworkExample, Training

Leaf = Callable[[str], Any]


class Calculus(Protocol):
    """What a network needs besides +, − and ×."""

    def number(self, value: Fraction) -> Any: ...
    def divide(self, left: Any, right: Any) -> Any: ...
    def softmax(self, index: int, arguments: Sequence[Any]) -> Any: ...
    def generator(self, name: str, value: Any) -> Any:
        """sigmoid, softplus, tanh, relu, is_positive, exp, log or sqrt of a value."""


def forward(example: Example, step: int, leaf: Leaf, calculus: Calculus) -> dict[str, Any]:
    """Name → value for one forward pass after `step` updates.

    `leaf(name)` is the value of a given quantity or of a parameter. A Fraction may stand on the right of a value's ×.
    """
    match example:
        case NetworkExample():
            return _network(example, step, leaf, calculus)
        case GraphExample():
            return _graph(example, step, leaf, calculus)
    raise AssertionError(example)


def _graph(example: GraphExample, step: int, leaf: Leaf, calculus: Calculus) -> dict[str, Any]:
    """Each formula, read as a calculator would."""
    values = {name: leaf(after(name, step) if name in example.by else name) for name in example.values}
    for name, formula in example.formulas.items():
        values[name] = _formula(formula, values, calculus)
    return {after(name, step): values[name] for name in example.formulas}


def _formula(formula: Formula, values: Mapping[str, Any], calculus: Calculus) -> Any:
    one = calculus.number(Fraction(1))
    match formula:
        case Reference(name):
            return values[name]
        case Literal(number):
            return calculus.number(Fraction(number))
        case Call("power", (base, Literal(exponent))) if exponent == exponent.to_integral_value():
            value = _formula(base, values, calculus)
            raised = value ** abs(int(exponent)) if exponent else one
            return raised if exponent >= 0 else calculus.divide(one, raised)
    assert isinstance(formula, Call)
    arguments = [_formula(argument, values, calculus) for argument in formula.arguments]
    match formula.function, arguments:
        case "add", [left, right]:
            return left + right
        case "subtract", [left, right]:
            return left - right
        case "multiply", [left, right]:
            return left * right
        case "divide", [left, right]:
            return calculus.divide(left, right)
        case "negate", [value]:
            return -value
        case "power", [base, exponent]:
            return calculus.generator("exp", exponent * calculus.generator("log", base))
        case "max", [left, right]:
            return right + calculus.generator("relu", left - right)
        case "min", [left, right]:
            return left - calculus.generator("relu", left - right)
        case function, [value]:
            return calculus.generator(function, value)
    raise AssertionError(formula)


def _network(example: NetworkExample, step: int, leaf: Leaf, calculus: Calculus) -> dict[str, Any]:
    network = example.network

    def parameter(base: str) -> Any:
        return leaf(name_of(base, step=step))

    values: dict[str, Any] = {}
    losses = []
    for position in example.used:
        sample = _sample(example, position)
        signal = [_input(example, i, sample, leaf) for i in range(1, network.layers[0] + 1)]
        first_weight, first_unit = 1, 1
        for depth, units in enumerate(network.layers[1:]):
            output = depth == len(network.layers) - 2
            sums = []
            for j in range(units):
                z = None
                for i, value in enumerate(signal):
                    term = parameter(f"w_{first_weight + j * len(signal) + i}") * value
                    z = term if z is None else z + term
                if network.bias == "per_neuron":
                    z = z + parameter(f"b_{first_unit + j}")
                elif network.bias == "per_layer":
                    z = z + parameter(f"b_{depth + 1}")
                values[name_of(f"z_{first_unit + j}", sample, step)] = z
                sums.append(z)
            column = _activate(network.activations[depth], sums, calculus)
            for j, a in enumerate(column):
                base = f"o_{j + 1}" if output else f"h_{first_unit + j}"
                values[name_of(base, sample, step)] = a
            first_weight += units * len(signal)
            first_unit += units
            signal = column
        if network.loss:
            losses.append(_loss(example, sample, signal, leaf, calculus))
            values[name_of("L", sample, step)] = losses[-1]
    if len(losses) > 1:
        values[name_of("L", step=step)] = sum(losses[1:], losses[0]) * Fraction(1, len(losses))
    return values


def data(example: Example, leaf: Leaf, calculus: Calculus) -> dict[str, Any]:
    """Name → value for inputs that are computed from the data, and for what a constant answer costs."""
    values: dict[str, Any] = {}
    if not isinstance(example, NetworkExample):
        return values
    costs = []
    outputs = example.network.layers[-1]
    everybody = len(example.data.samples) + len(example.data.queries)
    for position in example.used if example.view == LAYERS else range(everybody):
        sample = _sample(example, position)
        for index in range(1, len(example.data.shift) + 1):
            values[name_of(f"x_{index}", sample)] = _input(example, index, sample, leaf)
        if example.data.baseline is not None and position < len(example.data.samples):
            costs.append(_loss(example, sample, [leaf("baseline")] * outputs, leaf, calculus))
            values[name_of("L_0", position + 1)] = costs[-1]
    if len(costs) > 1:
        values["L_0"] = sum(costs[1:], costs[0]) * Fraction(1, len(costs))
    return values


def in_layers(example: NetworkExample) -> dict[str, str]:
    """What each number of the neuron view is called in the layer view: h_2@3 is a1_2_3, an entry of a matrix."""
    network, batch = example.network, len(example.used) > 1
    names: dict[str, str] = {}
    weight = unit = 0
    for layer, (below, units) in enumerate(pairwise(network.layers), 1):
        if network.bias == "per_layer":
            names[f"b_{layer}"] = f"b{layer}_1"
        for row in range(1, units + 1):
            unit += 1
            if network.bias == "per_neuron":
                names[f"b_{unit}"] = f"b{layer}_{row}"
            for column in range(1, below + 1):
                weight += 1
                names[f"w_{weight}"] = f"W{layer}_{row}_{column}"
            for place, position in enumerate(example.used, 1):
                sample, tail = _sample(example, position), f"_{place}" if batch else ""
                names[name_of(f"z_{unit}", sample)] = f"z{layer}_{row}{tail}"
                output = f"o_{row}" if layer == len(network.layers) - 1 else f"h_{unit}"
                names[name_of(output, sample)] = f"a{layer}_{row}{tail}"
    kept = ("v", "m", "s", "mhat", "shat")
    names |= {f"{k}_{name}": f"{k}_{own}" for name, own in names.items() if name[0] in "wb" for k in kept}
    inputs, outputs = network.layers[0], network.layers[-1]
    names |= {f"shift_{i}": f"shift_{i}" for i in range(1, inputs + 1)}
    for place, position in enumerate(example.used, 1):
        sample, tail = _sample(example, position), f"_{place}" if batch else ""
        names |= {name_of(f"{letter}_{i}", sample): f"{letter}_{i}{tail}" for letter in ("x", "raw") for i in range(1, inputs + 1)}
        names |= {name_of(target, sample): f"y_{i}{tail}" for i, target in enumerate(_targets(outputs), 1)}
        if batch:
            names[name_of("L", sample)] = f"l_1{tail}"
    return names


def known_sums(example: NetworkExample) -> dict[str, list[str]]:
    """Targets that are what is left of one: each sample's last, where its targets are probabilities of classes."""
    if not example.network.loss.startswith("categorical"):
        return {}
    targets = _targets(example.network.layers[-1])
    names = [[name_of(name, _sample(example, position)) for name in targets] for position in example.used]
    return {last: others for *others, last in names}


def _targets(outputs: int) -> list[str]:
    return ["y"] if outputs == 1 else [f"y_{i}" for i in range(1, outputs + 1)]


def _sample(example: NetworkExample, position: int) -> int:
    """The number that a sample has in names: none if it is the only one."""
    return 0 if example.used == (position,) else position + 1


def _input(example: NetworkExample, index: int, sample: int, leaf: Leaf) -> Any:
    if example.data.shift:
        return leaf(name_of(f"raw_{index}", sample)) - leaf(f"shift_{index}")
    return leaf(name_of(f"x_{index}", sample))


def _activate(activation: str, sums: list[Any], calculus: Calculus) -> list[Any]:
    match activation:
        case "identity":
            return sums
        case "softmax":
            return [calculus.softmax(index, sums) for index in range(len(sums))]
        case "leaky_relu":
            return [z * Fraction(1, 100) + calculus.generator("is_positive", z) * z * Fraction(99, 100) for z in sums]
    return [calculus.generator(activation, z) for z in sums]


def _loss(example: NetworkExample, sample: int, outputs: list[Any], leaf: Leaf, calculus: Calculus) -> Any:
    targets = [leaf(name_of(name, sample)) for name in _targets(len(outputs))]
    pairs = list(zip(targets, outputs, strict=True))
    one = calculus.number(Fraction(1))

    def log(value: Any) -> Any:
        return calculus.generator("log", value)

    match example.network.loss:
        case "binary_cross_entropy":
            terms = [-(y * log(o)) - (one - y) * log(one - o) for y, o in pairs]
        case "binary_cross_entropy_logits":
            terms = [calculus.generator("softplus", z) - y * z for y, z in pairs]
        case "categorical_cross_entropy":
            terms = [-(y * log(p)) for y, p in pairs]
        case "categorical_cross_entropy_logits":
            powers = [calculus.generator("exp", z) for z in outputs]
            terms = [log(sum(powers[1:], powers[0])), *(-(y * z) for y, z in pairs)]
        case loss:
            scale = {"half_squared_error": Fraction(1, 2), "mean_squared_error": Fraction(1, len(outputs))}.get(loss)
            terms = [(y - o) * (y - o) * (scale or Fraction(1)) for y, o in pairs]
    return sum(terms[1:], terms[0])


def optimiser_rules(
    training: Training, gradients: Mapping[str, Any], step: int, symbol: Leaf, calculus: Calculus
) -> dict[str, Any]:
    """What each parameter, and what the optimiser keeps, is after one more update. Gradients by parameter."""
    found: dict[str, Any] = {}
    for name, gradient in gradients.items():
        rate = symbol("eta")

        def before(letter: str, name: str = name) -> Any:
            return symbol(after(kept(letter, name), step))

        def now(letter: str, name: str = name) -> str:
            return after(kept(letter, name), step + 1)

        match training.optimiser:
            case "sgd":
                change = rate * gradient
            case "momentum":
                found[now("v")] = symbol("mu") * before("v") + gradient
                change = rate * symbol(now("v"))
            case "rmsprop":
                keep = symbol("rho")
                found[now("s")] = keep * before("s") + gradient * gradient - keep * gradient * gradient
                root = calculus.generator("sqrt", symbol(now("s")))
                change = calculus.divide(rate * gradient, root + symbol("epsilon"))
            case "adam":
                first, second = symbol("beta_1"), symbol("beta_2")
                square = gradient * gradient
                found[now("m")] = first * before("m") + gradient - first * gradient
                found[now("s")] = second * before("s") + square - second * square
                one = calculus.number(Fraction(1))
                mean, spread = (
                    calculus.divide(symbol(now(letter)), one - decay ** (step + 1))
                    for letter, decay in (("m", first), ("s", second))
                )
                found[now("mhat")], found[now("shat")] = mean, spread
                change = calculus.divide(rate * mean, calculus.generator("sqrt", spread) + symbol("epsilon"))
        found[after(name, step + 1)] = symbol(after(name, step)) + (change if training.ascent else -change)
    return found


def naming(example: Example | None) -> Callable[[str], str]:
    """From names of the neuron view to those of the example's own view; what has no other name keeps its own."""
    if not isinstance(example, NetworkExample) or example.view != LAYERS:
        return lambda name: name
    names = in_layers(example)

    def own(name: str) -> str:
        known = names.get(after(name, 0))
        return after(known, parse(name).step) if known else name

    return own
