"""Blocks of what was given and what has become of it: tables, and the training run in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.core.names import after, at_epoch
from explainer.core.program import Kind, Quantity
from explainer.derivation.derivation import Derivation
from explainer.derivation.lines import grid
from explainer.derivation.types import Line
from explainer.operations.matrices import LayerProgram
from explainer.operations.symbols import symbol
from explainer.pages.blocks.block import BlockError, resolved, run_of, step_of, unknown
from explainer.pages.scribe import Scribe


def given(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of what the author gave, or in the layer view its matrices; not of the zeros that a method begins with."""
    if derivation.matrices and not names:
        return _given_matrices(scribe, derivation, derivation.matrices)
    kinds = {name: derivation.program.quantities[name].kind for name in derivation.program.given}
    zeros = [name for name, kind in kinds.items() if kind is Kind.MOMENT and not derivation.program.given[name]]
    shown = [name for name, kind in kinds.items() if kind not in (Kind.BASELINE, Kind.CONSTANT) and name not in zeros]
    rows = [[scribe.symbol(derivation, name), scribe.number(derivation, name)] for name in resolved(derivation, names or shown)]
    table = scribe.writer.table([scribe.label("column.quantity"), scribe.label("column.value")], rows, [False, True])
    remembered = scribe.writer.paragraph(scribe.sentence("given.remembered", {})) if zeros and not names else ""
    return "\n\n".join(filter(None, (table, remembered)))


def _given_matrices(scribe: Scribe, derivation: Derivation, program: LayerProgram) -> str:
    shown = [name for name in program.given if program.quantities[name].kind is not Kind.MOMENT]
    formulas = [scribe.quantity(derivation, name, [Line("=", grid(derivation, name))]) for name in shown]
    return scribe.writer.row([scribe.writer.math(formula, display=True) for formula in formulas])


def updates(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of the parameters before and after the last update, or `::: updates 1` the first."""
    step = step_of(derivation, names, default=derivation.example.steps)
    if not step:
        raise BlockError(
            "an example without [training]", "one whose parameters are updated", example="[training]\nlearning_rate = 0.1"
        )
    rows = []
    for target in [after(parameter, step) for parameter in derivation.program.parameters]:
        before = derivation.program.equation_of[target].operands[0]
        gradient = derivation.program.gradients[step - 1][before]
        cells = [scribe.number(derivation, name) for name in (before, gradient, target)]
        rows.append([scribe.symbol(derivation, before), *cells])
    header = [scribe.label(f"column.{key}") for key in ("parameter", "before", "gradient", "after")]
    return scribe.writer.table(header, rows, [False, True, True, True])


def run(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of the training run at the epochs that are recorded: the loss, or with names the parameters too."""
    made = run_of(derivation)
    (loss,) = made.schedule.loss.losses
    columns = [loss, *names]
    for name in names:
        if name not in made.schedule.update.parameters:
            raise unknown("name", name, list(made.schedule.update.parameters), "parameters")
    header = [scribe.label("column.epoch"), *(scribe.letter(made.timeless[name]) for name in columns)]
    rows = [
        [scribe.count(epoch), *(scribe.number(derivation, at_epoch(name, epoch)) for name in columns)]
        for epoch in made.schedule.record
    ]
    return scribe.writer.table(header, rows, [True] * len(header))


def twins(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Neurons that no training can part: what was proven about them."""
    made = derivation.run
    if names or made is None or not made.twins:
        found = " ".join(names) or "an example whose run has no twin neurons"
        raise BlockError(found, "an example in which two neurons of a layer start equal", example="weights = 1")
    pairs = [[scribe.letter(Quantity(name, Kind.HIDDEN, symbol(name, Kind.HIDDEN))) for name in pair] for pair in made.twins]
    sentences = [scribe.writer.paragraph(scribe.sentence("twins", {"first": first, "second": second})) for first, second in pairs]
    return "\n\n".join(sentences)
