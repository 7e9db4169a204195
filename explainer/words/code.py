"""The code that pages show, in a reader's language: its comments, docstrings and messages. Identifiers stay as they are.

A message is a string that is printed or raised. What stands in braces in it is Python, and the same in every language. The
translations stand beside the code, by their English texts.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from explainer.core.errors import InputError, PageError, Problem
from explainer.core.text import unfit
from explainer.words import conversion
from explainer.words.languages import BY_CODE, SOURCE, Language

FILE = "docs/code/words.toml"
LONGEST = 400  # letters of a comment
WIDTH = 79
Words = Mapping[str, Mapping[str, str]]  # by the English text and the language's code
_RIGHT = '["never overflows"]\nnb = "flyter aldri over"\nru = "никогда не переполняется"'
_FIELD = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class ShownProgram:
    """A file of code that an example's page shows whole, and what it prints, if that is known."""

    name: str
    code: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """Words in a code: what they say, and the letters of it that they stand in."""

    text: str
    start: int
    end: int
    line: int
    is_comment: bool = False
    is_docstring: bool = False

    def written(self, text: str, indent: int) -> str:
        """Python that says this instead; a message that is too long for its line is cut into pieces."""
        if self.is_comment:
            return f"# {text}"
        if self.is_docstring:
            return f'"""{text}"""'
        mark = 'f"' if _FIELD.search(text) else '"'
        pieces = [text] if indent + len(text) < WIDTH else textwrap.wrap(
            text, WIDTH - indent - 4, break_long_words=False, break_on_hyphens=False, drop_whitespace=False
        )  # fmt: skip
        return f"\n{' ' * indent}".join(f'{mark if _FIELD.search(piece) else chr(34)}{piece}"' for piece in pieces)


def read(text: str, file: str = FILE) -> Words:
    """The translations of comments, docstrings and messages.

    Raises:
        InputError: the file is no such table; all that is wrong with it.
    """
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(Problem(file, "", str(error), "a TOML file", _RIGHT)) from None
    if problems := [Problem(file, english, *problem, _RIGHT) for english in found for problem in _wrong(english, found[english])]:
        raise InputError(problems)
    return found


