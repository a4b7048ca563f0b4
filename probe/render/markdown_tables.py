"""The tables of a Markdown report."""

from collections.abc import Iterator

from probe.model.comparison import Comparison
from probe.model.report import Incident, Report, Section
from probe.model.statistics import Durations, Pairs, Spread, StepStatistics
from probe.model.warmth import Warmth
from probe.render.markup import bar, outcome_code, plain, quoted, table
from probe.render.numbers import (
    NOTHING,
    count_text,
    duration_text,
    estimate_share,
    figure_interval,
    figure_text,
    interval_ms,
    rising,
    share_text,
    usage_texts,
)
from probe.render.overview import overview_head, overview_rows
from probe.render.pair_rows import pair_rows
from probe.render.sentences import (
    difference_text,
    facts,
    flag_words,
    gate_observed,
    outcome_words,
    party_words,
    quantity_value,
    quantity_words,
)
from probe.render.texts import Texts

_MOST_INCIDENTS = 50
_QUANTILES = ("p50", "p75", "p90", "p95", "p99")


def _table(columns: str, rows: list[list[str]], texts: Texts) -> str:
    """`columns` are keys of headings; `n` and `p90` and `UTC` are the same in every language."""
    header = [name if name in {"n", "p90", "UTC"} else texts(f"column.{name}") for name in columns.split()]
    return table(header, rows, texts("table.none"))


def overview_table(report: Report, texts: Texts) -> str:
    """How each section came out, in a line."""
    rows = [[plain(section.name), answer, *rates] for section, answer, rates in overview_rows(report, texts)]
    return table([plain(name) for name in overview_head(report, texts)], rows, texts("table.none"))


def calls_table(section: Section, texts: Texts) -> str:
    """How many calls of each step came out how."""
    rows = [
        [
            plain(step.label),
            *map(count_text, (step.n, step.ok, step.clean, step.recovered, step.failed, step.timed_out)),
            estimate_share(step.failure_rate, texts),
        ]
        for step in section.steps
    ]
    return _table("step n ok clean recovered failed timed_out failure_rate", rows, texts)


def durations_tables(section: Section, texts: Texts) -> Iterator[str]:
    """Quantiles and means of all calls, and below them the calls that finished."""
    known = [(step, step.durations) for step in section.steps if step.durations]
    rows = [row for step, durations in known for row in _quantiles(step, durations, texts)]
    yield _table("step n figure value interval", rows, texts)
    yield texts("durations.legend")
    if known:
        rows = [row for step, durations in known for row in _spreads(step, durations, texts)]
        yield _table("step calls n min median p90 max", rows, texts)


def _quantiles(step: StepStatistics, durations: Durations, texts: Texts) -> Iterator[list[str]]:
    label, n = plain(step.label), count_text(durations.n)
    quantiles = rising(durations.quantiles)
    for name in _QUANTILES:
        figure = quantiles.get(name)
        if figure:
            words = texts("row.quantile", percent=texts("percent", value=name.removeprefix("p")))
            yield [label, n, words, figure_text(figure, texts), figure_interval(figure, texts)]
    mean = durations.restricted_mean
    yield [label, count_text(mean.n), texts("row.mean"), duration_text(mean.value), interval_ms(mean, texts)]
    if step.ttft_median:
        values = figure_text(step.ttft_median, texts), figure_interval(step.ttft_median, texts)
        yield [label, count_text(step.ttft.n), texts("row.ttft"), *values]


def _spreads(step: StepStatistics, durations: Durations, texts: Texts) -> Iterator[list[str]]:
    spreads: tuple[tuple[str, Spread], ...] = (
        ("column.ok", durations.successes),
        ("column.clean", durations.clean),
        ("column.recovered", durations.recovered),
        ("row.ttft", step.ttft),
    )
    for key, spread in spreads:
        if spread.n:
            values = (spread.min_ms, spread.median_ms, spread.p90_ms, spread.max_ms)
            yield [plain(step.label), texts(key), count_text(spread.n), *map(duration_text, values)]


def warmth_table(warmth: Warmth, texts: Texts) -> str:
    """Cold or warm by idle time."""
    rows = [
        [duration_text(each.idle_ms), count_text(each.n), count_text(each.cold), share_text(each.fitted_share, texts)]
        for each in warmth.levels
    ]
    return _table("idle n cold cold_share", rows, texts)


def pairs_table(section: Section, pairs: Pairs, texts: Texts) -> str:
    """The first call of each round against its second, with the tests by name."""
    return _table("what is", [list(row) for row in pair_rows(section, pairs, texts)], texts)


