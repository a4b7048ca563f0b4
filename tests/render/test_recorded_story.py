"""Requests of a recording told as stories: what was asked, how each attempt ended, and what reached the client."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.model.told_recording import ToldRecording, ToldRequest
from probe.render.recorded_story import reached_client, recording_stories, request_story
from probe.reporting.explain_recording import told_recording, told_request
from probe.texts import Texts
from tests.render.spoken import EN, ZH
from tests.reporting.recordings import SESSION, Script, good, refused, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")

BROKEN = good(end="truncated", message_complete=False, usage=None)


def told(folder: Path, *attempts: dict[str, Any], **changes: Any) -> ToldRequest:
    """Return the only request of a recording, with these attempts."""
    script = Script()
    script.request(0, *attempts, **changes)
    return told_request(write_recording(folder / "run", script.events), 1)


def stories(folder: Path, *answers: dict[str, Any], texts: Texts = EN) -> list[str]:
    """Return what is told of a recording with these requests, a minute apart, of one attempt each."""
    return list(recording_stories(told_of(folder, *answers), texts))


def told_of(folder: Path, *answers: dict[str, Any]) -> ToldRecording:
    script = Script()
    for number, answer in enumerate(answers):
        script.request(60.0 * number, answer)
    return told_recording(write_recording(folder / "run", script.events))


def test_what_went_wrong_is_counted_and_what_went_well_stands_between(tmp_path: Path) -> None:
    wrong = refused(400, "x")
    first, *others = stories(tmp_path, good(), wrong, wrong, good(), good(), wrong, good())
    assert first == "3 requests went wrong, in order:"
    heads = [each.splitlines()[0] for each in others]
    assert [head.partition(":")[0] for head in heads] == [
        "(1 main request went well.)", "Request 2", "Request 3", "(2 main requests went well.)", "Request 6",
        "(1 main request went well.)",
    ]  # fmt: skip


def test_one_that_went_wrong_alone_has_nothing_beside_it(tmp_path: Path) -> None:
    first, story = stories(tmp_path, refused(400, "x"))
    assert first == "1 request went wrong, in order:"
    assert story.startswith("Request 1: ")


def test_where_nothing_went_wrong_the_slowest_is_told_and_nothing_is_counted(tmp_path: Path) -> None:
    first, story = stories(tmp_path, good(), good(last_byte_at_ms=2000.0, ended_at_ms=2000.0), good())
    assert first == "No request failed, was retried or stalled. The slowest one:"
    assert story.startswith("Request 2: ok\n")


def test_those_that_are_left_out_are_counted_in_place_of_what_went_well_after_them(tmp_path: Path) -> None:
    of = told_of(tmp_path, refused(400, "x"), good())
    lines = list(recording_stories(replace(of, left_out=1200), EN))
    assert lines[0] == "1,201 requests went wrong, in order:"
    assert lines[-1].startswith("1,200 more; ")
    assert not any("went well" in line for line in lines)


@pytest.mark.parametrize(
    ("attempts", "said"),
    [
        ([good()], "nothing for 350 ms, then the answer, whole after 1.00 s."),
        ([good(first_content_at_ms=None)], "nothing for 300 ms, then the answer, whole after 1.00 s."),
        ([refused(), good()], "nothing for 1.55 s, then the answer, whole after 2.20 s."),
        ([BROKEN, good()], "part of an answer, which broke off, then another, whole after 3.00 s."),
        ([refused(401, "authentication_error")], "nothing of an answer in 201 ms."),
        ([BROKEN], "part of an answer, then nothing more until its end after 1.00 s."),
        ([BROKEN, refused(400, "x")], "part of an answer, then nothing more until its end after 2.20 s."),
    ],
)
def test_it_is_said_what_reached_the_client(tmp_path: Path, attempts: list[dict[str, Any]], said: str) -> None:
    assert reached_client(told(tmp_path, *attempts), EN) == f"What reached the client: {said}"


def paused(pause_ms: float, **changes: Any) -> dict[str, Any]:
    end_ms = pause_ms + 1000.0
    return good(longest_pause_ms=pause_ms, content_span_ms=end_ms - 350, last_byte_at_ms=end_ms, ended_at_ms=end_ms,
                **changes)  # fmt: skip


@pytest.mark.parametrize(
    ("attempts", "said"),
    [
        ([paused(4000.0)], "the answer, with nothing new for 4.00 s, whole after 5.00 s."),
        ([paused(3900.0)], "nothing for 350 ms, then the answer, whole after 4.90 s."),
        ([refused(), paused(9000.0)], "the answer, with nothing new for 9.00 s, whole after 11.2 s."),
        (
            [good(first_content_at_ms=9000.0, last_byte_at_ms=9500.0, ended_at_ms=9500.0)],
            "nothing for 9.00 s, then the answer, whole after 9.50 s.",
        ),
        (
            [silent(90_000.0, end="truncated"), paused(2000.0)],
            "nothing for 91.3 s, then the answer, whole after 94.0 s.",
        ),
    ],
)
def test_a_pause_in_mid_answer_is_told_where_it_looks_like_a_hang(
    tmp_path: Path, attempts: list[dict[str, Any]], said: str
) -> None:
    assert reached_client(told(tmp_path, *attempts), EN) == f"What reached the client: {said}"


def test_the_head_says_what_was_asked_when_and_by_whom(tmp_path: Path) -> None:
    _, story = stories(tmp_path, refused(401, "authentication_error"))
    head, began, *_ = story.splitlines()
    assert head == "Request 1: auth (401)"
    assert began == f"  main, glm-4.7, began 2026-11-21T07:30:00.000Z, took 201 ms, session {SESSION}"


def test_what_is_not_known_has_a_word_or_a_dash_in_the_head(tmp_path: Path) -> None:
    of = told(tmp_path, good(), model_requested=None, facts={"session_id": None})
    head, began, *_ = request_story(of, EN, 100).splitlines()
    assert head == "Request 1: ok"
    assert began.startswith("  main, –, began ")
    assert began.endswith(f"session {EN('story.no_session')}")


def test_how_long_nothing_was_asked_before_is_told(tmp_path: Path) -> None:
    first, second = (each.splitlines() for each in stories(tmp_path, refused(400, "x"), refused(400, "x"))[1:])
    assert "  no main request had been open for 59.8 s" in second
    assert not any("had been open" in line for line in first)


def test_each_attempt_has_a_line_with_its_time_and_the_id_that_finds_it(tmp_path: Path) -> None:
    script = Script()
    script.request(0, refused(), {**silent(3000.0), "end": "truncated"}, good())
    (_, story) = recording_stories(told_recording(write_recording(tmp_path / "run", script.events)), EN)
    attempts = [line for line in story.splitlines() if re.search(r"#\d", line)]
    assert [re.sub(" +", " ", line) for line in attempts] == [
        " 0.000s #1 529 overloaded_error (2026-11-21T07:30:00.000Z req_0001)",
        " 1.201s #2 connection_reset (2026-11-21T07:30:01.201Z)",
        " 5.201s #3 good (2026-11-21T07:30:05.201Z req_0003)",
    ]


def test_the_evidence_is_told_of_a_request_that_failed_alone(tmp_path: Path) -> None:
    script = Script()
    script.request(0, refused(), good())
    script.request(60, refused(400, "x", error_message="roles must alternate"))
    _, recovered, failed = recording_stories(told_recording(write_recording(tmp_path / "run", script.events)), EN)
    assert "Evidence" not in recovered
    assert "  Evidence: " in failed
    assert "roles must alternate" in failed


def test_all_of_a_request_is_its_phases_its_exchanges_and_its_outcome(tmp_path: Path) -> None:
    story = request_story(told(tmp_path, refused(), good()), EN, 120)
    parts = [
        "Request 1: ok", "What reached the client: nothing for 1.55 s", "█", "HTTP 529", "HTTP 200",
        "Evidence: 2 requests: 529 overloaded_error, then good",
    ]  # fmt: skip
    places = [story.index(part) for part in parts]
    assert places == sorted(places)


def test_of_a_request_no_call_is_told(tmp_path: Path) -> None:
    for idle_ms in (None, 2500.0):
        of = told(tmp_path / str(idle_ms), refused(), good(connection_idle_ms=idle_ms))
        story = request_story(of, EN, 120)
        assert "on a connection that was open before this request" in story
        assert not re.search(r"\bcalls?\b", story)


def test_bars_suit_the_terminal(tmp_path: Path) -> None:
    of = told(tmp_path, good())
    narrow, wide = (max(line.count("█") for line in request_story(of, EN, n).splitlines()) for n in (70, 120))
    assert narrow < wide


def test_no_stranger_s_word_drives_the_terminal(tmp_path: Path) -> None:
    said = "\x1b[2J" + "x" * 300
    wrong = refused(400, said, error_message=said, correlation={"request-id": said})
    script = Script()
    script.request(0, wrong, model_requested=said, facts={"session_id": said})
    path = write_recording(tmp_path / "run", script.events)
    for text in (*recording_stories(told_recording(path), EN), request_story(told_request(path, 1), EN, 100)):
        assert "\x1b" not in text


def test_it_is_told_in_chinese(tmp_path: Path) -> None:
    first, story = stories(tmp_path, refused(400, "x"), texts=ZH)
    assert first == "1 个请求出了问题，按时间顺序："
    assert "客户端收到的：201 ms 内没有任何回答内容。" in story
