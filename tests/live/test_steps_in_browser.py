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
from tests.live.test_in_browser import EVERYTHING, SIGNS, expected, plain
from tests.shipped import shipped
from tests.site.test_axe import AXE, TAB_STOPS
from tests.small import small_project, write

pytestmark = [pytest.mark.browser, pytest.mark.site]

LANDSCAPE = {"width": 844, "height": 390}
PAGE = """---
example: training
description: Updates one after the other.
---

# Training {#top}

::: forward

::: figure values

::: updates
"""
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
    """An authored page of several samples, and pages that an example of one, and one that diverges, have by themselves."""
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
    panel: Any
    code: str

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
        self.panel.get_by_role("combobox", name=self.word(f"steps.{key}"), exact=True).select_option(value)

    def status(self) -> str:
        return str(self.panel.locator("> [role=status]").text_content())

    def notes(self) -> str:
        return str(self.panel.locator("> [role=alert]").text_content())

    def update(self, which: str = "value") -> int:
        """How many updates lie behind what is shown; `max`: as far as the run has come."""
        return int(self.panel.locator("input[type=range]").evaluate("(history, which) => history[which]", which))

    def at(self, updates: int) -> None:
        self.panel.locator("input[type=range]").fill(str(updates))

    def seen(self) -> tuple[Any, ...]:
        """All that is said on the page and in the panel, but for what grows with the run."""
        return (*self.page.evaluate(ARTICLE), self.page.url, self.status(), self.notes())

    def answers(self, is_right: bool, shown: Shown) -> bool:
        said = str(self.panel.locator("[role=status]").nth(1).text_content())
        return self.says("steps.right" if is_right else "steps.wrong", said) and self.number(shown) in said

    def drawn(self, which: str) -> str:
        return str(self.panel.get_by_label(self.word(f"steps.{which}"), exact=True).locator(".k-loss").get_attribute("d"))


ARTICLE = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  copy.querySelector(".ex-dock").remove();
  return [copy.textContent, ...[".ex-changed", ".ex-lit"].map((each) => document.querySelectorAll(`article ${each}`).length)];
}"""
IN_SIGHT = """(where) => [...new Set([...document.querySelectorAll("article [data-ref]:not([data-within])")]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice, .ex-dock") && each.checkVisibility() && each.closest(where))
  .map((each) => each.dataset.ref.split(":")[1]))]"""
WRITTEN = """(name) => [...document.querySelectorAll(`article [data-ref$=':${name}']`)]
  .filter((each) => !each.closest(".ex-exercise, .ex-choice, .ex-dock")).map((each) => each.textContent)"""
SMALL = """() => [...document.querySelectorAll("#ex-steps :is(button, input, select):not([hidden])")]
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
        yield Stepping(page, page.locator("#ex-steps"), code)


def clean(page: Any) -> None:
    assert not re.search("NaN|Infinity|undefined", page.evaluate("() => document.querySelector('article').outerHTML"))
    assert not re.search("−0(?![.,\\d])", page.locator("article").inner_text())


def later(numbers: Derivation, name: str) -> str:
    """The same quantity one update later, if there is one."""
    bare = name.lstrip("*~")  # what a line says of its form
    moved = after(bare, parse(bare).step + 1) if bare else ""
    return name.removesuffix(bare) + (moved if moved in numbers.program.quantities else bare)


