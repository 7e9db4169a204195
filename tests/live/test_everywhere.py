"""Of examples that are not this repository's, in Chromium and in Firefox, in four languages: at drawn and crafted numbers each
formula of a walkthrough is the one that its proven page would have, with relation, sign, digits and guard digits.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from explainer.core.errors import NumericError
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.load import parse
from explainer.words.languages import BY_CODE, SOURCE
from tests import ROOT
from tests.browsing import WIDE, WithoutWords, served, watched
from tests.conftest import require
from tests.live.pages import FORMULAS, NETWORK, built
from tests.live.proven import at, bare, formulas
from tests.live.settings import crafted, drawn
from tests.live.test_numbers import MANY

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.timeout(7200)]

CODES = ("en", "pt-BR", "ru", "zh-Hans")
EXAMPLES = {"market": NETWORK, "terms": FORMULAS}
CUT = "…"  # in place of operands, where the line is another than the page's

# Each setting by the page's own fields; then the formula of each step, and whatever no page may show.
VISIT = """async () => {
  const settings = SETTINGS, frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  document.querySelector(".ex-change").click();
  while (!document.querySelector(".ex-panel")) await frame(); // what is in it is loaded now
  const names = [...document.querySelectorAll("[data-input]")].map((each) => each.dataset.input);
  const fields = [...document.querySelectorAll(".ex-control input[type=text]")], reset = document.querySelector(".ex-bar button");
  const steps = [...document.querySelectorAll(".ex-step[id]")].filter((each) => !each.closest(".ex-exercise"));
  const read = () => Object.fromEntries(steps.map((each) => [each.id, each.querySelector(".ex-formula math").textContent]));
  const first = read(), seen = [];
  for (const setting of settings) {
    for (const [name, text] of Object.entries(setting)) {
      const field = fields[names.indexOf(name)];
      field.value = text;
      field.dispatchEvent(new Event("input"));
    }
    await frame();
    const never = /NaN|Infinity|undefined|(?<![\\p{L}\\d)]\\s*)−0(?![.,\\d])/u.exec(document.querySelector("article").textContent);
    const told = [...document.querySelectorAll(".ex-dock [role=alert]")].map((each) => each.textContent).join("");
    const isRefused = fields.some((each) => each.getAttribute("aria-invalid") === "true");
    seen.push({ formulas: read(), told, isRefused, never: never && never[0] });
    reset.click();
  }
  return { first, seen, last: read() };
}"""

Visit = Callable[[Path, list[str], str], dict[str, Any]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("everywhere"), CODES)


def in_chromium(browser: Any) -> Visit:
    def visit(site: Path, addresses: list[str], script: str) -> dict[str, Any]:
        with served(site, WithoutWords) as origin, watched(browser, origin, viewport=WIDE) as page:
            found = {}
            for address in addresses:
                page.goto(origin + address)
                found[address] = page.evaluate(script)
            return found

    return visit


def in_firefox(_: Any) -> Visit:
    firefox, node, modules = require("firefox-esr"), require("node"), Path(require("puppeteer-core")).parent.parent

    def visit(site: Path, addresses: list[str], script: str) -> dict[str, Any]:
        command = [node, str(ROOT / "tests" / "firefox_tour.mjs"), str(modules), firefox]
        with served(site, WithoutWords) as origin:
            tour = {"pages": [origin + address for address in addresses], "look": script, "searches": [], "find": ""}
            ran = subprocess.run(command, input=json.dumps(tour), capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            seen = json.loads(ran.stdout)["seen"]
            return {address: seen[origin + address] for address in addresses}

    return visit


@cache
def asked(name: str) -> tuple[Derivation, list[dict[str, str]], list[Derivation | None]]:
    """An example, settings of it, and what is proven at each; nothing where something has no value."""
    derivation = derive(parse(EXAMPLES[name], name=name))
    count = MANY // 10 if MANY < 1000 else MANY  # `make live` tries a thousand and two hundred
    settings = [*drawn(derivation.program, count, seed=37), *crafted(derivation.program, count // 5, seed=41)]

    def numbers(setting: dict[str, str]) -> Derivation | None:
        try:
            return at(derivation, setting)
        except NumericError:
            return None

    return derivation, settings, list(map(numbers, settings))


def by_anchor(numbers: Derivation, code: str) -> dict[str, str]:
    return {re.sub(r"\W+", "-", name): text for name, text in formulas(numbers, BY_CODE[code]).items()}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("visits", [in_chromium, in_firefox], ids=["Chromium", "Firefox"])
def test_each_formula_is_the_proven_one_at_other_numbers(
    site: Path, browser: Any, visits: Callable[[Any], Visit], name: str, tell: Callable[[str], None]
) -> None:
    derivation, settings, proven = asked(name)
    addresses = {code: f"{BY_CODE[code].path}{name}/" for code in CODES}
    found = visits(browser)(site, list(addresses.values()), VISIT.replace("SETTINGS", json.dumps(settings)))
    count = Counter[str]()
    for code, address in addresses.items():
        visit, own = found[address], by_anchor(derivation, code)
        shown = {step: bare(text) for step, text in visit["first"].items()}
        assert shown.items() <= own.items()
        assert visit["last"] == visit["first"]
        for setting, numbers, seen in zip(settings, proven, visit["seen"], strict=True):
            assert seen["never"] is None, setting
            if numbers is None or seen["isRefused"]:  # a field takes no more than 10⁶⁰
                assert seen["told"], setting
                count["refused or without a value"] += 1
                continue
            right = by_anchor(numbers, code)
            for step, text in seen["formulas"].items():
                if CUT in text and code == SOURCE.code:
                    count["cut"] += 1
                count["right"] += CUT not in text
                assert bare(text) == right[step] or CUT in text, (code, setting, step)
    tell(f"{visits.__name__}, {name}: {len(settings)} settings in {len(CODES)} languages, {dict(count)}")
    assert count["cut"] < 0.02 * count["right"] / len(CODES)
