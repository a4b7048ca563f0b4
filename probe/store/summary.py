"""`summary.json`, one a round: the original script's fields, kept for its users' files and scripts, and ours."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.model.base import SCHEMA_VERSION, utc_text
from probe.model.choices import SecondCallMode, Session
from probe.model.events import CallFinished
from probe.model.run import Manifest

PREVIEW_CHARS = 500
_MODES = {mode.session: mode.value for mode in SecondCallMode}


def round_summary(
    manifest: Manifest, place: Path, number: int, attempt: int, finished: Sequence[CallFinished], config_dir: str | None
) -> dict[str, object]:
    """The content of a round's `summary.json`: `call1`, `call2`, … in the order of the steps.

    `place` is the round's directory. Our own records stand whole under `probe`.
    """
    first, second = finished[0], finished[1] if len(finished) > 1 else None
    second_session = second.call.session_mode if second else Session.NEW
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
        "second_call_mode": _MODES.get(second_session, second_session.value),
        "call2_session_id": (second.call.served_session_id or second.call.session_id) if second else None,
    }
    scripted = [each for each in finished if each.call.step < len(manifest.scenario.steps)]
    for position, each in enumerate(scripted, start=1):
        summary[f"call{position}"] = _call_fields(each, place)
    first_ok, second_ok = first.call.ok, bool(second and second.call.ok)
    summary["diagnosis"] = {
        "first_call_ok": first_ok,
        "second_call_ok": second_ok,
        "second_better_than_first": second_ok and not first_ok,
    }
    summary["probe"] = {
        "run_id": manifest.run_id,
        "round": number,
        "attempt": attempt,
        "calls": [each.call.model_dump(mode="json") for each in finished],
    }
    return summary


def stdout_name(label: str) -> str:
    """The file with what the client printed in a call."""
    return f"{label}.stdout.txt"


def stderr_name(label: str) -> str:
    """The file with what the client complained of in a call."""
    return f"{label}.stderr.txt"


def exchanges_name(label: str) -> str:
    """The file with a call's exchanges, a line each."""
    return f"{label}.exchanges.jsonl"


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
    """The last `result` object among the lines, and why there is none where something else was printed."""
    error: str | None = None
    for line in reversed(stdout.split(b"\n")):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as problem:
            error = error or str(problem) or type(problem).__name__
            continue
        for each in reversed(said if isinstance(said, list) else [said]):
            if isinstance(each, dict) and each.get("type") == "result":
                return each, None
    return None, error
