"""Text never becomes markup or code: every field that people fill, through every output, with whatever may stand in it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import markdown as python_markdown
import pytest
import yaml
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

import explainer
from explainer import verbs
from explainer.core import text as gates
from explainer.core.errors import InputError, PageError
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import load_ledger
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.ledger.audit import audit
from explainer.notebook.cells import cells
from explainer.notebook.kernel import execute
from explainer.notebook.write import Links, notebook, site_notebook
from explainer.pages import markup
from explainer.pages.blocks.ledger import as_text
from explainer.pages.fill import Page, fill
from explainer.pages.generated import generated
from explainer.pages.plain import TerminalWriter
from explainer.pages.scribe import Scribe
from explainer.pages.source import Source, read
from explainer.pages.writers import SiteWriter
from explainer.site import policy, safety
from explainer.site.addresses import url_of
from explainer.site.inspection import inspected
from explainer.site.pages import PlannedPage
from explainer.site.plan import Plan
from explainer.site.settings import read_shared
from explainer.words import catalogue, glossary
from explainer.words.catalogue import Catalogue
from explainer.words.languages import BY_CODE, SOURCE
from tests.browsing import Quiet
from tests.conftest import ROOT, Site, copy_project, search
from tests.hostile import HOSTILE, PLAIN, RUN, UNFIT
from tests.networks import example_text

TEXTS = tuple(dict.fromkeys((*PLAIN, *HOSTILE)))
COMMONMARK = MarkdownIt("gfm-like", {"linkify": False})


@cache
def harmless() -> Derivation:
    text = example_text((1, 1), samples=2).replace("optimiser =", "epochs = 1\noptimiser =")
    text += '[[data.queries]]\nname = "query"\ninputs = [1]\n[title]\nen = "harmless"\n'
    return explainer.derive(parse(text, name="plain", file="plain.toml"))


def titled(title: str) -> Derivation:
    return replace(harmless(), example=replace(harmless().example, title={"en": Text(title)}))


def english() -> Catalogue:
    return catalogue.load(SOURCE)


def saying(words: str) -> Catalogue:
    """A catalogue in which a translator has written this wherever it can stand."""
    return Catalogue(
        SOURCE, {key: tuple(words.replace("{", "").replace("}", "") for _ in forms) for key, forms in english().texts.items()}
    )


@cache
def converter() -> python_markdown.Markdown:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    return python_markdown.Markdown(
        extensions=list(settings["markdown_extensions"]),
        extension_configs={key: value for key, value in settings["markdown_extensions"].items() if value},
    )


def page_of(title: str, words: Catalogue) -> PlannedPage:
    """The first lines of a generated page: the rest has no text of its example's."""
    made = generated(titled(title), words)
    source = replace(made, text="\n\n".join(made.text.split("\n\n")[:3]) + "\n")
    return PlannedPage("plain.md", source, fill(source, words, SiteWriter(), {"plain": titled(title)}))


def as_html(page: PlannedPage) -> tuple[dict[str, str], LexborHTMLParser]:
    """The front matter and the document that the site's own Markdown makes of a page."""
    _, head, body = page.text.split("---\n", 2)
    return yaml.safe_load(head), LexborHTMLParser(converter().reset().convert(body))


def shape(document: LexborHTMLParser) -> list[tuple[str, tuple[str, ...]]]:
    """What of a document is markup; that a text with digits says so is ours."""
    nodes = [node for node in document.css("*") if node.attributes.get("data-structural") != "text"]
    return [(node.tag or "", tuple(name for name in node.attributes if name != "class")) for node in nodes]


def words_of(html: str) -> str:
    """What a reader sees of a piece of HTML that must have no element but our own."""
    document = LexborHTMLParser(f"<p>{html}</p>")
    assert {node.tag for node in document.css("p *")} <= {"span"}
    found = document.css_first("p").text()
    assert isinstance(found, str)
    return found


# --- each gate


