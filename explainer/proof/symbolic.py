"""The symbolic proof: every equation of a program is what its name says.

1. Rules: each row's partials are the derivatives of its formula, by sympy, at every arity the program uses.
2. Composition: each equation's right-hand side, over what its operands *mean*, equals what its target *means*. Forward
   quantities mean the network written out from its spec; dA/dB means A's derivative by B, found by forward accumulation;
   an update means w − η ∂L/∂w. A wrong wire is therefore named where it is, not where its effects show.
3. For small networks, the loss written out whole, differentiated by sympy as a reader would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

import sympy

from explainer.compose.differentiate import is_sequential
from explainer.core.program import DIRECT, PARTIALS, SEQUENTIAL, Equation, Kind, Program, Static, after, faults
from explainer.examples.model import Example, NetworkExample
from explainer.operations.vocabulary import NO_FACTS, OPERATIONS, OUTPUT, Operation, Operators, Sibling, apply
from explainer.proof import expansion
from explainer.proof.bounds import Degrees, Rehearsal, Written
from explainer.proof.certificate import CHECKED, PROVEN, Certificate, Fault
from explainer.proof.expansion import naming, optimiser_rules
from explainer.proof.rings import EFFORT_OF_A_STEP, PRIME, Dual, Duals, NoLetterLeft, Polynomials, Residues, Ring, TooLong

EXACT_PARAMETERS = 100  # above, composition is checked modulo a prime instead of proven
EXACT_EFFORT = 300_000_000  # and so it is where more work is ahead than this, which may be two seconds,
EXACT_TERMS = 100_000  # or where equations have more terms than these
DIRECT_PARAMETERS = 12  # up to here, the whole loss is differentiated as well,
DIRECT_SYMBOLS = 120_000  # if no more than these are to be written: about half a second's work
LARGEST_ERROR = 1e-20  # of the probability that a check passes a wrong equation
POINTS = 3
T = TypeVar("T")


# --- 1. rules -------------------------------------------------------------------------------------------------------


class Sympy(Operators):
    """The primitives as sympy expressions; `side` says on which side of its kink a piecewise function is."""

    def __init__(self, side: int = 1, overrides: Mapping[str, Any] | None = None) -> None:
        self.side, self.overrides = side, overrides or {}

    def number(self, value: Fraction) -> Any:
        return sympy.Rational(value.numerator, value.denominator)

    def exp(self, value: Any) -> Any:
        return sympy.exp(value)

    def log(self, value: Any) -> Any:
        return sympy.log(value)

    def sqrt(self, value: Any) -> Any:
        return sympy.sqrt(value)

    def tanh(self, value: Any) -> Any:
        return sympy.tanh(value)

    def positive_part(self, value: Any) -> Any:
        return value if self.side > 0 else sympy.Integer(0)

    def is_positive(self, value: Any) -> Any:
        return sympy.Integer(int(self.side > 0))

    def softmax(self, index: int, arguments: Sequence[Any]) -> Any:
        powers = [sympy.exp(argument) for argument in arguments]
        return powers[index] / sum(powers)

    def generator(self, name: str, value: Any) -> Any:
        """What `expansion` asks for by name."""
        override = self.overrides.get(name)
        return override([value], ()) if override else getattr(self, name)(value)


def _is_zero(expression: Any) -> bool:
    """True only if it is: an expanded expression, or its expanded numerator, that vanishes."""
    if any(sympy.expand(expression, power_exp=split) == 0 for split in (False, True)):
        return True
    above = sympy.numer(sympy.together(expression))
    return any(sympy.expand(above, power_exp=split) == 0 for split in (False, True))


def _differs(expression: Any) -> bool:
    """True only if it is not zero at some point, where sympy may not have seen that it is zero everywhere."""
    spelt = expression.replace(sigmoid, lambda z: 1 / (1 + sympy.exp(-z))).replace(softplus, lambda z: sympy.log(1 + sympy.exp(z)))
    spelt = spelt.replace(tanh, sympy.tanh)
    names = sorted(spelt.free_symbols, key=str)
    for shift in (3, 5):
        value = spelt.subs({name: sympy.Rational(shift + 2 * index, 11) for index, name in enumerate(names)}).evalf(60)
        if value.is_number and abs(value) > sympy.Float("1e-40"):
            return True
    return False


@cache
def rule_faults(operation: Operation, count: int, static: Static, rows: tuple[Operation, ...]) -> tuple[str, ...]:
    """Which of an operation's partials, over `count` operands, are not the derivatives of its formula.

    `rows` are the operations its partials are made of.
    """
    found = []
    vocabulary = {row.name: row for row in rows}
    names = sympy.symbols(f"v1:{count + 1}", real=True)
    assert operation.partial is not None
    for side in (1, -1) if operation.kink else (1,):
        algebra = Sympy(side)
        result = apply(operation, algebra, names, static)
        for position, name in enumerate(names):
            rule = operation.partial(position, count, static)
            if rule is None:
                continue
            operands = [_operand(operation, algebra, names, static, result, index) for index in rule.operands]
            stated = apply(vocabulary[rule.operation], algebra, operands, rule.static)
            if not _is_zero(sympy.diff(result, name) - stated):
                found.append(f"{rule.operation} is not the derivative of {operation.name} by operand {position + 1}")
        for line, working in enumerate(operation.working, 1):
            if not _is_zero(sympy.diff(result, names[operation.worked]) - working(algebra, names[: operation.worked + 1], static)):
                found.append(f"line {line} of the working of {operation.name} is not its derivative")
    return tuple(dict.fromkeys(found))


@cache
def fact_faults(operation: Operation) -> tuple[str, ...]:
    """Which of the facts about a function its formula does not bear out.

    f(−z) is what it is said to be if both have the same derivative, on both sides of a kink, and the same value at zero.
    """
    found = []
    for point, value in operation.facts.at:
        algebra = Sympy()
        if not _is_zero(apply(operation, algebra, [algebra.number(point)]) - algebra.number(value)):
            found.append(f"{operation.name} of {point} is not {value}")
    if operation.facts.mirrored:
        z = sympy.Symbol("z", real=True)
        for side in (1, -1) if operation.kink else (1,):
            algebra = Sympy(side)
            stated = operation.facts.mirrored(algebra, (z, apply(operation, algebra, [z])), ())
            difference = apply(operation, Sympy(-side), [-z]) - stated
            if not _is_zero(sympy.diff(difference, z)) or not _is_zero(difference.subs(z, 0)):
                found.append(f"{operation.name} of −z is not what is said of it")
    return tuple(dict.fromkeys(found))


def _operand(operation: Operation, algebra: Sympy, names: Any, static: Static, result: Any, index: int | Sibling) -> Any:
    """What an operand of a rule stands for, over the operation's own operands."""
    if isinstance(index, Sibling):
        return apply(operation, algebra, names, index.static)
    return result if index == OUTPUT else names[index]


