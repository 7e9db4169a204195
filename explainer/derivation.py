"""A proven program as a reader meets it: one typed step per equation, with lines to follow and numbers to check.

No language here: a step names the sentence that explains it and what that sentence mentions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from explainer import digits as rounding
from explainer import engine
from explainer.differentiate import is_sequential
from explainer.digits import Enclosure, Shown
from explainer.errors import NumericError, Problem
from explainer.expression import Constant, Expression, Node, Number, Symbol, formula
from explainer.operations import ACTIVATIONS, OPERATIONS, SQUARED_ERRORS
from explainer.program import PARAMETERS, PARTIALS, Equation, Kind, Program, Quantity
from explainer.proof import Proof, prove, runs, symmetry
from explainer.proof.enclosure import GUARD_DIGITS, recompute, shown_values
from explainer.schedule import Progress, Schedule, at_epoch, schedule
from explainer.spec import Example, NetworkExample, compose

EXACT, PROVEN = "exact", "proven"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a step: how it follows from the line before, and what it says."""

    relation: str  # "=" or "≈"
    expression: Expression


@dataclass(frozen=True, slots=True)
class Step:
    """How one quantity comes about. `sentence` is a key of the catalogue; `mentions` are its quantities, `count` its plural."""

    target: str
    sentence: str
    mentions: Mapping[str, str]
    lines: tuple[Line, ...]
    count: int = 0


@dataclass(frozen=True)
class Run:
    """A training run: what it does, an enclosure of all that is kept of it, and the bits that took."""

    schedule: Schedule
    enclosures: Mapping[str, Enclosure]
    bits: int
    twins: tuple[tuple[str, str], ...] = ()  # hidden neurons that start equal and provably stay so

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        found = {}
        known = {**self.schedule.forward.quantities, **self.schedule.loss.quantities, **self.schedule.update.quantities}
        for name in self.enclosures:
            base, _, epoch = name.partition("#e")
            quantity = known[base]
            symbol, _, upper = quantity.symbol.rstrip("}").partition("^{") if "@" in base else (quantity.symbol, "", "")
            found[name] = Quantity(name, quantity.kind, rf"{symbol}^{{{upper}\langle {epoch}\rangle}}")
        return found

    def losses(self) -> tuple[tuple[int, str], ...]:
        """The loss curve: epochs, and the names of the loss after them."""
        (loss,) = self.schedule.loss.losses
        return tuple((epoch, at_epoch(loss, epoch)) for epoch in self.schedule.kept)


@dataclass(frozen=True)
class Derivation:
    """An example with everything that was computed and proven about it."""

    example: Example
    program: Program
    proof: Proof
    shown: Mapping[str, Shown]
    run: Run | None = None

    @property
    def name(self) -> str:
        return self.example.name

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """All that has a name here: the program's quantities, and what is kept of the training run."""
        return {**self.program.quantities, **(self.run.quantities if self.run else {})}

    def value(self, name: str) -> float:
        """The float64 nearest to the quantity."""
        value = self.enclosure(name).nearest_double()
        assert value is not None, name
        return value

    def provenance(self, name: str) -> str:
        return EXACT if self.shown[name].exact else PROVEN

    def enclosure(self, name: str) -> Enclosure:
        return self.proof.enclosures[name] if name in self.proof.enclosures or not self.run else self.run.enclosures[name]

    def show(self, name: str, digits: int = 0) -> Shown:
        """The printed form with the example's digits, or with as many as asked for."""
        default = self.shown[name]
        if not digits or default.exact:
            return default
        shown = rounding.show(self.enclosure(name), digits)
        assert shown is not None, name
        return shown

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """The step of every equation, by its target."""
        return {equation.target: self._step(equation) for equation in self.program.equations}

    def resolve(self, name: str) -> str:
        """The quantity of this name, where a zeroth step or an only sample may be spelt out (`w_1#0`, `h_1@1`)."""
        for candidate in (
            name,
            name.removesuffix("#0"),
            name.replace("@1", ""),
            name.replace("@1", "").removesuffix("#0"),
        ):
            if candidate in self.quantities:
                return candidate
        raise KeyError(name)

    # --- steps

    def _step(self, equation: Equation) -> Step:
        quantity = self.program.quantities[equation.target]
        sentence, mentions, count = _explanation(self.program, equation, quantity)
        return Step(equation.target, sentence, mentions, self._lines(equation), count)

    def _lines(self, equation: Equation) -> tuple[Line, ...]:
        """Symbols, then numbers, then the result: as many of these as differ."""
        result = self.shown[equation.target]
        symbolic = formula(equation, [self._leaf(name) for name in equation.operands])
        lines = [Line("=", symbolic)]
        if isinstance(symbolic, Constant) and symbolic.value.denominator == 1:
            return tuple(lines)
        if isinstance(symbolic, Number):
            return tuple(lines)
        if equation.operands and not isinstance(symbolic, Symbol):
            operands = self._printed_operands(equation)
            exact = all(operand.exact for operand in operands)
            numbers = [Number(name, shown) for name, shown in zip(equation.operands, operands, strict=True)]
            if (numeric := formula(equation, numbers)) != symbolic:
                lines.append(Line("=" if exact else "≈", numeric))
        result_line = Line("=" if result.exact else "≈", Number(equation.target, result))
        if _is_written(lines[-1].expression, result):
            lines.pop()
        return (*lines, result_line)

    def _leaf(self, name: str) -> Expression:
        """A quantity's symbol; a number that stands in a formula has none."""
        constant = self.program.quantities[name].kind is Kind.CONSTANT
        return Number(name, self.shown[name]) if constant else Symbol(name)

    def _printed_operands(self, equation: Equation) -> list[Shown]:
        """The operands with just enough digits that who puts them in gets the printed result."""
        digits, wanted = self.example.digits, self.shown[equation.target]
        for extra in range(GUARD_DIGITS + 1):
            operands = [self.show(name, digits + extra) for name in equation.operands]
            got = recompute(equation.operation, operands, equation.static, digits)
            if got is not None and got.value == wanted.value:
                return operands
        expected = f"operands that give {wanted.text} with at most {GUARD_DIGITS} more digits"
        raise NumericError(
            Problem(self.example.file, equation.target, "a line that no reader could recompute", expected, "digits = 6")
        )


