"""`Example` → `Program`: what it computes, its partials and its updates, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from explainer.compose.differentiate import differentiate
from explainer.compose.draft import Draft
from explainer.compose.graphs import GraphForward
from explainer.compose.identities import with_identities
from explainer.compose.networks import NetworkForward
from explainer.compose.optimisers import start, update
from explainer.core.names import after
from explainer.core.program import Kind, Program, in_order
from explainer.examples.model import Example, GraphExample, NetworkExample, Training
from explainer.operations.record import Operation
from explainer.operations.vocabulary import OPERATIONS


class Forward(Protocol):
    """What an example computes from its parameters. Its data are stated when it is made."""

    learnt: tuple[str, ...]

    def state(self, draft: Draft, current: Mapping[str, str], step: int) -> tuple[str, set[str]]:
        """One forward pass with the parameters under their current names: the loss ("" without one), and the stations."""


def compose(example: Example, operations: Mapping[str, Operation] = OPERATIONS) -> Program:
    """State everything the example computes, in order: data, then forward, backward and update for each step."""
    draft = Draft(example)
    forward = _forward_of(example, draft)
    training = example.training
    if training is not None:
        _constants(draft, training, forward.learnt)
    program = Program({}, {}, (), parameters=forward.learnt, stations=frozenset(forward.learnt))
    for step in range(example.steps + 1):
        current = {name: after(name, step) for name in forward.learnt}
        loss, stations = forward.state(draft, current, step)
        program = Program(
            {**program.quantities, **draft.quantities},
            draft.given,
            (*program.equations, *draft.equations),
            program.parameters,
            program.stations | stations | set(current.values()),
            (*program.losses, loss) if loss else (),
            program.gradients,
        )
        draft = Draft(example, dict(program.quantities), draft.given)
        if loss and step < max(example.steps, 1):
            program = differentiate(program, loss, tuple(current.values()), operations, _moved(training, current, step))
        if training is not None and step < example.steps:
            program = update(program, training, step, example.steps)
    if isinstance(example, NetworkExample):
        program = with_identities(program, example.network)
    return in_order(program) if training is not None and training.sequential else program


def _forward_of(example: Example, draft: Draft) -> Forward:
    match example:
        case NetworkExample():
            return NetworkForward(example, draft)
        case GraphExample():
            return GraphForward(example, draft)
    raise AssertionError(example)


def _constants(draft: Draft, training: Training, learnt: tuple[str, ...]) -> None:
    """The learning rate, the optimiser's constants, and what it keeps, which is zero before the first step."""
    draft.give(training.learning_rate, Kind.RATE, "eta")
    for name, constant in training.rule.constants.items():
        draft.give(constant.default, Kind.RATE, name, letters=constant.symbol)
    for _, quantity in start({name: draft.quantities[name].symbol for name in learnt}, training):
        draft.quantities[quantity.name], draft.given[quantity.name] = quantity, Decimal(0)


def _moved(training: Training | None, current: Mapping[str, str], step: int) -> dict[str, str]:
    """The weights that a sequential training has moved before the gradients of the layers below them are taken."""
    if training is None or not training.sequential:
        return {}
    return {name: after(name, step + 1) for name in current.values()}
