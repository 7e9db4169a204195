"""Ways in which a careful author's number may still be another one: conventions, slips, and rounding on the way.

Each gives the value that a quantity has under it. Whether it explains a printed number is for `audit` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from explainer.compose.schedule import schedule
from explainer.compose.straight import needed
from explainer.core.digits import Enclosure, round_at
from explainer.core.errors import NumericError
from explainer.core.names import after, at_epoch, parse
from explainer.core.program import Equation, Program
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NEURONS, Example, NetworkExample
from explainer.ledger.worlds import Convention, Floats, Names, Slipped, World, by_neurons
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips import everywhere
from explainer.slips.conventions import variants
from explainer.slips.once import OF_UPDATES, Slip, aside, once
from explainer.slips.printing import CUT_OFF, DOUBLE, ONE_OFF, SINGLE, misprints
from explainer.slips.sources import at_new_points, inputs_missing, paths_alone

if TYPE_CHECKING:
    from explainer.proof.alternatives import Calculation

E = TypeVar("E", bound=Example)
FARTHEST = 160  # equations before a quantity's own in which slips are looked for
_SAME_IN_RUNS = frozenset({"other_sample"})  # conventions that change nothing of a run


class Rank(IntEnum):
    """How far from what a careful author does. A cause's odds count whatever is no farther."""

    ROUNDING = 0
    CONVENTION = 1
    SLIP = 2
    ELSEWHERE = 3  # a slip in an equation before
    NEARBY = 4  # no cause at all, but near


@dataclass(frozen=True)
class Alternative:
    """A quantity's value under another convention. `cause` is a key of the catalogue; `mentions` are quantities.

    `at` is the equation that a slip is made in, where it is not the quantity's own.
    """

    cause: str
    enclosure: Enclosure
    rank: Rank
    mentions: tuple[str, ...] = ()
    at: str = ""
    world: World | None = None
    misprint: Decimal | None = None  # what is printed, if not what the value rounds to
    is_general: bool = False  # does who goes by it go by it everywhere?

    def print(self, place: int) -> Decimal | None:
        """What is printed for it down to the place 10^place; None if the enclosure does not decide that."""
        if self.misprint is not None:
            return self.misprint
        low = round_at(self.enclosure.lower, place)
        return low if low == round_at(self.enclosure.upper, place) else None


