"""A proven program as a reader meets it: one typed step per equation, with lines to follow and numbers to check.

No language here: a step names the sentence that explains it and what that sentence mentions. Numpy and computer algebra are
loaded by what uses them: a derivation that is recalled, and a file that is refused, need neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from explainer.compose.compose import compose
from explainer.compose.layers import compose_layers
from explainer.compose.schedule import Progress, Schedule, at_epoch, schedule
from explainer.core import digits as rounding
from explainer.core.digits import Enclosure, Shown
from explainer.core.errors import NumericError, Problem
from explainer.core.program import PARAMETERS, PARTIALS, Equation, Kind, Program, Quantity
from explainer.derivation.explanation import (
    COLLAPSING,
    SATURATED,
    SATURATED_STABLE,
    Explainer,
    Explanation,
    MatrixExplainer,
    of_identity,
)
from explainer.derivation.layer_steps import is_of_losses, is_over_operands, written
from explainer.examples.model import LAYERS, Example, NetworkExample
from explainer.operations.expression import Constant, Expression, Grid, Node, Number, Symbol, formula
from explainer.operations.matrices import LayerProgram
from explainer.proof import Proof, prove
from explainer.proof.enclosure import GUARD_DIGITS, recompute, rounding_errors, shown_values

EXACT, PROVEN = "exact", "proven"
LARGEST_SUBSTITUTION = 4  # operands of an equation in which their own formulas are put
NARROW_LINE = 50  # characters of numbers that stand on one line
LARGEST_LINE = 200  # numbers that a line of matrices may have on its right-hand side


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a step: how it follows from the line before, and what it says."""

    relation: str  # "=" or "≈"
    expression: Expression
    beside: bool = False  # there is room for it on the line before


