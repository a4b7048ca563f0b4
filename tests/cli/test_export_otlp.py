"""`probe export --format otlp`: runs and recordings as spans, into a file and over loopback to a receiver."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.otlp.receiver import Receiver, partial, plain, receiving, values
from tests.reporting.recordings import Script, good, refused, write_recording

RUNS = GOLDEN / "runs"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def send(probe: Probe, receiver: Receiver, *runs: Path | str, code: int = 0) -> str:
    words = ("export", *map(str, runs), "--format", "otlp", "--endpoint", receiver.url)
    return probe.inside(*words, code=code).err


def by_id(receiver: Receiver) -> dict[tuple[bytes, bytes], Any]:
    return {(span.trace_id, span.span_id): span for span in receiver.spans}


def failed(receiver: Receiver, name: str) -> set[tuple[str, str]]:
    """Return outcome and party of the spans of this name that failed."""
    told = [values(span.attributes) for span in receiver.spans if span.name == name and span.status.code == 2]
    return {(each["probe.outcome"], each["probe.party"]) for each in told}


def test_runs_are_sent_as_traces_in_batches_and_twice_the_same(probe: Probe, receiver: Receiver) -> None:
    runs = [RUNS / "plain", RUNS / "faults", RUNS / "group"]
    said = send(probe, receiver, *runs)
    first = by_id(receiver)
    assert said == f"{len(receiver.spans)} spans sent to {receiver.url}/v1/traces\n"
    assert len(first) == len(receiver.spans)
    roots = [span for span in receiver.spans if not span.parent_span_id]
    assert {span.name for span in roots} == {"round cold-start"}
    assert all((span.trace_id, span.parent_span_id) in first for span in receiver.spans if span.parent_span_id)
    assert ("overloaded", "relay") in failed(receiver, "call1")
    receiver.requests.clear()
    send(probe, receiver, *runs)
    assert by_id(receiver) == first


def test_as_a_file_it_needs_no_collector_and_says_the_same(probe: Probe, receiver: Receiver) -> None:
    send(probe, receiver, RUNS / "faults")
    said = probe.inside("export", str(RUNS / "faults"), "--format", "otlp", "--output", "spans.jsonl")
    lines = (probe.folder / "spans.jsonl").read_text().splitlines()
    spans = [
        span
        for line in lines
        for resource in json.loads(line)["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
    assert said.err == f"{len(spans)} spans written to spans.jsonl\n"
    assert [(span["traceId"], span["spanId"], span["name"]) for span in spans] == [
        (span.trace_id.hex(), span.span_id.hex(), span.name) for span in receiver.spans
    ]
    chinese = probe.inside("--lang", "zh", "export", str(RUNS / "faults"), "--format", "otlp", "-o", "spans.jsonl")
    assert chinese.err == f"{len(spans)} 个 span 已写入 spans.jsonl\n"


def test_a_collector_of_the_environment_is_used_unless_a_file_is_asked_for(probe: Probe, receiver: Receiver) -> None:
    headers = "authorization=Bearer%20abcdef"
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_EXPORTER_OTLP_HEADERS": headers}
    probe = Probe(probe.folder, {**probe.environment, **named})
    words = ("export", str(RUNS / "plain"), "--format", "otlp")
    written = probe.inside(*words, "--output", "-")
    assert json.loads(written.out.splitlines()[0])["resourceSpans"]
    assert receiver.spans == []
    assert probe.inside(*words).out == ""
    assert receiver.headers[0]["authorization"] == "Bearer abcdef"
    assert receiver.spans


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


def test_without_exchanges_there_are_calls_and_phases_alone(probe: Probe, receiver: Receiver) -> None:
    original = GOLDEN / "original-summaries"
    send(probe, receiver, original)
    assert {span.kind for span in receiver.spans} == {1}
    assert {span.name for span in receiver.spans if not span.parent_span_id} == {"round"}


def test_of_a_damaged_run_the_rest_is_sent_and_what_is_lost_is_named(probe: Probe, receiver: Receiver) -> None:
    run = Path(shutil.copytree(RUNS / "faults", probe.folder / "faults"))
    send(probe, receiver, run)
    whole = by_id(receiver)
    receiver.requests.clear()
    next(run.glob("rounds/0001/call1.exchanges.jsonl")).write_bytes(b"no exchange\n")
    journal = run / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-200] + b"\xff\x00{")
    said = send(probe, receiver, run)
    assert "call1.exchanges.jsonl" in said
    assert 0 < len(receiver.spans) < len(whole)
    (run / "manifest.json").write_text("{")
    assert "manifest.json" in send(probe, receiver, run)


def test_a_collector_that_refuses_ends_with_4_and_a_word_on_what_it_took(probe: Probe, receiver: Receiver) -> None:
    receiver.answers = [plain(401, "who are you?")]
    assert "HTTP 401: who are you?" in send(probe, receiver, RUNS / "plain", code=4)
    receiver.answers = [partial(5, "too old")]
    said = send(probe, receiver, RUNS / "plain", code=4)
    assert f"{receiver.url}/v1/traces: did not take 5 spans: too old\n" in said
    assert "spans sent to" in said


def test_without_the_extra_a_collector_cannot_be_asked_and_a_file_can_be_written(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "probe.otlp.collector", raising=False)
    monkeypatch.setitem(sys.modules, "probe.otlp.otlp_protobuf", None)
    words = ("export", str(RUNS / "plain"), "--format", "otlp")
    assert "claude-probe[otel]" in probe.inside(*words, "--endpoint", "http://127.0.0.1:9", code=4).err
    assert probe.inside(*words).out.startswith('{"resourceSpans"')


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--endpoint", "http://h"), "--endpoint: is for --format otlp alone"),
        (("--header", "a=b"), "--header: is for --format otlp alone"),
        (("--format", "otlp", "--endpoint", "http://h", "--output", "x"), "--output: is for a file"),
        (("--format", "otlp", "--header", "a=b"), "no collector to send it to"),
    ],
)
def test_options_that_do_not_go_together_are_refused(probe: Probe, words: tuple[str, ...], told: str) -> None:
    assert told in probe.inside("export", str(RUNS / "plain"), *words, code=2).err
