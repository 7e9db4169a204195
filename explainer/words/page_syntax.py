"""The syntax of pages, read in one place: filling, translation, glossary, conversion and cache keys see what this sees.

A page is Markdown, cut into parts, each of whole lines: front matter, headings, stamps, blocks (`::: name arguments`), listings
between lines ```` ``` ````, formulas between lines `$$`, and lines of prose. The text of a line is cut into pieces: words, code,
formulas, holes (`{{h_1}}`), and what else is not read as words. Parts put together again are the page, pieces the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from explainer.words import conditions
from explainer.words.conditions import ConditionError

# --- lines


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a page, as they stand, and the number of the first."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def numbered(self) -> Iterator[tuple[int, str]]:
        """The lines that a translation has as well, with their numbers: all but stamps."""
        return enumerate(self.lines, self.line)


@dataclass(frozen=True, slots=True)
class Front(Part):
    """Front matter, with the lines `---` around it; what stands before the first heading is stamped here, if anything is."""

    is_closed: bool = True
    stamp: str | None = None

    @property
    def head(self) -> str:
        """What stands between the two lines."""
        return "\n".join(self.lines[1 : -1 if self.is_closed else None])

    def numbered(self) -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in enumerate(self.lines, self.line) if not _FRONT_STAMP.fullmatch(line))


@dataclass(frozen=True, slots=True)
class Heading(Part):
    """`## Title {#anchor}`"""

    level: int = 1
    title: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Stamp(Part):
    """`<!-- source: 1a2b3c4d -->`: which English text the section around it translates."""

    hash: str = ""

    def numbered(self) -> Iterator[tuple[int, str]]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Block(Part):
    """`::: name arguments`, or `::: name example: arguments`."""

    name: str = ""
    arguments: tuple[str, ...] = ()
    example: str = ""

    @property
    def written(self) -> str:
        """As it would be written with no more spaces than it needs."""
        return " ".join(("::: " + self.name, *([f"{self.example}:"] if self.example else []), *self.arguments))


@dataclass(frozen=True, slots=True)
class Listing(Part):
    """A block of code, with the lines ```` ``` ```` around it."""

    is_closed: bool = True


@dataclass(frozen=True, slots=True)
class Display(Part):
    """A formula of its own, with the lines `$$` around it."""

    is_closed: bool = True

    @property
    def tex(self) -> str:
        return "\n".join(self.lines[1 : -1 if self.is_closed else None])


@dataclass(frozen=True, slots=True)
class Prose(Part):
    """One line of Markdown, perhaps an empty one."""


_HEADING = re.compile(r"(?P<marks>#{1,6}) (?P<title>.*?)(?: \{#(?P<identifier>[\w-]+)\})?")
_STAMP = re.compile(r"<!-- source: (?P<hash>[0-9a-f]*) -->")
_FRONT_STAMP = re.compile(r"source: *[\"']?(?P<hash>[0-9a-f]*)[\"']?")
_BLOCK = re.compile(r"\s*::: *(?P<name>\S*)(?P<arguments>.*)")
_RULE, _FENCE, _DOLLARS = "---", "```", "$$"


@lru_cache(maxsize=256)  # a page is asked for its parts by all who judge, fill and show it
def parse(page: str) -> tuple[Part, ...]:
    """A whole page, with its front matter if it has any."""
    lines = page.split("\n")
    if lines[0] != _RULE or len(lines) == 1:
        return tuple(_parts(lines, 1))
    end = next((number for number, line in enumerate(lines[1:], 1) if line == _RULE), len(lines))
    is_closed = end < len(lines)
    front = tuple(lines[: end + 1])
    stamps = [match["hash"] for line in front if (match := _FRONT_STAMP.fullmatch(line))]
    return (Front(1, front, is_closed, stamps[-1] if stamps else None), *_parts(lines[end + 1 :], end + 2))


def body(text: str, first_line: int = 1) -> tuple[Part, ...]:
    """A page whose front matter has been taken off, or a piece of one."""
    return tuple(_parts(text.split("\n"), first_line))


def _parts(lines: list[str], first_line: int) -> Iterator[Part]:
    at = 0
    while at < len(lines):
        part = _part(lines, at, first_line + at)
        yield part
        at += len(part.lines)


