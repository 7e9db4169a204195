"""Published numbers, recomputed: a verdict is never wrong, a cause gives just the printed digits, and what is unknown stays so."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer import cli, judging
from explainer.core.digits import round_at, round_significant
from explainer.core.errors import InputError
from explainer.core.text import Text
from explainer.derivation.derivation import Derivation
from explainer.examples.claims import MINIMAL, Claim, Ledger, load_ledger
from explainer.examples.load import parse
from explainer.ledger.audit import Verdict, audit
from explainer.ledger.conventions import exponent_of_last
from explainer.pages.blocks.ledger import as_precise, as_text
from explainer.pages.plain import TerminalWriter
from explainer.pages.scribe import Scribe
from explainer.words import catalogue
from explainer.words.languages import LANGUAGES
from explainer.words.sentences import SENTENCES
from tests.conftest import ROOT
from tests.networks import example_text
from tests.shipped import proven


@cache
def derived(text: str) -> Derivation:
    return proven(parse(text, name="random", file="random.toml"))


def ledger(claims: Mapping[str, Decimal | str]) -> Ledger:
    listed = (Claim("random", name, Decimal(value), f"claims[{i}]") for i, (name, value) in enumerate(claims.items(), 1))
    return Ledger("constructed", "constructed.toml", Text("A"), Text("T"), "https://example.org", None, tuple(listed))


def judge(text: str, claims: Mapping[str, Decimal | str]) -> dict[str, Verdict]:
    found = audit(ledger(claims), {"random": derived(text)})
    return {verdict.claim.quantity: verdict for verdict in found.verdicts}


def keys(verdict: Verdict) -> set[str]:
    return {cause.key for cause in verdict.causes}


# --- what is shipped


@cache
def shipped() -> dict[str, dict[str, Verdict]]:
    found, _ = judging.audit(root=ROOT)
    return {item.ledger.name: {f"{v.claim.example}:{v.claim.quantity}": v for v in item.verdicts} for item in found}


DIFFERENT = {
    "zhou": {"alice:dL/do_1": {"printed_operands"}, "alice:dL/dw_1": {"follows"}},
    "mazur": {"mazur:L#1": {"sequential"}, "mazur:L#e10000": {"one_epoch_fewer"}},
    "cs231n": {"softmax-scores:p_1": {"cut_off"}, "softmax-scores:p_2": set[str](), "softmax-scores:p_3": set[str]()},
    "hmkcode": {},
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", DIFFERENT)
def test_the_shipped_ledgers_differ_just_where_they_are_known_to(name: str) -> None:
    verdicts = shipped()[name]
    assert len(verdicts) == (ROOT / f"docs/ledger/{name}.toml").read_text(encoding="utf-8").count("[[claims]]")
    assert {key: keys(verdict) for key, verdict in verdicts.items() if not verdict.agrees} == DIFFERENT[name]


@pytest.mark.thorough
def test_no_shipped_ledger_is_left_out() -> None:
    assert shipped().keys() == DIFFERENT.keys()


@pytest.mark.thorough
def test_a_number_that_agrees_may_not_follow_from_what_is_printed() -> None:
    verdict = shipped()["hmkcode"]["hmkcode:o_1#1"]
    assert verdict.agrees
    assert verdict.carried == Decimal("0.2533")


def test_the_causes_of_zhou_and_mazur_have_their_evidence() -> None:
    (cause,) = shipped()["zhou"]["alice:dL/dw_1"].causes
    assert cause.mentions == ("dL/do_1",)
    assert cause.evidence == round_at(Fraction("-0.952") * Fraction("0.249") * Fraction("-0.0904"), -6)
    (sequential,) = shipped()["mazur"]["mazur:L#1"].causes
    assert sequential.evidence == Decimal("0.29102792391")
    assert sequential.against == ("w_1#1", "w_2#1", "w_3#1", "w_4#1")
    assert shipped()["cs231n"]["softmax-scores:p_1"].is_weak
    assert shipped()["mazur"]["mazur:L#e10000"].causes[0].evidence == Decimal("0.000035108548")


# --- each cause, by a claim that somebody made who did just that


SMALL = example_text((2, 2, 1), seed=4, steps=2)
TWO = example_text((3, 2, 2), seed=5, samples=2)
ENTROPY = example_text((2, 2, 1), seed=6, loss="binary_cross_entropy")
ARTICLE = '[graph]\np = "exp(a) / (exp(a) + exp(b))"\nL = "-log(p)"\n[values]\na = 0.3\nb = 1.1\n'


def with_training(text: str, *lines: str) -> str:
    """The same with more in [training], which stands before the samples."""
    assert text.count("[training]\n") == 1
    return text.replace("[training]\n", "[training]\n" + "".join(f"{line}\n" for line in lines))


ADAM = SMALL.replace('optimiser = "sgd"', 'optimiser = "adam"')
SEQUENTIAL = with_training(SMALL, 'updates = "sequential"')
RUN = with_training(SMALL, "epochs = 20", "record = [18, 19]")
SAMPLES = TWO.replace("[training]", '[walkthrough]\nsamples = ["sample a"]\n\n[training]')
PRODUCT = '[graph]\nf = "a * b"\n[values]\na = 1.1\nb = 1.3\n'
CANCELLED = '[graph]\nf = "(1 + a) - 1"\n[values]\na = 1e-10\n'
LAYERS = example_text((2, 2, 1), seed=4, steps=2, view="layers")
FROZEN = example_text((2, 2, 1), seed=4, steps=2, frozen=("b_1", "b_2", "b_3"))


def value(text: str, name: str) -> float:
    return derived(text).value(name)


def numbers(text: str, key: str) -> list[str]:
    found = re.search(rf"^{key} = \[(.*)\]$", text, re.MULTILINE)
    assert found
    return found[1].split(", ")


def transposed(text: str) -> str:
    """The weights of a 3-2-2 network, as one writes them who lists them input by input."""
    old = numbers(text, "weights")
    assert len(old) == 10
    new = [old[i] for i in (0, 2, 4, 1, 3, 5, 6, 8, 7, 9)]
    return text.replace(", ".join(old), ", ".join(new))


def without_biases(text: str) -> str:
    return text.replace(", ".join(numbers(text, "biases")), ", ".join("0" for _ in numbers(text, "biases")))


def without_slope() -> float:
    """dL/dw_5 of one sample with σ′(z_3) forgotten: 2 (o − y) h_1."""
    return 2 * (value(SMALL, "o_1") - value(SMALL, "y")) * value(SMALL, "h_1")


def without_input() -> float:
    """h_1 with x_1 left out."""
    return 1 / (1 + math.exp(-(value(SMALL, "w_2") * value(SMALL, "x_2") + value(SMALL, "b_1"))))


def from_averages(keeps_of_mean: float, keeps_of_square: float) -> float:
    """w_1 after Adam's first step, if so much of each average is kept."""
    gradient = value(ADAM, "dL/dw_1")
    mean, square = (1 - keeps_of_mean) * gradient / (1 - 0.9), (1 - keeps_of_square) * gradient**2 / (1 - 0.999)
    return value(ADAM, "w_1") - 0.3 * mean / (math.sqrt(square) + 1e-8)