def used_rules(program: Program, operations: Mapping[str, Operation]) -> dict[tuple[str, int, Static], list[Equation]]:
    """The differentiable operations of a program at each arity, with the equations that use them."""
    rules: dict[tuple[str, int, Static], list[Equation]] = {}
    differentiated = {quantity.of for quantity in program.quantities.values() if quantity.kind is Kind.LOCAL}
    for equation in program.equations:
        if equation.target in differentiated:
            key = (equation.operation, len(equation.operands), equation.static)
            rules.setdefault(key, []).append(equation)
    return rules


def _rows_of(operation: Operation, count: int, static: Static, operations: Mapping[str, Operation]) -> tuple[Operation, ...]:
    assert operation.partial is not None
    rules = (operation.partial(position, count, static) for position in range(count))
    return tuple(operations[name] for name in dict.fromkeys(rule.operation for rule in rules if rule is not None))


def prove_rules(program: Program, operations: Mapping[str, Operation]) -> Iterator[Fault]:
    for (name, count, static), equations in used_rules(program, operations).items():
        operation = operations[name]
        reasons = rule_faults(operation, count, static, _rows_of(operation, count, static, operations))
        for reason in reasons:
            targets = {equation.target for equation in equations}
            for quantity in program.quantities.values():
                if quantity.kind is Kind.LOCAL and quantity.of in targets:
                    yield Fault(quantity.name, reason)


