"""Figures of a recorded run: its losses and accuracies, runs beside each other, and how weights are spread."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from explainer.core.names import at_epoch
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.examples.recorded import Histogram, RecordedExample, Trial
from explainer.operations.symbols import symbol as tex_of
from explainer.pages.axes import BELOW, WIDTH, Plane, Scale, by_powers, from_zero, just
from explainer.pages.lettering import symbol
from explainer.pages.marks import KINDS, Legend, mark
from explainer.pages.scribe import Scribe
from explainer.pages.svg import Part, around, drawing, label, path, trace

HEIGHT = 190.0  # of a plane
PANEL, APART = 70.0, 44.0  # of a histogram, and between two of them


def of_iterations(last: int) -> Scale:
    """An axis for a run: its start, its middle and its end."""
    return Scale(0.0, float(last), tuple(Decimal(number) for number in sorted({0, last // 2, last})))


def loss(scribe: Scribe, derivation: Derivation, example: RecordedExample) -> str:
    """The running losses as a curve, and those of the test images after each epoch as squares."""
    last = example.epochs * example.iterations
    running = [(number, derivation.value(name)) for number, name in running_losses(example)]
    tests = [(epoch * example.iterations, derivation.value(at_epoch("test_loss", epoch))) for epoch in range(example.epochs + 1)]
    plane = Plane(of_iterations(last), from_zero(0, max(amount for _, amount in (*running, *tests))), HEIGHT)
    curve = [plane.place(*each) for each in running]
    (_, colour), (square, other) = KINDS[:2]
    parts = [*plane.grid(scribe), plane.called(scribe, "recorded.iteration"), path(curve, f"ex-line {colour}")]
    parts += [mark(square, other, plane.place(*each)) for each in tests]
    legend = Legend(scribe, HEIGHT + BELOW)
    legend.line().sample(f"ex-line {colour}").words(scribe.catalogue.text("recorded.loss.running"))
    legend.number(derivation, running_losses(example)[-1][1])
    legend.line().sample("", square, other).words(scribe.catalogue.text("recorded.loss.test"))
    legend.number(derivation, at_epoch("test_loss", example.epochs))
    described = ["recorded.progress.loss.description"]
    return drawing(scribe, " ex-curve", "recorded.progress.loss.title", described, [*parts, *legend.parts])


def running_losses(example: RecordedExample) -> list[tuple[int, str]]:
    """Iterations counted through all epochs, and the names of what was measured there."""
    stem = "running_loss_"
    return [(int(name.removeprefix(stem)), name) for name in example.measured if name.startswith(stem)]


def accuracy(scribe: Scribe, derivation: Derivation, example: RecordedExample) -> str:
    """A mark for each epoch, with its number."""
    names = [at_epoch("accuracy", epoch) for epoch in range(1, example.epochs + 1)]
    values = [derivation.value(name) for name in names]
    low, high = float(int(min(values)) - 1), float(int(max(values)) + 2)
    ticks = tuple(Decimal(epoch) for epoch in range(1, example.epochs + 1))
    plane = Plane(Scale(0.5, example.epochs + 0.5, ticks), just(low, high), HEIGHT)
    points = [plane.place(epoch, amount) for epoch, amount in enumerate(values, 1)]
    shape, colour = KINDS[0]
    parts = [*plane.grid(scribe), plane.called(scribe, "column.epoch"), path(points, f"ex-line {colour}")]
    parts += [mark(shape, colour, point) for point in points]
    legend = Legend(scribe, HEIGHT + BELOW)
    legend.line().sample(f"ex-line {colour}", shape, colour).words(scribe.catalogue.text("recorded.accuracy"))
    legend.number(derivation, names[-1])
    described = ["recorded.progress.accuracy.description"]
    return drawing(scribe, " ex-curve", "recorded.progress.accuracy.title", described, [*parts, *legend.parts])


def compared(scribe: Scribe, derivation: Derivation, trials: Sequence[Trial], kind: str) -> str:
    """A curve for each run on a logarithmic axis, with a mark at its end; below stands what it is called and its last loss."""
    everything = [amount for trial in trials for _, amount in trial.losses if amount > 0]
    last = max(number for trial in trials for number, _ in trial.losses)
    plane = Plane(of_iterations(last), by_powers(min(everything), max(everything)), HEIGHT)
    parts, ends = [*plane.grid(scribe), plane.called(scribe, "recorded.iteration")], list[Part]()
    legend = Legend(scribe, HEIGHT + BELOW)
    for index, (trial, (shape, colour)) in enumerate(zip(trials, KINDS, strict=False), 1):
        line = [plane.place(number, amount) for number, amount in trial.losses if amount > 0]
        classes = f"ex-line {colour} ex-dash-{index - 1}"
        parts.append(Part(f'<path class="{classes}" d="{trace(line)}"/>', around(line)))
        ends.append(mark(shape, colour, line[-1]))
        legend.line().sample(classes, shape, colour)
        if kind == "rate":
            legend.named(derivation, "eta").sign("=").number(derivation, f"rate_{index}")
        else:
            legend.words(scribe.catalogue.text(f"recorded.start.{trial.name}"))
        legend.number(derivation, f"{kind}_loss_{index}")
    described = ["recorded.compared.description"]
    return drawing(scribe, " ex-curve ex-runs", "recorded.compared.title", described, [*parts, *ends, *legend.parts])


def histograms(scribe: Scribe, found: Sequence[Histogram]) -> str:
    """A panel for each matrix: an outline for the start, and one for the end."""
    parts = list[Part]()
    for number, item in enumerate(found):
        top = number * (PANEL + APART)
        plane = Plane(just(item.edges[0], item.edges[-1]), from_zero(0, max(*item.before, *item.after)), PANEL, top=top)
        parts += [part for part in plane.grid(scribe) if 'text-anchor="end"' not in part.markup]
        for counts, classes in ((item.before, "ex-line k-input ex-dash-1"), (item.after, "ex-line k-activation")):
            corners = [(edge, count) for k, count in enumerate(counts) for edge in (item.edges[k], item.edges[k + 1])]
            parts.append(path([plane.place(*corner) for corner in corners], classes))
        parts.append(label(symbol(tex_of(item.name, Kind.WEIGHT)), WIDTH + 12, top + PANEL / 2, "k-weight", anchor="start"))
    return drawing(scribe, " ex-curve", "recorded.histograms.title", ["recorded.histograms.description"], parts)
