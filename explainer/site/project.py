"""What is on disk, read once: examples, prose, glossary, committed derivations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from explainer import spec
from explainer.errors import InputError, Problem
from explainer.spec import Example
from explainer.spec.claims import Ledger, load_ledger
from explainer.words import glossary
from explainer.words.languages import LANGUAGES


@dataclass(frozen=True)
class Project:
    """A project's sources. Texts are by language and file name."""

    root: Path
    examples: Mapping[str, Example]
    prose: Mapping[str, Mapping[str, str]]
    terms: tuple[glossary.Term, ...]
    derivations: Mapping[str, str]
    ledgers: Mapping[str, Ledger]
    code: Mapping[str, str]  # what pages show of docs/code, by file name

    def file_of(self, code: str, page: str) -> str:
        """How messages call an authored page."""
        return f"docs/{code}/{page}"


def find_root(start: Path) -> Path:
    """The folder with mkdocs.yml and docs/examples, from `start` upwards.

    Raises:
        InputError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "docs" / "examples").is_dir():
            return folder
    found = f"{start}, which is in no project"
    raise InputError(Problem("", "", found, "a folder with mkdocs.yml and docs/examples", "cd explainer && explainer build"))


def read_project(root: Path) -> Project:
    """Read everything a site is made of.

    Raises:
        InputError: an example file or the glossary is wrong, or a file is not UTF-8; the problems of all files.
    """
    problems: list[Problem] = []
    examples: dict[str, Example] = {}

    def text_of(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            found = f"a byte that is not UTF-8, at position {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
            problems.append(Problem(str(path.relative_to(root)), "", found, "a readable file in UTF-8"))
            return ""

    def texts(folder: str, pattern: str) -> dict[Path, str]:
        return {path: text_of(path) for path in sorted((root / "docs" / folder).glob(pattern))}

    for path in sorted((root / "docs" / "examples").glob("*.toml")):
        try:
            examples[path.stem] = spec.load(path, file=str(path.relative_to(root)))
        except InputError as error:
            problems += error.problems
    ledgers: dict[str, Ledger] = {}
    for path in sorted((root / "docs" / "ledger").glob("*.toml")):
        try:
            ledgers[path.stem] = load_ledger(path, file=str(path.relative_to(root)))
        except InputError as error:
            problems += error.problems
    terms: tuple[glossary.Term, ...] = ()
    glossary_file = root / "docs" / "glossary.toml"
    if glossary_file.exists():
        try:
            terms = glossary.read(text_of(glossary_file), "docs/glossary.toml")
        except InputError as error:
            problems += error.problems
    prose = {language.code: {path.name: text for path, text in texts(language.code, "*.md").items()} for language in LANGUAGES}
    derivations = {path.stem: text for path, text in texts("derivations", "*.json").items()}
    code = {path.name: text for ending in ("py", "txt", "json") for path, text in texts("code", f"*.{ending}").items()}
    if problems:
        raise InputError(problems)
    return Project(root, examples, prose, terms, derivations, ledgers, code)
