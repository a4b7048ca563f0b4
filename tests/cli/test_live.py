"""A run as it goes, in plain lines for logs and pipes; on a terminal it has a view of its own."""

import io
import os
import sys
from dataclasses import replace

import pytest

from probe.cli.live import Lines, Silent, make_view, to_go_text
from probe.cli.live_view import LiveView
from probe.model.call import Call
from probe.model.choices import Language
from probe.model.events import CallFinished, RoundFinished, RoundPrepared, RunStarted
from probe.model.outcome import Outcome
from probe.model.run_manifest import Options
from probe.model.verdict import Answer
from probe.session.execute import RunState
from probe.session.prepare import PreparedArm
from probe.session.progress import Progress
from probe.session.usage_watch import UsageWatch
from probe.texts import Texts
from tests.builders import START, call, flags, scenario, step, words
from tests.cli.terminal import ShownText
from tests.render.samples import verdict
from tests.session.prepared import no_rows, prepared_arm, prepared_run


def lines_of(*arms: PreparedArm) -> Lines:
    return Lines(progress_of(*arms), Texts())


def progress_of(*arms: PreparedArm) -> Progress:
    rows = no_rows(*arms)
    return Progress(arms, rows, UsageWatch(arms, rows))


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def line_of(capsys: pytest.CaptureFixture[str], finished: Call, arm: PreparedArm | None = None) -> str:
    """Return the line that a call gets."""
    lines_of(arm or prepared_arm()).on_event("relay", CallFinished(at=START, call=finished))
    (line,) = told(capsys)
    return line


@pytest.mark.parametrize(
    ("finished", "line"),
    [
        (call(1, 1), "round 1/2 call1: ok in 1.50 s"),
        (call(2, 2, flags=flags("retried")), "round 2/2 call2: ok (retried) in 1.50 s"),
        (call(1, 1, Outcome.OVERLOADED, cause="529"), "round 1/2 call1: overloaded: 529 in 1.50 s"),
        (
            call(1, 1, Outcome.TIMED_OUT, cause="no_first_byte", timed_out=True, timeout_ms=9000.0),
            "round 1/2 call1: timed_out: no_first_byte, stopped at the deadline of 9.00 s",
        ),
        (call(1, 1, client=words()), "round 1/2 call1: ok in 1.50 s, first content after 40 ms"),
        (call(1, 1, idle_before_ms=61_000.0), "round 1/2 call1: ok in 1.50 s"),
    ],
)
def test_a_call_is_a_line_with_its_place_its_outcome_and_its_time(
    capsys: pytest.CaptureFixture[str], finished: Call, line: str
) -> None:
    assert line_of(capsys, finished) == line


@pytest.mark.parametrize(
    ("position", "idle_ms", "place"),
    [(1, 61_000.0, "call1 after 61.0 s idle:"), (2, 61_000.0, "call2:"), (1, None, "call1:")],
)
def test_where_rounds_have_idle_times_of_their_own_that_of_the_first_call_is_told(
    capsys: pytest.CaptureFixture[str], position: int, idle_ms: float | None, place: str
) -> None:
    arm = prepared_arm(script=scenario(step(), step("call2"), gap=60, gap_upto=900))
    assert f"/2 {place} ok" in line_of(capsys, call(1, position, idle_before_ms=idle_ms), arm)


def test_of_several_arms_each_line_names_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(prepared_arm("a"), prepared_arm("b"))
    for arm in ("a", "b"):
        lines.on_event(arm, CallFinished(at=START, call=call(1, 1)))
    assert [line.partition(" round")[0] for line in told(capsys)] == ["a", "b"]


def test_a_client_that_could_not_be_started_beforehand_is_told_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = lines_of(prepared_arm())
    for number, problem in ((1, None), (2, "no\nlogin\x1b[2J" + "x" * 300)):
        lines.on_event("relay", RoundPrepared(at=START, round=number, primed=problem is None, problem=problem))
    (line,) = told(capsys)
    assert line.startswith("round 2: not primed: no login\ufffd[2Jxxx")
    assert len(line) < 230


def test_the_first_call_beside_the_script_is_explained_and_a_second_one_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = lines_of(prepared_arm())
    for number in (1, 2):
        lines.on_event("relay", CallFinished(at=START, call=call(number, 3, label="extra")))
    assert [line.partition(":")[0] for line in told(capsys)] == ["extra", "round 1/2 extra", "round 2/2 extra"]


