"""Speeds, as ratios against a named peer in the same run: `make bench`.

Nothing here passes or fails; the figures to reach stand beside what was measured.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import explainer
from explainer.proof.symbolic import prove, rule_faults
from explainer.spec import Example, compose
from tests.networks import example

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5


def best(run: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def proof(chosen: Example) -> tuple[float, float]:
    """The first proof in this process after import, and the best of the next ones; rules are proven anew each time."""
    program = compose(chosen)

    def run() -> None:
        rule_faults.cache_clear()
        assert prove(program, chosen)[1] == ()

    return best(run, 1), best(run)


def row(what: str, figure: str, aim: str) -> None:
    print(f"{what:58} {figure:>22}   aim: {aim}", flush=True)


def proofs() -> None:
    for name, chosen, aim in (
        ("Alice (9 parameters), all totals", explainer.example("alice", ROOT), "at most 0.2 s"),
        ("4-8-4-1 (81 parameters), all totals", example((4, 8, 4, 1)), "at most 1 s"),
        ("20-30-10-2 (962 parameters), modulo a prime", example((20, 30, 10, 2)), "(none)"),
    ):
        first, warm = proof(chosen)
        row(f"proof of {name}", f"{first:.3f} s, warm {warm:.3f} s", aim)


def command(*words: str) -> None:
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def builds() -> None:
    """A cold build of the whole site against `mkdocs build`, one language after the other, over the same finished pages."""
    out = ROOT / "build" / "benchmark"

    def cold() -> None:
        shutil.rmtree(ROOT / "build" / "work-benchmark", ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        command("explainer", "build", "--out", str(out))

    def plain() -> None:
        for config in sorted((ROOT / "build" / "work-benchmark").glob("mkdocs.*.yml")):
            command("mkdocs", "build", "--quiet", "-f", str(config), "-d", str(out / config.stem))

    ours = best(cold, 3)
    peer = best(plain, 3)
    shutil.rmtree(out, ignore_errors=True)
    row("cold build of the site against plain mkdocs build", f"{ours:.1f} s / {peer:.1f} s = {ours / peer:.2f}", "at most 1.5")


if __name__ == "__main__":
    proofs()
    builds()
