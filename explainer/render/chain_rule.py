"""The chain rule on a network: the ways from one parameter to the loss, and the factor that each link of them gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from explainer.derivation import Derivation
from explainer.program import Kind, partial_name
from explainer.render.scribe import Scribe
from explainer.render.svg import MARGIN, RADIUS, Node, drawing, edge, label, layers_of, links, value
from explainer.spec import NetworkExample

COLUMN, ROW = 118, 100  # close together, so that a phone shows the whole
RAIL = 90  # the height of one way's factors
MOST = 3  # ways
_TIMES = {r"\times": "×", r"\cdot": "·"}

Way = Sequence[Node]  # from the neuron that has the parameter to the loss


def ways(derivation: Derivation, parameter: str) -> list[Way]:
    """All of them; none if this is no network whose derivatives are worked out neuron by neuron, for a single sample."""
    program, example = derivation.program, derivation.example
    if not isinstance(example, NetworkExample) or derivation.matrices or len(example.used) != 1 or not program.losses:
        return []
    columns = layers_of(derivation, example, COLUMN, ROW)
    outputs = columns[-1]
    middle = (outputs[0].y + outputs[-1].y) / 2
    loss = Node(program.losses[0], program.losses[0], "loss", outputs[0].x + COLUMN, middle)

    def leads(source: str, target: Node) -> bool:
        return partial_name(target.name, source) in program.quantities

    def onwards(node: Node, rest: Sequence[Sequence[Node]]) -> Iterator[list[Node]]:
        if node is loss:
            yield [node]
            return
        for above in rest[0]:
            if leads(node.name, above):
                yield from ([node, *way] for way in onwards(above, rest[1:]))

    above = [*columns[1:], [loss]]
    return [
        way
        for depth, column in enumerate(above[:-1])
        for node in column
        if leads(parameter, node)
        for way in onwards(node, above[depth + 1 :])
    ]


def on_network(scribe: Scribe, derivation: Derivation, parameter: str, found: Sequence[Way]) -> str:
    """The network with these ways of one parameter, under each link the derivative along it, and their product."""
    example = derivation.example
    assert isinstance(example, NetworkExample)
    columns, loss = layers_of(derivation, example, COLUMN, ROW), found[0][-1]
    lit = {node.name for way in found for node in way}
    parts = list(_lines(derivation, columns, parameter, found))
    for node in [*(node for column in columns for node in column), loss]:
        faint = "" if node.name in lit else " ex-faint"
        parts.append(f'<circle class="ex-node k-{node.kind}{faint}" cx="{node.x:g}" cy="{node.y:g}" r="{RADIUS}"/>')
        parts.append(label(node.symbol, node.x, node.y + 5, f"k-{node.kind}{faint}"))
    top = ROW * max(len(column) for column in columns) + MARGIN
    for index, way in enumerate(found):
        parts += _factors(scribe, derivation, parameter, way, top + RAIL * index, plus=index > 0)
    width, y, total = loss.x + RADIUS + MARGIN, top + RAIL * len(found) + 14, partial_name(loss.name, parameter)
    shown = derivation.shown[total]
    parts += _fraction(loss.name, parameter, width / 2 - 58, y)
    parts.append(_sign("=" if shown.exact else "≈", width / 2 - 28, y))
    parts.append(value(scribe, derivation, total, width / 2 - 12, y + 5, "start", "ex-result"))
    described = [f"figure.chain.description{'.several' if len(found) > 1 else ''}"]
    return drawing(scribe, " ex-chain", (round(width), round(y + 34)), "figure.chain.title", described, parts)


def _lines(derivation: Derivation, columns: Sequence[Sequence[Node]], parameter: str, found: Sequence[Way]) -> Iterator[str]:
    """The links: those of the ways in the colour of derivatives, the parameter's own in that of weights, all others faint."""
    weights = derivation.program.of_kind(Kind.WEIGHT, step=0)
    on_the_way = {(one.name, other.name) for way in found for one, other in pairwise(way)}
    own: list[str] = []
    for weight, (source, target) in zip(weights, links(columns), strict=True):
        if weight == parameter:
            own.append(edge(source, target, "k-weight ex-lit"))
            own.append(label(weight, (source.x + target.x) / 2, (source.y + target.y) / 2 - 12, "k-weight ex-over-line"))
        elif (source.name, target.name) not in on_the_way:
            yield edge(source, target, "ex-faint")
    by_name = {node.name: node for column in columns for node in column} | {found[0][-1].name: found[0][-1]}
    for one, other in sorted(on_the_way):
        yield edge(by_name[one], by_name[other], "k-gradient ex-lit")
    for node in () if own else {way[0].name: way[0] for way in found}.values():  # a bias: an arrow into each of its neurons
        y = node.y - RADIUS
        own.append(f'<path class="ex-edge k-bias ex-lit" d="M{node.x:g} {y - 25:g}V{y - 2:g}"/>')
        own.append(label(parameter, node.x - 8, y - 14, "k-bias", "end"))
    yield from own


def _factors(scribe: Scribe, derivation: Derivation, parameter: str, way: Way, top: float, *, plus: bool) -> Iterator[str]:
    """Under each link of a way its derivative, over its value; between them the signs of a product."""
    by = parameter
    if plus:
        yield _sign("+", way[0].x - COLUMN, top + 18)
    for index, node in enumerate(way):
        x = node.x - COLUMN / 2
        yield from _fraction(node.name, by, x, top + 18)
        yield value(scribe, derivation, partial_name(node.name, by), x, top + 62)
        if index:
            yield _sign(_TIMES[scribe.language.times], way[index - 1].x, top + 18)
        by = node.name


def _fraction(of: str, by: str, x: float, y: float) -> Iterator[str]:
    yield label(f"∂{of}", x, y - 7, "k-gradient ex-small")
    yield f'<line class="ex-edge k-gradient" x1="{x - 17:g}" y1="{y:g}" x2="{x + 17:g}" y2="{y:g}"/>'
    yield label(f"∂{by}", x, y + 18, "k-gradient ex-small")


def _sign(sign: str, x: float, y: float) -> str:
    return f'<text class="ex-sign" x="{x:g}" y="{y + 5:g}" text-anchor="middle">{sign}</text>'
