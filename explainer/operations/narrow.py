"""Some rows written in another way: the same functions, but an enclosure stays narrower by it, or a rational stays one.

What is one of two numbers is that number; by the formulas of these rows its digits could stay undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explainer.core.program import Static
from explainer.operations.algebra import Operands, Scalar, Value, exp, log, total
from explainer.operations.record import Formula, of


def _softmax(sums: Sequence[Value], own: int) -> Scalar:
    """1/Σ exp(z_k − z_i): one of equals is a rational, and so is the only one."""
    others = [exp(z - sums[own]) for place, z in enumerate(sums) if place != own]
    return 1 / (1 + total(others)) if others else 1


def _cross_entropy(v: Operands, _: Static) -> Scalar:
    """By the differences from the first sum, which has no part in it where the targets add up to one."""
    targets, (first, *others) = v[::2], v[1::2]
    left = (1 - total(targets)) * first
    if not others:
        return left
    ahead = total([y * (first - z) for y, z in zip(targets[1:], others, strict=True)])
    return log(1 + total([exp(z - first) for z in others])) + left + ahead


# Those of which a calculation by the row's own formula loses more digits.
SHORTER: Mapping[str, Formula] = {
    "softmax": lambda v, static: _softmax(v, static[0]),
    "categorical_cross_entropy_logits": _cross_entropy,
    "categorical_cross_entropy_logits_slope": lambda v, static: _softmax(v[1::2], static[0]) - v[2 * static[0]],
}
NARROW: Mapping[str, Formula] = {
    "maximum": of(lambda a, b: (a - b).choose(lambda: a, lambda: b)),
    "minimum": of(lambda a, b: (a - b).choose(lambda: b, lambda: a)),
    **SHORTER,
}
