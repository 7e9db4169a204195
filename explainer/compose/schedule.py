"""What a training run does, before anybody calculates: one update as a program, and the order of the samples."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from explainer.compose import during
from explainer.compose.compose import compose
from explainer.compose.straight import function
from explainer.core.names import after, at_epoch, parse
from explainer.core.program import Kind, Program
from explainer.examples.model import AVERAGE, NetworkExample

CURVE_POINTS = 200  # of a loss curve, the start and the end among them


@dataclass(frozen=True)
class Schedule:
    """One run. `update` makes one step; the names are those of the program before and after it.

    A step takes the state (parameters, and what the optimiser keeps) and the data of a batch, and gives the state after
    it. The loss over all samples takes the parameters.
    """

    example: NetworkExample
    update: Program
    state: tuple[str, ...]
    after: tuple[str, ...]
    data: tuple[str, ...]  # what differs from update to update: inputs and targets of each sample of a batch, by name
    samples: tuple[tuple[Decimal, ...], ...]  # the numbers of each sample; () if an update takes all samples at once
    size: int  # of a batch: how many samples an update takes, if not all
    loss: Program  # of all samples, without any step
    forward: Program  # all samples and then all queries, without loss
    followed: tuple[str, ...]  # quantities of the forward pass that are kept like the loss
    answers: tuple[str, ...]  # the outputs for all samples and queries, kept like the parameters
    epochs: int
    kept: tuple[int, ...]  # the epochs whose loss is kept, 0 being the start
    record: tuple[int, ...]  # those whose parameters are kept as well
    during: tuple[str, ...] = ()  # what is kept of what happens within the epochs

    @property
    def start(self) -> tuple[Decimal, ...]:
        return tuple(self.update.given[name] for name in self.state)

    @property
    def repeats(self) -> bool:
        """Have all epochs the same batches, in whatever order?"""
        shuffled = self.example.training is not None and self.example.training.shuffle is not None
        return not self.samples or self.size == 1 or not shuffled

    def epochs_of_batches(self) -> Iterator[tuple[tuple[int, ...], ...]]:
        """The samples of each update of each epoch, in the order in which they are used; () for all at once."""
        for order in self._orders():
            yield tuple(order[first : first + self.size] for first in range(0, len(order), self.size)) or ((),)

    def _orders(self) -> Iterator[tuple[int, ...]]:
        shuffle = self.example.training.shuffle if self.example.training else None
        return (tuple(order) for order in orders(len(self.samples), self.epochs, shuffle))


def orders(count: int, epochs: int, shuffle: int | None) -> Iterator[list[int]]:
    """In which order each epoch takes so many samples: as they are, or by the seed of `shuffle`."""
    source = random.Random(shuffle)
    for _ in range(epochs):
        order = list(range(count))
        if shuffle is not None:
            source.shuffle(order)
        yield order


def _of_batch(update: Program, size: int) -> tuple[str, ...]:
    """The inputs and targets of an update, sample by sample. A sample alone has no number, even where others are shifted too."""
    names = update.of_kind(Kind.INPUT, Kind.TARGET)
    return tuple(name for number in (range(1, size + 1) if size > 1 else (0,)) for name in names if parse(name).sample == number)


def schedule(example: NetworkExample) -> Schedule:
    """The run that an example's [training] describes."""
    training = example.training
    assert training is not None
    everybody = tuple(range(len(example.data.samples)))
    once = replace(training, steps=1, epochs=0, record=())
    update = compose(replace(example, used=everybody[: training.batch or None], training=once))
    kept = tuple(name for name in update.of_kind(Kind.MOMENT, step=0) if name in update.given)
    state = (*update.parameters, *kept)
    asked = replace(example.data, samples=(*example.data.samples, *example.data.queries), queries=(), baseline=None)
    # One sample alone would have no number, so there are always two.
    numbered = replace(asked, samples=asked.samples if len(asked.samples) > 1 else asked.samples * 2)
    silent = replace(example.network, loss="")
    all_of_them = tuple(range(len(numbered.samples)))
    forward = compose(replace(example, data=numbered, network=silent, used=all_of_them, training=None))
    points = {round(training.epochs * index / (CURVE_POINTS - 1)) for index in range(CURVE_POINTS)}
    return Schedule(
        example,
        update,
        state,
        tuple(after(name, 1) for name in state),
        _of_batch(update, training.batch) if training.batch else (),
        tuple(_data_of(example, position) for position in everybody) if training.batch else (),
        training.batch or len(everybody),
        compose(replace(example, used=everybody, training=None)),
        forward,
        training.follow,
        tuple(name for name in forward.of_kind(Kind.OUTPUT) if parse(name).sample <= len(asked.samples)),
        training.epochs,
        tuple(sorted({0, *points, *training.record})),
        training.record,
        training.during,
    )


