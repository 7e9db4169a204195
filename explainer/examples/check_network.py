"""A file with [network]: what its schema cannot say, and the `NetworkExample` it becomes.

What is wrong in one place does not hide what is wrong in another: each check looks at what can be relied on (`Known`) and
leaves alone what it cannot judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from explainer.core.errors import SHOWN, Problem
from explainer.core.names import name_of
from explainer.core.text import Text
from explainer.examples.check_training import batch_problem, training_of, training_problems, training_rule, updates_of, work_problem
from explainer.examples.drawn import draw, drawn_of
from explainer.examples.everyday import synonym
from explainer.examples.known import Known, known, list_of, table_of
from explainer.examples.model import LAYERS, NEURONS, Data, Network, NetworkExample, Sample
from explainer.examples.reckon import MAX_EQUATIONS, equations
from explainer.examples.slots import one_hot, slots
from explainer.examples.wording import Wrong, counted, cut, hint, is_short, shown, toml, written
from explainer.operations.record import Demands, Targets
from explainer.operations.vocabulary import LOSSES, OPERATIONS

MAX_PARAMETERS = 2_000
MAX_HINTED = 500  # names among which the one that was meant is looked for


def network_of(document: Any) -> Network:
    table = document["network"]
    layers, activation = tuple(table["layers"]), table["activation"]
    activations = (activation,) * (len(layers) - 1) if isinstance(activation, str) else tuple(activation)
    return Network(layers, activations, table.get("loss", ""), table.get("bias", "per_neuron"), table.get("reduction", "mean"))


def _expand(value: Any, count: int, key: str) -> tuple[Decimal, ...]:
    if isinstance(value, Mapping):
        return (
            draw(drawn_of(value), count, key)
            if "draw" in value
            else tuple(Decimal(value[f"{key[0]}_{i}"]) for i in range(1, count + 1))
        )
    return tuple(map(Decimal, value)) if isinstance(value, list) else (Decimal(value),) * count


def problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Shapes and names that do not fit together."""
    facts = known(document)
    network = facts.network
    if problem := activation_problem(file, facts):
        yield problem
    if network is not None and (total := network.weight_count + network.bias_count) > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS} parameters: every one gets its own derivation"
        example = f"layers = [{min(facts.layers[0], 10)}, 2, {min(facts.layers[-1], 10)}]"
        yield Problem(file, "network.layers", f"a {facts.shape} network with {total} parameters", expected, example)
        return
    if network is not None:
        yield from _size_problems(file, network, facts, document)
        yield from _parameter_problems(file, facts, document)
        yield from _listed_problems(file, network, facts, document)
    yield from loss_problems(file, facts, document)
    data, training = table_of(document, "data"), document.get("training", {})
    if "queries" in data and isinstance(training, Mapping) and "epochs" not in training:
        expected = "queries together with a training run, after which they are answered"
        rate = "" if "learning_rate" in training else "learning_rate = 0.1\n"
        yield Problem(file, "data.queries", "queries without a run", expected, f"[training]\n{rate}epochs = 100")
    if problem := batch_problem(file, document, len(facts.samples)):
        yield problem
    yield from training_problems(file, document, updates_of(document, len(facts.samples)))
    yield from _foreign_problems(file, facts, document)
    yield from _sample_problems(file, facts, document)
    yield from _used_problems(file, facts, document)
    yield from _view_problems(file, document)
    if "training" in document and facts.loss == "":
        example = f'[network]\nloss = "{_loss_after(facts.last)}"'
        yield Problem(file, "training", "training without a loss", "a loss in [network]", example)


def activation_problem(file: str, facts: Known) -> Problem | None:
    """More activations, or fewer, than layers after the inputs."""
    wanted = len(facts.layers) - 1
    if not facts.layers or not facts.activations or len(facts.activations) == wanted:
        return None
    words = [word or "sigmoid" for word in facts.activations[:wanted]]
    return Problem(
        file,
        "network.activation",
        counted(len(facts.activations), "activation"),
        f"one for each layer after the inputs of a {facts.shape} network: {wanted}",
        f"activation = {toml([*words, *words[-1:] * (wanted - len(words))])}",
    )


