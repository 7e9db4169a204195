"""The same bytes under locales of other scripts and encodings, and by other Pythons."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, require
from tests.site.test_site import contents
from tests.small import small_project

pytestmark = pytest.mark.site

# A letter that two languages capitalise otherwise, two decimal commas, and three encodings in which no page can be written.
LOCALES = {"tr_TR": "ISO-8859-9", "ru_RU": "KOI8-R", "zh_TW": "BIG5"}
PYTHONS = ("3.12", "3.13")
LANGUAGE = "zh-Hant"  # made by the most libraries
# A program that embeds Python sets the locale; Python alone takes only its encoding. A locale that is not there is an error.
MAIN = "import locale, sys; locale.setlocale(locale.LC_ALL, ''); from explainer.cli import main; sys.exit(main(sys.argv[1:]))"


def ours(*arguments: str, python: str = sys.executable, cwd: Path, **environment: str) -> bytes:
    """What the command prints there."""
    settings = {name: text for name, text in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIOENCODING"))}
    done = subprocess.run(
        [python, "-c", MAIN, *arguments], cwd=cwd, env=settings | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode(errors="replace")
    return done.stdout


def made(root: Path, out: Path, python: str = sys.executable, **environment: str) -> tuple[dict[str, str], bytes]:
    """The fingerprints of a site's files (pages, notebooks, proof files), made from nothing; and a notebook that is printed."""
    ours("build", "--no-cache", "--lang", LANGUAGE, "--out", str(out), python=python, cwd=root, **environment)
    shown = ("show", "neuron", "--format", "notebook", "--lang", LANGUAGE)
    return contents(out), ours(*shown, python=python, cwd=root, **environment)


@dataclass(frozen=True)
class Home:
    """A project, what is made of it where everything is as usual, and the folder for temporary files there."""

    project: Path
    made: tuple[dict[str, str], bytes]
    temporary: Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("everywhere")
    project, temporary = small_project(folder / "project"), folder / "temporary"
    temporary.mkdir()
    return Home(project, made(project, folder / "site", LC_ALL="C.UTF-8", TMPDIR=str(temporary)), temporary)


@pytest.fixture(params=LOCALES)
def abroad(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment with a locale that is really there, made for it."""
    require("locales")
    name, encoding = request.param, LOCALES[request.param]
    command = [require("localedef"), "-i", name, "-f", encoding, str(tmp_path / f"{name}.{encoding}")]
    subprocess.run(command, check=True, capture_output=True)
    return {"LOCPATH": str(tmp_path), "LC_ALL": f"{name}.{encoding}"}


def test_no_locale_changes_a_byte(home: Home, abroad: dict[str, str], tmp_path: Path) -> None:
    assert made(home.project, tmp_path / "site", **abroad) == home.made


@pytest.mark.parametrize("version", PYTHONS)
def test_no_version_of_python_changes_a_byte(version: str, home: Home, tmp_path: Path) -> None:
    assert made(home.project, tmp_path / "site", python=require(f"python{version}")) == home.made


def test_nothing_is_left_in_the_folder_for_temporary_files(home: Home) -> None:
    assert list(home.temporary.iterdir()) == []
