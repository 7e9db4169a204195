"""Traditional Chinese, made from Simplified: what OpenCC alone gets wrong, what must stay as it is, and who is told what."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from explainer import verbs
from explainer.core.errors import InputError, PageError
from explainer.site.plan import Edition
from explainer.site.project import Project, read_project
from explainer.site.translations import prose_of, translation_problems
from explainer.words import catalogue, conversion, glossary, made, phrases
from explainer.words.languages import BY_CODE
from explainer.words.phrases import Phrases
from explainer.words.sections import stamped
from tests.conftest import ROOT, copy_project

HANS, HANT = BY_CODE["zh-Hans"], BY_CODE["zh-Hant"]


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(ROOT)


@pytest.fixture(scope="module")
def editions(warm: Path) -> tuple[Edition, ...]:
    return verbs.plan(ROOT, [HANS, HANT]).editions  # with what is kept there


def opencc(text: str) -> str:
    from opencc import OpenCC

    return OpenCC("s2twp").convert(text)


def converted(text: str) -> str:
    found = conversion.page(text, HANT)
    assert not found.undecided
    return found.text


# --- phrases


@pytest.mark.parametrize(
    ("simplified", "alone", "right"),
    [
        ("九个参数同时更新", "引數", "九個參數同時更新"),
        ("尚未经过激活函数", "啟用函式", "尚未經過激活函數"),
        ("预激活值", "預啟用值", "預激活值"),
        ("指数函数", "函式", "指數函數"),
        ("从正态分布中抽取", "正態", "從常態分布中抽取"),
        ("之前从不舍入", "從不捨", "之前從不捨入"),
        ("以一个大素数为模", "素數", "以一個大質數為模"),
        ("链式法则", "鏈式法則", "連鎖律"),
        ("权重的行与列对调了", "行與列", "權重的列與行對調了"),
    ],
)
def test_what_opencc_alone_gets_wrong(simplified: str, alone: str, right: str) -> None:
    assert alone in opencc(simplified)
    assert converted(simplified) == right


@pytest.mark.parametrize(
    ("simplified", "right"),
    [
        ("矩阵的第二行第三列", "矩陣的第二列第三行"),
        ("权重矩阵的每一行属于一个神经元，每一列属于一个输入", "權重矩陣的每一列屬於一個神經元，每一行屬於一個輸入"),
        ("矩阵 $W$ 有三行两列", "矩陣 $W$ 有三列兩行"),
        ("矩阵第 $i$ 行、第 $j$ 列的元素", "矩陣第 $i$ 列、第 $j$ 行的元素"),
        ("用行向量乘以列向量", "用列向量乘以行向量"),
        # what is no row stays, in the same sentence as well
        ("对矩阵进行运算，再列出每一行", "對矩陣進行運算，再列出每一列"),
        # a line of text is 行 on both sides
        ("再运行下面这一行", "再執行下面這一行"),
    ],
)
def test_rows_and_columns_are_exchanged(simplified: str, right: str) -> None:
    assert converted(simplified) == right


@pytest.mark.parametrize(
    ("text", "excerpts"),
    [
        ("看每一行。", ["看每一行。"]),
        ("矩阵很大。看每一行。", ["看每一行。"]),  # the sentence before does not say what is meant in this one
        ("一切进行顺利，系列完整。", []),
        ("可以按 $k$ 列出，也可以看 `x` 列", ["可以看 … 列"]),
    ],
)
def test_what_may_mean_two_things_must_be_decided(text: str, excerpts: list[str]) -> None:
    found = conversion.page(f"# A {{#a}}\n\n{text}\n", HANT)
    assert [item.excerpt for _, item in found.undecided] == excerpts
    assert all(line == 3 for line, _ in found.undecided)


@pytest.mark.parametrize(
    ("simplified", "right"),
    [
        ("训练一千轮", "訓練一千個週期"),
        ("训练 $n$ 轮之后", "訓練 $n$ 個週期之後"),
        ("第 {{x_1}} 轮", "第 {{x_1}} 個訓練週期"),
        ("第两万轮", "第兩萬個訓練週期"),
        ("先轮到她", "先輪到她"),
    ],
)
def test_a_phrase_may_leave_room_for_a_number(simplified: str, right: str) -> None:
    assert converted(simplified) == right


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("phrases =", "not TOML"),
        ('words = ["a"]', "words"),
        ("[phrases]\nterms = 3", "phrases.terms"),
        ('[phrases.a]\n"参数" = 3', "参数"),
        ('[phrases.a]\n"第{}行" = "第列"', "第{}行"),
        ('[phrases.a]\n"{}" = "{}"', "'{}'"),
        ('[phrases.a]\n"参数" = "參數"\n[phrases.b]\n"参数" = "引數"', "second time"),
        ('[[where]]\nphrases = {"行" = "列"}', "where[1].said"),
        ('[[where]]\nsaid = ["矩阵"]', "where[1].phrases"),
        ("undecided = 3", "undecided"),
    ],
)
def test_a_phrase_table_that_is_wrong(text: str, named: str) -> None:
    with pytest.raises(InputError) as caught:
        phrases.read(text, "table.toml")
    assert named in str(caught.value)
    assert all(problem.file == "table.toml" for problem in caught.value.problems)


# --- what is converted, and what is not

PAGE = """---
example: alice
title: 参数
description: “激活函数”的值
---

