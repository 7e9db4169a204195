"""Formulas as authors type them: how they are read, and what is said of those that cannot be.

They are read over Python's grammar, but nothing of an author's text is ever run. Whatever stands there, the answer is a tree
or a refusal that says what was found, what was expected and how it looks when right.
"""

from __future__ import annotations

import operator
import random
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

import explainer
from explainer.core.errors import InputError, Problem
from explainer.examples.formulas import FUNCTIONS as NAMES
from explainer.examples.formulas import MAX_LENGTH, Call, Formula, FormulaError, Literal, Reference, read
from explainer.examples.load import parse
from explainer.examples.model import GraphExample
from tests.graphs import evaluate, graph, graph_example, graph_text


def spelled(formula: Formula) -> str:
    """A tree in one line."""
    match formula:
        case Reference(name):
            return name
        case Literal(value):
            return str(value)
        case Call(function, arguments):
            return f"{function}({', '.join(map(spelled, arguments))})"


# --- what a formula means


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "add(a, multiply(b, c))"),
        ("(a + b) * c", "multiply(add(a, b), c)"),
        ("a - b - c", "subtract(subtract(a, b), c)"),
        ("a - (b - c)", "subtract(a, subtract(b, c))"),
        ("a / b / c", "divide(divide(a, b), c)"),
        ("a / b * c", "multiply(divide(a, b), c)"),
        ("a / (b * c)", "divide(a, multiply(b, c))"),
        ("a**b**c", "power(a, power(b, c))"),
        ("-a**2", "negate(power(a, 2))"),
        ("(-a)**2", "power(negate(a), 2)"),
        ("(-3)**2", "power(-3, 2)"),
        ("-3**2", "negate(power(3, 2))"),
        ("2**-a", "power(2, negate(a))"),
        ("a**-2", "power(a, -2)"),
        ("-a * b", "multiply(negate(a), b)"),
        ("a * -b", "multiply(a, negate(b))"),
        ("a - -b", "subtract(a, negate(b))"),
        ("+a", "a"),
        ("--a", "negate(negate(a))"),
        ("exp(log(tanh(a) + b))", "exp(log(add(tanh(a), b)))"),
        ("max(a, b, c)", "max(max(a, b), c)"),
        ("min(a, max(b, 0))", "min(a, max(b, 0))"),
        ("  a\t+ b ", "add(a, b)"),
        ("w_1*x_1", "multiply(w_1, x_1)"),
    ],
)
def test_a_formula_is_read_as_a_reader_of_mathematics_would(text: str, tree: str) -> None:
    assert spelled(read(text)) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", "0.1"),
        ("1e-3", "0.001"),
        ("1.50E2", "150"),
        (".5", "0.5"),
        ("3.", "3"),
        ("1_000", "1000"),
        ("-0.1", "-0.1"),
        ("0.1234567890123456789012345", "0.1234567890123456789012345"),
        ("1e100", "1e100"),
        ("1e-100", "1e-100"),
    ],
)
def test_a_literal_is_the_author_s_decimal(text: str, value: str) -> None:
    assert read(text) == Literal(Decimal(value))


_EXACT: Mapping[str, Callable[..., Fraction]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negate": operator.neg,
    "power": operator.pow,
    "max": max,
    "min": min,
}


def exact(formula: Formula, values: Mapping[str, Fraction]) -> Fraction:
    match formula:
        case Reference(name):
            return values[name]
        case Literal(value):
            return Fraction(value)
        case Call(function, arguments):
            return _EXACT[function](*(exact(argument, values) for argument in arguments))


