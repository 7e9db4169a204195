"""An author's formula in one piece: what is nested in it stands there itself, instead of under the name made up for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from explainer.compose.straight import needed
from explainer.core.digits import Shown, relation, show
from explainer.core.names import after
from explainer.core.program import PARTIALS, Equation, Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Line, Step
from explainer.examples.model import GraphExample
from explainer.operations.expression import Expression, Node, Number, Symbol, formula
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.enclosure import GUARD_DIGITS


def is_made_up(derivation: Derivation, name: str) -> bool:
    """Is this the name of something nested in a formula, which no reader has met, or of how it changes, or what changes with it?"""
    example, quantity = derivation.example, derivation.quantities.get(name)
    if not isinstance(example, GraphExample) or quantity is None or name not in derivation.program.equation_of:
        return False
    if quantity.kind in PARTIALS:
        return is_made_up(derivation, quantity.of) or is_made_up(derivation, quantity.by)
    return quantity.kind is Kind.NODE and after(name, 0) not in example.formulas


def written_out(derivation: Derivation, name: str) -> Expression:
    """A quantity's symbol, or what it is made of, if it has none that a reader knows."""
    return _expression(derivation, name, Symbol)


def product(derivation: Derivation, names: Sequence[str]) -> Expression:
    """Several quantities multiplied, or a single one."""
    parts = tuple(written_out(derivation, name) for name in names)
    return parts[0] if len(parts) == 1 else Node("multiply", parts)


def whole(derivation: Derivation, name: str) -> Step:
    """A quantity's step, together with those of what is nested in its formula."""
    own = derivation.steps[name]
    inner = [equation.target for equation in nested(derivation, name)]
    if len(inner) == 1:
        return own
    equation = derivation.program.equation_of[name]
    symbolic = formula(equation, [written_out(derivation, operand) for operand in equation.operands])
    lines = [Line("=", symbolic)]
    if (shown := _operands(derivation, name)) is not None:
        leaves = [_expression(derivation, operand, lambda leaf: Number(leaf, shown[leaf])) for operand in equation.operands]
        lines.append(Line(relation(exact=all(number.exact for number in shown.values())), formula(equation, leaves)))
    said = [sentence for part in inner for sentence in derivation.steps[part].explanation[:1]]
    each = {(sentence.key, sentence.mentions.get("z")): sentence for sentence in said}  # "Multiply the factors." is enough once
    return Step(name, tuple(each.values()), (*lines, own.lines[-1]))


def _expression(derivation: Derivation, name: str, leaf: Callable[[str], Expression]) -> Expression:
    if is_made_up(derivation, name):
        equation = derivation.program.equation_of[name]
        return formula(equation, [_expression(derivation, operand, leaf) for operand in equation.operands])
    quantity = derivation.quantities.get(name)  # a matrix is not among them
    return Number(name, derivation.shown[name]) if quantity and quantity.kind is Kind.CONSTANT else leaf(name)


def nested(derivation: Derivation, name: str) -> list[Equation]:
    """The equations that a formula became, its own last."""
    program, found, queue = derivation.program, set[str](), [name]
    while queue:
        found.add(target := queue.pop())
        queue += [operand for operand in program.equation_of[target].operands if is_made_up(derivation, operand)]
    return [equation for equation in needed(program, (), (name,)) if equation.target in found]


def _operands(derivation: Derivation, name: str) -> dict[str, Shown] | None:
    """What stands in a formula, with just enough digits that who puts them in gets the printed result; None if none do."""
    from explainer.proof import alternatives as balls

    inner, digits = nested(derivation, name), derivation.example.digits
    targets = {equation.target for equation in inner}
    names = dict.fromkeys(operand for equation in inner for operand in equation.operands if operand not in targets)
    for extra in range(GUARD_DIGITS + 1):
        shown = {operand: derivation.show(operand, digits + extra) for operand in names}
        given = {operand: Decimal(number.text) for operand, number in shown.items()}
        program = replace(derivation.program, equations=tuple(inner), given=given, identities=())
        value = balls.evaluate(program, OPERATIONS, name)
        got = show(value, digits) if value else None
        if got and got.value == derivation.shown[name].value:
            return shown
    return None
