"""A notebook in one language: the same cells for a reader who downloads it and for the site, by two writers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from explainer.core.names import parse
from explainer.core.program import Kind
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Line
from explainer.notebook.cell import Cell
from explainer.notebook.code import digits_of
from explainer.notebook.names import identifiers
from explainer.operations.expression import Symbol, formula
from explainer.pages.mathml import Piece
from explainer.pages.plain import PlainWriter
from explainer.pages.scribe import RELATIONS, Occurrence, Scribe
from explainer.pages.writers import Formula, SiteWriter, Writer
from explainer.words.catalogue import Catalogue
from explainer.words.code import line_in, translated

_SIGNS = {"float": "float64", "product": "@", "entrywise": "*", "transpose": ".T"}
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"},
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where a notebook's page leads: to the page that explains it, and to the file."""

    page: str
    file: str


@dataclass(frozen=True)
class Notebook:
    """A notebook file, with the numbers in its text; those of its code and its outputs are the cells'."""

    text: str
    title: Text
    cells: tuple[Cell, ...]
    occurrences: tuple[Occurrence, ...] = ()


def in_language(cells: Sequence[Cell], said: Mapping[str, str]) -> tuple[Cell, ...]:
    """The cells with their comments and messages as they are said instead: these cannot change a number."""
    return tuple(
        replace(
            cell,
            code=translated(cell.code, said),
            outputs=tuple(line if line.quantity else replace(line, text=line_in(line.text, said)) for line in cell.outputs),
        )
        for cell in cells
    )


def notebook(derivation: Derivation, cells: Sequence[Cell], catalogue: Catalogue) -> Notebook:
    """The file to download: Markdown with TeX."""
    writer = _Writer(derivation, cells, catalogue, PlainWriter())
    metadata = {**KERNEL, "explainer": {"example": derivation.name, "language": catalogue.language.code}}
    return writer.notebook(metadata, [f"# {writer.scribe.writer.text(writer.title)}", *writer.introduction()])


def site_notebook(derivation: Derivation, cells: Sequence[Cell], catalogue: Catalogue, links: Links) -> Notebook:
    """What mkdocs-jupyter gets: the same cells, their text as HTML, and what the page needs to know beside it."""
    writer = _Writer(derivation, cells, catalogue, SiteWriter())
    label = writer.scribe.label
    heading = f'<h1 id="top">{writer.scribe.writer.text(writer.title)}</h1>'
    actions = (
        f'<p class="ex-actions"><a href="{links.file}" download>{label("notebook.download")}</a> '
        f'<a href="{links.page}">{label("notebook.page")}</a></p>'
    )
    description = catalogue.filled("site.description.notebook", {"title": catalogue.title_of(derivation.example)})
    own = {"description": description, "title": writer.title, "output": catalogue.text("notebook.output")}
    metadata = {key: text.written for key, text in own.items()}
    return writer.notebook({**KERNEL, "explainer": metadata}, [heading, actions, *writer.introduction()])


