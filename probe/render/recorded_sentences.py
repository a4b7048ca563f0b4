"""Sentences on a recording: its size, its gaps, and what to do."""

from collections.abc import Iterator

from probe.model.recorded_report import RecordedReport
from probe.model.recording_tally import RecordingTally, RequestStall, tally_of_report
from probe.model.request_kind import RequestKind
from probe.render.health_sentences import Upstream, actions_for
from probe.render.numbers import count_text, duration_text, share_text
from probe.render.phrases import counted, ending_text
from probe.sanitise import printable
from probe.texts import Texts

_MOST_ENDINGS = 2


def recorded_when(report: RecordedReport, texts: Texts) -> str:
    """Say when the requests were made; that there was none, where there was none."""
    if report.begun_at is None or report.ended_at is None:
        return texts("recorded.no_requests")
    begun, ended = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (report.begun_at, report.ended_at))
    length = duration_text((report.ended_at - report.begun_at).total_seconds() * 1000)
    return texts("recorded.when", begun=begun, ended=ended, length=length)


def recorded_summary(report: RecordedReport, texts: Texts) -> str:
    """Return the figures of a report in a line; see `tally_line`."""
    return tally_line(tally_of_report(report), texts)


def tally_line(tally: RecordingTally, texts: Texts) -> str:
    """Return `41 main requests in 60 exchanges, 3 silently retried (529 overloaded_error), …, cache read 91 %.`."""
    return texts("recorded.summary", parts=texts("join.clauses").join(_parts(tally, texts)))


def _parts(tally: RecordingTally, texts: Texts) -> Iterator[str]:
    requests = counted("recorded.size.requests", tally.main_requests, texts)
    exchanges = counted("recorded.size.exchanges", tally.exchanges, texts)
    yield texts("recorded.size", requests=requests, exchanges=exchanges)
    if tally.failed:
        yield counted("recorded.failed", tally.failed, texts)
    if tally.recovered:
        yield counted("recorded.recovered", tally.recovered, texts, why=_recovered_from(tally, texts))
    counts = {
        "retries": tally.retries,
        "fallbacks": tally.fallbacks,
        "storms": tally.storms,
        "interrupted": tally.interrupted,
    }
    yield from (counted(f"recorded.{name}", n, texts) for name, n in counts.items() if n)
    if tally.stalls:
        yield counted("recorded.stalled", tally.stalled, texts, time=_longest_stall(tally.stalls[0], texts))
    if tally.tokens.asked:
        into, out = count_text(tally.tokens.asked), count_text(tally.tokens.output or 0)
        yield texts("recorded.tokens", input=into, output=out)
    if tally.tokens.cache_read_share is not None:
        yield texts("recorded.cache", share=share_text(tally.tokens.cache_read_share, texts))


def _recovered_from(tally: RecordingTally, texts: Texts) -> str:
    """Return what the attempts came to that brought no answer, the most frequent ones, in brackets."""
    endings = [ending_text(ending, texts) for ending in list(tally.recovered_from)[:_MOST_ENDINGS]]
    return texts("recorded.why", endings=texts("join.clauses").join(endings)) if endings else ""


def _longest_stall(stall: RequestStall, texts: Texts) -> str:
    time = duration_text(stall.silence_ms)
    return texts("recorded.stall", time=time, id=printable(stall.request_id)) if stall.request_id else time


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
