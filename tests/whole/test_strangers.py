"""Examples of others all the way to finished pages: published ones, and those that an author finds in the documentation."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pytest

from explainer.authoring import TEMPLATE
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.words.languages import LANGUAGES
from tests import all_the_way
from tests.conftest import ROOT
from tests.shipped import proven

pytestmark = [pytest.mark.site, pytest.mark.timeout(2400)]

# A line of a published example's file: a quantity, and what its source prints for it.
PRINTED = re.compile(r"^# printed: (\S+) = (\S+)$", re.MULTILINE)
LISTING = re.compile(r"^( *)```toml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def listings(path: Path) -> Iterator[str]:
    """The complete example files in a page of Markdown."""
    for indent, text in LISTING.findall(path.read_text(encoding="utf-8")):
        plain = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        if tomllib.loads(plain).keys() & {"network", "graph"}:
            yield plain


REAL = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "real").glob("*.toml"))}
LISTED = {
    f"{path.stem.lower()}-{index}": text
    for path in (ROOT / "README.md", ROOT / "docs" / "en" / "guide.md")
    for index, text in enumerate(listings(path), 1)
} | {"template": TEMPLATE.read_text(encoding="utf-8")}
FILES = REAL | LISTED


@dataclass(frozen=True)
class Way:
    """How all files fared: the faults of each, and where the sites are of those that had none before."""

    faults: Mapping[str, list[str]]
    root: Path


@pytest.fixture(scope="session")
def way(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Way:
    """All files worked out and shown, and sites built of them. This is what takes long, so it is done once."""
    root = all_the_way.project(tmp_path_factory.mktemp("strangers") / "project")
    return Way(all_the_way.faults(root, FILES), root)


def test_no_file_is_lost() -> None:
    assert len(FILES) == len(REAL) + len(LISTED)
    assert len(REAL) >= 20
    assert len(LISTED) == 5  # README, three of the guide, and what `explainer new` writes


@pytest.mark.parametrize("name", FILES)
def test_a_file_goes_all_the_way(way: Way, name: str) -> None:
    assert not way.faults[name], all_the_way.told(name, FILES[name], way.faults[name])


def test_every_file_has_a_page_and_every_language_has_some(way: Way) -> None:
    found = {name: all_the_way.page_of(way.root, index, name) for index, name in enumerate(FILES)}
    assert [name for name, page in found.items() if not page.is_file()] == []
    of_each = Counter(all_the_way.spoken(index)["site"].code for index in range(len(FILES)))
    assert min(of_each[language.code] for language in LANGUAGES) >= 3


# --- published numbers


@cache
def derivation(name: str) -> Derivation:
    return proven(parse(REAL[name], name=name))


@pytest.mark.parametrize(
    ("name", "quantity", "printed"), [(name, *found) for name in REAL for found in PRINTED.findall(REAL[name])]
)
def test_what_a_source_prints_is_what_we_compute(name: str, quantity: str, printed: str) -> None:
    assert Decimal(derivation(name).value(quantity)).quantize(Decimal(printed), ROUND_HALF_UP) == Decimal(printed)


@pytest.mark.parametrize("name", REAL)
def test_a_published_example_names_its_source(name: str) -> None:
    assert re.search(r"^# source: .+, https?://\S+$", REAL[name], re.MULTILINE)
