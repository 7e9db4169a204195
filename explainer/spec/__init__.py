"""From an author's file to a program: `load` reads and checks the file, `compose` states its equations."""

from explainer.spec.compose import compose
from explainer.spec.layers import compose_layers
from explainer.spec.load import load, parse
from explainer.spec.model import Data, Example, GraphExample, Network, NetworkExample, Sample

__all__ = ["Data", "Example", "GraphExample", "Network", "NetworkExample", "Sample", "compose", "compose_layers", "load", "parse"]
