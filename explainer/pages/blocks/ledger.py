"""A ledger on a page: what was printed, what it is, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count

from explainer.core.digits import Shown, round_at, round_significant, written
from explainer.derivation.derivation import Derivation
from explainer.derivation.whole import product
from explainer.ledger.audit import MORE_DIGITS, Audited, Cause, Verdict
from explainer.ledger.chance import COUNT, Chance
from explainer.ledger.conventions import exponent_of_last
from explainer.pages.blocks.block import BlockError
from explainer.pages.blocks.slips import called
from explainer.pages.scribe import Scribe
from explainer.words.numbers import localise, running

ONCE = "slip.once."  # begins the keys of slips in a single equation


def ledger(scribe: Scribe, names: Sequence[str]) -> str:
    """`::: ledger mazur`: the citation, and a table of all claims with their verdicts."""
    if len(names) != 1 or names[0] not in scribe.ledgers:
        known = list(scribe.ledgers)
        raise BlockError(" ".join(names) or "nothing", f"one of {', '.join(known) or '(none)'}", right=known[0] if known else "")
    audited = scribe.ledgers[names[0]]
    header = [scribe.label(f"column.{key}") for key in ("quantity", "printed", "value", "verdict")]
    rows, numeric = [_row(scribe, verdict) for verdict in audited.by_weight], [False, True, True, False]
    if len(audited.ledger.examples) > 1:
        header, numeric = [scribe.label("column.example"), *header], [False, *numeric]
        rows = [[title, *row] for title, row in zip(_titles(scribe, audited), rows, strict=True)]
    return scribe.writer.table(header, rows, numeric, stacked=True)


def _titles(scribe: Scribe, audited: Audited) -> Iterator[str]:
    """The title of each claim's example, where it is another one than in the row above."""
    before = ""
    for verdict in audited.by_weight:
        name = verdict.claim.example
        title = scribe.catalogue.title_of(scribe.derivations[name].example)
        yield scribe.writer.text(title) if name != before else ""
        before = name


def _row(scribe: Scribe, verdict: Verdict) -> list[str]:
    derivation = scribe.derivations[verdict.claim.example]
    reason = scribe.catalogue.text("ledger.literal").written

    def quoted(number: Decimal) -> str:
        return scribe.writer.number(scribe.literal(written(number), reason))

    symbols = [scribe.symbol(derivation, verdict.name), quoted(verdict.claim.printed)]
    value = scribe.writer.number(scribe.printed(derivation, verdict.name, as_precise(derivation, verdict)))
    pen = Pen(
        lambda name: scribe.symbol(derivation, name),
        lambda names: scribe.expression(derivation, product(derivation, names)),
        quoted,
    )
    words = verdict_lines(scribe, verdict, pen)
    mark = scribe.writer.verdict(scribe.language.semicolon.join(words), agrees=verdict.agrees)
    return [*symbols, value, mark]


def as_precise(derivation: Derivation, verdict: Verdict) -> Shown:
    """The value to some places beyond the last one that was printed, so that the rounding can be seen."""
    enclosure, place = derivation.enclosure(verdict.name), exponent_of_last(verdict.claim.printed)
    rounded = round_at(enclosure.lower, place)
    if not rounded:
        return derivation.show(verdict.name)
    tries = (derivation.show(verdict.name, len(rounded.as_tuple().digits) + more) for more in count(MORE_DIGITS))
    return next(shown for shown in tries if shown.exact or round_at(shown.value, place) == rounded)


@dataclass(frozen=True)
class Pen:
    """How a verdict's symbols and numbers are written: a quantity, several multiplied, a decimal."""

    symbol: Callable[[str], str]
    product: Callable[[Sequence[str]], str]
    number: Callable[[Decimal], str]


def verdict_lines(scribe: Scribe, verdict: Verdict, pen: Pen) -> list[str]:
    """The verdict in words, one for each cause."""
    if verdict.agrees:
        if verdict.carried is None:
            return [scribe.label("verdict.agrees")]
        return [scribe.sentence("verdict.agrees.carried", {"evidence": pen.number(verdict.carried)})]
    if not verdict.causes:
        return [scribe.label("verdict.unexplained")]
    return [_with_odds(scribe, cause, pen) for cause in verdict.causes]


