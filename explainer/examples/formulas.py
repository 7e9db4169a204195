"""Formulas as authors write them → frozen trees. Read over Python's `ast`; nothing of an author's text is evaluated."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from explainer.examples import wording
from explainer.operations import vocabulary

MAX_LENGTH = 1_000
MAX_DEPTH = 40
MAX_EXPONENT = 100
MAX_DIGITS = 25

# function → how many arguments it takes: exactly, or at least
FUNCTIONS = {name: row.arity for name, row in vocabulary.FUNCTIONS.items()}
NAME = re.compile(r"[A-Za-z]{1,12}[0-9]{0,3}(_[A-Za-z0-9]{1,12})?")
_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of a value or of another formula."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number in a formula, as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Call:
    """add, subtract, multiply, divide, negate, power, or one of FUNCTIONS, of other trees."""

    function: str
    arguments: tuple[Formula, ...]


Formula = Reference | Literal | Call


class FormulaError(ValueError):
    """A formula that cannot be read: what was found, what was expected, and how it looks when right."""

    def __init__(self, found: str, expected: str, example: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.example = found, expected, example


def name_fault(name: str) -> str:
    """Why a text is no name for a quantity; "" if it is one."""
    if keyword.iskeyword(name):
        return f"the word {name!r}, which Python keeps for itself ({name}_1 would do)"
    if name in FUNCTIONS:
        return f"the name of the function {name}"
    if name == "e":
        return "the name e, which is Euler’s number in exp(x)"
    if not NAME.fullmatch(name):
        return f"the name {name[:40]!r}"
    return ""


NAME_EXPECTED = "a name of letters, perhaps with a number, and perhaps an index after _"


def read(text: str) -> Formula:
    """The tree of a formula.

    Raises:
        FormulaError: it is too long or nested too deep, it is no formula, or it uses what formulas do not have.
    """
    example = 'f = "q * z + tanh(x)"'
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"a formula of {len(text)} characters", f"at most {MAX_LENGTH}: name its parts", example)
    # Deep nesting is refused before Python's own reader sees it.
    if _bracket_depth(text) > MAX_DEPTH or re.search(r"([-+~]\s*){40}|(\*\*[^*]*){40}", text):
        raise FormulaError(f"a formula nested more than {MAX_DEPTH} deep", "parts with names of their own", example)
    if taken := [word for word in re.findall(r"[A-Za-z_]\w*", text) if keyword.iskeyword(word)]:
        raise FormulaError(name_fault(taken[0]), f"{NAME_EXPECTED}; functions are {', '.join(FUNCTIONS)}", example)
    if "\n" in text or "\\" in text or "#" in text:
        raise FormulaError(_quoted(text), "a formula on one line, without \\ and #", example)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        detail = error.msg if isinstance(error, SyntaxError) else "not a formula"
        offset = f" at character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        hint = "; a product is written 2 * x" if re.search(r"\d\s*[A-Za-z(]", text) else ""
        raise FormulaError(f"{_quoted(text)}: {detail}{offset}", f"a formula{hint}", example) from None
    return _Reader(text.strip()).read(tree, 0)


def references(formula: Formula) -> Iterator[str]:
    """The names in a formula, in order, with repetitions."""
    match formula:
        case Reference(name):
            yield name
        case Call(_, arguments):
            for argument in arguments:
                yield from references(argument)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


class _Reader:
    """Turns Python's tree into ours and refuses everything a formula does not have."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self, node: ast.AST, what: str, expected: str, example: str = 'f = "q * z"') -> FormulaError:
        part = ast.get_source_segment(self.text, node) or self.text
        return FormulaError(f"{what}: {_quoted(part)}", expected, example)

    def read(self, node: ast.expr, depth: int) -> Formula:
        if depth > MAX_DEPTH * 8:  # a long sum leans to the left, so it is deep without looking so
            raise self.refuse(node, "too many terms in one formula", "parts with names of their own")
        match node:
            case ast.Name(name):
                if fault := name_fault(name):
                    raise self.refuse(node, fault, f"{NAME_EXPECTED}; functions are {', '.join(FUNCTIONS)}")
                return Reference(name)
            case ast.Constant(value) if isinstance(value, int | float) and not isinstance(value, bool):
                return Literal(self.number(node))
            case ast.UnaryOp(ast.USub(), operand):
                inner = self.read(operand, depth + 1)
                return Literal(-inner.value) if isinstance(inner, Literal) else Call("negate", (inner,))
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.read(operand, depth + 1)
            case ast.BinOp(left, ast.Pow(), right):
                return Call("power", (self.read(left, depth + 1), self.exponent(right, depth + 1)))
            case ast.BinOp(left, operator, right) if type(operator) in _SIGNS:
                return Call(_SIGNS[type(operator)], (self.read(left, depth + 1), self.read(right, depth + 1)))
            case ast.BinOp(_, ast.BitXor(), _):
                raise self.refuse(node, "^", "a power is written **", 'f = "x**2"')
            case ast.Call(ast.Name(function), arguments, []):
                return self.call(node, function, [self.read(argument, depth + 1) for argument in arguments])
        raise self.refuse(node, _KINDS.get(type(node), "something no formula has"), f"{_VOCABULARY}")

    def number(self, node: ast.Constant) -> Decimal:
        text = (ast.get_source_segment(self.text, node) or "").replace("_", "")
        if not re.fullmatch(r"\d*\.?\d*([eE][+-]?\d{1,4})?", text):
            raise self.refuse(node, "a number in another notation", "a decimal number", 'f = "0.5 * x"')
        value = Decimal(text)
        if len(value.as_tuple().digits) > MAX_DIGITS or (value and abs(value.adjusted()) > MAX_EXPONENT):
            raise self.refuse(node, "a number that is too long", "a number of at most 25 digits, between 1e-100 and 1e100 in size")
        return value

    def exponent(self, node: ast.expr, depth: int) -> Formula:
        exponent = self.read(node, depth)
        if isinstance(exponent, Literal) and abs(exponent.value) > MAX_EXPONENT:
            raise self.refuse(node, "an exponent", f"one from -{MAX_EXPONENT} to {MAX_EXPONENT}", 'f = "x**2"')
        return exponent

    def call(self, node: ast.Call, function: str, arguments: list[Formula]) -> Formula:
        if function not in FUNCTIONS:
            hint = "; did you mean x**y?" if function == "pow" else wording.hint(function, FUNCTIONS)
            raise self.refuse(node, f"the unknown function {function}", f"one of {', '.join(FUNCTIONS)}{hint}")
        wanted = FUNCTIONS[function]
        if len(arguments) < wanted or (wanted == 1 and len(arguments) > 1):
            numbers = "one argument" if wanted == 1 else "at least two arguments"
            sample = f'f = "{function}({"x" if wanted == 1 else "x, y"})"'
            raise self.refuse(node, f"{function} with {len(arguments)} arguments", numbers, sample)
        fold: Callable[[Formula, Formula], Formula] = lambda left, right: Call(function, (left, right))  # noqa: E731
        return reduce(fold, arguments) if wanted > 1 else Call(function, tuple(arguments))


_VOCABULARY = f"numbers, names, + - * / **, and the functions {', '.join(FUNCTIONS)}"
_KINDS: dict[type[ast.AST], str] = {
    ast.Attribute: "an attribute",
    ast.Subscript: "an index in brackets",
    ast.Lambda: "a lambda",
    ast.Compare: "a comparison",
    ast.BoolOp: "and/or",
    ast.IfExp: "an if",
    ast.Constant: "a text or a truth value",
    ast.Call: "a call of something that is no function’s name",
    ast.Tuple: "a list of several",
    ast.List: "a list",
}
