"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from explainer.derivation import Derivation
from explainer.errors import ExplainerError, PageError, Problem
from explainer.ledger import Audited
from explainer.render import data
from explainer.render.page import Links, Page, Source, fill, generated, read
from explainer.render.scribe import Occurrence
from explainer.render.writers import SiteWriter
from explainer.site.keys import code_of_pages, digest
from explainer.site.project import Project
from explainer.site.proven import as_json, ledgers
from explainer.site.store import TEXT, Form, Kept, Nothing, Store, remember
from explainer.words import catalogue as catalogues
from explainer.words import glossary, sections
from explainer.words.catalogue import Catalogue
from explainer.words.languages import LANGUAGES, SOURCE, Language

PROOF_PAGE = "proof.md"


@dataclass(frozen=True)
class PlannedPage:
    """A page of one language: the file it comes from, its front matter's description, and what it has become."""

    path: str
    source: Source
    page: Page

    @property
    def markdown(self) -> str:
        """As the site builder gets it."""
        fields = {"title": self.source.title, "description": self.source.description}
        lines = [f"{key}: {_quoted(text)}\n" for key, text in fields.items() if text]
        return (f"---\n{''.join(lines)}---\n\n" if lines else "") + self.page.text


@dataclass(frozen=True)
class Edition:
    """The site in one language."""

    language: Language
    catalogue: Catalogue
    pages: Mapping[str, PlannedPage]


@dataclass(frozen=True)
class Plan:
    """The whole site before any site builder starts."""

    editions: tuple[Edition, ...]
    proofs: Mapping[str, str]  # the proof file of each example that is referred to
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # terms of languages without spaces


Progress = Callable[[str], None]


