"""Whatever JSON an upstream answers with, the calls and exchanges made of it can be written, and read back the same."""

import json
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st

from probe.drivers.plain_apis import Messages
from probe.drivers.plain_driver import observe
from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.model.events import EVENT
from probe.model.exchange import Exchange
from probe.model.observation import Observation
from probe.model.run_manifest import RoundToDo
from probe.redact import Redactor
from probe.session.runner import Arm, Runner
from probe.wire.exchange_tracker import ExchangeTracker, Log
from probe.wire.http1 import RequestFramer
from probe.wire.limits import WireLimits
from probe.wire.record import Clean
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
    """What a client prints that passes `value` on, in each place that is kept."""
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
    """Answers that hold `value` in each place that is looked at."""
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
    for piece in RequestFramer(log.limits.max_head_bytes).feed(request):
        watch.request(piece, 0.1)
    watch.sent(0.2)
    watch.response(response, 0.3)
    watch.upstream_closed(0.4)
    return log.records[0].exchange(0.0)


def exchanges(value: Any) -> tuple[Exchange, ...]:
    """What the recorder makes of these answers, whole and as one stream."""
    asked = post({"model": value, "stream": True})
    bodies = [json.dumps(each).encode() for each in answers(value)]
    stream = b"".join(b"data: " + body + b"\n\n" for body in bodies)
    whole = [exchange(ok(body), asked) for body in bodies]
    return (*whole, exchange(ok(stream, "text/event-stream"), asked))


class _Sender:
    """Stands in for what sends a plain request: gives one answer."""

    def __init__(self, answer: PlainAnswer) -> None:
        self._answer = answer

    def send(self, *_: object) -> PlainAnswer:
        return self._answer


def plain(exchange: Exchange, body: bytes) -> Observation:
    """What the plain drivers make of an answer."""
    answer = PlainAnswer(exchange, exchange.status, {}, body, 1.0, timed_out=False, cancelled=False, error=None)
    http = cast(PlainHttp, _Sender(answer))
    return observe(http, Messages(), "http://x", PlainRequest("POST", "/", {}), (), 1.0, REDACTOR)[0]


def assert_kept(seen: Observation) -> None:
    """The events of a run with this call, and its exchanges, read back as they were written."""
    made = plan(scenario(step()))
    runner = Runner([Arm("one", made, ScriptedDriver(lambda _: seen))], FakeStop())
    for _, event in runner.run([("one", RoundToDo(number=1))]):
        line = event.model_dump_json()
        assert EVENT.validate_json(line).model_dump_json() == line
    for each in seen.exchanges or ():
        assert Exchange.model_validate_json(each.model_dump_json()) == each


@given(values)
@example(CUT_EMOJI)
def test_what_a_client_passes_on_can_be_kept(value: Any) -> None:
    assert_kept(observation(printed(value), rc=1))


@given(values)
@example(CUT_EMOJI)
def test_what_the_recorder_sees_can_be_kept(value: Any) -> None:
    seen = exchanges(value)
    assert not [each for each in seen if each.capped or (each.unreadable or "").startswith("recorder")]
    assert_kept(observation(printed(value), rc=1, exchanges=seen))


@given(values)
@example(CUT_EMOJI)
def test_what_plain_drivers_see_can_be_kept(value: Any) -> None:
    for each, answer in zip(exchanges(value), answers(value), strict=False):
        good = each.model_copy(update={"message_complete": True, "unreadable": None, "error_type": None})
        for one in (each, good):
            assert_kept(plain(one, json.dumps(answer).encode()))
