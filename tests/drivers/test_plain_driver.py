"""The drivers without a client: every fault of the catalogue has the outcome that it has with one."""

import json
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from probe.diagnose.examine import examine
from probe.drivers.plain_driver import PlainDriver
from probe.drivers.process import Cancel
from probe.model.call import Finding
from probe.model.choices import Session, TokenHeader
from probe.model.observation import Observation
from probe.model.outcome import Flag, Outcome
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder
from probe.redact import Redactor
from probe.upstream import EmbeddedUpstream, parse_fault
from probe.wire import Recorder
from tests.drivers.contexts import contexts
from tests.drivers.support import PLAIN_APIS, at_a_deadline
from tests.wire.support import LOOPBACK, RawServer, answering, ok

MODEL = "some-model"
TOKEN = "a-token-of-nobody"
STEP = Step(label="call1", prompt="Reply with exactly: PROBE_OK", timeout_s=30, expect=Expect(equals="PROBE_OK"))
BOTH = pytest.mark.parametrize("api", sorted(PLAIN_APIS))
LONG = "a long answer " * 8


@dataclass
class Bench:
    """A driver in front of `base_url`; `call` makes one call of a round of its own, and examines it."""

    base_url: str
    driver: PlainDriver
    cancel: Cancel

    def call(self, step: Step = STEP) -> tuple[Observation, Finding]:
        with self.driver.open_round(1) as calls:
            observation = calls.call(CallOrder(1, step, str(uuid.uuid4()), None))
        return observation, examine(observation, step.expect, MODEL)


@contextmanager
def bench(
    api: str,
    base_url: str,
    *,
    bodies: bool = False,
    environment: Mapping[str, str] | None = None,
    header: TokenHeader = TokenHeader.BEARER,
) -> Iterator[Bench]:
    redactor = Redactor([TOKEN])
    with Recorder(redactor=redactor, keep_bodies=bodies) as recorder, Cancel() as cancel:
        run, arm = contexts(
            lambda number, label: f"{base_url}/r/{number:04d}/{label}",
            cancel,
            open_call=recorder.open_call,
            model=MODEL,
            token=TOKEN,
            auth=header,
            variables=environment,
            redactor=redactor,
        )
        yield Bench(base_url, PlainDriver(PLAIN_APIS[api](), run, arm), cancel)


@contextmanager
def embedded(api: str, *faults: str, bodies: bool = False) -> Iterator[tuple[EmbeddedUpstream, Bench]]:
    with (
        EmbeddedUpstream([parse_fault(fault) for fault in faults]) as upstream,
        bench(api, upstream.base_url, bodies=bodies) as ready,
    ):
        yield upstream, ready


@BOTH
def test_a_good_call_says_all_that_reports_need(api: str) -> None:  # complexity: a list of assertions
    with embedded(api) as (upstream, ready):
        observation, finding = ready.call()
    result, wire, phases = observation.words.result, finding.wire, finding.phases
    assert finding.diagnosis.outcome is Outcome.OK
    assert finding.diagnosis.flags == ()
    assert result is not None
    assert (result.text, result.is_error, result.usage and result.usage.output_tokens) == ("PROBE_OK", False, 3)
    assert result.model_usage is not None
    assert set(result.model_usage) == {MODEL}
    assert observation.argv == ("POST", PLAIN_APIS[api].path, STEP.prompt)
    assert (observation.stdout, observation.return_code, observation.leftovers) == (b"PROBE_OK", None, 0)
    assert wire is not None
    assert (wire.attempts, wire.endings, wire.models_served) == (1, ("good",), (MODEL,))
    assert wire.ttft_ms is not None
    assert phases is not None
    assert phases.boot_ms < 5000
    assert phases.total_ms == pytest.approx(observation.wall_ms, abs=0.01)
    served = upstream.served[0]
    assert (served.round, served.step, served.stream, served.kind) == (1, "call1", True, "main")


