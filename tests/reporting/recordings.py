"""Recordings as the recorder writes them, made of events whose times a test chooses."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from probe.model.exchange import Exchange
from probe.model.recorded_events import ExchangeBegun, ExchangeEnded, RecordedEvent, RecordingEnded, RequestFacts
from probe.model.recorded_manifest import RecordedManifest
from probe.model.run_manifest import MachineInfo
from probe.store.recorded_writer import RecordedWriter
from tests.builders import MODEL, START

RECORDING = "20261121T073000Z-recorded-relay"
SESSION = "0f8fad5b-d9cb-469f-a165-70867728950e"


def recorded_manifest(**changes: Any) -> RecordedManifest:
    fields = {
        "run_id": RECORDING,
        "created_at": START,
        "probe_version": "0.1.0",
        "base_url": "https://relay.example/api",
        "target": "relay",
        "way": "direct",
        "command": ("claude",),
        "machine": MachineInfo(
            id="0a1b2c3d", system="Linux 6.1 x86_64", python="3.11.7", cpus=2, memory_bytes=8 * 2**30
        ),
    }
    return RecordedManifest.model_validate(fields | changes)


def good(**changes: Any) -> dict[str, Any]:
    """Return the fields of an answered exchange: first byte after 300 ms, whole after 1000 ms."""
    fields = {
        "status": 200,
        "content_type": "text/event-stream",
        "streamed": True,
        "message_complete": True,
        "request_sent_at_ms": 10.0,
        "first_byte_at_ms": 300.0,
        "headers_at_ms": 300.0,
        "first_content_at_ms": 350.0,
        "content_span_ms": 600.0,
        "content_events": 20,
        "content_reads": 20,
        "events": 24,
        "last_byte_at_ms": 1000.0,
        "ended_at_ms": 1000.0,
        "stop_reason": "end_turn",
        "model_served": MODEL,
        "response_bytes": 2000,
        "usage": {"input_tokens": 100, "output_tokens": 50, "cache_read_tokens": 900, "cache_creation_tokens": 0},
    }
    return fields | changes


def refused(status: int = 529, error_type: str = "overloaded_error", **changes: Any) -> dict[str, Any]:
    """Return the fields of an exchange that was refused after 200 ms."""
    fields = {
        "status": status,
        "content_type": "application/json",
        "request_sent_at_ms": 10.0,
        "first_byte_at_ms": 200.0,
        "headers_at_ms": 200.0,
        "last_byte_at_ms": 201.0,
        "ended_at_ms": 201.0,
        "error_type": error_type,
        "error_message": "Overloaded",
        "response_bytes": 80,
    }
    return fields | changes


def silent(ended_at_ms: float = 94_000.0, **changes: Any) -> dict[str, Any]:
    """Return the fields of an exchange that was given up in silence."""
    return {"request_sent_at_ms": 10.0, "ended_at_ms": ended_at_ms, "end": "client_closed"} | changes


class Script:
    """Builds the events of a recording; exchanges are numbered as they begin."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []
        self._sequence = 0

    def exchange(self, at_s: float, fields: dict[str, Any], *, digest: str | None, **changes: Any) -> ExchangeEnded:
        """Add an exchange that began so many seconds after the start."""
        self._sequence += 1
        facts = RequestFacts.model_validate(
            {"user_agent": "claude-cli/2.1.329", "session_id": SESSION, "digest": digest} | changes.pop("facts", {})
        )
        begun_at = START + timedelta(seconds=at_s)
        request_id = {"request-id": f"req_{self._sequence:04d}"} if fields.get("status") else {}
        whole = {
            "sequence": self._sequence,
            "connection": 1,
            "kind": "main",
            "method": "POST",
            "path": "/v1/messages",
            "model_requested": MODEL,
            "stream_requested": True,
            "request_bytes": 85_000,
            "request_begun_at_ms": 0.0,
            "end": "complete",
            "correlation": request_id,
        }
        exchange = Exchange.model_validate(whole | fields | changes)
        ended_at = begun_at + timedelta(milliseconds=exchange.ended_at_ms or 0.0)
        event = ExchangeEnded(at=ended_at, sequence=self._sequence, begun_at=begun_at, facts=facts, exchange=exchange)
        self.events.append(event)
        return event

    def request(self, at_s: float, *attempts: dict[str, Any], wait_s: float = 1.0, **changes: Any) -> None:
        """Add the attempts at one request, each a while after the one before it."""
        digest = f"{self._sequence:016x}"
        for fields in attempts:
            event = self.exchange(at_s, dict(fields), digest=digest, **dict(changes))
            at_s += (event.exchange.ended_at_ms or 0.0) / 1000 + wait_s

    def begin(self, at_s: float) -> None:
        """Add an exchange that never ends."""
        self._sequence += 1
        begun_at = START + timedelta(seconds=at_s)
        fields = {"at": begun_at, "sequence": self._sequence, "begun_at": begun_at, "connection": 1, "kind": "main"}
        self.events.append(ExchangeBegun.model_validate(fields | {"method": "POST", "path": "/v1/messages"}))


def ended(script: Script) -> list[ExchangeEnded]:
    """Return the exchanges that ended, in the order of their ends."""
    return [event for event in sorted(script.events, key=_at) if isinstance(event, ExchangeEnded)]


def write_recording(path: Path, events: Iterable[RecordedEvent], *, finish: bool = True, **changes: Any) -> Path:
    """Write a recording into this directory, which must not exist."""
    in_order: Sequence[RecordedEvent] = sorted(events, key=_at)
    with RecordedWriter.create(path, recorded_manifest(**changes)) as writer:
        for event in in_order:
            writer.take(event)
        if finish:
            last = in_order[-1].at if in_order else START
            writer.take(RecordingEnded(at=last, exchanges=len(in_order), exit_code=0))
    return path


def _at(event: RecordedEvent) -> datetime:
    return event.at


def eventful() -> Script:
    """Return a session of two hours: a storm, a fallback, a stall, a failure, an idle time, an interruption."""
    script = Script()
    script.exchange(0.0, {"status": 404, "ended_at_ms": 20.0}, digest=None, kind="warmup", method="HEAD", path="/",
                    stream_requested=None, model_requested=None)  # fmt: skip
    script.request(1.0, good())
    script.request(1.2, good(streamed=False), kind="background", stream_requested=False, model_requested="glm-air")
    script.request(10.0, refused(), good(), wait_s=0.7)
    script.request(20.0, refused(), refused(), refused(), good())
    script.request(40.0, good(end="truncated", message_complete=False, usage=None))
    script.exchange(41.5, good(), digest=f"{script._sequence - 1:016x}", stream_requested=False)
    script.request(60.0, good(longest_pause_ms=94_000.0, content_span_ms=95_000.0, last_byte_at_ms=96_000.0,
                              ended_at_ms=96_000.0))  # fmt: skip
    script.request(200.0, refused(400, "invalid_request_error", error_message="messages: roles must alternate"))
    script.request(300.0, silent())
    script.request(420.0, silent(2_000.0))
    for number in range(20):
        script.request(3600.0 + 10 * number, good())
    return script
