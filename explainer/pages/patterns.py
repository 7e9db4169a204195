"""Formulas of rows as patterns of MathML, for a script that puts symbols or numbers into them as a page would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from explainer.core.digits import Shown
from explainer.core.names import partial_name
from explainer.core.program import Equation
from explainer.live.vocabulary import Instance, key
from explainer.operations.expression import Number, Symbol, formula
from explainer.pages.formula import placeholder, tex_style, write
from explainer.pages.mathml import Printed, mathml
from explainer.words.numbers import LocalNumber

_SLOT = re.compile(r'<mrow class="num" data-ref="(\d+)"(?: data-place="([fr]+)")?><mn>0</mn></mrow>')
_MATH = re.compile(r"^<math[^>]*>|</math>$")
_GRADIENTS = {"sgd_update": (2,)}  # operands that are partials: between these there is a dot
_ANY = Shown("0", exact=True)
_PARTIAL = partial_name("L", "w_1")


def patterns(instances: Iterable[Instance], times: str) -> dict[str, list[str]]:
    """For each row that of symbols, and that of numbers. `{0}` is an operand; f: behind something else, r: with a power on it."""
    return {key(each): [_pattern(each, times, numbers=numbers) for numbers in (False, True)] for each in instances}


def between(times: str) -> dict[str, str]:
    """What stands between terms, and between factors: numbers, symbols, and symbols of which one is a partial."""
    affine: Instance = ("affine", 5, (2, 2, 1))
    signs = {name: _gaps(_pattern(affine, times, numbers=numbers)) for name, numbers in (("times", True), ("beside", False))}
    dot = _gaps(_pattern(("sum_of_products", 2, (2,)), times, gradients=(0,)))[0]
    return {"plus": signs["times"][1], "times": signs["times"][0], "beside": signs["beside"][0], "dot": dot}


def _gaps(pattern: str) -> list[str]:
    return re.split(r"\{\d+[fr]*\}", pattern)[1:-1]


def _pattern(instance: Instance, times: str, *, numbers: bool = False, gradients: tuple[int, ...] = ()) -> str:
    name, count, static = instance
    pieces: list[Printed] = []

    def slot(index: int, place: str = "") -> str:
        pieces.append(Printed(LocalNumber(False, "0"), str(index), place=place))
        return placeholder(len(pieces) - 1)

    def constant(value: Fraction) -> str:
        text = _constant(abs(value.numerator), pieces)
        if value.denominator != 1:
            text = rf"\frac{{{text}}}{{{_constant(value.denominator, pieces)}}}"
        return f"-{text}" if value < 0 else text

    gradients = gradients or _GRADIENTS.get(name, ())
    names = [f"{_PARTIAL}{index}" if index in gradients else f"w_{index}" for index in range(count)]
    index_of: Callable[[str], int] = names.index
    leaves = [Number(each, _ANY) if numbers else Symbol(each) for each in names]
    style = tex_style(
        lambda each: slot(index_of(each)),
        lambda item, place: slot(index_of(item.name), f"{'f' * place.follows}{'r' * place.raised}"),
        constant,
        times,
    )
    text = mathml(write(formula(Equation("", name, tuple(names), static), leaves), style), pieces)
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), _MATH.sub("", text))
    return _SLOT.sub(lambda match: f"{{{match[1]}{match[2] or ''}}}", text)


def _constant(value: int, pieces: list[Printed]) -> str:
    pieces.append(Printed(LocalNumber(False, str(value))))
    return placeholder(len(pieces) - 1)
