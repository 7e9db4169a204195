"""The rooms and their doors: which module may import which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import explainer

PACKAGE = Path(explainer.__file__).parent
# Each room may import from itself and from those before it; beside them stand the modules that are a room of their own.
ROOMS = (
    "core", "datasets", "operations", "examples", "compose", "values", "training", "proof", "derivation", "slips", "ledger",
    "live", "exercises", "words", "pages", "notebook", "grading", "site", "authoring", "judging", "learning", "verbs", "serve",
    "hook", "terminal", "cli_sets", "cli",
)  # fmt: skip
LONGEST = 410  # lines of a module
DOORS = {"__init__": "cli", "__main__": "cli"}  # modules that stand where another does
ONLY_IN = {
    "numpy": {"datasets", "values", "training", "grading"}, "safetensors": {"training"},
    "flint": {"proof"}, "sympy": {"proof"}, "babel": {"words"}, "opencc": {"words"},
    "math_core": {"pages"}, "mkdocs": {"site", "serve", "hook"}, "selectolax": {"site"},
    "minify_html": {"site"}, "jsonschema": set(),
}  # fmt: skip


@cache
def nodes(path: Path) -> list[ast.AST]:
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(name: str) -> str:
    return name.split(".")[1] if name.startswith("explainer.") else ""


MODULES = {path: path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")}


def level(name: str) -> int:
    return ROOMS.index(DOORS.get(name, name))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    own = MODULES[path]
    for name in imports(path):
        other = room(name)
        if other in ROOMS:
            assert level(other) <= level(own), f"{own} imports {name}"
        # their independence is what makes the proof worth something; and whoever writes pages takes numbers as they are
        assert other not in {"values", "proof"} or own not in {"words", "pages"}, f"{own} imports {name}"
        assert (own, other) not in {("values", "proof"), ("proof", "values"), ("notebook", "values")}


def described() -> str:
    """The table of the rooms, from their order and from what each says of itself."""
    rows = ["| Room | What it holds |", "| --- | --- |"]
    for name in ROOMS:
        path = PACKAGE / name / "__init__.py"
        module = path if path.exists() else PACKAGE / f"{name}.py"
        place = f"explainer/{name}{'/' if path.exists() else '.py'}"
        rows.append(f"| `{place}` | {(ast.get_docstring(ast.parse(module.read_text(encoding='utf-8'))) or '').splitlines()[0]} |")
    return "\n".join(rows)


def test_the_contributing_guide_has_the_rooms() -> None:
    assert described() in (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8"), f"the table is now:\n{described()}"


def scripts() -> str:
    """The table of the pages' scripts, from what each says of itself."""
    rows = ["| Script | What it does |", "| --- | --- |"]
    for path in sorted((PACKAGE / "site" / "theme" / "assets" / "javascripts").glob("*.js")):
        comment = re.match(r"/\* (.*?\.)(?=\s)", path.read_text(encoding="utf-8"), re.DOTALL)
        rows.append(f"| `{path.name}` | {' '.join(comment[1].split()) if comment else ''} |")
    return "\n".join(rows)


def test_the_contributing_guide_has_the_scripts() -> None:
    assert scripts() in (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8"), f"the table is now:\n{scripts()}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        assert library not in ONLY_IN or MODULES[path] in ONLY_IN[library], f"{MODULES[path]} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_or_says_why_not(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST or "One module, since" in (ast.get_docstring(ast.parse(text)) or "")


@pytest.mark.thorough
def test_code_in_a_text_imports_what_there_is() -> None:
    """Code for another process, which no type checker reads."""
    for path in MODULES:
        for node in nodes(path):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            for module, name in re.findall(r"^from (explainer[\w.]*) import (\w+)", text, re.MULTILINE):
                assert hasattr(import_module(module), name), f"{path}: {module}.{name}"


@pytest.mark.thorough
def test_no_text_of_an_author_is_evaluated() -> None:
    for path in MODULES:
        names = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
        # straight.py compiles what it wrote itself, from the names v0, v1, … alone. notebook/kernel.py runs what
        # notebook/code.py printed: operations, numbers, and of an author the names of quantities, each of which is asserted
        # to be an identifier, and names of samples in quotes and comments (test_notebook.py tries to break out of them).
        # grading/ runs a learner's code, in a process of its own that ends with it.
        places = ("compose/straight.py", "notebook/kernel.py", "grading/learner.py", "grading/process.py")
        allowed = {"exec"} if path.relative_to(PACKAGE).as_posix() in places else set()
        assert not names & {"eval", "exec", "sympify", "parse_expr"} - allowed, path


def test_the_public_names_are_those_of_the_package() -> None:
    assert sorted(explainer.__all__) == sorted(set(explainer.__all__))
    assert all(hasattr(explainer, name) for name in explainer.__all__)
    errors = {name for name in explainer.__all__ if name.endswith("Error")}
    assert all(name in (explainer.core.errors.__doc__ or "") for name in errors)
