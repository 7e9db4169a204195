"""The table of blocks: what each needs, what it makes, and what is said of one that is asked for in a wrong way."""

from __future__ import annotations

from functools import cache

import pytest

from explainer.core.errors import PageError, Problem
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.claims import load_ledger
from explainer.ledger.audit import Audited, audit
from explainer.pages.assembled import Links
from explainer.pages.blocks import BLOCKS
from explainer.pages.fill import fill
from explainer.pages.source import Source
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import load
from explainer.words.languages import SOURCE
from tests.conftest import ROOT
from tests.recorded import small_recorded
from tests.shipped import shipped
from tests.training.answered import answering

DOCS = ROOT / "docs"
CODE = {
    path.name: path.read_text(encoding="utf-8") for path in (DOCS / "code").iterdir() if path.suffix in (".py", ".txt", ".json")
}
EXAMPLES = ("alice", "perceptron", "symmetry", "mazur", "neuron", "training", "digits")


@cache
def known() -> dict[str, Derivation]:
    return {name: derive(small_recorded()) if name == "digits" else shipped(name) for name in EXAMPLES}


@cache
def ledgers() -> dict[str, Audited]:
    return {"mazur": audit(load_ledger(DOCS / "ledger" / "mazur.toml"), known())}


def problems(text: str, example: str = "", file: str = "docs/en/x.md") -> tuple[Problem, ...]:
    source = Source(file, f"# T {{#top}}\n\n{text}\n", example)
    try:
        fill(source, load(SOURCE), SiteWriter(), known(), Links(), ledgers(), CODE, answering={"mnist": answering().first})
    except PageError as error:
        return error.problems
    return ()


def table() -> str:
    rows = ["| Block | Of an example | What it becomes |", "| --- | --- | --- |"]
    for row in BLOCKS.values():
        usages = ", ".join(f"`{f'::: {row.name} {usage}'.rstrip()}`" for usage in row.usages)
        rows.append(f"| {usages} | {'yes' if row.of_example else ''} | {row.becomes} |")
    return "\n".join(rows)


def test_the_contributing_guide_has_the_blocks() -> None:
    assert table() in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), f"the table is now:\n{table()}"


# Questions with choices go on for several lines: tests/exercises/test_questions.py
USAGES = [
    (name, usage) for name, row in BLOCKS.items() for usage in row.usages if name != "quiz" and not usage.startswith("which ")
]


@pytest.mark.parametrize(("name", "usage"), USAGES)
def test_a_block_can_be_asked_for_as_its_row_says(name: str, usage: str) -> None:
    block = f"::: {name} {usage}"
    if BLOCKS[name].of_example:
        assert any(not problems(block, example) for example in EXAMPLES)
        (problem,) = problems(block)
        assert problem.found == f"the block {name} on a page without an example"
    else:
        assert not problems(block)


