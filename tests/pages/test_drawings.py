"""Figures of all sorts of examples, measured in Chromium in fonts of different widths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from explainer.core.names import partial_name
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.examples.model import NetworkExample
from explainer.pages import marks
from explainer.pages.blocks.plots import FUNCTIONS
from explainer.pages.boundaries import MOST
from explainer.pages.fill import fill
from explainer.pages.generated import generated
from explainer.pages.plotted import results_of
from explainer.pages.source import Source
from explainer.pages.sweep import deltas
from explainer.pages.writers import SiteWriter
from explainer.words.catalogue import load
from explainer.words.languages import LANGUAGES, Language
from tests import graphs
from tests.conftest import ROOT
from tests.graphs import graph_text
from tests.measured import faults
from tests.networks import example_text
from tests.shipped import proven, shipped

pytestmark = pytest.mark.browser

THEME = ROOT / "explainer" / "site" / "theme" / "assets"
FONTS = ("DejaVu Sans", "Noto Sans", "Liberation Sans")  # wide and narrow ones
EXAMPLES = sorted(path.stem for path in (ROOT / "docs" / "examples").glob("*.toml"))

RUN = """
[walkthrough]
samples = ["sample a"]
[training]
learning_rate = {rate}
epochs = {epochs}
follow = {follow}
"""
_STEPS = range(1, 4)
DRAWN: dict[str, str] = {
    "a neuron": example_text([6, 1]),
    "2-2-2": example_text([2, 2, 2], loss="half_squared_error"),
    "3-4-2": example_text([3, 4, 2]),
    "deep": example_text([1, 2, 1, 3, 1, 2], bias="per_layer"),
    "two samples": example_text([2, 3, 1], samples=2),
    "8-8-8-4": example_text([8, 8, 8, 4], steps=0, loss=""),
    "12 digits": example_text([2, 2, 1]) + "[walkthrough]\ndigits = 12\n",
    "layers": example_text([3, 4, 2]) + '[walkthrough]\nview = "layers"\n',
    "layers, few": example_text([2, 2, 1]) + '[walkthrough]\nview = "layers"\n',
    "long names": graph_text(
        {
            "net_output12": "w_hidden * alpha + o_Emily",
            "intermediate999_correctional": "sigmoid(net_output12)",
            "f": "intermediate999_correctional * x_t + lambda_1 - net_output12",
        },
        {"w_hidden": "0.000012345", "alpha": 2, "o_Emily": "-1.25", "x_t": "-123456.75", "lambda_1": "1e-20"},
    ),
    "recurrent": graph_text(
        {f"h_{t}": f"tanh(U * h_{t - 1} + W * x_{t} + b)" for t in _STEPS} | {"y": "V * h_3 + c"},
        {"h_0": 0.1, "U": 0.5, "W": 0.6, "b": 0.1, "V": 1.5, "c": -0.2, **{f"x_{t}": t / 5 for t in _STEPS}},
    ),
    "a cell with gates": graph_text(
        {
            "i": "sigmoid(W_i * x + U_i * h_0)",
            "p": "sigmoid(W_f * x + U_f * h_0)",
            "g": "tanh(W_c * x + U_c * h_0)",
            "c": "p * c_0 + i * g",
            "o": "sigmoid(W_o * x + U_o * h_0)",
            "h": "o * tanh(c)",
        },
        {"x": 1, "h_0": 0.3, "c_0": 0.2, **{f"{letter}_{gate}": 0.5 for letter in "WU" for gate in "ifco"}},
    ),
    "attention": graph_text(
        {f"s_{k}": f"q * k_{k}" for k in _STEPS}
        | {"t": " + ".join(f"exp(s_{k})" for k in _STEPS)}
        | {f"a_{k}": f"exp(s_{k}) / t" for k in _STEPS}
        | {"out": " + ".join(f"a_{k} * v_{k}" for k in _STEPS), "L": "(out - y)**2"},
        {"q": 0.5, "y": 1.5, **{f"{letter}_{k}": k / 2 for letter in "kv" for k in _STEPS}},
    ),
    "a polynomial": graph_text(
        {"p": "a*x**4 + b*x**3 - c*x**2 + d*x + k"}, {"a": 0.5, "b": 1, "c": -1, "d": 0.3, "k": 1, "x": 1.7}
    ),
    "a long chain": graph_text({"f1": "tanh(x)"} | {f"f{i}": f"tanh(f{i - 1} + x)" for i in range(2, 13)}, {"x": 0.4}),
    "two ways": graph_text({"d": "a * b + b ** 3", "g": "d + d * 2 + relu(b + a)", "L": "g ** 2 / 2"}, {"a": -4, "b": 5}),
    **{name: graph_text(formulas, values, **tables) for name, (formulas, values, tables) in graphs.VARIETY.items()},
    **{f"drawn from {seed}": graph_text(*graphs.graph(seed, formulas=4)) for seed in range(6)},
    "a run": example_text([2, 2, 1], activation="tanh", samples=2, steps=0)
    + RUN.format(rate=0.1, epochs=50, follow='["h_1@1", "h_2@1", "z_1@1", "o_1@1", "o_1@2", "z_3@2"]'),
    "a run of one epoch that changes nothing": example_text([2, 2, 1], samples=2, steps=0)
    + RUN.format(rate="1e-30", epochs=1, follow='["h_1@1"]'),
}  # fmt: skip


@cache
def drawn(name: str) -> Derivation:
    text = DRAWN.get(name)
    return proven(parse(text, name="drawn", file="drawn.toml")) if text else shipped(name)


def figures(derivation: Derivation, language: Language) -> str:
    """All figures that the example's own page would have."""
    catalogue = load(language)
    blocks = [line for line in generated(derivation, catalogue).text.split("\n") if line.startswith(("::: figure", "::: curve"))]
    blocks += asked_for(derivation)
    if derivation.name == "perceptron":
        blocks.append("::: points picture.json")
    code = {"picture.json": (ROOT / "docs" / "code" / "picture.json").read_text(encoding="utf-8")}
    source = Source("drawn.md", "\n\n".join(blocks), derivation.name)
    return fill(source, catalogue, SiteWriter(), {derivation.name: derivation}, code=code).text


