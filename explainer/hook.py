"""A thin hook for `mkdocs build` and `mkdocs serve` typed at the root: it fills the English pages first.

The whole site, in all languages and inspected, is made by `explainer build`.
"""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from explainer.core.errors import ExplainerError
from explainer.site.notebook_pages import on_page_content as on_page_content


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Point mkdocs at freshly generated pages."""
    from explainer import verbs
    from explainer.site.mkdocs_builder import boxes_of, languages_of, navigation, write_pages
    from explainer.words.languages import SOURCE

    root = Path(config.config_file_path).parent
    folder = root / "build" / "pages" / SOURCE.code
    try:
        plan = verbs.plan(root, [SOURCE])
    except ExplainerError as error:
        raise Abort(str(error)) from None
    (edition,) = plan.editions
    write_pages(edition, plan.proofs, folder)
    config.docs_dir = str(folder)
    config.nav = navigation(edition, config.nav or [])
    config.extra |= {"languages": languages_of([SOURCE]), "boxes": boxes_of(edition)}
    return config
