"""How matrix equations are written and explained: formulas as trees, and the keys of their sentences."""

from __future__ import annotations

from collections.abc import Callable

from explainer.expression import Expression, Node, formula
from explainer.matrices import LOSSES, UPDATES, LayerProgram
from explainer.operations import OPERATIONS
from explainer.program import Equation, Kind

Leaf = Callable[[str], Expression]

SLOPES = "_slopes"
AS_NUMBERS = ("difference", "mean_difference", *UPDATES)  # the scalar row's formula serves for whole matrices


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
        return Node(f"{operation.removesuffix(SLOPES)}_derivative", (leaf(layers.quantities[equation.target].by),))
    return Node(operation, tuple(parts))


def is_over_operands(layers: LayerProgram, equation: Equation) -> bool:
    """Is it written over what it is calculated from? σ′(z) is calculated from σ(z), but as long as it is one number."""
    by = layers.quantities[equation.target].by
    return not equation.operation.endswith(SLOPES) or by in equation.operands or layers.shape(equation.target) == (1, 1)


def explanation(layers: LayerProgram, equation: Equation) -> tuple[str, dict[str, str], int]:
    """Which sentence explains a matrix equation, what it mentions, and the number its plural depends on."""
    target, operation, operands = equation.target, equation.operation, equation.operands
    quantity = layers.quantities[target]
    mentions = {"target": target}
    columns = layers.shape(operands[0])[1] if operands else 0
    if quantity.of:
        mentions |= {"of": quantity.of, "by": quantity.by}
    match operation:
        case "affine":
            key = "layer.affine" if len(operands) > 2 else "layer.affine.no_bias"
            return key, mentions | dict(zip(("weights", "signal", "bias"), operands, strict=False)), 0
        case "entrywise_product":
            by_output = layers.quantities[quantity.by].kind is Kind.OUTPUT
            return (
                "layer.sample_share" if by_output else "layer.slopes",
                mentions | {"gradient": operands[0], "slopes": operands[1]},
                0,
            )
        case "product_transposed":
            return "layer.by_weights", mentions | {"gradient": operands[0], "signal": operands[1]}, columns
        case "transposed_product":
            return "layer.by_signal", mentions | {"weights": operands[0], "gradient": operands[1]}, 0
        case "row_sums":
            return "layer.by_bias", mentions | {"gradient": operands[0]}, columns
        case "total":
            return "layer.by_shared_bias", mentions | {"gradient": operands[0]}, 0
        case "softmax_pull":
            return "layer.softmax_pull", mentions | {"gradient": operands[0], "shares": operands[1]}, 0
        case "softmax":
            return "layer.softmax", mentions | {"z": operands[0]}, 0
        case "shares":
            return "partial.mean", mentions, 0
        case "mean":
            return "mean", mentions, columns
        case "difference":
            return "layer.difference", mentions | {"raw": operands[0], "shift": operands[1]}, 0
        case "sgd_update" | "sgd_ascent_update":
            key = "update" if operation == "sgd_update" else "update.ascent"
            return key, mentions | dict(zip(("before", "rate", "gradient"), operands, strict=True)), 0
        case "scaled_update" | "scaled_ascent_update":
            key = "update.scaled" if operation == "scaled_update" else "update.scaled.ascent"
            return key, mentions | dict(zip(("before", "rate", "gradient", "square"), operands, strict=False)), 0
        case "velocity" | "decayed_mean" | "decayed_square":
            return f"keep.{operation}", mentions | dict(zip(("decay", "before", "gradient"), operands, strict=True)), 0
        case "bias_correction":
            return "keep.bias_correction", mentions | {"kept": operands[0]}, 0
    if operation in LOSSES:
        if quantity.shape:
            return "layer.losses", mentions, 0
        return f"loss.{operation}{'.several' if layers.shape(operands[1])[0] > 1 else ''}", mentions, 0
    if operation.endswith(SLOPES):
        return f"partial.{operation.removesuffix(SLOPES)}", mentions | {"z": quantity.by}, 0
    assert operation in OPERATIONS, operation
    return f"layer.activation.{operation}" if operation == "identity" else "layer.activation", mentions | {"z": operands[0]}, 0
