"""What may run and load on a page: files of the site, and of scripts in the page itself those of the theme, by their hashes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from explainer.site.scripts import SCRIPTS, small

OURS = Path(__file__).with_name("theme")
NOT_FOUND = "404.html"  # it has a script of ours
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
# The theme's first script says how far up the site begins, on each page in its own way.
_SCOPE = re.compile(r'(?<=^__md_scope=new URL\(")[^"\\<>]*(?=",location\))')
_CHARSET = '<meta charset="utf-8">'
_SOURCES = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'", "connect-src": "'self'",
    "worker-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
}  # fmt: skip
_DEPTHS = (".", "..", "../..", "/")  # the first page, others, notebooks, and the page for wrong addresses


@cache
def _theme() -> Path:
    from mkdocs.utils import get_theme_dir

    return Path(get_theme_dir("material"))


def _canonical(script: str) -> str:
    return _SCOPE.sub("", script)


@cache
def _trusted() -> frozenset[str]:
    """The scripts that the theme writes into pages, but for what differs between these."""
    files = (*(_theme() / "partials" / "javascripts").glob("*.html"), OURS / NOT_FOUND)
    texts = (path.read_text(encoding="utf-8") for path in files)
    scripts = (_canonical(match["text"]) for text in texts for match in _SCRIPT.finditer(text) if not match["attributes"])
    return frozenset(script for script in scripts if "{{" not in script)


def is_trusted(script: str) -> bool:
    """Has the theme written this script into the page?"""
    return _canonical(script) in _trusted()


def is_file_of_theme(name: str, content: bytes) -> bool:
    """Is this file of the site one of the theme's, or ours?"""
    if name.startswith(SCRIPTS) and (OURS / name).is_file():
        return content == small((OURS / name).read_text(encoding="utf-8")).encode()
    return any((folder / name).is_file() and (folder / name).read_bytes() == content for folder in (OURS, _theme()))


def hash_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def policy(scripts: Iterable[str]) -> str:
    """The policy of a page that has these scripts."""
    allowed = " ".join(["'self'", *sorted({hash_of(script) for script in scripts if is_trusted(script)})])
    first, *others = (f"{name} {value}" for name, value in _SOURCES.items())
    return "; ".join([first, f"script-src {allowed}", *others])


def header() -> str:
    """The policy of all pages together, for a host that can send it, with what a page cannot say of itself."""
    scripts = [
        script
        for script in _trusted()
        if "tabs" not in script and script.startswith(("__md_scope", "var palette", "var target", "(async"))
    ]
    every = [_SCOPE.sub(depth, script) for script in scripts for depth in _DEPTHS]
    return f"{policy(every)}; frame-ancestors 'none'"


def with_policy(html: str) -> str:
    """A finished page that says its policy before anything is loaded."""
    scripts = [match["text"] for match in _SCRIPT.finditer(html) if not match["attributes"]]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'
    return html.replace(_CHARSET, f"{_CHARSET}\n      {meta}", 1)


def admitting(html: bytes, script: bytes) -> bytes:
    """A page whose policy allows one script more."""
    return html.replace(b"script-src 'self'", f"script-src 'self' {hash_of(script.decode())}".encode(), 1)
