"""A forward program's backward pass, as more equations of the same kind.

A reader's chain rule goes from station to station (Alice: h → o → L), not through every line. So there are three layers:
the partials of each equation by its operands, the partials between neighbouring stations, and the totals of the loss.
`dA/dB` is always the total derivative; where the one stated here leaves paths out, it is named `dA/dB.direct`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from explainer.operations import OPERATIONS, OUTPUT, Operation, Sibling
from explainer.program import Equation, Kind, Program, Quantity, partial_name

Terms = tuple[tuple[str, ...], ...]


def partial_symbol(of: str, by: str, *, direct: bool = False) -> str:
    symbol = rf"\frac{{\partial {of}}}{{\partial {by}}}"
    return rf"\left.{symbol}\right|_{{\mathrm{{direct}}}}" if direct else symbol


class _Backward:
    """The backward pass of `loss` by `parameters`, collected layer by layer."""

    def __init__(self, program: Program, loss: str, parameters: tuple[str, ...], operations: Mapping[str, Operation]) -> None:
        self.program, self.loss, self.operations = program, loss, operations
        self.quantities: dict[str, Quantity] = {}
        self.equations: dict[str, Equation] = {}
        self.reaches: dict[str, set[str]] = {name: {name} for name in parameters}  # what each quantity depends on
        for equation in program.equations:
            sources = set().union(*(self.reaches.get(operand, set()) for operand in equation.operands))
            if sources:
                self.reaches[equation.target] = sources | {equation.target}
        self.needed = self._needed()
        self.stations = (program.stations & self.needed) | {loss} | set(parameters)

    def _needed(self) -> set[str]:
        """What lies between the parameters and the loss."""
        needed, queue = set(), [self.loss]
        while queue:
            name = queue.pop()
            if name in self.reaches and name not in needed:
                needed.add(name)
                equation = self.program.equation_of.get(name)
                queue += equation.operands if equation else ()
        return needed

    def _active_operands(self, target: str) -> tuple[str, ...]:
        operands = self.program.equation_of[target].operands
        return tuple(dict.fromkeys(operand for operand in operands if operand in self.needed))

    def _state(
        self,
        kind: Kind,
        of: str,
        by: str,
        direct: bool,
        operation: str,
        operands: tuple[str, ...],
        static: tuple[int, ...] = (),
        suffix: str = "",
    ) -> str:
        name = partial_name(of, by, direct=direct) + suffix
        if name not in self.quantities:
            symbols = self.program.quantities
            symbol = partial_symbol(symbols[of].symbol, symbols[by].symbol, direct=direct or bool(suffix))
            self.quantities[name] = Quantity(name, kind, symbol, of=of, by=by)
            self.equations[name] = Equation(name, operation, operands, static)
        return name

    def _state_sum(self, kind: Kind, of: str, by: str, direct: bool, terms: Terms) -> str:
        return self._state(kind, of, by, direct, "sum_of_products", tuple(chain(*terms)), tuple(len(term) for term in terms))

    def local(self, target: str, operand: str) -> str:
        """∂target/∂operand through the target's own equation; an operand that stands twice has its partials added."""
        equation = self.program.equation_of[target]
        others = [name for name in self._active_operands(target) if name != operand]
        direct = any(operand in self.reaches[name] for name in others)
        positions = [index for index, name in enumerate(equation.operands) if name == operand]
        parts = []
        for place, position in enumerate(positions, 1):
            row = self.operations[equation.operation].partial
            assert row is not None, equation.operation
            rule = row(position, len(equation.operands), equation.static)
            assert rule is not None, (target, operand)
            operands = tuple(self._operand(equation, index) for index in rule.operands)
            suffix = f".at{place}" if len(positions) > 1 else ""
            parts.append(self._state(Kind.LOCAL, target, operand, direct, rule.operation, operands, rule.static, suffix))
        if len(parts) == 1:
            return parts[0]
        return self._state_sum(Kind.LOCAL, target, operand, direct, tuple((part,) for part in parts))

    def _operand(self, equation: Equation, index: int | Sibling) -> str:
        if isinstance(index, Sibling):
            wanted = replace(equation, target="", static=index.static)
            return next(other.target for other in self.program.equations if replace(other, target="") == wanted)
        return equation.target if index == OUTPUT else equation.operands[index]

    def _paths(self, target: str) -> dict[str, list[tuple[str, ...]]]:
        """For each station just below `target`: the chains of local partials that lead to it."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for operand in self._active_operands(target):
            step = self.local(target, operand)
            if operand in self.stations:
                found.setdefault(operand, []).append((step,))
                continue
            for station, paths in self._paths(operand).items():
                found.setdefault(station, []).extend((step, *path) for path in paths)
        return found

    def between(self, target: str) -> dict[str, str]:
        """The partials of a station by its neighbours below, by neighbour."""
        paths = self._paths(target)
        names = {}
        for station, terms in paths.items():
            direct = any(station in self.reaches[other] for other in paths if other != station)
            if len(terms) == 1 and len(terms[0]) == 1:
                names[station] = terms[0][0]
            else:
                names[station] = self._state_sum(Kind.STATION, target, station, direct, tuple(terms))
        return names

    def totals(self) -> None:
        """The loss's derivative by every station below it, the loss's neighbours first."""
        order = [equation.target for equation in self.program.equations if equation.target in self.stations]
        order = order[: order.index(self.loss) + 1]
        below: dict[str, list[tuple[str, str]]] = {}  # station → (the station above, their partial)
        for target in reversed(order):
            for station, name in self.between(target).items():
                below.setdefault(station, []).append((target, name))
        unrolled: dict[str, Terms] = {self.loss: ((),)}
        parameters = [name for name in self.reaches if name in self.stations and name not in set(order)]
        for station in [*reversed(order[:-1]), *parameters]:
            terms = []
            for above, name in below.get(station, ()):
                factors = unrolled[above]
                head = factors[0] if len(factors) == 1 else (partial_name(self.loss, above),)
                terms.append((*head, name))
            if not terms:
                continue
            unrolled[station] = tuple(terms)
            if terms != [(partial_name(self.loss, station),)]:
                self._state_sum(Kind.TOTAL, self.loss, station, False, tuple(terms))


def differentiate(
    program: Program,
    loss: str,
    parameters: tuple[str, ...],
    operations: Mapping[str, Operation] = OPERATIONS,
) -> Program:
    """The program with the partials of `loss` by `parameters` (and by every station between) at its end.

    A total with one path is one product all the way down from the loss; with several it is their sum, and each product
    refers to the total above by name. What neither depends on a parameter nor leads to the loss has no partials.
    """
    backward = _Backward(program, loss, parameters, operations)
    backward.totals()
    return program.extended(backward.quantities.values(), backward.equations.values())
