"""What happens within the epochs of a training run: the losses that it meets on its way, and the updates that raise the loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from explainer.core.names import at_epoch, name_of
from explainer.core.program import Kind
from explainer.examples.model import AVERAGE, RISES

WATCHED: Mapping[str, Kind] = {"L_during": Kind.LOSS, "rises": Kind.COUNT}
_AVERAGE, _RISES = WATCHED


class Reading(Protocol):
    """What a watch calculates with."""

    def number(self, value: Fraction) -> Any: ...

    def exceeds(self, one: Any, other: Any) -> bool:
        """Is one larger? It breaks off where that is not to be told."""


@dataclass
class Watch:
    """What is asked for of a run, told of each update. `loss` is that of all samples, by the parameters.

    The average is of the losses that the updates of one epoch start from. Rises are counted from the start of the run, by sample
    where each update is made from one.
    """

    asked: Sequence[str]
    reading: Reading
    loss: Callable[[Sequence[Any]], Any]
    samples: int  # how many have updates of their own
    is_sum: bool = False
    _met: list[Any] = field(default_factory=list)
    _risen: Counter[tuple[int, ...]] = field(default_factory=Counter)
    _last: Any = None

    def start(self, state: Sequence[Any]) -> None:
        if RISES in self.asked:
            self._last = self.loss(state)

    def epoch(self) -> None:
        """An epoch begins."""
        self._met.clear()

    def update(self, batch: tuple[int, ...], before: Sequence[Any], after: Sequence[Any], met: Sequence[Any]) -> None:
        """One update of these samples; `met` is their loss before it, if that is asked for."""
        self._met += met
        if RISES in self.asked and any(one is not other for one, other in zip(before, after, strict=True)):
            loss = self.loss(after)
            self._risen[batch] += self.reading.exceeds(loss, self._last)
            self._last = loss

    def kept(self, epoch: int) -> Iterator[tuple[str, Any]]:
        """What there is to keep after an epoch, by name."""
        if AVERAGE in self.asked:
            total = sum(self._met, self.reading.number(Fraction(0)))
            yield at_epoch(_AVERAGE, epoch), total if self.is_sum else total / len(self._met)
        if RISES in self.asked:
            counts = {_RISES: self._risen.total()}
            counts |= {name_of(_RISES, position + 1): self._risen[(position,)] for position in range(self.samples)}
            yield from ((at_epoch(name, epoch), self.reading.number(Fraction(count))) for name, count in counts.items())
