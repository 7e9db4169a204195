"""Worksheets and files for Moodle: all that pages leave to the reader is in them, in every language, with what is right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from selectolax.lexbor import LexborHTMLParser

from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.exercises.exercise import Exercise
from explainer.pages.blocks import OF_EXAMPLES, is_asked
from explainer.pages.fill import fill
from explainer.pages.moodle import MoodleWriter, quiz, tolerance
from explainer.pages.source import Source, read
from explainer.pages.worksheet import PaperWriter, has_exercises, plain, worksheet
from explainer.site.project import Project, read_project
from explainer.site.translations import prose_of
from explainer.words import catalogue as catalogues
from explainer.words.catalogue import Catalogue
from explainer.words.languages import LANGUAGES, Language
from explainer.words.numbers import localise, running
from explainer.words.page_syntax import Block
from explainer.words.questions import Question, gathered
from tests import ROOT
from tests.exercises.asked import set_by
from tests.shipped import FILES
from tests.shipped import shipped as derived


@cache
def lessons(language: Language) -> dict[str, Source]:
    """The pages of a language that leave something to the reader."""
    made = prose_of(_project(), language)
    found = {path: read(page.text, page.file) for path, page in made.items()}
    return {path: source for path, source in found.items() if has_exercises(source)}


@cache
def _project() -> Project:
    return read_project(ROOT)


@cache
def spoken(language: Language) -> Catalogue:
    return catalogues.read(language).catalogue


def asked(source: Source) -> list[Block | Question]:
    return [part for part in gathered(source.parts()) if isinstance(part, Block | Question) and is_asked(part)]


def known(source: Source) -> dict[str, Derivation]:
    names = {*source.examples(), *source.arguments_of(*OF_EXAMPLES)} & FILES.keys()
    return {name: derived(name) for name in names}


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda item: item.code)
def test_a_worksheet_asks_what_its_page_asks_and_its_key_answers_it(language: Language) -> None:
    for path, source in lessons(language).items():
        sheet = worksheet(source, Text("T"), spoken(language), f"../{path}")
        text = fill(sheet, spoken(language), PaperWriter(), known(source)).text
        tasks, _, key = text.partition("{#key}")
        there, answers = LexborHTMLParser(tasks).css(".ex-task"), LexborHTMLParser(key).css(".ex-worked")
        assert len(there) == len(answers) == len(asked(source)) > 0
        for number, (block, task, answer) in enumerate(zip(asked(source), there, answers, strict=True), 1):
            assert [node.text() for part in (task, answer) for node in part.css(".ex-nth")] == [str(number)] * 2
            if isinstance(block, Question):
                assert len(task.css(".ex-checkbox")) == len(block.choices) == answer.text().count("\n- ")
                assert answer.text().count("✓") == 1
                continue
            right = [item.text() for item in answer.css(".ex-answer li")]
            if block.name == "say":
                assert right[0] in [item.text().strip() for item in task.css("li")]
                continue
            own = set_by(source, block)
            printed = [running(localise(shown.text, language)) for shown in own.settings[0].shown]
            assert [item.split()[-1] for item in right] == [number.split()[-1] for number in printed]
            assert len(task.css(".ex-blank")) == len(own.fields)
            assert not any(f" {number}" in task.text() for number in printed if len(number) > 6)
        assert "ex-exercise" not in text


def test_a_line_of_a_worksheet_is_where_its_author_has_it() -> None:
    for path, source in lessons(LANGUAGES[0]).items():
        sheet = worksheet(source, Text("T"), spoken(LANGUAGES[0]), f"../{path}")
        there = {part.line: part.written for part in asked(source)}
        assert {part.line: part.written for part in asked(sheet)} == there


def test_links_lead_from_the_folder_of_worksheets() -> None:
    text = "# T {#top}\n\nSee [it](a.md#b), [this](#c) and [that](https://e.org/d).\n\n::: say sign z_1\n\nGone.\n"
    sheet = worksheet(Source("docs/en/x.md", text, "training"), Text("T"), spoken(LANGUAGES[0]), "../x.md")
    assert "See [it](../a.md#b), [this](../x.md#c) and [that](https://e.org/d)." in sheet.text
    assert "Gone" not in sheet.text
    assert "See it, this and that." in plain(Source("docs/en/x.md", text, "training")).text


def test_a_figure_is_on_paper_with_the_question_about_it_and_where_there_are_no_figures_neither_is() -> None:
    question = "::: say which best\n\nWhich?\n\n- [x] This.\n  Yes.\n- [ ] That.\n  No.\n\n:::\n"
    text = f"# T {{#top}}\n\nTwo runs:\n\n::: runs training training-bold unnamed\n\n{question}\n::: say sign z_1\n"
    source = Source("docs/en/x.md", text, "training")
    sheet = fill(worksheet(source, Text("T"), spoken(LANGUAGES[0]), "../x.md"), spoken(LANGUAGES[0]), PaperWriter(), known(source))
    assert sheet.text.index("Two runs:") < sheet.text.index("<svg") < sheet.text.index("Which?") < sheet.text.index("{#key}")
    assert [block.name for block in asked(plain(source))] == ["say"]
    assert "runs" not in plain(source).text


# --- read as Moodle does


def moodle(source: Source, language: Language) -> Element:
    writer = MoodleWriter()
    page = fill(plain(source), spoken(language), writer, known(source))
    return ElementTree.fromstring(quiz(Text("T"), page.text, writer.asked).encode())


def words(element: Element, tag: str) -> str:
    return element.findtext(f"{tag}/text") or ""


def judged(question: Element, typed: str) -> Element:
    """The answer that Moodle takes a number for: the first whose interval has it."""
    for answer in question.findall("answer"):
        text, far = answer.findtext("text") or "", Decimal(answer.findtext("tolerance") or "")
        if text == "*" or abs(Decimal(typed) - Decimal(text)) <= far:
            return answer
    raise AssertionError(typed)


def numbers(source: Source) -> Iterator[tuple[Exercise, int]]:
    for block in asked(source):
        if isinstance(block, Block) and block.name == "exercise":
            task = set_by(source, block)
            yield from ((task, place) for place in range(len(task.fields)))


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda item: item.code)
def test_moodle_takes_what_is_right_and_names_each_slip(language: Language) -> None:
    seen = 0
    for source in lessons(language).values():
        root = moodle(source, language)
        assert root.tag == "quiz"
        kinds = [question.get("type") for question in root]
        left = {block.line for block in asked(plain(source))}
        about_figures = [block for block in asked(source) if block.line not in left]
        assert [block.name for block in about_figures] == ["unnamed"] * source.text.count(" unnamed\n\n::: say which")
        says = [block for block in asked(plain(source)) if block.name != "exercise"]
        assert kinds[0] == "category"
        assert kinds.count("multichoice") == len(says)
        fields = list(numbers(source))
        assert kinds.count("numerical") == len(fields) == len(kinds) - 1 - len(says)
        names = [words(question, "name") for question in root[1:]]
        assert len(set(names)) == len(names)
        for (task, place), question in zip(fields, root.findall("question[@type='numerical']"), strict=True):
            assert words(question, "questiontext").count(r"\(") >= 1
            own = task.settings[0]
            for typed in (own.shown[place].text, own.right[place]):
                assert judged(question, typed).get("fraction") == "100"
            for index in range(len(task.mistakes)):
                given = task.gives(index, place)
                if given is not None and given.value != own.shown[place].value:
                    answer = judged(question, given.text)
                    assert (answer.get("fraction"), answer.findtext("text")) == ("0", given.text)
                    assert len(words(answer, "feedback")) > 30
                    seen += 1
            assert judged(question, "123456789").findtext("text") == "*"
    assert seen > 400


@pytest.mark.thorough
def test_a_choice_has_one_right_answer_and_something_to_say_to_all() -> None:
    for source in lessons(LANGUAGES[0]).values():
        for question in moodle(source, LANGUAGES[0]).findall("question[@type='multichoice']"):
            assert question.findtext("single") == "true"
            answers = question.findall("answer")
            assert sorted(answer.get("fraction") or "" for answer in answers) == ["0"] * (len(answers) - 1) + ["100"]
            assert all(words(answer, "feedback") and answer.findtext("text") for answer in answers)


def test_a_number_counts_if_it_rounds_to_the_printed_one() -> None:
    assert tolerance("0.005245", 4) == Decimal("0.0000005")
    assert tolerance("-12.3", 3) == Decimal("0.05")
    assert tolerance("1.000", 4) == Decimal("0.00005")  # as far as the next number below it
    assert tolerance("0", 4) == 0
