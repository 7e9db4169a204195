"""A quantity's name is one text and its parts, and no module but one knows how to come from the one to the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import explainer
from explainer.core.names import DIRECT, SEQUENTIAL, Name, after, at_epoch, parse, partial_name

PACKAGE = Path(explainer.__file__).parent
COUNTS = st.integers(0, 20)
BASES = st.from_regex(r"[A-Za-z]{1,4}[0-9]{0,2}(_[A-Za-z0-9]{1,3}){0,3}|-?[0-9]{1,3}(\.[0-9]{1,3})?", fullmatch=True)
PLAIN = st.builds(Name, BASES, COUNTS, COUNTS)
NAMES = st.one_of(
    PLAIN,
    st.builds(Name, BASES, COUNTS, epoch=COUNTS),
    st.builds(lambda of, by, path: Name(of=of, by=by, path=path), PLAIN, PLAIN, st.sampled_from(("", DIRECT, SEQUENTIAL))),
)


@pytest.mark.thorough
@given(NAMES)
def test_the_text_of_a_name_has_all_its_parts(name: Name) -> None:
    assert parse(str(name)) == name


@given(st.text("dLw1@#/._e0-", min_size=1, max_size=12))
def test_a_text_is_a_name_by_itself_or_none(text: str) -> None:
    try:
        name = parse(text)
    except ValueError:
        return
    assert parse(str(name)) == name
    assert str(name) == text or "#0" in text or "#" in text.partition("/")[0]  # a step that need not be spelt out, or not so


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("h_1", Name("h_1")),
        ("h_1@2#3", Name("h_1", 2, 3)),
        ("w_1#0", Name("w_1")),
        ("L#e1000", Name("L", epoch=1000)),
        ("o_1@3#e0", Name("o_1", 3, epoch=0)),
        ("0.5", Name("0.5")),
        ("dL/dw_1#2", Name(of=Name("L", step=2), by=Name("w_1", step=2))),
        ("dL@1/do_1@1", Name(of=Name("L", 1), by=Name("o_1", 1))),
        ("dz_3/dh_1.sequential#1", Name(of=Name("z_3", step=1), by=Name("h_1", step=1), path=SEQUENTIAL)),
        ("dd/dd.direct", Name(of=Name("d"), by=Name("d"), path=DIRECT)),
        ("dz#1/dx", Name(of=Name("z", step=1), by=Name("x"))),
    ],
)
def test_a_name_is_read_part_by_part(text: str, name: Name) -> None:
    assert parse(text) == name


@pytest.mark.parametrize(
    "text", ["", "@1", "h@", "h@0", "h@01", "w#", "w#-1", "w#e", "a/b", "dL/w", "dL/dw/dx", "dL/dw#e1", "w#1@2"]
)
def test_what_is_no_name_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no name of a quantity"):
        parse(text)


def test_names_are_made_from_names() -> None:
    assert after("w_1", 2) == "w_1#2"
    assert after("w_1#2", 0) == "w_1"
    assert after("dL/dw_1.direct", 2) == "dL/dw_1.direct#2"
    assert at_epoch("h_1@2", 0) == "h_1@2#e0"
    assert partial_name("L@2#1", "w_1#1") == "dL@2/dw_1#1"
    assert partial_name("L", "w_1#1") != partial_name("L#1", "w_1#1")
    assert str(parse("dL/dW1#1").entry(2, 3)) == "dL/dW1_2_3#1"
    assert str(parse("dL@1/dh_1@1").unnumbered) == "dL/dh_1"
    assert str(parse("h_1@12").unnumbered) == "h_1@12"
    assert not parse("0.5").path
    assert parse("dL/dw_1.direct#1").total == parse("dL/dw_1#1")


ROOMS = ("core", "operations", "examples", "compose", "values", "proof", "derivation", "ledger", "pages", "notebook")
# What these look for is no part of a name.
OTHERS = {
    "examples/schema.py": "pointers of JSON",
    "examples/formulas.py": "comments of Python",
    "pages/markup.py": "anchors",
    "pages/moodle.py": "categories",
    "pages/worksheet.py": "addresses",
    "pages/writers.py": "anchors and addresses",
}
TAKES_APART = frozenset({
    "partition", "rpartition", "split", "rsplit", "removeprefix", "removesuffix", "replace", "startswith", "endswith",
    "find", "rfind", "index", "rindex", "count", "strip", "lstrip", "rstrip",
})  # fmt: skip
MARK = re.compile(r"[#@/](e|d|[0-9]+)?|\.(direct|sequential)")
BEFORE_A_PART = re.compile(r"(^|[^&{])[#@]e?$|/d$")  # entities and anchors of a page begin with other signs


def has_mark(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and MARK.fullmatch(str(part.value)) for part in ast.walk(node))


def name_work(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a text is searched for the marks of names, or put together with one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attribute), args=arguments) if attribute in TAKES_APART:
                found = any(map(has_mark, arguments))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
                found = has_mark(left)
            case ast.JoinedStr(values=parts):
                found = any(isinstance(part, ast.Constant) and BEFORE_A_PART.search(str(part.value)) for part in parts[:-1])
            case _:
                found = False
        if found:
            yield node


@pytest.mark.parametrize(
    "code",
    ['name.partition("#")', 'name.removesuffix("#0")', '"@" not in name', 'f"{name}#{step}"', 'f"@{k}"', 'f"d{of}/d{by}{tail}"'],
)
def test_such_work_is_seen(code: str) -> None:
    assert list(name_work(ast.parse(code)))


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_else_takes_names_apart(room: str) -> None:
    files = {path.relative_to(PACKAGE).as_posix(): path for path in (PACKAGE / room).rglob("*.py")}
    found = [
        f"explainer/{name}: {ast.unparse(node)}"
        for name in files.keys() - {"core/names.py", *OTHERS}
        for node in name_work(ast.parse(files[name].read_text(encoding="utf-8")))
    ]
    assert not found


TEX = re.compile(r"\\[a-z]{2,}|[_^]\{")


@pytest.mark.parametrize("room", ["core", "examples", "compose", "values", "proof", "derivation", "ledger"])
def test_no_symbol_is_made_where_only_names_are_known(room: str) -> None:
    """TeX is the records', of `operations/symbols.py`, which makes it of names, and of the pages."""
    files = [path for path in (PACKAGE / room).rglob("*.py") if path.name != "text.py"]  # the gate of texts into LaTeX
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert not list(filter(TEX.search, texts))
