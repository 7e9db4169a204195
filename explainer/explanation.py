"""Which sentence of the catalogue explains an equation: chosen by what the list of equations says.

No language here: an explanation is the sentence's key, what it mentions, and the number that its plural depends on.
"""

from __future__ import annotations

from explainer.differentiate import is_sequential
from explainer.layer_steps import SLOPES
from explainer.matrices import LOSSES, LayerProgram
from explainer.operations import ACTIVATIONS, OPERATIONS, SQUARED_ERRORS
from explainer.program import PARAMETERS, PARTIALS, Equation, Kind, Program, Quantity

LOSS_ROWS = frozenset({*SQUARED_ERRORS, *(name for name in OPERATIONS if name.endswith(("entropy", "logits")))})

UPDATES = {
    "sgd_update": "update",
    "scaled_update": "update.scaled",
    "sgd_ascent_update": "update.ascent",
    "scaled_ascent_update": "update.scaled.ascent",
}


def of_quantity(program: Program, equation: Equation, quantity: Quantity) -> tuple[str, dict[str, str], int]:
    """Which sentence explains an equation, what it mentions, and the number its plural depends on."""
    target, operands = equation.target, equation.operands
    mentions = {"target": target}
    if quantity.kind in PARTIALS:
        mentions |= {"of": quantity.of, "by": quantity.by}
        paths = len(equation.static)
        if ".at" in target:
            return "partial.place", mentions, 0
        inner = program.equation_of[quantity.of]
        if equation.operation == "sum_of_products" and program.quantities[operands[0]].kind in PARTIALS:
            first = program.quantities[operands[0]]
            if paths > 1:
                return "chain_rule.several", mentions, paths
            if first.kind is Kind.TOTAL:
                return "chain_rule.known", mentions | {"between": first.by}, 0
            if quantity.kind is Kind.TOTAL or len(operands) > 2:
                return "chain_rule", mentions, paths
            return "chain_link", mentions | {"between": first.by}, 0
        if program.quantities[quantity.of].kind is Kind.NODE:
            return _slope_of_formula(equation, inner), mentions | {"z": inner.operands[0]}, 0
        if inner.operation == "affine" and is_sequential(target):
            return "partial.affine.sequential", mentions | {"other": operands[0]}, 0
        if inner.operation == "affine":
            by = program.quantities[quantity.by]
            kind = "bias" if by.kind is Kind.BIAS else "weight" if by.kind in PARAMETERS else "input"
            return f"partial.affine.{kind}", mentions | {"other": operands[0]} if operands else mentions, 0
        if inner.operation in LOSS_ROWS:
            return f"partial.{inner.operation}", mentions, 0
        if inner.operation == "softmax":
            return f"partial.{'softmax' if equation.operation == 'softmax_slope' else 'softmax.other'}", mentions, 0
        return f"partial.{inner.operation}", mentions | {"z": inner.operands[0]}, 0
    if quantity.kind is Kind.NODE and equation.operation not in ACTIVATIONS:
        return f"formula.{_shape(equation)}", mentions, 0
    if equation.operation == "affine":
        products = len(equation.static) - equation.static.count(1)
        return ("affine" if 1 in equation.static else "affine.no_bias"), mentions, products
    if equation.operation in LOSS_ROWS:
        kind = "baseline" if quantity.kind is Kind.BASELINE else equation.operation
        several = len(operands) > 2 and kind != "baseline"
        return f"loss.{kind}{'.several' if several else ''}", mentions, 0
    if equation.operation in UPDATES:
        return (
            UPDATES[equation.operation],
            mentions | dict(zip(("before", "rate", "gradient", "square"), operands, strict=False)),
            0,
        )
    if equation.operation in ("velocity", "decayed_mean", "decayed_square"):
        return f"keep.{equation.operation}", mentions | dict(zip(("decay", "before", "gradient"), operands, strict=True)), 0
    if equation.operation == "bias_correction":
        return "keep.bias_correction", mentions | {"kept": operands[0]}, 0
    if equation.operation == "softmax":
        return "activation.softmax", mentions, 0
    if equation.operation == "mean":
        return "mean", mentions, len(operands)
    if equation.operation == "difference":
        return "difference", mentions | {"raw": operands[0], "shift": operands[1]}, 0
    return f"activation.{equation.operation}", mentions | {"z": operands[0]}, 0


def _shape(equation: Equation) -> str:
    """What a formula's equation is to a reader: its operation, or what kind of sum or product."""
    if equation.operation != "sum_of_products":
        return equation.operation
    if len(equation.static) == 1:
        return "negation" if equation.static == (-1,) else "product"
    if set(map(abs, equation.static)) != {1}:
        return "sum_of_products"
    return "sum" if min(equation.static) > 0 else "difference" if equation.static == (1, -1) else "terms"


def _slope_of_formula(slope: Equation, inner: Equation) -> str:
    """Which sentence explains the slope of a formula's equation by one of its operands."""
    if inner.operation in ACTIVATIONS:
        return f"partial.{inner.operation}"
    if inner.operation == "sum_of_products":
        added = {"one": "added", "minus_one": "subtracted"}.get(slope.operation, "factor")
        return f"slope.{added}"
    if inner.operation in ("maximum", "minimum"):
        return "slope.chosen"
    if inner.operation in ("quotient", "general_power"):
        return f"slope.{inner.operation}.{'first' if slope.operation in ('power', 'general_power_slope') else 'second'}"
    return f"slope.{inner.operation}"


def of_matrix(layers: LayerProgram, equation: Equation) -> tuple[str, dict[str, str], int]:
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
