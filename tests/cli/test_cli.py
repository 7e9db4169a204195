"""The command line as its user meets it: what it prints, its exit status, and that a failure changes nothing.

Most tests run in a copy of the project that they may spoil. What a command refuses is named with its place, what was
found and what was expected; everything that is wrong is said at once, and never by a traceback.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from explainer import cli
from explainer.core.errors import PageError, Problem
from explainer.examples.load import FORM, MINIMAL
from explainer.site.build import MARKER
from explainer.words import catalogue
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE
from tests import ROOT
from tests.conftest import copy_project
from tests.small import LITTLE, small_project

RUSSIAN = BY_CODE["ru"]


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, list[str]]:
        """The problems on stderr: the lines of each under its place."""
        found: dict[str, list[str]] = {}
        place = ""
        for line in self.err.splitlines():
            if not line.startswith("  "):
                place = line
                found.setdefault(place, [])
            else:
                found[place].append(line.strip())
        return found

    def names(self, place: str, *words: str) -> None:
        """There is a problem in a place (a file and a line or key), and it has these words."""
        lines = [line for where, lines in self.said.items() if where.startswith(place) for line in lines]
        for word in words:
            assert any(word in line for line in lines), f"{word!r} is not said of {place}:\n{self.err}"
        for part in ("found:", "expected:"):
            assert any(line.startswith(part) for line in lines)


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Outcome:
        try:
            status = cli.main(arguments)
        except SystemExit as end:  # argparse
            status = int(end.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def project(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, with what its build has kept, and the working directory in it."""
    root = tmp_path / "project"
    shutil.copytree(small / "docs", root / "docs")
    shutil.copy(small / "mkdocs.yml", root / "mkdocs.yml")
    (root / "theme").symlink_to(small / "theme", target_is_directory=True)
    (root / "build").mkdir()
    (root / "build" / "cache").symlink_to(small / "build" / "cache", target_is_directory=True)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def cold_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Path) -> Path:
    """The same before anything was built."""
    root = small_project(tmp_path / "project")
    shutil.copytree(small / "docs" / "derivations", root / "docs" / "derivations")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def real_project(warm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = copy_project(tmp_path / "project", cache=warm)
    monkeypatch.chdir(root)
    return root


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(path: Path, text: str) -> int:
    """Add a line to a file and return its number."""
    before = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{before}\n\n{text}\n", encoding="utf-8")
    return before.count("\n") + 3


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file, but for what is kept for the next build: that is nobody's, and a build that fails keeps it as well."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if path.relative_to(folder).parts[0] not in ("explainer", "theme", "build")
    }


def old_site(root: Path) -> Path:
    """What an earlier build has left."""
    site = root / "site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    (site / MARKER).write_text("{}")
    (site / "index.html").write_text("the old site")
    return site


# --- help and usage


def test_help_shows_examples_and_exit_statuses(run: Run) -> None:
    outcome = run("--help")
    assert outcome.status == 0
    assert "explainer show alice --lang ru" in outcome.out
    assert "exit status: 0 fine, 1 the content is wrong, 2 wrong usage or input" in outcome.out


@pytest.mark.parametrize("command", ["build", "serve", "check", "derive", "show", "where", "stamp"])
def test_every_command_s_help_has_an_example_that_its_parser_takes(command: str, run: Run) -> None:
    outcome = run(command, "--help")
    assert outcome.status == 0
    example = outcome.out.partition("example:\n  explainer ")[2].strip()
    assert cli.parser().parse_args(example.split()).command == command


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "COMMAND"),
        (("shwo", "alice"), "'show'"),
        (("show",), "EXAMPLE"),
        (("show", "alice", "--format", "pdf"), "'markdown'"),
        (("where", "alice"), "NAME"),
        (("serve", "--port", "http"), "1 to 65535"),
        (("serve", "--port", "65536"), "1 to 65535"),
        (("serve", "--port", "9" * 5000), "1 to 65535"),
        (("build", "--frobnicate"), "--frobnicate"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_right(arguments: tuple[str, ...], words: str, run: Run) -> None:
    outcome = run(*arguments)
    assert outcome.status == 2
    assert words in outcome.err


@pytest.mark.parametrize("arguments", [("show", "alice"), ("where", "alice", "h_1"), ("derive",), ("check",), ("build",)])
def test_outside_a_project_the_commands_say_what_they_need(
    arguments: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*arguments)
    assert outcome.status == 2
    assert "a folder with mkdocs.yml and docs/examples" in outcome.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("show", "alcie"), ("where", "alcie", "h_1"), ("derive", "alcie")])
