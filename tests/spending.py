"""What tests cost in seconds of the processor: by budget, by mark, and in all; with `--dearest=20`, also which cost most.

The hooks of this module are the suite's; `conftest.py` takes them over. As a program it runs commands one after the other
and says what each has cost: `python -m tests.spending "make lint" pytest`.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.processes import end

MARKS = ("site", "browser", "scripts", "torch")  # what is not chosen by `make quick`, of which a share is printed


def cpu_seconds() -> float:
    """What this process and all that it has started have used; of processes that still run, as far as Linux says so."""
    return sum(os.times()[:4]) + (_of_children() if _has_children() else 0)


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _of_children() -> float:
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            processes[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family = {os.getpid()}
    while more := {process for process, (parent, _) in processes.items() if parent in family} - family:
        family |= more
    return sum(processes[process][1] for process in family - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


# --- the hooks


@dataclass
class _Purse:
    """What a worker's tests have used so far, told apart from what several of them share."""

    begun: float = 0.0
    shared: float = 0.0  # of the test that runs: by fixtures that outlive it
    inside: list[float] = field(default_factory=list)  # the fixtures that are being set up: what those within have used
    fixtures: list[tuple[str, float]] = field(default_factory=list)


_purse = _Purse()
_tests: dict[str, tuple[float, str, tuple[str, ...]]] = {}  # what each has cost, its budget and its marks
_fixtures: Counter[str] = Counter()
_failed: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dearest", type=int, default=0, metavar="N", help="print the N tests, files and fixtures that cost most")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    _purse.begun, _purse.shared = cpu_seconds(), 0.0
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    if fixturedef.scope == "function":
        return (yield)
    before = cpu_seconds()
    _purse.inside.append(0.0)
    try:
        return (yield)
    finally:
        spent, within = cpu_seconds() - before, _purse.inside.pop()
        _purse.fixtures.append((fixturedef.argname, spent - within))
        if _purse.inside:
            _purse.inside[-1] += spent
        else:
            _purse.shared += spent


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    try:
        return (yield)
    finally:
        budget = item.get_closest_marker("budget")
        marks = [mark for mark in MARKS if item.get_closest_marker(mark)]
        spent = cpu_seconds() - _purse.begun - _purse.shared
        item.user_properties.append(("spent", [spent, budget.args[0] if budget else "", marks, _purse.fixtures]))
        _purse.fixtures = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and report.nodeid not in _failed:
        _failed.append(report.nodeid)
    if report.when == "teardown":
        for spent, budget, marks, fixtures in (value for name, value in report.user_properties if name == "spent"):
            _tests[report.nodeid] = (spent, budget, tuple(marks))
            for name, cost in fixtures:
                _fixtures[name] += cost


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    budgets, rest = Counter[str](), Counter[str]()
    for spent, budget, marks in _tests.values():
        if budget:
            budgets[budget] += spent
        else:
            rest[" and ".join(marks) or "others"] += spent
    rest["what they share"] = sum(_fixtures.values())
    counted = sum(rest.values())
    everything = cpu_seconds()
    rest["collecting and reporting"] = everything - counted - sum(budgets.values())
    terminalreporter.write_line(f"CPU-seconds: {everything:.0f} in all")
    if budgets:
        terminalreporter.write_line(f"  with a budget of their own {sum(budgets.values()):.0f}: {_listed(budgets)}")
    terminalreporter.write_line(f"  the rest {sum(rest.values()):.0f}: {_listed(rest)}")
    if dearest := config.getoption("dearest"):
        files = Counter[str]()
        for name, (spent, _, _) in _tests.items():
            files[name.partition("::")[0]] += spent
        tests = Counter({name: spent for name, (spent, _, _) in _tests.items()})
        for what, costs in (("files", files), ("fixtures", _fixtures), ("tests", tests)):
            terminalreporter.write_line(f"dearest {what}:")
            for name, spent in costs.most_common(dearest):
                terminalreporter.write_line(f"  {spent:7.2f} {name}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last lines of a run's output are all that is sometimes kept of it, so they name the tests that failed."""
    if _failed and not hasattr(config, "workerinput"):
        print("", f"failed: {len(_failed)}", *(f"  {name}" for name in _failed), sep="\n", flush=True)


def _listed(costs: Counter[str]) -> str:
    return ", ".join(f"{name} {spent:.0f}" for name, spent in costs.most_common())


# --- commands


def run(commands: Sequence[str]) -> int:
    """Run each until one fails, and say what they have cost. A signal that ends this ends them."""
    signal.signal(signal.SIGTERM, end)
    costs = Counter[str]()
    status = 0
    for command in commands:
        before = cpu_seconds()
        words = shlex.split(command)
        status = subprocess.call(words)
        costs[" ".join([Path(words[0]).name, *words[1:]])] += cpu_seconds() - before
        if status:
            break
    print(f"CPU-seconds: {sum(costs.values()):.0f} in all: {_listed(costs)}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