def test_what_is_read_has_the_value_that_python_gives_the_text() -> None:
    draw = random.Random(1)
    values = {"a": Fraction(3, 7), "b": Fraction(-5, 2), "c_1": Fraction(11, 4)}

    def written(depth: int) -> str:
        if not depth:
            return draw.choice(("a", "b", "c_1", "2", "0.1", "3e-1", "1.25"))
        match draw.randrange(7):
            case 0:
                return f"({written(depth - 1)})"
            case 1:
                return f"-{written(depth - 1)}"
            case 2:
                return f"{written(0)}**{draw.choice(('2', '3', '-1', '-2'))}"
            case 3:
                return f"{draw.choice(('max', 'min'))}({written(depth - 1)}, {written(depth - 1)})"
        return f"{written(depth - 1)}{draw.choice((' + ', '-', ' * ', '/'))}{written(depth - 1)}"

    compared = 0
    while compared < 300:
        text = written(draw.randint(1, 4))
        try:
            expected = evaluate({"f": text}, values, {"max": max, "min": min}, lambda digits: Fraction(Decimal(digits)))["f"]
        except ZeroDivisionError:
            continue
        assert exact(read(text), values) == expected, text
        compared += 1


def names(formula: Formula) -> set[str]:
    match formula:
        case Reference(name):
            return {name}
        case Call(_, arguments):
            return set().union(*map(names, arguments))
    return set()


def test_formulas_may_stand_in_any_order() -> None:
    example = graph_example({"f": "q * p", "q": "p + x", "p": "x * y"}, {"x": 2, "y": 3}, walkthrough='of = "f"')
    assert list(example.formulas) == ["p", "q", "f"]
    assert explainer.derive(example).shown["f"].text == "48"


@pytest.mark.parametrize("seed", range(10))
def test_the_order_in_the_file_changes_no_value(seed: int) -> None:
    formulas, values = graph(seed)
    order = list(formulas)
    random.Random(seed).shuffle(order)
    of = f'of = "{list(formulas)[-1]}"'
    sorted_by_us = graph_example({name: formulas[name] for name in order}, values, walkthrough=of)
    for index, (_, formula) in enumerate(sorted_by_us.formulas.items()):
        assert names(formula) <= {*values, *list(sorted_by_us.formulas)[:index]}, "each after those it uses"
    found, as_drawn = explainer.derive(sorted_by_us), explainer.derive(graph_example(formulas, values))
    assert {name: found.value(name) for name in formulas} == {name: as_drawn.value(name) for name in formulas}
    assert found.program.gradients == as_drawn.program.gradients


# --- formulas that are refused

