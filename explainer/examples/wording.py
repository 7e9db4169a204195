"""How messages about an example file put things."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from explainer.examples.everyday import meant


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """Stands in a document for something that cannot be used, with what the author wrote."""

    value: Any


def written(value: Any) -> Any:
    """What the author wrote."""
    return value.value if isinstance(value, Wrong) else value


def shown(value: Any) -> str:
    """A value as the author wrote it, or nearly; not all of a long one."""
    return cut(toml(_head(value)))


def is_short(value: Any, most: int = 200) -> bool:
    """May an example repeat what the author wrote?"""
    return len(toml(_head(value))) <= most


def _head(value: Any) -> Any:
    """A value, or as much of a long list as anybody is shown."""
    value = written(value)
    return [_head(item) for item in value[:100]] if isinstance(value, list) else value


def cut(text: str, most: int = 80) -> str:
    """A text, or the beginning of a long one."""
    return text if len(text) <= most else text[: most - 3] + "…"


def toml(value: Any) -> str:
    value = written(value)
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {toml(item)}' for key, item in value.items())}}}"
    if isinstance(value, int) and value.bit_length() > 10_000:  # which Python does not write in decimals
        return hex(value)
    if isinstance(value, Decimal) and not value.is_finite():
        return str(value).lower().replace("infinity", "inf")
    return str(value)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def some(number: str, count: int) -> str:
    """A list of so many numbers, for an example."""
    return f"[{', '.join([number] * count) if count <= 12 else f'{number}, {number}, …'}]"


def hint(name: str, known: Collection[str]) -> str:
    """What may have been meant, to stand at a message's end; "" if nothing is near."""
    found = meant(name, known)
    return f"; {found}" if found else ""
