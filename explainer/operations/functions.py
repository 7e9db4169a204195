"""Functions of formulas, and of other rows, that are no activations."""

from __future__ import annotations

from fractions import Fraction

from explainer.operations.algebra import Operands, Scalar, Value, absolute, exp, log, sqrt
from explainer.operations.record import OUTPUT, Facts, Family, Formula, Notation, Operation, Pieces, by, of

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)


def odd(_: Value, f: Value) -> Scalar:
    """f(−z) = −f(z)."""
    return -f


def even(_: Value, f: Value) -> Scalar:
    """f(−z) = f(z)."""
    return f


def argument(v: Operands) -> Operands:
    """What decides between the pieces is the argument itself."""
    return v


def primitive(name: str) -> Formula:
    """A primitive of the algebras as it is."""
    return of(lambda z: z.function(name))


FUNCTIONS = (
    Operation(
        "exp",
        of(exp),
        by("copy", OUTPUT),
        Family.FUNCTION,
        facts=Facts(((ZERO, ONE),), lambda _, f: 1 / f),
        sign="exp",
        function="exp",
        letters=1,
    ),
    Operation(
        "log",
        of(log),
        by("power", 0, static=(-1,)),
        Family.FUNCTION,
        facts=Facts(((ONE, ZERO),)),
        notation=Notation(r"\ln", python="np.log({})", by_formula=True),
        sign="ln",
        function="log",
        letters=1,
        also=("ln",),
    ),
    Operation(
        "sqrt",
        of(sqrt),
        by("sqrt_slope", OUTPUT),
        Family.FUNCTION,
        facts=Facts(((ZERO, ZERO), (ONE, ONE))),
        sign="√",
        function="sqrt",
        letters=1,
    ),
    Operation("sqrt_slope", of(lambda root: 1 / (2 * root)), family=Family.SLOPE),
    Operation(
        "sin",
        primitive("sin"),
        by("cos", 0),
        Family.FUNCTION,
        facts=Facts(((ZERO, ZERO),), odd),
        notation=Notation(r"\sin", python="np.sin({})"),
        sign="sin",
        function="sin",
        letters=2,
        also=("sine",),
    ),
    Operation(
        "cos",
        primitive("cos"),
        by("cos_slope", 0),
        Family.FUNCTION,
        facts=Facts(((ZERO, ONE),), even),
        notation=Notation(r"\cos", python="np.cos({})"),
        sign="cos",
        function="cos",
        letters=2,
        also=("cosine",),
    ),
    Operation("cos_slope", of(lambda z: -z.function("sin")), family=Family.SLOPE),
    Operation(
        "abs",
        of(absolute),
        by("sign", 0),
        Family.FUNCTION,
        facts=Facts(((ZERO, ZERO),), even),
        pieces=Pieces(argument),
        kink=of(lambda z: z),
        notation=Notation("|", python="np.abs({})"),  # bars: every notation knows how to set them
        sign="abs",
        function="abs",
        letters=2,
        also=("absolute", "fabs", "modulus"),
    ),
    Operation(
        "erf",
        primitive("erf"),
        by("erf_slope", 0),
        Family.FUNCTION,
        facts=Facts(((ZERO, ZERO),), odd),
        notation=Notation(r"\operatorname{erf}", python="np.vectorize(math.erf)({})"),
        sign="erf",
        function="erf",
        letters=2,
        also=("errorfunction",),
    ),
    # the letters of its slopes are known by name: e^(−z²) and the root of π would be strangers to each other in a ring
    Operation(
        "erf_slope",
        primitive("erf_slope"),
        family=Family.SLOPE,
        facts=Facts(mirrored=even),
        notation=Notation(r"\operatorname{erf}'"),
    ),
    Operation(
        "normal_cdf",
        primitive("normal_cdf"),
        family=Family.PART,
        facts=Facts(((ZERO, HALF),), lambda _, f: 1 - f),
        notation=Notation(r"\Phi", defined="np.vectorize(math.erfc)(-z / np.sqrt(2)) / 2"),
    ),
    Operation(
        "normal_density",
        primitive("normal_density"),
        family=Family.PART,
        facts=Facts(mirrored=even),
        notation=Notation(r"\varphi"),
    ),
)
