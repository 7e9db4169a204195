"""What of a file can be relied on, though other things in it are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explainer.examples.model import Network
from explainer.examples.wording import Wrong

Row = tuple[int, Mapping[str, Any]]  # a table of a list, with its position in the file


def table_of(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table of the file; an empty one if there is none to rely on."""
    found = document.get(key)
    return found if isinstance(found, Mapping) else {}


def list_of(table: Mapping[str, Any], key: str) -> list[Any]:
    """A list of a table; an empty one if there is none to rely on."""
    found = table.get(key)
    return found if isinstance(found, list) else []


@dataclass(frozen=True)
class Known:
    """What is known of a network's file: the shape without layers is (), a word that nobody can rely on is None."""

    layers: tuple[int, ...]
    activations: tuple[str | None, ...]
    loss: str | None
    bias: str | None
    samples: tuple[Row, ...]
    queries: tuple[Row, ...]

    @property
    def network(self) -> Network | None:
        """The network as far as its shape goes."""
        if not self.layers or self.bias is None:
            return None
        return Network(self.layers, ("",) * (len(self.layers) - 1), self.loss or "", self.bias)

    @property
    def shape(self) -> str:
        return "-".join(map(str, self.layers))

    @property
    def last(self) -> str | None:
        """The activation of the last layer."""
        return self.activations[-1] if self.activations else None

    @property
    def names(self) -> list[str]:
        """The names of the samples."""
        return [name for _, sample in self.samples if isinstance(name := sample.get("name"), str)]


def known(document: Mapping[str, Any]) -> Known:
    """What can be relied on in a document in which `Wrong` stands for the rest."""
    network, data = table_of(document, "network"), table_of(document, "data")
    layers = list_of(network, "layers")
    activation = network.get("activation")
    words = [activation] * max(len(layers) - 1, 1) if isinstance(activation, str) else list_of(network, "activation")

    def word(key: str, default: str) -> str | None:
        found = network.get(key, default) if network else None
        return found if isinstance(found, str) else None

    samples, queries = (
        tuple((number, item) for number, item in enumerate(list_of(data, key), 1) if isinstance(item, Mapping))
        for key in ("samples", "queries")
    )
    return Known(
        () if any(isinstance(units, Wrong) for units in layers) else tuple(layers),
        tuple(word if isinstance(word, str) else None for word in words),
        word("loss", ""),
        word("bias", "per_neuron"),
        samples,
        queries,
    )
