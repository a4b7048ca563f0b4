"""Answers that are not as they should be, or say something else than their status: the right finding for each."""

import json
import socket
from collections.abc import Sequence
from typing import Any

import pytest

from probe.model.check_report import Severity
from tests.checks.front import MODEL, Reply, Rules, front
from tests.checks.support import TOKEN, Checker
from tests.wire.support import RawServer

COUNT = " ".join(str(number) for number in range(1, 41))


def events(*data: dict[str, Any], named: bool = True) -> bytes:
    parts = (f"event: {each['type']}\n" if named and "type" in each else "" for each in data)
    return "".join(f"{head}data: {json.dumps(each)}\n\n" for head, each in zip(parts, data, strict=True)).encode()


def message(text: str = COUNT, **block: Any) -> list[dict[str, Any]]:
    """Return the events of a message with this text, or with this block."""
    start: dict[str, Any] = {"type": "text", "text": ""}
    piece = {"type": "text_delta", "text": text} if text else {"type": "input_json_delta", "partial_json": "{}"}
    return [
        {"type": "message_start", "message": {"model": MODEL, "content": [], "usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": block or start},
        {"type": "content_block_delta", "index": 0, "delta": piece},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use" if block else "end_turn"},
            "usage": {"output_tokens": 40},
        },
        {"type": "message_stop"},
    ]


CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": COUNT}}]}
TOOL = message("", type="tool_use", id="toolu_1", name="Bash", input={})
BY_STREAM = {
    "nameless_events": (events(*message(), named=False), "`event:`", "paid for twice"),
    "tool_use": (events(*TOOL), "with a stream", "refused"),
    "wrong_answer": (events(*message("This relay is for members only")), "members only", "another model"),
    "empty_answer": (events(message()[0], *message()[-2:]), "with a stream", "changes prompts"),
    "truncated_stream": (events(*message()[:3]), "no message_stop", "input is paid for twice"),
    "stream_error": (
        events({"error": {"type": "upstream_error", "message": "upstream 503"}}),
        "upstream_error, upstream 503",
        "later",
    ),
    "chat_at_messages": (events(CHUNK) + b"data: [DONE]\n\n", "HTTP 200", "translated to the Messages API"),
}


@pytest.mark.parametrize(("code", "case"), BY_STREAM.items())
def test_the_streamed_answer_is_judged(checker: Checker, code: str, case: tuple[bytes, str, str]) -> None:
    body, evidence, remedy = case
    with front(Rules(says={"stream": Reply(body)})) as upstream:
        checked = checker(upstream.url)
    first = checked.report.findings[0]
    assert (checked.code, first.code, first.severity) == (3, code, Severity.WRONG)
    assert (evidence in first.evidence, remedy in str(first.remedy)) == (True, True), first
    assert checked.complaints == {code}, "one trouble, one finding"
    assert "streams" not in checked.codes(Severity.GOOD) or code in {"tool_use", "wrong_answer", "empty_answer"}


