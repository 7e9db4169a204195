"""A small project that has everything: authored pages, a ledger, notebooks, a page that an example has by itself, a run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from explainer.words.languages import LANGUAGES, SOURCE
from explainer.words.sections import stamped
from tests import ROOT

AUTHORED = [language.code for language in LANGUAGES if not language.made_from]

INDEX = """---
example: neuron
description: The first page.
---

# First {#top}

A sentence. It gives {{o_1}}.

## Ledger {#ledger}

::: ledger notes
"""
NEURON = """---
example: neuron
description: A neuron.
---

# Neuron {#top}

It gives {{o_1}}.
"""
PROOF = """---
description: How it is proven.
---

# Proof {#top}

Nothing is taken for granted.
"""
LITTLE = """[network]
layers = [1, 1]
activation = "sigmoid"
loss = "squared_error"

[parameters]
weights = 0.5
biases = 0

[[data.samples]]
name = "Ada"
inputs = [1]
target = [1]

[training]
learning_rate = 0.5
epochs = 20
record = [10]
"""
NOTES = """[source]
author = "Ada Lovelace"
title = "Notes"
url = "https://example.org/notes"
example = "neuron"

[[claims]]
quantity = "o_1"
printed = "0.998"
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def small_project(root: Path) -> Path:
    """Write its sources to a folder."""
    shutil.copytree(ROOT / "explainer" / "site" / "theme", root / "theme")
    settings = re.sub(r"\nnav:\n(?: .*\n)+", "\nnav:\n  - index.md\n", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    write(
        root / "mkdocs.yml",
        settings.replace("explainer/site/theme", "theme").replace("\nsite_dir", "\nsite_url: https://e.org/\nsite_dir"),
    )
    write(root / "docs" / "examples" / "neuron.toml", (ROOT / "docs" / "examples" / "neuron.toml").read_text(encoding="utf-8"))
    write(root / "docs" / "examples" / "little.toml", LITTLE)
    write(root / "docs" / "ledger" / "notes.toml", NOTES)
    for code in AUTHORED:
        for page, text in (("index.md", INDEX), ("neuron.md", NEURON), ("proof.md", PROOF)):
            write(root / "docs" / code / page, text if code == SOURCE.code else stamped(text, text))
    return root
