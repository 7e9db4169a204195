"""Proving a program: first its equations, then the digits of its values.

Computer algebra takes half a second to load, so that happens when something is to be proven: not where a proof is recalled,
nor where a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError, Problem, ProofError, RecordError
from explainer.core.program import Program
from explainer.examples.model import Example, NetworkExample
from explainer.operations.matrices import LayerProgram
from explainer.operations.record import WHERE, Family, Operation
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof import enclosure
from explainer.proof.certificate import Certificate, Fault

# What is defined a second time, in `definitions`, or follows from it.
DEFINED = {Family.ACTIVATION, Family.LOSS, Family.SLOPE, Family.FUNCTION, Family.KEPT, Family.CORRECTION, Family.UPDATE}


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
        raise _refusal(faults, program, example, operations)
    found, bits = _enclose(program, example, operations)
    return Proof(certificate, found, bits, enclosure.names_at_kinks(program, found, operations))


def _refusal(
    faults: Sequence[Fault], program: Program, example: Example, operations: Mapping[str, Operation]
) -> RecordError | ProofError:
    """What is wrong. If records are, they are told alone: all else follows from that, and no author's file has done it."""
    equations, records, unlike = program.equation_of, list[Problem](), dict[str, list[str]]()
    for fault in faults:
        equation = equations.get(fault.reference)
        if fault.record:
            records.append(Problem(WHERE, fault.record, fault.reason, "what follows from its formula"))
        elif equation and equation.operation in operations and operations[equation.operation].family in DEFINED:
            unlike.setdefault(equation.operation, []).append(fault.reference)
    slopes = {name for name in unlike if operations[name].family is Family.SLOPE}
    for name, references in unlike.items():
        if name in slopes and len(slopes) < len(unlike):
            continue  # it follows from what is unlike before it
        other = f"not what explainer/proof/definitions.py says of {name}: {', '.join(references)}"
        expected = (
            "what the rings make of the definition, by `Ring.slope` and facts alone" if name in slopes else "the same in both"
        )
        records.append(Problem(WHERE, f"{name}.formula", other, expected, str(equations[references[0]])))
    if records:
        return RecordError(records)
    return ProofError(
        Problem(
            example.file,
            fault.reference,
            fault.reason,
            f"the equation of {fault.reference}",
            str(equations.get(fault.reference, "")),
        )
        for fault in faults
    )


def _enclose(program: Program, example: Example, operations: Mapping[str, Operation]) -> tuple[dict[str, Enclosure], int]:
    from explainer.proof.exact import exact_values

    return enclosure.enclosures(program, example.digits, lambda: exact_values(program, operations), example.file, operations)
