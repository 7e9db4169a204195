"""Ways in which a careful author's number may still be another one: conventions, slips, and rounding on the way.

Each gives the value that a quantity has under it. Whether it explains a printed number is for `ledger` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from explainer.compose.compose import compose
from explainer.compose.differentiate import is_sequential
from explainer.compose.schedule import schedule
from explainer.compose.straight import needed
from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError
from explainer.core.names import parse
from explainer.derivation.derivation import Derivation
from explainer.examples.model import Example, NetworkExample
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips import everywhere
from explainer.slips.conventions import Vocabulary, variants
from explainer.slips.once import once


@dataclass(frozen=True)
class Alternative:
    """A quantity's value under another convention. `cause` is a key of the catalogue; `mentions` are quantities."""

    cause: str
    enclosure: Enclosure
    mentions: tuple[str, ...] = ()


def alternatives(derivation: Derivation, name: str, claimed: Decimal, printed: Mapping[str, Decimal]) -> Iterator[Alternative]:
    """Everything that a quantity might have been taken for by who printed `claimed`.

    `printed` are other numbers of the same source.
    """
    yield from from_printed(derivation, name, printed)
    yield from _other_steps(derivation, name, claimed)
    for cause, example, vocabulary, base in variants(derivation.example):
        enclosure = _value(example, vocabulary, name, claimed, base)
        if enclosure is not None:
            yield Alternative(cause, enclosure)
    yield from _slips(derivation, name)
    yield from _factors(derivation.enclosure(name))
    yield from _exchanged(derivation, name)


def from_printed(derivation: Derivation, name: str, printed: Mapping[str, Decimal]) -> Iterator[Alternative]:
    """Calculated on from printed numbers: those in the quantity's own equation, or all that it depends on."""
    from explainer.proof import alternatives as balls

    program = derivation.program
    if name not in program.equation_of:
        return
    others = {key: Fraction(value) for key, value in printed.items() if key != name and key in program.equation_of}
    own = {key: others[key] for key in program.equation_of[name].operands if key in others}
    above = {equation.target: others[equation.target] for equation in needed(program, (), (name,)) if equation.target in others}
    for known in ([own] if own else []) + ([above] if above and above != own else []):
        enclosure = balls.evaluate(program, OPERATIONS, name, known=known)
        if enclosure is not None:
            yield Alternative("printed_operands", enclosure, tuple(known))


def _value(example: Example, vocabulary: Vocabulary, name: str, claimed: Decimal, base: int = 0) -> Enclosure | None:
    """A quantity in another example, if it has it and a value for it."""
    from explainer.proof import alternatives as balls

    if parse(name).epoch is not None:
        return _value_in_run(example, name, claimed) if vocabulary is OPERATIONS and not base else None
    program = compose(example, vocabulary)
    for candidate in (name, *(key for key in program.quantities if is_sequential(key) and parse(key).total == parse(name))):
        if candidate in program.equation_of:
            return balls.evaluate(program, vocabulary, candidate, base=base)
    return None


def _value_in_run(example: Example, name: str, claimed: Decimal) -> Enclosure | None:
    """The same after thousands of updates: in balls only where float64 comes near what is claimed."""
    from explainer.proof import alternatives as balls
    from explainer.values import engine

    if not isinstance(example, NetworkExample) or example.training is None:
        return None
    epoch = parse(name).epoch
    assert epoch is not None, name
    run = schedule(replace(example, training=replace(example.training, epochs=epoch, record=(epoch,))))
    try:
        estimate = Decimal(engine.train(run)[name])
    except NumericError:
        return None
    return balls.played(run, name) if abs(estimate - claimed) <= Decimal(1).scaleb(exponent_of_last(claimed)) else None


def exponent_of_last(printed: Decimal) -> int:
    """The place of a printed number's last digit, as a power of ten."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _other_steps(derivation: Derivation, name: str, claimed: Decimal) -> Iterator[Alternative]:
    """One step, or one epoch, more or fewer."""
    own, example = parse(name), derivation.example
    in_run = own.epoch is not None
    count = own.step if own.epoch is None else own.epoch
    if example.training is None or not (count or in_run):
        return
    unit = "epoch" if in_run else "step"
    for cause, other in ((f"one_{unit}_fewer", count - 1), (f"one_{unit}_more", count + 1)):
        if other < 0:
            continue
        steps = example.steps if in_run else max(other, example.steps)
        longer = replace(example, training=replace(example.training, steps=steps))
        wanted = str(own.at_epoch(other) if in_run else own.at_step(other))
        enclosure = _value(longer, OPERATIONS, wanted, claimed) if wanted not in derivation.program.given else None
        if enclosure is not None:
            yield Alternative(cause, enclosure)


def _slips(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """What a slip on the way back makes of it, or one in the update itself."""
    from explainer.proof import alternatives as balls

    program = derivation.program
    if name not in program.equation_of:
        return
    made = [(f"slip.{slip.cause}", slip.program, 0) for slip in everywhere.changed(derivation)]
    own = replace(program, equations=needed(program, (), (name,)))
    made += [(f"slip.once.{slip.cause}", slip.program, slip.base) for slip in once(own) if slip.at == name and slip.is_of_update]
    for cause, other, base in made:
        enclosure = balls.evaluate(other, OPERATIONS, name, base=base)
        if enclosure is not None:
            yield Alternative(cause, enclosure)


def _factors(value: Enclosure) -> Iterator[Alternative]:
    """Half of it, twice as much, or the other sign."""
    for cause, factor in (("half", Fraction(1, 2)), ("twice", Fraction(2)), ("sign", Fraction(-1))):
        ends = sorted((value.lower * factor, value.upper * factor))
        yield Alternative(cause, Enclosure(*ends))


def _exchanged(derivation: Derivation, name: str) -> Iterator[Alternative]:
    """Another quantity of the same kind, at the same step."""
    quantities = derivation.quantities
    own = quantities[name]
    for other in quantities.values():
        if other.name != name and other.kind is own.kind and parse(other.name).when == parse(name).when:
            yield Alternative("exchanged", derivation.enclosure(other.name), (other.name,))
