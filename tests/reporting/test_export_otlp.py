"""`probe export --format otlp`: runs and recordings as spans, into a file and over loopback to a receiver."""

import json
import shutil
from pathlib import Path
from typing import Any

from probe.otlp.attempt_span import SpanPlace, attempt_span
from probe.reporting.export_otlp import in_batches, traced
from tests.builders import GOLDEN, START
from tests.conftest import Probe
from tests.otlp.receiver import Receiver, send, values
from tests.otlp.traced import exchange

RUNS = GOLDEN / "runs"
PLACE = SpanPlace(b"t" * 16, b"s" * 8, b"p" * 8, START)


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
    said = probe("export", str(RUNS / "faults"), "--format", "otlp", "--output", "spans.jsonl")
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
    chinese = probe("--lang", "zh", "export", str(RUNS / "faults"), "--format", "otlp", "-o", "spans.jsonl")
    assert chinese.err == f"{len(spans)} 个 span 已写入 spans.jsonl\n"


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


def test_of_what_asks_for_no_message_the_status_alone_tells() -> None:
    answered, refused, message = (
        exchange(kind="warmup", status=404),
        exchange(kind="other", status=500),
        exchange(status=500, error_type="api_error"),
    )
    assert (traced(answered, None).ending, traced(answered, None).outcome) == ("404", None)
    assert traced(refused, None).outcome is not None
    assert traced(exchange(kind="other", status=None, end="client_closed"), None).ending == "client_closed"
    assert traced(message, 1).ending == "500 api_error"
    assert traced(message, 1, "told by others").ending == "told by others"


def test_spans_come_in_batches_of_one_resource() -> None:
    spans = [attempt_span(traced(exchange(), 1), PLACE, None) for _ in range(1030)]
    batches = list(in_batches({"probe.run.id": "r"}, spans))
    assert [len(batch.spans) for batch in batches] == [512, 512, 6]
    assert all(batch.resource == {"probe.run.id": "r"} for batch in batches)
    assert list(in_batches({}, [])) == []
