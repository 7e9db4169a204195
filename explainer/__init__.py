"""Worked numerical examples of how neural networks compute and learn, with every number proven."""

from explainer.derivation import Derivation, Line, Step
from explainer.errors import ContentError, ExplainerError, InputError, NumericError, PageError, Problem, ProofError
from explainer.spec import Example
from explainer.verbs import Change, Whereabouts, build, check, derive, document, example, new, regenerate, schema, show, where

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
    "build",
    "check",
    "derive",
    "document",
    "example",
    "new",
    "regenerate",
    "schema",
    "show",
    "where",
]
