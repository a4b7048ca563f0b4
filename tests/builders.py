"""Builders of the project's objects for tests. Every field has a valid default: a test sets only what it is about."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from probe.diagnose.classify import diagnose
from probe.drivers.client_output import parse_client_output
from probe.model.call import Call, Diagnosis
from probe.model.choices import OutputFormat, Session, UpstreamKind
from probe.model.client import ClientOutput, ClientResult, ModelUsage
from probe.model.events import CallFinished, CallStarted, Event, RoundFinished, RoundPrepared, RoundStarted
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Flag, Outcome
from probe.model.request_kind import RequestKind
from probe.model.run_manifest import ClientInfo, MachineInfo, Manifest, Options, Plan, TargetInfo
from probe.model.scenario import Expect, Scenario, Step
from probe.model.spending import ANSWERED
from probe.ports import CallOrder, DriverDescription, Priming

GOLDEN = Path(__file__).parent / "golden"
START = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MODEL = "glm-4.7"
STREAM_ARGV = ("claude", "--print", "--output-format", "stream-json", "--", "prompt")
JSON_ARGV = ("claude", "--print", "--output-format", "json", "--", "prompt")


def step(label: str = "call1", **changes: Any) -> Step:
    return Step.model_validate({"label": label, "prompt": "Say it", **changes})


def scenario(*steps: Step, **changes: Any) -> Scenario:
    return Scenario.model_validate({"name": "two-calls", "steps": steps or (step(), step("call2")), **changes})


def target_info(**changes: Any) -> TargetInfo:
    fields = {
        "name": "relay",
        "kind": UpstreamKind.REAL,
        "base_url": "https://relay.example",
        "model": MODEL,
        "token_masked": "sk-...wxyz",
    }
    return TargetInfo.model_validate(fields | changes)


def manifest(script: Scenario | None = None, **changes: Any) -> Manifest:
    script = script or scenario()
    fields = {
        "run_id": "20261121T073000Z-two-calls-relay",
        "created_at": START,
        "probe_version": "0.1.0",
        "driver": "claude-print",
        "scenario": script,
        "scenario_digest": script.digest(),
        "target": target_info(),
        "way": "direct",
        "client": ClientInfo(program="claude", version="2.1.329", source="PATH"),
        "machine": MachineInfo(
            id="0a1b2c3d", system="Linux 6.1 x86_64", python="3.11.7", cpus=2, memory_bytes=8 * 2**30
        ),
        "rounds": 2,
        "options": Options(rounds=2),
    }
    return Manifest.model_validate(fields | changes)


def result(**changes: Any) -> ClientResult:
    usage = ModelUsage(input_tokens=10, output_tokens=3)
    fields = {"subtype": "success", "is_error": False, "text": "PROBE_OK", "usage": usage}
    return ClientResult.model_validate(fields | changes)


def call(number: int = 1, position: int = 1, outcome: Outcome = Outcome.OK, **changes: Any) -> Call:
    """Build the call of step `position` (from 1) in a round. `cause`, `flags`, `evidence` are its diagnosis's."""
    diagnosis = {name: changes.pop(name) for name in ("cause", "flags", "evidence") if name in changes}
    started = START + timedelta(minutes=number, seconds=30 * position)
    wall_ms = changes.get("wall_ms", 1500.0)
    fields = {
        "round": number,
        "step": position - 1,
        "label": f"call{position}",
        "session_mode": Session.NEW,
        "session_id": f"00000000-0000-4000-8000-{number:06d}{position:06d}",
        "started_at": started,
        "ended_at": started + timedelta(milliseconds=wall_ms),
        "wall_ms": wall_ms,
        "timeout_ms": 180_000.0,
        "timed_out": outcome is Outcome.TIMED_OUT,
        "return_code": 0 if outcome is Outcome.OK else 1,
        "diagnosis": Diagnosis.model_validate({"outcome": outcome, **diagnosis}),
        "model_requested": MODEL,
        "client": ClientOutput(result=result() if outcome in ANSWERED else None),
    }
    return Call.model_validate(fields | changes)


def main_exchange(**changes: Any) -> Exchange:
    """Return a request for an answer, of which no more is known than that it ended well."""
    fields = {
        "sequence": 1,
        "connection": 1,
        "kind": RequestKind.MAIN,
        "method": "POST",
        "path": "/v1/messages",
        "end": ExchangeEnd.COMPLETE,
    }
    return Exchange.model_validate(fields | changes)


def words(*, model: str = MODEL, **changes: Any) -> ClientOutput:
    """Build the output of a recent client whose call succeeded: one attempt, first content 50 ms after the request."""
    fields = {
        "lines": 8,
        "initialised": True,
        "client_version": "2.1.329",
        "requesting_at_ms": 700.0,
        "attempts_started": 1,
        "wait_ms": 30.0,
        "first_event_at_ms": 740.0,
        "first_content_at_ms": 750.0,
        "last_event_at_ms": 760.0,
        "content_events": 2,
        "stream_complete": True,
        "models_served": (model,),
        "result": result(model_usage={model: ModelUsage(input_tokens=10, output_tokens=3)}, cost_usd=0.0001),
        "result_at_ms": 770.0,
    }
    return ClientOutput.model_validate(fields | changes)


