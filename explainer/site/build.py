"""Making the site: the only code that writes there. A build is staged, audited, and put in place whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explainer.errors import Attempts, InputError, PageError, Problem
from explainer.site import audit as audits
from explainer.site.audit import Examined, Finding, audit, manifest
from explainer.site.files import Tree, link_tree, write_tree
from explainer.site.keys import code_of_pages, digest
from explainer.site.mkdocs_runs import read_shared, texts_of, trees
from explainer.site.offline import WORDS, offline
from explainer.site.pages import Progress, url_of
from explainer.site.plan import Edition, Plan
from explainer.site.proven import as_json
from explainer.site.store import Form, Nothing, Store, remember
from explainer.words.languages import Language

MARKER = "explainer-manifest.json"  # a folder that has one was made by a build, and may be replaced by one


def build(
    root: Path,
    plan: Plan,
    out: Path,
    progress: Progress = lambda _: None,
    store: Store | None = None,
    languages: Sequence[Language] = (),
    *,
    folder: bool = False,
) -> None:
    """Make the site from its plan and put it at `out`. Whatever fails, what stood there before stays.

    The site has the plan's languages; or those of `languages`, where the plan lacks some that `out` has already. With `folder`
    it opens from there, without a server.

    Raises:
        InputError: `out` is a folder that no build has made; or as the plan has it.
        ContentError: what is wrong with the plan, what mkdocs says, and what the audit finds, all of it.
    """
    check_out(out)
    store = store or Nothing()
    languages = languages or [edition.language for edition in plan.editions]
    work = root / "build" / f"work-{out.name}"  # of this destination, so that serving and building do not meet
    with _alone(work.with_suffix(".lock"), progress):
        _recover(out)
        for left in out.parent.glob(f".{out.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            stage.chmod(0o777 & ~_umask())
            standing, numbers = _standing(out, plan, languages)
            link_tree(standing, out, stage)
            files = _make(root, plan, stage, work, progress, store, languages)
            if folder:
                for name in files:
                    (stage / name).unlink()
                write_tree(offline(files, [edition.language.path for edition in plan.editions]), stage)
            numbers |= manifest(plan)
            (stage / MARKER).write_text(json.dumps(numbers, ensure_ascii=False) + "\n", encoding="utf-8")
            _swap(stage, out)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def judge(root: Path, plan: Plan, progress: Progress = lambda _: None, store: Store | None = None) -> None:
    """Make the site from its plan, where nobody will see it, and look at it as a build does.

    Raises:
        InputError, ContentError: as a build.
    """
    with tempfile.TemporaryDirectory(prefix="explainer-") as folder:
        stage, work = Path(folder) / "site", Path(folder) / "work"
        stage.mkdir()
        _make(root, plan, stage, work, progress, store or Nothing(), [edition.language for edition in plan.editions])


def _make(root: Path, plan: Plan, stage: Path, work: Path, progress: Progress, store: Store, languages: Sequence[Language]) -> Tree:
    """The plan's languages, finished and audited, in a folder.

    Where the plan has errors, what could be planned is made all the same, so that all that is wrong is told at once.
    """
    attempts = Attempts()
    attempts.errors += plan.errors
    with attempts.one():
        made = trees(root, plan, languages, work, progress, store)
        attempts.note(PageError, made.problems)
        files: dict[str, bytes] = {}
        for edition in plan.editions:
            path = edition.language.path
            # of the pages for wrong addresses, hosts serve the one at the root
            tree = made.finished.get(edition.language.code, {})
            files |= {path + name: content for name, content in tree.items() if not path or name != "404.html"}
        write_tree(files, stage)
        progress("audit")
        told = {(item.file, item.place) for error in attempts.errors for item in error.problems if item.place.startswith("line ")}
        broken_off = {edition.language.code for edition in plan.editions} - made.finished.keys()
        found = audit(plan, stage, _examiner(store, audits.with_digits(texts_of(read_shared(root)))), broken_off)
        # What was wrong with a line of an author's is seen again on its page, and mkdocs has seen most of the links.
        attempts.note(PageError, (item for item in found if (item.file, item.place) not in told))
    attempts.settle()
    return files


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _alone(lock: Path, progress: Progress) -> Iterator[None]:
    """One build at a time for each destination; the second waits. The lock goes with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    # lockf, not flock: a worker that outlives its killed build must not hold the lock
    with lock.open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress("waiting for another build")
            fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def _belongs(name: str, language: Language, languages: Sequence[Language]) -> bool:
    """Is a file of the site, or a page's address, of this language?"""
    if language.path:
        return name.startswith(language.path)
    return not any(other.path and name.startswith(other.path) for other in languages)


def fits(out: Path, plan: Plan, languages: Sequence[Language]) -> bool:
    """Has the site at `out` all these languages, for a server, with the pages of the plan, so that one can be replaced alone?"""
    if any((out / language.path / WORDS).exists() for language in languages):
        return False
    try:
        standing = set(json.loads((out / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return False
    return standing == {language.path + url_of(path) for language in languages for path in plan.editions[0].pages}


def _standing(out: Path, plan: Plan, languages: Sequence[Language]) -> tuple[list[str], dict[str, Any]]:
    """The files at `out` of the languages that the plan lacks, and all its numbers: `fits` has said that they do."""
    planned = {edition.language for edition in plan.editions}
    others = [language for language in languages if language not in planned]
    if not others:
        return [], {}
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} - {MARKER}
    staying = sorted(name for name in names if any(_belongs(name, language, languages) for language in others))
    return staying, json.loads((out / MARKER).read_text(encoding="utf-8"))


def _examiner(store: Store, texts: Set[str]) -> audits.Examiner:
    """The audit of one page, recalled if the same page was found to be the same before."""

    def examine(edition: Edition, path: str, file: str, html: str) -> Examined:
        expected = as_json([[item.reference, item.shown, item.line] for item in edition.pages[path].page.occurrences])
        title_texts = audits.titles(edition) | texts
        key = digest(code_of_pages(), edition.language, path, file, html, expected, title_texts, edition.pages[path].is_finished)
        return remember(store, "page-audit", key, _EXAMINED, lambda: audits.examine(edition, path, file, html, texts))

    return examine


def _examined_in(content: bytes) -> Examined:
    findings, anchors, addresses, scripts = json.loads(content)
    found = tuple(Finding(**item | {"clues": tuple(item["clues"])}) for item in findings)
    return Examined(found, frozenset(anchors), tuple(addresses), tuple(scripts))


_EXAMINED: Form[Examined] = Form(
    lambda page: as_json([list(map(asdict, page.findings)), sorted(page.anchors), page.addresses, page.scripts]),
    _examined_in,
)


def check_out(out: Path) -> None:
    """Refuse to replace what no build has made."""
    if not out.exists() or (out.is_dir() and (not any(out.iterdir()) or (out / MARKER).is_file())):
        return
    found = "a folder with something else in it" if out.is_dir() else "a file"
    expected = "a new folder, or one that an earlier build has made"
    raise InputError(Problem(str(out), "", found, expected, "explainer build --out site"))


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _recover(out: Path) -> None:
    """Undo a swap that was interrupted half-way."""
    old = _old(out)
    if old.exists():
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)


def _swap(stage: Path, out: Path) -> None:
    old = _old(out)
    if out.exists():
        out.rename(old)
    try:
        stage.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
