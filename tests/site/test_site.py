"""The finished site as a reader, a crawler and a second builder meet it.

Everything but the last section reads HTML and the published proof files with code of its own, so that a mistake in the
generator or in its inspection is not repeated here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import posixpath
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from explainer import verbs
from explainer.core.errors import PageError
from explainer.site.inspection import Examined, file_of
from explainer.site.settings import read_shared
from explainer.site.workers import HERE
from explainer.words.languages import BY_CODE, LANGUAGES, Language
from tests import ROOT
from tests.conftest import CACHE, Site, copy_project
from tests.small import small_project

pytestmark = [pytest.mark.site, pytest.mark.xdist_group("site")]

every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)

# The decimal mark, and what parts thousands. A language that is added needs its own here.
MARKS = {
    "en": (".", ","), "nb": (",", "\u00a0"), "fi": (",", "\u00a0"), "pt-BR": (",", "."), "ru": (",", "\u00a0"),
    "zh-Hans": (".", ","), "zh-Hant": (".", ","),
}  # fmt: skip
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


# --- reading pages


def parse(file: Path) -> LexborHTMLParser:
    return LexborHTMLParser(file.read_text(encoding="utf-8"))


def pages(folder: Path, language: Language) -> dict[str, Path]:
    """The pages of a language by the address they have in all of them."""
    top = folder / language.path
    others = {item.path.rstrip("/") for item in LANGUAGES if item is not language and item.path}
    return {
        str(file.parent.relative_to(top)): file
        for file in sorted(top.rglob("index.html"))
        if file.relative_to(top).parts[0] not in others
    }


def every_page(folder: Path) -> Iterator[tuple[Language, str, Path]]:
    for language in LANGUAGES:
        for address, file in pages(folder, language).items():
            yield language, address, file


def visible(tree: LexborHTMLParser, but: str = "script, style, template, code, pre") -> str:
    """The text of a page's body without some of its elements. The tree is used up."""
    for node in tree.css(but):
        node.decompose()
    assert tree.body is not None
    return tree.body.text()


def apart(tree: LexborHTMLParser) -> str:
    """The visible text of a page, where the labels of a figure do not run into each other. The tree is used up."""
    labels = [node.text() for node in tree.css("svg text")]
    for fraction in tree.css("mfrac"):
        fraction.insert_before(" ")
        fraction.child.insert_after(" / ")
    return "\n".join((visible(tree, "script, style, template, code, pre, svg"), *labels))


def ascii_number(text: str, language: Language) -> str:
    """`−1 234,5` as a language prints it → `-1234.5`; `2,5 · 10⁻⁷` → `2.5e-7`."""
    decimal, group = map(re.escape, MARKS[language.code])
    form = (
        rf"(?P<open>\()?(?P<minus>−)?(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,4}})(?:{decimal}(?P<fraction>\d+))?"
        r"(?:\s?[×·]\s?10(?P<power>−?\d+))?(?(open)\))"
    )
    match = re.fullmatch(form, text.translate(SUPERSCRIPTS))
    assert match, f"{text!r} is not a number as {language.code} writes it"
    whole = re.sub(r"\D", "", match["whole"])
    fraction = f".{match['fraction']}" if match["fraction"] else ""
    power = "e" + match["power"].replace("−", "-") if match["power"] else ""
    return ("-" if match["minus"] else "") + whole + fraction + power


def numbers(file: Path, language: Language) -> Counter[tuple[str, str]]:
    """What a page prints: how often which number for which quantity."""
    return Counter(
        (node.attributes["data-ref"] or "", ascii_number(node.text(), language)) for node in parse(file).css("[data-ref]")
    )


def outputs(file: Path) -> Counter[tuple[str, str]]:
    """What the code on a notebook's page has printed."""
    return Counter((node.attributes["data-output"] or "", node.text()) for node in parse(file).css("[data-output]"))


# --- numbers


