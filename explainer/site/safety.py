"""Nothing on a finished page is code but what the theme has put there, whoever wrote the page and whatever it went through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.core.text import SCHEMES, is_picture, scheme_of
from explainer.site.policy import is_trusted, policy

# Elements that load a page into a page, move its addresses, or hide what they hold from who looks at it.
_REFUSED = frozenset({
    "object", "embed", "applet", "base", "iframe", "frame", "frameset", "portal", "fencedframe", "noscript", "template", "noembed",
    "noframes", "plaintext", "xmp", "animate", "animatemotion", "animatetransform", "set", "foreignobject", "style", "handler",
})  # fmt: skip
_REFUSED_ATTRIBUTES = frozenset({"srcdoc", "formaction", "style", "ping", "background", "dynsrc", "lowsrc"})
_ADDRESSES = frozenset(
    {"href", "xlink:href", "src", "action", "data", "poster", "cite", "longdesc", "manifest", "codebase", "classid"}
)
_METAS = frozenset({"content-security-policy"})


def problems(document: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """All that might run, or lead into something that runs: what was found, and what was expected."""
    scripts: list[str] = []
    policies: list[str] = []
    for node in document.css("*"):
        tag, attributes = (node.tag or "").lower(), node.attributes
        if tag == "script":
            if "src" not in attributes and attributes.get("type") != "application/json":
                scripts.append(script := node.text(deep=True) or "")
                if not is_trusted(script):
                    yield (f"the script {_cut(script)}", "only scripts of the theme, or of the package's own")
            elif "src" not in attributes and attributes.get("id") != "__config":
                yield (f"the data {_cut(node.text() or '')} in a script element", "only the theme's settings")
        elif tag in _REFUSED:
            yield (f"the element {tag}", "a page without it")
        elif tag == "meta" and (name := attributes.get("http-equiv")) is not None:
            if (name or "").strip().lower() not in _METAS:
                yield (f"a meta element for {name!r}", "none but the page's policy")
            policies.append(attributes.get("content") or "")
        yield from _attributes(node, tag)
    if policies != [policy(scripts)]:
        yield (f"the policy {_cut('; '.join(policies))}", f"one policy, {policy(scripts)}")


def _attributes(node: LexborNode, tag: str) -> Iterator[tuple[str, str]]:
    for name, value in node.attributes.items():
        key = name.lower()
        if key.startswith("on") or key in _REFUSED_ATTRIBUTES:
            yield (f"the attribute {key} of an element {tag}", "elements without it")
        elif (tag, key) == ("img", "src") and is_picture(value or ""):
            continue
        elif key in _ADDRESSES and scheme_of(value or "") not in SCHEMES:
            yield (f"the address {_cut(value or '')}", f"addresses of {', '.join(filter(None, SCHEMES))}, or of the site")
        elif key in ("srcset", "imagesrcset") and any(scheme_of(part) not in SCHEMES for part in re.split(r"[,\s]+", value or "")):
            yield (f"the addresses {_cut(value or '')}", "addresses of the site")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else line[:57] + "…")
