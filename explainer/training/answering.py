"""A trained network that answers on a page: its script, and one image with the answer. Needs no numpy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answered:
    """An image by its number among those of a script, from 1; its label, its pixels, and what the network says of it."""

    number: int
    label: int
    ink: tuple[int, ...]  # row by row, from 0 to 255
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """A trained network for a page: the script, and the first of its images."""

    script: str
    first: Answered
