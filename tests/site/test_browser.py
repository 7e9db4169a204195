"""The finished site in Chromium: what loads, what fits, what can be reached by keyboard, what can be found."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from explainer.site.addresses import is_worksheet, url_of
from explainer.words.languages import LANGUAGES, Language
from tests.browsing import NARROW, WIDE, Quiet, served, watched
from tests.conftest import Site, search
from tests.measured import faults

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.xdist_group("site")]

every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)


def addresses(site: Site) -> list[str]:
    """The addresses of the pages, the same in all languages."""
    return [url_of(path) for path in site.plan.editions[0].pages]


# --- pages


@every_language
def test_pages_load_cleanly_and_fit_their_window(site: Site, browser: Any, wordless: str, language: Language) -> None:
    with watched(browser, wordless, viewport=WIDE, color_scheme="light") as page:
        for address in addresses(site):
            if is_worksheet(address) and language.code not in ("en", "ru", "zh-Hans"):
                continue  # those are for paper
            page.set_viewport_size(WIDE)
            page.goto(wordless + language.path + address, wait_until="load")
            page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                widths = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
                assert widths[0] <= widths[1], f"{address} at {size['width']}"
                assert not faults(page), f"{address} at {size['width']}"
            assert is_light(page), address


@every_language
def test_pages_are_dark_where_the_reader_wants_that(browser: Any, wordless: str, language: Language) -> None:
    with watched(browser, wordless, viewport=NARROW, color_scheme="dark") as page:
        for address in ("", "alice/", "ledger/", "notebooks/alice/"):
            page.goto(wordless + language.path + address, wait_until="load")
            assert not is_light(page), address


def is_light(page: Any) -> bool:
    color = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)")
    return sum(color) > 3 * 128


@every_language
def test_what_matters_most_is_seen_on_a_phone_without_scrolling_to_the_side(
    browser: Any, wordless: str, language: Language
) -> None:
    seen = "all => all.map(one => one.getBoundingClientRect()).every(box => box.width && box.left >= 0 && box.right <= innerWidth)"
    with watched(browser, wordless, viewport=NARROW) as page:
        for address, what in (("ledger/", ".ex-verdict"), ("training/", ".ex-curve .num"), ("", ".ex-chain .num")):
            page.goto(wordless + language.path + address, wait_until="load")
            assert page.locator(what).count() > 0
            assert page.locator(what).evaluate_all(seen), what


def test_the_language_switch_stays_on_the_page(browser: Any, origin: str) -> None:
    """Round all languages; where each link of each page leads is seen in its HTML."""
    with watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}alice/")
        for target in (*LANGUAGES[1:], LANGUAGES[0]):
            page.locator(".ex-languages__button").hover()
            page.locator(f".ex-languages a[hreflang='{target.code}']").click()
            page.wait_for_url(f"{origin}{target.path}alice/")
            assert page.locator("html").get_attribute("lang") == target.code


def test_a_derivation_opens_by_keyboard(browser: Any, origin: str) -> None:
    with watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}backpropagation/")
        details = page.locator("details.ex-derivation").first
        inside = details.locator(".ex-step").first
        details.locator("summary").focus()
        for key, visible in (("Enter", True), ("Space", False)):
            page.keyboard.press(key)
            inside.wait_for(state="visible" if visible else "hidden")


@every_language
def test_formulas_are_set_in_the_font_that_comes_with_the_site(browser: Any, origin: str, language: Language) -> None:
    with watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}{language.path}alice/")
        page.evaluate("document.fonts.ready")
        tools = page.context.new_cdp_session(page)
        tools.send("DOM.enable")
        tools.send("CSS.enable")
        root = tools.send("DOM.getDocument")["root"]["nodeId"]
        for selector in (".ex-formula mfrac mi", ".ex-formula mn", ".ex-formula munderover > mo", "svg .ex-label"):
            node = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
            fonts = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            assert fonts, selector
            assert all(font["isCustomFont"] and "STIX" in font["familyName"] for font in fonts), f"{selector}: {fonts}"
        # stacked, not run together: a fraction is clearly higher than what stands in it
        heights = page.evaluate(
            "[...document.querySelectorAll('.ex-formula mfrac')].map(element => "
            "[element, ...element.children].map(each => each.getBoundingClientRect().height))"
        )
        assert heights
        assert all(whole >= above + below > 10 for whole, above, below in heights)


@every_language
def test_a_notebook_is_all_there_without_scripts_and_its_colours_follow_the_theme(
    browser: Any, origin: str, language: Language
) -> None:
    colours = []
    for scheme in ("light", "dark"):
        with watched(browser, origin, viewport=NARROW, color_scheme=scheme) as page:
            page.goto(f"{origin}{language.path}notebooks/training/")
            colours.append(page.evaluate("getComputedStyle(document.querySelector('pre > code .mi, pre > code .mf')).color"))
            assert page.evaluate("getComputedStyle(document.querySelector('.ex-output samp')).fontFamily.includes('mono')")
            with page.expect_download() as download:
                page.locator(".ex-actions a[download]").click()
            assert download.value.suggested_filename == "training.ipynb"
    assert colours[0] != colours[1]
    with watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
        page.goto(f"{origin}{language.path}notebooks/training/")
        assert page.locator("math").count() > 5
        assert page.locator(".ex-output").last.is_visible()
        assert "o_1 = 0.9685" in page.locator(".ex-output").last.inner_text()


# --- search


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("gradient", "weight", "loss")),
        ("ru", ("градиент", "вес", "потери")),
        ("zh-Hans", ("梯度", "权重", "损失")),
        ("zh-Hant", ("梯度", "權重", "損失")),
    ],
)
def test_searching_for_a_word_of_the_field_leads_to_its_lesson(
    browser: Any, origin: str, code: str, words: tuple[str, ...]
) -> None:
    (language,) = [item for item in LANGUAGES if item.code == code]
    with watched(browser, origin, viewport=WIDE) as page:
        page.goto(origin + language.path)
        for word, lesson in zip(words, ("backpropagation", "alice", "alice"), strict=True):
            # a result marks the word: the list is the one for this query
            search(page, word).locator("mark", has_text=word).first.wait_for(state="attached")
            links = page.locator(".md-search-result__item > .md-search-result__link")
            found = [urlsplit(address).path for address in links.evaluate_all("all => all.map(each => each.href)")][:5]
            assert any(path.endswith(f"/{language.path}{lesson}/") for path in found), f"{word}: {found}"


# --- accessibility


def test_without_scripts_the_page_is_as_dark_and_no_box_is_a_tab_stop(browser: Any, origin: str) -> None:
    names = ("--ex-accent", "--ex-weight", "--md-code-fg-color", "--md-code-hl-keyword-color", "color-scheme")
    ask = f"{list(names)}.map(name => getComputedStyle(document.body).getPropertyValue(name))"
    seen = {}
    for scheme in ("light", "dark"):
        for scripts in (True, False):
            with watched(browser, origin, viewport=WIDE, color_scheme=scheme, java_script_enabled=scripts) as page:
                page.goto(f"{origin}notebooks/alice/", wait_until="load")
                seen[scheme, scripts] = [*page.evaluate(ask), is_light(page)]
                assert scripts or page.locator("article [tabindex]").count() == 0
    for scheme in ("light", "dark"):
        assert seen[scheme, True] == seen[scheme, False]
    assert not any(light == dark for light, dark in zip(seen["light", False], seen["dark", False], strict=True))


class Host(Quiet):
    """Answers a wrong address with the site's page for these, as hosts do."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        folder = urlsplit(self.path).path.split("/")[1]
        content = (Path(self.directory) / folder / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.mark.parametrize("address", ["nothing", "ru/nothing/", "ru/alice/nothing/at/all.html"])
def test_the_page_for_wrong_addresses_is_right_under_a_folder(site: Site, browser: Any, address: str) -> None:
    with served(site.folder, Host) as origin, browser.new_page() as page:
        assert page.goto(origin + address).status == 404
        page.wait_for_url(f"{origin}404.html")
        page.wait_for_load_state()
        assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--ex-accent')").strip()
        page.locator(".ex-not-found a[hreflang=ru]").click()
        page.wait_for_url(f"{origin}ru/")
