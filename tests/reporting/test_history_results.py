"""Tests for values of a query as they are printed."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

pytest.importorskip("duckdb")

from probe.reporting.history_results import markdown_parts, plain_value
from probe.store.parquet.history_database import QueryResult
from probe.texts import Texts

NOON = datetime(2026, 11, 21, 12, 0, 0, 5000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Decimal("2.50"), 2.5),
        (NOON, "2026-11-21 12:00:00.005+00:00"),
        (NOON.date(), "2026-11-21"),
        (time(7, 30), "07:30:00"),
        (timedelta(minutes=1, milliseconds=500), 60.5),
        (b"\x00\xff", "00ff"),
        ([1, {"day": date(2026, 11, 21)}, "中"], '[1, {"day": "2026-11-21"}, "中"]'),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    ],
)
def test_a_value_of_any_type_can_be_written_as_json_and_csv(value: Any, plain: object) -> None:
    assert plain_value(value) == plain
    json.dumps(plain_value(value), allow_nan=False)


def test_a_table_has_a_dash_for_what_is_not_there_and_no_markup_of_a_stranger() -> None:
    rows = iter([(None, True, 3), (1.5, "a | b", b"\x01")])
    written = b"".join(markdown_parts(QueryResult(("one", "two", "three"), rows), Texts())).decode()
    first, second = (" ".join(line.split()) for line in written.splitlines()[2:])
    assert first == "| – | true | 3 |"
    assert second == "| 1.5 | a \\| b | 01 |"
