"""How matrix equations are written: formulas as trees."""

from __future__ import annotations

from collections.abc import Callable

from explainer.core.program import Equation
from explainer.operations.expression import Expression, Node, formula
from explainer.operations.matrices import LayerProgram
from explainer.operations.vocabulary import LOSSES, OPERATIONS, OPTIMISING

Leaf = Callable[[str], Expression]

SLOPES = "_slopes"
AS_NUMBERS = ("difference", "mean_difference", *OPTIMISING)  # the scalar row's formula serves for whole matrices


def is_of_losses(equation: Equation) -> bool:
    """Is it a loss, or its slopes? Their entries mix targets and predictions, so they are written one by one."""
    return equation.operation.removesuffix(SLOPES) in LOSSES


def written(layers: LayerProgram, equation: Equation, leaf: Leaf, transposed: Leaf) -> Expression:
    """The right-hand side over leaves for the operands; `transposed` is the leaf of an operand laid on its side."""
    operation, operands = equation.operation, equation.operands
    parts = [leaf(name) for name in operands]
    numbers = all(layers.shape(name) == (1, 1) for name in (equation.target, *operands))
    if operation in AS_NUMBERS or (numbers and (is_of_losses(equation) or operation.endswith((SLOPES, "entrywise_product")))):
        return formula(next(layers.expand(equation)), parts)
    match operation:
        case "affine":
            product = Node("matrix_product", tuple(parts[:2]))
            return Node("add", (product, parts[2])) if len(parts) > 2 else product
        case "product_transposed":
            return Node("matrix_product", (parts[0], transposed(operands[1])))
        case "transposed_product":
            return Node("matrix_product", (transposed(operands[0]), parts[1]))
        case "entrywise_product":
            return Node("entrywise", tuple(parts))
        case "row_sums" if layers.shape(operands[0])[1] == 1:
            return parts[0]
        case "softmax_pull":
            gradient, shares = parts
            sums = Node("column_sums", (Node("entrywise", (gradient, shares)),))
            return Node("entrywise", (shares, Node("subtract", (gradient, sums))))
    if operation.endswith(SLOPES):
        return Node(f"{_head(operation.removesuffix(SLOPES))}_derivative", (leaf(layers.quantities[equation.target].by),))
    return Node(_head(operation), tuple(parts))


def _head(operation: str) -> str:
    return OPERATIONS[operation].head if operation in OPERATIONS else operation


def is_over_operands(layers: LayerProgram, equation: Equation) -> bool:
    """Is it written over what it is calculated from? σ′(z) is calculated from σ(z), but as long as it is one number."""
    by = layers.quantities[equation.target].by
    return not equation.operation.endswith(SLOPES) or by in equation.operands or layers.shape(equation.target) == (1, 1)
