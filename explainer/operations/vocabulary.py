"""The vocabulary: one row per operation, and nothing else knows a formula.

A row says what an operation computes, written over the few primitives of an `Algebra`, and which rows are its partial
derivatives. Evaluating, proving and printing are algebras: a new operation is one row, a new reading is one algebra.
An algebra may read a row in its own way where it has to (a stable sigmoid, say) by listing it in `overrides`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain
from typing import Any, Protocol

from explainer.core.program import Static

OUTPUT = -1  # stands, in a Rule, for the operation's own result


@dataclass(frozen=True, slots=True)
class Sibling:
    """Stands, in a Rule, for the result of the same operation on the same operands with another `static` (softmax)."""

    static: Static


class Algebra(Protocol):
    """The primitives a reading must supply. Values are whatever the reading works on."""

    @property
    def overrides(self) -> Mapping[str, Callable[..., Any]]: ...

    def number(self, value: Fraction) -> Any: ...
    def add(self, left: Any, right: Any) -> Any: ...
    def subtract(self, left: Any, right: Any) -> Any: ...
    def multiply(self, left: Any, right: Any) -> Any: ...
    def divide(self, left: Any, right: Any) -> Any: ...
    def negate(self, value: Any) -> Any: ...
    def power(self, base: Any, exponent: int) -> Any: ...
    def exp(self, value: Any) -> Any: ...
    def log(self, value: Any) -> Any: ...
    def sqrt(self, value: Any) -> Any: ...
    def tanh(self, value: Any) -> Any: ...
    def positive_part(self, value: Any) -> Any: ...
    def is_positive(self, value: Any) -> Any: ...


class Operators:
    """Arithmetic by Python's own operators, for algebras whose values have them."""

    def add(self, left: Any, right: Any) -> Any:
        return left + right

    def subtract(self, left: Any, right: Any) -> Any:
        return left - right

    def multiply(self, left: Any, right: Any) -> Any:
        return left * right

    def divide(self, left: Any, right: Any) -> Any:
        return left / right

    def negate(self, value: Any) -> Any:
        return -value

    def power(self, base: Any, exponent: int) -> Any:
        return base**exponent


