"""A thin hook for `mkdocs build` and `mkdocs serve` typed at the root: it fills the English pages first.

The whole site, in all languages and inspected, is made by `explainer build`.
"""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from pathspec import GitIgnoreSpec

from explainer.core.errors import ExplainerError
from explainer.site.notebook_pages import on_page_content as on_page_content


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Point mkdocs at freshly generated pages."""
    from explainer import verbs
    from explainer.site.mkdocs_builder import boxes_of, languages_of, navigation, outside, write_pages
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
    nav = config.nav or []
    apart = {path for path in edition.pages if config.not_in_nav and config.not_in_nav.match_file(path)} | outside(edition, nav)
    config.nav = navigation(edition, nav, apart)
    config.not_in_nav = GitIgnoreSpec.from_lines(f"/{path}" for path in apart)
    config.extra |= {"languages": languages_of([SOURCE]), "boxes": boxes_of(edition)}
    return config
