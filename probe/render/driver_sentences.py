"""Show what drivers of one target took, in a table and in sentences."""

from collections.abc import Iterator

from probe.model.driver_comparison import DriverComparison, DriverFigures, DriverSaving
from probe.model.statistics import Estimate
from probe.render.numbers import NOTHING, duration_text, interval_ms
from probe.render.phrases import counted
from probe.render.table_model import FigureCell, Table, TableRow, WordsCell, column_names, duration, number, sort_key
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_bytes

_PHASES = ("boot", "connect", "wait", "stream")


def driver_table(comparison: DriverComparison, texts: Texts) -> Table:
    """Lay out the medians of each step and driver."""
    phases = (texts(f"phase.{name}") for name in _PHASES)
    columns = (*column_names("step driver n median", texts), *phases, *column_names("cpu memory", texts))
    rows = tuple(_row(figures) for figures in comparison.figures)
    title = texts("drivers.title", target=printable(comparison.target))
    return Table("drivers", title, columns, rows, texts("drivers.legend"), stacked=True, narrowable=True)


def _row(figures: DriverFigures) -> TableRow:
    memory = figures.memory_bytes
    return (
        WordsCell(figures.label, foreign=True),
        WordsCell(figures.driver),
        number(figures.n),
        duration(figures.wall_ms),
        *(duration(figures.phases.get(name)) for name in _PHASES),
        duration(figures.cpu_ms),
        FigureCell(NOTHING if memory is None else format_bytes(round(memory)), sort_key(memory)),
    )


def driver_sentences(comparison: DriverComparison, texts: Texts) -> Iterator[str]:
    """Say what drivers save in the second call, or in the only one; the first starts a client with most drivers."""
    labels = list(dict.fromkeys(figures.label for figures in comparison.figures))
    told = [saving for saving in comparison.savings if saving.label in labels[:2][-1:]]
    if not told:
        yield texts("drivers.one_round")
    for saving in told:
        yield from _saving_sentences(saving, texts)


def _saving_sentences(saving: DriverSaving, texts: Texts) -> Iterator[str]:
    whole = saving.wall_ms
    is_more = not _may_be_none(whole) and whole.value < 0
    key = "drivers.more" if is_more else "drivers.less"
    yield texts(
        "drivers.alike" if _may_be_none(whole) else key,
        label=printable(saving.label),
        candidate=saving.candidate,
        base=saving.base,
        ms=duration_text(abs(whole.value)),
        interval=interval_ms(whole.negated if is_more else whole, texts),
        rounds=counted("rounds", saving.n, texts),
    )
    for part, of_part in (("drivers.process", saving.process_ms), ("drivers.connection", saving.connection_ms)):
        if of_part is not None:
            is_none = _may_be_none(of_part) or of_part.value < 0
            shown = {"ms": duration_text(of_part.value), "interval": interval_ms(of_part, texts)}
            yield texts(f"{part}.none" if is_none else part, **shown)


def _may_be_none(difference: Estimate) -> bool:
    """Return True where the interval holds 0, or there is none."""
    low, high = difference.low, difference.high
    return low is None or high is None or low <= 0 <= high
