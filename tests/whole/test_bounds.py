"""What is wrong is refused soon, whatever it is: by whom it is read, how long it may be, and what is loaded for that."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import explainer
from explainer import authoring, cli
from explainer.core.errors import LONGEST, SHOWN, ExplainerError, InputError, PageError, Problem
from explainer.core.sources import MAX_BYTES, text_of
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.pages import markup
from explainer.pages.fill import fill
from explainer.pages.source import Source, read
from explainer.pages.writers import SiteWriter
from explainer.site import settings
from explainer.site.project import LONGEST_LINE, MAX_PAGE, read_project
from explainer.words import catalogue, conversion, glossary, made, phrases, sections
from explainer.words.languages import BY_CODE, SOURCE
from tests.conftest import ROOT
from tests.hostile import ENDLESS
from tests.small import LITTLE, small_project, write

SECONDS = 20  # of the processor, for what takes a tenth of one: a pattern that goes back and forth takes minutes
MEGABYTES = 160

# --- what is loaded

HEAVY = ("sympy", "numpy", "flint", "mkdocs", "nbformat", "yaml", "babel", "opencc", "selectolax", "math_core")


def brought(names: Iterable[str]) -> set[str]:
    """Installed distributions, with all that they need here."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = canonicalize_name(left.pop())
        if name not in found and (distribution := next(metadata.distributions(name=name), None)):
            found.add(name)
            needed = map(Requirement, distribution.requires or [])
            left += [item.name for item in needed if item.marker is None or item.marker.evaluate({"extra": ""})]
    return found


@cache
def only_of_jupyter() -> tuple[str, ...]:
    """The modules that nothing but mkdocs-jupyter brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {Requirement(text).name for text in project["dependencies"]}
    only = brought(names) - brought(names - {"mkdocs-jupyter"}) - {"typing-extensions"}  # mkdocs takes it where it is
    return tuple(module for module, of in metadata.packages_distributions().items() if {*map(canonicalize_name, of)} <= only)


def loaded_by(code: str, libraries: tuple[str, ...]) -> set[str]:
    """Those of some libraries that a fresh Python has loaded after some code."""
    tell = f"import sys\n{code}\nprint(*(name for name in {libraries!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(found.stdout.splitlines()[-1].split())


def test_help_is_there_before_any_room_but_the_core_is_loaded() -> None:
    code = "from contextlib import suppress\nfrom explainer.cli import main\nwith suppress(SystemExit):\n    main(['--help'])"
    rooms = [path.parent.name for path in (ROOT / "explainer").glob("*/__init__.py") if path.parent.name != "core"]
    assert not loaded_by(code, (*HEAVY, "explainer.verbs", "explainer.authoring", *(f"explainer.{room}" for room in rooms)))


def test_a_file_is_refused_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    write(tmp_path / "mine.toml", "x = \n")
    code = f"from explainer.cli import main\nassert main(['show', {str(tmp_path / 'mine.toml')!r}]) == 2"
    assert not loaded_by(code, HEAVY)


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["show neuron", "derive --check neuron"])
def test_what_only_notebook_pages_need_is_not_loaded_for_a_derivation(verb: str) -> None:
    code = f"from explainer.cli import main\nassert main({verb.split()!r}) == 0"
    assert {"ipykernel", "tornado", "zmq", "debugpy", "jupyter_client"} <= {*only_of_jupyter()}
    assert not loaded_by(code, only_of_jupyter())


@pytest.mark.thorough
def test_a_check_loads_it_only_where_mkdocs_makes_the_pages_that_it_judges(tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    code = f"""
from pathlib import Path
from explainer import verbs
from explainer.site import finished
from explainer.site.workers import HERE
from explainer.words.languages import SOURCE

class Reached(Exception):
    pass

def build_language(*_):
    raise Reached

finished.build_language, verbs.LANGUAGES = build_language, (SOURCE,)
try:
    verbs.check(Path({str(root)!r}), workers=HERE)
except Reached:
    print()