def inline_of_commonmark(text: str) -> str:
    (_, inline, _) = COMMONMARK.parse(text)
    assert all(token.type in ("text", "text_special") for token in inline.children or ()), inline.children
    return "".join(token.content for token in inline.children or ())


def from_tex(text: str) -> str:
    back = {tex: letter for letter, tex in gates._OF_TEX.items()} | {"{}": ""}
    names = sorted(back, key=len, reverse=True)
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", text)
    assert not re.search(r"[\\{}$&#%_^~]", "".join(pieces[::2])), text
    return "".join(back.get(piece, piece) for piece in pieces)


GATES: dict[str, Callable[[Text], str]] = {
    "html": lambda text: words_of(gates.html(text)),
    "attribute": lambda text: LexborHTMLParser(f'<p title="{gates.html(text)}">').css_first("p").attributes["title"] or "",
    "site": lambda text: words_of(SiteWriter().text(text)),
    "markdown": lambda text: inline_of_commonmark(f"x {gates.markdown(text)} y")[2:-2],
    "markdown at the beginning": lambda text: inline_of_commonmark(f"{gates.markdown(text)} y")[:-2],
    "heading": lambda text: COMMONMARK.parse(f"# {gates.markdown(text)}")[1].content
    and inline_of_commonmark(f"# {gates.markdown(text)}"),
    "tex": lambda text: from_tex(gates.tex(text)),
    "yaml": lambda text: yaml.safe_load(f"title: {gates.yaml(text)}\n")["title"],
    "python string": lambda text: ast.literal_eval(gates.python_string(text)),
    "python comment": lambda text: gates.python_comment(text)[2:],
    "terminal": lambda text: gates.printable(text.written),
}  # fmt: skip


def test_the_readme_says_how_many_there_are() -> None:
    assert f"{len(HOSTILE)} hostile texts" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("gate", GATES)
def test_a_text_comes_out_of_each_gate_as_it_went_in(gate: str) -> None:
    for written in TEXTS:
        assert GATES[gate](Text(written)).strip() == written.strip(), written


def test_a_text_has_no_form_without_a_gate() -> None:
    with pytest.raises(TypeError):
        f"{Text('x')}"
    with pytest.raises(TypeError):
        json.dumps(Text("x"))
    with pytest.raises(ValueError, match="no line of text"):
        Text("a\nb")


# --- each field, in each output


@pytest.mark.thorough
def test_a_title_is_text_on_the_site() -> None:
    _, plain = as_html(page_of("harmless", english()))
    for written in TEXTS:
        page = page_of(written, english())
        head, document = as_html(page)
        assert shape(document) == shape(plain), written
        assert document.css_first("h1").text().strip("¶").strip() == written.strip()
        assert words_of(head["title"]) == written
        assert page.title.written == written
        assert words_of(head["description"]).startswith(written)


@pytest.mark.thorough
def test_a_sentence_of_a_catalogue_is_text_on_the_site() -> None:
    _, plain = as_html(page_of("harmless", saying("harmless")))
    for written in TEXTS:
        sentence = written.replace("{", "").replace("}", "")
        _, document = as_html(page_of("harmless", saying(sentence)))
        assert shape(document) == shape(plain), written
        assert document.css_first("h2").text().strip("¶").strip() == sentence.strip()


@pytest.mark.thorough
def test_sentences_of_a_catalogue_are_text_in_figures_and_tables() -> None:
    found = harmless()
    blocks = Source("page.md", "::: figure values\n\n::: given\n\n::: partials\n", "plain")
    plain = shape(LexborHTMLParser(fill(blocks, saying("harmless"), SiteWriter(), {"plain": found}).text))
    for written in HOSTILE[::7]:
        page = fill(blocks, saying(written), SiteWriter(), {"plain": found})
        assert shape(LexborHTMLParser(page.text)) == plain, written


