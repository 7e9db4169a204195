"""What is missing or wrong in a record, in a second definition or among the sentences is told of it, and of no author's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from explainer import verbs
from explainer.cli import main
from explainer.compose.compose import compose
from explainer.core.errors import InputError, RecordError
from explainer.core.text import FORMATS
from explainer.operations import losses, vocabulary
from explainer.operations.optimisers import GRADIENT, OPTIMISERS, Keep
from explainer.operations.record import OUTPUT, Facts, Family, Operation, by, of
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.blocks import BLOCKS
from explainer.pages.blocks.block import BlockKind
from explainer.pages.formula import tex_of
from explainer.pages.plain import PlainWriter
from explainer.pages.scribe import Scribe
from explainer.proof import definitions
from explainer.proof.prove import prove
from explainer.words.catalogue import Catalogue
from explainer.words.languages import SOURCE
from explainer.words.sentences import SENTENCES
from tests.networks import example

Change = Callable[[], object]


def told(act: Change) -> list[str]:
    """The places that are named, and what stands there."""
    with pytest.raises(RecordError) as caught:
        act()
    assert not any("random.toml" in problem.file for problem in caught.value.problems)
    return [f"{problem.place}: {problem.found}" for problem in caught.value.problems]


def proving(name: str, activation: str = "", loss: str = "squared_error", **changes: object) -> Change:
    """A small network proven by records of which one is changed."""
    operations: Mapping[str, Operation] = {**OPERATIONS, name: replace(OPERATIONS[name], **changes)}  # type: ignore[arg-type]
    chosen = example((1, 1), activation=activation or "identity", loss=loss)
    return lambda: prove(compose(chosen, operations), chosen, operations)


def made(**fields: object) -> Change:
    return lambda: Operation("bent", of(lambda z: z), **fields)  # type: ignore[arg-type]


MISSING: list[tuple[list[str], Change]] = [
    (["bent.family: nothing"], made()),
    (["bent.partial: nothing", "bent.notation: nothing"], made(family=Family.ACTIVATION)),
    (["bent.partial: nothing"], made(family=Family.LOSS)),
    (["bent.partial: nothing", "bent.function: nothing"], made(family=Family.FUNCTION)),
    (["bent.sentence: nothing", "bent.roles: nothing"], made(family=Family.UPDATE)),
    (["bent.pieces: nothing"], made(family=Family.SLOPE, kink=of(lambda z: z))),
]


@pytest.mark.parametrize(("fields", "act"), MISSING, ids=[", ".join(fields) for fields, _ in MISSING])
def test_all_that_a_record_lacks_is_named(fields: list[str], act: Change) -> None:
    assert told(act) == fields


def test_names_are_given_once() -> None:
    sigmoid = OPERATIONS["sigmoid"]
    rows = (sigmoid, replace(sigmoid, name="logistic"))
    assert told(lambda: vocabulary._by("function", rows)) == ["logistic.function: 'sigmoid', which sigmoid has too"]
    assert told(lambda: vocabulary._by("name", (sigmoid, replace(sigmoid, letters=2)))) == [
        "sigmoid.name: 'sigmoid', which sigmoid has too"
    ]


def test_a_record_that_stands_in_no_list_is_named() -> None:
    (problem,) = vocabulary._unlisted([losses], [row for row in OPERATIONS.values() if row.name != "huber"])
    assert (problem.file, problem.place) == ("explainer/operations/losses.py", "HUBER")


def test_what_an_optimiser_asks_for_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(lambda: replace(OPTIMISERS["rmsprop"], takes=("rate", "s+"))) == ["rmsprop.takes: 'rate'"]
    chosen, sgd = example((1, 1)), OPTIMISERS["sgd"]
    for field, changed in (
        ("move", replace(sgd, move="signed")),
        ("keeps", replace(sgd, keeps=(Keep("v", "signs", (GRADIENT,)),))),
    ):
        monkeypatch.setitem(OPTIMISERS, "sgd", changed)  # type: ignore[arg-type]
        assert told(lambda: compose(chosen))[0].startswith(f"sgd.{field}: ")


WRONG: list[tuple[str, Change]] = [
    ("tanh.partial: 'tanh_slop', of which there is no record", proving("tanh", "tanh", partial=by("tanh_slop", OUTPUT))),
    ("tanh.partial: sigmoid_slope is not the derivative", proving("tanh", "tanh", partial=by("sigmoid_slope", OUTPUT))),
    ("tanh.facts: tanh of 0 is not 1", proving("tanh", "tanh", facts=Facts(((Fraction(0), Fraction(1)),)))),
    ("elu.pieces: nothing that says where v1 is positive", proving("elu", "elu", pieces=None)),
    ("elu.kink: elu has a derivative everywhere", proving("elu", "elu", kink=of(lambda z: z))),
    ("relu.kink: relu has no derivative where", proving("relu", "relu", kink=None)),
    ("step.kink: step has no derivative where", proving("step", "step", kink=None)),
    ("hinge.kink: hinge has no derivative where", proving("hinge", loss="hinge", kink=None)),
]


@pytest.mark.parametrize(("message", "act"), WRONG, ids=[message for message, _ in WRONG])
def test_what_is_wrong_in_a_record_is_told_of_its_field(message: str, act: Change) -> None:
    assert told(act)[0].startswith(message)


def test_a_formula_unlike_its_second_definition_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {**definitions.ACTIVATIONS, "tanh": definitions.ACTIVATIONS["softplus"]}
    monkeypatch.setattr("explainer.proof.expansion.ACTIVATIONS", table)
    assert told(proving("tanh", "tanh")) == ["tanh.formula: not what explainer/proof/definitions.py says of tanh: o_1, o_1#1"]


def test_a_second_definition_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explainer.proof.expansion.ACTIVATIONS", {})
    assert told(proving("tanh", "tanh")) == ["tanh: nothing"]


def test_a_primitive_that_is_not_there_is_named() -> None:
    act = proving("gelu", "gelu", formula=of(lambda z: z.function("logistic")))
    assert told(act)[0].endswith(".logistic: no such primitive")


def test_a_slope_that_the_rings_do_not_know_is_named() -> None:
    from explainer.proof.rings.residues import Residues

    base = Residues(0)
    assert told(lambda: base.slope("arctan", base.symbol("z"))) == ["Ring.slope of arctan: nothing"]


def test_a_name_without_notation_is_told() -> None:
    assert told(lambda: tex_of("arctan")) == ["arctan.notation: nothing"]


def test_a_sentence_that_is_not_there_is_named() -> None:
    catalogue = Catalogue(SOURCE, {"activation.tanh": ("It turns {x} into {target}.",)})
    assert told(lambda: catalogue.text("activation.silu")) == ["activation.silu: nothing"]
    scribe = Scribe(catalogue, PlainWriter(), {})
    assert told(lambda: scribe.sentence("activation.tanh", {"z": "1", "target": "2"})) == ["activation.tanh: {x}"]


def test_a_format_that_nothing_makes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert verbs.SHOWN.keys() == set(FORMATS), "what the command line takes is in FORMATS of explainer/core/text.py"
    monkeypatch.setattr(verbs, "FORMATS", (*FORMATS, "none"))
    assert told(lambda: verbs.show("docs/examples/neuron.toml", "none")) == ["SHOWN: none: nothing"]
    with pytest.raises(InputError, match="one of markdown, json, tex, notebook"):
        verbs.show("docs/examples/neuron.toml", "pdf")


def test_a_block_that_nothing_makes_is_named() -> None:
    assert told(lambda: BlockKind("count", ("",), "how many numbers there are")) == ["count.alone or of_example: neither or both"]
    assert told(lambda: replace(BLOCKS["certificate"], usages=())) == ["certificate.usages: none"]


def test_the_command_line_tells_it_without_a_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SENTENCES, "activation.sigmoid")
    assert main(["show", "docs/examples/neuron.toml"]) == 1
    message = capsys.readouterr().err
    assert "explainer/words/sentences.py: activation.sigmoid\n  found:    nothing" in message
