"""The author's file → `Example`, or every error in it with its place.

The schema beside this module says which keys there are; each of its nodes carries the words ("description") and the
sample ("examples") that an error about it shows. What a schema cannot say (shapes, names) is checked here.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from explainer.errors import InputError, Problem
from explainer.spec import check_graph, check_network
from explainer.spec.model import Example
from explainer.spec.wording import hint, shown

MAX_BYTES = 250_000
MAX_DIGITS = 25
MAX_EXPONENT = 100
# What makes the TOML reader give up (a number that Python refuses) or take minutes (a key of thousands of parts).
_ABSURD_NUMBER = re.compile(r"[\d_]{4000,}+|[eE][+-]?[\d_]{15,}+")
_ABSURD_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")
SCHEMA_FILE = Path(__file__).with_name("example.schema.json")
MINIMAL = """[network]
layers = [2, 1]
activation = "sigmoid"

[parameters]
weights = [0, 1]
biases = 4

[[data.samples]]
name = "Ada"
inputs = [2, 3]"""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of example files (draft 2020-12)."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def load(path: Path, file: str = "") -> Example:
    """Read an example file. `file` is what messages call it, if not by its path.

    Raises:
        InputError: the file cannot be read, or anything in it is wrong; all that was found.
    """
    file = file or str(path)

    def refuse(found: str, expected: str) -> InputError:
        return InputError(Problem(file, "", found, expected, MINIMAL))

    try:
        with path.open("rb") as stream:  # not by its size: a device has none
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise refuse(f"a file of more than {MAX_BYTES} bytes", f"an example file of at most {MAX_BYTES} bytes")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"a byte that is not UTF-8, at position {error.start}", "a TOML file in UTF-8") from None
    except OSError as error:
        raise refuse(error.strerror or type(error).__name__, "the path of a readable example file") from None
    return parse(text, name=path.stem, file=file)


def parse(text: str, *, name: str, file: str = "<text>") -> Example:
    """Read an example from its text. `name` is what pages and references call it.

    Raises:
        InputError: all that is wrong with the text.
    """

    def refuse(found: str, expected: str, place: str = "") -> InputError:
        return InputError(Problem(file, place, found, expected, MINIMAL))

    def line_of(match: re.Match[str] | None) -> str:
        return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else ""

    if match := _ABSURD_KEY.search(text):
        raise refuse("a key of too many parts", "keys like those in the example", line_of(match))
    try:
        document = tomllib.loads(text, parse_float=Decimal)
        kind = check_graph if "graph" in document else check_network
        problems = list(_form(document, file)) or list(kind.problems(document, file))
    except tomllib.TOMLDecodeError as error:
        found, _, place = str(error).removesuffix(")").partition(" (at ")
        raise refuse(f"not TOML: {found}", "a TOML document", place) from None
    except (ValueError, ArithmeticError):  # an integer of thousands of digits, an absurd exponent
        place = line_of(_ABSURD_NUMBER.search(text))
        raise refuse("a number that is too long", schema()["$defs"]["number"]["description"], place) from None
    except RecursionError:
        raise refuse("lists or tables nested too deep", "a flat file") from None
    if problems:
        raise InputError(problems)
    return kind.example(document, name, file)


# --- form -----------------------------------------------------------------------------------------------------------


def _dotted(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
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


def _form(document: Any, file: str) -> Iterator[Problem]:
    """What the schema refuses."""
    from jsonschema import Draft202012Validator  # imported late: half the commands never read a file

    odd: dict[tuple[str | int, ...], str] = {}
    errors = _meant(Draft202012Validator(schema()).iter_errors(_without_odd(document, odd)))
    for error in sorted(errors, key=lambda error: list(error.absolute_path)):
        node, path = error.schema, tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known, patterns = sorted(node.get("properties", ())), tuple(node.get("patternProperties", ()))
            for key in sorted(set(error.instance) - set(known)):
                if any(re.search(pattern, key) for pattern in patterns):
                    continue
                expected = f"one of {', '.join(known)}{hint(key, known)}" if known else node["description"]
                yield Problem(file, _dotted((*path, key)), f"unknown key {key!r}", expected, _sample(node, path))
        elif error.validator == "required":
            for key in node["required"]:
                if key not in error.instance:
                    missing = _resolve(node["properties"][key])
                    place = (*path, key)
                    yield Problem(file, _dotted(place), "nothing", missing["description"], _sample(missing, place))
        else:
            if path in odd and error.context:  # a number or a list: what stands there is meant as a number
                node = schema()["$defs"]["number"]
            found = odd.get(path) or shown(error.instance) + _did_you_mean(error)
            yield Problem(file, _dotted(path), found, node["description"], _sample(node, path))


def _meant(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors; where a list or table is wrong in a place that also takes something else, those inside it."""
    for error in errors:
        of_a_table = ("required", "additionalProperties") if isinstance(error.instance, Mapping) else ()
        inside = [inner for inner in error.context if inner.path or inner.validator in of_a_table]
        yield from inside or [error]


def _sample(node: Any, path: tuple[str | int, ...]) -> str:
    """The example of a node of the schema, with the key it stands for."""
    text = "\n".join(node.get("examples", [MINIMAL]))
    return f"{path[-1]} = {text}" if "=" not in text and path and isinstance(path[-1], str) else text


def _did_you_mean(error: Any) -> str:
    names = [name for node in (error.schema, *error.schema.get("anyOf", ())) for name in _resolve(node).get("enum", ())]
    close = get_close_matches(error.instance, names, 1) if isinstance(error.instance, str) else []
    return f" (did you mean {close[0]!r}?)" if close else ""


def _resolve(node: Any) -> Any:
    while "$ref" in node:
        target: Any = schema()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node