@pytest.mark.parametrize(("round_s", "said"), [(2.0, ["10 rounds done, about 20.0 s to go"]), (0.0, [])])
def test_every_tenth_round_says_how_long_it_takes_yet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, round_s: float, said: list[str]
) -> None:
    arm = prepared_arm()
    lines = lines_of(replace(arm, plan=arm.plan.model_copy(update={"rounds": 20})))
    now = [0.0]
    monkeypatch.setattr("probe.session.progress.time.monotonic", lambda: now[0])
    lines.on_event("relay", RunStarted(at=START, rounds_to_do=20))
    for number in range(1, 11):
        now[0] += round_s
        lines.on_event("relay", RoundFinished(at=START, round=number, attempt=1))
    assert told(capsys) == said, "nothing is said where nothing can be expected"


@pytest.mark.parametrize(
    ("until_sure", "lang", "says"),
    [
        (False, "en", "about 90.0 s to go"),
        (True, "en", "about 90.0 s to go if all 2 rounds are needed"),
        (True, "zh", "若 2 轮全部需要，约剩 90.0 s"),
    ],
)
def test_where_fewer_rounds_may_do_the_time_to_go_is_that_of_all(until_sure: bool, lang: str, says: str) -> None:
    arm = prepared_arm(of_manifest={"options": Options(rounds=2, until_sure=until_sure)})
    assert to_go_text(90.0, progress_of(arm), Texts(Language(lang))) == says


def test_the_verdict_is_told_when_its_answer_changes_and_every_tenth_round(capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(prepared_arm())
    lines.on_event("relay", CallFinished(at=START, call=call(1, 1)))
    told(capsys)
    open_one, cold = verdict(Answer.UNDECIDED), verdict(Answer.COLD)
    for after, each in enumerate((open_one, open_one, open_one, cold, cold), start=8):
        lines.on_verdict("relay", each.model_copy(update={"pairs": after}))
    assert [line.split()[:2] for line in told(capsys)] == [
        ["verdict:", "UNDECIDED"],
        ["verdict:", "UNDECIDED"],
        ["verdict:", "COLD"],
    ], "after 8 rounds, after 10, and after 11"


def test_while_all_calls_have_failed_there_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(prepared_arm())
    lines.on_event("relay", CallFinished(at=START, call=call(1, 1, Outcome.AUTH)))
    told(capsys)
    lines.on_verdict("relay", verdict())
    assert told(capsys) == []
    lines.on_event("relay", CallFinished(at=START, call=call(1, 2)))
    lines.on_verdict("relay", verdict())
    assert told(capsys)[1].startswith("verdict: COLD")


def test_a_quiet_view_says_nothing_of_calls_and_still_takes_notes(capsys: pytest.CaptureFixture[str]) -> None:
    view = Silent()
    with view:
        view.on_event("relay", CallFinished(at=START, call=call(1, 1)))
        view.on_verdict("relay", verdict())
        view.note("a note")
    assert told(capsys) == ["a note"]


@pytest.mark.parametrize(
    ("has_begun", "says"),
    [
        (True, "Ending the call in flight; press Ctrl-C again to leave at once.\n"),
        (False, "Interrupted before the first call: nothing was measured. Clearing up; press Ctrl-C again"),
    ],
)
def test_that_a_run_is_ending_is_said_at_once(capfd: pytest.CaptureFixture[str], has_begun: bool, says: str) -> None:
    Silent().stopping(has_begun=has_begun)
    assert capfd.readouterr().err.startswith(says)


def test_that_nobody_hears_that_a_run_is_ending_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(os, "write", write)
    Silent().stopping(has_begun=True)


@pytest.mark.parametrize(
    ("stream", "term", "quiet", "kind"),
    [
        (io.StringIO, "xterm", False, Lines),
        (ShownText, "dumb", False, Lines),
        (ShownText, "xterm", False, LiveView),
        (ShownText, "xterm", True, Silent),
    ],
)
def test_a_run_is_drawn_on_a_terminal_told_in_lines_elsewhere_and_not_shown_when_quiet(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], term: str, quiet: bool, kind: type[Silent]
) -> None:
    monkeypatch.setattr(sys, "stderr", stream())
    monkeypatch.setenv("TERM", term)
    arm = prepared_arm()
    rows = no_rows(arm)
    state = RunState(prepared_run(arm), (arm,), rows, UsageWatch([arm], rows), 2)
    assert type(make_view(state, quiet=quiet)) is kind
