"""The public verbs: what the command line does, as functions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from explainer.authoring import catalogue, example, is_path, language, names_in
from explainer.authoring import new as new
from explainer.authoring import schema as schema
from explainer.core.disk import scratch, write_if_changed
from explainer.core.errors import Attempts, ExplainerError, InputError, PageError, Problem, RecordError, joined
from explainer.core.sources import text_of
from explainer.core.text import FORMATS
from explainer.derivation import derive as derivations
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.examples.model import Example, SetExample
from explainer.notebook.cells import cells
from explainer.notebook.kernel import rehearse
from explainer.notebook.write import in_language, notebook
from explainer.pages import data
from explainer.pages.fill import fill
from explainer.pages.generated import generated
from explainer.pages.plain import PlainWriter, TexWriter
from explainer.pages.scribe import Scribe
from explainer.pages.writers import Writer
from explainer.site import errands
from explainer.site import plan as site_plan
from explainer.site.committed import Change, changes, committed, stale
from explainer.site.packed import unpacked
from explainer.site.pages import Progress
from explainer.site.plan import Plan
from explainer.site.project import find_root, read_project, recorded_of
from explainer.site.store import Folder
from explainer.site.swap import destination
from explainer.site.whereabouts import Whereabouts, places_of, whereabouts
from explainer.site.workers import Workers, named
from explainer.words import code as teaching
from explainer.words.languages import LANGUAGES, SOURCE, Language
from explainer.words.sections import stamped


def _silent(_: str) -> None:
    pass


def derive(what: Example | str | Path) -> Derivation:
    """Compute and prove an example.

    Raises:
        InputError: the example is wrong.
        ProofError, NumericError: it cannot be proven, or its numbers cannot be computed.
    """
    return derivations.derive(what if isinstance(what, Example) else example(str(what)))


def document(derivation: Derivation, code: str = "") -> dict[str, Any]:
    """A derivation as JSON data; with a language, each step has its `text`."""
    found = data.document(derivation)
    if code:
        scribe = Scribe(catalogue(code), PlainWriter(), {derivation.name: derivation})
        for entry, (_, step) in zip(found["steps"], data.steps_of(derivation), strict=True):
            entry["text"] = scribe.explanation(derivation, step)
    return found


def show(what: Derivation | Example | str | Path, format: str = "markdown", code: str = "") -> str:
    """An example worked out: Markdown, LaTeX, JSON, or a notebook whose cells have been run.

    Sentences that are not translated are in English, and marked.

    Raises:
        InputError: it is too large for a notebook, or there is no such format.
        PageError: a notebook's cells do not print what is proven.
    """
    found = what if isinstance(what, Derivation) else derive(what)
    if format not in SHOWN and format in FORMATS:
        like = f'"{format}": _as_{format},'
        raise RecordError(Problem("explainer/verbs.py", f"SHOWN: {format}", "nothing", "what makes this format", like))
    if format not in SHOWN:
        raise InputError(Problem("", "", f"the format {format!r}", f"one of {', '.join(SHOWN)}", 'format="markdown"'))
    return SHOWN[format](found, code)


def _as_json(derivation: Derivation, code: str) -> str:
    return data.dumps(document(derivation, code))


def _as_notebook(derivation: Derivation, code: str) -> str:
    spoken = catalogue(code)
    parts = in_language(rehearse(derivation, cells(derivation)), _said(derivation.example, spoken.language))
    return notebook(derivation, parts, spoken).text


def _said(what: Example, spoken: Language) -> Mapping[str, str]:
    """What the comments of an example's project say in a language, if it is in one."""
    with suppress(InputError):
        file = find_root(Path(what.file).absolute().parent) / teaching.FILE
        return teaching.said_in(teaching.read(text_of(file, teaching.FILE)), spoken) if file.is_file() else {}
    return {}


def _as_markdown(derivation: Derivation, code: str) -> str:
    return _page(derivation, code, PlainWriter())


def _as_tex(derivation: Derivation, code: str) -> str:
    return f"% needs \\usepackage{{amsmath}}, and fonts for the language\n{_page(derivation, code, TexWriter())}"


def _page(derivation: Derivation, code: str, writer: Writer) -> str:
    spoken = catalogue(code)
    return fill(generated(derivation, spoken), spoken, writer, {derivation.name: derivation}).text


