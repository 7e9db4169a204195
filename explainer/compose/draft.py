"""A program while it is being written: names, symbols, equations."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from explainer.core.names import Name
from explainer.core.program import Equation, Kind, Quantity
from explainer.examples.model import Example


@dataclass
class Draft:
    """What has been stated so far."""

    example: Example
    quantities: dict[str, Quantity] = field(default_factory=dict)
    given: dict[str, Decimal] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    def declare(self, kind: Kind, base: str, letter: str, index: int = 0, *, sample: int = 0, step: int = 0) -> str:
        name = str(Name(base, sample, step))
        self.quantities[name] = Quantity(name, kind, self.symbol(letter, index, sample, step))
        return name

    def symbol(self, letter: str, index: int, sample: int, step: int) -> str:
        return letter + (f"_{{{index}}}" if index else "") + self.superscript(step, sample)

    def superscript(self, step: int, sample: int = 0) -> str:
        """Marks a sample, and what comes after an update: by a prime if there is only one."""
        upper = f"({sample})" if sample else ""
        if step and self.example.steps == 1:
            upper = "\\prime" + (rf"\,{upper}" if upper else "")
        elif step:
            upper += f"[{step}]"
        return f"^{{{upper}}}" if upper else ""

    def give(self, value: Decimal, kind: Kind, base: str, letter: str, index: int = 0, *, sample: int = 0) -> str:
        name = self.declare(kind, base, letter, index, sample=sample)
        self.given[name] = value
        return name

    def state(
        self,
        operation: str,
        operands: list[str],
        kind: Kind,
        base: str,
        letter: str,
        index: int = 0,
        *,
        static: tuple[int, ...] = (),
        sample: int = 0,
        step: int = 0,
    ) -> str:
        name = self.declare(kind, base, letter, index, sample=sample, step=step)
        self.equations.append(Equation(name, operation, tuple(operands), static))
        return name
