"""A learner's `backward` of a layer, blank by blank: each is judged by what came before it, and a wrong value by what gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from explainer.grading.learner import Call, Learner, Trouble, called
from explainer.grading.told import OF_LAYER, RIGHT, Finding

RATE = 0.03
Formula = Callable[[Any], Any]
# What each blank is, from what is known before it; then what mistakes make of it, by the sentence that names them. W and b are
# before the step, W1 and b1 after it; x, z, a are the layer's, s the slopes, g the gradient of these parameters.
_RIGHT: Mapping[str, Formula] = {
    "dz": lambda v: v.da * v.s,
    "d_weights": lambda v: v.dz @ v.x.T,
    "d_biases": lambda v: v.dz,
    "da_prev": lambda v: v.W.T @ v.dz,
    "self.weights": lambda v: v.W - RATE * v.dW,
    "self.biases": lambda v: v.b - RATE * v.db,
}


def _of_update(old: Formula, gradient: Formula) -> tuple[tuple[str, Formula], ...]:
    """What mistakes make of parameters that take a step."""
    return (
        ("update.none", old),
        ("update.sign", lambda v: old(v) + RATE * gradient(v)),
        ("update.rate", lambda v: old(v) - gradient(v)),
        ("update.twice", lambda v: old(v) - RATE * RATE * gradient(v)),
        ("update.alone", lambda v: RATE * gradient(v)),
        ("update.alone", lambda v: -RATE * gradient(v)),
        ("update.mean", lambda v: old(v) - RATE * gradient(v) / old(v).size),
        ("update.mean", lambda v: old(v) - RATE * gradient(v) / len(old(v))),
    )


_MISTAKES: Mapping[str, tuple[tuple[str, Formula], ...]] = {
    "dz": (
        ("slope.missing", lambda v: v.da),
        ("slope.alone", lambda v: v.s),
        ("sign", lambda v: -v.da * v.s),
        ("slope.sigmoid", lambda v: v.da * v.a * (1 - v.a)),
        ("slope.of_z", lambda v: v.da * v.z * (1 - v.z)),
        ("slope.output", lambda v: v.da * v.a),
        ("slope.output", lambda v: v.da * v.z),
        ("slope.twice", lambda v: v.da * v.s * v.s),
        ("product.matrix", lambda v: v.da @ v.s.T),
        ("product.matrix", lambda v: v.da.T @ v.s),
        ("product.matrix", lambda v: v.da @ v.s),
        ("rate.early", lambda v: RATE * v.da * v.s),
    ),
    "d_weights": (
        ("transpose.missing", lambda v: v.dz @ v.x),
        ("operands", lambda v: v.x @ v.dz.T),
        ("transpose.other", lambda v: v.dz.T @ v.x),
        ("operands", lambda v: v.x @ v.dz),
        ("operands", lambda v: v.x.T @ v.dz),
        ("sign", lambda v: -v.dz @ v.x.T),
        ("activation", lambda v: v.da @ v.x.T),
        ("own.output", lambda v: v.dz @ v.a.T),
        ("update.twice", lambda v: RATE * v.dz @ v.x.T),
        ("mean", lambda v: v.dz @ v.x.T / v.dz.size),
        ("mean", lambda v: np.mean(v.dz @ v.x.T)),
        ("sum", lambda v: np.sum(v.dz @ v.x.T)),
    ),
    "d_biases": (
        ("sign", lambda v: -v.dz),
        ("mean", lambda v: np.mean(v.dz)),
        ("mean", lambda v: v.dz / v.dz.size),
        ("sum", lambda v: np.sum(v.dz)),
        ("sum", lambda v: np.sum(v.dz, axis=0, keepdims=True)),
        ("activation", lambda v: v.da),
        ("ones", lambda v: np.ones_like(v.dz)),
        ("update.twice", lambda v: RATE * v.dz),
    ),
    "da_prev": (
        ("moved", lambda v: v.W1.T @ v.dz),
        ("transpose.missing", lambda v: v.W @ v.dz),
        ("operands", lambda v: v.dz.T @ v.W),
        ("operands", lambda v: v.dz @ v.W),
        ("transpose.other", lambda v: v.W @ v.dz.T),
        ("operands", lambda v: v.dz @ v.W.T),
        ("sign", lambda v: -v.W.T @ v.dz),
        ("activation", lambda v: v.W.T @ v.da),
        ("slope.twice", lambda v: v.W.T @ (v.dz * v.s)),
        ("axis", lambda v: (v.W * v.dz).sum(axis=1, keepdims=True)),
        ("rate.early", lambda v: RATE * v.W.T @ v.dz),
        ("not.below", lambda v: v.dz),
    ),
    "self.weights": _of_update(lambda v: v.W, lambda v: v.dW),
    "self.biases": _of_update(lambda v: v.b, lambda v: v.db),
}


@dataclass(frozen=True)
class Run:
    """One call of `backward` on prepared numbers: what it did, and all that there was to know."""

    call: Call
    known: SimpleNamespace
    layer: Any
    was_overwritten: bool  # what the caller gave, or the layer keeps
    is_forward_right: bool


def same(found: Any, wanted: Any) -> bool:
    """The same numbers in the same shape."""
    one, other = numbers(found), numbers(wanted)
    return one is not None and other is not None and one.shape == other.shape and bool(np.allclose(one, other, 1e-6, 1e-10))


def numbers(value: Any) -> Any:
    """A value as an array, or None if it is none."""
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def judged_layer(learner: Learner) -> Iterator[Finding]:
    """A finding for each blank of `backward`, and what else there is to say of it."""
    found = learner.left_open(OF_LAYER)
    filled, extra = frozenset(found), list[Finding]()
    for _ in range(len(OF_LAYER) + 1):
        space, trouble = learner.defined(filled)
        if trouble is None:
            trouble = _judged_in(space, learner, found, extra, filled)
        misshapen = {place for place, finding in found.items() if "shape" in finding.values} - filled
        if misshapen:  # what comes after them can only be judged without them
            filled |= misshapen
            continue
        if trouble is None:
            break
        place = learner.place_at(trouble.line)
        if place not in OF_LAYER or place in filled:
            extra.append(trouble.at("backward", learner.source))
            break
        if place not in found or found[place].key == RIGHT:
            found[place] = _named_by_squares(learner, filled, place) or trouble.at(place, learner.source)
        filled |= {place}
    for place in OF_LAYER:
        yield found.get(place) or learner.finding(place, "unseen")
    yield from extra


def _judged_in(
    space: Mapping[str, Any], learner: Learner, found: dict[str, Finding], extra: list[Finding], filled: frozenset[str]
) -> Trouble | None:
    """Judge what a call on one column shows, by a sigmoid and by ReLU; the trouble, if it went no further."""
    for kind in ("sigmoid", "relu"):
        run = _run(space, kind, square=False)
        if isinstance(run, Trouble):
            return run
        if not run.is_forward_right and not extra:
            extra.append(Finding("forward", "given"))
        for finding in _verdicts(learner, run, filled):
            if kind == "relu" and finding.key == RIGHT and found.get(finding.place, finding).key == "slope.missing":
                found[finding.place] = learner.finding(finding.place, "slope.relu")
            if finding.place not in found or (found[finding.place].key == RIGHT and finding.key != RIGHT):
                found[finding.place] = finding
        if run.call.trouble is not None:
            return run.call.trouble
        if run.was_overwritten and not any(finding.key == "note.overwritten" for finding in extra):
            extra.append(Finding("backward", "note.overwritten"))
    return None


def _run(space: Mapping[str, Any], kind: str, *, square: bool) -> Run | Trouble:
    """Call `backward` on a layer of three neurons: with two signals in one column, or where every matrix is square."""
    random = np.random.default_rng(11)
    inputs, samples = (3, 3) if square else (2, 1)

    def numbered(rows: int, columns: int) -> Any:
        return random.uniform(0.2, 1.2, (rows, columns)) * random.choice([-1, 1], (rows, columns))

    weights, biases, x, da = numbered(3, inputs), numbered(3, 1), numbered(inputs, samples), numbered(3, samples)
    if not square:
        biases = np.array([[0.7], [-0.4], [0.9]]) - weights @ x  # the sums are these, so that ReLU is shut for one neuron
    z = weights @ x + biases
    a = np.maximum(z, 0) if kind == "relu" else 1 / (1 + np.exp(-z))
    slopes = np.where(z > 0, 1.0, 0.0) if kind == "relu" else a * (1 - a)
    made = called(lambda: space["Layer"](inputs, 3, kind, np.random.default_rng(0)))
    if made.trouble is not None:
        return made.trouble
    layer = made.result
    layer.weights, layer.biases = weights.copy(), biases.copy()
    forward = called(lambda: layer.forward(x.copy()))
    is_right = forward.trouble is None and same(forward.result, a)
    layer.inputs, layer.outputs = kept, _ = x.copy(), a.copy()
    given = da.copy()
    code = getattr(getattr(space["Layer"], "backward", None), "__code__", None)
    call = called(lambda: layer.backward(given, RATE), code)
    known = SimpleNamespace(
        da=da, s=slopes, x=x, z=z, a=a, W=weights, b=biases, W1=numbers(layer.weights), b1=numbers(layer.biases)
    )
    return Run(call, known, layer, not (same(given, da) and same(kept, x)), is_right)


def _verdicts(learner: Learner, run: Run, filled: frozenset[str]) -> Iterator[Finding]:
    """What a run shows of each blank, in order; each from what the learner's own lines gave before."""
    known, names = run.known, {**vars(run.layer), **run.call.names}
    right = SimpleNamespace(**vars(known))
    right.dz = known.da * known.s
    right.dW, right.db = right.dz @ known.x.T, right.dz
    # what has the right effect is right, however it is written; but what is made up for in the step goes down as it is
    weights_are_right = run.call.trouble is None and same(known.W1, _RIGHT["self.weights"](right))
    biases_are_right = run.call.trouble is None and same(known.b1, _RIGHT["self.biases"](right))
    goes_down = run.call.trouble is None and same(run.call.result, _RIGHT["da_prev"](right))
    surely = {
        "dz": (weights_are_right or biases_are_right) and (goes_down or not _is_mistaken("dz", names.get("dz"), right)),
        "d_weights": weights_are_right,
        "self.weights": weights_are_right,
        "d_biases": biases_are_right,
        "self.biases": biases_are_right,
        "da_prev": goes_down,
    }
    for place in OF_LAYER:
        value = _value_of(place, run, names)
        if place in filled or surely[place]:
            if place not in filled:
                yield Finding(place, RIGHT)
            _remember(place, _RIGHT[place](right), known, right)
        elif value is not None:
            finding = _verdict(learner, place, value, known, right, run)
            yield finding
            if "shape" in finding.values:
                return
            _remember(place, value, known, right)


