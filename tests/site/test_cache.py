"""Work that is kept: what is redone after a change, that it is the same bytes as from nothing, and a cache in bad shape."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from explainer import verbs
from explainer.core.errors import ExplainerError
from explainer.pages import data
from explainer.serve import language_of
from explainer.site import build as site_build
from explainer.site import finished, keys, proven, store
from explainer.site.packed import Packed, packed
from explainer.site.workers import HERE, Workers
from explainer.words import catalogue, conversion
from explainer.words.languages import BY_CODE, LANGUAGES, SOURCE
from explainer.words.sections import stamped
from tests.conftest import ROOT
from tests.processes import in_background, of_session
from tests.shipped import kinds
from tests.small import AUTHORED, INDEX, LITTLE, PROOF, small_project, write
from tests.trees import read_tree

pytestmark = pytest.mark.site

CODES = ["en", "ru"]  # enough to tell apart what is redone, and quick


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    write(path, text.replace(old, new, 1))


class Progress:
    """What a build says that it does."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, text: str) -> None:
        self.lines.append(text)

    def done(self, kind: str) -> set[str]:
        found = [line.removeprefix(f"{kind} ") for line in self.lines if line.startswith(f"{kind} ")]
        assert len(found) == len(set(found)), "done twice"
        return set(found)

    @property
    def mkdocs(self) -> set[str]:
        return {code for line in self.lines if line.startswith("mkdocs: ") for code in line.removeprefix("mkdocs: ").split(", ")}


def build(
    root: Path, *, cache: bool = True, name: str = "site", codes: Sequence[str] = CODES, workers: Workers | str = HERE
) -> Progress:
    progress = Progress()
    verbs.build(root, codes, root / name, progress, cache=cache, workers=workers)
    return progress


def as_from_nothing(root: Path, codes: Sequence[str] = CODES) -> bool:
    """Is the site the same, byte by byte, as one that was built without anything kept?"""
    cold = build(root, cache=False, name="cold", codes=codes)
    assert cold.done("proving")
    assert cold.mkdocs == set(codes)
    return read_tree(root / "site") == read_tree(root / "cold")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, with its site and all that its build has kept. Not to be changed."""
    root = tmp_path_factory.mktemp("kept") / "project"
    small_project(root)
    first = build(root)
    assert first.done("proving") == {"neuron", "little"}
    assert first.done("page") == {f"{code}/{name}.md" for code in CODES for name in ("index", "proof", "neuron", "little")}
    assert first.mkdocs == set(CODES)
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of it elsewhere: what is kept does not depend on where it lies."""
    return shutil.copytree(built, tmp_path / "project", copy_function=shutil.copy)


@pytest.fixture
def fresh_keys() -> Iterator[None]:
    keys.code.cache_clear()
    yield
    keys.code.cache_clear()


# --- what is redone, and that nothing else could be seen


def test_nothing_is_redone_if_nothing_has_changed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = build(project)
    assert [again.done(kind) for kind in ("proving", "recomputing", "notebook", "page")] == [set(), set(), set(), set()]
    assert again.mkdocs == set()
    assert as_from_nothing(project)
    assert capsys.readouterr().err == ""


def test_a_sentence_of_one_language_redoes_its_page_and_that_language(project: Path) -> None:
    edit(project / "docs" / "ru" / "index.md", "A sentence.", "Another sentence.")
    again = build(project)
    assert (again.done("proving"), again.done("page"), again.mkdocs) == (set(), {"ru/index.md"}, {"ru"})
    assert "Another sentence" in (project / "site" / "ru" / "index.html").read_text(encoding="utf-8")
    assert as_from_nothing(project)


def test_an_english_sentence_whose_translations_still_hold_redoes_english(project: Path) -> None:
    edit(project / "docs" / "en" / "index.md", "A sentence.", "Another sentence.")
    with pytest.raises(ExplainerError):  # the translations have to be looked at first
        build(project)
    assert "A sentence" in (project / "site" / "index.html").read_text(encoding="utf-8")
    for code in AUTHORED[1:]:
        verbs.stamp(code, project)
    again = build(project)
    assert (again.done("proving"), again.mkdocs) == (set(), set())
    assert again.done("page") == {f"{code}/index.md" for code in CODES[1:]}, (
        "English was filled and built before, though the translations were found stale"
    )
    assert as_from_nothing(project)


