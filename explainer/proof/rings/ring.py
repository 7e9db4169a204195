"""What the rings have in common: the letters, and what is known of them.

A ring is a set of things to calculate with by +, − and ×, under the laws that hold for numbers. A function has a name: that of
a primitive of the algebras, or of a row in FUNCTIONS. Its value is a letter, what algebra calls a generator of the ring: σ(z) is
a letter a, as the given x and w are symbols. What is known of it is its slope, a(1 − a), its row's facts, such as that σ(−z) is
1 − a and σ(0) is ½, and the logarithms: ln a = z − softplus(z), ln(1 − a) = −softplus(z). Gradients are then polynomials, or
quotients of polynomials, in symbols and letters, and whether two of them are equal can be decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from explainer.core.errors import Problem, RecordError
from explainer.core.program import Static
from explainer.operations.algebra import ByName, Operators, read
from explainer.operations.vocabulary import facts_of

FUNCTIONS = ("sigmoid", "softplus")  # rows that have letters of their own, as the primitives have


class Ring(Operators, ByName):
    """The primitives over a ring's elements. Of equal arguments a function has the same letter."""

    def __init__(self) -> None:
        self._letter_of: dict[tuple[str, Any], Any] = {}
        self._logarithms: dict[Any, Callable[[], Any]] = {}  # of outputs whose logarithm is known
        self.overrides: dict[str, Callable[..., Any]] = {name: self._call(name) for name in FUNCTIONS}
        self.overrides |= {"softmax": lambda operands, static: self.softmax(static[0], operands)}

    def _call(self, name: str) -> Callable[[list[Any], Static], Any]:
        return lambda operands, _: self.function(name, operands[0])

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        """One share of a softmax, a letter for each; equal exponents have equal shares, of the whole if there is no other."""
        keys = [self.canonical(argument) for argument in arguments]
        if all(key == keys[0] for key in keys):
            return self.number(Fraction(1, len(keys)))
        share = self.function(f"softmax {keys.index(keys[index])}", tuple(arguments))
        self.know_logarithm(share, lambda: self.subtract(arguments[index], self.log(self.total([self.exp(z) for z in arguments]))))
        return share

    def function(self, name: str, value: Any) -> Any:
        """The letter that stands for a function of this value; or what that is, where it is known."""
        key = (name, self.canonical(value))
        if key not in self._letter_of:
            found = self.related(name, value)
            self._letter_of[key] = self.fresh(key) if found is None else found
        return self._letter_of[key]

    def related(self, function: str, argument: Any) -> Any:
        """function(argument) by letters that are there already, if it is known how; what is known of a new one is noted."""
        if function == "log" and (known := self._logarithms.get(self.canonical(argument))):
            return known()
        facts = facts_of(function)
        own = self.canonical(argument)
        for point, value in facts.at:
            if own == self.canonical(self.number(point)):
                return self.number(value)
        if mirrored := facts.mirrored:
            negative = self.negate(argument)
            opposite = self._letter_of.get((function, self.canonical(negative)))
            if opposite is not None:
                return read(lambda v: mirrored(*v), self, (negative, opposite))
        if function == "exp":
            letter = self._letter_of["exp", own] = self.fresh(("exp", own))
            self.know_logarithm(letter, lambda: argument)
            return letter
        if function != "sigmoid":
            return None
        letter = self._letter_of["sigmoid", own] = self.fresh(("sigmoid", own))
        self.know_logarithm(letter, lambda: self.subtract(argument, self.function("softplus", argument)))
        one = self.number(Fraction(1))
        self.know_logarithm(self.subtract(one, letter), lambda: self.negate(self.function("softplus", argument)))
        return letter

    def know_logarithm(self, value: Any, logarithm: Callable[[], Any]) -> None:
        self._logarithms[self.canonical(value)] = logarithm

    def total(self, values: Sequence[Any]) -> Any:
        *_, last = accumulate(values, self.add)
        return last

    def fresh(self, key: tuple[str, Any]) -> Any:
        raise NotImplementedError

    def symbol(self, name: str) -> Any:
        raise NotImplementedError

    def number(self, value: Fraction) -> Any:
        raise NotImplementedError

    def equal(self, left: Any, right: Any) -> bool:
        return bool(left == right)

    def canonical(self, value: Any) -> Any:
        """The one form of a value, by which equal arguments are known."""
        return value

    def simplified(self, value: Any) -> Any:
        """The same value, shorter where that is cheap."""
        return value

    def slope(self, function: str, argument: Any) -> Any:
        """The derivative of a letter by its argument, stated here once more, apart from the vocabulary's rows.

        The rows' partials are proven by sympy, in `rules`, each by itself. This is for the proof of the whole list, which must not
        take its slopes from the rows that it proves: then a partial that is wrong, and that sympy lets pass, is found here.
        """
        one = self.number(Fraction(1))
        value = self.function(function, argument)
        match function:
            case "sigmoid":
                return value * (one - value)
            case "softplus":
                return self.function("sigmoid", argument)
            case "tanh":
                return one - value * value
            case "exp":
                return value
            case "log":
                return self.divide(one, argument)
            case "sqrt":
                return self.divide(one, value + value)
            case "relu":
                return self.function("is_positive", argument)
            case "abs":
                return self.function("sign", argument)
            case "sin":
                return self.function("cos", argument)
            case "cos":
                return -self.function("sin", argument)
            case "erf":
                return self.function("erf_slope", argument)
            case "erf_slope":
                return -(argument * value + argument * value)
            case "normal_cdf":
                return self.function("normal_density", argument)
            case "normal_density":
                return -(argument * value)
        expected, like = "what it is over the argument and the value, beside what the record says", f'case "{function}":'
        raise RecordError(Problem("explainer/proof/rings/ring.py", f"Ring.slope of {function}", "nothing", expected, like))
