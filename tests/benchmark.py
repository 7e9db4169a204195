"""Speeds, as ratios against a named peer in the same run: `make bench`.

Nothing here passes or fails; the figures to reach stand beside what was measured.
"""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import explainer
from explainer.compose.compose import compose
from explainer.compose.schedule import schedule
from explainer.examples.load import parse
from explainer.examples.model import Example, NetworkExample, Training
from explainer.proof.rules import rule_faults
from explainer.proof.runs import enclosures
from explainer.proof.symbolic import prove
from explainer.values import engine
from tests import ROOT, browsing, epochs
from tests.conftest import ARGUMENTS, copy_project
from tests.dask import cluster
from tests.live.dragging import EPOCHS, drag_steps
from tests.networks import example, example_text
from tests.strangers import strangers
from tests.trees import read_tree

REPEATS = 5
RATE = 0.1


def best(run: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def proof(chosen: Example) -> tuple[float, float]:
    """The first proof in this process after import, and the best of the next ones; rules are proven anew each time."""
    program = compose(chosen)

    def run() -> None:
        rule_faults.cache_clear()
        assert prove(program, chosen)[1] == ()

    return best(run, 1), best(run)


def measured(run: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> tuple[float, float]:
    """The best of three of what other processes do, by the clock and by the seconds of processors.

    Other work on the machine does not change the latter, nor does it matter how many processors a command uses at once.
    """
    found = []
    for _ in range(3):
        prepare()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock = best(run, 1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append((clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return min(clock for clock, _ in found), min(work for _, work in found)


def row(what: str, figure: str, aim: str) -> None:
    print(f"{what:60} {figure:>22}   aim: {aim}", flush=True)


def proofs() -> None:
    for name, chosen, aim in (
        ("Alice (9 parameters), all totals", explainer.example("alice", ROOT), "at most 0.2 s"),
        ("4-8-4-1 (81 parameters), all totals", example((4, 8, 4, 1)), "at most 1 s"),
        ("20-30-10-2 (962 parameters), modulo a prime", example((20, 30, 10, 2)), "(none)"),
    ):
        first, warm = proof(chosen)
        row(f"proof of {name}", f"{first:.3f} s, warm {warm:.3f} s", aim)


def command(*words: str, cwd: Path = ROOT) -> None:
    subprocess.run([sys.executable, "-m", *words], cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# --- training: imports, data and models are made before the clock starts, on either side


def numpy_epochs(chosen: NetworkExample, epochs: int) -> Callable[[], None]:
    """A 2-2-1 sigmoid network, one sample at a time, as tutorials write it: vectors in numpy, a loop in Python."""
    inputs, targets = data_of(chosen)
    start, start_b = np.array(chosen.weights, dtype=float), np.array(chosen.biases, dtype=float)

    def run() -> None:
        w, b = start.copy(), start_b.copy()
        hidden, hidden_bias, output, output_bias = w[:4].reshape(2, 2), b[:2], w[4:], b[2]
        for _ in range(epochs):
            for x, y in zip(inputs, targets, strict=True):
                h = 1 / (1 + np.exp(-(hidden @ x + hidden_bias)))
                o = 1 / (1 + np.exp(-(output @ h + output_bias)))
                d_o = -2 * (y - o) * o * (1 - o)
                d_h = d_o * output * h * (1 - h)
                output -= RATE * d_o * h
                output_bias -= RATE * d_o
                hidden -= RATE * np.outer(d_h, x)
                hidden_bias -= RATE * d_h

    return run


def torch_epochs(torch: Any, chosen: NetworkExample, epochs: int) -> Callable[[], None]:
    """The same with autograd and torch.optim.SGD."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1), torch.nn.Sigmoid()).double()
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    inputs, targets = (torch.tensor(values) for values in data_of(chosen))

    def run() -> None:
        for _ in range(epochs):
            for x, y in zip(inputs, targets, strict=True):
                optimiser.zero_grad()
                ((y - model(x)) ** 2).sum().backward()
                optimiser.step()

    return run


def torch_or_none() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError:
        return None


@contextmanager
def threads(torch: Any, count: int) -> Iterator[None]:
    """PyTorch with so many threads."""
    usual = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def thread_counts(torch: Any) -> list[int]:
    """One, which suits so small a network, and what PyTorch takes by itself, if that is another."""
    return sorted({1, torch.get_num_threads()})


def data_of(chosen: NetworkExample) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.array([sample.raw for sample in chosen.data.samples], dtype=float) - np.array(chosen.data.shift, dtype=float)
    return inputs, np.array([sample.target[0] for sample in chosen.data.samples], dtype=float)


def runs() -> None:
    """Alice's thousand epochs over four people, one at a time; and Mazur's ten thousand rounds in balls."""
    alice, epochs = explainer.example("alice", ROOT), 1000
    assert isinstance(alice, NetworkExample)
    training = Training(Decimal(str(RATE)), epochs=epochs, record=(epochs,), batch=1)
    plan = schedule(replace(alice, training=training))
    ours = best(lambda: engine.train(plan))
    peer = best(numpy_epochs(alice, epochs), 3)
    row("Alice, 1000 epochs: numpy loop against our engine", f"{peer:.3f} s / {ours:.4f} s = {peer / ours:.0f}", "at least 5")
    torch = torch_or_none()
    for count in thread_counts(torch) if torch else ():
        with threads(torch, count):
            peer = best(torch_epochs(torch, alice, epochs), 3)
        what = f"Alice, 1000 epochs: PyTorch, {count} thread{'' if count == 1 else 's'}, against ours"
        row(what, f"{peer:.3f} s / {ours:.4f} s = {peer / ours:.0f}", "(none)")
    balls = best(lambda: enclosures(plan, alice.digits), 3)
    row("Alice, 1000 epochs: proven digits against the engine", f"{balls:.3f} s / {ours:.4f} s = {balls / ours:.0f}", "(none)")
    mazur = explainer.example("mazur", ROOT)
    assert isinstance(mazur, NetworkExample)
    long = schedule(mazur)
    row("Mazur, 10000 rounds with proven digits", f"{best(lambda: enclosures(long, 9), 3):.3f} s", "(none)")


def teaching() -> None:
    """The page's `Perceptron.fit`, one sample at a time, against the same loop in PyTorch; both keep each sample's loss."""
    torch = torch_or_none()
    if not torch:
        return
    sys.path.insert(0, str(ROOT / "docs" / "code"))
    perceptron = importlib.import_module("perceptron")
    points, labels = perceptron.rings(200, seed=0)
    model = perceptron.Perceptron([2, 6, 6, 1], seed=1)

    def ours() -> None:
        with redirect_stdout(StringIO()):
            model.fit(points, labels, epochs=2, learning_rate=0.01)

    parts = [torch.nn.Linear(2, 6), torch.nn.ReLU(), torch.nn.Linear(6, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1)]
    twin, entropy = torch.nn.Sequential(*parts).double(), torch.nn.BCEWithLogitsLoss()
    optimiser = torch.optim.SGD(twin.parameters(), lr=0.01)
    inputs, targets = torch.tensor(points), torch.tensor(labels).double().reshape(-1, 1)

    def peer() -> None:
        losses = []
        for _ in range(2):
            for i in torch.randperm(len(inputs)):
                optimiser.zero_grad()
                loss = entropy(twin(inputs[i]), targets[i])
                losses.append(loss.item())
                loss.backward()
                optimiser.step()

    own = best(ours, 3)
    for count in thread_counts(torch):
        with threads(torch, count):
            slow = best(peer, 3)
        what = f"Perceptron.fit, 2 epochs: PyTorch, {count} thread{'' if count == 1 else 's'}, against numpy"
        row(what, f"{slow:.3f} s / {own:.3f} s = {slow / own:.1f}", "(none)")


def derivations() -> None:
    """Of the random examples of the tests, the slowest to derive, by the number of entries of its program."""
    times, failed = list[tuple[float, int, str]](), 0
    files = strangers()

    def derive(name: str) -> int:
        return len(explainer.derive(parse(files[name], name=name)).program.quantities)

    for name in files:
        try:
            derive(name)  # what is proven once for all examples, rules above all, is not this one's work
            start = time.perf_counter()
            entries = derive(name)
        except Exception:  # whatever it is, the tests tell it
            failed += 1
        else:
            times.append((time.perf_counter() - start, entries, name))
    for least, most, aim in ((0, 120, "at most 1 s"), (121, 600, "at most 3 s"), (601, sys.maxsize, "(none)")):
        among = [item for item in times if least <= item[1] <= most]
        if among:
            _, entries, slowest = max(among)
            row(
                f"derive, slowest of {len(among)} random examples",
                f"{best(partial(derive, slowest), 3):.2f} s, {entries} entries",
                aim,
            )
    row("    random examples that could not be derived", str(failed), "0")


def builds() -> None:
    """A cold build of the whole site against `mkdocs build` over the same finished pages.

    Plain mkdocs does one language after the other, ours several side by side; so the seconds of processors are told as well.
    """
    out = ROOT / "build" / "benchmark"

    def cold() -> None:
        shutil.rmtree(ROOT / "build" / "work-benchmark", ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        command("explainer", "build", "--no-cache", "--out", str(out))

    def plain() -> None:
        for config in sorted((ROOT / "build" / "work-benchmark").glob("mkdocs.*.yml")):
            command("mkdocs", "build", "--quiet", "-f", str(config), "-d", str(out / config.stem))

    ours, ours_work = measured(cold)
    peer, peer_work = measured(plain)
    shutil.rmtree(out, ignore_errors=True)
    what = "cold build of the site against plain mkdocs build"
    row(what, f"{ours:.1f} s / {peer:.1f} s = {ours / peer:.2f}", "at most 1.5")
    row("    the same in seconds of processors", f"{ours_work:.1f} s / {peer_work:.1f} s = {ours_work / peer_work:.2f}", "(none)")


def notebooks() -> None:
    """Notebook pages our way (cells run by us, pages by mkdocs-jupyter without a kernel) against mkdocs-jupyter's own way."""
    folder = ROOT / "build" / "benchmark-notebooks"
    shutil.rmtree(folder, ignore_errors=True)
    found = {name: explainer.derive(explainer.example(name, ROOT)) for name in ("alice", "neuron", "feedforward", "training")}
    texts: dict[str, str] = {}

    def make() -> None:
        texts.update({name: explainer.show(derivation, "notebook") for name, derivation in found.items()})

    def site(name: str, *, execute: bool) -> str:
        config = {
            "site_name": "notebooks",
            "docs_dir": str(folder / "docs"),
            "site_dir": str(folder / name),
            "plugins": [{"mkdocs-jupyter": {"execute": execute, "allow_errors": False, "cache": False}}],
        }
        path = folder / f"{name}.yml"
        path.write_text(json.dumps(config), encoding="utf-8")
        return str(path)

    make()
    (folder / "docs").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "docs" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    ours, theirs = site("ours", execute=False), site("theirs", execute=True)
    running = best(make, 3)
    pages = best(lambda: command("mkdocs", "build", "--quiet", "-f", ours), 3)
    peer = best(lambda: command("mkdocs", "build", "--quiet", "-f", theirs), 3)
    shutil.rmtree(folder)
    figures = f"{running + pages:.1f} s / {peer:.1f} s = {(running + pages) / peer:.2f}"
    row("4 notebook pages against mkdocs-jupyter with execute: true", figures, "(none)")


def changed_numbers() -> None:
    """Pages whose numbers a reader drags, in Chromium; and a training in the page by its own list."""
    chromium = shutil.which("chromium")
    if not chromium or not importlib.util.find_spec("playwright"):
        row("numbers dragged on a page", "needs Chromium and playwright", "(none)")
        return
    from playwright.sync_api import sync_playwright

    alice = explainer.example("alice", ROOT)
    assert isinstance(alice, NetworkExample)
    text = example_text((2, 6, 6, 1), activation=("relu", "relu", "sigmoid"), loss="binary_cross_entropy")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = copy_project(Path(folder) / "project")
        (root / "docs" / "examples" / "two-six-six-one.toml").write_text(text, encoding="utf-8")
        command("explainer", "build", "--lang", "en", "--out", str(root / "site"), cwd=root)
        with browsing.served(root / "site", browsing.WithoutWords) as origin:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for name, what, aim in (
                ("alice", "Alice's page", "at most 4 ms"),
                ("mazur", "Mazur's page", "(none)"),
                ("two-six-six-one", "page of a 2-6-6-1 network", "at most 8 ms"),
            ):
                page = browser.new_page(viewport=browsing.WIDE)
                page.goto(f"{origin}{name}/")
                page.locator(".ex-change").click()
                found = drag_steps(page, "w_1")
                figure = f"median {sorted(found)[len(found) // 2]:.1f}, worst {max(found):.1f} ms"
                row(f"a step of a drag, {what}, at {len(found)} places of it", figure, aim)
                row(
                    "    its scripts for this, and its list, compressed",
                    f"{live_bytes(page, root / 'site') / 1000:.1f} kB",
                    "25 kB",
                )
                if name == "alice":
                    inputs, targets = data_of(alice)
                    samples = [[*map(float, values), float(target)] for values, target in zip(inputs, targets, strict=True)]
                    ours = page.evaluate(EPOCHS, [1000, samples])[0] / 1000
                    peer = best(numpy_epochs(alice, 1000), 3)
                    row(
                        "Alice, 1000 epochs: numpy loop against the page",
                        f"{peer:.3f} s / {ours:.4f} s = {peer / ours:.1f}",
                        "more than 1",
                    )
                page.close()
            browser.close()


def live_bytes(page: Any, site: Path) -> int:
    """What a page loads because its numbers can be changed."""
    data = page.evaluate("() => document.querySelector('[data-live]').dataset.live")
    loaded = page.evaluate("() => [...document.scripts].map((each) => each.src.split('/').pop())")
    scripts = [
        site / "assets" / "javascripts" / name for name in ("numbers.js", "live.js", "steps.js", "where.js") if name in loaded
    ]
    return sum(len(gzip.compress(part, mtime=0)) for part in (data.encode(), *(script.read_bytes() for script in scripts)))


def growth() -> None:
    """Cold builds of the whole site with more and more examples: time, and memory by far the largest process and by all."""
    with tempfile.TemporaryDirectory() as folder:
        for more in (0, 50, 150):
            root = grown(Path(folder) / str(more), more)
            seconds, largest, together = watched("build", "--no-cache", cwd=root)
            examples, pages = len(list((root / "docs" / "examples").glob("*.toml"))), len(list(root.glob("site/**/index.html")))
            row(
                f"cold build, {examples} examples, {pages:,} pages",
                f"{seconds:.0f} s = {seconds / pages:.3f} s a page; largest process {largest:.0f} MB, together {together:.0f} MB",
                "0.15 s a page, 500 MB",
            )
        if importlib.util.find_spec("distributed"):
            root = grown(Path(folder) / "dask", 0)
            with cluster() as address:
                seconds, _, _ = watched("build", "--no-cache", "--executor", f"dask:{address}", "--out", "dask", cwd=root)
            here, _, _ = watched("build", "--no-cache", cwd=root)
            same = "the same bytes" if read_tree(root / "dask") == read_tree(root / "site") else "OTHER BYTES"
            row(
                "the same on two workers of Dask's, against ours",
                f"{seconds:.0f} s / {here:.0f} s = {seconds / here:.2f}; {same}",
                "(none)",
            )


def grown(root: Path, more: int) -> Path:
    """The project, with random examples besides its own."""
    copy_project(root)
    for name, text in strangers(more, seed=5).items():
        (root / "docs" / "examples" / f"{name}.toml").write_text(text, encoding="utf-8")
    return root


def watched(*words: str, cwd: Path) -> tuple[float, float, float]:
    """Seconds that a command takes, and the most memory (MB) of one of its processes, and of all: what they share counts once."""
    start, largest, together = time.perf_counter(), 0, 0
    with subprocess.Popen([sys.executable, "-m", "explainer", *words], cwd=cwd, stdout=subprocess.DEVNULL) as process:
        family = psutil.Process(process.pid)
        while process.poll() is None:
            found = []
            with suppress(psutil.Error):
                for member in (family, *family.children(recursive=True)):
                    with suppress(psutil.Error):
                        found.append(member.memory_full_info())
            largest = max([largest, *(item.rss for item in found)])
            together = max(together, sum(item.pss for item in found))
            time.sleep(0.2)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return time.perf_counter() - start, largest / 2**20, together / 2**20


def rebuilds() -> None:
    """Rebuilds of the whole site after a change, against a cold build of the same; and `serve`, from saving to seeing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT / "docs", root / "docs")
        shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
        (root / "explainer").symlink_to(ROOT / "explainer", target_is_directory=True)
        count = itertools.count(2)

        def build(*options: str) -> None:
            command("explainer", "build", *options, cwd=root)

        def number() -> None:
            replace_in(root / "docs" / "examples" / "alice.toml", r"\nweights = 1(\.\d+)?\n", f"\nweights = 1.{next(count)}\n")

        def sentence() -> None:
            replace_in(root / "docs" / "ru" / "neuron.md", r"( Слово\w*\.)?\n\n## ", f" Слово{'о' * next(count)}.\n\n## ")

        def times(prepare: Callable[[], object], *options: str) -> tuple[float, float]:
            return measured(lambda: build(*options), prepare)

        cold, cold_work = times(lambda: None, "--no-cache")
        build()
        for what, change, aim in (
            ("nothing", lambda: None, "at most 0.15"),
            ("a number of an example", number, "at most 0.6"),
            ("a sentence of a language", sentence, "at most 0.5"),
        ):
            clock, work = times(change)
            figure = f"{clock:.2f} s / {cold:.2f} s = {clock / cold:.2f}"
            row(f"build after {what}, against a cold one", figure, aim)
            row("    the same in seconds of processors", f"{work:.2f} s / {cold_work:.2f} s = {work / cold_work:.2f}", aim)
        for what, change, page in (("a sentence", sentence, "ru/neuron/"), ("a number", number, "ru/alice/")):
            seconds = sorted(served(root, change, page))
            row(f"serve: {what} from saving to seeing, five times", f"{seconds[0]:.1f} to {seconds[-1]:.1f} s", "at most 2 s")


def served(root: Path, change: Callable[[], None], address: str) -> Iterator[float]:
    """Seconds from saving a change until the server gives the changed page, each while nothing else is being built."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{address}", timeout=60) as answer:
            return re.sub(r"livereload\(\d+, \d+\)", "", answer.read().decode())

    words = [sys.executable, "-m", "explainer", "serve", "--port", str(port)]
    process = subprocess.Popen(words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        there = ""
        while not there:
            time.sleep(0.2)
            with suppress(OSError):
                there = page()
        for _ in range(5):
            before = ""
            while before != (before := page()):  # until nothing is being built any more
                time.sleep(6)
            change()
            start = time.perf_counter()
            while page() == before:
                time.sleep(0.02)
            yield time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


def replace_in(path: Path, pattern: str, text: str) -> None:
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    assert after != before, path
    path.write_text(after, encoding="utf-8")


def data_sets() -> None:
    """An epoch on the whole of MNIST in our engine and in PyTorch, same threads, in turn; and loading the data."""
    if not torch_or_none() or not epochs.is_here():
        row("an epoch on MNIST", "needs PyTorch, and: explainer data mnist", "(none)")
        return
    for ours, peer, what, aims in (
        ("engine", "tutorial", "an epoch on MNIST: our engine against PyTorch", ("at most 0.65", "at most 0.5")),
        ("engine", "torch", "an epoch on MNIST: against PyTorch without its DataLoader", ("at most 0.65", "at most 0.5")),
        ("load", "load-torch", "MNIST loaded, normalised, in batches: against a DataLoader", ("(none)", "(none)")),
    ):
        for count in (1, 2):
            (own, own_peak), (other, other_peak) = epochs.in_turn(ours, peer, count)
            threads = f"{count} thread{'' if count == 1 else 's'}"
            row(f"{what}, {threads}", f"{own:.2f} s / {other:.2f} s = {own / other:.2f}", aims[0])
            row("    peak memory", f"{own_peak:.0f} MB / {other_peak:.0f} MB = {own_peak / other_peak:.2f}", aims[1])


if __name__ == "__main__":
    proofs()
    runs()
    data_sets()
    teaching()
    derivations()
    notebooks()
    changed_numbers()
    builds()
    growth()
    rebuilds()
