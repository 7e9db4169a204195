"""How the command line speaks: results on standard output, notes on standard error, and what is being done on a terminal."""

from __future__ import annotations

import sys
from contextlib import suppress

from explainer.core.text import printable

OUTPUT = "standard output"


def say(text: str, end: str = "\n") -> None:
    """On standard output: text that a terminal may show."""
    print(printable(text), end=end)


def warn(text: str) -> None:
    with suppress(OSError):  # there is nowhere left to say it, but the exit status
        print(printable(text), file=sys.stderr)


class Progress:
    """One line on a terminal that says what is being done; nothing elsewhere."""

    def __init__(self) -> None:
        self._on = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        if self._on:
            sys.stderr.write(f"\r\x1b[K{printable(text)} …" if text else "\r\x1b[K")
            sys.stderr.flush()


progress = Progress()


def bar(done: int, total: int) -> str:
    filled = 30 * min(done, total) // max(total, 1)
    return f"{'█' * filled}{'·' * (30 - filled)}"
