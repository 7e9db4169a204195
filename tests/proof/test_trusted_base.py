"""What a proof rests on is watched itself: each mutant of the rings and of the second definitions is noticed at once.

A mutant is one place of the source, changed; it is found by its text, wherever that stands, and one that is not there any
more fails. The room is then loaded anew with it, under its own names, and must fail at what the sound one passes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
import sympy

import explainer.proof
from explainer.core.program import Program
from explainer.derivation.derive import composed
from explainer.examples.load import parse
from explainer.examples.model import Example
from explainer.operations.vocabulary import OPERATIONS
from tests import graphs, networks

ROOM = Path(explainer.proof.__file__).parent
THIRD = Fraction(1, 3)

# --- the room with a mutant in it


class Mutated(SourceFileLoader, MetaPathFinder):
    """Finds one module, and loads it from another text."""

    def __init__(self, path: Path, text: str) -> None:
        parts = path.relative_to(ROOM.parent.parent).with_suffix("").parts
        super().__init__(".".join(parts).removesuffix(".__init__"), str(path))
        self.text = text

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Room:
    """The room's names, in whichever of its modules they are."""

    def __getattr__(self, name: str) -> Any:
        found = {id(value): value for value in (vars(module).get(name) for module in self.modules().values()) if value is not None}
        (value,) = found.values()
        return value

    @staticmethod
    def modules() -> dict[str, ModuleType]:
        return {name: module for name, module in sys.modules.items() if f"{name}.".startswith("explainer.proof.")}


@contextmanager
def loaded(path: Path | None = None, text: str = "") -> Iterator[Room]:
    """The room, loaded anew; with another text for one of its modules, if one is given."""
    ours = Room.modules()
    for name in ours:
        del sys.modules[name]
    finders = [Mutated(path, text)] if path else []
    sys.meta_path[:0] = finders
    try:
        importlib.import_module("explainer.proof.symbolic")
        yield Room()
    finally:
        for finder in finders:
            sys.meta_path.remove(finder)
        for name in Room.modules():
            del sys.modules[name]
        sys.modules.update(ours)
        explainer.proof = ours["explainer.proof"]  # type: ignore[assignment]


def source_of(old: str) -> tuple[Path, str]:
    """The one module of the room that has a text, once; and its source."""
    found = [(path, text) for path in sorted(ROOM.rglob("*.py")) for text in [path.read_text(encoding="utf-8")] if old in text]
    assert len(found) == 1, f"{len(found)} modules have {old!r}"
    assert found[0][1].count(old) == 1, f"{found[0][0].name} has {old!r} more than once"
    return found[0]


# --- what the sound room passes


def rings(room: Room) -> Iterator[Any]:
    yield room.Polynomials(("x", "y", "z"), 60)
    yield room.Residues(0)


