"""What a page is written with: what every writer can write, and that of the site, which writes HTML inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from explainer.core.text import Text, html
from explainer.pages.apart import UNSEARCHED
from explainer.pages.asked import Asked, Drawn, Posed, Sheet, Workbench
from explainer.pages.bitmap import address
from explainer.pages.mathml import Piece, Printed, mathml
from explainer.words.numbers import LocalNumber, running

INLINE = "ex-math"  # the class of a formula in a line of text
DIGIT = re.compile(r"\d")
Cells = Sequence[str]  # of a row of a table


@dataclass(frozen=True, slots=True)
class Formula:
    """Lines of TeX, each after the first beginning with its relation, and what its placeholders stand for."""

    tex: str
    pieces: tuple[Piece, ...] = ()


class Writer(Protocol):
    def number(self, printed: Printed) -> str: ...
    def count(self, count: LocalNumber) -> str: ...
    def text(self, text: Text) -> str: ...
    def foreign(self, text: str, lang: str) -> str:
        """Finished words of another language than the page's, if `lang` is one: so that everyone sees it."""
        ...

    def code(self, text: str) -> str: ...
    def heading(self, level: int, title: str, identifier: str, lang: str = "") -> str: ...
    def math(self, formula: Formula, *, display: bool = False) -> str: ...
    def step(self, identifier: str, sentence: str, formula: Formula) -> str: ...
    def entry(self, identifier: str, sentence: str, formulas: Sequence[Formula]) -> str: ...
    def row(self, parts: Sequence[str]) -> str: ...
    def details(self, formula: str, label: str, body: str, identifier: str) -> str: ...
    def table(
        self, header: Cells, rows: Sequence[Cells], numeric: Sequence[bool], *, stacked: bool = False, headed: bool = False
    ) -> str:
        """`numeric` columns are set to the right. On a narrow screen a `stacked` table has its last cells below the others.

        In a `headed` one the first cell of each row is its heading.
        """
        ...

    def paragraph(self, text: str) -> str: ...
    def instead(self, text: str) -> str:
        """A paragraph that a script shows in place of the one before, and nobody sees without it."""
        ...

    def verdict(self, text: str, *, agrees: bool) -> str: ...
    def figure(self, svg: Callable[[], str], caption: str) -> str: ...
    def image(self, png: bytes, words: Text, width: int, kind: str = "") -> str:
        """A picture of pixels, so wide in pixels of the screen, and what it shows in words."""
        ...

    def exercise(self, parts: Asked) -> str:
        """Something to do; `says` are the sentences that a script may answer with, where a page has them for the first time."""
        ...

    def question(self, parts: Posed) -> str: ...
    def quiz(self, parts: Drawn) -> str:
        """What a script draws questions into."""
        ...

    def live(self, data: str, symbols: Mapping[str, str], says: Mapping[str, str]) -> str:
        """What a script needs that works numbers out anew: the list, a symbol for each number that may change, and sentences."""
        ...

    def where(self, data: str, says: Mapping[str, str]) -> str:
        """What a script needs that says where a number comes from: operands and kinds, and sentences."""
        ...

    def switch(self, legend: str, choices: Mapping[str, str]) -> str:
        """A choice of one, of which the first holds; only a script makes it do anything."""
        ...

    def sheet(self, parts: Sheet) -> str:
        """What a reader draws on, by a script."""
        ...

    def workbench(self, parts: Workbench) -> str:
        """Where a reader puts a network together, by a script."""
        ...

    def place(self, kind: str, text: str, index: int | str = "") -> str:
        """A piece of an exercise that a script may copy, or put something else into."""
        ...

    def together(self, text: str) -> str:
        """What stands on one line, such as a symbol and its value."""
        ...

    def link(self, address: str, label: str) -> str:
        """A line that leads to what belongs to the page."""
        ...

    def download(self, file: str, label: str) -> str: ...
    def untranslated(self, note: str) -> str: ...
    def within(self, text: str, lang: str) -> str:
        """Whole paragraphs of a language."""
        ...

    def certificate(self, title: str, summary: str, lines: Sequence[str], links: Sequence[tuple[str, str]]) -> str: ...


