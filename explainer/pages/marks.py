"""Signs that mark places in figures, by shape and not by colour alone, and the lines under a figure that name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.pages import lettering
from explainer.pages.columns import Point
from explainer.pages.kinds import class_of
from explainer.pages.lettering import Symbol, symbol
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import LETTER, NUMBER, SIGN, Box, Part, centred, label, path, value, words

ROW = 27.0  # the height of a line under a figure
LEGEND = 14.0  # its size of type
WIDEST = 330.0  # of a text in it
_SWATCH = 34.0  # where the texts begin
_SIZE = 5.0  # of a mark, from its middle

_SHAPES: Mapping[str, Callable[[float, float], str]] = {
    "circle": lambda x, y: f'<circle class="ex-point {{}}" cx="{x:g}" cy="{y:g}" r="3.4"/>',
    "cross": lambda x, y: f'<path class="ex-point {{}}" d="M{x - 3:g} {y - 3:g}l6 6m0-6l-6 6"/>',
    "diamond": lambda x, y: f'<path class="ex-point {{}}" d="M{x:g} {y - 4.4:g}l4.4 4.4-4.4 4.4-4.4-4.4z"/>',
    "square": lambda x, y: f'<path class="ex-point {{}}" d="M{x - 3.1:g} {y - 3.1:g}h6.2v6.2h-6.2z"/>',
    "triangle": lambda x, y: f'<path class="ex-point {{}}" d="M{x:g} {y - 4.2:g}l4.2 7h-8.4z"/>',
    "wedge": lambda x, y: f'<path class="ex-point {{}}" d="M{x:g} {y + 4.2:g}l4.2-7h-8.4z"/>',
}

# What is told apart in one figure: a shape, a colour, and a pattern of dashes. None of them has to be seen for the others.
KINDS = (
    ("circle", "k-activation"), ("square", "k-weight"), ("diamond", "k-target"), ("triangle", "k-bias"), ("wedge", "k-input"),
    ("cross", "k-loss"),
)  # fmt: skip
MOST = len(KINDS)


def mark(shape: str, classes: str, place: Point) -> Part:
    """A sign at a place."""
    x, y = round(place.x, 1), round(place.y, 1)
    return Part(_SHAPES[shape](x, y).format(classes), Box(x - _SIZE, y - _SIZE, x + _SIZE, y + _SIZE))


@dataclass
class Legend:
    """Lines under a figure, from `top` on: each is set from the left to the right."""

    scribe: Scribe
    top: float
    parts: list[Part] = field(default_factory=list)
    _x: float = 0.0
    _y: float = 0.0  # the middle of the line
    _lines: int = 0

    def line(self) -> Legend:
        """Begin the next line, where its texts begin."""
        self._y = self.top + ROW * (self._lines + 0.5)
        self._x = _SWATCH
        self._lines += 1
        return self

    def sample(self, classes: str, shape: str = "", kind: str = "") -> Legend:
        """Before the texts, a piece of a line and the sign on it; either may be missing."""
        if classes:
            self.parts.append(path((Point(0, self._y), Point(_SWATCH - 8, self._y)), classes))
        if shape:
            self.parts.append(mark(shape, kind, Point((_SWATCH - 8) / 2, self._y)))
        return self

    def words(self, text: Text, digits: str = "") -> Legend:
        """Words; `digits` says what those in it are."""
        return self._put(words(text, self._x, centred(self._y, LEGEND), "ex-legend", anchor="start", size=LEGEND, mark=digits), 8)

    def text(self, text: Text) -> Legend:
        """Words on as many lines as they need. Digits in them are text."""
        digits = "text" if any(letter.isdigit() for letter in text.written) else ""
        for index, piece in enumerate(wrapped(text.written)):
            if index:
                self.line()
            self.words(Text(piece, text.lang), digits)
        return self

    def symbol(self, found: Symbol, kind: str) -> Legend:
        return self._put(label(found, self._x, centred(self._y, NUMBER), kind, anchor="start", size=LETTER), 6)

    def sign(self, sign: str) -> Legend:
        return self._put(words(Text(sign), self._x, centred(self._y, SIGN), "ex-sign", anchor="start", size=SIGN), 6)

    def number(self, derivation: Derivation, name: str) -> Legend:
        return self._put(value(self.scribe, derivation, name, self._x, centred(self._y, NUMBER), anchor="start"), 16)

    def named(self, derivation: Derivation, name: str) -> Legend:
        """The symbol of a quantity."""
        found = quantity_of(derivation, name)
        return self.symbol(symbol(found.symbol), class_of(found.kind))

    def quantity(self, derivation: Derivation, name: str) -> Legend:
        """A symbol and its value."""
        return self.named(derivation, name).sign(derivation.shown[name].relation).number(derivation, name)

    def _put(self, part: Part, gap: float) -> Legend:
        self.parts.append(part)
        self._x = part.box.right + gap
        return self


def wrapped(text: str, widest: float = WIDEST) -> list[str]:
    """A text on lines of that width at most: it is broken at spaces, and between ideographs."""
    lines, line = list[str](), ""
    for piece in _breakable(text):
        if line and lettering.width((line + piece).rstrip(), LEGEND) > widest:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _breakable(text: str) -> list[str]:
    """A text in pieces between which it may be broken."""
    pieces = [""]
    for letter in text:
        if ord(letter) >= lettering.IDEOGRAPHS or (pieces[-1] and ord(pieces[-1][-1]) >= lettering.IDEOGRAPHS):
            pieces.append("")
        pieces[-1] += letter
        if letter == " ":
            pieces.append("")
    return [piece for piece in pieces if piece]