@dataclass(frozen=True, slots=True)
class Step:
    """How one quantity comes about: what is said of it, and line by line."""

    target: str
    explanation: Explanation
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """A training run: what it does, an enclosure of all that is kept of it, and the bits that took."""

    schedule: Schedule
    enclosures: Mapping[str, Enclosure]
    bits: int
    values: Mapping[str, float]  # the same by the engine
    twins: tuple[tuple[str, str], ...] = ()  # hidden neurons that start equal and provably stay so

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        """Everything that is kept, as it is printed with the example's digits."""
        found = {}
        for name, enclosure in self.enclosures.items():
            shown = rounding.show(enclosure, self.schedule.example.digits)
            assert shown is not None, name
            found[name] = shown
        return found

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
    matrices: LayerProgram | None = None  # in the layer view, what the program's quantities are entries of

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
    def stable_forms(self) -> Mapping[str, Equation]:
        """Other equations for what its own leave without digits in float64, where there are any."""
        errors, unit = rounding_errors(self.program, self.program.equations), Fraction(10) ** -self.example.digits
        return {
            name: identity
            for name, identity in self.program.identity_of.items()
            if name not in errors or errors[name] > unit * abs(self.enclosure(name).lower)
        }

    @cached_property
    def float64_equations(self) -> tuple[Equation, ...]:
        """What a calculation in float64 goes by: the program's own equations as far as they have digits."""
        return tuple(self.stable_forms.get(equation.target, equation) for equation in self.program.equations)

    @cached_property
    def float64_errors(self) -> Mapping[str, Fraction]:
        """How far from each value these equations may end, where that can be told."""
        return rounding_errors(self.program, self.float64_equations)

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

    # --- matrices

    @cached_property
    def matrix_steps(self) -> Mapping[str, Step]:
        """In the layer view, the step of every matrix equation, by its target."""
        return {equation.target: self._matrix_step(equation) for equation in self.matrices.equations} if self.matrices else {}

    @cached_property
    def equation_of_entry(self) -> Mapping[str, tuple[Equation, Equation]]:
        """In the layer view, each computed entry's own equation and that of its matrix."""
        layers = self.matrices
        return {entry.target: (entry, whole) for whole in layers.equations for entry in layers.expand(whole)} if layers else {}

    def _digits_of_operands(self, entries: Sequence[Equation]) -> dict[str, int] | None:
        """How many digits each operand needs where several equations are recomputed from the same printed numbers.

        None if no number of digits that anybody would print is enough.
        """
        least = self.example.digits
        digits = {name: least for entry in entries for name in entry.operands}
        queue = list(entries)
        while queue:
            entry = queue.pop()
            operands = [self.show(name, digits[name]) for name in entry.operands]
            got = recompute(entry.operation, operands, entry.static, least)
            if got is None or got.value != self.shown[entry.target].value:
                if not entry.operands or max(digits[name] for name in entry.operands) >= least + GUARD_DIGITS:
                    return None
                digits |= {name: digits[name] + 1 for name in entry.operands}
                queue = list(entries)
        return digits

    def grid(self, name: str, digits: Mapping[str, int] | None = None, marked: Collection[str] = ()) -> Expression:
        """A matrix with its numbers; what has no shape is a number. `digits` are those that an entry needs in its line."""
        assert self.matrices is not None
        cells = [
            [Number(entry, self.show(entry, (digits or {}).get(entry, 0)), entry in marked) for entry in row]
            for row in self.matrices.entries_of(name)
        ]
        return Grid(tuple(map(tuple, cells))) if self.matrices.quantities[name].shape else cells[0][0]

    def with_numbers(self, equation: Equation, marked: Collection[str] = ()) -> Expression | None:
        """A matrix equation's right-hand side with numbers in it, of so many digits that its entries can be recomputed.

        None if no number of digits that anybody would print is enough.
        """
        assert self.matrices is not None
        digits = self._digits_of_operands(list(self.matrices.expand(equation)))
        if digits is None:
            return None
        numbers = all(self.matrices.shape(name) == (1, 1) for name in (equation.target, *equation.operands))

        def leaf(name: str) -> Expression:
            grid = self.grid(name, digits, marked)
            return grid.rows[0][0] if isinstance(grid, Grid) and numbers else grid

        def transposed(name: str) -> Expression:
            grid = self.grid(name, digits, marked)
            return Grid(tuple(zip(*grid.rows, strict=True))) if isinstance(grid, Grid) else grid

        return written(self.matrices, equation, leaf, transposed)

    def identity_step(self, identity: Equation) -> Step:
        """What a quantity is by its equation, with what its partials are put in, and then by its short form."""
        equations = self.program.equation_of
        stated = equations[identity.target]
        lines = [Line("=", formula(stated, [Symbol(name) for name in stated.operands]))]
        if len(stated.operands) <= LARGEST_SUBSTITUTION:
            parts = [equations.get(name) for name in stated.operands]
            leaves = [
                formula(part, [Symbol(name) for name in part.operands])
                if part and _is_partial(self.program, name)
                else Symbol(name)
                for name, part in zip(stated.operands, parts, strict=True)
            ]
            lines.append(Line("=", formula(stated, leaves)))
        loss = next(equation.operation for equation in self.program.equations if equation.operation in COLLAPSING)
        short, note = self._lines(identity)
        return Step(identity.target, of_identity(identity, loss) + note, (*lines, *short))

    def _width(self, name: str) -> int:
        """About how many characters wide a matrix of numbers is."""
        assert self.matrices is not None
        columns = zip(*self.matrices.entries_of(name), strict=True)
        return sum(max(len(self.shown[entry].text) for entry in column) + 2 for column in columns)

    def _matrix_step(self, equation: Equation) -> Step:
        """Symbols, numbers and the result, where all of it fits."""
        layers = self.matrices
        assert layers is not None
        target = equation.target
        explanation = self._matrix_explainer.explain(equation)
        entries = list(layers.expand(equation))
        if not layers.quantities[target].shape:
            own, note = self._lines(entries[0])
            return Step(target, explanation + note, own)
        result = self.grid(target)
        if layers.shape(target) == (1, 1) and isinstance(result, Grid):
            result = result.rows[0][0]
        exact = all(self.shown[entry.target].exact for entry in entries)
        lines = list[Line]()
        if not is_of_losses(equation) or layers.shape(target) == (1, 1):
            symbols = written(layers, equation, Symbol, lambda name: Node("transpose", (Symbol(name),)))
            if equation.operation != "shares":
                lines.append(Line("=", symbols))
            shown = {name for entry in entries for name in entry.operands}
            if not isinstance(symbols, Symbol) and 0 < len(shown) <= LARGEST_LINE and is_over_operands(layers, equation):
                operands = [self.show(name) for name in shown]
                if numbers := self.with_numbers(equation):
                    lines.append(Line("=" if all(operand.exact for operand in operands) else "≈", numbers))
                else:
                    explanation += SATURATED
        narrow = len(lines) > 1 and sum(map(self._width, (target, *equation.operands))) <= NARROW_LINE
        return Step(target, explanation, (*lines, Line("=" if exact else "≈", result, narrow)))

    # --- steps

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.program)

    @cached_property
    def _matrix_explainer(self) -> MatrixExplainer:
        assert self.matrices is not None
        return MatrixExplainer(self.matrices)

    def _step(self, equation: Equation) -> Step:
        """In the layer view, an entry is explained as its matrix is."""
        if equation.target in self.equation_of_entry:
            explanation = self._matrix_explainer.explain(self.equation_of_entry[equation.target][1])
        else:
            explanation = self._explainer.explain(equation)
        lines, note = self._lines(equation)
        return Step(equation.target, explanation + note, lines)

    def _lines(self, equation: Equation) -> tuple[tuple[Line, ...], Explanation]:
        """Symbols, then numbers, then the result: as many of these as differ. And what is to be noted of them."""
        result = self.shown[equation.target]
        symbolic = formula(equation, [self._leaf(name) for name in equation.operands])
        lines, note = [Line("=", symbolic)], Explanation()
        if isinstance(symbolic, Number) or (isinstance(symbolic, Constant) and symbolic.value.denominator == 1):
            return tuple(lines), note
        if equation.operands and not isinstance(symbolic, Symbol):
            operands = self._printed_operands(equation)
            if operands is None:
                stable = self.program.identity_of.get(equation.target)
                if stable is not None and stable != equation:
                    short, note = self._lines(stable)
                    return (*lines, *short), note or SATURATED_STABLE
                note = SATURATED
            else:
                exact = all(operand.exact for operand in operands)
                numbers = [Number(name, shown) for name, shown in zip(equation.operands, operands, strict=True)]
                if (numeric := formula(equation, numbers)) != symbolic:
                    lines.append(Line("=" if exact else "≈", numeric))
        result_line = Line("=" if result.exact else "≈", Number(equation.target, result))
        if _is_written(lines[-1].expression, result):
            lines.pop()
        return (*lines, result_line), note

    def _leaf(self, name: str) -> Expression:
        """A quantity's symbol; a number that stands in a formula has none."""
        constant = self.program.quantities[name].kind is Kind.CONSTANT
        return Number(name, self.shown[name]) if constant else Symbol(name)

    def _printed_operands(self, equation: Equation) -> list[Shown] | None:
        """The operands with just enough digits that who puts them in gets the printed result; None if no digits are enough."""
        digits, wanted = self.example.digits, self.shown[equation.target]
        for extra in range(GUARD_DIGITS + 1):
            operands = [self.show(name, digits + extra) for name in equation.operands]
            got = recompute(equation.operation, operands, equation.static, digits)
            if got is not None and got.value == wanted.value:
                return operands
        return None


