"""The blocks an authored page can ask for with `::: name arguments`."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from explainer.core.names import after, at_epoch, is_written_as_partial
from explainer.core.program import MOVING, PARAMETERS, PARTIALS, Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.explanation import several
from explainer.derivation.lines import grid, with_numbers
from explainer.derivation.matrix_formulas import is_of_losses
from explainer.derivation.types import Line, Run
from explainer.examples.model import NetworkExample
from explainer.operations.expression import Symbol, definition, working
from explainer.operations.matrices import LayerProgram
from explainer.operations.vocabulary import ELEMENTWISE, LOSSES, OPERATIONS
from explainer.pages import chain_rule, curves, graph, network
from explainer.pages import points as plane
from explainer.pages.formula import tex_of
from explainer.pages.scribe import Scribe


class BlockError(ValueError):
    """A block is asked for in a wrong way: what was found and what was expected."""

    def __init__(self, found: str, expected: str, example: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.example = found, expected, example


Block = Callable[[Scribe, Derivation, Sequence[str]], str]


def _resolved(derivation: Derivation, names: Sequence[str], among: Sequence[str] | None = None) -> list[str]:
    known = derivation.quantities if among is None else among
    resolved = []
    for name in names:
        try:
            found = derivation.resolve(name)
        except KeyError:
            found = name
        if found not in known:
            raise BlockError(f"the quantity {name!r}", f"a name of {derivation.name} that fits here", ", ".join(list(known)[:8]))
        resolved.append(found)
    return resolved


def _derived(derivation: Derivation, names: Sequence[str]) -> list[str]:
    """Names of quantities that an equation states."""
    return _resolved(derivation, names, list(derivation.steps))


def steps(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The named quantities, each explained."""
    if not names:
        raise BlockError("no names", "the quantities to explain", "::: steps z_1 h_1")
    return "\n\n".join(scribe.step(derivation, name) for name in _derived(derivation, names))


