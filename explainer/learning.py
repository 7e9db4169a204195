"""What is learnt from data sets: they are obtained, networks are trained on them, and what is kept of a run is told and judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.core.errors import InputError, Problem
from explainer.datasets import obtain
from explainer.datasets.places import DATA, RECORDS, SETS, DataSet
from explainer.examples.model import SetExample
from explainer.site.project import find_root

if TYPE_CHECKING:
    from explainer.training.run import Running, Say, Tested, Trained


def data_set(name: str) -> DataSet:
    """A data set by its name.

    Raises:
        InputError: there is none of this name.
    """
    if name not in SETS:
        raise InputError(Problem("", "", f"no data set {name!r}", f"one of {', '.join(SETS)}", "explainer data mnist"))
    return SETS[name]


def obtained(name: str, source: Path | None = None, progress: obtain.Progress = lambda *_: None) -> Path:
    """Have the files of a data set in the cache: from a folder, or from elsewhere; returns the folder where they are.

    Raises:
        InputError: they cannot be had, or are not what was published.
        OSError: they cannot be written.
    """
    return obtain.obtain(data_set(name), source, progress=progress)


def trained(
    example: SetExample,
    epochs: int = 0,
    out: Path | None = None,
    *,
    say: Say = lambda *_: None,
    tell: Callable[[Running | Tested], None] = lambda _: None,
) -> Trained:
    """Train an example on its data set; with `out`, keep the weights there as safetensors.

    Raises:
        InputError: the data set is not there, or is not what was published.
        NumericError: the run diverges.
    """
    from explainer.training import weights
    from explainer.training.run import train

    images = obtain.load(SETS[example.data.set])
    run = train(example, images, epochs, say, tell)
    if out:
        weights.save(out, run.weights)
    return run


def recorded(
    example: SetExample,
    root: Path | None = None,
    *,
    say: Say = lambda *_: None,
    tell: Callable[[Running | Tested], None] = lambda _: None,
) -> list[Path]:
    """Train an example, measure what its record says, and write record, weights and sample into the project: which files.

    Raises:
        InputError: the data set is not there, or is not what was published, or the example is none of the project.
        NumericError: the run diverges.
    """
    from explainer.datasets import sample
    from explainer.training import measure, record, weights
    from explainer.training.run import train

    root, of = root or find_root(Path.cwd()), SETS[example.data.set]
    images = obtain.load(of)
    gradients = measure.Gradients()
    run = train(example, images, 0, say, tell, gradients)
    found = measure.recorded(example, images, run, gradients, say)
    files = [root / RECORDS / f"{example.name}.{ending}" for ending in ("json", "safetensors")]
    record.write(files[0], found)
    weights.save(files[1], run.weights)
    sample.save(of, root / DATA / of.name, sample.taken(images, [mistake.index for mistake in found.mistakes]))
    return [*files, root / DATA / of.name]


def told(example: SetExample) -> str:
    """What the record of an example's run says, as a table. It is beside the example's folder, in `records`.

    Raises:
        InputError: there is none, or it is none, or that of other settings.
    """
    from explainer.training import record

    found = record.read(Path(example.file).absolute().parent.parent / RECORDS.name / f"{example.name}.json")
    if problems := record.settings_problems(example, found, f"{RECORDS.as_posix()}/{example.name}.json"):
        raise InputError(problems)
    layers = "-".join(map(str, example.network.layers))
    lines = [
        f"A {layers} network with {found.parameters:,} parameters, trained on {SETS[example.data.set].title}.",
        f"Measured by {', '.join(f'{name} {number}' for name, number in found.versions.items())}.",
        "",
        f"{'epoch':>5}  {'test accuracy':>13}  {'test loss':>9}  {'errors':>6}",
    ]
    lines += [f"{each.epoch:>5}  {each.accuracy:>11.2f} %  {each.loss:>9.4f}  {each.errors:>6}" for each in found.tests]
    return "\n".join(lines)
