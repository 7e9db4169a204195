"""A mkdocs hook for what the theme makes of pages: texts are quoted once, alignment is a class, and each page has its policy.

Titles, descriptions and the site's own texts are quoted before any template gets them.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from explainer.site.policy import with_policy
from explainer.site.settings import TEXTS
from explainer.text import Text, html

_TAG = re.compile(r"<[^<>]*>")
_CELL = re.compile(r"<t[hd](?=[ >])[^>]*>")
_ALIGNED = re.compile(r' style="text-align: (left|right|center);"')
_serving = False


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


def on_page_content(content: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tables of Markdown are set to a side by a class, since pages have no styles of their own."""
    return _CELL.sub(lambda match: _with_class(match[0]), content)


def _with_class(cell: str) -> str:
    aligned = _ALIGNED.search(cell)
    if not aligned:
        return cell
    rest, side = _ALIGNED.sub("", cell), f"ex-{aligned[1]}"
    return rest.replace('class="', f'class="{side} ', 1) if 'class="' in rest else f'{rest[:-1]} class="{side}">'


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    return output if _serving else with_policy(output)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    return with_policy(output) if template_name.endswith(".html") and not _serving else output
