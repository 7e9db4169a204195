"""What workers are sent for: an example with all that follows from it, and an authored page. Each in all languages at once.

An errand takes along all that it needs but for what is kept in the store, and brings back what it has made. What it says and
what goes wrong come with that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from explainer.core.errors import Attempts, ExplainerError
from explainer.examples.model import Example
from explainer.pages import data
from explainer.pages.fill import Broken
from explainer.site import proven
from explainer.site.keys import digest
from explainer.site.packed import packed, unpacked
from explainer.site.pages import Desk, Task
from explainer.site.project import Project
from explainer.site.store import Store
from explainer.words.catalogue import Catalogue
from explainer.words.made import Made

# Kinds of what is made, and of what may fail by itself.
PROOF, CODE, PAGE, NOTEBOOK, DOWNLOAD = "proof", "code", "page", "notebook", "download"
WORKSHEET, QUESTIONS = "worksheet", "questions"
Of = tuple[str, str]  # a kind, and a language's code where there is one for each


@dataclass(frozen=True)
class Brought:
    """What an errand has made, packed; what went wrong; and what was said, about the work and about the store."""

    made: dict[Of, bytes] = field(default_factory=dict)
    errors: dict[Of, list[ExplainerError]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def trying(self, kind: str, code: str = "") -> Iterator[Attempts]:
        """To make something that may fail by itself."""
        attempts = Attempts()
        with attempts.one():
            yield attempts
        if attempts.errors:
            self.errors[kind, code] = attempts.errors

    def write(self, desk: Desk, task: Task) -> None:
        """A page in one language, and what is wrong with it."""
        code = task.catalogue.language.code
        with self.trying(PAGE, code) as attempts:
            page, errors = desk.page(task)
            self.made[PAGE, code] = packed(page)
            attempts.errors += errors
        if task.has_exercises and not self.errors.get((PAGE, code)):  # else what is wrong has been told
            worksheet, questions = desk.worksheet(task, page.title)
            self.made[WORKSHEET, code], self.made[QUESTIONS, code] = packed(worksheet), packed(questions)


@dataclass(frozen=True)
class Voice:
    """What the site says in a language, and a digest of it."""

    catalogue: Catalogue
    digest: str


def voices(catalogues: Mapping[str, Catalogue]) -> bytes:
    """Those of all languages by code, packed: every errand takes them along."""
    return packed({code: Voice(catalogue, digest(catalogue)) for code, catalogue in catalogues.items()})


@lru_cache(maxsize=2)
def _common(content: bytes) -> Any:
    """What the errands of a build have in common: read once by each worker."""
    return unpacked(content)


def document(what: Example, store: Store) -> Brought:
    """Prove an example, and write no more than its proof file."""
    brought = Brought()
    name = what.name
    derivations = proven.derivations({name: what}, store.saying(brought.complaints.append), brought.said.append)
    with brought.trying(PROOF):
        brought.made[PROOF, ""] = packed(data.dumps(data.document(derivations[name])))
    return brought


def example(project: Project, name: str, heard: bytes, store: Store) -> Brought:
    """Prove an example, run its notebook, and write that and the page that it has by itself, if it has one.

    `project` is about it alone.
    """
    brought = Brought()
    store = store.saying(brought.complaints.append)
    progress = brought.said.append
    derivations = proven.derivations(project.examples, store, progress)
    with brought.trying(PROOF):
        derivations.make_sure(name)
    if brought.errors:
        return brought
    desk = Desk(project, derivations, proven.ledgers({}, derivations, store, progress), store, progress)
    brought.made[PROOF, ""] = packed(desk.document(name))
    if not project.has_page(name):
        return brought
    with brought.trying(CODE):
        desk.rehearse(name)
        brought.made[CODE, ""] = packed(name in desk.rehearsed)
    spoken: Mapping[str, Voice] = _common(heard)
    for code, voice in spoken.items():
        if not desk.is_shown(name):
            brought.write(desk, Task(f"{name}.md", None, voice.catalogue, voice.digest))
        if name in desk.rehearsed:
            with brought.trying(NOTEBOOK, code):
                page, download = desk.notebook(name, voice.catalogue, voice.digest)
                brought.made[NOTEBOOK, code], brought.made[DOWNLOAD, code] = packed(page), packed(download)
    return brought


@dataclass(frozen=True)
class Known:
    """What authored pages may refer to: the project's examples and ledgers that are sound, and what is broken."""

    project: Project
    broken: Broken
    rehearsed: Set[str]


def page(known: bytes, path: str, texts: Mapping[str, Made], heard: bytes, store: Store) -> Brought:
    """Write a page that is authored in English in each language: from its text, or else the one that its example has by itself.

    `known` is packed.
    """
    brought = Brought()
    common: Known = _common(known)
    store, progress = store.saying(brought.complaints.append), brought.said.append
    derivations = proven.derivations(common.project.examples, store, progress)
    ledgers = proven.ledgers(common.project.ledgers, derivations, store, progress)
    desk = Desk(common.project, derivations, ledgers, store, progress, common.broken, dict.fromkeys(common.rehearsed, ()))
    spoken: Mapping[str, Voice] = _common(heard)
    for code, voice in spoken.items():
        task = Task(path, texts.get(code), voice.catalogue, voice.digest)
        if task.text or task.example in derivations:
            brought.write(desk, task)
    return brought
