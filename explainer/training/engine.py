"""The engine of a data set: forward and backward passes of batches, and updates of all parameters, in float32."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from explainer.compose.matrices import compose_shapes
from explainer.compose.optimisers import of_one, start
from explainer.compose.schedule import bias_correction
from explainer.compose.straight import function
from explainer.core.names import after, kept, parse, partial_name
from explainer.examples.drawn import draw
from explainer.examples.model import Drawn, Network, SetExample, Training
from explainer.operations.matrices import LayerProgram
from explainer.training.arrays import Array, Values, compiled

CHUNK = 16_384  # parameters that are updated together: what is between them stays in the processor's cache
TESTED = 1_000  # images that are answered together
Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Labels = np.ndarray[Any, np.dtype[np.integer[Any]]]


class Parameters:
    """All parameters in one row of numbers, of which each matrix is a view, by its name."""

    def __init__(self, program: LayerProgram) -> None:
        self.shapes = {name: program.shape(name) for name in program.parameters}
        self.row: Array = np.zeros(sum(math.prod(shape) for shape in self.shapes.values()), np.float32)
        self.matrices: Values = dict(self._views())

    def _views(self) -> Iterator[tuple[str, Array]]:
        begin = 0
        for name, shape in self.shapes.items():
            yield name, self.row[begin : begin + math.prod(shape)].reshape(shape)
            begin += math.prod(shape)

    def take(self, given: Mapping[str, Array]) -> None:
        """Have these numbers, of matrices and of vectors by name."""
        for name, matrix in self.matrices.items():
            matrix[:] = given[name].reshape(matrix.shape)

    def given(self) -> dict[str, Array]:
        """The numbers as they are now, as `take` takes them."""
        return {name: (matrix if parse(name).is_of_weights else matrix[:, 0]).copy() for name, matrix in self.matrices.items()}


def shapes_of(network: Network) -> dict[str, tuple[int, ...]]:
    """The shapes of a network's parameters as arrays, by name: W1 (units, inputs), b1 (units,), …"""
    shapes = Parameters(compose_shapes(network, 2)).shapes
    return {name: shape if parse(name).is_of_weights else shape[:1] for name, shape in shapes.items()}


def begun(example: SetExample) -> dict[str, Array]:
    """The parameters that a run starts from, drawn layer by layer and neuron by neuron."""
    network, found, begin = example.network, dict[str, Array](), 0
    if isinstance(example.weights, Drawn):
        drawn = np.array(draw(example.weights, network.weight_count, "weights"), np.float64).astype(np.float32)
    else:
        drawn = np.full(network.weight_count, float(example.weights), np.float32)
    for name, shape in shapes_of(network).items():
        if parse(name).is_of_weights:
            found[name] = drawn[begin : begin + math.prod(shape)].reshape(shape)
            begin += math.prod(shape)
        else:
            found[name] = np.full(shape, float(example.biases), np.float32)
    return found


class Updates:
    """An optimiser on rows of numbers: what it keeps, and one step after the other. Its rule is the record's, read as Python."""

    def __init__(self, training: Training, count: int) -> None:
        program = of_one(training)
        kept_names = [quantity.name for _, quantity in start({"w": "w"}, training)]
        self.letters = training.rule.letters
        self.kept: list[Array] = [np.zeros(count, np.float32) for _ in kept_names]
        self.step = 0
        functions: dict[str, Callable[..., Any]] = {"sqrt": np.sqrt, "bias_correction": bias_correction(self)}
        inputs = ("w", partial_name("L", "w"), *kept_names)
        self._move = function(program, inputs, [after(name, 1) for name in ("w", *kept_names)], functions, float, sparing=True)
        self._show = function(program, inputs, [after(kept(letter, "w"), 1) for letter in self.letters], functions, float)

    def __call__(self, parameters: Array, gradient: Array) -> None:
        """Move the parameters, in place."""
        self.step += 1
        for begin in range(0, len(parameters), CHUNK):
            part = slice(begin, begin + CHUNK)
            parameters[part], *found = self._move(parameters[part], gradient[part], *(row[part] for row in self.kept))
            for row, numbers in zip(self.kept, found, strict=True):
                row[part] = numbers

    def shown(self, parameters: Array, gradient: Array) -> dict[str, Array]:
        """All that the rule makes on its way, by its letters, and where the parameters come to. They are moved."""
        self.step += 1
        found = self._show(parameters, gradient, *self.kept)
        self.step -= 1
        self(parameters, gradient)
        return dict(zip(self.letters, found, strict=True)) | {"after": parameters.copy()}


class Batches:
    """Images as columns of normalised pixels, and labels as columns of targets."""

    def __init__(self, example: SetExample) -> None:
        mean, deviation = float(example.data.mean), float(example.data.deviation)
        self._pixels: Array = ((np.arange(256) / 255 - mean) / deviation).astype(np.float32)
        self._classes: Array = np.eye(example.network.layers[-1], dtype=np.float32)

    def inputs(self, images: Pixels) -> Array:
        """Images (n, …) as a matrix (pixels, n)."""
        return self._pixels.take(images.reshape(len(images), -1), mode="wrap").T  # quicker than an index; none is beyond

    def targets(self, labels: Labels) -> Array:
        """Labels (n,) as a matrix (classes, n)."""
        return self._classes[:, labels]


class Passes:
    """Forward and backward passes of one network, with its parameters and the last gradient."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.parameters, self.gradient = (Parameters(compose_shapes(network, 2)) for _ in range(2))
        self._made: dict[tuple[int, bool], tuple[LayerProgram, Callable[[Values], None]]] = {}

    @cached_property
    def output(self) -> str:
        return f"a{len(self.network.activations)}"

    def _of(self, columns: int, backward: bool) -> tuple[LayerProgram, Callable[[Values], None]]:
        if (columns, backward) not in self._made:
            program = compose_shapes(self.network, columns)
            wanted = [program.losses[0], self.output]
            places = {slope: self.gradient.matrices[name] for name, slope in program.gradients[0].items()} if backward else {}
            self._made[columns, backward] = program, compiled(program, [*wanted[: 2 - backward], *places], places)
        return self._made[columns, backward]

    def run(self, inputs: Array, targets: Array, *, backward: bool = True) -> Values:
        """All values of a batch's pass, by name; backward, the gradient is left in `gradient`. It takes two samples or more."""
        _, work = self._of(inputs.shape[1], backward)
        values = {**self.parameters.matrices, "x": inputs, "y": targets}
        work(values)
        return values

    def loss(self, values: Values) -> float:
        return float(values["L"][0, 0])


def answers(passes: Passes, batches: Batches, images: Pixels, labels: Labels) -> tuple[Array, float]:
    """The outputs for images, a row for each, and the mean loss."""
    outputs, losses = list[Array](), list[Array]()
    for begin in range(0, len(images), TESTED):
        part = slice(begin, begin + TESTED)
        values = passes.run(batches.inputs(images[part]), batches.targets(labels[part]), backward=False)
        outputs.append(values[passes.output].T.copy())
        losses.append(values.get("l", values["L"]).ravel().astype(np.float64))
    return np.concatenate(outputs), float(np.concatenate(losses).mean())
