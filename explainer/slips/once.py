"""Slips in a single equation: a factor left out, a term with the wrong sign, another neuron's signal, no activation function.

Each is the list of equations with one of them changed. What it gives is evaluated like anything else, so its digits are proven
as those of right values are. A change that is none, such as a ReLU taken twice, is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from explainer.compose.straight import needed
from explainer.core.names import parse
from explainer.core.program import PARTIALS, Equation, Kind, Program, Quantity
from explainer.operations.record import Family
from explainer.operations.sums import split
from explainer.operations.vocabulary import ELEMENTWISE, LOSSES, OPERATIONS

IDEMPOTENT = frozenset({"relu", "step", "sign", "identity", "abs"})  # taken twice they are what they are
TRIVIAL = frozenset({"copy", "one", "minus_one", "zero"})  # equations that leave nothing to be calculated
_SUMS = ("sum_of_products", "affine", "product")
RATES = {"rate_tenfold": Decimal(10), "rate_tenth": Decimal("0.1")}
SHARES, OTHER_SAMPLE = "shares_exchanged", "other_sample"
OF_UPDATES = frozenset({"ascent", "step_given", "uncorrected", SHARES, *RATES})
OF_TERMS = frozenset({"term_left_out", "added", "path_alone"})  # mention the factors of a term
_FACTORS = {"sign": Decimal(-1), "half": Decimal("0.5"), "twice": Decimal(2)}
_OF_STEPS = frozenset({"step_for_derivative", "new_for_derivative"})
AVERAGES = frozenset({"decayed_mean", "decayed_square"})  # that keep a share, and take in the rest of what is new
_RATE_LETTERS = frozenset({"eta", "alpha", "lr"})  # of learning rates in an author's formulas
_CURVED = frozenset({"sigmoid", "tanh"})  # what is added before them is something else than what is added after them
_LOGARITHMS = {"logarithm_10": 10, "logarithm_2": 2}
_ASIDE = "explainer's "  # begins the names of what only a slip has; no quantity's name has a space in it


Confused = Mapping[str, tuple[str, ...]]  # what each quantity may be taken for
NOTHING: Confused = {}
Samples = Mapping[int, Mapping[str, Decimal]]  # by their numbers, what the inputs are that other samples have
NO_SAMPLES: Samples = {}


@dataclass(frozen=True)
class Slip:
    """What it is called, which quantity's equation it is made in, what it mentions; and the list that somebody goes by then.

    A slip with a term of a sum mentions the term's factors.
    """

    cause: str
    at: str
    program: Program
    mentions: tuple[str, ...] = ()
    base: int = 0  # of the logarithm, 0 for e
    count: int = 0  # the number of another sample

    @property
    def name(self) -> tuple[str, str, tuple[str, ...], int]:
        """What it is in other numbers as well."""
        return self.cause, self.at, self.mentions, self.count

    @property
    def is_of_result(self) -> bool:
        """Is it made with the right number, when that is there?"""
        return self.cause in _FACTORS or self.cause in _OF_STEPS

    @property
    def is_of_update(self) -> bool:
        """Is it made where a parameter moves?"""
        return self.cause in OF_UPDATES


@dataclass(frozen=True)
class _Change:
    """What stands in place of an equation: others, of which the last has its target."""

    cause: str
    equations: tuple[Equation, ...]
    mentions: tuple[str, ...] = ()


def once(program: Program, confused: Confused = NOTHING, samples: Samples = NO_SAMPLES) -> Iterator[Slip]:
    """Every slip that can be made in one equation of a program. `confused` says what a quantity may be taken for."""
    for equation in program.equations:
        yield from _other_samples(program, equation, samples)
        for change in _changes(program, equation, confused):
            yield Slip(change.cause, equation.target, _with(program, equation, change.equations), change.mentions)
        if equation.operation not in TRIVIAL:
            yield from _scaled(program, equation)
            yield from _logarithms(program, equation)
        if equation.operation in AVERAGES:
            yield from _shares(program, equation)
        if OPERATIONS[equation.operation].family is Family.UPDATE:
            yield from _rates(program, equation)
            yield from _steps(program, equation)


def _with(program: Program, equation: Equation, others: Sequence[Equation]) -> Program:
    at = program.equations.index(equation)
    return replace(program, equations=(*program.equations[:at], *others, *program.equations[at + 1 :]))


def aside(name: str) -> str:
    """The name of something that only a slip has."""
    return _ASIDE + name


def _changes(program: Program, equation: Equation, confused: Confused) -> Iterator[_Change]:
    if equation.operation in _SUMS:
        yield from _of_sum(program, equation, confused)
    elif equation.operation == "copy":
        (own,) = equation.operands
        for other in confused.get(own, ()):
            yield _Change("confused", (replace(equation, operands=(other,)),), (own, other))
    elif equation.operation in ELEMENTWISE:
        yield from _of_activation(program, equation)
    elif equation.operation in LOSSES:
        yield from _of_loss(equation)
    elif equation.operation == "mean" and len(equation.operands) > 1:
        yield _Change("sum_for_mean", (replace(equation, operation="sum"),))
    elif equation.operation == "quotient" and abs(program.given.get(equation.operands[1], 0)) != 1:
        whole, part = equation.operands
        yield _Change("not_divided", (Equation(equation.target, "copy", (whole,)),), (part,))
    elif equation.operation == "bias_correction":
        yield _Change("uncorrected", (Equation(equation.target, "copy", equation.operands[:1]),))
    elif OPERATIONS[equation.operation].family is Family.UPDATE:
        new = aside(equation.target)
        moved = Equation(equation.target, "sum_of_products", (new, equation.operands[0]), (1, -1))
        yield _Change("step_given", (replace(equation, target=new), moved))
    else:
        yield from _of_slope(program, equation)


# --- sums of products


def _of_sum(program: Program, equation: Equation, confused: Confused) -> Iterator[_Change]:
    lengths = equation.static or (len(equation.operands),)  # a product is one term
    terms, signs = split(equation.operands, lengths), [1 if length > 0 else -1 for length in lengths]

    def changed(terms: Sequence[Sequence[str]], signs: Sequence[int]) -> tuple[Equation, ...]:
        operands = tuple(name for term in terms for name in term)
        lengths = tuple(sign * len(term) for term, sign in zip(terms, signs, strict=True))
        return (Equation(equation.target, "sum_of_products", operands, lengths),)

    if len(terms) == 1:
        (term,) = terms
        for place, factor in enumerate(term):
            if len(term) > 1 and not _is_one(program, factor):
                rest = [*term[:place], *term[place + 1 :]]
                yield _Change(_left_out(program, factor), changed([rest], signs), (_source(program, factor),))
            for other in confused.get(factor, ()):
                yield _Change("confused", changed([[*term[:place], other, *term[place + 1 :]]], signs), (factor, other))
        return
    bias = _bias_of(program, terms)
    for place, term in enumerate(terms):
        is_bias = term == bias
        others, left = [*terms[:place], *terms[place + 1 :]], [*signs[:place], *signs[place + 1 :]]
        yield _Change("bias_left_out" if is_bias else "term_left_out", changed(others, left), tuple(term))
        if is_bias or (signs[place] < 0 and len(term) > 1):
            turned = [*signs[:place], -signs[place], *signs[place + 1 :]]
            yield _Change("bias_sign" if is_bias else "added", changed(terms, turned), tuple(term))
        for at, factor in enumerate(term if len(term) > 2 else ()):
            less: list[Sequence[str]] = [*terms]
            less[place] = [*term[:at], *term[at + 1 :]]
            yield _Change(_left_out(program, factor), changed(less, signs), (_source(program, factor),))
    yield from _of_new_point(program, equation, terms, signs)
    for (at, one), (beside, two) in combinations(enumerate(terms), 2):
        if len(one) == len(two) == 2 and one[0] != two[0] and one[1] != two[1]:
            exchanged = [*terms]
            exchanged[at], exchanged[beside] = [two[0], one[1]], [one[0], two[1]]
            yield _Change("exchanged", changed(exchanged, signs), (one[0], two[0]))


def _of_new_point(program: Program, equation: Equation, terms: Sequence[Sequence[str]], signs: Sequence[int]) -> Iterator[_Change]:
    """A step of gradient descent, written out as old − η × slope, with the slope of the place where it leads to."""
    if signs != [1, -1] or len(terms[0]) != 1 or not any(parse(name).letters in _RATE_LETTERS for name in terms[1]):
        return
    (old,), new = terms[0], aside(equation.target)
    moved, others = {old: new}, [replace(equation, target=new)]
    for below in needed(program, (), [name for name in terms[1] if name in program.equation_of]):
        if not moved.keys().isdisjoint(below.operands):
            moved[below.target] = aside(below.target)
            others.append(
                replace(below, target=moved[below.target], operands=tuple(moved.get(name, name) for name in below.operands))
            )
    if not moved.keys().isdisjoint(terms[1]):
        step = tuple(moved.get(name, name) for name in terms[1])
        yield _Change("new_point", (*others, Equation(equation.target, "sum_of_products", (old, *step), (1, -len(step)))))


def _is_one(program: Program, name: str) -> bool:
    equation = program.equation_of.get(name)
    return equation is not None and equation.operation == "one"


def _source(program: Program, name: str) -> str:
    """What a factor is to a reader: that which it copies, if it does no more."""
    equation = program.equation_of.get(name)
    return equation.operands[0] if equation and equation.operation == "copy" else name


def _left_out(program: Program, factor: str) -> str:
    source = program.quantities[_source(program, factor)]
    if source.kind is Kind.WEIGHT:
        return "weight_left_out"
    if _is_slope(program, source):
        return "slope_left_out"
    return "left_out"


def _is_slope(program: Program, quantity: Quantity) -> bool:
    """Is it how a neuron's output changes with its sum?"""
    below = program.quantities.get(quantity.by)
    return quantity.kind is Kind.LOCAL and below is not None and below.kind is Kind.PREACTIVATION


