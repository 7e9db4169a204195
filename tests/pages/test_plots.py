"""Functions, runs, boundaries, the sweep and slips: what is drawn is where the numbers are, and what is printed is proven."""

from __future__ import annotations

import math
import re
from functools import cache

import pytest

from explainer.core.digits import Shown
from explainer.core.errors import PageError, Problem
from explainer.derivation import functions
from explainer.derivation.derivation import Derivation
from explainer.examples.load import parse
from explainer.pages import axes, boundaries, lettering, plots, plotted, sweep
from explainer.pages.blocks.plots import FUNCTIONS
from explainer.pages.columns import Point
from explainer.pages.fill import Page, fill
from explainer.pages.marks import LEGEND, WIDEST, wrapped
from explainer.pages.source import Source
from explainer.pages.writers import SiteWriter
from explainer.slips.everywhere import slipped, wrong
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE
from tests.graphs import graph_text
from tests.networks import example_text
from tests.shipped import proven, shipped

RUN = """
[walkthrough]
samples = ["sample a"]
[training]
learning_rate = {rate}
epochs = 20
record = [1, 5]
"""
FILES = {
    "slow": example_text([2, 2, 1], samples=3, steps=0) + RUN.format(rate="0.001"),
    "fast": example_text([2, 2, 1], samples=3, steps=0) + RUN.format(rate="2"),
    "entropy": example_text([1, 1], activation="sigmoid", loss="binary_cross_entropy"),
    "log": graph_text({"f": "log(w)"}, {"w": 2}),
    "biases": graph_text(
        {"s": "2 * x", "u": "s - 1", "o_1": "sigmoid(s + b_1)", "o_2": "sigmoid(s + b_2)", "f": "o_1 + o_2 + u"},
        {"x": 0.5, "b_1": -1, "b_2": 1},
    ),
    "same": graph_text(
        {
            **{f"f_{k}": f"x_{k}**2" for k in (1, 2, 3)},
            **{f"g_{k}": f"{2 if k < 3 else 3} * log(x_{k} * y)" for k in (1, 2, 3)},
            "f": "f_1 + f_2 + f_3 + g_1 + g_2 + g_3",
        },
        {"x_1": 1, "x_2": 2, "x_3": 3, "y": 0.5},
    ),
    "layers": example_text([2, 3, 1]) + '[walkthrough]\nview = "layers"\n',
}


@cache
def derived(name: str) -> Derivation:
    return proven(parse(FILES[name], name=name, file=f"{name}.toml")) if name in FILES else shipped(name)


def page(block: str, *names: str, language: str = "en") -> Page:
    """A page with one block; the first name is the page's example."""
    source = Source("docs/en/page.md", f"::: {block}\n", names[0])
    return fill(source, load(BY_CODE[language]), SiteWriter(), {name: derived(name) for name in names})


def problem(block: str, *names: str) -> Problem:
    with pytest.raises(PageError) as raised:
        page(block, *names)
    (found,) = raised.value.problems
    return found


def printed(text: str) -> list[str]:
    """What the numbers in the figures of a text refer to."""
    return re.findall(r'<text class="ex-value[^>]*data-ref="([^"]+)"', text)


# --- functions


def test_the_curve_of_the_loss_over_one_weight_is_that_of_alice() -> None:
    """The loss at w_1 = −3 … 3, as anybody can compute it, and its slope at 1."""
    over = functions.section(derived("alice"), "w_1", "L")
    assert [round(over(w), 4) for w in range(-3, 4)] == [0.0681, 0.0723, 0.0990, 0.1777, 0.2269, 0.2367, 0.2381]
    assert math.isclose((over(1.001) - over(0.999)) / 0.002, derived("alice").value("dL/dw_1"), rel_tol=1e-5)


