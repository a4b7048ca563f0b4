"""The tables of the page. Their words are those of the other formats."""

from collections.abc import Iterator
from dataclasses import replace

from probe.model.base import utc_text
from probe.model.report import Incident, Section
from probe.model.statistics import Spread, StepStatistics
from probe.render.html_cells import (
    Cell,
    Table,
    chip,
    code,
    duration,
    facts_table,
    ids,
    mean,
    number,
    quantile,
    said,
    share,
    text,
)
from probe.render.numbers import NOTHING, count_text, rising, share_text, usage_texts
from probe.render.pair_rows import pair_rows
from probe.render.sentences import (
    cause_words,
    estimate_share,
    facts,
    flag_words,
    gate_observed,
    outcome_words,
    party_words,
)
from probe.render.texts import Texts

_QUANTILES = ("p50", "p75", "p90", "p95", "p99")


def tables(section: Section, prefix: str, texts: Texts) -> Iterator[Table]:
    """All that are not empty, in the page's order; ids begin with `prefix`."""
    for make in (_warmth, _calls, _durations, _finished, _pairs, _phases, _outcomes, _models, _gates):
        table = make(section, texts)
        if table.rows:
            yield replace(table, id=f"{prefix}-{table.id}")


def _head(names: str, texts: Texts) -> tuple[str, ...]:
    """Headings by their keys; `n` and `p90` and `UTC` are the same in every language."""
    return tuple(name if name in {"n", "p90", "UTC"} else texts(f"column.{name}") for name in names.split())


def _legend(key: str, texts: Texts, **values: object) -> str:
    """What stands below a table, without the marks of Markdown."""
    return texts(key, **values).replace("*", "")


def _calls(section: Section, texts: Texts) -> Table:
    rows = tuple(
        (
            text(step.label),
            *map(number, (step.n, step.ok, step.clean, step.recovered, step.failed, step.timed_out)),
            share(estimate_share(step.failure_rate, texts), step.failure_rate),
        )
        for step in section.steps
    )
    head = _head("step n ok clean recovered failed timed_out failure_rate", texts)
    return Table("calls", texts("calls.title"), head, rows, _legend("calls.legend", texts))


def _durations(section: Section, texts: Texts) -> Table:
    """A column a step, so that steps are read side by side."""
    known = [(step, step.durations) for step in section.steps if step.durations]
    quantiles = [rising(durations.quantiles) for _, durations in known]
    rows = [
        (
            text(texts("row.quantile", percent=texts("percent", value=name[1:])), look="fact"),
            *(quantile(each.get(name), texts) for each in quantiles),
        )
        for name in _QUANTILES
    ]
    rows.append(
        (text(texts("row.mean"), look="fact"), *(mean(durations.restricted_mean, texts) for _, durations in known))
    )
    rows.append((text(texts("html.unfinished"), look="fact"), *(number(durations.censored) for _, durations in known)))
    rows.append((text(texts("row.ttft"), look="fact"), *(quantile(step.ttft_median, texts) for step, _ in known)))
    head = (texts("column.figure"), *(f"{step.label} (n = {count_text(durations.n)})" for step, durations in known))
    shown = tuple(rows) if known else ()
    return Table("durations", texts("durations.title"), head, shown, _legend("durations.legend", texts))


def _finished(section: Section, texts: Texts) -> Table:
    rows = tuple(
        (
            text(step.label),
            text(texts(key)),
            number(spread.n),
            *map(duration, (spread.min_ms, spread.median_ms, spread.p90_ms, spread.max_ms)),
        )
        for step in section.steps
        for key, spread in _spreads(step)
        if spread.n
    )
    return Table("finished", texts("html.finished"), _head("step calls n min median p90 max", texts), rows)


def _spreads(step: StepStatistics) -> Iterator[tuple[str, Spread]]:
    if step.durations:
        yield "column.ok", step.durations.successes
        yield "column.clean", step.durations.clean
        yield "column.recovered", step.durations.recovered
    yield "row.ttft", step.ttft


def _warmth(section: Section, texts: Texts) -> Table:
    rows = tuple(
        (
            duration(each.idle_ms),
            number(each.n),
            number(each.cold),
            Cell((share_text(each.fitted_share, texts),), each.fitted_share, look="num"),
        )
        for each in (section.warmth.levels if section.warmth else ())
    )
    head = _head("idle n cold cold_share", texts)
    return Table("warmth", texts("warmth.title"), head, rows, _legend("warmth.legend", texts))


