"""Slips that go through a whole calculation, as in published sources: an input left out, one path of several alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from explainer.core.program import PARTIALS, Equation, Kind, Program
from explainer.operations.sums import split
from explainer.slips.once import Slip

INPUT_MISSING, PATH_ALONE = "input_missing", "path_alone"


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