def _with_odds(scribe: Scribe, cause: Cause, pen: Pen) -> str:
    """A cause, and how many wrong numbers there are for each that would get one."""
    key = "cause.weak" if cause.is_weak else "cause.odds"
    odds = {"one": pen.number(Decimal(1)), "odds": pen.number(one_in(cause))}
    words = scribe.sentence(key, {"cause": _cause(scribe, cause, pen), **odds})
    if not cause.against:
        return words
    return scribe.sentence("cause.against", {"cause": words, "others": _listed(scribe, cause.against, pen)})


def _listed(scribe: Scribe, names: Sequence[str], pen: Pen) -> str:
    return scribe.language.comma.join(map(pen.symbol, names))


def one_in(cause: Cause) -> Decimal:
    """The odds as one in so many, to two digits."""
    whole = int(1 / cause.odds)
    return Decimal(whole) if whole < 100 else Decimal(int(round_significant(Fraction(whole), 2)))


def _cause(scribe: Scribe, cause: Cause, pen: Pen) -> str:
    values = {"operands": _listed(scribe, cause.mentions, pen), "evidence": pen.number(cause.evidence)}
    if cause.key.startswith(ONCE):
        name = called(scribe, cause.key.removeprefix(ONCE), cause.mentions, cause.at, pen.product)
        return scribe.sentence("cause.slip", {**values, "slip": name})
    if cause.key.startswith("slip."):
        return scribe.sentence("cause.slip", {**values, "slip": scribe.label(cause.key)})
    return scribe.sentence(f"cause.{cause.key}", values)


def as_text(scribe: Scribe, audited: Audited) -> str:
    """A ledger for a terminal."""

    def number(value: Decimal) -> str:
        return running(localise(written(value), scribe.language))

    source = audited.ledger
    author, title = map(scribe.writer.text, (source.author, source.title))
    lines = [f"{source.name}: {author}, {title}" + (f" ({source.year})" if source.year else "")]
    for verdict in audited.by_weight:
        derivation = scribe.derivations[verdict.claim.example]
        words = verdict_lines(scribe, verdict, Pen(str, "·".join, number))
        if not verdict.agrees:
            value = running(localise(as_precise(derivation, verdict).text, scribe.language))
            words.insert(0, scribe.sentence("verdict.value", {"value": value}))
        name = f"{derivation.name}:{verdict.name}"
        mark = "=" if verdict.agrees else "≠"
        lines.append(f"  {mark} {name:<28} {number(verdict.claim.printed):>13}  {scribe.language.semicolon.join(words)}")
    return "\n".join(lines) + "\n"


def summary(scribe: Scribe, all_audited: Sequence[Audited]) -> str:
    """How many claims agree, differ for a known reason, for a wrong number before, for a weak reason, and for none."""
    verdicts = [verdict for audited in all_audited for verdict in audited.verdicts]
    counts = {
        "count": len(verdicts),
        "agreeing": sum(verdict.agrees for verdict in verdicts),
        "explained": sum(verdict.is_explained for verdict in verdicts),
        "following": sum(bool(verdict.roots) for verdict in verdicts),
        "weak": sum(verdict.is_weak for verdict in verdicts),
    }
    counts["unexplained"] = sum(not (verdict.agrees or verdict.causes) for verdict in verdicts)
    return scribe.sentence("verdict.summary", {key: str(count) for key, count in counts.items()})


def odds_as_text(scribe: Scribe, found: Mapping[str, Sequence[Chance]]) -> str:
    """How many wrong numbers get a cause, example by example and by their digits, for a terminal."""

    def share(part: int, whole: int) -> str:
        return running(localise(f"{100 * part / whole:.1f}", scribe.language))

    lines = [scribe.sentence("odds.summary", {"count": str(COUNT)})]
    columns = [scribe.label(f"odds.{key}") for key in ("digits", "caused", "strong")]
    for name, chances in found.items():
        lines += ["", name, "  " + "".join(column.rjust(len(column) + 4) for column in columns)]
        for chance in chances:
            cells = (str(chance.digits), share(chance.caused, chance.count), share(chance.strong, chance.count))
            lines.append("  " + "".join(cell.rjust(len(column) + 4) for cell, column in zip(cells, columns, strict=True)))
    return "\n".join(lines)
