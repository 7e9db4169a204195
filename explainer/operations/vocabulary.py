"""The vocabulary: every operation by its name, and what can be read off the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType

from explainer.core.errors import Problem, RecordError
from explainer.operations import activations, functions, losses, sums, updates
from explainer.operations.record import NO_FACTS, WHERE, Facts, Family, Notation, Operation

_ROWS = (*sums.SUMS, *activations.ACTIVATIONS, *functions.FUNCTIONS, *losses.LOSSES, *updates.OPTIMISING)


def _by(field: str, rows: Iterable[Operation]) -> dict[str, Operation]:
    """Records by one of their names.

    Raises:
        RecordError: two have the same one.
    """
    found: dict[str, Operation] = {}
    for row in rows:
        name = getattr(row, field)
        if found.setdefault(name, row) is not row:
            other = f"{name!r}, which {found[name].name} has too"
            raise RecordError(Problem(WHERE, f"{row.name}.{field}", other, f"a {field} of its own"))
    return found


def _unlisted(modules: Iterable[ModuleType], rows: Iterable[Operation]) -> Iterator[Problem]:
    """Records that have a name in a module, and are in no list of it."""
    known = {row.name for row in rows}
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, Operation) and value.name not in known:
                file, found = f"{module.__name__.replace('.', '/')}.py", "a record that stands in no list"
                yield Problem(file, name, found, "it in the list at the end of the file as well", f"{name},")


OPERATIONS: Mapping[str, Operation] = _by("name", _ROWS)
if _problems := tuple(_unlisted((sums, activations, functions, losses, updates), _ROWS)):
    raise RecordError(_problems)


def of_family(*families: Family) -> tuple[str, ...]:
    return tuple(name for name, row in OPERATIONS.items() if row.family in families)


ACTIVATIONS = of_family(Family.ACTIVATION)
ELEMENTWISE = tuple(name for name in ACTIVATIONS if OPERATIONS[name].arity == 1)  # not softmax, which takes a whole layer
LOSSES = of_family(Family.LOSS)
SQUARED_ERRORS = tuple(name for name in LOSSES if OPERATIONS[name].demands.squared)
OPTIMISING = of_family(Family.KEPT, Family.CORRECTION, Family.UPDATE)
COLLAPSING = tuple(name for name in LOSSES if OPERATIONS[name].demands.collapse)
FUNCTIONS: Mapping[str, Operation] = _by("function", (row for row in _ROWS if row.function))  # by authors' names
NOTATION: Mapping[str, Notation] = {  # by heads of trees
    head: row.notation for head, row in _by("head", (row for row in _ROWS if row.notation)).items() if row.notation
}


def row_of(name: str, operations: Mapping[str, Operation], asks: str) -> Operation:
    """The record of this name, which `asks` speaks of: a field of another record.

    Raises:
        RecordError: there is none.
    """
    if name not in operations:
        found, like = f"{name!r}, of which there is no record", f'Operation("{name}", of(lambda …), family=…)'
        raise RecordError(Problem(WHERE, asks, found, "the name of a record", like))
    return operations[name]


def facts_of(function: str) -> Facts:
    """What is known of a function by name; nothing of what has no row."""
    return OPERATIONS[function].facts if function in OPERATIONS else NO_FACTS
