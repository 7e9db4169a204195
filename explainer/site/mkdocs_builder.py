"""mkdocs, run once for each language: its settings, its pages, and what it says."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from pathspec import GitIgnoreSpec

from explainer.core.disk import naming, scratch, write_if_changed
from explainer.core.text import Text, html
from explainer.site import patches
from explainer.site.addresses import derivation_path, is_worksheet
from explainer.site.files import names_in
from explainer.site.keys import code_of_site, digest, digest_of_files
from explainer.site.notebook_pages import is_notebook
from explainer.site.pages import EMPTY_NOTEBOOK
from explainer.site.plan import Edition
from explainer.site.settings import TEXTS, read_shared
from explainer.site.store import Store
from explainer.words import catalogue as catalogues
from explainer.words.conversion import vocabulary
from explainer.words.languages import SOURCE, Language

WORDS = "partials/languages"  # in a theme
COURSE = "course"  # the section of mkdocs.yml whose pages are numbered, in the order in which they are read
EXAMPLES = "examples"  # and the one that pages join which it does not list
BOXES = ("formula", "table", "figure", "code", "results")
WORD_FREQUENCY = 10**6  # more often than any word of jieba's dictionary that a term could be taken apart into
# What reads nothing but the pages, the settings and the theme. A site with any other plugin or extension is built anew
# each time, since nobody knows on what else its pages depend.
_PLUGINS = {"search", "mkdocs-jupyter"}
_EXTENSIONS = {
    *("abbr", "admonition", "attr_list", "codehilite", "def_list", "fenced_code", "footnotes", "md_in_html", "meta", "nl2br"),
    *("sane_lists", "smarty", "tables", "toc", "wikilinks"),
    *(f"pymdownx.{name}" for name in ("betterem", "caret", "critic", "details", "highlight", "inlinehilite", "keys", "magiclink")),
    *(f"pymdownx.{name}" for name in ("mark", "smartsymbols", "superfences", "tabbed", "tasklist", "tilde")),
}
# mkdocs makes it; its bytes depend on the day, on Python's version and on zlib's, and no host needs it
COMPRESSED = "sitemap.xml.gz"
_STRICT = "in strict mode"  # how mkdocs ends that has made everything, but warned
_DATES = (b"build_date", b"update_date")  # what a template would print another day's page with


def texts_of(shared: Mapping[str, Any]) -> list[str]:
    """What the settings have readers see on every page."""
    sections = [key for item in shared.get("nav") or [] if isinstance(item, dict) for key in item]
    return [str(text) for text in (*(shared.get(name) or "" for name in TEXTS), *sections)]


def files_of(edition: Edition, proofs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """One language's pages, downloads and proof files."""
    yield from ((path, page.text) for path, page in edition.pages.items())
    yield from edition.downloads.items()
    yield from ((derivation_path(name), text) for name, text in proofs.items())


def write_pages(edition: Edition, proofs: Mapping[str, str], folder: Path) -> None:
    """These files, and nothing else, in a folder."""
    names = set()
    for name, text in files_of(edition, proofs):
        write_if_changed(folder / name, text)
        names.add(name)
    for stale in set(names_in(folder)) - names:
        (folder / stale).unlink()