FUNCTIONS = f"one of {', '.join(NAMES)}"
VOCABULARY = "numbers, names, + - * / **, and the functions max, min"
NAME = "a name of letters, perhaps with a number, and perhaps an index after _"
REFUSED: list[tuple[str, str, str]] = [
    # functions
    ("ln(x)", "the unknown function ln: 'ln(x)'", "did you mean 'log'?"),
    ("lgo(x)", "the unknown function lgo", "did you mean 'log'?"),
    ("pow(x, 2)", "the unknown function pow", "did you mean x**y?"),
    ("absolute(x)", "the unknown function absolute", "did you mean"),
    ("1 + tan(x)", "the unknown function tan: 'tan(x)'", FUNCTIONS),
    ("eval(x)", "the unknown function eval", FUNCTIONS),
    ("print(x)", "the unknown function print", FUNCTIONS),
    ("f(x)(y)", "a call of something that is no function’s name", VOCABULARY),
    ("(x + y)(2)", "a call of something that is no function’s name", VOCABULARY),
    ("exp(x=1)", "a call of something that is no function’s name", VOCABULARY),
    ("exp()", "exp with 0 arguments", "one argument"),
    ("exp(x, y)", "exp with 2 arguments", "one argument"),
    ("max(x)", "max with 1 argument", "at least two arguments"),
    ("exp(*x)", "something no formula has: '*x'", VOCABULARY),
    ("exp + 1", "the name of the function exp", NAME),
    # Python that is no formula
    ("__import__('os').system('x')", "a call of something that is no function’s name", VOCABULARY),
    ("x.y", "an attribute: 'x.y'", VOCABULARY),
    ("x.__class__", "an attribute", VOCABULARY),
    ("x[0]", "an index in brackets: 'x[0]'", VOCABULARY),
    ("lambda x: x", "the word 'lambda', which Python keeps for itself", NAME),
    ("x < y", "a comparison: 'x < y'", VOCABULARY),
    ("x == y", "a comparison", VOCABULARY),
    ("x and y", "the word 'and', which Python keeps for itself", NAME),
    ("x if y else z", "the word 'if', which Python keeps for itself", NAME),
    ("not x", "the word 'not', which Python keeps for itself", NAME),
    ("x // y", "something no formula has: 'x // y'", VOCABULARY),
    ("x % y", "something no formula has", VOCABULARY),
    ("~x", "something no formula has", VOCABULARY),
    ("[x for x in y]", "the word 'for', which Python keeps for itself", NAME),
    ("(y := x)", "something no formula has", VOCABULARY),
    ("await x", "the word 'await', which Python keeps for itself", NAME),
    ("f'{x}'", "something no formula has", VOCABULARY),
    ("x, y", "a list of several", VOCABULARY),
    ("[x]", "a list", VOCABULARY),
    ("x * 'two'", "a text or a truth value: \"'two'\"", VOCABULARY),
    ("True", "the word 'True', which Python keeps for itself", NAME),
    ("x = 1", "'x = 1': invalid syntax", "a formula"),
    ("x; y", "'x; y': invalid syntax", "a formula"),
    ("import os", "the word 'import', which Python keeps for itself", NAME),
    # powers
    ("x^2", "^: 'x^2'", "a power is written **"),
    ("2 * (x + y)^2", "^: ", "a power is written **"),
    ("x**101", "an exponent: '101'", "one from -100 to 100"),
    ("x**-101", "an exponent: '-101'", "one from -100 to 100"),
    ("x**1e99", "an exponent: '1e99'", "one from -100 to 100"),
    # numbers
    ("1e101 * x", "a number that is too long: '1e101'", "at most 25 digits, between 1e-100 and 1e100"),
    ("1e-101 * x", "a number that is too long", "at most 25 digits, between 1e-100 and 1e100"),
    ("1e99999 * x", "a number", "a decimal number"),
    (f"{'9' * 26} * x", "a number that is too long", "at most 25 digits"),
    ("0x10 * x", "a number in another notation: '0x10'", "a decimal number"),
    ("0b1 * x", "a number in another notation", "a decimal number"),
    ("1j * x", "a text or a truth value: '1j'", VOCABULARY),
    ("007 * x", "leading zeros", "a formula"),
    ("٣ * x", "invalid character '٣'", "a formula"),
    ("x²", "invalid character '²'", "a formula"),
    # names
    ("e**x", "the name e, which is Euler’s number in exp(x)", NAME),
    ("_x", "the name '_x'", NAME),
    ("x__y", "the name 'x__y'", NAME),
    ("w_1_2", "the name 'w_1_2'", NAME),
    ("naïve", "the name 'naïve'", NAME),
    ("abcdefghijklmn", "the name 'abcdefghijklmn'", NAME),
    ("2 * lambda", "the word 'lambda', which Python keeps for itself", NAME),
    ("if", "the word 'if', which Python keeps for itself", NAME),
    # texts
    ("", "'': invalid syntax", "a formula"),
    ("   ", "invalid syntax", "a formula"),
    ("(x", "'(' was never closed at character 1", "a formula"),
    ("x)", "unmatched ')' at character 2", "a formula"),
    ("x y", "invalid syntax", "a formula"),
    ("2x", "invalid decimal literal", "a product is written 2 * x"),
    ("x +", "invalid syntax", "a formula"),
    ("x\n+ y", "'x\\n+ y'", "a formula on one line"),
    ("x # the input", "'x # the input'", "without \\ and #"),
    ("x\\", "'x\\\\'", "without \\ and #"),
    ("x\0", "null bytes", "a formula"),
    ("\ufeffx", "invalid non-printable character U+FEFF", "a formula"),
    ("x\u202e+ y", "invalid non-printable character U+202E", "a formula"),
    # sizes
    ("x" * (MAX_LENGTH + 1), "a formula of 1001 characters", "at most 1000: name its parts"),
    ("(" * 1000 + "x" + ")" * 1000, "a formula of 2001 characters", "at most 1000"),
    ("(" * 41 + "x" + ")" * 41, "a formula nested more than 40 deep", "parts with names of their own"),
    ("exp(" * 41 + "x" + ")" * 41, "a formula nested more than 40 deep", "parts with names of their own"),
    ("[" * 400 + "x" + "]" * 400, "a formula nested more than 40 deep", "parts with names of their own"),
    ("-" * 900 + "x", "a formula nested more than 40 deep", "parts with names of their own"),
    ("x**" * 300 + "x", "a formula nested more than 40 deep", "parts with names of their own"),
    ("not " * 200 + "x", "the word 'not', which Python keeps for itself", NAME),
    ("x+" * 499 + "x", "too many terms in one formula", "parts with names of their own"),
    ("x*" * 499 + "x", "too many terms in one formula", "parts with names of their own"),
]


