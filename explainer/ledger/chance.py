"""How often chance explains: wrong numbers drawn by a seed, and how many of them get a cause."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from explainer.core.digits import exponent_of
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import Claim
from explainer.ledger.audit import agrees, judged
from explainer.ledger.conventions import Possible
from explainer.slips.once import TRIVIAL

COUNT = 1000  # wrong numbers of each length
DIGITS = range(2, 7)


@dataclass(frozen=True, slots=True)
class Chance:
    """Of so many wrong numbers with so many digits: how many get a cause, and how many one that is not said to be weak."""

    digits: int
    count: int
    caused: int
    strong: int


def chances(derivation: Derivation, count: int = COUNT, lengths: Sequence[int] = DIGITS) -> tuple[Chance, ...]:
    """Wrong numbers of each length, each of them judged by itself."""
    possible = Possible(derivation)
    found = []
    for digits in lengths:
        verdicts = [judged(possible, [claim])[0] for claim in wrong_numbers(derivation, digits, count)]
        strong, weak = (sum(getattr(verdict, key) for verdict in verdicts) for key in ("is_explained", "is_weak"))
        found.append(Chance(digits, count, strong + weak, strong))
    return tuple(found)


def wrong_numbers(derivation: Derivation, digits: int, count: int) -> Iterator[Claim]:
    """Quantities that are calculated, with another number of the same sign and size: the same ones everywhere."""
    source = random.Random(f"{derivation.name} {digits}")
    program = derivation.program
    names = [
        equation.target
        for equation in program.equations
        if equation.operation not in TRIVIAL and not derivation.enclosure(equation.target).may_be_zero
    ]
    made = 0
    while made < count:
        name = source.choice(names)
        value = derivation.enclosure(name)
        units = source.randrange(10 ** (digits - 1), 10**digits)
        number = Decimal(units).scaleb(exponent_of(value.lower) - digits + 1)
        printed = -number if value.lower < 0 else number
        if not agrees(value, printed):
            made += 1
            yield Claim(derivation.name, name, printed, f"claims[{made}]")
