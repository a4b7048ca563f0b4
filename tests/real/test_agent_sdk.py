"""The real Agent SDK with the real client: the catalogue's faults, tools, tokens, and what is left of a run."""

import json
import os
import re
import signal
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.drivers.agent_sdk import AgentSdk, AgentSdkIsolated
from probe.model.call import Diagnosis
from probe.model.choices import Session
from probe.model.observation import Observation
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder
from tests.conftest import Probe, calls, journal
from tests.real.catalogue import LASTING, Row
from tests.real.support import MODEL, Bench, bench, inhabitants
from tests.real.test_catalogue import step_for
from tests.upstream.support import wait_until

pytestmark = pytest.mark.real

FEW = (
    "status(code=529)",
    "status(code=404)",
    "reset(when=headers)",
    "truncate",
    "html_200",
    "wrong_text(text=nope)",
    "ping_only",
)
"""Faults of which each is met by the SDK in every run of the tests, once."""
WHOLE = "PROBE_WHOLE_CATALOGUE"
"""The variable with which all of the catalogue is met, by both drivers: some five minutes."""
DRIVERS = {driver.name: driver for driver in (AgentSdk, AgentSdkIsolated)}


def met_rows() -> Iterable[tuple[str, Row]]:
    if os.environ.get(WHOLE):
        yield from ((name, row) for name in DRIVERS for row in LASTING)
        return
    for fault in FEW:
        yield AgentSdk.name, next(row for row in LASTING if row.fault == fault)
    yield AgentSdkIsolated.name, next(row for row in LASTING if row.fault == "error_event")


def round_of(workbench: Bench, *steps: Step) -> list[tuple[Observation, Diagnosis]]:
    """Make the calls of a round, whose steps after the first go on in its client."""
    diagnosed, session = [], ""
    with workbench.round() as calls_of_round:
        for index, step in enumerate(steps):
            session = str(uuid.uuid4()) if step.session is Session.NEW else session
            order = CallOrder(1, step, session, session if index else None, goes_on=index + 1 < len(steps))
            observation = calls_of_round.call(order)
            diagnosed.append((observation, diagnose(observation, step.expect, MODEL)))
    return diagnosed


def asking(word: str, session: Session = Session.NEW, **changes: Any) -> Step:
    prompt = f"Reply with exactly: {word}"
    return Step(label=f"call-{word.lower()}", prompt=prompt, session=session, expect=Expect(equals=word), **changes)


@pytest.mark.parametrize(("driver", "row"), list(met_rows()), ids=str)
def test_the_catalogue_comes_to_the_same_by_the_sdk(real_client: str, tmp_path: Path, driver: str, row: Row) -> None:
    settings: dict[str, Any] = {"client_retries": row.retries, "extra": dict(row.env), "driver": DRIVERS[driver]}
    with bench(real_client, tmp_path, [row.spec], recorder=True, **settings) as workbench:
        observation, found = workbench.call_to_its_deadline(step_for(row))
    assert (found.outcome, found.cause, set(found.flags)) == (row.outcome, row.cause, set(row.flags)), found.evidence
    assert observation.exchanges is not None


def test_two_calls_of_one_client_have_their_own_tokens_one_connection_and_one_title(
    real_client: str, tmp_path: Path
) -> None:  # complexity: assertions on one round
    with bench(real_client, tmp_path, recorder=True, driver=AgentSdk) as workbench:
        (first, found), (second, found_second) = round_of(workbench, asking("ONE"), asking("TWO", Session.LIVE))
    assert (found.outcome, found_second.outcome) == ("ok", "ok")
    kinds = [[exchange.kind.value for exchange in seen.exchanges or ()] for seen in (first, second)]
    assert kinds == [["warmup", "background", "main"], ["main"]]
    assert len({exchange.connection for seen in (first, second) for exchange in seen.exchanges or ()}) <= 2
    main = next(exchange for exchange in second.exchanges or () if exchange.kind.value == "main")
    assert main.tcp_ms is None, "the connection was there"
    usages = [seen.words.result.usage for seen in (first, second) if seen.words.result]
    assert [usage.output_tokens for usage in usages if usage] == [1, 1]
    assert workbench.driver.client.sdk
    assert workbench.driver.client.version


