"""Parse the client's output: real captures of five versions, and what a hostile upstream could make it print."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.drivers.client_output import parse_client_output
from probe.model.client import ClientOutput
from tests.builders import GOLDEN, lines

CAPTURES = GOLDEN / "stream-json"
"""One call each against a loopback upstream that answers `PROBE_OK` as the model `served-model`."""
VERSIONS = ("1.0.60", "2.0.62", "2.1.39", "2.1.197", "2.1.329")


def read(*said: object) -> ClientOutput:
    """Parse these lines. Line n arrived after n + 1 ms."""
    return parse_client_output(lines(*said), lambda number: number + 1.0)


def capture(version: str) -> ClientOutput:
    return parse_client_output((CAPTURES / f"{version}.jsonl").read_bytes(), lambda number: number + 1.0)


def test_each_capture_is_tested() -> None:
    assert {path.stem for path in CAPTURES.iterdir()} == set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_says_this(version: str) -> None:  # complexity: a list of assertions
    words = capture(version)
    assert words.unreadable_lines == 0
    assert words.initialised
    assert words.models_served == ("served-model",)
    assert words.tools_requested == ()
    assert words.retries == ()
    assert words.result is not None
    assert words.result.text == "PROBE_OK"
    assert (words.result.subtype, words.result.is_error, words.result.num_turns) == ("success", False, 1)
    assert words.result.api_error_status is None
    assert words.result.usage is not None
    assert words.result.usage.input_tokens == 10
    assert words.result.cost_usd
    assert words.result.duration_ms
    assert words.result.session_id


@pytest.mark.parametrize(
    ("version", "names_itself", "streams", "announces", "wait_ms", "ttft_ms", "reason"),
    [
        ("1.0.60", None, False, False, None, None, None),
        ("2.0.62", "2.0.62", True, False, None, None, None),
        ("2.1.39", "2.1.39", True, False, None, None, None),
        ("2.1.197", "2.1.197", True, True, 4, 95, "completed"),
        ("2.1.329", "2.1.329", True, True, 8, 86, "completed"),
    ],
)
def test_what_a_version_does_not_say_is_none(
    version: str,
    names_itself: str | None,
    streams: bool,
    announces: bool,
    wait_ms: float | None,
    ttft_ms: float | None,
    reason: str | None,
) -> None:
    words = capture(version)
    assert words.result is not None
    assert words.client_version == names_itself
    assert (words.attempts_started, words.stream_complete) == ((1, True) if streams else (0, False))
    assert (words.requesting_at_ms is not None) == announces
    assert words.wait_ms == wait_ms
    assert words.result.ttft_ms == ttft_ms
    assert (words.result.time_to_request_ms is not None) == announces
    assert words.result.terminal_reason == reason
    assert (words.ttft_ms is not None) == (wait_ms is not None)


@pytest.mark.parametrize(
    ("version", "models"),
    [
        ("1.0.60", None),
        ("2.0.62", {"claude-haiku-4-5-20251001": (10, 3), "glm-4.7": (20, 6)}),
        ("2.1.39", {"glm-4.7": (10, 3)}),
        ("2.1.197", {"glm-4.7": (20, 6)}),
        ("2.1.329", {"glm-4.7": (10, 3)}),
    ],
)
def test_usage_by_model(version: str, models: dict[str, tuple[int, int]] | None) -> None:
    result = capture(version).result
    assert result is not None
    usages = result.model_usage
    found = None if usages is None else {name: (use.input_tokens, use.output_tokens) for name, use in usages.items()}
    assert found == models


START = {"type": "stream_event", "event": {"type": "message_start", "message": {"model": "m"}}, "ttft_ms": 5}
DELTA = {"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": {}}}
STOP = {"type": "stream_event", "event": {"type": "message_stop"}}
RETRY = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10, "retry_delay_ms": 600.5,
         "error_status": 529, "error": "overloaded"}  # fmt: skip


def test_times_of_a_stream() -> None:
    words = read({"type": "system", "subtype": "status", "status": "requesting"}, START, DELTA, DELTA, STOP)
    assert words.requesting_at_ms == 1
    assert (words.first_event_at_ms, words.first_content_at_ms, words.last_event_at_ms) == (2, 3, 5)
    assert (words.content_events, words.stream_complete) == (2, True)
    assert words.ttft_ms == 5 + (3 - 2)


def test_a_stream_that_is_asked_for_again_counts_anew() -> None:
    words = read(START, DELTA, DELTA, START, DELTA)
    assert (words.attempts_started, words.content_events, words.stream_complete) == (2, 1, False)
    assert (words.first_event_at_ms, words.first_content_at_ms) == (4, 5)


def test_retries_are_kept_as_announced() -> None:
    (retry,) = read(RETRY).retries
    assert retry.model_dump() == {
        "attempt": 1,
        "max_retries": 10,
        "retry_delay_ms": 600.5,
        "error_status": 529,
        "error": "overloaded",
        "at_ms": 1.0,
    }


def test_without_a_wait_the_announced_request_serves_unless_it_was_repeated() -> None:
    requesting = {"type": "system", "subtype": "status", "status": "requesting"}
    start = {key: value for key, value in START.items() if key != "ttft_ms"}
    assert read(requesting, start, DELTA).ttft_ms == 2
    assert read(requesting, RETRY, start, DELTA).ttft_ms is None
    assert read(requesting, start, start, DELTA).ttft_ms is None


BASH = {"type": "tool_use", "name": "Bash"}


@pytest.mark.parametrize(
    "said",
    [
        {"type": "stream_event", "event": {"type": "content_block_start", "content_block": BASH}},
        {"type": "assistant", "message": {"model": "m", "content": [BASH]}},
    ],
)
def test_tools_that_were_asked_for(said: object) -> None:
    assert read(said, said).tools_requested == ("Bash",)


def test_the_client_s_own_error_message_is_no_model() -> None:
    assert read({"type": "assistant", "message": {"model": "<synthetic>", "content": []}}).models_served == ()


def test_the_output_format_json_is_one_object_or_one_array() -> None:
    result = {"type": "result", "subtype": "success", "is_error": False, "result": "PROBE_OK"}
    assert read(result).result == read([{"type": "system", "subtype": "init"}, result]).result is not None


DEEP = b'{"type":"result","result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"\xff\xfe\x00",
        b'{"type":"result"',
        b"3",
        b"null",
        b'"text"',
        b'{"type":"result","duration_ms":' + b"9" * 5000 + b"}",
        DEEP,
    ],
    ids=["words", "not utf-8", "torn", "number", "null", "string", "huge number", "deep"],
)
def test_lines_that_are_no_object_are_counted_and_skipped(line: bytes) -> None:
    words = read(line, {"type": "result", "subtype": "success", "is_error": False, "result": "after"})
    assert (words.lines, words.unreadable_lines) == (2, 1)
    assert words.result is not None
    assert words.result.text == "after"


NONSENSE: list[Any] = [
    None, True, -1, 2**63, 10**400, 1.5, float("inf"), float("-inf"), float("nan"), "", "text", "\ud800", [], [[]],
    {}, {"a": 1}, ["text", 3, None, {"type": "tool_use"}],
]  # fmt: skip


@pytest.mark.parametrize("value", NONSENSE, ids=[str(each)[:20] for each in NONSENSE])
def test_fields_of_any_type_are_dropped_not_believed(value: Any) -> None:
    result_fields = ["subtype", "is_error", "api_error_status", "result", "duration_ms", "ttft_ms", "num_turns",
                     "session_id", "usage", "modelUsage", "total_cost_usd"]  # fmt: skip
    words = read(
        {"type": "result", **dict.fromkeys(result_fields, value)},
        {"type": "system", "subtype": "init", "claude_code_version": value},
        dict.fromkeys(RETRY, value) | {"type": "system", "subtype": "api_retry"},
        {"type": "stream_event", "event": value, "ttft_ms": value},
        {"type": "stream_event", "event": {"type": "message_start", "message": value}, "ttft_ms": value},
        {"type": "stream_event", "event": {"type": "content_block_start", "content_block": value}},
        {"type": "assistant", "message": value},
        {"type": "assistant", "message": {"model": value, "content": value}},
        {"type": value, "subtype": value},
        {value if isinstance(value, str) else "x": value},
    )
    # What is kept can be written to the journal, and reads back as it was.
    assert ClientOutput.model_validate_json(words.model_dump_json()) == words
    assert words.result is not None
    for number in (words.result.duration_ms, words.result.cost_usd, words.wait_ms):
        assert number is None or abs(number) <= 2**53


KEYS = ["type", "subtype", "event", "message", "content", "content_block", "model", "name", "usage", "modelUsage"]
KINDS = ["result", "stream_event", "message_start", "assistant", "system", "init", "api_retry"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(KINDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner | st.sampled_from(KINDS), max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4), st.binary(max_size=30))
def test_nothing_that_is_printed_can_break_the_reader(said: list[Any], tail: bytes) -> None:
    stdout = b"\n".join(json.dumps(each).encode() for each in said) + b"\n" + tail
    words = parse_client_output(stdout, lambda _: None)
    assert ClientOutput.model_validate_json(words.model_dump_json()) == words


def test_long_answers_and_many_names_are_cut() -> None:
    words = read(
        {"type": "result", "result": "x" * 1_000_000, "modelUsage": {f"m{n}" * 200: {} for n in range(500)}},
        *({"type": "assistant", "message": {"model": f"model-{n}"}} for n in range(500)),
        *(RETRY for _ in range(500)),
    )
    assert words.result is not None
    assert len(words.result.text or "") == 20_000
    assert words.result.model_usage is not None
    assert len(words.result.model_usage) <= 50
    assert max(map(len, words.result.model_usage)) <= 200
    assert (len(words.models_served), len(words.retries)) == (50, 50)


def test_the_last_result_counts() -> None:
    words = read({"type": "result", "result": "first"}, {"type": "result", "result": "second"})
    assert words.result is not None
    assert (words.result.text, words.result_at_ms) == ("second", 2.0)


def test_nothing_printed_is_nothing_said() -> None:
    assert read() == ClientOutput()
