"""Two workers of Dask's on this machine, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE

from tests import ROOT

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a scheduler that has them, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "cluster.py"
        script.write_text(CLUSTER, encoding="utf-8")
        modules = {**os.environ, "PYTHONPATH": str(ROOT)}  # whoever does a task of the tests imports it from them
        with subprocess.Popen(
            [sys.executable, script], cwd=ROOT, env=modules, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield process.stdout.readline().strip()
            finally:
                process.stdin.close()
