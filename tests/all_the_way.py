"""Example files all the way: worked out, shown in every format, and made into the pages of one site."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from explainer import verbs
from explainer.errors import ExplainerError
from explainer.site import proven
from explainer.site.store import Folder, Store
from explainer.spec import parse
from explainer.words.languages import LANGUAGES, SOURCE
from explainer.words.sections import stamped

ROOT = Path(__file__).resolve().parent.parent
FORMATS = {"markdown": ("en", "ru"), "tex": ("en",), "json": ("ru",), "notebook": ("en",)}
CODES = ("en", "ru")  # of the site; what a page says is the same in all, how it says it differs most in these
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


def kept(root: Path) -> Store:
    """Where the project keeps proofs, so that none has to be made twice."""
    return Folder(root / "build" / "cache")


def faults(name: str, text: str, store: Store) -> Iterator[str]:
    """What goes wrong when a file is worked out and shown, format by format."""
    try:
        derivation = proven.derivations({name: parse(text, name=name, file=f"{name}.toml")}, store, lambda _: None)[name]
    except Exception as error:
        yield f"derive: {told(error)}"
        return
    for format, codes in FORMATS.items():
        for code in codes:
            try:
                verbs.show(derivation, format, code)
            except Exception as error:
                yield f"{format}, {code}: {told(error)}"


def told(error: Exception) -> str:
    """An error for whoever has to find it: an author's is told in full, another with where it was."""
    if isinstance(error, ExplainerError):
        return str(error)
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno}, {last.name})"


def build(root: Path, texts: Mapping[str, str]) -> Path:
    """One site with a page for each of these files, audited."""
    for name, text in texts.items():
        (root / "docs" / "examples" / f"{name}.toml").write_text(text, encoding="utf-8")
    return verbs.build(root, CODES, root / "site")