def _is_partial(program: Program, name: str) -> bool:
    return program.quantities[name].kind in PARTIALS


def _is_written(expression: Expression, result: Shown) -> bool:
    """Does an expression look just like the result already: a negated number?"""
    match expression:
        case Node("negate", (Number(shown=shown),)):
            return Shown(f"-{shown.text}", shown.exact) == result
    return False


AGREEMENT = 1e-12  # of the engine with the enclosures, relative to the size of the value or to one
AGREEMENT_OF_RUNS = 1e-9  # after thousands of updates


def derive(example: Example) -> Derivation:
    """Compose, prove and round an example, and hold the engine's float64 values against the enclosures.

    Raises:
        ProofError: an equation is not what its name says.
        NumericError: a value overflows, its digits stay undecided, or the engine disagrees.
    """
    from explainer.values import engine

    program, matrices = composed(example)
    run = train(example)
    derivation = put_together(example, program, matrices, prove(program, example, matrices=matrices), run)
    moved = {name: derivation.value(name) for name in program.of_kind(*PARAMETERS) if name not in program.given}
    _compare(derivation, engine.run(program, moved))
    if run is not None:
        _compare_run(derivation, run.values)
    return derivation


def composed(example: Example) -> tuple[Program, LayerProgram | None]:
    """An example's list of equations, and in the layer view the matrices that these are the entries of."""
    if isinstance(example, NetworkExample) and example.view == LAYERS:
        matrices = compose_layers(example)
        return matrices.entries(), matrices
    return compose(example), None


