"""More files as strangers might write them, all the way to finished pages: `make fuzz N=1000 SEED=7`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests import all_the_way
from tests.strangers import COUNT, strangers

BATCH = 50  # files of one site


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    files = list(strangers(arguments.count, arguments.seed).items())
    print(f"{arguments.count} files, SEED={arguments.seed}", flush=True)
    failing = 0
    for start in range(0, len(files), BATCH):
        batch = dict(files[start : start + BATCH])
        with tempfile.TemporaryDirectory() as folder:
            found = all_the_way.faults(all_the_way.project(Path(folder) / "project"), batch)
        for name, problems in found.items():
            if problems:
                failing += 1
                print(f"\n{all_the_way.told(name, batch[name], problems)}", flush=True)
        print(f"# {start + len(batch)} of {len(files)} done, {failing} failing", file=sys.stderr, flush=True)
    print(f"# {failing} of {len(files)} files fail, SEED={arguments.seed}")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
