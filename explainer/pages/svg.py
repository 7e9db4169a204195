"""Pieces of our own figures as SVG: colours by CSS, texts from the catalogue, every number with its reference.

Each piece knows the box that it needs, and a figure is as large as its pieces: no label can be cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from html import escape

from explainer.core.text import Text, html
from explainer.derivation.derivation import Derivation
from explainer.pages import lettering
from explainer.pages.apart import UNSEARCHED
from explainer.pages.columns import Point, Route
from explainer.pages.lettering import INDEX, Letters, Symbol
from explainer.pages.scribe import Scribe
from explainer.words.numbers import localise, running

RADIUS = 26.0
LETTER, NUMBER, SIGN, SMALL = 19.0, 15.0, 17.0, 13.0  # sizes of type
_SMALLEST = 15.0  # of a symbol in a circle; longer ones get an oval
_MARGIN = 6.0  # around a figure
_PHONE = 480.0  # a wider figure would be too small to read on a phone: it scrolls
_ASCENT, _DESCENT = 0.78, 0.24  # of a line of type, in em
_BASELINE = 0.31  # under the middle of a line of type, in em
_LOWERED, _RAISED = 0.26, 0.42  # how far indices stand from the line, in em


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: Box) -> Box:
        """The smallest box that has both in it."""
        return Box(
            min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom)
        )

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, to: Point) -> Box:
        return Box(self.left + to.x, self.top + to.y, self.right + to.x, self.bottom + to.y)

    def meets(self, other: Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a figure and the box it needs."""

    markup: str
    box: Box


def standing_for(reference: str, part: Part) -> Part:
    """A line or a shape that stands for a quantity, and says so."""
    opened, rest = part.markup.split(" ", 1)
    return Part(f'{opened} data-is="{escape(reference)}" {rest}', part.box)


def drawing(scribe: Scribe, classes: str, title: str, described: Sequence[str], parts: Iterable[Part]) -> str:
    """A figure of its parts; `classes` are those it has of its own, `title` and `described` keys of the catalogue."""
    parts = list(parts)
    box = reduce(Box.around, (part.box for part in parts)).grown(_MARGIN)
    width, height = round(box.right - box.left + 0.5), round(box.bottom - box.top + 0.5)
    wide = width > _PHONE
    name, words = html(scribe.catalogue.text(title)), scribe.spaced(html(scribe.catalogue.text(key)) for key in described)
    # A unit is a twentieth of the root's size: a pixel, or more where a reader or a large screen asks for larger type.
    size = f'width="{width / 20:g}rem" viewBox="{_short(box.left)} {_short(box.top)} {width} {height}"'
    head = f'<svg class="ex-network{classes}{" ex-wide" if wide else ""}" {size} role="img"{UNSEARCHED}'
    body = "".join(part.markup for part in parts)
    return f'{head} xmlns="http://www.w3.org/2000/svg"><title>{name}</title><desc>{words}</desc>{body}</svg>'


def _short(number: float) -> str:
    return f"{round(number, 1) + 0.0:g}"


def centred(y: float, size: float) -> float:
    """The baseline of a line of type whose middle is at `y`."""
    return y + _BASELINE * size


# --- lines and shapes


def path(points: Sequence[Point], classes: str) -> Part:
    """A line from point to point."""
    return Part(f'<path class="{classes}" d="{trace(points)}"/>', around(points))


def trace(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_short(point.x)} {_short(point.y)}" for point in points)


def around(points: Iterable[Point]) -> Box:
    points = list(points)
    xs, ys = [point.x for point in points], [point.y for point in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def curve(route: Route) -> str:
    """A route: level, a bow, and level again."""
    middle = _short((route.bend.x + route.rebend.x) / 2)
    start, bend, rebend, end = (
        f"{_short(point.x)} {_short(point.y)}" for point in (route.start, route.bend, route.rebend, route.end)
    )
    if route.bend.y == route.rebend.y:
        return f"M{start}L{end}"
    return f"M{start}L{bend}C{middle} {_short(route.bend.y)} {middle} {_short(route.rebend.y)} {rebend}L{end}"


def half_width(symbol: Symbol) -> float:
    """Of the circle around a symbol, or of the oval around a long one."""
    _, half = _fitted(symbol)
    return half


def _fitted(symbol: Symbol) -> tuple[float, float]:
    """The size in which a symbol is set inside its shape, and half the shape's width."""
    room = 2 * RADIUS - 11
    size = min(LETTER, LETTER * room / max(symbol.width(LETTER), 1))
    return (size, RADIUS) if size >= _SMALLEST else (SIGN, symbol.width(SIGN) / 2 + RADIUS / 2)


def node(symbol: Symbol, centre: Point, classes: str, reference: str) -> list[Part]:
    """A circle, or an oval, with its symbol inside; both say what they stand for."""
    size, half = _fitted(symbol)
    x, y = centre.x, centre.y
    if half == RADIUS:
        shape = f'<circle class="ex-node {classes}" cx="{_short(x)}" cy="{_short(y)}" r="{RADIUS:g}"/>'
    else:
        corner = f'x="{_short(x - half)}" y="{_short(y - RADIUS)}" width="{_short(2 * half)}" height="{2 * RADIUS:g}"'
        shape = f'<rect class="ex-node {classes}" {corner} rx="{RADIUS:g}"/>'
    box = Box(x - half, y - RADIUS, x + half, y + RADIUS)
    inside = label(symbol, x, centred(y, size) - (1 if symbol.lower else 0), classes, size=size)
    return [standing_for(reference, part) for part in (Part(shape, box), inside)]


# --- texts


def line_box(width: float, x: float, y: float, size: float, anchor: str = "middle") -> Box:
    """What a line of type needs whose baseline is at `y`."""
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - _ASCENT * size, left + width, y + _DESCENT * size)


