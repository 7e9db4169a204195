"""What the picture shows: the points, and where the answer changes."""

import json

import numpy as np
from train import X_test, X_train, network, y_test, y_train


def edge(angle):
    """Where a ray from the middle meets a prediction of one half."""
    near, far = 0.0, 2.5
    direction = np.array([[np.cos(angle), np.sin(angle)]])
    for _ in range(40):
        middle = (near + far) / 2
        near, far = (
            (middle, far)
            if network.predict(middle * direction)[0] > 0.5
            else (near, middle)
        )
    return near * direction[0]


def rounded(rows):
    return [[round(float(value), 3) for value in row] for row in rows]


boundary = [
    edge(angle) for angle in np.linspace(0, 2 * np.pi, 120, endpoint=False)
]
parts = {"train": (X_train, y_train), "test": (X_test, y_test)}
groups = {
    f"{part} {label}": rounded(x[y == label])
    for part, (x, y) in parts.items()
    for label in (0, 1)
}
print(json.dumps({"boundary": rounded(boundary), **groups}))
