"""HAR 1.2: entries that hold against the schema, whose times add up, whatever an exchange has or lacks."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.render.har import HarBodies, har_entry, har_file, har_page
from tests.builders import GOLDEN, START

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((GOLDEN / "har-12.schema.json").read_text()), format_checker=jsonschema.FormatChecker()
)
MOMENTS = (
    "accepted_at_ms request_begun_at_ms connect_begun_at_ms connected_at_ms request_sent_at_ms first_byte_at_ms "
    "last_byte_at_ms ended_at_ms"
).split()
MS = st.floats(0, 1e9, allow_nan=False).map(lambda value: round(value, 3))
TEXT = st.text(max_size=20)


def exchange(**changes: Any) -> Exchange:
    fields = {"sequence": 1, "connection": 1, "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages"}
    return Exchange.model_validate(fields | {"end": ExchangeEnd.COMPLETE} | changes)


def archive(*exchanges: Exchange, bodies: HarBodies | None = None) -> Any:
    """Return the log of a file with these exchanges, read again and held against the schema."""
    entries = [har_entry(each, START, "https://relay.example/api", "call1", {}, bodies) for each in exchanges]
    parts = list(har_file([har_page("call1", "Call 1", START, 12.5)], entries))
    read = json.loads(b"".join(parts))
    SCHEMA.validate(read)
    return read["log"]


def entry(bodies: HarBodies | None = None, **fields: Any) -> Any:
    return archive(exchange(**fields), bodies=bodies)["entries"][0]


OPENED: dict[str, Any] = {
    "accepted_at_ms": 5.0,
    "request_begun_at_ms": 10.0,
    "connect_begun_at_ms": 12.0,
    "dns_ms": 3.0,
    "tcp_ms": 2.0,
    "tls_ms": 8.0,
    "connected_at_ms": 30.0,
    "request_sent_at_ms": 34.0,
    "first_byte_at_ms": 134.0,
    "last_byte_at_ms": 184.0,
    "ended_at_ms": 184.5,
    "status": 200,
}


def test_the_times_of_an_exchange_that_opened_its_connection() -> None:
    read = entry(**OPENED)
    assert read["startedDateTime"] == "2026-11-21T07:30:00.010Z"
    assert read["timings"] == {
        "blocked": 2, "dns": 3, "connect": 15, "ssl": 8, "send": 4, "wait": 100, "receive": 50.5,
    }  # fmt: skip
    assert read["time"] == 174.5


def test_on_a_connection_that_was_open_nothing_is_said_of_opening_it() -> None:
    read = entry(**{**OPENED, "connect_begun_at_ms": None, "connected_at_ms": None, "dns_ms": None, "tls_ms": None})
    assert [read["timings"][name] for name in ("blocked", "dns", "connect", "ssl")] == [-1, -1, -1, -1]
    assert read["time"] == 174.5


def test_a_request_that_never_got_an_answer_waited_until_its_end() -> None:
    read = entry(request_begun_at_ms=0.0, request_sent_at_ms=10.0, ended_at_ms=60_000.0, end="client_closed")
    assert (read["timings"]["wait"], read["timings"]["receive"]) == (59_990, 0)
    assert (read["response"]["status"], read["response"]["httpVersion"]) == (0, "")


def test_where_no_connection_came_about_all_time_went_into_it() -> None:
    read = entry(
        request_begun_at_ms=0.0, connect_begun_at_ms=1.0, dns_ms=4.0, ended_at_ms=101.0, end="not_connected",
        failure="connect_timeout",
    )  # fmt: skip
    assert (read["timings"]["dns"], read["timings"]["connect"], read["time"]) == (4, 96, 101)
    assert read["_exchange"]["failure"] == "connect_timeout"


def test_bodies_stand_there_only_where_they_were_kept() -> None:
    sizes: dict[str, Any] = {
        "request_bytes": 900,
        "response_bytes": 80,
        "status": 200,
        "content_type": "application/json",
    }
    without = entry(None, **sizes)
    assert "postData" not in without["request"]
    assert (without["request"]["bodySize"], without["response"]["bodySize"]) == (900, 80)
    assert without["response"]["content"] == {"size": 80, "mimeType": "application/json"}
    kept = entry(HarBodies(b'{"model": "glm"}', "你好".encode()), **sizes)
    assert kept["request"]["postData"]["text"] == '{"model": "glm"}'
    assert kept["response"]["content"]["text"] == "你好"
    binary = entry(HarBodies(b"", b"\xff\x00"), **sizes)["response"]["content"]
    assert (binary["text"], binary["encoding"]) == ("/wA=", "base64")


def test_the_size_of_compressed_content_is_unknown() -> None:
    read = entry(content_encoding="gzip", response_bytes=80)["response"]
    assert (read["content"]["size"], read["bodySize"]) == (-1, 80)


def test_the_address_is_the_targets_and_the_headers_are_those_that_are_stored() -> None:
    read = entry(status=529, retry_after="3", correlation={"request-id": "req_1"}, location="https://other.example/")
    assert read["request"]["url"] == "https://relay.example/api/v1/messages"
    assert {"name": "request-id", "value": "req_1"} in read["response"]["headers"]
    assert {"name": "retry-after", "value": "3"} in read["response"]["headers"]
    assert read["response"]["redirectURL"] == "https://other.example/"


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(MOMENTS, MS) | {"dns_ms": MS, "tls_ms": MS})))
def test_times_add_up_whatever_is_known(found: list[dict[str, float]]) -> None:
    for read, fields in zip(archive(*(exchange(**each) for each in found))["entries"], found, strict=True):
        timings = {name: value for name, value in read["timings"].items() if name != "ssl" and value != -1}
        assert abs(sum(timings.values()) - read["time"]) < 0.01
        assert all(value >= 0 for value in timings.values())
        assert read["timings"]["ssl"] <= max(read["timings"]["connect"], 0)
        assert read["time"] <= max(fields.values(), default=0) + 0.01


@given(st.fixed_dictionaries({"error_message": TEXT, "location": TEXT, "content_type": TEXT, "retry_after": TEXT}))
def test_texts_of_strangers_keep_the_file_whole_and_a_terminal_safe(texts: dict[str, str]) -> None:
    read = archive(exchange(**texts, status=500, correlation={"x-id": texts["location"]}))
    assert read["entries"][0]["_exchange"].get("error_message") == texts["error_message"]
    raw = b"".join(har_file([], [har_entry(exchange(**texts), START, "https://relay.example", "p", {})])).decode()
    assert not set(raw) & {"\x1b", "\x7f", "\x9b", "\u202e"}
