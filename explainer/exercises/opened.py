"""What an exercise leaves open: the last steps of a quantity's calculation, as a list of equations over what is told.

What is told is told in print, as decimals, and it is these that the list starts from: so what a reader calculates from the
printed numbers is what was proven.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from explainer.compose.straight import needed
from explainer.core.names import Name, parse
from explainer.core.program import Equation, Kind, Program
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import is_made_up
from explainer.slips.once import TRIVIAL, Confused


class Refused(ValueError):
    """An exercise that cannot be set: what was found, what was expected; and arguments, or an example's lines, that would do."""

    def __init__(self, found: str, expected: str, *, right: str = "", example: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.right, self.example = found, expected, right, example


@dataclass(frozen=True)
class Opened:
    """Open equations, the quantities that each step of them ends with, and what is told before."""

    program: Program  # its open equations alone; nothing is given yet
    fields: tuple[str, ...]  # what is asked for, step by step; the last is the quantity of the exercise
    known: tuple[str, ...]  # what is told: all that the steps need, and what it may be taken for
    confused: Confused
    given: frozenset[str]  # what of it nobody has calculated

    def over(self, told: Mapping[str, Decimal]) -> Program:
        """The open equations over decimals."""
        return replace(self.program, given=told)

    def field_of(self, target: str) -> int:
        """In which step an equation stands: the first that depends on it."""
        return next(place for place, field in enumerate(self.fields) if target in self.upstream(field))

    def upstream(self, field: str) -> frozenset[str]:
        return frozenset(equation.target for equation in needed(self.program, (), (field,)))


def opened(derivation: Derivation, targets: Sequence[str], count: int, most: int) -> Opened:
    """The last `count` steps of a quantity's calculation, at most so many; of several quantities, the last step of each.

    Raises:
        Refused: there are not as many, or no step at all.
    """
    program = derivation.program
    way, last = needed(program, (), targets), targets[-1]
    steps = [equation.target for equation in way if is_step(derivation, equation)]
    if alone := [name for name in targets if name not in steps]:
        raise Refused(f"{alone[0]}, which is not calculated", "a quantity with a calculation", right=next(reversed(steps), ""))
    if len(targets) > 1 and count > 1:
        raise Refused(f"open={count} of several quantities", "the last step of each", right=" ".join(targets))
    most = min(most, len(steps))
    if not 1 <= count <= most:
        raise Refused(f"open={count}", f"from 1 to {most} of the steps that lead to {last}", right=f"{last} open={most}")
    fields = [name for name in steps if name in targets] if len(targets) > 1 else steps[-count:]
    inside = _inside(derivation, fields)
    equations = tuple(equation for equation in way if equation.target in inside)
    known = list(dict.fromkeys(name for equation in equations for name in equation.operands if name not in inside))
    told = [name for name in known if program.quantities[name].kind is not Kind.CONSTANT]
    confused = dict(_confused(program, equations, told))
    beside = [name for names in confused.values() for name in names if name not in known]
    beside += [name for name in _sums_of_slopes(program, equations) if name not in known and name not in inside]
    ordered = [name for name in program.quantities if name in {*known, *beside}]
    given = frozenset(program.given) & {*ordered}
    return Opened(replace(program, equations=equations, given={}, identities=()), tuple(fields), tuple(ordered), confused, given)


def is_step(derivation: Derivation, equation: Equation) -> bool:
    """Is it something to be calculated that the reader has a name for?"""
    return equation.operation not in TRIVIAL and not is_made_up(derivation, equation.target)


def _inside(derivation: Derivation, fields: list[str]) -> set[str]:
    """The steps' own equations, and those below them that are no steps."""
    equations, found, queue = derivation.program.equation_of, set[str](), list(fields)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            below = (equations.get(operand) for operand in equations[name].operands)
            queue += [equation.target for equation in below if equation and not is_step(derivation, equation)]
    return found


def _confused(program: Program, equations: tuple[Equation, ...], told: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each factor that is told, what it may be taken for: the nearest of its like, and the signal of another layer."""
    open_ones, order = {equation.target for equation in equations}, list(program.quantities)
    factors = {
        name
        for equation in equations
        if equation.operation == "copy" or (equation.operation == "sum_of_products" and len(equation.static) == 1)
        for name in equation.operands
    }
    for name in (name for name in told if name in factors):
        others = [other for other in order if other not in open_ones and other != name]
        like = [other for other in others if _are_alike(program, name, other)]
        signals = [other for other in others if _are_signals(name, other)]
        nearest = sorted(like, key=lambda other: (abs(order.index(other) - order.index(name)), -order.index(other)))[:1]
        if found := tuple(dict.fromkeys([*nearest, *signals[:1]])):
            yield name, found


def _are_alike(program: Program, one: str, other: str) -> bool:
    """Quantities of one kind, letter and time that differ in their number."""
    own, its = parse(one), parse(other)
    return (
        program.quantities[one].kind is program.quantities[other].kind
        and (own.when, own.sample, own.of) == (its.when, its.sample, its.of)
        and _letters(own) == _letters(its)
    )


def _are_signals(one: str, other: str) -> bool:
    """The signals of two layers with the same number: an input for a hidden neuron's output."""
    own, its = parse(one), parse(other)
    same = (own.when, own.sample, own.indices) == (its.when, its.sample, its.indices)
    return same and not own.is_partial and not its.is_partial and (own.letters, its.letters) == ("h", "x")


def _letters(name: Name) -> tuple[str, str]:
    bare = name.by or name
    return bare.letters, bare.number


def _sums_of_slopes(program: Program, equations: tuple[Equation, ...]) -> Iterator[str]:
    """The pre-activations at which a slope may be taken by mistake."""
    for equation in equations:
        if equation.operation == "sigmoid_slope":
            yield program.quantities[equation.target].by
