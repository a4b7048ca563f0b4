"""Recordings as OpenTelemetry spans: a trace a request, with its attempts."""

from tests.conftest import Probe
from tests.otlp.receiver import Receiver, send, values
from tests.reporting.recordings import Script, good, refused, write_recording


def test_a_recording_is_a_trace_a_request_with_its_attempts(probe: Probe, receiver: Receiver) -> None:
    script = Script()
    script.request(0, refused(), good())
    script.request(60, good())
    path = write_recording(probe.folder / "recording", script.events, finish=False)
    send(probe, receiver, path)
    roots = [span for span in receiver.spans if not span.parent_span_id]
    assert [(span.name, values(span.attributes)["probe.result"]) for span in roots] == [
        ("request main", "recovered"),
        ("request main", "clean"),
    ]
    attempts = [span for span in receiver.spans if span.kind == 3]
    assert [span.trace_id == roots[0].trace_id for span in attempts] == [True, True, False]
    told = values(attempts[0].attributes)
    assert (told["probe.ending"], told["http.response.header.request-id"]) == ("529 overloaded_error", ["req_0001"])
    assert (attempts[0].status.code, attempts[1].status.code) == (2, 0)
    assert attempts[1].start_time_unix_nano >= attempts[0].end_time_unix_nano
