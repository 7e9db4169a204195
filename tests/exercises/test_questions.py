"""Questions with choices: the bank is whole in every language, and what is wrong with a question is told with a right one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import explainer
from explainer.core.errors import PageError, Problem
from explainer.pages.blocks.questions import SAYS, SAYS_OF_QUIZ
from explainer.pages.fill import Page, fill
from explainer.pages.plain import PlainWriter
from explainer.pages.source import read
from explainer.pages.writers import SiteWriter, Writer
from explainer.words.catalogue import load
from explainer.words.conversion import page as converted
from explainer.words.languages import LANGUAGES, SOURCE, Language
from explainer.words.page_syntax import Is, parse, pieces
from explainer.words.questions import RIGHT, Question, gathered
from explainer.words.sections import problems, stamped
from tests import ROOT
from tests.shipped import shipped

SCRIPT = Path(explainer.__file__).parent / "site" / "theme" / "assets" / "javascripts" / "questions.js"
MOST_BYTES = 6_000  # of the script
DRAWN = 10
every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)


@cache
def text_of(language: Language) -> str:
    text = (ROOT / "docs" / (language.made_from or language.code) / "quiz.md").read_text(encoding="utf-8")
    return converted(text, language).text if language.made_from else text


@cache
def bank(language: Language) -> tuple[Question, ...]:
    return tuple(part for part in gathered(parse(text_of(language))) if isinstance(part, Question))


def filled(text: str, language: Language = SOURCE, writer: Writer | None = None) -> Page:
    examples = {name: shipped(name) for name in ("alice", "questions")}
    return fill(read(text, "docs/en/x.md"), load(language), writer or SiteWriter(), examples)


# --- the course's quiz


def test_the_bank_covers_the_course() -> None:
    """Three rounds without a question twice, the source's own first, and something to read again in each lesson."""
    questions = bank(SOURCE)
    assert len(questions) >= 3 * DRAWN
    assert questions[0].asked[0][1] == "What is one complete pass through the training set called?"
    assert questions[0].written == "::: say which epoch: [x] [ ] [ ] [ ]"
    lessons = (
        "neuron feedforward nudge alice backpropagation unequal learning-rate training random-start cross-entropy perceptron adam"
    )
    targets = re.findall(r"\]\(([\w-]+)\.md#", text_of(SOURCE))
    assert set(lessons.split()) <= set(targets)


@every_language
def test_each_language_asks_the_same(language: Language) -> None:
    here, there = bank(language), bank(SOURCE)
    assert [question.written for question in here] == [question.written for question in there]
    assert not [fault for question in here for fault in question.faults]
    for own, english in zip(here, there, strict=True):
        for choice, other in zip(own.choices, english.choices, strict=True):
            assert what_is_not_words(choice.text) == what_is_not_words(other.text), own.name
            assert what_is_not_words(*(line for _, line in choice.why)) == what_is_not_words(*(line for _, line in other.why))


def what_is_not_words(*lines: str) -> list[str]:
    found = [piece for line in lines for piece in pieces(line) if piece.kind in (Is.HOLE, Is.TARGET, Is.FORMULA)]
    return sorted(piece.text for piece in found if not piece.text.startswith("${{constant"))


@every_language
def test_a_wrong_choice_says_where_to_read_again(language: Language) -> None:
    for question in bank(language):
        for choice in question.choices:
            leads = [piece.target for _, line in choice.why for piece in pieces(line) if piece.kind is Is.TARGET]
            assert choice.is_right or any("#" in target for target in leads), (question.name, choice.text)