def cut(number: float, digits: int = 8) -> float:
    """A number without the digits behind so many."""
    unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1)
    return math.trunc(number / unit) * unit


CASES: dict[str, tuple[str, str, Callable[[], float]]] = {
    "sequential": (SMALL, "L#1", lambda: value(SEQUENTIAL, "L#1")),
    "simultaneous": (SEQUENTIAL, "w_1#1", lambda: value(SMALL, "w_1#1")),
    "one_step_fewer": (SMALL, "L#1", lambda: value(SMALL, "L")),
    "one_step_more": (SMALL, "w_2#2", lambda: value(SMALL.replace("steps = 2", "steps = 3"), "w_2#3")),
    "one_epoch_fewer": (RUN, "w_3#e20", lambda: value(RUN, "w_3#e19")),
    "one_epoch_more": (RUN, "L#e20", lambda: value(RUN.replace("epochs = 20", "epochs = 21"), "L#e21")),
    "squared_error": (
        TWO.replace('"squared_error"', '"half_squared_error"'),
        "L#1",
        lambda: value(TWO, "L#1"),
    ),
    "half_squared_error": (TWO, "dL/dw_1", lambda: value(TWO, "dL/dw_1") / 2),
    "mean_squared_error": (TWO, "L", lambda: value(TWO, "L") / 2),
    "sum_over_samples": (TWO, "dL/dw_2", lambda: value(TWO, "dL/dw_2") * 2),
    "biases_updated": (FROZEN, "L#1", lambda: value(SMALL, "L#1")),
    "biases_not_updated": (SMALL, "L#1", lambda: value(FROZEN, "L#1")),
    "biases_missing": (SMALL, "o_1", lambda: value(without_biases(SMALL), "o_1")),
    "slope_missing": (SMALL, "dL/dw_5", without_slope),
    "logarithm_10": (ARTICLE, "L", lambda: value(ARTICLE, "L") / math.log(10)),
    "logarithm_2": (ENTROPY, "L", lambda: value(ENTROPY, "L") / math.log(2)),
    "weights_transposed": (TWO, "o_2@2", lambda: value(transposed(TWO), "o_2@2")),
    "half": (SMALL, "dL/dw_1", lambda: value(SMALL, "dL/dw_1") / 2),
    "twice": (SMALL, "h_1", lambda: value(SMALL, "h_1") * 2),
    "sign": (SMALL, "dL/do_1", lambda: -value(SMALL, "dL/do_1")),
    "exchanged": (SMALL, "h_1#1", lambda: value(SMALL, "h_2#1")),
    "other_sample": (SAMPLES, "o_2", lambda: value(TWO, "o_2@2")),
    "input_missing": (SMALL, "h_1", without_input),
    "step_for_derivative": (SMALL, "dL/dw_1", lambda: 0.3 * value(SMALL, "dL/dw_1")),
    "single": (PRODUCT, "f", lambda: float(np.float32(1.1) * np.float32(1.3))),
    "double": (CANCELLED, "f", lambda: (1 + 1e-10) - 1),
    "cut_off": (SMALL, "h_2", lambda: cut(value(SMALL, "h_2"))),
    "one_off": (SMALL, "h_2", lambda: float(printed(value(SMALL, "h_2"))) + 1e-8),
    "slip.weight_forgotten": (SMALL, "dL/dw_1", lambda: value(SMALL, "dL/dw_1") / value(SMALL, "w_5")),
    "slip.outputs_exchanged": (SMALL, "dL/dw_5", lambda: value(SMALL, "dL/dw_5") * value(SMALL, "h_2") / value(SMALL, "h_1")),
    "slip.once.ascent": (SMALL, "w_1#1", lambda: 2 * value(SMALL, "w_1") - value(SMALL, "w_1#1")),
    "slip.once.rate_tenth": (SMALL, "L#1", lambda: value(SMALL.replace("rate = 0.3", "rate = 0.03"), "L#1")),
    "slip.once.slope_left_out": (SMALL, "do_1/dw_5", lambda: value(SMALL, "h_1")),
    "slip.once.bias_sign": (SMALL, "z_1", lambda: value(SMALL, "z_1") - 2 * value(SMALL, "b_1")),
    "slip.once.activation_twice": (SMALL, "o_1", lambda: 1 / (1 + math.exp(-value(SMALL, "o_1")))),
    "slip.once.new_point": (SMALL, "w_1#1", lambda: value(SMALL, "w_1") - 0.3 * value(SMALL, "dL/dw_1#1")),
    "slip.once.shares_exchanged": (ADAM, "w_1#1", lambda: from_averages(0.1, 0.001)),
    "slip.once.rate_tenfold": (SMALL, "w_1#1", lambda: 10 * value(SMALL, "w_1#1") - 9 * value(SMALL, "w_1")),
}


