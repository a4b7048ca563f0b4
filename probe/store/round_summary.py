"""`summary.json`, one a round: the original script's fields, kept for its users' files and scripts, and ours."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.model.base_models import SCHEMA_VERSION, utc_text
from probe.model.choices import SecondCallMode, Session
from probe.model.events import CallFinished
from probe.model.run_manifest import Manifest
from probe.model.stored_call import stored_call
from probe.store.round_files import keeps_output, stderr_name, stdout_name

PREVIEW_CHARS = 500
_MODES = {mode.session: mode.value for mode in SecondCallMode}
_RESULT_KEYS = frozenset({
    "type", "subtype", "is_error", "api_error_status", "duration_ms", "duration_api_ms", "ttft_ms", "ttft_stream_ms",
    "time_to_request_ms", "num_turns", "result", "stop_reason", "session_id", "total_cost_usd", "usage", "modelUsage",
    "permission_denials", "terminal_reason", "fast_mode_state", "uuid",
})  # fmt: skip
"""The keys of a result in the original script's summaries. Of a clean call the others are left out."""


def round_summary(
    manifest: Manifest, place: Path, number: int, attempt: int, finished: Sequence[CallFinished], config_dir: str | None
) -> bytes:
    """Build a round's `summary.json`: `call1`, `call2`, … in the order of the steps.

    `place` is the round's directory. Our own records and the exchanges of each call stand under `probe`.
    """
    first = finished[0]
    summary: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "meta": {
            "created_at": utc_text(first.call.started_at),
            "session_id": first.call.session_id,
            "base_url": manifest.target.base_url,
            "model": manifest.target.model,
            "api_key_masked": manifest.target.token_masked,
            "claude_home": config_dir,
            "command_template": [*first.argv[:-1], "<prompt>"],
        },
        **_second_session(finished),
    }
    scripted = [event for event in finished if event.call.step < len(manifest.scenario.steps)]
    for position, event in enumerate(scripted, start=1):
        summary[f"call{position}"] = _call_fields(event, place, keep=keeps_output(event.call, manifest.options))
    first_ok, second_ok = first.call.ok, any(event.call.ok for event in finished[1:2])
    summary["diagnosis"] = {
        "first_call_ok": first_ok,
        "second_call_ok": second_ok,
        "second_better_than_first": second_ok and not first_ok,
    }
    summary["probe"] = {
        "run_id": manifest.run_id,
        "round": number,
        "attempt": attempt,
        "calls": [stored_call(event.call) for event in finished],
        "exchanges": _exchanges(finished),
    }
    return _laid_out(summary)


def _exchanges(finished: Sequence[CallFinished]) -> dict[str, list[object]]:
    """Return the exchanges of each call that went through the recorder, by the call's label."""
    return {
        event.call.label: [exchange.model_dump(mode="json", exclude_defaults=True) for exchange in event.exchanges]
        for event in finished
        if event.exchanges is not None
    }


def _laid_out(summary: Mapping[str, object]) -> bytes:
    """Return a summary as JSON, a line a part: as people can read it, without a third of it being white space."""
    parts = (
        f'"{name}":{json.dumps(part, ensure_ascii=False, separators=(",", ":"))}' for name, part in summary.items()
    )
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "replace")


def _second_session(finished: Sequence[CallFinished]) -> dict[str, object]:
    """Return the fields about the second call's session; those of a new one where there is no second call."""
    if len(finished) < 2:
        return {"second_call_mode": _MODES.get(Session.NEW, Session.NEW.value), "call2_session_id": None}
    call = finished[1].call
    return {
        "second_call_mode": _MODES.get(call.session_mode, call.session_mode.value),
        "call2_session_id": call.served_session_id or call.session_id,
    }


def _call_fields(finished: CallFinished, place: Path, *, keep: bool) -> dict[str, object]:
    call = finished.call
    result, error = _result_object(finished.stdout)
    return {
        "label": call.label,
        "started_at": utc_text(call.started_at),
        "ended_at": utc_text(call.ended_at),
        "duration_sec": round(call.wall_ms / 1000, 3),
        "timed_out": call.timed_out,
        "return_code": call.return_code if call.return_code is not None else -1,
        "stdout_path": str(place.absolute() / stdout_name(call.label)) if keep else None,
        "stderr_path": str(place.absolute() / stderr_name(call.label)) if keep else None,
        "stdout_preview": _preview(finished.stdout),
        "stderr_preview": _preview(finished.stderr),
        "stdout_is_json": result is not None,
        "stdout_json_parse_error": error,
        "stdout_json": result if keep or result is None else _of_original(result),
    }


def _of_original(result: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in result.items() if key in _RESULT_KEYS}


def _preview(data: bytes) -> str:
    return data[: 4 * PREVIEW_CHARS].decode("utf-8", "replace")[:PREVIEW_CHARS]


def _result_object(stdout: bytes) -> tuple[Mapping[str, object] | None, str | None]:
    """Return the last `result` object among the lines, and why there is none where something else was printed."""
    error: str | None = None
    for line in reversed(stdout.split(b"\n")):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as problem:
            error = error or str(problem) or type(problem).__name__
            continue
        for item in reversed(value if isinstance(value, list) else [value]):
            if isinstance(item, dict) and item.get("type") == "result":
                return item, None
    return None, error
