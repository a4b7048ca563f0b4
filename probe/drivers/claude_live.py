"""Drive one `claude --print` for several calls: questions on its stdin, answers on its stdout, as stream-json."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from probe.drivers.claude_print import ClaudePrint, ClientDriverFactory, open_client
from probe.drivers.context import ArmContext, RunContext
from probe.drivers.live_round import Dialogue, LiveRound, recorder_of
from probe.drivers.locate import Client
from probe.drivers.process import ChildCommand
from probe.drivers.sandbox import Sandbox
from probe.model.choices import CLAUDE_LIVE, Session
from probe.model.scenario import Step
from probe.ports import CallOrder, Priming, ProcessRecorder

_INIT = re.compile(rb'"subtype"\s*:\s*"init"')
_RESULT = re.compile(rb'"type"\s*:\s*"result"')


def open_claude_live(run: RunContext) -> AbstractContextManager[ClientDriverFactory]:
    """Find the client, as `open_claude_print` does. Raises ClientNotFoundError."""
    return open_client(run, ClaudeLive)


class ClaudeLive(ClaudePrint):
    """The driver `claude-live`: a step with the session `live` goes on in the process of the step before.

    Raises UsageError without a recorder, and what `ClaudePrint` raises.
    """

    name = CLAUDE_LIVE

    def __init__(self, client: Client, root: Path, run: RunContext, arm: ArmContext) -> None:
        super().__init__(client, root, run, arm)
        self.arm = arm
        self.cancel = run.cancel
        self.dialogue = Dialogue(question, interrupt_line(), is_init, is_result)
        self._open_recorder = recorder_of(arm, self.name)
        client.require(["--input-format"], f"--driver {self.name}")

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a process; the prompt comes on its stdin, and for later steps that alone."""
        if step.session is Session.LIVE:
            return ("stdin:", step.prompt)
        return self._command.live_argv(step, session_id, earlier_id)

    @contextmanager
    def open_round(self, number: int) -> Iterator[LiveRound]:
        """Open a primed sandbox for one round."""
        with self.open_sandbox(number) as (place, priming), closing(self._round(place, priming)) as calls:
            yield calls

    def command(self, place: Sandbox, order: CallOrder, base_url: str) -> ChildCommand:
        """Return the command of a process; one that starts anew has a session of its own."""
        step, session_id = order.step, order.session_id
        if step.session is Session.LIVE:
            step, session_id = step.model_copy(update={"session": Session.NEW}), str(uuid.uuid4())
        argv = self.argv(step, session_id, order.earlier_id)
        return ChildCommand(argv, self.environment(place, base_url, self.arm.token_value), place.work, is_asked=True)

    def open_recorder(self, base_url: str) -> AbstractContextManager[ProcessRecorder]:
        """Open a recorder for a process."""
        return self._open_recorder(base_url)

    def _round(self, place: Sandbox, priming: Priming) -> LiveRound:
        return LiveRound(self, place, priming, guarded=self.is_guarded)


def question(order: CallOrder) -> bytes:
    """Return the line that asks a client on its stdin."""
    message = {"role": "user", "content": order.step.prompt}
    return _line({"type": "user", "message": message, "parent_tool_use_id": None, "session_id": ""})


def interrupt_line() -> bytes:
    """Return the line that asks a client to end its answer."""
    return _line({"type": "control_request", "request_id": "probe-1", "request": {"subtype": "interrupt"}})


def is_init(line: bytes) -> bool:
    """Return True for the line with which every version begins an answer."""
    if not _INIT.search(line):
        return False
    content = _object(line)
    return (content.get("type"), content.get("subtype")) == ("system", "init")


def is_result(line: bytes) -> bool:
    """Return True for a result, which ends an answer. Most lines are told by their bytes, since there may be many."""
    return bool(_RESULT.search(line)) and _object(line).get("type") == "result"


def _object(line: bytes) -> Mapping[str, object]:
    """Return the JSON object in a line, or an empty one."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _line(content: Mapping[str, object]) -> bytes:
    return json.dumps(content).encode() + b"\n"
