"""What people have written (titles, names, terms, sentences) is text: it has one gate for each output, and is never code there."""

from __future__ import annotations

import re

# What no line of text needs, and what would act on who shows it: control characters but tab and line feed, line separators,
# embeddings and overrides of the writing direction, halves of surrogate pairs, and what is no character.
_HIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
HIDDEN = re.compile(f"[{_HIDDEN}]")


def printable(text: str) -> str:
    r"""Text as a terminal may show it: what would move its cursor, set its title or turn its lines around is shown as its code.

    >>> printable("a\x1b]0;b\x07")
    'a\\x1b]0;b\\x07'
    """
    return HIDDEN.sub(lambda match: _code(match[0]), text)


def _code(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"
