"""Handwritten digits with numpy alone. Samples are rows here."""

import sys
from pathlib import Path

import numpy as np

SIZES = [784, 128, 64, 10]


def load(folder, part):
    images = Path(folder, f"{part}-images-idx3-ubyte").read_bytes()
    labels = Path(folder, f"{part}-labels-idx1-ubyte").read_bytes()
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)
    half, white = np.float32(0.5), np.float32(255)
    x = (pixels / white - half) / half
    return x, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)


def start(seed):
    random = np.random.default_rng(seed)
    shapes = zip(SIZES[1:], SIZES, strict=False)
    return [random.normal(0, 0.05, shape).astype("f4") for shape in shapes]


def batches(count, size, seed):
    order = np.random.default_rng(seed).permutation(count)
    return [order[i : i + size] for i in range(0, count, size)]


class Network:
    def __init__(self, weights):
        biases = [np.zeros(len(w), "f4") for w in weights]
        self.parameters = [*weights, *biases]

    def forward(self, x):
        weights, biases = self.parameters[:3], self.parameters[3:]
        self.signals = [x]
        for w, b in zip(weights, biases, strict=True):
            z = self.signals[-1] @ w.T + b
            self.signals.append(np.maximum(z, 0))
        return z

    def loss(self, z, labels):
        z = z - z.max(axis=1, keepdims=True)  # never overflows
        powers = np.exp(z)
        totals = powers.sum(axis=1, keepdims=True)
        self.shares = powers / totals
        rows = np.arange(len(labels))
        return float(np.mean(np.log(totals[:, 0]) - z[rows, labels]))

    def backward(self, labels):
        dz = self.shares.copy()
        dz[np.arange(len(labels)), labels] -= 1
        dz /= len(labels)
        d_weights, d_biases = [], []
        weights, signals = self.parameters[2::-1], self.signals[2::-1]
        for w, a in zip(weights, signals, strict=True):
            d_weights.insert(0, dz.T @ a)
            d_biases.insert(0, dz.sum(axis=0))
            dz = (dz @ w) * (a > 0)
        return [*d_weights, *d_biases]


class Adam:
    def __init__(self, parameters, rate=0.001):
        self.parameters, self.rate, self.t = parameters, rate, 0
        self.m = [np.zeros_like(p) for p in parameters]
        self.s = [np.zeros_like(p) for p in parameters]

    def step(self, gradients):
        self.t += 1
        moments = zip(self.parameters, gradients, self.m, self.s, strict=True)
        for p, g, m, s in moments:
            m += 0.1 * (g - m)
            s += 0.001 * (g * g - s)
            m_hat = m / (1 - 0.9**self.t)
            s_hat = s / (1 - 0.999**self.t)
            p -= self.rate * m_hat / (np.sqrt(s_hat) + 1e-8)


def train(network, x, labels, order):
    """Yields the loss of each batch."""
    adam = Adam(network.parameters)
    for places in order:
        z = network.forward(x[places])
        yield network.loss(z, labels[places])
        adam.step(network.backward(labels[places]))


def main(folder):
    x, labels = load(folder, "train")
    network = Network(start(seed=1))
    order = [places for e in range(5) for places in batches(len(x), 64, e)]
    losses = []
    for loss in train(network, x, labels, order):
        losses.append(loss)
        if len(losses) % 100 == 0:
            print(len(losses), round(np.mean(losses[-100:]), 3))
    x, labels = load(folder, "t10k")
    right = network.forward(x).argmax(axis=1) == labels
    print(f"Right answers to new digits: {right.mean():.2%}")


if __name__ == "__main__":
    main(sys.argv[1])
