"""The origin of a recording, as pairs of name and value."""

from collections.abc import Iterator

from probe.model.recorded_report import RecordedReport
from probe.render.numbers import NOTHING, count_text
from probe.render.phrases import way_words
from probe.render.provenance import machine_words, yes_or_no
from probe.sanitise import printable
from probe.texts import Texts


def recorded_facts(report: RecordedReport, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield (name, value) in the reader's language."""
    for name, value in _facts(report, texts):
        yield texts(f"fact.{name}"), printable(value)


def _facts(report: RecordedReport, texts: Texts) -> Iterator[tuple[str, str]]:
    manifest = report.manifest
    begun = f"{manifest.created_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "recording", texts("with_interval", value=manifest.run_id, interval=begun)
    yield "probe", manifest.probe_version
    if manifest.command:
        yield "command", " ".join(manifest.command)
    if manifest.listen:
        yield "listen", manifest.listen
    if manifest.target:
        yield "target", manifest.target
    yield "upstream", manifest.base_url
    if manifest.way:
        yield "way", way_words(manifest.way, texts)
    programs = (
        texts("with_interval", value=name or NOTHING, interval=count_text(n)) for name, n in report.user_agents.items()
    )
    yield "programs", texts("join.items").join(programs) or texts("fact.none")
    yield "session_ids", count_text(report.sessions)
    yield "bodies", yes_or_no(manifest.keeps_bodies, texts)
    yield "machine", machine_words(manifest.machine, texts)
