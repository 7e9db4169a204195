"""What a proof says: all that was proven and how, or where an equation is not what its name says."""

from __future__ import annotations

from dataclasses import dataclass

PROVEN, CHECKED, HELD = "proven", "checked", "held"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A quantity whose equation is not what its name says; and the field of a record that is wrong, where that is why."""

    reference: str
    reason: str
    record: str = ""

    def __str__(self) -> str:
        return f"{self.reference}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proven, and how."""

    rules: tuple[str, ...]  # operations whose partials are proven, with their arity
    composition: str  # "proven" or "checked"; "held": each gives what another calculation gives, in balls
    equations: int
    direct: int  # totals also compared with the derivative of the written-out loss
    unwritten: int = 0  # totals that would have been, were they not too long
    identities: int = 0  # further equations that hold as well
    views: int = 0  # entries of matrices that are compared with the network neuron by neuron
    views_method: str = ""  # how: "proven" or "checked"
    points: int = 0  # of the check modulo 2⁶¹ − 1, if it was one
    error_bound: float = 0.0  # on the probability that such a check passes a wrong equation
