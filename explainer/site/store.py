"""Where work is kept: one file for each piece, named by its key, in a folder that may be deleted at any time.

Nothing in it is trusted. A file says which format, kind and key it is of, and a digest of its content; what does not
agree is said on stderr and made anew. Files are JSON, text, or other files strung together: reading them runs nothing.
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from explainer.core.disk import Say, on_stderr

FORMAT = b"explainer-kept-1"
LIMIT = 256 * 2**20  # bytes that are left after pruning; a site in one language takes about five million
FORGOTTEN = 3600.0  # seconds after which a half-written file belongs to nobody any more
_HALF = ".half-"
_NO_MORE = "; nothing more is kept in this build"
T = TypeVar("T")


class Store(Protocol):
    """Something that keeps content by kind and key, and may forget it."""

    def recall(self, kind: str, key: str) -> bytes | None: ...

    def keep(self, kind: str, key: str, content: bytes) -> None: ...

    def distrust(self, kind: str, key: str, why: str) -> None:
        """Content that cannot be read after all: say so, and drop it."""

    def saying(self, say: Say) -> Store:
        """The same one, which tells somebody else what is wrong with it."""

    def complain(self, text: str) -> None:
        """What one of these has told somebody else."""


class Nothing:
    """Keeps nothing: every build is cold."""

    def recall(self, kind: str, key: str) -> bytes | None:
        return None

    def keep(self, kind: str, key: str, content: bytes) -> None:
        pass

    def distrust(self, kind: str, key: str, why: str) -> None:
        pass

    def saying(self, say: Say) -> Nothing:
        return self

    def complain(self, text: str) -> None:
        pass


class Folder:
    """Keeps content in files. Writing is atomic, so several builds at once do not disturb each other.

    What is not in it is looked for in what it is `above`, another folder, which is only read.
    """

    def __init__(self, folder: Path, *, writable: bool = True, say: Say = on_stderr, above: Path | None = None) -> None:
        self.folder, self.writable, self.say, self.above = folder, writable, say, above
        self._complained: set[str] = set()

    def saying(self, say: Say) -> Folder:
        return Folder(self.folder, writable=self.writable, say=say, above=self.above)

    def complain(self, text: str) -> None:
        if text.endswith(_NO_MORE):
            if not self.writable:  # another one has found that out before
                return
            self.writable = False
        if text not in self._complained:  # several may meet with the same
            self._complained.add(text)
            self.say(text)

    def recall(self, kind: str, key: str) -> bytes | None:
        found = self._recalled(kind, key)
        if found is None and self.above:
            return Folder(self.above, writable=False, say=self.say).recall(kind, key)
        return found

    def _recalled(self, kind: str, key: str) -> bytes | None:
        path = self._path(kind, key)
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.distrust(kind, key, error.strerror or type(error).__name__)
            return None
        head, _, content = data.partition(b"\n")
        if head != _head(kind, key, content):
            same_format = head.split(b" ")[0] == FORMAT
            self.distrust(kind, key, "damaged" if same_format else "of another format, or damaged")
            return None
        if self.writable:
            with suppress(OSError):
                os.utime(path)  # what is used is pruned last
        return content

    def keep(self, kind: str, key: str, content: bytes) -> None:
        if not self.writable:
            return
        path, half = self._path(kind, key), None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, half = tempfile.mkstemp(prefix=_HALF, dir=path.parent)
            with open(handle, "wb") as file:
                file.write(_head(kind, key, content) + b"\n")
                file.write(content)
            if path.is_dir() and not path.is_symlink():  # nobody has looked for it yet, so nobody has removed it
                shutil.rmtree(path, ignore_errors=True)  # another process may do the same
            os.replace(half, path)
        except OSError as error:  # such as a full disk: the work is done all the same
            self.writable = False
            self.say(f"{self.folder}: {error.strerror or error}{_NO_MORE}")
            if half is not None:
                with suppress(OSError):
                    os.unlink(half)

    def distrust(self, kind: str, key: str, why: str) -> None:
        path = self._path(kind, key)
        if self.above and not path.exists():
            path = self.above / kind / key
        self.say(f"{path}: {why}; made anew")
        if self.writable and path.is_relative_to(self.folder):
            with suppress(OSError):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink()

    def prune(self, limit: int = LIMIT, since: float = math.inf) -> None:
        """Drop what was used longest ago until the rest is within the limit, and what interrupted builds have left.

        What was used `since` a time stays, however much it is: a site may be larger than the limit.
        """
        if not self.writable:
            return
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("*/*"):
            with suppress(OSError):  # another build prunes as well
                status = path.lstat()
                if not path.name.startswith(_HALF):
                    found.append((status.st_mtime, status.st_size, path))
                elif status.st_mtime < time.time() - FORGOTTEN:
                    path.unlink()
        size = sum(item[1] for item in found)
        for used, bytes_of_it, path in sorted(found):
            if size <= limit or used >= since:
                break
            with suppress(OSError):
                path.unlink()
                size -= bytes_of_it

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key


def _head(kind: str, key: str, content: bytes) -> bytes:
    """The first line: format, kind, and a digest of key and content, so that no file passes under another's name."""
    return b" ".join((FORMAT, kind.encode(), hashlib.sha256(key.encode() + content).hexdigest().encode()))


# --- work that is made or recalled


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How a kind of work is written down and read again. Reading may fail; it must not believe what it cannot read."""

    write: Callable[[T], bytes]
    read: Callable[[bytes], T]


TEXT: Form[str] = Form(lambda text: text.encode(), lambda content: content.decode())


def recalled(store: Store, kind: str, key: str, form: Form[T]) -> T | None:
    """A piece of work that is kept, if it can be read."""
    content = store.recall(kind, key)
    if content is None:
        return None
    try:
        return form.read(content)
    except (ValueError, LookupError, TypeError) as error:
        store.distrust(kind, key, f"unreadable ({type(error).__name__})")
        return None


def remember(store: Store, kind: str, key: str, form: Form[T], make: Callable[[], T]) -> T:
    """A piece of work, recalled if its key is known, else made and kept."""
    found = recalled(store, kind, key, form)
    if found is not None:
        return found
    made = make()
    if not isinstance(store, Nothing):
        store.keep(kind, key, form.write(made))
    return made


class Kept(Mapping[str, T]):
    """Pieces of work by name. One that is kept is read when somebody asks for it; nobody may need it."""

    def __init__(
        self, store: Store, kind: str, keys: Mapping[str, str], form: Callable[[str], Form[T]], make: Callable[[str], T]
    ) -> None:
        self._store, self._kind, self.key_of, self._form, self._make = store, kind, keys, form, make
        self._found: dict[str, T] = {}
        self._sure: set[str] = set()

    def make_sure(self, name: str) -> None:
        """Make a piece now, unless it is kept."""
        if name not in self._sure and self._store.recall(self._kind, self.key_of[name]) is None:
            self[name]
        self._sure.add(name)

    def only(self, names: Set[str]) -> Kept[T]:
        """Some of them."""
        chosen = Kept(
            self._store, self._kind, {name: key for name, key in self.key_of.items() if name in names}, self._form, self._make
        )
        chosen._found = {name: self._found[name] for name in chosen.key_of if name in self._found}
        chosen._sure = self._sure & names
        return chosen

    def __getitem__(self, name: str) -> T:
        if name not in self._found:
            key, form = self.key_of[name], self._form(name)
            self._found[name] = remember(self._store, self._kind, key, form, lambda: self._make(name))
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self.key_of

    def __iter__(self) -> Iterator[str]:
        return iter(self.key_of)

    def __len__(self) -> int:
        return len(self.key_of)
