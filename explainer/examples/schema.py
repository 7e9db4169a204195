"""A document held against a schema: what it means, and all that is wrong with it, in the order of the file.

A schema's nodes carry the words ("description") and the sample ("examples") that a message about them shows. Of JSON Schema
this reads what our schemas use, in one pass over the document, so its time is linear in the document's size; a test holds it
against a whole implementation.

What is called otherwise elsewhere, or misspelt, is told and then read as it was meant, so that what follows from it is not
told again, and what is wrong besides is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from explainer.core.errors import Problem
from explainer.core.text import unfit
from explainer.examples.everyday import Meant, meant
from explainer.examples.wording import Wrong, cut, is_short, shown, toml

MAX_DIGITS = 25
MAX_EXPONENT = 100
LINE = "line of text"  # the format of texts in schemas
NUMBER = "a finite decimal number of at most 25 digits, between 1e-100 and 1e100 in size"
HINTS = 100  # so many problems get a "did you mean"; nobody reads more

Path = tuple[str | int, ...]


def is_number(value: Any) -> bool:
    """Is it a number, though perhaps an odd one?"""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: is_number(value) and isinstance(value, int),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
}
# Keyword → whether a value of the right kind keeps to it.
_LIMITS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "format": lambda value, name: name != LINE or not unfit(value),
    "pattern": lambda value, limit: re.search(limit, value) is not None,
    "minItems": lambda value, limit: len(value) >= limit,
    "maxItems": lambda value, limit: len(value) <= limit,
    "uniqueItems": lambda value, _: len({(type(item), toml(item)) for item in value}) == len(value),
    "minProperties": lambda value, limit: len(value) >= limit,
    "maxProperties": lambda value, limit: len(value) <= limit,
}


def dotted(path: Path) -> str:
    """A place in a document, as messages call it; items of lists are counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{cut(part)}"
    return text


def flat(value: Any) -> Iterator[Any]:
    """The items of lists in lists, in order."""
    if isinstance(value, Wrong):
        yield from flat(value.value)
    elif isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value