class Possible:
    """What the quantities of an example may have been taken for. It is worked out once, whoever asks for it how often."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self._of: dict[str, tuple[Alternative, ...]] = {}

    def of(self, name: str, printed: Decimal) -> Iterator[Alternative]:
        """Everything that a quantity might have been taken for by who printed this."""
        value, place = self.derivation.enclosure(name), exponent_of_last(printed)
        for cause, digits in misprints(value, place):
            rank = Rank.NEARBY if cause == ONE_OFF else Rank.ROUNDING
            yield Alternative(cause, value, rank, misprint=digits, is_general=cause == CUT_OFF)
        if parse(name).epoch is not None:
            yield from self._in_run(name, printed)
            yield from _local(self.derivation, name)
            return
        if name not in self._of:
            self._of[name] = tuple(chain(self._worlds_of(name), _local(self.derivation, name), self._slips_of(name)))
        yield from self._of[name]

    # --- other worlds

    @cached_property
    def _neurons(self) -> tuple[Program, Names]:
        return by_neurons(self.derivation)

    @cached_property
    def _calculation(self) -> Calculation:
        from explainer.proof import alternatives as balls

        return balls.Calculation(self.derivation.program, OPERATIONS)

    @cached_property
    def _worlds(self) -> tuple[tuple[str, Rank, tuple[str, ...], World], ...]:
        """Whatever goes through the whole calculation: what it is called, how far it is, what it mentions, and the world."""
        from explainer.proof import alternatives as balls
        from explainer.values.engine import naive

        program, names = self._neurons
        found: list[tuple[str, Rank, tuple[str, ...], World]] = [
            (key, Rank.ROUNDING, (), Floats(naive(self.derivation.program, single=key == SINGLE))) for key in (SINGLE, DOUBLE)
        ]
        for cause, example, vocabulary, base in variants(seen_by_neurons(self.derivation.example)):
            found.append((_called(cause), Rank.CONVENTION, (), Convention(example, names, vocabulary, base)))
        calculation = self._calculation
        if names:
            calculation = balls.Calculation(program, OPERATIONS)
        if program.gradients and isinstance(self.derivation.example, NetworkExample):
            for made in everywhere.changes(program):
                found.append((f"slip.{made.cause}", Rank.SLIP, (), Slipped(calculation, made.program, names)))
        for slip in inputs_missing(self.derivation.program):
            found.append((slip.cause, Rank.SLIP, slip.mentions, Slipped(self._calculation, slip.program)))
        if isinstance(self.derivation.example, NetworkExample):
            for slip in at_new_points(seen_by_neurons(self.derivation.example)):
                found.append((f"slip.once.{slip.cause}", Rank.SLIP, (), _moved(slip, names)))
        return tuple(found)

    def _worlds_of(self, name: str) -> Iterator[Alternative]:
        for cause, rank, mentions, world in self._worlds:
            if (value := world.value(name)) is not None:
                yield Alternative(cause, value, rank, mentions, world=world, is_general=True)

    # --- slips in one equation

    def _slips_of(self, name: str) -> Iterator[Alternative]:
        """One in the quantity's own equation, or in one that it depends on."""
        program = self.derivation.program
        if name not in program.equation_of:
            return
        own = replace(program, equations=needed(program, (), (name,))[-FARTHEST:])
        for slip in chain(once(own), paths_alone(own)):
            here = slip.at == name
            if slip.is_of_result or slip.base or (slip.is_of_update and not here):
                continue  # a factor or a logarithm is tried by itself; a step goes wrong alone or with all
            world = Slipped(self._calculation, self._with(slip, own))
            if (value := world.value(name)) is not None:
                rank, at = (Rank.SLIP, "") if here else (Rank.ELSEWHERE, slip.at)
                yield Alternative(f"slip.once.{slip.cause}", value, rank, slip.mentions, at, world)

    def _with(self, slip: Slip, own: Program) -> Program:
        """The whole list with a slip that was made in a part of it."""
        before = {equation.target: equation for equation in own.equations}
        new = [equation for equation in slip.program.equations if before.get(equation.target) is not equation]
        equations: list[Equation] = []
        for equation in self.derivation.program.equations:
            equations += new if equation.target == slip.at else [equation]
        return replace(slip.program, equations=tuple(equations))

    # --- runs

    def _in_run(self, name: str, printed: Decimal) -> Iterator[Alternative]:
        """What a training run keeps, under other conventions."""
        example, epoch = self.derivation.example, parse(name).epoch
        if not isinstance(example, NetworkExample) or example.training is None or epoch is None:
            return
        for cause, other, vocabulary, base in variants(example):
            if isinstance(other, NetworkExample) and vocabulary is OPERATIONS and not base and cause not in _SAME_IN_RUNS:
                for value in _values_in_run(other, name, (epoch,), printed).values():
                    yield Alternative(_called(cause), value, Rank.CONVENTION)
        beside = {count: cause for cause, count in (("one_epoch_fewer", epoch - 1), ("one_epoch_more", epoch + 1)) if count >= 0}
        for count, value in _values_in_run(example, name, tuple(beside), printed).items():
            yield Alternative(beside[count], value, Rank.CONVENTION)


def _moved(slip: Slip, names: Names) -> World:
    """A world in which the parameters that a slip mentions have the values beside them."""
    from explainer.proof import alternatives as balls

    later = {name: aside(name) for name in slip.mentions}
    entries = {name: later.get(own, own) for name, own in names.items()}
    return Slipped(balls.Calculation(slip.program, OPERATIONS), slip.program, {**later, **entries})


