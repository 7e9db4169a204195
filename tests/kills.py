"""A swap that is killed between every two of its steps: `python -m tests.kills FOLDER`, which prints what came of it as JSON.

Each trial is a process of its own, forked here, that does what a build does to its destination, with a tiny site. Python's
trace counts the lines it comes to, in this package and in the library's module that deletes folders, and at one of them the
process gets a signal. No line of theirs has two system calls that change anything, so with all lines tried none is left out.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explainer.core import disk, endings
from explainer.core.endings import take_signals
from explainer.site import files, swap
from tests.trees import read_tree, write_tree

OLD = {"index.html": b"old", "ru/index.html": b"old, in Russian"}
TRACED = {module.__file__ for module in (disk, endings, files, swap, shutil)}
NEW = {"index.html": b"new", "ru/index.html": b"new, in Russian", "nb/index.html": b"new, in Norwegian"}


def build(out: Path) -> None:
    """What a build does to its destination."""
    with swap.destination(out), swap.staged(out) as stage:
        write_tree(NEW, stage)
        swap.put(stage, out)


def recover(out: Path) -> None:
    with swap.destination(out):
        pass


def trial(work: Callable[[Path], None], out: Path, line: int, number: int, told: Path) -> int:
    """Do it in another process, with a signal at some line; returns how that process ended, as `waitpid` has it."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        left = line
        take_signals()

        def trace(frame: Any, event: str, _argument: Any) -> Any:
            nonlocal left
            if event == "call" and frame.f_code.co_filename not in TRACED:
                return None
            left -= event == "line"
            if not left:
                sys.settrace(None)
                left = -1
                os.kill(os.getpid(), number)
            return trace if left > 0 else None

        sys.settrace(trace)
        work(out)
    finally:
        os._exit(0)


def site(out: Path) -> str:
    tree = read_tree(out) if out.is_dir() else None
    return "old" if tree == OLD else "new" if tree == NEW else "none" if tree is None else f"broken: {sorted(tree)}"


def beside(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path != out)


def state(out: Path) -> str:
    """The site and all that stands beside it, but for the random part of names."""
    names = [name.rpartition("-")[0] for name in beside(out)]
    trees = [
        [*read_tree(path).items(), *map(str, path.rglob("*"))] for path in out.parent.iterdir() if path != out and path.is_dir()
    ]
    return repr((site(out), names, [[len(item) for item in tree] for tree in trees]))


def fresh(folder: Path, begin: str) -> Path:
    """A folder with a site, or without; or as a build leaves it that is killed between two renames."""
    out = folder / "site"
    for path in folder.iterdir():
        swap.delete(path) if path.is_dir() else path.unlink()
    if begin == "site":
        write_tree(OLD, out)
    if begin == "gap":
        write_tree(OLD, folder / ".site.explainer-old-1")
        write_tree(NEW, folder / ".site.explainer-new-0")
    return out


def campaign(folder: Path, work: Callable[[Path], None], begin: str, number: int, every: int = 1) -> dict[str, Any]:
    """All lines, or one in so many, until the work is done before the signal comes."""
    told, faults, states, sites, line = folder.parent / "told", [], set(), set(), 1
    while True:
        out = fresh(folder, begin)
        status = trial(work, out, line, number, told)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            break
        states.add(state(out))
        after, said, left = site(out), told.read_text(encoding="utf-8"), beside(out)
        sites.add(after)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != number:
            faults.append(f"line {line}: ended with {status}")
        if number != signal.SIGKILL and said != f"explainer: ended by {signal.Signals(number).name}\n":
            faults.append(f"line {line}: said {said!r}")
        if number == signal.SIGKILL or begin == "gap":  # then it is for the next build to put it right
            recover(out)
            left, again = beside(out), site(out)
        else:
            again = after
        if again not in ("old", "new", *(["none"] if begin == "none" else [])):
            faults.append(f"line {line}: {after}, then {again}")
        if left:
            faults.append(f"line {line}: left {left}")
        line += every
    return {"kills": (line - 1) // every, "faults": faults, "states": len(states), "sites": sorted(sites)}


def main() -> None:
    folder = Path(sys.argv[1]) / "place"
    folder.mkdir()
    started = time.monotonic()
    found = {}
    exchange = swap._exchange
    for how in ("exchange", "renames"):
        swap._exchange = exchange if how == "exchange" else lambda _one, _other: False
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            every = 1 if number in (signal.SIGKILL, signal.SIGTERM) else 7
            found[f"{how}: replaced, {number.name}"] = campaign(folder, build, "site", number, every)
    found["put back, SIGKILL"] = campaign(folder, recover, "gap", signal.SIGKILL)
    found["put back, SIGTERM"] = campaign(folder, recover, "gap", signal.SIGTERM, 3)
    found["the first one, SIGKILL"] = campaign(folder, build, "none", signal.SIGKILL, 3)
    found["the first one, SIGTERM"] = campaign(folder, build, "none", signal.SIGTERM, 3)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cost = sum(item.ru_utime + item.ru_stime for item in usage)
    json.dump({"campaigns": found, "cpu": cost, "elapsed": time.monotonic() - started}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
