"""One quantity: what is known of it, and where it stands on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from explainer.core.errors import InputError, Problem
from explainer.derivation.derivation import Derivation
from explainer.pages import data
from explainer.site.plan import Edition


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """All that is known of one quantity."""

    name: str
    value: float
    shown: str
    provenance: str
    bounds: tuple[str, ...]
    equation: str
    proof: str
    places: tuple[str, ...] = ()  # file:line, printed text


def whereabouts(derivation: Derivation, name: str, command: str) -> Whereabouts:
    """Value, digits, equation and proof. `command` is what asks for a name.

    Raises:
        InputError: the example has no such quantity.
    """
    program = derivation.program
    try:
        resolved = derivation.resolve(name)
    except KeyError:
        close = get_close_matches(name, list(derivation.quantities), 3) or list(derivation.quantities)[:3]
        expected = f"one of its quantities, such as {', '.join(close)}"
        raise InputError(Problem(derivation.example.file, "", f"no quantity {name!r}", expected, f"{command} {close[0]}")) from None
    equation = program.equation_of.get(resolved)
    certificate, provenance = derivation.proof.certificate, derivation.provenance(resolved)
    if resolved in program.given:
        proof = "given in the example file"
    elif equation:
        proof = f"equation {certificate.composition}; digits {provenance}, {derivation.proof.bits} bits"
    else:
        assert derivation.run is not None
        proof = f"training run of proven equations; digits {provenance}, {derivation.run.bits} bits"
    return Whereabouts(
        resolved,
        derivation.value(resolved),
        derivation.shown[resolved].text,
        provenance,
        tuple(data.bounds(derivation, resolved)),
        data.equation_text(equation) if equation else "",
        proof,
    )


def places_of(editions: Sequence[Edition], reference: str) -> tuple[str, ...]:
    """The pages and lines where a quantity stands, with what is printed there."""
    found: dict[str, None] = {}
    for edition in editions:
        for page in edition.pages.values():
            for occurrence in page.page.occurrences:
                if occurrence.reference == reference:
                    place = "{}:{}".format(*page.place(occurrence.line))
                    if not page.source.is_authored:
                        place = f"the generated page {edition.language.code}/{page.path}"
                    found[f"{place}: {occurrence.shown}"] = None
    return tuple(found)
