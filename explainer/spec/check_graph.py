"""A file with [graph]: what its schema cannot say, and the `GraphExample` it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from explainer.errors import Problem
from explainer.optimisers import KEPT
from explainer.spec.check_training import training_of, training_problems
from explainer.spec.formulas import NAME_EXPECTED, Formula, FormulaError, name_fault, read, references
from explainer.spec.graphs import symbol
from explainer.spec.model import CONSTANTS, GraphExample
from explainer.spec.wording import hint, toml
from explainer.text import Text

MAX_PARTIALS = 2_000  # of all steps, as a product of formulas and values


def problems(document: Any, file: str) -> Iterator[Problem]:
    """Formulas that cannot be read, names that do not exist, circles."""
    graph, values = document["graph"], document["values"]
    for key in ("network", "parameters", "data"):
        if key in document:
            yield Problem(file, key, f"[{key}] beside [graph]", "formulas or a network, not both", "[graph]\n…\n[values]\n…")
    yield from _name_problems(file, document)
    formulas: dict[str, Formula] = {}
    for name, text in graph.items():
        try:
            formulas[name] = read(text)
        except FormulaError as error:
            yield Problem(file, f"graph.{name}", error.found, error.expected, error.example)
    known = {*graph, *values}
    for name, formula in formulas.items():
        for used in dict.fromkeys(references(formula)):
            if used not in known:
                expected = f"names from [values] or [graph]{hint(used, known)}"
                yield Problem(file, f"graph.{name}", f"the name {used!r}, which nothing defines", expected, f"[values]\n{used} = 1")
    if circle := _circle(formulas):
        expected = "formulas that do not lead back to themselves"
        yield Problem(file, f"graph.{circle[0]}", f"a circle: {' → '.join(circle)}", expected, 'q = "x + y"\nf = "q * z"')
    elif len(formulas) == len(graph) and all(name in known for f in formulas.values() for name in references(f)):
        yield from _walkthrough_problems(file, document, formulas)
    yield from training_problems(file, document)
    training = document.get("training", {})
    for key, what in (("epochs", "samples"), ("updates", "layers")):
        if key in training:
            yield Problem(
                file, f"training.{key}", f"{key} with [graph]", f"{key} only with [network]: formulas have no {what}", "steps = 5"
            )


def _name_problems(file: str, document: Any) -> Iterator[Problem]:
    graph, values = document["graph"], document["values"]
    optimiser = document.get("training", {}).get("optimiser", "sgd")
    reserved = {"eta": "the learning rate"} | dict.fromkeys(CONSTANTS[optimiser], "a constant of the optimiser")
    for table, names in (("values", values), ("graph", graph)):
        for name in names:
            place = f"{table}.{name[:40]}"
            if fault := name_fault(name):
                yield Problem(file, place, fault, NAME_EXPECTED, "w_1 = 0.5")
            elif "training" in document and name in reserved:
                yield Problem(file, place, f"the name {name}", f"another name: {name} is {reserved[name]}", f"{name}_1 = 0.5")
    for name in graph:
        if name in values:
            yield Problem(file, f"graph.{name}", f"{name}, which [values] gives already", "a name of its own", f'{name}_1 = "…"')
    seen: dict[str, str] = {}
    for table, name in [*(("values", name) for name in values), *(("graph", name) for name in graph if name not in values)]:
        like = name if name_fault(name) else seen.setdefault(symbol(name), name)
        if like != name:
            expected = "names that can be told apart in a formula, where underscores are not seen"
            yield Problem(file, f"{table}.{name}", f"{name}, which looks like {like}", expected, f"{name.replace('_', '')}b = 0.5")
    letters = [*KEPT[optimiser], *(f"{letter}hat" for letter in KEPT[optimiser] if optimiser == "adam")]
    kept = {f"{letter}_{name}": name for letter in letters for name in values} if "training" in document else {}
    for name in [*values, *graph]:
        if name in kept:
            expected = f"another name: {optimiser} keeps {name} for {kept[name]}"
            yield Problem(file, f"{'values' if name in values else 'graph'}.{name}", f"the name {name}", expected, f"{name}a = 1")


def _circle(formulas: Mapping[str, Formula]) -> list[str]:
    """The names of formulas that need each other, the first one again at the end."""
    uses = {name: [used for used in dict.fromkeys(references(formula)) if used in formulas] for name, formula in formulas.items()}
    done: set[str] = set()
    for start in formulas:
        path, queue = list[str](), [(start, iter(uses[start]))]
        while queue:
            name, rest = queue[-1]
            if not path or path[-1] != name:
                path.append(name)
            following = next((used for used in rest if used not in done), None)
            if following is None:
                done.add(name)
                queue.pop()
                path.pop()
            elif following in path:
                return [*path[path.index(following) :], following]
            else:
                queue.append((following, iter(uses[following])))
    return []


def _ordered(formulas: Mapping[str, Formula]) -> dict[str, Formula]:
    """The formulas, each after those it uses."""
    found: dict[str, Formula] = {}
    while len(found) < len(formulas):
        for name, formula in formulas.items():
            if name not in found and all(used in found or used not in formulas for used in references(formula)):
                found[name] = formula
    return found


def _needed(of: str, formulas: Mapping[str, Formula]) -> set[str]:
    """All names that a formula depends on."""
    needed, queue = set[str](), [of]
    while queue:
        name = queue.pop()
        if name not in needed:
            needed.add(name)
            queue += references(formulas[name]) if name in formulas else ()
    return needed


def _results(formulas: Mapping[str, Formula]) -> list[str]:
    """The formulas that no other uses."""
    used = {name for formula in formulas.values() for name in references(formula)}
    return [name for name in formulas if name not in used]


def _of(document: Any, formulas: Mapping[str, Formula]) -> str:
    of: str = document.get("walkthrough", {}).get("of", _results(formulas)[0])
    return of


def _walkthrough_problems(file: str, document: Any, formulas: Mapping[str, Formula]) -> Iterator[Problem]:
    """What is differentiated, and by what."""
    walkthrough, values = document.get("walkthrough", {}), document["values"]
    if "samples" in walkthrough:
        yield Problem(file, "walkthrough.samples", "samples with [graph]", "samples only with [network]", 'of = "f"')
    results = _results(formulas)
    if "of" not in walkthrough and len(results) > 1:
        expected = f"the formula to differentiate: one of {', '.join(results)}, which no other uses"
        yield Problem(file, "walkthrough.of", "nothing", expected, f'[walkthrough]\nof = "{results[-1]}"')
        return
    of = _of(document, formulas)
    if of not in formulas:
        yield Problem(file, "walkthrough.of", repr(of), f"a formula of [graph]{hint(of, formulas)}", f'of = "{list(formulas)[-1]}"')
        return
    needed = _needed(of, formulas)
    used = {name for formula in formulas.values() for name in references(formula)}
    for name in values:
        if name not in used:
            yield Problem(
                file, f"values.{name}", f"{name}, which no formula uses", "values that the formulas use", f'f = "2 * {name}"'
            )
    reachable = [name for name in values if name in needed]
    for index, name in enumerate(walkthrough.get("by", ()), 1):
        if name not in reachable:
            expected = f"a value that {of} depends on{hint(name, reachable)}"
            yield Problem(file, f"walkthrough.by[{index}]", repr(name), expected, f"by = {toml(reachable[:2])}")
    if not reachable:
        expected = "a formula that depends on a value"
        yield Problem(file, f"graph.{of}", f"{of}, which depends on no value", expected, 'f = "2 * x"')
    steps = document.get("training", {}).get("steps", 1)
    size = sum(1 + len(list(references(formula))) for formula in formulas.values()) * steps
    if size > MAX_PARTIALS:
        yield Problem(file, "graph", f"formulas with {size} names in all steps", f"at most {MAX_PARTIALS}", "steps = 1")


def example(document: Any, name: str, file: str) -> GraphExample:
    formulas = _ordered({key: read(text) for key, text in document["graph"].items()})
    walkthrough, of = document.get("walkthrough", {}), _of(document, formulas)
    needed = _needed(of, formulas)
    by: Iterable[str] = walkthrough.get("by", [key for key in document["values"] if key in needed])
    return GraphExample(
        name=name,
        file=file,
        values={key: Decimal(value) for key, value in document["values"].items()},
        formulas=formulas,
        texts=dict(document["graph"]),
        of=of,
        by=tuple(by),
        training=training_of(document),
        digits=walkthrough.get("digits", 4),
        title={code: Text(title) for code, title in document.get("title", {}).items()},
    )
