"""A site is never lost: its place, and how another gets there, whatever happens meanwhile."""

from __future__ import annotations

import errno
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.core import disk
from explainer.core.errors import InputError
from explainer.site import build as site_build
from explainer.site import swap
from tests.conftest import ROOT
from tests.kills import NEW, OLD, beside, build
from tests.trees import read_tree, write_tree


@pytest.fixture
def out(tmp_path: Path) -> Path:
    out = tmp_path / "place" / "site"
    write_tree(OLD, out)
    return out


@pytest.fixture(params=["exchange", "renames"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "renames":
        monkeypatch.setattr(swap, "_exchange", lambda _one, _other: False)
    return str(request.param)


# --- signals


@pytest.mark.budget("kills")
def test_a_swap_that_is_killed_at_any_of_its_lines_leaves_the_old_site_or_the_new(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.kills", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    campaigns = found["campaigns"]
    kills = sum(campaign["kills"] for campaign in campaigns.values())
    tell(f"swaps that were ended: {kills}")
    assert {name: campaign["faults"] for name, campaign in campaigns.items() if campaign["faults"]} == {}
    # Between any two steps: a lock, four folders and three files are made, the swap, two files and two folders are deleted.
    assert campaigns["exchange: replaced, SIGKILL"]["sites"] == ["new", "old"]
    assert campaigns["exchange: replaced, SIGKILL"]["states"] >= 13
    assert campaigns["renames: replaced, SIGKILL"]["sites"] == ["new", "none", "old"], "the gap between two renames was tried too"
    assert campaigns["exchange: replaced, SIGTERM"]["sites"] == ["new", "old"]
    assert campaigns["renames: replaced, SIGTERM"]["sites"] == ["new", "old"], "who can act closes the gap"


# --- what the system refuses


STEPS = {"open": (io, "open"), "write": (Path, "write_bytes"), "mkdir": (os, "mkdir"), "rename": (os, "rename")}
STEPS |= {"sync": (swap, "flush"), "fsync": (os, "fsync")}


class Full:
    """A disk that is full once, at a certain step; as from the system, what is written to a file is refused without a name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: str, step: int) -> None:
        self.left = step
        place, name = STEPS[kind]
        real = getattr(place, name)

        def refuse(*arguments: Any, **options: Any) -> Any:
            if kind == "open" and not set(str(arguments[1:2])) & set("wax+"):
                return real(*arguments, **options)
            if kind == "mkdir" and os.path.exists(arguments[0]):  # which is refused on any disk
                return real(*arguments, **options)
            self.left -= 1
            if not self.left:
                named = [str(arguments[0])] if kind not in ("write", "fsync") else []
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *named)
            return real(*arguments, **options)

        monkeypatch.setattr(place, name, refuse)

    @property
    def was_reached(self) -> bool:
        return self.left <= 0


def refused_by(out: Path) -> OSError | None:
    try:
        build(out)
    except OSError as error:
        return error
    return None


@pytest.mark.parametrize("kind", STEPS)
def test_what_cannot_be_written_leaves_a_whole_site_and_is_named(out: Path, how: str, kind: str) -> None:
    for step in itertools.count(1):
        with pytest.MonkeyPatch.context() as patch:
            full = Full(patch, kind, step)
            refused = refused_by(out)
        assert (refused is not None) == full.was_reached
        if refused is not None:
            assert refused.errno == errno.ENOSPC
            assert str(out.parent) in disk.in_words(refused)
            assert read_tree(out) == OLD or kind in ("rename", "fsync"), "only what comes after the swap may fail with the new"
        assert read_tree(out) in (OLD, NEW)
        assert [name for name in beside(out) if "-new-" in name] == []
        if not full.was_reached:
            break
        disk.delete(out)
        write_tree(OLD, out)
    assert step > 1 or (how, kind) == ("exchange", "rename")
    assert read_tree(out) == NEW
    assert beside(out) == []


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that cannot be deleted."""
    names: set[str] = set()
    unlink = os.unlink

    def refuse(path: str | Path, **options: int) -> None:
        if Path(path).name in names:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))
        unlink(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "unlink", refuse)
    return names


def test_what_cannot_be_deleted_is_named_and_hinders_nobody(
    out: Path, how: str, stuck: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree({"index.html": b"old", "stuck": b""}, out)
    stuck.add("stuck")
    build(out)
    assert read_tree(out) == NEW
    (left,) = beside(out)
    (line,) = capsys.readouterr().err.splitlines()
    place = out.parent / left
    assert line == f"{place}: left over, and cannot be deleted: {place / 'stuck'}: {os.strerror(errno.EPERM)}"
    for _ in range(2):
        disk.delete(out)
        write_tree(OLD, out)
        build(out)
        assert read_tree(out) == NEW
        assert beside(out) == [left]
        assert capsys.readouterr().err.splitlines() == [line]
    stuck.clear()
    build(out)
    assert beside(out) == []


def test_a_site_moved_aside_that_cannot_be_moved_again_is_not_taken_for_the_site(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the exchange, and after two builds that were killed between their renames."""
    monkeypatch.setattr(swap, "_exchange", lambda _one, _other: False)
    immovable, last = out.with_name(".site.explainer-old-9"), out.with_name(".site.explainer-old-10")
    write_tree({"index.html": b"much older"}, immovable)
    out.rename(last)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == immovable:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with swap.destination(out):
        assert read_tree(out) == OLD
    assert capsys.readouterr().err == f"{immovable}: left over, and cannot be moved: {os.strerror(errno.EPERM)}\n"
    build(out)
    assert read_tree(out) == NEW
    assert beside(out) == [immovable.name]


def test_the_neighbours_of_a_site_are_not_its_leftovers(out: Path) -> None:
    others = [".site.new-1", ".site.old", "site.explainer-new-1", ".other.explainer-new-1", ".site"]
    for name in others:
        write_tree(OLD, out.with_name(name))
    build(out)
    assert beside(out) == sorted(others)


def test_folders_made_for_a_site_that_does_not_come_are_gone_again(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "site"
    with pytest.raises(ZeroDivisionError), swap.destination(out):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    build(out)
    assert read_tree(out) == NEW


def test_a_lock_that_a_killed_build_has_left_is_no_lock(out: Path) -> None:
    out.with_name(".site.explainer-lock").touch()
    build(out)
    assert beside(out) == []


# --- places where no site can be put


MOUNTS = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
40 22 0:25 / {place}/two\040words\134/site rw - tmpfs tmpfs rw
"""


def test_a_mount_at_the_place_or_in_it_is_refused_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS.replace("{place}", str(tmp_path)), encoding="utf-8")
    monkeypatch.setattr(swap, "_MOUNTS", table)
    point = tmp_path / "two words\\" / "site"
    for place in (point, point.parent):
        with pytest.raises(InputError) as caught:
            site_build.check_out(place)
        (problem,) = caught.value.problems
        assert problem.file == str(point)
        assert "mounted" in problem.found
    site_build.check_out(point / "site")
    site_build.check_out(point.with_name("site2"))


def test_a_folder_where_nothing_may_be_written_is_refused_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and access(path, mode))  # root may always
    with pytest.raises(InputError) as caught:
        site_build.check_out(tmp_path / "new" / "site")
    assert caught.value.problems[0].file == str(tmp_path)


# --- single files


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, link = tmp_path / "file.json", tmp_path / "link.json"
    disk.write(file, b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    disk.write(link, b"new")
    assert link.is_symlink()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left") as caught:
        disk.write_if_changed(file, "newer")
    assert disk.in_words(caught.value).startswith(str(file))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file.json": b"new", "link.json": b"new"}
