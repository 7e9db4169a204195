"""What a notebook consists of, before anybody runs or translates it: sections of code, and what each must print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from explainer.compose.compose import compose
from explainer.compose.differentiate import is_sequential
from explainer.core.errors import InputError, Problem
from explainer.core.names import at_epoch, parse, partial_name, path_of
from explainer.core.program import MOVING, PARAMETERS, PARTIALS, Kind, Program
from explainer.core.text import Text, python_comment, python_string
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.examples.model import NetworkExample
from explainer.examples.recorded import RecordedExample
from explainer.notebook import code
from explainer.notebook.cell import Cell as Cell
from explainer.notebook.cell import Output as Output
from explainer.notebook.cell import expected_text as expected_text
from explainer.notebook.matrices import MatrixSections, entries_apart
from explainer.notebook.names import identifiers
from explainer.proof.expansion import naming
from explainer.words.code import ShownProgram

LARGEST = 1_000  # equations that anybody might read in a notebook
LARGEST_RUN = 20_000_000  # equations that its training run evaluates; Python takes some seconds for these


def too_large(derivation: Derivation) -> str:
    """Why nobody would read an example as a notebook; "" if one might."""
    if isinstance(derivation.example, RecordedExample):
        return f"a network of {derivation.example.parameters} parameters"
    count = len(derivation.program.equations)
    if derivation.run is not None:
        plan = derivation.run.schedule
        count += len(plan.update.equations)
        updates, each = plan.epochs * max(len(plan.samples) // plan.size, 1), len(plan.update.equations)
        if updates * each > LARGEST_RUN:
            return f"a run of {updates} updates with {each} equations each"
    return f"{count} equations" if count > LARGEST else ""


def cells(derivation: Derivation, programs: Sequence[ShownProgram] = ()) -> tuple[Cell, ...]:
    """The code cells of an example, in order; those of the programs that its page shows come last.

    Raises:
        InputError: it is too large.
    """
    if found := too_large(derivation):
        expected = f"at most {LARGEST} equations, and a run of at most {LARGEST_RUN} evaluated ones, in a notebook"
        sample = f"explainer show {derivation.name} --format json"
        raise InputError(Problem(derivation.example.file, "", found, expected, sample))
    found_cells = [*(MatrixSections(derivation, derivation.matrices) if derivation.matrices else _Sections(derivation)).all()]
    if derivation.run is not None and derivation.program.parameters:  # where all is frozen, nothing runs
        found_cells += _run(derivation, derivation.run)
    return (_tools(derivation, [cell.code for cell in found_cells]), *found_cells, *_programs(programs))


def _programs(programs: Sequence[ShownProgram]) -> Iterator[Cell]:
    """A cell for each program. What one takes from another stands in the cells before."""
    modules = "|".join(re.escape(program.name.removesuffix(".py")) for program in programs)
    for step, program in enumerate(programs):
        text = re.sub(rf"(?m)^from (?:{modules}) import .*\n+", "", program.code).strip()
        outputs = tuple(Output(line) for line in program.printed.splitlines())
        sentence = "notebook.program.run" if outputs else "notebook.program"
        yield Cell("program", step, "" if step else "heading.program", sentence, (), text, outputs)


def _tools(derivation: Derivation, others: Sequence[str]) -> Cell:
    """The first cell: imports, how numbers are printed, and the functions that are used."""
    shuffled = any("Random(" in text for text in others)
    used = "\n".join(others)
    functions = code.functions_in([used])
    imports = [
        *code.imports_of([used, *functions]),
        "from decimal import ROUND_HALF_UP, Context, Decimal",
        *(["from random import Random"] if shuffled else []),
        "",
        "import numpy as np",
        "",
        f"DIGITS = {code.digits_of(derivation.example.digits)}",
    ]
    show = code.show_function(derivation.example.digits, rows=derivation.matrices is not None)
    parts = ["\n".join(imports), show, *functions]
    return Cell("tools", 0, "notebook.tools", "notebook.tools.text", (), "\n\n\n".join(parts))


class _Sections:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation, self.program, self.example = derivation, derivation.program, derivation.example
        self.numbers = code.numbers_of(self.program)
        names = [name for name in self.program.quantities if name not in self.numbers]
        self.names = identifiers(names, self.example.steps)

    def all(self) -> Iterator[Cell]:
        program = self.program
        yield Cell("given", 0, "heading.given", "notebook.given", (), self.given())
        data = program.of_kind(Kind.INPUT, Kind.BASELINE)
        ones = [name for name in data if not parse(name).sample and name in program.equation_of]  # the others look the same
        yield from self.of("data", 0, "heading.data", "notebook.data", data, shown=ones)
        sequential = any(map(is_sequential, program.quantities))
        forward = (Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS, Kind.NODE)
        yield from self.cell("forward", 0, "heading.forward", "notebook.forward", *forward)
        for step in range(max(self.example.steps, bool(program.losses))):
            moved = [*program.of_kind(*PARAMETERS, *MOVING, step=step + 1)]
            if sequential:  # the last layer moves before the partials of those below are taken
                both = [*program.of_kind(*PARTIALS, step=step), *moved]
                yield from self.of("partials", step, "heading.partials", "notebook.sequential", both, shown=moved)
            else:
                links = program.of_kind(Kind.LOCAL, Kind.STATION, step=step)
                totals = program.of_kind(Kind.TOTAL, step=step)
                first = "notebook.links" if totals else "notebook.links.alone"
                yield from self.of("partials", step, "heading.partials", first, links, shown=())
                several = any(len(program.equation_of[name].static) > 1 for name in totals)
                second = "notebook.totals.several" if several else "notebook.totals"
                yield from self.of("totals", step, "" if links else "heading.partials", second, totals)
                yield from self.of("update", step, "heading.update", "notebook.update", moved)
            if step < self.example.steps:
                yield from self.cell("after", step + 1, "heading.after", "notebook.after", *forward)

    def given(self) -> str:
        """The given numbers, one on each line, a sample's after its name."""
        blocks: dict[object, list[str]] = {}
        for name, value in self.program.given.items():
            if name in self.numbers:
                continue
            kind = self.program.quantities[name].kind
            sample = self.sample_of(name) if kind in (Kind.RAW, Kind.INPUT, Kind.TARGET) else None
            head = [python_comment(sample)] if sample else []
            blocks.setdefault(sample or kind, head).append(f"{self.names[name]} = {code.literal(value)}")
        return "\n\n".join("\n".join(lines) for lines in blocks.values())

    def sample_of(self, name: str) -> Text | None:
        """The name of the sample that a quantity belongs to."""
        if not isinstance(self.example, NetworkExample):
            return None
        number = parse(name).sample
        everybody = (*self.example.data.samples, *self.example.data.queries)
        return everybody[number - 1 if number else self.example.used[0]].name

    def cell(self, section: str, step: int, heading: str, sentence: str, *kinds: Kind) -> Iterator[Cell]:
        return self.of(section, step, heading, sentence, self.program.of_kind(*kinds, step=step))

    def of(
        self,
        section: str,
        step: int,
        heading: str,
        sentence: str,
        names: Iterable[str],
        shown: Iterable[str] | None = None,
    ) -> Iterator[Cell]:
        """The cell that computes these quantities and prints them, if there are any. `shown` have their formulas above."""
        wanted = set(names)
        equations = [equation for equation in self.derivation.float64_equations if equation.target in wanted]
        if not equations:
            return
        lines = [code.statement(equation, self.names, self.numbers) for equation in equations]
        targets = [equation.target for equation in equations]
        text = "\n".join(lines) + "\n\n" + code.shown(self.names[name] for name in targets)
        outputs = tuple(printed(self.derivation, self.names[name], name) for name in targets)
        yield Cell(section, step, heading, sentence, tuple(targets if shown is None else shown), text, outputs)


