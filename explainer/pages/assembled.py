"""A page from its filled parts: its certificate and links put in, what stands in English marked, empty sections left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from explainer.pages.scribe import Scribe
from explainer.words.languages import SOURCE
from explainer.words.made import English, run_of
from explainer.words.page_syntax import Block, Heading, Part, Prose

Made = tuple[Part, str]  # and what has become of it


def proven(made: Sequence[Made], proven: str) -> list[Made]:
    """A page with its certificate, where it says or at its end."""
    placed = [(part, proven if isinstance(part, Block) and part.name == "certificate" else text) for part, text in made]
    return placed if any(text is proven for _, text in placed) else [*placed, (Prose(0, ("",)), proven)]


def linked(made: Iterable[Made], link: str) -> Iterator[Made]:
    """A page with a link under its title, if there is one."""
    for part, text in made:
        yield part, text
        if link and isinstance(part, Heading) and part.level == 1:
            yield Prose(part.line, ("",)), f"\n{link}"
            link = ""


def linked_below(made: Sequence[Made], link: str, names: Collection[str]) -> list[Made]:
    """A page with a link below the last block of these names."""
    last = max(index for index, (part, _) in enumerate(made) if isinstance(part, Block) and part.name in names)
    return [*made[: last + 1], (Prose(made[last][0].line, ("",)), f"\n{link}\n"), *made[last + 1 :]]


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
