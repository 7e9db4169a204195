"""The whole way from an example to its derivation: compose, evaluate, prove, round, and hold the one against the other."""

from __future__ import annotations

from explainer.compose.compose import compose
from explainer.compose.matrices import compose_matrices
from explainer.compose.schedule import Progress, schedule
from explainer.core.errors import InputError, Problem
from explainer.core.program import PARAMETERS, Program
from explainer.derivation import recorded
from explainer.derivation.agreement import compare, compare_run
from explainer.derivation.derivation import Derivation
from explainer.derivation.types import Run
from explainer.examples.model import LAYERS, Example, NetworkExample
from explainer.examples.recorded import RecordedExample
from explainer.operations.matrices import LayerProgram
from explainer.proof.enclosure import shown_values
from explainer.proof.prove import Proof, prove


def derive(example: Example) -> Derivation:
    """Compose, prove and round an example, and hold the engine's float64 values against the enclosures.

    Raises:
        InputError: it is not worked out, but trained on a data set.
        ProofError: an equation is not what its name says.
        NumericError: a value overflows, its digits stay undecided, or the engine disagrees.
    """
    from explainer.values import engine

    if isinstance(example, RecordedExample):
        return recorded.derive(example)
    if not example.is_worked_out:
        expected = "an example whose numbers stand in its file: of a data set, a run is measured, and no number is proven"
        raise InputError(Problem(example.file, "data.set", "a data set", expected, f"explainer train {example.name}"))
    program, matrices = composed(example)
    run = train(example)
    derivation = put_together(example, program, matrices, prove(program, example, matrices=matrices), run)
    moved = {name: derivation.value(name) for name in program.of_kind(*PARAMETERS) if name not in program.given}
    compare(derivation, engine.values_of(program, moved))
    if run is not None:
        compare_run(derivation, run.values)
    return derivation


def composed(example: Example) -> tuple[Program, LayerProgram | None]:
    """An example's list of equations, and in the layer view the matrices that these are the entries of."""
    if isinstance(example, RecordedExample):
        return recorded.composed(example), None
    if isinstance(example, NetworkExample) and example.view == LAYERS:
        matrices = compose_matrices(example)
        return matrices.entries(), matrices
    return compose(example), None


def put_together(example: Example, program: Program, matrices: LayerProgram | None, proof: Proof, run: Run | None) -> Derivation:
    """A derivation from what was proven of its program, with every number rounded."""
    if isinstance(example, RecordedExample):
        return recorded.put_together(example, program, proof)
    shown = shown_values(program, proof.enclosures, example.digits)
    return Derivation(example, program, proof, {**shown, **(run.shown if run else {})}, run, matrices)


def train(example: Example, progress: Progress = lambda _: None) -> Run | None:
    """Make the training run of an example, if it has one, and prove its digits.

    Raises:
        NumericError: the run diverges, or its digits stay undecided.
    """
    if not isinstance(example, NetworkExample) or example.training is None or not example.training.epochs:
        return None
    from explainer.proof import runs, symmetry
    from explainer.values import engine

    plan = schedule(example)
    values = engine.train(plan)  # first, since it says at once if a run diverges
    return Run(plan, *runs.enclosures(plan, example.digits, progress), values, symmetry.twins(plan))