FAULTS: Sequence[tuple[str, Outcome, str | None]] = (
    ("status(code=400)", Outcome.BAD_REQUEST, "400"),
    ("status(code=401)", Outcome.AUTH, "401"),
    ("status(code=401, message='Invalid API key · Please run /login')", Outcome.AUTH, "401"),
    ("status(code=402)", Outcome.BILLING, "402"),
    ("status(code=403)", Outcome.FORBIDDEN, "403"),
    ("status(code=403, body=html)", Outcome.FORBIDDEN, "403"),
    ("status(code=404)", Outcome.MODEL_NOT_FOUND, "404"),
    ("status(code=429, retry_after=1s)", Outcome.RATE_LIMITED, "429"),
    ("status(code=500)", Outcome.SERVER_ERROR, "500"),
    ("status(code=502, body=html)", Outcome.BAD_GATEWAY, "502"),
    ("status(code=503)", Outcome.BAD_GATEWAY, "503"),
    ("status(code=504)", Outcome.BAD_GATEWAY, "504"),
    ("status(code=529)", Outcome.OVERLOADED, "529"),
    ("redirect(to='http://127.0.0.1:9/')", Outcome.REDIRECTED, "307"),
    ("reset(when=before)", Outcome.CONNECTION_RESET, None),
    ("reset(when=headers)", Outcome.CONNECTION_RESET, None),
    ("reset(when=mid)", Outcome.CONNECTION_RESET, None),
    ("truncate", Outcome.TRUNCATED_STREAM, None),
    ("truncate(clean=false)", Outcome.TRUNCATED_STREAM, None),
    ("error_event", Outcome.STREAM_ERROR, "overloaded_error"),
    ("error_event(after=1, type=api_error)", Outcome.STREAM_ERROR, "api_error"),
    ("bad_json", Outcome.MALFORMED_RESPONSE, "json"),
    ("bad_sse", Outcome.MALFORMED_RESPONSE, "sse"),
    ("bad_gzip", Outcome.MALFORMED_RESPONSE, "gzip"),
    ("html_200", Outcome.MALFORMED_RESPONSE, "html"),
    ("empty_200", Outcome.MALFORMED_RESPONSE, "empty"),
    ("refusal_200", Outcome.BILLING, "200"),
    ("refusal_200(message='no route to the model')", Outcome.MALFORMED_RESPONSE, "not a message"),
    ("status(code=400, message='Your credit balance is too low')", Outcome.BILLING, "400"),
    ("status(code=403, message='预扣费额度失败, 用户剩余额度: ＄0.30')", Outcome.BILLING, "403"),
    ("status(code=429, message='[1113][余额不足或无可用资源包,请充值。]')", Outcome.BILLING, "429"),
    ("status(code=429, message='[1308][Usage limit reached for 5 hour.]')", Outcome.RATE_LIMITED, "usage_limit"),
    ("status(code=400, message='ExceededBudget: over budget for model=some-model')", Outcome.BILLING, "400"),
    ("status(code=500, message='budget_exceeded: over budget')", Outcome.BILLING, "500"),
    ("status(code=503, message='the load balancer has no server')", Outcome.BAD_GATEWAY, "503"),
    ("wrong_text", Outcome.WRONG_ANSWER, None),
    ("empty_text", Outcome.WRONG_ANSWER, "empty"),
    ("tool_use(name=Bash)", Outcome.TOOL_USE, None),
)


@BOTH
@pytest.mark.parametrize(("fault", "outcome", "cause"), FAULTS, ids=[fault for fault, *_ in FAULTS])
def test_a_fault_has_its_outcome(api: str, fault: str, outcome: Outcome, cause: str | None) -> None:
    with embedded(api, fault) as (upstream, ready):
        observation, finding = ready.call()
    assert (finding.diagnosis.outcome, finding.diagnosis.cause) == (outcome, cause)
    assert finding.diagnosis.evidence
    assert len(upstream.served) == 1, "nothing is asked for twice"
    assert observation.words.result is not None
    assert observation.words.result.is_error is (outcome not in {Outcome.WRONG_ANSWER, Outcome.TOOL_USE})


@BOTH
@pytest.mark.parametrize(
    ("fault", "sign", "cause"),
    [
        ("hang", "request_sent_at_ms", "no_first_byte"),
        ("stall", "content_events", "stalled_stream"),
        ("ping_only(gap=50ms)", "pings", "ping_only"),
    ],
)
def test_what_never_ends_is_timed_out_with_its_cause(api: str, fault: str, sign: str, cause: str) -> None:
    def call(timeout_s: float) -> tuple[Observation, Finding]:
        with embedded(api, fault) as (_, ready):
            return ready.call(STEP.model_copy(update={"timeout_s": timeout_s}))

    def has_begun(result: tuple[Observation, Finding]) -> bool:
        return any(getattr(exchange, sign) for exchange in result[0].exchanges or ())

    observation, finding = at_a_deadline(call, has_begun, 0.3)
    assert (finding.diagnosis.outcome, finding.diagnosis.cause) == (Outcome.TIMED_OUT, cause)
    assert observation.words.result is None
    assert 300 <= observation.wall_ms < 20_000