@pytest.mark.thorough
@pytest.mark.parametrize("format", ["markdown", "tex", "json"])
def test_a_title_changes_nothing_but_itself_in_what_is_shown(format: str) -> None:
    plain = verbs.show(titled("harmless"), format)
    gate = {"markdown": gates.markdown, "tex": gates.tex}.get(format, lambda _: "")
    for written in (*PLAIN, *HOSTILE[::12]):
        made = verbs.show(titled(written), format)
        if format == "json":
            assert made == plain
        else:
            assert made == plain.replace(
                "harmless", gate(Text(written)).rstrip() if made.count(gate(Text(written))) == 0 else gate(Text(written))
            )


@pytest.mark.thorough
def test_titles_and_names_are_text_in_notebooks() -> None:
    plain = harmless()
    code = [ast.dump(ast.parse(cell.code)) for cell in cells(plain)]
    links = Links("../", "../x.ipynb")
    frame = shape(LexborHTMLParser(text_of(site_notebook(plain, cells(plain), english(), links).text)))
    for index, written in enumerate(TEXTS):
        found = named(written)
        parts = cells(found)
        dumped = [ast.dump(ast.parse(cell.code)) for cell in parts]
        assert [text.replace(repr(written), "'query'") for text in dumped] == code, written
        document = json.loads(notebook(found, parts, english()).text)
        first = "".join(document["cells"][0]["source"]).split("\n")[0]
        assert inline_of_commonmark(first).strip() == f"{written}: notebook".strip()
        page = LexborHTMLParser(text_of(site_notebook(found, parts, english(), links).text))
        assert shape(page) == frame, written
        assert page.css_first("h1").text().strip() == f"{written}: notebook".strip()
        if not index % 40:
            assert list(execute(parts))[-1].startswith(f"{written}\n")


def named(written: str) -> Derivation:
    """The harmless example with this title, and samples of this name."""
    found, example = titled(written), titled(written).example
    assert isinstance(example, NetworkExample)
    rename = [
        tuple(replace(sample, name=Text(written)) for sample in samples) for samples in (example.data.samples, example.data.queries)
    ]
    renamed = replace(example, data=replace(example.data, samples=rename[0], queries=rename[1]))
    assert found.run is not None
    schedule = replace(found.run.schedule, example=renamed)
    return replace(found, example=renamed, run=replace(found.run, schedule=schedule))


def text_of(notebook_text: str) -> str:
    """The text of a notebook's cells as the site gets it."""
    cells_of = json.loads(notebook_text)["cells"]
    return "".join("".join(cell["source"]) for cell in cells_of if cell["cell_type"] == "markdown")


@pytest.mark.thorough
def test_a_ledger_is_text_in_a_terminal(tmp_path: Path) -> None:
    scribe = Scribe(english(), TerminalWriter(), {"plain": harmless()})
    for written in TEXTS:
        ledger = load_ledger(ledger_file(tmp_path, author=written, title=written))
        first = as_text(scribe, audit(ledger, {"plain": harmless()})).split("\n")[0]
        assert first == f"ledger: {written}, {written}"


def test_there_are_enough_texts_to_try() -> None:
    assert len(set(HOSTILE)) >= 300
    assert {"a < b", "Q&A", "C#", "$5", "50 %", "f*g", "snake_case", "{{x}}", "Backprop 101"} <= set(PLAIN)


@pytest.mark.thorough
def test_a_ledger_s_texts_change_nothing_on_the_site(tmp_path: Path) -> None:
    def block(written: str) -> str:
        ledger = load_ledger(ledger_file(tmp_path, author=written, title=written))
        audited = {"ledger": audit(ledger, {"plain": harmless()})}
        source = Source("docs/en/x.md", "::: ledger ledger\n")
        return fill(source, english(), SiteWriter(), {"plain": harmless()}, ledgers=audited).text

    assert {block(written) for written in TEXTS[::5]} == {block("harmless")}


def test_front_matter_is_text_on_the_site() -> None:
    for written in TEXTS:
        quoted = json.dumps(written)
        source = read(f"---\ntitle: {quoted}\ndescription: {quoted}\n---\n# T {{#top}}\n", "docs/en/x.md")
        page = PlannedPage("x.md", source, fill(source, english(), SiteWriter(), {}))
        head, _ = as_html(page)
        assert {key: words_of(text) for key, text in head.items()} == {"title": written, "description": written}
        assert page.title.written == written