EQUAL: list[Callable[[Any, Any, Any, Any], tuple[Any, Any]]] = [
    lambda k, x, y, z: (x + y, y + x),
    lambda k, x, y, z: (x - y, -(y - x)),
    lambda k, x, y, z: ((x + y) * (x - y), x * x - y * y),
    lambda k, x, y, z: (k.divide(x, k.number(THIRD)), x + x + x),
    lambda k, x, y, z: (k.divide(x * y, y), x),
    lambda k, x, y, z: (k.divide(x, y) + k.divide(z, y), k.divide(x + z, y)),
    lambda k, x, y, z: (k.divide(x, y) + k.divide(y, x), k.divide(x * x + y * y, x * y)),
    lambda k, x, y, z: (k.divide(x, y) - k.divide(y, x), k.divide(x * x - y * y, x * y)),
    lambda k, x, y, z: (x - k.divide(y, x), k.divide(x * x - y, x)),
    lambda k, x, y, z: (k.divide(k.divide(x, y), k.divide(y, z)), k.divide(x * z, y * y)),
    lambda k, x, y, z: (k.divide(x, y) * k.divide(y, z), k.divide(x, z)),
    lambda k, x, y, z: (k.divide(x, y) ** 2, k.divide(x * x, y * y)),
    lambda k, x, y, z: (k.divide(x, y) * THIRD, k.divide(x, y + y + y)),
    lambda k, x, y, z: (x * THIRD, k.divide(x, k.number(Fraction(3)))),
    lambda k, x, y, z: (-k.divide(x, y) + k.divide(x, y), k.number(Fraction(0))),
    lambda k, x, y, z: (x**3, x * x * x),
    lambda k, x, y, z: (k.function("sigmoid", x - y) + k.function("sigmoid", y - x), k.number(Fraction(1))),
    lambda k, x, y, z: (k.function("tanh", x - y), -k.function("tanh", y - x)),
    lambda k, x, y, z: (k.function("sigmoid", x - x), k.number(Fraction(1, 2))),
    lambda k, x, y, z: (k.exp(x - x), k.number(Fraction(1))),
    lambda k, x, y, z: (k.exp(k.divide(x * y, y * y)), k.exp(k.divide(x, y))),
    lambda k, x, y, z: (k.log(k.exp(x * y)), x * y),
    lambda k, x, y, z: (k.log(k.function("sigmoid", x)), x - k.function("softplus", x)),
    lambda k, x, y, z: (k.log(k.number(Fraction(1)) - k.function("sigmoid", x)), -k.function("softplus", x)),
    lambda k, x, y, z: (k.softmax(0, [x, x]), k.number(Fraction(1, 2))),
    lambda k, x, y, z: (k.softmax(1, [x, x, y]), k.softmax(0, [x, x, y])),
    lambda k, x, y, z: (k.log(k.softmax(1, [x, y])), y - k.log(k.exp(x) + k.exp(y))),
    lambda k, x, y, z: (k.simplified(k.divide(x * x - y * y, x - y)), x + y),
    lambda k, x, y, z: (k.divide(x, k.number(THIRD)), k.divide(x * THIRD, k.number(Fraction(1, 9)))),
]
DIFFERENT: list[Callable[[Any, Any, Any, Any], tuple[Any, Any]]] = [
    lambda k, x, y, z: (x, y),
    lambda k, x, y, z: (x, k.number(Fraction(0))),
    lambda k, x, y, z: (x + y, x - y),
    lambda k, x, y, z: (k.divide(x, y), k.divide(z, y)),
    lambda k, x, y, z: (k.divide(x, y), k.divide(y, x)),
    lambda k, x, y, z: (k.divide(x, y), x * y),
    lambda k, x, y, z: (k.exp(x), k.exp(y)),
    lambda k, x, y, z: (k.exp(x), k.tanh(x)),
    lambda k, x, y, z: (k.function("sigmoid", x), k.function("sigmoid", -x)),
    lambda k, x, y, z: (k.function("sigmoid", x), k.number(Fraction(1, 2))),
    lambda k, x, y, z: (k.softmax(0, [x, y]), k.softmax(1, [x, y])),
    lambda k, x, y, z: (k.softmax(0, [x, x, y]), k.number(THIRD)),
    lambda k, x, y, z: (k.positive_part(x), x),
    # they agree at the point by which equal keys are found, so that only the exact comparison tells them apart
    lambda k, x, y, z: (k.exp(x - k.number(Fraction(0x243F6A8885A308D))), k.number(Fraction(1))),
]


def identities(room: Room) -> None:
    """What is equal is found equal in both rings, and what is not is not."""
    for base in rings(room):
        symbols = [base.symbol(name) for name in "xyz"]
        for number, pair in enumerate(EQUAL):
            assert base.equal(*pair(base, *symbols)), f"{type(base).__name__}: equal {number}"
        for number, pair in enumerate(DIFFERENT):
            assert not base.equal(*pair(base, *symbols)), f"{type(base).__name__}: different {number}"
        with pytest.raises(ZeroDivisionError):
            base.divide(symbols[0], base.number(Fraction(0)))