def _palette(edition: Edition, palette: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [edition.catalogue.text(f"site.{key}").written for key in ("to_light", "to_dark", "to_system")]
    return [{**scheme, "toggle": {**scheme["toggle"], "name": name}} for scheme, name in zip(palette, names, strict=True)]


def navigation(edition: Edition, nav: Sequence[Any], apart: Set[str]) -> list[Any]:
    """The pages in the order and the sections of mkdocs.yml, lessons by number. All others but those `apart` join the examples."""
    pages = edition.pages.keys() - apart
    others = [path for path in edition.pages if path in pages - _listed(nav)]
    numbered = lessons(edition, nav)

    def section(key: str, paths: Sequence[Any]) -> dict[str, Any]:
        name = edition.catalogue.text(f"nav.{key}") if f"nav.{key}" in edition.catalogue.texts else Text(key)
        return {html(name): [{html(numbered[path]): path} if path in numbered else path for path in paths]}

    found: list[Any] = []
    for item in nav:
        if isinstance(item, dict):
            ((key, paths),) = item.items()
            inside = [path for path in paths if path in pages]
            if key == EXAMPLES:
                inside, others = [*inside, *others], []
            found += [section(key, inside)] if inside else []
        elif item in pages:
            found.append(item)
    return [*found, *others]


def lessons(edition: Edition, nav: Sequence[Any]) -> dict[str, Text]:
    """What navigation calls the pages of the course: by their numbers and titles."""
    paths = [path for item in nav if isinstance(item, dict) for path in item.get(COURSE, ()) if path in edition.pages]
    return {path: Text(f"{number}. {edition.pages[path].title.written}") for number, path in enumerate(paths, 1)}


def outside(edition: Edition, nav: Sequence[Any], left_out: str = "") -> set[str]:
    """The pages that links alone lead to: notebooks and worksheets; what mkdocs.yml leaves out; and what an example has by itself
    that it does not list, if other pages show that example.
    """
    patterns = GitIgnoreSpec.from_lines(left_out.splitlines())
    shown = {f"{name}.md" for path, page in edition.pages.items() for name in page.shows() if path != f"{name}.md"}
    generated = {path for path, page in edition.pages.items() if not page.source.is_authored}
    return {
        path
        for path in edition.pages
        if is_notebook(path) or is_worksheet(path) or patterns.match_file(path) or path in (shown & generated) - _listed(nav)
    }


def _listed(nav: Sequence[Any]) -> set[str]:
    """The pages of a navigation, whatever section they are in."""
    return {path for item in nav for path in (next(iter(item.values())) if isinstance(item, dict) else [item])}


def frame_of(root: Path, shared: Mapping[str, Any], pages: Path, site: Path) -> dict[str, Any]:
    """What an mkdocs configuration needs that inherits the project's mkdocs.yml from another folder."""
    return {
        "INHERIT": str(root / "mkdocs.yml"),
        "docs_dir": str(pages),
        "site_dir": str(site),
        "hooks": [str(Path(__file__).with_name(f"{hook}.py")) for hook in ("notebook_pages", "finish")],
        "watch": [],
        "theme": {"custom_dir": str(root / shared["theme"]["custom_dir"])},
    }


def settings_of(edition: Edition, languages: Sequence[Mapping[str, str]], shared: Mapping[str, Any], theme: Path) -> dict[str, Any]:
    """What an mkdocs configuration says of one language, wherever its files lie."""
    language, nav = edition.language, shared.get("nav") or []
    apart = outside(edition, nav, shared.get("not_in_nav") or "")
    settings: dict[str, Any] = {
        "site_description": edition.catalogue.text("site.description").written,
        "nav": navigation(edition, nav, apart),
        "not_in_nav": "".join(f"/{path}\n" for path in sorted(apart)),
        "markdown_extensions": {"toc": {"permalink_title": edition.catalogue.text("site.permalink").written}},
        "extra": {"language": language.code, "languages": list(map(dict, languages)), "boxes": boxes_of(edition)},
        "theme": {"language": words_of(language, theme), "palette": _palette(edition, shared["theme"]["palette"])},
    }
    if shared.get("site_url"):
        settings["site_url"] = shared["site_url"].rstrip("/") + "/" + language.path
    return settings


def languages_of(languages: Sequence[Language]) -> list[dict[str, str]]:
    """What the theme's language switch lists, and what each language says on the page for wrong addresses, which they share."""
    said = {language: catalogues.said(language, "site.not_found") for language in languages}
    return [
        {
            "code": language.code,
            "name": language.endonym,
            "path": language.path,
            "not_found": text.written,
            "spoken": text.lang or language.code,
        }
        for language, text in said.items()
    ]


def words_of(language: Language, theme: Path) -> str:
    """The file of the theme's own words in a language, or in the nearest that there is."""
    material = find_spec("material")
    places = [theme, *(Path(place) / "templates" for place in (material and material.submodule_search_locations) or ())]
    names = (language.code, language.code.partition("-")[0])
    return next((name for name in names if any((place / WORDS / f"{name}.html").is_file() for place in places)), SOURCE.code)


def boxes_of(edition: Edition) -> dict[str, str]:
    """What a box of each kind is called where it is too wide for its place."""
    return {kind: edition.catalogue.text(f"site.scrolls.{kind}").written for kind in BOXES}


# --- one run


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@lru_cache(maxsize=1)  # each takes a hundred megabytes
def _dictionary(language: Language) -> Any:
    """What a language without spaces has for words. jieba's dictionary is of Simplified Chinese."""
    dictionary = patches.dictionary_of_chinese()
    if language.made_from:
        known = [(word, count) for word, count in dictionary.FREQ.items() if count and len(word) > 1]
        for made in vocabulary("\n".join(word for word, _ in known)):
            for word, (_, count) in zip(made.split("\n"), known, strict=True):
                if word not in dictionary.FREQ:
                    dictionary.add_word(word, count)
    return dictionary


def _teach_words(language: Language, words: Sequence[str]) -> None:
    """Have the search cut a language's text into its words; these are among them."""
    dictionary = _dictionary(language)
    for word in words:
        dictionary.add_word(word, WORD_FREQUENCY)
    patches.cut_by(dictionary)


def warm_up(root: Path, languages: Sequence[Language]) -> None:
    """Make a site of one page and one notebook, and a dictionary, so that the next build finds all of it loaded."""
    with scratch("explainer-") as folder:
        pages, config = folder / "pages", folder / "mkdocs.yml"
        write_if_changed(pages / "index.md", "# - {#top}\n\n<div markdown>\n\n```python\nprint()\n```\n\n</div>\n")
        write_if_changed(pages / "notebooks" / "none.ipynb", EMPTY_NOTEBOOK)
        settings = frame_of(root, read_shared(root), pages, folder / "site") | {"nav": ["index.md", {"-": "notebooks/none.ipynb"}]}
        write_if_changed(config, yaml.safe_dump(settings))
        build_language(str(config), SOURCE)
    for language in [language for language in languages if language.unspaced][:1]:  # one is kept at a time
        _dictionary(language)


@dataclass(frozen=True, slots=True)
class Said:
    """What mkdocs says of a language: its warnings and errors, none if all is well; and whether it came to its end."""

    messages: tuple[str, ...]
    is_done: bool = True


def build_language(
    config_file: str, language: Language, words: Sequence[str] = (), key: str = "", store: Store | None = None
) -> Said:
    """Build one language.

    `words` are terms that a language without spaces must not have cut in two in its search index. With the `key` of all that
    its pages have in common, those that are kept are not rendered again.
    """
    patches.quiet()
    patches.compile_once()
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    from explainer.site.rendered import Rendered

    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    if language.unspaced:
        _teach_words(language, words)
    is_done = True
    try:
        config = load_config(config_file)
        rendered = Rendered(store, key) if key and store and "material/search" in config.plugins else None
        if rendered:
            config.plugins["explainer/rendered"] = rendered
        with naming(config.site_dir):
            mkdocs_build(config)
            (Path(config.site_dir) / COMPRESSED).unlink(missing_ok=True)
        if rendered and not warnings.messages:
            rendered.keep()
    except (MkDocsException, SystemExit) as error:
        is_done = _STRICT in str(error)  # all pages are there, but not without a warning
        if not warnings.messages:
            warnings.messages.append(str(error))
    finally:
        logger.removeHandler(warnings)
    return Said(tuple(warnings.messages), is_done)


def known_by(root: Path, shared: Mapping[str, Any]) -> str:
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
