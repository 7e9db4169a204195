"""What an example computes, written out from its spec a second time.

`compose` states equations; this states values, layer by layer or formula by formula, in whatever the caller calculates
with. A proof is relative to the list of equations: that the list *is* the network is seen by comparing it with this. What each
activation, loss and optimiser is, `definitions` says for a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from explainer.core.names import after, kept, name_of, parse
from explainer.examples.formulas import Call, Formula, Literal, Reference
from explainer.examples.model import LAYERS, Example, GraphExample, NetworkExample
from explainer.operations.optimisers import LETTERS
from explainer.operations.record import Targets
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.definitions import ACTIVATIONS, FUNCTIONS, LOSSES, Calculus, Leaf, second_definition


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
            return calculus.function("exp", exponent * calculus.function("log", base))
        case function, values_of:
            return second_definition(FUNCTIONS, function)(values_of, calculus)
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
            column = second_definition(ACTIVATIONS, network.activations[depth])(sums, calculus)
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
        values[name_of("L", step=step)] = _over_samples(example, losses)
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
        values["L_0"] = _over_samples(example, costs)
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
    names |= {kept(letter, name): kept(letter, own) for name, own in names.items() if name[0] in "wb" for letter in LETTERS}
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
    if not example.network.loss or OPERATIONS[example.network.loss].demands.targets is not Targets.CLASSES:
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


def _loss(example: NetworkExample, sample: int, outputs: list[Any], leaf: Leaf, calculus: Calculus) -> Any:
    targets = [leaf(name_of(name, sample)) for name in _targets(len(outputs))]
    terms = second_definition(LOSSES, example.network.loss)(targets, outputs, calculus)
    return sum(terms[1:], terms[0])


def _over_samples(example: NetworkExample, losses: list[Any]) -> Any:
    """The mean over all samples, or their sum."""
    whole = sum(losses[1:], losses[0])
    return whole if example.network.reduction == "sum" else whole * Fraction(1, len(losses))


def naming(example: Example | None) -> Callable[[str], str]:
    """From names of the neuron view to those of the example's own view; what has no other name keeps its own."""
    if not isinstance(example, NetworkExample) or example.view != LAYERS:
        return lambda name: name
    names = in_layers(example)

    def own(name: str) -> str:
        known = names.get(after(name, 0))
        return after(known, parse(name).step) if known else name

    return own