def single_facts(room: Room) -> None:
    """What is asked of one ring alone."""
    base = room.Polynomials(("x", "y"), 2, {"x": THIRD})
    y, one = base.symbol("y"), base.number(Fraction(1))
    assert base.constant(base.symbol("x")) == THIRD
    assert base.constant(base.divide(y, y + y)) == Fraction(1, 2)
    assert base.constant(y) is base.constant(base.divide(y, y + one)) is None
    assert base.size(base.divide(y + one, y)) == base.size(base.simplified(base.divide(y + one, y))) == (2, 1)
    assert base.size(base.divide(y * y * y - y, y - one)) == (2, 2)
    assert base.size(base.simplified(base.divide(y * y * y - y, y + y - one - one))) == (2, 1)
    with pytest.raises(room.NoLetterLeft):
        [base.exp(y * Fraction(number)) for number in range(1, 4)]
    half = room.Polynomials(("y",), 2, effort=100)
    square = half.divide(half.symbol("y"), half.symbol("y")) ** 2
    with pytest.raises(room.TooLong):
        [square := square * square for _ in range(2)]
    assert sympy.isprime(room.PRIME)
    assert room.PRIME > 2**60, "by which the bound on the error of a check is as small as it is"
    drawn = [room.Residues(point).symbol(f"w_{number}").value for point in range(3) for number in range(300)]
    assert len(set(drawn)) == 900, "points are independent of each other, and symbols too"
    assert max(drawn) > 2**60


SLOPES: list[Callable[[Any, Any, Any], tuple[Any, Any]]] = [
    # a formula over dual numbers, and its derivative by x over their ring, as in a textbook
    lambda d, x, y: (d.multiply(x, x), lambda k, x, y: x + x),
    lambda d, x, y: (d.multiply(x, y), lambda k, x, y: y),
    lambda d, x, y: (d.multiply(y, d.add(x, x)), lambda k, x, y: y + y),
    lambda d, x, y: (d.subtract(y, x), lambda k, x, y: -k.number(Fraction(1))),
    lambda d, x, y: (d.subtract(d.multiply(x, x), x), lambda k, x, y: x + x - k.number(Fraction(1))),
    lambda d, x, y: (d.power(x, 3), lambda k, x, y: (x * x) * k.number(Fraction(3))),
    lambda d, x, y: (d.divide(x, y), lambda k, x, y: k.divide(k.number(Fraction(1)), y)),
    lambda d, x, y: (d.divide(y, x), lambda k, x, y: -k.divide(y, x * x)),
    lambda d, x, y: (d.divide(x, d.add(x, y)), lambda k, x, y: k.divide(y, (x + y) * (x + y))),
    lambda d, x, y: (d.exp(d.multiply(x, x)), lambda k, x, y: k.exp(x * x) * (x + x)),
    lambda d, x, y: (d.log(d.multiply(x, y)), lambda k, x, y: k.divide(k.number(Fraction(1)), x)),
    lambda d, x, y: (d.multiply(d.sqrt(x), d.sqrt(x)), lambda k, x, y: k.number(Fraction(1))),
    lambda d, x, y: (d.tanh(x), lambda k, x, y: k.number(Fraction(1)) - k.tanh(x) * k.tanh(x)),
    lambda d, x, y: (d.positive_part(d.multiply(x, y)), lambda k, x, y: k.is_positive(x * y) * y),
    lambda d, x, y: (d.function("abs", d.multiply(x, y)), lambda k, x, y: k.function("sign", x * y) * y),
    lambda d, x, y: (d.function("sin", d.multiply(x, y)), lambda k, x, y: k.function("cos", x * y) * y),
    lambda d, x, y: (d.function("cos", x), lambda k, x, y: -k.function("sin", x)),
    lambda d, x, y: (d.function("erf", x), lambda k, x, y: k.function("erf_slope", x)),
    lambda d, x, y: (d.function("erf_slope", x), lambda k, x, y: -(k.function("erf_slope", x) * (x + x))),
    lambda d, x, y: (d.function("normal_cdf", x), lambda k, x, y: k.function("normal_density", x)),
    lambda d, x, y: (d.function("normal_density", x), lambda k, x, y: -(k.function("normal_density", x) * x)),
    lambda d, x, y: (d.is_positive(x), lambda k, x, y: k.number(Fraction(0))),
    lambda d, x, y: (
        d.overrides["sigmoid"]([d.add(x, y)], ()),
        lambda k, x, y: k.function("sigmoid", x + y) * k.function("sigmoid", -(x + y)),
    ),
    lambda d, x, y: (d.overrides["softplus"]([x], ()), lambda k, x, y: k.function("sigmoid", x)),
    # p − p², and −pq; each argument may depend on what it is differentiated by
    lambda d, x, y: (
        d.overrides["softmax"]([x, y], (0,)),
        lambda k, x, y: k.softmax(0, [x, y]) * (k.number(Fraction(1)) - k.softmax(0, [x, y])),
    ),
    lambda d, x, y: (d.overrides["softmax"]([x, y], (1,)), lambda k, x, y: -(k.softmax(0, [x, y]) * k.softmax(1, [x, y]))),
    lambda d, x, y: (
        d.overrides["softmax"]([x, d.add(x, y)], (0,)),
        lambda k, x, y: k.softmax(0, [x, x + y]) * (k.number(Fraction(1)) - k.softmax(0, [x, x + y]) - k.softmax(1, [x, x + y])),
    ),
]


