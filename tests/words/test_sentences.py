"""What sentences claim, held against the list of equations: by hundreds of drawn graphs and networks.

The claims are stated here once more and counted in another way: paths by walking the graph, neurons and samples by the
author's file. Nothing is proven or computed, so a case costs a few milliseconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import pytest

from explainer.compose.compose import compose
from explainer.core.program import PARTIALS, Equation, Kind, Program
from explainer.derivation.derive import composed, derive
from explainer.derivation.explanation import Explainer, MatrixExplainer, Sentence, of_identity
from explainer.examples.load import parse
from explainer.examples.model import LAYERS, Example, GraphExample, NetworkExample
from explainer.operations.matrices import LayerProgram
from explainer.operations.optimisers import OPTIMISERS
from explainer.operations.vocabulary import ACTIVATIONS, ELEMENTWISE, LOSSES, OPERATIONS
from explainer.pages.blocks.figures import network_caption
from explainer.pages.blocks.steps import factors_of
from explainer.pages.plain import PlainWriter
from explainer.pages.scribe import Scribe
from explainer.words.catalogue import load
from explainer.words.languages import BY_CODE, SOURCE
from explainer.words.sentences import SENTENCES
from tests.graphs import VARIETY as GRAPHS
from tests.graphs import graph, graph_example
from tests.networks import example as example_of
from tests.networks import example_text

SEEDS = 250  # of graphs, and as many networks
FORWARD = frozenset({Kind.NODE, Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS})
FAMILIES = (
    *(
        "activation.",
        "affine",
        "chain_",
        "difference",
        "formula.",
        "identity.",
        "keep.",
        "layer.",
        "loss.",
        "mean",
        "sum",
        "partial.",
    ),
    *("slope.", "update"),
)


class Walk:
    """A program's forward equations as a graph, whose paths are counted from one quantity to another."""

    def __init__(self, example: Example, program: Program) -> None:
        self.program = program
        self.edges = {
            equation.target: dict.fromkeys(equation.operands)
            for equation in program.equations
            if program.quantities[equation.target].kind in FORWARD
        }
        named = example.formulas if isinstance(example, GraphExample) else ()
        self.formulas = {name for name in self.edges if name.partition("#")[0] in named}

    def paths(self, by: str, of: str, *, around_formulas: bool = False) -> int:
        """How many lead from one to the other; perhaps only those that go around all formulas that have a name."""
        counts = {by: 1}
        for target, operands in self.edges.items():
            if target == by or (around_formulas and target in self.formulas - {of}):
                continue
            if found := sum(counts.get(operand, 0) for operand in operands):
                counts[target] = found
        return counts.get(of, 0)


