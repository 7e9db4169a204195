"""Our own figures as SVG: colours by CSS, texts from the catalogue, every number with its reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from explainer.derivation import Derivation
from explainer.render.scribe import Scribe
from explainer.spec import NetworkExample
from explainer.words.numbers import running

COLUMN, ROW, RADIUS, MARGIN = 156, 112, 26, 40
NARROW_LAYERS = 3  # with more, a phone shows the figure in a box that scrolls
GAP = 13  # between a line and its label
LABELLED_EDGES = 6  # between two layers; where there are more, their names would hide each other


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    kind: str
    x: float
    y: float


def network(scribe: Scribe, derivation: Derivation, example: NetworkExample, *, values: bool) -> str:
    """The network neuron by neuron; with `values`, the worked version with the numbers of the first sample."""
    layers = _layers(example)
    width = COLUMN * (len(layers) - 1) + 2 * (MARGIN + RADIUS)
    height = ROW * max(len(layer) for layer in layers) + MARGIN
    title = escape(scribe.catalogue.text(f"figure.{'values' if values else 'symbols'}.title"))
    description = escape(scribe.catalogue.text("figure.description"))
    wide = " ex-wide" if len(layers) > NARROW_LAYERS else ""
    parts = [
        f'<svg class="ex-network{wide}" viewBox="0 0 {width} {height}" role="img" data-search-exclude="1" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{title}</title><desc>{description}</desc>",
        "".join(_edges(scribe, derivation, example, layers, values=values)),
        "".join(_nodes(scribe, derivation, example, layers, values=values)),
        "</svg>",
    ]
    return "".join(parts)


def _layers(example: NetworkExample) -> list[list[_Node]]:
    """Where each input and neuron stands; every column is centred."""
    sizes = example.network.layers
    tallest = max(sizes)
    layers, neuron = [], 0
    for depth, size in enumerate(sizes):
        column = []
        for unit in range(1, size + 1):
            neuron += bool(depth)
            last = depth == len(sizes) - 1
            base = f"o_{unit}" if last else f"h_{neuron}" if depth else f"x_{unit}"
            kind = "activation" if depth else "input"
            x = MARGIN + RADIUS + COLUMN * depth
            y = MARGIN + ROW * ((tallest - size) / 2 + unit - 0.5)
            column.append(_Node(base, kind, x, y))
        layers.append(column)
    return layers


def _name(derivation: Derivation, example: NetworkExample, base: str) -> str:
    """The quantity of the first sample that the walkthrough computes."""
    position = example.used[0]
    sampled = f"{base}@{position + 1}"
    return sampled if sampled in derivation.program.quantities else base


def label(symbol: str, x: float, y: float, kind: str, anchor: str = "middle") -> str:
    letter, _, index = symbol.partition("_")
    sub = f'<tspan class="ex-sub" dy="5" data-structural="index">{index}</tspan>' if index else ""
    return f'<text class="ex-label {kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{letter}{sub}</text>'


def value(scribe: Scribe, derivation: Derivation, name: str, x: float, y: float, kind: str, anchor: str = "middle") -> str:
    printed = scribe.printed(derivation, name, derivation.shown[name])
    return (
        f'<text class="ex-value num {kind}" data-ref="{escape(printed.reference)}" x="{x:g}" y="{y:g}" '
        f'text-anchor="{anchor}">{running(printed.number)}</text>'
    )


def has_labelled_edges(example: NetworkExample) -> bool:
    """Is there room for the weights beside their lines?"""
    return all(below * above <= LABELLED_EDGES for below, above in pairwise(example.network.layers))


def _edges(
    scribe: Scribe, derivation: Derivation, example: NetworkExample, layers: list[list[_Node]], *, values: bool
) -> Iterator[str]:
    weight = 0
    labels = []
    labelled = has_labelled_edges(example)
    for below, above in pairwise(layers):
        for target in above:
            for source in below:
                weight += 1
                dx, dy = target.x - source.x, target.y - source.y
                length = (dx * dx + dy * dy) ** 0.5
                ux, uy = RADIUS * dx / length, RADIUS * dy / length
                yield (
                    f'<line class="ex-edge k-weight" x1="{source.x + ux:g}" y1="{source.y + uy:g}" '
                    f'x2="{target.x - ux:g}" y2="{target.y - uy:g}"/>'
                )
                # a third of the way, where the lines to different targets have parted and not yet crossed; above the line
                x, y = (
                    source.x + 0.34 * dx + abs(dy) / length * GAP * (1 if dy > 0 else -1),
                    source.y + 0.34 * dy - dx / length * GAP + 4,
                )
                name = f"w_{weight}"
                if labelled and values:
                    labels.append(value(scribe, derivation, name, x, y, "k-weight"))
                elif labelled:
                    labels.append(label(name, x, y, "k-weight"))
    yield from labels


def _nodes(
    scribe: Scribe, derivation: Derivation, example: NetworkExample, layers: list[list[_Node]], *, values: bool
) -> Iterator[str]:
    network = example.network
    neuron = 0
    for depth, layer in enumerate(layers):
        for node in layer:
            if depth:
                neuron += 1
                if network.bias != "none":
                    bias = f"b_{neuron if network.bias == 'per_neuron' else depth}"
                    yield from _bias(scribe, derivation, node, bias, values=values)
            yield f'<circle class="ex-node k-{node.kind}" cx="{node.x:g}" cy="{node.y:g}" r="{RADIUS}"/>'
            yield label(node.name, node.x, node.y + 5, f"k-{node.kind}")
            if values:
                name = _name(derivation, example, node.name)
                yield value(scribe, derivation, name, node.x, node.y + RADIUS + 19, f"k-{node.kind}")


def _bias(scribe: Scribe, derivation: Derivation, node: _Node, bias: str, *, values: bool) -> Iterator[str]:
    top, bottom = node.y - RADIUS - 24, node.y - RADIUS - 1
    yield (
        f'<path class="ex-edge k-bias" d="M{node.x:g} {top:g}V{bottom:g}M{node.x - 4:g} {bottom - 6:g}'
        f'L{node.x:g} {bottom:g}L{node.x + 4:g} {bottom - 6:g}"/>'
    )
    x, y = node.x + 8, top + 6
    yield value(scribe, derivation, bias, x, y, "k-bias", "start") if values else label(bias, x, y, "k-bias", "start")
