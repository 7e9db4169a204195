"""Functions as curves: an activation, or quantities of an example as one of its numbers varies; with what is marked on them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from explainer.derivation.derivation import Derivation
from explainer.pages.axes import BELOW, Plane, from_zero, just
from explainer.pages.columns import Point
from explainer.pages.marks import KINDS, Legend, mark
from explainer.pages.plotted import Course, Marked, Plot, Walk
from explainer.pages.scribe import Scribe
from explainer.pages.svg import Part, around, drawing, path, trace

HEIGHT = 190.0  # of the plane
_TANGENT = 62.0  # half the length of a tangent
_Look = tuple[str, str]  # a shape, and the class of a colour


def plot(scribe: Scribe, derivation: Derivation, asked: Plot, found: Sequence[Course]) -> str:
    """The curves and what is marked on them, lines to the axes, perhaps tangents; below, what is known of each mark."""
    heights = [y for course in found for _, y in course]
    plane = Plane(just(asked.low, asked.high), from_zero(min(heights), max(heights)), HEIGHT)
    parts = [*plane.grid(scribe), plane.named(asked.across, asked.kind)]
    marks: list[Part] = []
    looks = _looks(asked)
    for point, of_curves in reversed(list(zip(asked.points, looks, strict=False))):  # the first one lies on top
        x = derivation.value(point.at)
        places = [plane.place(x, _height(derivation, asked, point, index, x)) for index in range(len(asked.curves))]
        parts += _dropped(plane, places, of_curves)
        if point.slope:
            parts += _tangent(plane, places[0], derivation.value(point.slope), of_curves[0][1])
        marks += [mark(*look, place) for look, place in zip(of_curves, places, strict=True)]
    for course, classes in zip(found, _lines(asked), strict=True):
        for piece in _pieces(course, asked.jumps):
            line = [plane.place(x, y) for x, y in piece]
            parts.append(Part(f'<path class="{classes}" d="{trace(line)}"/>', around(line)))
    for walk, (look, classes) in zip(asked.walks, _walking(asked), strict=True):
        (curve,) = asked.curves
        values = [derivation.value(name) for name in walk.at]
        stations = [plane.place(x, curve.function(x)) for x in values]
        parts.append(path(stations, classes))
        marks += [mark(*look, place) for place in stations]
    legend = Legend(scribe, HEIGHT + BELOW)
    _tell(legend, derivation, asked)
    described = [f"figure.{asked.key}.description{'.several' if len(asked.curves) > 1 else ''}"]
    described += ["figure.plot.description.points"] if asked.points else []
    described += ["figure.plot.description.walks"] if asked.walks else []
    return drawing(scribe, " ex-curve ex-plot", f"figure.{asked.key}.title", described, [*parts, *marks, *legend.parts])


def _height(derivation: Derivation, asked: Plot, point: Marked, index: int, x: float) -> float:
    """How high a mark lies on a curve: where the example's own number is, if it has one."""
    gives = point.gives[index] if point.gives else ""
    return derivation.value(gives) if gives else asked.curves[index].function(x)


