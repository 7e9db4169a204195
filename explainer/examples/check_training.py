"""The table [training], which networks and formulas share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from explainer.core.errors import Problem
from explainer.examples.known import list_of, table_of
from explainer.examples.model import RISES, Training
from explainer.examples.schema import is_number, odd
from explainer.examples.wording import Wrong, counted, shown, toml, written
from explainer.operations.optimisers import CORRECTION, OPTIMISERS, OPTIONS, Optimiser

# Optimiser → what of [training] is its own: constants that it has, and options that it may be given.
OWN = {name: (*optimiser.constants, *optimiser.options) for name, optimiser in OPTIMISERS.items()}
MAX_WORK = 5_000_000  # of a run
ALL, ONE = "all", "one"  # how many samples of a run make an update, where that is no number
OWNED = frozenset(key for keys in OWN.values() for key in keys)


def training_problems(file: str, document: Mapping[str, Any], updates: int = 1) -> Iterator[Problem]:
    """Constants that the optimiser does not have, and a run that is not one. `updates` is how many an epoch has."""
    training = table_of(document, "training")
    rate = written(training.get("learning_rate"))
    if is_number(rate) and not odd(rate) and rate < 0:
        expected = 'a number above 0; towards larger values with direction = "ascent"'
        yield Problem(file, "training.learning_rate", shown(rate), expected, f"learning_rate = {toml(-rate)}")
    optimiser = training.get("optimiser", "sgd")
    for key in sorted(OWNED & set(training) - set(OWN.get(optimiser, OWNED))):
        own = ", ".join(OWN[optimiser])
        having = next(name for name in OWN if key in OWN[name])
        usual = toml({**OPTIMISERS[having].constants, **OPTIONS}[key].default) if key != CORRECTION else "false"
        example = f'optimiser = "{having}"\n{key} = {usual}'
        yield Problem(file, f"training.{key}", key, f"{own}, with {optimiser}; {key} goes with {having}", example)
    epochs, record = training.get("epochs"), [epoch for epoch in list_of(training, "record") if isinstance(epoch, int)]
    for key in ("record", "batch", "shuffle", "follow", "during"):
        if key in training and epochs is None and not isinstance(training[key], Wrong):
            example = f"epochs = {max(record, default=100) if key == 'record' else 100}\n{key} = {toml(training[key])}"
            yield Problem(file, f"training.{key}", key, f"{key} together with epochs", example)
    if "shuffle" in training and training.get("batch", ALL) == ALL:
        expected = 'batch = "one", or a number of samples: all of them together have no order'
        yield Problem(file, "training.shuffle", "shuffle without single samples", expected, 'batch = "one"\nshuffle = 1')
    if not isinstance(epochs, int):
        return
    within = toml([epoch for epoch in record if epoch <= epochs] or [epochs])
    for index, epoch in enumerate(list_of(training, "record"), 1):
        if isinstance(epoch, int) and epoch > epochs:
            expected = f"an epoch of the run, from 1 to {epochs}"
            yield Problem(file, f"training.record[{index}]", str(epoch), expected, f"record = {within}")
    steps, most = training.get("steps", 1), epochs * updates
    if isinstance(steps, int) and 0 < most < steps:
        expected = f"at most {most}, as many updates as {counted(epochs, 'epoch')} of the run {'makes' if epochs == 1 else 'make'}"
        yield Problem(file, "training.steps", counted(steps, "step"), expected, f"steps = {most}")


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
        constants={key: Decimal(table[key]) for key in OWN[optimiser] if key in table and key != CORRECTION},
        corrected=table.get(CORRECTION, True),
        epochs=epochs,
        record=tuple(sorted({*table.get("record", ()), epochs})) if epochs else (),
        batch=_batch_of(document),
        shuffle=table.get("shuffle"),
        follow=tuple(table.get("follow", ())),
        during=tuple(table.get("during", ())),
    )


def batch_problem(file: str, document: Mapping[str, Any], samples: int) -> Problem | None:
    """A batch that does not fit the samples of a file: an epoch is made of whole ones."""
    batch = table_of(document, "training").get("batch")
    if not samples or isinstance(batch, bool) or not isinstance(batch, int) or not samples % batch:
        return None
    fitting = [number for number in range(1, samples + 1) if not samples % number]
    expected = f"a number of samples of which whole batches make {samples}: {', '.join(map(str, fitting))}"
    return Problem(file, "training.batch", f"batches of {batch}", expected, f"batch = {max(n for n in fitting if n < batch)}")


def work_problem(file: str, document: Mapping[str, Any], parameters: int, samples: int) -> Problem | None:
    """A run of more work than a build should take."""
    training = table_of(document, "training")
    epochs, work, times = training.get("epochs", 0), parameters * samples, "parameters times samples times epochs"
    if RISES in list_of(training, "during"):  # then there is a loss of all samples after each update
        work, times = work * updates_of(document, samples), f"{times} times updates in one"
    if not isinstance(epochs, int) or work * epochs <= MAX_WORK:
        return None
    found = f"{parameters} parameters, {counted(samples, 'sample')} and {epochs} epochs"
    expected = f"a run of at most {MAX_WORK:,} {times}: more would take minutes"
    return Problem(file, "training.epochs", found, expected, f"epochs = {max(1, MAX_WORK // work)}")


def updates_of(document: Mapping[str, Any], samples: int) -> int:
    """How many updates an epoch has, as far as that can be known."""
    batch = table_of(document, "training").get("batch", ALL)
    if batch == ONE:
        return max(1, samples)
    return max(1, samples // batch) if isinstance(batch, int) and batch > 0 else 1


def _batch_of(document: Mapping[str, Any]) -> int:
    """How many samples an update of a run takes; 0 if all."""
    batch = document["training"].get("batch", ALL)
    size = {ALL: 0, ONE: 1}.get(batch, batch)
    return 0 if size == len(list_of(table_of(document, "data"), "samples")) != 1 else int(size)


def training_rule(document: Mapping[str, Any]) -> Optimiser:
    """What of a document that may have `Wrong` in it can be known of its optimiser."""
    training = table_of(document, "training")
    name = training.get("optimiser")
    given = {key: Decimal(1) for key in OWNED & set(training)}
    known = OPTIMISERS.get(name) if isinstance(name, str) else None
    return (known or OPTIMISERS["sgd"]).variant(given, corrected=training.get(CORRECTION) is not False)
