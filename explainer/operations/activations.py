"""Activation functions: each slope is written with the activation's own result where that is shorter."""

from __future__ import annotations

from fractions import Fraction

from explainer.core.program import Static
from explainer.operations.algebra import Operands, Value, exp, is_positive, log, positive_part, sign, total
from explainer.operations.functions import HALF, ZERO, argument, odd, primitive
from explainer.operations.record import OUTPUT, Facts, Family, Notation, Operation, Pieces, Rule, Sibling, by, of

LEAK = Fraction(1, 100)  # the slope of leaky ReLU on the negative side


def _decay_and_below(z: Value) -> tuple[Value, Value]:
    decay = exp(-z)
    return decay, 1 + decay


def _quotient(z: Value) -> Value:
    decay, below = _decay_and_below(z)
    return decay / below**2


def _factors(z: Value) -> Value:
    decay, below = _decay_and_below(z)
    return 1 / below * (decay / below)


def _complement(z: Value) -> Value:
    _, below = _decay_and_below(z)
    return 1 / below * (1 - 1 / below)


def _mirrored_at_bisector(z: Value, f: Value) -> Value:
    """f(−z) = f(z) − z, as ReLU and softplus have it."""
    return f - z


def _leaky_slope(z: Value) -> Value:
    return LEAK + (1 - LEAK) * is_positive(z)


SIGMOID = Operation(
    "sigmoid",
    of(lambda z: 1 / (1 + exp(-z))),
    by("sigmoid_slope", OUTPUT),
    Family.ACTIVATION,
    working=(of(_quotient), of(_factors), of(_complement)),
    facts=Facts(((ZERO, HALF),), lambda _, f: 1 - f),
    notation=Notation(r"\sigma"),
    sign="σ",
    function="sigmoid",
    letters=1,
    also=("logistic", "sigm", "sig", "logsig", "expit"),
)
SOFTPLUS = Operation(
    "softplus",
    of(lambda z: log(1 + exp(z))),
    by("sigmoid", 0),
    Family.ACTIVATION,
    facts=Facts(mirrored=_mirrored_at_bisector),
    notation=Notation(r"\operatorname{softplus}", defined="np.logaddexp(0, z)"),
    letters=2,
    also=("smoothrelu",),
)


def softmax(v: Operands | list[Value], static: Static) -> Value:
    return exp(v[static[0]]) / total([exp(z) for z in v])


def _partial_of_softmax(position: int, _count: int, static: Static) -> Rule:
    if position == static[0]:
        return Rule("softmax_slope", (OUTPUT,))
    return Rule("softmax_cross_slope", (OUTPUT, Sibling((position,))))


def _softmax_pull(v: Operands, static: Static) -> Value:
    """p_i (g_i − Σ g_k p_k): how a gradient g by all shares p comes to the sum number i."""
    gradients, shares = v[: len(v) // 2], v[len(v) // 2 :]
    mean = total([g * p for g, p in zip(gradients, shares, strict=True)])
    return shares[static[0]] * (gradients[static[0]] - mean)


SOFTMAX = Operation(
    "softmax",
    softmax,
    _partial_of_softmax,
    Family.ACTIVATION,
    notation=Notation(r"\operatorname{softmax}", by_formula=True),
    arity=0,
    letters=1,
)

ELEMENTWISE = (
    SIGMOID,
    Operation(
        "tanh",
        primitive("tanh"),
        by("tanh_slope", OUTPUT),
        Family.ACTIVATION,
        facts=Facts(((ZERO, ZERO),), odd),
        notation=Notation(r"\tanh", python="np.tanh({})"),
        sign="tanh",
        function="tanh",
        letters=1,
        also=("hyperbolictangent", "tanhyp", "tansig"),
    ),
    Operation(
        "relu",
        of(positive_part),
        by("relu_slope", 0),
        Family.ACTIVATION,
        facts=Facts(((ZERO, ZERO),), _mirrored_at_bisector),
        pieces=Pieces(argument),
        kink=of(lambda z: z),
        notation=Notation(r"\operatorname{ReLU}"),
        sign="ReLU",
        function="relu",
        letters=2,
        also=("rectifier", "rectifiedlinear", "ramp"),
    ),
    Operation(
        "leaky_relu",
        of(lambda z: _leaky_slope(z) * z),
        by("leaky_relu_slope", 0),
        Family.ACTIVATION,
        pieces=Pieces(argument),
        kink=of(lambda z: z),
        notation=Notation(r"\operatorname{LReLU}"),
        letters=1,
        also=("lrelu", "prelu"),
    ),
    SOFTPLUS,
    Operation(
        "elu",
        of(lambda z: z.choose(lambda: z, lambda: exp(z) - 1)),
        by("elu_slope", 0),
        Family.ACTIVATION,
        facts=Facts(((ZERO, ZERO),)),
        pieces=Pieces(argument),
        notation=Notation(r"\operatorname{ELU}", defined="np.where(z > 0, z, np.expm1(np.minimum(z, 0)))"),
        letters=2,
        also=("exponentiallinearunit",),
    ),
    Operation(
        "gelu",
        of(lambda z: z * z.function("normal_cdf")),
        by("gelu_slope", 0),
        Family.ACTIVATION,
        facts=Facts(((ZERO, ZERO),)),
        notation=Notation(r"\operatorname{GELU}"),
        letters=2,
        also=("gaussianerrorlinearunit",),
    ),
    Operation(
        "step",
        of(is_positive),
        by("zero"),
        Family.ACTIVATION,
        pieces=Pieces(argument),
        kink=of(lambda z: z),
        notation=Notation(r"\operatorname{H}", head="is_positive", python="np.heaviside({}, 0.0)"),
        letters=1,
        also=("heaviside", "hardlim", "hardthreshold", "threshold", "unitstep", "binarystep"),
    ),
    Operation(
        "sign",
        of(sign),
        by("zero"),
        Family.ACTIVATION,
        facts=Facts(((ZERO, ZERO),), odd),
        pieces=Pieces(argument),
        kink=of(lambda z: z),
        notation=Notation(r"\operatorname{sgn}", python="np.sign({})"),
        sign="sgn",
        function="sign",
        letters=1,
        also=("sgn", "signum", "hardlims"),
    ),
    Operation(
        "identity",
        of(lambda z: z),
        by("one"),
        Family.ACTIVATION,
        notation=Notation(r"\operatorname{id}", by_formula=True),
        also=("linear", "none", "purelin"),
    ),
)

SLOPES = tuple(
    Operation(name, of(formula), family=Family.SLOPE)
    for name, formula in (
        ("sigmoid_slope", lambda a: a * (1 - a)),
        ("tanh_slope", lambda a: 1 - a**2),
        ("relu_slope", is_positive),
        ("leaky_relu_slope", _leaky_slope),
        ("elu_slope", lambda z: z.choose(lambda: 1, lambda: exp(z))),
        ("gelu_slope", lambda z: z.function("normal_cdf") + z * z.function("normal_density")),
        ("softmax_slope", lambda share: share * (1 - share)),
        ("softmax_cross_slope", lambda own, other: -(own * other)),
    )
)

ACTIVATIONS = (
    *ELEMENTWISE,
    SOFTMAX,
    *SLOPES,
    Operation("softmax_pull", _softmax_pull, family=Family.SLOPE),
    Operation("sigmoid_slope_by_logit", of(lambda z: SIGMOID(z) * SIGMOID(-z)), family=Family.STABLE),
)
