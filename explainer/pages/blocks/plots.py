"""Blocks that draw functions: an activation with an example's points on it, and a quantity over one number of the example."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from explainer.compose.straight import needed
from explainer.core.names import after, parse, partial_name
from explainer.core.program import PARAMETERS, Equation, Kind, Program
from explainer.derivation.derivation import Derivation
from explainer.operations.expression import Symbol, formula
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages import marks, plots
from explainer.pages.blocks.block import BlockError, resolved, unknown
from explainer.pages.mathml import Piece
from explainer.pages.scribe import Scribe
from explainer.pages.writers import Formula

_VARIED = PARAMETERS | {Kind.INPUT, Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.NODE}
FARTHEST = 1e6  # from zero, of the ends of a range
FUNCTIONS = tuple(
    name
    for name, record in OPERATIONS.items()
    if record.arity == 1 and (record.family is Family.ACTIVATION or (record.family is Family.FUNCTION and record.function))
)


def plot(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: plot sigmoid at z_1 z_2 tangent`, `::: plot L over w_1 tangent after`, each perhaps `from -3 to 3`."""
    if not names:
        raise BlockError("nothing", f"one of {', '.join(FUNCTIONS)}, or a quantity over a number that is given")
    if names[1:2] == ["over"]:
        return _over(scribe, derivation, names[0], names[2:])
    return _of_function(scribe, derivation, names[0], names[1:])


def _of_function(scribe: Scribe, derivation: Derivation, name: str, words: Sequence[str]) -> str:
    if name not in FUNCTIONS:
        raise unknown("function", name, FUNCTIONS, "a function of one value")
    bounds, rest = _bounds(words, before=name)
    head = " ".join((name, *rest))
    tangent, rest = rest[-1:] == ["tangent"], rest[:-1] if rest[-1:] == ["tangent"] else rest
    results = plots.results_of(derivation, name)
    if rest and (rest[0] != "at" or len(rest) == 1):
        expected = "at and the quantities at which there are points, tangent, from and to"
        raise BlockError(" ".join(rest), expected, right=f"{name} at {next(iter(results))}" if results else name)
    at = list(dict.fromkeys(resolved(derivation, rest[1:], list(results), before=f"{name} at ")))
    if len(at) > marks.MOST:
        raise BlockError(f"{len(at)} points", f"at most {marks.MOST}", right=f"{name} at {at[0]}")
    if tangent:
        if not at:
            raise BlockError("a tangent without a point", "at and a quantity", right=name)
        for z in at:
            _has_slope(derivation, results[z], z, f"{name} at {z}")
    asked = plots.of_function(derivation, name, at, bounds, tangent=tangent)
    pieces: list[Piece] = []
    written = scribe.tex(formula(Equation("", name, ("",)), [Symbol(plots.variable(name))]), pieces)
    function = scribe.writer.math(Formula(written, tuple(pieces)))
    captions = [scribe.sentence("figure.plot.caption", {"function": function})]
    if at:
        captions.append(scribe.sentence("figure.plot.caption.points", {"count": scribe.count(len(at))}, len(at)))
    if tangent:
        captions.append(scribe.sentence("figure.plot.caption.tangents", {"count": scribe.count(len(at))}, len(at)))
    return _drawn(scribe, derivation, asked, head, scribe.spaced(captions))


def _over(scribe: Scribe, derivation: Derivation, result: str, words: Sequence[str]) -> str:
    program = derivation.program
    with suppress(KeyError):  # then it has nothing to depend on
        result = derivation.resolve(result)
    if not _numbers_of(program, result):
        known = [name for name in program.equation_of if _numbers_of(program, name)]
        error = unknown("quantity", result, known, "a quantity that is computed from parameters or inputs")
        raise BlockError(error.found, error.expected, right=f"{known[0]} over {_numbers_of(program, known[0])[0]}" if known else "")
    varied = _numbers_of(program, result)
    if not words:
        raise BlockError("over nothing", f"a number that {result} depends on", right=f"{result} over {varied[0]}")
    (by,) = resolved(derivation, words[:1], varied, before=f"{result} over ")
    head = f"{result} over {by}"
    bounds, rest = _bounds(words[1:], before=head)
    if len(set(rest)) != len(rest) or not set(rest) <= {"tangent", "after"}:
        raise BlockError(" ".join(rest), "tangent, after, from and to", right=head)
    tangent, updated = "tangent" in rest, "after" in rest
    if tangent:
        _has_slope(derivation, result, by, head)
    moved = program.quantities[by].kind in PARAMETERS and after(by, parse(by).step + 1) in program.quantities
    if updated and not moved:
        raise BlockError(f"the time after an update of {by}", "a parameter that [training] updates", right=head)
    asked = plots.over(derivation, result, by, bounds, tangent=tangent, updated=updated)
    mentions = {"result": scribe.symbol(derivation, result), "varied": scribe.symbol(derivation, by)}
    captions = [scribe.sentence("figure.plot.over.caption", mentions)]
    captions += [scribe.label("figure.plot.over.caption.tangent")] if tangent else []
    captions += [scribe.label("figure.plot.over.caption.after")] if updated else []
    return _drawn(scribe, derivation, asked, " ".join((head, *rest)), scribe.spaced(captions))


def _numbers_of(program: Program, result: str) -> list[str]:
    """The parameters, inputs, and results of other equations that a quantity is computed from."""
    equations = needed(program, (), (result,))
    used = {name for equation in equations for name in equation.operands}
    return [name for name, quantity in program.quantities.items() if name in used and quantity.kind in _VARIED]


def _drawn(scribe: Scribe, derivation: Derivation, asked: plots.Plot, head: str, caption: str) -> str:
    outside = [point.at for point in asked.points if not asked.low <= derivation.value(point.at) <= asked.high]
    if outside:
        found = f"{outside[0]}, which is outside the range from {asked.low:g} to {asked.high:g}"
        raise BlockError(found, "a range with all points in it", right=head)
    try:
        course = plots.course(derivation, asked)
    except plots.Undefined as error:
        found = f"{head}, without a value at {error.at:.6g}"
        right = "{} from {:.12g} to {:.12g}".format(head, *error.within) if error.within else f"{FUNCTIONS[0]}"
        raise BlockError(found, "a range on which it has a value everywhere", right=right) from None
    return scribe.writer.figure(lambda: plots.plot(scribe, derivation, asked, course), caption)


def _has_slope(derivation: Derivation, of: str, by: str, right: str) -> None:
    if partial_name(of, by) not in derivation.program.quantities:
        found = f"a tangent at {by} in {derivation.name}, which does not derive {partial_name(of, by)}"
        raise BlockError(found, "tangents only where the example has the derivative", right=right)


def _bounds(words: Sequence[str], before: str) -> tuple[plots.Bounds, list[str]]:
    """The range that is asked for, and the other words."""
    if "from" not in words:
        return None, list(words)
    place = words.index("from")
    asked, rest = words[place : place + 4], [*words[:place], *words[place + 4 :]]
    ends = [_number(word) for word in asked[1::2]]
    low, high = ends if len(ends) == 2 and asked[2] == "to" else (math.nan, math.nan)
    if not -FARTHEST <= low < high <= FARTHEST or high - low < FARTHEST**-1:
        expected = "a range: from a number to a larger one, both at most a million"
        raise BlockError(" ".join(asked), expected, right=f"{before} from -6 to 6")
    return (low, high), rest


def _number(word: str) -> float:
    try:
        return float(Decimal(word))
    except InvalidOperation:
        return math.nan
