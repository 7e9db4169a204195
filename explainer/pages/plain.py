"""Pages without a site: plain Markdown for a file or a terminal, and LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from explainer.core.text import Text, markdown, printable
from explainer.core.text import tex as tex_text
from explainer.pages.asked import Asked, Drawn, Posed, Sheet, Workbench
from explainer.pages.formula import placeholder
from explainer.pages.mathml import Printed
from explainer.pages.writers import Cells, Formula
from explainer.words.numbers import LocalNumber, running, tex


class PlainWriter:
    """Markdown with TeX between dollar signs."""

    def number(self, printed: Printed) -> str:
        return running(printed.number)

    def count(self, count: LocalNumber) -> str:
        return running(count)

    def text(self, text: Text) -> str:
        return self.foreign(markdown(text), text.lang)

    def foreign(self, text: str, lang: str) -> str:
        return f"[{lang}] {text}" if lang else text

    def code(self, text: str) -> str:
        return f"`{text}`"

    def heading(self, level: int, title: str, identifier: str, lang: str = "") -> str:
        """Anchors are for sites."""
        return f"{'#' * level} {title}"

    def math(self, formula: Formula, *, display: bool = False) -> str:
        return f"\n$$\n{self.tex(formula)}\n$$\n" if display else f"${self.tex(formula)}$"

    def tex(self, formula: Formula) -> str:
        """The formula with its numbers and symbols put in."""
        text = formula.tex
        for index, piece in enumerate(formula.pieces):
            if isinstance(piece, Printed):
                number = tex(piece.number)
                text = text.replace(placeholder(index), f"({number})" if piece.enclosed else number)
            else:
                text = text.replace(placeholder(index, piece.tex), piece.tex)
        return text.replace(r"\\", "\\\\\n")

    def step(self, identifier: str, sentence: str, formula: Formula) -> str:
        return f"{sentence}\n{self.math(formula, display=True)}"

    def entry(self, identifier: str, sentence: str, formulas: Sequence[Formula]) -> str:
        return "\n".join([sentence, *(self.math(formula, display=True) for formula in formulas)])

    def row(self, parts: Sequence[str]) -> str:
        return "\n\n".join(parts)

    def details(self, formula: str, label: str, body: str, identifier: str) -> str:
        return f"### {formula}\n\n{body}"

    def table(
        self, header: Cells, rows: Sequence[Cells], numeric: Sequence[bool], *, stacked: bool = False, headed: bool = False
    ) -> str:
        rule = ["---:" if right else "---" for right in numeric]
        return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))

    def paragraph(self, text: str) -> str:
        return text

    def instead(self, text: str) -> str:
        return ""

    def verdict(self, text: str, *, agrees: bool) -> str:
        return text

    def figure(self, svg: Callable[[], str], caption: str) -> str:
        return ""

    def image(self, png: bytes, words: Text, width: int, kind: str = "") -> str:
        return ""

    def exercise(self, parts: Asked) -> str:
        return "\n\n".join(
            [*parts.lines, *(f"- {option}" for option in parts.options), self.details(parts.label, "", parts.body("\n\n"), "")]
        )

    def question(self, parts: Posed) -> str:
        options = "\n".join(f"- {option}" for option in parts.options)
        both = zip(parts.options, parts.reasons, strict=True)
        return f"{parts.asked}\n\n{options}\n\n" + self.details(
            parts.label, "", "\n".join(f"- {option} {reason}" for option, reason in both), ""
        )

    def quiz(self, parts: Drawn) -> str:
        return ""

    def live(self, data: str, symbols: Mapping[str, str], says: Mapping[str, str]) -> str:
        return ""

    def where(self, data: str, says: Mapping[str, str]) -> str:
        return ""

    def switch(self, legend: str, choices: Mapping[str, str]) -> str:
        return ""

    def sheet(self, parts: Sheet) -> str:
        return "\n\n".join(parts.without)

    def workbench(self, parts: Workbench) -> str:
        return parts.without

    def place(self, kind: str, text: str, index: int | str = "") -> str:
        return text

    def together(self, text: str) -> str:
        return text

    def link(self, address: str, label: str) -> str:
        return f"[{label}]({address})"

    def download(self, file: str, label: str) -> str:
        return f"[{label}]({file})"

    def untranslated(self, note: str) -> str:
        return note

    def within(self, text: str, lang: str) -> str:
        return text

    def certificate(self, title: str, summary: str, lines: Sequence[str], links: Sequence[tuple[str, str]]) -> str:
        return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)


class TerminalWriter(PlainWriter):
    """Plain text: sentences as they are."""

    def text(self, text: Text) -> str:
        return self.foreign(printable(text.written), text.lang)


class TexWriter(PlainWriter):
    """LaTeX for amsmath: the body of a document."""

    def text(self, text: Text) -> str:
        return self.foreign(tex_text(text), text.lang)

    def foreign(self, text: str, lang: str) -> str:
        return f"{{[{lang}]}} {text}" if lang else text

    def number(self, printed: Printed) -> str:
        return f"${tex(printed.number)}$"

    def code(self, text: str) -> str:
        return rf"\verb|{text}|"

    def heading(self, level: int, title: str, identifier: str, lang: str = "") -> str:
        return rf"\{'sub' * (level - 1)}section*{{{title}}}" if level <= 3 else rf"\paragraph{{{title}}}"

    def math(self, formula: Formula, *, display: bool = False) -> str:
        return f"\\[\n{self.tex(formula)}\n\\]" if display else f"${self.tex(formula)}$"

    def details(self, formula: str, label: str, body: str, identifier: str) -> str:
        return f"\\paragraph{{{formula}}}\n\n{body}"

    def table(
        self, header: Cells, rows: Sequence[Cells], numeric: Sequence[bool], *, stacked: bool = False, headed: bool = False
    ) -> str:
        columns = "".join("r" if right else "l" for right in numeric)
        lines = [" & ".join(cells) + r" \\" for cells in (header, *rows)]
        return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}"])
