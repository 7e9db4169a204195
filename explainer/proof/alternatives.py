"""Enclosures of what a program gives under another convention: another vocabulary, another logarithm, other operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from flint import arb

from explainer.compose.schedule import Schedule, Stopped, play
from explainer.compose.straight import needed
from explainer.core.digits import Enclosure
from explainer.core.program import Equation, Program
from explainer.operations.record import Operation, apply
from explainer.proof.enclosure import START_BITS, Ball, Balls, Undecided, enclose, is_usable, precision, rational
from explainer.proof.runs import RunOfBalls


class BallsWithLogarithm(Balls):
    """Balls whose logarithm has another base than e; 0 stands for e."""

    def __init__(self, base: int) -> None:
        super().__init__()
        self.base = base

    def log(self, value: Ball) -> Ball:
        natural = super().log(value)
        return natural / arb(self.base).log() if self.base else natural


def evaluate(
    program: Program,
    operations: Mapping[str, Operation],
    name: str,
    *,
    known: Mapping[str, Fraction] | None = None,
    base: int = 0,
) -> Enclosure | None:
    """One quantity, with `known` values put in place of what their equations give; None if it has no finite value."""
    with precision(START_BITS):
        found = _worked_out(program, operations, (name,), known or {}, BallsWithLogarithm(base))
        return enclose(found[name]) if found and _is_finite(found[name]) else None


def values(program: Program, operations: Mapping[str, Operation], names: Sequence[str]) -> dict[str, Enclosure] | None:
    """These quantities; None if one of them, or of what they depend on, has no finite value."""
    with precision(START_BITS):
        found = _worked_out(program, operations, names, {}, Balls())
        return {name: enclose(found[name]) for name in names} if found and all(map(_is_finite, found.values())) else None


@dataclass(frozen=True, eq=False)
class Calculation:
    """A list of equations worked out once, and again with some of them changed: only what depends on these is done anew."""

    program: Program
    operations: Mapping[str, Operation]
    _needed_for: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _values(self) -> Mapping[str, Ball]:
        """All values that there are."""
        found: dict[str, Ball] = {key: rational(value) for key, value in self.program.given.items()}
        algebra = Balls()
        with precision(START_BITS):
            for equation in self.program.equations:
                _state(found, equation, self.operations, algebra)
        return found

    def _needed(self, name: str) -> frozenset[str]:
        if name not in self._needed_for:
            self._needed_for[name] = frozenset(equation.target for equation in needed(self.program, (), (name,)))
        return self._needed_for[name]

    def changed(self, program: Program, name: str) -> Enclosure | None:
        """One quantity in a program that differs in some equations, or in what is given; None if it has no finite value."""
        own, given, wanted = self.program.equation_of, self.program.given, self._needed(name)
        found: dict[str, Ball] = {key: rational(value) for key, value in program.given.items() if given.get(key) != value}
        others = [equation for equation in program.equations if own.get(equation.target) is not equation]
        if any(key in own and key not in wanted for equation in others for key in equation.operands):
            wanted = frozenset(equation.target for equation in needed(program, (), (name,)))
        anew, algebra = set(found), Balls()
        with precision(START_BITS):
            for equation in program.equations:
                as_before = own.get(equation.target) is equation
                if as_before and (equation.target not in wanted or anew.isdisjoint(equation.operands)):
                    continue
                operands = {key: value for key in equation.operands if (value := found.get(key, self._values.get(key))) is not None}
                anew.add(equation.target)
                _state(operands, equation, self.operations, algebra)
                if equation.target not in operands:
                    return None
                found[equation.target] = operands[equation.target]
                if equation.target == name:
                    break
            value = found.get(name, self._values.get(name))
            return enclose(value) if value is not None and _is_finite(value) else None


def _state(found: dict[str, Ball], equation: Equation, operations: Mapping[str, Operation], algebra: Balls) -> None:
    """Add what an equation gives, if its operands are there and it does not break off."""
    try:
        operands = [found[key] for key in equation.operands]
        found[equation.target] = apply(operations[equation.operation], algebra, operands, equation.static)
    except (KeyError, Undecided, ZeroDivisionError):
        return


def _worked_out(
    program: Program, operations: Mapping[str, Operation], names: Sequence[str], known: Mapping[str, Fraction], algebra: Balls
) -> dict[str, Ball] | None:
    """What is given and known, and all that these quantities need beside; None where an operation breaks off."""
    found: dict[str, Ball] = {key: rational(value) for key, value in program.given.items()}
    found |= {key: rational(value) for key, value in known.items()}
    try:
        for equation in needed(program, tuple(known), names):
            operands = [found[key] for key in equation.operands]
            found[equation.target] = apply(operations[equation.operation], algebra, operands, equation.static)
    except (Undecided, ZeroDivisionError):
        return None
    return found


def _is_finite(value: Ball) -> bool:
    return not isinstance(value, arb) or is_usable(value)


def played(schedule: Schedule, name: str) -> Enclosure | None:
    """What a training run gives for one name; None if it breaks off."""
    with precision(4 * START_BITS):
        try:
            return enclose(play(schedule, RunOfBalls())[name])
        except (Stopped, Undecided, KeyError):
            return None
