"""What a sentence of a page claims of numbers: a condition over quantities, as an author writes it → a frozen tree.

`dL/dw_1 > 0`, `training: L#e1 < training: L#e0`, `|dL/db_3| > 2 * |dL/dw_1| or w_1 = 0`. `0 < h_1, h_2 < 1` is claimed of each in
the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

LONGEST = 500  # letters of a condition
DEEPEST = 40  # brackets within brackets
RIGHT = "dL/dw_1 > 0"


@dataclass(frozen=True, slots=True)
class Quantity:
    """The name of a quantity, of the page's example if no other is named."""

    name: str
    example: str = ""

    def __str__(self) -> str:
        return f"{self.example}:{self.name}" if self.example else self.name


@dataclass(frozen=True, slots=True)
class Exactly:
    """A number, as written."""

    text: str

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Calculated:
    """`+`, `-` or `*` of two terms, `-` or `||` (the size) of one."""

    sign: str
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        if self.sign == "||":
            return f"|{self.terms[0]}|"
        if len(self.terms) == 1:
            return f"-{_bound(self.terms[0])}"
        left, right = self.terms
        if self.sign == "*":
            return f"{_bound(left)} * {_bound(right)}"
        return f"{left} {self.sign} {_bound(right)}"


Term = Quantity | Exactly | Calculated


def _bound(term: Term) -> str:
    """A term as it stands beside a sign that binds more strongly."""
    return f"({term})" if isinstance(term, Calculated) and term.sign in "+-" else str(term)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each of some terms compared with each of some others."""

    left: tuple[Term, ...]
    relation: str
    right: tuple[Term, ...]

    def __str__(self) -> str:
        return f"{_listed(self.left)} {self.relation} {_listed(self.right)}"


@dataclass(frozen=True, slots=True)
class Chain:
    """`a < b < c`: comparisons that all hold."""

    comparisons: tuple[Comparison, ...]

    def __str__(self) -> str:
        first = self.comparisons[0]
        return " ".join([_listed(first.left), *(f"{item.relation} {_listed(item.right)}" for item in self.comparisons)])


@dataclass(frozen=True, slots=True)
class Joined:
    """`and` or `or` between conditions."""

    word: str
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(f"({item})" if isinstance(item, Joined) else str(item) for item in self.conditions)


Condition = Chain | Joined


def holding(left: Term, relation: str, right: Term) -> Condition:
    """A condition of one comparison."""
    return Chain((Comparison((left,), relation, (right,)),))


def _listed(terms: tuple[Term, ...]) -> str:
    return ", ".join(map(str, terms))


def quantities(item: Condition | Comparison | Term) -> Iterator[Quantity]:
    """The quantities in a condition, in order, with repetitions."""
    match item:
        case Quantity():
            yield item
        case Calculated(_, parts) | Joined(_, parts):
            for part in parts:
                yield from quantities(part)
        case Comparison(left, _, right):
            for term in (*left, *right):
                yield from quantities(term)
        case Chain(comparisons):
            for term in (*comparisons[0].left, *(term for comparison in comparisons for term in comparison.right)):
                yield from quantities(term)


# --- reading


class ConditionError(ValueError):
    """A condition that cannot be read: what was found, and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found)
        self.found, self.expected = found, expected


RELATIONS = ("<=", ">=", "!=", "<", ">", "=")
_TOKEN = re.compile(
    r"\s*(?:(?P<relation><=|>=|!=|<|>|=(?!=))|(?P<number>\d+(?:\.\d+)?(?:e-?\d{1,3})?)(?![\w.])"
    r"|(?:(?P<example>[a-z][\w-]*):\s*)?(?P<name>[A-Za-z]\w*(?:[@#/.]\w+)*)|(?P<sign>[-+*|(),]))",
    re.ASCII,
)
_SPOKEN = frozenset({"and", "or"})
_EXPECTED = f"a comparison of quantities and numbers: {', '.join(RELATIONS)}, with +, -, *, |x|, lists, and, or"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # the text of a sign, a relation or a word; "name", "number", "end"
    text: str
    example: str = ""


def read(text: str) -> Condition:
    """The tree of a condition.

    Raises:
        ConditionError: it is too long, or no condition.
    """
    if len(text) > LONGEST:
        raise ConditionError(f"a condition of {len(text)} letters", f"at most {LONGEST}")
    return _Reader(tuple(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[_Token]:
    text, at = text.strip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(repr(text[at:].strip()[:40]), _EXPECTED)
        at = match.end()
        if match["name"] and (match["example"] or match["name"] not in _SPOKEN):
            yield _Token("name", match["name"], match["example"] or "")
        elif match["number"]:
            yield _Token("number", match["number"])
        else:
            word = match["relation"] or match["sign"] or match["name"]
            yield _Token(word, word)
    yield _Token("end", "its end")


class _Reader:
    """Reads from left to right, one token ahead."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *kinds: str) -> _Token | None:
        """The next token, if it is one of these."""
        token = self.next
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def need(self, kind: str) -> None:
        if self.take(kind) is None:
            raise self.refused(kind)

    def refused(self, expected: str) -> ConditionError:
        before = self.tokens[self.at - 1].text if self.at else "its beginning"
        return ConditionError(f"{self.next.text} after {before}", expected)

    def whole(self) -> Condition:
        found = self.condition()
        if self.next.kind != "end":
            raise self.refused("and, or, a relation, or the end")
        return found

    def condition(self) -> Condition:
        return self.joined("or", lambda: self.joined("and", self.single))

    def joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def single(self) -> Condition:
        """A chain of comparisons, or a condition in parentheses."""
        if self.next.kind == "(" and self.holds_relation():
            with self.deeper():
                self.need("(")
                found = self.condition()
                self.need(")")
            return found
        lists, relations = [self.list()], list[str]()
        while relation := self.take(*RELATIONS):
            relations.append(relation.text)
            lists.append(self.list())
        if not relations:
            raise self.refused(_EXPECTED)
        return Chain(tuple(Comparison(left, sign, right) for (left, right), sign in zip(pairwise(lists), relations, strict=True)))

    def holds_relation(self) -> bool:
        """Is there one within the parentheses that open here?"""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.kind == "(") - (token.kind == ")")
            if token.kind in RELATIONS:
                return True
            if not depth:
                break
        return False

    def list(self) -> tuple[Term, ...]:
        terms = [self.sum()]
        while self.take(","):
            terms.append(self.sum())
        return tuple(terms)

    def sum(self) -> Term:
        term = self.product()
        while sign := self.take("+", "-"):
            term = Calculated(sign.text, (term, self.product()))
        return term

    def product(self) -> Term:
        term = self.factor()
        while self.take("*"):
            term = Calculated("*", (term, self.factor()))
        return term

    def factor(self) -> Term:
        with self.deeper():
            if token := self.take("name"):
                return Quantity(token.text, token.example)
            if token := self.take("number"):
                return Exactly(token.text)
            if self.take("-"):
                return Calculated("-", (self.factor(),))
            if self.take("|"):
                term = self.sum()
                self.need("|")
                return Calculated("||", (term,))
            if self.take("("):
                term = self.sum()
                self.need(")")
                return term
        raise self.refused("a quantity, a number, (, | or -")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(f"brackets more than {DEEPEST} deep", "a plainer condition")
        yield
        self.depth -= 1
