"""A summary says what is in a request; a comparison says what differs, and nothing where nothing does."""

from typing import Any

from probe.capture.capture_diff import compare_captures
from probe.capture.request_summary import summarise_request
from probe.model.captured_requests import Capture, CapturedRequest, RequestDifference
from probe.model.request_kind import RequestKind

BODY: dict[str, Any] = {
    "model": "m",
    "system": [{"type": "text", "text": "You help.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "tools": [{"name": "Bash", "description": "runs", "input_schema": {"type": "object"}}, {"name": "Read"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]}],
    "metadata": {"user_id": "user_<probe:device-id>_account__session_<probe:session-id>"},
    "thinking": {"type": "adaptive"},
}
HEADERS = (("anthropic-beta", "one,two"), ("User-Agent", "x/1"), ("Accept", "a"), ("Accept", "b"))


def request(
    body: dict[str, Any] | None = None, headers: tuple[tuple[str, str], ...] = HEADERS, call: str = "call1"
) -> CapturedRequest:
    return CapturedRequest(
        call=call,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        headers=headers,
        body=BODY if body is None else body,
        body_bytes=500,
    )


def capture(*requests: CapturedRequest, **changes: Any) -> Capture:
    return Capture(**({"client_version": "1.2.3", "model": "m", "requests": requests or (request(),)} | changes))


def difference(a: Capture, b: Capture) -> RequestDifference:
    (one,) = compare_captures(a, b).requests
    (only,) = one.differences
    return only


def test_a_summary_names_every_part() -> None:
    summary = summarise_request(request())
    assert summary.betas == ("one", "two")
    assert summary.headers["Accept"] == "a, b"
    assert summary.user_id_form == "old"
    assert [(each.name, each.note) for each in summary.tools] == [("Bash", "schema 17"), ("Read", "type None")]
    assert [(each.name, each.note) for each in summary.system] == [("block 1", "You help.")]
    assert [each.name for each in summary.messages] == ["1 user 1", "1 user 2"]
    assert summary.cache_control == ("system 1: ephemeral 1h",)
    assert summary.settings == {"model": '"m"', "thinking": '{"type":"adaptive"}'}


def test_a_body_of_another_shape_is_no_error() -> None:
    odd: list[Any] = [None, [], "x", {"tools": "no", "system": 5, "messages": [7, {"content": None}], "metadata": []}]
    for body in odd:
        summarise_request(request().model_copy(update={"body": body}))


def test_equal_captures_have_no_difference() -> None:
    assert compare_captures(capture(), capture()).equal


def test_each_kind_of_difference_is_named() -> None:
    def changed(**parts: Any) -> Capture:
        return capture(request({**BODY, **parts}))

    found = difference(capture(), changed(tools=[BODY["tools"][0]]))
    assert (found.part, found.name, found.before, found.after) == ("tool", "Read", "15 bytes", None)
    found = difference(capture(), changed(tools=[*BODY["tools"], {"name": "Edit"}]))
    assert (found.part, found.name, found.before, found.after) == ("tool", "Edit", None, "15 bytes")
    found = difference(capture(), changed(thinking={"type": "disabled"}))
    assert (found.part, found.before, found.after) == ("body", '{"type":"adaptive"}', '{"type":"disabled"}')
    found = difference(capture(), changed(metadata={"user_id": "{}"}))
    assert (found.part, found.name) == ("metadata", "user_id")
    found = difference(capture(), capture(request(headers=(("anthropic-beta", "one"), *HEADERS[1:]))))
    assert (found.part, found.name, found.after) == ("beta", "two", None)
    found = difference(capture(), capture(request(headers=(*HEADERS, ("X-New", "1")))))
    assert (found.part, found.name, found.after) == ("header", "x-new", "1")


def test_a_change_that_keeps_the_size_is_seen() -> None:
    system = [{**BODY["system"][0], "text": "You hemp."}]
    found = difference(capture(), capture(request({**BODY, "system": system})))
    assert found.before is not None
    assert found.after == f"{found.before}, other content"


def test_the_case_of_a_header_is_no_difference() -> None:
    renamed = tuple((name.upper() if name == "User-Agent" else name, value) for name, value in HEADERS)
    assert compare_captures(capture(), capture(request(headers=renamed))).equal


def test_a_request_that_only_one_has_is_named() -> None:
    diff = compare_captures(capture(), capture(request(), request(call="call2"), client_version="2.0.0"))
    assert [(each.request, each.only_in) for each in diff.requests] == [("call2 main", "b")]
    assert [(each.name, each.before, each.after) for each in diff.making] == [("client version", "1.2.3", "2.0.0")]
