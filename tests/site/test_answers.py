"""Every exercise of the finished site, in Chromium: each field, variant and slip, in every language."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from explainer.core.digits import Enclosure, show
from explainer.core.text import Text
from explainer.exercises.exercise import Exercise, Mistake, Setting
from explainer.site.addresses import url_of
from explainer.words.catalogue import Catalogue, load, placeholders
from explainer.words.languages import Language
from explainer.words.numbers import localise, running
from tests.browsing import WIDE, watched
from tests.exercises.asked import on_pages, spelt
from tests.site.test_browser import every_language

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.xdist_group("site"), pytest.mark.budget("answers")]

# Nothing of this is about how pages look, so they need not be laid out.
UNSEEN = """const sheet = new CSSStyleSheet();
sheet.replaceSync("body { display: none }");
document.adoptedStyleSheets = [sheet];"""

# What is typed goes through the events of a keyboard and of a form. All that is not answered as it should be comes back.
TYPE_ALL = """({ tasks, says }) => {
  const bare = (text) => text.replace(/\\s/g, "");
  const words = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("math, .num:not([data-structural=count])").forEach((math) => math.remove());
    return bare(copy.textContent);
  };
  const type = (input, text) => {
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const boxes = [...document.querySelectorAll(".ex-exercise")], wrong = [], count = { right: 0, slips: 0 };
  if (boxes.length !== tasks.length) wrong.push(`${boxes.length} exercises instead of ${tasks.length}`);
  boxes.forEach((box, place) => {
    const { names, settings } = tasks[place], form = box.querySelector("form"), reply = box.querySelector("[role=status]");
    const [, , another] = form.querySelectorAll("button"), choices = [...box.querySelectorAll("fieldset input")];
    const inputs = [...form.querySelectorAll("input")], told = [...box.querySelectorAll("[data-told]")];
    const slips = names.map((_, index) => box.querySelector(`[data-slip="${index}"]`));
    const miss = (...what) => wrong.push([place, ...what].join(" | "));
    names.forEach((name, index) => { if (words(slips[index]) !== name) miss(words(slips[index]), name); });
    settings.forEach((setting, number) => {
      if (number) another.click();
      told.forEach((one, index) => { if (one.textContent !== setting.told[index]) miss(one.textContent, setting.told[index]); });
      setting.fields.forEach(({ right, given }, field) => {
        choices[field]?.click();
        const input = inputs[choices.length ? 0 : field];
        const sent = (text) => {
          type(input, text);
          form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
          return [input.getAttribute("aria-invalid"), reply.firstChild?.textContent, reply.querySelectorAll("li")];
        };
        for (const text of right) {
          const [isInvalid, said, list] = sent(text);
          if (isInvalid !== "false" || said !== says.right || list.length) miss(number, field, text, said);
          count.right += 1;
        }
        for (const [text, which] of given) {
          const [isInvalid, said, list] = sent(text), wanted = which.map((index) => slips[index].textContent);
          const found = [...list].map((item) => item.textContent);
          const isSaid = said === (which.length > 1 ? says.several : says.slip);
          if (isInvalid !== "true" || !isSaid || String(found) !== String(wanted)) miss(number, field, text, said, found, wanted);
          count.slips += which.length;
        }
        type(input, "");
      });
    });
  });
  return { wrong: wrong.slice(0, 20), count };
}"""


SAID = {"right": "right", "slip": "slip", "several": "slips.several"}


def names(task: Exercise, catalogue: Catalogue) -> list[str]:
    """What each of its mistakes is called, but for symbols and spaces."""
    return [_bare(_named(mistake, catalogue)) for mistake in task.mistakes]


def _named(mistake: Mistake, catalogue: Catalogue) -> str:
    key = f"slip.once.{mistake.cause}"
    empty = {name: Text("") for name in placeholders("".join(catalogue.texts[key]))}
    slip = catalogue.filled(key, empty | {"count": Text(str(mistake.count))}, mistake.count or 1)
    return catalogue.filled("slip.once.at", {"quantity": Text(""), "slip": slip}).written if mistake.at else slip.written


def _bare(text: str) -> str:
    return "".join(text.split())


def typed(task: Exercise, number: int, language: Language) -> dict[str, Any]:
    """What is told in one set of numbers; of each field what is right, and which slips each wrong number stands for.

    Of an exercise's own numbers every spelling is tried, of others and of a field for any number two: they are read alike.
    """
    setting = task.settings[number]
    texts = [shown.text for shown in setting.shown]
    in_all = not number and len(task.settings) > 1  # ways to write it; else in two
    right = [sorted(spelt(text)) if in_all else [text, text.replace(".", ",")] for text in texts]
    return {
        "told": [running(localise(shown.text, language)) for shown in setting.told],
        "fields": [{"right": right[field], "given": _given(task, setting, field, language)} for field in range(len(right))],
    }


def _given(task: Exercise, setting: Setting, field: int, language: Language) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for slip, row in enumerate(setting.wrong):
        shown = show(Enclosure.exact(Fraction(row[field])), task.digits) if row[field] else None
        if shown and shown.value:
            found.setdefault(running(localise(shown.text, language)), []).append(slip)
    return list(found.items())


@every_language
def test_every_right_number_is_right_and_every_slip_is_named(wordless: str, browser: Any, language: Language, tell: Any) -> None:
    catalogue, told = load(language), Counter[str]()
    says = {name: catalogue.text(f"exercise.{key}").written for name, key in SAID.items()}
    with watched(browser, wordless, viewport=WIDE) as page:
        page.add_init_script(UNSEEN)
        for path, tasks in on_pages().items():
            page.goto(wordless + language.path + url_of(path), wait_until="load")
            given = [
                {"names": names(task, catalogue), "settings": [typed(task, place, language) for place in range(len(task.settings))]}
                for task in tasks
            ]
            found = page.evaluate(TYPE_ALL, {"tasks": given, "says": says})
            assert not found["wrong"], "\n".join([path, *found["wrong"]])
            told.update(found["count"])
    assert told["slips"] >= 400
    tell(f"{language.code}: {told['right']} right numbers and {told['slips']} of slips typed in Chromium")
