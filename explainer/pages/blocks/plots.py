"""Blocks that draw functions: an activation with an example's points on it, and a quantity over one number of the example."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from explainer.compose.straight import needed
from explainer.core.names import after, parse
from explainer.core.program import PARAMETERS, Equation, Kind, Program
from explainer.derivation.derivation import Derivation
from explainer.operations.expression import Symbol, formula
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages import marks, plots, plotted
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


AT, THROUGH, TANGENT, AFTER, FROM = "at", "through", "tangent", "after", "from"
MOST_STEPS = 20  # places of one walk


def plot(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: plot sigmoid at z_1 z_2 tangent`, `::: plot L over w_1 tangent after`, each perhaps `from -3 to 3`."""
    if not names:
        raise BlockError("nothing", f"one of {', '.join(FUNCTIONS)}, or a quantity over a number that is given")
    if "over" in names[1:]:
        place = names.index("over", 1)
        return _over(scribe, derivation, names[:place], names[place + 1 :])
    return _of_function(scribe, derivation, names[0], names[1:])


def _of_function(scribe: Scribe, derivation: Derivation, name: str, words: Sequence[str]) -> str:
    if name not in FUNCTIONS:
        raise unknown("function", name, FUNCTIONS, "a function of one value")
    bounds, rest = _bounds(words, before=name)
    head = " ".join((name, *rest))
    tangent, rest = rest[-1:] == [TANGENT], rest[:-1] if rest[-1:] == [TANGENT] else rest
    results = plotted.results_of(derivation, name)
    if rest and (rest[0] != AT or len(rest) == 1):
        expected = "at and the quantities at which there are points, tangent, from and to"
        raise BlockError(" ".join(rest), expected, right=f"{name} at {next(iter(results))}" if results else name)
    asked_at = [entry for place in rest[1:] for entry in _entries(derivation, place)]
    at = list(dict.fromkeys(resolved(derivation, asked_at, list(results), before=f"{name} at ")))
    if len(at) > marks.MOST:
        raise BlockError(f"{len(at)} points", f"at most {marks.MOST}", right=f"{name} at {at[0]}")
    if tangent:
        if not at:
            raise BlockError("a tangent without a point", "at and a quantity", right=name)
        for z in at:
            _has_slope(derivation, results[z], z, f"{name} at {z}")
    asked = plotted.of_function(derivation, name, at, bounds, tangent=tangent)
    pieces: list[Piece] = []
    written = scribe.tex(formula(Equation("", name, ("",)), [Symbol(plotted.variable(name))]), pieces)
    function = scribe.writer.math(Formula(written, tuple(pieces)))
    captions = [scribe.sentence("figure.plot.caption", {"function": function})]
    if at:
        captions.append(scribe.sentence("figure.plot.caption.points", {"count": scribe.count(len(at))}, len(at)))
    if tangent:
        captions.append(scribe.sentence("figure.plot.caption.tangents", {"count": scribe.count(len(at))}, len(at)))
    return _drawn(scribe, derivation, asked, head, scribe.spaced(captions))


def _entries(derivation: Derivation, name: str) -> tuple[str, ...]:
    """The entries of a matrix, or the name as it is."""
    layers = derivation.matrices
    return tuple(entry for row in layers.entries_of(name) for entry in row) if layers and name in layers.quantities else (name,)


def _over(scribe: Scribe, derivation: Derivation, asked_results: Sequence[str], words: Sequence[str]) -> str:
    """Quantities over one that they all depend on."""
    results = [_result(derivation, name) for name in dict.fromkeys(asked_results)]
    over = f"{' '.join(results)} over"
    if len(results) > marks.MOST:
        few = f"{' '.join(results[: marks.MOST])} over {words[0] if words else ''}".rstrip()
        raise BlockError(f"{len(results)} curves", f"at most {marks.MOST}", right=few)
    numbers = [_numbers_of(derivation.program, name) for name in results]
    varied = [name for name in numbers[0] if all(name in others for others in numbers[1:])]
    if not words or not varied:
        found = f"over {' '.join(words[:1]) or 'nothing'}"
        right = f"{over} {varied[0]}" if varied else f"{results[0]} over {numbers[0][0]}"
        expected = f"a number that {' and '.join(results)} depend{'s' * (len(results) == 1)} on"
        raise BlockError(found, expected, right=right)
    (by,) = resolved(derivation, words[:1], varied, before=f"{over} ")
    head = f"{over} {by}"
    bounds, rest = _bounds(words[1:], before=head)
    parts = _parts(rest, head)
    flags = [keyword for keyword, _ in parts if keyword in (TANGENT, AFTER)]
    places = [name for keyword, names in parts if keyword == AT for name in names]
    walks = [resolved(derivation, names, before=f"{head} through {by} ") for keyword, names in parts if keyword == THROUGH]
    at = list(dict.fromkeys(resolved(derivation, places, before=f"{head} at ")))
    if flags and (len(results) > 1 or at or walks):
        found = f"{flags[0]} with {'several curves' if len(results) > 1 else 'at or through'}"
        raise BlockError(found, f"{flags[0]} with one curve, at the number as it is now", right=f"{results[0]} over {by}")
    if walks and len(results) > 1:
        raise BlockError("through with several curves", "steps on one curve", right=f"{results[0]} over {by}")
    if (count := len(at) + len(walks)) > marks.MOST:
        raise BlockError(f"{count} marks to be told apart", f"at most {marks.MOST}", right=head)
    asked = _asked(derivation, results, by, bounds, flags, at, walks, head)
    captions = [*_captions(scribe, derivation, results, by, asked, flags, at=bool(at))]
    return _drawn(scribe, derivation, asked, " ".join((head, *rest)), scribe.spaced(captions))


