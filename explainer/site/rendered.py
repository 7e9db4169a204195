"""Pages as mkdocs renders them, each kept by itself: a run of mkdocs renders those that have changed, and no others.

mkdocs runs whole all the same, with its navigation, templates, search index and checks of links. Only two pure functions of
a page are recalled: its Markdown as HTML, with the anchors and links found on the way, and its entries for the search.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from explainer.site.keys import digest
from explainer.site.notebook_pages import cells_of, is_notebook
from explainer.site.patches import first_heading, index_by, render_by, with_first_heading
from explainer.site.proven import as_json
from explainer.site.store import Store


class Rendered(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """`key` names all that is the same for every page: settings, theme, code, search words."""

    def __init__(self, store: Store, key: str) -> None:
        super().__init__()
        self.store, self.key = store, key
        self._made: list[tuple[str, str, bytes]] = []
        self._files = ""

    def keep(self) -> None:
        """Keep what was made: to be called when a build has gone well, since a page with a warning must warn again."""
        for kind, key, content in self._made:
            self.store.keep(kind, key, content)

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        render_by(page, self._render)
        return page

    def on_nav(self, nav: Any, *, config: MkDocsConfig, files: Files) -> Any:
        self._files = digest([(file.src_uri, file.url) for file in files])
        index_by(config.plugins["material/search"], self._index)
        return nav

    def _render(self, page: Page, render: Callable[..., None], config: MkDocsConfig, files: Files) -> None:
        key = digest(self.key, self._files, page.file.src_uri, page.markdown)
        if (content := self.store.recall("rendered", key)) is not None:
            try:
                html, toc, title, anchors, links = json.loads(content)
                found = {files.src_uris[path]: to_anchors for path, to_anchors in links.items()}
                contents = get_toc(toc)
            except (ValueError, LookupError, TypeError) as error:
                self.store.distrust("rendered", key, f"unreadable ({type(error).__name__})")
            else:
                page.content, page.toc = html, contents
                with_first_heading(page, title)
                page.present_anchor_ids, page.links_to_anchors = set(anchors), found
                return
        render(config, files)
        if is_notebook(page.file.src_uri):
            page.content = cells_of(page.content or "")
        links = {file.src_uri: to_anchors for file, to_anchors in (page.links_to_anchors or {}).items()}
        anchors = sorted(page.present_anchor_ids or ())
        kept = [page.content, [_token(item) for item in page.toc], first_heading(page), anchors, links]
        self._made.append(("rendered", key, as_json(kept)))

    def _index(self, index: Any, add: Callable[[Page], None], page: Page) -> None:
        try:
            toc = [_token(item) for item in page.toc]
            key = digest(self.key, page.url, str(page.title), page.content, toc, dict(page.meta))
        except TypeError:  # front matter that is more than text
            add(page)
            return
        if (content := self.store.recall("search", key)) is not None:
            try:
                entries = [dict(entry) for entry in json.loads(content)]
            except (ValueError, TypeError) as error:
                self.store.distrust("search", key, f"unreadable ({type(error).__name__})")
            else:
                index.entries += entries
                return
        before = len(index.entries)
        add(page)
        self._made.append(("search", key, as_json(index.entries[before:])))


def _token(item: AnchorLink) -> dict[str, Any]:
    return {"level": item.level, "id": item.id, "name": item.title, "children": [_token(child) for child in item.children]}
