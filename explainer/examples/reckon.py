"""How many equations a network's walkthrough has, reckoned from its shape before any of them is stated."""

from __future__ import annotations

from explainer.examples.model import Network
from explainer.operations.optimisers import Optimiser
from explainer.operations.vocabulary import OPERATIONS

MAX_EQUATIONS = 10_000  # proving more would take minutes, and a gigabyte of memory


def equations(network: Network, *, last: str, samples: int, steps: int, rule: Optimiser) -> int:
    """Neuron by neuron; `last` is the activation of the last layer.

    In the view of layers these are the entries of the matrices, so the number is much the same. Shifted data and a baseline
    are not counted; frozen parameters are, as if they were learnt.
    """
    neurons, outputs = sum(network.layers[1:]), network.layers[-1]
    parameters = network.weight_count + network.bias_count
    inner = network.weight_count - network.layers[0] * network.layers[1]  # weights above the first layer: ways on to neurons
    pairs = network.weight_count + (neurons if network.bias != "none" else 0)  # of a sum and a parameter in it
    forward = 2 * neurons + bool(network.loss)
    if not network.loss:
        return samples * forward
    several = samples > 1
    # Partials of single equations, then between stations, then the loss's own by hidden neurons.
    backward = (pairs + inner + neurons + outputs) + (pairs + inner) + (neurons - outputs)
    if last == "softmax":  # each output depends on all sums
        backward += (outputs - 1) * outputs * (1 + network.layers[-2] + (network.bias == "per_neuron"))
    collapse = OPERATIONS[network.loss].demands.collapse if network.loss else None
    if collapse and collapse.activation == last:
        backward += outputs
    if several:  # also by each sample's loss
        backward += 1 + outputs
    passes = samples * (forward * (steps + 1) + backward * max(steps, 1))
    shared = parameters * max(steps, 1) + several * (steps + 1)
    return passes + shared + steps * parameters * (1 + len(rule.keeps))