def samples(document: Mapping[str, Any]) -> dict[str, str]:
    """How places of this file would look when right, where that depends on other places of it."""
    facts, found = known(document), dict[str, str]()
    parameters, data = table_of(document, "parameters"), table_of(document, "data")
    inputs, outputs = (
        next((len(row[key]) for _, row in facts.samples if isinstance(row.get(key), list)), default)
        for key, default in (("raw" if "shift" in data else "inputs", 2), ("target", 1))
    )
    found["network.layers"] = f"layers = [{inputs}, 2, {outputs}]"
    found["network"] = f'[network]\n{found["network.layers"]}\nactivation = "sigmoid"\nloss = "squared_error"'
    loss = written(table_of(document, "network").get("loss"))
    if facts.loss is None and isinstance(loss, str) and (what := synonym(loss, LOSSES)):  # of several, the one that fits
        fitting = [name for name in what.names if _demands(name).after == facts.last]
        found["network.loss"] = f"loss = {toml((*fitting, *what.names)[0])}"
    if facts.names:
        found["walkthrough.samples"] = f"samples = {toml(facts.names[:2])}"
    if facts.network is None or facts.network.weight_count + facts.network.bias_count > MAX_PARAMETERS:
        return found
    for key in ("weights", "biases"):
        wanted, given = slots(key, facts), parameters.get(key)
        found[f"parameters.{key}"] = wanted.example(given) if isinstance(written(given), list) else f"{key} = {wanted.filler}"
    found["data.shift"] = slots("shift", facts).example(data.get("shift"))
    for table, rows in (("samples", facts.samples), ("queries", facts.queries)):
        for number, row in rows:
            for key in ("inputs", "raw", "target"):
                found[f"data.{table}[{number}].{key}"] = slots(key, facts).example(row.get(key))
    key = "raw" if "shift" in data else "inputs"
    question = f'name = "{_new_name(facts)}"\n{slots(key, facts).example(None)}'
    found["data.queries"] = f"[[data.queries]]\n{question}"
    answer = f"\n{slots('target', facts).example(None)}" if facts.loss else ""
    found["data"] = found["data.samples"] = f"[[data.samples]]\n{question}{answer}"
    return found


def _new_name(facts: Known) -> str:
    """A name that no sample of the file has."""
    taken = {row.get("name") for _, row in (*facts.samples, *facts.queries)}
    return next(name for name in ("Ada", *(f"Ada {number}" for number in range(2, len(taken) + 3))) if name not in taken)