def label(symbol: Symbol, x: float, y: float, classes: str, *, anchor: str = "middle", size: float = LETTER) -> Part:
    """A symbol: letters, perhaps with an index above, as the layer in `a^2_1`, and one below."""
    upper = lower = ""
    box = line_box(symbol.width(size), x, y, size, anchor)
    if symbol.upper:
        upper = _index(symbol.upper, f'dy="{_short(-_RAISED * size)}"', size)
        box = Box(box.left, min(box.top, y - (_RAISED + _ASCENT * INDEX) * size), box.right, box.bottom)
    if symbol.lower:
        back = sum(part.width(size * INDEX) for part in symbol.upper)
        down = (_LOWERED + (_RAISED if symbol.upper else 0)) * size
        aside = f'dx="{_short(-back)}" ' if back else ""
        lower = _index(symbol.lower, f'{aside}dy="{_short(down)}"', size)
        box = Box(box.left, box.top, box.right, y + (_LOWERED + _DESCENT * INDEX) * size)
    letters = "".join(_letters(part, "ex-upright", slanted=False) for part in symbol.base)
    return _text(f"{letters}{upper}{lower}", f"ex-label {classes}", x, y, anchor, size, box)


def _index(parts: Sequence[Letters], place: str, size: float) -> str:
    letters = "".join(_letters(part, "ex-italic", slanted=True) for part in parts)
    return f'<tspan class="ex-sub" {place} font-size="{_short(INDEX * size)}" data-structural="index">{letters}</tspan>'


def _letters(part: Letters, marked: str, *, slanted: bool) -> str:
    """Letters, marked if they have the shape that is not the usual one at their place."""
    text = escape(part.text)
    return f'<tspan class="{marked}">{text}</tspan>' if part.slanted == slanted else text


def _text(content: str, classes: str, x: float, y: float, anchor: str, size: float, box: Box, attributes: str = "") -> Part:
    place = f'x="{_short(x)}" y="{_short(y)}" font-size="{_short(size)}" text-anchor="{anchor}"'
    return Part(f'<text class="{classes}"{attributes} {place}>{content}</text>', box)


def words(text: Text, x: float, y: float, classes: str, *, anchor: str = "middle", size: float = SMALL, mark: str = "") -> Part:
    """Words, or a sign; `mark` says what the digits in it are, if it has any."""
    box = line_box(lettering.width(text.written, size), x, y, size, anchor)
    return _text(html(text), classes, x, y, anchor, size, box, f' data-structural="{mark}"' if mark else "")


def value(
    scribe: Scribe, derivation: Derivation, name: str, x: float, y: float, *, anchor: str = "middle", classes: str = ""
) -> Part:
    """A number, in the colour of its kind unless `classes` say another one."""
    printed = scribe.printed(derivation, name, derivation.shown[name])
    classes = classes if "k-" in classes else f"{printed.kind} {classes}".strip()
    box = line_box(value_width(scribe, derivation, name, bold=BOLD in classes), x, y, NUMBER, anchor)
    reference = f' data-ref="{escape(printed.reference)}"'
    return _text(running(printed.number), f"ex-value num {classes}", x, y, anchor, NUMBER, box, reference)


BOLD = "ex-result"


def value_width(scribe: Scribe, derivation: Derivation, name: str, *, bold: bool = False) -> float:
    """How wide a number will be, without printing it."""
    text = running(localise(derivation.shown[name].text, scribe.language))
    return lettering.width(text, NUMBER, lettering.BOLD if bold else lettering.WORDS)
