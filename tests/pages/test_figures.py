"""Figures of networks: the chain rule on them, and the colours that they share with formulas and tables."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

import explainer
from explainer.core.errors import PageError
from explainer.core.names import partial_name
from explainer.core.program import Kind
from explainer.examples.load import parse
from explainer.pages.assembled import Links
from explainer.pages.chain_rule import MOST, on_network, ways
from explainer.pages.fill import fill
from explainer.pages.kinds import CLASSES
from explainer.pages.scribe import Scribe
from explainer.pages.source import read
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE
from tests.conftest import ROOT
from tests.networks import example_text
from tests.shipped import proven, shipped

CSS = (ROOT / "explainer" / "site" / "theme" / "assets" / "stylesheets" / "explainer.css").read_text(encoding="utf-8")
NETWORKS = {
    "2-2-1": example_text([2, 2, 1]),
    "two outputs": example_text([2, 2, 2], loss="half_squared_error"),
    "two hidden layers": example_text([2, 1, 3, 1], activation="tanh"),
    "a bias for each layer": example_text([1, 2, 1], bias="per_layer"),
    "no bias": example_text([2, 2, 1], bias="none", activation="identity"),
    "softmax": example_text([2, 2, 3], activation=["tanh", "softmax"], loss="categorical_cross_entropy"),
    "an update": example_text([2, 2, 1], steps=2),
}


def derived(text: str) -> explainer.Derivation:
    return proven(parse(text, name="drawn", file="drawn.toml"))


def page(text: str, name: str = "alice") -> str:
    source = read(f"---\nexample: {name}\ndescription: A page.\n---\n\n# Page {{#top}}\n\n{text}\n", "docs/en/page.md")
    found = {name: shipped(name)}
    return fill(source, load(BY_CODE["en"]), SiteWriter(), found, Links("proof/", lambda name: f"{name}.json")).text


# --- the chain rule


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_the_products_along_all_ways_add_up_to_the_derivative(text: str) -> None:
    derivation = derived(text)
    for parameter, partial in derivation.program.gradients[0].items():
        found = ways(derivation, parameter)
        assert found
        products = [
            math.prod(
                derivation.value(partial_name(after, before))
                for before, after in pairwise([parameter, *(node.name for node in way)])
            )
            for way in found
        ]
        assert math.isclose(sum(products), derivation.value(partial), rel_tol=1e-12, abs_tol=1e-15), parameter


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_the_figure_names_every_factor_and_the_product(text: str) -> None:
    derivation = derived(text)
    for parameter, partial in derivation.program.gradients[0].items():
        found = ways(derivation, parameter)
        if len(found) > MOST:
            continue
        scribe = Scribe(load(BY_CODE["nb"]), SiteWriter(), {derivation.name: derivation})
        drawn = on_network(scribe, derivation, parameter, found)
        links = [
            partial_name(after, before) for way in found for before, after in pairwise([parameter, *(node.name for node in way)])
        ]
        assert re.findall(r'data-ref="drawn:([^"]+)"', drawn) == [*links, partial]
        assert [occurrence.reference for occurrence in scribe.occurrences] == [f"drawn:{name}" for name in [*links, partial]]
        assert drawn.count("ex-lit") >= len({node.name for way in found for node in way})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("alice", "chain"),
        ("alice", "chain dL/dh_1"),  # of no parameter
        ("alice", "chain dL/dw_9"),
        ("perceptron", "chain dL/dW1_1_1"),  # matrix by matrix
        ("neuron", "chain dL/dw_1"),  # without a loss
        ("three-gates", "chain df/dx"),  # no network
    ],
)
def test_a_chain_that_cannot_be_drawn_is_refused(name: str, arguments: str) -> None:
    with pytest.raises(PageError, match="the block figure"):
        page(f"::: figure {arguments}", name)


# --- colours


def test_every_kind_has_its_colour_in_both_schemes() -> None:
    for kind in set(CLASSES.values()):
        name = kind.removeprefix("k-")
        assert f".{kind} {{ --ex-kind: var(--ex-{name}); }}" in CSS
        assert CSS.count(f"--ex-{name}: #") == 3, "light, dark, and on paper"
    assert set(Kind) - set(CLASSES) == {Kind.CONSTANT, Kind.SHIFT, Kind.COUNT}


def test_a_quantity_has_one_colour_in_formulas_tables_and_figures() -> None:
    text = page("::: given\n\n::: figure values\n\n::: forward\n\n::: partials\n\n::: updates")
    found: dict[str, set[str]] = {}
    for classes, reference in re.findall(r'class="([^"]*)"[^>]*data-ref="alice:([^"]+)"', text):
        found.setdefault(reference, set()).update(part for part in classes.split() if part.startswith("k-"))
    kinds = shipped("alice").program.quantities
    assert len(found) > 30
    for reference, classes in found.items():
        assert classes == ({CLASSES[kinds[reference].kind]} if kinds[reference].kind in CLASSES else set()), reference
    assert re.search('<msub class="k-weight"[^>]*><mi>w</mi>', text)


def test_derivatives_have_their_colour_in_a_graph_too() -> None:
    text = page("::: figure values", "three-gates")
    assert set(re.findall(r'class="ex-value num ([^"]*)" data-ref="three-gates:df/', text)) == {"k-gradient"}


def test_what_an_author_types_in_a_sentence_has_no_colour_but_a_symbol_that_is_asked_for() -> None:
    assert "k-" not in page("It is $w_1 = {{w_1}}$.").split('<aside class="ex-certificate"')[0]
    assert 'class="k-gradient"' in page("It is {{symbol dL/dw_1}}.")
    with pytest.raises(PageError, match="w_99"):
        page("It is {{symbol w_99}}.")


# --- the certificate


def test_the_certificate_stands_where_the_page_says_and_else_at_the_end() -> None:
    chosen = page("Before {{h_1}}.\n\n::: certificate\n\nAfter {{o_1}}.")
    assert chosen.count("ex-certificate") == 1
    assert chosen.index("Before") < chosen.index("ex-certificate") < chosen.index("After")
    assert '<span class="num" data-structural="count">2</span> numbers' in chosen, "it counts what comes after it as well"
    assert page("Only {{h_1}}.").rstrip().endswith("</aside>")


def test_alice_shows_the_way_of_her_first_weight() -> None:
    for path in (Path("docs/en/index.md"), Path("docs/en/alice.md")):
        assert "::: figure chain dL/dw_1" in (ROOT / path).read_text(encoding="utf-8")
