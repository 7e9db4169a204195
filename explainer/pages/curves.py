"""A training run as curves over its epochs."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.core.names import at_epoch
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.operations.symbols import symbol as tex_of
from explainer.pages.axes import WIDTH, Plane, from_zero, of_epochs
from explainer.pages.columns import Point, spread
from explainer.pages.lettering import symbol
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import Part, around, drawing, label, path, trace, value

HEIGHT = 180.0  # of the plot
MOST = 4  # curves in one figure, each in a colour of its own
_LABEL = 46.0  # the height of a name and a value
_COLOURS = ("k-activation", "k-input", "k-weight", "k-bias")


def curve(scribe: Scribe, derivation: Derivation, run: Run, names: Sequence[str]) -> str:
    """One curve for each name. Where two lie on each other, the later one is dashed, so that both are seen."""
    epochs = run.schedule.kept
    courses = {name: [derivation.value(at_epoch(name, epoch)) for epoch in epochs] for name in names}
    everything = [amount for course in courses.values() for amount in course]
    plane = Plane(of_epochs(epochs[-1]), from_zero(min(everything), max(everything)), HEIGHT)
    parts = [*plane.grid(scribe), plane.called(scribe, "column.epoch")]
    loss = not any(name in run.schedule.followed for name in names)
    drawn: list[list[float]] = []
    ends: list[tuple[float, str, str]] = []
    for index, (name, course) in enumerate(courses.items()):
        points = [plane.place(epoch, amount) for epoch, amount in zip(epochs, course, strict=True)]
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
