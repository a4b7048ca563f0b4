"""Whole rounds of a stand-in client that is asked on its stdin: a real process, some of them hostile."""

import json
import threading
from contextlib import nullcontext

import pytest

from probe.drivers.claude_live import ClaudeLive
from probe.drivers.live_round import LiveRound
from probe.drivers.locate import Client
from probe.model.choices import Session
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.request_kind import RequestKind
from probe.model.run_manifest import ClientInfo
from probe.ports import CallOrder, RecordedCall
from tests.builders import step
from tests.drivers.contexts import contexts
from tests.drivers.live_bench import LIVE, NEW, LiveBench, found, outcomes
from tests.drivers.support import RECENT, Quiet, wait_for
from tests.drivers.test_sandbox import CANARY


class Busy(Quiet):
    """A tap that has an exchange whenever it is asked."""

    def __init__(self) -> None:
        self.handed_out = 0

    def end_call(self, _origin_s: float) -> RecordedCall:
        self.handed_out += 1
        fields = {"sequence": 1, "connection": 1, "kind": RequestKind.OTHER, "method": "GET", "path": "/"}
        return RecordedCall((Exchange(**fields, end=ExchangeEnd.COMPLETE),))


def let_it_end(calls: LiveRound) -> None:
    wait_for(lambda: calls._living is None or calls._living.process.exited)


def restarts(observations: list[Observation]) -> list[bool]:
    return ["process_restarted" in found(observation).flags for observation in observations]


def test_the_calls_of_a_round_are_made_in_one_process(live_bench: LiveBench) -> None:
    calls_made = live_bench.round("one", "two", "three")
    assert outcomes(calls_made) == ["ok"] * 3
    assert live_bench.asked == ["started", "asked one", "asked two", "asked three", "ended"]
    argv = json.loads(live_bench.log[0].partition(" ")[2])
    assert argv[argv.index("--input-format") + 1] == "stream-json"
    assert argv[argv.index("--session-id") + 1] == "id-1"
    assert ["one" in word for word in argv] == [False] * len(argv), "the prompt comes on stdin"
    assert [observation.return_code for observation in calls_made] == [None] * 3
    assert all(0 < observation.wall_ms < 30_000 for observation in calls_made)


def test_a_step_with_another_session_has_a_process_of_its_own(live_bench: LiveBench) -> None:
    calls_made = live_bench.round("one", "two", "three", sessions=(NEW, Session.RESUME, NEW))
    assert outcomes(calls_made) == ["ok"] * 3
    processes = [["started", f"asked {prompt}", "ended"] for prompt in ("one", "two", "three")]
    assert live_bench.asked == [line for process in processes for line in process]
    assert "--resume" in live_bench.log[3]
    assert restarts(calls_made) == [False] * 3


@pytest.mark.parametrize(
    ("prompt", "outcome", "cause"),
    [("crash", "client_crashed", "SIGSEGV"), ("leave", "client_crashed", "exit 3")],
)
def test_a_client_that_dies_in_a_turn_is_started_anew_for_the_next(
    live_bench: LiveBench, prompt: str, outcome: str, cause: str
) -> None:
    calls_made = live_bench.round("one", prompt, "three", "four")
    assert outcomes(calls_made) == ["ok", outcome, "ok", "ok"]
    assert found(calls_made[1]).cause == cause
    assert restarts(calls_made) == [False, False, True, False]
    assert live_bench.asked.count("started") == 2
    assert "the process ended in the call before" in found(calls_made[2]).evidence


def test_a_client_that_ends_between_two_turns_is_started_anew(live_bench: LiveBench) -> None:
    recorder = Busy()
    with live_bench.driver(open_call=lambda _: nullcontext(recorder)).open_round(1) as calls:
        first = calls.call(CallOrder(1, step("call1", prompt="last"), "id-1", None, goes_on=True))
        let_it_end(calls)
        second = calls.call(CallOrder(1, step("call2", prompt="two", session=LIVE), "id-1", "id-1"))
    assert outcomes([first, second]) == ["ok", "ok"]
    assert found(second).evidence == "the process ended between the two calls (exit code 4): that was the last"
    assert live_bench.asked == ["started", "asked last", "started", "asked two", "ended"]
    sequences = [[each.sequence for each in call.exchanges or ()] for call in (first, second)]
    assert sequences == [[1], [1, 2, 3]]
    assert recorder.handed_out == 4, "no request is lost"