def test_a_title_that_is_converted_is_text_all_the_same() -> None:
    """Traditional Chinese is made of it, piece by piece: no piece is lost, and none becomes another."""
    words = replace(english(), language=BY_CODE["zh-Hant"])
    for written in TEXTS:
        example = replace(harmless().example, title={"zh-Hans": Text(written)})
        made = words.title_of(example).written
        assert made.isascii() == written.isascii()
        if written.isascii():
            assert made == written


def ledger_file(folder: Path, **fields: str) -> Path:
    source = {"author": "A", "title": "T", "url": "https://example.org", "example": "plain"} | fields
    path = folder / "ledger.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in source.items()]
    path.write_text("\n".join(["[source]", *lines, "[[claims]]", 'quantity = "L"', 'printed = "1"', ""]), encoding="utf-8")
    return path


# --- what is no text is refused where it stands


@pytest.mark.parametrize("written", UNFIT, ids=repr)
def test_what_is_no_line_of_text_is_refused_at_its_key(written: str, tmp_path: Path) -> None:
    quoted = json.dumps(written).replace("\x7f", "\\u007f")
    text = example_text((1, 1), samples=2) + f'[[data.queries]]\nname = {quoted}\ninputs = [1]\n[title]\nen = "T"\nru = {quoted}\n'
    text = text.replace('"sample b"', quoted).replace("optimiser =", "epochs = 1\noptimiser =")
    places = places_of(lambda: parse(text, name="x", file="x.toml"))
    assert places == {"data.samples[2].name", "data.queries[1].name", "title.ru"}
    assert places_of(lambda: load_ledger(ledger_file(tmp_path, author=written, title=written))) == {"source.author", "source.title"}
    entry = f'[[term]]\nen = ["weight"]\nru = ["вес", {quoted}]\n'
    assert places_of(lambda: glossary.read(entry, "glossary.toml")) == {"term[1].ru[2]"}
    if not written.strip():
        return  # elsewhere, what is empty is as if it were not there
    page = read(f"---\ntitle: {quoted}\n---\n# T\n", "page.md")
    assert [problem.place for problem in page.problems] == ["front matter, title"]
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("site_name: explainer", f"site_name: {quoted}")
    (tmp_path / "mkdocs.yml").write_text(f"{settings}\ncopyright: {quoted}\n", encoding="utf-8")
    (tmp_path / "explainer" / "site" / "theme").mkdir(parents=True)
    assert places_of(lambda: read_shared(tmp_path)) == {"site_name", "copyright"}


def places_of(reading: Callable[[], Any]) -> set[str]:
    with pytest.raises(InputError) as caught:
        reading()
    return {problem.place for problem in caught.value.problems}


# --- pages of authors and translators


@pytest.mark.parametrize("line", [
    f"<script>{RUN}</script>", f"x <svg onload={RUN}>", f"<div onclick={RUN}>", "<div style=\"x\">", f"[x](javascript:{RUN})",
    f"[x](java&#115;cript:{RUN})", f"[x]( <JAVASCRIPT:{RUN}>)", f"[x]: javascript:{RUN}", f"<javascript:{RUN}>",
    "![x](data:image/svg+xml,x)",
    f"[x](y){{: onclick={RUN} }}", f"[x](y){{onclick={RUN}}}", "<iframe src=x></iframe>", "<a href='vbscript:x'>x</a>",
    "<img src=x",
    f"\\`<script>{RUN}</script>`", "<!--><script>", "<?php ?>", "<![CDATA[ x ]]>", "## H {#__config}",
    '<span data-structural="x">',
    "a\x1bb", "```python <script>\nx\n```", "```\nnever ends", "<form action=x>", "<style>x</style>", "<base href=x>",
    "<template>",
])  # fmt: skip
def test_what_a_page_must_not_have_is_told_at_its_line(line: str) -> None:
    source = Source("docs/en/page.md", f"# Title {{#top}}\n\n{line}\n", "plain")
    with pytest.raises(PageError) as caught:
        fill(source, english(), SiteWriter(), {"plain": harmless()})
    assert {(problem.file, problem.place) for problem in caught.value.problems} == {("docs/en/page.md", "line 3")}


