"""Running a notebook's cells as a kernel would, one after the other, and holding what they print against the proof.

The text is what `code` printed. Of an author it has names, each of which is an identifier, and names of samples in quotes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import zip_longest
from traceback import extract_tb
from typing import Any

from explainer.core.errors import PageError, Problem, RecordError
from explainer.derivation.agreement import AGREEMENT_OF_RUNS
from explainer.derivation.derivation import Derivation
from explainer.notebook.cell import Cell, Output
from explainer.notebook.code import DEFINED, kept_digits
from explainer.operations.record import WHERE

STOPPED = Cell("stopped", 0, "", "notebook.stopped", (), "")  # stands where float64 goes no further


def execute(cells: Sequence[Cell]) -> Iterator[str]:
    """What each cell prints, in one namespace. A warning of numpy is an error, as it would be on a page."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        printed = io.StringIO()
        with redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(cell.code, f"<{cell.section}>", "exec"), namespace)
        yield printed.getvalue()


def rehearse(derivation: Derivation, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Run all cells; they come back with what they printed, every number of which is as proven.

    Where float64 has no such numbers any more, the last one says so.

    Raises:
        RecordError: a record's Python is none.
        PageError: what a cell prints is not what the derivation says, or it breaks off.
    """
    results = execute(cells)
    problems: list[Problem] = []
    done: list[Cell] = []
    quantities = derivation.program.quantities
    for cell in cells:
        try:
            printed = next(results)
        except Exception as error:  # whatever a line of arithmetic may raise
            if cell.outputs and isinstance(error, (RuntimeWarning, ArithmeticError)):
                done.append(STOPPED)
                break
            found = f"{type(error).__name__}: {error}"
            if isinstance(error, (SyntaxError, NameError, AttributeError, TypeError)):  # no numbers of an author's do that
                raise _record_error(error, cell, cells) from None
            problems.append(_problem(derivation, cell, "", found, "code that runs from top to bottom"))
            break
        lines = printed.splitlines()
        wrong = dict(compared(derivation, cell, lines))
        references = [name for names in wrong for name in names.split()]
        if (
            wrong
            and any(name in quantities and name not in derivation.float64_errors for name in references)
            and all(any(name in quantities and name not in derivation.float64_errors for name in names.split()) for names in wrong)
        ):
            done.append(STOPPED)
            break
        problems += wrong.values()
        if not wrong:
            outputs = (Output(line, output.quantity) for line, output in zip(lines, cell.outputs, strict=True))
            done.append(replace(cell, outputs=tuple(outputs)))
    if problems:
        raise PageError(problems)
    return tuple(done)


def _record_error(error: Exception, cell: Cell, cells: Sequence[Cell]) -> RecordError:
    """A line that is no Python, or asks numpy for what it has not: in the notation of the function where it stands."""
    code = {f"<{item.section}>": item.code for item in (*cells, cell)}
    lines = [(frame.filename, frame.lineno, frame.name) for frame in extract_tb(error.__traceback__) if frame.filename in code]
    section, number, within = lines[-1] if lines else (f"<{cell.section}>", getattr(error, "lineno", 0), "")
    place = f"{within}.notation" if within in DEFINED else "notation"
    line = dict(enumerate(code[section].splitlines(), 1)).get(number or 0, "").strip()
    expected = "Python that runs, in `python` or `defined`"
    return RecordError(Problem(WHERE, place, f"{type(error).__name__}: {error}", expected, line))


def compared(derivation: Derivation, cell: Cell, lines: Sequence[str]) -> Iterator[tuple[str, Problem]]:
    """The lines of a cell's output that are not as they should be, by more than float64's own errors; by quantity."""
    for line, output in zip_longest(lines, cell.outputs):
        wanted = output or Output("")
        if line is None or not (_says(line, wanted) or _is_near(derivation, line, wanted)):
            expected = f"{wanted.text!r}, as proven" if wanted.quantity else repr(wanted.text)
            found = repr(line) if line is not None else "nothing"
            yield wanted.quantity, _problem(derivation, cell, wanted.quantity, found, expected)


def _says(line: str, wanted: Output) -> bool:
    """The same text, or the same numbers: float64 cannot know that -0.26900000000000004 is not -0.269 and wants a zero more."""
    if line == wanted.text or not wanted.quantity:
        return line == wanted.text
    pairs = _beside(line, wanted)
    return pairs is not None and all(printed == right for _, printed, right in pairs)


def _beside(line: str, wanted: Output) -> list[tuple[str, Decimal, Decimal]] | None:
    """The quantities of a line, each with the number that was printed and the right one; None if it says something else."""
    (before, printed), (right_before, right) = replace(wanted, text=line).split(), wanted.split()
    try:
        pairs = list(zip(wanted.quantities, map(Decimal, printed), map(Decimal, right), strict=True))
    except (InvalidOperation, ValueError):
        return None
    return pairs if before == right_before else None


def _is_near(derivation: Derivation, line: str, wanted: Output) -> bool:
    """Is each number as near to the proven value as float64 comes, such as 5.551e-17 to zero?"""
    pairs = _beside(line, wanted) if wanted.quantity else None
    return pairs is not None and all(printed == right or _is_close(derivation, name, printed) for name, printed, right in pairs)


def _is_close(derivation: Derivation, name: str, printed: Decimal) -> bool:
    """Half a unit of the last digit is rounding."""
    allowed = derivation.float64_errors.get(name)
    if derivation.run and name in derivation.run.values:
        allowed = _error_of_run(derivation, name)
    if allowed is None or not printed.is_finite():
        return False
    unit = Fraction(Decimal((0, (1,), printed.as_tuple().exponent)))  # type: ignore[arg-type]
    cut = Fraction(Decimal((0, (1,), printed.adjusted() - kept_digits(derivation.example.digits))))  # rounding twice
    return abs(Fraction(printed) - Fraction(derivation.value(name))) <= allowed + (unit + cut) / 2


def _error_of_run(derivation: Derivation, name: str) -> Fraction:
    """How far from a run's value Python may come: as far as the engine does, or all runs may."""
    assert derivation.run is not None
    value = derivation.value(name)
    return Fraction(max(2 * abs(derivation.run.values[name] - value), AGREEMENT_OF_RUNS * max(1.0, abs(value))))


def _problem(derivation: Derivation, cell: Cell, quantity: str, found: str, expected: str) -> Problem:
    name = f"cell {cell.section}" + (f" {cell.step}" if cell.step else "") + (f", {quantity}" if quantity else "")
    hint = "numbers for which float64 is exact enough, or fewer digits: digits = 4"
    return Problem(derivation.example.file, f"notebook, {name}", found, expected, hint)
