"""An authored page: Markdown with holes → Markdown a site builder reads, and a manifest of every number on it.

Holes are `{{h_1}}` (a quantity of the page's example), `{{neuron:o_1}}` (of another one), `{{dL/dw_1 to 3}}` (with three
digits), `{{(x_1)}}` (in parentheses if it is negative), `{{constant 1}}` (a number that belongs to a formula) and
`{{literal 0.0214 because …}}` (a number quoted from elsewhere). Formulas stand between dollar signs. A block is a line of
its own: `::: partials`, or `::: partials neuron:` for another example. Any other digit in the prose is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html import unescape

import yaml

from explainer.core.errors import PageError, Problem
from explainer.core.names import partial_name
from explainer.core.program import MOVING, PARAMETERS, Kind
from explainer.core.text import HIDDEN, LONGEST, NOTHING, Text, unfit
from explainer.derivation.derivation import Derivation
from explainer.examples.model import NetworkExample
from explainer.examples.wording import cut
from explainer.ledger.audit import Audited
from explainer.operations.matrices import LayerProgram
from explainer.pages import markup
from explainer.pages.blocks import BLOCKS, BlockError, certificate
from explainer.pages.chain_rule import MOST, ways
from explainer.pages.curves import MOST as MOST_CURVES
from explainer.pages.formula import placeholder
from explainer.pages.ledger import ledger
from explainer.pages.mathml import MathError, Printed, absurd
from explainer.pages.scribe import Occurrence, Scribe
from explainer.pages.writers import DIGIT, Formula, Writer
from explainer.words.catalogue import Catalogue

_REPEATED = frozenset({"partials", "update", "after"})  # sections that stand on a page once for each update
_CERTIFICATE = "::: certificate"  # its place, until all numbers of the page are known
SECTION_MARK = re.compile(r"^<!-- source: [0-9a-f]+ -->$")
_FRONT_TEXTS = {"title": (LONGEST, "One neuron"), "description": (1_000, "One neuron, worked out by hand.")}
_TEXT = re.compile(r"\{\{text (?P<number>\d+)\}\}")  # of a generated page
_HOLE = re.compile(r"\{\{((?:(?!\{\{).)*?)\}\}")
_REFERENCE = re.compile(r"(?:(?P<example>[a-z][\w-]*):)?(?P<name>\S+?)(?: to (?P<digits>\d{1,2}))?")
_SYMBOL = re.compile(
    r"\{\{\s*symbol (?:(?P<example>[a-z][\w-]*):)?(?P<name>\S+?)\s*\}\}"
)  # of a quantity, in the colour of its kind
_LITERAL = re.compile(r"literal (?P<text>-?\d+(?:\.\d+)?) because (?P<reason>\S.*)")
_CONSTANT = re.compile(r"constant (?P<value>[0-9]{1,15})")
_INLINE = re.compile(
    r"(?P<code>`[^`]+`)|(?P<math>\$[^$]+\$)|(?P<hole>\{\{(?:(?!\{\{).)*?\}\})|(?P<target>\]\((?:(?!\]\()[^)\s])*\))"
    r"|(?P<attributes>\{[:#.][^{}]*\})|(?P<tag></?[A-Za-z][^<>]*>)"
)
_BLOCK = re.compile(r"^\s*::: *(?P<name>\S*)(?P<arguments>.*)$")
_TAG = re.compile(r"<[^<>]*>")
_LIST_MARK = re.compile(r"^\s*\d+\.\s")
LONGEST_HEAD = 3_000  # letters of front matter
MAX_DIGITS = 15  # that a reference can ask for


@dataclass(frozen=True)
class Source:
    """An authored (or generated) page: its front matter, and its text with the number of the first line."""

    file: str
    text: str
    example: str = ""
    title: Text = NOTHING  # for the navigation, where the first heading does not serve
    description: Text = NOTHING
    first_line: int = 1
    texts: tuple[Text, ...] = ()  # of a generated page: what `{{text 1}}`, `{{text 2}}`, … stand for
    problems: tuple[Problem, ...] = ()

    @property
    def is_authored(self) -> bool:
        """Has somebody written this page? If not, `file` is what it is made from, and nobody knows its lines."""
        return self.file.endswith(".md")

    def place(self, line: int) -> str:
        return f"line {line}" if self.is_authored else "the page made from it"


@dataclass(frozen=True)
class Broken:
    """What a page may refer to but cannot show: it is wrong itself, which is told where it stands."""

    examples: Set[str] = frozenset()
    ledgers: Set[str] = frozenset()


@dataclass(frozen=True)
class Page:
    """A finished page: Markdown, and the numbers on it in order."""

    text: str
    occurrences: tuple[Occurrence, ...] = ()
    title: Text = NOTHING  # the words of its first heading


class UnfinishedPage(PageError):
    """What is wrong with a page, and the page without it. If it only lacks what is broken elsewhere, there are no problems."""

    def __init__(self, problems: Iterable[Problem], page: Page) -> None:
        super().__init__(problems)
        self.page = page


@dataclass(frozen=True)
class Links:
    """Where a page's certificate leads: to the page on proofs, and to each example's proof file."""

    method: str = "proof.md"
    file: Callable[[str], str] = field(default=lambda name: f"derivations/{name}.json")


def read(text: str, file: str) -> Source:
    """Take the front matter off a page."""
    if not text.startswith("---\n"):
        return Source(file, text)
    head, mark, body = text[4:].partition("\n---\n")
    try:
        fields = yaml.safe_load(head) if mark and len(head) <= LONGEST_HEAD else cut(head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # the others: a date of no calendar, brackets by the hundred
        fields = str(error).splitlines()[0]
    known = {"example", "title", "description", "source"}
    if not isinstance(fields, dict) or not set(fields) <= known or not all(isinstance(v, str) for v in fields.values()):
        problem = Problem(
            file,
            "line 1",
            f"front matter {fields!r}",
            f"only {', '.join(sorted(known))}",
            "---\nexample: alice\ndescription: …\n---",
        )
        return Source(file, body, problems=(problem,))
    problems, texts = list[Problem](), dict[str, Text]()
    for key, (longest, right) in _FRONT_TEXTS.items():
        text = fields.get(key, "")
        if text and (found := unfit(text, longest)):
            expected = f"one line of text, at most {longest} letters, without control characters"
            problems.append(Problem(file, f"front matter, {key}", found, expected, f"{key}: {right}"))
            text = ""
        texts[key] = Text(text)
    first_line = head.count("\n") + 4
    example, title, description = fields.get("example", ""), texts["title"], texts["description"]
    return Source(file, body, example, title, description, first_line, problems=tuple(problems))


class _Filler:
    """Fills one page and collects what is wrong with it."""

    def __init__(self, source: Source, scribe: Scribe, broken: Broken) -> None:
        self.source, self.scribe, self.broken = source, scribe, broken
        self.is_lacking = False  # something broken
        self.problems = list(source.problems)
        self.used: dict[str, Derivation] = {}

    def report(self, found: str, expected: str, example: str = "") -> str:
        self.problems.append(Problem(self.source.file, self.source.place(self.scribe.line), found, expected, example))
        return ""

    # --- holes

    def derivation(self, name: str) -> Derivation | None:
        name = name or self.source.example
        found = self.scribe.derivations.get(name)
        if name in self.broken.examples:
            self.is_lacking = True
            return None
        if found is None:
            known = ", ".join(self.scribe.derivations) or "(none)"
            what = f"the example {name!r}" if name else "a reference on a page without an example"
            self.report(what, f"one of {known}", "---\nexample: alice\n---")
            return None
        self.used[name] = found
        return found

    def hole(self, body: str) -> Printed | None:
        body = body.strip()
        if literal := _LITERAL.fullmatch(body):
            return self.scribe.literal(literal["text"], literal["reason"])
        if constant := _CONSTANT.fullmatch(body):
            return self.scribe.constant(int(constant["value"]))
        enclosed = body.startswith("(") and body.endswith(")")
        match = _REFERENCE.fullmatch(body[1:-1] if enclosed else body)
        if match is None or body.startswith(("literal", "constant")):
            self.report(
                f"the hole {{{{{body}}}}}",
                "a reference, a literal with its reason, or a constant",
                "{{h_1}}, {{dL/dw_1 to 3}}, {{literal 0.0214 because …}}",
            )
            return None
        found = self.quantity(match)
        if found is None:
            return None
        derivation, name = found
        digits = int(match["digits"] or 0)
        if digits > MAX_DIGITS:
            self.report(f"{digits} digits", f"at most {MAX_DIGITS}", f"{{{{{name} to 6}}}}")
            return None
        shown = derivation.show(name, digits)
        negative = shown.text.startswith("-")
        return self.scribe.printed(derivation, name, shown, enclosed=enclosed and negative)

    def quantity(self, match: re.Match[str]) -> tuple[Derivation, str] | None:
        """The quantity that a reference names, by its full name."""
        derivation = self.derivation(match["example"] or "")
        if derivation is None:
            return None
        try:
            return derivation, derivation.resolve(match["name"])
        except KeyError:
            names = list(derivation.quantities)
            close = get_close_matches(match["name"], names, 3) or names[:3]
            self.report(
                f"a reference to {match['name']!r}, which {derivation.name} does not have",
                f"one of its quantities: {', '.join(close)} …",
                f"{{{{{close[0]}}}}}",
            )
            return None

    # --- text

    def inline(self, text: str) -> str:
        pieces, end = [], 0
        for match in _INLINE.finditer(text):
            pieces.append(self.words(text[end : match.start()]))
            end = match.end()
            if match["math"]:
                pieces.append(self.math(match[0][1:-1]))
            elif (said := _TEXT.fullmatch(match[0])) and 0 < int(said["number"]) <= len(self.source.texts):
                pieces.append(self.scribe.writer.text(self.source.texts[int(said["number"]) - 1]))
            elif symbol := _SYMBOL.fullmatch(match["hole"] or ""):
                found = self.quantity(symbol)
                pieces.append(self.scribe.symbol(*found) if found else "")
            elif match["hole"]:
                printed = self.hole(match[0][2:-2])
                if printed is not None and not (printed.reference or printed.literal):
                    self.report(match[0], "a constant only inside a formula", "$1 - {{h_1}}$")
                elif printed is not None:
                    pieces.append(self.scribe.writer.number(printed))
            else:
                pieces.append(match[0])
        return "".join([*pieces, self.words(text[end:])])

    def words(self, text: str) -> str:
        if "{{" in text or "}}" in text:
            self.report(f"half a hole: {text.strip()!r}", "a reference between two pairs of braces on one line", "{{h_1}}")
        if DIGIT.search(text):
            self.report(
                f"a digit in prose: {text.strip()!r}",
                "numbers as references, or as literals with a reason",
                "{{h_1}} or {{literal 2019 because the year of publication}}",
            )
        return text

    def math(self, tex: str, *, display: bool = False) -> str:
        pieces: list[Printed] = []

        def put(match: re.Match[str]) -> str:
            printed = self.hole(match[1])
            if printed is None:
                return ""
            pieces.append(replace(printed, kind=""))  # beside symbols that an author has typed, which have no colour either
            return placeholder(len(pieces) - 1)

        if found := absurd(tex):
            return self.report(f"a formula with {found}", "a formula that somebody can read", "$z = wx + b$")
        filled = _HOLE.sub(put, tex)
        try:
            return self.scribe.writer.math(Formula(filled.strip(), tuple(pieces)), display=display)
        except MathError as error:
            return self.report(
                f"the formula {tex.strip()!r}: {error}",
                "TeX whose digits are references, constants, indices or exponents",
                r"$\frac{ {{constant 1}} }{n}$",
            )

    def block(self, name: str, arguments: list[str]) -> str:
        example = arguments.pop(0)[:-1] if arguments and arguments[0].endswith(":") else ""
        if name == "ledger":
            return self.ledger(arguments)
        if name == "certificate" and not arguments:
            return _CERTIFICATE
        function = BLOCKS.get(name)
        if function is None:
            close = get_close_matches(name, list(BLOCKS), 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            return self.report(f"the block {name!r}", f"one of {', '.join(BLOCKS)}, ledger, certificate{hint}", "::: partials")
        derivation = self.derivation(example)
        if derivation is None:
            return ""
        try:
            return function(self.scribe, derivation, arguments)
        except BlockError as error:
            return self.report(f"the block {name}: {error.found}", error.expected, error.example)

    def ledger(self, names: list[str]) -> str:
        """The one block that belongs to no example: it looks at several."""
        if self.broken.ledgers & set(names):
            self.is_lacking = True
            return ""
        try:
            text = ledger(self.scribe, names)
        except BlockError as error:
            return self.report(f"the block ledger: {error.found}", error.expected, error.example)
        for example in self.scribe.ledgers[names[0]].ledger.examples:
            self.used[example] = self.scribe.derivations[example]
        return text

    # --- lines

    def markup(self, line: str) -> None:
        """Report what a line of an author's may not have."""
        if hidden := HIDDEN.search(line):
            self.report(f"the character U+{ord(hidden[0]):04X}", "text without control characters")
        for found, expected, example in markup.problems(line):
            self.report(found, expected, example)

    def fence(self, line: str) -> None:
        """Report the beginning of a block of code that Markdown would not take for one."""
        if not markup.FENCE.fullmatch(line):
            self.report(f"the line {line!r}", "``` and perhaps a language", "```python\nprint()\n```")

    def lines(self) -> Iterator[str]:
        fence, opened = "", 0
        formula: list[str] | None = None
        for number, line in enumerate(self.source.text.split("\n"), self.source.first_line):
            self.scribe.line = number
            if formula is not None:
                if line.strip() == "$$":
                    self.scribe.line = opened
                    yield self.math("\n".join(formula), display=True)
                    formula = None
                else:
                    formula.append(line)
            elif fence or line.startswith("```"):
                if not fence:
                    opened = number
                    self.fence(line)
                fence = "" if fence and line.strip() == fence else fence or "```"
                yield line
            elif line.strip() == "$$":
                formula, opened = [], number
            elif match := _BLOCK.match(line):
                yield self.block(match["name"], match["arguments"].split())
            elif not SECTION_MARK.match(line):
                self.markup(line)
                mark = _LIST_MARK.match(line)
                head = mark[0] if mark else ""
                yield head + self.inline(line[len(head) :])
        if fence:
            self.scribe.line = opened
            self.report("a block of code that does not end", "``` on a line of its own after it", "```python\nprint()\n```")
        if formula is not None:
            self.scribe.line = opened
            self.report("a formula that does not end", "$$ on a line of its own after it", "$$\nL = …\n$$")