@pytest.mark.parametrize("prompt", ["wait", "garbage"])
def test_a_late_answer_is_interrupted_and_the_process_goes_on(live_bench: LiveBench, prompt: str) -> None:
    calls_made = live_bench.round("one", prompt, "three", timeout=2.0)
    assert outcomes(calls_made) == ["ok", "timed_out", "ok"]
    assert calls_made[1].timed_out
    assert 2_000 <= calls_made[1].wall_ms < 3_000
    assert calls_made[1].words.result is None, "what comes after the interrupt is no answer"
    assert restarts(calls_made) == [False] * 3
    assert live_bench.asked == ["started", "asked one", f"asked {prompt}", "interrupted", "asked three", "ended"]


@pytest.mark.parametrize("prompt", ["deaf", "closed"])
def test_a_client_that_cannot_be_interrupted_is_killed(live_bench: LiveBench, prompt: str) -> None:
    calls_made = live_bench.round("one", prompt, "three", timeout=2.0)
    assert outcomes(calls_made) == ["ok", "timed_out", "ok"]
    assert 3_000 <= calls_made[1].wall_ms < 5_000
    assert calls_made[1].signal == "SIGKILL"
    assert restarts(calls_made) == [False, False, True]
    assert "did not end a late answer within 1 s" in found(calls_made[2]).evidence


def test_what_a_client_leaves_running_is_killed(live_bench: LiveBench) -> None:
    first, second = live_bench.round("child", "two")
    assert (first.leftovers, second.leftovers) == (0, 1)


def test_after_a_turn_that_asked_for_a_tool_nothing_goes_on(live_bench: LiveBench) -> None:
    calls_made = live_bench.round("one", "tool", "three", "four", sessions=(NEW, LIVE, LIVE, NEW))
    assert outcomes(calls_made) == ["ok", "tool_use", "not_continued", "ok"]
    assert live_bench.asked == ["started", "asked one", "asked tool", "ended", "started", "asked four", "ended"]


def test_cpu_time_is_that_of_the_turn(live_bench: LiveBench) -> None:
    calls_made = live_bench.round("one", "burn", "three")
    used = [observation.cpu_ms or 0.0 for observation in calls_made]
    assert used[1] >= 450
    assert max(used[0], used[2]) < used[1]
    assert all((observation.max_rss_bytes or 0) > 2**20 for observation in calls_made)


def test_a_cancel_ends_the_turn_and_the_process(live_bench: LiveBench) -> None:
    timer = threading.Timer(1.0, live_bench.cancel.cancel)
    timer.start()
    calls_made = live_bench.round("one", "wait")
    timer.join()
    assert outcomes(calls_made) == ["ok", "interrupted"]


def test_the_process_ends_where_the_round_is_left_by_an_error(live_bench: LiveBench) -> None:
    def leave() -> None:
        with live_bench.driver().open_round(1) as calls:
            calls.call(CallOrder(1, step("call1", prompt="one"), "id-1", None, goes_on=True))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        leave()
    assert live_bench.asked == ["started", "asked one", "ended"]


def test_a_client_that_cannot_be_started_is_an_outcome(live_bench: LiveBench) -> None:
    client = Client((str(live_bench.root / "gone"),), ClientInfo(program="claude"), RECENT | {"--input-format"}, True)
    run, arm = contexts(lambda *_: "http://relay", live_bench.cancel, open_call=lambda _: nullcontext(Quiet()))
    with ClaudeLive(client, live_bench.root, run, arm).open_round(1) as calls:
        calls_made = list(live_bench.calls(calls, ("one", "two"), (NEW, LIVE), 5.0))
    assert outcomes(calls_made) == ["client_missing"] * 2


def test_a_secret_in_what_the_client_says_is_redacted(live_bench: LiveBench) -> None:
    with live_bench.driver().open_round(1) as calls:
        observation = calls.call(CallOrder(1, step("call1", prompt=CANARY), "id-1", None))
    assert CANARY not in repr(observation)
