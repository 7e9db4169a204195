"""What pages get of a run: everything from its record and files, or one message that says what does not fit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from explainer import authoring
from explainer.core.errors import InputError
from explainer.examples.model import SetExample
from explainer.site.project import read_project
from explainer.training.recorded import is_recorded, recorded
from tests import ROOT

RECORD = Path("docs", "records", "mnist.json")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that belong to the run, where they may be spoilt."""
    for folder in ("docs/records", "docs/data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "docs" / "examples").mkdir()
    shutil.copy(ROOT / "docs" / "examples" / "mnist.toml", tmp_path / "docs" / "examples")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def example(project: Path) -> SetExample:
    found = authoring.example("mnist", project)
    assert isinstance(found, SetExample)
    return found


def test_a_run_has_its_images_its_weights_and_its_numbers(project: Path) -> None:
    found = recorded(example(project), project)
    assert (found.images, found.tested, found.parameters, found.iterations) == (60_000, 10_000, 109_386, 938)
    assert len(found.start) == len(found.trained) == 4 * found.parameters
    assert found.measured["accuracy#e5"] > 95
    assert sum(found.measured[f"confusion_{label}_{answer}"] for label in range(10) for answer in range(10)) == 10_000
    assert found.measured["test_errors#e5"] == 10_000 - sum(found.measured[f"confusion_{label}_{label}"] for label in range(10))
    assert all(picture.label != picture.answer for picture in found.mistakes)
    assert found.picture.label == 5
    assert found.followed.start == Decimal("0.0148")


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def spoil(project: Path) -> None:
        text = (project / RECORD).read_text(encoding="utf-8")
        assert old in text
        (project / RECORD).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "place", "found"),
    [
        (replaced('"index": 9808', '"index": 9807'), "mistakes", "the test image 9807, which is not in docs/data/mnist"),
        (replaced('"W1_84_407"', '"W2_3_4"'), "followed.name", "'W2_3_4'"),
        (replaced('"W1_84_407"', '"?"'), "followed.name", "'?'"),
        (replaced('"learning_rate": "0.001"', '"learning_rate": "0.01"'), "settings.training.learning_rate", '"0.01"'),
        (lambda project: (project / RECORD).write_text("{", encoding="utf-8"), "line 1", "no JSON"),
    ],
)
def test_what_does_not_belong_together_is_told_in_the_file(
    spoil: Callable[[Path], None], place: str, found: str, project: Path
) -> None:
    spoil(project)
    with pytest.raises(InputError) as raised:
        recorded(example(project), project)
    problem = raised.value.problems[0]
    assert (problem.file, problem.place) == (RECORD.as_posix(), place)
    assert problem.found.startswith(found)
    (error,) = read_project(project).errors
    assert [(item.file, item.place, item.found) for item in error.problems] == [(problem.file, problem.place, problem.found)]


def test_without_a_record_there_is_nothing_to_show(project: Path) -> None:
    (project / RECORD).unlink()
    assert not is_recorded(example(project), project)
    read = read_project(project)
    assert not read.errors
    assert "mnist" not in read.examples