def _pieces(found: Course, jumps: Sequence[float]) -> list[list[tuple[float, float]]]:
    """The curve, cut where it jumps."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for index, (x, y) in enumerate(found):
        if index and found[index - 1][0] in jumps and abs(y - found[index - 1][1]) > 1e-6:
            pieces.append([])
        pieces[-1].append((x, y))
    return [piece for piece in pieces if len(piece) > 1]


def _dropped(plane: Plane, places: Sequence[Point], looks: Sequence[_Look]) -> Iterator[Part]:
    """From the marks at one place down, and to the left: lines to where their numbers stand."""
    highest = min(range(len(places)), key=lambda index: places[index].y)
    for index, (place, (_, kind)) in enumerate(zip(places, looks, strict=True)):
        corners = [Point(0, place.y), *([Point(place.x, plane.height)] if index == highest else [])]
        yield from (path((place, corner), f"ex-drop {kind}".rstrip()) for corner in corners if corner != place)


def _tangent(plane: Plane, place: Point, slope: float, kind: str) -> list[Part]:
    down = -slope * plane.height / (plane.up.high - plane.up.low) * (plane.across.high - plane.across.low) / plane.width
    along = _TANGENT / math.hypot(1, down)
    ends = [Point(place.x + side * along, place.y + side * along * down) for side in (-1, 1)]
    return [path(piece, f"ex-tangent {kind}") for piece in plane.inside(ends)]


# --- what is told apart, and how


def _lines(asked: Plot) -> list[str]:
    """The classes of the curves: several have colours, and dashes of their own."""
    if len(asked.curves) == 1:
        return ["ex-line"]
    return [f"ex-line {kind} ex-dash-{index}" for index, (_, kind) in zip(range(len(asked.curves)), KINDS, strict=False)]


def _looks(asked: Plot) -> list[list[_Look]]:
    """For each point its marks on the curves. Of several on several, the colour is the curve's and the shape the point's."""
    count = len(asked.curves)
    if len(asked.points) <= 1 < count:
        return [list(KINDS[:count])]
    return [[(shape, KINDS[index][1] if count > 1 else kind) for index in range(count)] for shape, kind in KINDS]


def _walking(asked: Plot) -> list[tuple[_Look, str]]:
    """For each walk its mark and the classes of its line; they follow those of the points."""
    first = len(asked.points)
    looks = KINDS[first : first + len(asked.walks)]
    return [((shape, kind), f"ex-walk {kind} ex-dash-{index}") for index, (shape, kind) in enumerate(looks)]


# --- what stands below


def _tell(legend: Legend, derivation: Derivation, asked: Plot) -> None:
    """Lines on the curves, on each point, and on each walk."""
    if len(asked.curves) > 1 and len(asked.points) == 1:
        _tell_curves(legend, derivation, asked, asked.points[0])
        return
    if len(asked.curves) > 1:
        for curve, classes in zip(asked.curves, _lines(asked), strict=True):
            legend.line().sample(classes).named(derivation, curve.name)
            if curve.own:
                legend.quantity(derivation, curve.own)
    for point, looks in zip(asked.points, _looks(asked), strict=False):
        shape, kind = looks[0]
        _tell_point(legend, derivation, point, shape, kind if len(asked.curves) == 1 else "")
    for walk, ((shape, kind), classes) in zip(asked.walks, _walking(asked), strict=True):
        _tell_walk(legend.line().sample(classes, shape, kind), derivation, walk)


def _tell_curves(legend: Legend, derivation: Derivation, asked: Plot, point: Marked) -> None:
    """Where the one point is, and for each curve what comes out there; what sets it apart stands before that."""
    legend.line().sample("ex-drop").quantity(derivation, point.at)
    for curve, gives, classes, (shape, kind) in zip(asked.curves, point.gives, _lines(asked), _looks(asked)[0], strict=True):
        legend.line().sample(classes, shape, kind)
        if curve.own:
            legend.quantity(derivation, curve.own)
        if gives:
            legend.quantity(derivation, gives)
        else:
            legend.named(derivation, curve.name)


def _tell_point(legend: Legend, derivation: Derivation, point: Marked, shape: str, kind: str) -> None:
    """What is known of a point, in a line under the figure, and the slope there in a second one."""
    legend.line().sample("", shape, kind).quantity(derivation, point.at)
    for name in point.gives:
        if name:
            legend.quantity(derivation, name)
    if point.is_later:
        legend.words(legend.scribe.catalogue.text("figure.plot.after"))
    if point.slope:
        legend.line().sample(f"ex-tangent {kind}").words(legend.scribe.catalogue.text("figure.plot.slope"))
        legend.sign(derivation.shown[point.slope].relation).number(derivation, point.slope)


def _tell_walk(legend: Legend, derivation: Derivation, walk: Walk) -> None:
    """What sets a walk apart, or else where it begins; and where it ends."""
    legend.quantity(derivation, walk.own or walk.at[0]).quantity(derivation, walk.at[-1])