@every_language
def test_each_page_prints_the_same_numbers_in_every_language(site: Site, language: Language) -> None:
    source = pages(site.folder, LANGUAGES[0])
    own = pages(site.folder, language)
    assert own.keys() == source.keys()
    for address, file in own.items():
        assert numbers(file, language) == numbers(source[address], LANGUAGES[0]), address
    assert sum(numbers(own["alice"], language).values()) > 100


def test_the_readme_says_how_many_numbers_there_are_on_how_many_pages(site: Site) -> None:
    """Rounded down, and not so long ago that it says too little."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"over ([\d,]+) numbers on (\d+) pages or more", text)
    pages_of_all = [page for edition in site.plan.editions for page in edition.pages.values()]
    found = sum(len(page.page.occurrences) for page in pages_of_all), len(pages_of_all)
    for claimed, counted in zip(said, found, strict=True):
        assert 0.8 * counted < int(claimed.replace(",", "")) <= counted


@every_language
def test_numbers_follow_the_conventions_of_the_language(site: Site, language: Language) -> None:
    decimal, _ = MARKS[language.code]
    foreign = re.escape("," if decimal == "." else ".")
    for address, file in pages(site.folder, language).items():
        document = parse(file)
        for index in document.css('[data-structural="index"]'):  # a comma parts the row from the column
            index.decompose()
        text = apart(document)
        assert not re.findall(r".{0,20}-\s?\d.{0,10}", text), f"{address}: a hyphen for a minus sign"
        # groups of three digits are parted by what may be the decimal mark elsewhere
        assert not re.findall(rf".{{0,20}}\d{foreign}(?!\d{{3}}(?!\d))\d.{{0,10}}", text), f"{address}: a foreign decimal mark"


class Proven:
    """The bounds that the site publishes for each quantity, and what it says was measured: that is exact as it was recorded."""

    def __init__(self, folder: Path) -> None:
        documents = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (folder / "derivations").glob("*.json")}
        self.measured = {f"{name}:{each}" for name, found in documents.items() for each in found.get("measured", {})}
        self.bounds = {
            f"{name}:{each}": [Fraction(text) for text in texts]
            for name, found in documents.items()
            for each, texts in (found["proof"]["enclosures"] | found.get("measured", {})).items()
        }

    def is_exactly(self, reference: str, printed: str) -> bool:
        return self.bounds[reference] == [Fraction(printed)]


def rounded(value: Fraction, like: str) -> str:
    """A value with as many decimal places as a printed number has, ties away from zero."""
    mantissa, _, power = like.partition("e")
    places = len(mantissa.partition(".")[2])
    with localcontext(prec=80):
        number = (Decimal(value.numerator) / value.denominator).scaleb(-int(power or 0))
        text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"{text}e{power}" if power else text


FEWER = re.compile(r"\{\{(\S+) to [12]\}\}")  # a number of which an author wants no more digits


@every_language
def test_every_printed_digit_follows_from_the_published_proof(site: Site, language: Language) -> None:
    proven = Proven(site.folder / language.path)
    fewer = {name for file in (site.root / "docs" / "en").glob("*.md") for name in FEWER.findall(file.read_text(encoding="utf-8"))}
    for address, file in pages(site.folder, language).items():
        for reference, printed in numbers(file, language):
            for bound in proven.bounds[reference]:
                assert rounded(bound, printed) == printed, f"{address}: {reference}"
            significant = len(printed.partition("e")[0].replace(".", "").lstrip("-0"))
            enough = significant >= 3 or reference in fewer or proven.is_exactly(reference, printed)
            assert enough, f"{address}: {reference} shows too little of itself"


@every_language
def test_what_was_measured_is_marked_and_nothing_else(site: Site, language: Language) -> None:
    """By dots, and where there is room by a text; the page's certificate says what that means."""
    proven, seen = Proven(site.folder / language.path), 0
    for address, file in pages(site.folder, language).items():
        tree = parse(file)
        for node in tree.css("[data-ref]"):
            measured = "ex-measured" in (node.attributes.get("class") or "").split()
            assert measured == (node.attributes["data-ref"] in proven.measured), f"{address}: {node.attributes['data-ref']}"
            assert not measured or node.tag != "span" or node.attributes.get("title"), f"{address}: {node.attributes['data-ref']}"
            seen += measured
    assert seen > 100


