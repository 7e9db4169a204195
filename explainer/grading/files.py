"""The files of the challenge, made from the code that pages show: what is given, what is left open, and the solution.

`challenge.py` has the methods that a learner writes. A statement below a comment is left open in the starter; all else stands in
`perceptron.py`, and the training in `train.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from explainer.core.errors import InputError, Problem

SOURCE, PROGRAM, TRAINING = "challenge.py", "perceptron.py", "train.py"
STARTER, SOLUTION, HELPERS = "starter.py", "solution.py", "helpers.py"
CHECKER, NOTEBOOK = "check.py", "challenge.ipynb"  # each edition has its own
_GIVEN = {"Layer": ("__init__", "forward", "slopes"), "Perceptron": ("__init__", "forward", "predict")}
_HELPS = ("sigmoid", "rings")
_OPEN = "..."


def made(code: Mapping[str, str]) -> dict[str, str]:
    """The starter, the solution and the helpers; and names for what an edition makes. None, where a project has no challenge.

    Raises:
        InputError: a file that they are made from lacks something.
    """
    if not {SOURCE, PROGRAM, TRAINING} <= code.keys():
        return {}
    methods = code[SOURCE]
    return {
        HELPERS: _helpers(code[PROGRAM], code[TRAINING]),
        SOLUTION: _assembled(methods, code[PROGRAM], code[TRAINING]),
        STARTER: _assembled(opened(methods), code[PROGRAM], code[TRAINING]),
        CHECKER: "",
        NOTEBOOK: "",
    }


def opened(code: str) -> str:
    """A code in which each statement below a comment is left open: what it assigns to is still there."""
    lines = code.splitlines(keepends=True)
    for node in sorted(_blanks(code, lines), key=lambda node: node.lineno, reverse=True):
        at, end = node.lineno - 1, node.end_lineno or node.lineno
        before = lines[at][: node.value.col_offset if node.value.lineno == node.lineno else None]
        lines[at:end] = [f"{before}{_OPEN}\n"]
    return "".join(lines)


def _blanks(code: str, lines: list[str]) -> Iterator[ast.Assign | ast.AugAssign]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign | ast.AugAssign) and node.lineno > 1 and lines[node.lineno - 2].lstrip().startswith("#"):
            yield node


def _helpers(program: str, training: str) -> str:
    parts = _named(program, PROGRAM)
    functions = [_part(program, parts, name, PROGRAM) for name in _HELPS]
    return "\n\n\n".join(('"""What the challenge gives you."""\n\nimport numpy as np', *functions, _cut(training)[0])) + "\n"


def _assembled(methods: str, program: str, training: str) -> str:
    """The whole file: each class with what is given of it, and then what the challenge is about."""
    own, given = _named(methods, SOURCE), _named(program, PROGRAM)
    head = ast.get_docstring(ast.parse(methods)) or ""
    imports = "import numpy as np\nfrom helpers import X_test, X_train, sigmoid, y_test, y_train"
    classes = []
    for name, kept in _GIVEN.items():
        base, node = _found(given, name, PROGRAM), _found(own, name, SOURCE)
        if not (isinstance(base, ast.ClassDef) and isinstance(node, ast.ClassDef)):
            raise _lacking(f"class {name}", PROGRAM if isinstance(node, ast.ClassDef) else SOURCE)
        parts = {item.name: item for item in base.body if isinstance(item, ast.FunctionDef)}
        heading = f'class {name}:\n    """{ast.get_docstring(base) or name}"""'
        bodies = [_indented(program, _found(parts, method, PROGRAM)) for method in kept]
        bodies += [_indented(methods, item) for item in node.body]
        classes.append("\n\n".join((heading, *bodies)))
    main = "\n".join(f"    {line}".rstrip() for line in _cut(training)[1].splitlines())
    return "\n\n\n".join((f'"""{head}"""\n\n{imports}', *classes, f'if __name__ == "__main__":\n{main}')) + "\n"


def _cut(training: str) -> tuple[str, str]:
    """The data of a training, and then the training itself, which begins with its network."""
    body = _parsed(training, TRAINING).body
    starts = [node.lineno for node in body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "network"]
    if not starts:
        raise _lacking("network", TRAINING)
    lines = training.splitlines()
    first = next(node.lineno for node in body if not isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(lines[first - 1 : starts[0] - 1]).strip(), "\n".join(lines[starts[0] - 1 :]).strip()


def _parsed(code: str, file: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise InputError(
            Problem(f"docs/code/{file}", "", str(error), "a file that Python can read", "import numpy as np")
        ) from None


def _named(code: str, file: str) -> dict[str, ast.stmt]:
    return {node.name: node for node in _parsed(code, file).body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


def _part(code: str, parts: Mapping[str, ast.stmt], name: str, file: str) -> str:
    return ast.get_source_segment(code, _found(parts, name, file)) or ""


def _found(parts: Mapping[str, ast.stmt], name: str, file: str) -> ast.stmt:
    if name not in parts:
        raise _lacking(name, file)
    return parts[name]


def _indented(code: str, node: ast.stmt) -> str:
    """A method as it stands in its class."""
    return "\n".join(code.splitlines()[node.lineno - 1 : node.end_lineno])


def _lacking(name: str, file: str) -> InputError:
    return InputError(Problem(f"docs/code/{file}", "", f"no {name}", f"{name}, which the challenge needs"))
