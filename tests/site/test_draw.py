"""The page on which a digit is drawn, in Chromium: with the mouse and by keyboard, in three scripts, served and from a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.core.errors import ExplainerError
from explainer.site.inspection import _Files
from explainer.site.workers import HERE
from explainer.words.sections import stamped
from tests.browsing import NARROW, WIDE, served, watched
from tests.conftest import ROOT, require
from tests.site.test_axe import AXE, TAB_STOPS
from tests.small import small_project

pytestmark = [pytest.mark.browser, pytest.mark.site]

CODES = ("en", "nb", "fi", "pt-BR", "ru", "zh-Hans", "zh-Hant")
SCRIPTS = ("en", "ru", "zh-Hans")
ANSWERS = {"en": "The network answers {}", "ru": "Сеть отвечает: {}", "zh-Hans": "网络的回答是 {}"}
MARKS = {"en": ".", "ru": ",", "zh-Hans": "."}
PAGE = "---\ndescription: Draw.\n---\n\n# Draw {#top}\n\n::: draw mnist\n"
SEVEN, ONE = ((0.25, 0.2), (0.75, 0.2), (0.4, 0.85)), ((0.5, 0.15), (0.5, 0.85))


def project(root: Path) -> Path:
    """The small project, with a page to draw on in every language."""
    small_project(root)
    for folder in ("records", "data"):
        shutil.copytree(ROOT / "docs" / folder, root / "docs" / folder)
    shutil.copy(ROOT / "docs" / "examples" / "mnist.toml", root / "docs" / "examples" / "mnist.toml")
    for code in CODES[:-1]:
        (root / "docs" / code / "draw.md").write_text(PAGE if code == "en" else stamped(PAGE, PAGE), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("draw") / "project")


@pytest.fixture(scope="module")
def built(root: Path) -> Path:
    return verbs.build(root, CODES, root.parent / "public", draft=True, workers=HERE)


@contextmanager
def opened(built: Path, browser: Any, code: str = "en", **options: Any) -> Iterator[Any]:
    """The page in a window; nothing may go wrong in it."""
    with served(built) as origin, watched(browser, origin, **{"viewport": WIDE, **options}) as page:
        page.goto(origin + ("" if code == "en" else f"{code}/") + "draw/")
        yield page


def draw(page: Any, *strokes: tuple[tuple[float, float], ...]) -> None:
    """With the mouse; points are shares of the sheet."""
    surface = page.locator(".ex-surface")
    surface.evaluate("each => each.scrollIntoView({ block: 'center' })")
    box = surface.bounding_box()
    for stroke in strokes:
        for place, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
            if not place:
                page.mouse.down()
        page.mouse.up()


def answer(page: Any) -> str:
    return str(page.locator(".ex-draw [role=status]").inner_text())


def cleared(page: Any) -> None:
    page.locator(".ex-desk button").first.click()


@pytest.mark.parametrize("code", SCRIPTS)
def test_a_digit_is_drawn_with_the_mouse(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, code) as page:
        for digit, stroke in ((7, SEVEN), (1, ONE)):
            cleared(page)
            draw(page, stroke)
            assert ANSWERS[code].format(digit) in answer(page)
            first = page.locator(".ex-bars tr.ex-first")
            assert first.locator("th").inner_text() == str(digit)
            assert MARKS[code] in first.locator(".ex-number").inner_text()
            assert len(page.locator(".ex-cells .ex-filled").last.get_attribute("d")) > 1000
            assert f"{digit}" in page.locator(".ex-votes th").nth(2).inner_text()


@pytest.mark.parametrize("code", SCRIPTS)
def test_a_test_image_is_chosen_by_keyboard(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, code) as page:
        field = page.locator(".ex-controls input")
        field.focus()
        page.keyboard.press("ArrowUp")
        assert field.input_value() == "2"
        one = answer(page)
        field.fill("37")
        assert field.input_value() == "37"
        assert "37" in answer(page) != one
        page.locator(".ex-controls fieldset button").nth(4).press("Enter")
        assert ANSWERS[code].format(4) in answer(page)
        assert page.locator(".ex-surface").get_attribute("aria-label") in answer(page)
        places = set()
        for _ in range(20):  # each of them, and then the first again
            page.locator(".ex-controls fieldset button").nth(4).press("Enter")
            places.add(field.input_value())
        assert len(places) == 20


def test_a_number_that_no_image_has_is_told(built: Path, browser: Any) -> None:
    with opened(built, browser) as page:
        field = page.locator(".ex-controls input")
        for wrong in ("0", "201", "1.5", "-3"):
            field.fill(wrong)
            assert "from 1 to 200" in answer(page)
            assert field.get_attribute("aria-invalid") == "true"
        field.fill("5")
        assert "Test image 5 of 200" in answer(page)
        assert field.get_attribute("aria-invalid") is None


def test_an_empty_sheet_a_stroke_taken_back_and_ink_on_an_image(built: Path, browser: Any) -> None:
    with opened(built, browser) as page:
        draw(page, ONE)  # nobody has chosen the image that is there at first
        assert "Your drawing. Strokes: 1" in answer(page)
        page.locator(".ex-controls input").fill("3")
        shown = answer(page)
        assert "Test image 3 of 200" in shown
        draw(page, ONE)
        assert "with your ink on it" in answer(page)
        page.get_by_role("button", name="Take back").press("Enter")
        assert answer(page) == shown
        cleared(page)
        assert "The sheet is empty" in answer(page)
        assert page.get_by_role("button", name="Change its mind").is_disabled()
        draw(page, SEVEN, ((0.3, 0.5), (0.7, 0.5)))
        assert "Strokes: 2" in answer(page)


def test_its_mistakes_and_what_changes_its_mind(built: Path, browser: Any) -> None:
    with opened(built, browser) as page:
        page.get_by_role("button", name="gets wrong").press("Enter")
        assert "That is wrong." in answer(page)
        page.locator(".ex-controls input").fill("1")
        before = page.locator(".ex-bars tr.ex-first th").inner_text()
        page.get_by_role("button", name="Change its mind").press("Enter")
        assert f"Before that the answer was {before}." in answer(page)
        assert page.locator(".ex-bars tr.ex-first th").inner_text() != before
        draw(page, ONE)  # which begins a new drawing
        assert "Your drawing. Strokes: 1" in answer(page)


def test_a_finger_draws_and_does_not_scroll(built: Path, browser: Any) -> None:
    with opened(built, browser, viewport=NARROW, has_touch=True) as page:
        surface = page.locator(".ex-surface")
        assert surface.evaluate("each => getComputedStyle(each).touchAction") == "none"
        assert page.locator("article").evaluate("each => getComputedStyle(each).touchAction") == "auto"
        cleared(page)
        surface.scroll_into_view_if_needed()
        box, before = surface.bounding_box(), page.evaluate("scrollY")
        tools = page.context.new_cdp_session(page)
        for place in range(12):
            point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] * (0.15 + 0.06 * place)}
            tools.send("Input.dispatchTouchEvent", {"type": "touchMove" if place else "touchStart", "touchPoints": [point]})
        tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert ANSWERS["en"].format(1) in answer(page)
        assert page.evaluate("scrollY") == before


@pytest.mark.parametrize("code", CODES)
def test_it_fits_its_window_and_what_is_touched_is_large_enough(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, code) as page:
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            draw(page, SEVEN)
            widths = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
            assert widths[0] <= widths[1], size
            inner = "all => all.every(each => each.scrollWidth <= each.clientWidth + 1)"
            assert page.locator(".ex-draw :is(.ex-desk, .ex-controls, .ex-votes, .ex-scroll)").evaluate_all(inner), size
            small = (
                "all => all.map(each => each.getBoundingClientRect()).filter(each => each.width < 44 || each.height < 44).length"
            )
            assert page.locator(".ex-draw :is(button, input)").evaluate_all(small) == 0, size


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", SCRIPTS)
def test_axe_finds_nothing_on_it(built: Path, browser: Any, code: str, scheme: Any) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with opened(built, browser, code, viewport=NARROW, color_scheme=scheme) as page:
        draw(page, SEVEN)
        page.evaluate(script)
        assert page.evaluate(AXE, {}) == []
        assert page.evaluate(TAB_STOPS) == []


def test_without_the_script_it_says_what_it_would_do_and_shows_an_answer(built: Path, browser: Any) -> None:
    with opened(built, browser, java_script_enabled=False) as page:
        box = page.locator(".ex-draw")
        assert "With JavaScript you can draw a digit here" in box.inner_text()
        assert box.locator("svg.ex-image").is_visible()
        assert box.locator("table tbody tr").count() == 10
        assert box.locator("button, input").count() == 0
        assert not box.locator(".ex-sayings").is_visible()


def test_if_the_weights_do_not_come_that_is_said(built: Path, browser: Any) -> None:
    with served(built) as origin, browser.new_page() as page:
        page.route("**/downloads/mnist.js", lambda route: route.abort())
        page.goto(f"{origin}draw/")
        assert "could not be loaded" in page.get_by_role("alert").inner_text()


def test_only_its_page_loads_the_weights(built: Path) -> None:
    for page, count in (("draw", 1), ("neuron", 0)):
        assert (built / page / "index.html").read_text(encoding="utf-8").count("downloads/mnist.js") == count


def test_it_opens_from_a_folder(root: Path, browser: Any, tmp_path: Path) -> None:
    folder = verbs.build(root, ("en", "ru"), tmp_path / "folder", draft=True, workers=HERE, offline=True)
    for code in ("en", "ru"):
        place = folder / ("" if code == "en" else code) / "draw" / "index.html"
        with watched(browser, "file:", viewport=WIDE) as page:
            page.goto(place.as_uri())
            cleared(page)
            draw(page, SEVEN)
            assert ANSWERS[code].format(7) in answer(page)


def test_a_script_counts_as_ours_letter_by_letter(built: Path) -> None:
    name = "ru/downloads/mnist.js"
    content = (built / name).read_bytes()
    assert _Files(built, set(), {name: content}).is_ours(name)
    assert not _Files(built, set(), {name: content + b" "}).is_ours(name)
    assert not _Files(built, set(), {}).is_ours(name)


def test_altered_weights_are_one_error_and_nothing_is_published(root: Path) -> None:
    path = root / "docs" / "records" / "mnist.safetensors"
    content = path.read_bytes()
    try:
        path.write_bytes(content[:1000])
        with pytest.raises(ExplainerError) as error:
            verbs.build(root, ("en",), root.parent / "other", draft=True, workers=HERE)
    finally:
        path.write_bytes(content)
    assert "docs/records/mnist.safetensors" in str(error.value)
    assert str(error.value).count("found:") <= 1
    assert not (root.parent / "other").exists()