@dataclass(frozen=True)
class Case:
    """One sentence about one equation, and all that its claim may be held against."""

    example: Example
    program: Program
    walk: Walk
    equation: Equation
    said: Sentence
    layers: LayerProgram | None = None  # if it is an equation between matrices

    # --- an equation between numbers

    def kinds(self) -> list[Kind]:
        quantities = self.layers.quantities if self.layers else self.program.quantities
        return [quantities[name].kind for name in self.equation.operands]

    def of_kind(self, kind: Kind) -> int:
        return self.kinds().count(kind)

    @property
    def of(self) -> str:
        return self.said.mentions["of"]

    @property
    def by(self) -> str:
        return self.said.mentions["by"]

    @property
    def inner(self) -> Equation:
        """The equation whose slope this is."""
        return self.program.equation_of[self.of]

    @property
    def paths(self) -> int:
        return self.walk.paths(self.by, self.of)

    @property
    def around(self) -> int:
        return self.walk.paths(self.by, self.of, around_formulas=True)

    @property
    def terms(self) -> list[tuple[int, list[str]]]:
        """A sum of products as signs and factors."""
        return terms(self.equation)

    def is_through(self) -> bool:
        """Is it two derivatives, by way of a quantity that no path goes around?"""
        between = self.said.mentions["between"]
        through = self.walk.paths(self.by, between) * self.walk.paths(between, self.of)
        return self.is_chained() and len(self.equation.operands) == 2 and through == self.paths

    def is_chained(self) -> bool:
        """Does each factor begin where the next one ends, from what is differentiated to what it is differentiated by?"""
        parts = [self.program.quantities[name] for name in self.equation.operands]
        ends = [parts[0].of, *(part.by for part in parts)]
        return [part.of for part in parts] == ends[:-1] and (ends[0], ends[-1]) == (self.of, self.by)

    def slope_is(self, sign: int, *, alone: bool) -> bool:
        """Does what it differentiates by stand in one term, with this sign, alone or with other factors?"""
        own = [(s, factors) for s, factors in terms(self.inner) if self.by in factors]
        return [(s, len(factors) == 1, factors.count(self.by)) for s, factors in own] == [(sign, alone, 1)]

    # --- an equation between matrices, or of a network

    @property
    def network(self) -> NetworkExample:
        assert isinstance(self.example, NetworkExample)
        return self.example

    @property
    def samples(self) -> int:
        return len(self.network.used)

    @property
    def outputs(self) -> int:
        return self.network.network.layers[-1]

    @property
    def depth(self) -> int:
        """The layer that a matrix belongs to, or that a derivative is taken by."""
        name = self.said.mentions["by"] if "by" in self.said.mentions else self.said.mentions["target"]
        return int("0" + "".join(filter(str.isdigit, name.partition("#")[0])))

    @property
    def units(self) -> int:
        return self.network.network.layers[self.depth]

    @property
    def below(self) -> int:
        return self.network.network.layers[self.depth - 1]

    @property
    def above(self) -> int:
        return self.network.network.layers[self.depth + 1]

    @property
    def bias(self) -> str:
        return self.network.network.bias

    @property
    def activation(self) -> str:
        return self.network.network.activations[self.depth - 1]

    @property
    def several_biases(self) -> bool:
        return self.bias == "per_neuron" and self.units > 1

    def of_outputs(self) -> int:
        """How many predictions the loss compares with targets."""
        if self.layers:
            return self.outputs
        kinds = [self.program.quantities[name].kind for name in self.inner.operands]
        return kinds.count(Kind.OUTPUT)

    def is_gradient(self, operand: str) -> bool:
        programs = (self.layers or self.program).gradients
        return any(operand in gradients.values() for gradients in programs)


def terms(equation: Equation) -> list[tuple[int, list[str]]]:
    names, found = iter(equation.operands), []
    for length in equation.static:
        found.append((1 if length > 0 else -1, [next(names) for _ in range(abs(length))]))
    return found


def shape(c: Case) -> tuple[list[int], list[int]]:
    return [sign for sign, _ in c.terms], [len(factors) for _, factors in c.terms]


def anything(_: Case) -> bool:
    return True


def of_operation(*names: str) -> Callable[[Case], bool]:
    """A sentence on one operation, or on the slope of one."""
    return lambda c: (
        (c.inner if "of" in c.said.mentions and not c.layers else c.equation).operation.removesuffix("_slopes") in names
    )


def neuron(inputs: Callable[[int], bool], *, bias: bool) -> Callable[[Case], bool]:
    return lambda c: inputs(c.of_kind(Kind.WEIGHT)) and c.of_kind(Kind.BIAS) == bias


def loss(name: str, *, several: bool) -> Callable[[Case], bool]:
    return lambda c: c.equation.operation == name == c.network.network.loss and (c.outputs > 1) == several


def kept(c: Case) -> bool:
    gradient = c.said.mentions["gradient"]
    return (c.layers or c.program).quantities[gradient].kind is Kind.DECAYED or c.is_gradient(gradient)


def chosen_exponent(c: Case, *, constant: bool) -> bool:
    exponents = c.equation.operands[1:]
    return all(c.program.quantities[name].kind is Kind.CONSTANT for name in exponents) == constant


