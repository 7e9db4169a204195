"""An exercise: what is told, what is asked for, and what each slip would give, in the example's own numbers and in others.

All of it is computed from the list of equations, with balls: a right value is proven to its last digit, and so is a wrong one.
An exercise in which a slip gives the right digits is refused, since it cannot teach anybody to avoid it.

One module, since an exercise and a check share what is told, what is judged and how both are put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations

from explainer.core.digits import Enclosure, Shown, exponent_of, given, round_significant, show, terminating
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import is_made_up
from explainer.examples.model import GraphExample
from explainer.exercises.fresh import Made, fresh
from explainer.exercises.opened import Opened, Refused, opened
from explainer.exercises.postfix import postfix
from explainer.exercises.settings import other_samples, settings
from explainer.operations.vocabulary import OPERATIONS
from explainer.slips.once import OTHER_SAMPLE, Samples, Slip, once

MOST_DIGITS = 8  # that an exercise may ask for
MOST_STEPS = 4  # that it may leave open
MOST_QUANTITIES = 9  # of which it may ask for the last step
MOST_CHECKED = 64  # that may be held against a reader's own
VARIANTS = 5  # beside the example's own numbers
TRIES = 240  # at other numbers, until there are so many
BEYOND = 8  # digits of a right value beyond those that are asked for
BEYOND_OF_SLIPS = 3
WHOLE = 12  # digits of a decimal that is told whole
SMALLEST = -3  # the place of the first digit of other numbers, unless the example's own are smaller
GUARD = 6  # digits more with which what is told may be printed
_UNEQUAL = '[parameters]\nweights = {draw = "normal", seed = 5}'
_UNEQUAL_VALUES = "[values]\nw_1 = 0.8\nw_2 = -0.5"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A slip as it is named: its key in the catalogue, what it mentions, in which step it is made, and the number in it.

    `at` is the quantity whose equation it is made in, where the same slip can be made in several.
    """

    cause: str
    mentions: tuple[str, ...]
    field: int
    count: int = 0
    at: str = ""


@dataclass(frozen=True)
class Setting:
    """One set of numbers: what is told, the right values, and for each mistake what it makes of each step.

    A value is a decimal, cut off after more digits than anybody is asked for; "" where a mistake changes nothing, or gives
    nothing that has digits.
    """

    told: tuple[Shown, ...]
    shown: tuple[Shown, ...]  # the right values as they are printed
    right: tuple[str, ...]
    wrong: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Exercise:
    """An exercise on an example; `formulas` are its steps, over `k0`, `k1` … that are told and `f0`, `f1` … of steps before."""

    name: str
    digits: int
    several: bool  # else each field is a step to the next
    fields: tuple[str, ...]
    parts: tuple[str, ...]  # the open equations that have lines to follow, in their order
    told: tuple[str, ...]
    formulas: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    settings: tuple[Setting, ...]  # the first is the example's own
    fresh: str = ""  # how more of them are made

    def gives(self, mistake: int, field: int) -> Shown | None:
        """What a mistake makes of a step, in the example's own numbers, as it would be printed."""
        text = self.settings[0].wrong[mistake][field]
        return show(Enclosure.exact(Fraction(text)), self.digits) if text else None


@dataclass(frozen=True, eq=False)
class _Key:
    """A derivation as a key, by itself and not by all that it holds: an exercise on it is the same in every language."""

    derivation: Derivation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.derivation is other.derivation

    def __hash__(self) -> int:
        return id(self.derivation)


def exercise(derivation: Derivation, targets: tuple[str, ...], digits: int, count: int) -> Exercise:
    """Set an exercise.

    Raises:
        Refused: it cannot be set, or would not teach: the slip that shows no difference, or the digits it would take.
    """
    return _exercise(_Key(derivation), targets, digits, count)


def check(derivation: Derivation, targets: tuple[str, ...], digits: int) -> Exercise:
    """Quantities whose numbers a reader may hold against the page's, each by itself, in the example's own numbers.

    A slip that shows no difference here goes unsaid: this is to be had for any example.

    Raises:
        Refused: one of them is not calculated, has no digits, or there are too many.
    """
    return _check(_Key(derivation), targets, digits)