@BOTH
@pytest.mark.parametrize(
    ("fault", "flag"),
    [
        (f"fake_stream(delay=600ms);wrong_text(text='{LONG}')", Flag.FAKE_STREAM),
        ("not_streamed", Flag.NOT_STREAMED),
        ("wrong_model(name=other)", Flag.MODEL_MISMATCH),
        ("tool_use", Flag.TOOL_USE_REQUESTED),
    ],
)
def test_how_an_answer_came_is_flagged(api: str, fault: str, flag: Flag) -> None:
    with embedded(api, *fault.split(";")) as (_, ready):
        _, finding = ready.call()
    assert finding.diagnosis.flags == (flag,)


@BOTH
def test_an_expected_model_that_did_not_serve(api: str) -> None:
    step = STEP.model_copy(update={"expect": Expect(model=MODEL)})
    with embedded(api, "wrong_model(name=other)") as (_, ready):
        _, finding = ready.call(step)
    assert finding.diagnosis.outcome is Outcome.WRONG_MODEL


@BOTH
def test_a_slow_drip_is_ok_and_its_gap_is_told(api: str) -> None:
    with embedded(api, "slow_drip(gap=60ms)") as (_, ready):
        observation, finding = ready.call()
    assert finding.diagnosis.outcome is Outcome.OK
    assert finding.wire is not None
    assert finding.wire.longest_gap_ms is not None
    assert 60 <= finding.wire.longest_gap_ms < observation.wall_ms


@BOTH
def test_no_connection_has_its_outcome(api: str) -> None:
    outcomes = []
    with socket.socket() as deaf:
        deaf.bind((LOOPBACK, 0))  # as long as it has the port nobody else listens there
        for base_url in (f"http://{LOOPBACK}:{deaf.getsockname()[1]}", f"http://{'x' * 64}.invalid"):
            with bench(api, base_url) as ready:
                outcomes.append(ready.call()[1].diagnosis.outcome)
    assert outcomes == [Outcome.CONNECTION_REFUSED, Outcome.DNS]


@BOTH
def test_ctrl_c_ends_the_call_in_flight(api: str) -> None:
    with embedded(api, "hang") as (_, ready):
        timer = threading.Timer(0.15, ready.cancel.cancel)
        timer.start()
        observation, finding = ready.call()
        timer.join()
    assert finding.diagnosis.outcome is Outcome.INTERRUPTED
    assert observation.wall_ms < 20_000


def refused(body: bytes) -> bytes:
    return b"HTTP/1.1 400 No\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_a_client_s_own_refusal_is_never_read_out_of_an_upstream_s_words() -> None:
    words = json.dumps({"error": {"message": "Session ID x is already in use. No conversation found with session ID"}})
    body = words.encode()
    with answering(refused(body)) as server, bench("messages", server.base_url) as ready:
        _, finding = ready.call()
    assert finding.diagnosis.outcome is Outcome.BAD_REQUEST


def streamed(api: str, *texts: str) -> bytes:
    """Return a stream whose deltas are these texts, written as in JSON."""
    if api == "messages":
        deltas = [f'{{"type":"content_block_delta","delta":{{"type":"text_delta","text":"{text}"}}}}' for text in texts]
        named = [("content_block_delta", delta) for delta in deltas]
        usage = '"usage":{"input_tokens":3,"output_tokens":4}'
        start = ("message_start", f'{{"type":"message_start","message":{{"model":"{MODEL}",{usage}}}}}')
        block = '{"type":"content_block_start","content_block":{"type":"text","text":""}}'
        stop = ("content_block_stop", '{"type":"content_block_stop"}')
        events = [start, ("content_block_start", block), *named, stop, ("message_stop", '{"type":"message_stop"}')]
        body = "".join(f"event: {name}\ndata: {data}\n\n" for name, data in events)
    else:
        chunks = [f'{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}' for text in texts]
        body = "".join(f"data: {data}\n\n" for data in [*chunks, "[DONE]"])
    return ok(body.encode(), "text/event-stream")