# What each sentence claims. A number in it, or in what it takes for granted, is a claim: "the input" says that there is one.
CLAIMS: Mapping[str, Callable[[Case], bool]] = {
    # one quantity
    "difference": lambda c: c.kinds() == [Kind.RAW, Kind.SHIFT] and (not c.layers or c.samples == c.network.network.layers[0] == 1),
    "affine": neuron(lambda n: n == 1, bias=True),
    "affine.several": neuron(lambda n: n > 1, bias=True),
    "affine.no_bias": neuron(lambda n: n == 1, bias=False),
    "affine.no_bias.several": neuron(lambda n: n > 1, bias=False),
    **{f"activation.{name}": of_operation(name) for name in ELEMENTWISE},
    "activation.softmax": lambda c: c.outputs > 1,
    "activation.softmax.alone": lambda c: c.outputs == 1,
    "formula.sum": lambda c: len(c.terms) > 1 and {*shape(c)[0], *shape(c)[1]} == {1},
    "formula.difference": lambda c: shape(c) == ([1, -1], [1, 1]),
    "formula.terms": lambda c: len(c.terms) > 1 and -1 in shape(c)[0] and set(shape(c)[1]) == {1},
    "formula.product": lambda c: shape(c)[0] == [1] and shape(c)[1][0] > 1,
    "formula.product.negated": lambda c: shape(c)[0] == [-1] and shape(c)[1][0] > 1,
    "formula.sum_of_products": lambda c: len(c.terms) > 1 and set(shape(c)[0]) == {1} and max(shape(c)[1]) > 1,
    "formula.sum_of_products.signs": lambda c: len(c.terms) > 1 and -1 in shape(c)[0] and max(shape(c)[1]) > 1,
    "formula.negation": lambda c: shape(c) == ([-1], [1]),
    "formula.power": lambda c: c.equation.operation == "power" or chosen_exponent(c, constant=True),
    "formula.general_power": lambda c: c.equation.operation == "general_power" and chosen_exponent(c, constant=False),
    **{f"formula.{name}": of_operation(name) for name in ("copy", "quotient", "exp", "log", "sqrt", "sin", "cos", "abs", "erf")},
    **{f"formula.{name}": lambda c, name=name: c.equation.operation == name and len(c.equation.operands) == 2
       for name in ("maximum", "minimum")},
    **{f"loss.{name}{end}": loss(name, several=bool(end))
       for name in LOSSES for end in ("", ".several")},
    "loss.baseline": lambda c: c.said.mentions["answer"] == "baseline" and set(c.kinds()) == {Kind.TARGET, Kind.BASELINE},
    "mean": lambda c: c.said.count == c.samples > 1 and c.network.network.reduction == "mean",
    "sum": lambda c: c.said.count == c.samples > 1 and c.network.network.reduction == "sum",
    # slopes of one equation
    "slope.added": lambda c: c.slope_is(1, alone=True),
    "slope.subtracted": lambda c: c.slope_is(-1, alone=True),
    "slope.factor": lambda c: c.slope_is(1, alone=False),
    "slope.factor.subtracted": lambda c: c.slope_is(-1, alone=False),
    **{f"slope.{name}": of_operation(name) for name in ("copy", "power", "exp", "log", "sqrt", "sin", "cos", "abs", "erf")},
    **{f"slope.{name}.{place}": lambda c, name=name, at=at: c.inner.operation == name and c.inner.operands[at] == c.by
       for name in ("quotient", "general_power") for at, place in enumerate(("first", "second"))},
    "slope.collected": lambda c: c.inner.operands.count(c.by) > 1,
    "slope.chosen": of_operation("maximum", "minimum"),
    **{f"partial.{name}": of_operation(name) for name in (*ELEMENTWISE, *LOSSES)},
    "partial.squared_error": lambda c: c.network.network.loss == "squared_error" or c.of_outputs() == 1,
    "partial.mean_squared_error": lambda c: c.network.network.loss == "mean_squared_error" and c.of_outputs() > 1,
    "partial.softmax": lambda c: c.outputs > 1 and c.said.mentions["by"] == c.inner.operands[c.inner.static[0]],
    "partial.softmax.other": lambda c: c.outputs > 1 and c.said.mentions["by"] != c.inner.operands[c.inner.static[0]],
    "partial.softmax.alone": lambda c: c.outputs == 1,
    "partial.affine.weight": lambda c: c.program.quantities[c.by].kind is Kind.WEIGHT and c.inner.operands.count(c.by) == 1,
    "partial.affine.input": lambda c: c.program.quantities[c.by].kind is Kind.HIDDEN,
    "partial.affine.sequential": lambda c: c.said.mentions["other"].endswith(f"#{c.program.quantities[c.of].step + 1}"),
    "partial.affine.bias": lambda c: c.program.quantities[c.by].kind is Kind.BIAS,
    "partial.mean": lambda c: c.samples > 1 and c.network.network.reduction == "mean",
    "partial.sum": lambda c: c.samples > 1 and c.network.network.reduction == "sum",
    "partial.direct": lambda c: c.paths > 1 and any(c.walk.paths(c.by, n) for n in c.inner.operands if n != c.by),
    # the chain rule
    "chain_link": lambda c: c.paths == 1 and c.is_through(),
    "chain_rule": lambda c: c.paths == 1 and c.is_chained(),
    "chain_rule.through": Case.is_through,
    "chain_rule.stages": lambda c: c.paths > 1 and c.is_chained() and len(c.equation.operands) > 2,
    "chain_rule.several": lambda c: c.paths == c.said.count == len(c.equation.static) > 1,
    "chain_rule.products": lambda c: c.paths > c.said.count == len(c.equation.static) > 1,
    "chain_rule.direct": lambda c: c.paths > c.around == 1,
    "chain_rule.direct.several": lambda c: c.paths > c.around == c.said.count > 1,
    # updates
    **{f"update{way}": kept for way in ("", ".ascent")},
    **{f"update{way}.velocity": lambda c: c.said.mentions["gradient"].startswith("v_") for way in ("", ".ascent")},
    **{f"update.scaled{way}": lambda c: c.kinds()[3] is Kind.MOMENT for way in ("", ".ascent")},
    **{f"update.nesterov{way}": lambda c: c.kinds()[4] is Kind.MOMENT for way in ("", ".ascent")},
    **{f"update.decoupled{way}": lambda c: c.kinds()[3] is Kind.MOMENT for way in ("", ".ascent")},
    **{f"keep.{name}": kept for name in ("velocity", "decayed_mean", "decayed_square", "sum_of_squares", "decayed_gradient")},
    "keep.bias_correction": lambda c: c.program.quantities[c.said.mentions["kept"]].kind is Kind.MOMENT if not c.layers else True,
    # matrix by matrix
    "layer.affine": lambda c: c.units > 1,
    "layer.affine.neuron": lambda c: c.units == 1 < c.below,
    "layer.affine.weight": lambda c: c.units == c.below == 1 < c.samples,
    "layer.columns": lambda c: c.samples > 1,
    "layer.bias": lambda c: c.bias != "none" and c.units == 1,
    "layer.bias.shared": lambda c: c.bias == "per_layer" and c.units > 1,
    "layer.biases": lambda c: c.several_biases and c.samples == 1,
    "layer.biases.columns": lambda c: c.several_biases and c.samples > 1,
    "layer.result": lambda c: c.units > 1,
    "layer.result.neuron": lambda c: c.units == c.samples == 1,
    "layer.result.samples": lambda c: c.units == 1 < c.samples,
    "layer.activation": lambda c: c.units * c.samples > 1 and c.activation != "identity",
    "layer.softmax": lambda c: c.samples > 1 and c.outputs > 1,
    "layer.softmax.column": lambda c: c.samples == 1 < c.outputs,
    "layer.losses": lambda c: c.samples > 1,
    "layer.difference": lambda c: c.samples > 1 and c.network.network.layers[0] > 1,
    "layer.difference.column": lambda c: c.samples == 1 < c.network.network.layers[0],
    "layer.difference.row": lambda c: c.samples > 1 == c.network.network.layers[0],
    "layer.sample_share": lambda c: c.samples > 1 and c.network.network.reduction == "mean",
    "layer.sample_whole": lambda c: c.samples > 1 and c.network.network.reduction == "sum",
    "layer.slopes": lambda c: c.units * c.samples > 1 and c.activation != "identity",
    "layer.slope": lambda c: c.units == c.samples == 1 and c.activation != "identity",
    "layer.slopes.identity": lambda c: c.activation == "identity",
    "layer.softmax_pull": lambda c: c.activation == "softmax",
    "layer.by_weight": lambda c: c.units == c.below == c.samples == 1,
    "layer.by_weights": lambda c: c.samples == 1 < c.units * c.below,
    "layer.by_weights.several": lambda c: c.said.count == c.samples > 1,
    "layer.by_signal": lambda c: c.above > 1,
    "layer.by_signal.one_weight": lambda c: c.above == 1,
    "layer.by_bias": lambda c: c.bias != "none" and c.units == c.samples == 1,
    "layer.by_bias.several": lambda c: c.bias != "none" and c.units == 1 < c.said.count == c.samples,
    "layer.by_biases": lambda c: c.several_biases and c.samples == 1,
    "layer.by_biases.several": lambda c: c.several_biases and 1 < c.said.count == c.samples,
    "layer.by_shared_bias": lambda c: c.bias == "per_layer" and c.units > 1,
    # short forms
    **{f"identity.{name}": lambda c, name=name: c.network.network.loss == name
       and (not c.layers or c.samples == 1 or c.network.network.reduction == "sum")
       for name in ("binary_cross_entropy", "categorical_cross_entropy")},
    **{f"identity.{name}.mean": lambda c, name=name: c.network.network.loss == name
       and c.said.count == c.samples > 1 and c.network.network.reduction == "mean"
       for name in ("binary_cross_entropy", "categorical_cross_entropy")},
}  # fmt: skip