@lru_cache(maxsize=64)
def _check(key: _Key, targets: tuple[str, ...], digits: int) -> Exercise:
    derivation = key.derivation
    if len(targets) > MOST_CHECKED:
        raise Refused(f"{len(targets)} quantities", f"at most {MOST_CHECKED}", right=" ".join(targets[:MOST_CHECKED]))
    task = opened(derivation, targets, 1, len(targets))
    judged = _judged(_own(derivation, task, targets, digits), other_samples(derivation), only_there=True)
    values = [_that_show(made, judged.right, digits) for made in judged.values]
    alone = replace(judged, values=tuple(values), is_rounded=False)
    return _put_together(derivation, task, alone, [alone], digits, several=True)


@lru_cache(maxsize=256)
def _exercise(key: _Key, targets: tuple[str, ...], digits: int, count: int) -> Exercise:
    derivation, target = key.derivation, " ".join(targets)
    if len(targets) > MOST_QUANTITIES:
        raise Refused(f"{len(targets)} quantities", f"at most {MOST_QUANTITIES}", right=" ".join(targets[:MOST_QUANTITIES]))
    if not 1 <= digits <= MOST_DIGITS:
        raise Refused(f"digits={digits}", f"from 1 to {MOST_DIGITS} digits", right=f"{target} digits=4")
    task = opened(derivation, targets, count, MOST_STEPS)
    samples = other_samples(derivation)
    judged = _judged(_own(derivation, task, targets, digits), samples)
    _shows_every_slip(derivation, judged, digits)
    _parts_slips(derivation, judged, digits, f"{target} digits={{}} open={count}")
    kept = [judged]
    for other in settings(derivation, (*task.fields, *task.known), TRIES):
        tried = _told_in(task, other, digits)
        if tried and _is_readable(tried, judged.numbers) and all(tried.told != item.numbers.told for item in kept):
            found = _judged(tried, samples, beside=judged)
            if not any(_hidden(found, digits)) and not any(_alike(found, digits)):
                kept.append(found)
        if len(kept) > VARIANTS:
            break
    else:
        few = f"{target}, for which only {len(kept) - 1} other sets of numbers show every slip"
        raise Refused(few, f"a quantity with at least {VARIANTS}", right=f"{target} digits={digits + 1} open={count}")
    return _put_together(derivation, task, judged, kept, digits, several=len(targets) > 1)


def _put_together(
    derivation: Derivation, task: Opened, judged: _Judged, kept: Sequence[_Judged], digits: int, *, several: bool
) -> Exercise:
    """An exercise from what was judged, in the example's own numbers first."""
    told = [name for name in task.known if derivation.quantities[name].kind is not Kind.CONSTANT]
    words = {name: f"k{place}" for place, name in enumerate(told)}
    words |= {name: str(derivation.program.given[name]) for name in task.known if name not in told}
    formulas = []
    for place, field in enumerate(task.fields):
        formulas.append(postfix(task.program, words | {name: f"f{at}" for at, name in enumerate(task.fields[:place])}, field))
    targets = [equation.target for equation in task.program.equations]
    parts = [name for name in targets if len(derivation.steps[name].lines) > 1 and not is_made_up(derivation, name)]
    mistakes = [Mistake(slip.cause, slip.mentions, task.field_of(slip.at), slip.count, slip.at) for slip in judged.slips]
    mistakes += [Mistake("rounded", (), len(task.fields) - 1, kept_digits) for kept_digits in judged.rounded]
    written = [setting.written(told, digits) for setting in kept]
    single = _once_each(mistakes, written, several=several)
    made = [Made(tuple(each.slips[index] for each in kept), judged.values[index]) for index in single if index < len(judged.slips)]
    rounded = [mistake.count for mistake in single.values() if mistake.cause == "rounded"]
    return Exercise(
        derivation.name,
        digits,
        several,
        task.fields,
        tuple(parts),
        tuple(told),
        tuple(formulas),
        tuple(single.values()),
        tuple(replace(setting, wrong=tuple(setting.wrong[index] for index in single)) for setting in written),
        fresh(derivation, task, digits, told, made, rounded) if len(kept) > 1 else "",
    )


