"""What readers download beside the starter: `check.py`, which is this room's checker in one file, and the starter as a notebook."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from explainer.core.text import Text
from explainer.grading.files import CHECKER, HELPERS, NOTEBOOK, SOLUTION, STARTER
from explainer.notebook.write import KERNEL
from explainer.words.catalogue import Catalogue
from explainer.words.sentences import SENTENCES

_MODULES = ("told", "learner", "layer", "loop", "process")  # each after those that it needs
_OWN = "explainer.grading."
_PREFIX = "grade."
_CALL = 'if __name__ == "__main__":\n    sys.exit(run(sys.argv[1:], SENTENCES, FILES))'


def sentences(catalogue: Catalogue) -> dict[str, str]:
    """What the checker says in a language, by the keys that findings have."""
    return {key.removeprefix(_PREFIX): catalogue.text(key).written for key in SENTENCES if key.startswith(_PREFIX)}


def files(code: Mapping[str, str]) -> dict[str, str]:
    """The files that the checker itself needs."""
    return {name: code[name] for name in (HELPERS, SOLUTION)}


def published(code: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """The files that depend on more of a language than the words of the code; none, where a project has no challenge."""
    if STARTER not in code:
        return {}
    return {CHECKER: checker(code, sentences(catalogue)), NOTEBOOK: notebook(code, catalogue)}


def checker(code: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The checker as one file that needs nothing but numpy: its modules without their comments, with words and files."""
    imports, body = dict[str, None](), list[str]()
    for name in _MODULES:
        for node in _bare(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OWN)):
                    imports[ast.unparse(node)] = None
            else:
                body.append(ast.unparse(node))
    ordered = sorted(imports, key=lambda line: "__future__" not in line)
    return (
        "\n\n".join(
            (f'"""{said["usage"]}"""', "\n".join(ordered), *body, _table("SENTENCES", said), _table("FILES", files(code)), _CALL)
        )
        + "\n"
    )


def _table(name: str, entries: Mapping[str, str]) -> str:
    return "\n".join((f"{name} = {{", *(f"    {key!r}: {text!r}," for key, text in entries.items()), "}"))


def _bare(code: str) -> ast.Module:
    """A module without its docstrings."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def notebook(code: Mapping[str, str], catalogue: Catalogue) -> str:
    """The starter as a notebook: what is given, each class, and the training, with a sentence before each."""
    values = {name: Text(f"`{name}`") for name in ("backward", "fit")} | {
        "check": Text(f"`{CHECKER}`"),
        "command": Text(f"`python {CHECKER} {NOTEBOOK}`"),
    }
    cells: list[dict[str, object]] = []
    for key, part in _parts(code):
        text = catalogue.filled(f"challenge.{key}", values).written
        text = f"# {catalogue.text('challenge.title').written}\n\n{text}" if not cells else text
        cells.append({"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)})
        if part:
            source = part.splitlines(keepends=True)
            cells.append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source})
    for index, cell in enumerate(cells):
        cell["id"] = blake2b(f"challenge:{index}".encode(), digest_size=4).hexdigest()
    document = {"cells": [dict(sorted(cell.items())) for cell in cells], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _parts(code: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    starter, helpers = code[STARTER], code[HELPERS]
    lines = helpers.splitlines()
    yield "given", "\n".join(lines[ast.parse(helpers).body[1].lineno - 1 :])  # without its docstring
    for node in ast.parse(starter).body:
        part = "\n".join(starter.splitlines()[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.ClassDef):
            yield node.name.lower(), part
        elif isinstance(node, ast.If):
            yield "train", part
    yield "check", ""
