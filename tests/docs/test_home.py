"""The map of the course on the first page: the lessons of the navigation, in its order and by their own titles."""

from __future__ import annotations

import re

import pytest
import yaml

from explainer.words.languages import LANGUAGES, Language
from explainer.words.page_syntax import Heading, body, parse
from tests import ROOT

COURSE = next(
    item["course"] for item in yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"] if "course" in item
)
WRITTEN = [language for language in LANGUAGES if not language.made_from]


@pytest.mark.parametrize("language", WRITTEN, ids=lambda language: language.code)
def test_the_first_page_lists_the_lessons_in_their_order(language: Language) -> None:
    folder = ROOT / "docs" / language.code
    text = (folder / "index.md").read_text(encoding="utf-8")
    if "{#course}" not in text:
        pytest.skip("its first page is of before the course")
    listed = re.findall(r"(?m)^(\d+)\. \[(.+?)\]\(([a-z-]+\.md)\) <small>", text)
    assert [page for _, _, page in listed] == COURSE
    assert [int(number) for number, _, _ in listed] == [*range(1, len(COURSE) + 1)]
    for _, title, page in listed:
        heading = next(part for part in parse((folder / page).read_text(encoding="utf-8")) if isinstance(part, Heading))
        assert title.replace("\u00a0", " ") == heading.title.replace("\u00a0", " "), page


def test_the_readme_and_the_changelog_say_how_many_lessons_there_are() -> None:
    count = {14: "fourteen", 15: "fifteen", 16: "sixteen"}[len(COURSE)]
    for name in ("README.md", "CHANGELOG.md"):
        assert f"course of {count} lessons" in (ROOT / name).read_text(encoding="utf-8"), name


def test_every_lesson_has_a_place_for_exercises_at_its_end() -> None:
    for page in COURSE:
        headings = [part for part in body((ROOT / "docs" / "en" / page).read_text(encoding="utf-8")) if isinstance(part, Heading)]
        assert headings[-1].identifier == "your-turn", page
