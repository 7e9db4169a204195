"""A quiz in Chromium: answered by keyboard alone, in three scripts; drawn, remembered and forgotten; whole without the script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.site.workers import HERE
from explainer.words.sections import stamped
from tests.browsing import NARROW, WIDE, served, watched
from tests.conftest import require
from tests.site.test_axe import AXE
from tests.small import small_project

pytestmark = [pytest.mark.browser, pytest.mark.site]

QUESTION = """::: say which {name}

What comes of {{{{o_1}}}} in the question *{name}*?

- [x] A [good answer](neuron.md#top), {{{{o_1}}}}
  This is the reason why, {name}.
- [ ] A first mistake, {{{{x_1}}}}
  This is [where to read](neuron.md#top) of the first, {name}.
- [ ] A second mistake, {{{{w_1}}}}
  And this of the second, {name}.

:::
"""
NAMES = ("apple", "pear", "plum")
PAGE = "\n## Your turn {#your-turn}\n\n::: quiz 2\n\n" + "\n".join(QUESTION.format(name=name) for name in NAMES)
CODES = ("en", "ru", "zh-Hans")
SAYS = {"en": ("Right!", "No."), "ru": ("Верно!", "Нет."), "zh-Hans": ("正确！", "不对。")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project in languages of three scripts, with a quiz on a page."""
    root = small_project(tmp_path_factory.mktemp("questions") / "project")
    english = (root / "docs" / "en" / "neuron.md").read_text(encoding="utf-8") + PAGE
    for code in CODES:
        text = english if code == "en" else stamped(english, english)
        (root / "docs" / code / "neuron.md").write_text(text, encoding="utf-8")
    return verbs.build(root, CODES, root.parent / "public", draft=True, workers=HERE)


def address(code: str) -> str:
    return "neuron/" if code == "en" else f"{code}/neuron/"


def asked(page: Any) -> Any:
    return page.locator(".ex-question:visible")


def answer(page: Any, number: int, *, rightly: bool) -> str:
    """What is said of an answer that is chosen and sent by keyboard."""
    question = asked(page).nth(number)
    inputs, right = question.locator("input"), int(question.get_attribute("data-right"))
    inputs.first.focus()
    page.keyboard.press("Space")
    for _ in range(right if rightly else (right + 1) % 3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    return str(question.locator("[role=status]").text_content())


@pytest.mark.parametrize("code", CODES)
def test_a_question_is_answered_by_keyboard(built: Path, browser: Any, code: str) -> None:
    right, wrong = SAYS[code]
    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(origin + address(code))
        assert asked(page).count() == 2
        assert "apple" in asked(page).first.locator("legend").inner_text()
        assert page.locator(".ex-question fieldset:visible input[type=radio]").count() == 6
        told = answer(page, 0, rightly=False)
        assert wrong in told
        assert "apple" in told
        assert asked(page).first.locator("[role=status] a").count() <= 1
        assert asked(page).first.locator("label:has(:checked)").inner_text().endswith("✗")
        told = answer(page, 0, rightly=True)
        assert right in told
        assert "the reason why, apple" in told
        assert asked(page).first.locator("label:has(:checked)").inner_text().endswith("✓")
        assert asked(page).first.locator("details").is_visible()


def test_a_question_that_nobody_has_answered_says_so(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}neuron/")
        asked(page).first.get_by_role("button", name="Check").press("Enter")
        assert "Choose one" in str(asked(page).first.locator("[role=status]").text_content())
        assert asked(page).first.locator("details").is_hidden()


def test_questions_are_drawn_counted_remembered_and_forgotten(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=NARROW) as page:
        page.goto(f"{origin}neuron/")
        quiz, names = page.locator(".ex-quiz"), page.locator(".ex-question:visible legend em")
        first = names.all_inner_texts()
        answer(page, 0, rightly=True)
        answer(page, 1, rightly=False)
        answer(page, 1, rightly=True)
        assert "Right at the first try: 1 of 2." in quiz.inner_text()
        assert "Solved so far, of all questions: 2 of 3." in quiz.inner_text()
        page.get_by_role("button", name="Other questions").press("Enter")
        second = names.all_inner_texts()
        assert set(first) | set(second) == set(NAMES)
        assert page.locator(".ex-question:visible input").first.evaluate("input => input === document.activeElement")
        assert page.locator(".ex-question:visible input:checked").count() == 0
        page.reload()
        assert names.all_inner_texts() == second
        assert "2 of 3" in quiz.inner_text()
        page.get_by_role("button", name="Forget").click()
        page.wait_for_load_state()
        assert names.all_inner_texts() == first
        assert "of 3" not in quiz.inner_text()
        widths = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_quiz_that_has_been_answered(built: Path, browser: Any, scheme: Any) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with served(built) as origin, watched(browser, origin, viewport=NARROW, color_scheme=scheme) as page:
        page.goto(f"{origin}neuron/")
        answer(page, 0, rightly=True)
        answer(page, 1, rightly=False)
        asked(page).first.locator("summary").press("Enter")
        page.evaluate(script)
        assert page.evaluate(AXE, None) == []


def test_without_the_script_every_question_has_its_answers(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
        page.goto(f"{origin}ru/neuron/")
        assert asked(page).count() == 3
        assert page.locator(".ex-question input, .ex-question button, .ex-quiz button").count() == 0
        page.locator(".ex-question summary").first.press("Enter")
        answers = page.locator(".ex-question details").first
        assert answers.locator("li").count() == 3
        assert "✓ Верно! This is the reason why, apple." in answers.inner_text()
        assert page.locator(".ex-sayings").first.is_hidden()


def test_only_pages_with_questions_have_their_script(built: Path) -> None:
    assert "questions.js" in (built / "neuron" / "index.html").read_text(encoding="utf-8")
    assert "questions.js" not in (built / "index.html").read_text(encoding="utf-8")