WRONG = [
    ("partial", "alice"), ("steps", "alice"), ("steps q_1", "alice"), ("steps", "mazur"), ("forward 7", "alice"),
    ("data x", "alice"), ("chain", "mazur"), ("chain h_1", "mazur"), ("formulas", "alice"), ("partials 7", "alice"),
    ("given q", "alice"), ("run q", "symmetry"), ("figure", "alice"), ("figure chain", "alice"),
    ("figure chain h_1", "alice"), ("layers", "perceptron"), ("layers q", "perceptron"), ("layers forward 7", "perceptron"),
    ("entry", "perceptron"), ("entry q", "perceptron"), ("identities h", "perceptron"), ("activation", ""),
    ("activation sigmoid slop", ""), ("loss q", ""), ("code", ""), ("code train.txt", ""), ("code perceptron.py Nobody", ""),
    ("output train.txt 4", ""), ("points q", ""), ("ledger", ""), ("ledger q", ""), ("certificate x", "alice"),
    ("draw", ""), ("draw mnis", ""), ("draw mnist mnist", ""), ("sandbox x", ""),
    ("plot", "alice"), ("plot q", "alice"), ("plot sigmoid at", "alice"), ("plot sigmoid at q", "alice"),
    ("plot relu at z_1", "alice"), ("plot sigmoid tangent", "alice"), ("plot sigmoid at z_1 tangent", "neuron"),
    ("plot sigmoid at z_1 from 3 to -3", "alice"), ("plot sigmoid from 0 to nan", "alice"), ("plot tanh from 1", "alice"),
    ("plot sigmoid at z_1 from 3 to 4", "alice"), ("plot log from -1 to 3", "alice"), ("plot sqrt from -2 to -1", "alice"),
    ("plot L over", "alice"), ("plot L over y", "alice"), ("plot q over w_1", "alice"), ("plot L over w_1 befor", "alice"),
    ("plot o_1 over w_1 after", "neuron"), ("plot L over x_1 tangent", "alice"), ("plot L over x_1 after", "alice"),
    ("plot L over o_1 after", "alice"), ("plot h_1 q over x_1", "alice"), ("plot h_1 h_2 over", "alice"),
    ("plot h_1 h_2 over w_1", "alice"), ("plot h_1 o_1 over x_1 tangent", "alice"), ("plot L over w_1 at", "alice"),
    ("plot L over w_1 at q", "alice"), ("plot L over w_1 tangent at w_2", "alice"), ("plot L over w_1 through w_2", "alice"),
    ("plot L over w_1 through w_2 q", "alice"), ("plot h_1 h_2 over x_1 through x_1 x_2", "alice"),
    ("plot L over w_1 at x_1 from 0 to 2", "alice"), ("plot h_1 dh_1/dz_1 over w_3", "training"),
    ("plot h_1 over w_1 at b_1 w_1 w_2 w_3 w_4 w_5 w_6", "training"), ("plot L over w_1 tangent tangent", "alice"),
    ("plot relu at W1", "perceptron"),
    ("runs", ""), ("runs training q", ""), ("runs training log log", ""), ("runs training log symmetry", ""),
    ("trials", ""), ("trials training at", ""), ("trials training at 2.5", ""), ("trials training mazur at 10001", ""),
    ("boundary", "training"), ("boundary 77", "training"), ("boundary 1 x", "training"), ("boundary 0 1 10 100 500", "training"),
    ("figure sweeps", "alice"), ("slips q", "training"), ("slips beside", "training"), ("slips beside perceptron", "training"),
    ("slips dL/dw_1 dL/dw_2 dL/dw_3 dL/dw_4 dL/dw_5", "training"),
    ("image 3", "digits"), ("terms", "digits"), ("terms q", "digits"), ("progress q", "digits"), ("mistakes", "digits"),
    ("mistakes 99", "digits"), ("compared", "digits"), ("confusion q", "digits"),
    ("activation alice: sigmoid", ""), ("partials alise:", ""), ("partials", ""),
]  # fmt: skip


@pytest.mark.parametrize(("block", "example"), WRONG)
def test_a_wrong_block_is_told_with_its_line_and_one_that_is_right_there(block: str, example: str) -> None:
    (problem,) = problems(f"::: {block}", example)
    assert (problem.file, problem.place) == ("docs/en/x.md", "line 3")
    assert problem.example.startswith("::: ")
    assert not problems(problem.example, example)


@pytest.mark.parametrize(
    ("block", "example", "remedy"),
    [
        ("updates", "neuron", "[training]"),
        ("run", "alice", "[training]"),
        ("layers forward", "alice", "[walkthrough]"),
        ("runs alice training", "", "[training]"),
        ("trials training alice", "", "[training]"),
        ("boundary 1", "perceptron", "[training]"),
        ("boundary 1", "mazur", "[network]"),
        ("figure sweep", "neuron", "[network]"),
        ("figure sweep", "mazur", "[walkthrough]"),
        ("slips", "alice", "[parameters]"),
        ("slips", "perceptron", "[walkthrough]"),
        ("slips", "neuron", "[network]"),
        ("image", "alice", "[data]"),
        ("confusion", "training", "[data]"),
    ],
)
def test_what_the_example_s_file_lacks_is_shown(block: str, example: str, remedy: str) -> None:
    (problem,) = problems(f"::: {block}", example)
    assert (problem.file, problem.place) == ("docs/en/x.md", "line 3")
    assert problem.example.startswith(remedy)


def test_a_hole_without_an_example_is_told_how_to_name_one() -> None:
    (problem,) = problems("It is {{h_1}}.")
    assert problem.found == "a reference to 'h_1' on a page without an example"
    assert not problems(f"It is {problem.example}.")


def test_markup_hides_in_no_hole_formula_or_code_of_a_tag() -> None:
    for quote in ("{{ a", "$a", "`a"):
        line = f'<b title="{quote}" onclick=x y="{quote.replace("{{", "}}").replace(" a", "").replace("a", "")}">b</b>'
        assert any("onclick" in problem.found for problem in problems(line)), line
