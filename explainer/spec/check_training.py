"""The table [training], which networks and formulas share."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from explainer.errors import Problem
from explainer.spec.model import CONSTANTS, Training
from explainer.spec.wording import toml

ALL_CONSTANTS = frozenset(name for names in CONSTANTS.values() for name in names)


def training_problems(file: str, document: Any) -> Iterator[Problem]:
    """Constants that the optimiser does not have, and a run that is not one."""
    training = document.get("training", {})
    optimiser = training.get("optimiser", "sgd")
    for key in sorted(ALL_CONSTANTS & set(training) - set(CONSTANTS[optimiser])):
        own = ", ".join(CONSTANTS[optimiser]) or "no constants"
        yield Problem(file, f"training.{key}", key, f"{own}, with {optimiser}", f'optimiser = "{optimiser}"')
    epochs = training.get("epochs")
    for key in ("record", "batch", "shuffle", "follow"):
        if key in training and epochs is None:
            yield Problem(
                file, f"training.{key}", key, f"{key} together with epochs", f"epochs = 1000\n{key} = {toml(training[key])}"
            )
    for index, epoch in enumerate(training.get("record", ()), 1):
        if epochs is not None and epoch > epochs:
            expected = f"an epoch of the run, from 1 to {epochs}"
            yield Problem(file, f"training.record[{index}]", str(epoch), expected, f"record = [1, {epochs}]")
    if "shuffle" in training and training.get("batch", "all") == "all":
        expected = 'batch = "one": a mean over all samples has no order'
        yield Problem(file, "training.shuffle", "shuffle without single samples", expected, 'batch = "one"\nshuffle = 1')


def training_of(document: Any) -> Training | None:
    table = document.get("training")
    if not table:
        return None
    optimiser = table.get("optimiser", "sgd")
    epochs = table.get("epochs", 0)
    return Training(
        Decimal(table["learning_rate"]),
        table.get("steps", 1),
        optimiser,
        ascent=table.get("direction") == "ascent",
        sequential=table.get("updates") == "sequential",
        constants={key: Decimal(table[key]) for key in CONSTANTS[optimiser] if key in table},
        epochs=epochs,
        record=tuple(sorted({*table.get("record", ()), epochs})) if epochs else (),
        single=table.get("batch", "all") == "one",
        shuffle=table.get("shuffle"),
        follow=tuple(table.get("follow", ())),
    )
