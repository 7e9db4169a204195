"""Commutative rings in which a program's equations are identities.

An activation's output is a generator of its own: σ(z) is a letter a. What is known of it is its slope, a(1 − a), its row's
facts, such as that σ(−z) is 1 − a and σ(0) is ½, and the logarithms: ln a = z − softplus(z), ln(1 − a) = −softplus(z).
Gradients are then polynomials, or quotients of polynomials, and whether two of them are equal can be decided.
`Polynomials` decides it exactly; `Residues` evaluates both sides at random points modulo a prime.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b
from itertools import accumulate, compress
from operator import sub
from typing import Any

from sympy import QQ
from sympy.polys.rings import ring

from explainer.core.program import Static
from explainer.operations.vocabulary import Operators, facts_of

PRIME = 2**61 - 1
FUNCTIONS = ("sigmoid", "softplus")  # rows that are letters of their own; other letters come from the primitives


class Ring(Operators):
    """The primitives over a ring's elements. Equal arguments give the same generator."""

    def __init__(self) -> None:
        self._generators: dict[tuple[str, Any], Any] = {}
        self._logarithms: dict[Any, Callable[[], Any]] = {}  # of outputs whose logarithm is known
        self.overrides: dict[str, Callable[..., Any]] = {name: self._call(name) for name in FUNCTIONS}
        self.overrides |= {"softmax": lambda operands, static: self.softmax(static[0], operands)}

    def _call(self, name: str) -> Callable[[list[Any], Static], Any]:
        return lambda operands, _: self.generator(name, operands[0])

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        """One share of a softmax, a letter for each; equal exponents have equal shares, of the whole if there is no other."""
        keys = [self.canonical(argument) for argument in arguments]
        if all(key == keys[0] for key in keys):
            return self.number(Fraction(1, len(keys)))
        share = self.generator(f"softmax {keys.index(keys[index])}", tuple(arguments))
        self.know_logarithm(share, lambda: self.subtract(arguments[index], self.log(self.total([self.exp(z) for z in arguments]))))
        return share

    def generator(self, function: str, argument: Any) -> Any:
        """The letter that stands for function(argument)."""
        key = (function, self.canonical(argument))
        if key not in self._generators:
            found = self.related(function, argument)
            self._generators[key] = self.fresh(key) if found is None else found
        return self._generators[key]

    def related(self, function: str, argument: Any) -> Any:
        """function(argument) by letters that are there already, if it is known how; what is known of a new one is noted."""
        if function == "log" and (known := self._logarithms.get(self.canonical(argument))):
            return known()
        facts = facts_of(function)
        own = self.canonical(argument)
        for point, value in facts.at:
            if own == self.canonical(self.number(point)):
                return self.number(value)
        if facts.mirrored:
            negative = self.negate(argument)
            opposite = self._generators.get((function, self.canonical(negative)))
            if opposite is not None:
                return facts.mirrored(self, (negative, opposite), ())
        if function == "exp":
            letter = self._generators["exp", own] = self.fresh(("exp", own))
            self.know_logarithm(letter, lambda: argument)
            return letter
        if function != "sigmoid":
            return None
        letter = self._generators["sigmoid", own] = self.fresh(("sigmoid", own))
        self.know_logarithm(letter, lambda: self.subtract(argument, self.generator("softplus", argument)))
        one = self.number(Fraction(1))
        self.know_logarithm(self.subtract(one, letter), lambda: self.negate(self.generator("softplus", argument)))
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

    def exp(self, value: Any) -> Any:
        return self.generator("exp", value)

    def log(self, value: Any) -> Any:
        return self.generator("log", value)

    def sqrt(self, value: Any) -> Any:
        return self.generator("sqrt", value)

    def tanh(self, value: Any) -> Any:
        return self.generator("tanh", value)

    def positive_part(self, value: Any) -> Any:
        return self.generator("relu", value)

    def is_positive(self, value: Any) -> Any:
        return self.generator("is_positive", value)

    def slope(self, function: str, argument: Any) -> Any:
        """The derivative of a letter by its argument, stated here once more, apart from the vocabulary's rows."""
        one = self.number(Fraction(1))
        value = self.generator(function, argument)
        match function:
            case "sigmoid":
                return value * (one - value)
            case "softplus":
                return self.generator("sigmoid", argument)
            case "tanh":
                return one - value * value
            case "exp":
                return value
            case "log":
                return self.divide(one, argument)
            case "sqrt":
                return self.divide(one, value + value)
            case "relu":
                return self.generator("is_positive", argument)
        raise AssertionError(function)


