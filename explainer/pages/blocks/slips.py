"""A table of slips: what somebody would get who goes wrong in one of the usual ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explainer.derivation.derivation import Derivation
from explainer.pages.blocks.block import BlockError, resolved, unknown
from explainer.pages.scribe import Scribe
from explainer.slips.everywhere import Slipped, derivatives, slipped, wrong
from explainer.slips.everywhere import slips as slips_of
from explainer.slips.once import OF_TERMS

BESIDE = "beside"
MOST = 4  # derivatives in one table
_REMEDY = '[parameters]\nweights = {draw = "normal", seed = 5}'


def slips(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """How many derivatives each slip would spoil; with names, what it makes of these; `beside alice` for the same of another."""
    made = _made(derivation)
    if names[:1] == [BESIDE]:
        return _counts(scribe, [derivation, _other(scribe, derivation, names[1:])])
    if not names:
        return _counts(scribe, [derivation])
    known = list(derivatives(derivation))
    asked = list(dict.fromkeys(resolved(derivation, names, known)))
    if len(asked) > MOST:
        raise BlockError(f"{len(asked)} derivatives", f"at most {MOST} in one table", right=" ".join(asked[:MOST]))
    reason = scribe.catalogue.text("slips.literal").written
    header = [scribe.label("column.slip"), *(scribe.symbol(derivation, name) for name in asked)]
    rows = [[scribe.label("slip.none"), *(scribe.number(derivation, name) for name in asked)]]
    for item in made:
        spoilt = wrong(derivation, item)
        cells = []
        for name in asked:
            shown = item.gives[name]
            if name not in spoilt:
                cells.append(scribe.number(derivation, name))
            else:
                cells.append(scribe.writer.number(scribe.literal(shown.text, reason)) if shown else "–")
        rows.append([scribe.label(f"slip.{item.cause}"), *cells])
    return scribe.writer.table(header, rows, [False, *[True] * len(asked)])


def _made(derivation: Derivation) -> tuple[Slipped, ...]:
    """All slips of an example on which each of them shows.

    Raises:
        BlockError: one does not, or there are none to be made.
    """
    made = slipped(derivation)
    if not made:
        found = f"{derivation.name}, in which no derivatives are worked out neuron by neuron"
        remedy = '[walkthrough]\nview = "neurons"' if derivation.matrices else '[network]\nloss = "squared_error"'
        raise BlockError(found, "a network with a loss, neuron by neuron", example=remedy)
    hidden = [item.cause for item in made if not wrong(derivation, item)]
    if hidden:
        found = f"{derivation.name}, on which {hidden[0].replace('_', ' ')} leaves all {len(made[0].gives)} derivatives right"
        raise BlockError(found, "an example on which every slip can be seen, with unequal weights", example=_REMEDY)
    return made


def _other(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> Derivation:
    others = {name: other for name, other in scribe.derivations.items() if other is not derivation}
    if len(names) == 1 and names[0] in others and any(slips_of(others[names[0]])):
        return others[names[0]]
    fitting = [name for name, other in others.items() if any(slips_of(other))]
    expected = "one other example whose derivatives are worked out neuron by neuron"
    raise unknown("example", " ".join(names), fitting, expected, f"{BESIDE} ")


def _counts(scribe: Scribe, derivations: Sequence[Derivation]) -> str:
    """For each slip, how many derivatives it spoils, of how many."""
    made = [{item.cause: item for item in slipped(derivation)} for derivation in derivations]
    titles = [scribe.writer.text(scribe.catalogue.title_of(derivation.example)) for derivation in derivations]
    header = [scribe.label("column.slip"), *(titles if len(titles) > 1 else [scribe.label("column.wrong")])]
    rows = []
    for cause in made[0]:
        cells = []
        for derivation, found in zip(derivations, made, strict=True):
            if item := found.get(cause):
                counts = {"wrong": scribe.count(len(wrong(derivation, item))), "count": scribe.count(len(item.gives))}
                cells.append(scribe.sentence("slips.count", counts))
            else:
                cells.append("–")
        rows.append([scribe.label(f"slip.{cause}"), *cells])
    return scribe.writer.table(header, rows, [False, *[True] * len(derivations)])


def called(
    scribe: Scribe, cause: str, mentions: Sequence[str], at: str, said: Callable[[Sequence[str]], str], count: int = 0
) -> str:
    """A slip in a single equation, after the quantity that it is made at, if there are several. `said` writes a product."""
    parts = [mentions] if cause in OF_TERMS and mentions else [(name,) for name in mentions]
    values = dict(zip(("other", "another"), map(said, parts), strict=False))
    if count:
        values["count"] = scribe.count(count)
    words = scribe.sentence(f"slip.once.{cause}", values, count or 1)
    return scribe.sentence("slip.once.at", {"quantity": said((at,)), "slip": words}) if at else words