def test_an_unknown_example_is_refused_with_the_one_that_was_meant(
    arguments: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run(*arguments)
    assert outcome.status == 2
    assert "no example 'alcie'" in outcome.err
    assert "did you mean 'alice'?" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [("show", "neuron", "--lang", "xx"), ("show", "neuron", "--format", "json", "--lang", "RU"), ("build", "--lang", "xx")],
)
def test_an_unknown_language_is_refused_with_those_there_are(arguments: tuple[str, ...], run: Run, project: Path) -> None:
    before = snapshot(project)
    outcome = run(*arguments)
    assert outcome.status == 2
    outcome.names("--lang", repr(arguments[-1]), "one of en, ")
    assert snapshot(project) == before


# --- show


def derivative_by_w_1() -> float:
    """What Alice's page is about, by hand: all weights one, no biases, the inputs −2 and −1, the target one."""

    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    h = sigmoid(-3)
    o = sigmoid(2 * h)
    return -2 * (1 - o) * o * (1 - o) * h * (1 - h) * -2


def test_show_json_is_data_with_the_right_numbers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run("show", "alice", "--format", "json")
    assert outcome.status == 0
    quantity = json.loads(outcome.out)["quantities"]["dL/dw_1"]
    assert quantity["value"] == pytest.approx(derivative_by_w_1(), rel=1e-12)
    assert quantity["shown"] == f"{derivative_by_w_1():.4g}"


def test_show_json_in_a_language_explains_each_step_in_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    texts = [step["text"] for step in json.loads(run("show", "neuron", "--format", "json", "--lang", "ru").out)["steps"]]
    assert texts
    assert all(any("а" <= letter <= "я" for letter in text.lower()) for text in texts)


def test_show_markdown_is_the_example_worked_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run("show", "alice")
    assert outcome.status == 0
    assert outcome.out.startswith("# Alice\n")
    assert f"{derivative_by_w_1():.4g}" in outcome.out
    assert "{{" not in outcome.out.replace("{{h", "")


def test_show_tex_has_sections_and_aligned_formulas(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run("show", "alice", "--format", "tex")
    assert outcome.status == 0
    assert r"\section*{Alice}" in outcome.out
    assert outcome.out.count(r"\begin{aligned}") == outcome.out.count(r"\end{aligned}") > 0
    assert "\n#" not in outcome.out


@pytest.mark.thorough
def test_show_speaks_the_language_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    russian = run("show", "alice", "--lang", "ru").out
    assert russian.startswith("# Алиса\n")
    assert f"{derivative_by_w_1():.4g}".replace(".", "{,}") in russian or f"{derivative_by_w_1():.4g}".replace(".", ",") in russian
    assert run("show", "perceptron", "--lang", "zh-Hans").out.startswith("# 感知机：逐层推算\n")


def test_show_takes_a_file_of_one_s_own_outside_any_project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINIMAL)
    outcome = run("show", "mine.toml", "--format", "json")
    assert outcome.status == 0
    assert json.loads(outcome.out)["quantities"]["z_1"]["value"] == 0 * 2 + 1 * 3 + 4
    assert run("show", "./mine.toml", "--lang", "ru").status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_show_refuses_a_wrong_file_with_all_that_is_wrong(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINIMAL.replace("sigmoid", "sigmod").replace("biases = 4", "biases = nan"))
    outcome = run("show", "mine.toml")
    assert (outcome.status, outcome.out) == (2, "")
    outcome.names("mine.toml: network.activation", "sigmod", "one of sigmoid", "did you mean 'sigmoid'?")
    outcome.names("mine.toml: parameters.biases", "nan", "a finite decimal number")
    assert "2 problems; nothing was written." in outcome.err


