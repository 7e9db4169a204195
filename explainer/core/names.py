"""Names of quantities: one text for each, and its parts.

`h_1@2#3` is h_1 for sample 2 after three updates, `L#e1000` the loss after 1,000 epochs of a training run. The name of a
derivative has those of two quantities in it, and a step they share stands at the end: `dL/dw_1#1`.

Programs are keyed by the texts, which are quick to compare and to print. The way from a text to its parts and back is here,
and nowhere else; it is gone once for each text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

# A derivative is the total one, along all paths, unless its name has a mark that says which paths it takes: `.direct` leaves
# out those through other operands, `.sequential` takes weights above that have moved already.
DIRECT, SEQUENTIAL = "direct", "sequential"

_MOST = 1 << 16  # texts whose parts are remembered
_BASE = re.compile(r"([A-Za-z]+)([0-9]*)((?:_[A-Za-z0-9]*)*)")
_NUMBER = "(?:0|[1-9][0-9]*)"
_PATH = rf"(?:\.(?P<path>{DIRECT}|{SEQUENTIAL}))?"
_PLAIN = re.compile(rf"(?P<base>[^@#/]+)(?:@(?P<sample>[1-9][0-9]*))?(?:#(?P<step>{_NUMBER})|#e(?P<epoch>{_NUMBER}))?")
_PARTIAL = re.compile(rf"d(?P<of>[^#/]+)/d(?P<by>[^#/]+?){_PATH}(?:#(?P<step>{_NUMBER}))?")
_APART = re.compile(rf"d(?P<of>[^#/]+#{_NUMBER})/d(?P<by>[^/]+?){_PATH}")  # of two steps: nothing that a walkthrough has


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a quantity's name: base@sample#step, or base@sample#e-epoch; of a derivative, the two names in it.

    `sample` counts from 1, 0 meaning that the program has only one. `step` counts the updates made before; a derivative is of
    the step that its two names share, and of none if they differ. `epoch` is there in a training run only. `path` is the mark
    of what is not the total derivative.
    """

    base: str = ""
    sample: int = 0
    step: int = 0
    epoch: int | None = None
    of: Name | None = None
    by: Name | None = None
    path: str = ""

    def __post_init__(self) -> None:
        if self.of is not None and self.by is not None:
            object.__setattr__(self, "step", self.of.step if self.of.step == self.by.step else 0)

    def __str__(self) -> str:
        if self.of is None or self.by is None:
            return name_of(self.base, self.sample, self.step) if self.epoch is None else f"{self._numbered}#e{self.epoch}"
        above, below, path = self.of._numbered, self.by._numbered, f".{self.path}" if self.path else ""
        if self.of.step == self.by.step:
            return f"d{above}/d{below}{path}" + (f"#{self.step}" if self.step else "")
        return f"d{above}#{self.of.step}/d{self.by}{path}"

    @property
    def _numbered(self) -> str:
        return name_of(self.base, self.sample)

    @property
    def is_partial(self) -> bool:
        return self.of is not None

    @property
    def is_bare(self) -> bool:
        """Is it a base alone, as an author may have written it?"""
        return self == Name(self.base)

    @property
    def is_of_weights(self) -> bool:
        """Is it, in the layer view, a matrix of weights, what an optimiser keeps for one, or a derivative by one?"""
        return "W" in (self.by or self).base

    @property
    def letters(self) -> str:
        """What a base begins with: `net` of `net_o1`, `W` of `W1_2_3`; "" of a number."""
        return _pieces(self.base)[0]

    @property
    def number(self) -> str:
        """The digits right behind the letters, in the layer view those of the layer: 1 of `W1_2_3`, "" of `w_1`."""
        return _pieces(self.base)[1]

    @property
    def indices(self) -> tuple[str, ...]:
        """What follows after underlines: 2 and 3 of `W1_2_3`, `o1` of `net_o1`."""
        return tuple(filter(None, _pieces(self.base)[2].split("_")))

    @property
    def when(self) -> tuple[int, int | None]:
        return self.step, self.epoch

    @property
    def total(self) -> Name:
        """The total derivative, of which this may be a part."""
        return replace(self, path="")

    @property
    def unnumbered(self) -> Name:
        """The same where the first sample is the only one, which has no number."""
        if self.of is not None and self.by is not None:
            return replace(self, of=self.of.unnumbered, by=self.by.unnumbered)
        return replace(self, sample=0) if self.sample == 1 else self

    def at_sample(self, sample: int) -> Name:
        return replace(self, sample=sample)

    def at_step(self, step: int) -> Name:
        """The same after so many updates, in none of a run's epochs."""
        if self.of is not None and self.by is not None:
            return replace(self, of=self.of.at_step(step), by=self.by.at_step(step))
        return replace(self, step=step, epoch=None)

    def at_epoch(self, epoch: int) -> Name:
        return replace(self, step=0, epoch=epoch)

    def entry(self, *indices: int) -> Name:
        """An entry of a matrix, as `W1_2_3`; the indices of a derivative stand on what it is by: `dL/dW1_2_3#1`."""
        if self.by is not None:
            return replace(self, by=self.by.entry(*indices))
        return replace(self, base="_".join((self.base, *map(str, indices))))


def _pieces(base: str) -> tuple[str, str, str]:
    match = _BASE.fullmatch(base)
    return (match[1], match[2], match[3]) if match else ("", "", "")


@lru_cache(_MOST)
def parse(text: str) -> Name:
    """The parts of a name; its text is made from them again. A step before any update may be spelt out, as in `w_1#0`.

    Raises:
        ValueError: it is no name of a quantity.
    """
    if match := _PLAIN.fullmatch(text):
        epoch = match["epoch"]
        return Name(match["base"], int(match["sample"] or 0), int(match["step"] or 0), None if epoch is None else int(epoch))
    if match := _PARTIAL.fullmatch(text):
        of, by = (parse(match[part]).at_step(int(match["step"] or 0)) for part in ("of", "by"))
        return Name(of=of, by=by, path=match["path"] or "")
    if match := _APART.fullmatch(text):
        return Name(of=parse(match["of"]), by=parse(match["by"]), path=match["path"] or "")
    raise ValueError(f"{text!r} is no name of a quantity")


# --- texts made from texts


def name_of(base: str, sample: int = 0, step: int = 0) -> str:
    """The text of a name that is no derivative's."""
    return base + (f"@{sample}" if sample else "") + (f"#{step}" if step else "")


@lru_cache(_MOST)
def after(name: str, step: int) -> str:
    """The same quantity after so many updates; before any of them, if there are none."""
    return str(parse(name).at_step(step))


def at_epoch(name: str, epoch: int) -> str:
    """What a training run keeps of a quantity after an epoch: `L#e1000`."""
    return str(parse(name).at_epoch(epoch))


def kept(letter: str, parameter: str) -> str:
    """What an optimiser keeps for a parameter, by the letter that it has in its rule: `v_w_1`."""
    return f"{letter}_{parameter}"


@lru_cache(_MOST)
def partial_name(of: str, by: str, path: str = "") -> str:
    """The name of ∂of/∂by along a path, of the total derivative if none is named."""
    return str(Name(of=parse(of), by=parse(by), path=path))


def path_of(name: str) -> str:
    """The mark of what is not the total derivative, "" of anything else."""
    return parse(name).path


def is_written_as_partial(text: str) -> bool:
    """Is it meant for a derivative, even if there is none of that name?"""
    return "/" in text
