"""TOML files held against a schema: each problem with its place, what stands there, what should, and how that looks.

A schema's nodes carry the words ("description") and the sample ("examples") that a message about them shows.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from explainer.errors import InputError, Problem
from explainer.spec.wording import cut, hint, shown
from explainer.text import unfit

MAX_BYTES = 250_000
MAX_DIGITS = 25
MAX_EXPONENT = 100
NUMBER = "a finite decimal number of at most 25 digits, between 1e-100 and 1e100 in size"
_LINE = "line of text"  # the format of texts in schemas
# What makes the TOML reader give up (a number that Python refuses) or take minutes (a key of thousands of parts).
_ABSURD_NUMBER = re.compile(r"[\d_]{4000,}+|[eE][+-]?[\d_]{15,}+")
_ABSURD_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")


@dataclass(frozen=True)
class Form:
    """A kind of file: its schema, what messages call it, and a small right one."""

    schema_file: Path
    what: str
    minimal: str

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12)."""
        found: dict[str, Any] = json.loads(self.schema_file.read_text(encoding="utf-8"))
        return found

    def text_of(self, path: Path, file: str) -> str:
        """The text of a file.

        Raises:
            InputError: it cannot be read, is too long, or is not UTF-8.
        """

        def refuse(found: str, expected: str) -> InputError:
            return InputError(Problem(file, "", found, expected, self.minimal))

        try:
            with path.open("rb") as stream:  # not by its size: a device has none
                content = stream.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise refuse(f"a file of more than {MAX_BYTES} bytes", f"{self.what} of at most {MAX_BYTES} bytes")
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise refuse(f"a byte that is not UTF-8, at position {error.start}", "a TOML file in UTF-8") from None
        except OSError as error:
            raise refuse(error.strerror or type(error).__name__, f"the path of {self.what} that can be read") from None

    def read(self, text: str, file: str, meaning: Meaning) -> dict[str, Any]:
        """The document of a text in which nothing is wrong. `meaning` finds what the schema cannot say.

        Raises:
            InputError: all that is wrong with the text.
        """

        def refuse(found: str, expected: str, place: str = "") -> InputError:
            return InputError(Problem(file, place, found, expected, self.minimal))

        def line_of(match: re.Match[str] | None) -> str:
            return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else ""

        if match := _ABSURD_KEY.search(text):
            raise refuse("a key of too many parts", "keys like those in the example", line_of(match))
        try:
            document = tomllib.loads(text, parse_float=Decimal)
            problems = list(self.problems(document, file)) or list(meaning(document, file))
        except tomllib.TOMLDecodeError as error:
            found, _, place = str(error).removesuffix(")").partition(" (at ")
            number = re.match(r"line (\d+)", place)
            line = text.splitlines()[int(number[1]) - 1].strip() if number and int(number[1]) <= text.count("\n") + 1 else ""
            comma = "; a decimal mark is a point" if re.search(r"=\s*-?\d+,\d", line) else ""
            here = f", in: {shown(line)}" if line else ""
            raise refuse(f"not TOML: {found}{here}", f"a TOML document{comma}", place) from None
        except (ValueError, ArithmeticError):  # an integer of thousands of digits, an absurd exponent
            raise refuse("a number that is too long", NUMBER, line_of(_ABSURD_NUMBER.search(text))) from None
        except RecursionError:
            raise refuse("lists or tables nested too deep", "a flat file") from None
        if problems:
            raise InputError(problems)
        return document

    def problems(self, document: Any, file: str) -> Iterator[Problem]:
        """What the schema refuses."""
        from jsonschema import Draft202012Validator, FormatChecker  # imported late: half the commands never read a file

        formats = FormatChecker(())
        formats.checks(_LINE)(lambda value: not isinstance(value, str) or not unfit(value))
        odd: dict[tuple[str | int, ...], str] = {}
        errors = _meant(Draft202012Validator(self.schema, format_checker=formats).iter_errors(_without_odd(document, odd)))
        for error in sorted(errors, key=lambda error: list(error.absolute_path)):
            node, path = error.schema, tuple(error.absolute_path)
            if error.validator == "additionalProperties":
                known, patterns = sorted(node.get("properties", ())), tuple(node.get("patternProperties", ()))
                for key in sorted(set(error.instance) - set(known)):
                    if any(re.search(pattern, key) for pattern in patterns):
                        continue
                    expected = f"one of {', '.join(known)}{hint(key, known)}" if known else node["description"]
                    yield Problem(file, _dotted((*path, key)), f"unknown key {cut(key)!r}", expected, self._sample(node, path))
            elif error.validator == "required":
                for key in node["required"]:
                    if key not in error.instance:
                        missing = self._resolve(node["properties"][key])
                        place = (*path, key)
                        yield Problem(file, _dotted(place), "nothing", missing["description"], self._sample(missing, place))
            else:
                if path in odd and error.context:  # a number or a list: what stands there is meant as a number
                    node = self.schema["$defs"]["number"]
                found = odd.get(path) or shown(error.instance) + self._did_you_mean(error)
                if error.validator == "format":
                    found += f", {unfit(error.instance)}"
                hint_for_text = _hint_for_text(error.instance) if node.get("type") == "number" else ""
                yield Problem(file, _dotted(path), found, node["description"] + hint_for_text, self._sample(node, path))

    def _sample(self, node: Any, path: tuple[str | int, ...]) -> str:
        """The example of a node of the schema, with the key it stands for."""
        text = "\n".join(node.get("examples", [self.minimal]))
        return f"{path[-1]} = {text}" if "=" not in text and path and isinstance(path[-1], str) else text

    def _did_you_mean(self, error: Any) -> str:
        names = [name for node in (error.schema, *error.schema.get("anyOf", ())) for name in self._resolve(node).get("enum", ())]
        close = get_close_matches(error.instance, names, 1) if isinstance(error.instance, str) else []
        return f" (did you mean {close[0]!r}?)" if close else ""

    def _resolve(self, node: Any) -> Any:
        while "$ref" in node:
            target: Any = self.schema
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node