@pytest.mark.parametrize("name", ["none.toml", "folder.toml", "latin.toml", "empty.toml", "deep.toml"])
def test_show_refuses_what_is_no_example_file(name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    (tmp_path / "empty.toml").touch()
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    outcome = run("show", name)
    assert outcome.status == 2
    outcome.names(name)


# --- where


@pytest.mark.usefixtures("warm")
def test_where_tells_value_proof_and_every_place(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run("where", "alice", "dL/dw_1")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "dL/dw_1"
    fields = dict(line.strip().split(None, 1) for line in lines[1:] if line.startswith("  ") and line[2] != " ")
    assert float(fields["value"]) == pytest.approx(derivative_by_w_1(), rel=1e-12)
    low, high = fields["bounds"].split(" … ")
    assert float(low) <= derivative_by_w_1() <= float(high)
    shown = f"{derivative_by_w_1():.4g}"
    assert fields["shown"] == f"{shown} (proven)"
    page = (ROOT / "docs" / "en" / "alice.md").read_text(encoding="utf-8").splitlines()
    line = page.index("::: steps dL/dw_1") + 1
    assert f"docs/en/alice.md:{line}: {shown}" in outcome.out
    assert "docs/zh-Hans/alice.md:" in outcome.out


def test_where_knows_the_quantities_of_one_s_own_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINIMAL)
    outcome = run("where", "mine.toml", "z_1")
    assert outcome.status == 0
    assert "7 (exact)" in outcome.out


def test_where_tells_the_value_even_if_a_page_is_wrong(run: Run, project: Path) -> None:
    page = project / "docs" / "en" / "neuron.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nA loose 7.\n", encoding="utf-8")
    outcome = run("where", "neuron", "o_1")
    assert outcome.status == 0
    assert "0.99908894880559" in outcome.out
    assert "explainer check" in outcome.out