def test_a_result_can_be_drawn_over_what_it_is_computed_from_on_the_way() -> None:
    """The cross-entropy over the prediction, not over the sum that a stable form of it starts from."""
    entropy, y = functions.section(derived("entropy"), "o_1", "L"), derived("entropy").value("y")
    for o in (0.1, 0.5, 0.9):
        assert math.isclose(entropy(o), -(y * math.log(o) + (1 - y) * math.log(1 - o)), rel_tol=1e-12)
    assert math.isnan(entropy(1.5))
    assert "o_1, without a value at" in problem("plot L over o_1", "entropy").found
    assert page("plot L over o_1 from 0.01 to 0.99 tangent", "entropy").text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_drawn(name: str) -> None:
    text = page(f"plot {name} from 0.5 to 3", "alice").text
    assert '<path class="ex-line"' in text
    assert not printed(text)


def test_a_jump_is_no_line() -> None:
    assert page("plot step", "alice").text.count('<path class="ex-line"') == 2
    assert page("plot relu", "alice").text.count('<path class="ex-line"') == 1


def test_the_points_of_an_activation_and_their_slopes_are_printed_as_references() -> None:
    found = page("plot sigmoid at z_1 z_2 tangent", "training")
    expected = [f"training:{name}" for name in ("z_1", "h_1", "dh_1/dz_1", "z_2", "h_2", "dh_2/dz_2")]
    assert printed(found.text) == expected
    assert [item.reference for item in found.occurrences] == expected


def test_a_point_lies_on_the_curve_and_its_tangent_has_the_proven_slope() -> None:
    derivation = derived("training")
    asked = plotted.of_function(derivation, "sigmoid", ["z_1"], None, tangent=True)
    course = dict(plotted.courses(derivation, asked)[0])
    assert math.isclose(course[derivation.value("z_1")], derivation.value("h_1"), rel_tol=1e-12)
    drawn = re.compile(r'<path class="ex-tangent k-activation" d="M([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)"/>')
    tangent = drawn.findall(page("plot sigmoid at z_1 tangent", "training").text)[0]
    x, y, to_x, to_y = map(float, tangent)
    slope = -(to_y - y) / plots.HEIGHT / ((to_x - x) / axes.WIDTH * 12)
    assert math.isclose(slope, derivation.value("dh_1/dz_1"), rel_tol=0.01)


def test_after_an_update_only_the_parameter_is_printed_since_the_others_have_not_moved() -> None:
    text = page("plot L over w_1 tangent after", "alice").text
    assert printed(text) == [f"alice:{name}" for name in ("w_1", "L", "dL/dw_1", "w_1#1")]


def test_a_function_is_drawn_at_all_entries_of_a_matrix_with_the_slopes_of_its_own() -> None:
    found = printed(page("plot sigmoid at z1 tangent", "layers").text)
    assert found == [f"layers:{name}" for k in (1, 2, 3) for name in (f"z1_{k}", f"a1_{k}", f"da1/dz1_{k}")]


def test_several_curves_each_have_what_sets_them_apart_and_a_mark_of_their_own() -> None:
    """One neuron with two biases, over its weighted sum."""
    text = page("plot o_1 o_2 over s", "biases").text
    assert printed(text) == [f"biases:{name}" for name in ("s", "b_1", "o_1", "b_2", "o_2")]
    lines = re.findall(r'<path class="ex-line (\S+ ex-dash-\d)" d="M([^"]*)"/>', text)[:2]  # the others are below
    assert [classes for classes, _ in lines] == ["k-activation ex-dash-0", "k-weight ex-dash-1"]
    assert lines[0][1] != lines[1][1]
    assert printed(page("plot o_1 u over s", "biases").text) == [f"biases:{name}" for name in ("s", "o_1", "u")]


