"""The author's file → `Example`, or every error in it with its place.

The schema beside this module says which keys there are. What a schema cannot say (shapes, names) is in the modules
`check_…`, one for each kind of example.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from explainer.core.errors import InputError, Problem
from explainer.core.text import unfit
from explainer.examples import check_graph, check_network, check_set
from explainer.examples.form import Form, toml_of
from explainer.examples.known import table_of
from explainer.examples.model import Example

MINIMAL = """[network]
layers = [2, 1]
activation = "sigmoid"

[parameters]
weights = [0, 1]
biases = 4

[[data.samples]]
name = "Ada"
inputs = [2, 3]"""
FORM = Form(Path(__file__).with_name("example.schema.json"), "an example file", MINIMAL, "explainer new mine.toml")


def load(path: Path, file: str = "") -> Example:
    """Read an example file. `file` is what messages call it, if not by its path.

    Raises:
        InputError: the file cannot be read, or anything in it is wrong; all that was found.
    """
    file = file or str(path)
    if found := unfit(path.stem):
        raise InputError(
            Problem(file, "", f"a file's name with {found}", "a name that is a line of text", "explainer new mine.toml")
        )
    return parse(FORM.text_of(path, file), name=path.stem, file=file)


def parse(text: str, *, name: str, file: str = "<text>") -> Example:
    """Read an example from its text. `name` is what pages and references call it.

    Raises:
        InputError: all that is wrong with the text.
    """
    return example_of(toml_of(text, file, MINIMAL), name=name, file=file)


def example_of(document: dict[str, Any], *, name: str, file: str) -> Example:
    """An example from a document.

    Raises:
        InputError: all that is wrong with it.
    """
    found = FORM.judged(
        document,
        file,
        lambda document, file: _kind(document).problems(document, file),
        lambda document: _kind(document).samples(document),
    )
    example: Example = _kind(found).example(found, name, file)
    return example


def _kind(document: Any) -> ModuleType:
    if "graph" in document:
        return check_graph
    return check_set if "set" in table_of(document, "data") else check_network
