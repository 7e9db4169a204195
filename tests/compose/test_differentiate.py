"""Names and shapes of the backward pass, and its values on lists that no network makes."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from explainer.compose.compose import compose
from explainer.compose.differentiate import differentiate
from explainer.core.names import partial_name
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.proof.symbolic import prove
from explainer.values.engine import values_of
from tests.networks import example


def program(given: dict[str, str], equations: list[Equation], parameters: tuple[str, ...], stations: set[str]) -> Program:
    names = [*given, *(equation.target for equation in equations)]
    kinds = {name: Kind.WEIGHT if name in parameters else Kind.HIDDEN for name in names} | {"L": Kind.LOSS}
    return Program(
        {name: Quantity(name, kinds[name], name) for name in names},
        {name: Decimal(value) for name, value in given.items()},
        tuple(equations),
        parameters,
        frozenset(stations),
        ("L",),
    )


def recurrent() -> Program:
    """h₁ = tanh(w x), h₂ = tanh(w h₁): the weight acts on h₂ twice."""
    equations = [
        Equation("z_1", "affine", ("w", "x"), (2,)),
        Equation("h_1", "tanh", ("z_1",)),
        Equation("z_2", "affine", ("w", "h_1"), (2,)),
        Equation("h_2", "tanh", ("z_2",)),
        Equation("L", "squared_error", ("y", "h_2")),
    ]
    return program({"w": "0.6", "x": "0.5", "y": "1"}, equations, ("w",), {"h_1", "h_2"})


def test_a_derivative_that_leaves_paths_out_says_so() -> None:
    found = differentiate(recurrent(), "L", ("w",))
    assert {"dz_2/dw.direct", "dh_2/dw.direct", "dh_1/dw", "dL/dw"} <= set(found.quantities)
    assert "dh_2/dw" not in found.quantities
    assert found.equation_of["dL/dw"].operands == ("dL/dh_2", "dh_2/dh_1", "dh_1/dw", "dL/dh_2", "dh_2/dw.direct") or set(
        found.equation_of["dL/dw"].operands
    ) == {"dL/dh_2", "dh_2/dh_1", "dh_1/dw", "dh_2/dw.direct"}
    assert prove(found)[1] == ()


def test_the_total_of_a_recurrent_weight() -> None:
    values = values_of(differentiate(recurrent(), "L", ("w",)))

    def loss(w: float) -> float:
        return (1 - math.tanh(w * math.tanh(w * 0.5))) ** 2

    assert values["dL/dw"] == pytest.approx((loss(0.6 + 1e-6) - loss(0.6 - 1e-6)) / 2e-6, abs=1e-9)
    h1, h2 = math.tanh(0.3), math.tanh(0.6 * math.tanh(0.3))
    assert values["dh_2/dw.direct"] == pytest.approx((1 - h2**2) * h1)


def test_an_operand_that_stands_twice() -> None:
    square = [Equation("q", "product", ("w", "w")), Equation("L", "copy", ("q",))]
    with pytest.raises(AssertionError):
        differentiate(program({"w": "3"}, square, ("w",), {"q"}), "L", ("w",))  # product is a slope, not differentiable itself
    twice = [Equation("q", "sum_of_products", ("w", "x", "w", "v"), (2, 2)), Equation("L", "squared_error", ("y", "q"))]
    found = differentiate(program({"w": "3", "x": "2", "v": "5", "y": "1"}, twice, ("w",), {"q"}), "L", ("w",))
    assert found.equation_of["dq/dw"] == Equation("dq/dw", "polynomial", ("x", "v"), (2, 1, 1, 0, 1, 0, 1))
    values = values_of(found)
    assert values["dq/dw"] == 7
    assert values["dL/dw"] == -2 * (1 - 21) * 7
    assert prove(found)[1] == ()


def test_what_nobody_asks_for_is_left_out() -> None:
    names = set(compose(example((2, 2, 1))).quantities)
    assert not {"dL/dx_1", "dL/dy", "dz_1/dx_1"} & names
    assert "L@1" not in names  # a mean of one sample is no equation


def test_a_chain_with_one_path_is_one_product() -> None:
    found = compose(example((2, 2, 1))).equation_of
    assert found["dL/dw_1"].operands == ("dL/do_1", "do_1/dh_1", "dh_1/dw_1")
    assert found["dL/dw_1"].static == (3,)


def test_several_paths_refer_to_the_total_above_by_name() -> None:
    found = compose(example((2, 2, 2))).equation_of
    assert found["dL/dh_1"].static == (2, 2)
    assert found["dL/dw_1"].operands == ("dL/dh_1", "dh_1/dw_1")


def test_samples_add_up() -> None:
    found = compose(example((2, 1), samples=2)).equation_of
    assert found["dL/dw_1"].operands == ("dL/dL@2", "dL@2/do_1@2", "do_1@2/dw_1", "dL/dL@1", "dL@1/do_1@1", "do_1@1/dw_1")
    assert found["L"].operation == "mean"


def test_shared_biases_have_a_path_through_each_neuron() -> None:
    found = compose(example((2, 2, 1), bias="per_layer")).equation_of
    assert found["dL/db_1"].static == (3, 3)
    assert {"dh_1/db_1", "dh_2/db_1"} <= set(found["dL/db_1"].operands)


@pytest.mark.parametrize(
    ("of", "by", "mark", "name"),
    [
        ("L", "w_1", "", "dL/dw_1"),
        ("L#2", "w_1#2", "", "dL/dw_1#2"),
        ("L@1", "o_1@1", "", "dL@1/do_1@1"),
        ("L#1", "h_1@2#1", "", "dL/dh_1@2#1"),
        ("z_2", "w", "direct", "dz_2/dw.direct"),
        ("L#1", "w#1", "sequential", "dL/dw.sequential#1"),
    ],
)
def test_names_of_partials(of: str, by: str, mark: str, name: str) -> None:
    assert partial_name(of, by, mark) == name
