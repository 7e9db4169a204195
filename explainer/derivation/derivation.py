"""A proven program as a reader meets it: one typed step per equation, with lines to follow and numbers to check.

No language here: a step names the sentence that explains it and what that sentence mentions. Numpy and computer algebra are
loaded by what uses them: a derivation that is recalled, and a file that is refused, need neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from explainer.core.program import PARTIALS, Equation
from explainer.derivation.explanation import Explainer, MatrixExplainer, of_identity
from explainer.derivation.lines import lines_of, lines_of_matrix
from explainer.derivation.types import Line, Numbers, Step
from explainer.operations.expression import Symbol, formula
from explainer.operations.vocabulary import COLLAPSING

LARGEST_SUBSTITUTION = 4  # operands of an equation in which their own formulas are put


@dataclass(frozen=True)
class Derivation(Numbers):
    """An example with everything that was computed and proven about it, step by step."""

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """The step of every equation, by its target."""
        return {equation.target: self._step(equation) for equation in self.program.equations}

    @cached_property
    def matrix_steps(self) -> Mapping[str, Step]:
        """In the layer view, the step of every matrix equation, by its target."""
        return {equation.target: self._matrix_step(equation) for equation in self.matrices.equations} if self.matrices else {}

    def identity_step(self, identity: Equation) -> Step:
        """What a quantity is by its equation, with what its partials are put in, and then by its short form."""
        equations = self.program.equation_of
        stated = equations[identity.target]
        lines = [Line("=", formula(stated, [Symbol(name) for name in stated.operands]))]
        if len(stated.operands) <= LARGEST_SUBSTITUTION:
            parts = [equations.get(name) for name in stated.operands]
            leaves = [
                formula(part, [Symbol(name) for name in part.operands])
                if part and self.program.quantities[name].kind in PARTIALS
                else Symbol(name)
                for name, part in zip(stated.operands, parts, strict=True)
            ]
            lines.append(Line("=", formula(stated, leaves)))
        loss = next(equation.operation for equation in self.program.equations if equation.operation in COLLAPSING)
        short, note = lines_of(self, identity)
        return Step(identity.target, of_identity(identity, loss) + note, (*lines, *short))

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.program)

    @cached_property
    def _matrix_explainer(self) -> MatrixExplainer:
        assert self.matrices is not None
        return MatrixExplainer(self.matrices)

    def _step(self, equation: Equation) -> Step:
        """In the layer view, an entry is explained as its matrix is."""
        if equation.target in self.equation_of_entry:
            explanation = self._matrix_explainer.explain(self.equation_of_entry[equation.target][1])
        else:
            explanation = self._explainer.explain(equation)
        lines, note = lines_of(self, equation)
        return Step(equation.target, explanation + note, lines)

    def _matrix_step(self, equation: Equation) -> Step:
        assert self.matrices is not None
        lines, note = lines_of_matrix(self, self.matrices, equation)
        return Step(equation.target, self._matrix_explainer.explain(equation) + note, lines)
