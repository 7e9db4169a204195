"""Blocks of a recorded run: an image and what becomes of it, the course of the training, and what was measured after it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import islice

from explainer.core.digits import Shown
from explainer.core.names import at_epoch, partial_name
from explainer.derivation.derivation import Derivation
from explainer.derivation.lines import printed_operands
from explainer.derivation.types import Line
from explainer.examples.recorded import Picture, RecordedExample
from explainer.operations.expression import Number
from explainer.operations.sums import split
from explainer.pages import bitmap, measured
from explainer.pages.blocks.block import BlockError, nothing_after, resolved
from explainer.pages.scribe import Scribe

LARGE, SMALL = 224, 48  # the width of an image
SHEET = 8  # pictures of weights side by side
SHEETS = 32  # in all
MOST_MISTAKES = 24
_EXAMPLE = '[data]\nset = "mnist"'


def of(derivation: Derivation) -> RecordedExample:
    """The run that a block is about.

    Raises:
        BlockError: the example has none that was recorded.
    """
    if not isinstance(derivation.example, RecordedExample):
        found = f"{derivation.name}, an example that is not trained on a data set"
        raise BlockError(found, "one whose training was recorded", example=_EXAMPLE)
    return derivation.example


def _side(example: RecordedExample) -> int:
    return int(example.layers[0] ** 0.5)


def _figure(scribe: Scribe, picture: Picture, side: int, width: int) -> str:
    return scribe.writer.image(bitmap.grey(picture.pixels, side), scribe.catalogue.text("recorded.image.alt"), width)


def image(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: image`: the image that is worked out."""
    nothing_after(names)
    example, side = of(derivation), _side(of(derivation))
    values = {"size": scribe.count(side), "label": scribe.count(example.picture.label)}
    caption = scribe.sentence("recorded.image.caption", values, side)
    return scribe.writer.figure(lambda: _figure(scribe, example.picture, side, LARGE), caption)


