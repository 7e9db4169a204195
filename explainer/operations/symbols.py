"""TeX of quantities, made from their names: here, and nowhere else.

A name that an author gives is its letters with indices below, and so are those that networks have, but for a few that are
written by another letter. What is of the layer view has its layer above: `W1_2_3` is W⁽¹⁾ with 2,3 below. Above stand as well
the sample and the update or epoch that a name has: after the only update of an example, a prime.
"""

from __future__ import annotations

import re

from explainer.core.names import Name, parse
from explainer.core.program import Kind

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
    "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi",
    "Psi", "Omega",
})  # fmt: skip
_AUTHORS = frozenset({Kind.VALUE, Kind.NODE})  # of quantities whose names are an author's
_OTHERWISE = {"raw": "r", "shift": "s", "baseline": r"\hat{y}", "l": r"\ell"}  # of ours, those that are not written as called
_WATCHED = {"L_during": r"\bar{L}", "rises": "n"}  # what is kept of what happens within the epochs of a run


def symbol(name: str, kind: Kind, steps: int = 0, letters: str = "") -> str:
    """The TeX of a quantity that is no derivative, in an example that makes so many updates.

    `letters` stand for its base if a record says how it is written. A number that stands in a formula has no symbol.
    """
    parts = parse(name)
    if kind is Kind.CONSTANT:
        return ""
    if whole := letters or (of_author(parts) if kind in _AUTHORS else _WATCHED.get(parts.base, "")):
        return whole + _above(parts, steps)
    stem, below = _OTHERWISE.get(parts.letters) or _spelt(parts.letters), _below(parts.indices)
    if parts.number:
        return stem + _above(parts, steps, f"({parts.number})") + below
    return stem + below + _above(parts, steps)


def of_author(name: Name) -> str:
    """The TeX of an author's name: w_1, net_o1, alpha."""
    return _spelt(name.letters) + _below(tuple(filter(None, (name.number, *name.indices))))


def partial(of: str, by: str) -> str:
    """The TeX of a derivative, from that of two quantities. Its mark is a word, in the language of whoever prints it."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def kept(letter: str, parameter: str, name: str, steps: int = 0) -> str:
    """The TeX of what an optimiser keeps, from those of its letter and of the parameter before any update."""
    return f"{letter}_{{{parameter}}}" + _above(parse(name), steps)


def entry(matrix: str, *indices: int) -> str:
    """The TeX of a matrix's entry. What an optimiser keeps has a parameter's TeX below, and the entry is that one's."""
    below, found = _below(tuple(map(str, indices))), _KEPT.fullmatch(matrix)
    return f"{found[1]}_{{{found[2]}{below}}}{found[3] or ''}" if found else matrix + below


_KEPT = re.compile(r"([^_]+)_\{(.+?)\}(\^\{[^{}]*\})?")


def _spelt(letters: str) -> str:
    return letters if len(letters) == 1 else rf"\{letters}" if letters in GREEK else rf"\mathrm{{{letters}}}"


def _below(indices: tuple[str, ...]) -> str:
    parts = [rf"\mathrm{{{part}}}" if len(part) > 1 and not part.isdigit() else part for part in indices]
    return f"_{{{','.join(parts)}}}" if parts else ""


def _above(name: Name, steps: int, layer: str = "") -> str:
    sample = f"({name.sample})" if name.sample else ""
    if name.step and steps == 1:
        upper = layer + r"\prime" + (rf"\,{sample}" if sample else "")
    else:
        upper = layer + sample + (f"[{name.step}]" if name.step else "")
    if name.epoch is not None:
        upper += rf"\langle {name.epoch}\rangle"
    return f"^{{{upper}}}" if upper else ""