# --- what is drawn --------------------------------------------------------------------------------------------------


def drawn_network(seed: int) -> NetworkExample:
    draw = random.Random(f"network {seed}")
    layers = [draw.randint(1, 3), *(draw.randint(1, 4) for _ in range(draw.randint(0, 2))), draw.randint(1, 3)]
    loss = draw.choice(LOSSES)
    activation = [draw.choice(ELEMENTWISE) for _ in layers[1:]]
    activation[-1] = OPERATIONS[loss].demands.after or draw.choice(ACTIVATIONS)
    text = example_text(
        layers,
        activation=activation,
        loss=loss,
        bias=draw.choice(("none", "per_layer", "per_neuron")),
        samples=draw.randint(1, 5),
        steps=draw.randint(0, 3) if sum(layers) < 6 else draw.randint(0, 1),
        optimiser=draw.choice(("sgd", "sgd", *OPTIMISERS)),
        reduction=draw.choice(("mean", "mean", "sum")),
        seed=seed,
    )
    found = parse(text, name="drawn", file="drawn.toml")
    assert isinstance(found, NetworkExample)
    found = replace(found, view=LAYERS if draw.random() < 0.6 else found.view)
    if found.training:
        sequential = found.view != LAYERS and draw.random() < 0.3
        found = replace(
            found, training=replace(found.training, ascent=draw.random() < 0.3, sequential=sequential, constants=_decay(draw))
        )
    if draw.random() < 0.3:  # measured values, of which something is subtracted, and an answer to compare with
        samples = tuple(replace(sample, raw=sample.inputs, inputs=()) for sample in found.data.samples)
        answer = Decimal("0.5") if found.view != LAYERS and OPERATIONS[loss].demands.squared else None
        data = replace(found.data, samples=samples, shift=(Decimal(1),) * layers[0], baseline=answer)
        found = replace(found, data=data)
    return found


