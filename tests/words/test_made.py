"""Pages of two files: what a draft has in English, and where each of its lines comes from."""

from __future__ import annotations

import pytest

from explainer.words import made
from explainer.words.made import English, Made
from explainer.words.sections import stamped

ENGLISH = "---\nexample: alice\n---\n\n# Title {#top}\n\nText.\n\n## Part {#part}\n\nMore.\n\n## End {#end}\n\nLast.\n"
RUSSIAN = "---\nexample: alice\n---\n\n# Имя {#top}\n\nТекст.\n\n## Часть {#part}\n\nЕщё.\n\n## Конец {#end}\n\nВсё.\n"


def draft(own: str, english: str = ENGLISH) -> Made:
    return made.draft(english, "docs/en/a.md", Made("docs/ru/a.md", own))


def in_english(page: Made) -> str:
    lines = page.text.split("\n")
    return "\n".join("\n".join(lines[run.first - 1 : run.last]) for run in page.english)


def test_what_is_up_to_date_or_not_stamped_yet_stays() -> None:
    for own in (stamped(ENGLISH, RUSSIAN), RUSSIAN):
        assert (draft(own).text, draft(own).english) == (own, ())


def test_a_page_that_nobody_has_translated_is_the_english_one() -> None:
    page = draft("")
    assert (page.text, page.english) == (ENGLISH, (English(1, len(ENGLISH.split("\n")), is_stale=False),))
    assert page.origin(7) == ("docs/en/a.md", 7)


def test_a_stale_section_is_in_english_and_its_lines_are_those_of_the_english_page() -> None:
    page = draft(stamped(ENGLISH.replace("More.", "Less."), RUSSIAN))
    assert in_english(page).strip() == "## Part {#part}\n\nMore."
    (run,) = page.english
    assert run.is_stale
    assert page.origin(run.first) == ("docs/en/a.md", ENGLISH.split("\n").index("## Part {#part}") + 1)
    file, line = page.origin(run.last + 1)
    assert file == "docs/ru/a.md"
    assert page.text.split("\n")[run.last] == "## Конец {#end}" == stamped(ENGLISH, RUSSIAN).split("\n")[line - 1]


def test_sections_that_are_missing_stand_where_english_has_them() -> None:
    page = draft(RUSSIAN.replace("## Часть {#part}\n\nЕщё.\n\n", ""))
    assert [line for line in page.text.split("\n") if line.startswith("#")] == [
        "# Имя {#top}",
        "## Part {#part}",
        "## Конец {#end}",
    ]
    assert not page.english[0].is_stale


@pytest.mark.parametrize("tag", ["<div markdown>", "<section>"])
def test_where_an_element_reaches_over_sections_they_are_not_mixed(tag: str) -> None:
    end = f"</{tag[1:].partition(' ')[0].rstrip('>')}>"
    english, own = (text.replace("\n## ", f"\n{tag}\n\n## ", 1) + f"{end}\n" for text in (ENGLISH, RUSSIAN))
    assert draft(stamped(english.replace("Text.", "Words."), own), english).text == english
    assert draft(stamped(english.replace("More.", "Less."), own), english).text != english
