"""Requests of the client, and the differences between two captures, in a terminal."""

from typing import Any

import pytest

from probe.model.captured_requests import (
    Capture,
    CaptureDiff,
    RequestDiff,
    RequestDifference,
    RequestSummary,
    Sized,
)
from probe.model.request_kind import RequestKind
from probe.render.capture_listing import render_capture, render_diff
from probe.texts import Texts
from tests.render.spoken import BOTH, EN

HOSTILE = "\x1b[2J\u202egnp"


def summary(**changes: Any) -> RequestSummary:
    fields = {
        "call": "call1",
        "kind": RequestKind.MAIN,
        "method": "POST",
        "path": "/v1/messages",
        "body_bytes": 12_345,
        "headers": {"x-app": "cli", "Anthropic-Beta": "a,b"},
    }
    return RequestSummary.model_validate(fields | changes)


def part(name: str, size: int, note: str = "") -> Sized:
    return Sized(name=name, size=size, digest="d", note=note)


def listed(*summaries: RequestSummary, texts: Texts = EN, **capture: Any) -> str:
    whole = Capture(model="glm-4.7", requests=(), **{"client_version": "2.1.329", **capture})
    return render_capture(whole, summaries, texts)


def difference(part: str, name: str, before: str | None = None, after: str | None = None) -> RequestDifference:
    return RequestDifference(part=part, name=name, before=before, after=after)


def told(*requests: RequestDiff, making: tuple[RequestDifference, ...] = ()) -> list[str]:
    found = CaptureDiff(client_versions=("1", "2"), making=making, requests=requests)
    return render_diff(found, EN).splitlines()


def test_each_request_has_a_line_and_the_first_main_one_is_told_in_detail() -> None:
    warmup = summary(kind=RequestKind.WARMUP, method="HEAD", path="/", body_bytes=0)
    lines = listed(warmup, summary(), summary(call="call2", settings={"max_tokens": "7"})).splitlines()
    assert "HEAD /" in lines[2]
    assert lines[2].rstrip().endswith("HEAD /"), "without a body no size is told"
    assert "12,345" in lines[3]
    assert EN("capture.main", call="call1") in lines
    assert not any("max_tokens" in line for line in lines), "of the second one nothing more is told"


def test_without_a_main_request_there_are_no_details() -> None:
    assert len(listed(summary(kind=RequestKind.WARMUP)).splitlines()) == 3
    assert len(listed().splitlines()) == 1
    assert EN("capture.unknown_version") in listed(client_version=None)


def test_betas_are_told_by_themselves_and_not_among_the_headers() -> None:
    said = listed(summary(betas=("beta-one", "beta-two")))
    assert "    x-app: cli" in said
    assert "Anthropic-Beta" not in said
    assert EN("capture.betas", n=2) in said
    assert "    beta-one\n    beta-two" in said


def test_parts_stand_with_their_sizes_one_below_the_other() -> None:
    said = listed(summary(tools=(part("Bash", 1200, "changed"), part("Read", 34))))
    assert EN("capture.tools", n=2, bytes="1,234") in said
    assert "    Bash   1,200  changed\n    Read      34\n" in said
    assert EN("capture.system", n=0, bytes="0") not in said


@BOTH
def test_the_user_s_id_is_told_with_its_form_where_both_are_known(texts: Texts) -> None:
    form = texts("capture.user_id.json")
    assert texts("capture.user_id", form=form) in listed(summary(user_id="u", user_id_form="json"), texts=texts)
    assert "    u\n" not in listed(summary(user_id="u"), texts=texts)


def test_settings_and_marks_of_the_cache_stand_there() -> None:
    said = listed(summary(settings={"max_tokens": "7"}, cache_control=("system[1]: 5m",)))
    assert "    max_tokens: 7" in said
    assert "  cache_control\n    system[1]: 5m" in said


def test_nothing_that_was_captured_drives_a_terminal() -> None:
    hostile = summary(
        call=HOSTILE, path=HOSTILE, headers={HOSTILE: HOSTILE}, betas=(HOSTILE,), user_id=HOSTILE, user_id_form="old",
        tools=(part(HOSTILE, 1, HOSTILE),), cache_control=(HOSTILE,), settings={HOSTILE: HOSTILE},
    )  # fmt: skip
    change = difference("header", HOSTILE, HOSTILE, HOSTILE)
    lines = told(RequestDiff(request=HOSTILE, differences=(change,)), RequestDiff(request=HOSTILE, only_in="a"))
    for text in (listed(hostile, client_version=HOSTILE), "\n".join(lines)):
        assert not {"\x1b", "\u202e"} & set(text)


def test_captures_that_are_alike_differ_in_nothing() -> None:
    assert told() == [EN("capture.no_difference")]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, "b", "+ x-new: b"),
        ("a", None, "- x-new: a"),
        ("a", "b", "~ x-new: a -> b"),
        (None, "on", "+ x-new"),
        ("on", None, "- x-new"),
        ("1,234 bytes", "99 bytes, other content", "~ x-new: "),
    ],
)
def test_a_difference_says_what_is_only_in_one_and_what_differs(
    before: str | None, after: str | None, line: str
) -> None:
    lines = told(RequestDiff(request="call1 main", differences=(difference("header", "x-new", before, after),)))
    assert lines[:2] == ["call1 main", f"  {EN('capture.part.header')}"]
    assert lines[2].strip().startswith(line)
    if "bytes" in str(before):
        assert EN("capture.bytes", n="1,234") in lines[2]
        assert EN("capture.bytes.changed", n="99") in lines[2]


def test_differences_of_one_part_stand_below_its_name_once() -> None:
    both = (difference("header", "a", None, "1"), difference("header", "b", None, "2"))
    lines = told(RequestDiff(request="call1 main", differences=both))
    assert lines.count(f"  {EN('capture.part.header')}") == 1


def test_what_an_earlier_request_had_too_is_only_counted() -> None:
    same, new = difference("header", "a", None, "1"), difference("header", "b", None, "2")
    lines = told(
        RequestDiff(request="call1 main", differences=(same,)),
        RequestDiff(request="call2 main", differences=(same, new)),
    )
    assert sum("+ a: 1" in line for line in lines) == 1
    assert EN("capture.again", request="call2 main", n=1) in lines
    assert any("+ b: 2" in line for line in lines)


@pytest.mark.parametrize(("only_in", "sign"), [("a", "-"), ("b", "+")])
def test_a_request_that_one_capture_alone_has_is_a_line(only_in: str, sign: str) -> None:
    (line,) = told(RequestDiff.model_validate({"request": "call1 warmup", "only_in": only_in}))
    assert line == f"{sign} {EN(f'capture.only_in.{only_in}', request='call1 warmup')}"


def test_how_two_captures_were_made_comes_first() -> None:
    lines = told(
        RequestDiff(request="call1 main", differences=(difference("header", "a", None, "1"),)),
        making=(difference("made with", "client version", "2.1.0", "2.2.0"),),
    )
    assert f"~ {EN('capture.client_version')}: 2.1.0 -> 2.2.0" in lines[1]
