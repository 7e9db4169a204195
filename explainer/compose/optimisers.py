"""Parameter updates as equations: gradient descent, momentum, RMSProp, Adam.

All parameters move at once, from gradients taken before any of them moves, unless the training is sequential. The rules
are those of PyTorch: a velocity v ← μ v + g, a mean of squares s ← ρ s + (1 − ρ) g², ε added to the square root.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from explainer.core.names import after
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.examples.model import CONSTANTS, KEPT, Training

Superscript = Callable[[int], str]


def constants_of(training: Training) -> dict[str, Decimal]:
    """The optimiser's constants, the author's or the usual ones."""
    return {name: training.constants.get(name, default) for name, (_, default) in CONSTANTS[training.optimiser].items()}


@dataclass
class _Step:
    """The equations of one update."""

    program: Program
    step: int
    superscript: Superscript
    quantities: list[Quantity] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def state(self, name: str, kind: Kind, symbol: str, operation: str, *operands: str, static: tuple[int, ...] = ()) -> str:
        target = after(name, self.step + 1)
        self.quantities.append(Quantity(target, kind, symbol + self.superscript(self.step + 1)))
        self.equations.append(Equation(target, operation, operands, static))
        return target


def start(parameters: tuple[str, ...], training: Training, symbol_of: Callable[[str], str]) -> dict[str, Quantity]:
    """What an optimiser keeps, before the first step: zeros to be given."""
    return {
        f"{letter}_{name}": Quantity(f"{letter}_{name}", Kind.MOMENT, f"{letter}_{{{symbol_of(name)}}}")
        for letter in KEPT[training.optimiser]
        for name in parameters
    }


def update(program: Program, training: Training, step: int, superscript: Superscript) -> Program:
    """The program with the update number `step` + 1 at its end. `superscript` makes the TeX that marks a step."""
    draft = _Step(program, step, superscript)
    move, move_scaled = ("sgd_ascent_update", "scaled_ascent_update") if training.ascent else ("sgd_update", "scaled_update")
    for current, slope in program.gradients[step].items():
        name = after(current, 0)
        symbol = program.quantities[name].symbol
        kind = program.quantities[name].kind

        def keep(
            letter: str, operation: str, *operands: str, name: str = name, symbol: str = symbol, static: tuple[int, ...] = ()
        ) -> str:
            tex = {"mhat": r"\hat{m}", "shat": r"\hat{s}"}.get(letter, letter)
            return draft.state(f"{letter}_{name}", Kind.MOMENT, f"{tex}_{{{symbol}}}", operation, *operands, static=static)

        def before(letter: str, name: str = name) -> str:
            return after(f"{letter}_{name}", step)

        match training.optimiser:
            case "momentum":
                velocity = keep("v", "velocity", "mu", before("v"), slope)
                draft.state(name, kind, symbol, move, current, "eta", velocity)
            case "rmsprop":
                square = keep("s", "decayed_square", "rho", before("s"), slope)
                draft.state(name, kind, symbol, move_scaled, current, "eta", slope, square, "epsilon")
            case "adam":
                mean = keep("m", "decayed_mean", "beta_1", before("m"), slope)
                square = keep("s", "decayed_square", "beta_2", before("s"), slope)
                mean = keep("mhat", "bias_correction", mean, "beta_1", static=(step + 1,))
                square = keep("shat", "bias_correction", square, "beta_2", static=(step + 1,))
                draft.state(name, kind, symbol, move_scaled, current, "eta", mean, square, "epsilon")
            case _:
                draft.state(name, kind, symbol, move, current, "eta", slope)
    return program.extended(draft.quantities, draft.equations)
