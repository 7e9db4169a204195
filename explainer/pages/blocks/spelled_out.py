"""Blocks on functions by themselves: what an activation or a loss is, and its derivative line by line."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.derivation.types import Line
from explainer.operations.expression import Symbol, spelled_out, working
from explainer.operations.vocabulary import ELEMENTWISE, LOSSES, OPERATIONS
from explainer.pages.blocks.block import BlockError
from explainer.pages.formula import tex_of
from explainer.pages.scribe import Scribe


def activation(scribe: Scribe, names: Sequence[str]) -> str:
    """An activation function's definition, or with `slope` its derivative line by line; both as the proof has them."""
    if not names or names[0] not in ELEMENTWISE or names[1:] not in ([], ["slope"]):
        raise BlockError(" ".join(names) or "nothing", f"one of {', '.join(ELEMENTWISE)}, and perhaps slope")
    name, *slope = names
    variable = Symbol("z")
    expressions = working(name, variable) if slope else (spelled_out(name, variable),)
    head = tex_of(OPERATIONS[name].head) + ("'(z)" if slope else "(z)")
    return scribe.writer.math(scribe.equation(head, [Line("=", expression) for expression in expressions]), display=True)


def loss(scribe: Scribe, names: Sequence[str]) -> str:
    """A cross-entropy's definition for one output, or with `slope` its derivative line by line; both as the proof has them."""
    worked = list(LOSSES)
    if not names or names[0] not in worked or names[1:] not in ([], ["slope"]):
        raise BlockError(" ".join(names) or "nothing", f"one of {', '.join(worked)}, and perhaps slope")
    name, *slope = names
    leaves = (Symbol("y"), Symbol(r"\hat{y}"))
    expressions = working(name, *leaves) if slope else (spelled_out(name, *leaves),)
    head = r"\frac{\partial L}{\partial \hat{y}}" if slope else "L"
    return scribe.writer.math(scribe.equation(head, [Line("=", expression) for expression in expressions]), display=True)
