"""How a page's list is gone through again and again: what each update hands on, which sample is next, what follows what.

Names are values: a given quantity is handed on if the list has it after one update. So nothing here knows an optimiser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from explainer.compose.networks import sample_number
from explainer.compose.schedule import orders
from explainer.compose.straight import needed
from explainer.core.names import after, name_of, parse
from explainer.core.program import PARTIALS, Equation, Kind, Program
from explainer.examples.model import Example, NetworkExample
from explainer.live.printed import Tree, places, row
from explainer.operations.record import Family
from explainer.operations.vocabulary import OPERATIONS

FORWARD, BACKWARD, UPDATE = "forward", "backward", "updating"
MOST_SAMPLES = 30  # that come with a page's list
_SHUFFLED = 40  # epochs whose orders come with it; then they begin again
_ASKED = 3  # quantities of one stage that may be asked for
_COUNT = "#"  # in a row, the number of updates made, and one
_OF_SAMPLE = (Kind.RAW, Kind.INPUT, Kind.TARGET)

Stage = tuple[str, tuple[str, ...], tuple[str, ...]]  # what it is part of, what may be asked for, and all that it works out


class _Count(int):
    """A number of updates as it stands in a row."""

    def __str__(self) -> str:
        return _COUNT


def stages(program: Program) -> tuple[Stage, ...]:
    """What one update is made of: neurons, or what formulas give; their derivatives, from the loss back; the new parameters."""
    if not program.gradients or not handed_on(program):
        return ()
    loss, placed = program.losses[0], set(program.given)

    def new(names: Sequence[str]) -> tuple[str, ...]:
        """What these take that was in no stage before, in order of evaluation; and themselves."""
        found = tuple(equation.target for equation in needed(program, placed, names))
        placed.update(found)
        return found

    def is_forward(equation: Equation) -> bool:
        return parse(equation.target).step == 0 and program.quantities[equation.target].kind not in PARTIALS

    passed = [equation for equation in program.equations if is_forward(equation)]
    groups: dict[str, list[str]] = {}  # the same for all samples together
    for equation in passed:
        if equation.target in program.stations or equation.target == loss:
            groups.setdefault(str(parse(equation.target).at_sample(0)), []).append(equation.target)
    found = [(FORWARD, tuple(names[-_ASKED:]), new(names)) for names in groups.values()]
    into = {name: index for index, equation in enumerate(passed) for name in equation.operands}  # where each comes in last
    behind: dict[str, list[str]] = {}
    order: dict[str, int] = {}
    for parameter, gradient in program.gradients[0].items():
        if parameter in into:
            neuron = str(parse(passed[into[parameter]].target).at_sample(0))
            behind.setdefault(neuron, []).append(gradient)
            order[neuron] = max(order.get(neuron, 0), into[parameter])
    for neuron in sorted(behind, key=order.__getitem__, reverse=True):
        found.append((BACKWARD, tuple(behind[neuron][:_ASKED]), new(behind[neuron])))
    moved = [name for _, name in handed_on(program)]
    found.append((UPDATE, tuple(moved[:_ASKED]), new(moved)))
    return tuple(stage for stage in found if stage[2])


def handed_on(program: Program) -> tuple[tuple[str, str], ...]:
    """Each given quantity that an update moves, and what it is after it."""
    pairs = ((name, after(name, 1)) for name in program.given if after(name, 0) == name)
    return tuple(pair for pair in pairs if pair[1] in program.equation_of)


def course(program: Program, example: Example) -> dict[str, Any]:
    """`{next, stages, loss, counted, samples, plane}` by places in the list that `printed.document` makes; {} without updates.

    `counted` are rows with the number of the update in them, what it is on the page, and the equations that take such a row.
    """
    parts = stages(program)
    if not parts:
        return {}
    place = places(program)
    samples, plane = dict[str, Any](), dict[str, Any]()
    if isinstance(example, NetworkExample):
        samples, plane = _samples(program, example, place), _plane(program, example, place)
    return {
        "next": [[place[before], place[now]] for before, now in handed_on(program)],
        "stages": [[kind, _places(place, asked), _places(place, all_of_it)] for kind, asked, all_of_it in parts],
        "loss": place[program.losses[0]],
        "counted": list(_counted(program)),
        **({"samples": samples} if samples else {}),
        **({"plane": plane} if plane else {}),
    }


def _places(place: dict[str, int], names: Sequence[str]) -> list[int]:
    return [place[name] for name in names]


def _counted(program: Program) -> Iterator[tuple[Tree, int, list[int]]]:
    rows: dict[tuple[str, int, int], list[int]] = {}
    for index, equation in enumerate(program.equations):
        if OPERATIONS[equation.operation].family is Family.CORRECTION:
            rows.setdefault((equation.operation, len(equation.operands), equation.static[0]), []).append(index)
    for (operation, count, step), equations in rows.items():
        yield row(operation, count, (_Count(step),)), step, equations


def _samples(program: Program, example: NetworkExample, place: dict[str, int]) -> dict[str, Any]:
    """The samples of a data set in the order in which updates take them, if the page's own can be followed by others.

    A sample's number is a quantity's place, where the list has it, or else a decimal.
    """
    data, size = example.data.samples, len(example.used)
    batch = example.training.batch if example.training else 0
    if not size < len(data) <= MOST_SAMPLES or len(data) % size or (size > 1 and size != batch):
        return {}

    def stated(position: int) -> list[int | str]:
        number = sample_number(example, position)
        known = [place[name] for name in program.of_kind(*_OF_SAMPLE) if name in program.given and parse(name).sample == number]
        return [*known] or [str(value) for value in (*(data[position].raw or data[position].inputs), *data[position].target)]

    slots = [stated(position) for position in range(len(data))]
    return {
        "slots": [slots[position] for position in example.used],
        "numbers": slots,
        "names": [sample.name.written for sample in data],
        "orders": [*_orders(example)],
        "size": size,
    }


def _orders(example: NetworkExample) -> Iterator[list[int]]:
    """The order of each epoch until they begin again. The page's samples are the first of all."""
    used, count = example.used, len(example.data.samples)
    shuffle = example.training.shuffle if example.training else None
    if shuffle is None:
        begin = used[0] if len(used) == 1 else 0
        yield [(begin + index) % count for index in range(count)]
        return
    for epoch, order in enumerate(orders(count, _SHUFFLED, shuffle)):
        yield order if epoch else [*used, *(position for position in order if position not in used)]


def _plane(program: Program, example: NetworkExample, place: dict[str, int]) -> dict[str, Any]:
    """Of a network with two inputs and an output: their places for the first sample, and inputs and target of each."""
    data = example.data.samples
    if (*example.network.layers[:1], example.network.layers[-1]) != (2, 1) or len(data) > MOST_SAMPLES:
        return {}
    if len({sample.target for sample in data}) != 2:
        return {}

    def stated(position: int) -> list[int | str]:
        number = sample_number(example, position)
        names = (name_of("x_1", number), name_of("x_2", number), name_of("y", number))
        numbers = (*example.data.inputs(data[position]), *data[position].target)
        return [place.get(name, str(value)) for name, value in zip(names, numbers, strict=True)]

    first = sample_number(example, example.used[0])
    of = [place[name_of(base, first)] for base in ("x_1", "x_2", "o_1")]
    return {"of": of, "points": [stated(position) for position in range(len(data))]}