def _part(lines: list[str], at: int, number: int) -> Part:
    """The part that begins with a line."""
    line = lines[at]
    if line.startswith(_FENCE):
        taken, is_closed = _to_the_end(lines, at, _FENCE)
        return Listing(number, taken, is_closed)
    if line.strip() == _DOLLARS:
        taken, is_closed = _to_the_end(lines, at, _DOLLARS)
        return Display(number, taken, is_closed)
    if match := _BLOCK.fullmatch(line):
        words = match["arguments"].split()
        example = words.pop(0)[:-1] if words and words[0].endswith(":") else ""
        return Block(number, (line,), match["name"], tuple(words), example)
    if match := _HEADING.fullmatch(line.rstrip()):
        return Heading(number, (line,), len(match["marks"]), match["title"], match["identifier"] or "")
    if match := _STAMP.fullmatch(line):
        return Stamp(number, (line,), match["hash"])
    return Prose(number, (line,))


def _to_the_end(lines: list[str], at: int, mark: str) -> tuple[tuple[str, ...], bool]:
    """The lines from one that opens to the one that closes, or to the end of the page."""
    for end in range(at + 1, len(lines)):
        if lines[end].strip() == mark:
            return tuple(lines[at : end + 1]), True
    return tuple(lines[at:]), False


# --- in a line


class Is(Enum):
    """What a piece of a line is. All but words, comments and addresses go to the site as they are, or are filled."""

    WORDS = "words"
    ITEM = "item"  # the number of a list's item
    CODE = "code"
    FORMULA = "formula"
    HOLE = "hole"
    TARGET = "target"  # `](address)`, or as far as a space in it
    ATTRIBUTES = "attributes"  # `{#anchor}`
    TAG = "tag"
    COMMENT = "comment"
    ADDRESS = "address"  # that is no target of a link


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Is
    text: str

    @property
    def target(self) -> str:
        """Where a link leads."""
        return self.text.removeprefix("](").removesuffix(")")


# What Markdown and we take for no markup, wherever it stands in a line.
CODE = r"(?<![\\`])(?P<ticks>`+)(?!`)(?:.+?)(?<!`)(?P=ticks)(?!`)"
FORMULA = r"\$[^$]+\$"
HOLE = r"\{\{(?:(?!\{\{).)*?\}\}"
_PIECE = re.compile(
    rf"(?P<code>{CODE})|(?P<formula>{FORMULA})|(?P<hole>{HOLE})|(?P<target>\]\((?:(?!\]\()[^)\s])*\)?)"
    r"|(?P<attributes>\{[:#.][^{}]*\})|(?P<tag></?[A-Za-z][^<>]*>)|(?P<comment><!--(?:(?!<!--).)*?-->)"
    r"|(?P<address>https?://[^\s)<>{}$`，。；]*)"
)
_ITEM = re.compile(r"\s*\d+\.\s")
_NAMED = re.compile(HOLE)
_VOID = frozenset({"br", "hr", "img", "wbr"})
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)")


def pieces(line: str) -> Iterator[Piece]:
    """A line of prose, or the title of a heading, in pieces."""
    end = 0
    if item := _ITEM.match(line):
        yield Piece(Is.ITEM, item[0])
        end = item.end()
    for match in _PIECE.finditer(line, end):
        if match.start() > end:
            yield Piece(Is.WORDS, line[end : match.start()])
        yield Piece(Is(match.lastgroup), match[0])
        end = match.end()
    if end < len(line):
        yield Piece(Is.WORDS, line[end:])


def holes(text: str) -> Iterator[re.Match[str]]:
    """The holes of a formula, which may have several lines."""
    return _NAMED.finditer(text)


def is_whole(parts: Iterable[Part]) -> bool:
    """Does each element that begins in these parts end in them, and the other way around?"""
    open_elements: list[str] = []
    for part in parts:
        for piece in pieces(part.text) if isinstance(part, Prose) else ():
            match = _ELEMENT.match(piece.text) if piece.kind is Is.TAG else None
            if match is None or match["name"].lower() in _VOID or piece.text.endswith("/>"):
                continue
            if not match["end"]:
                open_elements.append(match["name"].lower())
            elif not open_elements or open_elements.pop() != match["name"].lower():
                return False
    return not open_elements


# --- holes


