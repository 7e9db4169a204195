"""What is known to be wrong with what the locks name, by pip-audit: `python -m tests.vulnerabilities`.

It is told, and fails nothing: what is known changes from day to day, and a commit is right or wrong on every day alike.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.conftest import ROOT

TOOL = ROOT / "build" / "tools" / "audit" / "bin" / "pip-audit"
LOCKS = [ROOT / "requirements" / name for name in ("site.txt", "dev.txt")]
SECONDS = 300


def in_words(report: str) -> str:
    """pip-audit's report in JSON. Of a package that it finds nowhere it knows nothing, though it calls all well."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    known = [item for item in packages if "skip_reason" not in item]
    if not known:
        return "pip-audit: its data cannot be reached from here; whether anything is known of our dependencies is not known"
    found = {
        f"{item['name']} {item['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for item in known
        for flaw in item["vulns"]
    }
    missing = sorted({item["name"] for item in packages if "skip_reason" in item})
    lines = [f"pip-audit: {len(found)} known vulnerabilities in {len({item['name'] for item in known})} packages", *sorted(found)]
    return "\n  ".join([*lines, *([f"not known to it: {', '.join(missing)}"] if missing else [])])


def main() -> None:
    locks = [argument for lock in LOCKS for argument in ("--requirement", str(lock))]
    command = [str(TOOL), "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", *locks]
    try:
        report = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        report = ""
    print(in_words(report), flush=True)


if __name__ == "__main__":
    main()
