"""What people bring is judged: published numbers, by recomputing them, and solutions of the challenge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from explainer.authoring import catalogue, example, file_of, is_path, names_in
from explainer.core.disk import scratch, write
from explainer.core.errors import Attempts, InputError, Problem
from explainer.core.sources import text_of
from explainer.derivation.derivation import Derivation
from explainer.derivation.derive import derive
from explainer.examples.claims import Ledger, load_ledger, load_with_example
from explainer.examples.model import Example
from explainer.grading import files as challenge
from explainer.grading import published as checking
from explainer.grading.told import Finding, is_passed, said
from explainer.ledger import audit as ledgers
from explainer.ledger.audit import Audited
from explainer.ledger.chance import Chance, chances
from explainer.pages.blocks.ledger import as_text, odds_as_text, summary
from explainer.pages.plain import TerminalWriter
from explainer.pages.scribe import Scribe
from explainer.site.project import files_of, find_root

CHALLENGES = ("perceptron",)


def audit(what: str | Path = "", code: str = "", root: Path | None = None) -> tuple[list[Audited], str]:
    """Recompute the claims of one ledger (by name, or the path of its file), or of all; the verdicts, and in words.

    A ledger by path may name its example by the path of that one's file, or have the example in itself, and needs no project then.

    Raises:
        InputError: a ledger is wrong, or makes claims about what does not exist.
    """
    spoken = catalogue(code)
    audited, texts = list[Audited](), list[str]()
    for listed, derived, existing in _listed(str(what), root):
        audited.append(ledgers.audit(listed, derived, existing))
        texts.append(as_text(Scribe(spoken, TerminalWriter(), derived), audited[-1]))
    return audited, "\n".join([*texts, summary(Scribe(spoken, TerminalWriter(), {}), audited)])


def odds(what: str | Path = "", code: str = "", root: Path | None = None) -> tuple[dict[str, tuple[Chance, ...]], str]:
    """How many wrong numbers, drawn at random, get a cause in the examples of a ledger, or of all; and the same as a table.

    Raises:
        InputError: a ledger is wrong, or makes claims about what does not exist.
    """
    spoken = catalogue(code)
    found: dict[str, tuple[Chance, ...]] = {}
    for listed, derived, existing in _listed(str(what), root):
        ledgers.check(listed, derived, existing)
        found |= {derived[name].name: chances(derived[name]) for name in listed.examples if derived[name].name not in found}
    return found, odds_as_text(Scribe(spoken, TerminalWriter(), {}), found)


def _listed(name: str, root: Path | None) -> Iterator[tuple[Ledger, dict[str, Derivation], list[str]]]:
    """Ledgers with the derivations of their examples, and the names of those there are."""
    derived: dict[Path, Derivation] = {}
    if is_path(name):
        with suppress(InputError):  # a path may lead anywhere
            root = root or find_root(Path.cwd())
        paths = [Path(name)]
    else:
        root = root or find_root(Path.cwd())
        paths = [file_of(item, root, "ledger", "explainer audit mazur") for item in ([name] if name else names_in(root, "ledger"))]
    existing = names_in(root, "examples") if root else []
    attempts, loaded = Attempts(), list[tuple[Path, Ledger, Example | None]]()
    for path in paths:
        with attempts.one():
            file = str(path.relative_to(root)) if root and path.is_relative_to(root) else ""
            loaded.append((path, *(load_with_example(path, file) if is_path(name) else (load_ledger(path, file), None))))
    attempts.settle()
    for path, listed, own in loaded:
        found: dict[str, Derivation] = {}
        for item in listed.examples:
            file_of_example = _file_of(item, path, root, existing)
            if file_of_example is None:
                continue  # the audit says so, with the place
            if file_of_example not in derived:
                inside = own is not None and file_of_example == path
                derived[file_of_example] = derive(own if inside and own else example(str(file_of_example)))
            found[item] = derived[file_of_example]
        yield listed, found, existing


def _file_of(name: str, ledger: Path, root: Path | None, existing: Sequence[str]) -> Path | None:
    """The file of an example that a ledger names, by name or by the path from there; None if there is none."""
    if not is_path(name):
        return root / "docs" / "examples" / f"{name}.toml" if root and name in existing else None
    path = ledger.parent / name
    return path if path.is_file() else None


def grade(
    name: str, file: str | Path, code: str = "", root: Path | None = None, *, seconds: float | None = None
) -> tuple[list[Finding], bool, str]:
    """Judge a learner's solution of a challenge, in a process of its own: what is found, whether all is right, and in words.

    It does what the site's `check.py` does. The code can do there whatever its reader can, within the limits.

    Raises:
        InputError: there is no such challenge, or the file cannot be read.
    """
    from explainer.grading.process import LARGEST, SECONDS, command, unreadable, watched

    if name not in CHALLENGES:
        usage = "explainer grade perceptron mine.py"
        raise InputError(Problem("", "", f"no challenge {name!r}", f"one of {', '.join(CHALLENGES)}", usage))
    spoken, path, root = catalogue(code), Path(file), root or find_root(Path.cwd())
    text_of(path, str(file), "a solution", LARGEST, "explainer grade perceptron mine.py")
    if found := unreadable(path):
        raise InputError(Problem(str(file), "", found, "a notebook with cells of code", "explainer grade perceptron mine.ipynb"))
    programs = {each.name: text_of(each, each.relative_to(root).as_posix()) for each in files_of(root, "code", "py")}
    made = challenge.made(programs)
    if not made:
        expected = f"{challenge.SOURCE}, {challenge.PROGRAM} and {challenge.TRAINING}"
        raise InputError(Problem("docs/code", "", "no challenge", expected))
    sentences = checking.sentences(spoken)
    with scratch("explainer-") as folder:
        checker = folder / challenge.CHECKER
        write(checker, checking.checker(made, sentences).encode())
        findings = watched(command(str(checker), path, seconds or SECONDS), seconds or SECONDS)
    return findings, is_passed(findings), said(findings, sentences)
