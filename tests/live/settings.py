"""Numbers to put in place of an author's: drawn ones, and ones that are chosen to be awkward."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

from explainer.core.program import MOVING, Program

AWKWARD = (
    *("0", "-0", "1", "-1", "0.5", "2", "-3"),
    *("1.00005", "0.99995", "0.999949", "9.9995", "-99999.5", "0.145", "5.7", "9.45", "12345.5"),  # ties and carries
    *("0.00001234", "0.0000012345", "1e-30", "9999999", "12345678", "1e20"),  # where notation changes
    *("40", "-40", "400", "-700", "1e5", "-1e200", "1e308"),  # saturation, and beyond
)


def _changeable(program: Program) -> dict[str, Decimal]:
    """What is given, but for what a method remembers: nobody gives that, it starts at zero."""
    return {name: value for name, value in program.given.items() if program.quantities[name].kind not in MOVING}


def drawn(program: Program, count: int, seed: int = 7) -> list[dict[str, str]]:
    """Some of the numbers moved, turned round, or put at a round value, with up to four decimals."""
    random = Random(seed)
    return [
        {name: _moved(random, float(value)) for name, value in _changeable(program).items() if random.random() < 0.4}
        for _ in range(count)
    ]


def _moved(random: Random, value: float) -> str:
    near = (value + random.uniform(-1, 1), value * random.uniform(0.5, 2), -value, random.uniform(-3, 3))
    return str(round(random.choice(near if random.random() < 0.8 else (0, 1, -1)), random.choice((0, 1, 2, 3, 4))))


def crafted(program: Program, count: int, seed: int = 11) -> list[dict[str, str]]:
    """Awkward numbers, one or several at a time; each third with a sum that is exactly zero."""
    random, names, found = Random(seed), list(_changeable(program)), []
    for number in range(count):
        setting = {name: random.choice(AWKWARD) for name in random.sample(names, min(random.choice((1, 1, 2, 3)), len(names)))}
        found.append({**setting, **(_cancelling(program, setting, random) if number % 3 == 0 else {})})
    return found


def _cancelling(program: Program, setting: Mapping[str, str], random: Random) -> dict[str, str]:
    """A last term that takes away all that stands before it in a weighted sum of given numbers."""
    numbers = {name: Fraction(Decimal(setting.get(name, value))) for name, value in program.given.items()}
    sums = [equation for equation in program.equations if equation.operation == "affine" and equation.static[-1] == 1]
    sums = [equation for equation in sums if all(name in numbers for name in equation.operands)]
    if not sums:
        return {}
    equation = random.choice(sums)
    *terms, last = equation.operands
    value = sum((numbers[one] * numbers[other] for one, other in zip(terms[::2], terms[1::2], strict=True)), Fraction(0))
    return {last: format(Decimal(-value.numerator) / Decimal(value.denominator), "f")}
