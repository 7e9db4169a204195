"""Composition: each equation's right-hand side, over what its operands mean, equals what its target means.

It is proven where that is quick, and checked modulo a prime where it is not. How quick it is, a rehearsal tells beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

from explainer.core.program import Program
from explainer.examples.model import Example
from explainer.operations.record import Operation
from explainer.proof.bounds import Degrees, Rehearsal
from explainer.proof.certificate import CHECKED, PROVEN, Fault
from explainer.proof.letters import letters_of, with_letters
from explainer.proof.meaning import Meaning, moved, readings
from explainer.proof.rings.polynomials import EFFORT_OF_A_STEP, Polynomials, TooLong
from explainer.proof.rings.residues import PRIME, Residues
from explainer.proof.rings.ring import Ring

EXACT_PARAMETERS = 100  # above, composition is checked modulo a prime instead of proven
EXACT_EFFORT = 300_000_000  # and so it is where more work is ahead than this, which may be two seconds,
EXACT_TERMS = 100_000  # or where equations have more terms than these
POINTS = 3


def prove_composition(
    program: Program, example: Example | None, operations: Mapping[str, Operation]
) -> tuple[str, tuple[Fault, ...]]:
    """The method ("proven" or "checked") and every equation that is not what its name says."""
    if len(program.parameters) <= EXACT_PARAMETERS and is_quick(
        lambda base: _disagreements(program, example, base, operations), (program,), operations
    ):
        names = (*program.given, *moved(program))
        with suppress(TooLong):
            return PROVEN, with_letters(
                letters_of(program), lambda letters: _disagreements(program, example, Polynomials(names, letters), operations)
            )
    found = (fault for point in range(POINTS) for fault in _disagreements(program, example, Residues(point), operations))
    return CHECKED, tuple(dict.fromkeys(found))


def is_quick(proof: Callable[[Rehearsal], object], programs: Sequence[Program], operations: Mapping[str, Operation]) -> bool:
    """Will an exact proof be made in a moment? It is rehearsed to find out. The programs have the same names."""
    if sum(_terms(program, operations) for program in programs) > EXACT_TERMS:
        return False
    rehearsal = Rehearsal()
    proof(rehearsal)
    exponents = len(programs[0].given) + len(moved(programs[0])) + max(map(letters_of, programs))
    return rehearsal.tally.steps * (EFFORT_OF_A_STEP + exponents) <= EXACT_EFFORT


def _terms(program: Program, operations: Mapping[str, Operation]) -> int:
    """About how many terms the equations have, above their fraction lines by below."""
    base = Rehearsal()
    sizes = [size for _, size in readings(program, base, base.symbol, operations, frozenset(moved(program)))]
    return sum(size.above.terms * size.below.terms for size in sizes)


def _disagreements(program: Program, example: Example | None, base: Ring, operations: Mapping[str, Operation]) -> tuple[Fault, ...]:
    return tuple(Meaning(program, example, base, operations).disagreements())


def error_bound(program: Program, operations: Mapping[str, Operation]) -> float:
    """By the lemma of Schwartz and Zippel, over all equations and points, for letters that are random functions."""
    base = Degrees()
    degrees = readings(program, base, base.symbol, operations, cut=frozenset(moved(program)))
    degree = max((degree for _, degree in degrees), default=1)
    equations = len(program.equations) + len(program.identities)
    return float(min(Fraction(1), equations * Fraction(2 * degree, PRIME) ** POINTS))
