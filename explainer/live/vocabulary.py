"""What a page's script needs to compose a small network's list of equations by itself: each row's formula, and its partials.

The script knows how layers become equations and how derivatives are collected, as `compose` does, and sums of products, whose
shape follows from the network. All other rows are here, each under its name, how many operands it has, and what is static.
"""

from __future__ import annotations

from typing import Any

from explainer.core.program import Static
from explainer.live.printed import row
from explainer.operations.record import Rule, Sibling
from explainer.operations.vocabulary import OPERATIONS

INPUTS, FIRST, SECOND, OUTPUTS = 4, 8, 4, 2  # the largest network: 4-8-4-2
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "identity")
LOSSES = ("squared_error", "half_squared_error", "mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")

Instance = tuple[str, int, Static]


def key(instance: Instance) -> str:
    name, count, static = instance
    return " ".join(map(str, (name, count, *static)))


def parsed(text: str) -> Instance:
    """The instance of a key."""
    name, count, *static = text.split()
    return name, int(count), tuple(map(int, static))


def vocabulary() -> dict[str, Any]:
    """`{rows, collapse}`: for each instance of a row `[formula, partials]`, and what loss collapses with which activation.

    A partial is by an operand, in order, and null where there is none: `[name, operands, static]`. An operand is a place, -1 the
    result itself, a list the result of the same row with that as its static.
    """
    found: dict[str, Any] = {}
    queue = _first()
    while queue:
        instance = queue.pop()
        if key(instance) in found:
            continue
        name, count, static = instance
        partial = OPERATIONS[name].partial if name not in _LEAVES else None
        rules = [partial(position, count, static) for position in range(count)] if partial else []
        found[key(instance)] = [row(name, count, static), [_stated(rule) for rule in rules]]
        queue += [(rule.operation, len(rule.operands), rule.static) for rule in rules if rule]
    collapses = {name: OPERATIONS[name].demands.collapse for name in LOSSES}
    collapse = {
        name: [each.activation, each.loss, each.slope, each.activation_slope]
        for name, each in collapses.items()
        if each is not None
    }
    return {"rows": dict(sorted(found.items())), "collapse": collapse}


_LEAVES = ("copy", "difference", "sgd_update")  # of which no derivative is taken


def _first() -> list[Instance]:
    """The rows of a network's forward pass, of its update, and the short forms."""
    widths = range(1, max(INPUTS, FIRST, SECOND) + 1)
    instances: list[Instance] = [("affine", 2 * width + 1, (2,) * width + (1,)) for width in widths]
    instances += [(name, 1, ()) for name in ACTIVATIONS]
    instances += [("softmax", OUTPUTS, (place,)) for place in range(OUTPUTS)]
    for loss in LOSSES:
        outputs = range(OUTPUTS if loss.startswith("categorical") else 1, OUTPUTS + 1)
        instances += [(loss, 2 * count, ()) for count in outputs]
        if collapse := OPERATIONS[loss].demands.collapse:
            instances += [(collapse.loss, 2 * count, ()) for count in outputs]
            instances += [(name, count, ()) for name, count in ((collapse.slope, 2), (collapse.activation_slope, 1)) if name]
    return [*instances, ("sgd_update", 3, ()), ("difference", 2, ())]


def _stated(rule: Rule | None) -> list[Any] | None:
    if rule is None:
        return None
    operands = [list(each.static) if isinstance(each, Sibling) else each for each in rule.operands]
    return [rule.operation, operands, list(rule.static)]
