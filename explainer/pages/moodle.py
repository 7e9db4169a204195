"""A page's exercises as a file for Moodle: each number and each choice is a question, with something to say to every known slip.

The elements are those of https://docs.moodle.org/en/Moodle_XML_format. A number is an answer if it rounds to the printed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from explainer.core.text import Text, html
from explainer.pages.asked import Answer, Asked, Posed, Question
from explainer.pages.plain import PlainWriter
from explainer.pages.writers import Cells, Formula
from explainer.words.numbers import LocalNumber, running

_PLACE = "\ufdd0{}\ufdd1"  # no characters, says Unicode: where a question stands in the text
_PLACES = re.compile("\ufdd0(\\d+)\ufdd1")
_CODE = re.compile(r"`([^`]*)`")
ANYTHING = "*"  # what Moodle takes any number for


@dataclass(frozen=True, slots=True)
class MoodleWriter(PlainWriter):
    """HTML with TeX in it, as Moodle's filters have it, and what is asked set apart."""

    asked: list[Asked] = field(default_factory=list)

    def text(self, text: Text) -> str:
        return PlainWriter.foreign(self, html(text), text.lang)

    def code(self, text: str) -> str:
        return f"<code>{escape(text, quote=False)}</code>"

    def math(self, formula: Formula, *, display: bool = False) -> str:
        tex = escape(self.tex(formula), quote=False)
        return rf"\[{tex}\]" if display else rf"\({tex}\)"

    def step(self, identifier: str, sentence: str, formula: Formula) -> str:
        return f"<p>{sentence}</p><p>{self.math(formula, display=True)}</p>"

    def table(
        self, header: Cells, rows: Sequence[Cells], numeric: Sequence[bool], *, stacked: bool = False, headed: bool = False
    ) -> str:
        return ""

    def count(self, count: LocalNumber) -> str:
        return escape(running(count), quote=False)

    def exercise(self, parts: Asked) -> str:
        self.asked.append(parts)
        return _PLACE.format(len(self.asked) - 1)

    def question(self, parts: Posed) -> str:
        both = enumerate(zip(parts.options, parts.reasons, strict=True))
        answers = [Answer(_code(option), place == parts.right, [_code(reason)]) for place, (option, reason) in both]
        question = Question([_code(parts.asked)], answers, ())
        return self.exercise(Asked(kind="", data="", lines=(), questions=lambda: [question]))


def _code(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", text)


def quiz(title: Text, filled: str, asked: Sequence[Asked]) -> str:
    """The file: a page whose exercises are `asked` where they are marked in its text."""
    root = Element("quiz")
    category = SubElement(root, "question", type="category")
    _text(category, "category", f"$course$/{title.written.replace('/', '//')}")
    for number, (before, parts) in enumerate(_with_words(filled, asked), 1):
        questions = parts.questions()
        for letter, question in zip("abcdefghijklmnopqrstuvwxyz", questions, strict=False):
            name = f"{title.written}: {number:02}{letter if len(questions) > 1 else ''}"
            root.append(_question(name, [*before, *question.words], question))
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _with_words(filled: str, asked: Sequence[Asked]) -> Iterator[tuple[list[str], Asked]]:
    """Each exercise with the paragraph before it."""
    words, *others = _PLACES.split(filled)
    for place, following in zip(others[::2], others[1::2], strict=True):
        before = " ".join(words.split())
        yield [_code(before)] if before else [], asked[int(place)]
        words = following


def _question(name: str, words: Sequence[str], question: Question) -> Element:
    made = Element("question", type="numerical" if question.digits else "multichoice")
    _text(made, "name", name)
    _html(made, "questiontext", words)
    _html(made, "generalfeedback", question.solution)
    for tag, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        SubElement(made, tag).text = value
    if not question.digits:
        for tag, value in (("single", "true"), ("shuffleanswers", "false"), ("answernumbering", "none")):
            SubElement(made, tag).text = value
    for answer in question.answers:
        made.append(_answer(answer, question.digits))
    if question.digits:  # numbers without units
        for tag, value in (("unitgradingtype", "0"), ("unitpenalty", "0.1"), ("showunits", "3"), ("unitsleft", "0")):
            SubElement(made, tag).text = value
    return made


def _answer(answer: Answer, digits: int) -> Element:
    made = Element("answer", fraction="100" if answer.is_right else "0")
    if not digits:
        made.set("format", "html")
    SubElement(made, "text").text = answer.text or ANYTHING
    _html(made, "feedback", answer.says)
    if digits:
        SubElement(made, "tolerance").text = f"{tolerance(answer.text, digits):f}" if answer.text else "0"
    return made


def tolerance(number: str, digits: int) -> Decimal:
    """How far from a printed number is what rounds to it: half a unit of its last digit, below a power of ten of the smaller."""
    value = abs(Decimal(number))
    if not value:
        return Decimal(0)
    is_power = value == Decimal(1).scaleb(value.adjusted())
    return Decimal(5).scaleb(value.adjusted() - digits - is_power)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(SubElement(parent, tag), "text").text = text


def _html(parent: Element, tag: str, paragraphs: Sequence[str]) -> None:
    whole = "".join(text if text.startswith("<p>") else f"<p>{text}</p>" for text in paragraphs)
    SubElement(SubElement(parent, tag, format="html"), "text").text = whole