def put_together(example: Example, program: Program, matrices: LayerProgram | None, proof: Proof, run: Run | None) -> Derivation:
    """A derivation from what was proven of its program, with every number rounded."""
    shown = shown_values(program, proof.enclosures, example.digits)
    return Derivation(example, program, proof, {**shown, **(run.shown if run else {})}, run, matrices)


def train(example: Example, progress: Progress = lambda _: None) -> Run | None:
    """Make the training run of an example, if it has one, and prove its digits.

    Raises:
        NumericError: the run diverges, or its digits stay undecided.
    """
    if not isinstance(example, NetworkExample) or example.training is None or not example.training.epochs:
        return None
    from explainer.proof import runs, symmetry
    from explainer.values import engine

    plan = schedule(example)
    values = engine.train(plan)  # first, since it says at once if a run diverges
    return Run(plan, *runs.enclosures(plan, example.digits, progress), values, symmetry.twins(plan))


def differs_in_run(derivation: Derivation, name: str, value: float) -> bool:
    """By more than rounding errors of thousands of updates explain?"""
    return not abs(value - derivation.value(name)) <= AGREEMENT_OF_RUNS * max(1.0, abs(value))


def _compare_run(derivation: Derivation, values: Mapping[str, float]) -> None:
    """The same for a training run. One that magnifies rounding errors is nothing that a reader's own code could follow.

    Unless all they magnify is a gradient that is exactly zero, which Adam divides by nearly nothing.
    """
    from explainer.proof.invariants import invariants
    from explainer.values import engine

    assert derivation.run is not None
    if any(differs_in_run(derivation, name, value) for name, value in values.items()):
        plan = derivation.run.schedule
        values = engine.train(plan, invariants(plan))
    for name, value in values.items():
        if differs_in_run(derivation, name, value):
            proven = derivation.value(name)
            found = f"a run that magnifies rounding errors: {name} is {value!r} in float64, and {proven!r} as proven"
            expected = "a run that anybody can repeat in float64"
            raise NumericError(Problem(derivation.example.file, "training.epochs", found, expected, "learning_rate = 0.01"))


def _compare(derivation: Derivation, values: Mapping[str, float]) -> None:
    """Hold the engine's values against the enclosures.

    Where almost equal numbers are subtracted more may be lost, and where a function saturates all of it: as much as rounding
    errors explain.
    """
    from explainer.values import engine

    def differs(name: str, value: float, allowed: float | Fraction) -> bool:
        return not abs(value - derivation.value(name)) <= max(AGREEMENT * max(1.0, abs(derivation.value(name))), allowed)

    suspects = [name for name, value in values.items() if differs(name, value, 0)]
    if not suspects:
        return
    allowed = rounding_errors(derivation.program, engine.evaluated(derivation.program))
    if wrong := [name for name in suspects if name in allowed and differs(name, values[name], allowed[name])]:
        raise NumericError(
            Problem(derivation.example.file, name, f"{values[name]!r} by the engine", f"{derivation.value(name)!r}, as proven")
            for name in wrong
        )
