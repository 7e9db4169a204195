"""A mkdocs hook that finishes the pages of the theme: texts are quoted once, alignment is a class, what Material lacks is there,
and each page has its policy.

Titles, descriptions and the site's own texts are quoted before any template gets them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from explainer.core.text import Text, html
from explainer.pages.apart import put_back, taken_out
from explainer.site.material import dark, mended
from explainer.site.policy import NOT_FOUND, OURS, with_policy
from explainer.site.scripts import SCRIPTS, small
from explainer.site.settings import TEXTS

DARK = "assets/stylesheets/dark.css"
_TAG = re.compile(r"<[^<>]*>")
_CELL = re.compile(r"<t[hd](?=[ >])[^>]*>")
_ALIGNED = re.compile(r' style="text-align: (left|right|center);"')
_serving = False
_apart: dict[str, Sequence[str]] = {}  # by page


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """mkdocs' own server puts a script into every page, which a policy would forbid."""
    global _serving
    _serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The site's own texts, for templates that put them in as they are."""
    for name in TEXTS:
        if config.get(name):
            config[name] = _html(config[name])
    for scheme in config.theme.get("palette") or []:
        scheme["toggle"]["name"] = _html(scheme["toggle"]["name"])
    config.extra["strings"] = {key: _html(words) for key, words in (config.extra.get("strings") or {}).items()}
    return config


def _html(words: Any) -> str:
    return html(Text(str(words)))


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """Quote what is HTML already no second time, and never take its quotation off."""
    env.filters["e"] = env.filters["escape"] = _quoted
    env.filters["striptags"] = lambda value: _quoted(_TAG.sub("", str(value)))
    return env


def _quoted(value: Any) -> Markup:
    return Markup(escape(unescape(str(value))))


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Formulas and figures are finished, and wait until the page is."""
    text, _apart[page.file.src_uri] = taken_out(markdown)
    return text


def on_page_content(content: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tables of Markdown are set to a side by a class, since pages have no styles of their own."""
    return _CELL.sub(lambda match: _with_class(match[0]), content)


def _with_class(cell: str) -> str:
    aligned = _ALIGNED.search(cell)
    if not aligned:
        return cell
    rest, side = _ALIGNED.sub("", cell), f"ex-{aligned[1]}"
    return rest.replace('class="', f'class="{side} ', 1) if 'class="' in rest else f'{rest[:-1]} class="{side}">'


def on_template_context(context: dict[str, Any], *, template_name: str, config: MkDocsConfig) -> dict[str, Any]:
    """Without a known address of the site, its page for wrong addresses looks beside itself: the host's root may be another's."""
    if template_name == NOT_FOUND and not config.site_url:
        context["base_url"] = "."
    return context


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    return _finished(mended(put_back(output, _apart.pop(page.file.src_uri, ()))))


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    if not template_name.endswith(".html"):
        return output
    return _finished(mended(output) if template_name == NOT_FOUND else output)


def _finished(html: str) -> str:
    return html if _serving else with_policy(html)


def on_post_build(*, config: MkDocsConfig) -> None:
    """The dark scheme once more, for readers without scripts; and what readers load of our scripts has no comments."""
    site = Path(config.site_dir)
    files = (*sorted(site.glob("assets/stylesheets/palette.*.css")), *(site / str(path) for path in config.extra_css))
    (site / DARK).write_text(dark(*(path.read_text(encoding="utf-8") for path in files)), encoding="utf-8")
    for script in sorted(site / SCRIPTS / path.name for path in (OURS / SCRIPTS).glob("*.js")):
        script.write_text(small(script.read_text(encoding="utf-8")), encoding="utf-8")
