"""Rounds of two calls, and what is said of them."""

from collections.abc import Callable, Iterable
from typing import Any

from probe.model.call import Call
from probe.model.note import NoteCode
from probe.model.outcome import Outcome
from probe.model.run_manifest import Manifest
from probe.model.statistics import Pairs
from probe.model.verdict import Question, Verdict
from probe.model.wire import WireSummary
from probe.stats.compare_calls import compare_calls
from tests.builders import call, manifest
from tests.stats.frames import frame

WIRE = WireSummary(attempts=1)
Make = Callable[[int, int], dict[str, Any]]


def rounds(n: int, changes: Make = lambda number, position: {}) -> list[Call]:
    """Return rounds that leave nothing open: recorded, idle long, a first call failed."""
    fields: list[dict[str, Any]] = [
        {"wire": WIRE, "idle_before_ms": 600_000.0, **changes(number, position)}
        for number in range(1, n + 1)
        for position in (1, 2)
    ]
    return [call(at // 2 + 1, at % 2 + 1, **each) for at, each in enumerate(fields)]


def one_failed(number: int, position: int) -> dict[str, Any]:
    return {"outcome": Outcome.AUTH} if (number, position) == (1, 1) else {}


def compared(calls: Iterable[Call], of_run: Manifest | None = None, **changes: Any) -> tuple[Pairs, Verdict]:
    pairs, verdict = compare_calls(
        frame(calls), of_run or manifest(), changes.pop("question", Question()), forecast=False, **changes
    )
    assert pairs is not None
    assert verdict is not None
    return pairs, verdict


def noted(calls: Iterable[Call], made: Manifest | None = None) -> dict[NoteCode, dict[str, str | int | float]]:
    return {note.code: note.values for note in compared(calls, made)[1].cannot_tell}
