"""The process of the recorder: `python -m probe.recording.recorder_process`.

It takes an order as a line of JSON, says when it is ready, and serves connections of a socket that it was given. It is
apart from the command and from what waits for it: neither a key nor a signal meant for them ends it, and when it dies
itself, another takes over the same socket.
"""

import contextlib
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
from pydantic import Field

from probe.errors import ProbeError
from probe.model.base_models import Frozen
from probe.model.recorded_manifest import RecordedManifest
from probe.ports import RecordingSink
from probe.recording.tally_sink import TallySink
from probe.redact import Redactor
from probe.store import RecordedWriter
from probe.wire import RECORDING_LIMITS, Recorder

MODULE = "probe.recording.recorder_process"
_ANSWERS = 1
"""The descriptor that whoever started us reads."""
_LOOK_AGAIN_S = 1.0


class RecordingOrder(Frozen):
    """An order to a recorder process. `folder` None: pass bytes on, and keep nothing."""

    descriptor: int
    base_url: str
    environment: dict[str, str] = Field(repr=False)
    secrets: tuple[str, ...] = Field(repr=False)
    folder: str | None
    manifest: RecordedManifest


def main() -> None:
    """Serve one recording, until it is told to end, or until nobody is left who could."""
    lines = iter(sys.stdin)
    order = RecordingOrder.model_validate_json(next(lines, ""))
    try:
        _serve(order, lines)
    except ProbeError as error:
        _say(problem=error.message, remedy=error.remedy, path=str(error.path) if error.path else None)


def _serve(order: RecordingOrder, lines: Iterator[str]) -> None:
    listener = socket.socket(fileno=order.descriptor)
    redactor = Redactor(order.secrets)
    keep_bodies = order.manifest.keeps_bodies
    with ExitStack() as stack:
        writer = _writer(order)
        recorder = stack.enter_context(
            Recorder(
                redactor=redactor,
                environment=order.environment,
                limits=RECORDING_LIMITS,
                keep_bodies=keep_bodies and writer is not None,
            )
        )
        tally = TallySink()
        sinks: list[RecordingSink] = [writer, tally] if writer else []
        tap = recorder.open_recording(order.base_url, sinks, listener=listener, known_secrets=order.secrets)
        _say(ready=True)
        exit_code = _wait_for_end(lines)
        tap.close()
        if writer is not None:
            writer.finish(exit_code)
            lost = tap.lost_exchanges + writer.lost_exchanges
            _say(kept=tally.end().model_dump(mode="json"), lost_exchanges=lost)


def _writer(order: RecordingOrder) -> RecordedWriter | None:
    """Open the directory of the recording, under its own name. Raises StoreError."""
    if order.folder is None:
        return None
    folder = Path(order.folder)
    return RecordedWriter.create(folder, order.manifest.model_copy(update={"run_id": folder.name}))


def _wait_for_end(lines: Iterator[str]) -> int | None:
    """Wait until the recording is to end, and return the command's exit code where it is known.

    Where whoever started us was killed, the command may go on, and is served until it has ended.
    """
    command: psutil.Process | None = None
    for line in lines:
        message = json.loads(line)
        if "end" in message:
            exit_code: int | None = message["end"]
            return exit_code
        command = _process(message["command"])
    while command is not None and command.is_running() and command.status() != psutil.STATUS_ZOMBIE:
        threading.Event().wait(_LOOK_AGAIN_S)
    return None


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _say(**message: Any) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(_ANSWERS, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