@pytest.mark.parametrize("code", CODES)
def test_an_update_is_gone_through_by_keyboard_and_gives_what_is_proven(built: Path, browser: Any, code: str) -> None:
    once, twice = derive(example(NETWORK, name="market")), derive(example(f"{NETWORK}steps = 2\n", name="market"))
    with opened(built, browser, code, "market") as stepping:
        page = stepping.page
        everything, signs, shown = page.evaluate(EVERYTHING), page.evaluate(SIGNS), {*page.evaluate(IN_SIGHT, "article")}
        for kind, asked, worked in stages(once.program):
            said = stepping.status()
            assert stepping.word(f"steps.{kind}") in said
            assert stepping.says("steps.update", said)
            assert all(f"{once.shown[name].relation} {stepping.number(once.shown[name])}" in said for name in asked)
            assert {*page.evaluate(IN_SIGHT, ".ex-lit")} == shown & set(worked) != set()
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
        moved = "(before) => document.querySelector('#ex-steps > [role=status]').textContent !== before"
        before = stepping.status()
        stepping.press("play")
        stepping.page.wait_for_function(moved, arg=before)
        stepping.press("pause")
        assert stepping.update() == 0  # a stage at a time
        stepping.choose("speed", "2")
        before = stepping.status()
        stepping.press("play")
        stepping.page.wait_for_function(moved, arg=before)
        stepping.press("pause")
        whole, updates = stepping.status(), stepping.update()
        stepping.at(updates)
        assert (stepping.status(), updates > 0) == (whole, True)  # an update at a time
        stepping.choose("speed", "3")
        line = stepping.drawn("boundary")
        stepping.press("play")
        stepping.page.wait_for_function("() => document.querySelector('.ex-history input').value > 40")
        stepping.press("pause")
        stepping.button("steps.play").wait_for()
        stopped = stepping.seen(), stepping.update("max")
        stepping.page.wait_for_timeout(100)
        assert (stepping.seen(), stepping.update("max")) == stopped
        assert len(re.findall("[ML]", str(stepping.panel.locator(".k-rate").first.get_attribute("d")))) == stopped[1] + 1
        assert len(re.findall("[ML]", stepping.drawn("curve"))) == (stopped[1] + 1) // 4  # a mean for each whole epoch
        assert stepping.drawn("boundary") not in (line, "")
        stepping.press("restart")
        for key, value in (("ask", "number"), ("speed", "1")):
            stepping.choose(key, value)
        for key in ("next", "play"):  # what has been asked for is told, and not passed over
            stepping.press(key)
        told = "(number) => document.querySelector('#ex-steps > [role=status]').textContent.includes(number)"
        stepping.page.wait_for_function(told, arg=stepping.number(shipped("training").shown["h_2"]))


def test_the_loss_over_each_parameter_follows_the_run(built: Path, browser: Any) -> None:
    with opened(built, browser) as stepping:
        alone = stepping.panel.locator(".ex-alone")

        def seen(part: str) -> list[str]:
            return list(alone.locator(part).evaluate_all("(all) => all.map((each) => each.outerHTML)"))

        line, dot = seen(".k-loss"), seen(".ex-now")
        assert (len(line), len(dot), seen(".ex-next")) == (1, 1, [])
        stages = 0
        while not seen(".ex-next"):  # the last stage of the update tells where it leads
            stepping.press("next")
            stages += 1
            assert (seen(".k-loss") == line) == (not seen(".ex-next"))  # its width is for both then
        assert stages > 3
        stepping.at(40)
        assert seen(".k-loss") != line
        assert seen(".ex-now") != dot
        told = []
        for _ in shipped("training").program.parameters:
            told.append(str(alone.locator("svg").get_attribute("aria-label")))
            alone.press("Enter")
            assert alone.evaluate("(each) => each === document.activeElement")
        assert len(set(told)) == len(told)
        assert alone.locator("svg").get_attribute("aria-label") == told[0]
        stepping.choose("ask", "sign")
        assert alone.is_hidden()  # it would tell the sign of each slope
        clean(stepping.page)


@pytest.mark.parametrize("code", CODES)
def test_what_is_asked_for_is_hidden_until_it_is_answered_in_the_pages_language(built: Path, browser: Any, code: str) -> None:
    numbers = shipped("training")
    with opened(built, browser, code) as stepping:
        asking, loss = stepping.panel.locator("#ex-asked"), numbers.program.losses[0]
        stepping.choose("ask", "number")
        for name, is_right in (("h_2", False), ("o_1", True), (loss, True)):
            stepping.press("next")
            assert stepping.says("steps.what", str(asking.text_content()))
            assert {*stepping.page.evaluate(WRITTEN, name)} == {"…"}
            assert stepping.number(numbers.shown[name]) not in str(stepping.panel.text_content())
            assert not stepping.panel.locator(".ex-grows text").text_content()  # or the curve would tell a loss
            field = stepping.panel.get_by_role("textbox")
            if not is_right:
                stepping.press("close")
                stepping.page.keyboard.press("Enter")
                field.fill("x")
                field.press("Enter")
                assert stepping.word("exercise.text") in str(stepping.panel.text_content())
            two = (1 if is_right else -1) * numbers.value(name)
            field.fill(running(localise(f"{two:.2g}", BY_CODE[code])))
            field.press("Enter")
            assert stepping.answers(is_right, numbers.shown[name])
            assert "…" not in stepping.page.evaluate(WRITTEN, name)
        assert stepping.panel.locator(".ex-grows text").text_content()
        stepping.choose("ask", "sign")
        for is_right in (True, False):
            stepping.press("next")
            name = stages(numbers.program)[4 if is_right else 5][1][0]
            assert stepping.says("steps.which", str(asking.text_content()))
            assert {*stepping.page.evaluate(WRITTEN, name)} == {"…"}
            stepping.button("choice.positive" if (numbers.value(name) > 0) == is_right else "choice.negative").press("Enter")
            assert stepping.answers(is_right, numbers.shown[name])


