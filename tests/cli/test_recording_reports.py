"""Commands on a recording: report, export, and those that refuse it."""

import csv
import io
import json
from pathlib import Path

import pytest

from probe.store import RecordedWriter
from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.render.test_har import SCHEMA
from tests.reporting.recordings import Script, eventful, good, recorded_manifest, write_recording

RUN = "20261121T073000Z-recorded-relay"


@pytest.fixture
def recorded(probe: Probe) -> Probe:
    """Return `probe` in a folder that has a recording."""
    (probe.folder / "reports" / "runs").mkdir(parents=True)
    write_recording(probe.folder / "reports" / "runs" / RUN, eventful().events)
    return probe


@pytest.mark.parametrize(
    ("language", "said"), [("en", "**FLAKY. 2 of 27 requests failed"), ("zh", "27 个请求中有 2 个失败")]
)
def test_the_report_of_the_latest_run_is_that_of_the_recording(recorded: Probe, language: str, said: str) -> None:
    assert said in recorded.inside("--lang", language, "report").out


def test_a_report_in_other_formats(recorded: Probe) -> None:
    assert recorded.inside("report", "--format", "json").json["kind"] == "recorded"
    recorded.inside("report", RUN, "--format", "html", "--output", "page.html")
    assert "<title>FLAKY" in (recorded.folder / "page.html").read_text()
    rows = list(csv.DictReader(io.StringIO(recorded.inside("report", "--format", "csv").out)))
    assert len(rows) == 30


def test_limits_of_the_reader_count(recorded: Probe) -> None:
    content = recorded.inside("report", "--format", "json", "--stall-after", "2m", "--slow-after", "1s").json
    assert (content["stall_ms"], content["stalls"]) == (120_000.0, [])
    assert content["health"]["slow_after_ms"] == 1000.0


@pytest.mark.parametrize("given", [("--fail-on", "health == DOWN"), ("--delta", "0.2"), ("--format", "junit")])
def test_options_of_scripted_runs_are_refused(recorded: Probe, given: tuple[str, str]) -> None:
    said = recorded.inside("report", *given, code=2)
    assert given[0] in said.err
    assert "recording" in said.err


def test_a_recording_is_never_pooled(recorded: Probe) -> None:
    second = write_recording(recorded.folder / "other", eventful().events, run_id="other")
    said = recorded.inside("report", RUN, str(second), code=2)
    assert "never pooled" in said.err
    assert "no scripted run" in recorded.inside("compare", RUN, str(second), code=2).err
    assert "no scripted run" in recorded.inside("bundle", code=2).err


def test_stalls_are_of_recordings_alone(recorded: Probe) -> None:
    said = recorded.inside("report", str(GOLDEN / "runs" / "plain"), "--stall-after", "5s", code=2)
    assert "--stall-after" in said.err


def test_tables_have_a_row_a_request(recorded: Probe) -> None:
    lines = recorded.inside("export", "--format", "jsonl").out.splitlines()
    rows = {row["request"]: row for row in map(json.loads, lines)}
    assert len(rows) == 30
    assert (rows[6]["attempts"], rows[6]["exchanges"], rows[6]["outcome"]) == (4, "6;7;8;9", "ok")
    assert (rows[14]["outcome"], rows[14]["cause"]) == ("timed_out", "no_first_byte")
    assert rows[6]["request_ids"] == "req_0006;req_0007;req_0008;req_0009"
    said = recorded.inside("export", "--format", "parquet", "--output", "requests.parquet")
    assert said.err == "30 requests written to requests.parquet\n"


def test_har_has_a_page_a_session_and_an_entry_an_exchange(recorded: Probe) -> None:
    recorded.inside("export", "--format", "har", "--output", "session.har")
    log = json.loads((recorded.folder / "session.har").read_text())
    SCHEMA.validate(log)
    entries = {entry["_exchange"]["sequence"]: entry for entry in log["log"]["entries"]}
    assert len(entries) == 35
    assert [page["id"] for page in log["log"]["pages"]] == [entries[4]["pageref"]]
    assert (entries[5]["_probe"]["request"], entries[5]["_probe"]["attempt"]) == (4, 2)
    assert entries[5]["startedDateTime"] == "2026-11-21T07:30:10.901Z"
    assert entries[4]["response"]["status"] == 529


def test_bodies_that_were_kept_stand_in_the_archive(probe: Probe) -> None:
    script = Script()
    script.request(0, good())
    kept = [event.model_copy(update={"request": b'{"a": 1}', "response": b"data: {}"}) for event in script.events]
    path: Path = write_recording(probe.folder / "kept", kept, keeps_bodies=True)
    [entry] = probe.inside("export", str(path), "--format", "har").json["log"]["entries"]
    assert entry["request"]["postData"]["text"] == '{"a": 1}'
    assert entry["response"]["content"]["text"] == "data: {}"


