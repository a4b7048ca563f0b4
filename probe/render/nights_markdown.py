"""Nights as Markdown that reads well in a terminal and in a CI's job summary."""

from collections.abc import Iterable, Iterator, Sequence

from probe.model.comparison import Unit
from probe.model.night import Night, NightFinding, NightState, NightStep
from probe.model.statistics import Estimate
from probe.render.health_sentences import health_word
from probe.render.markup import bar, plain, table
from probe.render.nights_chart import Night as ChartRow
from probe.render.numbers import NOTHING, count_text, duration_text, odds_text
from probe.render.phrases import settings_words
from probe.render.sentences import answer_words, quantity_value, quantity_words
from probe.texts import Texts


def night_sentences(night: Night, before: Night | None, least: int, texts: Texts) -> Iterator[str]:
    """Say what a night comes to, why, and what has changed since the night before; `least` nights make a baseline."""
    yield texts(f"night.{night.state.value}", nights=count_text(night.baseline_nights), least=count_text(least))
    yield from (_finding(each, texts) for each in night.findings)
    if before is None:
        return
    changed = [name for name, value in night.identity.items() if before.identity.get(name) != value]
    if "client" in changed:
        values = {"before": before.identity.get("client", NOTHING), "after": night.identity["client"]}
        yield texts("night.new_client", **values)
    settings = [name for name in changed if name != "client"]
    if settings and night.state is NightState.BASELINE:
        yield texts("night.new_series", names=settings_words(settings, texts))


def render_nights(nights: Sequence[Night], texts: Texts) -> str:
    """Return a table of the nights of one series, oldest first, with the first step's failure rate as a bar."""
    if not nights:
        return texts("nights.none")
    labels = list(dict.fromkeys(step.label for night in nights for step in night.steps))
    header = [texts("column.night"), texts("column.state")]
    for label in labels:
        header += [texts("column.failed_of", label=label), texts("column.median_of", label=label)]
    header += [texts("column.chart_of", label=each) for each in labels[:1]]
    header += [texts("column.health"), texts("column.verdict"), texts("column.client")]
    rows = [_row(night, before, labels, texts) for before, night in zip([None, *nights], nights, strict=False)]
    return table(header, rows, texts("nights.none"))


def chart_rows(nights: Iterable[Night], intervals: Iterable[Estimate | None]) -> list[ChartRow]:
    """Build the rows of the chart; `intervals` are the failure rates of each step of each night, in order."""
    steps = [(night, step) for night in nights for step in night.steps]
    return [
        (
            _date(night),
            step.label,
            rate.value if rate else None,
            rate.low if rate else None,
            rate.high if rate else None,
            night.state.value,
        )
        for (night, step), rate in zip(steps, intervals, strict=True)
    ]


def _row(night: Night, before: Night | None, labels: Sequence[str], texts: Texts) -> list[str]:
    steps = {step.label: step for step in night.steps}
    cells = [_date(night), texts(f"chart.state.{night.state.value}")]
    for label in labels:
        cells += _of_step(steps.get(label), texts)
    for step in (steps.get(label) for label in labels[:1]):
        cells.append(bar(step.failed / step.n, 1.0) if step and step.n else "")
    client = night.identity.get("client", "")
    same = before is not None and before.identity.get("client", "") == client
    cells += [*_words(night, texts), "" if same else plain(client)]
    return cells


def _words(night: Night, texts: Texts) -> tuple[str, str]:
    """Return the night's health and verdict."""
    health = health_word(night.health, texts) if night.health else NOTHING
    verdict = answer_words(night.verdict, texts) if night.verdict else NOTHING
    return health, verdict


def _of_step(step: NightStep | None, texts: Texts) -> tuple[str, str]:
    if step is None or not step.n:
        return NOTHING, NOTHING
    return texts("count_of", count=count_text(step.failed), n=count_text(step.n)), _median(step)


def _median(step: NightStep) -> str:
    """Return the median of the calls that succeeded; of a night that did not keep it, what bounds it from above."""
    if step.success_median_ms is not None:
        return duration_text(step.success_median_ms)
    if step.failed == step.n or step.median_censored or step.median_ms is None:
        return NOTHING
    return f"{'≤ ' if step.failed else ''}{duration_text(step.median_ms)}"


def _finding(finding: NightFinding, texts: Texts) -> str:
    unit = Unit.SHARE if finding.quantity == "failure_rate" else Unit.MS

    def shown(value: float) -> str:
        return quantity_value(Estimate(value=value, n=1), unit, texts)

    return texts(
        "night.repeated" if finding.repeated else "night.finding",
        label=finding.label,
        quantity=quantity_words(finding.quantity, texts),
        value=shown(finding.value),
        expected=shown(finding.expected),
        odds=odds_text(finding.p, texts),
    )


def _date(night: Night) -> str:
    return night.date.strftime("%Y-%m-%d %H:%M")
