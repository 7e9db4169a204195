"""Questions with choices: each wrong one is a mistake that people make, and is told why it is one. And a quiz, that draws them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from random import Random

from explainer.pages.asked import Drawn, Posed
from explainer.pages.blocks.block import BlockError
from explainer.pages.scribe import Scribe
from explainer.words.questions import RIGHT, Fault, Line, Question

SAYS = ("exercise.check", "exercise.done", "exercise.clear", "question.none")
SAYS_OF_QUIZ = ("quiz.others", "quiz.score", "quiz.solved", "exercise.clear")
_SLOTS = ("right", "count")  # that the script fills
_TAG = re.compile(r"<[^<>]*>")


def posed(
    scribe: Scribe, asked: Question, names: set[str], said: Callable[[str], str], report: Callable[[str, str, str], str]
) -> str:
    """A question of a page, whose lines are `said`: no two choices are the same to see, and its name is not yet among `names`."""

    def lines(of: Iterable[Line]) -> str:
        made = list[str]()
        for scribe.line, text in of:
            made.append(said(text))
        return "\n".join(made)

    faults = list(asked.faults)
    if not faults and asked.name in names:
        faults.append(Fault(asked.line, f"a second question {asked.name!r}", "a name of its own for each question"))
    names.add(asked.name)
    for fault in faults:
        scribe.line = fault.line
        report(fault.found, fault.expected, RIGHT)
    if faults:
        return ""
    words, before = lines(asked.asked), len(scribe.occurrences)
    options = [lines([(choice.line, choice.text)]) for choice in asked.choices]
    scribe.occurrences += scribe.occurrences[before:]  # each stands there again, before its reason
    choices = [(text, lines(choice.why)) for text, choice in zip(options, asked.choices, strict=True)]
    seen = set[str]()
    for choice, option in zip(asked.choices, options, strict=True):
        shown = " ".join(unescape(_TAG.sub("", option.replace("*", ""))).split())
        if shown in seen:
            scribe.line = choice.line
            expected = "choices that look different: numbers with more digits, or a network in which the mistake shows"
            report(f"the choice {shown!r} a second time", expected, RIGHT)
        seen.add(shown)
    scribe.line = asked.line
    return question(scribe, asked.name, words, choices, next(place for place, each in enumerate(asked.choices) if each.is_right))


def question(scribe: Scribe, name: str, asked: str, choices: Sequence[tuple[str, str]], right: int) -> str:
    """A question: the choices, each with its reason, in an order that its name draws, so that it is the same in all languages."""
    order = list(range(len(choices)))
    Random(f"choices {name}").shuffle(order)
    verdicts = {True: f"✓ {scribe.label('choice.right')}", False: f"✗ {scribe.label('question.wrong')}"}
    return scribe.writer.question(
        Posed(
            name=name,
            asked=asked,
            options=[choices[place][0] for place in order],
            reasons=[scribe.spaced((verdicts[place == right], choices[place][1])) for place in order],
            right=order.index(right),
            label=scribe.label("question.answers"),
            says=_says(scribe, SAYS) if scribe.first("questions") else {},
        )
    )


def quiz(scribe: Scribe, names: Sequence[str]) -> str:
    """`::: quiz 10`: of the page's questions so many at a time, the first of them first."""
    known = scribe.questions
    if len(names) != 1 or not (names[0].isascii() and names[0].isdigit() and len(names[0]) <= 3) or not int(names[0]):
        raise BlockError(" ".join(names) or "no number", "how many questions are drawn at a time", right="10")
    if int(names[0]) > known:
        expected = f"at least as many questions on the page as are drawn; it has {known}"
        example = f"::: quiz {known}" if known else "::: quiz 1\n\n::: say which epoch"
        raise BlockError(f"{names[0]} questions at a time", expected, example=example)
    others = list(range(1, known))
    Random("order").shuffle(others)
    return scribe.writer.quiz(Drawn(int(names[0]), (0, *others), _says(scribe, SAYS_OF_QUIZ)))


def _says(scribe: Scribe, keys: Sequence[str]) -> dict[str, str]:
    """The sentences that the script answers with."""
    slots = {name: scribe.writer.place("slot", "", name) for name in _SLOTS}
    return {key: scribe.sentence(key, slots) for key in keys}
