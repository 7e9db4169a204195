"""The blocks an authored page can ask for with `::: name arguments`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from explainer.derivation import Derivation, Line
from explainer.expression import Symbol, definition, working
from explainer.operations import ACTIVATIONS
from explainer.program import PARTIALS, Kind, after
from explainer.render import curves, graph, svg
from explainer.render.formula import FUNCTION_TEX
from explainer.render.scribe import Scribe
from explainer.schedule import at_epoch
from explainer.spec import NetworkExample


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


def factors_of(derivation: Derivation, name: str) -> list[str]:
    """The partials a partial is made of, all the way down, in the program's order; other totals are only referred to."""
    quantities, wanted, queue = derivation.program.quantities, set[str](), [name]
    while queue:
        for operand in derivation.program.equation_of[queue.pop()].operands:
            kind = quantities[operand].kind
            if kind in PARTIALS and kind is not Kind.TOTAL and operand not in wanted:
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
    by_name = bool(names) and "/" in names[0]
    chosen = _derived(derivation, names) if by_name else total_names(derivation, _step(derivation, names, 0))
    found = []
    for name in chosen:
        result = derivation.steps[name].lines[-1]
        formula = scribe.writer.math(scribe.quantity(derivation, name, [result]))
        identifier = scribe.identifier(name)
        body = "\n".join(scribe.step(derivation, part) for part in [*factors_of(derivation, name), name])
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
    """A table of what the author gave."""
    hidden = (Kind.BASELINE, Kind.CONSTANT)
    shown = [name for name in derivation.program.given if derivation.program.quantities[name].kind not in hidden]
    rows = [[scribe.symbol(derivation, name), scribe.number(derivation, name)] for name in _resolved(derivation, names or shown)]
    return scribe.writer.table([scribe.label("column.quantity"), scribe.label("column.value")], rows, [False, True])


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


def run(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """A table of the training run at the epochs that are recorded: the loss, or with names the parameters too."""
    made = derivation.run
    if made is None:
        raise BlockError("an example without a training run", "one with epochs", "[training]\nepochs = 1000")
    (loss,) = made.schedule.loss.losses
    columns = [loss, *names]
    for name in names:
        if name not in made.schedule.update.parameters:
            known = ", ".join(made.schedule.update.parameters)
            raise BlockError(f"the name {name!r}", f"parameters: {known}", "::: run w_1 w_2")
    header = [scribe.label("column.epoch"), *(scribe.symbol(derivation, name) for name in columns)]
    rows = [
        [scribe.writer.count(epoch), *(scribe.number(derivation, at_epoch(name, epoch)) for name in columns)]
        for epoch in made.schedule.record
    ]
    return scribe.writer.table(header, rows, [True] * len(header))


def curve(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The loss over the epochs of the training run, or with names the quantities that the run follows."""
    made = derivation.run
    if made is None:
        raise BlockError("an example without a training run", "one with epochs", "[training]\nepochs = 1000")
    for name in names:
        if name not in made.schedule.followed:
            known = ", ".join(made.schedule.followed) or "(none)"
            raise BlockError(f"the quantity {name!r}", f"what the run follows: {known}", f'[training]\nfollow = ["{name}"]')
    shown = list(names) or list(made.schedule.loss.losses)
    caption = scribe.label("figure.follow.caption" if names else "figure.curve.caption")
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
    """The network: `::: figure symbols`, or `::: figure values` after the forward pass."""
    if names not in (["symbols"], ["values"]):
        raise BlockError(" ".join(names) or "nothing", "symbols or values", "::: figure symbols")
    (style,) = names
    example, values = derivation.example, style == "values"
    if isinstance(example, NetworkExample):
        caption = scribe.label(f"figure.{style}.caption")
        return scribe.writer.figure(lambda: svg.network(scribe, derivation, example, values=values), caption)
    if len(derivation.program.of_kind(Kind.NODE, step=0)) > graph.LARGEST:
        return ""
    return scribe.writer.figure(
        lambda: graph.graph(scribe, derivation, values=values), scribe.label(f"figure.graph.{style}.caption")
    )


def activation(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """An activation function's definition, or with `slope` its derivative line by line; both as the proof has them."""
    if not names or names[0] not in ACTIVATIONS or names[1:] not in ([], ["slope"]):
        raise BlockError(
            " ".join(names) or "nothing",
            f"one of {', '.join(ACTIVATIONS)}, and perhaps slope",
            "::: activation sigmoid slope",
        )
    name, *slope = names
    variable = Symbol("z")
    expressions = working(name, variable) if slope else (definition(name, variable),)
    head = FUNCTION_TEX[name] + ("'(z)" if slope else "(z)")
    return scribe.writer.math(scribe.equation(head, [Line("=", expression) for expression in expressions]), display=True)


BLOCKS: Mapping[str, Block] = {
    block.__name__: block
    for block in (steps, forward, data, chain, partials, formulas, given, updates, run, curve, twins, figure, activation)
}


def certificate(scribe: Scribe, derivations: Sequence[Derivation], method: str, files: Mapping[str, str]) -> str:
    """What was proven about the numbers of a page. `method` and `files` are where its links lead."""
    if not scribe.occurrences:
        return ""

    def line(key: str, count: int) -> str:
        return scribe.sentence(key, {"count": scribe.writer.count(count)}, count)

    certificates = [derivation.proof.certificate for derivation in derivations]
    lines = [line("certificate.numbers", len(scribe.occurrences))]
    for method_name in ("proven", "checked"):
        if equations := sum(c.equations for c in certificates if c.composition == method_name):
            lines.append(line(f"certificate.equations.{method_name}", equations))
    if rules := {rule for c in certificates for rule in c.rules}:
        lines.append(line("certificate.rules", len(rules)))
    if direct := sum(c.direct for c in certificates):
        lines.append(line("certificate.direct", direct))
    if kinks := sum(len(derivation.proof.kinks) for derivation in derivations):
        lines.append(line("certificate.kinks", kinks))
    links = [(scribe.label("certificate.method"), method)]
    links += [(scribe.sentence("certificate.file", {"example": scribe.writer.text(name)}), href) for name, href in files.items()]
    return scribe.writer.certificate(scribe.label("certificate.title"), lines, links)
