"""Keep a recorder behind the port that a command was told, whatever becomes of the recorder."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.drivers.companion import Companion
from probe.errors import EnvironmentUnusableError, StoreError
from probe.model.recording_tally import RecordingTally
from probe.recording.recorder_process import MODULE, RecordingOrder
from probe.redact import Redactor
from probe.wire import RECORDING_LIMITS, Recorder

_MOST_DEATHS = 3
"""So many recorder processes may die; after that bytes are passed on from here, and no longer recorded."""
_END_S = 12.0


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """The result: the directories, of which a recorder that took over made one of its own, and how often one died.

    `passes_only`: since the last death nothing was recorded any more. `tally` is None where a recorder died, and
    `lost_exchanges` counts those that the disk was too slow or too full for.
    """

    folders: tuple[Path, ...]
    deaths: int = 0
    passes_only: bool = False
    tally: RecordingTally | None = None
    lost_exchanges: int = 0


class RecorderKeeper:
    """Starts the process of a recorder at once, so that it is ready soon; a dead one is replaced.

    The listening socket stays open here: while nobody takes connections, they wait.
    Raises EnvironmentUnusableError where no process can be started.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._companion = Companion(MODULE, [listener.fileno()])
        self._lock = threading.Lock()
        self._command: int | None = None
        self._ending: dict[str, Any] | None = None
        self._folders: list[Path] = []
        self._deaths = 0
        self._passing = ExitStack()
        self._passes_only = False
        self._last_words: dict[str, Any] = {}
        self._watch: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The process of the recorder that serves now."""
        return self._companion.pid

    @property
    def deaths(self) -> int:
        """The number of recorders that died."""
        return self._deaths

    def begin(self, order: RecordingOrder) -> None:
        """Have the order carried out, and return when connections are taken. Raises StoreError."""
        messages = self._companion.messages()
        self._companion.tell(order.model_dump(mode="json"))
        answer = next(messages, {"problem": "the recorder ended before it was ready"})
        if "problem" in answer:
            raise StoreError(answer["problem"], remedy=answer.get("remedy"), path=answer.get("path"))
        self._keep_folder(order)
        self._watch = threading.Thread(target=self._keep, args=(order, messages), name="recorder-keeper", daemon=True)
        self._watch.start()

    def command_started(self, pid: int) -> None:
        """Have the recorder go on until this process has ended, should we be killed."""
        with self._lock:
            self._command = pid
            self._companion.tell({"command": pid})

    def end(self, exit_code: int | None) -> KeptRecording:
        """End the recording, and return what became of it. What a recorder does not write in time is lost."""
        self._tell_end(exit_code)
        if self._watch is not None:
            self._watch.join(_END_S)
        self.close()
        said = self._last_words
        tally = RecordingTally.model_validate(said["kept"]) if said and not self._deaths else None
        lost = said.get("lost_exchanges", 0)
        return KeptRecording(tuple(self._folders), self._deaths, self._passes_only, tally, lost)

    def close(self) -> None:
        """End at once what is left of the recording."""
        self._tell_end(None)
        self._companion.kill()
        if self._watch is not None:
            self._watch.join()
        self._companion.close()
        self._passing.close()

    def _tell_end(self, exit_code: int | None) -> None:
        with self._lock:
            if self._ending is None:
                self._ending = {"end": exit_code}
                self._companion.tell(self._ending)

    def _keep(self, order: RecordingOrder, messages: Iterator[dict[str, Any]]) -> None:
        """Listen to the recorder until it is to end; when it has died, start another one."""
        failed = False
        while True:
            for message in messages:
                if message.get("ready"):
                    self._keep_folder(order)
                failed |= "problem" in message
                if "kept" in message:
                    self._last_words = message
            with self._lock:
                if self._ending:
                    return
                self._deaths += 1
            if failed or self._deaths >= _MOST_DEATHS:
                self._pass_on(order)
                return
            order = _continued(order, self._deaths + 1)
            try:
                messages = self._restart(order)
            except EnvironmentUnusableError:
                self._pass_on(order)
                return

    def _restart(self, order: RecordingOrder) -> Iterator[dict[str, Any]]:
        companion = Companion(MODULE, [self._listener.fileno()])
        companion.tell(order.model_dump(mode="json"))
        with self._lock:
            self._companion = companion
            if self._command is not None:
                companion.tell({"command": self._command})
            if self._ending:
                companion.tell(self._ending)
        return companion.messages()

    def _pass_on(self, order: RecordingOrder) -> None:
        """Serve the socket from here, without a record: the session goes on."""
        self._passes_only = True
        with contextlib.suppress(Exception):  # there is nobody left to take over
            recorder = Recorder(redactor=Redactor(), environment=order.environment, limits=RECORDING_LIMITS)
            self._passing.enter_context(recorder)
            recorder.open_recording(order.base_url, (), listener=self._listener.dup())

    def _keep_folder(self, order: RecordingOrder) -> None:
        if order.folder is not None:
            self._folders.append(Path(order.folder))


def _continued(order: RecordingOrder, number: int) -> RecordingOrder:
    """Return the order to go on in a directory of its own, beside that of the recorder that died."""
    if order.folder is None:
        return order
    first = Path(order.folder)
    folder = first.with_name(f"{order.manifest.run_id}-part{number}")
    return order.model_copy(update={"folder": str(folder)})
