"""A round of a stand-in client that is asked on its stdin, and what it was asked."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from probe.diagnose.classify import diagnose
from probe.drivers.claude_live import ClaudeLive
from probe.drivers.locate import Client
from probe.drivers.process import Cancel
from probe.model.call import Diagnosis
from probe.model.choices import Session
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Expect
from probe.ports import CallOrder, RoundDriver
from probe.redact import Redactor
from tests.builders import step
from tests.drivers.contexts import contexts
from tests.drivers.support import RECENT, Quiet
from tests.drivers.test_sandbox import CANARY

CLIENT = Path(__file__).parents[1] / "children" / "live_client.py"
NEW, LIVE = Session.NEW, Session.LIVE


class LiveBench:
    """A driver whose client is the stand-in, and what that was asked."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "root"
        self.root.mkdir()
        self._log = tmp_path / "log"
        self._log.touch()
        self.cancel = Cancel()

    def driver(self, options: frozenset[str] = RECENT | {"--input-format"}, **settings: Any) -> ClaudeLive:
        client = Client((sys.executable, str(CLIENT)), ClientInfo(program="claude", version="2.1.329"), options, True)
        fields: dict[str, Any] = {
            "token": CANARY,
            "environment": {"PATH": "/bin"},
            "redactor": Redactor([CANARY]),
            "variables": {"LIVE_LOG": str(self._log)},
            "open_call": lambda _: nullcontext(Quiet()),
        }
        run, arm = contexts(lambda number, label: f"http://relay/{number}/{label}", self.cancel, **fields | settings)
        return ClaudeLive(client, self.root, run, arm)

    def round(self, *prompts: str, timeout: float = 30.0, sessions: tuple[Session, ...] = ()) -> list[Observation]:
        """Make a round of calls: the first in a new process, those after it in the same unless `sessions` say else."""
        with self.driver().open_round(1) as calls:
            return list(self.calls(calls, prompts, sessions or (NEW, *[LIVE] * (len(prompts) - 1)), timeout))

    def calls(
        self, calls: RoundDriver, prompts: tuple[str, ...], sessions: tuple[Session, ...], timeout: float
    ) -> Iterator[Observation]:
        for index, (prompt, session) in enumerate(zip(prompts, sessions, strict=True)):
            asked = step(f"call{index + 1}", prompt=prompt, session=session, timeout=timeout)
            goes_on = sessions[index + 1 : index + 2] == (LIVE,)
            yield calls.call(CallOrder(1, asked, f"id-{index + 1}", "id-1" if index else None, goes_on))

    @property
    def log(self) -> list[str]:
        return self._log.read_text().splitlines()

    @property
    def asked(self) -> list[str]:
        """The log in a word for each line."""
        return [line.partition(" ")[0] if line.startswith("started") else line for line in self.log]


def found(observation: Observation) -> Diagnosis:
    """Diagnose a call by the client's words alone: no request passes here."""
    return diagnose(replace(observation, exchanges=None), Expect(equals="fine"), None)


def outcomes(observations: list[Observation]) -> list[str]:
    return [found(observation).outcome.value for observation in observations]
