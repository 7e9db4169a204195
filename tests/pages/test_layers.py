"""The layer view: what its matrices say, that both views are one network, and what the prover finds in wrong ones."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import explainer
from explainer.compose.compose import compose
from explainer.compose.matrices import compose_matrices
from explainer.core.errors import InputError, ProofError
from explainer.core.program import Equation
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.examples.model import Example
from explainer.operations import matrices
from explainer.operations.expression import Grid, Number
from explainer.operations.matrices import GRADIENT, MATRIX_OPERATIONS, LayerProgram, MatrixOperation, Pull
from explainer.operations.record import Operation
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages import data
from explainer.pages.fill import fill
from explainer.pages.generated import generated
from explainer.pages.plain import PlainWriter
from explainer.pages.writers import SiteWriter
from explainer.proof.certificate import CHECKED, PROVEN
from explainer.proof.enclosure import recompute
from explainer.proof.expansion import in_layers
from explainer.proof.matrices import prove
from explainer.proof.prove import prove as prove_and_enclose
from explainer.words.catalogue import load
from explainer.words.languages import LANGUAGES
from tests.conftest import require
from tests.networks import VARIETY, example, example_text
from tests.shipped import proven, shipped
from tests.values.test_torch import torch_values

TOLERANCE = 1e-10
BATCHES: dict[str, dict[str, object]] = {
    "perceptron": {"layers": (2, 6, 6, 1), "activation": ("relu", "relu", "sigmoid"), "loss": "binary_cross_entropy"},
    "binary cross-entropy, batch": {
        "layers": (2, 3, 1),
        "activation": ("relu", "sigmoid"),
        "loss": "binary_cross_entropy",
        "samples": 3,
    },
    "softmax, batch": {
        "layers": (2, 3, 3),
        "activation": ("tanh", "softmax"),
        "loss": "categorical_cross_entropy",
        "samples": 3,
        "steps": 2,
    },
    "softmax, squared error, batch": {"layers": (2, 3), "activation": "softmax", "samples": 2},
    "a column of weights": {"layers": (1, 3, 1), "samples": 2, "activation": "tanh"},
    "shared biases, batch": {"layers": (2, 3, 2), "bias": "per_layer", "samples": 3},
}
NETWORKS = {**{name: options for name, options in VARIETY.items() if "frozen" not in options}, **BATCHES}


def layered(options: Mapping[str, object], **more: object) -> Example:
    return replace(example(**{**options, **more}), view="layers")  # type: ignore[arg-type]


@cache
def derivation(name: str) -> Derivation:
    return proven(layered(NETWORKS[name]))


def perceptron() -> Derivation:
    return shipped("perceptron")


# --- by hand --------------------------------------------------------------------------------------------------------


BY_HAND = """
[network]
layers = [2, 2, 1]
activation = ["relu", "identity"]
loss = "squared_error"
[parameters]
weights = [1, 2, -1, 1, 3, -2]
biases = [0, 1, 1]
[[data.samples]]
name = "a"
inputs = [1, 2]
target = [10]
[[data.samples]]
name = "b"
inputs = [3, 1]
target = [17]
[walkthrough]
view = "layers"
[training]
learning_rate = 0.5
"""


def test_a_small_batch_by_hand() -> None:
    """z¹ = [5 5; 2 −1], a¹ = [5 5; 2 0], a² = [12 16]; the losses are 4 and 1, their mean's slopes 2 and −1."""
    found = explainer.derive(parse(BY_HAND, name="hand"))
    quantities = data.document(found)["quantities"]
    expected = {
        "z1": [[5, 5], [2, -1]],
        "a1": [[5, 5], [2, 0]],
        "a2": [[12, 16]],
        "l": [[4, 1]],
        "dL/da2": [[2, -1]],
        "dL/dz2": [[2, -1]],
        "dL/dW2": [[5, 4]],
        "dL/db2": [[1]],
        "dL/da1": [[6, -3], [-4, 2]],
        "da1/dz1": [[1, 1], [1, 0]],
        "dL/dz1": [[6, -3], [-4, 0]],
        "dL/dW1": [[-3, 9], [-4, -8]],
        "dL/db1": [[3], [-4]],
        "W1#1": [[2.5, -2.5], [1, 5]],
        "b1#1": [[-1.5], [3]],
        "W2#1": [[0.5, -4]],
    }
    assert {name: quantities[name]["value"] for name in expected} == expected
    assert quantities["L"]["value"] == 2.5
    assert quantities["dL/dW1"]["shape"] == [2, 2]
    assert quantities["dL/dW1"]["entries"] == [["dL/dW1_1_1", "dL/dW1_1_2"], ["dL/dW1_2_1", "dL/dW1_2_2"]]
    assert quantities["z1_2_1"]["value"] == 2


