"""A recorded run as a reader meets it: one image through the network and back, proven, beside what was measured.

Of a network of a hundred thousand parameters only what pages speak of has a name: a neuron of the first layer in full, the sums
of the last one, what comes back to a weight, and that weight's first updates. Outputs are numbered by their classes, from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from explainer.compose.optimisers import start, update
from explainer.core.digits import Enclosure, show
from explainer.core.errors import NumericError, Problem
from explainer.core.names import after, at_epoch, kept, parse, partial_name
from explainer.core.program import PARTIALS, Equation, Kind, Program, Quantity
from explainer.derivation.derivation import Derivation
from explainer.derivation.lines import lines_of
from explainer.derivation.types import MEASURED, Step
from explainer.examples.recorded import RecordedExample
from explainer.operations import symbols
from explainer.proof.certificate import HELD, Certificate
from explainer.proof.prove import Proof

if TYPE_CHECKING:
    from explainer.proof.enclosure import Ball
    from explainer.proof.image import Gradients, Layer, Pass

WHITE = 255  # the largest number of a pixel
_COUNTS = (
    *("images", "tested", "batch", "epochs", "iterations", "updates", "parameters", "weights", "pixels", "white"),
    *("shut1", "shut2", "zeros"),
)


@dataclass(frozen=True)
class RecordedDerivation(Derivation):
    """What is proven of a recorded run, and what was measured of it."""

    measured: Mapping[str, Decimal] = field(default_factory=dict)
    recorded: RecordedExample | None = None

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        return {**self.program.quantities, **measured_quantities(self.measured)}

    def provenance(self, name: str) -> str:
        return MEASURED if name in self.measured else super().provenance(name)

    def enclosure(self, name: str) -> Enclosure:
        return Enclosure.exact(self.measured[name]) if name in self.measured else super().enclosure(name)

    def _step(self, equation: Equation) -> Step:
        """Derivatives are explained by what is done: how they come about is for the page to say."""
        if self.program.quantities[equation.target].kind in (*PARTIALS, Kind.PREACTIVATION, Kind.COUNT):
            lines, note = lines_of(self, equation)
            return Step(equation.target, (self._explainer.done(equation), *note), lines)
        return super()._step(equation)


def measured_quantities(measured: Mapping[str, Decimal]) -> dict[str, Quantity]:
    def kind(name: str) -> Kind:
        return Kind.LOSS if "loss" in name else Kind.COUNT

    return {name: Quantity(name, kind(name), symbols.symbol(name, kind(name))) for name in measured}


class _Draft:
    """The list of equations that pages print, as it grows."""

    def __init__(self, example: RecordedExample) -> None:
        self.example = example
        self.quantities: dict[str, Quantity] = {}
        self.equations: list[Equation] = []

    def declare(self, name: str, kind: Kind, symbol: str = "") -> str:
        if name not in self.quantities:
            steps = len(self.example.followed.gradients)
            self.quantities[name] = Quantity(name, kind, symbol or symbols.symbol(name, kind, steps))
        return name

    def state(self, target: str, operation: str, operands: list[str], static: tuple[int, ...] = ()) -> None:
        self.equations.append(Equation(target, operation, tuple(operands), static))

    def partial(self, by: str, kind: Kind) -> str:
        """The derivative of the loss by a quantity, which need not be one of ours."""
        name, loss = partial_name("L", by), self.quantities["L"]
        if name not in self.quantities:
            tex = symbols.partial(loss.symbol, symbols.symbol(by, kind))
            self.quantities[name] = Quantity(name, Kind.TOTAL, tex, of="L", by=by)
        return name


def program_of(example: RecordedExample, row: int, open_above: tuple[int, ...]) -> Program:
    """The equations: `row` of the image is written out; these neurons of the second hidden layer are open."""
    draft, side = _Draft(example), _side(example)
    classes, neuron, own_pixel = range(example.layers[-1]), example.neuron, example.pixel
    for name in ("mean", "deviation"):
        draft.declare(name, Kind.VALUE)
    for name in _COUNTS:
        draft.declare(name, Kind.COUNT)
    for number in range(1, len(example.rates) + 1):
        draft.declare(f"rate_{number}", Kind.RATE)
    for number in range(1, len(example.sizes) + 1):
        draft.declare(f"size_low_{number}", Kind.TOTAL)
    draft.state("updates", "product", ["epochs", "iterations"])
    draft.declare("batches", Kind.COUNT)
    draft.state("batches", "quotient", ["images", "batch"])
    # one neuron of the first layer, row by row of the image
    bias = draft.declare(f"b1_{neuron}", Kind.BIAS)
    rows = [draft.declare(f"t1_{neuron}_{number}", Kind.PREACTIVATION) for number in range(1, side + 1)]
    pixels = range(side * (row - 1) + 1, side * row + 1)
    for pixel in pixels:
        draft.declare(f"raw_{pixel}", Kind.RAW)
    terms = [(draft.declare(f"W1_{neuron}_{j}", Kind.WEIGHT), draft.declare(f"x_{j}", Kind.INPUT)) for j in pixels]
    draft.state(rows[row - 1], "sum_of_products", [name for term in terms for name in term], (2,) * side)
    total = draft.declare(f"z1_{neuron}", Kind.PREACTIVATION)
    draft.state(total, "sum_of_products", [*rows, bias], (1,) * (side + 1))
    # the sums of the last layer, over the neurons below that are open
    for digit in classes:
        draft.declare(f"z3_{digit}", Kind.PREACTIVATION)
    for digit in (example.picture.label,):
        inner = [(draft.declare(f"W3_{digit}_{m}", Kind.WEIGHT), draft.declare(f"a2_{m}", Kind.HIDDEN)) for m in open_above]
        own = draft.declare(f"b3_{digit}", Kind.BIAS)
        draft.state(f"z3_{digit}", "affine", [*(name for term in inner for name in term), own], (*[2] * len(inner), 1))
    logits = [f"z3_{digit}" for digit in classes]
    for digit in classes:
        draft.declare(f"p_{digit}", Kind.OUTPUT)
        draft.state(f"p_{digit}", "softmax", logits, (digit,))
        draft.declare(f"y_{digit}", Kind.TARGET)
    draft.declare("L", Kind.LOSS)
    pairs = [name for digit in classes for name in (f"y_{digit}", f"z3_{digit}")]
    draft.state("L", "categorical_cross_entropy_logits", pairs)
    # back: p − y, and what arrives at the neuron and at its weight
    for digit in classes:
        draft.state(draft.partial(f"z3_{digit}", Kind.PREACTIVATION), "difference", [f"p_{digit}", f"y_{digit}"])
    terms = [(draft.declare(f"W2_{m}_{neuron}", Kind.WEIGHT), draft.partial(f"z2_{m}", Kind.PREACTIVATION)) for m in open_above]
    arrived = draft.partial(f"a1_{neuron}", Kind.HIDDEN)
    draft.state(arrived, "sum_of_products", [name for term in terms for name in term], (2,) * len(terms))
    blame, weight = draft.partial(f"z1_{neuron}", Kind.PREACTIVATION), f"W1_{neuron}_{own_pixel}"
    draft.state(blame, "copy", [arrived])
    draft.declare(weight, Kind.WEIGHT)
    draft.declare(f"raw_{own_pixel}", Kind.RAW)
    draft.state(draft.partial(weight, Kind.WEIGHT), "sum_of_products", [blame, draft.declare(f"x_{own_pixel}", Kind.INPUT)], (2,))
    # the same image after the training
    for digit in classes:
        draft.declare(at_epoch(f"z3_{digit}", example.epochs), Kind.PREACTIVATION)
        draft.declare(at_epoch(f"p_{digit}", example.epochs), Kind.OUTPUT)
    draft.declare(at_epoch("L", example.epochs), Kind.LOSS)
    program = Program(draft.quantities, {}, tuple(draft.equations))
    return _with_updates(program, draft)


def _with_updates(program: Program, draft: _Draft) -> Program:
    """The first updates of the followed weight, from the gradients that the run has had: means over batches."""
    example, training = draft.example, draft.example.training
    assert training is not None
    weight = draft.declare(example.followed.name, Kind.WEIGHT)
    tex = draft.quantities[weight].symbol
    steps = len(example.followed.gradients)
    draft.declare("eta", Kind.RATE)
    for name, constant in training.rule.constants.items():
        draft.declare(name, Kind.RATE, constant.symbol)
    for _, quantity in start({weight: tex}, training):
        draft.declare(quantity.name, quantity.kind, quantity.symbol)
    gradients = []
    for step in range(steps):
        name = after(kept("g", weight), step)
        draft.declare(name, Kind.MOMENT, symbols.kept("g", tex, name, steps))
        gradients.append({after(weight, step): name})
    program = replace(program, quantities=draft.quantities, gradients=tuple(gradients))
    for step in range(steps):
        program = update(program, training, step, steps)
    return program


def _side(example: RecordedExample) -> int:
    return int(example.layers[0] ** 0.5)


def derive(example: RecordedExample) -> RecordedDerivation:
    """Prove the numbers of an image and of a weight's first updates, and put beside them what was measured.

    Raises:
        NumericError: digits stay undecided, or the neuron that is followed is shut for this image.
    """
    from explainer.proof import image

    program, values = _evaluated(example)
    found, bits = image.enclosures(values, program, example.digits, example.file)
    certificate = Certificate((), HELD, len(program.equations), 0)
    return put_together(example, program, Proof(certificate, found, bits, ()))


def composed(example: RecordedExample) -> Program:
    return _evaluated(example)[0]


def put_together(example: RecordedExample, program: Program, proof: Proof) -> RecordedDerivation:
    measured = example.measured
    shown = {name: show(proof.enclosures[name], example.digits) for name in program.quantities}
    shown |= {name: show(Enclosure.exact(value), example.digits) for name, value in measured.items()}
    printed = {name: item for name, item in shown.items() if item is not None}
    assert len(printed) == len(shown), [name for name, item in shown.items() if item is None]
    return RecordedDerivation(example, program, proof, printed, measured=measured, recorded=example)


def _evaluated(example: RecordedExample) -> tuple[Program, Callable[[], dict[str, Ball]]]:
    """The list of equations, and what calculates the numbers that it begins with, and those it is held against."""
    from explainer.proof import image
    from explainer.proof.enclosure import START_BITS, precision, rational

    side, label = _side(example), example.picture.label
    row = (example.pixel - 1) // side + 1
    pixels = image.signal(example.picture.pixels, rational(example.mean), rational(example.deviation))

    def starting() -> tuple[Layer, ...]:
        return image.layers_of(example.start, example.layers, rational(example.drawn_to))

    def passes() -> tuple[Pass, Gradients, Pass]:
        before, after_all = starting(), image.layers_of(example.trained, example.layers)
        made = image.forward(before, pixels, label)
        return made, image.backward(before, made, label), image.forward(after_all, pixels, label)

    with precision(START_BITS):
        made = image.forward(starting(), pixels, label)
    opened = [tuple(place for place, value in enumerate(outputs, 1) if value != 0) for outputs in made.outputs[1:]]
    if example.neuron not in opened[0]:
        found = f"the neuron {example.neuron} of the first layer, which is shut for this image"
        raise NumericError(Problem(example.file, "the image", found, "one that is open", "another image"))
    program = program_of(example, row, opened[1])

    def values() -> dict[str, Ball]:
        made, back, trained = passes()
        layers = starting()
        found = _numbers(example, made, back, trained)
        for name in program.quantities:
            parts = parse(name)
            if parts.letters == "W" and not parts.step and len(parts.indices) == 2:
                if name in found:
                    continue
                above, below = (int(index) for index in parts.indices)
                first = above if int(parts.number) == len(layers) else above - 1
                found[name] = layers[int(parts.number) - 1].weight(first, below - 1)
            elif parts.letters == "b" and parts.number:
                unit = int(parts.indices[0])
                found[name] = layers[int(parts.number) - 1].bias(unit if int(parts.number) == len(layers) else unit - 1)
            elif parts.letters == "x":
                found[name] = pixels[int(parts.indices[0]) - 1]
            elif parts.letters == "raw":
                found[name] = rational(Fraction(example.picture.pixels[int(parts.indices[0]) - 1]))
            elif parts.letters == "t":
                neuron, line = (int(index) for index in parts.indices)
                places = range(side * (line - 1), side * line)
                found[name] = sum((layers[0].weight(neuron - 1, j) * pixels[j] for j in places), start=rational(Fraction(0)))
        return found

    return program, values


def _numbers(example: RecordedExample, made: Pass, back: Gradients, trained: Pass) -> dict[str, Ball]:
    """What is not looked up in the parameters."""
    from explainer.proof.enclosure import rational

    training, followed, label = example.training, example.followed, example.picture.label
    assert training is not None
    weight, neuron = followed.name, example.neuron
    found: dict[str, Ball] = {"mean": rational(example.mean), "deviation": rational(example.deviation), "L": made.loss}
    found |= {name: rational(Fraction(count)) for name, count in counted(example, made, back)}
    found |= {f"z1_{neuron}": made.sums[0][neuron - 1], weight: rational(followed.start)}
    found |= {f"a2_{m}": value for m, value in enumerate(made.outputs[2], 1)}
    for digit in range(example.layers[-1]):
        found[f"z3_{digit}"], found[f"p_{digit}"] = made.sums[-1][digit], made.shares[digit]
        found[f"y_{digit}"] = rational(Fraction(int(digit == label)))
        found[partial_name("L", f"z3_{digit}")] = back.by_sums[-1][digit]
        found[at_epoch(f"z3_{digit}", example.epochs)] = trained.sums[-1][digit]
        found[at_epoch(f"p_{digit}", example.epochs)] = trained.shares[digit]
    found[at_epoch("L", example.epochs)] = trained.loss
    found |= {partial_name("L", f"z2_{m}"): value for m, value in enumerate(back.by_sums[1], 1)}
    found[partial_name("L", f"a1_{neuron}")] = back.by_outputs[0][neuron - 1]
    found[partial_name("L", f"z1_{neuron}")] = back.by_sums[0][neuron - 1]
    found |= {f"rate_{number}": rational(Decimal(trial.name)) for number, trial in enumerate(example.rates, 1)}
    found |= {f"size_low_{number}": rational(Decimal(repr(each.low))) for number, each in enumerate(example.sizes, 1)}
    found["eta"] = rational(training.learning_rate)
    found |= {name: rational(constant.default) for name, constant in training.rule.constants.items()}
    found |= {kept(letter, weight): rational(Fraction(0)) for letter in training.rule.state}
    found |= {after(kept("g", weight), step): rational(value) for step, value in enumerate(followed.gradients)}
    return found


def counted(example: RecordedExample, made: Pass, back: Gradients) -> Iterator[tuple[str, int]]:
    """Whole numbers: of the network, of its training, and of what this image leaves unchanged."""
    yield from (
        ("images", example.images),
        ("tested", example.tested),
        ("white", WHITE),
        ("batch", example.batch),
        ("epochs", example.epochs),
    )
    yield from (("iterations", example.iterations), ("updates", example.epochs * example.iterations))
    yield from (("parameters", example.parameters), ("pixels", example.layers[0]))
    yield "weights", example.parameters - sum(example.layers[1:])
    for number, outputs in enumerate(made.outputs[1:], 1):
        yield f"shut{number}", sum(value == 0 for value in outputs)
    zeros = 0
    for outputs, blames in zip(made.outputs, back.by_sums, strict=True):
        unblamed, silent = sum(value == 0 for value in blames), sum(value == 0 for value in outputs)
        zeros += unblamed * len(outputs) + (len(blames) - unblamed) * silent
    yield "zeros", zeros