def test_a_number_redoes_its_example_and_the_pages_that_name_it(project: Path) -> None:
    edit(project / "docs" / "examples" / "neuron.toml", "inputs = [2, 3]", "inputs = [2, -3]")
    again = build(project)
    assert (again.done("proving"), again.done("recomputing")) == ({"neuron"}, {"notes"})
    assert again.done("page") == {f"{code}/{name}.md" for code in CODES for name in ("index", "neuron")}
    assert again.done("notebook") == {"neuron", *(f"{code}/neuron" for code in CODES)}
    assert again.mkdocs == set(CODES)
    assert as_from_nothing(project)


def test_a_comment_in_an_example_changes_nothing(project: Path) -> None:
    edit(project / "docs" / "examples" / "neuron.toml", "biases = 4", "biases = 4.0  # of the neuron")
    again = build(project)
    assert again.done("page") | again.mkdocs <= {f"{code}/{name}.md" for code in CODES for name in ("index", "neuron")} | set(CODES)
    assert as_from_nothing(project)
    edit(project / "docs" / "examples" / "neuron.toml", "# of the neuron", "# of it")
    again = build(project)
    assert (again.done("proving"), again.done("page"), again.mkdocs) == (set(), set(), set())


def test_a_title_proves_nothing_anew(project: Path) -> None:
    edit(project / "docs" / "examples" / "neuron.toml", 'ru = "Один нейрон"', 'ru = "Нейрон"')
    again = build(project)
    assert (again.done("proving"), again.mkdocs) == (set(), {"ru"})
    assert as_from_nothing(project)


def test_a_phrase_redoes_the_pages_of_the_language_that_is_made_with_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = ["zh-Hans", "zh-Hant"]
    edit(project / "docs" / "zh-Hans" / "index.md", "A sentence.", "一个公里。")
    build(project, codes=codes)
    tables = shutil.copytree(conversion.TABLES, tmp_path / "tables")
    monkeypatch.setattr(conversion, "TABLES", tables)
    edit(tables / "zh_Hant.toml", '"公里" = "公里"', '"公里" = "千米"')
    conversion.table.cache_clear()
    again = build(project, codes=codes)
    assert (again.done("page"), again.mkdocs) == ({"zh-Hant/index.md"}, {"zh-Hant"})
    assert as_from_nothing(project, codes)
    conversion.table.cache_clear()


def test_a_claim_of_a_ledger_redoes_the_pages_that_show_it(project: Path) -> None:
    edit(project / "docs" / "ledger" / "notes.toml", "0.998", "0.999")
    again = build(project)
    assert (again.done("proving"), again.done("recomputing")) == (set(), {"notes"})
    assert again.done("page") == {f"{code}/index.md" for code in CODES}
    assert as_from_nothing(project)


def test_an_example_that_a_block_names_redoes_the_page(project: Path) -> None:
    """Blocks of several examples have them among their arguments."""
    text = f"{INDEX}\n::: trials little\n"
    for code in AUTHORED:
        write(project / "docs" / code / "index.md", text if code == "en" else stamped(text, text))
    build(project, codes=("en",))
    assert 'data-ref="little:L#e10"' in (project / "site" / "index.html").read_text(encoding="utf-8")
    edit(project / "docs" / "examples" / "little.toml", "weights = 0.5", "weights = 0.6")
    again = build(project, codes=("en",))
    assert (again.done("proving"), again.done("page")) == ({"little"}, {"en/index.md", "en/little.md"})


