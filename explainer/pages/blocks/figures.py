"""Blocks that are drawn: the network or the graph, the chain rule on it, curves of a run, points of two classes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from explainer.derivation.derivation import Derivation
from explainer.derivation.explanation import several
from explainer.examples.model import NetworkExample
from explainer.pages import chain_rule, curves, graph, network
from explainer.pages import points as plane
from explainer.pages.blocks.block import BlockError, resolved, run_of
from explainer.pages.blocks.listings import file_of
from explainer.pages.scribe import Scribe


def figure(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The network: `symbols`, `values` after the forward pass, or the chain rule on it: `::: figure chain dL/dw_1`."""
    if names[:1] == ["chain"]:
        return _chain_figure(scribe, derivation, names[1:])
    if names not in (["symbols"], ["values"]):
        raise BlockError(" ".join(names) or "nothing", "symbols, values, or chain with a partial")
    (style,) = names
    example, values = derivation.example, style == "values"
    if isinstance(example, NetworkExample):
        if not network.is_drawn(example):
            return ""
        return scribe.writer.figure(
            lambda: network.network(scribe, derivation, example, values=values),
            network_caption(
                scribe,
                example,
                style,
                labelled=values and network.has_labelled_links(scribe, derivation, example, values=True),
            ),
        )
    if not graph.is_drawn(derivation.program):
        return ""
    return scribe.writer.figure(
        lambda: graph.graph(scribe, derivation, values=values), scribe.label(f"figure.graph.{style}.caption")
    )


def network_caption(scribe: Scribe, example: NetworkExample, style: str, *, labelled: bool) -> str:
    """What a network's figure shows, of what this network has; `labelled` if there is room for the weights."""
    samples, values = len(example.used), style == "values"
    keys = [f"figure.{style}.caption"]
    keys += ["figure.values.caption.weights"] if labelled else []
    keys += [f"figure.{style}.caption.biases"] if network.has_biases(example) else []
    keys += ["figure.values.caption.samples"] if values and samples > 1 else []
    return scribe.spaced(scribe.sentence(key, {"count": scribe.count(samples)}, samples) for key in keys)


def _chain_figure(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    gradient = {partial: name for name, partial in derivation.program.gradients[0].items()} if derivation.program.gradients else {}
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one partial", right=f"chain {next(iter(gradient))}" if gradient else "")
    (partial,) = resolved(derivation, names, list(gradient), before="chain ")
    found = chain_rule.ways(derivation, gradient[partial])
    if not 0 < len(found) <= chain_rule.MOST:
        what = f"{partial} of {derivation.name}, with {len(found)} ways that could be drawn"
        raise BlockError(what, f"a network and one sample, neuron by neuron, with one to {chain_rule.MOST} ways")
    return scribe.writer.figure(
        lambda: chain_rule.on_network(scribe, derivation, gradient[partial], found),
        scribe.sentence(
            f"figure.chain.caption{several(len(found))}",
            {"target": scribe.symbol(derivation, partial), "count": scribe.count(len(found))},
            len(found),
        ),
    )


def curve(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The loss over the epochs of the training run, or with names the quantities that the run follows."""
    made = run_of(derivation)
    for name in names:
        if name not in made.schedule.followed:
            known = ", ".join(made.schedule.followed) or "(none)"
            raise BlockError(f"the quantity {name!r}", f"what the run follows: {known}", example=f'[training]\nfollow = ["{name}"]')
    shown = list(names) or list(made.schedule.loss.losses)
    key, count = ("follow", len(names)) if names else ("curve", len(made.schedule.example.data.samples))
    summed = not names and count > 1 and made.schedule.example.network.reduction == "sum"
    caption = scribe.label(f"figure.{key}.caption{'.sum' if summed else several(count)}")
    return scribe.writer.figure(lambda: curves.curve(scribe, derivation, made, shown), caption)


def points(scribe: Scribe, names: Sequence[str]) -> str:
    """The picture of a trained network: points of two classes, those held back, and where the answer changes."""
    picture = json.loads(file_of(scribe, names, ".json"))
    return scribe.writer.figure(lambda: plane.points(scribe, picture), scribe.label("points.caption"))