class _Writer:
    def __init__(self, derivation: Derivation, cells: Sequence[Cell], catalogue: Catalogue, writer: Writer) -> None:
        self.derivation, self.cells, self.catalogue = derivation, cells, catalogue
        self.scribe = Scribe(catalogue, writer, {derivation.name: derivation})
        self.on_site = isinstance(writer, SiteWriter)
        self.title = catalogue.filled("notebook.title", {"title": catalogue.title_of(derivation.example)})

    def notebook(self, metadata: dict[str, Any], head: Sequence[str]) -> Notebook:
        parts: list[dict[str, Any]] = []
        for index, cell in enumerate(self.cells):
            self.scribe.line = index + 1
            text = [*(head if not index else ()), *self.text(cell)]
            parts.append({"cell_type": "markdown", "metadata": {}, "source": _lines(self.joined(text))})
            if cell.code:
                parts.append(self.code(cell, index + 1))
        for position, part in enumerate(parts):
            part["id"] = blake2b(f"{self.derivation.name}:{position}".encode(), digest_size=4).hexdigest()
        document = {
            "cells": [dict(sorted(part.items())) for part in parts],
            "metadata": metadata,
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        text_of = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        return Notebook(text_of, self.title, tuple(cell for cell in self.cells if cell.code), tuple(self.scribe.occurrences))

    def joined(self, parts: Sequence[str]) -> str:
        """One cell's text. HTML without blank lines is passed on by any reader of Markdown as it is."""
        return f"<div>{''.join(parts)}</div>" if self.on_site else "\n\n".join(part.strip() for part in parts)

    def code(self, cell: Cell, count: int) -> dict[str, Any]:
        outputs = [{"name": "stdout", "output_type": "stream", "text": _lines("".join(f"{line.text}\n" for line in cell.outputs))}]
        references = [" ".join(f"{self.derivation.name}:{name}" for name in line.quantities) for line in cell.outputs]
        return {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {"explainer": {"references": references}} if self.on_site else {},
            "outputs": outputs if cell.outputs else [],
            "source": _lines(cell.code),
        }

    # --- words

    def paragraph(self, text: str) -> str:
        return self.scribe.writer.paragraph(text)

    def introduction(self) -> list[str]:
        """What this is, and how quantities are called in it."""
        values = {"title": self.scribe.writer.text(self.catalogue.title_of(self.derivation.example))}
        bound = self.scribe.sentence("notebook.bound", {"float": self.scribe.writer.code("float64")})
        sentences = [self.scribe.sentence("notebook.intro", values), bound, *self.naming()]
        return [self.paragraph(self.scribe.spaced(sentences))]

    def naming(self) -> list[str]:
        """How symbols become names of Python, as far as the example needs it."""
        program, steps = self.derivation.matrices or self.derivation.program, self.derivation.example.steps
        names = identifiers([name for name in program.quantities if program.quantities[name].kind is not Kind.CONSTANT], steps)
        found = []
        wanted = (
            ("derivative", next(iter(program.gradients[0].values()), "") if program.gradients else ""),
            ("sample", next((name for name in names if parse(name).sample), "")),
            ("new", next((name for name in names if parse(name).step), "")),
        )
        for key, name in wanted:
            if name:
                values = {"name": self.scribe.writer.code(names[name]), "symbol": self.scribe.symbol(self.derivation, name)}
                found.append(self.scribe.sentence(f"notebook.name.{key}", values))
        return found

    def text(self, cell: Cell) -> list[str]:
        """The heading, the sentence and the formulas before a cell's code."""
        found = []
        if cell.heading:
            words = self.scribe.label(cell.heading)
            found.append(f'<h2 id="{anchor(cell)}">{words}</h2>' if self.on_site else f"## {words}")
        count = digits_of(self.derivation.example.digits) if cell.section == "tools" else self.epochs()
        values = {name: self.scribe.writer.code(name) for name in ("show", "forward", "loss", "update")}
        values |= {name: self.scribe.writer.code(sign) for name, sign in _SIGNS.items()}
        values["count"] = self.scribe.count(count)
        found.append(self.paragraph(self.scribe.sentence(cell.sentence, values, count)))
        if cell.formulas:
            found.append(self.scribe.writer.math(self.formulas(cell.formulas), display=True))
        return found

    def epochs(self) -> int:
        return self.derivation.run.schedule.epochs if self.derivation.run else 1

    def formulas(self, names: Sequence[str]) -> Formula:
        """What each quantity is, one under the other."""
        pieces: list[Piece] = []
        rows = []
        for name in names:
            line: Line = (self.derivation.matrix_steps or self.derivation.steps)[name].lines[0]
            left = self.scribe.tinted(self.derivation, name, pieces)
            right = self.scribe.tex(line.expression, pieces, self.derivation)
            rows.append(f"{left} &{RELATIONS[line.relation]} {right}")
            if stable := self.derivation.stable_forms.get(name):  # the code goes by this one
                form = self.scribe.tex(formula(stable, [Symbol(operand) for operand in stable.operands]), pieces, self.derivation)
                rows.append(f"&{RELATIONS['=']} {form}")
        body = r" \\ ".join(rows)
        return Formula(rf"\begin{{aligned}} {body} \end{{aligned}}", tuple(pieces))


def anchor(cell: Cell) -> str:
    """A section's anchor, the same in every language."""
    return f"{cell.section}-{cell.step}" if cell.step else cell.section


def _lines(text: str) -> list[str]:
    """A text as notebooks have it: lines with their ends."""
    return text.splitlines(keepends=True)
