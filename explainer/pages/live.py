"""What a page needs so that its numbers can be changed: its example's list as data, symbols, and what the script says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explainer.core.names import after
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import nested
from explainer.live.course import course, stages
from explainer.live.printed import document, dumps, packed, places
from explainer.pages.asked import OF_FIELDS
from explainer.pages.assembled import Made
from explainer.pages.claimed import claimed
from explainer.pages.scribe import Scribe
from explainer.pages.where import is_asked, where, with_switch
from explainer.words.conditions import ConditionError, Quantity, quantities, read
from explainer.words.numbers import marks
from explainer.words.page_syntax import Prose

CHANGING = (Kind.INPUT, Kind.RAW, Kind.SHIFT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS, Kind.RATE, Kind.VALUE)
MOST = 600  # equations of a list that a page works out at each move
SAYS = ("open", "close", "reset", "changed", "ignored", "field", "slider", "large", "tiny", "none", "left")

STEPS = (
    "open", "close", "restart", "back", "next", "sample", "another", "round", "play", "pause", "speed", "slow", "brisk", "updates",
    "fast", "history", "told", "epoch", "update", "forward", "backward", "updating",
    "ask", "none", "sign", "number", "which", "what", "right", "wrong", "curve", "boundary",
    "slice", "parameter", "full",
)  # fmt: skip
_OF_CHOICES = {"positive": "choice.positive", "negative": "choice.negative", "zero": "choice.zero", "check": "exercise.check"}


def can_be_live(derivation: Derivation) -> bool:
    """Can its numbers be changed on a page?"""
    return not derivation.matrices and len(derivation.program.equations) <= MOST and bool(inputs(derivation))


def with_scripts(made: Sequence[Made], scribe: Scribe, own: Derivation | None) -> list[Made]:
    """A page with what its scripts need; `own` is the example that it works out."""
    changing = own if own and can_be_live(own) else None
    switched = with_switch(made, scribe) if is_asked(scribe) else made
    needed = [live(scribe, changing)] if changing else []
    needed += [where(scribe, changing)] if is_asked(scribe) else []
    return [*switched, *((Prose(0, ("",)), f"\n\n{block}") for block in needed)]


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


def listed(derivation: Derivation) -> dict[str, Any]:
    """An example's list as a page has it, in any language."""
    found = document(derivation.program, derivation.example.digits)
    chains = {name: [equation.target for equation in nested(derivation, name)] for name in derivation.program.equation_of}
    trains = course(derivation.program, derivation.example)
    return {
        **found,
        "equations": packed(found["equations"]),
        **({"course": trains} if trains else {}),
        "example": derivation.name,
        "nested": {name: chain for name, chain in chains.items() if len(chain) > 1},
    }


def live(scribe: Scribe, derivation: Derivation) -> str:
    """A block that nobody sees without the script."""
    data = listed(derivation) | marks(scribe.language)
    quantity = {"quantity": scribe.writer.place("slot", "", "quantity")}
    says = {key: scribe.sentence(f"live.{key}", quantity) for key in SAYS}
    says |= {key: scribe.label(f"exercise.{key}") for key in OF_FIELDS}
    if "course" in data:
        says |= _steps(scribe, derivation)
    return scribe.writer.live(dumps(data), {name: scribe.symbol(derivation, name) for name in inputs(derivation)}, says)


def _steps(scribe: Scribe, derivation: Derivation) -> dict[str, str]:
    """What the script says that makes updates, and symbols of what it tells of each stage."""
    slots = {name: scribe.writer.place("slot", "", name) for name in ("number", "epoch", "quantity")}
    named = dict.fromkeys(name for _, asked, _ in stages(derivation.program) for name in asked)
    said = {f"steps.{key}": scribe.sentence(f"steps.{key}", slots) for key in STEPS}
    said |= {f"steps.{key}": scribe.label(known) for key, known in _OF_CHOICES.items()}
    return said | {f"of {name}": scribe.symbol(derivation, name) for name in named}
