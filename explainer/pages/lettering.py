"""How wide texts in figures are, and symbols as groups of letters that are written alike.

A figure's size follows from its labels, so their widths have to be known before any browser sets them. Symbols are set in the
font that comes with the site: their widths are its own. Numbers and words are set in a font of the reader's system: for these
the table has what the widest of the usual ones need (DejaVu Sans, Verdana), so that there is always room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape

from explainer.operations.symbols import GREEK

WORDS, BOLD, ITALIC, UPRIGHT = "words", "bold", "italic", "upright"  # faces
IDEOGRAPHS = 0x2E80  # from here on, characters are as wide as they are high


def _table(*rows: tuple[float, str]) -> Mapping[str, float]:
    return {letter: width for width, letters in rows for letter in letters}


# Widths in em. What no row has is as wide as the widest letter.
_WORDS = _table(
    (0.32, "ijlíì"), (0.38, ".,:;'’|!·\u00a0 "), (0.46, "frtIJ()[]-/"), (0.53, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"),
    (0.64, "0123456789abcdeghknopqsuvxyzåäöøãõçáéóêôúàüßабвгдезийклнопрстухцчъьэяё"),
    (0.72, "ABCEFKLPRSTUVXYZÅÄÁÉАБВГЕЗКРСТУХЧЭЯ"), (0.8, "DGHNOQÖØwДИЙЛНОПЦы"), (0.84, "−×+=≈±÷<>м"),
    (1.0, "mMWæÆжфшщюМШЩЖЮФ"),
)  # fmt: skip
_ITALIC = _table(
    (0.25, ".,:ι"), (0.28, "il"), (0.34, "tI"), (0.39, "sJε"), (0.42, "cre"), (0.46, "jτ"), (0.5, "ozgv∂0123456789ξγνζ"),
    (0.53, "ybqkSηθκδλ"), (0.57, "adnuxhLPσΓβρ"), (0.61, "fFBpETYZαμφΣ"), (0.66, "RVXCKπψΔχΞω"), (0.71, "ADGNOQΛ"),
    (0.76, "wUHΘΦΨΠ"), (0.83, "mΩ"), (0.92, "MW"), (0.36, "()⟨⟩[]"), (0.3, "′"),
)  # fmt: skip
_UPRIGHT = _table(
    (0.25, ",."), (0.28, "jil"), (0.33, "ft"), (0.36, "I()⟨⟩[]"), (0.38, "r"), (0.41, "sJℓ"), (0.46, "cez"),
    (0.5, "0123456789agvxySo∂"), (0.54, "bqdkp"), (0.59, "uPhnLFZ"), (0.65, "TBERYX"), (0.7, "CVK"), (0.74, "AGDNOQ"),
    (0.78, "wUH"), (0.85, "m"), (0.94, "MW"), (0.3, "′"),
)  # fmt: skip
_FACES = {WORDS: _WORDS, BOLD: {letter: 1.12 * width for letter, width in _WORDS.items()}, ITALIC: _ITALIC, UPRIGHT: _UPRIGHT}


def width(text: str, size: float, face: str = WORDS) -> float:
    """How wide a text is at most."""
    table = _FACES[face]
    return size * sum(1.0 if ord(letter) >= IDEOGRAPHS else table.get(letter, 1.1) for letter in text)


# --- symbols

INDEX = 0.7  # the size of an index, of that of its letter


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters in one shape: a single one slants, a word stands upright, as in formulas."""

    text: str
    slanted: bool = True

    def width(self, size: float) -> float:
        return width(self.text, size, ITALIC if self.slanted else UPRIGHT)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with its indices."""

    base: tuple[Letters, ...]
    lower: tuple[Letters, ...] = ()
    upper: tuple[Letters, ...] = ()

    def width(self, size: float) -> float:
        indices = max(sum(letters.width(size * INDEX) for letters in index) for index in (self.lower, self.upper))
        return sum(letters.width(size) for letters in self.base) + indices

    def differential(self) -> Symbol:
        """∂ before it."""
        return replace(self, base=(Letters("∂"), *self.base))


_TOKEN = re.compile(r"\\mathrm\{(?P<word>[^{}]*)\}|\\(?P<command>[A-Za-z]+)|(?P<script>[_^])\{|(?P<end>\})|(?P<letter>[^{}\\_^ ])")
_LETTERS = {"ell": "ℓ", "prime": "′", "langle": "⟨", "rangle": "⟩"}


def symbol(tex: str) -> Symbol:
    """The symbol that a quantity has in formulas."""
    found: dict[str, list[Letters]] = {"": [], "_": [], "^": []}
    place = ""
    for token in _TOKEN.finditer(tex):
        if token["script"] or token["end"]:
            place = token["script"] or ""
            continue
        text = token["word"] or token["letter"] or _letter(token["command"] or "")
        letters = Letters(text, slanted=not token["word"] and text.isalpha() and text != "ℓ")
        if found[place] and found[place][-1].slanted == letters.slanted:
            letters = Letters(found[place].pop().text + text, letters.slanted)
        found[place].append(letters)
    return Symbol(*(tuple(found[place]) for place in ("", "_", "^")))


def _letter(command: str) -> str:
    return unescape(f"&{command};") if command in GREEK else _LETTERS.get(command, "")
