"""A folder's files as data, for tests that compare what stands there with what should."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from explainer.site.files import Files, names_in, written


def read_tree(folder: Path) -> dict[str, bytes]:
    return dict(Files(folder, names_in(folder)))


def write_tree(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        written(content, folder / name)
