"""Our own figures as SVG: colours by CSS, texts from the catalogue, every number with its reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Protocol

from explainer.derivation import Derivation
from explainer.program import Kind
from explainer.render.scribe import Scribe
from explainer.spec import NetworkExample
from explainer.text import html
from explainer.words.numbers import running

COLUMN, ROW, RADIUS, MARGIN = 156, 112, 26, 40
NARROW_LAYERS = 3  # with more, a phone shows the figure in a box that scrolls
GAP = 13  # between a line and its label
LABELLED_EDGES = 6  # between two layers; where there are more, their names would hide each other


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    symbol: str
    kind: str
    x: float
    y: float


def network(scribe: Scribe, derivation: Derivation, example: NetworkExample, *, values: bool) -> str:
    """The network neuron by neuron; with `values`, the worked version with the numbers of the first sample."""
    layers = layers_of(derivation, example)
    width = COLUMN * (len(layers) - 1) + 2 * (MARGIN + RADIUS)
    height = ROW * max(len(layer) for layer in layers) + MARGIN
    parts = [
        *_edges(scribe, derivation, example, layers, values=values),
        *_nodes(scribe, derivation, example, layers, values=values),
    ]
    title = f"figure.{'values' if values else 'symbols'}.title"
    wide = " ex-wide" if len(layers) > NARROW_LAYERS else ""
    return drawing(scribe, wide, (width, height), title, "figure.description", parts)


def drawing(scribe: Scribe, classes: str, size: tuple[int, int], title: str, description: str, parts: Iterable[str]) -> str:
    """A figure of its parts; `classes` are those it has of its own, `title` and `description` keys of the catalogue."""
    name, words = (html(scribe.catalogue.text(key)) for key in (title, description))
    head = f'<svg class="ex-network{classes}" viewBox="0 0 {size[0]} {size[1]}" role="img" data-search-exclude="1"'
    return f'{head} xmlns="http://www.w3.org/2000/svg"><title>{name}</title><desc>{words}</desc>{"".join(parts)}</svg>'


class Centre(Protocol):
    """Where a circle stands."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...


def edge(source: Centre, target: Centre, kind: str = "k-weight") -> str:
    """A line from circle to circle."""
    dx, dy = target.x - source.x, target.y - source.y
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = RADIUS * dx / length, RADIUS * dy / length
    return (
        f'<line class="ex-edge {kind}" x1="{source.x + ux:g}" y1="{source.y + uy:g}" '
        f'x2="{target.x - ux:g}" y2="{target.y - uy:g}"/>'
    )


def layers_of(
    derivation: Derivation, example: NetworkExample, column_width: int = COLUMN, row_height: int = ROW
) -> list[list[Node]]:
    """Where each input and neuron stands; every column is centred."""
    sizes = example.network.layers
    tallest = max(sizes)
    layers, neuron = [], 0
    for depth, size in enumerate(sizes):
        column = []
        for unit in range(1, size + 1):
            neuron += bool(depth)
            last = depth == len(sizes) - 1
            if derivation.matrices:
                matrix = f"a{depth}" if depth else "x"
                name, symbol = derivation.matrices.entry(matrix, unit, 1), f"a^{depth}_{unit}" if depth else f"x_{unit}"
            else:
                symbol = f"o_{unit}" if last else f"h_{neuron}" if depth else f"x_{unit}"
                name = _name(derivation, example, symbol)
            kind = "activation" if depth else "input"
            x = MARGIN + RADIUS + column_width * depth
            y = MARGIN + row_height * ((tallest - size) / 2 + unit - 0.5)
            column.append(Node(name, symbol, kind, x, y))
        layers.append(column)
    return layers


def _name(derivation: Derivation, example: NetworkExample, base: str) -> str:
    """The quantity of the first sample that the walkthrough computes."""
    position = example.used[0]
    sampled = f"{base}@{position + 1}"
    return sampled if sampled in derivation.program.quantities else base


def label(symbol: str, x: float, y: float, kind: str, anchor: str = "middle") -> str:
    """A symbol: a letter, perhaps its layer above, as in `a^2_1`, and its index below."""
    head, _, index = symbol.partition("_")
    letter, _, layer = head.partition("^")
    upper = f'<tspan class="ex-sub" dy="-8" data-structural="index">({layer})</tspan>' if layer else ""
    place = 'dx="-16" dy="13"' if layer else 'dy="5"'
    lower = f'<tspan class="ex-sub" {place} data-structural="index">{index}</tspan>' if index else ""
    return f'<text class="ex-label {kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{letter}{upper}{lower}</text>'


def value(scribe: Scribe, derivation: Derivation, name: str, x: float, y: float, anchor: str = "middle", classes: str = "") -> str:
    """A number, in the colour of its kind unless `classes` say another one."""
    printed = scribe.printed(derivation, name, derivation.shown[name])
    classes = classes if "k-" in classes else f"{printed.kind} {classes}".strip()
    return (
        f'<text class="ex-value num {classes}" data-ref="{escape(printed.reference)}" x="{x:g}" y="{y:g}" '
        f'text-anchor="{anchor}">{running(printed.number)}</text>'
    )


def has_labelled_edges(example: NetworkExample) -> bool:
    """Is there room for the weights beside their lines?"""
    return all(below * above <= LABELLED_EDGES for below, above in pairwise(example.network.layers))


def links(layers: Sequence[Sequence[Node]]) -> Iterator[tuple[Node, Node]]:
    """What is connected with what, in the order of the weights."""
    for below, above in pairwise(layers):
        yield from ((source, target) for target in above for source in below)


