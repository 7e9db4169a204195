"""Worked numerical examples of how neural networks compute and learn, with every number proven."""

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
    example,
    new,
    regenerate,
    schema,
    show,
    stamp,
    train,
    where,
)

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
