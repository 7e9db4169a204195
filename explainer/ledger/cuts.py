"""Cuts: which printed numbers somebody may have calculated on from. All that lies before them has then no part in the result."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from explainer.core.digits import Enclosure
from explainer.core.program import Program
from explainer.operations.vocabulary import OPERATIONS

MOST = 120  # cuts that are tried for one number

Cut = tuple[str, ...]


def nearest(program: Program, name: str, printed: Collection[str]) -> Cut:
    """The printed numbers that a calculation of `name` meets first on its way back, in the order of the list."""
    met, seen, queue = set[str](), {name}, [name]
    while queue:
        equation = program.equation_of.get(queue.pop())
        for operand in equation.operands if equation else ():
            if operand in printed:
                met.add(operand)
            elif operand not in seen:
                seen.add(operand)
                queue.append(operand)
    return tuple(key for key in program.quantities if key in met)


def cuts(program: Program, name: str, printed: Collection[str]) -> Iterator[Cut]:
    """Every cut between a number and what is given, as far as they are not too many: nearest first, then farther and farther.

    First come those that a source with all its numbers at hand would use: whole layers, its own operands, one number alone.
    """
    equation = program.equation_of.get(name)
    if equation is None or not (first := nearest(program, name, printed)):
        return
    yield from islice(dict.fromkeys(_cuts(program, name, printed, first, equation.operands)), MOST)


def _cuts(program: Program, name: str, printed: Collection[str], first: Cut, operands: Cut) -> Iterator[Cut]:
    yield first
    own = tuple(key for key in first if key in operands)
    if own:
        yield own
    passed, cut, met = set[str](), first, list[str]()
    while cut:  # layer by layer
        yield cut
        met += cut
        passed.update(cut)
        cut = nearest(program, name, set(printed) - passed)
    for key in met:
        yield (key,)
    queue, seen = deque([frozenset[str]()]), {frozenset[str]()}
    while queue:  # one number after the other is passed over
        passed_over = queue.popleft()
        if cut := nearest(program, name, set(printed) - passed_over):
            yield cut
        for key in cut:
            more = passed_over | {key}
            if more not in seen and len(seen) <= MOST:
                seen.add(more)
                queue.append(more)


def calculated_on(program: Program, name: str, cut: Cut, printed: Mapping[str, Decimal]) -> Enclosure | None:
    """What follows from these printed numbers, and exactly from all else."""
    from explainer.proof import alternatives as balls

    return balls.evaluate(program, OPERATIONS, name, known={key: Fraction(printed[key]) for key in cut})
