"""The lines of a step: symbols, then numbers, then the result, with as many digits as who follows them needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from explainer.core.digits import Shown, relation
from explainer.core.program import Equation, Kind
from explainer.derivation.explanation import SATURATED, SATURATED_STABLE, Explanation
from explainer.derivation.matrix_formulas import is_of_losses, is_over_operands, written
from explainer.derivation.types import Line, Numbers
from explainer.operations.expression import Constant, Expression, Grid, Node, Number, Symbol, formula, numbers_in
from explainer.operations.matrices import LayerProgram
from explainer.proof.enclosure import GUARD_DIGITS, recompute

NARROW_LINE = 50  # characters of numbers that stand on one line
LARGEST_LINE = 200  # numbers that a line of matrices may have on its right-hand side

Noted = tuple[tuple[Line, ...], Explanation]  # lines, and what is to be noted of them


def lines_of(numbers: Numbers, equation: Equation) -> Noted:
    """Symbols, then numbers, then the result: as many of these as differ."""
    result = numbers.shown[equation.target]
    symbolic = formula(equation, [_leaf(numbers, name) for name in equation.operands])
    lines, note = [Line("=", symbolic)], Explanation()
    if isinstance(symbolic, Number) or (isinstance(symbolic, Constant) and symbolic.value.denominator == 1):
        return tuple(lines), note
    if equation.operands and not isinstance(symbolic, Symbol):
        operands = printed_operands(numbers, equation)
        if operands is None:
            stable = numbers.program.identity_of.get(equation.target)
            if stable is not None and stable != equation:
                short, note = lines_of(numbers, stable)
                return (*lines, *short), note or SATURATED_STABLE
            note = SATURATED
        else:
            exact = all(operand.exact for operand in operands)
            leaves = [Number(name, shown) for name, shown in zip(equation.operands, operands, strict=True)]
            if (numeric := formula(equation, leaves)) != symbolic:
                lines.append(Line(relation(exact=exact), numeric))
    result_line = Line(result.relation, Number(equation.target, result))
    if _is_written(lines[-1].expression, result):
        lines.pop()
    return (*lines, result_line), note


def _leaf(numbers: Numbers, name: str) -> Expression:
    """A quantity's symbol; a number that stands in a formula has none."""
    constant = numbers.program.quantities[name].kind is Kind.CONSTANT
    return Number(name, numbers.shown[name]) if constant else Symbol(name)


def printed_operands(numbers: Numbers, equation: Equation) -> list[Shown] | None:
    """The operands with just enough digits that who puts them in gets the printed result; None if no digits are enough."""
    digits, wanted = numbers.example.digits, numbers.shown[equation.target]
    for extra in range(GUARD_DIGITS + 1):
        operands = [numbers.show(name, digits + extra) for name in equation.operands]
        got = recompute(equation.operation, operands, equation.static, digits)
        if got is not None and got.value == wanted.value:
            return operands
    return None


def _is_written(expression: Expression, result: Shown) -> bool:
    """Does an expression look just like the result already: a negated number?"""
    match expression:
        case Node("negate", (Number(shown=shown),)):
            return Shown(f"-{shown.text}", shown.exact) == result
    return False


# --- matrix by matrix


def lines_of_matrix(numbers: Numbers, layers: LayerProgram, equation: Equation) -> Noted:
    """Symbols, numbers and the result, where all of it fits."""
    target, note = equation.target, Explanation()
    entries = list(layers.expand(equation))
    if not layers.quantities[target].shape:
        return lines_of(numbers, entries[0])
    result = grid(numbers, target)
    if layers.shape(target) == (1, 1) and isinstance(result, Grid):
        result = result.rows[0][0]
    exact = all(numbers.shown[entry.target].exact for entry in entries)
    lines = list[Line]()
    if not is_of_losses(equation) or layers.shape(target) == (1, 1):
        symbols = written(layers, equation, Symbol, lambda name: Node("transpose", (Symbol(name),)))
        if equation.operation not in ("shares", "ones"):
            lines.append(Line("=", symbols))
        shown = {name for entry in entries for name in entry.operands}
        if not isinstance(symbols, Symbol) and 0 < len(shown) <= LARGEST_LINE and is_over_operands(layers, equation):
            if numeric := with_numbers(numbers, equation):
                lines.append(Line(relation(exact=all(number.exact for number in numbers_in(numeric))), numeric))
            else:
                note = SATURATED
    narrow = len(lines) > 1 and sum(_width(numbers, name) for name in (target, *equation.operands)) <= NARROW_LINE
    return (*lines, Line(relation(exact=exact), result, narrow)), note


def grid(numbers: Numbers, name: str, digits: Mapping[str, int] | None = None, marked: Collection[str] = ()) -> Expression:
    """A matrix with its numbers; what has no shape is a number. `digits` are those that an entry needs in its line."""
    assert numbers.matrices is not None
    cells = [
        [Number(entry, numbers.show(entry, (digits or {}).get(entry, 0)), entry in marked) for entry in row]
        for row in numbers.matrices.entries_of(name)
    ]
    return Grid(tuple(map(tuple, cells))) if numbers.matrices.quantities[name].shape else cells[0][0]


def with_numbers(numbers: Numbers, equation: Equation, marked: Collection[str] = ()) -> Expression | None:
    """A matrix equation's right-hand side with numbers in it, of so many digits that its entries can be recomputed.

    None if no number of digits that anybody would print is enough.
    """
    layers = numbers.matrices
    assert layers is not None
    digits = _digits_of_operands(numbers, list(layers.expand(equation)))
    if digits is None:
        return None
    of_numbers = all(layers.shape(name) == (1, 1) for name in (equation.target, *equation.operands))

    def leaf(name: str) -> Expression:
        cells = grid(numbers, name, digits, marked)
        return cells.rows[0][0] if isinstance(cells, Grid) and of_numbers else cells

    def transposed(name: str) -> Expression:
        cells = grid(numbers, name, digits, marked)
        return Grid(tuple(zip(*cells.rows, strict=True))) if isinstance(cells, Grid) else cells

    return written(layers, equation, leaf, transposed)


def _digits_of_operands(numbers: Numbers, entries: Sequence[Equation]) -> dict[str, int] | None:
    """How many digits each operand needs where several equations are recomputed from the same printed numbers.

    None if no number of digits that anybody would print is enough.
    """
    least = numbers.example.digits
    digits = {name: least for entry in entries for name in entry.operands}
    queue = list(entries)
    while queue:
        entry = queue.pop()
        operands = [numbers.show(name, digits[name]) for name in entry.operands]
        got = recompute(entry.operation, operands, entry.static, least)
        if got is None or got.value != numbers.shown[entry.target].value:
            if not entry.operands or max(digits[name] for name in entry.operands) >= least + GUARD_DIGITS:
                return None
            digits |= {name: digits[name] + 1 for name in entry.operands}
            queue = list(entries)
    return digits


def _width(numbers: Numbers, name: str) -> int:
    """About how many characters wide a matrix of numbers is."""
    assert numbers.matrices is not None
    columns = zip(*numbers.matrices.entries_of(name), strict=True)
    return sum(max(len(numbers.shown[entry].text) for entry in column) + 2 for column in columns)