Meaning = Callable[[Any, str], Iterable[Problem]]


def _dotted(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{cut(part)}"
    return text


def _odd(number: int | Decimal) -> str:
    """What is wrong with a number no proof could use: nan, infinity, or longer than anybody means; "" if nothing is."""
    if isinstance(number, int) and number.bit_length() > 4 * MAX_EXPONENT:
        return "a whole number of too many digits"
    number = Decimal(number)
    if not number.is_finite():
        return {"Infinity": "inf", "-Infinity": "-inf"}.get(str(number), "nan")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return f"a number of {len(number.as_tuple().digits)} digits"
    return f"{number:E}".lower() if number and abs(number.adjusted()) > MAX_EXPONENT else ""


def _without_odd(value: Any, odd: dict[tuple[str | int, ...], str], path: tuple[str | int, ...] = ()) -> Any:
    """The document with None, which the schema accepts nowhere, in place of odd numbers; `odd` gets what they are."""
    if isinstance(value, Mapping):
        return {key: _without_odd(item, odd, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_odd(item, odd, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and (found := _odd(value)):
        odd[path] = found
        return None
    return value


def _hint_for_text(value: Any) -> str:
    """What to say of a number that was written as a text."""
    if not isinstance(value, str) or not re.fullmatch(r"\s*[-+]?\d+([.,]\d+)?\s*", value):
        return ""
    return ", without quotation marks" + (" and with a point" if "," in value else "")


def _meant(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors; where a list or table is wrong in a place that also takes something else, those inside it."""
    for error in errors:
        of_a_table = ("required", "additionalProperties") if isinstance(error.instance, Mapping) else ()
        inside = [inner for inner in error.context if inner.path or inner.validator in of_a_table]
        yield from inside or [error]
