"""Names of files, and the addresses that they lead to: one rule for examples, ledgers and pages, so that nothing is lost.

A name that the rule allows is a file and a folder of this name on every system, and no other's address but its own.
"""

from __future__ import annotations

import re

from explainer.core.errors import Problem
from explainer.words.languages import LANGUAGES, SOURCE

LONGEST = 60  # letters of a name
RULE = f"a name of small letters, digits, - and _, beginning with a letter, at most {LONGEST}"
PROOF_PAGE = "proof.md"
DERIVATIONS, DOWNLOADS, NOTEBOOKS, WORKSHEETS = "derivations", "downloads", "notebooks", "worksheets"  # folders of the site

_NAME = re.compile(rf"[a-z][a-z0-9_-]{{0,{LONGEST - 1}}}")
# What has an address already, by the name that would lead there.
_TAKEN = {
    **{language.code.casefold(): f"{language.endonym} has its pages there" for language in LANGUAGES if language is not SOURCE},
    **dict.fromkeys((DERIVATIONS, DOWNLOADS, NOTEBOOKS, WORKSHEETS), "the site keeps what belongs to examples and pages there"),
    **dict.fromkeys(("assets", "search"), "the theme keeps its own files there"),
}
# Pages that every site has, which are for a page to write and not for an example to take.
_OF_PAGES = {"index": "the first page is there", PROOF_PAGE.removesuffix(".md"): "the page on proofs is there"}
_OF_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))})


def fault(name: str, *, is_page: bool = False) -> str:
    """Why nothing may be called this; "" if it may. A page may be the first one, and that on proofs."""
    if not _NAME.fullmatch(name):
        return f"the name {name[: 2 * LONGEST]!r}"
    if is_device(name):
        return f"the name {name!r}, which is a device on some systems"
    reason = _TAKEN.get(name) or ("" if is_page else _OF_PAGES.get(name, ""))
    return f"the name {name!r}, which is taken: {reason}" if reason else ""


def is_device(name: str) -> bool:
    """Do some systems mean a device by this, whatever its ending?"""
    return name.partition(".")[0].casefold() in _OF_DEVICES


def reserved() -> tuple[str, ...]:
    """The names that no example may have though they look right, but for those of devices."""
    return (*_TAKEN, *_OF_PAGES)


def problem(file: str, name: str, example: str, *, is_page: bool = False) -> Problem | None:
    """What to say of something by this name. `example` is where it would go right, with {} for the name."""
    found = fault(name, is_page=is_page)
    if not found:
        return None
    near = re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-_0123456789")[: LONGEST - 2]
    near = f"{near}-2" if near and fault(near) else near
    return Problem(file, "", found, f"{RULE}, that nothing else has", example.replace("{}", near or "mine"))


def shared(file: str, address: str, other: str, remedy: str, example: str = "") -> Problem:
    """What to say of two files that lead to one address."""
    return Problem(file, "", f"the address {address}, which {other} has", remedy, example)


# --- addresses


def url_of(path: str) -> str:
    """The folder of a page's HTML file."""
    return "" if path == "index.md" else path.removesuffix(".md").removesuffix(".ipynb") + "/"


def notebook_path(example: str) -> str:
    """The page of an example's notebook, as mkdocs gets it."""
    return f"{NOTEBOOKS}/{example}.ipynb"


def download_path(example: str) -> str:
    """The notebook for readers. mkdocs-jupyter copies nothing but what it shows, and that has HTML for the site in it."""
    return f"{DOWNLOADS}/{example}.ipynb"


def code_path(file: str) -> str:
    """A file of docs/code, for readers to keep."""
    return f"{DOWNLOADS}/{file}"


def script_path(name: str) -> str:
    """A trained network, as the script of the pages that it answers on."""
    return f"{DOWNLOADS}/{name}.js"


def worksheet_path(page: str) -> str:
    """The worksheet of a page, as mkdocs gets it."""
    return f"{WORKSHEETS}/{page}"


def is_worksheet(path: str) -> bool:
    return path.startswith(f"{WORKSHEETS}/")


def questions_path(page: str) -> str:
    """A page's exercises as a file, for readers to keep."""
    return f"{DOWNLOADS}/{page.removesuffix('.md')}.xml"


def derivation_path(example: str) -> str:
    """The proof file of an example."""
    return f"{DERIVATIONS}/{example}.json"
