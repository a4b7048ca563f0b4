"""Sentences and a table of what drivers of one target took."""

from typing import Any

import pytest

from probe.model.driver_comparison import DriverComparison, DriverFigures, DriverSaving
from probe.model.statistics import Estimate
from probe.render.driver_sentences import driver_sentences, driver_table
from probe.render.markdown_tables import write_table
from probe.texts import Texts
from tests.render.sections import estimate
from tests.render.spoken import BOTH, EN


def figures(driver: str, label: str = "call2", **changes: Any) -> DriverFigures:
    fields = {"driver": driver, "section": f"relay-{driver}", "label": label, "n": 6, "wall_ms": 900.0,
              "phases": {"boot": 500.0}, "cpu_ms": 1000.0, "memory_bytes": 200e6}  # fmt: skip
    return DriverFigures.model_validate(fields | changes)


def saving(wall_ms: Estimate, label: str = "call2", **changes: Any) -> DriverSaving:
    fields = {"base": "claude-print", "candidate": "claude-live", "label": label, "n": 6, "wall_ms": wall_ms}
    return DriverSaving.model_validate(fields | changes)


def compared(*savings: DriverSaving, labels: tuple[str, ...] = ("call1", "call2")) -> DriverComparison:
    rows = tuple(figures(driver, label) for label in labels for driver in ("claude-print", "claude-live"))
    return DriverComparison(target="relay", figures=rows, savings=savings)


def said(*savings: DriverSaving, texts: Texts = EN, **changes: Any) -> list[str]:
    return list(driver_sentences(compared(*savings, **changes), texts))


LESS, MORE = estimate(500.0, 400.0, 600.0, 6), estimate(-500.0, -600.0, -400.0, 6)


def test_the_second_call_is_told_of_or_the_only_one() -> None:
    first, second = saving(LESS, "call1"), saving(MORE)
    assert len(said(first, second)) == 1
    assert "call2" in said(first, second)[0]
    assert "call1" in said(first, labels=("call1",))[0]


@pytest.mark.parametrize(
    ("wall_ms", "key", "shown"),
    [
        (LESS, "drivers.less", "400 ms to 600 ms"),
        (MORE, "drivers.more", "400 ms to 600 ms"),
        (estimate(500.0, -1.0, 600.0, 6), "drivers.alike", "−1 ms to 600 ms"),
        (estimate(-500.0, None, None, 1), "drivers.alike", "–"),
    ],
)
def test_more_or_less_is_said_only_where_the_interval_shows_it(wall_ms: Estimate, key: str, shown: str) -> None:
    values = {"label": "call2", "candidate": "claude-live", "base": "claude-print", "ms": "500 ms"}
    assert said(saving(wall_ms)) == [EN(key, interval=shown, rounds="6 rounds", **values)]


def test_the_parts_of_it_are_told_where_they_are_known() -> None:
    _, process, connection = said(saving(LESS, process_ms=LESS, connection_ms=estimate(20.0, -5.0, 45.0)))
    assert process == EN("drivers.process", ms="500 ms", interval="400 ms to 600 ms")
    assert connection == EN("drivers.connection.none", ms="20 ms", interval="−5 ms to 45 ms")
    none = EN("drivers.process.none", ms="−500 ms", interval="−600 ms to −400 ms")
    assert said(saving(LESS, process_ms=MORE))[1] == none, "less than nothing is not saved"


def test_without_a_round_in_common_that_is_said() -> None:
    assert said() == [EN("drivers.one_round")]
    assert said(saving(LESS, "call1")) == [EN("drivers.one_round")]


@BOTH
def test_a_table_has_a_row_for_each_step_and_driver_and_a_dash_for_what_is_not_known(texts: Texts) -> None:
    comparison = DriverComparison(
        target="re\x1blay", figures=(figures("messages", memory_bytes=None, cpu_ms=None, phases={}),), savings=()
    )
    table = driver_table(comparison, texts)
    assert "\x1b" not in table.title
    row = write_table(table, texts).splitlines()[2]
    assert [cell.strip() for cell in row.split("|")[1:-1]] == ["call2", "messages", "6", "900 ms", *["–"] * 6]
