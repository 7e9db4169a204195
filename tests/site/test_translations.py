"""Languages while one works: a draft has English where nothing is translated, and says so; a site and `check` name all of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from explainer import cli, verbs
from explainer.core.errors import ExplainerError, PageError, Problem
from explainer.site import inspection
from explainer.site import plan as plans
from explainer.site.plan import Plan
from explainer.site.project import read_project
from explainer.words import catalogue
from explainer.words.languages import BY_CODE, SOURCE
from explainer.words.sections import stamped
from explainer.words.sentences import SENTENCES
from tests.conftest import ROOT
from tests.small import NEURON, small_project, write

NEW, RUSSIAN = "A sentence that nobody has translated.", BY_CODE["ru"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def plan(root: Path, *codes: str, draft: bool = False) -> Plan:
    return plans.plan(read_project(root), [BY_CODE[code] for code in codes], draft=draft)


def problems(found: Plan) -> list[Problem]:
    return [problem for error in found.errors for problem in error.problems]


@pytest.fixture
def behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which Russian lacks a page, a section of another is stale, and a sentence is new."""
    (root / "docs" / "ru" / "proof.md").unlink()
    write(root / "docs" / "en" / "neuron.md", NEURON + "\n## More {#more}\n\nThis has changed.\n")
    for code in ("nb", "fi", "pt-BR", "zh-Hans"):
        text = (root / "docs" / "en" / "neuron.md").read_text(encoding="utf-8")
        write(root / "docs" / code / "neuron.md", stamped(text, text))
    old = NEURON + "\n## More {#more}\n\nThis was otherwise.\n"
    write(root / "docs" / "ru" / "neuron.md", stamped(old, old))
    monkeypatch.setitem(SENTENCES, "heading.given", NEW)
    return root


def test_all_that_a_language_lacks_is_named_at_once(behind: Path) -> None:
    said = {(problem.file.removeprefix(f"{ROOT}/"), problem.place, problem.found) for problem in problems(plan(behind, "en", "ru"))}
    assert said == {
        ("docs/ru/proof.md", "", "no such page"),
        ("docs/ru/neuron.md", "line 12", "the section 'More' translates an older English text"),
        ("explainer/words/locale/ru/LC_MESSAGES/explainer.po", "heading.given", "a translation of another English sentence"),
    }


@pytest.mark.site
def test_a_draft_is_whole_and_marks_what_stands_in_english(
    behind: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(behind)
    assert cli.main(["build", "--draft", "--lang", "en", "--lang", "ru", "--out", "out"]) == 0
    assert "docs/ru/proof.md" in capsys.readouterr().err
    page = {
        name: LexborHTMLParser((behind / "out" / "ru" / name / "index.html").read_text(encoding="utf-8"))
        for name in ("neuron", "proof", "little")
    }
    stale, missing = (catalogue.read(RUSSIAN).catalogue.text(f"draft.{why}") for why in ("stale", "missing"))
    for name, heading, note in (("neuron", "h2#more", stale), ("proof", "h1#top", missing)):
        found = page[name].css_first(heading)
        assert found.attributes["lang"] == "en"
        (shown,) = page[name].css(".ex-untranslated")
        assert shown.text().strip() == note.written
        assert page[name].html.count('<div lang="en">') == 1
    assert page["neuron"].css_first("h1").attributes.get("lang") is None
    (words,) = [node.text() for node in page["little"].css("h2 i[lang=en]")]
    assert words == NEW
    assert page["little"].css_first("html").attributes["lang"] == "ru"


def test_what_is_shown_marks_sentences_that_are_not_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "heading.given", NEW)
    neuron = verbs.derive(ROOT / "docs" / "examples" / "neuron.toml")
    assert f"## [en] {NEW}" in verbs.show(neuron, code="ru")
    assert rf"\subsection*{{{{[en]}} {NEW}}}" in verbs.show(neuron, "tex", "ru")
    assert "[en]" not in verbs.show(neuron, code="en")


def test_a_mistake_that_is_none_of_translation_stops_a_draft_too(root: Path) -> None:
    text = NEURON + "\nIt has 2 inputs.\n"
    write(root / "docs" / "ru" / "neuron.md", text)
    (problem,) = problems(plan(root, "en", "ru", draft=True))
    assert problem.found == "a digit in prose: 'It has 2 inputs.'"


def test_an_example_s_own_page_stands_in_until_every_language_has_written_one(root: Path) -> None:
    """As the guide promises to whoever writes a page in one language."""
    for code in ("nb", "ru"):
        (root / "docs" / code / "neuron.md").unlink()
    found = plan(root, "en", "nb", "ru")
    assert problems(found) == []
    page = found.editions[2].pages["neuron.md"]
    assert not page.source.is_authored
    assert len(page.page.occurrences) > 5
    assert list(inspection._correspondence(found)) == [], "nobody says that it has to show the same numbers"


