"""Expressions and symbols as text in some notation: one printer, several styles."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from explainer.core.digits import Shown, terminating
from explainer.core.errors import Problem, RecordError
from explainer.core.names import is_written_as_partial
from explainer.operations.expression import Constant, Expression, Grid, Node, Number, Symbol
from explainer.operations.vocabulary import NOTATION

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_PRECEDENCE = {
    "add": _SUM,
    "subtract": _SUM,
    "negate": _PRODUCT,
    "multiply": _PRODUCT,
    "divide": _PRODUCT,
    "power": _POWER,
    "general_power": _POWER,
    "exp": _POWER,
    "matrix_product": _PRODUCT,
    "entrywise": _PRODUCT,
    "transpose": _POWER,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a number stands: does anything come before it, and has it a power on it? So it may need parentheses."""

    follows: bool = False
    raised: bool = False

    def encloses(self, shown: Shown) -> bool:
        negative, scientific = shown.text.startswith("-"), "e" in shown.text
        return (negative and (self.follows or self.raised)) or (scientific and self.raised)


@dataclass(frozen=True)
class Style:
    """How a notation writes things."""

    symbol: Callable[[str], str]
    number: Callable[[Number, Standing], str]
    constant: Callable[[Fraction], str]
    function: Callable[[str, str], str]
    times: str  # between factors of which one is a number
    dot: str  # between partial derivatives
    beside: str  # between plain symbols
    minus: str
    enclose: Callable[[str], str]
    quotient: Callable[[str, str], str]
    power: Callable[[str, str], str]
    root: Callable[[str], str]
    grid: Callable[[list[list[str]]], str]
    transpose: Callable[[str], str]  # of a symbol's name
    entrywise: str  # between matrices that are multiplied entry by entry
    exponential: Callable[[str], str]
    absolute: Callable[[str], str]
    pi: str
    cases: Callable[[list[tuple[str, str]]], str]  # pieces, each with the condition under which it holds
    relations: tuple[str, str, str, str]  # more than, at most; less than, at least
    atomic_quotient: bool


def write(expression: Expression, style: Style) -> str:
    return _write(expression, style, 0, leading=True)


def _write(expression: Expression, style: Style, around: int, *, leading: bool) -> str:
    match expression:
        case Symbol(name):
            return style.symbol(name)
        case Number():
            return style.number(expression, Standing(follows=not leading, raised=around >= _POWER))
        case Constant(value):
            text = style.constant(value)
            return style.enclose(text) if value < 0 and not leading else text
        case Grid(rows):
            return style.grid([[_write(cell, style, 0, leading=True) for cell in row] for row in rows])
        case Node(head, parts, exponent):
            own = _ATOM if head == "divide" and style.atomic_quotient else _PRECEDENCE.get(head, _ATOM)
            inner_leading = leading or own < around
            text = _node(head, parts, exponent, style, leading=inner_leading)
            return style.enclose(text) if own < around or (own == around == _SUM and not leading) else text


def _node(head: str, parts: tuple[Expression, ...], exponent: int, style: Style, *, leading: bool) -> str:
    def part(index: int, around: int, lead: bool) -> str:
        return _write(parts[index], style, around, leading=lead)

    match head:
        case "add":
            return " + ".join(part(i, 0 if not i else _SUM, leading and not i) for i in range(len(parts)))
        case "subtract":
            return f"{part(0, 0, leading)} {style.minus} {part(1, _PRODUCT, False)}"
        case "negate":
            text = f"{style.minus}{part(0, _PRODUCT, False)}"
            return text if leading else style.enclose(text)
        case "multiply":
            texts = [part(i, _PRODUCT, leading and not i) for i in range(len(parts))]
            return _sign_between(parts, style).join(texts)
        case "matrix_product" | "entrywise":
            between = style.beside if head == "matrix_product" else style.entrywise
            return between.join(part(i, _PRODUCT, leading and not i) for i in range(len(parts)))
        case "transpose":
            (whole,) = parts
            assert isinstance(whole, Symbol)
            return style.transpose(whole.name)
        case "divide":
            if style.atomic_quotient:
                return style.quotient(part(0, 0, True), part(1, 0, True))
            return style.quotient(part(0, _PRODUCT, leading), part(1, _POWER, False))
        case "power":
            return style.power(part(0, _POWER, leading), str(exponent))
        case "general_power":
            return style.power(part(0, _POWER, leading), part(1, 0, True))
        case "exp" | "sqrt" | "abs":
            written = {"exp": style.exponential, "sqrt": style.root, "abs": style.absolute}[head]
            return written(part(0, 0, True))
        case "pi":
            return style.pi
        case "cases":
            return style.cases(_cases(parts, style))
        case _:
            return style.function(head, ", ".join(part(i, 0, True) for i in range(len(parts))))