@pytest.mark.parametrize(
    ("name", "shape", "place", "entry"),
    [
        ("W1", (6, 2), (2, 1), "W1_2_1"),
        ("W1", (6, 1), (2, 1), "W1_2_1"),
        ("b1", (6, 1), (2, 1), "b1_2"),
        ("z1", (6, 3), (2, 3), "z1_2_3"),
        ("dL/dW12", (6, 2), (2, 1), "dL/dW12_2_1"),
        ("dL/db1#1", (6, 1), (2, 1), "dL/db1_2#1"),
        ("W1#3", (6, 2), (2, 1), "W1_2_1#3"),
        ("L", (), (1, 1), "L"),
    ],
)
def test_names_of_entries(name: str, shape: tuple[int, ...], place: tuple[int, int], entry: str) -> None:
    assert matrices.entry_name(name, shape, *place) == entry


# --- both views are one network -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)  # one draw of numbers each, for the proof is about names
def test_sound_networks_are_proven_and_both_views_agree(name: str) -> None:
    network, certificate = layered(NETWORKS[name]), derivation(name).proof.certificate
    assert (certificate.composition, certificate.views_method) == (PROVEN, PROVEN)
    assert certificate.views >= len(compose(network).parameters)


def test_every_gradient_entry_is_compared_with_the_neurons_list() -> None:
    network = layered(BATCHES["perceptron"])
    entries, neurons, own = compose_matrices(network).entries(), compose(network), in_layers(network)
    assert {own[name] for name in neurons.parameters} == set(entries.parameters)
    # three for the inputs and the target, which are given; the rest of the neurons' list has its entry
    signals = [name for name in neurons.quantities if name[0] in "zho" and "#" not in name]
    assert {own[name] for name in signals} <= set(entries.equation_of)


def test_more_than_a_hundred_parameters_are_checked_and_called_so() -> None:
    network = layered({"layers": (8, 10, 3, 1)})
    certificate, faults = prove(compose_matrices(network), network)
    assert (certificate.composition, certificate.views_method, faults) == (CHECKED, CHECKED, ())
    assert 0 < certificate.error_bound < 1e-40


shapes = st.lists(st.integers(1, 3), min_size=2, max_size=4)
kinds = st.sampled_from(["sigmoid", "tanh", "relu", "leaky_relu", "softplus", "identity"])
endings = st.sampled_from(
    [
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "categorical_cross_entropy"),
        ("identity", "half_squared_error"),
        ("tanh", "mean_squared_error"),
    ]
)


@pytest.mark.budget("fuzzing")
@given(shapes, kinds, endings, st.integers(1, 3), st.sampled_from(["per_neuron", "per_layer", "none"]), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_any_shape_and_batch_size_agrees_entry_by_entry(
    sizes: list[int], hidden: str, ending: tuple[str, str], samples: int, bias: str, seed: int
) -> None:
    last, loss = ending
    activations = [hidden] * (len(sizes) - 2) + [last]
    options = {"layers": sizes, "activation": activations, "loss": loss, "samples": samples, "bias": bias, "seed": seed}
    network = layered(options)
    certificate, faults = prove(compose_matrices(network), network)
    assert faults == ()
    assert certificate.views > 0


# --- PyTorch --------------------------------------------------------------------------------------------------------


def agree_with_torch(found: Derivation) -> int:
    expected, own = torch_values(found.example), in_layers(found.example)

    def entry(name: str) -> str:
        base, mark, step = name.partition("#")
        if base.startswith("dL/d"):
            return f"dL/d{own[base[4:]]}{mark}{step}"
        return own.get(base, base) + mark + step

    for name, value in expected.items():
        assert found.value(entry(name)) == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), name
    return len(expected)


