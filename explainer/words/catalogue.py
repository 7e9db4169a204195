"""Catalogues: the program's sentences in one language, read from gettext PO files through Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from explainer.core.errors import InputError, PageError, Problem, RecordError
from explainer.core.sources import content_of
from explainer.core.text import Text, unfit
from explainer.examples.model import Example
from explainer.words import conversion
from explainer.words.languages import BY_CODE, SOURCE, Language
from explainer.words.sentences import SENTENCES, Forms

LOCALE_ROOT = Path(__file__).with_name("locale")
LONGEST = 2_000  # letters of a sentence
FEW = 5  # missing translations that are told one by one
MOST_TOLD = 3_000  # letters of a list of the others
_ABSURD_PLURALS = re.compile(rb"nplurals\s*=\s*0*[1-9][0-9]")  # no language has ten forms; a reader would make them all
MANY = 200  # whole numbers have all plural forms of our languages below this
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Catalogue:
    """One language's texts: a tuple of plural forms for each key. Those that are not translated are the English ones."""

    language: Language
    texts: Mapping[str, tuple[str, ...]]
    english: frozenset[str] = frozenset()  # the keys that are not translated

    def text(self, key: str, count: int = 1) -> Text:
        """The text of a key, in the plural form that `count` asks for; placeholders still in it.

        Raises:
            RecordError: nothing is said in English either.
        """
        if key not in self.texts:
            like = '"activation.tanh": "The hyperbolic tangent turns {z} into {target}.",'
            raise RecordError(Problem("explainer/words/sentences.py", key, "nothing", "the sentence of this key", like))
        forms, language = self.texts[key], SOURCE if key in self.english else self.language
        form = forms[_plural_index(language, count) if len(forms) > 1 else 0]
        return Text(form, SOURCE.code if key in self.english else "")

    def filled(self, key: str, values: Mapping[str, Text], count: int = 1) -> Text:
        """A sentence with texts in it, as a text."""
        text = self.text(key, count)
        return Text("".join(values[name].written if name else words.written for name, words in split(text)), text.lang)

    def title_of(self, example: Example) -> Text:
        """An example's title in this language.

        Raises:
            PageError: it is made from another language's, and something in it is undecided.
        """
        return self._given(example, "title", example.title) or example.title_in(self.language.code)

    def introduction_of(self, example: Example) -> Text:
        """What the page that an example has by itself begins with: the author's words, or else a sentence that fits all.

        Raises:
            PageError: as for a title.
        """
        found = self._given(example, "introduction", example.introduction)
        if not found and SOURCE.code in example.introduction:
            found = Text(example.introduction[SOURCE.code].written, SOURCE.code)
        return found or self.text("generated.introduction")

    def _given(self, example: Example, key: str, texts: Mapping[str, Text]) -> Text | None:
        """An author's text in this language, perhaps made from another language's."""
        language = self.language
        given = texts.get(language.made_from)
        if language.code in texts or not given:
            return texts.get(language.code)
        made = conversion.sentence(given.written, language)
        if made.undecided:
            place = f"{key}.{language.made_from}"
            raise PageError(conversion.undecided_problem(example.file, place, item, language) for _, item in made.undecided)
        return Text(made.text)


def split(text: Text) -> Iterator[tuple[str, Text]]:
    """A sentence in pieces: words without a name, and placeholders, by their names."""
    end = 0
    for match in PLACEHOLDER.finditer(text.written):
        yield "", Text(text.written[end : match.start()])
        yield match[1], Text("")
        end = match.end()
    yield "", Text(text.written[end:])


def placeholders(text: str) -> tuple[str, ...]:
    """The placeholders of a sentence in the order of the alphabet, each as often as it stands there.

    What it stands for may be a number, and pages show the same numbers in every language.
    """
    return tuple(sorted(PLACEHOLDER.findall(text)))


def path_of(language: Language) -> Path:
    return LOCALE_ROOT / language.locale / "LC_MESSAGES" / "explainer.po"


@cache
def _plurals(locale: str) -> Mapping[str, int]:
    """CLDR's categories for whole numbers, in the order of a PO file's forms; and of each the largest number below `MANY`."""
    order = ("zero", "one", "two", "few", "many", "other")
    largest = {Locale.parse(locale).plural_form(count): count for count in range(MANY)}
    return {tag: largest[tag] for tag in order if tag in largest}


def _plural_index(language: Language, count: int) -> int:
    return list(_plurals(language.locale)).index(Locale.parse(language.locale).plural_form(count))


@dataclass(frozen=True)
class Reading:
    """A catalogue, in which English stands in for what is missing or wrong; and what that is."""

    catalogue: Catalogue
    problems: tuple[Problem, ...] = ()


def load(language: Language, path: Path | None = None, sentences: Mapping[str, Forms] = SENTENCES) -> Catalogue:
    """A language's catalogue, whole and up to date.

    Raises:
        PageError: missing, stale or fuzzy entries, and placeholders that differ; all of them.
        InputError: the language is made from another one, and what makes it is not here.
    """
    reading = read(language, path, sentences)
    if reading.problems:
        raise PageError(reading.problems)
    return reading.catalogue


