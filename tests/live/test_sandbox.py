"""The sandbox in Chromium, in three scripts: a network is put together, trained, taken apart, kept in an address, and saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.derivation.derive import derive
from explainer.examples.load import parse
from explainer.site.workers import HERE
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE
from explainer.words.sections import stamped
from tests.browsing import NARROW, WIDE, WithoutWords, served, watched
from tests.conftest import require
from tests.live.proven import bare, formulas
from tests.live.test_chosen import HOSTILE
from tests.site.test_axe import AXE, TAB_STOPS
from tests.small import AUTHORED, small_project

pytestmark = [pytest.mark.browser, pytest.mark.site]

CODES = ("en", "ru", "zh-Hans")
PAGE = "---\ndescription: Sandbox.\n---\n\n# Sandbox {#top}\n\n## Network {#sandbox}\n\n::: sandbox\n"
PEOPLE = "?data=people&hidden=2&act=sigmoid&loss=squared_error&rate=0.1&step=5"
OPEN = ".ex-sandbox > .ex-buttons button"
SMALL = """() => [...document.querySelectorAll(".ex-sandbox :is(button, input, select, textarea, summary, a)")]
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([html]) => html)"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_project(tmp_path_factory.mktemp("sandbox") / "project")
    for code in AUTHORED:
        (root / "docs" / code / "sandbox.md").write_text(PAGE if code == "en" else stamped(PAGE, PAGE), encoding="utf-8")
    return verbs.build(root, CODES, root.parent / "public", draft=True, workers=HERE)


@contextmanager
def opened(built: Path, browser: Any, code: str = "en", query: str = "", **options: Any) -> Iterator[Any]:
    with served(built, WithoutWords) as origin, watched(browser, origin, **{"viewport": WIDE, **options}) as page:
        page.goto(f"{origin}{'' if code == 'en' else code + '/'}sandbox/{query}")
        if options.get("java_script_enabled", True):
            page.locator(".ex-running").wait_for()
        yield page


def status(page: Any) -> str:
    return str(page.locator(".ex-at").inner_text())


def button(page: Any, code: str, key: str) -> Any:
    return page.locator(".ex-running").get_by_role("button", name=load(BY_CODE[code]).text(f"sandbox.{key}").written, exact=True)


@pytest.mark.parametrize("code", CODES)
def test_it_steps_and_goes_back_and_keeps_it_in_the_address(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, code) as page:
        assert "?" not in page.url
        first = page.locator(".ex-table").inner_text(), status(page)
        for _ in range(3):
            button(page, code, "step").press("Enter")
        assert "step=3" in page.url
        button(page, code, "epoch").press("Enter")
        assert "step=4" in page.url
        then = page.locator(".ex-table").inner_text()
        assert then != first[0]
        goto = page.locator(".ex-pace input")
        goto.fill("500")
        goto.press("Enter")
        assert "step=500" in page.url
        assert page.locator(".ex-losses .ex-line").get_attribute("d").count("L") > 100
        assert page.evaluate("() => document.querySelector('a[hreflang=ru]').href").endswith(page.url.partition("?")[2])
        goto.fill("4")
        goto.press("Enter")
        assert page.locator(".ex-table").inner_text() == then
        button(page, code, "restart").press("Enter")
        assert (page.locator(".ex-table").inner_text(), status(page)) == first


FILLED = "() => [...document.querySelectorAll('.ex-opened details[open]')].every((each) => each.children[1])"


def test_it_plays_and_pauses(built: Path, browser: Any) -> None:
    with opened(built, browser) as page:
        page.locator(".ex-pace select").select_option("fastest")
        button(page, "en", "play").press("Enter")
        page.wait_for_function("() => Number(/\\d+/.exec(document.querySelector('.ex-at').textContent.replace(/,/g, ''))[0]) > 20")
        button(page, "en", "pause").press("Enter")
        assert re.search(r"step=\d\d", page.url)
        button(page, "en", "play").wait_for()


@pytest.mark.parametrize("code", CODES)
def test_a_step_is_worked_out_and_saved_as_it_is_proven(built: Path, browser: Any, code: str) -> None:
    language = BY_CODE[code]
    with opened(built, browser, code, PEOPLE) as page:
        page.locator(OPEN).press("Enter")
        for summary in page.locator(".ex-group > summary").all()[1:]:
            summary.press("Enter")
        page.wait_for_function(FILLED)
        for summary in page.locator(".ex-group .ex-derivation > summary").all():
            summary.press("Enter")
        page.wait_for_function(FILLED)
        page.locator(".ex-saved > summary").press("Enter")
        with page.expect_download() as caught:
            page.locator(".ex-saved a").click()
        text = Path(caught.value.path()).read_text(encoding="utf-8")
        assert text == page.locator(".ex-saved code").text_content()
        derivation = derive(parse(text, name="sandbox"))
        proven = {*formulas(derivation, language).values()}
        said = page.evaluate("() => [...document.querySelectorAll('.ex-opened .ex-formula math')].map((each) => each.outerHTML)")
        shown = {bare(re.sub(r"<[^>]*>", "", each)) for each in said}
        assert len(shown) > 50
        assert shown <= proven


