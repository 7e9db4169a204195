"""Something to do: a number to be calculated, whose slips are named, and a question to be answered before one looks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from explainer.core.digits import Enclosure, Shown
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import product, whole
from explainer.exercises.exercise import MOST_CHECKED, Exercise, Setting
from explainer.exercises.exercise import check as set_check
from explainer.exercises.exercise import exercise as set_exercise
from explainer.exercises.opened import Refused, is_step
from explainer.pages.asked import OF_FIELDS, Answer, Asked, Question
from explainer.pages.blocks.block import BlockError, derived, options, resolved
from explainer.pages.blocks.slips import called
from explainer.pages.scribe import Scribe
from explainer.words.numbers import MINUS, decimal_mark, group_mark

SAYS = (
    *("check", "hint", "another", "numbers", "choose", "done", "clear"),
    *("right", "right.loose", "next", "few", "cut", "near", "power", "carried"),
    *("slip", "slips.several", "where", "unknown", "begin", "begins"),
    *OF_FIELDS,
)
_SLOTS = ("quantity", "other", "count", "begin")  # that the script fills
_OF_CHOICES = ("right", "wrong")


def exercise(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: exercise dL/dw_1 digits=4 open=2`: a derivative's last two steps; of several quantities, the last step of each."""
    plain, chosen = options(names, ("digits", "open"), " ".join(name for name in names if "=" not in name))
    known = list(derivation.steps)
    if not plain:
        raise BlockError("no quantity", "a quantity to be calculated, or several", right=known[-1] if known else "")
    targets = tuple(dict.fromkeys(derived(derivation, plain)))
    digits = chosen.get("digits", derivation.example.digits)
    with _told_of_block():
        found = set_exercise(derivation, targets, digits, chosen.get("open", 1))
    return scribe.writer.exercise(_asked(scribe, derivation, found))


