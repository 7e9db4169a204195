"""The chain rule on a network: the ways from one parameter to the loss, and the factor that each link of them gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from explainer.core.names import partial_name
from explainer.core.program import Kind
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.derivation.explanation import several
from explainer.examples.model import NetworkExample
from explainer.pages.columns import Link, Point
from explainer.pages.lettering import Symbol, symbol
from explainer.pages.network import Unit, columns_of, is_drawn, links_of, units_of
from explainer.pages.scribe import Scribe, quantity_of
from explainer.pages.svg import (  # fmt: skip
    BOLD,
    LETTER,
    NUMBER,
    RADIUS,
    Box,
    Part,
    around,
    centred,
    drawing,
    half_width,
    label,
    line_box,
    node,
    path,
    standing_for,
    value,
    value_width,
    words,
)
from explainer.pages.wiring import Circle, wired
from explainer.words.numbers import TIMES

MOST = 3  # ways
_APART, _GAP = 100.0, 40.0  # columns and rows: close together, so that a phone shows the whole
_RAIL = 92.0  # the height of one way's factors
_SIGN, _FRACTION = 22.0, 20.0  # sizes of type
_BESIDE = 14.0  # between a factor and the signs beside it

Way = Sequence[Unit]  # from the neuron that has the parameter to the loss


def ways(derivation: Derivation, parameter: str) -> list[Way]:
    """All of them; none if this is no network to be drawn whose derivatives are worked out neuron by neuron, for one sample."""
    program, example = derivation.program, derivation.example
    if not isinstance(example, NetworkExample) or not is_drawn(example):
        return []
    if derivation.matrices or len(example.used) != 1 or not program.losses:
        return []
    columns = units_of(derivation, example)
    loss = Unit(program.losses[0], symbol(quantity_of(derivation, program.losses[0]).symbol), "loss")

    def leads(source: str, target: Unit) -> bool:
        return partial_name(target.name, source) in program.quantities

    def onwards(unit: Unit, rest: Sequence[Sequence[Unit]]) -> Iterator[list[Unit]]:
        if unit is loss:
            yield [unit]
            return
        for above in rest[0]:
            if leads(unit.name, above):
                yield from ([unit, *way] for way in onwards(above, rest[1:]))

    above = [*columns[1:], [loss]]
    return [
        way
        for depth, column in enumerate(above[:-1])
        for unit in column
        if leads(parameter, unit)
        for way in onwards(unit, above[depth + 1 :])
    ]


def on_network(scribe: Scribe, derivation: Derivation, parameter: str, found: Sequence[Way]) -> str:
    """The network with these ways of one parameter, under each link the derivative along it, and their product."""
    example = derivation.example
    assert isinstance(example, NetworkExample)
    columns, loss = [*units_of(derivation, example), [found[0][-1]]], found[0][-1]
    units = [unit for column in columns for unit in column]
    links = list(links_of(columns))
    weights = dict(zip(links, derivation.program.of_kind(Kind.WEIGHT, step=0), strict=False))  # none lead to the loss
    own = [link for link, weight in weights.items() if weight == parameter]
    name = symbol(quantity_of(derivation, parameter).symbol)
    biased = set() if own else {way[0].name for way in found}
    arrow = line_box(name.width(LETTER), -8, -RADIUS - 12, LETTER, "end").around(Box(-8, -RADIUS - 26, 5, -RADIUS))
    circles = {unit.name: Circle(half_width(unit.symbol), (arrow,) if unit.name in biased else ()) for unit in units}
    wiring = wired(
        columns_of(columns), circles, links, _apart(scribe, derivation, parameter, found, columns),
        {link: name.width(LETTER) for link in own}, _GAP,
    )  # fmt: skip
    parts = list(_lines(links, wiring.lines, own, found, {link: scribe.named(derivation, name) for link, name in weights.items()}))
    parts += [label(name, place.x, centred(place.y, NUMBER), "k-weight") for place in wiring.labels.values()]
    lit = {unit.name for way in found for unit in way}
    for unit in units:
        centre = wiring.nodes[unit.name]
        if unit.name in biased:  # an arrow into each of its neurons
            tip = Point(centre.x, centre.y - RADIUS - 2)
            parts.append(path((Point(tip.x, tip.y - 23), tip), "ex-edge k-bias ex-lit"))
            parts.append(label(name, tip.x - 8, tip.y - 10, "k-bias", anchor="end"))
        kind = f"k-{unit.kind}{'' if unit.name in lit else ' ex-faint'}"
        parts += node(unit.symbol, centre, kind, scribe.named(derivation, unit.name))
    xs = {unit.name: wiring.nodes[unit.name].x for unit in units}
    before = {above[0].name: xs[below[0].name] for below, above in pairwise(columns)}
    lefts = {unit.name: before[column[0].name] for column in columns[1:] for unit in column}
    top = max(part.box.bottom for part in parts) + 22
    for index, way in enumerate(found):
        parts += _factors(scribe, derivation, parameter, way, xs, lefts, top + _RAIL * index, plus=index > 0)
    middle = (min(xs.values()) + xs[loss.name]) / 2
    parts += _result(scribe, derivation, partial_name(loss.name, parameter), Point(middle, top + _RAIL * len(found) + 14))
    described = [f"figure.chain.description{several(len(found))}"]
    return drawing(scribe, " ex-chain", "figure.chain.title", described, parts)


def _apart(
    scribe: Scribe, derivation: Derivation, parameter: str, found: Sequence[Way], columns: Sequence[Sequence[Unit]]
) -> list[float]:
    """How far the columns have to be from each other, for the factors below them."""
    apart = [_APART] * (len(columns) - 1)
    for way in found:
        first = len(columns) - len(way) - 1
        for place, (by, unit) in enumerate(pairwise([parameter, *(unit.name for unit in way)])):
            width = max(_fraction_width(derivation, unit, by), value_width(scribe, derivation, partial_name(unit, by)))
            apart[first + place] = max(apart[first + place], width + 2 * _BESIDE)
    return apart


def _lines(
    links: Sequence[Link], lines: Mapping[Link, str], own: Sequence[Link], found: Sequence[Way], named: Mapping[Link, str]
) -> Iterator[Part]:
    """The links: those of the ways in the colour of derivatives, the parameter's own in that of weights, all others faint."""
    on_the_way = {(one.name, other.name) for way in found for one, other in pairwise(way)}

    def kind(link: Link) -> str:
        return "k-gradient ex-lit" if link in on_the_way else "k-weight ex-lit" if link in own else "ex-faint"

    for link in sorted(links, key=lambda link: kind(link) != "ex-faint"):  # the faint ones first, under the others
        part = Part(f'<path class="ex-edge {kind(link)}" d="{lines[link]}"/>', around((Point(0, 0),)))
        yield standing_for(named[link], part) if link in named else part


