"""What a plot shows: functions of one number as curves, with points of an example on them, and courses of several steps."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

from explainer.compose.straight import needed
from explainer.core.names import after, parse, partial_name
from explainer.core.program import Kind, Program
from explainer.derivation import functions
from explainer.derivation.derivation import Derivation
from explainer.derivation.functions import Function
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.kinds import class_of
from explainer.pages.lettering import Symbol, symbol
from explainer.pages.scribe import quantity_of

SAMPLES = 240  # of a curve
USUAL = 6.0  # an activation is drawn from minus that to that, if no point lies farther out
AROUND = 4.0  # a number is varied by that much to either side

Bounds = tuple[float, float] | None
Course = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Curve:
    """A function; the quantity that it gives, if it is that of one, and the given number that only this curve depends on."""

    function: Function
    name: str = ""
    own: str = ""


@dataclass(frozen=True)
class Marked:
    """A place on all curves: the quantity that it is at, those that they give there, and the derivative of the one by the other.

    Where what a curve gives is no quantity of the derivation, it is "": the point is drawn, and nothing is printed of it.
    """

    at: str
    gives: tuple[str, ...] = ()
    slope: str = ""
    is_later: bool = False  # after the update


@dataclass(frozen=True)
class Walk:
    """Places on a curve that follow each other, and the given number that only this walk depends on."""

    at: tuple[str, ...]
    own: str = ""


@dataclass(frozen=True)
class Plot:
    """What is to be drawn: which curves, from where to where, and what is marked on them."""

    curves: Sequence[Curve]
    across: Symbol
    kind: str  # of what varies
    low: float
    high: float
    points: Sequence[Marked] = ()
    walks: Sequence[Walk] = ()
    jumps: Sequence[float] = ()  # where the functions are not continuous
    key: str = "plot"

    @property
    def places(self) -> list[str]:
        """The quantities at which something is marked."""
        return [*(point.at for point in self.points), *(name for walk in self.walks for name in walk.at)]


class Undefined(Exception):
    """A function has no value somewhere on its range; `within` is the longest part of the range on which it has, if any."""

    def __init__(self, at: float, within: tuple[float, float] | None) -> None:
        super().__init__(at)
        self.at, self.within = at, within


# --- curves in numbers


def courses(derivation: Derivation, asked: Plot) -> list[Course]:
    """The curves as pairs of numbers, those of the marks among them.

    Raises:
        Undefined: a function has no value somewhere on the range.
    """
    places = [derivation.value(name) for name in asked.places]
    beside = [math.nextafter(jump, math.inf) for jump in asked.jumps]
    return [sampled(curve.function, asked.low, asked.high, [*places, *asked.jumps, *beside]) for curve in asked.curves]


def sampled(function: Function, low: float, high: float, extra: Sequence[float] = ()) -> Course:
    """A function's values from one number to another.

    Raises:
        Undefined: there is none somewhere.
    """
    places = {low + (high - low) * step / SAMPLES for step in range(SAMPLES)} | {high, *(x for x in extra if low <= x <= high)}
    found = [(x, function(x)) for x in sorted(places)]
    missing = [x for x, y in found if not math.isfinite(y)]
    if missing:
        raise Undefined(missing[0], _longest([(x, math.isfinite(y)) for x, y in found], extra))
    return found


def _longest(found: Sequence[tuple[float, bool]], extra: Sequence[float]) -> tuple[float, float] | None:
    """The longest run of places that are fine, between round numbers as far as these leave nothing of `extra` out."""
    runs: list[list[float]] = [[]]
    for x, fine in found:
        if fine:
            runs[-1].append(x)
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    if len(best) < 2:
        return None
    unit = 10.0 ** (math.floor(math.log10(best[-1] - best[0])) - 1)
    inside = [x for x in extra if best[0] <= x <= best[-1]]
    first, last = min([math.ceil(best[0] / unit) * unit, *inside]), max([math.floor(best[-1] / unit) * unit, *inside])
    return (float(f"{first:.12g}"), float(f"{last:.12g}")) if first < last else None


# --- a function


def variable(name: str) -> str:
    """What a function of one value is a function of."""
    return "x" if OPERATIONS[name].family is Family.FUNCTION else "z"


def of_function(derivation: Derivation, name: str, at: Sequence[str], bounds: Bounds, *, tangent: bool) -> Plot:
    """A function of one value, with points at these of its arguments in the example."""
    results = results_of(derivation, name)
    points = [Marked(z, (results[z],), slope_of(derivation, results[z], z) if tangent else "") for z in at]
    low, high = bounds or _range([derivation.value(z) for z in at])
    across = symbol(quantity_of(derivation, at[0]).symbol if len(at) == 1 else variable(name))
    kinds = {class_of(quantity_of(derivation, z).kind) for z in at}
    pieces = OPERATIONS[name].pieces
    jumps = [float(x) for x in pieces.at] if pieces else ()
    kind = kinds.pop() if len(kinds) == 1 else ""
    return Plot([Curve(functions.operation(name))], across, kind, low, high, points, jumps=jumps)


def results_of(derivation: Derivation, name: str) -> dict[str, str]:
    """What the function is taken of in an example, and what it gives."""
    equations = derivation.program.equations
    return {e.operands[0]: e.target for e in equations if e.operation == name and len(e.operands) == 1}


def slope_of(derivation: Derivation, of: str, by: str) -> str:
    """The derivative of a quantity by another one; in the layer view that of a function is an entry of the matrix of its slopes."""
    layers, name = derivation.matrices, partial_name(of, by)
    if layers is None or name in derivation.program.quantities:
        return name
    places = {layers.entry(matrix, *place): (matrix, place) for matrix in layers.quantities for place in layers.places(matrix)}
    (above, place), (below, same) = places[of], places[by]
    slopes = partial_name(above, below)
    return layers.entry(slopes, *place) if place == same and slopes in layers.quantities else name


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From minus a round number to it, so that all values are well inside."""
    farthest = max(map(abs, values), default=0.0)
    if farthest <= USUAL:
        return -USUAL, USUAL
    unit = 10.0 ** math.floor(math.log10(farthest))
    end = unit * math.ceil(1.1 * farthest / unit)
    return -end, end


