"""The prover: silent on sound networks, and naming the reference for every seeded fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

import explainer
from explainer.compose.compose import compose
from explainer.core.digits import Enclosure
from explainer.core.errors import NumericError, ProofError
from explainer.core.program import Equation, Program
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.examples.model import Example
from explainer.operations.record import OUTPUT, Operation, Rule
from explainer.operations.vocabulary import OPERATIONS
from explainer.proof.bounds import Rehearsal
from explainer.proof.certificate import CHECKED, PROVEN
from explainer.proof.composition import EXACT_PARAMETERS
from explainer.proof.enclosure import is_decided
from explainer.proof.meaning import moved, readings, symbols
from explainer.proof.prove import prove as prove_and_enclose
from explainer.proof.rings.polynomials import Polynomials
from explainer.proof.symbolic import prove
from tests.networks import VARIETY, example, example_text

ALICE = explainer.example("docs/examples/alice.toml")


# --- sound networks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VARIETY)  # one draw of numbers each, for the proof is about names
def test_sound_networks_are_proven(name: str) -> None:
    network = example(**VARIETY[name])  # type: ignore[arg-type]
    certificate, faults = prove(compose(network), network)
    assert faults == ()
    assert certificate.composition == PROVEN


def test_alice_is_proven_in_all_ways() -> None:
    certificate, faults = prove(compose(ALICE), ALICE)
    assert faults == ()
    assert (certificate.composition, certificate.direct) == (PROVEN, 9)
    assert certificate.rules == ("affine/5", "sigmoid/1", "squared_error/2")


def test_the_certificate_counts_only_what_was_differentiated_in_one_piece() -> None:
    smooth, kinked = example((2, 2, 1), activation="tanh"), example((2, 2, 1), activation=("relu", "identity"))
    assert prove(compose(smooth), smooth)[0].direct == 9
    assert prove(compose(kinked), kinked)[0].direct == 0


def test_eighty_one_parameters_are_proven_and_more_than_a_hundred_checked() -> None:
    small, large = example((4, 8, 4, 1)), example((8, 10, 3, 1))
    assert len(compose(small).parameters) == 81
    assert prove(compose(small), small)[0].composition == PROVEN
    assert len(compose(large).parameters) > EXACT_PARAMETERS
    certificate, faults = prove(compose(large), large)
    assert (certificate.composition, faults) == (CHECKED, ())
    assert certificate.points == 3
    assert 0 < certificate.error_bound < 1e-40


@pytest.mark.parametrize("name", VARIETY)
def test_a_rehearsal_foretells_at_least_the_terms_of_the_proof(name: str) -> None:
    network = example(**VARIETY[name])  # type: ignore[arg-type]
    program = compose(network)
    exact, rehearsal = Polynomials((*program.given, *moved(program)), 500), Rehearsal()
    cut = frozenset(moved(program))
    proof = readings(program, exact, symbols(network, exact), OPERATIONS, cut)
    foretold = readings(program, rehearsal, symbols(network, rehearsal), OPERATIONS, cut)
    for (equation, value), (_, size) in zip(proof, foretold, strict=True):
        above, below = exact.size(value)
        assert below > 1 or above <= size.above.terms, equation.target  # what cancels in fractions cannot be foreseen


def test_fractions_are_given_up_when_their_effort_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    network = example((2, 1), optimiser="adam")
    assert prove(compose(network), network)[0].composition == PROVEN
    monkeypatch.setattr(Polynomials.__init__, "__defaults__", (None, 1_000))
    certificate, faults = prove(compose(network), network)
    assert (certificate.composition, faults) == (CHECKED, ())


# --- faults in the list ---------------------------------------------------------------------------------------------


def rewire(program: Program, target: str, change: Callable[[Equation], Equation]) -> Program:
    assert target in program.equation_of, target
    equations = tuple(change(equation) if equation.target == target else equation for equation in program.equations)
    assert equations != program.equations
    return replace(program, equations=equations)


def swap(old: str, new: str) -> Callable[[Equation], Equation]:
    return lambda equation: replace(equation, operands=tuple(new if name == old else name for name in equation.operands))


def without(dropped: str) -> Callable[[Equation], Equation]:
    def change(equation: Equation) -> Equation:
        index = equation.operands.index(dropped)
        ends, lengths = 0, []
        for length in equation.static:
            lengths.append(length - (ends <= index < ends + length))
            ends += length
        operands = equation.operands[:index] + equation.operands[index + 1 :]
        return replace(equation, operands=operands, static=tuple(length for length in lengths if length))

    return change


def operation(name: str) -> Callable[[Equation], Equation]:
    return lambda equation: replace(equation, operation=name)


LIST_FAULTS: list[tuple[str, str, Callable[[Equation], Equation]]] = [
    # the forward pass: wires, indices, missing terms, wrong functions
    ("z_1", "w_1 ↔ w_2", swap("w_1", "w_2")),
    ("z_1", "x_2 for x_1", swap("x_1", "x_2")),
    ("z_1", "the other bias", swap("b_1", "b_2")),
    ("z_1", "no bias", without("b_1")),
    ("z_2", "weights of the first neuron", swap("w_3", "w_1")),
    ("z_2", "a weight twice", swap("w_4", "w_3")),
    ("z_3", "h_1 twice", swap("h_2", "h_1")),
    ("z_3", "an input instead of a hidden neuron", swap("h_1", "x_1")),
    ("h_2", "of the first neuron", swap("z_2", "z_1")),
    ("h_1", "the wrong activation", operation("tanh")),
    ("o_1", "no activation", operation("identity")),
    ("o_1", "of a hidden neuron", swap("z_3", "z_1")),
    ("L", "halved", operation("half_squared_error")),
    ("L", "of a hidden neuron", swap("o_1", "h_1")),
    ("x_1", "shifted by the other shift", swap("shift_1", "shift_2")),
    ("x_2@3", "of another person", swap("raw_2@3", "raw_2@4")),
    ("L_0@2", "with another target", swap("y@2", "y")),
    ("L_0", "one person twice", swap("L_0@3", "L_0@4")),
    # partials: wires, factors, signs
    ("dL/do_1", "of another loss", operation("half_squared_error_slope")),
    ("dL/do_1", "sign", lambda equation: replace(equation, static=(1, 1))),
    ("dL/do_1", "at a hidden neuron", swap("o_1", "h_1")),
    ("do_1/dz_3", "at the hidden neuron", swap("o_1", "h_1")),
    ("do_1/dz_3", "slope of tanh", operation("tanh_slope")),
    ("dh_1/dz_1", "at the pre-activation", swap("h_1", "z_1")),
    ("dz_3/dh_1", "the other weight", swap("w_5", "w_6")),
    ("dz_1/dw_1", "the other input", swap("x_1", "x_2")),
    ("dz_1/db_1", "minus one", operation("minus_one")),
    ("do_1/dh_1", "a factor missing", without("dz_3/dh_1")),
    ("dh_1/dw_1", "slope of the other neuron's sigmoid", swap("dh_1/dz_1", "do_1/dz_3")),
    ("dh_2/db_2", "another partial", swap("dz_2/db_2", "dz_2/dw_3")),
    # totals
    ("dL/dw_1", "the path of w_2", swap("dh_1/dw_1", "dh_1/dw_2")),
    ("dL/dw_1", "through the other neuron", swap("do_1/dh_1", "do_1/dw_5")),
    ("dL/dw_3", "σ′ forgotten", swap("dh_2/dw_3", "dz_2/dw_3")),
    ("dL/dw_5", "first factor missing", without("dL/do_1")),
    ("dL/dh_1", "by h_2's weight's path", swap("do_1/dh_1", "do_1/dz_3")),
    ("dL/db_3", "σ′ squared", swap("dL/do_1", "do_1/db_3")),
    # updates: factor, wire, order
    ("w_1#1", "another gradient", swap("dL/dw_1", "dL/dw_2")),
    ("w_2#1", "from another weight", swap("w_2", "w_3")),
    ("b_3#1", "not learning", swap("eta", "baseline")),
    ("w_4#1", "the local partial", swap("dL/dw_4", "dh_2/dw_4")),
    ("z_1#1", "a parameter that has not moved", swap("w_1#1", "w_1")),
    ("z_3#1", "a signal from before the step", swap("h_1#1", "h_1")),
    ("L#1", "the prediction from before the step", swap("o_1#1", "o_1")),
]


@pytest.mark.parametrize(("target", "what", "change"), LIST_FAULTS, ids=[f"{t}: {w}" for t, w, _ in LIST_FAULTS])
def test_a_fault_in_the_list_is_named(target: str, what: str, change: Callable[[Equation], Equation]) -> None:
    program = compose(ALICE)
    _, faults = prove(rewire(program, target, change), ALICE)
    assert target in {fault.reference for fault in faults}, what
    # and nothing that stands before it in the list is blamed
    order = [equation.target for equation in program.equations]
    assert all(order.index(fault.reference) >= order.index(target) for fault in faults)


MORE_FAULTS: list[tuple[str, str, str, Callable[[Equation], Equation]]] = [
    ("two samples", "L", "the first sample twice", swap("L@2", "L@1")),
    ("two samples", "dL/dw_1", "one sample forgotten", without("dh_1@2/dw_1")),
    ("two samples", "dL/dL@1", "not a mean", operation("one")),
    ("shared biases", "dL/db_1", "one path of two", swap("dh_2/db_1", "dh_1/db_1")),
    ("three samples, two outputs", "dL@1/do_2@1", "the other output", swap("o_2@1", "o_1@1")),
    ("2-2-2 tanh", "dL/dh_1", "the path through the other output", swap("do_2/dh_1", "do_1/dh_1")),
    ("3-4-2 relu", "dh_1/dz_1", "the slope of another neuron", swap("z_1", "z_2")),
    ("3-4-2 relu", "dL/do_1", "the sum's slope", operation("squared_error_slope")),
    ("three steps", "w_1#2", "a gradient from before the last step (sequential)", swap("dL/dw_1#1", "dL/dw_1")),
    ("categorical cross-entropy", "do_1/dz_4", "of its own sum", operation("softmax_slope")),
    ("categorical cross-entropy", "o_2", "the share of another neuron", lambda equation: replace(equation, static=(0,))),
    ("categorical cross-entropy", "dL/do_3", "the target of another", swap("y_3", "y_1")),
    ("categorical cross-entropy from logits", "dL@1/do_2@1", "another output", lambda equation: replace(equation, static=(0,))),
    ("binary cross-entropy", "L", "of a hidden neuron", swap("o_1", "h_1")),
    ("momentum", "v_w_1#2", "a gradient from before the last step", swap("dL/dw_1#1", "dL/dw_1")),
    ("momentum", "w_1#2", "the velocity of another", swap("v_w_1#2", "v_w_2#2")),
    ("rmsprop", "s_b_1#1", "not squared", operation("decayed_mean")),
    ("adam", "mhat_w_1#2", "corrected for one step", lambda equation: replace(equation, static=(1,))),
    ("adam", "w_3#3", "mean and square exchanged", swap("mhat_w_3#3", "shat_w_3#3")),
    ("frozen parameters", "z_1#1", "a frozen bias exchanged", swap("b_1", "b_2#1")),
    ("three steps", "dL/dw_5#2", "a factor from the step before", swap("do_1/dw_5#2", "do_1/dw_5#1")),
]


@pytest.mark.parametrize(("network", "target", "what", "change"), MORE_FAULTS, ids=[f"{t}: {w}" for _, t, w, _ in MORE_FAULTS])
def test_a_fault_in_other_networks_is_named(network: str, target: str, what: str, change: Callable[[Equation], Equation]) -> None:
    chosen = example(**VARIETY[network])  # type: ignore[arg-type]
    _, faults = prove(rewire(compose(chosen), target, change), chosen)
    assert target in {fault.reference for fault in faults}, what


def test_sequential_updating_is_caught() -> None:
    """The second layer's weights moved before the first layer's gradients are taken: a common mistake."""
    program = compose(ALICE)
    order = {equation.target: equation for equation in program.equations}
    moved = order.pop("w_5#1")
    wrong = replace(order["dz_3/dh_1"], operands=("w_5#1",))
    late = {"dz_3/dh_1": wrong, "do_1/dh_1": order["do_1/dh_1"], "dL/dh_1": order["dL/dh_1"]}
    late |= {name: order[name] for name in ("dL/dw_1", "dL/dw_2", "dL/db_1")}
    kept = [equation for name, equation in order.items() if name not in late and not name.endswith("#1")]
    tail = [equation for name, equation in order.items() if name.endswith("#1")]
    _, faults = prove(replace(program, equations=(*kept, moved, *late.values(), *tail)), ALICE)
    assert [fault.reference for fault in faults] == ["dz_3/dh_1"]


def test_a_checked_network_names_faults_too() -> None:
    network = example((8, 10, 3, 1))
    program = rewire(compose(network), "dL/dh_1", swap("dh_11/dh_1", "dh_12/dh_1"))
    certificate, faults = prove(program, network)
    assert certificate.composition == CHECKED
    assert [fault.reference for fault in faults] == ["dL/dh_1"]


def test_malformed_lists_are_refused() -> None:
    program = compose(ALICE)
    unknown = rewire(program, "h_1", operation("sigmoidal"))
    early = replace(program, equations=tuple(reversed(program.equations)))
    twice = replace(program, equations=(*program.equations, program.equations[-1]))
    assert "unknown operation" in str(prove(unknown, ALICE)[1][0])
    assert any("before it is known" in fault.reason for fault in prove(early, ALICE)[1])
    assert any("stated twice" in fault.reason for fault in prove(twice, ALICE)[1])


# --- faults in the vocabulary ---------------------------------------------------------------------------------------


def row(name: str, **changes: object) -> Mapping[str, Operation]:
    return {**OPERATIONS, name: replace(OPERATIONS[name], **changes)}  # type: ignore[arg-type]


RULE_FAULTS: list[tuple[str, str, Mapping[str, Operation]]] = [
    ("2-2-1", "do_1/dz_3", row("sigmoid_slope", formula=lambda v, _: v[0] * (1 + v[0]))),
    ("2-2-1", "dh_1/dz_1", row("sigmoid", partial=lambda *_: Rule("sigmoid_slope", (0,)))),
    ("2-2-1", "dh_2/dz_2", row("sigmoid_slope", formula=lambda v, _: v[0])),
    ("2-2-1", "dz_3/dw_5", row("affine", partial=lambda position, *_: Rule("copy", (position,)))),
    ("2-2-1", "dz_1/db_1", row("one", formula=lambda *_: 2)),
    ("2-2-1", "dL/do_1", row("squared_error", partial=lambda position, count, _: Rule("squared_error_slope", (1, 0), (-1, 1)))),
    ("2-2-1", "dL/do_1", row("squared_error_slope", formula=lambda v, _: v[1] - v[0])),
    ("2-2-2 tanh", "do_1/dz_3", row("tanh_slope", formula=lambda v, _: 1 - v[0])),
    (
        "3-4-2 relu",
        "dh_1/dz_1",
        row("relu", partial=lambda *_: Rule("relu_slope", (OUTPUT,)), formula=lambda v, _: -v[0]),
    ),
    ("3-4-2 relu", "dh_2/dz_2", row("relu_slope", formula=lambda *_: 1)),
    ("leaky relu, softplus", "dh_1/dz_1", row("leaky_relu_slope", formula=lambda v, _: v[0].function("is_positive"))),
    ("leaky relu, softplus", "do_1/dz_4", row("softplus", partial=lambda *_: Rule("tanh", (0,)))),
    ("softmax, squared error", "do_1/dz_2", row("softmax_cross_slope", formula=lambda v, _: v[0] * v[1])),
    ("binary cross-entropy", "dL/do_1", row("binary_cross_entropy_slope", formula=lambda v, _: v[1] - v[0])),
    ("categorical cross-entropy", "dL/do_1", row("categorical_cross_entropy_slope", formula=lambda v, _: v[0] / v[1])),
    ("two samples", "dL/dL@1", row("share", formula=lambda *_: 1)),
    (
        "no biases",
        "dL/do_1",
        row("half_squared_error_slope", formula=lambda v, _: -2 * (v[0] - v[1])),
    ),
]


@pytest.mark.parametrize(("network", "reference", "vocabulary"), RULE_FAULTS, ids=[f"{n}: {r}" for n, r, _ in RULE_FAULTS])
def test_a_wrong_rule_is_named_with_what_uses_it(network: str, reference: str, vocabulary: Mapping[str, Operation]) -> None:
    chosen = example(**VARIETY[network])  # type: ignore[arg-type]
    # composed by the sound vocabulary where the fault is in a formula, by the faulty one where it is in a rule
    _, faults = prove(compose(chosen, vocabulary), chosen, vocabulary)
    assert reference in {fault.reference for fault in faults}


def test_a_fault_becomes_an_error_with_the_reference() -> None:
    with pytest.raises(ProofError) as caught:
        prove_and_enclose(rewire(compose(ALICE), "dL/dw_1", swap("dh_1/dw_1", "dh_1/dw_2")), ALICE)
    assert [problem.place for problem in caught.value.problems] == ["dL/dw_1"]


# --- digits ---------------------------------------------------------------------------------------------------------


def test_an_engine_that_computes_something_else_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from explainer.values import engine

    sound = engine.values_of
    monkeypatch.setattr(engine, "values_of", lambda program, anchors, **_: {**sound(program, anchors), "o_1": 0.5})
    with pytest.raises(NumericError) as caught:
        explainer.derive(ALICE)
    assert [problem.place for problem in caught.value.problems] == ["o_1"]


def test_a_kink_is_reported() -> None:
    text = example_text((1, 1, 1), activation=("relu", "identity"), steps=0)
    lines = [
        "weights = [1, 1]" if line.startswith("weights") else "biases = [0, 0]" if line.startswith("biases") else
        "inputs = [0]" if line.startswith("inputs") else line
        for line in text.splitlines()
    ]  # fmt: skip
    derivation: Derivation = explainer.derive(parse("\n".join(lines), name="kink"))
    assert derivation.proof.kinks == ("h_1",)
    assert derivation.shown["dh_1/dz_1"].text == "0"


def test_very_large_values_are_written_with_a_power_of_ten() -> None:
    text = example_text((1, 1), activation="identity", loss="", steps=0).replace("weights = [", "weights = [1e90] # [")
    text = text.replace("inputs = [", "inputs = [1e90] # [")
    huge = explainer.derive(parse(text, name="huge"))
    assert huge.shown["o_1"].text.endswith("e180")


def test_values_beyond_float64_are_refused() -> None:
    text = example_text((1, 1, 1), activation="identity", loss="squared_error", steps=0)
    text = text.replace("weights = [", "weights = [1e90, 1e90] # [").replace("inputs = [", "inputs = [1e99] # [")
    with pytest.raises(NumericError) as caught:
        explainer.derive(parse(text, name="huge", file="huge.toml"))
    assert [(problem.file, problem.place) for problem in caught.value.problems] == [("huge.toml", "L")]


def test_zero_is_decided_where_it_is_proven() -> None:
    """A prediction that equals its target exactly makes the gradient an exact zero, through balls."""
    lines = [
        "[network]", "layers = [1, 1]", 'activation = "sigmoid"', 'loss = "squared_error"', "[parameters]",
        "weights = 0", "biases = 0", "[[data.samples]]", 'name = "a"', "inputs = [3]", "target = [0.5]",
        "[training]", "learning_rate = 1",
    ]  # fmt: skip
    derivation = explainer.derive(parse("\n".join(lines), name="zero"))
    assert derivation.shown["dL/dw_1"].text == "0"
    assert derivation.provenance("dL/dw_1") == "exact"


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_what_vanishes_or_is_a_fraction_by_symmetry_is_exact(optimiser: str) -> None:
    """Equal outputs share equally, and equal weights make the first layer's gradient an exact zero, under a root in Adam."""
    lines = [
        "[network]", "layers = [3, 4, 2]", 'activation = ["tanh", "softmax"]', 'loss = "categorical_cross_entropy"',
        "[parameters]", "weights = 0.5", "biases = 0", "[[data.samples]]", 'name = "a"', "inputs = [1, -1, 0.5]",
        "target = [0, 1]", "[training]", "learning_rate = 0.1", f'optimiser = "{optimiser}"',
    ]  # fmt: skip
    derivation = explainer.derive(parse("\n".join(lines), name="symmetric"))
    shown = {name: derivation.shown[name] for name in ("o_1", "do_1/dz_5", "dL/dw_1", "dL/dh_1", "w_1#1")}
    assert {name: number.text for name, number in shown.items()} == {
        "o_1": "0.5", "do_1/dz_5": "0.25", "dL/dw_1": "0", "dL/dh_1": "0", "w_1#1": "0.5",
    }  # fmt: skip
    assert all(number.exact for number in shown.values())