def printed(number: float, digits: int = 8) -> Decimal:
    return round_significant(Fraction(number), digits)


@pytest.mark.parametrize("key", CASES)
def test_a_convention_is_recognised_by_the_number_it_gives(key: str) -> None:
    text, name, slip = CASES[key]
    verdict = judge(text, {name: printed(slip())})[name]
    assert not verdict.agrees
    assert key in keys(verdict)


@pytest.mark.parametrize("key", CASES)
def test_a_number_near_one_that_a_convention_gives_stays_unexplained(key: str) -> None:
    text, name, slip = CASES[key]
    verdict = judge(text, {name: printed(slip() * 1.0001)})[name]
    assert (verdict.agrees, verdict.causes) == (False, ())


def test_exchanged_says_with_what() -> None:
    verdict = judge(SMALL, {"h_1": printed(value(SMALL, "h_2"))})["h_1"]
    assert [cause.mentions for cause in verdict.causes if cause.key == "exchanged"] == [("h_2",)]


def test_every_cause_that_can_be_said_is_tested_here() -> None:
    said = {key.removeprefix("cause.") for key in SENTENCES if key.startswith("cause.")}
    about = {"odds", "weak", "against"}
    assert said == {*(key for key in CASES if not key.startswith("slip.")), "printed_operands", "slip", "follows", "same", *about}