def test_where_suggests_the_quantity_that_was_meant(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = run("where", "alice", "dL/dw1")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no quantity 'dL/dw1'" in outcome.err
    assert "dL/dw_1" in outcome.err


# --- derive


def test_derive_check_is_content_with_what_is_committed(run: Run, project: Path) -> None:
    before = snapshot(project)
    outcome = run("derive", "--check")
    assert (outcome.status, outcome.out) == (0, "Nothing has changed.\n")
    assert snapshot(project) == before


def test_derive_prints_what_changed_and_writes_it(run: Run, project: Path) -> None:
    edit(project / "docs/examples/neuron.toml", "weights = [0, 1]", "weights = [1, 1]")
    before = snapshot(project)

    checked = run("derive", "--check")
    assert checked.status == 1
    assert snapshot(project) == before, "--check writes nothing"

    outcome = run("derive")
    assert outcome.status == 0
    assert outcome.out == checked.out
    lines = outcome.out.splitlines()
    assert lines[:2] == ["neuron: w_1: 0 → 1", "neuron: z_1: 7 → 9"]
    assert lines[2].startswith("neuron: o_1: 0.9991 → 0.9999")
    assert lines[3:] == ["3 changed"]
    changed = {name for name, content in snapshot(project).items() if before.get(name) != content}
    assert changed == {"docs/derivations/neuron.json"}
    written = json.loads((project / "docs/derivations/neuron.json").read_text(encoding="utf-8"))
    assert written["quantities"]["z_1"]["shown"] == "9"
    assert run("derive", "--check").status == 0


def test_derive_of_one_example_leaves_the_others(run: Run, project: Path) -> None:
    edit(project / "docs/examples/neuron.toml", "biases = 4", "biases = 5")
    edit(project / "docs/examples/little.toml", "biases = 0", "biases = 1")
    assert "little" not in run("derive", "neuron").out
    outcome = run("derive", "--check")
    assert outcome.status == 1
    assert "little: b_1: 0 → 1" in outcome.out
    assert "neuron" not in outcome.out


def test_derive_removes_the_derivation_of_an_example_that_is_gone(run: Run, project: Path) -> None:
    shutil.copy(project / "docs/derivations/neuron.json", project / "docs/derivations/gone.json")
    assert run("derive", "--check").status == 1
    assert (project / "docs/derivations/gone.json").exists()
    assert "gone: (all): gone.json → (none)" in run("derive").out
    assert not (project / "docs/derivations/gone.json").exists()


def test_check_says_that_a_derivation_is_not_committed_as_it_is(run: Run, project: Path) -> None:
    edit(project / "docs/derivations/neuron.json", "0.9991", "0.9992")
    outcome = run("check")
    assert outcome.status == 1
    outcome.names("docs/derivations/neuron.json", "not what the example gives now", "explainer derive neuron")


# --- check and build: what is wrong is named, what was there stays


def test_check_is_content_with_the_project_and_writes_nothing(run: Run, cold_project: Path) -> None:
    project = cold_project
    before = snapshot(project)
    outcome = run("check")
    assert outcome.status == 0, outcome.err
    count = len(list((project / "docs" / "examples").glob("*.toml")))
    assert f"All is well: {count} examples proven" in outcome.out
    assert snapshot(project) == before
    assert not (project / "build").exists(), "not even what is kept"


def test_check_asks_for_the_record_of_an_example_with_a_data_set(run: Run, project: Path) -> None:
    """It has no page of its own; what it has is a record, with weights and a sample, from which its derivation follows."""
    shutil.copy(ROOT / "docs" / "examples" / "mnist.toml", project / "docs" / "examples")
    outcome = run("check")
    assert outcome.status == 2
    for file in ("docs/records/mnist.json", "docs/records/mnist.safetensors", "docs/data/mnist/t10k-labels-idx1-ubyte.gz"):
        assert f"{file}\n  found:    No such file" in outcome.err
    assert "example:  explainer train mnist --record" in outcome.err
    for folder in ("records", "data"):
        shutil.copytree(ROOT / "docs" / folder, project / "docs" / folder)
    outcome = run("check")
    assert (outcome.status, outcome.err.count("found:")) == (1, 1)
    assert "example:  explainer derive mnist" in outcome.err
    run("derive")
    assert run("check").status == 0
    assert run("derive").out == "Nothing has changed.\n"


ENGLISH = "docs/en/neuron.md"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("It has 2 inputs.", ["a digit in prose: 'It has 2 inputs.'", "numbers as references"]),
        ("It gives {{h_9}}.", ["a reference to 'h_9', which neuron does not have", "one of its quantities"]),
        ("It gives {{alcie:h_1}}.", ["the example 'alcie'", "one of little, neuron"]),
        ("It gives {{constant 1}}.", ["{{constant 1}}", "a constant only inside a formula"]),
        ("It gives {{literal 1}}.", ["the hole {{literal 1}}", "a literal with its reason"]),
        ("It gives {{}}.", ["the hole {{}}", "a reference"]),
        ("It gives $x = 2$.", ["the formula 'x = 2'", "references, constants, indices or exponents"]),
        ("It gives ${{constant ²}}$.", ["the hole {{constant ²}}"]),
        ("It gives ${{constant " + "1" * 1500 + "}}$.", ["the hole {{constant 1"]),
        ("It gives {{loss here.", ["half a hole"]),
        ("::: Figure symbols", ["the block 'Figure'"]),
        ("  ::: figurine", ["the block 'figurine'"]),
        (r"It gives $\frac{x$.", [r"the formula '\\frac{x'"]),
        ("$$\nx", ["a formula that does not end", "$$ on a line of its own"]),
        ("::: figurine", ["the block 'figurine'", "did you mean figure?"]),
        ("::: figure everything", ["the block figure: everything", "symbols, values, sweep, or chain"]),
        ("::: steps z_9", ["the block steps: the quantity 'z_9'", "a name of neuron"]),
        ("::: updates", ["the block updates", "[training]"]),
    ],
)
def test_wrong_prose_is_named_with_its_line_and_stops_the_build(line: str, words: list[str], run: Run, project: Path) -> None:
    site = old_site(project)
    number = append(project / ENGLISH, line)
    before = snapshot(project)
    outcome = run("build", "--lang", "en")
    assert outcome.status == 1
    outcome.names(f"{ENGLISH}: line {number}", *words)
    assert "1 problem; nothing was written." in outcome.err
    assert snapshot(project) == before
    assert (site / "index.html").read_text() == "the old site"


def test_front_matter_that_is_not_known_is_named(run: Run, project: Path) -> None:
    edit(project / "docs/en/proof.md", "description:", "descripton:")
    outcome = run("build", "--lang", "en")
    assert outcome.status == 1
    outcome.names("docs/en/proof.md: line 1", "descripton", "only description, example, source, title")


