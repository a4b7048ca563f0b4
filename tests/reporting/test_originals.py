"""The original script's summaries, four real ones in golden/original-summaries."""

import json
from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.model.choices import Session
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.spending import usage_of
from probe.reporting.originals import is_original, load_originals
from tests.builders import GOLDEN
from tests.stats.frames import section

SUMMARIES = GOLDEN / "original-summaries"
NAMES = ("both-529-after-retries", "both-timed-out", "new-session-ok", "same-session-in-use")


def file(name: str) -> Path:
    return SUMMARIES / name / "summary.json"


@pytest.mark.parametrize(
    ("name", "outcomes", "session"),
    [
        ("both-529-after-retries", [Outcome.OVERLOADED, Outcome.OVERLOADED], Session.NEW),
        ("both-timed-out", [Outcome.TIMED_OUT, Outcome.TIMED_OUT], Session.NEW),
        ("new-session-ok", [Outcome.OK, Outcome.OK], Session.NEW),
        ("same-session-in-use", [Outcome.OK, Outcome.SESSION_IN_USE], Session.SAME_ID),
    ],
)
def test_calls_get_the_class_that_the_script_could_not_tell(
    name: str, outcomes: list[Outcome], session: Session
) -> None:
    calls = load_originals([file(name)])
    assert [call.outcome for call in calls] == outcomes
    assert [call.label for call in calls] == ["call1", "call2"]
    assert [call.session_mode for call in calls] == [Session.NEW, session]
    assert [call.timed_out for call in calls] == [outcome is Outcome.TIMED_OUT for outcome in outcomes]
    assert all(call.model_requested == "glm-4.7" for call in calls)


def test_an_error_after_retries_is_no_timeout() -> None:
    first, _ = load_originals([file("both-529-after-retries")])
    assert not first.timed_out
    assert first.diagnosis.cause == "529"
    assert first.wall_ms == 176_899
    assert "529 Overloaded" in first.diagnosis.evidence


def test_a_good_call_keeps_its_tokens() -> None:
    calls = load_originals([file("new-session-ok")])
    used = [usage_of(row_of(call)) for call in calls]
    assert [(usage.input_tokens, usage.output_tokens) for usage in used if usage] == [(10, 3), (10, 3)]


def test_a_timed_out_call_has_no_return_code() -> None:
    assert [call.return_code for call in load_originals([file("both-timed-out")])] == [None, None]


def test_the_timeout_is_the_time_after_which_a_call_was_given_up() -> None:
    assert [call.timeout_ms for call in load_originals([file("both-timed-out")])] == [6_022, 6_022]
    assert [call.timeout_ms for call in load_originals([file("new-session-ok")])] == [None, None]


def test_a_quick_error_does_not_count_as_a_quick_call() -> None:
    calls = load_originals([file("same-session-in-use"), file("both-529-after-retries")])
    _, second = section(calls).steps
    assert second.durations is None, "both were refused, and neither has a timeout"
    calls = load_originals([file("same-session-in-use"), file("new-session-ok")])
    _, second = section(calls).steps
    assert second.durations is not None
    assert (second.n, second.durations.n) == (2, 1), "the one that was refused after 541 ms counts for nothing here"


def test_each_file_is_a_round() -> None:
    calls = load_originals([file(name) for name in NAMES])
    assert [(call.round, call.step) for call in calls] == [(n, step) for n in (1, 2, 3, 4) for step in (0, 1)]


@pytest.mark.parametrize("name", NAMES)
def test_originals_are_told_from_other_files(name: str, tmp_path: Path) -> None:
    assert is_original(file(name))
    content = json.loads(file(name).read_text())
    ours = tmp_path / "summary.json"
    ours.write_text(json.dumps({**content, "probe": {}}))
    assert not is_original(ours)


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", "{", '{"call1": {}}', "[" * 100_000])
def test_what_is_no_summary_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    path.write_text(text)
    assert not is_original(path)
    assert not is_original(tmp_path / "missing.json")


def _without(part: str, key: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file("new-session-ok").read_text())
    del content[part][key]
    return content


def _with(part: str, key: str, value: object) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file("new-session-ok").read_text())
    content[part][key] = value
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_without("call2", "started_at"), "started_at"),
        (_without("call1", "return_code"), "return_code"),
        (_without("meta", "session_id"), "session_id"),
        (_with("call1", "duration_sec", "long"), "long"),
        (_with("call1", "ended_at", "yesterday"), "yesterday"),
        (_with("call1", "ended_at", "2026-11-21T01:16:28"), "zone"),
        ({"meta": {}, "call1": []}, ""),
        ({"meta": [], "call1": {}}, ""),
    ],
)
def test_a_damaged_summary_names_file_and_key(content: object, says: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match="is not as the original script writes it") as caught:
        load_originals([path])
    assert str(caught.value).startswith(str(path))
    assert says in str(caught.value)
