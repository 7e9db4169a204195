"""What a line of an authored page may have beside words and Markdown: a list of elements and attributes, and safe addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from explainer.core.text import SCHEMES, scheme_of
from explainer.words.page_syntax import CODE, FORMULA, HOLE, Is, pieces

ELEMENTS = frozenset({
    "a", "abbr", "aside", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "hr", "i", "img", "ins", "kbd", "li", "mark", "nav", "ol", "p", "q", "s", "samp", "section",
    "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
    "wbr",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "alt", "aria-label", "class", "colspan", "dir", "download", "height", "href", "hreflang", "id", "lang", "markdown", "open",
    "rel", "reversed", "role", "rowspan", "scope", "src", "start", "tabindex", "title", "width",
})  # fmt: skip
FENCE = re.compile(r"```[\w+-]*(?: +\{[ .\w=\"-]*\}| +[\w-]+=\"[\w -]*\")*\s*")  # the first line of a block of code
# What a page's author does not write as markup.
_OTHER = frozenset({Is.CODE, Is.FORMULA, Is.HOLE})
_TAKEN_FIRST = re.compile(rf"{CODE}|{FORMULA}|{HOLE}")
_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][\w-]*)(?P<attributes>(?:\s+[^\s\"'<>=/`]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=`]+))?)*)\s*/?>"
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s\"'<>=/`]+)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?")
_AUTOMATIC = re.compile(r"<(?P<address>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*|[^\s<>@:]+@[^\s<>@:]+)>")
_COMMENT = re.compile(r"<!-- (?:(?!--)[^<>])*-->")
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_TARGET = re.compile(r"\]\(\s*<?(?P<address>[^\s)>]*)")
_DEFINITION = re.compile(r"^\s{0,3}\[[^\]]*\]:\s*<?(?P<address>[^\s>]*)")
_LIST = re.compile(r"\{:?(?P<items>[^{}\n]*)\}")
_IDENTIFIER = re.compile(r"[A-Za-z][\w.:-]*")  # names that begin with __ are the theme's
_EXAMPLE = '<div class="ex-card" markdown>'


def problems(line: str) -> Iterator[tuple[str, str, str]]:
    """What is found in a line of prose that must not stand there, what may, and an example.

    We read a line from left to right; Markdown takes code out of it first, even out of a tag. Neither way may anything be hidden.
    """
    as_read = "".join(piece.text for piece in pieces(line) if piece.kind not in _OTHER)
    yield from dict.fromkeys((*_problems(as_read), *_problems(_TAKEN_FIRST.sub("", line))))


def _problems(line: str) -> Iterator[tuple[str, str, str]]:
    for match in (*_TARGET.finditer(line), *_DEFINITION.finditer(line)):
        yield from _address(match["address"])
    words, end = list[str](), 0
    while opening := _OPENING.search(line, end):
        start = opening.start()
        words.append(line[end:start])
        tag, automatic = _TAG.match(line, start), _AUTOMATIC.match(line, start)
        whole = tag or automatic or _COMMENT.match(line, start)
        if whole is None:
            yield f"{_cut(line[start:])}, which begins a tag", "a whole tag on one line, or &lt; for the sign itself", _EXAMPLE
            return
        if tag:
            yield from _tag(tag["name"].lower(), tag["attributes"])
        elif automatic and ":" in automatic["address"]:
            yield from _address(automatic["address"])
        end = whole.end()
    for found in _LIST.finditer("".join([*words, line[end:]])):
        yield from _list(found["items"])


def _tag(name: str, attributes: str) -> Iterator[tuple[str, str, str]]:
    if name not in ELEMENTS:
        yield f"the element {name}", f"Markdown, or one of the elements {', '.join(sorted(ELEMENTS))}", _EXAMPLE
    for match in _ATTRIBUTE.finditer(attributes):
        yield from _attribute(match["name"], (match["value"] or "").strip("\"'"))


def _list(items: str) -> Iterator[tuple[str, str, str]]:
    """A list of attributes in braces, or what Markdown might take for one."""
    for match in _ATTRIBUTE.finditer(items):
        name, value = match["name"], match["value"]
        if name.startswith("#"):
            yield from _attribute("id", name[1:])
        elif value is not None or name.lower().startswith("on"):
            yield from _attribute(name.lstrip(":"), (value or "").strip("\"'"))


def _attribute(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    if name.lower() not in ATTRIBUTES:
        yield f"the attribute {name}", f"one of {', '.join(sorted(ATTRIBUTES))}", _EXAMPLE
    elif name.lower() in ("href", "src"):
        yield from _address(value)
    elif name.lower() == "id" and not _IDENTIFIER.fullmatch(value):
        yield f"the anchor {value!r}", "one that begins with a letter", "{#the-loss}"


def _address(address: str) -> Iterator[tuple[str, str, str]]:
    if scheme_of(unescape(address)) not in SCHEMES:
        schemes = ", ".join(filter(None, SCHEMES))
        yield f"the address {_cut(address)}", f"an address of a page of the site, or one of {schemes}", "[Alice](alice.md)"


def _cut(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
