"""A row for each exchange, with all that the recorder kept."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import probe
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from tests.api.support import WIRE, write_run
from tests.builders import call
from tests.stats.test_waterfall import exchange


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Return a run with two exchanges of one call, a damaged record, and a call of which none is kept."""
    rounds = [[call(1, 1, wire=WIRE), call(1, 2)], [call(2, 1, wire=WIRE), call(2, 2, wire=WIRE)]]
    run = write_run(tmp_path, rounds)
    retry_at = datetime.fromisoformat("2026-11-21T08:00Z")
    exchanges = [
        exchange(sequence=1, streamed=True, error_type="overloaded_error", status=529, retry_at=retry_at),
        exchange(sequence=2, streamed=None, usage=ModelUsage(input_tokens=7), correlation={"x-id": "1", "via": "b"}),
    ]
    lines = "".join(f"{found.model_dump_json()}\n" for found in exchanges)
    (run / "rounds" / "0001" / "call1.exchanges.jsonl").write_text(lines)
    (run / "rounds" / "0002" / "call1.exchanges.jsonl").write_text("no exchange\n")
    return run


def test_exchanges_have_all_that_the_recorder_kept(recorded: Path) -> None:
    frame = probe.load(recorded).exchanges
    assert set(Exchange.model_fields) - {"usage"} < set(frame.columns)
    first, second = (frame.iloc[position].to_dict() for position in (0, 1))
    expected = {
        "label": "call1",
        "sequence": 1,
        "status": 529,
        "good": False,
        "retry_at": pd.Timestamp("2026-11-21T08:00Z"),
        "begun_at": call(1, 1).started_at + timedelta(milliseconds=700),
    }
    assert {name: first[name] for name in expected} == expected
    expected = {"label": "call1", "sequence": 2, "input_tokens": 7, "correlation": "x-id: 1;via: b"}
    assert {name: second[name] for name in expected} == expected
    assert frame["streamed"].isna().tolist() == [False, True]
    assert frame.attrs["unreadable"] == {recorded.name: 1}


def test_types_of_exchanges(recorded: Path) -> None:
    types = probe.load(recorded).exchanges.dtypes.map(str).to_dict()
    expected = {"first_byte_at_ms": "Float64", "status": "Int64", "events": "int64", "end": "category", "good": "bool"}
    assert {name: types[name] for name in expected} == expected
