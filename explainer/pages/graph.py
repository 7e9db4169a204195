"""A computational graph as SVG: every quantity of the formulas, what it is made of, its value and its derivative."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.core.names import partial_name
from explainer.core.program import Equation, Kind, Program
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages import lettering
from explainer.pages.columns import Extent, Link, Point, columns_of, of_graph
from explainer.pages.lettering import symbol
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import (
    RADIUS,
    SIGN,
    Part,
    around,
    curve,
    drawing,
    half_width,
    node,
    standing_for,
    value,
    value_width,
    words,
)

LARGEST, TALLEST = 50, 14  # quantities in all and in a column; a larger graph is no help to anybody
_ABOVE, _VALUE, _DERIVATIVE = RADIUS + 7, RADIUS + 17, RADIUS + 36  # the baselines of what stands around a node
_BESIDE, _GAP = 5.0, 14.0  # free space beside and under a node


def is_drawn(program: Program) -> bool:
    """Is a picture of these formulas of help?"""
    names = _names(program)
    return len(names) <= LARGEST and max(map(len, columns_of(names, _links(program)))) <= TALLEST


def graph(scribe: Scribe, derivation: Derivation, *, values: bool) -> str:
    """The graph from the given values on the left to the result on the right."""
    program = derivation.program
    extents = {name: _extent(scribe, derivation, name, values=values) for name in _names(program)}
    layout = of_graph(extents, _links(program), _GAP)
    parts = [
        standing_for(
            scribe.named(derivation, source),
            Part(f'<path class="ex-edge" d="{curve(route)}"/>', around((route.start, route.bend, route.rebend, route.end))),
        )
        for (source, _), route in layout.routes.items()
    ]
    for name, place in layout.nodes.items():
        parts += _node(scribe, derivation, name, place, values=values)
    title = f"figure.graph.{'values' if values else 'symbols'}.title"
    return drawing(scribe, "", title, ["figure.graph.description"], parts)


def _equations(program: Program) -> list[Equation]:
    """Those of the first forward pass."""
    return [program.equation_of[name] for name in program.of_kind(Kind.NODE, step=0)]


def _inputs(program: Program, equation: Equation) -> list[str]:
    """The quantities that an equation takes, each once; the numbers in a formula are no nodes."""
    names = (name for name in equation.operands if program.quantities[name].kind is not Kind.CONSTANT)
    return list(dict.fromkeys(names))


def _links(program: Program) -> list[Link]:
    return [(name, equation.target) for equation in _equations(program) for name in _inputs(program, equation)]


def _names(program: Program) -> list[str]:
    """The values that are used, then what is computed, each after what it is made of."""
    used = {source for source, _ in _links(program)}
    return [
        *(name for name in program.of_kind(Kind.VALUE, step=0) if name in used),
        *(equation.target for equation in _equations(program)),
    ]


def _total(program: Program, name: str) -> str:
    """The derivative of the result by a quantity; "" if it was not needed."""
    total = partial_name(program.losses[0], name)
    return total if total in program.quantities else ""


def _extent(scribe: Scribe, derivation: Derivation, name: str, *, values: bool) -> Extent:
    half = half_width(symbol(quantity_of(derivation, name).symbol))
    widths, above, below = [2 * half], RADIUS, RADIUS
    if equation := derivation.program.equation_of.get(name):
        widths.append(lettering.width(_sign(equation), SIGN))
        above = _ABOVE + SIGN
    if values:
        widths.append(value_width(scribe, derivation, name))
        below = _VALUE + 4
        if total := _total(derivation.program, name):
            widths.append(value_width(scribe, derivation, total))
            below = _DERIVATIVE + 4
    beside = max(widths) / 2 + _BESIDE
    return Extent(beside, beside, above, below, half, RADIUS)


def _node(scribe: Scribe, derivation: Derivation, name: str, place: Point, *, values: bool) -> Iterator[Part]:
    program = derivation.program
    equation = program.equation_of.get(name)
    kind = "k-activation" if equation else "k-input"
    yield from node(symbol(quantity_of(derivation, name).symbol), place, kind, scribe.named(derivation, name))
    if equation:
        yield words(Text(_sign(equation)), place.x, place.y - _ABOVE, "ex-sign", size=SIGN)
    if values:
        yield value(scribe, derivation, name, place.x, place.y + _VALUE)
        if total := _total(program, name):
            yield value(scribe, derivation, total, place.x, place.y + _DERIVATIVE)


def _sign(equation: Equation) -> str:
    """What stands above a node: what it does with what comes in."""
    if equation.operation != "sum_of_products":
        return OPERATIONS[equation.operation].sign or equation.operation
    if len(equation.static) == 1:
        return "−" if equation.static == (-1,) else "×"
    if set(map(abs, equation.static)) != {1}:
        return "Σ"
    return "+" if min(equation.static) > 0 else "−" if len(equation.static) == 2 else "±"
