"""Scripts as readers load them: the same programs without their comments, and with short names where nobody outside sees them."""

from __future__ import annotations

from minify_html import minify

SCRIPTS = "assets/javascripts"
_OPENING, _CLOSING = "<script>", "</script>"


def small(script: str) -> str:
    """The same program in fewer bytes."""
    return minify(f"{_OPENING}{script}{_CLOSING}", minify_js=True).removeprefix(_OPENING).removesuffix(_CLOSING)
