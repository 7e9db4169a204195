"""What the page that an example has by itself says of it: what it is about, where it is from, and where that is compared."""

from __future__ import annotations

import pytest

import explainer
from explainer.core.text import Text
from explainer.examples.claims import Published
from explainer.pages.fill import fill
from explainer.pages.generated import generated
from explainer.pages.plain import PlainWriter
from explainer.pages.writers import SiteWriter
from explainer.site.project import read_project
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE, LANGUAGES
from tests import ROOT

EXAMPLES = ROOT / "docs" / "examples"
HOSTILE = Published(Text("A. Uthor"), Text("Notes [on](x) <b>"), "https://example.org/a_(b)?c=d e", "ledger.md#notes")


def written(name: str, code: str, *published: Published) -> str:
    found, catalogue = explainer.derive(str(EXAMPLES / f"{name}.toml")), load(BY_CODE[code])
    return fill(generated(found, catalogue, published), catalogue, SiteWriter(), {name: found}).text


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_page_begins_with_its_introduction_and_its_source(language: object) -> None:
    code = getattr(language, "code")  # noqa: B009
    (source,) = read_project(ROOT).published["three-gates"]
    text = written("three-gates", code, source)
    example = explainer.derive(str(EXAMPLES / "three-gates.toml")).example
    introduction = load(BY_CODE[code]).introduction_of(example).written
    head = text[: text.index("\n## ")]
    assert introduction in head
    assert "](https://cs231n.github.io/)" in head
    assert "](ledger.md#cs231n)" in head
    assert introduction != example.introduction["en"].written or code == "en"


def test_an_example_without_an_introduction_has_a_sentence_that_fits_all() -> None:
    found = explainer.derive(str(EXAMPLES / "neuron.toml"))
    text = fill(generated(found, load(BY_CODE["en"])), load(BY_CODE["en"]), PlainWriter(), {"neuron": found}).text
    assert "Everything on this page follows from the numbers that are given first" in text


def test_zeros_that_a_method_begins_with_are_one_sentence() -> None:
    found = explainer.derive(str(EXAMPLES / "adam.toml"))
    text = fill(generated(found, load(BY_CODE["en"])), load(BY_CODE["en"]), PlainWriter(), {"adam": found}).text
    table = text[text.index("| Quantity | Value |") : text.index("What the method remembers from step to step starts at zero.")]
    assert "varepsilon" in table
    assert not [row for row in table.splitlines() if row.startswith(("| $m_", "| $s_"))]
    plain = explainer.derive(str(EXAMPLES / "neuron.toml"))
    assert (
        "What the method remembers"
        not in fill(generated(plain, load(BY_CODE["en"])), load(BY_CODE["en"]), PlainWriter(), {"neuron": plain}).text
    )


def test_a_source_is_text_and_its_address_an_address() -> None:
    head = written("neuron", "en", HOSTILE).partition("\n## ")[0]
    assert "](https://example.org/a_%28b%29?c=d%20e)" in head
    assert "[on](x)" not in head
    assert "<b>" not in head
