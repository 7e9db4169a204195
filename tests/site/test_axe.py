"""Every finished page in Chromium: it loads cleanly, fits its window, and axe finds nothing, at several widths, in both schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from explainer.site.addresses import is_worksheet
from explainer.site.keys import digest
from explainer.words.languages import SOURCE, Language
from tests.browsing import NARROW, watched
from tests.conftest import Site, require
from tests.measured import FAULTS, faults
from tests.site.test_browser import addresses, every_language, is_light
from tests.verdicts import Verdicts, looks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.site,
    pytest.mark.xdist_group("site"),
    pytest.mark.budget("axe"),
    pytest.mark.timeout(3600),
]

# A view is a width and a scheme. Every page is seen in one. In the others, those of three languages are but for worksheets,
# which are for paper, and a page with the markup of one that was found right there: a translation has other words, and axe
# looks at what they stand in.
WIDE = (1280, "light")
VIEWS = (WIDE, (400, "light"), (320, "light"), (320, "dark"), (400, "dark"), (1280, "dark"))
IN_ALL_VIEWS = ("en", "ru", "zh-Hans")
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that a scheme can change the verdict of
# The rules whose verdict a translation can change, where all else about a page is the same.
OF_WORDS = [
    *("document-title", "html-has-lang", "html-lang-valid", "valid-lang", "empty-heading", "empty-table-header", "target-size"),
    *("link-name", "button-name", "summary-name", "label", "select-name", "aria-command-name", "aria-input-field-name"),
    *("aria-toggle-field-name", "image-alt", "svg-img-alt", "role-img-alt", "identical-links-same-purpose"),
]
TELLING = {"class", "role", "id", "for", "type", "name", "scope", "tabindex", "hidden", "open", "aria-hidden", "display"}

# axe does not read MathML, so it takes a header that is a symbol for an empty one.
AXE = """async ({ only = null, without = [] }) => {
  const more = { "target-size": { enabled: true }, "identical-links-same-purpose": { enabled: true } };
  for (const rule of without) more[rule] = { enabled: false };
  const rules = only ? { runOnly: { type: "rule", values: only } } : { rules: more };
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

# Most of a page is text without links: formulas, code, paragraphs, rows of tables. Of these axe judges the colours, which do not
# depend on what is said. So one of each kind is judged, by its elements and their classes and by where it stands; of the others
# an empty one is left, as large.
KINDS = """() => {
  const PIECES = "math, p, pre span, tbody > tr:not([role]) + tr";
  const OTHERS = "a, button, img, svg, input, summary, label, [id], [tabindex], [aria-label], [title]";
  const name = (element) => `${element.localName}.${element.getAttribute("class") ?? ""}`;
  const tree = (element) => `${name(element)}(${[...element.children].map(tree).join("")})`;
  const paths = new Map([[document.body, ""]]);
  const path = (element) => {
    if (!paths.has(element)) paths.set(element, `${path(element.parentElement)}/${name(element)}`);
    return paths.get(element);
  };
  window.pieces = [...document.querySelector("article").querySelectorAll(PIECES)].filter((piece) => !piece.querySelector(OTHERS));
  return pieces.map((piece) => (piece.checkVisibility() ? `${path(piece.parentElement)} ${tree(piece)}` : ""));
}"""
EMPTY = """(which) => {
  const sizes = which.map((index) => pieces[index].getBoundingClientRect());
  const inline = which.map((index) => getComputedStyle(pieces[index]).display.startsWith("inline"));
  which.forEach((index, place) => {
    const { style } = pieces[index];
    if (inline[place]) style.display = "inline-block";
    [style.minWidth, style.minHeight] = [`${sizes[place].width}px`, `${sizes[place].height}px`];
    pieces[index].replaceChildren();
  });
}"""

# What is closed is opened. What stays at the edge of the window is put into the page, and the list of pages beside the text is not
# cut: one may scroll what they cover.
OPENED = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  for (const each of document.querySelectorAll(".ex-dock")) each.style.position = "static";
  const wide = new CSSStyleSheet();
  wide.replaceSync("@media screen and (min-width: 76.25em) { .md-sidebar__scrollwrap { overflow: visible !important; } }");
  document.adoptedStyleSheets.push(wide);
}"""
View = tuple[int, str]


@dataclass
class Judged:
    """What was found right, in each view: the markup of pages, and the kinds of pieces of them."""

    pages: dict[View, set[str]] = field(default_factory=lambda: defaultdict(set))
    pieces: dict[View, set[str]] = field(default_factory=lambda: defaultdict(set))


@pytest.fixture(scope="module")
def judged() -> Judged:
    return Judged()


@every_language
def test_a_page_loads_cleanly_and_fits_and_axe_finds_nothing(
    site: Site, browser: Any, wordless: str, language: Language, judged: Judged, tell: Callable[[str], None]
) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    possible = VIEWS if language.code in IN_ALL_VIEWS else (WIDE,)
    asked = (AXE, TAB_STOPS, FAULTS, OPENED, KINDS, EMPTY, possible, OF_COLOURS, OF_WORDS)
    verdicts = Verdicts("axe", script, browser.version, asked, looks(site.folder, language))
    contents = {}
    for address in (*addresses(site), *(["404.html"] if language is SOURCE else [])):
        file = site.folder / language.path / address
        contents[language.path + address] = (file if file.is_file() else file / "index.html").read_bytes()
        verdicts.judge(language.path + address, contents[language.path + address])
    count = 0
    with watched(browser, wordless) as page:
        for address in verdicts.open:
            markup = markup_of(contents[address])
            others = () if is_worksheet(address.removeprefix(language.path)) else possible[1:]
            views = [WIDE, *(view for view in others if markup not in judged.pages[view])]
            page.emulate_media(color_scheme="light")
            at_width(page, WIDE[0])
            page.goto(wordless + address, wait_until="load")
            page.evaluate(OPENED)
            is_known = possible == (WIDE,) and markup in judged.pages[WIDE]
            found = [] if is_light(page) else ["dark where the reader wants light"]
            for width in (NARROW["width"], WIDE[0]):
                at_width(page, width)
                found += [f"{width}: {what}" for what in ill_fitting(page)]
            kinds = [] if is_known else page.evaluate(KINDS)
            if kinds:
                page.evaluate(EMPTY, repeated(kinds, set.intersection(*(judged.pieces[view] for view in views))))
            page.evaluate(script)
            for width, scheme in views:
                page.emulate_media(color_scheme=scheme)
                at_width(page, width)
                found += [f"{width}: {what}" for what in page.evaluate(TAB_STOPS)]
                # much of this markup may have been found right in another language
                known = {"without": OF_COLOURS} if markup in judged.pages[width, scheme] else {}
                rules = {"only": OF_WORDS} if is_known else {"only": OF_COLOURS} if scheme == "dark" else known
                found += [f"{width} {scheme}: {what}" for what in page.evaluate(AXE, rules)]
            verdicts.say(address, found)
            count += len(views)
            for view in views if not found else ():
                judged.pages[view].add(markup)
                judged.pieces[view].update(kinds)
    tell(f"axe, {language.code}: {verdicts.counted()}, in {count} views")
    assert not verdicts.wrong


def ill_fitting(page: Any) -> list[str]:
    """A page that is wider than its window, and labels of figures that are cut or lie on something."""
    scrolls, fits = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    return [*faults(page), *([f"{scrolls} pixels in {fits}"] if scrolls > fits else [])]


def markup_of(page: bytes) -> str:
    """What of a page does not depend on its language: how often each element stands in each, and what its attributes say to a
    browser. In the list of languages another is the current one, and in a sentence the order may be another."""
    found = []
    for node in LexborHTMLParser(page).css("body *"):
        values = {name: value if name in TELLING else "" for name, value in node.attributes.items() if name != "aria-current"}
        parent = node.parent
        found.append(f"{parent and (parent.tag, parent.attributes.get('class'))} {node.tag} {sorted(values.items())}")
    return digest(sorted(found))


def repeated(kinds: list[str], known: set[str]) -> list[int]:
    """Which pieces are of a kind that is known, or that one before them is of; none that is not visible."""
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