Formula = Callable[[Any, Sequence[Any], Static], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One partial derivative as an equation: an operation and which of the outer operands (or OUTPUT, or siblings) it takes."""

    operation: str
    operands: tuple[int | Sibling, ...] = ()
    static: Static = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a function besides its formula: proven like a partial, and taken by the rings of the proof."""

    at: tuple[tuple[Fraction, Fraction], ...] = ()  # arguments at which its value is a fraction, and these values
    mirrored: Formula | None = None  # f(−z), over z and f(z)


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Operation:
    """`formula(algebra, operands, static)`; `partial(position, count, static)` is the rule by that operand, if there is one."""

    name: str
    formula: Formula
    partial: Callable[[int, int, Static], Rule | None] | None = None  # None for an operand that is never learnt, a target
    collected: Callable[[tuple[int, ...], int, Static], Rule] | None = None  # the rule by an operand that stands at many positions
    facts: Facts = NO_FACTS
    kink: Formula | None = None  # zero where the operation is not differentiable: a declared convention holds there
    working: tuple[Formula, ...] = ()  # its derivative as a reader finds it, line by line; each line is proven
    worked: int = 0  # the operand by which `working` differentiates


def apply(operation: Operation, algebra: Algebra, operands: Sequence[Any], static: Static = ()) -> Any:
    """Read one row in one algebra."""
    override = algebra.overrides.get(operation.name)
    return override(operands, static) if override else operation.formula(algebra, operands, static)


def _call(name: str, k: Algebra, *operands: Any) -> Any:
    """Another row's formula inside a formula, as the algebra reads it."""
    return apply(OPERATIONS[name], k, operands)


def total(k: Algebra, values: Sequence[Any]) -> Any:
    """The sum of values, from the first to the last."""
    *_, last = accumulate(values, k.add)
    return last


def _product(k: Algebra, values: Sequence[Any]) -> Any:
    *_, last = accumulate(values, k.multiply)
    return last


def split(operands: Sequence[Any], lengths: Static) -> list[Sequence[Any]]:
    """The terms of a sum of products: `lengths` factors each, in order; a negative length is a term that is subtracted."""
    sizes = [abs(length) for length in lengths]
    return [operands[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


def _signed_sum(k: Algebra, signs: Sequence[int], terms: Sequence[Any]) -> Any:
    """The terms added up, those with a negative sign subtracted."""
    first, *others = terms
    found = first if signs[0] > 0 else k.negate(first)
    for sign, term in zip(signs[1:], others, strict=True):
        found = k.add(found, term) if sign > 0 else k.subtract(found, term)
    return found


def _sum_of_products(k: Algebra, v: Sequence[Any], lengths: Static) -> Any:
    return _signed_sum(k, lengths, [_product(k, term) for term in split(v, lengths)])


def _partial_of_sum_of_products(position: int, count: int, lengths: Static) -> Rule:
    sign, others = _factors_left(position, lengths)
    if sign < 0:
        return Rule("sum_of_products", others, (-len(others),)) if others else Rule("minus_one")
    if not others:
        return Rule("one")
    return Rule("copy", others) if len(others) == 1 else Rule("product", others)


def _factors_left(position: int, lengths: Static) -> tuple[int, tuple[int, ...]]:
    """Where the term of a sum of products that has this position leaves its other factors, and its sign."""
    terms = zip(split(range(sum(map(abs, lengths))), lengths), lengths, strict=True)
    term, length = next(pair for pair in terms if position in pair[0])
    return (1 if length > 0 else -1), tuple(index for index in term if index != position)


def _collected_of_sum_of_products(positions: tuple[int, ...], _count: int, lengths: Static) -> Rule:
    """One operand at many places: what the other factors leave at each, like terms together (x·x has 2x, d + 2d has 1 + 2)."""
    monomials = Counter[tuple[int, ...]]()
    own = positions[0]
    for position in positions:
        sign, others = _factors_left(position, lengths)
        monomials[tuple(sorted(own if index in positions else index for index in others))] += sign
    operands = tuple(dict.fromkeys(index for monomial in monomials for index in monomial))
    terms = [(count, *(monomial.count(index) for index in operands)) for monomial, count in monomials.items() if count]
    return Rule("polynomial", operands, (len(operands), *chain.from_iterable(terms)))


def _polynomial(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    """Whole coefficients times powers of the operands. `static`: how many operands, then each term's coefficient and exponents."""
    count, *numbers = static
    coefficients, products = numbers[:: count + 1], list[Any]()
    for term, coefficient in enumerate(coefficients):
        exponents = numbers[term * (count + 1) + 1 : (term + 1) * (count + 1)]
        factors = [
            base if exponent == 1 else k.power(base, exponent) for base, exponent in zip(v, exponents, strict=True) if exponent
        ]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, k.number(Fraction(abs(coefficient))))
        products.append(_product(k, factors))
    return _signed_sum(k, coefficients, products) if products else k.number(Fraction(0))


def _squared_errors(k: Algebra, v: Sequence[Any]) -> Any:
    return total(k, [k.power(k.subtract(y, o), 2) for y, o in zip(v[::2], v[1::2], strict=True)])


def _squared_error_row(name: str, scale: Callable[[int], Fraction]) -> tuple[Operation, Operation]:
    """Σ(y − o)² times a scale that may depend on the number of outputs; operands y₁, o₁, y₂, o₂, …"""

    def formula(k: Algebra, v: Sequence[Any], _: Static) -> Any:
        factor = scale(len(v) // 2)
        return _squared_errors(k, v) if factor == 1 else k.multiply(k.number(factor), _squared_errors(k, v))

    def partial(position: int, count: int, _: Static) -> Rule:
        pair = (position, position + 1) if position % 2 == 0 else (position - 1, position)
        return Rule(f"{name}_slope", pair, (-1 if position % 2 else 1, count // 2))

    def slope(k: Algebra, v: Sequence[Any], static: Static) -> Any:
        sign, outputs = static
        factor = sign * 2 * scale(outputs)
        difference = k.subtract(v[0], v[1])
        if factor == 1:
            return difference
        return k.negate(difference) if factor == -1 else k.multiply(k.number(factor), difference)

    return Operation(name, formula, partial), Operation(f"{name}_slope", slope)


def _sigmoid_parts(k: Algebra, z: Any) -> tuple[Any, Any, Any]:
    one, decay = k.number(Fraction(1)), k.exp(k.negate(z))
    return one, decay, k.add(one, decay)


def _sigmoid_quotient(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    _one, decay, below = _sigmoid_parts(k, v[0])
    return k.divide(decay, k.power(below, 2))


def _sigmoid_factors(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    one, decay, below = _sigmoid_parts(k, v[0])
    return k.multiply(k.divide(one, below), k.divide(decay, below))


def _sigmoid_complement(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    one, _decay, below = _sigmoid_parts(k, v[0])
    return k.multiply(k.divide(one, below), k.subtract(one, k.divide(one, below)))


_ZERO, _ONE = Fraction(0), Fraction(1)


def _odd(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return k.negate(v[1])


def _mirrored_at_bisector(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    """f(−z) = f(z) − z, as ReLU and softplus have it."""
    return k.subtract(v[1], v[0])


LEAK = Fraction(1, 100)  # the slope of leaky ReLU on the negative side


def _leaky_slope(k: Algebra, z: Any) -> Any:
    return k.add(k.number(LEAK), k.multiply(k.number(1 - LEAK), k.is_positive(z)))


def _softmax(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    return k.divide(k.exp(v[static[0]]), total(k, [k.exp(z) for z in v]))


def _partial_of_softmax(position: int, count: int, static: Static) -> Rule:
    if position == static[0]:
        return Rule("softmax_slope", (OUTPUT,))
    return Rule("softmax_cross_slope", (OUTPUT, Sibling((position,))))


def _softmax_pull(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    """p_i (g_i − Σ g_k p_k): how a gradient g by all shares p comes to the sum number i."""
    gradients, shares = v[: len(v) // 2], v[len(v) // 2 :]
    mean = total(k, [k.multiply(g, p) for g, p in zip(gradients, shares, strict=True)])
    return k.multiply(shares[static[0]], k.subtract(gradients[static[0]], mean))


def _pairs(v: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Targets and outputs: y₁, o₁, y₂, o₂, …"""
    return list(zip(v[::2], v[1::2], strict=True))


def _binary_cross_entropy(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    one = k.number(Fraction(1))
    terms = [k.add(k.multiply(y, k.log(o)), k.multiply(k.subtract(one, y), k.log(k.subtract(one, o)))) for y, o in _pairs(v)]
    return k.negate(total(k, terms))


def _binary_cross_entropy_slope(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    y, o = v
    return k.divide(k.subtract(o, y), k.multiply(o, k.subtract(k.number(Fraction(1)), o)))


def _binary_cross_entropy_brackets(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    y, o = v
    one = k.number(Fraction(1))
    return k.negate(k.subtract(k.divide(y, o), k.divide(k.subtract(one, y), k.subtract(one, o))))


def _binary_cross_entropy_fractions(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    y, o = v
    one = k.number(Fraction(1))
    above = k.add(k.negate(k.multiply(y, k.subtract(one, o))), k.multiply(k.subtract(one, y), o))
    return k.divide(above, k.multiply(o, k.subtract(one, o)))


def _binary_cross_entropy_slope_by_logit(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    """(1 − y)/σ(−z) − y/σ(z): the slope by the prediction, without the difference of two numbers near one."""
    y, z = v
    right, wrong = _call("sigmoid", k, z), _call("sigmoid", k, k.negate(z))
    return k.subtract(k.divide(k.subtract(k.number(Fraction(1)), y), wrong), k.divide(y, right))


def _binary_cross_entropy_logits(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return total(k, [k.subtract(_call("softplus", k, z), k.multiply(y, z)) for y, z in _pairs(v)])


def _binary_cross_entropy_by_logit(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    """y softplus(−z) + (1 − y) softplus(z): no large numbers that nearly cancel."""
    one = k.number(Fraction(1))
    terms = [
        k.add(
            k.multiply(y, _call("softplus", k, k.negate(z))),
            k.multiply(k.subtract(one, y), _call("softplus", k, z)),
        )
        for y, z in _pairs(v)
    ]
    return total(k, terms)


def _cross_entropy(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return k.negate(total(k, [k.multiply(y, k.log(p)) for y, p in _pairs(v)]))


def _cross_entropy_logits(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return k.subtract(k.log(total(k, [k.exp(z) for _y, z in _pairs(v)])), total(k, [k.multiply(y, z) for y, z in _pairs(v)]))


def _cross_entropy_logits_slope(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    return k.subtract(_softmax(k, [z for _y, z in _pairs(v)], static), v[2 * static[0]])


def _of_outputs(slope: str) -> Callable[[int, int, Static], Rule | None]:
    """Partials by the outputs alone: a slope row that takes one target and its output."""
    return lambda position, *_: Rule(slope, (position - 1, position)) if position % 2 else None


def _power(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    """A whole power; a negative one is a fraction."""
    (exponent,) = static
    one = k.number(Fraction(1))
    if exponent == 0:
        return one
    raised = v[0] if abs(exponent) == 1 else k.power(v[0], abs(exponent))
    return raised if exponent > 0 else k.divide(one, raised)


def _power_slope(k: Algebra, v: Sequence[Any], static: Static) -> Any:
    (exponent,) = static
    if exponent in (0, 1):
        return k.number(Fraction(exponent))
    return k.multiply(k.number(Fraction(exponent)), _power(k, v, (exponent - 1,)))


def _is_greater(k: Algebra, v: Sequence[Any], _: Static = ()) -> Any:
    return k.is_positive(k.subtract(v[0], v[1]))


def _is_not_greater(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return k.subtract(k.number(Fraction(1)), _is_greater(k, v))


def _surplus(k: Algebra, v: Sequence[Any]) -> Any:
    """By how much the first is greater, or zero."""
    return k.positive_part(k.subtract(v[0], v[1]))


def _decayed_mean(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    decay, before, value = v
    return k.add(k.multiply(decay, before), k.multiply(k.subtract(k.number(Fraction(1)), decay), value))


def _step(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    return k.multiply(v[1], v[2])


def _scaled_step(k: Algebra, v: Sequence[Any], _: Static) -> Any:
    _parameter, rate, direction, square, epsilon = v
    return k.divide(k.multiply(rate, direction), k.add(k.sqrt(square), epsilon))


def _descent(step: Formula) -> Formula:
    """Against the gradient."""
    return lambda k, v, static: k.subtract(v[0], step(k, v, static))


def _ascent(step: Formula) -> Formula:
    """Along the gradient."""
    return lambda k, v, static: k.add(v[0], step(k, v, static))


_SIGMOID_WORKING: tuple[Formula, ...] = (_sigmoid_quotient, _sigmoid_factors, _sigmoid_complement)

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        # sums and products
        Operation("affine", _sum_of_products, _partial_of_sum_of_products),
        Operation("sum_of_products", _sum_of_products, _partial_of_sum_of_products, _collected_of_sum_of_products),
        Operation("polynomial", _polynomial),
        Operation("product", lambda k, v, _: _product(k, v)),
        Operation(
            "difference",
            lambda k, v, _: k.subtract(v[0], v[1]),
            lambda position, *_: Rule("minus_one" if position else "one"),
        ),
        Operation(
            "mean_difference",
            lambda k, v, static: k.divide(k.subtract(v[0], v[1]), k.number(Fraction(static[0]))),
        ),
        Operation("copy", lambda k, v, _: v[0], lambda *_: Rule("one")),
        Operation("one", lambda k, v, _: k.number(Fraction(1))),
        Operation("minus_one", lambda k, v, _: k.number(Fraction(-1))),
        Operation(
            "mean",
            lambda k, v, _: k.divide(total(k, v), k.number(Fraction(len(v)))),
            lambda position, count, _: Rule("share", (), (count,)),
        ),
        Operation("share", lambda k, v, static: k.number(Fraction(1, static[0]))),
        # activations: each slope is written with the activation's own result where that is shorter
        Operation("identity", lambda k, v, _: v[0], lambda *_: Rule("one")),
        Operation(
            "sigmoid",
            lambda k, v, _: k.divide(k.number(Fraction(1)), k.add(k.number(Fraction(1)), k.exp(k.negate(v[0])))),
            lambda *_: Rule("sigmoid_slope", (OUTPUT,)),
            working=_SIGMOID_WORKING,
            facts=Facts(((_ZERO, Fraction(1, 2)),), lambda k, v, _: k.subtract(k.number(_ONE), v[1])),
        ),
        Operation("sigmoid_slope", lambda k, v, _: k.multiply(v[0], k.subtract(k.number(Fraction(1)), v[0]))),
        Operation(
            "sigmoid_slope_by_logit", lambda k, v, _: k.multiply(_call("sigmoid", k, v[0]), _call("sigmoid", k, k.negate(v[0])))
        ),
        Operation(
            "tanh", lambda k, v, _: k.tanh(v[0]), lambda *_: Rule("tanh_slope", (OUTPUT,)), facts=Facts(((_ZERO, _ZERO),), _odd)
        ),
        Operation("tanh_slope", lambda k, v, _: k.subtract(k.number(Fraction(1)), k.power(v[0], 2))),
        Operation(
            "relu",
            lambda k, v, _: k.positive_part(v[0]),
            lambda *_: Rule("relu_slope", (0,)),
            kink=lambda k, v, _: v[0],
            facts=Facts(((_ZERO, _ZERO),), _mirrored_at_bisector),
        ),
        Operation("relu_slope", lambda k, v, _: k.is_positive(v[0])),
        Operation(
            "leaky_relu",
            lambda k, v, _: k.multiply(_leaky_slope(k, v[0]), v[0]),
            lambda *_: Rule("leaky_relu_slope", (0,)),
            kink=lambda k, v, _: v[0],
        ),
        Operation("leaky_relu_slope", lambda k, v, _: _leaky_slope(k, v[0])),
        Operation(
            "softplus",
            lambda k, v, _: k.log(k.add(k.number(Fraction(1)), k.exp(v[0]))),
            lambda *_: Rule("sigmoid", (0,)),
            facts=Facts(mirrored=_mirrored_at_bisector),
        ),
        Operation("softmax", _softmax, _partial_of_softmax),
        Operation("softmax_slope", lambda k, v, _: k.multiply(v[0], k.subtract(k.number(Fraction(1)), v[0]))),
        Operation("softmax_cross_slope", lambda k, v, _: k.negate(k.multiply(v[0], v[1]))),
        Operation("softmax_pull", _softmax_pull),
        # what formulas have besides sums and products
        Operation(
            "quotient",
            lambda k, v, _: k.divide(v[0], v[1]),
            lambda position, *_: Rule("quotient_slope", (0, 1)) if position else Rule("power", (1,), (-1,)),
        ),
        Operation("quotient_slope", lambda k, v, _: k.negate(k.divide(v[0], k.power(v[1], 2)))),
        Operation("power", _power, lambda _position, _count, static: Rule("power_slope", (0,), static)),
        Operation("power_slope", _power_slope),
        Operation(
            "general_power",
            lambda k, v, _: k.exp(k.multiply(v[1], k.log(v[0]))),
            lambda position, *_: Rule("general_power_slope_by_exponent" if position else "general_power_slope", (OUTPUT, 0, 1)),
        ),
        Operation("general_power_slope", lambda k, v, _: k.divide(k.multiply(v[2], v[0]), v[1])),
        Operation("general_power_slope_by_exponent", lambda k, v, _: k.multiply(v[0], k.log(v[1]))),
        Operation(
            "exp",
            lambda k, v, _: k.exp(v[0]),
            lambda *_: Rule("copy", (OUTPUT,)),
            facts=Facts(((_ZERO, _ONE),), lambda k, v, _: k.divide(k.number(_ONE), v[1])),
        ),
        Operation("log", lambda k, v, _: k.log(v[0]), lambda *_: Rule("power", (0,), (-1,)), facts=Facts(((_ONE, _ZERO),))),
        Operation(
            "sqrt",
            lambda k, v, _: k.sqrt(v[0]),
            lambda *_: Rule("sqrt_slope", (OUTPUT,)),
            facts=Facts(((_ZERO, _ZERO), (_ONE, _ONE))),
        ),
        Operation("sqrt_slope", lambda k, v, _: k.divide(k.number(Fraction(1)), k.multiply(k.number(Fraction(2)), v[0]))),
        Operation(
            "maximum",
            lambda k, v, _: k.add(v[1], _surplus(k, v)),
            lambda position, *_: Rule("is_not_greater" if position else "is_greater", (0, 1)),
            kink=lambda k, v, _: k.subtract(v[0], v[1]),
        ),
        Operation(
            "minimum",
            lambda k, v, _: k.subtract(v[0], _surplus(k, v)),
            lambda position, *_: Rule("is_greater" if position else "is_not_greater", (0, 1)),
            kink=lambda k, v, _: k.subtract(v[0], v[1]),
        ),
        Operation("is_greater", _is_greater),
        Operation("is_not_greater", _is_not_greater),
        # losses
        *_squared_error_row("squared_error", lambda outputs: Fraction(1)),
        *_squared_error_row("half_squared_error", lambda outputs: Fraction(1, 2)),
        *_squared_error_row("mean_squared_error", lambda outputs: Fraction(1, outputs)),
        Operation(
            "binary_cross_entropy",
            _binary_cross_entropy,
            _of_outputs("binary_cross_entropy_slope"),
            working=(_binary_cross_entropy_brackets, _binary_cross_entropy_fractions),
            worked=1,
        ),
        Operation("binary_cross_entropy_slope", _binary_cross_entropy_slope),
        Operation("binary_cross_entropy_slope_by_logit", _binary_cross_entropy_slope_by_logit),
        Operation("binary_cross_entropy_by_logit", _binary_cross_entropy_by_logit),
        Operation("binary_cross_entropy_logits", _binary_cross_entropy_logits, _of_outputs("binary_cross_entropy_logits_slope")),
        Operation("binary_cross_entropy_logits_slope", lambda k, v, _: k.subtract(_call("sigmoid", k, v[1]), v[0])),
        Operation("categorical_cross_entropy", _cross_entropy, _of_outputs("categorical_cross_entropy_slope")),
        Operation("categorical_cross_entropy_slope", lambda k, v, _: k.negate(k.divide(v[0], v[1]))),
        Operation(
            "categorical_cross_entropy_logits",
            _cross_entropy_logits,
            lambda position, count, _: (
                Rule("categorical_cross_entropy_logits_slope", tuple(range(count)), (position // 2,)) if position % 2 else None
            ),
        ),
        Operation("categorical_cross_entropy_logits_slope", _cross_entropy_logits_slope),
        # what optimisers keep from step to step
        Operation("velocity", lambda k, v, _: k.add(k.multiply(v[0], v[1]), v[2])),
        Operation("decayed_mean", _decayed_mean),
        Operation("decayed_square", lambda k, v, _: _decayed_mean(k, [v[0], v[1], k.power(v[2], 2)], ())),
        Operation(
            "bias_correction",
            lambda k, v, static: k.divide(v[0], k.subtract(k.number(Fraction(1)), k.power(v[1], static[0]))),
        ),
        # updates: parameter, learning rate, direction
        Operation("sgd_update", _descent(_step)),
        Operation("sgd_ascent_update", _ascent(_step)),
        Operation("scaled_update", _descent(_scaled_step)),
        Operation("scaled_ascent_update", _ascent(_scaled_step)),
    )
}


def facts_of(function: str) -> Facts:
    """What is known of a function by name; nothing of what has no row."""
    return OPERATIONS[function].facts if function in OPERATIONS else NO_FACTS


ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "identity")
SQUARED_ERRORS = ("squared_error", "half_squared_error", "mean_squared_error")

# Loss and last activation → what starts from the pre-activations instead: the loss, its slope by a prediction, and the
# activation's slope, if there are such rows.
COLLAPSING = {
    ("binary_cross_entropy", "sigmoid"): (
        "binary_cross_entropy_by_logit",
        "binary_cross_entropy_slope_by_logit",
        "sigmoid_slope_by_logit",
    ),
    ("categorical_cross_entropy", "softmax"): ("categorical_cross_entropy_logits", "", ""),
}