def test_a_sentence_of_a_catalogue_redoes_the_pages_of_its_language(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locale = shutil.copytree(catalogue.LOCALE_ROOT, tmp_path / "locale")
    monkeypatch.setattr(catalogue, "LOCALE_ROOT", locale)
    assert build(project).done("page") == set()
    file = catalogue.path_of(BY_CODE["ru"])
    key = re.escape('msgctxt "heading.given"')
    text, count = re.subn(rf'({key}\nmsgid "[^"]*"\nmsgstr ")', r"\1Новое: ", file.read_text(encoding="utf-8"))
    assert count == 1
    write(file, text)
    again = build(project)
    assert (again.done("proving"), again.mkdocs) == (set(), {"ru"})
    assert again.done("page") == {f"ru/{name}.md" for name in ("index", "proof", "neuron", "little")}
    assert "Новое" in (project / "site" / "ru" / "little" / "index.html").read_text(encoding="utf-8")
    assert as_from_nothing(project)


def test_a_file_of_the_theme_redoes_what_mkdocs_does(project: Path) -> None:
    edit(project / "theme" / "main.html", "{% block extrahead %}", '{% block extrahead %}<meta name="new" content="new">')
    again = build(project)
    assert (again.done("proving"), again.done("page"), again.mkdocs) == (set(), set(), set(CODES))
    assert '<meta name="new"' in (project / "site" / "index.html").read_text(encoding="utf-8")
    assert as_from_nothing(project)


def test_a_setting_redoes_what_mkdocs_does(project: Path) -> None:
    edit(project / "mkdocs.yml", "site_name: explainer", "site_name: Other")
    again = build(project)
    assert (again.done("page"), again.mkdocs) == (set(), set(CODES))
    assert as_from_nothing(project)


def test_a_page_that_is_new_or_gone_redoes_the_languages(project: Path) -> None:
    text = PROOF.replace("# Proof", "# News").replace("How it is proven", "What is new")
    for code in AUTHORED:
        write(project / "docs" / code / "news.md", text if code == SOURCE.code else stamped(text, text))
    again = build(project)
    assert (again.done("page"), again.mkdocs) == ({f"{code}/news.md" for code in CODES}, set(CODES))
    assert as_from_nothing(project)
    for code in AUTHORED:
        (project / "docs" / code / "news.md").unlink()
    again = build(project)
    assert (again.done("page"), again.mkdocs) == (set(), set()), "the site as it was before is still kept"
    assert not (project / "site" / "news").exists()
    assert as_from_nothing(project)


def test_an_extension_that_may_read_other_files_is_never_taken_as_done(project: Path) -> None:
    edit(project / "mkdocs.yml", "markdown_extensions:\n", "markdown_extensions:\n  pymdownx.snippets: {}\n")
    assert build(project).mkdocs == set(CODES)
    assert build(project).mkdocs == set(CODES)


def test_a_template_that_prints_the_day_is_never_taken_as_done(project: Path) -> None:
    edit(project / "theme" / "main.html", "{% block extrahead %}", "{% block extrahead %}<!-- {{ build_date_utc.year }} -->")
    assert build(project).mkdocs == set(CODES)
    assert build(project).mkdocs == set(CODES)


# --- the code is part of every key


def changed_source(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sources = keys._sources()
    assert name in sources
    monkeypatch.setattr(keys, "_sources", lambda: {**sources, name: sources[name] + b"\n# changed"})
    keys.code.cache_clear()


@pytest.mark.parametrize(
    ("module", "proofs", "pages", "site"),
    [
        ("proof/rings/ring.py", True, True, False),
        ("examples/example.schema.json", True, True, False),
        ("core/text.py", True, True, True),
        ("pages/fill.py", False, True, False),
        ("pages/apart.py", False, True, True),
        ("words/numbers.py", False, True, True),
        ("site/build.py", False, True, True),
    ],
)
@pytest.mark.usefixtures("fresh_keys")
def test_a_changed_module_redoes_what_may_use_it(
    module: str, proofs: bool, pages: bool, site: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_source(monkeypatch, module)
    again = build(project)
    assert bool(again.done("proving")) == proofs
    assert bool(again.done("page")) == pages
    assert bool(again.mkdocs) == site
    assert as_from_nothing(project)
    assert build(project).lines[0].startswith("pages: "), "now it is kept under the new key"


@pytest.mark.usefixtures("fresh_keys")
def test_another_version_of_a_library_redoes_everything(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "environment", lambda: ("3.99", "sympy 2.0"))
    keys.code.cache_clear()
    again = build(project)
    assert (len(again.done("proving")), len(again.done("page")), again.mkdocs) == (2, 4 * len(CODES), set(CODES))


def test_every_file_of_the_package_is_of_some_key() -> None:
    files = {path.relative_to(keys.PACKAGE).as_posix() for path in keys.PACKAGE.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith(".pyc")} == set(keys._sources())
    libraries = " ".join(keys.environment())
    assert all(f"{name} " in libraries for name in ("numpy", "sympy", "python-flint", "mkdocs", "mkdocs-material"))


def test_a_key_tells_apart_what_looks_alike() -> None:
    values = [
        None,
        "",
        0,
        0.0,
        False,
        (),
        {},
        frozenset(),
        (0,),
        ((0,),),
        "0",
        b"0",
        {"a": 1, "b": 2},
        {"b": 2, "a": 1},
        LANGUAGES[0],
    ]
    assert len({keys.digest(value) for value in values}) == len(values)
    assert keys.digest(frozenset("abc")) == keys.digest(frozenset("cba"))
    assert keys.digest("a", "b") != keys.digest("ab")
    with pytest.raises(TypeError):
        keys.digest(object())


@pytest.mark.usefixtures("fresh_keys")
def test_check_trusts_only_proofs_of_the_same_code_and_writes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs.regenerate(project, workers=HERE)
    monkeypatch.setattr(verbs, "LANGUAGES", [BY_CODE[code] for code in CODES])
    before = read_tree(project)

    def proven_by_check(**options: bool) -> set[str]:
        progress = Progress()
        verbs.check(project, progress, workers=HERE, **options)
        return progress.done("proving")

    assert proven_by_check() == set()
    assert proven_by_check(cache=False) == {"neuron", "little"}
    changed_source(monkeypatch, "proof/symbolic.py")
    assert proven_by_check() == {"neuron", "little"}
    assert read_tree(project) == before


@pytest.mark.parametrize("name", kinds())
def test_a_derivation_that_was_kept_is_the_one_that_was_made(name: str, tmp_path: Path) -> None:
    examples, folder = {name: verbs.example(name, ROOT)}, store.Folder(tmp_path)
    progress = Progress()
    made = proven.derivations(examples, folder, progress)[name]
    recalled = proven.derivations(examples, folder, progress)[name]
    assert progress.done("proving") == {name}
    for field in dataclasses.fields(made):
        assert getattr(recalled, field.name) == getattr(made, field.name), field.name
    assert data.dumps(data.document(recalled)) == data.dumps(data.document(made))


# --- a cache in bad shape


def entries(root: Path) -> list[Path]:
    found = sorted((root / "build" / "cache").glob("*/*"))
    assert {path.parent.name for path in found} == {
        "proof",
        "ledger",
        "document",
        "page",
        "cells",
        "notebook",
        "rendered",
        "search",
        "tree",
        "file",
        "page-inspection",
    }
    return found


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def cut_to_nothing(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(1000))


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def other_version(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(store.FORMAT, b"explainer-kept-0", 1))


def other_name(path: Path) -> None:
    """What was kept under another name."""
    content = path.read_bytes().partition(b"\n")[2]
    store.Folder(path.parent.parent).keep(path.parent.name, "another", content)
    (path.parent / "another").rename(path)


def folder_instead(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def unreadable(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)  # a loop: it cannot be opened, by root neither


def nonsense(path: Path) -> None:
    """With a right digest: what a mistake of ours would write. A proof file is any text."""
    if path.parent.name == "document":
        return
    store.Folder(path.parent.parent).keep(path.parent.name, path.name, b'{"enclosures": [1]}')


DAMAGES = [truncated, cut_to_nothing, garbage, one_bit, other_version, other_name, folder_instead, unreadable, nonsense]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_cache_is_said_and_made_anew(
    damage: Callable[[Path], None], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, found = read_tree(project / "site"), entries(project)
    for path in found:
        damage(path)
    again = build(project, workers="")  # processes, which have to tell it
    said = capsys.readouterr().err.splitlines()
    assert said
    assert not [line for line in said if not line.endswith("; made anew")]
    assert len(again.done("proving")) == 2
    assert again.mkdocs == set(CODES)
    assert read_tree(project / "site") == before
    assert build(project).lines[-1:] == ["inspection"]
    assert capsys.readouterr().err == "", "it is mended"
    assert read_tree(project / "site") == before


def test_one_damaged_proof_is_proven_again_if_somebody_needs_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (project / "build" / "cache" / "proof").iterdir():
        one_bit(path)
    again = build(project)
    assert (again.done("proving"), again.done("page"), again.mkdocs) == ({"neuron", "little"}, set(), set())
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_file_in_the_place_of_the_cache_does_not_stop_the_build(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / "build" / "cache")
    (project / "build" / "cache").write_text("mine", encoding="utf-8")
    before = read_tree(project / "site")
    build(project)
    (line,) = capsys.readouterr().err.splitlines()
    assert "nothing more is kept" in line
    assert read_tree(project / "site") == before
    assert (project / "build" / "cache").read_text(encoding="utf-8") == "mine"


LIMITED = f"""
import resource, sys
from explainer.cli import main

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(["build", "--out", "site", *"{" ".join(f"--lang {code}" for code in CODES)}".split()]))
"""


def limited_build(root: Path, size: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIMITED, str(size)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)


def test_a_disk_that_is_full_while_the_cache_is_written_costs_only_the_cache(project: Path) -> None:
    """What is kept of a file is longer than the file, by a line that says what it is."""
    before = read_tree(project / "site")
    largest = max(map(len, before.values()))
    shutil.rmtree(project / "build" / "cache")
    done = limited_build(project, largest + 20)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("nothing more is kept in this build") == 1
    assert read_tree(project / "site") == before
    assert not [path for path in (project / "build" / "cache").rglob("*") if path.name.startswith(".half-")]
    assert build(project).mkdocs == set(CODES)
    assert as_from_nothing(project)


def test_a_disk_that_is_full_while_the_site_is_written_leaves_the_old_one(project: Path) -> None:
    before = read_tree(project / "site")
    edit(project / "docs" / "ru" / "index.md", "A sentence.", "Another sentence.")
    done = limited_build(project, 100_000)
    assert done.returncode == 2
    *_, last = done.stderr.splitlines()  # after what is said of the cache
    assert f"{project / 'build' / 'work-site'}/" in last
    assert last.endswith(": File too large")
    assert "Traceback" not in done.stderr
    assert read_tree(project / "site") == before
    assert not [path.name for path in project.iterdir() if path.name.startswith(".")]
    assert as_from_nothing(project) is False
    build(project)
    assert as_from_nothing(project)


def test_without_cache_nothing_is_read_and_nothing_is_kept(project: Path) -> None:
    before = {path: path.read_bytes() for path in entries(project)}
    for path in before:
        garbage(path)
    spoilt = {path: path.read_bytes() for path in before}
    site = read_tree(project / "site")
    cold = build(project, cache=False)
    assert len(cold.done("proving")) == 2
    assert cold.mkdocs == set(CODES)
    assert read_tree(project / "site") == site
    assert {path: path.read_bytes() for path in entries(project)} == spoilt


def test_what_was_used_longest_ago_is_dropped_first(tmp_path: Path) -> None:
    folder = store.Folder(tmp_path)
    for index in range(5):
        folder.keep("page", f"key{index}", b"x" * 1000)
        os.utime(tmp_path / "page" / f"key{index}", (index, index))
    assert folder.recall("page", "key0") is not None  # now it was used last
    left, recent = tmp_path / "page" / ".half-old", tmp_path / "page" / ".half-new"
    for path in (left, recent):
        path.write_bytes(b"half")
    os.utime(left, (0, 0))
    folder.prune(2500)
    assert sorted(path.name for path in (tmp_path / "page").iterdir()) == [".half-new", "key0", "key4"]


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b"])
def test_a_kept_file_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    kept, site = store.Folder(tmp_path / "kept"), tmp_path / "site"
    site.mkdir()
    one = keys.digest(b"content")
    kept.keep("file", one, b"content")
    kept.keep("tree", "good", json.dumps({"a/b.html": one}).encode())
    assert finished.recalled_files(kept, "good", site)
    assert read_tree(site) == {"a/b.html": b"content"}
    kept.keep("tree", "bad", json.dumps({name: one}).encode())
    assert not finished.recalled_files(kept, "bad", site)
    assert read_tree(tmp_path).keys() <= {"site/a/b.html", f"kept/file/{one}", "kept/tree/good"}


def test_what_a_build_has_used_is_not_dropped_however_much_it_is(tmp_path: Path) -> None:
    folder = store.Folder(tmp_path)
    for index in range(5):
        folder.keep("page", f"key{index}", b"x" * 1000)
        os.utime(tmp_path / "page" / f"key{index}", (index, index))
    folder.prune(500, since=3)
    assert sorted(path.name for path in (tmp_path / "page").iterdir()) == ["key3", "key4"]


def test_large_values_are_packed_and_come_back_as_they_were() -> None:
    pages = Packed({name: packed(value) for name, value in (("a", ("я", 1)), ("b", {"x": [b"1"]}))})
    assert dict(pages) == {"a": ("я", 1), "b": {"x": [b"1"]}}


# --- several builds, and builds that are killed

BUILD = f"""
import sys
from pathlib import Path
from explainer.verbs import build

build(Path.cwd(), {CODES}, Path(sys.argv[1]), progress=lambda text: print(text, flush=True))
"""


def start(root: Path, out: str = "site") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, out],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_builds_at_the_same_time_do_not_disturb_each_other(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_tree(project / "site")
    shutil.rmtree(project / "build" / "cache")
    # The third has its place elsewhere, but works in the same folder, which is named like the site.
    processes = [start(project), start(project), start(project, "other/site")]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, "")
    assert read_tree(project / "site") == read_tree(project / "other" / "site") == before
    assert not [path.name for path in (*project.iterdir(), *(project / "other").iterdir()) if path.name.startswith(".")]
    assert not list((project / "build").glob("*.lock"))
    again = build(project)
    assert (again.done("proving"), again.done("page"), again.mkdocs) == (set(), set(), set())
    assert capsys.readouterr().err == ""


@pytest.mark.budget("kills")
def test_a_killed_build_leaves_site_and_cache_sound(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While it writes to the cache. Elsewhere builds are ended at any moment, and swaps at each of their lines."""
    edit(project / "mkdocs.yml", "site_name: explainer", "site_name: Other")
    before = read_tree(project / "site")
    shutil.rmtree(project / "build" / "cache")
    for stage in ("page ru", "inspection"):
        process = start(project)
        assert process.stdout is not None
        assert process.stderr is not None
        with process, process.stdout, process.stderr:
            assert any(line.startswith(stage) for line in process.stdout)
            process.kill()
        assert read_tree(project / "site") == before or process.returncode == 0, stage
    build(project)
    assert capsys.readouterr().err == ""
    assert as_from_nothing(project)
    assert not [path.name for path in project.iterdir() if path.name.startswith(".")]
    assert not list((project / "build").glob("work-*/made-*"))


# --- serving


@pytest.mark.parametrize(
    ("path", "code"),
    [("/", "en"), ("/alice/", "en"), ("/ru/", "ru"), ("/ru/alice/index.html", "ru"), ("/zh-Hans/", "zh-Hans"), ("/rules/", "en")],
)
def test_the_language_of_an_address(path: str, code: str) -> None:
    found = language_of(path, LANGUAGES)
    assert found
    assert found.code == code
    assert language_of("/ru/assets/a.js", LANGUAGES) is None


def test_one_language_can_be_replaced_alone(project: Path) -> None:
    before = read_tree(project / "site")
    edit(project / "docs" / "ru" / "index.md", "A sentence.", "Another sentence.")
    edit(project / "docs" / "zh-Hans" / "index.md", "A sentence.", "A third sentence.")
    progress = Progress()
    verbs.build(project, ["ru"], project / "site", progress, among=CODES, workers=HERE)
    after = read_tree(project / "site")
    assert progress.mkdocs == {"ru"}
    assert after.keys() == before.keys()
    assert {name.partition("/")[0] for name in after if after[name] != before[name]} == {"ru"}
    build(project)
    assert as_from_nothing(project)


def test_pages_that_come_are_built_in_all_languages_at_once(project: Path) -> None:
    write(project / "docs" / "examples" / "another.toml", LITTLE.replace("0.5", "0.25"))
    progress = Progress()
    verbs.build(project, ["ru"], project / "site", progress, among=CODES, workers=HERE)
    assert progress.mkdocs == set(CODES)
    assert as_from_nothing(project)


def test_a_site_for_a_server_and_one_for_a_folder_replace_each_other_whole(project: Path) -> None:
    served = read_tree(project / "site")
    verbs.build(project, CODES, project / "site", offline=True, workers=HERE)
    opened = read_tree(project / "site")
    assert opened.keys() & {"404.html", "search/search_index.json", "ru/search/search_index.json"} == set()
    edit(project / "docs" / "ru" / "index.md", "A sentence.", "Another sentence.")
    verbs.build(project, ["ru"], project / "site", offline=True, among=CODES, workers=HERE)
    again = read_tree(project / "site")
    assert again.keys() == opened.keys()
    assert {name.partition("/")[0] for name in again if again[name] != opened[name]} == {"ru"}
    edit(project / "docs" / "ru" / "index.md", "Another sentence.", "A sentence.")
    verbs.build(project, ["ru"], project / "site", among=CODES, workers=HERE)
    assert read_tree(project / "site") == served


def test_serve_shows_a_change_in_the_language_that_is_viewed_and_then_the_others(project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def get(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
            return str(answer.read().decode())

    def wait_for(path: str, text: str) -> None:
        started = time.monotonic()
        while time.monotonic() < started + 60:
            with suppress(OSError):  # it may not be up yet
                if text in get(path):
                    return
            time.sleep(0.1)
        raise AssertionError(f"no {text!r} in {path!r}")

    languages = [word for code in (*CODES, "zh-Hant") for word in ("--lang", code)]
    command = in_background("-m", "explainer", "serve", "--port", str(port), *languages)
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            wait_for("ru/", "A sentence.")
            for number, word in enumerate(("second", "third", "fourth")):
                for code in ("ru", "zh-Hans"):
                    file = project / "docs" / code / "index.md"
                    write(file, re.sub(r"A(?: \w+)? sentence\.", f"A {word} sentence.", file.read_text(encoding="utf-8")))
                wait_for("ru/", f"A {word} sentence.")
                if number == 1:  # a change while the others are being built ends that build
                    continue
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/search/search_index.json", timeout=60):
                    pass  # no page: it says nothing about who is looking at what
                deadline = time.monotonic() + 60
                while f"A {word} sentence." not in (project / "build/serve/zh-Hant/index.html").read_text(encoding="utf-8"):
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            edit(project / "docs" / "ru" / "index.md", "A fourth sentence.", "Half a {{ hole.")
            time.sleep(1.5)
            assert "A fourth sentence." in get("ru/"), "what is wrong leaves the last good site up"
        finally:
            process.send_signal(signal.SIGINT)  # to it alone: it ends what it has started
            _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert of_session(process.pid) == []
    assert said.splitlines()[-1] == "explainer: ended by SIGINT"
    assert "docs/ru/index.md: line 10" in said
    assert "Traceback" not in said
    assert site_build.MARKER in os.listdir(project / "build" / "serve")
