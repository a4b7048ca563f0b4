"""Nights in a row as a table, with the first step's failure rate as a bar."""

from collections.abc import Iterator, Sequence

from probe.model.night import Night, NightState, NightStep
from probe.render.health_sentences import health_word
from probe.render.markup import bar
from probe.render.numbers import NOTHING, count_text, duration_text
from probe.render.phrases import setting_value
from probe.render.sentences import answer_words
from probe.render.table_model import BadgeCell, Cell, Table, TableRow, WordsCell
from probe.texts import Texts

_TONES = {
    NightState.BASELINE: "mild",
    NightState.QUIET: "good",
    NightState.WATCH: "mild",
    NightState.ALARM: "bad",
}


def nights_table(nights: Sequence[Night], texts: Texts) -> Table:
    """Lay out the nights of one series, oldest first; what matters most stands at the left."""
    labels = list(dict.fromkeys(step.label for night in nights for step in night.steps))
    columns = [texts("column.night"), texts("column.state"), texts("column.health")]
    for place, label in enumerate(labels):
        columns += [texts("column.failed_of", label=label), texts("column.median_of", label=label)]
        columns += [texts("column.chart_of", label=label)] if place == 0 else []
    columns += [texts("column.verdict"), texts("column.client")]
    rows = tuple(_row(night, before, labels, texts) for before, night in zip([None, *nights], nights, strict=False))
    return Table("nights", "", tuple(columns), rows, narrowable=True)


def night_date(night: Night) -> str:
    """Return when the night was measured, in UTC."""
    return night.date.strftime("%Y-%m-%d %H:%M")


def _row(night: Night, before: Night | None, labels: Sequence[str], texts: Texts) -> TableRow:
    steps = {step.label: step for step in night.steps}
    cells: list[Cell] = [WordsCell(night_date(night))]
    cells.append(BadgeCell(texts(f"chart.state.{night.state.value}"), _TONES[night.state]))
    cells.append(WordsCell(health_word(night.health, texts) if night.health else NOTHING))
    for place, label in enumerate(labels):
        cells += _of_step(steps.get(label), texts, is_drawn=place == 0)
    cells.append(WordsCell(answer_words(night.verdict, texts) if night.verdict else NOTHING))
    client = night.identity.get("client", "")
    is_same = before is not None and before.identity.get("client", "") == client
    return (*cells, WordsCell("" if is_same else setting_value("client", client, texts), foreign=True))


def _of_step(step: NightStep | None, texts: Texts, *, is_drawn: bool) -> Iterator[Cell]:
    """Yield how many calls failed, the median, and for the first step the failure rate as a bar."""
    if step is None or not step.n:
        yield from (WordsCell(NOTHING), WordsCell(NOTHING), *([WordsCell("")] if is_drawn else []))
        return
    yield WordsCell(texts("count_of", count=count_text(step.failed), n=count_text(step.n)))
    yield WordsCell(f"{'> ' if step.median_censored else ''}{duration_text(step.median_ms)}")
    if is_drawn:
        yield WordsCell(bar(step.failed / step.n, 1.0))
