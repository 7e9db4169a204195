"""The finished site before judges that are not ours: the Nu HTML checker, and Firefox."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from explainer import verbs
from explainer.words.languages import LANGUAGES
from tests.browsing import WIDE, watched
from tests.conftest import ROOT, Site, require
from tests.verdicts import Verdicts, html_files

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.xdist_group("site")]


@pytest.mark.budget("HTML checker")
def test_the_html_checker_finds_nothing_on_any_page(site: Site, tell: Callable[[str], None]) -> None:
    java, jar = require("java"), require("vnu-jar")
    verdicts = Verdicts("vnu", Path(jar).read_bytes())
    for file in html_files(site.folder):
        verdicts.judge(str(file.relative_to(site.folder)), file.read_bytes())
    if verdicts.open:
        found = checked(java, jar, [str(site.folder / name) for name in verdicts.open])
        for name in verdicts.open:
            verdicts.say(name, found.get((site.folder / name).as_uri().replace("///", "/"), []))
        assert sum(map(len, found.values())) == sum(map(len, verdicts.wrong.values()))
    tell(f"Nu HTML checker: {verdicts.counted()}")
    assert not verdicts.wrong


def test_the_html_checker_is_one_that_finds_something(tmp_path: Path) -> None:
    java, jar = require("java"), require("vnu-jar")
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang='en'><title>-</title><p><div></p></html>", encoding="utf-8")
    assert sum(map(len, checked(java, jar, [str(tmp_path / "wrong.html")]).values())) >= 1


# A file has no origin for the checker, so it takes nothing for the page's own; nor does it know that a policy is not about
# data in a script element. What a policy blocks is told by the browsers.
_OF_POLICY = "violates Content Security Policy"


def checked(java: str, jar: str, files: list[str]) -> dict[str, list[str]]:
    """Messages by the address of the file."""
    command = [java, "-Xshare:auto", "-jar", jar, "--format", "json", "--exit-zero-always", *files]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found: dict[str, list[str]] = {}
    for item in json.loads(output)["messages"]:
        if _OF_POLICY in item["message"]:
            continue
        found.setdefault(item["url"], []).append(f"{item.get('lastLine')}: {item['message']} {item.get('extract', '')}")
    return found


# --- Firefox

# What a reader sees of a page, in any browser; one shows the letters of formulas as others of Unicode's.
LOOK = """async () => {
  await document.fonts.ready;
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const height = (element) => element.getBoundingClientRect().height;
  return {
    text: document.querySelector("article").innerText,
    formulas: [...document.querySelectorAll("math")].filter((each) => height(each) > 5).length,
    stacked: [...document.querySelectorAll("mfrac")].filter((each) => height(each) >= 1.5 * height(each.children[1])).length,
    font: document.fonts.check('16px "Explainer Math"'),
    width: document.scrollingElement.scrollWidth <= innerWidth,
  };
}"""
FIND = """async (word) => {
  const input = document.querySelector(".md-search__input");
  const results = () => [...document.querySelectorAll(".md-search-result__item > a")].map((each) => each.href);
  input.focus();
  input.value = word;
  for (let tries = 0; tries < 200 && !results().length; tries++) {
    for (const event of [new InputEvent("input"), new KeyboardEvent("keyup", { key: "End" })]) input.dispatchEvent(event);
    await new Promise((done) => setTimeout(done, 50));
  }
  return results();
}"""
WORDS = {"en": "gradient", "nb": "vekt", "fi": "paino", "pt-BR": "peso", "ru": "градиент", "zh-Hans": "梯度", "zh-Hant": "權重"}


def letters(seen: dict[str, Any]) -> dict[str, Any]:
    text = "".join(unicodedata.normalize("NFKC", seen["text"]).split())
    return seen | {"text": text.translate({0x2061: "", 0x200B: "", 0x2060: ""})}


def compare_in_firefox(browser: Any, origin: str, addresses: list[str], searches: list[tuple[str, str]]) -> None:
    """Whether Firefox shows the same on these pages as Chromium, and finds the same for these words."""
    firefox, node, modules = require("firefox-esr"), require("node"), Path(require("puppeteer-core")).parent.parent
    tour = {"pages": addresses, "look": LOOK, "searches": searches, "find": FIND}
    command = [node, str(ROOT / "tests" / "firefox_tour.mjs"), str(modules), firefox]
    ran = subprocess.run(command, input=json.dumps(tour), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    in_firefox = json.loads(ran.stdout)
    with watched(browser, origin, viewport=WIDE) as page:
        for address in addresses:
            page.goto(address, wait_until="load")
            here, there = letters(page.evaluate(LOOK)), letters(in_firefox["seen"][address])
            assert there == here, address
            assert here["formulas"] > 0
            assert here["font"]
            assert here["width"]
        for address, word in searches:
            page.goto(address, wait_until="load")
            assert page.evaluate(FIND, word) == in_firefox["found"][word] != [], word


@pytest.mark.budget("Firefox")
def test_firefox_shows_the_same_text_and_formulas_and_finds_the_same(browser: Any, origin: str) -> None:
    pages = [f"{language.path}{address}" for language in LANGUAGES for address in ("", "alice/")]
    addresses = [origin + address for address in (*pages, "perceptron/", "ledger/", "notebooks/training/")]
    searches = [(f"{origin}{language.path}", WORDS[language.code]) for language in LANGUAGES]
    compare_in_firefox(browser, origin, addresses, searches)


# --- from a folder

SEARCHED = """() => [
  document.querySelector(".md-search-result__meta").textContent,
  document.querySelector(".md-search-result__meta").role || document.querySelector(".md-search-result__meta").getAttribute("role"),
  document.querySelectorAll(".md-search-result__item mark").length > 0,
]"""


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return verbs.build(site.root, ["en", "zh-Hans"], tmp_path_factory.mktemp("offline") / "folder", offline=True)


def test_every_address_of_an_offline_site_is_a_file_in_it(folder: Path) -> None:
    pages = list(html_files(folder))
    assert len(pages) > 40
    for page in pages:
        for node in LexborHTMLParser(page.read_text(encoding="utf-8")).css("[href], [src]"):
            parts = urlsplit(node.attributes.get("href") or node.attributes.get("src") or "")
            if parts.path and not parts.scheme:
                assert (page.parent / unquote(parts.path)).is_file(), (page, parts)


def test_an_offline_site_opens_from_its_folder_and_can_be_searched_by_keyboard(folder: Path, browser: Any) -> None:
    with watched(browser, folder.as_uri(), viewport=WIDE) as page:
        for path, word, least in (("index.html", "gradi", 5), ("zh-Hans/alice/index.html", "权重", 5)):
            page.goto(f"{folder.as_uri()}/{path}", wait_until="load")
            assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Explainer Math\"'))")
            page.keyboard.press("/")
            page.keyboard.type(word)
            said, role, marked = page.evaluate(SEARCHED)
            assert role == "status"
            assert marked
            assert int("".join(filter(str.isdecimal, said))) >= least
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_function("old => location.href !== old", arg=f"{folder.as_uri()}/{path}")
            page.locator("h1").wait_for()
        page.goto(f"{folder.as_uri()}/index.html")
        page.locator("article a[href$='alice/index.html']").first.click()
        page.wait_for_url(f"{folder.as_uri()}/alice/index.html")


@pytest.mark.budget("Firefox")
def test_firefox_opens_a_site_from_its_folder_too(folder: Path, browser: Any) -> None:
    origin = folder.as_uri()
    addresses = [f"{origin}/alice/index.html", f"{origin}/zh-Hans/notebooks/training/index.html"]
    searches = [(f"{origin}/{path}index.html", WORDS[code]) for code, path in (("en", ""), ("zh-Hans", "zh-Hans/"))]
    compare_in_firefox(browser, origin, addresses, searches)
