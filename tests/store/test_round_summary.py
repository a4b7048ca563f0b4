"""A round's summary.json, for the users of the original script: what its fields say."""

import json
from pathlib import Path
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.choices import Session
from probe.model.events import CallFinished, RoundFinished, RoundStarted
from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import GOLDEN, GOOD_LINE, START, STREAM_ARGV, call, lines, manifest, round_events
from tests.store.stored_run import STDOUT, write_rounds

ORIGINALS = sorted((GOLDEN / "original-summaries").glob("*/summary.json"))


def summary(tmp_path: Path, *calls: Call, **outputs: bytes) -> Any:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        for each in calls:
            writer.on_event(CallFinished(at=START, call=each, argv=STREAM_ARGV, **outputs))
        writer.on_event(RoundFinished(at=START, round=1, attempt=1))
    return json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())


@pytest.mark.parametrize(
    ("outcomes", "better"),
    [
        ((Outcome.OK, Outcome.OK), False),
        ((Outcome.OVERLOADED, Outcome.OK), True),
        ((Outcome.OK, Outcome.OVERLOADED), False),
        ((Outcome.OVERLOADED, Outcome.OVERLOADED), False),
        ((Outcome.OVERLOADED,), False),
    ],
)
def test_the_second_call_is_better_where_it_alone_went_well(
    tmp_path: Path, outcomes: tuple[Outcome, ...], better: bool
) -> None:
    said = summary(tmp_path, *(call(1, position, outcome) for position, outcome in enumerate(outcomes, start=1)))
    assert said["diagnosis"]["second_better_than_first"] is better


def test_a_call_s_times_return_code_and_output_are_its_own(tmp_path: Path) -> None:
    killed = call(1, 1, Outcome.TIMED_OUT, return_code=None, wall_ms=61_234.5678)
    said = summary(tmp_path, killed, stdout=b"said", stderr=b"complained")["call1"]
    assert (said["return_code"], said["duration_sec"], said["timed_out"]) == (-1, 61.235, True)
    assert (said["started_at"], said["ended_at"]) == ("2026-11-21T07:31:30.000Z", "2026-11-21T07:32:31.234Z")
    assert (said["stdout_preview"], said["stderr_preview"]) == ("said", "complained")


def test_the_prompt_is_nowhere_in_the_command(tmp_path: Path) -> None:
    said = summary(tmp_path, call())
    assert said["meta"]["command_template"] == [*STREAM_ARGV[:-1], "<prompt>"]


def test_an_extra_call_is_none_of_the_script_s(tmp_path: Path) -> None:
    said = summary(tmp_path, call(1, 1), call(1, 2), call(1, 3, label="extra"))
    assert [name for name in said if name.startswith("call") and name[4:].isdigit()] == ["call1", "call2"]
    assert [each["label"] for each in said["probe"]["calls"]] == ["call1", "call2", "extra"]


@pytest.mark.parametrize("in_one_array", [False, True])
def test_of_two_results_the_last_counts(tmp_path: Path, in_one_array: bool) -> None:
    results = [GOOD_LINE, {**GOOD_LINE, "result": "the last"}]
    said = summary(tmp_path, call(), stdout=lines(results) if in_one_array else lines(*results))
    assert said["call1"]["stdout_json"]["result"] == "the last"


def test_why_there_is_no_result_is_said_of_the_last_line_that_is_no_json(tmp_path: Path) -> None:
    said = summary(tmp_path, call(), stdout=b'{"a" 1}\nnot JSON\n{"type": "system"}\n')["call1"]
    assert said["stdout_json_parse_error"] == "Expecting value: line 1 column 1 (char 0)"


@pytest.mark.parametrize("original", ORIGINALS, ids=[path.parent.name for path in ORIGINALS])
def test_a_summary_has_the_original_script_s_fields(run: Path, original: Path) -> None:
    theirs = json.loads(original.read_text())
    ours = json.loads((run / "rounds/0001/summary.json").read_text())
    assert set(theirs) <= set(ours)
    for part in ("call1", "call2", "diagnosis"):
        assert set(ours[part]) == set(theirs[part])
        assert {
            key: type(value) for key, value in ours[part].items() if value is not None and theirs[part][key] is not None
        } == {
            key: type(value) for key, value in theirs[part].items() if value is not None and ours[part][key] is not None
        }
    # `aligned_with_code` names a file of another project.
    assert set(theirs["meta"]) - set(ours["meta"]) == {"aligned_with_code"}


