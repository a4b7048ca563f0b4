"""Values that differ from call to call leave a capture, come back anew when it is sent, and nothing else changes."""

import json
import re
from datetime import date
from typing import Any

import pytest

from probe.capture.placeholders import SANDBOX, Placeholders, compact, fill
from probe.capture.read import SeenRequest, read_requests
from probe.model.captured_requests import CapturedRequest
from probe.model.choices import TokenHeader
from probe.model.request_kind import RequestKind

SESSION = "9cba27ff-4277-4a43-8778-91125e7c0af7"
OTHER = "11111111-4277-4a43-8778-91125e7c0af7"
DEVICE = "73" * 32
PLACE = "/tmp/probe-abc/0/r0001-x_y/s"
DAY = date(2026, 11, 21)
OLD = f"user_{DEVICE}_account_{OTHER}_session_{SESSION}"
JSON = json.dumps({"device_id": DEVICE, "account_uuid": OTHER, "session_id": SESSION})


def hide(*days: date) -> Placeholders:
    return Placeholders(PLACE, days or (DAY,))


def request(body: Any = None, *headers: tuple[str, str], **changes: Any) -> CapturedRequest:
    fields = {"call": "call1", "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages", "headers": headers}
    return CapturedRequest(**(fields | {"body": body} | changes))


def seen_request(body: object, *lines: str, call: str = "call1", kind: RequestKind = RequestKind.MAIN) -> SeenRequest:
    head = "\r\n".join(["POST /base/v1/messages?beta=true HTTP/1.1", *lines, "", ""]).encode()
    return SeenRequest(call, kind, head, json.dumps(body).encode(), "/base")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"in {PLACE}/work", "in <probe:sandbox>/work"),
        ("projects/-tmp-probe-abc-0-r0001-x-y-s-work/memory", "projects/<probe:sandbox-name>-work/memory"),
        ("Today's date is 2026-11-21.", "Today's date is <probe:date>."),
        ("The current month is November 2026 -", "The current month is <probe:month> -"),
        ("some-beta-2026-11-21", "some-beta-2026-11-21"),
        ("another day: 2026-11-22", "another day: 2026-11-22"),
        (f"an id {OTHER}, twice: {OTHER}", "an id <probe:uuid>, twice: <probe:uuid>"),
        (f"{OTHER} and {SESSION}", "<probe:uuid> and <probe:uuid-2>"),
        ("tool toolu_01A2b3C4d5E6f7G8h9", "tool <probe:toolu-id>"),
        ("no ids: msg_short, <uuid>, abc-def", "no ids: msg_short, <uuid>, abc-def"),
        (f"sha256 {DEVICE}", "sha256 <probe:device-id>"),
    ],
)
def test_what_is_hidden_and_what_is_not(text: str, hidden: str) -> None:
    assert hide().text(text) == hidden


@pytest.mark.parametrize("user_id", [OLD, JSON])
def test_ids_have_the_names_of_what_they_are(user_id: str) -> None:
    placeholders = hide()
    placeholders.learn((), {"metadata": {"user_id": user_id}})
    hidden = placeholders.text(user_id)
    assert placeholders.text(SESSION) == "<probe:session-id>"
    assert hidden == user_id.replace(SESSION, "<probe:session-id>").replace(OTHER, "<probe:account-id>").replace(
        DEVICE, "<probe:device-id>"
    )


def test_a_request_is_read_with_its_path_below_the_base_url_and_its_headers_as_spelled() -> None:
    (read,) = read_requests(
        [seen_request({"a": 1}, "Accept: x", f"X-Claude-Code-Session-Id: {SESSION}", "HOST: h:1", "Content-Length: 9")],
        PLACE,
        [DAY],
    )
    assert (read.method, read.path, read.body, read.body_bytes) == ("POST", "/v1/messages?beta=true", {"a": 1}, 7)
    assert read.headers == (
        ("Accept", "x"),
        ("X-Claude-Code-Session-Id", "<probe:session-id>"),
        ("HOST", "<host>"),
        ("Content-Length", "<length>"),
    )