def _is_written(expression: Expression, result: Shown) -> bool:
    """Does an expression look just like the result already: a negated number?"""
    match expression:
        case Node("negate", (Number(shown=shown),)):
            return Shown(f"-{shown.text}", shown.exact) == result
    return False


def _explanation(program: Program, equation: Equation, quantity: Quantity) -> tuple[str, dict[str, str], int]:
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
    of_constant = operands and program.quantities[operands[0]].kind is Kind.CONSTANT
    if quantity.kind is Kind.NODE and (equation.operation not in ACTIVATIONS or of_constant):
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


LOSS_ROWS = frozenset({*SQUARED_ERRORS, *(name for name in OPERATIONS if name.endswith(("entropy", "logits")))})

UPDATES = {
    "sgd_update": "update",
    "scaled_update": "update.scaled",
    "sgd_ascent_update": "update.ascent",
    "scaled_ascent_update": "update.scaled.ascent",
}
AGREEMENT = 1e-12  # of the engine with the enclosures, relative to the size of the value or to one
AGREEMENT_OF_RUNS = 1e-9  # after thousands of updates


def derive(example: Example) -> Derivation:
    """Compose, prove and round an example, and hold the engine's float64 values against the enclosures.

    Raises:
        ProofError: an equation is not what its name says.
        NumericError: a value overflows, its digits stay undecided, or the engine disagrees.
    """
    program = compose(example)
    derivation = put_together(example, program, prove(program, example), train(example))
    run = derivation.run
    moved = {name: derivation.value(name) for name in program.of_kind(*PARAMETERS) if name not in program.given}
    _compare(derivation, engine.run(program, moved), AGREEMENT)
    if run is not None:
        _compare(derivation, engine.train(run.schedule), AGREEMENT_OF_RUNS)
    return derivation


def put_together(example: Example, program: Program, proof: Proof, run: Run | None) -> Derivation:
    """A derivation from what was proven of its program, with every number rounded."""
    shown = shown_values(program, proof.enclosures, example.digits)
    return Derivation(example, program, proof, shown | (_shown_in(run, example) if run else {}), run)


def train(example: Example, progress: Progress = lambda _: None) -> Run | None:
    """Make the training run of an example, if it has one, and prove its digits.

    Raises:
        NumericError: the run diverges, or its digits stay undecided.
    """
    if not isinstance(example, NetworkExample) or example.training is None or not example.training.epochs:
        return None
    plan = schedule(example)
    engine.train(plan)  # says at once if a run diverges
    return Run(plan, *runs.enclosures(plan, example.digits, progress), symmetry.twins(plan))


def _shown_in(run: Run, example: Example) -> dict[str, Shown]:
    found = {}
    for name, enclosure in run.enclosures.items():
        shown = rounding.show(enclosure, example.digits)
        assert shown is not None, name
        found[name] = shown
    return found


def _compare(derivation: Derivation, values: Mapping[str, float], tolerance: float) -> None:
    """Hold the engine's values against the enclosures."""
    wrong = [
        Problem(derivation.example.file, name, f"{value!r} by the engine", f"{derivation.value(name)!r}, as proven")
        for name, value in values.items()
        if not abs(value - derivation.value(name)) <= tolerance * max(1.0, abs(value))
    ]
    if wrong:
        raise NumericError(wrong)
