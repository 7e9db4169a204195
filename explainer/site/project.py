"""What is on disk, read once: examples, prose, glossary, committed derivations."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from explainer.core.errors import Attempts, ExplainerError, InputError, Problem, joined
from explainer.core.sources import MAX_BYTES, text_of
from explainer.datasets.places import DATA, RECORDS
from explainer.examples.claims import Ledger, Published, load_ledger
from explainer.examples.load import FORM, parse
from explainer.examples.model import Example, SetExample
from explainer.grading import files as challenge
from explainer.site import addresses
from explainer.training.answering import Answering
from explainer.words import code as teaching
from explainer.words import glossary
from explainer.words.languages import LANGUAGES, SOURCE, Language
from explainer.words.page_syntax import Block, Heading
from explainer.words.page_syntax import parse as parse_page

MAX_PAGE = 100_000  # bytes of a page
LONGEST_LINE = 5_000  # letters of a line of it: a paragraph of a thousand words
MAX_MADE = 2**27  # bytes of a file that the program itself has written


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
    code_words: teaching.Words = field(default_factory=dict)  # what its comments and messages say in other languages
    programs: Mapping[str, tuple[teaching.ShownProgram, ...]] = field(
        default_factory=dict
    )  # that the page of an example shows whole
    published: Mapping[str, tuple[Published, ...]] = field(default_factory=dict)  # by the example that it is about
    texts: Mapping[str, str] = field(default_factory=dict)  # of files of examples, as they are written
    unread: frozenset[str] = frozenset()  # files that are there, but are wrong or no text
    errors: tuple[ExplainerError, ...] = ()  # what is wrong with them
    trained: Mapping[str, SetExample] = field(default_factory=dict)  # examples that are not worked out, but have a record
    answering: Mapping[str, Answering] = field(default_factory=dict)  # those that answer on pages

    @property
    def records(self) -> Path:
        """The folder of what training has left."""
        return self.root / RECORDS

    @property
    def data(self) -> Path:
        """The folder of samples of data sets."""
        return self.root / DATA

    def file_of(self, code: str, page: str) -> str:
        """How messages call an authored page."""
        return f"docs/{code}/{page}"

    def is_written(self, name: str) -> bool:
        """Has somebody written a page about this example?"""
        return f"{name}.md" in self.prose[SOURCE.code]

    def has_page(self, name: str) -> bool:
        """Has an example a page, written or by itself? Else nothing of it is published but its proof file."""
        return self.examples[name].has_page or self.is_written(name)

    def unread_in(self, folder: str) -> frozenset[str]:
        """The names of the files of a folder of docs/ that could not be read."""
        return frozenset(Path(file).name for file in self.unread if Path(file).parent == Path("docs", folder))

    def code_in(self, language: Language) -> Mapping[str, str]:
        """The files of docs/code in a language.

        Raises:
            PageError: something in them is undecided.
        """
        return teaching.in_language(self.code, self.code_words, language)

    def said_in(self, language: Language) -> Mapping[str, str]:
        """What comments and messages say in a language.

        Raises:
            PageError: as for the files.
        """
        return teaching.said_in(self.code_words, language)

    def asked_for(self, *blocks: str) -> dict[str, None]:
        """What blocks of these names show on English pages, in order: the first argument of each."""
        pages = (parse_page(text) for text in self.prose[SOURCE.code].values())
        asked = (part for page in pages for part in page if isinstance(part, Block) and part.name in blocks and part.arguments)
        return dict.fromkeys(part.arguments[0] for part in asked)

    def about(self, examples: Collection[str], ledgers: Collection[str] = ()) -> Project:
        """What pages may need of it, with no more than these examples and ledgers."""
        return replace(
            self,
            examples={name: self.examples[name] for name in examples},
            prose={SOURCE.code: dict.fromkeys(self.prose[SOURCE.code], "")},
            terms=(),
            derivations={},
            ledgers={name: self.ledgers[name] for name in ledgers},
            programs={name: self.programs[name] for name in examples if name in self.programs},
            published={name: self.published[name] for name in examples if name in self.published},
            texts={},
            errors=(),
            answering={name: replace(each, script="") for name, each in self.answering.items()},
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

    def texts(folder: str, ending: str, longest: int = MAX_BYTES) -> dict[Path, str]:
        found = {}
        for path in files_of(root, folder, ending):
            with reading(path) as file:
                found[path] = text_of(path, file, longest=longest)
        return found

    examples: dict[str, Example] = {}
    trained: dict[str, SetExample] = {}
    sources: dict[str, str] = {}
    for path in files_of(root, "examples", "toml"):
        with reading(path) as file:
            name = _named(path, file, "explainer new {}")
            text = FORM.text_of(path, file)
            example = parse(text, name=name, file=file)
            sources[file] = text
            if isinstance(example, SetExample):
                trained[name] = example
                if (shown := recorded_of(example, root)) is not None:
                    examples[name] = shown
            else:
                examples[name] = example
    ledgers: dict[str, Ledger] = {}
    for path in files_of(root, "ledger", "toml"):
        with reading(path) as file:
            ledgers[_named(path, file, "docs/ledger/{}.toml")] = load_ledger(path, file=file)
    terms: tuple[glossary.Term, ...] = ()
    glossary_file = root / "docs" / "glossary.toml"
    if os.path.lexists(glossary_file):
        with reading(glossary_file) as file:
            terms = glossary.read(text_of(glossary_file, file), file)
    prose: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        pages = prose[language.code] = {}
        for path in files_of(root, language.code, "md"):
            with reading(path) as file:
                name = _named(path, file, f"docs/{language.code}/{{}}.md", is_page=True)
                pages[f"{name}.md"] = page_of(path, file)
    derivations = {path.stem: text for path, text in texts("derivations", "json", MAX_MADE).items()}
    code = {path.name: text for ending in ("py", "txt", "json") for path, text in texts("code", ending).items()}
    with attempts.one():
        code |= challenge.made(code)
    words: teaching.Words = {}
    words_file = root / teaching.FILE
    if os.path.lexists(words_file):
        with reading(words_file):
            words = teaching.read(text_of(words_file, teaching.FILE))
    programs, published = _programs(prose[SOURCE.code], code), _published(prose[SOURCE.code], ledgers)
    return Project(
        *(root, examples, prose, terms, derivations, ledgers, code, words, programs, published, sources, frozenset(unread)),
        tuple(attempts.errors),
        trained,
    )


def recorded_of(example: SetExample, root: Path) -> Example | None:
    """What pages can show of a network that was trained on a data set, if there is a record of that."""
    from explainer.training import recorded

    return recorded.recorded(example, root) if recorded.is_recorded(example, root) else None


def _programs(pages: Mapping[str, str], code: Mapping[str, str]) -> dict[str, tuple[teaching.ShownProgram, ...]]:
    """For each example the files of code that its page shows whole, in order."""
    found = {}
    for page, text in pages.items():
        asked = (part.arguments for part in parse_page(text) if isinstance(part, Block) and part.name == "code")
        names = dict.fromkeys(names[0] for names in asked if len(names) == 1 and names[0] in code)
        found[page.removesuffix(".md")] = tuple(
            teaching.ShownProgram(name, code[name], code.get(f"{name.removesuffix('.py')}.txt", "")) for name in names
        )
    return {name: programs for name, programs in found.items() if programs}


def _published(pages: Mapping[str, str], ledgers: Mapping[str, Ledger]) -> dict[str, tuple[Published, ...]]:
    """For each example the walkthroughs that it is from, if a page recomputes what they print."""
    found: dict[str, tuple[Published, ...]] = {}
    for page, text in pages.items():
        anchor = ""
        for part in parse_page(text):
            if isinstance(part, Heading):
                anchor = part.identifier
            elif isinstance(part, Block) and part.name == "ledger":
                for ledger in (ledgers[name] for name in part.arguments if name in ledgers):
                    source = Published(ledger.author, ledger.title, ledger.url, f"{page}#{anchor}" if anchor else page)
                    for example in ledger.examples:
                        found[example] = (*found.get(example, ()), source)
    return found


def page_of(path: Path, file: str) -> str:
    """The text of a page.

    Raises:
        InputError: it cannot be read, or is longer than a page, or has lines that nobody writes.
    """
    text = text_of(path, file, "a page", MAX_PAGE)
    if problems := [
        Problem(file, f"line {number}", f"a line of {len(line):,} letters", f"lines of at most {LONGEST_LINE:,} letters")
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > LONGEST_LINE
    ]:
        raise InputError(problems)
    return text


def files_of(root: Path, folder: str, ending: str) -> list[Path]:
    """What stands in a folder of docs/ with this ending, in whatever letters, but for what editors hide."""
    with suppress(FileNotFoundError, NotADirectoryError):
        found = sorted((root / "docs" / folder).iterdir())
        return [path for path in found if path.suffix.casefold() == f".{ending}" and not path.name.startswith(".")]
    return []


def _named(path: Path, file: str, right: str, *, is_page: bool = False) -> str:
    """What a file is called, without its ending.

    Raises:
        InputError: nothing may be called so.
    """
    name = path.name.removesuffix(path.suffix.casefold())
    if wrong := addresses.problem(file, name, right, is_page=is_page):
        raise InputError(wrong)
    return name
