"""The command line: a thin shell over the verbs."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TextIO

from explainer import cli_sets
from explainer.core.disk import in_words, naming
from explainer.core.endings import take_signals
from explainer.core.errors import ExplainerError, InputError, Problem
from explainer.core.text import FORMATS
from explainer.terminal import OUTPUT, bar, progress, say, warn

EXAMPLES = """examples:
  explainer build                        build the site in all languages into site/
  explainer build --lang ru --out /tmp/s build only the Russian one, somewhere else
  explainer build --draft --lang fi      the same while it is being translated: English stands in
  explainer serve                        build, serve, and rebuild when a source changes
  explainer show alice --lang ru         the worked example as Markdown
  explainer show mine.toml --format json an example file of your own, as data
  explainer show alice --format notebook the calculation as a Jupyter notebook
  explainer where alice dL/dw_1          one number: value, proof, and where it stands
  explainer train mazur                  a training run, with proven digits
  explainer data mnist                   obtain a data set, for: explainer train mnist
  explainer audit                        published numbers, recomputed
  explainer grade perceptron mine.py     a solution of the challenge, judged
  explainer new mine.toml                a commented example file to start from
  explainer derive                       bring the committed derivations up to date
  explainer check                        prove everything, check all pages, write nothing

exit status: 0 fine, 1 the content is wrong, 2 wrong usage or input"""

MANY = 5  # files that a note lists


def parser() -> argparse.ArgumentParser:
    executor = argparse.ArgumentParser(add_help=False)
    executor.add_argument(
        "--executor", default="", metavar="ENGINE", help="who works: dask:ADDRESS (default: processes of this machine)"
    )
    root = argparse.ArgumentParser(
        prog="explainer",
        description="Worked numerical examples of neural networks, with every number proven.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, example: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            parents=parents,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"example:\n  explainer {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=run)
        return sub

    build = command("build", _build, "build the site", "build --lang en --lang ru --out /tmp/site", executor)
    build.add_argument("--lang", action="append", default=[], metavar="CODE", help="only this language (may be repeated)")
    build.add_argument("--out", type=Path, metavar="DIR", help="where to put it (default: site/ in the project)")
    build.add_argument("--offline", action="store_true", help="a site that opens from its folder, without a web server")
    build.add_argument("--draft", action="store_true", help="in English, and marked, what is not translated or no longer")
    build.add_argument("--no-cache", action="store_true", help="do everything anew: neither use nor keep earlier work")

    serve = command("serve", _serve, "build the site, serve it, and rebuild it when a source changes", "serve --port 8000")
    serve.add_argument("--port", type=_port, default=8000, metavar="N", help="port on 127.0.0.1 (default: 8000)")
    serve.add_argument("--lang", action="append", default=[], metavar="CODE", help="only this language (may be repeated)")

    check = command("check", _check, "prove everything and check all pages, without writing", "check --no-cache", executor)
    check.add_argument("--no-cache", action="store_true", help="prove anew what a build has proven by the same code")

    derive = command("derive", _derive, "regenerate docs/derivations and print what changed", "derive alice", executor)
    derive.add_argument("examples", nargs="*", metavar="EXAMPLE", help="names under docs/examples (default: all)")
    derive.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")

    show = command("show", _show, "print a worked example", "show alice --lang ru --format markdown")
    show.add_argument("example", metavar="EXAMPLE", help="a name under docs/examples, or the path of an example file")
    show.add_argument("--lang", default="", metavar="CODE", help="language of the text (default: en)")
    show.add_argument("--format", choices=FORMATS, default=FORMATS[0])

    train = command("train", _train, "make the training run of an example and print what it records", "train mazur")
    train.add_argument("example", metavar="EXAMPLE", help="a name under docs/examples, or the path of an example file")
    only = "with a data set: "
    train.add_argument("--epochs", type=_epochs, default=0, metavar="N", help=f"{only}so many epochs (default: those of the file)")
    train.add_argument("--out", type=Path, metavar="FILE", help=f"{only}keep the weights in this safetensors file")
    train.add_argument(
        "--record", action="store_true", help=f"{only}write what the project keeps of the run: docs/records, docs/data"
    )

    data = command(
        "data", cli_sets.data, "obtain a data set, and keep it in the user's cache", "data mnist --from ~/Downloads/mnist"
    )
    data.add_argument("set", metavar="SET", help="which one: mnist")
    data.add_argument("--from", type=Path, dest="source", metavar="FOLDER", help="a folder with its files (default: the network)")

    audit = command("audit", _audit, "recompute published numbers, and say why those differ that do", "audit mazur")
    audit.add_argument("ledger", nargs="?", default="", metavar="FILE", help="a name under docs/ledger, or a path (default: all)")
    audit.add_argument("--lang", default="", metavar="CODE", help="language of the text (default: en)")
    audit.add_argument("--odds", action="store_true", help="instead, how many wrong numbers drawn at random would get a cause")

    grade = command("grade", _grade, "judge a solution of a challenge, and name its mistakes", "grade perceptron mine.py")
    grade.add_argument("challenge", metavar="CHALLENGE", help="which one: perceptron")
    grade.add_argument("file", metavar="FILE", help="a Python file or a notebook, made from the starter of the page")
    grade.add_argument("--lang", default="", metavar="CODE", help="language of the text (default: en)")

    where = command("where", _where, "say all that is known of one quantity", "where alice dL/dw_1")
    where.add_argument("example", metavar="EXAMPLE", help="a name under docs/examples, or the path of an example file")
    where.add_argument("name", metavar="NAME", help="the quantity's name, such as h_1, dL/dw_1 or w_1#1")

    new = command("new", _new, "write a commented example to start from", "new mine.toml")
    new.add_argument("name", metavar="NAME", help="a name, for a file under docs/examples, or the path of a new file")

    command("schema", _schema, "print the JSON Schema of example files, for editors", "schema > example.schema.json")

    stamp = command("stamp", _stamp, "declare a language's pages up to date with the English ones", "stamp ru")
    stamp.add_argument("lang", metavar="CODE")
    return root


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a port is a number from 1 to 65535, such as 8000")
    return int(text)


def _epochs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of epochs; such a number is 1 or more, such as 5")
    return int(text)


def _build(arguments: argparse.Namespace) -> int:
    from explainer import verbs

    out = verbs.build(
        None,
        arguments.lang,
        arguments.out,
        progress,
        cache=not arguments.no_cache,
        offline=arguments.offline,
        draft=arguments.draft,
        behind=_note_behind,
        workers=arguments.executor,
    )
    progress("")
    first = out / "index.html" if not arguments.lang or "en" in arguments.lang else out
    how = "in a browser" if arguments.offline else "through a web server, such as: explainer serve"
    say(f"The site is in {out}; open {first} {how}")
    return 0


def _note_behind(problems: Sequence[Problem]) -> None:
    """Why a draft is none of a site that can be released."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    if files:
        progress("")
        shown = ", ".join(files[:MANY]) + (f" and {len(files) - MANY} more" if len(files) > MANY else "")
        warn(f"note: not translated, or no longer: something in {shown}; explainer check says what, and here it is in English")


