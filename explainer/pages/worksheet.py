"""A worksheet: what a page leaves to the reader, on paper, and its key on a sheet of its own. Nothing of it is written by hand.

It is made from the page's own lines: its exercises, each with the paragraph before it. All others are empty, so a line is where
its author has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from explainer.core.text import Text, scheme_of
from explainer.pages.asked import Asked, Drawn, Posed
from explainer.pages.blocks import is_asked, is_shown_for
from explainer.pages.source import Source
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import Catalogue
from explainer.words.page_syntax import Block, Heading, Is, Part, Prose, pieces
from explainer.words.questions import gathered

KEY = "key"  # the anchor of the heading above the key
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_STRESS = re.compile(r"\*+")


def has_exercises(source: Source) -> bool:
    """Is anything left to the reader that can be asked on paper?"""
    return any(is_asked(part) for part in source.parts())


def worksheet(source: Source, title: Text, catalogue: Catalogue, page: str) -> Source:
    """The source of a page's worksheet, in a folder below it; from there the page's own address is `page`."""
    texts = (catalogue.filled("worksheet.title", {"title": title}), catalogue.text("worksheet.key"))
    lines = _only_exercises(source, lambda line: _from_below(line, page))
    top = next((part.line for part in source.parts() if isinstance(part, Heading)), source.first_line) - source.first_line
    lines[top] = "# {{text 1}} {#top}"
    lines += ["", f"## {{{{text 2}}}} {{#{KEY}}}"]
    description = catalogue.filled("site.description.worksheet", {"title": title})
    return replace(source, text="\n".join(lines), title=texts[0], description=description, texts=texts)


def plain(source: Source) -> Source:
    """The same exercises without headings and figures, and their words without links and stress, for programs without pages."""
    return replace(source, text="\n".join(_only_exercises(source, _unlinked, figures=False)))


def _only_exercises(source: Source, said: Callable[[str], str], *, figures: bool = True) -> list[str]:
    """The lines of a page, of which only exercises are left and what is `said` right before each.

    Without `figures`, exercises that are about one are not left either.
    """
    lines = [""] * len(source.text.split("\n"))
    for part in _kept(gathered(source.parts()), figures=figures):
        first = part.line - source.first_line
        lines[first : first + len(part.lines)] = [part.text] if isinstance(part, Block) else map(said, part.lines)
    return lines


def _kept(parts: Iterable[Part], *, figures: bool) -> Iterator[Part]:
    """The exercises, and before each the paragraph, and the figure that it is about."""
    paragraph = list[Part]()
    ended = False  # by an empty line
    for part in parts:
        if isinstance(part, Prose) and not part.text.strip():
            ended = True
        elif isinstance(part, Prose):
            paragraph = [part] if ended else [*paragraph, part]
            ended = False
        elif is_shown_for(part):
            paragraph.append(part)
        else:
            if is_asked(part) and (figures or not any(map(is_shown_for, paragraph))):
                yield from (*paragraph, part)
            paragraph = []


def _from_below(line: str, page: str) -> str:
    """A line whose links lead from a folder below the page's own."""

    def led(target: str) -> str:
        if target.startswith("#"):
            return page + target
        return target if scheme_of(target) else f"../{target}"

    return "".join(f"]({led(piece.target)})" if piece.kind is Is.TARGET else piece.text for piece in pieces(line))


def _unlinked(line: str) -> str:
    kept = (piece for piece in pieces(line) if piece.kind is not Is.ATTRIBUTES)
    return _LINK.sub(r"\1", "".join(_STRESS.sub("", piece.text) if piece.kind is Is.WORDS else piece.text for piece in kept))


@dataclass(frozen=True, slots=True)
class PaperWriter(SiteWriter):
    """HTML to be printed: exercises with room for answers, and the key to all of them under its heading."""

    key: list[str] = field(default_factory=list)

    def exercise(self, parts: Asked) -> str:
        number = self._number()
        answers = "".join(f"<li>{answer}</li>" for answer in parts.answers())
        self.key.append(f'<div class="ex-worked">\n<div class="ex-answer">{number}<ul>{answers}</ul></div>\n{parts.body()}\n</div>')
        first, *others = parts.lines
        lines = "".join(f"<p>{line}</p>" for line in others)
        blanks = "".join(f'<li>{blank} = <span class="ex-blank"></span></li>' for blank in parts.blanks)
        options = "".join(f'<li><span class="ex-checkbox"></span><span>{option}</span></li>' for option in parts.options)
        return f'<div class="ex-task"><p>{number} {first}</p>{lines}<ul>{blanks}{options}</ul></div>'

    def question(self, parts: Posed) -> str:
        number = self._number()
        both = zip(parts.options, parts.reasons, strict=True)
        reasons = "\n".join(f"- {option} {reason}" for option, reason in both)
        self.key.append(f'<div class="ex-worked" markdown>\n\n{number}\n\n{reasons}\n\n</div>')
        options = "\n".join(f'- <span class="ex-checkbox"></span><span>{option}</span>' for option in parts.options)
        return f'<div class="ex-task" markdown>\n\n{number} {parts.asked}\n\n{options}\n\n</div>'

    def quiz(self, parts: Drawn) -> str:
        return ""

    def live(self, data: str, symbols: Mapping[str, str], says: Mapping[str, str]) -> str:
        return ""

    def _number(self) -> str:
        return f'<b class="ex-nth"><span data-structural="count">{len(self.key) + 1}</span></b>'

    def heading(self, level: int, title: str, identifier: str, lang: str = "") -> str:
        # explicit, since two dataclasses with slots share no cell for `super`
        made = SiteWriter.heading(self, level, title, identifier, lang)
        return "\n\n".join([made, *self.key]) if identifier == KEY else made