def fill(
    source: Source,
    catalogue: Catalogue,
    writer: Writer,
    derivations: Mapping[str, Derivation],
    links: Links | None = None,
    ledgers: Mapping[str, Audited] | None = None,
    code: Mapping[str, str] | None = None,
    broken: Broken = Broken(),
) -> Page:
    """Fill the holes of a page. With `links` it has its certificate, at its end or where it says; `code` are files it can show.

    Raises:
        UnfinishedPage: everything that is wrong on the page, with the line.
    """
    scribe = Scribe(catalogue, writer, derivations, ledgers, code)
    filler = _Filler(source, scribe, broken)
    lines = list(filler.lines())
    proven = ""
    if links is not None:
        files = {name: links.file(name) for name in filler.used}
        proven = certificate(scribe, list(filler.used.values()), links.method, files)
    lines = [proven if line == _CERTIFICATE else line for line in (lines if _CERTIFICATE in lines else [*lines, _CERTIFICATE])]
    heading = next((line[2:].partition(" {#")[0] for line in lines if line.startswith("# ")), "")
    title = source.title if source.title.written else Text(" ".join(unescape(_TAG.sub("", heading)).split()))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
    text = re.sub(r"^## [^\n]*\n\n(?=## )", "", text, flags=re.MULTILINE)  # a section whose only figure a terminal cannot show
    page = Page(text, tuple(scribe.occurrences), title)
    if filler.problems or filler.is_lacking:
        raise UnfinishedPage(filler.problems, page)
    return page


