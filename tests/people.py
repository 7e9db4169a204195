"""The four people's network in numpy, apart from all that is tested: its gradient by hand, and what becomes of it in training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

PEOPLE = {1: (133, 65, 1), 2: (160, 72, 0), 3: (152, 70, 0), 4: (120, 60, 1), 5: (128, 63, 0), 6: (155, 68, 0), 7: (40, 40, 0)}
Person = tuple[tuple[float, float], float]  # inputs and target


@dataclass
class Net:
    """Alice's network in numpy."""

    weights: dict[str, float]

    def forward(self, x: tuple[float, float]) -> tuple[float, float, float]:
        w, (x_1, x_2) = self.weights, x
        h_1 = 1 / (1 + np.exp(-(w["w_1"] * x_1 + w["w_2"] * x_2 + w["b_1"])))
        h_2 = 1 / (1 + np.exp(-(w["w_3"] * x_1 + w["w_4"] * x_2 + w["b_2"])))
        return h_1, h_2, 1 / (1 + np.exp(-(w["w_5"] * h_1 + w["w_6"] * h_2 + w["b_3"])))

    def gradient(self, x: tuple[float, float], y: float) -> dict[str, float]:
        w, (x_1, x_2), (h_1, h_2, o_1) = self.weights, x, self.forward(x)
        delta_3 = -2 * (y - o_1) * o_1 * (1 - o_1)
        delta_1, delta_2 = delta_3 * w["w_5"] * h_1 * (1 - h_1), delta_3 * w["w_6"] * h_2 * (1 - h_2)
        weights = [delta_1 * x_1, delta_1 * x_2, delta_2 * x_1, delta_2 * x_2, delta_3 * h_1, delta_3 * h_2]
        biases = [delta_1, delta_2, delta_3]
        return {f"w_{n}": value for n, value in enumerate(weights, 1)} | {f"b_{n}": value for n, value in enumerate(biases, 1)}


def mean_loss(net: Net, people: Mapping[int, Person]) -> float:
    return float(np.mean([(people[n][1] - net.forward(people[n][0])[2]) ** 2 for n in (1, 2, 3, 4)]))


def outputs(net: Net, x: tuple[float, float]) -> Iterator[tuple[str, float]]:
    return zip(("h_1", "h_2", "o_1"), net.forward(x), strict=True)


def numbers(example: str, weights: dict[str, float]) -> dict[str, float]:
    """What pages ask of this example, by name."""
    people = {n: ((weight - 135.0, height - 66.0), float(y)) for n, (weight, height, y) in PEOPLE.items()}
    net, (alice, y) = Net(dict(weights)), people[1]
    found = dict(weights) | {"baseline": 0.0}
    for n, (x, target) in people.items():
        found |= {f"x_1@{n}": x[0], f"x_2@{n}": x[1], f"y@{n}": target}
    gradient, (h_1, h_2, o_1) = net.gradient(alice, y), net.forward(alice)
    found |= {f"dL/d{name}": value for name, value in gradient.items()}
    found |= {f"delta_{n}": gradient[f"b_{n}"] for n in (1, 2, 3)} | {"h_1": h_1, "h_2": h_2, "o_1": o_1}
    found |= {"x_1": alice[0], "x_2": alice[1], "y": y, "dL/do_1": -2 * (y - o_1), "dh_1/dw_1": h_1 * (1 - h_1) * alice[0]}
    found["z_1"] = weights["w_1"] * alice[0] + weights["w_2"] * alice[1] + weights["b_1"]
    rises, before = dict.fromkeys((1, 2, 3, 4), 0), mean_loss(net, people)
    for epoch in range(1001 if example == "training" else 0):
        for n in rises if epoch else ():
            for name, slope in net.gradient(*people[n]).items():
                net.weights[name] -= 0.1 * slope
            after = mean_loss(net, people)
            rises[n] += after > before
            before = after
        found |= {f"L#e{epoch}": before, f"rises#e{epoch}": sum(rises.values())}
        found |= {f"rises@{n}#e{epoch}": count for n, count in rises.items()}
        found |= {f"{name}@{n}#e{epoch}": value for n in people for name, value in outputs(net, people[n][0])}
    return found | {f"{name}#e1000": value for name, value in net.weights.items()}
