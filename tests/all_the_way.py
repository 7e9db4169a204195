"""Example files all the way: worked out, shown in every format, and made into pages, each in one of the languages."""

from __future__ import annotations

import re
import shutil
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from explainer import verbs
from explainer.core.errors import ExplainerError
from explainer.examples.load import parse
from explainer.site import proven
from explainer.site.store import Folder, Store
from explainer.words.languages import LANGUAGES, SOURCE, Language
from explainer.words.sections import stamped
from tests import ROOT

OUTPUTS = ("site", "markdown", "tex", "json", "notebook")  # each of a file in another language, in turn
INDEX = "---\ndescription: Examples.\n---\n\n# Examples {#top}\n\nThey follow.\n"
PROOF = "---\ndescription: How it is proven.\n---\n\n# Proof {#top}\n\nIt is proven.\n"


def project(root: Path) -> Path:
    """A site of two short pages in every language, to which examples may be added."""
    (root / "docs" / "examples").mkdir(parents=True)
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    (root / "explainer").symlink_to(ROOT / "explainer", target_is_directory=True)
    for language in LANGUAGES:
        if not language.made_from:
            (root / "docs" / language.code).mkdir()
            for page, text in (("index.md", INDEX), ("proof.md", PROOF)):
                own = text if language is SOURCE else stamped(text, text)
                (root / "docs" / language.code / page).write_text(own, encoding="utf-8")
    return root


def spoken(index: int) -> dict[str, Language]:
    """The language of each output of a file, by its number in a list: what is said is the same in all, how it is said differs."""
    return {output: LANGUAGES[(index + turn) % len(LANGUAGES)] for turn, output in enumerate(OUTPUTS)}


def page_of(root: Path, index: int, name: str) -> Path:
    """Where the finished page of a file is."""
    language = spoken(index)["site"]
    return root / "sites" / language.code / language.path / name / "index.html"


def faults(root: Path, texts: Mapping[str, str], languages: Sequence[Language] = LANGUAGES) -> dict[str, list[str]]:
    """What goes wrong with each of these files on its way, by the names of their examples: of those with a page in `languages`.

    Those that can be worked out and shown become a site together, one for each language. The proofs that showing needs are
    kept for it.
    """
    store = Folder(root / "build" / "cache")
    found: dict[str, list[str]] = {}
    for language in languages:
        own = {name: index for index, name in enumerate(texts) if spoken(index)["site"] is language}
        found |= {name: list(_shown(index, name, texts[name], store)) for name, index in own.items()}
        for name, problems in _built(root, {name: texts[name] for name in own if not found[name]}, language):
            found[name] += problems
    return found


def told(name: str, text: str, problems: Sequence[str]) -> str:
    """A file that fails, to be pasted into one, with its faults as comments."""
    comments = [f"# {line}" for problem in problems for line in problem.splitlines()]
    return "\n".join([f"# {name}.toml", *comments, "", text])


def _shown(index: int, name: str, text: str, store: Store) -> Iterator[str]:
    """The faults of working a file out and showing it, format by format."""
    try:
        derivation = proven.derivations({name: parse(text, name=name, file=f"{name}.toml")}, store, lambda _: None)[name]
    except Exception as error:
        yield f"derive: {_said(error)}"
        return
    for output, language in spoken(index).items():
        if output != "site":
            try:
                verbs.show(derivation, output, language.code)
            except Exception as error:
                yield f"{output}, {language.code}: {_said(error)}"


def _built(root: Path, texts: Mapping[str, str], language: Language) -> Iterator[tuple[str, list[str]]]:
    """The faults of one site with a page for each of these files, inspected. What names no file is looked for by halves."""
    folder = root / "docs" / "examples"
    for path in folder.glob("*.toml"):
        path.unlink()
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    try:
        verbs.build(root, [language.code], root / "sites" / language.code)
    except ExplainerError as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            for name in texts.keys() & set(re.split(r"[/:.\s]", f"{problem.file} {problem.place} {problem.found}")):
                found.setdefault(name, []).append(f"site: {problem}")
        yield from found.items()
        if found:
            return
        failed: Exception = error
    except Exception as error:
        failed = error
    else:
        return
    if len(texts) == 1:
        yield next(iter(texts)), [f"site: {_said(failed)}"]
    elif texts:
        names = list(texts)
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            yield from _built(root, {name: texts[name] for name in half}, language)
    else:
        raise failed


def _said(error: Exception) -> str:
    """An error for whoever has to find it: an author's as it is told, another with where it was."""
    if isinstance(error, ExplainerError):
        return str(error)
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno}, {last.name})"
