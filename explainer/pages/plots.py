"""Functions as curves: an activation, or a quantity of an example as one of its numbers varies; with the example's points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explainer.core.names import after, parse, partial_name
from explainer.derivation import functions
from explainer.derivation.derivation import Derivation
from explainer.derivation.functions import Function
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.axes import BELOW, Plane, from_zero, just
from explainer.pages.columns import Point
from explainer.pages.kinds import class_of
from explainer.pages.lettering import Symbol, symbol
from explainer.pages.marks import KINDS, Legend, mark
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import Part, around, drawing, path, trace

HEIGHT = 190.0  # of the plane
SAMPLES = 240  # of a curve
USUAL = 6.0  # an activation is drawn from minus that to that, if no point lies farther out
AROUND = 4.0  # a number is varied by that much to either side
_TANGENT = 62.0  # half the length of a tangent

Bounds = tuple[float, float] | None
Course = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Marked:
    """A point on a curve: the quantity that it is at, the one that it gives, and the derivative of this by that, if asked for.

    Where the number above is no quantity of the derivation, `gives` is "": the point is drawn, and nothing is printed of it.
    """

    at: str
    gives: str = ""
    slope: str = ""


@dataclass(frozen=True)
class Plot:
    """A curve to be drawn: what of, from where to where, and the points on it."""

    function: Function
    across: Symbol
    kind: str  # of what varies
    low: float
    high: float
    points: Sequence[Marked] = ()
    jumps: Sequence[float] = ()  # where the function is not continuous
    key: str = "plot"


class Undefined(Exception):
    """A function has no value somewhere on its range; `within` is the longest part of the range on which it has, if any."""

    def __init__(self, at: float, within: tuple[float, float] | None) -> None:
        super().__init__(at)
        self.at, self.within = at, within


def sampled(function: Function, low: float, high: float, extra: Sequence[float] = ()) -> Course:
    """A function's values from one number to another.

    Raises:
        Undefined: there is none somewhere.
    """
    places = {low + (high - low) * step / SAMPLES for step in range(SAMPLES)} | {high, *(x for x in extra if low <= x <= high)}
    found = [(x, function(x)) for x in sorted(places)]
    missing = [x for x, y in found if not math.isfinite(y)]
    if missing:
        raise Undefined(missing[0], _longest([(x, math.isfinite(y)) for x, y in found], extra))
    return found


def _longest(found: Sequence[tuple[float, bool]], extra: Sequence[float]) -> tuple[float, float] | None:
    """The longest run of places that are fine, between round numbers as far as these leave nothing of `extra` out."""
    runs: list[list[float]] = [[]]
    for x, fine in found:
        if fine:
            runs[-1].append(x)
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    if len(best) < 2:
        return None
    unit = 10.0 ** (math.floor(math.log10(best[-1] - best[0])) - 1)
    inside = [x for x in extra if best[0] <= x <= best[-1]]
    first, last = min([math.ceil(best[0] / unit) * unit, *inside]), max([math.floor(best[-1] / unit) * unit, *inside])
    return (float(f"{first:.12g}"), float(f"{last:.12g}")) if first < last else None


# --- the figure


def course(derivation: Derivation, asked: Plot) -> Course:
    """The curve as pairs of numbers, those of the points among them.

    Raises:
        Undefined: the function has no value somewhere on the range.
    """
    places = [derivation.value(point.at) for point in asked.points]
    beside = [math.nextafter(jump, math.inf) for jump in asked.jumps]
    return sampled(asked.function, asked.low, asked.high, [*places, *asked.jumps, *beside])


def plot(scribe: Scribe, derivation: Derivation, asked: Plot, found: Course) -> str:
    """The curve, the points on it with lines to both axes, perhaps tangents; below, what is known of each point."""
    heights = [y for _, y in found]
    plane = Plane(just(asked.low, asked.high), from_zero(min(heights), max(heights)), HEIGHT)
    parts = [*plane.grid(scribe), plane.named(asked.across, asked.kind)]
    marks: list[Part] = []
    for point, (shape, kind) in reversed(list(zip(asked.points, KINDS, strict=False))):  # the first one lies on top
        x = derivation.value(point.at)
        y = derivation.value(point.gives) if point.gives else asked.function(x)
        place = plane.place(x, y)
        parts += _dropped(plane, place, kind)
        if point.slope:
            parts += _tangent(plane, place, derivation.value(point.slope), kind)
        marks.append(mark(shape, kind, place))
    for piece in _pieces(found, asked.jumps):
        line = [plane.place(x, y) for x, y in piece]
        parts.append(Part(f'<path class="ex-line" d="{trace(line)}"/>', around(line)))
    legend = Legend(scribe, HEIGHT + BELOW)
    for point, (shape, kind) in zip(asked.points, KINDS, strict=False):
        _told(legend, derivation, point, shape, kind)
    described = [f"figure.{asked.key}.description"]
    described += ["figure.plot.description.points"] if asked.points else []
    return drawing(scribe, " ex-curve ex-plot", f"figure.{asked.key}.title", described, [*parts, *marks, *legend.parts])


def _pieces(found: Course, jumps: Sequence[float]) -> list[list[tuple[float, float]]]:
    """The curve, cut where it jumps."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for index, (x, y) in enumerate(found):
        if index and found[index - 1][0] in jumps and abs(y - found[index - 1][1]) > 1e-6:
            pieces.append([])
        pieces[-1].append((x, y))
    return [piece for piece in pieces if len(piece) > 1]