def test_what_is_left_when_functions_cancel_is_exact_though_no_digit_is_open() -> None:
    """σ(3) + σ(−3) is 1; only the zeros of 1.000 tell that it may be more than nearly so."""
    lines = [
        "[network]", "layers = [1, 2, 1]", 'activation = "sigmoid"', 'loss = "squared_error"', "[parameters]",
        "weights = [1, -1, 1, 1]", "biases = 0", "[[data.samples]]", 'name = "a"', "inputs = [3]", "target = [0]",
    ]  # fmt: skip
    numbers = [
        explainer.derive(parse("\n".join(lines).replace("1, 1]", last), name="a"))
        for last in ("1, 1]", "1, 1.00000000000000000001]")
    ]
    assert [(shown.text, shown.exact) for shown in (each.shown["z_3"] for each in numbers)] == [("1", True), ("1.000", False)]


def test_a_logarithm_of_zero_is_named() -> None:
    text = example_text((1, 1), loss="binary_cross_entropy", steps=0)
    text = (
        text.replace("weights = [", "weights = [1e9] # [")
        .replace("inputs = [", "inputs = [-1] # [")
        .replace("target = [", "target = [1] # [")
    )
    with pytest.raises(NumericError) as caught:
        explainer.derive(parse(text, name="far", file="far.toml"))
    assert caught.value.problems[0].place


def test_examples_are_frozen() -> None:
    with pytest.raises(AttributeError):
        ALICE.digits = 5  # type: ignore[misc]
    assert isinstance(ALICE, Example)


@pytest.mark.parametrize(("middle", "decided"), [("-805", False), ("0.25", False), ("804.9", True), ("850", False), ("1", True)])
def test_what_is_next_to_a_tie_is_open(middle: str, decided: bool) -> None:
    """A page may print it with fewer digits."""
    value, far = Fraction(middle), Fraction(1, 10**35)
    assert is_decided(Enclosure(value - far, value + far), 4) is decided
