"""Observations from what a client has printed: whole lines, without secrets, and timed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from probe.drivers.client_observation import milliseconds, observed, parsed_output, redacted_bodies, redacted_output
from probe.drivers.process import Finished, Output
from probe.redact import Redactor
from tests.builders import START, lines

SECRET = "a-token-of-nobody"
REDACTOR = Redactor([SECRET])


def output(data: bytes, total: int | None = None, arrivals: tuple[tuple[int, float], ...] = ((0, 0.5),)) -> Output:
    return Output(data, len(data) if total is None else total, arrivals)


def finished(stdout: Output, **changes: Any) -> Finished:
    fields: dict[str, Any] = {
        "return_code": 0,
        "timed_out": False,
        "cancelled": False,
        "killed": None,
        "started_at": START,
        "ended_at": datetime(2026, 11, 21, 7, 31, tzinfo=UTC),
        "wall_s": 1.5,
        "stdout": stdout,
        "stderr": output(b""),
        "cpu_user_s": 0.25,
        "cpu_system_s": None,
        "max_rss_bytes": 7,
        "leftovers": 2,
    }
    return Finished(**(fields | changes))


def test_an_observation_holds_what_the_process_did_and_no_secret() -> None:
    stdout = output(lines({"type": "result", "is_error": False, "subtype": "success", "result": f"so {SECRET}"}))
    changes = {"return_code": -9, "timed_out": True, "stderr": output(f"bad {SECRET}\n".encode())}
    told = observed(("claude", "--print", SECRET), finished(stdout, **changes), REDACTOR)
    assert SECRET not in repr(told)
    assert told.words.result is not None
    assert told.words.result.text == "so [redacted]"
    assert (told.wall_ms, told.cpu_ms, told.max_rss_bytes, told.leftovers) == (1500.0, 250.0, 7, 2)
    assert (told.return_code, told.signal, told.timed_out, told.cancelled) == (-9, "SIGKILL", True, False)
    assert not told.output_truncated


@pytest.mark.parametrize(
    ("data", "total", "kept"),
    [
        (b"one\ntwo", 7, b"one\ntwo"),
        (b"one\ntwo", 8, b"one\n"),
        (b"one\n", 99, b"one\n"),
        (b"no end of line", 99, b""),
        (b"", 0, b""),
    ],
)
def test_of_an_output_that_was_cut_off_whole_lines_are_kept(data: bytes, total: int, kept: bytes) -> None:
    assert redacted_output(output(data, total), REDACTOR) == kept


@pytest.mark.parametrize("cut", ["stdout", "stderr"])
def test_a_cut_of_either_stream_is_told(cut: str) -> None:
    streams = {"stdout": output(b""), "stderr": output(b""), cut: output(b"x\n", 9)}
    assert observed((), finished(**streams), REDACTOR).output_truncated


def test_lines_have_the_time_at_which_their_end_came() -> None:
    first, second = lines({"type": "system", "subtype": "init"}), lines({"type": "result", "result": SECRET})
    raw = output(first + second, arrivals=((0, 0.1), (5, 0.2), (len(first), 0.3), (len(first + second) - 1, 0.4567)))
    said = parsed_output(redacted_output(raw, REDACTOR), raw)
    assert said.lines == 2
    assert said.result_at_ms == 456.7


def test_a_last_line_without_an_end_has_a_time_too() -> None:
    raw = output(json.dumps({"type": "result", "result": "x"}).encode())
    assert parsed_output(raw.data, raw).result_at_ms == 500.0


def test_of_recorded_bodies_the_answers_are_redacted_also_in_pieces() -> None:
    pieces = [
        f'data: {{"type":"content_block_delta","delta":{{"text":"{piece}"}}}}\n\n' for piece in (SECRET[:5], SECRET[5:])
    ]
    ((number, sent, answer),) = redacted_bodies([(3, b"sent", "".join(pieces).encode())], REDACTOR)
    assert (number, sent) == (3, b"sent")
    assert SECRET[5:].encode() not in answer


@pytest.mark.parametrize(
    ("seconds", "sum_ms"), [((0.5, 0.25), 750.0), ((None, 0.25), 250.0), ((None, None), None), ((0.0, None), 0.0)]
)
def test_times_that_are_known_are_added_up(seconds: tuple[float | None, ...], sum_ms: float | None) -> None:
    assert milliseconds(*seconds) == sum_ms
