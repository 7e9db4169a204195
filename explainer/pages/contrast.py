"""Training runs of several examples in one figure: what differs between them shows in what becomes of their losses."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.core.names import at_epoch
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.pages import marks
from explainer.pages.axes import BELOW, Plane, by_powers, from_zero, of_epochs
from explainer.pages.marks import KINDS, Legend, mark
from explainer.pages.scribe import Scribe
from explainer.pages.svg import Part, around, drawing, trace

HEIGHT = 190.0  # of the plane
MOST = marks.MOST  # runs
RATES, UNNAMED = "rates", "unnamed"  # what runs may be named by


def losses_of(derivation: Derivation) -> list[tuple[int, float]]:
    """The loss of its run after each epoch of which it is kept."""
    assert derivation.run is not None
    return [(epoch, derivation.value(name)) for epoch, name in derivation.run.losses()]


def first_zero(derivation: Derivation) -> int | None:
    """The first epoch after which the loss is not above zero, if there is one."""
    return next((epoch for epoch, loss in losses_of(derivation) if loss <= 0), None)


def rate_of(derivation: Derivation) -> str:
    """The name of the learning rate."""
    return derivation.program.of_kind(Kind.RATE)[0]


def runs(scribe: Scribe, derivations: Sequence[Derivation], *, logarithmic: bool, named: str = "") -> str:
    """A curve for each, with a mark at its end; below, beside the same mark, what it is called and its last loss.

    It is called what its example is, or `named` by its learning rate, or unnamed; then there is nothing below.
    """
    courses = [losses_of(derivation) for derivation in derivations]
    everything = [loss for course in courses for _, loss in course]
    last = max(course[-1][0] for course in courses)
    scale = by_powers if logarithmic else from_zero
    plane = Plane(of_epochs(last), scale(min(everything), max(everything)), HEIGHT)
    parts = [*plane.grid(scribe), plane.called(scribe, "column.epoch")]
    ends: list[Part] = []
    legend = Legend(scribe, HEIGHT + BELOW)
    for index, (derivation, course, (shape, kind)) in enumerate(zip(derivations, courses, KINDS, strict=False)):
        line = [plane.place(epoch, loss) for epoch, loss in course]
        classes = f"ex-line {kind} ex-dash-{index}"
        parts.append(Part(f'<path class="{classes}" d="{trace(line)}"/>', around(line)))
        ends.append(mark(shape, kind, line[-1]))
        if named == UNNAMED:
            continue
        legend.line().sample(classes, shape, kind)
        if named == RATES:
            legend.quantity(derivation, rate_of(derivation))
        else:
            legend.text(scribe.catalogue.title_of(derivation.example)).line()
        (loss,) = derivation.run.schedule.loss.losses if derivation.run else ("",)
        legend.quantity(derivation, at_epoch(loss, course[-1][0]))
    plain = "figure.runs.description.unnamed" if named == UNNAMED else "figure.runs.description"
    described = [plain, *(["figure.runs.description.logarithmic"] if logarithmic else [])]
    return drawing(scribe, " ex-curve ex-runs", "figure.runs.title", described, [*parts, *ends, *legend.parts])