@pytest.mark.parametrize(("text", "found", "expected"), REFUSED, ids=[text[:24].strip() or "blank" for text, _, _ in REFUSED])
def test_what_is_no_formula_is_refused(text: str, found: str, expected: str) -> None:
    started = time.process_time()
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert time.process_time() - started < 0.5
    error = caught.value
    assert found in error.found
    assert expected in error.expected
    assert len(error.found) < 300, "a long text is cut short"
    read(error.example.partition('"')[2].removesuffix('"'))  # how it looks when right, is right


def test_nothing_of_a_formula_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr("os.system", ran.append)
    monkeypatch.setattr("builtins.print", ran.append)
    monkeypatch.setattr("builtins.eval", lambda *_: ran.append("eval"))
    for text in ("__import__('os').system('x')", "print(x)", "(lambda: print(1))()", "[print(i) for i in x]", "exp(print(2))"):
        with pytest.raises(InputError):
            parse(graph_text({"f": text}, {"x": 1}), name="mine")
    assert ran == []


@pytest.mark.parametrize(
    "text", ["(" * 40 + "x" + ")" * 40, "exp(" * 40 + "x" + ")" * 40, "-" * 39 + "x", "x**" * 39 + "x", "+".join("x" * 250)]
)
def test_what_is_just_not_too_much_is_read(text: str) -> None:
    assert names(read(text)) == {"x"}


# --- files that are refused

GRAPH = {"q": "x + y", "f": "q * z"}
VALUES = {"x": -2, "y": 5, "z": -4}
OF = 'of = "f"'
RATE = "learning_rate = 0.1\n"


def refused(text: str) -> dict[str, Problem]:
    """What is wrong with a file, by place; every problem must be complete."""
    with pytest.raises(InputError) as caught:
        parse(text, name="mine", file="mine.toml")
    for problem in caught.value.problems:
        assert problem.file == "mine.toml"
        assert problem.found, problem
        assert problem.expected, problem
        assert problem.example, problem
    found = {problem.place: problem for problem in caught.value.problems}
    assert len(found) == len(caught.value.problems), "one problem for each place"
    return found


def test_a_good_file_is_read_with_its_decimals() -> None:
    example = graph_example(GRAPH, {**VALUES, "x": "-0.10"})
    assert (example.values, example.of, example.by) == ({"x": Decimal("-0.10"), "y": 5, "z": -4}, "f", ("x", "y", "z"))
    assert example.texts == GRAPH


