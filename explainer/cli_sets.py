"""What the command line does with examples that have a data set: obtain it, train on it, and show what is recorded."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.core.errors import InputError, Problem
from explainer.core.text import FORMATS
from explainer.terminal import bar, progress, say

if TYPE_CHECKING:
    from explainer.examples.model import Example
    from explainer.training.run import Running, Tested


def train(example: Example, epochs: int, out: Path | None, *, record: bool) -> int:
    # The sums in a product of matrices depend on how threads share them: with one, a run is the same whatever the machine has.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from explainer import learning
    from explainer.datasets.places import recording
    from explainer.examples.model import SetExample
    from explainer.training.run import Running

    assert isinstance(example, SetExample)
    if record and (epochs or out):
        found = "--record with --epochs or --out"
        raise InputError(Problem("", "", found, "the run of the file as it is", recording(example.name)))
    tests = list[str]()

    def under_way(epoch: int, iteration: int, iterations: int, loss: float) -> None:
        progress(f"{bar(iteration, iterations)} epoch {epoch}, iteration {iteration:>4} of {iterations}, loss {loss:.4f}")

    def tell(seen: Running | Tested) -> None:
        if isinstance(seen, Running):
            say(f"epoch {seen.epoch}, iteration {seen.iteration:>4}: mean loss {seen.loss:.4f}")
        else:
            tests.append(f"test accuracy {seen.accuracy:.2f} %, {seen.errors} errors, loss {seen.loss:.4f}")
            say(f"{f'after epoch {seen.epoch}' if seen.epoch else 'at the start'}: {tests[-1]}")

    if record:
        written = learning.recorded(example, say=under_way, tell=tell)
    else:
        learning.trained(example, epochs, out, say=under_way, tell=tell)
        written = [out] if out else []
    progress("")
    for path in written:
        say(f"{path} is written")
    say(f"{tests[-1][0].upper()}{tests[-1][1:]}. Measured, in float32.")
    return 0


def show(example: Example, format: str) -> int:
    from explainer import learning
    from explainer.examples.model import SetExample

    assert isinstance(example, SetExample)
    if format != FORMATS[0]:
        found, expected = (
            f"--format {format} with a data set",
            f"{FORMATS[0]}: its numbers are too many to work them out one by one",
        )
        raise InputError(Problem(example.file, "", found, expected, f"explainer show {example.name}"))
    say(learning.told(example))
    return 0


def data(arguments: argparse.Namespace) -> int:
    from explainer import learning

    def under_way(file: str, done: int, total: int) -> None:
        progress(f"{bar(done, total)} {file}, {done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f}" if total else ""))

    folder = learning.obtained(arguments.set, arguments.source, under_way)
    progress("")
    say(f"{learning.data_set(arguments.set).title} is in {folder}, as published; now: explainer train {arguments.set}")
    return 0
