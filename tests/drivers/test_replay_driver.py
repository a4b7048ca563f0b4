"""The driver `replay`: the captured request goes out again, with ids that are new and a token that is the user's."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from probe.capture.placeholders import fill
from probe.diagnose.examine import examine
from probe.drivers.process import Cancel
from probe.drivers.replay_driver import Replay
from probe.model.captured_requests import Capture, CapturedRequest
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder, RoundDriver
from probe.redact import Redactor
from probe.wire import Recorder
from tests.drivers.contexts import contexts
from tests.drivers.support import at_a_deadline
from tests.upstream.support import upstream
from tests.wire.support import RawServer, answering, ok

TOKEN = "a-token-of-nobody"
MODEL = "glm-4.7"
MESSAGE = {"type": "message", "model": MODEL, "content": [{"type": "text", "text": "PROBE_ONE"}], "usage": {}}
REQUEST = CapturedRequest(
    call="call1",
    kind=RequestKind.MAIN,
    method="POST",
    path="/v1/messages?beta=true",
    headers=(
        ("Accept", "application/json"),
        ("Authorization", "Bearer <token>"),
        ("Content-Type", "application/json"),
        ("User-Agent", "claude-cli/2.1.329 (external, sdk-cli)"),
        ("X-Claude-Code-Session-Id", "<probe:session-id>"),
        ("anthropic-beta", "one,two"),
        ("Connection", "keep-alive"),
        ("Host", "<host>"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Content-Length", "<length>"),
    ),
    body={
        "model": "captured-model",
        "messages": [{"role": "user", "content": "Reply with exactly: PROBE_ONE"}],
        "metadata": {"user_id": "user_<probe:device-id>_account__session_<probe:session-id>"},
        "tools": [{"name": "Bash", "input_schema": {"type": "object"}}],
        "max_tokens": 1000,
        "stream": True,
    },
    body_bytes=300,
)
CAPTURE = Capture(client_version="2.1.329", model="captured-model", expects="PROBE_ONE", requests=(REQUEST,))


@contextmanager
def replaying(base_url: str) -> Iterator[tuple[Replay, RoundDriver, Cancel]]:
    redactor = Redactor([TOKEN])
    with Recorder(redactor=redactor) as recorder, Cancel() as cancel:
        run, arm = contexts(
            lambda number, label: f"{base_url}/r/{number:04d}/{label}",
            cancel,
            open_call=recorder.open_call,
            model=MODEL,
            token=TOKEN,
            redactor=redactor,
        )
        driver = Replay(CAPTURE, lambda: fill(REQUEST, token=TOKEN, model=MODEL, today=date(2026, 11, 21)), run, arm)
        with driver.open_round(1) as calls:
            yield driver, calls, cancel


def order(label: str = "call1", timeout_s: float = 30) -> CallOrder:
    step = Step(label=label, prompt="the captured request", timeout_s=timeout_s, expect=Expect(equals="PROBE_ONE"))
    return CallOrder(1, step, str(uuid.uuid4()), None)


def sent(server: RawServer) -> list[tuple[list[str], dict[str, Any]]]:
    """Return the lines of the head and the body of each request that has arrived."""
    parts = (request.partition(b"\r\n\r\n") for request in server.received)
    return [(head.decode().split("\r\n"), json.loads(body)) for head, _, body in parts]


def test_the_request_is_the_captured_one() -> None:  # complexity: a list of assertions
    answer = ok(json.dumps(MESSAGE).encode())
    with answering(answer) as server, replaying(server.base_url) as (_, calls, _):
        observations = [calls.call(order(label)) for label in ("call1", "call2")]
    (head, body), (_, again) = sent(server)
    assert head[0] == "POST /r/0001/call1/v1/messages?beta=true HTTP/1.1"
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    session = headers["x-claude-code-session-id"]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"] == "claude-cli/2.1.329 (external, sdk-cli)"
    assert headers["anthropic-beta"] == "one,two"
    assert headers["host"].startswith("127.0.0.1:")
    assert int(headers["content-length"]) == len(server.received[0].partition(b"\r\n\r\n")[2])
    assert body["model"] == MODEL
    assert body["metadata"]["user_id"].endswith(f"_session_{session}")
    captured = {**CAPTURE.model_dump()["requests"][0]["body"], "model": MODEL, "metadata": body["metadata"]}
    assert body == captured
    assert again == {**captured, "metadata": again["metadata"]}
    assert again["metadata"] != body["metadata"]
    assert TOKEN.encode() not in b"".join(each.stdout + each.stderr for each in observations)


def test_a_call_is_recorded_and_judged_like_any_other() -> None:
    with upstream() as up, replaying(up.base_url) as (driver, calls, _):
        observation = calls.call(order())
    finding = examine(observation, Expect(equals="PROBE_ONE"), MODEL)
    assert (finding.diagnosis.outcome, finding.diagnosis.flags) == (Outcome.OK, ())
    assert finding.wire is not None
    assert (finding.wire.attempts, finding.wire.models_served) == (1, (MODEL,))
    assert observation.argv == ("POST", "/v1/messages?beta=true", "the captured request")
    assert driver.name == "replay"
    assert driver.client.version == "2.1.329"
    assert CAPTURE.digest() in driver.client.program


@pytest.mark.parametrize(
    ("fault", "timeout_s", "outcome", "cause"),
    [
        ("status(code=529)", 30, "overloaded", "529"),
        ("hang", 0.7, "timed_out", "no_first_byte"),
        ("truncate", 30, "truncated_stream", None),
        ("wrong_text(text=no)", 30, "wrong_answer", None),
        ("bad_gzip", 30, "malformed_response", "gzip"),
    ],
)
def test_faults_come_to_what_they_are_without_a_retry(
    fault: str, timeout_s: float, outcome: str, cause: str | None
) -> None:
    def call(timeout_s: float) -> Observation:
        with upstream(fault) as up, replaying(up.base_url) as (_, calls, _):
            return calls.call(order(timeout_s=timeout_s))

    def has_begun(result: Observation) -> bool:
        return any(exchange.request_sent_at_ms for exchange in result.exchanges or ())

    observation = at_a_deadline(call, has_begun, timeout_s)
    finding = examine(observation, Expect(equals="PROBE_ONE"), MODEL)
    assert (finding.diagnosis.outcome, finding.diagnosis.cause) == (outcome, cause)
    assert finding.wire is not None
    assert finding.wire.attempts == 1


def test_another_request_has_another_digest() -> None:
    other = REQUEST.model_copy(update={"path": "/v1/messages"})
    assert CAPTURE.digest() != CAPTURE.model_copy(update={"requests": (other,)}).digest()
    assert CAPTURE.digest() == CAPTURE.model_copy(update={"client_version": "x"}).digest()
