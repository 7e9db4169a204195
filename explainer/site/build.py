"""Making the site: the only code that writes there. A build is staged, audited, and put in place whole.

A language whose pages, settings and theme are as they were is not built again: its finished files are kept.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from explainer.errors import InputError, PageError, Problem
from explainer.site import audit as audits
from explainer.site.audit import Examined, audit, manifest, url_of
from explainer.site.keys import code_of_pages, code_of_site, digest, digest_of_files
from explainer.site.plan import Edition, Plan
from explainer.site.proven import as_json
from explainer.site.store import Form, Nothing, Store, pack, remember, unpack
from explainer.words.languages import Language

MARKER = "explainer-manifest.json"  # a folder that has one was made by a build, and may be replaced by one
WORD_FREQUENCY = 10**6  # more often than any word of jieba's dictionary that a term could be taken apart into
Progress = Callable[[str], None]
Tree = Mapping[str, bytes]  # the files of a folder, by their names in it
# What reads nothing but the pages, the settings and the theme. A site with any other plugin or extension is built anew
# each time, since nobody knows on what else its pages depend.
_PLUGINS = {"search"}
_EXTENSIONS = {
    *("abbr", "admonition", "attr_list", "codehilite", "def_list", "fenced_code", "footnotes", "md_in_html", "meta", "nl2br"),
    *("sane_lists", "smarty", "tables", "toc", "wikilinks"),
    *(f"pymdownx.{name}" for name in ("betterem", "caret", "critic", "details", "highlight", "inlinehilite", "keys", "magiclink")),
    *(f"pymdownx.{name}" for name in ("mark", "smartsymbols", "superfences", "tabbed", "tasklist", "tilde")),
}
_DATES = (b"build_date", b"update_date")  # what a template would print another day's page with


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file unless it says so already: watchers and modification times stay quiet."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _files_of(edition: Edition, proofs: Mapping[str, str]) -> dict[str, str]:
    """One language's Markdown and proof files."""
    files = {path: page.markdown for path, page in edition.pages.items()}
    return files | {f"derivations/{name}.json": text for name, text in proofs.items()}


def write_pages(edition: Edition, proofs: Mapping[str, str], folder: Path) -> None:
    """These files, and nothing else, in a folder."""
    files = _files_of(edition, proofs)
    for stale in [path for path in folder.rglob("*") if path.is_file() and str(path.relative_to(folder)) not in files]:
        stale.unlink()
    for name, text in files.items():
        write_if_changed(folder / name, text)


def _palette(edition: Edition, palette: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [edition.catalogue.text(f"site.{key}") for key in ("to_light", "to_dark", "to_system")]
    return [{**scheme, "toggle": {**scheme["toggle"], "name": name}} for scheme, name in zip(palette, names, strict=True)]


def navigation(edition: Edition, nav: Sequence[str]) -> list[str]:
    """The pages in the order of mkdocs.yml; generated ones follow."""
    return [*(path for path in nav if path in edition.pages), *(path for path in edition.pages if path not in nav)]


def config_of(
    edition: Edition, languages: Sequence[Language], shared: Mapping[str, Any], root: Path, pages: Path, site: Path
) -> dict[str, Any]:
    """The mkdocs configuration of one language; it inherits the project's mkdocs.yml."""
    language = edition.language
    config: dict[str, Any] = {
        "INHERIT": str(root / "mkdocs.yml"),
        "site_description": edition.catalogue.text("site.description"),
        "docs_dir": str(pages),
        "site_dir": str(site),
        "hooks": [],
        "watch": [],
        "nav": navigation(edition, shared.get("nav") or []),
        "theme": {
            "custom_dir": str(root / shared["theme"]["custom_dir"]),
            "language": language.code,
            "palette": _palette(edition, shared["theme"]["palette"]),
        },
        "markdown_extensions": {"toc": {"permalink_title": edition.catalogue.text("site.permalink")}},
        "extra": {"language": language.code, "languages": languages_of(languages)},
    }
    if shared.get("site_url"):
        config["site_url"] = shared["site_url"].rstrip("/") + "/" + language.path
    return config


def languages_of(languages: Sequence[Language]) -> list[dict[str, str]]:
    """What the theme's language switch lists."""
    return [{"code": language.code, "name": language.endonym, "path": language.path} for language in languages]


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _quiet_environment() -> None:
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's notice about its successor, at every start


def warm_up(languages: Sequence[Language]) -> None:
    """Load what mkdocs loads at every start, for a process whose children will run it."""
    _quiet_environment()
    for name in (
        "mkdocs.commands.build",
        "material.plugins.search.plugin",
        "pymdownx.superfences",
        "markdown.extensions.md_in_html",
    ):
        import_module(name)
    if any(language.unspaced for language in languages):
        logging.getLogger("jieba").disabled = True
        import_module("jieba").initialize()


def run_mkdocs(config_file: str, words: Sequence[str] = (), key: str = "", store: Store | None = None) -> list[str]:
    """Build one language. Returns mkdocs' warnings and errors, none if all is well.

    `words` are terms that a language without spaces must not have cut in two in its search index. With the `key` of all that
    its pages have in common, those that are kept are not rendered again.
    """
    _quiet_environment()
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    from explainer.site.rendered import Rendered

    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    logging.getLogger("jieba").disabled = True  # it sets its own level when it is imported
    if words:
        import jieba

        for word in words:
            jieba.add_word(word, WORD_FREQUENCY)
    try:
        config = load_config(config_file)
        rendered = Rendered(store, key) if key and store and "material/search" in config.plugins else None
        if rendered:
            config.plugins["explainer/rendered"] = rendered
        mkdocs_build(config)
        _without_time(Path(config.site_dir))
        if rendered and not warnings.messages:
            rendered.keep()
    except (MkDocsException, SystemExit) as error:
        warnings.messages.append(str(error))
    finally:
        logger.removeHandler(warnings)
    return warnings.messages


def _without_time(site: Path) -> None:
    """Take the day of the build out of what mkdocs has compressed: the same pages are the same bytes on every day."""
    for path in site.glob("*.gz"):
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), mtime=0))


