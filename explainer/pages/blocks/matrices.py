"""Blocks of the layer view: matrix by matrix, and one entry in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explainer.core.program import MOVING, PARAMETERS, PARTIALS, Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.lines import grid, with_numbers
from explainer.derivation.matrix_formulas import is_of_losses
from explainer.operations.matrices import LayerProgram
from explainer.pages.blocks.block import BlockError, resolved, step_of, unknown
from explainer.pages.scribe import Scribe

_LAYERS = {
    "forward": (Kind.INPUT, Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS),
    "backward": tuple(PARTIALS),
    "update": (*PARAMETERS, *MOVING),
}


def _matrices(derivation: Derivation) -> LayerProgram:
    if derivation.matrices is None:
        found = f"{derivation.name}, which is worked out neuron by neuron"
        raise BlockError(found, "the layer view", example='[walkthrough]\nview = "layers"')
    return derivation.matrices


def layers(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Matrix by matrix: `forward`, `backward` or `update`, perhaps with a number of updates before; or the named matrices."""
    program = _matrices(derivation)
    if not names:
        raise BlockError("nothing", f"{', '.join(_LAYERS)}, or names of matrices")
    if names[0] in _LAYERS:
        last = derivation.example.steps
        step = step_of(derivation, names[1:], 0, names[0])
        step = min(step + 1, last) if names[0] == "update" else step
        chosen = [
            name
            for name in derivation.matrix_steps
            if program.quantities[name].kind in _LAYERS[names[0]] and program.quantities[name].step == step
        ]
    else:
        chosen = _resolved_matrices(derivation, names)
    return "\n\n".join(_matrix(scribe, derivation, program, name) for name in chosen)


def _resolved_matrices(derivation: Derivation, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in derivation.matrix_steps:
            raise unknown("matrix", name, list(derivation.matrix_steps), f"a matrix that {derivation.name} computes")
    return list(names)


def _matrix(scribe: Scribe, derivation: Derivation, program: LayerProgram, name: str) -> str:
    """The sentence and the lines of a matrix; where its formula says nothing of its entries, that of the first one too."""
    step = derivation.matrix_steps[name]
    identifier, sentence = scribe.identifier(name), scribe.explanation(derivation, step)
    parts = [scribe.quantity(derivation, name, step.lines)]
    equation = next(equation for equation in program.equations if equation.target == name)
    first = program.entry(name, 1, 1)
    if is_of_losses(equation) and len(step.lines) == 1 and first != name:
        parts.append(scribe.quantity(derivation, first, derivation.steps[first].lines))
    return scribe.writer.entry(identifier, sentence, parts)


def entry(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """One entry of a matrix in full: where it stands, the row and the column it comes from, the products, the sum."""
    program = _matrices(derivation)
    known = derivation.equation_of_entry
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one entry of a matrix", right=next(iter(known), ""))
    (name,) = resolved(derivation, names, list(known))
    own, whole = known[name]
    row, column = next(place for place in program.places(whole.target) if program.entry(whole.target, *place) == name)
    values = {key: scribe.count(number) for key, number in (("row", row), ("column", column))}
    product = whole.operation in ("affine", "product_transposed", "transposed_product")
    key = "entry.place" if not product else "entry.affine" if len(whole.operands) > 2 else "entry.product"
    sentence = scribe.sentence(key, values | {"target": scribe.symbol(derivation, whole.target)})
    parts = []
    if sum(map(len, program.entries_of(whole.target))) == 1:
        sentence = scribe.explanation(derivation, derivation.steps[name])
    else:
        marked = {name, *own.operands}
        *before, last = derivation.matrix_steps[whole.target].lines
        numbers = with_numbers(derivation, whole, marked)
        lines = [replace(line, expression=numbers) for line in before[1:] if numbers]
        lines.append(replace(last, expression=grid(derivation, whole.target, marked=marked)))
        parts.append(scribe.quantity(derivation, whole.target, lines))
    parts.append(scribe.quantity(derivation, name, derivation.steps[name].lines))
    return scribe.writer.entry(scribe.identifier(name), sentence, parts)
