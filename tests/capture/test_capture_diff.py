"""A comparison of captures says what differs, and nothing where nothing does."""

from typing import Any

from probe.capture.capture_diff import compare_captures
from probe.model.captured_requests import Capture, RequestDifference
from probe.model.choices import Workload
from tests.capture.samples import BODY, HEADERS, capture, request


def difference(a: Capture, b: Capture) -> RequestDifference:
    (one,) = compare_captures(a, b).requests
    (only,) = one.differences
    return only


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


def test_how_a_capture_was_made_is_compared_too() -> None:
    first = capture(client_version=None, environment={"MAX_THINKING_TOKENS": "0", "KEPT": "1"})
    second = capture(model="other", workload=Workload.LEAN, environment={"KEPT": "1", "NEW": "2"})
    diff = compare_captures(first, second)
    assert (diff.client_versions, diff.equal) == ((None, "1.2.3"), False)
    assert [(each.name, each.before, each.after) for each in diff.making] == [
        ("client version", "unknown", "1.2.3"),
        ("workload", "full", "lean"),
        ("model", "m", "other"),
        ("env MAX_THINKING_TOKENS", "0", None),
        ("env NEW", None, "2"),
    ]


def test_requests_of_one_call_and_kind_correspond_by_their_order() -> None:
    small, large = request({"a": 1}), request({"a": 2})
    assert compare_captures(capture(small, large), capture(small, large)).equal
    diff = compare_captures(capture(small, large), capture(small))
    assert [(each.request, each.only_in) for each in diff.requests] == [("call1 main 2", "a")]
    swapped = compare_captures(capture(small, large), capture(large, small))
    assert [each.request for each in swapped.requests] == ["call1 main", "call1 main 2"]


def test_a_mark_of_the_cache_that_moves_is_told_by_its_place() -> None:
    marked = [{**BODY["messages"][0], "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "e"}}]}]
    (one,) = compare_captures(capture(), capture(request({**BODY, "messages": marked}))).requests
    placed = [each for each in one.differences if each.part == "cache_control"]
    assert [(each.name, each.before, each.after) for each in placed] == [("messages 1 block 1", None, "e")]


def test_the_line_of_a_request_and_the_size_of_its_body_are_compared() -> None:
    moved = request().model_copy(update={"method": "PUT", "path": "/v2/messages", "body_bytes": 1500})
    (one,) = compare_captures(capture(), capture(moved)).requests
    assert [(each.part, each.name, each.before, each.after) for each in one.differences] == [
        ("request", "method", "POST", "PUT"),
        ("request", "path", "/v1/messages", "/v2/messages"),
        ("request", "size of the body", "500 bytes", "1,500 bytes"),
    ]


def test_captures_without_a_request_are_equal() -> None:
    empty = capture().model_copy(update={"requests": ()})
    assert compare_captures(empty, empty).equal
    (only,) = compare_captures(empty, capture()).requests
    assert (only.request, only.only_in, only.differences) == ("call1 main", "b", ())