@dataclass(frozen=True, slots=True)
class Reference:
    """A quantity: `enclosed` in parentheses if it is negative, with so many `digits` or as its example says."""

    name: str
    example: str = ""
    digits: int = 0
    enclosed: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """The symbol of a quantity."""

    name: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that belongs to a formula."""

    value: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A number quoted from elsewhere."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words before it claim of numbers: a condition, of which nothing is seen.

    `otherwise`: what the paragraph that it begins says instead of the one before, at numbers at which that is so.
    """

    condition: str
    otherwise: bool = False

    @property
    def written(self) -> str:
        """The same for all who write the same condition; as it stands, if it is none."""
        condition = self.condition
        with suppress(ConditionError):
            condition = str(conditions.read(condition))
        return f"{{{{{'otherwise' if self.otherwise else 'claim'} {condition}}}}}"

    def examples(self) -> Iterator[str]:
        """Those of which the condition speaks; "" is the page's own."""
        with suppress(ConditionError):
            yield from (quantity.example for quantity in conditions.quantities(conditions.read(self.condition)))


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a page that nobody wrote, by its number."""

    number: int


MAX_DIGITS = 15  # that a reference can ask for
Hole = Reference | Symbol | Constant | Literal | Claim | Said
HOLES = (  # as an author writes them, and what they become
    ("h_1", "a quantity of the page's example (`example:` in the front matter)"),
    ("neuron:o_1", "of another example"),
    ("symbol h_1", "its symbol, in the colour of its kind"),
    ("dL/dw_1 to 3", "with three significant digits"),
    ("(x_1)", "in parentheses if it is negative, for formulas"),
    ("constant 1", "a number that belongs to a formula"),
    ("literal 0.0214 because printed in the cited walkthrough", "a number quoted from elsewhere, with the reason"),
    ("claim dL/dw_1 > 0", "nothing; the words before it claim this, and a page of which it is not true is refused"),
    ("otherwise dL/dw_1 < 0", "nothing; its paragraph stands in for the one before when a reader’s numbers make this true"),
)
_EXAMPLE = r"(?:(?P<example>[a-z][\w-]*):)?"
_REFERENCE = re.compile(rf"{_EXAMPLE}(?P<name>\S+?)(?: to (?P<digits>\d{{1,2}}))?")
_SYMBOL = re.compile(rf"symbol {_EXAMPLE}(?P<name>\S+?)")
_LITERAL = re.compile(r"literal (?P<text>-?\d+(?:\.\d+)?) because (?P<reason>\S.*)")
_CONSTANT = re.compile(r"constant (?P<value>[0-9]{1,15})")
_CLAIM = re.compile(r"(?P<kind>claim|otherwise)\s+(?P<condition>\S.*)")
_SAID = re.compile(r"text (?P<number>\d{1,9})")


def hole(text: str) -> Hole | None:
    """What a hole asks for, with its braces or without them; None if it is not written as one."""
    text = text.removeprefix("{{").removesuffix("}}").strip()
    if match := _LITERAL.fullmatch(text):
        return Literal(match["text"], match["reason"])
    if match := _CONSTANT.fullmatch(text):
        return Constant(int(match["value"]))
    if match := _CLAIM.fullmatch(text):
        return Claim(match["condition"], match["kind"] == "otherwise")
    if match := _SYMBOL.fullmatch(text):
        return Symbol(match["name"], match["example"] or "")
    if match := _SAID.fullmatch(text):
        return Said(int(match["number"]))
    enclosed = text.startswith("(") and text.endswith(")")
    match = _REFERENCE.fullmatch(text[1:-1] if enclosed else text)
    if match is None or text.startswith(("literal", "constant")):
        return None
    return Reference(match["name"], match["example"] or "", int(match["digits"] or 0), enclosed)


# --- what a page depends on


def asked_for(parts: Iterable[Part]) -> Iterator[Block | Hole]:
    """The blocks and the holes of a page, in order."""
    for part in parts:
        if isinstance(part, Block):
            yield part
        elif isinstance(part, Display):
            yield from _holes_of([part.tex])
        elif isinstance(part, Prose | Heading):
            yield from _holes_of(piece.text for piece in pieces(part.text) if piece.kind in (Is.HOLE, Is.FORMULA))


def _holes_of(texts: Iterable[str]) -> Iterator[Hole]:
    for text in texts:
        yield from filter(None, (hole(match[0]) for match in holes(text)))