# 参数 {#参数}
<!-- source: 1a2b3c4d -->

“参数”和‘网络’，`参数`、{{参数}}、[参数](参数.md#参数){.参数}，见 https://例.tw/参数 。

::: steps 参数

$参数_1 \\text{ 如果参数}$ <img alt="参数" class="参数" src="参数.png">

$$
参数 \\text{ 否则输出}
$$

```python
print("参数")  # 参数
```

Don’t convert “l’Hôpital”.
"""


READ = {
    "title: 参数": "title: 參數",
    "“激活函数”的值": "「激活函數」的值",
    "# 参数 {": "# 參數 {",
    "“参数”和‘网络’": "「參數」和『網路』",
    "[参数]": "[參數]",
    "见": "見",
    "如果参数": "如果參數",
    'alt="参数"': 'alt="參數"',
    "否则输出": "否則輸出",
    "“l’Hôpital”": "「l’Hôpital」",
}


def test_only_what_is_read_as_words_is_converted() -> None:
    expected = PAGE
    for simplified, traditional in READ.items():
        assert expected.count(simplified) == 1
        expected = expected.replace(simplified, traditional)
    assert converted(PAGE) == expected


def test_a_link_parts_the_words_before_it_from_those_after_it() -> None:
    """A phrase may leave room for what is not converted, but does not reach over the end of a link."""
    assert converted("见[步骤](a.md)列出了") == "見[步驟](a.md)列出了"


def test_placeholders_of_sentences_stay() -> None:
    assert conversion.sentence("从 {by} 到 {of} 的“参数”", HANT).text == "從 {by} 到 {of} 的「參數」"


_KEPT = re.compile(
    r"^```.*?^```$|^:::[^\n]*$|\{\{.*?\}\}|`[^`\n]+`|\]\([^)]*\)|\{#[^}]*\}|^<!--.*?-->$|\$\$.*?\$\$|\$[^$]+\$",
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.thorough
def test_code_holes_and_formulas_of_all_pages_are_those_of_the_simplified_ones(project: Project) -> None:
    by_hand = project.prose["zh-Hant"]
    for path, page in prose_of(project, HANT).items():
        base = project.prose["zh-Hans"][path]
        if path not in by_hand:
            assert len(page.text.split("\n")) == len(base.split("\n"))
        kept = [[re.sub(r"\\text\{[^}]*\}", "", piece) for piece in _KEPT.findall(text)] for text in (base, page.text)]
        assert kept[0] == kept[1], path
        assert len(kept[0]) > 5


def test_all_sentences_are_converted() -> None:
    simplified, traditional = catalogue.load(HANS), catalogue.load(HANT)
    assert traditional.texts.keys() == simplified.texts.keys()
    assert traditional.text("column.parameter").written == "參數"
    assert traditional.text("column.epoch").written == "訓練週期"


@cache
def only_simplified() -> frozenset[str]:
    """Characters that OpenCC changes, and that no word has after it has changed them all."""
    import jieba

    words = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8")
    characters = sorted({character for character in words if "\u4e00" <= character <= "\u9fff"})
    single, _ = conversion.vocabulary("\n".join(characters))
    whole, _ = conversion.vocabulary(words)
    changed = {old for old, new in zip(characters, single.split("\n"), strict=True) if old != new}
    return frozenset(changed - set(whole))


@pytest.mark.thorough
def test_the_set_of_simplified_characters_is_one() -> None:
    assert only_simplified() >= set("参数权络这们个为时间证预传")
    assert not only_simplified() & set("參數權重網路後里面干台只")


@pytest.mark.site
def test_no_simplified_character_is_left(editions: tuple[Edition, ...]) -> None:
    _, hant = editions
    shown = [text for forms in hant.catalogue.texts.values() for text in forms]
    for page in hant.pages.values():
        shown += [text.written for text in (page.source.title, page.source.description, page.page.title)]
        shown += re.sub(r"^```.*?^```|`[^`]*`|<!--.*?-->", "", page.page.text, flags=re.DOTALL | re.MULTILINE).splitlines()
    assert not [line for line in shown if only_simplified() & set(line)]
    quoted = re.compile("[“”‘]|’(?![a-z])")
    assert not [line for line in shown if quoted.search(line)]


@pytest.mark.site
def test_titles_of_examples_are_converted(editions: tuple[Edition, ...]) -> None:
    _, hant = editions
    assert hant.pages["hmkcode.md"].page.title.written == "無偏差的線性網路"


# --- terms


def test_the_phrase_table_makes_the_terms_of_the_glossary(project: Project) -> None:
    pairs = [(term.forms["zh-Hans"], term.forms["zh-Hant"]) for term in project.terms]
    assert len(pairs) > 20
    for simplified, traditional in pairs:
        for form in simplified:
            found = conversion.sentence(form, HANT)
            assert found.undecided or found.text in traditional, form


@pytest.mark.thorough
def test_all_pages_keep_to_the_terms(project: Project) -> None:
    assert not list(translation_problems(project, HANT, prose_of(project, HANT)))


def without(table: Phrases, *gone: str) -> Phrases:
    return Phrases({key: value for key, value in table.always.items() if key not in gone}, table.where, table.undecided)


@pytest.mark.site
@pytest.mark.usefixtures("warm")
def test_a_term_that_the_table_does_not_cover_is_named_with_page_and_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = without(conversion.table(HANT), "参数", "超参数")
    monkeypatch.setattr(conversion, "table", lambda _: table)
    lines = project.prose["zh-Hans"]["alice.md"].split("\n")
    (line,) = (number for number, line in enumerate(lines, 1) if "参数" in line)
    with pytest.raises(PageError) as caught:
        verbs.plan(ROOT, [HANT])
    found = {(problem.file, problem.place, problem.found) for problem in caught.value.problems}
    assert ("docs/zh-Hans/alice.md", f"line {line}", "'引數', a false friend of 'parameter'") in found
    assert ("the zh-Hant catalogue", "column.parameter", "'引數', a false friend of 'parameter'") in found


@pytest.mark.site
def test_what_is_undecided_is_named_with_page_and_line(warm: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", cache=warm)
    page = root / "docs" / "zh-Hans" / "feedforward.md"
    text = page.read_text(encoding="utf-8") + "\n再看每一行。\n"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(PageError) as caught:
        verbs.plan(root, [HANS, HANT])
    (problem,) = caught.value.problems
    assert (problem.file, problem.place) == ("docs/zh-Hans/feedforward.md", f"line {len(text.splitlines())}")
    assert "'行'" in problem.found
    assert "explainer/words/phrases/zh_Hant.toml" in problem.expected


# --- sections written by hand

ENGLISH = "# Title {#top}\n\nText.\n\n## Part {#part}\n\nMore {{h_1}}.\n\n## End {#end}\n\nThe end.\n"
SIMPLIFIED = stamped(ENGLISH, "# 题目 {#top}\n\n文字。\n\n## 部分 {#part}\n\n参数 {{h_1}}。\n\n## 结尾 {#end}\n\n结束。\n")
BY_HAND = stamped(ENGLISH, "## 自己寫的 {#part}\n\n兩行\n\n文字 {{h_1}}。")


def make(own: str, base: str = SIMPLIFIED) -> made.Made:
    return made.make(base, "docs/zh-Hans/a.md", own, "docs/zh-Hant/a.md", HANT)


def test_a_section_written_by_hand_wins() -> None:
    page = make(BY_HAND)
    assert not page.problems
    assert [line for line in page.text.split("\n") if line.startswith("#")] == [
        "# 題目 {#top}", "## 自己寫的 {#part}", "## 結尾 {#end}",
    ]  # fmt: skip
    lines = page.text.split("\n")
    for text, origin in (
        ("題目", ("docs/zh-Hans/a.md", 1)),
        ("文字 {", ("docs/zh-Hant/a.md", 6)),
        ("結尾", ("docs/zh-Hans/a.md", 11)),
    ):
        (number,) = (number for number, line in enumerate(lines, 1) if text in line)
        assert page.origin(number) == origin


def test_what_a_section_by_hand_replaces_need_not_be_decided() -> None:
    base = SIMPLIFIED.replace("参数", "每一行")
    assert len(make("", base).problems) == 1
    assert not make(BY_HAND, base).problems


def test_sections_of_no_page_are_named() -> None:
    page = make("文字\n\n" + BY_HAND.replace("{#part}", "{#teil}"))
    assert [(problem.file, problem.place) for problem in page.problems] == [
        ("docs/zh-Hant/a.md", "line 1"), ("docs/zh-Hant/a.md", "line 3"),
    ]  # fmt: skip
    assert page.text == make("").text


@pytest.mark.site
def test_a_stale_section_by_hand_is_named_where_it_stands(warm: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", cache=warm)
    page = root / "docs" / "zh-Hant" / "neuron.md"
    page.write_text(page.read_text(encoding="utf-8").replace("<!-- source: ", "<!-- source: 0"), encoding="utf-8")
    with pytest.raises(PageError) as caught:
        verbs.plan(root, [HANT])
    (problem,) = caught.value.problems
    assert (problem.file, problem.place) == ("docs/zh-Hant/neuron.md", "line 1")
    assert "translates an older English text" in problem.found
    assert [path.name for path in verbs.stamp("zh-Hant", root)] == ["neuron.md"]
    assert page.read_bytes() == (ROOT / "docs" / "zh-Hant" / "neuron.md").read_bytes()


@pytest.mark.site
def test_a_stale_simplified_section_is_named_once(warm: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", cache=warm)
    page = root / "docs" / "zh-Hans" / "neuron.md"
    page.write_text(page.read_text(encoding="utf-8").replace("<!-- source: ", "<!-- source: 0", 1), encoding="utf-8")
    with pytest.raises(PageError) as caught:
        verbs.plan(root, [HANS, HANT])
    assert [problem.file for problem in caught.value.problems] == ["docs/zh-Hans/neuron.md"]


@pytest.mark.site
def test_a_page_by_hand_that_english_does_not_have(warm: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", cache=warm)
    (root / "docs" / "zh-Hant" / "more.md").write_text("# A {#a}\n", encoding="utf-8")
    with pytest.raises(PageError) as caught:
        verbs.plan(root, [HANT])
    assert [(problem.file, problem.found) for problem in caught.value.problems] == [
        ("docs/zh-Hant/more.md", "a page that English does not have")
    ]


def test_a_sentence_written_by_hand_wins(tmp_path: Path) -> None:
    path = tmp_path / "explainer.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(f'{header}msgctxt "column.epoch"\nmsgid "Epoch"\nmsgstr "世代"\n', encoding="utf-8")
    found = catalogue.load(HANT, path)
    assert [found.text(key).written for key in ("column.epoch", "column.parameter")] == ["世代", "參數"]
    path.write_text(f'{header}msgctxt "column.epoch"\nmsgid "Round"\nmsgstr "世代"\n', encoding="utf-8")
    with pytest.raises(PageError) as caught:
        catalogue.load(HANT, path)
    assert [problem.place for problem in caught.value.problems] == ["column.epoch"]


# --- the tool


@pytest.fixture
def no_opencc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "opencc", None)
    conversion._opencc.cache_clear()
    yield
    conversion._opencc.cache_clear()


@pytest.mark.usefixtures("warm", "no_opencc")
@pytest.mark.site
def test_a_missing_opencc_is_one_clear_error() -> None:
    with pytest.raises(InputError) as caught:
        verbs.plan(ROOT, [HANS, HANT])
    (problem,) = caught.value.problems
    assert "'opencc'" in problem.found
    with pytest.raises(InputError, match="opencc"):
        verbs.show("neuron", code="zh-Hant")
    assert verbs.show("neuron", code="zh-Hans").startswith("# ")


@pytest.mark.thorough
def test_conversion_does_not_depend_on_the_order_of_sets(project: Project) -> None:
    program = (
        "import hashlib\nfrom pathlib import Path\nfrom explainer.words import conversion\n"
        "from explainer.words.languages import BY_CODE\n"
        "texts = [path.read_text('utf-8') for path in sorted(Path('docs/zh-Hans').glob('*.md'))]\n"
        "print(hashlib.sha256(''.join(conversion.page(text, BY_CODE['zh-Hant']).text for text in texts).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_false_friends_are_told_with_their_line() -> None:
    term = glossary.Term({"en": ["bias"], "zh-Hant": ["偏差"]}, {"zh-Hant": ["偏見"]})
    text = stamped("# A {#a}\n\nThe bias.\n\nMore.\n", "# 甲 {#a}\n\n偏差。\n\n偏見。\n")
    assert [problem.place for problem in glossary.problems([term], "zh-Hant", "# A {#a}\n\nThe bias.\n", text, "a.md")] == [
        "line 6"
    ]


def test_a_language_that_is_made_knows_its_source() -> None:
    assert replace(HANT, made_from="").path == HANT.path == "zh-Hant/"
    assert BY_CODE[HANT.made_from] is HANS