def _asked(
    derivation: Derivation,
    results: Sequence[str],
    by: str,
    bounds: plotted.Bounds,
    flags: Sequence[str],
    at: Sequence[str],
    walks: Sequence[Sequence[str]],
    head: str,
) -> plotted.Plot:
    """What is to be drawn: without other places, the number as it is now."""
    if TANGENT in flags:
        _has_slope(derivation, results[0], by, head)
    later = after(by, parse(by).step + 1)
    quantities = derivation.program.quantities
    if AFTER in flags and not (quantities[by].kind in PARAMETERS and later in quantities):
        raise BlockError(f"the time after an update of {by}", "a parameter that [training] updates", right=head)
    points = plotted.at(derivation, results, by, at)
    if not at and not walks:
        points = plotted.now(derivation, results, by, tangent=TANGENT in flags, updated=AFTER in flags)
    return plotted.over(derivation, results, by, bounds, points, plotted.walks(derivation, walks))


def _captions(
    scribe: Scribe,
    derivation: Derivation,
    results: Sequence[str],
    by: str,
    asked: plotted.Plot,
    flags: Sequence[str],
    *,
    at: bool,
) -> Iterator[str]:
    symbols = scribe.language.comma.join(scribe.symbol(derivation, name) for name in results)
    yield scribe.sentence("figure.plot.over.caption", {"result": symbols, "varied": scribe.symbol(derivation, by)})
    if at:
        yield scribe.label("figure.plot.over.caption.at")
    elif asked.points:
        yield scribe.label(f"figure.plot.over.caption.now{'.several' if len(results) > 1 else ''}")
    if asked.walks:
        yield scribe.label("figure.plot.over.caption.walks")
    for flag in (TANGENT, AFTER):
        if flag in flags:
            yield scribe.label(f"figure.plot.over.caption.{flag}")


def _parts(words: Sequence[str], head: str) -> list[tuple[str, list[str]]]:
    """The words after a range is taken out: each keyword with the names that follow it."""
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if word in (AT, THROUGH, TANGENT, AFTER):
            found.append((word, []))
        elif found and found[-1][0] in (AT, THROUGH):
            found[-1][1].append(word)
        else:
            raise BlockError(word, "tangent, after, at, through, from and to", right=head)
    for keyword, names in found:
        if keyword == AT and not names:
            raise BlockError("at without a quantity", "the quantities at which there are marks", right=head)
        if keyword == THROUGH and not 2 <= len(names) <= MOST_STEPS:
            raise BlockError(f"through {len(names)} places", f"the quantities of two to {MOST_STEPS} places", right=head)
        if keyword in (TANGENT, AFTER) and sum(other == keyword for other, _ in found) > 1:
            raise BlockError(f"{keyword} twice", "each word once", right=head)
    return found


def _result(derivation: Derivation, name: str) -> str:
    """A quantity that is computed from others."""
    program = derivation.program
    with suppress(KeyError):  # then it has nothing to depend on
        name = derivation.resolve(name)
    if not _numbers_of(program, name):
        known = [name for name in program.equation_of if _numbers_of(program, name)]
        error = unknown("quantity", name, known, "a quantity that is computed from parameters or inputs")
        raise BlockError(error.found, error.expected, right=f"{known[0]} over {_numbers_of(program, known[0])[0]}" if known else "")
    return name


def _numbers_of(program: Program, result: str) -> list[str]:
    """The parameters, inputs, and results of other equations that a quantity is computed from."""
    equations = needed(program, (), (result,))
    used = {name for equation in equations for name in equation.operands}
    return [name for name, quantity in program.quantities.items() if name in used and quantity.kind in _VARIED]


def _drawn(scribe: Scribe, derivation: Derivation, asked: plotted.Plot, head: str, caption: str) -> str:
    outside = [name for name in asked.places if not asked.low <= derivation.value(name) <= asked.high]
    if outside:
        found = f"{outside[0]}, which is outside the range from {asked.low:g} to {asked.high:g}"
        raise BlockError(found, "a range with all points in it", right=head)
    try:
        courses = plotted.courses(derivation, asked)
    except plotted.Undefined as error:
        found = f"{head}, without a value at {error.at:.6g}"
        right = "{} from {:.12g} to {:.12g}".format(head, *error.within) if error.within else f"{FUNCTIONS[0]}"
        raise BlockError(found, "a range on which it has a value everywhere", right=right) from None
    return scribe.writer.figure(lambda: plots.plot(scribe, derivation, asked, courses), caption)


def _has_slope(derivation: Derivation, of: str, by: str, right: str) -> None:
    if (slope := plotted.slope_of(derivation, of, by)) not in derivation.program.quantities:
        found = f"a tangent at {by} in {derivation.name}, which does not derive {slope}"
        raise BlockError(found, "tangents only where the example has the derivative", right=right)


def _bounds(words: Sequence[str], before: str) -> tuple[plotted.Bounds, list[str]]:
    """The range that is asked for, and the other words."""
    if FROM not in words:
        return None, list(words)
    place = words.index(FROM)
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
