"""Example files that are drawn from a seed, all the way to finished pages; and that all the format offers is among them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from explainer.words.languages import LANGUAGES, Language
from tests import all_the_way
from tests.strangers import ACTIVATIONS, BIASES, COUNT, LOSSES, OPTIMISERS, PYTHON, VIEWS, strangers

DRAWN = strangers()


@pytest.mark.budget("fuzzing")
@pytest.mark.site
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_drawn_files_go_all_the_way(language: Language, small: Path, tmp_path: Path) -> None:
    """Those with a page in this language; what else is made of each is in other languages."""
    root = all_the_way.project(tmp_path / "project")
    faults = all_the_way.faults(root, DRAWN, [language])
    assert not any(faults.values()), "\n\n".join(
        all_the_way.told(name, DRAWN[name], found) for name, found in faults.items() if found
    )
    pages = [all_the_way.page_of(root, index, name) for index, name in enumerate(DRAWN) if name in faults]
    assert len(pages) >= COUNT // len(LANGUAGES) >= 28
    assert [str(page) for page in pages if not page.is_file()] == []


def test_the_same_seed_draws_the_same_files() -> None:
    assert strangers(20) == dict(list(DRAWN.items())[:20])
    assert strangers(20, seed=2).values() != strangers(20).values()


def documents() -> list[dict[str, Any]]:
    return [tomllib.loads(text) for text in DRAWN.values()]


def test_everything_the_format_offers_is_drawn() -> None:
    networks = [document for document in documents() if "network" in document]
    formulas = " ".join(text for document in documents() for text in document.get("graph", {}).values())
    used = {
        name
        for document in networks
        for name in (
            [document["network"]["activation"]]
            if isinstance(document["network"]["activation"], str)
            else document["network"]["activation"]
        )
    }
    assert used == set(ACTIVATIONS)
    assert {document["network"].get("loss", "") for document in networks} == {*LOSSES, ""}
    assert {document["network"].get("bias", "per_neuron") for document in networks} == set(BIASES)
    assert {document.get("walkthrough", {}).get("view", "neurons") for document in networks} == set(VIEWS)
    for chosen in (networks, [document for document in documents() if "graph" in document]):
        assert {document.get("training", {}).get("optimiser", "sgd") for document in chosen} == set(OPTIMISERS)
    assert {len(document["data"]["samples"]) for document in networks} == {1, 2, 3, 4, 5}
    assert {key for document in documents() for key in document} == {
        "title",
        "network",
        "parameters",
        "data",
        "walkthrough",
        "training",
        "graph",
        "values",
    }
    assert {key for document in networks for key in document["data"]} == {"samples", "queries", "shift", "baseline"}
    assert any("frozen" in document["parameters"] for document in networks)
    assert all(f"{name}(" in formulas for name in PYTHON)
