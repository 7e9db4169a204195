"""Numbers changed on a page, in Chromium: what stands there is what would be proven, in three scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.derivation import lines
from explainer.derivation.derivation import Derivation
from explainer.site.workers import HERE
from explainer.words.catalogue import load, split
from explainer.words.languages import BY_CODE, Language
from explainer.words.numbers import localise, running
from tests import ROOT
from tests.browsing import NARROW, WIDE, WithoutWords, served, watched
from tests.conftest import require
from tests.live.proven import at
from tests.shipped import shipped
from tests.site.test_axe import AXE
from tests.small import small_project

pytestmark = [pytest.mark.browser, pytest.mark.site]

CODES = ("en", "ru", "zh-Hans")
EXAMPLE = "training"  # negative numbers, zeros, guard digits
PAGE = """---
example: training
description: Numbers that change.
---

# Numbers {#top}

Their product is ${{w_1}} \\cdot {{(x_1)}} \\approx {{z_1 to 6}}$. {{claim o_1 > 0}}

This weight is positive{{claim w_1 > 0}}.

This is so in the end{{claim L#e1000 > 0}}, and elsewhere{{claim neuron:o_1 > 0}}.

Elsewhere it is so{{claim neuron:o_1 > 0}}.

::: given

::: forward

::: figure values

::: partials

::: updates

::: exercise dL/dw_1 digits=4 open=2
"""
SETTING = {"w_1": "-0.75", "b_1": "0", "raw_1": "135.00002", "eta": "0.125"}
EVERYTHING = """() => [...document.querySelectorAll("article [data-ref]")]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice"))
  .map((each) => [each.dataset.ref.split(":")[1], each.dataset.line || "", each.dataset.digits || "", each.textContent])"""
SIGNS = """() => [...document.querySelectorAll(".ex-step .ex-formula math")]
  .map((each) => [...each.querySelectorAll("mo")].map((sign) => sign.textContent).filter((sign) => "=≈".includes(sign)).join(""))"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project in three languages, with a walkthrough on a page."""
    root = small_project(tmp_path_factory.mktemp("live") / "project")
    shutil.copy(ROOT / "docs" / "examples" / f"{EXAMPLE}.toml", root / "docs" / "examples")
    (root / "docs" / "en" / f"{EXAMPLE}.md").write_text(PAGE, encoding="utf-8")  # a draft shows it in other languages too
    return verbs.build(root, CODES, root.parent / "public", draft=True, workers=HERE)


@contextmanager
def opened(built: Path, browser: Any, code: str, query: str = "", **options: Any) -> Iterator[Any]:
    with served(built, WithoutWords) as origin, watched(browser, origin, **options) as page:
        page.goto(f"{origin}{'' if code == 'en' else code + '/'}{EXAMPLE}/{query}")
        page.locator(".ex-change").wait_for(state="attached")
        yield page


def field(page: Any, name: str) -> Any:
    place = page.evaluate("() => [...document.querySelectorAll('[data-input]')].map((each) => each.dataset.input)").index(name)
    return page.locator(".ex-control input[type=text]").nth(place)


def changed(page: Any, language: Language) -> None:
    """By keyboard alone, with the language's own decimal mark."""
    page.locator(".ex-change").focus()
    page.keyboard.press("Enter")
    for name, text in SETTING.items():
        field(page, name).fill(running(localise(text, language)))
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def expected(numbers: Derivation, language: Language, name: str, line: str, digits: str) -> str:
    shown = numbers.show(name, int(digits or 0))
    if line:
        equation = numbers.program.equation_of[line.lstrip("*~")]
        operands = lines.printed_operands(numbers, equation)
        assert operands is not None
        shown = dict(zip(equation.operands, operands, strict=True))[name]
    return running(localise(shown.text, language))


def plain(text: str) -> str:
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
    return re.sub(r"[\s()]", "", text.translate(raised))


@pytest.mark.parametrize("code", CODES)
def test_every_number_and_sign_follows_and_comes_back(built: Path, browser: Any, code: str) -> None:
    language, derivation = BY_CODE[code], shipped(EXAMPLE)
    numbers = at(derivation, SETTING)
    with opened(built, browser, code, viewport=WIDE) as page:
        before, signs = page.evaluate(EVERYTHING), page.evaluate(SIGNS)
        changed(page, language)
        found = [each for each in page.evaluate(EVERYTHING) if each[0] in numbers.program.quantities]
        wrong = [
            (name, line, text, right)
            for name, line, digits, text in found
            if plain(text) != plain(right := expected(numbers, language, name, line, digits))
        ]
        assert not wrong
        assert sum(old != new for old, new in zip(before, page.evaluate(EVERYTHING), strict=True)) > 100
        assert page.evaluate(SIGNS) != signs
        page.locator(".ex-bar button").first.click()
        assert (page.evaluate(EVERYTHING), page.evaluate(SIGNS)) == (before, signs)
        assert "numbers=" not in page.url


@pytest.mark.parametrize("code", CODES)
def test_an_address_holds_the_numbers_in_any_language(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, "en", viewport=WIDE) as page:
        changed(page, BY_CODE["en"])
        query = "?" + page.url.partition("?")[2]
        assert page.evaluate("() => document.querySelector('a[hreflang=ru]').href").endswith(query)
    with opened(built, browser, code, query, viewport=WIDE) as page:
        assert field(page, "w_1").input_value() == running(localise("-0.75", BY_CODE[code]))
        assert page.locator(".ex-changed").count() > 50


@pytest.mark.parametrize(
    "query",
    ["?numbers=w_1:<script>alert(1)</script>", "?numbers=nobody:1%20w_1:1e400%20:%20%25", "?numbers=" + "w_1:1%20" * 3000 + "x"],
)
def test_a_hostile_or_outdated_address_is_told_and_left_out(built: Path, browser: Any, query: str) -> None:
    with opened(built, browser, "en", query, viewport=WIDE) as page:
        assert page.locator(".ex-bar [role=alert]").text_content() == load(BY_CODE["en"]).text("live.ignored").written
        assert not re.search("NaN|Infinity|undefined|−0(?![.,\\d])", page.locator("article").inner_text())


@pytest.mark.parametrize("code", CODES)
def test_bad_input_is_explained_at_the_field(built: Path, browser: Any, code: str) -> None:
    catalogue = load(BY_CODE[code])
    with opened(built, browser, code, viewport=NARROW) as page:
        page.locator(".ex-change").click()
        before = page.evaluate(EVERYTHING)
        for text, wrong in (("", "empty"), ("x", "text"), ("1.2,3", "marks"), ("1e400", "far"), ("NaN", "text")):
            typed = field(page, "w_1")
            typed.fill(text)
            told = page.locator(f"#{typed.get_attribute('aria-describedby')}").text_content()
            assert (told, typed.get_attribute("aria-invalid")) == (catalogue.text(f"exercise.{wrong}").written, "true")
        assert page.evaluate(EVERYTHING) == before
        field(page, "w_1").fill("1e59")
        said = page.locator(".ex-bar [role=alert]")
        said.filter(has_text=re.compile(r"\w")).wait_for()
        words = [part.written.strip() for _, part in split(catalogue.text("live.large")) if part.written.strip()]
        assert all(part in str(said.text_content()) for part in words)
        assert not re.search("NaN|Infinity|undefined", page.locator("article").inner_text())


def test_a_number_is_dragged_and_a_slider_moved(built: Path, browser: Any) -> None:
    with opened(built, browser, "en", viewport=WIDE) as page:
        page.locator(".ex-change").click()
        number = page.locator(".ex-given[data-ref$=':w_1']").first
        number.scroll_into_view_if_needed()
        box, before = number.bounding_box(), field(page, "w_1").input_value()
        page.mouse.move(box["x"] + 2, box["y"] + 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 42, box["y"] + 2, steps=4)
        page.mouse.up()
        page.wait_for_function("() => location.search")
        assert float(field(page, "w_1").input_value().replace("−", "-")) > float(before.replace("−", "-"))
        page.locator(".ex-control input[type=range]").nth(1).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => location.search.includes('w_2')")


FRAMED = (
    """() => [...document.querySelectorAll("article p:has([data-claims])")].map((each) => each.classList.contains("ex-authors"))"""
)


def test_a_sentence_has_a_frame_where_it_claims_what_is_not_so_or_not_known(built: Path, browser: Any) -> None:
    with opened(built, browser, "en", viewport=WIDE) as page:
        assert page.evaluate(FRAMED) == [False, False, True, False]
        changed(page, BY_CODE["en"])  # with a negative weight
        assert page.evaluate(FRAMED) == [False, True, True, False]
        page.locator(".ex-bar button").first.click()
        assert page.evaluate(FRAMED) == [False, False, True, False]


MOVED = """([name, value]) => {
  const inputs = [...document.querySelectorAll("[data-input]")].map((each) => each.dataset.input);
  const slider = document.querySelectorAll(".ex-control input[type=range]")[inputs.indexOf(name)];
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
IN_VIEW = """() => [...document.querySelectorAll("article [data-ref]")]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice"))
  .map((each) => {
    const { top, bottom, height } = each.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  })"""


TOPS = """() => [...document.querySelectorAll("article :is(p, li, tr, h1, h2, figure, details)")]
  .concat(...document.querySelectorAll("article :is(.ex-formula, .ex-step, .ex-row, .ex-scroll)"))
  .filter((each) => !each.closest(".ex-dock") && each.getClientRects().length)
  .map((each) => [Math.round(each.getBoundingClientRect().top + scrollY), each.textContent.slice(0, 40)])"""


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("code", CODES)
def test_no_block_moves_up_or_down_while_a_number_is_dragged(
    built: Path, browser: Any, code: str, viewport: dict[str, int]
) -> None:
    with opened(built, browser, code, viewport=viewport) as page:
        page.locator(".ex-change").click()
        page.evaluate("() => document.fonts.ready.then(() => {})")
        before, texts = page.evaluate(TOPS), page.evaluate(EVERYTHING)
        assert len(before) > 40
        for name in ("w_1", "w_5", "b_3", "eta"):
            for share in (-1, -0.31, -0.001, 0, 0.0007, 0.9):
                page.evaluate(MOVED, [name, share * 1.5])
                now = page.evaluate(TOPS)
                assert not [(old, new) for old, new in zip(before, now, strict=True) if abs(old[0] - new[0]) > 1], (name, share)
            page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
            assert page.evaluate(EVERYTHING) != texts
            assert not [(old, new) for old, new in zip(before, page.evaluate(TOPS), strict=True) if abs(old[0] - new[0]) > 1], name


@pytest.mark.parametrize("early", ["", "beforeprint", "pagehide"])
def test_what_is_in_view_follows_at_once_and_the_rest_when_nothing_moves(built: Path, browser: Any, early: str) -> None:
    """Whoever prints, or goes, does not have to wait."""
    numbers, language = at(shipped(EXAMPLE), {"w_1": "0.25"}), BY_CODE["en"]

    def wrong(found: list[list[str]]) -> list[list[str]]:
        known = [each for each in found if each[0] in numbers.program.quantities]
        return [each for each in known if plain(each[3]) != plain(expected(numbers, language, *each[:3]))]

    with opened(built, browser, "en", viewport=WIDE) as page:
        page.locator(".ex-change").click()
        before = page.evaluate(EVERYTHING)
        page.evaluate(MOVED, ["w_1", 0.25])
        during = [each for each, is_seen in zip(page.evaluate(EVERYTHING), page.evaluate(IN_VIEW), strict=True) if is_seen]
        assert "w_1" in {name for name, *_ in during}
        assert not wrong(during)
        if early:
            page.evaluate("(event) => void dispatchEvent(new Event(event))", early)
        page.wait_for_function("() => location.search")
        after = page.evaluate(EVERYTHING)
        assert not wrong(after)
        assert sum(old != new for old, new in zip(before, after, strict=True)) > 50
        assert "numbers=w_1" in page.url


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_with_the_panel_open(built: Path, browser: Any, viewport: dict[str, int]) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with opened(built, browser, "en", viewport=viewport) as page:
        changed(page, BY_CODE["en"])
        page.evaluate(script)
        assert not page.evaluate(AXE, None)
        small = """() => [...document.querySelectorAll(".ex-dock :is(button, input)")].map((each) => each.getBoundingClientRect())
          .filter((box) => box.height && (box.height < 44 || box.width < 44)).length"""
        assert page.evaluate(small) == 0


def test_without_the_script_nothing_is_there_and_other_pages_do_not_load_it(built: Path, browser: Any) -> None:
    assert "live.js" not in (built / "proof" / "index.html").read_text(encoding="utf-8")
    with served(built, WithoutWords) as origin, watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
        page.goto(f"{origin}{EXAMPLE}/")
        assert not page.locator(".ex-live").is_visible()
        assert page.locator(".ex-dock").count() == 0
