"""The lines between the columns of a network: straight where nothing is in the way, else curved as in any graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explainer.pages.columns import Columns, Extent, Link, Point, of_columns
from explainer.pages.svg import NUMBER, RADIUS, Box, centred, curve, line_box, trace

GAP, WIDE_GAP = 12.0, 30.0  # between a node and the next one under it; where lines have labels
_STEEPEST = 0.85  # of straight lines: those which are steeper run into the labels of circles
_CLEAR = 4.0  # between a label and anything else
_STUB = 12.0  # of a line that has to be seen on both sides of its label
_FARTHEST = 400.0  # between two columns
_WIDENED = (1.0, 1.2, 1.4)  # distances between columns, if there is not enough room for labels
_PLACES = sorted((step / 40 for step in range(6, 35)), key=lambda t: abs(t - 0.4))  # of a label on its line


@dataclass(frozen=True, slots=True)
class Circle:
    """A node of a network: half its width, and the labels around it, as boxes around its centre."""

    half: float
    labels: tuple[Box, ...] = ()

    @property
    def extent(self) -> Extent:
        boxes = [Box(-self.half, -RADIUS, self.half, RADIUS), *self.labels]
        left, right = -min(box.left for box in boxes), max(box.right for box in boxes)
        above, below = -min(box.top for box in boxes), max(box.bottom for box in boxes)
        return Extent(left + _CLEAR, right + _CLEAR, above, below, self.half, RADIUS)


@dataclass(frozen=True)
class Wiring:
    """Where nodes stand; each line as the data of a path; the middle of each label that found a place on its line."""

    nodes: Mapping[str, Point]
    lines: Mapping[Link, str]
    labels: Mapping[Link, Point]


def wired(
    columns: Columns,
    circles: Mapping[str, Circle],
    links: Sequence[Link],
    apart: Sequence[float],
    labels: Mapping[Link, float] | None = None,
    gap: float = 0.0,
) -> Wiring:
    """`apart` are the least distances between columns, `labels` widths. There is a place for all labels, or for none.

    `gap` is that between nodes of a column, if the usual one will not do.
    """
    extents = {name: circle.extent for name, circle in circles.items()}
    above, below = (max(getattr(extent, side) for extent in extents.values()) for side in ("above", "below"))
    even = {name: replace(extent, above=above, below=below) for name, extent in extents.items()}
    layout = of_columns(columns, even, links, gap or (WIDE_GAP if labels else GAP), apart)
    steep = [max(least, climb / _STEEPEST) for least, climb in zip(apart, _climbs(columns, links, layout.nodes), strict=True)]
    tries = [(labels, factor) for factor in _WIDENED] if labels else []
    for wanted, factor in [*tries, ({}, 1.0)]:
        spans = [factor * distance for distance in (steep if wanted else apart)]
        if max(spans) <= _FARTHEST and (found := _straight(_placed(columns, layout.nodes, spans), circles, links, wanted or {})):
            return found
    return Wiring(layout.nodes, {link: curve(route) for link, route in layout.routes.items()}, {})


def _climbs(columns: Columns, links: Sequence[Link], nodes: Mapping[str, Point]) -> list[float]:
    """How far the steepest line between each two columns goes up or down."""
    depth = {name: index for index, column in enumerate(columns) for name in column}
    climbs = [0.0] * (len(columns) - 1)
    for source, target in links:
        climbs[depth[source]] = max(climbs[depth[source]], abs(nodes[source].y - nodes[target].y))
    return climbs


def _placed(columns: Columns, nodes: Mapping[str, Point], spans: Sequence[float]) -> dict[str, Point]:
    """The same heights, with these distances between columns."""
    places: dict[str, Point] = {}
    x = 0.0
    for column, span in zip(columns, (*spans, 0.0), strict=True):
        places |= {name: Point(x, nodes[name].y) for name in column}
        x += span
    return places


def _straight(
    nodes: Mapping[str, Point], circles: Mapping[str, Circle], links: Sequence[Link], labels: Mapping[Link, float]
) -> Wiring | None:
    """Straight lines from circle to circle with their labels on them, if nothing is in the way of any."""
    boxes = [box.moved(nodes[name]) for name, circle in circles.items() for box in circle.labels]
    lines = {link: _line(nodes, circles, link) for link in links}
    for link, (one, other) in lines.items():
        if any(_covered(one, other, box.grown(_CLEAR)) for box in boxes):
            return None
        if any(_distance(node, one, other) < RADIUS + _CLEAR for name, node in nodes.items() if name not in link):
            return None
    places: dict[Link, Point] = {}
    traces = {link: trace(line) for link, line in lines.items()}
    for link, width in labels.items():
        one, other = lines[link]
        around = [line for key, line in lines.items() if key != link]
        found = next(_free(one, other, width, around, boxes), None)
        if found is None:
            return None
        places[link], (begins, ends), box = found
        boxes.append(box)
        traces[link] = trace((one, _between(one, other, begins))) + trace((_between(one, other, ends), other))
    return Wiring(nodes, traces, places)


def _free(
    one: Point, other: Point, width: float, lines: Sequence[tuple[Point, Point]], boxes: Sequence[Box]
) -> Iterator[tuple[Point, tuple[float, float], Box]]:
    """Where a label can stand on its line without touching anything else: its middle, the gap in the line, and its box.

    Best a little before the middle, where the lines to different targets have parted and not yet crossed.
    """
    stub = _STUB / math.dist((one.x, one.y), (other.x, other.y))
    for part in _PLACES:
        middle = _between(one, other, part)
        box = line_box(width, middle.x, centred(middle.y, NUMBER), NUMBER).grown(_CLEAR)
        gap = _covered(one, other, box)
        if gap is None or gap[0] < stub or gap[1] > 1 - stub:
            continue
        if not any(box.meets(taken) for taken in boxes) and not any(_covered(*line, box) for line in lines):
            yield middle, gap, box


def _line(nodes: Mapping[str, Point], circles: Mapping[str, Circle], link: Link) -> tuple[Point, Point]:
    """From the edge of one shape to that of the other."""
    one, other = (nodes[name] for name in link)
    length = math.dist((one.x, one.y), (other.x, other.y))
    before, after = (circles[name].half / length for name in link)
    return _between(one, other, before), _between(one, other, 1 - after)


def _between(one: Point, other: Point, part: float) -> Point:
    return Point(one.x + part * (other.x - one.x), one.y + part * (other.y - one.y))


def _covered(one: Point, other: Point, box: Box) -> tuple[float, float] | None:
    """The part of a line that is in a box, as shares of its length."""
    begins, ends = 0.0, 1.0
    for start, step, low, high in (
        (one.x, other.x - one.x, box.left, box.right),
        (one.y, other.y - one.y, box.top, box.bottom),
    ):
        if not step:
            if not low < start < high:
                return None
            continue
        enters, leaves = sorted(((low - start) / step, (high - start) / step))
        begins, ends = max(begins, enters), min(ends, leaves)
    return (begins, ends) if begins < ends else None


def _distance(point: Point, one: Point, other: Point) -> float:
    """From a point to a line."""
    dx, dy = other.x - one.x, other.y - one.y
    part = ((point.x - one.x) * dx + (point.y - one.y) * dy) / (dx * dx + dy * dy)
    nearest = _between(one, other, min(max(part, 0), 1))
    return math.dist((point.x, point.y), (nearest.x, nearest.y))
