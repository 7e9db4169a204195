"""An exercise in Chromium: what is typed is answered, by keyboard alone, and what is solved is remembered until it is cleared."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.core.digits import Enclosure, show
from explainer.exercises.exercise import VARIANTS, exercise
from explainer.site.workers import HERE
from explainer.words.catalogue import load, split
from explainer.words.languages import BY_CODE
from explainer.words.numbers import localise, running
from tests import ROOT
from tests.browsing import NARROW, WIDE, served, watched
from tests.exercises.asked import ANSWERS
from tests.shipped import shipped
from tests.small import small_project

pytestmark = [pytest.mark.browser, pytest.mark.site]

CODES = ("en", "nb")
RUSSIAN = "ru"  # with a comma and a sign of its own for times
PAGE = """
## Your turn {#your-turn}

::: exercise training: dL/dw_1 digits=4 open=2

::: say training: sign dL/dw_1

::: check training: z_1 h_1 dL/dw_1
"""
LOADED = """performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop())
    .filter((name) => /^(numbers|fresh)/.test(name))"""
TOLD = """(told) => [...document.querySelector(".ex-exercise").querySelectorAll("[data-told]")]
    .map((each) => each.innerText).join("; ")"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project in some languages, with an exercise on a page."""
    root = small_project(tmp_path_factory.mktemp("exercises") / "project")
    shutil.copy(ROOT / "docs" / "examples" / "training.toml", root / "docs" / "examples")
    for code in (*CODES, RUSSIAN):
        page = root / "docs" / code / "neuron.md"
        page.write_text(page.read_text(encoding="utf-8") + PAGE, encoding="utf-8")
    return verbs.build(root, (*CODES, RUSSIAN), root.parent / "public", draft=True, workers=HERE)


def typed(page: Any, *numbers: str) -> str:
    """What is said of numbers that are typed, and sent by the Enter key."""
    for field, number in enumerate(numbers):
        page.locator(".ex-exercise input").nth(field).fill(number)
    page.keyboard.press("Enter")
    return str(page.locator(".ex-exercise [role=status]").first.text_content())


@pytest.mark.parametrize("code", CODES)
def test_whatever_is_typed_is_answered_for_what_it_is(built: Path, browser: Any, code: str) -> None:
    catalogue = load(BY_CODE[code])
    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}neuron/" if code == "en" else f"{origin}{code}/neuron/")
        field = page.locator(".ex-exercise form").first.locator("input").last
        for text, before, kind in ANSWERS:
            typed(page, *(before or [""]), text)
            said = page.locator(".ex-exercise [role=status]").first.locator("> p").all_inner_texts()
            words = [part.written.strip() for _, part in split(catalogue.text(f"exercise.{kind}", 4)) if part.written.strip()]
            is_said = any(all(word in paragraph.replace("\u00a0", " ") for word in words) for paragraph in said)
            assert is_said or (before and kind == "right"), (text, said)  # what is wrong before is spoken of first
            wanted = None if not text else "false" if kind.startswith("right") else "true"
            assert field.get_attribute("aria-invalid") == wanted, text


def test_what_is_pasted_with_spaces_and_line_breaks_is_a_number(built: Path, browser: Any) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with served(built) as origin, watched(browser, origin, viewport=WIDE, permissions=allowed) as page:
        page.goto(f"{origin}neuron/")
        field = page.locator(".ex-exercise form").first.locator("input").last
        for text, says in (
            ("\r\n −0,005\u00a0245\n", "wrong sign"),
            ("dL/dw =\n0.00\n5245\t", "Right!"),
            ("0.005\n0.245", "Point"),
        ):
            page.evaluate("text => navigator.clipboard.writeText(text)", text)
            field.fill("")
            field.focus()
            page.keyboard.press("Control+V")
            page.keyboard.press("Enter")
            assert says in str(page.locator(".ex-exercise [role=status]").first.text_content()), text


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_what_is_typed_is_answered(built: Path, browser: Any, size: dict[str, int]) -> None:
    with served(built) as origin, watched(browser, origin, viewport=size) as page:
        page.goto(f"{origin}neuron/")
        assert "Right!" in typed(page, "-0.486", "0,005245")
        assert page.locator(".ex-exercise input[aria-invalid=true]").count() == 0
        assert "slip" in typed(page, "", "0.02158")
        named = page.locator(".ex-exercise [role=status] li")
        assert (named.count(), "left out" in named.inner_text()) == (1, True)
        assert page.locator(".ex-exercise [role=status] math").count() >= 2
        assert "follows rightly" in typed(page, "0.5", "-0.005396")
        assert "not a number" in typed(page, "half", "")
        for stage in range(1, 4):
            page.get_by_role("button", name="Hint").first.press("Enter")
            assert page.locator(".ex-exercise [role=status] > p").count() == stage
        page.get_by_role("button", name="Hint").first.press("Enter")
        assert page.locator(".ex-exercise details[open]").count() == 1
        widths = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]


