"""What a network with two inputs has learnt, on their plane: where its answer changes, after some epochs of its training run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from explainer.core.program import Kind
from explainer.core.text import Text
from explainer.derivation.functions import Field, answers
from explainer.derivation.types import Run
from explainer.examples.model import Data, Sample
from explainer.operations.symbols import symbol as tex_of
from explainer.pages.axes import BELOW, Plane, Scale, just
from explainer.pages.columns import Point
from explainer.pages.lettering import symbol
from explainer.pages.marks import Legend, mark
from explainer.pages.scribe import Scribe
from explainer.pages.svg import Box, Part, around, drawing, label, trace
from explainer.words.numbers import localise, running

SIDE = 300.0  # of the plane
CELLS = 96  # of the grid on which the boundary is looked for, from side to side
MOST = 4  # boundaries in one figure
_MARGIN = 0.15  # around the samples, of their spread
_NEAR = 0.5  # how far from the samples a query is still drawn, of their spread: farther ones would press all others together
_KINDS = ("k-loss", "k-gradient", "k-bias", "k-input")
_SHAPES = (("cross", "k-weight"), ("circle", "k-target"), ("diamond", "k-activation ex-open"))  # low, high, and no target

Corner = tuple[int, int]  # of the grid
Edge = tuple[Corner, Corner]
Segment = tuple[Edge, Edge]


def boundary(scribe: Scribe, run: Run, epochs: Sequence[int]) -> str:
    """The samples and queries as points, and after each epoch the line on which the output lies between the two targets."""
    data = run.schedule.example.data
    low, high = sorted({float(sample.target[0]) for sample in data.samples})
    groups = [
        [_place(data, sample) for sample in data.samples if sample.target[0] == target]
        for target in sorted({sample.target[0] for sample in data.samples})
    ]
    samples = [point for group in groups for point in group]
    groups.append([point for query in data.queries if _near(point := _place(data, query), samples)])
    plane = _plane([point for group in groups for point in group])
    parts = [*plane.grid(scribe), plane.named(symbol(tex_of("x_1", Kind.INPUT)), "k-input")]
    parts.append(label(symbol(tex_of("x_2", Kind.INPUT)), -8, -14, "k-input", anchor="end"))
    parts.append(Part(f'<rect class="ex-frame" x="0" y="0" width="{SIDE:g}" height="{SIDE:g}"/>', Box(0, 0, SIDE, SIDE)))
    legend = Legend(scribe, SIDE + BELOW)
    for key, points, (shape, kind) in zip(("low", "high", "query"), groups, _SHAPES, strict=True):
        if points:
            legend.line().sample("", shape, kind).words(scribe.catalogue.text(f"figure.boundary.{key}"))
    for epoch, kind, dash in zip(epochs, _KINDS, range(MOST), strict=False):
        classes = f"ex-line {kind} ex-dash-{dash}"
        lines = contour(answers(run, epoch), (low + high) / 2, plane)
        parts += [Part(f'<path class="{classes}" d="{trace(line)}"/>', around(line)) for line in lines]
        legend.line().sample(classes).words(_when(scribe, epoch), "count")
        if not lines:
            legend.words(scribe.catalogue.text("figure.boundary.nowhere"))
    marks = [mark(*kind, plane.place(*point)) for points, kind in zip(groups, _SHAPES, strict=True) for point in points]
    described = ["figure.boundary.description"]
    return drawing(scribe, " ex-curve ex-boundaries", "figure.boundary.title", described, [*parts, *marks, *legend.parts])


def _when(scribe: Scribe, epoch: int) -> Text:
    if not epoch:
        return scribe.catalogue.text("figure.boundary.start")
    number = Text(running(localise(str(epoch), scribe.language)))
    return scribe.catalogue.filled("figure.boundary.after", {"count": number}, epoch)


def _place(data: Data, sample: Sample) -> tuple[float, float]:
    across, up = data.inputs(sample)
    return float(across), float(up)


def _near(point: tuple[float, float], samples: Sequence[tuple[float, float]]) -> bool:
    for axis in (0, 1):
        low, high = min(sample[axis] for sample in samples), max(sample[axis] for sample in samples)
        reach = _NEAR * (high - low)
        if not low - reach <= point[axis] <= high + reach:
            return False
    return True


def _plane(points: Sequence[tuple[float, float]]) -> Plane:
    across, up = (_scale([point[axis] for point in points]) for axis in (0, 1))
    return Plane(across, up, SIDE, SIDE)


def _scale(amounts: Sequence[float]) -> Scale:
    """An axis on which all samples are well inside."""
    low, high = min(amounts), max(amounts)
    spread = (high - low) or max(abs(low), 1.0)
    unit = 10.0 ** (math.floor(math.log10(spread)) - 1)
    ends = math.floor((low - _MARGIN * spread) / unit) * unit, math.ceil((high + _MARGIN * spread) / unit) * unit
    return just(*(float(f"{end:.12g}") for end in ends))


# --- where a function of two numbers has one value


def contour(field: Field, level: float, plane: Plane) -> list[list[Point]]:
    """The lines on which a function has a value, found on a grid by what its corners have: as points of the figure."""
    across, up = plane.across, plane.up
    xs = [across.low + (across.high - across.low) * step / CELLS for step in range(CELLS + 1)]
    ys = [up.low + (up.high - up.low) * step / CELLS for step in range(CELLS + 1)]
    above = {(i, j): field(x, y) - level for j, y in enumerate(ys) for i, x in enumerate(xs)}
    segments = [segment for j in range(CELLS) for i in range(CELLS) for segment in _across(above, i, j)]

    def place(edge: Edge) -> Point:
        """Where a straight course from one corner to the other would have the value."""
        (i, j), (k, m) = edge
        part = above[i, j] / (above[i, j] - above[k, m])
        return plane.place(xs[i] + part * (xs[k] - xs[i]), ys[j] + part * (ys[m] - ys[j]))

    return [[place(edge) for edge in line] for line in _joined(segments)]


def _across(above: Mapping[Corner, float], i: int, j: int) -> Iterator[Segment]:
    """How the line runs through one cell: it enters and leaves by edges along which the sign changes."""
    corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
    edges = ((corners[0], corners[1]), (corners[1], corners[2]), (corners[3], corners[2]), (corners[0], corners[3]))
    cut = [(one, other) for one, other in edges if (above[one] > 0) != (above[other] > 0)]
    yield from zip(cut[::2], cut[1::2], strict=True)


def _joined(segments: Sequence[Segment]) -> list[list[Edge]]:
    """Segments that share edges, as lines; one that closes ends where it begins."""
    at: dict[Edge, list[int]] = {}
    for index, segment in enumerate(segments):
        for end in segment:
            at.setdefault(end, []).append(index)
    used: set[int] = set()

    def onwards(end: Edge) -> Iterator[Edge]:
        while (following := next((index for index in at[end] if index not in used), None)) is not None:
            used.add(following)
            one, other = segments[following]
            end = other if end == one else one
            yield end

    lines = []
    for index, (one, other) in enumerate(segments):
        if index not in used:
            used.add(index)
            forwards, backwards = list(onwards(other)), list(onwards(one))
            lines.append([*reversed(backwards), one, other, *forwards])
    return lines
