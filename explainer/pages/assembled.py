"""A page from its filled parts: its certificate and links put in, what stands in English marked, empty sections left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from explainer.pages.blocks import is_asked
from explainer.pages.scribe import Scribe
from explainer.words.languages import SOURCE
from explainer.words.made import English, run_of
from explainer.words.page_syntax import Block, Heading, Part, Prose

Made = tuple[Part, str]  # and what has become of it


@dataclass(frozen=True)
class Links:
    """Where a page's certificate leads: to the page on proofs, and to each example's proof file; and where other links do."""

    method: str = "proof.md"
    file: Callable[[str], str] = field(default=lambda name: f"derivations/{name}.json")
    beside: Mapping[str, str] = field(default_factory=dict)  # what belongs to the page: sentences of the catalogue, and addresses
    worksheet: str = ""


def proven(made: Sequence[Made], proven: str) -> list[Made]:
    """A page with its certificate, where it says or at its end."""
    placed = [(part, proven if isinstance(part, Block) and part.name == "certificate" else text) for part, text in made]
    return placed if any(text is proven for _, text in placed) else [*placed, (Prose(0, ("",)), proven)]


def linked(made: Iterable[Made], links: Links, scribe: Scribe) -> Iterator[Made]:
    """A page with links to what belongs to it under its title, if it has one, and to its worksheet below the last exercise."""
    parts = list(made)
    beside = "\n\n".join(scribe.writer.link(address, scribe.label(key)) for key, address in links.beside.items())
    title = next((index for index, (part, _) in enumerate(parts) if isinstance(part, Heading) and part.level == 1), None)
    asked = [index for index, (part, _) in enumerate(parts) if is_asked(part)]
    for index, (part, text) in enumerate(parts):
        yield part, text
        if beside and index == title:
            yield Prose(part.line, ("",)), f"\n{beside}"
        if links.worksheet and asked and index == asked[-1]:  # a stale section is one part
            yield Prose(part.line, ("",)), f"\n{scribe.writer.link(links.worksheet, scribe.label('worksheet.link'))}\n"


def in_languages(made: Sequence[Made], english: Sequence[English], scribe: Scribe) -> Iterator[Made]:
    """A page with what stands in English marked as that, after the heading that it begins with. Blocks speak its own language."""
    for run, group in groupby(made, lambda item: run_of(english, item[0].line)):
        parts = list(group)
        if run is None or not any(text.strip() for _, text in parts):
            yield from parts
            continue
        first = next(index for index, (_, text) in enumerate(parts) if text.strip())
        rest = first + isinstance(parts[first][0], Heading)
        yield from parts[:rest]
        note = scribe.writer.untranslated(scribe.label("draft.stale" if run.is_stale else "draft.missing"))
        words = "\n".join(
            scribe.writer.within(text, scribe.language.code) if isinstance(part, Block) and text else text
            for part, text in parts[rest:]
        ).strip()
        shown = f"{note}\n\n{scribe.writer.within(words, SOURCE.code)}" if words else note
        yield Prose(run.last, ("",)), f"\n{shown}\n"


def without_empty(made: Sequence[Made]) -> Iterator[Made]:
    """A page without its sections in which nothing stands, such as a figure that a terminal cannot show."""
    following = 0  # the level of what comes next, if that is a heading
    kept = list[Made]()
    for part, text in reversed(made):
        level = part.level if isinstance(part, Heading) else 0
        if (level, following) != (2, 2):
            kept.append((part, text))
        following = level if text else following
    return reversed(kept)
