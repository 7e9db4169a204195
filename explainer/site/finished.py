"""One language of the site, finished: what mkdocs makes of its pages, and what each page says to somebody who only reads.

A language whose pages, settings and theme are as they were is not built again: its finished files are kept.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from explainer.core.disk import write_if_changed
from explainer.core.errors import Problem
from explainer.site import inspection
from explainer.site.addresses import url_of
from explainer.site.files import names_in, written
from explainer.site.inspection import Examined, Finding, file_of
from explainer.site.keys import code_of_pages, digest
from explainer.site.mkdocs_builder import Said, build_language, files_of, frame_of, lessons, settings_of, texts_of, write_pages
from explainer.site.plan import Edition
from explainer.site.proven import as_json
from explainer.site.store import Form, Store, recalled, remember

_ABOUT = re.compile(r"Doc file '(?P<page>[^']+)' contains (?P<what>.*?link(?: to)? '(?P<link>[^']*)'.*)", re.DOTALL)
_ANCHOR = re.compile(r"but (?:the doc '(?P<page>[^']+)' does not contain an|there is no such) anchor")


@dataclass(frozen=True)
class Job:
    """A language to be finished, and all that this takes. Its files will be in `folder`, which is there and empty."""

    root: Path
    edition: Edition
    languages: Sequence[Mapping[str, str]]  # of the site, as its pages list them
    proofs: Mapping[str, str]
    search_words: Sequence[str]
    texts: Mapping[str, str]  # of the files of examples
    shared: Mapping[str, Any]  # mkdocs.yml
    known: str  # what all languages' builds depend on, if that can be known
    work: Path
    folder: Path
    store: Store


@dataclass(frozen=True)
class Finished:
    """What mkdocs says, whether it has come to its end, what each HTML file of a page says, and the numbers of each address."""

    problems: tuple[Problem, ...]
    is_done: bool
    is_new: bool  # else it was recalled
    examined: Mapping[str, Examined]
    numbers: Mapping[str, str]  # as JSON
    complaints: tuple[str, ...] = ()


def finish(job: Job) -> Finished:
    """Recall the finished files of a language, or have mkdocs make them; and look at each page."""
    complaints: list[str] = []
    store, edition = job.store.saying(complaints.append), job.edition
    settings = settings_of(edition, job.languages, job.shared, job.root / job.shared["theme"]["custom_dir"])
    common = key = ""
    if job.known:
        of_frame = ("nav", "not_in_nav")
        common = digest(job.known, {name: item for name, item in settings.items() if name not in of_frame}, job.search_words)
        key = digest(
            common, [settings[name] for name in of_frame], [(name, digest(text)) for name, text in files_of(edition, job.proofs)]
        )
    problems: tuple[Problem, ...] = ()
    is_done, is_new = True, not (key and recalled_files(store, key, job.folder))
    if is_new:
        said = _run(job, settings, common, store)
        problems, is_done = tuple(_told(edition, said.messages, job.texts)), said.is_done
        if key and not said.messages:
            _keep(store, key, job.folder)
    seen = list(_seen(job, store)) if is_done else []
    return Finished(
        problems,
        is_done,
        is_new,
        {file: examined for file, examined, _ in seen},
        {file.removesuffix("index.html"): numbers for file, _, numbers in seen},
        tuple(complaints),
    )


def _run(job: Job, settings: Mapping[str, Any], common: str, store: Store) -> Said:
    edition = job.edition
    code, pages = edition.language.code, job.work / "pages" / edition.language.code
    write_pages(edition, job.proofs, pages)
    frame = frame_of(job.root, job.shared, pages, job.folder)
    path = job.work / f"mkdocs.{code}.yml"
    config = {**frame, **settings, "theme": frame["theme"] | settings["theme"]}
    write_if_changed(path, yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    return build_language(str(path), edition.language, job.search_words, common, store)


def _told(edition: Edition, messages: Sequence[str], texts: Mapping[str, str]) -> Iterator[Problem]:
    """What mkdocs says, with the author's file and line where it is about a link on a page."""
    for message in messages:
        about, to = _ABOUT.match(message), _ANCHOR.search(message)
        page = edition.pages.get(about["page"]) if about else None
        target = edition.pages.get(to["page"] or (about["page"] if about else "")) if to else None
        if target and not target.is_finished:
            continue
        if about and page:
            file, line = next(page.places(about["link"], texts), (page.source.file, 0))
            place = f"line {line}" if line else f"the page {edition.language.code}/{page.path}"
            yield Problem(file, place, about["what"], "links that lead somewhere: to a Markdown file, and an anchor in it")
        else:
            yield Problem("mkdocs.yml", edition.language.code, message, "a build without warnings")


