"""A trained network on the plane of its two inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explainer.pages.columns import Point
from explainer.pages.marks import mark
from explainer.pages.scribe import Scribe
from explainer.pages.svg import Box, Part, around, centred, drawing, trace, words

PLANE = 320.0  # the side of the picture
SPAN = 5.4  # of the plane that it shows, from side to side
_ROW, _TYPE = 24.0, 14.0  # of the legend

# The shape says the class, and whether it is filled, that the network has learnt from it.
_POINTS = {
    "train 1": ("circle", "k-target"),
    "test 1": ("circle", "k-target ex-open"),
    "train 0": ("cross", "k-weight"),
    "test 0": ("diamond", "k-weight ex-open"),
}


def points(scribe: Scribe, picture: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Points of two classes, and the line on which the prediction is one half."""
    boundary = [_place(point) for point in picture["boundary"]]
    frame = f'<rect class="ex-frame" x="1" y="1" width="{PLANE - 2:g}" height="{PLANE - 2:g}" rx="6"/>'
    parts = [
        Part(frame, Box(0, 0, PLANE, PLANE)),
        Part(f'<path class="ex-boundary k-loss" d="{trace(boundary)}Z"/>', around(boundary)),
        *(_point(name, _place(point)) for name in _POINTS for point in picture[name]),
    ]
    for index, name in enumerate([*_POINTS, "boundary"]):
        y = PLANE + _ROW * index + 22
        line = f'<path class="ex-boundary k-loss" d="M6 {y:g}H26"/>'
        parts.append(_point(name, Point(16, y)) if name in _POINTS else Part(line, Box(6, y, 26, y)))
        key = f"points.{name.replace(' ', '.')}".replace("1", "inside").replace("0", "outside")
        parts.append(words(scribe.catalogue.text(key), 36, centred(y, _TYPE), "ex-legend", anchor="start", size=_TYPE))
    return drawing(scribe, " ex-points", "points.title", ["points.description"], parts)


def _place(point: Sequence[float]) -> Point:
    return Point((point[0] / SPAN + 0.5) * PLANE, (0.5 - point[1] / SPAN) * PLANE)


def _point(name: str, place: Point) -> Part:
    return mark(*_POINTS[name], place)
