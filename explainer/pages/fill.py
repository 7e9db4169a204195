"""A page with its holes and blocks filled: Markdown that a site builder reads, and a manifest of every number on it.

What a page may have is in `words/page_syntax.py`, and what each block makes in `pages/blocks/`. Any other digit in the prose is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from html import escape, unescape

from explainer.core.digits import show
from explainer.core.errors import ExplainerError, InputError, PageError, Problem
from explainer.core.text import HIDDEN, NOTHING, Text
from explainer.derivation.derivation import Derivation
from explainer.ledger.audit import Audited
from explainer.pages import claims, markup
from explainer.pages.assembled import Links, in_languages, linked, proven, without_empty
from explainer.pages.blocks import BLOCKS
from explainer.pages.blocks.block import BlockError
from explainer.pages.blocks.questions import posed
from explainer.pages.certificate import certificate
from explainer.pages.formula import placeholder
from explainer.pages.live import can_be_live, claim, live
from explainer.pages.mathml import MathError, Printed, absurd
from explainer.pages.scribe import Occurrence, Scribe
from explainer.pages.source import Source
from explainer.pages.writers import DIGIT, Formula, Writer
from explainer.training.answering import Answered
from explainer.words import conditions, questions
from explainer.words.catalogue import Catalogue
from explainer.words.conditions import ConditionError, Quantity, quantities
from explainer.words.languages import SOURCE
from explainer.words.made import run_of
from explainer.words.page_syntax import (
    HOLES,
    Block,
    Claim,
    Constant,
    Display,
    Heading,
    Is,
    Listing,
    Literal,
    Part,
    Piece,
    Prose,
    Reference,
    Said,
    Stamp,
    Symbol,
    hole,
    holes,
    pieces,
)
from explainer.words.questions import Question

MAX_DIGITS = 15  # that a reference can ask for
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Broken:
    """What a page may refer to but cannot show: it is wrong itself, which is told where it stands."""

    examples: Set[str] = frozenset()
    ledgers: Set[str] = frozenset()
    networks: Set[str] = frozenset()  # that would answer on a page


@dataclass(frozen=True)
class Page:
    """A finished page: Markdown, and the numbers on it in order."""

    text: str
    occurrences: tuple[Occurrence, ...] = ()
    title: Text = NOTHING  # the words of its first heading


class UnfinishedPage(PageError):
    """What is wrong with a page, and the page without it. If it only lacks what is broken elsewhere, there are no problems.

    A claim that does not hold is wrong input: nobody but its author can say whether the sentence is wrong or the example.
    """

    def __init__(self, problems: Iterable[Problem], claims: Iterable[Problem], page: Page) -> None:
        self.of_page, self.of_claims, self.page = tuple(problems), tuple(claims), page
        super().__init__((*self.of_page, *self.of_claims))

    def errors(self, located: Callable[[Problem], Problem]) -> tuple[ExplainerError, ...]:
        """The same as what they are, each problem told where its author finds it."""
        kinds = ((PageError, self.of_page), (InputError, self.of_claims))
        return tuple(kind(map(located, problems)) for kind, problems in kinds if problems)


class _Filler:
    """Fills one page and collects what is wrong with it."""

    def __init__(self, source: Source, scribe: Scribe, broken: Broken) -> None:
        self.source, self.scribe, self.broken = source, scribe, broken
        self.is_lacking = False  # something broken
        self.problems = list(source.problems)
        self.claims: list[Problem] = []  # those that do not hold
        self.used: dict[str, Derivation] = {}
        self.title, self.questions = "", set[str]()  # its heading; names

    def report(self, found: str, expected: str, example: str = "") -> str:
        self.problems.append(Problem(self.source.file, self.source.place(self.scribe.line), found, expected, example))
        return ""

    def derivation(self, asked: Reference | Symbol | Block, what: str, right: Callable[[str], str]) -> Derivation | None:
        """The example of which `what` is asked for; `right` is how to ask for it of an example by name."""
        name = asked.example or self.source.example
        if name in self.broken.examples:
            self.is_lacking = True
            return None
        if (found := self.scribe.derivations.get(name)) is not None:
            self.used[name] = found
            return found
        known = list(self.scribe.derivations)
        fitting = (item for item in known if _fits(self.scribe.derivations[item], asked))
        near = next(iter(get_close_matches(name, known, 1)), "") or next(fitting, "alice")
        there = f"one of {', '.join(known) or '(none)'}"
        if name:
            self.report(f"{what} of the example {name!r}", there, right(near))
        else:
            expected = f"a line `example: {near}` at the top of the page, or an example's name with it: {there}"
            self.report(f"{what} on a page without an example", expected, right(near))
        return None

    # --- holes

    def printed(self, text: str) -> Printed | None:
        """The number that a hole asks for."""
        asked = hole(text)
        match asked:
            case Literal(number, reason):
                return self.scribe.literal(number, reason)
            case Constant(value):
                return self.scribe.constant(value)
            case Reference():
                return self.number(asked)
            case Claim():
                self.report(f"a claim in a formula: {text}", "a claim in the sentence, beside the formula", f"$h_1$ {text}")
                return None
        usages = ", ".join(f"{{{{{usage}}}}}" for usage, _ in HOLES[:1] + HOLES[3:4] + HOLES[6:7])
        self.report(f"the hole {text}", "a reference, a literal with its reason, or a constant", usages)
        return None

    def number(self, asked: Reference) -> Printed | None:
        found = self.quantity(asked)
        if found is None:
            return None
        derivation, name = found
        if asked.digits > MAX_DIGITS:
            self.report(f"{asked.digits} digits", f"at most {MAX_DIGITS}", f"{{{{{name} to 6}}}}")
            return None
        shown = derivation.show(name, asked.digits)
        printed = self.scribe.printed(derivation, name, shown, enclosed=asked.enclosed and shown.text.startswith("-"))
        return replace(printed, digits=asked.digits, place="f" if asked.enclosed else "")

    def quantity(self, asked: Reference | Symbol, right: str = "{{%s}}") -> tuple[Derivation, str] | None:
        """The quantity that a hole names, by its full name; `right` is such a hole."""
        derivation = self.derivation(asked, f"a reference to {asked.name!r}", lambda near: right % f"{near}:{asked.name}")
        if derivation is None:
            return None
        try:
            return derivation, derivation.resolve(asked.name)
        except KeyError:
            names = list(derivation.quantities)
            close = get_close_matches(asked.name, names, 3) or names[:3]
            self.report(
                f"a reference to {asked.name!r}, which {derivation.name} does not have",
                f"one of its quantities: {', '.join(close)} …",
                right % (f"{asked.example}:{close[0]}" if asked.example else close[0]),
            )
            return None

    def claim(self, asked: Claim, sentence: str) -> None:
        """Report a claim that cannot be read, that does not hold, or of which nobody can say whether it does."""
        reported = len(self.problems)
        self._claim(asked, f" in {sentence!r}" if sentence else "")
        self.claims += self.problems[reported:]
        del self.problems[reported:]

    def _claim(self, asked: Claim, where: str) -> None:
        try:
            condition = conditions.read(asked.condition)
        except ConditionError as error:
            self.report(f"the claim {asked.condition!r}{where}: {error.found}", error.expected, f"{{{{claim {conditions.RIGHT}}}}}")
            return
        named = dict.fromkeys(quantities(condition))
        found = {item: self.quantity(Reference(item.name, item.example), "{{claim %s > 0}}") for item in named}
        known = {item: about for item, about in found.items() if about is not None}
        if len(known) < len(found):
            return
        verdict = claims.judged(condition, lambda item: known[item][0].enclosure(known[item][1]))
        if verdict.holds:
            return
        concerned = {
            item: known[item] for pair in verdict.deciding for term in (pair.left, pair.right) for item in quantities(term)
        }
        values = ", ".join(f"{item} {value}" for item, value in told(concerned).items())
        if verdict.holds is None:
            what = "of which the proven bounds do not say whether it holds"
            expected = "a claim that they decide: of results that are equal for a reason the reason, or that they are near"
        else:
            what, expected = "which does not hold", "a sentence and a condition that are true of the numbers as they are"
        self.report(f"the claim {condition}{where}, {what}: {values}", expected, f"{{{{claim {verdict.deciding[0].as_it_is}}}}}")

    # --- text

    def inline(self, text: str) -> str:
        line, made = tuple(pieces(text)), ""
        for number, piece in enumerate(line):
            if asked := claims.claim_of(piece):
                self.claim(asked, claims.sentence(line, number))
                followed = claim(asked.condition, self.source.example, self.scribe.derivations)
                made = made.rstrip() + self.scribe.writer.place("claims", "", escape(followed))  # the space before it is its own
            else:
                made += self.piece(piece)
        return made

    def piece(self, piece: Piece) -> str:
        match piece.kind:
            case Is.WORDS | Is.ADDRESS:
                return self.words(piece.text)
            case Is.FORMULA:
                return self.math(piece.text[1:-1])
            case Is.HOLE:
                return self.filled(piece.text)
        return piece.text

    def filled(self, text: str) -> str:
        """A hole in a line."""
        asked = hole(text)
        if isinstance(asked, Said) and 0 < asked.number <= len(self.source.texts):
            return self.scribe.writer.text(self.source.texts[asked.number - 1])
        if isinstance(asked, Symbol):
            found = self.quantity(asked)
            return self.scribe.symbol(*found) if found else ""
        if isinstance(asked, Constant):
            return self.report(text, "a constant only inside a formula", "$1 - {{h_1}}$")
        printed = self.printed(text)
        return self.scribe.writer.number(printed) if printed else ""

    def words(self, text: str) -> str:
        if "{{" in text or "}}" in text:
            self.report(f"half a hole: {text.strip()!r}", "a reference between two pairs of braces on one line", "{{h_1}}")
        if DIGIT.search(text):
            self.report(
                f"a digit in prose: {text.strip()!r}",
                "numbers as references, or as literals with a reason",
                "{{h_1}} or {{literal 2019 because the year of publication}}",
            )
        return text

    def math(self, tex: str, *, display: bool = False) -> str:
        if found := absurd(tex):
            return self.report(f"a formula with {found}", "a formula that somebody can read", "$z = wx + b$")
        numbers, filled, end = list[Printed](), "", 0
        for match in holes(tex):
            filled, end = filled + tex[end : match.start()], match.end()
            if printed := self.printed(match[0]):
                numbers.append(replace(printed, kind=""))  # beside symbols that an author has typed, which have no colour either
                filled += placeholder(len(numbers) - 1)
        filled += tex[end:]
        try:
            return self.scribe.writer.math(Formula(filled.strip(), tuple(numbers)), display=display)
        except MathError as error:
            return self.report(
                f"the formula {tex.strip()!r}: {error}",
                "TeX whose digits are references, constants, indices or exponents",
                r"$\frac{ {{constant 1}} }{n}$",
            )

    # --- blocks

    def block(self, asked: Block) -> str:
        row = BLOCKS.get(asked.name)
        if row is None:
            close = get_close_matches(asked.name, list(BLOCKS), 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            right = BLOCKS[close[0]] if close else BLOCKS["partials"]
            return self.report(f"the block {asked.name!r}", f"one of {', '.join(BLOCKS)}{hint}", right.right)
        broken = self.broken
        kinds = (row.of_ledgers, broken.ledgers), (row.of_examples, broken.examples), (row.of_networks, broken.networks)
        if any(is_of and names & set(asked.arguments) for is_of, names in kinds):
            self.is_lacking = True
            return ""
        derivation = None
        if row.of_example:
            derivation = self.derivation(asked, f"the block {asked.name}", lambda near: replace(asked, example=near).written)
            if derivation is None:
                return ""
        try:
            text = row.made(self.scribe, derivation, asked)
        except BlockError as error:
            of = f"{asked.example}: " if asked.example and row.of_example else ""
            example = error.example or (f"::: {asked.name} {of}{error.right}" if error.right else row.right)
            return self.report(f"the block {asked.name}: {error.found}", error.expected, example)
        for name in asked.arguments if row.of_examples else ():
            if name in self.scribe.derivations:
                self.used[name] = self.scribe.derivations[name]
        for name in asked.arguments if row.of_ledgers else ():
            for example in self.scribe.ledgers[name].ledger.examples:
                self.used[example] = self.scribe.derivations[example]
        return text

    # --- lines

    def checked(self, line: str) -> None:
        """Report what a line of an author's may not have."""
        if hidden := HIDDEN.search(line):
            self.report(f"the character U+{ord(hidden[0]):04X}", "text without control characters")
        for found, expected, example in markup.problems(line):
            self.report(found, expected, example)

    def said(self, line: str) -> str:
        """A line of words."""
        self.checked(line)
        return self.inline(line)

    def part(self, part: Part) -> str:
        """What becomes of a part of the page."""
        self.scribe.line = part.line
        match part:
            case Question():
                return posed(self.scribe, part, self.questions, self.said, self.report)
            case Block():
                return self.block(part)
            case Display():
                if not part.is_closed:
                    return self.report("a formula that does not end", "$$ on a line of its own after it", "$$\nL = …\n$$")
                return self.math(part.tex, display=True)
            case Listing():
                if not markup.FENCE.fullmatch(part.lines[0]):
                    self.report(f"the line {part.lines[0]!r}", "``` and perhaps a language", "```python\nprint()\n```")
                if not part.is_closed:
                    expected = "``` on a line of its own after it"
                    self.report("a block of code that does not end", expected, "```python\nprint()\n```")
                return part.text
        self.checked(part.text)
        if isinstance(part, Heading):
            marks = "#" * part.level + " "
            title = self.inline(marks + part.title).removeprefix(marks)
            self.title = self.title or (title if part.level == 1 else "")
            return self.scribe.writer.heading(
                part.level, title, part.identifier, SOURCE.code if run_of(self.source.english, part.line) else ""
            )
        line = self.inline(part.text)
        is_said = part.text.startswith("{{") and isinstance(hole(part.text), Said)
        return self.scribe.writer.paragraph(line) if is_said else line  # whatever it begins with, it begins no list