def asked_for(derivation: Derivation) -> Iterator[str]:
    """Figures that an author may ask for, as far as the example has what they need."""
    program = derivation.program
    for name in FUNCTIONS:
        if at := list(results_of(derivation, name))[: marks.MOST]:
            values = [derivation.value(z) for z in at]
            bounds = f" from {min(values) / 2} to {max(values) + 1}" if name in ("log", "sqrt") else ""
            yield f"::: plot {name} at {' '.join(at)}{bounds}"
            sloped = [z for z in at if partial_name(results_of(derivation, name)[z], z) in program.quantities]
            if sloped:
                yield f"::: plot {name} at {' '.join(sloped)} tangent{bounds}"
    if isinstance(derivation.example, NetworkExample) and program.gradients:
        parameter = next(iter(program.gradients[0]))
        after = " after" if derivation.example.steps else ""
        yield f"::: plot {program.losses[0]} over {parameter} tangent{after}"
    if deltas(derivation):
        yield "::: figure sweep"
    if derivation.run:
        yield from (f"::: runs {derivation.name}{flags}" for flags in ("", " rates", " log rates", " unnamed"))
        example = derivation.run.schedule.example
        targets = {sample.target for sample in example.data.samples}
        if example.network.layers[0] == 2 and example.network.layers[-1] == 1 and len(targets) == 2:
            yield f"::: boundary {' '.join(map(str, (0, *derivation.run.schedule.record)[:MOST]))}"


@pytest.fixture
def measure(browser: Any) -> Iterator[Any]:
    """Shows figures in the style of the site, on a wide screen or on a phone, and says what is wrong."""
    page = browser.new_page()
    shown = ""

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(path=THEME / path.lstrip("/"))

    page.route("**/*", answer)

    def measured(cases: Mapping[str, str], font: str, width: int = 1280) -> list[str]:
        nonlocal shown
        parts = "".join(f'<section data-case="{name}">{text}</section>' for name, text in cases.items())
        style = f"--md-text-font-family: '{font}', sans-serif; margin: 16px"
        head = '<!doctype html><html style="font-size: 20px"><link rel="stylesheet" href="/stylesheets/explainer.css">'
        shown = f'{head}<body class="md-typeset" style="{style}">{parts}</body></html>'
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("http://figures.test/")
        found = faults(page)
        assert page.evaluate("[...document.fonts].every(font => font.status == 'loaded')")
        return found

    yield measured
    page.close()


@pytest.mark.parametrize("font", FONTS)
def test_figures_of_all_sorts_can_be_read(measure: Any, font: str) -> None:
    cases = {name: figures(drawn(name), LANGUAGES[0]) for name in DRAWN}
    assert all("<svg" in text for text in cases.values())
    assert not measure(cases, font)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_figures_of_the_examples_can_be_read_in_every_language(measure: Any, language: Language) -> None:
    cases = {name: figures(drawn(name), language) for name in EXAMPLES}
    assert not measure(cases, FONTS[0])
    assert not measure(cases, FONTS[1], width=375)