def _pairs(section: Section, texts: Texts) -> Table:
    rows = pair_rows(section, section.pairs, texts) if section.pairs else ()
    return facts_table("pairs", texts("pairs.title"), rows, _legend("pairs.legend", texts))


def _phases(section: Section, texts: Texts) -> Table:
    """A column a step."""
    known = [step for step in section.steps if step.phases]
    names = list(dict.fromkeys(name for step in known for name, each in step.phases.items() if each.value))
    rows = tuple(
        (text(texts(f"phase.{name}")), *(mean(step.phases.get(name), texts) for step in known)) for name in names
    )
    sources = dict.fromkeys(texts(f"source.{step.phases_source}") for step in known if step.phases_source)
    note = _legend("phases.legend", texts, source=texts("join.last").join(sources))
    head = (texts("column.phase"), *(step.label for step in known))
    return Table("phases", texts("phases.title"), head, rows, note)


def _outcomes(section: Section, texts: Texts) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for step in section.steps:
        for each in step.outcomes:
            words, party = outcome_words(each.outcome, texts), party_words(each.outcome, texts)
            rows.append(
                (
                    text(step.label),
                    code(each.outcome.value),
                    said(cause_words(each.cause, texts) if each.cause else ""),
                    number(each.n),
                    text(texts("row.as_expected", words=words) if each.expected else words),
                    text(NOTHING if each.expected else party),
                )
            )
    for step in section.steps:
        for flag, count in step.flags.items():
            named = code(flag.value), text(texts("html.flag"))
            rows.append((text(step.label), *named, number(count), text(flag_words(flag, texts)), text(NOTHING)))
    step_and_outcome, rest = _head("step outcome", texts), _head("calls meaning party", texts)
    head = (*step_and_outcome, texts("html.cause"), *rest)
    return Table("outcomes", texts("outcomes.title"), head, tuple(rows))


def _models(section: Section, texts: Texts) -> Table:
    asked = section.manifest.target.model if section.manifest else NOTHING
    rows = tuple(
        (
            text(step.label),
            text(asked),
            said(*(f"{model} ({count_text(count)})" for model, count in step.models_served.items())),
            *(text(each, look="num") for each in usage_texts(step.tokens, texts)),
        )
        for step in section.steps
    )
    head = _head("step asked served input output cache_read cost", texts)
    return Table("models", texts("models.title"), head, rows, _legend("models.legend", texts))


def _gates(section: Section, texts: Texts) -> Table:
    rows = tuple(
        (
            code(gate.expression),
            chip(texts("gate.failed"), "bad") if gate.failed else chip(texts("gate.passed"), "good"),
            text(gate_observed(gate, texts)),
            text(texts("html.certain") if gate.certain else NOTHING),
        )
        for gate in section.gates
    )
    head = (*_head("gate result observed", texts), texts("html.condition"))
    return Table("gates", texts("gates.title"), head, rows)


def incidents_table(section: Section, prefix: str, texts: Texts) -> Table:
    """Calls that failed or recovered, as an operator needs them to find them in logs."""
    several = len(section.runs) > 1
    rows = tuple(tuple(_incident(each, several, texts)) for each in section.incidents)
    head = _head("UTC round step took outcome ids", texts)
    return Table(f"{prefix}-incidents", texts("html.incidents"), head, rows, stacked=True)


def _incident(each: Incident, several: bool, texts: Texts) -> Iterator[Cell]:
    yield code(utc_text(each.started_at))
    yield number(each.round)
    yield text(each.label)
    yield duration(each.wall_ms)
    cause = cause_words(each.cause, texts) if each.cause else ""
    flags = (flag_words(flag, texts) for flag in each.flags)
    yield chip(each.outcome.value, "bad" if each.failed else "mild", cause, *flags, each.evidence)
    session = f"{texts('column.session')}: {each.session_id}" if each.session_id else ""
    run = f"{texts('column.run')}: {each.run_id}" if several else ""
    yield ids(*_requests(each), session, run)


def _requests(incident: Incident) -> Iterator[str]:
    """What each main request came to, and its ids."""
    for index in range(max(len(incident.endings), len(incident.request_ids))):
        ending = incident.endings[index] if index < len(incident.endings) else NOTHING
        yield f"{index + 1}: {ending}"
        named = incident.request_ids[index] if index < len(incident.request_ids) else {}
        yield from (f"{name}: {value}" for name, value in named.items())


def provenance_table(section: Section, prefix: str, texts: Texts) -> Table:
    """Where the figures come from."""
    note = "" if section.manifest else texts("provenance.unknown")
    return facts_table(f"{prefix}-facts", texts("html.facts"), facts(section, texts), note)
