"""`summary.json`, one a round: the original script's fields, kept for its users' files and scripts, and ours."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.model.base_models import SCHEMA_VERSION, utc_text
from probe.model.choices import SecondCallMode, Session
from probe.model.events import CallFinished
from probe.model.run_manifest import Manifest

PREVIEW_CHARS = 500
_MODES = {mode.session: mode.value for mode in SecondCallMode}


def round_summary(
    manifest: Manifest, place: Path, number: int, attempt: int, finished: Sequence[CallFinished], config_dir: str | None
) -> dict[str, object]:
    """Build the content of a round's `summary.json`: `call1`, `call2`, … in the order of the steps.

    `place` is the round's directory. Our own records stand whole under `probe`.
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
        summary[f"call{position}"] = _call_fields(event, place)
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
        "calls": [event.call.model_dump(mode="json") for event in finished],
    }
    return summary


def stdout_name(label: str) -> str:
    """Return the name of the file with a call's standard output."""
    return f"{label}.stdout.txt"


def stderr_name(label: str) -> str:
    """Return the name of the file with a call's standard error."""
    return f"{label}.stderr.txt"


def exchanges_name(label: str) -> str:
    """Return the name of the file with a call's exchanges, a line each."""
    return f"{label}.exchanges.jsonl"


def body_names(label: str, sequence: int) -> tuple[str, str]:
    """Return the names of the files with the bodies of an exchange's request and response."""
    return f"{label}.{sequence:03d}.request", f"{label}.{sequence:03d}.response"


def _second_session(finished: Sequence[CallFinished]) -> dict[str, object]:
    """Return the fields about the second call's session; those of a new one where there is no second call."""
    if len(finished) < 2:
        return {"second_call_mode": _MODES.get(Session.NEW, Session.NEW.value), "call2_session_id": None}
    call = finished[1].call
    return {
        "second_call_mode": _MODES.get(call.session_mode, call.session_mode.value),
        "call2_session_id": call.served_session_id or call.session_id,
    }


def _call_fields(finished: CallFinished, place: Path) -> dict[str, object]:
    call = finished.call
    result, error = _result_object(finished.stdout)
    return {
        "label": call.label,
        "started_at": utc_text(call.started_at),
        "ended_at": utc_text(call.ended_at),
        "duration_sec": round(call.wall_ms / 1000, 3),
        "timed_out": call.timed_out,
        "return_code": call.return_code if call.return_code is not None else -1,
        "stdout_path": str(place.absolute() / stdout_name(call.label)),
        "stderr_path": str(place.absolute() / stderr_name(call.label)),
        "stdout_preview": _preview(finished.stdout),
        "stderr_preview": _preview(finished.stderr),
        "stdout_is_json": result is not None,
        "stdout_json_parse_error": error,
        "stdout_json": result,
    }


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