def test_the_order_of_requests_is_not_that_of_chance() -> None:
    small, large, main = {"b": 1}, {"b": "two"}, {"m": 1}
    parts = [
        seen_request(large, kind=RequestKind.BACKGROUND),
        seen_request(main),
        seen_request(small, kind=RequestKind.BACKGROUND),
        seen_request({"m": "again"}),
        seen_request(main, call="call2"),
    ]
    first = read_requests(parts, PLACE, [DAY])
    second = read_requests([parts[2], parts[1], parts[0], *parts[3:]], PLACE, [DAY])
    assert first == second
    assert [each.body for each in first] == [small, large, main, main]


def test_a_secret_that_was_no_token_is_left_out_when_it_is_sent_again() -> None:
    captured = request(
        {}, ("Authorization", "Bearer <token>"), ("X-Gate", "[redacted]"), ("Host", "<host>"), ("A", "b")
    )
    assert fill(captured, token="t0ken", model="m", today=DAY).headers == {"Authorization": "Bearer t0ken", "A": "b"}


def test_no_text_can_ask_for_the_token() -> None:
    captured = request({"model": "x", "text": "<token> <probe:token>"}, ("A", "<token>"), ("X-Api-Key", "<token>"))
    filled = fill(captured, token="t0ken", model="m", today=DAY, auth=TokenHeader.X_API_KEY)
    assert filled.headers == {"A": "<token>", "X-Api-Key": "t0ken"}
    assert b"t0ken" not in (filled.body or b"")


def test_the_token_goes_where_it_is_taken_and_nowhere_else() -> None:
    captured = request(None, ("Authorization", "Bearer <token>"), ("X-Api-Key", "<token>"), ("A", "b"))
    bearer, key = (fill(captured, token="t0ken", model="m", today=DAY, auth=auth).headers for auth in TokenHeader)
    assert bearer == {"Authorization": "Bearer t0ken", "A": "b"}
    assert key == {"x-api-key": "t0ken", "A": "b"}
    assert fill(request(None), token="t0ken", model="m", today=DAY).headers == {"authorization": "Bearer t0ken"}


def test_what_is_filled_is_new_each_time_and_the_same_throughout_a_request() -> (
    None
):  # complexity: assertions on one result
    placeholders = hide()
    body: dict[str, Any] = {
        "model": "theirs",
        "metadata": {"user_id": JSON},
        "system": f"{PLACE} 2026-11-21, November 2026, {OTHER}",
    }
    placeholders.learn((), body)
    captured = request(placeholders.json(body), ("X-Claude-Code-Session-Id", placeholders.header("x", SESSION)))
    today = date(2027, 1, 2)
    filled = [fill(captured, token="t", model="mine", today=today) for _ in range(2)]
    bodies = [json.loads(each.body or b"") for each in filled]
    ids = [json.loads(each["metadata"]["user_id"]) for each in bodies]
    assert [each["model"] for each in bodies] == ["mine", "mine"]
    assert bodies[0]["system"].startswith(f"{SANDBOX} 2027-01-02, January 2027, ")
    assert ids[0]["session_id"] == filled[0].headers["X-Claude-Code-Session-Id"]
    assert re.fullmatch("[0-9a-f]{64}", ids[0]["device_id"])
    assert ids[0]["account_uuid"] == bodies[0]["system"].rpartition(" ")[2]
    assert not {*ids[0].values()} & {*ids[1].values(), SESSION, DEVICE, OTHER}


def test_what_has_no_placeholder_is_sent_byte_for_byte() -> None:
    body: dict[str, Any] = {"text": "“ü” \\ \n </s> <probe:nothing-known>", "n": [1, 1.5, True, None], "z": {}, "a": []}
    sent = fill(request(body), token="t", model="m", today=DAY).body
    assert sent == compact(body) == json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