def test_calculating_on_from_a_rounded_operand_is_recognised() -> None:
    """From those of the quantity's own equation, and through what the source does not print."""
    o, y, h = round(value(SMALL, "o_1"), 2), value(SMALL, "y"), value(SMALL, "h_1")
    slope, weight = 2 * (o - y), 2 * (o - y) * o * (1 - o) * h
    found = judge(SMALL, {"o_1": f"{o:.2f}", "dL/do_1": printed(slope), "dL/dw_5": printed(weight)})
    assert found["o_1"].agrees
    assert [(cause.key, cause.mentions) for cause in found["dL/do_1"].causes] == [("printed_operands", ("o_1",))]
    assert [(cause.key, cause.mentions) for cause in found["dL/dw_5"].causes] == [("follows", ("dL/do_1",))]
    alone = judge(SMALL, {"dL/do_1": printed(slope)})  # nothing else is printed: nothing to calculate on from
    assert alone["dL/do_1"].causes == ()


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda item: item.code)
def test_every_cause_is_said_with_its_evidence(language: object) -> None:
    scribe = Scribe(catalogue.load(language), TerminalWriter(), {"random": derived(SMALL)})  # type: ignore[arg-type]
    for key, (text, name, slip) in CASES.items():
        if text == SMALL:
            audited = audit(ledger({name: printed(slip())}), {"random": derived(SMALL)})
            evidence = next(cause.evidence for cause in audited.verdicts[0].causes if cause.key == key)
            assert "[en]" not in as_text(scribe, audited)
            assert re.sub(r"\D", "", str(evidence)) in re.sub(r"\D", "", as_text(scribe, audited))


# --- digits