@every_language
def test_equals_stands_before_exact_numbers_only_and_almost_equals_before_rounded_ones(site: Site, language: Language) -> None:
    proven = Proven(site.folder)
    seen = Counter[str]()
    for address, file in pages(site.folder, language).items():
        for relation, numbers_after in sides(parse(file)):
            found = [(node.attributes["data-ref"] or "", ascii_number(node.text(), language)) for node in numbers_after]
            exact = all(proven.is_exactly(reference, printed) for reference, printed in found)
            assert relation == ("=" if exact else "≈"), f"{address}: {relation} before {found}"
            seen[relation] += 1
    assert min(seen["="], seen["≈"]) > 10


def sides(tree: LexborHTMLParser) -> Iterator[tuple[str, list[LexborNode]]]:
    """Every = or ≈ of a formula, with the numbers between it and the next one, if there are any."""
    for container in tree.css("math, math mrow, math mtd"):
        relation, found = "", list[LexborNode]()
        for child in [*container.iter(), None]:
            sign = child.text() if child is not None and child.tag == "mo" else ""
            if child is None or sign in ("=", "≈"):
                if relation and found:
                    yield relation, found
                relation, found = sign, []
            elif "data-ref" in child.attributes:
                found.append(child)
            else:
                found += child.css("[data-ref]")


LESSON = r"(^\s*|: )\d{1,2}\. "  # its number, in titles and in navigation


@every_language
def test_no_digit_stands_without_a_mark(site: Site, language: Language) -> None:
    for address, file in pages(site.folder, language).items():
        tree = parse(file)
        said = [tree.css_first("title").text(), tree.css_first("meta[name=description]").attributes["content"] or ""]
        for node in tree.css("[alt], [title], [aria-label], [placeholder]"):
            said += [node.attributes.get(name) or "" for name in ("alt", "title", "aria-label", "placeholder")]
        marked = "[data-ref], [data-structural], [data-literal], code, pre, script, style, template"
        said += visible(tree, marked).splitlines()
        assert not [text for text in said if any(map(str.isdigit, re.sub(LESSON, "", text)))], address


# --- documents


@every_language
def test_each_page_says_what_it_is(site: Site, language: Language) -> None:
    titles = []
    for address, file in pages(site.folder, language).items():
        tree = parse(file)
        assert tree.css_first("html").attributes["lang"] == language.code, address
        assert len(tree.css("h1")) == 1, address
        titles.append((tree.css_first("title").text().strip(), tree.css_first("meta[name=description]").attributes["content"]))
        assert all(titles[-1]), address
    assert len({title for title, _ in titles}) == len(titles), "two pages with one title"
    assert len({description for _, description in titles}) == len(titles), "two pages with one description"


@every_language
def test_links_to_sections_hold_in_every_language(site: Site, language: Language) -> None:
    def headings(file: Path) -> list[tuple[str, str | None]]:
        return [(node.tag or "", node.attributes.get("id")) for node in parse(file).css("article :is(h1, h2, h3, h4)")]

    source = pages(site.folder, LANGUAGES[0])
    for address, file in pages(site.folder, language).items():
        assert headings(file) == headings(source[address]), address
        identifiers = [node.attributes["id"] for node in parse(file).css("[id]")]
        assert len(identifiers) == len(set(identifiers)), f"{address}: an id stands twice"


def resolve(address: str, file: Path, folder: Path) -> Path:
    """The file that a link within the site leads to, wherever the site may lie."""
    path = unquote(urlsplit(address).path)
    here = file.relative_to(folder).as_posix()
    there = posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else here
    assert not there.startswith(("..", "/")), f"{here}: {address} leads out of the site"
    target = folder / there
    return target / "index.html" if target.is_dir() else target


@every_language
def test_the_language_switch_leads_to_the_same_page(site: Site, language: Language) -> None:
    for address, file in pages(site.folder, language).items():
        links = {
            node.attributes["hreflang"]: resolve(node.attributes["href"] or "", file, site.folder)
            for node in parse(file).css(".ex-languages a[hreflang]")
        }
        assert links == {item.code: pages(site.folder, item)[address] for item in LANGUAGES}, address


