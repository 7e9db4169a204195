"""The one way in which files that people write are read: regular ones, of a size that somebody writes by hand, in UTF-8.

Nothing is waited for: a pipe may have nobody who writes into it, and a device no end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from explainer.core.errors import InputError, Problem

MAX_BYTES = 250_000
_MODE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class Elsewhere(InputError):
    """A path does not lead to a file that can be read."""

    def __init__(self, file: str, found: str, expected: str, example: str = "") -> None:
        super().__init__(Problem(file, "", found, expected, example))
        self.found = found


def content_of(path: Path, file: str, what: str = "a file", longest: int = MAX_BYTES, example: str = "") -> bytes:
    """What a file holds. `file` is what messages call it, `what` what it should be.

    Raises:
        Elsewhere: there is no regular file that can be read.
        InputError: it is too long.
    """
    try:
        handle = os.open(path, _MODE)
    except (OSError, ValueError) as error:  # the latter for a path with a null character
        raise Elsewhere(file, _why(path, error), f"{what} that can be read", example) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise Elsewhere(file, _kind(mode), f"{what}, a regular file", example)
    try:
        with open(handle, "rb") as stream:
            content = stream.read(longest + 1)
    except OSError as error:
        raise Elsewhere(file, _why(path, error), f"{what} that can be read", example) from None
    if len(content) > longest:
        expected = f"{what} of at most {longest:,} bytes"
        raise InputError(Problem(file, "", f"a file of more than {longest:,} bytes", expected, example))
    return content


def text_of(path: Path, file: str, what: str = "a file", longest: int = MAX_BYTES, example: str = "") -> str:
    """What a file says.

    Raises:
        Elsewhere: there is no regular file that can be read.
        InputError: it is too long, or is not UTF-8.
    """
    content = content_of(path, file, what, longest, example)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8, at position {error.start}"
        raise InputError(Problem(file, "", found, f"{what} in UTF-8", example)) from None


def _kind(mode: int) -> str:
    return next((name for holds, name in _KINDS if holds(mode)), "no regular file")


def _why(path: Path, error: Exception) -> str:
    """Why a path cannot be opened, in words."""
    try:
        if path.is_symlink() and not path.exists():
            return f"a link to {os.readlink(path)!r}, where nothing is"
        if path.exists() and not path.is_file():  # what may not even be opened, such as a socket
            return _kind(path.stat().st_mode)
    except (OSError, ValueError):  # a circle of links, a null character
        pass
    return getattr(error, "strerror", None) or str(error)
