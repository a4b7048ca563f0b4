"""Remarks on tokens that nobody counted, and on a quota that ended."""

from collections.abc import Sequence

import pytest

from probe.model.client import ModelUsage
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from tests.builders import call, manifest, result, words
from tests.stats.frames import section


def test_answers_without_usage_are_noted() -> None:
    said_nothing = words(result=result(usage=ModelUsage(input_tokens=0, output_tokens=0), cost_usd=0.0))
    calls = [call(1, 1), call(2, 1, client=said_nothing), call(3, 1, Outcome.OVERLOADED)]
    assert Note(code=NoteCode.USAGE_UNKNOWN, values={"count": 1, "n": 2}) in section(calls, manifest()).notes
    assert NoteCode.USAGE_UNKNOWN not in {note.code for note in section([call(1, 1)], manifest()).notes}


def ended(*outcomes: tuple[Outcome, str | None]) -> list[Note]:
    calls = [call(number, 1, outcome, cause=cause) for number, (outcome, cause) in enumerate(outcomes, start=1)]
    return [note for note in section(calls, manifest()).notes if note.code is NoteCode.QUOTA_ENDED]


GOOD = (Outcome.OK, None)
NO_MONEY = (Outcome.BILLING, "403")
LIMIT_REACHED = (Outcome.RATE_LIMITED, "usage_limit")


@pytest.mark.parametrize(
    ("outcomes", "number", "count", "n"),
    [
        ((GOOD, GOOD, NO_MONEY, NO_MONEY, NO_MONEY), 3, 3, 3),
        ((GOOD, NO_MONEY, GOOD, NO_MONEY, (Outcome.TIMED_OUT, None), LIMIT_REACHED), 4, 2, 3),
        ((GOOD, (Outcome.OVERLOADED, "529"), LIMIT_REACHED, LIMIT_REACHED), 3, 2, 2),
    ],
)
def test_a_quota_that_ends_in_the_middle_is_told_with_its_time(
    outcomes: Sequence[tuple[Outcome, str | None]], number: int, count: int, n: int
) -> None:
    (note,) = ended(*outcomes)
    since = f"2026-11-21 07:{30 + number}:30 UTC"
    assert note.values == {"round": number, "since": since, "count": count, "n": n}


@pytest.mark.parametrize(
    "outcomes",
    [
        (GOOD, GOOD, NO_MONEY),
        (NO_MONEY, NO_MONEY, GOOD),
        (NO_MONEY, NO_MONEY, NO_MONEY),
        (GOOD, (Outcome.RATE_LIMITED, "429"), (Outcome.RATE_LIMITED, "429")),
    ],
)
def test_no_end_of_a_quota_is_told_where_none_was_seen(outcomes: Sequence[tuple[Outcome, str | None]]) -> None:
    assert ended(*outcomes) == []
