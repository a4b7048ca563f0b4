"""The flat table of a recording's requests."""

from datetime import timedelta

from probe.model.client import ModelUsage
from probe.model.outcome import Flag, Outcome
from probe.stats.request_table import REQUEST_COLUMNS, request_rows
from tests.builders import START
from tests.reporting.recordings import recorded_manifest
from tests.stats.recorded import recorded


def test_a_row_has_all_columns_in_their_order_and_of_their_types() -> None:
    request = recorded(
        number=7,
        sequences=(7, 8),
        endings=("529", "good"),
        flags=(Flag.RETRIED, Flag.MODEL_MISMATCH),
        request_ids=({"request-id": "req_1"}, {}),
        models_served=("a", "b"),
        usage=ModelUsage(input_tokens=3, output_tokens=2),
        retry_at=START + timedelta(seconds=9),
    )
    (row,) = request_rows([request], recorded_manifest(target="a-target"))
    assert list(row) == list(REQUEST_COLUMNS)
    assert all(cell is None or isinstance(cell, REQUEST_COLUMNS[name]) for name, cell in row.items())
    assert (row["request"], row["exchanges"], row["attempts"], row["endings"]) == (7, "7;8", 2, "529;good")
    assert (row["flags"], row["models_served"], row["request_ids"]) == ("retried;model_mismatch", "a;b", "req_1;")
    assert (row["input_tokens"], row["output_tokens"], row["cache_read_tokens"]) == (3, 2, None)
    assert (row["target"], row["outcome"], row["clean"], row["wait_ms"]) == ("a-target", Outcome.OK, False, 300.0)
    assert str(row["retry_at"]).startswith("2026-11-21T07:30:09")


def test_what_is_not_known_is_an_empty_cell() -> None:
    (row,) = request_rows([recorded()], recorded_manifest())
    unknown = ("session_id", "idle_before_ms", "retry_at", "ttft_ms", "input_tokens", "status", "cause")
    assert [row[name] for name in unknown] == [None] * len(unknown)
    assert (row["flags"], row["models_served"]) == ("", "")
    assert list(request_rows([], recorded_manifest())) == []
