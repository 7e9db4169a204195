"""Stepping through training in Chromium: by keyboard and by touch, in three scripts, with what is proven after each update."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.core.digits import Shown
from explainer.core.names import after, parse
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.load import parse as example
from explainer.live.course import stages
from explainer.site.workers import HERE
from explainer.words.catalogue import load, split
from explainer.words.languages import BY_CODE
from explainer.words.numbers import localise, running
from tests import ROOT
from tests.browsing import NARROW, WIDE, WithoutWords, served, watched
from tests.conftest import require
from tests.live.pages import CODES, NETWORK
from tests.live.test_in_browser import EVERYTHING, PAGE, SIGNS, expected, plain
from tests.site.test_axe import AXE, TAB_STOPS
from tests.small import small_project, write

pytestmark = [pytest.mark.browser, pytest.mark.site]

LANDSCAPE = {"width": 844, "height": 390}
RUNAWAY = """[network]
layers = [2, 1, 1]
activation = "identity"
loss = "squared_error"

[parameters]
weights = [0.5, -1, 2]
biases = 0.25

[[data.samples]]
name = "Mira"
inputs = [2, 0.5]
target = [1]

[[data.samples]]
name = "Nils"
inputs = [-1, 1.5]
target = [0]

[walkthrough]
samples = ["Mira"]

[training]
learning_rate = 100
batch = "one"
epochs = 1
record = [1]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an authored page of several samples, and pages that an example of one, and one that diverges, have by themselves."""
    root = small_project(tmp_path_factory.mktemp("stepping") / "project")
    shutil.copy(ROOT / "docs" / "examples" / "training.toml", root / "docs" / "examples")
    write(root / "docs" / "en" / "training.md", PAGE)
    for name, text in (("market", NETWORK), ("runaway", RUNAWAY)):
        write(root / "docs" / "examples" / f"{name}.toml", text)
    return verbs.build(root, CODES, root.parent / "public", draft=True, workers=HERE)


@dataclass(frozen=True)
class Stepping:
    """The panel on a page in one of the languages."""

    page: Any
    code: str

    @property
    def panel(self) -> Any:
        return self.page.locator("#ex-steps")

    @property
    def history(self) -> Any:
        return self.panel.locator("input[type=range]")

    def word(self, key: str) -> str:
        return load(BY_CODE[self.code]).text(key).written

    def says(self, key: str, text: str) -> bool:
        """Whether a sentence is in a text, whatever has been put into it."""
        parts = [part.written.strip() for _, part in split(load(BY_CODE[self.code]).text(key))]
        assert any(parts)
        return all(part in text for part in parts)

    def number(self, shown: Shown) -> str:
        return running(localise(shown.text, BY_CODE[self.code]))

    def button(self, key: str) -> Any:
        return self.panel.get_by_role("button", name=self.word(key), exact=True)

    def press(self, key: str) -> None:
        self.button(f"steps.{key}").press("Enter")

    def choose(self, key: str, value: str) -> None:
        self.panel.get_by_label(self.word(f"steps.{key}"), exact=True).select_option(value)

    def status(self) -> str:
        return str(self.panel.locator("> [role=status]").text_content())

    def notes(self) -> str:
        return str(self.panel.locator("> [role=alert]").text_content())

    def update(self) -> int:
        """How many updates lie behind what is shown."""
        return int(self.history.input_value())

    def at(self, updates: int) -> None:
        self.history.fill(str(updates))

    def seen(self) -> tuple[Any, ...]:
        """All that is said on the page and in the panel, but for what grows with the run."""
        return (*self.page.evaluate(ARTICLE), self.page.url, self.status(), self.notes())

    def drawn(self, which: str) -> str:
        return str(self.panel.get_by_label(self.word(f"steps.{which}"), exact=True).locator(".k-loss").get_attribute("d"))


ARTICLE = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  copy.querySelector(".ex-dock").remove();
  return [copy.textContent, document.querySelectorAll("article .ex-changed").length, document.querySelectorAll("article .ex-lit").length];
}"""
IN_SIGHT = """(where) => [...new Set([...document.querySelectorAll("article [data-ref]:not([data-within])")]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice, .ex-dock") && each.checkVisibility() && each.closest(where))
  .map((each) => each.dataset.ref.split(":")[1]))]"""
WRITTEN = """(name) => [...document.querySelectorAll(`article [data-ref$=':${name}']`)]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice, .ex-dock")).map((each) => each.textContent)"""
LATER = "() => new Promise((done) => setTimeout(done, 100))"
SMALL = """() => [...document.querySelectorAll("#ex-steps :is(button, input, select)")]
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44).map(([html]) => html)"""


@contextmanager
def opened(
    built: Path, browser: Any, code: str = "en", name: str = "training", query: str = "", **options: Any
) -> Iterator[Stepping]:
    """A page, and its panel as it is when it has just been asked for."""
    with served(built, WithoutWords) as origin, watched(browser, origin, **{"viewport": WIDE, **options}) as page:
        page.goto(f"{origin}{'' if code == 'en' else code + '/'}{name}/{query}")
        page.locator(".ex-train").wait_for(state="attached")
        if query:
            page.locator("#ex-panel .ex-close").click()
        if options.get("has_touch"):
            page.locator(".ex-train").tap()
        else:
            page.locator(".ex-change").focus()
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        page.locator("#ex-steps").wait_for()
        yield Stepping(page, code)


