"""One page being written in one language: turns references into numbers and keeps the list of what it printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from explainer.core.digits import Shown
from explainer.core.errors import Problem, RecordError
from explainer.core.names import path_of
from explainer.core.program import Kind, Quantity
from explainer.core.text import tex
from explainer.derivation.derivation import Derivation
from explainer.derivation.explanation import Sentence
from explainer.derivation.types import Line, Step
from explainer.derivation.whole import whole, written_out
from explainer.ledger.audit import Audited
from explainer.operations.expression import Expression, Number, Symbol
from explainer.pages.formula import Standing, placeholder, tex_style, transposed, write
from explainer.pages.kinds import class_of
from explainer.pages.mathml import Piece, Printed, Tinted
from explainer.pages.writers import Formula, Writer
from explainer.training.answering import Answered
from explainer.words.catalogue import Catalogue, placeholders, split
from explainer.words.numbers import localise

MEASURED = "ex-measured"  # the class of a number that was measured in a run, and not proven
RELATIONS = {"=": "=", "≈": r"\approx"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A number on a page: what it refers to, the ASCII text that was printed in the language's form, and the line it comes from."""

    reference: str
    shown: str
    line: int


class Scribe:
    """Writes the pieces of a page and records every number in `occurrences`."""

    def __init__(
        self,
        catalogue: Catalogue,
        writer: Writer,
        derivations: Mapping[str, Derivation],
        ledgers: Mapping[str, Audited] | None = None,
        code: Mapping[str, str] | None = None,
        answering: Mapping[str, Answered] | None = None,
    ) -> None:
        self.catalogue, self.writer, self.derivations = catalogue, writer, derivations
        self.ledgers, self.code, self.answering = ledgers or {}, code or {}, answering or {}
        self.language = catalogue.language
        self.occurrences: list[Occurrence] = []
        self.line = 0  # of the authored page, for the occurrences
        self.worked_out: set[str] = set()  # examples of which the page has lines with numbers put in
        self.explained: set[str] = set()  # examples of which the page has lines at all
        self.mentioned: dict[str, dict[str, None]] = {}  # by example, the quantities that the page shows
        self.measured = 0  # numbers that were, among the occurrences
        self.questions = 0  # with choices, that the page has
        self._identifiers: set[str] = set()
        self._had: set[str] = set()

    # --- numbers

    def printed(self, derivation: Derivation, name: str, shown: Shown, *, enclosed: bool = False) -> Printed:
        """A number of a derivation, recorded."""
        reference = self.named(derivation, name)
        self.occurrences.append(Occurrence(reference, shown.text, self.line))
        kind = class_of(quantity_of(derivation, name).kind)
        if not derivation.is_measured(name):
            return Printed(localise(shown.text, self.language), reference, enclosed, kind=kind)
        self.measured += 1
        kind, title = f"{kind} {MEASURED}".lstrip(), self.catalogue.text("measured").written
        return Printed(localise(shown.text, self.language), reference, enclosed, kind=kind, title=title)

    def constant(self, value: int) -> Printed:
        return Printed(localise(str(value), self.language))

    def literal(self, text: str, reason: str) -> Printed:
        return Printed(localise(text, self.language), literal=reason)

    def count(self, count: int) -> str:
        """How many there are of something."""
        return self.writer.count(localise(str(count), self.language))

    def number(self, derivation: Derivation, name: str) -> str:
        """A number in a table cell."""
        return self.writer.number(self.printed(derivation, name, derivation.shown[name]))

    # --- formulas

    def tex(
        self, expression: Expression, pieces: list[Piece], derivation: Derivation | None = None, target: str = "", by: str = ""
    ) -> str:
        """An expression in TeX; its numbers and symbols are added to `pieces`, placeholders stand for them.

        Without a derivation, symbols are TeX themselves. A matrix has its shape under it. `target` is what is calculated.
        """

        def put(printed: Printed) -> str:
            pieces.append(printed)
            return placeholder(len(pieces) - 1)

        def constant(value: Fraction) -> str:
            text = put(self.constant(abs(value.numerator)))
            if value.denominator != 1:
                text = rf"\frac{{{text}}}{{{put(self.constant(value.denominator))}}}"
            return f"-{text}" if value < 0 else text

        def number(item: Number, place: Standing) -> str:
            assert derivation is not None
            printed = self.printed(derivation, item.name, item.shown, enclosed=place.encloses(item.shown))
            line = f"{by}{target}" if target and item.name != target and not derivation.matrices else ""
            if line:
                self.worked_out.add(derivation.name)
            stands = f"{'f' if place.follows else ''}{'r' if place.raised else ''}"
            return put(replace(printed, marked=item.marked, line=line, place=stands))

        def symbol(name: str) -> str:
            return self.tinted(derivation, name, pieces) if derivation else name

        def transpose(name: str) -> str:
            return self.tinted(derivation, name, pieces, transpose=True) if derivation else transposed(name)

        return write(expression, tex_style(symbol, number, constant, self.language.times, transpose))

    def tinted(self, derivation: Derivation, name: str, pieces: list[Piece], *, transpose: bool = False) -> str:
        """A quantity's symbol in a formula, in the colour of its kind; under that of a matrix its shape."""
        tex, kind = self.shaped_tex(derivation, name, transpose=transpose), class_of(quantity_of(derivation, name).kind)
        pieces.append(Tinted(tex, kind, self.named(derivation, name)))
        return placeholder(len(pieces) - 1, tex)

    def quantity(self, derivation: Derivation, name: str, lines: Sequence[Line], by: str = "") -> Formula:
        """Lines that say what a quantity is, `by` its equation, its short form (~), or with all that is nested in it (*)."""
        pieces: list[Piece] = []
        self.explained.add(derivation.name)
        return self.equation(self.tinted(derivation, name, pieces), lines, derivation, pieces, target=name, by=by)

    def equation(
        self,
        symbol: str,
        lines: Sequence[Line],
        derivation: Derivation | None = None,
        pieces: list[Piece] | None = None,
        target: str = "",
        by: str = "",
    ) -> Formula:
        """symbol = … over one line, or several aligned at their relations. `symbol` is TeX; its pieces come first."""
        pieces = [] if pieces is None else pieces
        texts: list[str] = []
        for line in lines:
            text = f"{RELATIONS[line.relation]} {self.tex(line.expression, pieces, derivation, target, by)}"
            texts[-1:] = [f"{texts[-1]} {text}"] if line.beside and texts else [*texts[-1:], text]
        if len(texts) == 1:
            return Formula(f"{symbol} {texts[0]}", tuple(pieces))
        body = r" \\ ".join(f"&{text}" for text in texts)
        return Formula(rf"\begin{{aligned}} {symbol} {body} \end{{aligned}}", tuple(pieces))

    def symbol(self, derivation: Derivation, name: str) -> str:
        """A quantity's symbol; a number that stands in a formula has none, and is its own."""
        if quantity_of(derivation, name).kind is Kind.CONSTANT:
            return self.number(derivation, name)
        return self.letter(quantity_of(derivation, name), self.named(derivation, name))

    def letter(self, quantity: Quantity, reference: str = "") -> str:
        """A quantity's symbol, in the colour of its kind; `reference` names it, if it is that of one example."""
        tex, kind = marked_tex(quantity, self.catalogue), class_of(quantity.kind)
        tinted = (Tinted(tex, kind, reference),)
        return self.writer.math(Formula(placeholder(0, tex), tinted) if kind or reference else Formula(tex))

    def named(self, derivation: Derivation, name: str) -> str:
        """What says on a page that a symbol, a line or a shape stands for a quantity."""
        self.mentioned.setdefault(derivation.name, {})[name] = None
        return f"{derivation.name}:{name}"

    def symbol_tex(self, derivation: Derivation, name: str) -> str:
        return marked_tex(quantity_of(derivation, name), self.catalogue)

    def shaped_tex(self, derivation: Derivation, name: str, *, transpose: bool = False) -> str:
        """A symbol, and under that of a matrix its shape: rows times columns."""
        quantity, symbol = quantity_of(derivation, name), self.symbol_tex(derivation, name)
        symbol = transposed(symbol) if transpose else symbol
        if not quantity.shape:
            return symbol
        rows, columns = reversed(quantity.shape) if transpose else quantity.shape
        return rf"\underset{{{rows} \times {columns}}}{{{symbol}}}"

    # --- sentences and steps

    def label(self, key: str) -> str:
        return self.writer.text(self.catalogue.text(key))

    def sentence(self, key: str, values: Mapping[str, str], count: int = 1) -> str:
        """A sentence of the catalogue; `values` are finished pieces of markup."""
        return self._filled(key, lambda name: values[name], values, count)

    def _filled(self, key: str, value: Callable[[str], str], known: Collection[str], count: int = 1) -> str:
        text = self.catalogue.text(key, count)
        if strange := [name for name in placeholders(text.written) if name not in known]:
            expected = " or ".join(f"{{{name}}}" for name in known) or "no placeholder"
            raise RecordError(Problem("explainer/words/sentences.py", key, f"{{{strange[0]}}}", expected))
        said = "".join(value(name) if name else self.writer.text(words) for name, words in split(text))
        return self.writer.foreign(said, text.lang)

    def expression(self, derivation: Derivation, expression: Expression) -> str:
        """A formula within a sentence."""
        if isinstance(expression, Symbol | Number):
            return self.symbol(derivation, expression.name)
        pieces: list[Piece] = []
        text = self.tex(expression, pieces, derivation)
        return self.writer.math(Formula(text, tuple(pieces)))

    def explanation(self, derivation: Derivation, step: Step, *, in_one: bool = False) -> str:
        """A step's sentences, one after the other. Only what they mention is written, since numbers are recorded.

        `in_one`, what is nested in a formula is written as it stands there, and not by the name made up for it.
        """

        def said(sentence: Sentence) -> str:
            def value(name: str) -> str:
                if name == "count":
                    return self.count(sentence.count)
                mentioned = sentence.mentions[name]
                return self.expression(derivation, written_out(derivation, mentioned) if in_one else Symbol(mentioned))

            return self._filled(sentence.key, value, {**sentence.mentions, "count": ""}, sentence.count)

        return self.spaced(map(said, step.explanation))

    def spaced(self, sentences: Iterable[str]) -> str:
        """Sentences in one paragraph."""
        return ("" if self.language.unspaced else " ").join(sentences)

    def step(self, derivation: Derivation, name: str, *, in_one: bool = False) -> str:
        """The sentence and the lines of one quantity; `in_one`, with what is nested in its formula."""
        step = whole(derivation, name) if in_one else derivation.steps[name]
        formula = self.quantity(derivation, name, step.lines, by="*" if in_one else "")
        return self.writer.step(self.identifier(name), self.explanation(derivation, step, in_one=in_one), formula)

    def first(self, what: str) -> bool:
        """Is this the first time that the page has it?"""
        before = what in self._had
        self._had.add(what)
        return not before

    def identifier(self, name: str) -> str:
        """An anchor for a quantity: its first place on the page gets it."""
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", name)
        if slug in self._identifiers:
            return ""
        self._identifiers.add(slug)
        return slug


def marked_tex(quantity: Quantity, catalogue: Catalogue) -> str:
    """A quantity's symbol; what is not the total derivative has a word of the language under a bar."""
    mark = path_of(quantity.name)
    if not mark:
        return quantity.symbol
    word = tex(catalogue.text(f"mark.{mark}"))
    return rf"\left.{quantity.symbol}\right|_{{\text{{{word}}}}}"


def quantity_of(derivation: Derivation, name: str) -> Quantity:
    """A quantity of the program, or a matrix of which these are the entries."""
    if derivation.matrices and name in derivation.matrices.quantities:
        return derivation.matrices.quantities[name]
    return derivation.quantities[name]