def told(found: Mapping[Quantity, tuple[Derivation, str]]) -> dict[Quantity, str]:
    """Numbers for a message: with so many digits that those of different quantities differ, if that is ever so."""
    shown = {item: derivation.show(name) for item, (derivation, name) in found.items()}
    if len({each.text for each in shown.values()}) < len(shown):
        longer = {item: show(derivation.enclosure(name), MAX_DIGITS) for item, (derivation, name) in found.items()}
        shown = {item: longer[item] or each for item, each in shown.items()}
    return {item: f"{each.relation} {each.text}" for item, each in shown.items()}


def _fits(derivation: Derivation, asked: Reference | Symbol | Block) -> bool:
    """Has an example what is asked for, as far as that can be known?"""
    try:
        return isinstance(asked, Block) or bool(derivation.resolve(asked.name))
    except KeyError:
        return False


def fill(
    source: Source,
    catalogue: Catalogue,
    writer: Writer,
    derivations: Mapping[str, Derivation],
    links: Links | None = None,
    ledgers: Mapping[str, Audited] | None = None,
    code: Mapping[str, str] | None = None,
    broken: Broken = Broken(),
    answering: Mapping[str, Answered] | None = None,
) -> Page:
    """Fill the holes of a page. With `links` it has its certificate, at its end or where it says; `code` are files it can show,
    and `answering` trained networks.

    Raises:
        UnfinishedPage: everything that is wrong on the page, with the line.
    """
    scribe = Scribe(catalogue, writer, derivations, ledgers, code, answering)
    filler = _Filler(source, scribe, broken)
    parts = [part for part in questions.gathered(source.parts()) if not isinstance(part, Stamp)]
    scribe.questions = sum(isinstance(part, Question) for part in parts)
    made = [(part, filler.part(part)) for part in parts]
    if links is not None:
        if source.example in scribe.worked_out and can_be_live(own := derivations[source.example]):
            made.append((Prose(0, ("",)), f"\n\n{live(scribe, own)}"))
        files = {name: links.file(name) for name in filler.used}
        made = proven(made, certificate(scribe, list(filler.used.values()), links.method, files))
    made = list(in_languages(made, source.english, scribe))
    if links is not None:
        made = list(linked(made, links, scribe))
    title = source.title if source.title.written else Text(" ".join(unescape(_TAG.sub("", filler.title)).split()))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(text for _, text in without_empty(made))).strip() + "\n"
    page = Page(text, tuple(scribe.occurrences), title)
    if filler.problems or filler.claims or filler.is_lacking:
        raise UnfinishedPage(filler.problems, filler.claims, page)
    return page