def _cases(parts: Sequence[Expression], style: Style) -> list[tuple[str, str]]:
    """Pieces and tests in turn. A test is a value that has to be above zero, or a difference: one side above the other."""
    found, sides = [], []
    for piece, test in zip(parts[::2], parts[1::2], strict=False):
        differs = isinstance(test, Node) and test.head == "subtract"
        both = test.parts if differs and isinstance(test, Node) else (test, Constant(Fraction(0)))
        above, at_most = style.relations[:2]
        if isinstance(both[0], Constant):  # a number stands on the right
            both, (above, at_most) = both[::-1], style.relations[2:]
        left, right = (_write(side, style, _SUM, leading=True) for side in both)
        found.append((_write(piece, style, 0, leading=True), f"{left} {above} {right}"))
        sides.append(f"{left} {at_most} {right}")
    return [*found, (_write(parts[-1], style, 0, leading=True), ", ".join(sides))]


def _sign_between(parts: tuple[Expression, ...], style: Style) -> str:
    """Numbers and fractions need a sign between them; symbols do not."""
    leaves = [leaf for part in parts for leaf in (part.parts if isinstance(part, Node) else (part,))]
    if any(isinstance(leaf, Number) for leaf in leaves):
        return style.times
    return style.dot if any(isinstance(leaf, Symbol) and is_written_as_partial(leaf.name) for leaf in leaves) else style.beside


PLACEHOLDER = re.compile(r"⟦(\d+)↑?⟧")


def placeholder(index: int, tex: str = "") -> str:
    """The TeX that stands for a piece of a formula until it is typeset. It says whether it is in parentheses when it is raised."""
    return rf"{{\text{{⟦{index}{'↑' if _wants_parentheses(tex) else ''}⟧}}}}"


def _wants_parentheses(base: str) -> bool:
    """Is this a fraction, or has it a superscript of its own?"""
    return ("^" in base or "↑" in base or base.startswith(r"\frac")) and not base.startswith(("(", r"\left("))


def _tex_power(base: str, exponent: str) -> str:
    return f"{_tex_parentheses(base) if _wants_parentheses(base) else base}^{{{exponent}}}"


def transposed(symbol: str) -> str:
    return _tex_power(symbol, r"\top")


def _tex_parentheses(text: str) -> str:
    return rf"\left({text}\right)" if r"\frac" in text or r"\begin" in text else f"({text})"


ASCII = Style(
    symbol=lambda name: name,
    number=lambda number, place: f"({number.shown.text})" if place.encloses(number.shown) else number.shown.text,
    constant=str,
    function=lambda name, argument: f"{name}({argument})",
    times=" * ",
    dot=" * ",
    beside=" * ",
    minus="-",
    enclose=lambda text: f"({text})",
    quotient=lambda above, below: f"{above} / {below}",
    power=lambda base, exponent: f"{base}^{exponent}" if exponent.isdigit() else f"{base}^({exponent})",
    root=lambda value: f"sqrt({value})",
    grid=lambda rows: "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]",
    transpose=lambda name: f"transpose({name})",
    entrywise=" .* ",
    exponential=lambda exponent: f"e^{exponent}" if exponent.isdigit() else f"e^({exponent})",
    absolute=lambda value: f"abs({value})",
    pi="pi",
    cases=lambda pieces: "{" + "; ".join(f"{piece} if {condition}" for piece, condition in pieces) + "}",
    relations=(">", "<=", "<", ">="),
    atomic_quotient=False,
)


def _python_power(base: str, exponent: str) -> str:
    """Python reads a**b**c from the right; an exponent that is more than a name or a number is put in parentheses."""
    simple = re.fullmatch(r"\w+|[\d.]+", exponent)
    return f"{f'({base})' if '**' in base else base}**{exponent if simple else f'({exponent})'}"


