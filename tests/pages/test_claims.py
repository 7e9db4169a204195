"""What sentences claim of numbers: read, decided on bounds, and named with its sentence where it does not hold."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from fractions import Fraction
from functools import cache
from itertools import pairwise, product

import pytest

import explainer
from explainer.core.digits import Enclosure
from explainer.core.errors import InputError, PageError, Problem
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.pages.claims import judged
from explainer.pages.fill import UnfinishedPage, fill
from explainer.pages.plain import PlainWriter
from explainer.pages.source import read
from explainer.pages.writers import SiteWriter, Writer
from explainer.words import conditions
from explainer.words.catalogue import load
from explainer.words.conditions import ConditionError, quantities
from explainer.words.languages import SOURCE
from explainer.words.page_syntax import Block, Claim, Front, Part, asked_for
from explainer.words.page_syntax import parse as parts_of
from tests.conftest import ROOT
from tests.people import numbers
from tests.shipped import shipped

# --- reading


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("dL/dw_1>0", "dL/dw_1 > 0"),
        ("rings-sorted: L#e1  <rings:L#e0", "rings-sorted:L#e1 < rings:L#e0"),
        ("0 < h_1@1 , h_2@1#2<=1", "0 < h_1@1, h_2@1#2 <= 1"),
        ("(|a| - |b - c|) * -2.5 = a - (b - c)", "(|a| - |b - c|) * (-2.5) = a - (b - c)"),
        ("((a)) != 1e-3 and (b < c or d > a) and (a < b)", "a != 1e-3 and (b < c or d > a) and a < b"),
        ("-(a + b) * c < a*(b*c)", "(-(a + b)) * c < a * b * c"),
        ("and_1 < or_2", "and_1 < or_2"),
    ],
)
def test_a_condition_is_read_however_it_is_spaced(text: str, canonical: str) -> None:
    assert str(conditions.read(text)) == canonical
    assert str(conditions.read(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dL/dw_1", "its end after dL/dw_1"),
        ("a >", "its end after >"),
        ("a > 0 0", "0 after 0"),
        ("a == 0", "'== 0'"),
        ("a > 0 and", "its end after and"),
        ("a > 0 not b < 0", "not after 0"),
        ("|a > 0", "> after a"),
        ("(a > 0", "its end after 0"),
        ("a > 0)", ") after 0"),
        ("(a < b) + c > 0", "+ after )"),
        ("a / b > 1", "'/ b > 1'"),
        ("a > ½", "'½'"),
        ("a > 3x", "'3x'"),
        ("h_1 is positive", "is after h_1"),
        ("(" * 50 + "a > 0" + ")" * 50, "brackets more than 40 deep"),
        ("-" * 50 + "a > 0", "brackets more than 40 deep"),
        ("1*" * 300 + "a > 0", "a condition of 605 letters"),
    ],
)
def test_what_is_no_condition_says_where(text: str, found: str) -> None:
    with pytest.raises(ConditionError) as caught:
        conditions.read(text)
    assert caught.value.found == found


def test_the_longest_condition_is_read_and_written() -> None:
    text = "1*" * 245 + "a > 0"
    assert str(conditions.read(text)) == text.replace("*", " * ")


# --- deciding

BOUNDS = {
    "a": Enclosure(Fraction(1), Fraction(2)),
    "b": Enclosure(Fraction(2), Fraction(3)),
    "c": Enclosure(Fraction(5, 2), Fraction(4)),
    "n": Enclosure(Fraction(-2), Fraction(-1)),
    "r": Enclosure(Fraction(0), Fraction(1, 10**40)),
    "s": Enclosure(Fraction(-1), Fraction(3)),
    "x": Enclosure.exact(Fraction(1, 10)),
    "y": Enclosure.exact(Fraction(1, 5)),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a < c", True),
        ("c <= a", False),
        ("b < c", None),
        ("b = c", None),
        ("b != c", None),
        ("a <= b", True),  # they may be equal
        ("a < b", None),
        ("a = a", True),
        ("x + x = y", True),  # in float64 as well; but not the next
        ("x + y = 0.3", True),
        ("r >= 0", True),
        ("r > 0", None),
        ("|n| > 0.5", True),
        ("|s| >= 0", True),
        ("|s| <= 3", True),
        ("|s| > 0", None),
        ("n * a < 0", True),
        ("n * n >= 1", True),
        ("s * s > 9.5", False),
        ("-a < n + 0.5", None),
        ("a - c < 0", True),
        ("x < y < a < c", True),
        ("x < a < x", False),
        ("n, x, y < a", True),
        ("x, c > y", False),
        ("b < c or x < y", True),
        ("b < c or x > y", None),
        ("b < c and x > y", False),
        ("b < c and x < y", None),
        ("x > y or n > 0", False),
        ("(x > y or n < 0) and a > 0.5", True),
    ],
)
def test_a_condition_is_decided_on_bounds_or_left_open(text: str, holds: bool | None) -> None:
    assert judged(conditions.read(text), lambda item: BOUNDS[item.name]).holds is holds


# --- on a page


@cache
def derived(name: str) -> Derivation:
    return shipped(name)


def filled(text: str, known: Mapping[str, Derivation] | None = None, writer: Writer = PlainWriter()) -> str:  # noqa: B008
    source = read(f"---\nexample: alice\n---\n{text}", "page.md")
    return fill(source, load(SOURCE), writer, known or {"alice": derived("alice"), "nudge": derived("nudge")}).text.strip()


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(UnfinishedPage) as caught:
        filled(text)
    assert caught.value.of_page == ()
    return caught.value.of_claims


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is *positive*{{claim dL/dw_1 > 0}}.", "It is *positive*."),
        ("It is positive {{claim dL/dw_1 > 0}} and small {{ claim |dL/dw_1| < 0.1 }}.", "It is positive and small."),
        ("| {{h_1}} {{claim h_1 > 0}} | b |", "| 0.04743 | b |"),
        ("- {{claim h_1 > 0}} Small.", "- Small."),
        ("{{claim alice: h_1 > 0 and |nudge: q_3 - dL/dw_1| < 0.001}}", ""),
        ("$h_1 > y$ {{claim h_1 < y}}, `{{claim h_1 > y}}`", "$h_1 > y$, `{{claim h_1 > y}}`"),
        ("A. <!-- 3 words {{claim h_9 = 1}} {{o -->", "A. <!-- 3 words {{claim h_9 = 1}} {{o -->"),
    ],
)  # fmt: skip
def test_of_a_claim_that_holds_nothing_is_seen(text: str, shown: str) -> None:
    assert filled(text) == shown


def test_a_paragraph_stands_in_for_the_one_before_it() -> None:
    told = "The derivative is positive{{claim dL/dw_1 > 0}}.\n\n{{otherwise dL/dw_1 < 0}} It is negative: {{dL/dw_1}}.\n\nA."
    made = filled(told, writer=SiteWriter())
    assert re.search(r'<span data-otherwise="[^"]+"></span> It is negative: .*\n\{: \.ex-otherwise hidden="" ', made)
    assert filled(told) == "The derivative is positive.\n\nA."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A{{claim h_1 > 0}}.\n\n{{otherwise h_1 < 1}} B.", "the claim h_1 < 1 in 'B.', which holds as what it stands in for does"),
        ("A{{claim h_1 > 0}}.\n\nB. {{otherwise h_1 < 0}} C.", "where it cannot stand"),
        ("A{{claim h_1 > 0}}.\n\n## B {#b}\n\n{{otherwise h_1 < 0}} C.", "where it cannot stand"),
        ("A.\n\n{{otherwise h_1 < 0}} B.", "where it cannot stand"),
        ("A{{claim h_1 > 0}}.\n\n{{otherwise h_1 < 0}} B{{claim h_2 > 0}}.", "where it cannot stand"),
        ("A{{claim h_1 > 0}}.\n\n{{otherwise h_1 < }} B.", "the claim"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_is_told(text: str, said: str) -> None:
    with pytest.raises(UnfinishedPage) as caught:
        filled(text)
    (problem,) = (*caught.value.of_page, *caught.value.of_claims)
    assert said in problem.found
    assert problem.example


def test_claims_that_do_not_hold_are_named_with_line_sentence_and_numbers_all_at_once() -> None:
    found = problems(
        "It learns. The derivative is **negative**{{claim dL/dw_1 < 0}}, so $w_1$ grows. Does it?\n\n"
        "它们。这是负的{{claim dL/dw_1 < 0}}。对。\n\n"
        "A page of its own. {{claim h_1, h_2 < y < 1 and o_1 > 0}}\n\n"
        "{{claim 2 * h_1 > nudge:L or dL/dw_2 = 0}}"
    )
    said = [(problem.file, problem.place, problem.found, problem.example) for problem in found]
    assert said == [
        (
            *("page.md", "line 4"),
            "the claim dL/dw_1 < 0 in 'The derivative is **negative**, so $w_1$ grows.', which does not hold: dL/dw_1 ≈ 0.02147",
            "{{claim dL/dw_1 > 0}}",
        ),
        (
            "page.md",
            "line 6",
            "the claim dL/dw_1 < 0 in '这是负的。', which does not hold: dL/dw_1 ≈ 0.02147",
            "{{claim dL/dw_1 > 0}}",
        ),
        (
            *("page.md", "line 8"),
            "the claim h_1, h_2 < y < 1 and o_1 > 0 in 'A page of its own.', which does not hold: y = 1",
            "{{claim y = 1}}",
        ),
        (
            *("page.md", "line 10"),
            "the claim 2 * h_1 > nudge:L or dL/dw_2 = 0, which does not hold: h_1 ≈ 0.04743, nudge:L ≈ 0.2269, dL/dw_2 ≈ 0.01073",
            "{{claim 2 * h_1 < nudge:L}}",
        ),
    ]


def test_what_the_bounds_leave_open_is_another_message() -> None:
    """The two are equal, and that no bounds can say."""
    (found,) = problems("They are twins{{claim alice:h_1 = h_2}}.")
    assert found.found.startswith(
        "the claim alice:h_1 = h_2 in 'They are twins.', of which the proven bounds do not say whether it holds"
    )
    assert found.example == "{{claim |alice:h_1 - h_2| < 0.001}}"
    assert filled(f"They are near{found.example}.") == "They are near."


def test_numbers_that_print_alike_are_told_apart() -> None:
    """With four digits, both are 0.2269."""
    (found,) = problems("The loss fell{{claim nudge:N_3 < nudge:L}}.")
    one, other = re.findall(r"≈ (0\.2268\d+)", found.found)
    assert one != other


@pytest.mark.parametrize(
    ("text", "found", "example"),
    [
        ("A{{claim h_9 > 0}}", "a reference to 'h_9', which alice does not have", "{{claim h_2 > 0}}"),
        ("A{{claim nudge:q_9 > 0}}", "a reference to 'q_9', which nudge does not have", "{{claim nudge:u_9 > 0}}"),
        ("A{{claim bob:h_1 > 0}}", "a reference to 'h_1' of the example 'bob'", "{{claim alice:h_1 > 0}}"),
        ("A b{{claim h_1 is small}}.", "the claim 'h_1 is small' in 'A b.': is after h_1", "{{claim dL/dw_1 > 0}}"),
    ],
)
def test_what_a_claim_does_not_know_or_cannot_say(text: str, found: str, example: str) -> None:
    (problem,) = problems(text)
    assert (problem.place, problem.found, problem.example) == ("line 4", found, example)


def test_a_claim_stands_beside_a_formula_not_in_it() -> None:
    with pytest.raises(PageError) as caught:
        filled("$h_1 {{claim h_1 > 0}}$")
    assert caught.value.problems[0].found == "a claim in a formula: {{claim h_1 > 0}}"


def test_a_page_depends_on_the_examples_of_its_claims() -> None:
    source = read("---\nexample: alice\n---\nA{{claim h_1 < rings: L#e1 or training-bold:L#e1 > 0}}.", "page.md")
    assert {*source.examples()} == {"alice", "", "rings", "training-bold"}


def test_a_claim_that_does_not_hold_is_wrong_input() -> None:
    with pytest.raises(UnfinishedPage) as caught:
        filled("Three is 3{{claim h_1 < 0}}.")
    assert [type(error) for error in caught.value.errors(lambda problem: problem)] == [PageError, InputError]


# --- the pages, with other numbers: what is true of them is worked out by numpy, and said by Python

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
CHANGES = [
    *(("alice", "w_1", -1.0), ("alice", "w_2", 0.5), ("alice", "w_5", -1.0), ("alice", "w_6", 4.0)),
    *(("unequal", "w_1", 0.1), ("unequal", "w_3", -1.5), ("unequal", "w_5", -0.2), ("unequal", "w_6", 0.8053)),
    *(("training", "w_1", 2.5), ("training", "w_5", -3.0), ("training", "w_6", 2.0), ("training", "b_3", 0.5)),
]


def is_true(condition: str, numbers: Mapping[str, float]) -> bool:
    """Of conditions without `or` and without brackets around comparisons."""

    def values(terms: str) -> list[float]:
        terms = re.sub(r"\|([^|]*)\|", r"abs(\1)", terms)
        python = re.sub(r"[a-z-]+:[A-Za-z]\S*|\b(?!abs)[A-Za-z][\w@#/]*", lambda match: f"numbers[{match[0]!r}]", terms)
        return [eval(term, {"numbers": numbers, "abs": abs}) for term in python.split(", ")]

    for chain in condition.split(" and "):
        first, *rest = re.split(r" (<=|>=|!=|<|>|=) ", chain)
        for (left, _), (right, relation) in pairwise([(first, ""), *zip(rest[1::2], rest[::2], strict=True)]):
            if not all(RELATIONS[relation](one, other) for one, other in product(values(left), values(right))):
                return False
    return True


def changed(example: str, name: str, value: float) -> tuple[Derivation, dict[str, float]]:
    """An example with another parameter, and all of its parameters."""
    own = derived(example)
    parameters = [*(f"w_{n}" for n in range(1, 7)), *(f"b_{n}" for n in (1, 2, 3))]
    given = {item: str(own.program.given[item]) for item in parameters} | {name: str(value)}
    text = (ROOT / "docs" / "examples" / f"{example}.toml").read_text(encoding="utf-8")
    if "[graph]" in text:
        text = re.sub(rf"^{name} = .*", f"{name} = {value}", text, flags=re.MULTILINE)
    for key, letter in (("weights", "w"), ("biases", "b")):
        table = ", ".join(f"{item} = {number}" for item, number in given.items() if item[0] == letter)
        text = re.sub(rf"^{key} = .*", f"{key} = {{{table}}}", text, flags=re.MULTILINE)
    return explainer.derive(parse(text, name=example)), {item: float(number) for item, number in given.items()}


def claims_of(example: str, others: tuple[str, ...]) -> tuple[str, list[Claim]]:
    """A page without what asks for examples that are neither its own nor these; and its claims."""
    front, *rest = parts_of((ROOT / "docs" / "en" / f"{example}.md").read_text(encoding="utf-8"))
    assert isinstance(front, Front)
    known = {"", example, *others}

    def asked(text: str) -> set[str]:
        found: set[str] = set()
        for item in asked_for(parts_of(text)):
            found |= {*item.examples()} if isinstance(item, Claim) else {getattr(item, "example", "")}
        return found

    def stays(part: Part) -> bool:
        return asked(part.text) <= known and not (isinstance(part, Block) and part.name in ("exercise", "say", "check"))

    kept = [part.text if stays(part) else "\n" * (len(part.lines) - 1) for part in rest]
    body = "\n".join([f"---\nexample: {example}\n---", *kept])
    return body, [item for item in asked_for(parts_of(body)) if isinstance(item, Claim)]


def is_right(claim: Claim, found: Mapping[str, float]) -> bool:
    """What a paragraph says instead of another must not be so."""
    return is_true(claim.condition, found) is not claim.otherwise


@pytest.mark.parametrize(("example", "name", "value"), CHANGES)
def test_pages_follow_a_changed_weight(example: str, name: str, value: float) -> None:
    """Each claim that numpy finds false is named, with its line, and no other; where none is, the page builds."""
    others = {"alice": ("nudge", "units"), "unequal": ("training", "alice"), "training": ()}[example]
    text, claims = claims_of(example, others)
    derivation, weights = changed(example, name, value)
    known = {other: derived(other) for other in others} | {example: derivation}
    found = numbers(example, weights)
    asked = (item for claim in claims for item in quantities(conditions.read(claim.condition)))
    for item in (item for item in asked if item.example not in ("", example)):
        found[str(item)] = known[item.example].value(known[item.example].resolve(item.name))
    wrong = [claim for claim in claims if not is_right(claim, found)]
    kinds = {False: "claim", True: "otherwise"}
    places = [text.index(f"{{{{{kinds[claim.otherwise]} {claim.condition}}}}}") for claim in wrong]
    with pytest.raises(UnfinishedPage) if wrong else nullcontext() as caught:
        fill(read(text, "page.md"), load(SOURCE), PlainWriter(), known)
    named = [(problem.place, problem.found.partition(" in ")[0]) for problem in (caught.value.problems if caught else ())]
    lines = [text[:place].count("\n") + 1 for place in places]
    assert named == [(f"line {line}", f"the claim {claim.condition}") for line, claim in zip(lines, wrong, strict=True)]


def test_among_the_changes_are_such_that_make_a_claim_false_and_such_that_make_none() -> None:
    outcomes = set()
    for example, name, value in CHANGES:
        if example == "unequal":
            found = numbers(
                example, {n: float(v) for n, v in derived(example).program.given.items() if n[0] in "wb"} | {name: value}
            )
            outcomes.add(all(is_right(claim, found) for claim in claims_of(example, ())[1]))
    assert outcomes == {True, False}


def test_every_example_that_pages_make_claims_of_is_one() -> None:
    """And the lessons make some: that a page has none is no accident."""
    lessons = ["adam", "alice", "backpropagation", "cross-entropy", "feedforward", "learning-rate", "neuron", "nudge", "perceptron"]
    for page in [*lessons, "random-start", "training", "unequal"]:
        text = (ROOT / "docs" / "en" / f"{page}.md").read_text(encoding="utf-8")
        examples = {name for item in asked_for(parts_of(text)) if isinstance(item, Claim) for name in item.examples()}
        assert examples, page
        assert all((ROOT / "docs" / "examples" / f"{name}.toml").exists() for name in examples - {""})
