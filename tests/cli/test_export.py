"""`probe export`: a row for every call, metrics, and what is said of it."""

import csv
import io
import json

import pytest

from probe.stats.call_table import COLUMNS
from tests.conftest import Probe
from tests.reporting.stored_runs import write_runs
from tests.truth import COLD, FEW, MIXED

pytestmark = pytest.mark.usefixtures("quick")


def test_export_has_a_row_for_every_call_of_every_run(probe: Probe) -> None:
    names = write_runs(probe, MIXED)
    table = list(csv.DictReader(io.StringIO(probe("export", *names).out)))
    said = [json.loads(line) for line in probe("export", *names, "--format", "jsonl").out.splitlines()]
    for rows in (table, said):
        assert [(row["run_id"], int(row["round"]), row["outcome"]) for row in rows] == [
            (run_id, call.round, call.outcome.value) for run_id, call in MIXED.calls
        ]
        assert list(rows[0]) == list(COLUMNS)


def test_export_says_what_it_wrote(probe: Probe) -> None:
    write_runs(probe, FEW)
    assert probe("export", "--output", "calls.csv").err.strip() == "10 calls written to calls.csv"
    assert len((probe.folder / "calls.csv").read_text().splitlines()) == 11


def test_openmetrics_end_as_they_must_and_count_the_calls(probe: Probe) -> None:
    write_runs(probe, COLD)
    lines = probe("export", "--format", "openmetrics").out.splitlines()
    assert lines[-1] == "# EOF"
    samples = [line for line in lines if line.startswith("probe_calls")]
    counted = {
        (step, outcome): sum(
            float(line.rsplit(" ", 1)[1])
            for line in samples
            if f'step="{step}"' in line and f'outcome="{outcome}"' in line
        )
        for step in ("call1", "call2")
        for outcome in ("ok", "timed_out", "overloaded")
    }
    assert counted == {
        (step.label, outcome): step.outcomes[outcome]
        for step in COLD.steps[0]
        for outcome in ("ok", "timed_out", "overloaded")
    }


def test_tables_have_a_row_a_request(recorded: Probe) -> None:
    lines = recorded("export", "--format", "jsonl").out.splitlines()
    rows = {row["request"]: row for row in map(json.loads, lines)}
    assert len(rows) == 30
    assert (rows[6]["attempts"], rows[6]["exchanges"], rows[6]["outcome"]) == (4, "6;7;8;9", "ok")
    assert (rows[14]["outcome"], rows[14]["cause"]) == ("timed_out", "no_first_byte")
    assert rows[6]["request_ids"] == "req_0006;req_0007;req_0008;req_0009"
    said = recorded("export", "--format", "parquet", "--output", "requests.parquet")
    assert said.err == "30 requests written to requests.parquet\n"


def test_metrics_of_a_recording_are_refused(recorded: Probe) -> None:
    assert "openmetrics" in recorded("export", "--format", "openmetrics", code=2).err