@every_language
def test_the_page_can_be_filled_and_is_the_same_in_all_languages(language: Language) -> None:
    page = filled(text_of(language), language)
    assert page.text.count('class="ex-question"') == len(bank(SOURCE))
    rights = re.findall(r'data-right="(\d)"', page.text)
    assert rights == re.findall(r'data-right="(\d)"', filled(text_of(SOURCE)).text)
    assert all(rights.count(place) >= len(rights) // 6 for place in "0123")
    (order,) = re.findall(r'data-order="([\d ]+)"', page.text)
    assert order.startswith("0 ")
    assert sorted(map(int, order.split())) == list(range(len(rights)))


def test_a_number_that_a_wrong_choice_gives_is_proven_and_another_than_the_right_one() -> None:
    asked = [question for question in bank(SOURCE) if question.choices[0].text.startswith("{{")]
    assert len(asked) >= 10
    questions = shipped("questions")
    for question in asked:
        names = [re.fullmatch(r"\{\{questions:(\w+)\}\}", choice.text)[1] for choice in question.choices]  # type: ignore[index]
        assert len({questions.shown[name].text for name in names}) == len(names) == 4


# --- any question


def test_a_question_stands_in_plain_text_with_its_reasons() -> None:
    text = filled(RIGHT, writer=PlainWriter()).text
    assert text.index("called?") < text.index("- A *batch*.") < text.index("### The answers")
    assert "- An *epoch*. ✓ Right! Every sample has had its turn once." in text
    assert "- A *batch*. ✗ No. A batch is the group" in text


def test_a_number_is_accounted_for_wherever_it_stands() -> None:
    choices = "- [x] {{alice:L}}\n  It is.\n- [ ] {{alice:o_1}}\n  No: {{alice:L}}.\n"
    page = filled(f"::: say which one\n\nWhich?\n\n{choices}\n:::\n")
    assert len(re.findall('data-ref="alice:L"', page.text)) == sum(item.reference == "alice:L" for item in page.occurrences) == 3


CHOICES = "- [x] One.\n  Yes.\n- [ ] Two.\n  No.\n"


def told(page: str) -> tuple[Problem, ...]:
    with pytest.raises(PageError) as caught:
        filled(page)
    return caught.value.problems


@pytest.mark.parametrize(
    ("page", "line", "found"),
    [
        (f"::: say which\n\nWhat?\n\n{CHOICES}\n:::", 1, "the question '::: say which'"),
        (f"::: say which A B\n\nWhat?\n\n{CHOICES}\n:::", 1, "the question '::: say which A B'"),
        (f"::: say alice: which one\n\nWhat?\n\n{CHOICES}\n:::", 1, "the question '::: say alice: which one'"),
        (f"::: say which one\n\n{CHOICES}\n:::", 1, "a question without words"),
        ("::: say which one\n\nWhat?\n\n:::", 1, "a question with no choice"),
        ("::: say which one\n\nWhat?\n\n- [x] One.\n  Yes.\n\n:::", 1, "a question with one choice"),
        ("::: say which one\n\nWhat?\n\n- [ ] One.\n  No.\n- [ ] Two.\n  No.\n\n:::", 1, "a question without a right answer"),
        ("::: say which one\n\nWhat?\n\n- [x] One.\n  Yes.\n- [x] Two.\n  Yes.\n\n:::", 7, "a second right answer, 'Two.'"),
        ("::: say which one\n\nWhat?\n\n- [x] One.\n- [ ] Two.\n  No.\n\n:::", 5, "the choice 'One.' without an explanation"),
        ("::: say which one\n\nWhat?\n\n- [x]\n  Yes.\n- [ ] Two.\n  No.\n\n:::", 5, "a choice without words"),
        (f"::: say which one\n\nWhat?\n\n{CHOICES}and three\n\n:::", 9, "the line 'and three' among the choices"),
        (f"::: say which one\n\nWhat?\n\n{CHOICES}\n## Next {{#next}}\n", 1, "a question that does not end"),
        (f"::: say which one\n\nWhat?\n\n{CHOICES}", 1, "a question that does not end"),
        ("::: say which one\n\nWhat?\n\n- [x] *One*.\n  Yes.\n- [ ] One.\n  No.\n\n:::", 7, "the choice 'One.' a second time"),
        (
            "::: say which one\n\nWhat?\n\n- [x] {{alice:w_1}}\n  Yes.\n- [ ] {{alice:w_2}}\n  No.\n\n:::",
            7,
            "the choice '1' a second time",
        ),
        (f"{RIGHT}\n\n{RIGHT}", 12, "a second question 'epoch'"),
        ("::: quiz", 1, "the block quiz: no number"),
        ("::: quiz ten", 1, "the block quiz: ten"),
        ("::: quiz 0", 1, "the block quiz: 0"),
        ("::: quiz 1", 1, "the block quiz: 1 questions at a time"),
        (f"::: quiz 2\n\n{RIGHT}", 1, "the block quiz: 2 questions at a time"),
    ],
)
def test_what_is_wrong_with_a_question_is_told_once_with_its_line_and_a_right_one(page: str, line: int, found: str) -> None:
    (problem,) = told(page)
    assert (problem.place, problem.found) == (f"line {line}", found)
    assert problem.expected
    assert problem.example == RIGHT or "::: quiz" in problem.example


def test_the_example_of_a_right_question_is_right() -> None:
    assert filled(f"::: quiz 1\n\n{RIGHT}").text.count("ex-question") == 1


def test_a_translation_with_another_right_choice_is_named() -> None:
    english = f"---\ndescription: A quiz.\n---\n\n# Quiz {{#top}}\n\n{RIGHT}\n"
    own = stamped(english, english)
    assert not list(problems(english, own, "docs/ru/x.md", "docs/en/x.md"))
    exchanged = own.replace("[x]", "[?]").replace("[ ]", "[x]").replace("[?]", "[ ]")
    found = [problem.found for problem in problems(english, exchanged, "docs/ru/x.md", "docs/en/x.md")]
    assert "the question ::: say which epoch: [ ] [x]" in found


# --- the script


def test_the_script_is_small_and_asks_nobody() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert not any(word in text for word in ("fetch", "XMLHttpRequest", "import(", "eval(", "innerHTML", "http"))


def test_the_script_finds_every_sentence_that_it_says() -> None:
    text, page = SCRIPT.read_text(encoding="utf-8"), filled(f"::: quiz 1\n\n{RIGHT}").text
    for key in (*SAYS, *SAYS_OF_QUIZ):
        assert f'data-say="{key}"' in page
        assert f'"{key}"' in text