# The names in `FORMATS`, and what makes each from a derivation in a language: "" is no language, or English.
SHOWN: Mapping[str, Callable[[Derivation, str], str]] = {
    "markdown": _as_markdown,
    "json": _as_json,
    "tex": _as_tex,
    "notebook": _as_notebook,
}


def train(what: Example | str | Path, progress: Callable[[int, int], None] = lambda _epoch, _epochs: None) -> Run:
    """Make an example's training run and prove its digits; `progress` is told the epoch and how many there are.

    Raises:
        InputError: the example is wrong, or has no run.
        NumericError: the run diverges, or its digits stay undecided.
    """
    chosen = what if isinstance(what, Example) else example(str(what))
    epochs = chosen.training.epochs if chosen.training else 0
    run = derivations.train(chosen, lambda epoch: progress(epoch, epochs))
    if run is None:
        expected = "a network with a training run"
        raise InputError(
            Problem(chosen.file, "training.epochs", "nothing", expected, "[training]\nlearning_rate = 0.1\nepochs = 1000")
        )
    return run


def plan(root: Path, languages: Sequence[Language] = LANGUAGES, progress: Progress = _silent) -> Plan:
    """Everything a site consists of, before it is built. Uses what earlier builds have kept, and writes nothing.

    Raises:
        InputError, ContentError: all that is wrong with examples, ledgers, prose and catalogues.
    """
    with _kept(root, writable=False) as store:
        found = site_plan.plan(read_project(root), languages, store, progress)
    if found.errors:
        raise joined(found.errors)
    return found


@contextmanager
def _kept(root: Path, cache: bool = True, *, writable: bool = True) -> Iterator[Folder]:
    """What earlier builds of a project have left. What may not be kept there lies where nobody sees it, and goes again."""
    folder = root / "build" / "cache"
    if cache and writable:
        yield Folder(folder)
        return
    with scratch("explainer-") as own:
        yield Folder(own, above=folder if cache else None)


def build(
    root: Path | None = None,
    codes: Sequence[str] = (),
    out: Path | None = None,
    progress: Progress = _silent,
    *,
    cache: bool = True,
    among: Sequence[str] = (),
    offline: bool = False,
    draft: bool = False,
    behind: Callable[[Sequence[Problem]], None] = lambda _: None,
    workers: Workers | str = "",
) -> Path:
    """Build the site and return where it is. What stood there stays if anything fails.

    Work that was done before, by the same code on the same content, is not done again, unless `cache` is false. With
    `among`, the languages of the site, those of them that are not in `codes` stay as they stand; if they cannot, because
    pages have come or gone, or either site is `offline`, all are built. One that is opens from its folder, without a server.
    A `draft` has English where a language has no translation, or an old one; `behind` is told where.
    The `workers` are an engine's, or processes of this machine.

    Raises:
        InputError: the command or an example file is wrong.
        ContentError: proof, prose, catalogues or the finished pages are wrong.
        Either has all that is wrong, in all files.
    """
    from explainer.site import build as site_build

    root = (root or find_root(Path.cwd())).absolute()
    out = (out or root / "site").resolve()  # what a link leads to is replaced, not the link
    languages = [item for item in LANGUAGES if item.code in codes] if codes else list(LANGUAGES)
    for code in codes:
        language(code)
    site_build.check_out(out)
    begun = time.time()
    with destination(out, progress), _kept(root, cache) as store, _working(workers) as at_work:
        project = read_project(root)
        found = site_plan.plan(project, languages, store, progress, at_work, draft=draft)
        if among:
            whole = [item for item in LANGUAGES if item.code in among]
            if offline or not site_build.fits(out, found, whole):
                found = site_plan.plan(project, whole, store, progress, at_work, draft=draft)
            languages = whole
        site_build.build(root, found, out, progress, store, languages, at_work, folder=offline)
        if cache:
            store.prune(since=begun)
    behind(found.untranslated)
    return out


def _working(workers: Workers | str) -> AbstractContextManager[Workers]:
    """Workers that are there, and stay; or those of a name, for as long as they are needed."""
    return named(workers) if isinstance(workers, str) else nullcontext(workers)


