"""TOML files of a kind: read, held against their schema, and refused with all that is wrong."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from explainer.core.errors import InputError, Problem
from explainer.core.sources import Elsewhere, text_of
from explainer.datasets.places import SETS
from explainer.examples.schema import NUMBER, Reading, dotted
from explainer.examples.slips import advice
from explainer.examples.wording import shown
from explainer.operations.optimisers import OPTIMISERS
from explainer.operations.vocabulary import ACTIVATIONS, ELEMENTWISE, LOSSES

LONGEST_PLACE = 200  # letters of a place that is looked for in a document
MAX_NAMES = 1_000  # of files in a folder, among which the nearest is looked for
# What makes the TOML reader give up (a number that Python refuses) or take minutes (a key of thousands of parts).
_ABSURD_NUMBER = re.compile(r"[\d_]{4000,}+|[eE][+-]?[\d_]{15,}+")
_ABSURD_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")

# What a schema cannot say: problems of a document that may have `Wrong` in it; and for messages about its places,
# how they would look in this very file.
Meaning = Callable[[Mapping[str, Any], str], Iterable[Problem]]
Samples = Callable[[Mapping[str, Any]], Mapping[str, str]]


# What a schema may have as the name of a list, in an enum or between braces in a description.
LISTS: Mapping[str, Sequence[str]] = {
    "activations": ACTIVATIONS,
    "elementwise": ELEMENTWISE,
    "losses": LOSSES,
    "optimisers": tuple(OPTIMISERS),
    "sets": tuple(SETS),
}


def _filled(node: Any) -> Any:
    """A part of a schema with the lists in place of their names."""
    if isinstance(node, list):
        return [_filled(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _filled(item) for key, item in node.items()}
    if isinstance(found.get("enum"), str):
        found["enum"] = list(LISTS[found["enum"]])
    if isinstance(text := found.get("description"), str):
        found["description"] = re.sub(r"\{(\w+)\}", lambda name: ", ".join(LISTS[name[1]]), text)
    return found


def _no_samples(_: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Form:
    """A kind of file: its schema, what messages call it, a small right one, and a command that leads to one."""

    schema_file: Path
    what: str
    minimal: str
    usage: str

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12), its lists filled from the vocabulary."""
        found: dict[str, Any] = _filled(json.loads(self.schema_file.read_text(encoding="utf-8")))
        return found

    def text_of(self, path: Path, file: str) -> str:
        """The text of a file.

        Raises:
            InputError: it cannot be read, is no regular file, is too long, or is not UTF-8.
        """
        try:
            return text_of(path, file, self.what, example=self.minimal)
        except Elsewhere as error:
            raise self._elsewhere(path, file, error.found) from None

    def _elsewhere(self, path: Path, file: str, found: str) -> InputError:
        """What to say of a path that leads to no file: the nearest that do."""
        folder = path if found == "a folder" else path.parent
        try:
            with os.scandir(folder) as entries:
                names = sorted(
                    entry.name for entry in islice(entries, MAX_NAMES) if entry.name.endswith(".toml") and entry.is_file()
                )
        except (OSError, ValueError):
            return InputError(Problem(file, "", found, f"the path of {self.what}; there is no folder {folder}", self.usage))
        stems = {Path(name).stem: name for name in names}
        near = [str(folder / stems[stem]) for stem in get_close_matches(path.stem, stems, 3)]
        there = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        example = near[0] if near else self.usage
        return InputError(Problem(file, "", found, f"the path of {self.what} that can be read{there}", example))

    def read(self, text: str, file: str, meaning: Meaning, samples: Samples = _no_samples) -> dict[str, Any]:
        """The document of a text in which nothing is wrong.

        Raises:
            InputError: all that is wrong with the text.
        """
        return self.judged(toml_of(text, file, self.minimal), file, meaning, samples)

    def judged(self, document: dict[str, Any], file: str, meaning: Meaning, samples: Samples = _no_samples) -> dict[str, Any]:
        """A document in which nothing is wrong.

        Raises:
            InputError: all that is wrong with it.
        """
        try:
            reading = Reading(self.schema, document, file, self.minimal)
            problems = _together(reading, list(meaning(reading.document, file)), samples)
        except RecursionError:
            raise InputError(Problem(file, "", "lists or tables nested too deep", "a flat file", self.minimal)) from None
        if problems:
            raise InputError(problems)
        return document


def toml_of(text: str, file: str, minimal: str) -> dict[str, Any]:
    """The document of a TOML text. `minimal` is the smallest right one.

    Raises:
        InputError: it is not TOML, or what nobody would write by hand.
    """

    def refused(found: str, expected: str, place: str, example: str = "") -> InputError:
        return InputError(Problem(file, place, found, expected, example or minimal))

    def line_of(match: re.Match[str] | None) -> str:
        return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else ""

    if match := _ABSURD_KEY.search(text):
        raise refused("a key of too many parts", "keys like those in the example", line_of(match))
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found, _, place = str(error).removesuffix(")").partition(" (at ")
        lines = text.split("\n")
        number = re.match(r"line (\d+)", place)
        index = min(int(number[1]), len(lines)) - 1 if number else len(lines) - 1
        line = lines[index].strip()
        said, mended = advice(line)
        here = f", in: {shown(line)}" if line else ""
        expected = f"a TOML document{f': {said}' if said else ''}"
        raise refused(f"not TOML: {found}{here}", expected, place, mended) from None
    except (ValueError, ArithmeticError):  # an integer of thousands of digits, an absurd exponent
        raise refused("a number that is too long", NUMBER, line_of(_ABSURD_NUMBER.search(text))) from None
    except RecursionError:
        raise refused("lists or tables nested too deep", "a flat file", "") from None


def _together(reading: Reading, meant: list[Problem], samples: Samples) -> list[Problem]:
    """All problems in the order of the file. What is said of a place with all the file in view is said instead."""
    if not reading.problems and not meant:
        return []
    places, right = {problem.place for problem in meant}, samples(reading.document)

    def in_view(problem: Problem) -> Problem:
        place, mark = problem.place, "." if problem.found.startswith("unknown key") else "["
        example = right.get(place) or right.get(place.rpartition(mark)[0])
        if mark == "." and place not in right and (example or "[").startswith("["):  # a whole table would be more than the key
            return problem
        return replace(problem, example=example) if example else problem

    plain = [in_view(problem) for problem in reading.problems if problem.place not in places]
    order = _order(reading.document)

    def position(problem: Problem) -> int:
        place = problem.place[:LONGEST_PLACE]
        while place and place not in order:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return order.get(place, -1)

    return sorted((*plain, *meant), key=position)


def _order(document: Mapping[str, Any]) -> dict[str, int]:
    """The places of a document by their order in it; items of lists that are single things have their list's."""
    found: dict[str, int] = {}

    def visit(value: Any, path: tuple[str | int, ...]) -> None:
        found[dotted(path)] = len(found)
        if isinstance(value, Mapping):
            for key, item in value.items():
                visit(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, Mapping | list):
                    visit(item, (*path, index))

    visit(document, ())
    return found
