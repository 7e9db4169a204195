"""The cells of an example that is worked out layer by layer: a line for each matrix, as its page has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from explainer.core.program import MOVING, PARAMETERS, PARTIALS, Equation, Kind
from explainer.derivation.derivation import Derivation
from explainer.derivation.matrix_formulas import is_of_losses
from explainer.notebook import code
from explainer.notebook.cell import Cell, Output, expected_text
from explainer.notebook.names import identifiers
from explainer.operations.expression import Symbol, formula
from explainer.operations.matrices import MATRIX_OPERATIONS, LayerProgram, is_entrywise
from explainer.pages.formula import write

# Lines of numpy by operation, over the operands.
_LINES: Mapping[str, str] = {
    "product_transposed": "{0} @ {1}.T",
    "transposed_product": "{0}.T @ {1}",
    "row_sums": "{0}.sum(axis=1, keepdims=True)",
    "total": "{0}.sum(keepdims=True)",
    "softmax": "softmax({0})",
    "softmax_pull": "{1} * ({0} - ({0} * {1}).sum(axis=0))",
    "mean": "{0}.mean()",
    "sum": "{0}.sum()",
}
_FORWARD = (Kind.INPUT, Kind.PREACTIVATION, Kind.HIDDEN, Kind.OUTPUT, Kind.LOSS)


def entries_apart(derivation: Derivation, layers: LayerProgram) -> list[str]:
    """Lines that give each entry of the parameters a name, and of what an optimiser keeps: a training run goes by these."""
    own = [name for name in layers.given if layers.quantities[name].kind in {*PARAMETERS, *MOVING}]
    names = identifiers(layers.quantities, derivation.example.steps)
    lines = []
    for name in own:
        entries = identifiers([entry for row in layers.entries_of(name) for entry in row], 1).values()
        lines.append(code.wrapped("(", f"{', '.join(entries)},", f") = {names[name]}.flat"))
    return lines


class MatrixSections:
    """The cells between the tools and the training run."""

    def __init__(self, derivation: Derivation, layers: LayerProgram) -> None:
        self.derivation, self.layers = derivation, layers
        self.names = identifiers(layers.quantities, derivation.example.steps)
        self.entries = {entry: place for name in layers.quantities for entry, place in self._entries(name)}
        self.float64 = {equation.target: equation for equation in derivation.float64_equations}

    def all(self) -> Iterator[Cell]:
        yield Cell("given", 0, "heading.given", "notebook.given", (), self.given())
        yield from self.of("forward", 0, "heading.forward", "notebook.layers.forward", _FORWARD)
        for step in range(max(self.derivation.example.steps, bool(self.layers.losses))):
            yield from self.of("partials", step, "heading.partials", "notebook.layers.backward", tuple(PARTIALS))
            yield from self.of("update", step, "heading.update", "notebook.update", (*PARAMETERS, *MOVING), after=1)
            yield from self.of("after", step + 1, "heading.after", "notebook.after", _FORWARD)

    def given(self) -> str:
        """The given matrices, each after what it is called; numbers as numbers."""
        blocks: dict[Kind, list[str]] = {}
        for name, matrix in self.layers.given.items():
            quantity = self.layers.quantities[name]
            rows = [list(map(code.literal, row)) for row in matrix]
            lines = self._array(name, rows) if quantity.shape else [f"{self.names[name]} = {rows[0][0]}"]
            blocks.setdefault(quantity.kind, []).extend(lines)
        return "\n\n".join("\n".join(lines) for lines in blocks.values())

    def of(self, section: str, step: int, heading: str, sentence: str, kinds: Iterable[Kind], after: int = 0) -> Iterator[Cell]:
        """The cell that computes the matrices of these kinds and prints them, if there are any."""
        wanted = set(kinds)
        equations = [
            equation
            for equation in self.layers.equations
            if self.layers.quantities[equation.target].kind in wanted
            and self.layers.quantities[equation.target].step == step + after
        ]
        if not equations:
            return
        targets = tuple(equation.target for equation in equations)
        lines = [line for equation in equations for line in self.statement(equation)]
        text = "\n".join(lines) + "\n\n" + code.shown(self.names[name] for name in targets)
        yield Cell(section, step, heading, sentence, targets, text, tuple(line for name in targets for line in self.printed(name)))

    # --- lines of code

    def statement(self, equation: Equation) -> list[str]:
        """A matrix equation printed as Python: as a whole where numpy can, or else entry by entry."""
        own = [entry for row in self.layers.entries_of(equation.target) for entry in row]
        whole = "" if any(entry in self.derivation.stable_forms for entry in own) else self._whole(equation)
        if whole:
            return [code.wrapped(f"{self.names[equation.target]} = ", whole)]
        if not self.layers.quantities[equation.target].shape:
            return [code.wrapped(f"{self.names[equation.target]} = ", self._entry(own[0]))]
        return self._array(equation.target, [list(map(self._entry, row)) for row in self.layers.entries_of(equation.target)])

    def _whole(self, equation: Equation) -> str:
        operands = [self.names[name] for name in equation.operands]
        if equation.operation == "affine":
            return f"{operands[0]} @ {' + '.join(operands[1:])}"
        if equation.operation in _LINES:
            return _LINES[equation.operation].format(*operands)
        shapes = [self.layers.shape(name) for name in equation.operands]
        of_one_row = is_of_losses(equation) and all(rows == 1 for rows, _ in shapes)
        if not (is_entrywise(equation.operation) or of_one_row):
            return ""
        entry = MATRIX_OPERATIONS[equation.operation].entry(1, 1, shapes, equation.static)
        names = [operands[index] for index, _, _ in entry.places]
        own = Equation(equation.target, entry.operation, tuple(names), entry.static)
        text = write(formula(own, list(map(Symbol, names))), code.STYLE)
        if any(re.search(rf"\b{name}\b", text) for name in names):
            return text
        return f"np.full({self.layers.shape(equation.target)}, {text})"  # a slope that is the same everywhere

    def _entry(self, name: str) -> str:
        equation = self.float64[name]
        return write(formula(equation, [Symbol(self.entries[operand]) for operand in equation.operands]), code.STYLE)

    def _entries(self, name: str) -> Iterator[tuple[str, str]]:
        """The names of a matrix's entries, and where they stand in Python, which counts from zero."""
        whole, is_number = self.names[name], not self.layers.quantities[name].shape
        for row, column in self.layers.places(name):
            yield self.layers.entry(name, row, column), whole if is_number else f"{whole}[{row - 1}, {column - 1}]"

    def _array(self, name: str, rows: Sequence[Sequence[str]]) -> list[str]:
        """An array: in one line, or a row on each, or an entry on each."""
        lists = [f"[{', '.join(row)}]" for row in rows]
        line = f"{self.names[name]} = np.array([{', '.join(lists)}])"
        if len(line) <= code.WIDTH:
            return [line]
        body = [f"    {text}," for text in lists]
        if any(len(text) > code.WIDTH for text in body):
            body = [line for row in rows for line in ("    [", *(f"        {entry}," for entry in row), "    ],")]
        return [f"{self.names[name]} = np.array([", *body, "])"]

    # --- what they print

    def printed(self, name: str) -> Iterator[Output]:
        """A matrix as the helper prints it: row by row, its columns one below the other."""
        rows = self.layers.entries_of(name)
        texts = [[expected_text(self.derivation, entry) for entry in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        before = f"{self.names[name]} = "
        for row, text in zip(rows, texts, strict=True):
            numbers = "  ".join(number.rjust(width) for number, width in zip(text, widths, strict=True))
            yield Output(before + numbers, " ".join(row))
            before = " " * len(before)
