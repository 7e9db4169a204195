"""A folder's files: read, written, linked and moved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from explainer.core.disk import naming

Tree = Mapping[str, bytes]  # the files of a folder, by their names in it


def names_in(folder: Path) -> list[str]:
    """The files of a folder, at any depth."""
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


def written(content: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_bytes(content)


class Files(Tree):
    """The files of a folder that are there now, each read when somebody asks for it."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._folder, self._names = folder, dict.fromkeys(names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return (self._folder / name).read_bytes()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def move_into(source: Path, target: Path) -> None:
    """What is in a folder, into another one: by name where they lie on one file system, else file by file."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        try:
            path.rename(target / path.name)
        except OSError:
            link_tree([path.name] if path.is_file() else [f"{path.name}/{name}" for name in names_in(path)], source, target)


def link_tree(names: Iterable[str], source: Path, folder: Path) -> None:
    """The same files in another folder: the very same where the system can, for a site's files are never written again."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, path)
        except OSError:
            written((source / name).read_bytes(), path)