def read(language: Language, path: Path | None = None, sentences: Mapping[str, Forms] = SENTENCES) -> Reading:
    """A language's catalogue as far as it goes, held against the English sentences.

    Raises:
        InputError: the language is made from another one, and what makes it is not here.
    """
    english = {key: (text,) if isinstance(text, str) else text for key, text in sentences.items()}
    if language == SOURCE:
        return Reading(Catalogue(language, english))
    path = path or path_of(language)
    base = _made(language, sentences) if language.made_from else Reading(Catalogue(language, english, frozenset(english)))
    if language.made_from and not path.exists():
        return base
    entries, broken = _entries(path, language)
    problems = list(base.problems + broken)
    texts, untranslated, missing = dict(base.catalogue.texts), set(base.catalogue.english), dict[str, Problem]()
    for key, source in english.items():
        entry = entries.pop(key, None)
        if broken or (entry is None and language.made_from):
            continue
        sample = f'msgctxt "{key}"\nmsgid "{source[0]}"'
        wrong = [Problem(str(path), key, found, expected, sample) for found, expected in _wrong(entry, source, language)]
        if entry is None or not any(_forms(entry)):
            missing[key] = wrong[0]
            continue
        problems += wrong
        texts[key] = english[key] if wrong else _forms(entry)
        (untranslated.add if wrong else untranslated.discard)(key)
    problems += _told(missing, path, language)
    expected = "only keys of explainer/words/sentences.py"
    problems += [Problem(str(path), str(key), "an entry that no English sentence has", expected) for key in entries]
    return Reading(Catalogue(language, texts, frozenset(untranslated)), tuple(problems))


def _entries(path: Path, language: Language) -> tuple[dict[str, Message], tuple[Problem, ...]]:
    """What stands in a PO file, by its key; nothing, where it is none."""
    what = f"the {language.code} catalogue"
    try:
        return dict(_parsed(content_of(path, str(path), what, example="make words"), language.locale)), ()
    except InputError as error:
        return {}, error.problems
    except (PoFileError, ValueError, LookupError) as error:  # the last two from headers and plural forms
        found = str(error) or type(error).__name__
        return {}, (Problem(str(path), "", found, f"{what}, a PO file in UTF-8"),)


@lru_cache(maxsize=32)  # a server reads most of them again and again
def _parsed(content: bytes, locale: str) -> Mapping[str, Message]:
    if _ABSURD_PLURALS.search(content):
        raise ValueError("more plural forms than a language has")
    messages = read_po(BytesIO(content), locale=locale, abort_invalid=True)
    return {str(message.context): message for message in messages if message.context}


def _forms(entry: Message) -> tuple[str, ...]:
    """A translation, in all its plural forms."""
    return tuple(form or "" for form in (entry.string if isinstance(entry.string, list | tuple) else (entry.string,)))


def _wrong(entry: Message | None, source: tuple[str, ...], language: Language) -> Iterator[tuple[str, str]]:
    """What is wrong with a translation, and what is expected."""
    if entry is None:
        yield "no entry", "a translation of the English sentence"
        return
    msgid, forms = entry.id if isinstance(entry.id, list | tuple) else (entry.id,), _forms(entry)
    largest = tuple(_plurals(language.locale).values()) if len(source) > 1 else (MANY,)
    if tuple(msgid) != source or entry.fuzzy:
        yield "a translation of another English sentence", "one of the sentence as it is now"
    elif len(forms) != len(largest) or not all(forms):
        expected = "every plural form" if len(largest) > 1 else "a translation"
        yield f"{sum(map(bool, forms))} of {len(largest)} forms translated", expected
    else:
        for form, most in zip(forms, largest, strict=True):
            wanted = placeholders(source[-1])
            if most <= 1 and "count" not in placeholders(form):
                wanted = tuple(name for name in wanted if name != "count")  # what is one need not be counted
            yield from _wrong_form(form, wanted)


def _wrong_form(form: str, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if (names := placeholders(form)) != wanted:
        yield f"the placeholders {', '.join(names) or '(none)'}", f"the placeholders {', '.join(wanted) or '(none)'}"
    elif re.search(r"[{}]", PLACEHOLDER.sub("", form)):
        yield f"braces that are no placeholder in {form!r}", "only {names} of the English sentence"
    elif re.search(r"\d", form):
        yield f"a digit in {form!r}", "numbers as placeholders only"
    elif found := unfit(form, LONGEST):
        yield f"{found}, in {form!r}", f"one line of at most {LONGEST} letters"


def _told(missing: Mapping[str, Problem], path: Path, language: Language) -> Iterator[Problem]:
    """What is not translated: each by itself, or where that is most of a new language, all in few words."""
    if len(missing) <= FEW:
        yield from missing.values()
        return
    for keys in wrap(", ".join(missing), MOST_TOLD, break_long_words=False, break_on_hyphens=False):
        expected = f"a translation of each of {len(missing)} English sentences"
        yield Problem(str(path), "", f"no translation of {keys}", expected, next(iter(missing.values())).example)


def said(language: Language, key: str) -> Text:
    """One sentence in a language, without all the others."""
    return read(language, sentences={key: SENTENCES[key]}).catalogue.text(key)


def _made(language: Language, sentences: Mapping[str, Forms]) -> Reading:
    """The sentences of the language that this one is made from, converted. English ones stay."""
    base = BY_CODE[language.made_from]
    reading = read(base, sentences=sentences)
    texts, problems = dict(reading.catalogue.texts), list(reading.problems)
    for key, forms in texts.items():
        if key in reading.catalogue.english:
            continue
        made = [conversion.sentence(form, language) for form in forms]
        texts[key] = tuple(form.text for form in made)
        problems += [
            conversion.undecided_problem(str(path_of(base)), key, item, language) for form in made for _, item in form.undecided
        ]
    return Reading(Catalogue(language, texts, reading.catalogue.english), tuple(problems))