def _wrong(english: str, forms: object) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry, and what is expected."""
    if not isinstance(forms, dict) or not all(isinstance(text, str) for text in forms.values()):
        yield repr(forms), "a table of texts by language code"
        return
    for code, text in forms.items():
        if code not in BY_CODE or code == SOURCE.code:
            yield f"the language {code!r}", f"one of {', '.join(BY_CODE)}"
        elif found := unfit(text, LONGEST):
            yield f"{found}, in {code}", f"one line of at most {LONGEST} letters"
        elif any(mark in text for mark in '"\\#'):
            yield f"{text!r}, in {code}", "words without quotation marks, backslashes and #"
        elif sorted(_FIELD.findall(text)) != sorted(_FIELD.findall(english)) or re.search(r"[{}]", _FIELD.sub("", text)):
            yield f"{text!r}, in {code}", f"the fields of {english!r}"


def sayings(code: str) -> tuple[Saying, ...]:
    """All comments, docstrings and messages of a code, in order.

    Raises:
        SyntaxError, ValueError: it is none.
    """
    return tuple(sorted((*_comments(code), *_strings(code)), key=lambda saying: saying.start))


def _comments(code: str) -> Iterator[Saying]:
    starts = _starts(code)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            (line, column), end = token.start, token.end[1]
            at = starts[line - 1]
            yield Saying(token.string.lstrip("#").strip(), at + column, at + end, line, is_comment=True)


def _strings(code: str) -> Iterator[Saying]:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            yield _saying(code, first.value, is_docstring=True)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "ValueError"):
            yield from (_saying(code, part) for part in node.args if _is_string(part))


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _saying(code: str, node: ast.expr, *, is_docstring: bool = False) -> Saying:
    starts, lines = _starts(code), code.splitlines(keepends=True)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None

    def place(line: int, offset: int) -> int:  # Python counts bytes
        return starts[line - 1] + len(lines[line - 1].encode()[:offset].decode())

    text = "".join(map(_piece, node.values)) if isinstance(node, ast.JoinedStr) else _piece(node)
    start, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
    return Saying(" ".join(text.split()), start, end, node.lineno, is_docstring=is_docstring)


def _piece(node: ast.expr) -> str:
    """A piece of a string: words, or Python in braces."""
    if isinstance(node, ast.FormattedValue):
        form = node.format_spec
        spec = ":" + "".join(map(_piece, form.values)) if isinstance(form, ast.JoinedStr) else ""
        return f"{{{ast.unparse(node.value)}{spec}}}"
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _starts(code: str) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


# --- in a language


def untranslated(files: Mapping[str, str], words: Words, language: Language) -> Iterator[Problem]:
    """What of the code that pages show nobody has said in a language."""
    for name, code in files.items():
        for saying in _known(code):
            if language.code not in words.get(saying.text, {}):
                expected = f"its translation in {FILE}"
                right = f'["{saying.text}"]\n{language.code} = "…"'
                found = f"{saying.text!r}, which is not translated into {language.code}"
                yield Problem(f"docs/code/{name}", f"line {saying.line}", found, expected, right)


@lru_cache(maxsize=64)  # every page of every language asks for those of the same files
def _known(code: str) -> tuple[Saying, ...]:
    """The sayings of a file; none, if it is no Python, which its page tells."""
    try:
        return sayings(code)
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return ()


def in_language(files: Mapping[str, str], words: Words, language: Language) -> dict[str, str]:
    """The files of code in a language, and what the programs among them have printed. What is not translated stays English.

    Raises:
        PageError: a text is made from another language's, and something in it is undecided.
    """
    said = said_in(words, language)
    programs = {name: code for name, code in files.items() if name.endswith(".py")}
    messages = {saying.text for code in programs.values() for saying in _known(code) if not saying.is_comment}
    printed = {english: text for english, text in said.items() if english in messages}
    return {name: translated(text, said) if name in programs else _output(text, printed, name) for name, text in files.items()}


def said_in(words: Words, language: Language) -> dict[str, str]:
    """All translations into a language, by the English text.

    Raises:
        PageError: as for the files.
    """
    found = {english: _text_in(english, forms, language) for english, forms in words.items()}
    return {english: text for english, text in found.items() if text}


def _text_in(english: str, forms: Mapping[str, str], language: Language) -> str:
    """A text of the table in a language, or made from the language that this one is made from."""
    if language.code in forms or language.made_from not in forms:
        return forms.get(language.code, "")
    fields = _FIELD.findall(forms[language.made_from])
    numbers = iter(range(len(fields)))
    apart = _FIELD.sub(lambda _: f"{{{'abcdefghij'[next(numbers)]}}}", forms[language.made_from])
    made = conversion.sentence(apart, language)
    if made.undecided:
        raise PageError(conversion.undecided_problem(FILE, english, item, language) for _, item in made.undecided)
    return re.sub(r"\{([a-j])\}", lambda match: fields["abcdefghij".index(match[1])], made.text)


def translated(code: str, said: Mapping[str, str]) -> str:
    """A code with its comments, docstrings and messages as they are said instead."""
    found, end = "", 0
    for saying in _known(code):
        if saying.text in said:
            line = code[code.rfind("\n", 0, saying.start) + 1 : saying.start]
            found += code[end : saying.start] + saying.written(said[saying.text], len(line))
            end = saying.end
    return found + code[end:]


def _output(text: str, said: Mapping[str, str], name: str) -> str:
    """What a program has printed, as it would have in the language."""
    if not name.endswith(".txt"):
        return text
    return "\n".join(line_in(line, said) for line in text.split("\n"))


def line_in(line: str, said: Mapping[str, str]) -> str:
    """A printed line, as a program with these messages prints it."""
    for english, text in said.items():
        fields = _FIELD.findall(english)
        pattern = "(.+?)".join(map(re.escape, _FIELD.split(english)))
        if fields and (match := re.fullmatch(pattern, line)):
            for field, value in zip(fields, match.groups(), strict=True):
                text = text.replace(field, value)
            return text
    return line
