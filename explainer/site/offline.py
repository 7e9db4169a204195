"""A finished site as one that opens from a folder: links name files, and the search is a script of our own.

From a folder a browser runs no workers and fetches nothing, and it serves no page for an address that is a folder. So this is
a function of the files of a site that has been inspected; it changes their addresses, and not a word of what they say.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote, urlsplit

from explainer.site.files import Tree

WORD_BREAK = "\u200b"  # what Material parts the words of Chinese with
_INDEX = "search/search_index.json"
WORDS = "search/words.js"  # of each language; a site for a server has none
_HREF = re.compile(r'(?<= href=")[^"]*(?=")')
_PRELOAD = re.compile(r'\s*<link rel="preload"[^>]*>')  # of a font, which a browser refuses to load ahead from a folder
_BOXES = re.compile(r'<script src="([^"]*)assets/javascripts/boxes\.js')
_TAG = re.compile(r"<[^>]*>")
# What makes Material's script take the search for its own.
_CLAIMS = re.compile(r' (?:name="search"|data-md-component="search[^"]*")')
_OF_HOSTS = ("404.html", "sitemap.xml")
_OF_WORKERS = ("assets/javascripts/workers/", "assets/javascripts/lunr/")


def offline(files: Tree, roots: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Each of its files, by name. `roots` are the folders of the languages, each with a search of its own: "", "ru/" and so on."""
    indices = {f"{root}{_INDEX}": f"{root}{WORDS}" for root in roots}
    for name, content in files.items():
        if posixpath.basename(name) in _OF_HOSTS or any(part in name for part in _OF_WORKERS):
            continue
        if name in indices:
            yield indices[name], _words(content.decode()).encode()
        else:
            yield name, _page(content.decode(), name, files).encode() if name.endswith(".html") else content


def _page(html: str, name: str, files: Tree) -> str:
    html = _HREF.sub(lambda match: _to_file(match[0], name, files), _PRELOAD.sub("", html))
    up = _BOXES.search(html)
    assert up, f"{name} is no page of the theme"
    scripts = "".join(f'\n  <script src="{up[1]}{file}" defer></script>' for file in (WORDS, "assets/javascripts/lookup.js"))
    return _CLAIMS.sub("", html).replace("</head>", f"{scripts.strip()}\n  </head>", 1)


def _to_file(address: str, name: str, files: Tree) -> str:
    """An address of a folder, as that of the page in it."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return address
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path), "index.html"))
    if target not in files:
        return address
    return parts._replace(path=posixpath.join(parts.path, "index.html")).geturl()


def _words(index: str) -> str:
    """Material's index as a script: of each section its address, its title and its text."""
    sections = [[_located(entry["location"]), _plain(entry["title"]), _plain(entry["text"])] for entry in json.loads(index)["docs"]]
    return f"var explainerSections = {json.dumps(sections, ensure_ascii=False, separators=(',', ':'))};\n"


def _located(location: str) -> str:
    page, mark, anchor = location.partition("#")
    return f"{page}index.html{mark}{anchor}"


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", text)).replace(WORD_BREAK, "").split())
