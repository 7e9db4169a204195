"""The ledger: published numbers, recomputed. A printed number agrees, or it is said what the value is, and why it differs.

A cause is given only if it gives the printed digits, with its odds: how many wrong numbers would get one. It must not speak
against the source's other numbers, and a number that was calculated on from a wrong one follows from that, and needs no cause of
its own. If nothing gives the digits, the number stays unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import chain, count

from explainer.compose.straight import needed
from explainer.core.digits import Enclosure, round_at
from explainer.core.errors import InputError, Problem
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import Claim, Ledger
from explainer.examples.wording import hint
from explainer.ledger.conventions import Alternative, Possible, Rank, exponent_of_last
from explainer.ledger.cuts import calculated_on, cuts, nearest
from explainer.ledger.odds import WEAK, odds
from explainer.slips.printing import CUT_OFF, ONE_OFF, cut_off

MORE_DIGITS = 2  # by which a cause's value is shown beyond the printed place, as evidence
MOST_CAUSES = 3  # that are listed if each of them may be chance
CARRIED, FOLLOWS, SAME = "printed_operands", "follows", "same"


@dataclass(frozen=True, slots=True)
class Cause:
    """What gives the printed digits: its key, what it mentions, the value it gives, and its odds.

    `at` is the equation of a slip, where it is not the quantity's own. `against` are numbers of the source that are right, and
    would not be with this cause.
    """

    key: str
    mentions: tuple[str, ...]
    evidence: Decimal
    odds: Fraction
    at: str = ""
    against: tuple[str, ...] = ()

    @property
    def is_weak(self) -> bool:
        """Is it likely by chance?"""
        return self.odds > WEAK


@dataclass(frozen=True, slots=True)
class Verdict:
    """What recomputing says of one claim."""

    claim: Claim
    name: str  # of the quantity, as the derivation has it
    agrees: bool
    causes: tuple[Cause, ...] = ()
    carried: Decimal | None = None  # for one that agrees: what its printed operands would give, if that is something else

    @property
    def roots(self) -> tuple[str, ...]:
        """The wrong numbers that it follows from, or has its cause from."""
        return self.causes[0].mentions if self.causes and self.causes[0].key in (FOLLOWS, SAME) else ()

    @property
    def is_explained(self) -> bool:
        """Has it a cause of its own that is not likely by chance?"""
        return not self.roots and any(not cause.is_weak for cause in self.causes)

    @property
    def is_weak(self) -> bool:
        return not self.roots and bool(self.causes) and all(cause.is_weak for cause in self.causes)


@dataclass(frozen=True)
class Audited:
    """A ledger and what recomputing says of it, claim by claim."""

    ledger: Ledger
    verdicts: tuple[Verdict, ...]

    @property
    def by_weight(self) -> tuple[Verdict, ...]:
        """What differs before what agrees, and what follows from a wrong number after that."""
        different = [verdict for verdict in self.verdicts if not verdict.agrees]
        found: list[Verdict] = []

        def place(verdict: Verdict) -> None:
            if verdict not in found:
                found.append(verdict)
                for other in different:
                    if other.roots[:1] == (verdict.name,) and other.claim.example == verdict.claim.example:
                        place(other)

        for verdict in sorted(different, key=lambda verdict: bool(verdict.roots)):
            place(verdict)
        return tuple(chain(found, (verdict for verdict in self.verdicts if verdict.agrees)))


def audit(ledger: Ledger, derivations: Mapping[str, Derivation], known: Sequence[str] = ()) -> Audited:
    """Recompute every claim of a ledger. `known` are the examples there are, if not only those that are derived.

    Raises:
        InputError: a claim about an example or a quantity that does not exist; all of them.
    """
    check(ledger, derivations, known)
    found: dict[str, Verdict] = {}
    for example in ledger.examples:
        claims = [claim for claim in ledger.claims if claim.example == example]
        found |= {verdict.claim.place: verdict for verdict in judged(Possible(derivations[example]), claims)}
    return Audited(ledger, tuple(found[claim.place] for claim in ledger.claims))


def check(ledger: Ledger, derivations: Mapping[str, Derivation], known: Sequence[str] = ()) -> None:
    """Are all claims about something?

    Raises:
        InputError: a claim about an example or a quantity that does not exist; all of them.
    """
    if problems := list(_problems(ledger, derivations, sorted(known or derivations))):
        raise InputError(problems)


def _problems(ledger: Ledger, derivations: Mapping[str, Derivation], known: Sequence[str]) -> Iterator[Problem]:
    unknown, seen = set[str](), dict[tuple[str, str], Claim]()  # by a quantity's own name, however it is spelt
    for claim in ledger.claims:
        derivation = derivations.get(claim.example)
        if derivation is None and claim.example in unknown:
            continue  # it has been told at the first claim about it
        if derivation is None:
            unknown.add(claim.example)
            if claim.example.endswith(".toml"):
                found, expected = f"{claim.example!r}, which is no file", "the path of an example file, from where the ledger lies"
                yield Problem(ledger.file, f"{claim.place}.example", found, expected, 'example = "mine.toml"')
                continue
            named = f"one of {', '.join(known)}{hint(claim.example, known)}" if known else "the path of an example file"
            right = 'example = "alice"' if known else 'example = "mine.toml"'
            yield Problem(ledger.file, f"{claim.place}.example", repr(claim.example), named, right)
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


def judged(possible: Possible, claims: Sequence[Claim]) -> list[Verdict]:
    """The verdicts on what a source prints of one example."""
    return _Source(possible, claims).verdicts()


class _Source:
    """What a source prints of one example. Numbers are judged in the order of the list, so that roots come before what follows."""

    def __init__(self, possible: Possible, claims: Sequence[Claim]) -> None:
        self.possible, self.derivation = possible, possible.derivation
        names = {self.derivation.resolve(claim.quantity): claim for claim in claims}
        order = {name: place for place, name in enumerate(self.derivation.program.equation_of)}
        self.claims = {name: names[name] for name in sorted(names, key=lambda name: order.get(name, len(order)))}
        self.printed = {name: claim.printed for name, claim in self.claims.items()}
        self.wrong = [name for name, printed in self.printed.items() if not agrees(self.derivation.enclosure(name), printed)]
        self.causes: dict[str, tuple[Cause, ...]] = {}
        self.taken: dict[str, list[Alternative]] = {}  # what a root was taken for

    def verdicts(self) -> list[Verdict]:
        found = {}
        for name, claim in self.claims.items():
            if name not in self.wrong:
                found[name] = Verdict(claim, name, True, carried=self._carried(name))
                continue
            self.causes[name] = self._causes_of(name)
            found[name] = Verdict(claim, name, False, self.causes[name])
        return list(found.values())

    def _carried(self, name: str) -> Decimal | None:
        """What follows from the printed numbers before one that agrees, if that is something else."""
        program, printed = self.derivation.program, self.printed[name]
        if name not in program.equation_of or not (cut := nearest(program, name, self.printed)):
            return None
        value = calculated_on(program, name, cut, self.printed)
        return _evidence(value, printed) if value is not None and not _rounds_to(value, printed) else None

    def _causes_of(self, name: str) -> tuple[Cause, ...]:
        printed, value = self.printed[name], self.derivation.enclosure(name)
        place = exponent_of_last(printed)
        alternatives = [*self._from_printed(name), *self._from_roots(name), *self.possible.of(name, printed)]
        shares = odds(alternatives, value, printed)
        hits = [found for found in alternatives if found.print(place) == printed]
        if follows := next((found for found in hits if found.cause == FOLLOWS), None):
            return (self._cause(follows, shares, printed),)
        kept = self._kept([(found, self._against(found, name)) for found in hits], shares)
        if same := next(self._same(found for found, _ in kept), None):
            return (self._cause(same, shares, printed),)
        self.taken[name] = [found for found, _ in kept]
        causes: dict[tuple[str, Decimal, str], Cause] = {}
        for found, against in kept:
            cause = self._cause(found, shares, printed, against)
            causes.setdefault((cause.key, cause.evidence, cause.at), cause)
        strong = tuple(cause for cause in causes.values() if not cause.is_weak)
        return strong or tuple(causes.values())[:MOST_CAUSES]

    def _cause(self, found: Alternative, shares: Mapping[Rank, Fraction], printed: Decimal, against: tuple[str, ...] = ()) -> Cause:
        evidence = _evidence(found.enclosure, printed, is_cut=found.cause == CUT_OFF)
        return Cause(found.cause, found.mentions, evidence, shares[found.rank], found.at, against)

    # --- from other printed numbers

    def _from_printed(self, name: str) -> Iterator[Alternative]:
        """Calculated on from a wrong number, or from right ones that were rounded."""
        program, wrong = self.derivation.program, [other for other in self.wrong if other != name]
        others = [other for other in self.printed if other != name]
        for cut in dict.fromkeys(chain(cuts(program, name, wrong), cuts(program, name, others))):
            value = calculated_on(program, name, cut, self.printed)
            if value is not None:
                roots = self._roots(other for other in cut if other in wrong)
                yield Alternative(FOLLOWS if roots else CARRIED, value, Rank.ROUNDING, roots or cut)

    def _roots(self, names: Iterator[str]) -> tuple[str, ...]:
        """Where wrong numbers come from: those that follow from others have their roots there."""
        found: dict[str, None] = {}
        for name in names:
            causes = self.causes.get(name, ())
            found |= dict.fromkeys(causes[0].mentions if causes and causes[0].key == FOLLOWS else (name,))
        return tuple(found)

    def _from_roots(self, name: str) -> Iterator[Alternative]:
        """What becomes of it where a wrong number before is what it was taken for, with all its digits."""
        if not self.taken or name not in self.derivation.program.equation_of:
            return
        before = {equation.target for equation in needed(self.derivation.program, (), (name,))}
        for root, taken in self.taken.items():
            for found in taken if root in before else ():
                if found.world is not None and (value := found.world.value(name)) is not None:
                    yield Alternative(FOLLOWS, value, Rank.ROUNDING, (root,))

    # --- against other printed numbers

    def _against(self, found: Alternative, name: str) -> tuple[tuple[str, ...], int]:
        """The right numbers of the source that would not be right with this cause, and how many wrong ones it gives as well."""
        against, gives = [], 0
        for other, printed in self.printed.items():
            made = self._made(found, other) if other != name else None
            if made is None or made == self._right(other):
                continue
            if made == printed:
                gives += 1
            elif other not in self.wrong:
                against.append(other)
        return tuple(against), gives

    def _made(self, found: Alternative, name: str) -> Decimal | None:
        place = exponent_of_last(self.printed[name])
        if found.cause == CUT_OFF:
            return cut_off(self.derivation.enclosure(name), place)
        value = found.world.value(name) if found.world is not None else None
        return replace(found, enclosure=value, misprint=None).print(place) if value is not None else None

    def _right(self, name: str) -> Decimal:
        return round_at(self.derivation.enclosure(name).lower, exponent_of_last(self.printed[name]))

    def _kept(
        self, hits: Sequence[tuple[Alternative, tuple[tuple[str, ...], int]]], shares: Mapping[Rank, Fraction]
    ) -> list[tuple[Alternative, tuple[str, ...]]]:
        """Causes that agree with the source's other numbers; failing that, those that are hardly chance in spite of them.

        Of several, those are kept that give most of the other wrong numbers too. One off is said of what has no other cause.
        """
        agreeing = [hit for hit in hits if not hit[1][0]] or [hit for hit in hits if shares[hit[0].rank] <= WEAK]
        caused = [hit for hit in agreeing if hit[0].cause != ONE_OFF] or agreeing
        most = max((gives for _, (_, gives) in caused), default=0)
        return [(found, against) for found, (against, gives) in sorted(caused, key=lambda hit: hit[0].rank) if gives == most]

    def _same(self, kept: Iterable[Alternative]) -> Iterator[Alternative]:
        """What goes through a whole calculation has been the cause of a wrong number before, and is here."""
        for found in (found for found in kept if found.is_general):
            for root, taken in self.taken.items():
                if any(other.is_general and (found.cause, found.mentions) == (other.cause, other.mentions) for other in taken):
                    yield replace(found, cause=SAME, mentions=(root,))


def agrees(value: Enclosure, printed: Decimal) -> bool:
    """Does a value round to what is printed, or does Python print just that for the nearest double?"""
    if _rounds_to(value, printed):
        return True
    nearest_double = value.nearest_double()
    return nearest_double is not None and Decimal(repr(nearest_double)) == printed


def _rounds_to(value: Enclosure, printed: Decimal) -> bool:
    place = exponent_of_last(printed)
    return round_at(value.lower, place) == round_at(value.upper, place) == printed


def _evidence(value: Enclosure, printed: Decimal, *, is_cut: bool = False) -> Decimal:
    """A value with some digits beyond the printed place: so many that who rounds them gets what the value rounds to.

    Of a number that was cut off, they are cut off as well, so that its last printed digit can be seen.
    """
    middle, place = (value.lower + value.upper) / 2, exponent_of_last(printed)
    if is_cut and (cut := cut_off(value, place - MORE_DIGITS)) is not None:
        return cut
    tries = (round_at(middle, place - more) for more in count(MORE_DIGITS))
    return next(found for found in tries if round_at(Fraction(found), place) == round_at(middle, place))
