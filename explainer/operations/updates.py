"""What optimisers keep from step to step, and how they move a parameter. Which of these each takes is in `optimisers`."""

from __future__ import annotations

from collections.abc import Callable

from explainer.core.program import Static
from explainer.operations.algebra import Operands, Scalar, Value, sqrt
from explainer.operations.record import Family, Formula, Operation, of


def _decayed_mean(decay: Value, before: Value, value: Value) -> Value:
    return decay * before + (1 - decay) * value


def _decayed_gradient(v: Operands, static: Static) -> Scalar:
    """g + λ w; where larger values are sought, g − λ w."""
    gradient, decay, parameter = v
    return gradient + decay * parameter if static[0] > 0 else gradient - decay * parameter


def _kept(name: str, formula: Formula, *roles: str, family: Family = Family.KEPT) -> Operation:
    return Operation(name, formula, family=family, sentence=f"keep.{name}", roles=roles)


KEPT = (
    _kept("velocity", of(lambda mu, before, gradient: mu * before + gradient), "decay", "before", "gradient"),
    _kept("decayed_mean", of(_decayed_mean), "decay", "before", "gradient"),
    _kept(
        "decayed_square",
        of(lambda decay, before, gradient: _decayed_mean(decay, before, gradient**2)),
        *("decay", "before", "gradient"),
    ),
    _kept("sum_of_squares", of(lambda before, gradient: before + gradient**2), "before", "gradient"),
    _kept("decayed_gradient", _decayed_gradient, "gradient", "decay", "before"),
)
CORRECTIONS = (_kept("bias_correction", lambda v, static: v[0] / (1 - v[1] ** static[0]), "kept", family=Family.CORRECTION),)

Step = Callable[..., Value]


def _moves(
    name: str, step: Step, *roles: str, said: str = "", of_velocity: str = "", keeps: Step = lambda w, *_: w
) -> tuple[Operation, Operation]:
    """A move against the gradient, and one along it. Operands: the parameter, the learning rate, and what else the step takes.

    `said` is the sentence that explains it, `update` and this name unless that is given; the other's has `.ascent`. `of_velocity`
    ends that of a step along a velocity, where there is one.
    """
    said, taken = said or f"update.{name}", ("before", "rate", *roles)

    def move(name: str, formula: Formula, said: str) -> Operation:
        velocity = f"{said}.{of_velocity}" if of_velocity else ""
        return Operation(name, formula, family=Family.UPDATE, sentence=said, of_velocity=velocity, roles=taken)

    return (
        move(f"{name}_update", of(lambda w, *v: keeps(w, *v) - step(*v)), said),
        move(f"{name}_ascent_update", of(lambda w, *v: keeps(w, *v) + step(*v)), f"{said}.ascent"),
    )


UPDATES = (
    *_moves("sgd", lambda rate, gradient: rate * gradient, "gradient", said="update", of_velocity="velocity"),
    *_moves("nesterov", lambda rate, gradient, mu, v: rate * (gradient + mu * v), "gradient", "decay", "velocity"),
    *_moves("scaled", lambda rate, mean, square, eps: rate * mean / (sqrt(square) + eps), "gradient", "square"),
    *_moves(
        "decoupled",
        lambda rate, mean, square, eps, _: rate * mean / (sqrt(square) + eps),
        "gradient",
        "square",
        "epsilon",
        "decay",
        keeps=lambda w, rate, _mean, _square, _eps, decay: (1 - rate * decay) * w,
    ),
)

OPTIMISING = (*KEPT, *CORRECTIONS, *UPDATES)
