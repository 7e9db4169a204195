"""The learner's code in a process of its own: limits on time, output and memory, and whatever it does is reported."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import numpy as np

from explainer.grading.layer import judged_layer
from explainer.grading.learner import Learner, Unreadable, called, line_of, source_of
from explainer.grading.loop import Printed, judged_loop
from explainer.grading.told import Finding, filled, is_passed, loaded, said

SECONDS = 30
MEMORY = 2**31  # bytes
MOST_OUTPUT = 2**20  # bytes that come by other ways than print
LARGEST = 2**20  # bytes of a learner's file
TRAINED = 10  # epochs of the training that is compared


# --- in the process of the learner


def judged(source: str, files: Mapping[str, str], epochs: int = TRAINED) -> Iterator[Finding]:
    """All that there is to find in a learner's code, which at last trains for some epochs. It is run here, without any limit."""
    yield Finding("stage", "file")
    try:
        learner = Learner(source, files["helpers.py"], files["solution.py"])
    except Unreadable as error:
        yield Finding("file", "error.syntax", error.line, line_of(source, error.line), {"error": str(error)})
        return
    learner.prepare()
    reference: dict[str, Any] = {"__name__": "solution"}
    exec(compile(files["solution.py"], "<solution>", "exec"), reference)
    with redirect_stdout(Printed()):
        space, trouble = learner.defined(frozenset(), whole=True)
    if trouble is not None:
        yield trouble.at("file", learner.source)
        return
    if missing := [name for name in ("Layer", "Perceptron") if not isinstance(space.get(name), type)]:
        yield Finding("file", "error.missing", values={"name": missing[0]})
        return
    found = list[Finding]()
    for stage, judge in (("backward", judged_layer), ("fit", lambda each: judged_loop(each, reference))):
        yield Finding("stage", stage)
        with redirect_stdout(Printed()):
            told = list(judge(learner))
        found += told
        yield from told
    if all(finding.key not in ("open", "unseen") and not finding.key.startswith("error") for finding in found):
        yield Finding("stage", "training")
        yield from _training(learner, reference, epochs)


def _training(learner: Learner, reference: Mapping[str, Any], epochs: int) -> Iterator[Finding]:
    """The learner's own network, trained for some epochs as the page does it."""
    data = sys.modules["helpers"].__dict__

    def fit(space: Mapping[str, Any]) -> Any:
        with redirect_stdout(Printed()), np.errstate(all="ignore"):
            network = space["Perceptron"]([2, 6, 6, 1], seed=1)
            history = network.fit(data["X_train"].copy(), data["y_train"].copy(), epochs, 0.01)
            right = (network.predict(data["X_test"]) > 0.5) == data["y_test"]
        return np.asarray(history, float), float(np.mean(right))

    wanted, _ = fit(reference)
    space, _ = learner.defined(frozenset())
    call = called(lambda: fit(space))
    if call.trouble is not None:
        yield call.trouble.at("training", learner.source)
        return
    history, right = call.result
    if history.shape == wanted.shape and np.allclose(history, wanted, rtol=1e-6):
        yield Finding("training", "training.same")
    elif history.shape == wanted.shape and np.isfinite(history).all() and 0 < history[-1] < 0.6 * history[0] and right > 0.8:
        yield Finding("training", "training.falls")
    elif history.shape == wanted.shape:
        first, last = (f"{value:.3f}" for value in (history[0], history[-1]))
        values = {"first": first, "last": last, "wanted_first": f"{wanted[0]:.3f}", "wanted_last": f"{wanted[-1]:.3f}"}
        yield Finding("training", "training.other", values=values)
    else:
        yield Finding("training", "training.unseen")


