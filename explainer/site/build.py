"""Making the site: the only code that writes there. A build is staged, audited, and put in place whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

from explainer.errors import Attempts, InputError, PageError, Problem
from explainer.site.audit import audit
from explainer.site.engine import HERE, Workers
from explainer.site.files import Files, link_tree, move_into, names_in
from explainer.site.finished import Finished, Job, finish
from explainer.site.mkdocs_runs import known_by, read_shared
from explainer.site.offline import offline
from explainer.site.pages import Progress, url_of
from explainer.site.plan import Plan
from explainer.site.store import Nothing, Store
from explainer.words.languages import Language

MARKER = "explainer-manifest.json"  # a folder that has one was made by a build, and may be replaced by one


def build(
    root: Path,
    plan: Plan,
    out: Path,
    progress: Progress = lambda _: None,
    store: Store | None = None,
    languages: Sequence[Language] = (),
    workers: Workers = HERE,
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
            numbers |= _make(root, plan, stage, work, progress, store or Nothing(), languages, workers)
            if folder:
                _as_folder(stage, plan, set(standing))
            entries = (f"{json.dumps(address)}: {texts}" for address, texts in numbers.items())
            (stage / MARKER).write_text("{" + ",\n".join(entries) + "}\n", encoding="utf-8")
            _swap(stage, out)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def judge(root: Path, plan: Plan, progress: Progress = lambda _: None, store: Store | None = None, workers: Workers = HERE) -> None:
    """Make the site from its plan, where nobody will see it, and look at it as a build does.

    Raises:
        InputError, ContentError: as a build.
    """
    with tempfile.TemporaryDirectory(prefix="explainer-") as folder:
        stage, work = Path(folder) / "site", Path(folder) / "work"
        stage.mkdir()
        languages = [edition.language for edition in plan.editions]
        _make(root, plan, stage, work, progress, store or Nothing(), languages, workers)


def _make(
    root: Path,
    plan: Plan,
    stage: Path,
    work: Path,
    progress: Progress,
    store: Store,
    languages: Sequence[Language],
    workers: Workers,
) -> dict[str, str]:
    """The plan's languages, finished and audited, in a folder. Returns the numbers of each page's address, as JSON.

    Where the plan has errors, what could be planned is made all the same, so that all that is wrong is told at once.
    """
    attempts = Attempts()
    attempts.errors += plan.errors
    numbers: dict[str, str] = {}
    with attempts.one():
        finished = _finished(root, plan, stage, work, progress, store, languages, workers)
        attempts.note(PageError, (problem for each in finished.values() for problem in each.problems))
        progress("audit")
        told = {(item.file, item.place) for error in attempts.errors for item in error.problems if item.place.startswith("line ")}
        broken_off = {code for code, each in finished.items() if not each.is_done}
        found = audit(plan, stage, {file: page for each in finished.values() for file, page in each.examined.items()}, broken_off)
        # What was wrong with a line of an author's is seen again on its page, and mkdocs has seen most of the links.
        attempts.note(PageError, (item for item in found if (item.file, item.place) not in told))
        numbers = {address: texts for each in finished.values() for address, texts in each.numbers.items()}
    attempts.settle()
    return numbers


def _finished(
    root: Path,
    plan: Plan,
    stage: Path,
    work: Path,
    progress: Progress,
    store: Store,
    languages: Sequence[Language],
    workers: Workers,
) -> dict[str, Finished]:
    """Each language finished, by its code, and its files put where they belong on the stage."""
    shared = read_shared(root)
    known = known_by(root, shared)
    work.mkdir(parents=True, exist_ok=True)
    for left in work.glob("made-*"):
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix="made-", dir=work))  # of this build: a killed one may still be writing to its own
    found: dict[str, Finished] = {}
    try:
        jobs = []
        for edition in plan.editions:
            folder, words = made / edition.language.code, plan.search_words.get(edition.language.code, ())
            folder.mkdir()
            jobs.append(Job(root, edition, languages, plan.proofs, words, plan.texts, shared, known, work, folder, store))
        progress(f"site: {', '.join(edition.language.code for edition in plan.editions)}")
        for index, finished in workers.run(finish, [(job,) for job in jobs]):
            language = plan.editions[index].language
            found[language.code] = finished
            for text in finished.complaints:
                store.complain(text)
            if finished.is_new:
                progress(f"mkdocs: {language.code}")
            if finished.is_done:
                if language.path:  # of the pages for wrong addresses, hosts serve the one at the root
                    (made / language.code / "404.html").unlink(missing_ok=True)
                move_into(made / language.code, stage / language.path)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return {edition.language.code: found[edition.language.code] for edition in plan.editions}


def _as_folder(stage: Path, plan: Plan, standing: Set[str]) -> None:
    """Rewrite what was made so that it opens from its folder."""
    files = Files(stage, (name for name in names_in(stage) if name not in standing))
    new = dict[str, None]()
    for name, content in offline(files, [edition.language.path for edition in plan.editions]):
        if name not in files or content != files[name]:
            (stage / name).write_bytes(content)
        new[name] = None
    for name in files.keys() - new.keys():
        (stage / name).unlink()


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


def _standing(out: Path, plan: Plan, languages: Sequence[Language]) -> tuple[list[str], dict[str, str]]:
    """The files at `out` of the languages that the plan lacks, and all its numbers: `fits` has said that they do."""
    planned = {edition.language for edition in plan.editions}
    others = [language for language in languages if language not in planned]
    if not others:
        return [], {}
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} - {MARKER}
    staying = sorted(name for name in names if any(_belongs(name, language, languages) for language in others))
    numbers = json.loads((out / MARKER).read_text(encoding="utf-8"))
    return staying, {address: json.dumps(texts, ensure_ascii=False) for address, texts in numbers.items()}


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
