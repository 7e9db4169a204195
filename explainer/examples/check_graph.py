"""A file with [graph]: what its schema cannot say, and the `GraphExample` it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from explainer.core.errors import SHOWN, Problem
from explainer.core.names import parse
from explainer.core.text import Text
from explainer.examples.check_training import training_of, training_problems, training_rule
from explainer.examples.formulas import FUNCTIONS, NAME_EXPECTED, Formula, FormulaError, Reference, name_fault, read, references
from explainer.examples.known import list_of, table_of
from explainer.examples.model import GraphExample
from explainer.examples.wording import cut, hint, toml
from explainer.operations.symbols import of_author

PRODUCT = 'f = "x * y"'
MAX_PARTIALS = 2_000  # of all steps, as a product of formulas and values


def problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Formulas that cannot be read, names that do not exist, circles."""
    graph, values = table_of(document, "graph"), table_of(document, "values")
    for key in ("network", "parameters", "data"):
        if key in document:
            expected = "formulas or a network, not both"
            yield Problem(file, key, f"[{key}] beside [graph]", expected, f"[graph]\n{_line(graph)}")
    yield from _name_problems(file, document)
    formulas: dict[str, Formula] = {}
    for name, text in graph.items():
        try:
            formulas[name] = read(text) if isinstance(text, str) else Reference(name)
        except FormulaError as error:
            yield Problem(file, f"graph.{cut(name)}", error.found, error.expected, _fitted(error.example, name, values))
    known = {*graph, *values}
    undefined = [
        (name, used)
        for name, formula in (formulas.items() if values else ())
        for used in dict.fromkeys(references(formula))
        if used not in known
    ]
    for index, (name, used) in enumerate(undefined):
        expected = f"names from [values] or [graph]{hint(used, known) if index < SHOWN else ''}"
        yield Problem(file, f"graph.{name}", f"the name {used!r}, which nothing defines", expected, f"[values]\n{used} = 1")
    if len(formulas) == len(graph) and all(isinstance(text, str) for text in graph.values()):
        if circle := _circle(formulas):
            expected = "formulas that do not lead back to themselves"
            example = _fitted(PRODUCT, circle[0], values)
            yield Problem(file, f"graph.{circle[0]}", f"a circle: {' → '.join(circle)}", expected, example)
        elif graph and values and not undefined:
            yield from _walkthrough_problems(file, document, formulas)
    yield from training_problems(file, document)
    for key, what in (("epochs", "samples"), ("updates", "layers")):
        if key in table_of(document, "training"):
            expected = f"{key} only with [network]: formulas have no {what}"
            yield Problem(file, f"training.{key}", f"{key} with [graph]", expected, "steps = 5")


def samples(document: Mapping[str, Any]) -> dict[str, str]:
    """How places of this file would look when right, where that depends on other places of it."""
    graph, values = table_of(document, "graph"), table_of(document, "values")
    texts = [text for text in graph.values() if isinstance(text, str)]
    words = dict.fromkeys(word for text in texts[:SHOWN] for word in re.findall(r"[A-Za-z_]\w*", text))
    missing = [word for word in words if not name_fault(word) and word not in graph and word not in values]
    return {
        "values": "\n".join(["[values]", *(f"{name} = {number}" for number, name in enumerate(missing[:SHOWN] or ["x"], 1))]),
        "graph": f"[graph]\n{_fitted(PRODUCT, 'f', values)}",
        **{f"graph.{name}": _fitted(PRODUCT, name, values) for name in graph},
        **{f"values.{name}": f"{name} = 1" for name in values},
        "walkthrough.of": f"of = {toml([*(graph or 'f')][-1])}",
        "walkthrough.by": f"by = {toml(list(values)[:2] or ['x'])}",
    }


def _line(graph: Mapping[str, Any]) -> str:
    """A formula of the file."""
    return next((f"{name} = {toml(text)}" for name, text in graph.items() if isinstance(text, str)), 'f = "x + 1"')


def _fitted(example: str, name: str, values: Mapping[str, Any]) -> str:
    """A formula for an example, under the name of the file's formula and of the file's values."""
    own = [value for value in values if not name_fault(value)] or ["x"]
    _, _, text = example.partition(" = ")
    words = [word for word in dict.fromkeys(re.findall(r"[a-z]+", text)) if word not in FUNCTIONS]
    found = {word: own[index % len(own)] for index, word in enumerate(words)}
    return f"{name if not name_fault(name) else 'f'} = {re.sub(r'[a-z]+', lambda word: found.get(word[0], word[0]), text)}"


