"""The blocks that a page can ask for with `::: name arguments`: one table, a row for each."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.pages.blocks import (
    drawing,
    exercises,
    figures,
    ledger,
    listings,
    matrices,
    plots,
    questions,
    recorded,
    runs,
    sandbox,
    slips,
    spelled_out,
    steps,
    tables,
)
from explainer.pages.blocks.block import BlockKind, nothing_after
from explainer.pages.contrast import UNNAMED
from explainer.words.page_syntax import Block, Part
from explainer.words.questions import Question

# name, arguments as authors write them, what it becomes; and what makes it, `alone` where that needs no example
_ROWS = (
    BlockKind(
        "steps",
        ("z_1 h_1", "z_1 h_1 fade=1"),
        "these quantities, each explained and worked out; the last of them left to the reader",
        steps.steps,
    ),
    BlockKind("forward", ("", "after"), "a whole forward pass; the one after the last update", steps.forward),
    BlockKind("chain", ("dL/dw_1",), "a partial with all its factors", steps.chain),
    BlockKind("partials", ("",), "every parameter's partial, the derivation on demand", steps.partials),
    BlockKind("formulas", ("L_0",), "the lines of a quantity, without words", steps.formulas),
    BlockKind("identities", ("dL/dz3_1",), "a derivative and its short form", steps.identities),
    BlockKind("given", ("", "w_1 w_2"), "what was given: all of it, or these quantities", tables.given),
    BlockKind("data", ("",), "how inputs are prepared", steps.data),
    BlockKind("updates", ("",), "parameters before and after", tables.updates),
    BlockKind("run", ("", "w_1"), "the training run at its recorded epochs", tables.run),
    BlockKind("curve", ("", "h_1@1"), "the loss over the epochs of the run, or what it follows", figures.curve),
    BlockKind(
        "plot",
        (
            "sigmoid at z_1 z_2 tangent",
            "L over w_1 tangent after",
            "tanh from -3 to 3",
            "h_1 o_1 over x_1",
            "o_1 over h_1 at h_1 h_2",
            "L over w_1 through w_1 w_1#1",
        ),
        "a function, with points of the example on it; a quantity as one number varies; on a range; several quantities; with marks "
        "where that number would be as others are; with the steps of a course",
        plots.plot,
    ),
    BlockKind(
        "runs",
        ("training symmetry", "training symmetry log", "training symmetry rates", "training symmetry unnamed"),
        "the losses of several examples' runs in one figure; on a logarithmic axis; named by their learning rates; without names, "
        "for a question right after it",
        alone=runs.runs,
        of_examples=True,
    ),
    BlockKind(
        "trials",
        ("training symmetry", "training symmetry at 1 10 100"),
        "a table of these runs: learning rate, loss at first and at last; after these epochs",
        alone=runs.trials,
        of_examples=True,
    ),
    BlockKind("boundary", ("1 100 1000",), "the samples in the plane, and the decision boundary after these epochs", runs.boundary),
    BlockKind(
        "slips",
        ("", "dL/dw_1 dL/dw_3", "beside alice"),
        "how many derivatives each slip spoils; what it makes of these; beside another example",
        slips.slips,
        of_examples=True,
    ),
    BlockKind(
        "exercise",
        ("dL/dw_1 digits=4 open=2", "z_1"),
        "a quantity to be calculated, of which the last steps are open; each slip is named",
        exercises.exercise,
    ),
    BlockKind("check", ("", "z_1 h_1"), "one field to check any of these numbers in, or any of the walkthrough", exercises.check),
    BlockKind(
        "say",
        ("sign dL/dw_1", "order dL/dw_1 dL/dw_2", "which epoch"),
        "a question to answer before looking: which sign; which of two is larger in size; which of the choices in the lines that "
        "follow, as far as `:::`",
        exercises.say,
    ),
    BlockKind("quiz", ("10",), "the page's questions with choices, so many at a time", alone=questions.quiz),
    BlockKind("draw", ("mnist",), "a sheet to draw on, and what a trained network answers", alone=drawing.draw, of_networks=True),
    BlockKind("sandbox", ("",), "a small network to put together, to train and to take apart", alone=sandbox.workbench),
    BlockKind("twins", ("",), "neurons that no training can part", tables.twins),
    BlockKind(
        "figure",
        ("symbols", "values", "chain dL/dw_1", "sweep"),
        "the network, or formulas; the chain rule on it; every neuron's δ",
        figures.figure,
    ),
    BlockKind("layers", ("forward", "backward", "update", "z1 dL/dW2"), "all matrices of a pass; these", matrices.layers),
    BlockKind("entry", ("dL/dW2_3_1",), "one entry in full, its row and column marked", matrices.entry),
    BlockKind("activation", ("sigmoid", "sigmoid slope"), "its definition; its derivative", alone=spelled_out.activation),
    BlockKind("loss", ("binary_cross_entropy", "binary_cross_entropy slope"), "the same of a loss", alone=spelled_out.loss),
    BlockKind(
        "code",
        ("perceptron.py", "perceptron.py Layer", "perceptron.py Layer.backward"),
        "a file of `docs/code`, or classes and methods of it",
        alone=listings.code,
    ),
    BlockKind("download", ("perceptron.py",), "a link to a file of `docs/code`, to keep", alone=listings.download),
    BlockKind("output", ("train.txt", "train.txt 4 4"), "what a program printed; its first and last lines", alone=listings.output),
    BlockKind("points", ("picture.json",), "the picture of a trained network", alone=figures.points),
    BlockKind("ledger", ("mazur",), "a published walkthrough, recomputed", alone=ledger.ledger, of_ledgers=True),
    BlockKind("image", ("",), "the image that a recorded run is shown on", recorded.image),
    BlockKind("pixels", ("",), "the row of that image that is worked out, with the weights into a neuron", recorded.pixels),
    BlockKind("terms", ("z3_1",), "a sum of products, a row for each term", recorded.terms),
    BlockKind("shares", ("",), "what a recorded run’s network says of the image: a row for each class", recorded.shares),
    BlockKind(
        "progress",
        ("", "loss", "accuracy"),
        "the course of a recorded run, epoch by epoch; its losses as a curve; its accuracy",
        recorded.progress,
    ),
    BlockKind("weights", ("",), "the weights into some neurons as pictures, before and after a recorded run", recorded.weights),
    BlockKind("histograms", ("",), "how the weights of each layer are spread, before and after", recorded.histograms),
    BlockKind("confusion", ("",), "how often each class is taken for each", recorded.confusion),
    BlockKind("mistakes", ("4",), "the wrong answers of which the network is surest, with their images", recorded.mistakes),
    BlockKind("sizes", ("",), "gradients by their size, and how far the first update moves what has them", recorded.sizes),
    BlockKind(
        "compared", ("starts", "rates"), "recorded runs that differ in their start, or in their learning rate", recorded.compared
    ),
    BlockKind("certificate", ("",), "what was proven, where that is not at the end", alone=lambda _, names: nothing_after(names)),
)
BLOCKS: Mapping[str, BlockKind] = {row.name: row for row in _ROWS}
OF_EXAMPLES = tuple(row.name for row in _ROWS if row.of_examples)


def is_shown_for(part: Part) -> bool:
    """Is it a figure that the question after it is about?"""
    return isinstance(part, Block) and UNNAMED in part.arguments


def is_asked(part: Part) -> bool:
    """Does a page leave this to the reader, so that a worksheet asks for it?"""
    return isinstance(part, Question) or (isinstance(part, Block) and part.name in ("exercise", "say"))
