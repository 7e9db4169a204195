"""Every sentence and label the program itself writes, in English: the source of the catalogues in `locale/`.

`{name}` is a placeholder. A pair of texts is singular and plural, chosen by `{count}`.
"""

from __future__ import annotations

Text = str | tuple[str, str]

SENTENCES: dict[str, Text] = {
    # how a quantity comes about
    "difference": "Subtract {shift} from the measured value {raw}.",
    "affine": (
        "Multiply the input by its weight and add the bias. The result {target} is the neuron’s pre-activation.",
        "Multiply each input by its weight, add the products, and add the bias. The sum {target} is the neuron’s pre-activation.",
    ),
    "affine.no_bias": (
        "Multiply the input by its weight. The result {target} is the neuron’s pre-activation.",
        "Multiply each input by its weight and add the products. The sum {target} is the neuron’s pre-activation.",
    ),
    "activation.sigmoid": "The sigmoid turns {z} into {target}, a number between zero and one.",
    "activation.tanh": "The hyperbolic tangent turns {z} into {target}, a number between minus one and one.",
    "activation.relu": "ReLU passes {z} on where it is positive, and gives zero elsewhere.",
    "activation.identity": "There is no activation function here: {target} is {z} itself.",
    "loss.squared_error": "The loss {target} is the squared error: the difference between the target and the prediction, squared.",
    "loss.squared_error.several": "The loss {target} is the sum of the squared errors over the outputs.",
    "loss.half_squared_error": "The loss {target} is half the squared error; the half will cancel a factor of two in the derivative.",
    "loss.half_squared_error.several": "The loss {target} is half the sum of the squared errors; the half will cancel a factor of two in the derivative.",
    "loss.mean_squared_error": "The loss {target} is the squared error: the difference between the target and the prediction, squared.",
    "loss.mean_squared_error.several": "The loss {target} is the mean of the squared errors over the outputs.",
    "loss.baseline": "What the constant answer costs on this sample: its squared error.",
    "mean": ("The mean over {count} sample.", "The mean over {count} samples."),
    "partial.affine.weight": "In {of} the weight {by} is multiplied by {other}. Nothing else there depends on it, so {other} is the derivative.",
    "partial.affine.input": "In {of} the signal {by} is multiplied by {other}, and that factor is the derivative.",
    "partial.affine.bias": "The bias {by} is simply added, so {of} changes by exactly as much as the bias does.",
    "partial.sigmoid": "The slope of the sigmoid follows from its own output {of}.",
    "partial.tanh": "The slope of the hyperbolic tangent follows from its own output {of}.",
    "partial.relu": "The slope of ReLU is one where {z} is positive and zero elsewhere.",
    "partial.identity": "{of} is {z} itself, so both change by the same amount.",
    "partial.squared_error": "The derivative of a square is twice its base; the minus sign is there because {by} is subtracted from the target.",
    "partial.half_squared_error": "The half cancels the two of the square; the minus sign is there because {by} is subtracted from the target.",
    "partial.mean_squared_error": "The derivative of a square is twice its base, divided by the number of outputs; the minus sign is there because {by} is subtracted from the target.",
    "partial.mean": "Every sample has the same share in the mean.",
    "partial.place": "{by} stands in {of} more than once; this is what one of its places contributes.",
    "chain_link": "A change of {by} acts on {of} through {between}: multiply the two derivatives.",
    "chain_rule": "One path leads from {by} to {of}: multiply the derivatives along it.",
    "chain_rule.several": (
        "{count} path leads from {by} to {of}: multiply the derivatives along each path, then add the products.",
        "{count} paths lead from {by} to {of}: multiply the derivatives along each path, then add the products.",
    ),
    "update": "Take a step against the gradient: subtract {rate} times {gradient} from {before}.",
    # headings and tables
    "heading.given": "What is given",
    "heading.network": "The network",
    "heading.data": "Preparing the data",
    "heading.forward": "The forward pass",
    "heading.partials": "The partial derivatives",
    "heading.update": "The update",
    "heading.after": "The forward pass after the update",
    "column.quantity": "Quantity",
    "column.value": "Value",
    "column.parameter": "Parameter",
    "column.before": "Before",
    "column.gradient": "Gradient",
    "column.after": "After",
    "details.derivation": "derivation",
    # figures
    "figure.symbols.title": "The network as a graph",
    "figure.values.title": "The network with its values",
    "figure.description": "Signals run from left to right: the inputs, the hidden neurons if there are any, and the outputs. Every line is a weight; a short arrow into a neuron is its bias.",
    "figure.symbols.caption": "Circles are inputs and neurons, lines are weights, short arrows are biases.",
    "figure.values.caption": "The same network after the forward pass: the output of each neuron under its name, each weight on its line, each bias on its arrow.",
    # the certificate at the end of a page
    "certificate.title": "Certificate",
    "certificate.numbers": (
        "{count} number on this page was computed, not typed; interval arithmetic proves every printed digit.",
        "{count} numbers on this page were computed, not typed; interval arithmetic proves every printed digit.",
    ),
    "certificate.equations.proven": (
        "{count} equation stands behind this page; it is proven to be what its name says.",
        "{count} equations stand behind this page; each is proven to be what its name says.",
    ),
    "certificate.equations.checked": (
        "{count} equation stands behind this page; it is checked at random points modulo a large prime.",
        "{count} equations stand behind this page; each is checked at random points modulo a large prime.",
    ),
    "certificate.rules": (
        "{count} differentiation rule is proven by computer algebra.",
        "{count} differentiation rules are proven by computer algebra.",
    ),
    "certificate.direct": (
        "{count} gradient also equals the derivative of the whole loss, written out and differentiated in one piece.",
        "{count} gradients also equal the derivatives of the whole loss, written out and differentiated in one piece.",
    ),
    "certificate.kinks": (
        "{count} value lies exactly at the kink of its activation function; the slope there is zero by convention.",
        "{count} values lie exactly at the kink of their activation function; the slope there is zero by convention.",
    ),
    "certificate.method": "How these numbers are proven",
    "certificate.file": "Proof file: {example}",
    # the site
    "site.description": "Worked numerical examples of how neural networks compute and learn, with every number proven.",
    "site.to_dark": "Switch to dark mode",
    "site.to_light": "Switch to light mode",
    "site.to_system": "Follow the system’s colours",
    "site.permalink": "Link to this section",
}
