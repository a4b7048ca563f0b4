"""The tables of a recording's report, built once for all formats that have tables."""

from collections.abc import Iterator, Sequence

from probe.model.correlation import best_id
from probe.model.health import Health, HealthWord
from probe.model.recorded_report import IdleGroup, RecordedReport, TokenCount
from probe.model.recorded_request import RecordedRequest
from probe.render.health_sentences import fault_counts, health_word
from probe.render.markup import bar
from probe.render.numbers import NOTHING, count_text, duration_text, range_text, share_text
from probe.render.phrases import all_endings, ending_text
from probe.render.recorded_facts import recorded_facts
from probe.render.table_model import (
    BadgeCell,
    Cell,
    CodeCell,
    CountsCell,
    FigureCell,
    HeadingCell,
    NameCell,
    Table,
    TableRow,
    WordsCell,
    column_names,
    duration,
    number,
    sort_key,
)
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

_TONES = {HealthWord.OK: "good", HealthWord.UNKNOWN: "mild"}
_MOST_SHOWN = 50
"""Requests of a table; the rest is counted."""


def recorded_tables(report: RecordedReport, texts: Texts) -> Iterator[Table]:
    """Yield all tables that have rows, in order."""
    tables = (
        hours_table(report, texts),
        kinds_table(report, texts),
        storms_table(report, texts),
        stalls_table(report, texts),
        failed_table(report, texts),
        recovered_table(report, texts),
        slowest_table(report, texts),
        idle_table(report, texts),
        tokens_table(report, texts),
    )
    return (table for table in tables if table.rows)


def hours_table(report: RecordedReport, texts: Texts) -> Table:
    """Lay out health, failures and tokens by the hour."""
    rows = tuple(
        (
            _moment(f"{hour.begins_at:%Y-%m-%d %H:00}"),
            number(hour.requests),
            _health(hour.health, texts),
            WordsCell(_faults(hour.health, texts)),
            number(hour.health.recovered),
            number(hour.retries),
            number(hour.stalled),
            *_tokens(hour.tokens, texts),
            number(hour.interrupted),
        )
        for hour in report.hours
    )
    columns = column_names(
        "hour n health faults recovered retry_count stalled cache_read_of input_all tokens_out interrupted", texts
    )
    return Table("hours", texts("recorded.hours.title"), columns, rows, texts("recorded.hours.note"), narrowable=True)


def kinds_table(report: RecordedReport, texts: Texts) -> Table:
    """Count requests by kind and model."""
    rows = tuple(
        (
            CodeCell(count.kind.value),
            NameCell(count.model or NOTHING),
            number(count.requests),
            number(count.failed),
            number(count.recovered),
            duration(count.median_ms),
            *_tokens(count.tokens, texts),
            number(count.exchanges),
            number(count.interrupted),
        )
        for count in report.kinds
    )
    columns = column_names(
        "kind model n failed recovered success_median cache_read_of input_all tokens_out exchanges interrupted", texts
    )
    return Table("kinds", texts("recorded.kinds.title"), columns, rows, texts("recorded.kinds.note"), narrowable=True)


def storms_table(report: RecordedReport, texts: Texts) -> Table:
    """List the times in which many attempts failed."""
    rows = tuple(
        (
            _moment(f"{storm.begun_at:%Y-%m-%d %H:%M:%S}"),
            duration((storm.ended_at - storm.begun_at).total_seconds() * 1000),
            number(storm.requests),
            number(storm.attempts),
            CountsCell(tuple((ending_text(ending, texts), n) for ending, n in storm.endings.items())),
            number(storm.failed),
        )
        for storm in report.storms
    )
    columns = column_names("UTC length requests_n attempts endings failed", texts)
    return Table("storms", texts("recorded.storms.title"), columns, rows, texts("recorded.storms.note"))


def stalls_table(report: RecordedReport, texts: Texts) -> Table:
    """List the longest silences within streamed answers."""
    rows = tuple(
        (
            *_place(request),
            duration(request.silence_ms),
            CodeCell(request.outcome.value, request.cause),
            _ids([request.request_ids[(request.silent_attempt or 1) - 1]], request.session_id, texts),
            _model(request),
            WordsCell(_which_attempt(request, texts)),
        )
        for request in report.stalls[:_MOST_SHOWN]
    )
    columns = column_names("number UTC silence outcome request_ids model which", texts)
    note = _with_rest(texts("recorded.stalls.note", time=duration_text(report.stall_ms)), report.stalls_total, texts)
    return Table("stalls", texts("recorded.stalls.title"), columns, rows, note, narrowable=True)


def failed_table(report: RecordedReport, texts: Texts) -> Table:
    """List the requests that failed, with all that finds them in logs."""
    rows = tuple(
        (
            *_place(request),
            duration(request.wall_ms),
            CodeCell(request.outcome.value, request.cause),
            _ids(request.request_ids, request.session_id, texts),
            CodeCell(request.kind.value),
            _model(request),
            NameCell(all_endings(request.endings, texts)),
            NameCell(evidence_text(request, texts)),
        )
        for request in report.failed[:_MOST_SHOWN]
    )
    columns = column_names("number UTC took outcome request_ids kind model endings evidence", texts)
    note = _with_rest("", report.failed_total, texts)
    return Table("failed", texts("recorded.failed.title"), columns, rows, note, stacked=True, narrowable=True)


