"""Sets of numbers without end: lists of formulas from which a page's script sets an exercise anew, with what every slip gives.

There is no name in them. One list leads from the given numbers to those that are told, another from these to the steps, and on to
what slips make of them: there a formula over the same operands stands once, so of a slip only that which it changes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from explainer.compose.straight import needed
from explainer.core.program import Equation
from explainer.derivation.derivation import Derivation
from explainer.exercises.opened import Opened
from explainer.exercises.settings import movable
from explainer.live import printed
from explainer.slips.once import OTHER_SAMPLE, Slip

MOST_EQUATIONS = 500  # that may come with an exercise
_NOTHING = 0  # what a slip gives where it gives nothing: the place of a number that is told


@dataclass(frozen=True, slots=True)
class Made:
    """How a mistake is made: the slip as it is in each set of numbers that was built, and which steps it changes."""

    slips: tuple[Slip, ...]
    changes: Collection[int]

    @property
    def is_one(self) -> bool:
        """Is it the same whatever the numbers are?"""
        first, *others = ((slip.cause, slip.at, slip.base, slip.program.equations, _aside(slip)) for slip in self.slips)
        return all(other == first for other in others)


def fresh(
    derivation: Derivation, task: Opened, digits: int, told: Sequence[str], made: Sequence[Made], rounded: Sequence[int]
) -> str:
    """What the script needs, as JSON; "" if that is too much, or if there is a slip that depends on the numbers.

    `rounded` is for mistakes that come of so many digits on the way.
    """
    if not all(each.is_one for each in made):
        return ""
    names = (*task.fields, *task.known)
    way = needed(derivation.program, (), names)
    used = {*names, *(name for equation in way for name in equation.operands)}
    given = [name for name in derivation.program.given if name in used]
    rows = dict[str, int]()
    before, after = _List(rows, given), _List(rows, task.known)
    placed, steps = before.follow(before.begun, way), after.follow(after.begun, task.program.equations)
    own = len(after.equations)
    slips = [[_gives(after, each, place, field) for place, field in enumerate(task.fields)] for each in made]
    if len(before.equations) + len(after.equations) > MOST_EQUATIONS:
        return ""
    found = {
        "digits": digits,
        "rows": [json.loads(text) for text in rows],
        "given": [str(derivation.program.given[name]) for name in given],
        "moves": [placed[name] for name in movable(derivation, names)],
        "way": before.equations,
        "known": [placed[name] for name in task.known],
        "told": [steps[name] for name in told],
        "right": [placed[name] for name in task.fields],
        "steps": after.equations,
        "own": own,
        "fields": [steps[name] for name in task.fields],
        "slips": [*slips, *rounded],
    }
    return printed.dumps(found)


def _aside(slip: Slip) -> dict[str, Decimal]:
    """The numbers that only a slip has."""
    return {name: value for name, value in slip.program.given.items() if name not in slip.program.quantities}


def _gives(steps: _List, made: Made, place: int, field: str) -> int:
    """Where that is which a slip makes of a step."""
    slip = made.slips[0]
    if place not in made.changes or slip.cause == OTHER_SAMPLE:
        return _NOTHING
    begun = steps.begun | {name: steps.place(str(value)) for name, value in _aside(slip).items()}
    return steps.follow(begun, needed(slip.program, (), (field,)), slip.base)[field]


class _List:
    """Formulas over places: of given numbers, and of formulas before."""

    def __init__(self, rows: dict[str, int], given: Sequence[str]) -> None:
        self._rows = rows
        self._places: dict[tuple[int, ...], int] = {}
        self.begun = {name: place for place, name in enumerate(given)}

    @property
    def equations(self) -> list[tuple[int, ...]]:
        """A row and its operands' places, each."""
        return list(self._places)

    def place(self, tree: printed.Tree, operands: Sequence[int] = ()) -> int:
        """Where a formula stands, or else will."""
        row = self._rows.setdefault(json.dumps(tree), len(self._rows))
        return self._places.setdefault((row, *operands), len(self.begun) + len(self._places))

    def follow(self, begun: dict[str, int], equations: Iterable[Equation], base: int = 0) -> dict[str, int]:
        """The places of quantities, from those of some."""
        of = dict(begun)
        for equation in equations:
            tree = printed.row(equation.operation, len(equation.operands), equation.static, base)
            of[equation.target] = self.place(tree, [of[name] for name in equation.operands])
        return of
