"""Making the site: the only code that writes there. A build is staged, inspected, and put in place whole."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from explainer.core.disk import delete, scratch
from explainer.core.errors import Attempts, InputError, PageError, Problem
from explainer.site.addresses import is_device, url_of
from explainer.site.files import Files, link_tree, move_into, names_in, written
from explainer.site.finished import Finished, Job, finish
from explainer.site.inspection import inspected
from explainer.site.mkdocs_builder import known_by, languages_of
from explainer.site.offline import WORDS, offline
from explainer.site.pages import Progress
from explainer.site.plan import Plan
from explainer.site.settings import read_shared
from explainer.site.store import Nothing, Store
from explainer.site.swap import alone, mounted, put, staged
from explainer.site.workers import HERE, Workers
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
    it opens from there, without a server. `out` is the caller's `destination`, and nobody else's, meanwhile.

    Raises:
        InputError: mkdocs.yml is not YAML; or as the plan has it.
        ContentError: what is wrong with the plan, what mkdocs says, and what the inspection finds, all of it.
    """
    languages = languages or [edition.language for edition in plan.editions]
    work = root / "build" / f"work-{out.name}"  # of such destinations, so that serving and building do not meet
    work.mkdir(parents=True, exist_ok=True)
    with alone(work.with_name(f"{work.name}.lock"), progress), staged(out) as stage:
        standing, numbers = _standing(out, plan, languages)
        link_tree(standing, out, stage)
        numbers |= _Making(root, plan, stage, work, progress, store or Nothing(), languages, workers).inspected()
        if folder:
            _as_folder(stage, plan, set(standing))
        entries = (f"{json.dumps(address)}: {texts}" for address, texts in numbers.items())
        written(("{" + ",\n".join(entries) + "}\n").encode(), stage / MARKER)
        put(stage, out)


def judge(root: Path, plan: Plan, progress: Progress = lambda _: None, store: Store | None = None, workers: Workers = HERE) -> None:
    """Make the site from its plan, where nobody will see it, and look at it as a build does.

    Raises:
        InputError, ContentError: as a build.
    """
    with scratch("explainer-") as folder:
        stage, work = folder / "site", folder / "work"
        stage.mkdir()
        work.mkdir()
        languages = [edition.language for edition in plan.editions]
        _Making(root, plan, stage, work, progress, store or Nothing(), languages, workers).inspected()


@dataclass(frozen=True)
class _Making:
    """Making the plan's languages on a stage, and all that this takes."""

    root: Path
    plan: Plan
    stage: Path
    work: Path
    progress: Progress
    store: Store
    languages: Sequence[Language]  # of the whole site
    workers: Workers

    def inspected(self) -> dict[str, str]:
        """Have them finished and inspected. Returns the numbers of each page's address, as JSON.

        Where the plan has errors, what could be planned is made all the same, so that all that is wrong is told at once.
        """
        attempts = Attempts()
        attempts.errors += self.plan.errors
        numbers: dict[str, str] = {}
        with attempts.one():
            finished = self._finished()
            attempts.note(PageError, (problem for each in finished.values() for problem in each.problems))
            self.progress("inspection")
            problems = (item for error in attempts.errors for item in error.problems)
            told = {(item.file, item.place) for item in problems if item.place.startswith("line ")}
            broken_off = {code for code, each in finished.items() if not each.is_done}
            examined = {file: page for each in finished.values() for file, page in each.examined.items()}
            found = inspected(self.plan, self.stage, examined, broken_off)
            # What was wrong with a line of an author's is seen again on its page, and mkdocs has seen most of the links.
            attempts.note(PageError, (item for item in found if (item.file, item.place) not in told))
            numbers = {address: texts for each in finished.values() for address, texts in each.numbers.items()}
        attempts.settle()
        return numbers

    def _finished(self) -> dict[str, Finished]:
        """Each language finished, by its code, and its files put where they belong on the stage."""
        plan, shared, listed = self.plan, read_shared(self.root), languages_of(self.languages)
        known = known_by(self.root, shared)
        for left in self.work.glob("made-*"):  # of builds that were killed
            delete(left)
        found: dict[str, Finished] = {}
        with scratch("made-", self.work) as made:
            jobs = []
            for edition in plan.editions:
                folder, words = made / edition.language.code, plan.search_words.get(edition.language.code, ())
                folder.mkdir()
                job = Job(self.root, edition, listed, plan.proofs, words, plan.texts, shared, known, self.work, folder, self.store)
                jobs.append(job)
            self.progress(f"site: {', '.join(edition.language.code for edition in plan.editions)}")
            with closing(self.workers.run(finish, [(job,) for job in jobs])) as results:
                for index, finished in results:
                    language = plan.editions[index].language
                    found[language.code] = finished
                    for text in finished.complaints:
                        self.store.complain(text)
                    if finished.is_new:
                        self.progress(f"mkdocs: {language.code}")
                    if finished.is_done:
                        if language.path:  # of the pages for wrong addresses, hosts serve the one at the root
                            (made / language.code / "404.html").unlink(missing_ok=True)
                        move_into(made / language.code, self.stage / language.path)
        return {edition.language.code: found[edition.language.code] for edition in plan.editions}


def _as_folder(stage: Path, plan: Plan, standing: Set[str]) -> None:
    """Rewrite what was made so that it opens from its folder."""
    files = Files(stage, (name for name in names_in(stage) if name not in standing))
    new = dict[str, None]()
    for name, content in offline(files, [edition.language.path for edition in plan.editions]):
        if name not in files or content != files[name]:
            written(content, stage / name)
        new[name] = None
    for name in files.keys() - new.keys():
        (stage / name).unlink()


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


def _standing(out: Path, plan: Plan, languages: Sequence[Language]) -> tuple[list[str], dict[str, str]]:
    """The files at `out` of the languages that the plan lacks, and all its numbers: `fits` has said that they do."""
    planned = {edition.language for edition in plan.editions}
    others = [language for language in languages if language not in planned]
    if not others:
        return [], {}
    names = [name for name in names_in(out) if name != MARKER]
    staying = [name for name in names if any(_belongs(name, language, languages) for language in others)]
    numbers = json.loads((out / MARKER).read_text(encoding="utf-8"))
    return staying, {address: json.dumps(texts, ensure_ascii=False) for address, texts in numbers.items()}


def check_out(out: Path) -> None:
    """Refuse to replace what no build has made, what cannot be replaced, and a name that is no folder's everywhere."""
    usage = "explainer build --out site"
    if is_device(out.name):
        raise InputError(Problem(str(out), "", "the name of a device on some systems", "a folder", usage))
    if points := mounted(out):
        found = "a folder where something is mounted, which cannot be exchanged for another"
        expected = "a folder in it, or elsewhere" if points[0] == out else "a folder without mounts"
        raise InputError(Problem(str(points[0]), "", found, expected, f"explainer build --out {out / 'site'}"))
    above = next(folder for folder in out.parents if folder.exists())
    if above.is_dir() and not os.access(above, os.W_OK | os.X_OK):
        raise InputError(Problem(str(above), "", "a folder in which you may not write", "one in which you may", usage))
    if not out.exists() or (out.is_dir() and (not any(out.iterdir()) or (out / MARKER).is_file())):
        return
    found = "a folder with something else in it" if out.is_dir() else "a file"
    raise InputError(Problem(str(out), "", found, "a new folder, or one that an earlier build has made", usage))
