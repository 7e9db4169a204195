"""The symbolic proof: every equation of a program is what its name says.

1. Rules (`rules`): each row's partials are the derivatives of its formula, at every arity the program uses.
2. Composition (`composition`): each equation's right-hand side, over what its operands *mean* (`meaning`), equals what its
   target means.
3. For small networks, the loss written out whole and differentiated (`written_out`).
"""

from __future__ import annotations

from collections.abc import Mapping

from explainer.core.program import Program, faults
from explainer.examples.model import Example
from explainer.operations.record import NO_FACTS, Operation
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.certificate import CHECKED, Certificate, Fault
from explainer.proof.composition import POINTS, error_bound, prove_composition
from explainer.proof.rules import fact_faults, prove_rules, used_rules
from explainer.proof.written_out import is_written_out, prove_directly, symbols_written_out

DIRECT_SYMBOLS = 120_000  # in a loss written out whole, at most: about half a second's work
LARGEST_ERROR = 1e-20  # of the probability that a check passes a wrong equation


def prove(
    program: Program, example: Example | None = None, operations: Mapping[str, Operation] = OPERATIONS
) -> tuple[Certificate, tuple[Fault, ...]]:
    """Prove a program, or say where it is wrong."""
    malformed = tuple(Fault(*text.split(": ", 1)) for text in faults(program, operations))
    if malformed:
        return Certificate((), "", 0, 0), malformed
    found = [
        Fault(row.name, reason, f"{row.name}.facts")
        for row in operations.values()
        if row.facts is not NO_FACTS
        for reason in fact_faults(row)
    ]
    found += prove_rules(program, operations)
    method, disagreements = prove_composition(program, example, operations)
    found += disagreements
    direct = unwritten = 0
    if example is not None and not found and is_written_out(program, example, operations):
        symbols = symbols_written_out(program, operations)
        if sum(symbols) <= DIRECT_SYMBOLS:
            compared = list(prove_directly(program, example, operations))
            direct = compared.count(None)
            found += filter(None, compared)
        else:
            unwritten = len(symbols)
    bound = error_bound(program, operations) if method == CHECKED else 0.0
    if bound > LARGEST_ERROR and not found:
        found.append(Fault(program.losses[0], "is of too high a degree to be checked: powers of powers"))
    rules = tuple(sorted({f"{name}/{count}" for name, count, _ in used_rules(program, operations)}))
    certificate = Certificate(
        rules,
        method,
        len(program.equations),
        direct,
        unwritten,
        len(program.identities),
        points=POINTS if method == CHECKED else 0,
        error_bound=bound,
    )
    return certificate, tuple(dict.fromkeys(found))
