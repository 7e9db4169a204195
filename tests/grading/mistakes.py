"""The solution with one mistake in it, for each that the checker names: where it is told, by which sentence, the change."""

from __future__ import annotations

Changes = tuple[tuple[str, str], ...]

_DZ, _DW, _DB = "dz = da * self.slopes()", "d_weights = dz @ self.inputs.T", "d_biases = dz"
_PREV, _W, _B = (
    "da_prev = self.weights.T @ dz",
    "self.weights -= learning_rate * d_weights",
    "self.biases -= learning_rate * d_biases",
)
_LOSS = "-(\n                    target * np.log(output) + (1 - target) * np.log(1 - output)\n                )"
_DA = "da = (output - target) / (output * (1 - output))"
_ORDER, _DATA = "order = self.random.permutation(len(training_data))", "data, targets = training_data[order], labels[order]"
_TOTAL, _AVERAGE = "total += loss.item()", "history.append(total / len(data))"
_ENDING = """            history.append(total / len(data))
            print(f"Loss at epoch {epoch}: {history[-1]:.3f}")
"""
_BACK = """                for layer in self.layers[::-1]:
                    # Through this layer, which learns from it.
                    da = layer.backward(da, learning_rate)
"""
_HANDED = """                back = output - target
                for layer in self.layers[::-1]:
                    back = layer.backward(back, learning_rate)
"""


def _shifted(text: str, by: int) -> str:
    """Lines further to the right or to the left."""
    return "".join(" " * by + line if by > 0 else line[-by:] for line in text.splitlines(keepends=True))


