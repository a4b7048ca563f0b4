"""The progress of a run: rounds, calls, and the time that is left."""

from probe.model.events import CallFinished, CallStarted, RoundFinished, RoundPrepared, RoundStarted, RunStarted
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.session.prepare import PreparedArm
from probe.session.progress import Progress, RoundStage
from probe.session.usage_watch import UsageWatch
from tests.builders import START, call, flags, scenario, step
from tests.session.prepared import no_rows, prepared_arm


def progress_of(*arms: PreparedArm) -> Progress:
    rows = no_rows(*arms)
    return Progress(arms, rows, UsageWatch(arms, rows))


def make_round(progress: Progress, number: int, arm: str = "relay") -> None:
    for position in (1, 2):
        progress.on_event(arm, CallFinished(at=START, call=call(number, position)))
    progress.on_event(arm, RoundFinished(at=START, round=number, attempt=1))


def test_calls_are_counted_by_step_and_by_arm() -> None:
    progress = progress_of(prepared_arm("a"), prepared_arm("b"))
    for finished in (
        call(1, 1),
        call(1, 2, flags=flags("retried")),
        call(2, 1, Outcome.OVERLOADED, cause="529"),
        call(2, 2, Outcome.INTERRUPTED),
    ):
        progress.on_event("a", CallFinished(at=START, call=finished))
    first, second = (progress.steps["a", label] for label in ("call1", "call2"))
    assert (first.ok, first.recovered, first.failed, first.n) == (1, 0, 1, 2)
    assert (second.ok, second.recovered, second.n) == (1, 1, 1)
    counts = progress.counts["a"]
    assert (counts.n, counts.failed, counts.recovered) == (3, 1, 1)
    assert counts.failures == {(Outcome.OVERLOADED, "529"): 1}
    assert (progress.counts["b"].n, progress.steps["b", "call1"].n) == (0, 0)
    assert [progress.name(arm, "call1") for arm in ("a", "b")] == ["a call1", "b call1"]
    assert progress_of(prepared_arm()).name("relay", "call1") == "call1"


def test_calls_of_an_earlier_start_count_too() -> None:
    arm = prepared_arm()
    rows = {"relay": [row_of(call(1, 1)), row_of(call(1, 2, Outcome.AUTH))]}
    progress = Progress([arm], rows, UsageWatch([arm], rows))
    progress.on_event("relay", RunStarted(at=START, rounds_to_do=1))
    assert (progress.counts["relay"].n, progress.rounds, progress.finished) == (2, 2, 1)
    assert progress.last is not None
    assert progress.last[1].outcome is Outcome.AUTH


def test_a_round_that_is_under_way_has_a_stage_and_the_time_it_may_take() -> None:
    progress = progress_of(prepared_arm())

    def stage() -> tuple[RoundStage, float | None, str] | None:
        running = progress.running.get(("relay", 1))
        return None if running is None else (running.stage, running.limit_s, running.label)

    started = CallStarted(at=START, round=1, attempt=1, step=0, label="call1", session_id=None, timeout_ms=9000.0)
    prepared = RoundPrepared(at=START, round=1, primed=True, prime_ms=1.0, config_dir=None, idle_s=60.0)
    stages = []
    for event in (
        RoundStarted(at=START, round=1, attempt=1),
        prepared,
        started,
        CallFinished(at=START, call=call(1, 1)),
        RoundFinished(at=START, round=1, attempt=1),
    ):
        progress.on_event("relay", event)
        stages.append(stage())
    assert stages == [
        (RoundStage.PREPARING, None, ""),
        (RoundStage.IDLE, 60.0, ""),
        (RoundStage.CALL, 9.0, "call1"),
        (RoundStage.BETWEEN_CALLS, None, ""),
        None,
    ]


def test_the_first_call_beside_the_script_is_known() -> None:
    progress = progress_of(prepared_arm())
    extra = call(1, 3).model_copy(update={"label": "extra"})
    progress.on_event("relay", CallFinished(at=START, call=extra))
    assert progress.is_first_extra("relay", extra)
    progress.on_event("relay", CallFinished(at=START, call=extra))
    assert not progress.is_first_extra("relay", extra)
    assert not progress.is_first_extra("relay", call(1, 1))


def test_the_time_that_is_left_has_a_limit_and_nothing_is_expected_before_a_round() -> None:
    script = scenario(step(timeout=10), step("call2", timeout=20))
    progress = progress_of(prepared_arm(script=script))
    progress.on_event("relay", RunStarted(at=START, rounds_to_do=4))
    assert progress.left_s() == (None, 120.0)
    make_round(progress, 1)
    assert progress.left_s()[1] == 90.0
    for number in (2, 3, 4):
        make_round(progress, number)
    assert progress.left_s() == (None, 0.0)
    side_by_side = progress_of(prepared_arm(script=script, concurrency=2))
    side_by_side.on_event("relay", RunStarted(at=START, rounds_to_do=4))
    assert side_by_side.left_s() == (None, 60.0)


def test_only_the_last_calls_of_a_step_are_kept() -> None:
    progress = progress_of(prepared_arm())
    for number in range(1, 101):
        progress.on_event("relay", CallFinished(at=START, call=call(number, 1)))
    last = progress.steps["relay", "call1"].last
    assert (len(last), last[-1].round, progress.steps["relay", "call1"].n) == (60, 100, 100)