def build(
    root: Path,
    plan: Plan,
    out: Path,
    progress: Progress = lambda _: None,
    store: Store | None = None,
    languages: Sequence[Language] = (),
) -> None:
    """Make the site from its plan and put it at `out`. Whatever fails, what stood there before stays.

    The site has the plan's languages; or those of `languages`, where the plan lacks some that `out` has already.

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
        trees = _trees(root, plan, languages, work, progress, store)
        files, numbers = _standing(out, plan, languages)
        for edition in plan.editions:
            path = edition.language.path
            # of the pages for wrong addresses, hosts serve the one at the root
            files |= {
                path + name: content for name, content in trees[edition.language.code].items() if not path or name != "404.html"
            }
        numbers |= manifest(plan)
        files[MARKER] = (json.dumps(numbers, ensure_ascii=False) + "\n").encode()
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            stage.chmod(0o777 & ~_umask())
            _write_tree(files, stage)
            progress("audit")
            if problems := audit(plan, stage, _examiner(store)):
                raise PageError(problems)
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


def _standing(out: Path, plan: Plan, languages: Sequence[Language]) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files at `out` of the languages that the plan lacks, and all its numbers: `fits` has said that they do."""
    planned = {edition.language for edition in plan.editions}
    others = [language for language in languages if language not in planned]
    if not others:
        return {}, {}
    files = _read_tree(out)
    numbers = json.loads(files.pop(MARKER))

    def stays(name: str) -> bool:
        return any(_belongs(name, language, languages) for language in others)

    return {name: files[name] for name in files if stays(name)}, numbers


def _trees(
    root: Path, plan: Plan, languages: Sequence[Language], work: Path, progress: Progress, store: Store
) -> Mapping[str, Tree]:
    """The finished files of each language, recalled, or made by mkdocs in a folder of its own, which it empties first."""
    shared = read_shared(root)
    known = _known_by(root, shared)
    work.mkdir(parents=True, exist_ok=True)
    for left in work.glob("made-*"):
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix="made-", dir=work))  # of this build: a killed one may still be writing to its own
    found: dict[str, Tree] = {}
    runs, keys = {}, {}
    try:
        for edition in plan.editions:
            code, pages = edition.language.code, work / "pages" / edition.language.code
            words, common = plan.search_words.get(code, ()), ""
            config = config_of(edition, languages, shared, root, pages, made / code)
            if known:
                settings = {name: config[name] for name in config if name not in ("INHERIT", "docs_dir", "site_dir")}
                settings["theme"] = {name: item for name, item in settings["theme"].items() if name != "custom_dir"}
                nav = settings.pop("nav")
                common = digest(known, settings, words)
                keys[code] = digest(common, nav, _files_of(edition, plan.proofs))
                if tree := _recalled(store, keys[code]):
                    found[code] = tree
                    continue
            write_pages(edition, plan.proofs, pages)
            path = work / f"mkdocs.{code}.yml"
            write_if_changed(path, yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
            runs[code] = (str(path), words, common, store)
        if runs:
            progress(f"mkdocs: {', '.join(runs)}")
            _run_all(list(runs.values()))
        for code in runs:
            found[code] = _read_tree(made / code)
            if code in keys and not isinstance(store, Nothing):
                store.keep("tree", keys[code], pack(found[code]))
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return found


def _known_by(root: Path, shared: Mapping[str, Any]) -> str:
    """What all languages' builds depend on, or nothing if that cannot be known."""
    plugins, extensions = shared.get("plugins") or [], shared.get("markdown_extensions") or []
    names = [next(iter(item)) if isinstance(item, dict) and item else item for item in (*plugins, *extensions)]
    theme = root / shared["theme"]["custom_dir"]
    files = [path for path in theme.rglob("*") if path.is_file()]
    if "INHERIT" in shared or not {str(name) for name in names} <= _PLUGINS | _EXTENSIONS:
        return ""
    if any(date in path.read_bytes() for path in files if path.suffix in (".html", ".xml") for date in _DATES):
        return ""
    return digest(code_of_site(), (root / "mkdocs.yml").read_bytes(), digest_of_files(theme, files))


def _recalled(store: Store, key: str) -> Tree | None:
    packed = store.recall("tree", key)
    if packed is None:
        return None
    try:
        return unpack(packed)
    except ValueError as error:
        store.distrust("tree", key, str(error))
        return None


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


def _read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _write_tree(files: Tree, folder: Path) -> None:
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _run_all(runs: Sequence[tuple[str, Sequence[str], str, Store]]) -> None:
    """One mkdocs for each language, side by side."""
    if len(runs) > 1:
        warm_up([])  # once, rather than in each process
    workers = min(len(runs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(run_mkdocs, *zip(*runs, strict=True)))
    problems = [
        Problem(config, "", message, "a build without warnings")
        for (config, *_), messages in zip(runs, found, strict=True)
        for message in messages
    ]
    if problems:
        raise PageError(problems)


def read_shared(root: Path) -> dict[str, Any]:
    """mkdocs.yml as data.

    Raises:
        InputError: it is not YAML.
    """
    try:
        return yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(Problem("mkdocs.yml", "", " ".join(str(error).split()), "a YAML file in UTF-8")) from None


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
