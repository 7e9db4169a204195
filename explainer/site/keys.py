"""What a piece of work is known by: a digest of everything that it is made from.

The code is among it. Each kind of work names the part of the package that it may use (`tests/whole/test_imports.py` holds the
imports to that), and the libraries are all that are installed, so nothing made by other code is ever taken for one's own.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import zlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent
# What is written by languages or by the theme, and is read as data: known by its content, where it is used.
_DATA = ("words/locale/", "words/phrases/", "site/theme/")
# A derivation uses none of these rooms. Whatever else there is, or will be, counts.
_NOT_OF_PROOFS = (
    *("words/", "pages/", "site/", "slips/", "ledger/", "exercises/", "grading/"),
    *("verbs.py", "cli.py", "__main__.py", "__init__.py", "core/disk.py", "core/endings.py"),
)
# These alone make a page of the site out of a page's Markdown, and judge it.
_OF_SITES = ("site/", "words/", "core/", "pages/apart.py")
_NOT_OF_LEDGERS = tuple(room for room in _NOT_OF_PROOFS if room not in ("slips/", "ledger/"))


def digest(*parts: Any) -> str:
    """A name for these values: frozen data of any depth. What it does not know it refuses, rather than leave it out."""
    return hashlib.sha256(json.dumps([_plain(part) for part in parts], ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """As JSON, in which no two values that differ look the same."""
    if value is None or type(value) in (bool, int, str):
        return value
    kind = type(value).__qualname__
    if isinstance(value, bytes):
        return [kind, hashlib.sha256(value).hexdigest()]
    if isinstance(value, Enum):
        return [kind, value.name]
    if isinstance(value, float):
        return [kind, value.hex()]
    if isinstance(value, Decimal | Fraction):
        return [kind, str(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return [kind, [[field.name, _plain(getattr(value, field.name))] for field in fields(value)]]
    if isinstance(value, Mapping):
        return ["map", [[_plain(key), _plain(item)] for key, item in value.items()]]
    if isinstance(value, Set):
        return ["set", sorted(json.dumps(_plain(item)) for item in value)]
    if isinstance(value, tuple | list):
        return ["list", [_plain(item) for item in value]]
    raise TypeError(f"{kind} has no digest")


def digest_of_files(folder: Path, files: Iterable[Path]) -> str:
    """Of the names and contents of files; the names as they stand under a folder."""
    return digest(sorted((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files))


@cache
def _sources() -> Mapping[str, bytes]:
    """The package's own files, read once: what a running process has loaded does not change with the file."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


@cache
def code(without: tuple[str, ...] = ()) -> str:
    """The package's sources but for some rooms, and everything they run on."""
    used = [(name, content) for name, content in _sources().items() if not name.startswith((*_DATA, *without))]
    return digest(used, environment())


def code_of_proofs() -> str:
    return code(_NOT_OF_PROOFS)


def code_of_ledgers() -> str:
    return code(_NOT_OF_LEDGERS)


def code_of_pages() -> str:
    return code()


def code_of_site() -> str:
    """What runs mkdocs and reads what it has made, and the words of a language without spaces."""
    return code(tuple(sorted(name for name in _sources() if not name.startswith(_OF_SITES))))


@cache
def environment() -> tuple[str, ...]:
    """Python, and every library that is installed, with its version."""
    libraries = {f"{item.metadata['Name']} {item.version}" for item in metadata.distributions()}
    return (sys.version, platform.machine(), zlib.ZLIB_RUNTIME_VERSION, *sorted(libraries))
