"""The author's guide: every file in it is a right one, every command is one, and no key is left out or made up."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import explainer
from explainer import cli, judging
from explainer.core.text import SCHEMES
from explainer.examples.load import FORM, parse
from explainer.examples.model import GraphExample, NetworkExample
from explainer.pages import markup
from explainer.pages.blocks import BLOCKS
from explainer.site import addresses
from explainer.words.languages import LANGUAGES
from explainer.words.sections import sections
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "en" / "guide.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROSE = FENCED.sub("", GUIDE)
INLINE = re.findall(r"`([^`\n]+)`", PROSE)


def listings(language: str) -> list[str]:
    return [text for name, text in FENCED.findall(GUIDE) if name == language]


def table_of(text: str) -> str:
    return next(iter(tomllib.loads(text)))


TOML = {f"{index}: {table_of(text)}": text for index, text in enumerate(listings("toml"), 1)}
EXAMPLES = {name: text for name, text in TOML.items() if not name.endswith("source")}


def test_the_guide_has_listings_of_each_kind() -> None:
    assert {name.partition(": ")[2] for name in TOML} == {"network", "graph", "source"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_listing_is_a_whole_example(name: str) -> None:
    example = parse(EXAMPLES[name], name="mine")
    assert isinstance(example, GraphExample if name.endswith("graph") else NetworkExample)
    derivation = explainer.derive(example)
    shown = explainer.show(derivation)
    assert shown.startswith("# mine\n")
    assert derivation.shown["L"].text in shown.replace("−", "-")
    if example.training and example.training.epochs:
        assert derivation.run is not None
        assert {"L#e100", "w_1#e100"} <= derivation.quantities.keys()  # the names that the guide promises


@pytest.mark.parametrize("name", sorted(TOML.keys() - EXAMPLES.keys()))
def test_a_list_of_published_numbers_is_audited(name: str, tmp_path: Path) -> None:
    path = tmp_path / "published.toml"
    path.write_text(TOML[name], encoding="utf-8")
    (audited,), text = judging.audit(path, root=ROOT)
    assert len(audited.verdicts) == TOML[name].count("[[claims]]")
    assert [verdict.agrees for verdict in audited.verdicts] == [True, False]
    assert text.startswith("published: Victor Zhou")


# --- commands


def commands() -> Iterator[str]:
    for text in [*INLINE, *(line for block in listings("sh") for line in block.splitlines())]:
        if text.startswith("explainer "):
            yield text.partition("|")[0].strip()


COMMANDS = sorted(set(commands()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one_that_the_program_takes(command: str) -> None:
    arguments = shlex.split(command)[1:]
    assert cli.parser().parse_args(arguments).command == arguments[0]


def test_the_guide_names_the_commands_an_author_needs() -> None:
    named = {command.split()[1] for command in COMMANDS}
    assert named >= {"new", "show", "derive", "serve", "train", "where", "check", "audit", "schema", "stamp"}


def test_options_in_the_text_are_options_of_the_command_beside_them() -> None:
    rows = re.findall(r"^\| `explainer ([^`]+)` \| (.*) \|$", PROSE, re.MULTILINE)
    options = [(command, option) for command, text in rows for option in re.findall(r"`(--[^`]+)`", text)]
    assert len(options) >= 3
    for command, option in options:
        assert cli.parser().parse_args(shlex.split(f"{command} {option}")), option


# --- keys


SCHEMA: dict[str, Any] = FORM.schema["properties"]
TABLES = {name: set(node["properties"]) for name, node in SCHEMA.items() if "properties" in node}
SAMPLES = set(SCHEMA["data"]["properties"]["samples"]["items"]["properties"])
DRAWN = set(FORM.schema["$defs"]["drawn"]["properties"])


def rows() -> Iterator[tuple[str, str]]:
    """The first cells of tables of keys: the heading of the table, and a name."""
    head = ""
    for line in PROSE.splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        if first and "`" not in first and not first.startswith("-"):
            head = first
        for name in re.findall(r"`([^`]+)`", first):
            yield head, name


NAMED = [(head, name) for head, name in rows() if "ey" in head]


def shown_keys(value: Any, path: str = "") -> Iterator[str]:
    """The keys of a listing, dotted, those of samples under data.samples."""
    if isinstance(value, dict):
        for key, item in value.items():
            place = f"{path}.{key}" if path else key
            yield place
            yield from shown_keys(item, place)
    elif isinstance(value, list):
        for item in value:
            yield from shown_keys(item, path)


def test_every_key_of_the_schema_is_in_the_guide() -> None:
    shown = {key for text in TOML.values() for key in shown_keys(tomllib.loads(text))}
    words = {word for code in INLINE for word in re.findall(r"\w+", code)}
    dotted = {name for _, name in NAMED if "." in name}
    assert SCHEMA.keys() <= words | {key.partition(".")[0] for key in shown | dotted}
    told = shown | dotted | {f"training.{word}" for word in words}
    assert {f"{table}.{key}" for table, keys in TABLES.items() for key in keys} <= told
    assert {f"data.samples.{key}" for key in SAMPLES} <= shown | {f"data.samples.{word}" for word in words}
    assert {f"parameters.weights.{key}" for key in DRAWN} <= shown


def test_every_key_that_the_guide_s_tables_name_exists() -> None:
    assert len(NAMED) > 10
    for head, name in NAMED:
        table, _, key = name.rpartition(".")
        if head == "Key":  # the table below "The other keys of `[training]`"
            table = "training"
        assert key in (TABLES[table] if table else SCHEMA), name


def test_every_choice_that_the_schema_has_is_in_the_guide() -> None:
    """Activations, losses, biases, optimisers: a reader finds each by its name, if only as an ending of another."""
    network, training = SCHEMA["network"], SCHEMA["training"]["properties"]
    words = {word for code in INLINE for word in re.findall(r"\w+", code)}
    words |= {word + "_logits" for word in words if word.endswith("_entropy") and "_logits" in words}
    for node in (network["$defs"]["activation"], network["properties"]["loss"], network["properties"]["bias"]):
        assert set(node["enum"]) <= words, "docs/en/guide.md names every choice"
    for key in ("optimiser", "direction", "updates"):
        assert set(training[key]["enum"]) <= words, "docs/en/guide.md names every choice"
    assert all(f'"{name}"' in GUIDE for name in training["batch"]["anyOf"][0]["enum"])


def test_blocks_in_the_text_are_blocks() -> None:
    (sentence,) = re.findall(r"^A line that begins with three colons.*?`\.", PROSE, re.MULTILINE)
    named = {text.split()[0] for text in re.findall(r"`([^`]+)`", sentence)}
    assert named <= set(BLOCKS)
    assert "forward" in named


# --- markup


@pytest.mark.parametrize("code", [language.code for language in LANGUAGES if not language.made_from])
def test_what_a_page_may_have_beside_markdown_is_stated_as_it_is_held(code: str) -> None:
    guide = (ROOT / "docs" / code / "guide.md").read_text(encoding="utf-8")
    (section,) = (section.text for section in sections(guide) if section.identifier == "markup")
    lists = [set(re.findall("`([^`]+)`", line)) for line in section.splitlines() if re.fullmatch("(`[^`]+`[,、.。 ]*){9,}", line)]
    assert lists == [markup.ELEMENTS, markup.ATTRIBUTES]
    named = set(re.findall("`([^`]+)`", section))
    assert {f"{scheme}:" for scheme in SCHEMES if scheme} <= named
    assert set(addresses.reserved()) - {language.code.casefold() for language in LANGUAGES} <= named
    assert all(addresses.is_device(name) for name in ("con", "nul"))
