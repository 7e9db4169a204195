"""Which sentences of the catalogue explain an equation: chosen by what the list of equations says, and by nothing else.

No language here: a sentence is its key, the quantities it mentions, and the number in it. A sentence that speaks of a number
(of paths, of samples, of neurons) has one key for each case that reads differently; so nothing a page says contradicts the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

from explainer.core.names import DIRECT, SEQUENTIAL, path_of
from explainer.core.program import PARAMETERS, PARTIALS, Equation, Kind, Program, Quantity
from explainer.derivation.matrix_formulas import SLOPES
from explainer.operations.matrices import LayerProgram, Shape
from explainer.operations.record import Family
from explainer.operations.sums import split
from explainer.operations.vocabulary import ELEMENTWISE, LOSSES, OPERATIONS

NUMBER: Shape = (1, 1)  # the shape of a matrix that is a number


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its key in the catalogue, the quantities it mentions, and the number in it, on which its plural depends."""

    key: str
    mentions: Mapping[str, str]
    count: int = 0


Explanation = tuple[Sentence, ...]  # the first says what is done, others say more

# Notes on lines whose operands' printed digits would not do.
SATURATED: Explanation = (Sentence("saturated", {}),)
SATURATED_STABLE: Explanation = (Sentence("saturated.stable", {}),)


@dataclass(frozen=True)
class Explainer:
    """What explains the equations of a program, quantity by quantity."""

    program: Program

    @cached_property
    def paths(self) -> Mapping[str, int]:
        """How many paths each partial takes together, from what it differentiates by to what it differentiates.

        An equation leads from each of its operands to its target, once. The partial of a single equation is one path.
        """
        found: dict[str, int] = {}
        for equation in self.program.equations:
            kind = self.program.quantities[equation.target].kind
            if kind is Kind.LOCAL:
                found[equation.target] = 1
            elif kind in PARTIALS and equation.operation == "sum_of_products":
                terms = split(equation.operands, equation.static)
                found[equation.target] = sum(prod(found.get(factor, 1) for factor in term) for term in terms)
        return found

    def explain(self, equation: Equation) -> Explanation:
        quantity, mentions = self.program.quantities[equation.target], {"target": equation.target}
        if quantity.kind in PARTIALS:
            return self._partial(equation, quantity)
        return (self._quantity(equation, quantity, mentions),)

    def _quantity(self, equation: Equation, quantity: Quantity, mentions: Mapping[str, str]) -> Sentence:
        operation, operands = equation.operation, equation.operands
        if quantity.kind is Kind.NODE and operation not in ELEMENTWISE:
            return self.done(equation)
        if quantity.kind is Kind.BASELINE and operation in LOSSES:
            return Sentence("loss.baseline", {**mentions, "answer": operands[1]})
        if operation in LOSSES:
            return Sentence(f"loss.{operation}{several(len(operands) // 2)}", mentions)
        if found := _training(self.program, equation):
            return found
        match operation:
            case "affine":
                bias = "" if 1 in equation.static else ".no_bias"
                return Sentence(f"affine{bias}{several(len(equation.static) - equation.static.count(1))}", mentions)
            case "softmax":
                return Sentence(f"activation.softmax{'' if len(operands) > 1 else '.alone'}", mentions)
            case "mean" | "sum":
                return Sentence(operation, mentions, len(operands))
            case "difference":
                return Sentence("difference", {**mentions, "raw": operands[0], "shift": operands[1]})
        return Sentence(f"activation.{operation}", {**mentions, "z": operands[0]})

    def done(self, equation: Equation) -> Sentence:
        """What an equation does, whatever it is for."""
        return Sentence(f"formula.{self._shape(equation)}", {"target": equation.target})

    def _shape(self, equation: Equation) -> str:
        """What a formula's equation is to a reader: its operation, or what kind of sum or product."""
        lengths = equation.static
        if equation.operation == "general_power" and self.program.quantities[equation.operands[1]].kind is Kind.CONSTANT:
            return "power"
        if equation.operation != "sum_of_products":
            return equation.operation
        if len(lengths) == 1:
            return "negation" if lengths == (-1,) else "product" if lengths[0] > 0 else "product.negated"
        if set(map(abs, lengths)) != {1}:
            return f"sum_of_products{'' if min(lengths) > 0 else '.signs'}"
        return "sum" if min(lengths) > 0 else "difference" if lengths == (1, -1) else "terms"

    # --- partials

    def _partial(self, equation: Equation, quantity: Quantity) -> Explanation:
        operands = equation.operands
        mentions = {"target": equation.target, "of": quantity.of, "by": quantity.by}
        if equation.operation == "sum_of_products" and self.program.quantities[operands[0]].kind in PARTIALS:
            return (self._chain(equation, quantity, mentions),)
        said = self._slope(equation, quantity, mentions)
        return (said, Sentence("partial.direct", mentions)) if path_of(equation.target) == DIRECT else (said,)

    def _chain(self, equation: Equation, quantity: Quantity, mentions: Mapping[str, str]) -> Sentence:
        """The chain rule, by what it puts together: one path, or all of several, or those that no other formula counts."""
        terms, paths = len(equation.static), self.paths[equation.target]
        first = self.program.quantities[equation.operands[0]]
        if path_of(equation.target) == DIRECT:
            return Sentence(f"chain_rule.direct{several(terms)}", mentions, terms)
        if terms > 1:
            return Sentence("chain_rule.several" if paths == terms else "chain_rule.products", mentions, terms)
        if first.kind is Kind.TOTAL or (paths > 1 and len(equation.operands) == 2):
            return Sentence("chain_rule.through", {**mentions, "between": first.by})
        if paths > 1:
            return Sentence("chain_rule.stages", mentions)
        if quantity.kind is Kind.TOTAL or len(equation.operands) > 2:
            return Sentence("chain_rule", mentions)
        return Sentence("chain_link", {**mentions, "between": first.by})

    def _slope(self, slope: Equation, quantity: Quantity, mentions: Mapping[str, str]) -> Sentence:
        """The slope of one equation by one of its operands."""
        inner = self.program.equation_of[quantity.of]
        operation, by = inner.operation, self.program.quantities[quantity.by]
        if self.program.quantities[quantity.of].kind is Kind.NODE and operation not in ELEMENTWISE:
            return Sentence(_slope_of_formula(slope, inner), mentions)
        if operation == "affine":
            moved = path_of(slope.target) == SEQUENTIAL
            kind = "sequential" if moved else "bias" if by.kind is Kind.BIAS else "weight" if by.kind in PARAMETERS else "input"
            return Sentence(f"partial.affine.{kind}", {**mentions, "other": slope.operands[0]} if slope.operands else mentions)
        if operation in LOSSES:
            return Sentence(f"partial.{_loss_slope(operation, len(inner.operands) // 2)}", mentions)
        if operation == "softmax":
            other = ".alone" if len(inner.operands) == 1 else "" if slope.operation == "softmax_slope" else ".other"
            return Sentence(f"partial.softmax{other}", mentions)
        return Sentence(f"partial.{operation}", {**mentions, "z": inner.operands[0]})


