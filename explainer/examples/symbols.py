"""The TeX of the names that authors give."""

from __future__ import annotations

import re

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
    "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi",
    "Psi", "Omega",
})  # fmt: skip


def symbol(name: str) -> str:
    """The TeX of an author's name: w_1, net_o1, alpha."""
    letters, index = re.fullmatch(r"([A-Za-z]+)(.*)", name).groups()  # type: ignore[union-attr]
    indices = [rf"\mathrm{{{part}}}" if len(part) > 1 and not part.isdigit() else part for part in index.split("_") if part]
    base = letters if len(letters) == 1 else rf"\{letters}" if letters in GREEK else rf"\mathrm{{{letters}}}"
    return base + (f"_{{{','.join(indices)}}}" if indices else "")