# --- how a language's files are kept: each by itself, since most of them are the same in all languages or from day to day


def _keep(store: Store, key: str, folder: Path) -> None:
    index = {}
    for name in names_in(folder):
        content = (folder / name).read_bytes()
        index[name] = digest(content)
        if store.recall("file", index[name]) != content:  # most are the same in all languages, and one may be damaged
            store.keep("file", index[name], content)
    store.keep("tree", key, as_json(index))


def _index(content: bytes) -> dict[str, str]:
    found = json.loads(content)
    if not all(name and not name.startswith("/") and ".." not in name.split("/") for name in found):
        raise ValueError("a name that would lead out of the folder")
    if not all(isinstance(known, str) for known in found.values()):
        raise ValueError("no digest")
    return dict(found)


_INDEX: Form[dict[str, str]] = Form(as_json, _index)


def recalled_files(store: Store, key: str, folder: Path) -> bool:
    """Have the kept files in a folder; if one of them is lost, none."""
    index = recalled(store, "tree", key, _INDEX)
    lost = 0
    for name, known in (index or {}).items():  # all of them: what is damaged is dropped
        content = store.recall("file", known)
        if content is not None and digest(content) == known:
            written(content, folder / name)
            continue
        lost += 1
        if content is not None:
            store.distrust("file", known, "another file")
    if lost:
        shutil.rmtree(folder)
        folder.mkdir()
    return index is not None and not lost


# --- what is seen on each page


def texts_with_digits(edition: Edition, shared: Mapping[str, Any]) -> frozenset[str]:
    """What may have digits wherever it stands on a page: titles, lessons by number, and texts of the site itself."""
    titles = (*(page.title for page in edition.pages.values()), *lessons(edition, shared.get("nav") or []).values())
    return inspection.with_digits((*texts_of(shared), *(title.written for title in titles)))


def _seen(job: Job, store: Store) -> Iterator[tuple[str, Examined, str]]:
    """What each finished page says, recalled if the same page was found to be the same before; and its numbers, as JSON."""
    edition, texts = job.edition, texts_with_digits(job.edition, job.shared)
    for path, page in edition.pages.items():
        file = file_of(edition.language, path)
        try:
            html = (job.folder / url_of(path) / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        expected = as_json([[item.reference, item.shown, item.line] for item in page.page.occurrences])
        key = digest(code_of_pages(), edition.language, path, file, html, expected, texts, page.is_finished)
        examined = remember(store, "page-inspection", key, _EXAMINED, partial(inspection.examine, edition, page, html, texts))
        yield file, examined, json.dumps(inspection.numbers(edition, page), ensure_ascii=False)


def _examined_in(content: bytes) -> Examined:
    findings, anchors, addresses, scripts, is_finished = json.loads(content)
    found = tuple(Finding(**item | {"clues": tuple(item["clues"])}) for item in findings)
    return Examined(found, frozenset(anchors), tuple(addresses), tuple(scripts), is_finished)


_EXAMINED: Form[Examined] = Form(
    lambda page: as_json([list(map(asdict, page.findings)), sorted(page.anchors), page.addresses, page.scripts, page.is_finished]),
    _examined_in,
)
