"""Tables of durations and of phases.

A page has a column for each step, so that steps are read side by side; text has a row for each figure of each step.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from probe.model.report_sections import Section
from probe.model.statistics import Durations, Estimate, Figure, Spread, StepStatistics
from probe.model.wire import PHASES
from probe.render.markup import bar
from probe.render.numbers import NOTHING, count_text, duration_text, figure_interval, figure_text, interval_ms, rising
from probe.render.table_model import (
    FigureCell,
    HeadingCell,
    Table,
    TableRow,
    WordsCell,
    column_names,
    duration,
    number,
    sort_key,
)
from probe.texts import Texts

_QUANTILES = ("p50", "p75", "p90", "p95", "p99")
_NONE = FigureCell(NOTHING, "")


class _NamedFigure(NamedTuple):
    """A figure of a step, of how many calls it is; None where the step has none."""

    name: str
    figure: FigureCell | None
    n: int


def durations_by_step(section: Section, texts: Texts) -> Table:
    """Build a column for each step: quantiles of the calls that succeeded, and how long failed ones took."""
    known = _with_durations(section)
    by_step = [list(_duration_figures(step, durations, texts)) for step, durations in known]
    rows: list[TableRow] = [
        (HeadingCell(of_steps[0].name), *(named.figure or _NONE for named in of_steps))
        for of_steps in zip(*by_step, strict=True)
    ]
    labels = (f"{step.label} (n = {count_text(durations.successes.n)})" for step, durations in known)
    columns = (texts("column.figure"), *labels)
    return Table("durations", texts("durations.title"), columns, tuple(rows), texts("durations.legend"))


def durations_listed(section: Section, texts: Texts) -> Table:
    """Build a row for each figure of `durations_by_step`."""
    rows = tuple(
        (
            WordsCell(step.label, foreign=True),
            number(named.n),
            WordsCell(named.name),
            named.figure,
            WordsCell(named.figure.interval),
        )
        for step, durations in _with_durations(section)
        for named in _duration_figures(step, durations, texts)
        if named.figure
    )
    columns = column_names("step n figure value interval", texts)
    return Table("durations", texts("durations.title"), columns, rows, texts("durations.legend"))


def _with_durations(section: Section) -> list[tuple[StepStatistics, Durations]]:
    return [(step, step.durations) for step in section.steps if step.durations]


def _duration_figures(step: StepStatistics, durations: Durations, texts: Texts) -> Iterator[_NamedFigure]:
    quantiles = rising(durations.success_quantiles)
    for name in _QUANTILES:
        percent = texts("percent", value=name.removeprefix("p"))
        words = texts("row.median") if name == "p50" else texts("row.quantile", percent=percent)
        yield _NamedFigure(words, _quantile(quantiles.get(name), texts), durations.successes.n)
    yield _NamedFigure(texts("row.ttft"), _quantile(step.ttft_median, texts), step.ttft.n)
    failures = durations.failures
    after = FigureCell(duration_text(failures.median_ms), failures.median_ms, NOTHING) if failures.n else None
    yield _NamedFigure(texts("row.failed_after"), after, failures.n)


def finished_table(section: Section, texts: Texts) -> Table:
    """Lay out the shortest, median and longest durations, of each kind of call by itself."""
    rows = tuple(row for step in section.steps for row in _spreads(step, texts))
    return Table("finished", texts("html.finished"), column_names("step calls n min median p90 max", texts), rows)


def _spreads(step: StepStatistics, texts: Texts) -> Iterator[TableRow]:
    spreads: dict[str, Spread] = {"row.first_token": step.ttft}
    if step.durations:
        wall = step.durations
        spreads = {
            "column.ok": wall.successes,
            "column.clean": wall.clean,
            "column.recovered": wall.recovered,
            **spreads,
            "column.failed": wall.failures,
        }
    for key, spread in spreads.items():
        if spread.n:
            ends = (spread.min_ms, spread.median_ms, spread.p90_ms, spread.max_ms)
            yield (WordsCell(step.label, foreign=True), WordsCell(texts(key)), number(spread.n), *map(duration, ends))


def phases_by_step(section: Section, texts: Texts) -> Table:
    """Build a column for each step: the mean of each phase that took time in any of them."""
    known = _with_phases(section)
    rows: list[TableRow] = []
    for name in PHASES:
        means = [step.success_phases.get(name) for step in known]
        if any(mean and mean.value for mean in means):
            figures = (_mean(mean, texts) if mean else _NONE for mean in means)
            rows.append((WordsCell(texts(f"phase.{name}")), *figures))
    columns = (texts("column.phase"), *(step.label for step in known))
    return Table("phases", texts("phases.title"), columns, tuple(rows), _phases_note(known, texts))


def phases_listed(section: Section, texts: Texts) -> Table:
    """Build a row for each phase of each step, with bars that all have one scale."""
    known = _with_phases(section)
    longest = max((mean.value for step in known for mean in step.success_phases.values()), default=0.0)
    rows = tuple(
        (
            WordsCell(step.label, foreign=True),
            WordsCell(texts(f"phase.{name}")),
            number(mean.n),
            _mean(mean, texts),
            WordsCell(interval_ms(mean, texts)),
            WordsCell(bar(mean.value, longest)),
        )
        for step in known
        for name, mean in step.success_phases.items()
    )
    columns = (*column_names("step phase n mean interval", texts), "")
    return Table("phases", texts("phases.title"), columns, rows, _phases_note(known, texts))


def _with_phases(section: Section) -> list[StepStatistics]:
    return [step for step in section.steps if step.success_phases]


def _phases_note(known: Sequence[StepStatistics], texts: Texts) -> str:
    sources = dict.fromkeys(texts(f"source.{step.phases_source}") for step in known if step.phases_source)
    return texts("phases.legend", source=texts("join.last").join(sources))


def _quantile(figure: Figure | None, texts: Texts) -> FigureCell | None:
    if figure is None:
        return None
    return FigureCell(figure_text(figure, texts), sort_key(figure.value_ms), figure_interval(figure, texts))


def _mean(mean: Estimate, texts: Texts) -> FigureCell:
    return FigureCell(duration_text(mean.value), mean.value, interval_ms(mean, texts))
