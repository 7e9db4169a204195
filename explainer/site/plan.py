"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from explainer.words import glossary, made, sections
from explainer.words.catalogue import Catalogue
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE, Language
from explainer.words.made import Made

PROOF_PAGE = "proof.md"


@dataclass(frozen=True)
class PlannedPage:
    """A page of one language: the file it comes from, its front matter's description, and what it has become."""

    path: str
    source: Source
    page: Page
    origin: Callable[[int], tuple[str, int]] | None = None  # of its lines, where they do not all come from one file
    notebook: Notebook | None = None  # of a page that is one: its source, instead of Markdown

    def place(self, line: int) -> str:
        """The author's file and line of a line of this page."""
        file, line = self.origin(line) if self.origin else (self.source.file, line)
        return f"{file}:{line}"

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
    own = prose_of(project, language)
    if language is not SOURCE:
        problems += translation_problems(project, language, own)
    if language.made_from:
        problems += _sentence_problems(project, catalogue)
    sources = {path: read(own[path].text, own[path].file) for path in project.prose[SOURCE.code] if path in own}
    for name, derivation in derivations.items():
        if f"{name}.md" not in own:
            sources[f"{name}.md"] = generated(derivation, catalogue)
    pages: dict[str, PlannedPage] = {}
    for path, source in sources.items():
        try:
            page = fill(source, catalogue, SiteWriter(), derivations, links_of(path), ledgers, project.code)
            if path.removesuffix(".md") in rehearsed:
                page = replace(page, text=_with_link(page.text, path, catalogue))
            pages[path] = PlannedPage(path, source, page, own[path].origin if path in own else None)
        except PageError as error:
            problems += (own[path].located(problem) for problem in error.problems) if path in own else error.problems
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
    return PlannedPage(path, Source(path, "", derivation.name), Page("", made.occurrences, made.title), notebook=made)


def _with_link(text: str, path: str, catalogue: Catalogue) -> str:
    """A page with a link to its notebook under its title."""
    address = "../" + notebook_path(path.removesuffix(".md")).removesuffix(".ipynb") + "/"
    link = f'<p class="ex-notebook-link"><a href="{address}">{escape(catalogue.text("notebook.link"), quote=False)}</a></p>'
    return re.sub(r"^# .*$", lambda match: f"{match[0]}\n\n{link}", text, count=1, flags=re.MULTILINE)


def links_of(path: str) -> Links:
    """A page's links as its finished address needs them: every page but the first has a folder of its own."""
    up = "" if path == "index.md" else "../"
    return Links(f"{up}{PROOF_PAGE.removesuffix('.md')}/", lambda name: f"{up}derivations/{name}.json")


def prose_of(project: Project, language: Language) -> dict[str, Made]:
    """A language's authored pages; where it is made from another one, these are made here."""
    own = project.prose[language.code]
    if not language.made_from:
        return {path: Made(project.file_of(language.code, path), text) for path, text in own.items()}
    return {
        path: made.make(
            text,
            project.file_of(language.made_from, path),
            own.get(path, ""),
            project.file_of(language.code, path),
            language,
        )
        for path, text in project.prose[language.made_from].items()
    }


def translation_problems(project: Project, language: Language, own: Mapping[str, Made]) -> Iterator[Problem]:
    """Pages of a language that are missing, are of their own, or do not follow the English ones."""
    if language.made_from:
        base = BY_CODE[language.made_from]
        inherited = list(translation_problems(project, base, prose_of(project, base)))
        if inherited:  # these are to be mended there
            yield from inherited
            return
    english = project.prose[SOURCE.code]
    examples = {f"{name}.md" for name in project.examples}  # these have a generated page in every language
    for path in english.keys() - own.keys() - examples:
        yield Problem(
            project.file_of(language.code, path),
            "",
            "no such page",
            f"a translation of {project.file_of(SOURCE.code, path)}",
        )
    for path in (own.keys() | project.prose[language.code].keys()) - english.keys():
        yield Problem(
            project.file_of(language.code, path),
            "",
            "a page that English does not have",
            "translations of English pages only",
        )
    for path in sorted(english.keys() & own.keys()):
        page = own[path]
        yield from page.problems
        follows = sections.problems(english[path], page.text, page.file, project.file_of(SOURCE.code, path))
        says = glossary.problems(project.terms, language.code, english[path], page.text, page.file)
        yield from map(page.located, (*follows, *says))


def _sentence_problems(project: Project, catalogue: Catalogue) -> Iterator[Problem]:
    """The program's sentences in a language that nobody wrote: do they keep to its terms?"""
    language = catalogue.language
    for key, forms in catalogue.texts.items():
        for _, friend, term in glossary.false_friends(project.terms, language.code, "\n".join(forms)):
            yield glossary.friend_problem(f"the {language.code} catalogue", key, friend, term, language.code)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
