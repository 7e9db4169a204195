"""A learner's `fit`, seen from outside: its network's layers note what they are given, and answer what is known beforehand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explainer.grading.layer import numbers, same
from explainer.grading.learner import Call, Flood, Learner, called
from explainer.grading.told import OF_LOOP, RIGHT, Finding

EPOCHS, STEP = 3, 0.02
LONGEST_PRINT = 5_000_000  # letters of a learner's prints

# The derivative of the loss by the output, from the output and the target; and what mistakes make of it.
_DERIVATIVES: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    (RIGHT, lambda o, t: (o - t) / (o * (1 - o))),
    ("da.fused", lambda o, t: o - t),
    ("sign", lambda o, t: (t - o) / (o * (1 - o))),
    ("da.fused.sign", lambda o, t: t - o),
    ("da.squared", lambda o, t: 2 * (o - t)),
    ("da.squared", lambda o, t: 2 * (t - o)),
    ("da.denominator", lambda o, t: (o - t) / o),
    ("da.denominator", lambda o, t: (o - t) / (1 - o)),
    ("da.denominator", lambda o, t: (o - t) * o * (1 - o)),
    ("da.denominator", lambda o, t: (o - t) / o * (1 - o)),
    ("da.inner", lambda o, t: -t / o - (1 - t) / (1 - o)),
    ("da.inner", lambda o, t: t / o + (1 - t) / (1 - o)),
    ("da.half", lambda o, t: -t / o),
    ("da.half", lambda o, t: (1 - t) / (1 - o)),
    ("da.loss", lambda o, t: -(t * np.log(o) + (1 - t) * np.log(1 - o))),
)
# One sample's loss.
_LOSSES: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    (RIGHT, lambda o, t: -(t * np.log(o) + (1 - t) * np.log(1 - o))),
    ("loss.minus", lambda o, t: t * np.log(o) + (1 - t) * np.log(1 - o)),
    ("loss.log", lambda o, t: -(t * np.log10(o) + (1 - t) * np.log10(1 - o))),
    ("loss.log", lambda o, t: -(t * np.log2(o) + (1 - t) * np.log2(1 - o))),
    ("loss.log", lambda o, t: -(t * np.log1p(o) + (1 - t) * np.log1p(1 - o))),
    ("loss.brackets", lambda o, t: -t * np.log(o) + (1 - t) * np.log(1 - o)),
    ("loss.half", lambda o, t: -t * np.log(o)),
    ("loss.half", lambda o, t: -(1 - t) * np.log(1 - o)),
    ("loss.swapped", lambda o, t: -(t * np.log(1 - o) + (1 - t) * np.log(o))),
    ("loss.squared", lambda o, t: (o - t) ** 2),
    ("loss.squared", lambda o, t: (o - t) ** 2 / 2),
    ("loss.absolute", lambda o, t: abs(o - t)),
)


class Printed(io.StringIO):
    """What a learner prints, up to a limit."""

    def write(self, text: str) -> int:
        if self.tell() + len(text) > LONGEST_PRINT:
            raise Flood
        return super().write(text)


@dataclass
class Pass:
    """What happened from one sample's way forward to the next one's."""

    inputs: Any
    output: Any = None
    back: list[tuple[int, Any, Any]] = field(default_factory=list)


class Listener:
    """A layer that notes what it is given. Its parameters stay, so that every epoch is like the first."""

    def __init__(self, layer: Any, number: int, passes: list[Pass]) -> None:
        self._layer, self._number, self._passes = layer, number, passes
        self.answer = np.random.default_rng(number).normal(size=(layer.weights.shape[1], 1))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)

    def forward(self, inputs: Any) -> Any:
        if self._number == 0:
            self._passes.append(Pass(np.array(inputs)))
        outputs = self._layer.forward(inputs)
        if self._passes:
            self._passes[-1].output = np.array(outputs)
        return outputs

    def backward(self, da: Any, learning_rate: Any = None, *_: Any) -> Any:
        if self._passes:
            self._passes[-1].back.append((self._number, np.array(da) if numbers(da) is not None else da, learning_rate))
        return self.answer


@dataclass(frozen=True)
class Heard:
    """One call of `fit` on a few samples."""

    call: Call
    passes: Sequence[Pass]
    answers: Sequence[Any]
    printed: str
    data: Any
    labels: Any
    was_changed: bool


def judged_loop(learner: Learner, reference: Mapping[str, Any]) -> Iterator[Finding]:
    """A finding for each blank of `fit`, and what else there is to say of it."""
    found = learner.left_open(OF_LOOP)
    filled, more = frozenset(found), list[Finding]()
    for _ in range(len(OF_LOOP) + 1):
        space, trouble = learner.defined(filled)
        heard = _heard(space, reference) if trouble is None else None
        trouble = heard.call.trouble if heard else trouble
        if heard is not None:
            more = []
            for finding in _found(learner, heard, whole=trouble is None):
                if finding.place not in OF_LOOP:
                    more.append(finding)
                elif finding.place not in found:
                    found[finding.place] = finding
        wrong = {place for place in OF_LOOP if place in found and found[place].key != RIGHT} - filled
        if wrong and (trouble is not None or "output" in wrong):  # what is known to be wrong may hide the rest
            filled |= wrong
            continue
        if trouble is None:
            break
        place = learner.place_at(trouble.line)
        if place not in OF_LOOP or place in filled:
            if not any(finding.key not in (RIGHT, "open") for finding in found.values()):
                more.append(trouble.at("fit", learner.source))
            break
        found[place] = trouble.at(place, learner.source)
        filled |= {place}
    for place in OF_LOOP:
        yield found.get(place) or learner.finding(place, "unseen")
    yield from more


def _heard(space: Mapping[str, Any], reference: Mapping[str, Any]) -> Heard:
    random = np.random.default_rng(5)
    data = random.uniform(-2, 2, (8, 2))
    labels = np.array([0, 1, 1, 0, 1, 0, 0, 0])  # not as many of each, so that one-sided losses differ
    kept = data.copy(), labels.copy()
    passes: list[Pass] = []
    printed = Printed()
    answers: list[Any] = []
    code = getattr(getattr(space.get("Perceptron"), "fit", None), "__code__", None)

    def fit() -> Any:
        network = space["Perceptron"]([2, 3, 1], seed=4)
        layers = reference["Perceptron"]([2, 3, 1], seed=4).layers
        network.layers = [Listener(layer, number, passes) for number, layer in enumerate(layers)]
        answers.extend(layer.answer for layer in network.layers)
        with redirect_stdout(printed), np.errstate(all="ignore"):
            return network.fit(data, labels, EPOCHS, STEP)

    call = called(fit, code)
    changed = sorted(map(tuple, data.tolist())) != sorted(map(tuple, kept[0].tolist()))
    return Heard(call, passes, answers, printed.getvalue(), *kept, changed)


def _found(learner: Learner, heard: Heard, *, whole: bool) -> Iterator[Finding]:
    """What was heard; of a call that broke off, only what it came to."""
    passes = heard.passes
    if heard.was_changed:
        yield Finding("data", "data.changed")
    count = len(heard.data)
    flat = next((item for item in passes if np.ndim(item.inputs) != 2), None)
    batch = next((item for item in passes if np.ndim(item.inputs) == 2 and np.shape(item.inputs)[1] > 1), None)
    if not passes:
        yield from [learner.finding("output", "output.none")] if whole else []
    elif flat is not None:
        yield learner.finding("output", "output.flat", found=str(np.shape(flat.inputs)), wanted="(2, 1)")
    elif batch is not None:
        yield learner.finding("output", "output.batch", found=str(np.shape(batch.inputs)), wanted="(2, 1)")
    elif whole and len(passes) < EPOCHS * count:
        yield learner.finding("output", "output.few", found=str(len(passes)), wanted=str(EPOCHS * count))
    else:
        yield Finding("output", RIGHT)
    if flat is not None or batch is not None or not passes:
        return
    indexes = [_index(item, heard.data) for item in passes]
    labels = [heard.labels[index] if index is not None else None for index in indexes]
    outputs = [float(np.ravel(item.output)[0]) for item in passes]
    answered = [(item, output, label) for item, output, label in zip(passes, outputs, labels, strict=True) if item.back]
    told, used = _derivative(learner, answered)
    call = _calls(learner, heard, whole=whole)
    if told is not None and told.key != RIGHT and _is_kept(heard, answered):  # right, and something else is handed on
        call = call if call and call.key != RIGHT else learner.finding("layer.backward", told.key)
        told = Finding("da", RIGHT)
    if told is not None:
        yield told
    if call is not None:
        yield call
    mixed = told is not None and any(
        None not in (own, label) and own != label for own, (_, _, label) in zip(used, answered, strict=False)
    )
    if whole and len(passes) == EPOCHS * count:
        yield from _orders(indexes, count, mixed=mixed)
    if whole:
        targets = [
            own if mixed and own is not None else label for own, label in zip([*used, *labels[len(used) :]], labels, strict=True)
        ]
        yield from _losses(learner, heard, outputs, targets)


def _index(item: Pass, data: Any) -> int | None:
    """Which sample it was."""
    own = np.ravel(item.inputs)
    return next((index for index, row in enumerate(data) if own.shape == row.shape and np.allclose(own, row)), None)


def _derivative(learner: Learner, answered: Sequence[tuple[Pass, float, Any]]) -> tuple[Finding | None, list[Any]]:
    """What the last layer is given, and which label that tells of."""
    if not answered:
        return None, []
    first = [item.back[0][1] for item, _, _ in answered]
    if any(numbers(da) is None or np.size(da) != 1 for da in first):
        form = str(np.shape(first[0])) if numbers(first[0]) is not None else type(first[0]).__name__
        return learner.finding("da", "shape.other", found=form, wanted="(1, 1)"), []
    values = [float(np.ravel(da)[0]) for da in first]
    for divisor, key in ((1, ""), (8, "da.mean")):
        for name, formula in _DERIVATIVES:
            used = [
                _label(formula, output, label, value * divisor) for value, (_, output, label) in zip(values, answered, strict=True)
            ]
            if all(label is not None for label in used):
                told = key if key and name == RIGHT else name
                return Finding("da", RIGHT) if told == RIGHT else learner.finding("da", told), used
    return learner.finding("da", "unknown"), []


def _is_kept(heard: Heard, answered: Sequence[tuple[Pass, float, Any]]) -> bool:
    """Is `da` at the end what it should be for the last sample? Then nothing that a layer gave back has taken its place."""
    _, output, label = answered[-1]
    return label is not None and same(np.ravel(heard.call.names.get("da", [])), [_DERIVATIVES[0][1](output, label)])


def _label(formula: Callable[[Any, Any], Any], output: float, label: Any, value: float) -> Any:
    """The label that makes this value by a formula: the sample's own, or else the other one."""
    own = 0 if label is None else label
    return next((each for each in (own, 1 - own) if np.isclose(formula(output, each), value, rtol=1e-4)), None)


