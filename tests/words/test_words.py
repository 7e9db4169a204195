"""Numbers, sentences, sections and terms, language by language."""

from __future__ import annotations

import io

import pytest
from babel.messages.pofile import read_po

from explainer.core.errors import PageError
from explainer.words import glossary, sections, update
from explainer.words.catalogue import load, path_of, placeholders
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE
from explainer.words.numbers import localise, running, tex
from explainer.words.sentences import SENTENCES
from tests.conftest import ROOT

TRANSLATED = [language for language in LANGUAGES if language is not SOURCE]


@pytest.mark.parametrize(
    ("code", "text", "printed", "in_tex"),
    [
        ("en", "-0.02147", "−0.02147", "-0.02147"),
        ("ru", "-0.02147", "−0,02147", "-0{,}02147"),
        ("zh-Hans", "-0.02147", "−0.02147", "-0.02147"),
        ("zh-Hant", "-0.02147", "−0.02147", "-0.02147"),
        ("en", "12345.5", "12,345.5", "12{,}345.5"),
        ("ru", "12345.5", "12\u00a0345,5", r"12\,345{,}5"),
        ("en", "1234", "1234", "1234"),  # four digits are read at a glance
        ("en", "1.235e-8", "1.235\u00a0×\u00a010⁻⁸", r"1.235 \times 10^{-8}"),
        ("ru", "-1.235e4", "−1,235\u00a0·\u00a010⁴", r"-1{,}235 \cdot 10^{4}"),
        ("ru", "1234567", "1\u00a0234\u00a0567", r"1\,234\,567"),
    ],
)
def test_numbers(code: str, text: str, printed: str, in_tex: str) -> None:
    number = localise(text, BY_CODE[code])
    assert (running(number), tex(number)) == (printed, in_tex)


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.code)
def test_catalogues_are_complete(language: object) -> None:
    catalogue = load(language)  # type: ignore[arg-type]
    assert catalogue.texts.keys() == SENTENCES.keys()


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("en", 1, "1 number on"), ("en", 2, "2 numbers on"), ("ru", 1, "1 "), ("ru", 2, "2 "), ("ru", 5, "5 "), ("ru", 21, "21 "),
    ],
)  # fmt: skip
def test_plurals(code: str, count: int, expected: str) -> None:
    text = load(BY_CODE[code]).text("certificate.numbers", count).written
    assert expected in text.replace("{count}", str(count)).replace("\u00a0", " ")


def test_russian_has_three_forms() -> None:
    catalogue = load(BY_CODE["ru"])
    one, few, many = (catalogue.text("certificate.rules", count) for count in (1, 3, 7))
    assert len({one, few, many}) == 3
    assert catalogue.text("certificate.rules", 21) == one


def test_every_plural_says_its_count() -> None:
    """But the form for one, where it is for nothing else. In Russian it is also for twenty-one; a catalogue sees to that."""
    silent = [key for key, text in SENTENCES.items() if isinstance(text, tuple) and "{count}" not in text[-1]]
    assert silent == []


def test_a_changed_english_sentence_makes_its_translations_stale() -> None:
    changed = {**SENTENCES, "difference": "Take {shift} from {raw}."}
    with pytest.raises(PageError) as caught:
        load(BY_CODE["ru"], sentences=changed)
    assert [problem.place for problem in caught.value.problems] == ["difference"]
    assert "another English sentence" in caught.value.problems[0].found


def test_update_keeps_translations_and_marks_changed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    language = BY_CODE["ru"]
    before = path_of(language).read_bytes()
    assert update.updated(language, before) == before, "run: make words"
    monkeypatch.setitem(SENTENCES, "difference", "Take {shift} from {raw}.")
    monkeypatch.setitem(SENTENCES, "new", "A new sentence.")
    monkeypatch.delitem(SENTENCES, "update")
    after = {m.context: m for m in read_po(io.BytesIO(update.updated(language, before)), locale="ru")}
    assert after["difference"].fuzzy
    assert after["difference"].string
    assert not after["new"].string
    assert "update" not in after