def test_all_wrong_prose_is_reported_at_once_in_all_pages_and_languages(run: Run, real_project: Path) -> None:
    """One of each kind of fault, all in one run of `check`."""
    project = real_project
    digit = append(project / "docs/en/proof.md", "It has 2 inputs.")
    reference = append(project / "docs/en/proof.md", "It gives {{neuron:h_9}}.")
    (project / "docs/zh-Hans/notation.md").unlink()
    shutil.copy(project / "docs/ru/neuron.md", project / "docs/ru/spare.md")
    edit(project / "docs/ru/neuron.md", "{{o_1}}", "")
    edit(project / "docs/ru/feedforward.md", " {#top}", " {#oben}")
    edit(project / "docs/zh-Hans/neuron.md", "<!-- source: ", "<!-- source: 0")
    friend = append(project / "docs/ru/alice.md", "Сеть терпит убыток.")
    before = snapshot(project)

    outcome = run("check")

    assert outcome.status == 1
    outcome.names(f"docs/en/proof.md: line {digit}", "a digit in prose")
    outcome.names(f"docs/en/proof.md: line {reference}", "a reference to 'h_9'")
    outcome.names("docs/ru/proof.md: line ", "translates an older English text", "docs/en/proof.md line ", "<!-- source: ")
    outcome.names("docs/zh-Hans/notation.md", "no such page", "a translation of docs/en/notation.md")
    outcome.names("docs/ru/spare.md", "a page that English does not have")
    outcome.names("docs/ru/neuron.md: line ", "without the hole {{o_1}}", "the same as in the English section")
    outcome.names("docs/ru/feedforward.md", "no section # … {#top}", "a section # … {#oben} of its own")
    outcome.names("docs/zh-Hans/neuron.md: line ", "translates an older English text")
    place = next(
        where for where, lines in outcome.said.items() if any("'убыт', a false friend of 'loss'" in line for line in lines)
    )
    line = int(place.removeprefix("docs/ru/alice.md: line "))
    assert line <= friend, "the line of the section's heading"
    assert snapshot(project) == before


def test_a_section_whose_english_text_changed_is_stale_until_it_is_stamped(run: Run, project: Path) -> None:
    append(project / ENGLISH, "Try it with numbers of your own.")
    outcome = run("check")
    assert outcome.status == 1
    stale = [where for where, lines in outcome.said.items() if any("translates an older English text" in line for line in lines)]
    translated = [language.code for language in LANGUAGES if language is not SOURCE and not language.made_from]
    assert sorted({where.partition(": ")[0] for where in stale}) == sorted(f"docs/{code}/neuron.md" for code in translated)
    for code in translated:
        stamped = run("stamp", code)
        assert (stamped.status, len(stamped.out.splitlines())) == (0, 1)
    assert run("check").status == 0
    assert run("stamp", "ru").out == "", "nothing is left to stamp"


def test_stamp_refuses_english_and_languages_there_are_not(run: Run, project: Path) -> None:
    assert run("stamp", "en").status == 2
    assert run("stamp", "xx").status == 2


def test_a_stale_translation_stops_the_build_and_leaves_the_old_site(run: Run, project: Path) -> None:
    old_site(project)
    append(project / ENGLISH, "Try it with numbers of your own.")
    before = snapshot(project)
    outcome = run("build")
    assert outcome.status == 1
    outcome.names("docs/ru/neuron.md", "translates an older English text")
    assert snapshot(project) == before


@pytest.mark.parametrize("command", ["build", "check"])
def test_broken_example_files_are_all_named_and_stop_everything(command: str, run: Run, project: Path) -> None:
    old_site(project)
    edit(project / "docs/examples/neuron.toml", '"sigmoid"', '"sigmod"')
    edit(project / "docs/examples/little.toml", "biases = 0", "biases = inf")
    (project / "docs/examples/extra.toml").write_bytes(b"# caf\xe9")
    before = snapshot(project)
    outcome = run(command)
    assert outcome.status == 2
    outcome.names("docs/examples/neuron.toml: network.activation", "did you mean 'sigmoid'?")
    outcome.names("docs/examples/little.toml: parameters.biases", "inf", "a finite decimal number")
    outcome.names("docs/examples/extra.toml", "UTF-8")
    assert snapshot(project) == before


