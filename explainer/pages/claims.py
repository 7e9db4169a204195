"""Is it true what a sentence claims? Decided on what is proven of the numbers, never on their printed digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from explainer.core.digits import Enclosure, show
from explainer.derivation.derivation import Derivation
from explainer.words.conditions import (
    RIGHT,
    Calculated,
    Chain,
    Comparison,
    Condition,
    Exactly,
    Joined,
    Quantity,
    Term,
    holding,
    quantities,
)
from explainer.words.page_syntax import MAX_DIGITS, Claim, Is, Part, Piece, hole, pieces

Bounds = Callable[[Quantity], Enclosure]
LONGEST = 300  # letters of a sentence in a message
_END = re.compile(r"[.!?…]+[)\"'”’»*_]*(?=\s|$)|[。！？][」』”’）]*")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two terms, what is claimed of them, and what may be: those of `<`, `>` and `=` that their bounds leave, in this order."""

    left: Term
    relation: str
    right: Term
    possible: str

    @property
    def holds(self) -> bool | None:
        """None if that is open."""
        fitting = {"!=": "<>"}.get(self.relation, self.relation)
        fit = [sign in fitting for sign in self.possible]
        return all(fit) if all(fit) or not any(fit) else None

    @property
    def as_it_is(self) -> Condition:
        """A condition that holds of them; where nobody can tell which is larger, that they are near."""
        if self.holds is None:
            return holding(Calculated("||", (Calculated("-", (self.left, self.right)),)), "<", Exactly("0.001"))
        return holding(self.left, self.possible, self.right)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does a condition hold? None if that is open. And the comparisons by which it does not, or that leave it open."""

    holds: bool | None
    deciding: tuple[Compared, ...] = ()


def judged(condition: Condition | Comparison, bounds: Bounds) -> Verdict:
    """A condition, of quantities with these bounds."""
    match condition:
        case Joined("or", parts):
            found = [judged(part, bounds) for part in parts]
            if any(verdict.holds for verdict in found):
                return Verdict(True)
            return _because(found, None if any(verdict.holds is None for verdict in found) else False)
        case Joined(_, parts) | Chain(parts):
            found = [judged(part, bounds) for part in parts]
        case Comparison(left, relation, right):
            pairs = (_compared(*pair, relation, bounds) for pair in product(left, right))
            found = [Verdict(pair.holds, () if pair.holds else (pair,)) for pair in pairs]
    for holds in (False, None):
        if any(verdict.holds is holds for verdict in found):
            return _because(found, holds)
    return Verdict(True)


def _because(found: Sequence[Verdict], holds: bool | None) -> Verdict:
    return Verdict(holds, tuple(pair for verdict in found if verdict.holds is holds for pair in verdict.deciding))


def _compared(left: Term, right: Term, relation: str, bounds: Bounds) -> Compared:
    one, other = enclosed(left, bounds), enclosed(right, bounds)
    if left == right:
        return Compared(left, relation, right, "=")
    meet = one.lower <= other.upper and other.lower <= one.upper
    possible = "<" * (one.lower < other.upper) + ">" * (one.upper > other.lower) + "=" * meet
    return Compared(left, relation, right, possible)


def enclosed(term: Term, bounds: Bounds) -> Enclosure:
    """Bounds of what a term comes to: of rational numbers, so nothing is rounded."""
    match term:
        case Quantity():
            return bounds(term)
        case Exactly():
            return Enclosure.exact(term.value)
        case Calculated(sign, terms):
            return _calculated(sign, [enclosed(part, bounds) for part in terms])


def _calculated(sign: str, parts: Sequence[Enclosure]) -> Enclosure:
    first, *others = parts
    match sign, others:
        case "||", []:
            sizes = abs(first.lower), abs(first.upper)
            return Enclosure(first.lower * 0 if first.may_be_zero else min(sizes), max(sizes))
        case "-", []:
            return Enclosure(-first.upper, -first.lower)
        case "+", [second]:
            return Enclosure(first.lower + second.lower, first.upper + second.upper)
        case "-", [second]:
            return Enclosure(first.lower - second.upper, first.upper - second.lower)
    second = others[0]
    corners = [one * other for one in (first.lower, first.upper) for other in (second.lower, second.upper)]
    return Enclosure(min(corners), max(corners))


def complaint(
    asked: Claim, condition: Condition, known: Mapping[Quantity, tuple[Derivation, str]], where: str
) -> tuple[str, str, str] | None:
    """What is wrong with a claim, what would be right, and a right one; `known` are the quantities that it is about."""
    verdict = judged(condition, lambda item: known[item][0].enclosure(known[item][1]))
    if verdict.holds is not None and verdict.holds is not asked.otherwise:
        return None
    deciding = [item for pair in verdict.deciding for term in (pair.left, pair.right) for item in quantities(term)]
    concerned = {item: known[item] for item in deciding or known}
    if verdict.holds is None:
        what = "of which the proven bounds do not say whether it holds"
        expected = "a claim that they decide: of results that are equal for a reason the reason, or that they are near"
    elif asked.otherwise:
        what, expected = "which holds as what it stands in for does", "a condition that is not true of the numbers as they are"
    else:
        what, expected = "which does not hold", "a sentence and a condition that are true of the numbers as they are"
    right = verdict.deciding[0].as_it_is if verdict.deciding else RIGHT
    values = ", ".join(f"{item} {value}" for item, value in told(concerned).items())
    return f"the claim {condition}{where}, {what}: {values}", expected, f"{{{{claim {right}}}}}"


def told(found: Mapping[Quantity, tuple[Derivation, str]]) -> dict[Quantity, str]:
    """Numbers for a message: with so many digits that those of different quantities differ, if that is ever so."""
    shown = {item: derivation.show(name) for item, (derivation, name) in found.items()}
    if len({each.text for each in shown.values()}) < len(shown):
        longer = {item: show(derivation.enclosure(name), MAX_DIGITS) for item, (derivation, name) in found.items()}
        shown = {item: longer[item] or each for item, each in shown.items()}
    return {item: f"{each.relation} {each.text}" for item, each in shown.items()}


# --- where a claim stands


def claims_of(part: Part) -> list[Claim]:
    return [claim for piece in pieces(part.text) if (claim := claim_of(piece))]


def claim_of(piece: Piece) -> Claim | None:
    """The claim that a piece of a line is, if it is one."""
    asked = hole(piece.text) if piece.kind is Is.HOLE else None
    return asked if isinstance(asked, Claim) else None


def sentence(line: Sequence[Piece], number: int) -> str:
    """The sentence that ends with a claim, or in which it stands, as its author has written it."""
    before, after = ("".join(_words(part)) for part in (line[:number], line[number:]))
    before = before.rstrip()
    ends = [match.end() for match in _END.finditer(before)]
    start = max((end for end in ends if end < len(before)), default=0)
    if len(before) in ends:
        after = ""
    if end := _END.search(after):
        after = after[: end.end()]
    found = " ".join((before[start:] + after).split()).strip("|- ")
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"


def _words(line: Sequence[Piece]) -> Iterator[str]:
    return (piece.text for piece in line if claim_of(piece) is None)