def _serve(arguments: argparse.Namespace) -> int:
    from explainer.serve import serve

    return serve(arguments.port, progress, arguments.lang)


def _check(arguments: argparse.Namespace) -> int:
    from explainer import verbs

    anew: list[str] = []

    def told(text: str) -> None:
        progress(text)
        anew.extend([text] if text.startswith("proving ") else [])

    plan = verbs.check(None, told, cache=not arguments.no_cache, workers=arguments.executor)
    progress("")
    before = len(plan.proofs) - len(anew)
    proven = f"{len(plan.proofs)} examples proven" + (f" ({before} of them earlier, by this very code)" if before else "")
    pages = sum(len(edition.pages) for edition in plan.editions)
    numbers = sum(len(page.page.occurrences) for edition in plan.editions for page in edition.pages.values())
    say(f"All is well: {proven}, {numbers} numbers on {pages} pages in {len(plan.editions)} languages.")
    return 0


def _derive(arguments: argparse.Namespace) -> int:
    from explainer import verbs

    changes = verbs.regenerate(None, arguments.examples, check=arguments.check, progress=progress, workers=arguments.executor)
    progress("")
    for change in changes:
        say(f"{change.example}: {change.name}: {change.old} → {change.new}")
    say(f"{len(changes)} changed" if changes else "Nothing has changed.")
    return 1 if arguments.check and changes else 0