def of_identity(identity: Equation, loss: str) -> Explanation:
    """What explains a derivative's short form, which follows from this loss; a mean over samples is divided by their number."""
    mean = identity.operation == "mean_difference"
    return (Sentence(f"identity.{loss}{'.mean' if mean else ''}", {"target": identity.target}, identity.static[0] if mean else 0),)


def several(count: int) -> str:
    """What a key ends with where there are several of what its sentence speaks of."""
    return ".several" if count > 1 else ""


def _loss_slope(loss: str, outputs: int) -> str:
    """The mean over one output is no mean."""
    return "squared_error" if loss == "mean_squared_error" and outputs == 1 else loss


# What stands in a sum, by its slope. A sum of products as a slope is the rest of a term, with a minus sign.
_IN_SUM = {"one": "added", "minus_one": "subtracted", "sum_of_products": "factor.subtracted", "polynomial": "collected"}


def _slope_of_formula(slope: Equation, inner: Equation) -> str:
    """Which sentence explains the slope of a formula's equation by one of its operands."""
    match inner.operation:
        case "sum_of_products":
            return f"slope.{_IN_SUM.get(slope.operation, 'factor')}"
        case "maximum" | "minimum":
            return "slope.chosen"
        case "quotient" | "general_power":
            return f"slope.{inner.operation}.{'first' if slope.operation in ('power', 'general_power_slope') else 'second'}"
    return f"slope.{inner.operation}"


def _training(program: Program | LayerProgram, equation: Equation) -> Sentence | None:
    """An update, or what an optimiser keeps: the same for a number and for a matrix."""
    row, operands = OPERATIONS.get(equation.operation), equation.operands
    if row is None or row.family not in (Family.KEPT, Family.CORRECTION, Family.UPDATE):
        return None
    mentions = {"target": equation.target, **dict(zip(row.roles, operands, strict=False))}
    if row.of_velocity and program.quantities[mentions["gradient"]].kind is Kind.MOMENT:
        return Sentence(row.of_velocity, mentions)
    return Sentence(row.sentence, mentions)


# --- matrix by matrix


