"""What several test files share: the project where tests may write, the site built from it, and tools that may be missing."""

from __future__ import annotations

import fcntl
import gc
import importlib.util
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from explainer import verbs
from explainer.core.program import Kind
from explainer.derivation.derivation import Derivation
from explainer.site.plan import Plan
from explainer.site.workers import HERE
from explainer.words.sentences import SENTENCES
from tests import ROOT as ROOT
from tests.browsing import WithoutWords, served
from tests.small import small_project

pytest_plugins = ["tests.processes", "tests.spending"]

MANY = 6  # cases of one test
CACHE = ROOT / "build" / "cache"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Test files that share what takes long to make, by what they share: each group runs on one worker.
SITE_TESTS = (
    "test_answers.py",
    "test_axe.py",
    "test_browser.py",
    "test_leftovers.py",
    "test_open.py",
    "test_site.py",
    "test_zensical.py",
)
GROUPS = dict.fromkeys(SITE_TESTS, "site") | {
    "test_everywhere.py": "everywhere",
    "test_strangers.py": "strangers",
    "test_workers.py": "dask",
}


def worked_out(derivation: Derivation) -> set[str]:
    """What a complete page of an example has to show."""
    equations = derivation.program.equations
    found = {equation.target for equation in equations if len(derivation.steps[equation.target].lines) > 1}
    # A total that nothing else is made of is a matter of interest, not of the walkthrough.
    used = {operand for equation in equations for operand in equation.operands}
    return found - (set(derivation.program.of_kind(Kind.TOTAL)) - used)


def require(tool: str) -> str:
    """Where an optional tool is: a program, a file, or a Python module. Without it the test is skipped, but fails where CI is
    true."""
    if not (found := _PLACES.get(tool, _module)(tool)):
        missing = f"needs {tool}, which is not here"
        pytest.fail(f"{missing}, and in CI nothing is optional") if os.environ.get("CI") == "true" else pytest.skip(missing)
    return found


def _program(name: str) -> str:
    usual = Path("/usr/bin") / name
    return shutil.which(name) or (str(usual) if usual.is_file() else "")


def _file(name: str) -> str:
    file = ROOT / "build" / _FILES[name]
    return str(file) if file.is_file() else ""


def _module(name: str) -> str:
    spec = importlib.util.find_spec(name)
    return (spec.origin or name) if spec else ""


# Seen from `build`, where continuous integration puts what is no part of a system, nor of our own virtual environment.
_FILES = {
    "vnu-jar": "node/node_modules/vnu-jar/build/dist/vnu.jar",
    "puppeteer-core": "node/node_modules/puppeteer-core/package.json",
    "zensical": "tools/zensical/bin/zensical",
    "python3.12": "python/3.12/bin/python",
    "python3.13": "python/3.13/bin/python",
    "locales": "/usr/share/i18n/locales/tr_TR",
}
_PLACES = dict.fromkeys(("chromium", "firefox-esr", "java", "localedef", "node"), _program) | dict.fromkeys(_FILES, _file)


def copy_project(target: Path, source: Path = ROOT, *, cache: Path | None = None) -> Path:
    """The project in another folder: its sources copied, since tests change them, and its package linked; so is a cache."""
    target.mkdir(parents=True)
    shutil.copytree(source / "docs", target / "docs")
    shutil.copy(source / "mkdocs.yml", target / "mkdocs.yml")
    (target / "explainer").symlink_to(ROOT / "explainer", target_is_directory=True)
    if cache:
        (target / "build").mkdir()
        (target / "build" / "cache").symlink_to(cache, target_is_directory=True)
    return target


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who uses a site or a browser is marked so; and of a test with many cases, all but each sixteenth."""
    cases = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
        used = {*getattr(item, "fixturenames", ())}
        for mark, fixtures in (("site", {"site", "small"}), ("browser", {"browser"})):
            if fixtures & used:
                item.add_marker(mark)
    for item in (item for alike in cases.values() if len(alike) > MANY for index, item in enumerate(alike) if index % 16):
        item.add_marker("thorough")


def pytest_collection_finish() -> None:
    """What was collected stays: nobody need look through it for garbage, in this process or in the many that it forks."""
    gc.collect()
    gc.freeze()


_told: list[str] = []


@pytest.fixture(autouse=True)
def sentences_in_order() -> Iterator[None]:
    """A sentence that a test takes out comes back at the end of the table, and files are written in its order."""
    before = dict(SENTENCES)
    yield
    if list(SENTENCES) != list(before):
        SENTENCES.clear()
        SENTENCES.update(before)


@pytest.fixture
def tell(record_property: Callable[[str, Any], None]) -> Callable[[str], None]:
    """Have something printed at the end of the run, on whichever worker the test runs."""
    return partial(record_property, "told")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _told.extend(value for name, value in report.user_properties if report.when == "teardown" and name == "told")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in sorted(_told):
        terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share a site on one worker, as their mark asks.

    pytest-xdist 3.8 notes the mark where pytest 9.2 no longer looks (pytest-dev/pytest-xdist#1386). Without this hook the
    tests pass just the same, but every worker builds a site for itself.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByGroup(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path, _, name = nodeid.partition("::")
            parameters = name.partition("[")[2]  # what is about one thing is done by one worker, which may know it already
            return GROUPS.get(Path(path).name) or (f"{path}[{parameters}" if parameters else nodeid)

    return ByGroup(config, log)


@dataclass(frozen=True)
class Site:
    """The finished site, the project it was built from, and its plan."""

    root: Path
    folder: Path
    plan: Plan


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of all workers, and of all who test here: so that what takes long is made once, and found by the others."""
    with (ROOT / "build" / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def site(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The real site in all languages."""
    folder = tmp_path_factory.mktemp("site")
    CACHE.mkdir(parents=True, exist_ok=True)
    root = copy_project(folder / "project", cache=CACHE)
    with one_at_a_time():
        return Site(root, verbs.build(root, out=folder / "public"), verbs.plan(root))


@pytest.fixture(scope="session")
def warm(site: Site) -> Path:
    """A cache that has all that the real site is made from, for what is not about a cold build: it is the same, sooner."""
    return CACHE


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, with derivations and with all that a build keeps. Not to be changed.

    It is made in this process, which then has loaded what a build loads: all that it forks have it too.
    """
    root = small_project(tmp_path_factory.mktemp("small") / "project")
    verbs.build(root, workers=HERE)
    verbs.regenerate(root, workers=HERE)
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    require("playwright")
    executable = require("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def origin(site: Site) -> Iterator[str]:
    """Where the real site is served."""
    with served(site.folder) as address:
        yield address


@pytest.fixture(scope="session")
def wordless(site: Site) -> Iterator[str]:
    """Where the real site is served for tests that search for nothing."""
    with served(site.folder, WithoutWords) as address:
        yield address


READY = """() => {
    const { translations } = JSON.parse(document.getElementById("__config").textContent)
    const said = document.querySelector(".md-search-result__meta").textContent.trim()
    const waiting = ["search.result.placeholder", "search.result.none"].some(key => translations[key] === said)
    return waiting || document.querySelector(".md-search-result__item") !== null
}"""


def search(page: Any, query: str) -> Any:
    """Type into the search of a page, and its results. What is typed before the index is there is lost on the theme."""
    field = page.locator(".md-search__input")
    field.focus()
    page.wait_for_function(READY)
    field.fill(query)
    page.keyboard.press("End")  # it listens to keys
    return page.locator(".md-search-result__item")
