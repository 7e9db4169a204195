"""The records are complete: whatever has one is defined a second time, has its words and its names, and is tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explainer.core.errors import RecordError
from explainer.examples.everyday import NEAR, SAME
from explainer.examples.load import FORM
from explainer.operations.optimisers import OPTIMISERS
from explainer.operations.record import Family, Operation, of
from explainer.operations.vocabulary import ACTIVATIONS, FUNCTIONS, LOSSES, NOTATION, OPERATIONS
from explainer.proof import definitions
from explainer.words.sentences import SENTENCES
from tests.graphs import FUNCTIONS as TRIED_FUNCTIONS
from tests.networks import VARIETY


def keys_of(row: Operation) -> set[str]:
    """The sentences that an operation needs."""
    name = row.name
    match row.family:
        case Family.ACTIVATION:
            return {f"activation.{name}", f"partial.{name}"}
        case Family.LOSS:
            return {f"loss.{name}", f"loss.{name}.several", f"partial.{name}"}
        case Family.KEPT | Family.CORRECTION | Family.UPDATE:
            return {row.sentence, row.of_velocity or row.sentence}
        case _ if row.function:
            return {f"formula.{name}"}
    return set()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_its_sentences(name: str) -> None:
    assert keys_of(OPERATIONS[name]) <= SENTENCES.keys()


@pytest.mark.parametrize("move", dict.fromkeys(optimiser.move for optimiser in OPTIMISERS.values()))
def test_every_step_has_its_rows(move: str) -> None:
    assert {f"{move}_update", f"{move}_ascent_update"} <= OPERATIONS.keys()


def test_everything_is_defined_a_second_time_and_nothing_that_is_gone() -> None:
    assert definitions.ACTIVATIONS.keys() == set(ACTIVATIONS)
    assert definitions.LOSSES.keys() == set(LOSSES)
    assert definitions.FUNCTIONS.keys() == FUNCTIONS.keys()
    assert definitions.OPTIMISERS.keys() == OPTIMISERS.keys()


def test_everything_is_tried_by_random_networks_and_formulas() -> None:
    """PyTorch, the proofs, the pages and the notebooks of the tests all go through these."""
    activations = {name for options in VARIETY.values() for name in words(options.get("activation", "sigmoid"))}
    assert activations == set(ACTIVATIONS), "each has a network in VARIETY of tests/networks.py"
    losses = {options.get("loss", "squared_error") for options in VARIETY.values()}
    assert losses == set(LOSSES), "each has a network in VARIETY of tests/networks.py"
    optimisers = {options.get("optimiser", "sgd") for options in VARIETY.values()}
    assert optimisers == OPTIMISERS.keys(), "each has a network in VARIETY of tests/networks.py"
    assert set(TRIED_FUNCTIONS) == FUNCTIONS.keys(), "each is among FUNCTIONS of tests/graphs.py"


def words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def test_the_schema_s_lists_are_those_of_the_records() -> None:
    network, training = (FORM.schema["properties"][table] for table in ("network", "training"))
    assert network["$defs"]["activation"]["enum"] == list(ACTIVATIONS)
    assert network["properties"]["loss"]["enum"] == list(LOSSES)
    assert training["properties"]["optimiser"]["enum"] == list(OPTIMISERS)
    options = {name for optimiser in OPTIMISERS.values() for name in (*optimiser.constants, *optimiser.options)}
    assert options <= training["properties"].keys()
    assert "{" not in str([node["description"] for node in network["properties"].values()])


def test_what_there_is_is_not_called_the_nearest_there_is() -> None:
    there = {*OPERATIONS, *OPTIMISERS}
    assert not there & NEAR.keys()
    assert not SAME.keys() & NEAR.keys()


def test_no_two_functions_are_written_alike() -> None:
    tex = [notation.tex for notation in NOTATION.values()]
    assert len(tex) == len(set(tex))


@pytest.mark.parametrize("field", ["family", "partial", "notation"])
def test_a_record_without_what_its_family_has_is_told_by_the_field(field: str) -> None:
    with pytest.raises(RecordError) as caught:
        replace(OPERATIONS["sigmoid"], **{field: None})
    (problem,) = caught.value.problems
    assert (problem.file, problem.place) == ("explainer/operations", f"sigmoid.{field}")
    assert problem.example.startswith(f"{field}=")


def test_what_has_no_second_definition_is_told_by_name() -> None:
    with pytest.raises(RecordError) as caught:
        definitions.second_definition(definitions.LOSSES, "log_cosh")
    (problem,) = caught.value.problems
    assert (problem.file, problem.place) == ("explainer/proof/definitions.py", "log_cosh")


def test_a_formula_of_fixed_arguments_takes_no_more() -> None:
    row = Operation("first", of(lambda a: a), family=Family.SLOPE)
    assert row.formula([1, 2], ()) == 1  # type: ignore[arg-type]