def test_marks_at_other_places_have_what_the_example_computes_there_just_so() -> None:
    """The square and the logarithm of one number, and of another one; of a third there is only the square."""
    text = page("plot f_1 g_1 over x_1 at x_1 x_2 x_3 from 0.5 to 4", "same").text
    assert printed(text) == [f"same:{name}" for name in ("x_1", "f_1", "g_1", "x_2", "f_2", "g_2", "x_3", "f_3")]
    marks = re.findall(r'class="ex-point (k-\S+)"', text.partition("ex-legend")[0])
    assert marks.count("k-activation") == marks.count("k-weight") == 3
    program = derived("same").program
    assert plotted.counterpart(program, "g_1", "x_1", "x_3") == "", "g_3 has another factor"
    assert plotted.counterpart(program, "f_1", "x_1", "x_1") == "f_1"


def test_a_walk_has_a_mark_at_each_step_and_tells_what_sets_it_apart_and_where_it_ends() -> None:
    derivation = derived("valley")
    text = page("plot L over w through a_0 a_1 a_2 through c_0 c_1 c_2 from -1 to 7", "valley").text
    assert printed(text) == [f"valley:{name}" for name in ("eta_1", "a_2", "eta_3", "c_2")]
    (steady, bouncing) = re.findall(r'<path class="ex-walk k-\S+ ex-dash-\d" d="M([^"]*)"/>', text)[:2]
    across = [float(pair.split()[0]) / axes.WIDTH * 8 - 1 for pair in steady.split("L")]
    assert [round(x, 1) for x in across] == [round(derivation.value(name), 1) for name in ("a_0", "a_1", "a_2")]
    assert bouncing.split("L")[0] == bouncing.split("L")[2]


def test_a_walk_that_nothing_sets_apart_tells_where_it_begins() -> None:
    assert printed(page("plot L over w_1 through w_1 w_1#1", "alice").text) == ["alice:w_1", "alice:w_1#1"]


def test_a_function_without_a_value_on_its_range_is_told_where_and_which_part_would_do() -> None:
    found = problem("plot f over w tangent", "log")
    assert (found.file, found.place) == ("docs/en/page.md", "line 1")
    assert found.found == "the block plot: f over w tangent, without a value at -2"
    assert found.example == "::: plot f over w tangent from 0.1 to 6"
    assert printed(page(found.example.removeprefix("::: "), "log").text) == ["log:w", "log:f", "log:df/dw"]
    assert "without a value at -1" in problem("plot log from -1 to 4", "alice").found


# --- axes


def test_the_ticks_of_an_axis_between_two_numbers_are_the_round_ones_between_them() -> None:
    assert [float(tick) for tick in axes.just(-6, 6).ticks] == [-6, -4, -2, 0, 2, 4, 6]
    assert [float(tick) for tick in axes.just(0.13, 0.38).ticks] == [0.15, 0.2, 0.25, 0.3, 0.35]


@pytest.mark.parametrize(("lowest", "highest"), [(0.002, 0.5), (1, 1), (1e-9, 3e12), (5.7e-7, 0.6), (0.3, 0.4)])
def test_a_logarithmic_axis_has_everything_inside_and_few_ticks_of_equal_factors(lowest: float, highest: float) -> None:
    scale = axes.by_powers(lowest, highest)
    assert 0 <= scale.share(lowest) <= scale.share(highest) <= 1
    assert 2 <= len(scale.ticks) <= 8
    steps = [
        scale.share(float(after)) - scale.share(float(before)) for before, after in zip(scale.ticks, scale.ticks[1:], strict=False)
    ]
    assert all(math.isclose(step, steps[0]) for step in steps)


def test_what_leaves_the_plane_is_cut_at_its_edge() -> None:
    plane = axes.Plane(axes.just(0, 1), axes.from_zero(0, 1), height=100, width=100)
    (piece,) = plane.inside([Point(50, 150), Point(50, -150)])
    assert [(point.x, point.y) for point in piece] == [(50, 100), (50, 0)]
    assert not list(plane.inside([Point(-10, 5), Point(-1, 50)]))
    assert [len(piece) for piece in plane.inside([Point(-50, 50), Point(50, 50), Point(150, 50), Point(50, 60)])] == [3, 2]


