"""Numbers as each language writes them. The text comes in as ASCII, already rounded; nothing is rounded here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from explainer.words.languages import Language

MINUS = "\u2212"
GROUPED_FROM = 5  # a whole part of fewer digits is not grouped


@dataclass(frozen=True, slots=True)
class LocalNumber:
    """A number's parts: whether it is negative, its digits in the language's format, and its power of ten if it has one."""

    negative: bool
    digits: str
    exponent: int | None = None


@cache
def _marks(locale: str) -> tuple[str, str]:
    group = get_group_symbol(locale)
    return get_decimal_symbol(locale), "\u00a0" if group.isspace() else group


def localise(text: str, language: Language) -> LocalNumber:
    """`-1.5e-7` → its parts for a language."""
    mantissa, _, exponent = text.removeprefix("-").partition("e")
    whole, point, fraction = mantissa.partition(".")
    mark, group = _marks(language.locale)
    if len(whole) >= GROUPED_FROM:
        head = len(whole) % 3
        whole = group.join(part for part in (whole[:head], *(whole[i : i + 3] for i in range(head, len(whole), 3))) if part)
    return LocalNumber(text.startswith("-"), whole + (mark + fraction if point else ""), int(exponent) if exponent else None)


def plain(text: str, language: Language) -> str:
    """The number as running text without markup."""
    number = localise(text, language)
    sign = MINUS if number.negative else ""
    if number.exponent is None:
        return sign + number.digits
    times = "·" if language.times == r"\cdot" else "×"
    power = str(number.exponent).translate(_SUPERSCRIPTS)
    return f"{sign}{number.digits}\u00a0{times}\u00a010{power}"


def tex(text: str, language: Language) -> str:
    """The number in TeX; a comma that is a decimal mark gets no space after it."""
    number = localise(text, language)
    digits = number.digits.replace(",", "{,}").replace("\u00a0", r"\,")
    power = "" if number.exponent is None else rf" {language.times} 10^{{{number.exponent}}}"
    return ("-" if number.negative else "") + digits + power


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
