"""Optimisers: what each keeps beside a parameter from step to step, and which step it makes.

The rules are those of PyTorch: a velocity v ← μ v + g, a mean of squares s ← ρ s + (1 − ρ) g², ε added to the square root,
weight decay as λ w added to the gradient; or decoupled, taken off the parameter (I. Loshchilov and F. Hutter, 2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from explainer.core.errors import Problem, RecordError

GRADIENT, PARAMETER, NOW = "gradient", "w", "+"
DECAYED = "g"  # the letter of a gradient with the weight decay in it
CORRECTION = "bias_correction"  # an option that is a switch


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that an optimiser has besides the learning rate: its TeX, and what it is if the author says nothing."""

    symbol: str
    default: Decimal


@dataclass(frozen=True, slots=True)
class Keep:
    """A quantity that goes with each parameter, and the row that gives it.

    Operands are constants by name, PARAMETER, GRADIENT, and letters: m is the quantity as it was before the step, m+ as it is now.
    """

    letter: str
    operation: str
    operands: tuple[str, ...]
    symbol: str = ""  # TeX; the letter, unless that is given
    corrects: str = ""  # the letter of what it is a corrected form of: its row takes the number of the step


@dataclass(frozen=True, slots=True)
class Optimiser:
    """How a parameter is updated. `move` is the stem of a row, which takes the parameter, the learning rate, and `takes`.

    Raises:
        RecordError: an operand is neither a constant of its own nor anything that it keeps.
    """

    name: str
    move: str
    takes: tuple[str, ...]
    constants: Mapping[str, Constant] = field(default_factory=dict)
    keeps: tuple[Keep, ...] = ()
    options: tuple[str, ...] = ()  # keys of [training] that only this one has, or not all
    also: tuple[str, ...] = ()  # what it is called elsewhere, in small letters without marks

    def __post_init__(self) -> None:
        known = {GRADIENT, PARAMETER, *self.constants, *self.letters, *(letter + NOW for letter in self.letters)}
        fields = (("takes", self.takes), *(("keeps", keep.operands) for keep in self.keeps))
        file, expected = "explainer/operations/optimisers.py", f"one of {', '.join(sorted(known))}"
        if strange := [(name, operand) for name, operands in fields for operand in operands if operand not in known]:
            raise RecordError(Problem(file, f"{self.name}.{name}", repr(operand), expected) for name, operand in strange)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(keep.letter for keep in self.keeps)

    @property
    def state(self) -> tuple[str, ...]:
        """The letters of what goes on from one step to the next, which is zero at first."""
        return tuple(keep.letter for keep in self.keeps if any(keep.letter in other.operands for other in self.keeps))

    def variant(self, given: Mapping[str, Decimal], *, corrected: bool = True) -> Optimiser:
        """This optimiser with an author's constants in place of the usual ones, and with the options that are given."""
        found = self
        if "mu" in given and "mu" in self.options:
            found = replace(OPTIMISERS["momentum"], name=self.name)
        if not corrected:
            found = found._uncorrected()
        if "weight_decay" in given and "weight_decay" in self.options:
            found = found._with_decay()
        constants = {
            name: Constant(constant.symbol, given.get(name, constant.default)) for name, constant in found.constants.items()
        }
        return replace(found, constants=constants)

    def _uncorrected(self) -> Optimiser:
        plain = {keep.letter + NOW: keep.corrects + NOW for keep in self.keeps if keep.corrects}
        return replace(
            self,
            takes=tuple(plain.get(name, name) for name in self.takes),
            keeps=tuple(keep for keep in self.keeps if not keep.corrects),
        )

    def _with_decay(self) -> Optimiser:
        decayed = Keep(DECAYED, "decayed_gradient", (GRADIENT, "weight_decay", PARAMETER), r"\tilde{g}")

        def taken(operands: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(DECAYED + NOW if name == GRADIENT else name for name in operands)

        return replace(
            self,
            takes=taken(self.takes),
            keeps=(decayed, *(replace(keep, operands=taken(keep.operands)) for keep in self.keeps)),
            constants={**self.constants, "weight_decay": OPTIONS["weight_decay"]},
        )


MU = Constant(r"\mu", Decimal("0.9"))
EPSILON = Constant(r"\varepsilon", Decimal("1e-8"))
# What some optimisers take if it is given, and are without otherwise. Of a switch the default alone says anything.
OPTIONS: Mapping[str, Constant] = {"mu": MU, "weight_decay": Constant(r"\lambda", Decimal("0.01"))}
_VELOCITY = Keep("v", "velocity", ("mu", "v", GRADIENT))
_ADAM = Optimiser(
    "adam",
    "scaled",
    ("mhat+", "shat+", "epsilon"),
    {
        "beta_1": Constant(r"\beta_{1}", Decimal("0.9")),
        "beta_2": Constant(r"\beta_{2}", Decimal("0.999")),
        "epsilon": EPSILON,
    },
    (
        Keep("m", "decayed_mean", ("beta_1", "m", GRADIENT)),
        Keep("s", "decayed_square", ("beta_2", "s", GRADIENT)),
        Keep("mhat", "bias_correction", ("m+", "beta_1"), r"\hat{m}", corrects="m"),
        Keep("shat", "bias_correction", ("s+", "beta_2"), r"\hat{s}", corrects="s"),
    ),
    options=("weight_decay", CORRECTION),
)

OPTIMISERS: Mapping[str, Optimiser] = {
    optimiser.name: optimiser
    for optimiser in (
        Optimiser(
            "sgd",
            "sgd",
            (GRADIENT,),
            options=("mu", "weight_decay"),
            also=("gd", "gradientdescent", "stochasticgradientdescent", "vanilla"),
        ),
        Optimiser(
            "momentum",
            "sgd",
            ("v+",),
            {"mu": MU},
            (_VELOCITY,),
            options=("weight_decay",),
            also=("heavyball", "polyak", "sgdmomentum"),
        ),
        Optimiser(
            "nesterov",
            "nesterov",
            (GRADIENT, "mu", "v+"),
            {"mu": MU},
            (_VELOCITY,),
            options=("weight_decay",),
            also=("nag", "nesterovmomentum", "nesterovacceleratedgradient"),
        ),
        Optimiser(
            "adagrad",
            "scaled",
            (GRADIENT, "s+", "epsilon"),
            {"epsilon": Constant(r"\varepsilon", Decimal("1e-10"))},
            (Keep("s", "sum_of_squares", ("s", GRADIENT)),),
            options=("weight_decay",),
        ),
        Optimiser(
            "rmsprop",
            "scaled",
            (GRADIENT, "s+", "epsilon"),
            {"rho": Constant(r"\rho", Decimal("0.99")), "epsilon": EPSILON},
            (Keep("s", "decayed_square", ("rho", "s", GRADIENT)),),
            options=("weight_decay",),
        ),
        _ADAM,
        replace(
            _ADAM,
            name="adamw",
            move="decoupled",
            takes=("mhat+", "shat+", "epsilon", "weight_decay"),
            constants={**_ADAM.constants, "weight_decay": OPTIONS["weight_decay"]},
            options=(CORRECTION,),
        ),
    )
}


# All that any of them keeps.
LETTERS = tuple(dict.fromkeys((DECAYED, *(letter for optimiser in OPTIMISERS.values() for letter in optimiser.letters))))