def forward(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Every step of a forward pass: the first one, `::: forward 1` after one update, `::: forward after` after the last."""
    step = _step(derivation, names, default=0)
    kinds = (Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS, Kind.NODE)
    return steps(scribe, derivation, derivation.program.of_kind(*kinds, step=step))


def data(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """How the inputs are prepared, and what the baseline costs."""
    if names:
        raise BlockError(" ".join(names), "nothing after its name", "::: data")
    chosen = [name for name in derivation.program.of_kind(Kind.INPUT, Kind.BASELINE) if name in derivation.steps]
    return steps(scribe, derivation, chosen) if chosen else ""


def _step(derivation: Derivation, words: Sequence[str], default: int) -> int:
    """The number of updates that a block names, `after` being all."""
    last = derivation.example.steps
    allowed = ["after", *map(str, range(last + 1))]
    if not words:
        return default
    if len(words) > 1 or words[0] not in allowed:
        raise BlockError(" ".join(words), f"how many updates were made before: one of {', '.join(allowed)}", "::: forward after")
    return last if words[0] == "after" else int(words[0])


def total_names(derivation: Derivation, step: int = 0) -> list[str]:
    """The loss's partials by the parameters, in their order; before them, those that they refer to by name."""
    program = derivation.program
    if step >= len(program.gradients):
        return []
    by_parameter = list(program.gradients[step].values())
    totals = program.of_kind(Kind.TOTAL, step=step)
    referred = {operand for name in totals for operand in program.equation_of[name].operands}
    return [*(name for name in totals if name in referred), *(name for name in by_parameter if name in derivation.steps)]


def factors_of(derivation: Derivation, name: str, known: Collection[str] = ()) -> list[str]:
    """The partials a partial is made of, all the way down, in the program's order; those that are `known` are only referred to."""
    quantities, wanted, queue = derivation.program.quantities, set[str](), [name]
    while queue:
        for operand in derivation.program.equation_of[queue.pop()].operands:
            if quantities[operand].kind in PARTIALS and operand not in known and operand not in wanted:
                wanted.add(operand)
                queue.append(operand)
    return [equation.target for equation in derivation.program.equations if equation.target in wanted]


def chain(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A partial with all of its factors, one after the other."""
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one partial", "::: chain dL/dw_1")
    (name,) = _resolved(derivation, names, [n for n in derivation.steps if derivation.program.quantities[n].kind in PARTIALS])
    return steps(scribe, derivation, [*factors_of(derivation, name), name])


def partials(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Each parameter's partial in one line, its derivation on demand; `::: partials 1` after one update."""
    by_name = bool(names) and is_written_as_partial(names[0])
    chosen = _derived(derivation, names) if by_name else total_names(derivation, _step(derivation, names, 0))
    found = []
    for name in chosen:
        result = derivation.steps[name].lines[-1]
        formula = scribe.writer.math(scribe.quantity(derivation, name, [result]))
        identifier = scribe.identifier(name)
        listed = [other for other in chosen[: chosen.index(name)] if derivation.program.quantities[other].kind is Kind.TOTAL]
        parts = [*factors_of(derivation, name, listed), name]
        body = "\n".join(scribe.step(derivation, part) for part in parts)
        found.append(
            scribe.writer.details(
                formula, scribe.label("details.derivation"), body, f"derivation-{identifier}" if identifier else ""
            )
        )
    return "\n\n".join(found)


def formulas(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The lines of the named quantities without their sentences."""
    if not names:
        raise BlockError("no names", "the quantities to work out", "::: formulas L_0")
    parts = []
    for name in _derived(derivation, names):
        formula = scribe.quantity(derivation, name, derivation.steps[name].lines)
        parts.append(scribe.writer.math(formula, display=True))
    return "\n\n".join(parts)


def given(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of what the author gave, or in the layer view its matrices."""
    if derivation.matrices and not names:
        return _given_matrices(scribe, derivation, derivation.matrices)
    hidden = (Kind.BASELINE, Kind.CONSTANT)
    shown = [name for name in derivation.program.given if derivation.program.quantities[name].kind not in hidden]
    rows = [[scribe.symbol(derivation, name), scribe.number(derivation, name)] for name in _resolved(derivation, names or shown)]
    return scribe.writer.table([scribe.label("column.quantity"), scribe.label("column.value")], rows, [False, True])


def _given_matrices(scribe: Scribe, derivation: Derivation, program: LayerProgram) -> str:
    shown = [name for name in program.given if program.quantities[name].kind is not Kind.MOMENT]
    formulas = [scribe.quantity(derivation, name, [Line("=", grid(derivation, name))]) for name in shown]
    return scribe.writer.row([scribe.writer.math(formula, display=True) for formula in formulas])


def updates(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of the parameters before and after the last update, or `::: updates 1` the first."""
    step = _step(derivation, names, default=derivation.example.steps)
    if not step:
        raise BlockError("an example without [training]", "one whose parameters are updated", "[training]\nlearning_rate = 0.1")
    rows = []
    for target in [after(parameter, step) for parameter in derivation.program.parameters]:
        before = derivation.program.equation_of[target].operands[0]
        gradient = derivation.program.gradients[step - 1][before]
        cells = [scribe.number(derivation, name) for name in (before, gradient, target)]
        rows.append([scribe.symbol(derivation, before), *cells])
    header = [scribe.label(f"column.{key}") for key in ("parameter", "before", "gradient", "after")]
    return scribe.writer.table(header, rows, [False, True, True, True])


def _run_of(derivation: Derivation) -> Run:
    if derivation.run is None:
        raise BlockError("an example without a training run", "one with epochs", "[training]\nepochs = 1000")
    return derivation.run


def run(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of the training run at the epochs that are recorded: the loss, or with names the parameters too."""
    made = _run_of(derivation)
    (loss,) = made.schedule.loss.losses
    columns = [loss, *names]
    for name in names:
        if name not in made.schedule.update.parameters:
            known = ", ".join(made.schedule.update.parameters)
            raise BlockError(f"the name {name!r}", f"parameters: {known}", "::: run w_1 w_2")
    header = [scribe.label("column.epoch"), *(scribe.symbol(derivation, name) for name in columns)]
    rows = [
        [scribe.count(epoch), *(scribe.number(derivation, at_epoch(name, epoch)) for name in columns)]
        for epoch in made.schedule.record
    ]
    return scribe.writer.table(header, rows, [True] * len(header))


def curve(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The loss over the epochs of the training run, or with names the quantities that the run follows."""
    made = _run_of(derivation)
    for name in names:
        if name not in made.schedule.followed:
            known = ", ".join(made.schedule.followed) or "(none)"
            raise BlockError(f"the quantity {name!r}", f"what the run follows: {known}", f'[training]\nfollow = ["{name}"]')
    shown = list(names) or list(made.schedule.loss.losses)
    key, count = ("follow", len(names)) if names else ("curve", len(made.schedule.example.data.samples))
    caption = scribe.label(f"figure.{key}.caption{several(count)}")
    return scribe.writer.figure(lambda: curves.curve(scribe, derivation, made, shown), caption)


def twins(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Neurons that no training can part: what was proven about them."""
    made = derivation.run
    if names or made is None or not made.twins:
        found = " ".join(names) or "an example whose run has no twin neurons"
        raise BlockError(found, "an example in which two neurons of a layer start equal", "weights = 1")
    pairs = [[scribe.symbol(derivation, name) for name in pair] for pair in made.twins]
    sentences = [scribe.writer.paragraph(scribe.sentence("twins", {"first": first, "second": second})) for first, second in pairs]
    return "\n\n".join(sentences)


def figure(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The network: `symbols`, `values` after the forward pass, or the chain rule on it: `::: figure chain dL/dw_1`."""
    if names[:1] == ["chain"]:
        return _chain_figure(scribe, derivation, names[1:])
    if names not in (["symbols"], ["values"]):
        raise BlockError(" ".join(names) or "nothing", "symbols, values, or chain with a partial", "::: figure symbols")
    (style,) = names
    example, values = derivation.example, style == "values"
    if isinstance(example, NetworkExample):
        if not network.is_drawn(example):
            return ""
        return scribe.writer.figure(
            lambda: network.network(scribe, derivation, example, values=values),
            network_caption(
                scribe,
                example,
                style,
                labelled=values and network.has_labelled_links(scribe, derivation, example, values=True),
            ),
        )
    if not graph.is_drawn(derivation.program):
        return ""
    return scribe.writer.figure(
        lambda: graph.graph(scribe, derivation, values=values), scribe.label(f"figure.graph.{style}.caption")
    )


def network_caption(scribe: Scribe, example: NetworkExample, style: str, *, labelled: bool) -> str:
    """What a network's figure shows, of what this network has; `labelled` if there is room for the weights."""
    samples, values = len(example.used), style == "values"
    keys = [f"figure.{style}.caption"]
    keys += ["figure.values.caption.weights"] if labelled else []
    keys += [f"figure.{style}.caption.biases"] if network.has_biases(example) else []
    keys += ["figure.values.caption.samples"] if values and samples > 1 else []
    return scribe.spaced(scribe.sentence(key, {"count": scribe.count(samples)}, samples) for key in keys)


def _chain_figure(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    gradient = {partial: name for name, partial in derivation.program.gradients[0].items()} if derivation.program.gradients else {}
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one partial", "::: figure chain dL/dw_1")
    (partial,) = _resolved(derivation, names, list(gradient))
    found = chain_rule.ways(derivation, gradient[partial])
    if not 0 < len(found) <= chain_rule.MOST:
        what = f"{partial} of {derivation.name}, with {len(found)} ways that could be drawn"
        raise BlockError(
            what, f"a network and one sample, neuron by neuron, with one to {chain_rule.MOST} ways", "::: figure chain dL/dw_1"
        )
    return scribe.writer.figure(
        lambda: chain_rule.on_network(scribe, derivation, gradient[partial], found),
        scribe.sentence(
            f"figure.chain.caption{several(len(found))}",
            {"target": scribe.symbol(derivation, partial), "count": scribe.count(len(found))},
            len(found),
        ),
    )


def activation(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """An activation function's definition, or with `slope` its derivative line by line; both as the proof has them."""
    if not names or names[0] not in ELEMENTWISE or names[1:] not in ([], ["slope"]):
        raise BlockError(
            " ".join(names) or "nothing",
            f"one of {', '.join(ELEMENTWISE)}, and perhaps slope",
            "::: activation sigmoid slope",
        )
    name, *slope = names
    variable = Symbol("z")
    expressions = working(name, variable) if slope else (definition(name, variable),)
    head = tex_of(OPERATIONS[name].head) + ("'(z)" if slope else "(z)")
    return scribe.writer.math(scribe.equation(head, [Line("=", expression) for expression in expressions]), display=True)


def loss(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A cross-entropy's definition for one output, or with `slope` its derivative line by line; both as the proof has them."""
    worked = list(LOSSES)
    if not names or names[0] not in worked or names[1:] not in ([], ["slope"]):
        raise BlockError(
            " ".join(names) or "nothing", f"one of {', '.join(worked)}, and perhaps slope", f"::: loss {worked[0]} slope"
        )
    name, *slope = names
    leaves = (Symbol("y"), Symbol(r"\hat{y}"))
    expressions = working(name, *leaves) if slope else (definition(name, *leaves),)
    head = r"\frac{\partial L}{\partial \hat{y}}" if slope else "L"
    return scribe.writer.math(scribe.equation(head, [Line("=", expression) for expression in expressions]), display=True)


def identities(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The derivatives that have a short form: by name, or those of a step (`::: identities 1`), of a matrix the first entry."""
    quantities, by_name = derivation.program.quantities, bool(names) and is_written_as_partial(names[0])
    short = {
        identity.target: identity
        for identity in derivation.program.identities
        if quantities[identity.target].kind in PARTIALS and identity.operation.endswith("difference")
    }
    if by_name:
        chosen = _resolved(derivation, names, list(short))
    else:
        step = _step(derivation, names, 0)
        chosen = [name for name in short if quantities[name].step == step][: 1 if derivation.matrices else None]
    found = []
    for name in chosen:
        worked = derivation.identity_step(short[name])
        formula = scribe.quantity(derivation, name, worked.lines)
        found.append(scribe.writer.step(scribe.identifier(name), scribe.explanation(derivation, worked), formula))
    return "\n\n".join(found)


# --- code and what it prints


def _file(scribe: Scribe, names: Sequence[str], example: str) -> str:
    if not names or names[0] not in scribe.code:
        known = ", ".join(scribe.code) or "(none)"
        raise BlockError(names[0] if names else "nothing", f"a file of docs/code: {known}", example)
    return scribe.code[names[0]]


def code(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A Python file, or the named classes and functions of it, as they stand there."""
    text = _file(scribe, names, "::: code perceptron.py Layer")
    parts = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    if missing := [name for name in names[1:] if name not in parts]:
        raise BlockError(missing[0], f"a class or function of {names[0]}: {', '.join(parts)}", "::: code perceptron.py Layer")
    shown = [ast.get_source_segment(text, parts[name]) or "" for name in names[1:]] or [text.strip()]
    return "```python\n" + "\n\n\n".join(shown) + "\n```"


def output(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """What was recorded of a program's output: all of it, or so many lines of its beginning and its end."""
    lines = _file(scribe, names, "::: output train.txt 3 4").strip().splitlines()
    counts = [int(name) for name in names[1:] if name.isdecimal()]
    if len(counts) != len(names) - 1 or len(counts) not in (0, 2):
        raise BlockError(" ".join(names[1:]), "how many lines of the beginning and of the end", "::: output train.txt 3 4")
    if counts and sum(counts) < len(lines):
        lines = [*lines[: counts[0]], "…", *lines[len(lines) - counts[1] :]]
    return "```text\n" + "\n".join(lines) + "\n```"


def points(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The picture of a trained network: points of two classes, those held back, and where the answer changes."""
    picture = json.loads(_file(scribe, names, "::: points picture.json"))
    return scribe.writer.figure(lambda: plane.points(scribe, picture), scribe.label("points.caption"))


# --- matrix by matrix


_LAYERS = {
    "forward": (Kind.INPUT, Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS),
    "backward": tuple(PARTIALS),
    "update": (*PARAMETERS, *MOVING),
}


def _matrices(derivation: Derivation) -> LayerProgram:
    if derivation.matrices is None:
        raise BlockError(
            f"{derivation.name}, which is worked out neuron by neuron", "the layer view", '[walkthrough]\nview = "layers"'
        )
    return derivation.matrices


def layers(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Matrix by matrix: `forward`, `backward` or `update`, perhaps with a number of updates before; or the named matrices."""
    program = _matrices(derivation)
    if not names:
        raise BlockError("nothing", f"{', '.join(_LAYERS)}, or names of matrices", "::: layers forward")
    if names[0] in _LAYERS:
        last = derivation.example.steps
        step = _step(derivation, names[1:], 0) if names[0] != "update" else min(_step(derivation, names[1:], 0) + 1, last)
        chosen = [
            name
            for name in derivation.matrix_steps
            if program.quantities[name].kind in _LAYERS[names[0]] and program.quantities[name].step == step
        ]
    else:
        chosen = _resolved_matrices(derivation, names)
    return "\n\n".join(_matrix(scribe, derivation, program, name) for name in chosen)


def _resolved_matrices(derivation: Derivation, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in derivation.matrix_steps:
            known = ", ".join(list(derivation.matrix_steps)[:8])
            raise BlockError(f"the matrix {name!r}", f"a matrix that {derivation.name} computes", known)
    return list(names)


def _matrix(scribe: Scribe, derivation: Derivation, program: LayerProgram, name: str) -> str:
    """The sentence and the lines of a matrix; where its formula says nothing of its entries, that of the first one too."""
    step = derivation.matrix_steps[name]
    identifier, sentence = scribe.identifier(name), scribe.explanation(derivation, step)
    parts = [scribe.quantity(derivation, name, step.lines)]
    equation = next(equation for equation in program.equations if equation.target == name)
    first = program.entry(name, 1, 1)
    if is_of_losses(equation) and len(step.lines) == 1 and first != name:
        parts.append(scribe.quantity(derivation, first, derivation.steps[first].lines))
    return scribe.writer.entry(identifier, sentence, parts)


def entry(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """One entry of a matrix in full: where it stands, the row and the column it comes from, the products, the sum."""
    program = _matrices(derivation)
    known = derivation.equation_of_entry
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one entry of a matrix", "::: entry dL/dW1_2_1")
    (name,) = _resolved(derivation, names, list(known))
    own, whole = known[name]
    row, column = next(place for place in program.places(whole.target) if program.entry(whole.target, *place) == name)
    values = {key: scribe.count(number) for key, number in (("row", row), ("column", column))}
    product = whole.operation in ("affine", "product_transposed", "transposed_product")
    key = "entry.place" if not product else "entry.affine" if len(whole.operands) > 2 else "entry.product"
    sentence = scribe.sentence(key, values | {"target": scribe.symbol(derivation, whole.target)})
    parts = []
    if sum(map(len, program.entries_of(whole.target))) == 1:
        sentence = scribe.explanation(derivation, derivation.steps[name])
    else:
        marked = {name, *own.operands}
        *before, last = derivation.matrix_steps[whole.target].lines
        numbers = with_numbers(derivation, whole, marked)
        lines = [replace(line, expression=numbers) for line in before[1:] if numbers]
        lines.append(replace(last, expression=grid(derivation, whole.target, marked=marked)))
        parts.append(scribe.quantity(derivation, whole.target, lines))
    parts.append(scribe.quantity(derivation, name, derivation.steps[name].lines))
    return scribe.writer.entry(scribe.identifier(name), sentence, parts)


BLOCKS: Mapping[str, Block] = {
    block.__name__: block
    for block in (
        *(steps, forward, data, chain, partials, formulas, given, updates, run, curve, twins, figure, activation, loss),
        *(identities, layers, entry, code, output, points),
    )
}


def certificate(scribe: Scribe, derivations: Sequence[Derivation], method: str, files: Mapping[str, str]) -> str:
    """What was proven about the numbers of a page. `method` and `files` are where its links lead."""
    if not scribe.occurrences:
        return ""

    def line(key: str, count: int) -> str:
        return scribe.sentence(key, {"count": scribe.count(count)}, count)

    certificates = [derivation.proof.certificate for derivation in derivations]
    lines = [line("certificate.numbers", len(scribe.occurrences))]
    for method_name in ("proven", "checked"):
        if equations := sum(c.equations for c in certificates if c.composition == method_name):
            lines.append(line(f"certificate.equations.{method_name}", equations))
    if rules := {rule for c in certificates for rule in c.rules}:
        lines.append(line("certificate.rules", len(rules)))
    if direct := sum(c.direct for c in certificates):
        lines.append(line("certificate.direct", direct))
    if unwritten := sum(c.unwritten for c in certificates):
        lines.append(line("certificate.unwritten", unwritten))
    if short := sum(c.identities for c in certificates if c.composition == "proven"):
        lines.append(line("certificate.identities", short))
    for method_name in ("proven", "checked"):
        if views := sum(c.views for c in certificates if c.views_method == method_name):
            lines.append(line(f"certificate.views.{method_name}", views))
    if kinks := sum(len(derivation.proof.kinks) for derivation in derivations):
        lines.append(line("certificate.kinks", kinks))
    links = [(scribe.label("certificate.method"), method)]
    links += [(scribe.sentence("certificate.file", {"example": scribe.writer.code(name)}), href) for name, href in files.items()]
    return scribe.writer.certificate(scribe.label("certificate.title"), lines, links)