def lines(*objects: object) -> bytes:
    """Encode objects as JSON, one per line, as a client prints them. Bytes are kept unchanged."""
    encoded = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in objects]
    return b"".join(line + b"\n" for line in encoded)


def observation(stdout: bytes = b"", stderr: bytes = b"", rc: int | None = 0, **changes: Any) -> Observation:
    """Build what a driver observes of a call. Line n of `stdout`, counted from 0, arrives after n + 1 seconds."""
    fields: dict[str, Any] = {
        "argv": STREAM_ARGV,
        "started_at": START,
        "ended_at": START + timedelta(seconds=2),
        "wall_ms": 2000.0,
        "return_code": rc,
        "words": parse_client_output(stdout, lambda number: 1000.0 * (number + 1)),
        "stdout": stdout,
        "stderr": stderr,
    }
    return Observation(**(fields | changes))


GOOD_LINE = {"type": "result", "subtype": "success", "is_error": False, "result": "PROBE_OK", "session_id": "served-1"}


def answered(session_id: str = "served-1", **changes: Any) -> Observation:
    """Build the observation of a successful call."""
    return observation(lines({**GOOD_LINE, "session_id": session_id, **changes}))


def round_events(*calls: Call, stdout: bytes = b"", finished: bool = True) -> Iterator[Event]:
    """Yield the events of a round with these calls, as the runner does."""
    number, attempt = calls[0].round, calls[0].attempt
    yield RoundStarted(at=START, round=number, attempt=attempt)
    yield RoundPrepared(at=START, round=number, primed=True, prime_ms=900.0, config_dir="/sandbox/config")
    for item in calls:
        yield CallStarted(
            at=START, round=number, attempt=attempt, step=item.step, label=item.label, timeout_ms=180_000.0
        )
        yield CallFinished(at=START, call=item, argv=STREAM_ARGV, stdout=stdout, stderr=b"")
    if finished:
        yield RoundFinished(at=START, round=number, attempt=attempt)


@dataclass
class FakeStop:
    """Stop signal whose waits return at once; it records how long each should have been."""

    waits: list[float] = field(default_factory=list)
    cancelled: bool = False
    cancel_after_waits: int | None = None

    def cancel(self) -> None:
        self.cancelled = True

    def wait(self, timeout_s: float) -> bool:
        self.waits.append(timeout_s)
        if self.cancel_after_waits is not None and len(self.waits) >= self.cancel_after_waits:
            self.cancelled = True
        return self.cancelled


Answer = Callable[[CallOrder], Observation]


@dataclass
class ScriptedDriver:
    """Driver that returns `answer(order)` at once and records every order."""

    answer: Answer = field(default_factory=lambda: lambda order: answered(order.session_id))
    orders: list[CallOrder] = field(default_factory=list)
    rounds_opened: list[int] = field(default_factory=list)
    rounds_closed: list[int] = field(default_factory=list)
    name: str = "scripted"
    runs_client: bool = False
    client: ClientInfo = field(default_factory=lambda: ClientInfo(program="scripted"))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        return ("scripted", step.prompt)

    def describe(self, step: Step) -> DriverDescription:
        return DriverDescription(("scripted", "<prompt>"), (), OutputFormat.JSON, tokens_a_call=0)

    @contextmanager
    def open_round(self, number: int) -> Iterator["_ScriptedRound"]:
        with self._lock:
            self.rounds_opened.append(number)
        try:
            yield _ScriptedRound(self)
        finally:
            with self._lock:
                self.rounds_closed.append(number)

    def take(self, order: CallOrder) -> Observation:
        with self._lock:
            self.orders.append(order)
        return self.answer(order)


@dataclass
class _ScriptedRound:
    driver: ScriptedDriver
    priming: Priming = field(default_factory=lambda: Priming(primed=True, prime_ms=1.0))
    config_dir: str | None = "/sandbox/config"

    def call(self, order: CallOrder) -> Observation:
        return self.driver.take(order)


def plan(script: Scenario | None = None, **changes: Any) -> Plan:
    return Plan.model_validate({"scenario": script or scenario(), "model": MODEL, "rounds": 1, **changes})


def verdict(
    stdout: Sequence[object] = (), stderr: str = "", rc: int | None = 0, expect: Expect | None = None, **changes: Any
) -> Diagnosis:
    """Diagnose a call that printed these lines."""
    return diagnose(observation(lines(*stdout), stderr.encode(), rc, **changes), expect or Expect(), MODEL)


def flags(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name) for name in names)