def test_every_internal_link_leads_somewhere(site: Site) -> None:
    @cache
    def anchors(file: Path) -> set[str | None]:
        return {node.attributes["id"] for node in parse(file).css("[id]")}

    followed = 0
    for _, _, file in every_page(site.folder):
        for node in parse(file).css("a[href]"):
            address = node.attributes["href"] or ""
            if urlsplit(address).scheme:
                continue
            target, fragment = resolve(address, file, site.folder), unquote(urlsplit(address).fragment)
            assert target.is_file(), f"{file}: {address}"
            assert not fragment or fragment in anchors(target), f"{file}: {address} has no such anchor"
            followed += bool(fragment)
    assert followed > 100


def test_the_page_for_a_wrong_address_leads_to_every_language(site: Site) -> None:
    """A host serves one such page for the whole site, from any address. It goes to where its links hold."""
    assert [*site.folder.rglob("404.html")] == [site.folder / "404.html"]
    links = {
        node.attributes["hreflang"]: node.attributes["href"] for node in parse(site.folder / "404.html").css("main a[hreflang]")
    }
    assert links == {language.code: f"./{language.path}" for language in LANGUAGES}


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    loading = (
        "link:not([rel~=canonical]):not([rel~=alternate]), script, img, iframe, source, video, audio, object, embed, use, image"
    )
    for file in [*site.folder.rglob("*.html")]:
        for node in parse(file).css(loading):
            for name in ("href", "src", "srcset", "data", "poster", "xlink:href"):
                address = node.attributes.get(name) or ""
                assert not urlsplit(address).netloc, f"{file}: {address}"
                if node.tag == "img" and address.startswith("data:image/png;base64,"):
                    continue
                if name in ("href", "src") and address and file.name != "404.html" and node.tag != "use":
                    assert resolve(address, file, site.folder).is_file(), f"{file}: {address}"
    for file in site.folder.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        assert not re.findall(r"@import[^;]*|url\(\s*['\"]?(?:https?:)?//[^)]*", text), file


def test_articles_carry_no_inline_styles_but_those_of_markdown_tables(site: Site) -> None:
    for _, _, file in every_page(site.folder):
        for node in parse(file).css("article [style]"):
            assert node.tag in ("th", "td"), f"{file}: {node.html}"
            assert re.fullmatch(r"text-align: (left|right|center);", node.attributes["style"] or ""), f"{file}: {node.html}"


# --- search


def search_index(folder: Path, language: Language) -> list[dict[str, str]]:
    found = json.loads((folder / language.path / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("gradient", "weight", "loss")),
        ("ru", ("производная", "вес", "потери")),
        ("zh-Hans", ("梯度", "权重", "损失")),
        ("zh-Hant", ("梯度", "權重", "損失", "推導", "連鎖律")),
    ],
)
def test_the_search_index_has_the_words_of_its_language(site: Site, code: str, words: tuple[str, ...]) -> None:
    (language,) = [item for item in LANGUAGES if item.code == code]
    text = " ".join(entry["text"] for entry in search_index(site.folder, language) if entry["location"].startswith("alice/"))
    # Chinese has no spaces: what the index has between its words is U+200B
    found = {word.casefold() for word in re.split(r"[\W\u200b]+", text)}
    assert found >= set(words)


@every_language
def test_formulas_and_figures_are_not_in_the_search_index(site: Site, language: Language) -> None:
    """Their numbers would come as one string of digits without spaces."""
    for address, file in pages(site.folder, language).items():
        there = "" if address == "." else f"{address}/"
        docs = [entry for entry in search_index(site.folder, language) if entry["location"].partition("#")[0] == there]
        text = one_line(" ".join(entry["text"] for entry in docs))
        inside = {node.text() for node in parse(file).css(".ex-formula [data-ref], svg [data-ref]")}
        outside = one_line(visible(parse(file), "script, .ex-formula, svg"))
        only_inside = {number for number in map(one_line, inside) if number not in outside}
        assert only_inside or address != "alice"
        assert not {number for number in only_inside if number in text}, address


