"""Float64 values of a program, on numpy: the calculation a reader's own code would make."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from explainer.compose.schedule import NOTHING, Fixed, Schedule, Stopped, bias_correction, play
from explainer.compose.straight import function
from explainer.core.errors import NumericError, Problem
from explainer.core.program import Equation, Program, Static
from explainer.operations.record import Operation, apply
from explainer.operations.vocabulary import OPERATIONS


class Float64:
    """The primitives on numpy's float64."""

    def __init__(self) -> None:
        self.overrides: Mapping[str, Callable[..., Any]] = {
            "sigmoid": _stable_sigmoid,
            "softplus": lambda operands, _: np.logaddexp(np.float64(0), operands[0]),
            "softmax": _stable_softmax,
            "general_power": lambda operands, _: np.power(*operands),
            "maximum": lambda operands, _: np.maximum(*operands),
            "minimum": lambda operands, _: np.minimum(*operands),
            "categorical_cross_entropy_logits": _stable_cross_entropy,
            "categorical_cross_entropy_logits_slope": _stable_cross_entropy_slope,
        }

    def number(self, value: Fraction) -> np.float64:
        return np.float64(value.numerator / value.denominator)

    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    negate, exp, log, sqrt, tanh, sin, cos = np.negative, np.exp, np.log, np.sqrt, np.tanh, np.sin, np.cos
    abs, sign = np.abs, np.sign

    def power(self, base: np.float64, exponent: int) -> np.float64:
        return np.power(base, exponent)

    def positive_part(self, value: np.float64) -> np.float64:
        return np.maximum(value, np.float64(0))

    def is_positive(self, value: np.float64) -> np.float64:
        return np.float64(value > 0)

    def erf(self, value: np.float64) -> np.float64:
        return np.float64(math.erf(value))

    def erf_slope(self, value: np.float64) -> np.float64:
        return np.float64(_erf_slope(float(value)))

    def normal_cdf(self, value: np.float64) -> np.float64:
        return np.float64(_normal_cdf(float(value)))

    def normal_density(self, value: np.float64) -> np.float64:
        return np.float64(_normal_density(float(value)))

    def choose(self, test: np.float64, above: Callable[[], np.float64], otherwise: Callable[[], np.float64]) -> np.float64:
        return above() if test > 0 else otherwise()


class Naive(Float64):
    """The same as somebody calculates who writes each formula down as it stands, in double or in single precision."""

    def __init__(self, number: type[np.floating[Any]]) -> None:
        self.overrides: Mapping[str, Callable[..., Any]] = {}
        self._number = number

    def number(self, value: Fraction) -> Any:
        return self._number(value.numerator / value.denominator)

    def positive_part(self, value: Any) -> Any:
        return np.maximum(value, self._number(0))

    def is_positive(self, value: Any) -> Any:
        return self._number(value > 0)

    def erf(self, value: Any) -> Any:
        return self._number(super().erf(value))

    def erf_slope(self, value: Any) -> Any:
        return self._number(super().erf_slope(value))

    def normal_cdf(self, value: Any) -> Any:
        return self._number(super().normal_cdf(value))

    def normal_density(self, value: Any) -> Any:
        return self._number(super().normal_density(value))


def _erf_slope(value: float) -> float:
    return 2 / math.sqrt(math.pi) * math.exp(-value * value)


def _normal_cdf(value: float) -> float:
    """By the complement, which keeps its digits far to the left."""
    return math.erfc(-value / math.sqrt(2)) / 2


def _normal_density(value: float) -> float:
    return math.exp(-value * value / 2) / math.sqrt(2 * math.pi)


def _stable_sigmoid(operands: list[np.float64], _: Static) -> np.float64:
    """1/(1 + e^−z) without overflow: the exponent is never positive."""
    (z,) = operands
    small = np.exp(-np.abs(z))
    return (np.float64(1) if z >= 0 else small) / (1 + small)


def _stable_softmax(operands: list[np.float64], static: Static) -> np.float64:
    """The largest exponent is zero."""
    powers = np.exp(np.array(operands) - max(operands))
    return powers[static[0]] / powers.sum()


def _stable_cross_entropy(operands: list[np.float64], _: Static) -> np.float64:
    logits = np.array(operands[1::2])
    return np.logaddexp.reduce(logits) - np.dot(np.array(operands[::2]), logits)


def _stable_cross_entropy_slope(operands: list[np.float64], static: Static) -> np.float64:
    return _stable_softmax(operands[1::2], static) - operands[2 * static[0]]


class Floats:
    """A run's numbers: Python's own float64, which is faster than numpy's for one at a time."""

    def __init__(self) -> None:
        self.step = 0
        self.functions: Mapping[str, Callable[..., Any]] = {
            "exp": math.exp,
            "log": math.log,
            "sqrt": math.sqrt,
            "tanh": math.tanh,
            "sin": math.sin,
            "cos": math.cos,
            "erf": math.erf,
            "erf_slope": _erf_slope,
            "normal_cdf": _normal_cdf,
            "normal_density": _normal_density,
            "abs": abs,
            "sign": lambda value: float((value > 0) - (value < 0)),
            "positive_part": lambda value: value if value > 0 else 0.0,
            "is_positive": lambda value: 1.0 if value > 0 else 0.0,
            "sigmoid": _float_sigmoid,
            "softplus": _float_softplus,
            "softmax": _float_softmax,
            "categorical_cross_entropy_logits": _float_cross_entropy,
            "categorical_cross_entropy_logits_slope": _float_cross_entropy_slope,
            "bias_correction": bias_correction(self),
        }

    def number(self, value: Fraction) -> float:
        return float(value)

    def is_usable(self, value: float) -> bool:
        return math.isfinite(value)

    def exceeds(self, one: float, other: float) -> bool:
        return one > other


