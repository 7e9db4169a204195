"""What tests cost."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def cpu_seconds() -> float:
    """What this process and all that it has started have used, as far as Linux says so."""
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            processes[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family = {os.getpid()}
    while more := {process for process, (parent, _) in processes.items() if parent in family} - family:
        family |= more
    return sum(processes[process][1] for process in family if process in processes) / os.sysconf("SC_CLK_TCK")