def check(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: check z_1 h_1`: a field for any of these quantities; without names, for any of the walkthrough."""
    plain, chosen = options(names, ("digits",), " ".join(name for name in names if "=" not in name))
    targets = tuple(dict.fromkeys(derived(derivation, plain))) or of_a_walkthrough(derivation)
    if not targets:
        raise BlockError(f"{derivation.name}, in which nothing is calculated", "an example with a calculation")
    digits = chosen.get("digits", derivation.example.digits)
    with _told_of_block():
        found = set_check(derivation, targets, digits)
    return scribe.writer.exercise(_asked(scribe, derivation, found, one=True))


@contextmanager
def _told_of_block() -> Iterator[None]:
    """What is refused is the block's error."""
    try:
        yield
    except Refused as error:
        raise BlockError(error.found, error.expected, right=error.right, example=error.example) from None


def can_be_checked(derivation: Derivation) -> bool:
    """Has an example numbers that a reader may have calculated as well?"""
    try:
        targets = of_a_walkthrough(derivation)
        return bool(targets and set_check(derivation, targets, derivation.example.digits).mistakes)
    except Refused:
        return False


def of_a_walkthrough(derivation: Derivation) -> tuple[str, ...]:
    """All that is calculated and has digits to be checked, in its order, as far as one field can take it."""
    equations = (equation for equation in derivation.program.equations if is_step(derivation, equation))
    named = (equation.target for equation in equations if not derivation.enclosure(equation.target).may_be_zero)
    return tuple(islice(named, MOST_CHECKED))


def _asked(scribe: Scribe, derivation: Derivation, task: Exercise, *, one: bool = False) -> Asked:
    """`one` field is for all its quantities."""
    place = scribe.writer.place
    symbols = [scribe.symbol(derivation, name) for name in task.fields]
    kind = ".check" if one else ".each" if task.several else ".several" if len(symbols) > 1 else ""
    fields = [place("field", symbol, index) for index, symbol in enumerate(symbols)]
    return Asked(
        kind="ex-exercise",
        data=_data(task, one=one),
        lines=[_task(scribe, task, fields, kind), *([] if one else _told(scribe, derivation, task))],
        options=fields if one else (),
        blanks=symbols,
        hidden=lambda: _hidden(scribe, derivation, task),
        answers=lambda: _answers(scribe, derivation, task),
        questions=lambda: list(_questions(scribe, derivation, task)),
        label=scribe.label("exercise.check.slips" if one else "exercise.solution"),
        solution=[] if one else _steps(scribe, derivation, task),
        slips=[scribe.writer.paragraph(scribe.label("exercise.slips")), *_slips(scribe, derivation, task, one=one)],
        says=_says(scribe),
        fresh=task.fresh,
        marks=(decimal_mark(scribe.language), MINUS, group_mark(scribe.language)),
    )


def _task(scribe: Scribe, task: Exercise, fields: Sequence[str], kind: str = "") -> str:
    values = {"quantity": scribe.language.comma.join(fields), "count": scribe.count(task.digits)}
    return scribe.sentence(f"exercise.task{kind}", values, task.digits)


def _told(scribe: Scribe, derivation: Derivation, task: Exercise) -> list[str]:
    """What is known before, in a sentence if it is anything."""
    return _known(scribe, derivation, dict(zip(task.told, task.settings[0].told, strict=True)))


def _known(scribe: Scribe, derivation: Derivation, known: Mapping[str, Shown]) -> list[str]:
    told = []
    for index, (name, shown) in enumerate(known.items()):
        number = scribe.writer.place("told", scribe.writer.number(scribe.printed(derivation, name, shown)), index)
        told.append(scribe.writer.together(f"{scribe.symbol(derivation, name)} {shown.relation} {number}"))
    return [scribe.sentence("exercise.told", {"operands": scribe.language.semicolon.join(told)})] if told else []


def _given(derivation: Derivation, names: Sequence[str]) -> dict[str, Shown]:
    """What quantities are calculated from, if their author has given all of it: a question has to show what it is about."""
    program = derivation.program
    equations = [program.equation_of[name] for name in names if name in program.equation_of]
    operands = dict.fromkeys(name for equation in equations for name in equation.operands)
    plain = [name for name in operands if program.quantities[name].kind is not Kind.CONSTANT]
    return {name: derivation.shown[name] for name in plain} if set(plain) <= program.given.keys() else {}


def _line(scribe: Scribe, derivation: Derivation, name: str) -> tuple[str, str]:
    """What to do first for a step: in words, and as a formula."""
    step = whole(derivation, name)
    words = scribe.explanation(derivation, step, in_one=True)
    return words, scribe.writer.math(scribe.quantity(derivation, name, step.lines[:1]))


def _hidden(scribe: Scribe, derivation: Derivation, task: Exercise) -> list[str]:
    """What only the script says: where each step begins, and the names of slips that the tables have not."""
    place, found = scribe.writer.place, list[str]()
    for index, name in enumerate(task.fields):
        words, formula = _line(scribe, derivation, name)
        found.append(place("line", f"{place('sentence', words)} {place('formula', formula)}", index))
    return found + [_name(scribe, derivation, task, index) for index in range(len(task.mistakes)) if not _is_listed(task, index)]


def _answers(scribe: Scribe, derivation: Derivation, task: Exercise) -> list[str]:
    return [_equals(scribe, derivation, name, shown) for name, shown in zip(task.fields, task.settings[0].shown, strict=True)]


def _equals(scribe: Scribe, derivation: Derivation, name: str, shown: Shown) -> str:
    """A symbol and its value."""
    return f"{scribe.symbol(derivation, name)} {shown.relation} {scribe.writer.number(scribe.printed(derivation, name, shown))}"


def _questions(scribe: Scribe, derivation: Derivation, task: Exercise) -> Iterator[Question]:
    """Each step by itself, with every number that a slip makes of it."""
    solution = _steps(scribe, derivation, task)
    for place, (name, right) in enumerate(zip(task.fields, task.settings[0].shown, strict=True)):
        words, formula = _line(scribe, derivation, name)
        answers = [Answer(right.text, is_right=True, says=[scribe.label("exercise.right")])]
        found: dict[str, list[int]] = {}
        for index in range(len(task.mistakes)):
            if (given := task.gives(index, place)) and given.value != right.value:
                found.setdefault(given.text, []).append(index)
        for text, slips in found.items():
            names = scribe.language.semicolon.join(_name(scribe, derivation, task, index) for index in slips)
            named = scribe.spaced([scribe.label("exercise.slips.several" if len(slips) > 1 else "exercise.slip"), names])
            made = task.fields[task.mistakes[slips[0]].field]
            where = scribe.spaced([scribe.label("exercise.where"), _line(scribe, derivation, made)[1]])
            answers.append(Answer(text, is_right=False, says=[named, where]))
        begin = scribe.spaced([scribe.label("exercise.begin"), words, formula])
        answers.append(Answer("", is_right=False, says=[scribe.label("exercise.unknown"), begin]))
        asked = [_task(scribe, task, [scribe.symbol(derivation, name)]), *_told(scribe, derivation, task)]
        yield Question(asked, answers, solution, task.digits)


def _data(task: Exercise, *, one: bool = False) -> str:
    """What the script needs, as JSON: numbers alone. Of `one` field for all quantities nothing else is told or follows."""

    def packed(setting: Setting) -> list[object]:
        wrong = ";".join(",".join(row) for row in setting.wrong)
        return [[] if one else [shown.text for shown in setting.told], list(setting.right), wrong]

    made = [mistake.field for mistake in task.mistakes]
    found = {
        "digits": task.digits,
        "one": one,
        "several": task.several,
        "formulas": () if one else task.formulas,
        "made": made,
        "settings": list(map(packed, task.settings)),
    }
    return json.dumps(found, separators=(",", ":"))


def _steps(scribe: Scribe, derivation: Derivation, task: Exercise) -> list[str]:
    """The steps in full."""
    return [scribe.step(derivation, name, in_one=True) for name in task.parts]


def _slips(scribe: Scribe, derivation: Derivation, task: Exercise, *, one: bool) -> list[str]:
    """What slips give, in tables: of several quantities in one for each, but if there is `one` field for all, in one for all."""
    places = range(len(task.fields))
    symbols = [scribe.symbol(derivation, name) for name in task.fields]
    if one:
        header = [scribe.label(f"column.{key}") for key in ("quantity", "slip", "value")]
        rows = [[symbols[place], *row] for place in places for row in _rows(scribe, derivation, task, [place])]
        return [scribe.writer.table(header, rows, [False, False, True])]
    tables = [[each] for each in places] if task.several else [places]
    return [
        scribe.writer.table(
            [scribe.label("column.slip"), *(symbols[place] for place in columns)],
            _rows(scribe, derivation, task, columns),
            [False, *[True] * len(columns)],
        )
        for columns in tables
    ]


def _rows(scribe: Scribe, derivation: Derivation, task: Exercise, columns: Sequence[int]) -> list[list[str]]:
    """What the slips of these steps give, those that give the same numbers in one line."""
    reason = scribe.catalogue.text("slips.literal").written
    found: dict[tuple[Shown | None, ...], list[str]] = {}
    for index, mistake in enumerate(task.mistakes):
        if _is_listed(task, index) and mistake.field in columns:
            given = tuple(task.gives(index, place) for place in columns)
            found.setdefault(given, []).append(_name(scribe, derivation, task, index))
    rows = []
    for given, names in found.items():
        numbers = [scribe.writer.number(scribe.literal(shown.text, reason)) if shown else "–" for shown in given]
        rows.append([scribe.language.semicolon.join(names), *numbers])
    return rows


def _is_listed(task: Exercise, index: int) -> bool:
    """Does a mistake change anything that its line in the table has, in the example's own numbers?"""
    values, field = task.settings[0].wrong[index], task.mistakes[index].field
    return bool(values[field]) if task.several else any(values)


def _name(scribe: Scribe, derivation: Derivation, task: Exercise, index: int) -> str:
    """What a mistake is called; where there are several of the name, after where it is made."""
    mistake = task.mistakes[index]
    words = called(
        scribe,
        mistake.cause,
        mistake.mentions,
        mistake.at,
        lambda names: scribe.expression(derivation, product(derivation, names)),
        mistake.count,
    )
    return scribe.writer.place("slip", words, index)


def _says(scribe: Scribe) -> dict[str, str]:
    """The sentences that the script answers with, once on a page."""
    if not scribe.first("exercises"):
        return {}
    slots = {name: scribe.writer.place("slot", "", name) for name in _SLOTS}
    found = {key: scribe.sentence(f"exercise.{key}", slots) for key in SAYS}
    return found | {f"choice.{key}": scribe.label(f"choice.{key}") for key in _OF_CHOICES}


# --- say first, then look


def say(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """`::: say sign dL/dw_1`, or `::: say order dL/dw_1 dL/dw_2`: what is right is decided by the proven values."""
    question, quantities = names[:1], names[1:]
    fits = {"sign": 1, "order": 2}
    if not question or fits.get(question[0]) != len(quantities):
        some = list(derivation.steps)[-2:]
        expected = "sign and one quantity, order and two, or which and a name"
        raise BlockError(" ".join(names) or "no question", expected, right=f"sign {some[-1]}")
    full = resolved(derivation, quantities, before="sign ")
    values = [derivation.enclosure(name) for name in full]
    symbols = [scribe.symbol(derivation, name) for name in full]
    if question[0] == "sign":
        asked = scribe.sentence("choice.sign", {"quantity": symbols[0]})
        choices, right = [scribe.label(f"choice.{key}") for key in ("positive", "negative", "zero")], _sign(values[0])
    else:
        asked, right = scribe.label("choice.order"), _order(*values)
        larger = [scribe.sentence("choice.larger", {"quantity": symbol}) for symbol in symbols]
        choices = [*larger, scribe.label("choice.equal")]
    if right is None:
        raise BlockError(
            f"{' and '.join(full)}, of which no digits tell that", "quantities whose values decide it", right=" ".join(names)
        )
    solution = [scribe.writer.paragraph(_equals(scribe, derivation, name, derivation.shown[name])) for name in full]
    lines = [asked, *_known(scribe, derivation, _given(derivation, full))]

    def questions() -> list[Question]:
        said = [scribe.label(f"choice.{key}") for key in ("right", "wrong")]
        answers = [Answer(words, place == right, [said[place != right]]) for place, words in enumerate(choices)]
        return [Question(lines, answers, solution)]

    return scribe.writer.exercise(
        Asked(
            kind="ex-choice",
            data=str(right),
            lines=lines,
            options=choices,
            answers=lambda: [choices[right]],
            questions=questions,
            label=scribe.label("choice.solution"),
            solution=solution,
            says=_says(scribe),
            marks=(decimal_mark(scribe.language), MINUS, group_mark(scribe.language)),
        )
    )


def _sign(value: Enclosure) -> int | None:
    """Which of positive, negative and zero, by its place; None if the enclosure leaves that open."""
    if value.lower > 0:
        return 0
    if value.upper < 0:
        return 1
    return 2 if value.is_exact else None


def _order(one: Enclosure, other: Enclosure) -> int | None:
    """Which of two is larger in size, by its place, 2 if neither; None if the enclosures leave that open."""
    first, second = (sorted((abs(value.lower), abs(value.upper))) for value in (one, other))
    if one.is_exact and other.is_exact and first == second:
        return 2
    return 0 if first[0] > second[1] else 1 if second[0] > first[1] else None
