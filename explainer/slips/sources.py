"""Slips that go through a whole calculation, as in published sources: an input left out, one path alone, another place's slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from explainer.compose.compose import compose
from explainer.core.program import PARTIALS, Equation, Kind, Program
from explainer.examples.model import NetworkExample
from explainer.operations.record import Family
from explainer.operations.sums import split
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips.once import Slip, aside

INPUT_MISSING, PATH_ALONE, NEW_POINT = "input_missing", "path_alone", "new_point"


def inputs_missing(program: Program) -> Iterator[Slip]:
    """Every input taken for nothing, wherever it goes."""
    inputs = [name for name, value in program.given.items() if program.quantities[name].kind is Kind.INPUT and value]
    for name in inputs if len(inputs) > 1 else ():
        yield Slip(INPUT_MISSING, name, replace(program, given={**program.given, name: Decimal(0)}), (name,))


def paths_alone(program: Program) -> Iterator[Slip]:
    """Where more than two paths meet, one of them alone; of two, one is left out."""
    for place, equation in enumerate(program.equations):
        lengths = equation.static
        if equation.operation != "sum_of_products" or len(lengths) < 3 or program.quantities[equation.target].kind not in PARTIALS:
            continue
        for term, length in zip(split(equation.operands, lengths), lengths, strict=True):
            alone = Equation(equation.target, "sum_of_products", tuple(term), (length,))
            equations = (*program.equations[:place], alone, *program.equations[place + 1 :])
            yield Slip(PATH_ALONE, equation.target, replace(program, equations=equations), tuple(term))


def at_new_points(example: NetworkExample) -> Iterator[Slip]:
    """Every parameter moved by the gradient of the place that the step leads to.

    `mentions` are the moved parameters; what they would be stands beside them in the list, by the name that `aside` gives.
    """
    training = example.training
    if training is None or training.sequential or training.rule.keeps:
        return
    program = compose(replace(example, training=replace(training, steps=training.steps + 1, epochs=0)))
    moved, names = list[Equation](), list[str]()
    for later in program.equations:
        if OPERATIONS[later.operation].family is Family.UPDATE and later.operands[0] in program.equation_of:
            new, *others = later.operands
            begun = program.equation_of[new].operands[0]
            moved.append(replace(later, target=aside(new), operands=(begun, *others)))
            names.append(new)
    yield Slip(NEW_POINT, "", replace(program, equations=(*program.equations, *moved)), tuple(names))