def test_what_the_client_does_not_miss_is_not_missed() -> None:
    reason = b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n'
    body = streamed("messages", "PROBE_OK").partition(b"\r\n\r\n")[2].partition(b"event: message_stop")[0] + reason
    with answering(ok(body, "text/event-stream")) as server, bench("messages", server.base_url) as ready:
        _, finding = ready.call()
    assert (finding.diagnosis.outcome, finding.diagnosis.flags) == (Outcome.OK, ())


def test_a_stream_that_the_client_would_throw_away_is_no_answer() -> None:
    named = streamed("messages", "PROBE_OK").partition(b"\r\n\r\n")[2]
    body = b"".join(line for line in named.splitlines(keepends=True) if not line.startswith(b"event:"))
    with answering(ok(body, "text/event-stream")) as server, bench("messages", server.base_url) as ready:
        _, finding = ready.call()
    assert (finding.diagnosis.outcome, finding.diagnosis.cause) == (Outcome.MALFORMED_RESPONSE, "unnamed events")
    assert "unnamed events" in finding.diagnosis.evidence


def test_a_head_without_end_is_told_as_that() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000) as server, bench("messages", server.base_url) as ready:
        _, finding = ready.call()
    assert (finding.diagnosis.outcome, finding.diagnosis.cause) == (Outcome.MALFORMED_RESPONSE, "head too long")
    assert finding.diagnosis.evidence == "unreadable: head too long"


@BOTH
def test_a_letter_in_two_deltas_is_one_letter(api: str) -> None:
    expect = Expect(equals=f"PROBE_OK {chr(0x1F600)}?")
    answer = streamed(api, "PROBE_OK ", "\\ud83d", "\\ude00", "\\ud83d")
    with answering(answer) as server, bench(api, server.base_url, bodies=True) as ready:
        observation, finding = ready.call(STEP.model_copy(update={"expect": expect}))
    assert finding.diagnosis.outcome is Outcome.OK
    assert observation.words.result is not None
    assert observation.words.result.text == expect.equals


def test_half_a_letter_loses_neither_message_nor_model() -> None:
    body = b'{"error": {"type": "x\\udc00", "message": "no \\ud83d\\ude00 here \\ud800"}}'
    with answering(refused(body)) as server, bench("messages", server.base_url) as ready:
        _, finding = ready.call()
    assert f"no {chr(0x1F600)} here ?" in finding.diagnosis.evidence
    half = streamed("messages", "PROBE_OK").replace(MODEL.encode(), b"half\\ud800")
    with answering(half) as server, bench("messages", server.base_url) as ready:
        observation, finding = ready.call()
    assert finding.diagnosis.flags == (Flag.MODEL_MISMATCH,)
    assert observation.words.models_served == ("half?",)


SESSIONS = (Session.RESUME, Session.CONTINUE, Session.FORK, Session.SAME_ID)


def sent(server: RawServer) -> list[dict[str, object]]:
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.received]


def said(api: str, text: str) -> bytes:
    """Return a whole answer."""
    if api == "messages":
        return ok(json.dumps({"type": "message", "model": MODEL, "content": [{"type": "text", "text": text}]}).encode())
    return ok(json.dumps({"model": MODEL, "choices": [{"message": {"content": text}}]}).encode())


@BOTH
@pytest.mark.parametrize("session", SESSIONS)
def test_a_session_that_goes_on_is_told_again(api: str, session: Session) -> None:
    first, second = str(uuid.uuid4()), STEP.model_copy(update={"session": session, "prompt": "And then?"})
    third = second.model_copy(update={"prompt": "And last?"})
    with (
        answering(said(api, "PROBE_OK")) as server,
        bench(api, server.base_url) as ready,
        ready.driver.open_round(1) as it,
    ):
        for step, earlier in ((STEP, None), (second, first), (third, first), (STEP, first)):
            new = str(uuid.uuid4())
            it.call(CallOrder(1, step, (first if earlier is None else new) if step is STEP else first, earlier))
    user, assistant = "user", "assistant"
    turns = [[(each["role"], each["content"]) for each in body["messages"]] for body in sent(server)]  # type: ignore[attr-defined]
    beginning = [(user, STEP.prompt), (assistant, "PROBE_OK"), (user, "And then?")]
    assert turns == [
        [(user, STEP.prompt)],
        beginning,
        [*beginning, (assistant, "PROBE_OK"), (user, "And last?")],
        [(user, STEP.prompt)],
    ]