@pytest.mark.torch
@pytest.mark.parametrize("name", NETWORKS)
def test_values_and_gradients_agree_with_autograd(name: str) -> None:
    require("torch")
    assert agree_with_torch(derivation(name)) > 5


@pytest.mark.torch
def test_the_perceptron_agrees_with_autograd() -> None:
    """Through the JSON that other programs read: every output, gradient and parameter, before and after the step."""
    require("torch")
    document = json.loads(explainer.show("docs/examples/perceptron.toml", format="json"))
    assert agree_with_torch(perceptron()) > 200
    gradients = [name for name, quantity in document["quantities"].items() if name.startswith("dL/d") and quantity["shape"] == []]
    assert {"dL/dW1_2_1", "dL/dW2_6_6", "dL/db3_1", "dL/da1_3"} <= set(gradients)
    expected = torch_values(perceptron().example)
    for name, value in expected.items():
        if name.startswith("dL/d"):
            own = in_layers(perceptron().example)[name[4:]]
            assert document["quantities"][f"dL/d{own}"]["value"] == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE)
    assert (document["proof"]["composition"], document["proof"]["views_method"]) == ("proven", "proven")


# --- faults in the list ---------------------------------------------------------------------------------------------


def rewire(program: LayerProgram, target: str, change: Callable[[Equation], Equation]) -> LayerProgram:
    equations = tuple(change(equation) if equation.target == target else equation for equation in program.equations)
    assert equations != program.equations, target
    return replace(program, equations=equations)


def operands(*names: str) -> Callable[[Equation], Equation]:
    return lambda equation: replace(equation, operands=names)


def operation(name: str, *names: str, static: tuple[int, ...] = ()) -> Callable[[Equation], Equation]:
    return lambda equation: replace(equation, operation=name, operands=names or equation.operands, static=static)


SQUARE = {"layers": (2, 2, 2), "activation": ("relu", "sigmoid"), "loss": "binary_cross_entropy", "samples": 2}
LIST_FAULTS: list[tuple[str, str, Callable[[Equation], Equation]]] = [
    # forward: operands in the wrong order, another layer's, nothing added
    ("z1", "x W for W x", operands("x", "W1", "b1")),
    ("z1", "weights transposed", operation("transposed_product", "W1", "x")),
    ("z2", "no bias", operands("W2", "a1")),
    ("z2", "the other layer's weights", operands("W1", "a1", "b2")),
    ("z2", "the signal before the activation", operands("W2", "z1", "b2")),
    ("a1", "another activation", operation("tanh")),
    ("l", "target and prediction exchanged", operands("a2", "y")),
    # backward: transposes, order, sums, means
    ("dL/dl", "no mean", operation("shares", static=(1, 1))),
    ("dL/da2", "the mean forgotten", operation("identity", "dl/da2")),
    ("dL/da2", "the mean taken twice", operands("dL/dl", "dL/da2")),
    ("da2/dz2", "slopes at the pre-activation", operands("z2")),
    ("dL/dz2", "the slopes forgotten", operation("identity", "dL/da2")),
    ("dL/dW2", "operands in the other order", operands("a1", "dL/dz2")),
    ("dL/dW2", "the transpose at the wrong operand", operation("transposed_product")),
    ("dL/dW2", "not transposed", operation("affine")),
    ("dL/dW2", "by what the layer puts out", operands("dL/dz2", "a2")),
    ("dL/dW2", "by the pre-activation", operands("dL/dz2", "z1")),
    ("dL/dW2", "by the derivative by the output", operands("dL/da2", "a1")),
    ("dL/da1", "weights not transposed", operation("affine")),
    ("dL/da1", "operands in the other order", operands("dL/dz2", "W2")),
    ("dL/da1", "the other layer's weights", operands("W1", "dL/dz2")),
    ("dL/db2", "the batch not added up", operation("mean_difference", "dL/dz2", "y", static=(1,))),
    ("dL/db2", "of the other layer", operands("dL/dz1")),
    ("da1/dz1", "slopes of another function", operation("sigmoid_slopes", "a1")),
    ("dL/dz1", "a matrix product for an entrywise one", operation("affine")),
    ("dL/dW1", "the batch in the other order", operation("transposed_product")),
    ("dL/dW1", "through the slopes alone", operands("da1/dz1", "x")),
    # updates
    ("W1#1", "another gradient", operands("W1", "eta", "dL/dW2")),
    ("W2#1", "from another matrix", operands("W1", "eta", "dL/dW2")),
    ("b1#1", "the weights' neighbour's gradient", operands("b1", "eta", "dL/db2")),
    ("z1#1", "weights that have not moved", operands("W1", "x", "b1#1")),
]


