"""`check` and `build` are one judgement: the same words, all that is wrong at once, and where its author finds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer import cli
from explainer.core.errors import PageError, Problem
from explainer.site import pages
from explainer.site.build import MARKER
from explainer.words.sections import stamped
from tests.small import AUTHORED, INDEX, LITTLE, NEURON, NOTES, PROOF, small_project, write

pytestmark = pytest.mark.site


@pytest.fixture
def project(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(small_project(tmp_path / "project"))
    return tmp_path / "project"


def write_page(root: Path, page: str, text: str) -> None:
    """The same text in all languages, so that none is stale."""
    for code in AUTHORED:
        write(root / "docs" / code / page, text if code == "en" else stamped(text, text))


def said(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[str]]]:
    """A command's exit status, and its problems: what is said of each place."""
    status = cli.main([command])
    found: dict[str, list[str]] = {}
    for problem in re.split(r"\n(?=\S)", capsys.readouterr().err.strip())[:-1]:
        place, _, words = problem.partition("\n")
        found.setdefault(place, []).append(words)
    return status, found


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] != "build"
    }


def test_check_and_build_name_the_same_faults_all_at_once_and_nothing_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = project / "docs" / "examples"
    write(examples / "unread.toml", LITTLE.replace('"sigmoid"', '"sigmod"'))
    write(examples / "endless.toml", '[graph]\nf = "exp(x)"\n\n[values]\nx = 1000\n')
    write(project / "docs" / "ledger" / "notes.toml", NOTES.replace('"o_1"', '"o_7"'))
    # what only the finished pages show, a page of its own fault, and one that only shows what is broken
    write_page(project, "index.md", INDEX + '\nSee [there](nowhere.md).\n\nIt has <abbr title="3 of them">some</abbr>.\n')
    write_page(
        project,
        "neuron.md",
        PROOF.replace("Proof", "Neuron").replace("---\n", "---\nexample: neuron\n", 1)
        + "\n<div>$z$ is torn</div>\n\n[x](extra.md#top)\n",
    )
    write_page(project, "proof.md", PROOF + "\nIt has 2 inputs, and {{unread:o_1}}.\n\n[x](extra.md#none)\n")
    write_page(project, "extra.md", PROOF.replace("Proof", "Extra") + "\n::: ledger notes\n\n{{endless:f}}\n")

    def break_off(derivation: object, cells: object) -> None:
        raise PageError(Problem("docs/examples/little.toml", "notebook, cell forward, h_1", "'h_1 = 2'", "'h_1 = 1', as proven"))

    monkeypatch.setattr(pages, "rehearse", break_off)
    monkeypatch.setattr("explainer.core.errors.SHOWN", 100)  # all of them are compared
    write(project / "site" / MARKER, "{}")
    write(project / "site" / "index.html", "the old site")
    before = files_of(project)

    status, built = said("build", capsys)
    assert (status, files_of(project)) == (2, before)
    status, checked = said("check", capsys)
    assert (status, files_of(project)) == (2, before)

    stale = {place for place in checked if place.startswith("docs/derivations/")}
    assert built == {place: words for place, words in checked.items() if place not in stale}
    assert stale == {f"docs/derivations/{name}.json" for name in ("neuron", "little")}, "of the others nobody knows"

    def line(page: str, words: str, code: str = "en") -> str:
        lines = (project / "docs" / code / page).read_text(encoding="utf-8").split("\n")
        (number,) = (number for number, line in enumerate(lines, 1) if words in line)
        return f"docs/{code}/{page}: line {number}"

    expected = {
        "docs/examples/unread.toml: network.activation": "did you mean 'sigmoid'?",
        "docs/examples/little.toml: notebook, cell forward, h_1": "as proven",
        "docs/ledger/notes.toml: claims[1].quantity": "a quantity of neuron",
    }
    for code in AUTHORED:
        expected |= {
            line("proof.md", "2 inputs", code): "a digit in prose",
            line("neuron.md", "is torn", code): "the formula 'z' outside any paragraph",
            line("index.md", "nowhere", code): "nowhere.md",
            line("index.md", "abbr", code): "the digit in '3 of them'",
        }
    endless = next(place for place in built if place.startswith("docs/examples/endless.toml: "))
    expected[endless] = "expected"
    for place, words in expected.items():
        assert any(words in text for text in built.get(place, [])), f"{place}: {words}"
    assert built.keys() == expected.keys(), "no more, such as what only follows from these"


def test_a_changed_example_stops_the_build_where_a_sentence_is_no_longer_true(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every sentence, in every language, and nothing else: its references have followed the change by themselves."""
    sure, learns = "It is sure{{claim o_1 > 0.9}}.", "It learns{{claim little: L#e20 < little: L#e0 and z_1 > 0}}."
    write_page(project, "neuron.md", f"{NEURON}\n{sure} {learns} <!-- 2 claims -->\n")
    write_page(project, "index.md", f"{INDEX}\n{sure}\n")
    example = project / "docs" / "examples" / "neuron.toml"
    write(example, example.read_text(encoding="utf-8").replace("[0, 1]", "[0, -1]"))
    before = files_of(project)
    status, told = said("build", capsys)
    assert (status, files_of(project)) == (2, before)
    places = {
        f"docs/{code}/{page}: line {number}"
        for code in AUTHORED
        for page in ("index.md", "neuron.md")
        for number, line in enumerate((project / "docs" / code / page).read_text(encoding="utf-8").split("\n"), 1)
        if sure in line
    }
    assert told.keys() == places
    assert all("the claim o_1 > 0.9 in 'It is sure.', which does not hold: o_1 ≈ 0.7311" in words for (words,) in told.values())
