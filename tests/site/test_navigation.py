"""The navigation of a language: the course by number, and what links alone lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from explainer.core.text import Text
from explainer.pages.fill import Page
from explainer.pages.source import read
from explainer.site.mkdocs_builder import lessons, navigation, outside
from explainer.site.pages import PlannedPage
from explainer.site.plan import Edition
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE

NAV = ["index.md", {"course": ["one.md", "two.md", "gone.md"]}, {"examples": ["listed.md"]}, {"reference": ["proof.md"]}]
AUTHORED = {
    "index.md": "::: figure one: symbols",
    "one.md": "{{helper:o_1}} and {{listed:o_1}}",
    "two.md": "::: runs slow fast",
    "proof.md": "",
    "own.md": "{{own:o_1}}",
}
GENERATED = ("listed.md", "helper.md", "slow.md", "fast.md", "mine.md", "hidden.md", "notebooks/one.ipynb")


def page(path: str, text: str | None) -> PlannedPage:
    name = path.removesuffix(".md")
    source = read(
        f"---\nexample: {name}\n---\n{text or ''}\n", f"docs/en/{path}" if text is not None else f"docs/examples/{name}.toml"
    )
    return PlannedPage(path, source, Page("", (), Text(f"Title of {name}")))


def edition(code: str = "en") -> Edition:
    pages: Mapping[str, PlannedPage] = {
        **{path: page(path, text) for path, text in AUTHORED.items()},
        **{path: page(path, None) for path in GENERATED},
    }
    return Edition(BY_CODE[code], load(BY_CODE[code]), pages)


def titled(nav: list[Any]) -> dict[str, list[Any]]:
    return {title: pages for item in nav if isinstance(item, dict) for title, pages in item.items()}


@pytest.mark.thorough
@pytest.mark.parametrize(("code", "course"), [("en", "The course"), ("ru", "Курс"), ("zh-Hant", "課程")])
def test_lessons_are_numbered_in_the_order_in_which_they_are_read(code: str, course: str) -> None:
    found = titled(navigation(edition(code), NAV, outside(edition(code), NAV)))
    assert found[course] == [{"1. Title of one": "one.md"}, {"2. Title of two": "two.md"}]
    assert [title.written for title in lessons(edition(code), NAV).values()] == ["1. Title of one", "2. Title of two"]


def test_what_other_pages_show_is_reached_from_there_and_what_nobody_shows_is_listed() -> None:
    apart = outside(edition(), NAV, "hidden.md\n")
    assert apart == {"helper.md", "slow.md", "fast.md", "hidden.md", "notebooks/one.ipynb"}
    nav = navigation(edition(), NAV, apart)
    assert titled(nav)["More examples"] == ["listed.md", "own.md", "mine.md"]
    assert [item for item in nav if isinstance(item, str)] == ["index.md"]
