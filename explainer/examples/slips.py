"""What people write where TOML wants something else: from the line, what to say, and the line as it should be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

LONGEST = 1_000  # characters of a line that somebody wrote by hand

_KEY = r"^\s*([\w.-]+)[ \t]*"
_STRAIGHT = str.maketrans("“”„‟«»‘’‚−–", '"""""""""--')


def _quoted(words: str) -> str:
    return ", ".join(f'"{word.strip()}"' for word in words.split(","))


def _listed(numbers: str) -> str:
    return f"[{', '.join(numbers.replace(',', ' ').split())}]"


# How the line looks; what to say; the line's value as it should be, of what the pattern finds after the key.
_SLIPS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    (r"=(.*[“”„‟«»‘’‚−–].*)$", 'straight quotation marks " and plain minus signs -', lambda value: value.translate(_STRAIGHT)),
    (r"=([^\"']*\d,\d.*)$", "a decimal mark is a point", lambda value: re.sub(r"(\d),(\d)", r"\1.\2", value)),
    (r"(?::=|:)[ \t]*([^\s=].*)$", "a key and its value with = between them", lambda value: value.rstrip(" ,")),
    (r"=[ \t]*\(([^()]*)\)\s*$", "a list in square brackets", lambda value: f"[{value}]"),
    (r"=(.*)$", "a digit before the point of a number", lambda value: re.sub(r"(?<![\w.])\.(\d)", r"0.\1", value)),
    (r"=(.*)$", "a digit after the point of a number", lambda value: re.sub(r"(\d)\.(?!\d)", r"\1.0", value)),
    (r"=[ \t]*([A-Za-z_]\w*)$", "a text between quotation marks", _quoted),
    (r"=[ \t]*\[([A-Za-z][\w, ]*)\]\s*$", "texts between quotation marks", lambda value: f"[{_quoted(value)}]"),
    (r"=[ \t]*\[?([-\d.eE, \t]+)\]?\s*$", "a list in square brackets, with commas", _listed),
    (r"=[ \t]*[\"']([^\"']*)$", "a quotation mark at the end of a text", lambda value: f'"{value}"'),
)  # fmt: skip


def advice(line: str) -> tuple[str, str]:
    """What to say of a line that is not TOML, and the line as TOML; two empty texts if nobody knows."""
    if len(line) > LONGEST:
        return "", ""
    for looks, said, mend in _SLIPS:
        if match := re.search(_KEY + looks, line):
            mended = f"{match[1]} = {mend(match[2].strip())}"
            if _is_toml(mended):
                return said, mended
    return "", ""


def _is_toml(line: str) -> bool:
    try:
        tomllib.loads(line)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return False
    return True