def test_a_summary_says_what_the_round_came_to(run: Path) -> None:
    summary = json.loads((run / "rounds/0001/summary.json").read_text())
    first, second = summary["call1"], summary["call2"]
    assert summary["diagnosis"] == {
        "first_call_ok": True,
        "second_call_ok": False,
        "second_better_than_first": False,
    }
    assert (summary["second_call_mode"], summary["meta"]["claude_home"]) == ("new-session", "/sandbox/config")
    assert summary["meta"]["command_template"][-1] == "<prompt>"
    assert summary["meta"]["api_key_masked"] == "sk-...wxyz"
    assert (first["stdout_is_json"], first["stdout_json"]) == (True, GOOD_LINE)
    assert first["stdout_path"] == str(run / "rounds/0001/call1.stdout.txt")
    assert Path(first["stdout_path"]).read_bytes() == STDOUT
    assert (first["duration_sec"], second["timed_out"]) == (1.5, True)


@pytest.mark.parametrize(
    ("session", "mode"),
    [
        (Session.NEW, "new-session"),
        (Session.SAME_ID, "same-session"),
        (Session.RESUME, "resume"),
        (Session.FORK, "fork"),
        (Session.CONTINUE, "continue"),
    ],
)
def test_the_mode_of_the_second_call(tmp_path: Path, session: Session, mode: str) -> None:
    run = write_rounds(tmp_path / "run", [[call(1, 1), call(1, 2, session_mode=session, served_session_id="served")]])
    summary = json.loads((run / "rounds/0001/summary.json").read_text())
    assert (summary["second_call_mode"], summary["call2_session_id"]) == (mode, "served")


@pytest.mark.parametrize(
    ("stdout", "is_json", "error"),
    [
        (b"", False, None),
        (b"not json\n", False, "Expecting value"),
        (STDOUT + b"warning\n", True, None),
        (lines([GOOD_LINE]), True, None),
        (lines({"type": "system"}), False, None),
        (b"\xff\n", False, "codec"),
        (b"[" * 99_999, False, "recursion"),
        (lines({"type": "result", "result": "\ud800"}), True, None),
    ],
)
def test_whatever_was_printed_the_summary_is_written(
    tmp_path: Path, stdout: bytes, is_json: bool, error: str | None
) -> None:
    run = tmp_path / "run"
    with RunWriter.create(run, manifest()) as writer:
        for event in round_events(call(), stdout=stdout):
            writer.on_event(event)
    said = json.loads((run / "rounds/0001/summary.json").read_text())["call1"]
    assert said["stdout_is_json"] is is_json
    assert (error or "") in (said["stdout_json_parse_error"] or "")
    assert (said["stdout_json_parse_error"] is None) == (error is None)


def test_previews_are_short(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with RunWriter.create(run, manifest()) as writer:
        for event in round_events(call(), stdout="ä".encode() * 5000):
            writer.on_event(event)
    preview = json.loads((run / "rounds/0001/summary.json").read_text())["call1"]["stdout_preview"]
    assert preview == "ä" * 500


def test_of_a_result_a_call_that_went_well_keeps_the_keys_of_the_original_script(tmp_path: Path) -> None:
    novel = lines({**GOOD_LINE, "novelty": 1})
    for number, outcome in ((1, Outcome.OK), (2, Outcome.OVERLOADED)):
        with RunWriter.create(tmp_path / f"{number}", manifest()) as writer:
            for event in round_events(call(1, 1, outcome), stdout=novel):
                writer.on_event(event)
    clean, failed = (json.loads((tmp_path / n / "rounds/0001/summary.json").read_text()) for n in "12")
    assert clean["call1"]["stdout_json"] == GOOD_LINE
    assert failed["call1"]["stdout_json"] == {**GOOD_LINE, "novelty": 1}


def test_a_round_without_calls_has_no_summary(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        writer.on_event(RoundFinished(at=START, round=1, attempt=1))
    assert not (tmp_path / "run/rounds/0001/summary.json").exists()
