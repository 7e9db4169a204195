"""Parameter updates as equations: gradient descent, momentum, RMSProp, Adam.

All parameters move at once, from gradients taken before any of them moves, unless the training is sequential. The rules
are those of PyTorch: a velocity v ← μ v + g, a mean of squares s ← ρ s + (1 − ρ) g², ε added to the square root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from explainer.core.names import after, kept
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.examples.model import CONSTANTS, KEPT, Training
from explainer.operations import symbols


def constants_of(training: Training) -> dict[str, Decimal]:
    """The optimiser's constants, the author's or the usual ones."""
    return {name: training.constants.get(name, default) for name, (_, default) in CONSTANTS[training.optimiser].items()}


@dataclass
class _Step:
    """The equations of one update."""

    program: Program
    step: int
    steps: int  # that the example makes in all
    quantities: list[Quantity] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def state(self, name: str, operation: str, *operands: str, static: tuple[int, ...] = (), letter: str = "") -> str:
        """The parameter after the step, or what is kept for it by a letter."""
        target, parameter = after(kept(letter, name) if letter else name, self.step + 1), self.program.quantities[name]
        kind = Kind.MOMENT if letter else parameter.kind
        tex = {"mhat": r"\hat{m}", "shat": r"\hat{s}"}.get(letter, letter)
        own = symbols.kept(tex, parameter.symbol, target, self.steps) if letter else symbols.symbol(target, kind, self.steps)
        self.quantities.append(Quantity(target, kind, own))
        self.equations.append(Equation(target, operation, operands, static))
        return target


def start(parameters: Mapping[str, str], training: Training) -> Iterator[tuple[str, Quantity]]:
    """What an optimiser keeps for each parameter, before the first step: zeros to be given. Parameters come with their TeX."""
    for letter in KEPT[training.optimiser]:
        for parameter, tex in parameters.items():
            name = kept(letter, parameter)
            yield parameter, Quantity(name, Kind.MOMENT, symbols.kept(letter, tex, name))


def update(program: Program, training: Training, step: int, steps: int) -> Program:
    """The program with the update number `step` + 1 of so many `steps` at its end."""
    draft = _Step(program, step, steps)
    move, move_scaled = ("sgd_ascent_update", "scaled_ascent_update") if training.ascent else ("sgd_update", "scaled_update")
    for current, slope in program.gradients[step].items():
        name = after(current, 0)

        def keep(letter: str, operation: str, *operands: str, name: str = name, static: tuple[int, ...] = ()) -> str:
            return draft.state(name, operation, *operands, static=static, letter=letter)

        def before(letter: str, name: str = name) -> str:
            return after(kept(letter, name), step)

        match training.optimiser:
            case "momentum":
                velocity = keep("v", "velocity", "mu", before("v"), slope)
                draft.state(name, move, current, "eta", velocity)
            case "rmsprop":
                square = keep("s", "decayed_square", "rho", before("s"), slope)
                draft.state(name, move_scaled, current, "eta", slope, square, "epsilon")
            case "adam":
                mean = keep("m", "decayed_mean", "beta_1", before("m"), slope)
                square = keep("s", "decayed_square", "beta_2", before("s"), slope)
                mean = keep("mhat", "bias_correction", mean, "beta_1", static=(step + 1,))
                square = keep("shat", "bias_correction", square, "beta_2", static=(step + 1,))
                draft.state(name, move_scaled, current, "eta", mean, square, "epsilon")
            case _:
                draft.state(name, move, current, "eta", slope)
    return program.extended(draft.quantities, draft.equations)