def outcomes_table(section: Section, texts: Texts) -> str:
    """What calls came to, what it means, who has to act; and the flags."""
    rows = []
    for step in section.steps:
        for each in step.outcomes:
            words = outcome_words(each.outcome, texts)
            rows.append(
                [
                    plain(step.label),
                    outcome_code(each.outcome, each.cause),
                    count_text(each.n),
                    texts("row.as_expected", words=words) if each.expected else words,
                    NOTHING if each.expected else party_words(each.outcome, texts),
                ]
            )
    for step in section.steps:
        for flag, count in step.flags.items():
            name = texts("row.flag", flag=flag.value)
            rows.append([plain(step.label), name, count_text(count), flag_words(flag, texts), NOTHING])
    return _table("step outcome calls meaning party", rows, texts)


def phases_table(section: Section, texts: Texts) -> Iterator[str]:
    """The mean of each phase, as bars that all have one scale."""
    known = [step for step in section.steps if step.phases]
    most = max(mean.value for step in known for mean in step.phases.values())
    rows = []
    for step in known:
        for name, mean in step.phases.items():
            mean_and_interval = duration_text(mean.value), interval_ms(mean, texts)
            label, n = plain(step.label), count_text(mean.n)
            rows.append([label, texts(f"phase.{name}"), n, *mean_and_interval, bar(mean.value, most)])
    header = [texts(f"column.{name}") for name in ("step", "phase")]
    header += ["n", texts("column.mean"), texts("column.interval"), ""]
    yield table(header, rows, texts("table.none"))
    sources = dict.fromkeys(texts(f"source.{step.phases_source.value}") for step in known if step.phases_source)
    yield texts("phases.legend", source=texts("join.last").join(sources))


def models_table(section: Section, texts: Texts) -> str:
    """Which models served, and what the client says that it cost."""
    asked = quoted(section.manifest.target.model) if section.manifest else NOTHING
    rows = []
    for step in section.steps:
        tokens = step.tokens
        served = texts("join.items").join(f"{quoted(model)} ({count})" for model, count in step.models_served.items())
        rows.append(
            [
                plain(step.label),
                asked,
                served or NOTHING,
                *usage_texts(tokens, texts),
            ]
        )
    return _table("step asked served input output cache_read cost", rows, texts)


def gates_table(section: Section, texts: Texts) -> str:
    """Every gate, whether it failed, and what it saw."""
    rows = [
        [
            quoted(gate.expression),
            f"**{texts('gate.failed')}**" if gate.failed else texts("gate.passed"),
            plain(gate_observed(gate, texts)),
        ]
        for gate in section.gates
    ]
    return _table("gate result observed", rows, texts)


def operator_table(section: Section, texts: Texts) -> Iterator[str]:
    """What an upstream's operator needs to find calls in his logs."""
    if section.manifest:
        target = section.manifest.target
        masked = quoted(target.token_masked) if target.token_masked else texts("fact.none")
        yield texts("operator.target", target=quoted(target.base_url), token=masked)
    several = len(section.runs) > 1
    shown = section.incidents[:_MOST_INCIDENTS]
    columns = "round step UTC took outcome requests request_ids flags session evidence"
    rows = [[quoted(each.run_id)] * several + _incident(each) for each in shown]
    yield _table("run " * several + columns, rows, texts)
    left = section.incidents_total - len(shown)
    if left > 0:
        yield texts("operator.more", n=count_text(left))


def _incident(each: Incident) -> list[str]:
    ids = [", ".join(f"{name}: {value}" for name, value in request.items()) for request in each.request_ids]
    return [
        str(each.round),
        plain(each.label),
        f"{each.started_at:%Y-%m-%d %H:%M:%S}",
        duration_text(each.wall_ms),
        outcome_code(each.outcome, each.cause),
        quoted("; ".join(each.endings)),
        quoted("; ".join(filter(None, ids))),
        ", ".join(f"`{flag.value}`" for flag in each.flags) or NOTHING,
        quoted(each.session_id or ""),
        quoted(each.evidence),
    ]


def provenance_table(section: Section, texts: Texts) -> Iterator[str]:
    """Where the figures come from."""
    if section.manifest is None:
        yield texts("provenance.unknown")
    yield _table("what is", [[name, plain(value)] for name, value in facts(section, texts)], texts)


def comparison_table(comparison: Comparison, texts: Texts) -> str:
    """Every quantity of every step in both."""
    rows = []
    for each in comparison.differences:
        values = (quantity_value(value, each.unit, texts) for value in (each.base, each.candidate))
        judged = texts(f"judgement.{each.judgement.value}")
        difference = difference_text(each.difference, each.unit, texts)
        words = plain(quantity_words(each.quantity, texts))
        rows.append([plain(each.label), words, *values, difference, judged])
    header = [texts("column.step"), texts("column.quantity"), plain(comparison.base), plain(comparison.candidate)]
    return table([*header, texts("column.difference"), texts("column.judgement")], rows, texts("table.none"))
