"""What Material's own pages lack: each part is a pure function of text, and refuses what it does not know.

Overriding Material's templates would mean a copy of whole files of its; these are a few words in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkdocs.exceptions import PluginError

from explainer.site.patches import WRITTEN_FOR

# What a page has, and what stands there instead.
_MENDED = (
    # Firefox would remember, over a reload, that the menu was open. Whether it may is for a form to say, not for a checkbox.
    (re.compile(r'(<input class="md-toggle" [^>]*) autocomplete="off">'), r'\1 form="__toggles">'),
    (re.compile(r'(?=<label class="md-overlay" for="__drawer">)'), '<form id="__toggles" autocomplete="off" hidden></form>\n    '),
    # The list of results is reached by the arrow keys; a script makes it a tab stop while it scrolls.
    (re.compile(r'(<div class="md-search__scrollwrap") tabindex="0"'), r"\1"),
)
# A page that navigation does not list has no menu, and so nothing that the label of its contents would open.
_LABEL = re.compile(r'<label class="md-nav__title" for="__toc">(.*?)</label>', re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SLATE = re.compile(r'(?<!not\()\[data-md-color-scheme="?slate"?\]')


def mended(html: str) -> str:
    """A finished page as the standard wants it."""
    for pattern, replacement in _MENDED:
        html, count = pattern.subn(replacement, html)
        if not count:
            raise PluginError(
                f"no {pattern.pattern} in a page of Material's; this hook knows its version {WRITTEN_FOR['mkdocs-material']}"
            )
    return html if 'id="__toc"' in html else _LABEL.sub(r'<span class="md-nav__title">\1</span>', html)


def dark(*styles: str) -> str:
    """The dark scheme for readers without scripts: its rules, where the system asks for it rather than a choice on the page."""
    rules = "\n".join(rule for style in styles for rule in _dark_rules(_COMMENT.sub("", style)))
    return f"@media screen and (scripting: none) and (prefers-color-scheme: dark) {{\n{rules}\n}}\n"


def _dark_rules(style: str) -> Iterator[str]:
    for selectors, body in _RULE.findall(style):
        if _SLATE.search(selectors):
            yield f"{_SLATE.sub('[data-md-color-scheme=default]', selectors.strip())} {{{body}}}"