def slopes(room: Room) -> None:
    """Dual numbers have the derivatives that textbooks have."""
    for base in rings(room):
        duals = room.Duals(base)
        x, y = base.symbol("x"), base.symbol("y")
        for number, pair in enumerate(SLOPES):
            found, expected = pair(duals, room.Dual(x, {"x": base.number(Fraction(1))}), room.Dual(y, {}))
            slope = found.slopes.get("x", base.number(Fraction(0)))
            assert base.equal(slope, expected(base, x, y)), f"{type(base).__name__}: {number}"


@cache
def sound() -> list[tuple[Program, Example]]:
    """Networks and graphs of all kinds, each as small as shows its kind, with their lists of equations."""

    def shifted(text: str, more: str) -> str:
        return f"{text.replace('inputs', 'raw')}\n[data]\nshift = [1, 2]\n{more}"

    texts = [
        networks.example_text(
            (1, 1, 1, 1, 1), activation=("elu", "gelu", "step", "tanh"), loss="huber", reduction="sum", samples=2
        ),
        *(networks.example_text((1, 1), loss=name, activation="identity", samples=2) for name in ("absolute_error", "hinge")),
        networks.example_text((1, 1), training=["weight_decay = 0.1", "mu = 0.9"], samples=2),
        networks.example_text((1, 1), optimiser="adam", training=["bias_correction = false"], samples=2, steps=2),
        networks.example_text((2, 2), activation="leaky_relu", samples=2, steps=0),
        networks.example_text((2, 2), activation="softmax", loss="half_squared_error", samples=2, steps=0),
        networks.example_text((1, 2), activation="relu", loss="mean_squared_error", bias="per_layer", samples=2),
        networks.example_text((1, 2, 1), bias="none", loss="binary_cross_entropy", samples=2, steps=0),
        networks.example_text((1, 2), activation="identity", loss="binary_cross_entropy_logits", samples=2, steps=0),
        networks.example_text((1, 2), activation="softmax", loss="categorical_cross_entropy", samples=2, steps=0),
        networks.example_text((1, 2), activation="identity", loss="categorical_cross_entropy_logits", samples=2, steps=0),
        shifted(networks.example_text((2, 1), activation="softplus", samples=2, steps=0), "baseline = 0.5"),
        *(
            networks.example_text((1, 1), samples=2, steps=2, optimiser=name)
            for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
        ),
        networks.example_text((2, 2, 1), samples=2, bias="per_layer") + '[walkthrough]\nview = "layers"\n',
        shifted(networks.example_text((2, 2, 1), samples=2), '[walkthrough]\nview = "layers"\n'),
        graphs.graph_text({"f": "x * y**0"}, {"x": 2, "y": 3}),
        *(
            graphs.graph_text(*graphs.VARIETY[name][:2], **graphs.VARIETY[name][2])
            for name in ("powers", "a kink", "momentum, upwards")
        ),
    ]
    found = []
    for text in texts:
        example = parse(text, name="sound")
        found.append((composed(example)[0], example))
    return found


def faults(room: Room, program: Program, example: Example) -> set[str]:
    """The equations that are not what their names say."""
    return {fault.reference for fault in room.Meaning(program, example, room.Residues(0), OPERATIONS).disagreements()}


def meanings(room: Room) -> None:
    """Sound lists of equations are what their examples are."""
    for program, example in sound():
        assert faults(room, program, example) == set()


CHECKS = {check.__name__: check for check in (identities, single_facts, slopes, meanings)}


# --- mutants: where the source is changed, what it says then, and which check has to notice