else:
    raise AssertionError"""
    assert not loaded_by(code, only_of_jupyter())


@pytest.mark.thorough
def test_a_proof_that_is_kept_is_recalled_without_computer_algebra(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom explainer.authoring import example\nfrom explainer.site import proven\n"
        "from explainer.site.store import Folder\n"
        f"kept = proven.derivations({{'neuron': example('neuron')}}, Folder(Path({str(tmp_path)!r})), lambda _: None)\n"
        "assert kept['neuron'].shown['o_1'].text != ''"
    )
    assert "sympy" in loaded_by(code, HEAVY)
    assert loaded_by(code, HEAVY) <= {"flint"}


def test_the_package_s_names_are_where_its_editors_see_them() -> None:
    tree = ast.parse(Path(explainer.__file__).read_text(encoding="utf-8"))
    told = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("explainer.")
        for alias in node.names
    }
    assert told.keys() == set(explainer.__all__) <= set(dir(explainer))
    for name, module in told.items():
        assert getattr(import_module(str(module)), name) is getattr(explainer, name)
    with pytest.raises(AttributeError):
        explainer.nothing_of_ours  # noqa: B018


# --- what is no file


def not_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Paths that lead to no file, and what they are."""
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "nowhere").symlink_to(folder / "gone")
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "endless").symlink_to("/dev/zero")
    yield folder / "pipe", "a pipe"
    yield folder / "folder", "a folder"
    yield folder / "nowhere", "where nothing is"
    yield folder / "circle", "a link to"
    yield folder / "endless", "a device"
    yield folder / "gone", "No such file"


def test_what_is_no_file_is_named_and_not_waited_for(tmp_path: Path) -> None:
    for path, what in not_files(tmp_path):
        with pytest.raises(InputError) as caught:
            text_of(path, path.name)
        assert what in caught.value.problems[0].found


def test_a_project_names_what_is_no_file_and_reads_the_rest(tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    (tmp_path / "strange").mkdir()
    expected = {}
    for place in ("examples/odd-{}.toml", "ledger/odd-{}.toml", "en/odd-{}.md", "ru/odd-{}.md", "code/odd-{}.py"):
        for number, (path, what) in enumerate(list(not_files(tmp_path / "strange"))[:-1]):
            target = root / "docs" / place.format(number)
            target.parent.mkdir(exist_ok=True)
            path.rename(target)
            expected[f"docs/{place.format(number)}"] = what
    (root / "docs" / "glossary.toml").symlink_to("/dev/zero")
    expected["docs/glossary.toml"] = "a device"
    project = read_project(root)
    found = {problem.file: problem.found for error in project.errors for problem in error.problems}
    assert found.keys() == expected.keys() == project.unread
    assert all(what in found[file] for file, what in expected.items())
    assert set(project.examples) == {"little", "neuron"}


def test_a_socket_is_no_catalogue(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "x.po"))
        with pytest.raises(PageError, match="a socket"):
            catalogue.load(BY_CODE["ru"], tmp_path / "x.po")


# --- how long something may be