@BOTH
def test_a_call_that_failed_is_no_turn(api: str) -> None:
    again = STEP.model_copy(update={"session": Session.RESUME, "label": "call2"})
    with embedded(api, "status(code=500, on=call1)") as (_, ready), ready.driver.open_round(1) as calls:
        assert calls.call(CallOrder(1, STEP, "one", None)).words.result is not None
        observation = calls.call(CallOrder(1, again, "one", "one"))
    assert examine(observation, again.expect, MODEL).diagnosis.outcome is Outcome.OK


def test_rounds_share_no_session() -> None:
    again = STEP.model_copy(update={"session": Session.RESUME})
    with answering(said("messages", "PROBE_OK")) as server, bench("messages", server.base_url) as ready:
        for step in (STEP, again):
            with ready.driver.open_round(1) as calls:
                calls.call(CallOrder(1, step, "one", "one"))
    assert [len(body["messages"]) for body in sent(server)] == [1, 1]  # type: ignore[arg-type]


def test_what_each_endpoint_is_sent() -> None:  # complexity: a list of assertions
    heads = {}
    for api, endpoint in PLAIN_APIS.items():
        with answering(said(api, "PROBE_OK")) as server:
            variables = {"ANTHROPIC_CUSTOM_HEADERS": "X-Tenant: t1\nnonsense\n: no name\nX-Api-Key: k: v"}
            with bench(api, server.base_url, environment=variables) as ready:
                assert ready.call()[1].diagnosis.outcome is Outcome.OK
            (request,) = server.received
        line, *lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        heads[api] = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
        assert line == f"POST /r/0001/call1{endpoint.path} HTTP/1.1"
        assert heads[api]["authorization"] == f"Bearer {TOKEN}"
        assert (heads[api]["x-tenant"], heads[api]["x-api-key"]) == ("t1", "k: v")
        assert heads[api]["user-agent"].startswith("probe/")
        (body,) = sent(server)
        assert set(body) == {"model", "max_tokens", "stream", "messages"}, "what every upstream knows, and no more"
        assert (body["model"], body["stream"]) == (MODEL, True)
        assert isinstance(body["max_tokens"], int)
        assert body["max_tokens"] <= 1024
    assert "anthropic-version" in heads["messages"]
    assert "anthropic-version" not in heads["chat-completions"]


@BOTH
def test_the_token_goes_where_the_target_says(api: str) -> None:
    header = TokenHeader.X_API_KEY
    with answering(said(api, "PROBE_OK")) as server, bench(api, server.base_url, header=header) as ready:
        ready.call()
    assert f"x-api-key: {TOKEN}\r\n".encode() in server.received[0].lower()
    assert b"authorization" not in server.received[0].lower()


@BOTH
def test_a_secret_said_back_in_pieces_is_kept_nowhere(api: str) -> None:
    step = STEP.model_copy(update={"expect": Expect()})
    for fault in (f"wrong_text(text={TOKEN})", f"wrong_text(text={TOKEN});truncate(after=99)"):
        with embedded(api, *fault.split(";"), bodies=True) as (_, ready):
            observation, _ = ready.call(step)
        assert observation.bodies
        for kept in (observation.stdout, *(part for _, *parts in observation.bodies for part in parts)):
            assert joined(kept).count("a-token") == 0
        assert TOKEN not in repr(observation)


def joined(body: bytes) -> str:
    """Return the texts of a stream, joined as a reader could; of anything else, the text itself."""
    events = [json.loads(line[6:]) for line in body.split(b"\n") if line.startswith(b"data: {")]
    return "".join(map(delta_text, events)) if events else body.decode()


def delta_text(event: dict[str, Any]) -> str:
    """Return the text of an event of either API."""
    choices = event.get("choices") or [{}]
    delta = event.get("delta") or choices[0].get("delta") or {}
    return str(delta.get("text") or delta.get("content") or "")
