"""Proving a program: first its equations, then the digits of its values.

Computer algebra takes half a second to load, so that happens when something is to be proven: not where a proof is recalled,
nor where a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError, Problem, ProofError
from explainer.core.program import Program
from explainer.examples.model import Example, NetworkExample
from explainer.operations.matrices import LayerProgram
from explainer.operations.record import Operation
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import enclosure
from explainer.proof.certificate import Certificate


@dataclass(frozen=True)
class Proof:
    """A proven program: its certificate, an enclosure for every value, and where a declared convention stood in at a kink."""

    certificate: Certificate
    enclosures: Mapping[str, Enclosure]
    bits: int
    kinks: tuple[str, ...]


def prove(
    program: Program,
    example: Example,
    operations: Mapping[str, Operation] = OPERATIONS,
    matrices: LayerProgram | None = None,
) -> Proof:
    """Prove the equations, then enclose the values. With `matrices`, the program is that of their entries.

    Raises:
        ProofError: an equation is not what its name says; every such one is named.
        NumericError: a value is not finite, or digits stay undecided.
    """
    from explainer.proof import matrices as matrix_by_matrix
    from explainer.proof import symbolic

    try:
        if matrices is not None and isinstance(example, NetworkExample):
            certificate, faults = matrix_by_matrix.prove(matrices, example, operations)
        else:
            certificate, faults = symbolic.prove(program, example, operations)
    except ZeroDivisionError:  # a divisor that is zero whatever the numbers are: the enclosures say which
        _enclose(program, example, operations)
        divisor = "a division by a multiple of 2⁶¹ − 1, the prime by which large examples are checked"
        raise NumericError(Problem(example.file, "the check", divisor, "another divisor", "x / 2.5")) from None
    if faults:
        equations = program.equation_of
        raise ProofError(
            Problem(
                example.file,
                fault.reference,
                fault.reason,
                f"the equation of {fault.reference}",
                str(equations.get(fault.reference, "")),
            )
            for fault in faults
        )
    found, bits = _enclose(program, example, operations)
    return Proof(certificate, found, bits, enclosure.names_at_kinks(program, found, operations))


def _enclose(program: Program, example: Example, operations: Mapping[str, Operation]) -> tuple[dict[str, Enclosure], int]:
    from explainer.proof.exact import exact_values

    return enclosure.enclosures(program, example.digits, lambda: exact_values(program, operations), example.file, operations)
