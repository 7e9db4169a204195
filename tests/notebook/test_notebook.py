"""Notebooks: the printed Python is the list of equations, it runs on numpy alone, and what it prints is what is proven."""

from __future__ import annotations

import ast
import builtins
import json
import keyword
import math
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explainer
from explainer import verbs
from explainer.core.errors import InputError, PageError, RecordError
from explainer.core.program import Equation
from explainer.examples.load import parse
from explainer.notebook.cells import LARGEST, Cell, cells, expected_text
from explainer.notebook.code import STYLE, functions_in, show_function
from explainer.notebook.kernel import execute, rehearse
from explainer.notebook.names import BUILTINS, RESERVED, identifiers
from explainer.notebook.write import Links, notebook, site_notebook
from explainer.operations.expression import Symbol, formula
from explainer.operations.record import apply
from explainer.operations.vocabulary import OPERATIONS
from explainer.pages.formula import write
from explainer.values.engine import Float64
from explainer.words.catalogue import load
from explainer.words.code import ShownProgram
from explainer.words.languages import BY_CODE, LANGUAGES
from tests.conftest import ROOT
from tests.networks import VARIETY, example_text
from tests.shipped import kinds, proven, shipped

# A build makes and runs the notebooks of all; those without a page have none on the site.
every_kind = pytest.mark.parametrize("name", kinds(with_page=True))


@cache
def document(name: str, code: str = "en") -> dict[str, Any]:
    loaded = json.loads(explainer.show(shipped(name), "notebook", code))
    assert isinstance(loaded, dict)
    return loaded


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def printed(cell: dict[str, Any]) -> str:
    return "".join("".join(output["text"]) for output in cell["outputs"])


# --- the printed Python

# Each operation with operands it is defined for, and its static where it needs one.
OPERANDS: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "affine": ((0.5, -2.0, 0.25), (2, 1)),
    "sum_of_products": ((0.5, -2.0, 0.25, 3.0), (-2, 1, -1)),
    "share": ((), (3,)),
    "mean": ((0.5, -2.0, 0.25), ()),
    "mean_squared_error": ((0.5, -2.0, 0.25, 1.0), ()),
    "categorical_cross_entropy_logits": ((0.0, 0.5, 1.0, -0.25), ()),
    "mean_difference": ((0.75, 0.25), (3,)),
    "softmax_pull": ((0.5, -2.0, 0.25, 0.75), (1,)),
    "product": ((0.5, -2.0, 0.25), ()),
    "power": ((-1.5,), (-3,)),
    "power_slope": ((-1.5,), (3,)),
    "softmax": ((0.5, -0.25, 1.0), (1,)),
    "bias_correction": ((0.5, 0.9), (3,)),
    "categorical_cross_entropy_logits_slope": ((0.0, 0.5, 1.0, -0.25), (1,)),
    "scaled_update": ((0.5, 0.1, -2.0, 0.25, 1e-8), ()),
    "scaled_ascent_update": ((0.5, 0.1, -2.0, 0.25, 1e-8), ()),
    **{f"nesterov_{way}update": ((0.5, 0.1, -2.0, 0.9, 0.25), ()) for way in ("", "ascent_")},
    "decoupled_update": ((0.5, 0.1, -2.0, 0.25, 1e-8, 0.01), ()),
    "decoupled_ascent_update": ((0.5, 0.1, -2.0, 0.25, 1e-8, 0.01), ()),
    "decayed_gradient": ((0.5, 0.1, -2.0), (1,)),
    "polynomial": ((0.75, 0.25), (2, 2, 1, 1, -1, 0, 3)),
    **{f"{name}_slope": ((1.0, 0.25), (-1, 3)) for name in ("squared_error", "half_squared_error", "mean_squared_error")},
}