@pytest.mark.parametrize(("target", "what", "change"), LIST_FAULTS, ids=[f"{t}: {w}" for t, w, _ in LIST_FAULTS])
def test_a_fault_in_the_list_is_named(target: str, what: str, change: Callable[[Equation], Equation]) -> None:
    """Every matrix here is 2×2, so that no fault is betrayed by a shape."""
    network = layered(SQUARE)
    program = compose_matrices(network)
    _, faults = prove(rewire(program, target, change), network)
    names = {target, *(entry for row in program.entries_of(target) for entry in row)}
    assert names & {fault.reference for fault in faults}, what
    order = [equation.target for equation in program.entries().equations]
    first = min(order.index(entry) for entry in names if entry in order)
    assert all(order.index(fault.reference) >= first for fault in faults if fault.reference in order)


SHAPE_FAULTS: list[tuple[str, Callable[[Equation], Equation], str]] = [
    ("dL/dW1", operands("x", "dL/dz1"), "product_transposed gives a 2×3 matrix, not 3×2"),
    ("dL/da1", operation("affine"), "affine of operands of the shapes 1×3, 1×1"),
    ("z1", operands("x", "W1", "b1"), "affine of operands of the shapes 2×1, 3×2, 3×1"),
    ("dL/db1", operands("dL/dz2"), "row_sums gives a 1×1 matrix, not 3×1"),
    ("a1", operation("softmx"), "softmx(z1) has something unknown in it"),
]


@pytest.mark.parametrize(("target", "change", "reason"), SHAPE_FAULTS, ids=[fault[0] for fault in SHAPE_FAULTS])
def test_shapes_that_do_not_fit_are_named(target: str, change: Callable[[Equation], Equation], reason: str) -> None:
    network = layered({"layers": (2, 3, 1)})
    _, faults = prove(rewire(compose_matrices(network), target, change), network)
    assert [(fault.reference, fault.reason) for fault in faults] == [(target, reason)]


@pytest.mark.thorough
def test_a_wrong_short_form_is_named() -> None:
    network = layered(BATCHES["softmax, batch"])
    program = compose_matrices(network)
    wrong = tuple(
        replace(identity, operation="difference", static=()) if identity.target == "dL/dz2" else identity
        for identity in program.identities
    )
    assert wrong != program.identities
    _, faults = prove(replace(program, identities=wrong), network)
    assert {fault.reference for fault in faults} == {entry for row in program.entries_of("dL/dz2") for entry in row}


def test_a_checked_network_names_faults_too() -> None:
    network = layered({"layers": (8, 10, 3, 1)})
    program = rewire(compose_matrices(network), "dL/da1", operands("W2", "dL/da2"))
    certificate, faults = prove(program, network)
    assert certificate.composition == CHECKED
    assert {fault.reference for fault in faults} == {f"dL/da1_{row}" for row in range(1, 11)}


def test_a_fault_becomes_an_error_with_the_entry() -> None:
    network = layered({"layers": (2, 2, 1)})
    program = rewire(compose_matrices(network), "dL/dW2", operands("dL/dz2", "x"))
    with pytest.raises(ProofError) as caught:
        prove_and_enclose(program.entries(), network, matrices=program)
    assert [problem.place for problem in caught.value.problems] == ["dL/dW2_1_1", "dL/dW2_1_2"]


# --- faults in the vocabulary ---------------------------------------------------------------------------------------


def row(name: str, **changes: object) -> Mapping[str, MatrixOperation]:
    return {**MATRIX_OPERATIONS, name: replace(MATRIX_OPERATIONS[name], **changes)}  # type: ignore[arg-type]


def affine_pull(position: int, wrong: Pull) -> Callable[..., Pull | None]:
    sound = MATRIX_OPERATIONS["affine"].pull
    return lambda index, shapes: wrong if index == position else sound(index, shapes)


