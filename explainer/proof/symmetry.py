"""Neurons that start equal stay equal: an induction, one step of which is an identity in a ring.

Two hidden neurons of a layer are twins if exchanging them leaves the start as it is. If their parameters are given the
same letters, an update has to give them equal values; then every update leaves them twins, whatever the data are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import combinations
from typing import Any

from explainer.compose.schedule import Schedule
from explainer.core.names import after, kept
from explainer.core.program import Program
from explainer.examples.model import NetworkExample
from explainer.operations.optimisers import LETTERS
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.composition import EXACT_PARAMETERS
from explainer.proof.letters import letters_of, with_letters
from explainer.proof.meaning import moved, readings
from explainer.proof.rings.polynomials import Polynomials, TooLong


def twins(run: Schedule) -> tuple[tuple[str, str], ...]:
    """Pairs of hidden neurons that are equal at the start, and proven to stay so; none in a network too large to prove."""
    if len(run.update.parameters) > EXACT_PARAMETERS:
        return ()
    learnt = frozenset(run.update.parameters)
    return tuple(
        (f"h_{first}", f"h_{second}")
        for first, second, exchanged in _candidates(run.example)
        if all(run.update.given[name] == run.update.given[other] for name, other in exchanged.items())
        and all((name in learnt) == (other in learnt) for name, other in exchanged.items())  # else only one of them moves
        and _stays_equal(run.update, exchanged)
    )


def _candidates(example: NetworkExample) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Each pair of hidden neurons of a layer, and which parameter of the one is which of the other."""
    layers, weight, neuron = example.network.layers, 1, 1
    for below, units, above in zip(layers, layers[1:], layers[2:], strict=False):
        onward = weight + below * units
        for i, j in combinations(range(units), 2):
            pairs = {f"w_{weight + i * below + k}": f"w_{weight + j * below + k}" for k in range(below)}
            pairs |= {f"w_{onward + k * units + i}": f"w_{onward + k * units + j}" for k in range(above)}
            if example.network.bias == "per_neuron":
                pairs[f"b_{neuron + i}"] = f"b_{neuron + j}"
            yield neuron + i, neuron + j, pairs
        weight, neuron = onward, neuron + units


def _stays_equal(update: Program, exchanged: Mapping[str, str]) -> bool:
    """Does one update of equal twins, of any values and on any data, leave them equal?"""
    # what an optimiser keeps of the one is kept of the other: equal before the step, and by the same proof after it
    same = {kept(letter, name): kept(letter, other) for name, other in exchanged.items() for letter in LETTERS} | dict(exchanged)
    same |= {after(name, 1): after(other, 1) for name, other in same.items()}
    cut = frozenset(moved(update))

    def proven(letters: int) -> bool:
        base = Polynomials((*update.given, *cut), letters)

        def symbol(name: str) -> Any:
            return base.symbol(same.get(name, name))

        values = {equation.target: value for equation, value in readings(update, base, symbol, OPERATIONS, cut)}
        return all(base.equal(values[name], values[same[name]]) for name in cut if name in same)

    with suppress(TooLong):
        return with_letters(letters_of(update), proven)
    return False
