"""Verdicts on finished pages. A page that was found to be right, as it is and by the same judge, is not judged again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from explainer.site.keys import digest
from explainer.site.store import Folder
from explainer.words.languages import Language
from tests.conftest import ROOT

_LOOKS = (".css", ".js", ".woff2")


def looks(site: Path, language: Language) -> str:
    """What all pages of a language share: styles, scripts and fonts."""
    folder = site / language.path / "assets"
    return digest(sorted((path.name, path.read_bytes()) for path in folder.rglob("*") if path.suffix in _LOOKS))


def html_files(site: Path) -> Iterator[Path]:
    yield from sorted(site.rglob("*.html"))


class Verdicts:
    """Of one judge. `judge` and what else is named here is all that a verdict depends on besides the page."""

    def __init__(self, judge: str, *made_from: Any) -> None:
        self._kind, self._made_from = f"verdict-{judge}", made_from
        self._store = Folder(ROOT / "build" / "cache")
        self._keys: dict[str, str] = {}
        self.open: list[str] = []  # those that have to be looked at
        self.wrong: dict[str, list[str]] = {}

    def judge(self, page: str, content: bytes) -> None:
        self._keys[page] = digest(self._made_from, page, content)
        if self._store.recall(self._kind, self._keys[page]) is None:
            self.open.append(page)

    def say(self, page: str, found: list[str]) -> None:
        if found:
            self.wrong[page] = found
        else:
            self._store.keep(self._kind, self._keys[page], b"right")

    def counted(self) -> str:
        judged = f"{len(self.open)} of {len(self._keys)} pages judged"
        return f"{judged}, {sum(map(len, self.wrong.values()))} messages"