def _once_each(mistakes: Sequence[Mistake], settings: Sequence[Setting], *, several: bool) -> dict[int, Mistake]:
    """Mistakes by their place, without those of one name that give the same numbers everywhere; the last of them stands for all.

    What shares its name with another keeps the place where it is made.
    """

    def name(mistake: Mistake) -> tuple[object, ...]:
        return mistake.cause, mistake.mentions, mistake.count, mistake.field if several else 0

    same = {
        (name(mistake), mistake.field, tuple(setting.wrong[index] for setting in settings)): index
        for index, mistake in enumerate(mistakes)
    }
    kept = {index: mistakes[index] for index in sorted(same.values())}
    often = Counter(map(name, kept.values()))
    return {index: mistake if often[name(mistake)] > 1 else replace(mistake, at="") for index, mistake in kept.items()}


# --- one set of numbers


@dataclass(frozen=True)
class _Numbers:
    """What is told in one set of numbers, and what is right then."""

    task: Opened
    digits: int
    told: Mapping[str, Shown]
    right: tuple[Enclosure, ...]


@dataclass(frozen=True)
class _Judged:
    """An exercise in one set of numbers; a slip has an enclosure for each step that it changes, None where that has no value."""

    numbers: _Numbers
    slips: tuple[Slip, ...]
    values: tuple[Mapping[int, Enclosure | None], ...]
    is_rounded: bool = True  # are numbers that were rounded on the way among its mistakes?

    @property
    def task(self) -> Opened:
        return self.numbers.task

    @property
    def right(self) -> tuple[Enclosure, ...]:
        return self.numbers.right

    @cached_property
    def rounded(self) -> Mapping[int, tuple[Shown | None, ...]]:
        """What comes of the steps, by how many digits are kept on the way."""
        digits = self.numbers.digits
        few = range(max(digits - 2, 2), digits + 1) if self.is_rounded else ()
        return {keeping: tuple(_on_the_way(self.task, self.numbers.told, keeping, digits)) for keeping in few}

    def written(self, told: Sequence[str], digits: int) -> Setting:
        wrong = [
            tuple(_cut(values.get(place), digits + BEYOND_OF_SLIPS) for place in range(len(self.right))) for values in self.values
        ]
        for values in self.rounded.values():
            differ = (
                value if value and value.value != _rounded(right, digits) else None
                for value, right in zip(values, self.right, strict=True)
            )
            wrong.append(tuple(value.text if value else "" for value in differ))
        shown = tuple(show(value, digits) for value in self.right)
        assert all(shown)
        right = tuple(_cut(value, digits + BEYOND) for value in self.right)
        return Setting(tuple(self.numbers.told[name] for name in told), tuple(filter(None, shown)), right, tuple(wrong))


def _own(derivation: Derivation, task: Opened, targets: tuple[str, ...], digits: int) -> _Numbers:
    """The example's own numbers.

    Raises:
        Refused: one of the steps has no digits, or none that follow from what can be told.
    """
    values = {name: derivation.enclosure(name) for name in derivation.program.quantities}
    for field in task.fields:
        if values[field].may_be_zero:
            raise Refused(f"{field}, which is zero in {derivation.name}", "a quantity that has digits to ask for")
    if (numbers := _told_in(task, values, digits)) is None:
        expected = (
            "a quantity that can be calculated from them" if len(targets) == 1 else "quantities that can be calculated from them"
        )
        raise Refused(f"{' '.join(targets)}, whose digits no printed numbers give", expected)
    return numbers


def _told_in(task: Opened, values: Mapping[str, Enclosure], digits: int) -> _Numbers | None:
    """What is told, with as many digits as it takes for the right ones to come out; None if no number of them will do."""
    from explainer.proof import alternatives as balls

    for more in range(GUARD + 1):
        told = {name: shown for name in task.known if (shown := _told(values[name], digits + more))}
        if len(told) < len(task.known):
            return None
        program = task.over({name: Decimal(shown.text) for name, shown in told.items()})
        right = [balls.evaluate(program, OPERATIONS, field) for field in task.fields]
        if all(mine and _same_print(mine, values[field], digits) for mine, field in zip(right, task.fields, strict=True)):
            return _Numbers(task, digits, told, tuple(value for value in right if value))
    return None


