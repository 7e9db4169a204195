"""The page that an example has by itself: every block in its natural order, under headings of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

from explainer.core.names import partial_name
from explainer.core.program import MOVING, PARAMETERS, Kind
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import Published
from explainer.examples.model import NetworkExample
from explainer.operations.matrices import LayerProgram
from explainer.pages.blocks.exercises import can_be_checked
from explainer.pages.chain_rule import MOST, ways
from explainer.pages.curves import MOST as MOST_CURVES
from explainer.pages.source import Source
from explainer.words.catalogue import Catalogue, split

_REPEATED = frozenset({"partials", "update", "after"})  # sections that stand on a page once for each update


def generated(derivation: Derivation, catalogue: Catalogue, published: Sequence[Published] = ()) -> Source:
    """A complete page for an example that has no authored one: where it is from, and every block in its natural order."""
    program, example = derivation.program, derivation.example
    title, texts = catalogue.title_of(example), list[Text]()

    def said(text: Text) -> str:
        texts.append(text)
        return f"{{{{text {len(texts)}}}}}"

    def sentence(key: str, values: Mapping[str, str]) -> str:
        return "".join(values[name] if name else said(words) for name, words in split(catalogue.text(key)) if name or words.written)

    parts = [f"# {said(title)} {{#top}}", said(catalogue.introduction_of(example))]
    for origin in published:
        name = said(Text(f"{origin.author.written}: {origin.title.written}"))
        source = sentence("generated.source", {"source": f"[{name}]({_address(origin.url)})"})
        parts.append(f"{source} [{said(catalogue.text('generated.compare'))}]({origin.page})")

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
    if can_be_checked(derivation):
        section("check", "check")
    if derivation.run is not None:
        followed = derivation.run.schedule.followed
        curves = [f"curve {' '.join(followed[first : first + MOST_CURVES])}" for first in range(0, len(followed), MOST_CURVES)]
        section("run", "run", "curve", *curves)
    description = catalogue.filled("site.description.example", {"title": title})
    return Source(example.file, "\n\n".join(parts) + "\n", example.name, title, description, texts=tuple(texts))


def _address(url: str) -> str:
    """As the target of a link in Markdown."""
    return quote(url, safe=";/?:@&=+$,#%!*'~[]")


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