def _bias_of(program: Program, terms: Sequence[Sequence[str]]) -> Sequence[str]:
    """The term of a weighted sum that is its bias; none, if it has no such."""
    alone = [term for term in terms if len(term) == 1]
    is_weighted = len(alone) == 1 and all(len(term) == 2 for term in terms if term is not alone[0])
    return alone[0] if is_weighted and _is_bias(program, alone[0][0]) else ()


def _is_bias(program: Program, name: str) -> bool:
    kind = program.quantities[name].kind
    return kind is Kind.BIAS or (kind is Kind.VALUE and parse(name).letters == "b")


# --- functions


def _of_activation(program: Program, equation: Equation) -> Iterator[_Change]:
    if equation.operation == "identity":
        return
    yield _Change("activation_left_out", (replace(equation, operation="copy"),), equation.operands)
    inner = aside(equation.target)
    below = program.equation_of.get(equation.operands[0])
    if equation.operation in _CURVED and below is not None and below.operation in _SUMS:
        yield from _bias_after(program, equation, below)
    if equation.operation not in IDEMPOTENT:
        yield _Change("activation_twice", (replace(equation, target=inner), replace(equation, operands=(inner,))))
    if equation.operation == "sigmoid":
        negative = Equation(inner, "sum_of_products", equation.operands, (-1,))
        yield _Change("exponent_sign", (negative, replace(equation, operands=(inner,))))