# --- results over a number


def now(
    derivation: Derivation, results: Sequence[str], varied: str, *, tangent: bool = False, updated: bool = False
) -> list[Marked]:
    """Where a number is now and what comes of it, perhaps with the slope; and where an update brings that number."""
    found = [Marked(varied, tuple(results), slope_of(derivation, results[0], varied) if tangent else "")]
    return [*found, Marked(after(varied, parse(varied).step + 1), is_later=True)] if updated else found


def at(derivation: Derivation, results: Sequence[str], varied: str, places: Sequence[str]) -> list[Marked]:
    """Where the number would be as others are, and what of the example is calculated from these just so."""
    return [Marked(place, tuple(counterpart(derivation.program, name, varied, place) for name in results)) for place in places]


def walks(derivation: Derivation, asked: Sequence[Sequence[str]]) -> list[Walk]:
    """Courses of several steps each."""
    program = derivation.program
    used = [_given(program, (), names) - set(names) for names in asked]
    return [Walk(tuple(names), own) for names, own in zip(asked, alone(used), strict=True)]


def over(
    derivation: Derivation, results: Sequence[str], varied: str, bounds: Bounds, points: Sequence[Marked], walks: Sequence[Walk]
) -> Plot:
    """Quantities as one number of the example is varied, and what is marked on them."""
    program, quantity = derivation.program, quantity_of(derivation, varied)
    used = [_given(program, (varied,), (name,)) for name in results]
    curves = [Curve(functions.section(derivation, varied, name), name, own) for name, own in zip(results, alone(used), strict=True)]
    asked = Plot(curves, symbol(quantity.symbol), class_of(quantity.kind), 0, 0, points, walks, key="plot.over")
    places = [derivation.value(name) for name in asked.places]
    low, high = bounds or (math.floor(min(places) - AROUND), math.ceil(max(places) + AROUND))
    return Plot(curves, asked.across, asked.kind, low, high, points, walks, key=asked.key)


def _given(program: Program, inputs: Sequence[str], outputs: Sequence[str]) -> set[str]:
    """The given numbers that these are computed from, beside the inputs and what stands in formulas."""
    used = {name for equation in needed(program, inputs, outputs) for name in equation.operands}
    return {name for name in used & set(program.given) - set(inputs) if program.quantities[name].kind is not Kind.CONSTANT}


def alone(used: Sequence[Set[str]]) -> list[str]:
    """What each of several has for itself alone, if that is one thing for each of them; else nothing."""
    own = [
        set(names) - {name for other in (*used[:index], *used[index + 1 :]) for name in other} for index, names in enumerate(used)
    ]
    return [next(iter(names)) for names in own] if len(own) > 1 and all(len(names) == 1 for names in own) else [""] * len(own)


def counterpart(program: Program, result: str, varied: str, place: str) -> str:
    """The quantity that is computed from one number just as a result is from another one; "" if there is none."""
    equation_of = program.equation_of
    known: dict[tuple[str, str], bool] = {}

    def alike(one: str, other: str) -> bool:
        if one == varied:
            return other == place
        if one not in equation_of or other not in equation_of:
            return one == other
        if (one, other) not in known:
            first, second = equation_of[one], equation_of[other]
            same = (first.operation, first.static, len(first.operands)) == (second.operation, second.static, len(second.operands))
            known[one, other] = same and all(map(alike, first.operands, second.operands))
        return known[one, other]

    return next((name for name in equation_of if alike(result, name)), "")