def _value_of(place: str, run: Run, names: Mapping[str, Any]) -> Any:
    """What a blank came to: a local name or the layer's, what was returned, or the parameters after the step."""
    if place in ("self.weights", "self.biases"):
        return (run.known.W1 if place == "self.weights" else run.known.b1) if run.call.trouble is None else None
    if place == "da_prev" and run.call.trouble is None:
        return run.call.result if run.call.result is not None else "nothing"
    if place in ("d_weights", "d_biases") and place not in names and run.call.trouble is None:
        before, after = (run.known.W, run.known.W1) if place == "d_weights" else (run.known.b, run.known.b1)
        return (before - after) / RATE if after is not None and after.shape == before.shape else None
    return names.get(place)


def _verdict(learner: Learner, place: str, value: Any, known: SimpleNamespace, right: SimpleNamespace, run: Run) -> Finding:
    if isinstance(value, str):
        return learner.finding(place, "nothing")
    bases = (_with(known, right), right)
    if any(same(value, _tried(_RIGHT[place], base)) for base in bases):
        return Finding(place, RIGHT)
    if place == "da_prev" and any(same(run.call.names.get(place), _tried(_RIGHT[place], base)) for base in bases):
        return learner.returned(place, "returned")
    shape = {"shape": "wrong"} if _shape(value) != _shape(_tried(_RIGHT[place], right)) else {}
    for base in bases:
        for key, formula in _MISTAKES[place]:
            if same(value, _tried(formula, base)):
                return learner.finding(place, "view" if key == "moved" and _has_view(run) else key, **shape)
    found, wanted = numbers(value), numbers(_RIGHT[place](right))
    if found is not None and found.size == wanted.size and shape and np.allclose(np.ravel(found), np.ravel(wanted)):
        return learner.finding(place, "shape", found=str(found.shape), wanted=str(wanted.shape), **shape)
    if shape:
        form = str(found.shape) if found is not None else type(value).__name__
        return learner.finding(place, "shape.other", found=form, wanted=str(wanted.shape), **shape)
    return learner.finding(place, "unknown")


