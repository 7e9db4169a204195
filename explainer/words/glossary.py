"""Does the prose keep to the terms? Each section whose English text has a term must have it in its translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from explainer.core.errors import InputError, Problem
from explainer.core.text import unfit
from explainer.examples.form import toml_of
from explainer.examples.wording import shown
from explainer.words.languages import BY_CODE, Language, lacks
from explainer.words.page_syntax import Front, Heading, Is, Part, Prose, pieces
from explainer.words.sections import sections

_READ = frozenset({Is.WORDS, Is.ITEM})


@dataclass(frozen=True, slots=True)
class Term:
    """A term by language: the forms that count, and the false friends that must not stand."""

    forms: Mapping[str, Sequence[str]]
    forbidden: Mapping[str, Sequence[str]]


def read(text: str, file: str) -> tuple[Term, ...]:
    """Read a glossary file.

    Raises:
        InputError: it is not TOML, or a term is not lists of words by language.
    """
    example = '[[term]]\nen = ["weight"]\nru = ["вес"]'
    entries = toml_of(text, file, example).get("term", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(Problem(file, "term", "no list of tables", "tables of terms", example))
    problems, terms = [], []
    for number, entry in enumerate(entries, 1):
        forbidden = entry.pop("forbidden", {})
        wrong = [] if _is_words(entry) and "en" in entry else ["" if "en" in entry else ".en"]
        wrong += [] if _is_words(forbidden) else [".forbidden"]
        problems += [Problem(file, f"term[{number}]{key}", shown(entry), "lists of words by language", example) for key in wrong]
        if not wrong:
            problems += [*_unfit(entry, file, f"term[{number}]"), *_unfit(forbidden, file, f"term[{number}].forbidden")]
        terms.append(Term(entry, forbidden))
    if problems:
        raise InputError(problems)
    return tuple(terms)


def _is_words(table: object) -> bool:
    """A table of languages that the site has, each with a list of words."""
    return isinstance(table, dict) and all(
        code in BY_CODE and isinstance(forms, list) and forms and all(isinstance(form, str) for form in forms)
        for code, forms in table.items()
    )


def _unfit(table: Mapping[str, Sequence[str]], file: str, place: str) -> Iterator[Problem]:
    """The words that are no line of text."""
    for code, forms in table.items():
        for index, form in enumerate(forms, 1):
            if found := unfit(form):
                yield Problem(file, f"{place}.{code}[{index}]", found, "words on one line", f'{code} = ["weight"]')


def missing(terms: Sequence[Term], language: Language, file: str) -> Iterator[Problem]:
    """Terms that have no word in a language, though they have one in every other."""
    if names := [term.forms["en"][0] for term in terms if lacks(language, term.forms)]:
        expected = f"the words of {language.endonym} for them, beside those of the other languages"
        yield Problem(file, "", f"no {language.code} for {', '.join(names)}", expected, f'{language.code} = ["…"]')


def prose(parts: Iterable[Part]) -> Iterator[tuple[int, str]]:
    """The lines of a page that have words, with their numbers: of each what is read as words, in lower case."""
    for part in parts:
        if isinstance(part, Front | Heading | Prose):
            for number, line in part.numbered():
                yield number, " ".join(piece.text for piece in pieces(line) if piece.kind in _READ).casefold()


def false_friends(terms: Sequence[Term], code: str, parts: Iterable[Part]) -> Iterator[tuple[int, str, Term]]:
    """What must not stand in a language: the number of its line, the word, and the term that it is mistaken for."""
    for number, line in prose(parts):
        for term in terms:
            yield from ((number, friend, term) for friend in term.forbidden.get(code, ()) if friend.casefold() in line)


def friend_problem(file: str, place: str, friend: str, term: Term, code: str) -> Problem:
    forms = term.forms.get(code, ())
    found = f"{friend!r}, a false friend of {term.forms['en'][0]!r}"
    return Problem(file, place, found, f"one of {', '.join(forms)}", forms[0] if forms else "")


def _is_said(name: str, text: str) -> bool:
    """Does a word of the text begin like this?"""
    return name in text and re.search(rf"\b{re.escape(name)}", text) is not None


def _has(words: str, forms: Sequence[str]) -> bool:
    return any(form.casefold() in words for form in forms)


def problems(terms: Sequence[Term], code: str, source: str, translation: str, file: str) -> Iterator[Problem]:
    """Terms that a translated page lacks, and false friends that it has."""
    translated = {section.key: section for section in sections(translation)}
    for section in sections(source):
        own = translated.get(section.key)
        if own is None:
            continue
        english, words = (" ".join(line for _, line in prose(each.parts)) for each in (section, own))
        for term in terms:
            names, forms = term.forms["en"], term.forms.get(code, ())
            present = any(_is_said(name.casefold(), english) for name in names)
            if present and forms and not _has(words, forms):
                found = f"the section {own.title!r} without the term for {names[0]!r}"
                yield Problem(file, f"line {own.line}", found, f"one of {', '.join(forms)}", forms[0])
        for number, friend, term in false_friends(terms, code, own.parts):
            yield friend_problem(file, f"line {number}", friend, term, code)
