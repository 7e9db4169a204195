"""Large values in little memory: pages and proof files, of which a site has thousands and nobody needs two at a time.

Formulas repeat themselves, so that a page takes a tenth of its size. It is also how pages travel between processes.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


def packed(value: object) -> bytes:
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpacked(content: bytes) -> Any:
    """For what `packed` has made in this very run: reading it may run anything, so nothing from a file is read like this."""
    return pickle.loads(zlib.decompress(content))


class Packed(Mapping[str, T_co], Generic[T_co]):
    """Packed values by name. Each is unpacked when somebody asks for it, and again when somebody asks again."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = dict(contents)

    def __getitem__(self, name: str) -> T_co:
        value: T_co = unpacked(self._contents[name])
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)
