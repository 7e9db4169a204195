"""A sandbox: a small network that a reader puts together, trains and takes apart, by a script; what that needs, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explainer.live.printed import dumps
from explainer.live.vocabulary import ACTIVATIONS, FIRST, INPUTS, LOSSES, OUTPUTS, SECOND, parsed, vocabulary
from explainer.pages.asked import OF_FIELDS, Workbench
from explainer.pages.blocks.block import nothing_after
from explainer.pages.patterns import between, patterns
from explainer.pages.scribe import Scribe
from explainer.words.numbers import marks

SAMPLES = 40  # that may be typed
SETS: Mapping[str, Sequence[tuple[Sequence[str], Sequence[str]]]] = {
    "people": ((("-2", "-1"), ("1",)), (("25", "6"), ("0",)), (("17", "4"), ("0",)), (("-15", "-6"), ("1",))),
    "xor": ((("0", "0"), ("0",)), (("0", "1"), ("1",)), (("1", "0"), ("1",)), (("1", "1"), ("0",))),
    "rings": tuple(
        (inputs, (str(place % 2),))
        for place, inputs in enumerate((
            ("-1.38", "-0.66"), ("-0.12", "0.24"), ("-1.8", "-1.21"), ("-0.01", "0.01"), ("-1.64", "1.33"), ("0.7", "-0.58"),
            ("0.36", "2.47"), ("-0.52", "-0.51"), ("1.89", "1.1"), ("0.46", "-0.81"), ("0.51", "-2.13"), ("0", "0"),
            ("1.17", "-1.15"), ("0.03", "0.01"), ("-1.04", "1.74"), ("0.1", "0.14"), ("-1.89", "0.61"), ("0.16", "-0.52"),
            ("0.3", "2.42"), ("0.4", "0.14"),
        ))
    ),
    "points": ((("-1", "0.5"), ("0",)), (("1", "-0.5"), ("1",))),
}  # fmt: skip
SAYS = (
    *("settings", "data", *(f"data.{name}" for name in (*SETS, "typed")), "typed", "typed.hint", "first", "second", "nothing"),
    *("hidden", "output", "loss", *(f"is.{name}" for name in (*ACTIVATIONS, "softmax", *LOSSES)), "start", "rate"),
    *("wrong.count", "wrong.form", "wrong.number", "wrong.alike", "wrong.targets", "wrong.rate", "wrong.whole", "ignored"),
    *("training", "back", "step", "epoch", "play", "pause", "restart", "speed", "slow", "fast", "fastest", "goto"),
    *("at", "next", "last", "stopped", "network", "network.how", "plane", "plane.how", "curve", "curve.how"),
    *("answers", "sample", "inputs", "target", "answer", "open", "close", "opened", "rounded", "calculated", "large"),
    *("forward", "backward", "update", "after", "save", "saved", "download"),
)
_SLOTS = ("line", "most", "inputs", "outputs", "example", "step", "epoch", "loss", "sample", "low", "high", "file")


def workbench(scribe: Scribe, names: Sequence[str]) -> str:
    """`::: sandbox`: without a script a page says what would be here."""
    nothing_after(names)
    language, slots = scribe.language, {name: scribe.writer.place("slot", "", name) for name in _SLOTS}
    says = {key: scribe.sentence(f"sandbox.{key}", slots) for key in SAYS}
    says |= {f"wrong.{key}": scribe.label(f"exercise.{key}") for key in OF_FIELDS}
    without = scribe.writer.paragraph(scribe.label("sandbox.without"))
    written = marks(language) | {"space": "" if language.unspaced else " "}  # between sentences
    return scribe.writer.workbench(Workbench(dumps(data(language.times) | written), without, says))


def data(times: str) -> dict[str, Any]:
    """All but words and marks: rows as trees and as patterns, data sets, and limits."""
    rows = vocabulary()
    sums = ("affine ", "sum_of_products ")  # which a script writes itself
    return {
        "vocabulary": rows,
        "patterns": patterns([parsed(key) for key in rows["rows"] if not key.startswith(sums)], times),
        "between": between(times),
        "data": {name: [{"inputs": inputs, "target": target} for inputs, target in samples] for name, samples in SETS.items()},
        "limits": {"inputs": INPUTS, "hidden": [FIRST, SECOND], "outputs": OUTPUTS, "samples": SAMPLES},
        "activations": ACTIVATIONS,
        "losses": LOSSES,
    }
