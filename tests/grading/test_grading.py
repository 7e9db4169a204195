"""The challenge: what its files are, and that the checker names each mistake, in every language, whatever a learner's file does."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest

from explainer import cli, judging
from explainer.core.errors import InputError
from explainer.grading import layer, loop
from explainer.grading.files import CHECKER, HELPERS, SOLUTION, STARTER, made
from explainer.grading.process import MEMORY, command, judged, source_of, watched
from explainer.grading.published import checker, files, notebook, sentences
from explainer.grading.told import BLANKS, RIGHT, Finding, is_passed, said
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE, LANGUAGES
from tests import ROOT
from tests.grading.mistakes import MISTAKES, spoilt

CODE = ROOT / "docs" / "code"


@pytest.fixture(scope="module")
def code() -> Mapping[str, str]:
    return made({path.name: path.read_text(encoding="utf-8") for path in CODE.glob("*.py")})


@pytest.fixture(scope="module")
def words() -> Mapping[str, Mapping[str, str]]:
    return {language.code: sentences(load(language)) for language in LANGUAGES}


def findings(source: str, code: Mapping[str, str]) -> list[Finding]:
    """What is found in a source, in this process."""
    return [finding for finding in judged(source, files(code), 1) if finding.place != "stage"]


# --- its files


def test_the_solution_prints_what_the_page_says(code: Mapping[str, str], tmp_path: Path) -> None:
    for name in (SOLUTION, HELPERS):
        (tmp_path / name).write_text(code[name].replace("epochs=50", "epochs=3"), encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-B", SOLUTION], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=100
    )
    assert printed.stdout.splitlines()[:3] == (CODE / "train.txt").read_text(encoding="utf-8").splitlines()[:3]


def test_the_starter_is_the_solution_with_blanks(code: Mapping[str, str]) -> None:
    starter, solution = code[STARTER].splitlines(), code[SOLUTION].splitlines()
    opened = [line for line in starter if line.endswith(" ...")]
    assert len(opened) == len(BLANKS)
    assert [line for line in starter if line not in opened] == [line for line in solution if line in set(starter)]


def test_a_source_that_lacks_something_is_named() -> None:
    code = {path.name: path.read_text(encoding="utf-8") for path in CODE.glob("*.py")}
    with pytest.raises(InputError, match="slopes") as caught:
        made(code | {"perceptron.py": code["perceptron.py"].replace("slopes", "slants")})
    assert caught.value.problems[0].file == "docs/code/perceptron.py"
    assert made({"perceptron.py": ""}) == {}, "a project need not have a challenge"


# --- what is found


def test_the_solution_passes(code: Mapping[str, str]) -> None:
    found = findings(code[SOLUTION], code)
    assert is_passed(found)
    assert [finding.key for finding in found if finding.place not in BLANKS] == ["training.same"]


def test_the_untouched_starter_is_told_how_to_begin(code: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> None:
    found = findings(code[STARTER], code)
    assert [(finding.place, finding.key) for finding in found] == [(place, "open") for place in BLANKS]
    for language in LANGUAGES:
        told = said(found, words[language.code])
        assert all(words[language.code][f"hint.{place}"] in told for place in BLANKS)


def test_each_blank_is_judged_by_itself(code: Mapping[str, str]) -> None:
    """In the starter with one line written, that one is right, and the others are open."""
    for place, line in (
        ("d_weights", "d_weights = dz @ self.inputs.T"),
        ("da", "da = (output - target) / (output * (1 - output))"),
    ):
        source = code[STARTER].replace(f"{place} = ...", line, 1)
        assert {finding.place for finding in findings(source, code) if finding.key == RIGHT} == {place}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("place", "key", "changes"), MISTAKES, ids=[f"{place}-{key}-{number}" for number, (place, key, _) in enumerate(MISTAKES)]
)
def test_a_mistake_is_named(
    place: str, key: str, changes: tuple[tuple[str, str], ...], code: Mapping[str, str], words: Mapping[str, Mapping[str, str]]
) -> None:
    found = findings(spoilt(code[SOLUTION], changes), code)
    assert (place, key) in {(finding.place, finding.key) for finding in found}
    assert is_passed(found) == key.startswith("note"), "what is wrong does not pass"
    blamed = {finding.place for finding in found if finding.place in BLANKS and finding.key not in (RIGHT, "unseen")}
    assert blamed <= {place}, "what only follows from it is not blamed"
    for language in LANGUAGES:
        told = said(found, words[language.code])
        assert words[language.code][key].split("{")[0] in told
        assert all(f"{{{name}}}" not in told for name in ("found", "wanted", "error", "line", "code"))


def test_all_that_can_be_found_can_be_said(words: Mapping[str, Mapping[str, str]]) -> None:
    tables = [*(row for rows in layer._MISTAKES.values() for row in rows), *loop._DERIVATIVES, *loop._LOSSES]
    named = {key for key, _ in tables}
    assert named <= words["en"].keys()
    assert len({key for _, key, _ in MISTAKES}) >= 60


@pytest.mark.parametrize(
    "change",
    [
        ("dz @ self.inputs.T", "np.outer(dz, self.inputs)"),
        ("dz = da * self.slopes()", "slope = self.slopes()\n        dz = np.multiply(slope, da)"),
        ("d_biases = dz", "d_biases = dz.sum(axis=1, keepdims=True)"),
        ("self.weights.T @ dz", "(dz.T @ self.weights).T"),
        ("(output - target) / (output * (1 - output))", "-target / output + (1 - target) / (1 - output)"),
        ("self.layers[::-1]", "reversed(self.layers)"),
        ("order = self.random.permutation(len(training_data))", "order = np.random.permutation(len(training_data))"),
        ("total += loss.item()", "total = total + float(loss[0, 0])"),
    ],
    ids=lambda change: change[1],
)
def test_however_a_line_is_written_it_is_right(change: tuple[str, str], code: Mapping[str, str]) -> None:
    source = spoilt(code[SOLUTION], (change,))
    found = [finding for finding in judged(source, files(code), 10) if finding.place != "stage"]
    assert is_passed(found), [finding for finding in found if not finding.is_fine]


# --- files that do more than they should

HOSTILE = {
    "endless": ("while True:\n    pass", "limit.time"),
    "ends-in-a-method": ("", "limit.ended"),
    "exit": ("import sys\nsys.exit(0)", "error.exit"),
    "hard-exit": ("import os\nos._exit(0)", "limit.ended"),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", "limit.ended"),
    "exception": ("1 / 0", "error"),
    "import": ("import nothing_of_that_name", "error"),
    "no-python": ("class Layer:\n  def", "error.syntax"),
    "prints-a-gigabyte": ("while True:\n    print('x' * 1000)", "limit.output"),
    "prints-past-print": ("import os\nwhile True:\n    os.write(1, b'x' * 10000)", "limit.output"),
    "waits": ("input()", "error"),
    "recursion": ("def f():\n    return f()\nf()", "error"),
}


@pytest.fixture(scope="module")
def check(code: Mapping[str, str], words: Mapping[str, Mapping[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`check.py` as it is downloaded."""
    path = tmp_path_factory.mktemp("check") / CHECKER
    path.write_text(checker(code, words["en"]), encoding="utf-8")
    return path


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_file_does_is_reported(name: str, code: Mapping[str, str], check: Path, tmp_path: Path) -> None:
    text, key = HOSTILE[name]
    source = f"{text}\n{code[SOLUTION]}" if text else code[SOLUTION].replace("history = []", "import os\n        os._exit(3)")
    path = tmp_path / "mine.py"
    path.write_text(source, encoding="utf-8")
    seconds = 3 if key == "limit.time" else 60
    found = watched(command(str(check), path, seconds), seconds)
    assert found[-1].key == key, found
    assert not is_passed(found)
    assert os.listdir(tmp_path) == ["mine.py"], "nothing is left beside it"
    if name == "ends-in-a-method":
        assert {finding.place for finding in found if finding.key == RIGHT} == set(layer.OF_LAYER), "what was found before stays"


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")
def test_memory_is_limited(code: Mapping[str, str], check: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(f"x = bytearray({2 * MEMORY})\n{code[SOLUTION]}", encoding="utf-8")
    assert watched(command(str(check), path), 60)[-1].key == "error.memory"


# --- by itself, and from the command line


def test_the_checker_needs_nothing_but_numpy(check: Path) -> None:
    tree = ast.parse(check.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) == {"numpy"}


@pytest.mark.thorough
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_alone_it_says_what_the_command_says(
    lang: str, code: Mapping[str, str], words: Mapping[str, Mapping[str, str]], tmp_path: Path
) -> None:
    for name, text in (("mine.py", spoilt(code[SOLUTION], MISTAKES[0][2])), (CHECKER, checker(code, words[lang]))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    alone = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", CHECKER, "mine.py"], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=100
    )
    found, passed, text = judging.grade("perceptron", tmp_path / "mine.py", lang, ROOT)
    assert (alone.returncode, alone.stdout.strip(), alone.stderr) == (1, text, "")
    assert not passed
    assert found[0].key == MISTAKES[0][1]


def test_alone_it_refuses_what_it_cannot_read(check: Path, tmp_path: Path) -> None:
    for arguments in ([], [str(tmp_path)], [str(tmp_path / "gone.py")]):
        done = subprocess.run([sys.executable, str(check), *arguments], capture_output=True, text=True, timeout=100)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.thorough
def test_the_exit_status_is_that_of_all_commands(
    code: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for name, text in (("right.py", code[SOLUTION]), ("open.py", code[STARTER]), ("broken.ipynb", "{")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n")
    (tmp_path / "large.py").write_text("#" * 2**21)
    assert cli.main(["grade", "perceptron", str(tmp_path / "right.py")]) == 0
    assert cli.main(["grade", "perceptron", str(tmp_path / "open.py")]) == 1
    capsys.readouterr()
    for challenge, name, lang in (
        *(("perceptron", name, "en") for name in ("gone.py", ".", "broken.ipynb", "latin.py", "large.py")),
        *(("prawn", "right.py", "en"), ("perceptron", "right.py", "xx")),
    ):
        assert cli.main(["grade", challenge, str(tmp_path / name), "--lang", lang]) == 2
        told = capsys.readouterr()
        assert not told.out
        assert all(word in told.err for word in ("found:", "expected:", "nothing was written"))


# --- the notebook


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_the_notebook_is_one_and_can_be_judged(lang: str, code: Mapping[str, str], tmp_path: Path) -> None:
    catalogue = load(BY_CODE[lang])
    nbformat.validate(nbformat.reads(notebook(code, catalogue), as_version=4))
    path = tmp_path / "mine.ipynb"
    path.write_text(notebook({**code, STARTER: code[SOLUTION]}, catalogue), encoding="utf-8")
    assert is_passed(findings(source_of(path), code))
    cells = json.loads(notebook(code, catalogue))["cells"]
    assert sum("..." in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code") == 2