def _judged(numbers: _Numbers, samples: Samples, *, only_there: bool = False, beside: _Judged | None = None) -> _Judged:
    """What slips make of it; `only_there`, of no step but that which each is made in.

    Beside the example's own numbers its slips are made in others: nothing is left out by not dividing by one. But nobody takes
    other samples' inputs for numbers that are not the example's own.
    """
    from explainer.proof import alternatives as balls

    task, slips, found = numbers.task, list[Slip](), list[Mapping[int, Enclosure | None]]()
    program = task.over({name: Decimal(shown.text) for name, shown in numbers.told.items()})
    calculation = balls.Calculation(program, OPERATIONS)

    def made(slip: Slip, field: str) -> Enclosure | None:
        if slip.base:  # of all logarithms, so what comes of them is not a matter of some equations
            return balls.evaluate(slip.program, OPERATIONS, field, base=slip.base)
        return calculation.changed(slip.program, field)

    upstream, own = [task.upstream(field) for field in task.fields], {slip.name for slip in beside.slips} if beside else None
    for slip in once(program, task.confused, samples):
        if own is not None and slip.name not in own:
            continue
        changed = [place for place, above in enumerate(upstream) if slip.at in above]
        changed = changed[:1] if slip.is_of_result or only_there else changed  # what comes of it later is an error carried forward
        slips.append(slip)
        values = {place: made(slip, task.fields[place]) for place in changed if slip.cause != OTHER_SAMPLE or not beside}
        if slip.cause == OTHER_SAMPLE:  # it may have the same inputs
            values = _that_show(values, numbers.right, numbers.digits)
        found.append(values)
    return _Judged(numbers, tuple(slips), tuple(found))


def _same_print(one: Enclosure, other: Enclosure, digits: int) -> bool:
    first, second = show(one, digits), show(other, digits)
    return first is not None and second is not None and first.value == second.value


def _told(value: Enclosure, digits: int) -> Shown | None:
    """A number as it is told: whole, if it is a short decimal."""
    whole = terminating(value.lower, WHOLE) if value.is_exact else None
    return given(whole) if whole is not None else show(value, digits)


def _on_the_way(task: Opened, told: Mapping[str, Shown], keeping: int, digits: int) -> Iterator[Shown | None]:
    """What comes of the steps for somebody who keeps so few digits of each number on the way."""
    from explainer.proof.enclosure import recompute

    values: dict[str, Shown | None] = {}
    for name, shown in told.items():
        kept = show(Enclosure.exact(shown.value), keeping)
        values[name] = shown if name in task.given else kept
    for equation in task.program.equations:
        operands = [value for name in equation.operands if (value := values[name])]
        whole = len(operands) == len(equation.operands)
        last = recompute(equation.operation, operands, equation.static, digits) if whole else None
        values[equation.target] = recompute(equation.operation, operands, equation.static, keeping) if whole else None
        if equation.target in task.fields:
            yield last


# --- what makes an exercise fair


def _rounded(value: Enclosure, digits: int) -> Fraction:
    return Fraction(round_significant(value.lower, digits))


def _hidden(judged: _Judged, digits: int) -> Iterator[tuple[Slip, int]]:
    """Slips that give the right digits, and of which step."""
    for slip, values in zip(judged.slips, judged.values, strict=True):
        for place, value in values.items():
            if value is not None and _may_be(value, _rounded(judged.right[place], digits), digits):
                yield slip, place


def _may_be(value: Enclosure, rounded: Fraction, digits: int) -> bool:
    return not value.may_be_zero and rounded in {Fraction(round_significant(end, digits)) for end in (value.lower, value.upper)}