WRONG_FILES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "an undefined name": (
        graph_text({**GRAPH, "f": "q * zz"}, VALUES),
        {"graph.f": ("the name 'zz', which nothing defines", "did you mean 'z'?")},
    ),
    "an undefined name like a formula's": (
        graph_text({"net": "x + y", "f": "nett * z"}, VALUES),
        {"graph.f": ("the name 'nett'", "did you mean 'net'?")},
    ),
    "a circle of two": (
        graph_text({"q": "x + f", "f": "q * z + y"}, VALUES),
        {"graph.q": ("a circle: q → f → q", "do not lead back")},
    ),
    "a circle of three": (
        graph_text({"f": "a", "a": "b + x", "b": "c * y", "c": "a * z"}, VALUES),
        {"graph.a": ("a circle: a → b → c → a", "do not lead back")},
    ),
    "a formula that uses itself": (
        graph_text({"q": "x + y", "f": "f * q * z"}, VALUES),
        {"graph.f": ("a circle: f → f", "do not lead back")},
    ),
    "a word that Python keeps, as a formula": (
        graph_text({**GRAPH, "is": "x"}, VALUES, walkthrough=OF),
        {"graph.is": ("the word 'is', which Python keeps for itself", NAME)},
    ),
    "a word that Python keeps, as a value": (
        graph_text({**GRAPH, "g": "x * lambda"}, {**VALUES, "lambda": 1}),
        {"values.lambda": ("the word 'lambda', which Python keeps for itself", NAME), "graph.g": ("the word 'lambda'", NAME)},
    ),
    "a function's name": (
        graph_text({**GRAPH, "exp": "x"}, VALUES, walkthrough=OF),
        {"graph.exp": ("the name of the function exp", NAME)},
    ),
    "a quoted name": (graph_text({**GRAPH, '"a b"': "x"}, VALUES, walkthrough=OF), {"graph.a b": ("the name 'a b'", NAME)}),
    "one name for a value and a formula": (
        graph_text({**GRAPH, "z": "x"}, VALUES),
        {"graph.z": ("z, which [values] gives already", "a name of its own")},
    ),
    "names that look alike": (
        graph_text({"f1": "x1 + 1", "f_1": "f1 * x_1"}, {"x1": 1, "x_1": 2}),
        {"values.x_1": ("x_1, which looks like x1", "told apart"), "graph.f_1": ("f_1, which looks like f1", "told apart")},
    ),
    "eta with training": (
        graph_text({"f": "x * y * z * eta"}, {**VALUES, "eta": 1}, training=RATE),
        {"values.eta": ("the name eta", "eta is the learning rate")},
    ),
    "an optimiser's constant": (
        graph_text({"f": "x * y * z * mu"}, {**VALUES, "mu": 1}, training=RATE + 'optimiser = "momentum"'),
        {"values.mu": ("the name mu", "mu is a constant of the optimiser")},
    ),
    "what momentum keeps, as a formula": (
        graph_text({"v_x": "x + y", "f": "v_x * z"}, VALUES, training=RATE + 'optimiser = "momentum"'),
        {"graph.v_x": ("the name v_x", "momentum keeps v_x for x")},
    ),
    "what momentum keeps, as a value": (
        graph_text({"f": "x * y * z * v_x"}, {**VALUES, "v_x": 1}, training=RATE + 'optimiser = "momentum"'),
        {"values.v_x": ("the name v_x", "momentum keeps v_x for x")},
    ),
    "what RMSProp keeps": (
        graph_text({"s_x": "x + y", "f": "s_x * z"}, VALUES, training=RATE + 'optimiser = "rmsprop"'),
        {"graph.s_x": ("the name s_x", "rmsprop keeps s_x for x")},
    ),
    "what Adam keeps": (
        graph_text(
            {"m_x": "x + y", "s_y": "m_x * z", "mhat_z": "s_y", "shat_x": "mhat_z"}, VALUES, training=RATE + 'optimiser = "adam"'
        ),
        {
            "graph.m_x": ("the name m_x", "adam keeps m_x for x"),
            "graph.s_y": ("the name s_y", "adam keeps s_y for y"),
            "graph.mhat_z": ("the name mhat_z", "adam keeps mhat_z for z"),
            "graph.shat_x": ("the name shat_x", "adam keeps shat_x for x"),
        },
    ),
    "a value that nothing uses": (
        graph_text(GRAPH, {**VALUES, "k": 1}),
        {"values.k": ("k, which no formula uses", "values that the formulas use")},
    ),
    "a network beside it": (
        graph_text(GRAPH, VALUES) + '[network]\nlayers = [1, 1]\nactivation = "tanh"\n[parameters]\nweights = 1\nbiases = 0\n'
        '[[data.samples]]\nname = "a"\ninputs = [1]\n',
        {key: (f"[{key}] beside [graph]", "formulas or a network, not both") for key in ("network", "parameters", "data")},
    ),
    "no values": ('[graph]\nf = "2 * x"\n', {"values": ("nothing", "the table [values]")}),
    "no formulas": ("[graph]\n[values]\nx = 1\n", {"graph": ("{}", "one to 200 formulas")}),
    "a formula that is a number": ("[graph]\nf = 2\n[values]\nx = 1\n", {"graph.f": ("2", "a formula between quotation marks")}),
    "a dotted name": ('[graph]\na.b = "x"\n[values]\nx = 1\n', {"graph.a": ('{b = "x"}', "a formula between quotation marks")}),
    "a value that is a text": (
        graph_text(GRAPH, {**VALUES, "z": '"4"'}),
        {"values.z": ('"4"', "a finite decimal number of at most 25 digits")},
    ),
    "a value that is not finite": (graph_text(GRAPH, {**VALUES, "z": "-inf"}), {"values.z": ("-inf", "a finite decimal number")}),
    "a derivative of nothing": (
        graph_text(GRAPH, VALUES, walkthrough='of = "g"'),
        {"walkthrough.of": ("'g'", "a formula of [graph]")},
    ),
    "a derivative of a value": (
        graph_text(GRAPH, VALUES, walkthrough='of = "x"'),
        {"walkthrough.of": ("'x'", "a formula of [graph]")},
    ),
    "a derivative by a formula": (
        graph_text(GRAPH, VALUES, walkthrough='by = ["x", "q"]'),
        {"walkthrough.by[2]": ("'q'", "a value that f depends on")},
    ),
    "a derivative by what it does not depend on": (
        graph_text(GRAPH, VALUES, walkthrough='of = "q"\nby = ["z"]'),
        {"walkthrough.by[1]": ("'z'", "a value that q depends on")},
    ),
    "two results": (
        graph_text({**GRAPH, "g": "x"}, VALUES),
        {"walkthrough.of": ("nothing", "the formula to differentiate: one of f, g, which no other uses")},
    ),
    "a constant": (
        graph_text({"f": "2 + 3", "g": "x"}, {"x": 1}, walkthrough='of = "f"'),
        {"graph.f": ("f, which depends on no value", "a formula that depends on a value")},
    ),
    "samples of a network": (
        graph_text(GRAPH, VALUES, walkthrough='samples = ["a"]'),
        {"walkthrough.samples": ("samples with [graph]", "samples only with [network]")},
    ),
    "a run, and layers": (
        graph_text(GRAPH, VALUES, training=RATE + 'updates = "sequential"\nepochs = 5'),
        {
            "training.updates": ("updates with [graph]", "formulas have no layers"),
            "training.epochs": ("epochs with [graph]", "formulas have no samples"),
        },
    ),
    "201 values": (graph_text({"f": "x1"}, {f"x{i}": 1 for i in range(201)}), {"values": ("{x0 = 1", "one to 200 numbers")}),
    "too much for its steps": (
        graph_text(
            {f"f{i}": "x * x * x * x * x" for i in range(150)}, {"x": 1}, walkthrough='of = "f0"', training=RATE + "steps = 10"
        ),
        {"training.steps": ("formulas with 9000 names in all steps", "at most 2000")},
    ),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_wrong_file_is_refused_with_the_place(what: str) -> None:
    text, wanted = WRONG_FILES[what]
    problems = refused(text)
    assert set(problems) == set(wanted)
    for place, (found, expected) in wanted.items():
        assert found in problems[place].found
        assert expected in problems[place].expected


