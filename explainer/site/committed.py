"""Derivations as they are committed beside the examples: what changes in them is told quantity by quantity."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.site.project import MAX_MADE, Project


@dataclass(frozen=True, slots=True)
class Change:
    """A quantity that is not what the committed derivation says."""

    example: str
    name: str
    old: str
    new: str


COMPARED = ("shown", "value", "provenance", "symbol")  # of a quantity: what a change is told by, the first that differs


def _quantities(document: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a committed derivation, whatever has become of the file."""
    found = document.get("quantities")
    if not isinstance(found, dict):
        return {}
    return {key: item for key, item in found.items() if isinstance(item, dict) and item.keys() >= set(COMPARED)}


def changes(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two derivations, quantity by quantity; the values, if the printed digits hide it."""
    before, after = _quantities(old), new["quantities"]
    if not before:
        return [Change(name, "(new)", "(none)", f"{len(after)} quantities")]
    found = []
    for quantity in dict.fromkeys([*after, *before]):
        left, right = before.get(quantity), after.get(quantity)
        if left == right:
            continue
        if left and right:
            key = next((part for part in COMPARED if left[part] != right[part]), COMPARED[-1])
            found.append(Change(name, quantity, str(left[key]), str(right[key])))
        else:
            found.append(Change(name, quantity, left["shown"] if left else "(none)", right["shown"] if right else "(none)"))
    if not found and old != new:
        found.append(Change(name, "(steps or proof)", "as committed", "changed"))
    return found


def committed(path: Path) -> Mapping[str, Any]:
    """A committed derivation, as far as it is one."""
    try:
        found = json.loads(text_of(path, path.name, longest=MAX_MADE))
    except (InputError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stale(project: Project, proofs: Mapping[str, str]) -> Iterator[Problem]:
    """Committed derivations that are not what the examples give now."""
    kept = project.derivations
    names = [name for name, text in proofs.items() if kept.get(name) != text]
    names += [name for name in kept if name not in project.examples and f"docs/examples/{name}.toml" not in project.unread]
    for name in names:
        file = f"docs/derivations/{name}.json"
        if file not in project.unread:
            yield Problem(file, "", "not what the example gives now", "the current derivation", f"explainer derive {name}")
