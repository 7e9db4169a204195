"""Equations between matrices: one row per operation, which says what each entry of its result is.

An entry is an ordinary equation: a row of the vocabulary over entries of the operands. So whatever reads those (float64,
balls, polynomial rings, pages) reads matrices, entry by entry, and an entry is a quantity like any other.

The derivative of a matrix by a matrix has four indices. A row therefore has a rule of another kind: how the derivative of
the loss comes from the result to an operand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from explainer.core.names import parse
from explainer.core.program import Equation, Program, Quantity, Static
from explainer.operations import symbols
from explainer.operations.record import OUTPUT
from explainer.operations.vocabulary import ELEMENTWISE, LOSSES, OPERATIONS, OPTIMISING

GRADIENT = -2  # stands, in a Pull, for the derivative of the loss by the result
SLOPES = -3  # and for the slopes of the result by the operand, entry by entry

Shape = tuple[int, int]
Matrix = tuple[tuple[Decimal, ...], ...]
Place = tuple[int, int, int]  # which operand, its row, its column


class ShapeError(ValueError):
    """Operands whose shapes do not go together."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a result: a row of the scalar vocabulary over these entries of the operands."""

    operation: str
    places: tuple[Place, ...] = ()
    static: Static = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """The loss's derivative by an operand: an operation over operands, GRADIENT and SLOPES."""

    operation: str
    operands: tuple[int, ...] = ()
    static: Static = ()


@dataclass(frozen=True, slots=True)
class MatrixOperation:
    """`shape(shapes, static)` of the result, or ShapeError; `entry(row, column, shapes, static)`; `pull` by position, if any.

    `slopes` is the operation that gives the matrix of slopes by the operand in question, and what it takes.
    """

    name: str
    shape: Callable[[Sequence[Shape], Static], Shape]
    entry: Callable[[int, int, Sequence[Shape], Static], Entry]
    pull: Callable[[int, Sequence[Shape]], Pull | None] = lambda *_: None
    slopes: tuple[str, tuple[int, ...]] | None = None


# --- shapes ---------------------------------------------------------------------------------------------------------


def _demand(holds: bool, shapes: Sequence[Shape]) -> None:
    if not holds:
        raise ShapeError(f"operands of the shapes {', '.join(map(shape_text, shapes))}")


def shape_text(shape: Shape) -> str:
    return f"{shape[0]}×{shape[1]}"


def _within(shape: Shape, row: int, column: int) -> tuple[int, int]:
    """The entry of an operand that stands at a place of a larger result: one row or column serves for all."""
    return (row if shape[0] > 1 else 1), (column if shape[1] > 1 else 1)