def printed(derivation: Derivation, identifier: str, name: str) -> Output:
    return Output(f"{identifier} = {expected_text(derivation, name)}", name)


# --- the training run


def _run(derivation: Derivation, run: Run) -> Iterator[Cell]:
    """The update as a function, the epochs as a loop, and what the trained network answers."""
    plan, example = run.schedule, run.schedule.example
    training = example.training
    assert training is not None
    one = replace(example, used=(0,), training=None)
    alone = compose(one)  # a sample by itself, its names without a number
    inputs, targets = (_unnumbered(alone, kind) for kind in (Kind.INPUT, Kind.TARGET))
    outputs, (loss,) = alone.of_kind(Kind.OUTPUT), alone.losses
    counts = any(equation.operation == "bias_correction" for equation in plan.update.equations)
    data = plan.data or _everybody(plan.update, len(example.data.samples), inputs, targets)

    names = _names_in_run(example, plan.update, alone)
    learnt = [names[name] for name in plan.update.parameters]
    functions = [
        code.function("forward", alone, (*plan.update.parameters, *inputs), outputs, names),
        code.function("loss", alone, (*targets, *outputs), (loss,), names),
        code.function("update", plan.update, (*plan.state, *data), plan.after, names, counts=counts),
    ]
    yield Cell("run", 0, "heading.run", "notebook.run.functions", (), "\n\n\n".join(functions))

    rows = [_data_of(example, position, len(inputs)) for position in range(len(example.data.samples))]
    several = len(learnt) != len(plan.state)
    parameters = f"state[:{len(learnt)}]" if several else "state"
    step = "step += 1\n" if counts else ""
    arguments = f"{'step, ' if counts else ''}*state"
    if plan.samples and plan.size > 1:
        given = "order" if training.shuffle is not None else "samples"
        update = f"for first in range(0, len(samples), {plan.size}):\n"
        update += f"    batch = {given}[first : first + {plan.size}]\n"
        update += _indented(f"{step}state = update({arguments}, *(number for x, y in batch for number in (*x, *y)))")
    elif plan.samples:
        update = f"for x, y in {'order' if training.shuffle is not None else 'samples'}:\n"
        update += _indented(f"{step}state = update({arguments}, *x, *y)")
    else:
        update = f"{step}state = update({arguments}, *everything)"
    if plan.samples and training.shuffle is not None:
        update = f"order = list(samples)\nsource.shuffle(order)\n{update}"
    whole = "sum(losses)" if example.network.reduction == "sum" else "sum(losses) / len(losses)"
    layers = derivation.matrices
    lines = [
        *([*entries_apart(derivation, layers), ""] if layers else []),
        "samples = [\n" + "".join(f"    ({_tuple(x)}, {_tuple(y)}),\n" for x, y in rows) + "]",
        *([] if plan.samples else ["everything = [number for x, y in samples for number in (*x, *y)]"]),
        code.listed("names = [", [f'"{name}"' for name in learnt], "]"),
        code.listed("state = (", [names[name] for name in plan.state], ")" if len(plan.state) > 1 else ",)"),
        f"record = {list(plan.record)}",
        *([f"source = Random({training.shuffle})"] if training.shuffle is not None else []),
        *(["step = 0"] if counts else []),
        "",
        f"for epoch in range(1, {plan.epochs + 1}):",
        _indented(update),
        "    if epoch in record:",
        f"        parameters = {parameters}",
        "        losses = [loss(*y, *forward(*parameters, *x))[0] for x, y in samples]",
        f"        show(epoch=epoch, {names[loss]}={whole})",
        "        show(**dict(zip(names, parameters)))",
    ]
    (run_loss,) = plan.loss.losses
    kept = [(names[loss], run_loss), *zip(learnt, plan.update.parameters, strict=True)]
    wanted = []
    for epoch in plan.record:
        wanted.append(Output(f"epoch = {epoch}"))
        wanted += [printed(derivation, identifier, at_epoch(name, epoch)) for identifier, name in kept]
    yield Cell("epochs", 0, "", "notebook.run", (), "\n".join(lines), tuple(wanted))

    if example.data.queries:
        yield _answers(derivation, run, [names[name] for name in outputs], len(inputs))


