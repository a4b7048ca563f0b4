"""The nights that were kept, as Markdown, JSON and a chart."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe import __version__
from probe.model.call_trend import CallTrend
from probe.model.night import Night
from probe.render.charts import nights_chart, svg_file
from probe.render.markup import plain
from probe.render.nights_markdown import chart_rows, render_nights
from probe.render.terminal_model import Block, TextLine
from probe.render.terminal_nights import night_blocks
from probe.render.trend_html import render_trend_html
from probe.render.trend_words import call_trend_blocks, call_trend_markdown, damage_remarks
from probe.stats.night_baseline import LEAST_NIGHTS, all_series
from probe.stats.rates import failure_rate
from probe.store.nights import History
from probe.texts import Texts


def ignored_identity(*, any_machine: bool) -> frozenset[str]:
    """Return the parts of the identity that may differ within a series, beside those that always may."""
    return frozenset({"machine"}) if any_machine else frozenset()


def nights_at(history: History, vantage: str | None) -> History:
    """Return the history with the nights of one vantage; with all where none is named."""
    if vantage is None:
        return history
    nights = tuple(night for night in history.nights if night.identity.get("vantage") == vantage)
    return History(nights, history.corrupt)


@dataclass(frozen=True, slots=True)
class StoredTrend:
    """The nights of a history, and its calls by day and hour, of which the last are shown."""

    history: History
    calls: CallTrend
    last: int
    any_machine: bool

    def markdown(self, texts: Texts) -> str:
        """Return tables of calls and of nights; the latter also where there is neither."""
        parts = list(call_trend_markdown(self.calls, texts))
        if self._shows_nights:
            parts.append(trend_markdown(self.history, texts, last=self.last, any_machine=self.any_machine))
        return "\n\n".join(parts).rstrip() + "\n"

    def blocks(self, texts: Texts) -> Iterator[Block]:
        """Yield the same for a terminal."""
        yield from call_trend_blocks(self.calls, texts)
        if self._shows_nights:
            yield from trend_blocks(self.history, texts, last=self.last, any_machine=self.any_machine)

    def html(self, texts: Texts) -> str:
        """Return the calls as a page."""
        return render_trend_html(self.calls, damage_remarks(self.calls, texts), __version__, texts)

    def json(self) -> str:
        """Return all nights as they are stored, the number of lines that could not be read, and the calls."""
        nights = [night.model_dump(mode="json") for night in self.history.nights]
        calls = self.calls.model_dump(mode="json")
        return json.dumps({"nights": nights, "corrupt": self.history.corrupt, **calls})

    @property
    def _shows_nights(self) -> bool:
        return bool(self.history.nights or self.history.corrupt or not self.calls.targets)


def trend_markdown(history: History, texts: Texts, *, last: int, any_machine: bool) -> str:
    """Return a table of the last nights of each series; the series that was measured last comes last."""
    series = all_series(history.nights, ignoring=ignored_identity(any_machine=any_machine))
    parts = [part for nights in series for part in (title(nights[-1], texts), render_nights(nights[-last:], texts))]
    parts += unreadable_lines(history, texts)
    return "\n\n".join(parts or [texts("nights.none")]) + "\n"


def trend_blocks(history: History, texts: Texts, *, last: int, any_machine: bool) -> Iterator[Block]:
    """Yield for a terminal what the last night of each series comes to, and the nights before it."""
    for nights in all_series(history.nights, ignoring=ignored_identity(any_machine=any_machine)):
        before = nights[-2] if len(nights) > 1 else None
        yield from night_blocks(nights[-1], before, nights[-last:], LEAST_NIGHTS, texts)
    if not history.nights:
        yield TextLine.of(texts("nights.none"))
    yield from unreadable_blocks(history, texts)


def unreadable_blocks(history: History, texts: Texts) -> Iterator[Block]:
    """Yield a remark on the lines of the history that could not be read, where there are any."""
    if history.corrupt:
        yield TextLine.of(_unreadable(history, texts), "mild")


def _unreadable(history: History, texts: Texts) -> str:
    key = "nights.corrupt.one" if history.corrupt == 1 else "nights.corrupt"
    return texts(key, count=history.corrupt)


def trend_chart(history: History, texts: Texts, *, last: int, any_machine: bool) -> str:
    """Return the failure rates of the series that was measured last as SVG. There must be at least one night."""
    nights = all_series(history.nights, ignoring=ignored_identity(any_machine=any_machine))[-1][-last:]
    rates = [failure_rate(step.failed, step.n) for night in nights for step in night.steps]
    return svg_file(nights_chart(chart_rows(nights, rates), texts))


def title(night: Night, texts: Texts) -> str:
    """Return the heading above the nights of this one's target."""
    return f"## {texts('nights.title', target=plain(night.arm_name))}"


def unreadable_lines(history: History, texts: Texts) -> Sequence[str]:
    """Return a remark on the lines of the history that could not be read; nothing where all could."""
    return (f"> {_unreadable(history, texts)}",) if history.corrupt else ()
