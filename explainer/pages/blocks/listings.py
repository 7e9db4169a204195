"""Blocks of code and of what it has printed, as they stand in docs/code."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from explainer.pages.blocks.block import BlockError
from explainer.pages.scribe import Scribe


def file_of(scribe: Scribe, names: Sequence[str], *endings: str) -> str:
    """What a file of docs/code says that a block names first."""
    known = [name for name in scribe.code if name.endswith(endings)]
    if not names or names[0] not in known:
        expected = f"a file of docs/code: {', '.join(known) or '(none)'}"
        raise BlockError(names[0] if names else "nothing", expected, right=known[0] if known else "")
    return scribe.code[names[0]]


def code(scribe: Scribe, names: Sequence[str]) -> str:
    """A Python file, or the named classes, functions and methods of it, as they stand there."""
    text = file_of(scribe, names, ".py")
    try:
        nodes = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise BlockError(f"{names[0]}, in which {error}", "a file that Python can read") from None
    parts = {node.name: node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    methods = {
        f"{name}.{each.name}": each
        for name, node in parts.items()
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.FunctionDef)
    }
    parts |= methods
    if missing := [name for name in names[1:] if name not in parts]:
        expected = f"a class, function or method of {names[0]}: {', '.join(parts) or '(none)'}"
        raise BlockError(missing[0], expected, right=" ".join((names[0], *list(parts)[:1])))
    lines = text.splitlines()
    shown = [textwrap.dedent("\n".join(lines[parts[name].lineno - 1 : parts[name].end_lineno])) for name in names[1:]]
    shown = shown or [text.strip()]
    return "```python\n" + "\n\n\n".join(shown) + "\n```"


def download(scribe: Scribe, names: Sequence[str]) -> str:
    """A link to a Python file or a notebook as it stands there."""
    file_of(scribe, names, ".py", ".ipynb")
    if len(names) > 1:
        raise BlockError(f"{len(names)} names", "one file", right=names[0])
    label = scribe.sentence("code.download", {"file": scribe.writer.code(names[0])})
    return scribe.writer.download(f"downloads/{names[0]}", label)


def output(scribe: Scribe, names: Sequence[str]) -> str:
    """What was recorded of a program's output: all of it, or so many lines of its beginning and its end."""
    lines = file_of(scribe, names, ".txt").strip().splitlines()
    counts = [int(name) for name in names[1:] if name.isdecimal()]
    if len(counts) != len(names) - 1 or len(counts) not in (0, 2):
        raise BlockError(" ".join(names[1:]), "how many lines of the beginning and of the end", right=f"{names[0]} 3 4")
    if counts and sum(counts) < len(lines):
        lines = [*lines[: counts[0]], "…", *lines[len(lines) - counts[1] :]]
    return "```text\n" + "\n".join(lines) + "\n```"
