"""A folder's files as data: read, written, and strung together as one content."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from explainer.disk import naming
from explainer.site.store import Form

Tree = Mapping[str, bytes]  # the files of a folder, by their names in it


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_tree(files: Tree, folder: Path) -> None:
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        with naming(folder / name):
            (folder / name).write_bytes(content)


def link_tree(names: Iterable[str], source: Path, folder: Path) -> None:
    """The same files in another folder: the very same where the system can, for a site's files are never written again."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, path)
        except OSError:
            with naming(path):
                shutil.copyfile(source / name, path)


def pack(files: Tree) -> bytes:
    """Files by name, in one piece."""
    index = "".join(f"{len(content)} {name}\n" for name, content in sorted(files.items()))
    return index.encode() + b"\n" + b"".join(content for _, content in sorted(files.items()))


def unpack(packed: bytes) -> dict[str, bytes]:
    """The other way round.

    Raises:
        ValueError: this is nothing that was packed, or has a name that would lead out of a folder.
    """
    index, mark, _ = packed.partition(b"\n\n")
    start, files = len(index) + len(mark), dict[str, bytes]()
    for line in index.decode().split("\n"):
        size, _, name = line.partition(" ")
        if not name or name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"no file's name: {name!r}")
        files[name] = packed[start : start + int(size)]
        start += int(size)
    if start != len(packed):
        raise ValueError("too short, or too long")
    return files


PACKED: Form[Tree] = Form(pack, unpack)
