"""Where a loss and the last activation belong together, their derivatives collapse to a difference.

After a sigmoid the binary cross-entropy has the derivative o − y by the pre-activation, and so has the categorical one after
a softmax. These are second equations for quantities that the chain rule states already, proven like the first ones. The
engine takes them where there are any: they stay exact where 1 − o, or the logarithm of o, loses all its digits.
"""

from __future__ import annotations

from itertools import chain

from explainer.core.names import partial_name
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.examples.model import Network
from explainer.operations import symbols
from explainer.operations.vocabulary import OPERATIONS


def stable_rows(network: Network) -> tuple[str, str, str] | None:
    """The operations for a network's loss and its slopes that start from the pre-activations."""
    collapse = OPERATIONS[network.loss].demands.collapse if network.loss else None
    if collapse is None or collapse.activation != network.activations[-1]:
        return None
    return collapse.loss, collapse.slope, collapse.activation_slope


def with_identities(program: Program, network: Network) -> Program:
    """The program of neurons with the derivatives of each sample's loss by the last sums, and their short forms."""
    rows = stable_rows(network)
    if rows is None:
        return program
    quantities: list[Quantity] = []
    equations: list[Equation] = []
    identities: list[Equation] = []
    for equation in program.equations:
        if equation.operation != network.loss or program.quantities[equation.target].kind is not Kind.LOSS:
            continue
        loss, targets, outputs = equation.target, equation.operands[::2], equation.operands[1::2]
        below = [program.equation_of[output] for output in outputs]
        sums = below[0].operands if len(below[0].operands) > 1 else tuple(name for each in below for name in each.operands)
        pairs = tuple(chain.from_iterable(zip(targets, sums, strict=True)))
        identities.append(Equation(loss, rows[0], pairs))
        for target, output, z in zip(targets, outputs, sums, strict=True):
            slope = partial_name(loss, output)
            if rows[1] and slope in program.quantities:
                identities.append(Equation(slope, rows[1], (target, z)))
            slope = partial_name(output, z)
            if rows[2] and slope in program.quantities:
                identities.append(Equation(slope, rows[2], (z,)))
            paths = [(partial_name(loss, o), partial_name(o, z)) for o in outputs]
            paths = [path for path in paths if all(name in program.quantities for name in path)]
            if not paths:  # nothing below is learnt, or this is the loss after the last update
                continue
            name = partial_name(loss, z)
            symbol = symbols.partial(program.quantities[loss].symbol, program.quantities[z].symbol)
            quantities.append(Quantity(name, Kind.STATION, symbol, of=loss, by=z))
            equations.append(Equation(name, "sum_of_products", tuple(chain.from_iterable(paths)), (2,) * len(paths)))
            identities.append(Equation(name, "difference", (output, target)))
    return program.extended(quantities, equations, identities=tuple(identities))
