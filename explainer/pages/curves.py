"""A training run as curves over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite

from explainer.core.names import at_epoch
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.operations.symbols import symbol as tex_of
from explainer.pages.columns import Point, spread
from explainer.pages.lettering import symbol
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import SMALL, Part, around, drawing, label, path, trace, value, words
from explainer.words.numbers import localise, running

WIDTH, HEIGHT = 300.0, 180.0  # of the plot; its labels stand around it
MOST = 4  # curves in one figure, each in a colour of its own
_LABEL = 46.0  # the height of a name and a value
_TICKS = 5
_PLAIN = range(-4, 6)  # the powers of ten of ticks that are written without one
_COLOURS = ("k-activation", "k-input", "k-weight", "k-bias")


def curve(scribe: Scribe, derivation: Derivation, run: Run, names: Sequence[str]) -> str:
    """One curve for each name. Where two lie on each other, the later one is dashed, so that both are seen."""
    epochs = run.schedule.kept
    courses = {name: [derivation.value(at_epoch(name, epoch)) for epoch in epochs] for name in names}
    everything = [amount for course in courses.values() for amount in course]
    ticks = nice_ticks(min(everything), max(everything))
    low, high = float(ticks[0]), float(ticks[-1])

    def place(epoch: int, amount: float) -> Point:
        return Point(WIDTH * epoch / epochs[-1], HEIGHT * (high - amount) / (high - low))

    parts: list[Part] = []
    scientific = any(tick and tick.adjusted() not in _PLAIN for tick in (ticks[0], ticks[-1])) or _step(ticks) not in _PLAIN
    for tick in ticks:
        height = place(0, float(tick)).y
        parts.append(path((Point(0, height), Point(WIDTH, height)), "ex-grid" if tick else "ex-grid ex-zero"))
        parts.append(_tick(scribe, _written(tick, scientific=scientific), Point(-8, height + 4), "end"))
    for epoch in sorted({0, epochs[-1] // 2, epochs[-1]}):
        parts.append(_tick(scribe, str(epoch), Point(place(epoch, 0).x, HEIGHT + 18), "middle"))
    parts.append(words(scribe.catalogue.text("column.epoch"), WIDTH / 2, HEIGHT + 38, "ex-tick"))
    loss = not any(name in run.schedule.followed for name in names)
    drawn: list[list[float]] = []
    ends: list[tuple[float, str, str]] = []
    for index, (name, course) in enumerate(courses.items()):
        points = [place(epoch, amount) for epoch, amount in zip(epochs, course, strict=True)]
        kind = "k-loss" if loss else _COLOURS[index % MOST]
        line = f'<path class="ex-line {kind}{" ex-over" if course in drawn else ""}" d="{trace(points)}"/>'
        parts.append(Part(line, around(points)))
        drawn.append(course)
        ends.append((points[-1].y, name, kind))
    parts += _ends(scribe, derivation, sorted(ends), epochs[-1])
    key = "curve" if loss else "follow"
    return drawing(scribe, " ex-curve", f"figure.{key}.title", ["figure.curve.description"], parts)


def _ends(scribe: Scribe, derivation: Derivation, ends: Sequence[tuple[float, str, str]], last: int) -> list[Part]:
    """Names and last values beside the curves' ends; where these are too near to each other, lines lead to them."""
    parts: list[Part] = []
    middles = spread([height for height, _, _ in ends], [_LABEL] * (len(ends) - 1))
    shift = min(0.0, HEIGHT - _LABEL / 2 - middles[-1])  # above the ticks
    for (end, name, kind), wanted in zip(ends, middles, strict=True):
        middle, final = wanted + shift, at_epoch(name, last)
        x = WIDTH + 8
        if len(ends) > 1:
            parts.append(path((Point(WIDTH + 3, end), Point(WIDTH + 18, middle)), f"ex-leader {kind}"))
            x += 14
        parts.append(label(symbol(tex_of(name, quantity_of(derivation, final).kind)), x, middle - 3, kind, anchor="start"))
        parts.append(value(scribe, derivation, final, x, middle + 17, anchor="start", classes=kind))
    return parts


def _tick(scribe: Scribe, text: str, place: Point, anchor: str) -> Part:
    number = running(localise(text, scribe.language))
    return words(Text(number), place.x, place.y, "ex-tick", anchor=anchor, size=SMALL, mark="tick")


def _written(tick: Decimal, *, scientific: bool) -> str:
    tick = tick.normalize()
    if not scientific or not tick:
        return f"{tick:f}"
    return f"{tick.scaleb(-tick.adjusted()).normalize():f}e{tick.adjusted()}"


def _step(ticks: Sequence[Decimal]) -> int:
    return (ticks[1] - ticks[0]).adjusted()


def nice_ticks(lowest: float, highest: float) -> tuple[Decimal, ...]:
    """Round numbers from zero, or from just below the lowest value, to zero or just above the highest."""
    least, most = (Decimal(str(number)) if isfinite(number) else Decimal(0) for number in (min(lowest, 0.0), max(highest, 0.0)))
    unit = Decimal(10) ** ((most - least) / _TICKS).adjusted() if most > least else Decimal(1)
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * _TICKS >= most - least)
    first, last = (
        int((end / step).to_integral_value(rounding)) for end, rounding in ((least, "ROUND_FLOOR"), (most, "ROUND_CEILING"))
    )
    return tuple(step * index for index in range(first, max(last, first + 1) + 1))
