"""The finished pages in the hands of another site builder: Zensical, whom the makers of the theme have named its successor."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from explainer.pages.apart import BEGIN, END
from explainer.site.addresses import url_of
from explainer.site.notebook_pages import is_notebook
from explainer.site.settings import read_shared
from explainer.words.languages import SOURCE
from tests.conftest import Site, require
from tests.site.test_site import parse
from tests.small import write


@pytest.mark.site
def test_zensical_builds_the_finished_pages_with_all_they_hold(site: Site, tmp_path: Path) -> None:
    zensical = require("zensical")
    (edition,) = (edition for edition in site.plan.editions if edition.language == SOURCE)
    pages = {path: page.text for path, page in edition.pages.items() if not is_notebook(path)}
    for path, text in pages.items():
        write(tmp_path / "docs" / path, text.replace(BEGIN, "").replace(END, ""))
    plain = {"site_name": "plain", "markdown_extensions": read_shared(site.root)["markdown_extensions"]}
    write(tmp_path / "mkdocs.yml", yaml.safe_dump(plain))
    done = subprocess.run([zensical, "build"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

    held = {path: things(tmp_path / "site" / url_of(path) / "index.html") for path in pages}
    assert held == {path: things(site.folder / url_of(path) / "index.html") for path in pages}
    assert all(sum(len(found[kind]) for found in held.values()) > len(pages) for kind in ("[data-ref]", "math", "svg"))


def things(file: Path) -> dict[str, list[str]]:
    """References, formulas and figures of a page, in order."""
    article = parse(file).css_first("article")
    for frame in article.css("a.headerlink, a.md-content__button, .md-icon, nav"):
        frame.decompose()
    return {kind: [node.html or "" for node in article.css(kind)] for kind in ("[data-ref]", "math", "svg")}