def _decay(draw: random.Random) -> dict[str, Decimal]:
    return {"weight_decay": Decimal("0.1")} if draw.random() < 0.3 else {}


def drawn_graph(seed: int) -> GraphExample:
    draw = random.Random(f"training {seed}")
    optimiser = draw.choice(list(OPTIMISERS))
    direction = draw.choice(("ascent", "descent"))
    training = f'learning_rate = 0.1\nsteps = 2\noptimiser = "{optimiser}"\ndirection = "{direction}"'
    return graph_example(*graph(seed), training=training if seed % 5 == 0 else "")


def cases(example: Example) -> Iterator[Case]:
    """Each sentence that an example's page may have."""
    program, layers = composed(example)
    walk = Walk(example, program)
    explainer = Explainer(program)
    if layers is None:
        for equation in program.equations:
            yield from (Case(example, program, walk, equation, said) for said in explainer.explain(equation))
    else:
        matrices = MatrixExplainer(layers)
        for equation in layers.equations:
            yield from (Case(example, program, walk, equation, said, layers) for said in matrices.explain(equation))
    for identity in (layers or program).identities:
        if isinstance(example, NetworkExample) and identity.operation.endswith("difference"):
            of = of_identity(identity, example.network.loss)
            yield from (Case(example, program, walk, identity, said, layers) for said in of)


