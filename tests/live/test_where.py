"""Where a number comes from, in Chromium: the card by mouse, touch and keyboard, what is lit, lines reduced, the network beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from explainer.words.catalogue import load, split
from explainer.words.languages import BY_CODE
from tests.browsing import NARROW, WIDE, WithoutWords, served, watched
from tests.conftest import require
from tests.live.pages import CODES, built
from tests.site.test_axe import AXE

pytestmark = [pytest.mark.browser, pytest.mark.site]

PLACES = """() => [...document.querySelectorAll("article :is(p, .ex-step, .ex-formula, figure, table, details, h2)")]
  .map((each) => each.getBoundingClientRect().top + scrollY)"""
LIT = """(kind) => [...new Set([...document.querySelectorAll(`article .${kind}`)]
  .map((each) => (each.dataset.ref || each.dataset.is).split(":")[1]))].sort()"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("where"))


@contextmanager
def opened(site: Path, browser: Any, code: str = "en", name: str = "market", **options: Any) -> Iterator[Any]:
    with served(site, WithoutWords) as origin, watched(browser, origin, **options) as page:
        page.goto(f"{origin}{'' if code == 'en' else code + '/'}{name}/")
        page.locator(".ex-stop").first.wait_for(state="attached")
        yield page


def symbol(page: Any, name: str) -> Any:
    return page.locator(f".ex-step .ex-formula [data-is$=':{name}']").first


# An exercise's own formulas may be at other numbers, and are the reader's to find.
ASKABLE = """() => [...document.querySelectorAll(".ex-step .ex-formula, figure.ex-figure")]
  .filter((each) => !each.closest(".ex-exercise")).length"""


def said(code: str, key: str) -> list[str]:
    """The words of a sentence, without what is put into it."""
    return [part.written.strip() for _, part in split(load(BY_CODE[code]).text(key)) if part.written.strip()]


def told(page: Any) -> str:
    return str(page.locator(".ex-origin").inner_text())


@pytest.mark.parametrize("code", CODES)
def test_a_pointer_that_rests_gets_the_formula_its_numbers_and_where_they_come_from(site: Path, browser: Any, code: str) -> None:
    with opened(site, browser, code, viewport=WIDE) as page:
        place = symbol(page, "z_1")
        place.scroll_into_view_if_needed()
        before = page.evaluate(PLACES)
        place.hover()
        card = page.locator(".ex-origin")
        card.wait_for()
        formula = page.locator("#z_1 .ex-formula math").text_content()
        assert card.locator("math[display]").text_content() == formula
        for key in ("where.kind.preactivation", "where.proven", "where.made_of", "where.goes_into", "where.place"):
            assert all(words in told(page) for words in said(code, key)), key
        assert page.evaluate(LIT, "ex-here") == ["h_1", "z_1"]  # in a figure the neuron, which has both
        assert {"b_1", "w_1", "w_2", "x_1", "x_2"} == set(page.evaluate(LIT, "ex-from"))
        assert {"h_1", "o_1"} <= set(page.evaluate(LIT, "ex-into"))
        assert page.evaluate(PLACES) == before
        card.hover()  # and stays
        page.wait_for_timeout(800)
        assert card.is_visible()
        page.keyboard.press("Escape")
        assert card.is_hidden()
        assert page.locator("article :is(.ex-here, .ex-from, .ex-into)").count() == 0


@pytest.mark.parametrize("name", ["market", "levels", "terms"])
def test_every_formula_figure_and_table_is_reached_by_keyboard_with_one_stop_each(site: Path, browser: Any, name: str) -> None:
    with opened(site, browser, name=name, viewport=WIDE) as page:
        stops = page.locator(".ex-stop")
        assert stops.count() >= page.evaluate(ASKABLE) > 4
        assert page.locator("[data-ref][tabindex], [data-is][tabindex]").count() == 0
        stop = page.locator(".ex-step > .ex-stop").first
        stop.focus()
        assert stop.bounding_box()["height"] >= 44
        page.keyboard.press("Enter")
        card = page.locator(".ex-origin")
        first = card.locator(".ex-name").text_content()
        assert card.evaluate("(card) => document.activeElement === card")
        seen = {first}
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            seen.add(card.locator(".ex-name").text_content())
        assert len(seen) > 2
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        assert card.locator(".ex-name").text_content() == first
        while card.is_visible():  # through its buttons, and back to where it was opened
            page.keyboard.press("Tab")
        assert stop.evaluate("(stop) => document.activeElement === stop")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        assert card.is_hidden()
        assert stop.evaluate("(stop) => document.activeElement === stop")


@pytest.mark.parametrize("code", CODES)
def test_a_finger_gets_the_same_beside_the_number_and_not_over_it(site: Path, browser: Any, code: str) -> None:
    with opened(site, browser, code, viewport=NARROW, has_touch=True, is_mobile=True) as page:
        card = page.locator(".ex-origin")
        for place in (symbol(page, "h_1"), page.locator("figure .ex-label[data-is$=':h_2']").first):
            place.scroll_into_view_if_needed()
            place.tap()
            card.wait_for()
            tapped, found = place.bounding_box(), card.bounding_box()
            assert (found["x"], found["width"]) == (0, NARROW["width"])
            assert tapped["y"] + tapped["height"] <= found["y"] or tapped["y"] >= found["y"] + found["height"]
            heights = "(card) => [...card.querySelectorAll('button, a')].map((each) => each.getBoundingClientRect().height)"
            assert min(card.evaluate(heights)) >= 44
            card.locator(".ex-close").tap()
            assert card.is_hidden()
        assert page.locator(".ex-companion").is_hidden()
        assert page.evaluate("() => document.documentElement.scrollWidth") == NARROW["width"]


