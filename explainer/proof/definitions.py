"""What every activation, loss, function and optimiser is, said once more: nothing here looks at the vocabulary's records.

A proof compares the two. So a record that is wrong in itself, a factor in a loss or a sign in an optimiser, is found by its
difference from what is written here. What has a record and no second definition is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from explainer.core.errors import Problem, RecordError
from explainer.core.names import after, kept
from explainer.examples.model import Training

Leaf = Callable[[str], Any]
T = TypeVar("T")


class Calculus(Protocol):
    """What a network needs besides +, − and ×."""

    def number(self, value: Fraction) -> Any: ...
    def divide(self, left: Any, right: Any) -> Any: ...
    def softmax(self, index: int, arguments: Sequence[Any]) -> Any: ...
    def function(self, name: str, value: Any) -> Any:
        """A function of one value, by its name: that of a primitive, or sigmoid, or softplus. In a ring its value is a letter."""


def second_definition(table: Mapping[str, T], name: str) -> T:
    """The second definition of an operation.

    Raises:
        RecordError: there is none.
    """
    if name not in table:
        like = '"softplus": _by_name("softplus"),'
        raise RecordError(Problem("explainer/proof/definitions.py", name, "nothing", "a second definition of it", like))
    return table[name]


# --- activations: the sums of a layer → its outputs ------------------------------------------------------------------

Activation = Callable[[list[Any], Calculus], list[Any]]


def _each(function: Callable[[Any, Calculus], Any]) -> Activation:
    """A function of each sum for itself."""
    return lambda sums, calculus: [function(z, calculus) for z in sums]


def _by_name(name: str) -> Activation:
    return _each(lambda z, calculus: calculus.function(name, z))


def _leaky_relu(z: Any, calculus: Calculus) -> Any:
    return z * Fraction(1, 100) + calculus.function("is_positive", z) * z * Fraction(99, 100)


def _elu(z: Any, calculus: Calculus) -> Any:
    """z where it is positive, elsewhere e^z − 1."""
    positive, one = calculus.function("is_positive", z), calculus.number(Fraction(1))
    return positive * z + (calculus.function("exp", z) - one) - positive * (calculus.function("exp", z) - one)


ACTIVATIONS: Mapping[str, Activation] = {
    "identity": lambda sums, _: sums,
    "sigmoid": _by_name("sigmoid"),
    "tanh": _by_name("tanh"),
    "relu": _by_name("relu"),
    "leaky_relu": _each(_leaky_relu),
    "softplus": _by_name("softplus"),
    "elu": _each(_elu),
    "gelu": _each(lambda z, calculus: z * calculus.function("normal_cdf", z)),
    "step": _by_name("is_positive"),
    "sign": _by_name("sign"),
    "softmax": lambda sums, calculus: [calculus.softmax(index, sums) for index in range(len(sums))],
}


# --- losses: targets and outputs → terms that are added up ------------------------------------------------------------

Loss = Callable[[list[Any], list[Any], Calculus], list[Any]]


def _pairwise(term: Callable[[Any, Any, Calculus], Any]) -> Loss:
    return lambda targets, outputs, calculus: [term(y, o, calculus) for y, o in zip(targets, outputs, strict=True)]


def _squared(scale: Callable[[int], Fraction]) -> Loss:
    return lambda targets, outputs, _: [(y - o) * (y - o) * scale(len(outputs)) for y, o in zip(targets, outputs, strict=True)]


def _log(value: Any, calculus: Calculus) -> Any:
    return calculus.function("log", value)


def _binary(y: Any, o: Any, calculus: Calculus) -> Any:
    one = calculus.number(Fraction(1))
    return -(y * _log(o, calculus)) - (one - y) * _log(one - o, calculus)


def _categorical_of_logits(targets: list[Any], outputs: list[Any], calculus: Calculus) -> list[Any]:
    powers = [calculus.function("exp", z) for z in outputs]
    whole = _log(sum(powers[1:], powers[0]), calculus)
    return [whole, *(-(y * z) for y, z in zip(targets, outputs, strict=True))]


def _huber(y: Any, o: Any, calculus: Calculus) -> Any:
    """d²/2 from −1 to 1, and |d| − 1/2 beyond."""
    size, one, half = calculus.function("abs", y - o), calculus.number(Fraction(1)), Fraction(1, 2)
    beyond = calculus.function("is_positive", size - one)
    return beyond * (size - one * half) + (one - beyond) * ((y - o) * (y - o)) * half


def _hinge(y: Any, o: Any, calculus: Calculus) -> Any:
    return calculus.function("relu", calculus.number(Fraction(1)) - y * o)


LOSSES: Mapping[str, Loss] = {
    "squared_error": _squared(lambda _: Fraction(1)),
    "half_squared_error": _squared(lambda _: Fraction(1, 2)),
    "mean_squared_error": _squared(lambda outputs: Fraction(1, outputs)),
    "binary_cross_entropy": _pairwise(_binary),
    "binary_cross_entropy_logits": _pairwise(lambda y, z, calculus: calculus.function("softplus", z) - y * z),
    "categorical_cross_entropy": _pairwise(lambda y, p, calculus: -(y * _log(p, calculus))),
    "categorical_cross_entropy_logits": _categorical_of_logits,
    "absolute_error": _pairwise(lambda y, o, calculus: calculus.function("abs", y - o)),
    "huber": _pairwise(_huber),
    "hinge": _pairwise(_hinge),
}


# --- functions of formulas --------------------------------------------------------------------------------------------

Function = Callable[[list[Any], Calculus], Any]


def _of_one(name: str) -> Function:
    return lambda values, calculus: calculus.function(name, values[0])


FUNCTIONS: Mapping[str, Function] = {
    **{name: _of_one(name) for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "relu", "sin", "cos", "erf", "abs", "sign")},
    "max": lambda values, calculus: values[1] + calculus.function("relu", values[0] - values[1]),
    "min": lambda values, calculus: values[0] - calculus.function("relu", values[0] - values[1]),
}


# --- optimisers -------------------------------------------------------------------------------------------------------


class _State:
    """What an optimiser keeps for one parameter, by its letter, before a step and after it, and what is found."""

    def __init__(self, name: str, step: int, symbol: Leaf) -> None:
        self.name, self.step, self.symbol, self.found = name, step, symbol, dict[str, Any]()

    def before(self, letter: str) -> Any:
        return self.symbol(after(kept(letter, self.name), self.step))

    def now(self, letter: str, meant: Any) -> Any:
        """State what something is now; what is made of it takes it as a symbol."""
        name = after(kept(letter, self.name), self.step + 1)
        self.found[name] = meant
        return self.symbol(name)

    def moved(self, value: Any) -> None:
        self.found[after(self.name, self.step + 1)] = value

    @property
    def parameter(self) -> Any:
        return self.symbol(after(self.name, self.step))


# The change of a parameter against its gradient, before the learning rate; the step counts from 1.
Change = Callable[[_State, Any, Training, int, Calculus], Any]


def _velocity(state: _State, gradient: Any) -> Any:
    return state.now("v", state.symbol("mu") * state.before("v") + gradient)


def _sgd(state: _State, gradient: Any, training: Training, _step: int, _calculus: Calculus) -> Any:
    return _velocity(state, gradient) if "mu" in training.constants else gradient


def _nesterov(state: _State, gradient: Any, *_: Any) -> Any:
    return gradient + state.symbol("mu") * _velocity(state, gradient)


def _scaled(change: Any, square: Any, state: _State, calculus: Calculus) -> Any:
    return calculus.divide(change, calculus.function("sqrt", square) + state.symbol("epsilon"))


def _adagrad(state: _State, gradient: Any, _training: Training, _step: int, calculus: Calculus) -> Any:
    return _scaled(gradient, state.now("s", state.before("s") + gradient * gradient), state, calculus)


def _rmsprop(state: _State, gradient: Any, _training: Training, _step: int, calculus: Calculus) -> Any:
    keep, square = state.symbol("rho"), gradient * gradient
    return _scaled(gradient, state.now("s", keep * state.before("s") + square - keep * square), state, calculus)


def _adam(state: _State, gradient: Any, training: Training, step: int, calculus: Calculus) -> Any:
    one, found = calculus.number(Fraction(1)), []
    for letter, decay, taken in (("m", "beta_1", gradient), ("s", "beta_2", gradient * gradient)):
        keep = state.symbol(decay)
        value = state.now(letter, keep * state.before(letter) + taken - keep * taken)
        if training.corrected:
            value = calculus.divide(value, one - keep**step)
            state.found[after(kept(f"{letter}hat", state.name), step)] = value
        found.append(value)
    return _scaled(found[0], found[1], state, calculus)


OPTIMISERS: Mapping[str, Change] = {
    "sgd": _sgd,
    "momentum": lambda state, gradient, *_: _velocity(state, gradient),
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adam,
}


def optimiser_rules(
    training: Training, gradients: Mapping[str, Any], step: int, symbol: Leaf, calculus: Calculus
) -> dict[str, Any]:
    """What each parameter, and what the optimiser keeps, is after one more update. Gradients by parameter."""
    found: dict[str, Any] = {}
    change_of = second_definition(OPTIMISERS, training.optimiser)
    for name, gradient in gradients.items():
        state, rate = _State(name, step, symbol), symbol("eta")
        decays = training.optimiser == "adamw" or "weight_decay" in training.constants
        if decays and training.optimiser != "adamw":
            shrinking = symbol("weight_decay") * state.parameter
            gradient = state.now("g", gradient - shrinking if training.ascent else gradient + shrinking)
        change = rate * change_of(state, gradient, training, step + 1, calculus)
        remaining = state.parameter
        if training.optimiser == "adamw":
            remaining = remaining - rate * symbol("weight_decay") * remaining
        state.moved(remaining + (change if training.ascent else -change))
        found |= state.found
    return found
