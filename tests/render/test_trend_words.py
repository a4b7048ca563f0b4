"""Tests for a trend of calls on a terminal."""

from probe.model.call_trend import CallTrend, TargetTrend, TrendPeriod
from probe.model.health import HealthWord
from probe.render.markdown_tables import write_table
from probe.render.table_model import Table
from probe.render.terminal_model import Heading, TextLine
from probe.render.trend_words import call_trend_blocks
from probe.texts import Texts

DAY = TrendPeriod(name="2026-11-21", calls=40, failed=3, recovered=0, health=HealthWord.FLAKY)
HOUR = DAY.model_copy(update={"name": "07"})


def test_each_target_has_its_days_and_its_hours_and_damage_is_said_at_the_end() -> None:
    target = TargetTrend(target="glm\x1b[0m", upstream_kind="real", days=(DAY,), hours=(HOUR,), vantage="fra")
    trend = CallTrend(targets=(target,), damaged=(("h/2026-11.parquet", "is no Parquet file"),))
    days, table_of_days, hours, table_of_hours, remark = call_trend_blocks(trend, Texts())
    assert isinstance(days, Heading)
    assert isinstance(hours, Heading)
    assert days.text.startswith("Calls of glm\ufffd[0m@fra: ")
    assert days.text != hours.text
    for table, name in ((table_of_days, "2026-11-21"), (table_of_hours, "07")):
        assert isinstance(table, Table)
        assert f"| {name}" in write_table(table, Texts())
    assert isinstance(remark, TextLine)
    assert "h/2026-11.parquet" in "".join(span.text for span in remark.spans)
