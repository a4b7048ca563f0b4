"""A round's summary.json, for the users of the original script: what its fields say."""

import json
from pathlib import Path
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.events import CallFinished, RoundFinished, RoundStarted
from probe.model.outcome import Outcome
from probe.store import RunWriter
from tests.builders import GOOD_LINE, START, STREAM_ARGV, call, lines, manifest


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
