"""An image through a large network and back, in balls: every number of it follows from float32 parameters that are exact.

Layer by layer as matrices, without the list of equations that pages print: these are held against it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, arb_mat, fmpq

from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError, Problem
from explainer.core.program import Program
from explainer.operations.record import apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.enclosure import MAX_BITS, START_BITS, Ball, Balls, Undecided, enclose, is_decided, precision


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights (units, inputs) and biases (units, 1), and the same numbers exactly, row by row."""

    weights: arb_mat
    biases: arb_mat
    exact_weights: Sequence[Any]
    exact_biases: Sequence[Any]

    def weight(self, unit: int, below: int) -> fmpq:
        """Counted from 0."""
        return _exactly(self.exact_weights[unit * self.weights.ncols() + below])

    def bias(self, unit: int) -> fmpq:
        return _exactly(self.exact_biases[unit])


def _exactly(number: fmpq | float) -> fmpq:
    return number if isinstance(number, fmpq) else fmpq(*number.as_integer_ratio())


@dataclass(frozen=True)
class Pass:
    """What a network makes of an image: per layer its sums and outputs, as columns; then the shares, and the loss."""

    sums: tuple[tuple[Ball, ...], ...]
    outputs: tuple[tuple[Ball, ...], ...]  # the image itself first
    shares: tuple[Ball, ...]
    loss: Ball


@dataclass(frozen=True)
class Gradients:
    """The derivatives of the loss by each layer's sums, and by what came into each layer but the first."""

    by_sums: tuple[tuple[Ball, ...], ...]
    by_outputs: tuple[tuple[Ball, ...], ...]  # of the hidden layers


def layers_of(parameters: bytes, shape: Sequence[int], unit: fmpq | None = None) -> tuple[Layer, ...]:
    """Float32 numbers as they are: nothing is rounded. With a `unit` they stand for the multiples of it that they are next to."""
    found, place = list[Layer](), 0
    numbers: Sequence[Any] = struct.unpack(f"<{len(parameters) // 4}f", parameters)
    if unit is not None:
        each = float(int(unit.q) / int(unit.p))
        multiples = {number: unit * round(number * each) for number in set(numbers)}
        numbers = [multiples[number] for number in numbers]
    for below, above in pairwise(shape):
        weights = numbers[place : place + above * below]
        biases = numbers[place + above * below : place + above * below + above]
        place += above * below + above
        found.append(Layer(arb_mat(above, below, list(weights)), arb_mat(above, 1, list(biases)), weights, biases))
    assert place == len(numbers), (place, len(numbers))
    return tuple(found)


def signal(pixels: bytes, mean: fmpq, deviation: fmpq) -> tuple[fmpq, ...]:
    """Pixels from 0 to 255 as shares of white, less their mean, in units of their deviation: exactly."""
    return tuple((fmpq(pixel, 255) - mean) / deviation for pixel in pixels)


def forward(layers: Sequence[Layer], image: Sequence[Ball], label: int) -> Pass:
    """Through all layers.

    Raises:
        Undecided: it cannot be told whether a neuron is open.
    """
    algebra, sums, outputs = Balls(), list[tuple[Ball, ...]](), [tuple(image)]
    for layer in layers:
        column = arb_mat(len(outputs[-1]), 1, [arb(value) for value in outputs[-1]])
        sums.append(tuple((layer.weights * column + layer.biases).entries()))
        outputs.append(tuple(algebra.positive_part(value) for value in sums[-1]))
    logits = sums[-1]
    shares = tuple(algebra.overrides["softmax"](logits, (own,)) for own in range(len(logits)))
    told = [number for own, logit in enumerate(logits) for number in (fmpq(int(own == label)), logit)]
    return Pass(tuple(sums), tuple(outputs[:-1]), shares, algebra.overrides["categorical_cross_entropy_logits"](told, ()))


def backward(layers: Sequence[Layer], made: Pass, label: int) -> Gradients:
    """Back from the loss: at the end p − y, then through each layer's transpose, as far as neurons are open."""
    back: list[tuple[Ball, ...]] = [tuple(share - int(own == label) for own, share in enumerate(made.shares))]
    arrived = list[tuple[Ball, ...]]()
    for layer, outputs in zip(reversed(layers[1:]), reversed(made.outputs[1:]), strict=True):
        column = arb_mat(len(back[0]), 1, [arb(value) for value in back[0]])
        arrived.insert(0, tuple((layer.weights.transpose() * column).entries()))
        gates = zip(arrived[0], outputs, strict=True)
        back.insert(0, tuple(fmpq(0) if output == 0 else value for value, output in gates))
    return Gradients(tuple(back), tuple(arrived))


def enclosures(
    make: Callable[[], Mapping[str, Ball]], program: Program, digits: int, file: str
) -> tuple[dict[str, Enclosure], int]:
    """Enclosures of what `make` calculates, and of what the equations of a program say of it beside; and the bits that took.

    Raises:
        NumericError: digits stay undecided, or an equation gives another number than was calculated.
    """
    bits, open_names = START_BITS, list[str]()
    while bits <= MAX_BITS:
        with precision(bits):
            try:
                values = completed(program, dict(make()), file)
            except Undecided:
                bits *= 2
                continue
            found = {name: enclose(value) for name, value in values.items()}
        open_names = [name for name, item in found.items() if not is_decided(item, digits)]
        if not open_names:
            return found, bits
        bits *= 2
    raise NumericError(
        Problem(file, name, f"digits undecided at {MAX_BITS} bits", "a value whose digits can be proven", "another image")
        for name in open_names or ["a ReLU"]
    )


def completed(program: Program, values: dict[str, Ball], file: str) -> dict[str, Ball]:
    """The values with those of every equation. One that is known already must be what its equation gives.

    Raises:
        NumericError: it is not.
    """
    algebra = Balls()
    for equation in program.equations:
        operands = [values[name] for name in equation.operands]
        made = apply(OPERATIONS[equation.operation], algebra, operands, equation.static)
        known = values.setdefault(equation.target, made)
        if known is not made and not arb(known).overlaps(arb(made)):
            found = f"{known} by the matrices, and {made} by its equation"
            raise NumericError(Problem(file, equation.target, found, "one number", str(equation)))
    return values
