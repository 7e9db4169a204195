"""A derivation as JSON: the committed file, the site's proof file, and what other programs read."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from explainer.core.digits import Enclosure, exponent_of
from explainer.core.program import Equation
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import EXACT, PROVEN, Run, Step
from explainer.examples.model import GraphExample, NetworkExample
from explainer.examples.recorded import RecordedExample
from explainer.pages.formula import ASCII, write
from explainer.pages.scribe import marked_tex
from explainer.words.catalogue import load
from explainer.words.languages import SOURCE

SCHEMA = "explainer/derivation/1"
BOUND_DIGITS = 36  # of an enclosure's ends, rounded outwards


def document(derivation: Derivation) -> dict[str, Any]:
    """`{schema, inputs, quantities, steps, proof}`; the same on every machine."""
    program, certificate, english = derivation.program, derivation.proof.certificate, load(SOURCE)
    return {
        "schema": SCHEMA,
        "inputs": {
            "example": derivation.name,
            **_subject(derivation),
            "given": {name: str(value) for name, value in program.given.items()},
        },
        "quantities": {
            name: {
                "value": derivation.value(name),
                "shape": list(quantity.shape),
                "shown": derivation.shown[name].text,
                "provenance": derivation.provenance(name),
                "symbol": marked_tex(quantity, english),
            }
            for name, quantity in derivation.quantities.items()
        }
        | dict(_matrices(derivation)),
        **({"run": _run(derivation.run)} if derivation.run else {}),
        "steps": [
            {
                "target": step.target,
                "equation": equation_text(equation),
                "sentence": step.explanation[0].key,
                **({"further": [sentence.key for sentence in step.explanation[1:]]} if step.explanation[1:] else {}),
                "lines": [f"{line.relation} {write(line.expression, ASCII)}" for line in step.lines],
            }
            for equation, step in steps_of(derivation)
        ],
        "proof": {
            "rules": list(certificate.rules),
            "composition": certificate.composition,
            "equations": certificate.equations,
            "direct": certificate.direct,
            **({"unwritten": certificate.unwritten} if certificate.unwritten else {}),
            "points": certificate.points,
            "error_bound": certificate.error_bound,
            "identities": [f"{identity.target} = {equation_text(identity)}" for identity in program.identities],
            "views": certificate.views,
            "views_method": certificate.views_method,
            "kinks": list(derivation.proof.kinks),
            "bits": derivation.proof.bits,
            "enclosures": {name: bounds(derivation, name) for name in derivation.quantities if not derivation.is_measured(name)},
        },
        **_measured(derivation),
    }


def steps_of(derivation: Derivation) -> list[tuple[Equation, Step]]:
    """Every equation with its step: those of the program, then in the layer view those between matrices."""
    found = [(derivation.program.equation_of[name], step) for name, step in derivation.steps.items()]
    matrices = derivation.matrices.equations if derivation.matrices else ()
    return found + [
        (equation, derivation.matrix_steps[equation.target])
        for equation in matrices
        if equation.target not in derivation.steps  # a number is its own only entry
    ]


def _matrices(derivation: Derivation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each matrix as its entries, row by row."""
    layers = derivation.matrices
    for name, quantity in layers.quantities.items() if layers else ():
        if not quantity.shape:
            continue
        assert layers is not None
        entries = layers.entries_of(name)
        exact = all(derivation.provenance(entry) == EXACT for row in entries for entry in row)
        yield (
            name,
            {
                "value": [[derivation.value(entry) for entry in row] for row in entries],
                "shape": list(quantity.shape),
                "shown": [[derivation.shown[entry].text for entry in row] for row in entries],
                "provenance": EXACT if exact else PROVEN,
                "symbol": quantity.symbol,
                "entries": entries,
            },
        )


def _subject(derivation: Derivation) -> dict[str, Any]:
    """What the example computes: a network, or formulas as their author wrote them."""
    match derivation.example:
        case NetworkExample(network=network):
            shape = {"layers": list(network.layers), "activations": list(network.activations)}
            return {"network": {**shape, "loss": network.loss, "bias": network.bias}}
        case GraphExample(texts=texts, of=of, by=by):
            return {"graph": dict(texts), "of": of, "by": list(by)}
        case RecordedExample(layers=layers, start=start, trained=trained, picture=picture):
            files = {"start": start, "trained": trained, "picture": picture.pixels}
            digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
            return {"network": {"layers": list(layers)}, "sha256": digests, "label": picture.label}
    raise AssertionError(derivation.example)


def _measured(derivation: Derivation) -> dict[str, Any]:
    """What was measured once, and is not proven: the numbers of a record."""
    found = {name: bounds(derivation, name) for name in derivation.quantities if derivation.is_measured(name)}
    return {"measured": found} if found else {}


def _run(run: Run) -> dict[str, Any]:
    """How a training run went on; its numbers are among the quantities."""
    training = run.schedule.example.training
    assert training is not None
    return {
        "epochs": training.epochs,
        "updates": {0: "all samples", 1: "one sample"}.get(training.batch, f"{training.batch} samples"),
        "shuffle": training.shuffle,
        "record": list(run.schedule.record),
        "curve": [name for _, name in run.losses()],
        "bits": run.bits,
    }


def equation_text(equation: Equation) -> str:
    lengths = f"[{','.join(map(str, equation.static))}]" if equation.static else ""
    return f"{equation.operation}{lengths}({', '.join(equation.operands)})"


def bounds(derivation: Derivation, name: str) -> list[str]:
    """An enclosure's ends as decimals, rounded outwards; one decimal or fraction if the value is exact."""
    enclosure = derivation.enclosure(name)
    if derivation.provenance(name) == EXACT:
        return [derivation.shown[name].text]
    if enclosure.is_exact:
        return [str(enclosure.lower)]
    return [_outward(enclosure.lower, up=False), _outward(enclosure.upper, up=True)]


def _outward(value: Fraction, *, up: bool) -> str:
    """A decimal of BOUND_DIGITS significant digits on the given side of the value."""
    if not value:
        return "0"
    places = BOUND_DIGITS - 1 - exponent_of(value)
    scaled = value * Fraction(10) ** places
    whole = math.ceil(scaled) if up else math.floor(scaled)
    return str(Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -places)))


def read_bounds(texts: list[str]) -> Enclosure:
    """The other way round."""
    return Enclosure(Fraction(texts[0]), Fraction(texts[-1]))


def dumps(value: dict[str, Any]) -> str:
    """JSON as it is committed: readable, one line for each number."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
