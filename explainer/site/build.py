"""Making the site: the only code that writes there. A build is staged, audited, and put in place whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from explainer.errors import InputError, PageError, Problem
from explainer.site import audit as audits
from explainer.site.audit import Examined, audit, manifest
from explainer.site.files import link_tree, write_tree
from explainer.site.keys import code_of_pages, digest
from explainer.site.mkdocs_runs import trees
from explainer.site.offline import offline
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
        InputError: `out` is a folder that no build has made.
        PageError: mkdocs or the audit found something wrong.
    """
    check_out(out)
    store = store or Nothing()
    languages = languages or [edition.language for edition in plan.editions]
    work = root / "build" / f"work-{out.name}"  # of this destination, so that serving and building do not meet
    with _alone(work.with_suffix(".lock"), progress):
        _recover(out)
        for left in out.parent.glob(f".{out.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        finished = trees(root, plan, languages, work, progress, store)
        standing, numbers = _standing(out, plan, languages)
        files: dict[str, bytes] = {}
        for edition in plan.editions:
            path = edition.language.path
            # of the pages for wrong addresses, hosts serve the one at the root
            files |= {
                path + name: content for name, content in finished[edition.language.code].items() if not path or name != "404.html"
            }
        numbers |= manifest(plan)
        files[MARKER] = (json.dumps(numbers, ensure_ascii=False) + "\n").encode()
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            stage.chmod(0o777 & ~_umask())
            link_tree(standing, out, stage)
            write_tree(files, stage)
            progress("audit")
            if problems := audit(plan, stage, _examiner(store)):
                raise PageError(problems)
            if folder:
                for name in files:
                    (stage / name).unlink()
                write_tree(offline(files, [edition.language.path for edition in plan.editions]), stage)
            _swap(stage, out)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


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
    """Has the site at `out` all these languages, with the pages of the plan, so that one of them can be replaced alone?"""
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


def _examiner(store: Store) -> audits.Examiner:
    """The audit of one page, recalled if the same page was found to be the same before."""

    def examine(edition: Edition, path: str, file: str, html: str) -> Examined:
        expected = as_json([[item.reference, item.shown] for item in edition.pages[path].page.occurrences])
        key = digest(code_of_pages(), edition.language, path, file, html, expected)
        return remember(store, "page-audit", key, _EXAMINED, lambda: audits.examine(edition, path, file, html))

    return examine


def _examined_in(content: bytes) -> Examined:
    problems, anchors, addresses = json.loads(content)
    return Examined(tuple(Problem(*item) for item in problems), frozenset(anchors), tuple(addresses))


_EXAMINED: Form[Examined] = Form(
    lambda page: as_json(
        [
            [[item.file, item.place, item.found, item.expected, item.example] for item in page.problems],
            sorted(page.anchors),
            page.addresses,
        ]
    ),
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