def generated(derivation: Derivation, catalogue: Catalogue) -> Source:
    """A complete page for an example that has no authored one: every block in its natural order."""
    program, example = derivation.program, derivation.example
    title, texts = catalogue.title_of(example), list[Text]()

    def said(text: Text) -> str:
        texts.append(text)
        return f"{{{{text {len(texts)}}}}}"

    parts = [f"# {said(title)} {{#top}}"]

    def section(key: str, *blocks: str, step: int = 0) -> None:
        number = f" ({{{{literal {step + 1} because it numbers the updates}}}})" if example.steps > 1 and key in _REPEATED else ""
        parts.append(f"## {said(catalogue.text(f'heading.{key}'))}{number} {{#{key}{f'-{step}' if step else ''}}}")
        parts.extend(f"::: {block}" for block in blocks)

    section("given", "given")
    prepared = any(name in derivation.steps for name in program.of_kind(Kind.INPUT, Kind.BASELINE))
    if prepared and not derivation.matrices:  # where the layer view has it in its forward pass
        section("data", "data")
    section("network" if isinstance(example, NetworkExample) else "graph", "figure symbols")
    if derivation.matrices:
        _by_layers(derivation, derivation.matrices, section)
    else:
        _by_neurons(derivation, section)
    if derivation.run is not None:
        followed = derivation.run.schedule.followed
        curves = [f"curve {' '.join(followed[first : first + MOST_CURVES])}" for first in range(0, len(followed), MOST_CURVES)]
        section("run", "run", "curve", *curves)
    description = catalogue.filled("site.description.example", {"title": title})
    return Source(example.file, "\n\n".join(parts) + "\n", example.name, title, description, texts=tuple(texts))