def regenerate(
    root: Path | None = None,
    names: Sequence[str] = (),
    *,
    check: bool = False,
    progress: Progress = _silent,
    cache: bool = True,
    workers: Workers | str = "",
) -> list[Change]:
    """Bring docs/derivations up to date, all or by name, and return what changed; with `check`, write nothing."""
    root = root or find_root(Path.cwd())
    found: list[Change] = []
    texts: dict[Path, str] = {}
    folder = root / "docs" / "derivations"
    known = names_in(root, "examples")
    attempts = Attempts()
    examples: dict[str, Example] = {}
    for name in names or known:
        with attempts.one():
            if name not in known and is_path(name):
                expected = f"one of {', '.join(known)}: only they have a committed derivation"
                raise InputError(Problem("", "", f"the path {name!r}", expected, f"explainer derive {known[0]}" if known else ""))
            found_example = example(name, root)
            if found_example.is_worked_out:
                examples[name] = found_example
            elif isinstance(found_example, SetExample) and (shown := recorded_of(found_example, root)) is not None:
                examples[name] = shown
            elif names:
                derivations.derive(found_example)  # which says why there is none
    with _kept(root, cache, writable=not check) as store, _working(workers) as at_work:
        brought = site_plan.sent(
            at_work, errands.document, {name: (example,) for name, example in examples.items()}, store, progress
        )
    for name, each in brought.items():
        attempts.errors += [error for errors in each.errors.values() for error in errors]
        for made in each.made.values():
            path, text = folder / f"{name}.json", unpacked(made)
            texts[path] = text
            found += changes(name, committed(path), json.loads(text))
    attempts.settle()
    orphans = [] if names else [path for path in folder.glob("*.json") if path not in texts]
    found += [Change(path.stem, "(all)", path.name, "(none)") for path in orphans]
    if not check:
        for path, text in texts.items():
            write_if_changed(path, text)
        for path in orphans:
            path.unlink()
    return found


def check(root: Path | None = None, progress: Progress = _silent, *, cache: bool = True, workers: Workers | str = "") -> Plan:
    """Do all that a build does but for putting the site in place, and compare the committed derivations. Writes nothing.

    What a build has done by the same code is not done again, unless `cache` is false.

    Raises:
        InputError, ContentError: all that is wrong: what a build would refuse, in its words, and derivations that are stale.
    """
    from explainer.datasets.places import DATA, RECORDS
    from explainer.site import build as site_build
    from explainer.training.judge import judge

    root = (root or find_root(Path.cwd())).absolute()
    project, attempts = read_project(root), Attempts()
    with _kept(root, cache, writable=False) as store, _working(workers) as at_work:
        found = site_plan.plan(project, LANGUAGES, store, progress, at_work)
        with attempts.one():
            site_build.judge(root, found, progress, store, at_work)
    attempts.note(PageError, stale(project, found.proofs))
    for trained in project.trained.values():
        with attempts.one():
            judge(trained, root / RECORDS, root / DATA)
    attempts.settle()
    return found


def where(what: str, name: str, root: Path | None = None) -> Whereabouts:
    """Look one quantity up: value, digits, equation, proof, and the pages and lines where it stands.

    Raises:
        InputError: the example has no such quantity.
    """
    derivation = derive(example(what, root))
    found = whereabouts(derivation, name, f"explainer where {what}")
    if is_path(what):  # no page is about a file from elsewhere
        return found
    try:
        editions = plan(root or find_root(Path.cwd())).editions
    except ExplainerError as error:  # the number is known all the same
        hidden = f"(pages that cannot be filled now have {len(error.problems)} problems; see: explainer check)"
        return replace(found, places=(hidden,))
    return replace(found, places=places_of(editions, f"{derivation.name}:{found.name}"))


def stamp(code: str, root: Path | None = None) -> list[Path]:
    """Declare a language's pages to be translations of the English ones as they are now; returns the files that changed."""
    root = root or find_root(Path.cwd())
    if language(code) == SOURCE:
        raise InputError(Problem("--lang", "", code, "a language that is translated", "explainer stamp ru"))
    project = read_project(root)
    project.settle()
    written = []
    for page, text in project.prose[code].items():
        if page in project.prose[SOURCE.code]:
            path = root / project.file_of(code, page)
            if write_if_changed(path, stamped(project.prose[SOURCE.code][page], text)):
                written.append(path)
    return written