def _alike(judged: _Judged, digits: int) -> Iterator[tuple[Slip, Slip, int, int]]:
    """Slips that give the same digits and are not the same: both, of which step, and how many digits would part them."""
    for place in range(len(judged.right)):
        made = [(slip, values[place]) for slip, values in zip(judged.slips, judged.values, strict=True) if values.get(place)]
        for (slip, value), (other, its) in combinations(made, 2):
            assert value is not None
            assert its is not None
            if value.upper < its.lower or its.upper < value.lower:
                parts = next((more for more in range(digits, 2 * digits + 16) if not _same(value, its, more)), None)
                if parts is not None and parts > digits:
                    yield slip, other, place, parts


def _same(one: Enclosure, other: Enclosure, digits: int) -> bool:
    return round_significant(one.lower, digits) == round_significant(other.lower, digits)


def _that_show(values: Mapping[int, Enclosure | None], right: Sequence[Enclosure], digits: int) -> dict[int, Enclosure | None]:
    """Those values of steps that have other digits than what is right."""
    return {
        place: value
        for place, value in values.items()
        if value is not None and not _may_be(value, _rounded(right[place], digits), digits)
    }


def _shows_every_slip(derivation: Derivation, judged: _Judged, digits: int) -> None:
    for slip, place in _hidden(judged, digits):
        field = judged.task.fields[place]
        right = show(judged.right[place], digits)
        found = (
            f"{derivation.name}, in which the slip {named(slip)} gives the right digits of {field}, {right.text if right else ''}"
        )
        raise Refused(found, "an example in which every slip shows, with unequal numbers and no ones", example=_remedy(derivation))


def _parts_slips(derivation: Derivation, judged: _Judged, digits: int, right: str) -> None:
    for slip, other, place, parts in _alike(judged, digits):
        field = judged.task.fields[place]
        found = f"{derivation.name}, in which {named(slip)} and {named(other)} give the same {digits} digits of {field}"
        if parts <= MOST_DIGITS:
            raise Refused(found, f"digits={parts}, which part them", right=right.format(parts))
        raise Refused(found, "an example in which digits part them", example=_remedy(derivation))


def _remedy(derivation: Derivation) -> str:
    """Lines of an example's file with unequal numbers."""
    return _UNEQUAL_VALUES if isinstance(derivation.example, GraphExample) else _UNEQUAL


def named(slip: Slip) -> str:
    """A slip in a message."""
    return f"{slip.cause.replace('_', ' ')!r}" + (f" ({', '.join(slip.mentions)})" if slip.mentions else "")


def _is_readable(numbers: _Numbers, own: _Numbers) -> bool:
    """Has another set of numbers only such as people like to calculate with, unless the example's own are no better?"""
    if any(value.may_be_zero for value in numbers.right):
        return False
    pairs = [(shown, own.told[name]) for name, shown in numbers.told.items()]
    if any(_hides(shown, its) or ("e" in shown.text and shown != its) for shown, its in pairs):
        return False
    sizes = [(value.lower, its.lower) for value, its in zip(numbers.right, own.right, strict=True)]
    sizes += [(shown.value, its.value) for shown, its in pairs]
    return not any(value and exponent_of(value) < min(SMALLEST, exponent_of(its or value)) for value, its in sizes)


def _hides(number: Shown, own: Shown) -> bool:
    """Is it nothing or one, where the example's own number is not? Such a number leaves slips unseen."""
    return any(abs(number.value) == hiding != abs(own.value) for hiding in (0, 1))


def _cut(value: Enclosure | None, digits: int) -> str:
    """A value cut off after so many digits or more, so that it rounds to fewer digits as the value does; "" if there is none."""
    if value is None or (value.may_be_zero and not value.is_exact):
        return ""
    if not value.lower:
        return "0"
    for more in range(digits, digits + 8):
        low, high = (_truncated(end, more) for end in (value.lower, value.upper))
        if low == high:
            return f"{low:f}" if -6 < low.adjusted() < 12 else str(low).lower()
    return ""


def _truncated(value: Fraction, digits: int) -> Decimal:
    exponent = exponent_of(value) - digits + 1
    units = int(abs(value) / Fraction(10) ** exponent)
    found = Decimal((int(value < 0), tuple(map(int, str(units))), exponent))
    return found if Fraction(found) != value else found.normalize()
