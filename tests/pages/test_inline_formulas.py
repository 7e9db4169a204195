"""Formulas in prose, through Markdown to HTML and a browser: a paragraph stays one, and a line never begins with a full stop."""

from __future__ import annotations

import re
from typing import Any

import markdown
import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from explainer.pages.fill import fill
from explainer.pages.source import Source
from explainer.pages.writers import SiteWriter
from explainer.site.inspection import _bare
from explainer.words.catalogue import load
from explainer.words.languages import SOURCE
from tests.conftest import ROOT

SETTINGS = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
STYLE = ROOT / "explainer" / "site" / "theme" / "assets" / "stylesheets" / "explainer.css"


def built(text: str) -> LexborHTMLParser:
    """Authored Markdown as mkdocs makes it, with the extensions of the site."""
    page = fill(Source("docs/en/a.md", text), load(SOURCE), SiteWriter(), {})
    return LexborHTMLParser(markdown.markdown(page.text, extensions=list(SETTINGS), extension_configs=SETTINGS))


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("$z_1$ is called a pre-activation, and $o_1$ an output.", "p"),
        ("An output is $o_1$", "p"),
        ("$z_1$", "p"),
        ("- $z_1$ is one,\n- $z_2$ another.", "li"),
        ("- one\n\n    $z_1$ goes on.\n\n- two", "li > p"),
        ("1. $z_1$ is the first", "li"),
        ("| $z_1$ | b |\n|---|---|\n| $z_2$ is | $z_3$. |", "table"),
        ("> $z_1$ is quoted, as $z_2$ is.", "blockquote > p"),
        ("!!! note\n    $z_1$ is noted.", ".admonition > p"),
        ('??? note "$z_1$ inside"\n    $z_2$ is hidden.', "details"),
        ("## $z_1$, a heading {#z}", "h2"),
        ("**$z_1$** is loud, *$z_2$* less.", "p"),
        ("[$z_1$](b.md) leads on.", "p"),
        ("<div markdown>\n\nA $z_1$ in it.\n\n$z_2$ begins.\n\n</div>", "div > p"),
    ],
)
def test_words_and_formulas_of_a_paragraph_stay_together(text: str, selector: str) -> None:
    tree = built(text)
    wanted = len(re.findall(r"\$[^$]+\$", text))
    assert len(tree.css("math")) == wanted
    assert sum(len(node.css("math")) for node in tree.css(selector)) >= 1
    assert not list(_bare(tree)), tree.html
    before = len(re.findall(r"\n\n", text))
    assert len(tree.css("p")) <= before + 2


@pytest.mark.parametrize(
    "html",
    [
        "<math><mi>z</mi></math><p>is torn</p>",
        "<div><span><math><mi>z</mi></math></span> is torn</div>",
        "<ul><li><p>one</p><math><mi>z</mi></math><p>two</p></li></ul>",
        '<p><math display="block"><mi>z</mi></math></p>',
    ],
)
def test_the_inspection_refuses_a_formula_outside_any_paragraph(html: str) -> None:
    assert len(list(_bare(LexborHTMLParser(html)))) == 1


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    return browser.new_page()


# At every width of the column: the narrowest and widest at which a mark stands on another line than its formula.
PARTED = """() => {
  const all = document.querySelector("p"), own = document.querySelector("i"), wrong = [];
  for (let width = 1; width < 160; width++) {
    all.style.width = width + "px";
    const formula = own.querySelector("math").getBoundingClientRect();
    const texts = document.createTreeWalker(own, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (node.parentElement.closest("math")) continue;
      for (let at = 0; at < node.data.length; at++) {
        const range = document.createRange();
        range.setStart(node, at); range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        if (box.height && (box.top > formula.bottom || box.bottom < formula.top)) wrong.push(width);
      }
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize(
    "around", ["{}.", "{},", "({})", "({}).", "{};", "{}!", "„{}“", "«{}»,", "{}…", "{}，", "（{}）。", "“{}”、", "《{}》"]
)
@pytest.mark.parametrize("markup", ["{}", "<b>{}</b>", '<a href="#">{}</a>'])
def test_no_line_parts_a_formula_from_its_punctuation(page: Any, around: str, markup: str) -> None:
    formula = built("$z_1$").css_first("p").inner_html or ""
    style = STYLE.read_text(encoding="utf-8")
    page.set_content(f"<style>{style}</style><p>word <i>{around.format(markup.format(formula))}</i> word</p>")
    assert page.evaluate(PARTED) == []


def test_a_formula_may_begin_a_line_in_chinese(page: Any) -> None:
    formula = built("$z_1$").css_first("p").inner_html or ""
    page.set_content(f"<style>{STYLE.read_text(encoding='utf-8')}</style><p>称为<i>{formula}称</i>为</p>")
    assert page.evaluate(PARTED), "nothing would ever be parted here, so the test above could not fail"
