"""Columns of calls as numbers."""

import math

from probe.model.outcome import Flag, Outcome
from probe.model.row import row_of
from probe.model.wire import Phases, PhaseSource, WireSummary
from probe.stats.frame_columns import COLUMNS, INDEX, Bools, Codes, bits_of, columns_of, unusual
from tests.builders import call, flags, words
from tests.stats.frames import frame


def test_truths_of_calls_are_told_apart() -> None:
    calls = frame(
        [
            call(1, 1),
            call(2, 1, Outcome.TIMED_OUT),
            call(3, 1, flags=flags("retried")),
            call(4, 1, flags=flags("model_mismatch", "left_processes")),
            call(5, 1, wire=WireSummary(attempts=1)),
            call(6, 1, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE),
            call(7, 1, expected_outcome=Outcome.SESSION_IN_USE),
            call(8, 1, Outcome.OVERLOADED, flags=flags("retried")),
            call(9, 1, timed_out=True),
        ]
    )

    def rounds(mask: Bools) -> list[float]:
        return list(calls.where(mask)["round"])

    assert rounds(calls.are("failed")) == [2, 7, 8]
    assert rounds(calls.are("clean")) == [1, 4, 5, 6, 9]
    assert rounds(calls.are("timed_out")) == [2, 9]
    assert rounds(calls.are("recorded")) == [5]
    assert rounds(calls.flagged(Flag.RETRIED)) == [3, 8]
    assert rounds(calls.flagged(Flag.MODEL_MISMATCH)) == rounds(calls.flagged(Flag.LEFT_PROCESSES)) == [4]
    assert calls.incidents == 5  # rounds 2, 3, 4, 7 and 8
    assert [each.row.round for each in calls.kept if each.incident] == [2, 3, 4, 7, 8]


def test_every_flag_has_a_bit_of_its_own() -> None:
    calls = frame([call(number, 1, flags=(flag,)) for number, flag in enumerate(Flag, start=1)])
    for number, flag in enumerate(Flag, start=1):
        assert calls.where(calls.flagged(flag))["round"].tolist() == [number]


def test_what_is_absent_is_not_known() -> None:
    calls = frame([call(1, 1, timeout_ms=None), call(2, 1, timeout_ms=5000.0, idle_before_ms=0.0)])
    assert calls.known("timeout_ms").tolist() == [5000.0]
    assert calls.known("idle_ms").tolist() == [0.0]
    assert calls.known("ttft_ms").tolist() == calls.known("cost").tolist() == []


def test_words_have_the_numbers_at_which_they_first_came() -> None:
    codes = Codes()
    rows = [
        row_of(call(1, 1, Outcome.TIMED_OUT, cause="ping_only", client=words(model="a"))),
        row_of(call(1, 2, client=words(model="b"))),
    ]
    first = columns_of(rows, [0, 0], 0, codes)
    more = columns_of(
        [row_of(call(2, 2, Outcome.TIMED_OUT, cause="ping_only", client=words(model="b")))], [0], 0, codes
    )
    assert codes.labels == {0: "call1", 1: "call2"}
    assert list(codes.causes) == ["ping_only", None]
    assert list(codes.served) == [("a",), ("b",)]
    for name, values in (("cause", [0, 1, 0]), ("served", [0, 1, 1])):
        place = INDEX[name]  # type: ignore[index]
        assert [*first[place], *more[place]] == values


def test_a_column_is_what_was_measured_and_nothing_is_nan() -> None:
    phases = Phases(source=PhaseSource.WIRE, boot_ms=1.0, wait_ms=2.0)
    made = call(3, 2, wall_ms=7.0, load=0.5, phases=phases, wire=WireSummary(attempts=4), requests_before=9)
    columns = columns_of([row_of(made), row_of(call(4, 1))], [5, 6], 2, Codes())
    assert columns.shape == (len(COLUMNS), 2)

    def values(name: str) -> list[float]:
        return columns[INDEX[name]].tolist()  # type: ignore[index, no-any-return]

    assert (values("run"), values("round"), values("step"), values("bits")) == ([2, 2], [3, 4], [1, 0], [5, 6])
    assert (values("requests"), values("wall_ms")) == ([4, 1], [7.0, 1500.0])
    assert (values("boot")[0], values("wait")[0], values("phase_source")[1]) == (1.0, 2.0, -1)
    for name in ("load", "boot", "requests_before", "ttft_ms", "prefix", "message"):
        assert math.isnan(values(name)[1])


def test_calls_that_are_not_clean_or_have_a_flag_are_unusual() -> None:
    calls = [
        call(1, 1),
        call(2, 1, wire=WireSummary(attempts=1)),
        call(3, 1, Outcome.AUTH),
        call(4, 1, flags=flags("left_processes")),
        call(5, 1, timed_out=True),
    ]
    assert unusual([bits_of(row_of(each)) for each in calls]) == [2, 3, 4]
