"""A network as SVG: its inputs and neurons, a line for each weight, a short arrow for each bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from explainer.core.names import name_of
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NetworkExample
from explainer.operations.symbols import entry
from explainer.operations.symbols import symbol as tex_of
from explainer.pages.columns import Link, Point
from explainer.pages.lettering import Symbol, symbol
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import (  # fmt: skip
    LETTER,
    NUMBER,
    RADIUS,
    Box,
    Part,
    centred,
    drawing,
    half_width,
    label,
    line_box,
    node,
    path,
    standing_for,
    value,
    value_width,
)
from explainer.pages.wiring import Circle, Wiring, wired

APART = 150.0  # two columns
MOST_UNITS, MOST_LAYERS, MOST_LINKS = 16, 10, 300  # a larger network is no help to anybody
DENSE = 40  # lines, of which each has to be thin
LABELLED_EDGES = 6  # between two layers; where there are more, their labels would hide each other
_ARROW = 20.0  # the length of a bias's
_UNDER = RADIUS + 19  # the baseline of a value


@dataclass(frozen=True, slots=True)
class Unit:
    """An input or a neuron: the quantity it gives, and the bias that it takes."""

    name: str
    symbol: Symbol
    kind: str
    bias: str = ""


def is_drawn(example: NetworkExample) -> bool:
    """Is a picture of this network of help?"""
    sizes = example.network.layers
    links = sum(below * above for below, above in pairwise(sizes))
    return max(sizes) <= MOST_UNITS and len(sizes) <= MOST_LAYERS and links <= MOST_LINKS


def network(scribe: Scribe, derivation: Derivation, example: NetworkExample, *, values: bool) -> str:
    """The network neuron by neuron; with `values`, the worked version with the numbers of the first sample."""
    layers = units_of(derivation, example)
    wiring = _wiring(scribe, derivation, example, values=values)
    weights = dict(zip(links_of(layers), derivation.program.of_kind(Kind.WEIGHT, step=0), strict=True))
    dense = " ex-dense" if len(wiring.lines) > DENSE else ""
    parts = [
        standing_for(
            scribe.named(derivation, weights[link]),
            Part(f'<path class="ex-edge k-weight{dense}" d="{line}"/>', _point(wiring.nodes[link[0]])),
        )
        for link, line in wiring.lines.items()
    ]
    for link, place in wiring.labels.items():
        if values:
            parts.append(value(scribe, derivation, weights[link], place.x, centred(place.y, NUMBER)))
        else:
            parts.append(_symbol(scribe, derivation, weights[link], place.x, centred(place.y, NUMBER), "k-weight"))
    for unit in (unit for layer in layers for unit in layer):
        centre = wiring.nodes[unit.name]
        if unit.bias:
            parts += _bias(scribe, derivation, unit.bias, centre, values=values)
        parts += node(unit.symbol, centre, f"k-{unit.kind}", scribe.named(derivation, unit.name))
        if values:
            parts.append(value(scribe, derivation, unit.name, centre.x, centre.y + _UNDER))
    title = f"figure.{'values' if values else 'symbols'}.title"
    described = ["figure.description", *(["figure.description.biases"] if has_biases(example) else [])]
    return drawing(scribe, "", title, described, parts)


def has_biases(example: NetworkExample) -> bool:
    return example.network.bias != "none"


def has_labelled_links(scribe: Scribe, derivation: Derivation, example: NetworkExample, *, values: bool) -> bool:
    """Is there room for the weights on their lines?"""
    return bool(_wiring(scribe, derivation, example, values=values).labels)


def units_of(derivation: Derivation, example: NetworkExample) -> list[list[Unit]]:
    """The inputs and neurons, layer by layer."""
    network = example.network
    layers, neuron = [], 0
    for depth, size in enumerate(network.layers):
        layer = []
        for unit in range(1, size + 1):
            neuron += bool(depth)
            bias = "" if not depth or not has_biases(example) else f"b_{neuron if network.bias == 'per_neuron' else depth}"
            kind = Kind.HIDDEN if depth else Kind.INPUT
            if derivation.matrices:
                matrix = f"a{depth}" if depth else "x"
                name, tex = derivation.matrices.entry(matrix, unit, 1), entry(tex_of(matrix, kind), unit)
                if bias:
                    bias = derivation.matrices.entry(f"b{depth}", unit if network.bias == "per_neuron" else 1, 1)
            else:
                last = depth == len(network.layers) - 1
                base = f"o_{unit}" if last else f"h_{neuron}" if depth else f"x_{unit}"
                name, tex = _of_first_sample(derivation, example, base), tex_of(base, kind)
            layer.append(Unit(name, symbol(tex), "activation" if depth else "input", bias))
        layers.append(layer)
    return layers


def _of_first_sample(derivation: Derivation, example: NetworkExample, base: str) -> str:
    """The quantity of the first sample that the walkthrough computes."""
    sampled = name_of(base, example.used[0] + 1)
    return sampled if sampled in derivation.program.quantities else base


def links_of(layers: Sequence[Sequence[Unit]]) -> Iterator[Link]:
    """What is connected with what, in the order of the weights."""
    for below, above in pairwise(layers):
        yield from ((source.name, target.name) for target in above for source in below)


def columns_of(layers: Sequence[Sequence[Unit]]) -> list[list[str]]:
    return [[unit.name for unit in layer] for layer in layers]


def _wiring(scribe: Scribe, derivation: Derivation, example: NetworkExample, *, values: bool) -> Wiring:
    layers = units_of(derivation, example)
    links = list(links_of(layers))
    labelled = all(below * above <= LABELLED_EDGES for below, above in pairwise(example.network.layers))
    labels: Mapping[Link, float] = {}
    if labelled and (values or not derivation.matrices):  # whose names have three indices
        weights = derivation.program.of_kind(Kind.WEIGHT, step=0)
        labels = {link: _width(scribe, derivation, weight, values=values) for link, weight in zip(links, weights, strict=True)}
    circles = {unit.name: _circle(scribe, derivation, unit, values=values) for layer in layers for unit in layer}
    widest = max(labels.values(), default=0.0)
    return wired(columns_of(layers), circles, links, [max(APART, 2 * RADIUS + widest + 60)] * (len(layers) - 1), labels)


def _width(scribe: Scribe, derivation: Derivation, name: str, *, values: bool) -> float:
    return value_width(scribe, derivation, name) if values else symbol(quantity_of(derivation, name).symbol).width(LETTER)


def _circle(scribe: Scribe, derivation: Derivation, unit: Unit, *, values: bool) -> Circle:
    labels = []
    if unit.bias:
        width = _width(scribe, derivation, unit.bias, values=values)
        name = line_box(width, 0, -RADIUS - _ARROW - 7, NUMBER if values else LETTER)
        labels += [name, Box(-5, name.bottom, 5, -RADIUS)]
    if values:
        labels.append(line_box(value_width(scribe, derivation, unit.name), 0, _UNDER, NUMBER))
    return Circle(half_width(unit.symbol), tuple(labels))


def _bias(scribe: Scribe, derivation: Derivation, bias: str, centre: Point, *, values: bool) -> Iterator[Part]:
    """A short arrow from above, under its name or its value."""
    tip = Point(centre.x, centre.y - RADIUS - 1)
    for points in (
        (Point(tip.x, tip.y - _ARROW), tip),
        (Point(tip.x - 4, tip.y - 6), tip, Point(tip.x + 4, tip.y - 6)),
    ):
        yield standing_for(scribe.named(derivation, bias), path(points, "ex-edge k-bias"))
    y = tip.y - _ARROW - 6
    yield value(scribe, derivation, bias, tip.x, y) if values else _symbol(scribe, derivation, bias, tip.x, y - 3, "k-bias")


def _symbol(scribe: Scribe, derivation: Derivation, name: str, x: float, y: float, classes: str) -> Part:
    return standing_for(scribe.named(derivation, name), label(symbol(quantity_of(derivation, name).symbol), x, y, classes))


def _point(point: Point) -> Box:
    """The box of a line that needs no room, since it ends where nodes do."""
    return Box(point.x, point.y, point.x, point.y)
