"""Losses of one sample: operands are a target and a prediction, and so on for each output; learnt are the predictions alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from explainer.core.program import Static
from explainer.operations.activations import SIGMOID, SOFTPLUS, softmax
from explainer.operations.algebra import (
    Operands,
    Scalar,
    Value,
    absolute,
    exp,
    is_positive,
    log,
    positive_part,
    product,
    sign,
    total,
)
from explainer.operations.record import Collapse, Demands, Family, Operation, Partial, Pieces, Rule, Targets, of


def _pairs(v: list[Value]) -> list[tuple[Value, Value]]:
    """Targets and predictions: y₁, o₁, y₂, o₂, …"""
    return list(zip(v[::2], v[1::2], strict=True))


def _of_outputs(slope: str) -> Partial:
    """Partials by the outputs alone: a slope row that takes one target and its output."""
    return lambda position, *_: Rule(slope, (position - 1, position)) if position % 2 else None


def _summed(term: Callable[[Value, Value], Value]) -> Callable[[Operands, Static], Value]:
    """The same for each output, added up."""
    return lambda v, _: total([term(y, o) for y, o in _pairs(v)])


def _squared(name: str, scale: Callable[[int], Fraction | int], also: tuple[str, ...]) -> tuple[Operation, Operation]:
    """Σ(y − o)² times a scale that may depend on the number of outputs."""

    def formula(v: Operands, _: Static) -> Scalar:
        factor, errors = scale(len(v) // 2), total([(y - o) ** 2 for y, o in _pairs(v)])
        return errors if factor == 1 else factor * errors

    def rule(position: int, count: int, _: Static) -> Rule:
        pair = (position, position + 1) if position % 2 == 0 else (position - 1, position)
        return Rule(f"{name}_slope", pair, (-1 if position % 2 else 1, count // 2))

    def slope(v: Operands, static: Static) -> Scalar:
        sign_of, outputs = static
        factor, difference = sign_of * 2 * scale(outputs), v[0] - v[1]
        if factor == 1:
            return difference
        return -difference if factor == -1 else factor * difference

    loss = Operation(name, formula, rule, Family.LOSS, demands=Demands(squared=True), also=also)
    return loss, Operation(f"{name}_slope", slope, family=Family.SLOPE)


def _cross_entropy_of_logits(v: Operands, _: Static) -> Value:
    return log(total([exp(z) for _y, z in _pairs(v)])) - total([y * z for y, z in _pairs(v)])


def _huber(d: Value) -> Value:
    """Half the square of a small difference, and of a large one so much of its size that both meet with one slope."""
    half = Fraction(1, 2)
    return (absolute(d) - 1).choose(lambda: absolute(d) - half, lambda: half * d**2)


def _huber_slope(d: Value) -> Value:
    return (absolute(d) - 1).choose(lambda: sign(d), lambda: d)


def _differences(v: Operands) -> list[Value]:
    return [o - y for y, o in _pairs(v)]


def _margins(v: Operands) -> list[Value]:
    return [1 - y * o for y, o in _pairs(v)]


BINARY = Operation(
    "binary_cross_entropy",
    lambda v, _: -total([y * log(o) + (1 - y) * log(1 - o) for y, o in _pairs(v)]),
    _of_outputs("binary_cross_entropy_slope"),
    Family.LOSS,
    working=(
        of(lambda y, o: -(y / o - (1 - y) / (1 - o))),
        of(lambda y, o: (-(y * (1 - o)) + (1 - y) * o) / (o * (1 - o))),
    ),
    worked=1,
    letters_each=2,
    demands=Demands(
        Targets.SHARES,
        after="sigmoid",
        constant=False,
        collapse=Collapse(
            "sigmoid", "binary_cross_entropy_by_logit", "binary_cross_entropy_slope_by_logit", "sigmoid_slope_by_logit"
        ),
    ),
    also=("bce", "bceloss", "binarycrossentropy", "logloss"),
)
BINARY_OF_LOGITS = Operation(
    "binary_cross_entropy_logits",
    _summed(lambda y, z: SOFTPLUS(z) - y * z),
    _of_outputs("binary_cross_entropy_logits_slope"),
    Family.LOSS,
    letters_each=2,
    demands=Demands(Targets.SHARES, after="identity", constant=False),
    also=("bcewithlogits", "bcewithlogitsloss"),
)
CATEGORICAL = Operation(
    "categorical_cross_entropy",
    lambda v, _: -total([y * log(p) for y, p in _pairs(v)]),
    _of_outputs("categorical_cross_entropy_slope"),
    Family.LOSS,
    letters_each=2,
    demands=Demands(
        Targets.CLASSES, after="softmax", constant=False, collapse=Collapse("softmax", "categorical_cross_entropy_logits")
    ),
    also=("cce", "softmaxcrossentropy", "negativeloglikelihood", "nll", "nllloss", "sparsecategoricalcrossentropy"),
)
CATEGORICAL_OF_LOGITS = Operation(
    "categorical_cross_entropy_logits",
    _cross_entropy_of_logits,
    lambda position, count, _: (
        Rule("categorical_cross_entropy_logits_slope", tuple(range(count)), (position // 2,)) if position % 2 else None
    ),
    Family.LOSS,
    letters_each=2,
    demands=Demands(Targets.CLASSES, after="identity", constant=False),
    also=("crossentropyloss",),
)
HINGE = Operation(
    "hinge",
    _summed(lambda y, o: positive_part(1 - y * o)),
    _of_outputs("hinge_slope"),
    Family.LOSS,
    pieces=Pieces(_margins),
    kink=lambda v, _: product(_margins(v)),
    letters_each=2,
    demands=Demands(Targets.SIGNS),
    also=("hingeloss", "svm", "maxmargin"),
)
ABSOLUTE = Operation(
    "absolute_error",
    _summed(lambda y, o: absolute(y - o)),
    _of_outputs("absolute_error_slope"),
    Family.LOSS,
    pieces=Pieces(_differences),
    kink=lambda v, _: product(_differences(v)),
    letters_each=2,
    also=("l1", "absolute", "abserror"),
)
HUBER = Operation(
    "huber",
    _summed(lambda y, o: _huber(o - y)),
    _of_outputs("huber_slope"),
    Family.LOSS,
    pieces=Pieces(_differences, (Fraction(-1), Fraction(0), Fraction(1))),
    letters_each=2,
    also=("smoothl1",),
)

SQUARED = (
    *_squared("squared_error", lambda _: 1, ("se", "sse", "squared", "sumofsquares")),
    *_squared("half_squared_error", lambda _: Fraction(1, 2), ("halfmse", "halfse", "halfsse")),
    *_squared(
        "mean_squared_error", lambda outputs: Fraction(1, outputs), ("mse", "meansquarederror", "mseloss", "l2", "quadratic")
    ),
)

_slope = partial(Operation, family=Family.SLOPE, letters_each=2)
_stable = partial(Operation, family=Family.STABLE)

# Slopes of one output, and other ways to losses and slopes that start before the activation.
SLOPES = (
    _slope("binary_cross_entropy_slope", of(lambda y, o: (o - y) / (o * (1 - o)))),
    _slope("binary_cross_entropy_logits_slope", of(lambda y, z: SIGMOID(z) - y)),
    _slope("categorical_cross_entropy_slope", of(lambda y, p: -(y / p))),
    _slope("categorical_cross_entropy_logits_slope", lambda v, static: softmax(v[1::2], static) - v[2 * static[0]]),
    _slope("hinge_slope", of(lambda y, o: -(y * is_positive(1 - y * o)))),
    _slope("absolute_error_slope", of(lambda y, o: -sign(y - o))),
    _slope("huber_slope", of(lambda y, o: _huber_slope(o - y))),
)
STABLE = (
    # (1 − y)/σ(−z) − y/σ(z): without the difference of two numbers near one
    _stable("binary_cross_entropy_slope_by_logit", of(lambda y, z: (1 - y) / SIGMOID(-z) - y / SIGMOID(z))),
    # y softplus(−z) + (1 − y) softplus(z): no large numbers that nearly cancel
    _stable("binary_cross_entropy_by_logit", _summed(lambda y, z: y * SOFTPLUS(-z) + (1 - y) * SOFTPLUS(z))),
)

LOSSES = (
    *SQUARED,
    BINARY,
    BINARY_OF_LOGITS,
    CATEGORICAL,
    CATEGORICAL_OF_LOGITS,
    ABSOLUTE,
    HUBER,
    HINGE,
    *SLOPES,
    *STABLE,
)
