"""What is on disk, read once: examples, prose, glossary, committed derivations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from explainer import spec
from explainer.errors import InputError, Problem
from explainer.spec import Example
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
        InputError: an example file or the glossary is wrong; the problems of all files.
    """
    problems: list[Problem] = []
    examples: dict[str, Example] = {}
    for path in sorted((root / "docs" / "examples").glob("*.toml")):
        try:
            examples[path.stem] = spec.parse(path.read_text(encoding="utf-8"), name=path.stem, file=str(path.relative_to(root)))
        except InputError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path.relative_to(root)), "", str(error), "a TOML file in UTF-8"))
    if problems:
        raise InputError(problems)
    glossary_file = root / "docs" / "glossary.toml"
    terms = glossary.read(glossary_file.read_text(encoding="utf-8"), "docs/glossary.toml") if glossary_file.exists() else ()
    return Project(
        root,
        examples,
        {
            language.code: {
                path.name: path.read_text(encoding="utf-8") for path in sorted((root / "docs" / language.code).glob("*.md"))
            }
            for language in LANGUAGES
        },
        terms,
        {path.stem: path.read_text(encoding="utf-8") for path in sorted((root / "docs" / "derivations").glob("*.json"))},
    )