# --- runs


def test_each_run_has_its_name_and_its_last_loss() -> None:
    text = page("runs slow fast", "slow", "fast").text
    assert printed(text) == ["slow:L#e20", "fast:L#e20"]
    text = page("runs slow fast log rates", "slow", "fast").text
    assert printed(text) == ["slow:eta", "slow:L#e20", "fast:eta", "fast:L#e20"]
    assert len({*re.findall(r'class="ex-line (\S+ \S+)"', text)}) == 2


def test_a_run_without_a_name_has_its_curve_and_its_mark() -> None:
    text = page("runs slow fast log unnamed", "slow", "fast").text
    assert printed(text) == []
    assert "ex-legend" not in text
    assert (text.count('class="ex-line '), text.count('class="ex-point ')) == (2, 2)


def test_a_page_depends_on_the_examples_that_its_blocks_name() -> None:
    found = page("trials slow fast at 0 5 20", "slow", "fast")
    assert [item.reference for item in found.occurrences if "L#" in item.reference] == [
        f"{name}:L#e{epoch}" for name in ("slow", "fast") for epoch in (0, 5, 20)
    ]


def test_a_title_is_broken_where_it_may_be() -> None:
    lines = wrapped("Training with a learning rate that is far too low for anything to come of it in any time")
    assert len(lines) > 1
    assert all(lettering.width(line, LEGEND) <= WIDEST for line in lines)
    assert " ".join(lines) == "Training with a learning rate that is far too low for anything to come of it in any time"
    chinese = "学习率太小的训练，损失几乎不下降，所以要等很久很久才能看到一点点变化"
    assert "".join(wrapped(chinese)) == chinese
    assert len(wrapped(chinese)) > 1


# --- boundaries


def test_a_contour_is_where_the_function_has_the_value() -> None:
    plane = axes.Plane(axes.just(-2, 2), axes.just(-2, 2), boundaries.SIDE, boundaries.SIDE)
    (circle,) = boundaries.contour(lambda x, y: x * x + y * y, 1.0, plane)
    assert circle[0] == circle[-1]
    middle, radius = boundaries.SIDE / 2, boundaries.SIDE / 4
    assert all(abs(math.dist((point.x, point.y), (middle, middle)) - radius) < 0.2 for point in circle)
    (line,) = boundaries.contour(lambda x, y: x + y, 0.5, plane)
    assert all(abs((point.x - middle) - (point.y - middle) - radius / 2) < 1e-6 for point in line)
    assert not boundaries.contour(lambda x, y: x, 3.0, plane)


def test_the_boundary_parts_what_the_trained_network_answers() -> None:
    """Its answers to the four people and two others, as proven, and on which side of the line they are."""
    derivation = derived("training")
    assert derivation.run
    field = functions.answers(derivation.run, 1000)
    for sample, (x, y) in enumerate([(-2, -1), (25, 6), (17, 4), (-15, -6), (-7, -3), (20, 2)], 1):
        assert math.isclose(field(x, y), derivation.value(f"o_1@{sample}#e1000"), rel_tol=1e-9)
    text = page("boundary 0 1 100 1000", "training").text
    assert text.count("not in this picture") == 2, "at the start and after one epoch, everybody is on one side"
    assert "boundary after 1 epoch<" in text
    assert len(re.findall(r'<path class="ex-line k-', text)) == 2 + 4, "two lines, and four samples of lines below"


# --- the sweep


