"""What a page needs so that its numbers can be changed: its example's list as data, symbols, and what the script says."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.core.names import after
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import nested
from explainer.live.claimed import claimed
from explainer.live.printed import document, dumps, places
from explainer.pages.scribe import Scribe
from explainer.words.conditions import ConditionError, Quantity, quantities, read
from explainer.words.numbers import TIMES, decimal_mark, group_mark

CHANGING = (Kind.INPUT, Kind.RAW, Kind.SHIFT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS, Kind.RATE, Kind.VALUE)
MOST = 600  # equations of a list that a page works out at each move
SAYS = ("open", "close", "reset", "changed", "ignored", "field", "slider", "large", "tiny", "none", "left")
_OF_FIELDS = ("empty", "text", "marks", "far")  # what exercises say of a typed number


def can_be_live(derivation: Derivation) -> bool:
    """Can its numbers be changed on a page?"""
    return not derivation.matrices and len(derivation.program.equations) <= MOST and bool(inputs(derivation))


def inputs(derivation: Derivation) -> tuple[str, ...]:
    """The given numbers that a reader may change."""
    program = derivation.program
    return tuple(name for name in program.given if program.quantities[name].kind in CHANGING and after(name, 0) == name)


def claim(text: str, example: str, derivations: Mapping[str, Derivation]) -> str:
    """What a sentence claims, for a script that decides it at other numbers of the page's example; nothing where it cannot."""
    derivation = derivations.get(example)
    if derivation is None or not can_be_live(derivation):
        return ""
    listed = places(derivation.program)

    def place(item: Quantity) -> int:
        if item.example not in ("", example):
            raise KeyError(item)
        return listed[derivation.resolve(item.name)]

    try:
        condition = read(text)
        if all(item.example not in ("", example) for item in quantities(condition)):
            return dumps(["and"])  # nobody changes these
        return dumps(claimed(condition, place))
    except (ConditionError, KeyError):
        return ""


def live(scribe: Scribe, derivation: Derivation) -> str:
    """A block that nobody sees without the script."""
    chains = {name: [equation.target for equation in nested(derivation, name)] for name in derivation.program.equation_of}
    data = {
        **document(derivation.program, derivation.example.digits),
        "example": derivation.name,
        "nested": {name: chain for name, chain in chains.items() if len(chain) > 1},
        "mark": decimal_mark(scribe.language),
        "group": group_mark(scribe.language),
        "times": TIMES[scribe.language.times],
    }
    quantity = {"quantity": scribe.writer.place("slot", "", "quantity")}
    says = {key: scribe.sentence(f"live.{key}", quantity) for key in SAYS}
    says |= {key: scribe.label(f"exercise.{key}") for key in _OF_FIELDS}
    return scribe.writer.live(dumps(data), {name: scribe.symbol(derivation, name) for name in inputs(derivation)}, says)
