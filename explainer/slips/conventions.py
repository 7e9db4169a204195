"""Other conventions: the same example with another loss, another order of updates, another rate, or without its slopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from explainer.core.program import Static
from explainer.examples.model import Example, NetworkExample, Training
from explainer.operations.record import Operation, of
from explainer.operations.vocabulary import ELEMENTWISE, OPERATIONS, SQUARED_ERRORS
from explainer.slips.once import AVERAGES, RATES, SHARES

Vocabulary = Mapping[str, Operation]


def variants(example: Example) -> Iterator[tuple[str, Example, Vocabulary, int]]:
    """The same example under other conventions: the cause, the example, the vocabulary, and the base of its logarithm."""
    one = of(lambda *_: 1)
    yield "slope_missing", example, _changed(dict.fromkeys(_slopes(), one)), 0
    yield "logarithm_10", example, OPERATIONS, 10
    yield "logarithm_2", example, OPERATIONS, 2
    training = example.training
    if training is not None:
        for cause, changed, rows in _other_steps(training):
            yield cause, replace(example, training=changed), rows, 0
    if not isinstance(example, NetworkExample):
        return
    network = example.network
    if training is not None:
        order = "simultaneous" if training.sequential else "sequential"
        yield order, replace(example, training=replace(training, sequential=not training.sequential)), OPERATIONS, 0
    for loss in SQUARED_ERRORS:
        if network.loss in SQUARED_ERRORS and network.loss != loss:
            yield loss, replace(example, network=replace(network, loss=loss)), OPERATIONS, 0
    if len(example.used) == 1:
        for other in range(len(example.data.samples)):
            if other not in example.used:
                yield "other_sample", replace(example, used=(other,)), OPERATIONS, 0
    if len(example.used) > 1:
        yield "sum_over_samples", example, _changed({"mean": OPERATIONS["sum"].formula, "share": one}), 0
    biases = frozenset(f"b_{index}" for index in range(1, network.bias_count + 1))
    if biases - example.frozen:
        yield "biases_not_updated", replace(example, frozen=example.frozen | biases), OPERATIONS, 0
    if biases & example.frozen:
        yield "biases_updated", replace(example, frozen=example.frozen - biases), OPERATIONS, 0
    if any(example.biases):
        yield "biases_missing", replace(example, biases=tuple(Decimal(0) for _ in example.biases)), OPERATIONS, 0
    transposed = _transposed(example)
    if transposed != example.weights:
        yield "weights_transposed", replace(example, weights=transposed), OPERATIONS, 0


def _other_steps(training: Training) -> Iterator[tuple[str, Training, Vocabulary]]:
    """Updates in which every step goes wrong in the same way."""
    for cause, factor in RATES.items():
        yield cause, replace(training, learning_rate=training.learning_rate * factor), OPERATIONS
    yield "ascent", replace(training, ascent=not training.ascent), OPERATIONS
    if any(keep.corrects for keep in training.rule.keeps):
        yield "uncorrected", replace(training, corrected=False), OPERATIONS
    if averages := {keep.operation for keep in training.rule.keeps} & AVERAGES:
        yield SHARES, training, _changed({name: partial(_rest, OPERATIONS[name].formula) for name in averages})


def _rest(formula: Callable[..., Any], operands: Sequence[Any], static: Static) -> Any:
    """An average that keeps what it should take in."""
    decay, *others = operands
    return formula((1 - decay, *others), static)


def _slopes() -> tuple[str, ...]:
    """The rows that are slopes of activation functions."""
    return tuple(f"{name}_slope" for name in ELEMENTWISE if f"{name}_slope" in OPERATIONS)


def _changed(formulas: Mapping[str, Callable[..., Any]]) -> Vocabulary:
    return {**OPERATIONS, **{name: replace(OPERATIONS[name], formula=formula) for name, formula in formulas.items()}}


def _transposed(example: NetworkExample) -> tuple[Decimal, ...]:
    """The weights read input by input, and within an input neuron by neuron."""
    found: list[Decimal] = []
    for below, above in pairwise(example.network.layers):
        own = example.weights[len(found) : len(found) + below * above]
        found += [own[row + column * above] for row in range(above) for column in range(below)]
    return tuple(found)