def _bias_after(program: Program, equation: Equation, below: Equation) -> Iterator[_Change]:
    """The bias added to what the activation function gives, and not to what it takes."""
    terms = split(below.operands, below.static or (len(below.operands),))
    if bias := _bias_of(program, terms):
        signs = [length for term, length in zip(terms, below.static, strict=True) if term != bias]
        sum_, inner = aside(below.target), aside(equation.target)
        operands = tuple(name for term in terms if term != bias for name in term)
        bare = Equation(sum_, "sum_of_products", operands, tuple(signs))
        after = Equation(equation.target, "sum_of_products", (inner, *bias), (1, 1))
        yield _Change("bias_after", (bare, replace(equation, target=inner, operands=(sum_,)), after), tuple(bias))


def _of_loss(equation: Equation) -> Iterator[_Change]:
    if equation.operation == "squared_error" and len(equation.operands) == 2:
        yield _Change("not_squared", (Equation(equation.target, "sum_of_products", equation.operands, (1, -1)),))


def _of_slope(program: Program, equation: Equation) -> Iterator[_Change]:
    """The slope of a sigmoid, taken at the sum instead of the output, or only begun."""
    quantity = program.quantities[equation.target]
    if equation.operation != "sigmoid_slope" or quantity.kind not in PARTIALS:
        return
    if quantity.by in program.given or quantity.by in program.equation_of:
        yield _Change("slope_at_sum", (replace(equation, operands=(quantity.by,)),), (quantity.by, quantity.of))
    yield _Change("slope_begun", (replace(equation, operation="copy"),), equation.operands)


