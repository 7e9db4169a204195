"""Formulas, holes and blocks: what comes out, and what is refused with its line."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from xml.etree import ElementTree as ET

import pytest

import explainer
from explainer.core.errors import PageError
from explainer.core.program import Equation
from explainer.derivation.derivation import Derivation
from explainer.operations.expression import Constant, Expression, Number, Symbol, formula, spelled_out
from explainer.pages import data
from explainer.pages.fill import fill
from explainer.pages.formula import ASCII, placeholder, tex_style, write
from explainer.pages.generated import generated
from explainer.pages.mathml import MathError, Printed, mathml
from explainer.pages.plain import PlainWriter
from explainer.pages.source import read
from explainer.pages.writers import SiteWriter, Writer
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE
from explainer.words.numbers import localise
from tests.conftest import worked_out
from tests.networks import VARIETY, example
from tests.shipped import proven, shipped

TEX = tex_style(
    lambda name: name, lambda number, place: f"<{number.shown.text}{'!' if place.encloses(number.shown) else ''}>", str, r"\times"
)


def alice() -> Derivation:
    return shipped("alice")


def number(text: str) -> Number:
    from explainer.core.digits import Shown

    return Number("q", Shown(text, exact=True))


# --- formulas -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equation", "leaves", "ascii_text", "tex"),
    [
        (Equation("z", "affine", ("w", "x", "b"), (2, 1)), "symbols", "w * x + b", r"w\,x + b"),
        (Equation("z", "affine", ("w", "x", "b"), (2, 1)), "-1", "-1 * (-1) + (-1)", r"<-1> \times <-1!> + <-1!>"),
        (Equation("L", "squared_error", ("y", "o")), "-1", "(-1 - (-1))^2", r"(<-1> - <-1!>)^{2}"),
        (Equation("d", "squared_error_slope", ("y", "o"), (-1, 1)), "symbols", "-2 * (y - o)", r"-2\,(y - o)"),
        (Equation("d", "half_squared_error_slope", ("y", "o"), (-1, 1)), "symbols", "-(y - o)", "-(y - o)"),
        (Equation("d", "sigmoid_slope", ("a",)), "symbols", "a * (1 - a)", r"a\,(1 - a)"),
        (Equation("d", "tanh_slope", ("a",)), "-1", "1 - (-1)^2", r"1 - <-1!>^{2}"),
        (Equation("w", "sgd_update", ("w", "eta", "dL/dw")), "symbols", "w - eta * dL/dw", r"w - eta \cdot dL/dw"),
        (Equation("d", "sum_of_products", ("da/db", "db/dc"), (2,)), "symbols", "da/db * db/dc", r"da/db \cdot db/dc"),
        (Equation("m", "mean", ("a", "b")), "symbols", "(a + b) / 2", r"\frac{a + b}{2}"),
        (Equation("h", "relu", ("z",)), "symbols", "relu(z)", r"\operatorname{ReLU}(z)"),
    ],
)
def test_formulas(equation: Equation, leaves: str, ascii_text: str, tex: str) -> None:
    operands: list[Expression] = [Symbol(name) if leaves == "symbols" else number(leaves) for name in equation.operands]
    expression = formula(equation, operands)
    assert (write(expression, ASCII), write(expression, TEX)) == (ascii_text, tex)


def test_definitions_are_spelled_out() -> None:
    z = Symbol("z")
    assert write(spelled_out("sigmoid", z), TEX) == r"\frac{1}{1 + e^{-z}}"
    assert write(spelled_out("tanh", z), TEX) == r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}"
    assert write(spelled_out("relu", z), TEX) == r"\max(0, z)"
    assert write(Constant(Fraction(-1, 2)), ASCII) == "-1/2"


# --- MathML ---------------------------------------------------------------------------------------------------------


def test_numbers_in_formulas_carry_their_reference() -> None:
    printed = Printed(localise("-0.5", BY_CODE["ru"]), "alice:x_1", enclosed=True)
    root = ET.fromstring(re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), mathml(rf"x_1 = {placeholder(0)}", [printed])))
    (row,) = (element for element in root.iter() if element.get("data-ref"))
    assert (row.get("data-ref"), "".join(row.itertext())) == ("alice:x_1", "(−0,5)")
    (index,) = (element for element in root.iter("mn") if element.get("data-structural"))
    assert index.text == "1"


@pytest.mark.parametrize("tex", ["1 + x", r"\frac{2}{n}", "x^2 + 3", r"\frac{a"])
def test_loose_digits_and_broken_tex_are_refused(tex: str) -> None:
    with pytest.raises(MathError):
        mathml(tex)


def test_nothing_in_a_formula_is_left_for_markdown() -> None:
    html = mathml(r"a_1 * b^{*} \left[ x \right] | y", [])
    assert not re.search(r">[^<]*[*_`\[\]|][^<]*<", html)
    assert " style=" not in mathml(r"\begin{aligned} a &= b \\ &= c \end{aligned}", display=True)


# --- pages ----------------------------------------------------------------------------------------------------------


def page(text: str, code: str = "en") -> str:
    return written(text, PlainWriter(), code)


def written(text: str, writer: Writer, code: str = "en") -> str:
    source = read(f"---\nexample: alice\n---\n{text}", "page.md")
    return fill(source, load(BY_CODE[code]), writer, {"alice": alice()}).text.strip()


def problem(text: str) -> tuple[str, str]:
    with pytest.raises(PageError) as caught:
        written(text, SiteWriter())
    (found,) = caught.value.problems
    return found.place, found.found


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("{{h_1}}", "en", "0.04743"),
        ("{{h_1}}", "ru", "0,04743"),
        ("{{h_1 to 2}}", "en", "0.047"),
        ("{{alice:x_1}}", "en", "−2"),
        ("$1_{ {{(x_1)}} }$".replace("1_", "a_"), "en", "$a_{ (-2) }$"),
        ("$\\frac{ {{constant 1}} }{n}$", "en", "$\\frac{ 1 }{n}$"),
        ("{{literal -0.952 because quoted}}", "ru", "−0,952"),
        ("{{w_1#0}}", "en", "1"),
        ("`code 1` and [link](page1.md)", "en", "`code 1` and [link](page1.md)"),
        ("1. one\n2. two", "en", "1. one\n2. two"),
    ],
)
def test_holes(text: str, code: str, expected: str) -> None:
    assert page(text, code) == expected


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("Three is 3.", "line 4", "a digit in prose: 'Three is 3.'"),
        ("\n\n{{h_9}}", "line 6", "a reference to 'h_9', which alice does not have"),
        ("{{bob:h_1}}", "line 4", "a reference to 'h_1' of the example 'bob'"),
        ("$x = 3$", "line 4", "the formula 'x = 3': the digit '3' belongs to no quantity"),
        ("$$\nx = 3\n$$", "line 4", "the formula 'x = 3': the digit '3' belongs to no quantity"),
        ("$$\nx", "line 4", "a formula that does not end"),
        ("::: partial", "line 4", "the block 'partial'"),
        ("::: steps q_1", "line 4", "the block steps: the quantity 'q_1'"),
        ("{{literal 5}}", "line 4", "the hole {{literal 5}}"),
        ("one {{constant 1}}", "line 4", "{{constant 1}}"),
        ("{{}}", "line 4", "the hole {{}}"),
        ("{{h_1 to 99}}", "line 4", "99 digits"),
        ("::: formulas", "line 4", "the block formulas: no names"),
        ("::: data now", "line 4", "the block data: now"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, place: str, found: str) -> None:
    assert problem(text) == (place, found)


def test_all_problems_of_a_page_at_once() -> None:
    with pytest.raises(PageError) as caught:
        page("{{h_9}}\n\nA 1.\n\n::: nothing\n")
    assert [found.place for found in caught.value.problems] == ["line 4", "line 6", "line 8"]


def test_code_blocks_are_left_alone() -> None:
    text = "```console\n$ explainer 1 {{h_1}}\n::: steps\n```"
    assert page(text) == text


@pytest.mark.parametrize("name", VARIETY)
def test_every_example_has_a_complete_generated_page(name: str) -> None:
    derivation = proven(example(**VARIETY[name]))  # type: ignore[arg-type]
    turn = [*VARIETY].index(name)
    for language, writer in ((LANGUAGES[turn % len(LANGUAGES)], SiteWriter()), (LANGUAGES[-turn % len(LANGUAGES)], PlainWriter())):
        catalogue = load(language)
        finished = fill(generated(derivation, catalogue), catalogue, writer, {derivation.name: derivation})
        shown = {occurrence.reference.partition(":")[2] for occurrence in finished.occurrences}
        assert worked_out(derivation) <= shown


def test_a_terminal_gets_no_heading_over_nothing() -> None:
    text = explainer.show("docs/examples/neuron.toml")
    assert "## The network" not in text
    assert not re.search(r"^## [^\n]*\n+## ", text, re.MULTILINE)


@pytest.mark.thorough
def test_a_page_reads_the_same_in_every_language_but_for_words() -> None:
    counts = []
    for code in BY_CODE:
        catalogue = load(BY_CODE[code])
        finished = fill(generated(alice(), catalogue), catalogue, SiteWriter(), {"alice": alice()})
        counts.append(sorted((occurrence.reference, occurrence.shown) for occurrence in finished.occurrences))
    assert all(count == counts[0] for count in counts)


# --- data -----------------------------------------------------------------------------------------------------------


def test_json_has_everything_an_outside_program_needs() -> None:
    document = json.loads(data.dumps(data.document(alice())))
    assert list(document) == ["schema", "inputs", "quantities", "steps", "proof"]
    assert document["inputs"]["given"]["raw_1"] == "133"
    assert document["quantities"]["dL/dw_1"] == {
        "value": alice().value("dL/dw_1"),
        "shape": [],
        "shown": "0.02147",
        "provenance": "proven",
        "symbol": r"\frac{\partial L}{\partial w_{1}}",
    }
    assert all(quantity["shown"].isascii() for quantity in document["quantities"].values())
    assert document["proof"]["composition"] == "proven"


@pytest.mark.parametrize("name", ["alice", "neuron", "feedforward"])
def test_published_bounds_enclose_the_value_and_decide_its_digits(name: str) -> None:
    derivation = shipped(name)
    for quantity, bounds in data.document(derivation)["proof"]["enclosures"].items():
        published, enclosure = data.read_bounds(bounds), derivation.enclosure(quantity)
        assert published.lower <= enclosure.lower <= enclosure.upper <= published.upper
        assert published.upper - published.lower <= abs(published.upper) * Fraction(1, 10**28)


def test_text_is_in_the_language_asked_for() -> None:
    assert load(SOURCE).text("heading.given").written == "What is given"
    steps = explainer.document(alice(), "ru")["steps"]
    assert all(re.search("[а-я]", step["text"]) for step in steps)
    assert "text" not in explainer.document(alice())["steps"][0]


# --- blocks of the layer view, code and pictures --------------------------------------------------------------------


@cache
def layered() -> Derivation:
    return shipped("perceptron")


def layered_page(text: str, code: dict[str, str] | None = None, writer: Writer | None = None) -> str:
    source = read(f"---\nexample: perceptron\n---\n{text}", "page.md")
    examples = {"perceptron": layered(), "alice": alice()}
    return fill(source, load(BY_CODE["en"]), writer or PlainWriter(), examples, code=code).text.strip()


def test_a_matrix_stands_with_its_shape_and_an_entry_with_its_row_and_column() -> None:
    text = layered_page("::: layers z1\n\n::: entry z1_2\n\n{{dL/dW1_2_1}}")
    assert r"\underset{6 \times 2}{W^{(1)}}\,\underset{2 \times 1}{x}" in text
    assert "Row 2 of the first matrix times column 1 of the second" in text
    assert r"z^{(1)}_{2} = W^{(1)}_{2,1}\,x_{1}" in text.replace("{aligned} ", "").replace(" &=", " =")
    html = layered_page("::: entry z1_2", writer=SiteWriter())
    assert html.count("ex-marked") == 2 + 2 + 1 + 1  # the row, the column, the bias, the result


CODE = {"a.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n", "a.txt": "x\ny\nz\n"}


def test_code_and_its_output_stand_as_they_are() -> None:
    assert layered_page("::: code a.py two", CODE) == "```python\ndef two():\n    return 2\n```"
    assert layered_page("::: output a.txt 1 1", CODE) == "```text\nx\n…\nz\n```"
    assert layered_page("::: output a.txt", CODE) == "```text\nx\ny\nz\n```"


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("layers", "the block layers: nothing"),
        ("layers W9", "the block layers: the matrix 'W9'"),
        ("layers forward 7", "the block layers: 7"),
        ("entry", "the block entry: 0 names"),
        ("entry W1_1_1", "the block entry: the quantity 'W1_1_1'"),
        ("identities dL/dz1_1", "the block identities: the quantity 'dL/dz1_1'"),
        ("loss sigmoid", "the block loss: sigmoid"),
        ("code b.py", "the block code: b.py"),
        ("code a.py three", "the block code: three"),
        ("output a.txt 1", "the block output: 1"),
        ("points b.json", "the block points: b.json"),
    ],
)
def test_what_is_wrong_with_these_blocks_is_named(block: str, found: str) -> None:
    with pytest.raises(PageError) as caught:
        layered_page(f"::: {block}", CODE)
    (problem,) = caught.value.problems
    assert (problem.place, problem.found) == ("line 4", found)


def test_the_layer_view_is_asked_for_by_the_author() -> None:
    with pytest.raises(PageError) as caught:
        page("::: layers forward")
    assert caught.value.problems[0].found == "the block layers: alice, which is worked out neuron by neuron"


def test_functions_outside_an_aligned_formula_are_typeset() -> None:
    assert "ReLU" in mathml(r"\operatorname{ReLU}'(z_1)")
    assert "ln" in mathml(r"\ln \hat{y}")


def test_a_cross_entropy_is_derived_line_by_line() -> None:
    text = layered_page("::: loss binary_cross_entropy\n\n::: loss binary_cross_entropy slope")
    assert r"L = -(y\,\ln(\hat{y}) + (1 - y)\,\ln(1 - \hat{y}))" in text
    assert r"\frac{\hat{y} - y}{\hat{y}\,(1 - \hat{y})}" in text
