"""The end of a turn as the SDK's program tells it."""

import json
from typing import Any

import pytest

from probe.drivers.sdk_round import is_ending, is_ready, with_ending
from tests.builders import GOOD_LINE, lines, observation


def ended(before: bytes = lines(GOOD_LINE), **ending: Any) -> bytes:
    return before + lines({"type": "turn_ended", **ending})


@pytest.mark.parametrize(
    ("line", "ready", "ending"),
    [
        (b'{"type": "sdk_ready"}', True, False),
        (b'{"type":"sdk_ready","x":1}', True, False),
        (b'{"type": "turn_ended"}', False, True),
        (b' {"type": "turn_ended"}', False, False),
        (b'{"x": 1, "type": "turn_ended"}', False, False),
        (b'{"type": "assistant", "text": "turn_ended"}', False, False),
        (b"", False, False),
    ],
)
def test_the_program_s_own_lines_are_known_by_their_beginning(line: bytes, ready: bool, ending: bool) -> None:
    assert (is_ready(line), is_ending(line)) == (ready, ending)


def test_the_last_line_is_taken_out_of_the_output_and_not_counted() -> None:
    call = with_ending(observation(ended(exit_code=0)))
    assert (call.stdout, call.words.lines, call.return_code) == (lines(GOOD_LINE), 1, 0)
    alone = with_ending(observation(ended(b"")))
    assert (alone.stdout, alone.words.lines) == (b"", 0)


def test_an_output_without_that_line_stays_as_it_is() -> None:
    for stdout in (b"", lines(GOOD_LINE), ended() + lines(GOOD_LINE)):
        call = observation(stdout, rc=None)
        assert with_ending(call) == call


@pytest.mark.parametrize(
    ("ending", "code", "told"),
    [
        ({}, None, b""),
        ({"exit_code": 3}, 3, b""),
        ({"exit_code": "3"}, None, b""),
        ({"error": "broken"}, 1, b"broken\n"),
        ({"error": "broken", "exit_code": 0}, 1, b"broken\n"),
        ({"error": "broken", "exit_code": -9}, -9, b"broken\n"),
        ({"error": ["broken"]}, None, b""),
    ],
)
def test_an_error_is_told_and_ends_with_a_code(ending: dict[str, Any], code: int | None, told: bytes) -> None:
    call = with_ending(observation(ended(**ending), b"before\n", rc=None))
    assert (call.return_code, call.stderr) == (code, b"before\n" + told)


@pytest.mark.parametrize(
    ("of_line", "of_process", "most"), [(5, 9, 9), (9, 5, 9), (9, None, 9), (None, 5, 5), ("9", None, None)]
)
def test_memory_is_the_most_that_is_known(of_line: object, of_process: int | None, most: int | None) -> None:
    assert with_ending(observation(ended(max_rss_bytes=of_line), max_rss_bytes=of_process)).max_rss_bytes == most


@pytest.mark.parametrize("rest", ['"error": [', '"error": ' + "[" * 100_000])
def test_a_last_line_that_cannot_be_read_tells_nothing(rest: str) -> None:
    line = f'{{"type": "turn_ended", {rest}'.encode()
    call = with_ending(observation(lines(GOOD_LINE) + line, rc=None))
    assert (call.stdout, call.return_code, call.stderr) == (lines(GOOD_LINE), None, b"")
    assert json.loads(call.stdout)["result"] == "PROBE_OK"