@pytest.mark.parametrize("line", [
    "a < b", "Q&A", "`<script>`", "f*g", "<div class=\"x\" markdown>", "<br>", "<https://example.org>", "<me@example.org>",
    "{y}",
    "[x](alice.md#loss)", "[x](mailto:me@example.org)", "## H {#the-loss}", "$a<b$", "<abbr title=\"x\">x</abbr>",
    "<!-- said -->",
    "[x](y){.button}", "``a ` b <i``",
])  # fmt: skip
def test_what_the_guide_allows_stands(line: str) -> None:
    assert not list(markup.problems(line))


# --- the finished page

PAGE = '<!doctype html><html><head><meta charset="utf-8"></head><body><p>{}</p></body></html>'


@pytest.mark.parametrize("part", [
    f"<script>{RUN}</script>", "<script src=data:x></script>", f"<script type=module>{RUN}</script>",
    "<script type=importmap>{}</script>",
    f"<i onclick={RUN}>", f"<svg><a xlink:href=javascript:{RUN}></a></svg>", f"<a href=' java\tscript:{RUN}'>",
    "<img src='data:image/png,x'>",
    "<iframe src=x></iframe>", "<iframe srcdoc=x></iframe>", "<button formaction=x>", "<object data=x></object>",
    "<embed src=x>",
    "<base href=x>", "<meta http-equiv=refresh content=0>", "<i style=x>", "<template></template>", "<noscript></noscript>",
    "<svg><animate attributeName=href to=x></svg>", "<style>x</style>", "<form action=javascript:x></form>",
    '<meta http-equiv="Content-Security-Policy" content="x">',
])  # fmt: skip
def test_the_inspection_refuses_what_could_run(part: str) -> None:
    plain = LexborHTMLParser(policy.with_policy(PAGE.replace("{}", "<a href=x>fine</a>")))
    assert not list(safety.problems(plain))
    page = policy.with_policy(PAGE.replace("{}", part))
    assert list(safety.problems(LexborHTMLParser(page))) or part.startswith("<script src")


def test_two_pages_at_one_address_are_refused(tmp_path: Path) -> None:
    from explainer.site.plan import Edition

    pages = [PlannedPage("x.md", Source(file, ""), Page("")) for file in ("docs/examples/ru.toml", "docs/ru/index.md")]
    plan = Plan((Edition(SOURCE, english(), {"ru.md": pages[0]}), Edition(BY_CODE["ru"], english(), {"index.md": pages[1]})), {})
    found = {(problem.file, problem.found) for problem in inspected(plan, tmp_path, {})}
    assert ("docs/ru/index.md", "the address ru/index.html, which docs/examples/ru.toml has") in found


