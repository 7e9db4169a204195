"""Worked numerical examples of how neural networks compute and learn, with every number proven."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explainer.authoring import example, new, schema
    from explainer.core.errors import ContentError, ExplainerError, InputError, NumericError, PageError, Problem, ProofError
    from explainer.derivation.derivation import Derivation
    from explainer.derivation.types import Line, Step
    from explainer.examples.model import Example
    from explainer.judging import audit, grade, odds
    from explainer.site.committed import Change
    from explainer.site.whereabouts import Whereabouts
    from explainer.verbs import build, check, derive, document, regenerate, show, stamp, train, where
else:
    _WHERE = {
        **dict.fromkeys(("example", "new", "schema"), "authoring"),
        **dict.fromkeys(("audit", "grade", "odds"), "judging"),
        "Derivation": "derivation.derivation",
        **dict.fromkeys(("Line", "Step"), "derivation.types"),
        **dict.fromkeys(("ContentError", "ExplainerError", "InputError", "NumericError"), "core.errors"),
        **dict.fromkeys(("PageError", "Problem", "ProofError"), "core.errors"),
        "Example": "examples.model",
        "Change": "site.committed",
        "Whereabouts": "site.whereabouts",
    }

    def __getattr__(name: str) -> Any:
        """The names of the package, from where they are: loaded when one is asked for, so that a command is quick to start."""
        if name not in __all__:
            raise AttributeError(f"module 'explainer' has no attribute {name!r}")
        found = getattr(import_module(f"explainer.{_WHERE.get(name, 'verbs')}"), name)
        return globals().setdefault(name, found)

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
    "grade",
    "new",
    "odds",
    "regenerate",
    "schema",
    "show",
    "stamp",
    "train",
    "where",
]
