"""Two calculations that know nothing of each other are held against one another: the engine's in float64, and the proof's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from explainer.core.errors import NumericError, Problem
from explainer.derivation.types import Numbers
from explainer.proof.enclosure import rounding_errors

AGREEMENT = 1e-12  # of the engine with the enclosures, relative to the size of the value or to one
AGREEMENT_OF_RUNS = 1e-9  # after thousands of updates


def compare(derivation: Numbers, values: Mapping[str, float]) -> None:
    """Hold the engine's values against the enclosures.

    Where almost equal numbers are subtracted more may be lost, and where a function saturates all of it: as much as rounding
    errors explain.
    """
    from explainer.values import engine

    def differs(name: str, value: float, allowed: float | Fraction) -> bool:
        return not abs(value - derivation.value(name)) <= max(AGREEMENT * max(1.0, abs(derivation.value(name))), allowed)

    suspects = [name for name, value in values.items() if differs(name, value, 0)]
    if not suspects:
        return
    allowed = rounding_errors(derivation.program, engine.evaluated(derivation.program))
    if wrong := [name for name in suspects if name in allowed and differs(name, values[name], allowed[name])]:
        raise NumericError(
            Problem(derivation.example.file, name, f"{values[name]!r} by the engine", f"{derivation.value(name)!r}, as proven")
            for name in wrong
        )


def _differs_in_run(derivation: Numbers, name: str, value: float) -> bool:
    """By more than rounding errors of thousands of updates explain?"""
    return not abs(value - derivation.value(name)) <= AGREEMENT_OF_RUNS * max(1.0, abs(value))


def compare_run(derivation: Numbers, values: Mapping[str, float]) -> None:
    """The same for a training run. One that magnifies rounding errors is nothing that a reader's own code could follow.

    Unless all they magnify is a gradient that is exactly zero, which Adam divides by nearly nothing.
    """
    from explainer.proof.invariants import invariants
    from explainer.values import engine

    assert derivation.run is not None
    if any(_differs_in_run(derivation, name, value) for name, value in values.items()):
        plan = derivation.run.schedule
        values = engine.train(plan, invariants(plan))
    for name, value in values.items():
        if _differs_in_run(derivation, name, value):
            proven = derivation.value(name)
            found = f"a run that magnifies rounding errors: {name} is {value!r} in float64, and {proven!r} as proven"
            expected = "a run that anybody can repeat in float64"
            raise NumericError(Problem(derivation.example.file, "training.epochs", found, expected, "learning_rate = 0.01"))