def _factors(
    scribe: Scribe,
    derivation: Derivation,
    parameter: str,
    way: Way,
    xs: Mapping[str, float],
    lefts: Mapping[str, float],
    top: float,
    *,
    plus: bool,
) -> Iterator[Part]:
    """Under each link of a way its derivative, over its value; between them the signs of a product."""
    by, y = parameter, top + 18
    if plus:
        yield _sign("+", lefts[way[0].name], y)
    for index, unit in enumerate(way):
        x = (lefts[unit.name] + xs[unit.name]) / 2
        yield from _fraction(derivation, unit.name, by, x, y)
        yield value(scribe, derivation, partial_name(unit.name, by), x, y + 44)
        if index:
            yield _sign(TIMES[scribe.language.times], lefts[unit.name], y)
        by = unit.name


def _result(scribe: Scribe, derivation: Derivation, total: str, place: Point) -> Iterator[Part]:
    """The product: the derivative, and its value."""
    quantity = derivation.quantities[total]
    fraction, number = _fraction_width(derivation, quantity.of, quantity.by), value_width(scribe, derivation, total, bold=True)
    left = place.x - (fraction + 36 + number) / 2
    yield from _fraction(derivation, quantity.of, quantity.by, left + fraction / 2, place.y)
    yield _sign(derivation.shown[total].relation, left + fraction + 18, place.y)
    yield value(scribe, derivation, total, left + fraction + 36, centred(place.y, NUMBER), anchor="start", classes=BOLD)


def _parts(derivation: Derivation, *names: str) -> list[Symbol]:
    return [symbol(quantity_of(derivation, name).symbol).differential() for name in names]


def _fraction_width(derivation: Derivation, of: str, by: str) -> float:
    return max(part.width(_FRACTION) for part in _parts(derivation, of, by)) + 4


def _fraction(derivation: Derivation, of: str, by: str, x: float, y: float) -> Iterator[Part]:
    above, below = _parts(derivation, of, by)
    half = _fraction_width(derivation, of, by) / 2
    yield label(above, x, y - 8, "k-gradient", size=_FRACTION)
    yield path((Point(x - half, y), Point(x + half, y)), "ex-edge k-gradient")
    yield label(below, x, y + 18, "k-gradient", size=_FRACTION)


def _sign(sign: str, x: float, y: float) -> Part:
    return words(Text(sign), x, centred(y, _SIGN), "ex-sign", size=_SIGN)
