"""Backpropagation as one sweep: the network with δ = ∂L/∂z under every neuron, and arrows from the loss back to the first layer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from explainer.core.names import partial_name
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NetworkExample
from explainer.pages.columns import Link, Point
from explainer.pages.lettering import symbol
from explainer.pages.network import DENSE, LABELLED_EDGES, Unit, columns_of, is_drawn, links_of, units_of
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import (  # fmt: skip
    NUMBER,
    RADIUS,
    Part,
    around,
    centred,
    drawing,
    half_width,
    line_box,
    node,
    value,
    value_width,
)
from explainer.pages.wiring import Circle, wired

_OVER, _UNDER = -RADIUS - 8, RADIUS + 19  # the baselines of the two values of a circle
_APART = 100.0  # two columns without weights between them: close together, so that a phone shows the whole
_HEAD, _SMALL_HEAD = 11.0, 7.0  # the lengths of an arrow's head
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


def deltas(derivation: Derivation) -> Mapping[str, str]:
    """What is ∂L/∂z of each neuron, by the name of its output; nothing where that is not worked out, or cannot be drawn.

    Neuron by neuron it is the derivative by the bias: z grows with its bias one to one.
    """
    program, example = derivation.program, derivation.example
    if not isinstance(example, NetworkExample) or not is_drawn(example) or len(example.used) != 1 or not program.losses:
        return {}
    found: dict[str, str] = {}
    for depth, layer in enumerate(units_of(derivation, example)[1:], 1):
        for position, unit in enumerate(layer, 1):
            by = derivation.matrices.entry(f"z{depth}", position, 1) if derivation.matrices else unit.bias
            found[unit.name] = partial_name(program.losses[0], by) if by else ""
    shared = not derivation.matrices and example.network.bias != "per_neuron"
    return {} if shared or not set(found.values()) <= program.quantities.keys() else found


def sweep(scribe: Scribe, derivation: Derivation, found: Mapping[str, str]) -> str:
    """The network with its loss at the right; over each circle the signal, under each neuron its δ."""
    example = derivation.example
    assert isinstance(example, NetworkExample)
    loss = derivation.program.losses[0]
    end = Unit(loss, symbol(quantity_of(derivation, loss).symbol), "loss")
    columns = [*units_of(derivation, example), [end]]
    units = [unit for column in columns for unit in column]
    links = list(links_of(columns))
    weights = dict(zip(links, derivation.program.of_kind(Kind.WEIGHT, step=0), strict=False))  # none lead to the loss
    inputs = {unit.name for unit in columns[0]}
    labels: Mapping[Link, float] = {}
    if all(below * above <= LABELLED_EDGES for below, above in pairwise(example.network.layers[1:])):
        swept = {link: weight for link, weight in weights.items() if link[0] not in inputs}
        labels = {link: value_width(scribe, derivation, weight) for link, weight in swept.items()}
    circles = {unit.name: _circle(scribe, derivation, unit, found.get(unit.name, "")) for unit in units}
    apart = max(_APART, 2 * RADIUS + max(labels.values(), default=0.0) + 60)
    spans = [_APART, *[apart] * (len(columns) - 3), _APART]
    wiring = wired(columns_of(columns), circles, links, spans, labels)
    parts = list(_lines(wiring.lines, inputs))
    for link, place in wiring.labels.items():
        parts.append(value(scribe, derivation, weights[link], place.x, centred(place.y, NUMBER)))
    for unit in units:
        centre = wiring.nodes[unit.name]
        parts += node(unit.symbol, centre, f"k-{unit.kind}", scribe.named(derivation, unit.name))
        parts.append(value(scribe, derivation, unit.name, centre.x, centre.y + _OVER))
        if delta := found.get(unit.name):
            parts.append(value(scribe, derivation, delta, centre.x, centre.y + _UNDER))
    return drawing(scribe, " ex-sweep", "figure.sweep.title", ["figure.sweep.description"], parts)


def _circle(scribe: Scribe, derivation: Derivation, unit: Unit, delta: str) -> Circle:
    boxes = [line_box(value_width(scribe, derivation, unit.name), 0, _OVER, NUMBER)]
    boxes += [line_box(value_width(scribe, derivation, delta), 0, _UNDER, NUMBER)] if delta else []
    return Circle(half_width(unit.symbol), tuple(boxes))


def _lines(lines: Mapping[Link, str], inputs: set[str]) -> Iterator[Part]:
    """Those from the inputs stand back; each other one is an arrow to its left end."""
    dense, size = (" ex-dense", _SMALL_HEAD) if len(lines) > DENSE else (" ex-back", _HEAD)
    for link, line in sorted(lines.items(), key=lambda item: item[0][0] not in inputs):
        nowhere = around((Point(0, 0),))
        if link[0] in inputs:
            yield Part(f'<path class="ex-edge ex-faint" d="{line}"/>', nowhere)
            continue
        yield Part(f'<path class="ex-edge{dense} k-gradient" d="{line}"/>', nowhere)
        x, y, to_x, to_y = (float(number) for number in _NUMBERS.findall(line)[:4])
        yield Part(f'<path class="ex-head k-gradient" d="{_head(Point(x, y), Point(to_x, to_y), size)}"/>', nowhere)


def _head(tip: Point, towards: Point, size: float) -> str:
    """A triangle at the end of a line that comes from there."""
    length = math.dist((tip.x, tip.y), (towards.x, towards.y))
    ux, uy = (towards.x - tip.x) / length, (towards.y - tip.y) / length
    corners: Sequence[tuple[float, float]] = [
        (tip.x + size * ux + side * size * 0.42 * uy, tip.y + size * uy - side * size * 0.42 * ux) for side in (-1, 1)
    ]
    points = " ".join(f"L{x:.1f} {y:.1f}" for x, y in corners)
    return f"M{tip.x:.1f} {tip.y:.1f}{points}Z"