@pytest.mark.parametrize(
    ("formulas", "values", "training"),
    [
        ({"f": "x * eta"}, {"x": 2, "eta": 3}, ""),
        ({"f": "x * mu"}, {"x": 2, "mu": 3}, RATE + 'optimiser = "adam"'),
        ({"v_x": "3 * x", "f": "v_x"}, {"x": 2}, RATE),
        ({"m_x": "3 * x", "f": "m_x"}, {"x": 2}, RATE + 'optimiser = "rmsprop"'),
    ],
)
def test_a_name_that_nothing_else_has_is_the_author_s(formulas: dict[str, str], values: dict[str, object], training: str) -> None:
    assert explainer.derive(graph_example(formulas, values, training=training)).shown["f"].text == "6"


def test_parts_never_take_a_name_that_the_author_has() -> None:
    """A part of a formula is named u_1, or by another letter; all of these are taken, once with and once without an index."""
    letters = "uvstqrpgacdkmn"
    for index, known in (("", "u_1"), ("1", "u_1"), ("_1", "u_1")):
        values = {f"{letter}{index}": 1 for letter in letters}
        derivation = explainer.derive(graph_example({"f": f"exp(2 * u{index}) * ({' + '.join(values)})"}, values))
        parts = [name for name in derivation.program.quantities if name not in values and "/" not in name and name != "f"]
        symbols = [derivation.program.quantities[name].symbol for name in [*values, *parts] if not name[0].isdigit()]
        assert len(symbols) == len(set(symbols)) > len(letters), "no two quantities look the same"
        assert known not in parts


