"""One rule for the names of files; and no two of them have one address."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer import authoring, verbs
from explainer.core.errors import InputError, Problem
from explainer.site import addresses
from explainer.site.build import check_out
from explainer.site.plan import plan
from explainer.site.project import Project, read_project
from explainer.site.workers import HERE
from explainer.words.languages import LANGUAGES, SOURCE
from tests.conftest import ROOT
from tests.hostile import NAMES
from tests.small import INDEX, LITTLE, NOTES, small_project, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def problems(project: Project) -> dict[str, Problem]:
    return {problem.file: problem for error in project.errors for problem in error.problems}


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_that_is_none_is_refused_wherever_it_stands(name: str, root: Path) -> None:
    with pytest.raises(InputError) as caught:
        authoring.new(name, root)
    said = {caught.value.problems[0].found}
    if name and "/" not in name and name != "..":  # those are no files in these folders
        write(root / "docs" / "examples" / f"{name}.toml", LITTLE)
        write(root / "docs" / "ledger" / f"{name}.toml", NOTES)
        files = [f"docs/examples/{name}.toml", f"docs/ledger/{name}.toml"]
        if name not in ("index", "proof"):
            write(root / "docs" / "en" / f"{name}.md", "# T {#top}\n")
            files.append(f"docs/en/{name}.md")
        found = problems(read_project(root))
        assert found.keys() == set(files)
        said |= {problem.found for problem in found.values()}
        with pytest.raises(InputError):
            authoring.example(name, root)
    assert len(said) == 1  # in the same words
    example = caught.value.problems[0].example.removeprefix("explainer new ").removesuffix(".toml")
    assert not addresses.fault(example)


def test_every_name_of_the_project_is_one() -> None:
    assert not read_project(ROOT).errors
    assert all(language.code.casefold() in addresses.reserved() for language in LANGUAGES if language is not SOURCE)


@pytest.mark.site
def test_what_the_site_has_at_its_root_is_reserved(root: Path) -> None:
    out = verbs.build(root, ["en", "nb"], root / "public", workers=HERE)
    pages = {path.removesuffix(".md") for path in plan(read_project(root), [SOURCE]).editions[0].pages}
    folders = {path.name for path in out.iterdir() if path.is_dir()}
    assert all(addresses.fault(name) for name in folders - pages)


@pytest.mark.thorough
def test_an_example_at_the_address_of_a_page_is_told_with_both_files(root: Path) -> None:
    write(root / "docs" / "examples" / "notes.toml", LITTLE)
    for text in ("# T {#top}\n", "---\nexample: neuron\n---\n# T {#top}\n"):
        write(root / "docs" / "en" / "notes.md", text)
        (found,) = [
            problem
            for error in plan(read_project(root), [SOURCE]).errors
            for problem in error.problems
            if "address" in problem.found
        ]
        assert (found.file, found.found) == ("docs/examples/notes.toml", "the address notes/, which docs/en/notes.md has")
    write(root / "docs" / "en" / "notes.md", "---\nexample: notes\n---\n# T {#top}\n")
    assert not plan(read_project(root), [SOURCE]).errors


def test_files_that_editors_hide_are_nobody_s(root: Path) -> None:
    (root / "docs" / "examples" / ".#neuron.toml").symlink_to("somebody@somewhere.42")
    write(root / "docs" / "en" / ".hidden.md", "x")
    assert not read_project(root).errors


def test_an_ending_in_capitals_is_no_way_to_lose_a_page(root: Path) -> None:
    write(root / "docs" / "examples" / "mine.TOML", LITTLE)
    write(root / "docs" / "en" / "Page.MD", "# T {#top}\n")
    assert problems(read_project(root)).keys() == {"docs/examples/mine.TOML", "docs/en/Page.MD"}


def test_a_site_is_not_put_where_a_device_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="device"):
        check_out(tmp_path / "NUL.site")


def test_the_guide_states_the_rule() -> None:
    guide = (ROOT / "docs" / "en" / "guide.md").read_text(encoding="utf-8")
    assert addresses.RULE.partition(", at most")[0] in guide.replace("`", "")
    assert addresses.LONGEST == 60
    assert "at most sixty of them" in guide


@pytest.mark.site
def test_an_example_without_a_page_is_there_for_others_and_for_a_page_that_is_written(root: Path) -> None:
    helper = root / "docs" / "examples" / "little.toml"
    write(helper, helper.read_text(encoding="utf-8") + "\n[walkthrough]\npage = false\n")
    named = "\n## More {#more}\n\nIt ends at {{little:L#e20}}.\n\n::: trials little\n"
    write(root / "docs" / "en" / "index.md", INDEX + named)
    out = verbs.build(root, ["en"], root / "public", workers=HERE)  # which finds dead links
    said = (out / "index.html").read_text(encoding="utf-8")
    assert all(words in said for words in ('data-ref="little:L#e20"', "derivations/little.json"))
    assert (out / "derivations" / "little.json").is_file()
    assert not {out / "little", out / "downloads" / "little.ipynb"} & set(out.rglob("*"))
    assert "little/" not in (out / "neuron" / "index.html").read_text(encoding="utf-8")  # nor has navigation
    write(root / "docs" / "en" / "little.md", "---\nexample: little\n---\n# Little {#top}\n")
    (edition,) = plan(read_project(root), [SOURCE]).editions
    assert edition.pages["little.md"].source.is_authored
    assert "downloads/little.ipynb" in edition.downloads
