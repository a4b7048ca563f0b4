"""Round trips: calls and exchanges with any JSON from an upstream are stored and read back unchanged."""

import json
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st

from probe.drivers.plain_apis import Messages
from probe.drivers.plain_driver import observe
from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.http1 import RequestFramer
from probe.model.events import EVENT
from probe.model.exchange import Exchange
from probe.model.observation import Observation
from probe.model.run_manifest import RoundToDo
from probe.redact import Redactor
from probe.session.local_rounds import LocalRounds
from probe.session.runner import Arm, Runner
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Clean
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.limits import WireLimits
from tests.builders import FakeStop, ScriptedDriver, lines, observation, plan, scenario, step
from tests.wire.support import ok, post

CUT_EMOJI = "cut \ud83d"
REDACTOR = Redactor(["a-secret-of-nobody"])

texts = st.text(st.characters(), max_size=8) | st.sampled_from([CUT_EMOJI, "\udc80\udcff", "\ude00\ud83d", "\0"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def printed(value: Any) -> bytes:
    """Return the output of a client that passes `value` on, in every field that is stored."""
    named: dict[str, Any] = {value: {"inputTokens": value}} if isinstance(value, str) else {}
    result = {"session_id": value, "result": None, "errors": [value], "usage": value, "modelUsage": named or value}
    return lines(
        {"type": "system", "subtype": "init", "claude_code_version": value},
        {"type": "system", "subtype": "api_retry", "error": value, "error_status": value, "attempt": value},
        {"type": "stream_event", "event": {"type": "message_start", "message": {"model": value}}, "ttft_ms": value},
        {"type": "assistant", "message": {"content": [{"type": "tool_use", "name": value}]}},
        {"type": "result", "subtype": value, "is_error": True, "stop_reason": value, **result},
    )


def answers(value: Any) -> list[dict[str, Any]]:
    """Return answers that hold `value` in every field that the recorder reads."""
    block = {"type": "tool_use", "name": value, "text": value}
    message = {"model": value, "stop_reason": value, "usage": value, "content": [block]}
    return [
        {"type": "message", **message},
        {"type": "error", "error": {"type": value, "message": value}},
        {"error": value, "message": value},
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "content_block": block},
        {"type": "content_block_delta", "delta": {"text": value}},
        {"type": "message_stop"},
        {"choices": [{"delta": {"content": value}, "finish_reason": value}], "model": value},
    ]


def exchange(response: bytes, request: bytes) -> Exchange:
    log = Log(Clean(REDACTOR), WireLimits())
    watch = ExchangeTracker(log, 1, 0.0)
    watch.request(RequestFramer(log.limits.max_head_bytes).feed(request), 0.1)
    watch.sent(0.2)
    watch.response(response, 0.3)
    watch.upstream_closed(0.4)
    return log.records[0].exchange(0.0)


def exchanges(value: Any) -> tuple[Exchange, ...]:
    """Return the exchanges that the recorder builds from `answers(value)`: one per answer, and one that streams all."""
    request = post({"model": value, "stream": True})
    bodies = [json.dumps(answer).encode() for answer in answers(value)]
    stream = b"".join(b"data: " + body + b"\n\n" for body in bodies)
    whole = [exchange(ok(body), request) for body in bodies]
    return (*whole, exchange(ok(stream, "text/event-stream"), request))


class _Sender:
    """Stub of `PlainHttp` that returns one prepared answer."""

    def __init__(self, answer: PlainAnswer) -> None:
        self._answer = answer

    def send(self, *_: object) -> PlainAnswer:
        return self._answer


def plain(exchange: Exchange, body: bytes) -> Observation:
    """Return what a plain driver observes of an answer."""
    answer = PlainAnswer(exchange, exchange.status, {}, body, 1.0, timed_out=False, cancelled=False, error=None)
    http = cast(PlainHttp, _Sender(answer))
    return observe(http, Messages(), "http://x", PlainRequest("POST", "/", {}), (), 1.0, REDACTOR)[0]


def assert_round_trip(call: Observation) -> None:
    """Check that the events of a run with this call, and its exchanges, are read back as they were written."""
    a_plan, stop = plan(scenario(step())), FakeStop()
    maker = LocalRounds("arm", a_plan, ScriptedDriver(lambda _: call), stop)
    for _, event in Runner([Arm("arm", a_plan, maker)], stop).run([[("arm", RoundToDo(number=1))]]):
        line = event.model_dump_json()
        assert EVENT.validate_json(line).model_dump_json() == line
    for recorded in call.exchanges or ():
        assert Exchange.model_validate_json(recorded.model_dump_json()) == recorded


@given(values)
@example(CUT_EMOJI)
def test_what_a_client_passes_on_is_stored_unchanged(value: Any) -> None:
    assert_round_trip(observation(printed(value), rc=1))


@given(values)
@example(CUT_EMOJI)
def test_what_the_recorder_reads_is_stored_unchanged(value: Any) -> None:
    recorded = exchanges(value)
    assert not [item for item in recorded if item.capped or (item.unreadable or "").startswith("recorder")]
    assert_round_trip(observation(printed(value), rc=1, exchanges=recorded))


@given(values)
@example(CUT_EMOJI)
def test_what_plain_drivers_read_is_stored_unchanged(value: Any) -> None:
    for recorded, answer in zip(exchanges(value), answers(value), strict=False):
        complete = recorded.model_copy(update={"message_complete": True, "unreadable": None, "error_type": None})
        for variant in (recorded, complete):
            assert_round_trip(plain(variant, json.dumps(answer).encode()))
