"""The same network with PyTorch, from the same start."""

import sys

import numpy as np
import torch
from mnist_numpy import batches, load, start
from torch import nn


class Network(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.first = nn.Linear(784, 128)
        self.second = nn.Linear(128, 64)
        self.last = nn.Linear(64, 10)
        self.relu = nn.ReLU()
        layers = self.first, self.second, self.last
        with torch.no_grad():
            for layer, w in zip(layers, weights, strict=True):
                layer.weight.copy_(torch.from_numpy(w))
                layer.bias.zero_()

    def forward(self, x):
        x = self.relu(self.first(x))
        x = self.relu(self.second(x))
        return self.last(x)


def train(network, x, labels, order):
    """Yields the loss of each batch."""
    criterion = nn.CrossEntropyLoss()
    adam = torch.optim.Adam(network.parameters(), lr=0.001)
    network.train()
    for places in order:
        images = torch.from_numpy(x[places])
        targets = torch.from_numpy(labels[places])
        adam.zero_grad()
        loss = criterion(network(images), targets)
        loss.backward()
        adam.step()
        yield loss.item()


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
    network.eval()
    with torch.no_grad():
        right = network(torch.from_numpy(x)).argmax(dim=1).numpy() == labels
    print(f"Right answers to new digits: {right.mean():.2%}")


if __name__ == "__main__":
    main(sys.argv[1])
