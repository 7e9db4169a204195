"""Parameter updates as equations, by the record of the optimiser.

All parameters move at once, from gradients taken before any of them moves, unless the training is sequential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from explainer.core.names import after, kept, partial_name
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.examples.model import Training
from explainer.operations import symbols
from explainer.operations.optimisers import DECAYED, GRADIENT, NOW, PARAMETER
from explainer.operations.vocabulary import OPERATIONS, row_of


def start(parameters: Mapping[str, str], training: Training) -> Iterator[tuple[str, Quantity]]:
    """What an optimiser keeps for each parameter, before the first step: zeros to be given. Parameters come with their TeX."""
    for letter in training.rule.state:
        for parameter, tex in parameters.items():
            name = kept(letter, parameter)
            yield parameter, Quantity(name, Kind.MOMENT, symbols.kept(letter, tex, name))


def update(program: Program, training: Training, step: int, steps: int) -> Program:
    """The program with the update number `step` + 1 of so many `steps` at its end."""
    quantities, equations, rule = list[Quantity](), list[Equation](), training.rule
    move = row_of(f"{rule.move}_{'ascent_' if training.ascent else ''}update", OPERATIONS, f"{rule.name}.move").name
    for keep in rule.keeps:
        row_of(keep.operation, OPERATIONS, f"{rule.name}.keeps")
    for current, slope in program.gradients[step].items():
        parameter = program.quantities[after(current, 0)]

        def named(operand: str, current: str = current, slope: str = slope, parameter: str = parameter.name) -> str:
            """What an operand of the record is for this parameter."""
            letter = operand.removesuffix(NOW)
            if letter in rule.letters:
                return after(kept(letter, parameter), step + (letter != operand))
            return {GRADIENT: slope, PARAMETER: current}.get(operand, operand)

        for keep in rule.keeps:
            static = (step + 1,) if keep.corrects else (-1 if training.ascent else 1,) if keep.letter == DECAYED else ()
            kind = Kind.DECAYED if keep.letter == DECAYED else Kind.MOMENT
            name = named(keep.letter + NOW)
            symbol = symbols.kept(keep.symbol or keep.letter, parameter.symbol, name, steps)
            quantities.append(Quantity(name, kind, symbol))
            equations.append(Equation(name, keep.operation, tuple(map(named, keep.operands)), static))
        name = after(current, step + 1)
        quantities.append(Quantity(name, parameter.kind, symbols.symbol(name, parameter.kind, steps)))
        equations.append(Equation(name, move, (current, "eta", *map(named, rule.takes))))
    return program.extended(quantities, equations)


def of_one(training: Training) -> Program:
    """The first update of one parameter alone, w, from its gradient dL/dw. The rule is the same for arrays of them."""
    gradient = partial_name("L", "w")
    quantities = [Quantity("w", Kind.WEIGHT, "w"), Quantity(gradient, Kind.TOTAL, symbols.partial("L", "w"), of="L", by="w")]
    rates = {"eta": training.learning_rate} | {name: constant.default for name, constant in training.rule.constants.items()}
    quantities += [Quantity(name, Kind.RATE, symbols.symbol(name, Kind.RATE, 1)) for name in rates]
    kept_before = [quantity for _, quantity in start({"w": "w"}, training)]
    given = rates | dict.fromkeys((quantity.name for quantity in kept_before), Decimal(0))
    known = {quantity.name: quantity for quantity in (*quantities, *kept_before)}
    return update(Program(known, given, (), ("w",), gradients=({"w": gradient},)), training, 0, 1)
