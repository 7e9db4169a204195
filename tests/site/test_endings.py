"""How commands, their workers and the tests themselves end: by the signal's own status, and with all that they have started."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer import verbs
from tests.conftest import ROOT
from tests.kills import beside
from tests.processes import alive, descendants, in_background, of_session
from tests.small import small_project
from tests.trees import read_tree

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=cwd, env=ENVIRONMENT, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload]


# --- signals

WAITING = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever has started the tests
for name in sys.argv[1:]:
    signal.signal(signal.Signals[name], signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.Signals[name]])
from explainer.core.endings import take_signals, undone
take_signals()
with undone(lambda: print("undone", flush=True)):
    print("ready", flush=True)
    while True:
        try:
            time.sleep(60)
        except BaseException:
            print("caught", flush=True)
"""


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("ignored", [False, True], ids=["", "where it is ignored"])
def test_a_signal_ends_a_command_with_its_own_status_and_one_line(number: signal.Signals, ignored: bool) -> None:
    if ignored and number == signal.SIGHUP:
        pytest.skip("which is what nohup is for: see below")
    process = python(WAITING, *([number.name] if ignored else []))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.communicate(timeout=60) == ("undone\n", line_of(number))
    assert process.returncode == -number


def test_what_is_started_by_nohup_outlives_its_terminal() -> None:
    process = python(WAITING.replace("    signal.pthread_sigmask", "    0 and signal.pthread_sigmask"), "SIGHUP")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM


def test_every_command_takes_its_signals() -> None:
    code = """
import sys, time
from explainer import cli

def schema(_):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(1000)

cli._schema = schema
sys.argv[1:] = ["schema"]
sys.exit(cli.main())
"""
    process = python(code)
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60) == ("", line_of(signal.SIGTERM))
    assert process.returncode == -signal.SIGTERM


# --- workers

POOL = """
import os, sys
from explainer.core.endings import take_signals
from explainer.site import workers

def busy(number):
    os.write(1, b"ready\\n")
    while not (number and sys.argv[1:] == ["fails"]):
        pass

take_signals()
with workers.local(2) as workers:
    for _ in workers.run(busy, [(0,), (1,)]):
        sys.stdin.readline()
        raise SystemExit(7)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, *SIGNALS])
def test_workers_end_with_their_parent(number: signal.Signals) -> None:
    process = python(POOL)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["ready\n"] * 2
    process.send_signal(number)
    process.communicate(timeout=60)  # which also waits until no worker holds the pipe
    assert process.returncode == -number
    assert of_session(process.pid) == []


def test_workers_are_not_waited_for_when_their_parent_fails() -> None:
    process = python(POOL, "fails")
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["ready\n"] * 2
    process.communicate("\n", timeout=60)
    assert process.returncode == 7
    assert of_session(process.pid) == []


def test_a_command_that_is_told_so_ends_with_its_input() -> None:
    process = python(
        "from explainer.core.endings import *; die_with_input(); take_signals(); print(flush=True); [0 for _ in iter(int, 1)]"
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.communicate(timeout=60)  # closes the input
    assert process.returncode == -signal.SIGTERM


# --- whole builds

BUILD = """
import sys
from pathlib import Path
from explainer.core.endings import take_signals
from explainer.verbs import build

