"""Sentences on a recording: its size, its gaps, and what to do."""

from collections.abc import Iterator

from probe.model.recorded_report import RecordedReport
from probe.model.request_kind import RequestKind
from probe.render.health_sentences import Upstream, actions_for
from probe.render.numbers import count_text, duration_text, share_text
from probe.render.phrases import counted
from probe.sanitise import printable
from probe.texts import Texts


def recorded_when(report: RecordedReport, texts: Texts) -> str:
    """Say when the requests were made; that there was none, where there was none."""
    if report.begun_at is None or report.ended_at is None:
        return texts("recorded.no_requests")
    begun, ended = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (report.begun_at, report.ended_at))
    length = duration_text((report.ended_at - report.begun_at).total_seconds() * 1000)
    return texts("recorded.when", begun=begun, ended=ended, length=length)


def recorded_summary(report: RecordedReport, texts: Texts) -> str:
    """Return `41 main requests in 60 exchanges, 3 silently retried, 1 stalled for 1 m 34 s, cache read 91 %.`."""
    return texts("recorded.summary", parts=texts("join.clauses").join(_parts(report, texts)))


def _parts(report: RecordedReport, texts: Texts) -> Iterator[str]:
    requests, exchanges = count_text(report.main_requests), count_text(report.exchanges)
    yield texts("recorded.size", requests=requests, exchanges=exchanges)
    counts = {
        "recovered": report.health.recovered,
        "retries": report.retries,
        "fallbacks": report.fallbacks,
        "storms": len(report.storms),
        "interrupted": report.interrupted,
    }
    yield from (counted(f"recorded.{name}", n, texts) for name, n in counts.items() if n)
    if report.stalls:
        yield counted("recorded.stalled", report.stalls_total, texts, time=duration_text(report.stalls[0].silence_ms))
    if report.tokens.cache_read_share is not None:
        yield texts("recorded.cache", share=share_text(report.tokens.cache_read_share, texts))


def recorded_remarks(report: RecordedReport, texts: Texts) -> Iterator[str]:
    """Yield what limits the data."""
    losses = report.losses
    if report.is_running:
        yield texts("recorded.running")
    if report.was_killed:
        yield texts("recorded.killed")
    if losses.unended:
        yield counted("recorded.unended", losses.unended, texts)
    if losses.lost_exchanges:
        yield counted("recorded.lost", losses.lost_exchanges, texts)
    if losses.removed_exchanges:
        yield texts("recorded.removed", n=count_text(losses.removed_exchanges))
    for name, count in losses.corrupt.items():
        yield texts("recorded.corrupt", name=printable(name), n=count_text(count))


def recorded_actions(report: RecordedReport, texts: Texts) -> Iterator[str]:
    """Yield what to do about each distinct failure."""
    models = {count.model for count in report.kinds if count.kind is RequestKind.MAIN and count.model}
    upstream = Upstream(report.manifest.base_url, models.pop() if len(models) == 1 else None)
    return actions_for(report.health, upstream, texts)