def test_every_file_that_people_write_has_a_limit(tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    write(root / "docs" / "examples" / "long.toml", "#" * (MAX_BYTES + 1))
    write(root / "docs" / "ledger" / "long.toml", "#" * (MAX_BYTES + 1))
    write(root / "docs" / "glossary.toml", "#" * (MAX_BYTES + 1))
    write(root / "docs" / "en" / "long.md", "x\n" * (MAX_PAGE // 2 + 1))
    write(root / "docs" / "en" / "wide.md", "# T {#top}\n\n" + "x" * (LONGEST_LINE + 1))
    found = {problem.file: problem for error in read_project(root).errors for problem in error.problems}
    names = ("examples/long.toml", "ledger/long.toml", "glossary.toml", "en/long.md", "en/wide.md")
    assert found.keys() == {f"docs/{name}" for name in names}
    assert found["docs/en/wide.md"].place == "line 3"
    write(tmp_path / "x.po", "#" * (MAX_BYTES + 1))
    with pytest.raises(PageError, match="a file of more than"):
        catalogue.load(BY_CODE["ru"], tmp_path / "x.po")
    write(root / "mkdocs.yml", "#" * (settings.MAX_BYTES + 1))
    with pytest.raises(InputError, match="a file of more than"):
        settings.read_shared(root)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "None"), ("- a", "['a']"), ("[" * 3000, "nested too deep"), ("site_name: [a]", "['a']"), ("x: 2020-99-99", "month"),
        ("nav: {a: b}", "{'a': 'b'}"), ("nav:\n- {a: b, c: d}", "'c'"), ("theme: {custom_dir: /}", "/"),
        ("theme: {custom_dir: ../..}", ".."), ("theme: {palette: []}", "None"), ("plugins: 3", "3"),
        ("a: &a [x, x]\nb: &b [*a, *a, *a, *a]\n"
         + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("bcdefghi", "cdefghij", strict=True)),
         "more than 5,000 values"),
    ],
)  # fmt: skip
def test_settings_of_another_form_are_told(text: str, found: str, tmp_path: Path) -> None:
    write(tmp_path / "mkdocs.yml", text)
    with pytest.raises(InputError) as caught:
        settings.read_shared(tmp_path)
    assert any(found in problem.found for problem in caught.value.problems)


