"""A program: `probe`, whose requests say in their path which arm, round and attempt they are made for.

The witness reads it. Nothing else is changed: neither the spool nor what is sent to a coordinator.
"""

import threading
from typing import Any

import probe.session.prepare
from probe.__main__ import main
from probe.model.run_manifest import RoundToDo
from probe.model.run_spec import ArmSpec
from probe.session.local_rounds import LocalRounds

MADE = threading.local()
make_round = LocalRounds.make_round


def noted_round(self: LocalRounds, todo: RoundToDo, lane: Any) -> None:
    MADE.path = f"w/{self.name}/{todo.number}/{todo.attempt}"
    make_round(self, todo, lane)


def noted_url(arm: ArmSpec, number: int, label: str) -> str:
    return f"{arm.target.base_url}/{MADE.path}/{label}"


LocalRounds.make_round = noted_round  # type: ignore[method-assign]
probe.session.prepare.call_url = noted_url

if __name__ == "__main__":
    main()
