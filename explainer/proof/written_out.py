"""For small networks, the loss written out whole, differentiated by sympy as a reader would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

import sympy

from explainer.compose.differentiate import is_sequential
from explainer.core.program import Equation, Kind, Program
from explainer.examples.model import Example, NetworkExample
from explainer.operations.record import Operation
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import expansion
from explainer.proof.bounds import Written
from explainer.proof.certificate import Fault
from explainer.proof.expansion import naming
from explainer.proof.meaning import readings
from explainer.proof.rules import Sympy, is_zero

DIRECT_PARAMETERS = 12  # up to here, the whole loss is differentiated as well


class sigmoid(sympy.Function):  # type: ignore[misc]  # sympy's functions are lower-case classes
    def fdiff(self, argindex: int = 1) -> Any:
        return self * (1 - self)


class softplus(sympy.Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Any:
        return sigmoid(self.args[0])


class tanh(sympy.Function):  # type: ignore[misc]  # sympy's own would look for multiples of iπ in its argument, at length
    def fdiff(self, argindex: int = 1) -> Any:
        return 1 - self * self


_LETTERS_WRITTEN_OUT = (sigmoid, softplus, tanh)
_SMOOTH = frozenset({"sigmoid", "tanh", "softplus", "softmax", "identity"})  # activations of which sympy keeps the form
_WRITTEN_OUT = frozenset({"sum_of_products", "copy", "quotient", "power", "exp", "tanh", "sigmoid"})


def is_written_out(program: Program, example: Example | None, operations: Mapping[str, Operation]) -> bool:
    """Has a network so few parameters, and is it so smooth, that `prove_directly` may be tried?"""
    if example is None or not program.losses or len(program.parameters) > DIRECT_PARAMETERS:
        return False
    if isinstance(example, NetworkExample):
        return (
            len(example.used) == 1
            and _SMOOTH.issuperset(example.network.activations)
            and operations[example.network.loss].pieces is None
        )
    # not where sympy may fail to see that two ways of writing a root or a power are the same
    return all(program.equation_of[name].operation in _WRITTEN_OUT for name in program.of_kind(Kind.NODE))


def prove_directly(program: Program, example: Example, operations: Mapping[str, Operation]) -> Iterator[Fault | None]:
    """Differentiate the written-out loss by every parameter and compare with the list, composed: None if they are equal.

    A parameter for which sympy does not see that they are, though they are at every point that is tried, gives nothing.
    """
    symbols = {name: sympy.Symbol(name, real=True) for name in program.given}
    algebra = Sympy(overrides={f.__name__: lambda v, _, f=f: f(v[0]) for f in _LETTERS_WRITTEN_OUT})
    own = naming(example)
    loss = expansion.forward(example, 0, lambda name: symbols[own(name)], algebra)[program.losses[0]]
    for equation, name, value in _totals(program, algebra, symbols.__getitem__, operations):
        difference = sympy.diff(loss, symbols[name]) - value
        if is_zero(difference):
            yield None
        elif _differs(difference):
            yield Fault(equation.target, f"is not the derivative of the written-out loss by {name}")


def symbols_written_out(program: Program, operations: Mapping[str, Operation] = OPERATIONS) -> list[int]:
    """How many symbols each derivative has that `prove_directly` compares, when it is written out whole."""
    base = Written()
    return [size.symbols for _, _, size in _totals(program, base, base.symbol, operations)]


def _totals(
    program: Program, algebra: Any, symbol: Callable[[str], Any], operations: Mapping[str, Operation]
) -> Iterator[tuple[Equation, str, Any]]:
    """The first gradients with what they are by, and their values in an algebra, composed from the list."""
    wanted = {total: name for name, total in program.gradients[0].items() if not is_sequential(total)}
    first = takewhile(lambda equation: not program.quantities[equation.target].step, program.equations)  # no update yet
    for equation, value in readings(replace(program, equations=tuple(first)), algebra, symbol, operations):
        if equation.target in wanted:
            yield equation, wanted[equation.target], value


def _differs(expression: Any) -> bool:
    """True only if it is not zero at some point, where sympy may not have seen that it is zero everywhere."""
    spelt = expression.replace(sigmoid, lambda z: 1 / (1 + sympy.exp(-z))).replace(softplus, lambda z: sympy.log(1 + sympy.exp(z)))
    spelt = spelt.replace(tanh, sympy.tanh)
    names = sorted(spelt.free_symbols, key=str)
    for shift in (3, 5):
        value = spelt.subs({name: sympy.Rational(shift + 2 * index, 11) for index, name in enumerate(names)}).evalf(60)
        if value.is_number and abs(value) > sympy.Float("1e-40"):
            return True
    return False
