"""Parameter updates as equations."""

from __future__ import annotations

from collections.abc import Callable

from explainer.program import Equation, Program, Quantity, after, partial_name


def sgd(
    program: Program,
    loss: str,
    parameters: tuple[str, ...],
    rate: str,
    step: int,
    symbol: Callable[[str, int, int, int], str],
) -> Program:
    """w ← w − η ∂L/∂w for every parameter at once, from gradients taken before any of them moves.

    `symbol` makes the TeX of (letter, index, sample, step).
    """
    quantities, equations = [], []
    for name in parameters:
        base = name.partition("#")[0]
        letter, _, index = base.partition("_")
        target = after(name, step + 1)
        quantities.append(Quantity(target, program.quantities[name].kind, symbol(letter, int(index or 0), 0, step + 1)))
        equations.append(Equation(target, "sgd_update", (name, rate, partial_name(loss, name))))
    return program.extended(quantities, equations)
