"""One page of one language: written, or recalled if it was written before from the same things."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from explainer.core.errors import ExplainerError, PageError
from explainer.core.text import Text, html, yaml
from explainer.derivation.derivation import Derivation
from explainer.ledger.audit import Audited
from explainer.notebook.cells import Cell, Output, cells, too_large
from explainer.notebook.kernel import rehearse
from explainer.notebook.write import Links as NotebookLinks
from explainer.notebook.write import Notebook, in_language, notebook, site_notebook
from explainer.pages import data
from explainer.pages.apart import marked
from explainer.pages.assembled import Links
from explainer.pages.blocks import OF_EXAMPLES
from explainer.pages.fill import Broken, Page, UnfinishedPage, fill
from explainer.pages.generated import generated
from explainer.pages.moodle import MoodleWriter, quiz
from explainer.pages.scribe import Occurrence
from explainer.pages.source import Source, read
from explainer.pages.worksheet import PaperWriter, has_exercises, plain, worksheet
from explainer.pages.writers import SiteWriter
from explainer.site.addresses import (
    PROOF_PAGE,
    derivation_path,
    download_path,
    is_worksheet,
    notebook_path,
    questions_path,
    url_of,
    worksheet_path,
)
from explainer.site.keys import code_of_pages, digest
from explainer.site.project import Project
from explainer.site.proven import as_json
from explainer.site.store import TEXT, Form, Kept, Store, remember
from explainer.words.catalogue import Catalogue
from explainer.words.made import Made

UNTITLED = Text("-")
EMPTY_NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "id": "none", "metadata": {}, "source": [f'<div><h1 id="top">{UNTITLED.written}</h1></div>']}
        ],
        "metadata": {"explainer": {"title": UNTITLED.written, "description": UNTITLED.written, "output": UNTITLED.written}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
NO_QUESTIONS = "<quiz />\n"
Progress = Callable[[str], None]


def _asked(source: Source) -> set[str]:
    """The names of examples on a page, and arguments of blocks that take such."""
    return {*source.examples(), *source.arguments_of(*OF_EXAMPLES)}


@dataclass(frozen=True)
class PlannedPage:
    """A page of one language: the file it comes from, its front matter's description, and what it has become."""

    path: str
    source: Source
    page: Page
    origin: Callable[[int], tuple[str, int]] | None = None  # of its lines, where they do not all come from one file
    notebook: Notebook | None = None  # of a page that is one: its source, instead of Markdown
    is_finished: bool = True  # else it lacks what is wrong with it, and maybe all

    @property
    def title(self) -> Text:
        """As navigation has it."""
        return self.page.title

    def shows(self) -> set[str]:
        """The examples that the page refers to, or has numbers of."""
        return _asked(self.source) | {item.reference.partition(":")[0] for item in self.page.occurrences}

    def place(self, line: int) -> tuple[str, int]:
        """The author's file and line of a line of this page."""
        return self.origin(line) if self.origin else (self.source.file, line)

    def places(self, words: str, texts: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """The author's files and lines that have these words: of the page itself, or else of its example."""
        lines = self.source.text.split("\n") if self.source.is_authored else []
        yield from (self.place(number) for number, line in enumerate(lines, self.source.first_line) if words in line)
        file = f"docs/examples/{self.source.example}.toml"
        lines = texts.get(file, "").split("\n")
        yield from ((file, number) for number, line in enumerate(lines, 1) if words in line)

    @property
    def text(self) -> str:
        """As the site builder gets it."""
        if self.notebook is not None:
            return self.notebook.text
        fields = {"title": self.source.title, "description": self.source.description}
        # templates put them into HTML as they are
        lines = [f"{key}: {yaml(html(text))}\n" for key, text in fields.items() if text.written]
        if is_worksheet(self.path):  # the page itself is found instead
            lines.append("search: {exclude: true}\n")
        return (f"---\n{''.join(lines)}---\n\n" if lines else "") + self.page.text


@dataclass(frozen=True)
class Task:
    """A page to be written: an authored text, or none for the page that an example has by itself."""

    path: str
    text: Made | None
    catalogue: Catalogue
    words: str  # the catalogue's digest

    @property
    def example(self) -> str:
        """The example whose page this may be."""
        return self.path.removesuffix(".md")

    def source(self) -> Source | None:
        return read(self.text.text, self.text.file, self.text.english) if self.text else None

    @property
    def has_exercises(self) -> bool:
        source = self.source()
        return source is not None and has_exercises(source)


@dataclass(frozen=True)
class Desk:
    """Where pages are written. Each is given the derivations and ledgers that it names, so it can depend on no others."""

    project: Project
    derivations: Kept[Derivation]
    ledgers: Kept[Audited]
    store: Store
    progress: Progress
    broken: Broken = field(default_factory=Broken)
    rehearsed: dict[str, tuple[Cell, ...]] = field(default_factory=dict)  # the same in every language, so they run once

    def page(self, task: Task) -> tuple[PlannedPage, tuple[ExplainerError, ...]]:
        """Write a page. What is wrong with it is told in its author's files, and the page goes without it."""
        try:
            return self._page(task), ()
        except UnfinishedPage as error:
            source = task.source() or self._generated(task)
            origin = task.text.origin if task.text else None
            page = PlannedPage(task.path, source, error.page, origin, is_finished=False)
            return page, error.errors(task.text.located if task.text else lambda problem: problem)

    def _generated(self, task: Task) -> Source:
        """The page that an example has by itself."""
        return generated(self.derivations[task.example], task.catalogue, self.project.published.get(task.example, ()))

    def _page(self, task: Task) -> PlannedPage:
        source = task.source()
        named = source.arguments_of("ledger") if source else ()
        ledgers = {name: self.ledgers.key_of[name] for name in named if name in self.ledgers}
        names = _asked(source) & self.derivations.keys() if source else {task.example}
        names |= {example for name in ledgers for example in self.project.ledgers[name].examples}
        examples = {name: self.known[name] for name in sorted(names)}
        link = self.notebook_address(task.example)
        text = (task.text.file, task.text.text, task.text.english) if task.text else None
        code, origins = self.project.code_in(task.catalogue.language), self.project.published.get(task.example, ())
        asked = set(source.arguments_of("draw")) if source else set()
        answering = {name: each.first for name, each in self.project.answering.items() if name in asked}
        key = digest(code_of_pages(), task.path, text, task.words, examples, ledgers, code, origins, link, answering)

        def make() -> PlannedPage:
            self.progress(f"page {task.catalogue.language.code}/{task.path}")
            written = source or self._generated(task)
            derivations = {name: self.derivations[name] for name in examples}
            audited = {name: self.ledgers[name] for name in ledgers}
            sheet = worksheet_of(task.path) if source and has_exercises(source) else ""
            links = links_of(task.path, {"notebook.link": link} if link else {}, sheet)
            try:
                page = fill(written, task.catalogue, SiteWriter(marked), derivations, links, audited, code, self.broken, answering)
            except PageError:  # again, with all that a message may suggest
                every = {name: each.first for name, each in self.project.answering.items()}
                fill(written, task.catalogue, SiteWriter(marked), self.derivations, links, self.ledgers, code, self.broken, every)
                raise
            return PlannedPage(task.path, written, page)

        page = remember(self.store, "page", key, _PAGE, make)
        return replace(page, origin=task.text.origin) if task.text else page

    def worksheet(self, task: Task, title: Text) -> tuple[PlannedPage, str]:
        """The worksheet of a page that has exercises and nothing wrong, and the same as a file for Moodle."""
        assert task.text is not None
        source, path = task.source(), worksheet_path(task.path)
        assert source is not None
        examples = {name: self.known[name] for name in sorted(_asked(source) & self.derivations.keys())}
        text = (task.text.file, task.text.text, task.text.english)
        key = digest(code_of_pages(), path, text, task.words, examples, title)

        def make() -> tuple[PlannedPage, str]:
            derivations = {name: self.derivations[name] for name in examples}
            up = _up(path)
            beside = {"worksheet.page": up + url_of(task.path), "worksheet.download": up + questions_path(task.path)}
            sheet = worksheet(source, title, task.catalogue, f"../{task.path}")
            page = fill(sheet, task.catalogue, PaperWriter(marked), derivations, links_of(path, beside))
            writer = MoodleWriter()
            questions = fill(plain(source), task.catalogue, writer, derivations)
            return PlannedPage(path, sheet, page), quiz(title, questions.text, writer.asked)

        page, questions = remember(self.store, "worksheet", key, _WORKSHEET, make)
        return replace(page, origin=task.text.origin), questions

    @cached_property
    def known(self) -> Mapping[str, str]:
        """What a page of each example depends on: its proof, and its words."""
        return {name: digest(key, self.project.examples[name]) for name, key in self.derivations.key_of.items()}

    def document(self, name: str) -> str:
        """The proof file of an example."""
        key = digest(code_of_pages(), self.known[name])
        return remember(self.store, "document", key, TEXT, lambda: data.dumps(data.document(self.derivations[name])))

    def rehearse(self, name: str) -> None:
        """Run the code of an example's notebook, unless nobody would read that."""

        def make() -> tuple[Cell, ...]:
            self.progress(f"notebook {name}")
            derivation = self.derivations[name]
            return () if too_large(derivation) else rehearse(derivation, cells(derivation, programs))

        programs = self.project.programs.get(name, ())
        if found := remember(self.store, "cells", digest(code_of_pages(), self.known[name], programs), _CELLS, make):
            self.rehearsed[name] = found

    def is_shown(self, name: str) -> bool:
        """Has a notebook a page of its own? Those of the walkthroughs have; others are there to download."""
        return self.project.is_written(name)

    def notebook_address(self, name: str) -> str:
        """Where the page of an example links to its notebook, or to the file of that; "" if it has none."""
        if name not in self.rehearsed:
            return ""
        return f"../{url_of(notebook_path(name)) if self.is_shown(name) else download_path(name)}"

    def notebook(self, name: str, catalogue: Catalogue, words: str) -> tuple[PlannedPage, str]:
        """The page of an example's notebook, and the file to download."""
        parts = in_language(self.rehearsed[name], self.project.said_in(catalogue.language))

        def make() -> tuple[PlannedPage, str]:
            self.progress(f"notebook {catalogue.language.code}/{name}")
            derivation = self.derivations[name]
            return _notebook_page(derivation, parts, catalogue), notebook(derivation, parts, catalogue).text

        key = digest(code_of_pages(), self.known[name], words, parts)
        return remember(self.store, "notebook", key, _form_of_notebook(parts), make)


# --- how these are kept


def _written(page: PlannedPage) -> bytes:
    source, occurrences = page.source, [[item.reference, item.shown, item.line] for item in page.page.occurrences]
    texts = [text.written for text in (source.title, source.description)]
    fields = [source.file, source.text, source.example, *texts, source.first_line]
    return as_json([page.path, fields, page.page.text, page.page.title.written, occurrences])


def _read(content: bytes) -> PlannedPage:
    path, (file, written, example, own, description, first_line), text, title, occurrences = json.loads(content)
    source = Source(file, written, example, Text(own), Text(description), first_line)
    return PlannedPage(path, source, Page(text, tuple(Occurrence(*item) for item in occurrences), Text(title)))


def _read_cells(content: bytes) -> tuple[Cell, ...]:
    return tuple(
        Cell(**fields | {"formulas": tuple(fields["formulas"]), "outputs": tuple(Output(**line) for line in fields["outputs"])})
        for fields in json.loads(content)
    )


_PAGE = Form(_written, _read)
_CELLS = Form(lambda parts: as_json([asdict(part) for part in parts]), _read_cells)


def _read_worksheet(content: bytes) -> tuple[PlannedPage, str]:
    page, questions = json.loads(content)
    return _read(page), questions


_WORKSHEET: Form[tuple[PlannedPage, str]] = Form(lambda made: as_json([_written(made[0]).decode(), made[1]]), _read_worksheet)


def _form_of_notebook(parts: tuple[Cell, ...]) -> Form[tuple[PlannedPage, str]]:
    """A notebook is kept without its cells, which are the same in every language."""

    def write(made: tuple[PlannedPage, str]) -> bytes:
        page, download = made
        assert page.notebook is not None
        return as_json([_written(page).decode(), page.notebook.text, download])

    def read(content: bytes) -> tuple[PlannedPage, str]:
        written, text, download = json.loads(content)
        page = _read(written)
        return replace(page, notebook=Notebook(text, page.page.title, parts, page.page.occurrences)), download

    return Form(write, read)


# --- addresses


def _up(path: str) -> str:
    """From a page's address to the root of its edition."""
    return "../" * url_of(path).count("/")


def links_of(path: str, beside: Mapping[str, str], worksheet: str = "") -> Links:
    """A page's links as its finished address needs them: every page but the first has a folder of its own."""
    up = _up(path)
    return Links(f"{up}{url_of(PROOF_PAGE)}", lambda name: f"{up}{derivation_path(name)}", beside, worksheet)


def worksheet_of(path: str) -> str:
    """Where a page links to its worksheet."""
    return _up(path) + url_of(worksheet_path(path))


def _notebook_page(derivation: Derivation, parts: tuple[Cell, ...], catalogue: Catalogue) -> PlannedPage:
    links = NotebookLinks(f"../../{derivation.name}/", f"../../{download_path(derivation.name)}")
    made = site_notebook(derivation, parts, catalogue, links)
    source = Source(derivation.example.file, "", derivation.name)
    return PlannedPage(notebook_path(derivation.name), source, Page("", made.occurrences, made.title), notebook=made)


def place_of(path: str, file: str) -> PlannedPage:
    """What stands where a page would be that something is wrong with, so that links to it are not wrong as well."""
    notebook = None
    if path.endswith(".ipynb"):
        notebook = Notebook(EMPTY_NOTEBOOK, UNTITLED, ())
    return PlannedPage(
        path, Source(file, ""), Page(f"# {UNTITLED.written} {{#top}}\n", (), UNTITLED), notebook=notebook, is_finished=False
    )