def clean(page: Any) -> None:
    assert not re.search("NaN|Infinity|undefined", page.evaluate("() => document.querySelector('article').outerHTML"))
    assert not re.search("−0(?![.,\\d])", page.locator("article").inner_text())


def later(numbers: Derivation, name: str) -> str:
    """The same quantity one update later, if there is one."""
    kind, plain_name = (name[0], name[1:]) if name[:1] in ("*", "~") else ("", name)
    moved = after(plain_name, parse(plain_name).step + 1) if plain_name else ""
    return kind + (moved if moved in numbers.program.quantities else plain_name)


@pytest.mark.parametrize("code", CODES)
def test_an_update_is_gone_through_by_keyboard_and_gives_what_is_proven(built: Path, browser: Any, code: str) -> None:
    once, twice = derive(example(NETWORK, name="market")), derive(example(f"{NETWORK}steps = 2\n", name="market"))
    with opened(built, browser, code, "market") as stepping:
        page, everything, signs = stepping.page, stepping.page.evaluate(EVERYTHING), stepping.page.evaluate(SIGNS)
        shown = set(page.evaluate(IN_SIGHT, "article"))
        for kind, asked, worked in stages(once.program):
            said = stepping.status()
            assert stepping.word(f"steps.{kind}") in said
            assert stepping.says("steps.update", said)
            assert all(f"{once.shown[name].relation} {stepping.number(once.shown[name])}" in said for name in asked)
            assert set(page.evaluate(IN_SIGHT, ".ex-lit")) == shown & set(worked) != set()
            assert (page.evaluate(EVERYTHING), page.evaluate(SIGNS)) == (everything, signs)
            page.keyboard.press("Enter")  # the button for the next step has the focus all along
        assert stepping.update() == 1
        found = [each for each in page.evaluate(EVERYTHING) if each[0] in once.program.quantities]
        right = [expected(twice, BY_CODE[code], later(twice, name), later(twice, line), digits) for name, line, digits, _ in found]
        assert [plain(text) for *_, text in found] == [plain(text) for text in right]
        assert sum(old != new for old, new in zip(everything, page.evaluate(EVERYTHING), strict=True)) > 100


def test_two_hundred_updates_on_and_back_all_is_there_to_the_letter(built: Path, browser: Any) -> None:
    with opened(built, browser) as stepping:
        seen = {0: stepping.seen()}
        for key, reached in (("round", 4), ("round", 8), ("sample", 9)):
            stepping.press(key)
            assert stepping.update() == reached
            seen[reached] = stepping.seen()
        stepping.press("back")
        assert stepping.update() == 8
        assert stepping.word("steps.updating") in stepping.status()
        stepping.press("next")
        assert stepping.seen() == seen[9]
        stepping.choose("speed", "3")
        stepping.press("play")
        stepping.page.wait_for_function("() => document.querySelector('.ex-history input').value >= 200")
        stepping.press("pause")
        stepping.at(200)
        seen[200] = stepping.seen()
        assert len({text for text, *_ in seen.values()}) == len(seen)
        for updates in (9, 8, 4, 0, 200, 9):
            stepping.at(updates)
            assert stepping.seen() == seen[updates]
        stepping.press("restart")
        assert stepping.seen() == seen[0]
        assert stepping.page.evaluate("() => document.activeElement.textContent") == stepping.word("steps.next")
        stepping.at(4)
        stepping.press("close")
        assert stepping.page.evaluate(ARTICLE) == [*seen[0][:2], 0]
        stepping.page.keyboard.press("Enter")
        assert stepping.seen() == seen[4]


def test_it_plays_at_any_speed_and_pauses_and_its_pictures_grow(built: Path, browser: Any) -> None:
    with opened(built, browser) as stepping:
        parts, moved = stages(derive(example((ROOT / "docs/examples/training.toml").read_text(), name="training")).program), "() => {}"
        moved = "(before) => document.querySelector('#ex-steps > [role=status]').textContent !== before"
        before = stepping.status()
        stepping.press("play")
        stepping.page.wait_for_function(moved, arg=before)
        stepping.press("pause")
        assert (stepping.update(), len(parts) > 1) == (0, True)  # a stage at a time
        stepping.choose("speed", "2")
        before = stepping.status()
        stepping.press("play")
        stepping.page.wait_for_function(moved, arg=before)
        assert stepping.update() == 1
        stepping.choose("speed", "3")
        line = stepping.drawn("boundary")
        stepping.page.wait_for_function("() => document.querySelector('.ex-history input').value > 40")
        stepping.press("pause")
        stepping.button("steps.play").wait_for()
        stopped = stepping.seen(), stepping.history.get_attribute("max")
        stepping.page.evaluate(LATER)
        assert (stepping.seen(), stepping.history.get_attribute("max")) == stopped
        reached = int(str(stepping.history.get_attribute("max")))
        losses = str(stepping.panel.locator(".k-rate").first.get_attribute("d"))
        assert len(re.findall("[ML]", losses)) == reached + 1
        assert len(re.findall("[ML]", stepping.drawn("curve"))) == (reached + 1) // 4  # a mean for each whole epoch
        assert stepping.drawn("boundary") not in (line, "")