RULE_FAULTS: list[tuple[str, str, Mapping[str, MatrixOperation]]] = [
    ("operands exchanged", "dL/dW1", row("affine", pull=affine_pull(0, Pull("product_transposed", (1, GRADIENT))))),
    ("the transpose at the wrong operand", "dL/dW2", row("affine", pull=affine_pull(0, Pull("transposed_product", (GRADIENT, 1))))),
    ("weights not transposed", "dL/da1", row("affine", pull=affine_pull(1, Pull("affine", (0, GRADIENT))))),
    ("the batch not added up", "dL/db2", row("affine", pull=affine_pull(2, Pull("total", (GRADIENT,))))),
    ("the slopes forgotten", "dL/dz1", row("relu", pull=lambda *_: Pull("identity", (GRADIENT,)))),
    ("a matrix product with the slopes", "dL/dz1", row("relu", pull=lambda *_: Pull("affine", (GRADIENT, -3)))),
    ("slopes at the output", "dL/dz2", row("sigmoid", slopes=("sigmoid_slopes", (0,)))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "reference", "rows"), RULE_FAULTS, ids=[fault[0] for fault in RULE_FAULTS])
def test_a_wrong_way_back_is_named_with_what_uses_it(what: str, reference: str, rows: Mapping[str, MatrixOperation]) -> None:
    network = layered(SQUARE)
    try:
        program = compose_matrices(network, rows)
    except matrices.ShapeError:
        program = compose_matrices(network)
    _, faults = prove(program, network, rows=rows)
    entries = {entry for row in program.entries_of(reference) for entry in row}
    assert ({reference} | entries) & {fault.reference for fault in faults}, what


