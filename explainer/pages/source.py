"""A page before it is filled: its text, and what its front matter says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import yaml

from explainer.core.errors import Problem
from explainer.core.text import LONGEST, NOTHING, Text, unfit
from explainer.examples.wording import cut
from explainer.words.made import English
from explainer.words.page_syntax import Block, Claim, Front, Hole, Part, Reference, Symbol, asked_for, body, parse

LONGEST_HEAD = 3_000  # letters of front matter
_TEXTS = {"title": (LONGEST, "One neuron"), "description": (1_000, "One neuron, worked out by hand.")}
_KNOWN = ("description", "example", "source", "title")


@dataclass(frozen=True)
class Source:
    """An authored (or generated) page: its front matter, and its text with the number of the first line."""

    file: str
    text: str
    example: str = ""
    title: Text = NOTHING  # for the navigation, where the first heading does not serve
    description: Text = NOTHING
    first_line: int = 1
    texts: tuple[Text, ...] = ()  # of a generated page: what `{{text 1}}`, `{{text 2}}`, … stand for
    problems: tuple[Problem, ...] = ()
    english: tuple[English, ...] = ()  # what stands in English on a page of another language

    @property
    def is_authored(self) -> bool:
        """Has somebody written this page? If not, `file` is what it is made from, and nobody knows its lines."""
        return self.file.endswith(".md")

    def place(self, line: int) -> str:
        return f"line {line}" if self.is_authored else "the page made from it"

    def parts(self) -> tuple[Part, ...]:
        """The text, read."""
        return body(self.text, self.first_line)

    def examples(self) -> Iterator[str]:
        """The examples that the page refers to: its own, and those of its blocks and holes."""
        yield self.example
        for item in _asked_for(self.text):
            if isinstance(item, Block | Reference | Symbol):
                yield item.example
            elif isinstance(item, Claim):
                yield from item.examples()

    def arguments_of(self, *blocks: str) -> Iterator[str]:
        """All that is asked for of blocks of these names."""
        for item in _asked_for(self.text):
            if isinstance(item, Block) and item.name in blocks:
                yield from item.arguments


@lru_cache(maxsize=256)
def _asked_for(text: str) -> tuple[Block | Hole, ...]:
    return tuple(asked_for(body(text)))


def read(text: str, file: str, english: tuple[English, ...] = ()) -> Source:
    """Take the front matter off a page."""
    front, *_ = parse(text)
    if not isinstance(front, Front):
        return Source(file, text, english=english)
    text_of_body = "\n".join(text.split("\n")[len(front.lines) :])
    fields = _fields(front)
    if not isinstance(fields, dict) or not set(fields) <= set(_KNOWN) or not all(isinstance(v, str) for v in fields.values()):
        right = "---\nexample: alice\ndescription: …\n---"
        problem = Problem(file, "line 1", f"front matter {fields!r}", f"only {', '.join(_KNOWN)}", right)
        return Source(file, text_of_body, problems=(problem,))
    problems, texts = list[Problem](), dict[str, Text]()
    for key, (longest, right) in _TEXTS.items():
        written = fields.get(key, "")
        if written and (found := unfit(written, longest)):
            expected = f"one line of text, at most {longest} letters, without control characters"
            problems.append(Problem(file, f"front matter, {key}", found, expected, f"{key}: {right}"))
            written = ""
        texts[key] = Text(written)
    title, description, first = texts["title"], texts["description"], len(front.lines) + 1
    return Source(file, text_of_body, fields.get("example", ""), title, description, first, (), tuple(problems), english)


def _fields(front: Front) -> object:
    """What front matter says; where it is none, what is wrong with it."""
    try:
        return yaml.safe_load(front.head) if front.is_closed and len(front.head) <= LONGEST_HEAD else cut(front.head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # the others: a date of no calendar, brackets by the hundred
        return str(error).splitlines()[0]
