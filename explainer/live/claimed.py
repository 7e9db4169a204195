"""What a sentence claims as data for a page's script: comparisons as differences, in the primitives of the list's formulas."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from explainer.live.printed import Tree
from explainer.words.conditions import Calculated, Chain, Comparison, Condition, Exactly, Joined, Quantity, Term

_PRIMITIVES = {"||": "abs"}


def claimed(condition: Condition, place: Callable[[Quantity], int]) -> Tree:
    """`["and", ["<", side], …]`: of each difference of two terms, on which side of zero it is. `place` is a quantity's in the list.

    Raises:
        KeyError: a quantity has no place.
    """
    match condition:
        case Joined(word, parts):
            return [word, *(claimed(part, place) for part in parts)]
        case Chain(comparisons):
            return ["and", *(each for part in comparisons for each in _compared(part, place))]


def _compared(comparison: Comparison, place: Callable[[Quantity], int]) -> list[Tree]:
    pairs = product(comparison.left, comparison.right)
    return [[comparison.relation, ["sign", ["-", _term(left, place), _term(right, place)]]] for left, right in pairs]


def _term(term: Term, place: Callable[[Quantity], int]) -> Tree:
    match term:
        case Quantity():
            return place(term)
        case Exactly():
            return str(term.value)
        case Calculated(sign, (only,)):
            return [_PRIMITIVES.get(sign, "neg"), _term(only, place)]
        case Calculated(sign, parts):
            return [sign, *(_term(part, place) for part in parts)]
