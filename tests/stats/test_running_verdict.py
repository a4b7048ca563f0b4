"""Frames that grow round by round, and verdicts asked for after each: the same as from all calls at once."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from probe.model.call import Call
from probe.model.outcome import Flag, Outcome
from probe.model.row import row_of
from probe.model.run_manifest import Options
from probe.model.scenario import Expect
from probe.model.verdict import Question, Verdict
from probe.model.wire import WireSummary
from probe.stats.compare_calls import compare_calls, judge_calls
from probe.stats.frame import Frame, FrameBuilder
from probe.stats.order_report import wants_other_turn
from probe.stats.warmth_trials import read_trials
from tests.builders import call, manifest, scenario, step
from tests.stats.frames import frame

OUTCOMES = (Outcome.OK, Outcome.OVERLOADED, Outcome.TIMED_OUT, Outcome.AUTH)


def random_round(rng: random.Random, number: int, shares: list[float]) -> list[Call]:
    """Return a round of two calls, and sometimes a third one, of any outcome, speed, order of requests and answer."""
    return [
        call(number, position, **_random_changes(rng, shares[position % 2]))
        for position in range(1, 3 + (rng.random() < 0.1))
    ]


def _random_changes(rng: random.Random, failing: float) -> dict[str, Any]:
    outcome = rng.choice(OUTCOMES[1:]) if rng.random() < failing else Outcome.OK
    wire = WireSummary(attempts=rng.choice((1, 1, 1, 2)), message_id=rng.choice(("a", "b", None)))
    return {
        "outcome": outcome,
        "wall_ms": round(rng.lognormvariate(7, 1.2), 3),
        "timeout_ms": rng.choice((None, 9_000.0, 30_000.0)),
        "idle_before_ms": rng.choice((None, 10_000.0, 600_000.0)),
        "flags": rng.choice(((), (), (Flag.RETRIED,))),
        "wire": rng.choice((wire, None)),
    }


def growing(rng: random.Random, rounds: int) -> Iterator[tuple[Frame, Frame]]:
    """Yield after each round the frame of a builder that took the rounds one by one, and that of all calls at once.

    Rounds do not always end in the order of their numbers.
    """
    shares = [rng.random() * rng.random(), rng.random() * rng.random()]
    numbers = list(range(1, rounds + 1))
    for at in range(0, rounds - 1, 3):
        numbers[at : at + 2] = reversed(numbers[at : at + 2])
    builder, calls = FrameBuilder(), list[Call]()
    builder.begin_run("run-1")
    for number in numbers:
        made_now = random_round(rng, number, shares)
        builder.add(map(row_of, made_now))
        calls += made_now
        assert len(builder) == len(calls)
        yield builder.build(), frame(calls)


def flat(value: object) -> list[object]:
    """Return all words and numbers of a model's dump, in order."""
    if isinstance(value, dict):
        return [part for name in value for part in [name, *flat(value[name])]]
    if isinstance(value, list | tuple):
        return [part for item in value for part in flat(item)]
    return [value]


def assert_equal(running: Verdict | None, anew: Verdict | None) -> None:
    assert (running is None) == (anew is None)
    for ours, theirs in zip(*(flat(each.model_dump() if each else None) for each in (running, anew)), strict=True):
        assert ours == (pytest.approx(theirs, rel=1e-12, abs=1e-12) if isinstance(theirs, float) else theirs)


@pytest.mark.parametrize("seed", range(6))
def test_the_verdict_after_every_round_is_that_of_all_calls(seed: int) -> None:
    rng = random.Random(seed)
    of_run = manifest(options=Options(rounds=2, concurrency=rng.choice((1, 1, 2))), checks_order=rng.random() < 0.5)
    question = Question(delta=rng.choice((0.1, 0.15, 0.3)), slower_by_s=rng.choice((0.0, 1.0, None)))
    with_control = seed % 2 == 1
    for (calls, all_calls), (control, all_control) in zip(growing(rng, 40), growing(rng, 40), strict=True):
        running = judge_calls(calls, of_run, question, control if with_control else None)
        assert_equal(running, compare_calls(all_calls, of_run, question, all_control if with_control else None)[1])


@pytest.mark.parametrize("seed", range(4))
def test_order_and_warmth_of_a_growing_frame_are_those_of_all_calls(seed: int) -> None:
    rng = random.Random(seed)
    of_run = manifest()
    warm = scenario(step(), step("call2", expect=Expect(outcome=Outcome.OK)), gap_s=5, gap_upto_s=600)
    for calls, all_calls in growing(rng, 30):
        assert wants_other_turn(calls, of_run, Question()) == wants_other_turn(all_calls, of_run, Question())
        ours, theirs = (read_trials(each, warm, Question()) for each in (calls, all_calls))
        assert ours.trials.idle_ms.tolist() == theirs.trials.idle_ms.tolist()
        assert ours.trials.cold.tolist() == theirs.trials.cold.tolist()
        assert (ours.reference_ms, ours.left_out) == (theirs.reference_ms, theirs.left_out)


def test_a_frame_stays_as_it_was_when_more_calls_are_taken() -> None:
    frames = [(calls, calls["wall_ms"].copy(), len(calls)) for calls, _ in growing(random.Random(1), 200)]
    for calls, wall_ms, n in frames:
        assert len(calls) == n
        assert calls.where(np.ones(n, dtype=np.bool_))["wall_ms"].tolist() == wall_ms.tolist()