def _calls(learner: Learner, heard: Heard, *, whole: bool) -> Finding | None:
    """How the layers were called on the way back."""
    passes, last = heard.passes, len(heard.answers) - 1
    place = "layer.backward"
    called_ = [item for item in passes if item.back]
    if not called_:
        return learner.finding(place, "call.none") if whole else None
    back = called_[0].back
    order = [number for number, _, _ in back]
    if len(order) > 1 and same(back[1][1], back[0][1]) and order[1] != order[0]:
        return learner.finding(place, "call.same")
    if not all(same(rate, STEP) for _, _, rate in back):
        return learner.finding(place, "call.rate")
    if order == [*range(last + 1)]:
        return learner.finding(place, "call.order")
    if order == [last] or order == [0]:
        return learner.finding(place, "call.one")
    if whole and len(called_) == EPOCHS < len(passes):
        return learner.finding(place, "call.epoch")
    if order != [*range(last, -1, -1)]:
        return learner.finding(place, "call.order") if whole else None
    if any(not same(da, heard.answers[number + 1]) for number, da, _ in back[1:]):
        return learner.finding(place, "unknown")
    if whole and len(called_) < len(passes):
        return learner.finding(place, "call.epoch")
    return Finding(place, RIGHT)


def _orders(indexes: Sequence[int | None], count: int, *, mixed: bool) -> Iterator[Finding]:
    epochs = [list(indexes[start : start + count]) for start in range(0, len(indexes), count)]
    if mixed:
        yield Finding("order", "order.labels")
    if any(index is None for index in indexes):
        return
    if any(sorted(map(int, filter(None, epoch))) != [*range(1, count)] for epoch in epochs):
        yield Finding("order", "order.missing")
    elif all(epoch == epochs[0] for epoch in epochs):
        yield Finding("order", "order.none" if epochs[0] == [*range(count)] else "order.once")


