"""The flat table of calls, a row a call."""

from collections.abc import Iterable, Iterator
from itertools import tee

from probe.model.base_models import utc_text
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.model.spending import spending

Cell = str | int | float | bool | None

COLUMNS: dict[str, type] = {
    "run_id": str,
    "round": int,
    "attempt": int,
    "step": int,
    "label": str,
    "session_mode": str,
    "session_id": str,
    "started_at": str,
    "wall_ms": float,
    "timeout_ms": float,
    "idle_before_ms": float,
    "timed_out": bool,
    "return_code": int,
    "outcome": str,
    "cause": str,
    "flags": str,
    "expected_outcome": str,
    "ok": bool,
    "clean": bool,
    "ttft_ms": float,
    "model_requested": str,
    "models_served": str,
    "input_tokens": int,
    "output_tokens": int,
    "cache_read_tokens": int,
    "cost_usd": float,
    "retry_at": str,
    "cpu_ms": float,
    "max_rss_bytes": int,
    "client_version": str,
    "driver": str,
    "workload": str,
    "target": str,
    "upstream_kind": str,
    "scenario": str,
    "scenario_digest": str,
    "machine": str,
    "cache_creation_tokens": int,
    "vantage": str,
}
"""Column -> type; any cell may be empty. Lists are joined by `;`."""
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")


def rows(calls: Iterable[Row], manifest: Manifest | None, run_id: str) -> Iterator[dict[str, Cell]]:
    """Yield the calls as rows with all of COLUMNS."""
    shared: dict[str, Cell] = {"run_id": run_id}
    if manifest:
        shared |= {
            "driver": manifest.driver,
            "workload": manifest.workload.value,
            "target": manifest.target.name,
            "upstream_kind": manifest.target.kind.value,
            "scenario": manifest.scenario.name,
            "scenario_digest": manifest.scenario_digest,
            "machine": manifest.machine.id,
            "vantage": manifest.vantage,
        }
    calls, charged = tee(calls)  # `spending` asks for one call after the other
    for call, (usage, cost_usd) in zip(calls, spending(charged), strict=True):
        row = shared | _cells(call)
        row |= {
            **{column: getattr(usage, column, None) for column in _TOKENS},
            "cost_usd": cost_usd,
            "retry_at": utc_text(call.diagnosis.retry_at) if call.diagnosis.retry_at else None,
        }
        row["client_version"] = call.client.client_version or (manifest.client.version if manifest else None)
        yield {column: row.get(column) for column in COLUMNS}


def _cells(call: Row) -> dict[str, Cell]:
    return {
        "round": call.round,
        "attempt": call.attempt,
        "step": call.step + 1,
        "label": call.label,
        "session_mode": call.session_mode.value,
        "session_id": call.served_session_id or call.session_id,
        "started_at": utc_text(call.started_at),
        "wall_ms": round(call.wall_ms, 3),
        "timeout_ms": call.timeout_ms,
        "idle_before_ms": None if call.idle_before_ms is None else round(call.idle_before_ms, 3),
        "timed_out": call.timed_out,
        "return_code": call.return_code,
        "outcome": call.outcome.value,
        "cause": call.diagnosis.cause,
        "flags": ";".join(call.diagnosis.flags),
        "expected_outcome": call.expected_outcome.value,
        "ok": call.as_expected,
        "clean": call.clean,
        "ttft_ms": None if call.ttft_ms is None else round(call.ttft_ms, 3),
        "model_requested": call.model_requested,
        "models_served": ";".join(call.models_served),
        "cpu_ms": None if call.cpu_ms is None else round(call.cpu_ms, 3),
        "max_rss_bytes": call.max_rss_bytes,
    }
