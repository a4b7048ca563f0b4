"""`probe.measure`: in any thread, several at once, cancellable, without a word, and with nothing left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import probe
from probe.api.measuring import RunOptions
from probe.checkup.asked_target import PreflightFailed
from probe.errors import ClientNotFoundError, UsageError
from probe.model.choices import EndReason
from probe.model.events import Event
from probe.model.run_manifest import Options
from probe.store import read_run
from tests.conftest import journal

pytestmark = pytest.mark.usefixtures("alone")

GOOD: dict[str, Any] = {"target": "embedded", "faults": "none"}
HANGING = GOOD | {"env": {"STUB": "hang"}, "rounds": 5, "timeout_s": "60s"}


def test_a_run_has_all_that_loaded_runs_have() -> None:
    run = probe.measure(**GOOD, rounds=2)
    assert run.end == "completed"
    assert (run.path / "manifest.json").exists()
    assert run.path.parent == Path("reports/runs")
    assert run.outcome_counts == {"call1": {"ok": 2}, "call2": {"ok": 2}}
    assert run.calls["ok"].tolist() == [True] * 4
    assert run.gate("call1.failed > 0").passed
    assert run.report == probe.load(run.path).report


def test_several_at_once_in_threads_of_the_same_second() -> None:
    plain = {**GOOD, "drivers": "messages"}
    asked = [GOOD, {**plain, "faults": "status(code=400, on=call1)"}, GOOD, plain]
    with ThreadPoolExecutor(len(asked)) as pool:
        runs = list(pool.map(lambda options: probe.measure(**options, rounds=3), asked))
    assert len({run.path for run in runs}) == len(asked)
    assert [run.outcome_counts["call1"] for run in runs] == [{"ok": 3}, {"bad_request": 3}, {"ok": 3}, {"ok": 3}]
    assert [len(run.exchanges) for run in runs] == [6, 6, 6, 6]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_whenever_a_round_begins_all_that_ended_before_it_are_stored(concurrency: int) -> None:
    """Hold what lets a program that is killed at that moment resume without making any of them again."""
    ended = 0
    stored: list[tuple[int, int]] = []

    def watch(_arm: str, event: Event) -> None:
        nonlocal ended
        ended += event.event == "round_finished"
        if event.event == "round_started":
            (run,) = Path("reports/runs").iterdir()
            stored.append((ended, len(read_run(run).finished)))

    probe.measure(**GOOD, drivers="messages", rounds=6, concurrency=concurrency, observers=[watch])
    assert len(stored) == 6
    assert all(kept == before for before, kept in stored)
    assert stored[-1][0] >= 6 - concurrency


def test_a_run_is_cancelled_from_another_thread() -> None:
    cancel = threading.Event()

    def watch(arm: str, event: Event) -> None:
        if event.event == "call_started":
            threading.Timer(0.2, cancel.set).start()

    begun = time.monotonic()
    run = probe.measure(**HANGING, observers=[watch], cancel=cancel)
    assert time.monotonic() - begun < 30
    assert run.end == "interrupted"
    assert len(run.calls) == 0


def test_control_c_ends_it_and_is_raised_again() -> None:
    def watch(arm: str, event: Event) -> None:
        if event.event == "call_started":
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        probe.measure(**HANGING, observers=[watch])
    (run,) = Path("reports/runs").iterdir()
    assert journal(run)[-1]["reason"] == "interrupted"


def test_an_interrupted_run_is_gone_on_with() -> None:
    cancel = threading.Event()

    def watch(arm: str, event: Event) -> None:
        if event.event == "round_finished":
            cancel.set()

    run = probe.measure(**GOOD, rounds=50, observers=[watch], cancel=cancel)
    rounds = len(run.rounds)
    assert (run.end, 0 < rounds < 50) == ("interrupted", True)
    resumed = probe.measure(resume=run.path, rounds=rounds + 1)
    assert (resumed.path, resumed.end) == (run.path, "completed")
    assert resumed.rounds["round"].tolist() == list(range(1, rounds + 2))


def test_what_an_observer_raises_ends_the_run() -> None:
    def watch(arm: str, event: Event) -> None:
        if event.event == "round_finished":
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        probe.measure(**GOOD, rounds=50, observers=[watch])


def test_events_come_in_order_and_are_stored_before() -> None:
    told: list[tuple[str, str]] = []
    run = probe.measure(**GOOD, rounds=1, observers=[lambda arm, event: told.append((arm, event.event))])
    assert told == [("embedded", event["event"]) for event in journal(run.path)]


def test_warnings_are_those_of_the_command_line() -> None:
    run = probe.measure(**GOOD, drivers="messages", rounds=1, timeout_s=3, max_cost_usd=1, fail_on="p90_wall > 30s")
    limit, gate = run.warnings
    assert limit.startswith("--max-cost-usd has no effect")
    assert gate == "the gate 'p90_wall > 30s' cannot fail: calls end at their timeout, which is shorter"
    assert probe.measure(**GOOD, drivers="messages", rounds=1).warnings == ()


def test_several_targets_are_a_group() -> None:
    run = probe.measure(**GOOD, control=True, rounds=1)
    assert (run.path / "group.json").exists()
    assert set(run.calls["role"]) == {"target", "control"}
    assert run.verdict is not None


def test_until_sure_ends_when_the_verdict_is_settled() -> None:
    run = probe.measure(target="embedded", drivers="messages", faults="hang(on=call1)", timeout_s=0.2, until_sure=True)
    assert run.end == "settled"
    assert run.verdict is not None
    assert run.verdict.answer == "COLD"


def test_while_an_event_loop_runs_as_in_a_notebook() -> None:
    async def cell() -> probe.Run:
        return probe.measure(**GOOD, drivers="messages", rounds=1)

    assert asyncio.run(cell()).end == "completed"


def test_children_of_the_program_are_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as own:
        try:
            probe.measure(**GOOD, rounds=1)
            assert own.poll() is None
        finally:
            own.kill()
    ended = subprocess.run([sys.executable, "-c", "raise SystemExit(7)"], check=False)
    assert ended.returncode == 7


def test_tokens_come_from_the_environment_that_is_given() -> None:
    target: dict[str, Any] = {"base_url": "http://127.0.0.1:9", "model": "m", "token_env": "MY_TOKEN", "rounds": 1}
    with pytest.raises(UsageError, match="MY_TOKEN"):
        probe.measure(**target)
    environment = {**os.environ, "MY_TOKEN": "sk-made-up-0123456789"}
    run = probe.measure(**target, drivers="messages", environment=environment, preflight=False)
    assert run.outcome_counts["call1"] == {"connection_refused": 1}
    assert not [file for file in run.path.rglob("*") if file.is_file() and b"made-up" in file.read_bytes()]


def test_a_target_that_cannot_be_measured_raises_what_check_finds_and_stores_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "MY_TOKEN": "sk-made-up-0123456789"}
    target: dict[str, Any] = {"base_url": "http://127.0.0.1:9", "model": "m", "token_env": "MY_TOKEN", "rounds": 30}
    with pytest.raises(PreflightFailed, match="nothing listens") as failed:
        probe.measure(**target, drivers="messages", environment=environment, out=tmp_path)
    (asked,) = failed.value.targets
    assert [finding.code for finding in asked.sure] == ["connection_refused"]
    assert failed.value.remedy == asked.sure[0].remedy
    assert not (tmp_path / "runs").exists()


def test_a_run_that_keeps_going_warns_of_what_check_finds() -> None:
    environment = {**os.environ, "MY_TOKEN": "sk-made-up-0123456789"}
    target: dict[str, Any] = {"base_url": "http://127.0.0.1:9", "model": "m", "token_env": "MY_TOKEN", "rounds": 4}
    run = probe.measure(**target, drivers="messages", environment=environment, keep_going=True)
    assert any("nothing listens on 127.0.0.1:9" in warning for warning in run.warnings)
    assert (run.end, run.outcome_counts["call1"]) == (EndReason.COMPLETED, {"connection_refused": 4})


def test_no_further_round_is_made_after_three_that_failed_alike() -> None:
    run = probe.measure(rounds=9, drivers="messages", faults="status(code=401)")
    assert (run.end, run.outcome_counts["call1"]) == (EndReason.SAME_FAILURE, {"auth": 3})


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"round": 3}, "no such option: round"),
        ({"rounds": 0}, "rounds"),
        ({"concurrency": 0}, "concurrency"),
        ({"timeout_s": "soon"}, "timeout_s: 'soon' is not a duration"),
        ({"target": "nowhere"}, "no target 'nowhere'"),
        ({"scenario": "nothing"}, "nothing"),
        ({"fail_on": "nonsense"}, "does not read as"),
        ({"resume": "20261121T073000Z-none"}, "no such run"),
        ({"target": []}, "target: is empty"),
        ({"drivers": ()}, "drivers: is empty"),
        ({"env": ["A=1"]}, "env: is no mapping"),
        ({"env": {"A": None}}, "env: the value of A is no text, but of type NoneType"),
        ({"observers": [5]}, "observers: 5 is neither a function nor"),
        ({"cancel": True}, "cancel: has no method is_set"),
        ({"drivers": "cursor"}, "no driver 'cursor'"),
        ({"drivers": "messages", "concurrency": 513}, "at most 512 rounds are made at a time"),
        ({"drivers": 7}, "7 is neither a text nor several"),
    ],
)
def test_arguments_that_cannot_be_used(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        probe.measure(**options)
    assert not Path("reports").exists()


def test_a_misspelled_argument_is_answered_with_the_names_that_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        probe.measure(tagret="embedded")  # type: ignore[call-arg]
    known = str(refused.value).split("Known: ")[1].rstrip(".").split(", ")
    assert {"target", "env", "cancel", "timeout_s"} <= set(known)
    assert not {"targets", "env_names"} & set(known)


@pytest.mark.parametrize(
    "options",
    [
        {"env": {"A": b"hunter2-zebra"}},
        {"env": {"A": "hunter2-zebra\0"}},
        {"env": {"A": "hunter2-zebra\udcff"}},
        {"base_url": "http://127.0.0.1:9", "model": "m", "token_env": "sk-hunter2-zebra"},
    ],
)
def test_what_cannot_be_used_is_not_shown_where_it_may_be_a_secret(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        probe.measure(**options)
    assert "zebra" not in "".join(traceback.format_exception(refused.value))


def test_without_a_client_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(ClientNotFoundError):
        probe.measure(**GOOD, client="no-such-program")
    assert not (tmp_path / "reports").exists()


def test_the_arguments_are_the_options() -> None:
    """Name each argument as the option of `probe run`."""
    own = {"targets", "scenario", "rounds", "until_sure", "env_names"}  # which have parameters of their own
    assert RunOptions.__annotations__.keys() == Options.model_fields.keys() - own


@pytest.mark.real
def test_the_real_client_is_cancelled(real_client: str) -> None:
    cancel = threading.Event()

    def watch(arm: str, event: Event) -> None:
        if event.event == "call_started" and event.round == 2:
            threading.Timer(1.0, cancel.set).start()

    faults = "hang(on=call1, every=2)"
    run = probe.measure(
        target="embedded", client=real_client, faults=faults, rounds=3, timeout_s=90, observers=[watch], cancel=cancel
    )
    assert run.end == "interrupted"
    assert run.calls["outcome"].tolist() == ["ok", "ok"]
