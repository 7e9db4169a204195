"""A learner's file: read, with its open blanks filled where that lets the others be judged, and run piece by piece."""

from __future__ import annotations

import ast
import copy
import json
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explainer.grading.told import BLANKS, OF_LAYER, Finding

NAME = "<learner>"  # of the learner's code in tracebacks
LONGEST_LINE = 100  # letters of a line that is shown


class Flood(BaseException):
    """More has been printed than anybody reads. No `except Exception` of a learner's stops it."""


class Unreadable(ValueError):
    """A file that is no Python: the line, and what Python says."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Trouble:
    """What running a learner's code has ended with, and on which of its lines."""

    key: str
    text: str
    line: int

    def at(self, place: str, source: str) -> Finding:
        return Finding(place, self.key, self.line, line_of(source, self.line), {"error": self.text})


@dataclass(frozen=True)
class Call:
    """One call of a learner's code: what it gave, the names that one of its functions had at the end, and what went wrong."""

    result: Any
    names: dict[str, Any]
    trouble: Trouble | None


def source_of(path: Path) -> str:
    """The code of a file; of a notebook, its code cells without what is not Python.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    lines = (line for source in sources for line in [*source.splitlines(), ""])
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def line_of(source: str, line: int) -> str:
    lines = source.splitlines()
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


Statement = ast.Assign | ast.AugAssign | ast.AnnAssign


class Learner:
    """A learner's code beside the solution."""

    def __init__(self, source: str, helpers: str, solution: str) -> None:
        try:
            self.tree = ast.parse(source)
        except SyntaxError as error:
            raise Unreadable(error.lineno or 0, str(error.msg)) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Unreadable(0, str(error)) from None
        self.source = source
        self._helpers = helpers
        self._right = {place: statements[-1] for place, statements in places_of(ast.parse(solution)).items()}
        self.places = places_of(self.tree)
        self.open = {
            place: statements[-1].lineno
            for place, statements in self.places.items()
            if statements and any(_is_open(statement) for statement in statements)
        }

    def left_open(self, places: Sequence[str]) -> dict[str, Finding]:
        """Of these blanks, those that nothing has been written in."""
        return {place: Finding(place, "open", line) for place, line in self.open.items() if place in places}

    def finding(self, place: str, key: str, **values: str) -> Finding:
        """A finding about a blank, with the line where it stands."""
        statements = self.places.get(place, ())
        line = statements[-1].lineno if statements else 0
        return Finding(place, key, line, line_of(self.source, line), values)

    def returned(self, place: str, key: str) -> Finding:
        """A finding about what `backward` gives back, with the line where it does."""
        methods = (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef) and node.name == "backward")
        lines = [node.lineno for method in methods for node in ast.walk(method) if isinstance(node, ast.Return)]
        line = max(lines, default=0)
        return Finding(place, key, line, line_of(self.source, line))

    def place_at(self, line: int) -> str:
        """The blank that stands on a line."""
        found = ((place, node) for place, nodes in self.places.items() for node in nodes)
        return next((place for place, node in found if node.lineno <= line <= (node.end_lineno or node.lineno)), "")

    def defined(self, filled: frozenset[str], *, whole: bool = False) -> tuple[dict[str, Any], Trouble | None]:
        """What the file defines, with some blanks filled from the solution; the `whole` file, or without what it does."""
        tree = copy.deepcopy(self.tree)
        for place, statements in places_of(tree).items():
            for statement in statements if place in filled else ():
                _replace(statement, self._right[place])
        if not whole:
            kept = ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.Assign | ast.AnnAssign
            tree.body = [node for node in tree.body if isinstance(node, kept)]
        space: dict[str, Any] = {"__name__": "challenge"}
        call = called(lambda: exec(compile(tree, NAME, "exec"), space))
        return space, call.trouble

    def prepare(self) -> None:
        """Make the helpers and the learner's lines known to Python."""
        linecache.cache[NAME] = (len(self.source), None, self.source.splitlines(keepends=True), NAME)
        sys.modules["helpers"] = helpers = types.ModuleType("helpers")
        exec(compile(self._helpers, "<helpers>", "exec"), helpers.__dict__)


def places_of(tree: ast.AST) -> dict[str, list[Statement]]:
    """The statements of each blank."""
    found: dict[str, list[Statement]] = {place: [] for place in BLANKS}
    for place, node in _statements(tree, ""):
        found[place].append(node)
    return found


def _statements(node: ast.AST, within: str) -> Iterator[tuple[str, Statement]]:
    for child in ast.iter_child_nodes(node):
        inner = within
        if isinstance(child, ast.FunctionDef):
            inner = child.name
        elif isinstance(child, ast.For) and within == "fit" and "layers" in ast.unparse(child.iter):
            inner = "layers"
        targets = child.targets if isinstance(child, ast.Assign) else [child.target] if isinstance(child, ast.AugAssign) else []
        for target in targets:
            if place := _place(ast.unparse(target), inner):
                yield place, child  # type: ignore[misc]
        yield from _statements(child, inner)


def _place(target: str, within: str) -> str:
    if within == "backward":
        return target if target in OF_LAYER else ""
    if within == "fit":
        return target if target in ("output", "loss", "da") else ""
    return "layer.backward" if within == "layers" and target == "da" else ""


def _is_open(statement: Statement) -> bool:
    """Do the three dots of the starter still stand in it?"""
    value = statement.value
    inside = (
        {id(part) for node in ast.walk(value) if isinstance(node, ast.Subscript) for part in ast.walk(node.slice)} if value else ()
    )
    return any(isinstance(node, ast.Constant) and node.value is ... and id(node) not in inside for node in ast.walk(statement))


def _replace(statement: Statement, right: Statement) -> None:
    """The solution's statement instead of a learner's, on the same line."""
    new = copy.deepcopy(right)
    statement.__class__ = new.__class__
    statement.__dict__.update({**new.__dict__, "lineno": statement.lineno, "end_lineno": statement.end_lineno})
    for node in ast.walk(statement):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = statement.lineno  # type: ignore[attr-defined]
            node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]


def called(function: Callable[[], Any], code: types.CodeType | None = None) -> Call:
    """Call a learner's code. Whatever it raises is a finding; what one of its functions knew is kept."""
    names: dict[str, Any] = {}

    def profile(frame: types.FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            names.update(frame.f_locals)

    before = sys.getprofile()
    try:
        if code is not None:
            sys.setprofile(profile)
        try:
            result = function()
        finally:
            sys.setprofile(before)
    except BaseException as error:
        return Call(None, names, _trouble(error))
    return Call(result, names, None)


def _trouble(error: BaseException) -> Trouble:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, Flood):
        return Trouble("limit.output", "", line)
    if isinstance(error, SystemExit):
        return Trouble("error.exit", "", line)
    if isinstance(error, MemoryError):
        return Trouble("error.memory", "", line)
    return Trouble("error", f"{type(error).__name__}: {error}"[:300].replace("\n", " "), line)
