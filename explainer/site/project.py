"""What is on disk, read once: examples, prose, glossary, committed derivations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from explainer import spec
from explainer.errors import Attempts, ExplainerError, InputError, Problem, joined
from explainer.spec import Example
from explainer.spec.claims import Ledger, load_ledger
from explainer.spec.load import FORM
from explainer.words import glossary
from explainer.words.languages import LANGUAGES, SOURCE


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
    texts: Mapping[str, str] = field(default_factory=dict)  # of files of examples, as they are written
    unread: frozenset[str] = frozenset()  # files that are there, but are wrong or no text
    errors: tuple[ExplainerError, ...] = ()  # what is wrong with them

    def file_of(self, code: str, page: str) -> str:
        """How messages call an authored page."""
        return f"docs/{code}/{page}"

    def unread_in(self, folder: str) -> frozenset[str]:
        """The names of the files of a folder of docs/ that could not be read."""
        return frozenset(Path(file).name for file in self.unread if Path(file).parent == Path("docs", folder))

    def about(self, examples: Collection[str], ledgers: Collection[str] = ()) -> Project:
        """What pages may need of it, with no more than these examples and ledgers."""
        return replace(
            self,
            examples={name: self.examples[name] for name in examples},
            prose={SOURCE.code: dict.fromkeys(self.prose[SOURCE.code], "")},
            terms=(),
            derivations={},
            ledgers={name: self.ledgers[name] for name in ledgers},
            texts={},
            errors=(),
        )

    def settle(self) -> None:
        """Raise what is wrong with any file, for those who need them all."""
        if self.errors:
            raise joined(self.errors)


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
    """Read everything a site is made of. A file that is wrong does not hinder the others; it is among the `errors`."""
    attempts = Attempts()
    unread: set[str] = set()

    @contextmanager
    def reading(path: Path) -> Iterator[str]:
        """One file, by the name that messages have for it."""
        file = path.relative_to(root).as_posix()
        unread.add(file)
        with attempts.one():
            yield file
            unread.remove(file)

    def files(folder: str, pattern: str) -> list[Path]:
        return sorted((root / "docs" / folder).glob(pattern))

    def texts(folder: str, pattern: str) -> dict[Path, str]:
        found = {}
        for path in files(folder, pattern):
            with reading(path) as file:
                found[path] = text_of(path, file)
        return found

    examples: dict[str, Example] = {}
    sources: dict[str, str] = {}
    for path in files("examples", "*.toml"):
        with reading(path) as file:
            text = FORM.text_of(path, file)
            examples[path.stem] = spec.parse(text, name=path.stem, file=file)
            sources[file] = text
    ledgers: dict[str, Ledger] = {}
    for path in files("ledger", "*.toml"):
        with reading(path) as file:
            ledgers[path.stem] = load_ledger(path, file=file)
    terms: tuple[glossary.Term, ...] = ()
    glossary_file = root / "docs" / "glossary.toml"
    if glossary_file.exists():
        with reading(glossary_file) as file:
            terms = glossary.read(text_of(glossary_file, file), file)
    prose = {language.code: {path.name: text for path, text in texts(language.code, "*.md").items()} for language in LANGUAGES}
    derivations = {path.stem: text for path, text in texts("derivations", "*.json").items()}
    code = {path.name: text for ending in ("py", "txt", "json") for path, text in texts("code", f"*.{ending}").items()}
    return Project(root, examples, prose, terms, derivations, ledgers, code, sources, frozenset(unread), tuple(attempts.errors))


def text_of(path: Path, file: str) -> str:
    """What a file says.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = f"a byte that is not UTF-8, at position {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise InputError(Problem(file, "", found, "a readable file in UTF-8")) from None
