"""A training run as curves over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from explainer.derivation import Derivation, Run
from explainer.render.scribe import Scribe
from explainer.render.svg import drawing, label, value
from explainer.schedule import at_epoch
from explainer.words.numbers import localise, running

WIDTH, HEIGHT = 430, 250  # narrow enough for a phone
LEFT, RIGHT, TOP, BOTTOM = 50, 76, 26, 46  # room for ticks on the left and below, for names and last values on the right
LABEL = 40  # the height of a name and a value
TICKS = 5


def curve(scribe: Scribe, derivation: Derivation, run: Run, names: Sequence[str]) -> str:
    """One curve for each name. Where two lie on each other, the later one is dashed, so that both are seen."""
    epochs = run.schedule.kept
    ticks = nice_ticks(max(derivation.value(at_epoch(name, epoch)) for name in names for epoch in epochs))
    highest = float(ticks[-1])

    def x(epoch: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / epochs[-1]

    def y(amount: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * amount / highest

    key = "follow" if any(name in run.schedule.followed for name in names) else "curve"
    parts: list[str] = []
    for tick in ticks:
        height = y(float(tick))
        parts.append(f'<line class="ex-grid" x1="{LEFT}" y1="{height:g}" x2="{WIDTH - RIGHT}" y2="{height:g}"/>')
        parts.append(_tick(scribe, f"{tick.normalize():f}", LEFT - 8, height + 4, "end"))
    for epoch in (0, epochs[-1] // 2, epochs[-1]):
        parts.append(_tick(scribe, str(epoch), x(epoch), HEIGHT - BOTTOM + 18, "middle"))
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(
        f'<text class="ex-tick" x="{middle:g}" y="{HEIGHT - 8}" text-anchor="middle">{scribe.label("column.epoch")}</text>'
    )
    drawn, ends = list[list[float]](), list[tuple[float, str, str]]()
    for index, name in enumerate(names):
        heights = [derivation.value(at_epoch(name, epoch)) for epoch in epochs]
        points = " ".join(f"{x(epoch):.1f},{y(height):.1f}" for epoch, height in zip(epochs, heights, strict=True))
        covered = heights in drawn
        drawn.append(heights)
        kind = "k-loss" if key == "curve" else ("k-activation", "k-input", "k-weight", "k-bias")[index % 4]
        parts.append(f'<polyline class="ex-line {kind}{" ex-over" if covered else ""}" points="{points}"/>')
        ends.append((y(heights[-1]), name, kind))
    # names and last values stand beside the curves' ends, one under the other where these meet, and above the ticks
    lowest = HEIGHT - BOTTOM - LABEL / 2
    for end, name, kind in sorted(ends, reverse=True):
        lowest = min(end, lowest)
        parts.append(label(name.partition("@")[0], WIDTH - RIGHT + 8, lowest - 4, kind, "start"))
        parts.append(value(scribe, derivation, at_epoch(name, epochs[-1]), WIDTH - RIGHT + 8, lowest + 16, "start", kind))
        lowest -= LABEL
    return drawing(scribe, " ex-curve", (WIDTH, HEIGHT), f"figure.{key}.title", ["figure.curve.description"], parts)


def _tick(scribe: Scribe, text: str, x: float, y: float, anchor: str) -> str:
    number = running(localise(text, scribe.language))
    return f'<text class="ex-tick" data-structural="tick" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{number}</text>'


def nice_ticks(highest: float) -> tuple[Decimal, ...]:
    """Round numbers from zero to just above the highest value."""
    unit = Decimal(10) ** (Decimal(highest / TICKS).adjusted())
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * TICKS >= Decimal(highest))
    count = next(number for number in range(1, TICKS + 1) if step * number >= Decimal(highest))
    return tuple(step * index for index in range(count + 1))
