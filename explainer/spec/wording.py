"""How messages about an example file put things."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any


def shown(value: Any) -> str:
    """A value as the author wrote it, or nearly; not all of a long one."""
    return cut(toml(value))


def cut(text: str) -> str:
    """A text, or the beginning of a long one."""
    return text if len(text) <= 80 else text[:77] + "…"


def toml(value: Any) -> str:
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {toml(item)}' for key, item in value.items())}}}"
    return "nan" if value is None else str(value)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def some(number: str, count: int) -> str:
    """A list of so many numbers, for an example."""
    return f"[{', '.join([number] * count) if count <= 12 else f'{number}, {number}, …'}]"


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant, to stand at a message's end; "" if nothing is near."""
    close = get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
