"""A driver is one module and one entry: this module is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from probe.drivers.context import ArmContext, RunContext
from probe.drivers.driver_registry import DRIVERS, DriverEntry
from probe.model.choices import OutputFormat
from probe.model.client import ClientOutput, ClientResult
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Step
from probe.ports import CallOrder, DriverDescription, Priming
from tests.conftest import Probe


class Parrot:
    """Answers every call at once with the end of its prompt."""

    name = "parrot"
    runs_client = False
    client = ClientInfo(program="parrot", version="1")
    priming = Priming(primed=False)
    config_dir: str | None = None

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        return ("parrot", step.prompt)

    def describe(self, step: Step) -> DriverDescription:
        return DriverDescription(("parrot", "<prompt>"), (), OutputFormat.JSON, tokens_a_call=1)

    @contextmanager
    def open_round(self, number: int) -> Iterator["Parrot"]:
        yield self

    def call(self, order: CallOrder) -> Observation:
        now = datetime.now(UTC)
        answer = ClientResult(is_error=False, text=order.step.prompt.rpartition(": ")[2], num_turns=1)
        argv = self.argv(order.step, order.session_id, order.earlier_id)
        return Observation(argv, now, now, 1.0, 0, words=ClientOutput(result=answer))


class ParrotFactory:
    client_version: str | None = None

    def build(self, arm: ArmContext) -> Parrot:
        return Parrot()


@contextmanager
def open_parrot(run: RunContext) -> Iterator[ParrotFactory]:
    yield ParrotFactory()


def test_a_driver_is_a_module_and_an_entry(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRIVERS, "parrot", DriverEntry(f"{__name__}:open_parrot", runs_client=False))
    ran = probe("run", "--driver", "parrot", "--rounds", "3", "--json")
    (section,) = ran.json["statistics"]["sections"]
    assert section["manifest"]["driver"] == "parrot"
    assert section["manifest"]["client"]["program"] == "parrot"
    assert [(step["label"], step["ok"], step["n"]) for step in section["steps"]] == [("call1", 3, 3), ("call2", 3, 3)]
    resumed = probe("run", "--resume", ran.json["run"], "--rounds", "4", "--json")
    assert [step["n"] for step in resumed.json["statistics"]["sections"][0]["steps"]] == [4, 4]


def test_it_is_measured_beside_others(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRIVERS, "parrot", DriverEntry(open_parrot, runs_client=False))
    words = ("run", "--driver", "parrot", "--driver", "messages", "--fault", "none", "--rounds", "2", "--json")
    sections = probe(*words).json["statistics"]["sections"]
    assert [(section["name"], section["steps"][0]["ok"]) for section in sections] == [
        ("embedded-parrot", 2),
        ("embedded-messages", 2),
    ]


def test_a_name_without_an_entry_is_refused_with_those_that_have_one(probe: Probe) -> None:
    ran = probe("run", "--driver", "parrot", code=2)
    for name in DRIVERS:
        assert f"'{name}'" in ran.err
