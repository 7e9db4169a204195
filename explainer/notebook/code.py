"""The lines of a notebook's code cells: equations, given numbers, functions, calls. Pure text; nothing is run here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from explainer.compose.straight import needed
from explainer.core import digits as rounding
from explainer.core.program import Equation, Kind, Program
from explainer.operations.expression import Constant, Expression, Node, Number, Symbol, formula, spelled_out
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.formula import python_style, write

WIDTH = 79
# Functions that numpy does not have, by the heads of their trees, each after those that it may need.
DEFINED = {
    row.head: row
    for row in sorted(OPERATIONS.values(), key=lambda row: row.family not in (Family.FUNCTION, Family.PART))
    if row.notation and not row.notation.python and not row.notation.by_formula and row.arity == 1
}
MOST_DIGITS = 12  # float64 has some fifteen; the last few are its rounding errors

COUNT = "(updates)"  # no quantity's name
STYLE = python_style(lambda name: name)

WRITTEN = """def written(value):
    number = Decimal(f"{{value + 0:.{kept}e}}").normalize()
    whole = number == int(number) and abs(number) < 10**7
    most = DIGITS
    if whole or len(number.as_tuple().digits) <= DIGITS:
        most = 16
    else:
        number = Context(DIGITS, ROUND_HALF_UP).plus(number)
    power = number.adjusted() if number else 0
    if -5 <= power < most:
        return f"{{number:f}}"
    return f"{{number.scaleb(-power):f}}e{{power}}"
"""
SHOW = """def show(**values):
    for name, value in values.items():
        print(f"{name} = {written(value)}")"""
SHOW_ROWS = """def show(**values):
    for name, value in values.items():
        rows = [list(map(written, row)) for row in np.atleast_2d(value)]
        widths = [max(map(len, column)) for column in zip(*rows)]
        before = f"{name} = "
        for row in rows:
            print(before + "  ".join(map(str.rjust, row, widths)))
            before = " " * len(before)"""
SOFTMAX = """def softmax(z):
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)"""


def digits_of(digits: int) -> int:
    """How many significant digits a notebook prints for an example that asks for so many."""
    return min(digits, MOST_DIGITS)


def show_function(digits: int, *, rows: bool = False) -> str:
    """The helper that prints numbers by the rounding contract, or matrices row by row. What float64 adds in its last digits is
    cut off first.
    """
    return f"{WRITTEN.format(kept=kept_digits(digits))}\n\n{SHOW_ROWS if rows else SHOW}"


def kept_digits(digits: int) -> int:
    """How many digits after the first one the helper rounds to before it rounds to those that it prints."""
    return max(11, digits_of(digits) + 2)


def literal(value: Decimal) -> str:
    """A given number as a float of Python."""
    text = rounding.given(value).text
    return text if set(text) & set(".e") else f"{text}.0"


def wrapped(before: str, text: str, after: str = "", indent: int = 0) -> str:
    """One statement; a long one is broken at its spaces, which needs brackets around it."""
    margin = " " * indent
    if indent + len(before) + len(text) + len(after) <= WIDTH:
        return f"{margin}{before}{text}{after}"
    lines = textwrap.wrap(text, WIDTH - indent - 4, break_long_words=False, break_on_hyphens=False)
    opening, closing = ("", "") if before.endswith(("(", "[")) else ("(", ")")
    body = "\n".join(f"{margin}    {line}" for line in lines)
    return f"{margin}{before}{opening}\n{body}\n{margin}{closing}{after}"


def listed(before: str, items: Iterable[str], after: str = ")", indent: int = 0) -> str:
    """A call or list, one long line or several."""
    return wrapped(before, ", ".join(items), after, indent)


def shown(names: Iterable[str]) -> str:
    return listed("show(", [f"{name}={name}" for name in names])


def numbers_of(program: Program) -> Mapping[str, Number]:
    """The numbers that stand in formulas themselves."""
    return {
        name: Number(name, rounding.given(value))
        for name, value in program.given.items()
        if program.quantities[name].kind is Kind.CONSTANT
    }


def statement(equation: Equation, names: Mapping[str, str], numbers: Mapping[str, Number], *, indent: int = 0) -> str:
    """An equation printed as Python; a count of updates made, if `names` has one, stands in Adam's correction."""
    leaves: list[Expression] = [numbers.get(name) or Symbol(names[name]) for name in equation.operands]
    if equation.operation == "bias_correction" and COUNT in names:
        kept, decay = leaves
        power = Node("general_power", (decay, Symbol(names[COUNT])))
        right: Expression = Node("divide", (kept, Node("subtract", (Constant(Fraction(1)), power))))
    else:
        right = formula(equation, leaves)
    return wrapped(f"{names[equation.target]} = ", write(right, STYLE), indent=indent)


def function(
    name: str, program: Program, inputs: Sequence[str], outputs: Sequence[str], names: Mapping[str, str], *, counts: bool = False
) -> str:
    """The equations between inputs and outputs as a function that returns a tuple; the other given numbers are global."""
    if counts:
        names = {**names, COUNT: "step"}
    numbers = numbers_of(program)
    head = listed(f"def {name}(", [*(["step"] if counts else []), *(names[item] for item in inputs)], "):")
    body = [statement(equation, names, numbers, indent=4) for equation in needed(program, inputs, outputs)]
    result = ", ".join(names[item] for item in outputs)
    return "\n".join([head, *body, wrapped("return ", result if len(outputs) > 1 else f"({result},)", indent=4)])


def functions_in(code: Iterable[str]) -> list[str]:
    """The definitions of the functions that a code needs, as the proof has them, or safe ones of numpy."""
    text, found = "\n".join(code), list[str]()
    for name, row in reversed(DEFINED.items()):
        if re.search(rf"\b{name}\(", text):
            assert row.notation is not None
            body = row.notation.defined or write(spelled_out(row.name, Symbol("z")), STYLE)
            found.insert(0, f"def {name}(z):\n    return {body}")
            text += found[0]
    return [*found, *([SOFTMAX] if re.search(r"\bsoftmax\(", text) else [])]


def imports_of(code: Iterable[str]) -> list[str]:
    """What of the standard library a code needs."""
    return ["import math"] if any("math." in text for text in code) else []
