"""Whole rounds of a stand-in client that is asked on its stdin: a real process, some of them hostile."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.drivers.claude_live import ClaudeLive, is_result
from probe.drivers.live_round import LiveRound
from probe.drivers.locate import Client
from probe.drivers.process import Cancel
from probe.errors import ClientTooOldError, UsageError
from probe.model.call import Diagnosis
from probe.model.choices import Session
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.request_kind import RequestKind
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Expect
from probe.ports import CallOrder, RecordedCall, RoundDriver
from probe.redact import Redactor
from tests.builders import step
from tests.drivers.contexts import contexts
from tests.drivers.support import Quiet, wait_for
from tests.drivers.test_claude_print import RECENT
from tests.drivers.test_sandbox import CANARY

CLIENT = Path(__file__).parents[1] / "children" / "live_client.py"
NEW, LIVE = Session.NEW, Session.LIVE


class Bench:
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    prepared = Bench(tmp_path)
    yield prepared
    prepared.cancel.close()
    assert list(prepared.root.iterdir()) == [], "no sandbox is left"


def found(observation: Observation) -> Diagnosis:
    """Diagnose a call by the client's words alone: no request passes here."""
    return diagnose(replace(observation, exchanges=None), Expect(equals="fine"), None)


def outcomes(observations: list[Observation]) -> list[str]:
    return [found(observation).outcome.value for observation in observations]


def restarts(observations: list[Observation]) -> list[bool]:
    return ["process_restarted" in found(observation).flags for observation in observations]


def test_the_calls_of_a_round_are_made_in_one_process(bench: Bench) -> None:
    calls_made = bench.round("one", "two", "three")
    assert outcomes(calls_made) == ["ok"] * 3
    assert bench.asked == ["started", "asked one", "asked two", "asked three", "ended"]
    argv = json.loads(bench.log[0].partition(" ")[2])
    assert argv[argv.index("--input-format") + 1] == "stream-json"
    assert argv[argv.index("--session-id") + 1] == "id-1"
    assert ["one" in word for word in argv] == [False] * len(argv), "the prompt comes on stdin"
    assert [observation.return_code for observation in calls_made] == [None] * 3
    assert all(0 < observation.wall_ms < 30_000 for observation in calls_made)


def test_a_step_with_another_session_has_a_process_of_its_own(bench: Bench) -> None:
    calls_made = bench.round("one", "two", "three", sessions=(NEW, Session.RESUME, NEW))
    assert outcomes(calls_made) == ["ok"] * 3
    processes = [["started", f"asked {prompt}", "ended"] for prompt in ("one", "two", "three")]
    assert bench.asked == [line for process in processes for line in process]
    assert "--resume" in bench.log[3]
    assert restarts(calls_made) == [False] * 3


@pytest.mark.parametrize(
    ("prompt", "outcome", "cause"),
    [("crash", "client_crashed", "SIGSEGV"), ("leave", "client_crashed", "exit 3")],
)
def test_a_client_that_dies_in_a_turn_is_started_anew_for_the_next(
    bench: Bench, prompt: str, outcome: str, cause: str
) -> None:
    calls_made = bench.round("one", prompt, "three", "four")
    assert outcomes(calls_made) == ["ok", outcome, "ok", "ok"]
    assert found(calls_made[1]).cause == cause
    assert restarts(calls_made) == [False, False, True, False]
    assert bench.asked.count("started") == 2
    assert "the process ended in the call before" in found(calls_made[2]).evidence


def test_a_client_that_ends_between_two_turns_is_started_anew(bench: Bench) -> None:
    recorder = Busy()
    with bench.driver(open_call=lambda _: nullcontext(recorder)).open_round(1) as calls:
        first = calls.call(CallOrder(1, step("call1", prompt="last"), "id-1", None, goes_on=True))
        let_it_end(calls)
        second = calls.call(CallOrder(1, step("call2", prompt="two", session=LIVE), "id-1", "id-1"))
    assert outcomes([first, second]) == ["ok", "ok"]
    assert found(second).evidence == "the process ended between the two calls (exit code 4): that was the last"
    assert bench.asked == ["started", "asked last", "started", "asked two", "ended"]
    sequences = [[each.sequence for each in call.exchanges or ()] for call in (first, second)]
    assert sequences == [[1], [1, 2, 3]]
    assert recorder.handed_out == 4, "no request is lost"


def test_a_second_result_is_no_answer_to_the_next_question(bench: Bench) -> None:
    for _ in range(5):
        first, second = bench.round("twice", "two")
        assert (outcomes([first, second])) == ["ok", "ok"]


