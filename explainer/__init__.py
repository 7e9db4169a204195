"""Worked numerical examples of how neural networks compute and learn, with every number proven."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explainer.authoring import example, new, schema
    from explainer.derivation import Derivation, Line, Step
    from explainer.errors import ContentError, ExplainerError, InputError, NumericError, PageError, Problem, ProofError
    from explainer.spec import Example
    from explainer.verbs import (
        Change,
        Whereabouts,
        audit,
        build,
        check,
        derive,
        document,
        regenerate,
        show,
        stamp,
        train,
        where,
    )
else:

    def __getattr__(name: str) -> Any:
        """The names of the package, from where they are: loaded when one is asked for, so that a command is quick to start."""
        if name in __all__:
            for room in ("errors", "authoring", "derivation", "spec", "verbs"):
                found = vars(import_module(f"explainer.{room}"))
                if name in found:
                    return globals().setdefault(name, found[name])
        raise AttributeError(f"module 'explainer' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "Change",
    "ContentError",
    "Derivation",
    "Example",
    "ExplainerError",
    "InputError",
    "Line",
    "NumericError",
    "PageError",
    "Problem",
    "ProofError",
    "Step",
    "Whereabouts",
    "audit",
    "build",
    "check",
    "derive",
    "document",
    "example",
    "new",
    "regenerate",
    "schema",
    "show",
    "stamp",
    "train",
    "where",
]
