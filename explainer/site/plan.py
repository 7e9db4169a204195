"""What the site consists of: every page of every language as finished Markdown, and every number on it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from explainer.core.errors import Attempts, ExplainerError, InputError, PageError, Problem
from explainer.examples.claims import Ledger
from explainer.grading.published import published
from explainer.ledger.audit import Audited
from explainer.pages.fill import Broken
from explainer.pages.source import read
from explainer.pages.worksheet import has_exercises
from explainer.site import addresses, errands, proven
from explainer.site.addresses import code_path, download_path, notebook_path, questions_path, url_of, worksheet_path
from explainer.site.errands import CODE, DOWNLOAD, NOTEBOOK, PAGE, PROOF, QUESTIONS, WORKSHEET, Brought, Known
from explainer.site.networks import answering
from explainer.site.packed import Packed, packed, unpacked
from explainer.site.pages import EMPTY_NOTEBOOK, NO_QUESTIONS, PlannedPage, Progress, place_of
from explainer.site.project import Project
from explainer.site.store import Kept, Nothing, Store
from explainer.site.translations import Translation, translation
from explainer.site.workers import HERE, Workers
from explainer.words.catalogue import Catalogue
from explainer.words.languages import LANGUAGES, SOURCE, Language
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
    proofs: Mapping[str, str]  # the proof file of each example that is sound
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # terms of languages without spaces
    texts: Mapping[str, str] = field(default_factory=dict)  # of the files of examples
    errors: tuple[ExplainerError, ...] = ()
    is_draft: bool = False
    untranslated: tuple[Problem, ...] = ()  # of a draft: in what the languages do not follow, where English stands in


def plan(
    project: Project,
    languages: Sequence[Language] = LANGUAGES,
    store: Store | None = None,
    progress: Progress = lambda _: None,
    workers: Workers = HERE,
    *,
    draft: bool = False,
) -> Plan:
    """Prove every example, recompute every ledger and fill every page of every language, or recall that.

    What cannot be is among the errors of the plan. Each is told once, where it stands: not of the pages that show it. The work
    is given to `workers`, who have to see the same `store`. In a `draft`, what is not translated is none of them, and is English.
    """
    store, attempts = store or Nothing(), Attempts()
    attempts.errors += project.errors
    project = replace(project, answering=answering(project, store, progress, attempts))
    translations = {language.code: translation(project, language, draft=draft) for language in languages}
    heard = errands.voices({code: found.catalogue for code, found in translations.items()})
    about = {name: (project.about([name]), name, heard) for name in project.examples}
    examples = _Examples(project, sent(workers, errands.example, about, store, progress))
    attempts.errors += [error for name in examples.brought for error in examples.errors(name, PROOF)]
    derivations = proven.derivations({name: project.examples[name] for name in examples.sound}, store, progress)
    audited = _sound(proven.ledgers(_claims_about(project.ledgers, examples.broken), derivations, store, progress), attempts)
    whole = {name for name in audited if not examples.broken & set(project.ledgers[name].examples)}
    unknown = {name.removesuffix(".toml") for name in project.unread_in("ledger")} | (project.ledgers.keys() - whole)
    attempts.errors += [error for name in examples.unrehearsed for error in examples.errors(name, CODE)]
    attempts.note(InputError, _at_one_address(project))
    progress(f"pages: {', '.join(language.code for language in languages)}")
    broken = Broken(examples.broken, unknown, project.trained.keys() - project.answering.keys())
    known = packed(Known(project.about(examples.sound, whole), broken, frozenset(examples.rehearsed)))
    texts = {path: (known, path, _in_all(translations, path), heard) for path in project.prose[SOURCE.code]}
    written = sent(workers, errands.page, texts, store, progress)
    editions = []
    for language in languages:
        found = translations[language.code]
        attempts.errors += found.errors
        attempts.note(PageError, () if draft else found.behind)
        editions.append(_edition(project, found.catalogue, examples, written, attempts))
    proofs = Packed[str]({name: examples.brought[name].made[PROOF, ""] for name in examples.sound})
    words = {
        language.code: tuple(form for term in project.terms for form in term.forms.get(language.code, ()))
        for language in languages
        if language.unspaced
    }
    untranslated = dict.fromkeys(problem for found in translations.values() for problem in found.behind) if draft else ()
    return Plan(tuple(editions), proofs, words, project.texts, tuple(attempts.errors), draft, tuple(untranslated))


def _in_all(translations: Mapping[str, Translation], path: str) -> dict[str, Made]:
    """The texts of a page that are to be filled, by language."""
    pages = {code: found.pages[path] for code, found in translations.items() if path in found.pages}
    return {code: page for code, page in pages.items() if page.text}


def sent(
    workers: Workers, errand: Callable[..., Brought], items: Mapping[str, tuple[Any, ...]], store: Store, progress: Progress
) -> dict[str, Brought]:
    """What each of these errands has brought, in this order; what was said is told as it comes."""
    names, found = list(items), dict[str, Brought]()
    with closing(workers.run(errand, [(*item, store) for item in items.values()])) as results:
        for index, brought in results:
            found[names[index]] = brought
            for text in brought.said:
                progress(text)
            for text in brought.complaints:
                store.complain(text)
    return {name: found[name] for name in names}


def _sound(found: Kept[Audited], attempts: Attempts) -> list[str]:
    """Those that can be made; what is wrong with the others is noted."""
    made = []
    for name in found:
        with attempts.one():
            found.make_sure(name)
            made.append(name)
    return made


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


class _Examples:
    """The project's examples, as errands have found them."""

    def __init__(self, project: Project, brought: Mapping[str, Brought]) -> None:
        self.brought = brought
        self.sound = [name for name in brought if (PROOF, "") in brought[name].made]
        self.broken = {name.removesuffix(".toml") for name in project.unread_in("examples")} | (brought.keys() - set(self.sound))
        self.rehearsed = [name for name in self.sound if unpacked(brought[name].made.get((CODE, ""), packed(False)))]
        self.unrehearsed = [name for name in self.sound if self.errors(name, CODE)]

    def errors(self, name: str, kind: str) -> Sequence[ExplainerError]:
        return self.brought[name].errors.get((kind, ""), ())