def _dropped(plane: Plane, place: Point, kind: str) -> list[Part]:
    """From a point down, and to the left: lines to where its two numbers stand."""
    corners = (Point(place.x, plane.height), Point(0, place.y))
    return [path((place, corner), f"ex-drop {kind}") for corner in corners if corner != place]


def _tangent(plane: Plane, place: Point, slope: float, kind: str) -> list[Part]:
    down = -slope * plane.height / (plane.up.high - plane.up.low) * (plane.across.high - plane.across.low) / plane.width
    along = _TANGENT / math.hypot(1, down)
    ends = [Point(place.x + side * along, place.y + side * along * down) for side in (-1, 1)]
    return [path(piece, f"ex-tangent {kind}") for piece in plane.inside(ends)]


def _told(legend: Legend, derivation: Derivation, point: Marked, shape: str, kind: str) -> None:
    """What is known of a point, in a line under the figure, and the slope there in a second one."""
    legend.line().sample("", shape, kind).quantity(derivation, point.at)
    if point.gives:
        legend.quantity(derivation, point.gives)
    else:
        legend.words(legend.scribe.catalogue.text("figure.plot.after"))
    if point.slope:
        legend.line().sample(f"ex-tangent {kind}").words(legend.scribe.catalogue.text("figure.plot.slope"))
        legend.sign("=" if derivation.shown[point.slope].exact else "≈").number(derivation, point.slope)


# --- what is asked for


def variable(name: str) -> str:
    """What a function of one value is a function of."""
    return "x" if OPERATIONS[name].family is Family.FUNCTION else "z"


def of_function(derivation: Derivation, name: str, at: Sequence[str], bounds: Bounds, *, tangent: bool) -> Plot:
    """A function of one value, with points at these of its arguments in the example."""
    results = results_of(derivation, name)
    points = [Marked(z, results[z], partial_name(results[z], z) if tangent else "") for z in at]
    low, high = bounds or _range([derivation.value(z) for z in at])
    across = symbol(quantity_of(derivation, at[0]).symbol if len(at) == 1 else variable(name))
    kinds = {class_of(quantity_of(derivation, z).kind) for z in at}
    pieces = OPERATIONS[name].pieces
    jumps = [float(x) for x in pieces.at] if pieces else ()
    return Plot(functions.operation(name), across, kinds.pop() if len(kinds) == 1 else "", low, high, points, jumps)


def results_of(derivation: Derivation, name: str) -> dict[str, str]:
    """What the function is taken of in an example, and what it gives."""
    equations = derivation.program.equations
    return {e.operands[0]: e.target for e in equations if e.operation == name and len(e.operands) == 1}


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From minus a round number to it, so that all values are well inside."""
    farthest = max(map(abs, values), default=0.0)
    if farthest <= USUAL:
        return -USUAL, USUAL
    unit = 10.0 ** math.floor(math.log10(farthest))
    end = unit * math.ceil(1.1 * farthest / unit)
    return -end, end


def over(derivation: Derivation, result: str, varied: str, bounds: Bounds, *, tangent: bool, updated: bool) -> Plot:
    """A quantity as one number of the example is varied: where that is now, and where an update brings it."""
    points = [Marked(varied, result, partial_name(result, varied) if tangent else "")]
    if updated:
        points.append(Marked(after(varied, parse(varied).step + 1)))
    places = [derivation.value(point.at) for point in points]
    low, high = bounds or (math.floor(min(places) - AROUND), math.ceil(max(places) + AROUND))
    quantity = quantity_of(derivation, varied)
    function, across = functions.section(derivation, varied, result), symbol(quantity.symbol)
    return Plot(function, across, class_of(quantity.kind), low, high, points, key="plot.over")