def seen_by_neurons(example: E) -> E:
    return replace(example, view=NEURONS) if isinstance(example, NetworkExample) else example


def _called(cause: str) -> str:
    """A convention that is a slip in every update has that slip's name."""
    return f"slip.once.{cause}" if cause in OF_UPDATES else cause


def _values_in_run(example: NetworkExample, name: str, epochs: tuple[int, ...], printed: Decimal) -> dict[int, Enclosure]:
    """A number after some epochs: in balls only where float64 comes near what is printed, else what float64 gives."""
    from explainer.proof import alternatives as balls
    from explainer.values import engine

    assert example.training is not None
    run = schedule(replace(example, training=replace(example.training, epochs=max(epochs), record=epochs)))
    found: dict[int, Enclosure] = {}
    with suppress(NumericError):
        values = engine.train(run)
        for epoch in epochs:
            wanted = at_epoch(name, epoch)
            estimate = Fraction(values[wanted]) if wanted in values else None
            if estimate is not None:
                near = abs(estimate - Fraction(printed)) <= Fraction(10) ** exponent_of_last(printed)
                value = balls.played(run, wanted) if near else Enclosure.exact(estimate)
                found |= {epoch: value} if value is not None else {}
    return found


def exponent_of_last(printed: Decimal) -> int:
    """The place of a printed number's last digit, as a power of ten."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


# --- other numbers of the same calculation


def _local(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """What another quantity is, or this one at another time or times another number; nothing else follows from it."""
    yield from _other_steps(derivation, name)
    value = derivation.enclosure(name)
    for cause, factor in (("half", Fraction(1, 2)), ("twice", Fraction(2)), ("sign", Fraction(-1))):
        ends = sorted((value.lower * factor, value.upper * factor))
        yield Alternative(cause, Enclosure(*ends), Rank.CONVENTION)
    yield from _exchanged(derivation, name)
    yield from _of_updates(derivation, name)


def _other_steps(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """One step more or fewer."""
    own, example, program = parse(name), derivation.example, derivation.program
    if example.training is None or own.epoch is not None or not own.step:
        return
    for cause, other in (("one_step_fewer", own.step - 1), ("one_step_more", own.step + 1)):
        wanted = str(own.at_step(other))
        if wanted in program.given:
            continue
        if wanted in program.equation_of:
            yield Alternative(cause, derivation.enclosure(wanted), Rank.CONVENTION)
            continue
        longer = replace(example, training=replace(example.training, steps=max(other, example.steps)))
        _, names = by_neurons(derivation)
        twin = after(names.get(after(name, 0), after(name, 0)), other)
        if (value := Convention(seen_by_neurons(longer), {}, OPERATIONS).value(twin)) is not None:
            yield Alternative(cause, value, Rank.CONVENTION)


def _exchanged(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """Another quantity of the same kind, at the same step."""
    quantities = derivation.quantities
    own = quantities[name]
    for other in quantities.values():
        if other.name != name and other.kind is own.kind and parse(other.name).when == parse(name).when:
            yield Alternative("exchanged", derivation.enclosure(other.name), Rank.CONVENTION, (other.name,))


def _of_updates(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """Of a parameter's derivative, its new value, and its step, one taken for another."""
    program = derivation.program
    for equation in program.equations:
        if OPERATIONS[equation.operation].family is not Family.UPDATE:
            continue
        old, new = equation.operands[0], equation.target
        gradient = program.gradients[parse(old).step].get(old, "") if program.gradients else ""
        if name == new and gradient:
            yield Alternative("exchanged", derivation.enclosure(gradient), Rank.CONVENTION, (gradient,))
        elif name == gradient:
            yield Alternative("exchanged", derivation.enclosure(new), Rank.CONVENTION, (new,))
            before, now = derivation.enclosure(old), derivation.enclosure(new)
            step = Enclosure(before.lower - now.upper, before.upper - now.lower)
            yield Alternative("step_for_derivative", step, Rank.CONVENTION, (new,))