def _common(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    """The shape of operands taken entry by entry."""
    rows, columns = (max(shape[side] for shape in shapes) for side in (0, 1))
    _demand(all(shape in ((rows, columns), (1, columns), (rows, 1), (1, 1)) for shape in shapes), shapes)
    return rows, columns


def _affine_shape(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    weights, signals, *bias = shapes
    _demand(weights[1] == signals[0] and all(b in ((weights[0], 1), (1, 1)) for b in bias), shapes)
    return weights[0], signals[1]


def _product_transposed_shape(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    left, right = shapes
    _demand(left[1] == right[1], shapes)
    return left[0], right[0]


def _transposed_product_shape(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    left, right = shapes
    _demand(left[0] == right[0], shapes)
    return left[1], right[1]


def _column_shape(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    """One number for each column of two matrices alike."""
    _demand(shapes[0] == shapes[1], shapes)
    return 1, shapes[0][1]


def _same_shape(shapes: Sequence[Shape], _: Static = ()) -> Shape:
    _demand(all(shape == shapes[0] for shape in shapes), shapes)
    return shapes[0]


# --- entries --------------------------------------------------------------------------------------------------------


def _sum_of_products(operation: str, terms: Sequence[tuple[Place, ...]]) -> Entry:
    places = tuple(place for term in terms for place in term)
    if len(places) == 1:
        return Entry("copy", places)
    if len(terms) == 1 and operation != "affine":
        return Entry("product", places)
    return Entry(operation, places, tuple(len(term) for term in terms))


def _affine_entry(row: int, column: int, shapes: Sequence[Shape], _: Static) -> Entry:
    terms: list[tuple[Place, ...]] = [((0, row, k), (1, k, column)) for k in range(1, shapes[0][1] + 1)]
    terms += [((2, *_within(bias, row, 1)),) for bias in shapes[2:]]
    return _sum_of_products("affine", terms)


def _product_transposed_entry(row: int, column: int, shapes: Sequence[Shape], _: Static) -> Entry:
    return _sum_of_products("sum_of_products", [((0, row, k), (1, column, k)) for k in range(1, shapes[0][1] + 1)])


def _transposed_product_entry(row: int, column: int, shapes: Sequence[Shape], _: Static) -> Entry:
    return _sum_of_products("sum_of_products", [((0, k, row), (1, k, column)) for k in range(1, shapes[0][0] + 1)])


def _row_sum_entry(row: int, _column: int, shapes: Sequence[Shape], _: Static) -> Entry:
    return _sum_of_products("sum_of_products", [((0, row, k),) for k in range(1, shapes[0][1] + 1)])


def _total_entry(_row: int, _column: int, shapes: Sequence[Shape], _: Static) -> Entry:
    rows, columns = shapes[0]
    return _sum_of_products("sum_of_products", [((0, i, k),) for i in range(1, rows + 1) for k in range(1, columns + 1)])


def _column(operand: int, column: int, shape: Shape) -> list[Place]:
    return [(operand, row, column) for row in range(1, shape[0] + 1)]


def _pairs(column: int, shapes: Sequence[Shape]) -> tuple[Place, ...]:
    """A column of targets and one of predictions: y₁, a₁, y₂, a₂, …"""
    both = zip(_column(0, column, shapes[0]), _column(1, column, shapes[1]), strict=True)
    return tuple(place for pair in both for place in pair)


# --- rows -----------------------------------------------------------------------------------------------------------


def _entrywise(name: str, operation: str = "") -> MatrixOperation:
    """A scalar row, entry by entry; an operand of one row, one column or one entry serves for all."""

    def entry(row: int, column: int, shapes: Sequence[Shape], static: Static) -> Entry:
        places = tuple((index, *_within(shape, row, column)) for index, shape in enumerate(shapes))
        return Entry(operation or name, places, static)

    return MatrixOperation(name, _common, entry)


def _activation(name: str) -> tuple[MatrixOperation, MatrixOperation]:
    """An activation function and its slopes, each entry of which is the scalar row's partial."""
    row = OPERATIONS[name].partial
    assert row is not None
    rule = row(0, 1, ())
    assert rule is not None
    taken = tuple(index for index in rule.operands if isinstance(index, int))
    slopes = _entrywise(f"{name}_slopes", rule.operation)

    def entry(row: int, column: int, shapes: Sequence[Shape], static: Static) -> Entry:
        return Entry(rule.operation, tuple((0, row, column) for _ in rule.operands), rule.static)

    base = _entrywise(name)
    pull = Pull("entrywise_product", (GRADIENT, SLOPES))
    return (
        MatrixOperation(name, base.shape, base.entry, lambda *_: pull, (slopes.name, taken or (0,))),
        MatrixOperation(slopes.name, slopes.shape, entry),
    )


def _loss(name: str) -> tuple[MatrixOperation, MatrixOperation]:
    """The loss of each column, and its slopes by the predictions."""
    row = OPERATIONS[name].partial
    assert row is not None

    def slope(i: int, column: int, shapes: Sequence[Shape], _: Static) -> Entry:
        pairs = _pairs(column, shapes)
        rule = row(2 * i - 1, len(pairs), ())
        assert rule is not None
        return Entry(rule.operation, tuple(pairs[index] for index in rule.operands if isinstance(index, int)), rule.static)

    return (
        MatrixOperation(
            name,
            _column_shape,
            lambda _, column, shapes, static: Entry(name, _pairs(column, shapes), static),
            lambda position, _: Pull("entrywise_product", (GRADIENT, SLOPES)) if position else None,
            (f"{name}_slopes", (0, 1)),
        ),
        MatrixOperation(f"{name}_slopes", _same_shape, slope),
    )


def _affine_pull(position: int, shapes: Sequence[Shape]) -> Pull:
    if position == 0:
        return Pull("product_transposed", (GRADIENT, 1))
    if position == 1:
        return Pull("transposed_product", (0, GRADIENT))
    return Pull("row_sums" if shapes[2][0] == shapes[0][0] else "total", (GRADIENT,))


MATRIX_OPERATIONS: Mapping[str, MatrixOperation] = {
    operation.name: operation
    for operation in (
        # W a + b: the bias is added to each column
        MatrixOperation("affine", _affine_shape, _affine_entry, _affine_pull),
        MatrixOperation("product_transposed", _product_transposed_shape, _product_transposed_entry),  # A Bᵀ
        MatrixOperation("transposed_product", _transposed_product_shape, _transposed_product_entry),  # Aᵀ B
        MatrixOperation("row_sums", lambda shapes, _: (shapes[0][0], 1), _row_sum_entry),
        MatrixOperation("total", lambda *_: (1, 1), _total_entry),
        _entrywise("entrywise_product", "product"),
        _entrywise("difference"),
        _entrywise("mean_difference"),
        # activations and losses, each with its slopes
        *(row for name in ELEMENTWISE for row in _activation(name)),
        MatrixOperation(
            "softmax",
            lambda shapes, _: shapes[0],
            lambda row, column, shapes, _: Entry("softmax", tuple(_column(0, column, shapes[0])), (row - 1,)),
            lambda *_: Pull("softmax_pull", (GRADIENT, OUTPUT)),
        ),
        MatrixOperation(
            "softmax_pull",
            _same_shape,
            lambda row, column, shapes, _: Entry(
                "softmax_pull", (*_column(0, column, shapes[0]), *_column(1, column, shapes[1])), (row - 1,)
            ),
        ),
        *(row for name in LOSSES for row in _loss(name)),
        MatrixOperation(
            "binary_cross_entropy_by_logit",
            _column_shape,
            lambda _, column, shapes, static: Entry("binary_cross_entropy_by_logit", _pairs(column, shapes), static),
        ),
        _entrywise("binary_cross_entropy_slope_by_logit"),
        _entrywise("sigmoid_slope_by_logit"),
        MatrixOperation(
            "mean",
            lambda *_: (1, 1),
            lambda _row, _column, shapes, _: Entry("mean", tuple((0, 1, k) for k in range(1, shapes[0][1] + 1))),
            lambda _, shapes: Pull("shares", (), shapes[0]),
        ),
        MatrixOperation(
            "sum",
            lambda *_: (1, 1),
            lambda _row, _column, shapes, _: Entry("sum", tuple((0, 1, k) for k in range(1, shapes[0][1] + 1))),
            lambda _, shapes: Pull("ones", (), shapes[0]),
        ),
        MatrixOperation("ones", lambda _, static: (static[0], static[1]), lambda *_: Entry("one")),
        MatrixOperation(
            "shares",
            lambda _, static: (static[0], static[1]),
            lambda _row, _column, _shapes, static: Entry("share", (), (static[1],)),
        ),
        # what optimisers keep, and updates
        *map(_entrywise, OPTIMISING),
    )
}


def is_entrywise(operation: str) -> bool:
    """Is each entry of the result made of what stands at its place in the operands?"""
    return MATRIX_OPERATIONS[operation].shape is _common


# --- programs -------------------------------------------------------------------------------------------------------


def is_vector(name: str, shape: Shape) -> bool:
    """Has an entry one index? Columns do, but for weights, which are matrices even where they have one column."""
    return shape[1] == 1 and not parse(name).is_of_weights


def entry_name(name: str, shape: tuple[int, ...], row: int, column: int) -> str:
    """`W1_2_3`, `b1_2`, `dL/dW1_2_3#1`: the indices stand before the step. A number's only entry is the number."""
    if len(shape) != 2:
        return name
    place = (row,) if is_vector(name, (shape[0], shape[1])) else (row, column)
    return str(parse(name).entry(*place))


@dataclass(frozen=True)
class LayerProgram:
    """Matrix quantities, the numbers given for some of them, and one equation for each of the others.

    A quantity without a shape is a number. `identities` are further equations for some targets, as in a `Program`.
    """

    quantities: Mapping[str, Quantity]
    given: Mapping[str, Matrix]
    equations: tuple[Equation, ...]
    parameters: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    gradients: tuple[Mapping[str, str], ...] = ()  # at each step, the derivative of the loss by each parameter
    identities: tuple[Equation, ...] = field(default=())

    def shape(self, name: str) -> Shape:
        shape = self.quantities[name].shape
        return (shape[0], shape[1]) if shape else (1, 1)

    def entry(self, name: str, row: int, column: int) -> str:
        return entry_name(name, self.quantities[name].shape, row, column)

    def places(self, name: str) -> Iterator[tuple[int, int]]:
        rows, columns = self.shape(name)
        return ((row, column) for row in range(1, rows + 1) for column in range(1, columns + 1))

    def entries_of(self, name: str) -> list[list[str]]:
        """The names of a matrix's entries, row by row."""
        rows, columns = self.shape(name)
        return [[self.entry(name, row, column) for column in range(1, columns + 1)] for row in range(1, rows + 1)]

    def expand(self, equation: Equation, rows: Mapping[str, MatrixOperation] = MATRIX_OPERATIONS) -> Iterator[Equation]:
        """The equations of a matrix equation's entries."""
        shapes = [self.shape(operand) for operand in equation.operands]
        for row, column in self.places(equation.target):
            entry = rows[equation.operation].entry(row, column, shapes, equation.static)
            operands = tuple(self.entry(equation.operands[index], i, k) for index, i, k in entry.places)
            yield Equation(self.entry(equation.target, row, column), entry.operation, operands, entry.static)

    def entries(self, rows: Mapping[str, MatrixOperation] = MATRIX_OPERATIONS) -> Program:
        """The program of all entries, one by one."""
        quantities = {
            quantity.name: quantity
            for name in self.quantities
            for row, column in self.places(name)
            for quantity in [self._entry_quantity(name, row, column)]
        }
        given = {
            self.entry(name, row, column): matrix[row - 1][column - 1]
            for name, matrix in self.given.items()
            for row, column in self.places(name)
        }
        return Program(
            quantities,
            given,
            tuple(entry for equation in self.equations for entry in self.expand(equation, rows)),
            tuple(self.entry(name, row, column) for name in self.parameters for row, column in self.places(name)),
            losses=self.losses,
            gradients=tuple(
                {
                    self.entry(name, *place): self.entry(gradient, *place)
                    for name, gradient in of_step.items()
                    for place in self.places(name)
                }
                for of_step in self.gradients
            ),
            identities=tuple(entry for equation in self.identities for entry in self.expand(equation, rows)),
        )

    def _entry_quantity(self, name: str, row: int, column: int) -> Quantity:
        quantity = self.quantities[name]
        of, by = (self.entry(part, *_within(self.shape(part), row, column)) if part else "" for part in (quantity.of, quantity.by))
        symbol = self.entry_symbol(name, row, column)
        return Quantity(self.entry(name, row, column), quantity.kind, symbol, of=of, by=by)

    def entry_symbol(self, name: str, row: int, column: int) -> str:
        """TeX of an entry: an index on the matrix, or on what a derivative is taken of and by."""
        quantity = self.quantities[name]
        if quantity.by:
            above, below = (self.entry_symbol(part, *_within(self.shape(part), row, column)) for part in (quantity.of, quantity.by))
            return symbols.partial(above, below)
        if not quantity.shape:
            return quantity.symbol
        return symbols.entry(quantity.symbol, *((row,) if is_vector(name, self.shape(name)) else (row, column)))


def faults(program: LayerProgram, rows: Mapping[str, MatrixOperation] = MATRIX_OPERATIONS) -> tuple[tuple[str, str], ...]:
    """Which targets have an unknown operation, or operands whose shapes do not give the target's, and why."""
    found = []
    for equation in (*program.equations, *program.identities):
        unknown = [name for name in (equation.target, *equation.operands) if name not in program.quantities]
        if unknown or equation.operation not in rows:
            found.append((equation.target, f"{equation.operation}({', '.join(equation.operands)}) has something unknown in it"))
            continue
        wanted = program.shape(equation.target)
        try:
            shape = rows[equation.operation].shape([program.shape(name) for name in equation.operands], equation.static)
        except ShapeError as error:
            found.append((equation.target, f"{equation.operation} of {error}"))
            continue
        if shape != wanted:
            found.append((equation.target, f"{equation.operation} gives a {shape_text(shape)} matrix, not {shape_text(wanted)}"))
    return tuple(found)
