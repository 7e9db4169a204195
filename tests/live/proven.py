"""What is proven at changed numbers, and what the page's script says of them, as the same texts."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from explainer.core.digits import Enclosure, Shown
from explainer.core.errors import NumericError
from explainer.core.program import Equation
from explainer.derivation import lines
from explainer.derivation.derivation import Derivation
from explainer.live.printed import document
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.mathml import mathml
from explainer.pages.scribe import Scribe
from explainer.pages.writers import SiteWriter
from explainer.proof.enclosure import enclosures, shown_values
from explainer.proof.exact import exact_values
from explainer.words.catalogue import load
from explainer.words.languages import Language

RUN = Path(__file__).with_name("run.js")
ASKED = (0, 2, 3, 11)  # digits; 0 stands for the example's own

Setting = Mapping[str, str]


def at(derivation: Derivation, setting: Setting) -> Derivation:
    """The example with other numbers.

    Raises:
        NumericError: something has no value there.
    """
    given = {name: Decimal(setting.get(name, value)) for name, value in derivation.program.given.items()}
    program, digits = replace(derivation.program, given=given), derivation.example.digits
    found, bits = enclosures(program, digits, lambda: exact_values(program, OPERATIONS))
    proof = replace(derivation.proof, enclosures=found, bits=bits)
    return Derivation(derivation.example, program, proof, shown_values(program, found, digits))


def _text(shown: Shown) -> str:
    return f"{shown.relation} {shown.text}"


def proven(derivation: Derivation, setting: Setting) -> dict[str, Any]:
    """Every string at these numbers."""
    try:
        numbers = at(derivation, setting)
    except NumericError as error:
        return {"wrong": str(error)}
    found = {
        name: [_text(numbers.show(name, digits)) if digits else _text(numbers.shown[name]) for digits in ASKED]
        for name in (*numbers.program.given, *numbers.program.equation_of)
    }
    holds = {name: partial(_holds, enclosure) for name, enclosure in numbers.proof.enclosures.items()}
    return {
        "found": found,
        "holds": holds,
        "lines": {equation.target: _line(numbers, equation) for equation in numbers.program.equations},
    }


def _holds(enclosure: Enclosure, text: str) -> bool:
    return enclosure.lower <= Fraction(text) <= enclosure.upper


def _line(numbers: Derivation, equation: Equation) -> list[Any]:
    """What stands in a quantity's line of numbers."""
    for by, stated in (("equation", equation), ("short", numbers.program.identity_of.get(equation.target))):
        operands = lines.printed_operands(numbers, stated) if stated else None
        if stated and operands is not None:
            return [by, {name: _text(shown) for name, shown in zip(stated.operands, operands, strict=True)}]
    return ["short" if equation.target in numbers.program.identity_of else "none", None]


def scripted(derivation: Derivation, settings: Sequence[Setting]) -> tuple[list[dict[str, Any]], float]:
    """What the script says, and the milliseconds that it took."""
    asked = {
        "list": document(derivation.program, derivation.example.digits),
        "settings": [dict(setting) for setting in settings],
        "nested": {name: [name] for name in derivation.program.equation_of},
        "asked": ASKED,
    }
    said = subprocess.run(["node", str(RUN)], input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=800)
    answer = json.loads(said.stdout)
    return answer["results"], answer["milliseconds"]


def differences(derivation: Derivation, settings: Sequence[Setting]) -> Iterator[str]:
    """Where the script says anything else than what is proven."""
    said, _ = scripted(derivation, settings)
    for setting, by_script in zip(settings, said, strict=True):
        yield from _compared(setting, proven(derivation, setting), by_script)


def _compared(setting: Setting, right: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    if "crash" in said:
        yield f"{dict(setting)}: {said['crash']}"
    elif ("wrong" in right) != ("wrong" in said):
        proven, by_script = right.get("wrong", "a value"), f"{said.get('wrong', 'a value')} {said.get('at', '')}"
        yield f"{dict(setting)}: {proven} is proven, {by_script} is said"
    elif "wrong" not in right:
        exactly = {
            name for name, (first, *_) in right["found"].items() if _is_recognised(right, name, first, said["found"][name][0])
        }
        for name, wanted in right["found"].items():
            if name not in exactly and said["found"][name] != wanted:
                yield f"{dict(setting)}: found of {name}: {wanted} is proven, {said['found'][name]} is said"
        for name, (by, operands) in right["lines"].items():
            its_by, its = said["lines"][name]
            known = operands and {each: its[each] if each in exactly and its else text for each, text in operands.items()}
            if (by, known) != (its_by, its):
                yield f"{dict(setting)}: lines of {name}: {by} {known} is proven, {its_by} {its} is said"


def _is_recognised(right: Mapping[str, Any], name: str, proven: str, said: str) -> bool:
    """Is it a fraction that the enclosure holds, though no ring proves it, such as log(exp(a)/s) − log(exp(b)/s)?"""
    return proven[0] == "≈" and said[0] == "=" and bool(right["holds"][name](said[2:]))


# --- formulas as they stand on a page, without what nobody sees


def bare(text: str) -> str:
    return re.sub(r"[\s\u2061]", "", text)


def characters(markup: str) -> str:
    return bare("".join(ElementTree.fromstring(unescape(markup)).itertext()))


def formulas(numbers: Derivation, language: Language) -> dict[str, str]:
    """What a page has of each quantity that is worked out, at these numbers."""
    scribe = Scribe(load(language), SiteWriter(), {numbers.name: numbers})
    made = {name: scribe.quantity(numbers, name, step.lines) for name, step in numbers.steps.items()}
    return {name: characters(mathml(each.tex, each.pieces, display=True)) for name, each in made.items()}