def pixels(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: pixels`: the row of the image that is worked out: as stored, normalised, and the weights into the neuron."""
    nothing_after(names)
    example, side = of(derivation), _side(of(derivation))
    row = (example.pixel - 1) // side
    columns = [("raw", "recorded.row.raw"), ("x", "recorded.row.signal")]
    header = [scribe.label("recorded.row.place"), *(scribe.label(key) for _, key in columns), scribe.label("recorded.row.weight")]
    rows = []
    for pixel in range(side * row + 1, side * row + side + 1):
        cells = [scribe.number(derivation, f"{letter}_{pixel}") for letter, _ in columns]
        rows.append([scribe.count(pixel), *cells, scribe.number(derivation, f"W1_{example.neuron}_{pixel}")])
    return scribe.writer.table(header, rows, [True] * len(header))


def terms(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: terms z3_5`: a sum of products, a row for each term, with digits that give the printed sum."""
    example = of(derivation)
    sums = [equation.target for equation in derivation.program.equations if equation.operation in ("affine", "sum_of_products")]
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one sum of products", right=sums[0])
    (name,) = resolved(derivation, names, sums)
    equation = derivation.program.equation_of[name]
    operands = printed_operands(derivation, equation)
    assert operands is not None, (example.name, name)
    shown = dict(zip(equation.operands, operands, strict=True))
    pairs = split(equation.operands, equation.static)
    rows = []
    for pair in pairs:
        cells = [
            part for factor in pair for part in (scribe.symbol(derivation, factor), _number(scribe, derivation, factor, shown))
        ]
        rows.append([*cells, *["", ""] * (max(map(len, pairs)) - len(pair))])
    width = len(rows[0])
    symbol, number = scribe.label("column.quantity"), scribe.label("column.value")
    table = scribe.writer.table([symbol, number] * (width // 2), rows, [False, True] * (width // 2))
    result = derivation.shown[name]
    formula = scribe.quantity(derivation, name, [Line(result.relation, Number(name, result))])
    title = scribe.sentence("recorded.terms", {"target": scribe.symbol(derivation, name)})
    return scribe.writer.details(scribe.writer.math(formula), title, table, "")


def _number(scribe: Scribe, derivation: Derivation, name: str, shown: dict[str, Shown]) -> str:
    return scribe.writer.number(scribe.printed(derivation, name, shown[name]))


def shares(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: shares`: a row for each class: its sum, its share, the share less the target, and the share after the training."""
    nothing_after(names)
    example = of(derivation)
    keys = ("class", "logit", "share", "blame", "share.after")
    rows = []
    for digit in range(example.layers[-1]):
        logit, share = f"z3_{digit}", f"p_{digit}"
        columns = (logit, share, partial_name("L", logit), at_epoch(share, example.epochs))
        rows.append([scribe.count(digit), *(scribe.number(derivation, name) for name in columns)])
    header = [scribe.label(f"recorded.{key}") for key in keys]
    return scribe.writer.table(header, rows, [True] * len(keys), headed=True)


def progress(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: progress loss`, `::: progress accuracy`: the course of the training as a figure; `::: progress`: as a table."""
    example = of(derivation)
    if not names:
        stems = ("accuracy", "test_errors", "test_loss")
        header = [scribe.label(key) for key in ("column.epoch", "recorded.accuracy", "recorded.errors", "recorded.loss.test")]
        rows = [
            [scribe.count(epoch), *(scribe.number(derivation, at_epoch(stem, epoch)) for stem in stems)]
            for epoch in range(example.epochs + 1)
        ]
        return scribe.writer.table(header, rows, [True] * len(header))
    if list(names) == ["loss"]:
        caption = scribe.sentence("recorded.progress.loss.caption", {"every": scribe.count(example.every)}, example.every)
        return scribe.writer.figure(lambda: measured.loss(scribe, derivation, example), caption)
    if list(names) == ["accuracy"]:
        caption = scribe.label("recorded.progress.accuracy.caption")
        return scribe.writer.figure(lambda: measured.accuracy(scribe, derivation, example), caption)
    raise BlockError(" ".join(names), "loss, accuracy, or nothing", right="loss")


def weights(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: weights`: those into the first neurons of the first layer as pictures, before and after the training."""
    nothing_after(names)
    example, side = of(derivation), _side(of(derivation))
    count = min(SHEETS, example.layers[1])
    size = example.layers[0]

    def drawn(key: str, parameters: bytes) -> str:
        numbers = [struct.unpack_from(f"<{size}f", parameters, 4 * size * neuron) for neuron in range(count)]
        largest = sorted(abs(number) for row in numbers for number in row)[int(0.995 * count * size)]
        sheet = bitmap.sheet([bitmap.signed(row, largest) for row in numbers], side, min(SHEET, count))
        return scribe.writer.image(sheet, scribe.catalogue.text(key), SHEET * (side + 2) - 2, "ex-sheet")

    pictures = (("recorded.weights.before.alt", example.start), ("recorded.weights.after.alt", example.trained))
    caption = scribe.sentence("recorded.weights.caption", {"count": scribe.count(count)}, count)
    return scribe.writer.figure(lambda: " ".join(drawn(*each) for each in pictures), caption)


def histograms(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: histograms`: how the weights of each layer are spread, before and after the training."""
    nothing_after(names)
    found = of(derivation).histograms
    return scribe.writer.figure(lambda: measured.histograms(scribe, found), scribe.label("recorded.histograms.caption"))


def confusion(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: confusion`: how often each class is taken for each."""
    nothing_after(names)
    classes = range(of(derivation).layers[-1])
    rows = []
    for digit in classes:
        cells = []
        for answer in classes:
            name = f"confusion_{digit}_{answer}"
            cells.append(scribe.number(derivation, name) if derivation.enclosure(name).lower else "")
        rows.append([scribe.count(digit), *cells])
    header = [scribe.label("recorded.confusion.label"), *(scribe.count(answer) for answer in classes)]
    table = scribe.writer.table(header, rows, [True] * len(header), headed=True)
    return f"{table}\n\n{scribe.writer.paragraph(scribe.label('recorded.confusion.caption'))}"


def mistakes(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: mistakes 8`: the wrong answers of which the network is surest, with their images."""
    example = of(derivation)
    most = min(len(example.mistakes), MOST_MISTAKES)
    if len(names) != 1 or not names[0].isascii() or not names[0].isdecimal() or not 1 <= int(names[0]) <= most:
        raise BlockError(" ".join(names) or "nothing", f"how many, from 1 to {most}", right=str(min(8, most)))
    found = list(islice(example.mistakes, int(names[0])))
    side = _side(example)
    header = [scribe.label("recorded.mistakes.image"), *(_figure(scribe, picture, side, SMALL) for picture in found)]
    rows = [
        [scribe.label("recorded.mistakes.label"), *(scribe.count(picture.label) for picture in found)],
        [scribe.label("recorded.mistakes.answer"), *(scribe.count(picture.answer) for picture in found)],
        [
            scribe.label("recorded.mistakes.share"),
            *(scribe.number(derivation, f"mistake_{number}") for number in range(1, len(found) + 1)),
        ],
    ]
    return scribe.writer.table(header, rows, [False, *[True] * len(found)], headed=True)


def sizes(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: sizes`: how many parameters have gradients of which size, and how far the first update moves them."""
    nothing_after(names)
    stems = ("size_low", "size_count", "size_step", "size_descent")
    header = [scribe.label(f"recorded.sizes.{key}") for key in ("low", "count", "step", "descent")]
    rows = [[scribe.number(derivation, f"{stem}_{number}") for stem in stems] for number in range(1, len(of(derivation).sizes) + 1)]
    return scribe.writer.table(header, rows, [True] * len(stems))


def compared(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: compared starts`, `::: compared rates`: the losses of runs that differ in one thing."""
    example = of(derivation)
    if list(names) not in (["starts"], ["rates"]):
        raise BlockError(" ".join(names) or "nothing", "starts or rates", right="starts")
    kind = names[0].removesuffix("s")
    trials = getattr(example, names[0])
    caption = scribe.label(f"recorded.compared.{names[0]}.caption")
    return scribe.writer.figure(lambda: measured.compared(scribe, derivation, trials, kind), caption)
