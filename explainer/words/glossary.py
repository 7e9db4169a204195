"""Does the prose keep to the terms? Each section whose English text has a term must have it in its translation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from explainer.errors import InputError, Problem
from explainer.words.sections import sections

_NOT_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\{\{.*?\}\}|\]\([^)]*\)|<[^>]*>|^:::.*$", re.DOTALL | re.MULTILINE
)


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
    try:
        entries = tomllib.loads(text)["term"]
        return tuple(
            Term({code: tuple(forms) for code, forms in entry.items() if code != "forbidden"}, entry.get("forbidden", {}))
            for entry in entries
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InputError(Problem(file, "", f"not a glossary: {error}", "tables of terms", example)) from None


def prose(text: str) -> str:
    """What of a page is words, in lower case."""
    return _NOT_PROSE.sub(" ", text).casefold()


def _has(words: str, forms: Sequence[str]) -> bool:
    return any(form.casefold() in words for form in forms)


def problems(terms: Sequence[Term], code: str, source: str, translation: str, file: str) -> Iterator[Problem]:
    """Terms that a translated page lacks, and false friends that it has."""
    translated = {(section.level, section.identifier): section for section in sections(translation)}
    for section in sections(source):
        own = translated.get((section.level, section.identifier))
        if own is None:
            continue
        english, words = prose(section.text), prose(own.text)
        for term in terms:
            names, forms = term.forms["en"], term.forms.get(code, ())
            present = any(re.search(rf"\b{re.escape(name.casefold())}", english) for name in names)
            if present and forms and not _has(words, forms):
                found = f"the section {own.title!r} without the term for {names[0]!r}"
                yield Problem(file, f"line {own.line}", found, f"one of {', '.join(forms)}", forms[0])
            for friend in term.forbidden.get(code, ()):
                if friend.casefold() in words:
                    found = f"{friend!r}, a false friend of {names[0]!r}"
                    yield Problem(file, f"line {own.line}", found, f"one of {', '.join(forms)}", forms[0] if forms else "")
