"""Show the vantages of one target: a table, and whether one is worse, and whose that is."""

from collections.abc import Iterator

from probe.model.fault_party import FaultParty
from probe.model.report_sections import Report
from probe.model.vantage_comparison import (
    NetworkKind,
    VantageAnswer,
    VantageComparison,
    VantageFigures,
    VantageFinding,
    WorseVantage,
)
from probe.model.verdict import RoundsToGo
from probe.render.call_words import shown_outcome
from probe.render.health_sentences import health_line
from probe.render.numbers import (
    NOTHING,
    count_text,
    duration_text,
    estimate_share,
    interval_ms,
    interval_text,
    points_text,
    share_text,
)
from probe.render.phrases import counted
from probe.render.table_model import FigureCell, Table, TableRow, WordsCell, column_names, duration, number, sort_key
from probe.sanitise import printable
from probe.texts import Texts

_MOST_LOG_E = 6


def vantage_table(comparison: VantageComparison, texts: Texts) -> Table:
    """Lay out the calls of each vantage."""
    columns = (
        *column_names("vantage calls failed failure_rate success_median", texts),
        *(texts(f"phase.{name}") for name in ("connect", "wait")),
        texts("column.clock"),
    )
    legend = texts(
        "vantages.legend",
        pairs=count_text(comparison.pairs),
        left=count_text(comparison.left_out),
        least=count_text(round(comparison.least_e)),
    )
    title = texts("vantages.title", target=printable(comparison.target))
    rows = tuple(_row(figures, texts) for figures in comparison.figures)
    return Table("vantages", title, columns, rows, legend, stacked=True, narrowable=True)


def _row(figures: VantageFigures, texts: Texts) -> TableRow:
    rate = figures.failure_rate
    return (
        WordsCell(figures.vantage, foreign=True),
        number(figures.n),
        number(figures.failed),
        FigureCell(estimate_share(rate, texts), sort_key(rate.value if rate else None)),
        duration(figures.wall_ms),
        duration(figures.connect_ms),
        duration(figures.wait_ms),
        FigureCell(_clock(figures, texts), sort_key(figures.clock_offset_ms)),
    )


def _clock(figures: VantageFigures, texts: Texts) -> str:
    if figures.clock_offset_ms is None:
        return NOTHING
    offset = duration_text(figures.clock_offset_ms)
    if figures.clock_error_ms is None:
        return offset
    return texts("vantages.clock", offset=offset, error=duration_text(figures.clock_error_ms))


def vantage_answers(report: Report, texts: Texts) -> Iterator[str]:
    """Yield the answer on each target that several vantages called; of several targets after its name."""
    for comparison in report.vantages:
        answer = vantage_answer(comparison, texts)
        several = len(report.vantages) > 1
        yield texts("named", name=printable(comparison.target), value=answer) if several else answer


def vantage_answer(comparison: VantageComparison, texts: Texts) -> str:
    """Say in a sentence or two whether a vantage is worse, in what, and whose that is."""
    if not comparison.pairs:
        return texts("vantages.no_pairs")
    return texts("join.sentences").join(_answer(comparison, texts))


def vantage_details(comparison: VantageComparison, texts: Texts) -> Iterator[str]:
    """Say the health of the target over all vantages, and how it follows whose failures are."""
    yield texts("vantages.health", health=health_line(comparison.health, texts))
    yield from (_kind(kind, texts) for kind in comparison.kinds)


def _answer(comparison: VantageComparison, texts: Texts) -> Iterator[str]:
    if comparison.answer is VantageAnswer.CANNOT_TELL and comparison.failures.answer is comparison.times.answer:
        yield texts("vantages.open", more=_more(comparison.failures, texts))
        return
    yield from (_fails(worse, comparison, texts) for worse in comparison.failures.worse)
    yield from (_is_slower(worse, texts) for worse in comparison.times.worse)
    if not comparison.failures.worse:
        yield _failures_alike(comparison, texts)
    if not comparison.times.worse:
        yield from _times_alike(comparison, texts)


def _fails(worse: WorseVantage, comparison: VantageComparison, texts: Texts) -> str:
    is_network = any(kind.vantage == worse.vantage for kind in comparison.kinds)
    low, high = (None if end is None else points_text(end) for end in (worse.difference.low, worse.difference.high))
    said = texts(
        "vantages.fails.network" if is_network or not worse.still else "vantages.fails.relay",
        vantage=printable(worse.vantage),
        than=printable(worse.than),
        points=points_text(worse.difference.value),
        interval=_interval(interval_text(low, high, texts), texts),
        e=_e_text(worse, texts),
    )
    return _with_change(said, worse, texts)


def _is_slower(worse: WorseVantage, texts: Texts) -> str:
    difference = worse.phase_difference or worse.difference
    said = texts(
        f"vantages.slower.{worse.phase}" if worse.phase else "vantages.slower",
        vantage=printable(worse.vantage),
        than=printable(worse.than),
        ms=duration_text(difference.value),
        interval=_interval(interval_ms(difference, texts), texts),
        e=_e_text(worse, texts),
    )
    return _with_change(said, worse, texts)


def _interval(interval: str, texts: Texts) -> str:
    return "" if interval == NOTHING else texts("vantages.interval", interval=interval)


def _with_change(said: str, worse: WorseVantage, texts: Texts) -> str:
    if worse.still:
        return said
    changed = texts("vantages.changed", vantage=printable(worse.vantage), than=printable(worse.than))
    return texts("join.sentences").join((said, changed))


def _failures_alike(comparison: VantageComparison, texts: Texts) -> str:
    if comparison.failures.answer is VantageAnswer.CANNOT_TELL:
        return texts("vantages.open.failures", more=_more(comparison.failures, texts))
    party = comparison.party
    if party is FaultParty.NETWORK:
        party = FaultParty.UNCLEAR
    return texts(f"vantages.alike.{party.value if party else 'good'}", delta=points_text(comparison.delta))


def _times_alike(comparison: VantageComparison, texts: Texts) -> Iterator[str]:
    if comparison.times.answer is VantageAnswer.ALIKE:
        yield texts("vantages.alike.times", percent=share_text(comparison.ratio - 1, texts))
    elif comparison.times.pairs:
        yield texts("vantages.open.times", more=_more(comparison.times, texts))


def _more(finding: VantageFinding, texts: Texts) -> str:
    return _rounds_to_go(finding.to_go, texts) if finding.to_go else ""


def _rounds_to_go(to_go: RoundsToGo, texts: Texts) -> str:
    ahead = count_text(to_go.looked_ahead)
    if to_go.low is None:
        return texts("vantages.more.unseen", ahead=ahead)
    if to_go.high is None:
        return texts("vantages.more.open", low=count_text(to_go.low), ahead=ahead)
    if to_go.low == to_go.high:
        return counted("vantages.more", to_go.low, texts)
    return texts("vantages.more.range", low=count_text(to_go.low), high=count_text(to_go.high))


def _kind(kind: NetworkKind, texts: Texts) -> str:
    outcome = shown_outcome(kind.outcome, kind.cause)
    if kind.vantage is None:
        return texts("vantages.kind.relay.many", n=count_text(kind.n), outcome=outcome)
    return counted("vantages.kind.network", kind.n, texts, outcome=outcome, vantage=printable(kind.vantage))


def _e_text(worse: WorseVantage, texts: Texts) -> str:
    if worse.log_e > _MOST_LOG_E:
        return texts("vantages.e.million")
    return texts("vantages.e", e=count_text(int(10**worse.log_e)))
