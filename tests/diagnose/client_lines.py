"""Lines that the real client prints, 2.1.329 unless said."""

from tests.builders import MODEL

INIT = {"type": "system", "subtype": "init", "claude_code_version": "2.1.329"}
REQUESTING = {"type": "system", "subtype": "status", "status": "requesting"}
START = {"type": "stream_event", "event": {"type": "message_start", "message": {"model": MODEL}}, "ttft_ms": 5}
DELTA = {"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": {}}}
STOP = {"type": "stream_event", "event": {"type": "message_stop"}}
STREAM = (INIT, REQUESTING, START, DELTA, STOP)
GOOD = {"type": "result", "subtype": "success", "is_error": False, "result": "PROBE_OK"}


def retry(status: int | None = 529, error: str | None = "overloaded", attempt: int = 1) -> dict[str, object]:
    return {"type": "system", "subtype": "api_retry", "attempt": attempt, "max_retries": 10, "error_status": status,
            "error": error}  # fmt: skip


def error(text: str, status: int | None = None, **changes: object) -> dict[str, object]:
    return {"type": "result", "subtype": "success", "is_error": True, "result": text, "api_error_status": status,
            "num_turns": 1, **changes}  # fmt: skip


BROKEN = (INIT, REQUESTING, START, DELTA)
OTHER = {"type": "stream_event", "event": {"type": "message_start", "message": {"model": "another"}}}
TOOL = {"type": "assistant", "message": {"model": MODEL, "content": [{"type": "tool_use", "name": "Bash"}]}}
