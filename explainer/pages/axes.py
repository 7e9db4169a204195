"""Two axes and what stands on them: round numbers as ticks, the place of a pair of numbers, and lines as far as they are inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from explainer.core.text import Text
from explainer.pages.columns import Point
from explainer.pages.lettering import Symbol
from explainer.pages.scribe import Scribe
from explainer.pages.svg import SMALL, Part, label, path, words
from explainer.words.numbers import localise, running

WIDTH = 300.0  # of the plane; its labels stand around it
_UNDER = 38.0  # the baseline of what is written under an axis, below it
BELOW = 50.0  # where there is room below that
_TICKS, _TICKS_ACROSS = 5, 6
_DECADES = 6  # that have a tick each
_PLAIN = range(-4, 6)  # the powers of ten of ticks that are written without one


@dataclass(frozen=True)
class Scale:
    """An axis: from where to where it goes, and its ticks."""

    low: float
    high: float
    ticks: tuple[Decimal, ...]
    logarithmic: bool = False

    def share(self, amount: float) -> float:
        """How far along the axis an amount stands: 0 at its beginning, 1 at its end."""
        low, high = self.low, self.high
        if self.logarithmic:
            amount, low, high = log10(amount), log10(low), log10(high)
        return (amount - low) / (high - low)

    @property
    def texts(self) -> tuple[str, ...]:
        """The ticks, all of them written alike."""
        ends = [tick for tick in (self.ticks[0], self.ticks[-1], self.ticks[-1] - self.ticks[-2]) if tick]
        if self.logarithmic:
            return tuple(written_tick(tick, scientific=tick.adjusted() not in _PLAIN) for tick in self.ticks)
        scientific = any(tick.adjusted() not in _PLAIN for tick in ends)
        return tuple(written_tick(tick, scientific=scientific) for tick in self.ticks)


def from_zero(lowest: float, highest: float) -> Scale:
    """An axis from zero, or from just below the lowest value, to zero or just above the highest."""
    ticks = nice_ticks(lowest, highest)
    return Scale(float(ticks[0]), float(ticks[-1]), ticks)


def just(low: float, high: float) -> Scale:
    """An axis from one number to another, whose ticks are the round numbers between them."""
    step = _step(Decimal(repr(high)) - Decimal(repr(low)), _TICKS_ACROSS)
    first, last = ceil(Decimal(repr(low)) / step), floor(Decimal(repr(high)) / step)
    return Scale(low, high, tuple(step * index for index in range(first, last + 1)))


def of_epochs(last: int) -> Scale:
    """An axis for a training run: its start, its middle and its end."""
    return Scale(0.0, float(last), tuple(Decimal(epoch) for epoch in sorted({0, last // 2, last})))


def by_powers(lowest: float, highest: float) -> Scale:
    """An axis on which equal steps are equal factors, for what is positive."""
    first, last = floor(log10(lowest)), ceil(log10(highest))
    last = max(last, first + 1)
    every = -(-(last - first) // _DECADES)
    last = first + every * -(-(last - first) // every)
    ticks = tuple(Decimal(1).scaleb(power) for power in range(first, last + 1, every))
    return Scale(float(ticks[0]), float(ticks[-1]), ticks, logarithmic=True)


def nice_ticks(lowest: float, highest: float) -> tuple[Decimal, ...]:
    """Round numbers from zero, or from just below the lowest value, to zero or just above the highest."""
    least, most = (Decimal(str(number)) if isfinite(number) else Decimal(0) for number in (min(lowest, 0.0), max(highest, 0.0)))
    step = _step(most - least)
    first, last = (
        int((end / step).to_integral_value(rounding)) for end, rounding in ((least, "ROUND_FLOOR"), (most, "ROUND_CEILING"))
    )
    return tuple(step * index for index in range(first, max(last, first + 1) + 1))


def _step(span: Decimal, most: int = _TICKS) -> Decimal:
    """Between two ticks of an axis so long, with so many steps at most: one, two or five times a power of ten."""
    unit = Decimal(10) ** (span / most).adjusted() if span > 0 else Decimal(1)
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * most >= span)


def written_tick(tick: Decimal, *, scientific: bool) -> str:
    tick = tick.normalize()
    if not scientific or not tick:
        return f"{tick:f}"
    return f"{tick.scaleb(-tick.adjusted()).normalize():f}e{tick.adjusted()}"


@dataclass(frozen=True)
class Plane:
    """Two axes that span a plane. In it the origin is at the top on the left, as in every figure."""

    across: Scale
    up: Scale
    height: float
    width: float = WIDTH
    top: float = 0.0  # where it begins, below another one

    def place(self, x: float, y: float) -> Point:
        return Point(self.width * self.across.share(x), self.top + self.height * (1 - self.up.share(y)))

    def grid(self, scribe: Scribe) -> Iterator[Part]:
        """Level lines with their numbers, the numbers below, and upright what is above zero."""
        for tick, text in zip(self.up.ticks, self.up.texts, strict=True):
            y = self.top + self.height * (1 - self.up.share(float(tick)))
            zero = "" if tick or self.up.logarithmic else " ex-zero"
            yield path((Point(0, y), Point(self.width, y)), f"ex-grid{zero}")
            yield tick_at(scribe, text, Point(-8, y + 4), "end")
        for tick, text in zip(self.across.ticks, self.across.texts, strict=True):
            yield tick_at(scribe, text, Point(self.width * self.across.share(float(tick)), self.top + self.height + 18), "middle")
        if self.across.low < 0 < self.across.high:
            x = self.width * self.across.share(0)
            yield path((Point(x, self.top), Point(x, self.top + self.height)), "ex-grid ex-zero")

    def named(self, symbol: Symbol, kind: str) -> Part:
        """The symbol of what the axis across stands for, under it."""
        return label(symbol, self.width / 2, self.top + self.height + _UNDER, kind)

    def called(self, scribe: Scribe, key: str) -> Part:
        """A word for what the axis across stands for, under it."""
        return words(scribe.catalogue.text(key), self.width / 2, self.top + self.height + _UNDER, "ex-tick")

    def inside(self, points: Sequence[Point]) -> Iterator[list[Point]]:
        """The pieces of a line that lie in the plane."""
        piece: list[Point] = []
        for one, other in pairwise(points):
            cut = self._cut(one, other)
            if cut is None:
                if len(piece) > 1:
                    yield piece
                piece = []
                continue
            if piece and piece[-1] != cut[0]:
                yield piece
                piece = []
            piece = [*(piece or [cut[0]]), cut[1]]
        if len(piece) > 1:
            yield piece

    def _cut(self, one: Point, other: Point) -> tuple[Point, Point] | None:
        """What is in the plane of a straight line."""
        begins, ends = 0.0, 1.0
        for start, step, most in ((one.x, other.x - one.x, self.width), (one.y - self.top, other.y - one.y, self.height)):
            if not step:
                if not 0 <= start <= most:
                    return None
                continue
            enters, leaves = sorted((-start / step, (most - start) / step))
            begins, ends = max(begins, enters), min(ends, leaves)
        if begins >= ends:
            return None
        first, last = (Point(one.x + t * (other.x - one.x), one.y + t * (other.y - one.y)) for t in (begins, ends))
        return (one if begins == 0 else first), (other if ends == 1 else last)


def tick_at(scribe: Scribe, text: str, place: Point, anchor: str) -> Part:
    number = running(localise(text, scribe.language))
    return words(Text(number), place.x, place.y, "ex-tick", anchor=anchor, size=SMALL, mark="tick")
