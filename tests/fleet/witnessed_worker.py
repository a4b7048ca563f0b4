"""A program: `probe`, whose requests say in their path which arm, round and attempt they are made for.

The witness reads it. DIES has the process killed around its second round, LEASE_S sets how long a lease lasts, and
VERSION the version that it says. Nothing else is changed: neither the spool nor what is sent to a coordinator.
"""

import os
import signal
import threading
from typing import Any

import probe.fleet.vantage_session
import probe.session.prepare
from probe.__main__ import main
from probe.fleet.spool import RoundAttempt, Spool
from probe.model.run_manifest import RoundToDo
from probe.model.run_spec import ArmSpec
from probe.session.local_rounds import LocalRounds

MADE = threading.local()
make_round = LocalRounds.make_round


def noted_round(self: LocalRounds, todo: RoundToDo, lane: Any) -> None:
    MADE.path = f"w/{self.name}/{todo.number}/{todo.attempt}"
    make_round(self, todo, lane)


begin, finish = Spool.begin, Spool.finish


def begin_and_die(self: Spool, run: str, attempt: RoundAttempt) -> bool:
    begun = begin(self, run, attempt)
    if attempt[1:] == (2, 1):
        os.kill(os.getpid(), signal.SIGKILL)
    return begun


def finish_and_die(self: Spool, run: str, attempt: RoundAttempt, events: bytes) -> None:
    finish(self, run, attempt, events)
    if attempt[1:] == (2, 1):
        os.kill(os.getpid(), signal.SIGKILL)


def noted_url(arm: ArmSpec, number: int, label: str) -> str:
    return f"{arm.target.base_url}/{MADE.path}/{label}"


LocalRounds.make_round = noted_round  # type: ignore[method-assign]
probe.session.prepare.call_url = noted_url

match os.environ.get("DIES"):
    case "before the round":
        Spool.begin = begin_and_die  # type: ignore[method-assign]
    case "between the round and its result":
        Spool.finish = finish_and_die  # type: ignore[method-assign]
probe.__version__ = os.environ.get("VERSION", probe.__version__)
if "LEASE_S" in os.environ:
    probe.fleet.vantage_session.LEASE_S = float(os.environ["LEASE_S"])

if __name__ == "__main__":
    main()
