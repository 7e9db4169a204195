"""No page has a word left in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from explainer.words.languages import LANGUAGES, SOURCE, Language
from tests.conftest import Site
from tests.site.test_site import pages, parse, visible

pytestmark = pytest.mark.site

# What stands on pages of any language in Latin letters: names of people and things, and titles that are quoted.
NAMES = {
    *(
        "explainer",
        "Material for MkDocs",
        "Python",
        "NumPy",
        "numpy",
        "Markdown",
        "LaTeX",
        "HTML",
        "JSON Schema",
        "Arb",
        "PyTorch",
        "Moodle",
        "Moodle XML",
        "JavaScript",
        "MNIST",
        "Esc",
    ),
    *("Alice", "Bob", "Charlie", "Diana", "Emily", "Frank", "Victor Zhou", "Matt Mazur", "hmkcode", "Huber"),
    # the field's own words, in Chinese and Russian too
    *("ReLU", "Leaky ReLU", "Softplus", "tanh", "Adam", "Jupyter", "XOR", "softmax", "Softmax", "sigmoid", "Sigmoid"),
    *("Yann LeCun", "Corinna Cortes", "Christopher J. C. Burges", "The MNIST database of handwritten digits"),
    "Machine Learning for Beginners: An Introduction to Neural Networks",
    "Machine Learning for Beginners",
    "A Step by Step Backpropagation Example",
    "Backpropagation Step by Step",
    "CS231n, Stanford",
    "Convolutional Neural Networks for Visual Recognition: course notes",
}
# Said once, beside the language's own term and other words; and letters of formulas that a description reads out.
_LONG = {"binary cross-entropy", "categorical cross-entropy", "multilayer perceptron", "training set", "bias correction"}
_CHINESE = {*_LONG, "epoch", "lambda", "forward pass", "forward propagation", "logit", "with logits", "hidden", "MLP", "notebook"}
_READ_OUT = {"S 型", "e 的", "z 次方"}
TERMS = {
    "fi": {"with logits"},
    "ru": {*_LONG, "batch", "full-batch", "sample", "net input", "rectified linear unit"},
    "zh-Hans": _CHINESE | _READ_OUT,
    "zh-Hant": _CHINESE | _READ_OUT | {"bias", "activation function"},
}
# Words without which nobody writes a paragraph, and which no other of our languages has.
COMMON = {
    "en": {"the", "of", "and", "with", "which", "from", "this", "that", "each", "are"},
    "nb": {"og", "ikke", "på", "av", "være", "vekten", "tapet"},
    "fi": {"joka", "että", "luku", "verkko", "ovat", "myös"},
    "pt-BR": {"que", "não", "uma", "são", "dos"},
}
CYRILLIC, CHINESE = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[\u4e00-\u9fff]")
# The English name of what the language has just named: a few words in parentheses, and nothing beside them.
GLOSS = re.compile(r"[（(][A-Za-z][A-Za-z’'-]*(?:,? [A-Za-z][A-Za-z’'-]*){0,3}[）)]")
LATIN = re.compile(r"[A-Za-z][A-Za-z’'-]*")


def texts(file: Path) -> Iterator[str]:
    """All that a reader of a page reads or hears, but for code, formulas, and what says that it is in another language."""
    tree = parse(file)
    for attribute in ("alt", "title", "aria-label", "placeholder"):
        yield from (node.attributes[attribute] or "" for node in tree.css(f"body [{attribute}]"))
    yield from (node.attributes["content"] or "" for node in tree.css("meta[name=description]"))
    yield from (node.text() for node in tree.css("head > title"))
    for node in tree.css("li"):
        node.insert_after(" ")  # nothing may stand between them
    yield visible(tree, "script, style, template, code, pre, math, svg text, [lang]:not(html)")


def without_names(text: str, site: Site, language: Language) -> str:
    known = NAMES | TERMS.get(language.code, set()) | set(site.plan.proofs)
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", " ", text)
    return text


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_no_page_has_a_word_left_in_another_language(site: Site, language: Language) -> None:
    foreign = set().union(*(words for code, words in COMMON.items() if code != language.code))
    for address, file in pages(site.folder, language).items():
        text = without_names(" \n ".join(texts(file)), site, language)
        text = GLOSS.sub(" ", text) if language != SOURCE else text
        if language.code != "ru":
            assert not CYRILLIC.search(text), address
        if not language.unspaced:
            assert not CHINESE.search(text), address
        words = {word.lower() for word in LATIN.findall(text)}
        left = words if language.code == "ru" or language.unspaced else words & foreign
        assert not left, f"{language.code}/{address}: {sorted(left)}"


def test_this_would_be_noticed() -> None:
    assert COMMON["en"] & {word.lower() for word in LATIN.findall("Each line is a product of the weights.")}
    for code, words in COMMON.items():
        assert not any(words & others for other, others in COMMON.items() if other != code)