# --- 2. composition -------------------------------------------------------------------------------------------------


class _Meaning:
    """What every quantity of a program means, in one ring."""

    def __init__(self, program: Program, example: Example | None, base: Ring, operations: Mapping[str, Operation]) -> None:
        self.program, self.base, self.operations = program, base, operations
        self.duals = Duals(base)
        free_again = frozenset(moved(program))
        self.free = (*program.given, *free_again)
        self.names = naming(example)
        symbol = symbols(example, base)
        self.values = {name: start(program, name, symbol, base) for name in self.free}
        free = frozenset(self.free)

        def leaf(name: str) -> Any:
            """By its name in the neuron view; a frozen parameter has no name of its own after an update."""
            own = self.names(name)
            return symbol(own if own in free else own.partition("#")[0])

        if example is not None:
            meant = expansion.data(example, leaf, base)
            for step in range(max(len(program.losses), 1)):
                meant |= expansion.forward(example, step, leaf, base)
            self.values |= {self.names(name): value for name, value in meant.items()}
        self.forward: list[Equation] = []
        for equation in program.equations:
            if program.quantities[equation.target].kind in PARTIALS or equation.target in free_again:
                continue
            self.forward.append(equation)
            if equation.target not in self.values:
                self.values[equation.target] = self.read(equation)
        self._derive(example)

    def read(self, equation: Equation) -> Any:
        """The equation's right-hand side over what its operands mean."""
        operands = [self.values[name] for name in equation.operands]
        return apply(self.operations[equation.operation], self.base, operands, equation.static)

    def _derive(self, example: Example | None) -> None:
        """Forward accumulation from every quantity that something is differentiated by."""
        base = self.base
        partials = [quantity for quantity in self.program.quantities.values() if quantity.kind in PARTIALS]
        seeds = {quantity.by for quantity in partials}
        one = self.base.number(Fraction(1))
        zero = self.base.number(Fraction(0))
        duals = {name: Dual(self.values[name], {name: one} if name in seeds else {}) for name in self.free}
        sequential = dict(duals) if example is not None and example.training is not None and example.training.sequential else {}
        for equation in self.forward:
            target = equation.target
            for accumulated in filter(None, (duals, sequential)):
                late = self._after_the_step(equation.operands) if accumulated is sequential else {}
                result = self._dual(equation, accumulated, late)
                found = {by: base.simplified(slope) for by, slope in result.slopes.items()}
                accumulated[target] = Dual(self.values[target], {**found, target: one} if target in seeds else found)
        for quantity in partials:
            if f".{SEQUENTIAL}" in quantity.name:
                self.values[quantity.name] = sequential[quantity.of].slopes.get(quantity.by, zero)
            elif f".{DIRECT}" in quantity.name:
                self.values[quantity.name] = self._direct(quantity.of, quantity.by, quantity.kind)
            else:
                self.values[quantity.name] = duals[quantity.of].slopes.get(quantity.by, zero)
        if example is not None and example.training is not None:
            for step, loss in enumerate(self.program.losses[:-1]):
                slopes = (sequential or duals)[loss].slopes
                gradients = {name: slopes.get(after(name, step), zero) for name in self.program.parameters}
                rules = optimiser_rules(example.training, gradients, step, base.symbol, base)
                self.values |= {f"{name} meant": value for name, value in rules.items()}

    def _dual(self, equation: Equation, duals: Mapping[str, Dual], moved: Mapping[str, str] | None = None) -> Dual:
        operands = [duals[name] for name in equation.operands]
        result: Dual = apply(self.operations[equation.operation], self.duals, operands, equation.static)
        if not moved:
            return result
        # the slopes by the signals, with the weights as they are after the step, and those by the weights as they are
        still = [Dual(dual.value, {}) if name in moved else dual for name, dual in zip(equation.operands, operands, strict=True)]
        ahead = [
            Dual(self.base.symbol(moved[name]), {}) if name in moved else dual
            for name, dual in zip(equation.operands, operands, strict=True)
        ]
        before: Dual = apply(self.operations[equation.operation], self.duals, still, equation.static)
        after_it: Dual = apply(self.operations[equation.operation], self.duals, ahead, equation.static)
        slopes = dict(result.slopes)
        for by, slope in after_it.slopes.items():
            slopes[by] = slopes[by] - before.slopes[by] + slope
        return Dual(result.value, slopes)

    def _after_the_step(self, operands: Sequence[str]) -> dict[str, str]:
        """The parameters among an equation's operands that the next step moves, and their names after it."""
        found = {}
        for name in operands:
            base, _, step = name.partition("#")
            if base in self.program.parameters and after(base, int(step or 0) + 1) in self.values:
                found[name] = after(base, int(step or 0) + 1)
        return found

    def _direct(self, of: str, by: str, kind: Kind) -> Any:
        """The derivative that holds the other operands (for a local partial) or the other stations constant."""
        one = self.base.number(Fraction(1))
        duals = {name: Dual(value, {by: one} if name == by else {}) for name, value in self.values.items()}
        result = duals[of]
        for equation in self.forward:
            if equation.target == of:
                result = self._dual(equation, duals)
                break
            if kind is not Kind.LOCAL and equation.target not in self.program.stations and equation.target != by:
                duals[equation.target] = self._dual(equation, duals)
        return result.slopes.get(by, self.base.number(Fraction(0)))

    def disagreements(self) -> Iterator[Fault]:
        for equation in (*self.program.equations, *self.program.identities):
            meant = self.values.get(f"{equation.target} meant", self.values[equation.target])
            if not self.base.equal(self.read(equation), meant):
                yield Fault(equation.target, f"{equation.operation}({', '.join(equation.operands)}) is not what the name says")