@pytest.mark.thorough
def test_a_wrong_scalar_row_is_found_through_its_matrix() -> None:
    pull = replace(OPERATIONS["softmax_pull"], formula=lambda v, static: v[static[0]] * v[len(v) // 2 + static[0]])
    vocabulary: Mapping[str, Operation] = {**OPERATIONS, "softmax_pull": pull}
    network = layered(BATCHES["softmax, batch"])
    _, faults = prove(compose_matrices(network), network, vocabulary)
    assert "dL/dz2" in {fault.reference for fault in faults}


# --- cross-entropy at its edges -------------------------------------------------------------------------------------


def one_neuron(weight: str, target: int, loss: str = "binary_cross_entropy", activation: str = "sigmoid") -> Example:
    text = example_text((1, 1), activation=activation, loss=loss)
    for key, value in (("weights", f"[{weight}]"), ("biases", "[0]"), ("inputs", "[1]"), ("target", f"[{target}]")):
        text = "\n".join(f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in text.splitlines())
    return parse(text, name="edge")


@pytest.mark.parametrize("view", ["neurons", "layers"])
@pytest.mark.parametrize("weight", ["-40", "-12", "0", "12", "40"])
@pytest.mark.parametrize("target", [0, 1])
def test_a_prediction_next_to_zero_or_one_is_no_trouble(weight: str, target: int, view: str) -> None:
    """1 − ŷ has few or no digits left in float64 there; from the logits all is as exact as anywhere."""
    found = explainer.derive(replace(one_neuron(weight, target), view=view))
    output, z = ("o_1", "z_1") if view == "neurons" else ("a1_1", "z1_1")
    logit = float(weight)
    expected = max(logit, 0) - target * logit + math.log1p(math.exp(-abs(logit)))
    assert found.value("L") == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert found.value(f"dL/d{z}") == pytest.approx(found.value(output) - target, rel=1e-9, abs=1e-15)


def test_the_short_form_is_proven_for_targets_of_any_probability() -> None:
    text = BY_HAND.replace('"identity"', '"softmax"').replace('"squared_error"', '"categorical_cross_entropy"')
    text = text.replace("[2, 2, 1]", "[2, 2, 3]").replace("3, -2]", "3, -2, 1, 0, 2, 1]").replace("[0, 1, 1]", "[0, 1, 1, 0, 0]")
    text = text.replace("target = [10]", "target = [0.2, 0.3, 0.5]").replace("target = [17]", "target = [0, 1, 0]")
    found = explainer.derive(parse(text, name="soft"))
    assert [identity.target for identity in found.program.identities if identity.operation == "mean_difference"]
    for column, target in ((1, [0.2, 0.3, 0.5]), (2, [0, 1, 0])):
        for row, y in enumerate(target, 1):
            expected = (found.value(f"a2_{row}_{column}") - y) / 2
            assert found.value(f"dL/dz2_{row}_{column}") == pytest.approx(expected, abs=1e-14)


# --- what is printed ------------------------------------------------------------------------------------------------


def numbers(expression: object) -> list[Number]:
    if isinstance(expression, Number):
        return [expression]
    parts = [cell for row in expression.rows for cell in row] if isinstance(expression, Grid) else getattr(expression, "parts", ())
    return [number for part in parts for number in numbers(part)]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_entry_can_be_recomputed_from_the_printed_matrices(name: str) -> None:
    found = derivation(name)
    assert found.matrices is not None
    for equation in found.matrices.equations:
        lines = found.matrix_steps[equation.target].lines
        if len(lines) < 3 or not found.matrices.quantities[equation.target].shape:
            continue
        printed = {number.name: number.shown for number in numbers(lines[1].expression)}
        for entry in found.matrices.expand(equation):
            shown = [printed[operand] for operand in entry.operands if operand in printed]
            if len(shown) < len(entry.operands):  # a slope by its own output, of which the line shows the other side
                continue
            got = recompute(entry.operation, shown, entry.static, found.example.digits)
            assert got is not None
            assert got.value == found.shown[entry.target].value, (equation.target, entry.target)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layered_example_has_a_complete_generated_page(name: str) -> None:
    found, turn = derivation(name), [*NETWORKS].index(name)
    for language, writer in ((LANGUAGES[turn % len(LANGUAGES)], SiteWriter()), (LANGUAGES[-turn % len(LANGUAGES)], PlainWriter())):
        catalogue = load(language)
        finished = fill(generated(found, catalogue), catalogue, writer, {found.name: found})
        shown = {occurrence.reference.partition(":")[2] for occurrence in finished.occurrences}
        assert {equation.target for equation in found.program.equations} <= shown


def test_matrices_stand_in_the_proof_file_with_their_entries() -> None:
    document = data.document(perceptron())
    matrix = document["quantities"]["dL/dW2"]
    assert matrix["shape"] == [6, 6]
    assert matrix["value"][1][2] == document["quantities"]["dL/dW2_2_3"]["value"]
    assert matrix["shown"][1][2] == document["quantities"]["dL/dW2_2_3"]["shown"]
    steps = {step["target"]: step for step in document["steps"]}
    assert steps["dL/dW2"]["equation"] == "product_transposed(dL/dz2, a1)"
    assert steps["dL/dW2"]["lines"][0] == "= dL/dz2 * transpose(a1)"
    assert "dL/dz3_1 = difference(a3_1, y_1)" in document["proof"]["identities"]
    assert all(
        data.read_bounds(bounds).lower <= data.read_bounds(bounds).upper for bounds in document["proof"]["enclosures"].values()
    )


@pytest.mark.parametrize(
    ("key", "line", "found"),
    [
        ('frozen = ["w_1"]', "[[data.samples]]", 'view = "layers" with frozen parameters'),
        ("[data]\nbaseline = 0", "[[data.samples]]", 'view = "layers" with a baseline'),
    ],
)
def test_what_the_layer_view_does_not_have_is_refused_with_its_place(key: str, line: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(BY_HAND.replace(line, f"{key}\n{line}", 1), name="refused")
    assert [(problem.place, problem.found) for problem in caught.value.problems] == [("walkthrough.view", found)]


def test_a_view_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError) as caught:
        parse(BY_HAND.replace('view = "layers"', 'view = "layer"'), name="refused")
    (problem,) = caught.value.problems
    assert (problem.place, problem.example) == ("walkthrough.view", 'view = "layers"')
    assert "did you mean 'layers'" in problem.found


def test_given_numbers_stay_the_authors_decimals() -> None:
    program = compose_matrices(parse(BY_HAND, name="hand"))
    assert program.given["W1"] == ((Decimal(1), Decimal(2)), (Decimal(-1), Decimal(1)))
    assert program.given["x"] == ((Decimal(1), Decimal(3)), (Decimal(2), Decimal(1)))
    assert program.entries().given["x_2_1"] == Fraction(2)