def plan(
    project: Project,
    derivations: Kept[Derivation],
    languages: Sequence[Language] = LANGUAGES,
    store: Store | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """Fill every page of every language, or recall it.

    Raises:
        PageError: everything that is wrong, in all pages and all languages.
        InputError: a ledger makes claims about quantities that do not exist.
    """
    problems: list[Problem] = []
    editions = []
    store = store or Nothing()
    audited = ledgers(project.ledgers, derivations, store, progress)
    for name in audited:
        audited.make_sure(name)
    desk = _Desk(project, derivations, audited, store, progress)
    for language in languages:
        try:
            editions.append(_edition(desk, language))
        except ExplainerError as error:
            problems += error.problems
    if problems:
        raise PageError(problems)
    proofs = {name: desk.document(name) for name in derivations}
    words = {
        language.code: tuple(form for term in project.terms for form in term.forms.get(language.code, ()))
        for language in languages
        if language.unspaced
    }
    return Plan(tuple(editions), proofs, words)


def _edition(desk: _Desk, language: Language) -> Edition:
    project = desk.project
    problems: list[Problem] = []
    try:
        catalogue = catalogues.load(language)
    except PageError as error:
        problems += error.problems
        catalogue = catalogues.load(SOURCE)
    words = digest(catalogue)
    english, own = project.prose[SOURCE.code], project.prose[language.code]
    if language is not SOURCE:
        problems += translation_problems(project, language)
    authored = {path: own[path] for path in english if path in own}
    by_themselves = {path: None for name in desk.derivations if (path := f"{name}.md") not in english}
    pages = {}
    for path, text in (authored | by_themselves).items():
        try:
            pages[path] = desk.page(_Task(path, project.file_of(language.code, path), text, catalogue, words))
        except PageError as error:
            problems += error.problems
    if problems:
        raise PageError(problems)
    return Edition(language, catalogue, pages)


@dataclass(frozen=True)
class _Task:
    """A page to be written: an authored text, or none for the page that an example has by itself."""

    path: str
    file: str
    text: str | None
    catalogue: Catalogue
    words: str  # the catalogue's digest


@dataclass(frozen=True)
class _Desk:
    """Where pages are written. Each is given the derivations and ledgers that it names, so it can depend on no others."""

    project: Project
    derivations: Kept[Derivation]
    ledgers: Kept[Audited]
    store: Store
    progress: Progress

    def page(self, task: _Task) -> PlannedPage:
        source = None if task.text is None else read(task.text, task.file)
        ledgers = {name: self.ledgers.key_of[name] for name in (_ledgers_named(source) if source else ()) if name in self.ledgers}
        names = (
            [task.path.removesuffix(".md")] if source is None else [name for name in self.derivations if _is_named(name, source)]
        )
        names += [example for name in ledgers for example in self.project.ledgers[name].examples]
        examples = {name: (self.derivations.key_of[name], self.project.examples[name]) for name in sorted(set(names))}
        key = digest(code_of_pages(), task.path, task.file, task.text, task.words, examples, ledgers)

        def make() -> PlannedPage:
            self.progress(f"page {task.catalogue.language.code}/{task.path}")
            written = source or generated(self.derivations[task.path.removesuffix(".md")], task.catalogue)
            derivations, audited = (
                {name: self.derivations[name] for name in examples},
                {name: self.ledgers[name] for name in ledgers},
            )
            try:
                page = fill(written, task.catalogue, SiteWriter(), derivations, links_of(task.path), audited)
            except PageError:  # again, with all that a message may suggest
                fill(written, task.catalogue, SiteWriter(), self.derivations, links_of(task.path), self.ledgers)
                raise
            return PlannedPage(task.path, written, page)

        return remember(self.store, "page", key, _PAGE, make)

    def document(self, name: str) -> str:
        """The proof file of an example."""
        key = digest(code_of_pages(), self.derivations.key_of[name], self.project.examples[name])
        return remember(self.store, "document", key, TEXT, lambda: data.dumps(data.document(self.derivations[name])))


def _is_named(example: str, source: Source) -> bool:
    """May a page refer to an example? It does in no other ways than these."""
    return source.example == example or f"{example}:" in source.text


def _ledgers_named(source: Source) -> list[str]:
    return [word for words in re.findall(r":::[^\S\n]*ledger\b(.*)", source.text) for word in words.split()]


def _written(page: PlannedPage) -> bytes:
    source, occurrences = page.source, [[item.reference, item.shown, item.line] for item in page.page.occurrences]
    fields = [source.file, source.text, source.example, source.title, source.description, source.first_line]
    return as_json([page.path, fields, page.page.text, page.page.title, occurrences])


def _read(content: bytes) -> PlannedPage:
    path, fields, text, title, occurrences = json.loads(content)
    return PlannedPage(path, Source(*fields), Page(text, tuple(Occurrence(*item) for item in occurrences), title))


_PAGE = Form(_written, _read)


def links_of(path: str) -> Links:
    """A page's links as its finished address needs them: every page but the first has a folder of its own."""
    up = "" if path == "index.md" else "../"
    return Links(f"{up}{PROOF_PAGE.removesuffix('.md')}/", lambda name: f"{up}derivations/{name}.json")


def translation_problems(project: Project, language: Language) -> Iterator[Problem]:
    """Pages of a language that are missing, are of their own, or do not follow the English ones."""
    english, own = project.prose[SOURCE.code], project.prose[language.code]
    for path in english.keys() - own.keys():
        yield Problem(
            project.file_of(language.code, path),
            "",
            "no such page",
            f"a translation of {project.file_of(SOURCE.code, path)}",
        )
    for path in own.keys() - english.keys():
        yield Problem(
            project.file_of(language.code, path),
            "",
            "a page that English does not have",
            "translations of English pages only",
        )
    for path in sorted(english.keys() & own.keys()):
        file = project.file_of(language.code, path)
        yield from sections.problems(english[path], own[path], file, project.file_of(SOURCE.code, path))
        yield from glossary.problems(project.terms, language.code, english[path], own[path], file)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