def _edition(
    project: Project, catalogue: Catalogue, examples: _Examples, written: Mapping[str, Brought], attempts: Attempts
) -> Edition:
    """The site in one language. Where a page could not be written at all, something holds its place."""
    spoken = catalogue.language.code

    def taken(brought: Brought | None, kind: str, path: str) -> bytes:
        """A page that was made, or what holds its place."""
        if brought:
            attempts.errors += brought.errors.get((kind, spoken), ())
        made = brought.made.get((kind, spoken)) if brought else None
        return made or packed(place_of(path, project.file_of(spoken, path)))

    english = [*project.prose[SOURCE.code], *sorted(project.unread_in(SOURCE.code))]
    pages = {path: taken(written.get(path), PAGE, path) for path in english}
    downloads = dict[str, bytes]()
    for path in [path for path, text in project.prose[SOURCE.code].items() if has_exercises(read(text, path))]:
        made = written[path].made if path in written else {}
        sheet = worksheet_path(path)
        pages[sheet] = made.get((WORKSHEET, spoken)) or packed(place_of(sheet, project.file_of(spoken, path)))
        downloads[questions_path(path)] = made.get((QUESTIONS, spoken)) or packed(NO_QUESTIONS)
    for name in (*examples.sound, *sorted(examples.broken)):
        if (path := f"{name}.md") not in pages and (name not in project.examples or project.has_page(name)):
            pages[path] = taken(examples.brought.get(name), PAGE, path)
    for name in (*examples.rehearsed, *sorted(examples.unrehearsed)):
        page = taken(brought := examples.brought[name], NOTEBOOK, path := notebook_path(name))
        if project.is_written(name):
            pages[path] = page
        downloads[download_path(name)] = brought.made.get((DOWNLOAD, spoken)) or packed(EMPTY_NOTEBOOK)
    with attempts.one():
        code = project.code_in(catalogue.language)
        code = {**code, **published(code, catalogue)}
        downloads |= {code_path(file): packed(code[file]) for file in project.asked_for("download") if file in code}
    asked = [name for name in project.asked_for("draw") if name in project.answering]
    downloads |= {addresses.script_path(name): packed(project.answering[name].script) for name in asked}
    return Edition(catalogue.language, catalogue, Packed(pages), Packed(downloads))
