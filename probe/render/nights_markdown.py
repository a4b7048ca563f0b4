"""Nights as Markdown that reads well in a terminal and in a CI's job summary."""

from collections.abc import Iterable, Iterator, Sequence

from probe.model.comparison import Unit
from probe.model.night import Night, NightFinding, NightState
from probe.model.statistics import Estimate
from probe.render.markdown_tables import write_table
from probe.render.nights_chart import Night as ChartRow
from probe.render.nights_table import night_date, nights_table
from probe.render.numbers import NOTHING, count_text, odds_text
from probe.render.phrases import setting_value, settings_words
from probe.render.sentences import quantity_value, quantity_words
from probe.texts import Texts


def night_sentences(night: Night, before: Night | None, least: int, texts: Texts) -> Iterator[str]:
    """Say what a night comes to, why, and what has changed since the night before; `least` nights make a baseline."""
    yield texts(f"night.{night.state.value}", nights=count_text(night.baseline_nights), least=count_text(least))
    yield from (_finding(each, texts) for each in night.findings)
    if before is None:
        return
    changed = [name for name, value in night.identity.items() if before.identity.get(name) != value]
    if "client" in changed:
        yield texts("night.new_client", before=_client(before, texts), after=_client(night, texts))
    settings = [name for name in changed if name != "client"]
    if settings and night.state is NightState.BASELINE:
        yield texts("night.new_series", names=settings_words(settings, texts))


def _client(night: Night, texts: Texts) -> str:
    return setting_value("client", night.identity.get("client", NOTHING), texts)


def render_nights(nights: Sequence[Night], texts: Texts) -> str:
    """Return a table of the nights of one series, oldest first."""
    return write_table(nights_table(nights, texts), texts) if nights else texts("nights.none")


def chart_rows(nights: Iterable[Night], intervals: Iterable[Estimate | None]) -> list[ChartRow]:
    """Build the rows of the chart; `intervals` are the failure rates of each step of each night, in order."""
    steps = [(night, step) for night in nights for step in night.steps]
    return [
        (
            night_date(night),
            step.label,
            rate.value if rate else None,
            rate.low if rate else None,
            rate.high if rate else None,
            night.state.value,
        )
        for (night, step), rate in zip(steps, intervals, strict=True)
    ]


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