def _name_problems(file: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    graph, values = table_of(document, "graph"), table_of(document, "values")
    rule = training_rule(document)
    reserved = {"eta": "the learning rate"} | dict.fromkeys(rule.constants, "a constant of the optimiser")
    taken = {*graph, *values}

    def line(table: str, name: str) -> str:
        """The line of a value or formula under a name that is free."""
        base = re.sub("[^A-Za-z]", "", name)[:10]
        fresh = [f"{base}{number}" for number in range(1, 999)] if base else []
        free = next((new for new in fresh if new not in taken and not name_fault(new)), "v1")
        return f"{free} = {toml((values if table == 'values' else graph)[name])}"

    for table, names in (("values", values), ("graph", graph)):
        for name in names:
            place = f"{table}.{name[:40]}"
            if fault := name_fault(name):
                yield Problem(file, place, fault, NAME_EXPECTED, line(table, name))
            elif "training" in document and name in reserved:
                yield Problem(file, place, f"the name {name}", f"another name: {name} is {reserved[name]}", line(table, name))
    for name in graph:
        if name in values:
            found = f"{name}, which [values] gives already"
            yield Problem(file, f"graph.{name}", found, "a name of its own", line("graph", name))
    seen: dict[str, str] = {}
    for table, name in [*(("values", name) for name in values), *(("graph", name) for name in graph if name not in values)]:
        like = name if name_fault(name) else seen.setdefault(of_author(parse(name)), name)
        if like != name:
            expected = "names that can be told apart in a formula, where underscores are not seen"
            yield Problem(file, f"{table}.{name}", f"{name}, which looks like {like}", expected, line(table, name))
    kept = {f"{letter}_{name}": name for letter in rule.letters for name in values} if "training" in document else {}
    for name in [*values, *graph]:
        if name in kept:
            table = "values" if name in values else "graph"
            expected = f"another name: {rule.name} keeps {name} for {kept[name]}"
            yield Problem(file, f"{table}.{name}", f"the name {name}", expected, line(table, name))


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


def _walkthrough_problems(file: str, document: Mapping[str, Any], formulas: Mapping[str, Formula]) -> Iterator[Problem]:
    """What is differentiated, and by what."""
    walkthrough, values = table_of(document, "walkthrough"), table_of(document, "values")
    results = _results(formulas)
    if "samples" in walkthrough:
        example = f"of = {toml(results[-1])}"
        yield Problem(file, "walkthrough.samples", "samples with [graph]", "samples only with [network]", example)
    used = {name for formula in formulas.values() for name in references(formula)}
    for name in values:
        if name not in used:
            text = f"{document['graph'][results[-1]]} + {name}"
            example = f"[graph]\n{results[-1]} = {toml(text)}"
            yield Problem(file, f"values.{name}", f"{name}, which no formula uses", "values that the formulas use", example)
    if "of" not in walkthrough and len(results) > 1:
        expected = f"the formula to differentiate: one of {', '.join(results)}, which no other uses"
        yield Problem(file, "walkthrough.of", "nothing", expected, f"[walkthrough]\nof = {toml(results[-1])}")
        return
    of = walkthrough.get("of", results[0])
    if not isinstance(of, str):
        return
    if of not in formulas:
        example = f"of = {toml(results[-1])}"
        yield Problem(file, "walkthrough.of", repr(of), f"a formula of [graph]{hint(of, formulas)}", example)
        return
    needed = _needed(of, formulas)
    reachable = [name for name in values if name in needed]
    for index, name in enumerate(list_of(walkthrough, "by"), 1):
        if isinstance(name, str) and name not in reachable:
            near = hint(name, reachable) if index <= SHOWN else ""
            expected = f"a value that {of} depends on{near}"
            yield Problem(file, f"walkthrough.by[{index}]", repr(cut(name)), expected, f"by = {toml(reachable[:2])}")
    if not reachable:
        example = _fitted('f = "2 * x"', of, values)
        yield Problem(file, f"graph.{of}", f"{of}, which depends on no value", "a formula that depends on a value", example)
    steps = table_of(document, "training").get("steps", 1)
    names = sum(1 + len(list(references(formula))) for formula in formulas.values())
    if isinstance(steps, int) and (size := names * steps) > MAX_PARTIALS:
        place, example = (
            ("training.steps", f"steps = {MAX_PARTIALS // names}") if names <= MAX_PARTIALS else ("graph", _line(document["graph"]))
        )
        yield Problem(file, place, f"formulas with {size} names in all steps", f"at most {MAX_PARTIALS}", example)


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
        has_page=walkthrough.get("page", True),
        title={code: Text(title) for code, title in document.get("title", {}).items()},
        introduction={code: Text(words) for code, words in document.get("introduction", {}).items()},
    )
