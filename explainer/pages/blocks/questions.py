"""Questions with choices: each wrong one is a mistake that people make, and is told why it is one. And a quiz, that draws them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from explainer.pages.blocks.block import BlockError
from explainer.pages.scribe import Scribe
from explainer.pages.writers import Drawn, Posed

SAYS = ("exercise.check", "exercise.done", "exercise.clear", "question.none")
SAYS_OF_QUIZ = ("quiz.others", "quiz.score", "quiz.solved", "exercise.clear")
_SLOTS = ("right", "count")  # that the script fills


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
