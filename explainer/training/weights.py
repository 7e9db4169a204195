"""Trained weights as a safetensors file: matrices by name, float32, and nothing in it that runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from explainer.core.disk import write
from explainer.core.errors import InputError, Problem
from explainer.core.sources import content_of
from explainer.datasets.places import recording
from explainer.examples.model import SetExample
from explainer.training.arrays import Array
from explainer.training.engine import shapes_of

LARGEST = 16_000_000  # bytes


def save(path: Path, weights: Mapping[str, Array]) -> None:
    """Write weights, whole or not at all. The same numbers give the same file."""
    from safetensors.numpy import save as packed

    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, packed({name: np.ascontiguousarray(weights[name], np.float32) for name in sorted(weights)}))


def load(path: Path, file: str = "") -> dict[str, Array]:
    """W1 (units, inputs), b1 (units,), W2, …; `file` is what messages call the path.

    Raises:
        InputError: there is no such file, or it is no safetensors file, or has other than finite float32 numbers.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as unpacked

    file = file or str(path)
    usage = recording(path.stem)
    content = content_of(path, file, "a file of weights", LARGEST, usage)
    try:
        found: dict[str, Array] = unpacked(content)
    except (SafetensorError, ValueError, KeyError) as error:
        said = str(error).partition("\n")[0][:200]
        raise InputError(Problem(file, "", f"no safetensors file ({said})", "a whole safetensors file", usage)) from None
    problems = []
    for name, matrix in sorted(found.items()):
        if matrix.dtype != np.float32:
            problems.append(Problem(file, name, f"numbers of the type {matrix.dtype}", "float32", usage))
        elif not np.isfinite(matrix).all():
            odd = matrix[~np.isfinite(matrix)]
            problems.append(Problem(file, name, f"{len(odd)} numbers such as {odd[0]}", "finite numbers", usage))
    if problems:
        raise InputError(problems)
    return {name: found[name] for name in sorted(found)}


def of(example: SetExample, path: Path, file: str = "") -> dict[str, Array]:
    """The weights of an example's network, as `load` has them.

    Raises:
        InputError: they cannot be read, or are those of another network.
    """
    found = load(path, file)
    fitted(example, found, file or str(path))
    return found


def fitted(example: SetExample, weights: Mapping[str, Array], file: str) -> None:
    """Are these the weights of an example's network?

    Raises:
        InputError: a matrix is missing, or is of another shape, or is none of the network's.
    """
    usage, wanted = recording(example.name), shapes_of(example.network)
    problems = [
        Problem(file, name, "weights that the network does not have", ", ".join(wanted), usage)
        for name in weights
        if name not in wanted
    ]
    for name, shape in wanted.items():
        found = weights[name].shape if name in weights else None
        if found != shape:
            described = "nothing" if found is None else f"the shape {' × '.join(map(str, found))}"
            problems.append(Problem(file, name, described, f"the shape {' × '.join(map(str, shape))}", usage))
    if problems:
        raise InputError(problems)
