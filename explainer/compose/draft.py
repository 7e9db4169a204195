"""A program while it is being written: quantities by their names, and equations."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from explainer.core.names import name_of
from explainer.core.program import Equation, Kind, Quantity
from explainer.examples.model import Example
from explainer.operations.symbols import symbol


@dataclass
class Draft:
    """What has been stated so far."""

    example: Example
    quantities: dict[str, Quantity] = field(default_factory=dict)
    given: dict[str, Decimal] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    def declare(self, kind: Kind, base: str, *, sample: int = 0, step: int = 0, letters: str = "") -> str:
        name = name_of(base, sample, step)
        self.quantities[name] = Quantity(name, kind, symbol(name, kind, self.example.steps, letters))
        return name

    def give(self, value: Decimal, kind: Kind, base: str, *, sample: int = 0, letters: str = "") -> str:
        name = self.declare(kind, base, sample=sample, letters=letters)
        self.given[name] = value
        return name

    def state(
        self,
        operation: str,
        operands: list[str],
        kind: Kind,
        base: str,
        *,
        static: tuple[int, ...] = (),
        sample: int = 0,
        step: int = 0,
    ) -> str:
        name = self.declare(kind, base, sample=sample, step=step)
        self.equations.append(Equation(name, operation, tuple(operands), static))
        return name
