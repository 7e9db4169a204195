"""How each language follows the English one: its sentences and its pages, and what of them is missing, stale or wrong.

A site has all languages whole, so that stops a build. A draft shows English instead, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from explainer.core.errors import Attempts, ExplainerError, Problem
from explainer.site.project import Project
from explainer.words import catalogue as catalogues
from explainer.words import glossary, made, sections
from explainer.words.catalogue import Catalogue
from explainer.words.code import untranslated
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE, Language, lacks
from explainer.words.made import Made
from explainer.words.page_syntax import body

FEW = 5  # missing pages or titles that are told one by one


@dataclass(frozen=True)
class Translation:
    """What the site says in a language: its catalogue, and its authored pages before they are filled."""

    catalogue: Catalogue
    pages: Mapping[str, Made] = field(default_factory=dict)
    errors: tuple[ExplainerError, ...] = ()
    behind: tuple[Problem, ...] = ()  # in what it does not follow English


def translation(project: Project, language: Language, *, draft: bool = False) -> Translation:
    """A language as far as it goes. In a `draft` its pages have English sections where it has none, or old ones."""
    attempts, behind = Attempts(), list[Problem]()
    english, pages = catalogues.load(SOURCE).texts, dict[str, Made]()
    catalogue = Catalogue(language, english, frozenset(english))
    with attempts.one():
        reading = catalogues.read(language)
        catalogue = reading.catalogue
        behind += (*reading.problems, *_sentence_problems(project, catalogue))
    with attempts.one():
        pages = prose_of(project, language)
        behind += translation_problems(project, language, pages) if language != SOURCE else ()
    if draft and language != SOURCE:
        pages = dict(_drafted(project, language, pages))
    return Translation(catalogue, pages, tuple(attempts.errors), tuple(behind))


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


def _drafted(project: Project, language: Language, pages: Mapping[str, Made]) -> Iterator[tuple[str, Made]]:
    """The English pages in a language; but not those instead of which an example has the page that is made of it."""
    for path, english in project.prose[SOURCE.code].items():
        own = pages.get(path)
        if own or _is_wanted(project, language, path):
            file = project.file_of(language.code, path)
            yield path, made.draft(english, project.file_of(SOURCE.code, path), own or Made(file, ""))


def _is_wanted(project: Project, language: Language, path: str) -> bool:
    """Must a language have an English page? An example has one in every language by itself, until they have all written theirs."""
    names = {*project.examples, *(name.removesuffix(".toml") for name in project.unread_in("examples"))}
    written = [other.code for other in LANGUAGES if path in project.prose[other.code]]
    return path.removesuffix(".md") not in names or lacks(BY_CODE[language.made_from or language.code], written)


def translation_problems(project: Project, language: Language, own: Mapping[str, Made]) -> Iterator[Problem]:
    """Pages of a language that are missing, are of their own, or do not follow the English ones; and words that it lacks."""
    if language.made_from:
        base = BY_CODE[language.made_from]
        inherited = list(translation_problems(project, base, prose_of(project, base)))
        if inherited:  # these are to be mended there
            yield from inherited
            return
    english = project.prose[SOURCE.code]
    unread = project.unread_in(SOURCE.code) | project.unread_in(language.code) | project.unread_in(language.made_from)
    missing = [path for path in english.keys() - own.keys() - unread if _is_wanted(project, language, path)]
    yield from _missing_pages(project, language, sorted(missing))
    for path in (own.keys() | project.prose[language.code].keys()) - english.keys() - unread:
        expected = "translations of English pages only"
        yield Problem(project.file_of(language.code, path), "", "a page that English does not have", expected)
    yield from glossary.missing(project.terms, language, "docs/glossary.toml")
    yield from _missing_titles(project, language)
    if not language.made_from:
        shown = {name: project.code[name] for name in project.asked_for("code", "download") if name in project.code}
        yield from untranslated(shown, project.code_words, language)
    for path in sorted(english.keys() & own.keys()):
        page = own[path]
        yield from page.problems
        follows = sections.problems(english[path], page.text, page.file, project.file_of(SOURCE.code, path))
        says = glossary.problems(project.terms, language.code, english[path], page.text, page.file)
        yield from map(page.located, (*follows, *says))


def _missing_pages(project: Project, language: Language, paths: list[str]) -> Iterator[Problem]:
    if len(paths) > FEW:
        yield Problem(f"docs/{language.code}", "", f"no {', no '.join(paths)}", "a translation of each of these English pages")
        return
    for path in paths:
        expected = f"a translation of {project.file_of(SOURCE.code, path)}"
        yield Problem(project.file_of(language.code, path), "", "no such page", expected)


def _missing_titles(project: Project, language: Language) -> Iterator[Problem]:
    """Examples that have a title in every language but this one."""
    lacking = [example for example in project.examples.values() if not language.made_from and lacks(language, example.title)]
    right = f'[title]\n{language.code} = "…"'
    if len(lacking) > FEW:
        names = ", ".join(example.name for example in lacking)
        yield Problem("docs/examples", "title", f"no {language.code} for {names}", "their titles in each language", right)
        return
    for example in lacking:
        yield Problem(example.file, "title", f"no {language.code}", "its title in each language", right)


def _sentence_problems(project: Project, catalogue: Catalogue) -> Iterator[Problem]:
    """The program's sentences in a language that nobody wrote: do they keep to its terms?"""
    language = catalogue.language
    for key, forms in catalogue.texts.items() if language.made_from else ():
        for _, friend, term in glossary.false_friends(project.terms, language.code, body("\n".join(forms))):
            yield glossary.friend_problem(f"the {language.code} catalogue", key, friend, term, language.code)
