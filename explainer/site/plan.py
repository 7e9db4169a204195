"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from explainer.derivation import Derivation
from explainer.errors import ExplainerError, PageError, Problem
from explainer.ledger import Audited, audit
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


def plan(project: Project, derivations: Mapping[str, Derivation], languages: Sequence[Language] = LANGUAGES) -> Plan:
    """Fill every page of every language.

    Raises:
        PageError: everything that is wrong, in all pages and all languages.
        InputError: a ledger makes claims about quantities that do not exist.
    """
    problems: list[Problem] = []
    editions = []
    ledgers = {name: audit(ledger, derivations) for name, ledger in project.ledgers.items()}
    for language in languages:
        try:
            editions.append(_edition(project, derivations, ledgers, language))
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
    project: Project, derivations: Mapping[str, Derivation], ledgers: Mapping[str, Audited], language: Language
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
        if f"{name}.md" not in own:
            sources[f"{name}.md"] = generated(derivation, catalogue)
    pages = {}
    for path, source in sources.items():
        try:
            page = fill(source, catalogue, SiteWriter(), derivations, links_of(path), ledgers)
            pages[path] = PlannedPage(path, source, page)
        except PageError as error:
            problems += error.problems
    if problems:
        raise PageError(problems)
    return Edition(language, catalogue, pages)


def links_of(path: str) -> Links:
    """A page's links as its finished address needs them: every page but the first has a folder of its own."""
    up = "" if path == "index.md" else "../"
    return Links(f"{up}{PROOF_PAGE.removesuffix('.md')}/", lambda name: f"{up}derivations/{name}.json")


def translation_problems(project: Project, language: Language) -> Iterator[Problem]:
    """Pages of a language that are missing, are of their own, or do not follow the English ones."""
    english, own = project.prose[SOURCE.code], project.prose[language.code]
    examples = {f"{name}.md" for name in project.examples}  # these have a generated page in every language
    for path in english.keys() - own.keys() - examples:
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
