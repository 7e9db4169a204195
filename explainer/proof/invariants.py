"""What a training run leaves as it is: an induction, one step of which is an identity in a ring.

A gradient that is zero whatever the weights are leaves its weight where it started; mirrored neurons stay mirrored. At first
all of the state is taken to stay as it starts. What one update of such a state moves is then a symbol, the same one for what
starts and moves alike, or up to a sign; and so on, until an update leaves everything as it is taken to be. No ball could tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb

from explainer.compose.schedule import NOTHING, Fixed, Schedule
from explainer.core.program import Program, Static
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.composition import EXACT_PARAMETERS
from explainer.proof.enclosure import START_BITS, precision
from explainer.proof.exact import LARGEST_EFFORT, Known, Witnessed, read
from explainer.proof.letters import letters_of, with_letters
from explainer.proof.rings.polynomials import Polynomials, TooLong

MOST_SAMPLES = 8  # that an update is proven for one by one


@dataclass(frozen=True, slots=True)
class Tied:
    """A part of the state that is always `sign` times another; or itself, if nothing else is known of it."""

    to: str
    sign: int = 1


State = Mapping[str, Fraction | Tied]


def invariants(run: Schedule) -> Fixed:
    """What is the same number at every step, in each of a run's programs; nothing if it is too large, or batches differ."""
    too_large = len(run.update.parameters) > EXACT_PARAMETERS or len(run.samples) > MOST_SAMPLES
    if too_large or not run.repeats:
        return NOTHING
    with suppress(TooLong):
        return _found(run)
    return NOTHING


def _found(run: Schedule) -> Fixed:
    start: State = dict(zip(run.state, map(Fraction, run.start), strict=True))
    state = start
    while (refined := _refined(run, state)) != state:
        state = refined
    once = _constants(run.update, start, _batches(run)[0])
    first, *others = [_constants(run.update, state, batch) for batch in _batches(run)]
    always = {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
    parameters = {name: state[name] for name in run.update.parameters}
    return Fixed(once, always, _constants(run.loss, parameters, {}), _constants(run.forward, parameters, {}))


def _batches(run: Schedule) -> list[dict[str, Fraction]]:
    """What differs between the updates of the first epoch, which are those of every other one: the numbers of their samples."""
    numbers = [[number for position in batch for number in run.samples[position]] for batch in next(run.epochs_of_batches())]
    return [dict(zip(run.data, map(Fraction, batch), strict=True)) for batch in numbers]


class _Step(Witnessed):
    """One update out of many. Adam's corrections change from step to step: each is a number of which nothing is known."""

    def __init__(self, base: Polynomials) -> None:
        super().__init__(base)
        self.overrides = {**self.overrides, "bias_correction": self._corrected}

    def _corrected(self, operands: Sequence[Known], _: Static) -> Known:
        kept, decay = operands
        return self.multiply(kept, Known(self.base.function("bias correction", decay.element), arb("nan")))


def _read(program: Program, state: State, data: Mapping[str, Fraction], letters: int) -> tuple[Polynomials, dict[str, Any]]:
    """The elements of a ring that a program's equations give for any state of that kind, as far as they exist."""
    free = tuple(name for name, part in state.items() if part == Tied(name))
    base = Polynomials(free, letters, effort=LARGEST_EFFORT)
    algebra = _Step(base)
    values = {name: algebra.number(Fraction(number)) for name, number in program.given.items()}
    values |= {name: algebra.number(number) for name, number in data.items()}
    for name, part in state.items():
        if isinstance(part, Fraction):
            values[name] = algebra.number(part)
        else:
            symbol = base.symbol(part.to)
            values[name] = Known(symbol if part.sign > 0 else -symbol, arb("nan"))
    with precision(START_BITS):
        return base, {name: value.element for name, value in read(program, OPERATIONS, algebra, values)}


def _constants(program: Program, state: State, data: Mapping[str, Fraction]) -> dict[str, Fraction]:
    def found(letters: int) -> dict[str, Fraction]:
        base, values = _read(program, state, data, letters)
        constants = {name: base.constant(value) for name, value in values.items()}
        return {name: constant for name, constant in constants.items() if constant is not None}

    return with_letters(letters_of(program), found)


def _refined(run: Schedule, state: State) -> State:
    """What of a state's kind is left by an update: parts that are alike stay so if they move alike, whatever the batch."""
    for batch in _batches(run):
        state = with_letters(letters_of(run.update), partial(_left, run, state, batch))
    return state


def _left(run: Schedule, state: State, data: Mapping[str, Fraction], letters: int) -> State:
    base, values = _read(run.update, state, data, letters)
    found: dict[str, Fraction | Tied] = {}
    alike: dict[Any, tuple[str, int]] = {}
    for name, later in zip(run.state, run.after, strict=True):
        part, moved = state[name], values.get(later)
        if moved is not None and isinstance(part, Fraction) and base.constant(moved) == part:
            found[name] = part
            continue
        if moved is None:
            found[name] = Tied(name)
            continue
        before = abs(part) if isinstance(part, Fraction) else part.to
        own = -1 if (part < 0 if isinstance(part, Fraction) else part.sign < 0) else 1
        for sign in (own, -own) if part == 0 else (own,):
            first, its = alike.get((before, base.canonical(moved if sign > 0 else -moved)), ("", 0))
            if first:
                found[name] = Tied(first, sign * its)
                break
        else:
            alike[before, base.canonical(moved if own > 0 else -moved)] = name, own
            found[name] = Tied(name)
    return found
