"""A forward program's backward pass, as more equations of the same kind.

A reader's chain rule goes from station to station (Alice: h → o → L), not through every line. So there are three layers:
the partials of each equation by its operands, the partials between neighbouring stations, and the totals of the loss.
`dA/dB` is always the total derivative; where the one stated here leaves paths out, it is named `dA/dB.direct`.

Some tutorials update the last layer before they take the gradients of the layers below. What a derivative becomes when a
signal's factor is the weight that has moved already is no derivative any more; it is named `dA/dB.sequential`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from explainer.core.errors import Problem, RecordError
from explainer.core.names import DIRECT, SEQUENTIAL, partial_name, path_of
from explainer.core.program import Equation, Kind, Program, Quantity
from explainer.operations import symbols
from explainer.operations.record import OUTPUT, WHERE, Operation, Rule, Sibling
from explainer.operations.vocabulary import OPERATIONS, row_of

Terms = tuple[tuple[str, ...], ...]


class _Backward:
    """The backward pass of `loss` by `parameters`, collected layer by layer."""

    def __init__(
        self,
        program: Program,
        loss: str,
        parameters: tuple[str, ...],
        operations: Mapping[str, Operation],
        moved: Mapping[str, str],
    ) -> None:
        self.program, self.loss, self.parameters, self.operations, self.moved = program, loss, parameters, operations, moved
        self.quantities: dict[str, Quantity] = {}
        self.equations: dict[str, Equation] = {}
        self.total_of: dict[str, str] = {}  # station → the name of the loss's derivative by it
        self.reaches: dict[str, set[str]] = {name: {name} for name in parameters}  # what each quantity depends on
        for equation in program.equations:
            sources = set().union(*(self.reaches.get(operand, set()) for operand in equation.operands))
            if sources and equation.target not in parameters:  # how a parameter has moved before is nobody's path
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
                queue += equation.operands if equation and name not in self.parameters else ()
        return needed

    def _active_operands(self, target: str) -> tuple[str, ...]:
        operands = self.program.equation_of[target].operands
        return tuple(dict.fromkeys(operand for operand in operands if operand in self.needed))

    def _state(
        self,
        kind: Kind,
        of: str,
        by: str,
        mark: str,
        operation: str,
        operands: tuple[str, ...],
        static: tuple[int, ...] = (),
    ) -> str:
        name = partial_name(of, by, mark)
        if name not in self.quantities:
            known = self.program.quantities
            symbol = symbols.partial(known[of].symbol, known[by].symbol)
            self.quantities[name] = Quantity(name, kind, symbol, of=of, by=by)
            self.equations[name] = Equation(name, operation, operands, static)
        return name

    def _state_sum(self, kind: Kind, of: str, by: str, mark: str, terms: Terms) -> str:
        return self._state(kind, of, by, mark, "sum_of_products", tuple(chain(*terms)), tuple(len(term) for term in terms))

    @staticmethod
    def _mark(terms: Terms, direct: bool) -> str:
        """A product with a sequential factor is sequential itself."""
        return SEQUENTIAL if any(is_sequential(name) for term in terms for name in term) else DIRECT if direct else ""

    def local(self, target: str, operand: str) -> str:
        """∂target/∂operand through the target's own equation, by all the places where the operand stands in it."""
        equation = self.program.equation_of[target]
        others = [name for name in self._active_operands(target) if name != operand]
        mark = DIRECT if any(operand in self.reaches[name] for name in others) else ""
        rule = self._rule(equation, tuple(index for index, name in enumerate(equation.operands) if name == operand))
        operands = tuple(self._operand(equation, index) for index in rule.operands)
        if operand not in self.moved and any(name in self.moved for name in operands):
            operands, mark = tuple(self.moved.get(name, name) for name in operands), SEQUENTIAL
        return self._state(Kind.LOCAL, target, operand, mark, rule.operation, operands, rule.static)

    def _rule(self, equation: Equation, positions: tuple[int, ...]) -> Rule:
        row, count = self.operations[equation.operation], len(equation.operands)
        if len(positions) > 1:
            assert row.collected is not None, equation
            return row.collected(positions, count, equation.static)
        if row.partial is None:
            raise RecordError(
                Problem(WHERE, f"{row.name}.partial", "nothing", "the rule by each operand", 'by("sigmoid_slope", OUTPUT)')
            )
        rule = row.partial(positions[0], count, equation.static)
        assert rule is not None, equation
        row_of(rule.operation, self.operations, f"{row.name}.partial")
        return rule

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

    def between(self, target: str) -> dict[str, Terms]:
        """The partials of a station by its neighbours below, by neighbour.

        One name each, but where a part of it has that name already: then all the paths, one by one.
        """
        paths = self._paths(target)
        names: dict[str, Terms] = {}
        for station, terms in paths.items():
            direct = any(station in self.reaches[other] for other in paths if other != station)
            if len(terms) == 1 and len(terms[0]) == 1:
                names[station] = tuple(terms)
                continue
            mark = self._mark(tuple(terms), direct)
            if (partial_name(target, station, mark),) in terms:
                names[station] = tuple(terms)
            else:
                names[station] = ((self._state_sum(Kind.STATION, target, station, mark, tuple(terms)),),)
        return names

    def totals(self) -> None:
        """The loss's derivative by every station below it, the loss's neighbours first."""
        order = [equation.target for equation in self.program.equations if equation.target in self.stations]
        order = order[: order.index(self.loss) + 1]
        below: dict[str, list[tuple[str, tuple[str, ...]]]] = {}  # station → (the station above, a path from it)
        for target in reversed(order):
            for station, paths in self.between(target).items():
                below.setdefault(station, []).extend((target, path) for path in paths)
        unrolled: dict[str, Terms] = {self.loss: ((),)}
        parameters = [name for name in self.reaches if name in self.stations and name not in set(order)]
        for station in [*reversed(order[:-1]), *parameters]:
            terms = []
            for above, path in below.get(station, ()):
                factors = unrolled[above]
                head = factors[0] if len(factors) == 1 else (self.total_of[above],)
                terms.append((*head, *path))
            if not terms:
                continue
            unrolled[station] = tuple(terms)
            self.total_of[station] = name = partial_name(self.loss, station, self._mark(tuple(terms), direct=False))
            if terms != [(name,)]:
                self._state_sum(Kind.TOTAL, self.loss, station, self._mark(tuple(terms), direct=False), tuple(terms))


def is_sequential(name: str) -> bool:
    return path_of(name) == SEQUENTIAL


def differentiate(
    program: Program,
    loss: str,
    parameters: tuple[str, ...],
    operations: Mapping[str, Operation] = OPERATIONS,
    moved: Mapping[str, str] | None = None,
) -> Program:
    """The program with the partials of `loss` by `parameters` (and by every station between) at its end.

    A total with one path is one product all the way down from the loss; with several it is their sum, and each product
    refers to the total above by name. What neither depends on a parameter nor leads to the loss has no partials. `moved`
    says which weights have another name after the update, where the layers are updated one after the other.
    """
    backward = _Backward(program, loss, parameters, operations, moved or {})
    backward.totals()
    gradient = {name: backward.total_of[name] for name in parameters if name in backward.total_of}
    return program.extended(backward.quantities.values(), backward.equations.values(), gradients=(*program.gradients, gradient))