def recovered_table(report: RecordedReport, texts: Texts) -> Table:
    """List the requests that succeeded only after a silent retry or fallback."""
    rows = tuple(
        (
            *_place(request),
            duration(request.wall_ms),
            duration(request.phases.retries_ms),
            NameCell(all_endings(request.endings, texts)),
            _ids(request.request_ids, request.session_id, texts),
            CodeCell(request.kind.value),
            _model(request),
        )
        for request in report.recovered[:_MOST_SHOWN]
    )
    columns = column_names("number UTC took retries endings request_ids kind model", texts)
    note = _with_rest("", report.recovered_total, texts)
    return Table("recovered", texts("recorded.recovered.title"), columns, rows, note, stacked=True, narrowable=True)


def slowest_table(report: RecordedReport, texts: Texts) -> Table:
    """List the slowest main requests, with their phases."""
    rows = tuple(
        (
            *_place(request),
            duration(request.wall_ms),
            duration(request.phases.retries_ms),
            duration(request.phases.connect_ms),
            duration(request.phases.wait_ms),
            duration(request.phases.stream_ms),
            duration(request.ttft_ms),
            _model(request),
            CodeCell(request.outcome.value, request.cause),
            _ids(request.request_ids[-1:], request.session_id, texts),
        )
        for request in report.slowest
    )
    columns = column_names("number UTC took retries connect wait stream ttft model outcome request_ids", texts)
    note = texts("recorded.slowest.note")
    return Table("slowest", texts("recorded.slowest.title"), columns, rows, note, narrowable=True)


def idle_table(report: RecordedReport, texts: Texts) -> Table:
    """Describe how long requests waited, by the idle time before them; nothing where all are alike in that."""
    rows: tuple[TableRow, ...] = tuple(
        (
            FigureCell(_idle(group, texts), -1.0 if group.is_first else group.from_ms),
            number(group.requests),
            duration(group.wait_median_ms),
            duration(group.ttft_median_ms),
            duration(group.ttft_max_ms),
        )
        for group in report.idle
    )
    columns = column_names("idle n wait_median ttft_median ttft_max", texts)
    return Table("idle", texts("recorded.idle.title"), columns, rows, texts("recorded.idle.note"))


def tokens_table(report: RecordedReport, texts: Texts) -> Table:
    """List tokens and the cache's share over time."""
    bins = report.tokens_over_time
    most = max((each.tokens.asked for each in bins), default=0)
    rows = tuple(
        (
            _moment(f"{each.begins_at:%Y-%m-%d %H:%M}"),
            number(each.requests),
            *_tokens(each.tokens, texts),
            WordsCell(bar(each.tokens.asked, most)),
        )
        for each in bins
    )
    columns = column_names("time requests_n cache_read_of input_all tokens_out volume", texts)
    note = texts("recorded.tokens.note", minutes=bins[0].minutes) if bins else ""
    return Table("tokens", texts("recorded.tokens.title"), columns, rows, note)


def facts_table(report: RecordedReport, texts: Texts) -> Table:
    """Say what was recorded, and how."""
    rows = tuple((HeadingCell(name), WordsCell(value, foreign=True)) for name, value in recorded_facts(report, texts))
    return Table("facts", texts("recorded.facts.title"), column_names("what is", texts), rows, facts=True)


def _with_rest(note: str, total: int, texts: Texts) -> str:
    more = [texts("recorded.more", n=count_text(total - _MOST_SHOWN))] if total > _MOST_SHOWN else []
    return texts("join.sentences").join(filter(None, [note, *more]))


def _place(request: RecordedRequest) -> tuple[Cell, Cell]:
    when = f"{request.begun_at:%Y-%m-%d %H:%M:%S}"
    return FigureCell(f"#{request.number}", request.number), _moment(when)


def _moment(text: str) -> Cell:
    return FigureCell(text, text)


def _model(request: RecordedRequest) -> Cell:
    return NameCell(request.model_requested or NOTHING)


def _ids(requests: Sequence[dict[str, str]], session_id: str | None, texts: Texts) -> Cell:
    """Name the id of each attempt that finds it best; where the upstream gave none, the client's session."""
    ids = "; ".join(filter(None, map(best_id, requests)))
    session = texts("recorded.session", id=session_id) if session_id else NOTHING
    return NameCell(ids or session)


def _which_attempt(request: RecordedRequest, texts: Texts) -> str:
    return texts("recorded.attempt", n=request.silent_attempt, all=request.attempts)


def _health(health: Health, texts: Texts) -> Cell:
    word, tone = health.word, _TONES.get(health.word, "bad")
    is_urgent = word not in _TONES
    return BadgeCell(health_word(word, texts), tone, urgent=is_urgent, look=word.value.lower())


def _faults(health: Health, texts: Texts) -> str:
    """Name the parties that have failures to answer for."""
    named = [words for fault, words in fault_counts(health, texts) if fault.n]
    return texts("faults.join").join(named) or NOTHING


def _tokens(tokens: TokenCount, texts: Texts) -> tuple[Cell, Cell, Cell]:
    """Build the cells of the cache's share, tokens in and tokens out."""
    share = tokens.cache_read_share
    return (
        FigureCell(NOTHING if share is None else share_text(share, texts), sort_key(share)),
        number(tokens.asked if tokens.answers else None),
        number(tokens.output),
    )


def _idle(group: IdleGroup, texts: Texts) -> str:
    if group.is_first:
        return texts("recorded.first")
    low, high = duration_text(group.from_ms), duration_text(group.to_ms)
    if group.to_ms is None:
        return texts("recorded.from", low=low)
    return range_text(low, high, texts) if group.from_ms else texts("recorded.below", high=high)
