"""What a page needs so that a reader can ask where a number comes from: kinds and operands as data, and what the script says.

Formulas are not here. They stand on the page, where the script finds the one of a quantity by what its first symbol stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.core.names import parse
from explainer.core.program import PARTIALS, Equation, Kind
from explainer.derivation.derivation import Derivation
from explainer.live.printed import dumps, places
from explainer.pages.assembled import Made
from explainer.pages.scribe import Scribe, quantity_of
from explainer.words.page_syntax import Block

_STEP = 'class="ex-step"'  # of a page of the site: others have no choice
LINES = ("both", "symbols", "numbers")  # what a derivation's lines may be reduced to
_SAYS = (
    "stop", "keys", "given", "proven", "changed", "follows", "made_of", "goes_into", "place", "elsewhere",
    "network", "hide", "show",
)  # fmt: skip


def is_asked(scribe: Scribe) -> bool:
    """Does the page work anything out?"""
    return bool(scribe.explained)


def with_switch(made: Sequence[Made], scribe: Scribe) -> list[Made]:
    """A page with the choice between symbols, numbers, and both, before the first step that is worked out."""
    first = next((index for index, (part, text) in enumerate(made) if isinstance(part, Block) and _STEP in text), None)
    if first is None:
        return list(made)
    labels = {key: scribe.label(f"where.{key}") for key in LINES}
    chosen = scribe.writer.switch(scribe.label("where.lines"), labels)
    part, text = made[first]
    return [*made[:first], (part, f"{chosen}\n\n{text}"), *made[first + 1 :]]


def where(scribe: Scribe, live: Derivation | None) -> str:
    """A block that nobody sees without the script. The list of a `live` example is on the page already."""
    kinds: dict[str, int] = {}
    documents = {}
    for name in scribe.mentioned:
        derivation = scribe.derivations[name]
        documents[name] = _document(scribe, derivation, kinds, whole=derivation is live)
    says = {f"kind {index}": scribe.label(f"where.kind.{kind}") for kind, index in kinds.items()}
    says |= {key: scribe.label(f"where.{key}") for key in _SAYS}
    says |= {"close": scribe.label("live.close"), "measured": scribe.label("measured")}
    parts = {key: scribe.writer.place("slot", "", key) for key in ("of", "by")}
    says["partial"] = scribe.sentence("where.partial", parts)
    return scribe.writer.where(dumps(documents), says)


def _kind(derivation: Derivation, name: str) -> str:
    """What a quantity is called, as the end of a key of the catalogue."""
    kind = quantity_of(derivation, name).kind
    if kind is Kind.RATE and parse(name).letters != "eta":
        return "optimiser"
    return "partial" if kind in PARTIALS else kind


def _document(scribe: Scribe, derivation: Derivation, kinds: dict[str, int], *, whole: bool) -> dict[str, Any]:
    """`{names, kinds, made, given, measured}`: of each name its kind and the names that it is calculated from, as their places.

    Of an example whose `whole` list is on the page, that list comes first: names and `made` are what is not in it.
    """
    program, matrices = derivation.program, derivation.matrices
    listed = list(places(program)) if whole else []
    equations: dict[str, Equation] = dict(program.equation_of)
    if matrices:
        equations |= {equation.target: equation for equation in matrices.equations}
    known = {*program.quantities, *(matrices.quantities if matrices else ())}
    named = known | set(derivation.quantities)  # a run has more; a plot's numbers are of no quantity
    shown = [name for name in scribe.mentioned[derivation.name] if name in named and (not whole or name not in known)]
    operands = {name: tuple(dict.fromkeys(equations[name].operands)) if name in equations else () for name in shown}
    names = list(dict.fromkeys((*shown, *(operand for made in operands.values() for operand in made))))
    place = {name: index for index, name in enumerate(names)}
    found = {
        "names": names,
        "kinds": [kinds.setdefault(_kind(derivation, name), len(kinds)) for name in (*listed, *names)],
        "made": [[place[operand] for operand in operands.get(name, ())] for name in names],
        "given": [place[name] for name in names if name in known and name not in equations],
        "measured": [place[name] for name in names if name in derivation.shown and derivation.is_measured(name)],
    }
    return {key: value for key, value in found.items() if value}
