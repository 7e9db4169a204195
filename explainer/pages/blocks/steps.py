"""Blocks of steps, quantity by quantity: a forward pass, a partial with its factors, all partials of the parameters."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from explainer.core.names import is_written_as_partial
from explainer.core.program import PARTIALS, Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import whole
from explainer.pages.blocks.block import BlockError, derived, nothing_after, options, resolved, step_of
from explainer.pages.scribe import Scribe


def steps(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The named quantities, each explained; with `fade=2`, the last two are for the reader, and open on demand."""
    plain, chosen = options(names, ("fade",), " ".join(name for name in names if "=" not in name))
    if not plain:
        raise BlockError("no names", "the quantities to explain", right=next(iter(derivation.steps), ""))
    full = derived(derivation, plain)
    faded = chosen.get("fade", 0)
    if "fade" in chosen and not 1 <= faded <= len(full):
        raise BlockError(f"fade={faded}", f"from 1 to {len(full)} of these steps", right=f"{' '.join(plain)} fade={len(full)}")
    shown = [scribe.step(derivation, name) for name in full[: len(full) - faded]]
    return "\n\n".join([*shown, *(_open(scribe, derivation, name) for name in full[len(full) - faded :])])


def _open(scribe: Scribe, derivation: Derivation, name: str) -> str:
    """A step that the reader is to work out first."""
    label = scribe.label("exercise.yours")
    return scribe.writer.details(scribe.symbol(derivation, name), label, scribe.step(derivation, name), "")


def forward(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Every step of a forward pass: the first one, `::: forward 1` after one update, `::: forward after` after the last."""
    step = step_of(derivation, names, default=0)
    kinds = (Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS, Kind.NODE)
    return steps(scribe, derivation, derivation.program.of_kind(*kinds, step=step))


def data(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """How the inputs are prepared, and what the baseline costs."""
    nothing_after(names)
    chosen = [name for name in derivation.program.of_kind(Kind.INPUT, Kind.BASELINE) if name in derivation.steps]
    return steps(scribe, derivation, chosen) if chosen else ""


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
    known = [name for name in derivation.steps if derivation.program.quantities[name].kind in PARTIALS]
    if len(names) != 1:
        raise BlockError(f"{len(names)} names", "one partial", right=next(iter(known), ""))
    (name,) = resolved(derivation, names, known)
    return steps(scribe, derivation, [*factors_of(derivation, name), name])


def partials(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """Each parameter's partial in one line, its derivation on demand; `::: partials 1` after one update."""
    by_name = bool(names) and is_written_as_partial(names[0])
    chosen = derived(derivation, names) if by_name else total_names(derivation, step_of(derivation, names, 0))
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
    """The lines of the named quantities without their sentences, each formula in one piece."""
    if not names:
        raise BlockError("no names", "the quantities to work out", right=next(iter(derivation.steps), ""))
    parts = []
    for name in derived(derivation, names):
        formula = scribe.quantity(derivation, name, whole(derivation, name).lines, by="*")
        parts.append(scribe.writer.math(formula, display=True))
    return "\n\n".join(parts)


def identities(scribe: Scribe, derivation: Derivation, names: Sequence[str]) -> str:
    """The derivatives that have a short form: by name, or those of a step (`::: identities 1`), of a matrix the first entry."""
    quantities, by_name = derivation.program.quantities, bool(names) and is_written_as_partial(names[0])
    short = {
        identity.target: identity
        for identity in derivation.program.identities
        if quantities[identity.target].kind in PARTIALS and identity.operation.endswith("difference")
    }
    if by_name:
        chosen = resolved(derivation, names, list(short))
    else:
        step = step_of(derivation, names, 0)
        chosen = [name for name in short if quantities[name].step == step][: 1 if derivation.matrices else None]
    found = []
    for name in chosen:
        worked = derivation.identity_step(short[name])
        formula = scribe.quantity(derivation, name, worked.lines, by="~")
        found.append(scribe.writer.step(scribe.identifier(name), scribe.explanation(derivation, worked), formula))
    return "\n\n".join(found)