def _data_of(example: NetworkExample, position: int) -> tuple[Decimal, ...]:
    """The inputs and targets of one sample."""
    sample = example.data.samples[position]
    return (*example.data.inputs(sample), *sample.target)


class Counting(Protocol):
    """Counts the updates made, for Adam."""

    step: int


class Reading(during.Reading, Counting, Protocol):
    """What a run calculates with. `functions` as for `straight.function`."""

    functions: Mapping[str, Callable[..., Any]]

    def is_usable(self, value: Any) -> bool:
        """Is it worth while to go on with this loss?"""


def bias_correction(reading: Counting) -> Callable[..., Any]:
    """Adam's row in a run: the same equation for every step, with the step that the reading has come to."""
    return lambda operands, _: operands[0] / (1 - operands[1] ** reading.step)


class Stopped(Exception):
    """A run that cannot go on: the epoch in which a loss was no longer usable."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch


Progress = Callable[[int], None]  # told the epoch, now and then


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is proven to be the same number at every step of a run, in each of its programs; `first` is so in the first update."""

    first: Mapping[str, Fraction] = field(default_factory=dict)
    update: Mapping[str, Fraction] = field(default_factory=dict)
    loss: Mapping[str, Fraction] = field(default_factory=dict)
    forward: Mapping[str, Fraction] = field(default_factory=dict)


NOTHING = Fixed()


def play(run: Schedule, reading: Reading, progress: Progress = lambda _: None, fixed: Fixed = NOTHING) -> dict[str, Any]:
    """Make the run and return what is kept of it, by name.

    Raises:
        Stopped: a loss is not usable.
    """
    parameters, loss_name = run.update.parameters, run.loss.losses[0]
    given = (*run.state, *run.data)
    met = run.update.losses[:1] if AVERAGE in run.during else ()
    first, update = (
        function(run.update, given, (*run.after, *met), reading.functions, reading.number, known)
        for known in (fixed.first, fixed.update)
    )
    loss = function(run.loss, parameters, (loss_name,), reading.functions, reading.number, fixed.loss)
    state: tuple[Any, ...] = tuple(reading.number(Fraction(value)) for value in run.start)
    samples = [tuple(reading.number(Fraction(value)) for value in sample) for sample in run.samples]
    pass_names = tuple(dict.fromkeys((*run.followed, *run.answers)))
    forward = function(run.forward, parameters, pass_names, reading.functions, reading.number, fixed.forward)
    kept, record, found = frozenset(run.kept), frozenset(run.record), dict[str, Any]()
    reading.step = 0

    def keep(epoch: int) -> None:
        (value,) = loss(*state[: len(parameters)])
        if not reading.is_usable(value):
            raise Stopped(epoch)
        progress(epoch)
        found[at_epoch(loss_name, epoch)] = value
        passed = dict(zip(pass_names, forward(*state[: len(parameters)]), strict=True))
        for name in run.followed:
            found[at_epoch(name, epoch)] = passed[name]
        if epoch in record:
            found.update(zip((at_epoch(name, epoch) for name in parameters), state, strict=False))
            found.update((at_epoch(name, epoch), passed[name]) for name in run.answers)

    network, alone = run.example.network, len(run.samples) if run.size == 1 else 0
    watch = during.Watch(run.during, reading, lambda state: loss(*state[: len(parameters)])[0], alone, network.reduction == "sum")
    watch.start(state)
    keep(0)
    for epoch, batches in enumerate(run.epochs_of_batches(), 1):
        watch.epoch()
        for batch in batches:
            reading.step += 1
            data = (number for position in batch for number in samples[position])
            found_by_update = (update if reading.step > 1 else first)(*state, *data)
            before, state = state, found_by_update[: len(state)]
            watch.update(batch, before, state, found_by_update[len(state) :])
        if epoch in kept:
            keep(epoch)
        if epoch in record:
            found.update(watch.kept(epoch))
    return found