def test_what_mkdocs_finds_wrong_leaves_the_old_site_and_nothing_half_built(run: Run, project: Path) -> None:
    site = old_site(project)
    append(project / ENGLISH, "See [there](nowhere.md).")
    outcome = run("build", "--lang", "en")
    assert outcome.status == 1
    assert "nowhere.md" in outcome.err
    assert snapshot(site) == {MARKER: b"{}", "index.html": b"the old site"}
    assert not [path.name for path in project.iterdir() if path.name.startswith(".site")], "what was staged is gone"


def test_a_folder_that_no_build_has_made_is_not_replaced(run: Run, project: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "photos"
    foreign.mkdir()
    (foreign / "cat.jpg").write_text("a cat")
    before = snapshot(tmp_path)
    outcome = run("build", "--out", str(foreign))
    assert outcome.status == 2
    outcome.names(str(foreign), "something else in it", "a new folder, or one that an earlier build has made")
    assert snapshot(tmp_path) == before


def test_a_file_is_not_replaced_by_a_site(run: Run, project: Path) -> None:
    before = snapshot(project)
    outcome = run("build", "--out", "mkdocs.yml")
    assert outcome.status == 2
    outcome.names(str(project / "mkdocs.yml"))
    assert snapshot(project) == before


@pytest.mark.parametrize("line", ["exmaple: neuron", "example: 2001-99-99", "example: " + "[" * 4000])
def test_a_page_with_wrong_front_matter_is_not_replaced_by_a_generated_one(line: str, run: Run, project: Path) -> None:
    edit(project / ENGLISH, "example: neuron", line)
    outcome = run("build", "--lang", "en")
    assert outcome.status == 1
    outcome.names(f"{ENGLISH}: line 1", "front matter", "only description, example, source, title")


def test_sources_that_are_not_utf8_are_all_named(run: Run, project: Path) -> None:
    files = ["docs/derivations/neuron.json", "docs/en/neuron.md", "docs/glossary.toml", "docs/zh-Hans/index.md"]
    for file in files:
        (project / file).write_bytes(b"caf\xe9")
    outcome = run("check")
    assert outcome.status == 2
    for file in files:
        outcome.names(file, "a byte that is not UTF-8, at position 3")


def test_a_configuration_that_is_not_yaml_is_named(run: Run, project: Path) -> None:
    for content in (b"nav: [", b"caf\xe9"):
        (project / "mkdocs.yml").write_bytes(content)
        outcome = run("build", "--lang", "en")
        assert outcome.status == 2
        outcome.names("mkdocs.yml", "a YAML file")


@pytest.mark.parametrize(
    "content", [b"", b"caf\xe9", b"[]", b'{"quantities": []}', b'{"quantities": {"w_1": 5}}', b'{"quantities": {"w_1": {}}}']
)
def test_derive_repairs_a_derivation_that_is_spoilt(content: bytes, run: Run, project: Path) -> None:
    path = project / "docs/derivations/neuron.json"
    right = path.read_bytes()
    path.write_bytes(content)
    assert "neuron: (new): (none) → " in run("derive").out
    assert path.read_bytes() == right


def test_derive_names_what_is_wrong_in_all_examples_and_writes_none(run: Run, project: Path) -> None:
    (project / "docs/examples/another.toml").write_text(LITTLE, encoding="utf-8")
    edit(project / "docs/examples/neuron.toml", '"sigmoid"', '"sigmod"')
    edit(project / "docs/examples/little.toml", "biases = 0", "biases = inf")
    before = snapshot(project)
    outcome = run("derive")
    assert outcome.status == 2
    outcome.names(str(project / "docs/examples/neuron.toml"), "sigmod")
    outcome.names(str(project / "docs/examples/little.toml"), "inf")
    assert snapshot(project) == before


def test_derive_does_not_adopt_a_file_from_elsewhere(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINIMAL)
    before = snapshot(project)
    assert run("derive", str(tmp_path / "mine.toml")).status == 2
    assert snapshot(project) == before


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[term]]\nru = ["вес"]', "term[1].en"),
        ('[[term]]\nen = ["weight"]\nru = "вес"', "term[1]"),
        ("[[term]]\nen = [5]", "term[1]"),
        ('[[term]]\nen = ["weight"]\nforbidden = ["x"]', "term[1].forbidden"),
        ('[[term]]\nen = ["weight"]\nzh-hans = ["权重"]', "term[1]"),
        ("term = 5", "term"),
        ("a = " + "[" * 100_000, ""),
        ("term", ""),
    ],
)
def test_a_wrong_glossary_is_named(text: str, place: str, run: Run, project: Path) -> None:
    (project / "docs/glossary.toml").write_text(text, encoding="utf-8")
    outcome = run("check")
    assert outcome.status == 2
    outcome.names(f"docs/glossary.toml: {place}" if place else "docs/glossary.toml", "words", "expected: ") if place[
        :5
    ] == "term[" else outcome.names("docs/glossary.toml")


