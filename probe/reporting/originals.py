"""Load the `summary.json` files of the script that came before `probe`, as calls like any other.

That script told only timed-out from not and kept the client's JSON; the classes come from what it kept. It did not say
its timeout: that is the time after which it gave a call up, and unknown for a round in which it gave up none.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from probe import strict_json
from probe.diagnose.classify import diagnose
from probe.drivers.client_output import parse_client_output
from probe.errors import UsageError
from probe.model.call import Call
from probe.model.choices import SecondCallMode, Session
from probe.model.observation import Observation
from probe.model.row import row_of
from probe.model.scenario import Expect
from probe.sanitise import printable


def is_original(path: Path) -> bool:
    """Return True for a `summary.json` that the original script wrote, rather than `probe`."""
    try:
        content = strict_json.loads(path.read_bytes()) if path.is_file() else None
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and "call1" in content and "meta" in content and "probe" not in content


def load_originals(paths: list[Path]) -> list[Call]:
    """Return the calls of original summaries, a file a round, in order. Raises UsageError with file and key."""
    return [call for number, path in enumerate(paths, start=1) for call in _calls(path, number)]


def _calls(path: Path, number: int) -> list[Call]:
    content = strict_json.loads(path.read_bytes())
    try:
        calls = [_call(content, position, number) for position in (1, 2) if f"call{position}" in content]
        timeout_ms = min((call.wall_ms for call in calls if call.timed_out), default=None)
        calls = [call.model_copy(update={"timeout_ms": timeout_ms}) for call in calls]
        for call in calls:
            row_of(call)  # which refuses times and numbers that no call can have
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        key = str(error.args[0]) if isinstance(error, KeyError) else None
        problem = printable(str(error), 200)
        raise UsageError(f"is not as the original script writes it: {problem}", path=path, key=key) from None
    return calls


def _call(content: Mapping[str, Any], position: int, number: int) -> Call:
    meta, kept = content["meta"], content[f"call{position}"]
    observation = _observation(meta, kept)
    mode = Session.NEW if position == 1 else SecondCallMode(content["second_call_mode"]).session
    return Call(
        round=number,
        step=position - 1,
        label=kept["label"],
        session_mode=mode,
        session_id=meta["session_id"] if position == 1 else content.get("call2_session_id"),
        served_session_id=observation.words.result.session_id if observation.words.result else None,
        started_at=observation.started_at,
        ended_at=observation.ended_at,
        wall_ms=observation.wall_ms,
        timed_out=observation.timed_out,
        return_code=None if observation.timed_out else observation.return_code,
        diagnosis=diagnose(observation, Expect(), meta.get("model")),
        model_requested=meta.get("model"),
        client=observation.words,
    )


def _observation(meta: Mapping[str, Any], kept: Mapping[str, Any]) -> Observation:
    result = kept.get("stdout_json")
    stdout = json.dumps(result) if result is not None else str(kept.get("stdout_preview") or "")
    words = parse_client_output(stdout.encode(), lambda _: None)
    return Observation(
        argv=tuple(meta["command_template"]),
        started_at=datetime.fromisoformat(kept["started_at"]),
        ended_at=datetime.fromisoformat(kept["ended_at"]),
        wall_ms=float(kept["duration_sec"]) * 1000,
        return_code=kept["return_code"],
        timed_out=bool(kept["timed_out"]),
        words=words,
        stdout=stdout.encode(),
        stderr=str(kept.get("stderr_preview") or "").encode(),
    )