def symbols(example: Example | None, base: Ring) -> Callable[[str], Any]:
    """What is given, as elements of a ring; of probabilities that add up to one, the last is what the others leave."""
    if not isinstance(example, NetworkExample):
        return base.symbol
    own = naming(example)
    sums = {own(name): [own(other) for other in others] for name, others in expansion.known_sums(example).items()}

    def symbol(name: str) -> Any:
        if name not in sums:
            return base.symbol(name)
        found = base.number(Fraction(1))
        for other in sums[name]:
            found = base.subtract(found, base.symbol(other))
        return found

    return symbol


# How many letters an equation can bring in; arithmetic brings none.
_LETTERS = {
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "general_power": 2,
    "maximum": 2,
    "minimum": 2,
    "sigmoid": 1,
    "tanh": 1,
    "relu": 2,
    "leaky_relu": 1,
    "softplus": 2,
    "softmax": 1,
}
_LETTERS_OF_LOSS = 2  # for each operand


def letters_of(program: Program) -> int:
    """A first guess at how many letters a proof needs: few, since each makes every polynomial a little slower."""
    return sum(
        len(equation.operands) * _LETTERS_OF_LOSS if "entropy" in equation.operation else _LETTERS.get(equation.operation, 0)
        for equation in program.equations
    )


def moved(program: Program) -> tuple[str, ...]:
    """Parameters after an update, and what the optimiser keeps; to the next step they are as free as the given ones."""
    kept = ("velocity", "decayed_mean", "decayed_square")
    return tuple(e.target for e in program.equations if e.operation.endswith("_update") or e.operation in kept)


def _disagreements(program: Program, example: Example | None, base: Ring, operations: Mapping[str, Operation]) -> tuple[Fault, ...]:
    return tuple(_Meaning(program, example, base, operations).disagreements())


def with_letters(letters: int, run: Callable[[int], T]) -> T:
    """Run with a number of letters; again with more if they do not suffice."""
    while True:
        try:
            return run(letters)
        except NoLetterLeft:
            letters = 2 * letters + 8