@pytest.mark.parametrize("value", ["1e999", "-1e300", "1e15"])
def test_numbers_that_cannot_be_are_damage_and_the_rest_is_told(recorded: Probe, value: str) -> None:
    segment = recorded.folder / "reports" / "runs" / RUN / "exchanges-0001.jsonl"
    whole = segment.read_text()
    damaged = whole.replace('"ended_at_ms":96000.0', f'"ended_at_ms":{value}')
    segment.write_text(damaged)
    assert damaged != whole
    said = recorded.inside("report").out
    assert "27 main requests" in said
    assert "Unreadable: exchanges (implausible) (1)" in said
    assert recorded.inside("explain").out.startswith("5 requests went wrong")
    assert len(recorded.inside("export", "--format", "har").json["log"]["entries"]) == 34


def test_metrics_of_a_recording_are_refused(recorded: Probe) -> None:
    assert "openmetrics" in recorded.inside("export", "--format", "openmetrics", code=2).err


def test_explain_tells_of_what_went_wrong_in_order(recorded: Probe) -> None:
    said = recorded.inside("explain").out
    assert said.startswith("6 requests went wrong, in order:")
    order = [said.index(f"Request {number}: ") for number in (4, 6, 10, 12, 13, 14)]
    assert order == sorted(order)
    assert "Request 15" not in said
    assert "nothing for 3.95 s, then the answer, whole after 4.60 s" in said
    assert "part of an answer, which broke off, then another" in said
    assert "nothing new for 94.0 s" in said
    assert "(20 main requests went well.)" in said
    assert "6 个请求出了问题" in recorded.inside("--lang", "zh", "explain").out


def test_explain_tells_all_of_one_request(recorded: Probe) -> None:
    by_its_number, by_an_attempt = (recorded.inside("explain", RUN, number).out for number in ("6", "8"))
    assert by_its_number == by_an_attempt
    assert by_its_number.count("HTTP 529") == 3
    assert "Evidence: 4 requests: 3 x 529 overloaded_error, then good" in by_its_number
    said = recorded.inside("explain", RUN, "99", code=2)
    assert "no request 99" in said.err
    assert "1 to 35" in said.err
    assert "--round" in recorded.inside("explain", RUN, "--round", "1", code=2).err
    assert "REQUEST" in recorded.inside("explain", str(GOLDEN / "runs" / "plain"), "1", code=2).err


def test_where_all_went_well_the_slowest_request_is_told(probe: Probe) -> None:
    script = Script()
    script.request(0, good())
    script.request(5, good(last_byte_at_ms=2000.0, ended_at_ms=2000.0))
    said = probe.inside("explain", str(write_recording(probe.folder / "fine", script.events))).out
    assert said.startswith("No request failed, was retried or stalled. The slowest one:")
    assert "Request 2: ok" in said


def test_the_list_of_runs_tells_recordings_apart(recorded: Probe) -> None:
    [row] = recorded.inside("ls").out.splitlines()[1:]
    assert row.split()[1:] == ["2026-11-21", "07:30", "(recording)", "relay", "FLAKY", "2/27", "done"]
    [listed] = recorded.inside("ls", "--json").json
    assert (listed["kind"], listed["targets"][0]["failed"]) == ("recorded", 2)


def test_show_makes_the_page_of_a_recording_anew_where_it_has_grown(recorded: Probe) -> None:
    page = Path(recorded.inside("show", "--print").out.strip())
    first = page.read_text()
    assert "2 of 27 requests failed" in first
    segment = page.parent / "exchanges-0001.jsonl"
    lines = segment.read_text().splitlines(keepends=True)
    segment.write_text("".join(lines[:-5]))
    assert page.read_text() == first
    recorded.inside("show", "--print")
    assert "2 of 27 requests failed" not in page.read_text()


def test_a_recording_can_be_removed_and_one_that_goes_on_stays(recorded: Probe) -> None:
    path = recorded.folder / "reports" / "runs" / RUN
    with RecordedWriter.create(path.with_name("20261121T093000Z-recorded-relay"), recorded_manifest()):
        said = recorded.inside("rm", "20261121T093000Z-recorded-relay", "--yes", code=2)
        assert "is going on" in said.err
        recorded.inside("rm", "--older-than", "1h", "--yes")
        assert [left.name for left in recorded.runs()] == ["20261121T093000Z-recorded-relay"]
