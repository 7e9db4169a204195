"""axe on the finished pages, in Chromium: all of it, at several widths, in both schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.words.languages import SOURCE, Language
from tests.conftest import Site, require
from tests.test_browser import addresses, every_language, origin, watched
from tests.verdicts import Verdicts, looks

__all__ = ["origin"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.xdist_group("site"), pytest.mark.budget("axe")]

# A view is a width and a scheme. The translations have the markup of what they translate, so some of them are seen in one view.
WIDE = (1280, "light")
VIEWS = (WIDE, (400, "light"), (320, "light"), (320, "dark"), (400, "dark"), (1280, "dark"))
IN_ALL_VIEWS = ("en", "ru", "zh-Hans")
WIDTHS = (1280, 400)  # where boxes begin to scroll
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that a scheme can change the verdict of

# axe does not read MathML, so it takes a header that is a symbol for an empty one.
AXE = """async (only) => {
  const rules = only ? { runOnly: { type: "rule", values: only } } : {};
  const found = await axe.run({ ...rules, resultTypes: ["violations"], elementRef: true, selectors: false });
  const wrong = (rule, node) => rule.id !== "empty-table-header" || !node.element.querySelector("math");
  return found.violations.flatMap((rule) =>
    rule.nodes.filter((node) => wrong(rule, node)).map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""

# Of the boxes that may scroll, and of whatever else is a tab stop by its attribute: those that are it for nothing, or scroll
# and cannot be reached, or have no name.
TAB_STOPS = """() => [...document.querySelectorAll(".ex-formula, .ex-scroll, .ex-figure, pre, pre > code, article [tabindex]")]
  .filter((box) => {
    const style = getComputedStyle(box);
    const scrolls = box.clientHeight > 0 && style.overflowX !== "visible" && box.scrollWidth > box.clientWidth;
    const named = box.hasAttribute("role") && box.getAttribute("aria-label");
    return !box.matches("summary, a, button, label") && (scrolls ? box.tabIndex !== 0 || !named : box.hasAttribute("tabindex"));
  }).map((box) => box.outerHTML.slice(0, 200))"""

# Most of a page is formulas, of which axe sees the colours. What has these does not depend on the numbers, so one formula of each
# kind is judged, by its elements and their classes and by where it stands; of the others an empty one is left, as large.
KINDS = """() => {
  const name = (element) => `${element.localName}.${element.getAttribute("class") ?? ""}`;
  const tree = (element) => `${name(element)}(${[...element.children].map(tree).join("")})`;
  const path = (element) => (element === document.body ? "" : `${path(element.parentElement)}/${name(element)}`);
  return [...document.querySelectorAll("math")].map((math) =>
    math.checkVisibility() ? `${path(math.parentElement)} ${tree(math)}` : "");
}"""
EMPTY = """(which) => {
  const formulas = [...document.querySelectorAll("math")];
  const sizes = which.map((index) => formulas[index].getBoundingClientRect());
  which.forEach((index, place) => {
    const { style } = formulas[index];
    style.display = formulas[index].getAttribute("display") === "block" ? "block" : "inline-block";
    [style.width, style.height] = [`${sizes[place].width}px`, `${sizes[place].height}px`];
    formulas[index].replaceChildren();
  });
}"""
NO_WORDS = '{"config": {"lang": ["en"], "separator": " ", "pipeline": []}, "docs": []}'

View = tuple[int, str]


@pytest.fixture(scope="module")
def judged() -> dict[View, set[str]]:
    """The kinds of formulas on pages that were found right, in each view."""
    return defaultdict(set)


@every_language
def test_axe_finds_nothing_and_only_what_scrolls_is_a_tab_stop(
    site: Site, browser: Any, origin: str, language: Language, judged: dict[View, set[str]], tell: Callable[[str], None]
) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    views = VIEWS if language.code in IN_ALL_VIEWS else (WIDE,)
    asked = (AXE, TAB_STOPS, KINDS, EMPTY, views, WIDTHS, OF_COLOURS)
    verdicts = Verdicts("axe", script, browser.version, asked, looks(site.folder, language))
    for address in (*addresses(site), *(["404.html"] if language is SOURCE else [])):
        file = site.folder / language.path / address
        verdicts.judge(language.path + address, (file if file.is_file() else file / "index.html").read_bytes())
    with watched(browser, origin) as page:
        page.route("**/search_index.json", lambda route: route.fulfill(body=NO_WORDS, content_type="application/json"))
        for address in verdicts.open:
            page.emulate_media(color_scheme="light")
            page.goto(origin + address, wait_until="load")
            page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
            found = []
            for width in WIDTHS:
                at_width(page, width)
                found += [f"{width}: {what}" for what in page.evaluate(TAB_STOPS)]
            kinds = page.evaluate(KINDS)
            page.evaluate(EMPTY, repeated(kinds, set.intersection(*(judged[view] for view in views))))
            page.evaluate(script)
            for width, scheme in views:
                page.emulate_media(color_scheme=scheme)
                at_width(page, width)
                rules = None if scheme == "light" else OF_COLOURS
                found += [f"{width} {scheme}: {what}" for what in page.evaluate(AXE, rules)]
            verdicts.say(address, found)
            if not found:
                for view in views:
                    judged[view].update(kinds)
    tell(f"axe, {language.code}: {verdicts.counted()}")
    assert not verdicts.wrong


def repeated(kinds: list[str], known: set[str]) -> list[int]:
    """Which formulas are of a kind that is known, or that one before them is of; none that is not visible."""
    seen, found = set(known), []
    for index, kind in enumerate(kinds):
        if kind and kind in seen:
            found.append(index)
        seen.add(kind)
    return found


def at_width(page: Any, width: int) -> None:
    """The window so wide, and whatever observes that has been told."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