def operands_of(name: str) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Those of the table, or else as few numbers between zero and one as it takes."""
    if name in OPERANDS:
        return OPERANDS[name]
    for count in range(5):
        try:
            with np.errstate(all="ignore"):
                value = apply(OPERATIONS[name], Float64(), [np.float64(x) for x in (0.75, 0.25, 0.5, 0.375)[:count]])
            assert np.isfinite(value)
            return (0.75, 0.25, 0.5, 0.375)[:count], ()
        except (IndexError, ValueError, TypeError):
            continue
    raise AssertionError(f"{name} takes operands that this test does not know")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_printed_as_python_computes_what_the_engine_does(name: str, sign: int) -> None:
    values, static = operands_of(name)
    if sign < 0 and not name.startswith(("log", "sqrt", "general", "binary", "categorical", "scaled", "decoupled")):
        values = tuple(-value for value in values)
    letters = [chr(ord("a") + index) for index in range(len(values))]
    text = write(formula(Equation("r", name, tuple(letters), static), [Symbol(letter) for letter in letters]), STYLE)
    namespace: dict[str, Any] = {"np": np, "math": math, **dict(zip(letters, values, strict=True))}
    exec("\n".join([*functions_in([text]), f"r = {text}"]), namespace)
    with np.errstate(all="ignore"):
        wanted = float(apply(OPERATIONS[name], Float64(), [np.float64(value) for value in values], static))
    assert math.isclose(namespace["r"], wanted, rel_tol=1e-12, abs_tol=1e-15), text


@pytest.mark.parametrize("options", VARIETY.values(), ids=VARIETY)
def test_networks_of_every_kind_print_what_is_proven(options: dict[str, object]) -> None:
    found = proven(parse(example_text(**options), name="random", file="random.toml"))  # type: ignore[arg-type]
    parts = rehearse(found, cells(found))
    shown = {name for cell in parts for output in cell.outputs for name in output.quantities}
    assert shown >= set(found.program.equation_of), "quantities that the notebook does not print"


@pytest.mark.parametrize("options", VARIETY.values(), ids=VARIETY)
def test_the_same_networks_layer_by_layer_print_the_same(options: dict[str, object]) -> None:
    text = example_text(**options) + '[walkthrough]\nview = "layers"\n'  # type: ignore[arg-type]
    if options.get("frozen"):
        pytest.skip("the layer view has all parameters learn")
    found = explainer.derive(parse(text, name="random", file="random.toml"))
    assert found.matrices is not None
    parts = rehearse(found, cells(found))
    shown = {name for cell in parts for output in cell.outputs for name in output.quantities}
    assert shown >= set(found.program.equation_of)


def test_layers_are_calculated_in_matrices() -> None:
    lines = {line for cell in code_cells(document("perceptron")) for line in source(cell).splitlines()}
    assert lines >= {
        *("z2 = W2 @ a1 + b2", "dL_dW2 = dL_dz2 @ a1.T", "dL_da1 = W2.T @ dL_dz2", "dL_dz1 = dL_da1 * da1_dz1"),
        *("W2_new = W2 - eta * dL_dW2", "L = -(y * np.log(a3) + (1 - y) * np.log(1 - a3))"),
    }
    assert not any("_1_1" in line for line in lines)


def test_a_wrong_entry_of_a_matrix_is_named_with_its_row() -> None:
    found = shipped("small-layers")
    parts = list(cells(found))
    index = next(i for i, cell in enumerate(parts) if cell.section == "partials")
    parts[index] = replace(parts[index], code=parts[index].code.replace("dL_dz2 @ a1.T", "dL_dz2 @ a1.T * [2, 2, 2]"))
    with pytest.raises(PageError) as caught:
        rehearse(found, parts)
    assert caught.value.problems[0].place == "notebook, cell partials, dL/dW2_1_1 dL/dW2_1_2 dL/dW2_1_3"


def test_a_program_that_the_page_shows_is_run_and_what_it_prints_is_compared() -> None:
    found = shipped("neuron")
    shown = (
        ShownProgram("double.py", "def double(x):\n    return 2 * x\n"),
        ShownProgram("use.py", "from double import double\n\nprint(double(21))\n", "42\n"),
    )
    *_, module, use = rehearse(found, cells(found, shown))
    assert (module.heading, use.code, [line.text for line in use.outputs]) == ("heading.program", "print(double(21))", ["42"])
    with pytest.raises(PageError, match="'42'"):
        rehearse(found, cells(found, (*shown[:1], replace(shown[1], printed="41\n"))))


RUNS = {
    "one by one, shuffled": 'epochs = 12\nbatch = "one"\nshuffle = 7',
    "all at once": "epochs = 12\nrecord = [3]",
    "one by one": 'epochs = 12\nbatch = "one"',
    "in pairs": "epochs = 12\nbatch = 2",
    "in pairs, shuffled": "epochs = 12\nbatch = 2\nshuffle = 7",
}


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("training", RUNS.values(), ids=RUNS)
def test_training_runs_of_every_kind_are_really_made(training: str, optimiser: str) -> None:
    text = example_text((2, 2, 1), samples=4, optimiser=optimiser, frozen=("b_2",)).replace(
        "optimiser =", f"{training}\noptimiser ="
    )
    text += '[[data.queries]]\nname = "who \\"knows\\""\ninputs = [0.5, 1]\n'
    found = proven(parse(text, name="random", file="random.toml"))
    parts = rehearse(found, cells(found))
    epochs, answers = (next(cell for cell in parts if cell.section == section) for section in ("epochs", "answers"))
    assert {output.quantity for output in epochs.outputs} >= {"L#e12", "w_1#e12"}
    assert (answers.outputs[0].text, answers.outputs[0].quantity) == ('who "knows"', "")
    assert answers.outputs[1].quantity == "o_1@5#e12"


def test_layers_updated_one_after_the_other_are_computed_in_that_order() -> None:
    text = example_text((2, 2, 2), loss="half_squared_error").replace("steps = 1", 'steps = 1\nupdates = "sequential"')
    found = proven(parse(text, name="random", file="random.toml"))
    parts = rehearse(found, cells(found))
    assert any("_sequential" in cell.code for cell in parts)
    assert "update" not in [cell.section for cell in parts]


# --- names


def test_comments_are_in_the_language_of_the_reader() -> None:
    def named(code: str) -> list[str]:
        return [line for cell in code_cells(document("alice", code)) for line in source(cell).splitlines() if line.startswith("# ")]

    assert named("en") == ["# Alice", "# Bob", "# Charlie", "# Diana"] or named("en") == ["# Alice"]
    assert named("ru")[0] == "# Алиса"


HOSTILE = """[graph]
f = "print * np + sqrt(x**2 + 3.5) * 2 - max(x, -y)**-2 / min(x, 4) + x**y - (-x)**3"
g = "log(1e20 * f) - relu(x_new) + 0 * show"
L = "f + g + exp(-x) + dL_dx * DIGITS - relu(list - In)"
[values]
print = 2
np = 3
x = 1.5
y = 2
x_new = 0.5
show = 1
dL_dx = 0.25
DIGITS = 3
list = 0.125
In = 2
[training]
learning_rate = 0.001
"""


def test_names_of_an_author_hide_nothing_that_the_code_needs() -> None:
    found = proven(parse(HOSTILE.replace("[graph]\n", "[graph]\n", 1), name="hostile", file="hostile.toml"))
    parts = rehearse(found, cells(found))
    given = parts[1].code
    assert {"print_ = 2.0", "np_ = 3.0", "show_ = 1.0", "DIGITS_ = 3.0", "x_new = 0.5", "dL_dx = 0.25"} <= set(given.splitlines())
    targets = [
        target.id
        for cell in parts[1:]
        for node in ast.walk(ast.parse(cell.code))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert len(targets) == len(set(targets)), "two quantities with one name"
    assert not set(targets) & RESERVED


def test_no_python_builtin_or_keyword_is_ever_a_name() -> None:
    own = {name for name in dir(builtins) if not name.startswith("_")}
    assert own <= BUILTINS | set(keyword.kwlist)
    found = identifiers(["L", "dL/dw_1", "h_1@2", "w_1#1", "dL/dw_1.sequential", "dz/dx.direct", "print", "w_1_new", "lambda"], 1)
    assert found == {
        "L": "L", "print": "print_", "w_1_new": "w_1_new", "lambda": "lambda_", "dL/dw_1": "dL_dw_1", "h_1@2": "h_1_s2",
        "w_1#1": "w_1_new_", "dL/dw_1.sequential": "dL_dw_1_sequential", "dz/dx.direct": "dz_dx_direct",
    }  # fmt: skip
    with pytest.raises(ValueError, match="x; import os"):
        identifiers(["x; import os"], 1)
    assert identifiers(["w_1#2", "dL/dw_1#1"], 3) == {"w_1#2": "w_1_new_2", "dL/dw_1#1": "dL_dw_1_new_1"}


def test_names_of_samples_stay_names() -> None:
    evil = r"x\"; import os # \\\"; raise SystemExit(\"\\"
    text = example_text((2, 1), samples=2).replace("sample a", evil).replace("optimiser =", "epochs = 2\noptimiser =")
    text += f'[[data.queries]]\nname = "{evil}?"\ninputs = [1, 2]\n'
    found = proven(parse(text, name="evil", file="evil.toml"))
    parts = rehearse(found, cells(found))
    for cell in parts[1:]:
        assert not [node for node in ast.walk(ast.parse(cell.code)) if isinstance(node, ast.Import | ast.Raise)]


# --- what is printed


@every_kind
def test_every_printed_number_is_the_proven_one(name: str) -> None:
    found = shipped(name)
    parts = cells(found)
    assert [printed(cell) for cell in code_cells(document(name))] == list(execute(parts))
    for cell in parts:
        for output in cell.outputs:
            if output.quantity:
                assert list(output.split()[1]) == [found.shown[name].text for name in output.quantities]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.047431", 4, "0.04743"), ("-0.0", 4, "0"), ("0.5", 4, "0.5"), ("0.50001", 4, "0.5000"), ("2.5", 1, "3"),
        ("-0.12345", 4, "-0.1235"), ("0.1 + 0.2", 4, "0.3"), ("12345.0", 4, "12345"), ("12345.6", 4, "1.235e4"),
        ("1.5e-9", 4, "1.5e-9"), ("1.23456e-9", 4, "1.235e-9"), ("0.99996", 4, "1.000"), ("1e20", 4, "1e20"),
        ("0.1234567891234", 12, "0.123456789123"), ("1", 4, "1"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_by_the_contract_of_the_pages(value: str, digits: int, text: str) -> None:
    tools = f"from decimal import ROUND_HALF_UP, Context, Decimal\nDIGITS = {digits}\n{show_function(digits)}\nshow(x={value})"
    (got,) = execute([Cell("tools", 0, "", "", (), tools)])
    assert got == f"x = {text}\n"


def test_more_digits_than_float64_has_are_not_promised() -> None:
    text = example_text((2, 2, 1)) + "[walkthrough]\ndigits = 15\n"
    found = proven(parse(text, name="random", file="random.toml"))
    rehearse(found, cells(found))
    assert len(expected_text(found, "h_1").lstrip("0.")) == 12


# --- what is wrong


def test_a_tampered_number_is_named_with_its_cell() -> None:
    found = shipped("alice")
    parts = list(cells(found))
    index = next(i for i, cell in enumerate(parts) if cell.section == "totals")
    spoilt = parts[index].code.replace("dL_dw_2 = dL_do_1", "dL_dw_2 = 2 * dL_do_1")
    assert spoilt != parts[index].code
    parts[index] = replace(parts[index], code=spoilt)
    with pytest.raises(PageError) as caught:
        rehearse(found, parts)
    said = {problem.place: problem for problem in caught.value.problems}
    problem = said["notebook, cell totals, dL/dw_2"]
    assert problem.file.endswith("alice.toml")
    assert f"dL_dw_2 = {found.shown['dL/dw_2'].text}" in problem.expected
    assert "dL_dw_2 = 0.0" in problem.found
    assert len([place for place in said if "totals" in place]) == 1


@pytest.mark.parametrize("line", ["1 / 0", "np.log(0.0)", 'print("more")'])
def test_code_that_breaks_off_warns_or_says_more_is_refused(line: str) -> None:
    found = shipped("neuron")
    first, *others = cells(found)
    with pytest.raises(PageError, match="cell tools"):
        rehearse(found, [replace(first, code=f"{first.code}\n{line}"), *others])


@pytest.mark.parametrize("line", ["unknown", "np.sinus(1)", "a b"])
def test_code_that_is_no_python_is_told_of_the_records(line: str) -> None:
    found = shipped("neuron")
    first, *others = cells(found)
    with pytest.raises(RecordError, match=f"example:  {re.escape(line)}"):
        rehearse(found, [replace(first, code=f"{first.code}\n{line}"), *others])


@pytest.mark.thorough
def test_an_example_that_nobody_would_read_is_refused_in_one_message() -> None:
    found = proven(parse(example_text((12, 12, 8, 2)), name="large", file="large.toml"))
    assert len(found.program.equations) > LARGEST
    with pytest.raises(InputError) as caught:
        explainer.show(found, "notebook")
    (problem,) = caught.value.problems
    assert problem.file == "large.toml"
    assert "equations" in problem.found


# --- the file


@every_kind
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_notebooks_are_valid_and_the_same_but_for_their_words(name: str, language: Any) -> None:
    found, english = document(name, language.code), document(name)
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert found["metadata"]["explainer"] == {"example": name, "language": language.code}
    assert found["metadata"]["language_info"]["name"] == "python"
    assert [cell["id"] for cell in found["cells"]] == [cell["id"] for cell in english["cells"]]
    assert len({cell["id"] for cell in found["cells"]}) == len(found["cells"])
    for own, other in zip(code_cells(found), code_cells(english), strict=True):
        assert own["outputs"] == other["outputs"]
        assert ast.dump(ast.parse(source(own))) == ast.dump(ast.parse(source(other)))
    headings = [
        line for cell in found["cells"] if cell["cell_type"] == "markdown" for line in cell["source"] if line.startswith("#")
    ]
    assert len(headings) >= 4
    text = json.dumps(found, ensure_ascii=False)
    assert not re.search("data-ref|<math|timestamp|execution|⟦", text.replace("execution_count", ""))
    try:
        import nbformat
    except ImportError:
        return
    nbformat.validate(nbformat.from_dict(found))


def test_formulas_are_tex_in_the_file() -> None:
    text = "\n".join("".join(cell["source"]) for cell in document("alice", "ru")["cells"] if cell["cell_type"] == "markdown")
    assert "$$\n\\begin{aligned}" in text
    assert r"\frac{\partial L}{\partial w_{1}} &= \frac{\partial L}{\partial o_{1}}" in text
    assert "## Прямой проход" in text


@pytest.mark.thorough
def test_the_same_notebook_comes_out_in_another_process() -> None:
    command = [sys.executable, "-m", "explainer", "show", "training", "--format", "notebook", "--lang", "ru"]
    settings = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, timeout=120, check=True)
    assert done.stdout.decode() == verbs.show(shipped("training"), "notebook", "ru")


# --- from scratch

# Runs the cells of a notebook one by one; prints as JSON what each prints, and which modules there are beside Python's own.
FROM_SCRATCH = """
import io, json, sys
from contextlib import redirect_stdout
sys.path += sys.argv[2:]
namespace, found = {"__name__": "__main__"}, []
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec("".join(cell["source"]), namespace)
        found.append(printed.getvalue())
