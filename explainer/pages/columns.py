"""Where the nodes of a graph stand, and how its lines run past them.

Columns from left to right, as Sugiyama, Tagawa and Toda arranged them: each node right of all that leads to it, a line that
passes a column has a place of its own in it, and columns are sorted until few lines cross. Lines are level where they pass a
column and curve between columns only, where nothing else stands: so no line can touch a circle or a label of another node.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12  # of each kind; more change nothing in graphs that can be read
LANE = 14.0  # what a line needs in a column that it passes
NEAREST, WIDEST, SLANT = 40.0, 130.0, 0.3  # between columns: at least, at most, and of the height that a line has to climb
PORT = 8.0  # between two lines at one circle
_LEVEL = 5.0  # how much more a line wants to be level where it passes a column than where it ends
_GIVEN = 0.1  # how little what nothing leads to moves the rest

Columns = Sequence[Sequence[str]]
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a node reaches from its centre with all its labels, and the half width and height of the shape itself."""

    left: float = 0
    right: float = 0
    above: float = LANE / 2
    below: float = LANE / 2
    half: float = 0
    radius: float = 0

    def edge(self, offset: float) -> float:
        """How far the shape, a circle drawn out sidewards, reaches at this height."""
        return self.half - self.radius + (max(self.radius**2 - offset**2, 0)) ** 0.5


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Route:
    """A line: level from its start to the first bend, level again after the second one."""

    start: Point
    bend: Point
    rebend: Point
    end: Point


@dataclass(frozen=True)
class Layout:
    """Nodes by name; every line in pieces, each from one column to the next."""

    nodes: Mapping[str, Point]
    routes: Mapping[Link, Route]


def of_graph(extents: Mapping[str, Extent], links: Sequence[Link], gap: float) -> Layout:
    """A graph without circles; `extents` are in an order in which each node comes after those that lead to it."""
    columns, pieces = _with_lanes(columns_of(list(extents), links), links)
    columns = _untangled(columns, pieces)
    full = {name: extents.get(name, Extent()) for column in columns for name in column}
    ports = _ports(columns, pieces, full)
    return _routed(columns, pieces, full, ports, _heights(columns, pieces, full, ports, gap))


def of_columns(
    columns: Columns, extents: Mapping[str, Extent], links: Sequence[Link], gap: float, apart: Sequence[float] = ()
) -> Layout:
    """Columns in an order that is given, each in the middle; `apart` are the least distances between their centres."""
    heights: dict[str, float] = {}
    for column in columns:
        below = 0.0
        for name in column:
            heights[name] = below + extents[name].above
            below = heights[name] + extents[name].below + gap
        middle = (heights[column[0]] + heights[column[-1]]) / 2
        heights |= {name: heights[name] - middle for name in column}
    return _routed(columns, links, extents, _ports(columns, links, extents), heights, apart)


# --- columns


def columns_of(names: Sequence[str], links: Sequence[Link]) -> list[list[str]]:
    """Each node right of all that leads to it; what nothing leads to just left of what it leads to first."""
    before, after = _neighbours(links)
    depth: dict[str, int] = {}
    for name in names:
        depth[name] = 1 + max((depth[source] for source in before.get(name, ())), default=-1)
    for name in names:
        if name not in before and name in after:
            depth[name] = min(depth[target] for target in after[name]) - 1
    first = min(depth.values())
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) - first + 1)]
    for name in names:
        columns[depth[name] - first].append(name)
    return columns


