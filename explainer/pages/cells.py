"""An image as squares on a grid: the more ink a pixel has, the larger its square."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, sqrt

from explainer.pages.scribe import Scribe
from explainer.pages.svg import Box, Part, drawing

_CELL = 8.0  # the side of a pixel
_FULL = 0.94  # of it, for all the ink there can be
_MOST = 255


def image(scribe: Scribe, ink: Sequence[int]) -> str:
    """A square image, row by row, from 0 to 255."""
    side = isqrt(len(ink))
    squares = "".join(_square(place % side, place // side, each) for place, each in enumerate(ink) if each)
    whole = side * _CELL
    frame = f'<rect class="ex-frame" width="{whole:g}" height="{whole:g}"/>'
    parts = [Part(f'{frame}<path class="ex-ink" d="{squares}"/>', Box(0, 0, whole, whole))]
    return drawing(scribe, " ex-image", "draw.without.title", ["draw.without.description"], parts)


def _square(column: int, row: int, ink: int) -> str:
    side = _FULL * _CELL * sqrt(ink / _MOST)
    left, top = ((place + 0.5) * _CELL - side / 2 for place in (column, row))
    return f"M{left:.1f} {top:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z"
