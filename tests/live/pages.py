"""Walkthroughs for tests in a browser, of networks and formulas that this repository has no page of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explainer import verbs
from explainer.site.workers import HERE
from tests.small import small_project, write

CODES = ("en", "ru", "zh-Hans")
NETWORK = """[network]
layers = [2, 3, 1]
activation = ["tanh", "sigmoid"]
loss = "squared_error"

[parameters]
weights = [0.5, -1, 1, 0.25, -0.75, 0.5, 1, -0.5, 0.75]
biases = [0.1, -0.2, 0.3, -0.4]

[[data.samples]]
name = "Mira"
inputs = [2, 0.5]
target = [1]

[training]
learning_rate = 0.1
"""
LAYERS = NETWORK.replace("[training]", '[walkthrough]\nview = "layers"\n\n[training]')
FORMULAS = """[graph]
u = "a * b"
v = "u + c"
L = "exp(v)"

[values]
a = 0.5
b = -2
c = 1.5

[walkthrough]
of = "L"
"""
PAGE = """---
example: market
description: Where numbers come from.
---

# Market {#top}

The first weight is {{w_1}}, and $h_1$ will be {{h_1}}.

## The network {#network}

::: figure symbols

## Forwards {#forward}

::: steps z_1 h_1 z_2 h_2 z_3 h_3 z_4 o_1 L fade=1

::: figure values

## Backwards {#backward}

::: partials

## The update {#update}

::: updates

::: exercise dL/dw_1 digits=4 open=2
"""


def built(folder: Path, codes: Sequence[str] = CODES) -> Path:
    """A site with an authored page of a network, and the pages that layers and formulas have by themselves; where it is."""
    root = small_project(folder / "project")
    for name, text in (("market", NETWORK), ("levels", LAYERS), ("terms", FORMULAS)):
        write(root / "docs" / "examples" / f"{name}.toml", text)
    write(root / "docs" / "en" / "market.md", PAGE)  # a draft shows it in other languages too
    return verbs.build(root, codes, folder / "public", draft=True, workers=HERE)