def _by_neurons(derivation: Derivation, section: Callable[..., None]) -> None:
    """The sections on what is computed, quantity by quantity."""
    program, example = derivation.program, derivation.example
    section("forward", "forward", "figure values")
    for step in range(max(example.steps, bool(program.losses))):
        short = [f"identities {step}"] if program.identities else []
        drawn = [] if step else list(_first_chain(derivation))
        section("partials", *drawn, *short, f"partials {step}", step=step)
        moved = program.of_kind(*MOVING, *PARAMETERS, step=step + 1)
        if moved:  # nothing does, where all is frozen
            section("update", f"steps {' '.join(moved)}", f"updates {step + 1}", step=step)
            section("after", f"forward {step + 1}", step=step)


def _first_chain(derivation: Derivation) -> Iterator[str]:
    """The figure of the chain rule for the first weight, if it is not all too simple, or all too much."""
    program = derivation.program
    if isinstance(derivation.example, NetworkExample) and program.gradients:
        first = program.of_kind(Kind.WEIGHT, step=0)[0]
        found = ways(derivation, first)
        if first in program.gradients[0] and found and len(found[0]) > 1 and len(found) <= MOST:
            yield f"figure chain {program.gradients[0][first]}"


def _by_layers(derivation: Derivation, layers: LayerProgram, section: Callable[..., None]) -> None:
    """The same matrix by matrix, with one entry in full."""
    section("forward", "layers forward", "figure values")
    for step in range(max(derivation.example.steps, bool(layers.losses))):
        section("partials", f"layers backward {step}", f"identities {step}", step=step)
        if not step:  # a weight in the middle, of a layer that is not the last if there is one
            depth = sum(layers.quantities[name].kind is Kind.WEIGHT for name in layers.parameters)
            matrix = f"W{max(1, depth - 1)}"
            rows, columns = layers.shape(matrix)
            section("entry", f"entry {layers.entry(partial_name('L', matrix), (rows + 1) // 2, (columns + 1) // 2)}")
        if step < derivation.example.steps:
            section("update", f"layers update {step}", step=step)
            section("after", f"layers forward {step + 1}", step=step)