def test_a_site_behind_a_symbolic_link_is_replaced_again_and_again(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (project / "site").symlink_to(tmp_path / "public", target_is_directory=True)
    for _ in range(2):
        assert run("build", "--lang", "en").status == 0
    assert (project / "site").is_symlink()
    assert (tmp_path / "public" / "index.html").is_file()


def test_a_web_application_is_not_taken_for_a_site(run: Run, project: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "manifest.json").write_text('{"name": "mine"}')
    assert run("build", "--lang", "en", "--out", str(app)).status == 2
    assert [path.name for path in app.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("weight", ["-1e4", "1e100", "-1e100", "1e-100"])
def test_extreme_weights_are_worked_out_or_refused(weight: str, run: Run, tmp_path: Path) -> None:
    text = MINIMAL.replace("[0, 1]", weight).replace('"sigmoid"', '"sigmoid"\nloss = "squared_error"') + "\ntarget = [1]\n"
    (tmp_path / "mine.toml").write_text(text + "[training]\nlearning_rate = 0.1\n")
    assert run("show", str(tmp_path / "mine.toml")).status in (0, 1)


# --- catalogues


@pytest.mark.parametrize(
    ("old", "new"),
    [("charset=utf-8", "charset=foo"), ("nplurals=3", "nplurals=x"), ("msgstr[0]", "msgstr[x]"), ("msgid_plural", "msgid_plurral")],
)
def test_a_catalogue_that_is_no_po_file_is_named(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "explainer.po"
    shutil.copy(catalogue.path_of(RUSSIAN), path)
    edit(path, old, new)
    with pytest.raises(PageError, match="the ru catalogue"):
        catalogue.load(RUSSIAN, path)


def spoilt(tmp_path: Path, **strings: object) -> tuple[Problem, ...]:
    """What is said of the Russian catalogue with other translations of some keys; None takes the entry out."""
    with catalogue.path_of(RUSSIAN).open("rb") as file:
        entries = read_po(file, locale=RUSSIAN.locale)
    for key, string in strings.items():
        message = next(message for message in entries if message.context == key.replace("__", "."))
        if string is None:
            entries.delete(message.id, message.context)
        else:
            message.string = string(message.string) if callable(string) else string
    path = tmp_path / "explainer.po"
    with path.open("wb") as file:
        write_po(file, entries)
    with pytest.raises(PageError) as caught:
        catalogue.load(RUSSIAN, path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return caught.value.problems


@pytest.mark.parametrize(
    ("string", "found", "expected"),
    [
        ("", "0 of 1 forms translated", "a translation"),
        (None, "no entry", "a translation of the English sentence"),
        ("Сигмоида превращает {z}.", "the placeholders z", "the placeholders target, z"),
        ("Сигмоида превращает {z} в {result}.", "the placeholders result, z", "the placeholders target, z"),
        ("Сигмоида превращает {z} в {target}, от 0 до 1.", "a digit in", "numbers as placeholders only"),
    ],
)
def test_a_wrong_translation_of_a_sentence_is_named_by_its_key(
    string: str | None, found: str, expected: str, tmp_path: Path
) -> None:
    (problem,) = spoilt(tmp_path, activation__sigmoid=string)
    assert problem.place == "activation.sigmoid"
    assert found in problem.found
    assert problem.expected == expected
    assert problem.example.startswith('msgctxt "activation.sigmoid"\nmsgid "The sigmoid turns {z}')


def test_a_form_for_more_than_one_has_to_count(tmp_path: Path) -> None:
    (problem,) = spoilt(tmp_path, mean=lambda forms: tuple(form.replace("{count}", "все") for form in forms))
    assert (problem.place, problem.expected) == ("mean", "the placeholders count")


def test_a_missing_plural_form_is_named(tmp_path: Path) -> None:
    (problem,) = spoilt(tmp_path, mean=lambda forms: (*forms[:2], ""))
    assert (problem.place, problem.found, problem.expected) == ("mean", "2 of 3 forms translated", "every plural form")


def test_all_that_is_wrong_in_a_catalogue_is_said_at_once(tmp_path: Path) -> None:
    problems = spoilt(tmp_path, heading__given="", update=None, partial__tanh="{oof}")
    assert {problem.place for problem in problems} == {"heading.given", "update", "partial.tanh"}


def test_a_translation_of_an_older_sentence_and_one_of_none_are_named(tmp_path: Path) -> None:
    text = catalogue.path_of(RUSSIAN).read_text(encoding="utf-8")
    path = tmp_path / "explainer.po"
    assert text.count('msgid "What is given"') == 1
    path.write_text(
        text.replace('msgid "What is given"', 'msgid "What we have"') + '\nmsgctxt "spare"\nmsgid "Spare"\nmsgstr "Запас"\n',
        encoding="utf-8",
    )
    with pytest.raises(PageError) as caught:
        catalogue.load(RUSSIAN, path)
    assert {(problem.place, problem.found) for problem in caught.value.problems} == {
        ("heading.given", "a translation of another English sentence"),
        ("spare", "an entry that no English sentence has"),
    }


def test_a_catalogue_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="the ru catalogue"):
        catalogue.load(RUSSIAN, tmp_path / "explainer.po")


# --- as a program of its own


def explainer(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "explainer", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_python_m_explainer_is_the_command_with_its_exit_status(tmp_path: Path) -> None:
    assert "examples:" in explainer("--help").stdout
    refused = explainer("show", "mine.toml", cwd=tmp_path)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert "mine.toml\n  found:    No such file or directory\n" in refused.stderr


@pytest.mark.thorough
def test_a_terminal_without_the_letters_gets_their_codes() -> None:
    outcome = explainer("show", "neuron", "--lang", "ru", PYTHONIOENCODING="ascii")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith(r"# \u041e")


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="needs a pipe that can be closed at its other end")
def test_a_reader_that_has_had_enough_is_no_error() -> None:
    end, start = os.pipe()
    os.close(end)
    with os.fdopen(start, "w") as pipe:
        outcome = subprocess.run(
            [sys.executable, "-m", "explainer", "show", "neuron"],
            cwd=ROOT,
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert (outcome.returncode, outcome.stderr) == (0, "")


# --- writing an example ---------------------------------------------------------------------------------------------


def test_new_writes_an_example_that_works(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "two-layers.toml"
    outcome = run("new", str(path))
    assert (outcome.status, outcome.err) == (0, "")
    assert str(path) in outcome.out
    assert run("show", str(path)).out.startswith("# two layers\n")


def test_what_the_template_offers_in_comments_works_too(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.toml"
    run("new", str(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    offered = [line.removeprefix("# ") if re.match(r"# (\[|\w+ = )", line) else line for line in lines]
    assert len([1 for before, after in zip(lines, offered, strict=True) if before != after]) >= 10
    path.write_text("\n".join(offered), encoding="utf-8")
    assert run("show", str(path)).out.startswith("# My example\n")


def test_new_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    assert run("new", str(path)).status == 2
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["Mine.toml", "no such/mine.toml", "1.toml", "../.toml"])
def test_new_refuses_what_is_no_name(name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("new", name)
    assert outcome.status == 2
    assert "expected:" in outcome.err
    assert list(tmp_path.rglob("*.toml")) == []


def test_schema_is_the_one_that_files_are_checked_by(run: Run) -> None:
    assert json.loads(run("schema").out) == FORM.schema
