"""Trained networks that answer on pages: their scripts, made from record and sample, or recalled."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from explainer.core.errors import Attempts
from explainer.examples.model import SetExample
from explainer.site.files import names_in
from explainer.site.keys import code_of_pages, digest
from explainer.site.project import Project
from explainer.site.proven import as_json
from explainer.site.store import Form, Store, remember
from explainer.training.answering import Answered, Answering


def answering(project: Project, store: Store, progress: Callable[[str], None], attempts: Attempts) -> dict[str, Answering]:
    """The networks that pages ask for, by name. What is wrong with their files is noted, and the network is left out."""
    found = {}
    for name in project.asked_for("draw"):
        if example := project.trained.get(name):
            with attempts.one():
                found[name] = remember(
                    store, "answering", _key(project, example), _FORM, partial(_make, project, example, progress)
                )
    return found


def _key(project: Project, example: SetExample) -> str:
    weights, sample = project.records / f"{example.name}.safetensors", project.data / example.data.set
    files = [*([weights] if weights.is_file() else []), *(sample / name for name in names_in(sample))]
    contents = [(path.name, path.read_bytes()) for path in files]
    return digest(code_of_pages(), project.texts[f"docs/examples/{example.name}.toml"], contents)


def _make(project: Project, example: SetExample, progress: Callable[[str], None]) -> Answering:
    from explainer.training.script import read  # with numpy, which takes a while to load

    progress(f"network {example.name}")
    return read(example, project.records, project.data)


def _write(made: Answering) -> bytes:
    first = made.first
    return as_json([made.script, first.number, first.label, first.ink, first.probabilities])


def _read(content: bytes) -> Answering:
    script, number, label, ink, probabilities = json.loads(content)
    return Answering(script, Answered(number, label, tuple(ink), tuple(probabilities)))


_FORM: Form[Answering] = Form(_write, _read)