def one_line(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


# --- notebooks


@every_language
def test_a_notebook_page_is_small_and_has_nothing_of_jupyter_left(site: Site, language: Language) -> None:
    found = {address: file for address, file in pages(site.folder, language).items() if address.startswith("notebooks/")}
    recorded = {file.stem for file in (site.root / "docs" / "records").glob("*.json")}  # too large for one
    walkthroughs = ({file.stem for file in (site.root / "docs" / "en").glob("*.md")} & set(site.plan.proofs)) - recorded
    assert {address.partition("/")[2] for address in found} == walkthroughs >= {"alice", "neuron", "feedforward", "perceptron"}
    for address, file in found.items():
        html = file.read_bytes()
        assert len(gzip.compress(html, 9)) <= 60_000, address
        tree = parse(file)
        text = tree.css_first("article").html or ""  # the frame has Material's own words, in the page's language
        for leftover in ("jp-", "jupyter", "MathJax", "mathjax", "In&nbsp;[", "In [", "Out[", "Copied!", "Copy to", "require.js"):
            assert leftover not in text, f"{address}: {leftover}"
        assert not tree.css("article style, article script"), address
        assert tree.css("article math"), address
        assert tree.css_first("article .ex-output").attributes["aria-label"], address


@every_language
def test_a_notebook_is_reached_from_its_page_and_can_be_downloaded(site: Site, language: Language) -> None:
    own = pages(site.folder, language)
    for name in ("alice", "neuron", "feedforward", "training"):
        (link,) = parse(own[name]).css("h1 + .ex-beside a")
        assert resolve(link.attributes["href"] or "", own[name], site.folder) == own[f"notebooks/{name}"]
        order = [node.attributes["href"] for node in parse(own[name]).css(".md-nav--primary a.md-nav__link[href]")]
        assert f"../notebooks/{name}/" not in order
        page = own[f"notebooks/{name}"]
        file, back = (
            resolve(node.attributes["href"] or "", page, site.folder) for node in parse(page).css("article .ex-actions a")
        )
        assert back == own[name]
        assert file.read_text(encoding="utf-8") == verbs.show(
            str(site.root / f"docs/examples/{name}.toml"), "notebook", language.code
        )


@every_language
def test_the_notebook_of_any_other_example_can_be_downloaded_from_its_page(site: Site, language: Language) -> None:
    own = pages(site.folder, language)
    for name in ("mazur", "sigmoid-neuron"):
        (link,) = parse(own[name]).css("h1 + .ex-beside a[download]")
        file = resolve(link.attributes["href"] or "", own[name], site.folder)
        example = str(site.root / f"docs/examples/{name}.toml")
        assert file.read_text(encoding="utf-8") == verbs.show(example, "notebook", language.code)


def test_outputs_on_a_notebook_page_are_the_published_numbers(site: Site) -> None:
    shown = {
        f"{file.stem}:{name}": quantity["shown"]
        for file in (site.folder / "derivations").glob("*.json")
        for name, quantity in json.loads(file.read_text(encoding="utf-8"))["quantities"].items()
    }
    for language in LANGUAGES:
        for address, file in pages(site.folder, language).items():
            printed = parse(file).css("[data-output]")
            assert bool(printed) == address.startswith("notebooks/")
            for node in printed:
                reference = node.attributes["data-output"] or ""
                assert Decimal(node.text()) == Decimal(shown[reference]), f"{address}: {reference}"


def test_a_notebook_that_prints_something_else_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small_project(tmp_path / "project")
    out = verbs.build(root, ["en"], root / "public", workers=HERE)
    before = contents(out)
    shutil.rmtree(root / "build" / "cache")
    monkeypatch.setattr("explainer.notebook.code.literal", lambda value: "1.25")
    with pytest.raises(PageError) as caught:
        verbs.build(root, ["en"], out, workers=HERE)
    places = {(problem.file, problem.place) for problem in caught.value.problems}
    assert ("docs/examples/neuron.toml", "notebook, cell forward, z_1") in places
    assert all(problem.found and problem.expected for problem in caught.value.problems)
    assert contents(out) == before


# --- building


def contents(folder: Path) -> dict[str, str]:
    """A fingerprint of every file."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()
    }


REMADE = ["zh-Hant"]  # what most libraries have a part in
REMAKE = f"""
import sys
from pathlib import Path
from explainer.verbs import build
from explainer.words.languages import BY_CODE

build(Path.cwd(), {REMADE}, Path(sys.argv[1]), lambda text: print(text, flush=True), among=[*BY_CODE])
"""


def test_the_same_sources_give_the_same_bytes_everywhere(site: Site, tmp_path: Path) -> None:
    """A language made elsewhere, in the place of the one that is there, from what is proven and nothing else that was kept.

    Proofs, too, are the same everywhere: the small project's are made anew in every place.
    """
    root = copy_project(tmp_path / "elsewhere" / "проект", site.root)
    for kind in ("proof", "ledger"):
        shutil.copytree(CACHE / kind, root / "build" / "cache" / kind)
    out = shutil.copytree(site.folder, tmp_path / "again")
    # a day of another year as well: mkdocs takes it for today
    settings = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Apia", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "86400", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-X", "utf8=0", "-c", REMAKE, str(out)]
    done = subprocess.run(command, cwd=root, env=os.environ | settings, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr
    said = set(done.stdout.decode().splitlines())
    assert said >= {"page zh-Hant/alice.md", *(f"mkdocs: {code}" for code in REMADE)}
    assert contents(out) == contents(site.folder)


def article(file: Path) -> str:
    """What an author is responsible for on a page: all but the frame, the row of languages and the certificate."""
    tree = parse(file)
    for node in tree.css("aside.ex-certificate, nav.ex-tongues"):
        node.decompose()
    return tree.css_first("article").html or ""


def test_changing_one_weight_changes_just_the_pages_that_show_what_depends_on_it(site: Site, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", site.root, cache=CACHE)  # elsewhere it is shown that this changes nothing
    remade = [LANGUAGES[0], BY_CODE["ru"]]
    example = root / "docs" / "examples" / "two-outputs.toml"
    text = example.read_text(encoding="utf-8")
    changed = text.replace("\nb_2 = -0.5\n", "\nb_2 = -0.4\n")
    assert changed != text
    example.write_text(changed, encoding="utf-8")
    after = shutil.copytree(site.folder, tmp_path / "after")
    verbs.build(root, [language.code for language in remade], after, among=[*BY_CODE])

    touched: dict[str, set[str]] = {}
    for language, (address, file) in ((item, page) for item in remade for page in pages(after, item).items()):
        before = pages(site.folder, language)[address]
        differs = (numbers(file, language), outputs(file)) != (numbers(before, language), outputs(before))
        assert (article(file) != article(before)) == differs, f"{language.code}: {address}"
        touched.setdefault(language.code, set()).update([address] if differs else [])
        if address in ("neuron", "alice"):
            assert file.read_bytes() == before.read_bytes(), f"{language.code}: {address}"
    assert all(found == {"backpropagation", "worksheets/backpropagation"} for found in touched.values())
    assert ("two-outputs:b_2", "-0.4") in numbers(pages(after, LANGUAGES[0])["backpropagation"], LANGUAGES[0])


def test_plain_mkdocs_makes_the_english_pages_and_leaves_the_site_alone(site: Site, tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", site.root, cache=CACHE)
    (root / "site").mkdir()
    (root / "site" / "explainer-manifest.json").write_text("{}", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build"], cwd=root, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (root / "site").iterdir()] == ["explainer-manifest.json"]
    for address, file in pages(site.folder, LANGUAGES[0]).items():
        plain = root / "build" / "mkdocs" / address / "index.html"
        assert article(plain) == article(file), address


SLOW_BUILD = """
import sys
from pathlib import Path
from explainer.verbs import build

build(Path.cwd(), ["en", "ru"], Path("public"), lambda text: print(text, flush=True))
"""


def interrupt(root: Path, stage: str, delay: float) -> None:
    """Start a build and kill it, with all it has started, some time after it says that it has reached a stage."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_BUILD], cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        reached = any(line.startswith(stage) for line in process.stdout)
        time.sleep(delay)
        assert reached, f"the build never came to {stage}"
        assert process.poll() is None, f"the build was over before it could be killed, {delay} s after {stage}"
        os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.budget("kills")
def test_an_interrupted_build_leaves_the_old_site_and_does_not_hinder_the_next(tmp_path: Path) -> None:
    root = small_project(tmp_path / "project")
    out = verbs.build(root, ["en", "ru"], root / "public", workers=HERE)
    before = contents(out)
    shutil.rmtree(root / "build" / "cache")
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("site_name: ", "site_name: new ", 1), encoding="utf-8")
    # Each one starts from what the one before has left behind, and gets further.
    for stage, delay in (("proving", 0.0), ("site", 0.0), ("site", 0.3)):  # later moments: tests/site/test_endings.py
        interrupt(root, stage, delay)
        assert contents(out) == before, f"{delay} s after {stage}"
    verbs.build(root, ["en", "ru"], out, workers=HERE)
    assert all(re.search("^(.* - )?new ", parse(file).css_first("title").text()) for file in out.rglob("index.html"))
    assert not [path.name for path in root.iterdir() if path.name.startswith(".public")]


