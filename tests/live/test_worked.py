"""The lines that a page's script writes of a composed step are those of the proven page: the same characters in the same order."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from explainer.derivation.derive import derive
from explainer.live.vocabulary import parsed, vocabulary
from explainer.pages.patterns import between, patterns
from explainer.words.languages import BY_CODE, Language
from explainer.words.numbers import marks
from tests.conftest import require
from tests.live.proven import characters, formulas
from tests.live.test_composer import asked, drawn

pytestmark = pytest.mark.scripts

RUN = Path(__file__).with_name("worked.js")


def by_script(networks: list[dict[str, Any]], language: Language) -> list[dict[str, str]]:
    rows = vocabulary()
    given = {
        "networks": networks,
        "vocabulary": rows,
        "patterns": patterns(map(parsed, rows["rows"]), language.times),
        "between": between(language.times),
        "format": marks(language),
    }
    done = subprocess.run(
        [require("node"), str(RUN)], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=300
    )
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("code", ["en", *(pytest.param(code, marks=pytest.mark.thorough) for code in ("ru", "zh-Hans"))])
def test_lines_are_those_of_the_proven_page(code: str) -> None:
    language = BY_CODE[code]
    examples = [drawn(seed) for seed in range(24) if sum(drawn(seed).network.layers) < 12]
    assert {example.network.loss for example in examples} >= {"binary_cross_entropy", "categorical_cross_entropy"}
    said = by_script([asked(each) for each in examples], language)
    count = 0
    for example, found in zip(examples, said, strict=True):
        derivation = derive(example)
        for name, right in formulas(derivation, language).items():
            assert characters(found[name]) == right, (example.network, name)
            count += 1
    assert count > 1000