@pytest.mark.parametrize(("viewport", "code"), [(NARROW, "ru"), (LANDSCAPE, "en")], ids=["upright", "on its side"])
def test_a_finger_finds_every_control_and_part_of_the_page_stays(
    built: Path, browser: Any, viewport: dict[str, int], code: str
) -> None:
    with opened(built, browser, code, viewport=viewport, has_touch=True, is_mobile=True) as stepping:
        stepping.choose("ask", "number")
        stepping.button("steps.next").tap()
        assert stepping.panel.get_by_role("textbox").is_visible()
        assert not stepping.page.evaluate(SMALL)
        assert stepping.panel.bounding_box()["y"] >= viewport["height"] * 0.45
        assert stepping.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        stepping.choose("ask", "none")
        for key in ("next", "sample", "round", "back", "restart"):
            before = stepping.status()
            stepping.button(f"steps.{key}").tap()
            assert stepping.status() != before
        stepping.button("steps.close").tap()
        assert stepping.panel.is_hidden()


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def test_axe_finds_nothing_with_the_panel_open(built: Path, browser: Any, viewport: dict[str, int], scheme: str) -> None:
    script = Path(require("axe_playwright_python")).with_name("axe.min.js").read_text(encoding="utf-8")
    with opened(built, browser, viewport=viewport, color_scheme=scheme) as stepping:
        stepping.at(1)
        stepping.choose("ask", "number")
        stepping.press("next")
        stepping.panel.get_by_role("textbox").wait_for()
        stepping.page.evaluate(script)
        assert not stepping.page.evaluate(AXE, {})
        assert not stepping.page.evaluate(TAB_STOPS)
        assert stepping.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_page_goes_to_a_stage_at_once_where_motion_is_reduced(built: Path, browser: Any) -> None:
    jumped = """() => {
      scrollTo({ top: 0, behavior: "instant" });
      document.activeElement.click();
      return [scrollY > 0, document.getAnimations().length > 0];
    }"""
    with opened(built, browser, name="market") as stepping:
        for motion in ("reduce", "no-preference"):
            stepping.page.emulate_media(reduced_motion=motion)
            assert stepping.page.evaluate(jumped) == [motion == "reduce", False]
            stepping.page.wait_for_function("() => scrollY > 0")


def test_its_script_is_loaded_once_when_it_is_asked_for_and_without_scripts_there_is_nothing(built: Path, browser: Any) -> None:
    asked: list[str] = []
    with served(built, WithoutWords) as origin:
        with watched(browser, origin, viewport=WIDE) as page:
            page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/steps.js") else None)
            page.goto(f"{origin}training/", wait_until="networkidle")
            assert not asked
            page.locator(".ex-train").dblclick()
            page.locator("#ex-steps").wait_for()
            page.wait_for_timeout(300)
            assert (len(asked), page.locator("#ex-steps").count()) == (1, 1)
        with watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
            page.goto(f"{origin}ru/training/")
            assert page.locator(".ex-train, #ex-steps").count() == 0
            assert load(BY_CODE["ru"]).text("steps.open").written not in page.locator("body").inner_text()


def test_a_run_whose_numbers_become_too_large_stops_and_says_so(built: Path, browser: Any) -> None:
    with opened(built, browser, "ru", "runaway") as stepping:
        assert not stepping.notes()
        stepping.choose("speed", "3")
        stepping.press("play")
        stepping.button("steps.play").wait_for()
        assert stepping.says("live.large", stepping.notes())
        ended = stepping.update()
        assert ended == stepping.update("max") > 2
        clean(stepping.page)
        stepping.choose("ask", "number")
        for key in ("next", "sample", "round", "play"):
            stepping.press(key)
            assert stepping.update() == ended
            assert stepping.panel.get_by_role("textbox").count() == 0
        stepping.choose("ask", "none")
        for updates in (ended - 1, ended // 2, 0):
            stepping.at(updates)
            assert 0 <= float(str(stepping.panel.locator(".ex-charts circle.ex-now").get_attribute("cx"))) <= 300
        clean(stepping.page)
        assert not stepping.notes()


def test_a_run_from_numbers_that_are_too_large_does_not_begin(built: Path, browser: Any) -> None:
    with opened(built, browser, name="runaway", query="?numbers=w_1:1e59 w_3:1e59 x_1:1e59") as stepping:
        for key in ("next", "sample", "play"):
            stepping.press(key)
            assert stepping.says("live.large", stepping.notes())
            assert stepping.update() == 0
            clean(stepping.page)