def test_update_follows_a_sentence_that_gains_or_loses_its_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    language = BY_CODE["ru"]
    monkeypatch.setitem(SENTENCES, "mean", "The mean.")
    monkeypatch.setitem(SENTENCES, "difference", ("Take {shift} from one.", "Take {shift} from {count}."))
    after = {m.context: m for m in read_po(io.BytesIO(update.updated(language, path_of(language).read_bytes())), locale="ru")}
    assert isinstance(after["mean"].string, str)
    assert after["mean"].fuzzy
    assert len(after["difference"].string) == 3
    assert after["difference"].string[0]


def test_placeholders() -> None:
    assert placeholders("From {of} to {by}, by {of}.") == ("by", "of", "of")


# --- sections -------------------------------------------------------------------------------------------------------

ENGLISH = "---\nexample: alice\n---\n\n# Title {#top}\n\nText $x_1$ and {{h_1}}.\n\n## Part {#part}\n\n[a](b.md) `c`\n"
RUSSIAN = "---\nexample: alice\n---\n\n# Имя {#top}\n\nТекст $x_1$ и {{h_1}}.\n\n## Часть {#part}\n\n[а](b.md) `c`\n"


def found(english: str, translation: str) -> list[str]:
    return [problem.found for problem in sections.problems(english, translation, "ru.md", "en.md")]


def test_a_stamped_translation_is_up_to_date() -> None:
    stamped = sections.stamped(ENGLISH, RUSSIAN)
    assert found(ENGLISH, stamped) == []
    assert sections.stamped(ENGLISH, stamped) == stamped


def test_a_changed_section_is_named_and_no_other() -> None:
    stamped = sections.stamped(ENGLISH, RUSSIAN)
    assert found(ENGLISH.replace("Text", "Words"), stamped) == ["the section 'Имя' translates an older English text"]
    assert found(ENGLISH.replace("example: alice", "example: alice\ntitle: T"), stamped) == [
        "the front matter translates an older English text"
    ]


def test_an_unmarked_section_is_named() -> None:
    assert len(found(ENGLISH, RUSSIAN)) == 3


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{{h_1}}", "", "the section 'Имя' without the hole {{h_1}}"),
        ("$x_1$", "$x_2$", "the formula $x_2$"),
        ("b.md", "c.md", "the link c.md"),
        ("`c`", "", "the section 'Часть' without the code `c`"),
        ("{#part}", "{#teil}", "no section ## … {#part}; a section ## … {#teil} of its own"),
    ],
)
def test_parts_that_do_not_follow(old: str, new: str, expected: str) -> None:
    stamped = sections.stamped(ENGLISH, RUSSIAN).replace(old, new)
    assert expected in found(ENGLISH, stamped)


def test_the_multiplication_sign_and_words_in_formulas_may_differ() -> None:
    english = ENGLISH.replace("$x_1$", r"$2 \times x \text{ if}$")
    assert found(english, sections.stamped(english, RUSSIAN.replace("$x_1$", r"$2 \cdot x \text{ если}$"))) == []


def test_headings_in_code_are_not_sections() -> None:
    assert len(sections.sections("# A {#a}\n\n```\n# no heading\n```\n")) == 2


# --- glossary -------------------------------------------------------------------------------------------------------

TERMS = glossary.read('[[term]]\nen = ["bias"]\nru = ["смещени"]\nforbidden.ru = ["предвзят"]\n', "g.toml")


@pytest.mark.parametrize(
    ("translation", "count"),
    [("# T {#t}\n\nСмещение растёт.", 0), ("# T {#t}\n\nУклон растёт.", 1), ("# T {#t}\n\nСмещение и предвзятость.", 1)],
)
def test_terms(translation: str, count: int) -> None:
    english = "# T {#t}\n\nThe bias grows."
    assert len(list(glossary.problems(TERMS, "ru", english, translation, "ru.md"))) == count


def test_terms_in_formulas_and_code_do_not_count() -> None:
    english = "# T {#t}\n\nRun `bias` with $bias$ and {{bias}}."
    assert list(glossary.problems(TERMS, "ru", english, "# T {#t}\n\nЗапуск.", "ru.md")) == []


def test_every_language_has_its_prose() -> None:
    docs = ROOT / "docs"
    pages = {path.name for path in (docs / SOURCE.code).glob("*.md")}
    assert len(pages) >= 6
    assert all(
        {path.name for path in (docs / language.code).glob("*.md")} == pages for language in LANGUAGES if not language.made_from
    )
