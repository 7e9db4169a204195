"""Traditional Chinese from Simplified: OpenCC for the characters, our phrase table for what it would get wrong.

The only module that knows OpenCC. What readers do not read as words (code, holes, formulas, link targets, tags, blocks) goes
over as it is; a page keeps its lines, so that a problem can be told with the line of the text it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.words import phrases
from explainer.words.languages import Language
from explainer.words.page_syntax import Display, Front, Heading, Is, Part, Prose, parse, pieces
from explainer.words.phrases import OPAQUE, Phrases, Undecided

TABLES = Path(__file__).with_name("phrases")
_TEXT = re.compile(r"(?<=\\text\{)[^{}]*(?=\})")  # words in a formula
_SPOKEN = re.compile(r"""(?<=\s)(?P<name>alt|title|aria-label|placeholder)=(?P<mark>["'])(?P<text>.*?)(?P=mark)""")
_QUOTES = {"“": "「", "”": "」", "‘": "『", "’": "』"}
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")
_PRIVATE = f"[{chr(OPAQUE[0])}-{chr(OPAQUE[-1])}]"  # what somebody has written of those that stand for pieces is a piece itself
_APART = re.compile(_PRIVATE)
_PLACEHOLDER = re.compile(rf"\{{[a-z_]+\}}|{_PRIVATE}")
_READ = frozenset({Is.WORDS, Is.ITEM})
_TITLE = re.compile(r"^(?P<head>(?:title|description): *)(?P<text>.*)$")


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in the other form, and what nobody has decided in it, with the number of its line."""

    text: str
    undecided: tuple[tuple[int, Undecided], ...] = ()


class _OpenCC(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _opencc(name: str) -> _OpenCC:
    try:
        from opencc import OpenCC
    except ImportError:
        expected = "OpenCC, from which the Traditional Chinese pages are made"
        raise InputError(Problem("", "", "no Python package 'opencc'", expected, "make .venv/site.stamp")) from None
    return OpenCC(name)


def file_of(language: Language) -> Path:
    """The phrase table of a language."""
    return TABLES / f"{language.locale}.toml"


def name_of(language: Language) -> str:
    """How messages call that file."""
    return f"explainer/words/phrases/{language.locale}.toml"


@cache
def table(language: Language) -> Phrases:
    """A language's phrases.

    Raises:
        InputError: the file is not a phrase table.
    """
    return phrases.read(text_of(file_of(language), name_of(language), "a phrase table"), name_of(language))


def _plain(text: str, language: Language) -> tuple[str, tuple[Undecided, ...]]:
    """Words, in which what is opaque has its private character already."""
    text, left = table(language).convert(text, _opencc("s2twp").convert)
    held = _APOSTROPHE.sub("\0", text)
    return re.sub("[“”‘’]", lambda match: _QUOTES[match[0]], held).replace("\0", "’"), left


def _line(text: str, language: Language) -> tuple[str, tuple[Undecided, ...]]:
    """A line of Markdown."""
    made, left = list[tuple[str, bool]](), list[Undecided]()
    for piece in pieces(text):
        words, found = piece.text, list[Undecided]()
        if piece.kind is Is.FORMULA:
            words, found = _formula(words, language)
        elif piece.kind is Is.TAG:
            words, found = _within(_SPOKEN, words, language, "text")
        left += found
        if piece.kind in _READ:
            made += _apart(words, _APART)
        else:  # the end of a link parts it from the words after it
            address = words.removesuffix(")") if piece.kind is Is.TARGET else words
            made += [(address, True), (words[len(address) :], False)]
    shown, found_in_words = _around(made, language)
    return shown, (*found_in_words, *left)


def _apart(text: str, opaque: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, and whether each is opaque."""
    end = 0
    for match in opaque.finditer(text):
        yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    yield text[end:], False


def _around(made: Iterable[tuple[str, bool]], language: Language) -> tuple[str, tuple[Undecided, ...]]:
    """Words converted, in which opaque pieces stay as they are."""
    held, hidden = list[str](), list[str]()
    for text, is_opaque in made:
        if is_opaque:
            hidden.append(chr(OPAQUE[len(held)]))
            held.append(text)
        else:
            hidden.append(text)
    converted, left = _plain("".join(hidden), language)
    return "".join(held[ord(char) - OPAQUE[0]] if ord(char) in OPAQUE else char for char in converted), left


def _within(pattern: re.Pattern[str], text: str, language: Language, group: str | int = 0) -> tuple[str, list[Undecided]]:
    """Convert only what a pattern finds."""
    left = list[Undecided]()

    def replaced(match: re.Match[str]) -> str:
        converted, found = _plain(match[group], language)
        left.extend(found)
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        return match[0][:start] + converted + match[0][end:]

    return pattern.sub(replaced, text), left


def _formula(tex: str, language: Language) -> tuple[str, list[Undecided]]:
    return _within(_TEXT, tex, language)


def sentence(text: str, language: Language) -> Converted:
    """One of the program's sentences, or a title; `{names}` in it stay."""
    converted, left = _around(_apart(text, _PLACEHOLDER), language)
    return Converted(converted, tuple((1, item) for item in left))


def page(text: str, language: Language) -> Converted:
    """A page of Markdown, line by line."""
    lines, left = list[str](), list[tuple[int, Undecided]]()
    for part in parse(text):
        for number, line in enumerate(part.lines, part.line):
            converted, found = _line_of(part, line, language)
            lines.append(converted)
            left += ((number, item) for item in found)
    return Converted("\n".join(lines), tuple(left))


def _line_of(part: Part, line: str, language: Language) -> tuple[str, Sequence[Undecided]]:
    if isinstance(part, Front) and (match := _TITLE.match(line)):
        words, left = _line(match["text"], language)
        return match["head"] + words, left
    if isinstance(part, Display):
        return _formula(line, language)
    return _line(line, language) if isinstance(part, Heading | Prose) else (line, ())


def vocabulary(text: str) -> tuple[str, str]:
    """A list of words in Traditional Chinese: character by character, and as Taiwan says it. Lines stay lines."""
    return _opencc("s2tw").convert(text), _opencc("s2twp").convert(text)


def undecided_problem(file: str, place: str, found: Undecided, language: Language) -> Problem:
    return Problem(
        file,
        place,
        f"{found.character!r} in {found.excerpt!r}, which may mean two things in {language.code}",
        f"a phrase with it in {name_of(language)}, or the section written by hand in docs/{language.code}/",
        f'"{found.excerpt}" = "…"',
    )