def _is_mistaken(place: str, value: Any, right: SimpleNamespace) -> bool:
    """Is a value what one of the mistakes makes of it?"""
    return any(same(value, _tried(formula, right)) for _, formula in _MISTAKES[place])


def _with(known: SimpleNamespace, right: SimpleNamespace) -> SimpleNamespace:
    """What the learner's own lines gave, and the right values where they gave nothing of the right shape."""
    base = SimpleNamespace(**vars(right))
    for name in ("dz", "dW", "db"):
        own = getattr(known, name, None)
        if own is not None and own.shape == getattr(right, name).shape:
            setattr(base, name, own)
    return base


def _remember(place: str, value: Any, known: SimpleNamespace, right: SimpleNamespace) -> None:
    name = {"dz": "dz", "d_weights": "dW", "d_biases": "db"}.get(place)
    own = numbers(value)
    if name and own is not None:
        setattr(known, name, np.broadcast_to(own, getattr(right, name).shape) if own.size == 1 else own)


def _tried(formula: Formula, base: SimpleNamespace) -> Any:
    """A formula's value; None where its shapes do not fit, as with most mistakes on one column."""
    try:
        return formula(base)
    except (ValueError, TypeError, AttributeError):
        return None


def _shape(value: Any) -> Any:
    found = numbers(value)
    return None if found is None else found.shape


def _has_view(run: Run) -> bool:
    """Does a name of the learner's stand for the layer's own weights?"""
    own = run.layer.weights
    return any(
        isinstance(value, np.ndarray) and value is not run.call.result and np.shares_memory(value, own)
        for value in run.call.names.values()
    )


def _named_by_squares(learner: Learner, filled: frozenset[str], place: str) -> Finding | None:
    """A mistake whose shapes do not fit: where all matrices are square it goes through, and its value gives it away."""
    space, trouble = learner.defined(filled)
    run = trouble or _run(space, "sigmoid", square=True)
    if isinstance(run, Trouble):
        return None
    found = next((item for item in _verdicts(learner, run, filled) if item.place == place), None)
    return None if found is None or found.key in (RIGHT, "unknown", "shape.other") else learner.finding(place, found.key)
