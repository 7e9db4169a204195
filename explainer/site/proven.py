"""Derivations and ledgers of a project, each worked out once and kept: what was proven, not what follows from it cheaply.

Kept of a derivation are its certificate and its enclosures, as exact fractions. The list of equations, the printed digits
and the steps are made again from the example, so that they cannot differ from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from explainer.compose.schedule import schedule
from explainer.core.digits import Enclosure
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import composed, derive, put_together
from explainer.derivation.types import Run
from explainer.examples.claims import Ledger
from explainer.examples.model import Example, NetworkExample
from explainer.ledger.audit import Audited, Cause, Verdict, audit
from explainer.proof.certificate import Certificate
from explainer.proof.prove import Proof
from explainer.site.keys import code_of_ledgers, code_of_proofs, digest
from explainer.site.store import Form, Kept, Store


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def derivations(examples: Mapping[str, Example], store: Store, progress: Callable[[str], None]) -> Kept[Derivation]:
    """Every example's derivation, to be made or recalled."""
    # Titles and introductions are words, and a file's name is for messages: no proof depends on them.
    keys = {
        name: digest(code_of_proofs(), type(example).__qualname__, replace(example, title={}, introduction={}, file=""))
        for name, example in examples.items()
    }

    def make(name: str) -> Derivation:
        progress(f"proving {name}")
        return derive(examples[name])

    return Kept(store, "proof", keys, lambda name: _form_of(examples[name]), make)


def _form_of(example: Example) -> Form[Derivation]:
    def write(derivation: Derivation) -> bytes:
        proof, run = derivation.proof, derivation.run
        return as_json(
            {
                "certificate": asdict(proof.certificate),
                "bits": proof.bits,
                "kinks": proof.kinks,
                "enclosures": _written(proof.enclosures),
                "run": run
                and {
                    "bits": run.bits,
                    "twins": run.twins,
                    "enclosures": _written(run.enclosures),
                    "values": {name: value.hex() for name, value in run.values.items()},
                },
            }
        )

    def read(content: bytes) -> Derivation:
        found = json.loads(content)
        certificate = found["certificate"]
        certificate["rules"] = tuple(certificate["rules"])
        enclosures = _read(found["enclosures"])
        proof = Proof(Certificate(**certificate), enclosures, found["bits"], tuple(found["kinks"]))
        run = None
        if kept := found["run"]:
            assert isinstance(example, NetworkExample)
            values = {name: float.fromhex(value) for name, value in kept["values"].items()}
            run = Run(schedule(example), _read(kept["enclosures"]), kept["bits"], values, tuple(map(tuple, kept["twins"])))
        return put_together(example, *composed(example), proof, run)

    return Form(write, read)


def _written(enclosures: Mapping[str, Enclosure]) -> dict[str, list[str]]:
    """In hexadecimal: Python refuses to read decimals of thousands of digits."""

    def text(value: Fraction) -> str:
        return f"{value.numerator:x}/{value.denominator:x}"

    return {
        name: [text(item.lower)] if item.is_exact else [text(item.lower), text(item.upper)] for name, item in enclosures.items()
    }


def _read(texts: Mapping[str, list[str]]) -> dict[str, Enclosure]:
    def value(text: str) -> Fraction:
        numerator, _, denominator = text.partition("/")
        return Fraction(int(numerator, 16), int(denominator, 16))

    return {name: Enclosure(value(ends[0]), value(ends[-1])) for name, ends in texts.items()}


def ledgers(found: Mapping[str, Ledger], proven: Kept[Derivation], store: Store, progress: Callable[[str], None]) -> Kept[Audited]:
    """Every ledger recomputed, or recalled."""
    keys = {
        name: digest(code_of_ledgers(), ledger, [(example, proven.key_of.get(example)) for example in ledger.examples])
        for name, ledger in found.items()
    }

    def make(name: str) -> Audited:
        progress(f"recomputing {name}")
        return audit(found[name], proven)

    return Kept(store, "ledger", keys, lambda name: _form_of_ledger(found[name]), make)


def _form_of_ledger(ledger: Ledger) -> Form[Audited]:
    def write(audited: Audited) -> bytes:
        return as_json(
            [
                {
                    "name": verdict.name,
                    "agrees": verdict.agrees,
                    "causes": [_cause_written(cause) for cause in verdict.causes],
                    "carried": None if verdict.carried is None else str(verdict.carried),
                }
                for verdict in audited.verdicts
            ]
        )

    def read(content: bytes) -> Audited:
        return Audited(
            ledger,
            tuple(
                Verdict(
                    claim,
                    item["name"],
                    item["agrees"],
                    tuple(map(_cause_read, item["causes"])),
                    None if item["carried"] is None else Decimal(item["carried"]),
                )
                for claim, item in zip(ledger.claims, json.loads(content), strict=True)
            ),
        )

    return Form(write, read)


def _cause_written(cause: Cause) -> list[Any]:
    return [cause.key, cause.mentions, str(cause.evidence), str(cause.odds), cause.at, cause.against]


def _cause_read(item: list[Any]) -> Cause:
    key, mentions, evidence, odds, at, against = item
    return Cause(key, tuple(mentions), Decimal(evidence), Fraction(odds), at, tuple(against))
