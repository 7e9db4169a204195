"""A computational graph as SVG: every quantity of the formulas, what it is made of, its value and its derivative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from explainer.derivation import Derivation
from explainer.program import Equation, Kind, Program, partial_name
from explainer.render.scribe import Scribe
from explainer.render.svg import RADIUS, drawing, edge, label, value
from explainer.spec.graphs import GREEK

COLUMN, SIDE = 128, 40
ABOVE, BELOW = 26, 44  # room for a sign over a circle, and for two numbers under it
GAP = 22
LARGEST = 24  # computed quantities; a larger graph is no help to anybody
NARROW_COLUMNS = 4
# What stands above a node: what it does with what comes in.
_SIGNS = {
    "quotient": "÷", "general_power": "xʸ", "power": "xⁿ", "exp": "exp", "log": "ln", "sqrt": "√", "maximum": "max",
    "minimum": "min", "copy": "=", "sigmoid": "σ", "tanh": "tanh", "relu": "ReLU",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    x: float
    y: float


def graph(scribe: Scribe, derivation: Derivation, *, values: bool) -> str:
    """The graph from the given values on the left to the result on the right."""
    program = derivation.program
    columns = _columns(program)
    below = BELOW if values else 0
    row, tallest = ABOVE + 2 * RADIUS + below + GAP, max(len(column) for column in columns)
    nodes = {
        name: _Node(name, SIDE + RADIUS + COLUMN * depth, ABOVE + RADIUS + row * ((tallest - len(column)) / 2 + place))
        for depth, column in enumerate(columns)
        for place, name in enumerate(column)
    }
    width, height = COLUMN * (len(columns) - 1) + 2 * (SIDE + RADIUS), row * tallest - GAP + 4
    parts = [
        *_edges(program, nodes),
        *(part for node in nodes.values() for part in _node(scribe, derivation, node, values=values)),
    ]
    title = f"figure.graph.{'values' if values else 'symbols'}.title"
    wide = " ex-wide" if len(columns) > NARROW_COLUMNS else ""
    return drawing(scribe, wide, (width, height), title, ["figure.graph.description"], parts)


def _equations(program: Program) -> list[Equation]:
    """Those of the first forward pass."""
    return [program.equation_of[name] for name in program.of_kind(Kind.NODE, step=0)]


def _inputs(program: Program, equation: Equation) -> list[str]:
    """The quantities that an equation takes, each once; the numbers in a formula are no nodes."""
    names = (name for name in equation.operands if program.quantities[name].kind is not Kind.CONSTANT)
    return list(dict.fromkeys(names))


def _columns(program: Program) -> list[list[str]]:
    """Each quantity right of all it is made of, a given value just left of what takes it first, few lines crossing."""
    equations = _equations(program)
    depth: dict[str, int] = {}
    for equation in equations:
        depth[equation.target] = 1 + max((depth.get(name, 0) for name in _inputs(program, equation)), default=0)
    takers: dict[str, list[str]] = {}
    for equation in equations:
        for name in _inputs(program, equation):
            takers.setdefault(name, []).append(equation.target)
    for name in program.of_kind(Kind.VALUE, step=0):
        if name in takers:
            depth[name] = min(depth[taker] for taker in takers[name]) - 1
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in [*program.of_kind(Kind.VALUE, step=0), *(equation.target for equation in equations)]:
        if name in depth:
            columns[depth[name]].append(name)
    return _untangled(columns, takers)


def _untangled(columns: list[list[str]], takers: Mapping[str, list[str]]) -> list[list[str]]:
    """From the right, each column in the order of the middle of what its quantities lead to."""
    place: dict[str, float] = {}
    for column in reversed(columns):
        middle = {
            name: sum(place.get(taker, 0.5) for taker in takers.get(name, ())) / max(len(takers.get(name, ())), 1)
            for name in column
        }
        column.sort(key=lambda name: middle[name])
        place |= {name: (index + 0.5) / len(column) for index, name in enumerate(column)}
    return columns


def _edges(program: Program, nodes: Mapping[str, _Node]) -> Iterator[str]:
    for equation in _equations(program):
        yield from (edge(nodes[name], nodes[equation.target]) for name in _inputs(program, equation))


def _node(scribe: Scribe, derivation: Derivation, node: _Node, *, values: bool) -> Iterator[str]:
    program = derivation.program
    equation = program.equation_of.get(node.name)
    kind = "k-activation" if equation else "k-input"
    yield f'<circle class="ex-node {kind}" cx="{node.x:g}" cy="{node.y:g}" r="{RADIUS}"/>'
    yield label(_plain(node.name), node.x, node.y + 5, kind)
    if equation:
        top = node.y - RADIUS - 6
        yield f'<text class="ex-sign" x="{node.x:g}" y="{top:g}" text-anchor="middle">{_sign(equation)}</text>'
    if values:
        yield value(scribe, derivation, node.name, node.x, node.y + RADIUS + 16)
        total = partial_name(program.losses[0], node.name)
        if total in program.quantities:
            yield value(scribe, derivation, total, node.x, node.y + RADIUS + 34)


def _plain(name: str) -> str:
    """A name for a figure: letters, perhaps Greek ones, and an index after _."""
    letters = name.rstrip("0123456789") if "_" not in name else name.partition("_")[0]
    index = name[len(letters) :].lstrip("_")
    return (unescape(f"&{letters};") if letters in GREEK else letters) + (f"_{index}" if index else "")


def _sign(equation: Equation) -> str:
    if equation.operation != "sum_of_products":
        return _SIGNS.get(equation.operation, equation.operation)
    if len(equation.static) == 1:
        return "−" if equation.static == (-1,) else "×"
    if set(map(abs, equation.static)) != {1}:
        return "Σ"
    return "+" if min(equation.static) > 0 else "−" if len(equation.static) == 2 else "±"
