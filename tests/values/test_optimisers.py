"""Optimisers by hand: one parameter on x², worked out in plain Python from what the papers say."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import pytest

import explainer
from explainer.examples.load import parse
from tests.graphs import graph_text

RATE, START, STEPS = 0.1, 3.0, 3


def adam(decay: float = 0.0, *, corrected: bool, decoupled: bool = False) -> list[float]:
    x, m, s, found = START, 0.0, 0.0, []
    for step in range(1, STEPS + 1):
        g = 2 * x + (0 if decoupled else decay * x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        mean, spread = (m / (1 - 0.9**step), s / (1 - 0.999**step)) if corrected else (m, s)
        x = (1 - RATE * decay) * x if decoupled else x
        x -= RATE * mean / (sqrt(spread) + 1e-8)
        found.append(x)
    return found


def momentum(mu: float, *, nesterov: bool = False) -> list[float]:
    x, v, found = START, 0.0, []
    for _ in range(STEPS):
        g = 2 * x
        v = mu * v + g
        x -= RATE * (g + mu * v if nesterov else v)
        found.append(x)
    return found


def adagrad() -> list[float]:
    x, s, found = START, 0.0, []
    for _ in range(STEPS):
        s += (2 * x) ** 2
        x -= RATE * 2 * x / (sqrt(s) + 1e-10)
        found.append(x)
    return found


BY_HAND: dict[str, Callable[[], list[float]]] = {
    'optimiser = "adam"': lambda: adam(corrected=True),
    'optimiser = "adam"\nbias_correction = false': lambda: adam(corrected=False),
    'optimiser = "adam"\nbias_correction = false\nweight_decay = 0.5': lambda: adam(0.5, corrected=False),
    'optimiser = "adamw"': lambda: adam(0.01, corrected=True, decoupled=True),
    'optimiser = "adamw"\nbias_correction = false\nweight_decay = 0.2': lambda: adam(0.2, corrected=False, decoupled=True),
    "mu = 0.5": lambda: momentum(0.5),
    "mu = 0": lambda: momentum(0),
    'optimiser = "nesterov"': lambda: momentum(0.9, nesterov=True),
    'optimiser = "adagrad"': adagrad,
}


@pytest.mark.parametrize("settings", BY_HAND)
def test_steps_are_those_worked_out_by_hand(settings: str) -> None:
    training = f"learning_rate = {RATE}\nsteps = {STEPS}\n{settings}"
    found = explainer.derive(parse(graph_text({"f": "x**2"}, {"x": START}, training=training), name="by-hand"))
    assert [found.value(f"x#{step}") for step in range(1, STEPS + 1)] == pytest.approx(BY_HAND[settings](), rel=1e-12)