def _names_in_run(example: NetworkExample, update: Program, alone: Program) -> Mapping[str, str]:
    """Identifiers for the quantities of an update and of a sample by itself: those of the example's own view."""
    everybody = naming(replace(example, used=tuple(range(len(example.data.samples)))))
    by_itself = naming(replace(example, used=(0,)))

    def own(name: str) -> str:
        return (everybody if parse(name).sample else by_itself)(name)

    found = {}
    for name, quantity in {**alone.quantities, **update.quantities}.items():
        found[name] = partial_name(own(quantity.of), own(quantity.by), path_of(name)) if quantity.by else own(name)
    called = identifiers(dict.fromkeys(own for name, own in found.items() if name not in code.numbers_of(update)), 1)
    return {name: called[own] for name, own in found.items() if own in called}


def _answers(derivation: Derivation, run: Run, outputs: Sequence[str], inputs: int) -> Cell:
    """What the trained network says about the queries."""
    plan, example = run.schedule, run.schedule.example
    first = len(example.data.samples)
    rows, wanted = [], list[Output]()
    for position, query in enumerate(example.data.queries, first):
        x, _ = _data_of(example, position, inputs)
        rows.append(f"    ({python_string(query.name)}, {_tuple(x)}),\n")
        wanted.append(Output(query.name.written))
        for index, identifier in enumerate(outputs):
            name = plan.answers[position * len(outputs) + index]
            wanted.append(printed(derivation, identifier, at_epoch(name, plan.epochs)))
    results = ", ".join(outputs) if len(outputs) > 1 else f"({outputs[0]},)"
    lines = [
        "queries = [\n" + "".join(rows) + "]",
        "for name, x in queries:",
        f"    {results} = forward(*parameters, *x)",
        "    print(name)",
        _indented(code.shown(outputs)),
    ]
    return Cell("answers", 0, "", "notebook.answers", (), "\n".join(lines), tuple(wanted))


def _unnumbered(program: Program, kind: Kind) -> tuple[str, ...]:
    return tuple(name for name in program.of_kind(kind) if not parse(name).sample)


def _everybody(program: Program, samples: int, inputs: Sequence[str], targets: Sequence[str]) -> tuple[str, ...]:
    """The inputs and targets of all samples, sample by sample, as an update over all of them names them."""
    numbers = range(1, samples + 1) if samples > 1 else (0,)
    found = tuple(str(parse(name).at_sample(number)) for number in numbers for name in (*inputs, *targets))
    assert all(name in program.quantities for name in found), found
    return found


def _data_of(example: NetworkExample, position: int, inputs: int) -> tuple[list[str], list[str]]:
    """A sample's or a query's inputs and targets as they stand in code."""
    sample = (*example.data.samples, *example.data.queries)[position]
    values = sample.inputs or tuple(raw - shift for raw, shift in zip(sample.raw, example.data.shift, strict=True))
    assert len(values) == inputs
    return [code.literal(value) for value in values], [code.literal(value) for value in sample.target]


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))