def child(file: Path, out: Path, files: Mapping[str, str], seconds: float) -> None:
    """Judge a file and write down each finding at once, so that what was found is there however this process ends."""
    watchdog = threading.Timer(seconds + 5, os._exit, (1,))  # should nobody be left to end it
    watchdog.daemon = True
    watchdog.start()
    sys.path.insert(0, str(file.absolute().parent))
    with open(out, "w", encoding="utf-8") as stream:

        def tell(finding: Finding) -> None:
            stream.write(finding.dumped() + "\n")
            stream.flush()

        if not _limited():
            tell(Finding("file", "note.memory"))
        for finding in judged(source_of(file), files):
            tell(finding)
        tell(Finding("stage", "done"))
    os._exit(0)  # not waiting for threads of the learner's


def _limited() -> bool:
    """Limit the memory of this process, where the system has that."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return True
    except (ImportError, OSError, ValueError):
        return False


# --- in the process of the reader


def watched(command: Sequence[str], seconds: float = SECONDS) -> list[Finding]:
    """Run a process that judges, to which the name of a file for its findings is added; end it if it goes too far."""
    with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as folder:
        out = Path(folder, "findings")
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            [*command, str(out)],
            cwd=folder,
            env={**os.environ, **alone},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
        printed = [b""]
        count = [0]

        def read() -> None:
            assert process.stdout is not None
            with suppress(OSError, ValueError):
                while piece := os.read(process.stdout.fileno(), 2**16):
                    count[0] += len(piece)
                    printed[0] = (printed[0] + piece)[-2000:]
                    if count[0] > MOST_OUTPUT:
                        _end(process)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        late = False
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            _end(process)
            process.wait()
            reader.join(5)
            if process.stdout is not None and not reader.is_alive():
                process.stdout.close()
        lines = out.read_text(encoding="utf-8", errors="replace").splitlines() if out.exists() else []
    told = [finding for line in lines if (finding := loaded(line)) is not None]
    stages = [finding.key for finding in told if finding.place == "stage"]
    found = [finding for finding in told if finding.place != "stage"]
    if "done" in stages:
        return found
    place = stages[-1] if stages else "file"
    if late:
        found.append(Finding(place, "limit.time", values={"seconds": f"{seconds:g}"}))
    elif count[0] > MOST_OUTPUT:
        found.append(Finding(place, "limit.output"))
    else:
        last = printed[0].decode("utf-8", "replace").strip().splitlines()
        found.append(
            Finding(place, "limit.ended", values={"status": str(process.returncode), "last": last[-1][:300] if last else "-"})
        )
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and where the system lets us, all that it has started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, 9)
        else:
            process.kill()


def run(arguments: Sequence[str], sentences: Mapping[str, str], files: Mapping[str, str]) -> int:
    """`check.py FILE`: say what is found. The exit status is 0 if all is right, 1 if not, and 2 without a file that can be read."""
    if arguments[:1] == ["--child"]:
        child(Path(arguments[1]), Path(arguments[3]), files, float(arguments[2]))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if len(arguments) != 1:
        print(sentences["usage"], file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if problem := unreadable(path):
        words = filled(sentences["unreadable"], {"problem": problem})
        print(filled(sentences["at"], {"place": str(path), "words": words}), file=sys.stderr)
        return 2
    findings = watched(command(str(Path(__file__).absolute()), path))
    print(said(findings, sentences))
    return 0 if is_passed(findings) else 1


def unreadable(path: Path) -> str:
    """Why a file cannot be judged at all; "" if it can."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return os.strerror(errno.EISDIR if path.is_dir() else errno.EINVAL)
        if status.st_size > LARGEST:
            return f"{status.st_size:,} > {LARGEST:,}"
        source_of(path)
    except OSError as error:
        return error.strerror or type(error).__name__
    except (ValueError, KeyError, TypeError) as error:
        return str(error) or type(error).__name__
    return ""


def command(checker: str, path: Path, seconds: float = SECONDS) -> list[str]:
    """What is run to judge a file."""
    return [sys.executable, "-B", checker, "--child", str(path.absolute()), f"{seconds:g}"]