def prove_composition(
    program: Program, example: Example | None, operations: Mapping[str, Operation]
) -> tuple[str, tuple[Fault, ...]]:
    """The method ("proven" or "checked") and every equation that is not what its name says."""
    if len(program.parameters) <= EXACT_PARAMETERS and is_quick(
        lambda base: _disagreements(program, example, base, operations), (program,), operations
    ):
        names = (*program.given, *moved(program))
        with suppress(TooLong):
            return PROVEN, with_letters(
                letters_of(program), lambda letters: _disagreements(program, example, Polynomials(names, letters), operations)
            )
    found = (fault for point in range(POINTS) for fault in _disagreements(program, example, Residues(point), operations))
    return CHECKED, tuple(dict.fromkeys(found))


def is_quick(proof: Callable[[Rehearsal], object], programs: Sequence[Program], operations: Mapping[str, Operation]) -> bool:
    """Will an exact proof be made in a moment? It is rehearsed to find out. The programs have the same names."""
    if sum(_terms(program, operations) for program in programs) > EXACT_TERMS:
        return False
    rehearsal = Rehearsal()
    proof(rehearsal)
    generators = len(programs[0].given) + len(moved(programs[0])) + max(map(letters_of, programs))
    return rehearsal.tally.steps * (EFFORT_OF_A_STEP + generators) <= EXACT_EFFORT


def _terms(program: Program, operations: Mapping[str, Operation]) -> int:
    """About how many terms the equations have, above their fraction lines by below."""
    base = Rehearsal()
    sizes = [size for _, size in readings(program, base, base.symbol, operations, frozenset(moved(program)))]
    return sum(size.above.terms * size.below.terms for size in sizes)


def start(program: Program, name: str, symbol: Callable[[str], Any], algebra: Any) -> Any:
    """What a quantity without an equation is: a symbol, or the number that a formula has in it."""
    constant = program.quantities[name].kind is Kind.CONSTANT
    return algebra.number(Fraction(program.given[name])) if constant else symbol(name)


def readings(
    program: Program,
    algebra: Any,
    symbol: Callable[[str], Any],
    operations: Mapping[str, Operation],
    cut: frozenset[str] = frozenset(),
    simplified: Callable[[Any], Any] = lambda value: value,
) -> Iterator[tuple[Equation, Any]]:
    """Each equation with its value in an algebra; to the next ones, what is in `cut` is a symbol again."""
    values = {name: start(program, name, symbol, algebra) for name in program.given}
    for equation in program.equations:
        operands = [values[name] for name in equation.operands]
        value = simplified(apply(operations[equation.operation], algebra, operands, equation.static))
        values[equation.target] = symbol(equation.target) if equation.target in cut else value
        yield equation, value


def _error_bound(program: Program, operations: Mapping[str, Operation]) -> float:
    """By the lemma of Schwartz and Zippel, over all equations and points, for letters that are random functions."""
    base = Degrees()
    degrees = readings(program, base, base.symbol, operations, cut=frozenset(moved(program)))
    degree = max((degree for _, degree in degrees), default=1)
    equations = len(program.equations) + len(program.identities)
    return float(min(Fraction(1), equations * Fraction(2 * degree, PRIME) ** POINTS))


# --- 3. the whole loss, as a reader would --------------------------------------------------------------------------


class sigmoid(sympy.Function):  # type: ignore[misc]  # sympy's functions are lower-case classes
    def fdiff(self, argindex: int = 1) -> Any:
        return self * (1 - self)