@dataclass(frozen=True, slots=True)
class SiteWriter:
    """HTML that Python-Markdown, and any other Markdown reader, passes through as it is.

    `apart` gets each block that is large and has no words of its own.
    """

    apart: Callable[[str], str] = str

    def number(self, printed: Printed) -> str:
        text = running(printed.number)
        mark = f'data-ref="{escape(printed.reference)}"' if printed.reference else f'data-literal="{escape(printed.literal)}"'
        mark += "".join(f' {name}="{escape(value)}"' for name, value in printed.marks().items())
        mark += f' title="{escape(printed.title)}"' if printed.title else ""
        kind = f"num {printed.kind}".rstrip()
        return f'<span class="{kind}" {mark}>{"(" + text + ")" if printed.enclosed else text}</span>'

    def count(self, count: LocalNumber) -> str:
        return f'<span class="num" data-structural="count">{running(count)}</span>'

    def text(self, text: Text) -> str:
        """Digits of a text are no numbers of ours, and say so."""
        words = html(text)
        shown = f'<span data-structural="text">{words}</span>' if DIGIT.search(text.written) else words
        return self.foreign(shown, text.lang)

    def foreign(self, text: str, lang: str) -> str:
        return f'<i lang="{lang}">{text}</i>' if lang else text

    def code(self, text: str) -> str:
        return f"<code>{escape(text, quote=False)}</code>"

    def heading(self, level: int, title: str, identifier: str, lang: str = "") -> str:
        attributes = " ".join([*([f"#{identifier}"] if identifier else []), *([f"lang={lang}"] if lang else [])])
        return f"{'#' * level} {title}" + (f" {{{attributes}}}" if attributes else "")

    def math(self, formula: Formula, *, display: bool = False) -> str:
        html = mathml(formula.tex, formula.pieces, display=display)
        if display:
            return self.apart(f'<div class="ex-formula"{UNSEARCHED}>{html}</div>')
        # Python-Markdown takes a line that begins with <math> for a block of its own; the style keeps what is beside it.
        return f'<span class="{INLINE}">{html}</span>'

    def step(self, identifier: str, sentence: str, formula: Formula) -> str:
        anchor = f' id="{identifier}"' if identifier else ""
        return f'<div class="ex-step"{anchor}><p>{sentence}</p>{self.math(formula, display=True)}</div>'

    def entry(self, identifier: str, sentence: str, formulas: Sequence[Formula]) -> str:
        anchor = f' id="{identifier}"' if identifier else ""
        body = "".join(self.math(formula, display=True) for formula in formulas)
        return f'<div class="ex-step"{anchor}><p>{sentence}</p>{body}</div>'

    def row(self, parts: Sequence[str]) -> str:
        return f'<div class="ex-row">{"".join(parts)}</div>'

    def details(self, formula: str, label: str, body: str, identifier: str) -> str:
        anchor = f' id="{identifier}"' if identifier else ""
        more = f' <span class="ex-more">{label}</span>' if label else ""
        head = f"<summary>{formula}{more}</summary>"
        return f'<details class="ex-derivation"{anchor}>{head}\n{body}\n</details>'

    def table(
        self, header: Cells, rows: Sequence[Cells], numeric: Sequence[bool], *, stacked: bool = False, headed: bool = False
    ) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            kinds = [' class="ex-number"' if right else "" for right in numeric]
            # the spaces part the cells for the search index
            tags = [(tag, tag)] * len(cells)
            if headed and tag == "td":
                tags[0] = ('th scope="row"', "th")
            each = zip(tags, kinds, cells, strict=True)
            return f"<tr>{' '.join(f'<{opening}{kind}>{cell}</{closing}>' for (opening, closing), kind, cell in each)}</tr>"

        body = "\n".join(row(cells, "td") for cells in rows)
        return (
            f'<div class="ex-scroll"><table class="ex-table{" ex-stacked" if stacked else ""}">\n'
            f"<thead>{row(header, 'th')}</thead>\n<tbody>\n{body}\n</tbody></table></div>"
        )

    def paragraph(self, text: str) -> str:
        return f"<p>{text}</p>"

    def instead(self, text: str) -> str:
        return f'{text}\n{{: .ex-otherwise hidden="" data-search-exclude="" }}'

    def verdict(self, text: str, *, agrees: bool) -> str:
        kind, sign = ("ex-agrees", "✓") if agrees else ("ex-differs", "≠")
        return f'<span class="ex-verdict {kind}"><span aria-hidden="true">{sign}</span> {text}</span>'

    def figure(self, svg: Callable[[], str], caption: str) -> str:
        return f'<figure class="ex-figure">{self.apart(svg())}<figcaption>{caption}</figcaption></figure>'

    def image(self, png: bytes, words: Text, width: int, kind: str = "") -> str:
        classes = f"ex-pixels {kind}".rstrip()
        return f'<img class="{classes}" src="{address(png)}" alt="{html(words)}" width="{width}">'

    def exercise(self, parts: Asked) -> str:
        mark, minus, group = parts.marks
        says = self._says(parts.says, f'class="ex-says" data-mark="{mark}" data-minus="{minus}" data-group="{group}"')
        lines = "".join(f"<p>{line}</p>" for line in parts.lines)
        options = "".join(f"<li>{option}</li>" for option in parts.options)
        listed = f'<ul class="ex-options">{options}</ul>' if options else ""
        unseen = "".join(f"<p>{line}</p>" for line in parts.hidden())
        hidden = f"<div hidden{UNSEARCHED}>{unseen}</div>" if unseen else ""
        name, fresh = parts.kind.removeprefix("ex-"), f' data-fresh="{escape(parts.fresh)}"' if parts.fresh else ""
        solution = self.details(parts.label, "", parts.body(), "")
        return (
            says
            + f'<div class="{parts.kind}" data-{name}="{escape(parts.data)}"{fresh}>{lines}{listed}'
            + (self.apart(hidden) if hidden else "")
            + f"\n{solution}\n</div>"
        )

    def question(self, parts: Posed) -> str:
        """Its words are read as Markdown, since there are links among them."""
        options = "\n".join(f"- {option}" for option in parts.options)
        both = zip(parts.options, parts.reasons, strict=True)
        reasons = "\n".join(f'- {option} <span class="ex-why">{reason}</span>' for option, reason in both)
        return (
            self._says(parts.says, 'class="ex-sayings"')
            + f'<div class="ex-question" id="question-{parts.name}" data-right="{parts.right}" markdown>\n\n'
            + f"{parts.asked}\n\n{options}\n\n"
            + f'<details class="ex-derivation" markdown>\n<summary>{parts.label}</summary>\n\n{reasons}\n\n</details>\n\n</div>'
        )

    def quiz(self, parts: Drawn) -> str:
        order = " ".join(map(str, parts.order))
        says = self._says(parts.says, 'class="ex-sayings"')
        return f'{says}<div class="ex-quiz" data-count="{parts.count}" data-order="{order}"></div>'

    def sheet(self, parts: Sheet) -> str:
        mark, minus = parts.marks
        data = f'data-first="{parts.first}" data-mark="{mark}" data-minus="{minus}"'
        says = self._says(parts.says, 'class="ex-sayings"').strip()
        return f'<div class="ex-draw" {data}>\n{says}\n<div class="ex-without">\n{"".join(parts.without)}\n</div>\n</div>'

    def workbench(self, parts: Workbench) -> str:
        says = self._says(parts.says, 'class="ex-sayings"').strip()
        block = self.apart(f'<div data-sandbox="{escape(parts.data)}" hidden{UNSEARCHED}></div>')
        return f'<div class="ex-sandbox">\n{block}\n{says}\n<div class="ex-without">\n{parts.without}\n</div>\n</div>'

    def _says(self, says: Mapping[str, str], attributes: str) -> str:
        """Sentences for a script."""
        sentences = _sayings(says)
        listed = f"<ul {attributes} hidden{UNSEARCHED}>{sentences}</ul>"
        return f"{self.apart(listed)}\n\n" if sentences else ""

    def live(self, data: str, symbols: Mapping[str, str], says: Mapping[str, str]) -> str:
        listed = "".join(f'<li data-input="{escape(name)}">{symbol}</li>' for name, symbol in symbols.items())
        block = f'<ul data-live="{escape(data)}"{UNSEARCHED}>{listed}{_sayings(says)}</ul>'
        return f'<div class="ex-live" hidden>{self.apart(block)}</div>'

    def where(self, data: str, says: Mapping[str, str]) -> str:
        block = f'<ul data-where="{escape(data)}"{UNSEARCHED}>{_sayings(says)}</ul>'
        return f'<div class="ex-where" hidden>{self.apart(block)}</div>'

    def switch(self, legend: str, choices: Mapping[str, str]) -> str:
        first = next(iter(choices))
        options = "".join(
            f'<label><input type="radio" name="ex-lines" value="{key}"{" checked" if key == first else ""}>{label}</label>'
            for key, label in choices.items()
        )
        return self.apart(f'<fieldset class="ex-switch"{UNSEARCHED}><legend>{legend}</legend>{options}</fieldset>')

    def place(self, kind: str, text: str, index: int | str = "") -> str:
        return f'<span data-{kind}="{index}">{text}</span>'

    def together(self, text: str) -> str:
        return f'<span class="ex-together">{text}</span>'

    def link(self, address: str, label: str) -> str:
        kind = "" if address.endswith("/") else " download"
        return f'<p class="ex-beside"><a href="{address}"{kind}>{label}</a></p>'

    def download(self, file: str, label: str) -> str:
        """Of a file in the folder of all pages: whoever makes the site finds the way there."""
        return f'[{label}]({file}){{ .ex-download download="" }}'

    def untranslated(self, note: str) -> str:
        return f'<div class="admonition info ex-untranslated"><p class="admonition-title">{note}</p></div>'

    def within(self, text: str, lang: str) -> str:
        return f'<div lang="{lang}" markdown>\n\n{text}\n\n</div>'

    def certificate(self, title: str, summary: str, lines: Sequence[str], links: Sequence[tuple[str, str]]) -> str:
        """One line that opens."""
        items = "".join(f"<li>{line}</li>" for line in lines)
        anchors = " · ".join(f'<a href="{href}">{text}</a>' for text, href in links)
        head = f'<summary id="certificate"><b>{title}</b> <span>{summary}</span></summary>'
        return (
            f'<aside class="ex-certificate" aria-labelledby="certificate"><details>{head}'
            f"<ul>{items}</ul><p>{anchors}</p></details></aside>"
        )


def _sayings(says: Mapping[str, str]) -> str:
    return "".join(f'<li data-say="{key}">{sentence}</li>' for key, sentence in says.items())