# --- numbers


def _scaled(program: Program, equation: Equation) -> Iterator[Slip]:
    """The other sign, half of it, twice as much."""
    right = aside(equation.target)
    for cause, factor in _FACTORS.items():
        scale = aside(cause)
        others = (replace(equation, target=right), Equation(equation.target, "sum_of_products", (right, scale), (2,)))
        changed = _with(program, equation, others)
        yield Slip(cause, equation.target, replace(changed, given={**program.given, scale: factor}))


def _logarithms(program: Program, equation: Equation) -> Iterator[Slip]:
    if equation.operation == "log" or (equation.operation in LOSSES and "cross_entropy" in equation.operation):
        for cause, base in _LOGARITHMS.items():
            yield Slip(cause, equation.target, program, base=base)


def _steps(program: Program, update: Equation) -> Iterator[Slip]:
    """The step, or the new value that it leads to, taken for the derivative that it is made from."""
    if update.operation != "sgd_update":
        return
    old, rate, gradient = update.operands
    equation = program.equation_of.get(gradient)
    if equation is None:
        return
    bare = replace(equation, target=aside(gradient))
    if program.given.get(rate, 1) != 1:
        step = Equation(gradient, "sum_of_products", (bare.target, rate), (2,))
        yield Slip("step_for_derivative", gradient, _with(program, equation, (bare, step)), (rate,))
    new = Equation(gradient, update.operation, (old, rate, bare.target))
    yield Slip("new_for_derivative", gradient, _with(program, equation, (bare, new)), (update.target,))


def _shares(program: Program, equation: Equation) -> Iterator[Slip]:
    """What is kept of an average, and what is taken in, the other way round."""
    decay, *others = equation.operands
    if decay in program.given and program.given[decay] != Decimal("0.5"):
        rest = aside(decay)
        changed = _with(program, equation, (replace(equation, operands=(rest, *others)),))
        yield Slip(SHARES, equation.target, replace(changed, given={**program.given, rest: 1 - program.given[decay]}))


def _other_samples(program: Program, equation: Equation, samples: Samples) -> Iterator[Slip]:
    """The inputs of another sample."""
    for sample, inputs in samples.items():
        taken = {name: inputs[name] for name in equation.operands if name in inputs}
        if taken:
            operands = tuple(aside(name) if name in taken else name for name in equation.operands)
            changed = _with(program, equation, (replace(equation, operands=operands),))
            given = {**program.given, **{aside(name): value for name, value in taken.items()}}
            yield Slip(OTHER_SAMPLE, equation.target, replace(changed, given=given), count=sample)


def _rates(program: Program, equation: Equation) -> Iterator[Slip]:
    rate = equation.operands[1]
    for cause, factor in (("ascent", Decimal(-1)), *RATES.items()):
        scaled = aside(rate)
        changed = _with(program, equation, (replace(equation, operands=(equation.operands[0], scaled, *equation.operands[2:])),))
        if rate in program.given:
            yield Slip(cause, equation.target, replace(changed, given={**program.given, scaled: program.given[rate] * factor}))
