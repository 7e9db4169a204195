"""Blocks on training runs beside each other, and on what a run makes of the plane of two inputs."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.core.names import at_epoch
from explainer.derivation.derivation import Derivation
from explainer.pages import boundaries, contrast
from explainer.pages.blocks.block import BlockError, examples_of, run_of
from explainer.pages.contrast import RATES, UNNAMED
from explainer.pages.scribe import Scribe

LOG, AT = "log", "at"


def runs(scribe: Scribe, names: Sequence[str]) -> str:
    """`::: runs too-low right too-high`: the loss over the epochs of each.

    `log` is for the axis; `rates` names them by their learning rates, and `unnamed` leaves it to the reader which is which.
    """
    derivations, flags = examples_of(scribe, names, (LOG, RATES, UNNAMED), _has_run)
    right = " ".join(derivation.name for derivation in derivations)
    if not set(flags) <= {LOG, RATES, UNNAMED} or len(set(flags)) != len(flags) or {RATES, UNNAMED} <= set(flags):
        raise BlockError(" ".join(flags), "log, and rates or unnamed, each once at most, after the examples", right=right)
    if len(derivations) > contrast.MOST:
        few = " ".join(derivation.name for derivation in derivations[: contrast.MOST])
        raise BlockError(f"{len(derivations)} examples", f"at most {contrast.MOST}", right=few)
    for derivation in derivations:
        run_of(derivation)
        if LOG in flags and (zero := contrast.first_zero(derivation)) is not None:
            found = f"{derivation.name}, whose loss is not above zero after epoch {zero}, on a logarithmic axis"
            raise BlockError(found, "losses above zero, or an axis without log", right=right)
    captions = [scribe.sentence("figure.runs.caption", {"count": scribe.count(len(derivations))}, len(derivations))]
    captions += [scribe.label("figure.runs.caption.logarithmic")] if LOG in flags else []
    named = next((flag for flag in flags if flag != LOG), "")
    return scribe.writer.figure(
        lambda: contrast.runs(scribe, derivations, logarithmic=LOG in flags, named=named), scribe.spaced(captions)
    )


def trials(scribe: Scribe, names: Sequence[str]) -> str:
    """A table of runs: the learning rate of each, and its losses, after the epochs that are asked for or that all have recorded."""
    derivations, words = examples_of(scribe, names, (AT,), _has_run)
    made = [run_of(derivation) for derivation in derivations]
    right = " ".join(derivation.name for derivation in derivations)
    kept = [epoch for epoch in made[0].schedule.kept if all(epoch in run.schedule.kept for run in made)]
    usual = sorted({0, kept[-1], *(epoch for epoch in made[0].schedule.record if epoch in kept)})
    epochs = [_epoch(word, kept, f"{right} at {kept[-1]}") for word in words[1:]] if words else usual
    if not epochs:
        raise BlockError("at without epochs", "the epochs after which the losses are to be told", right=f"{right} at {kept[-1]}")
    first, (loss,) = derivations[0], made[0].schedule.loss.losses
    symbols = [contrast.rate_of(first), *(at_epoch(loss, epoch) for epoch in epochs)]
    header = [scribe.label("column.example"), *(scribe.symbol(first, name) for name in symbols)]
    rows = []
    for derivation, run in zip(derivations, made, strict=True):
        (loss,) = run.schedule.loss.losses
        losses = [scribe.number(derivation, at_epoch(loss, epoch)) for epoch in epochs]
        title = scribe.writer.text(scribe.catalogue.title_of(derivation.example))
        rows.append([title, scribe.number(derivation, contrast.rate_of(derivation)), *losses])
    return scribe.writer.table(header, rows, [False, *[True] * (len(epochs) + 1)])


def _has_run(derivation: Derivation) -> bool:
    return derivation.run is not None


def _epoch(word: str, kept: Sequence[int], right: str) -> int:
    if not word.isascii() or not word.isdecimal() or len(word) > 9 or int(word) not in kept:
        some = ", ".join(map(str, kept[:6])) + (f" … {kept[-1]}" if len(kept) > 6 else "")
        raise BlockError(f"the epoch {word!r}, which was not recorded", f"one that was: {some}", right=right)
    return int(word)


def boundary(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The samples in the plane of the two inputs, and the network's decision boundary after each of these epochs."""
    run = run_of(derivation)
    example = run.schedule.example
    inputs, outputs = example.network.layers[0], example.network.layers[-1]
    if inputs != 2 or outputs != 1:
        found = f"{derivation.name}, a network with {inputs} inputs and {outputs} outputs"
        raise BlockError(found, "a network with two inputs and one output", example="[network]\nlayers = [2, 2, 1]")
    targets = {sample.target[0] for sample in example.data.samples}
    if len(targets) != 2:
        found = f"{derivation.name}, whose samples have {len(targets)} different targets"
        raise BlockError(found, "two, between which there is a boundary", example="[[data.samples]]\ntarget = [1]")
    kept = [0, *run.schedule.record]
    if not names:
        raise BlockError("nothing", "epochs that the run has recorded", right=str(kept[-1]))
    if len(names) > boundaries.MOST:
        raise BlockError(f"{len(names)} epochs", f"at most {boundaries.MOST}", right=str(kept[-1]))
    epochs = sorted({_epoch(name, kept, str(kept[-1])) for name in names})
    captions = [scribe.label("figure.boundary.caption")]
    captions += [scribe.label("figure.boundary.caption.queries")] if example.data.queries else []
    return scribe.writer.figure(lambda: boundaries.boundary(scribe, run, epochs), scribe.spaced(captions))
