"""A mkdocs hook for notebook pages: of what mkdocs-jupyter makes of a notebook, the page keeps the cells.

mkdocs-jupyter brings half a megabyte of styles and scripts of JupyterLab's into every page, prompts and buttons in English,
and MathJax from elsewhere. None of it is needed: the text of our notebooks is finished HTML, the theme has colours for code,
and its copy button speaks the reader's language. `docs/decisions/0011-notebooks.md` says more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer.core import text
from explainer.core.text import Text
from explainer.pages.apart import UNSEARCHED
from explainer.site.patches import WRITTEN_FOR

FOLDER = "notebooks"


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str | None:
    """Put a notebook's page together anew, and say what mkdocs-jupyter does not say about it."""
    if not is_notebook(page.file.src_uri):
        return None
    assert page.file.abs_src_path is not None
    notebook = json.loads(Path(page.file.abs_src_path).read_text(encoding="utf-8"))
    own = notebook["metadata"]["explainer"]
    page.meta = {key: text.html(Text(own[key])) for key in ("title", "description")}  # templates put them in as they are
    tree = LexborHTMLParser(html)
    permalink = (config.mdx_configs.get("toc") or {}).get("permalink_title", "")
    for node in tree.css("h1[id], h2[id]"):
        mark = f'<a class="headerlink" href="#{node.attributes["id"]}" title="{escape(permalink)}">&para;</a>'
        node.insert_child(_element(mark))
    page.toc = get_toc(_headings(tree))
    return "\n".join(_cells(tree, notebook["cells"], own["output"]))


def is_notebook(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and path.endswith(".ipynb")


def cells_of(html: str) -> str:
    """What is needed of mkdocs-jupyter's page, without the styles and scripts around it."""
    return "".join(node.html or "" for node in LexborHTMLParser(html).css(".jp-Cell[id]"))


def _element(html: str) -> LexborNode:
    body = LexborHTMLParser(html).body
    assert body is not None
    assert body.child is not None
    return body.child


def _headings(tree: LexborHTMLParser) -> list[Any]:
    """The table of contents, as mkdocs wants it: the title with the sections below it."""

    def entry(node: LexborNode, level: int) -> dict[str, Any]:
        words = "".join(child.html or "" for child in node.iter(include_text=True) if child.tag != "a").strip()
        return {"level": level, "id": node.attributes["id"], "name": words, "children": []}

    (title,) = [entry(node, 1) for node in tree.css("h1[id]")]
    title["children"] = [entry(node, 2) for node in tree.css("h2[id]")]
    return [title]


def _cells(tree: LexborHTMLParser, cells: Sequence[Mapping[str, Any]], label: str) -> Iterator[str]:
    shown = tree.css(".jp-Cell[id]")
    if len(shown) != len(cells):
        raise PluginError(f"mkdocs-jupyter shows {len(shown)} cells of {len(cells)}")
    for node, cell in zip(shown, cells, strict=True):
        if cell["cell_type"] == "markdown":
            yield _inner(_one(node, ".jp-RenderedMarkdown > div"))
            continue
        code = _one(node, ".highlight-ipynb pre")
        yield f'<div class="language-python highlight"{UNSEARCHED}><pre><code>{_inner(code)}</code></pre></div>'
        if cell["outputs"]:
            printed = _one(node, ".jp-OutputArea-output pre")
            lines = printed.text().rstrip("\n").split("\n")
            body = "\n".join(map(_line, lines, cell["metadata"]["explainer"]["references"]))
            kind = "ex-output ex-rows" if any(line.startswith(" ") for line in lines) else "ex-output"  # rows of matrices
            yield (
                f'<div class="{kind}" role="group" aria-label="{escape(label)}"{UNSEARCHED}><pre><samp>{body}</samp></pre></div>'
            )


def _one(node: LexborNode, selector: str) -> LexborNode:
    found = node.css(selector)
    if len(found) != 1:
        known = WRITTEN_FOR["mkdocs-jupyter"]
        raise PluginError(f"mkdocs-jupyter makes a cell with {len(found)} parts {selector}; this hook knows its version {known}")
    return found[0]


def _line(line: str, references: str) -> str:
    """A printed line; each of its numbers says what it is."""
    names = references.split()
    words = re.split(r"(\s+)", line)
    numbers = dict(zip(range(len(words) - 2 * len(names) + 1, len(words), 2), names, strict=True))
    return "".join(
        f'<span data-output="{escape(numbers[at])}">{escape(word)}</span>' if at in numbers else escape(word, quote=False)
        for at, word in enumerate(words)
    )


def _inner(node: LexborNode) -> str:
    return "".join(child.html or "" for child in node.iter(include_text=True)).strip()
