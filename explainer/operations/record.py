"""What is said of an operation, in one record: nothing else knows its formula, its notation, or what it asks for.

A record says what an operation computes and which rows are its partial derivatives; how its name is written in each notation;
what sentence explains it, and the roles of its operands there; where it is defined piece by piece; what is known of it besides.
What a record of its family must have and has not is told when it is made, by the field's name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from explainer.core.errors import Problem, RecordError
from explainer.core.program import Static
from explainer.operations.algebra import Algebra, Operands, Scalar, Value, read

WHERE = "explainer/operations"  # what is told of a record, is told of a file of this folder
OUTPUT = -1  # stands, in a Rule, for the operation's own result


@dataclass(frozen=True, slots=True)
class Sibling:
    """Stands, in a Rule, for the result of the same operation on the same operands with another `static` (softmax)."""

    static: Static


@dataclass(frozen=True, slots=True)
class Rule:
    """One partial derivative as an equation: an operation and which of the outer operands (or OUTPUT, or siblings) it takes."""

    operation: str
    operands: tuple[int | Sibling, ...] = ()
    static: Static = ()


Formula = Callable[[Operands, Static], Scalar]
Partial = Callable[[int, int, Static], Rule | None]


def of(formula: Callable[..., Scalar]) -> Formula:
    """A formula of as many operands as it has arguments, of which nothing is fixed by the list's shape.

    More operands than that are not looked at: that a list has them where they do not belong is for the proof to find.
    """
    code = formula.__code__
    count = None if code.co_flags & inspect.CO_VARARGS else code.co_argcount
    return lambda operands, _: formula(*operands[:count])


def by(operation: str, *operands: int, static: Static = ()) -> Partial:
    """The same rule for every operand; most often there is only one."""
    return lambda *_: Rule(operation, operands, static)


class Family(StrEnum):
    """What an operation is for."""

    UNSAID = ""  # no record may leave it so
    ARITHMETIC = "arithmetic"  # sums, products, quotients, powers
    FUNCTION = "function"  # of formulas
    PART = "part"  # a function that stands in other formulas alone
    ACTIVATION = "activation"
    LOSS = "loss"
    SLOPE = "slope"  # the partial derivative of another
    STABLE = "stable"  # another way to what a network computes, safe in float64
    KEPT = "kept"  # what an optimiser keeps from step to step
    CORRECTION = "correction"  # what it makes of that, or of a gradient, before a step
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a function besides its formula: proven like a partial, and taken by the rings of the proof."""

    at: tuple[tuple[Fraction, Fraction], ...] = ()  # arguments at which its value is a fraction, and these values
    mirrored: Callable[[Value, Value], Scalar] | None = None  # f(−z), over z and f(z)


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where an operation is defined piece by piece: at these values of what decides. A proof goes by all of the pieces."""

    decides: Callable[[Operands], Sequence[Value]]
    at: tuple[Fraction, ...] = (Fraction(0),)


@dataclass(frozen=True, slots=True)
class Notation:
    """How a function's name is written.

    `head` is its name in trees and in ASCII (the operation's, unless that is given). `python` is what numpy calls it, over {};
    what numpy has not is defined in a notebook by its formula, or by `defined`, which is safe in float64, over z.
    `by_formula` are functions whose lines show the formula, not the name.
    """

    tex: str
    head: str = ""
    python: str = ""
    defined: str = ""
    by_formula: bool = False


class Targets(StrEnum):
    """What a loss asks of targets, as it is told."""

    ANY = "numbers"
    SHARES = "probabilities, from 0 to 1"
    CLASSES = "probabilities that add up to 1"
    SIGNS = "1 for yes, -1 for no"


@dataclass(frozen=True, slots=True)
class Collapse:
    """After one activation a loss's derivative by its argument is the difference of prediction and target.

    What starts from that argument instead, and so is safe in float64: the loss, its slope by a prediction, and the
    activation's slope; "" where there is no such row.
    """

    activation: str
    loss: str
    slope: str = ""
    activation_slope: str = ""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a loss asks for."""

    targets: Targets = Targets.ANY
    after: str = ""  # the last layer's activation, where only one will do
    constant: bool = True  # may it be taken of a constant answer, whatever that is?
    squared: bool = False  # is it a scaled sum of squared errors? Authors confuse these with each other
    collapse: Collapse | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    `formula(operands, static)`; `partial(position, count, static)` is the rule by that operand, if there is one.

    Raises:
        RecordError: fields that its family must have are missing; all of them.
    """

    name: str
    formula: Formula
    partial: Partial | None = None  # None for an operand that is never learnt, a target
    family: Family = Family.UNSAID
    collected: Callable[[tuple[int, ...], int, Static], Rule] | None = None  # the rule by an operand that stands at many positions
    facts: Facts = NO_FACTS
    pieces: Pieces | None = None
    kink: Formula | None = None  # zero where the operation is not differentiable: a declared convention holds there
    working: tuple[Formula, ...] = ()  # its derivative as a reader finds it, line by line; each line is proven
    worked: int = 0  # the operand by which `working` differentiates
    notation: Notation | None = None
    sign: str = ""  # what stands above it in the picture of a graph
    function: str = ""  # what authors call it in formulas,
    arity: int = 1  # where it takes so many arguments; 0 if it takes any number
    letters: int = 0  # a first guess at how many letters of a ring it brings in,
    letters_each: int = 0  # and how many with each operand
    sentence: str = ""  # the key of what explains it, if it is an optimiser's,
    of_velocity: str = ""  # and of what does so where a velocity takes the gradient's place
    roles: tuple[str, ...] = ()  # what these sentences call its operands
    demands: Demands = field(default=Demands())
    also: tuple[str, ...] = ()  # what it is called elsewhere, in small letters without marks

    def __post_init__(self) -> None:
        expected = f"what every {self.family or 'operation'} has"
        missing = {name: expected for name in ("family", *_NEEDED.get(self.family, ())) if not getattr(self, name)}
        if self.kink and not self.pieces:
            missing["pieces"] = "the pieces that meet at its kink"
        if missing:
            raise RecordError(Problem(WHERE, f"{self.name}.{name}", "nothing", why, _LIKE[name]) for name, why in missing.items())

    def __call__(self, *operands: Value, static: Static = ()) -> Value:
        """This operation inside another's formula, as the algebra reads it."""
        algebra = operands[0].algebra
        return Value(algebra, apply(self, algebra, [operand.element for operand in operands], static))

    @property
    def head(self) -> str:
        """Its name in trees."""
        return (self.notation.head if self.notation else "") or self.name


_NEEDED = {
    Family.ACTIVATION: ("partial", "notation"),
    Family.LOSS: ("partial",),
    Family.FUNCTION: ("partial", "function"),
    Family.UPDATE: ("sentence", "roles"),
    Family.KEPT: ("sentence", "roles"),
    Family.CORRECTION: ("sentence", "roles"),
}
_LIKE = {
    "family": "family=Family.ACTIVATION",
    "partial": 'partial=by("sigmoid_slope", OUTPUT)',
    "notation": r'notation=Notation(r"\sigma")',
    "function": 'function="sqrt"',
    "sentence": 'sentence="update.scaled"',
    "roles": 'roles=("before", "rate", "gradient")',
    "pieces": "pieces=Pieces(argument)",
}


def apply(operation: Operation, algebra: Algebra, operands: Sequence[Any], static: Static = ()) -> Any:
    """Read one row in one algebra."""
    override = algebra.overrides.get(operation.name)
    return override(operands, static) if override else read(operation.formula, algebra, operands, static)
