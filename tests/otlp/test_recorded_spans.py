"""The spans of a recording: a trace a request, with its phases."""

from pathlib import Path
from typing import Any

import pytest

from probe.model.fault_party import FaultParty
from probe.model.recorded_request import RecordedRequest
from probe.model.run_manifest import ClientInfo
from probe.otlp.recorded_spans import place_of_request, recording_resource, request_spans
from probe.otlp.trace_span import TraceSpan, nanoseconds
from probe.reporting.load_recording import load_recording
from tests.builders import MODEL, START
from tests.reporting.recordings import SESSION, Script, good, recorded_manifest, refused, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")


def requests(folder: Path, *attempts: dict[str, Any]) -> list[RecordedRequest]:
    """Return a request of these attempts, and one that went well."""
    script = Script()
    script.request(0, *attempts)
    script.request(900, good())
    return load_recording(write_recording(folder / "r", script.events)).requests


def spans(request: RecordedRequest, party: FaultParty | None = None) -> list[TraceSpan]:
    return list(request_spans(request, party, place_of_request(recorded_manifest(), request)))


def test_a_request_begins_a_trace_with_its_phases_one_after_the_other(tmp_path: Path) -> None:
    first, second = requests(tmp_path, good())
    root, *phases = spans(first)
    assert (root.name, root.parent_id) == ("request main", b"")
    assert (root.start_ns, root.end_ns) == (nanoseconds(START), nanoseconds(START, 1000))
    assert {phase.parent_id for phase in phases} == {root.span_id}
    assert {phase.trace_id for phase in phases} == {root.trace_id}
    assert phases[0].start_ns == root.start_ns
    assert [phase.start_ns for phase in phases[1:]] == [phase.end_ns for phase in phases[:-1]]
    assert spans(second)[0].trace_id != root.trace_id
    assert spans(first) == [root, *phases]


@pytest.mark.parametrize(
    ("attempts", "result", "error"),
    [
        ([good()], "clean", None),
        ([refused(), good()], "recovered", None),
        ([refused(400, "invalid_request_error")], "failed", "bad_request: 400"),
        ([silent(2_000.0)], "interrupted", None),
        ([silent(94_000.0)], "failed", "timed_out: no_first_byte"),
    ],
)
def test_it_says_what_the_request_came_to(
    tmp_path: Path, attempts: list[dict[str, Any]], result: str, error: str | None
) -> None:
    request, _ = requests(tmp_path, *attempts)
    root, *_ = spans(request)
    assert (root.attributes["probe.result"], root.error) == (result, error)
    assert ("error.type" in root.attributes) == (error is not None)
    assert root.attributes["probe.attempts"] == len(attempts)


def test_it_says_whose_failure_it_is_and_who_asked_for_what(tmp_path: Path) -> None:
    request, _ = requests(tmp_path, refused(400, "invalid_request_error"))
    told = spans(request, FaultParty.RELAY)[0].attributes
    assert told["probe.party"] == "relay"
    assert (told["gen_ai.conversation.id"], told["gen_ai.request.model"]) == (SESSION, MODEL)
    assert "gen_ai.response.model" not in told
    assert "probe.party" not in spans(request)[0].attributes


def test_a_recording_says_where_it_came_from() -> None:
    client = ClientInfo(program="claude", version="2.1.329")
    told = recording_resource(recorded_manifest(client=client))
    assert (told["probe.target"], told["probe.client.version"]) == ("relay", "2.1.329")
    assert (told["server.address"], told["server.port"]) == ("relay.example", 443)
    unknown = recording_resource(recorded_manifest(target=None, base_url="no address"))
    assert not {"probe.target", "probe.client.version", "server.address"} & unknown.keys()


def test_the_same_request_of_another_recording_has_another_trace(tmp_path: Path) -> None:
    request, _ = requests(tmp_path, good())
    places = [place_of_request(recorded_manifest(**changes), request) for changes in ({}, {"run_id": "other"})]
    assert len({place.trace_id for place in places}) == 2