class softplus(sympy.Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Any:
        return sigmoid(self.args[0])


class tanh(sympy.Function):  # type: ignore[misc]  # sympy's own would look for multiples of iπ in its argument, at length
    def fdiff(self, argindex: int = 1) -> Any:
        return 1 - self * self


_LETTERS_WRITTEN_OUT = (sigmoid, softplus, tanh)
_WRITTEN_OUT = frozenset({"sum_of_products", "copy", "quotient", "power", "exp", "tanh", "sigmoid"})


def is_written_out(program: Program, example: Example | None, operations: Mapping[str, Operation]) -> bool:
    """Has a network so few parameters, and is it so smooth, that `prove_directly` may be tried?"""
    if example is None or not program.losses or len(program.parameters) > DIRECT_PARAMETERS:
        return False
    if isinstance(example, NetworkExample):
        return len(example.used) == 1 and not any(operations[name].kink for name in example.network.activations)
    # not where sympy may fail to see that two ways of writing a root or a power are the same
    return all(program.equation_of[name].operation in _WRITTEN_OUT for name in program.of_kind(Kind.NODE))


def prove_directly(program: Program, example: Example, operations: Mapping[str, Operation]) -> Iterator[Fault | None]:
    """Differentiate the written-out loss by every parameter and compare with the list, composed: None if they are equal.

    A parameter for which sympy does not see that they are, though they are at every point that is tried, gives nothing.
    """
    symbols = {name: sympy.Symbol(name.replace("@", "_at_"), real=True) for name in program.given}
    algebra = Sympy(overrides={f.__name__: lambda v, _, f=f: f(v[0]) for f in _LETTERS_WRITTEN_OUT})
    own = naming(example)
    loss = expansion.forward(example, 0, lambda name: symbols[own(name)], algebra)[program.losses[0]]
    for equation, name, value in _totals(program, algebra, symbols.__getitem__, operations):
        difference = sympy.diff(loss, symbols[name]) - value
        if _is_zero(difference):
            yield None
        elif _differs(difference):
            yield Fault(equation.target, f"is not the derivative of the written-out loss by {name}")


def symbols_written_out(program: Program, operations: Mapping[str, Operation] = OPERATIONS) -> list[int]:
    """How many symbols each derivative has that `prove_directly` compares, when it is written out whole."""
    base = Written()
    return [size.symbols for _, _, size in _totals(program, base, base.symbol, operations)]


def _totals(
    program: Program, algebra: Any, symbol: Callable[[str], Any], operations: Mapping[str, Operation]
) -> Iterator[tuple[Equation, str, Any]]:
    """The first gradients with what they are by, and their values in an algebra, composed from the list."""
    wanted = {total: name for name, total in program.gradients[0].items() if not is_sequential(total)}
    for equation, value in readings(program, algebra, symbol, operations):
        if program.quantities[equation.target].step:
            break
        if equation.target in wanted:
            yield equation, wanted[equation.target], value


# --- all of it ------------------------------------------------------------------------------------------------------


def prove(
    program: Program, example: Example | None = None, operations: Mapping[str, Operation] = OPERATIONS
) -> tuple[Certificate, tuple[Fault, ...]]:
    """Prove a program, or say where it is wrong."""
    malformed = tuple(Fault(*text.split(": ", 1)) for text in faults(program, operations))
    if malformed:
        return Certificate((), "", 0, 0), malformed
    found = [Fault(row.name, reason) for row in operations.values() if row.facts is not NO_FACTS for reason in fact_faults(row)]
    found += prove_rules(program, operations)
    method, disagreements = prove_composition(program, example, operations)
    found += disagreements
    direct = unwritten = 0
    if example is not None and not found and is_written_out(program, example, operations):
        symbols = symbols_written_out(program, operations)
        if sum(symbols) <= DIRECT_SYMBOLS:
            compared = list(prove_directly(program, example, operations))
            direct = compared.count(None)
            found += filter(None, compared)
        else:
            unwritten = len(symbols)
    bound = _error_bound(program, operations) if method == CHECKED else 0.0
    if bound > LARGEST_ERROR and not found:
        found.append(Fault(program.losses[0], "is of too high a degree to be checked: powers of powers"))
    rules = tuple(sorted({f"{name}/{count}" for name, count, _ in used_rules(program, operations)}))
    certificate = Certificate(
        rules,
        method,
        len(program.equations),
        direct,
        unwritten,
        len(program.identities),
        points=POINTS if method == CHECKED else 0,
        error_bound=bound,
    )
    return certificate, tuple(dict.fromkeys(found))
