"""Integers modulo a prime: whether two values are equal is decided at random points, and hardly ever wrongly."""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import Any

from explainer.proof.rings.ring import Ring

PRIME = 2**61 - 1


class Residue:
    """An integer modulo PRIME."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    @staticmethod
    def _of(other: Residue | Fraction) -> int:
        if isinstance(other, Fraction):
            return other.numerator * pow(other.denominator, -1, PRIME)
        return other.value

    def __add__(self, other: Residue) -> Residue:
        return Residue(self.value + other.value)

    def __sub__(self, other: Residue) -> Residue:
        return Residue(self.value - other.value)

    def __mul__(self, other: Residue | Fraction) -> Residue:
        return Residue(self.value * self._of(other))

    def __neg__(self) -> Residue:
        return Residue(-self.value)

    def __pow__(self, exponent: int) -> Residue:
        return Residue(pow(self.value, exponent, PRIME))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Residue) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Residues(Ring):
    """Values modulo PRIME at the point number `point`: each symbol and each letter is a fixed pseudo-random residue."""

    def __init__(self, point: int) -> None:
        super().__init__()
        self._point = point

    def _draw(self, text: str) -> Residue:
        digest = blake2b(f"{self._point}|{text}".encode(), digest_size=16).digest()
        return Residue(int.from_bytes(digest))

    def fresh(self, key: tuple[str, Any]) -> Any:
        argument = key[1]
        values = [part.value for part in argument] if isinstance(argument, tuple) else argument.value
        return self._draw(f"{key[0]}({values})")

    def symbol(self, name: str) -> Any:
        return self._draw(name)

    def number(self, value: Fraction) -> Any:
        return Residue(value.numerator * pow(value.denominator, -1, PRIME))

    def divide(self, left: Any, right: Any) -> Any:
        if not right.value:
            raise ZeroDivisionError
        return left * Residue(pow(right.value, -1, PRIME))
