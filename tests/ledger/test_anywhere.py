"""`explainer audit FILE`: an example by the path beside it, or in the file itself, in no project; and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explainer import cli, judging
from explainer.ledger import chance
from tests.networks import example_text

EXAMPLE = example_text((2, 2, 1), seed=4)
SOURCE = '[source]\nauthor = "A"\ntitle = "T"\nurl = "https://example.org"\n'
CLAIMS = '[[claims]]\nquantity = "h_1"\nprinted = "0.068"\n[[claims]]\nquantity = "h_2"\nprinted = "0.81"\n'
BESIDE = f'{SOURCE}example = "parts/mine.toml"\n{CLAIMS}'

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in a folder that is in no project, on a list of this text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "mine.toml").write_text(EXAMPLE, encoding="utf-8")

    def run(text: str, *arguments: str) -> Outcome:
        (tmp_path / "notes.toml").write_text(text, encoding="utf-8")
        status = cli.main(["audit", "notes.toml", *arguments])
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("text", "name"), [(BESIDE, "mine"), (EXAMPLE + SOURCE + CLAIMS, "notes")], ids=["beside the list", "in the list"]
)
def test_an_example_is_audited_wherever_it_is(text: str, name: str, run: Run) -> None:
    status, out, err = run(text)
    assert (status, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()[1:3]] == [["≠", f"{name}:h_1"], ["=", f"{name}:h_2"]]
    assert "the wrong sign in the exponent of the sigmoid: 0.06831" in out


def test_a_list_elsewhere_is_read_from_where_it_lies(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(BESIDE)
    monkeypatch.chdir(tmp_path / "parts")
    (audited,), _ = judging.audit(tmp_path / "notes.toml")
    assert [verdict.agrees for verdict in audited.verdicts] == [False, True]


@pytest.mark.parametrize(
    ("text", "told"),
    {
        "no such file": (
            BESIDE.replace("mine", "mien"),
            "notes.toml: claims[1].example\n  found:    'parts/mien.toml', which is no",
        ),
        "a name in no project": (BESIDE.replace("parts/mine.toml", "mine"), "the path of an example file"),
        "no such quantity": (BESIDE.replace('"h_1"', '"h_7"'), "notes.toml: claims[1].quantity\n  found:    'h_7'"),
        "no example at all": (SOURCE + CLAIMS, "notes.toml: source.example\n  found:    nothing"),
        "a wrong example inside": (EXAMPLE.replace("[2, 2, 1]", '[2, "x", 1]') + SOURCE + CLAIMS, "notes.toml: network.layers[2]"),
        "a wrong claim beside an example": (EXAMPLE + SOURCE + CLAIMS.replace('"0.81"', "0.81"), "notes.toml: claims[2].printed"),
        "no claims": (EXAMPLE + SOURCE, "notes.toml: claims\n"),
        "an unknown key": (EXAMPLE + SOURCE + "[clams]\n" + CLAIMS, "notes.toml: clams"),
    }.values(),
    ids=str,
)
def test_what_is_wrong_is_told_once_with_its_place(text: str, told: str, run: Run) -> None:
    status, out, err = run(text)
    assert (status, out) == (2, "")
    assert told in err
    assert err.endswith("\n1 problem; nothing was written.\n")


def test_the_odds_are_printed_with_their_digits(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        chance, "wrong_numbers", lambda derivation, digits, count, found=chance.wrong_numbers: found(derivation, digits, 4)
    )
    status, out, err = run(BESIDE, "--odds", "--lang", "fi")
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[4:]] == ["2", "3", "4", "5", "6"]
    assert all("," in line for line in out.splitlines()[4:])