def _edges(
    scribe: Scribe, derivation: Derivation, example: NetworkExample, layers: Sequence[Sequence[Node]], *, values: bool
) -> Iterator[str]:
    labels = []
    labelled = has_labelled_edges(example)
    for weight, (source, target) in enumerate(links(layers), 1):
        yield edge(source, target)
        dx, dy = target.x - source.x, target.y - source.y
        length = (dx * dx + dy * dy) ** 0.5
        # a third of the way, where the lines to different targets have parted and not yet crossed; above the line
        x, y = (
            source.x + 0.34 * dx + abs(dy) / length * GAP * (1 if dy > 0 else -1),
            source.y + 0.34 * dy - dx / length * GAP + 4,
        )
        if labelled and values:
            labels.append(value(scribe, derivation, _weight(derivation, weight), x, y))
        elif labelled and not derivation.matrices:  # their names have three indices there
            labels.append(label(f"w_{weight}", x, y, "k-weight"))
    yield from labels


def _nodes(
    scribe: Scribe, derivation: Derivation, example: NetworkExample, layers: Sequence[Sequence[Node]], *, values: bool
) -> Iterator[str]:
    network = example.network
    neuron = 0
    for depth, layer in enumerate(layers):
        for unit, node in enumerate(layer, 1):
            if depth:
                neuron += 1
                if network.bias != "none":
                    name = symbol = f"b_{neuron if network.bias == 'per_neuron' else depth}"
                    if derivation.matrices:
                        row = unit if network.bias == "per_neuron" else 1
                        name, symbol = derivation.matrices.entry(f"b{depth}", row, 1), f"b^{depth}_{row}"
                    yield from _bias(scribe, derivation, node, name, symbol, values=values)
            yield f'<circle class="ex-node k-{node.kind}" cx="{node.x:g}" cy="{node.y:g}" r="{RADIUS}"/>'
            yield label(node.symbol, node.x, node.y + 5, f"k-{node.kind}")
            if values:
                yield value(scribe, derivation, node.name, node.x, node.y + RADIUS + 19)


def _weight(derivation: Derivation, number: int) -> str:
    """The name of a weight by its number in the file."""
    return derivation.program.of_kind(Kind.WEIGHT, step=0)[number - 1]


def _bias(scribe: Scribe, derivation: Derivation, node: Node, bias: str, symbol: str, *, values: bool) -> Iterator[str]:
    top, bottom = node.y - RADIUS - 24, node.y - RADIUS - 1
    yield (
        f'<path class="ex-edge k-bias" d="M{node.x:g} {top:g}V{bottom:g}M{node.x - 4:g} {bottom - 6:g}'
        f'L{node.x:g} {bottom:g}L{node.x + 4:g} {bottom - 6:g}"/>'
    )
    x, y = node.x - 8, top + 6  # on the left, where no weight has its label
    yield value(scribe, derivation, bias, x, y, "end") if values else label(symbol, x, y, "k-bias", "end")


# --- a trained network on the plane of its two inputs

PLANE = 320  # the side of the picture
SPAN = 5.4  # of the plane that it shows, from side to side

# The shape says the class, and whether it is filled, that the network has learnt from it.
_POINTS = {
    "train 1": ("circle", "k-target"),
    "test 1": ("circle", "k-target ex-open"),
    "train 0": ("cross", "k-weight"),
    "test 0": ("diamond", "k-weight ex-open"),
}


def points(scribe: Scribe, picture: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Points of two classes, and the line on which the prediction is one half."""
    boundary = "".join(f"{'L' if index else 'M'}{x:g} {y:g}" for index, (x, y) in enumerate(map(_place, picture["boundary"])))
    legend = [*_POINTS, "boundary"]
    height = PLANE + 24 * len(legend) + 12
    parts = [
        f'<rect class="ex-frame" x="1" y="1" width="{PLANE - 2}" height="{PLANE - 2}" rx="6"/>',
        f'<path class="ex-boundary k-loss" d="{boundary}Z"/>',
        *(_point(name, *_place(point)) for name in _POINTS for point in picture[name]),
    ]
    for index, name in enumerate(legend):
        y = PLANE + 24 * index + 22
        mark = _point(name, 16, y) if name in _POINTS else f'<path class="ex-boundary k-loss" d="M6 {y:g}H26"/>'
        label = html(scribe.catalogue.text(f"points.{name.replace(' ', '.')}".replace("1", "inside").replace("0", "outside")))
        parts.append(f'{mark}<text class="ex-legend" x="36" y="{y + 5:g}">{label}</text>')
    return drawing(scribe, " ex-points", (PLANE, height), "points.title", "points.description", parts)


def _place(point: Sequence[float]) -> tuple[float, float]:
    return round((point[0] / SPAN + 0.5) * PLANE, 1), round((0.5 - point[1] / SPAN) * PLANE, 1)


def _point(name: str, x: float, y: float) -> str:
    shape, kind = _POINTS[name]
    if shape == "circle":
        return f'<circle class="ex-point {kind}" cx="{x:g}" cy="{y:g}" r="3.4"/>'
    if shape == "cross":
        return f'<path class="ex-point {kind}" d="M{x - 3:g} {y - 3:g}l6 6m0-6l-6 6"/>'
    return f'<path class="ex-point {kind}" d="M{x:g} {y - 4.4:g}l4.4 4.4-4.4 4.4-4.4-4.4z"/>'