def test_a_term_and_a_title_that_every_other_language_has_are_named(root: Path) -> None:
    words = {"en": "weight", "nb": "vekt", "fi": "paino", "pt-BR": "peso", "zh-Hans": "权重"}
    write(root / "docs" / "glossary.toml", "[[term]]\n" + "\n".join(f'{code} = ["{word}"]' for code, word in words.items()))
    little = root / "docs" / "examples" / "little.toml"
    titles = "[title]\n" + "\n".join(f'{code} = "{word}"' for code, word in words.items())
    write(little, f"{titles}\n\n{little.read_text(encoding='utf-8')}")
    assert {(problem.file, problem.found) for problem in problems(plan(root, "en", "ru", "zh-Hant"))} == {
        ("docs/glossary.toml", "no ru for weight"),
        ("docs/examples/little.toml", "no ru"),
    }


NEW_LANGUAGE = """
import json, sys
from pathlib import Path
from explainer import verbs
from explainer.site import inspection
from explainer.site import plan as plans
from explainer.site.project import read_project
from explainer.words.languages import BY_CODE

root, behind = Path(sys.argv[1]), []
verbs.build(root, ["en", "de"], root / "out", draft=True, behind=behind.extend)
strict = plans.plan(read_project(root), [BY_CODE["de"]])
said = [[problem.file, problem.found] for error in strict.errors for problem in error.problems]
print(json.dumps([said, [[problem.file, problem.found] for problem in behind]]))
"""


@pytest.mark.site
def test_a_new_language_is_one_line_and_has_a_whole_site_in_english(root: Path, tmp_path: Path) -> None:
    package = tmp_path / "code" / "explainer"
    shutil.copytree(ROOT / "explainer", package, ignore=shutil.ignore_patterns("__pycache__"))
    languages = package / "words" / "languages.py"
    line = '    Language("de", "Deutsch", "de"),\n'
    languages.write_text(
        languages.read_text(encoding="utf-8").replace('    Language("nb"', f'{line}    Language("nb"', 1), encoding="utf-8"
    )
    environment = os.environ | {"PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-c", NEW_LANGUAGE, root]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment)
    strict, behind = json.loads(done.stdout)
    assert strict == behind
    assert {file.rpartition("/")[2] for file, _ in strict} == {"explainer.po", "index.md", "neuron.md", "proof.md", "neuron.toml"}
    for page in ("index.html", "neuron/index.html", "proof/index.html", "little/index.html"):
        english, german = (LexborHTMLParser((root / "out" / way / page).read_text(encoding="utf-8")) for way in ("", "de"))
        assert german.css_first("html").attributes["lang"] == "de"
        own, theirs = (document.css_first("h1").text() for document in (german, english))
        assert own == theirs
        assert len(german.css("[data-ref]")) == len(english.css("[data-ref]"))
    not_found = LexborHTMLParser((root / "out" / "404.html").read_text(encoding="utf-8"))
    (link,) = not_found.css('main a[hreflang="de"]')
    assert link.attributes["lang"] == "en"


# --- catalogues


def test_english_stands_in_for_what_a_catalogue_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**SENTENCES, "difference": "Take {shift} from {raw}.", "new": ("One {count}.", "Many {count}.")}
    reading = catalogue.read(RUSSIAN, sentences=changed)
    assert {problem.place for problem in reading.problems} == {"difference", "new"}
    text = reading.catalogue.text("new", 5)
    assert (text.written, text.lang) == ("Many {count}.", "en")
    assert reading.catalogue.text("difference").lang == "en"
    assert reading.catalogue.text("heading.given").lang == ""
    with pytest.raises(PageError):
        catalogue.load(RUSSIAN, sentences=changed)


def test_what_a_new_catalogue_lacks_is_named_whole_in_few_words(tmp_path: Path) -> None:
    path = tmp_path / "explainer.po"
    path.write_bytes(b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    with pytest.raises(ExplainerError) as caught:
        catalogue.load(RUSSIAN, path)
    assert len(caught.value.problems) < 10
    named = ", ".join(problem.found.removeprefix("no translation of ").rstrip(",") for problem in caught.value.problems)
    assert named.split(", ") == list(SENTENCES)


def test_a_language_that_is_made_has_english_where_its_source_has(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = catalogue.read(BY_CODE["zh-Hant"], sentences={**SENTENCES, "heading.given": NEW})
    text = reading.catalogue.text("heading.given")
    assert (text.written, text.lang) == (NEW, SOURCE.code)
