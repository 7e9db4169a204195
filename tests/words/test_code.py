"""The code that pages show, in every language: the same program, in the reader's words."""

from __future__ import annotations

import ast
import re

import pytest

from explainer.core.errors import InputError
from explainer.site.project import Project, read_project
from explainer.words.code import in_language, read, sayings, untranslated
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE, Language
from tests import ROOT

every_translation = pytest.mark.parametrize(
    "language", [language for language in LANGUAGES if language != SOURCE], ids=lambda language: language.code
)


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(ROOT)


def bare(code: str) -> str:
    """A program without its docstrings and messages; comments are none to Python."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "ValueError"):
            node.args = []
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


@every_translation
def test_code_is_the_same_program_in_other_words(project: Project, language: Language) -> None:
    english, own = project.code, project.code_in(language)
    for name in project.asked_for("code", "download"):
        assert bare(own[name]) == bare(english[name]), name
        said = [saying.text for saying in sayings(own[name])]
        assert len(said) == len(sayings(english[name])), name
        left = {saying.text for saying in sayings(english[name])} & set(said)
        assert left <= {"a = f(W x + b)."}, f"{name}: {left} in English"
        assert max(map(len, own[name].splitlines()), default=0) <= 90, "a page has no room for more"


@every_translation
def test_what_a_program_has_printed_has_the_same_numbers_in_other_words(project: Project, language: Language) -> None:
    english, own = (text.splitlines() for text in (project.code["train.txt"], project.code_in(language)["train.txt"]))
    assert [re.findall(r"[\d.%]+", line) for line in own] == [re.findall(r"[\d.%]+", line) for line in english]
    assert not set(own) & set(english)


CODE = '''"""What it does."""


def double(x):
    if x < 0:
        raise ValueError(f"found {x:g}; expected " "at least 0")
    return 2 * x  # twice, "so to say"
'''


def test_comments_docstrings_and_messages_are_found() -> None:
    assert [saying.text for saying in sayings(CODE)] == ["What it does.", "found {x:g}; expected at least 0", 'twice, "so to say"']


def test_what_is_not_translated_is_told_with_its_line_and_stays_english() -> None:
    words = read('["What it does."]\nru = "Что она делает."')
    found = list(untranslated({"double.py": CODE}, words, BY_CODE["ru"]))
    assert [(problem.file, problem.place) for problem in found] == [("docs/code/double.py", f"line {line}") for line in (6, 7)]
    own = in_language({"double.py": CODE}, words, BY_CODE["ru"])["double.py"]
    assert own == CODE.replace("What it does.", "Что она делает.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('["a"', "Expected"),
        ("a = 3", "3"),
        ('["a"]\nxx = "b"', "the language 'xx'"),
        ('["{n} found"]\nru = "найдено {m}"', "найдено {m}"),
        ('["a"]\nru = \'""" + b\'', "+ b"),
        ('["a"]\nru = "а\\nб"', "more than one line"),
    ],
)
def test_a_table_that_would_change_the_code_is_refused(text: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert problem.file == "docs/code/words.toml"
    assert found in problem.found