try:
    import sympy
except ImportError:
    pass
else:
    raise SystemExit("there is more than numpy here")
others = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"numpy", "__main__"}
print(json.dumps([found, sorted(name for name in others if not name.startswith("_"))]))
"""


@pytest.fixture(scope="session")
def numpy_alone(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A Python that has numpy and nothing else: its command, and what to add to its path.

    In CI a virtual environment with the locked numpy; elsewhere, or without a package index, this Python without its
    packages, and a folder with numpy alone.
    """
    folder = tmp_path_factory.mktemp("alone")
    if os.environ.get("CI") == "true":
        lines = (ROOT / "requirements" / "site.txt").read_text(encoding="utf-8")
        locked = re.search(r"^numpy==(?:.*\\\n)*.*$", lines, re.MULTILINE)
        assert locked
        (folder / "numpy.txt").write_text(locked[0] + "\n", encoding="utf-8")
        venv.create(folder / "venv", with_pip=True)
        python = str(folder / "venv" / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(folder / "numpy.txt")]
        if subprocess.run(install, capture_output=True, timeout=300).returncode == 0:
            return [python, "-I", "-c", FROM_SCRATCH]
    packages = Path(np.__file__).parent.parent
    (folder / "packages").mkdir()
    for part in packages.glob("numpy*"):
        (folder / "packages" / part.name).symlink_to(part)
    return [sys.executable, "-I", "-S", "-c", FROM_SCRATCH, str(folder / "packages")]