@st.composite
def claims(draw: st.DrawFn) -> dict[str, Decimal]:
    """Some numbers of a network, a few of them not quite right, printed with few digits or many."""
    found = {}
    for name in draw(st.lists(st.sampled_from(["h_1", "o_1", "L", "dL/do_1", "dL/dw_1", "w_1#1", "L#1"]), min_size=1, max_size=3)):
        slip = draw(st.sampled_from(["1", "1", "1.01", "0.5", "2", "-1", "1.0003"]))
        found[name] = round_significant(Fraction(value(SMALL, name)) * Fraction(slip), draw(st.integers(1, 5)))
    return found


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(claims())
def test_a_verdict_is_the_rounding_and_a_cause_gives_the_printed_digits(claimed: dict[str, Decimal]) -> None:
    for name, verdict in judge(SMALL, claimed).items():
        place = exponent_of_last(claimed[name])
        off = abs(Fraction(value(SMALL, name)) - Fraction(claimed[name])) / Fraction(10) ** place
        assert verdict.agrees == (off <= Fraction(1, 2))
        assert not (verdict.agrees and verdict.causes)
        for cause in verdict.causes:
            assert exponent_of_last(cause.evidence) < place
            if cause.key not in ("cut_off", "one_off"):
                assert round_at(Fraction(cause.evidence), place) == claimed[name], cause


# Half of 0.24689999 is 0.123449995: to four places 0.1234, but two digits more say 0.123450, which a reader would round up.
NEARLY = '[graph]\nf = "a * b"\n[values]\na = {a}\nb = 1\n'


def test_evidence_is_not_rounded_twice() -> None:
    verdict = judge(NEARLY.format(a="0.24689999"), {"f": "0.1234"})["f"]
    assert [round_at(Fraction(cause.evidence), -4) for cause in verdict.causes] == [Decimal("0.1234")]


def test_the_value_beside_a_claim_is_not_rounded_twice() -> None:
    text = NEARLY.format(a="0.123449995")
    verdict = judge(text, {"f": "0.1235"})["f"]
    assert not verdict.agrees
    assert round_at(as_precise(derived(text), verdict).value, -4) == Decimal("0.1234")


@pytest.mark.parametrize(("claim", "agrees"), [("0.13", True), ("0.12", False), ("0.1250", True), ("0.1251", False)])
def test_a_tie_is_rounded_away_from_zero_and_the_last_digit_counts(claim: str, agrees: bool) -> None:
    for sign in ("", "-"):
        assert judge(NEARLY.format(a=f"{sign}0.125"), {"f": f"{sign}{claim}"})["f"].agrees is agrees


# --- claims about nothing


def places(error: InputError) -> dict[str, str]:
    return {problem.place: f"{problem.found}; {problem.expected}" for problem in error.problems}


def test_all_claims_about_what_does_not_exist_are_named_at_once() -> None:
    claims = (("random", "h_1"), ("randon", "h_1"), ("random", "dL/dw1"), ("random", "h_9"), ("elsewhere", "L"))
    listed = tuple(Claim(example, name, Decimal(1), f"claims[{i}]") for i, (example, name) in enumerate(claims, 1))
    wrong = Ledger("wrong", "wrong.toml", Text("A"), Text("T"), "https://example.org", None, listed)
    with pytest.raises(InputError) as caught:
        audit(wrong, {"random": derived(SMALL)})
    found = places(caught.value)
    assert list(found) == ["claims[2].example", "claims[3].quantity", "claims[4].quantity", "claims[5].example"]
    assert "did you mean 'random'?" in found["claims[2].example"]
    assert "dL/dw_1" in found["claims[3].quantity"]
    assert {problem.file for problem in caught.value.problems} == {"wrong.toml"}


