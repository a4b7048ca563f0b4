"""A prepared run, executed: rounds are made, stored and told, until more would tell nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.errors import EnvironmentUnusableError
from probe.model.choices import EndReason, Role
from probe.model.events import CallFinished, Event
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.verdict import Verdict
from probe.ports import CallOrder
from probe.session.circuit_breaker import SameFailure
from probe.session.directories import RunDirectories, make_directories_of
from probe.session.execute import RunObserver, RunState, execute
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.resume import read_resumed
from probe.store import read_run
from tests.builders import ScriptedDriver
from tests.session.prepared import answering, prepared_arm, prepared_run, refusing


class Witness(RunObserver):
    """Notes all that it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.verdicts: list[str] = []
        self.failures: list[tuple[str, Outcome]] = []
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.states: list[RunState] = []
        self.is_watching = False

    @contextmanager
    def watching(self, state: RunState) -> Iterator[None]:
        self.states.append(state)
        self.is_watching = True
        yield
        self.is_watching = False

    def on_event(self, arm: str, event: Event) -> None:
        assert self.is_watching
        self.events.append((arm, event.event))

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        self.verdicts.append(arm)

    def on_same_failure(self, arm: str, failure: SameFailure) -> None:
        self.failures.append((arm, failure.outcome))

    def on_warning(self, text: str) -> None:
        self.warnings.append(text)

    def on_note(self, text: str) -> None:
        self.notes.append(text)


Answer = Callable[[CallOrder], Observation]


def arm_of(name: str = "relay", answer: Answer = answering, rounds: int = 2, **changes: Any) -> PreparedArm:
    arm = prepared_arm(name, **changes)
    return replace(
        arm,
        driver=ScriptedDriver(answer, runs_client=True),
        plan=arm.plan.model_copy(update={"rounds": rounds}),
        manifest=arm.manifest.model_copy(update={"rounds": rounds}),
    )


def executed(run: PreparedRun, out: Path, resumed: Path | None = None) -> tuple[EndReason, Witness, RunDirectories]:
    directories = make_directories_of(run, out, read_resumed(resumed) if resumed else None)
    witness = Witness()
    return execute(run, directories, [witness]), witness, directories


def outcomes(directories: RunDirectories) -> list[list[str]]:
    return [[row.outcome.value for row in read_run(folder).rows] for folder in directories.folders]


def test_rounds_are_made_stored_and_told(tmp_path: Path) -> None:
    reason, witness, directories = executed(prepared_run(arm_of()), tmp_path)
    assert (reason, outcomes(directories)) == (EndReason.COMPLETED, [["ok"] * 4])
    assert read_run(directories.path).end is EndReason.COMPLETED
    assert [event for _, event in witness.events].count("call_finished") == 4
    assert witness.events[-1] == ("relay", "run_finished")
    assert not witness.is_watching
    (state,) = witness.states
    assert (state.rounds_left, [arm.name for arm in state.arms]) == (2, ["relay"])


def test_arms_are_made_side_by_side_and_each_has_its_verdict(tmp_path: Path) -> None:
    reason, witness, directories = executed(prepared_run(arm_of("a"), arm_of("b")), tmp_path)
    assert (reason, outcomes(directories)) == (EndReason.COMPLETED, [["ok"] * 4] * 2)
    assert set(witness.verdicts) == {"a", "b"}
    assert witness.states[0].rounds_left == 4


def test_a_run_that_goes_on_makes_what_is_left_and_knows_what_it_has(tmp_path: Path) -> None:
    _, _, first = executed(prepared_run(arm_of(rounds=1)), tmp_path)
    more = arm_of(rounds=3)
    reason, witness, directories = executed(prepared_run(more), tmp_path, first.path)
    assert (reason, directories.path) == (EndReason.COMPLETED, first.path)
    (state,) = witness.states
    assert (state.rounds_left, [row.round for row in state.finished["relay"]]) == (2, [1, 1])
    assert outcomes(directories) == [["ok"] * 6]
    reason, witness, _ = executed(prepared_run(more), tmp_path, first.path)
    assert (reason, witness.states[0].rounds_left) == (EndReason.COMPLETED, 0)


