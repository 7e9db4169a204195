"""The trained network that comes with the project, as pages have it: tests share what takes a while to make."""

from __future__ import annotations

from functools import cache

from explainer import authoring
from explainer.datasets import sample
from explainer.datasets.places import MNIST
from explainer.datasets.sample import Sample
from explainer.examples.model import SetExample
from explainer.training.answering import Answering
from explainer.training.script import read
from tests import ROOT

RECORDS, DATA = ROOT / "docs" / "records", ROOT / "docs" / "data"


@cache
def example() -> SetExample:
    found = authoring.example("mnist", ROOT)
    assert isinstance(found, SetExample)
    return found


@cache
def images() -> Sample:
    return sample.load(MNIST, DATA / "mnist")


@cache
def answering() -> Answering:
    return read(example(), RECORDS, DATA)
