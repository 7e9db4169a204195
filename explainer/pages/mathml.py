"""TeX → MathML at build time, with every number in it traceable.

A number goes into the TeX as a placeholder and comes out as an element that names its quantity, with its own sign and
parentheses. Indices and exponents are marked as structural; any other digit is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree as ET

from math_core import LatexError, LatexToMathML

from explainer.pages.formula import PLACEHOLDER
from explainer.words.numbers import MINUS, TIMES, LocalNumber

_MARKED = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})
_CLASSES = {"right": "ex-right", "left": "ex-left", "center": "ex-center"}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number inside a formula. `reference` names its quantity; without one it is a constant of the formula."""

    number: LocalNumber
    reference: str = ""
    enclosed: bool = False
    literal: str = ""  # the reason, for a number that is quoted
    marked: bool = False
    kind: str = ""  # the class of its kind of quantity
    title: str = ""  # what is to be known of it
    line: str = ""  # in whose line of numbers it is an operand; ~ before that for its short form, * for all in one
    place: str = ""  # f where something stands before it, r where it has a power on it: there it may need parentheses
    digits: int = 0  # that were asked for

    def marks(self) -> dict[str, str]:
        """What a script has to know that puts another number in its place."""
        found = {"data-within": self.line, "data-place": self.place, "data-digits": str(self.digits or "")}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Tinted:
    """A symbol inside a formula, in the colour of its kind of quantity."""

    tex: str
    kind: str
    reference: str = ""  # names the quantity that it stands for


Piece = Printed | Tinted


LONGEST = 2_000  # letters of an author's formula
MOST_UNCLOSED = 10  # brackets of one
_BRACKET = re.compile(r"[()\[\]]")


class MathError(ValueError):
    """The TeX cannot be typeset, or has a digit that belongs to nothing."""


def absurd(tex: str) -> str:
    """What of an author's formula its converter would not survive, or take for ever to read; "" if nothing.

    It recurses for each thing in a thing, and tries each bracket that is never closed in two ways.
    """
    if len(tex) > LONGEST:
        return f"{len(tex):,} letters"
    unclosed = 0
    for bracket in _BRACKET.findall(tex):
        unclosed = unclosed + 1 if bracket in "([" else max(unclosed - 1, 0)
    return f"{unclosed} brackets that are not closed" if unclosed > MOST_UNCLOSED else ""


@cache
def _convert(tex: str, display: bool) -> str:
    try:
        html = _converter().convert_with_local_state(tex, displaystyle=display)
        return html.replace("&ApplyFunction;", "\u2061")  # the one entity of HTML that is none of XML
    except LatexError as error:
        lines = [line.strip(" │╰─") for line in _ANSI.sub("", str(error)).splitlines()]
        raise MathError(next((line for line in reversed(lines) if line and line != "╯"), "not TeX")) from None


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML()


def mathml(tex: str, pieces: Sequence[Piece] = (), *, display: bool = False) -> str:
    """One `<math>` element as text that Markdown leaves alone.

    Raises:
        MathError: the TeX is wrong, or a digit in it is neither an index, an exponent, nor one of `pieces`.
    """
    root = ET.fromstring(_convert(tex, display))
    _mend(root, pieces, structural=False)
    return _guard(ET.tostring(root, encoding="unicode"))


def _mend(element: ET.Element, pieces: Sequence[Piece], *, structural: bool) -> None:
    style = element.attrib.pop("style", "")
    if element.tag == "mtable":
        element.attrib.pop("scriptlevel", None)  # zero, as it is anyway: the standard allows it on other elements only
    for side, name in _CLASSES.items():
        if f"text-align: {side}" in style:
            element.set("class", name)
    for index, child in enumerate(element):
        inner = structural or (element.tag in _MARKED and index > 0)
        if child.tag == "mtext" and (match := PLACEHOLDER.fullmatch(child.text or "")):
            piece = pieces[int(match[1])]
            element[index] = _number(piece) if isinstance(piece, Printed) else _tinted(piece, structural=structural)
            continue
        if child.tag == "mn":
            if not inner:
                raise MathError(f"the digit {child.text!r} belongs to no quantity")
            child.set("data-structural", "index")
        if child.tag == "mo" and child.text == "′":
            child.set("class", "ex-prime")
        _mend(child, pieces, structural=inner)


def _tinted(piece: Tinted, *, structural: bool) -> ET.Element:
    row = ET.fromstring(_convert(piece.tex, False))
    _mend(row, (), structural=structural)
    if len(row) == 1 and "class" not in row[0].attrib:
        row = row[0]
    else:
        row.tag, row.attrib = "mrow", {}
    if piece.kind:
        row.set("class", piece.kind)
    if piece.reference:
        row.set("data-is", piece.reference)
    return row


def _number(printed: Printed) -> ET.Element:
    number = printed.number
    row = ET.Element("mrow")
    if printed.enclosed:
        ET.SubElement(row, "mo", {"stretchy": "false"}).text = "("
    if number.negative:
        ET.SubElement(row, "mo", {"form": "prefix", "lspace": "0", "rspace": "0"}).text = MINUS
    ET.SubElement(row, "mn").text = number.digits
    if number.exponent is not None:
        ET.SubElement(row, "mo", {"lspace": "0.2222em", "rspace": "0.2222em"}).text = TIMES[number.times]
        power = ET.SubElement(row, "msup")
        ET.SubElement(power, "mn").text = "10"
        exponent = ET.SubElement(power, "mrow")
        if number.exponent < 0:
            ET.SubElement(exponent, "mo", {"form": "prefix", "lspace": "0", "rspace": "0"}).text = MINUS
        ET.SubElement(exponent, "mn").text = str(abs(number.exponent))
    if printed.enclosed:
        ET.SubElement(row, "mo", {"stretchy": "false"}).text = ")"
    if printed.reference:
        row.set("class", " ".join(filter(None, ("num", printed.kind, "ex-marked" if printed.marked else ""))))
        row.set("data-ref", printed.reference)
        row.attrib.update(printed.marks())
    elif printed.literal:
        row.set("class", "num")
        row.set("data-literal", printed.literal)
    else:
        row.set("data-structural", "constant")
    return row


def _guard(html: str) -> str:
    """Write text characters that Markdown could read as its own as numeric entities."""
    return re.sub(r">([^<]+)<", lambda match: f">{_entities(match[1])}<", html)


def _entities(text: str) -> str:
    return re.sub(r"[*_`\[\]\\$~^|{}!#+:.=()]", lambda match: f"&#{ord(match[0])};", text)
