"""The living client: what it needs, and the line that ends an answer."""

import pytest

from probe.drivers.claude_live import is_result
from probe.errors import ClientTooOldError, UsageError
from tests.drivers.live_bench import LiveBench
from tests.drivers.support import RECENT


def test_a_client_without_input_format_is_too_old(live_bench: LiveBench) -> None:
    with pytest.raises(ClientTooOldError, match="--input-format"):
        live_bench.driver(options=RECENT)


def test_there_is_no_living_process_without_a_recorder(live_bench: LiveBench) -> None:
    with pytest.raises(UsageError, match="recorder"):
        live_bench.driver(open_call=None)


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (b'{"type":"result","x":1}', True),
        (b'{"duration_ms": 1, "type" : "result"}', True),
        (b'{"type":"assistant","message":{"type":"result"}}', False),
        (b'{"type":"stream_event","text":"\\"type\\":\\"result\\""}', False),
        (b'"type":"result"', False),
        (b'["type":"result"]', False),
        (b"[" * 100_000 + b'"type":"result"', False),
        (b"", False),
    ],
)
def test_a_result_is_told_from_lines_that_speak_of_one(line: bytes, ends: bool) -> None:
    assert is_result(line) is ends