def test_what_a_reader_has_changed_is_told_with_the_numbers_as_they_are(site: Path, browser: Any) -> None:
    with served(site, WithoutWords) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}market/?numbers=w_1:-2")
        page.locator("article.ex-is-changed").wait_for()
        for name, key in (("w_1", "changed"), ("w_2", "given"), ("z_1", "follows"), ("z_2", "proven"), ("o_1", "follows")):
            place = symbol(page, name)
            place.scroll_into_view_if_needed()
            place.hover()
            page.wait_for_function(f"() => document.querySelector('.ex-origin .ex-name [data-is$=\":{name}\"]')")
            assert said("en", f"where.{key}")[0] in told(page), name
            page.keyboard.press("Escape")
        symbol(page, "z_1").hover()
        page.locator(".ex-origin .ex-changed").first.wait_for()
        assert page.locator(".ex-origin math[display]").text_content() == page.locator("#z_1 .ex-formula math").text_content()
        page.locator(".ex-bar button").first.click()
        symbol(page, "z_1").hover()
        page.locator(".ex-origin").wait_for()
        assert said("en", "where.proven")[0] in told(page)


def test_a_step_that_is_left_to_the_reader_is_not_told(site: Path, browser: Any) -> None:
    with opened(site, browser, viewport=WIDE) as page:
        output = page.locator("figure .num[data-ref$=':o_1']").first
        output.scroll_into_view_if_needed()
        output.hover()
        card = page.locator(".ex-origin")
        card.wait_for()
        card.locator(".ex-chips .ex-into [data-is$=':L']").first.click()
        assert card.locator("math[display]").count() == 0
        card.locator(".ex-place a").click()
        assert page.locator("#L").is_visible()


@pytest.mark.parametrize(("kind", "gone"), [("symbols", "[data-ref]"), ("numbers", ".ex-left [data-is]")])
def test_lines_are_reduced_and_stay_so_for_the_page(site: Path, browser: Any, kind: str, gone: str) -> None:
    seen = (
        "(gone) => [...document.querySelectorAll(`#z_1 .ex-formula ${gone}`)].filter((each) => each.getClientRects().length).length"
    )
    with opened(site, browser, viewport=WIDE) as page:
        before = page.locator("#z_1 .ex-formula math").text_content()
        choice = page.locator(f".ex-switch input[value={kind}]")
        choice.scroll_into_view_if_needed()
        top = choice.bounding_box()["y"]
        choice.check()
        assert abs(choice.bounding_box()["y"] - top) < 1
        assert page.evaluate(seen, gone) == 0
        assert symbol(page, "z_1").is_visible()  # what it is of
        page.reload()
        page.locator(".ex-stop").first.wait_for(state="attached")
        assert page.evaluate(seen, gone) == 0
        assert page.locator(f".ex-switch input[value={kind}]").is_checked()
        page.locator(".ex-switch input[value=both]").check()
        assert page.locator("#z_1 .ex-formula math").text_content() == before
        assert page.evaluate(seen, gone) > 0


def test_the_network_follows_beside_the_text_and_can_be_put_away(site: Path, browser: Any) -> None:
    lit = "() => [...document.querySelectorAll('.ex-companion .ex-here')].map((each) => each.dataset.is || each.dataset.ref)"
    with opened(site, browser, viewport={"width": 1440, "height": 900}) as page:
        beside = page.locator(".ex-companion")
        for name in ("h_2", "h_3"):
            page.evaluate("(name) => document.getElementById(name).scrollIntoView({ block: 'center' })", name)
            page.wait_for_function(f"() => ({lit})().some((each) => each.endsWith(':{name}'))")
            box, text = beside.bounding_box(), page.locator(".md-content").bounding_box()
            assert box["x"] >= text["x"] + text["width"]
            assert box["x"] + box["width"] <= 1440
        page.evaluate("() => document.querySelector('figure').scrollIntoView({ block: 'center' })")
        beside.wait_for(state="hidden")  # as long as the figure itself is there
        page.evaluate("() => document.getElementById('h_3').scrollIntoView({ block: 'center' })")
        beside.wait_for()
        beside.locator("button").click()
        assert beside.locator("svg").is_hidden()
        page.reload()
        page.evaluate("() => document.getElementById('h_3').scrollIntoView({ block: 'center' })")
        beside.wait_for()
        assert beside.locator("svg").count() == 0
        beside.locator("button").click()
        assert beside.locator("svg").is_visible()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_card_open(site: Path, browser: Any, viewport: dict[str, int], scheme: str) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with opened(site, browser, viewport=viewport, color_scheme=scheme) as page:
        page.locator(".ex-step > .ex-stop").nth(2).focus()
        page.keyboard.press("Enter")
        page.evaluate(FRAMES)
        page.evaluate(script)
        assert not page.evaluate(AXE, {})


def test_without_the_script_nothing_is_there_and_other_pages_do_not_load_it(site: Path, browser: Any) -> None:
    assert "where.js" not in (site / "proof" / "index.html").read_text(encoding="utf-8")
    with served(site, WithoutWords) as origin, watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
        page.goto(f"{origin}market/")
        assert page.locator(".ex-stop, .ex-origin, .ex-companion, .ex-grip").count() == 0
        assert not page.locator(".ex-switch").is_visible()
        assert not page.locator(".ex-where").is_visible()
