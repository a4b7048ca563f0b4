"""Recordings as they are read: their requests, and what is missing or damaged."""

from datetime import timedelta
from pathlib import Path

import pytest

from probe.errors import ProbeError
from probe.model.outcome import Outcome
from probe.model.recorded_events import EventsLost, ExchangeBegun, SegmentBegun
from probe.reporting.load_recording import ended_exchanges, load_recording
from probe.store import RecordedWriter
from tests.builders import START
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, Script, eventful, good, recorded_manifest, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize("value", ["1e999", "-1e300", "1e15"])
def test_numbers_that_cannot_be_are_damage_and_the_rest_is_told(recorded: Probe, value: str) -> None:
    segment = recorded.folder / "reports" / "runs" / RECORDING / "exchanges-0001.jsonl"
    whole = segment.read_text()
    damaged = whole.replace('"ended_at_ms":96000.0', f'"ended_at_ms":{value}')
    segment.write_text(damaged)
    assert damaged != whole
    said = recorded("report").out
    assert "27 main requests" in said
    assert "Unreadable: exchanges (implausible) (1)" in said
    assert recorded("explain").out.startswith("5 requests went wrong")
    assert len(recorded("export", "--format", "har").json["log"]["entries"]) == 34


def test_attempts_at_one_request_are_one_request(tmp_path: Path) -> None:
    recording = load_recording(write_recording(tmp_path / "r", eventful().events))
    assert [request.sequences for request in recording.requests[3:6]] == [(4, 5), (6, 7, 8, 9), (10, 11)]
    assert [request.begun_at for request in recording.requests] == sorted(each.begun_at for each in recording.requests)
    assert recording.manifest.run_id == RECORDING
    assert recording.source.user_agents == {"claude-cli/2.1.329": 35}
    assert not recording.source.losses.corrupt


@pytest.mark.parametrize(("stall_ms", "outcome"), [(30_000.0, Outcome.TIMED_OUT), (120_000.0, Outcome.INTERRUPTED)])
def test_what_was_given_up_in_silence_failed_if_it_was_silent_for_as_long_as_the_reader_says(
    tmp_path: Path, stall_ms: float, outcome: Outcome
) -> None:
    script = Script()
    script.request(0, silent(94_000.0))
    (request,) = load_recording(write_recording(tmp_path / "r", script.events), stall_ms).requests
    assert request.outcome is outcome


def test_a_recording_that_ended_was_neither_killed_nor_goes_on(tmp_path: Path) -> None:
    source = load_recording(write_recording(tmp_path / "r", eventful().events)).source
    assert (source.was_killed, source.is_running) == (False, False)
    killed = load_recording(write_recording(tmp_path / "k", eventful().events, finish=False)).source
    assert (killed.was_killed, killed.is_running) == (True, False)


def test_a_recording_that_goes_on_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    script = Script()
    with RecordedWriter.create(tmp_path / "r", recorded_manifest()) as writer:
        writer.take(script.exchange(0, good(), digest="a"))
        recording = load_recording(tmp_path / "r")
        assert (len(recording.requests), recording.source.is_running, recording.source.was_killed) == (1, True, False)
        writer.take(script.exchange(5, good(), digest="b"))
        assert len(load_recording(tmp_path / "r").requests) == 2


def test_exchanges_that_never_ended_are_counted_once(tmp_path: Path) -> None:
    script = Script()
    script.begin(0)
    script.begin(1)
    ended = script.exchange(2, good(), digest="a")
    begun = ExchangeBegun.model_validate(
        {"at": ended.begun_at, "sequence": ended.sequence, "begun_at": ended.begun_at, "connection": 1}
        | {"kind": "main", "method": "POST", "path": "/v1/messages"}
    )
    late = begun.model_copy(update={"at": ended.at + timedelta(seconds=1)})
    recording = load_recording(write_recording(tmp_path / "r", [*script.events, begun, late]))
    assert (recording.source.losses.unended, len(recording.requests)) == (2, 1)


def test_an_exchange_that_is_told_twice_is_one(tmp_path: Path) -> None:
    script = Script()
    ended = script.exchange(0, good(), digest="a")
    path = write_recording(tmp_path / "r", [ended, ended])
    assert load_recording(path).requests[0].sequences == (1,)
    assert len(list(ended_exchanges(path))) == 1


def test_losses_are_the_last_that_were_told(tmp_path: Path) -> None:
    told = [EventsLost(at=START + timedelta(seconds=n), exchanges=n) for n in (2, 5, 3)]
    removed = [SegmentBegun(at=START, number=n, removed_exchanges=10 * n) for n in (1, 2)]
    losses = load_recording(write_recording(tmp_path / "r", [*told, *removed])).source.losses
    assert (losses.lost_exchanges, losses.removed_exchanges) == (5, 20)


def test_a_time_of_no_calendar_is_damage(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.request(5, good())
    path = write_recording(tmp_path / "r", script.events)
    segment = path / "exchanges-0001.jsonl"
    segment.write_text(segment.read_text().replace("2026-11-21T07:30:05", "9999-11-21T07:30:05"))
    recording = load_recording(path)
    assert len(recording.requests) == 1
    assert recording.source.losses.corrupt == {"exchanges (implausible)": 1}


def test_torn_lines_are_counted_by_file_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r", eventful().events)
    segment = path / "exchanges-0001.jsonl"
    lines = segment.read_text().splitlines(keepends=True)
    segment.write_text("".join([*lines[:2], "{torn\n", "\x00\n", *lines[2:]]))
    recording = load_recording(path)
    assert sum(recording.source.losses.corrupt.values()) == 2
    assert len(recording.requests) == 30


def test_a_recording_of_nothing_has_no_requests(tmp_path: Path) -> None:
    recording = load_recording(write_recording(tmp_path / "r", []))
    assert (recording.requests, recording.source.losses.unended) == ([], 0)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeError):
        load_recording(tmp_path)
