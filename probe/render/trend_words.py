"""Calls over months as Markdown, and for a terminal."""

from collections.abc import Iterator

from probe.model.call_trend import CallTrend
from probe.render.markdown_tables import write_table
from probe.render.markup import plain
from probe.render.terminal_model import Block, Heading, TextLine
from probe.render.trend_tables import days_table, hours_table
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.translations import translated


def call_trend_markdown(trend: CallTrend, texts: Texts) -> Iterator[str]:
    """Yield the parts of the trend as Markdown."""
    for target in trend.targets:
        yield f"## {texts('calltrend.of', target=plain(target.arm_name))}"
        for table in (days_table(target, texts), hours_table(target, texts)):
            yield f"### {table.title}"
            yield write_table(table, texts)
    for remark in damage_remarks(trend, texts):
        yield f"> {plain(remark)}"


def call_trend_blocks(trend: CallTrend, texts: Texts) -> Iterator[Block]:
    """Yield the trend for a terminal."""
    for target in trend.targets:
        for table in (days_table(target, texts), hours_table(target, texts)):
            yield Heading(f"{texts('calltrend.of', target=printable(target.arm_name))}: {table.title}")
            yield table
    for remark in damage_remarks(trend, texts):
        yield TextLine.of(remark, "mild")


def damage_remarks(trend: CallTrend, texts: Texts) -> list[str]:
    """Return a remark on each file that could not be read."""
    return [
        texts("history.damaged", path=printable(path), problem=printable(translated(problem, texts)))
        for path, problem in trend.damaged
    ]
