"""A sheet to draw a digit on, which a trained network answers: what a script needs for it, and one image that was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explainer.pages.asked import Sheet
from explainer.pages.blocks.block import BlockError
from explainer.pages.cells import image
from explainer.pages.scribe import Scribe
from explainer.words.numbers import MINUS, decimal_mark

SAYS = (
    *("surface", "hint", "clear", "undo", "pick", "number", "mistaken", "change", "missing"),
    *("of.strokes", "of.image", "of.both", "answer", "right", "wrong", "empty", "no.image", "changed", "unchanged"),
    *("bars", "sees", "sees.how", "first", "second", "fires", "ink", "ink.key", "slope", "slope.key", "strongest"),
    *("votes", "neuron", "activation", "weight", "vote", "lead"),
)
_SLOTS = (
    *("answer", "other", "probability", "next", "number", "count", "total", "label", "digit"),
    *("first", "last", "step", "most", "row", "column", "lead"),
)  # that the script fills
_NEAR = 0.0005  # to 0 or 1: such a probability is not called either


def draw(scribe: Scribe, names: Sequence[str]) -> str:
    """`::: draw mnist`: the network of that record. Without a script a page shows the first of its images, and the answer."""
    known = list(scribe.answering)
    if len(names) != 1 or names[0] not in known:
        expected = f"a trained network, with its record in docs/records and its data in docs/data: {', '.join(known) or '(none)'}"
        raise BlockError(" ".join(names) or "nothing", expected, right=known[0] if known else "")
    shown, writer = scribe.answering[names[0]], scribe.writer
    reason = scribe.catalogue.text("draw.literal").written

    def number(text: str) -> str:
        return writer.number(scribe.literal(text, reason))

    caption = scribe.sentence("draw.without.caption", {"number": number(str(shown.number)), "label": number(str(shown.label))})
    rows = [[number(str(digit)), _share(each, number)] for digit, each in enumerate(shown.probabilities)]
    without = [
        writer.paragraph(scribe.label("draw.without")),
        writer.figure(lambda: image(scribe, shown.ink), caption),
        writer.table([scribe.label("draw.digit"), scribe.label("draw.probability")], rows, [True, True]),
    ]
    slots = {name: writer.place("slot", "", name) for name in _SLOTS}
    says = {key: scribe.sentence(f"draw.{key}", slots) for key in SAYS}
    return writer.sheet(Sheet(shown.number, without, says, (decimal_mark(scribe.language), MINUS)))


def _share(probability: float, number: Callable[[str], str]) -> str:
    if probability > 1 - _NEAR:
        return f"&gt; {number('0.999')}"
    return f"&lt; {number('0.001')}" if probability < _NEAR else number(f"{probability:.3f}")
