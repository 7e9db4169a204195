"""Who does the work makes no difference: here, in processes, or on Dask; and a worker that is killed is done without."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from explainer import cli, verbs
from explainer.core.errors import PageError, Problem
from explainer.site import workers as engines
from explainer.site.workers import HERE, Workers
from tests.conftest import require
from tests.dask import cluster
from tests.small import small_project
from tests.trees import read_tree

CODES = ["en", "ru"]


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def struck(folder: Path, number: int, times: int) -> int:
    """A task whose worker is killed the first times that it is begun."""
    mark = folder / str(number)
    mark.open("a").write("x")
    if len(mark.read_text()) <= times and number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def wrong(_: int) -> None:
    raise PageError(Problem("docs/en/a.md", "line 1", "this", "that"))


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """Two workers of Dask's, on this machine: the name of the engine."""
    require("distributed")
    with cluster() as address:
        yield f"{engines.DASK}{address}"


@contextmanager
def processes() -> Iterator[Workers]:
    with engines.local(2) as workers:
        yield workers


@pytest.fixture(params=["processes", pytest.param("dask", marks=pytest.mark.dask)])
def at_work(request: pytest.FixtureRequest) -> AbstractContextManager[Workers]:
    """Workers of either kind, to be started in the test."""
    return processes() if request.param == "processes" else engines.named(request.getfixturevalue("dask"))


def test_every_task_is_done_by_a_worker_and_its_result_known_by_its_place(at_work: AbstractContextManager[Workers]) -> None:
    with at_work as workers:
        found = dict(workers.run(square, [(number,) for number in range(20)]))
    assert {index: result for index, (result, _) in found.items()} == {index: index * index for index in range(20)}
    assert os.getpid() not in {pid for _, pid in found.values()}


def test_a_killed_worker_is_survived(at_work: AbstractContextManager[Workers], tmp_path: Path) -> None:
    with at_work as workers:
        found = dict(workers.run(struck, [(tmp_path, number, 1) for number in range(8)]))
    assert found == {number: number for number in range(8)}
    assert len((tmp_path / "3").read_text()) == 2, "it was begun once more"


def test_workers_that_die_again_and_again_are_told_of(tmp_path: Path) -> None:
    with processes() as workers, pytest.raises(ChildProcessError, match="killed, again and again"):
        list(workers.run(struck, [(tmp_path, 3, 99)]))


def test_what_a_task_raises_arrives_whole(at_work: AbstractContextManager[Workers]) -> None:
    with at_work as workers, pytest.raises(PageError) as caught:
        list(workers.run(wrong, [(1,)]))
    assert caught.value.problems == (Problem("docs/en/a.md", "line 1", "this", "that"),)
    assert "line 1" in str(caught.value)


@pytest.mark.site
@pytest.mark.dask
def test_the_same_bytes_whoever_works(dask: str, tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    verbs.build(root, CODES, root / "here", cache=False, workers=HERE)
    with processes() as workers:
        verbs.build(root, CODES, root / "processes", cache=False, workers=workers)
    verbs.build(root, CODES, root / "dask", cache=False, workers=dask)
    here = read_tree(root / "here")
    assert {language.partition("/")[0] for language in here} > {"ru", "index.html"}
    assert read_tree(root / "processes") == here
    assert read_tree(root / "dask") == here


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("spark:x", "'spark:x'", "dask: and a scheduler's address"),
        ("dask:", "'dask:'", "dask: and a scheduler's address"),
        ("dask:tcp://127.0.0.1:1", "127.0.0.1:1", "a scheduler that is running"),
    ],
)
def test_an_engine_that_is_not_there_is_told(
    name: str, found: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name.startswith("dask:t"):
        require("distributed")
        monkeypatch.setattr(engines, "_CONNECTING", 1)
    monkeypatch.chdir(small_project(tmp_path / "project"))
    assert cli.main(["build", "--executor", name, "--out", "public"]) == 2
    said = capsys.readouterr().err
    assert "--executor" in said
    assert found in said
    assert expected in said
    assert not (tmp_path / "project" / "public").exists()