GROUPS: Mapping[str, Callable[[], Iterator[Example]]] = {
    "graphs": lambda: map(drawn_graph, range(SEEDS)),
    "graphs as authors write them": lambda: (graph_example(f, v, **tables) for f, v, tables in GRAPHS.values()),
    "networks": lambda: map(drawn_network, range(SEEDS)),
}


@cache
def held(group: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Which sentences a group of examples has, and those that its lists contradict, each with its equation and example."""
    found, wrong = set[str](), list[str]()
    for example in GROUPS[group]():
        for case in cases(example):
            key = case.said.key
            found.add(key)
            other = key.removesuffix(".several") if key.endswith(".several") else f"{key}.several"
            assert key in CLAIMS, f"tests/words/test_sentences.py: CLAIMS wants what {key!r} claims"
            if not CLAIMS[key](case) or (other in CLAIMS and CLAIMS[other](case)):
                wrong.append(f"{case.equation.target}: {key}, {SENTENCES[key]!r}, of {example}")
    return frozenset(found), tuple(wrong)


@pytest.mark.thorough
@pytest.mark.parametrize("group", GROUPS)
def test_no_sentence_contradicts_the_list(group: str) -> None:
    """What is said of one and what is said of several never hold both."""
    _, wrong = held(group)
    assert not wrong, f"{len(wrong)} sentences, the first of them:\n{wrong[0]}"


@pytest.mark.thorough
def test_every_sentence_has_its_claim_and_its_case() -> None:
    """A new sentence needs a claim here, and an example that leads to it."""
    explaining = {key for key in SENTENCES if key.startswith(FAMILIES)}
    assert explaining == CLAIMS.keys(), "CLAIMS of tests/words/test_sentences.py has each, and what it claims"
    assert explaining == frozenset().union(*(held(group)[0] for group in GROUPS))


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("dg/da.direct", "chain_rule.direct", 1),  # a acts on g through d as well
        ("dg/db.direct", "chain_rule.direct", 1),
        ("dL/da", "chain_rule.several", 2),
        ("dL/db", "chain_rule.products", 2),  # three paths, two of them from b to d
        ("dd/db", "chain_rule.several", 2),
    ],
)
def test_paths_where_two_formulas_share_a_value(name: str, key: str, count: int) -> None:
    program = compose(graph_example({"d": "a * b + b ** 3", "g": "d + d * 2 + relu(b + a)", "L": "g ** 2 / 2"}, {"a": -4, "b": 5}))
    (said,) = Explainer(program).explain(program.equation_of[name])
    assert (said.key, said.count) == (key, count)


# --- what pages say beside equations --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(0, SEEDS, 10))
@pytest.mark.parametrize("style", ["symbols", "values"])
def test_captions_speak_of_what_a_network_has(seed: int, style: str) -> None:
    example = drawn_network(seed)
    caption = network_caption(Scribe(load(SOURCE), PlainWriter(), {}), example, style, labelled=False)
    assert ("bias" in caption) == (example.network.bias != "none")
    assert (f"first of {len(example.used)} samples" in caption) == (style == "values" and len(example.used) > 1)


def test_a_chain_shows_every_derivative_before_it_is_used() -> None:
    """With two outputs the derivative of the loss by a hidden neuron is a sum of its own, to which others refer."""
    derivation = derive(example_of((2, 2, 2), steps=0))
    factors = factors_of(derivation, "dL/dw_1")
    assert "dL/dh_1" in factors
    for position, name in enumerate(factors):
        used = derivation.program.equation_of[name].operands
        assert {part for part in used if derivation.program.quantities[part].kind in PARTIALS} <= set(factors[:position])


def test_marks_are_words_of_the_language() -> None:
    example = graph_example({"q": "x * y", "f": "q + x"}, {"x": 2, "y": 3})
    derivation = derive(example)
    texts = {
        code: Scribe(load(BY_CODE[code]), PlainWriter(), {}).symbol(derivation, "df/dx.direct") for code in ("en", "ru", "zh-Hant")
    }
    assert [text for code, text in texts.items() if {"en": "direct", "ru": "прямая", "zh-Hant": "直接"}[code] not in text] == []
