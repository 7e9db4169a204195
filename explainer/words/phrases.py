"""Phrase tables: what becomes of one form of a language in another where a general dictionary would be wrong. Pure.

A phrase is matched as it stands, the longest one first; `{}` in it is a number in words, or an opaque piece (a formula, code,
a hole), which goes over as it is. Some characters no dictionary can decide: each must be part of a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from explainer.core.errors import InputError, Problem
from explainer.examples.form import toml_of

OPAQUE = range(0xE000, 0xF900)  # private characters; each stands for a piece that is not converted
_PIECE = f"[{chr(OPAQUE[0])}-{chr(OPAQUE[-1])}]"
_NUMERALS = "零〇一二三四五六七八九十百千万亿两几"
_ANY = rf"(?: ?{_PIECE} ?|[{_NUMERALS}]{{1,20}})"
_SENTENCE = re.compile(r"[^。！？；|]+[。！？；|]*|[。！？；|]+")
_EXAMPLE = 'undecided = ["行"]\n\n[phrases.lines]\n"这一行" = "這一行"'


@dataclass(frozen=True, slots=True)
class Undecided:
    """A character that no phrase decides, and what stands around it."""

    character: str
    excerpt: str


class Matcher:
    """Phrases as one pattern."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        longest = sorted(phrases, key=lambda phrase: (-len(phrase.replace("{}", "〇")), phrase))
        self._targets: dict[int, list[str]] = {}  # by the group of a phrase: what stands before, between and after its {}
        branches, group = list[str](), 1
        for phrase in longest:
            branches.append("(" + f"({_ANY})".join(map(re.escape, phrase.split("{}"))) + ")")
            self._targets[group] = phrases[phrase].split("{}")
            group += 1 + phrase.count("{}")
        # where no phrase begins, none of all these is tried
        first = {letter for phrase in longest for letter in (f" {_NUMERALS}" if phrase.startswith("{}") else phrase[0])}
        pieces = _PIECE[1:-1] if any(phrase.startswith("{}") for phrase in longest) else ""
        start = f"(?=[{''.join(map(re.escape, sorted(first)))}{pieces}])"
        self._pattern = re.compile(f"{start}(?:{'|'.join(branches)})" if branches else r"(?!)")

    def pieces(self, text: str) -> Iterator[tuple[int, str, bool]]:
        """A text in pieces: where each begins, its text, and whether that is final or still to be converted."""
        end = 0
        for match in self._pattern.finditer(text):
            yield end, text[end : match.start()], False
            group = match.lastindex or 1  # the phrase's own, which closes after those in it
            first, *others = self._targets[group]
            yield match.start(), first, True
            for number, other in enumerate(others, group + 1):
                yield match.start(number), match[number], False
                yield match.end(number), other, True
            end = match.end()
        yield end, text[end:], False


@dataclass(frozen=True)
class Phrases:
    """A table: phrases that hold everywhere, phrases that hold where a sentence says certain words, and what must be decided."""

    always: Mapping[str, str]
    where: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = ()
    undecided: frozenset[str] = frozenset()
    _matchers: dict[tuple[bool, ...], Matcher] = field(default_factory=dict, compare=False, repr=False)

    def _matcher(self, sentence: str) -> Matcher:
        key = tuple(any(word in sentence for word in said) for said, _ in self.where)
        if key not in self._matchers:
            chosen = dict(self.always)
            for holds, (_, phrases) in zip(key, self.where, strict=True):
                chosen |= phrases if holds else {}
            self._matchers[key] = Matcher(chosen)
        return self._matchers[key]

    def convert(self, text: str, rest: Callable[[str], str]) -> tuple[str, tuple[Undecided, ...]]:
        """The text with its phrases replaced and all between them converted by `rest`; and what nobody decided."""
        pieces, left = list[str](), list[Undecided]()
        for sentence in _SENTENCE.findall(text):
            for start, piece, final in self._matcher(sentence).pieces(sentence):
                pieces.append(piece if final or not piece else rest(piece))
                for at, character in enumerate("" if final else piece, start):
                    if character in self.undecided:
                        around = re.sub(_PIECE, "…", sentence[max(0, at - 6) : at + 7])
                        left.append(Undecided(character, around.strip()))
        return "".join(pieces), tuple(left)


def read(text: str, file: str) -> Phrases:
    """Read a phrase table.

    Raises:
        InputError: it is not TOML or not a table of phrases; a phrase stands twice, or loses a `{}`.
    """
    table = toml_of(text, file, _EXAMPLE)
    groups, where, undecided = table.get("phrases", {}), table.get("where", []), table.get("undecided", [])
    problems: list[Problem] = []
    always: dict[str, str] = {}
    if not (isinstance(groups, dict) and isinstance(where, list) and _words(undecided)) or table.keys() - _KEYS:
        raise InputError(Problem(file, "", ", ".join(table), f"only {', '.join(sorted(_KEYS))}", _EXAMPLE))
    for name, group in groups.items():
        place = f"phrases.{name}"
        problems += _wrong(group, file, place)
        for phrase in group if isinstance(group, dict) else ():
            if phrase in always:
                problems.append(Problem(file, place, f"{phrase!r} for a second time", "each phrase once"))
        always |= group if isinstance(group, dict) else {}
    contexts = []
    for number, entry in enumerate(where, 1):
        place = f"where[{number}]"
        said, phrases = (entry.get("said"), entry.get("phrases")) if isinstance(entry, dict) else (None, None)
        if not _words(said) or not said:
            problems.append(Problem(file, f"{place}.said", repr(said), "the words that a sentence must say", 'said = ["矩阵"]'))
        problems += _wrong(phrases, file, f"{place}.phrases")
        contexts.append((tuple(said or ()), phrases or {}))
    if problems:
        raise InputError(problems)
    return Phrases(always, tuple(contexts), frozenset(undecided))


_KEYS = frozenset({"phrases", "where", "undecided"})


def _words(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(item, str) and item for item in found)


def _wrong(group: object, file: str, place: str) -> Iterator[Problem]:
    if not isinstance(group, dict):
        yield Problem(file, place, repr(group), "a table of phrases", _EXAMPLE)
        return
    for phrase, target in group.items():
        if not phrase.replace("{}", "") or not isinstance(target, str) or phrase.count("{}") != target.count("{}"):
            expected = "a phrase and what stands for it, with {} as often on both sides"
            yield Problem(file, place, f"{phrase!r} = {target!r}", expected, '"第{}行" = "第{}列"')