LONGEST = 2_000  # terms of a fraction that is still worked out
LONGEST_PRODUCTS = 40_000_000  # effort for all fractions of a proof
EFFORT_OF_A_STEP = 10  # besides one for each generator of the ring: a term has an exponent for every one


class TooLong(Exception):
    """A fraction that has grown beyond use, or fractions that have taken too long."""


class Budget:
    """The effort that may still be spent on fractions."""

    def __init__(self, left: int) -> None:
        self.left = left

    def times(self, left: Any, right: Any) -> Any:
        """The product of two polynomials of a fraction."""
        self.spend(left, right)
        return left * right

    def spend(self, left: Any, right: Any) -> None:
        """Make sure that each term of the one may meet each of the other."""
        effort = 3 * len(left) * len(right) * (EFFORT_OF_A_STEP + left.ring.ngens)
        if effort > self.left:
            raise TooLong
        self.left -= effort


class Quotient:
    """A rational function over a polynomial ring, never reduced: equality is decided by multiplying crosswise."""

    __slots__ = ("above", "below", "budget")

    def __init__(self, above: Any, below: Any, budget: Budget) -> None:
        if len(above) + len(below) > LONGEST:
            raise TooLong
        self.above, self.below, self.budget = above, below, budget

    @classmethod
    def of(cls, value: Any, like: Quotient) -> Quotient:
        if isinstance(value, Quotient):
            return value
        one = like.below.ring.one
        return cls(value if hasattr(value, "ring") else one * QQ(value.numerator, value.denominator), one, like.budget)

    def __add__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        if self.below == other.below:
            return Quotient(self.above + other.above, self.below, self.budget)
        times = self.budget.times
        return Quotient(
            times(self.above, other.below) + times(other.above, self.below), times(self.below, other.below), self.budget
        )

    __radd__ = __add__

    def __neg__(self) -> Quotient:
        return Quotient(-self.above, self.below, self.budget)

    def __sub__(self, other: Any) -> Quotient:
        return self + -Quotient.of(other, self)

    def __rsub__(self, other: Any) -> Quotient:
        return -self + other

    def __mul__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        times = self.budget.times
        return Quotient(times(self.above, other.above), times(self.below, other.below), self.budget)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Quotient:
        other = Quotient.of(other, self)
        times = self.budget.times
        return Quotient(times(self.above, other.below), times(self.below, other.above), self.budget)

    def __pow__(self, exponent: int) -> Quotient:
        return Quotient(self.above**exponent, self.below**exponent, self.budget)


def _quotient(above: Any, below: Any) -> Any:
    """What a polynomial divided by another is, if that is one: given up at the first term that does not divide."""
    found, rest, lead = above.ring.zero, above, below.LM
    while rest:
        term = rest.LM
        if any(one < other for one, other in zip(term, lead, strict=True)):
            return None
        part = above.ring.term_new(tuple(map(sub, term, lead)), rest.LC / below.LC)
        found, rest = found + part, rest - part * below
    return found


class NoLetterLeft(Exception):
    """More generators are needed than were planned."""


