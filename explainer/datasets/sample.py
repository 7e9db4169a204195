"""The small sample of a data set that the project carries, in the set's own file format, with the places it is taken from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explainer.core.disk import write
from explainer.core.errors import InputError, Problem
from explainer.core.sources import text_of
from explainer.datasets.idx import Array, Images, packed
from explainer.datasets.idx import load as load_images
from explainer.datasets.places import DataSet, recording

TRAIN, TEST = 50, 100  # images of each class
INDICES = "indices.txt"
USAGE = recording("mnist")
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Sample(Images):
    """Some images of a set, and where each stands in it, counted from 0."""

    train_indices: Places
    test_indices: Places


def chosen(labels: Array, each: int, first: Iterable[int] = ()) -> Places:
    """So many places of each class, in order: those named `first`, and then the first there are."""
    wanted = list(dict.fromkeys(first))
    found = list[int]()
    for label in range(int(labels.max()) + 1):
        own = [place for place in wanted if labels[place] == label][:each]
        rest = [int(place) for place in np.flatnonzero(labels == label)[: each + len(own)] if place not in own]
        found += own + rest[: each - len(own)]
    return np.array(sorted(found))


def taken(whole: Images, test_first: Iterable[int] = ()) -> Sample:
    """The sample of a whole set; of the test images these come first."""
    train, test = chosen(whole.train_labels, TRAIN), chosen(whole.test_labels, TEST, test_first)
    return Sample(
        whole.train_images[train], whole.train_labels[train], whole.test_images[test], whole.test_labels[test], train, test
    )


def save(of: DataSet, folder: Path, sample: Sample) -> None:
    """Write a sample into a folder: four files under their usual names, packed, and one that lists the places."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = (sample.train_images, sample.train_labels, sample.test_images, sample.test_labels)
    for part, numbers in zip(of.parts, arrays, strict=True):
        write(folder / f"{part.file}.gz", packed(numbers))
    lines = [f"# Where the images of this sample stand in {of.title}, counted from 0."]
    for name, places in (("train", sample.train_indices), ("test", sample.test_indices)):
        lines += ["", f"{name}:", *(" ".join(map(str, places[row : row + 20])) for row in range(0, len(places), 20))]
    write(folder / INDICES, ("\n".join(lines) + "\n").encode())


def load(of: DataSet, folder: Path) -> Sample:
    """Read a sample.

    Raises:
        InputError: all that is wrong with its files.
    """
    images = load_images(of, folder, USAGE, ending=".gz", whole=False)
    path = folder / INDICES
    places: dict[str, list[int]] = {"train": [], "test": []}
    current = places["train"]
    for number, line in enumerate(text_of(path, str(path)).split("\n"), 1):
        if line.startswith("#"):
            continue
        if line.endswith(":"):
            current = places.setdefault(line[:-1], [])
        elif all(word.isascii() and word.isdigit() for word in line.split()):
            current += map(int, line.split())
        else:
            raise InputError(Problem(str(path), f"line {number}", repr(line[:80]), "whole numbers between spaces", "7 19 32"))
    for name, labels in (("train", images.train_labels), ("test", images.test_labels)):
        if len(places[name]) != len(labels):
            found = f"{len(places[name])} places for {len(labels)} images"
            raise InputError(Problem(str(path), name, found, "a place for each image", USAGE))
    return Sample(
        images.train_images,
        images.train_labels,
        images.test_images,
        images.test_labels,
        np.array(places["train"]),
        np.array(places["test"]),
    )
