"""mkdocs.yml as far as we read it ourselves: which is held to its form before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.core.text import LONGEST, unfit
from explainer.examples.wording import shown

FILE = "mkdocs.yml"
TEXTS = ("site_name", "site_description", "site_author", "copyright", "repo_name")
MAX_BYTES = 50_000
MAX_ITEMS = 5_000  # values, counted as often as they are referred to: a few lines of YAML can stand for millions
SCHEMES = 3  # of colours, between which readers switch
_RIGHT = "site_name: Examples of ours\ntheme:\n  name: material\n  custom_dir: explainer/site/theme"


def read_shared(root: Path) -> dict[str, Any]:
    """mkdocs.yml as data.

    Raises:
        InputError: it cannot be read, is not YAML, or something that we read in it is of another form.
    """
    text = text_of(root / FILE, FILE, "a YAML file", MAX_BYTES)
    try:
        settings = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # the latter from a date of no calendar
        raise InputError(Problem(FILE, "", " ".join(str(error).split()), "a YAML file", _RIGHT)) from None
    except RecursionError:
        raise InputError(Problem(FILE, "", "lists or tables nested too deep", "a YAML file", _RIGHT)) from None
    if not isinstance(settings, dict):
        raise InputError(Problem(FILE, "", shown(str(settings)), "keys and their values", _RIGHT))
    if _size(settings) > MAX_ITEMS:
        raise InputError(Problem(FILE, "", f"more than {MAX_ITEMS:,} values", "the settings of a site", _RIGHT))
    if problems := [Problem(FILE, *problem) for problem in _problems(settings, root)]:
        raise InputError(problems)
    return settings


def _size(value: Any) -> int:
    """How many values there are in one, or somewhat more than are looked at."""
    waiting, count = [value], 0
    while waiting and count <= MAX_ITEMS:
        value, count = waiting.pop(), count + 1
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return count


def _problems(settings: Mapping[str, Any], root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Place, what was found, what was expected, and an example."""
    for name in TEXTS:
        text = settings.get(name)
        if isinstance(text, str):
            if text and (found := unfit(text)):
                expected = f"one line of text, at most {LONGEST} letters, without control characters"
                yield name, found, expected, f"{name}: Examples of ours"
        elif text is not None:
            yield name, shown(str(text)), "a text", f"{name}: Examples of ours"
    address = settings.get("site_url")
    if address is not None and not isinstance(address, str):
        yield "site_url", shown(str(address)), "the address of the site", "site_url: https://example.org/"
    for name, right in (("plugins", "plugins:\n  - search"), ("markdown_extensions", "markdown_extensions:\n  - attr_list")):
        items = settings.get(name)
        listed = isinstance(items, list | dict) and all(isinstance(item, str | dict) and item for item in items)
        if items is not None and not listed:
            yield name, shown(str(items)), "a list of names, or a table with their settings", right
    nav = settings.get("nav")
    if nav is not None and not (isinstance(nav, list) and all(map(_is_entry, nav))):
        expected = "a list of pages, and of sections, each with a list of pages"
        yield "nav", shown(str(nav)), expected, "nav:\n  - index.md\n  - examples:\n      - alice.md"
    left_out = settings.get("not_in_nav")
    if left_out is not None and not isinstance(left_out, str):
        yield "not_in_nav", shown(str(left_out)), "a text with a page on each line", "not_in_nav: |\n  mine.md"
    yield from _theme_problems(settings.get("theme"), root)


def _is_entry(item: Any) -> bool:
    """A page, or a section with its pages."""
    if not isinstance(item, dict):
        return isinstance(item, str)
    return len(item) == 1 and all(
        isinstance(name, str) and not unfit(name) and isinstance(pages, list) and all(isinstance(page, str) for page in pages)
        for name, pages in item.items()
    )


def _theme_problems(theme: Any, root: Path) -> Iterator[tuple[str, str, str, str]]:
    own = theme.get("custom_dir") if isinstance(theme, dict) else None
    path = PurePosixPath(own) if isinstance(own, str) and "\0" not in own else None
    if path is None or path.is_absolute() or ".." in path.parts or not path.parts or not (root / path).is_dir():
        yield "theme.custom_dir", shown(str(own)), "a folder of the project", "custom_dir: explainer/site/theme"
        return
    palette = theme.get("palette")
    schemes = [item for item in palette if isinstance(item, dict)] if isinstance(palette, list) and len(palette) == SCHEMES else []
    if len(schemes) != SCHEMES or not all(isinstance(item.get("toggle"), dict) for item in schemes):
        expected = f"{SCHEMES} schemes, each with its toggle: of the system, light, dark"
        yield "theme.palette", shown(str(palette)), expected, "palette:\n  - scheme: default\n    toggle:\n      icon: x"