# --- the inspection that every build ends with


def spoil(file: Path, pattern: str, replacement: str) -> str:
    """Change the first match in a page; returns what it was."""
    text = file.read_text(encoding="utf-8")
    spoilt = re.sub(pattern, replacement, text, count=1)
    assert spoilt != text, "nothing to spoil"
    file.write_text(spoilt, encoding="utf-8")
    return text


@pytest.mark.parametrize(
    ("pattern", "replacement", "named"),
    [
        pytest.param("(<mn>)0,2269(</mn>)", r"\g<1>0,2268\2", "0,2268", id="another number"),
        pytest.param('data-ref="alice:o_1"', 'data-ref="alice:h_1"', "alice:h_1", id="a number of another quantity"),
        pytest.param(' data-ref="alice:shift_1"', "", "135", id="a number that refers to nothing"),
        pytest.param(r'<span class="num" data-ref="alice:shift_2">[^<]*</span>', "", "alice:shift_2", id="a missing number"),
        pytest.param(r'(id="loss">)', r"\g<1>7 ", "7", id="a digit in a heading"),
        pytest.param(r'(href="#loss" title=")', r"\g<1>3 ", "3 ", id="a digit in a tooltip"),
        pytest.param(r'href="\.\./neuron/#sigmoid"', 'href="../neuron/#sigmoyd"', "sigmoyd", id="a link to no section"),
        pytest.param(r'href="\.\./proof/"', 'href="../prof/"', "prof", id="a link to no page"),
        pytest.param(r'href="\.\./\.\./alice/"', 'href="../../../alice/"', "../../../alice/", id="a link out of the site"),
        pytest.param("</article>", '<img src="//cdn.example/pixel.png"></article>', "cdn.example", id="an image from elsewhere"),
    ],
)
def test_an_inspection_names_what_is_wrong_with_a_page(
    site: Site, spoilable: Path, sound: Mapping[str, Examined], pattern: str, replacement: str, named: str
) -> None:
    from explainer.site.inspection import inspected

    file = spoilable / "ru" / "alice" / "index.html"
    text = spoil(file, pattern, replacement)
    try:
        problems = inspected(site.plan, spoilable, {**sound, **looked_at(site, spoilable, {file})})
    finally:
        file.write_text(text, encoding="utf-8")
    assert problems
    # Told with the file that the author has: the page's, or its example's, if that is where the words stand.
    assert {problem.file for problem in problems} <= {"docs/ru/alice.md", "docs/examples/alice.toml"}
    assert any(named in f"{problem.place} {problem.found}" for problem in problems), problems