MISTAKES: tuple[tuple[str, str, Changes], ...] = (
    ("dz", "slope.missing", ((_DZ, "dz = da"),)),
    ("dz", "slope.alone", ((_DZ, "dz = self.slopes()"),)),
    ("dz", "slope.sigmoid", ((_DZ, "dz = da * self.outputs * (1 - self.outputs)"),)),
    ("dz", "slope.relu", ((_DZ, "dz = da * (self.outputs > 0)"),)),
    ("dz", "slope.of_z", ((_DZ, "z = self.weights @ self.inputs + self.biases\n        dz = da * z * (1 - z)"),)),
    ("dz", "slope.output", ((_DZ, "dz = da * self.outputs"),)),
    ("dz", "slope.twice", ((_DZ, "dz = da * self.slopes() ** 2"),)),
    ("dz", "sign", ((_DZ, "dz = -da * self.slopes()"),)),
    (
        "dz",
        "sign",
        ((_DZ, "dz = -da * self.slopes()"), (_W, _W.replace("-=", "+=")), (_B, _B.replace("-=", "+="))),
    ),
    (
        "dz",
        "rate.early",
        ((_DZ, f"{_DZ} * learning_rate"), (_W, "self.weights -= d_weights"), (_B, "self.biases -= d_biases")),
    ),
    ("dz", "product.matrix", ((_DZ, "dz = da @ self.slopes()"),)),
    ("dz", "product.matrix", ((_DZ, "dz = da @ self.slopes().T"),)),
    ("d_weights", "transpose.missing", ((_DW, "d_weights = dz @ self.inputs"),)),
    ("d_weights", "transpose.other", ((_DW, "d_weights = dz.T @ self.inputs"),)),
    ("d_weights", "operands", ((_DW, "d_weights = self.inputs @ dz.T"),)),
    ("d_weights", "operands", ((_DW, "d_weights = self.inputs.T @ dz"),)),
    ("d_weights", "activation", ((_DW, "d_weights = da @ self.inputs.T"),)),
    ("d_weights", "own.output", ((_DW, "d_weights = dz @ self.outputs.T"),)),
    ("d_weights", "mean", ((_DW, "d_weights = np.mean(dz @ self.inputs.T)"),)),
    ("d_weights", "update.twice", ((_DW, "d_weights = learning_rate * dz @ self.inputs.T"),)),
    ("d_biases", "update.twice", ((_DB, "d_biases = learning_rate * dz"),)),
    ("d_biases", "activation", ((_DB, "d_biases = da"),)),
    ("d_biases", "ones", ((_DB, "d_biases = np.ones_like(dz)"),)),
    ("d_biases", "mean", ((_DB, "d_biases = np.mean(dz)"),)),
    ("d_biases", "sum", ((_DB, "d_biases = np.sum(dz)"),)),
    ("d_biases", "shape", ((_DB, "d_biases = dz.sum(axis=1)"),)),
    ("d_biases", "shape", ((_DB, "d_biases = dz.ravel()"), (_B, "self.biases = self.biases - learning_rate * d_biases"))),
    ("da_prev", "transpose.missing", ((_PREV, "da_prev = self.weights @ dz"),)),
    ("da_prev", "operands", ((_PREV, "da_prev = dz.T @ self.weights"),)),
    ("da_prev", "operands", ((_PREV, "da_prev = dz @ self.weights"),)),
    ("da_prev", "activation", ((_PREV, "da_prev = self.weights.T @ da"),)),
    ("da_prev", "axis", ((_PREV, "da_prev = (self.weights * dz).sum(axis=1, keepdims=True)"),)),
    ("da_prev", "not.below", ((_PREV, "da_prev = dz"),)),
    ("da_prev", "nothing", (("        return da_prev\n", ""),)),
    (
        "da_prev",
        "moved",
        ((_PREV, "pass"), ("        return da_prev", "        da_prev = self.weights.T @ dz\n        return da_prev")),
    ),
    (
        "da_prev",
        "view",
        (
            (_DZ, f"old = self.weights\n        {_DZ}"),
            (_PREV, "pass"),
            ("        return da", "        da_prev = old.T @ dz\n        return da"),
        ),
    ),
    ("da_prev", "rate.early", ((_PREV, f"{_PREV} * learning_rate"),)),
    ("da_prev", "returned", (("        return da_prev", "        return dz"),)),
    ("self.weights", "update.sign", ((_W, "self.weights += learning_rate * d_weights"),)),
    ("self.biases", "update.sign", ((_B, "self.biases += learning_rate * d_biases"),)),
    ("self.weights", "update.rate", ((_W, "self.weights -= d_weights"),)),
    ("self.weights", "update.twice", ((_W, "self.weights -= learning_rate**2 * d_weights"),)),
    ("self.weights", "update.alone", ((_W, "self.weights = -learning_rate * d_weights"),)),
    ("self.weights", "update.none", ((_W, "weights = self.weights - learning_rate * d_weights"),)),
    ("self.weights", "update.mean", ((_W, "self.weights -= learning_rate * d_weights / len(d_weights)"),)),
    ("forward", "given", (("np.maximum(z, 0) if relu", "np.abs(z) if relu"),)),
    ("backward", "note.overwritten", ((_DZ, "da *= self.slopes()\n        dz = da"),)),
    ("output", "output.none", (("output = self.forward(x)", "output = np.array([[0.5]])"),)),
    ("output", "output.flat", (("x = data[i].reshape(-1, 1)", "x = data[i]"),)),
    ("output", "output.batch", (("x = data[i].reshape(-1, 1)", "x = data.T"), (_TOTAL, "total += loss.sum()"))),
    ("da", "da.fused", ((_DA, "da = output - target"),)),
    ("da", "da.fused.sign", ((_DA, "da = target - output"),)),
    ("da", "sign", ((_DA, "da = (target - output) / (output * (1 - output))"),)),
    ("da", "da.squared", ((_DA, "da = 2 * (output - target)"),)),
    ("da", "da.denominator", ((_DA, "da = (output - target) / output * (1 - output)"),)),
    ("da", "da.inner", ((_DA, "da = -target / output - (1 - target) / (1 - output)"),)),
    ("da", "da.half", ((_DA, "da = -target / output"),)),
    ("da", "da.loss", ((_DA, "da = loss"),)),
    ("da", "da.mean", ((_DA, f"{_DA} / len(data)"),)),
    ("loss", "loss.minus", ((_LOSS, _LOSS[1:]),)),
    ("loss", "loss.log", ((_LOSS, _LOSS.replace("np.log", "np.log10")),)),
    ("loss", "loss.log", ((_LOSS, _LOSS.replace("np.log", "np.log2")),)),
    ("loss", "loss.brackets", ((_LOSS, "-target * np.log(output) + (1 - target) * np.log(1 - output)"),)),
    ("loss", "loss.half", ((_LOSS, "-target * np.log(output)"),)),
    ("loss", "loss.swapped", ((_LOSS, "-(target * np.log(1 - output) + (1 - target) * np.log(output))"),)),
    ("loss", "loss.squared", ((_LOSS, "(output - target) ** 2"),)),
    ("loss", "loss.absolute", ((_LOSS, "np.abs(output - target)"),)),
    (
        "loss",
        "loss.pairs",
        (
            ("            total = 0\n", "            outputs = []\n"),
            (_TOTAL, "outputs.append(output[0])"),
            (
                _AVERAGE,
                "o = np.array(outputs)\n            history.append(-np.mean(targets * np.log(o) + (1 - targets) * np.log(1 - o)))",
            ),
        ),
    ),
    ("average", "average.sum", ((_AVERAGE, "history.append(total)"),)),
    ("average", "average.kept", (("        history = []\n", "        history, total = [], 0\n"), ("            total = 0\n", ""))),
    ("average", "average.last", ((_TOTAL, "total = loss.item()"),)),
    ("average", "average.epochs", ((_AVERAGE, "history.append(total / epochs)"),)),
    ("average", "average.unknown", ((_AVERAGE, "history.append(total / epoch)"),)),
    ("average", "average.unknown", ((_TOTAL, "total += loss.item() / 2"),)),
    ("average", "average.inside", ((_ENDING, _shifted(_ENDING, 4)),)),
    ("average", "average.inside", ((_TOTAL, "total = (total + loss.item()) / len(data)"), (_AVERAGE, "history.append(total)"))),
    ("average", "average.outside", ((_ENDING, _shifted(_ENDING, -4)),)),
    ("layer.backward", "call.none", ((_BACK, ""),)),
    ("layer.backward", "call.same", (("da = layer.backward(", "layer.backward("),)),
    ("layer.backward", "call.same", (("da = layer.backward(da", "layer.backward(output - target"),)),
    ("layer.backward", "da.fused", ((_BACK, _HANDED),)),
    ("layer.backward", "call.rate", (("layer.backward(da, learning_rate)", "layer.backward(da, 0.5)"),)),
    ("layer.backward", "call.order", (("self.layers[::-1]", "self.layers"),)),
    ("layer.backward", "call.one", (("self.layers[::-1]", "self.layers[-1:]"),)),
    ("layer.backward", "call.epoch", ((_BACK, _shifted(_BACK, -4)),)),
    ("order", "order.labels", ((_DATA, "data, targets = training_data[order], labels"),)),
    ("order", "order.none", ((_DATA, "data, targets = training_data, labels"),)),
    (
        "order",
        "order.once",
        ((f"            {_ORDER}\n", ""), ("        history = []\n", f"        history = []\n        {_ORDER}\n")),
    ),
    ("order", "order.missing", ((_ORDER, "order = self.random.integers(len(training_data), size=len(training_data))"),)),
    (
        "data",
        "data.changed",
        (
            (
                "x = data[i].reshape(-1, 1)",
                "training_data -= training_data.mean(axis=0)\n                x = data[i].reshape(-1, 1)",
            ),
        ),
    ),
    ("training", "training.unseen", (("        return history\n", ""),)),
    ("file", "error.missing", (("class Layer:", "class Schicht:"),)),
    ("file", "error.syntax", (("        return da_prev", "        return da_prev)"),)),
    ("file", "error.exit", (("class Layer:", "import sys\n\nsys.exit(0)\n\n\nclass Layer:"),)),
    ("file", "error", (("class Layer:", "import nothing_of_that_name\n\n\nclass Layer:"),)),
    ("loss", "error", ((_LOSS, "target.cross_entropy(output)"),)),
)


def spoilt(solution: str, changes: Changes) -> str:
    """The solution with these changes, each of which is found there once."""
    for old, new in changes:
        assert solution.count(old) == 1, old
        solution = solution.replace(old, new)
    return solution
