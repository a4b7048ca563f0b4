from collections.abc import Iterator
from datetime import datetime

import pytest

from probe.model.choices import Session
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.model.row import Row, row_of
from probe.stats.call_table import COLUMNS, rows
from tests.builders import MODEL, call, flags, manifest, result, words


def test_every_row_of_the_table_says_where_it_came_from() -> None:
    calls = [call(1, 1, client=words()), call(1, 2, Outcome.TIMED_OUT, cause="overloaded", flags=flags("retried"))]
    table = list(rows(map(row_of, calls), manifest(), "run-1"))
    assert [list(row) for row in table] == [list(COLUMNS)] * 2
    for row in table:
        assert (row["run_id"], row["target"], row["scenario"], row["machine"]) == (
            "run-1",
            "relay",
            "two-calls",
            "0a1b2c3d",
        )
        for name, value in row.items():
            assert value is None or type(value) is COLUMNS[name], name
    assert (table[0]["step"], table[0]["ttft_ms"], table[0]["input_tokens"]) == (1, 40.0, 10)
    assert (table[1]["outcome"], table[1]["cause"], table[1]["flags"]) == ("timed_out", "overloaded", "retried")
    assert (table[1]["ok"], table[1]["clean"], table[1]["timed_out"]) == (False, False, True)
    assert table[1]["input_tokens"] is None


@pytest.mark.parametrize("with_manifest", [True, False])
def test_the_client_s_own_version_goes_before_the_recorded(with_manifest: bool) -> None:
    made = manifest() if with_manifest else None
    said, silent = rows(map(row_of, [call(client=words(client_version="1.2.3")), call()]), made, "r")
    assert said["client_version"] == "1.2.3"
    assert silent["client_version"] == ("2.1.329" if with_manifest else None)


def test_the_session_that_was_served_goes_before_the_one_asked_for() -> None:
    asked, served = rows(map(row_of, [call(session_id="a"), call(session_id="a", served_session_id="b")]), None, "r")
    assert (asked["session_id"], served["session_id"]) == ("a", "b")


def test_what_is_absent_is_empty_and_not_zero() -> None:
    bare = Row(
        round=1,
        step=0,
        label="call1",
        session_mode=Session.NEW,
        started_at=datetime.fromisoformat("2026-11-21T07:30:00.123+00:00"),
        wall_ms=1.5,
        timed_out=False,
        diagnosis=row_of(call()).diagnosis,
    )
    (row,) = rows([bare], None, "r")
    assert row["started_at"] == "2026-11-21T07:30:00.123Z"
    absent = "timeout_ms idle_before_ms return_code ttft_ms input_tokens output_tokens cost_usd cpu_ms target".split()
    assert [row[name] for name in absent] == [None] * len(absent)


def test_a_table_asks_for_one_call_after_the_other_and_takes_off_what_a_session_cost_before() -> None:
    asked = 0

    def calls() -> Iterator[Row]:
        nonlocal asked
        for number in (1, 2):
            for position, cost in ((1, 0.25), (2, 1.0)):
                asked += 1
                mode = Session.RESUME if position == 2 else Session.NEW
                tokens = ModelUsage(input_tokens=10 * position, output_tokens=3 * position)
                said = result(model_usage={MODEL: tokens}, cost_usd=cost)
                yield row_of(call(number, position, session_mode=mode, client=words(result=said)))

    table = rows(calls(), manifest(), "r")
    assert [(next(table)["cost_usd"], asked) for _ in range(4)] == [(0.25, 1), (0.75, 2), (0.25, 3), (0.75, 4)]