@pytest.mark.parametrize("prompt", ["wait", "garbage"])
def test_a_late_answer_is_interrupted_and_the_process_goes_on(bench: Bench, prompt: str) -> None:
    calls_made = bench.round("one", prompt, "three", timeout=2.0)
    assert outcomes(calls_made) == ["ok", "timed_out", "ok"]
    assert calls_made[1].timed_out
    assert 2_000 <= calls_made[1].wall_ms < 3_000
    assert calls_made[1].words.result is None, "what comes after the interrupt is no answer"
    assert restarts(calls_made) == [False] * 3
    assert bench.asked == ["started", "asked one", f"asked {prompt}", "interrupted", "asked three", "ended"]


@pytest.mark.parametrize("prompt", ["deaf", "closed"])
def test_a_client_that_cannot_be_interrupted_is_killed(bench: Bench, prompt: str) -> None:
    calls_made = bench.round("one", prompt, "three", timeout=2.0)
    assert outcomes(calls_made) == ["ok", "timed_out", "ok"]
    assert 3_000 <= calls_made[1].wall_ms < 5_000
    assert calls_made[1].signal == "SIGKILL"
    assert restarts(calls_made) == [False, False, True]
    assert "did not end a late answer within 1 s" in found(calls_made[2]).evidence


def test_a_flood_is_cut_and_its_result_found(bench: Bench) -> None:
    first, second = bench.round("flood", "two")
    assert (first.output_truncated, len(first.stdout) <= 16 * 2**20) == (True, True)
    assert (first.timed_out, outcomes([second])) == (False, ["ok"])


def test_a_line_without_an_end_is_no_result(bench: Bench) -> None:
    (first,) = bench.round("endless", timeout=3.0)
    assert (first.timed_out, first.output_truncated, first.words.result) == (True, True, None)


def test_what_a_client_leaves_running_is_killed(bench: Bench) -> None:
    first, second = bench.round("child", "two")
    assert (first.leftovers, second.leftovers) == (0, 1)


def test_after_a_turn_that_asked_for_a_tool_nothing_goes_on(bench: Bench) -> None:
    calls_made = bench.round("one", "tool", "three", "four", sessions=(NEW, LIVE, LIVE, NEW))
    assert outcomes(calls_made) == ["ok", "tool_use", "not_continued", "ok"]
    assert bench.asked == ["started", "asked one", "asked tool", "ended", "started", "asked four", "ended"]


def test_cpu_time_is_that_of_the_turn(bench: Bench) -> None:
    calls_made = bench.round("one", "burn", "three")
    used = [observation.cpu_ms or 0.0 for observation in calls_made]
    assert used[1] >= 450
    assert max(used[0], used[2]) < used[1]
    assert all((observation.max_rss_bytes or 0) > 2**20 for observation in calls_made)


def test_a_cancel_ends_the_turn_and_the_process(bench: Bench) -> None:
    timer = threading.Timer(1.0, bench.cancel.cancel)
    timer.start()
    calls_made = bench.round("one", "wait")
    timer.join()
    assert outcomes(calls_made) == ["ok", "interrupted"]


def test_the_process_ends_where_the_round_is_left_by_an_error(bench: Bench) -> None:
    def leave() -> None:
        with bench.driver().open_round(1) as calls:
            calls.call(CallOrder(1, step("call1", prompt="one"), "id-1", None, goes_on=True))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        leave()
    assert bench.asked == ["started", "asked one", "ended"]


def test_a_client_that_cannot_be_started_is_an_outcome(bench: Bench) -> None:
    client = Client((str(bench.root / "gone"),), ClientInfo(program="claude"), RECENT | {"--input-format"}, True)
    run, arm = contexts(lambda *_: "http://relay", bench.cancel, open_call=lambda _: nullcontext(Quiet()))
    with ClaudeLive(client, bench.root, run, arm).open_round(1) as calls:
        calls_made = list(bench.calls(calls, ("one", "two"), (NEW, LIVE), 5.0))
    assert outcomes(calls_made) == ["client_missing"] * 2


def test_a_secret_in_what_the_client_says_is_redacted(bench: Bench) -> None:
    with bench.driver().open_round(1) as calls:
        observation = calls.call(CallOrder(1, step("call1", prompt=CANARY), "id-1", None))
    assert CANARY not in repr(observation)


def test_a_client_without_input_format_is_too_old(bench: Bench) -> None:
    with pytest.raises(ClientTooOldError, match="--input-format"):
        bench.driver(options=RECENT)


def test_there_is_no_living_process_without_a_recorder(bench: Bench) -> None:
    with pytest.raises(UsageError, match="recorder"):
        bench.driver(open_call=None)


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (b'{"type":"result","x":1}', True),
        (b'{"duration_ms": 1, "type" : "result"}', True),
        (b'{"type":"assistant","message":{"type":"result"}}', False),
        (b'{"type":"stream_event","text":"\\"type\\":\\"result\\""}', False),
        (b'"type":"result"', False),
        (b'["type":"result"]', False),
        (b"[" * 100_000 + b'"type":"result"', False),
        (b"", False),
    ],
)
def test_a_result_is_told_from_lines_that_speak_of_one(line: bytes, ends: bool) -> None:
    assert is_result(line) is ends