def _neighbours(links: Iterable[Link]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By node: what leads to it, and what it leads to."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in links:
        before.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    return before, after


def lane(source: str, column: int) -> str:
    """The name of the place where the lines of a node pass a column."""
    return f"{source} {column}"


def _with_lanes(columns: list[list[str]], links: Sequence[Link]) -> tuple[list[list[str]], list[Link]]:
    """Lines in pieces from column to column. All lines of a node share their way as far as they go together."""
    depth = {name: index for index, column in enumerate(columns) for name in column}
    columns = [list(column) for column in columns]
    pieces: dict[Link, None] = {}
    for source, target in links:
        last = source
        for column in range(depth[source] + 1, depth[target]):
            passing = lane(source, column)
            if (last, passing) not in pieces:
                columns[column].append(passing)
            pieces[last, passing] = None
            last = passing
        pieces[last, target] = None
    return columns, list(pieces)


def _untangled(columns: list[list[str]], links: Sequence[Link]) -> list[list[str]]:
    """Sorted by the middle of what each node is linked with, to the left and to the right in turn; the best of all is kept."""
    before, after = _neighbours(links)
    best, fewest = [list(column) for column in columns], crossings(columns, links)
    for start in (columns, [list(reversed(column)) for column in columns]):
        current = [list(column) for column in start]
        for sweep in range(2 * SWEEPS):
            forwards = sweep % 2 == 0
            numbered = list(enumerate(current))
            for index, column in numbered if forwards else reversed(numbered):
                beside = index - 1 if forwards else index + 1
                if not 0 <= beside < len(current):
                    continue
                places = {name: number for number, name in enumerate(current[beside])}
                linked = before if forwards else after
                _sort(column, {name: [places[other] for other in linked.get(name, ())] for name in column})
            _swap(current, before, after)
            if (count := crossings(current, links)) < fewest:
                best, fewest = [list(column) for column in current], count
            if not fewest:
                return best
    return best


def _sort(column: list[str], places: Mapping[str, Sequence[int]]) -> None:
    """By the middle of these places; a node without any stays where it is."""
    free = [name for name in column if places[name]]
    free.sort(key=lambda name: sum(places[name]) / len(places[name]))
    in_turn = iter(free)
    column[:] = [next(in_turn) if places[name] else name for name in column]


def _swap(columns: list[list[str]], before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> None:
    """Exchange neighbours in a column as long as that leaves fewer crossings."""
    for index, column in enumerate(columns):
        sides = [
            ({name: number for number, name in enumerate(columns[beside])}, linked)
            for beside, linked in ((index - 1, before), (index + 1, after))
            if 0 <= beside < len(columns)
        ]
        for _ in range(len(column)):
            changed = False
            for upper in range(len(column) - 1):
                one, other = column[upper], column[upper + 1]
                now = then = 0
                for place, linked in sides:
                    ends, others = [[place[end] for end in linked.get(name, ())] for name in (one, other)]
                    now += sum(a > b for a in ends for b in others)
                    then += sum(b > a for a in ends for b in others)
                if then < now:
                    column[upper : upper + 2] = other, one
                    changed = True
            if not changed:
                break


def crossings(columns: Columns, links: Iterable[Link]) -> int:
    """How often lines cross."""
    place = {name: index for column in columns for index, name in enumerate(column)}
    depth = {name: index for index, column in enumerate(columns) for name in column}
    by_column: dict[int, list[tuple[int, int]]] = {}
    for source, target in links:
        by_column.setdefault(depth[source], []).append((place[source], place[target]))
    count = 0
    for ends in by_column.values():
        seen: list[int] = []
        for _, end in sorted(ends, reverse=True):
            count += bisect_left(seen, end)
            insort(seen, end)
    return count


# --- heights


def spread(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """The numbers nearest to those wanted, by weighted squares, that rise by at least these gaps."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for index, number in enumerate(wanted):
        pool = (number - offsets[index], weights[index] if weights else 1.0, 1)
        while pools and pools[-1][0] >= pool[0]:
            mean, weight, count = pools.pop()
            total = weight + pool[1]
            pool = ((mean * weight + pool[0] * pool[1]) / total, total, count + pool[2])
        pools.append(pool)
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _heights(
    columns: Columns,
    links: Sequence[Link],
    extents: Mapping[str, Extent],
    ports: Mapping[Link, tuple[float, float]],
    gap: float,
) -> dict[str, float]:
    """Lines as level as can be, long ones above all, in the order that the columns have."""
    before, after = _neighbours(links)
    heights: dict[str, float] = {}
    for column in columns:
        heights |= {name: float(index) for index, name in enumerate(column)}

    def weight(source: str, target: str) -> float:
        if source not in before:
            return _GIVEN
        return math.prod(_LEVEL for name in (source, target) if not extents[name].radius)

    def wishes(name: str, *, forwards: bool, backwards: bool) -> Iterator[tuple[float, float]]:
        for other in before.get(name, ()) if forwards else ():
            leaves, arrives = ports[other, name]
            yield heights[other] + leaves - arrives, weight(other, name)
        for other in after.get(name, ()) if backwards else ():
            leaves, arrives = ports[name, other]
            yield heights[other] + arrives - leaves, weight(name, other)

    for sweep in range(4 * SWEEPS):
        forwards = sweep % 2 == 0
        both = sweep >= 2 * SWEEPS
        for column in columns if forwards else reversed(columns):
            wanted, weights = [], []
            for name in column:
                found = list(wishes(name, forwards=forwards or both, backwards=not forwards or both))
                total = sum(share for _, share in found)
                wanted.append(sum(place * share for place, share in found) / total if found else heights[name])
                weights.append(total or _GIVEN)
            gaps = [extents[one].below + _between(extents[one], extents[other], gap) for one, other in pairwise(column)]
            heights |= dict(zip(column, spread(wanted, gaps, weights), strict=True))
    return heights


def _between(one: Extent, other: Extent, gap: float) -> float:
    """From the lower end of one to the centre of the next; two lines may come closer to each other than two nodes."""
    return other.above + (gap if one.radius and other.radius else gap / 2 if one.radius or other.radius else 0)


# --- lines


def _ports(columns: Columns, links: Sequence[Link], extents: Mapping[str, Extent]) -> dict[Link, tuple[float, float]]:
    """How far above or below the centre each line leaves and arrives, in the order of what is at its other end."""
    place = {name: index for column in columns for index, name in enumerate(column)}
    before, after = _neighbours(links)
    leaves = {
        (source, target): offset
        for source, targets in after.items()
        for target, offset in _offsets(sorted(targets, key=place.__getitem__), extents[source])
    }
    arrives = {
        (source, target): offset
        for target, sources in before.items()
        for source, offset in _offsets(sorted(sources, key=place.__getitem__), extents[target])
    }
    return {link: (leaves[link], arrives[link]) for link in links}


def _offsets(names: Sequence[str], extent: Extent) -> Iterator[tuple[str, float]]:
    step = min(PORT, 1.3 * extent.radius / max(len(names) - 1, 1))
    for index, name in enumerate(names):
        yield name, step * (index - (len(names) - 1) / 2)


def _routed(
    columns: Columns,
    links: Sequence[Link],
    extents: Mapping[str, Extent],
    ports: Mapping[Link, tuple[float, float]],
    heights: Mapping[str, float],
    apart: Sequence[float] = (),
) -> Layout:
    depth = {name: index for index, column in enumerate(columns) for name in column}
    climbs = [0.0] * len(columns)
    for source, target in links:
        climbs[depth[source]] = max(climbs[depth[source]], abs(heights[source] - heights[target]))
    lefts = [max(extents[name].left for name in column) for column in columns]
    rights = [max(extents[name].right for name in column) for column in columns]
    xs = [lefts[0]]
    for index in range(1, len(columns)):
        between = min(max(NEAREST, SLANT * climbs[index - 1]), WIDEST)
        distance = rights[index - 1] + between + lefts[index]
        xs.append(xs[-1] + max(distance, apart[index - 1] if apart else 0))
    nodes = {name: Point(xs[depth[name]], heights[name]) for name in heights}
    routes: dict[Link, Route] = {}
    for source, target in links:
        leaves, arrives = ports[source, target]
        here, there, column = nodes[source], nodes[target], depth[source]
        start = extents[source].edge(leaves) if extents[source].radius else -lefts[column]
        end = extents[target].edge(arrives) if extents[target].radius else lefts[column + 1]
        routes[source, target] = Route(
            Point(here.x + start, here.y + leaves),
            Point(here.x + rights[column], here.y + leaves),
            Point(there.x - lefts[column + 1], there.y + arrives),
            Point(there.x - end, there.y + arrives),
        )
    return Layout({name: point for name, point in nodes.items() if extents[name].radius}, routes)