@dataclass(frozen=True)
class MatrixExplainer:
    """The same for equations between matrices: what they say of rows and columns holds for these shapes."""

    layers: LayerProgram

    @cached_property
    def equation_of(self) -> Mapping[str, Equation]:
        return {equation.target: equation for equation in self.layers.equations}

    def explain(self, equation: Equation) -> Explanation:
        if equation.operation == "affine":
            return self._affine(equation)
        return (_training(self.layers, equation) or self._sentence(equation),)

    def _affine(self, equation: Equation) -> Explanation:
        """Weights, samples, biases and the result, each by how many there are."""
        shape, target = self.layers.shape, equation.target
        weights, signal, *bias = equation.operands
        units, columns = shape(target)
        mentions = {"target": target, "weights": weights, "signal": signal} | dict(zip(("bias",), bias, strict=False))
        if shape(weights) == shape(signal) == NUMBER:
            return (Sentence("affine" if bias else "affine.no_bias", mentions),)
        of_weights = "layer.affine" if units > 1 else "layer.affine.weight" if shape(weights) == NUMBER else "layer.affine.neuron"
        keys = [of_weights, *(["layer.columns"] if columns > 1 else [])]
        if bias:
            shared = "layer.bias.shared" if units > 1 else "layer.bias"
            keys.append(shared if shape(bias[0]) == NUMBER else "layer.biases" if columns == 1 else "layer.biases.columns")
        keys.append("layer.result" if units > 1 else "layer.result.neuron" if columns == 1 else "layer.result.samples")
        return tuple(Sentence(key, mentions) for key in keys)

    def _sentence(self, equation: Equation) -> Sentence:
        layers, target, operation, operands = self.layers, equation.target, equation.operation, equation.operands
        quantity = layers.quantities[target]
        number = layers.shape(target) == NUMBER
        rows, columns = layers.shape(operands[0]) if operands else layers.shape(target)
        mentions = {"target": target} | ({"of": quantity.of, "by": quantity.by} if quantity.of else {})
        match operation:
            case "entrywise_product":
                return Sentence(self._entrywise(equation), mentions | {"gradient": operands[0], "slopes": operands[1]})
            case "product_transposed":
                key = "layer.by_weight" if number and columns == 1 else f"layer.by_weights{several(columns)}"
                return Sentence(key, mentions | {"gradient": operands[0], "signal": operands[1]}, columns)
            case "transposed_product":
                key = "layer.by_signal" if rows > 1 else "layer.by_signal.one_weight"
                return Sentence(key, mentions | {"weights": operands[0], "gradient": operands[1]})
            case "row_sums":
                key = f"layer.by_{'bias' if rows == 1 else 'biases'}{several(columns)}"
                return Sentence(key, mentions | {"gradient": operands[0]}, columns)
            case "total":
                return Sentence("layer.by_shared_bias", mentions | {"gradient": operands[0]})
            case "softmax_pull":
                return Sentence("layer.softmax_pull", mentions | {"gradient": operands[0], "shares": operands[1]})
            case "softmax":
                key = "activation.softmax.alone" if rows == 1 else "layer.softmax.column" if columns == 1 else "layer.softmax"
                return Sentence(key, mentions | {"z": operands[0]})
            case "shares" | "ones":
                return Sentence("partial.mean" if operation == "shares" else "partial.sum", mentions)
            case "mean" | "sum":
                return Sentence(operation, mentions, columns)
            case "difference":
                key = "difference" if number else "layer.difference.row" if rows == 1 else "layer.difference.column"
                key = "layer.difference" if rows > 1 and columns > 1 else key
                return Sentence(key, mentions | {"raw": operands[0], "shift": operands[1]})
        if operation in LOSSES:
            return Sentence("layer.losses" if quantity.shape else f"loss.{operation}{several(rows)}", mentions)
        if operation.endswith(SLOPES):
            slope = operation.removesuffix(SLOPES)
            return Sentence(f"partial.{_loss_slope(slope, rows)}", mentions | {"z": quantity.by})
        assert operation in ELEMENTWISE, operation
        alone = number or operation == "identity"
        return Sentence(f"activation.{operation}" if alone else "layer.activation", mentions | {"z": operands[0]})

    def _entrywise(self, equation: Equation) -> str:
        """A product entry by entry: with the samples' shares in the mean, or with the slopes of an activation function."""
        if self.layers.quantities[self.layers.quantities[equation.target].by].kind is Kind.OUTPUT:
            of_all = self.equation_of[equation.operands[0]].operation
            return "layer.sample_whole" if of_all == "ones" else "layer.sample_share"
        if self.equation_of[equation.operands[1]].operation == f"identity{SLOPES}":
            return "layer.slopes.identity"
        return "layer.slope" if self.layers.shape(equation.target) == NUMBER else "layer.slopes"