@pytest.mark.parametrize("code", CODES)
def test_an_address_opens_in_any_language(built: Path, browser: Any, code: str) -> None:
    typed = "?data=typed&hidden=3-2&typed=1 2:0|2 -1.5:1&rate=0.25"
    with opened(built, browser, code, typed) as page:
        values = page.evaluate(
            "() => [...document.querySelectorAll('.ex-chosen :is(select, input, textarea)')].map((each) => each.value)"
        )
        mark = "," if code == "ru" else "."
        assert values[:3] == ["typed", "3", "2"]
        assert f"0{mark}25" in values
        assert "1 2:0\n2 -1.5:1" in values
        assert page.locator(".ex-table tbody tr").count() == 2


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_or_outdated_address_is_told_and_left_out(built: Path, browser: Any, query: str) -> None:
    with opened(built, browser, "en", f"?{query}") as page:
        told = page.locator(".ex-sandbox > .ex-error").text_content()
        assert told == load(BY_CODE["en"]).text("sandbox.ignored").written
        assert not re.search("NaN|Infinity|undefined|−0(?![.,\\d])", page.locator("article").inner_text())


@pytest.mark.parametrize("code", CODES)
def test_bad_input_is_explained_at_the_field(built: Path, browser: Any, code: str) -> None:
    with opened(built, browser, code, viewport=NARROW) as page:
        before = page.locator(".ex-table").inner_text()
        for place, texts in (("start", ("", "x", "0", "1.5", "99999")), ("rate", ("", "x", "0", "-1", "1e400", "1.2,3"))):
            field = page.locator(f"#ex-sandbox-{place}")
            for text in texts:
                field.fill(text)
                assert page.locator(f"#ex-sandbox-{place}-error").inner_text(), (place, text)
                assert field.get_attribute("aria-invalid") == "true"
        page.locator("#ex-sandbox-data").select_option("typed")
        for text in ("", "1 2", "1 x : 1", "1 : 2\n1 2 : 1", "1 : 5", ":", "1e9 : 1"):
            page.locator("#ex-sandbox-typed").fill(text)
            assert page.locator("#ex-sandbox-typed-error").inner_text(), text
        assert page.locator(".ex-table").inner_text() == before
        page.locator("#ex-sandbox-typed").fill("1 2 3 : 1 0\n-1 0,5 1 : 0 1")
        assert not page.locator("#ex-sandbox-typed-error").inner_text()
        assert not page.locator(".ex-plane").is_visible()


def test_numbers_that_run_away_stop_the_training_and_are_told(built: Path, browser: Any) -> None:
    with opened(built, browser, "en", "?act=identity&out=identity&loss=squared_error&rate=100&step=5000&data=people") as page:
        told = str(page.locator(".ex-sandbox > .ex-error").text_content())
        assert "too large" in told
        page.locator(OPEN).press("Enter")
        page.locator(".ex-saved > summary").press("Enter")
        assert not re.search("NaN|Infinity|undefined", page.locator("article").inner_text())


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def test_axe_finds_nothing_with_all_open(built: Path, browser: Any, viewport: dict[str, int], scheme: str) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with opened(built, browser, "en", PEOPLE, viewport=viewport, color_scheme=scheme) as page:
        page.locator(OPEN).click()
        for summary in (*page.locator(".ex-group > summary").all()[1:], *page.locator(".ex-derivation > summary").all()):
            summary.press("Enter")
        page.locator(".ex-saved > summary").press("Enter")
        page.evaluate(script)
        assert not page.evaluate(AXE, {})
        assert not page.evaluate(SMALL)
        assert not page.evaluate(TAB_STOPS)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_without_the_script_the_page_says_what_would_be_there(built: Path, browser: Any) -> None:
    assert "sandbox.js" not in (built / "proof" / "index.html").read_text(encoding="utf-8")
    for code in CODES:
        with opened(built, browser, code, java_script_enabled=False) as page:
            assert load(BY_CODE[code]).text("sandbox.without").written in page.locator(".ex-sandbox").inner_text()
