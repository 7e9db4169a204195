"""What a derivation has, as functions of numbers that are not its own: for pictures, in float64. No digit of it is ever printed.

Numpy is loaded by what uses it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from explainer.core.names import at_epoch, name_of
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run

Function = Callable[[float], float]
Field = Callable[[float, float], float]


def operation(name: str) -> Function:
    """An operation of one value; it is not a number where there is none."""
    from explainer.values import engine

    return _real(engine.function_of(name))


def section(derivation: Derivation, varied: str, result: str) -> Function:
    """A quantity as one number is varied, while all others stay as they are; it is not a number where there is none."""
    from explainer.values import engine

    return _real(engine.section(derivation.program, varied, result))


def _real(function: Function) -> Function:
    def value(at: float) -> float:
        try:
            return float(function(at))
        except (ArithmeticError, ValueError):
            return math.nan

    return value


def answers(run: Run, epoch: int) -> Field:
    """The first output of a network over its two inputs, with the parameters that it had after an epoch of its run."""
    from explainer.values import engine

    schedule = run.schedule
    start = dict(zip(schedule.state, map(float, schedule.start), strict=True))
    parameters = schedule.update.parameters
    known = [float(run.enclosures[at_epoch(name, epoch)].lower) if epoch else start[name] for name in parameters]
    return engine.surface(schedule.forward, parameters, known, [name_of("x_1", 1), name_of("x_2", 1)], schedule.answers[0])