def _size_problems(file: str, network: Network, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    """More than a build should take, reckoned before anything is stated."""
    training, data = table_of(document, "training"), table_of(document, "data")
    everybody = max(1, len(facts.samples))
    used = len(list_of(table_of(document, "walkthrough"), "samples")) or everybody
    total = network.weight_count + network.bias_count
    steps = training.get("steps", 1 if training else 0)
    steps = steps if isinstance(steps, int) else 1

    def count(network: Network, used: int, steps: int) -> int:
        shifted = everybody * (len(list_of(data, "shift")) + ("baseline" in data))
        return shifted + equations(network, last=facts.last or "", samples=used, steps=steps, rule=training_rule(document))

    if (size := count(network, used, steps)) > MAX_EQUATIONS:
        found = f"{total} parameters, {counted(used, 'sample')} and {counted(steps, 'step')}: {size:,} equations"
        expected = f"at most {MAX_EQUATIONS:,} equations, each of which is proven: fewer samples or steps, or a smaller network"
        place, example = "network.layers", f"layers = [{min(facts.layers[0], 10)}, 2, {min(facts.layers[-1], 10)}]"
        if count(network, 1, steps) <= MAX_EQUATIONS:
            most = max(number for number in (1, 2, 3) if count(network, number, steps) <= MAX_EQUATIONS)
            place, example = "walkthrough.samples", f"[walkthrough]\nsamples = {toml(facts.names[:most] or ['Ada'])}"
        elif count(network, used, 1) <= MAX_EQUATIONS:
            most = max(number for number in range(1, steps) if count(network, used, number) <= MAX_EQUATIONS)
            place, example = "training.steps", f"steps = {most}"
        yield Problem(file, place, found, expected, example)
    if problem := work_problem(file, document, total, everybody):
        yield problem


def _foreign_problems(file: str, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    """What only formulas have."""
    for key in ("of", "by"):
        if key in table_of(document, "walkthrough"):
            expected = f"{key} only with [graph]: a network's loss is differentiated by its parameters"
            yield Problem(
                file, f"walkthrough.{key}", f"{key} with [network]", expected, f"samples = {toml(facts.names[:1] or ['Ada'])}"
            )
    if "values" in document:
        yield Problem(file, "values", "[values] beside [network]", "values only with [graph]", "[parameters]\nweights = 1")


def _view_problems(file: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """What only the view neuron by neuron has."""
    if table_of(document, "walkthrough").get("view") != LAYERS:
        return
    for found, there in (
        ("frozen parameters", "frozen" in table_of(document, "parameters")),
        ("a baseline", "baseline" in table_of(document, "data")),
        ("sequential updates", table_of(document, "training").get("updates") == "sequential"),
    ):
        if there:
            expected = f'a file without {found.removeprefix("a ")}, or view = "{NEURONS}"'
            yield Problem(file, "walkthrough.view", f'view = "{LAYERS}" with {found}', expected, f'view = "{NEURONS}"')


def _parameter_problems(file: str, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    network = facts.network
    assert network is not None
    parameters = document.get("parameters")
    if parameters is None:
        example = f"[parameters]\n{slots('weights', facts).example(None)}" + ("\nbiases = 0" if network.bias_count else "")
        yield Problem(file, "parameters", "nothing", f"weights and biases for a {facts.shape} network", example)
    if not isinstance(parameters, Mapping):
        return
    for key in ("weights", "biases"):
        value, wanted = parameters.get(key), slots(key, facts)
        place, names = f"parameters.{key}", wanted.names
        if value is None:
            if wanted.count:
                expected = f"{counted(wanted.count, 'number')} ({names[0]} … {names[-1]}), or one for all"
                yield Problem(file, place, "nothing", expected, f"{key} = {wanted.filler}")
        elif not wanted.count:
            example = (
                f"weights = {toml(parameters['weights'])}"
                if "weights" in parameters and is_short(parameters["weights"])
                else "weights = 1"
            )
            yield Problem(file, place, shown(written(value)), 'no biases, since bias = "none"', example)
        elif isinstance(value, Mapping) and "draw" not in value:
            every = f"{names[0]} … {names[-1]}"
            given = {name: number for name, number in value.items() if name in names and not isinstance(number, Wrong)}
            whole = f"{key} = {toml({name: given.get(name, Decimal(wanted.filler)) for name in names[:200]})}"
            for unknown in [name for name in value if name not in names]:
                yield Problem(
                    file, f"{place}.{unknown}", unknown, f"one of {every}", f"{key} = {toml(given or {names[0]: Decimal(1)})}"
                )
            if absent := [name for name in names if name not in value]:
                found = f"nothing for {', '.join(absent[:12])}{' …' if len(absent) > 12 else ''}"
                yield Problem(file, place, found, f"{counted(wanted.count, 'number')}, {every}", whole)
        elif isinstance(written(value), list) and (problem := wanted.problem(file, place, value)):
            yield problem


def _demands(loss: str | None) -> Demands:
    return OPERATIONS[loss].demands if loss in LOSSES else Demands()


def _loss_after(activation: str | None) -> str:
    """The loss that most often follows a last layer."""
    fitting = (name for name in LOSSES if OPERATIONS[name].demands.after == activation)
    return next(fitting, "squared_error") if activation == "softmax" else "squared_error"


def loss_problems(file: str, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Losses and activations that do not go together, and targets that a loss cannot take."""
    layers = len(facts.activations)
    if "softmax" in facts.activations[:-1] and layers > 1:
        words = ["tanh" if word in ("softmax", None) else word for word in facts.activations[:-1]]
        example = f"activation = {toml([*words, facts.last or 'softmax'])}"
        yield Problem(file, "network.activation", "softmax in a hidden layer", "softmax in the last layer only", example)
    demands = _demands(facts.loss)
    wanted = demands.after
    if wanted and facts.last not in (wanted, None):
        hidden = [word or "tanh" for word in facts.activations[:-1]]
        words = [*("tanh" if word == "softmax" else word for word in hidden), wanted]
        example = f'activation = {toml(words)}\nloss = "{facts.loss}"'
        yield Problem(file, "network.loss", f"{facts.loss} after {facts.last}", f"{facts.loss} after {wanted}", example)
    if not demands.constant and "baseline" in table_of(document, "data"):
        expected = "a squared error: the logarithm of a constant answer may not exist"
        example = '[network]\nloss = "squared_error"'
        yield Problem(file, "data.baseline", f"a baseline with {facts.loss}", expected, example)
    for index, sample in facts.samples if demands.targets is not Targets.ANY else ():
        target = list_of(sample, "target")
        if not target or any(isinstance(value, Wrong) for value in target) or (facts.layers and len(target) != facts.layers[-1]):
            continue
        place = f"data.samples[{index}].target"
        if (found := _unfit(target, demands.targets)) is not None:
            asked = Targets.SHARES if demands.targets is Targets.CLASSES and not found else demands.targets
            yield Problem(file, place, shown(target) + found, asked, f"target = {toml(_fitting(target, demands.targets))}")


def _unfit(target: Sequence[Any], wanted: Targets) -> str | None:
    """What is wrong with numbers as targets, more than can be seen; None if they will do."""
    if wanted is Targets.SIGNS:
        return None if all(abs(value) == 1 for value in target) else ""
    if any(not 0 <= value <= 1 for value in target):
        return ""
    total = sum(map(Decimal, target))
    return f", which add up to {total}" if wanted is Targets.CLASSES and total != 1 else None


def _fitting(target: Sequence[Any], wanted: Targets) -> list[int]:
    """Targets that would do, as like these as can be."""
    if wanted is Targets.CLASSES:
        return [*one_hot(target.index(max(target)), len(target))]
    no = -1 if wanted is Targets.SIGNS else 0
    return [1 if value > 0 else no for value in target]


def _class_problem(file: str, place: str, value: Any, facts: Known) -> Problem | None:
    """A target that is the number of a class, where each class has an output of its own."""
    outputs, found = facts.layers[-1], written(value)
    number = found[0] if isinstance(found, list) and len(found) == 1 else found
    if outputs < 2 or not (facts.last == "softmax" or _demands(facts.loss).targets is Targets.CLASSES):
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= outputs:
        return None
    index = number if number < outputs else number - 1
    example = f"target = {toml([*one_hot(index, outputs)])}"
    if 0 < number < outputs:
        example += f"   # class {number}, counted from 0; from 1 it is {toml([*one_hot(number - 1, outputs)])}"
    expected = f"one number for each of the {outputs} outputs: 1 for the class that is right, 0 for the others"
    return Problem(file, place, f"{shown(found)}, which looks like the number of a class", expected, example)


def _name_problems(file: str, place: str, items: Sequence[Any], allowed: Sequence[str], expected: str) -> Iterator[Problem]:
    """Names in a list that nothing has, or that stand in it twice."""
    there, before, told = set(allowed), set[str](), 0
    right = [item for item in dict.fromkeys(items) if item in there] or list(allowed[:1])
    example = f"{place.rpartition('.')[2]} = {toml(right[:SHOWN])}"
    for index, name in enumerate(items if allowed else (), 1):
        if not isinstance(name, str):
            continue
        if name not in there:
            near, told = hint(name, allowed[:MAX_HINTED]) if told < SHOWN else "", told + 1
            yield Problem(file, f"{place}[{index}]", repr(cut(name)), f"{expected}{near}", example)
        elif name in before:
            yield Problem(file, f"{place}[{index}]", f"{name!r} again", "each name once", example)
        before.add(name)


def _listed_problems(file: str, network: Network, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Frozen parameters that do not exist, and quantities to follow that no forward pass has."""
    names = [*slots("weights", facts).names, *slots("biases", facts).names]
    frozen = list_of(table_of(document, "parameters"), "frozen")
    yield from _name_problems(file, "parameters.frozen", frozen, names, f"a parameter from {names[0]} to {names[-1]}")
    followed = list_of(table_of(document, "training"), "follow")
    if not followed or not facts.samples:
        return
    hidden, outputs = sum(network.layers[1:-1]), network.layers[-1]
    bases = [f"z_{k}" for k in range(1, hidden + outputs + 1)] + [f"h_{k}" for k in range(1, hidden + 1)]
    bases += [f"o_{k}" for k in range(1, outputs + 1)]
    everybody = range(1, 1 + len(facts.samples) + len(facts.queries))
    names = [name_of(base, k) for k in everybody for base in bases]
    yield from _name_problems(file, "training.follow", followed, names, f"a quantity of a sample, from {names[0]} to {names[-1]}")


def _used_problems(file: str, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Samples of the walkthrough that there are not, or twice."""
    used = list_of(table_of(document, "walkthrough"), "samples")
    rest = f" and {len(facts.names) - SHOWN} more" if len(facts.names) > SHOWN else ""
    expected = f"one of {', '.join(facts.names[:SHOWN])}{rest}"
    yield from _name_problems(file, "walkthrough.samples", used, facts.names, expected)


def _sample_problems(file: str, facts: Known, document: Mapping[str, Any]) -> Iterator[Problem]:
    data = table_of(document, "data")
    shift = data.get("shift")
    if shift is not None and facts.network and (problem := slots("shift", facts).problem(file, "data.shift", shift)):
        yield problem
    needs_target = bool(facts.loss) or "baseline" in data
    seen, fresh = dict[str, str](), _new_name(facts)
    for table, rows in (("samples", facts.samples), ("queries", facts.queries)):
        for index, sample in rows:
            place = f"data.{table}[{index}]"
            name = sample.get("name")
            if isinstance(name, str):
                if name in seen:
                    found = f"{name!r} again, first in {seen[name]}"
                    yield Problem(file, f"{place}.name", found, "a name of its own for each sample", f'name = "{fresh}"')
                seen.setdefault(name, place)
            key, other = ("raw", "inputs") if shift is not None else ("inputs", "raw")
            if other in sample:
                reason = "with" if shift is not None else "without"
                expected = f"{key} ({reason} data.shift)"
                example = slots(key, facts).example(sample[other]) if facts.network else f"{key} = [1]"
                yield Problem(file, f"{place}.{other}", other, expected, example)
            elif facts.network and (problem := slots(key, facts).problem(file, f"{place}.{key}", sample.get(key))):
                yield problem
            if table != "samples" or not facts.network or not ("target" in sample or needs_target):
                continue
            target, where = sample.get("target"), f"{place}.target"
            if problem := slots("target", facts).problem(file, where, target):
                yield _class_problem(file, where, target, facts) or problem


def example(document: Any, name: str, file: str) -> NetworkExample:
    network, data = network_of(document), document["data"]
    samples, queries = (
        tuple(
            Sample(Text(sample["name"]), *(tuple(map(Decimal, sample.get(key, ()))) for key in ("inputs", "raw", "target")))
            for sample in data.get(table, ())
        )
        for table in ("samples", "queries")
    )
    names = [sample.name.written for sample in samples]
    walkthrough = document.get("walkthrough", {})
    parameters = document["parameters"]
    return NetworkExample(
        name=name,
        file=file,
        network=network,
        weights=_expand(parameters["weights"], network.weight_count, "weights"),
        biases=_expand(parameters.get("biases", []), network.bias_count, "biases"),
        data=Data(
            samples,
            tuple(map(Decimal, data.get("shift", ()))),
            Decimal(data["baseline"]) if "baseline" in data else None,
            queries,
        ),
        used=tuple(names.index(used) for used in walkthrough.get("samples", names)),
        frozen=frozenset(parameters.get("frozen", ())),
        training=training_of(document),
        digits=walkthrough.get("digits", 4),
        has_page=walkthrough.get("page", True),
        view=walkthrough.get("view", NEURONS),
        title={code: Text(title) for code, title in document.get("title", {}).items()},
        introduction={code: Text(words) for code, words in document.get("introduction", {}).items()},
    )
