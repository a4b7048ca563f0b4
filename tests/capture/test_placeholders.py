"""Values that differ from call to call leave a capture, come back anew when it is sent, and nothing else changes."""

import json
import re
from datetime import date
from typing import Any

import pytest

from probe.capture.placeholders import SANDBOX, Placeholders, compact, fill
from probe.model.captured_requests import CapturedRequest
from probe.model.choices import TokenHeader
from probe.model.request_kind import RequestKind
from tests.capture.samples import DAY, PLACE, SESSION

OTHER = "11111111-4277-4a43-8778-91125e7c0af7"
DEVICE = "73" * 32
OLD = f"user_{DEVICE}_account_{OTHER}_session_{SESSION}"
JSON = json.dumps({"device_id": DEVICE, "account_uuid": OTHER, "session_id": SESSION})


def hide(*days: date) -> Placeholders:
    return Placeholders(PLACE, days or (DAY,))


def request(body: Any = None, *headers: tuple[str, str], **changes: Any) -> CapturedRequest:
    fields = {"call": "call1", "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages", "headers": headers}
    return CapturedRequest(**(fields | {"body": body} | changes))


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
