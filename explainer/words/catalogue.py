"""Catalogues: the program's sentences in one language, read from gettext PO files through Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.pofile import PoFileError, read_po

from explainer.core.errors import InputError, PageError, Problem
from explainer.core.sources import content_of
from explainer.core.text import Text, unfit
from explainer.examples.model import Example
from explainer.words import conversion
from explainer.words.languages import BY_CODE, SOURCE, Language
from explainer.words.sentences import SENTENCES, Forms

LOCALE_ROOT = Path(__file__).with_name("locale")
LONGEST = 2_000  # letters of a sentence
_ABSURD_PLURALS = re.compile(rb"nplurals\s*=\s*0*[1-9][0-9]")  # no language has ten forms; a reader would make them all
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Catalogue:
    """One language's texts: a tuple of plural forms for each key."""

    language: Language
    texts: Mapping[str, tuple[str, ...]]

    def text(self, key: str, count: int = 1) -> Text:
        """The text of a key, in the plural form that `count` asks for; placeholders still in it."""
        forms = self.texts[key]
        # English sentences, which stand in where a catalogue is wrong, have other forms than its language
        return Text(forms[min(_plural_index(self.language, count), len(forms) - 1)] if len(forms) > 1 else forms[0])

    def filled(self, key: str, values: Mapping[str, Text]) -> Text:
        """A sentence with texts in it, as a text."""
        pieces = split(self.text(key))
        return Text("".join(values[name].written if name else words.written for name, words in pieces))

    def title_of(self, example: Example) -> Text:
        """An example's title in this language.

        Raises:
            PageError: it is made from another language's, and something in it is undecided.
        """
        language = self.language
        given = example.title.get(language.made_from)
        if language.code in example.title or not given:
            return example.title_in(language.code)
        made = conversion.sentence(given.written, language)
        if made.undecided:
            place = f"title.{language.made_from}"
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
def _plural_tags(locale: str) -> tuple[str, ...]:
    """CLDR's categories for whole numbers, in the order of a PO file's forms."""
    order = ("zero", "one", "two", "few", "many", "other")
    tags = {Locale.parse(locale).plural_form(count) for count in range(200)}
    return tuple(tag for tag in order if tag in tags)


def _plural_index(language: Language, count: int) -> int:
    tags = _plural_tags(language.locale)
    return tags.index(Locale.parse(language.locale).plural_form(count))


def load(language: Language, path: Path | None = None, sentences: Mapping[str, Forms] = SENTENCES) -> Catalogue:
    """Read a language's catalogue and hold it against the English sentences.

    Raises:
        PageError: missing, stale or fuzzy entries, and placeholders that differ; all of them.
        InputError: the language is made from another one, and what makes it is not here.
    """
    english = {key: (text,) if isinstance(text, str) else text for key, text in sentences.items()}
    if language == SOURCE:
        return Catalogue(language, english)
    path = path or path_of(language)
    made = _made(language, sentences) if language.made_from else {}
    if made and not path.exists():
        return Catalogue(language, made)
    try:
        content = content_of(path, str(path), f"the {language.code} catalogue")
        if _ABSURD_PLURALS.search(content):
            raise ValueError("more plural forms than a language has")
        messages = read_po(BytesIO(content), locale=language.locale, abort_invalid=True)
        entries = {message.context: message for message in messages if message.context}
    except InputError as error:
        raise PageError(error.problems) from None
    except (PoFileError, ValueError, LookupError) as error:  # the last two from headers and plural forms
        found = str(error) or type(error).__name__
        raise PageError(Problem(str(path), "", found, f"the {language.code} catalogue, a PO file in UTF-8")) from None

    problems: list[Problem] = []
    texts: dict[str, tuple[str, ...]] = {}
    for key, source in english.items():
        entry = entries.pop(key, None)
        sample = f'msgctxt "{key}"\nmsgid "{source[0]}"'

        def wrong(found: str, expected: str, key: str = key, sample: str = sample) -> Problem:
            return Problem(str(path), key, found, expected, sample)

        if entry is None and key in made:
            texts[key] = made[key]
            continue
        if entry is None:
            problems.append(wrong("no entry", "a translation of the English sentence"))
            continue
        msgid = entry.id if isinstance(entry.id, list | tuple) else (entry.id,)
        forms = tuple(form or "" for form in (entry.string if isinstance(entry.string, list | tuple) else (entry.string,)))
        wanted = len(_plural_tags(language.locale)) if len(source) > 1 else 1
        if tuple(msgid) != source or entry.fuzzy:
            problems.append(wrong("a translation of another English sentence", "one of the sentence as it is now"))
        elif len(forms) != wanted or not all(forms):
            found = f"{sum(map(bool, forms))} of {wanted} forms translated"
            problems.append(wrong(found, "every plural form" if wanted > 1 else "a translation"))
        else:
            wanted_names = placeholders(source[-1])
            for form in forms:
                names = placeholders(form)
                if names != wanted_names:
                    found = f"the placeholders {', '.join(names) or '(none)'}"
                    problems.append(wrong(found, f"the placeholders {', '.join(wanted_names) or '(none)'}"))
                elif re.search(r"[{}]", PLACEHOLDER.sub("", form)):
                    problems.append(wrong(f"braces that are no placeholder in {form!r}", "only {names} of the English sentence"))
                elif re.search(r"\d", form):
                    problems.append(wrong(f"a digit in {form!r}", "numbers as placeholders only"))
                elif found := unfit(form, LONGEST):
                    problems.append(wrong(f"{found}, in {form!r}", f"one line of at most {LONGEST} letters"))
        texts[key] = forms
    problems += [
        Problem(str(path), str(key), "an entry that no English sentence has", "only keys of explainer/words/sentences.py")
        for key in entries
    ]
    if problems:
        raise PageError(problems)
    return Catalogue(language, texts)


def _made(language: Language, sentences: Mapping[str, Forms]) -> dict[str, tuple[str, ...]]:
    """The sentences of the language that this one is made from, converted."""
    base = BY_CODE[language.made_from]
    texts, problems = dict[str, tuple[str, ...]](), list[Problem]()
    for key, forms in load(base, sentences=sentences).texts.items():
        made = [conversion.sentence(form, language) for form in forms]
        texts[key] = tuple(form.text for form in made)
        problems += [
            conversion.undecided_problem(str(path_of(base)), key, item, language) for form in made for _, item in form.undecided
        ]
    if problems:
        raise PageError(problems)
    return texts