def _float_sigmoid(operands: Sequence[float], _: Static = ()) -> float:
    (z,) = operands
    small = math.exp(-abs(z))
    return (1.0 if z >= 0 else small) / (1.0 + small)


def _float_softplus(operands: Sequence[float], _: Static = ()) -> float:
    (z,) = operands
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _float_softmax(operands: Sequence[float], static: Static) -> float:
    largest = max(operands)
    powers = [math.exp(z - largest) for z in operands]
    return powers[static[0]] / sum(powers)


def _float_cross_entropy(operands: Sequence[float], _: Static = ()) -> float:
    sums, largest = operands[1::2], max(operands[1::2])
    expected = sum(y * z for y, z in zip(operands[::2], sums, strict=True))
    return largest + math.log(sum(math.exp(z - largest) for z in sums)) - expected


def _float_cross_entropy_slope(operands: Sequence[float], static: Static) -> float:
    return _float_softmax(operands[1::2], static) - operands[2 * static[0]]


def train(schedule: Schedule, fixed: Fixed = NOTHING) -> dict[str, float]:
    """A training run in float64: what is kept of it, by name; `fixed` is what is proven to be the same at every step.

    Raises:
        NumericError: the run diverges; the epoch.
    """
    try:
        return play(replace(schedule, update=stable(schedule.update), loss=stable(schedule.loss)), Floats(), fixed=fixed)
    except Stopped as error:
        problem = f"no finite loss after epoch {error.epoch}", "a run that does not diverge", "learning_rate = 0.01"
    except (OverflowError, ZeroDivisionError, ValueError) as error:
        problem = f"a run that breaks off: {error}", "a run that does not diverge", "learning_rate = 0.01"
    raise NumericError(Problem(schedule.example.file, "training.epochs", *problem))


def evaluated(program: Program) -> Iterator[Equation]:
    """The equations that the engine computes by: a quantity's identity, where it has one."""
    return (program.identity_of.get(equation.target, equation) for equation in program.equations)


def stable(program: Program) -> Program:
    """The program as the engine evaluates it."""
    return replace(program, equations=tuple(evaluated(program)))


def values_of(
    program: Program, anchors: Mapping[str, float] | None = None, operations: Mapping[str, Operation] = OPERATIONS
) -> dict[str, float]:
    """Evaluate every equation in order; the result has float64's rounding errors, and is not finite where float64 saturates.

    After a quantity of `anchors` is computed, the evaluation goes on with the number given there. So the errors of one
    training step do not grow through the next.
    """
    algebra = Float64()
    values: dict[str, np.float64] = {name: np.float64(float(value)) for name, value in program.given.items()}
    results = {name: float(value) for name, value in values.items()}
    anchors = anchors or {}
    with np.errstate(all="ignore"):
        for equation in evaluated(program):
            operands = [values[name] for name in equation.operands]
            value = apply(operations[equation.operation], algebra, operands, equation.static)
            results[equation.target] = float(value)
            values[equation.target] = np.float64(anchors.get(equation.target, value))
    return results


def naive(program: Program, *, single: bool = False) -> dict[str, Fraction]:
    """What each equation gives as it stands in float64, or in float32; without those that give no number."""
    kind = np.float32 if single else np.float64
    algebra = Naive(kind)
    values: dict[str, Any] = {name: kind(float(value)) for name, value in program.given.items()}
    with np.errstate(all="ignore"):
        for equation in program.equations:
            operands = [values[name] for name in equation.operands]
            try:
                value = apply(OPERATIONS[equation.operation], algebra, operands, equation.static)
            except (ArithmeticError, ValueError):
                value = math.nan
            values[equation.target] = kind(value)
    return {name: Fraction(float(value)) for name, value in values.items() if np.isfinite(value)}


# --- functions of one number, and of several


def function_of(name: str) -> Callable[[float], float]:
    """An operation of one value."""
    algebra, operation = Float64(), OPERATIONS[name]

    def value(at: float) -> float:
        with np.errstate(all="ignore"):
            return float(apply(operation, algebra, [np.float64(at)]))

    return value


def section(program: Program, varied: str, result: str) -> Callable[[float], float]:
    """One quantity as a function of another one that it depends on, while everything else stays as it is.

    The function raises `ArithmeticError` or `ValueError` where it has no value. Stable forms go around what is between; so they
    are taken only if a given number varies.
    """
    reading = Floats()
    equations = stable(program) if varied in program.given else program
    made = function(equations, (varied,), (result,), reading.functions, reading.number)
    return lambda at: float(made(at)[0])


def surface(
    program: Program, fixed: Sequence[str], numbers: Sequence[float], varied: Sequence[str], result: str
) -> Callable[..., float]:
    """One quantity as a function of others, while some have these numbers."""
    reading = Floats()
    made = function(stable(program), (*fixed, *varied), (result,), reading.functions, reading.number)
    return lambda *at: float(made(*numbers, *at)[0])
