"""A layer program read in float32 arrays: each matrix equation is one call of numpy, or its scalar row over whole matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from explainer.core.program import Equation, Static
from explainer.operations.matrices import MATRIX_OPERATIONS, LayerProgram, Shape
from explainer.operations.record import apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.values.engine import Float64

Array = np.ndarray[Any, np.dtype[np.float32]]
Values = dict[str, Array]
Work = Callable[..., Array]  # of the operands, and perhaps of an array to write to


class Arrays(Float64):
    """The primitives on float32 arrays, entry by entry."""

    def __init__(self) -> None:
        super().__init__()
        own = ("softplus", "general_power", "maximum", "minimum")
        self.overrides = {name: self.overrides[name] for name in own} | {"sigmoid": _stable_sigmoid}

    def number(self, value: Fraction) -> Any:
        return np.float32(value.numerator / value.denominator)

    def positive_part(self, value: Any) -> Any:
        return np.maximum(value, np.float32(0))

    def is_positive(self, value: Any) -> Any:
        return (value > 0).astype(np.float32)

    def choose(self, test: Any, above: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        return np.where(test > 0, above(), otherwise())

    def erf(self, value: Any) -> Any:
        return _each(super().erf)(value)

    def erf_slope(self, value: Any) -> Any:
        return _each(super().erf_slope)(value)

    def normal_cdf(self, value: Any) -> Any:
        return _each(super().normal_cdf)(value)

    def normal_density(self, value: Any) -> Any:
        return _each(super().normal_density)(value)


def _each(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return np.vectorize(function, otypes=[np.float32])


def _stable_sigmoid(operands: Sequence[Array], _: Static) -> Array:
    """1/(1 + e^−z) without overflow: the exponent is never positive."""
    (z,) = operands
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, np.float32(1), small) / (1 + small)


ARRAYS = Arrays()


# --- whole matrices: what numpy has a call for, and what must not be read as it stands lest it overflow


def _affine(weights: Array, signals: Array, *bias: Array, out: Array | None = None) -> Array:
    found = np.matmul(weights, signals, out=out)
    for numbers in bias:
        found += numbers
    return found


def _softmax(sums: Array, out: Array | None = None) -> Array:
    """The largest exponent of each column is zero."""
    powers = np.subtract(sums, sums.max(axis=0), out=out)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=0)
    return powers


def _cross_entropy(targets: Array, sums: Array, out: Array | None = None) -> Array:
    """−Σ yᵢ ln softmax(z)ᵢ of each column, from the sums z."""
    moved = sums - sums.max(axis=0)
    expected = np.einsum("ij,ij->j", targets, moved)
    return np.subtract(np.log(np.exp(moved).sum(axis=0)), expected, out=out).reshape(1, -1)


_WHOLE: Mapping[str, Work] = {
    "affine": _affine,
    "product_transposed": lambda left, right, out=None: np.matmul(left, right.T, out=out),
    "transposed_product": lambda left, right, out=None: np.matmul(left.T, right, out=out),
    "row_sums": lambda matrix, out=None: np.add.reduce(matrix, axis=1, keepdims=True, out=out),
    "total": lambda matrix, out=None: np.sum(matrix, keepdims=True, out=out),
    "softmax": _softmax,
    "categorical_cross_entropy_logits": _cross_entropy,
    "categorical_cross_entropy_logits_slopes": lambda targets, sums, out=None: np.subtract(_softmax(sums), targets, out=out),
    "mean": lambda losses, out=None: np.mean(losses, axis=1, keepdims=True, out=out),
    "sum": lambda losses, out=None: np.sum(losses, axis=1, keepdims=True, out=out),
}


def _entry_by_entry(equation: Equation, shapes: Sequence[Shape], shape: Shape) -> Work:
    """The scalar row of each entry, over rows of the operands: of the whole matrices where all entries are made alike."""
    row = MATRIX_OPERATIONS[equation.operation]
    entry = row.entry(1, 1, shapes, equation.static)
    operation = OPERATIONS[entry.operation]
    places = [place for place, _, _ in entry.places]
    if not places:
        value = np.full(shape, apply(operation, ARRAYS, (), entry.static), np.float32)
        return lambda *_, out=None: value
    alike = row.entry(shape[0], shape[1], shapes, equation.static)
    if all((at, *_within(shapes[at], shape)) == place for at, place in zip(places, alike.places, strict=False)) and len(
        entry.places
    ) == len(alike.places):
        return lambda *operands, out=None: apply(operation, ARRAYS, [operands[at] for at in places], entry.static)
    entries = [row.entry(number, 1, shapes, equation.static) for number in range(1, shape[0] + 1)]

    def by_rows(*operands: Array, out: Array | None = None) -> Array:
        found = np.empty(shape, np.float32) if out is None else out
        for number, each in enumerate(entries):
            taken = [operands[at][line - 1] for at, line, _ in each.places]
            found[number] = apply(OPERATIONS[each.operation], ARRAYS, taken, each.static)
        return found

    return by_rows


def _within(shape: Shape, last: Shape) -> Shape:
    """The last place of an operand that goes with the last place of the result, if it goes entry by entry."""
    return (last[0] if shape[0] > 1 else 1), (last[1] if shape[1] > 1 else 1)


# --- programs


def stable(program: LayerProgram, outputs: Sequence[str]) -> tuple[Equation, ...]:
    """The equations that lead to these outputs: a quantity's identity, where it has one, and nothing that it leaves unused."""
    identity_of = {equation.target: equation for equation in program.identities}
    of = {equation.target: identity_of.get(equation.target, equation) for equation in program.equations}
    wanted, queue = set[str](), list(outputs)
    while queue:
        name = queue.pop()
        if name in of and name not in wanted:
            wanted.add(name)
            queue += of[name].operands
    return tuple(of[equation.target] for equation in program.equations if equation.target in wanted)


def compiled(program: LayerProgram, outputs: Sequence[str], places: Mapping[str, Array] | None = None) -> Callable[[Values], None]:
    """What fills in the outputs, and all between, of arrays by name. Those that have one of the `places` are written there."""
    steps = list[tuple[str, tuple[str, ...], Work, Array | None]]()
    for equation in stable(program, outputs):
        shape = program.shape(equation.target)
        work = _WHOLE.get(equation.operation) or _entry_by_entry(
            equation, [program.shape(name) for name in equation.operands], shape
        )
        out = (places or {}).get(equation.target)
        if out is None and equation.operation in ("affine", "transposed_product", "product_transposed"):
            out = np.empty(shape, np.float32)
        steps.append((equation.target, equation.operands, work, out))

    def run(values: Values) -> None:
        for target, operands, work, out in steps:
            values[target] = work(*(values[name] for name in operands), out=out)

    return run