MALFORMED: dict[str, tuple[tuple[str, str], dict[str, str]]] = {
    "twice": (('"h_1"\n', '"h_1"\nprinted = "1"\n[[claims]]\nquantity = "h_1"\n'), {"claims[2].quantity": "first in claims[1]"}),
    "twice by another spelling": (
        ('"h_1"\n', '"h_1"\nprinted = "1"\n[[claims]]\nexample = "alice"\nquantity = "h_1"\n'),
        {"claims[2].quantity": "first in claims[1]"},
    ),
    "a bare number": (('"0.0474"', "0.0474"), {"claims[1].printed": "between quotation marks"}),
    "a decimal comma": (('"0.0474"', '"0,0474"'), {"claims[1].printed": '"0,0474"'}),
    "no number": (('"0.0474"', '"."'), {"claims[1].printed": '"."'}),
    "no address": (('url = "https://example.org/notes"\n', ""), {"source.url": "the address of a page"}),
    "no web address": (("https://", "javascript:"), {"source.url": "javascript:"}),
    "a path as an example": (('"alice"', '"../alice"'), {"source.example": "the name of an example"}),
    "several": (
        ('url = "https://example.org/notes"', 'uri = "x"\nyear = 12'),
        {"source.uri": "unknown key 'uri'", "source.year": "a year", "source.url": '"x"'},
    ),
    "no claims": (("[[claims]]", "[claim]"), {"claims": "one [[claims]] table", "claim": "unknown key"}),
    "no TOML": (('"h_1"', "h_1"), {"line 8, column 12": "not TOML"}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_ledger_is_refused_with_all_places(name: str, tmp_path: Path) -> None:
    (old, new), expected = MALFORMED[name]
    assert old in MINIMAL
    path = tmp_path / "wrong.toml"
    path.write_text(MINIMAL.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_ledger(path, "wrong.toml")
    found = places(caught.value)
    assert found.keys() == expected.keys()
    assert all(words in found[place] for place, words in expected.items())


def test_a_quantity_claimed_under_two_spellings_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.toml"
    path.write_text(f'{MINIMAL}\n[[claims]]\nquantity = "h_1#0"\nprinted = "0.05"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        judging.audit(path, root=ROOT)
    assert places(caught.value) == {"claims[2].quantity": "h_1#0, which is h_1 of claims[1]; each quantity once"}


def test_the_sample_in_messages_is_a_right_ledger(tmp_path: Path) -> None:
    path = tmp_path / "notes.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    audited, _ = judging.audit(path, root=ROOT)
    assert [verdict.agrees for verdict in audited[0].verdicts] == [True]


# --- the command


Outcome = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    monkeypatch.chdir(ROOT)

    def run(*arguments: str) -> Outcome:
        status = cli.main(["audit", *arguments])
        return status, *capsys.readouterr()

    return run


def test_the_command_prints_verdicts_and_a_summary(run: Callable[..., Outcome]) -> None:
    status, out, err = run("zhou")
    assert (status, err) == (0, "")
    assert re.search(r"= alice:h_1 +0\.0474  agrees\n", out)
    assert re.search(r"≠ alice:dL/do_1 .*calculated on from the printed, rounded o_1: −0\.95200 \(by chance: 1 in 900\)\n", out)
    assert re.search(r"≠ alice:dL/dw_1 .*follows from a wrong value of dL/do_1: 0\.021429", out)
    assert out.index("≠ alice:dL/dw_1") < out.index("= neuron:o_1")
    ends = "agreeing: 6, explained: 1, following from a wrong one: 1, with a weak cause: 0, unexplained: 0.\n"
    assert out.endswith(f"Numbers: 8; {ends}")


def test_the_command_speaks_russian_with_decimal_commas(run: Callable[..., Outcome]) -> None:
    status, out, _ = run("hmkcode", "--lang", "ru")
    assert status == 0
    assert re.search(r"= hmkcode:o_1#1 +0,26  совпадает; .*\s0,2533\n", out)
    assert not re.search(r"\d\.\d", out)


@pytest.mark.parametrize(("arguments", "said"), [(("zohu",), "did you mean 'zhou'?"), (("zhou", "--lang", "xx"), "'xx'")])
def test_what_the_command_does_not_know_is_status_2(arguments: tuple[str, ...], said: str, run: Callable[..., Outcome]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_an_example_nobody_has_is_refused_with_those_there_are(run: Callable[..., Outcome], tmp_path: Path) -> None:
    path = tmp_path / "notes.toml"
    path.write_text(MINIMAL.replace('"alice"', '"alcie"'), encoding="utf-8")
    status, _, err = run(str(path))
    assert status == 2
    assert "claims[1].example" in err
    assert "did you mean 'alice'?" in err
