"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from explainer.errors import Attempts, ExplainerError, InputError, PageError, Problem
from explainer.render.page import Broken, read
from explainer.site import addresses, proven
from explainer.site.addresses import download_path, notebook_path, url_of
from explainer.site.keys import digest
from explainer.site.pages import EMPTY_NOTEBOOK, Desk, PlannedPage, Progress, Task, place_of
from explainer.site.project import Project
from explainer.site.proven import sound
from explainer.site.store import Nothing, Store
from explainer.spec.claims import Ledger
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
    """The whole site before any site builder starts, and all that is wrong with it so far."""

    editions: tuple[Edition, ...]
    proofs: Mapping[str, str]  # the proof file of each example that is referred to
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # terms of languages without spaces
    texts: Mapping[str, str] = field(default_factory=dict)  # of the files of examples
    errors: tuple[ExplainerError, ...] = ()


def plan(
    project: Project,
    languages: Sequence[Language] = LANGUAGES,
    store: Store | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """Prove every example, recompute every ledger and fill every page of every language, or recall that.

    What cannot be is among the errors of the plan. Each is told once, where it stands: not of the pages that show it.
    """
    store, attempts = store or Nothing(), Attempts()
    attempts.errors += project.errors
    derivations = sound(proven.derivations(project.examples, store, progress), attempts)
    unread = {name.removesuffix(".toml") for name in project.unread_in("examples")}
    broken = unread | (project.examples.keys() - derivations.keys())
    audited = sound(proven.ledgers(_claims_about(project.ledgers, broken), derivations, store, progress), attempts)
    whole = audited.only({name for name in audited if not broken & set(project.ledgers[name].examples)})
    unknown = {name.removesuffix(".toml") for name in project.unread_in("ledger")} | (project.ledgers.keys() - whole.keys())
    attempts.note(InputError, _at_one_address(project))
    progress(f"pages: {', '.join(language.code for language in languages)}")
    desk = Desk(project, derivations, whole, store, progress, Broken(broken, unknown))
    unrehearsed = set(derivations)
    for name in derivations:
        with attempts.one():
            desk.rehearse(name)
            unrehearsed.remove(name)
    editions = tuple(_edition(desk, language, unrehearsed, attempts) for language in languages)
    proofs = {name: desk.document(name) for name in derivations}
    words = {
        language.code: tuple(form for term in project.terms for form in term.forms.get(language.code, ()))
        for language in languages
        if language.unspaced
    }
    return Plan(editions, proofs, words, project.texts, tuple(attempts.errors))


def _at_one_address(project: Project) -> Iterator[Problem]:
    """English pages that stand where an example has its page, and are not that."""
    for path, text in project.prose[SOURCE.code].items():
        page, name = read(text, project.file_of(SOURCE.code, path)), path.removesuffix(".md")
        file = f"docs/examples/{name}.toml"
        if page.example != name and not page.problems and (name in project.examples or file in project.unread):
            remedy = f"an example of another name; or this page as its own, with example: {name} at its top"
            yield addresses.shared(file, url_of(path), page.file, remedy, f"---\nexample: {name}\n---")


def _claims_about(ledgers: Mapping[str, Ledger], broken: Set[str]) -> dict[str, Ledger]:
    """The ledgers without what they say about broken examples."""
    return {
        name: replace(ledger, claims=tuple(claim for claim in ledger.claims if claim.example not in broken))
        for name, ledger in ledgers.items()
    }


def _edition(desk: Desk, language: Language, unrehearsed: Set[str], attempts: Attempts) -> Edition:
    """The site in one language. Where a page cannot be written at all, something holds its place."""
    project = desk.project
    catalogue = replace(catalogues.load(SOURCE), language=language)
    with attempts.one():
        catalogue = catalogues.load(language)
    words = digest(catalogue)
    own: dict[str, Made] | None = None
    with attempts.one():
        own = prose_of(project, language)
    if own is not None and language is not SOURCE:
        attempts.note(PageError, translation_problems(project, language, own))
    if language.made_from:
        attempts.note(PageError, _sentence_problems(project, catalogue))
    english = [*project.prose[SOURCE.code], *sorted(project.unread_in(SOURCE.code))]
    examples = [f"{name}.md" for name in (*desk.derivations, *sorted(desk.broken.examples))]
    pages: dict[str, PlannedPage] = {}
    for path in dict.fromkeys([*english, *examples]):
        page = place_of(path, project.file_of(language.code, path))
        text = own.get(path) if own else None
        is_made = own is not None and page.source.file not in project.unread and path.removesuffix(".md") in desk.derivations
        if text or is_made:
            with attempts.one():
                page, problems = desk.page(Task(path, text, catalogue, words))
                attempts.note(PageError, problems)
        pages[path] = page
    downloads = {}
    for name in (*desk.rehearsed, *sorted(unrehearsed)):
        path, download = notebook_path(name), EMPTY_NOTEBOOK
        page = place_of(path, project.file_of(language.code, path))
        if name in desk.rehearsed:
            with attempts.one():
                page, download = desk.notebook(name, catalogue, words)
        if desk.is_shown(name):
            pages[path] = page
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
    names = {*project.examples, *(name.removesuffix(".toml") for name in project.unread_in("examples"))}
    examples = {f"{name}.md" for name in names}  # these have a generated page in every language
    unread = project.unread_in(SOURCE.code) | project.unread_in(language.code) | project.unread_in(language.made_from)
    for path in english.keys() - own.keys() - examples - unread:
        yield Problem(
            project.file_of(language.code, path),
            "",
            "no such page",
            f"a translation of {project.file_of(SOURCE.code, path)}",
        )
    for path in (own.keys() | project.prose[language.code].keys()) - english.keys() - unread:
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