def test_the_sweep_has_a_delta_under_every_neuron() -> None:
    assert sweep.deltas(derived("alice")) == {"h_1": "dL/db_1", "h_2": "dL/db_2", "o_1": "dL/db_3"}
    assert list(sweep.deltas(derived("layers")).values()) == ["dL/dz1_1", "dL/dz1_2", "dL/dz1_3", "dL/dz2_1"]
    alice = derived("alice")
    assert [alice.shown[f"dL/db_{k}"].text for k in (1, 2, 3)] == ["-0.01073", "-0.01073", "-0.2376"]
    text = page("figure sweep", "training").text
    assert {f"training:{name}" for name in ("dL/db_1", "dL/db_2", "dL/db_3", "h_1", "h_2", "o_1", "L")} <= {*printed(text)}
    assert text.count("ex-head") == 3, "an arrow from the loss, and one to each hidden neuron"


def test_a_delta_is_the_derivative_by_the_pre_activation() -> None:
    training = derived("training")
    product = math.prod(training.value(name) for name in ("dL/do_1", "do_1/dz_3", "dz_3/dh_1", "dh_1/dz_1"))
    assert math.isclose(product, training.value("dL/db_1"), rel_tol=1e-12)


# --- slips


def test_on_equal_weights_four_slips_leave_everything_right_and_on_unequal_ones_none() -> None:
    four = ("weight_forgotten", "weights_exchanged", "slopes_exchanged", "outputs_exchanged")
    for name, expected in (("alice", [0, 0, 0, 0]), ("training", [6, 6, 6, 2])):
        made = {item.cause: len(wrong(derived(name), item)) for item in slipped(derived(name))}
        assert [made[cause] for cause in four] == expected, name


def _of(shown: Shown | None) -> float:
    assert shown is not None
    return float(shown.value)


def test_a_slip_gives_what_somebody_gets_who_makes_it() -> None:
    training = derived("training")
    gives = {item.cause: item.gives for item in slipped(training, ["dL/dw_1", "dL/dw_5"])}
    value = training.value
    without = value("dL/do_1") * value("do_1/dz_3") * value("dh_1/dz_1") * value("x_1")
    assert math.isclose(_of(gives["weight_forgotten"]["dL/dw_1"]), without, rel_tol=1e-3)
    exchanged = value("dL/do_1") * value("do_1/dz_3") * value("h_2")
    assert math.isclose(_of(gives["outputs_exchanged"]["dL/dw_5"]), exchanged, rel_tol=1e-3)
    slope = value("z_1") * (1 - value("z_1"))
    of_sum = without / value("dh_1/dz_1") * value("w_5") * slope * value("z_3") * (1 - value("z_3")) / value("do_1/dz_3")
    assert math.isclose(_of(gives["slope_of_sum"]["dL/dw_1"]), of_sum, rel_tol=1e-3)


def test_where_there_is_no_slope_or_bias_none_can_be_left_out() -> None:
    """A linear network without biases."""
    causes = {item.cause for item in slipped(derived("hmkcode"))}
    assert {"weight_forgotten", "outputs_exchanged"} <= causes
    assert not causes & {"slope_missing", "slope_of_sum", "slopes_exchanged", "biases_missing", "sum_over_samples"}


def test_a_table_of_slips_prints_what_is_right_as_a_reference_and_what_is_not_as_a_literal() -> None:
    text = page("slips dL/dw_5", "training").text
    rows = dict(re.findall(r'<td>([^<]+)</td> <td class="ex-number"><span class="num[^"]*" (data-[a-z]+)', text))
    assert rows["no slip"] == rows["the weight forgotten on the way back"] == "data-ref"
    assert rows["the outputs of the hidden neurons exchanged on the way back"] == "data-literal"


def test_an_example_on_which_a_slip_cannot_be_seen_is_refused_but_can_stand_beside_another() -> None:
    found = problem("slips", "alice")
    assert "weight forgotten leaves all 9 derivatives right" in found.found
    assert "unequal" in found.expected
    assert problem("slips dL/dw_1", "alice").example.startswith("[parameters]")
    text = page("slips beside alice", "training", "alice").text
    assert re.search(r'forgotten on the way back</td> <td class="ex-number">.*>6<.*>9<.*</td> <td class="ex-number">.*>0<', text)