@pytest.mark.slow
def test_after_a_tool_was_asked_for_nothing_goes_on(real_client: str, tmp_path: Path) -> None:
    canary = tmp_path / "CANARY"
    fault = f"tool_use(name=all, canary='{canary}', on=call-one)"
    with bench(real_client, tmp_path, [fault], recorder=True, driver=AgentSdk) as workbench:
        (_, found), (second, _), (_, third) = round_of(
            workbench, asking("ONE"), asking("TWO", Session.LIVE), asking("THREE")
        )
    assert found.outcome == "tool_use"
    assert second.refused_tools
    assert third.outcome == "ok"
    assert not canary.exists()
    assert [request.path.split("/")[3] for request in workbench.main_requests()] == ["call-one", "call-three"]


@pytest.mark.slow
def test_a_call_that_hangs_is_interrupted_and_the_client_answers_the_next(real_client: str, tmp_path: Path) -> None:
    with bench(real_client, tmp_path, ["hang(on=call-one)"], recorder=True, driver=AgentSdk) as workbench:
        (late, found), (after, found_after) = round_of(
            workbench, asking("ONE", timeout_s=8.0), asking("TWO", Session.LIVE)
        )
        assert inhabitants(tmp_path) == []
    assert (found.outcome, found.cause, late.timed_out) == ("timed_out", "no_first_byte", True)
    assert (found_after.outcome, after.restarted) == ("ok", None)
    assert found.flags == ()


@pytest.mark.slow
def test_a_run_of_both_drivers_is_compared_and_priced_by_the_call(real_probe: Probe) -> None:
    words = (
        "--second-call-mode",
        "live",
        "--driver",
        "agent-sdk",
        "--isolate",
        "-n",
        "2",
        "--no-prime",
        "--fault",
        "none",
    )
    real_probe.run(*words)
    group = real_probe.runs()[0]
    arms = ("embedded-agent-sdk", "embedded-agent-sdk-isolated")
    assert sorted(arm.name for arm in (group / "arms").iterdir()) == list(arms)
    for arm in arms:
        assert {call["diagnosis"]["outcome"] for call in calls(group / "arms" / arm)} == {"ok"}
        exported = real_probe("export", f"{group}/arms/{arm}", "--format", "jsonl").out.splitlines()
        costs = [json.loads(line)["cost_usd"] for line in exported]
        assert costs[1] < costs[0], "the client's sum of a session is more than its first call"
    manifest = json.loads((group / "arms" / arms[0] / "manifest.json").read_text())
    assert manifest["client"]["sdk"]
    report = real_probe("report", "--format", "markdown").out
    assert re.search(r"call2 .+ agent-sdk .+ agent-sdk-isolated .*; 2 rounds\)\. A new client process costs", report)
    assert f"claude-agent-sdk {manifest['client']['sdk']}" in report


@pytest.mark.parametrize("driver", DRIVERS)
def test_ctrl_c_leaves_no_process_and_no_sandbox(real_probe: Probe, driver: str) -> None:
    words = ("--driver", driver, "--no-prime", "--target", "embedded", "--fault", "hang")
    child = real_probe.start("run", *words)
    tmp = Path(real_probe.env()["TMPDIR"])
    wait_until(lambda: any(begun(run) for run in real_probe.runs()), 60)
    wait_until(lambda: len(inhabitants(tmp)) > 1, 60)
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    assert inhabitants(tmp) == []
    assert list(tmp.iterdir()) == []


def begun(run: Path) -> bool:
    return (run / "journal.jsonl").exists() and any(event["event"] == "call_started" for event in journal(run))
