"""Tests and the processes they start: whatever is started ends with the test, and the tests end by any signal.

The hooks of this module are the suite's; `conftest.py` takes them over. They go by /proc, and do nothing where there is none.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

GRACE = 5.0  # seconds in which what is about to end may do so
_PROC = Path("/proc")
_IGNORING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def in_background(*arguments: str) -> list[str]:
    """A command of Python, started as nohup and shells without job control start what they have in the background."""
    return [sys.executable, "-c", _IGNORING, *arguments]


def alive() -> dict[int, tuple[int, int]]:
    """The parent and the session of each process that has not ended."""
    found = {}
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            state, parent, _, session = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:4]
            if state != "Z":
                found[int(folder.name)] = (int(parent), int(session))
    return found


def descendants(pid: int) -> set[int]:
    """All that a process has started, and that this has started."""
    children: dict[int, list[int]] = {}
    for child, (parent, _) in alive().items():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    left = [pid]
    while left:
        new = children.get(left.pop(), [])
        found.update(new)
        left += new
    return found


def of_session(session: int, grace: float = GRACE) -> list[str]:
    """What is still alive, after some seconds of grace, of all that was started in a session."""
    deadline = time.monotonic() + grace
    while left := [pid for pid, (_, own) in alive().items() if own == session]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return [command_of(pid) for pid in left]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return f"{pid}: " + (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return str(pid)


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children() -> set[int]:
    """Processes of ours; orphans among them, for we adopt them."""
    return {pid for pid, (parent, _) in alive().items() if parent == os.getpid()}


def end(number: int, _: FrameType | None) -> None:
    kill(descendants(os.getpid()))
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


# --- the hooks


def pytest_configure(config: pytest.Config) -> None:
    """End by any signal, however the tests were started: `nohup make test &` has SIGINT ignored, and all that tests start too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, end)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if hasattr(config, "workerinput"):  # of pytest-xdist
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def pytest_unconfigure() -> None:
    kill(descendants(os.getpid()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    before = _children()
    try:
        result = yield
    except BaseException:
        _end_all(_children() - before)
        raise
    deadline = time.monotonic() + GRACE
    while (left := _children() - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    if left:
        commands = "\n".join(map(command_of, sorted(left)))
        _end_all(left)
        pytest.fail(f"the test has left processes behind, which are killed now:\n{commands}", pytrace=False)
    return result


def _end_all(pids: set[int]) -> None:
    kill(pids.union(*map(descendants, pids)))
