"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from explainer.derivation import Derivation
from explainer.errors import ExplainerError, PageError, Problem
from explainer.site.keys import digest
from explainer.site.pages import Desk, PlannedPage, Progress, Task, download_path
from explainer.site.project import Project
from explainer.site.proven import ledgers
from explainer.site.store import Kept, Nothing, Store
from explainer.words import catalogue as catalogues
from explainer.words import glossary, made, sections
from explainer.words.catalogue import Catalogue
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE, Language
from explainer.words.made import Made


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
    desk = Desk(project, derivations, audited, store, progress)
    for name in derivations:
        try:
            desk.rehearse(name)
        except ExplainerError as error:
            problems += error.problems
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


def _edition(desk: Desk, language: Language) -> Edition:
    project = desk.project
    problems: list[Problem] = []
    try:
        catalogue = catalogues.load(language)
    except PageError as error:
        problems += error.problems
        catalogue = catalogues.load(SOURCE)
    words = digest(catalogue)
    own = prose_of(project, language)
    if language is not SOURCE:
        problems += translation_problems(project, language, own)
    if language.made_from:
        problems += _sentence_problems(project, catalogue)
    authored: dict[str, Made | None] = {path: own[path] for path in project.prose[SOURCE.code] if path in own}
    by_themselves = {path: None for name in desk.derivations if (path := f"{name}.md") not in own}
    pages: dict[str, PlannedPage] = {}
    for path, text in (authored | by_themselves).items():
        try:
            pages[path] = desk.page(Task(path, text, catalogue, words))
        except PageError as error:
            problems += map(text.located, error.problems) if text else error.problems
    if problems:
        raise PageError(problems)
    downloads = {}
    for name in desk.rehearsed:
        page, download = desk.notebook(name, catalogue, words)
        if desk.is_shown(name):
            pages[page.path] = page
        downloads[download_path(name)] = download
    return Edition(language, catalogue, pages, downloads)


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