def _losses(learner: Learner, heard: Heard, outputs: Sequence[float], targets: Sequence[Any]) -> Iterator[Finding]:
    """The averages that were printed or given back, by all ways to get them wrong."""
    if any(target is None for target in targets) or len(outputs) != EPOCHS * len(heard.data):
        yield learner.finding("loss", "unseen")
        return
    o, t = (np.array(list(values), float).reshape(EPOCHS, -1) for values in (outputs, targets))
    count = o.shape[1]
    lines = [line for line in heard.printed.splitlines() if re.search(r"\d", line)]
    shown = [float(match[-1]) if (match := re.findall(r"-?\d+\.?\d*(?:e-?\d+)?|-?inf|nan", line)) else np.nan for line in lines]
    given = numbers(heard.call.result)
    exact = given is not None and given.ndim == 1 and len(given) in (1, EPOCHS, EPOCHS * count)
    values, tolerance = (given, 1e-6) if exact else (np.array(shown), 6e-4)
    if len(values) == 0:
        yield learner.finding("loss", "loss.none")
        return
    place = "average"
    if len(lines) == EPOCHS * count or len(values) == EPOCHS * count:
        yield Finding(place, "average.inside")
    elif len(lines) == 1 or len(values) == 1:
        yield Finding(place, "average.outside")
    for name, formula in _LOSSES:
        with np.errstate(all="ignore"):
            each = formula(o, t)
        for way, wanted in _averages(each):
            if len(wanted) == len(values) and np.allclose(values, wanted, rtol=tolerance, atol=tolerance):
                yield Finding("loss", RIGHT) if name == RIGHT else learner.finding("loss", name)
                if way:
                    yield Finding(place, way)
                return
    pairs = np.array([np.mean([_LOSSES[0][1](own, t[epoch]) for own in o[epoch]]) for epoch in range(EPOCHS)])
    if len(pairs) == len(values) and np.allclose(values, pairs, rtol=tolerance, atol=tolerance):
        yield learner.finding("loss", "loss.pairs")
        return
    own = np.ravel(heard.call.names.get("loss", []))  # of the last sample
    name = next((name for name, formula in _LOSSES if same(own, [formula(o[-1, -1], t[-1, -1])])), "unknown")
    yield Finding("loss", RIGHT) if name == RIGHT else learner.finding("loss", name)
    if name == RIGHT:
        yield Finding(place, "average.unknown")


def _averages(each: Any) -> Iterator[tuple[str, Any]]:
    """What may become of the losses of all samples, epoch by epoch: their means, and what mistakes make of them."""
    epochs, count = each.shape
    means = each.mean(axis=1)
    yield "", means
    yield "average.sum", means * count
    yield "average.kept", np.cumsum(means)
    yield "average.kept", np.cumsum(means) * count
    yield "average.kept", np.cumsum(means) / np.arange(1, epochs + 1)
    yield "average.last", each[:, -1]
    yield "average.last", each[:, -1] / count
    yield "average.epochs", means * count / epochs
    halved = np.zeros(epochs)
    for column in each.T:
        halved = (halved + column) / count
    yield "average.inside", halved
    running = np.cumsum(each, axis=1)
    yield "", (running / np.arange(1, count + 1)).ravel()
    yield "", (running / count).ravel()
    yield "", each.ravel()
    yield "", each.ravel() / count
    yield "", means[-1:]
    yield "", each.mean(keepdims=True).ravel()
    yield "", each.mean(keepdims=True).ravel() * epochs
    yield "", running[-1:, -1]