def test_a_catalogue_cannot_ask_for_more_plural_forms_than_there_are(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=99999999; plural=n;\\n"\n'
    write(tmp_path / "x.po", head)
    with pytest.raises(PageError, match="plural forms"):
        catalogue.load(BY_CODE["ru"], tmp_path / "x.po")


def test_a_number_of_thousands_of_digits_is_no_number_of_a_glossary() -> None:
    for reader in (glossary.read, phrases.read):
        with pytest.raises(InputError, match="too long"):
            reader("x = " + "1" * 5_000, "x.toml")


# --- how long it takes


@contextmanager
def within(what: str) -> Iterator[None]:
    """A limit on the processor's time, however many others use it."""

    def too_long(*_: Any) -> None:
        raise TimeoutError(what)

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def neuron() -> Derivation:
    return explainer.derive(authoring.example("neuron", ROOT))


def page(text: str) -> None:
    """As an author's page is filled."""
    fill(read(text, "docs/en/x.md"), catalogue.load(SOURCE), SiteWriter(), {"neuron": neuron()})


def folded(text: str) -> str:
    return "\n".join(text[start : start + LONGEST_LINE] for start in range(0, len(text), LONGEST_LINE))


def on_page(text: str) -> str:
    return "# T {#top}\n\n" + folded(text[: MAX_PAGE // 3])


TERMS = glossary.read((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"), "glossary.toml")
HANT = BY_CODE["zh-Hant"]
READERS: dict[str, Callable[[str], object]] = {
    "a title": lambda text: parse(f"{LITTLE}[title]\nen = {json.dumps(text)}\n", name="x"),
    "a key": lambda text: parse(f"{LITTLE}[title]\n{json.dumps(text)} = 'x'\n", name="x"),
    "a formula": lambda text: parse(f"[graph]\nf = {json.dumps(text)}\n[values]\nx = 1\n", name="x"),
    "a name of a formula": lambda text: parse(f"[graph]\n{json.dumps(text)} = 'x'\n[values]\nx = 1\n", name="x"),
    "a file": lambda text: parse(text, name="x"),
    "a line of a file": lambda text: parse(f"x = {text}", name="x"),
    "a glossary": lambda text: glossary.read(text, "x"),
    "a phrase table": lambda text: phrases.read(text, "x"),
    "a page": lambda text: page(on_page(text)),
    "front matter": lambda text: page(f"---\n{folded(text)}\n---\n# T {{#top}}\n"),
    "a formula on a page": lambda text: page(f"# T {{#top}}\n\n$$\n{folded(text[:20_000])}\n$$\n"),
    "a block": lambda text: page(f"---\nexample: neuron\n---\n# T {{#top}}\n\n::: steps {text[:LONGEST_LINE]}\n"),
    "a line of Markdown": lambda text: list(markup.problems(text)),
    "sections": lambda text: list(sections.problems(on_page(text), on_page(text), "x", "y")),
    "terms": lambda text: list(glossary.problems(TERMS, "ru", on_page(text), on_page(text), "x")),
    "a page that is converted": lambda text: made.make(on_page(text[:10_000]), "x", "", "y", HANT),
    "a sentence that is converted": lambda text: conversion.sentence(text[:2_000], HANT),
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("reader", READERS)
def test_a_text_takes_time_by_its_length(reader: str) -> None:
    told = [0]
    for shape in ENDLESS:
        with within(f"{reader} of {shape!r}"):
            try:
                READERS[reader](shape * (MAX_BYTES // 4 // len(shape)))
            except ExplainerError as error:
                told.append(len(str(error)))
    assert max(told) < (SHOWN + 1) * 5 * LONGEST


@pytest.mark.thorough
@pytest.mark.parametrize("table", ["network", "parameters", "data", "walkthrough", "training", "title"])
def test_thousands_of_wrong_keys_are_told_as_soon_as_one(table: str) -> None:
    with within(table), pytest.raises(InputError) as caught:
        parse(f"[{table}]\n" + "".join(f"k{number} = 1\n" for number in range(MAX_BYTES // 12)), name="x")
    assert f"and {len(caught.value.problems) - SHOWN:,} more" in str(caught.value)


@pytest.mark.thorough
def test_a_refusal_needs_little_memory(tmp_path: Path) -> None:
    """Of the largest files that are read at all."""
    if not Path("/proc/self/status").is_file():
        pytest.skip("needs /proc")
    code = "import re\nfrom explainer.cli import main\nassert main(['show', {!r}]) == 2\n"
    code += "print(re.findall('VmHWM.*', open('/proc/self/status').read())[0])"
    for name, text in (
        ("keys", "[network]\n" + "".join(f"k{number} = 1\n" for number in range(20_000))),
        ("samples", LITTLE + "[[data.samples]]\n" * 14_000),
        ("title", LITTLE + f'[title]\nen = "{"<a " * 80_000}"\n'),
    ):
        write(tmp_path / f"{name}.toml", text)
        found = subprocess.run([sys.executable, "-c", code.format(str(tmp_path / f"{name}.toml"))], capture_output=True, text=True)
        kilobytes = int(found.stdout.split()[-2])
        assert 0 < kilobytes < MEGABYTES * 1024, name


# --- how much is told


def test_what_a_message_shows_moves_no_cursor_and_fills_no_screen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    problem = Problem("a\x1b]0;b\x07", "c\nd", "e" * 10_000, "f\u202e", "g\x9b\nh")
    said = str(InputError([problem]))
    assert not set(said) & set("\x1b\x07\x9b\u202e")
    assert said.count("\n") == 4
    assert len(said) < 2 * LONGEST
    path = tmp_path / "\x1b]0;title\x07.toml"
    write(path, LITTLE + '\n["\\u001b[2J"]\n')
    assert cli.main(["show", str(path)]) == 2
    assert cli.main(["where", str(path), "\x1b[2J"]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["show", "train", "where", "audit"])
def test_every_verb_tells_twenty_problems_and_how_many_more(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    write(path, "".join(f"[k{number}]\n" for number in range(500)))
    assert cli.main([verb, str(path), *(["o_1"] if verb == "where" else [])]) == 2
    said = capsys.readouterr().err
    assert said.count("found:") == SHOWN
    assert " more\n" in said


def test_a_page_tells_twenty_problems_and_how_many_more() -> None:
    with pytest.raises(PageError) as caught:
        fill(Source("docs/en/x.md", "# T {#top}\n\n" + "<script>\n\n" * 500), catalogue.load(SOURCE), SiteWriter(), {})
    assert str(caught.value).count("found:") == SHOWN
    assert "and 480 more" in str(caught.value)
