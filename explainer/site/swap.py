"""Putting a finished folder where another stands: whoever looks, at any moment, finds one of the two, whole.

Beside a site there may be, while it is built or after a build that was killed:

    .site.explainer-lock      held by the build that is at work; it goes with the process, however that ends
    .site.explainer-new-…     a site that is not finished, or was replaced and is not deleted yet: nobody's
    .site.explainer-old-1     the site itself, moved aside for the moment between two renames, where there is no exchange
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from explainer.core.disk import Say, delete, naming, on_stderr, umask
from explainer.core.endings import undone
from explainer.site.pages import Progress

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
# A kernel or a file system without the exchange says one of these.
_UNKNOWN = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
_MOUNTS = Path("/proc/self/mountinfo")


@contextmanager
def destination(out: Path, progress: Progress = lambda _: None, say: Say = on_stderr) -> Iterator[None]:
    """Have the place of a site to oneself. Before anything else, what an interrupted build has left there is put right."""
    with _folder(out.parent), alone(_beside(out, "lock"), progress):
        recover(out, say)
        yield


@contextmanager
def staged(out: Path, say: Say = on_stderr) -> Iterator[Path]:
    """A new folder beside `out` to fill and to `put` there; what is left of it afterwards is deleted."""
    stage = _new(out)
    with undone(lambda: recover(out, lambda _: None)):
        try:
            stage.mkdir(0o777 & ~umask())
            yield stage
        finally:
            delete(stage, say)


def put(stage: Path, out: Path) -> None:
    """Put a staged folder at `out`. What stood there is in the stage afterwards.

    It is on the disk before it is there to be seen, so that a power failure does not leave empty files either.
    """
    flush(stage)
    if not out.exists():
        stage.rename(out)
    elif not _exchange(stage, out):
        old = _next_aside(out)
        out.rename(old)
        try:
            stage.rename(out)
        except BaseException:
            old.rename(out)
            raise
        old.rename(stage)
    _flush_entries(out.parent)


def recover(out: Path, say: Say = on_stderr) -> None:
    """Put back what an interrupted build has moved aside, and delete what it has left. Nobody else may be building."""
    asides = _asides(out)
    if asides and not out.exists():
        asides.pop().rename(out)
    for old in asides:
        try:
            old.rename(_new(out))  # before it loses a file: from here on nobody takes it for a site
        except OSError as error:
            say(f"{old}: left over, and cannot be moved: {error.strerror}")
    for left in _leftovers(out, "new-"):
        delete(left, say)


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f".{out.name}.explainer-{what}")


def _leftovers(out: Path, what: str) -> list[Path]:
    prefix = _beside(out, what).name
    return sorted(path for path in out.parent.iterdir() if path.name.startswith(prefix)) if out.parent.is_dir() else []


def _new(out: Path) -> Path:
    return _beside(out, f"new-{secrets.token_hex(4)}")


def _asides(out: Path) -> list[Path]:
    """The sites that were moved aside, the last one last: one that cannot be moved again may be among them."""
    return sorted((path for path in _leftovers(out, "old-") if _number(path)), key=_number)


def _next_aside(out: Path) -> Path:
    return _beside(out, f"old-{max(map(_number, _asides(out)), default=0) + 1}")


def _number(aside: Path) -> int:
    number = aside.name.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


# --- one at a time


@contextmanager
def alone(lock: Path, progress: Progress = lambda _: None) -> Iterator[None]:
    """One process at a time; the next one waits. The lock ends with the process, and its file with the lock.

    On a system without such locks nobody waits.
    """
    if fcntl is None:
        yield
        return
    with undone(lambda: _abandon(lock)):
        file = _locked(lock)
        if file is None:
            progress("waiting for another build")
            while file is None:
                file = _locked(lock, fcntl.LOCK_EX)
        with file:
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)


def _locked(lock: Path, how: int = 0) -> IO[str] | None:
    """The file of a lock, held; or nothing if somebody else holds it, or has taken the file away when giving it up."""
    file = lock.open("a")
    try:
        # lockf, not flock: a worker that was forked must not hold the lock
        fcntl.lockf(file, how or fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file.fileno()), lock.stat()):
            return file
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except OSError as error:
        error.filename = error.filename or str(lock)
        file.close()
        raise
    file.close()
    return None


def _abandon(lock: Path) -> None:
    """Take the file of a lock away, unless somebody else holds it."""
    if lock.exists() and _locked(lock) is not None:
        lock.unlink()


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """A folder, with those above it; what was made for it is gone again if nothing comes of it."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]

    def clear() -> None:
        for path in made:
            with suppress(OSError):
                path.rmdir()  # only what is empty

    with undone(clear):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield
        finally:
            clear()


# --- what the system does in one step


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _exchange(one: Path, other: Path) -> bool:
    """Have two folders change places, in one step. False where the system cannot."""
    rename = getattr(_libc(), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def flush(folder: Path) -> None:
    """Have all that is in a folder on the disk, by one call where the system has one: it is ten times as fast."""
    sync = getattr(_libc(), "syncfs", None)
    if sync is None:
        for path in (*folder.rglob("*"), folder):
            _flush_entries(path) if path.is_dir() else _flush_file(path)
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if sync(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)


def _flush_file(path: Path) -> None:
    with naming(path), path.open("rb+") as file:
        os.fsync(file)


def _flush_entries(folder: Path) -> None:
    """A folder's own entries, where folders can be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with naming(folder):
            os.fsync(handle)
    finally:
        os.close(handle)


def mounted(folder: Path) -> list[Path]:
    """Where something is mounted, at a folder or in it: that changes places with nothing, and must not be deleted with it."""
    found = {folder} if folder.is_mount() else set()
    try:  # what is bound from the same file system looks like any folder
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return sorted(found)
    points = (Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), line.split(" ")[4])) for line in lines)
    return sorted(found | {point for point in points if point.is_relative_to(folder)})
