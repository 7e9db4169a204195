"""What a kind of quantity looks like: the class that gives it its colour in formulas, tables and figures alike."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.core.program import Kind

# A colour only repeats what the symbol, the shape or the column beside it says. Constants have none.
CLASSES: Mapping[Kind, str] = {
    Kind.VALUE: "k-input",
    Kind.RAW: "k-input",
    Kind.INPUT: "k-input",
    Kind.TARGET: "k-target",
    Kind.WEIGHT: "k-weight",
    Kind.BIAS: "k-bias",
    Kind.RATE: "k-rate",
    Kind.PREACTIVATION: "k-preactivation",
    Kind.HIDDEN: "k-activation",
    Kind.OUTPUT: "k-activation",
    Kind.NODE: "k-activation",
    Kind.LOSS: "k-loss",
    Kind.BASELINE: "k-loss",
    Kind.LOCAL: "k-gradient",
    Kind.STATION: "k-gradient",
    Kind.TOTAL: "k-gradient",
    Kind.MOMENT: "k-gradient",
    Kind.DECAYED: "k-gradient",
}


def class_of(kind: Kind) -> str:
    """The class of a kind, "" for one that is written in the text's own colour."""
    return CLASSES.get(kind, "")
