"""The ledger: published numbers, recomputed. A printed number agrees, or it is said what the value is, and why it differs.

A cause is given only if it reproduces the printed digits. All causes that do are listed; if none does, the number stays
unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import count

from explainer.core.digits import Enclosure, round_at
from explainer.core.errors import InputError, Problem
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import Claim, Ledger
from explainer.examples.wording import hint
from explainer.ledger.conventions import alternatives, exponent_of_last, from_printed

MORE_DIGITS = 2  # by which a cause's value is shown beyond the printed place, as evidence


@dataclass(frozen=True, slots=True)
class Cause:
    """A convention under which the printed digits come out: its key, what it mentions, and the value it gives."""

    key: str
    mentions: tuple[str, ...]
    evidence: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What recomputing says of one claim."""

    claim: Claim
    name: str  # of the quantity, as the derivation has it
    agrees: bool
    causes: tuple[Cause, ...] = ()
    carried: Decimal | None = None  # for one that agrees: what its printed operands would give, if that is something else

    @property
    def explained(self) -> bool:
        return self.agrees or bool(self.causes)


@dataclass(frozen=True)
class Audited:
    """A ledger and what recomputing says of it, claim by claim."""

    ledger: Ledger
    verdicts: tuple[Verdict, ...]


def audit(ledger: Ledger, derivations: Mapping[str, Derivation], known: Sequence[str] = ()) -> Audited:
    """Recompute every claim of a ledger. `known` are the examples there are, if not only those that are derived.

    Raises:
        InputError: a claim about an example or a quantity that does not exist; all of them.
    """
    problems = list(_problems(ledger, derivations, sorted(known or derivations)))
    if problems:
        raise InputError(problems)
    found = []
    for claim in ledger.claims:
        derivation = derivations[claim.example]
        others = {
            derivation.resolve(other.quantity): other.printed
            for other in ledger.claims
            if other.example == claim.example and other is not claim
        }
        found.append(_verdict(claim, derivation, others))
    return Audited(ledger, tuple(found))


def _problems(ledger: Ledger, derivations: Mapping[str, Derivation], known: Sequence[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Claim] = {}  # by a quantity's own name, however it is spelt
    for claim in ledger.claims:
        derivation = derivations.get(claim.example)
        if derivation is None:
            expected = f"one of {', '.join(known)}{hint(claim.example, known)}"
            yield Problem(ledger.file, f"{claim.place}.example", repr(claim.example), expected, 'example = "alice"')
            continue
        try:
            first = seen.setdefault((claim.example, derivation.resolve(claim.quantity)), claim)
            if first is not claim:
                found = f"{claim.quantity}, which is {first.quantity} of {first.place}"
                yield Problem(ledger.file, f"{claim.place}.quantity", found, "each quantity once", 'quantity = "h_2"')
        except KeyError:
            names = list(derivation.quantities)
            close = get_close_matches(claim.quantity, names, 3) or names[:3]
            expected = f"a quantity of {claim.example}, such as {', '.join(close)}"
            yield Problem(ledger.file, f"{claim.place}.quantity", repr(claim.quantity), expected, f'quantity = "{close[0]}"')


def _verdict(claim: Claim, derivation: Derivation, others: Mapping[str, Decimal]) -> Verdict:
    name = derivation.resolve(claim.quantity)
    if _rounds_to(derivation.enclosure(name), claim.printed):
        carried = [alternative.enclosure for alternative in from_printed(derivation, name, others)]
        different = [value for value in carried if not _rounds_to(value, claim.printed)]
        return Verdict(claim, name, True, carried=_evidence(different[-1], claim.printed) if different else None)
    causes: dict[tuple[str, Decimal], Cause] = {}
    for alternative in alternatives(derivation, name, claim.printed, others):
        if _rounds_to(alternative.enclosure, claim.printed):
            evidence = _evidence(alternative.enclosure, claim.printed)
            causes.setdefault((alternative.cause, evidence), Cause(alternative.cause, alternative.mentions, evidence))
    return Verdict(claim, name, False, tuple(causes.values()))


def _rounds_to(value: Enclosure, printed: Decimal) -> bool:
    place = exponent_of_last(printed)
    return round_at(value.lower, place) == round_at(value.upper, place) == printed


def _evidence(value: Enclosure, printed: Decimal) -> Decimal:
    """A value with some digits beyond the printed place: so many that who rounds them gets what the value rounds to."""
    middle, place = (value.lower + value.upper) / 2, exponent_of_last(printed)
    tries = (round_at(middle, place - more) for more in count(MORE_DIGITS))
    return next(found for found in tries if round_at(Fraction(found), place) == round_at(middle, place))
