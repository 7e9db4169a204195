"""Lists of numbers, one for each of something: how many there must be, and how the author's list would look with as many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from explainer.core.errors import Problem
from explainer.examples.known import Known
from explainer.examples.schema import flat, is_number, odd
from explainer.examples.wording import counted, shown, some, toml, written

SHOWN_ITEMS = 200  # of a list in an example


@dataclass(frozen=True)
class Slots:
    """The numbers that a list must have. Parameters have `names`; weights also know the `layers` that they lead through."""

    key: str
    count: int
    expected: str
    filler: str  # for a place that is empty
    names: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()  # that a cross-entropy takes, where the author's numbers may not do

    def example(self, value: Any) -> str:
        """The list as it would be right: the author's numbers as far as they go."""
        if self.answers:
            return f"{self.key} = {toml(list(self.answers))}"
        if self.count > SHOWN_ITEMS:
            return f"{self.key} = {self.filler if self.names else some(self.filler, self.count)}"
        given = (item for item in _in_order(value, self.layers) if is_number(item) and not odd(item))
        numbers = [toml(item) for item in islice(given, self.count)]
        return f"{self.key} = [{', '.join((numbers + [self.filler] * self.count)[: self.count])}]"

    def problem(self, file: str, place: str, value: Any) -> Problem | None:
        """What is wrong with a list as a whole. Its items are the schema's business."""
        found, expected = written(value), self.expected
        if value is None:
            return Problem(file, place, "nothing", expected, self.example([]))
        if not isinstance(found, list):
            expected = f"a list, {expected}"
            return (
                Problem(file, place, shown(found), expected, self.example([found])) if is_number(found) and not odd(found) else None
            )
        if any(isinstance(written(item), list) for item in found):
            expected += f", in one list without lists in it{self.order}"
            return Problem(file, place, shown(found), expected, self.example(found))
        if len(found) == self.count:
            return None
        rest = ", ".join(self.names[len(found) :])
        expected += f"; missing: {rest}" if rest and len(rest) < 200 else ""
        return Problem(file, place, counted(len(found), "number"), expected, self.example(found))

    @property
    def order(self) -> str:
        """How weights follow each other, for messages."""
        if not self.layers:
            return ""
        first = " and ".join(self.names[: self.layers[0]]) if self.layers[0] < 3 else f"w_1 … w_{self.layers[0]}"
        lead = "leads" if self.layers[0] == 1 else "lead"
        return f", neuron by neuron and input by input: {first} {lead} to the first neuron after the inputs"


def _in_order(value: Any, layers: tuple[int, ...]) -> list[Any]:
    """The numbers of lists in lists, neuron by neuron. A matrix with a row for each input, as its shape may tell, is turned."""
    rows, found = list(_rows(value)), list[Any]()
    for below, above in pairwise(layers):
        by_neuron = [len(row) for row in rows[:above]] == [below] * above
        by_input = [len(row) for row in rows[:below]] == [above] * below
        count = below if by_input and not by_neuron else above
        block, rows = rows[:count], rows[count:]
        found += flat([list(column) for column in zip(*block, strict=True)] if count == below != above else block)
    return found + list(flat(rows))


def _rows(value: Any) -> Iterator[list[Any]]:
    """The innermost lists, of whatever depth; a number beside lists is a row of its own."""
    items = list(map(written, written(value))) if isinstance(written(value), list) else [written(value)]
    if any(isinstance(item, list) for item in items):
        for item in items:
            yield from _rows(item)
    else:
        yield items


def slots(key: str, facts: Known) -> Slots:
    """What a list of the file must have: `weights`, `biases`, `shift`, or `inputs`, `raw` and `target` of a sample."""
    network = facts.network
    assert network is not None
    if key in ("weights", "biases"):
        count = network.weight_count if key == "weights" else network.bias_count
        names = tuple(f"{key[0]}_{index}" for index in range(1, count + 1))
        expected = f"{counted(count, 'number')} for a {facts.shape} network"
        return Slots(key, count, expected, *(("0.5", names, network.layers) if key == "weights" else ("0", names)))
    count, what = (network.layers[-1], "output") if key == "target" else (network.layers[0], "input")
    each = f"one number for the {what}" if count == 1 else f"one number for each of the {count} {what}s"
    loss = (facts.loss or "").partition("_")[0] if key == "target" else ""
    answers = {"binary": (1,) * count, "categorical": one_hot(0, count)}.get(loss, ())
    return Slots(key, count, each, "0" if key == "shift" else "1", answers=answers)


def one_hot(index: int, count: int) -> tuple[int, ...]:
    """The target of a class."""
    return tuple(int(place == index) for place in range(count))