@pytest.mark.parametrize(
    ("pattern", "replacement", "named"),
    [
        pytest.param('(data-output="alice:o_1">)0.5237', r"\g<1>0.5238", "output of cell forward", id="another number"),
        pytest.param('data-output="alice:o_1"', 'data-output="alice:h_1"', "alice:o_1", id="a number of another quantity"),
        pytest.param(' data-output="alice:o_1"', "", "alice:", id="a number of nothing"),
        pytest.param(r'<span class="n">z</span>', '<span class="n">y</span>', "cell tools", id="other code"),
        pytest.param(r"x_1 = <span", "x_1 ≈ <span", "output of cell data", id="other words"),
        pytest.param('(id="given">)', r"\g<1>7 ", "digit", id="a digit in a heading"),
        pytest.param(r"alice\.ipynb", "alicia.ipynb", "alicia", id="no file to download"),
    ],
)
def test_an_inspection_names_what_is_wrong_with_a_notebook(
    site: Site, spoilable: Path, sound: Mapping[str, Examined], pattern: str, replacement: str, named: str
) -> None:
    from explainer.site.inspection import inspected

    file = spoilable / "ru" / "notebooks" / "alice" / "index.html"
    text = spoil(file, pattern, replacement)
    try:
        problems = inspected(site.plan, spoilable, {**sound, **looked_at(site, spoilable, {file})})
    finally:
        file.write_text(text, encoding="utf-8")
    assert {problem.file for problem in problems} == {"docs/examples/alice.toml"}
    assert any("ru/notebooks/alice/index.html" in problem.place for problem in problems) or any(
        problem.place.startswith("line") for problem in problems
    )
    assert any(named in f"{problem.place} {problem.found}" for problem in problems), problems


