"""What is said of known vulnerabilities: nothing is called well that nobody has looked up."""

from __future__ import annotations

import json

from tests.vulnerabilities import in_words

UNKNOWN = {"name": "babel", "skip_reason": "Dependency not found on PyPI and could not be audited"}
SOUND = {"name": "numpy", "version": "2.4", "vulns": []}
FLAW = {"id": "PYSEC-1", "fix_versions": ["6.6"], "aliases": [], "description": ""}
FLAWED = {"name": "tornado", "version": "6.5", "vulns": [FLAW]}


def report(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_without_data_nothing_is_known() -> None:
    for said in ("", "Traceback", "{}", report(), report(UNKNOWN)):
        assert "cannot be reached" in in_words(said)


def test_what_is_known_is_named_once_with_its_mending_and_so_is_what_could_not_be_looked_up() -> None:
    assert in_words(report(SOUND, FLAWED, FLAWED, UNKNOWN)).split("\n  ") == [
        "pip-audit: 1 known vulnerabilities in 2 packages",
        "tornado 6.5: PYSEC-1, mended in 6.6",
        "not known to it: babel",
    ]
    assert in_words(report(SOUND)) == "pip-audit: 0 known vulnerabilities in 1 packages"
