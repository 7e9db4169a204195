"""The one reader of page syntax, and that all who read pages see the same in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.words import glossary, sections
from explainer.words import page_syntax as syntax
from explainer.words.languages import LANGUAGES
from explainer.words.page_syntax import (
    HOLES,
    Block,
    Claim,
    Constant,
    Display,
    Front,
    Heading,
    Is,
    Listing,
    Literal,
    Prose,
    Reference,
    Said,
    Stamp,
    Symbol,
    hole,
    parse,
    pieces,
)
from tests.conftest import ROOT

PAGES = [path for language in LANGUAGES for path in sorted((ROOT / "docs" / language.code).glob("*.md"))]
PAGE = """---
example: alice
source: "1a2b"
---

# Title {#top}
<!-- source: 3c4d -->

Words.

  ::: partials neuron: 1

```python
::: no block
# no heading
$$
```

$$
::: x
$$
"""


def test_a_page_in_its_parts() -> None:
    assert [part for part in parse(PAGE) if part.text] == [
        Front(1, ("---", "example: alice", 'source: "1a2b"', "---"), is_closed=True, stamp="1a2b"),
        Heading(6, ("# Title {#top}",), 1, "Title", "top"),
        Stamp(7, ("<!-- source: 3c4d -->",), "3c4d"),
        Prose(9, ("Words.",)),
        Block(11, ("  ::: partials neuron: 1",), "partials", ("1",), "neuron"),
        Listing(13, ("```python", "::: no block", "# no heading", "$$", "```")),
        Display(19, ("$$", "::: x", "$$")),
    ]


@pytest.mark.parametrize("text", ["```\nx", "$$\nx", "---\nx: y"])
def test_what_does_not_end_says_so(text: str) -> None:
    (part,) = parse(text)
    assert isinstance(part, Listing | Display | Front)
    assert not part.is_closed


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_of_a_page_is_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parts = parse(text)
    assert "\n".join(part.text for part in parts) == text
    assert [part.line for part in parts] == [1 + sum(len(before.lines) for before in parts[:n]) for n in range(len(parts))]
    for part in parts:
        for line in part.lines:
            assert "".join(piece.text for piece in pieces(line)) == line


def test_a_line_in_its_pieces() -> None:
    line = '1. A `$b$` $c$ {{d}} [e](f.md "G") <b title="h">i</b>{.j} <!-- k --> https://l.org/1'
    assert [(piece.kind, piece.text) for piece in pieces(line) if piece.text.strip()] == [
        (Is.ITEM, "1. "),
        (Is.WORDS, "A "),
        (Is.CODE, "`$b$`"),
        (Is.FORMULA, "$c$"),
        (Is.HOLE, "{{d}}"),
        (Is.WORDS, " [e"),
        (Is.TARGET, "](f.md"),
        (Is.WORDS, ' "G") '),
        (Is.TAG, '<b title="h">'),
        (Is.WORDS, "i"),
        (Is.TAG, "</b>"),
        (Is.ATTRIBUTES, "{.j}"),
        (Is.COMMENT, "<!-- k -->"),
        (Is.ADDRESS, "https://l.org/1"),
    ]


def test_every_hole_of_the_table_is_one_and_every_kind_is_in_it() -> None:
    found = [hole(f"{{{{{usage}}}}}") for usage, _ in HOLES]
    assert {type(item) for item in found} | {Said} == {Reference, Symbol, Constant, Literal, Claim, Said}
    assert hole("{{neuron:o_1 to 3}}") == Reference("o_1", "neuron", 3)
    assert hole("{{(x_1)}}") == Reference("x_1", enclosed=True)


def test_the_contributing_guide_has_the_holes() -> None:
    rows = [f"| `{{{{{usage}}}}}` | {becomes} |" for usage, becomes in HOLES]
    table = "\n".join(["| Hole | What it becomes |", "| --- | --- |", *rows])
    assert table in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), f"the table is now:\n{table}"


@pytest.mark.parametrize(
    ("text", "whole"),
    [("<div>\n\na<br>\n\n</div>", True), ("<div>", False), ("</div>", False), ("<div><p></div></p>", False), ("`<div>`", True)],
)
def test_elements_that_begin_and_end(text: str, whole: bool) -> None:
    assert syntax.is_whole(parse(text)) == whole


# --- what four scanners saw differently

ENGLISH = "---\nexample: alice\n---\n\n# T {#top}\n\n- one\n\nHERE\n\nThe bias.\n"


def differing(english: str, translation: str) -> list[str]:
    source, own = ENGLISH.replace("HERE", english), ENGLISH.replace("HERE", translation)
    return [problem.found for problem in sections.problems(source, sections.stamped(source, own), "ru.md", "en.md")]


@pytest.mark.parametrize(
    ("english", "translation", "found"),
    [
        ("    ::: figure values", "    ::: figure symbols", "the section 'T' without the block ::: figure values"),
        ("::: given\n\n```\n```python\n::: data\n```", "::: given", "the section 'T' without the code block"),
        ('[a](b.md "B")', '[a](c.md "B")', "the section 'T' without the link b.md"),
        ("``a`b``", "``a`c``", "the section 'T' without the code ``a`b``"),
    ],
)
def test_what_a_page_is_filled_with_is_compared(english: str, translation: str, found: str) -> None:
    assert any(words.startswith(found) for words in differing(english, translation))
    assert differing(english, english) == []


@pytest.mark.parametrize(
    ("english", "translation", "found"),
    [
        ("Up{{claim h_1 > 0}}.", "Вверх {{ claim  h_1>0 }}!", []),
        ("Up{{claim a: h_1 < b: h_2 and (c = 0)}}.", "Вверх{{claim a:h_1 < b:h_2 and c = 0}}.", []),
        (
            "Up{{claim h_1 > 0}}.",
            "Вверх{{claim h_1 < 0}}.",
            ["the claim {{claim h_1 < 0}}", "the section 'T' without the claim {{claim h_1 > 0}}"],
        ),
        ("Up{{claim h_1 > 0}}.", "Вверх.", ["the section 'T' without the claim {{claim h_1 > 0}}"]),
        ("Up.", "Вверх{{claim h_1 >}}.", ["the claim {{claim h_1 >}}"]),
    ],
)
def test_a_translation_claims_the_same_in_other_words(english: str, translation: str, found: list[str]) -> None:
    assert differing(english, translation) == found


def test_a_block_is_the_same_however_it_is_indented() -> None:
    assert differing("    ::: figure  values", "::: figure values ") == []


def test_comments_in_code_are_translated_and_nothing_else_in_it_is() -> None:
    code = "```python\nw -= rate  # {}\nx[1#1] = {}\n```"
    assert differing(code.format("a step", 1), code.format("шаг", 1)) == []
    assert differing(code.format("a step", 1), code.format("a step", 2))


def test_a_number_may_be_a_word_in_one_language_and_a_figure_in_another() -> None:
    assert differing("It is one.", "它等于 ${{constant 1}}$。") == []
    assert differing("It is one.", "它等于 $x = {{constant 1}}$。")


def test_an_anchor_is_no_word() -> None:
    terms = glossary.read('[[term]]\nen = ["weight"]\nru = ["вес"]\n', "g.toml")
    assert list(glossary.problems(terms, "ru", "# Heavy {#weight}", "# Т {#weight}", "ru.md")) == []
