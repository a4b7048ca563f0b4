"""Ids, times and attributes of spans: what any collector takes."""

import math
from datetime import UTC, datetime

import pytest

from probe.model.outcome import Outcome
from probe.otlp.trace_span import attributes, nanoseconds, short, span_id, trace_id
from tests.builders import START


@pytest.mark.parametrize("ms", [1e308, -1e308, math.inf, -math.inf, math.nan])
def test_a_time_that_no_clock_has_stays_within_what_collectors_hold(ms: float) -> None:
    assert 0 <= nanoseconds(START, ms) < 2**63
    assert 0 <= nanoseconds(datetime.max.replace(tzinfo=UTC), ms) < 2**63


def test_times_are_nanoseconds_since_1970() -> None:
    assert nanoseconds(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC)) == 1_000_005_000
    assert nanoseconds(START, 1.5) - nanoseconds(START) == 1_500_000
    assert nanoseconds(datetime(1969, 12, 31, tzinfo=UTC)) == 0


def test_ids_follow_from_their_parts_and_from_nothing_else() -> None:
    trace = trace_id("run", 1)
    assert (len(trace), len(span_id(trace, "call"))) == (16, 8)
    assert trace == trace_id("run", 1)
    others = {trace_id("run", 2), trace_id("run1"), trace_id("run", 1, ""), trace_id("1", "run"), trace_id()}
    assert len({trace, *others}) == 6
    assert span_id(trace, "call") == span_id(trace, "call") != span_id(trace_id("other"), "call")
    assert len(trace_id("\ud800")) == 16, "half a letter, which a file name may hold"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("text", "text"),
        ("", None),
        (None, None),
        (True, True),
        (False, False),
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (-(2**63), None),
        (0.12345678, 0.123457),
        (math.inf, None),
        (math.nan, None),
        (("a", 1, None), ("a", "1", "None")),
        ((), None),
        ({"a": 1}, None),
        ([1], None),
        (Outcome.OK, "ok"),
    ],
)
def test_a_value_is_one_that_a_collector_takes_or_left_out(value: object, kept: object) -> None:
    assert attributes({"name": value}) == ({} if kept is None else {"name": kept})


def test_texts_of_strangers_are_one_short_line() -> None:
    assert short("a\nb\x1b[31m") == attributes({"name": "a\nb\x1b[31m"})["name"]
    assert "\n" not in short("a\nb")
    assert "\x1b" not in short("\x1b[31m")
    assert len(short("x" * 10_000)) <= 501
    assert len(attributes({"name": tuple("x" * 100)})["name"]) == 50  # type: ignore[arg-type]
