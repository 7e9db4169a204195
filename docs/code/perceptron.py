"""A perceptron with hidden layers. Samples are columns."""

import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))  # never overflows
    return np.where(z >= 0, 1, small) / (1 + small)


class Layer:
    """a = f(W x + b)."""

    def __init__(self, inputs, units, activation, random):
        self.weights = random.normal(0, np.sqrt(2 / inputs), (units, inputs))
        self.biases = np.zeros((units, 1))
        self.activation = activation

    def forward(self, inputs):
        self.inputs = inputs
        z = self.weights @ inputs + self.biases
        relu = self.activation == "relu"
        self.outputs = np.maximum(z, 0) if relu else sigmoid(z)
        return self.outputs

    def slopes(self):
        a = self.outputs
        relu = self.activation == "relu"
        return np.where(a > 0, 1.0, 0.0) if relu else a * (1 - a)

    def backward(self, da, learning_rate, dz=None):
        if dz is None:
            dz = da * self.slopes()
        self.d_weights = dz @ self.inputs.T
        self.d_biases = dz.sum(axis=1, keepdims=True)
        da_prev = self.weights.T @ dz  # before the weights move
        self.weights -= learning_rate * self.d_weights
        self.biases -= learning_rate * self.d_biases
        return da_prev


class Perceptron:
    """Hidden layers with ReLU, a sigmoid, binary cross-entropy."""

    def __init__(self, sizes, seed):
        self.random = np.random.default_rng(seed)
        kinds = ["relu"] * (len(sizes) - 2) + ["sigmoid"]
        self.layers = [
            Layer(inputs, units, kind, self.random)
            for inputs, units, kind in zip(
                sizes, sizes[1:], kinds, strict=False
            )
        ]

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, y, learning_rate):
        *hidden, last = self.layers
        dz = last.outputs - y  # cross-entropy after a sigmoid
        dz = dz / dz.shape[1]  # the mean over the columns
        da = last.backward(None, learning_rate, dz)
        for layer in reversed(hidden):
            da = layer.backward(da, learning_rate)

    def predict(self, data):
        return self.forward(np.asarray(data, float).T)[0]

    def fit(self, training_data, labels, epochs, learning_rate):
        x, y = checked(training_data, labels, self.layers[0].weights.shape[1])
        history = []
        for epoch in range(1, epochs + 1):
            losses = []
            for i in self.random.permutation(len(x)):
                with np.errstate(all="ignore"):
                    a = self.forward(x[i].reshape(-1, 1))
                    self.check_finite(epoch)
                    losses.append(loss(y[i], a[0, 0], epoch))
                    self.backward(y[i], learning_rate)
            history.append(np.mean(losses))
            print(f"Loss at epoch {epoch}: {history[-1]:.3f}")
        return history

    def check_finite(self, epoch):
        for number, layer in enumerate(self.layers, 1):
            values = {
                "W": layer.weights,
                "b": layer.biases,
                "a": layer.outputs,
            }
            for name, matrix in values.items():
                if not np.isfinite(matrix).all():
                    raise ValueError(
                        f"found {name}{number} overflowing at epoch {epoch}; "
                        "expected a smaller learning rate"
                    )


def loss(y, a, epoch):
    """The binary cross-entropy of one sample."""
    right = a if y == 1 else 1 - a
    if right <= 0:
        raise ValueError(
            f"found the logarithm of 0 in the loss at epoch {epoch}; "
            "expected a smaller learning rate"
        )
    return -np.log(right)


def checked(training_data, labels, inputs):
    """The data as arrays, if nothing is wrong with them."""
    x, y = np.asarray(training_data, float), np.asarray(labels, float)
    if len(x) == 0:
        raise ValueError("found no samples; expected at least one")
    if x.ndim != 2 or x.shape[1] != inputs:
        raise ValueError(
            f"found data of the shape {x.shape}; expected (samples, {inputs})"
        )
    if y.shape != (len(x),):
        raise ValueError(
            f"found labels of the shape {y.shape}; expected ({len(x)},)"
        )
    if wrong := [value for value in y if value not in (0, 1)]:
        raise ValueError(f"found the label {wrong[0]:g}; expected 0 or 1")
    return x, y


def rings(count, seed):
    """Points in a disc (label 1) and in a ring around it (label 0)."""
    random = np.random.default_rng(seed)
    y = np.arange(count) % 2
    radius = np.where(
        y == 1, random.uniform(0, 1, count), random.uniform(1.5, 2.5, count)
    )
    angle = random.uniform(0, 2 * np.pi, count)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y