def test_an_arm_whose_every_call_fails_alike_begins_no_further_round_and_the_others_go_on(tmp_path: Path) -> None:
    run = prepared_run(arm_of("bad", refusing, 6), arm_of("good", rounds=6))
    reason, witness, directories = executed(run, tmp_path)
    bad, good = outcomes(directories)
    assert witness.failures == [("bad", Outcome.AUTH)]
    assert (len(bad), len(good)) == (6, 12)
    assert reason is EndReason.SAME_FAILURE


def test_where_no_target_is_left_the_control_ends_too(tmp_path: Path) -> None:
    control = arm_of("control", rounds=9)
    control = replace(control, spec=control.spec.model_copy(update={"role": Role.CONTROL}))
    _, _, directories = executed(prepared_run(arm_of("bad", refusing, 9), control), tmp_path)
    bad, of_control = outcomes(directories)
    assert len(bad) == 6
    assert len(of_control) < 12


def test_where_it_is_asked_for_all_rounds_are_made_all_the_same(tmp_path: Path) -> None:
    run = prepared_run(arm_of("bad", refusing, 6), keep_going=True)
    reason, witness, directories = executed(run, tmp_path)
    assert (reason, len(outcomes(directories)[0]), witness.failures) == (EndReason.COMPLETED, 12, [])


def test_a_run_until_sure_ends_with_its_verdict(tmp_path: Path) -> None:
    def cold(order: CallOrder) -> Observation:
        return refusing(order) if order.step.label == "call1" else answering(order)

    reason, witness, directories = executed(prepared_run(arm_of(answer=cold, rounds=40), until_sure=True), tmp_path)
    rounds = len(outcomes(directories)[0]) // 2
    assert reason is EndReason.SETTLED
    assert 6 <= rounds < 40
    assert len(witness.verdicts) == rounds


def test_a_cancel_ends_the_run_and_what_was_made_is_stored(tmp_path: Path) -> None:
    arms: list[PreparedArm] = []

    def cancelling(order: CallOrder) -> Observation:
        if order.round == 2:
            run.cancel.cancel()
        return answering(order)

    arms.append(arm_of(answer=cancelling, rounds=5))
    run = prepared_run(*arms)
    reason, _, directories = executed(run, tmp_path)
    assert reason is EndReason.INTERRUPTED
    assert sorted(read_run(directories.path).finished) == [1]


def test_a_limit_on_tokens_that_no_call_tells_is_warned_of(tmp_path: Path) -> None:
    _, witness, _ = executed(prepared_run(arm_of(max_tokens=10)), tmp_path)
    assert len(witness.warnings) == 1
    assert "--max-tokens" in witness.warnings[0]


def test_a_command_before_each_round_is_run_and_its_failure_ends_the_run(tmp_path: Path) -> None:
    said = tmp_path / "said"
    run = prepared_run(arm_of(rounds=2), prepare=f"echo x >> '{said}'")
    assert executed(run, tmp_path)[0] is EndReason.COMPLETED
    assert said.read_text() == "x\n" * 2
    with pytest.raises(EnvironmentUnusableError, match="--prepare ended with 3"):
        executed(prepared_run(arm_of(rounds=2), prepare="exit 3"), tmp_path)


def test_what_an_observer_raises_ends_the_run_and_what_was_told_is_stored(tmp_path: Path) -> None:
    class Broken(RunObserver):
        def on_event(self, arm: str, event: Event) -> None:
            if isinstance(event, CallFinished):
                raise ZeroDivisionError

    directories = make_directories_of(prepared_run(arm_of()), tmp_path)
    with pytest.raises(ZeroDivisionError):
        execute(prepared_run(arm_of()), directories, [Broken()])
    stored = read_run(directories.path)
    assert (len(stored.rows), stored.end) == (1, None)


def test_nothing_that_an_observer_does_not_care_for_is_asked_of_it(tmp_path: Path) -> None:
    run = prepared_run(arm_of())
    observers: Sequence[RunObserver] = [RunObserver()]
    assert execute(run, make_directories_of(run, tmp_path), observers) is EndReason.COMPLETED