take_signals()
build(Path.cwd(), ["en", "ru"], Path("public/site"), progress=lambda text: print(text, flush=True))
"""
KILLS = 14


@pytest.mark.site
@pytest.mark.budget("kills")
def test_builds_that_are_ended_at_any_moment_leave_the_old_site_or_the_new_and_no_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tell: Callable[[str], None]
) -> None:
    root = small_project(tmp_path / "project")
    out, cache = root / "public" / "site", root / "build" / "cache"
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")

    def rename(number: int) -> None:
        """One of two names for the site, each of which is on all pages."""
        text = settings.replace("site_name: explainer", f"site_name: {('One', 'Two')[number % 2]}")
        (root / "mkdocs.yml").write_text(text, encoding="utf-8")

    expected = []
    for number in range(2):
        rename(number)
        verbs.build(root, ["en", "ru"], out)
        expected.append(read_tree(out))
    assert expected[0] != expected[1]
    for kind in ("tree", "page-inspection", "rendered"):  # so that there is something to do
        shutil.rmtree(cache / kind, ignore_errors=True)
    kept = shutil.copytree(cache, tmp_path / "kept")
    chance, wrong = random.Random(11), []
    for number in range(KILLS):
        rename(number)
        shutil.rmtree(cache)
        shutil.copytree(kept, cache)
        ending = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[number % 3]
        stage, longest = chance.choice([("site", 1.0), ("mkdocs", 0.3), ("audit", 0.15), ("page", 0.05)])
        delay = longest * chance.random()
        left_before = set(root.glob("build/*/made-*"))
        process = python(BUILD, cwd=root)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(stage):
                break
        time.sleep(delay)
        process.send_signal(ending)  # to it alone: its workers have to know by themselves
        _, said = process.communicate(timeout=120)
        # when all is done, Python no longer lets anybody say anything
        quiet = process.returncode in (0, -signal.SIGKILL) or read_tree(out) == expected[number % 2]
        faults = [f"said {said!r}"] if said != line_of(ending) and not (quiet and said == "") else []
        faults += [f"ended with {process.returncode}"] if process.returncode not in (-ending, 0) else []
        faults += [f"left {command}" for command in of_session(process.pid)]
        faults += ["the site is neither"] if read_tree(out) not in expected else []
        if ending != signal.SIGKILL:
            faults += [f"left {path}" for path in [*beside(out), *(set(root.glob("build/*/made-*")) - left_before)]]
        wrong += [f"{ending.name} {delay:.3f} s after {stage}: {fault}" for fault in faults]
    tell(f"builds that were ended: {KILLS}")
    assert wrong == []
    verbs.build(root, ["en", "ru"], out)
    assert read_tree(out) in expected
    assert beside(out) == []
    assert not list(root.glob("build/*/made-*"))
    assert capsys.readouterr().err == ""


def line_of(ending: signal.Signals) -> str:
    return f"explainer: ended by {ending.name}\n"


FULL = """
mount -t tmpfs -o size=6m none disk && cp -r site disk/site || exit 99
"$@" build --lang en --lang ru --out disk/site
status=$?
cp -r disk/site after; ls -A disk > beside
exit $status
"""


@pytest.mark.site
def test_a_full_disk_is_told_with_its_path_and_leaves_the_old_site(tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    verbs.build(root, ["en"], root / "site")
    (root / "disk").mkdir()
    command = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"]), "sh", "-c", FULL, "sh"]
    try:
        done = subprocess.run(
            [*command, sys.executable, "-m", "explainer"], cwd=root, env=ENVIRONMENT, capture_output=True, text=True, timeout=200
        )
    except FileNotFoundError:
        pytest.skip("needs unshare, for a small disk of its own")
    if done.returncode in (1, 99) and not (root / "after").exists():
        pytest.skip(f"no small disk can be mounted here: {done.stderr}")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith(f"{root / 'disk'}/.site.explainer-new-")
    assert line.endswith("No space left on device")
    assert read_tree(root / "after") == read_tree(root / "site")
    assert (root / "beside").read_text(encoding="utf-8") == "site\n"


# --- what is printed


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["schema", "--help", "unbuffered show neuron --format json"])
def test_output_that_cannot_be_written_is_an_error_in_one_line(command: str) -> None:
    _, unbuffered, rest = command.rpartition("unbuffered ")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "explainer", *rest.split()],
            cwd=ROOT,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (2, "standard output: No space left on device\n")


# --- the tests themselves

CONFTEST = """
from tests.processes import pytest_configure, pytest_runtest_call, pytest_unconfigure
"""
FORGETFUL = """
import subprocess, sys, time
from pathlib import Path

def start():
    sleeping = [sys.executable, "-c", "import time; time.sleep(1000)"]
    code = f"import subprocess, time; subprocess.Popen({sleeping}); print(flush=True); time.sleep(1000)"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()

def test_forgets():
    start()

def test_hangs():
    start()
    Path("hangs").touch()
    time.sleep(1000)
"""


def suite(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_forgetful.py").write_text(FORGETFUL, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = in_background("-m", "pytest", "-p", "no:cacheprovider", *arguments)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload]


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_what_a_test_has_started_ends_with_it_and_a_test_has_its_time(tmp_path: Path) -> None:
    pytest.importorskip("pytest_timeout")
    process = suite(tmp_path, "--timeout=7")
    out, _ = process.communicate(timeout=120)
    assert "left processes behind" in out
    assert "Timeout" in out
    assert "2 failed" in out
    assert not [pid for pid in alive() if str(tmp_path) in _folder_of(pid)]


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n", "1"]], ids=["alone", "with a worker"])
def test_tests_end_by_a_signal_with_all_they_have_started(tmp_path: Path, number: signal.Signals, workers: list[str]) -> None:
    process = suite(tmp_path, "-k", "hangs", *workers)
    while not (tmp_path / "hangs").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    started = descendants(process.pid)
    process.send_signal(number)
    process.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while (left := started & alive().keys()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _folder_of(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""
