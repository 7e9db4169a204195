"""What people have written (titles, names, terms, sentences) is text: it has one gate for each output, and is never code there.

    HTML, in an attribute too, and SVG    html          YAML             yaml
    Markdown                              markdown      Python           python_string, python_comment
    LaTeX                                 tex           a terminal       printable

JSON quotes what it gets, so it takes `written` as it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape

LONGEST = 200  # letters of a title or a name
# What no line of text needs, and what would act on who shows it: control characters but tab and line feed, line separators,
# embeddings and overrides of the writing direction, halves of surrogate pairs, and what is no character.
_HIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
HIDDEN = re.compile(f"[{_HIDDEN}]")
_UNFIT = re.compile(f"[\t\n{_HIDDEN}]")

FORMATS = ("markdown", "json", "tex", "notebook")  # in which an example is shown; what makes each is in `verbs`


def unfit(text: str, longest: int = LONGEST) -> str:
    """Why this is no line of text of at most so many letters; "" if it is one."""
    if match := _UNFIT.search(text):
        return "more than one line" if match[0] in "\n\r" else f"the character U+{ord(match[0]):04X}, which cannot be seen"
    if not text.strip():
        return "nothing that can be seen"
    return f"{len(text)} letters" if len(text) > longest else ""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One line as somebody has written it. It has no form of its own: what puts it anywhere says by which gate.

    What stands in for a text that is not translated yet says in which language it is.
    """

    written: str
    lang: str = ""

    def __post_init__(self) -> None:
        if match := _UNFIT.search(self.written):
            raise ValueError(f"no line of text: {match[0]!r}")

    def __str__(self) -> str:
        raise TypeError("a text goes through the gate of its output: see explainer.core.text")


NOTHING = Text("")


_OF_MARKDOWN = re.compile(r"[\\`*_{}\[\]#|~$^]")  # what it acts on wherever it stands in a line, tags and entities apart
_OF_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "`": r"\textasciigrave{}", '"': r"\textquotedbl{}",
}  # fmt: skip
_LIGATURE = re.compile(r"([-',])(?=\1)")  # two of these are one letter to LaTeX


def html(text: Text) -> str:
    """In HTML, between tags or in a quoted attribute, and in SVG: even where Markdown reads it once more."""
    pieces = _OF_MARKDOWN.split(text.written), _OF_MARKDOWN.findall(text.written)
    marks = [*(f"&#{ord(letter)};" for letter in pieces[1]), ""]
    return "".join(escape(words) + mark for words, mark in zip(pieces[0], marks, strict=True))


def markdown(text: Text) -> str:
    """In Markdown as CommonMark has it, with TeX between dollar signs: within a line, or at its beginning."""
    line = _OF_MARKDOWN.sub(r"\\\g<0>", text.written)
    line = re.sub(r"&(?=\\?#|\w+;|$)", "&amp;", line)
    line = re.sub(r"<(?!\s)", "&lt;", line)
    return re.sub(r"^(\s*\d*)([-+>=.)])", r"\1\\\2", line)


def tex(text: Text) -> str:
    """In LaTeX, outside of formulas."""
    apart = _LIGATURE.sub("\\1\0", text.written)
    line = "".join(_OF_TEX.get(letter, letter) for letter in apart).replace("\0", "{}")
    return f"{{}}{line}" if line.startswith(("[", "*")) else line  # no argument of what stands before it


def yaml(text: Text | str) -> str:
    """A scalar of YAML."""
    return json.dumps(text.written if isinstance(text, Text) else text, ensure_ascii=False)


def python_string(text: Text) -> str:
    """A literal of Python, in double quotes."""
    return '"' + text.written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def python_comment(text: Text) -> str:
    """A line of comment."""
    return f"# {text.written}"


SCHEMES = ("", "http", "https", "mailto")  # of addresses; "" where an address is within the site


def scheme_of(address: str) -> str:
    """The scheme of an address as a browser reads it, which leaves out blanks and control characters."""
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", address))
    return match[1].lower() if match else ""


_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")


def is_picture(address: str) -> bool:
    """Is an address a picture itself, which nothing has to be loaded for, and in which nothing runs?"""
    return _PICTURE.fullmatch(address) is not None


def printable(text: str) -> str:
    r"""Text as a terminal may show it: what would move its cursor, set its title or turn its lines around is shown as its code.

    >>> printable("a\x1b]0;b\x07")
    'a\\x1b]0;b\\x07'
    """
    return HIDDEN.sub(lambda match: _code(match[0]), text)


def _code(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"
