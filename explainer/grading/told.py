"""What the checker finds, and how it says it: findings have no language, sentences come from the catalogue.

This module and the others that `check.py` is put together from import nothing but Python's own library and numpy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

RIGHT, NOTED = "right", "note"
OF_LAYER = ("dz", "d_weights", "d_biases", "da_prev", "self.weights", "self.biases")
OF_LOOP = ("output", "loss", "da", "layer.backward")
BLANKS = (*OF_LAYER, *OF_LOOP)
_FINE = (RIGHT, "training.same", "training.falls")


@dataclass(frozen=True)
class Finding:
    """What is found at a place: one of the blanks, or `order`, `average`, `data`, `file`, `training`."""

    place: str
    key: str  # of the sentence; `right` needs none
    line: int = 0
    code: str = ""  # what stands there
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        return self.key in _FINE or self.key.startswith(NOTED)

    def dumped(self) -> str:
        return json.dumps(asdict(self))


def loaded(line: str) -> Finding | None:
    """A finding as the learner's process wrote it down; None for anything else."""
    try:
        found = json.loads(line)
        return Finding(**found) if isinstance(found, dict) and "key" in found else None
    except (ValueError, TypeError):
        return None


def is_passed(findings: Iterable[Finding]) -> bool:
    """Is every blank right, and nothing else wrong?"""
    found = list(findings)
    judged = {finding.place for finding in found if finding.key == RIGHT}
    return judged.issuperset(BLANKS) and all(finding.is_fine for finding in found)


def said(findings: Iterable[Finding], sentences: Mapping[str, str]) -> str:
    """All that is found, a line or two for each place, and at last how many blanks are right."""
    found = list(findings)
    lines = []
    for finding in found:
        hint = sentences.get(f"hint.{finding.place}", "")
        words = filled(sentences[finding.key], {**finding.values, "hint": hint})
        place = sentences.get(f"place.{finding.place}", finding.place)
        lines.append(filled(sentences["at"], {"place": place, "words": words}))
        if finding.code and not finding.is_fine:
            lines.append("  " + filled(sentences["line"], {"line": str(finding.line), "code": finding.code}))
    right = sum(finding.place in BLANKS and finding.key == RIGHT for finding in found)
    last = "passed" if is_passed(found) else "failed"
    return "\n".join([*lines, "", filled(sentences[last], {"right": str(right), "count": str(len(BLANKS))})])


def filled(sentence: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: values.get(match[1], match[0]), sentence)