def _show(arguments: argparse.Namespace) -> int:
    from explainer import authoring

    if arguments.lang:
        authoring.language(arguments.lang)
    example = authoring.example(arguments.example)  # a file that is wrong is refused before what works it out is loaded
    if not example.is_worked_out:
        return cli_sets.show(example, arguments.format)
    from explainer import verbs

    found = verbs.derive(example)
    say(verbs.show(found, arguments.format, arguments.lang), end="")
    for name in found.proof.kinks:
        operation = found.program.equation_of[name].operation
        where = f"{found.example.file}: {name}"
        warn(f"note: {where}: exactly at the kink of {operation}; its slope is taken from the left by convention")
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from explainer import authoring

    example = authoring.example(arguments.example)
    if not example.is_worked_out:
        return cli_sets.train(example, arguments.epochs, arguments.out, record=arguments.record)
    if given := [name for name in ("epochs", "out", "record") if getattr(arguments, name)]:
        found = f"--{given[0]} with an example that has no data set"
        raise InputError(Problem(example.file, "", found, "an example with a data set", f"explainer train mnist --{given[0]}"))
    from explainer import verbs
    from explainer.core.names import after, at_epoch

    def told(epoch: int, epochs: int) -> None:
        progress(f"{bar(epoch, epochs)} epoch {epoch} of {epochs}")

    run = verbs.train(example, told)
    progress("")
    names = dict.fromkeys(after(name, 0) for name in run.enclosures)
    columns = [[name, *(run.shown[at_epoch(name, epoch)].text for epoch in run.schedule.record)] for name in names]
    table = [["epoch", *map(str, run.schedule.record)], *columns]
    widths = [max(map(len, column)) for column in table]
    for row in zip(*table, strict=True):
        say("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    say(f"Every digit is proven, with {run.bits} bits.")
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from explainer import judging

    _, text = (judging.odds if arguments.odds else judging.audit)(arguments.ledger, arguments.lang)
    say(text)
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    from explainer import judging

    _, is_passed, text = judging.grade(arguments.challenge, arguments.file, arguments.lang)
    say(text)
    return 0 if is_passed else 1


def _where(arguments: argparse.Namespace) -> int:
    from explainer import verbs

    found = verbs.where(arguments.example, arguments.name)
    say(f"{found.name}")
    say(f"  value       {found.value!r}")
    say(f"  shown       {found.shown} ({found.provenance})")
    say(f"  bounds      {' … '.join(found.bounds)}")
    say(f"  equation    {found.equation or '(none)'}")
    say(f"  proof       {found.proof}")
    for index, place in enumerate(found.places):
        say(f"  {'stands in' if not index else '':11} {place}")
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from explainer import authoring

    path = authoring.new(arguments.name)
    say(f"{path} is written; see it worked out with: explainer show {path}")
    return 0


def _schema(_: argparse.Namespace) -> int:
    from explainer import authoring

    say(authoring.schema(), end="")
    return 0


def _stamp(arguments: argparse.Namespace) -> int:
    from explainer import verbs

    for path in verbs.stamp(arguments.lang):
        say(str(path))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status. Without arguments it is *the* command: the signals are its own as well."""
    if argv is None:
        take_signals()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that cannot show a letter gets its code
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(argv)
    except ExplainerError as error:
        progress("")
        count = len(error.problems)
        warn(f"{error}\n{count} problem{'' if count == 1 else 's'}; nothing was written.")
        return 2 if isinstance(error, InputError) else 1
    except BrokenPipeError:  # who read the output has had enough of it
        _close_output()
        return 0
    except OSError as error:
        progress("")
        if error.filename == OUTPUT:
            _close_output()
        warn(in_words(error))
        return 2


def _run(argv: Sequence[str] | None) -> int:
    """Run a command, and write what it prints in one piece: here alone standard output may be full, or have no reader left."""
    output, stdout = io.StringIO(), sys.stdout
    try:
        with redirect_stdout(output):
            arguments = parser().parse_args(argv)
            if arguments.run in (_show, _schema):
                _for_documents(stdout)
            status: int = arguments.run(arguments)
            return status
    finally:
        with naming(OUTPUT):
            print(output.getvalue(), end="", flush=True)


def _for_documents(stdout: TextIO) -> None:
    """In a file a document is UTF-8, whatever is usual where it is written: another program reads it, and JSON is nothing else."""
    if isinstance(stdout, io.TextIOWrapper) and not stdout.isatty() and "PYTHONIOENCODING" not in os.environ:
        stdout.reconfigure(encoding="utf-8")


def _close_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
