"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from explainer.derivation import Derivation
from explainer.errors import ExplainerError, PageError, Problem
from explainer.ledger import Audited, audit
from explainer.notebook.cells import Cell, cells, too_large
from explainer.notebook.run import rehearse
from explainer.notebook.write import Links as NotebookLinks
from explainer.notebook.write import Notebook, notebook, site_notebook
from explainer.render import data
from explainer.render.page import Links, Page, Source, fill, generated, read
from explainer.render.writers import SiteWriter
from explainer.site.project import Project
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
    notebook: Notebook | None = None  # of a page that is one: its source, instead of Markdown

    @property
    def text(self) -> str:
        """As the site builder gets it."""
        if self.notebook is not None:
            return self.notebook.text
        fields = {"title": self.source.title, "description": self.source.description}
        lines = [f"{key}: {_quoted(text)}\n" for key, text in fields.items() if text]
        return (f"---\n{''.join(lines)}---\n\n" if lines else "") + self.page.text


@dataclass(frozen=True)
class Edition:
    """The site in one language."""

    language: Language
    catalogue: Catalogue
    pages: Mapping[str, PlannedPage]
    downloads: Mapping[str, str] = field(default_factory=dict)  # files that pages link to, by path


@dataclass(frozen=True)
class Plan:
    """The whole site before any site builder starts."""

    editions: tuple[Edition, ...]
    proofs: Mapping[str, str]  # the proof file of each example that is referred to
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # terms of languages without spaces


def plan(project: Project, derivations: Mapping[str, Derivation], languages: Sequence[Language] = LANGUAGES) -> Plan:
    """Fill every page of every language.

    Raises:
        PageError: everything that is wrong, in all pages and all languages.
        InputError: a ledger makes claims about quantities that do not exist.
    """
    problems: list[Problem] = []
    editions = []
    ledgers = {name: audit(ledger, derivations) for name, ledger in project.ledgers.items()}
    rehearsed: dict[str, tuple[Cell, ...]] = {}  # the same in every language, so they run once
    for name, derivation in derivations.items():
        try:
            if not too_large(derivation):
                rehearsed[name] = rehearse(derivation, cells(derivation))
        except ExplainerError as error:
            problems += error.problems
    for language in languages:
        try:
            editions.append(_edition(project, derivations, ledgers, rehearsed, language))
        except ExplainerError as error:
            problems += error.problems
    if problems:
        raise PageError(problems)
    proofs = {name: data.dumps(data.document(derivation)) for name, derivation in derivations.items()}
    words = {
        language.code: tuple(form for term in project.terms for form in term.forms.get(language.code, ()))
        for language in languages
        if language.unspaced
    }
    return Plan(tuple(editions), proofs, words)


def _edition(
    project: Project,
    derivations: Mapping[str, Derivation],
    ledgers: Mapping[str, Audited],
    rehearsed: Mapping[str, tuple[Cell, ...]],
    language: Language,
) -> Edition:
    problems: list[Problem] = []
    try:
        catalogue = catalogues.load(language)
    except PageError as error:
        problems += error.problems
        catalogue = catalogues.load(SOURCE)
    english, own = project.prose[SOURCE.code], project.prose[language.code]
    if language is not SOURCE:
        problems += translation_problems(project, language)
    sources = {path: read(own[path], project.file_of(language.code, path)) for path in english if path in own}
    for name, derivation in derivations.items():
        if f"{name}.md" not in english:
            sources[f"{name}.md"] = generated(derivation, catalogue)
    pages: dict[str, PlannedPage] = {}
    for path, source in sources.items():
        try:
            page = fill(source, catalogue, SiteWriter(), derivations, links_of(path), ledgers)
            if path.removesuffix(".md") in rehearsed:
                page = replace(page, text=_with_link(page.text, path, catalogue))
            pages[path] = PlannedPage(path, source, page)
        except PageError as error:
            problems += error.problems
    if problems:
        raise PageError(problems)
    downloads = {}
    for name, parts in rehearsed.items():
        planned = _notebook_page(derivations[name], parts, catalogue)
        pages[planned.path] = planned
        downloads[download_path(name)] = notebook(derivations[name], parts, catalogue).text
    return Edition(language, catalogue, pages, downloads)


def notebook_path(example: str) -> str:
    """The page of an example's notebook, as mkdocs gets it."""
    return f"notebooks/{example}.ipynb"


def download_path(example: str) -> str:
    """The notebook for readers. mkdocs-jupyter copies nothing but what it shows, and that has HTML for the site in it."""
    return f"downloads/{example}.ipynb"


def _notebook_page(derivation: Derivation, parts: tuple[Cell, ...], catalogue: Catalogue) -> PlannedPage:
    links = NotebookLinks(f"../../{derivation.name}/", f"../../{download_path(derivation.name)}")
    made = site_notebook(derivation, parts, catalogue, links)
    path = notebook_path(derivation.name)
    return PlannedPage(path, Source(path, "", derivation.name), Page("", made.occurrences, made.title), made)


def _with_link(text: str, path: str, catalogue: Catalogue) -> str:
    """A page with a link to its notebook under its title."""
    address = "../" + notebook_path(path.removesuffix(".md")).removesuffix(".ipynb") + "/"
    link = f'<p class="ex-notebook-link"><a href="{address}">{escape(catalogue.text("notebook.link"), quote=False)}</a></p>'
    return re.sub(r"^# .*$", lambda match: f"{match[0]}\n\n{link}", text, count=1, flags=re.MULTILINE)


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
