"""The examples that come with the project, and derivations that tests share.

A derivation is kept where a build keeps it, and known by all that it is made from, the code among it: so each is proven once
on a machine, by whoever needs it first. Not for tests of what is proven, where the prover has been changed in this process.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from explainer import authoring
from explainer.derivation.derivation import Derivation
from explainer.examples.model import Example, SetExample
from explainer.site import proven as kept
from explainer.site.project import recorded_of
from explainer.site.store import Folder
from tests import ROOT

FILES = {  # of those that are worked out; the others have a record, for tests/training
    name: (ROOT / "docs" / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    for name in authoring.names_in(ROOT, "examples")
    if authoring.example(name, ROOT).is_worked_out
}
CHOICES = ("activation", "loss", "bias", "reduction", "view", "optimiser", "updates", "direction")  # keys whose values are few
_STORE = Folder(ROOT / "build" / "cache")


def proven(example: Example) -> Derivation:
    """Its derivation, made or recalled."""
    return kept.derivations({example.name: example}, _STORE, lambda _: None)[example.name]


@cache
def shipped(name: str) -> Derivation:
    """The derivation of an example that comes with the project."""
    example = authoring.example(name, ROOT)
    recorded = recorded_of(example, ROOT) if isinstance(example, SetExample) else None
    return proven(recorded or example)


def _uses(document: dict[str, Any]) -> Iterator[str]:
    """What an example has of all that the format offers."""
    for table, content in document.items():
        yield table
        for key, value in content.items() if table not in ("title", "graph", "values") else ():
            yield f"{table}.{key}"
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield from (f"{table}.{key}.{part}" for part in item)
                elif key in CHOICES:
                    yield f"{table}.{key} = {item}"


def _cost(document: dict[str, Any]) -> int:
    """How many samples its training goes through."""
    return int(document.get("training", {}).get("epochs", 0)) * len(document.get("data", {}).get("samples", ()))


@cache
def kinds(*, with_page: bool = False) -> tuple[str, ...]:
    """Some of the examples, or of those that have a page by themselves, the cheapest first.

    Each has something of the format's that none before it has, and what none of them has, no other example has either.
    """
    documents = {name: tomllib.loads(text) for name, text in FILES.items()}
    if with_page:
        documents = {name: known for name, known in documents.items() if known.get("walkthrough", {}).get("page", True)}
    found, used = list[str](), set[str]()
    for name in sorted(documents, key=lambda name: (_cost(documents[name]), len(FILES[name]))):
        uses = set(_uses(documents[name]))
        if uses - used:
            found.append(name)
            used |= uses
    return tuple(found)
