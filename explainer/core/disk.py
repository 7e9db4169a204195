"""What is written to a disk and deleted from it: whole or not at all, and by name where the system refuses."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from explainer.core.endings import undone

Say = Callable[[str], None]


def on_stderr(text: str) -> None:
    print(text, file=sys.stderr)


def in_words(error: OSError) -> str:
    """What the system refused, and where."""
    where = " → ".join(str(name) for name in (error.filename, error.filename2) if name)
    return ": ".join(part for part in (where, error.strerror or str(error)) if part)


@contextmanager
def naming(place: Path | str) -> Iterator[None]:
    """An error of the system in this block names at least this place: a full disk, for one, names none."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(place)
        raise


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write(path: Path, content: bytes) -> None:
    """Write a file, or leave it as it was: it is written beside, and takes the other's place and permissions when it is whole."""
    path = path.resolve()  # what a link leads to is replaced, not the link
    half = path.with_name(f".{path.name}.half-{secrets.token_hex(4)}")

    def undo() -> None:
        with suppress(OSError):
            half.unlink()

    with undone(undo), naming(path):
        try:
            with half.open("xb") as file:
                file.write(content)
            if path.exists():
                half.chmod(path.stat().st_mode & 0o7777)
            half.replace(path)
        except BaseException:
            undo()
            raise


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file unless it says so already: watchers and modification times stay quiet."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, text.encode())
    return True


def delete(folder: Path, say: Say = on_stderr) -> None:
    """Delete a folder, or as much of it as can be; of what cannot, say where it is. Nothing depends on its being gone."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return
    deepest = max((folder, *folder.rglob("*")), key=lambda path: len(path.parts))
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        say(f"{folder}: left over, and cannot be deleted: {deepest}: {error.strerror or error}")


@contextmanager
def scratch(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A folder of one's own for as long as the block lasts, however it ends; among the system's temporary ones, or in another."""
    folder = (parent or Path(tempfile.gettempdir())) / f"{prefix}{secrets.token_hex(8)}"
    with undone(lambda: shutil.rmtree(folder, ignore_errors=True)):
        try:
            folder.mkdir(0o700)
            yield folder
        finally:
            delete(folder)