class Polynomials(Ring):
    """Q[names, letters], exactly. `letters` is how many generators may be needed; `numbers` replaces symbols by values.

    `effort` is what may be spent on fractions before they are too long.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        letters: int,
        numbers: Mapping[str, Fraction] | None = None,
        effort: int = LONGEST_PRODUCTS,
    ) -> None:
        super().__init__()
        self._budget = Budget(effort)
        self._numbers = numbers or {}
        free = [name for name in names if name not in self._numbers]
        self._ring, *elements = ring([*free, *(f"a{index}" for index in range(letters))] or ["a0"], QQ)
        self._one = Quotient(self._ring.one, self._ring.one, self._budget)
        self._symbols = dict(zip(free, elements, strict=False))
        self._letters = iter(elements[len(free) :])
        self._point = 0x243F6A8885A308D  # digits of π, and one more for each next letter

    def fresh(self, key: tuple[str, Any]) -> Any:
        for letter in self._letters:
            return letter
        raise NoLetterLeft

    def symbol(self, name: str) -> Any:
        return self.number(self._numbers[name]) if name in self._numbers else self._symbols[name]

    def number(self, value: Fraction) -> Any:
        return self._ring(QQ(value.numerator, value.denominator))

    def divide(self, left: Any, right: Any) -> Any:
        if not isinstance(right, Quotient) and right.is_ground and not isinstance(left, Quotient):
            if not right:
                raise ZeroDivisionError
            return left.quo_ground(right.coeff(1))
        return Quotient.of(left, self._one) / right

    def equal(self, left: Any, right: Any) -> bool:
        if not isinstance(left, Quotient) and not isinstance(right, Quotient):
            return bool(left == right)
        left, right = Quotient.of(left, self._one), Quotient.of(right, self._one)
        if left.below == right.below:
            return bool(left.above == right.above)
        times = self._budget.times
        return bool(times(left.above, right.below) == times(right.above, left.below))

    def simplified(self, value: Any) -> Any:
        """Without a denominator that divides exactly; what else two polynomials share stays."""
        if not isinstance(value, Quotient):
            return value
        self._budget.spend(value.above, value.below)
        quotient = _quotient(value.above, value.below)
        return value if quotient is None else quotient

    def size(self, value: Any) -> tuple[int, int]:
        """How many terms a value has, above and below its fraction line."""
        return (len(value.above), len(value.below)) if isinstance(value, Quotient) else (len(value), 1)

    def constant(self, value: Any) -> Fraction | None:
        """The number that a value is, if it is one."""
        above, below = (value.above, value.below) if isinstance(value, Quotient) else (value, self._ring.one)
        number = above.LC / below.LC  # of the leading terms; no common divisor is needed to see that all others agree
        return Fraction(int(number.numerator), int(number.denominator)) if above == below * number else None

    def canonical(self, value: Any) -> Any:
        return tuple(map(self.canonical, value)) if isinstance(value, tuple) else _Key(self, value)

    def fingerprint(self, value: Any) -> int:
        """The value at one point modulo PRIME, the same for equal fractions however they are written."""
        if not isinstance(value, Quotient):
            return self._at_point(value)
        if not value.below:
            raise ZeroDivisionError
        below = self._at_point(value.below)
        return self._at_point(value.above) * pow(below, -1, PRIME) % PRIME if below else 0

    def _at_point(self, polynomial: Any) -> int:
        total, places = 0, range(self._ring.ngens)
        for exponents, coefficient in polynomial.iterterms():
            if not int(coefficient.denominator) % PRIME:
                return 0
            term = int(coefficient.numerator) * pow(int(coefficient.denominator), -1, PRIME)
            for index in compress(places, exponents):  # few of a ring's generators are in a term
                term = term * pow(self._point + index, exponents[index], PRIME) % PRIME
            total += term
        return total % PRIME


class _Key:
    """A fraction as a key: equal ones are the same key. To look for their greatest common divisor could take for ever."""

    __slots__ = ("base", "fingerprint", "value")

    def __init__(self, base: Polynomials, value: Any) -> None:
        self.base, self.value, self.fingerprint = base, value, base.fingerprint(value)

    def __hash__(self) -> int:
        return self.fingerprint

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.fingerprint == other.fingerprint and self.base.equal(self.value, other.value)


class Residue:
    """An integer modulo PRIME."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    @staticmethod
    def _of(other: Residue | Fraction) -> int:
        if isinstance(other, Fraction):
            return other.numerator * pow(other.denominator, -1, PRIME)
        return other.value

    def __add__(self, other: Residue) -> Residue:
        return Residue(self.value + other.value)

    def __sub__(self, other: Residue) -> Residue:
        return Residue(self.value - other.value)

    def __mul__(self, other: Residue | Fraction) -> Residue:
        return Residue(self.value * self._of(other))

    def __neg__(self) -> Residue:
        return Residue(-self.value)

    def __pow__(self, exponent: int) -> Residue:
        return Residue(pow(self.value, exponent, PRIME))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Residue) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Residues(Ring):
    """Values modulo PRIME at the point number `point`: each symbol and each letter is a fixed pseudo-random residue."""

    def __init__(self, point: int) -> None:
        super().__init__()
        self._point = point

    def _draw(self, text: str) -> Residue:
        digest = blake2b(f"{self._point}|{text}".encode(), digest_size=16).digest()
        return Residue(int.from_bytes(digest))

    def fresh(self, key: tuple[str, Any]) -> Any:
        argument = key[1]
        values = [part.value for part in argument] if isinstance(argument, tuple) else argument.value
        return self._draw(f"{key[0]}({values})")

    def symbol(self, name: str) -> Any:
        return self._draw(name)

    def number(self, value: Fraction) -> Any:
        return Residue(value.numerator * pow(value.denominator, -1, PRIME))

    def divide(self, left: Any, right: Any) -> Any:
        if not right.value:
            raise ZeroDivisionError
        return left * Residue(pow(right.value, -1, PRIME))


