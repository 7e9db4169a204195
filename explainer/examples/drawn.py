"""Parameters that are drawn: by a seed, to a few decimals, so that what is drawn is given and anyone can replay it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from explainer.examples.model import Drawn

DRAWN_TO = Decimal("0.0001")


def drawn_of(table: Mapping[str, Any]) -> Drawn:
    return Drawn(table["draw"], table["seed"], Decimal(table.get("scale", 1)))


@lru_cache(maxsize=64)  # a hundred thousand numbers take half a second, and a project has some twenty that draw a few
def draw(how: Drawn, count: int, key: str) -> tuple[Decimal, ...]:
    """So many numbers; `key` is what they are for, `weights` or `biases`, which differ by the same seed."""
    source, normal = random.Random(f"{how.seed} {key}"), NormalDist()
    numbers: list[float] = []
    while len(numbers) < count:
        uniform = source.random()
        if how.draw == "uniform":
            numbers.append(2 * uniform - 1)
        elif uniform > 0:
            numbers.append(normal.inv_cdf(uniform))
    return tuple((Decimal(number) * how.scale).quantize(DRAWN_TO) for number in numbers)