@every_kind
def test_a_notebook_runs_on_numpy_alone_and_prints_the_numbers_of_the_page(
    name: str, numpy_alone: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "notebook.ipynb"
    file.write_text(explainer.show(shipped(name), "notebook", "zh-Hans"), encoding="utf-8")
    interpreter, path = numpy_alone[: numpy_alone.index(FROM_SCRATCH) + 1], numpy_alone[numpy_alone.index(FROM_SCRATCH) + 1 :]
    done = subprocess.run([*interpreter, str(file), *path], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found, others = json.loads(done.stdout)
    assert others == []
    assert found == [printed(cell) for cell in code_cells(document(name))]
    quantities = [output for cell in cells(shipped(name)) for output in cell.outputs]
    lines = "".join(found).splitlines()
    for line, output in zip(lines, quantities, strict=True):
        for number, quantity in zip(replace(output, text=line).split()[1], output.quantities, strict=True):
            assert float(number) == float(shipped(name).shown[quantity].text)


def words_of(notebook: dict[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield re.sub(r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", "", "".join(cell["source"]), flags=re.DOTALL)


@every_kind
def test_no_english_is_left_in_another_language(name: str) -> None:
    allowed = {"Python", "NumPy", "softmax", "Softmax", "Alice", "Adam"}
    for code, letters in (("ru", "[A-Za-z]{3,}"), ("zh-Hans", "[A-Za-z]{3,}")):
        for text in words_of(document(name, code)):
            assert set(re.findall(letters, text)) <= allowed, text


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_layers_have_the_names_of_their_view_and_formulas_that_are_tex(optimiser: str) -> None:
    text = (
        '[network]\nlayers = [2, 2, 1]\nactivation = "tanh"\nloss = "squared_error"\n'
        "[parameters]\nweights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]\nbiases = 0.1\n"
        '[[data.samples]]\nname = "a"\ninputs = [1, 2]\ntarget = [1]\n[[data.samples]]\nname = "b"\ninputs = [2, 1]\ntarget = [0]\n'
        '[walkthrough]\nview = "layers"\n[training]\nlearning_rate = 0.1\nepochs = 2\nrecord = [2]\n'
        f'optimiser = "{optimiser}"\n'
    )
    found = proven(parse(text, name="matrices"))
    parts = rehearse(found, cells(found))
    epochs = next(cell for cell in parts if cell.section == "epochs")
    assert {output.text.partition(" = ")[0] for output in epochs.outputs} >= {"L", "W1_1_1", "b2_1"}
    links = Links("matrices/", "matrices.ipynb")
    english = load(BY_CODE["en"])
    assert "<math" in site_notebook(found, parts, english, links).text
    assert "ends here" not in notebook(found, parts, english).text
