"""A ledger: what a published walkthrough prints, quantity by quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from explainer.core.errors import Attempts, Problem
from explainer.core.text import Text
from explainer.examples.form import Form, toml_of
from explainer.examples.known import list_of, table_of
from explainer.examples.load import FORM as EXAMPLE
from explainer.examples.load import example_of
from explainer.examples.model import Example

MINIMAL = """[source]
author = "Ada Lovelace"
title = "Notes"
url = "https://example.org/notes"
example = "alice"

[[claims]]
quantity = "h_1"
printed = "0.0474\""""
FORM = Form(Path(__file__).with_name("ledger.schema.json"), "a ledger file", MINIMAL, "explainer audit mazur")


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed number; its last digit says to which place it was rounded."""

    example: str
    quantity: str
    printed: Decimal
    place: str  # in the file, for messages


@dataclass(frozen=True, slots=True)
class Ledger:
    name: str
    file: str
    author: Text
    title: Text
    url: str
    year: int | None
    claims: tuple[Claim, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(claim.example for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Published:
    """Where an example comes from, and the section of a page that recomputes what is printed there."""

    author: Text
    title: Text
    url: str
    page: str


def load_ledger(path: Path, file: str = "") -> Ledger:
    """Read a ledger file. `file` is what messages call it, if not by its path.

    Raises:
        InputError: the file cannot be read, or anything in it is wrong; all that was found.
    """
    file = file or str(path)
    return _ledger(FORM.read(FORM.text_of(path, file), file, _problems), path, file)


def load_with_example(path: Path, file: str = "") -> tuple[Ledger, Example | None]:
    """Read a ledger file that may be an example file as well, with [source] and [[claims]] in it; its claims are about that.

    Raises:
        InputError: the file cannot be read, or anything in it is wrong; all that was found.
    """
    file = file or str(path)
    document = toml_of(FORM.text_of(path, file), file, MINIMAL)
    example = {key: value for key, value in document.items() if key in EXAMPLE.schema["properties"]}
    own = {key: value for key, value in document.items() if key not in example}
    if not example:
        return _ledger(FORM.judged(own, file, _problems), path, file), None
    if isinstance(source := own.get("source"), dict):
        own["source"] = {"example": path.name, **source}
    attempts, found = Attempts(), list[Example]()
    with attempts.one():
        found.append(example_of(example, name=path.stem, file=file))
    with attempts.one():
        FORM.judged(own, file, _problems)
    attempts.settle()
    return _ledger(own, path, file), found[0]


def _ledger(document: Mapping[str, Any], path: Path, file: str) -> Ledger:
    source = document["source"]
    claims = tuple(
        Claim(claim.get("example", source["example"]), claim["quantity"], Decimal(claim["printed"]), f"claims[{index}]")
        for index, claim in enumerate(document["claims"], 1)
    )
    author, title = Text(source["author"]), Text(source["title"])
    return Ledger(path.stem, file, author, title, source["url"], source.get("year"), claims)


def _problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """The same quantity claimed twice."""
    seen: dict[tuple[Any, Any], int] = {}
    for index, claim in enumerate(list_of(document, "claims"), 1):
        if not isinstance(claim, Mapping) or not isinstance(claim.get("quantity"), str):
            continue
        key = (claim.get("example", table_of(document, "source").get("example")), claim["quantity"])
        if key in seen:
            found = f"{claim['quantity']} again, first in claims[{seen[key]}]"
            yield Problem(file, f"claims[{index}].quantity", found, "each quantity once", 'quantity = "h_2"')
        seen.setdefault(key, index)
