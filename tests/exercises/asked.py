"""What the pages' exercises are, and what is typed into their fields: what tests in Node and in Chromium share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

from explainer.core.digits import Enclosure, show
from explainer.exercises.exercise import Exercise, check, exercise
from explainer.pages.blocks.exercises import of_a_walkthrough
from explainer.pages.source import Source, read
from explainer.words.languages import LANGUAGES, SOURCE
from explainer.words.numbers import localise, running
from explainer.words.page_syntax import Block
from tests import ROOT
from tests.shipped import shipped

DOCS = ROOT / "docs"

ANSWERS = [  # of dL/dw_1 = 0.005244968…, by way of dh_1/dw_1 = -0.486
    ("0.005244", [], "cut"), ("0.00524497", [], "right"), ("0.00524499", [], "right.loose"), ("0.0052", [], "few"),
    ("5.245e-4", [], "power"), ("52.45", [], "power"), ("0.005246", [], "near"), ("0.007", [], "unknown"),
    ("0.005396058", ["-0.5"], "carried"), ("0.005396", ["-0.5"], "carried"), ("0.005245", ["-0.5"], "right"),
    ("-0.005245", [], "slip"), ("", [], "empty"), ("  ", [], "empty"), ("one half", [], "text"), ("1e", [], "text"),
    ("--5", [], "text"), ("0.5%", [], "text"), ("1,234.5", [], "unknown"), ("1.2.3", [], "marks"), ("1e400", [], "far"),
    ("1e-999999999", [], "far"), ("9" * 100, [], "far"), ("0", [], "unknown"), ("٠٫٠٠٥٢٤٥", [], "right"),
    ("０．００５２４５", [], "right"), ("∂L/∂w₁ ≈ 0.005245", [], "right"), ("−\u202f0,005\u202f245", [], "slip"),
    ("5.245·10^(-3)", [], "right"), ("<b>0.005245</b>", [], "text"),
    ("12,34.5", [], "marks"), ("\t0.00\n5245\r\n", [], "right"), ("0,005\u2028245", [], "right"), ("1,234.5e400", [], "far"),
    ("０．００５，２４５", [], "marks"), ("٠٫٠٠٥٬٢٤٥", [], "text"), ("NaN", [], "text"), ("Infinity", [], "text"),
    ("0x1p-8", [], "text"), ("1e-400", [], "far"), ("🙂", [], "text"),
]  # fmt: skip


@cache
def on_pages() -> dict[str, list[Exercise]]:
    """What each English page has."""
    found: dict[str, list[Exercise]] = {}
    for path in sorted((DOCS / SOURCE.code).glob("*.md")):
        source = read(path.read_text(encoding="utf-8"), path.name)
        for part in source.parts():
            if isinstance(part, Block) and part.name in ("exercise", "check"):
                found.setdefault(path.name, []).append(set_by(source, part))
    return found


def set_by(source: Source, block: Block) -> Exercise:
    """What a block of a page asks for."""
    derivation = shipped(block.example or source.example)
    options = dict(item.split("=") for item in block.arguments if "=" in item)
    targets = tuple(derivation.resolve(name) for name in block.arguments if "=" not in name)
    digits = int(options.get("digits", derivation.example.digits))
    if block.name == "check":
        return check(derivation, targets or of_a_walkthrough(derivation), digits)
    return exercise(derivation, targets, digits, int(options.get("open", 1)))


def spelt(text: str) -> set[str]:
    """A number as readers of all languages may type it."""
    found = {running(localise(text, language)) for language in LANGUAGES}
    found |= {text, text.replace(".", ","), text.replace("-", "\u2212"), f" {text}\u00a0", f"+{text}" if text[0] != "-" else text}
    value = Decimal(text)
    power = value.adjusted()
    digits = f"{value.scaleb(-power):f}"
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    for mark in (".", ","):
        mantissa = digits.replace(".", mark)
        found |= {f"{mantissa}e{power}", f"{mantissa}E{power}", f"{mantissa}×10^{power}", f"{mantissa} · 10{raised}"}
        found |= {f"{mantissa}\u2009×\u200910{raised}", f"{mantissa}*10**{power}"}
    return found


def printed(text: str, digits: int) -> Fraction:
    shown = show(Enclosure.exact(Fraction(text)), digits)
    assert shown
    return shown.value