class Dual:
    """A value with its derivatives by several names at once (forward accumulation, by the sum and product rules)."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: Any, slopes: Mapping[str, Any]) -> None:
        self.value, self.slopes = value, slopes

    def merged(self, other: Dual, mine: Any, theirs: Any) -> dict[str, Any]:
        """mine·slopes + theirs·other.slopes, where None is the factor 1."""
        result = {by: slope if mine is None else mine * slope for by, slope in self.slopes.items()}
        for by, slope in other.slopes.items():
            part = slope if theirs is None else theirs * slope
            result[by] = result[by] + part if by in result else part
        return result


class Duals:
    """The primitives over dual numbers on a ring: how the derivative of any formula is found without its row's partials."""

    def __init__(self, base: Ring) -> None:
        self.base = base
        self.overrides: dict[str, Callable[..., Any]] = {
            name: lambda operands, _, name=name: self._letter(name, operands[0]) for name in FUNCTIONS
        }
        self.overrides |= {"softmax": self._softmax}

    def _softmax(self, operands: Sequence[Dual], static: Static) -> Dual:
        """∂p_i/∂z_j = p_i (δ_ij − p_j), stated apart from the vocabulary's rows."""
        arguments = [operand.value for operand in operands]
        shares = [self.base.softmax(index, arguments) for index in range(len(operands))]
        own = shares[static[0]]
        slopes: dict[str, Any] = {}
        for index, (operand, share) in enumerate(zip(operands, shares, strict=True)):
            slope = own - own * share if index == static[0] else -(own * share)
            for by, part in operand.slopes.items():
                slopes[by] = slopes[by] + slope * part if by in slopes else slope * part
        return Dual(own, slopes)

    def _letter(self, name: str, argument: Dual) -> Dual:
        value = self.base.generator(name, argument.value)
        if not argument.slopes:
            return Dual(value, {})
        slope = self.base.slope(name, argument.value)
        return Dual(value, {by: slope * part for by, part in argument.slopes.items()})

    def number(self, value: Fraction) -> Dual:
        return Dual(self.base.number(value), {})

    def add(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value + right.value, left.merged(right, None, None))

    def subtract(self, left: Dual, right: Dual) -> Dual:
        return self.add(left, self.negate(right))

    def multiply(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value * right.value, left.merged(right, right.value, left.value))

    def divide(self, left: Dual, right: Dual) -> Dual:
        quotient = self.base.divide(left.value, right.value)
        inverse = self.base.divide(self.base.number(Fraction(1)), right.value)
        return Dual(
            quotient,
            left.merged(right, inverse, -(quotient * inverse))
            if right.slopes
            else {by: self.base.divide(slope, right.value) for by, slope in left.slopes.items()},
        )

    def negate(self, value: Dual) -> Dual:
        return Dual(-value.value, {by: -slope for by, slope in value.slopes.items()})

    def power(self, base: Dual, exponent: int) -> Dual:
        result = base
        for _ in range(exponent - 1):
            result = self.multiply(result, base)
        return result

    def exp(self, value: Dual) -> Dual:
        return self._letter("exp", value)

    def log(self, value: Dual) -> Dual:
        return self._letter("log", value)

    def sqrt(self, value: Dual) -> Dual:
        return self._letter("sqrt", value)

    def tanh(self, value: Dual) -> Dual:
        return self._letter("tanh", value)

    def positive_part(self, value: Dual) -> Dual:
        return self._letter("relu", value)

    def is_positive(self, value: Dual) -> Dual:
        return Dual(self.base.generator("is_positive", value.value), {})