@pytest.mark.parametrize("text", [COUNT, f"Sure: {COUNT.replace(' ', ', ')}.", COUNT[:50], COUNT.replace(" ", "\n")])
def test_an_answer_that_nearly_follows_is_an_answer(checker: Checker, text: str) -> None:
    with front(Rules(says={"stream": Reply(events(*message(text)))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())


def test_the_end_event_may_be_missing_where_the_stop_reason_came(checker: Checker) -> None:
    with front(Rules(says={"stream": Reply(events(*message()[:-1]))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, {"event_order"})
    assert checked.finding("event_order").evidence == "no message_stop"


def test_a_stream_where_none_was_asked_for(checker: Checker) -> None:
    with front(Rules(says={"whole": Reply(events(*message("PROBE_OK")))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, {"streamed_unasked"})
    assert "one JSON message" in str(checked.finding("streamed_unasked").remedy)


def error(status: int, message: str, **more: Any) -> Reply:
    return Reply(json.dumps({"error": {"message": message, **more}}).encode(), status)


REFUSALS = [
    (error(429, "Insufficient balance or no resource package. Please recharge.", type="1113"), "billing", "Top up"),
    (error(429, "余额不足或无可用资源包", code="1113"), "billing", "Top up"),
    (error(403, "用户额度不足", code="insufficient_user_quota"), "billing", "Top up"),
    (error(400, "Budget has been exceeded! Current cost: 10.0", type="budget_exceeded"), "billing", "Top up"),
    (error(200, "insufficient quota", code="insufficient_user_quota"), "billing", "Top up"),
    (error(400, "模型不存在，请检查模型代码。", code="1211"), "model_unknown", "It is listed all the same"),
    (
        error(401, "key not allowed to access model.", type="key_model_access_denied"),
        "model_denied",
        "whether this token may use it",
    ),
    (error(401, "no such token", type="auth"), "auth", "The token is valid"),
    (error(418, "teapot"), "api_error", "from a gateway or a firewall"),
    (error(200, "it broke", type="server_error"), "stream_error", "later"),
    (Reply(b"<!doctype html><title>Just a moment...</title>", 403), "guarded", "without the check"),
    (Reply(b'{"code": 500, "success": false}'), "malformed_response", "rewrites answers"),
]


@pytest.mark.parametrize(("reply", "code", "remedy"), REFUSALS)
def test_what_an_error_says_counts_beside_its_status(checker: Checker, reply: Reply, code: str, remedy: str) -> None:
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    first = checked.report.findings[0]
    assert (checked.code, first.code, checked.codes(Severity.WRONG)) == (3, code, {code})
    assert remedy in str(first.remedy)
    assert "inside the stream" not in first.title


def test_an_answer_that_cannot_be_read_is_shown(checker: Checker) -> None:
    reply = Reply(b'{"status": "queued"}')
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert '{"status": "queued"}' in checked.finding("malformed_response").evidence


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_the_other_header_is_found_whatever_the_refusal_says(checker: Checker, status: int) -> None:
    with front(Rules(auth=("x-api-key",), refusal=status)) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.codes(Severity.WRONG)) == (3, {"auth_header"})
    assert 'auth = "x-api-key"' in str(checked.finding("auth_header").remedy)


@pytest.mark.parametrize(
    ("headers", "remedy"),
    [
        ([("location", "/login?next=%2Fv1%2Fmessages")], "a login page"),
        ([("location", "/v1/messages/")], "serve that path itself"),
        ([("location", "/v1/messages")], "serve that path itself"),
        ([("location", "http://[::1/v1/messages")], "compare base_url"),
        ([("location", "https://other.example/v1/messages")], "https://other.example if other.example may have your"),
        ([], "names no address"),
    ],
)
def test_a_redirect_has_a_remedy_that_can_work(
    checker: Checker, headers: Sequence[tuple[str, str]], remedy: str
) -> None:
    reply = Reply(b"", 307, headers)
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert remedy in str(checked.finding("redirected").remedy)
    assert checked.report.endpoints[0].status == 307


@pytest.mark.parametrize("refusal", [400, 401, 403])
def test_no_other_address_is_named_where_all_answer_alike(checker: Checker, refusal: int) -> None:
    missing = error(404, "not found")
    with front(Rules(says={"stream": missing, "whole": missing}, elsewhere=refusal)) as upstream:
        checked = checker(upstream.url + "/x")
        assert checked.codes(Severity.WRONG) <= {"bad_request", "auth", "forbidden"}
        again = checker(upstream.url)
    assert (again.code, again.codes(Severity.WRONG)) == (3, {"chat_only"})


def test_the_address_below_the_root_is_found(checker: Checker) -> None:
    with front(Rules(base="/api/anthropic")) as upstream:
        checked = checker(upstream.url + "/api/paas/v4")
    assert checked.finding("base_url").remedy == f"Set base_url to {upstream.url}/api/anthropic"


def test_a_path_that_is_missing_with_http_200_is_missing(checker: Checker) -> None:
    lost = Reply(b'{"code":500,"msg":"404 NOT_FOUND","success":false}')
    with front(Rules(base="/anthropic", lost=lost)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("base_url").remedy == f"Set base_url to {upstream.url}/anthropic"


@pytest.mark.parametrize(("base", "driver"), [("/v1", True), ("", True), ("/api/paas/v4", False)])
def test_the_driver_is_named_where_it_would_work(checker: Checker, base: str, driver: bool) -> None:
    ends = ("/chat/completions",) if base else ("/v1/chat/completions", "/chat/completions")
    with front(Rules(base=base, ends=ends, exact=True)) as upstream:
        checked = checker(upstream.url + base)
    remedy = str(checked.finding("chat_only").remedy)
    assert (f"--base-url {upstream.url} --driver chat-completions" in remedy) is driver


SIDES = [
    ("/v1/messages/count_tokens", Reply(b"<html>hello</html>"), "count_tokens_absent", "no input_tokens"),
    ("/v1/messages/count_tokens", error(200, "no"), "count_tokens_absent", "no input_tokens"),
    (
        "/v1/messages/count_tokens",
        Reply(b"", 200, [("content-length", "-5")]),
        "count_tokens_absent",
        "HTTP 200",
    ),
    ("/v1/models", error(404, "no"), "models_absent", "HTTP 404"),
    ("/v1/models", error(401, "no"), "models_fail", "HTTP 401"),
    ("/v1/models", Reply(b'{"models": [{"name": "m"}]}'), "models_unreadable", "HTTP 200"),
]


@pytest.mark.parametrize(("path", "reply", "code", "evidence"), SIDES)
def test_what_the_client_does_without_is_a_note(
    checker: Checker, path: str, reply: Reply, code: str, evidence: str
) -> None:
    with front(Rules(says={path: reply})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints, checked.codes(Severity.NOTE)) == (0, set(), {code})
    assert evidence in checked.finding(code).evidence


def test_half_a_letter_in_a_list_of_models_is_no_defect(checker: Checker) -> None:
    listed = Reply(b'{"data":[{"id":"%s"},{"id":"x\\ud800y"}]}' % MODEL.encode())
    with front(Rules(says={"/v1/models": listed})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.report.listed_models) == (0, (MODEL, "x�y"))


def test_a_chat_that_does_not_stream_costs_the_client_nothing(checker: Checker) -> None:
    whole = Reply(json.dumps({"choices": [{"message": {"content": COUNT}, "finish_reason": "stop"}]}).encode())
    with front(Rules(says={"/v1/chat/completions": whole})) as upstream:
        checked = checker(upstream.url)
    assert "paid for twice" not in str(checked.finding("chat_not_streamed").remedy)


@pytest.mark.parametrize("form", ["\\u%04x", "&#%d;", "&#x%x;"])
def test_no_escaped_token_comes_out_of_a_body(checker: Checker, form: str) -> None:
    text = "".join(form % ord(letter) for letter in TOKEN).encode()
    body = b"<html><title>key %s</title></html>" if form.startswith("&") else b'{"error":{"type":"t","message":"%s"}}'
    reply = Reply(body % text, 403)
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert "[redacted]" in checked.report.endpoints[0].body
    assert text.decode() not in checked.out


def test_a_buffering_proxy_is_no_cold_start(checker: Checker) -> None:
    checked = checker(faults=["fake_stream(delay=1200ms, times=1)"])
    assert checked.complaints == {"fake_stream"}


@pytest.mark.parametrize(("model", "sonnet"), [("glm-5[1m]", ""), ("sonnet[1m]", "glm-5"), ("sonnet", "glm-5[1M]")])
def test_the_model_is_asked_for_as_the_client_does(checker: Checker, model: str, sonnet: str) -> None:
    env = [f"ANTHROPIC_DEFAULT_SONNET_MODEL={sonnet}"] if sonnet else []
    kinds = ["OPUS", "HAIKU"] if sonnet else []
    env += [f"ANTHROPIC_DEFAULT_{kind}_MODEL=glm-5" for kind in kinds]
    env += ["ANTHROPIC_SMALL_FAST_MODEL=glm-5"] if kinds else []
    with front(Rules(models=("glm-5",))) as upstream:
        checked = checker(upstream.url, model=model, env=env)
    assert (checked.code, checked.codes(Severity.WRONG)) == (0, set())
    assert [each.requested for each in checked.report.models] == ["glm-5"]


@pytest.mark.parametrize("token", ["Bearer sk-abcdefghijklmnop", '"sk-abcdefghijklmnop"'])
def test_a_token_with_something_around_it(checker: Checker, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", token)
    with front() as upstream:
        checked = checker(upstream.url)
    assert checked.complaints == {"token_spelling"}
    assert "abcdefgh" not in checked.out + checked.err


def test_a_proxy_that_probe_cannot_use_is_a_finding(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "https://user:hunter2secret@127.0.0.1:9")
    checked = checker("https://relay.invalid")
    assert (checked.code, checked.codes(Severity.WRONG)) == (3, {"proxy_unusable"})
    assert "HTTPS_PROXY" in checked.finding("proxy_unusable").evidence
    assert "NO_PROXY" in str(checked.finding("proxy_unusable").remedy)
    assert "hunter2secret" not in checked.out + checked.err


def test_an_address_in_capitals_is_one_all_the_same(checker: Checker) -> None:
    with front() as upstream:
        checked = checker(upstream.url.replace("http", "HTTP"))
        assert (checked.code, checked.complaints) == (0, set())
        secure = checker(upstream.url.replace("http", "HTTPS"))
    assert secure.finding("tls_not_spoken").remedy == f"Set base_url to {upstream.url}"


def test_a_whole_answer_that_is_cut_off_is_truncated(checker: Checker) -> None:
    def cut_off(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")

    with RawServer(cut_off) as upstream:
        checked = checker(upstream.base_url)
    assert checked.codes(Severity.WRONG) == {"truncated_stream"}
    assert "message_stop" not in checked.finding("truncated_stream").evidence