def test_ten_thousand_equations_are_refused_at_once() -> None:
    text = graph_text(
        {f"f{a}{b}{c}_{d}": "x" for a in "abcdefghij" for b in range(10) for c in range(10) for d in range(10)}, {"x": 1}
    )
    assert text.count("\n") > 10_000
    started = time.process_time()
    problem = refused(text)["graph"]
    assert time.process_time() - started < 1
    assert "one to 200 formulas" in problem.expected
    assert len(problem.found) < 100


def test_fifty_errors_are_reported_at_once() -> None:
    wrong = ["ln(x)", "x^2", "x.y", "x[0]", "x < y", "nothing * x", "'s'", "x**101", "(x", "1e200 * x"]
    text = graph_text({f"f{index}": wrong[index % 10] for index in range(50)}, {"x": 1})
    started = time.process_time()
    problems = refused(text)
    assert time.process_time() - started < 1
    assert set(problems) == {f"graph.f{index}" for index in range(50)}
    assert {problem.found for problem in problems.values()} >= {"^: 'x^2'", "the name 'nothing', which nothing defines"}


def test_names_formulas_and_training_are_checked_together() -> None:
    text = graph_text({"class": "x", "f": "ln(x)", "g": "nothing"}, {"x": 1, "2y": 3}, training=RATE + "rho = 0.5\nrecord = [1]")
    assert set(refused(text)) == {"graph.class", "graph.f", "graph.g", "values.2y", "training.rho", "training.record"}


def test_an_example_of_formulas_is_frozen() -> None:
    example = graph_example(GRAPH, VALUES)
    assert isinstance(example, GraphExample)
    with pytest.raises(AttributeError):
        example.of = "q"  # type: ignore[misc]