MUTANTS: dict[str, list[tuple[str, str]]] = {
    "identities": [
        # letters, and what is known of them
        ("if all(key == keys[0] for key in keys):", "if any(key == keys[0] for key in keys[1:]):"),
        ("return self.number(Fraction(1, len(keys)))", "return self.number(Fraction(1, len(keys) + 1))"),
        ("keys.index(keys[index])", "index"),
        ("keys.index(keys[index])", "0"),
        ("self.subtract(arguments[index], self.log(", "self.add(arguments[index], self.log("),
        ("key = (name, self.canonical(value))", 'key = ("", self.canonical(value))'),
        ("self.fresh(key) if found is None else found", "self.fresh(key)"),
        ("if own == self.canonical(self.number(point)):", "if own != self.canonical(self.number(point)):"),
        ("return self.number(value)\n        if mirrored", "return self.number(point)\n        if mirrored"),
        ("negative = self.negate(argument)", "negative = argument"),
        ("return read(lambda v: mirrored(*v), self, (negative, opposite))", "return opposite"),
        ("self.know_logarithm(letter, lambda: argument)", "self.know_logarithm(letter, lambda: letter)"),
        ('lambda: self.subtract(argument, self.function("softplus"', 'lambda: self.add(argument, self.function("softplus"'),
        ("self.know_logarithm(self.subtract(one, letter)", "self.know_logarithm(self.add(one, letter)"),
        ('lambda: self.negate(self.function("softplus", argument))', 'lambda: self.function("softplus", argument)'),
        # quotients of polynomials
        ("if self.below == other.below:\n            return Quotient(", "if True:\n            return Quotient("),
        ("times(self.above, other.below) + times(other.above, self.below)", "times(self.above, other.below)"),
        ("return Quotient(-self.above, self.below, self.budget)", "return self"),
        ("return self + -Quotient.of(other, self)", "return self + Quotient.of(other, self)"),
        ("return -self + other", "return self - other"),
        ("times(self.below, other.below), self.budget)\n\n    __rmul__", "self.below, self.budget)\n\n    __rmul__"),
        ("times(self.above, other.below), times(self.below, other.above)", "times(self.above, other.below), self.below"),
        ("Quotient(self.above**exponent, self.below**exponent,", "Quotient(self.above**exponent, self.below,"),
        ("one * QQ(value.numerator, value.denominator)", "one * QQ(value.denominator, value.numerator)"),
        ("return left.quo_ground(right.coeff(1))", "return left.mul_ground(right.coeff(1))"),
        ("return bool(left.above == right.above)", "return True"),
        ("return bool(times(left.above, right.below) == times(right.above, left.below))", "return True"),
        ("times(left.above, right.below) == times(right.above, left.below)", "left.above == right.above"),
        ("found + part, rest - part * below", "part, rest - part * below"),
        ("for letter in self._letters:\n", "for letter in [self._ring.gens[-1]]:\n"),
        ("* pow(below, -1, PRIME) % PRIME", "* below % PRIME"),
        (" and self.base.equal(self.value, other.value)", ""),
        # residues
        ("self.value = value % PRIME", "self.value = value % 2"),
        ("return other.numerator * pow(other.denominator, -1, PRIME)", "return other.numerator * other.denominator"),
        ("return Residue(self.value + other.value)", "return Residue(self.value - other.value)"),
        ("return Residue(self.value - other.value)", "return Residue(self.value + other.value)"),
        ("return Residue(self.value * self._of(other))", "return Residue(self.value + self._of(other))"),
        ("return Residue(-self.value)", "return Residue(self.value)"),
        ("return Residue(pow(self.value, exponent, PRIME))", "return Residue(pow(self.value, exponent + 1, PRIME))"),
        ("isinstance(other, Residue) and self.value == other.value", "isinstance(other, Residue)"),
        ('f"{key[0]}({values})"', 'f"{values}"'),
        ("Residue(value.numerator * pow(value.denominator, -1, PRIME))", "Residue(value.numerator * value.denominator)"),
        ("if not right.value:\n            raise ZeroDivisionError", "if not right.value:\n            return left"),
        ("return left * Residue(pow(right.value, -1, PRIME))", "return left * right"),
        ("return bool(left == right)\n\n    def canonical", "return True\n\n    def canonical"),
    ],
    "single_facts": [
        ("PRIME = 2**61 - 1", "PRIME = 2**61 + 1"),
        ("PRIME = 2**61 - 1", "PRIME = 2**31 - 1"),
        ('f"{self._point}|{text}"', "text"),
        ('f"{self._point}|{text}"', 'f"{self._point}"'),
        ("digest_size=16", "digest_size=1"),
        ("self.number(self._numbers[name]) if", "self.number(1 / self._numbers[name]) if"),
        ("if above == below * number else None", "if above else None"),
        ("number = above.LC / below.LC", "number = above.LC * below.LC"),
        ("if any(one < other for", "if any(one > other for"),
        ("if quotient is None else quotient", "if quotient else value"),
        ("if effort > self.left:", "if effort < 0:"),
        ("self.left -= effort", "self.left -= 0"),
    ],
    "slopes": [
        ("return value * (one - value)", "return value * (one + value)"),
        ('return self.function("sigmoid", argument)', 'return self.function("tanh", argument)'),
        ("return one - value * value", "return one - value"),
        ('case "exp":\n                return value', 'case "exp":\n                return one'),
        ("return self.divide(one, argument)", "return self.divide(one, value)"),
        ("return self.divide(one, value + value)", "return self.divide(one, value)"),
        ('return self.function("is_positive", argument)', "return one"),
        ('return self.function("sign", argument)', "return one"),
        ('return self.function("cos", argument)', 'return self.function("sin", argument)'),
        ('return -self.function("sin", argument)', 'return self.function("sin", argument)'),
        ('return self.function("erf_slope", argument)', "return value"),
        ("return -(argument * value + argument * value)", "return -(argument * value)"),
        ('return self.function("normal_density", argument)', "return value"),
        ('case "normal_density":\n                return -(argument', 'case "normal_density":\n                return (argument'),
        ("result = {by: slope if mine is None else mine * slope", "result = {by: slope"),
        ("part = slope if theirs is None else theirs * slope", "part = slope"),
        ("result[by] = result[by] + part if by in result else part", "result[by] = part"),
        ("slope = own - own * share if index == static[0] else -(own * share)", "slope = own - own * share"),
        ("own - own * share if", "own + own * share if"),
        ("own = shares[static[0]]", "own = shares[0]"),
        ("slopes[by] = slopes[by] + slope * part if by in slopes else slope * part", "slopes[by] = slope * part"),
        ("if not argument.slopes:", "if argument.slopes:"),
        ("{by: slope * part for by, part in argument.slopes.items()}", "{by: slope for by in argument.slopes}"),
        ("return self.add(left, self.negate(right))", "return self.add(left, right)"),
        ("left.merged(right, right.value, left.value)", "left.merged(right, left.value, right.value)"),
        ("left.merged(right, inverse, -(quotient * inverse))", "left.merged(right, inverse, quotient * inverse)"),
        ("{by: self.base.divide(slope, right.value) for", "{by: slope for"),
        ("{by: -slope for by, slope in value.slopes.items()}", "value.slopes"),
        ("exponent: int) -> Dual:\n        result = base", "exponent: int) -> Dual:\n        result = self.multiply(base, base)"),
        ('return Dual(self.base.function("is_positive", value.value), {})', 'return self._letter("relu", value)'),
    ],
    "meanings": [
        ("raised if exponent >= 0 else calculus.divide(one, raised)", "raised"),
        ("value ** abs(int(exponent)) if exponent else one", "value ** abs(int(exponent) or 1)"),
        ("            return left - right\n", "            return right - left\n"),
        ('calculus.function("exp", exponent * calculus', 'calculus.function("exp", base * calculus'),
        ("values[1] + calculus.function", "values[0] + calculus.function"),
        ("values[0] - calculus.function", "values[1] - calculus.function"),
        ("first_weight + j * len(signal) + i", "first_weight + i * units + j"),
        ('parameter(f"b_{first_unit + j}")', 'parameter(f"b_{first_unit}")'),
        ('parameter(f"b_{depth + 1}")', 'leaf(f"b_{depth + 1}")'),
        ("first_weight += units * len(signal)", "first_weight += units"),
        ("first_unit += units", "first_unit += 1"),
        ('if example.network.reduction == "sum" else whole', "if not example else whole"),
        ("whole * Fraction(1, len(losses))", "whole"),
        ('[leaf("baseline")] * outputs', '[leaf("eta")] * outputs'),
        ('sample)) - leaf(f"shift_{index}")', 'sample)) + leaf(f"shift_{index}")'),
        ('f"W{layer}_{row}_{column}"', 'f"W{layer}_{column}_{row}"'),
        ("return {last: others for *others, last in names}", "return {}"),
        # activations and losses
        ("z * Fraction(1, 100) +", "z * Fraction(1, 10) +"),
        ("z * Fraction(99, 100)", "z"),
        ("- positive * (calculus", "+ positive * (calculus"),
        ("positive * z + (", "z + ("),
        ('z * calculus.function("normal_cdf", z)', 'calculus.function("normal_cdf", z)'),
        ("calculus.softmax(index, sums)", "calculus.softmax(0, sums)"),
        ('"step": _by_name("is_positive")', '"step": _by_name("sign")'),
        ("(one - y) * _log(one - o, calculus)", "y * _log(one - o, calculus)"),
        ('calculus.function("softplus", z) - y * z', 'calculus.function("softplus", z) - z'),
        ("-(y * _log(p, calculus))", "y * _log(p, calculus)"),
        ("_log(sum(powers[1:], powers[0]), calculus)", "_log(powers[0], calculus)"),
        ('"half_squared_error": _squared(lambda _: Fraction(1, 2))', '"half_squared_error": _squared(lambda _: Fraction(1, 3))'),
        ("lambda outputs: Fraction(1, outputs)", "lambda outputs: Fraction(1)"),
        ("(y - o) * (y - o) *", "(y - o) * (y + o) *"),
        ("return sum(terms[1:], terms[0])", "return terms[0]"),
        ('calculus: calculus.function("abs", y - o)', 'calculus: calculus.function("abs", y + o)'),
        ("beyond * (size - one * half)", "beyond * (size + one * half)"),
        ("(one - beyond) * ((y - o) * (y - o)) * half", "(one - beyond) * ((y - o) * (y - o))"),
        ('calculus.function("is_positive", size - one)', 'calculus.function("is_positive", size)'),
        ("calculus.number(Fraction(1)) - y * o", "calculus.number(Fraction(1)) + y * o"),
        # optimisers
        ("change = rate * change_of(", "change = change_of("),
        ('state.symbol("mu") * state.before("v") + gradient', 'state.symbol("mu") * state.before("v") - gradient'),
        ('return gradient + state.symbol("mu") * _velocity(state, gradient)', "return gradient + _velocity(state, gradient)"),
        ('if "mu" in training.constants else gradient', "if not training else gradient"),
        ('state.before("s") + gradient * gradient', 'state.before("s") + gradient'),
        ("square - keep * square", "square"),
        ('calculus.function("sqrt", square) + state.symbol("epsilon")', 'calculus.function("sqrt", square)'),
        ('("m", "beta_1", gradient)', '("m", "beta_2", gradient)'),
        ("+ taken - keep * taken", "+ taken"),
        ("one - keep**step", "one - keep"),
        ("if training.corrected:", "if not training.corrected:"),
        ("if training.ascent else gradient + shrinking", "if training.ascent else gradient"),
        ('remaining - rate * symbol("weight_decay") * remaining', 'remaining - symbol("weight_decay") * remaining'),
        ("remaining + (change if training.ascent else -change)", "remaining + change"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_the_sound_room_passes(check: str) -> None:
    with loaded() as room:
        CHECKS[check](room)


@pytest.mark.parametrize(("check", "old", "new"), [(check, *mutant) for check, mutants in MUTANTS.items() for mutant in mutants])
def test_a_mutant_is_noticed(check: str, old: str, new: str) -> None:
    path, text = source_of(old)
    with loaded(path, text.replace(old, new)) as room, pytest.raises((Exception, pytest.fail.Exception)):  # in any way
        CHECKS[check](room)


def test_there_are_mutants_enough_and_no_two_are_one() -> None:
    mutants = [mutant for found in MUTANTS.values() for mutant in found]
    assert len(mutants) == len(set(mutants)) >= 40
