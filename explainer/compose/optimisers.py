"""Parameter updates as equations, by the record of the optimiser.

All parameters move at once, from gradients taken before any of them moves, unless the training is sequential.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from explainer.core.program import Equation, Kind, Program, Quantity, Static, after
from explainer.examples.model import Training
from explainer.operations.optimisers import DECAYED, GRADIENT, NOW, PARAMETER

Superscript = Callable[[int], str]


@dataclass
class _Step:
    """The equations of one update."""

    program: Program
    step: int
    superscript: Superscript
    quantities: list[Quantity] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def state(self, name: str, kind: Kind, symbol: str, operation: str, operands: tuple[str, ...], static: Static = ()) -> None:
        target = after(name, self.step + 1)
        self.quantities.append(Quantity(target, kind, symbol + self.superscript(self.step + 1)))
        self.equations.append(Equation(target, operation, operands, static))


def start(parameters: tuple[str, ...], training: Training, symbol_of: Callable[[str], str]) -> dict[str, Quantity]:
    """What an optimiser keeps, before the first step: zeros to be given."""
    return {
        f"{letter}_{name}": Quantity(f"{letter}_{name}", Kind.MOMENT, f"{letter}_{{{symbol_of(name)}}}")
        for letter in training.rule.state
        for name in parameters
    }


def update(program: Program, training: Training, step: int, superscript: Superscript) -> Program:
    """The program with the update number `step` + 1 at its end. `superscript` makes the TeX that marks a step."""
    draft, rule = _Step(program, step, superscript), training.rule
    move = f"{rule.move}_{'ascent_' if training.ascent else ''}update"
    for current, slope in program.gradients[step].items():
        name = current.partition("#")[0]
        quantity = program.quantities[name]

        def named(operand: str, current: str = current, slope: str = slope, name: str = name) -> str:
            """What an operand of the record is for this parameter."""
            letter = operand.removesuffix(NOW)
            if letter in rule.letters:
                return after(f"{letter}_{name}", step + (letter != operand))
            return {GRADIENT: slope, PARAMETER: current}.get(operand, operand)

        for keep in rule.keeps:
            static = (step + 1,) if keep.corrects else (-1 if training.ascent else 1,) if keep.letter == DECAYED else ()
            symbol = f"{keep.symbol or keep.letter}_{{{quantity.symbol}}}"
            operands = tuple(map(named, keep.operands))
            kind = Kind.DECAYED if keep.letter == DECAYED else Kind.MOMENT
            draft.state(f"{keep.letter}_{name}", kind, symbol, keep.operation, operands, static)
        draft.state(name, quantity.kind, quantity.symbol, move, (current, "eta", *map(named, rule.takes)))
    return program.extended(draft.quantities, draft.equations)