class Reading:
    """One document, read: `document` as it was meant, with `Wrong` where nobody can know that, and `problems`."""

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any], file: str, minimal: str) -> None:
        self.schema, self.file, self.minimal = schema, file, minimal
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = self._walk(document, schema, ())

    # --- telling

    def _report(self, path: Path, found: str, expected: str, example: str) -> None:
        self.problems.append(Problem(self.file, dotted(path), found, expected, example))

    def _refuse(self, value: Any, node: Mapping[str, Any], path: Path) -> Wrong:
        strange, example = odd(value), self._sample(node, path)
        expected = NUMBER if strange and node.get("type") == "number" else node["description"]
        if node.get("type") in ("number", "integer"):
            expected += _hint_for_text(value)
        items = node.get("items")
        if items and is_number(value) and not strange and path and _KINDS[self._resolve(items).get("type", "string")](value):
            example = f"{path[-1]} = [{toml(value)}]"  # one thing where a list of such things should be
        why = f", {unfit(value)}" if node.get("format") == LINE and isinstance(value, str) else ""
        self._report(path, strange or shown(value) + why, expected, example)
        return Wrong(value)

    def _sample(self, node: Mapping[str, Any], path: Path) -> str:
        """The example of a node of the schema, with the key it stands for."""
        text = "\n".join(node.get("examples", [self.minimal]))
        return f"{path[-1]} = {text}" if "=" not in text and path and isinstance(path[-1], str) else text

    def _meant(self, name: str, known: list[str]) -> Meant | None:
        return meant(name, known) if len(self.problems) < HINTS else None

    # --- the schema

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self.schema
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def _chosen(self, value: Any, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node with what holds for this value: a condition's branch, or the alternative of its kind."""
        node = self._resolve(node)
        if "if" in node:
            condition = node["if"]
            holds = _KINDS[condition.get("type", "object")](value) and all(key in value for key in condition["required"])
            return self._chosen(value, _with_branch(node, self._resolve(node["then" if holds else "else"])))
        for alternative in map(self._resolve, node.get("anyOf", node.get("oneOf", ()))):
            if _KINDS[alternative.get("type", "string")](value):
                return {**alternative, "description": node["description"], "examples": node["examples"]}
        return node

    # --- the document

    def _walk(self, value: Any, node: Mapping[str, Any], path: Path) -> Any:
        node = self._chosen(value, node)
        kind = node.get("type", "string" if "enum" in node else "")
        if "enum" in node:
            return self._word(value, node, path)
        if not kind or not _KINDS[kind](value) or (is_number(value) and odd(value)):
            return self._refuse(value, node, path)
        if kind == "object":
            value = self._renamed(value, node, path)
        if not all(holds(value, node[key]) for key, holds in _LIMITS.items() if key in node):
            return self._refuse(value, node, path)
        if kind == "object":
            return self._table(value, node, path)
        return self._list(value, node, path) if kind == "array" else value

    def _word(self, value: Any, node: Mapping[str, Any], path: Path) -> Any:
        """One of several words."""
        if isinstance(value, str) and value in node["enum"]:
            return value
        what = self._meant(value, node["enum"]) if isinstance(value, str) else None
        example = self._sample(node, path)
        if what and path and isinstance(path[-1], str):
            example = f"{path[-1]} = {toml(what.names[0])}"
        self._report(path, (odd(value) or shown(value)) + (f" ({what})" if what else ""), node["description"], example)
        return what.name if what and what.name else Wrong(value)

    def _list(self, value: list[Any], node: Mapping[str, Any], path: Path) -> Any:
        items = self._resolve(node["items"])
        if items.get("type") in ("number", "integer") and any(isinstance(item, list) for item in value):
            numbers = [item for item in flat(value) if is_number(item)]
            example = f"{path[-1]} = {cut(toml(numbers), 2_000)}" if path else ""
            self._report(path, shown(value), f"{node['description']}, not lists in a list", example)
            return Wrong(value)
        return [self._walk(item, items, (*path, index)) for index, item in enumerate(value)]

    def _renamed(self, value: Mapping[str, Any], node: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
        """The table with its own names for its keys; those that it does not have are told and left out."""
        known, patterns = list(node.get("properties", ())), tuple(node.get("patternProperties", ()))
        if node.get("additionalProperties") is not False:
            return value
        table: dict[str, Any] = {}
        for key, item in value.items():
            if key in known or any(re.search(pattern, key) for pattern in patterns):
                table[key] = item
                continue
            self._unknown(key, value, node, path)
            what = self._meant(key, known)
            if what and what.name not in value:
                table.setdefault(what.name, item)
        return table

    def _unknown(self, key: str, table: Mapping[str, Any], node: Mapping[str, Any], path: Path) -> None:
        """Tell of a key that a table does not have: what was meant by it, where it belongs, or how the table looks without it."""
        known, item = sorted(node.get("properties", ())), table[key]
        expected, example = f"one of {', '.join(known)}" if known else node["description"], self._sample(node, path)
        if len(self.problems) < HINTS:
            example = self._rest(table, node, path)
        if what := self._meant(key, known):
            expected += f"; {what}"
            example = self._sample(self._resolve(node["properties"][what.names[0]]), (what.names[0],))
            if isinstance(item, Mapping) or is_short(item):
                example = f"[{what.names[0]}]" if isinstance(item, Mapping) else f"{what.names[0]} = {toml(item)}"
        elif home := self._belongs(key) if known else "":
            expected += f"; {key} belongs in [{home}]"
            example = self._sample(self._resolve(self._resolve(self.schema["properties"][home])["properties"][key]), (key,))
            example = example if example.startswith("[") else f"[{home}]\n{example}"
        self._report((*path, key), f"unknown key {cut(key)!r}", expected, example)

    def _rest(self, table: Mapping[str, Any], node: Mapping[str, Any], path: Path) -> str:
        """Some lines of a table that may stay as they are; the schema's sample if it has none."""
        known = node.get("properties", {})
        lines = [f"{key} = {toml(item)}" for key, item in table.items() if key in known and not isinstance(item, Mapping)]
        name, marks = (
            ".".join(part for part in path if isinstance(part, str)),
            ("[[", "]]") if path and isinstance(path[-1], int) else "[]",
        )
        if not path:
            name, lines = next(((key, [""]) for key, item in table.items() if key in known and isinstance(item, Mapping)), ("", []))
        lines = [line for line in lines if len(line) < 200][:3]
        return "\n".join([f"{marks[0]}{name}{marks[1]}", *lines]).rstrip() if lines else self._sample(node, path)

    def _table(self, value: Mapping[str, Any], node: Mapping[str, Any], path: Path) -> dict[str, Any]:
        properties, patterns = node.get("properties", {}), node.get("patternProperties", {})
        for key in node.get("required", ()):
            if key not in value:
                missing = self._resolve(properties[key])
                self._report((*path, key), "nothing", missing["description"], self._sample(missing, (*path, key)))
        found = {}
        for key, item in value.items():
            own = properties.get(key) or next((patterns[pattern] for pattern in patterns if re.search(pattern, key)), None)
            found[key] = self._walk(item, own or node["additionalProperties"], (*path, key))
        return found

    def _belongs(self, key: str) -> str:
        """The table of the document that has a key, which stands in another; "" if none has it."""
        tables = ((name, self._resolve(node).get("properties", {})) for name, node in self.schema["properties"].items())
        return next((name for name, own in tables if key in own), "")


def _with_branch(node: Mapping[str, Any], branch: Mapping[str, Any]) -> dict[str, Any]:
    """A node with the branch of its condition that holds."""
    own = {key: value for key, value in node.items() if key not in ("if", "then", "else")}
    properties = {**own.get("properties", {}), **branch.get("properties", {})}
    return {**own, **branch, **({"properties": properties} if properties else {})}


def odd(number: Any) -> str:
    """What is wrong with a number no proof could use: nan, infinity, or longer than anybody means; "" if nothing is."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return ""
    if isinstance(number, int):
        if number.bit_length() > 4 * MAX_EXPONENT:
            return "a whole number of too many digits"
        number = Decimal(number)
    if not number.is_finite():
        return {"Infinity": "inf", "-Infinity": "-inf"}.get(str(number), "nan")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return f"a number of {len(number.as_tuple().digits)} digits"
    return f"{number:E}".lower() if number and abs(number.adjusted()) > MAX_EXPONENT else ""


def _hint_for_text(value: Any) -> str:
    """What to say of a number that was written as a text."""
    if not isinstance(value, str) or len(value) > 60 or not re.fullmatch(r"\s*[-+]?\d+([.,]\d+)?\s*", value):
        return ""
    return ", without quotation marks" + (" and with a point" if "," in value else "")
