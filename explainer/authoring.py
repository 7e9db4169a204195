"""What an author's files are found, read and begun with. Quick to load, so that errors are told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.core.disk import write
from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.examples.load import FORM
from explainer.examples.load import load as load_example
from explainer.examples.model import Example
from explainer.examples.wording import hint
from explainer.site.addresses import problem
from explainer.site.project import files_of, find_root
from explainer.words.languages import BY_CODE, SOURCE, Language

if TYPE_CHECKING:
    from explainer.words.catalogue import Catalogue

TEMPLATE = FORM.schema_file.with_name("template.toml")
MAX_KNOWN = 50  # names that a message lists


def language(code: str) -> Language:
    """A language by its code.

    Raises:
        InputError: the site does not have it.
    """
    try:
        return BY_CODE[code]
    except KeyError:
        raise InputError(Problem("--lang", "", repr(code), f"one of {', '.join(BY_CODE)}", "--lang ru")) from None


def catalogue(code: str = "") -> Catalogue:
    """What the program says in a language, by its code; in English without one.

    Raises:
        InputError: the site does not have it.
    """
    from explainer.words import catalogue as catalogues

    return catalogues.read(language(code or SOURCE.code)).catalogue


def is_path(name: str) -> bool:
    """Is an example asked for by the path of its file?"""
    return name.endswith(".toml") or "/" in name


def example(name: str, root: Path | None = None) -> Example:
    """An example by its name in the project, or by the path of its file.

    Raises:
        InputError: there is none, or it is wrong.
    """
    if is_path(name):
        return load_example(Path(name))
    return load_example(file_of(name, root or find_root(Path.cwd()), "examples", "explainer show alice"))


def names_in(root: Path, folder: str) -> list[str]:
    """What the examples or the ledgers of a project are called."""
    return [path.stem for path in files_of(root, folder, "toml")]


def file_of(name: str, root: Path, folder: str, usage: str) -> Path:
    """The file of an example or a ledger of the project.

    Raises:
        InputError: there is none; which there are. Or nothing may be called so.
    """
    known = names_in(root, folder)
    if name not in known:
        listed = [*known[:MAX_KNOWN], *(["…"] if len(known) > MAX_KNOWN else [])]
        expected = f"one of {', '.join(listed)}, or the path of a file{hint(name, known)}"
        raise InputError(Problem("", "", f"no {folder.removesuffix('s')} {name!r}", expected, usage))
    if wrong := problem(f"docs/{folder}/{name}.toml", name, "explainer new {}"):
        raise InputError(wrong)
    return root / "docs" / folder / f"{name}.toml"


def new(name: str, root: Path | None = None) -> Path:
    """Write a commented example: into the project by name, or to the path of a file that does not exist yet.

    Raises:
        InputError: the name is none, or is taken, or the file exists.
    """
    if is_path(name):
        path = Path(name)
    else:
        path = (root or find_root(Path.cwd())) / "docs" / "examples" / f"{name}.toml"
    stem = path.name.removesuffix(".toml")
    if wrong := problem("", stem, "explainer new {}"):
        raise InputError(wrong)
    if path.suffix != ".toml":
        raise InputError(
            Problem("", "", f"the name {path.name!r}", "a name, or the path of a TOML file", f"explainer new {stem}.toml")
        )
    if path.exists() or path.is_symlink():
        raise InputError(Problem(str(path), "", "a file that exists", "a new name", f"explainer new {stem}-2"))
    if not path.parent.is_dir():
        raise InputError(Problem(str(path.parent), "", "no such folder", "a folder that exists", "explainer new mine.toml"))
    write(path, text_of(TEMPLATE, TEMPLATE.name).replace("{name}", stem).encode())
    return path


def schema() -> str:
    """The JSON Schema of example files, for editors."""
    return json.dumps(FORM.schema, ensure_ascii=False, indent=1) + "\n"
