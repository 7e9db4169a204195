"""The vocabulary: every operation by its name, and what can be read off the records."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.operations import activations, functions, losses, sums, updates
from explainer.operations.record import NO_FACTS, Facts, Family, Notation, Operation

OPERATIONS: Mapping[str, Operation] = {
    row.name: row for row in (*sums.SUMS, *activations.ACTIVATIONS, *functions.FUNCTIONS, *losses.LOSSES, *updates.OPTIMISING)
}


def of_family(*families: Family) -> tuple[str, ...]:
    return tuple(name for name, row in OPERATIONS.items() if row.family in families)


ACTIVATIONS = of_family(Family.ACTIVATION)
ELEMENTWISE = tuple(name for name in ACTIVATIONS if OPERATIONS[name].arity == 1)  # not softmax, which takes a whole layer
LOSSES = of_family(Family.LOSS)
SQUARED_ERRORS = tuple(name for name in LOSSES if OPERATIONS[name].demands.squared)
OPTIMISING = of_family(Family.KEPT, Family.CORRECTION, Family.UPDATE)
COLLAPSING = tuple(name for name in LOSSES if OPERATIONS[name].demands.collapse)
FUNCTIONS: Mapping[str, Operation] = {row.function: row for row in OPERATIONS.values() if row.function}  # by authors' names
NOTATION: Mapping[str, Notation] = {row.head: row.notation for row in OPERATIONS.values() if row.notation}  # by heads of trees


def facts_of(function: str) -> Facts:
    """What is known of a function by name; nothing of what has no row."""
    return OPERATIONS[function].facts if function in OPERATIONS else NO_FACTS
