"""The flat table of a recording's requests, a row a request."""

from collections.abc import Iterable, Iterator

from probe.model.base_models import utc_text
from probe.model.correlation import best_id
from probe.model.recorded_manifest import RecordedManifest
from probe.model.recorded_request import RecordedRequest
from probe.stats.call_table import Cell

REQUEST_COLUMNS: dict[str, type] = {
    "run_id": str,
    "request": int,
    "kind": str,
    "method": str,
    "path": str,
    "session_id": str,
    "agent_type": str,
    "begun_at": str,
    "wall_ms": float,
    "idle_before_ms": float,
    "outcome": str,
    "cause": str,
    "flags": str,
    "clean": bool,
    "attempts": int,
    "endings": str,
    "status": int,
    "request_ids": str,
    "retries_ms": float,
    "connect_ms": float,
    "wait_ms": float,
    "stream_ms": float,
    "ttft_ms": float,
    "silence_ms": float,
    "retry_at": str,
    "model_requested": str,
    "models_served": str,
    "input_tokens": int,
    "output_tokens": int,
    "cache_read_tokens": int,
    "cache_creation_tokens": int,
    "request_bytes": int,
    "response_bytes": int,
    "evidence": str,
    "target": str,
    "base_url": str,
    "exchanges": str,
}
"""Column -> type; any cell may be empty. Lists are joined by `;`."""
_SAME = ("kind", "method", "path", "session_id", "agent_type", "wall_ms", "idle_before_ms", "outcome", "cause", "clean",
         "attempts", "status", "ttft_ms", "silence_ms", "model_requested", "request_bytes", "response_bytes",
         "evidence")  # fmt: skip
_PHASES = ("retries_ms", "connect_ms", "wait_ms", "stream_ms")
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")


def request_rows(requests: Iterable[RecordedRequest], manifest: RecordedManifest) -> Iterator[dict[str, Cell]]:
    """Yield the requests as rows with all of REQUEST_COLUMNS."""
    shared: dict[str, Cell] = {
        "run_id": manifest.run_id,
        "target": manifest.target,
        "base_url": manifest.base_url,
    }
    for request in requests:
        cells = shared | _cells(request)
        yield {name: cells[name] for name in REQUEST_COLUMNS}


def _cells(request: RecordedRequest) -> dict[str, Cell]:
    return {
        "request": request.number,
        "begun_at": utc_text(request.begun_at),
        **{name: getattr(request, name) for name in _SAME},
        "flags": ";".join(request.flags),
        "endings": ";".join(request.endings),
        "request_ids": ";".join(best_id(ids) or "" for ids in request.request_ids),
        "retry_at": utc_text(request.retry_at) if request.retry_at else None,
        **{name: getattr(request.phases, name) for name in _PHASES},
        "models_served": ";".join(request.models_served),
        **{name: getattr(request.usage, name, None) for name in _TOKENS},
        "exchanges": ";".join(map(str, request.sequences)),
    }