def test_one_field_takes_a_number_of_any_quantity(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=NARROW) as page:
        page.goto(f"{origin}neuron/")
        box = page.locator(".ex-exercise").last
        assert (box.locator("input[type=radio]").count(), box.locator("form input").count()) == (3, 1)
        box.locator("input[type=radio]").first.focus()
        page.keyboard.press("ArrowDown")  # to the second
        box.locator("form input").fill("0.4164")
        page.keyboard.press("Enter")
        reply = box.locator("[role=status]")
        assert "Right!" in str(reply.text_content())
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowDown")
        assert str(reply.text_content()) == ""
        box.locator("form input").fill("-0.005245")
        page.keyboard.press("Enter")
        assert "the wrong sign" in str(reply.text_content())
        assert box.locator("form label math").count() == 1


def test_other_numbers_are_another_exercise(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}nb/neuron/")
        told = page.locator(".ex-exercise [data-told]")
        before = told.all_inner_texts()
        page.locator(".ex-exercise button").nth(2).click()
        assert told.all_inner_texts() != before
        assert "Riktig!" not in typed(page, "-0,486", "0,005245")
        page.reload()
        assert told.all_inner_texts() == before
        assert "Riktig!" in typed(page, "−0,486", "5,245 · 10⁻³")


def test_numbers_do_not_end(built: Path, browser: Any) -> None:
    """After the sets that were built the page makes its own, with right numbers and slips, in its language's format."""
    language, task = BY_CODE[RUSSIAN], exercise(shipped("training"), ("dL/dw_1",), 4, 2)
    right = load(language).text("exercise.right").written
    (slip,) = (place for place, mistake in enumerate(task.mistakes) if mistake.cause == "slope_left_out")

    def printed(value: Fraction) -> str:
        shown = show(Enclosure.exact(value), task.digits)
        assert shown
        return running(localise(shown.text, language))

    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}{RUSSIAN}/neuron/")
        box = page.locator(".ex-exercise").first
        named, seen = box.locator("[role=status] li"), [box.locator("[data-told]").all_inner_texts()]
        for _ in range(VARIANTS + 4):
            assert page.evaluate(LOADED) == ([] if len(seen) <= VARIANTS + 1 else ["numbers.js", "fresh.js"])
            box.locator("button").nth(2).click()
            page.wait_for_function(f"{TOLD} !== told", arg="; ".join(seen[-1]))
            told = box.locator("[data-told]").all_inner_texts()
            assert told not in seen
            seen.append(told)
            texts = [text.replace("\u2212", "-").replace(",", ".") for text in told]
            assert [running(localise(text, language)) for text in texts] == told
            known = dict(zip(task.told, map(Fraction, texts), strict=True))
            local, back = known["dh_1/dz_1"] * known["x_1"], known["dL/do_1"] * known["do_1/dh_1"]
            assert right in typed(page, printed(local), printed(back * local))
            typed(page, printed(local), printed(back * known["x_1"]))
            assert box.locator(f"[data-slip='{slip}']").first.text_content() in named.all_text_contents()


def test_what_is_solved_is_kept_on_the_device_until_it_is_cleared(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=WIDE) as page:
        page.goto(f"{origin}neuron/")
        assert page.locator(".ex-choice").get_by_text("Solved.").count() == 0
        page.get_by_role("button", name="It is negative.").click()
        assert page.locator(".ex-choice").get_by_text("Solved.").count() == 0
        page.get_by_role("button", name="It is positive.").click()
        page.reload()
        assert page.locator(".ex-choice").get_by_text("Solved.").count() == 1
        page.locator(".ex-choice").get_by_role("button", name="Forget").click()
        page.wait_for_load_state()
        assert page.locator(".ex-choice").get_by_text("Solved.").count() == 0


def test_without_the_script_an_exercise_is_its_solution(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=WIDE, java_script_enabled=False) as page:
        page.goto(f"{origin}neuron/")
        assert page.locator(".ex-exercise input, .ex-exercise button").count() == 0
        page.locator(".ex-exercise summary").first.click()
        assert page.locator(".ex-exercise .ex-table tbody tr").count() >= 10
        assert page.locator(".ex-says").is_hidden()


def test_the_file_of_the_page_has_no_code_and_little_data(built: Path) -> None:
    import gzip

    html = (built / "neuron" / "index.html").read_text(encoding="utf-8")
    data = "".join(part.partition('"')[0] for part in html.split('data-exercise="')[1:])
    assert 500 < len(gzip.compress(data.encode())) < 15_000


def test_a_worksheet_is_printed_with_its_key_on_a_sheet_of_its_own(built: Path, browser: Any) -> None:
    with served(built) as origin, watched(browser, origin, viewport=NARROW) as page:
        page.goto(f"{origin}nb/neuron/")
        page.locator(".ex-beside a").last.click()
        page.wait_for_url("**/nb/worksheets/neuron/")
        assert page.locator(".ex-task").count() == page.locator(".ex-worked").count() == 2
        assert page.locator("script[src*=exercises]").count() == 0
        widths = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]
        with page.expect_download() as download:
            page.locator(".ex-beside a[download]").click()
        assert download.value.suggested_filename == "neuron.xml"
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.getElementById('key')).breakBefore") == "page"
        assert not page.locator(".ex-beside").first.is_visible()