# --- in a browser


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small site in which everybody has written what they should not."""
    folder = tmp_path_factory.mktemp("hostile")
    root = copy_project(folder / "project")
    for path in (
        *(root / "docs" / "examples").glob("*.toml"),
        *(root / "docs" / "ledger").glob("*"),
        *(root / "docs").glob("*/*.md"),
    ):
        path.unlink()
    shutil.rmtree(root / "docs" / "derivations")
    (root / "docs" / "en" / "index.md").write_text(
        "# Home {#top}\n\n| a | b |\n| -: | - |\n| x | y |\n\n```python\nx\n```\n", encoding="utf-8"
    )
    (root / "docs" / "en" / "proof.md").write_text("# Proof {#top}\n\n## Search {#search}\n\ntext\n", encoding="utf-8")
    for number, title in enumerate(dict.fromkeys([*HOSTILE[2 :: len(HOSTILE) // 9], *PLAIN[:10]])):
        name = f"net-{number}"
        text = f"[title]\nen = {json.dumps(title)}\n" + example_text((1, 1), loss="squared_error").replace(
            '"sample a"', json.dumps(title)
        )
        (root / "docs" / "examples" / f"{name}.toml").write_text(text, encoding="utf-8")
    settings = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    evil = f'"><svg onload={RUN}> 3'
    settings |= {
        "site_name": evil,
        "copyright": evil,
        "site_author": evil,
        "nav": ["index.md", {f'"><img src=x onerror={RUN}>': ["proof.md"]}],
    }
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        sentences = dict(catalogue.SENTENCES)
        for key in ("site.to_dark", "site.to_light", "heading.given", "column.value", "notebook.link", "figure.symbols.title"):
            sentences[key] = f"\"><img src=x onerror={RUN}> ' {sentences[key]}"
        patch.setattr("explainer.words.catalogue.SENTENCES", sentences)
        patch.setattr(catalogue.read, "__defaults__", (None, sentences))
        patch.setattr(catalogue.load, "__defaults__", (None, sentences))
        out = verbs.build(root, ["en"], folder / "public")
        return Site(root, out, verbs.plan(root, [SOURCE]))


TOUR = """() => {
    window.violations = []
    document.addEventListener('securitypolicyviolation', event =>
        window.violations.push(event.violatedDirective + ' ' + event.blockedURI))
}"""


@pytest.mark.browser
def test_nothing_that_anybody_has_written_runs_in_a_browser(hostile_site: Site, browser: Any) -> None:
    """Not even where no policy would stop it."""
    with served(hostile_site.folder) as origin:
        page = browser.new_context(bypass_csp=True, reduced_motion="reduce").new_page()
        for path, planned in hostile_site.plan.editions[0].pages.items():
            page.goto(origin + url_of(path), wait_until="load")
            if re.match(r"net-\d+\.md", path):
                assert (
                    page.locator("h1")
                    .first.evaluate(
                        "h => h.firstElementChild?.dataset.structural ? h.firstElementChild.textContent : h.firstChild.textContent"
                    )
                    .strip()
                    == planned.title.written.strip()
                )
            page.locator(".md-header__button[for^=__palette]:visible").click()
            page.locator("body").hover()
            assert page.evaluate("window.ran") is None, path
        page.goto(origin, wait_until="load")
        for query in ("script", "svg onload", "img", "Backprop"):
            found = search(page, query)
            page.wait_for_timeout(500)  # some of these words are in no index
            assert page.evaluate("window.ran") is None, query
            assert not page.locator(".md-search-result :is(img, script, [onload], [onerror])").count()
        found.first.wait_for(state="attached")


@pytest.mark.browser
def test_the_policy_is_kept_on_a_tour_of_all_that_pages_can_do(hostile_site: Site, browser: Any) -> None:
    with served(hostile_site.folder) as origin:
        context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 800})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_init_script(f"({TOUR})()")
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.goto(origin, wait_until="load")
        for _ in range(3):
            page.locator(".md-header__button[for^=__palette]:visible").click()
        page.locator("article .md-clipboard, article .md-code__button").first.click()
        assert page.evaluate("navigator.clipboard.readText()").strip() == "x"
        assert page.locator("td.ex-right").first.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
        search(page, "search").locator("mark").first.wait_for(state="attached")
        page.keyboard.press("Escape")
        page.locator(".ex-languages__button").hover()
        page.set_viewport_size({"width": 375, "height": 800})
        page.locator(".md-header__button[for=__drawer]").click()
        page.goto(f"{origin}net-1/", wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
        page.goto(f"{origin}404.html", wait_until="load")
        assert page.evaluate("window.violations") == []
        assert not said
        page.goto(origin, wait_until="load")
        page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '<img src=x onerror={RUN}>')")
        page.wait_for_function("window.violations.length > 0", timeout=5000)
        assert page.evaluate("window.ran") is None  # the policy would stop what comes by another way


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A site at the root of a host."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
