"""Making the site: the only code that writes. A build is staged, audited, and put in place whole."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from explainer.errors import InputError, PageError, Problem
from explainer.site.audit import audit, manifest
from explainer.site.plan import Edition, Plan, notebook_path
from explainer.words.conversion import vocabulary
from explainer.words.languages import SOURCE, Language

MARKER = "explainer-manifest.json"  # a folder that has one was made by a build, and may be replaced by one
WORD_FREQUENCY = 10**6  # more often than any word of jieba's dictionary that a term could be taken apart into
Progress = Callable[[str], None]


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file unless it says so already: watchers and modification times stay quiet."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def write_pages(edition: Edition, proofs: Mapping[str, str], folder: Path) -> None:
    """One language's Markdown and proof files, and nothing else, in a folder."""
    files = {path: page.text for path, page in edition.pages.items()} | dict(edition.downloads)
    files |= {f"derivations/{name}.json": text for name, text in proofs.items()}
    for stale in [path for path in folder.rglob("*") if path.is_file() and str(path.relative_to(folder)) not in files]:
        stale.unlink()
    for name, text in files.items():
        write_if_changed(folder / name, text)


def _palette(edition: Edition, palette: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [edition.catalogue.text(f"site.{key}") for key in ("to_light", "to_dark", "to_system")]
    return [{**scheme, "toggle": {**scheme["toggle"], "name": name}} for scheme, name in zip(palette, names, strict=True)]


def navigation(edition: Edition, nav: Sequence[str]) -> list[str | dict[str, str]]:
    """The pages in the order of mkdocs.yml; generated ones follow. After each page comes its notebook."""
    pages = [path for path in edition.pages if edition.pages[path].notebook is None]
    found: list[str | dict[str, str]] = []
    for path in [*(path for path in nav if path in pages), *(path for path in pages if path not in nav)]:
        found.append(path)
        planned = edition.pages.get(notebook_path(path.removesuffix(".md")))
        if planned is not None:  # mkdocs-jupyter takes its title from Markdown, which is HTML already
            found.append({planned.page.title: planned.path})
    return found


def config_of(
    edition: Edition, editions: Sequence[Edition], shared: Mapping[str, Any], root: Path, pages: Path, site: Path
) -> dict[str, Any]:
    """The mkdocs configuration of one language; it inherits the project's mkdocs.yml."""
    language = edition.language
    config: dict[str, Any] = {
        "INHERIT": str(root / "mkdocs.yml"),
        "site_description": edition.catalogue.text("site.description"),
        "docs_dir": str(pages),
        "site_dir": str(site),
        "hooks": [str(Path(__file__).with_name("notebooks.py"))],
        "watch": [],
        "nav": navigation(edition, shared.get("nav") or []),
        "theme": {
            "custom_dir": str(root / shared["theme"]["custom_dir"]),
            "language": language.code,
            "palette": _palette(edition, shared["theme"]["palette"]),
        },
        "markdown_extensions": {"toc": {"permalink_title": edition.catalogue.text("site.permalink")}},
        "extra": {"language": language.code, "languages": languages_of(editions)},
    }
    if shared.get("site_url"):
        config["site_url"] = shared["site_url"].rstrip("/") + "/" + language.path
    return config


def languages_of(editions: Sequence[Edition]) -> list[dict[str, str]]:
    """What the theme's language switch lists."""
    return [{"code": e.language.code, "name": e.language.endonym, "path": e.language.path} for e in editions]


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _quiet_environment() -> None:
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's notice about its successor, at every start
    os.environ["JUPYTER_NO_CONFIG"] = "1"  # whatever somebody has set for Jupyter on this machine is not for our pages
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # else a warning that this will be the default


def _teach_words(language: Language, words: Sequence[str]) -> None:
    """Tell jieba what a language without spaces has for words. Its dictionary is of Simplified Chinese."""
    import jieba

    jieba.dt.initialized = False  # whatever this process was taught for another language
    jieba.initialize()
    if language.made_from:
        known = [(word, count) for word, count in jieba.dt.FREQ.items() if count and len(word) > 1]
        for made in vocabulary("\n".join(word for word, _ in known)):
            for word, (_, count) in zip(made.split("\n"), known, strict=True):
                if word not in jieba.dt.FREQ:
                    jieba.add_word(word, count)
    for word in words:
        jieba.add_word(word, WORD_FREQUENCY)


def run_mkdocs(config_file: str, language: Language, words: Sequence[str] = ()) -> list[str]:
    """Build one language. Returns mkdocs' warnings and errors, none if all is well.

    `words` are terms that a language without spaces must not have cut in two in its search index.
    """
    _quiet_environment()
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    logging.getLogger("jieba").disabled = True  # it sets its own level when it is imported
    if language.unspaced:
        _teach_words(language, words)
    try:
        config = load_config(config_file)
        mkdocs_build(config)
    except (MkDocsException, SystemExit) as error:
        warnings.messages.append(str(error))
    finally:
        logger.removeHandler(warnings)
    return warnings.messages


def build(root: Path, plan: Plan, out: Path, progress: Progress = lambda _: None) -> None:
    """Make the site from its plan and put it at `out`. Whatever fails, what stood there before stays.

    Raises:
        InputError: `out` is a folder that no build has made.
        PageError: mkdocs or the audit found something wrong.
    """
    check_out(out)
    shared = read_shared(root)
    work = root / "build" / f"work-{out.name}"  # of this destination, so that serving and building do not meet
    stage = out.with_name(f".{out.name}.new")
    _recover(out)
    shutil.rmtree(stage, ignore_errors=True)
    runs = []
    for edition in plan.editions:
        pages = work / "pages" / edition.language.code
        write_pages(edition, plan.proofs, pages)
        config = config_of(edition, plan.editions, shared, root, pages, stage / edition.language.code)
        path = work / f"mkdocs.{edition.language.code}.yml"
        write_if_changed(path, yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
        runs.append((str(path), edition.language, plan.search_words.get(edition.language.code, ())))
    try:
        progress(f"mkdocs: {', '.join(edition.language.code for edition in plan.editions)}")
        _run_all(runs)
        progress("audit")
        site = _assemble(plan.editions, stage)
        (site / MARKER).write_text(json.dumps(manifest(plan), ensure_ascii=False) + "\n", encoding="utf-8")
        if problems := audit(plan, site):
            raise PageError(problems)
        _swap(site, out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _assemble(editions: Sequence[Edition], stage: Path) -> Path:
    """Put the languages together; each was built in a folder of its own, since mkdocs empties the folder it builds to."""
    site = stage / "site"
    source = stage / SOURCE.code
    source.rename(site) if source.exists() else site.mkdir()
    for edition in editions:
        if edition.language is not SOURCE:
            (stage / edition.language.code).rename(site / edition.language.path)
            (site / edition.language.path / "404.html").unlink()  # hosts serve the one at the root
    return site


def _run_all(runs: Sequence[tuple[str, Language, Sequence[str]]]) -> None:
    """One mkdocs for each language, side by side."""
    workers = min(len(runs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(run_mkdocs, *zip(*runs, strict=True)))
    problems = [
        Problem(config, "", message, "a build without warnings")
        for (config, _, _), messages in zip(runs, found, strict=True)
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
