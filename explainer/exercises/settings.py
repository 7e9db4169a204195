"""Other numbers for an exercise: small changes of what is given, drawn from a seed, so that they are the same everywhere.

And the inputs of other samples, which nobody should take for those of the walkthrough's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from explainer.compose.straight import needed
from explainer.core.digits import Enclosure
from explainer.core.names import parse
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NetworkExample
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips.once import Samples

_CHANGED = frozenset({Kind.WEIGHT, Kind.BIAS, Kind.INPUT, Kind.RAW, Kind.VALUE})
_LEFT = frozenset({"y", "t", "eta"})  # letters of targets and rates
FAR, NEAR = 4, 9  # steps by which a number changes: of its only place; of its second, or of a whole number's last


def settings(derivation: Derivation, names: Sequence[str], tries: int) -> Iterator[Mapping[str, Enclosure]]:
    """What these quantities are when other numbers are given, one try after the other."""
    from explainer.proof import alternatives as balls

    program, moves = derivation.program, movable(derivation, names)
    for attempt in range(tries):
        draw = Random(f"{' '.join(names)} {attempt}")
        given = {**program.given, **{name: _moved(program.given[name], draw) for name in moves}}
        found = balls.values(replace(program, given=given), OPERATIONS, names)
        if found is not None:
            yield found


def movable(derivation: Derivation, names: Sequence[str]) -> list[str]:
    """The given numbers that these quantities depend on and that may be others."""
    program = derivation.program
    used = {operand for equation in needed(program, (), names) for operand in equation.operands} | {*names}
    return [
        name
        for name in program.given
        if name in used and program.quantities[name].kind in _CHANGED and parse(name).letters not in _LEFT
    ]


def _moved(number: Decimal, draw: Random) -> Decimal:
    """A number of about the same size and with as many digits. Neither none nor one comes of it: they hide slips."""
    if not number:
        return Decimal(draw.randint(2, NEAR)) * draw.choice((-1, 1))
    alone = len(number.normalize().as_tuple().digits) == 1
    place = number.adjusted() if alone else 0 if number == number.to_integral_value() else number.adjusted() - 1
    step = Decimal(1).scaleb(place) * draw.randint(1, FAR if alone else NEAR)
    up, down = number + step, number - step
    found = up if draw.random() < 0.5 else down
    return found if found and abs(found) != 1 else up if found == down else down


def other_samples(derivation: Derivation) -> Samples:
    """The inputs of the samples that a walkthrough of one sample does not calculate, neuron by neuron."""
    example = derivation.example
    if not isinstance(example, NetworkExample) or derivation.matrices or len(example.used) != 1:
        return {}
    inputs = [name for name in derivation.program.of_kind(Kind.INPUT, step=0) if not parse(name).sample]
    others = {number: sample for number, sample in enumerate(example.data.samples, 1) if number - 1 not in example.used}
    return {number: dict(zip(inputs, example.data.inputs(sample), strict=True)) for number, sample in others.items()}
