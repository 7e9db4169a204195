"""What was proven about the numbers of a page, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explainer.derivation.derivation import Derivation
from explainer.pages.scribe import Scribe


def certificate(scribe: Scribe, derivations: Sequence[Derivation], method: str, files: Mapping[str, str]) -> str:
    """What was proven about the numbers of a page. `method` and `files` are where its links lead."""
    if not scribe.occurrences:
        return ""

    def line(key: str, count: int) -> str:
        return scribe.sentence(key, {"count": scribe.count(count)}, count)

    certificates = [derivation.proof.certificate for derivation in derivations]
    lines = [line("certificate.numbers", len(scribe.occurrences) - scribe.measured)]
    lines += [line("certificate.measured", scribe.measured)] if scribe.measured else []
    for method_name in ("proven", "checked", "held"):
        if equations := sum(c.equations for c in certificates if c.composition == method_name):
            lines.append(line(f"certificate.equations.{method_name}", equations))
    if rules := {rule for c in certificates for rule in c.rules}:
        lines.append(line("certificate.rules", len(rules)))
    if direct := sum(c.direct for c in certificates):
        lines.append(line("certificate.direct", direct))
    if unwritten := sum(c.unwritten for c in certificates):
        lines.append(line("certificate.unwritten", unwritten))
    if short := sum(c.identities for c in certificates if c.composition == "proven"):
        lines.append(line("certificate.identities", short))
    for method_name in ("proven", "checked"):
        if views := sum(c.views for c in certificates if c.views_method == method_name):
            lines.append(line(f"certificate.views.{method_name}", views))
    if kinks := sum(len(derivation.proof.kinks) for derivation in derivations):
        lines.append(line("certificate.kinks", kinks))
    links = [(scribe.label("certificate.method"), method)]
    links += [(scribe.sentence("certificate.file", {"example": scribe.writer.code(name)}), href) for name, href in files.items()]
    key = "certificate.summary.measured" if scribe.measured else "certificate.summary"
    summary = line(key, len(scribe.occurrences) - scribe.measured)
    return scribe.writer.certificate(scribe.label("certificate.title"), summary, lines, links)