def python_style(symbol: Callable[[str], str]) -> Style:
    """Python with numpy as np; `symbol` gives a quantity's identifier, a number of the formula is written as it is."""
    return replace(
        ASCII,
        symbol=symbol,
        constant=_python_constant,
        function=_python_function,
        power=_python_power,
        root=lambda value: f"np.sqrt({value})",
        exponential=lambda exponent: f"np.exp({exponent})",
        absolute=lambda value: f"np.abs({value})",
        pi="np.pi",
        cases=_python_cases,
        grid=lambda rows: "np.array([" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "])",
        transpose=lambda name: f"{name}.T",
        entrywise=" * ",
    )


def _python_function(name: str, argument: str) -> str:
    """By numpy's name for it, or by its own, under which a notebook defines it."""
    return ((NOTATION[name].python if name in NOTATION else "") or f"{name}({{}})").format(argument)


def _python_cases(pieces: list[tuple[str, str]]) -> str:
    *others, (last, _) = pieces
    found = last
    for piece, condition in reversed(others):
        found = f"np.where({condition}, {piece}, {found})"
    return found


def _python_constant(value: Fraction) -> str:
    """A fraction as a decimal where that is all of it (0.5), else as a quotient."""
    if value.denominator == 1:
        return str(value)
    return repr(float(value)) if terminating(value, 15) is not None else f"({value.numerator} / {value.denominator})"


# What is added up of a matrix: its columns, its rows, or all of it.
_SUMS_TEX = {
    "row_sums": r"\sum_{{k}} {}_{{:,k}}",
    "column_sums": r"\sum_{{i}} {}_{{i,:}}",
    "total": r"\sum_{{i,k}} {}_{{i,k}}",
}


def _tex_function(name: str, argument: str) -> str:
    is_one_grid = argument.startswith(_GRID) and argument.endswith(_GRID_END) and argument.count(_GRID) == 1
    enclosed = argument if is_one_grid else _tex_parentheses(argument)
    if name in _SUMS_TEX:
        return _SUMS_TEX[name].format(enclosed)
    derivative = name.endswith("_derivative")
    return tex_of(name.removesuffix("_derivative")) + ("'" if derivative else "") + enclosed


def tex_of(head: str) -> str:
    """The TeX of a function's name.

    Raises:
        RecordError: its record has no notation.
    """
    if head not in NOTATION:
        raise RecordError(
            Problem("explainer/operations", f"{head}.notation", "nothing", "how it is written", r'notation=Notation(r"\tanh")')
        )
    return NOTATION[head].tex


_GRID, _GRID_END = r"\begin{pmatrix}", r"\end{pmatrix}"


def _tex_cases(pieces: list[tuple[str, str]]) -> str:
    lines = r" \\ ".join(f"{piece} & {condition}" for piece, condition in pieces)
    return rf"\begin{{cases}} {lines} \end{{cases}}"


def _tex_grid(rows: list[list[str]]) -> str:
    lines = r" \\ ".join(" & ".join(row) for row in rows)
    return f"{_GRID} {lines} {_GRID_END}"


def tex_style(
    symbol: Callable[[str], str],
    number: Callable[[Number, Standing], str],
    constant: Callable[[Fraction], str],
    times: str,
    transpose: Callable[[str], str] | None = None,
) -> Style:
    """TeX, with the caller's way of writing numbers. `times` is the language's multiplication sign."""
    return Style(
        symbol=symbol,
        number=number,
        constant=constant,
        function=_tex_function,
        times=f" {times} ",
        dot=r" \cdot ",
        beside=r"\,",
        minus="-",
        enclose=_tex_parentheses,
        quotient=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
        power=_tex_power,
        root=lambda value: rf"\sqrt{{{value}}}",
        grid=_tex_grid,
        transpose=transpose or (lambda name: transposed(symbol(name))),
        entrywise=r" \odot ",
        exponential=lambda exponent: _tex_power("e", exponent),
        absolute=lambda value: rf"\left|{value}\right|",
        pi=r"\pi",
        cases=_tex_cases,
        relations=(">", r"\le", "<", r"\ge"),
        atomic_quotient=True,
    )