def test_a_link_may_say_what_its_heading_says() -> None:
    """The contents of a page repeat its headings, without the marks on their numbers."""
    from selectolax.lexbor import LexborHTMLParser

    from explainer.site.inspection import _headings, _loose_text

    heading = '<h2 id="u">The update (<span data-literal="why">2</span>)<a class="headerlink" href="#u">¶</a></h2>'
    document = LexborHTMLParser(f'<nav><a href="#u">The update (2)</a> <a href="#u">Step 2</a></nav>{heading}')
    assert document.body is not None
    assert [text for text in _loose_text(document.body, _headings(document)) if "2" in text] == ["Step 2"]


def test_an_inspection_misses_a_page_that_is_not_there(site: Site, spoilable: Path, sound: Mapping[str, Examined]) -> None:
    from explainer.site.inspection import inspected

    assert inspected(site.plan, spoilable, sound) == ()
    folder = spoilable / "zh-Hans" / "neuron"
    folder.rename(spoilable / "moved")
    try:
        there = {name: page for name, page in sound.items() if (spoilable / name).is_file()}
        problems = inspected(site.plan, spoilable, there)
        found = [(item.file, item.place, item.found) for item in problems]
        assert ("docs/zh-Hans/neuron.md", "the finished page zh-Hans/neuron/index.html", "no such file") in found
    finally:
        (spoilable / "moved").rename(folder)


def looked_at(site: Site, folder: Path, files: Set[Path] = frozenset()) -> dict[str, Examined]:
    """What pages of a copy of the site say: these, or all."""
    from explainer.site.finished import texts_with_digits
    from explainer.site.inspection import examine

    found = {}
    for edition in site.plan.editions:
        asked = {path: file for path in edition.pages if (file := folder / file_of(edition.language, path)) in files or not files}
        texts = texts_with_digits(edition, read_shared(site.root)) if asked else frozenset()
        for path, file in asked.items():
            found[str(file.relative_to(folder))] = examine(edition, edition.pages[path], file.read_text(encoding="utf-8"), texts)
    return found


@pytest.fixture(scope="module")
def spoilable(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site, to be put right after each use."""
    return shutil.copytree(site.folder, tmp_path_factory.mktemp("spoilable") / "site")


@pytest.fixture(scope="module")
def sound(site: Site) -> Mapping[str, Examined]:
    """What the pages of the site say."""
    return looked_at(site, site.folder)
