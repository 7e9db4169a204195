"""Numbers as each language writes them. The text comes in as ASCII, already rounded; nothing is rounded here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from explainer.words.languages import Language

MINUS = "\u2212"
NO_BREAK = "\u00a0"
GROUPED_FROM = 5  # a whole part of fewer digits is not grouped
TIMES = {r"\times": "×", r"\cdot": "·"}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class LocalNumber:
    """A number's parts: whether it is negative, its digits in the language's format, and its power of ten if it has one."""

    negative: bool
    digits: str
    exponent: int | None = None
    times: str = r"\times"  # the language's multiplication sign, in TeX


@cache
def _marks(locale: str) -> tuple[str, str]:
    group = get_group_symbol(locale)
    return get_decimal_symbol(locale), NO_BREAK if group.isspace() else group


def decimal_mark(language: Language) -> str:
    return _marks(language.locale)[0]


def group_mark(language: Language) -> str:
    """What stands between thousands."""
    return _marks(language.locale)[1]


def marks(language: Language) -> dict[str, str]:
    """All that a page's script needs to write numbers."""
    return {"mark": decimal_mark(language), "group": group_mark(language), "times": TIMES[language.times]}


def localise(text: str, language: Language) -> LocalNumber:
    """`-1.5e-7` → its parts for a language."""
    mantissa, _, exponent = text.removeprefix("-").partition("e")
    whole, point, fraction = mantissa.partition(".")
    mark, group = _marks(language.locale)
    if len(whole) >= GROUPED_FROM:
        head = len(whole) % 3
        parts = (whole[:head], *(whole[i : i + 3] for i in range(head, len(whole), 3)))
        whole = group.join(part for part in parts if part)
    digits = whole + (mark + fraction if point else "")
    return LocalNumber(text.startswith("-"), digits, int(exponent) if exponent else None, language.times)


def running(number: LocalNumber) -> str:
    """The number as running text."""
    sign = MINUS if number.negative else ""
    if number.exponent is None:
        return sign + number.digits
    power = str(number.exponent).translate(_SUPERSCRIPTS)
    return f"{sign}{number.digits}{NO_BREAK}{TIMES[number.times]}{NO_BREAK}10{power}"


def tex(number: LocalNumber) -> str:
    """The number in TeX; a comma that is a decimal mark gets no space after it."""
    digits = number.digits.replace(",", "{,}").replace(NO_BREAK, r"\,")
    power = "" if number.exponent is None else rf" {number.times} 10^{{{number.exponent}}}"
    return ("-" if number.negative else "") + digits + power
